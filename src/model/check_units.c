/* Dimension analysis of every equation of the root model, on its trees, before arrays are expanded.
 *
 * The unit of an expression is one of three things: known; unknown (a variable without units is in it, or a
 * mistake that was reported already), which silences what depends on it; or any. A plain number in an
 * equation takes any unit in sums, comparisons and branches, because "x > 0" and "1 - share" are right as
 * they stand; in products it is dimensionless. Findings do not stop a model from running. */
#include "model/units.h"

#include <string.h>

/* Units are kept in the arena: an inference goes as deep as an equation, and should not fill the stack. */
typedef struct measure {
    enum { UNKNOWN, ANY, KNOWN } kind;
    const unit *unit;
} measure;

typedef struct checker {
    builder *b;
    unit_table table;
    const scope *sc;
    const source *owner;
    measure *measures; /* by source */
    measure time;
    unit none;
} checker;

/* What is not on the way down is kept out of the frames of what is. */
#define APART __attribute__((noinline))

static measure infer(checker *c, const node *n);

APART static measure known(checker *c, unit u)
{
    unit *kept = u.known ? arena_alloc(&c->b->scratch, sizeof *kept) : NULL;
    if (!kept) {
        c->table.failed = c->table.failed || u.known;
        return (measure){0};
    }
    *kept = u;
    return (measure){KNOWN, kept};
}

static measure dimensionless(const checker *c)
{
    return (measure){KNOWN, &c->none};
}

/* ---- Findings ----------------------------------------------------------------------------------------- */

static void report(checker *c, const char *file, int line, const char *format, ...) PRINTF_LIKE(4, 5);

