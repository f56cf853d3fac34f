/* Scenarios and the changes they make. */
#include "case/load.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

typedef struct change_list {
    case_change *items;
    size_t count, capacity;
} change_list;

/* ---- Changes ------------------------------------------------------------------------------------------ */

/* mean of: [first, last], months of the data of the variable's series */
static truce_status load_mean_of(const loader *l, const tree *node, case_change *change)
{
    if (node->kind != TREE_LIST || node->count != 2)
        return tree_error(&l->read, node, "\"mean of\" must be two %ss such as [%s, %s]", case_period(l->c),
                          time_unit_example(l->c->unit), time_unit_example(l->c->unit));
    TRY(load_node_month(l, &node->items[0], "the first item of \"mean of\"", &change->mean_first));
    TRY(load_node_month(l, &node->items[1], "the last item of \"mean of\"", &change->mean_last));
    if (change->mean_first > change->mean_last)
        return tree_error(&l->read, node, "the first %s of \"mean of\" comes after its last",
                          case_period(l->c));
    return TRUCE_OK;
}

bool case_holds_date(const loader *l, size_t index)
{
    const char *units = element_units(l->c->model, index), *unit = time_unit_name(l->c->unit);
    return !units[0] || strcmp(units, "1") == 0 || strncasecmp(units, unit, strlen(unit)) == 0;
}

static truce_status load_kind(const loader *l, const tree *entry, const char *what, case_change *change,
                              const tree **node)
{
    static const char *const forms[] = {
        [CHANGE_SET] = "set",           [CHANGE_SCALE] = "scale", [CHANGE_VALUE] = "value",
        [CHANGE_MULTIPLY] = "multiply", [CHANGE_ADD] = "add",     [CHANGE_MEAN_OF] = "mean of"};
    size_t given = 0;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const tree *found = tree_get(entry, forms[i]);
        if (!found)
            continue;
        *node = found;
        given++;
        change->kind = (enum change_kind)i;
    }
    if (given != 1)
        return tree_error(&l->read, entry,
                          "%s needs one of \"set\", \"scale\", \"value\", \"multiply\", \"add\" and "
                          "\"mean of\"",
                          what);
    if (change->kind == CHANGE_MEAN_OF)
        return load_mean_of(l, *node, change);
    if (change->kind == CHANGE_SET && case_holds_date(l, change->element))
        return load_number_or_month(l, *node, "\"set\"", &change->value);
    return tree_node_number(&l->read, *node, "the number of a change", &change->value);
}

static truce_status load_period(const loader *l, const tree *entry, const char *what, case_change *change)
{
    bool whole = change->kind == CHANGE_SET || change->kind == CHANGE_SCALE;
    const tree *from = tree_get(entry, "from"), *to = tree_get(entry, "to");
    if (whole && (from || to))
        return tree_error(&l->read, from ? from : to,
                          "\"set\" and \"scale\" hold over the whole horizon: use \"value\" or \"multiply\" "
                          "between %ss",
                          case_period(l->c));
    TRY(load_horizon_month(l, entry, what, "from", &change->first));
    TRY(load_horizon_month(l, entry, what, "to", &change->last));
    if (from && to && change->first > change->last)
        return tree_error(&l->read, from, "the change ends before it begins");
    return TRUCE_OK;
}

/* The number that a constant equation stands for. */
static bool constant_of(const expression *e, double *value)
{
    if (e && e->op == OP_NUMBER) {
        *value = e->number;
        return true;
    }
    if (e && e->op == OP_NEGATE && e->arguments[0] && e->arguments[0]->op == OP_NUMBER) {
        *value = -e->arguments[0]->number;
        return true;
    }
    return false;
}

bool case_constant(const truce_model *model, size_t index, double *value)
{
    assert(index < model->element_count);
    const element *e = &model->elements[index];
    return constant_of(e->kind == ELEMENT_STOCK ? e->initial : e->equation, value);
}

/* Something is added to numbers that are known before a run: those of a series, or a constant. */
static truce_status check_sum(const loader *l, const tree *at, const case_change *change)
{
    const element *e = &l->c->model->elements[change->element];
    size_t series = l->series_of[change->element];
    double constant;
    if (series != SIZE_MAX && l->c->series[series].beyond != BEYOND_PRIOR)
        return TRUCE_OK;
    if (series == SIZE_MAX && l->parameter_of[change->element] == SIZE_MAX &&
        case_constant(l->c->model, change->element, &constant))
        return TRUCE_OK;
    return tree_error(
        &l->read, at, "\"add\" needs a series or a constant, and \"%s\" is %s: use \"scale\" or \"multiply\"",
        e->name, l->parameter_of[change->element] == SIZE_MAX ? "computed" : "drawn from a prior");
}

