/* Conveyors whose slats are kept apart, one state each: those that can be arrested, whose transit time changes, that
 * leak in zones or at changing fractions, or whose initial contents are listed.
 *
 * In each DT all that is on the belt leaks, the slat at the end leaves, the others move on by one, and what enters is
 * put d slats from the end, d being the transit time of the moment in DTs: on what is there already, when it has become
 * shorter (isee systems, Traditional conveyors). A linear leak takes the same amount of what entered in every DT in
 * which it is in the zone, so that all of them take the leakage fraction as it was when it entered: that amount is one
 * more state of the slat. An exponential one takes the fraction of the moment, a DT's worth, of what is left. A slat is
 * in the zone when its middle is.
 *
 * What is put further from the end than the run has DTs left never leaves, so a belt needs no more slats than that. */
#include "model/conveyors.h"

#include <assert.h>
#include <math.h>

typedef struct belt_row {
    belt_parts *p;
    size_t n, leak_count;
    size_t *slats, **allotted;     /* states; by leak and slat, of linear leaks */
    const expression **after;      /* what is on a slat at the end of the DT, before it moves */
    const expression **fractions;  /* by leak, of the moment */
    const expression ***lost;      /* by leak and slat; NULL: none */
    const double(**zones);         /* by leak: NULL, or its ends */
    const expression *depth;       /* d, when the transit time changes; else NULL */
    const expression *first_depth; /* the same at the start */
} belt_row;

static const expression *number(const belt_row *r, double x)
{
    return make_number(r->p->b, r->p->c, x);
}

static const expression *twice(const belt_row *r, operation op, const expression *x, const expression *y)
{
    return belt_make(r->p, op, x, y);
}

static const expression *choose(const belt_row *r, const expression *when, const expression *x,
                                const expression *y)
{
    return make(r->p->b, r->p->c, OP_IF, when, x, y);
}

static const expression *shared(const belt_row *r, const expression *x)
{
    return share(r->p->b, r->p->c, x);
}

/* ---- Zones -------------------------------------------------------------------------------------------- */

static bool is_in_zone(const belt_row *r, size_t leak, size_t i)
{
    assert(r->n > 0 && i < r->n);
    double from_entry = 1 - ((double)i + 0.5) / (double)r->n;
    return !r->zones[leak] || (from_entry >= r->zones[leak][0] && from_entry <= r->zones[leak][1]);
}

/* How many slats of the zone are at the end or before slat `limit`. */
static size_t count_in_zone(const belt_row *r, size_t leak, size_t first, size_t limit)
{
    assert(first <= limit && limit <= r->n);
    size_t count = 0;
    for (size_t i = first; i < limit; i++)
        count += is_in_zone(r, leak, i);
    return count;
}

/* ---- How far from the end what enters is put ---------------------------------------------------------- */

/* The greatest value that can be told from numbers that are no inputs; infinity when it cannot. */
static double greatest(const truce_model *m, const expression *x, int depth)
{
    if (!x || depth == 0)
        return INFINITY;
    if (x->op == OP_NUMBER)
        return x->number;
    if (x->op == OP_VARIABLE) {
        const element *e = &m->elements[x->index];
        bool input = e->equation && e->equation->op == OP_NUMBER && !e->hidden;
        return e->kind == ELEMENT_AUX && !input ? greatest(m, e->equation, depth - 1) : INFINITY;
    }
    if (x->op == OP_LOOKUP && m->tables[x->index].type != XMILE_EXTRAPOLATE) {
        double most = -INFINITY;
        for (size_t i = 0; i < m->tables[x->index].count; i++)
            most = fmax(most, m->tables[x->index].y[i]);
        return most;
    }
    bool choice = x->op == OP_IF, both = x->op == OP_MIN || x->op == OP_MAX || x->op == OP_ADD;
    if (!choice && !both)
        return INFINITY;
    double a = greatest(m, x->arguments[choice], depth - 1),
           b = greatest(m, x->arguments[choice + 1], depth - 1);
    return x->op == OP_ADD ? a + b : x->op == OP_MIN ? fmin(a, b) : fmax(a, b);
}

