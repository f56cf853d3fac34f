/* A small reference interpreter of checked models for tests: one member, Euler or RK4, straight from the
 * meaning of the operations in model.h and as slow as that. Random numbers are not drawn: the first argument
 * is given. */
#ifndef TRUCE_TESTS_INTERPRETER_H
#define TRUCE_TESTS_INTERPRETER_H

#include "math/quantiles.h"
#include "model/model.h"

#include <math.h>
#include <stdlib.h>

typedef struct interpreter {
    const truce_model *model;
    double time;
    double *values, *delay_times;
    double **inputs; /* of delays: [step] */
    bool *known;
} interpreter;

static double interpret_table(const table *t, double x)
{
    size_t last = t->count - 1, i = 0;
    if (t->type != XMILE_EXTRAPOLATE) {
        if (x <= t->x[0])
            return t->y[0];
        if (x >= t->x[last])
            return t->y[last];
    }
    while (i + 2 <= last && x >= t->x[i + 1])
        i++;
    if (t->type == XMILE_DISCRETE)
        return t->y[i];
    return t->y[i] + (t->y[i + 1] - t->y[i]) * (x - t->x[i]) / (t->x[i + 1] - t->x[i]);
}

static double interpret_initial(interpreter *in, size_t index);

static double interpret(interpreter *in, const expression *e, bool starting)
{
    double a = 0, b = 0, c = 0;
    if (e->arity > 0)
        a = interpret(in, e->arguments[0], starting);
    if (e->arity > 1)
        b = interpret(in, e->arguments[1], starting);
    if (e->arity > 2)
        c = interpret(in, e->arguments[2], starting);
    switch (e->op) {
    case OP_NUMBER:
        return e->number;
    case OP_VARIABLE:
        return starting ? interpret_initial(in, e->index) : in->values[e->index];
    case OP_TIME:
        return in->time;
    case OP_STOP_TIME:
        return in->model->sim_specs.stop;
    case OP_NEGATE:
        return -a;
    case OP_NOT:
        return a == 0;
    case OP_ABS:
        return fabs(a);
    case OP_EXP:
        return exp(a);
    case OP_LN:
        return log(a);
    case OP_LOG10:
        return log10(a);
    case OP_SQRT:
        return sqrt(a);
    case OP_SIN:
        return sin(a);
    case OP_COS:
        return cos(a);
    case OP_TAN:
        return tan(a);
    case OP_ARCSIN:
        return asin(a);
    case OP_ARCCOS:
        return acos(a);
    case OP_ARCTAN:
        return atan(a);
    case OP_INT:
        return floor(a);
    case OP_LOOKUP:
        return interpret_table(&in->model->tables[e->index], a);
    case OP_ADD:
        return a + b;
    case OP_SUBTRACT:
        return a - b;
    case OP_MULTIPLY:
        return a * b;
    case OP_DIVIDE:
        return a / b;
    case OP_POWER:
        return pow(a, b);
    case OP_MOD:
        return a - b * floor(a / b);
    case OP_MIN:
        return a < b ? a : b;
    case OP_MAX:
        return a > b ? a : b;
    case OP_LESS:
        return a < b;
    case OP_LESS_EQUAL:
        return a <= b;
    case OP_GREATER:
        return a > b;
    case OP_GREATER_EQUAL:
        return a >= b;
    case OP_EQUAL:
        return a == b;
    case OP_NOT_EQUAL:
        return a != b;
    case OP_AND:
        return a != 0 && b != 0;
    case OP_OR:
        return a != 0 || b != 0;
    case OP_RANDOM_UNIFORM:
    case OP_RANDOM_NORMAL:
    case OP_RANDOM_LOGNORMAL:
        return a;
    case OP_GAMMA:
        return gamma_quantile(a, b);
    case OP_POISSON:
        return poisson_quantile(a, b);
    case OP_TRUNCATED_NORMAL:
        return truncated_normal_quantile(a, b, c);
    case OP_BETA:
        return beta_quantile(a, b, c);
    case OP_BINOMIAL:
        return binomial_quantile(a, b, c);
    case OP_IF:
        return a != 0 ? b : c;
    case OP_SAFE_DIVIDE:
        return b == 0 ? c : a / b;
    case OP_COUNT:
        break;
    }
    return NAN;
}

static double interpret_element(interpreter *in, const element *e, const expression *x, bool starting)
{
    double value = interpret(in, x, starting);
    return e->limit ? fmin(value, interpret(in, e->limit, starting)) : value;
}

