/* Trees to scalar expressions, once for each element: names become elements, array functions become chains.
 *
 * A name without subscripts takes the indices of the element whose equation it stands in, dimension by
 * dimension; inside SUM and its like it means the whole array. Wildcards run through their dimension; two
 * names with a wildcard of the same dimension run together: SUM(a[*] * b[*]) is a scalar product. */
#include "model/build.h"

#include <string.h>

/* ---- Making expressions ------------------------------------------------------------------------------- */

static expression *new_expression(builder *b, const context *c, operation op)
{
    if (b->status != TRUCE_OK)
        return NULL;
    if (b->node_count++ >= NODE_LIMIT) {
        fail(b, c->file, c->line,
             "the equations of the model have more than %d terms when arrays are expanded", NODE_LIMIT);
        return NULL;
    }
    expression *x = arena_alloc(&b->model->memory, sizeof *x);
    if (!x) {
        fail_memory(b);
        return NULL;
    }
    x->op = op;
    x->depth = 1;
    x->at = (place){c->file, c->line};
    return x;
}

const expression *make_number(builder *b, const context *c, double number)
{
    expression *x = new_expression(b, c, OP_NUMBER);
    if (x)
        x->number = number;
    return x;
}

const expression *make_variable(builder *b, const context *c, size_t element_index)
{
    if (element_index == SIZE_MAX)
        return NULL;
    expression *x = new_expression(b, c, OP_VARIABLE);
    if (x)
        x->index = element_index;
    return x;
}

static int arity_of(operation op)
{
    if (op <= OP_TIME)
        return 0;
    return op <= OP_LOOKUP ? 1 : op <= OP_RANDOM_LOGNORMAL ? 2 : 3;
}

const expression *make(builder *b, const context *c, operation op, const expression *x, const expression *y,
                       const expression *z)
{
    const expression *arguments[] = {x, y, z};
    expression *made = new_expression(b, c, op);
    if (!made)
        return NULL;
    made->arity = arity_of(op);
    for (int i = 0; i < made->arity; i++) {
        if (!arguments[i])
            return NULL;
        made->arguments[i] = arguments[i];
        if (arguments[i]->depth >= made->depth)
            made->depth = arguments[i]->depth + 1;
    }
    if (made->depth > DEPTH_LIMIT) {
        fail(b, c->file, c->line, "an equation has more than %d levels; split it over auxiliaries",
             DEPTH_LIMIT);
        return NULL;
    }
    return made;
}

const expression *make_lookup(builder *b, const context *c, size_t table_index, const expression *x)
{
    expression *made = x ? new_expression(b, c, OP_LOOKUP) : NULL;
    if (!made)
        return NULL;
    made->arity = 1;
    made->arguments[0] = x;
    made->depth = x->depth + 1;
    made->index = table_index;
    return made;
}

const expression *make_random(builder *b, const context *c, operation op, const expression *x,
                              const expression *y, uint64_t stream)
{
    expression *made = x && y ? new_expression(b, c, op) : NULL;
    if (!made)
        return NULL;
    made->arity = 2;
    made->arguments[0] = x;
    made->arguments[1] = y;
    made->depth = (x->depth > y->depth ? x->depth : y->depth) + 1;
    made->index = stream;
    return made;
}

const expression *make_fold(builder *b, const context *c, operation op, const expression *const *items,
                            size_t count)
{
    if (count == 1)
        return items[0];
    size_t half = (count + 1) / 2;
    return make(b, c, op, make_fold(b, c, op, items, half), make_fold(b, c, op, items + half, count - half),
                NULL);
}

