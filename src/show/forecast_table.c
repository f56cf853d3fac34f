/* Forecasts on a terminal: what model and pool say of the months after the data, and what came of a file of
 * such forecasts. */
#include "show/grid.h"
#include "show/scores.h"

#include <math.h>
#include <string.h>

static void print_forecast(FILE *out, const score_table *t, size_t i, size_t h)
{
    const size_t shown[] = {t->pool, SCORE_MODEL};
    char to[16];
    month_name(t->origins[0] + score_horizons[h], to);
    plain_print(out, "  to %-9s", to);
    for (size_t k = 0; k < 2; k++) {
        const score_change *s = score_change_of(t, 0, i, h, shown[k]);
        if (s->forecast)
            plain_print(out, " %8.4g (%8.4g to %8.4g)", sample_quantile(s->points, 0.5),
                        sample_quantile(s->points, 0.05), sample_quantile(s->points, 0.95));
        else
            plain_print(out, " %8s  %8s    %8s ", "-", "", "");
    }
    plain_print(out, "\n");
}

void forecast_print(FILE *out, const truce_forecast *f)
{
    const score_table *t = &f->table;
    char end[16], weights[sizeof f->weights];
    month_name(t->origins[0], end);
    snprintf(weights, sizeof weights, "%s", f->weights);
    truce_clean_line(weights);
    plain_print(out, "%s\nChange from the end of %s; made on %s.\nWeights of the pool: %s.\n\n", t->c->title,
                end, f->made, weights[0] ? weights : "equal by kind, as no scores are given");
    plain_print(out, "  %-13s %-31s %s\n", "", "pool: median (90 %)", "model: median (90 %)");
    for (size_t i = 0; i < t->c->observation_count; i++) {
        plain_print(out, "%s, %s\n", t->c->observations[i].title, t->units[i]);
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            print_forecast(out, t, i, h);
    }
}

/* ---- What came of one -----------------------------------------------------------------------------------
 */

static void print_outcome(FILE *out, const filed_forecast *x, const char *period)
{
    char ahead[16];
    snprintf(ahead, sizeof ahead, "%s%s", period, x->months == 1 ? "" : "s");
    double low = sample_quantile(x->points, 0.05), high = sample_quantile(x->points, 0.95);
    bool inside = x->observed >= low && x->observed <= high;
    plain_print(out, "  %2d %-6s ", x->months, ahead);
    grid_field(out, x->model, 12);
    plain_print(out, " %10.4g %10.4g (%10.4g to %10.4g) %-6s %10.4g\n", x->observed,
                sample_quantile(x->points, 0.5), low, high, inside ? "inside" : "beyond", x->score.crps);
}

static void print_sum(FILE *out, const filed_sum *sum)
{
    if (!sum->judged)
        return;
    plain_print(out, "  ");
    grid_field(out, sum->model, 12);
    if (sum->relatives)
        plain_print(out, " %8.2f", sum->relative / (double)sum->relatives);
    else
        plain_print(out, " %8s", "-");
    plain_print(out, "   %3.0f %% of %zu\n", 100 * (double)sum->inside / (double)sum->judged, sum->judged);
}

void outcomes_print(FILE *out, const filed_forecasts *f)
{
    size_t open = 0, left_out = 0;
    month end;
    const char *last = "";
    const char *period = time_unit_name(month_parse(f->data_end, &end) ? month_unit(end) : TRUCE_MONTHS);
    plain_print(out, "Forecast made on %s with truce %s from data to %s\n\n", f->made, f->version,
                f->data_end);
    plain_print(out, "  %-9s %-12s %10s %10s %-26s %6s %10s\n", "", "", "observed", "median", "(90 %)", "",
                "CRPS");
    for (size_t k = 0; k < f->count; k++) {
        const filed_forecast *x = &f->forecasts[k];
        open += isnan(x->observed) && !x->left_out;
        left_out += x->left_out;
        if (isnan(x->observed))
            continue;
        if (strcmp(last, x->target) != 0)
            plain_print(out, "%s\n", x->target);
        last = x->target;
        print_outcome(out, x, period);
    }
    plain_print(out, "\nMean CRPS over that of persistence, and changes within the 90 %% interval\n");
    for (size_t k = 0; k < f->sum_count; k++)
        print_sum(out, &f->sums[k]);
    if (open)
        plain_print(out, "%zu of %zu forecasts cannot be judged: their outcomes are not in the data.\n", open,
                    f->count);
    if (left_out)
        plain_print(out,
                    "%zu of %zu forecasts are not judged: their outcomes are in the data, but \"use\" of the "
                    "case leaves\nthem out.\n",
                    left_out, f->count);
}
