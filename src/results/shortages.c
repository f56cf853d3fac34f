/* Who runs short of what and when: spells of enough months with a variable below its threshold, member by
 * member. A spell that is under way when the data end begins anew with the first month of the forecast. */
#include "observe/observe.h"
#include "results/collecting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct spells {
    int *length;  /* [member] months below so far */
    float *first; /* [member] first month of the first spell; NaN */
} spells;

/* Finds each member's first spell within months from..to-1. */
static void find_spells(const case_results *r, const members_view *v, const case_shortage *shortage,
                        size_t index, size_t from, size_t to, spells *s)
{
    size_t output = v->output_of[shortage->elements[index]];
    size_t stock = observe_is_stock(r->c, shortage->elements[index]) ? 1 : 0;
    for (size_t i = 0; i < v->members; i++) {
        s->length[i] = 0;
        s->first[i] = NAN;
    }
    for (size_t m = from; m < to; m++) {
        const float *values = truce_ensemble_values(v->ensemble, output, v->save_of[m + stock]);
        for (size_t i = 0; i < v->members; i++) {
            s->length[i] = (double)values[i] < shortage->below ? s->length[i] + 1 : 0;
            if (s->length[i] == shortage->months && isnan(s->first[i]))
                s->first[i] = (float)(m + 1 - (size_t)shortage->months);
        }
    }
}

/* Counts the sound members with a spell, by the month in which it begins where `starts` is given. */
static size_t count_spells(const members_view *v, const spells *s, size_t *starts)
{
    size_t count = 0;
    for (size_t i = 0; i < v->members; i++) {
        if (v->bad[i] || isnan(s->first[i]))
            continue;
        count++;
        if (starts)
            starts[(size_t)s->first[i]]++;
    }
    return count;
}

/* The month at a rank among the sorted starts. */
static double start_at(const size_t *starts, size_t rank)
{
    size_t start = 0;
    for (size_t below = starts[0]; below <= rank; below += starts[start])
        start++;
    return (double)start;
}

/* Type 7 quantiles of the dates (Hyndman and Fan 1996). */
static void find_dates(shortage_result *result)
{
    static const double probabilities[3] = {0.05, 0.5, 0.95};
    size_t count = result->spells_after;
    for (int i = 0; i < 3; i++) {
        double position = count ? (double)(count - 1) * probabilities[i] : 0;
        size_t below = (size_t)position;
        double low = count ? start_at(result->starts, below) : NAN;
        double high = below + 1 < count ? start_at(result->starts, below + 1) : low;
        result->dates[i] = low + (position - (double)below) * (high - low);
    }
}

static void collect_shortage(const case_results *r, const members_view *v, size_t index, spells *s,
                             shortage_result *result)
{
    find_spells(r, v, result->shortage, index, 0, r->data_months, s);
    result->spells_before += count_spells(v, s, NULL);
    find_spells(r, v, result->shortage, index, r->data_months, r->months, s);
    result->spells_after += count_spells(v, s, result->starts);
    for (size_t i = 0; i < v->members; i++)
        result->sound += !v->bad[i];
    result->before = result->sound ? (double)result->spells_before / (double)result->sound : NAN;
    result->after = result->sound ? (double)result->spells_after / (double)result->sound : NAN;
    find_dates(result);
}

bool shortages_make(case_results *r, scenario_result *result)
{
    result->shortages = arena_array(&r->memory, r->shortage_count, sizeof(shortage_result));
    for (size_t k = 0, at = 0; result->shortages && k < r->c->shortage_count; k++)
        for (size_t i = 0; i < r->c->shortages[k].element_count; i++, at++) {
            const case_shortage *shortage = &r->c->shortages[k];
            result->shortages[at] =
                (shortage_result){.shortage = shortage,
                                  .label = shortage->labels[i],
                                  .starts = arena_array(&r->memory, r->months + 1, sizeof(size_t))};
            if (!result->shortages[at].starts)
                return false;
        }
    return result->shortages != NULL;
}

truce_status shortages_collect(const case_results *r, const members_view *v, scenario_result *result,
                               truce_error *error)
{
    size_t members = v->members ? v->members : 1, at = 0;
    spells s = {malloc(members * sizeof(int)), malloc(members * sizeof(float))};
    truce_status status = s.length && s.first ? TRUCE_OK : error_memory(error);
    for (size_t k = 0; k < r->c->shortage_count && !status; k++)
        for (size_t i = 0; i < r->c->shortages[k].element_count && !status; i++) {
            const case_shortage *shortage = &r->c->shortages[k];
            if (v->output_of[shortage->elements[i]] == SIZE_MAX)
                status = error_set(error, TRUCE_RUN_FAILED, r->c->path, shortage->at.line,
                                   "the run did not save \"%s\"", shortage->variable);
            else
                collect_shortage(r, v, i, &s, &result->shortages[at++]);
        }
    free(s.length);
    free(s.first);
    return status;
}
