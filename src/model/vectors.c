/* Vensim's functions of vectors (Vensim Reference Manual, "Arrays, Vectors, and Subscripts"), in the
 * namespace "vensim". Where Vensim takes the place of an element from the left side of an equation, it is an
 * argument here, a number from 1:
 *
 *     VECTOR_SELECT(selection, array, none, action, check)   what `action` (0 to 10) makes of the elements
 * whose selection is not zero; `none` when there is none VECTOR_SORT_ORDER(array, direction, place)   which
 * element, from 0, is in that place when they are sorted VECTOR_RANK(array, direction, place)         the
 * rank, from 1, of the element in that place VECTOR_ELM_MAP(array, offset)                the element, from
 * 0; not a number outside INVERT_MATRIX(matrix, size, row, column)     an element of the inverse matrix
 *
 * Elements that are equal are ranked in their order. */
#include "model/builder.h"

#include <math.h>

enum { SELECT_ACTIONS = 11, MATRIX_LIMIT = 16 };

static bool share_items(builder *b, const context *c, const expression **items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(items[i] = share(b, c, items[i])))
            return false;
    return true;
}

/* ---- VECTOR_SELECT ------------------------------------------------------------------------------------ */

/* A tree made of trees that are resolved already. */
static node *join(builder *b, const node *like, operation op, node *x, node *y, node *z)
{
    node *n = arena_alloc(&b->scratch, sizeof *n);
    node **arguments = arena_array(&b->scratch, 3, sizeof *arguments);
    if (!n || !arguments) {
        fail_memory(b);
        return NULL;
    }
    arguments[0] = x;
    arguments[1] = y;
    arguments[2] = z;
    *n = (node){.kind = NODE_OPERATION,
                .op = op,
                .depth = like->depth + 1,
                .line = like->line,
                .file = like->file,
                .written = like->written,
                .arguments = arguments,
                .count = z ? 3 : 2};
    return n;
}

static node *number_node(builder *b, const node *like, double number)
{
    node *n = arena_alloc(&b->scratch, sizeof *n);
    if (!n) {
        fail_memory(b);
        return NULL;
    }
    *n = (node){.kind = NODE_NUMBER, .number = number, .depth = 1, .line = like->line, .file = like->file};
    return n;
}

/* All elements of `value` that are selected, the others being `otherwise`, folded with `op`. */
static const expression *fold_selected(builder *b, context *c, const node *n, node *value, double otherwise,
                                       operation op)
{
    const expression **items;
    size_t count;
    node *rest = number_node(b, n, otherwise);
    node *chosen = rest && value ? join(b, n, OP_IF, n->arguments[0], value, rest) : NULL;
    if (!chosen || !expand_array(b, c, chosen, &items, &count))
        return NULL;
    return make_fold(b, c, op, items, count);
}

/* How many are selected. The product with 0 makes it run through the dimensions of the array too. */
static const expression *count_selected(builder *b, context *c, const node *n)
{
    node *one = number_node(b, n, 1), *zero = number_node(b, n, 0);
    node *none = one && zero ? join(b, n, OP_IF, zero, n->arguments[1], one) : NULL;
    return none ? fold_selected(b, c, n, none, 0, OP_ADD) : NULL;
}

static const expression *select_action(builder *b, context *c, const node *n, int action)
{
    node *x = n->arguments[1];
    node *pick = n->arguments[0];
    node *weighted =
        action == 5 ? join(b, n, OP_POWER, x, pick, NULL) : join(b, n, OP_MULTIPLY, pick, x, NULL);
    node *value = action < 6 ? weighted : x;
    const expression *total, *selected;
    switch (action) {
    case 1:
    case 5:
    case 7:
        return fold_selected(b, c, n, value, 1, OP_MULTIPLY);
    case 2:
    case 8:
        return fold_selected(b, c, n, value, INFINITY, OP_MIN);
    case 3:
    case 9:
        return fold_selected(b, c, n, value, -INFINITY, OP_MAX);
    case 4:
    case 10:
        total = fold_selected(b, c, n, value, 0, OP_ADD);
        selected = total ? count_selected(b, c, n) : NULL;
        return selected ? make(b, c, OP_DIVIDE, total, selected, NULL) : NULL;
    default:
        return fold_selected(b, c, n, value, 0, OP_ADD);
    }
}

