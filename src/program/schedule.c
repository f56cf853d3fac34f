/* Values to instructions: one instruction list, its order, and the columns of its results.
 *
 * The order is greedy. Among the operations whose operands are there, the one that frees most columns net of
 * its own goes first; equals go depth first from the roots. So that the new value of a stock can take the
 * stock's own column, the operation that makes it waits until all other readers of the old value are done.
 * Where two stocks wait for one another, one of the new values goes to a temporary column and is copied at
 * the end. Temporary columns are handed out from a stack of free ones, the most recently used first. */
#include "program/schedule.h"
#include "program/compiler.h"

#include <assert.h>

typedef struct scheduler {
    compiler *c;
    const root_list *roots;
    unsigned varies;
    operation_node *nodes;
    size_t count, capacity;
    uint32_t *node_of; /* value -> operation */
    uint32_t *user_items;
    uint32_t *readers;      /* persistent column -> operations that still read its old value */
    uint32_t *first_reader; /* and which, all of them */
    uint32_t *reader_items;
    uint32_t *home_node; /* persistent column -> copy operation that overwrites it */
    uint64_t *heap;      /* (OPERANDS - gain) << 32 | operation, smallest first; stale entries are skipped */
    size_t heap_count;
    uint32_t *waiting; /* operations that wait, or have waited, for their home */
    size_t waiting_count;
    size_t passed[2]; /* of these, seen not to wait: others, copies */
    uint32_t *free_columns;
    size_t free_count, column_count;
    instruction_list *list;
} scheduler;

/* ---- Collecting the operations ------------------------------------------------------------------------ */

/* Room for a value among the persistent columns, shared scalars or constants. NO_COLUMN: out of memory. */
static uint32_t keep_value(compiler *c, uint32_t v)
{
    assert(v < c->values.count);
    if (c->place_of[v] != NO_COLUMN)
        return c->place_of[v];
    const value *item = &c->values.items[v];
    kept_values *kept = item->code == CODE_NUMBER        ? &c->constants
                        : item->varies == VARIES_BY_STEP ? &c->shared
                                                         : &c->member;
    uint32_t number = kept == &c->member ? (uint32_t)c->persistent : (uint32_t)kept->count;
    if (!ARENA_PUSH(&c->scratch, kept->items, kept->count, kept->capacity, v))
        return NO_COLUMN;
    c->persistent += kept == &c->member;
    return c->place_of[v] = number;
}

static reference reference_to(scheduler *s, uint32_t v)
{
    assert(v < s->c->values.count);
    const value *item = &s->c->values.items[v];
    if (item->code == CODE_STATE)
        return (reference){TO_COLUMN, s->c->column_of[item->index]};
    if (item->code != CODE_NUMBER && item->varies == s->varies)
        return (reference){TO_OPERATION, s->node_of[v]};
    uint32_t kept = keep_value(s->c, v);
    if (kept == NO_COLUMN)
        return (reference){TO_COLUMN, NO_COLUMN};
    if (item->code == CODE_NUMBER)
        return (reference){TO_SCALAR, kept};
    if (item->varies == VARIES_BY_STEP)
        return (reference){TO_SCALAR, SHARED_SCALAR + kept};
    return (reference){TO_COLUMN, kept};
}

static bool is_operation(const scheduler *s, uint32_t v)
{
    assert(v < s->c->values.count);
    const value *item = &s->c->values.items[v];
    return item->code != CODE_STATE && item->code != CODE_NUMBER && item->varies == s->varies;
}

static bool add_node(scheduler *s, operation_node node)
{
    node.home = node.column = NO_COLUMN;
    node.copy = NO_OPERATION;
    return ARENA_PUSH(&s->c->scratch, s->nodes, s->count, s->capacity, node);
}

