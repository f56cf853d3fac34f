/* Conveyors: XMILE 1.0 sections 3.7.2 and 4.2.1; isee systems' pages on the computation of conveyors and on
 * their steady state.
 *
 * What enters in a DT is one slat. It stays for the transit time, a whole number n of DTs, and leaves in the
 * DT that ends it. A slat leaks in each DT after the one in which it entered, the one in which it leaves
 * included: linearly the share f/n of what entered, so that 1 - f of it comes out; exponentially the share f
 * DT of what is left. The initial contents are those of a steady state. With i0 the inflow of that state, L =
 * n DT, S the contents, M what the slats held when they entered, D the inflow as it was L ago (i0 before
 * that):
 *
 *     no leak       i0 = S0 / L                             out = D
 *     linear        i0 = S0 / (L (1 - f/2) + f DT/2)        out = (1 - f) D         leak = f M / L,  dM/dt =
 * in - D exponential   i0 = S0 f / (1 - (1 - f DT)^n)          out = (1 - f DT)^n D    leak = f S
 *
 * A conveyor that can be arrested is a row of slats, because nothing moves on it while it is: n states, and n
 * more for M under a linear leak. Inflows are cut to the capacity and to the limit on inflows in the order in
 * which they are listed. Inflow and outflow hold through a DT. */
#include "model/builder.h"

#include <math.h>
#include <string.h>

enum { SLAT_LIMIT = 10000, MOST_DEPTH = 64 };

/* ---- What stands in the file -------------------------------------------------------------------------- */

static bool parse_part(builder *b, const source *s, const xmile_text *written, node **part)
{
    return !is_given(written) || (*part = parse_equation(b, written, s->name)) != NULL;
}

/* The outflows have no equations of their own. */
static bool mark_outflows(builder *b, const scope *sc, const source *s)
{
    for (size_t i = 0; i < s->from->outflow_count; i++) {
        const xmile_text *written = &s->from->outflows[i];
        char *folded = name_fold(&b->scratch, written->text, strlen(written->text));
        if (!folded)
            return fail_memory(b);
        size_t found = find_variable(b, sc, s->prefix, folded);
        if (found < sc->source_count && !sc->sources[found].from->is_leak)
            sc->sources[found].is_driven = true;
    }
    return true;
}

bool parse_conveyor(builder *b, scope *sc, source *s)
{
    const xmile_conveyor *c = s->from->conveyor;
    if (!is_given(&c->length))
        return fail(b, c->at.file, c->at.line, "the conveyor \"%s\" has no <len>", s->name);
    if (is_given(&c->sample) && strcmp(c->sample.text, "1") != 0)
        return fail(b, c->sample.at.file, c->sample.at.line,
                    "<sample> of the conveyor \"%s\" is not supported: its transit time must not change",
                    s->name);
    if (c->discrete && (is_given(&c->limit) || is_given(&c->capacity)))
        return fail(b, c->at.file, c->at.line, "the limits of the discrete conveyor \"%s\" are not supported",
                    s->name);
    return parse_part(b, s, &c->length, &s->length) && parse_part(b, s, &c->capacity, &s->capacity) &&
           parse_part(b, s, &c->limit, &s->limit) && parse_part(b, s, &c->arrest, &s->arrest) &&
           mark_outflows(b, sc, s);
}

static bool expand_part(builder *b, context *c, const node *n, const expression **x)
{
    *x = n ? share(b, c, expand(b, c, n)) : NULL;
    return !n || *x;
}

/* The number of slats of one that can be arrested is part of the structure. */
static bool count_slats(builder *b, context *c, const source *s, conveyor *made)
{
    double length, dt = b->model->sim_specs.dt;
    const node *n = s->length;
    if (!constant_value(b, c, n, "a conveyor that can be arrested", &length))
        return fail(b, n->file, n->line,
                    "the transit time of \"%s\", which can be arrested, is not known before the run",
                    s->name);
    double slats = floor(length / dt + 0.5);
    if (!(slats >= 1 && slats <= SLAT_LIMIT))
        return fail(b, n->file, n->line, "the conveyor \"%s\" has %g slats of a DT; 1 to %d are possible",
                    s->name, slats, SLAT_LIMIT);
    made->slats = (size_t)slats;
    return true;
}

