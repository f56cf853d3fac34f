/* Two scenarios side by side, member by member.
 *
 * The standard error of a mean change is the greatest of three: the spread over members by the root of their
 * number, which the luck of the members decides; and what the two folds of the regressions are apart, in the
 * month and in the mean over all months, which the luck of the regressions decides too (also of those of
 * peace, where a coefficient may tip whether a breach pays). That of the month alone keeps a month in which
 * one fold went astray from being named as the greatest change. */
#include "talks/talking.h"

#include "ensemble/ensemble.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* A change counts when its mean is further from zero than so many standard errors: it is looked for in many
 * months at once, and the errors themselves rest on two halves of the members. */
static const double errors_apart = 5.0;
static const double nearly_all = 0.9;

/* Of the members in each of the two folds, which are valued with coefficients of the other: two estimates
 * that have no member in common. */
typedef struct sums {
    double count[2], squares[2], sum[2], square[2]; /* of weights, of their squares, and weighed */
} sums;

static void add(sums *s, unsigned fold, double weight, double value)
{
    assert(fold < 2);
    assert(weight >= 0);
    s->count[fold] += weight;
    s->squares[fold] += weight * weight;
    s->sum[fold] += weight * value;
    s->square[fold] += weight * value * value;
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
    double members = count * count / (s->squares[0] + s->squares[1]); /* Kong (1992) */
    return sqrt(fmax(spread, 0.0) / (members - 1.0));
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
    double mean = mean_of(of);
    return (talks_mean){mean, isnan(mean) ? NAN : fmax(error_of(spread), sqrt(variance_between(of)))};
}

enum { POSITION, ZONE, STRUCK, GAP, MEANS = GAP + GAME_SIDES };

static talks_mean *mean_in(talks_change *change, int which)
{
    return which == POSITION ? &change->mean
           : which == ZONE   ? &change->zone
           : which == STRUCK ? &change->struck
                             : &change->gap[which - GAP];
}

static double weight_of(const talks_result *r, size_t m)
{
    assert(m < r->members);
    return r->own.weights ? r->own.weights[m] : 1.0;
}

/* ---- Shares ------------------------------------------------------------------------------------------- */

/* A member's part of a share; not a number where it does not count. */
typedef double reader(const talks_paths *paths, size_t at);

static double zone_of(const talks_paths *paths, size_t at)
{
    return paths->zone[at] < 0 ? NAN : (double)paths->zone[at];
}

static double struck_of(const talks_paths *paths, size_t at)
{
    return (double)paths->struck[at];
}

/* A share of one scenario in a month, as it is told of it. */
typedef struct month_share {
    const talks_result *result;
    reader *read;
    size_t from; /* of its paths: the month's first member */
    sums of;
} month_share;

static month_share share_of(const talks_result *r, size_t j, reader *read)
{
    month_share s = {.result = r, .read = read, .from = j * r->members};
    for (size_t m = 0; m < r->members; m++) {
        double value = read(&r->own, s.from + m);
        if (!isnan(value))
            add(&s.of, regression_fold(r->members, m), weight_of(r, m), value);
    }
    return s;
}

/* What a member adds to a share above what its weight does. */
static double influence(const month_share *s, size_t m)
{
    const talks_result *r = s->result;
    double value = s->read(&r->own, s->from + m);
    return isnan(value) ? 0.0
                        : weight_of(r, m) * (value - mean_of(&s->of)) / (s->of.count[0] + s->of.count[1]);
}

static double apart(const month_share *s, int fold)
{
    return s->of.sum[fold] / s->of.count[fold];
}

/* The difference of the two shares that are told, each over the members of its scenario whose war goes on; its
 * error is paired: members that both scenarios have carry the same draws. */
