/* The scores on a terminal: territory and losses together, the controls, the last origins, every series, the
 * targets, the evidence. */
#include "results/final_reading.h"
#include "show/grid.h"
#include "show/scores.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { RANGES = 5 };
static const struct {
    int first, last;
} ranges[RANGES] = {{1, 1}, {3, 3}, {6, 6}, {12, 12}, {1, 12}};

/* "3 months" */
static const char *range_name(const score_table *t, size_t k, char name[16])
{
    if (ranges[k].first != ranges[k].last)
        return "all";
    snprintf(name, 16, "%d %s%s", ranges[k].first, case_period(t->c), ranges[k].first == 1 ? "" : "s");
    return name;
}

static score_range range_of(const score_table *t, size_t k, size_t from)
{
    return (score_range){.first_months = ranges[k].first,
                         .last_months = ranges[k].last,
                         .from = from,
                         .to = t->origin_count,
                         .headline = true,
                         .observation = SIZE_MAX};
}

/* ---- Together ---------------------------------------------------------------------------------------- */

static void print_ratio(FILE *out, const score_skill *s)
{
    if (isnan(s->ratio))
        plain_print(out, " %12s", "-");
    else if (isnan(s->standard_error))
        plain_print(out, " %5.2f       ", s->ratio);
    else
        plain_print(out, " %5.2f +-%4.2f", s->ratio, s->standard_error);
}

static void print_entrant(FILE *out, const score_table *t, size_t e, size_t from, const size_t best[RANGES])
{
    assert(e < t->entrant_count && from <= t->origin_count);
    score_range all = range_of(t, RANGES - 1, from);
    score_cell cell = score_cell_of(t, &all, e);
    score_calibration calibration = score_calibrate(t, &all, e);
    if (cell.count == 0)
        return;
    plain_print(out, "  %-11.11s", t->entrants[e].name);
    for (size_t k = 0; k < RANGES; k++) {
        score_range range = range_of(t, k, from);
        score_skill s =
            best[k] == SIZE_MAX ? (score_skill){.ratio = NAN} : score_compare(t, &range, e, best[k]);
        if (best[k] == e)
            s.standard_error = NAN;
        print_ratio(out, &s);
    }
    plain_print(out, " %3.0f %% %3.0f %%", 100 * cell.within_50, 100 * cell.within_90);
    if (isnan(calibration.chance))
        plain_print(out, " %5s\n", "-");
    else
        plain_print(out, " %5.3f\n", calibration.chance);
}

/* Of the origins from `from` on. */
static void print_together(FILE *out, const score_table *t, size_t from)
{
    assert(from <= t->origin_count);
    size_t best[RANGES];
    char name[16];
    plain_print(out, "%13s", "");
    for (size_t k = 0; k < RANGES; k++)
        plain_print(out, " %-12s", range_name(t, k, name));
    plain_print(out, "%6s %5s %5s\n%-13s", "in 50", "in 90", "PIT", " best rival:");
    for (size_t k = 0; k < RANGES; k++) {
        score_range range = range_of(t, k, from);
        best[k] = score_best_rival(t, &range);
        plain_print(out, " %-12.12s", best[k] == SIZE_MAX ? "-" : t->entrants[best[k]].name);
    }
    plain_print(out, "\n");
    for (size_t e = 0; e < t->entrant_count; e++)
        print_entrant(out, t, e, from, best);
}

static void print_all_together(FILE *out, const score_table *t)
{
    bool hindsight = t->entrants[t->entrant_count - 1].role == ROLE_HINDSIGHT;
    plain_print(
        out,
        "%s together: CRPS of each over that of the best rival (1.00), below it better;\n"
        "+- from leaving out blocks of origins; changes in the 50 %% and 90 %% intervals; PIT: chance of "
        "its\n"
        "mean and variance, were the forecasts right. prior: the model without data%s.\n",
        score_has_headline(t) ? "Territory and losses" : "All series",
        hindsight ? "; hindsight: with the\npriors of today" : "");
    print_together(out, t, 0);
    if (t->final_count == 0)
        return;
    if (t->final_count == 1)
        plain_print(out,
                    "\nThe same for the last origin alone, which was held back for one final reading.\n");
    else
        plain_print(
            out, "\nThe same for the last %zu origins alone, which were held back for one final reading.\n",
            t->final_count);
    print_together(out, t, t->origin_count - t->final_count);
}

/* ---- Series by series -------------------------------------------------------------------------------- */

