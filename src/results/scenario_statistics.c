/* Statistics of a scenario: by quantity and month, and by quantity and reading, of the members' values and of
 * their differences to the same members of the baseline, for all members at once or chunk by chunk. One item
 * of work is one quantity. */
#include "results/collecting.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- Values of a quantity ------------------------------------------------ */

typedef struct scratch {
    float *values, *base, *room; /* [members] */
    double *sums;                /* [members] */
    double *sizes, *base_sizes;  /* [members]: sum of the magnitudes that went into a value */
} scratch;

static bool scratch_make(scratch *s, size_t members)
{
    size_t count = members ? members : 1;
    *s = (scratch){malloc(count * sizeof(float)),  malloc(count * sizeof(float)),
                   malloc(count * sizeof(float)),  malloc(count * sizeof(double)),
                   malloc(count * sizeof(double)), malloc(count * sizeof(double))};
    return s->values && s->base && s->room && s->sums && s->sizes && s->base_sizes;
}

static void scratch_free(scratch *s)
{
    free(s->values);
    free(s->base);
    free(s->room);
    free(s->sums);
    free(s->sizes);
    free(s->base_sizes);
}

/* sums += factor x values of an element at a save; their magnitudes are summed beside them. */
static void add_values(const members_view *v, size_t index, size_t save, double factor, double *sums,
                       double *sizes)
{
    const float *values = truce_ensemble_values(v->ensemble, v->output_of[index], v->save_of[save]);
    for (size_t i = 0; i < v->members; i++) {
        double value = factor * (double)values[i];
        sums[i] += value;
        sizes[i] += fabs(value);
    }
}

static void clear(const members_view *v, double *sums, double *sizes)
{
    memset(sums, 0, v->members * sizeof *sums);
    memset(sizes, 0, v->members * sizeof *sizes);
}

/* The quantity's level at save `to`. */
static void add_level(const members_view *v, const quantity *q, size_t to, double *sums, double *sizes)
{
    for (size_t e = 0; e < q->element_count; e++)
        add_values(v, q->elements[e], to, q->scale, sums, sizes);
    for (size_t i = 0; i < v->members; i++)
        sums[i] += q->offset;
}

/* The quantity's change from save `from` to `to`, divided by `months`; nothing over no time. */
static void add_change(const members_view *v, const quantity *q, size_t from, size_t to, double months,
                       double *sums, double *sizes)
{
    assert(months > 0);
    double factor = q->scale / months;
    for (size_t e = 0; e < q->element_count && to > from; e++) {
        add_values(v, q->elements[e], to, factor, sums, sizes);
        add_values(v, q->elements[e], from, -factor, sums, sizes);
    }
}

/* A flow over time: its values at the starts of the months from..to-1, each for a month. */
static void add_flow(const members_view *v, const quantity *q, size_t from, size_t to, double *sums,
                     double *sizes)
{
    assert(from <= to);
    for (size_t e = 0; e < q->element_count; e++)
        for (size_t k = from; k < to; k++)
            add_values(v, q->elements[e], k, q->scale, sums, sizes);
}

/* The mean change a month between two saves; else the level at the second, or, of what is no stock, the value
 * of the month before it: monthly data hold from the first day of a month, and a stock tells of it at its
 * end. */
static void add_window(const members_view *v, const quantity *q, size_t from, size_t to, double *sums,
                       double *sizes)
{
    assert(from <= to);
    if (q->change)
        add_change(v, q, from, to, to > from ? (double)(to - from) : 1, sums, sizes);
    else
        add_level(v, q, q->flow && to > 0 ? to - 1 : to, sums, sizes);
}

static void add_amount(const members_view *v, const quantity *q, size_t from, size_t to, double *sums,
                       double *sizes)
{
    if (q->flow)
        add_flow(v, q, from, to, sums, sizes);
    else
        add_change(v, q, from, to, 1, sums, sizes);
}

