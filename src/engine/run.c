/* Runs of a block of members.
 *
 * The block's register file is an array of columns of `width` lanes. At creation every instruction is bound:
 * its kernel is looked up and its operands become addresses, so that the loop over steps is calls and
 * nothing else. Nothing is allocated after that.
 *
 * What depends on time only is computed first, for all steps, by the same kernels with steps in the lanes. */
#include "engine/run.h"
#include "engine/level.h"
#include "engine/random.h"

#include <stdlib.h>

enum {
    DEFAULT_BYTES = 1 << 20,
    LEAST_DEFAULT_WIDTH = 32,
    LEAST_WIDTH = 8,
    GREATEST_WIDTH = 1024,
    ALIGNMENT = 64
};

const instruction_list *run_instructions(const truce_program *program, int list)
{
    const instruction_list *lists[LIST_COUNT] = {[LIST_SHARED] = &program->shared,
                                                 [LIST_MEMBER] = &program->member,
                                                 [LIST_STEP] = &program->step,
                                                 [LIST_SAVE] = &program->save,
                                                 [LIST_STAGE] = &program->stage};
    return lists[list];
}

/* ---- Memory: measured, then laid out, by the same function ----------------------------------------------
 */

typedef struct layout {
    char *memory; /* NULL while measuring */
    size_t used;
    bool overflow;
} layout;

static void *place(layout *l, size_t count, size_t size)
{
    if (size && count > (SIZE_MAX / 4) / size)
        l->overflow = true;
    size_t bytes = l->overflow ? 0 : (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *at = l->memory ? l->memory + l->used : NULL;
    if (bytes > SIZE_MAX / 4 - l->used)
        l->overflow = true;
    else
        l->used += bytes;
    return at;
}

static void lay_out(truce_run *run, layout *l)
{
    const truce_program *p = run->program;
    size_t lane = run->width * sizeof(double);
    run->columns = place(l, p->column_count, lane);
    run->scalars = place(l, program_scalar_count(p), sizeof(double));
    run->bad = place(l, 1, lane);
    run->shared_columns = place(l, p->shared_columns, lane);
    if (l->used / sizeof(double) > UINT32_MAX) /* the reach of kernel_call's offsets */
        l->overflow = true;
    for (int stage = 0; stage < (p->runge_kutta ? 3 : 1); stage++)
        run->shared[stage] = place(l, (p->step_count + 1) * p->shared_count, sizeof(double));
    run->base = place(l, p->runge_kutta ? p->stock_count : 0, lane);
    run->sum = place(l, p->runge_kutta ? p->stock_count : 0, lane);
    run->keys = place(l, p->stream_count, sizeof *run->keys);
    run->rings = place(l, p->delay_count, sizeof *run->rings);
    for (size_t i = 0; i < p->delay_count; i++) {
        double *ring = place(l, p->delays[i].ring, lane);
        if (run->rings)
            run->rings[i] = ring;
    }
    for (int i = 0; i < LIST_COUNT; i++) {
        run->lists[i].count = run_instructions(p, i)->count;
        run->lists[i].items = place(l, run->lists[i].count, sizeof *run->lists[i].items);
    }
}

/* ---- Binding --------------------------------------------------------------------------------------------
 */

static uint32_t offset(const truce_run *run, const double *at)
{
    return (uint32_t)(at - (const double *)run->memory);
}

static void bind_list(truce_run *run, int list)
{
    const truce_program *p = run->program;
    const instruction_list *from = run_instructions(p, list);
    double *columns = list == LIST_SHARED ? run->shared_columns : run->columns;
    for (size_t i = 0; i < from->count; i++) {
        const instruction *x = &from->items[i];
        kernel_call *call = &run->lists[list].items[i];
        call->run = run->kernels->of[x->code][x->scalars];
        call->result = x->result == NO_COLUMN ? 0 : offset(run, columns + x->result * run->width);
        for (unsigned k = 0; k < code_operands(x->code); k++)
            call->operands[k] = offset(run, (x->scalars >> k & 1) ? run->scalars + x->operands[k]
                                                                  : columns + x->operands[k] * run->width);
        call->index = x->index;
    }
}

/* Wide, so that going from one instruction to the next costs little; less for a large program, so that the
 * columns stay in the second-level cache. Measurements are in docs/performance.md. */
static size_t default_width(const truce_program *program)
{
    size_t width = USUAL_WIDTH;
    while (width > LEAST_DEFAULT_WIDTH && program->column_count * width * sizeof(double) > DEFAULT_BYTES)
        width /= 2;
    return width;
}

truce_status engine_run_create(const truce_program *program, size_t width, engine_level level,
                               truce_run **run, truce_error *error)
{
    if (width == 0)
        width = default_width(program);
    if (width < LEAST_WIDTH || width > GREATEST_WIDTH || width % LEAST_WIDTH != 0)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "a block is 8 to 1024 members wide, a multiple of 8, and not %zu", width);
    if (!engine_level_available(level))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "this processor has no %s",
                         engine_level_name(level));
    truce_run *r = calloc(1, sizeof *r);
    if (!r)
        return error_memory(error);
    r->program = program;
    r->width = width;
    r->kernels = level_kernels(level, width);
    layout l = {0};
    lay_out(r, &l);
    l.memory = l.overflow ? NULL : aligned_alloc(ALIGNMENT, l.used ? l.used : ALIGNMENT);
    if (!l.memory) {
        free(r);
        return error_memory(error);
    }
    memset(l.memory, 0, l.used);
    r->memory = l.memory;
    l.used = 0;
    lay_out(r, &l);
    if (program->constant_count)
        memcpy(r->scalars, program->constants, program->constant_count * sizeof(double));
    for (int i = 0; i < LIST_COUNT; i++)
        bind_list(r, i);
    *run = r;
    return TRUCE_OK;
}

