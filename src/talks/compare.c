/* Two scenarios side by side, member by member.
 *
 * The standard error of a mean change is the greatest of three: the spread over members by the root of their
 * number, which the luck of the members decides; and what the two folds of the regressions are apart, in the
 * month and in the mean over all months, which the luck of the regressions decides too (also of those of
 * peace, where a coefficient may tip whether a breach pays). That of the month alone keeps a month in which
 * one fold went astray from being named as the greatest change. */
#include "talks/talks.h"

#include "ensemble/ensemble.h"

#include <math.h>
#include <stdlib.h>

/* A change counts when its mean is further from zero than so many standard errors: it is looked for in many
 * months at once, and the errors themselves rest on two halves of the members. */
static const double errors_apart = 5.0;
static const double nearly_all = 0.9;

/* Of the members in each of the two folds, which are valued with coefficients of the other: two estimates
 * that have no member in common. */
typedef struct sums {
    double count[2], sum[2], square[2];
} sums;

static void add(sums *s, unsigned fold, double value)
{
    s->count[fold] += 1.0;
    s->sum[fold] += value;
    s->square[fold] += value * value;
}

static double mean_of(const sums *s)
{
    return (s->sum[0] + s->sum[1]) / (s->count[0] + s->count[1]);
}

/* From the spread over members. */
static double error_of(const sums *s)
{
    double count = s->count[0] + s->count[1], mean = mean_of(s);
    double spread = (s->square[0] + s->square[1]) / count - mean * mean;
    return sqrt(fmax(spread, 0.0) / (count - 1.0));
}

/* Half of what the folds are apart, squared: what the variance of their mean is expected to be. */
static double variance_between(const sums *s)
{
    double apart = s->sum[0] / s->count[0] - s->sum[1] / s->count[1];
    return isfinite(apart) ? 0.25 * apart * apart : 0.0;
}

/* A mean, and its standard error as far as its own month tells. */
static talks_mean judged(const sums *of, const sums *spread)
{
    return (talks_mean){mean_of(of), fmax(error_of(spread), sqrt(variance_between(of)))};
}

enum { POSITION, ZONE, STRUCK, MEANS };

static talks_mean *mean_in(talks_change *change, int which)
{
    return which == POSITION ? &change->mean : which == ZONE ? &change->zone : &change->struck;
}

/* Expectations are regressions, whose mean over members is that of what they were fitted to: the spread of
 * what came, member by member, says how sure the mean is. */
static void compare_month(const talks_result *first, const talks_result *other, size_t j, float *values,
                          float *sorted, talks_change *change, double variances[MEANS])
{
    const talks_paths *a = &first->own, *b = &other->own;
    sums realised = {0}, expected = {0}, zone = {0}, struck = {0};
    size_t count = 0, stronger = 0, weaker = 0;
    for (size_t m = 0, at = j * first->members; m < first->members; m++, at++) {
        unsigned fold = regression_fold(first->members, m);
        if (!isnan(a->point[m]) && !isnan(b->point[m]))
            add(&struck, fold, (double)(b->struck[m] <= j) - (double)(a->struck[m] <= j));
        if (isnan(a->point[at]) || isnan(b->point[at]))
            continue;
        double gain = (double)a->point[at] - b->point[at];
        stronger += gain > 0.0;
        weaker += gain < 0.0;
        values[count++] = (float)gain;
        add(&expected, fold, gain);
        add(&realised, fold, (double)a->realised[at] - b->realised[at]);
        add(&zone, fold, (double)b->zone[at] - a->zone[at]);
    }
    quantiles_of(values, sorted, count, talks_probabilities, TALKS_BAND, change->position.quantiles);
    change->mean = judged(&expected, &realised);
    change->zone = judged(&zone, &zone);
    change->struck = judged(&struck, &struck);
    change->stronger = (double)stronger / (double)count;
    change->weaker = (double)weaker / (double)count;
    variances[POSITION] += variance_between(&expected);
    variances[ZONE] += variance_between(&zone);
    variances[STRUCK] += variance_between(&struck);
}

bool talks_compare(const talks_result *first, const talks_result *other, talks_change *changes)
{
    size_t months = first->month_count;
    float *values = calloc(2 * first->members, sizeof *values);
    double variances[MEANS] = {0};
    for (size_t j = 0; values && j < months; j++)
        compare_month(first, other, j, values, values + first->members, &changes[j], variances);
    for (int i = 0; i < MEANS; i++)
        for (size_t j = 0; values && j < months; j++) {
            talks_mean *mean = mean_in(&changes[j], i);
            mean->error = fmax(mean->error, sqrt(variances[i] / (double)months));
        }
    free(values);
    return values != NULL;
}

static double toward(const talks_change *change, int direction)
{
    return direction * change->mean.mean;
}

talks_verdict talks_judge(const talks_change *changes, size_t months)
{
    talks_verdict v = {0};
    for (size_t j = 0; j < months; j++)
        if (fabs(changes[j].mean.mean) > errors_apart * changes[j].mean.error &&
            (v.direction == 0 || fabs(changes[j].mean.mean) > fabs(changes[v.greatest].mean.mean))) {
            v.greatest = j;
            v.direction = changes[j].mean.mean > 0.0 ? 1 : -1;
        }
    for (size_t j = 0, run = 0; j < months && v.direction != 0; j++) {
        double share = v.direction > 0 ? changes[j].stronger : changes[j].weaker;
        run = share >= nearly_all && toward(&changes[j], v.direction) > 0.0 ? run + 1 : 0;
        if (run > (v.agreed ? v.last - v.first + 1 : 0)) {
            v.agreed = true;
            v.last = j;
            v.first = j + 1 - run;
        }
    }
    return v;
}
