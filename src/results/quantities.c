/* Which quantities a report shows: the elements of the case's outputs, the sum of both sides where losses are
 * shown for two, and the front where the case has no output for it. */
#include "observe/observe.h"
#include "results/collecting.h"

#include <string.h>

int element_side(const truce_case *c, size_t index)
{
    const truce_model *model = c->model;
    if (index >= model->element_count || model->elements[index].variable >= model->variable_count)
        return -1;
    const truce_variable *variable = &model->variables[model->elements[index].variable];
    index -= variable->first_element;
    for (size_t d = variable->dimension_count; d-- > 0;) {
        const truce_dimension *dimension = NULL;
        for (size_t i = 0; i < model->dimension_count && !dimension; i++)
            if (strcmp(model->dimensions[i].name, variable->dimensions[d]) == 0)
                dimension = &model->dimensions[i];
        if (!dimension || !dimension->size)
            return -1;
        const char *name = case_display_name(c, dimension->elements[index % dimension->size]);
        if (c->front_loses && strcmp(name, c->front_loses) == 0)
            return 0;
        if (c->front_gains && strcmp(name, c->front_gains) == 0)
            return 1;
        index /= dimension->size;
    }
    return -1;
}

void quantity_name(text *t, const quantity *q)
{
    text_print(t, "%s", q->title);
    if (q->label[0])
        text_print(t, ", %s", q->label);
}

size_t output_quantities(const case_results *r, const case_output *output, size_t *count)
{
    size_t first = 0;
    *count = 0;
    for (size_t q = 0; q < r->quantity_count; q++)
        if (r->quantities[q].output == output) {
            if (!*count)
                first = q;
            ++*count;
        }
    return first;
}

bool output_of_both_sides(const truce_case *c, const case_output *o)
{
    if (o->section != SECTION_LOSSES || o->element_count != 2)
        return false;
    int first = element_side(c, o->elements[0]), second = element_side(c, o->elements[1]);
    return first >= 0 && second >= 0 && first != second;
}

static void add_output(case_results *r, const case_output *o)
{
    for (size_t i = 0; i < o->element_count; i++) {
        int side = element_side(r->c, o->elements[i]);
        r->quantities[r->quantity_count++] =
            (quantity){.output = o,
                       .title = o->title,
                       .label = o->labels[i],
                       .units = o->units,
                       .section = o->section,
                       .element_count = 1,
                       .elements = &o->elements[i],
                       .scale = o->scale,
                       .offset = o->offset,
                       .change = o->change,
                       .flow = !o->change && !observe_is_stock(r->c, o->elements[i]),
                       .side = side};
    }
    for (size_t i = 0; i < o->share_count; i++) {
        quantity part = r->quantities[r->quantity_count - 1 - i];
        part.label = o->share_labels[i];
        part.scale = o->scale * o->shares[i];
        part.offset = o->offset * o->shares[i];
        r->quantities[r->quantity_count++] = part;
    }
    if (!output_of_both_sides(r->c, o))
        return;
    quantity sum = r->quantities[r->quantity_count - 1];
    sum.label = "both sides";
    sum.element_count = 2;
    sum.elements = o->elements;
    sum.offset = 2 * o->offset;
    sum.both = true;
    sum.side = -1;
    r->quantities[r->quantity_count++] = sum;
}

/* The quantity that shows the front as a level or a change: an output of the case, or one of our own. */
static truce_status find_front(case_results *r, bool change, size_t *found, truce_error *error)
{
    const truce_case *c = r->c;
    *found = SIZE_MAX;
    if (c->front_element >= c->model->element_count)
        return TRUCE_OK;
    for (size_t q = 0; q < r->quantity_count; q++) {
        const quantity *x = &r->quantities[q];
        if (x->elements[0] == c->front_element && !x->both && x->change == change && x->scale > 0) {
            *found = q;
            return TRUCE_OK;
        }
    }
    size_t variable = c->model->elements[c->front_element].variable;
    const char *units = variable < c->model->variable_count ? c->model->variables[variable].units : "";
    if (change)
        units = arena_format(&r->memory, "%s a %s", units, case_period(c));
    if (!units)
        return error_memory(error);
    *found = r->quantity_count;
    r->quantities[r->quantity_count++] = (quantity){.title = change ? "Speed of the front" : "Territory",
                                                    .label = "",
                                                    .units = units,
                                                    .section = SECTION_FRONT,
                                                    .element_count = 1,
                                                    .elements = &c->front_element,
                                                    .scale = 1,
                                                    .change = change,
                                                    .side = -1};
    return TRUCE_OK;
}

bool quantity_is_key(const case_results *r, size_t q)
{
    const quantity *x = &r->quantities[q];
    return q == r->front_level || q == r->front_change || (x->output && x->output->chart);
}

truce_status quantities_make(case_results *r, truce_error *error)
{
    size_t most = 2;
    for (size_t i = 0; i < r->c->output_count; i++)
        most += r->c->outputs[i].element_count + r->c->outputs[i].share_count + 1;
    r->quantities = arena_array(&r->memory, most, sizeof *r->quantities);
    if (!r->quantities)
        return error_memory(error);
    for (size_t i = 0; i < r->c->output_count; i++)
        add_output(r, &r->c->outputs[i]);
    truce_status status = find_front(r, false, &r->front_level, error);
    return status ? status : find_front(r, true, &r->front_change, error);
}
