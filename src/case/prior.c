/* Parameters and their priors. */
#include "case/load.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double QUANTILE_95 = 1.6448536269514722; /* of the standard normal distribution */

/* Reads the numbers called `names` (ended by NULL) of a prior; `given` says which were there. Other keys are
 * errors. */
static truce_status read_numbers(const loader *l, const tree *node, const char *what,
                                 const char *const *names, double *values, bool *given)
{
    TRY(tree_is_map(&l->read, node, what, names));
    for (size_t i = 0; names[i]; i++) {
        given[i] = tree_get(node, names[i]) != NULL;
        TRY(tree_number(&l->read, node, what, names[i], TREE_OPTIONAL, &values[i]));
    }
    return TRUCE_OK;
}

static truce_status need_both(const loader *l, const tree *node, const char *what, const char *choice)
{
    return tree_error(&l->read, node, "%s needs %s", what, choice);
}

/* Normal and lognormal by centre and spread, or by two quantiles that hold 90 % between them. */
static truce_status bell_prior(const loader *l, const tree *node, bool logarithmic, truce_distribution *d)
{
    static const char *const normal[] = {"mean", "sd", "p05", "p95", NULL};
    static const char *const lognormal[] = {"median", "sd", "p05", "p95", NULL};
    const char *what = logarithmic ? "a lognormal prior" : "a normal prior";
    double v[4] = {0};
    bool given[4];
    TRY(read_numbers(l, node, what, logarithmic ? lognormal : normal, v, given));
    d->kind = logarithmic ? TRUCE_LOGNORMAL : TRUCE_NORMAL;
    if (given[0] && given[1] && !given[2] && !given[3]) {
        d->a = v[0];
        d->b = v[1];
        return TRUCE_OK;
    }
    if (given[0] || given[1] || !given[2] || !given[3])
        return need_both(l, node, what,
                         logarithmic ? "either \"median\" and \"sd\" or \"p05\" and \"p95\""
                                     : "either \"mean\" and \"sd\" or \"p05\" and \"p95\"");
    if (!(v[2] < v[3]))
        return tree_error(&l->read, node, "%s needs p05 < p95, not %g and %g", what, v[2], v[3]);
    if (logarithmic && !(v[2] > 0))
        return tree_error(&l->read, node, "a lognormal prior needs p05 > 0, not %g", v[2]);
    if (logarithmic) {
        d->a = sqrt(v[2]) * sqrt(v[3]);
        d->b = portable_log(v[3] / v[2]) / (2 * QUANTILE_95);
    } else {
        d->a = v[2] + (v[3] - v[2]) / 2;
        d->b = (v[3] - v[2]) / (2 * QUANTILE_95);
    }
    return TRUCE_OK;
}

static truce_status bounded_prior(const loader *l, const tree *node, const char *kind, truce_distribution *d)
{
    static const char *const uniform[] = {"low", "high", NULL};
    static const char *const triangular[] = {"low", "mode", "high", NULL};
    static const char *const beta[] = {"a", "b", "low", "high", NULL};
    double v[4] = {0, 0, 0, 1};
    bool given[4] = {false};
    if (strcmp(kind, "uniform") == 0) {
        TRY(read_numbers(l, node, "a uniform prior", uniform, v, given));
        if (!given[0] || !given[1])
            return need_both(l, node, "a uniform prior", "\"low\" and \"high\"");
        *d = (truce_distribution){.kind = TRUCE_UNIFORM, .a = v[0], .b = v[1]};
    } else if (strcmp(kind, "triangular") == 0) {
        TRY(read_numbers(l, node, "a triangular prior", triangular, v, given));
        if (!given[0] || !given[1] || !given[2])
            return need_both(l, node, "a triangular prior", "\"low\", \"mode\" and \"high\"");
        *d = (truce_distribution){.kind = TRUCE_TRIANGULAR, .a = v[0], .b = v[1], .c = v[2]};
    } else {
        TRY(read_numbers(l, node, "a beta prior", beta, v, given));
        if (!given[0] || !given[1])
            return need_both(l, node, "a beta prior", "\"a\" and \"b\"");
        *d = (truce_distribution){.kind = TRUCE_BETA, .a = v[0], .b = v[1], .c = v[2], .d = v[3]};
    }
    return TRUCE_OK;
}