size_t add_hidden(builder *b, const context *c, element_kind kind)
{
    truce_model *m = b->model;
    if (b->status != TRUCE_OK)
        return SIZE_MAX;
    size_t index = m->element_count, owners = index;
    if (index >= ELEMENT_LIMIT) {
        fail(b, c->file, c->line, "the model has more than %d elements", ELEMENT_LIMIT);
        return SIZE_MAX;
    }
    element e = {.kind = kind, .variable = SIZE_MAX, .hidden = true, .at = {c->file, c->line}};
    e.name = arena_format(&m->memory, "%s#%u", m->elements[c->owner].name, ++b->hidden_counts[c->owner]);
    if (!e.name || !ARENA_PUSH(&b->scratch, b->owners, owners, b->owner_capacity, c->owner) ||
        !ARENA_PUSH(&m->memory, m->elements, m->element_count, b->element_capacity, e)) {
        fail_memory(b);
        return SIZE_MAX;
    }
    return index;
}

const expression *share(builder *b, const context *c, const expression *x)
{
    if (!x || x->arity == 0)
        return x;
    size_t hidden = add_hidden(b, c, ELEMENT_AUX);
    if (hidden == SIZE_MAX)
        return NULL;
    b->model->elements[hidden].equation = x;
    return make_variable(b, c, hidden);
}

/* ---- Which element a name means ----------------------------------------------------------------------- */

/* Index of the k-th (from 0) wildcard of a dimension that is being run through. */
static bool loop_index(const context *c, size_t dimension, size_t k, size_t *index)
{
    for (size_t i = 0; i < c->loop_count; i++)
        if (c->loops[i].dimension == dimension && k-- == 0) {
            *index = c->loops[i].index;
            return true;
        }
    return false;
}

/* Index of the target's k-th dimension of that name. */
static bool target_index(const context *c, size_t dimension, size_t k, size_t *index)
{
    for (size_t i = 0; c->target && i < c->target->dimension_count; i++)
        if (c->target->dimensions[i] == dimension && k-- == 0) {
            *index = c->indices[i];
            return true;
        }
    return false;
}

/* How often the dimension of subscript i occurred before it in subscripts of the same kind. */
static size_t occurrence(const node *n, const source *s, size_t i)
{
    size_t k = 0;
    for (size_t j = 0; j < i; j++)
        if (s->dimensions[j] == s->dimensions[i] &&
            (!n->subscript_count || n->subscripts[j].kind == n->subscripts[i].kind))
            k++;
    return k;
}

static bool fail_dimension(builder *b, const context *c, const node *n, size_t dimension)
{
    return fail(b, n->file, n->line,
                "\"%s\" has the dimension %s, which \"%s\" has not: write an element, or * inside SUM, in "
                "\"%s[...]\"",
                n->written, b->model->dimensions[dimension].name,
                c->target ? c->target->name : b->model->elements[c->owner].name, n->written);
}

bool find_position_of(builder *b, context *c, const node *n, const source *s, size_t *position)
{
    *position = 0;
    for (size_t i = 0; i < s->dimension_count; i++) {
        size_t dimension = s->dimensions[i], index = 0, k = occurrence(n, s, i);
        const subscript *given = n->subscript_count ? &n->subscripts[i] : NULL;
        if (!given) {
            if (!(c->in_array_function && loop_index(c, dimension, k, &index)) &&
                !target_index(c, dimension, k, &index))
                return fail_dimension(b, c, n, dimension);
        } else if (given->kind == SUBSCRIPT_ELEMENT) {
            index = given->index;
        } else if (given->kind == SUBSCRIPT_DIMENSION) {
            if (!target_index(c, dimension, k, &index) && !target_index(c, dimension, 0, &index))
                return fail_dimension(b, c, n, dimension);
        } else if (!loop_index(c, dimension, k, &index)) {
            return fail(b, n->file, n->line, "the wildcard * in \"%s[...]\" stands outside an array function",
                        n->written);
        }
        *position = *position * b->model->dimensions[dimension].size + index;
    }
    return true;
}

bool find_table(builder *b, const node *n, const source *s, size_t position, size_t *table_index)
{
    *table_index = s->tables ? s->tables[position] : s->table;
    if (*table_index == SIZE_MAX)
        return fail(b, n->file, n->line, "\"%s\" has no graph for that element", n->written);
    return true;
}