static talks_mean share_change(const talks_result *first, const talks_result *other, size_t j, reader *read,
                               double *variance)
{
    const month_share a = share_of(first, j, read), b = share_of(other, j, read);
    double square = 0.0, weight = a.of.count[0] + a.of.count[1];
    double alike = weight * weight / (a.of.squares[0] + a.of.squares[1]);
    for (size_t m = 0; m < first->members; m++) {
        double change = influence(&b, m) - influence(&a, m);
        square += change * change;
    }
    double folds = 0.5 * (apart(&b, 0) - apart(&a, 0) - apart(&b, 1) + apart(&a, 1));
    double between = isfinite(folds) ? folds * folds : 0.0;
    *variance += between;
    return (talks_mean){mean_of(&b.of) - mean_of(&a.of), sqrt(fmax(square * alike / (alike - 1.0), between))};
}

/* ---- A month ------------------------------------------------------------------------------------------ */

/* What a member adds to the sums of a month. */
static void add_member(const talks_result *first, const talks_result *other, size_t j, size_t m,
                       sums of[MEANS], sums *realised, talks_change *change)
{
    assert(m < first->members && m < other->members);
    const talks_paths *a = &first->own, *b = &other->own;
    size_t at = j * first->members + m;
    unsigned fold = regression_fold(first->members, m);
    double w = weight_of(first, m), gain = (double)a->point[at] - b->point[at];
    change->stronger += w * (gain > 0.0);
    change->weaker += w * (gain < 0.0);
    add(&of[POSITION], fold, w, gain);
    add(realised, fold, w, (double)a->realised[at] - b->realised[at]);
    for (int i = 0; i < GAME_SIDES && a->gap[i] && b->gap[i]; i++) {
        add(&of[GAP + i], fold, w, (double)b->gap[i][at] - a->gap[i][at]);
        change->accepts[i] += w * ((b->gap[i][at] >= 0.0f) - (a->gap[i][at] >= 0.0f));
    }
}

/* Expectations are regressions, whose mean over members is that of what they were fitted to: the spread of
 * what came, member by member, says how sure the mean is. */
static void compare_month(const talks_result *first, const talks_result *other, size_t j, float *values,
                          float *sorted, const uint32_t *index, talks_change *change, double variances[MEANS])
{
    const talks_paths *a = &first->own, *b = &other->own;
    sums of[MEANS] = {0}, realised = {0};
    size_t count = 0, n = first->members;
    double all = 0.0;
    *change = (talks_change){0};
    for (size_t m = 0, at = j * n; m < n; m++, at++) {
        if (isnan(a->point[at]) || isnan(b->point[at]))
            continue;
        all += weight_of(first, m);
        add_member(first, other, j, m, of, &realised, change);
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = j * n + index[i];
        if (!isnan(a->point[at]) && !isnan(b->point[at]))
            values[count++] = (float)((double)a->point[at] - b->point[at]);
    }
    quantiles_of(values, sorted, count, talks_probabilities, TALKS_BAND, change->position.quantiles);
    change->zone = share_change(first, other, j, zone_of, &variances[ZONE]);
    change->struck = share_change(first, other, j, struck_of, &variances[STRUCK]);
    for (int i = 0; i < MEANS; i++) {
        if (i == ZONE || i == STRUCK)
            continue;
        *mean_in(change, i) = judged(&of[i], i == POSITION ? &realised : &of[i]);
        variances[i] += variance_between(&of[i]);
    }
    change->stronger /= all;
    change->weaker /= all;
    for (int i = 0; i < GAME_SIDES; i++)
        change->accepts[i] /= all;
}

bool talks_compare(const talks_result *first, const talks_result *other, talks_change *changes)
{
    size_t months = first->month_count;
    float *values = calloc(2 * first->members, sizeof *values);
    uint32_t *index = calloc(first->members, sizeof *index);
    bool enough = values && index;
    double variances[MEANS] = {0};
    if (enough)
        resample(first->own.weights, first->members, index);
    for (size_t j = 0; enough && j < months; j++)
        compare_month(first, other, j, values, values + first->members, index, &changes[j], variances);
    for (int i = 0; i < MEANS; i++)
        for (size_t j = 0; enough && j < months; j++) {
            talks_mean *mean = mean_in(&changes[j], i);
            if (!isnan(mean->mean))
                mean->error = fmax(mean->error, sqrt(variances[i] / (double)months));
        }
    free(values);
    free(index);
    return enough;
}

static double toward(const talks_change *change, int direction)
{
    assert(direction == 1 || direction == -1);
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
