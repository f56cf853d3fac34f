/* Weights of possible worlds. */
#include "talks/beliefs.h"

#include "math/special.h"

#include <assert.h>
#include <math.h>

bool beliefs_normalise(float *weights, size_t members)
{
    assert(weights && members > 0);
    double sum = 0.0;
    for (size_t m = 0; m < members; m++)
        sum += weights[m] >= 0.0f ? (double)weights[m] : NAN;
    if (!(sum > 0.0) || !isfinite(sum))
        return false;
    for (size_t m = 0; m < members; m++)
        weights[m] = (float)(weights[m] / sum * (double)members);
    return true;
}

bool beliefs_update(const float *before, const double *log_likelihood, size_t members, float *after)
{
    assert(before && log_likelihood && after && members > 0);
    double greatest = -INFINITY;
    for (size_t m = 0; m < members; m++)
        if (before[m] > 0.0f && log_likelihood[m] > greatest)
            greatest = log_likelihood[m];
    for (size_t m = 0; m < members; m++)
        after[m] = before[m] > 0.0f ? (float)(before[m] * portable_exp(log_likelihood[m] - greatest)) : 0.0f;
    return beliefs_normalise(after, members);
}

double beliefs_effective(const float *weights, size_t members)
{
    assert(weights && members > 0);
    double sum = 0.0, square = 0.0;
    for (size_t m = 0; m < members; m++) {
        sum += weights[m];
        square += (double)weights[m] * weights[m];
    }
    return square > 0.0 ? sum * sum / square : 0.0;
}
