/* The scores of a file of forecasts, summed by model. */
#include "score/forecast_file.h"

#include <math.h>
#include <string.h>

/* What tells the changes that are forecast apart; NULL: out of memory. */
static const char *change_key(arena *a, const filed_forecast *x)
{
    return arena_format(a, "%d %d %s", x->origin, x->months, x->target);
}

/* The forecasts of persistence by which scores of series are divided: the first of each change. */
static bool find_persistence(filed_forecasts *f, map *persistence)
{
    for (size_t k = 0; k < f->count; k++) {
        const filed_forecast *x = &f->forecasts[k];
        if (strcmp(x->model, "persistence") != 0 || isnan(x->observed) || !(x->score.crps > 0))
            continue;
        const char *key = change_key(&f->memory, x);
        if (!key || !map_put(persistence, key, k, NULL))
            return false;
    }
    return true;
}

/* The sum of the forecast's model, a new one if it is the first of it; NULL: out of memory. */
static filed_sum *find_sum(filed_forecasts *f, map *models, const filed_forecast *x)
{
    size_t existing;
    if (!map_put(models, x->model, f->sum_count, &existing))
        return NULL;
    if (existing != SIZE_MAX)
        return &f->sums[existing];
    filed_sum made = {.model = x->model};
    return ARENA_PUSH(&f->memory, f->sums, f->sum_count, f->sum_capacity, made) ? &f->sums[f->sum_count - 1]
                                                                                : NULL;
}

static bool add_forecast(filed_forecasts *f, filed_sum *sum, const map *persistence, const filed_forecast *x)
{
    const char *key = change_key(&f->memory, x);
    if (!key)
        return false;
    size_t unit = map_get(persistence, key);
    if (unit != SIZE_MAX) {
        sum->relative += x->score.crps / f->forecasts[unit].score.crps;
        sum->relatives++;
    }
    sum->inside +=
        x->observed >= sample_quantile(x->points, 0.05) && x->observed <= sample_quantile(x->points, 0.95);
    sum->judged++;
    return true;
}

truce_status forecast_file_sum(filed_forecasts *f, truce_error *error)
{
    map models = {0}, persistence = {0};
    bool good = find_persistence(f, &persistence);
    for (size_t k = 0; good && k < f->count; k++) {
        const filed_forecast *x = &f->forecasts[k];
        filed_sum *sum = find_sum(f, &models, x);
        good = sum && (isnan(x->observed) || add_forecast(f, sum, &persistence, x));
    }
    map_free(&models);
    map_free(&persistence);
    return good ? TRUCE_OK : error_memory(error);
}