static bool add_value(scheduler *s, uint32_t v)
{
    assert(v < s->c->values.count);
    const value *item = &s->c->values.items[v];
    operation_node node = {
        .code = item->code, .arity = item->arity, .index = item->index, .elements = {item->element}};
    for (unsigned i = 0; i < item->arity; i++) {
        node.operands[i] = reference_to(s, item->arguments[i]);
        if (node.operands[i].id == NO_COLUMN)
            return false;
    }
    if (item->code >= CODE_UNIFORM && item->code <= CODE_FIRST_NORMAL) {
        truce_program *p = s->c->program;
        node.index = (uint32_t)p->stream_count;
        if (!ARENA_PUSH(&p->memory, p->streams, p->stream_count, s->c->stream_capacity, item->stream))
            return false;
    }
    s->node_of[v] = (uint32_t)s->count;
    return add_node(s, node);
}

/* Adds the operations under a value, operands before users, with a stack of its own. */
static bool collect(scheduler *s, uint32_t top, uint32_t *stack)
{
    size_t depth = 0;
    if (is_operation(s, top) && s->node_of[top] == NO_OPERATION)
        stack[depth++] = top;
    while (depth > 0) {
        uint32_t v = stack[depth - 1];
        const value *item = &s->c->values.items[v];
        uint32_t missing = NO_VALUE;
        for (unsigned i = 0; i < item->arity && missing == NO_VALUE; i++)
            if (is_operation(s, item->arguments[i]) && s->node_of[item->arguments[i]] == NO_OPERATION)
                missing = item->arguments[i];
        if (missing != NO_VALUE) {
            stack[depth++] = missing;
            continue;
        }
        depth--;
        if (s->node_of[v] == NO_OPERATION && !add_value(s, v))
            return false;
    }
    return true;
}

static bool add_root(scheduler *s, const root *r)
{
    operation_node node = {.code = r->code, .arity = 1, .index = r->index, .elements = {r->element}};
    node.operands[0] = reference_to(s, r->value);
    if (node.operands[0].id == NO_COLUMN)
        return false;
    node.is_copy = r->code == CODE_COPY;
    uint32_t id = (uint32_t)s->count;
    if (!add_node(s, node))
        return false;
    if (!node.is_copy)
        return true;
    s->nodes[id].home = r->column;
    s->home_node[r->column] = id;
    if (node.operands[0].kind == TO_OPERATION) {
        operation_node *source = &s->nodes[node.operands[0].id];
        if (source->copy == NO_OPERATION) {
            source->copy = id;
            source->home = r->column;
        }
    }
    return true;
}

static bool collect_all(scheduler *s)
{
    compiler *c = s->c;
    size_t value_count = c->values.count;
    s->node_of = arena_array(&c->scratch, value_count, sizeof *s->node_of);
    uint32_t *stack = arena_array(&c->scratch, value_count, sizeof *stack);
    if (!s->node_of || !stack)
        return false;
    memset(s->node_of, 0xFF, value_count * sizeof *s->node_of);
    for (size_t i = 0; i < s->roots->count; i++)
        if (!collect(s, s->roots->items[i].value, stack))
            return false;
    size_t columns =
        c->persistent + value_count + 1; /* persistent ones may be added while references are made */
    s->home_node = arena_array(&c->scratch, columns, sizeof *s->home_node);
    if (!s->home_node)
        return false;
    memset(s->home_node, 0xFF, columns * sizeof *s->home_node);
    for (size_t i = 0; i < s->roots->count; i++)
        if (!add_root(s, &s->roots->items[i]))
            return false;
    return true;
}

/* ---- Users and readers -------------------------------------------------------------------------------- */

static bool repeated(const operation_node *n, unsigned operand)
{
    assert(operand < OPERANDS);
    for (unsigned i = 0; i < operand; i++)
        if (n->operands[i].kind == n->operands[operand].kind && n->operands[i].id == n->operands[operand].id)
            return true;
    return false;
}

