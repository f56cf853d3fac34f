/* Divides an instruction list into parts for native code and instructions for the kernels.
 *
 * Native code does what is straight arithmetic on one lane: the elementwise and fused operations, MOD, small lookup
 * tables, and STORE. Everything else (special functions, draws, delays) stays with the interpreter's kernels. The list
 * is reordered so that there are few changes between the two:
 *
 *     draws | part 0 | EXP, LN, ... that need part 0 | part 1 | EXP, ... that need part 1 | part 2 ...
 *
 * Each instruction gets the first place it can have (odd places are kernels, even ones native). A value that
 * is used in its own part only is a local variable there, which the C compiler puts in a register; one that
 * passes on gets a column. Persistent columns keep their meaning: an instruction that overwrites one comes no
 * earlier than those that read its old value. */
#include "native/parts.h"
#include "native/statement_order.h"

typedef struct planner {
    arena *memory;
    const truce_program *program;
    const instruction_list *list;
    uint32_t *place;      /* by instruction */
    uint32_t *sources;    /* [instruction][operand], instruction or NO_SOURCE */
    uint32_t *writer;     /* by column: the instruction that wrote it last, or NO_SOURCE */
    uint32_t *read_place; /* by persistent column: the last place that reads what it holds now */
    uint32_t *order;      /* planned -> instruction */
    uint32_t *planned_at; /* instruction -> planned */
    uint32_t *last_use;   /* by planned instruction: the last that reads its result, or itself */
} planner;

static bool is_native(const truce_program *program, const instruction *x)
{
    return native_expression(x->code) || x->code == CODE_STORE || x->code == CODE_MOD ||
           (x->code == CODE_LOOKUP && native_has_table(program, x->index));
}

/* Kernels whose result depends on their operands and the step only. The others stay in their order. */
static bool is_pure(unsigned operation)
{
    return operation < CODE_PARAMETER || operation == CODE_UNIFORM || operation == CODE_NORMAL;
}

static bool is_column(const instruction *x, unsigned operand)
{
    return !(x->scalars >> operand & 1);
}

/* ---- Places ------------------------------------------------------------------------------------------- */

static uint32_t place_of(planner *p, uint32_t i, uint32_t *last_impure)
{
    const instruction *x = &p->list->items[i];
    size_t persistent = p->program->persistent_count;
    bool native = is_native(p->program, x);
    uint32_t place = native ? 2 : 1;
    for (unsigned k = 0; k < code_operands(x->code); k++) {
        uint32_t source = is_column(x, k) ? p->writer[x->operands[k]] : NO_SOURCE;
        p->sources[i * OPERANDS + k] = source;
        if (source != NO_SOURCE && p->place[source] > place)
            place = p->place[source];
    }
    if (x->result != NO_COLUMN && x->result < persistent) {
        uint32_t before = p->writer[x->result];
        if (before != NO_SOURCE && p->place[before] > place)
            place = p->place[before];
        if (p->read_place[x->result] > place)
            place = p->read_place[x->result];
    }
    bool impure = !native && !is_pure(x->code);
    if (impure && *last_impure > place)
        place = *last_impure;
    place += (place & 1) == native;
    if (impure)
        *last_impure = place;
    return place;
}

static uint32_t find_places(planner *p)
{
    uint32_t last_impure = 0, greatest = 0;
    memset(p->writer, 0xFF, p->program->column_count * sizeof *p->writer);
    for (uint32_t i = 0; i < p->list->count; i++) {
        const instruction *x = &p->list->items[i];
        p->place[i] = place_of(p, i, &last_impure);
        greatest = p->place[i] > greatest ? p->place[i] : greatest;
        for (unsigned k = 0; k < code_operands(x->code); k++)
            if (is_column(x, k) && x->operands[k] < p->program->persistent_count &&
                p->read_place[x->operands[k]] < p->place[i])
                p->read_place[x->operands[k]] = p->place[i];
        if (x->result != NO_COLUMN) {
            p->writer[x->result] = i;
            if (x->result < p->program->persistent_count)
                p->read_place[x->result] = 0;
        }
    }
    return greatest;
}

/* Instructions by place, those of one place in their old order. */
static bool sort_by_place(planner *p, uint32_t greatest)
{
    uint32_t *first = arena_array(p->memory, (size_t)greatest + 2, sizeof *first);
    if (!first)
        return false;
    for (size_t i = 0; i < p->list->count; i++)
        first[p->place[i] + 1]++;
    for (uint32_t k = 1; k <= greatest; k++)
        first[k] += first[k - 1];
    for (uint32_t i = 0; i < p->list->count; i++)
        p->order[first[p->place[i]]++] = i;
    return true;
}

/* ---- Parts and columns -------------------------------------------------------------------------------- */

