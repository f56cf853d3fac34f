/* The replay of a member that failed. One instruction at a time, in a block of the least width; for each
 * column and scalar that is not finite its origin is remembered: where, along the operands, something not
 * finite first came out of finite operands. The first stock or output that is not finite is then traced
 * to its origin, which may lie many steps back. */
#include "engine/block_run.h"
#include "engine/engine.h"
#include "program/values.h"

#include <assert.h>
#include <stdlib.h>

enum { WIDTH = ENGINE_REPLAY_WIDTH };

typedef struct origin {
    uint32_t element;
    double time, value;
} origin;

typedef struct replay {
    truce_run *run;
    frame *frame;
    origin *columns, *rings, *scalars; /* by column; by delay; by scalar; value 0: nothing yet */
    bool *traced;                      /* not under Euler: by stock, its origin is known */
    uint64_t member;
    truce_failure *failure;
    bool found;
} replay;

static double time_now(const replay *r)
{
    const truce_program *p = r->run->program;
    if (p->time_column != NO_COLUMN)
        return *run_column(r->run, p->time_column);
    return truce_program_step_time(p, r->frame->step);
}

static double operand(const replay *r, const kernel_call *call, unsigned k)
{
    assert(k < OPERANDS);
    return r->frame->base[call->operands[k]];
}

static void report(replay *r, const origin *o)
{
    if (r->found)
        return;
    r->found = true;
    *r->failure = (truce_failure){.member = r->member,
                                  .time = o->time,
                                  .value = o->value,
                                  .variable = r->run->program->elements[o->element]};
}

/* The origin of an operand that is not finite, or NULL when it has none: a constant is its user's doing. */
static const origin *operand_origin(const replay *r, const instruction *x, unsigned k)
{
    assert(k < OPERANDS);
    if (!(x->scalars >> k & 1))
        return &r->columns[x->operands[k]];
    return x->operands[k] < r->run->program->constant_count ? NULL : &r->scalars[x->operands[k]];
}

/* Whether an operand that is not finite makes the result what it is: with 0 in its place that would be another. What a
 * choice passes over does not, nor a missing value of a schedule. */
static bool decides(const replay *r, const instruction *x, const kernel_call *call, unsigned k)
{
    assert(k < code_operands(x->code));
    double v[OPERANDS] = {0};
    for (unsigned i = 0; i < code_operands(x->code); i++)
        v[i] = operand(r, call, i);
    if (x->code == CODE_OTHERWISE && k == 0 && isnan(v[0]))
        return false;
    double with = operation_value(x->code, v[0], v[1], v[2], v[3]);
    v[k] = 0;
    double without = operation_value(x->code, v[0], v[1], v[2], v[3]);
    return with != without && !(isnan(with) && isnan(without));
}

/* The origin of the first operand that is not finite, of those that decide or of all; NULL: there is none. */
static const origin *first_origin(const replay *r, const instruction *x, const kernel_call *call,
                                  bool deciding)
{
    const origin *found = NULL;
    for (unsigned k = 0; k < code_operands(x->code) && !found; k++)
        if (!isfinite(operand(r, call, k)) && (!deciding || decides(r, x, call, k)))
            found = operand_origin(r, x, k);
    return found;
}

/* Where a result that is not finite comes from, looked up before the call because the result may replace an
 * operand. False: from the instruction itself. */
static bool inherited_origin(const replay *r, const instruction *x, const kernel_call *call, origin *from)
{
    const origin *o = first_origin(r, x, call, true);
    if (!o) /* as in the sum of two that are no numbers */
        o = first_origin(r, x, call, false);
    if (!o && x->code == CODE_DELAY_READ && !isfinite(r->rings[x->index].value))
        o = &r->rings[x->index];
    if (o)
        *from = *o;
    return o != NULL;
}

/* Of an instruction that is several operations in one, with finite operands: the first inner operation with a
 * value that is not finite, as an index into the instruction's elements; 0 when there is none. */
