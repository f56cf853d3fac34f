/* Statistics of members as the public interface gives them. */
#include "answers/answers.h"

#include <math.h>

truce_statistics answers_nothing(void)
{
    truce_statistics s = {.mean = NAN, .above = NAN, .below = NAN};
    for (int k = 0; k < TRUCE_QUANTILES; k++)
        s.quantiles[k] = NAN;
    return s;
}

truce_statistics answers_statistics(float *values, float *room, size_t count)
{
    statistics s = statistics_of(values, room, count);
    truce_statistics given = {.mean = s.mean, .above = s.above, .below = s.below, .members = s.members};
    for (int k = 0; k < TRUCE_QUANTILES; k++)
        given.quantiles[k] = s.quantiles[k];
    return given;
}

truce_verdict answers_verdict(double probability, double holds_if)
{
    const double rounding = 1e-9;
    return probability >= holds_if - rounding       ? TRUCE_SUPPORTED
           : 1 - probability >= holds_if - rounding ? TRUCE_CONTRADICTED
                                                    : TRUCE_UNDETERMINED;
}

void answers_share_interval(double p, double count, double *low, double *high)
{
    const double z = 1.6448536269514722;
    double n = count, middle = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)), whole = 1 + z * z / n;
    /* rounding must not put an end beyond what it is an interval of */
    *low = fmin(p, (middle - half) / whole);
    *high = fmax(p, (middle + half) / whole);
}
