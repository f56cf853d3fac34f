/* Fills the terms that statements take from the model: one simulation of each scenario that they look at, with
 * nothing saved but the elements that they name. */
#include "answers/statement.h"
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

/* Saves are at the start and at the ends of months: save i + 1 is the end of month i. */
void term_read(const truce_ensemble *e, size_t output, const statement_term *t, month start, float *values)
{
    size_t members = truce_ensemble_members(e);
    size_t first = (size_t)(t->first - start), last = (size_t)(t->last - start);
    const float *before = truce_ensemble_values(e, output, first);
    for (size_t m = 0; m < members; m++) {
        double sum = 0, least = INFINITY, greatest = -INFINITY, end = 0;
        for (size_t i = first; i <= last; i++) {
            end = (double)truce_ensemble_values(e, output, i + 1)[m];
            sum += end;
            least = fmin(least, end);
            greatest = fmax(greatest, end);
        }
        values[m] = (float)(t->function == TERM_CHANGE     ? end - (double)before[m]
                            : t->function == TERM_LEAST    ? least
                            : t->function == TERM_GREATEST ? greatest
                            : t->function == TERM_SUM      ? sum
                                                           : sum / (double)(last - first + 1));
    }
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
            if (values)
                term_read(e, output_of(f, t->element), t, f->view->start, values);
            else
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
