/* Series that drive the model, and observations to compare it with. */
#include "case/load.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- Series ------------------------------------------------------------------------------------------- */

static truce_status load_beyond(const loader *l, const tree *entry, const char *what, case_series *s)
{
    const tree *node = tree_get(entry, "beyond");
    if (!node) {
        month last = s->data.first + (month)s->data.count - 1;
        char ends[16], stop[16];
        month_iso(last, ends);
        month_iso(l->c->stop, stop);
        if (last >= l->c->stop)
            return TRUCE_OK;
        return tree_error(&l->read, entry,
                          "the series ends in %s and the horizon in %s: say with \"beyond\" what comes after",
                          ends, stop);
    }
    if (node->kind == TREE_SCALAR) {
        static const char *const words[] = {"zero", "prior"};
        if (strcmp(node->text, "zero") == 0)
            s->beyond = BEYOND_ZERO;
        else if (strcmp(node->text, "prior") == 0)
            s->beyond = BEYOND_PRIOR;
        else
            return tree_unknown(&l->read, node, "\"beyond\" cannot be", node->text, words, 2);
        return TRUCE_OK;
    }
    TRY(load_keys(l, node, KEYS_BEYOND, NULL));
    if (node->count != 1)
        return tree_error(&l->read, node, "\"beyond\" says one thing, not %zu", node->count);
    if (tree_get(node, "value")) {
        s->beyond = BEYOND_VALUE;
        return tree_number(&l->read, node, what, "value", TREE_REQUIRED, &s->beyond_value);
    }
    double months = 0;
    TRY(tree_number(&l->read, node, what, "mean of last", TREE_REQUIRED, &months));
    if (months != floor(months) || months < 1 || months > (double)s->data.count)
        return tree_error(&l->read, node, "\"mean of last\" must be from 1 to the %zu %ss of the series",
                          s->data.count, case_period(l->c));
    s->beyond = BEYOND_HOLD;
    s->beyond_months = (int)months;
    return TRUCE_OK;
}

/* A data variable of Vensim's has a way of its own. */
static truce_status read_as_model_says(const loader *l, const tree *entry, case_series *s)
{
    data_reading own = l->c->model->elements[s->element].reading;
    if (own == READING_FORWARD || own == READING_RAW)
        return tree_error(&l->read, entry,
                          "\"%s\" %s in the model, which a series of a case cannot: say \"interpolation\"",
                          s->variable, own == READING_RAW ? "is missing between its times" : "looks forward");
    if (own == READING_LINEAR)
        s->interpolation = TRUCE_INTERPOLATE_LINEAR;
    return TRUCE_OK;
}

static truce_status load_interpolation(const loader *l, const tree *entry, case_series *s)
{
    static const char *const words[] = {[TRUCE_INTERPOLATE_PREVIOUS] = "previous",
                                        [TRUCE_INTERPOLATE_LINEAR] = "linear",
                                        [TRUCE_INTERPOLATE_NONE] = "none"};
    enum { WORDS = sizeof words / sizeof *words };
    const char *written = NULL;
    const tree *node = tree_get(entry, "interpolation");
    if (!node)
        return read_as_model_says(l, entry, s);
    TRY(tree_node_text(&l->read, node, "\"interpolation\"", &written));
    for (int i = 0; i < WORDS; i++)
        if (strcmp(written, words[i]) == 0) {
            s->interpolation = (truce_interpolation)i;
            return TRUCE_OK;
        }
    return tree_unknown(&l->read, node, "\"interpolation\" cannot be", written, words, WORDS);
}

/* What can be driven: something with an equation to put the numbers in the place of. */
static truce_status check_driven(const loader *l, const tree *entry, size_t index, size_t number)
{
    assert(index < l->c->model->element_count);
    const element *e = &l->c->model->elements[index];
    const tree *at = tree_get(entry, "variable");
    if (e->kind == ELEMENT_STOCK)
        return tree_error(&l->read, at,
                          "\"%s\" is a stock, and a series can only drive an auxiliary or a flow", e->name);
    if (e->kind != ELEMENT_AUX || !e->equation)
        return tree_error(&l->read, at, "\"%s\" has no equation that a series could replace", e->name);
    if (l->series_of[index] != SIZE_MAX)
        return load_repeated(l, (place){at->file, at->line}, l->c->series[l->series_of[index]].at,
                             "two series drive \"%s\", the first", e->name);
    l->series_of[index] = number;
    return TRUCE_OK;
}