/* Calls for each distinct operand of the kind. */
#define FOR_OPERANDS(node, wanted, at)                                                                       \
    for (unsigned at = 0; at < (node)->arity; at++)                                                          \
        if ((node)->operands[at].kind == (wanted) && !repeated((node), at))

static void count_users(scheduler *s)
{
    for (size_t i = 0; i < s->count; i++)
        s->nodes[i].user_count = s->nodes[i].missing = 0;
    memset(s->readers, 0, (s->c->persistent + 1) * sizeof *s->readers);
    for (size_t i = 0; i < s->count; i++) {
        operation_node *n = &s->nodes[i];
        if (n->fused_away)
            continue;
        FOR_OPERANDS(n, TO_OPERATION, k)
        {
            s->nodes[n->operands[k].id].user_count++;
            n->missing++;
        }
        FOR_OPERANDS(n, TO_COLUMN, k)
        {
            s->readers[n->operands[k].id]++;
        }
    }
    for (size_t i = 0; i < s->count; i++)
        s->nodes[i].users = s->nodes[i].user_count;
}

/* Where each operation's users and each column's readers begin in their lists. */
static void place_users(scheduler *s)
{
    uint32_t at = 0, reader_at = 0;
    for (size_t i = 0; i < s->count; i++) {
        s->nodes[i].first_user = at;
        at += s->nodes[i].user_count;
        s->nodes[i].user_count = 0;
    }
    for (size_t i = 0; i < s->c->persistent; i++) {
        s->first_reader[i] = reader_at;
        reader_at += s->readers[i];
        s->readers[i] = 0;
    }
    s->first_reader[s->c->persistent] = reader_at;
}

static void fill_users(scheduler *s)
{
    for (size_t i = 0; i < s->count; i++) {
        operation_node *n = &s->nodes[i];
        if (n->fused_away)
            continue;
        FOR_OPERANDS(n, TO_OPERATION, k)
        {
            operation_node *operand = &s->nodes[n->operands[k].id];
            s->user_items[operand->first_user + operand->user_count++] = (uint32_t)i;
        }
        FOR_OPERANDS(n, TO_COLUMN, k)
        {
            uint32_t column = n->operands[k].id;
            s->reader_items[s->first_reader[column] + s->readers[column]++] = (uint32_t)i;
        }
    }
}

static bool prepare(scheduler *s)
{
    arena *a = &s->c->scratch;
    size_t operands = s->count * OPERANDS + 1;
    s->user_items = arena_array(a, operands, sizeof *s->user_items);
    s->reader_items = arena_array(a, operands, sizeof *s->reader_items);
    s->readers = arena_array(a, s->c->persistent + 1, sizeof *s->readers);
    s->first_reader = arena_array(a, s->c->persistent + 1, sizeof *s->first_reader);
    s->heap = arena_array(a, s->count * (OPERANDS + 2) + 1, sizeof *s->heap);
    s->waiting = arena_array(a, s->count + 1, sizeof *s->waiting);
    s->free_columns = arena_array(a, s->count + 1, sizeof *s->free_columns);
    if (!s->user_items || !s->reader_items || !s->readers || !s->first_reader || !s->heap || !s->waiting ||
        !s->free_columns)
        return false;
    count_users(s);
    fuse_operations(s->nodes, s->count);
    count_users(s);
    place_users(s);
    fill_users(s);
    return true;
}

/* ---- The queue of ready operations -------------------------------------------------------------------- */

static bool has_result(const operation_node *n)
{
    return !n->is_copy && n->code != CODE_STORE && n->code != CODE_STORE_STATED &&
           n->code != CODE_STORE_SHARED && n->code != CODE_DELAY_PUSH;
}

static bool is_temporary(uint32_t column)
{
    return column != NO_COLUMN && column >= TEMPORARY;
}

/* Columns freed less columns taken, from -1 to OPERANDS. */
static int gain(const scheduler *s, const operation_node *n)
{
    int freed = 0;
    FOR_OPERANDS(n, TO_OPERATION, k)
    {
        const operation_node *operand = &s->nodes[n->operands[k].id];
        freed += operand->users == 1 && is_temporary(operand->column);
    }
    return freed - (has_result(n) && n->home == NO_COLUMN);
}

