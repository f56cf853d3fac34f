/* Parameters as variables of posterior.nc: those that are elements of one array of the model are one variable
 * over its dimensions. */
#include "fit/posterior.h"

#include <assert.h>
#include <string.h>

static const truce_dimension *dimension_named(const truce_model *m, const char *name)
{
    size_t i = 0;
    while (i + 1 < m->dimension_count && strcmp(m->dimensions[i].name, name) != 0)
        i++;
    return &m->dimensions[i];
}

/* A variable without any of its parameters yet. */
static bool begin(const truce_model *m, const truce_variable *array, const char *name, const char *units,
                  arena *memory, posterior_variable *v)
{
    size_t dimensions = array ? array->dimension_count : 0, count = array ? array->element_count : 1;
    *v = (posterior_variable){
        .name = array ? array->name : name, .units = units, .dimension_count = dimensions, .count = count};
    v->dimensions = arena_array(memory, dimensions + 1, sizeof *v->dimensions);
    v->parameters = arena_array(memory, count, sizeof *v->parameters);
    if (!v->dimensions || !v->parameters)
        return false;
    for (size_t i = 0; i < dimensions; i++)
        v->dimensions[i] = dimension_named(m, array->dimensions[i]);
    for (size_t i = 0; i < count; i++)
        v->parameters[i] = SIZE_MAX;
    return true;
}

bool posterior_layout(const truce_fit *f, arena *memory, posterior_variable **variables, size_t *count)
{
    assert(f->c);
    const truce_model *m = f->c->model;
    posterior_variable *all = arena_array(memory, f->parameter_count + 1, sizeof *all);
    size_t *of_array = arena_array(memory, m->variable_count + 1, sizeof *of_array); /* 1 + its number */
    *count = 0;
    *variables = all;
    if (!all || !of_array)
        return false;
    for (size_t j = 0; j < f->parameter_count; j++) {
        size_t at = model_find_element(m, f->names[j]);
        size_t variable = at == SIZE_MAX ? SIZE_MAX : m->elements[at].variable;
        const truce_variable *array = variable == SIZE_MAX ? NULL : &m->variables[variable];
        if (array && array->dimension_count == 0)
            array = NULL;
        size_t known = array ? of_array[variable] : 0;
        if (!known && !begin(m, array, f->names[j], f->units[j], memory, &all[(*count)++]))
            return false;
        if (array && !known)
            of_array[variable] = *count;
        posterior_variable *v = &all[(known ? known : *count) - 1];
        v->parameters[array ? at - array->first_element : 0] = j;
    }
    return true;
}

void posterior_element_name(text *name, const char *array, size_t dimension_count, const size_t *sizes,
                            const char *const *const *elements, size_t position)
{
    size_t stride = 1;
    text_print(name, "%s", array);
    for (size_t i = 0; i < dimension_count; i++)
        stride *= sizes[i];
    for (size_t i = 0; i < dimension_count; i++) {
        stride /= sizes[i];
        text_print(name, "%s%s", i ? ", " : "[", elements[i][position / stride % sizes[i]]);
    }
    if (dimension_count)
        text_add(name, "]", 1);
}
