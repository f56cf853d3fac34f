/* See rivals.h: the simple ones. */
#include "score/rivals.h"
#include "base/base.h"
#include "math/random.h"

#include <math.h>
#include <stdlib.h>

enum { RECENT = 6, LAST = 12 };

const score_rival score_rivals[SCORE_RIVALS] = {
    {"ar1", "an autoregression of its own past", rival_autoregression},
    {"bootstrap", "its past resampled", rival_bootstrap},
    {"damped", "a damped local level", rival_damped},
    {"year-before", "the same time a year before", rival_year_before},
    {"persistence", "its last changes continued", rival_persistence},
};

/* Paths about means that come again whose months all err by the same amount: the rate is taken to stay what it is,
 * and to be known as well as months differ. For the data at hand this scores better than months that vary
 * independently. */
static void fill_drifting(const score_past *past, uint64_t kind, const double *means, size_t mean_count,
                          double spread, size_t months, double *paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double error = spread * random_normal(past->seed, i, past->stream ^ kind, 0);
        for (size_t k = 0; k < months; k++)
            paths[i * months + k] = means[k % mean_count] + error;
    }
}

bool rival_persistence(const score_past *past, size_t months, double *paths, size_t count)
{
    double last[LAST], rate = 0, mean = 0, squares = 0;
    size_t known = 0;
    for (size_t t = past->count; t > 0 && t + LAST > past->count; t--)
        if (!isnan(past->changes[t - 1]))
            last[known++] = past->changes[t - 1];
    if (known < RIVAL_LEAST)
        return false;
    for (size_t i = 0; i < known; i++) {
        rate += i < RECENT ? last[i] / RECENT : 0;
        mean += last[i] / (double)known;
    }
    for (size_t i = 0; i < known; i++)
        squares += (last[i] - mean) * (last[i] - mean);
    fill_drifting(past, hash_bytes("persistence", 11), &rate, 1, sqrt(squares / (double)(known - 1)), months,
                  paths, count);
    return true;
}

bool rival_year_before(const score_past *past, size_t months, double *paths, size_t count)
{
    double squares = 0;
    size_t known = 0;
    size_t year = past->year;
    if (year < 2 || past->count < year)
        return false;
    const double *means = past->changes + past->count - year;
    for (size_t k = 0; k < year; k++)
        if (isnan(means[k]))
            return false;
    for (size_t t = year; t < past->count; t++) {
        double difference = past->changes[t] - past->changes[t - year];
        if (!isnan(difference)) {
            squares += difference * difference;
            known++;
        }
    }
    if (known < RIVAL_LEAST)
        return false;
    fill_drifting(past, hash_bytes("year before", 11), means, year, sqrt(squares / (double)known), months,
                  paths, count);
    return true;
}

/* Blocks of n^(1/3) months, rounded down (Hall, Horowitz and Jing 1995), in a circle over the months known
 * (Politis and Romano 1992). */
bool rival_bootstrap(const score_past *past, size_t months, double *paths, size_t count)
{
    double *known = malloc((past->count + 1) * sizeof *known);
    size_t n = 0, block = 1, from = 0;
    uint64_t stream = past->stream ^ hash_bytes("bootstrap", 9);
    for (size_t t = 0; known && t < past->count; t++)
        if (!isnan(past->changes[t]))
            known[n++] = past->changes[t];
    while ((block + 1) * (block + 1) * (block + 1) <= n)
        block++;
    for (size_t i = 0; i < count && n >= RIVAL_LEAST; i++)
        for (size_t k = 0; k < months; k++) {
            if (k % block == 0)
                from = (size_t)(random_uniform(past->seed, i, stream, k) * (double)n);
            paths[i * months + k] = known[(from + k % block) % n];
        }
    free(known);
    return n >= RIVAL_LEAST;
}
