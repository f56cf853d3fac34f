/* Fills the terms that statements take from the model: one simulation of each scenario that they look at, with
 * nothing saved but the elements that they name. */
#include "answers/statement.h"
#include "observe/observe.h"
#include "results/results.h"
#include "simulate/simulate.h"

#include <math.h>
#include <stdlib.h>

typedef struct filling {
    const truce_case *view;
    statement *const *statements;
    size_t count;
    size_t scenario; /* in hand */
    size_t *saved, saved_count;
} filling;

static size_t scenario_of_term(const statement_term *t)
{
    return t->scenario == SIZE_MAX ? 0 : t->scenario;
}

static bool wants(const filling *f, const statement_term *t)
{
    return t->source == TERM_MODEL && scenario_of_term(t) == f->scenario;
}

static size_t output_of(const filling *f, size_t wanted)
{
    size_t i = 0;
    while (i < f->saved_count && f->saved[i] != wanted)
        i++;
    return i;
}

static void collect(filling *f)
{
    f->saved_count = 0;
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < f->statements[i]->term_count; k++) {
            const statement_term *t = &f->statements[i]->terms[k];
            if (wants(f, t) && output_of(f, t->element) == f->saved_count)
                f->saved[f->saved_count++] = t->element;
        }
}

/* Whether a spell of the event begins in its months. Levels of stocks are those at the ends of months. */
static void read_event(const truce_case *view, const truce_ensemble *e, size_t output,
                       const statement_term *t, float *values)
{
    size_t members = truce_ensemble_members(e), end = observe_is_stock(view, t->element) ? 1 : 0;
    for (size_t m = 0; m < members; m++) {
        int length = 0;
        values[m] = 0;
        for (month at = t->first; at <= t->last && values[m] == 0; at++) {
            size_t save = (size_t)(at - view->start);
            double value = t->event.change ? (double)truce_ensemble_values(e, output, save + 1)[m] -
                                                 (double)truce_ensemble_values(e, output, save)[m]
                                           : (double)truce_ensemble_values(e, output, save + end)[m];
            length = milestone_passes(&t->event, value) ? length + 1 : 0;
            values[m] = length >= t->event.months;
        }
    }
}

/* Saves are at the start and at the ends of months: save i + 1 is the end of month i, at which stocks are looked at; the
 * month of all else is that of its first day, save i. */
bool term_read(const truce_case *view, const truce_ensemble *e, size_t output, const statement_term *t,
               float *values)
{
    static const case_window windows[] = {
        [TERM_MEAN] = WINDOW_MEAN,         [TERM_SUM] = WINDOW_SUM,       [TERM_LEAST] = WINDOW_LEAST,
        [TERM_GREATEST] = WINDOW_GREATEST, [TERM_CHANGE] = WINDOW_CHANGE, [TERM_AT] = WINDOW_AT};
    size_t months = (size_t)(t->last - t->first) + 1, first = (size_t)(t->first - view->start);
    size_t lag = observe_is_stock(view, t->element) ? 0 : 1;
    if (t->function == TERM_EVENT) {
        read_event(view, e, output, t, values);
        return true;
    }
    const float **saves = malloc((months + 1) * sizeof *saves);
    for (size_t i = 0; saves && i <= months; i++)
        saves[i] = truce_ensemble_values(e, output, first + i > lag ? first + i - lag : 0);
    for (size_t m = 0; saves && m < truce_ensemble_members(e); m++)
        values[m] = (float)milestone_window(windows[t->function], saves, months, m);
    free(saves);
    return saves != NULL;
}

static truce_status fill_scenario(filling *f, const truce_fit *fit, const truce_ensemble_options *run,
                                  arena *memory, bool *bad, truce_error *error)
{
    collect(f);
    if (!f->saved_count)
        return TRUCE_OK;
    truce_ensemble *e;
    case_plan_options plan = {.saved = f->saved, .saved_count = f->saved_count};
    TRY(simulate_scenario(f->view, f->scenario, &plan, fit, run, &e, error));
    truce_status status = TRUCE_OK;
    for (size_t i = 0; i < f->count && status == TRUCE_OK; i++)
        for (size_t k = 0; k < f->statements[i]->term_count && status == TRUCE_OK; k++) {
            statement_term *t = &f->statements[i]->terms[k];
            if (!wants(f, t))
                continue;
            float *values = arena_array(memory, run->members, sizeof *values);
            if (!values || !term_read(f->view, e, output_of(f, t->element), t, values))
                status = error_memory(error);
            t->values = values;
        }
    for (size_t m = 0; m < run->members; m++)
        bad[m] = bad[m] || truce_ensemble_is_bad(e, run->first_member + m);
    truce_ensemble_destroy(e);
    return status;
}

truce_status terms_fill(const truce_case *view, statement *const *statements, size_t count,
                        const truce_fit *fit, const truce_ensemble_options *run, arena *memory, bool *bad,
                        truce_error *error)
{
    size_t terms = 1;
    for (size_t i = 0; i < count; i++)
        terms += statements[i]->term_count;
    filling f = {.view = view, .statements = statements, .count = count};
    f.saved = calloc(terms, sizeof *f.saved);
    truce_status status = f.saved ? TRUCE_OK : error_memory(error);
    for (f.scenario = 0; f.scenario < view->scenario_count && status == TRUCE_OK; f.scenario++)
        status = fill_scenario(&f, fit, run, memory, bad, error);
    free(f.saved);
    return status;
}