static void heap_push(scheduler *s, uint32_t id)
{
    uint64_t key = (uint64_t)(OPERANDS - gain(s, &s->nodes[id])) << 32 | id;
    size_t at = s->heap_count++;
    for (; at > 0 && s->heap[(at - 1) / 2] > key; at = (at - 1) / 2)
        s->heap[at] = s->heap[(at - 1) / 2];
    s->heap[at] = key;
}

static uint64_t heap_pop(scheduler *s)
{
    assert(s->heap_count > 0);
    uint64_t top = s->heap[0], last = s->heap[--s->heap_count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= s->heap_count)
            break;
        if (child + 1 < s->heap_count && s->heap[child + 1] < s->heap[child])
            child++;
        if (s->heap[child] >= last)
            break;
        s->heap[at] = s->heap[child];
        at = child;
    }
    s->heap[at] = last;
    return top;
}

/* Readers of the old value in the column other than the operation itself. */
static bool home_is_free(const scheduler *s, uint32_t id)
{
    const operation_node *n = &s->nodes[id];
    uint32_t own = 0;
    FOR_OPERANDS(n, TO_COLUMN, k)
    {
        own += n->operands[k].id == n->home;
    }
    /* The copy of a computed value does not read the column, so only true readers count. */
    return s->readers[n->home] == own;
}

static void make_ready(scheduler *s, uint32_t id)
{
    operation_node *n = &s->nodes[id];
    if (n->home != NO_COLUMN && !home_is_free(s, id)) {
        n->waits = true;
        s->waiting[s->waiting_count++] = id;
    } else {
        heap_push(s, id);
    }
}

static void release(scheduler *s, uint32_t id)
{
    operation_node *n = &s->nodes[id];
    if (n->waits && home_is_free(s, id)) {
        n->waits = false;
        heap_push(s, id);
    }
}

/* A reader of the old value is done: the copy that overwrites the column, or the operation that may compute
 * straight into it, may be free to go. */
static void release_home(scheduler *s, uint32_t column)
{
    uint32_t copy = s->home_node[column];
    if (copy == NO_OPERATION)
        return;
    reference source = s->nodes[copy].operands[0];
    if (source.kind == TO_OPERATION && s->nodes[source.id].copy == copy)
        release(s, source.id);
    release(s, copy);
}

/* ---- Emitting ------------------------------------------------------------------------------------------ */

static uint32_t take_column(scheduler *s)
{
    if (s->free_count > 0)
        return s->free_columns[--s->free_count];
    return TEMPORARY + (uint32_t)s->column_count++;
}

static bool emit(scheduler *s, const operation_node *n, uint32_t result)
{
    assert(n->code < CODE_COUNT);
    instruction i = {.code = n->code, .result = result, .index = n->index};
    memcpy(i.elements, n->elements, sizeof i.elements);
    for (unsigned k = 0; k < n->arity; k++) {
        reference r = n->operands[k];
        i.operands[k] = r.kind == TO_OPERATION ? s->nodes[r.id].column : r.id;
        if (r.kind == TO_SCALAR)
            i.scalars |= (uint16_t)(1u << k);
    }
    return ARENA_PUSH(&s->c->program->memory, s->list->items, s->list->count, s->list->capacity, i);
}

/* Counts the operands as read: frees their columns, tells those who gain or wait by it. */
static void release_operands(scheduler *s, const operation_node *n)
{
    FOR_OPERANDS(n, TO_OPERATION, k)
    {
        operation_node *operand = &s->nodes[n->operands[k].id];
        operand->users--;
        if (operand->users == 0 && is_temporary(operand->column))
            s->free_columns[s->free_count++] = operand->column;
        if (operand->users != 1)
            continue;
        for (uint32_t u = 0; u < operand->user_count; u++) {
            uint32_t user = s->user_items[operand->first_user + u];
            if (!s->nodes[user].done && s->nodes[user].missing == 0 && !s->nodes[user].waits)
                heap_push(s, user);
        }
    }
    FOR_OPERANDS(n, TO_COLUMN, k)
    {
        uint32_t column = n->operands[k].id;
        s->readers[column]--;
        release_home(s, column);
    }
}