truce_status truce_run_create(const truce_program *program, size_t width, truce_run **run, truce_error *error)
{
    if (!program || !run)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a program and a place for the run are needed");
    if (!engine_has_fused_multiply_add())
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "this processor has no fused multiply-add instructions (x86 has them since 2013)");
    return engine_run_create(program, width, engine_best_level(), run, error);
}

void truce_run_destroy(truce_run *run)
{
    if (!run)
        return;
    free(run->memory);
    free(run);
}

size_t truce_run_width(const truce_run *run)
{
    return run->width;
}

/* ---- Execution -------------------------------------------------------------------------------------------
 */

static void execute(const call_list *list, const frame *f)
{
    for (const kernel_call *call = list->items, *end = call + list->count; call < end; call++)
        call->run(call, f);
}

static void compute_shared(truce_run *run, frame *f)
{
    const truce_program *p = run->program;
    if (p->shared_count == 0)
        return;
    for (int stage = 0; stage < (p->runge_kutta ? 3 : 1); stage++) {
        f->shared = run->shared[stage];
        f->offset = 0.5 * stage * p->dt;
        for (f->step = 0; f->step <= p->step_count; f->step += run->width) {
            size_t left = p->step_count + 1 - f->step;
            f->lanes_used = left < run->width ? left : run->width;
            execute(&run->lists[LIST_SHARED], f);
        }
    }
}

void run_start(truce_run *run, frame *f, uint64_t seed, uint64_t first_member, const double *parameters,
               const double *schedules, const double *factors)
{
    const truce_program *p = run->program;
    for (size_t i = 0; i < p->stream_count; i++)
        run->keys[i] = random_key(seed, p->streams[i]);
    memset(run->bad, 0, run->width * sizeof(double));
    *f = (frame){.base = run->memory,
                 .width = run->width,
                 .program = p,
                 .first_member = first_member,
                 .parameters = parameters,
                 .schedules = schedules,
                 .factors = factors,
                 .keys = run->keys,
                 .rings = run->rings,
                 .bad = run->bad,
                 .kernels = run->kernels,
                 .given = run->given,
                 .given_steps = run->given_steps};
    compute_shared(run, f);
    f->step = 0;
}