static unsigned fused_part(const replay *r, const instruction *x, const kernel_call *call, double *made)
{
    static const struct {
        uint16_t code, first, second;
        bool apart; /* the second is of z and w, else of the first and z */
    } fours[] = {
        {CODE_MULTIPLY_ADD_MULTIPLY, CODE_MULTIPLY, CODE_MULTIPLY, true},
        {CODE_MULTIPLY_SUBTRACT_MULTIPLY, CODE_MULTIPLY, CODE_MULTIPLY, true},
        {CODE_SUBTRACT_MULTIPLY_ADD, CODE_SUBTRACT, CODE_MULTIPLY, false},
        {CODE_MULTIPLY_MULTIPLY_MULTIPLY, CODE_MULTIPLY, CODE_MULTIPLY, false},
        {CODE_MULTIPLY_MULTIPLY_ADD, CODE_MULTIPLY, CODE_MULTIPLY, false},
        {CODE_MULTIPLY_MULTIPLY_DIVIDE, CODE_MULTIPLY, CODE_MULTIPLY, false},
        {CODE_ADD_ADD_ADD, CODE_ADD, CODE_ADD, false},
    };
    unsigned per_first = CODE_SUBTRACT_ADD - CODE_ADD_ADD;
    if (x->code >= CODE_ADD_ADD && x->code < CODE_ADD_ADD + 4 * per_first) {
        static const uint16_t firsts[] = {CODE_ADD, CODE_SUBTRACT, CODE_MULTIPLY, CODE_DIVIDE};
        *made = operation_value(firsts[(x->code - CODE_ADD_ADD) / per_first], operand(r, call, 0),
                                operand(r, call, 1), 0, 0);
        return isfinite(*made) ? 0 : 1;
    }
    for (size_t i = 0; i < sizeof fours / sizeof *fours; i++) {
        if (x->code != fours[i].code)
            continue;
        *made = operation_value(fours[i].first, operand(r, call, 0), operand(r, call, 1), 0, 0);
        if (!isfinite(*made))
            return 1;
        *made = fours[i].apart
                    ? operation_value(fours[i].second, operand(r, call, 2), operand(r, call, 3), 0, 0)
                    : operation_value(fours[i].second, *made, operand(r, call, 2), 0, 0);
        return isfinite(*made) ? 0 : 2;
    }
    return 0;
}

static void step_through(replay *r, int list)
{
    assert(list >= 0 && list < LIST_COUNT);
    truce_run *run = r->run;
    const instruction_list *instructions = run_instructions(run->program, list);
    for (size_t i = 0; i < instructions->count && !r->found; i++) {
        const instruction *x = &instructions->items[i];
        const kernel_call *call = &run->lists[list].items[i];
        origin from = {0};
        bool inherited = inherited_origin(r, x, call, &from);
        double inner = 0.0;
        unsigned part = inherited ? 0 : fused_part(r, x, call, &inner);
        call->run(call, r->frame);
        double result = x->result == NO_COLUMN ? operand(r, call, 0) : r->frame->base[call->result];
        if (isfinite(result))
            continue;
        if (!inherited)
            from = (origin){x->elements[part], time_now(r), part ? inner : result};
        if (x->code == CODE_STORE_STATED)
            continue;
        if (x->code == CODE_STORE)
            report(r, &from);
        else if (x->code == CODE_DELAY_PUSH)
            r->rings[x->index] = from;
        else
            r->columns[x->result] = from;
    }
}

static void load_scalars(replay *r)
{
    const truce_program *p = r->run->program;
    run_load_shared(r->run, r->frame->step, AT_START);
    for (size_t i = 0; i < p->shared_count; i++)
        r->scalars[p->constant_count + i] =
            (origin){p->shared_elements[i], time_now(r), r->run->scalars[p->constant_count + i]};
}

static void check_stocks(replay *r)
{
    const truce_program *p = r->run->program;
    for (size_t i = 0; i < p->stock_count; i++)
        if (!isfinite(*run_column(r->run, p->stocks[i].column)))
            report(r, &r->columns[p->stocks[i].column]);
}