bool expand_conveyor(builder *b, context *c, const source *s, stock_flows *record)
{
    conveyor *made = arena_alloc(&b->scratch, sizeof *made);
    if (!made)
        return fail_memory(b);
    made->name = s->name;
    made->exponential = s->from->conveyor->exponential;
    made->discrete = s->from->conveyor->discrete;
    record->conveyor = made;
    record->non_negative = false;
    return expand_part(b, c, s->length, &made->length) && expand_part(b, c, s->capacity, &made->capacity) &&
           expand_part(b, c, s->limit, &made->limit) && expand_part(b, c, s->arrest, &made->arrest) &&
           (!s->arrest || count_slats(b, c, s, made));
}

/* ---- Values that hold for the run --------------------------------------------------------------------- */

static bool moves(const truce_model *m, const expression *x, int depth)
{
    if (!x)
        return false;
    if (depth == 0 || x->op == OP_TIME || x->op == OP_RANDOM_UNIFORM || x->op == OP_RANDOM_NORMAL ||
        x->op == OP_RANDOM_LOGNORMAL)
        return true;
    if (x->op == OP_VARIABLE) {
        const element *e = &m->elements[x->index];
        return e->kind == ELEMENT_AUX ? moves(m, e->equation, depth - 1)
                                      : e->kind != ELEMENT_STATE || e->equation;
    }
    for (int i = 0; i < x->arity; i++)
        if (moves(m, x->arguments[i], depth - 1))
            return true;
    return false;
}

/* Refuses what changes during a run. */
static const expression *fixed(builder *b, const context *c, const conveyor *belt, const char *what,
                               const expression *x)
{
    if (x && moves(b->model, x, MOST_DEPTH)) {
        fail(b, c->file, c->line, "%s of the conveyor \"%s\" changes during the run, which is not supported",
             what, belt->name);
        return NULL;
    }
    size_t kept = x ? add_hidden(b, c, ELEMENT_STATE) : SIZE_MAX;
    if (kept == SIZE_MAX)
        return NULL;
    b->model->elements[kept].initial = x;
    return make_variable(b, c, kept);
}

/* A transit time that is known and no whole number of DTs would be another one. */
static bool check_length(builder *b, const context *c, const conveyor *belt)
{
    const expression *x = belt->length;
    while (x->op == OP_VARIABLE && b->model->elements[x->index].kind == ELEMENT_AUX &&
           b->model->elements[x->index].equation)
        x = b->model->elements[x->index].equation;
    double length, dt = b->model->sim_specs.dt;
    if (!is_constant(x, &length))
        return true;
    double slats = floor(length / dt + 0.5);
    return (slats >= 1 && fabs(slats * dt - length) <= 1e-6 * dt) ||
           fail(b, c->file, c->line,
                "the transit time %g of the conveyor \"%s\" is not a whole number of steps of %g, at least "
                "one",
                length, belt->name, dt);
}

/* ---- Making the equations ----------------------------------------------------------------------------- */

typedef struct belt_parts {
    builder *b;
    const context *c;
    const stock_flows *s;
    const expression *dt, *one;
    const expression *length, *slats;        /* L, n */
    const expression *contents, *in, *start; /* S, what flows in, i0 */
    const expression *fraction;              /* f: of all leaks together; NULL: none */
    const expression *stays;                 /* exponential: 1 - f DT */
    const expression *go;                    /* of one that can be arrested: it is not; else NULL */
} belt_parts;

static const expression *twice(const belt_parts *p, operation op, const expression *x, const expression *y)
{
    return make(p->b, p->c, op, x, y, NULL);
}

static const expression *whole_length(const belt_parts *p, const conveyor *belt)
{
    const expression *steps =
        twice(p, OP_ADD, twice(p, OP_DIVIDE, belt->length, p->dt), make_number(p->b, p->c, 0.5));
    steps = twice(p, OP_MAX, twice(p, OP_INT, steps, NULL), p->one);
    return fixed(p->b, p->c, belt, "the transit time", twice(p, OP_MULTIPLY, steps, p->dt));
}

/* Replaces the equations of leaks, which are fractions, by their fixed values and adds them up. */
static bool collect_fractions(belt_parts *p)
{
    const conveyor *belt = p->s->conveyor;
    element *elements = p->b->model->elements;
    for (size_t i = 0; i < p->s->outflow_count; i++) {
        size_t flow = p->s->outflows[i];
        if (!belt->leaks[i])
            continue;
        const expression *f = fixed(p->b, p->c, belt, "the leakage fraction", elements[flow].equation);
        elements = p->b->model->elements; /* it may have moved */
        if (!f)
            return false;
        elements[flow].equation = f;
        p->fraction = p->fraction ? twice(p, OP_ADD, p->fraction, f) : f;
    }
    p->fraction = share(p->b, p->c, p->fraction);
    return p->b->status == TRUCE_OK;
}

