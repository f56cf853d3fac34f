/* RK45: the method of Dormand and Prince (1980) of orders 5 and 4 with dense output of order 4, after Hairer,
 * Norsett and Wanner 1993, "Solving Ordinary Differential Equations I", section II.4 (step sizes), table
 * II.5.2 (coefficients) and section II.6 (dense output).
 *
 * Every lane has a time and a step size of its own, so the steps of a member do not depend on which members
 * share its block. A trial computes all lanes; what it gives is kept only in those that are trying. Lanes
 * whose last step reaches the time asked for wait for the others:
 *
 *     time asked for                         |
 *     lane 0   ----+------+---+-------------[====]         waits; its value is interpolated inside the step
 *     lane 1   --+--+--+--+--+--+- ...                     tries on
 *
 * When something happens at DT (a state, a delay, a draw, a schedule) or the derivatives are not smooth, the
 * time asked for is the end of the DT and steps end exactly there. Otherwise steps pass over it and over save
 * times.
 *
 * A trial is accepted when the error of no stock is above tolerance * the greatest magnitude that the stock
 * has had in this member, the trial's own included, or what its net flow brings in a thousandth of DT when
 * that is more (a stock that leaves zero). That needs no absolute tolerance, whatever the unit of the stock.
 */
#include "engine/block_run.h"

#include "math/special.h"

#include <assert.h>
#include <string.h>

enum { STAGES = 7 };

/* A member may try so many steps for every DT of the run, and of so many DT more. */
static const double trials_per_dt = 1000.0, extra_steps = 100.0;
/* The share of DT for which a stock's net flow counts as its magnitude. */
static const double flow_share = 1e-3;
/* The longest step, as a share of the run, so that no short event is stepped over from a rest. */
static const double longest_share = 0.1;
/* A step shorter than this share of the time and of DT makes no headway. */
static const double shortest_share = 1e-14;

static const double nodes[STAGES] = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};

/* The last row is also the solution of order 5. */
static const double weights[STAGES][STAGES - 1] = {
    {0},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};

