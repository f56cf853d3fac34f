/* Statistics of values over members. Few members come at once: their values are sorted, and quantiles are
 * exact. Many come chunk by chunk, and go into a tally, from which the statistics are read after the last
 * chunk. */
#include "ensemble/ensemble.h"
#include "results/results.h"

#include <math.h>
#include <string.h>

static const double probabilities[CHART_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

statistics statistics_of(float *values, float *room, size_t count)
{
    statistics s = {.members = count, .mean = NAN, .above = NAN, .below = NAN};
    double sum = 0;
    size_t above = 0, below = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)values[i];
        above += values[i] > 0;
        below += values[i] < 0;
    }
    if (count) {
        s.mean = sum / (double)count;
        s.above = (double)above / (double)count;
        s.below = (double)below / (double)count;
    }
    quantiles_of(values, room, count, probabilities, CHART_QUANTILES, s.quantiles);
    return s;
}

static statistics statistics_of_tally(const tally *t)
{
    size_t count = t->cells.count;
    statistics s = {.members = count, .mean = summary_moments(&t->cells).mean, .above = NAN, .below = NAN};
    if (count) {
        s.above = (double)t->above / (double)count;
        s.below = (double)t->below / (double)count;
    }
    for (int k = 0; k < CHART_QUANTILES; k++) {
        truce_quantile q = summary_quantile(&t->cells, probabilities[k]);
        s.quantiles[k] = q.value;
        s.rank_error = fmax(s.rank_error, q.rank_error);
    }
    return s;
}

void tally_take(tally *t, const chunk *part, size_t pilot, float *values, float *room, size_t count,
                statistics *result)
{
    if (!t) {
        *result = statistics_of(values, room, count);
        return;
    }
    if (part->first == 0) {
        memcpy(room, values, pilot * sizeof *room);
        float sorted[SUMMARY_PILOT];
        sort_floats_into(sorted, room, pilot);
        summary_start(&t->cells, sorted, pilot);
        t->above = t->below = 0;
    }
    for (size_t i = 0; i < count; i++) {
        t->above += values[i] > 0;
        t->below += values[i] < 0;
    }
    summary_add(&t->cells, values, count);
    if (part->last)
        *result = statistics_of_tally(t);
}

static double greatest_of(const statistics *s, size_t count, double error)
{
    for (size_t i = 0; s && i < count; i++)
        error = s[i].rank_error > error ? s[i].rank_error : error;
    return error;
}

double report_rank_error(const report *r)
{
    double error = 0;
    size_t series = r->quantity_count * r->months, readings = r->quantity_count * READING_COUNT;
    for (size_t i = 0; i < r->scenario_count; i++) {
        const scenario_result *s = &r->scenarios[i];
        error = greatest_of(s->series, series, error);
        error = greatest_of(s->differences, series, error);
        error = greatest_of(s->readings, readings, error);
        error = greatest_of(s->reading_differences, readings, error);
    }
    for (size_t i = 0; r->observations && i < r->c->observation_count; i++)
        error = greatest_of(r->observations[i].predicted, r->months, error);
    return error;
}