static bool count_slats(belt_row *r)
{
    enum { MOST_DEPTH = 32 };
    const truce_sim_specs *specs = &r->p->b->model->sim_specs;
    const conveyor *belt = r->p->s->conveyor;
    double steps = floor((specs->stop - specs->start) / specs->dt + 0.5) + 1;
    double most = floor(greatest(r->p->b->model, belt->length, MOST_DEPTH) / specs->dt + 0.5);
    most = fmax(fmin(steps, most), 1);
    if (!(most <= SLAT_LIMIT))
        return fail(r->p->b, r->p->c->file, r->p->c->line,
                    "the conveyor \"%s\", whose transit time changes, needs %g slats of a DT; at most %d are "
                    "possible",
                    belt->name, most, SLAT_LIMIT);
    r->n = (size_t)most;
    return true;
}

/* d, at least 1: of the moment, or as it was when it was last sampled. */
static bool find_depth(belt_row *r)
{
    const conveyor *belt = r->p->s->conveyor;
    builder *b = r->p->b;
    const expression *steps = twice(r, OP_ADD, twice(r, OP_DIVIDE, belt->length, r->p->dt), number(r, 0.5));
    const expression *now = shared(r, twice(r, OP_MAX, twice(r, OP_INT, steps, NULL), r->p->one));
    r->first_depth = now;
    if (belt->sample) {
        size_t latched = belt_add_state(r->p, ELEMENT_STATE, now);
        if (latched == SIZE_MAX)
            return false;
        const expression *sampled = twice(r, OP_NOT_EQUAL, belt->sample, number(r, 0));
        now = hold(b, r->p->c, choose(r, sampled, now, make_variable(b, r->p->c, latched)));
        now = shared(r, now);
        const expression *kept =
            r->p->go ? choose(r, r->p->go, now, make_variable(b, r->p->c, latched)) : now;
        if (!belt_set_equation(r->p, latched, kept))
            return false;
    }
    r->depth = shared(r, hold(b, r->p->c, now));
    return r->depth && count_slats(r);
}

/* ---- Initial contents --------------------------------------------------------------------------------- */

/* What is left on slat i of 1 that entered, in the steady state of a belt of known length. */
static bool find_profile(const belt_row *r, const expression **kept)
{
    bool exponential = r->p->s->conveyor->exponential;
    kept[r->n - 1] = r->p->one;
    for (size_t i = r->n - 1; i-- > 0;) {
        const expression *loss = NULL;
        for (size_t k = 0; k < r->leak_count; k++) {
            if (!is_in_zone(r, k, i + 1))
                continue;
            size_t zone = count_in_zone(r, k, 0, r->n);
            const expression *part = exponential
                                         ? twice(r, OP_MULTIPLY, r->fractions[k], r->p->dt)
                                         : twice(r, OP_DIVIDE, r->fractions[k], number(r, (double)zone));
            loss = loss ? twice(r, OP_ADD, loss, part) : part;
        }
        if (!loss)
            kept[i] = kept[i + 1];
        else if (exponential)
            kept[i] = twice(r, OP_MULTIPLY, kept[i + 1], twice(r, OP_SUBTRACT, r->p->one, loss));
        else
            kept[i] = twice(r, OP_MAX, twice(r, OP_SUBTRACT, kept[i + 1], loss), number(r, 0));
        if (!(kept[i] = shared(r, kept[i])))
            return false;
    }
    return true;
}

/* The unit of time, from the end, in which a slat leaves. */
static size_t unit_of(const belt_row *r, size_t i)
{
    return (size_t)floor((double)i * r->p->b->model->sim_specs.dt + 1e-9);
}

static const expression *contents_of_unit(const belt_row *r, size_t unit)
{
    const conveyor *belt = r->p->s->conveyor;
    if (!belt->contents)
        return twice(r, OP_DIVIDE, r->p->contents, number(r, (double)(unit_of(r, r->n - 1) + 1)));
    return belt->contents[unit < belt->content_count ? unit : belt->content_count - 1];
}

/* Listed contents: one for each slat, or else for each unit of time, spread over its slats or, of a discrete conveyor,
 * at its start. */
static const expression *listed(const belt_row *r, size_t i)
{
    const conveyor *belt = r->p->s->conveyor;
    if (belt->contents && belt->content_count == r->n)
        return belt->contents[i];
    size_t unit = unit_of(r, i), length = 0;
    for (size_t k = 0; k < r->n; k++)
        length += unit_of(r, k) == unit;
    bool last = i + 1 == r->n || unit_of(r, i + 1) != unit;
    const expression *all = contents_of_unit(r, unit);
    if (belt->discrete)
        return last ? all : number(r, 0);
    return twice(r, OP_DIVIDE, all, number(r, (double)length));
}

