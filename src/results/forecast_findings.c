/* The forecast that has scored best so far, and what that means for the model, in sentences that open the
 * report. */
#include "results/final_reading.h"
#include "results/findings.h"

#include <math.h>
#include <string.h>

enum { YEAR = 12, HORIZONS = 4 };
static const int horizons[HORIZONS] = {1, 3, 6, YEAR};

/* "the pool of model and rivals", "climatology" */
static void put_entrant(text *t, const char *entrant, const char *period)
{
    static const char *const titles[][2] = {
        {"pool", "the pool of the model and its rivals"}, {"bootstrap", "climatology (past %ss resampled)"},
        {"ar1", "an autoregression of the series"},       {"damped", "a damped level of the series"},
        {"year-before", "the same %ss a year before"},    {"persistence", "the last %ss continued"}};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strcmp(entrant, titles[i][0]) == 0) {
            text_print(t, titles[i][1], period);
            return;
        }
    text_print(t, "the model %s", entrant);
}

/* The series of the territory that was observed last; NULL when there is none. */
static const case_observation *front_series(const truce_case *c)
{
    const case_observation *latest = NULL;
    for (size_t i = 0; i < c->observation_count; i++) {
        const case_observation *o = &c->observations[i];
        if (o->element == c->front_element && (!latest || o->last_used > latest->last_used))
            latest = o;
    }
    return latest;
}

/* What an entrant says of the territory a year on. */
static const filed_forecast *front_forecast(const case_results *r, const char *entrant)
{
    const filed_forecasts *f = &r->standing->forecasts;
    const case_observation *o = front_series(r->c);
    for (size_t k = 0; k < f->count && o; k++) {
        const filed_forecast *x = &f->forecasts[k];
        if (x->months == YEAR && strcmp(x->model, entrant) == 0 && strcmp(x->target, o->name) == 0)
            return x;
    }
    return NULL;
}

/* Its mean change a month, as the front is shown. */
static statistics monthly(const quantity *q, const filed_forecast *x)
{
    static const double probabilities[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    statistics s = {.members = SIZE_MAX}; /* a distribution, not so many futures */
    for (size_t k = 0; k < QUANTILES; k++)
        s.quantiles[k] = q->scale * sample_quantile(x->points, probabilities[k]) / YEAR;
    s.mean = s.quantiles[2];
    s.below = sample_below(x->points, 0);
    s.above = 1 - s.below;
    return s;
}

bool best_forecast_finding(text *t, const case_results *r)
{
    bool baseline = r->standing && r->scenarios[0].scenario == 0;
    const standing_row *best = baseline ? standing_best(r->standing, YEAR) : NULL;
    const filed_forecast *x = best && strcmp(best->entrant, "model") != 0 && r->front_change != SIZE_MAX
                                  ? front_forecast(r, best->entrant)
                                  : NULL;
    const standing_row *model = x ? standing_find(r->standing, YEAR, "model") : NULL;
    if (!x)
        return false;
    speed_finding(t, r, READING_NEXT, monthly(&r->quantities[r->front_change], x));
    text_print(t, ": the forecast of ");
    put_entrant(t, best->entrant, case_period(r->c));
    text_print(t, ", which has scored best so far ");
    if (r->c->unit == TRUCE_MONTHS)
        text_print(t, "a year ahead");
    else
        text_print(t, "%d %ss ahead", YEAR, case_period(r->c));
    if (model && model->against_best > 0)
        text_print(t, " (CRPS %.0f %% below that of the model alone)",
                   100 * (1 - best->against_best / model->against_best));
    text_print(t,
               ". Everything that follows comes from the model: the difference between a scenario and "
               "\"%s\" is to be added to that forecast",
               scenario_of(r, &r->scenarios[0])->title);
    return true;
}

/* "1 and 3 months": the horizons from k on at which the same entrant as at k is best; `done`: all that have been told. */
static void put_best(text *t, const case_results *r, const char *const best[HORIZONS], size_t k,
                     bool done[HORIZONS])
{
    size_t all = 0, put = 0;
    int last = 0;
    for (size_t i = k; i < HORIZONS; i++)
        all += best[i] && strcmp(best[i], best[k]) == 0;
    for (size_t i = k; i < HORIZONS; i++) {
        if (!best[i] || strcmp(best[i], best[k]) != 0)
            continue;
        put++;
        last = horizons[i];
        done[i] = true;
        text_print(t, "%s%d", put == 1 ? "" : put == all ? " and " : ", ", last);
    }
    text_print(t, " %s%s", case_period(r->c), last == 1 ? "" : "s");
}

/* "At 6 and 12 months ahead the model's own forecasts ... have scored best so far, at 1 and 3 months those of the pool" */
static void best_finding(text *t, const case_results *r)
{
    const char *best[HORIZONS];
    bool done[HORIZONS] = {false}, begun = false;
    for (size_t k = 0; k < HORIZONS; k++) {
        const standing_row *row = standing_best(r->standing, horizons[k]);
        best[k] = row ? row->entrant : NULL;
    }
    for (int pass = 0; pass < 2; pass++) /* the model first */
        for (size_t k = 0; k < HORIZONS; k++) {
            if (!best[k] || done[k] || (pass == 0) != (strcmp(best[k], "model") == 0))
                continue;
            text_print(t, begun ? ", at " : "At ");
            put_best(t, r, best, k, done);
            text_print(t, begun ? " those of " : " ahead ");
            if (pass == 0)
                text_print(t, "the model's own forecasts");
            else {
                text_print(t, begun ? "" : "the forecasts of ");
                put_entrant(t, best[k], case_period(r->c));
            }
            text_print(t, begun ? "" : " have scored best so far in territory and losses");
            begun = true;
        }
    if (best[HORIZONS - 1] && strcmp(best[HORIZONS - 1], "model") == 0)
        text_print(t, "; the forecast shown is therefore the model's");
}

/* The horizons at which the model did worse than an entrant, "1 and 3 months", or than the best rival of each, "1 month
 * (damped) and 3 months (ar1)"; false when there are none. */
static bool put_horizons(text *t, const case_results *r, const char *entrant)
{
    const standing *s = r->standing;
    size_t worse = 0, put = 0;
    int last = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < HORIZONS; k++) {
            const standing_row *model = standing_find(s, horizons[k], "model"),
                               *best = model ? standing_find(s, horizons[k],
                                                             entrant ? entrant : model->best_rival)
                                             : NULL;
            if (!best || !(model->against_best > best->against_best))
                continue;
            worse += pass == 0;
            if (pass == 1) {
                put++;
                last = horizons[k];
                text_print(t, "%s%d", put == 1 ? "" : put == worse ? " and " : ", ", horizons[k]);
                if (!entrant)
                    text_print(t, " %s%s (%s)", case_period(r->c), last == 1 ? "" : "s", best->entrant);
            }
        }
    if (worse && entrant)
        text_print(t, " %s%s", case_period(r->c), last == 1 ? "" : "s");
    text_print(t, worse ? " ahead" : "");
    return worse > 0;
}

