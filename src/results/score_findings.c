/* How good forecasts have been, and where they were worst: what the record of scores and the coverage of the
 * observed points say together, in one sentence. */
#include "results/findings.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { HALF_A_YEAR = 6 };

double score_against(const score_record *s, const score_row *model, size_t rival)
{
    assert(model->series < s->series.count);
    const score_row *other = rival == SIZE_MAX ? NULL : scores_find(s, model->series, rival, model->months);
    if (!other)
        return NAN;
    if (!isnan(other->model_against))
        return other->model_against - 1;
    return other->crps > 0 ? model->crps / other->crps - 1 : NAN;
}

double all_against(const score_record *s, size_t rival, int months)
{
    size_t model = scores_rival(s, "model"), persistence = scores_rival(s, "persistence");
    double own = 0, other = 0;
    for (size_t i = 0; i < s->row_count; i++) {
        const score_row *row = &s->rows[i];
        if (row->rival != model || row->months != months)
            continue;
        const score_row *theirs = scores_find(s, row->series, rival, months);
        const score_row *unit = scores_find(s, row->series, persistence, months);
        if (!theirs || !unit || !(unit->crps > 0))
            continue;
        double share = (1 + score_against(s, row, rival)) * theirs->crps;
        own += share / unit->crps * (double)theirs->origins;
        other += theirs->crps / unit->crps * (double)theirs->origins;
    }
    return other > 0 ? own / other - 1 : NAN;
}

double share_held(const score_record *s, bool wide, size_t series, int months, double *covered, double *cases)
{
    size_t model = scores_rival(s, "model");
    *covered = *cases = 0;
    for (size_t i = 0; i < s->row_count; i++) {
        const score_row *row = &s->rows[i];
        double share = wide ? row->within_90 : row->within_50;
        if (row->rival != model || isnan(share) || (series != SIZE_MAX && row->series != series) ||
            (months && row->months != months))
            continue;
        *cases += (double)row->origins;
        *covered += share * (double)row->origins;
    }
    return *cases > 0 ? *covered / *cases : NAN;
}

size_t best_rival(const score_record *s, const score_row *model)
{
    size_t best = SIZE_MAX;
    double most = -INFINITY;
    for (size_t k = 0; k < s->rivals.count; k++) {
        double against = scores_is_rival(s, k) ? score_against(s, model, k) : NAN;
        if (against > most) {
            most = against;
            best = k;
        }
    }
    return best;
}

size_t best_rival_of_all(const score_record *s, int months)
{
    size_t best = SIZE_MAX;
    double most = -INFINITY;
    for (size_t k = 0; k < s->rivals.count; k++) {
        double against = scores_is_rival(s, k) ? all_against(s, k, months) : NAN;
        if (against > most) {
            most = against;
            best = k;
        }
    }
    return best;
}

/* ---- Where it is worst --------------------------------------------------- */

static void put_months(text *t, const case_results *r, int months)
{
    text_print(t, "%d %s%s ahead", months, case_period(r->c), months == 1 ? "" : "s");
}

static void put_ratio(text *t, double against, const char *rival)
{
    text_print(t, "its score (CRPS) is %.0f %% %s that of %s", 100 * fabs(against),
               against >= 0 ? "above" : "below", rival);
}

/* The row that does worst beside its best rival. */
static void put_worst_score(text *t, const case_results *r)
{
    const score_record *s = r->scores;
    const score_row *worst = NULL;
    double most = -INFINITY;
    size_t against = 0, model = scores_rival(s, "model");
    for (size_t i = 0; i < s->row_count; i++) {
        double best = -INFINITY;
        size_t rival = 0;
        for (size_t k = 0; k < s->rivals.count && s->rows[i].rival == model; k++) {
            double ratio = scores_is_rival(s, k) ? score_against(s, &s->rows[i], k) : NAN;
            if (ratio > best) {
                best = ratio;
                rival = k;
            }
        }
        if (best > most) {
            most = best;
            worst = &s->rows[i];
            against = rival;
        }
    }
    if (!worst)
        return;
    text_print(t, "among the scored forecasts the worst are those of \"%s\" ",
               series_title(r, s->series.names[worst->series]));
    put_months(t, r, worst->months);
    text_print(t, " (%zu origin%s), where ", worst->origins, worst->origins == 1 ? "" : "s");
    put_ratio(t, most, s->rivals.names[against]);
    text_print(t, "; ");
}

