/* See matter.h. Of members with equal x the order is that of their numbers, so that the result is the same for any
 * number of threads. */
#include "answers/matter.h"
#include "answers/sensitivity.h"

#include <math.h>
#include <stdlib.h>

typedef struct ranked {
    double value;
    size_t at;
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static ranked *sorted(const double *values, size_t count)
{
    ranked *order = malloc((count + 1) * sizeof *order);
    for (size_t i = 0; order && i < count; i++)
        order[i] = (ranked){values[i], i};
    if (order)
        qsort(order, count, sizeof *order, by_value);
    return order;
}

bool matter_share(const double *x, const double *y, size_t count, double *share)
{
    double mean = 0, squares = 0, products = 0;
    ranked *order = sorted(x, count);
    *share = NAN;
    if (!order)
        return false;
    for (size_t i = 0; i < count; i++)
        mean += y[i] / (double)count;
    for (size_t i = 0; i < count; i++) { /* the last one's neighbour is the first */
        double a = y[order[i].at] - mean, b = y[order[(i + 1) % count].at] - mean;
        squares += a * a;
        products += a * b;
    }
    if (count > 1 && sensitivity_varies(y, count) && order[0].value < order[count - 1].value)
        *share = products / squares;
    free(order);
    return true;
}

bool matter_ranks(const double *values, size_t count, double *ranks)
{
    ranked *order = sorted(values, count);
    for (size_t i = 0, end; order && i < count; i = end) {
        for (end = i + 1; end < count && order[end].value == order[i].value;)
            end++;
        for (size_t k = i; k < end; k++) /* equal values have their mean rank */
            ranks[order[k].at] = ((double)i + (double)end - 1) / 2;
    }
    free(order);
    return order != NULL;
}

bool matter_correlation(const double *x, const double *y, size_t count, double *correlation)
{
    double *a = malloc((2 * count + 1) * sizeof *a), xy = 0, xx = 0, yy = 0, middle = ((double)count - 1) / 2;
    bool good = a && matter_ranks(x, count, a) && matter_ranks(y, count, a + count);
    for (size_t i = 0; good && i < count; i++) {
        xy += (a[i] - middle) * (a[count + i] - middle);
        xx += (a[i] - middle) * (a[i] - middle);
        yy += (a[count + i] - middle) * (a[count + i] - middle);
    }
    *correlation = xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
    free(a);
    return good;
}

double matter_half(const double *values)
{
    const double t = 1.8331129326536335; /* 95 % of Student's t with 9 degrees of freedom */
    double sum = 0, squares = 0;
    for (size_t g = 0; g < MATTER_GROUPS; g++) {
        sum += values[g];
        squares += values[g] * values[g];
    }
    double variance = (squares - sum * sum / MATTER_GROUPS) / (MATTER_GROUPS - 1);
    return isnan(variance) ? NAN : t * sqrt(fmax(variance, 0) / MATTER_GROUPS);
}

bool matter_index(const double *x, const double *y, size_t count, truce_index *index)
{
    double shares[MATTER_GROUPS];
    size_t size = count / MATTER_GROUPS;
    if (!matter_share(x, y, count, &index->share) || !matter_correlation(x, y, count, &index->slope))
        return false;
    for (size_t g = 0; g < MATTER_GROUPS; g++)
        if (!matter_share(x + g * size, y + g * size, size, &shares[g]))
            return false;
    double half = matter_half(shares);
    index->low = index->share - half;
    index->high = index->share + half;
    index->resolved = index->low > 0;
    return true;
}

double matter_chance(size_t members, size_t parameters)
{
    const truce_distribution normal = {.kind = TRUCE_NORMAL, .b = 1, .scale = 1};
    return truce_distribution_quantile(&normal, 1 - 0.05 / (double)parameters) / sqrt((double)members);
}
