/* Runs of a block of members.
 *
 * The block's register file is an array of columns of `width` lanes. At creation every instruction is bound:
 * its kernel is looked up and its operands become addresses, so that the loop over steps is calls and
 * nothing else. Nothing is allocated after that.
 *
 * What depends on time only is computed first, for all steps, by the same kernels with steps in the lanes. */
#include "engine/block_run.h"
#include "engine/level.h"
#include "engine/run_past.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
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
    assert(list >= 0 && list < LIST_COUNT);
    const instruction_list *lists[LIST_COUNT] = {[LIST_SHARED] = &program->shared,
                                                 [LIST_MEMBER] = &program->member,
                                                 [LIST_STEP] = &program->step,
                                                 [LIST_SAVE] = &program->save,
                                                 [LIST_STAGE] = &program->stage};
    return lists[list];
}

const instruction_list *run_list(const truce_run *run, int list)
{
    assert(list >= 0 && list < LIST_COUNT);
    const engine_native *native = run->native;
    if (!native || list == LIST_SHARED)
        return run_instructions(run->program, list);
    const instruction_list *lists[LIST_COUNT] = {[LIST_MEMBER] = &native->member,
                                                 [LIST_STEP] = &native->step,
                                                 [LIST_SAVE] = &native->save,
                                                 [LIST_STAGE] = &native->stage};
    return lists[list];
}

/* ---- Memory: measured, then laid out, by the same function -------------------------------------------- */

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

static void lay_out_adaptive(truce_run *run, layout *l, size_t stocks, size_t lane)
{
    adaptive none, *a = place(l, 1, sizeof *a);
    run->adaptive = a;
    a = a ? a : &none;
    a->end = place(l, stocks, lane);
    a->greatest = place(l, stocks, lane);
    for (int i = 0; i < 7; i++)
        a->slopes[i] = place(l, stocks, lane);
    double **lanes[] = {&a->from,   &a->to,       &a->length,    &a->reach,  &a->wanted,   &a->worst,
                        &a->trying, &a->accepted, &a->held_back, &a->trials, &a->failed_at};
    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
        *lanes[i] = place(l, 1, lane);
    a->failed_stock = place(l, run->width, sizeof *a->failed_stock);
}

static void lay_out(truce_run *run, layout *l)
{
    const truce_program *p = run->program;
    size_t lane = run->width * sizeof(double);
    run->columns =
        place(l, run->native ? run->native->column_count : p->column_count, run->stride * sizeof(double));
    run->scalars = place(l, program_scalar_count(p), sizeof(double));
    run->bad = place(l, 1, lane);
    run->shared_columns = place(l, p->shared_columns, lane);
    if (l->used / sizeof(double) > UINT32_MAX) /* the reach of kernel_call's offsets */
        l->overflow = true;
    for (int where = 0; where < run_places(p); where++)
        run->shared[where] = place(l, (p->step_count + 1) * p->shared_count, sizeof(double));
    size_t stocks = p->method == TRUCE_EULER ? 0 : p->stock_count;
    run->base = place(l, stocks, lane);
    run->sum = place(l, stocks, lane);
    if (p->method == TRUCE_RK45)
        lay_out_adaptive(run, l, stocks, lane);
    run->keys = place(l, p->stream_count, sizeof *run->keys);
    run->rings = place(l, p->delay_count, sizeof *run->rings);
    for (size_t i = 0; i < p->delay_count; i++) {
        double *ring = place(l, p->delays[i].ring, lane);
        if (run->rings)
            run->rings[i] = ring;
    }
    for (int i = 0; i < LIST_COUNT; i++) {
        run->lists[i].count = run_list(run, i)->count;
        run->lists[i].items = place(l, run->lists[i].count, sizeof *run->lists[i].items);
    }
}

/* ---- Binding ------------------------------------------------------------------------------------------ */

static uint32_t offset(const truce_run *run, const double *at)
{
    assert((const char *)at >= (const char *)run->memory);
    return (uint32_t)(at - (const double *)run->memory);
}

static void run_part(const kernel_call *call, const frame *f)
{
    assert(f->parts);
    f->parts[call->index](f->base + call->result, f->base + call->operands[0], f->output, f->bad);
}

