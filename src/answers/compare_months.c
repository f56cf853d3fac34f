/* See compare_months.h. Values of members are doubles while they are summed, and floats in statistics. */
#include "answers/compare_months.h"

#include <math.h>
#include <stdlib.h>

typedef struct bench {
    size_t members;
    double *a, *b;             /* of the world and the reference in a month */
    double *a_sizes, *b_sizes; /* what their rounding is judged by */
    double *a_sum, *b_sum;     /* over the window so far */
    double *total;             /* of differences */
    float *values, *room;
    bool *sound;
    bool varied; /* a value was other than 0 and 1 */
    bool none;   /* all differences were zero */
} bench;

static void bench_free(bench *w)
{
    free(w->a);
    free(w->values);
    free(w->sound);
}

static bool bench_make(bench *w, const compare_pair *pair)
{
    size_t n = pair->v->members;
    double *columns = calloc(7 * n + 1, sizeof *columns);
    *w = (bench){.members = n,
                 .a = columns,
                 .values = malloc((2 * n + 1) * sizeof *w->values),
                 .sound = malloc(n + 1),
                 .none = true};
    if (!columns || !w->values || !w->sound) {
        bench_free(w);
        return false;
    }
    double **next[] = {&w->b, &w->a_sizes, &w->b_sizes, &w->a_sum, &w->b_sum, &w->total};
    for (size_t i = 0; i < sizeof next / sizeof *next; i++)
        *next[i] = columns + (i + 1) * n;
    w->room = w->values + n;
    for (size_t m = 0; m < n; m++)
        w->sound[m] = !pair->v->bad[m] && !(pair->reference && pair->reference->bad[m]);
    return true;
}

static bool is_level(const quantity *q)
{
    return !q->change && !q->flow;
}

/* ---- One month ----------------------------------------------------------------------------------------- */

/* Values are kept as 32-bit floats: a difference within their rounding is none (scenario_statistics.c). */
static double difference(const bench *w, size_t m)
{
    double d = w->a[m] - w->b[m];
    return fabs(d) <= 0x1p-22 * (w->a_sizes[m] + w->b_sizes[m]) ? 0 : d;
}

static size_t gather(bench *w, const double *of)
{
    size_t count = 0;
    for (size_t m = 0; m < w->members; m++)
        if (w->sound[m])
            w->values[count++] = (float)of[m];
    return count;
}

static truce_statistics statistics_over(bench *w, const double *of)
{
    return answers_statistics(w->values, w->room, gather(w, of));
}

/* Whether it has been other than 0 and 1 in the model, which are 0 and `scale` for the reader. */
static void note_kind(bench *w, const quantity *q)
{
    w->varied = w->varied || !is_level(q) || q->element_count != 1 || q->offset != 0;
    for (size_t m = 0; m < w->members && !w->varied; m++)
        w->varied =
            w->sound[m] && ((w->a[m] != 0 && w->a[m] != q->scale) || (w->b[m] != 0 && w->b[m] != q->scale));
}

/* Adds the month to the window's sums, and leaves the difference in `a_sizes`. */
static void add_month(bench *w, bool level)
{
    for (size_t m = 0; m < w->members; m++) {
        double d = difference(w, m);
        w->none = w->none && (d == 0 || !w->sound[m]);
        w->a_sizes[m] = d;
        w->total[m] = level ? d : w->total[m] + d;
        w->a_sum[m] = level ? w->a[m] : w->a_sum[m] + w->a[m];
        w->b_sum[m] = level ? w->b[m] : w->b_sum[m] + w->b[m];
    }
}

double error_of_mean(const float *values, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i];
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += ((double)values[i] - mean) * ((double)values[i] - mean);
    return count > 1 ? sqrt(squares / (double)(count - 1) / (double)count) : NAN;
}

void put_interval_of_mean(truce_statistics *s, double error)
{
    static const double z[TRUCE_QUANTILES] = {-1.6448536, -0.6744898, 0, 0.6744898, 1.6448536};
    for (int k = 0; k < TRUCE_QUANTILES; k++)
        s->quantiles[k] = s->mean + (isnan(error) ? 0 : z[k] * error); /* of one there is no error */
}

/* A mean lies among what it is of: no share is below none, and no difference from none either. */
static void keep_within(truce_statistics *s, const float *values, size_t count)
{
    double least = INFINITY, greatest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, (double)values[i]);
        greatest = fmax(greatest, (double)values[i]);
    }
    for (int k = 0; k < TRUCE_QUANTILES && count; k++)
        s->quantiles[k] = fmin(fmax(s->quantiles[k], least), greatest);
}

