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
 * Where that does not do, every slat is a state of its own (belts.c). Inflows are cut to the capacity and to the limit
 * on inflows in the order in
 * which they are listed. Inflow and outflow hold through a DT. */
#include "model/conveyors.h"

#include <math.h>
#include <string.h>

enum { MOST_DEPTH = 64, MOST_STEPS = 100000 };

/* ---- What stands in the file -------------------------------------------------------------------------- */

static bool parse_part(builder *b, const source *s, const xmile_text *written, node **part)
{
    return !is_given(written) || (*part = parse_equation(b, written, s->name)) != NULL;
}

static bool parse_contents(builder *b, source *s)
{
    const xmile_conveyor *c = s->from->conveyor;
    if (!c->contents)
        return true;
    if (!(s->contents = arena_array(&b->scratch, c->content_count, sizeof *s->contents)))
        return fail_memory(b);
    for (size_t i = 0; i < c->content_count; i++)
        if (!parse_part(b, s, &c->contents[i], &s->contents[i]) || !s->contents[i])
            return b->status != TRUCE_OK
                       ? false
                       : fail(b, c->at.file, c->at.line,
                              "a value is missing in the initial contents of the conveyor \"%s\"", s->name);
    return true;
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
    if (c->discrete && (is_given(&c->limit) || is_given(&c->capacity)))
        return fail(b, c->at.file, c->at.line, "the limits of the discrete conveyor \"%s\" are not supported",
                    s->name);
    return parse_part(b, s, &c->length, &s->length) && parse_part(b, s, &c->capacity, &s->capacity) &&
           parse_part(b, s, &c->limit, &s->limit) && parse_part(b, s, &c->arrest, &s->arrest) &&
           parse_part(b, s, &c->sample, &s->sample) && parse_contents(b, s) && mark_outflows(b, sc, s);
}

static bool expand_part(builder *b, context *c, const node *n, const expression **x)
{
    *x = n ? share(b, c, expand(b, c, n)) : NULL;
    return !n || *x;
}

/* The number of slats, when it is known before the run, is part of the structure. */
static bool count_slats(builder *b, context *c, const source *s, conveyor *made)
{
    double length, dt = b->model->sim_specs.dt;
    const node *n = s->length;
    if (!find_constant(b, c, n, "a conveyor whose slats are kept apart", &length))
        return b->status == TRUCE_OK;
    double slats = floor(length / dt + 0.5);
    if (!(slats >= 1 && slats <= SLAT_LIMIT))
        return fail(b, n->file, n->line, "the conveyor \"%s\" has %g slats of a DT; 1 to %d are possible",
                    s->name, slats, SLAT_LIMIT);
    made->slats = (size_t)slats;
    return true;
}

static bool expand_contents(builder *b, context *c, const source *s, conveyor *made)
{
    made->content_count = s->from->conveyor->content_count;
    if (!s->contents)
        return true;
    made->contents = arena_array(&b->scratch, made->content_count, sizeof *made->contents);
    for (size_t i = 0; made->contents && i < made->content_count; i++)
        if (!expand_part(b, c, s->contents[i], &made->contents[i]))
            return false;
    return made->contents || fail_memory(b);
}

static bool leaks_in_zones(const context *c, const source *s)
{
    for (size_t i = 0; i < s->from->outflow_count; i++) {
        const xmile_variable *flow = c->scope->sources[s->outflows[i]->index].from;
        if (flow->is_leak && (flow->leak_start > 0 || flow->leak_end < 1))
            return true;
    }
    return false;
}

static bool starts_filled(const source *s)
{
    return s->contents || !s->equation || s->equation->kind != NODE_NUMBER || s->equation->number != 0;
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
    made->by_slats =
        s->arrest || s->sample || s->contents || (made->discrete && starts_filled(s)) || leaks_in_zones(c, s);
    return expand_part(b, c, s->length, &made->length) && expand_part(b, c, s->capacity, &made->capacity) &&
           expand_part(b, c, s->limit, &made->limit) && expand_part(b, c, s->arrest, &made->arrest) &&
           expand_part(b, c, s->sample, &made->sample) && expand_contents(b, c, s, made) &&
           (!made->by_slats || count_slats(b, c, s, made));
}