static void add_reading(const case_results *r, const members_view *v, const quantity *q, reading k,
                        double *sums, double *sizes)
{
    size_t data = r->data_months, months = r->months;
    size_t after = has_forecast(r) ? data : r->past_from; /* where the window after the data starts */
    switch (k) {
    case READING_NOW:
        add_window(v, q, r->past_from, data, sums, sizes);
        break;
    case READING_NEXT:
        add_window(v, q, after, r->next_to, sums, sizes);
        break;
    case READING_TREND:
        add_window(v, q, r->past_from, data, sums, sizes);
        for (size_t i = 0; i < v->members; i++)
            sums[i] = -sums[i];
        add_window(v, q, after, r->next_to, sums, sizes);
        break;
    case READING_END:
        add_window(v, q, after, months, sums, sizes);
        break;
    case READING_PAST_AMOUNT:
        add_amount(v, q, 0, data, sums, sizes);
        break;
    case READING_FUTURE_AMOUNT:
    case READING_COUNT:
        add_amount(v, q, data, months, sums, sizes);
        break;
    }
}

static void to_floats(size_t count, const double *sums, float *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (float)sums[i];
}

void quantity_month(const members_view *v, const quantity *q, size_t index, double *sums, double *sizes)
{
    assert(v && q && sums && sizes);
    clear(v, sums, sizes);
    add_window(v, q, index, index + 1, sums, sizes);
}

static void month_values(const members_view *v, const quantity *q, size_t index, double *sums, double *sizes,
                         float *out)
{
    quantity_month(v, q, index, sums, sizes);
    to_floats(v->members, sums, out);
}

static void reading_values(const case_results *r, const members_view *v, const quantity *q, reading k,
                           double *sums, double *sizes, float *out)
{
    clear(v, sums, sizes);
    add_reading(r, v, q, k, sums, sizes);
    to_floats(v->members, sums, out);
}

/* ---- Statistics ---------------------------------------------------------- */

typedef struct collection {
    case_results *r;
    const members_view *v, *baseline;
    scenario_result *result;
    size_t pilot, pilot_of_both; /* sound members of the pilot, here and in both scenarios */
    collect_task *alongside;
    void *context;
    bool called; /* touched by the calling thread only */
    atomic_bool out_of_memory, failed_alongside;
} collection;

/* Leaves out the members that failed, here or in the baseline. */
static size_t keep_sound(const members_view *v, const members_view *baseline, float *values)
{
    size_t count = 0;
    for (size_t i = 0; i < v->members; i++)
        if (!v->bad[i] && (!baseline || !baseline->bad[i]))
            values[count++] = values[i];
    return count;
}

/* How many members of the pilot are sound: they are the first of those kept. */
static size_t sound_pilot(const members_view *v, const members_view *baseline)
{
    size_t count = 0;
    for (size_t i = 0; i < v->members && i < SUMMARY_PILOT; i++)
        count += !v->bad[i] && (!baseline || !baseline->bad[i]);
    return count;
}

/* Values are kept as 32-bit floats: a difference within their rounding (half a unit in the last place of each
 * value that went in, 2^-24 of its size, and of the results) is none. */
static void take_difference(const collection *c, scratch *s, statistics *into, tally *tallies, size_t at)
{
    const double rounding = 0x1p-22;
    const members_view *v = c->v;
    for (size_t i = 0; i < v->members; i++) {
        double difference = (double)s->values[i] - (double)s->base[i];
        bool none = fabs(difference) <= rounding * (s->sizes[i] + s->base_sizes[i]);
        s->base[i] = none ? 0 : (float)difference;
    }
    size_t count = keep_sound(v, c->baseline, s->base);
    tally_take(tallies ? &tallies[at] : NULL, &v->part, c->pilot_of_both, s->base, s->room, count, &into[at]);
}

static void take_values(const collection *c, scratch *s, statistics *into, tally *tallies, size_t at)
{
    size_t count = keep_sound(c->v, NULL, s->values);
    tally_take(tallies ? &tallies[at] : NULL, &c->v->part, c->pilot, s->values, s->room, count, &into[at]);
}

/* ---- The work, shared out to threads ------------------------------------- */