static void bind_list(truce_run *run, int list)
{
    const instruction_list *from = run_list(run, list);
    double *columns = list == LIST_SHARED ? run->shared_columns : run->columns;
    size_t stride = list == LIST_SHARED ? run->width : run->stride;
    for (size_t i = 0; i < from->count; i++) {
        const instruction *x = &from->items[i];
        kernel_call *call = &run->lists[list].items[i];
        call->index = x->index;
        if (x->code == CODE_NATIVE) {
            call->run = run_part;
            call->result = offset(run, columns);
            call->operands[0] = offset(run, run->scalars);
            continue;
        }
        call->run = run->kernels->of[x->code][x->scalars];
        call->result = x->result == NO_COLUMN ? 0 : offset(run, columns + x->result * stride);
        for (unsigned k = 0; k < code_operands(x->code); k++)
            call->operands[k] = offset(run, (x->scalars >> k & 1) ? run->scalars + x->operands[k]
                                                                  : columns + x->operands[k] * stride);
    }
}

/* Wide, so that going from one instruction to the next costs little; less for a large program, so that the
 * columns stay in the second-level cache. Measurements are in docs/develop/performance.md. */
static size_t default_width(const truce_program *program)
{
    size_t width = USUAL_WIDTH;
    while (width > LEAST_DEFAULT_WIDTH && program->column_count * width * sizeof(double) > DEFAULT_BYTES)
        width /= 2;
    return width;
}

static truce_status create(const truce_program *program, const engine_native *native, size_t width,
                           engine_level level, truce_run **run, truce_error *error)
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
    r->native = native;
    r->width = width;
    r->stride = native ? engine_stride(width) : width;
    r->kernels = level_kernels(level, width);
    double nothing[8];
    r->kernels->warm(nothing);
    layout l = {0};
    lay_out(r, &l);
    l.memory = l.overflow ? NULL : aligned_alloc(ALIGNMENT, l.used ? l.used : ALIGNMENT);
    if (!l.memory) {
        free(r);
        return error_set(
            error, TRUCE_RUN_FAILED, NULL, 0,
            "out of memory: %zu members of this program side by side need %.1f MB (%zu columns; %zu "
            "values of time and series at %zu steps); fewer threads, fewer outputs or a longer DT "
            "need less",
            width, l.overflow ? INFINITY : (double)l.used / 1e6, program->column_count, program->shared_count,
            program->step_count + 1);
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

truce_status engine_run_create(const truce_program *program, size_t width, engine_level level,
                               truce_run **run, truce_error *error)
{
    return create(program, NULL, width, level, run, error);
}

static truce_status check_processor(truce_error *error)
{
    if (engine_has_fused_multiply_add())
        return TRUCE_OK;
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                     "this processor has no fused multiply-add instructions (x86 has them since 2013)");
}

truce_status engine_native_run_create(const truce_program *program, const engine_native *native,
                                      truce_run **run, truce_error *error)
{
    truce_status status = check_processor(error);
    return status ? status : create(program, native, native->width, engine_best_level(), run, error);
}

truce_status truce_run_create(const truce_program *program, size_t width, truce_run **run, truce_error *error)
{
    if (!program || !run)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a program and a place for the run are needed");
    truce_status status = check_processor(error);
    return status ? status : engine_run_create(program, width, engine_best_level(), run, error);
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
    return run ? run->width : 0;
}

/* ---- Execution ---------------------------------------------------------------------------------------- */

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
    static const double reach[] = {[AT_START] = 0.0, [AT_END] = 1.0, [AT_MIDDLE] = 0.5};
    for (int where = 0; where < run_places(p); where++) {
        f->shared = run->shared[where];
        f->part = reach[where];
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
    assert(parameters || !run->program->input_counts[TRUCE_INPUT_PARAMETER]);
    assert(schedules || !run->program->input_counts[TRUCE_INPUT_SCHEDULE]);
    assert(factors || !run->program->input_counts[TRUCE_INPUT_FACTOR]);
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
                 .given = &run->given,
                 .parts = run->native ? run->native->parts : NULL};
    compute_shared(run, f);
    f->step = 0;
    run_set_time(run, p->start);
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
        run->kernels->check(run->bad, run_column(run, p->stocks[i].column), run->width);
}

