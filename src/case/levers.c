/* What a reader may move: the section `levers`. A lever changes a variable of the model as a scenario does,
 * by a number within a range; or it is a month at which the changes of others begin or end. */
#include "case/load.h"

#include <math.h>
#include <string.h>

/* ---- Ranges ------------------------------------------------------------------------------------------ */

/* Months of the model's time where both ends are written as months: the first days of these. */
static truce_status load_range(const loader *l, const tree *entry, const char *what, case_control *k)
{
    const tree *node = tree_get(entry, "range");
    month m;
    if (!node)
        return tree_error(&l->read, entry, "%s needs the key \"range\"", what);
    if (node->kind != TREE_LIST || node->count != 2)
        return tree_error(&l->read, node, "\"range\" must be two numbers or two months, such as [0, 200]");
    k->date = load_is_month(l, &node->items[0], &m);
    if (k->date != load_is_month(l, &node->items[1], &m))
        return tree_error(&l->read, node,
                          "\"range\" must be two numbers or two months, and this is one of each");
    TRY(load_number_or_month(l, &node->items[0], "the least of \"range\"", &k->least));
    TRY(load_number_or_month(l, &node->items[1], "the greatest of \"range\"", &k->greatest));
    if (!(k->least < k->greatest))
        return tree_error(&l->read, node, "the least of \"range\" must be below its greatest");
    if (k->date &&
        (k->least < l->c->time_start || k->greatest > l->c->time_start + (l->c->stop - l->c->start)))
        return tree_error(&l->read, node, "the months of \"range\" lie outside the horizon");
    k->step = k->date ? 1 : (k->greatest - k->least) / 100;
    TRY(tree_number(&l->read, entry, what, "step", TREE_OPTIONAL, &k->step));
    if (!(k->step > 0) || k->step > k->greatest - k->least || (k->date && k->step != floor(k->step)))
        return tree_error(&l->read, tree_get(entry, "step") ? tree_get(entry, "step") : node,
                          "\"step\" must be above 0 and within the range, and of months a whole number");
    return TRUCE_OK;
}

/* What a series is after its data, or at the end of the horizon where they reach it. */
static double value_after(const truce_case *c, const case_series *s)
{
    double sum = 0;
    int months = s->beyond == BEYOND_HOLD ? s->beyond_months : 0;
    if (s->data.first + (month)s->data.count > c->stop)
        return s->data.values[c->stop - s->data.first];
    for (int i = 0; i < months; i++)
        sum += s->data.values[s->data.count - 1 - (size_t)i];
    return s->beyond == BEYOND_VALUE ? s->beyond_value : months ? sum / months : 0;
}

/* What the variable is when nobody moves the lever: its series after the data, its prior's median, or the
 * model's constant. */
static bool own_value(const loader *l, size_t index, double *value)
{
    const truce_case *c = l->c;
    size_t series = l->series_of[index], parameter = l->parameter_of[index];
    if (series != SIZE_MAX && c->series[series].beyond != BEYOND_PRIOR) {
        *value = value_after(c, &c->series[series]);
        return true;
    }
    if (parameter != SIZE_MAX) {
        *value = truce_distribution_quantile(&c->parameters[parameter].prior, 0.5);
        return true;
    }
    return case_constant(c->model, index, value);
}

static truce_status load_rest(const loader *l, const tree *entry, case_control *k)
{
    const tree *node = tree_get(entry, "default");
    month m;
    bool written = node && load_is_month(l, node, &m);
    if (written && !k->date)
        return tree_error(&l->read, node, "\"default\" is a month, and \"range\" has numbers");
    if (node && !written && !k->element_count)
        return tree_error(&l->read, node, "\"default\" must be a date, written as those of \"range\"");
    if (node)
        TRY(load_number_or_month(l, node, "\"default\"", &k->rest));
    else if (!k->element_count)
        return tree_error(&l->read, entry, "a lever of a month needs the key \"default\"");
    else if (k->kind == CHANGE_SCALE || k->kind == CHANGE_MULTIPLY)
        k->rest = 1;
    else if (k->kind == CHANGE_ADD)
        k->rest = 0;
    else if (!own_value(l, k->elements[0], &k->rest))
        return tree_error(&l->read, entry,
                          "\"%s\" is computed: say what the lever is at rest with \"default\"", k->variable);
    if (k->element_count || (k->rest >= k->least && k->rest <= k->greatest))
        return TRUCE_OK;
    return tree_error(&l->read, node, "\"default\" lies outside the range");
}

/* ---- What it changes --------------------------------------------------------------------------------- */

static truce_status load_kind(const loader *l, const tree *entry, const char *what, case_control *k)
{
    static const char *const kinds[] = {[CHANGE_SET] = "set",
                                        [CHANGE_SCALE] = "scale",
                                        [CHANGE_VALUE] = "value",
                                        [CHANGE_MULTIPLY] = "multiply",
                                        [CHANGE_ADD] = "add"};
    const char *name = "set";
    TRY(tree_text(&l->read, entry, what, "change", TREE_OPTIONAL, &name));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], name) == 0) {
            k->kind = (int)i;
            return TRUCE_OK;
        }
    return tree_unknown(&l->read, tree_get(entry, "change"), "no kind of change", name, kinds,
                        sizeof kinds / sizeof *kinds);
}