/* Every month from the first to the last must have a number, and the first month of the horizon too. */
static truce_status check_driving_data(const loader *l, const tree *entry, const case_column *data)
{
    char first[16], start[16];
    month_iso(data->first, first);
    month_iso(l->c->start, start);
    if (data->first > l->c->start)
        return tree_error(&l->read, tree_get(entry, "file"),
                          "the series starts in %s, after the start of the horizon in %s", first, start);
    if (data->first + (month)data->count - 1 < l->c->start)
        return tree_error(&l->read, tree_get(entry, "file"),
                          "the series has no %s of the horizon, which starts in %s", case_period(l->c),
                          start);
    for (size_t i = 0; i < data->count; i++) {
        if (!isnan(data->values[i]))
            continue;
        char missing[16];
        month_iso(data->first + (month)i, missing);
        return error_set(l->read.error, TRUCE_BAD_INPUT, data->file, (int)i + 2,
                         "column \"%s\" is empty in %s, and a series that drives the model has no gaps",
                         data->column, missing);
    }
    return TRUCE_OK;
}

static truce_status load_one_series(loader *l, const tree *entry, case_series *s, size_t number)
{
    const char *what;
    double convert = 1;
    TRY(load_keys(l, entry, KEYS_SERIES, &what));
    s->at = (place){entry->file, entry->line};
    TRY(bind_element(l, entry, what, "variable", &s->element));
    s->variable = l->c->model->elements[s->element].name;
    TRY(check_driven(l, entry, s->element, number));
    TRY(bind_units(l, entry, what, s->element, false, &s->units));
    TRY(load_source(l, entry, what, TREE_REQUIRED, true, &s->source));
    TRY(tree_number(&l->read, entry, what, "convert", TREE_OPTIONAL, &convert));
    TRY(load_column(l, entry, what, convert, &s->data));
    TRY(check_driving_data(l, entry, &s->data));
    TRY(load_interpolation(l, entry, s));
    return load_beyond(l, entry, what, s);
}

truce_status load_series(loader *l, const tree *list)
{
    truce_case *c = l->c;
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"series\""));
    case_series *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    c->series = all;
    for (size_t i = 0; i < list->count; i++) {
        TRY(load_one_series(l, &list->items[i], &all[i], i));
        c->series_count = i + 1;
    }
    return TRUCE_OK;
}

/* ---- Observations ------------------------------------------------------------------------------------- */

static truce_status load_error_model(const loader *l, const tree *entry, const char *what,
                                     case_observation *o)
{
    const tree *node = tree_get(entry, "error");
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"error\"", what);
    TRY(load_keys(l, node, KEYS_ERROR, NULL));
    TRY(tree_number(&l->read, node, "an error model", "persistence", TREE_OPTIONAL, &o->error_persistence));
    size_t kinds = node->count - (tree_get(node, "persistence") ? 1 : 0), first = 0;
    if (kinds != 1)
        return tree_error(&l->read, node, "an error model has one kind, not %zu", kinds);
    while (strcmp(node->keys[first].text, "persistence") == 0)
        first++;
    const char *kind = node->keys[first].text;
    const tree *numbers = &node->items[first];
    if (!(o->error_persistence >= 0 && o->error_persistence < 1))
        return tree_error(&l->read, tree_get(node, "persistence"),
                          "\"persistence\" must be at least 0 and below 1, not %g", o->error_persistence);
    if (o->error_persistence > 0 && strcmp(kind, "student") == 0)
        return tree_error(&l->read, node, "errors of Student's t do not persist: leave \"persistence\" out");
    if (strcmp(kind, "student") == 0) {
        o->error = ERROR_STUDENT;
        TRY(load_keys(l, numbers, KEYS_STUDENT, &what));
        TRY(tree_number(&l->read, numbers, what, "sd", TREE_REQUIRED, &o->error_sd));
        TRY(tree_number(&l->read, numbers, what, "degrees", TREE_REQUIRED, &o->error_degrees));
        if (!(o->error_degrees > 0))
            return tree_error(&l->read, numbers, "\"degrees\" must be greater than 0, not %g",
                              o->error_degrees);
    } else {
        o->error = strcmp(kind, "normal") == 0 ? ERROR_NORMAL : ERROR_LOGNORMAL;
        TRY(tree_node_number(&l->read, numbers, "the sd of an error model", &o->error_sd));
    }
    if (!(o->error_sd > 0))
        return tree_error(&l->read, numbers, "the sd of an error model must be greater than 0, not %g",
                          o->error_sd);
    return TRUCE_OK;
}