/* Of something that has happened or not. */
static truce_statistics share_over(bench *w, const double *of)
{
    size_t count = gather(w, of);
    double error = error_of_mean(w->values, count);
    truce_statistics s = answers_statistics(w->values, w->room, count);
    put_interval_of_mean(&s, error);
    keep_within(&s, w->values, count);
    return s;
}

static truce_statistics numbers_over(bench *w, const double *of)
{
    return w->varied ? statistics_over(w, of) : share_over(w, of);
}

static void put_month(const compare_pair *pair, bench *w, size_t i, truce_effect_month *into)
{
    quantity_month(pair->v, pair->q, pair->from + i, w->a, w->a_sizes);
    quantity_month(pair->reference, pair->q, pair->from + i, w->b, w->b_sizes);
    note_kind(w, pair->q);
    add_month(w, is_level(pair->q));
    into->reference = numbers_over(w, w->b);
    into->world = numbers_over(w, w->a);
    into->effect = numbers_over(w, w->a_sizes);
    into->cumulative = is_level(pair->q) ? answers_nothing() : statistics_over(w, w->total);
}

/* ---- The window ---------------------------------------------------------------------------------------- */

static void divide(double *values, size_t count, double by)
{
    for (size_t i = 0; i < count; i++)
        values[i] /= by;
}

/* Draw by draw, where the reference is of one sign. */
static truce_statistics relative_over(bench *w, const truce_statistics *reference)
{
    size_t count = 0;
    const double *q = reference->quantiles;
    if (!(q[0] > 0 || q[TRUCE_QUANTILES - 1] < 0))
        return answers_nothing();
    for (size_t m = 0; m < w->members; m++)
        if (w->sound[m] && w->b_sum[m] != 0)
            w->values[count++] = (float)(w->total[m] / fabs(w->b_sum[m]));
    return answers_statistics(w->values, w->room, count);
}

static void put_window(bench *w, bool level, size_t months, truce_effect *e)
{
    e->level = level;
    e->share = !w->varied;
    e->none = w->none;
    e->total = level ? answers_nothing() : statistics_over(w, w->total);
    if (!level) {
        divide(w->a_sum, w->members, (double)months);
        divide(w->b_sum, w->members, (double)months);
        divide(w->total, w->members, (double)months);
    }
    e->reference = numbers_over(w, w->b_sum);
    e->world = numbers_over(w, w->a_sum);
    e->effect = numbers_over(w, w->total);
    e->relative = e->share ? answers_nothing() : relative_over(w, &e->reference);
    const double *q = e->effect.quantiles;
    e->resolved = !e->none && (q[0] > 0 || q[TRUCE_QUANTILES - 1] < 0);
}

/* The greatest effect has the sign of the whole. */
static size_t half_reached(const truce_effect_month *months, size_t count, double sign)
{
    double greatest = 0;
    for (size_t i = 0; i < count; i++)
        greatest = fmax(greatest, sign * months[i].effect.quantiles[2]);
    for (size_t i = 0; i < count && greatest > 0; i++)
        if (sign * months[i].effect.quantiles[2] >= greatest / 2)
            return i;
    return SIZE_MAX;
}

bool compare_months(const compare_pair *pair, compared_quantity *result, float *window)
{
    bench w;
    if (!bench_make(&w, pair))
        return false;
    for (size_t i = 0; i < pair->months; i++)
        put_month(pair, &w, i, &result->months[i]);
    put_window(&w, is_level(pair->q), pair->months, &result->window);
    truce_effect *e = &result->window;
    e->half = e->resolved ? half_reached(result->months, pair->months, copysign(1, e->effect.quantiles[2]))
                          : SIZE_MAX;
    for (size_t m = 0; window && m < w.members; m++)
        window[m] = (float)w.a_sum[m];
    bench_free(&w);
    return true;
}

bool compare_window(const compare_pair *pair, float *window)
{
    bench w;
    if (!bench_make(&w, pair))
        return false;
    bool level = is_level(pair->q);
    for (size_t i = level ? pair->months - 1 : 0; i < pair->months; i++) {
        quantity_month(pair->v, pair->q, pair->from + i, w.a, w.a_sizes);
        for (size_t m = 0; m < w.members; m++)
            w.a_sum[m] += w.a[m];
    }
    for (size_t m = 0; m < w.members; m++)
        window[m] = (float)(w.a_sum[m] / (level ? 1 : (double)pair->months));
    bench_free(&w);
    return true;
}
