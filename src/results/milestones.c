/* Milestones and shortages: spells of enough months in which a measure passes its test, member by member. A spell that
 * is under way when the data end begins anew with the first month of the forecast. The test of a window of months comes
 * true, or not, in the window's last month. */
#include "observe/observe.h"
#include "results/collecting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a milestone's variable does over some months, member by member. */
typedef struct spells {
    int *length;  /* [member] months that pass so far */
    float *first; /* [member] first month of the first spell; NaN */
} spells;

bool milestone_passes(const case_milestone *m, double value)
{
    switch (m->test) {
    case MILESTONE_BELOW:
        return value < m->bound;
    case MILESTONE_AT_MOST:
        return value <= m->bound;
    case MILESTONE_ABOVE:
        return value > m->bound;
    case MILESTONE_AT_LEAST:
        break;
    }
    return value >= m->bound;
}

/* gone: whoever it is of has collapsed, and lacks everything. */
static bool take_test(milestone_result *result, double value, bool gone, bool sound)
{
    bool passed = gone || milestone_passes(result->milestone, value);
    if (!sound)
        return passed;
    result->tests++;
    result->passed += passed;
    result->least = fmin(result->least, value);
    result->greatest = fmax(result->greatest, value);
    return passed;
}

double milestone_window(case_window window, const float *const *saves, size_t months, size_t member)
{
    double sum = 0, least = INFINITY, greatest = -INFINITY, end = 0;
    for (size_t i = 1; i <= months; i++) {
        end = (double)saves[i][member];
        sum += end;
        least = fmin(least, end);
        greatest = fmax(greatest, end);
    }
    switch (window) {
    case WINDOW_LEAST:
        return least;
    case WINDOW_GREATEST:
        return greatest;
    case WINDOW_SUM:
        return sum;
    case WINDOW_CHANGE:
        return end - (double)saves[0][member];
    case WINDOW_AT:
        return end;
    case WINDOW_MEAN:
    case WINDOW_NONE:
        break;
    }
    return sum / (double)months;
}

static void clear_spells(const members_view *v, spells *s)
{
    for (size_t i = 0; i < v->members; i++) {
        s->length[i] = 0;
        s->first[i] = NAN;
    }
}

/* The test of a window, which lies in months from..to-1 by its last month or is not made. lag: 0 for a stock, whose months
 * are their ends, 1 for all else, whose months are their first days. */
static bool test_window(const case_results *r, const members_view *v, size_t output, size_t lag, size_t from,
                        size_t to, spells *s, milestone_result *result)
{
    const case_milestone *milestone = result->milestone;
    size_t first = (size_t)(milestone->first - r->c->start), last = (size_t)(milestone->last - r->c->start);
    if (last < from || last >= to)
        return true;
    size_t months = last - first + 1;
    const float **saves = malloc((months + 1) * sizeof *saves);
    for (size_t i = 0; saves && i <= months; i++)
        saves[i] =
            truce_ensemble_values(v->ensemble, output, v->save_of[first + i > lag ? first + i - lag : 0]);
    for (size_t i = 0; saves && i < v->members; i++)
        if (take_test(result, milestone_window(milestone->window, saves, months, i), false, !v->bad[i]))
            s->first[i] = (float)last;
    free(saves);
    return saves != NULL;
}

/* The months in which a spell of the milestone can lie, within from..to-1. */
static void narrow(const case_results *r, const case_milestone *m, size_t *from, size_t *to)
{
    if (m->first != MONTH_NONE && (size_t)(m->first - r->c->start) > *from)
        *from = (size_t)(m->first - r->c->start);
    if (m->last != MONTH_NONE && (size_t)(m->last - r->c->start + m->months) < *to)
        *to = (size_t)(m->last - r->c->start + m->months);
}

/* What says whether the side of an element has collapsed by a save; NULL where the case does not ask. */
static const float *collapsed_at(const members_view *v, const case_milestone *m, size_t index, size_t save)
{
    return m->collapsed
               ? truce_ensemble_values(v->ensemble, v->output_of[m->collapsed[index]], v->save_of[save])
               : NULL;
}