/* The inflow of the steady state with the initial contents. */
static const expression *steady_inflow(const belt_parts *p)
{
    const expression *half = make_number(p->b, p->c, 0.5), *f = p->fraction;
    const expression *plain = twice(p, OP_DIVIDE, p->contents, p->length);
    if (!f)
        return plain;
    if (p->s->conveyor->exponential) {
        const expression *gone = twice(p, OP_SUBTRACT, p->one, twice(p, OP_POWER, p->stays, p->slats));
        const expression *leaking = twice(p, OP_DIVIDE, twice(p, OP_MULTIPLY, p->contents, f), gone);
        return make(p->b, p->c, OP_IF, f, leaking, plain);
    }
    const expression *mean = twice(p, OP_SUBTRACT, p->one, twice(p, OP_MULTIPLY, f, half));
    const expression *newest = twice(p, OP_MULTIPLY, twice(p, OP_MULTIPLY, f, p->dt), half);
    return twice(p, OP_DIVIDE, p->contents, twice(p, OP_ADD, twice(p, OP_MULTIPLY, p->length, mean), newest));
}

static const expression *hold_all(const belt_parts *p, const expression *x)
{
    return hold(p->b, p->c, x);
}

/* x while the conveyor goes, else 0. */
static const expression *while_it_goes(const belt_parts *p, const expression *x)
{
    return p->go ? make(p->b, p->c, OP_IF, p->go, x, make_number(p->b, p->c, 0)) : x;
}

static size_t add_state(const belt_parts *p, element_kind kind, const expression *initial)
{
    size_t made = initial ? add_hidden(p->b, p->c, kind) : SIZE_MAX;
    if (made != SIZE_MAX)
        p->b->model->elements[made].initial = initial;
    return made;
}

static bool set_equation(const belt_parts *p, size_t at, const expression *x)
{
    if (!x || at == SIZE_MAX)
        return false;
    p->b->model->elements[at].equation = x;
    return true;
}

/* D: the inflow as it was a transit time ago. */
static const expression *delayed_inflow(const belt_parts *p)
{
    size_t made = add_state(p, ELEMENT_DELAY, p->start);
    if (!set_equation(p, made, p->in))
        return NULL;
    p->b->model->elements[made].delay = p->length;
    return make_variable(p->b, p->c, made);
}

/* What comes out, and M of a linear leak, without slats. */
static const expression *move_by_delay(const belt_parts *p, const expression **entered)
{
    const expression *d = delayed_inflow(p);
    if (!d || !p->fraction)
        return d;
    if (p->s->conveyor->exponential)
        return twice(p, OP_MULTIPLY, d, twice(p, OP_POWER, p->stays, p->slats));
    size_t m = add_state(p, ELEMENT_STOCK, twice(p, OP_MULTIPLY, p->start, p->length));
    if (!set_equation(p, m, twice(p, OP_SUBTRACT, p->in, d)))
        return NULL;
    *entered = make_variable(p->b, p->c, m);
    return twice(p, OP_MULTIPLY, d, twice(p, OP_SUBTRACT, p->one, p->fraction));
}

/* A row of n states; `first` is the one that leaves next. `after(i)` is what slat i holds at the end of the
 * DT. */
static bool add_row(const belt_parts *p, size_t n, const expression *const *initials, size_t *slats)
{
    for (size_t i = 0; i < n; i++)
        if ((slats[i] = add_state(p, ELEMENT_STATE, initials[i])) == SIZE_MAX)
            return false;
    return true;
}

/* Each slat takes what the one behind it holds at the end of the DT, the last one what flows in. */
static bool move_row(const belt_parts *p, size_t n, const size_t *slats, const expression *const *after)
{
    const expression *batch = twice(p, OP_MULTIPLY, p->in, p->dt);
    for (size_t i = 0; i < n; i++) {
        const expression *next = i + 1 < n ? after[i + 1] : batch;
        next = make(p->b, p->c, OP_IF, p->go, next, make_variable(p->b, p->c, slats[i]));
        if (!set_equation(p, slats[i], next))
            return false;
    }
    return true;
}

typedef struct rows {
    size_t *slats, *entered; /* states: what is on a slat, and was when it entered */
    const expression **initials, **after;
} rows;

