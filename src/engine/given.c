/* Draws given from outside, in place of those a run makes itself: so that the noise of a member can be a
 * quantity to be fitted, and can move with the member from one lane of a block to another. The instructions
 * that draw are bound to a kernel that copies a row, with the level of its period, while there are rows, and
 * goes on with the run's own draws after that. */
#include "engine/block_run.h"
#include "engine/engine.h"

#include <assert.h>
#include <string.h>

static bool put_row(const kernel_call *call, const frame *f, uint64_t step)
{
    assert(f->given);
    const engine_given *g = f->given;
    const double *rows = step < g->steps ? g->rows[call->index] : NULL;
    if (!rows)
        return false;
    const double *level = g->levels ? g->levels[call->index * g->periods + step / g->per_period] : NULL;
    double *to = f->base + call->result;
    rows += step * f->width;
    if (level)
        f->kernels->advance(to, rows, g->weight, level, f->width);
    else
        memcpy(to, rows, f->width * sizeof *to);
    return true;
}

static void give_uniform(const kernel_call *call, const frame *f)
{
    if (!put_row(call, f, f->step))
        f->kernels->of[CODE_UNIFORM][0](call, f);
}

static void give_normal(const kernel_call *call, const frame *f)
{
    if (!put_row(call, f, f->step))
        f->kernels->of[CODE_NORMAL][0](call, f);
}

static void give_first_uniform(const kernel_call *call, const frame *f)
{
    if (!put_row(call, f, 0))
        f->kernels->of[CODE_FIRST_UNIFORM][0](call, f);
}

static void give_first_normal(const kernel_call *call, const frame *f)
{
    if (!put_row(call, f, 0))
        f->kernels->of[CODE_FIRST_NORMAL][0](call, f);
}

static kernel *giver_of(uint16_t operation)
{
    switch (operation) {
    case CODE_UNIFORM:
        return give_uniform;
    case CODE_NORMAL:
        return give_normal;
    case CODE_FIRST_UNIFORM:
        return give_first_uniform;
    case CODE_FIRST_NORMAL:
        return give_first_normal;
    default:
        return NULL;
    }
}

void engine_run_give(truce_run *run, const engine_given *given)
{
    assert(run);
    assert(!given || !given->levels || given->periods * given->per_period >= given->steps);
    run->given = given ? *given : (engine_given){0};
    for (int list = 0; list < LIST_COUNT; list++) {
        const instruction_list *from = run_list(run, list);
        for (size_t i = 0; i < from->count; i++) {
            const instruction *x = &from->items[i];
            kernel *giver = giver_of(x->code);
            if (giver)
                run->lists[list].items[i].run = given ? giver : run->kernels->of[x->code][x->scalars];
        }
    }
}

engine_draws engine_stream(const truce_program *program, size_t stream)
{
    assert(stream < program->stream_count);
    for (int list = 0; list < LIST_COUNT; list++) {
        const instruction_list *from = run_instructions(program, list);
        for (size_t i = 0; i < from->count; i++) {
            const instruction *x = &from->items[i];
            if (x->index == stream && giver_of(x->code))
                return (engine_draws){
                    .hash = program->streams[stream],
                    .normal = x->code == CODE_NORMAL || x->code == CODE_FIRST_NORMAL,
                    .element = program->elements[x->elements[0]],
                };
        }
    }
    return (engine_draws){.hash = program->streams[stream]};
}