/* Where saves go: one after the other into one array, or each to a taker. */
typedef struct saves {
    engine_take *take; /* NULL: into the array */
    void *context;
    bool stopped;
    run_past *past; /* NULL: none */
    size_t first;   /* the first save that was made: those before it are in the past */
} saves;

static void finish_save(saves *to, truce_run *run, frame *f)
{
    if (!to->take)
        f->output += run->program->output_count * run->width;
    else if (!to->take(to->context, f->step / run->program->save_every, f->output))
        to->stopped = true;
}

/* All steps of a run that was started; `f->output` is where the first save goes. */
static void run_steps(truce_run *run, frame *f, size_t count, saves *to)
{
    assert(count <= run->width);
    const truce_program *p = run->program;
    stage_context context = {run, f};
    size_t until_save = 0;
    execute(&run->lists[LIST_MEMBER], f);
    f->step = to->past ? past_enter(to->past, run) : 0;
    to->first = f->step / p->save_every;
    for (; f->step <= p->step_count && !to->stopped; f->step++, until_save--) {
        run_load_shared(run, f->step, AT_START);
        if (until_save == 0) {
            if (to->past)
                past_keep(to->past, run, f->step);
            check_stocks(run);
            execute(&run->lists[LIST_SAVE], f);
            finish_save(to, run, f);
            until_save = p->save_every;
        } else if (f->step == p->step_count) {
            check_stocks(run);
        } else if (!p->steps_cross_dt) {
            execute(&run->lists[LIST_STEP], f);
        }
        if (p->method != TRUCE_EULER && f->step < p->step_count)
            run_advance(run, f, count, execute_stage, &context);
    }
}

static size_t count_bad(const truce_run *run, size_t count, size_t *first_bad)
{
    assert(count <= run->width);
    size_t bad = 0;
    for (size_t i = count; i-- > 0;)
        if (run->bad[i] != run->bad[i]) {
            bad++;
            if (first_bad)
                *first_bad = i;
        }
    return bad;
}

/* Whether what the program has inputs and outputs for is there. */
static bool makes_sense(const truce_run *run, size_t count, const double *parameters, const double *schedules,
                        const double *factors, const double *results)
{
    if (!run || count > run->width)
        return false;
    const size_t *inputs = run->program->input_counts;
    return (parameters || !inputs[TRUCE_INPUT_PARAMETER]) && (schedules || !inputs[TRUCE_INPUT_SCHEDULE]) &&
           (factors || !inputs[TRUCE_INPUT_FACTOR]) && (results || !run->program->output_count);
}

size_t truce_run_execute(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                         const double *parameters, const double *schedules, const double *factors,
                         double *results, size_t *first_bad)
{
    frame f;
    saves to = {0};
    if (!makes_sense(run, count, parameters, schedules, factors, results))
        return SIZE_MAX;
    run_start(run, &f, seed, first_member, parameters, schedules, factors);
    f.output = results;
    run_steps(run, &f, count, &to);
    return count_bad(run, count, first_bad);
}

size_t engine_run_rows_after(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                             const double *parameters, const double *schedules, const double *factors,
                             double *row, engine_take *take, void *context, run_past *past,
                             size_t *first_save)
{
    assert(count <= run->width && take);
    frame f;
    saves to = {.take = take, .context = context, .past = past};
    run_start(run, &f, seed, first_member, parameters, schedules, factors);
    f.output = row;
    run_steps(run, &f, count, &to);
    if (past)
        past->filled = past->filled || !to.stopped;
    if (first_save)
        *first_save = to.first;
    return count_bad(run, count, NULL);
}

size_t engine_run_rows(truce_run *run, uint64_t seed, uint64_t first_member, size_t count,
                       const double *parameters, const double *schedules, const double *factors, double *row,
                       engine_take *take, void *context)
{
    return engine_run_rows_after(run, seed, first_member, count, parameters, schedules, factors, row, take,
                                 context, NULL, NULL);
}
