/* Whether the draws of a fit can be trusted: do its independent populations agree, how well are tails known,
 * what have the data said at all, and did the moves move. Each threshold that is passed gives a sentence. */
#include "ensemble/ensemble.h"
#include "fit/fit.h"
#include "math/quantiles.h"
#include "math/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* ---- One coordinate ---------------------------------------------------------------------------------- */

typedef struct ranked {
    double value;
    size_t draw;
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->draw > y->draw) - (x->draw < y->draw);
}

/* Normal scores of the ranks, as Vehtari and others (2021, equation 14) take them; equal values share the
 * mean of their ranks. */
static void normal_scores(ranked *sorted, size_t count, double *scores)
{
    assert(count > 0);
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && sorted[end].value == sorted[i].value)
            end++;
        double rank = 0.5 * (double)(i + 1 + end);
        double score = normal_quantile((rank - 0.375) / ((double)count + 0.25));
        for (; i < end; i++)
            scores[sorted[i].draw] = score;
    }
}

/* sqrt(((n - 1) / n W + B / n) / W) over the populations (Gelman and Rubin 1992), on `values`. */
static double scale_reduction(const double *values, size_t count)
{
    assert(count >= FIT_POPULATIONS);
    double means[FIT_POPULATIONS] = {0}, within = 0, between = 0, grand = 0;
    double n = (double)(count / FIT_POPULATIONS);
    for (size_t i = 0; i < count; i++)
        means[i % FIT_POPULATIONS] += values[i] / n;
    for (size_t i = 0; i < count; i++) {
        double away = values[i] - means[i % FIT_POPULATIONS];
        within += away * away / (n - 1) / FIT_POPULATIONS;
    }
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        grand += means[p] / FIT_POPULATIONS;
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        between += (means[p] - grand) * (means[p] - grand) / (FIT_POPULATIONS - 1);
    return within > 0 ? sqrt((n - 1) / n + between / within) : 1;
}

/* Effective sample size of the two tails: the variance that independent draws would give the share of a
 * population beyond a quantile, over the variance seen between populations, at most the number of draws. */
static double tail_size(const ranked *sorted, size_t count)
{
    static const double tail = 0.05;
    size_t cut = (size_t)(tail * (double)count);
    double n = (double)(count / FIT_POPULATIONS), seen = 0;
    for (int side = 0; side < 2; side++) {
        double shares[FIT_POPULATIONS] = {0};
        for (size_t i = 0; i < cut; i++)
            shares[sorted[side ? count - 1 - i : i].draw % FIT_POPULATIONS] += 1 / n;
        for (size_t p = 0; p < FIT_POPULATIONS; p++) {
            double away = shares[p] - (double)cut / (double)count;
            seen += away * away / (FIT_POPULATIONS - 1) / 2;
        }
    }
    double independent = tail * (1 - tail) / n;
    return seen > independent ? (double)count * independent / seen : (double)count;
}

static truce_fit_diagnosis diagnose(const truce_fit *f, size_t j, ranked *sorted, double *scores)
{
    assert(j < f->dimension);
    double mean = 0, variance = 0;
    for (size_t i = 0; i < f->count; i++) {
        double x = f->x[i * f->dimension + j];
        sorted[i] = (ranked){x, i};
        mean += x / (double)f->count;
    }
    for (size_t i = 0; i < f->count; i++)
        variance += (sorted[i].value - mean) * (sorted[i].value - mean) / (double)f->count;
    normal_scores(sorted, f->count, scores);
    return (truce_fit_diagnosis){.r_hat = scale_reduction(scores, f->count),
                                 .tail = tail_size(sorted, f->count),
                                 .contraction = 1 - variance};
}

/* ---- Evidence ---------------------------------------------------------------------------------------- */

/* The logarithm of the mean of the populations' evidences, each of which is unbiased; the error by the delta
 * method from their spread. */
double fit_log_evidence(const truce_fit *f, double *standard_error)
{
    double top = -INFINITY, sum = 0, squares = 0, n = FIT_POPULATIONS;
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        top = fmax(top, f->log_evidence[p]);
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        sum += portable_exp(f->log_evidence[p] - top);
    for (size_t p = 0; p < FIT_POPULATIONS; p++) {
        double away = portable_exp(f->log_evidence[p] - top) - sum / n;
        squares += away * away;
    }
    if (standard_error)
        *standard_error = sqrt(squares / (n - 1) / n) / (sum / n);
    return top + portable_log(sum / n);
}