static void lost_finding(text *t, const case_results *r)
{
    text rival = {0}, climatology = {0};
    bool lost_rival = put_horizons(&rival, r, NULL),
         lost_climatology = put_horizons(&climatology, r, "bootstrap");
    if (lost_rival)
        text_print(
            t,
            "The model's own forecasts of territory and losses have scored worse than the best rival's at %s",
            rival.bytes);
    if (lost_climatology)
        text_print(t, "%s climatology's, past %ss resampled, at %s",
                   lost_rival ? ", and worse than" : "The model's own forecasts have scored worse than",
                   case_period(r->c), climatology.bytes);
    t->failed = t->failed || rival.failed || climatology.failed;
    text_free(&rival);
    text_free(&climatology);
}

static void add_sentence(text *t, text *sentence)
{
    if (sentence->length)
        text_print(t, "%s%s", t->length ? ". " : "", sentence->bytes);
    t->failed = t->failed || sentence->failed;
    text_free(sentence);
}

void final_finding(text *t, const case_results *r)
{
    const final_reading f = r->standing ? final_reading_of_standing(r->standing) : (final_reading){0};
    final_reading_put(t, &f, case_period(r->c));
}

void standing_finding(text *t, const case_results *r)
{
    static void (*const findings[])(text *, const case_results *) = {best_finding, lost_finding,
                                                                     final_finding};
    text all = {0}; /* may follow something */
    for (size_t k = 0; k < sizeof findings / sizeof *findings && r->standing; k++) {
        text sentence = {0};
        findings[k](&sentence, r);
        add_sentence(&all, &sentence);
    }
    add_sentence(t, &all);
}

/* ---- The targets --------------------------------------------------------- */

static bool put_against_best(text *t, const standing_row *row, double most)
{
    double off = 100 * fabs(row->against_best - 1);
    text_print(t, " (it is %.0f %% %s that of %s)", off, row->against_best < 1 ? "below" : "above",
               row->best_rival);
    return row->against_best <= most;
}

bool target_finding(text *t, const case_results *r, size_t target, bool *met)
{
    bool of_model = target >= 3;
    int months = target == 3 ? 6 : target == 4 ? YEAR : 0;
    const standing_row *row =
        r->standing ? standing_find(r->standing, months, of_model ? "model" : "pool") : NULL;
    double value = !row          ? NAN
                   : target == 1 ? row->within_90
                   : target == 2 ? row->pit_chance
                                 : row->against_best;
    if (target > 4 || isnan(value))
        return false;
    if (target == 0) {
        text_print(t, "the pool's score is at least 10 %% below that of the best rival");
        *met = put_against_best(t, row, 0.9);
    } else if (target == 1) {
        text_print(t, "its 90 %% intervals hold 85 to 95 %% of changes (they hold %.0f %%)", 100 * value);
        *met = value >= 0.85 && value <= 0.95;
    } else if (target == 2) {
        text_print(t, "the test of its probability integral transform does not reject at 1 %% (chance %.3f)",
                   value);
        *met = value >= 0.01;
    } else {
        text_print(t, "the model's score is not above that of the best rival %d %ss ahead", months,
                   case_period(r->c));
        *met = put_against_best(t, row, 1);
    }
    return true;
}