/* Runge-Kutta: a stock that stopped being finite has it from its net flow, or else is too large itself. */
static void trace_stocks(replay *r)
{
    const truce_program *p = r->run->program;
    for (size_t i = 0; i < p->stock_count; i++) {
        const program_stock *s = &p->stocks[i];
        double level = *run_column(r->run, s->column);
        if (isfinite(level))
            r->traced[i] = false; /* again, after a trial of RK45 that was not accepted */
        if (r->traced[i] || isfinite(level))
            continue;
        r->traced[i] = true;
        if (isfinite(*run_column(r->run, s->derivative)))
            r->columns[s->column] = (origin){s->element, time_now(r), level};
        else
            r->columns[s->column] = r->columns[s->derivative];
    }
}

/* RK45 gave the member up: for values that are not finite, whose origin is known, or because its steps were
 * too short or too many, for which the stock with the greatest error answers. */
static void report_given_up(replay *r)
{
    const truce_program *p = r->run->program;
    const adaptive *a = r->run->adaptive;
    if (!a || isnan(a->failed_at[0]))
        return;
    const program_stock *worst = &p->stocks[a->failed_stock[0]];
    double level = r->run->base[a->failed_stock[0] * WIDTH];
    const origin own = {worst->element, a->failed_at[0], level};
    bool finite = isfinite(*run_column(r->run, worst->derivative));
    report(r, finite ? &own : &r->columns[worst->derivative]);
}

static void replay_stage(void *context)
{
    replay *r = context;
    trace_stocks(r);
    step_through(r, LIST_STAGE);
}

static void replay_steps(replay *r)
{
    const truce_program *p = r->run->program;
    frame *f = r->frame;
    for (f->step = 0; f->step <= p->step_count && !r->found; f->step++) {
        bool save = f->step % p->save_every == 0, last = f->step == p->step_count;
        load_scalars(r);
        if (save || last)
            check_stocks(r);
        if (save || (!last && !p->steps_cross_dt))
            step_through(r, save ? LIST_SAVE : LIST_STEP);
        if (last || r->found || p->method == TRUCE_EULER)
            continue;
        run_advance(r->run, f, 1, replay_stage, r);
        report_given_up(r);
        trace_stocks(r);
        for (size_t i = 0; i < p->state_count; i++)
            r->columns[p->states[i].column] = r->columns[p->states[i].next];
    }
}

/* One value per parameter, in every lane. */
static double *spread(const double *parameters, size_t count)
{
    double *all = malloc((count * WIDTH + 1) * sizeof *all);
    for (size_t i = 0; all && i < count * WIDTH; i++)
        all[i] = parameters[i / WIDTH];
    return all;
}

truce_status engine_diagnose(const truce_program *program, uint64_t seed, uint64_t member,
                             const double *parameters, const double *schedules, const double *factors,
                             truce_failure *failure, truce_error *error)
{
    return engine_diagnose_given(program, seed, member, parameters, schedules, factors, NULL, failure, error);
}

truce_status engine_diagnose_given(const truce_program *program, uint64_t seed, uint64_t member,
                                   const double *parameters, const double *schedules, const double *factors,
                                   const engine_given *given, truce_failure *failure, truce_error *error)
{
    frame f;
    replay r = {.member = member, .failure = failure, .frame = &f};
    double *lanes = spread(parameters, program->input_counts[TRUCE_INPUT_PARAMETER]);
    size_t outputs = program->output_count;
    double *output = calloc(outputs * WIDTH + 1, sizeof *output);
    r.columns = calloc(program->column_count + 1, sizeof *r.columns);
    r.rings = calloc(program->delay_count + 1, sizeof *r.rings);
    r.scalars = calloc(program_scalar_count(program) + 1, sizeof *r.scalars);
    r.traced = calloc(program->stock_count + 1, sizeof *r.traced);
    truce_status status = TRUCE_RUN_FAILED;
    if (!lanes || !output || !r.columns || !r.rings || !r.scalars || !r.traced)
        error_memory(error);
    else
        status = truce_run_create(program, WIDTH, &r.run, error);
    if (status == TRUCE_OK) {
        *failure = (truce_failure){.member = member};
        engine_run_give(r.run, given);
        run_start(r.run, &f, seed, member, lanes, schedules, factors);
        f.output = output;
        step_through(&r, LIST_MEMBER);
        replay_steps(&r);
    }
    truce_run_destroy(r.run);
    free(lanes);
    free(output);
    free(r.columns);
    free(r.rings);
    free(r.scalars);
    free(r.traced);
    return status;
}