/* {kind: numbers}, at the key `prior` or `before` */
static truce_status load_prior(const loader *l, const tree *entry, const char *owner, const char *key,
                               truce_distribution *d)
{
    const tree *node = tree_get(entry, key);
    if (!node)
        return tree_error(&l->read, entry, "\"%s\" needs the key \"%s\"", owner, key);
    TRY(load_keys(l, node, KEYS_PRIOR, NULL));
    if (node->count != 1)
        return tree_error(&l->read, node, "a prior has one kind, not %zu", node->count);
    const char *kind = node->keys[0].text;
    const tree *numbers = &node->items[0];
    *d = (truce_distribution){.kind = TRUCE_FIXED};
    if (strcmp(kind, "fixed") == 0)
        TRY(load_number_or_month(l, numbers, "a fixed prior", &d->a));
    else if (strcmp(kind, "normal") == 0 || strcmp(kind, "lognormal") == 0)
        TRY(bell_prior(l, numbers, kind[0] == 'l', d));
    else
        TRY(bounded_prior(l, numbers, kind, d));
    d->scale = 1;
    truce_error found = {0};
    truce_status status = truce_distribution_check(d, &found);
    if (status == TRUCE_OK)
        return TRUCE_OK;
    return tree_error(&l->read, numbers, "the prior of \"%s\" is wrong: %s", owner, found.message);
}

/* ---- Parameters --------------------------------------------------------------------------------------- */

/* Where a prior can go: a constant, a stock's initial value, a driven element that says so. */
static truce_status check_target(const loader *l, const tree *at, size_t index)
{
    assert(index < l->c->model->element_count);
    const element *e = &l->c->model->elements[index];
    size_t series = l->series_of[index];
    if (series != SIZE_MAX) {
        if (l->c->series[series].beyond == BEYOND_PRIOR)
            return TRUCE_OK;
        return load_repeated(l, (place){at->file, at->line}, l->c->series[series].at,
                             "\"%s\" is driven by a series, so a prior on it needs \"beyond: prior\" there,",
                             e->name);
    }
    if (e->kind == ELEMENT_STOCK || (e->kind == ELEMENT_AUX && e->is_constant_written))
        return TRUCE_OK;
    return tree_error(
        &l->read, at,
        "\"%s\" is computed (%s:%d), and a prior needs a constant or the initial value of a stock", e->name,
        e->at.file, e->at.line);
}

static truce_status load_target(const loader *l, const tree *entry, const char *what, case_parameter *p)
{
    const tree *variable = tree_get(entry, "variable"), *name = tree_get(entry, "name");
    p->element = SIZE_MAX;
    if (!variable == !name)
        return tree_error(&l->read, entry, "%s needs either \"variable\" or \"name\"", what);
    if (variable) {
        TRY(bind_element(l, entry, what, "variable", &p->element));
        p->name = l->c->model->elements[p->element].name;
        TRY(check_target(l, variable, p->element));
        return bind_units(l, entry, what, p->element, false, &p->units);
    }
    p->units = "";
    TRY(tree_text(&l->read, entry, what, "name", TREE_REQUIRED, &p->name));
    const char *bracket = strchr(p->name, '[');
    size_t index;
    TRY(bind_variable(l, p->name, bracket ? (size_t)(bracket - p->name) : strlen(p->name), &index));
    if (index != SIZE_MAX)
        return tree_error(&l->read, name,
                          "\"%s\" is a variable of the model: write \"variable\" in place of \"name\"",
                          p->name);
    return tree_text(&l->read, entry, what, "units", TREE_OPTIONAL, &p->units);
}

truce_status load_belief(const loader *l, const tree *entry, const char *what, case_parameter *p)
{
    p->at = (place){entry->file, entry->line};
    p->known = MONTH_NONE;
    TRY(load_prior(l, entry, p->name, "prior", &p->prior));
    const tree *fixed = tree_get(tree_get(entry, "prior"), "fixed");
    month date;
    p->date = load_is_month(l, fixed, &date);
    if (p->date && p->element != SIZE_MAX && !case_holds_date(l, p->element))
        return tree_error(&l->read, fixed, "\"%s\" holds no date, and \"%s\" is one", p->name, fixed->text);
    TRY(tree_flag(&l->read, entry, what, "judgement", &p->judgement));
    if (!p->judgement && !tree_get(entry, "source"))
        return tree_error(&l->read, entry, "%s needs the key \"source\", or \"judgement: true\"", what);
    TRY(load_source(l, entry, what, TREE_OPTIONAL, true, &p->source));
    return tree_text(&l->read, entry, what, "note", TREE_OPTIONAL, &p->note);
}

