/* A local level that is damped: exponential smoothing of the monthly changes whose level reverts to their
 * mean (a single source of error, as in Hyndman, Koehler, Ord and Snyder 2008, chapter 2).
 *
 *     x(t) = m + r v(t-1) + e(t)        v(t) = r v(t-1) + g e(t)
 *
 * Gain g and damping r are averaged over a grid, each pair by its likelihood with the variance of the error
 * integrated out; the variance is drawn from its posterior. */
#include "base/base.h"
#include "math/quantiles.h"
#include "math/random.h"
#include "score/rivals.h"

#include <math.h>

enum { GAINS = 5, DAMPINGS = 5 };
static const double gains[GAINS] = {0.1, 0.3, 0.5, 0.7, 0.9};
static const double dampings[DAMPINGS] = {0.6, 0.8, 0.9, 0.95, 1};

damped_fit damped_filter(const score_past *past, double gain, double damping)
{
    damped_fit f = {0};
    for (size_t t = 0; t < past->count; t++)
        if (!isnan(past->changes[t])) {
            f.mean += past->changes[t];
            f.known++;
        }
    f.mean /= (double)(f.known ? f.known : 1);
    for (size_t t = 0; t < past->count; t++) {
        double expected = damping * f.level;
        double error = isnan(past->changes[t]) ? 0 : past->changes[t] - f.mean - expected;
        f.squares += error * error;
        f.level = expected + gain * error;
    }
    return f;
}

bool rival_damped(const score_past *past, size_t months, double *paths, size_t count)
{
    damped_fit fits[GAINS * DAMPINGS];
    double shares[GAINS * DAMPINGS], greatest = -INFINITY, sum = 0;
    uint64_t stream = past->stream ^ hash_bytes("damped", 6);
    for (size_t j = 0; j < GAINS * DAMPINGS; j++) {
        fits[j] = damped_filter(past, gains[j / DAMPINGS], dampings[j % DAMPINGS]);
        if (fits[j].known < RIVAL_LEAST || !(fits[j].squares > 0))
            return false;
        shares[j] = -(double)(fits[j].known - 1) / 2 * portable_log(fits[j].squares);
        greatest = fmax(greatest, shares[j]);
    }
    for (size_t j = 0; j < GAINS * DAMPINGS; j++)
        sum += shares[j] = portable_exp(shares[j] - greatest);
    for (size_t i = 0; i < count; i++) {
        double at = random_uniform(past->seed, i, stream, 0) * sum;
        size_t j = 0;
        while (j + 1 < GAINS * DAMPINGS && at > shares[j])
            at -= shares[j++];
        double freedom = (double)(fits[j].known - 1), level = fits[j].level;
        double sd = sqrt(fits[j].squares /
                         (2 * gamma_quantile(random_uniform(past->seed, i, stream, 1), freedom / 2)));
        for (size_t k = 0; k < months; k++) {
            double expected = dampings[j % DAMPINGS] * level,
                   error = sd * random_normal(past->seed, i, stream, k + 2);
            paths[i * months + k] = fits[j].mean + expected + error;
            level = expected + gains[j / DAMPINGS] * error;
        }
    }
    return true;
}