static truce_status load_target(const loader *l, const tree *entry, const char *what, case_control *k)
{
    binding b = {0};
    if (!tree_get(entry, "variable"))
        return k->date
                   ? TRUCE_OK
                   : tree_error(&l->read, entry, "a lever without a variable must have months for its range");
    TRY(bind_elements(l, entry, what, "variable", &b));
    TRY(load_kind(l, entry, what, k));
    k->variable = b.variable;
    k->element_count = b.count;
    k->elements = b.elements;
    k->units = element_units(l->c->model, b.elements[0]);
    if (k->date && !case_holds_date(l, b.elements[0]))
        return tree_error(&l->read, tree_get(entry, "range"),
                          "\"%s\" holds no date, and \"range\" has months", b.variable);
    for (size_t i = 0; i < b.count; i++) {
        case_change change = {.variable = b.variable, .element = b.elements[i], .kind = k->kind};
        TRY(case_change_check(l, tree_get(entry, "variable"), &change));
    }
    return TRUCE_OK;
}

/* A month, or the name of a lever before this one that is a month. */
static truce_status load_end(const loader *l, const tree *entry, const tree *levers, const char *key,
                             const case_control *all, size_t index, month *value, size_t *by)
{
    const tree *node = tree_get(entry, key);
    *value = MONTH_NONE;
    *by = SIZE_MAX;
    if (!node)
        return TRUCE_OK;
    for (size_t i = 0; i < index; i++)
        if (node->kind == TREE_SCALAR && strcmp(levers->keys[i].text, node->text) == 0) {
            *by = i;
            return !all[i].element_count
                       ? TRUCE_OK
                       : tree_error(&l->read, node, "the lever \"%s\" is not a month", node->text);
        }
    if (node->kind == TREE_SCALAR && !month_parse_in(l->c->unit, node->text, value))
        return tree_error(&l->read, node, "\"%s\" is neither a month nor a lever before this one",
                          node->text);
    return load_horizon_month(l, entry, "a lever", key, value);
}

static truce_status load_ends(const loader *l, const tree *entry, const tree *levers, const case_control *all,
                              size_t index, case_control *k)
{
    TRY(load_end(l, entry, levers, "from", all, index, &k->first, &k->first_by));
    TRY(load_end(l, entry, levers, "to", all, index, &k->last, &k->last_by));
    bool between = k->element_count && k->kind != CHANGE_SET && k->kind != CHANGE_SCALE;
    if (!between && (tree_get(entry, "from") || tree_get(entry, "to")))
        return tree_error(&l->read, entry,
                          "only a change of kind \"value\", \"multiply\" or \"add\" has a beginning and "
                          "an end");
    return TRUCE_OK;
}

static truce_status load_with(const loader *l, const tree *entry, const tree *levers, size_t index,
                              case_control *k)
{
    const tree *node = tree_get(entry, "with");
    k->with = SIZE_MAX;
    for (size_t i = 0; node && node->kind == TREE_SCALAR && i < index; i++)
        if (strcmp(levers->keys[i].text, node->text) == 0)
            k->with = i;
    return !node || k->with != SIZE_MAX
               ? TRUCE_OK
               : tree_error(&l->read, node, "\"with\" must be the name of a lever before this one");
}

/* ---- A lever ----------------------------------------------------------------------------------------- */

static truce_status load_words(const loader *l, const tree *entry, const char *what, case_control *k)
{
    TRY(tree_text(&l->read, entry, what, "title", TREE_OPTIONAL, &k->title));
    TRY(tree_text(&l->read, entry, what, "group", TREE_REQUIRED, &k->group));
    TRY(tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &k->note));
    TRY(tree_text(&l->read, entry, what, "units", TREE_OPTIONAL, &k->units));
    return load_source(l, entry, what, TREE_OPTIONAL, true, &k->source);
}

static truce_status load_control(const loader *l, const tree *levers, size_t index, case_control *all)
{
    const tree *key = &levers->keys[index], *entry = &levers->items[index];
    const char *what;
    case_control *k = &all[index];
    *k = (case_control){.name = key->text, .title = key->text, .units = "", .at = {key->file, key->line}};
    TRY(load_name_check(l, key, "a lever"));
    TRY(load_keys(l, entry, KEYS_CONTROL, &what));
    TRY(load_range(l, entry, what, k));
    TRY(load_target(l, entry, what, k));
    TRY(load_words(l, entry, what, k));
    TRY(load_ends(l, entry, levers, all, index, k));
    TRY(load_with(l, entry, levers, index, k));
    TRY(load_rest(l, entry, k));
    return load_rests_on(l, entry, &k->rests_on, &k->rests_count);
}

truce_status load_controls(loader *l, const tree *levers)
{
    if (!levers)
        return TRUCE_OK;
    TRY(tree_is_map(&l->read, levers, "\"levers\"", NULL));
    if (levers->count > MOST_SCENARIOS)
        return tree_error(&l->read, levers, "more than %d levers", MOST_SCENARIOS);
    case_control *all = arena_array(l->memory, levers->count, sizeof *all);
    if (!all && levers->count)
        return error_memory(l->read.error);
    for (size_t i = 0; i < levers->count; i++)
        TRY(load_control(l, levers, i, all));
    l->c->controls = all;
    l->c->control_count = levers->count;
    return TRUCE_OK;
}
