/* Expressions to values. An element has a value in the initial context (time is the start, stocks are their
 * initial values; this is also where INIT and the length of a delay look) and one in the step context.
 * Lowering is on demand, so what nobody needs never becomes a value. The walk keeps its own stack: neither a
 * deep expression nor a long chain of auxiliaries can overflow the stack of the thread. */
#include "program/compiler.h"

#include <assert.h>

#define IN_PROGRESS (NO_VALUE - 1)

typedef struct task {
    enum { VISIT, BUILD, ENTER, FINISH, READ_DELAY, HOLD } kind;
    int context;
    const expression *expression;
    uint32_t element; /* ENTER, FINISH, READ_DELAY, HOLD: itself; VISIT, BUILD: the owner */
} task;

typedef struct walk {
    compiler *c;
    task *tasks;
    size_t task_count, task_capacity;
    uint32_t *results;
    size_t result_count, result_capacity;
} walk;

/* ---- Tables ------------------------------------------------------------------------------------------- */

static void fill_table(const table *t, program_table *out, double *x, double *y, double *slope)
{
    assert(t->count > 0);
    size_t n = t->count;
    out->lowest = t->type == XMILE_EXTRAPOLATE && n > 1 ? -INFINITY : t->x[0];
    for (size_t i = 0; i < n; i++) {
        x[i] = t->x[i];
        y[i] = t->y[i];
        bool inside = i + 1 < n;
        if (t->type == XMILE_DISCRETE || (!inside && (t->type == XMILE_CONTINUOUS || n == 1)))
            slope[i] = 0.0;
        else
            slope[i] = inside ? (t->y[i + 1] - t->y[i]) / (t->x[i + 1] - t->x[i]) : slope[i - 1];
    }
}

truce_status lower_tables(compiler *c)
{
    const truce_model *model = c->model;
    truce_program *p = c->program;
    size_t points = 0;
    for (size_t i = 0; i < model->table_count; i++)
        points += 3 * model->tables[i].count;
    p->tables = arena_array(&p->memory, model->table_count, sizeof *p->tables);
    p->points = arena_array(&p->memory, points, sizeof *p->points);
    if (!p->tables || !p->points || points > UINT32_MAX)
        return error_memory(c->error);
    p->table_count = model->table_count;
    p->point_count = points;
    size_t at = 0;
    for (size_t i = 0; i < model->table_count; i++) {
        size_t n = model->tables[i].count;
        p->tables[i].first = (uint32_t)at;
        p->tables[i].count = (uint32_t)n;
        fill_table(&model->tables[i], &p->tables[i], p->points + at, p->points + at + n,
                   p->points + at + 2 * n);
        at += 3 * n;
    }
    return TRUCE_OK;
}

/* ---- The walk ----------------------------------------------------------------------------------------- */

static bool push_task(walk *w, int kind, int context, const expression *e, uint32_t owner)
{
    task t = {.kind = kind, .context = context, .expression = e, .element = owner};
    return ARENA_PUSH(&w->c->scratch, w->tasks, w->task_count, w->task_capacity, t);
}

static bool push_result(walk *w, uint32_t v)
{
    return !w->c->values.failed &&
           ARENA_PUSH(&w->c->scratch, w->results, w->result_count, w->result_capacity, v);
}

/* A normal draw has mean 0 and deviation 1, a uniform one lies in (0, 1). */
static uint32_t raw_draw(values *v, const expression *e, int context)
{
    bool uniform = e->op == OP_RANDOM_UNIFORM;
    bool first = context == INITIAL_CONTEXT;
    code c =
        first ? (uniform ? CODE_FIRST_UNIFORM : CODE_FIRST_NORMAL) : (uniform ? CODE_UNIFORM : CODE_NORMAL);
    return values_draw(v, c, e->index, first ? VARIES_BY_MEMBER : VARIES_BY_BOTH);
}

/* a: lowest, mean or mean of the lognormal variable; b: highest or standard deviation. A lognormal variable
 * of mean m and deviation s is exp(mu + sigma z) with sigma^2 = ln(1 + (s/m)^2), mu = ln m - sigma^2 / 2. */
