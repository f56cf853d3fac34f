/* truce explain: what a variable is, where it comes from and what it acts on. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

enum { LABEL = 12 };

typedef size_t (*related_variables)(const truce_model *model, size_t index, size_t *indices, size_t capacity);

/* Names of related variables on one line, or false when out of memory. */
static bool print_related(const char *label, const truce_model *model, size_t index,
                          related_variables related)
{
    size_t count = related(model, index, NULL, 0);
    size_t *indices = calloc(count + 1, sizeof *indices);
    text names = {0};
    if (!indices)
        return false;
    related(model, index, indices, count);
    for (size_t i = 0; i < count; i++)
        text_print(&names, "%s%s", i ? ", " : "", truce_model_variable(model, indices[i])->name);
    bool complete = !names.failed;
    if (complete)
        print_wrapped(label, LABEL, count ? names.bytes : "none");
    text_free(&names);
    free(indices);
    return complete;
}

static void print_dimensions(const truce_model *model, const truce_variable *v)
{
    for (size_t i = 0; i < v->dimension_count; i++)
        for (size_t d = 0; d < truce_model_dimension_count(model); d++) {
            const truce_dimension *dimension = truce_model_dimension(model, d);
            text list = {0};
            if (strcmp(dimension->name, v->dimensions[i]) != 0)
                continue;
            text_print(&list, "%s:", dimension->name);
            for (size_t e = 0; e < dimension->size; e++)
                text_print(&list, "%s %s", e ? "," : "", dimension->elements[e]);
            print_wrapped(i == 0 ? "Dimensions" : "", LABEL, list.failed ? dimension->name : list.bytes);
            text_free(&list);
            break;
        }
}

/* The equation as written; of an array that is given element by element, one per line. */
static void print_equation(const truce_model *model, const truce_variable *v)
{
    const char *label = v->kind == TRUCE_STOCK ? "Initial" : "Equation";
    if (v->equation[0]) {
        print_wrapped(label, LABEL, v->equation);
        return;
    }
    for (size_t i = v->first_element; i < v->first_element + v->element_count; i++) {
        text line = {0};
        text_print(&line, "%s = %s", truce_model_element_name(model, i),
                   truce_model_element_equation(model, i));
        print_wrapped(label, LABEL, line.failed ? truce_model_element_equation(model, i) : line.bytes);
        text_free(&line);
        label = "";
    }
}

static int explain(const truce_model *model, size_t index)
{
    static const char *const kinds[] = {"stock", "flow", "auxiliary"};
    const truce_variable *v = truce_model_variable(model, index);
    char at[512];
    snprintf(at, sizeof at, "%s:%d", v->file, v->line);
    printf("%s\n", v->name);
    print_wrapped("Kind", LABEL, kinds[v->kind]);
    print_wrapped("Units", LABEL, v->units[0] ? v->units : "not stated");
    if (v->doc[0])
        print_wrapped("Meaning", LABEL, v->doc);
    print_equation(model, v);
    if (v->group[0])
        print_wrapped("Sector", LABEL, v->group);
    print_dimensions(model, v);
    if (!print_related("Depends on", model, index, truce_model_inputs) ||
        !print_related("Used by", model, index, truce_model_users)) {
        truce_error error;
        error_memory(&error);
        return report_error(&error);
    }
    print_wrapped("Place", LABEL, at);
    return 0;
}

/* A variable, or the array that an element belongs to. */
static size_t find_variable(const truce_model *model, const char *name)
{
    size_t index = truce_model_find(model, name);
    if (index != SIZE_MAX)
        return index;
    size_t found = model_find_element(model, name);
    for (size_t i = 0; found != SIZE_MAX && i < truce_model_variable_count(model); i++) {
        const truce_variable *v = truce_model_variable(model, i);
        if (found >= v->first_element && found - v->first_element < v->element_count)
            return i;
    }
    return SIZE_MAX;
}

static int explain_named(const truce_model *model, const char *path, const char *name)
{
    size_t index = find_variable(model, name);
    if (index != SIZE_MAX)
        return explain(model, index);
    truce_error error = {0};
    model_unknown_name(model, name, path, 0, &error);
    return report_error(&error);
}

int command_explain(int argc, char **argv)
{
    static const struct option names[] = {{"help", no_argument, NULL, 'h'}, {0}};
    for (int option; (option = next_option("explain", argc, argv, ":h", names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        help_print("explain");
        return 0;
    }
    if (argc - optind != 2)
        return usage_error("explain", argc - optind < 2 ? "say which model and which variable"
                                                        : "explain takes a model and one variable (quote a "
                                                          "name that has blanks)");
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    int code = target_find(argv[optind], &t);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0)
        code = explain_named(model, c ? c->model->file : t.path, argv[optind + 1]);
    target_unload(model, c);
    return code;
}
