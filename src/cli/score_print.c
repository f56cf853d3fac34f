/* The table of scores on a terminal: every series and horizon, then the sums over them, then the evidence. */
#include "cli/score.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Series by series -------------------------------------------------------------------------------- */

static double share(size_t part, size_t count)
{
    return 100 * (double)part / (double)count;
}

/* "+12 %" of one score against another. */
static void print_against(const score_cell *model, const score_cell *rival)
{
    printf(" %+5.0f %%", 100 * (model->crps / rival->crps - 1));
}

static void print_row(const score_table *t, size_t i, size_t h)
{
    score_cell model = score_cell_of(t, i, h, SCORE_MODEL),
               persistence = score_cell_of(t, i, h, t->entrant_count - 1),
               best = score_cell_of(t, i, h, score_best_rival(t, i, h));
    double n = (double)model.count;
    printf("  %2d %-6s %2zu", score_horizons[h], score_horizons[h] == 1 ? "month" : "months", model.count);
    for (size_t e = 0; e < t->entrant_count; e++) {
        score_cell cell = score_cell_of(t, i, h, e);
        if (cell.count)
            printf(" %11.4g", cell.crps / n);
        else
            printf(" %11s", "-");
    }
    print_against(&model, &persistence);
    print_against(&model, &best);
    printf(" %3.0f %% %3.0f %% %9.4g\n", share(model.within_50, model.count),
           share(model.within_90, model.count), model.bias / n);
}

static void print_observation(const score_table *t, size_t i)
{
    const case_observation *o = &t->c->observations[i];
    bool titled = false;
    for (size_t h = 0; h < SCORE_HORIZONS; h++) {
        if (score_cell_of(t, i, h, SCORE_MODEL).count == 0)
            continue;
        if (!titled)
            printf("%s, %s\n", o->title, t->units[i]);
        titled = true;
        print_row(t, i, h);
    }
}

static void print_series(const score_table *t)
{
    printf("%14s", "CRPS:");
    for (size_t e = 0; e < t->entrant_count; e++)
        printf(" %11.11s", t->entrants[e].name);
    printf(" %7s %7s %11s %9s\n", "persist", "best", "model in", "model");
    printf("%14s%*s %7s %7s %5s %5s %9s\n", "n", (int)(12 * t->entrant_count), "", "ence", "rival", "50 %",
           "90 %", "bias");
    for (size_t i = 0; i < t->c->observation_count; i++)
        print_observation(t, i);
}

/* ---- Together ---------------------------------------------------------------------------------------- */

static void print_skills(const score_table *t)
{
    static const struct {
        int first, last;
        const char *name;
    } ranges[] = {{1, 3, "1 and 3 months"}, {6, 12, "6 and 12 months"}, {1, 12, "all horizons"}};
    printf(
        "\nThe model's CRPS against each rival's, over the series that both have, divided by the CRPS of\n"
        "persistence. +- is the standard error from leaving out one origin at a time; origins are few, and\n"
        "their months overlap, so that it is itself uncertain.\n");
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
        for (size_t e = SCORE_MODEL + 1; e < t->entrant_count; e++) {
            score_skill s = score_skill_over(t, e, ranges[r].first, ranges[r].last);
            if (s.changes == 0)
                continue;
            printf("  %-16s %-12s %+5.0f %%", e == SCORE_MODEL + 1 ? ranges[r].name : "", t->entrants[e].name,
                   100 * s.difference);
            if (!isnan(s.standard_error))
                printf(" +- %3.0f %%", 100 * s.standard_error);
            printf("  %3zu changes from %zu origin%s\n", s.changes, s.origins, s.origins == 1 ? "" : "s");
        }
}

/* What is asked of forecasts from six months on: CRPS 15 % below persistence, and 90 % intervals that hold.
 */
static void print_target(const score_table *t)
{
    size_t rows = 0, better = 0, changes = 0, within = 0;
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            score_cell m = score_cell_of(t, i, h, SCORE_MODEL),
                       p = score_cell_of(t, i, h, t->entrant_count - 1);
            if (score_horizons[h] < 6 || m.count == 0)
                continue;
            rows++;
            better += m.crps <= 0.85 * p.crps;
            changes += m.count;
            within += m.within_90;
        }
    if (rows)
        printf("\nTarget from six months on: CRPS at least 15 %% below persistence, in %zu of %zu rows;\n"
               "90 %% intervals that hold 80 to 97 %% of changes, and hold %.0f %% of %zu.\n",
               better, rows, share(within, changes), changes);
}

static bool same_points(const score_table *t, size_t origin, size_t entrant)
{
    const score_evidence *e = &t->evidence[origin * t->entrant_count];
    return e[entrant].points == e[SCORE_MODEL].points;
}

static void print_evidence(const score_table *t)
{
    bool unequal = false;
    printf("\nLogarithm of the evidence of the data up to the origin\n%-16s %7s", "", "points");
    for (size_t e = 0; e + 1 < t->entrant_count; e++)
        printf(" %18.18s", t->entrants[e].name);
    printf("\n");
    for (size_t i = 0; i < t->origin_count; i++) {
        const score_evidence *evidence = &t->evidence[i * t->entrant_count];
        char name[16];
        month_name(t->origins[i], name);
        printf("  %-14s %7zu", name, evidence->points);
        for (size_t e = 0; e + 1 < t->entrant_count; e++) {
            bool same = same_points(t, i, e);
            printf(" %10.1f +- %3.1f%s", evidence[e].logarithm, evidence[e].standard_error, same ? " " : "*");
            unequal |= !same;
        }
        printf("\n");
    }
    if (unequal)
        printf("  * of fewer points: not to be compared with the others\n");
}

void score_print(const score_table *t)
{
    char first[16], last[16];
    month_name(t->origins[0], first);
    month_name(t->origins[t->origin_count - 1], last);
    printf(
        "%s\nChange since the origin, %zu origins from %s to %s, each fitted to the data up to it only\n\n",
        t->c->title, t->origin_count, first, last);
    print_series(t);
    print_skills(t);
    print_target(t);
    print_evidence(t);
}
