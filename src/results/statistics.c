/* Statistics of values over members. Few members come at once: their values are sorted, and quantiles are
 * exact. Many come chunk by chunk, and go into a tally, from which the statistics are read after the last
 * chunk. */
#include "results/statistics.h"
#include "results/words.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double probabilities[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

statistics statistics_of(float *values, float *room, size_t count)
{
    assert(count == 0 || (values && room));
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
    quantiles_of(values, room, count, probabilities, QUANTILES, s.quantiles);
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
    for (int k = 0; k < QUANTILES; k++) {
        truce_quantile q = summary_quantile(&t->cells, probabilities[k]);
        s.quantiles[k] = q.value;
        s.rank_error = fmax(s.rank_error, q.rank_error);
    }
    return s;
}

void tally_take(tally *t, const chunk *part, size_t pilot, float *values, float *room, size_t count,
                statistics *result)
{
    assert(result && (!t || part));
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

double statistics_step(const statistics *s)
{
    const double *q = s->quantiles;
    /* Two digits of the 50 % interval, at most three of the 90 % interval. */
    double step = words_step(q[1], q[3]), outer = words_step(0, q[4] - q[0]) / 10;
    if (q[4] > q[0])
        step = q[3] > q[1] ? fmax(step, outer) : outer;
    return fmax(fmax(step, s->finest), s->nothing);
}

bool statistics_agree(const statistics *s)
{
    double low = s->quantiles[0], high = s->quantiles[QUANTILES - 1];
    double most = fmax(fabs(low), fabs(high));
    return high - low <= 1e-4 * most || most < s->nothing;
}

double statistics_agreed(const statistics *s)
{
    double median = s->quantiles[QUANTILES / 2];
    return fabs(median) < s->nothing ? 0 : median;
}
