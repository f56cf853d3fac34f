/* See final_reading.h. */
#include "results/final_reading.h"

#include <math.h>
#include <string.h>

/* ---- Reading ------------------------------------------------------------- */

static void add(final_reading *f, int months, size_t origins, double model, double pool, const char *rival)
{
    if (isnan(model))
        return;
    size_t k = f->count++;
    f->at[k].months = months;
    f->at[k].origins = origins;
    f->at[k].model = model;
    f->at[k].pool = pool;
    f->at[k].rival = rival;
}

final_reading final_reading_of_standing(const standing *s)
{
    final_reading f = {0};
    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].last && s->rows[i].origins > f.origins)
            f.origins = s->rows[i].origins;
    for (size_t h = 0; h < SCORE_HORIZONS; h++) {
        const standing_row *model = standing_find_last(s, score_horizons[h], "model"),
                           *pool = standing_find_last(s, score_horizons[h], "pool");
        if (model)
            add(&f, score_horizons[h], model->origins, model->against_best, pool ? pool->against_best : NAN,
                model->best_rival);
    }
    return f;
}

final_reading final_reading_of_scores(const score_table *t)
{
    final_reading f = {.origins = t->final_count};
    for (size_t h = 0; h < SCORE_HORIZONS && t->final_count; h++) {
        const score_range range = {.first_months = score_horizons[h],
                                   .last_months = score_horizons[h],
                                   .from = t->origin_count - t->final_count,
                                   .to = t->origin_count,
                                   .headline = true,
                                   .observation = SIZE_MAX};
        size_t best = score_best_rival(t, &range);
        if (best != SIZE_MAX)
            add(&f, score_horizons[h], score_cell_of(t, &range, SCORE_MODEL).origins,
                score_compare(t, &range, SCORE_MODEL, best).ratio,
                score_compare(t, &range, t->pool, best).ratio, t->entrants[best].name);
    }
    return f;
}

/* ---- In words ------------------------------------------------------------ */

typedef enum listed { MODEL, POOL, MONTHS, ORIGINS, RIVALS } listed;

/* "1.04, 1.27 and 1.34" */
static void put_list(text *t, const final_reading *f, listed what)
{
    for (size_t k = 0; k < f->count; k++) {
        text_print(t, "%s", k == 0 ? "" : k + 1 == f->count ? " and " : ", ");
        if (what == RIVALS)
            text_print(t, "%s", f->at[k].rival);
        else if (what == MODEL || what == POOL)
            text_print(t, "%.2f", what == MODEL ? f->at[k].model : f->at[k].pool);
        else
            text_print(t, "%zu", what == MONTHS ? (size_t)f->at[k].months : f->at[k].origins);
    }
}

static const char *verdict(const final_reading *f, bool pool)
{
    size_t worse = 0;
    for (size_t k = 0; k < f->count; k++)
        worse += (pool ? f->at[k].pool : f->at[k].model) > 1;
    return worse == f->count ? "worse than" : worse == 0 ? "no worse than" : "in part worse than";
}

static bool has_pool(const final_reading *f)
{
    bool known = true;
    for (size_t k = 0; k < f->count; k++)
        known = known && !isnan(f->at[k].pool);
    return known;
}

/* "damped", or one for each horizon. */
static void put_rivals(text *t, const final_reading *f)
{
    bool same = true;
    for (size_t k = 1; k < f->count; k++)
        same = same && strcmp(f->at[k].rival, f->at[0].rival) == 0;
    if (same)
        text_print(t, "%s", f->at[0].rival);
    else
        put_list(t, f, RIVALS);
}

void final_reading_put(text *t, const final_reading *f, const char *period)
{
    if (f->count == 0)
        return;
    bool pool = has_pool(f);
    const char *of_model = verdict(f, false), *of_pool = verdict(f, true);
    if (f->origins == 1)
        text_print(t, "On the last origin, held back for one final reading, ");
    else
        text_print(t, "On the last %zu origins, held back for one final reading, ", f->origins);
    if (pool && strcmp(of_model, of_pool) == 0)
        text_print(t, "model and pool did %s the best rival (", of_model);
    else if (pool)
        text_print(t, "the model did %s, and the pool %s, the best rival (", of_model, of_pool);
    else
        text_print(t, "the model did %s the best rival (", of_model);
    put_rivals(t, f);
    text_print(t, "): the model's CRPS was ");
    put_list(t, f, MODEL);
    text_print(t, " times the rival's at ");
    put_list(t, f, MONTHS);
    text_print(t, " %s%s ahead", period, f->at[f->count - 1].months == 1 ? "" : "s");
    if (pool) {
        text_print(t, ", the pool's ");
        put_list(t, f, POOL);
    }
    text_print(t, " (outcomes of ");
    put_list(t, f, ORIGINS);
    text_print(t, f->origins == 1 ? " of it)" : " of these origins)");
}