static void report(checker *c, const char *file, int line, const char *format, ...)
{
    truce_model *m = c->b->model;
    char sentence[700];
    va_list arguments;
    va_start(arguments, format);
    plain_vformat(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    const char *finding = arena_remark(&m->memory, file, line, sentence);
    if (!finding ||
        !ARENA_PUSH(&m->memory, m->unit_findings, m->unit_finding_count, c->b->finding_capacity, finding))
        fail_memory(c->b);
}

typedef struct unit_name {
    char text[160];
} unit_name;

static unit_name write(const checker *c, const unit *u)
{
    unit_name name;
    unit_write(&c->table, u, name.text, sizeof name.text);
    return name;
}

static const char *symbol_of(operation op)
{
    switch (op) {
    case OP_ADD:
        return "a sum adds";
    case OP_SUBTRACT:
        return "a difference is taken of";
    case OP_MOD:
        return "MOD is taken of";
    case OP_MIN:
        return "MIN compares";
    case OP_MAX:
        return "MAX compares";
    case OP_IF:
        return "the branches of IF are in";
    default:
        return "a comparison is made of";
    }
}

/* Both in one unit; what comes out has it. */
APART static measure join(checker *c, const node *n, operation op, measure a, measure b)
{
    if (a.kind == UNKNOWN || b.kind == UNKNOWN)
        return (measure){0};
    if (a.kind == ANY)
        return b;
    if (b.kind == ANY || unit_equal(a.unit, b.unit))
        return a;
    report(c, n->file, n->line, "in \"%s\", %s %s and %s", c->owner->name, symbol_of(op),
           write(c, a.unit).text, write(c, b.unit).text);
    return (measure){0};
}

APART static void expect(checker *c, const node *n, const char *what, measure got, measure wanted)
{
    if (got.kind == KNOWN && wanted.kind == KNOWN && !unit_equal(got.unit, wanted.unit))
        report(c, n->file, n->line, "in \"%s\", %s is in %s, not in %s", c->owner->name, what,
               write(c, got.unit).text, write(c, wanted.unit).text);
}

/* ---- Operations --------------------------------------------------------------------------------------- */

APART static measure multiply(checker *c, measure a, measure b, double power)
{
    if (a.kind == UNKNOWN || b.kind == UNKNOWN)
        return (measure){0};
    if (a.kind == ANY && b.kind == ANY)
        return a;
    return known(c, unit_multiply(a.unit, b.unit, power));
}

static bool plain_number(const node *n, double *value)
{
    double sign = 1;
    for (; n->kind == NODE_OPERATION && n->op == OP_NEGATE; n = n->arguments[0])
        sign = -sign;
    *value = sign * n->number;
    return n->kind == NODE_NUMBER;
}

/* A power that is not a number leaves the unit unknown unless the base has none. */
APART static measure raise(checker *c, const node *n, measure base, measure power)
{
    double value;
    expect(c, n, "an exponent", power, dimensionless(c));
    if (base.kind != KNOWN)
        return base;
    if (plain_number(n->arguments[1], &value))
        return known(c, unit_power(base.unit, value));
    return unit_is_dimensionless(base.unit) ? base : (measure){0};
}

APART static measure infer_operation(checker *c, const node *n)
{
    measure a = infer(c, n->arguments[0]);
    measure b = n->count > 1 ? infer(c, n->arguments[1]) : (measure){0};
    switch (n->op) {
    case OP_NEGATE:
        return a;
    case OP_NOT:
    case OP_AND:
    case OP_OR:
        return dimensionless(c);
    case OP_MULTIPLY:
        return multiply(c, a, b, 1);
    case OP_DIVIDE:
    case OP_SAFE_DIVIDE:
        return multiply(c, a, b, -1);
    case OP_POWER:
        return raise(c, n, a, b);
    case OP_ADD:
    case OP_SUBTRACT:
    case OP_MOD:
        return join(c, n, n->op, a, b);
    case OP_IF:
        return join(c, n, OP_IF, b, infer(c, n->arguments[2]));
    default:
        join(c, n, n->op, a, b);
        return dimensionless(c);
    }
}

/* ---- Calls -------------------------------------------------------------------------------------------- */

APART static measure infer_operation_call(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    char what[80];
    switch (n->function->op) {
    case OP_ABS:
    case OP_INT:
        return x;
    case OP_SQRT:
        return x.kind == KNOWN ? known(c, unit_power(x.unit, 0.5)) : x;
    case OP_MOD:
        return join(c, n, OP_MOD, x, infer(c, n->arguments[1]));
    default:
        snprintf(what, sizeof what, "the argument of %s", n->written);
        expect(c, n, what, x, dimensionless(c));
        return dimensionless(c);
    }
}

APART static measure infer_delay(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    char what[80];
    snprintf(what, sizeof what, "the time of %s", n->written);
    expect(c, n, what, infer(c, n->arguments[1]), c->time);
    for (size_t i = 2; i < n->count; i++) {
        measure initial = infer(c, n->arguments[i]);
        snprintf(what, sizeof what, "the initial value of %s", n->written);
        if (n->function->number != 0 || n->function->function == FUNCTION_FIXED_DELAY || i == 3)
            expect(c, n, what, initial, x);
    }
    return x;
}

static measure infer_test_input(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    for (size_t i = 1; i < n->count; i++)
        expect(c, n, "the time of a test input", infer(c, n->arguments[i]), c->time);
    if (n->function->function == FUNCTION_STEP)
        return x;
    return multiply(c, x, c->time, n->function->function == FUNCTION_PULSE ? -1 : 1);
}

static measure infer_safe_division(checker *c, const node *n)
{
    measure a = infer(c, n->arguments[0]), b = infer(c, n->arguments[1]);
    measure quotient = multiply(c, a, b, -1);
    if (n->count == 3)
        expect(c, n, "the last argument of SAFEDIV", infer(c, n->arguments[2]), quotient);
    return quotient;
}

/* Of an argument that was inferred already: to infer it again would take twice as long, and so would its arguments. */
static void expect_inferred(checker *c, const node *n, const char *part, measure got, measure wanted)
{
    char what[100];
    snprintf(what, sizeof what, "%s of %s", part, n->written);
    expect(c, n, what, got, wanted);
}

static void expect_argument(checker *c, const node *n, size_t i, const char *part, measure wanted)
{
    if (i < n->count)
        expect_inferred(c, n, part, infer(c, n->arguments[i]), wanted);
}

/* Functions of Stella and Vensim that the mathematics leave no choice. */
static measure infer_scalar(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    double value;
    switch (n->function->function) {
    case FUNCTION_PERCENT:
    case FUNCTION_SIGN:
        return dimensionless(c);
    case FUNCTION_QUANTUM:
        expect_argument(c, n, 1, "the quantum", x);
        return x;
    case FUNCTION_WAVE:
        expect_argument(c, n, 1, "the period", c->time);
        return x;
    case FUNCTION_GROWTH:
        return c->time.kind == KNOWN ? multiply(c, dimensionless(c), c->time, -1) : (measure){0};
    case FUNCTION_ROOT:
        expect_argument(c, n, 1, "the order", dimensionless(c));
        if (x.kind == KNOWN && plain_number(n->arguments[1], &value) && value != 0)
            return known(c, unit_power(x.unit, 1 / value));
        return x.kind == KNOWN && !unit_is_dimensionless(x.unit) ? (measure){0} : x;
    default:
        return x;
    }
}

/* Payments and their values are of one unit; probabilities and logarithms have none. */
static measure infer_of_stella(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    switch (n->function->function) {
    case FUNCTION_PAYMENTS:
        expect_argument(c, n, 1, "the number of payments", dimensionless(c));
        x = infer(c, n->arguments[2]);
        expect_argument(c, n, 3, "the fourth argument", x);
        return x;
    case FUNCTION_NORMAL_PROBABILITY:
        for (size_t i = 1; i < n->count; i++)
            expect_argument(c, n, i, "an argument", x);
        return dimensionless(c);
    case FUNCTION_NORMAL_QUANTILE:
        x = n->count > 1 ? infer(c, n->arguments[1]) : dimensionless(c);
        expect_argument(c, n, 2, "the deviation", x);
        return x;
    default:
        expect_inferred(c, n, "the argument", x, dimensionless(c));
        return dimensionless(c);
    }
}

/* TREND is per unit of time, and so is the initial trend; the horizon of FORCST is a time. */
static measure infer_trend(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    measure rate = c->time.kind == KNOWN ? multiply(c, dimensionless(c), c->time, -1) : (measure){0};
    bool forecast = n->function->function == FUNCTION_FORECAST;
    expect_argument(c, n, 1, "the averaging time", c->time);
    if (forecast)
        expect_argument(c, n, 2, "the horizon", c->time);
    expect_argument(c, n, forecast ? 3 : 2, "the initial trend", rate);
    return forecast ? x : rate;
}

static measure infer_present_value(checker *c, const node *n)
{
    measure stream = infer(c, n->arguments[0]);
    measure rate = c->time.kind == KNOWN ? multiply(c, dimensionless(c), c->time, -1) : (measure){0};
    measure value = c->time.kind == KNOWN ? multiply(c, stream, c->time, 1) : (measure){0};
    expect_argument(c, n, 1, "the discount rate", rate);
    expect_argument(c, n, 2, "the initial value", value);
    if (n->count < 4)
        return value;
    return multiply(c, value, infer(c, n->arguments[3]), 1);
}

static measure infer_memory(checker *c, const node *n)
{
    bool sample = n->function->function == FUNCTION_SAMPLE;
    measure x = infer(c, n->arguments[sample]);
    double order = 0;
    switch (n->function->function) {
    case FUNCTION_SAMPLE:
        infer(c, n->arguments[0]);
        expect_argument(c, n, 2, "the initial value", x);
        return x;
    case FUNCTION_HISTORY:
        expect_argument(c, n, 1, "the time", c->time);
        return x;
    case FUNCTION_DERIVATIVE:
        if (c->time.kind != KNOWN || !plain_number(n->arguments[1], &order))
            return (measure){0};
        return multiply(c, x, known(c, unit_power(c->time.unit, order)), -1);
    default: /* PREVIOUS, ENDVAL */
        expect_argument(c, n, 1, "the initial value", x);
        return x;
    }
}

/* Positions and scales have the unit of what is drawn; shapes and probabilities have none. */
static measure infer_draw(checker *c, const node *n)
{
    measure x = infer(c, n->arguments[0]);
    switch (n->function->function) {
    case FUNCTION_NORMAL:
    case FUNCTION_RANDOM:
    case FUNCTION_TRIANGULAR:
    case FUNCTION_LOGISTIC:
        for (size_t i = 1; i < n->count; i++)
            if (i != (size_t)n->function->number)
                x = join(c, n, OP_ADD, x, infer(c, n->arguments[i]));
        return x;
    case FUNCTION_PARETO:
    case FUNCTION_WEIBULL:
    case FUNCTION_GAMMA:
        expect_inferred(c, n, "the shape", x, dimensionless(c));
        return n->count > 1 ? infer(c, n->arguments[1]) : dimensionless(c);
    case FUNCTION_BETA:
        expect_inferred(c, n, "the first shape", x, dimensionless(c));
        expect_argument(c, n, 1, "the second shape", dimensionless(c));
        return dimensionless(c);
    case FUNCTION_GEOMETRIC:
        expect_inferred(c, n, "the probability", x, dimensionless(c));
        return dimensionless(c);
    case FUNCTION_CHANCE:
        return dimensionless(c);
    default: /* EXPRND, POISSON, BINOMIAL, NEGBINOMIAL */
        if (n->function->number == 2)
            expect_argument(c, n, 1, "the probability", dimensionless(c));
        return x;
    }
}

APART static measure infer_builtin(checker *c, const node *n)
{
    measure x = {0};
    if (n->function->function >= FUNCTION_RANDOM && n->function->function < FUNCTION_UNSUPPORTED)
        return infer_draw(c, n);
    switch (n->function->function) {
    case FUNCTION_OPERATION:
    case FUNCTION_SINH:
    case FUNCTION_COSH:
    case FUNCTION_TANH:
        return infer_operation_call(c, n);
    case FUNCTION_TIME:
    case FUNCTION_DT:
    case FUNCTION_STARTTIME:
    case FUNCTION_STOPTIME:
        return c->time;
    case FUNCTION_CONSTANT:
        return (measure){ANY, &c->none};
    case FUNCTION_SAFEDIV:
        return infer_safe_division(c, n);
    case FUNCTION_MIN:
    case FUNCTION_MAX:
        x = infer(c, n->arguments[0]);
        for (size_t i = 1; i < n->count; i++)
            x = join(c, n, n->function->op, x, infer(c, n->arguments[i]));
        return x;
    case FUNCTION_SUM:
    case FUNCTION_MEAN:
    case FUNCTION_STDDEV:
    case FUNCTION_INIT:
        return infer(c, n->arguments[0]);
    case FUNCTION_RANK:
        infer(c, n->arguments[0]);
        expect_argument(c, n, 1, "the rank", dimensionless(c));
        return dimensionless(c);
    case FUNCTION_SIZE:
        return dimensionless(c);
    case FUNCTION_PULSE_TRAIN:
        for (size_t i = 0; i < n->count; i++)
            expect_argument(c, n, i, "a time", c->time);
        return dimensionless(c);
    case FUNCTION_ROUND:
    case FUNCTION_SIGN:
    case FUNCTION_QUANTUM:
    case FUNCTION_PERCENT:
    case FUNCTION_ROOT:
    case FUNCTION_WAVE:
    case FUNCTION_GROWTH:
        return infer_scalar(c, n);
    case FUNCTION_TREND:
    case FUNCTION_FORECAST:
        return infer_trend(c, n);
    case FUNCTION_NET_PRESENT_VALUE:
        return infer_present_value(c, n);
    case FUNCTION_PULSE:
    case FUNCTION_STEP:
    case FUNCTION_RAMP:
        return infer_test_input(c, n);
    case FUNCTION_SMOOTH:
    case FUNCTION_DELAY:
    case FUNCTION_LATE_DELAY:
    case FUNCTION_FIXED_DELAY:
        return infer_delay(c, n);
    case FUNCTION_PREVIOUS:
    case FUNCTION_HISTORY:
    case FUNCTION_DERIVATIVE:
    case FUNCTION_SAMPLE:
    case FUNCTION_LAST_RUN:
        return infer_memory(c, n);
    case FUNCTION_LOOKUP:
    case FUNCTION_LOOKUP_FORM:
    case FUNCTION_LOOKUP_FORWARD:
        infer(c, n->arguments[1]);
        return c->measures[n->arguments[0]->index];
    case FUNCTION_LOOKUP_AREA:
        return multiply(c, c->measures[n->arguments[0]->index], infer(c, n->arguments[1]), 1);
    case FUNCTION_PAYMENTS:
    case FUNCTION_NORMAL_PROBABILITY:
    case FUNCTION_NORMAL_QUANTILE:
    case FUNCTION_LOG_GAMMA:
        return infer_of_stella(c, n);
    case FUNCTION_LOOKUP_INVERSE: /* the unit of x is not said */
        expect_argument(c, n, 1, "the value", c->measures[n->arguments[0]->index]);
        return x;
    case FUNCTION_IF:
        infer(c, n->arguments[0]);
        x = infer(c, n->arguments[1]);
        return join(c, n, OP_IF, x, infer(c, n->arguments[2]));
    default: /* PROD */
        break;
    }
    return x;
}

/* Recursion is safe: trees are at most DEPTH_LIMIT deep. */
static measure infer(checker *c, const node *n)
{
    switch (n->kind) {
    case NODE_NUMBER:
        return (measure){ANY, &c->none};
    case NODE_OPERATION:
        return infer_operation(c, n);
    case NODE_CALL:
        if (n->symbol == SYMBOL_BUILTIN)
            return infer_builtin(c, n);
        for (size_t i = 0; i < n->count; i++)
            infer(c, n->arguments[i]);
        return n->symbol == SYMBOL_VARIABLE ? c->measures[n->index] : (measure){0};
    case NODE_NAME:
        break;
    }
    if (n->symbol == SYMBOL_VARIABLE)
        return c->measures[n->index];
    if (n->symbol == SYMBOL_SELF)
        return c->measures[c->owner - c->sc->sources];
    return n->symbol == SYMBOL_DIMENSION ? (measure){ANY, &c->none} : (measure){0};
}

/* ---- Variables ---------------------------------------------------------------------------------------- */

static void check_equation(checker *c, const source *s, const node *n, bool through_table)
{
    measure got = infer(c, n), wanted = c->measures[s - c->sc->sources];
    if (through_table || got.kind != KNOWN || wanted.kind != KNOWN || unit_equal(got.unit, wanted.unit))
        return;
    report(c, n->file, n->line, "\"%s\" is in %s, but its %s is in %s", s->name, write(c, wanted.unit).text,
           s->from->kind == XMILE_STOCK ? "initial value" : "equation", write(c, got.unit).text);
}

static void check_flows(checker *c, const source *s, node *const *flows, size_t count, const char *what)
{
    measure stock = c->measures[s - c->sc->sources];
    measure wanted = c->time.kind == KNOWN ? multiply(c, stock, c->time, -1) : (measure){0};
    for (size_t i = 0; i < count; i++) {
        const source *flow = &c->sc->sources[flows[i]->index];
        measure got = c->measures[flows[i]->index];
        if (got.kind == KNOWN && wanted.kind == KNOWN && !unit_equal(got.unit, wanted.unit))
            report(c, flows[i]->file, flows[i]->line, "%s \"%s\" of \"%s\" is in %s, but must be in %s", what,
                   flow->name, s->name, write(c, got.unit).text, write(c, wanted.unit).text);
    }
}

static bool read_measures(checker *c)
{
    c->measures = arena_array(&c->b->scratch, c->sc->source_count, sizeof *c->measures);
    if (!c->measures)
        return fail_memory(c->b);
    const char *time_units = c->b->model->sim_specs.time_units;
    if (time_units[strspn(time_units, " \t\r\n")])
        c->time = known(c, units_read(&c->table, time_units));
    for (size_t i = 0; i < c->sc->source_count; i++) {
        const xmile_variable *v = c->sc->sources[i].from;
        if (!v->units || !v->units[strspn(v->units, " \t\r\n")])
            continue;
        c->measures[i] = known(c, units_read(&c->table, v->units));
        if (c->measures[i].kind == UNKNOWN && !c->table.failed)
            report(c, v->at.file, v->at.line, "the units \"%s\" of \"%s\" cannot be read", v->units,
                   c->sc->sources[i].name);
    }
    return !c->table.failed || fail_memory(c->b);
}

static void check_source(checker *c, const source *s)
{
    c->owner = s;
    if (s->equation)
        check_equation(c, s, s->equation, s->has_table);
    for (size_t i = 0; s->equations && i < s->element_count; i++)
        if (s->equations[i] && !s->equations[i]->checked) {
            s->equations[i]->checked = true;
            check_equation(c, s, s->equations[i], s->has_table);
        }
    if (s->from->kind == XMILE_STOCK) {
        check_flows(c, s, s->inflows, s->from->inflow_count, "inflow");
        check_flows(c, s, s->outflows, s->from->outflow_count, "outflow");
    }
}

bool check_units(builder *b)
{
    checker c = {.b = b, .sc = &b->scopes[0], .none = unit_none()};
    bool done =
        units_init(&c.table, &b->scratch, b->document->units, b->document->unit_count) && read_measures(&c);
    for (size_t i = 0; done && i < c.sc->source_count; i++)
        check_source(&c, &c.sc->sources[i]);
    if (!done || c.table.failed)
        fail_memory(b);
    units_free(&c.table);
    return b->status == TRUCE_OK;
}