/* ---- Warnings ---------------------------------------------------------------------------------------- */

static bool warn(truce_fit *f, const char *sentence)
{
    return sentence && ARENA_PUSH(&f->memory, f->warnings, f->warning_count, f->warning_capacity, sentence);
}

/* The coordinate that is worst by R-hat among [from, to), and how many pass the limit. */
static size_t worst_of(const truce_fit *f, size_t from, size_t to, double limit, size_t *beyond)
{
    assert(from <= to);
    size_t worst = from;
    *beyond = 0;
    for (size_t j = from; j < to; j++) {
        if (f->diagnoses[j].r_hat > f->diagnoses[worst].r_hat)
            worst = j;
        *beyond += f->diagnoses[j].r_hat > limit;
    }
    return worst;
}

static bool warn_of_disagreement(truce_fit *f)
{
    const double limit = FIT_R_HAT_LIMIT;
    size_t beyond, worst = worst_of(f, 0, f->parameter_count, limit, &beyond);
    if (beyond &&
        !warn(f, arena_format(&f->memory,
                              "do not trust %zu of %zu parameters: the populations disagree on them, most on "
                              "\"%s\" (R-hat %.2f); use more particles",
                              beyond, f->parameter_count, f->names[worst], f->diagnoses[worst].r_hat)))
        return false;
    if (f->parameter_count == f->dimension)
        return true;
    worst = worst_of(f, f->parameter_count, f->dimension, limit, &beyond);
    return !beyond || warn(f, arena_format(&f->memory,
                                           "do not trust the noise of %zu of %zu %ss and quantities: the "
                                           "populations disagree on it, most on \"%s\" (R-hat %.2f)",
                                           beyond, f->dimension - f->parameter_count, case_period(f->c),
                                           f->names[worst], f->diagnoses[worst].r_hat));
}

static bool warn_of_tails(truce_fit *f)
{
    size_t few = 0, worst = 0;
    for (size_t j = 0; j < f->parameter_count; j++) {
        few += f->diagnoses[j].tail < FIT_TAIL_LEAST;
        if (f->diagnoses[j].tail < f->diagnoses[worst].tail)
            worst = j;
    }
    return !few ||
           warn(f, arena_format(
                       &f->memory,
                       "do not trust the 90 %% intervals of %zu of %zu parameters: their ends rest on fewer "
                       "than %d independent draws, fewest for \"%s\" (%.0f)",
                       few, f->parameter_count, FIT_TAIL_LEAST, f->names[worst], f->diagnoses[worst].tail));
}

static bool warn_of_evidence(truce_fit *f)
{
    double error;
    fit_log_evidence(f, &error);
    return error <= 0.5 ||
           warn(f, arena_format(&f->memory,
                                "do not trust the log evidence beyond its standard error of %.1f: "
                                "the populations disagree on it",
                                error));
}

static bool warn_of_moves(truce_fit *f)
{
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        for (size_t i = 0; i < f->stage_counts[p]; i++) {
            const smc_stage *s = &f->stages[p][i];
            if (i + 1 == f->stage_counts[p] && s->jump < 0.3)
                return warn(f,
                            arena_format(&f->memory,
                                         "do not trust that draws are independent: after the last stage of "
                                         "population %zu slow coordinates had gone %.0f %% of the way",
                                         p + 1, 100 * s->jump));
        }
    return true;
}

truce_status fit_diagnose(truce_fit *f, truce_error *error)
{
    ranked *sorted = calloc(f->count, sizeof *sorted);
    double *scores = calloc(f->count, sizeof *scores);
    f->diagnoses = arena_array(&f->memory, f->dimension, sizeof *f->diagnoses);
    bool good = sorted && scores && f->diagnoses;
    for (size_t j = 0; good && j < f->dimension; j++)
        f->diagnoses[j] = diagnose(f, j, sorted, scores);
    free(sorted);
    free(scores);
    good = good && warn_of_disagreement(f) && warn_of_tails(f) && warn_of_evidence(f) && warn_of_moves(f);
    return good ? TRUCE_OK : error_memory(error);
}
