/* Milestones and shortages of a case: events of a future, by keys of their own or as a test in words. */
#include "case/load.h"

#include <math.h>
#include <string.h>

/* ---- By keys ------------------------------------------------------------- */

/* The one test that an entry gives. */
static truce_status load_test(const loader *l, const tree *entry, const char *what, case_milestone *m)
{
    static const char *const tests[] = {[MILESTONE_BELOW] = "below",
                                        [MILESTONE_AT_MOST] = "at most",
                                        [MILESTONE_ABOVE] = "above",
                                        [MILESTONE_AT_LEAST] = "at least"};
    size_t given = 0;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (tree_get(entry, tests[i])) {
            m->test = (enum milestone_test)i;
            given++;
        }
    if (given != 1)
        return tree_error(&l->read, entry,
                          "%s needs one of \"below\", \"at most\", \"above\" and \"at least\"", what);
    return tree_number(&l->read, entry, what, tests[m->test], TREE_REQUIRED, &m->bound);
}

static truce_status load_measure(const loader *l, const tree *entry, const char *what, case_milestone *m)
{
    const char *measure = "level";
    TRY(tree_text(&l->read, entry, what, "measure", TREE_OPTIONAL, &measure));
    m->change = strcmp(measure, "change") == 0;
    if (!m->change && strcmp(measure, "level") != 0)
        return tree_error(&l->read, tree_get(entry, "measure"), "\"measure\" is level or change, not \"%s\"",
                          measure);
    return TRUCE_OK;
}

/* The elements that the key `variable` names; "the front" is the variable of the case's front. */
static truce_status bind_measured(const loader *l, const tree *entry, const char *what, binding *b)
{
    static const char *const labels[] = {""};
    const tree *name = tree_get(entry, "variable");
    if (!name || name->kind != TREE_SCALAR || strcmp(name->text, "the front") != 0 ||
        l->c->front_element == SIZE_MAX)
        return bind_elements(l, entry, what, "variable", b);
    *b = (binding){l->c->model->elements[l->c->front_element].name, 1, &l->c->front_element, labels};
    return TRUCE_OK;
}

static void put_binding(case_milestone *m, const binding *b)
{
    m->variable = b->variable;
    m->element_count = b->count;
    m->elements = b->elements;
    m->labels = b->labels;
}

/* The optional key `collapsed`: who is out of the war, by the same elements as `variable`. */
static truce_status load_collapsed(const loader *l, const tree *entry, const char *what, case_milestone *m)
{
    const tree *at = tree_get(entry, "collapsed");
    binding b = {0};
    if (!at)
        return TRUCE_OK;
    TRY(bind_elements(l, entry, what, "collapsed", &b));
    bool alike = b.count == m->element_count;
    for (size_t i = 0; alike && i < b.count; i++)
        alike = strcmp(b.labels[i], m->labels[i]) == 0;
    if (!alike)
        return tree_error(&l->read, at, "\"collapsed\" does not have the same elements as \"variable\"");
    m->collapsed = b.elements;
    return TRUCE_OK;
}

/* The parts of a milestone that has keys of its own for each. */
static truce_status load_parts(const loader *l, const tree *entry, const char *what, case_milestone *m)
{
    const char *key = NULL;
    binding b = {0};
    double months = 1;
    TRY(tree_text(&l->read, entry, what, "title", TREE_REQUIRED, &m->title));
    TRY(bind_measured(l, entry, what, &b));
    put_binding(m, &b);
    TRY(load_collapsed(l, entry, what, m));
    TRY(load_test(l, entry, what, m));
    TRY(load_measure(l, entry, what, m));
    TRY(load_period_key(l, entry, true, &key));
    TRY(tree_number(&l->read, entry, what, key, TREE_OPTIONAL, &months));
    if (months != floor(months) || months < 1 || months > HORIZON_MONTHS)
        return tree_error(&l->read, tree_get(entry, key), "\"%s\" must be a whole number from 1 to %d", key,
                          HORIZON_MONTHS);
    m->months = (int)months;
    return TRUCE_OK;
}

/* ---- Tests in words ------------------------------------------------------ */

static truce_status check_period(const loader *l, const tree *at, month m)
{
    char given[16], start[16], stop[16];
    if (m == MONTH_NONE)
        return TRUCE_OK;
    if (month_unit(m) != l->c->unit)
        return tree_error(&l->read, at, "the case is in %ss: write a date such as %s", case_period(l->c),
                          time_unit_example(l->c->unit));
    month_iso(m, given);
    month_iso(l->c->start, start);
    month_iso(l->c->stop, stop);
    return m < l->c->start || m > l->c->stop
               ? tree_error(&l->read, at, "the %s %s lies outside the horizon, %s to %s", case_period(l->c),
                            given, start, stop)
               : TRUCE_OK;
}