/* Order 5 less order 4. */
static const double error_weights[STAGES] = {71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                             -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

static const double dense_weights[STAGES] = {-12715105075.0 / 11282082432.0,  0,
                                             87487479700.0 / 32700410799.0,   -10690763975.0 / 1880347072.0,
                                             701980252875.0 / 199316789632.0, -1453857185.0 / 822651844.0,
                                             69997945.0 / 29380423.0};

static double *stock_column(const truce_run *run, size_t stock)
{
    assert(stock < run->program->stock_count);
    return run_column(run, run->program->stocks[stock].column);
}

static const double *rate_column(const truce_run *run, size_t stock)
{
    assert(stock < run->program->stock_count);
    return run_column(run, run->program->stocks[stock].derivative);
}

static double *time_column(const truce_run *run)
{
    assert(run->program->time_column < run->program->column_count);
    return run_column(run, run->program->time_column);
}

void run_set_time(truce_run *run, double time)
{
    if (run->program->method != TRUCE_RK45)
        return;
    double *column = time_column(run);
    for (size_t i = 0; i < run->width; i++)
        column[i] = time;
}

/* ---- The start of a run, and of each DT -------------------------------------------------------------- */

static void start_lanes(truce_run *run, size_t count)
{
    assert(count <= run->width);
    const truce_program *p = run->program;
    adaptive *a = run->adaptive;
    for (size_t i = 0; i < run->width; i++) {
        a->from[i] = p->start;
        a->to[i] = i < count ? p->start : INFINITY;
        a->reach[i] = p->start;
        a->length[i] = a->trying[i] = a->held_back[i] = a->trials[i] = 0;
        a->accepted[i] = i < count;
        a->wanted[i] = p->dt;
        a->failed_at[i] = NAN;
    }
    for (size_t s = 0; s < p->stock_count; s++) {
        double *greatest_so_far = a->greatest + s * run->width, *end = a->end + s * run->width;
        const double *level = stock_column(run, s);
        for (size_t i = 0; i < run->width; i++) {
            end[i] = level[i];
            greatest_so_far[i] = fabs(level[i]);
        }
    }
}

/* The derivatives at the start of a DT, which the step's list has left, in place of those of the step before,
 * which did not know what happened in between. */
static void take_first_slopes(truce_run *run)
{
    for (size_t s = 0; s < run->program->stock_count; s++)
        memcpy(run->adaptive->slopes[STAGES - 1] + s * run->width, rate_column(run, s),
               run->width * sizeof(double));
}

/* ---- One trial of all lanes that have not reached the time asked for ---------------------------------- */

static double longest_step(const truce_program *p)
{
    double share = longest_share * p->dt * (double)p->step_count;
    return p->steps_cross_dt && share > p->dt ? share : p->dt;
}

/* Which lanes try, and how long a step, at most to the time `limit`. False: none has to. */
static bool choose_lengths(truce_run *run, double asked, double limit)
{
    adaptive *a = run->adaptive;
    double longest = longest_step(run->program);
    bool any = false;
    for (size_t i = 0; i < run->width; i++) {
        a->trying[i] = a->to[i] < asked;
        if (a->trying[i] == 0)
            continue;
        any = true;
        if (a->accepted[i] != 0)
            a->from[i] = a->to[i];
        a->length[i] = a->wanted[i] < longest ? a->wanted[i] : longest;
        a->reach[i] = a->from[i] + a->length[i];
        if (a->from[i] + 1.01 * a->length[i] >= limit) { /* rather stretched than followed by a tiny step */
            a->reach[i] = limit;
            a->length[i] = limit - a->from[i];
        }
    }
    return any;
}

/* Lanes whose last step was accepted go on from its end, the others from where they were. */
static void choose_bases(truce_run *run)
{
    adaptive *a = run->adaptive;
    size_t width = run->width;
    for (size_t s = 0; s < run->program->stock_count; s++) {
        double *base = run->base + s * width, *first = a->slopes[0] + s * width;
        const double *end = a->end + s * width, *last = a->slopes[STAGES - 1] + s * width;
        for (size_t i = 0; i < width; i++) {
            bool moves = a->trying[i] * a->accepted[i] != 0;
            base[i] = moves ? end[i] : base[i];
            first[i] = moves ? last[i] : first[i];
        }
    }
    for (size_t i = 0; i < width; i++)
        a->accepted[i] = a->trying[i] != 0 ? 0 : a->accepted[i];
}

/* sum[i] = the weighted sum of the slopes of a stock */
static const double *weigh(const truce_run *run, size_t stock, const double *by, int count)
{
    assert(stock < run->program->stock_count);
    assert(count > 0 && count <= 7);
    double *sum = run->sum + stock * run->width;
    memset(sum, 0, run->width * sizeof *sum);
    for (int j = 0; j < count; j++)
        if (by[j] != 0)
            run->kernels->accumulate(sum, by[j], run->adaptive->slopes[j] + stock * run->width, run->width);
    return sum;
}

static void place_stage(truce_run *run, int stage)
{
    assert(stage > 0 && stage < 7);
    const adaptive *a = run->adaptive;
    double *time = time_column(run);
    for (size_t i = 0; i < run->width; i++)
        time[i] = nodes[stage] == 1 ? a->reach[i] : a->from[i] + nodes[stage] * a->length[i];
    for (size_t s = 0; s < run->program->stock_count; s++) {
        const double *sum = weigh(run, s, weights[stage], stage), *base = run->base + s * run->width;
        double *column = stock_column(run, s);
        for (size_t i = 0; i < run->width; i++)
            column[i] = base[i] + a->trying[i] * a->length[i] * sum[i];
    }
}

static void keep_where_trying(const adaptive *a, double *to, const double *from, size_t width)
{
    for (size_t i = 0; i < width; i++)
        to[i] = a->trying[i] != 0 ? from[i] : to[i];
}

static void keep_stage(truce_run *run, int stage)
{
    const adaptive *a = run->adaptive;
    for (size_t s = 0; s < run->program->stock_count; s++) {
        keep_where_trying(a, a->slopes[stage] + s * run->width, rate_column(run, s), run->width);
        if (stage == STAGES - 1)
            keep_where_trying(a, a->end + s * run->width, stock_column(run, s), run->width);
    }
}

/* ---- Judging it --------------------------------------------------------------------------------------- */

/* The error of a stock in units of what is allowed; not a number when the trial left the finite. */
static double error_of(const truce_run *run, size_t stock, size_t lane, double sum)
{
    assert(stock < run->program->stock_count && lane < run->width);
    const adaptive *a = run->adaptive;
    size_t at = stock * run->width + lane;
    double error = fabs(a->length[lane] * sum);
    double flow = greatest(fabs(a->slopes[0][at]), fabs(a->slopes[STAGES - 1][at]));
    double scale =
        greatest(greatest(a->greatest[at], fabs(a->end[at])), flow_share * run->program->dt * flow);
    return error == 0 ? 0 : error / (run->program->tolerance * scale);
}

static void find_errors(truce_run *run)
{
    adaptive *a = run->adaptive;
    memset(a->worst, 0, run->width * sizeof *a->worst);
    for (size_t s = 0; s < run->program->stock_count; s++) {
        const double *sum = weigh(run, s, error_weights, STAGES);
        for (size_t i = 0; i < run->width; i++)
            a->worst[i] = greatest(a->worst[i], error_of(run, s, i, sum[i]));
    }
}

/* The member ends here: its stocks are not a number from now on. */
static void give_up(truce_run *run, size_t lane)
{
    assert(lane < run->width);
    adaptive *a = run->adaptive;
    a->failed_at[lane] = a->from[lane];
    a->to[lane] = INFINITY;
    a->accepted[lane] = 1;
    for (size_t s = run->program->stock_count; s-- > 0;) {
        double error = error_of(run, s, lane, run->sum[s * run->width + lane]), worst = a->worst[lane];
        if (error == worst || (error != error && worst != worst))
            a->failed_stock[lane] = (uint32_t)s;
        a->end[s * run->width + lane] = NAN;
    }
}

/* The next length is the last one times 0.9 error^(-1/5), within a fifth and five times, and not longer after
 * a trial that failed. A step that was cut short to end at a given time says little: the length wanted before
 * it stays when it is greater. */
static void judge_lane(truce_run *run, size_t lane)
{
    assert(lane < run->width);
    static const double safety = 0.9, most = 5.0, least_change = 0.2;
    const truce_program *p = run->program;
    adaptive *a = run->adaptive;
    double longest = longest_step(p), length = a->length[lane];
    double change = a->worst[lane] == 0 ? most : safety * portable_pow(a->worst[lane], -0.2);
    change = change > least_change ? change : least_change; /* also when it is not a number */
    change = change < most ? change : most;
    a->trials[lane]++;
    if (a->worst[lane] <= 1) {
        bool cut = length < a->wanted[lane] && length < longest;
        double next = length * (a->held_back[lane] != 0 && change > 1 ? 1 : change);
        a->wanted[lane] = cut && next < a->wanted[lane] ? a->wanted[lane] : next;
        a->to[lane] = a->reach[lane];
        a->accepted[lane] = 1;
        a->held_back[lane] = 0;
        for (size_t at = lane; at < p->stock_count * run->width; at += run->width)
            a->greatest[at] = greatest(a->greatest[at], fabs(a->end[at]));
    } else {
        a->wanted[lane] = length * change;
        a->held_back[lane] = 1;
    }
    bool too_short =
        a->accepted[lane] == 0 && a->wanted[lane] < shortest_share * (fabs(a->from[lane]) + p->dt);
    if (too_short || a->trials[lane] > trials_per_dt * ((double)p->step_count + extra_steps))
        give_up(run, lane);
}

static void try_steps(truce_run *run, void (*stage)(void *context), void *context)
{
    const adaptive *a = run->adaptive;
    choose_bases(run);
    for (int s = 1; s < STAGES; s++) {
        place_stage(run, s);
        stage(context);
        keep_stage(run, s);
    }
    find_errors(run);
    for (size_t i = 0; i < run->width; i++)
        if (a->trying[i] != 0)
            judge_lane(run, i);
}

/* ---- The stocks at the time asked for ----------------------------------------------------------------- */

/* The cubic of Hermite through both ends and a quartic, as in the program DOPRI5 of Hairer, Norsett and
 * Wanner. */
static void interpolate(truce_run *run, double asked)
{
    assert(isfinite(asked));
    const adaptive *a = run->adaptive;
    size_t width = run->width;
    for (size_t s = 0; s < run->program->stock_count; s++) {
        const double *sum = weigh(run, s, dense_weights, STAGES), *base = run->base + s * width;
        const double *end = a->end + s * width, *first = a->slopes[0] + s * width;
        const double *last = a->slopes[STAGES - 1] + s * width;
        double *column = stock_column(run, s);
        for (size_t i = 0; i < width; i++) {
            double h = a->length[i], part = (asked - a->from[i]) / h, rest = 1 - part;
            double rise = end[i] - base[i], start = h * first[i] - rise, turn = rise - h * last[i] - start;
            double inside = base[i] + part * (rise + rest * (start + part * (turn + rest * (h * sum[i]))));
            column[i] = ((a->to[i] == asked) | (a->to[i] == INFINITY)) ? end[i] : inside;
        }
    }
}

void run_advance_adaptively(truce_run *run, frame *f, size_t count, void (*stage)(void *context),
                            void *context)
{
    assert(f->step < run->program->step_count && count <= run->width);
    const truce_program *p = run->program;
    size_t next = f->step + 1;
    if (f->step == 0)
        start_lanes(run, count);
    if (f->step == 0 || !p->steps_cross_dt)
        take_first_slopes(run);
    if (p->steps_cross_dt && next % p->save_every != 0 && next != p->step_count)
        return;
    double asked = truce_program_step_time(p, next);
    double limit = p->steps_cross_dt ? truce_program_step_time(p, p->step_count) : asked;
    while (choose_lengths(run, asked, limit))
        try_steps(run, stage, context);
    interpolate(run, asked);
    run_set_time(run, asked);
}