/* What cannot be done to one element. */
truce_status case_change_check(const loader *l, const tree *at, const case_change *change)
{
    const element *e = &l->c->model->elements[change->element];
    size_t series = l->series_of[change->element];
    bool whole = change->kind == CHANGE_SET || change->kind == CHANGE_SCALE;
    double constant;
    if (e->kind == ELEMENT_STOCK && !whole)
        return tree_error(&l->read, at,
                          "\"%s\" is a stock: only its initial value can be changed, with \"set\" "
                          "or \"scale\"",
                          e->name);
    if (e->kind == ELEMENT_STOCK && change->kind == CHANGE_SCALE &&
        l->parameter_of[change->element] == SIZE_MAX &&
        !case_constant(l->c->model, change->element, &constant))
        return tree_error(&l->read, at, "the initial value of \"%s\" is computed and cannot be scaled",
                          e->name);
    if (e->kind != ELEMENT_STOCK && (e->kind != ELEMENT_AUX || !e->equation))
        return tree_error(&l->read, at, "\"%s\" has no equation that a change could replace", e->name);
    if (change->kind == CHANGE_ADD)
        return check_sum(l, at, change);
    if (change->kind != CHANGE_MEAN_OF)
        return TRUCE_OK;
    if (series == SIZE_MAX)
        return tree_error(&l->read, at, "\"mean of\" needs a series, and none drives \"%s\"", e->name);
    const case_column *data = &l->c->series[series].data;
    month data_last = data->first + (month)data->count - 1;
    if (change->mean_first < data->first || change->mean_last > data_last) {
        char first[16], last[16];
        month_iso(data->first, first);
        month_iso(data_last, last);
        return tree_error(&l->read, at, "\"mean of\" leaves the data of \"%s\", which reach from %s to %s",
                          e->name, first, last);
    }
    return TRUCE_OK;
}

/* One entry of the file becomes a change for each element that it names. */
static truce_status load_change(const loader *l, const tree *entry, change_list *list)
{
    const char *what;
    const tree *node = NULL;
    binding b = {0};
    case_change change = {.first = MONTH_NONE, .last = MONTH_NONE, .at = {entry->file, entry->line}};
    TRY(load_keys(l, entry, KEYS_CHANGE, &what));
    TRY(bind_elements(l, entry, what, "variable", &b));
    change.element = b.elements[0];
    TRY(load_kind(l, entry, what, &change, &node));
    TRY(load_period(l, entry, what, &change));
    for (size_t i = 0; i < b.count; i++) {
        change.element = b.elements[i];
        change.variable = l->c->model->elements[change.element].name;
        TRY(case_change_check(l, node, &change));
        if (!ARENA_PUSH(l->memory, list->items, list->count, list->capacity, change))
            return error_memory(l->read.error);
    }
    return TRUCE_OK;
}

/* ---- Scenarios ---------------------------------------------------------------------------------------- */

truce_status load_name_check(const loader *l, const tree *key, const char *what)
{
    const char *name = key->text;
    bool good = name[0] != '\0' && name[0] != '-' && name[0] != '.' && strlen(name) <= 64;
    for (const char *s = name; *s && good; s++)
        good = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
               strchr("-_.", *s) != NULL;
    return good ? TRUCE_OK
                : tree_error(&l->read, key,
                             "\"%s\" cannot name %s: use up to 64 letters, digits, '-', '_' and '.', not "
                             "'-' or '.' first",
                             name, what);
}

/* Whether following `from` from the scenario called `name` comes back to it. */
static bool comes_back(const tree *scenarios, const char *name)
{
    const char *at = name;
    for (size_t i = 0; i <= scenarios->count; i++) {
        const tree *body = tree_get(scenarios, at);
        const tree *from = body && body->kind == TREE_MAP ? tree_get(body, "from") : NULL;
        if (!from || from->kind != TREE_SCALAR)
            return false;
        at = from->text;
        if (strcmp(at, name) == 0)
            return true;
    }
    return false;
}