static uint32_t scaled_draw(values *v, const expression *e, int context, uint32_t a, uint32_t b)
{
    uint32_t draw = raw_draw(v, e, context);
    bool unit = e->op == OP_RANDOM_UNIFORM && e->arguments[0]->op == OP_NUMBER &&
                e->arguments[1]->op == OP_NUMBER && e->arguments[0]->number == 0 &&
                e->arguments[1]->number == 1;
    if (unit)
        return draw;
    if (e->op == OP_RANDOM_UNIFORM)
        return values_binary(v, CODE_ADD, a,
                             values_binary(v, CODE_MULTIPLY, values_binary(v, CODE_SUBTRACT, b, a), draw));
    if (e->op == OP_RANDOM_NORMAL)
        return values_binary(v, CODE_ADD, a, values_binary(v, CODE_MULTIPLY, b, draw));
    uint32_t ratio = values_binary(v, CODE_DIVIDE, b, a);
    uint32_t square = values_binary(v, CODE_MULTIPLY, ratio, ratio);
    uint32_t variance = values_unary(v, CODE_LN, values_binary(v, CODE_ADD, values_number(v, 1.0), square));
    uint32_t half = values_binary(v, CODE_MULTIPLY, variance, values_number(v, 0.5));
    uint32_t mu = values_binary(v, CODE_SUBTRACT, values_unary(v, CODE_LN, a), half);
    uint32_t sigma = values_unary(v, CODE_SQRT, variance);
    return values_unary(v, CODE_EXP,
                        values_binary(v, CODE_ADD, mu, values_binary(v, CODE_MULTIPLY, sigma, draw)));
}

static uint32_t build(values *v, const expression *e, int context, const uint32_t *a)
{
    static const uint16_t codes[OP_COUNT] = {
        [OP_NEGATE] = CODE_NEGATE,
        [OP_NOT] = CODE_NOT,
        [OP_ABS] = CODE_ABS,
        [OP_EXP] = CODE_EXP,
        [OP_LN] = CODE_LN,
        [OP_LOG10] = CODE_LOG10,
        [OP_SQRT] = CODE_SQRT,
        [OP_SIN] = CODE_SIN,
        [OP_COS] = CODE_COS,
        [OP_TAN] = CODE_TAN,
        [OP_ARCSIN] = CODE_ARCSIN,
        [OP_ARCCOS] = CODE_ARCCOS,
        [OP_ARCTAN] = CODE_ARCTAN,
        [OP_INT] = CODE_INT,
        [OP_ADD] = CODE_ADD,
        [OP_SUBTRACT] = CODE_SUBTRACT,
        [OP_MULTIPLY] = CODE_MULTIPLY,
        [OP_DIVIDE] = CODE_DIVIDE,
        [OP_POWER] = CODE_POWER,
        [OP_MOD] = CODE_MOD,
        [OP_MIN] = CODE_MIN,
        [OP_MAX] = CODE_MAX,
        [OP_LESS] = CODE_LESS,
        [OP_LESS_EQUAL] = CODE_LESS_EQUAL,
        [OP_GREATER] = CODE_LESS,
        [OP_GREATER_EQUAL] = CODE_LESS_EQUAL,
        [OP_EQUAL] = CODE_EQUAL,
        [OP_NOT_EQUAL] = CODE_NOT_EQUAL,
        [OP_AND] = CODE_AND,
        [OP_OR] = CODE_OR,
        [OP_IF] = CODE_IF,
        [OP_SAFE_DIVIDE] = CODE_SAFE_DIVIDE,
        [OP_GAMMA] = CODE_GAMMA,
        [OP_POISSON] = CODE_POISSON,
        [OP_TRUNCATED_NORMAL] = CODE_TRUNCATED_NORMAL,
        [OP_BETA] = CODE_BETA,
        [OP_BINOMIAL] = CODE_BINOMIAL,
    };
    code c = (code)codes[e->op];
    switch (e->op) {
    case OP_LOOKUP:
        return values_indexed(v, CODE_LOOKUP, (uint32_t)e->index, 0, a[0], NO_VALUE);
    case OP_RANDOM_UNIFORM:
    case OP_RANDOM_NORMAL:
    case OP_RANDOM_LOGNORMAL:
        return scaled_draw(v, e, context, a[0], a[1]);
    case OP_GREATER:
    case OP_GREATER_EQUAL:
        return values_binary(v, c, a[1], a[0]);
    default:
        break;
    }
    if (e->arity == 1)
        return values_unary(v, c, a[0]);
    return e->arity == 2 ? values_binary(v, c, a[0], a[1]) : values_ternary(v, c, a[0], a[1], a[2]);
}

/* Time is the same for all members, but for RK45, where it is a column of its own after those of the
 * elements. */
static uint32_t time_value(compiler *c, int context)
{
    if (context == INITIAL_CONTEXT)
        return values_number(&c->values, c->program->start);
    if (c->program->method == TRUCE_RK45)
        return values_moving_leaf(&c->values, CODE_STATE, (uint32_t)c->model->element_count, VARIES_BY_BOTH);
    return values_moving_leaf(&c->values, CODE_TIME, 0, VARIES_BY_STEP);
}