/* Whether a quantity is either 0 or 1 in the model, always and in every member: something that has happened
 * or not. Its mean is then the share of members in which it has, and its quantiles say nothing. */
static bool is_indicator(const case_results *r, const members_view *v, const quantity *q)
{
    if (q->element_count != 1 || q->change)
        return false;
    for (size_t k = 0; k <= r->months; k++) {
        const float *values = truce_ensemble_values(v->ensemble, v->output_of[q->elements[0]], v->save_of[k]);
        for (size_t i = 0; i < v->members; i++)
            if (!v->bad[i] && values[i] != 0 && values[i] != 1)
                return false;
    }
    return true;
}

static void use_mean(statistics *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s[i].share = true;
        for (int k = 0; k < QUANTILES; k++)
            s[i].quantiles[k] = s[i].mean;
    }
}

/* How fine numbers are worth printing: four digits of the largest level, and one more for differences. */
static void set_finest(quantity *q, bool baseline, statistics *readings, statistics *differences)
{
    const double part = 1e-3; /* of the fourth digit of the largest value: about 1e-6 of it */
    if (baseline) {
        q->greatest = 0;
        for (int k = READING_NOW; k <= READING_END; k++)
            if (k != READING_TREND && isfinite(readings[k].quantiles[0]))
                q->greatest = fmax(q->greatest, fmax(fabs(readings[k].quantiles[0]),
                                                     fabs(readings[k].quantiles[QUANTILES - 1])));
    }
    double finest = q->greatest > 0 ? words_step(q->greatest, q->greatest) : 0;
    double nothing = q->course > 0 ? part * words_step(q->course, q->course) : 0;
    for (int k = 0; k < READING_COUNT; k++) {
        readings[k].finest = finest;
        readings[k].nothing = nothing;
        if (differences) {
            differences[k].finest = finest / 10;
            differences[k].nothing = nothing;
        }
    }
}

/* Once all members have passed. */
static void finish_quantity(const collection *c, quantity *q, size_t index)
{
    const case_results *r = c->r;
    scenario_result *result = c->result;
    size_t at = index * READING_COUNT;
    if (!result->varied[index] && (!c->baseline || !r->scenarios[0].varied[index])) {
        use_mean(&result->series[index * r->months], r->months);
        use_mean(&result->readings[at], READING_COUNT);
        if (c->baseline) {
            use_mean(&result->differences[index * r->months], r->months);
            use_mean(&result->reading_differences[at], READING_COUNT);
        }
    }
    for (size_t i = 0; i < r->months; i++) {
        const double *at_month = result->series[index * r->months + i].quantiles;
        q->course = fmax(q->course, fmax(fabs(at_month[0]), fabs(at_month[QUANTILES - 1])));
    }
    set_finest(q, !c->baseline, &result->readings[at], c->baseline ? &result->reading_differences[at] : NULL);
}

static void collect_quantity(const collection *c, size_t index, scratch *s)
{
    const case_results *r = c->r;
    quantity *q = &c->r->quantities[index];
    scenario_result *result = c->result;
    for (size_t i = 0; i < r->months; i++) {
        size_t at = index * r->months + i;
        month_values(c->v, q, i, s->sums, s->sizes, s->values);
        if (c->baseline) {
            month_values(c->baseline, q, i, s->sums, s->base_sizes, s->base);
            take_difference(c, s, result->differences, result->tallies.differences, at);
        }
        take_values(c, s, result->series, result->tallies.series, at);
    }
    for (int k = 0; k < READING_COUNT; k++) {
        size_t at = index * READING_COUNT + (size_t)k;
        reading_values(r, c->v, q, (reading)k, s->sums, s->sizes, s->values);
        if (c->baseline) {
            reading_values(r, c->baseline, q, (reading)k, s->sums, s->base_sizes, s->base);
            take_difference(c, s, result->reading_differences, result->tallies.reading_differences, at);
        }
        take_values(c, s, result->readings, result->tallies.readings, at);
    }
    result->varied[index] = result->varied[index] || !is_indicator(r, c->v, q);
    if (c->v->part.last)
        finish_quantity(c, q, index);
}