/* The action may change while the model runs, and is then chosen among all. */
static const expression *expand_select(builder *b, context *c, const node *n)
{
    double known;
    const expression *action = share(b, c, expand(b, c, n->arguments[3]));
    const expression *none = action ? expand(b, c, n->arguments[2]) : NULL;
    const expression *selected = none ? count_selected(b, c, n) : NULL, *x = NULL;
    if (!selected)
        return NULL;
    if (is_constant(action, &known)) {
        if (!(known >= 0 && known < SELECT_ACTIONS) || known != floor(known)) {
            fail(b, n->file, n->line, "the action of %s is %g, but must be a whole number from 0 to 10",
                 n->written, known);
            return NULL;
        }
        x = select_action(b, c, n, (int)known);
    } else {
        x = make_number(b, c, NAN);
        for (int i = 0; i < SELECT_ACTIONS && x; i++) {
            const expression *one = select_action(b, c, n, i);
            const expression *here = one ? make(b, c, OP_EQUAL, action, make_number(b, c, i), NULL) : NULL;
            x = here ? make(b, c, OP_IF, here, one, x) : NULL;
        }
    }
    return x ? make(b, c, OP_IF, make(b, c, OP_GREATER, selected, make_number(b, c, 0), NULL), x, none)
             : NULL;
}

/* ---- Orders ------------------------------------------------------------------------------------------- */

/* How many elements come before element j; `rising` is 1 or 0. */
static const expression *count_before(builder *b, const context *c, const expression *const *items,
                                      size_t count, size_t j, const expression *rising)
{
    const expression **before = arena_array(&b->scratch, count, sizeof(expression *));
    size_t used = 0;
    if (!before) {
        fail_memory(b);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (i == j)
            continue;
        const expression *less = make(b, c, OP_LESS, items[i], items[j], NULL);
        const expression *more = make(b, c, OP_GREATER, items[i], items[j], NULL);
        const expression *first = make(b, c, OP_IF, rising, less, more);
        if (i < j)
            first = make(b, c, OP_OR, first, make(b, c, OP_EQUAL, items[i], items[j], NULL), NULL);
        if (!(before[used++] = first))
            return NULL;
    }
    return used ? make_fold(b, c, OP_ADD, before, used) : make_number(b, c, 0);
}

static const expression *expand_order(builder *b, context *c, const node *n)
{
    const expression **items, *zero = make_number(b, c, 0);
    size_t count;
    double wanted;
    if (!expand_array(b, c, n->arguments[0], &items, &count) || !share_items(b, c, items, count))
        return NULL;
    const expression *direction = expand(b, c, n->arguments[1]);
    if (!direction || !constant_value(b, c, n->arguments[2], n->written, &wanted))
        return NULL;
    const expression *rising = share(b, c, make(b, c, OP_GREATER, direction, zero, NULL));
    if (!(wanted >= 1 && wanted <= (double)count)) {
        fail(b, n->file, n->line, "the array of %s has %zu elements, but its place %g is asked for",
             n->written, count, wanted);
        return NULL;
    }
    size_t index = (size_t)wanted - 1;
    if (n->function->function == FUNCTION_VECTOR_RANK)
        return make(b, c, OP_ADD, count_before(b, c, items, count, index, rising), make_number(b, c, 1),
                    NULL);
    const expression *x = zero;
    for (size_t j = 1; j < count && x; j++) {
        const expression *before = count_before(b, c, items, count, j, rising);
        const expression *here = make(b, c, OP_EQUAL, before, make_number(b, c, (double)index), NULL);
        x = make(b, c, OP_IF, here, make_number(b, c, (double)j), x);
    }
    return x;
}

/* ---- VECTOR_ELM_MAP ------------------------------------------------------------------------------------ */

/* Items `from` to `to` - 1, by halves. */
static const expression *choose_item(builder *b, const context *c, const expression *const *items,
                                     const expression *index, size_t from, size_t to)
{
    if (to - from == 1)
        return items[from];
    size_t middle = from + (to - from) / 2;
    const expression *low = choose_item(b, c, items, index, from, middle);
    const expression *high = low ? choose_item(b, c, items, index, middle, to) : NULL;
    if (!high)
        return NULL;
    const expression *is_low = make(b, c, OP_LESS, index, make_number(b, c, (double)middle), NULL);
    return make(b, c, OP_IF, is_low, low, high);
}

static const expression *expand_map(builder *b, context *c, const node *n)
{
    const expression **items;
    size_t count;
    double known;
    if (!expand_array(b, c, n->arguments[0], &items, &count))
        return NULL;
    const expression *offset = expand(b, c, n->arguments[1]);
    if (!offset)
        return NULL;
    if (is_constant(offset, &known)) {
        known = floor(known + 0.5);
        return known >= 0 && known < (double)count ? items[(size_t)known] : make_number(b, c, NAN);
    }
    const expression *near = make(b, c, OP_ADD, offset, make_number(b, c, 0.5), NULL);
    const expression *index = share(b, c, make(b, c, OP_INT, near, NULL, NULL));
    const expression *x = choose_item(b, c, items, index, 0, count);
    const expression *inside =
        make(b, c, OP_AND, make(b, c, OP_GREATER_EQUAL, index, make_number(b, c, 0), NULL),
             make(b, c, OP_LESS, index, make_number(b, c, (double)count), NULL), NULL);
    return x ? make(b, c, OP_IF, inside, x, make_number(b, c, NAN)) : NULL;
}