static double interpret_initial(interpreter *in, size_t index)
{
    const element *e = &in->model->elements[index];
    const expression *x = e->kind == ELEMENT_AUX && !e->initial ? e->equation : e->initial;
    if (!in->known[index]) {
        in->known[index] = true;
        in->values[index] = x ? interpret_element(in, e, x, true) : NAN;
    }
    return in->values[index];
}

/* Auxiliaries from the other elements' values; within a DT those that hold through it stay. */
static void interpret_auxiliaries(interpreter *in, bool within)
{
    for (size_t i = 0; i < in->model->element_count; i++) {
        const element *e = &in->model->elements[in->model->order[i]];
        if (e->kind == ELEMENT_AUX && e->equation && !(within && e->held))
            in->values[in->model->order[i]] = interpret_element(in, e, e->equation, false);
    }
}

static void interpret_rates(interpreter *in, double *rates)
{
    for (size_t i = 0; i < in->model->element_count; i++)
        if (in->model->elements[i].kind == ELEMENT_STOCK)
            rates[i] = interpret(in, in->model->elements[i].equation, false);
}

static void interpret_step(interpreter *in, size_t step, double start)
{
    const truce_model *m = in->model;
    size_t n = m->element_count;
    double dt = m->sim_specs.dt, *base = calloc(n, sizeof *base), *next = calloc(n, sizeof *next);
    double *rates[4];
    static const double reach[] = {0.5, 0.5, 1}, weight[] = {1. / 6, 2. / 6, 2. / 6, 1. / 6};
    int stages = m->sim_specs.method == TRUCE_RK4 ? 4 : 1;
    for (size_t i = 0; i < n; i++) {
        const element *e = &m->elements[i];
        base[i] = in->values[i];
        next[i] = base[i];
        if (e->kind == ELEMENT_STATE && e->equation)
            next[i] = interpret(in, e->equation, false);
        if (e->kind == ELEMENT_DELAY) {
            in->inputs[i][step] = interpret(in, e->equation, false);
            double back = ((double)(step + 1) * dt - in->delay_times[i]) / dt;
            next[i] = back < -1e-6 ? base[i] : in->inputs[i][(size_t)(back + 0.5)];
        }
    }
    for (int s = 0; s < stages; s++) {
        rates[s] = calloc(n, sizeof **rates);
        interpret_rates(in, rates[s]);
        if (s + 1 == stages)
            break;
        for (size_t i = 0; i < n; i++)
            if (m->elements[i].kind == ELEMENT_STOCK)
                in->values[i] = base[i] + reach[s] * dt * rates[s][i];
        in->time = start + ((double)step + reach[s]) * dt;
        interpret_auxiliaries(in, true);
    }
    for (size_t i = 0; i < n; i++)
        if (m->elements[i].kind == ELEMENT_STOCK) {
            next[i] = base[i] + dt * rates[0][i];
            if (stages == 4) {
                double sum = 0;
                for (int s = 0; s < 4; s++)
                    sum += weight[s] * rates[s][i];
                next[i] = base[i] + dt * sum;
            }
        }
    for (int s = 0; s < stages; s++)
        free(rates[s]);
    for (size_t i = 0; i < n; i++)
        in->values[i] = next[i];
    in->time = start + (double)(step + 1) * dt;
    interpret_auxiliaries(in, false);
    free(base);
    free(next);
}

/* Values of one element at every step, steps + 1 of them; to be freed. */
static double *interpret_run(const truce_model *m, size_t wanted, size_t steps)
{
    size_t n = m->element_count;
    interpreter in = {
        m, m->sim_specs.start, calloc(n, 8), calloc(n, 8), calloc(n, sizeof(double *)), calloc(n, 1)};
    double *result = calloc(steps + 1, sizeof *result);
    for (size_t i = 0; i < n; i++)
        interpret_initial(&in, i);
    for (size_t i = 0; i < n; i++)
        if (m->elements[i].kind == ELEMENT_DELAY) {
            in.inputs[i] = calloc(steps + 1, sizeof **in.inputs);
            in.delay_times[i] = interpret(&in, m->elements[i].delay, false);
        }
    result[0] = in.values[wanted];
    for (size_t k = 0; k < steps; k++) {
        interpret_step(&in, k, m->sim_specs.start);
        result[k + 1] = in.values[wanted];
    }
    for (size_t i = 0; i < n; i++)
        free(in.inputs[i]);
    free(in.inputs);
    free(in.values);
    free(in.delay_times);
    free(in.known);
    return result;
}

#endif
