/* The files of `truce score -o`: docs/use/fit.md describes their columns. */
#include "base/output.h"
#include "score/hubverse.h"
#include "show/scores.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

typedef struct writing {
    FILE *stream;
    const score_table *t;
    const score_options *o;
} writing;

static void write_series(FILE *stream, const score_table *t, size_t i)
{
    text_write_field(stream, t->c->observations[i].name);
    fputc(',', stream);
    text_write_field(stream, t->units[i]);
}

/* ",0.123", or "," when there is no number. */
static void write_number(FILE *stream, double value)
{
    if (isnan(value))
        fputc(',', stream);
    else
        plain_print(stream, ",%.6g", value);
}

/* ---- Sums -------------------------------------------------------------------------------------------- */

static void write_cell(const writing *w, size_t i, size_t h, size_t e)
{
    assert(e < w->t->entrant_count);
    const score_table *t = w->t;
    score_range range = score_range_all(t);
    range.observation = i;
    range.first_months = range.last_months = score_horizons[h];
    score_cell s = score_cell_of(t, &range, e);
    char first[16], last[16];
    if (s.count == 0)
        return;
    month_iso(s.first, first);
    month_iso(s.last, last);
    write_series(w->stream, t, i);
    plain_print(w->stream, ",%d,%s,%zu,%s,%s,%.6g,%.4f,%.4f,%.6g,%zu,%llu", score_horizons[h],
                t->entrants[e].name, s.count, first, last, s.crps, s.within_50, s.within_90, s.bias,
                w->o->particles, (unsigned long long)w->o->seed);
    const double more[] = {s.spread,
                           s.too_high,
                           s.too_low,
                           s.interval_50,
                           s.interval_90,
                           s.log_score,
                           score_compare(t, &range, SCORE_MODEL, e).ratio};
    for (size_t k = 0; k < sizeof more / sizeof *more; k++)
        write_number(w->stream, more[k]);
    fputc('\n', w->stream);
}

/* A row says what it rests on, so that a report can tell it. */
static void write_scores(const writing *w)
{
    plain_print(
        w->stream,
        "series,units,%ss,rival,origins,first_origin,last_origin,crps,within_50,within_90,bias,particles,"
        "seed,spread,too_high,too_low,interval_50,interval_90,log_score,model_against\n",
        case_period(w->t->c));
    for (size_t i = 0; i < w->t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t e = 0; e < w->t->entrant_count; e++)
                write_cell(w, i, h, e);
}

static void write_skill_row(const writing *w, const score_range *range, const char *name, size_t best,
                            size_t e)
{
    const score_table *t = w->t;
    score_cell cell = score_cell_of(t, range, e);
    score_calibration c = score_calibrate(t, range, e);
    if (cell.count == 0)
        return;
    score_skill s = best == SIZE_MAX ? (score_skill){.ratio = NAN, .standard_error = NAN}
                                     : score_compare(t, range, e, best);
    plain_print(w->stream, "%s,%s,%s,%s,%zu,%zu", range->from ? "last" : "all", name, t->entrants[e].name,
                best == SIZE_MAX ? "" : t->entrants[best].name, cell.count, cell.origins);
    const double numbers[] = {s.ratio,        s.standard_error, score_relative_skill(t, range, e),
                              cell.within_50, cell.within_90,   c.chance};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        write_number(w->stream, numbers[k]);
    for (size_t k = 0; k < SCORE_BINS; k++)
        plain_print(w->stream, ",%.0f", c.bins[k]);
    fputc('\n', w->stream);
}

/* Territory and losses together. */
static void write_skill(const writing *w)
{
    const score_table *t = w->t;
    plain_print(
        w->stream,
        "origins_read,%ss,entrant,best_rival,changes,origins,against_best,standard_error,relative_skill,"
        "within_50,within_90,pit_chance,pit_1,pit_2,pit_3,pit_4,pit_5,pit_6,pit_7,pit_8,pit_9,pit_10\n",
        case_period(t->c));
    for (int part = 0; part < (t->final_count ? 2 : 1); part++)
        for (size_t h = 0; h <= SCORE_HORIZONS; h++) {
            char name[16] = "all";
            score_range range = score_range_all(t);
            range.headline = true;
            range.from = part ? t->origin_count - t->final_count : 0;
            if (h < SCORE_HORIZONS) {
                range.first_months = range.last_months = score_horizons[h];
                snprintf(name, sizeof name, "%d", score_horizons[h]);
            }
            size_t best = score_best_rival(t, &range);
            for (size_t e = 0; e < t->entrant_count; e++)
                write_skill_row(w, &range, name, best, e);
        }
}

/* ---- One by one -------------------------------------------------------------------------------------- */

static void write_forecast(const writing *w, size_t origin, size_t i, size_t h, size_t e)
{
    assert(origin < w->t->origin_count && e < w->t->entrant_count);
    const score_table *t = w->t;
    const score_change *s = score_change_of(t, origin, i, h, e);
    char iso[16];
    if (!s->scored)
        return;
    month_iso(t->origins[origin], iso);
    write_series(w->stream, t, i);
    plain_print(w->stream, ",%s,%d,%s,%.6g", iso, score_horizons[h], t->entrants[e].name, s->observed);
    for (size_t q = 0; q < TRUCE_QUANTILES; q++)
        plain_print(w->stream, ",%.6g", sample_quantile(s->points, score_shown[q]));
    plain_print(w->stream, ",%.6g,%.4f,%s\n", s->score.crps, sample_below(s->points, s->observed),
                origin + t->final_count >= t->origin_count ? "yes" : "no");
}

