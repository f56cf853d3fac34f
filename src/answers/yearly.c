/* truce_yearly_find (truce.h): the sums of an output by calendar year and member, beyond the horizon where it is asked.
 * Nothing is saved but the output, so that a long time costs little where it depends on little. */
#include "answers/yearly.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MONTHS_BEYOND = 1200, MOST_SPREADS = 16 };

truce_yearly_options truce_yearly_default_options(void)
{
    return (truce_yearly_options){.until = TRUCE_MONTH_NONE, .members = 1000, .seed = 1};
}

/* ---- What is asked ---------------------------------------------------------------------------------------------- */

static truce_status unknown_output(const truce_case *c, const char *name, truce_error *error)
{
    const char **names = calloc(2 * c->output_count + 1, sizeof *names);
    if (!names)
        return error_memory(error);
    for (size_t i = 0; i < c->output_count; i++) {
        names[2 * i] = c->outputs[i].variable;
        names[2 * i + 1] = c->outputs[i].title;
    }
    const char *near = truce_nearest_name(name, names, 2 * c->output_count);
    truce_status status = near ? error_set(error, TRUCE_BAD_INPUT, c->path, 0,
                                           "no output \"%s\" (did you mean \"%s\"?)", name, near)
                               : error_set(error, TRUCE_BAD_INPUT, c->path, 0, "no output \"%s\"", name);
    free(names);
    return status;
}

static truce_status find_output(truce_yearly *y, truce_error *error)
{
    const truce_case *c = y->c;
    for (size_t i = 0; i < c->output_count && !y->output; i++)
        if (strcmp(c->outputs[i].variable, y->asked.value) == 0 ||
            strcmp(c->outputs[i].title, y->asked.value) == 0)
            y->output = &c->outputs[i];
    if (!y->output)
        return unknown_output(c, y->asked.value, error);
    if (y->output->element_count != 1)
        return error_set(error, TRUCE_BAD_INPUT, c->path, y->output->at.line,
                         "\"%s\" has %zu elements: years are told of one", y->output->title,
                         y->output->element_count);
    for (size_t i = 0; i < c->output_count && !y->shared; i++)
        if (c->outputs[i].section == y->output->section && c->outputs[i].share_count)
            y->shared = &c->outputs[i];
    if (y->output->share_count)
        y->shared = y->output;
    return TRUCE_OK;
}

static truce_status find_months(truce_yearly *y, truce_error *error)
{
    const truce_case *c = y->c;
    month last = y->asked.until == MONTH_NONE ? c->stop : y->asked.until;
    if (c->unit != TRUCE_MONTHS)
        return error_set(error, TRUCE_BAD_INPUT, c->path, 0, "years are told of cases by the month");
    if (last < c->start || last - c->stop > MOST_MONTHS_BEYOND)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the last month must lie within the horizon or %d months after it",
                         MOST_MONTHS_BEYOND);
    y->months = (size_t)(last - c->start) + 1;
    y->first_year = (int)floor(c->start / 12.0);
    y->years = (size_t)((int)floor(last / 12.0) - y->first_year) + 1;
    return TRUCE_OK;
}

typedef struct drawn_spreads {
    size_t elements[MOST_SPREADS];
    truce_distribution distributions[MOST_SPREADS];
} drawn_spreads;

static truce_status read_spreads(const truce_yearly *y, drawn_spreads *d, truce_error *error)
{
    if (y->asked.spread_count > MOST_SPREADS)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "at most %d elements have ranges", MOST_SPREADS);
    for (size_t i = 0; i < y->asked.spread_count; i++) {
        const truce_yearly_spread *s = &y->asked.spreads[i];
        const truce_model *m = y->c->model;
        size_t whole, part;
        d->elements[i] = model_find_element(m, s->element);
        if (d->elements[i] >= m->element_count) {
            TRY(truce_model_look_up(m, s->element, &whole, &part, error));
            if (model_find_element(m, s->element) < m->element_count)
                return error_memory(error); /* it was not found for want of memory */
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "\"%s\" is an array: name one of its elements",
                             s->element);
        }
        if (m->elements[d->elements[i]].kind != ELEMENT_AUX || !m->elements[d->elements[i]].equation)
            return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                             "\"%s\" has no equation that a range could replace", s->element);
        if (!(s->low < s->high) || !isfinite(s->low) || !isfinite(s->high))
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "the range of \"%s\" must go from less to more",
                             s->element);
        d->distributions[i] =
            (truce_distribution){.kind = TRUCE_UNIFORM, .a = s->low, .b = s->high, .scale = 1};
    }
    return TRUCE_OK;
}

/* ---- Sums --------------------------------------------------------------------------------------------------------- */