static bool run_alongside(collection *c)
{
    c->called = true;
    bool good = !c->alongside || c->alongside(c->context);
    if (!good)
        atomic_store(&c->failed_alongside, true);
    return good;
}

static bool collect_item(void *context, unsigned worker, size_t item)
{
    collection *c = context;
    if (worker == 0 && !c->called && !run_alongside(c)) /* worker 0 is the calling thread */
        return false;
    scratch s;
    bool good = scratch_make(&s, c->v->members);
    if (good)
        collect_quantity(c, item, &s);
    else
        atomic_store(&c->out_of_memory, true);
    scratch_free(&s);
    return good;
}

static bool make_tallies(case_results *r, size_t series, size_t readings, bool differences,
                         scenario_result *result)
{
    result->tallies.series = arena_array(&r->memory, series, sizeof(tally));
    result->tallies.readings = arena_array(&r->memory, readings, sizeof(tally));
    if (differences) {
        result->tallies.differences = arena_array(&r->memory, series, sizeof(tally));
        result->tallies.reading_differences = arena_array(&r->memory, readings, sizeof(tally));
    }
    return result->tallies.series && result->tallies.readings &&
           (!differences || (result->tallies.differences && result->tallies.reading_differences));
}

static bool make_room(case_results *r, bool differences, bool tallies, scenario_result *result)
{
    size_t series = r->quantity_count * r->months, readings = r->quantity_count * READING_COUNT;
    result->series = arena_array(&r->memory, series, sizeof(statistics));
    result->readings = arena_array(&r->memory, readings, sizeof(statistics));
    result->varied = arena_array(&r->memory, r->quantity_count, sizeof(bool));
    result->failures = arena_array(&r->memory, FAILURES_KEPT, sizeof *result->failures);
    if (differences) {
        result->differences = arena_array(&r->memory, series, sizeof(statistics));
        result->reading_differences = arena_array(&r->memory, readings, sizeof(statistics));
    }
    return result->series && result->readings && result->varied && result->failures &&
           (!differences || (result->differences && result->reading_differences)) &&
           (!tallies || make_tallies(r, series, readings, differences, result)) && milestones_make(r, result);
}

/* Copies what is known of members that failed: the ensemble goes away before the report is written. */
static truce_status keep_failures(case_results *r, const truce_ensemble *ensemble, scenario_result *result,
                                  truce_error *error)
{
    const truce_failure *f;
    result->failure_count += truce_ensemble_failure_count(ensemble);
    for (size_t i = 0;
         (f = truce_ensemble_failure(ensemble, i)) != NULL && result->failure_kept < FAILURES_KEPT; i++) {
        const char *name = arena_string(&r->memory, f->variable ? f->variable : "");
        if (!name)
            return error_memory(error);
        result->failures[result->failure_kept++] = (failure_record){f->member, f->time, f->value, name};
    }
    return TRUCE_OK;
}

truce_status collect_scenario(case_results *r, const members_view *v, const members_view *baseline,
                              scenario_result *result, collect_task *alongside, void *context,
                              truce_error *error)
{
    collection c = {.r = r,
                    .v = v,
                    .baseline = baseline,
                    .result = result,
                    .pilot = sound_pilot(v, NULL),
                    .pilot_of_both = sound_pilot(v, baseline),
                    .alongside = alongside,
                    .context = context};
    if (v->part.first == 0 && !make_room(r, baseline != NULL, !v->part.last, result))
        return error_memory(error);
    workers_run(r->threads, r->quantity_count, collect_item, &c);
    if (!c.called && !atomic_load(&c.out_of_memory)) /* the others were faster than this thread */
        run_alongside(&c);
    if (atomic_load(&c.failed_alongside))
        return TRUCE_RUN_FAILED; /* the task has said why */
    if (atomic_load(&c.out_of_memory))
        return error_memory(error);
    truce_status status = milestones_collect(r, v, result, error);
    return status ? status : keep_failures(r, v->ensemble, result, error);
}