/* "sped of the front" is nearly a speed. */
static bool is_nearly_speed(const loader *l, const char *name)
{
    static const char *const speed[] = {"speed"};
    const char *of = strstr(name, " of ");
    const char *first = of ? arena_copy(l->memory, name, (size_t)(of - name)) : NULL;
    return first && truce_nearest_name(first, speed, 1);
}

static truce_status bind_written(const loader *l, const tree *at, const case_test *t, binding *b)
{
    static const char *const labels[] = {""};
    const char *name = arena_copy(l->memory, t->name, t->length);
    size_t index = SIZE_MAX;
    if (!name)
        return error_memory(l->read.error);
    if (strcmp(name, "the front") == 0 && l->c->front_element != SIZE_MAX) {
        *b = (binding){l->c->model->elements[l->c->front_element].name, 1, &l->c->front_element, labels};
        return TRUCE_OK;
    }
    TRY(bind_variable(l, name, strcspn(name, "["), &index));
    if (index == SIZE_MAX && is_nearly_speed(l, name))
        return tree_error(&l->read, at, "no variable \"%s\" (did you mean \"speed of ...\"?)", name);
    return bind_name(l, at, name, b);
}

static truce_status load_written(const loader *l, const tree *entry, const char *what, case_milestone *m)
{
    const tree *at = tree_get(entry, "test");
    const char *written = NULL, *wrong = NULL;
    case_test t;
    binding b = {0};
    TRY(tree_text(&l->read, entry, what, "test", TREE_REQUIRED, &written));
    m->title = written;
    TRY(tree_text(&l->read, entry, what, "title", TREE_OPTIONAL, &m->title));
    if (!case_test_read(written, strlen(written), &t, &wrong))
        return tree_error(&l->read, at,
                          "\"%s\" is not a test such as \"speed of the front <= 0 for 6 months\": %s",
                          written, wrong);
    if (entry->count != 1 + (tree_get(entry, "title") != NULL))
        return tree_error(&l->read, entry, "%s with \"test\" has no key beside it but \"title\"", what);
    if (t.unit >= 0 && t.unit != (int)l->c->unit)
        return tree_error(&l->read, at, "the case is in %ss: write \"%ss\" in place of \"%ss\"",
                          case_period(l->c), case_period(l->c), time_unit_name((time_unit)t.unit));
    TRY(check_period(l, at, t.first));
    TRY(check_period(l, at, t.last));
    if (t.first != MONTH_NONE && t.last != MONTH_NONE && t.last < t.first)
        return tree_error(&l->read, at, "\"%s\": the dates are out of order", written);
    TRY(bind_written(l, at, &t, &b));
    put_binding(m, &b);
    m->change = t.speed;
    m->test = t.test;
    m->bound = t.bound;
    m->months = t.count;
    m->window = t.window;
    m->first = t.first;
    m->last = t.last;
    return TRUCE_OK;
}

static truce_status load_milestone(const loader *l, const tree *entry, bool shortage, case_milestone *m)
{
    const char *what;
    TRY(load_keys(l, entry, shortage ? KEYS_SHORTAGE : KEYS_MILESTONE, &what));
    *m = (case_milestone){
        .shortage = shortage, .first = MONTH_NONE, .last = MONTH_NONE, .at = {entry->file, entry->line}};
    TRY((tree_get(entry, "test") ? load_written : load_parts)(l, entry, what, m));
    if (m->months > l->c->stop - l->c->start + 1)
        return tree_error(&l->read, entry, "a spell of %d %ss does not fit the horizon of %d", m->months,
                          case_period(l->c), (int)(l->c->stop - l->c->start + 1));
    return TRUCE_OK;
}

truce_status load_milestones(loader *l, const tree *milestones, const tree *shortages)
{
    truce_case *c = l->c;
    const tree *lists[] = {milestones, shortages};
    static const char *const names[] = {"\"milestones\"", "\"shortages\""};
    size_t count = 0;
    for (size_t k = 0; k < 2; k++) {
        if (lists[k])
            TRY(tree_is_list(&l->read, lists[k], names[k]));
        count += lists[k] ? lists[k]->count : 0;
    }
    case_milestone *all = arena_array(l->memory, count, sizeof *all);
    if (!all && count)
        return error_memory(l->read.error);
    c->milestones = all;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; lists[k] && i < lists[k]->count; i++)
            TRY(load_milestone(l, &lists[k]->items[i], k == 1, &all[c->milestone_count++]));
    return TRUCE_OK;
}
