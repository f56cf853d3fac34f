/* Functions of arrays and slices: one expression over all their elements (XMILE 1.0, section 3.7.1.4). */
#include "model/builder.h"

static bool share_all(builder *b, const context *c, const expression **items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(items[i] = share(b, c, items[i])))
            return false;
    return true;
}

/* The root of the mean squared deviation from the mean: the array is all there is, not a sample of more. */
static const expression *expand_deviation(builder *b, const context *c, const expression **items,
                                          size_t count)
{
    const expression *size = make_number(b, c, (double)count);
    if (!share_all(b, c, items, count))
        return NULL;
    const expression *mean = make(b, c, OP_DIVIDE, make_fold(b, c, OP_ADD, items, count), size, NULL);
    mean = share(b, c, mean);
    for (size_t i = 0; i < count; i++) {
        const expression *gap = share(b, c, make(b, c, OP_SUBTRACT, items[i], mean, NULL));
        if (!(items[i] = make(b, c, OP_MULTIPLY, gap, gap, NULL)))
            return NULL;
    }
    const expression *square = make(b, c, OP_DIVIDE, make_fold(b, c, OP_ADD, items, count), size, NULL);
    return make(b, c, OP_SQRT, square, NULL, NULL);
}

/* 1 where element i comes before element j: it is less, or equal and less in the second array, or equal in
 * both and listed before. */
static const expression *comes_before(builder *b, const context *c, const expression *const *x,
                                      const expression *const *second, size_t i, size_t j)
{
    const expression *less = make(b, c, OP_LESS, x[i], x[j], NULL);
    const expression *tie = make(b, c, OP_EQUAL, x[i], x[j], NULL);
    if (second) {
        const expression *less_there = make(b, c, OP_LESS, second[i], second[j], NULL);
        if (i < j)
            less_there =
                make(b, c, OP_OR, less_there, make(b, c, OP_EQUAL, second[i], second[j], NULL), NULL);
        return make(b, c, OP_OR, less, make(b, c, OP_AND, tie, less_there, NULL), NULL);
    }
    return i < j ? make(b, c, OP_OR, less, tie, NULL) : less;
}

/* RANK(a, k, second): the position, from 1, of the k-th smallest element of a; 0 when there is none. */
static const expression *expand_rank(builder *b, context *c, const node *n)
{
    const expression **items, **second = NULL;
    size_t count, second_count = 0;
    if (!expand_array(b, c, n->arguments[0], &items, &count) ||
        (n->count == 3 && !expand_array(b, c, n->arguments[2], &second, &second_count)))
        return NULL;
    if (second && second_count != count) {
        fail(b, n->file, n->line, "the arrays of %s have %zu and %zu elements", n->written, count,
             second_count);
        return NULL;
    }
    const expression *wanted = share(b, c, expand(b, c, n->arguments[1]));
    const expression **before = arena_array(&b->scratch, count, sizeof(expression *));
    const expression **found = arena_array(&b->scratch, count, sizeof(expression *));
    c->line = n->line;
    if (!before || !found)
        fail_memory(b);
    if (!wanted || !before || !found || !share_all(b, c, items, count) ||
        (second && !share_all(b, c, second, count)))
        return NULL;
    for (size_t j = 0; j < count; j++) {
        for (size_t i = 0; i < count; i++) {
            before[i] = i == j ? make_number(b, c, 1) : comes_before(b, c, items, second, i, j);
            if (!before[i])
                return NULL;
        }
        const expression *rank = make_fold(b, c, OP_ADD, before, count);
        const expression *here = make(b, c, OP_EQUAL, rank, wanted, NULL);
        if (!(found[j] = make(b, c, OP_MULTIPLY, here, make_number(b, c, (double)(j + 1)), NULL)))
            return NULL;
    }
    return make_fold(b, c, OP_ADD, found, count);
}

/* The values of all arguments; an array among them stands for all its elements, but for one that an array function
 * around MIN or MAX runs through already, as in SUM(MAX(a[*], 0)). */
