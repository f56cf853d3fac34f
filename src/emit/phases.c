/* When every element is computed, and in which order at the start.
 *
 * The start has an order of its own: there an auxiliary may need a stock and a stock an auxiliary, because
 * the initial value of a stock is an equation too. Both searches keep their own stack, so that long chains
 * are safe. */
#include "emit/emit.h"

#include <assert.h>
#include <string.h>

bool emit_plain_number(const expression *x, double *value)
{
    double sign = 1;
    for (; x && x->op == OP_NEGATE; x = x->arguments[0])
        sign = -sign;
    if (!x || x->op != OP_NUMBER)
        return false;
    *value = sign * x->number;
    return true;
}

/* ---- Phases ------------------------------------------------------------------------------------------- */

static bool is_random(operation op)
{
    return op == OP_RANDOM_UNIFORM || op == OP_RANDOM_NORMAL || op == OP_RANDOM_LOGNORMAL;
}

/* Does a value change over time? Recursion is safe: expressions are at most 1,000 deep. */
static bool moves(const emitter *e, const expression *x)
{
    if (x->op == OP_TIME || is_random(x->op))
        return true;
    if (x->op == OP_VARIABLE)
        return e->phases[x->index] == PHASE_STEP;
    for (int i = 0; i < x->arity; i++)
        if (moves(e, x->arguments[i]))
            return true;
    return false;
}

static void find_phases(emitter *e)
{
    const truce_model *m = e->model;
    double value;
    for (size_t i = 0; i < m->element_count; i++) {
        const element *x = &m->elements[i];
        bool holds = x->kind == ELEMENT_STATE && !x->equation;
        e->phases[i] = holds ? PHASE_CONSTANT : PHASE_STEP;
    }
    for (size_t i = 0; i < m->element_count; i++) {
        size_t at = m->order[i];
        const element *x = &m->elements[at];
        if (x->kind != ELEMENT_AUX)
            continue;
        if (!x->equation)
            e->phases[at] = PHASE_NONE;
        else if (x->initial || x->limit)
            continue; /* it has another value at the start, or is cut to something that moves */
        else if (!x->hidden && emit_plain_number(x->equation, &value))
            e->phases[at] = PHASE_SETTING;
        else if (!moves(e, x->equation))
            e->phases[at] = PHASE_CONSTANT;
    }
}

/* ---- Orders ------------------------------------------------------------------------------------------- */

typedef struct visit {
    size_t element;
    bool done; /* all it needs has been visited */
} visit;

typedef struct search {
    emitter *e;
    bool at_start;
    visit *stack;
    size_t count, capacity;
    uint8_t *seen;
    size_t *order;
    size_t ordered;
} search;

static void push(search *s, size_t element_index, bool done)
{
    visit v = {element_index, done};
    if (!ARENA_PUSH(&s->e->memory, s->stack, s->count, s->capacity, v))
        s->e->out_of_memory = true;
}

static void push_needed(search *s, const expression *x)
{
    if (!x)
        return;
    if (x->op == OP_VARIABLE && !s->seen[x->index])
        push(s, (size_t)x->index, false);
    for (int i = 0; i < x->arity; i++)
        push_needed(s, x->arguments[i]);
}

/* Is it computed there, rather than known? Then what it needs is pushed. */
static bool is_computed(search *s, size_t at)
{
    assert(at < s->e->model->element_count);
    const element *x = &s->e->model->elements[at];
    phase when = (phase)s->e->phases[at];
    bool auxiliary = x->kind == ELEMENT_AUX;
    return s->at_start ? when != PHASE_SETTING && when != PHASE_NONE
                       : (auxiliary && when == PHASE_STEP) || x->moving;
}

static void push_all_needed(search *s, size_t at)
{
    const element *x = &s->e->model->elements[at];
    if (x->kind == ELEMENT_AUX) {
        push_needed(s, s->at_start && x->initial ? x->initial : x->equation);
        push_needed(s, x->limit);
    } else {
        push_needed(s, s->at_start ? x->initial : NULL);
        push_needed(s, x->delay);
    }
}

static void visit_from(search *s, size_t root)
{
    push(s, root, false);
    while (s->count && !s->e->out_of_memory) {
        visit v = s->stack[--s->count];
        if (v.done) {
            s->order[s->ordered++] = v.element;
            continue;
        }
        if (s->seen[v.element])
            continue;
        s->seen[v.element] = 1;
        if (!is_computed(s, v.element))
            continue;
        push(s, v.element, true);
        push_all_needed(s, v.element);
    }
}

static size_t *find_order(emitter *e, bool at_start, size_t *count)
{
    const truce_model *m = e->model;
    search s = {.e = e,
                .at_start = at_start,
                .seen = arena_array(&e->memory, m->element_count, 1),
                .order = arena_array(&e->memory, m->element_count, sizeof *s.order)};
    if (!s.seen || !s.order) {
        e->out_of_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < m->element_count; i++)
        if (!at_start || m->elements[i].kind != ELEMENT_AUX || e->phases[i] == PHASE_CONSTANT)
            visit_from(&s, i);
    *count = s.ordered;
    return s.order;
}

/* ---- What is used ------------------------------------------------------------------------------------- */

static void note_uses(emitter *e, size_t owner, const expression *x)
{
    assert(owner < e->model->element_count);
    if (!x)
        return;
    e->uses[x->op] = true;
    if (x->op == OP_LOOKUP && !e->graphs[x->index]) {
        e->graphs[x->index] =
            arena_format(&e->memory, "graph_%zu_of_%s", (size_t)x->index + 1, e->names[owner]);
        e->out_of_memory = e->out_of_memory || !e->graphs[x->index];
    }
    for (int i = 0; i < x->arity; i++)
        note_uses(e, owner, x->arguments[i]);
}

bool emit_phases(emitter *e)
{
    const truce_model *m = e->model;
    e->phases = arena_array(&e->memory, m->element_count, 1);
    e->graphs = arena_array(&e->memory, m->table_count, sizeof *e->graphs);
    if (!e->phases || !e->graphs)
        return false;
    find_phases(e);
    e->start_order = find_order(e, true, &e->start_count);
    e->step_order = find_order(e, false, &e->step_count);
    bool *starts = arena_array(&e->memory, m->element_count, sizeof *starts);
    if (e->out_of_memory || !starts)
        return false;
    for (size_t i = 0; i < e->start_count; i++)
        starts[e->start_order[i]] = true;
    for (size_t i = 0; i < m->element_count && !e->out_of_memory; i++) {
        e->has_delays = e->has_delays || m->elements[i].kind == ELEMENT_DELAY;
        e->has_fixed_delays =
            e->has_fixed_delays || (m->elements[i].kind == ELEMENT_DELAY && !m->elements[i].moving);
        note_uses(e, i, m->elements[i].equation);
        note_uses(e, i, starts[i] ? m->elements[i].initial : NULL);
        note_uses(e, i, m->elements[i].delay);
        note_uses(e, i, m->elements[i].limit);
        e->uses[OP_MIN] = e->uses[OP_MIN] || m->elements[i].limit;
    }
    return !e->out_of_memory;
}