/* A prior cannot have been known before its source was there. */
static truce_status check_known(const loader *l, const tree *entry, const case_parameter *p)
{
    month published = p->source ? case_source_month(l->c, p->source) : MONTH_NONE;
    char known[16], other[16];
    month_iso(p->known, known);
    if (published > p->known) {
        month_iso(published, other);
        return tree_error(&l->read, tree_get(entry, "known"),
                          "\"%s\" cannot be known since %s, as its source is of %s or later", p->name, known,
                          other);
    }
    if (p->known > l->c->start && !p->has_before) {
        month_iso(l->c->start, other);
        return tree_error(&l->read, tree_get(entry, "known"),
                          "\"%s\" is known since %s, after the case begins in %s, and needs \"before\", the "
                          "prior of the %ss until then",
                          p->name, known, other, case_period(l->c));
    }
    return TRUCE_OK;
}

/* known: a month, and before: the prior of the time before it. */
static truce_status load_known(const loader *l, const tree *entry, const char *what, case_parameter *p)
{
    const tree *before = tree_get(entry, "before");
    TRY(load_month(l, entry, what, "known", TREE_OPTIONAL, &p->known));
    p->has_before = before != NULL;
    if (before && p->known == MONTH_NONE)
        return tree_error(&l->read, before,
                          "\"before\" needs \"known\", the %s from which on the prior was known",
                          case_period(l->c));
    if (before)
        TRY(load_prior(l, entry, p->name, "before", &p->before));
    return p->known == MONTH_NONE ? TRUCE_OK : check_known(l, entry, p);
}

static truce_status load_parameter(const loader *l, const tree *entry, case_parameter *p)
{
    const char *what;
    TRY(load_keys(l, entry, KEYS_PARAMETER, &what));
    TRY(load_target(l, entry, what, p));
    TRY(load_belief(l, entry, what, p));
    return load_known(l, entry, what, p);
}

/* Adds a parameter under its name, which must be new. */
static truce_status register_parameter(loader *l, const case_parameter *all, size_t index)
{
    const case_parameter *p = &all[index];
    const char *folded = name_fold(l->memory, p->name, strlen(p->name));
    size_t before = SIZE_MAX;
    if (!folded || !map_put(&l->parameter_names, folded, index, &before))
        return error_memory(l->read.error);
    if (before != SIZE_MAX)
        return load_repeated(l, p->at, all[before].at, "the parameter \"%s\" is given twice, first", p->name);
    if (p->element != SIZE_MAX)
        l->parameter_of[p->element] = index;
    return TRUCE_OK;
}

/* Series that hand over to a prior need one. */
static truce_status check_beyond(const loader *l)
{
    for (size_t i = 0; i < l->c->series_count; i++) {
        const case_series *s = &l->c->series[i];
        if (s->beyond == BEYOND_PRIOR && l->parameter_of[s->element] == SIZE_MAX)
            return error_set(l->read.error, TRUCE_BAD_INPUT, s->at.file, s->at.line,
                             "the series of \"%s\" says \"beyond: prior\", but no parameter gives it a prior",
                             s->variable);
    }
    return TRUCE_OK;
}

truce_status load_parameters(loader *l, const tree *list)
{
    truce_case *c = l->c;
    size_t total = list ? list->count : 0;
    if (list)
        TRY(tree_is_list(&l->read, list, "\"parameters\""));
    case_parameter *all = arena_array(l->memory, total, sizeof *all);
    if (!all)
        return error_memory(l->read.error);
    c->parameters = all;
    for (int free_ones = 0; free_ones < 2; free_ones++) { /* those of the model first */
        for (size_t i = 0; i < total; i++) {
            const tree *entry = &list->items[i];
            if (entry->kind == TREE_MAP && (tree_get(entry, "variable") == NULL) != (free_ones == 1))
                continue;
            TRY(load_parameter(l, entry, &all[c->parameter_count]));
            TRY(register_parameter(l, all, c->parameter_count));
            c->parameter_count++;
        }
    }
    return check_beyond(l);
}