static void print_row(FILE *out, const score_table *t, size_t i, size_t h)
{
    score_range range = score_range_all(t);
    range.observation = i;
    range.first_months = range.last_months = score_horizons[h];
    size_t best = score_best_rival(t, &range);
    score_cell model = score_cell_of(t, &range, SCORE_MODEL), pool = score_cell_of(t, &range, t->pool);
    char ahead[16];
    snprintf(ahead, sizeof ahead, "%s%s", case_period(t->c), score_horizons[h] == 1 ? "" : "s");
    plain_print(out, "  %2d %-6s %3zu %10.4g %10.4g", score_horizons[h], ahead, model.count, model.crps,
                pool.crps);
    if (best != SIZE_MAX)
        plain_print(out, " %10.4g %-11.11s %+5.0f %% %+5.0f %%", score_cell_of(t, &range, best).crps,
                    t->entrants[best].name, 100 * (score_compare(t, &range, SCORE_MODEL, best).ratio - 1),
                    100 * (score_compare(t, &range, t->pool, best).ratio - 1));
    else
        plain_print(out, " %10s %-11s %7s %7s", "-", "", "-", "-");
    plain_print(out, " %3.0f %% %3.0f %% %10.4g\n", 100 * model.within_50, 100 * model.within_90, model.bias);
}

static bool is_scored(const score_table *t, size_t i, size_t h)
{
    score_range range = score_range_all(t);
    range.observation = i;
    range.first_months = range.last_months = score_horizons[h];
    return score_cell_of(t, &range, SCORE_MODEL).count > 0;
}

static void print_series(FILE *out, const score_table *t)
{
    plain_print(out, "\n%-11s %3s %10s %10s %10s %-11s %15s %11s %10s\n", "CRPS of", "n", "model", "pool",
                "best", "rival", "model    pool", "model in", "its bias");
    plain_print(out, "%-11s %3s %10s %10s %10s %-11s %15s %5s %5s\n", "", "", "", "", "", "", "against it",
                "50 %", "90 %");
    for (size_t i = 0; i < t->c->observation_count; i++) {
        bool titled = false;
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            if (!is_scored(t, i, h))
                continue;
            if (!titled)
                plain_print(out, "%s, %s\n", t->c->observations[i].title, t->units[i]);
            titled = true;
            print_row(out, t, i, h);
        }
    }
}

/* ---- Residuals ----------------------------------------------------------------------------------------- */

enum { RESIDUALS_LEAST = 6 }; /* fewer say nothing about runs */

static void print_residual_row(FILE *out, const score_table *t, size_t i, const score_residuals *r)
{
    plain_print(out, "  ");
    grid_field(out, t->c->observations[i].name, 46);
    plain_print(out, " %3zu %6.2f %6.2f %6.2f +-%4.2f %4zu", r->count, r->mean, r->spread, r->lag,
                r->lag_error, r->runs);
    if (isnan(r->runs_chance))
        plain_print(out, " %8s %6s %7zu\n", "-", "-", r->longest);
    else
        plain_print(out, " %8.1f %6.3f %7zu\n", r->runs_expected, r->runs_chance, r->longest);
}

/* Whether errors of the model one period ahead follow one another. */
static void print_residuals(FILE *out, const score_table *t)
{
    size_t tested = 0, rare = 0, lagged = 0;
    plain_print(
        out,
        "\nResiduals of the model one %s ahead: normal scores of what came within its forecast, series of at "
        "least %d.\nFor right forecasts: mean 0, spread 1, no correlation with the next (+- its standard "
        "error), runs of one sign\nas in random order (chance of as few; Wald and Wolfowitz 1940).\n"
        "  %-46s %3s %6s %6s %12s %4s %8s %6s %7s\n",
        case_period(t->c), RESIDUALS_LEAST, "series", "n", "mean", "spread", "lag 1", "runs", "expected",
        "chance", "longest");
    for (size_t i = 0; i < t->c->observation_count; i++) {
        score_residuals r = score_residuals_of(t, i, SCORE_MODEL);
        if (r.count < RESIDUALS_LEAST)
            continue;
        print_residual_row(out, t, i, &r);
        tested++;
        rare += isnan(r.runs_chance) || r.runs_chance < 0.05;
        lagged += r.lag > 2 * r.lag_error;
    }
    plain_print(out,
                "  Of %zu series %zu have fewer runs than one in twenty random orders (%.1f would by "
                "chance), and %zu a "
                "lag-1\n  correlation above two standard errors.\n",
                tested, rare, 0.05 * (double)tested, lagged);
}

/* ---- The targets ------------------------------------------------------------------------------------- */

static const char *met(bool reached)
{
    return reached ? "met" : "missed";
}

