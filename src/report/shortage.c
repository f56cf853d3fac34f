/* Who runs short of what and when: spells of enough months with a variable below its threshold, member by
 * member. A spell that is under way when the data end begins anew with the first month of the forecast. */
#include "ensemble/ensemble.h"
#include "report/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct spells {
    int *length;  /* [member] months below so far */
    float *first; /* [member] first month of the first spell; NaN */
} spells;

/* Finds each member's first spell within months from..to-1. */
static void find_spells(const report *r, const view *v, const case_shortage *shortage, size_t index,
                        size_t from, size_t to, spells *s)
{
    size_t output = v->output_of[shortage->elements[index]];
    size_t stock = is_flow(r->c, shortage->elements[index]) ? 0 : 1;
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

/* Packs the sound members' dates to the front and returns how many there are. */
static size_t keep_dates(const view *v, spells *s, size_t *sound)
{
    size_t count = 0;
    *sound = 0;
    for (size_t i = 0; i < v->members; i++) {
        if (v->bad[i])
            continue;
        ++*sound;
        if (!isnan(s->first[i]))
            s->first[count++] = s->first[i];
    }
    return count;
}

static shortage_result shortage_of(const report *r, const view *v, const case_shortage *shortage,
                                   size_t index, spells *s, float *room)
{
    static const double probabilities[3] = {0.05, 0.5, 0.95};
    shortage_result result = {.shortage = shortage, .label = shortage->labels[index]};
    size_t sound;
    find_spells(r, v, shortage, index, 0, r->data_months, s);
    size_t count = keep_dates(v, s, &sound);
    result.before = sound ? (double)count / (double)sound : NAN;
    find_spells(r, v, shortage, index, r->data_months, r->months, s);
    count = keep_dates(v, s, &sound);
    result.after = sound ? (double)count / (double)sound : NAN;
    quantiles_of(s->first, room, count, probabilities, 3, result.dates);
    return result;
}

truce_status shortages_collect(const report *r, const view *v, scenario_result *result, truce_error *error)
{
    size_t members = v->members ? v->members : 1, at = 0;
    spells s = {malloc(members * sizeof(int)), malloc(members * sizeof(float))};
    float *room = malloc(members * sizeof *room);
    truce_status status = s.length && s.first && room ? TRUCE_OK : error_memory(error);
    for (size_t k = 0; k < r->c->shortage_count && !status; k++)
        for (size_t i = 0; i < r->c->shortages[k].element_count && !status; i++) {
            const case_shortage *shortage = &r->c->shortages[k];
            if (v->output_of[shortage->elements[i]] == SIZE_MAX)
                status = error_set(error, TRUCE_RUN_FAILED, r->c->path, shortage->at.line,
                                   "the run did not save \"%s\"", shortage->variable);
            else
                result->shortages[at++] = shortage_of(r, v, shortage, i, &s, room);
        }
    free(s.length);
    free(s.first);
    free(room);
    return status;
}