static bool make_rows(const belt_parts *p, size_t n, rows *r)
{
    arena *a = &p->b->scratch;
    *r = (rows){arena_array(a, n, sizeof(size_t)), arena_array(a, n, sizeof(size_t)),
                arena_array(a, n, sizeof(expression *)), arena_array(a, n, sizeof(expression *))};
    return (r->slats && r->entered && r->initials && r->after) || fail_memory(p->b);
}

/* What is left on slat i in the steady state: it has leaked n - 1 - i times. */
static const expression *steady_slat(const belt_parts *p, size_t n, size_t i)
{
    const expression *batch = twice(p, OP_MULTIPLY, p->start, p->dt);
    double times = (double)(n - 1 - i);
    if (!p->fraction)
        return batch;
    if (p->s->conveyor->exponential)
        return twice(p, OP_MULTIPLY, batch, twice(p, OP_POWER, p->stays, make_number(p->b, p->c, times)));
    const expression *lost = twice(p, OP_MULTIPLY, p->fraction, make_number(p->b, p->c, times / (double)n));
    return twice(p, OP_MULTIPLY, batch, twice(p, OP_SUBTRACT, p->one, lost));
}

/* Slat i at the end of the DT. */
static const expression *leaked_slat(const belt_parts *p, const rows *r, size_t n, size_t i)
{
    const expression *slat = make_variable(p->b, p->c, r->slats[i]);
    if (!p->fraction)
        return slat;
    if (p->s->conveyor->exponential)
        return twice(p, OP_MULTIPLY, slat, p->stays);
    const expression *share_of = twice(p, OP_DIVIDE, p->fraction, make_number(p->b, p->c, (double)n));
    return twice(p, OP_SUBTRACT, slat,
                 twice(p, OP_MULTIPLY, make_variable(p->b, p->c, r->entered[i]), share_of));
}

/* What comes out, and M of a linear leak, of a conveyor that can be arrested. */
static const expression *move_by_slats(const belt_parts *p, const expression **entered)
{
    size_t n = p->s->conveyor->slats;
    bool linear = p->fraction && !p->s->conveyor->exponential;
    rows r;
    if (!make_rows(p, n, &r))
        return NULL;
    if (linear) {
        for (size_t i = 0; i < n; i++)
            r.initials[i] = twice(p, OP_MULTIPLY, p->start, p->dt);
        if (!add_row(p, n, r.initials, r.entered))
            return NULL;
        for (size_t i = 0; i < n; i++)
            r.after[i] = make_variable(p->b, p->c, r.entered[i]);
        if (!move_row(p, n, r.entered, r.after))
            return NULL;
        *entered = make_fold(p->b, p->c, OP_ADD, r.after, n);
    }
    for (size_t i = 0; i < n; i++)
        r.initials[i] = steady_slat(p, n, i);
    if (!add_row(p, n, r.initials, r.slats))
        return NULL;
    for (size_t i = 0; i < n; i++)
        r.after[i] = share(p->b, p->c, leaked_slat(p, &r, n, i));
    return move_row(p, n, r.slats, r.after) ? twice(p, OP_DIVIDE, r.after[0], p->dt) : NULL;
}

/* ---- Inflows ------------------------------------------------------------------------------------------ */

/* What may flow in: NULL when nothing bounds it, or after a failure. */
static const expression *admitted(const belt_parts *p)
{
    const conveyor *belt = p->s->conveyor;
    const expression *left = belt->limit;
    if (belt->capacity) {
        const expression *room = twice(p, OP_SUBTRACT, belt->capacity, p->contents);
        room = twice(p, OP_DIVIDE, room, p->dt);
        for (size_t i = 0; i < p->s->outflow_count; i++)
            room = twice(p, OP_ADD, room, make_variable(p->b, p->c, p->s->outflows[i]));
        room = twice(p, OP_MAX, room, make_number(p->b, p->c, 0));
        left = left ? twice(p, OP_MIN, left, room) : room;
    }
    if (p->go)
        left = while_it_goes(p, left ? left : make_number(p->b, p->c, INFINITY));
    return left;
}