truce_status load_parameter_name(const loader *l, const tree *node, const char *what, size_t *parameter)
{
    const char *name = NULL;
    TRY(tree_node_text(&l->read, node, what, &name));
    const truce_case *c = l->c;
    const char *folded = name_fold(l->memory, name, strlen(name));
    if (!folded)
        return error_memory(l->read.error);
    *parameter = map_get(&l->parameter_names, folded);
    if (*parameter != SIZE_MAX)
        return TRUCE_OK;
    const char **names = arena_array(l->memory, c->parameter_count, sizeof *names);
    if (!names)
        return error_memory(l->read.error);
    for (size_t i = 0; i < c->parameter_count; i++)
        names[i] = c->parameters[i].name;
    return tree_unknown(&l->read, node, "no parameter", name, names, c->parameter_count);
}

/* The parameter that `scale` or `offset` names; SIZE_MAX when the key is absent. */
static truce_status load_link(const loader *l, const tree *entry, const char *key, size_t *parameter)
{
    const tree *node = tree_get(entry, key);
    char what[16];
    *parameter = SIZE_MAX;
    snprintf(what, sizeof what, "\"%s\"", key);
    return node ? load_parameter_name(l, node, what, parameter) : TRUCE_OK;
}

/* The months to score: those asked for, or all that the data and the horizon share. */
static truce_status load_use(const loader *l, const tree *entry, case_observation *o)
{
    const tree *use = tree_get(entry, "use");
    month data_last = o->data.first + (month)o->data.count - 1;
    o->first_used = o->data.first > l->c->start ? o->data.first : l->c->start;
    o->last_used = data_last < l->c->stop ? data_last : l->c->stop;
    if (use) {
        const char *what;
        TRY(load_keys(l, use, KEYS_USE, &what));
        TRY(load_horizon_month(l, use, what, "from", &o->first_used));
        TRY(load_horizon_month(l, use, what, "to", &o->last_used));
    }
    const tree *at = use ? use : entry;
    bool any = false;
    for (size_t i = 0; i < o->data.count; i++) {
        month m = o->data.first + (month)i;
        if (m < o->first_used || m > o->last_used || isnan(o->data.values[i]))
            continue;
        any = true;
        if (o->error == ERROR_LOGNORMAL && !(o->data.values[i] > 0))
            return error_set(l->read.error, TRUCE_BAD_INPUT, o->data.file, (int)i + 2,
                             "%g in column \"%s\": the lognormal error of \"%s\" needs values greater than 0",
                             o->data.values[i], o->data.column, o->name);
    }
    return any ? TRUCE_OK
               : tree_error(&l->read, at, "the observation \"%s\" has no value in the %ss to use", o->name,
                            case_period(l->c));
}

static truce_status load_measure(const loader *l, const tree *entry, const char *what, bool *change)
{
    static const char *const words[] = {"level", "change"};
    const char *measure = "level";
    TRY(tree_text(&l->read, entry, what, "measure", TREE_OPTIONAL, &measure));
    *change = strcmp(measure, "change") == 0;
    if (*change || strcmp(measure, "level") == 0)
        return TRUCE_OK;
    return tree_unknown(&l->read, tree_get(entry, "measure"), "\"measure\" cannot be", measure, words, 2);
}