static void announce(scheduler *s, const operation_node *n)
{
    for (uint32_t u = 0; u < n->user_count; u++) {
        uint32_t user = s->user_items[n->first_user + u];
        if (--s->nodes[user].missing == 0 && !s->nodes[user].done)
            make_ready(s, user);
    }
}

static bool run(scheduler *s, uint32_t id)
{
    assert(!s->nodes[id].done);
    operation_node *n = &s->nodes[id];
    n->done = true;
    release_operands(s, n);
    if (n->is_copy)
        return emit(s, n, n->home);
    if (!has_result(n))
        return emit(s, n, NO_COLUMN);
    if (n->home != NO_COLUMN && s->readers[n->home] == 0) {
        n->column = n->home;
        operation_node *copy = &s->nodes[n->copy];
        copy->done = true;
        n->users--;
    } else {
        n->column = take_column(s);
        if (n->users == 0)
            s->free_columns[s->free_count++] = n->column;
    }
    if (!emit(s, n, n->column))
        return false;
    announce(s, n);
    return true;
}

/* The next operation that still waits, of the copies or of the others, or NO_OPERATION. Those passed over
 * will not wait again. */
static uint32_t next_waiting(scheduler *s, bool copies)
{
    for (; s->passed[copies] < s->waiting_count; s->passed[copies]++) {
        uint32_t id = s->waiting[s->passed[copies]];
        if (s->nodes[id].waits && s->nodes[id].is_copy == copies)
            return id;
    }
    return NO_OPERATION;
}

/* Every operation left waits for a column that another one reads: the first gives up its column for a
 * temporary one, or, when it is a bare copy, saves the old value it copies first. */
static bool break_cycle(scheduler *s)
{
    uint32_t id = next_waiting(s, false);
    if (id != NO_OPERATION) {
        s->nodes[id].waits = false;
        s->nodes[id].home = NO_COLUMN;
        heap_push(s, id);
        return true;
    }
    id = next_waiting(s, true);
    s->passed[true]++; /* one that has saved what it copies is not in the way of others */
    operation_node *n = &s->nodes[id];
    uint32_t column = take_column(s), old = n->operands[0].id;
    if (!emit(s, n, column))
        return false;
    n->operands[0] = (reference){TO_SAVED, column}; /* read once more, at the end, and so never free */
    s->readers[old]--;
    release_home(s, old);
    return true;
}

static bool run_all(scheduler *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->nodes[i].missing == 0 && !s->nodes[i].fused_away)
            make_ready(s, i);
    for (;;) {
        while (s->heap_count > 0) {
            uint64_t key = heap_pop(s);
            uint32_t id = (uint32_t)key;
            const operation_node *n = &s->nodes[id];
            if (!n->done && (int)(key >> 32) == OPERANDS - gain(s, n) && !run(s, id))
                return false;
        }
        if (next_waiting(s, false) == NO_OPERATION && next_waiting(s, true) == NO_OPERATION)
            return true;
        if (!break_cycle(s))
            return false;
    }
}

truce_status schedule_list(compiler *c, const root_list *roots, unsigned varies, instruction_list *list,
                           size_t *columns)
{
    assert(varies <= VARIES_BY_BOTH);
    scheduler s = {.c = c, .roots = roots, .varies = varies, .list = list};
    if (!collect_all(&s) || !prepare(&s) || !run_all(&s))
        return error_memory(c->error);
    *columns = s.column_count;
    return TRUCE_OK;
}
