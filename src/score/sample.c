/* See sample.h. */
#include "score/sample.h"
#include "math/order_statistics.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static double probability_of(size_t i)
{
    return ((double)i + 0.5) / SAMPLE_POINTS;
}

/* Draw i stands for the probability (i + 1/2) / count (type 5 of Hyndman and Fan 1996), as points do. */
static double quantile_of(const double *sorted, size_t count, double p)
{
    assert(count > 0 && p >= 0 && p <= 1);
    double at = p * (double)count - 0.5;
    if (!(at > 0))
        return sorted[0];
    size_t i = (size_t)at;
    if (i + 1 >= count)
        return sorted[count - 1];
    return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}

void sample_from_draws(double *draws, size_t count, double points[SAMPLE_POINTS])
{
    qsort(draws, count, sizeof *draws, order_of_numbers);
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        points[i] = quantile_of(draws, count, probability_of(i));
}

double sample_quantile(const double points[SAMPLE_POINTS], double p)
{
    return quantile_of(points, SAMPLE_POINTS, p);
}

double sample_below(const double points[SAMPLE_POINTS], double y)
{
    double below = 0;
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        below += points[i] < y ? 1 : points[i] == y ? 0.5 : 0;
    return below / SAMPLE_POINTS;
}

/* A score that is less than this share of the numbers is what they are rounded by: of a series that always changes by the
 * same amount, persistence would have one, and all others huge multiples of it. */
static const double rounding = 1e-9;

sample_score sample_score_of(const double points[SAMPLE_POINTS], double observed)
{
    sample_score s = {0};
    for (size_t i = 0; i < SAMPLE_POINTS / 2; i++) {
        double low = points[i], high = points[SAMPLE_POINTS - 1 - i];
        s.spread += 2 * probability_of(i) * (high - low) / SAMPLE_POINTS;
        s.too_high += 2 * fmax(low - observed, 0) / SAMPLE_POINTS;
        s.too_low += 2 * fmax(observed - high, 0) / SAMPLE_POINTS;
    }
    s.crps = s.spread + s.too_high + s.too_low;
    double size = fmax(fmax(fabs(points[0]), fabs(points[SAMPLE_POINTS - 1])), fabs(observed));
    return s.crps > rounding * size ? s : (sample_score){0};
}

double sample_interval_score(const double points[SAMPLE_POINTS], double share, double observed)
{
    double low = sample_quantile(points, (1 - share) / 2), high = sample_quantile(points, (1 + share) / 2);
    return high - low + 2 / (1 - share) * (fmax(low - observed, 0) + fmax(observed - high, 0));
}

/* The scale of a logistic distribution with the standard deviation of Silverman's rule. */
static double kernel_scale(const double points[SAMPLE_POINTS])
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        mean += points[i] / SAMPLE_POINTS;
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        squares += (points[i] - mean) * (points[i] - mean);
    double sd = sqrt(squares / SAMPLE_POINTS),
           quartiles = (sample_quantile(points, 0.75) - sample_quantile(points, 0.25)) / 1.34;
    double spread = quartiles > 0 ? fmin(sd, quartiles) : sd;
    return 0.9 * spread * portable_pow(SAMPLE_POINTS, -0.2) * 0.55132889542179204; /* sqrt(3) / pi */
}

double sample_density(const double points[SAMPLE_POINTS], double y)
{
    double scale = kernel_scale(points), sum = 0;
    if (!(scale > 0))
        return 0;
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        double e = portable_exp(-fabs(y - points[i]) / scale);
        sum += e / ((1 + e) * (1 + e));
    }
    return sum / (SAMPLE_POINTS * scale);
}

/* The integral of F (1 - G) + G (1 - F). */
double sample_distance(const double x[SAMPLE_POINTS], const double y[SAMPLE_POINTS])
{
    double sum = 0, last = fmin(x[0], y[0]);
    size_t i = 0, k = 0;
    while (i < SAMPLE_POINTS || k < SAMPLE_POINTS) {
        bool from_x = k == SAMPLE_POINTS || (i < SAMPLE_POINTS && x[i] <= y[k]);
        double next = from_x ? x[i] : y[k], f = (double)i / SAMPLE_POINTS, g = (double)k / SAMPLE_POINTS;
        sum += (f * (1 - g) + g * (1 - f)) * (next - last);
        last = next;
        i += from_x;
        k += !from_x;
    }
    return sum;
}

void sample_average(const double *const *forecasts, const double *weights, size_t count,
                    double points[SAMPLE_POINTS])
{
    assert(count > 0);
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        points[i] = 0;
        for (size_t f = 0; f < count; f++)
            points[i] += weights[f] * forecasts[f][i];
    }
}
