/* The checks of fits in full size, as a page in Markdown on standard output: validate CASE SETS PARTICLES.
 * Run by script/validate; tests/test_fit.c holds the same checks in a size for every day. */
#include "fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 10, SHOWN = 12 };

static int fail(const truce_error *error)
{
    fprintf(stderr, "validate: %s\n", error->message);
    return 1;
}

/* The probability that chi-square with an odd number of degrees of freedom exceeds x (Abramowitz and Stegun
 * 1964, 26.4.4). */
static double chi_square_above(double x, int degrees)
{
    double half = x / 2, sum = erfc(sqrt(half));
    for (double a = 0.5; a < degrees / 2.0 - 0.25; a += 1)
        sum += pow(half, a) * exp(-half) / tgamma(a + 1);
    return sum;
}

typedef struct calibration {
    size_t parameters, sets;
    size_t *bins; /* [coordinate][BINS] */
    size_t within_50, within_90, all;
    const char **names;
} calibration;

static void count_set(calibration *k, const truce_fit *f, const double *truth)
{
    for (size_t j = 0; j < k->parameters; j++) {
        size_t rank = 0;
        for (size_t i = 0; i < f->count; i++)
            rank += f->x[i * f->dimension + j] < truth[j];
        double share = ((double)rank + 0.5) / (double)(f->count + 1);
        k->bins[j * BINS + rank * BINS / (f->count + 1)]++;
        k->within_50 += share > 0.25 && share < 0.75;
        k->within_90 += share > 0.05 && share < 0.95;
        k->all++;
    }
}

static truce_status calibrate(const truce_case *c, month until, size_t sets, size_t particles, calibration *k,
                              truce_error *error)
{
    truce_fit_options options = truce_fit_default_options();
    options.particles = particles;
    for (size_t set = 0; set < sets; set++) {
        fit_target t;
        truce_fit *f = NULL;
        TRY(target_make(c, 0, until, &t, error));
        double *truth = calloc(t.dimension, sizeof *truth);
        truce_status status = truth ? target_simulate(&t, 11, set, truth, error) : error_memory(error);
        if (status == TRUCE_OK)
            status = fit_target_run(&t, &options, &f, error);
        if (status == TRUCE_OK && !k->bins) {
            k->parameters = f->parameter_count;
            k->bins = calloc(f->parameter_count * BINS, sizeof *k->bins);
            k->names = calloc(f->parameter_count, sizeof *k->names);
            for (size_t j = 0; k->names && j < f->parameter_count; j++)
                k->names[j] = c->parameters[t.coordinates[j].parameter].name;
        }
        if (status == TRUCE_OK)
            count_set(k, f, truth);
        truce_fit_destroy(f);
        free(truth);
        target_free(&t);
        if (status != TRUCE_OK)
            return status;
        k->sets++;
    }
    return TRUCE_OK;
}

static double chi_square(const calibration *k, size_t j)
{
    double sum = 0, expected = (double)k->sets / BINS;
    for (size_t b = 0; b < BINS; b++) {
        double away = (double)k->bins[j * BINS + b] - expected;
        sum += away * away / expected;
    }
    return sum;
}

static void print_calibration(const calibration *k, size_t particles, const char *until)
{
    size_t low = 0;
    double smallest = 1;
    for (size_t j = 0; j < k->parameters; j++) {
        double p = chi_square_above(chi_square(k, j), BINS - 1);
        low += p < 0.05;
        smallest = fmin(smallest, p);
    }
    printf("## Simulation-based calibration and recovery on the flagship\n\n"
           "%zu sets of data drawn from the priors of cases/ukraine (months to %s), each fitted with %zu "
           "particles.\n"
           "The 90 %% intervals cover %.1f %% of the %zu truths, the 50 %% intervals %.1f %%.\n"
           "Ranks of the truth in %d bins: of %zu parameters %zu have a chi-square probability below 0.05 "
           "(%.0f are expected);\n"
           "the smallest is %.4f.\n\n| parameter | chi-square, %d degrees | probability |\n| --- | --- | --- "
           "|\n",
           k->sets, until, particles, 100 * (double)k->within_90 / (double)k->all, k->all,
           100 * (double)k->within_50 / (double)k->all, BINS, k->parameters, low,
           0.05 * (double)k->parameters, smallest, BINS - 1);
    for (size_t i = 0; i < SHOWN; i++) {
        size_t j = i * k->parameters / SHOWN;
        double x = chi_square(k, j);
        printf("| %s | %.1f | %.3f |\n", k->names[j], x, chi_square_above(x, BINS - 1));
    }
}

int main(int count, char **arguments)
{
    if (count < 4)
        return 64;
    truce_case *c = NULL;
    truce_error error = {0};
    calibration k = {0};
    month until;
    size_t sets = strtoul(arguments[2], NULL, 10), particles = strtoul(arguments[3], NULL, 10);
    if (truce_case_load(arguments[1], &c, &error) != TRUCE_OK)
        return fail(&error);
    until = c->start + 2;
    char iso[16];
    month_iso(until, iso);
    if (calibrate(c, until, sets, particles, &k, &error) != TRUCE_OK)
        return fail(&error);
    print_calibration(&k, particles, iso);
    free(k.bins);
    free(k.names);
    truce_case_destroy(c);
    return 0;
}