static const expression **expand_values(builder *b, context *c, const node *n, size_t *count)
{
    const expression **all = NULL;
    size_t capacity = 0;
    bool one_by_one = c->in_array_function && !is_array_function(n);
    *count = 0;
    for (size_t i = 0; i < n->count; i++) {
        const expression **items = NULL, *one = NULL;
        size_t item_count = 1;
        if (n->count == 1 || (!one_by_one && is_array_argument(b, c, n->arguments[i]))) {
            if (!expand_array(b, c, n->arguments[i], &items, &item_count))
                return NULL;
        } else if (!(one = expand(b, c, n->arguments[i]))) {
            return NULL;
        }
        for (size_t k = 0; k < item_count; k++)
            if (!ARENA_PUSH(&b->scratch, all, *count, capacity, items ? items[k] : one)) {
                fail_memory(b);
                return NULL;
            }
    }
    return all;
}

/* MIN, MAX and MEAN, of an array or of any number of values. */
static const expression *expand_of_values(builder *b, context *c, const node *n)
{
    size_t count;
    const expression **values = expand_values(b, c, n, &count);
    if (!values)
        return NULL;
    c->line = n->line;
    const expression *all = make_fold(b, c, n->function->op, values, count);
    if (n->function->function == FUNCTION_MEAN)
        all = make(b, c, OP_DIVIDE, all, make_number(b, c, (double)count), NULL);
    return all;
}

static const expression *expand_reduction(builder *b, context *c, const node *n)
{
    const expression **items;
    size_t count;
    if (!expand_array(b, c, n->arguments[0], &items, &count))
        return NULL;
    c->line = n->line;
    if (n->function->function == FUNCTION_SIZE)
        return make_number(b, c, (double)count);
    if (n->function->function == FUNCTION_STDDEV)
        return expand_deviation(b, c, items, count);
    return make_fold(b, c, n->function->op, items, count);
}

/* max(1 - |p - i|, 0): how much point i counts at place p. */
static const expression *nearness(builder *b, const context *c, const expression *p, size_t i)
{
    const expression *gap = make(b, c, OP_SUBTRACT, p, make_number(b, c, (double)i), NULL);
    gap = make(b, c, OP_SUBTRACT, make_number(b, c, 1), make(b, c, OP_ABS, gap, NULL, NULL), NULL);
    return share(b, c, make(b, c, OP_MAX, gap, make_number(b, c, 0), NULL));
}

/* INTERPOLATE(array, u, v, ...) of Stella: linear between the elements along every dimension, which u, v, ...
 * run through from 0, the first element, to 1, the last. */
static const expression *expand_interpolation(builder *b, context *c, const node *n)
{
    array_value points = {0};
    if (!expand_array_value(b, c, n->arguments[0], &points))
        return NULL;
    if (points.dimension_count != n->count - 1) {
        fail(b, n->file, n->line, "%s of %zu dimensions takes %zu places, but %zu are given", n->written,
             points.dimension_count, points.dimension_count, n->count - 1);
        return NULL;
    }
    size_t count = 1;
    for (size_t d = 0; d < points.dimension_count; d++)
        count *= points.sizes[d];
    for (size_t d = points.dimension_count, stride = 1; d-- > 0; stride *= points.sizes[d]) {
        const expression *u = expand(b, c, n->arguments[d + 1]), *zero = make_number(b, c, 0);
        u = make(b, c, OP_MIN, make(b, c, OP_MAX, u, zero, NULL), make_number(b, c, 1), NULL);
        u = share(b, c, make(b, c, OP_MULTIPLY, u, make_number(b, c, (double)(points.sizes[d] - 1)), NULL));
        const expression **near = arena_array(&b->scratch, points.sizes[d], sizeof(expression *));
        if (!near) {
            fail_memory(b);
            return NULL;
        }
        for (size_t k = 0; u && k < points.sizes[d]; k++)
            near[k] = nearness(b, c, u, k);
        for (size_t i = 0; u && b->status == TRUCE_OK && i < count; i++)
            points.items[i] =
                make(b, c, OP_MULTIPLY, points.items[i], near[i / stride % points.sizes[d]], NULL);
    }
    return b->status == TRUCE_OK ? make_fold(b, c, OP_ADD, points.items, count) : NULL;
}

const expression *expand_array_function(builder *b, context *c, const node *n)
{
    switch (n->function->function) {
    case FUNCTION_INTERPOLATE:
        return expand_interpolation(b, c, n);
    case FUNCTION_MIN:
    case FUNCTION_MAX:
    case FUNCTION_MEAN:
        return expand_of_values(b, c, n);
    case FUNCTION_RANK:
        return expand_rank(b, c, n);
    default:
        return expand_reduction(b, c, n);
    }
}