/* ---- Array arguments ---------------------------------------------------------------------------------- */

static bool is_array_function(const node *n)
{
    if (n->kind != NODE_CALL || n->symbol != SYMBOL_BUILTIN)
        return false;
    function f = n->function->function;
    return f == FUNCTION_SUM || f == FUNCTION_PROD || f == FUNCTION_MEAN || f == FUNCTION_SIZE ||
           ((f == FUNCTION_MIN || f == FUNCTION_MAX) && n->count == 1);
}

static const source *arrayed_source(const context *c, const node *n)
{
    if (n->kind != NODE_NAME || n->symbol != SYMBOL_VARIABLE)
        return NULL;
    const source *s = &c->scope->sources[n->index];
    return s->dimension_count ? s : NULL;
}

/* True when the argument runs through a dimension of its own: as one of several of MIN and MAX, where a name
 * that fits the target is taken element by element. */
bool is_array_argument(const context *c, const node *n)
{
    size_t index;
    const source *s = arrayed_source(c, n);
    for (size_t i = 0; s && i < s->dimension_count; i++)
        if (n->subscript_count ? n->subscripts[i].kind == SUBSCRIPT_ALL
                               : !target_index(c, s->dimensions[i], occurrence(n, s, i), &index))
            return true;
    if (is_array_function(n))
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (is_array_argument(c, n->arguments[i]))
            return true;
    return false;
}

/* Adds what a name runs through to the loops that are there already. */
static bool add_loops(builder *b, context *c, const node *n, const source *s, bool alone)
{
    for (size_t i = 0; i < s->dimension_count; i++) {
        size_t index, k = occurrence(n, s, i), dimension = s->dimensions[i];
        if (n->subscript_count && n->subscripts[i].kind != SUBSCRIPT_ALL)
            continue;
        if (!n->subscript_count && !alone && target_index(c, dimension, 0, &index))
            return fail(b, n->file, n->line,
                        "\"%s\" alone could mean all its elements or one inside an array function: write its "
                        "subscripts, %s or *",
                        n->written, b->model->dimensions[dimension].name);
        if (loop_index(c, dimension, k, &index))
            continue;
        if (c->loop_count == DIMENSION_LIMIT)
            return fail(b, n->file, n->line, "an array function runs through more than %d dimensions",
                        DIMENSION_LIMIT);
        c->loops[c->loop_count++] = (loop){dimension, 0};
    }
    return true;
}

static bool collect_loops(builder *b, context *c, const node *n, bool alone)
{
    const source *s = arrayed_source(c, n);
    if (s && !add_loops(b, c, n, s, alone))
        return false;
    if (is_array_function(n))
        return true;
    for (size_t i = 0; i < n->count; i++)
        if (!collect_loops(b, c, n->arguments[i], false))
            return false;
    return true;
}

static bool next_index(const builder *b, context *c)
{
    for (size_t i = c->loop_count; i-- > 0;) {
        if (++c->loops[i].index < b->model->dimensions[c->loops[i].dimension].size)
            return true;
        c->loops[i].index = 0;
    }
    return false;
}

bool expand_array(builder *b, context *c, const node *n, const expression ***items, size_t *count)
{
    context inner = *c;
    size_t capacity = 0;
    inner.loop_count = 0;
    inner.in_array_function = true;
    *items = NULL;
    *count = 0;
    if (!collect_loops(b, &inner, n, true))
        return false;
    if (inner.loop_count == 0)
        return fail(b, n->file, n->line, "an array is needed here, such as x[*]");
    do {
        const expression *x = expand(b, &inner, n);
        if (!x)
            return false;
        if (!ARENA_PUSH(&b->scratch, *items, *count, capacity, x))
            return fail_memory(b);
    } while (next_index(b, &inner));
    return true;
}

/* ---- Trees -------------------------------------------------------------------------------------------- */