/* A number of periods for every value, in a column of its own. */
static truce_status load_each_complete(loader *l, const tree *entry, const char *what, case_observation *o)
{
    case_column column;
    TRY(load_named_column(l, entry, what, "complete after", 1, &column));
    for (size_t i = 0; i < column.count; i++) {
        double after = column.values[i];
        if (isnan(o->data.values[i]) || (after >= 0 && after <= HORIZON_MONTHS && after == floor(after)))
            continue;
        return error_set(l->read.error, TRUCE_BAD_INPUT, column.file, (int)i + 2,
                         "column \"%s\" needs a number of %ss here, because \"%s\" has a value",
                         column.column, case_period(l->c), o->data.column);
    }
    o->after = column.values;
    return TRUCE_OK;
}

static truce_status load_complete(loader *l, const tree *entry, const char *what, case_observation *o)
{
    const tree *node = tree_get(entry, "complete after");
    double value = 0;
    if (node && node->kind == TREE_SCALAR && !text_to_number(node->text, strlen(node->text), &value))
        return load_each_complete(l, entry, what, o);
    TRY(tree_number(&l->read, entry, what, "complete after", TREE_OPTIONAL, &value));
    if (!(value >= 0 && value <= HORIZON_MONTHS && value == (int)value))
        return tree_error(&l->read, node, "\"complete after\" is a number of %ss, not %g", case_period(l->c),
                          value);
    o->complete_after = (int)value;
    return TRUCE_OK;
}

static truce_status load_observation(loader *l, const tree *entry, case_observation *o)
{
    const char *what;
    double convert = 1;
    TRY(load_keys(l, entry, KEYS_OBSERVATION, &what));
    o->at = (place){entry->file, entry->line};
    TRY(tree_text(&l->read, entry, what, "name", TREE_REQUIRED, &o->name));
    o->title = o->name;
    TRY(tree_text(&l->read, entry, what, "title", TREE_OPTIONAL, &o->title));
    TRY(tree_text(&l->read, entry, what, "issues", TREE_OPTIONAL, &o->issues));
    TRY(bind_element(l, entry, what, "variable", &o->element));
    o->variable = l->c->model->elements[o->element].name;
    TRY(load_measure(l, entry, what, &o->change));
    TRY(bind_units(l, entry, what, o->element, o->change, &o->units));
    TRY(load_source(l, entry, what, TREE_REQUIRED, true, &o->source));
    TRY(tree_number(&l->read, entry, what, "convert", TREE_OPTIONAL, &convert));
    TRY(load_column(l, entry, what, convert, &o->data));
    TRY(load_link(l, entry, "scale", &o->scale));
    TRY(load_link(l, entry, "offset", &o->offset));
    TRY(load_error_model(l, entry, what, o));
    TRY(load_complete(l, entry, what, o));
    return load_use(l, entry, o);
}

/* That no two observations have one name. */
static truce_status check_names(const loader *l, const case_observation *all, size_t count)
{
    map names = {0};
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < count && status == TRUCE_OK; i++) {
        size_t before = SIZE_MAX;
        if (!map_put(&names, all[i].name, i, &before))
            status = error_memory(l->read.error);
        else if (before != SIZE_MAX)
            status = load_repeated(l, all[i].at, all[before].at,
                                   "the observation \"%s\" is given twice, first", all[i].name);
    }
    map_free(&names);
    return status;
}

truce_status load_observations(loader *l, const tree *list)
{
    truce_case *c = l->c;
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"observations\""));
    case_observation *all = arena_array(l->memory, list->count, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    c->observations = all;
    for (size_t i = 0; i < list->count; i++) {
        TRY(load_observation(l, &list->items[i], &all[i]));
        c->observation_count = i + 1;
    }
    return check_names(l, all, list->count);
}