static bool visit(walk *w, task t)
{
    values *v = &w->c->values;
    const expression *e = t.expression;
    switch (e->op) {
    case OP_NUMBER:
        return push_result(w, values_number(v, e->number));
    case OP_STOP_TIME:
        return push_result(
            w, values_number(v, truce_program_step_time(w->c->program, w->c->program->step_count)));
    case OP_TIME:
        return push_result(w, time_value(w->c, t.context));
    case OP_VARIABLE:
        return push_task(w, ENTER, t.context, NULL, (uint32_t)e->index);
    default:
        break;
    }
    if (!push_task(w, BUILD, t.context, e, t.element))
        return false;
    for (int i = e->arity; i-- > 0;)
        if (!push_task(w, VISIT, t.context, e->arguments[i], t.element))
            return false;
    return true;
}

/* Starts the value of an element that is not known yet; FINISH gives it its schedule and factor. */
static bool enter(walk *w, task t)
{
    compiler *c = w->c;
    values *v = &c->values;
    const element *e = &c->model->elements[t.element];
    uint32_t parameter = c->input_of[TRUCE_INPUT_PARAMETER][t.element];
    bool initial = t.context == INITIAL_CONTEXT;
    c->known[t.context][t.element] = IN_PROGRESS;
    if (t.context == STAGE_CONTEXT && (e->held || e->kind == ELEMENT_DELAY))
        return push_task(w, HOLD, t.context, NULL, t.element) &&
               push_task(w, ENTER, STEP_CONTEXT, NULL, t.element);
    if (!push_task(w, FINISH, t.context, NULL, t.element) ||
        (e->limit && !push_task(w, VISIT, t.context, e->limit, t.element)))
        return false;
    if (!initial && e->kind == ELEMENT_STOCK)
        return e->equation ? push_result(w, values_moving_leaf(v, CODE_STATE, t.element, VARIES_BY_BOTH))
                           : push_task(w, ENTER, INITIAL_CONTEXT, NULL, t.element);
    if (parameter != NO_INPUT)
        return push_result(w, values_leaf(v, CODE_PARAMETER, parameter, VARIES_BY_MEMBER));
    if (e->kind == ELEMENT_AUX)
        return push_task(w, VISIT, t.context, initial && e->initial ? e->initial : e->equation, t.element);
    if (initial)
        return push_task(w, VISIT, t.context, e->initial, t.element);
    if (e->kind == ELEMENT_STATE)
        return e->equation ? push_result(w, values_leaf(v, CODE_STATE, t.element, VARIES_BY_BOTH))
                           : push_task(w, ENTER, INITIAL_CONTEXT, NULL, t.element);
    return push_task(w, READ_DELAY, t.context, NULL, t.element) &&
           push_task(w, VISIT, e->moving ? t.context : INITIAL_CONTEXT, e->delay, t.element) &&
           push_task(w, VISIT, INITIAL_CONTEXT, e->initial, t.element);
}

/* The length of a delay in whole steps, at least one (Vensim's DELAY FIXED and PySD do the same), at most one
 * more than the run has. */
static uint32_t delay_steps(compiler *c, uint32_t delay)
{
    values *v = &c->values;
    uint32_t steps = values_binary(v, CODE_DIVIDE, delay, values_number(v, c->program->dt));
    steps = values_unary(v, CODE_INT, values_binary(v, CODE_ADD, steps, values_number(v, 0.5)));
    steps = values_binary(v, CODE_MIN, steps, values_number(v, (double)c->program->step_count + 1));
    return values_binary(v, CODE_MAX, steps, values_number(v, 1.0));
}

/* Replaces (initial, delay) on top of the results by the delayed value. */
static bool read_delay(walk *w, uint32_t owner)
{
    compiler *c = w->c;
    truce_program *p = c->program;
    values *v = &c->values;
    uint32_t steps = delay_steps(c, w->results[--w->result_count]);
    uint32_t initial = w->results[--w->result_count];
    if (v->failed)
        return false;
    bool fixed = v->items[steps].code == CODE_NUMBER && isfinite(v->items[steps].number);
    program_delay delay = {.ring =
                               (uint32_t)((fixed ? (size_t)v->items[steps].number : p->step_count + 1) + 1)};
    c->delay_of[owner] = (uint32_t)p->delay_count;
    return ARENA_PUSH(&p->memory, p->delays, p->delay_count, c->delay_capacity, delay) &&
           push_result(
               w, values_indexed(v, CODE_DELAY_READ, c->delay_of[owner], VARIES_BY_BOTH, initial, steps));
}

