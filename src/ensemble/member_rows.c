/* One member of a program, run alone: its rows are handed on as they are computed, so that a run needs the
 * memory of one time and not of all. */
#include "engine/engine.h"
#include "ensemble/ensemble.h"
#include "ensemble/noise.h"

#include <math.h>
#include <stdlib.h>

enum { WIDTH = 8 }; /* the narrowest block: one lane is used */

typedef struct member_run {
    const member_order *order;
    member_take *take;
    void *context;
    truce_run *run;
    double *lanes, *row, *parameters; /* lanes: of a save, [output][WIDTH]; row: [output] */
    double *draws;                    /* given: see ensemble_give_noise */
    const double **rows;
    bool cancelled;
} member_run;

/* ---- The run ------------------------------------------------------------------------------------------ */

/* Lane 0 is the member; the others repeat it and are not looked at. */
static truce_status draw_member(const member_run *m, truce_error *error)
{
    const member_order *o = m->order;
    const ensemble_given *given = o->given;
    size_t count = truce_program_input_count(o->program, TRUCE_INPUT_PARAMETER);
    for (size_t p = 0; p < count; p++) {
        uint64_t stream;
        if (!distribution_stream(truce_program_input_name(o->program, TRUCE_INPUT_PARAMETER, p), &stream))
            return error_memory(error);
        double value =
            given ? given->values[p * given->count + draw_of_member(given->count, given->deal, o->member)]
                  : NAN;
        if (isnan(value))
            value = distribution_draw_from(&o->distributions[p], o->seed, o->member, stream);
        for (size_t lane = 0; lane < WIDTH; lane++)
            m->parameters[p * WIDTH + lane] = value;
    }
    return TRUCE_OK;
}

static truce_status make_room(member_run *m, truce_error *error)
{
    const member_order *o = m->order;
    size_t parameters = truce_program_input_count(o->program, TRUCE_INPUT_PARAMETER);
    size_t outputs = truce_program_output_count(o->program);
    TRY(truce_run_create(o->program, WIDTH, &m->run, error));
    m->lanes = calloc(outputs + 1, WIDTH * sizeof *m->lanes);
    m->row = calloc(outputs + 1, sizeof *m->row);
    m->parameters = calloc(parameters + 1, WIDTH * sizeof *m->parameters);
    if (!m->lanes || !m->row || !m->parameters)
        return error_memory(error);
    if (!o->given)
        return TRUCE_OK;
    const noise_design *d = o->given->noise;
    m->draws = calloc(d->count * d->steps * WIDTH + 1, sizeof *m->draws);
    m->rows = calloc(d->program_streams + 1, sizeof *m->rows);
    if (!m->draws || !m->rows)
        return error_memory(error);
    ensemble_give_noise(o->given, m->run, o->member, 1, m->draws, m->rows);
    return TRUCE_OK;
}

static bool take_row(void *context, size_t save, const double *lanes)
{
    member_run *m = context;
    const interruption *watched = &m->order->watched;
    size_t outputs = truce_program_output_count(m->order->program);
    m->cancelled = watched->go_on && !watched->go_on(watched->context);
    if (m->cancelled)
        return false;
    for (size_t output = 0; output < outputs; output++)
        m->row[output] = lanes[output * WIDTH];
    return m->take(m->context, save, m->row);
}

/* ---- Failures ------------------------------------------------------------------------------------------ */

void failure_describe(const truce_failure *failure, char *sentence, size_t size)
{
    char value[32], time[32];
    text_from_number(value, failure->value);
    text_from_number(time, failure->time);
    if (isfinite(failure->value))
        snprintf(sentence, size, "no step that RK45 can take from time %s keeps \"%s\" to the tolerance",
                 time, failure->variable);
    else
        snprintf(sentence, size, "\"%s\" is %s at time %s", failure->variable, value, time);
}

static void describe(truce_error *failure, uint64_t member, const truce_failure *found)
{
    char sentence[sizeof failure->message];
    failure_describe(found, sentence, sizeof sentence);
    error_set(failure, TRUCE_RUN_FAILED, NULL, 0, "member %llu failed: %s", (unsigned long long)member,
              sentence);
}

static truce_status tell_failure(const member_run *m, truce_error *failure, truce_error *error)
{
    const member_order *o = m->order;
    truce_failure found = {0};
    size_t count = truce_program_input_count(o->program, TRUCE_INPUT_PARAMETER);
    for (size_t p = 0; p < count; p++)
        m->parameters[p] = m->parameters[p * WIDTH];
    truce_status status = ensemble_diagnose(o, m->parameters, &found, error);
    if (found.variable)
        describe(failure, o->member, &found);
    return status;
}

truce_status member_rows(const member_order *order, member_take *take, void *context, truce_error *failure,
                         truce_error *error)
{
    member_run m = {.order = order, .take = take, .context = context};
    truce_status status = make_room(&m, error);
    if (status == TRUCE_OK)
        status = draw_member(&m, error);
    size_t bad = 0;
    if (status == TRUCE_OK)
        bad = engine_run_rows(m.run, order->seed, order->member, 1, m.parameters, order->schedules,
                              order->factors, m.lanes, take_row, &m);
    if (m.cancelled)
        status = error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the run was cancelled");
    else if (bad && failure)
        status = tell_failure(&m, failure, error);
    free(m.lanes);
    free(m.row);
    free(m.parameters);
    free(m.draws);
    free(m.rows);
    truce_run_destroy(m.run);
    return status;
}