void run_load_shared(truce_run *run, size_t step, int stage)
{
    size_t count = run->program->shared_count;
    if (count)
        memcpy(run->scalars + run->program->constant_count, run->shared[stage] + step * count,
               count * sizeof(double));
}

/* Adds a stage's derivative into the sum and moves the stocks to where the next stage looks. */
static void next_stage(truce_run *run, double weight, double reach)
{
    const truce_program *p = run->program;
    for (size_t i = 0; i < p->stock_count; i++) {
        const double *rate = run->columns + p->stocks[i].derivative * run->width;
        run->kernels->accumulate(run->sum + i * run->width, weight, rate, run->width);
        run->kernels->advance(run->columns + p->stocks[i].column * run->width, run->base + i * run->width,
                              reach, rate, run->width);
    }
}

/* The classical method of Runge and Kutta: k1 at t, k2 and k3 at t + dt/2, k4 at t + dt;
 * y + dt/6 (k1 + 2 k2 + 2 k3 + k4). */
void run_stages(truce_run *run, frame *f, void (*stage)(void *context), void *context)
{
    const truce_program *p = run->program;
    size_t bytes = run->width * sizeof(double);
    for (size_t i = 0; i < p->stock_count; i++)
        memcpy(run->base + i * run->width, run->columns + p->stocks[i].column * run->width, bytes);
    memset(run->sum, 0, p->stock_count * bytes);
    next_stage(run, 1.0, 0.5 * p->dt);
    run_load_shared(run, f->step, 1);
    stage(context);
    next_stage(run, 2.0, 0.5 * p->dt);
    stage(context);
    next_stage(run, 2.0, p->dt);
    run_load_shared(run, f->step, 2);
    stage(context);
    next_stage(run, 1.0, 0.0);
    for (size_t i = 0; i < p->stock_count; i++)
        run->kernels->advance(run->columns + p->stocks[i].column * run->width, run->base + i * run->width,
                              p->dt / 6.0, run->sum + i * run->width, run->width);
    for (size_t i = 0; i < p->state_count; i++)
        memcpy(run->columns + p->states[i].column * run->width, run->columns + p->states[i].next * run->width,
               bytes);
}

typedef struct stage_context {
    truce_run *run;
    frame *frame;
} stage_context;

static void execute_stage(void *context)
{
    stage_context *s = context;
    execute(&s->run->lists[LIST_STAGE], s->frame);
}

static void check_stocks(truce_run *run)
{
    const truce_program *p = run->program;
    for (size_t i = 0; i < p->stock_count; i++)
        run->kernels->check(run->bad, run->columns + p->stocks[i].column * run->width, run->width);
}

size_t truce_run_execute(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                         const double *parameters, const double *schedules, const double *factors,
                         double *results, size_t *first_bad)
{
    const truce_program *p = run->program;
    frame f;
    run_start(run, &f, seed, first_member, parameters, schedules, factors);
    stage_context context = {run, &f};
    execute(&run->lists[LIST_MEMBER], &f);
    f.output = results;
    size_t until_save = 0;
    for (f.step = 0; f.step <= p->step_count; f.step++, until_save--) {
        run_load_shared(run, f.step, 0);
        if (until_save == 0) {
            check_stocks(run);
            execute(&run->lists[LIST_SAVE], &f);
            f.output += p->output_count * run->width;
            until_save = p->save_every;
        } else if (f.step < p->step_count) {
            execute(&run->lists[LIST_STEP], &f);
        } else {
            check_stocks(run);
        }
        if (p->runge_kutta && f.step < p->step_count)
            run_stages(run, &f, execute_stage, &context);
    }
    size_t bad = 0;
    for (size_t i = count; i-- > 0;)
        if (run->bad[i] != run->bad[i]) {
            bad++;
            if (first_bad)
                *first_bad = i;
        }
    return bad;
}
