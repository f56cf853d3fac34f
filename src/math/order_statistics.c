/* Quantiles of a sample. The values are sorted by a radix sort on their bits: three passes of 11 bits, no
 * comparisons to mispredict, the same time for every input, and all the quantiles asked for from one sort. */
#include "math/order_statistics.h"

#include <assert.h>
#include <math.h>
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

void quantiles_of(float *values, float *room, size_t count, const double *probabilities,
                  size_t probability_count, double *quantiles)
{
    assert(count == 0 || (values && room));
    assert(probability_count == 0 || (probabilities && quantiles));
    if (count > 0)
        sort_floats_into(room, values, count);
    for (size_t i = 0; i < probability_count; i++) {
        if (count == 0) {
            quantiles[i] = NAN;
            continue;
        }
        /* Type 7: the value at position (n - 1) p among the order statistics counted from 0. */
        double position = (double)(count - 1) * fmin(fmax(probabilities[i], 0), 1);
        size_t below = (size_t)position;
        double low = room[below], high = room[below + 1 < count ? below + 1 : below];
        quantiles[i] = low + (position - (double)below) * (high - low);
    }
}
