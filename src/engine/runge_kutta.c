/* Runge-Kutta methods of fixed steps. With k1 the derivative at the start of the step,
 *
 *     RK2  k2 at t + dt from y + dt k1;                    y + dt/2 (k1 + k2)                (Heun 1900)
 *     RK4  k2 and k3 at t + dt/2 from y + dt/2 k1 and y + dt/2 k2, k4 at t + dt from y + dt k3;
 *                                                          y + dt/6 (k1 + 2 k2 + 2 k3 + k4)  (Kutta 1901)
 *
 * What holds through a step (states, delays, draws, schedules) holds in its stages; time moves on in them. */
#include "engine/block_run.h"

#include <assert.h>
#include <string.h>

/* Adds a stage's derivative into the sum and moves the stocks to where the next stage looks. */
static void next_stage(truce_run *run, double weight, double reach)
{
    const truce_program *p = run->program;
    for (size_t i = 0; i < p->stock_count; i++) {
        const double *rate = run_column(run, p->stocks[i].derivative);
        run->kernels->accumulate(run->sum + i * run->width, weight, rate, run->width);
        run->kernels->advance(run_column(run, p->stocks[i].column), run->base + i * run->width, reach, rate,
                              run->width);
    }
}

/* y + factor * sum */
static void finish_step(truce_run *run, double factor)
{
    const truce_program *p = run->program;
    for (size_t i = 0; i < p->stock_count; i++)
        run->kernels->advance(run_column(run, p->stocks[i].column), run->base + i * run->width, factor,
                              run->sum + i * run->width, run->width);
}

static void begin_step(truce_run *run)
{
    const truce_program *p = run->program;
    size_t bytes = run->width * sizeof(double);
    for (size_t i = 0; i < p->stock_count; i++)
        memcpy(run->base + i * run->width, run_column(run, p->stocks[i].column), bytes);
    memset(run->sum, 0, p->stock_count * bytes);
}

static void advance_rk2(truce_run *run, frame *f, void (*stage)(void *context), void *context)
{
    double dt = run->program->dt;
    begin_step(run);
    next_stage(run, 1.0, dt);
    run_load_shared(run, f->step, AT_END);
    stage(context);
    next_stage(run, 1.0, 0.0);
    finish_step(run, 0.5 * dt);
}

static void advance_rk4(truce_run *run, frame *f, void (*stage)(void *context), void *context)
{
    double dt = run->program->dt;
    begin_step(run);
    next_stage(run, 1.0, 0.5 * dt);
    run_load_shared(run, f->step, AT_MIDDLE);
    stage(context);
    next_stage(run, 2.0, 0.5 * dt);
    stage(context);
    next_stage(run, 2.0, dt);
    run_load_shared(run, f->step, AT_END);
    stage(context);
    next_stage(run, 1.0, 0.0);
    finish_step(run, dt / 6.0);
}

void run_advance(truce_run *run, frame *f, size_t count, void (*stage)(void *context), void *context)
{
    assert(f->step < run->program->step_count && count <= run->width && stage);
    const truce_program *p = run->program;
    if (p->method == TRUCE_RK45)
        run_advance_adaptively(run, f, count, stage, context);
    else if (p->method == TRUCE_RK4)
        advance_rk4(run, f, stage, context);
    else
        advance_rk2(run, f, stage, context);
    for (size_t i = 0; i < p->state_count; i++)
        memcpy(run_column(run, p->states[i].column), run_column(run, p->states[i].next),
               run->width * sizeof(double));
}