/* ---- Values that hold for the run --------------------------------------------------------------------- */

/* `steps` are left to find that out: what mentions another twice, and that a third twice, takes no end. */
static bool moves(const truce_model *m, const expression *x, int depth, int *steps)
{
    if (!x)
        return false;
    if (depth == 0 || --*steps < 0 || x->op == OP_TIME || x->op == OP_RANDOM_UNIFORM ||
        x->op == OP_RANDOM_NORMAL || x->op == OP_RANDOM_LOGNORMAL)
        return true;
    if (x->op == OP_VARIABLE) {
        const element *e = &m->elements[x->index];
        return e->kind == ELEMENT_AUX ? moves(m, e->equation, depth - 1, steps)
                                      : e->kind != ELEMENT_STATE || e->equation;
    }
    for (int i = 0; i < x->arity; i++)
        if (moves(m, x->arguments[i], depth - 1, steps))
            return true;
    return false;
}

/* Of a value that does not move: a series would make it move, and the conveyor would not know. */
static void keep_steady(truce_model *m, const expression *x, const char *belt)
{
    element *e = x->op == OP_VARIABLE ? &m->elements[x->index] : NULL;
    if (e && e->kind == ELEMENT_AUX && e->equation && !e->steady) {
        e->steady = belt;
        keep_steady(m, e->equation, belt);
    }
    for (int i = 0; i < x->arity; i++)
        keep_steady(m, x->arguments[i], belt);
}

/* The value at the start of the run. */
static const expression *fixed(builder *b, const context *c, const expression *x)
{
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

static const expression *first_length(const belt_parts *p, const conveyor *belt)
{
    const expression *steps =
        belt_make(p, OP_ADD, belt_make(p, OP_DIVIDE, belt->length, p->dt), make_number(p->b, p->c, 0.5));
    steps = belt_make(p, OP_MAX, belt_make(p, OP_INT, steps, NULL), p->one);
    return fixed(p->b, p->c, belt_make(p, OP_MULTIPLY, steps, p->dt));
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
        const expression *f = elements[flow].equation;
        if (!belt->by_slats && !(f = fixed(p->b, p->c, f)))
            return false;
        elements = p->b->model->elements; /* it may have moved */
        elements[flow].equation = f;
        p->fraction = p->fraction ? belt_make(p, OP_ADD, p->fraction, f) : f;
    }
    p->fraction = share(p->b, p->c, p->fraction);
    return p->b->status == TRUCE_OK;
}