/* By slat: what is on it, and what it was when it entered. */
static bool start_known(const belt_row *r, const expression **held, const expression **entered)
{
    const conveyor *belt = r->p->s->conveyor;
    const expression **kept = arena_array(&r->p->b->scratch, r->n, sizeof *kept);
    if (!kept)
        return fail_memory(r->p->b);
    if (!find_profile(r, kept))
        return false;
    bool steady = !belt->contents && !belt->discrete;
    const expression *sum = steady ? make_fold(r->p->b, r->p->c, OP_ADD, kept, r->n) : NULL;
    const expression *batch = steady ? shared(r, twice(r, OP_DIVIDE, r->p->contents, sum)) : NULL;
    for (size_t i = 0; i < r->n; i++) {
        held[i] = steady ? twice(r, OP_MULTIPLY, batch, kept[i]) : listed(r, i);
        entered[i] = steady ? batch : make(r->p->b, r->p->c, OP_SAFE_DIVIDE, held[i], kept[i], number(r, 0));
        if (!held[i] || !entered[i])
            return false;
    }
    return true;
}

/* The same for a transit time that only the run knows: slats up to its depth at the start. */
static bool start_moving(const belt_row *r, const expression **held, const expression **entered)
{
    const expression *batch = shared(r, twice(r, OP_MULTIPLY, r->p->start, r->p->dt)), *none = number(r, 0);
    const conveyor *belt = r->p->s->conveyor;
    for (size_t i = 0; i < r->n; i++) {
        const expression *age = twice(r, OP_SUBTRACT, r->first_depth, number(r, (double)(i + 1)));
        const expression *on = shared(r, twice(r, OP_GREATER_EQUAL, age, none)), *left = batch;
        if (r->p->fraction && belt->exponential)
            left = twice(r, OP_MULTIPLY, batch, twice(r, OP_POWER, r->p->stays, age));
        else if (r->p->fraction)
            left =
                twice(r, OP_MULTIPLY, batch,
                      twice(r, OP_SUBTRACT, r->p->one,
                            twice(r, OP_DIVIDE, twice(r, OP_MULTIPLY, r->p->fraction, age), r->first_depth)));
        held[i] = choose(r, on, left, none);
        entered[i] = choose(r, on, batch, none);
        if (!held[i] || !entered[i])
            return false;
    }
    return true;
}

/* ---- States ------------------------------------------------------------------------------------------- */

/* What 1 that enters, or entered, loses to a leak in each DT. */
static const expression *part_lost(const belt_row *r, size_t leak, const expression *depth)
{
    const expression *of = depth ? depth : number(r, (double)count_in_zone(r, leak, 0, r->n));
    return make(r->p->b, r->p->c, OP_SAFE_DIVIDE, r->fractions[leak], of, number(r, 0));
}

static bool add_states(belt_row *r)
{
    arena *a = &r->p->b->scratch;
    const expression **held = arena_array(a, r->n, sizeof *held),
                     **entered = arena_array(a, r->n, sizeof *entered);
    if (!held || !entered)
        return fail_memory(r->p->b);
    if (!(r->depth ? start_moving(r, held, entered) : start_known(r, held, entered)))
        return false;
    if (r->p->s->conveyor->contents)
        r->p->b->model->elements[r->p->s->stock].initial = make_fold(r->p->b, r->p->c, OP_ADD, held, r->n);
    for (size_t i = 0; i < r->n; i++) {
        if ((r->slats[i] = belt_add_state(r->p, ELEMENT_STATE, held[i])) == SIZE_MAX)
            return false;
        for (size_t k = 0; k < r->leak_count && !r->p->s->conveyor->exponential; k++) {
            const expression *part =
                twice(r, OP_MULTIPLY, entered[i], part_lost(r, k, r->depth ? r->first_depth : NULL));
            if ((r->allotted[k][i] = belt_add_state(r->p, ELEMENT_STATE, part)) == SIZE_MAX)
                return false;
        }
    }
    return true;
}

static bool find_losses(belt_row *r)
{
    builder *b = r->p->b;
    for (size_t i = 0; i < r->n; i++) {
        const expression *slat = make_variable(b, r->p->c, r->slats[i]);
        r->after[i] = slat;
        for (size_t k = 0; k < r->leak_count; k++) {
            if (!is_in_zone(r, k, i))
                continue;
            r->lost[k][i] =
                r->p->s->conveyor->exponential
                    ? twice(r, OP_MULTIPLY, slat, twice(r, OP_MULTIPLY, r->fractions[k], r->p->dt))
                    : make_variable(b, r->p->c, r->allotted[k][i]);
            r->after[i] = twice(r, OP_SUBTRACT, r->after[i], r->lost[k][i]);
        }
        if (!(r->after[i] = shared(r, r->after[i])))
            return false;
    }
    return true;
}