static void write_forecasts(const writing *w)
{
    plain_print(w->stream,
                "series,units,origin,%ss,rival,observed,p05,p25,median,p75,p95,crps,pit,final_reading\n",
                case_period(w->t->c));
    for (size_t i = 0; i < w->t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t origin = 0; origin < w->t->origin_count; origin++)
                for (size_t e = 0; e < w->t->entrant_count; e++)
                    write_forecast(w, origin, i, h, e);
}

/* Of every entrant one period ahead. */
static void write_residuals(const writing *w)
{
    fputs("series,units,rival,origins,mean,spread,lag_1,lag_1_error,runs,runs_expected,runs_chance,longest_"
          "run\n",
          w->stream);
    for (size_t i = 0; i < w->t->c->observation_count; i++)
        for (size_t e = 0; e < w->t->entrant_count; e++) {
            score_residuals r = score_residuals_of(w->t, i, e);
            if (r.count == 0)
                continue;
            write_series(w->stream, w->t, i);
            plain_print(w->stream, ",%s,%zu", w->t->entrants[e].name, r.count);
            const double numbers[] = {r.mean,         r.spread,        r.lag,        r.lag_error,
                                      (double)r.runs, r.runs_expected, r.runs_chance};
            for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
                write_number(w->stream, numbers[k]);
            plain_print(w->stream, ",%zu\n", r.longest);
        }
}

static void write_weights_of(const writing *w, month origin, const double *weights)
{
    char iso[16];
    month_iso(origin, iso);
    for (size_t h = 0; h < SCORE_HORIZONS; h++)
        for (size_t m = 0; m < w->t->member_count; m++)
            plain_print(w->stream, "%s,%d,%s,%.17g\n", iso, score_horizons[h], w->t->entrants[m].name,
                        weights[h * w->t->member_count + m]);
}

/* Those of every origin, and of the end of the data for the next forecast. */
static void write_weights(const writing *w)
{
    double next[SCORE_HORIZONS * SCORE_POOL_MOST];
    plain_print(w->stream, "origin,%ss,entrant,weight\n", case_period(w->t->c));
    for (size_t at = 0; at < w->t->origin_count; at++)
        write_weights_of(w, w->t->origins[at], w->t->weights + at * SCORE_HORIZONS * w->t->member_count);
    for (size_t h = 0; h < SCORE_HORIZONS; h++)
        score_pool_weights(w->t, w->t->c->data_end, h, next + h * w->t->member_count);
    write_weights_of(w, w->t->c->data_end, next);
}

static void write_evidence(const writing *w)
{
    const score_table *t = w->t;
    fputs("origin,rival,points,log_evidence,standard_error,particles,seed\n", w->stream);
    for (size_t i = 0; i < t->origin_count; i++)
        for (size_t e = 0; e < t->member_count && t->entrants[e].c; e++) {
            const score_evidence *v = &t->evidence[i * t->entrant_count + e];
            char iso[16];
            month_iso(t->origins[i], iso);
            plain_print(w->stream, "%s,%s,%zu,%.6g,%.4g,%zu,%llu\n", iso, t->entrants[e].name, v->points,
                        v->logarithm, v->standard_error, w->o->particles, (unsigned long long)w->o->seed);
        }
}

/* ---- For others -------------------------------------------------------------------------------------- */

static void write_hubverse(const writing *w)
{
    fputs(HUBVERSE_COLUMNS "\n", w->stream);
    for (size_t origin = 0; origin < w->t->origin_count; origin++)
        hubverse_write_origin(w->stream, w->t, origin, "");
}

/* What came of the targets of hubverse.csv. */
static void write_oracle(const writing *w)
{
    const score_table *t = w->t;
    fputs("reference_date,target,horizon,target_end_date,oracle_value\n", w->stream);
    for (size_t origin = 0; origin < t->origin_count; origin++)
        for (size_t i = 0; i < t->c->observation_count; i++)
            for (size_t h = 0; h < SCORE_HORIZONS; h++) {
                const score_change *s = score_change_of(t, origin, i, h, t->persistence);
                char from[16], to[16];
                if (isnan(s->observed))
                    continue;
                month_last_day(t->origins[origin], from);
                month_last_day(t->origins[origin] + score_horizons[h], to);
                plain_print(w->stream, "%s,", from);
                text_write_field(w->stream, t->c->observations[i].name);
                plain_print(w->stream, ",%d,%s,%.6g\n", score_horizons[h], to, s->observed);
            }
}

void scores_print_csv(const score_table *t, const score_options *o, FILE *stream)
{
    write_scores(&(writing){stream, t, o});
}

void scores_print_skill_csv(const score_table *t, const score_options *o, FILE *stream)
{
    write_skill(&(writing){stream, t, o});
}

truce_status scores_write(const score_table *t, const score_options *o, const char *directory,
                          truce_error *error)
{
    static const struct {
        const char *name;
        void (*write)(const writing *w);
    } files[] = {{"scores.csv", write_scores},       {"skill.csv", write_skill},
                 {"forecasts.csv", write_forecasts}, {"weights.csv", write_weights},
                 {"evidence.csv", write_evidence},   {"hubverse.csv", write_hubverse},
                 {"oracle.csv", write_oracle},       {"residuals.csv", write_residuals}};
    enum { FILES = sizeof files / sizeof *files };
    const char *names[FILES];
    output_set *set;
    TRY(output_set_open(&set, directory, error));
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < FILES && status == TRUCE_OK; i++) {
        FILE *stream;
        names[i] = files[i].name;
        status = output_set_create(set, names[i], &stream, error);
        if (status != TRUCE_OK)
            break;
        files[i].write(&(writing){stream, t, o});
        status = output_set_close(set, names[i], stream, error);
    }
    if (status == TRUCE_OK)
        return output_set_commit(set, names, FILES, error);
    output_set_discard(set);
    return status;
}
