/* Sorting and quantiles of floats.
 *
 * Whole samples are sorted by a radix sort on their bits: three passes of 11 bits, no comparisons to mispredict, the
 * same time for every input. Quantiles need a few order statistics only: the values are put into buckets of equal
 * width, and of these only the ones are sorted that hold an order statistic asked for. Both orders are the same, with
 * -0 before 0. */
#include "math/order_statistics.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     (1u << DIGIT_BITS)

int order_of_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The bits of a float as a number that sorts as the float does: negative ones turned over, the sign of the
 * others flipped. */
static uint32_t to_key(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static void count_digits(const float *values, size_t count, uint32_t starts[3][DIGITS])
{
    memset(starts, 0, 3 * sizeof starts[0]);
    for (size_t i = 0; i < count; i++) {
        uint32_t key = to_key(values[i]);
        starts[0][key & (DIGITS - 1)]++;
        starts[1][(key >> DIGIT_BITS) & (DIGITS - 1)]++;
        starts[2][key >> (2 * DIGIT_BITS)]++;
    }
    for (int pass = 0; pass < 3; pass++) {
        uint32_t sum = 0;
        for (unsigned digit = 0; digit < DIGITS; digit++) {
            uint32_t number = starts[pass][digit];
            starts[pass][digit] = sum;
            sum += number;
        }
    }
}

/* The result is in `room` after the odd number of passes. */
void sort_floats_into(float *room, float *values, size_t count)
{
    assert(room != values || count == 0);
    uint32_t starts[3][DIGITS];
    count_digits(values, count, starts);
    float *from = values, *to = room;
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = 0; i < count; i++) {
            uint32_t digit = (to_key(from[i]) >> (pass * DIGIT_BITS)) & (DIGITS - 1);
            to[starts[pass][digit]++] = from[i];
        }
        float *other = from;
        from = to;
        to = other;
    }
}

/* ---- Buckets ----------------------------------------------------------------------------------------- */

enum { BUCKETS = 256, FEW = 48 };

typedef struct buckets {
    float least;
    double per_unit; /* buckets: 0 when all values are equal */
    uint32_t ends[BUCKETS];
    bool sorted[BUCKETS];
} buckets;

/* Does not fall as the value rises, rounding included: infinite values stand in the outer buckets, or all values in the
 * first when the finite ones are equal. */
static unsigned bucket_of(const buckets *b, float value)
{
    double at = ((double)value - (double)b->least) * b->per_unit;
    return at < BUCKETS - 1 ? at > 0 ? (unsigned)at : 0 : at >= BUCKETS - 1 ? BUCKETS - 1 : 0;
}

/* Of the finite values; INFINITY and -INFINITY when there is none. */
static void find_range(const float *values, size_t count, float *least, float *greatest)
{
    *least = INFINITY, *greatest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        *least = values[i] < *least && values[i] > -INFINITY ? values[i] : *least;
        *greatest = values[i] > *greatest && values[i] < INFINITY ? values[i] : *greatest;
    }
}

static void choose_buckets(buckets *b, const float *values, size_t count)
{
    float least, greatest;
    find_range(values, count, &least, &greatest);
    bool wide = greatest > least;
    *b = (buckets){.least = wide ? least : 0,
                   .per_unit = wide ? (BUCKETS - 1) / ((double)greatest - (double)least) : 0};
}

/* Into `room`, one bucket after the other, and back. */
static void fill_buckets(buckets *b, float *values, size_t count, float *room)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        b->ends[bucket_of(b, values[i])]++;
    for (unsigned k = 0; k < BUCKETS; k++) {
        uint32_t number = b->ends[k];
        b->ends[k] = sum;
        sum += number;
    }
    for (size_t i = 0; i < count; i++)
        room[b->ends[bucket_of(b, values[i])]++] = values[i];
    assert(b->ends[BUCKETS - 1] == count);
    memcpy(values, room, count * sizeof *values);
}

static void sort_few(float *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        float value = values[i];
        uint32_t key = to_key(value);
        size_t k = i;
        for (; k > 0 && to_key(values[k - 1]) > key; k--)
            values[k] = values[k - 1];
        values[k] = value;
    }
}

/* copy: the same values, used up */
static void sort_many(float *values, float *copy, size_t count)
{
    uint32_t first = to_key(values[0]), differences = 0;
    for (size_t i = 1; i < count; i++)
        differences |= to_key(values[i]) ^ first;
    if (differences)
        sort_floats_into(values, copy, count);
}

/* The value of a rank, counted from 0: what stands there is of its bucket already. */
static double order_statistic(buckets *b, float *room, float *values, size_t rank)
{
    unsigned k = bucket_of(b, room[rank]);
    size_t first = k ? b->ends[k - 1] : 0, count = b->ends[k] - first;
    assert(first <= rank && rank < first + count);
    if (!b->sorted[k] && count <= FEW)
        sort_few(room + first, count);
    else if (!b->sorted[k])
        sort_many(room + first, values + first, count);
    b->sorted[k] = true;
    return (double)room[rank];
}

/* A share of the way from one value to the next: a way without end is not taken from its infinite end, nor when the
 * share is 0. */
static double between(double low, double high, double share)
{
    double step = share > 0 && high > low && low > -INFINITY ? share * (high - low) : 0;
    return low + step;
}

void quantiles_of(float *values, float *room, size_t count, const double *probabilities,
                  size_t probability_count, double *quantiles)
{
    assert(count == 0 || (values && room));
    assert(probability_count == 0 || (probabilities && quantiles));
    buckets b;
    if (count > 0) {
        choose_buckets(&b, values, count);
        fill_buckets(&b, values, count, room);
    }
    for (size_t i = 0; i < probability_count; i++) {
        if (count == 0) {
            quantiles[i] = NAN;
            continue;
        }
        /* Type 7: the value at position (n - 1) p among the order statistics counted from 0. */
        double position = (double)(count - 1) * fmin(fmax(probabilities[i], 0), 1);
        size_t below = (size_t)position;
        double low = order_statistic(&b, room, values, below);
        double high = below + 1 < count ? order_statistic(&b, room, values, below + 1) : low;
        quantiles[i] = between(low, high, position - (double)below);
    }
}