static void put_held(text *t, const score_record *s, size_t series, int months)
{
    double covered, cases;
    share_held(s, true, series, months, &covered, &cases);
    text_print(t, "held %.0f of %.0f changes", covered, cases);
}

/* The series and the months ahead whose 90 % intervals hold least. */
static void put_worst_intervals(text *t, const case_results *r)
{
    const score_record *s = r->scores;
    double covered, cases, least = 0.9, least_ahead = 0.9;
    size_t series = SIZE_MAX;
    int months = 0;
    for (size_t i = 0; i < s->row_count; i++) {
        double share = share_held(s, true, s->rows[i].series, 0, &covered, &cases);
        if (share < least) {
            least = share;
            series = s->rows[i].series;
        }
        share = share_held(s, true, SIZE_MAX, s->rows[i].months, &covered, &cases);
        if (share < least_ahead) {
            least_ahead = share;
            months = s->rows[i].months;
        }
    }
    if (series != SIZE_MAX) {
        text_print(t, "90 %% intervals are furthest off for \"%s\", where they ",
                   series_title(r, s->series.names[series]));
        put_held(t, s, series, 0);
    }
    if (months) {
        text_print(t, "%s", series != SIZE_MAX ? ", and " : "90 % intervals are furthest off ");
        put_months(t, r, months);
        text_print(t, ", where they ");
        put_held(t, s, SIZE_MAX, months);
    }
    if (series != SIZE_MAX || months)
        text_print(t, "; ");
}

/* Whether forecasts from half a year on err to one side. */
static void put_bias(text *t, const case_results *r)
{
    const score_record *s = r->scores;
    size_t below = 0, above = 0, model = scores_rival(s, "model");
    for (size_t i = 0; i < s->row_count; i++) {
        const score_row *row = &s->rows[i];
        if (row->rival != model || row->months < HALF_A_YEAR)
            continue;
        below += row->bias < 0;
        above += row->bias > 0;
    }
    size_t most = below > above ? below : above, count = below + above;
    if (count >= 4 && most * 4 >= count * 3)
        text_print(t, "%zu of %zu forecasts from %d %ss on are too %s on average; ", most, count, HALF_A_YEAR,
                   case_period(r->c), below > above ? "low" : "high");
}

/* The series whose points the bands of the run hold least, and the one whose fit leaves most for chance to
 * explain. */
static void put_worst_series(text *t, const case_results *r)
{
    size_t worst = SIZE_MAX, patterned = SIZE_MAX;
    double least = 0.8, rarest = 0.05;
    for (size_t i = 0; r->observations && i < r->c->observation_count; i++) {
        const observation_result *x = &r->observations[i];
        size_t used = x->fitted.used + x->later.used, within = x->fitted.within_90 + x->later.within_90;
        double share = used ? (double)within / (double)used : 1;
        if (share < least) {
            least = share;
            worst = i;
        }
        bool seasons = has_seasons(r, &x->check);
        double chance = seasons ? fmin(x->check.lag_chance, x->check.season_chance) : x->check.lag_chance;
        if (x->check.draws && chance < rarest) {
            rarest = chance;
            patterned = i;
        }
    }
    if (worst != SIZE_MAX)
        text_print(t, "among the observed %ss it misses \"%s\" most often: the 90 %% bands hold %.0f %%; ",
                   case_period(r->c), series_title(r, r->c->observations[worst].name), 100 * least);
    if (patterned != SIZE_MAX) {
        const residual_check *c = &r->observations[patterned].check;
        bool lag = !has_seasons(r, c) || c->lag_chance <= c->season_chance;
        const char *period = case_period(r->c);
        text_print(t, "what the fit leaves of \"%s\" ", series_title(r, r->c->observations[patterned].name));
        if (lag)
            text_print(t, "%s from %s to %s; ", c->lag > 0 ? "goes on" : "swings back", period, period);
        else
            text_print(t, "follows the months of the year; ");
    }
}

void weakness_finding(text *t, const case_results *r)
{
    text parts = {0};
    if (r->scores && scores_rival(r->scores, "model") != SIZE_MAX) {
        put_worst_score(&parts, r);
        put_worst_intervals(&parts, r);
        put_bias(&parts, r);
    }
    put_worst_series(&parts, r);
    if (parts.length > 2) {
        text_print(t, "What the model is not good at: ");
        text_add(t, parts.bytes, parts.length - 2); /* without the last "; " */
    }
    t->failed = t->failed || parts.failed;
    text_free(&parts);
}