/* Finds each member's first spell within months from..to-1. False when out of memory. */
static bool find_spells(const case_results *r, const members_view *v, size_t index, size_t from, size_t to,
                        spells *s, milestone_result *result)
{
    const case_milestone *milestone = result->milestone;
    size_t output = v->output_of[milestone->elements[index]], all = to;
    size_t end = milestone->change || observe_is_stock(r->c, milestone->elements[index]) ? 1 : 0;
    clear_spells(v, s);
    if (milestone->window != WINDOW_NONE)
        return test_window(r, v, output, 1 - end, from, to, s, result);
    narrow(r, milestone, &from, &to);
    for (size_t m = from; m < to; m++) {
        const float *values = truce_ensemble_values(v->ensemble, output, v->save_of[m + end]);
        const float *before = truce_ensemble_values(v->ensemble, output, v->save_of[m]);
        const float *gone = collapsed_at(v, milestone, index, m + end);
        for (size_t i = 0; i < v->members; i++) {
            double value = milestone->change ? (double)values[i] - (double)before[i] : (double)values[i];
            s->length[i] =
                take_test(result, value, gone && gone[i] > 0.5F, !v->bad[i]) ? s->length[i] + 1 : 0;
            if (s->length[i] == milestone->months && isnan(s->first[i]))
                s->first[i] = (float)(m + 1 - (size_t)milestone->months);
        }
    }
    for (size_t i = 0; i < v->members && to < all; i++)
        s->length[i] = 0; /* none that is looked for is under way at the end */
    return true;
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
static void find_dates(milestone_result *result)
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

/* The month by which a share of all sound members have had it, NaN when it is never so many. */
static double date_of_all(const milestone_result *result, size_t months, double share)
{
    size_t had = 0;
    for (size_t m = 0; m < months; m++) {
        had += result->starts[m];
        if (had > 0 && (double)had >= share * (double)result->sound)
            return (double)m;
    }
    return NAN;
}

static bool collect_milestone(const case_results *r, const members_view *v, size_t index, spells *s,
                              milestone_result *result)
{
    if (!find_spells(r, v, index, 0, r->data_months, s, result))
        return false;
    result->spells_before += count_spells(v, s, NULL);
    for (size_t i = 0; i < v->members; i++)
        result->spells_running += !v->bad[i] && s->length[i] >= result->milestone->months;
    if (!find_spells(r, v, index, r->data_months, r->months, s, result))
        return false;
    result->spells_after += count_spells(v, s, result->starts);
    for (size_t i = 0; i < v->members; i++)
        result->sound += !v->bad[i];
    result->before = result->sound ? (double)result->spells_before / (double)result->sound : NAN;
    result->after =
        result->sound && has_forecast(r) ? (double)result->spells_after / (double)result->sound : NAN;
    find_dates(result);
    result->dates_of_all[0] = date_of_all(result, r->months, 0.05);
    result->dates_of_all[1] = date_of_all(result, r->months, 0.5);
    result->dates_of_all[2] = date_of_all(result, r->months, 0.95);
    return true;
}

double milestone_by(const milestone_result *result, size_t months)
{
    size_t had = 0;
    for (size_t m = 0; m < months; m++)
        had += result->starts[m];
    return result->sound ? (double)had / (double)result->sound : NAN;
}

bool milestones_make(case_results *r, scenario_result *result)
{
    result->milestones = arena_array(&r->memory, r->milestone_count, sizeof(milestone_result));
    for (size_t k = 0, at = 0; result->milestones && k < r->c->milestone_count; k++)
        for (size_t i = 0; i < r->c->milestones[k].element_count; i++, at++) {
            const case_milestone *milestone = &r->c->milestones[k];
            result->milestones[at] =
                (milestone_result){.milestone = milestone,
                                   .label = milestone->labels[i],
                                   .least = NAN,
                                   .greatest = NAN,
                                   .starts = arena_array(&r->memory, r->months + 1, sizeof(size_t))};
            if (!result->milestones[at].starts)
                return false;
        }
    return result->milestones != NULL;
}

truce_status milestones_collect(const case_results *r, const members_view *v, scenario_result *result,
                                truce_error *error)
{
    size_t members = v->members ? v->members : 1, at = 0;
    spells s = {malloc(members * sizeof(int)), malloc(members * sizeof(float))};
    truce_status status = s.length && s.first ? TRUCE_OK : error_memory(error);
    for (size_t k = 0; k < r->c->milestone_count && !status; k++)
        for (size_t i = 0; i < r->c->milestones[k].element_count && !status; i++) {
            const case_milestone *milestone = &r->c->milestones[k];
            if (v->output_of[milestone->elements[i]] == SIZE_MAX ||
                (milestone->collapsed && v->output_of[milestone->collapsed[i]] == SIZE_MAX))
                status = error_set(error, TRUCE_RUN_FAILED, r->c->path, milestone->at.line,
                                   "the run did not save \"%s\"", milestone->variable);
            else if (!collect_milestone(r, v, i, &s, &result->milestones[at++]))
                status = error_memory(error);
        }
    free(s.length);
    free(s.first);
    return status;
}
