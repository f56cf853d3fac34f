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