/* `before`: the scenarios above it. */
static truce_status load_base(const loader *l, const tree *scenarios, const tree *entry,
                              const case_scenario *before, case_scenario *s)
{
    const tree *node = tree_get(entry, "from");
    s->base = SIZE_MAX;
    if (!node)
        return TRUCE_OK;
    const char *name = NULL;
    TRY(tree_node_text(&l->read, node, "\"from\"", &name));
    for (size_t i = 0; &before[i] < s; i++)
        if (strcmp(before[i].name, name) == 0) {
            s->base = i;
            return before[i].branch_count
                       ? tree_error(&l->read, node, "\"%s\" has branches, and nothing can build on it", name)
                       : TRUCE_OK;
        }
    const char **names = arena_array(l->memory, scenarios->count, sizeof *names);
    if (!names)
        return error_memory(l->read.error);
    for (size_t i = 0; i < scenarios->count; i++)
        names[i] = scenarios->keys[i].text;
    if (!tree_get(scenarios, name))
        return tree_unknown(&l->read, node, "no scenario", name, names, scenarios->count);
    if (comes_back(scenarios, s->name))
        return tree_error(&l->read, node, "the scenario \"%s\" builds on itself in a cycle", s->name);
    return tree_error(&l->read, node, "the scenario \"%s\" builds on \"%s\", which must come before it",
                      s->name, name);
}

truce_status load_rests_on(const loader *l, const tree *entry, const size_t **rests_on, size_t *count)
{
    const tree *list = tree_get(entry, "rests on");
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"rests on\""));
    size_t *named = arena_array(l->memory, list->count, sizeof *named);
    if (!named && list->count)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++)
        TRY(load_parameter_name(l, &list->items[i], "an entry of \"rests on\"", &named[i]));
    *rests_on = named;
    *count = list->count;
    return TRUCE_OK;
}

/* ---- Branches ----------------------------------------------------------------------------------------- */

bool case_move_changes(const truce_case *c, const case_scenario *s, month from, case_change *changes,
                       size_t *count)
{
    month first = MONTH_NONE;
    *count = 0;
    for (size_t i = 0; i < s->change_count; i++)
        if (s->changes[i].first != MONTH_NONE && (first == MONTH_NONE || s->changes[i].first < first))
            first = s->changes[i].first;
    if (first == MONTH_NONE)
        return false;
    for (size_t i = 0; i < s->change_count; i++) {
        case_change *x = &changes[*count];
        *x = s->changes[i];
        if (x->first != MONTH_NONE)
            x->first += from - first;
        if (x->last != MONTH_NONE)
            x->last += from - first;
        if (x->last != MONTH_NONE && x->last > c->stop)
            x->last = MONTH_NONE;
        *count += x->first == MONTH_NONE || x->first <= c->stop;
    }
    return true;
}

/* The scenario with its own dated changes moved. */
static truce_status move_changes(const loader *l, const tree *node, const case_scenario *s, month from,
                                 const case_scenario **moved)
{
    case_scenario *copy = arena_alloc(l->memory, sizeof *copy);
    case_change *changes = arena_array(l->memory, s->change_count + 1, sizeof *changes);
    if (!copy || !changes)
        return error_memory(l->read.error);
    *copy = *s;
    copy->changes = changes;
    *moved = copy;
    return case_move_changes(l->c, s, from, changes, &copy->change_count)
               ? TRUCE_OK
               : tree_error(&l->read, node,
                            "\"%s\" has no change of its own with a date that could be another", s->name);
}

/* Only scenarios above this one can be its branches. */
static truce_status unknown_branch(const loader *l, const tree *node, const char *name,
                                   const case_scenario *before, const case_scenario *end)
{
    size_t count = (size_t)(end - before);
    const char **names = arena_array(l->memory, count + 1, sizeof *names);
    if (!names)
        return error_memory(l->read.error);
    for (size_t i = 0; i < count; i++)
        names[i] = before[i].name;
    return tree_unknown(&l->read, node, "there is no earlier scenario", name, names, count);
}

