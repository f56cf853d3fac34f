/* The order of statements within a part. The program's order keeps few columns busy and so puts an operation
 * right after those that feed it, where it waits for them: a processor looks ahead for other work, but not
 * far enough past a division. So the part is played through on a simple machine that issues one operation a
 * cycle, has one divider, and knows how long results take; the next statement is the one of the next few in
 * the old order that can begin first. That it is one of the next few keeps values from piling up. */
#include "native/statement_order.h"

#include <assert.h>
enum {
    AHEAD = 48, /* statements looked at */
    ADD_TIME = 4,
    CHOICE_TIME = 6,
    DIVIDE_TIME = 14,
    DIVIDER_BUSY = 9,
    ROOT_TIME = 20
};

typedef struct cost {
    unsigned operations, latency, divider; /* in cycles */
} cost;

/* Read off the text of the expression. Of the others, roughly. */
static cost cost_of(unsigned operation)
{
    cost c = {.operations = 1, .latency = 1};
    if (operation == CODE_LOOKUP || operation == CODE_MOD)
        return (cost){.operations = 16, .latency = 32};
    const char *at = native_expression(operation);
    for (; at && *at; at++) {
        unsigned time =
            *at == '/'                               ? DIVIDE_TIME
            : *at == '+' || *at == '-' || *at == '*' ? ADD_TIME
            : strncmp(at, "sqrt", 4) == 0            ? ROOT_TIME
            : strncmp(at, "choose", 6) == 0 || strncmp(at, "least", 5) == 0 || strncmp(at, "greatest", 8) == 0
                ? CHOICE_TIME
                : 0;
        c.operations += time != 0;
        c.latency += time;
        c.divider += time == DIVIDE_TIME ? DIVIDER_BUSY : time == ROOT_TIME ? ROOT_TIME : 0;
    }
    return c;
}

typedef struct machine {
    const instruction *items;
    const uint32_t *sources;
    size_t count, persistent;
    uint32_t given[PART_LIMIT]; /* the old order, ascending */
    unsigned ends[PART_LIMIT];  /* by place in the old order, when its result is there */
    bool done[PART_LIMIT];
    unsigned clock, divider;
} machine;

/* Place of an instruction in the old order, or `count`. */
static size_t place_of(const machine *m, uint32_t index)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->given[middle] < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->count && m->given[low] == index ? low : m->count;
}

/* Whether it writes a column that a statement before it has not read yet. */
static bool overwrites(const machine *m, size_t at)
{
    assert(at < m->count && m->count <= PART_LIMIT);
    uint32_t column = m->items[m->given[at]].result;
    if (column == NO_COLUMN || column >= m->persistent)
        return false;
    for (size_t i = 0; i < at; i++) {
        const instruction *x = &m->items[m->given[i]];
        if (m->done[i])
            continue;
        if (x->result == column)
            return true;
        for (unsigned k = 0; k < code_operands(x->code); k++)
            if (!(x->scalars >> k & 1) && x->operands[k] == column)
                return true;
    }
    return false;
}

/* When a statement could begin, or UINT32_MAX when what it needs is not there yet. */
static unsigned beginning(const machine *m, size_t at)
{
    assert(at < m->count && !m->done[at]);
    unsigned begin = m->clock;
    uint32_t index = m->given[at];
    for (unsigned k = 0; k < code_operands(m->items[index].code); k++) {
        uint32_t source = m->sources[index * OPERANDS + k];
        size_t from = source == NO_SOURCE ? m->count : place_of(m, source);
        if (from == m->count)
            continue;
        if (!m->done[from])
            return UINT32_MAX;
        begin = m->ends[from] > begin ? m->ends[from] : begin;
    }
    if (cost_of(m->items[index].code).divider && m->divider > begin)
        begin = m->divider;
    return overwrites(m, at) ? UINT32_MAX : begin;
}

/* There always is one: the first that is not done needs nothing that is not. */
static size_t choose_next(const machine *m, size_t first)
{
    size_t best = m->count;
    unsigned earliest = UINT32_MAX;
    for (size_t at = first, seen = 0; at < m->count && seen < AHEAD; at++) {
        if (m->done[at])
            continue;
        seen++;
        unsigned begin = beginning(m, at);
        if (begin < earliest) {
            earliest = begin;
            best = at;
        }
        if (begin <= m->clock)
            break;
    }
    return best;
}

void native_order(const instruction *items, const uint32_t *sources, size_t persistent, uint32_t *order,
                  size_t count)
{
    assert(count <= PART_LIMIT);
    machine m = {.items = items, .sources = sources, .count = count, .persistent = persistent};
    memcpy(m.given, order, count * sizeof *order);
    for (size_t done = 0, first = 0; done < count; done++) {
        while (m.done[first])
            first++;
        size_t at = choose_next(&m, first);
        unsigned begin = beginning(&m, at);
        cost c = cost_of(items[m.given[at]].code);
        m.done[at] = true;
        m.ends[at] = begin + c.latency;
        m.clock = (begin > m.clock ? begin : m.clock) + c.operations;
        if (c.divider)
            m.divider = begin + c.divider;
        order[done] = m.given[at];
    }
}