/* Each slat takes what the one behind it has, and what enters when it is as far from the end. */
static bool move_states(const belt_row *r, const size_t *states, const expression *const *after,
                        const expression *entering)
{
    entering = shared(r, entering);
    for (size_t i = 0; i < r->n && entering; i++) {
        bool last = i + 1 == r->n;
        const expression *next = last ? NULL : after[i + 1], *position = number(r, (double)(i + 1));
        if (r->depth) {
            const expression *here = twice(r, last ? OP_GREATER_EQUAL : OP_EQUAL, r->depth, position);
            const expression *put = choose(r, here, entering, number(r, 0));
            next = next ? twice(r, OP_ADD, next, put) : put;
        } else if (last) {
            next = entering;
        }
        if (r->p->go)
            next = choose(r, r->p->go, next, make_variable(r->p->b, r->p->c, states[i]));
        if (!belt_set_equation(r->p, states[i], next))
            return false;
    }
    return entering != NULL;
}

static bool move_all(const belt_row *r)
{
    const expression *batch = shared(r, twice(r, OP_MULTIPLY, r->p->in, r->p->dt));
    if (!batch || !move_states(r, r->slats, r->after, batch))
        return false;
    const expression **now = arena_array(&r->p->b->scratch, r->n, sizeof *now);
    if (!now)
        return fail_memory(r->p->b);
    for (size_t k = 0; k < r->leak_count && !r->p->s->conveyor->exponential; k++) {
        for (size_t i = 0; i < r->n; i++)
            now[i] = make_variable(r->p->b, r->p->c, r->allotted[k][i]);
        const expression *part = twice(r, OP_MULTIPLY, batch, part_lost(r, k, r->depth));
        if (!move_states(r, r->allotted[k], now, part))
            return false;
    }
    return true;
}

/* ---- All of it ---------------------------------------------------------------------------------------- */

static bool make_row(belt_row *r)
{
    const stock_flows *s = r->p->s;
    builder *b = r->p->b;
    arena *a = &b->scratch;
    size_t n = s->outflow_count;
    r->fractions = arena_array(a, n, sizeof *r->fractions);
    r->zones = arena_array(a, n, sizeof *r->zones);
    r->allotted = arena_array(a, n, sizeof *r->allotted);
    r->lost = arena_array(a, n, sizeof *r->lost);
    r->slats = arena_array(a, r->n, sizeof *r->slats);
    r->after = arena_array(a, r->n, sizeof *r->after);
    if (!r->fractions || !r->zones || !r->allotted || !r->lost || !r->slats || !r->after)
        return fail_memory(b);
    for (size_t i = 0; i < n; i++) {
        if (!s->conveyor->leaks[i])
            continue;
        size_t k = r->leak_count++;
        r->zones[k] = s->conveyor->zones ? s->conveyor->zones[i] : NULL;
        r->allotted[k] = arena_array(a, r->n, sizeof **r->allotted);
        r->lost[k] = arena_array(a, r->n, sizeof **r->lost);
        r->fractions[k] = shared(r, hold(b, r->p->c, b->model->elements[s->outflows[i]].equation));
        if (!r->allotted[k] || !r->lost[k])
            return fail_memory(b);
        if (!r->fractions[k])
            return false;
    }
    return true;
}

bool move_by_slats(belt_parts *p, const expression **end, const expression **leaks)
{
    belt_row r = {.p = p, .n = p->s->conveyor->slats};
    if ((!r.n && !find_depth(&r)) || !make_row(&r) || !add_states(&r) || !find_losses(&r) || !move_all(&r))
        return false;
    *end = twice(&r, OP_DIVIDE, r.after[0], p->dt);
    for (size_t i = 0, k = 0; i < p->s->outflow_count; i++) {
        if (!p->s->conveyor->leaks[i])
            continue;
        size_t used = 0;
        for (size_t j = 0; j < r.n; j++)
            if (r.lost[k][j])
                r.lost[k][used++] = r.lost[k][j];
        const expression *sum =
            used ? make_fold(p->b, p->c, OP_ADD, r.lost[k], used) : make_number(p->b, p->c, 0);
        leaks[i] = twice(&r, OP_DIVIDE, sum, p->dt);
        k++;
    }
    return p->b->status == TRUCE_OK;
}