static bool limit_inflows(const belt_parts *p)
{
    const expression *left = share(p->b, p->c, admitted(p));
    for (size_t i = 0; left && i < p->s->inflow_count; i++) {
        element *flow = &p->b->model->elements[p->s->inflows[i]];
        if (flow->driven)
            return fail(
                p->b, p->c->file, p->c->line,
                "the conveyor \"%s\" can hold up \"%s\", which comes out of another conveyor; this is not "
                "supported",
                p->s->conveyor->name, flow->name);
        flow->limit = flow->limit ? twice(p, OP_MIN, flow->limit, left) : left;
        if (i + 1 == p->s->inflow_count)
            break;
        left = twice(p, OP_SUBTRACT, left, make_variable(p->b, p->c, p->s->inflows[i]));
        left = share(p->b, p->c, twice(p, OP_MAX, left, make_number(p->b, p->c, 0)));
    }
    return p->b->status == TRUCE_OK;
}

static bool take_inflows(belt_parts *p)
{
    builder *b = p->b;
    const expression *all = p->s->inflow_count ? NULL : make_number(b, p->c, 0);
    for (size_t i = 0; i < p->s->inflow_count; i++) {
        const expression *flow = make_variable(b, p->c, p->s->inflows[i]);
        all = all ? twice(p, OP_ADD, all, flow) : flow;
        if (b->model->sim_specs.method != TRUCE_EULER)
            b->model->elements[p->s->inflows[i]].held = true;
    }
    p->in = share(b, p->c, all);
    return p->in != NULL;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

static bool find_leaks(builder *b, const context *c, const stock_flows *s, size_t *out)
{
    const conveyor *belt = s->conveyor;
    *out = SIZE_MAX;
    for (size_t i = 0; i < s->outflow_count; i++) {
        if (belt->leaks[i])
            continue;
        if (*out != SIZE_MAX)
            return fail(
                b, c->file, c->line,
                "the conveyor \"%s\" has several outflows at its end: all but one must be marked with <leak>",
                belt->name);
        *out = s->outflows[i];
    }
    return *out != SIZE_MAX ||
           fail(b, c->file, c->line, "the conveyor \"%s\" has no outflow at its end", belt->name);
}

static bool start_parts(belt_parts *p)
{
    builder *b = p->b;
    const context *c = p->c;
    const conveyor *belt = p->s->conveyor;
    p->dt = make_number(b, c, b->model->sim_specs.dt);
    p->one = make_number(b, c, 1);
    p->contents = make_variable(b, c, p->s->stock);
    if (!check_length(b, c, belt) || !(p->length = whole_length(p, belt)) || !collect_fractions(p))
        return false;
    p->slats = share(b, c, twice(p, OP_DIVIDE, p->length, p->dt));
    if (p->fraction && belt->exponential)
        p->stays = share(b, c, twice(p, OP_SUBTRACT, p->one, twice(p, OP_MULTIPLY, p->fraction, p->dt)));
    if (belt->arrest)
        p->go = share(b, c, hold_all(p, twice(p, OP_NOT, belt->arrest, NULL)));
    p->start = share(b, c, steady_inflow(p));
    return b->status == TRUCE_OK && p->start && take_inflows(p);
}

/* A discrete conveyor has its initial contents at the starts of units of time; nothing is the same
 * everywhere. */
static bool check_discrete(builder *b, const context *c, const stock_flows *s)
{
    double initial;
    bool empty = is_constant(b->model->elements[s->stock].initial, &initial) && initial == 0;
    return !s->conveyor->discrete || empty ||
           fail(b, c->file, c->line,
                "the initial contents of the discrete conveyor \"%s\" are not supported: only 0",
                s->conveyor->name);
}

bool build_conveyor(builder *b, const context *c, const stock_flows *s)
{
    belt_parts p = {.b = b, .c = c, .s = s};
    size_t out;
    const expression *entered = NULL;
    if (!check_discrete(b, c, s) || !find_leaks(b, c, s, &out) || !start_parts(&p))
        return false;
    const expression *end = s->conveyor->slats ? move_by_slats(&p, &entered) : move_by_delay(&p, &entered);
    const expression *base = entered ? twice(&p, OP_DIVIDE, entered, p.length) : p.contents;
    if (!set_equation(&p, out, hold_all(&p, while_it_goes(&p, end))))
        return false;
    b->model->elements[out].driven = true;
    base = p.fraction ? share(b, c, while_it_goes(&p, base)) : NULL;
    for (size_t i = 0; i < s->outflow_count; i++) {
        if (!s->conveyor->leaks[i])
            continue;
        const expression *f = b->model->elements[s->outflows[i]].equation;
        if (!set_equation(&p, s->outflows[i], hold_all(&p, twice(&p, OP_MULTIPLY, f, base))))
            return false;
        b->model->elements[s->outflows[i]].driven = true;
    }
    return limit_inflows(&p);
}