/* Applies schedule and factor to the value on top of the results, holds a flow between 0 and its limit (which
 * is above it) whatever gave the value, and notes it as the element's. */
static void finish(walk *w, task t)
{
    compiler *c = w->c;
    values *v = &c->values;
    const element *e = &c->model->elements[t.element];
    uint32_t limit = e->limit ? w->results[--w->result_count] : NO_VALUE;
    uint32_t *top = &w->results[w->result_count - 1];
    bool initial = t.context == INITIAL_CONTEXT;
    unsigned varies = initial ? VARIES_BY_MEMBER : VARIES_BY_STEP;
    uint32_t schedule = c->input_of[TRUCE_INPUT_SCHEDULE][t.element];
    uint32_t factor = c->input_of[TRUCE_INPUT_FACTOR][t.element];
    if (schedule != NO_INPUT)
        *top = values_binary(v, CODE_OTHERWISE,
                             values_leaf(v, initial ? CODE_FIRST_SCHEDULE : CODE_SCHEDULE, schedule, varies),
                             *top);
    if (factor != NO_INPUT)
        *top = values_binary(v, CODE_MULTIPLY, *top,
                             values_leaf(v, initial ? CODE_FIRST_FACTOR : CODE_FACTOR, factor, varies));
    bool given = schedule != NO_INPUT || factor != NO_INPUT ||
                 c->input_of[TRUCE_INPUT_PARAMETER][t.element] != NO_INPUT;
    if (given && e->non_negative)
        *top = values_binary(v, CODE_MAX, *top, values_number(v, 0.0));
    if (e->limit)
        *top = values_binary(v, CODE_MIN, *top, limit);
    c->known[t.context][t.element] = *top;
}

/* In the stages of a step: the value on top of the results, which is that of the step, when it cannot have
 * moved since; else what the step has kept of it. */
static void hold(walk *w, task t)
{
    compiler *c = w->c;
    uint32_t *top = &w->results[w->result_count - 1];
    if (c->model->elements[t.element].held && c->values.items[*top].moves) {
        *top = values_leaf(&c->values, CODE_STATE, t.element, VARIES_BY_BOTH);
        c->holds = true;
    }
    c->known[t.context][t.element] = *top;
}

static truce_status run_task(walk *w, task t)
{
    compiler *c = w->c;
    values *v = &c->values;
    bool done = true;
    v->element = t.element;
    if (t.kind == VISIT) {
        done = visit(w, t);
    } else if (t.kind == BUILD) {
        w->result_count -= (size_t)t.expression->arity;
        done = push_result(w, build(v, t.expression, t.context, w->results + w->result_count));
    } else if (t.kind == ENTER) {
        const element *e = &c->model->elements[t.element];
        uint32_t known = c->known[t.context][t.element];
        if (known == IN_PROGRESS)
            return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line, "\"%s\" depends on itself",
                             c->model->elements[e->hidden ? e->owner : t.element].name);
        if (e->kind == ELEMENT_AUX && !e->equation)
            return error_set(c->error, TRUCE_BAD_INPUT, e->at.file, e->at.line,
                             "\"%s\" is a lookup table and has no value of its own", e->name);
        done = known == NO_VALUE ? enter(w, t) : push_result(w, known);
    } else if (t.kind == FINISH) {
        finish(w, t);
    } else if (t.kind == HOLD) {
        hold(w, t);
    } else {
        done = read_delay(w, t.element);
    }
    return done && !v->failed ? TRUCE_OK : error_memory(c->error);
}

static truce_status run_walk(compiler *c, task first, uint32_t *result)
{
    walk w = {.c = c};
    truce_status status = push_task(&w, first.kind, first.context, first.expression, first.element)
                              ? TRUCE_OK
                              : error_memory(c->error);
    while (status == TRUCE_OK && w.task_count > 0)
        status = run_task(&w, w.tasks[--w.task_count]);
    if (status == TRUCE_OK)
        *result = w.results[0];
    return status;
}

truce_status lower_element(compiler *c, size_t at, int context, uint32_t *result)
{
    assert(at < c->model->element_count);
    task t = {.kind = ENTER, .context = context, .element = (uint32_t)at};
    return run_walk(c, t, result);
}

truce_status lower_expression(compiler *c, const expression *e, size_t owner, int context, uint32_t *result)
{
    assert(owner <= c->model->element_count);
    task t = {.kind = VISIT, .context = context, .expression = e, .element = (uint32_t)owner};
    return run_walk(c, t, result);
}