/* Cuts the native places into parts and puts the statements of each in order. */
static void number_parts(planner *p, native_plan *plan)
{
    size_t end;
    for (size_t at = 0; at < plan->count; at = end) {
        uint32_t place = p->place[p->order[at]];
        bool native = is_native(p->program, &p->list->items[p->order[at]]);
        for (end = at + 1; end < plan->count && p->place[p->order[end]] == place && end - at < PART_LIMIT;)
            end++;
        if (native)
            native_order(p->list->items, p->sources, p->program->persistent_count, p->order + at, end - at);
        for (size_t i = at; i < end; i++)
            plan->items[i].part = native ? (uint32_t)plan->part_count : NO_COLUMN;
        plan->part_count += native;
    }
}

static void fill_items(planner *p, native_plan *plan)
{
    for (uint32_t at = 0; at < plan->count; at++)
        p->planned_at[p->order[at]] = at;
    for (size_t at = 0; at < plan->count; at++) {
        planned *item = &plan->items[at];
        item->x = p->list->items[p->order[at]];
        for (unsigned k = 0; k < OPERANDS; k++) {
            uint32_t source = p->sources[p->order[at] * OPERANDS + k];
            item->sources[k] = source == NO_SOURCE ? NO_SOURCE : p->planned_at[source];
        }
    }
}

/* Which results leave their part, and who reads them last. */
static void find_uses(planner *p, native_plan *plan, bool *leaves)
{
    for (uint32_t at = 0; at < plan->count; at++) {
        planned *item = &plan->items[at];
        p->last_use[at] = at;
        leaves[at] = item->part == NO_COLUMN;
        for (unsigned k = 0; k < code_operands(item->x.code); k++) {
            uint32_t source = item->sources[k];
            if (source == NO_SOURCE)
                continue;
            p->last_use[source] = at;
            leaves[source] |= plan->items[source].part != item->part;
        }
    }
}

/* Columns for the values that leave their part, a column being free again after its last reader. */
static bool give_columns(planner *p, native_plan *plan)
{
    size_t persistent = p->program->persistent_count, free_count = 0;
    bool *leaves = arena_array(p->memory, plan->count, sizeof *leaves);
    uint32_t *free_columns = arena_array(p->memory, plan->count, sizeof *free_columns);
    if (!leaves || !free_columns)
        return false;
    find_uses(p, plan, leaves);
    plan->column_count = persistent;
    for (uint32_t at = 0; at < plan->count; at++) {
        instruction *x = &plan->items[at].x;
        for (unsigned k = 0; k < code_operands(x->code); k++) {
            uint32_t source = plan->items[at].sources[k];
            if (source == NO_SOURCE)
                continue;
            x->operands[k] = plan->items[source].x.result;
            if (p->last_use[source] == at && x->operands[k] != NO_COLUMN && x->operands[k] >= persistent) {
                free_columns[free_count++] = x->operands[k];
                p->last_use[source] = NO_SOURCE; /* freed once, however often it is an operand */
            }
        }
        if (x->result == NO_COLUMN || x->result < persistent)
            continue;
        if (!leaves[at])
            x->result = NO_COLUMN;
        else if (free_count > 0)
            x->result = free_columns[--free_count];
        else
            x->result = (uint32_t)plan->column_count++;
        if (x->result != NO_COLUMN && p->last_use[at] == at)
            free_columns[free_count++] = x->result;
    }
    return true;
}

bool native_plan_list(arena *memory, const truce_program *program, const instruction_list *list,
                      native_plan *plan)
{
    arena scratch = {0};
    size_t count = list->count, columns = program->column_count;
    planner p = {.memory = &scratch,
                 .program = program,
                 .list = list,
                 .place = arena_array(&scratch, count, sizeof *p.place),
                 .sources = arena_array(&scratch, count, OPERANDS * sizeof *p.sources),
                 .writer = arena_array(&scratch, columns, sizeof *p.writer),
                 .read_place = arena_array(&scratch, columns, sizeof *p.read_place),
                 .order = arena_array(&scratch, count, sizeof *p.order),
                 .planned_at = arena_array(&scratch, count, sizeof *p.planned_at),
                 .last_use = arena_array(&scratch, count, sizeof *p.last_use)};
    *plan = (native_plan){.items = arena_array(memory, count, sizeof *plan->items), .count = count};
    bool done = p.place && p.sources && p.writer && p.read_place && p.order && p.planned_at && p.last_use &&
                plan->items;
    if (done) {
        memset(p.sources, 0xFF, count * OPERANDS * sizeof *p.sources);
        done = sort_by_place(&p, find_places(&p));
    }
    if (done) {
        number_parts(&p, plan);
        fill_items(&p, plan);
        done = give_columns(&p, plan);
    }
    arena_free(&scratch);
    return done;
}