static truce_status load_branch(const loader *l, const tree *entry, const case_scenario *before,
                                const case_scenario *end, case_branch *b)
{
    const char *what, *name = NULL;
    month from = MONTH_NONE;
    TRY(load_keys(l, entry, KEYS_BRANCH, &what));
    TRY(tree_text(&l->read, entry, what, "scenario", TREE_REQUIRED, &name));
    TRY(tree_number(&l->read, entry, what, "probability", TREE_REQUIRED, &b->probability));
    TRY(load_horizon_month(l, entry, what, "from", &from));
    if (!(b->probability >= 0 && b->probability <= 1))
        return tree_error(&l->read, entry, "\"probability\" lies between 0 and 1");
    for (const case_scenario *s = before; s < end; s++)
        if (strcmp(s->name, name) == 0)
            b->scenario = s;
    const tree *node = tree_get(entry, "scenario");
    if (!b->scenario)
        return unknown_branch(l, node, name, before, end);
    if (from == MONTH_NONE)
        return TRUCE_OK;
    return move_changes(l, node, b->scenario, from, &b->scenario);
}

static truce_status load_branches(const loader *l, const tree *entry, const case_scenario *before,
                                  case_scenario *s)
{
    const tree *list = tree_get(entry, "branches");
    double sum = 0;
    if (!list)
        return TRUCE_OK;
    TRY(tree_is_list(&l->read, list, "\"branches\""));
    if (s->base == SIZE_MAX)
        return tree_error(&l->read, list, "branches need \"from\": the scenario where none of them is taken");
    case_branch *branches = arena_array(l->memory, list->count + 1, sizeof *branches);
    if (!branches)
        return error_memory(l->read.error);
    for (size_t i = 0; i < list->count; i++) {
        TRY(load_branch(l, &list->items[i], before, s, &branches[i]));
        sum += branches[i].probability;
    }
    if (sum > 1 + 1e-9)
        return tree_error(&l->read, list, "the probabilities of branches add up to %.3g, above 1", sum);
    s->branches = branches;
    s->branch_count = list->count;
    return TRUCE_OK;
}

static truce_status load_scenario(const loader *l, const tree *scenarios, size_t index,
                                  const case_scenario *before, case_scenario *s)
{
    assert(index < scenarios->count);
    const tree *entry = &scenarios->items[index];
    const char *what;
    s->name = scenarios->keys[index].text;
    s->title = s->name;
    s->at = (place){scenarios->keys[index].file, scenarios->keys[index].line};
    TRY(load_name_check(l, &scenarios->keys[index], "a scenario"));
    TRY(load_keys(l, entry, KEYS_SCENARIO, &what));
    TRY(tree_text(&l->read, entry, what, "title", TREE_OPTIONAL, &s->title));
    TRY(tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &s->note));
    TRY(load_base(l, scenarios, entry, before, s));
    TRY(load_rests_on(l, entry, &s->rests_on, &s->rests_count));
    TRY(load_branches(l, entry, before, s));
    const tree *changes = tree_get(entry, "changes");
    if (!changes)
        return TRUCE_OK;
    change_list list = {0};
    TRY(tree_is_list(&l->read, changes, "\"changes\""));
    for (size_t i = 0; i < changes->count; i++)
        TRY(load_change(l, &changes->items[i], &list));
    s->changes = list.items;
    s->change_count = list.count;
    return s->branch_count
               ? tree_error(&l->read, changes, "a scenario with branches has no changes of its own")
               : TRUCE_OK;
}

/* A case without scenarios has one, beside those that are given when it is loaded. */
static bool needs_base(const tree *scenarios)
{
    return !scenarios || !scenarios->count ||
           (strcmp(scenarios->keys[0].file, CASE_GIVEN_PART) == 0 && !tree_get(scenarios, "base"));
}

truce_status load_scenarios(loader *l, const tree *scenarios)
{
    truce_case *c = l->c;
    if (scenarios)
        TRY(tree_is_map(&l->read, scenarios, "\"scenarios\"", NULL));
    if (scenarios && scenarios->count > MOST_SCENARIOS)
        return tree_error(&l->read, scenarios, "more than %d scenarios", MOST_SCENARIOS);
    size_t given = scenarios ? scenarios->count : 0, own = needs_base(scenarios) ? 1 : 0;
    case_scenario *all = arena_array(l->memory, given + own, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    c->scenarios = all;
    if (own)
        all[0] = (case_scenario){.name = "base", .title = "Base", .base = SIZE_MAX, .at = {c->path, 1}};
    for (size_t i = 0; i < given; i++)
        TRY(load_scenario(l, scenarios, i, all, &all[own + i]));
    c->scenario_count = given + own;
    return TRUCE_OK;
}