static const expression *expand_name(builder *b, context *c, const node *n)
{
    size_t index = 0;
    switch (n->symbol) {
    case SYMBOL_VARIABLE:
        if (!find_position_of(b, c, n, &c->scope->sources[n->index], &index))
            return NULL;
        return make_variable(b, c, c->first[n->index] + index);
    case SYMBOL_PARAMETER:
        if (!c->parameters || !c->parameters[n->index]) {
            fail(b, n->file, n->line, "\"%s\" is used in a default before its own value is known",
                 n->written);
            return NULL;
        }
        return c->parameters[n->index];
    case SYMBOL_DIMENSION:
        if (!target_index(c, n->index, 0, &index)) {
            fail_dimension(b, c, n, n->index);
            return NULL;
        }
        return make_number(b, c, (double)(index + 1));
    case SYMBOL_SELF:
        return make_variable(b, c, c->self);
    default:
        return NULL;
    }
}

/* Recursion is safe: trees are at most DEPTH_LIMIT deep. */
const expression *expand(builder *b, context *c, const node *n)
{
    if (b->status != TRUCE_OK)
        return NULL;
    c->file = n->file;
    c->line = n->line;
    switch (n->kind) {
    case NODE_NUMBER:
        return make_number(b, c, n->number);
    case NODE_NAME:
        return expand_name(b, c, n);
    case NODE_CALL:
        return expand_call(b, c, n);
    case NODE_OPERATION:
        break;
    }
    const expression *arguments[3] = {NULL, NULL, NULL};
    for (size_t i = 0; i < n->count; i++)
        if (!(arguments[i] = expand(b, c, n->arguments[i])))
            return NULL;
    c->line = n->line;
    return make(b, c, n->op, arguments[0], arguments[1], arguments[2]);
}

static bool is_plain_number(const node *n)
{
    while (n->kind == NODE_OPERATION && n->op == OP_NEGATE)
        n = n->arguments[0];
    return n->kind == NODE_NUMBER;
}

bool expand_element(builder *b, context *c, const source *s, size_t position, size_t element_index)
{
    truce_model *m = b->model;
    if (s->is_table)
        return true;
    const node *n = s->equations && s->equations[position] ? s->equations[position] : s->equation;
    const expression *x = expand(b, c, n);
    if (!x)
        return false;
    m->elements[element_index].at = (place){n->file, n->line};
    if (s->from->kind == XMILE_STOCK) {
        m->elements[element_index].initial = x;
        m->elements[element_index].is_constant_written = is_plain_number(n);
        return add_stock(b, c, s, element_index);
    }
    size_t table_index = s->tables ? s->tables[position] : s->table;
    m->elements[element_index].is_constant_written = table_index == SIZE_MAX && is_plain_number(n);
    if (table_index != SIZE_MAX)
        x = make_lookup(b, c, table_index, x);
    if (s->non_negative)
        x = make(b, c, OP_MAX, x, make_number(b, c, 0), NULL);
    m->elements[element_index].equation = x;
    return x != NULL;
}

bool expand_all(builder *b)
{
    scope *root = &b->scopes[0];
    size_t indices[DIMENSION_LIMIT];
    b->root_first = arena_array(&b->scratch, root->source_count, sizeof *b->root_first);
    if (!b->root_first)
        return fail_memory(b);
    for (size_t i = 0; i < root->source_count; i++)
        b->root_first[i] = root->sources[i].first;
    for (size_t i = 0; i < root->source_count; i++) {
        const source *s = &root->sources[i];
        for (size_t k = 0; k < s->element_count; k++) {
            for (size_t d = s->dimension_count, rest = k; d-- > 0;) {
                size_t size = b->model->dimensions[s->dimensions[d]].size;
                indices[d] = rest % size;
                rest /= size;
            }
            context c = {.scope = root,
                         .first = b->root_first,
                         .owner = s->first + k,
                         .self = s->first + k,
                         .target = s,
                         .indices = indices,
                         .file = s->from->at.file,
                         .line = s->from->at.line};
            if (!expand_element(b, &c, s, k, s->first + k))
                return false;
        }
    }
    return true;
}
