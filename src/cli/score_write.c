/* The files of `truce score -o`: docs/use/fit.md describes their columns. */
#include "base/output.h"
#include "cli/score.h"

#include <stdio.h>

static void write_series(FILE *stream, const score_table *t, size_t i)
{
    text_write_field(stream, t->c->observations[i].name);
    fputc(',', stream);
    text_write_field(stream, t->units[i]);
}

/* A row says what it rests on, so that a report can tell it. */
static void write_scores(FILE *stream, const score_table *t, const score_options *o)
{
    fputs(
        "series,units,months,rival,origins,first_origin,last_origin,crps,within_50,within_90,bias,particles,"
        "seed\n",
        stream);
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t e = 0; e < t->entrant_count; e++) {
                score_cell s = score_cell_of(t, i, h, e);
                char first[16], last[16];
                if (s.count == 0)
                    continue;
                double n = (double)s.count;
                month_iso(s.first, first);
                month_iso(s.last, last);
                write_series(stream, t, i);
                fprintf(stream, ",%d,%s,%zu,%s,%s,%.6g,%.4f,%.4f,%.6g,%zu,%llu\n", score_horizons[h],
                        t->entrants[e].name, s.count, first, last, s.crps / n, (double)s.within_50 / n,
                        (double)s.within_90 / n, s.bias / n, o->particles, (unsigned long long)o->seed);
            }
}

static void write_forecast(FILE *stream, const score_table *t, size_t origin, size_t i, size_t h, size_t e)
{
    const score_change *s = score_change_of(t, origin, i, h, e);
    char iso[16];
    if (!s->scored)
        return;
    month_iso(t->origins[origin], iso);
    write_series(stream, t, i);
    fprintf(stream, ",%s,%d,%s,%.6g", iso, score_horizons[h], t->entrants[e].name, s->observed);
    for (size_t q = 0; q < SCORE_QUANTILES; q++)
        fprintf(stream, ",%.6g", s->quantiles[q]);
    fprintf(stream, ",%.6g\n", s->crps);
}

static void write_forecasts(FILE *stream, const score_table *t, const score_options *o)
{
    (void)o;
    fputs("series,units,origin,months,rival,observed,p05,p25,median,p75,p95,crps\n", stream);
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t origin = 0; origin < t->origin_count; origin++)
                for (size_t e = 0; e < t->entrant_count; e++)
                    write_forecast(stream, t, origin, i, h, e);
}

static void write_evidence(FILE *stream, const score_table *t, const score_options *o)
{
    fputs("origin,rival,points,log_evidence,standard_error,particles,seed\n", stream);
    for (size_t i = 0; i < t->origin_count; i++)
        for (size_t e = 0; e + 1 < t->entrant_count; e++) {
            const score_evidence *v = &t->evidence[i * t->entrant_count + e];
            char iso[16];
            month_iso(t->origins[i], iso);
            fprintf(stream, "%s,%s,%zu,%.6g,%.4g,%zu,%llu\n", iso, t->entrants[e].name, v->points,
                    v->logarithm, v->standard_error, o->particles, (unsigned long long)o->seed);
        }
}

truce_status score_write(const score_table *t, const score_options *o, const char *directory,
                         truce_error *error)
{
    static const struct {
        const char *name;
        void (*write)(FILE *stream, const score_table *t, const score_options *o);
    } files[] = {
        {"scores.csv", write_scores}, {"forecasts.csv", write_forecasts}, {"evidence.csv", write_evidence}};
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
        files[i].write(stream, t, o);
        status = output_set_close(set, names[i], stream, error);
    }
    if (status == TRUCE_OK)
        return output_set_commit(set, names, FILES, error);
    output_set_discard(set);
    return status;
}