/* ---- INVERT_MATRIX ------------------------------------------------------------------------------------- */

typedef struct matrix {
    builder *b;
    const context *c;
    size_t size;
    const expression *cells[MATRIX_LIMIT][2 * MATRIX_LIMIT]; /* the matrix, and what becomes its inverse */
} matrix;

/* Exchanges rows i and k where `swap` is true. */
static bool exchange(matrix *m, size_t i, size_t k, const expression *swap)
{
    for (size_t j = 0; j < 2 * m->size; j++) {
        const expression *x = m->cells[i][j], *y = m->cells[k][j];
        m->cells[i][j] = share(m->b, m->c, make(m->b, m->c, OP_IF, swap, y, x));
        m->cells[k][j] = share(m->b, m->c, make(m->b, m->c, OP_IF, swap, x, y));
        if (!m->cells[i][j] || !m->cells[k][j])
            return false;
    }
    return true;
}

/* The row with the greatest number in the column comes first (partial pivoting). */
static bool pivot(matrix *m, size_t column)
{
    for (size_t i = column + 1; i < m->size; i++) {
        const expression *here = make(m->b, m->c, OP_ABS, m->cells[column][column], NULL, NULL);
        const expression *there = make(m->b, m->c, OP_ABS, m->cells[i][column], NULL, NULL);
        const expression *swap = share(m->b, m->c, make(m->b, m->c, OP_GREATER, there, here, NULL));
        if (!swap || !exchange(m, column, i, swap))
            return false;
    }
    return true;
}

static bool eliminate(matrix *m, size_t column)
{
    const expression *head = m->cells[column][column];
    for (size_t j = 0; j < 2 * m->size; j++)
        m->cells[column][j] = share(m->b, m->c, make(m->b, m->c, OP_DIVIDE, m->cells[column][j], head, NULL));
    for (size_t i = 0; i < m->size; i++) {
        const expression *factor = m->cells[i][column];
        for (size_t j = 0; j < 2 * m->size && i != column; j++) {
            const expression *part = make(m->b, m->c, OP_MULTIPLY, factor, m->cells[column][j], NULL);
            m->cells[i][j] = share(m->b, m->c, make(m->b, m->c, OP_SUBTRACT, m->cells[i][j], part, NULL));
            if (!m->cells[i][j])
                return false;
        }
    }
    return m->b->status == TRUCE_OK;
}

/* Gauss and Jordan's elimination. */
static const expression *expand_inverse(builder *b, context *c, const node *n)
{
    const expression **items;
    size_t count;
    double size, row, column;
    if (!expand_array(b, c, n->arguments[0], &items, &count) || !share_items(b, c, items, count) ||
        !constant_value(b, c, n->arguments[1], n->written, &size) ||
        !constant_value(b, c, n->arguments[2], n->written, &row) ||
        !constant_value(b, c, n->arguments[3], n->written, &column))
        return NULL;
    if (!(size >= 1 && size <= MATRIX_LIMIT) || size != floor(size) || (double)count != size * size ||
        !(row >= 1 && row <= size) || !(column >= 1 && column <= size)) {
        fail(b, n->file, n->line,
             "%s needs a whole square matrix of at most %d rows, not %zu numbers as %g rows", n->written,
             MATRIX_LIMIT, count, size);
        return NULL;
    }
    matrix *m = arena_alloc(&b->scratch, sizeof *m);
    if (!m) {
        fail_memory(b);
        return NULL;
    }
    *m = (matrix){.b = b, .c = c, .size = (size_t)size};
    for (size_t i = 0; i < m->size; i++)
        for (size_t j = 0; j < m->size; j++) {
            m->cells[i][j] = items[i * m->size + j];
            m->cells[i][m->size + j] = make_number(b, c, i == j ? 1 : 0);
        }
    for (size_t k = 0; k < m->size; k++)
        if (!pivot(m, k) || !eliminate(m, k))
            return NULL;
    return m->cells[(size_t)row - 1][m->size + (size_t)column - 1];
}

const expression *expand_vector_function(builder *b, context *c, const node *n)
{
    switch (n->function->function) {
    case FUNCTION_VECTOR_SELECT:
        return expand_select(b, c, n);
    case FUNCTION_VECTOR_MAP:
        return expand_map(b, c, n);
    case FUNCTION_INVERT_MATRIX:
        return expand_inverse(b, c, n);
    default:
        return expand_order(b, c, n);
    }
}