/* Saves are at the start and at the ends of months: save i + 1 is the end of month i. */
static double shown(const truce_yearly *y, const truce_ensemble *e, size_t i, size_t member)
{
    double now = (double)truce_ensemble_values(e, 0, i + 1)[member];
    double before = y->output->change ? (double)truce_ensemble_values(e, 0, i)[member] : 0;
    return y->output->scale * (now - before) + (y->output->change ? 0 : y->output->offset);
}

static truce_status sum_years(truce_yearly *y, const truce_ensemble *e, truce_error *error)
{
    size_t members = y->asked.members, sound = 0;
    float *sums = calloc((y->years + 2) * members + 1, sizeof *sums),
          *totals = sums ? sums + y->years * members : NULL;
    y->sums = arena_array(&y->memory, y->years, sizeof *y->sums);
    for (size_t m = 0; sums && y->sums && m < members; m++) {
        if (truce_ensemble_is_bad(e, m))
            continue;
        for (size_t i = 0; i < y->months; i++) {
            size_t year = (size_t)((int)floor((y->c->start + (int)i) / 12.0) - y->first_year);
            sums[year * members + sound] += (float)shown(y, e, i, m);
            totals[sound] += (float)shown(y, e, i, m);
        }
        sound++;
    }
    for (size_t k = 0; sums && y->sums && k < y->years; k++)
        y->sums[k] = answers_statistics(sums + k * members, totals + members, sound);
    if (sums && y->sums)
        y->total = answers_statistics(totals, totals + members, sound);
    free(sums);
    return y->sums && totals ? TRUCE_OK : error_memory(error);
}

static truce_status run(truce_yearly *y, truce_error *error)
{
    drawn_spreads spreads;
    truce_ensemble *e;
    const truce_yearly_options *o = &y->asked;
    TRY(read_spreads(y, &spreads, error));
    case_plan_options plan = {.saved = y->output->elements,
                              .saved_count = 1,
                              .drawn = spreads.elements,
                              .distributions = spreads.distributions,
                              .drawn_count = o->spread_count};
    truce_case view = *y->c;
    if (y->c->start + (month)y->months - 1 > y->c->stop)
        plan.more_months = (int)(y->c->start + (month)y->months - 1 - y->c->stop);
    truce_ensemble_options run_options = {
        .members = o->members, .seed = o->seed, .threads = o->threads, .engine = o->engine};
    TRY(simulate_scenario(&view, y->scenario, &plan, o->posterior, &run_options, &e, error));
    truce_status status = sum_years(y, e, error);
    truce_ensemble_destroy(e);
    return status;
}

static truce_status find(truce_yearly *y, truce_error *error)
{
    const char **words[] = {&y->asked.value, &y->asked.scenario, &y->asked.command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&y->memory, *words[i])))
            return error_memory(error);
    if (!y->asked.members || y->asked.members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "years are told of 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    if (y->asked.scenario)
        TRY(simulate_find_scenario(y->c, y->asked.scenario, &y->scenario, error));
    TRY(find_output(y, error));
    TRY(find_months(y, error));
    return run(y, error);
}

truce_status truce_yearly_find(const truce_case *c, const truce_yearly_options *options,
                               truce_yearly **yearly, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(yearly, "yearly");
    REQUIRE(options->value, "value");
    *yearly = NULL;
    truce_yearly *y = calloc(1, sizeof *y);
    if (!y)
        return error_memory(error);
    *y = (truce_yearly){.c = c, .asked = *options};
    truce_status status = find(y, error);
    if (status == TRUCE_OK)
        *yearly = y;
    else
        truce_yearly_destroy(y);
    return status;
}

void truce_yearly_destroy(truce_yearly *y)
{
    if (!y)
        return;
    arena_free(&y->memory);
    free(y);
}

/* ---- Reading it ----------------------------------------------------------------------------------------------------- */

size_t truce_yearly_years(const truce_yearly *y)
{
    return y ? y->years : 0;
}

int truce_yearly_year(const truce_yearly *y, size_t index)
{
    return y ? y->first_year + (int)index : 0;
}

truce_statistics truce_yearly_sum(const truce_yearly *y, size_t year)
{
    return y && year < y->years ? y->sums[year] : answers_nothing();
}

truce_statistics truce_yearly_total(const truce_yearly *y)
{
    return y ? y->total : answers_nothing();
}

size_t truce_yearly_bearers(const truce_yearly *y)
{
    return y && y->shared ? y->shared->share_count : 0;
}

const char *truce_yearly_bearer(const truce_yearly *y, size_t index, double *share)
{
    bool known = index < truce_yearly_bearers(y);
    if (share)
        *share = known ? y->shared->shares[index] : NAN;
    return known ? y->shared->share_labels[index] : "";
}