static void print_targets(FILE *out, const score_table *t)
{
    char name[16];
    score_range all = range_of(t, RANGES - 1, 0);
    size_t best = score_best_rival(t, &all);
    score_cell pool = score_cell_of(t, &all, t->pool);
    if (best == SIZE_MAX || pool.count == 0)
        return;
    score_skill skill = score_compare(t, &all, t->pool, best);
    score_calibration calibration = score_calibrate(t, &all, t->pool);
    plain_print(out, "\nTargets, for the same together\n");
    plain_print(
        out, "  %-6s  the pool's CRPS is at least 10 %% below that of the best rival: %+.0f %% against %s\n",
        met(skill.ratio <= 0.9), 100 * (skill.ratio - 1), t->entrants[best].name);
    plain_print(out, "  %-6s  its 90 %% intervals hold 85 to 95 %% of changes: %.0f %% of %zu\n",
                met(pool.within_90 >= 0.85 && pool.within_90 <= 0.95), 100 * pool.within_90, pool.count);
    if (!isnan(calibration.chance))
        plain_print(out, "  %-6s  the test of its PIT does not reject at 1 %%: chance %.3f\n",
                    met(calibration.chance >= 0.01), calibration.chance);
    for (size_t k = 2; k < 4; k++) {
        score_range range = range_of(t, k, 0);
        best = score_best_rival(t, &range);
        if (best == SIZE_MAX)
            continue;
        skill = score_compare(t, &range, SCORE_MODEL, best);
        plain_print(
            out, "  %-6s  the model alone is not worse than the best rival at %s: %+.0f %% against %s\n",
            met(skill.ratio <= 1), range_name(t, k, name), 100 * (skill.ratio - 1), t->entrants[best].name);
    }
}

/* What the targets, of all origins, do not show: the last ones alone. */
static void print_final_reading(FILE *out, const score_table *t)
{
    const final_reading f = final_reading_of_scores(t);
    text words = {0};
    final_reading_put(&words, &f, case_period(t->c));
    if (words.length) {
        text_print(&words, ".");
        grid_wrap(out, words.bytes, 2);
    }
    text_free(&words);
}

/* ---- What the sums rest on --------------------------------------------------------------------------- */

static void print_weights(FILE *out, const score_table *t)
{
    double weights[SCORE_POOL_MOST];
    char name[16];
    plain_print(out, "\nWeights of the pool for a forecast from the end of the data, %%\n%-11s", "");
    for (size_t m = 0; m < t->member_count; m++)
        plain_print(out, " %11.11s", t->entrants[m].name);
    plain_print(out, "\n");
    for (size_t h = 0; h < SCORE_HORIZONS; h++) {
        score_pool_weights(t, t->c->data_end, h, weights);
        plain_print(out, "  %-9s", range_name(t, h, name));
        for (size_t m = 0; m < t->member_count; m++)
            plain_print(out, " %11.0f", 100 * weights[m]);
        plain_print(out, "\n");
    }
}

static void print_evidence(FILE *out, const score_table *t)
{
    bool unequal = false;
    size_t every = t->origin_count > 8 ? (t->origin_count + 7) / 8 : 1;
    plain_print(out, "\nLogarithm of the evidence of the data up to the origin\n%-16s %7s", "", "points");
    for (size_t e = 0; e < t->member_count && t->entrants[e].c; e++)
        plain_print(out, " %18.18s", t->entrants[e].name);
    plain_print(out, "\n");
    for (size_t i = 0; i < t->origin_count; i += every) {
        const score_evidence *evidence = &t->evidence[i * t->entrant_count];
        char name[16];
        month_name(t->origins[i], name);
        plain_print(out, "  %-14s %7zu", name, evidence->points);
        for (size_t e = 0; e < t->member_count && t->entrants[e].c; e++) {
            bool same = evidence[e].points == evidence[SCORE_MODEL].points;
            plain_print(out, " %10.1f +- %3.1f%s", evidence[e].logarithm, evidence[e].standard_error,
                        same ? " " : "*");
            unequal |= !same;
        }
        plain_print(out, "\n");
    }
    if (unequal)
        plain_print(out, "  * of fewer points: not to be compared with the others\n");
}

void scores_print(FILE *out, const score_table *t, const score_options *o)
{
    char first[16], last[16];
    month_name(t->origins[0], first);
    month_name(t->origins[t->origin_count - 1], last);
    plain_print(
        out,
        "%s\nChange since the origin, %zu origin%s from %s to %s, each fitted to the data as they stood\n",
        t->c->title, t->origin_count, t->origin_count == 1 ? "" : "s", first, last);
    size_t later = case_priors_known_later(t->c, t->origins[0]);
    plain_print(out,
                o->as_is ? "Priors as they are today.\n\n"
                         : "Priors as they were known at the origin: at the first, %zu of %zu differ from "
                           "those of today.\n\n",
                later, t->c->parameter_count);
    print_all_together(out, t);
    print_series(out, t);
    print_residuals(out, t);
    print_targets(out, t);
    print_final_reading(out, t);
    print_weights(out, t);
    print_evidence(out, t);
}
