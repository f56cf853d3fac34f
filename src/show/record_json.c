/* Fits, scores and forecasts as JSON: what `truce fit`, `truce score` and `truce forecast` print with --json. */
#include "fit/fit.h"
#include "math/quantiles.h"
#include "show/rows_json.h"
#include "show/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void open_document(json *j, const char *title)
{
    json_open(j, NULL, '{');
    if (title)
        json_string(j, "case", title);
    json_string(j, "version", truce_version());
}

/* ---- Fits ------------------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void put_parameter(json *j, const truce_fit *f, size_t index, double *room)
{
    size_t n = truce_fit_draw_count(f);
    truce_fit_diagnosis d = truce_fit_diagnosis_of(f, index);
    memcpy(room, truce_fit_values(f, index), n * sizeof *room);
    qsort(room, n, sizeof *room, ascending);
    json_open(j, NULL, '{');
    json_string(j, "name", truce_fit_parameter_name(f, index));
    json_string(j, "units", truce_fit_parameter_units(f, index));
    json_number(j, "p05", room[n / 20]);
    json_number(j, "p50", room[n / 2]);
    json_number(j, "p95", room[n - 1 - n / 20]);
    json_number(j, "r_hat", d.r_hat);
    json_number(j, "tail_draws", d.tail);
    json_number(j, "learned", d.contraction);
    json_close(j, '}');
}

truce_status truce_fit_json(const truce_fit *f, char **words, truce_error *error)
{
    if (!f || !words)
        return json_missing(error);
    text out = {0};
    json j = {.out = &out};
    double spread, *room = calloc(truce_fit_draw_count(f) + 1, sizeof *room);
    *words = NULL;
    open_document(&j, NULL);
    json_string(&j, "until", truce_fit_until(f));
    json_number(&j, "draws", (double)truce_fit_draw_count(f));
    json_number(&j, "log_evidence", truce_fit_log_evidence(f, &spread));
    json_number(&j, "log_evidence_error", spread);
    json_open(&j, "parameters", '[');
    for (size_t i = 0; room && i < truce_fit_parameter_count(f); i++)
        put_parameter(&j, f, i, room);
    json_close(&j, ']');
    json_open(&j, "warnings", '[');
    for (size_t i = 0; i < truce_fit_warning_count(f); i++)
        json_string(&j, NULL, truce_fit_warning(f, i));
    json_close(&j, ']');
    bool good = room != NULL;
    free(room);
    return json_end(&j, good, words, error);
}

/* ---- Scores ---------------------------------------------------------------------------------------------- */

static void print_scores(const void *context, FILE *stream)
{
    const truce_scores *s = context;
    scores_print_csv(&s->table, &s->options, stream);
}

static void print_skill(const void *context, FILE *stream)
{
    const truce_scores *s = context;
    scores_print_skill_csv(&s->table, &s->options, stream);
}

truce_status truce_scores_json(const truce_scores *s, char **words, truce_error *error)
{
    if (!s || !words)
        return json_missing(error);
    text out = {0};
    json j = {.out = &out};
    *words = NULL;
    open_document(&j, s->table.c->title);
    bool good = json_rows(&j, "scores", print_scores, s);
    good = json_rows(&j, "skill", print_skill, s) && good;
    return json_end(&j, good, words, error);
}

/* ---- Forecasts ------------------------------------------------------------------------------------------- */

static void put_change(json *j, const score_table *t, size_t observation, size_t horizon, size_t entrant)
{
    static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    static const char *const names[] = {"p05", "p25", "p50", "p75", "p95"};
    const score_change *s = score_change_of(t, 0, observation, horizon, entrant);
    char end[16];
    if (!s->forecast)
        return;
    month_iso(t->origins[0] + score_horizons[horizon], end);
    json_open(j, NULL, '{');
    json_string(j, "series", t->c->observations[observation].name);
    json_string(j, "units", t->units[observation]);
    json_string(j, "to", end);
    json_string(j, "entrant", t->entrants[entrant].name);
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
        json_number(j, names[k], sample_quantile(s->points, levels[k]));
    json_close(j, '}');
}

truce_status truce_forecast_json(const truce_forecast *f, char **words, truce_error *error)
{
    if (!f || !words)
        return json_missing(error);
    const score_table *t = &f->table;
    text out = {0};
    json j = {.out = &out};
    char end[16];
    *words = NULL;
    month_iso(t->origins[0], end);
    open_document(&j, t->c->title);
    json_string(&j, "made", f->made);
    json_string(&j, "data_end", end);
    json_string(&j, "weights", f->weights[0] ? f->weights : NULL);
    json_open(&j, "changes", '[');
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t e = 0; e < t->entrant_count; e++)
                put_change(&j, t, i, h, e);
    json_close(&j, ']');
    return json_end(&j, true, words, error);
}