/* The inflow of the steady state with the initial contents. */
static const expression *steady_inflow(const belt_parts *p)
{
    const expression *half = make_number(p->b, p->c, 0.5), *f = p->fraction;
    const expression *plain = belt_make(p, OP_DIVIDE, p->contents, p->length);
    if (!f)
        return plain;
    if (p->s->conveyor->exponential) {
        const expression *gone =
            belt_make(p, OP_SUBTRACT, p->one, belt_make(p, OP_POWER, p->stays, p->slats));
        const expression *leaking = belt_make(p, OP_DIVIDE, belt_make(p, OP_MULTIPLY, p->contents, f), gone);
        return make(p->b, p->c, OP_IF, f, leaking, plain);
    }
    const expression *mean = belt_make(p, OP_SUBTRACT, p->one, belt_make(p, OP_MULTIPLY, f, half));
    const expression *newest = belt_make(p, OP_MULTIPLY, belt_make(p, OP_MULTIPLY, f, p->dt), half);
    return belt_make(p, OP_DIVIDE, p->contents,
                     belt_make(p, OP_ADD, belt_make(p, OP_MULTIPLY, p->length, mean), newest));
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

/* D: the inflow as it was a transit time ago. */
static const expression *delayed_inflow(const belt_parts *p)
{
    size_t made = belt_add_state(p, ELEMENT_DELAY, p->start);
    if (!belt_set_equation(p, made, p->in))
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
        return belt_make(p, OP_MULTIPLY, d, belt_make(p, OP_POWER, p->stays, p->slats));
    size_t m = belt_add_state(p, ELEMENT_STOCK, belt_make(p, OP_MULTIPLY, p->start, p->length));
    if (!belt_set_equation(p, m, belt_make(p, OP_SUBTRACT, p->in, d)))
        return NULL;
    *entered = make_variable(p->b, p->c, m);
    return belt_make(p, OP_MULTIPLY, d, belt_make(p, OP_SUBTRACT, p->one, p->fraction));
}

/* ---- Inflows ------------------------------------------------------------------------------------------ */

/* What may flow in: NULL when nothing bounds it, or after a failure. */
static const expression *admitted(const belt_parts *p)
{
    const conveyor *belt = p->s->conveyor;
    const expression *left = belt->limit;
    if (belt->capacity) {
        const expression *room = belt_make(p, OP_SUBTRACT, belt->capacity, p->contents);
        room = belt_make(p, OP_DIVIDE, room, p->dt);
        for (size_t i = 0; i < p->s->outflow_count; i++)
            room = belt_make(p, OP_ADD, room, make_variable(p->b, p->c, p->s->outflows[i]));
        for (size_t i = 0; i < p->s->inflow_count; i++)
            if (p->b->model->elements[p->s->inflows[i]].driven)
                room = belt_make(p, OP_SUBTRACT, room, make_variable(p->b, p->c, p->s->inflows[i]));
        room = belt_make(p, OP_MAX, room, make_number(p->b, p->c, 0));
        left = left ? belt_make(p, OP_MIN, left, room) : room;
    }
    if (p->go)
        left = while_it_goes(p, left ? left : make_number(p->b, p->c, INFINITY));
    return left;
}

/* What comes out of another conveyor is let in whatever the limits, and takes of the room. */
static bool limit_inflows(const belt_parts *p)
{
    const expression *left = share(p->b, p->c, admitted(p));
    const element *elements = p->b->model->elements;
    for (size_t i = 0; left && i < p->s->inflow_count; i++) {
        if (!elements[p->s->inflows[i]].driven)
            continue;
        if (p->go)
            return fail(
                p->b, p->c->file, p->c->line,
                "the conveyor \"%s\" can hold up \"%s\", which comes out of another conveyor; this is not "
                "supported",
                p->s->conveyor->name, elements[p->s->inflows[i]].name);
    }
    for (size_t i = 0; left && i < p->s->inflow_count; i++) {
        element *flow = &p->b->model->elements[p->s->inflows[i]];
        if (flow->driven)
            continue;
        flow->limit = flow->limit ? belt_make(p, OP_MIN, flow->limit, left) : left;
        if (i + 1 == p->s->inflow_count)
            break;
        left = belt_make(p, OP_SUBTRACT, left, make_variable(p->b, p->c, p->s->inflows[i]));
        left = share(p->b, p->c, belt_make(p, OP_MAX, left, make_number(p->b, p->c, 0)));
    }
    return p->b->status == TRUCE_OK;
}

static bool take_inflows(belt_parts *p)
{
    builder *b = p->b;
    const expression *all = p->s->inflow_count ? NULL : make_number(b, p->c, 0);
    for (size_t i = 0; i < p->s->inflow_count; i++) {
        const expression *flow = make_variable(b, p->c, p->s->inflows[i]);
        all = all ? belt_make(p, OP_ADD, all, flow) : flow;
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
    if ((belt->slats || !belt->by_slats) && !check_length(b, c, belt))
        return false;
    if (!(p->length = first_length(p, belt)) || !collect_fractions(p))
        return false;
    p->slats = share(b, c, belt_make(p, OP_DIVIDE, p->length, p->dt));
    if (p->fraction && belt->exponential)
        p->stays =
            share(b, c, belt_make(p, OP_SUBTRACT, p->one, belt_make(p, OP_MULTIPLY, p->fraction, p->dt)));
    if (belt->arrest)
        p->go = share(b, c, hold_all(p, belt_make(p, OP_NOT, belt->arrest, NULL)));
    p->start = share(b, c, steady_inflow(p));
    return b->status == TRUCE_OK && p->start && take_inflows(p);
}

/* A discrete conveyor has its initial contents at the starts of units of time, and what leaks from them is not told. */
static bool check_discrete(builder *b, const context *c, const stock_flows *s)
{
    const conveyor *belt = s->conveyor;
    bool leaking = false;
    for (size_t i = 0; i < s->outflow_count; i++)
        leaking = leaking || belt->leaks[i];
    return !belt->discrete || !belt->by_slats || belt->arrest || belt->sample || (!leaking && belt->slats) ||
           fail(b, c->file, c->line,
                "initial contents of the discrete conveyor \"%s\" are supported only without leaks and with "
                "a transit "
                "time that is known before the run",
                belt->name);
}

/* Whether every slat has to be kept apart, and whether that can be done. */
static bool choose_form(builder *b, const context *c, const stock_flows *s)
{
    conveyor *belt = s->conveyor;
    int steps = MOST_STEPS;
    bool changes = moves(b->model, belt->length, MOST_DEPTH, &steps);
    for (size_t i = 0; i < s->outflow_count; i++)
        changes = changes || (belt->leaks[i] && moves(b->model, b->model->elements[s->outflows[i]].equation,
                                                      MOST_DEPTH, &steps));
    belt->by_slats = belt->by_slats || changes;
    if (belt->by_slats && !belt->slats && (belt->zones || belt->contents))
        return fail(b, c->file, c->line,
                    "the conveyor \"%s\" has %s: its transit time must be known before the run", belt->name,
                    belt->zones ? "a leak zone" : "a list of contents");
    if (!belt->by_slats)
        keep_steady(b->model, belt->length, belt->name);
    for (size_t i = 0; i < s->outflow_count && !belt->by_slats; i++)
        if (belt->leaks[i])
            keep_steady(b->model, b->model->elements[s->outflows[i]].equation, belt->name);
    return check_discrete(b, c, s);
}

static bool set_leaks(belt_parts *p, const expression *base, const expression *const *leaks)
{
    builder *b = p->b;
    for (size_t i = 0; i < p->s->outflow_count; i++) {
        size_t flow = p->s->outflows[i];
        if (!p->s->conveyor->leaks[i])
            continue;
        const expression *taken = leaks ? while_it_goes(p, leaks[i])
                                        : belt_make(p, OP_MULTIPLY, b->model->elements[flow].equation, base);
        if (!belt_set_equation(p, flow, hold_all(p, taken)))
            return false;
        b->model->elements[flow].driven = true;
    }
    return true;
}

bool build_conveyor(builder *b, const context *c, const stock_flows *s)
{
    belt_parts p = {.b = b, .c = c, .s = s};
    size_t out;
    const expression *entered = NULL, *end, **leaks = NULL;
    if (!choose_form(b, c, s) || !find_leaks(b, c, s, &out) || !start_parts(&p))
        return false;
    if (!s->conveyor->by_slats)
        end = move_by_delay(&p, &entered);
    else if (!(leaks = arena_array(&b->scratch, s->outflow_count, sizeof *leaks)))
        return fail_memory(b);
    else if (!move_by_slats(&p, &end, leaks))
        return false;
    if (!belt_set_equation(&p, out, hold_all(&p, while_it_goes(&p, end))))
        return false;
    b->model->elements[out].driven = true;
    const expression *base = entered ? belt_make(&p, OP_DIVIDE, entered, p.length) : p.contents;
    base = p.fraction && !leaks ? share(b, c, base) : NULL;
    return set_leaks(&p, base, leaks) && limit_inflows(&p);
}
