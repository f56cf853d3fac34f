/* Arrays: which element a name means, and what an array function runs through.
 *
 * Every dimension of a name is an axis, and gets an index from the element whose equation is expanded: the
 * index of the same dimension there, or of a dimension with an element of the same name; from a subscript; or
 * from the loop of an array function. Two names in one array function with wildcards of the same dimension
 * run together: SUM(a[*] * b[*]) is a scalar product. An index that is known only while the model runs
 * becomes a search by halves over the elements; one that is out of range gives 0, or NaN where the file asks
 * for that (XMILE 1.0, section 3.7.1). */
#include "model/builder.h"

#include <assert.h>
#include <math.h>

typedef struct shape {
    size_t count;
    size_t dimensions[DIMENSION_LIMIT], sizes[DIMENSION_LIMIT];
} shape;

typedef struct axis {
    size_t index;
    const expression *moving; /* the index from 1 while the model runs, or NULL */
    bool outside;
} axis;

/* ---- Shapes ------------------------------------------------------------------------------------------- */

static const array_value *array_of(const context *c, const node *n)
{
    return n->symbol == SYMBOL_PARAMETER && c->parameters ? c->parameters[n->index].array : NULL;
}

/* The dimensions of a name; none for a scalar and for what is not a variable. */
static shape shape_of(const builder *b, const context *c, const node *n)
{
    shape s = {0};
    const array_value *value = array_of(c, n);
    const source *from = n->symbol == SYMBOL_VARIABLE ? &c->scope->sources[n->index] : NULL;
    s.count = value ? value->dimension_count : from ? from->dimension_count : 0;
    for (size_t i = 0; i < s.count; i++) {
        s.dimensions[i] = value ? value->dimensions[i] : from->dimensions[i];
        s.sizes[i] = value ? value->sizes[i] : b->model->dimensions[s.dimensions[i]].size;
    }
    return s;
}

static bool has_shape(const context *c, const node *n)
{
    return n->kind == NODE_NAME &&
           ((n->symbol == SYMBOL_VARIABLE && c->scope->sources[n->index].dimension_count) || array_of(c, n));
}

/* ---- Indices of the target and of loops --------------------------------------------------------------- */

/* The k-th (from 0) loop over a dimension, or NULL. */
static loop *find_loop(context *c, size_t dimension, size_t k)
{
    for (size_t i = 0; i < c->loop_count; i++)
        if (c->loops[i].dimension == dimension && k-- == 0)
            return &c->loops[i];
    return NULL;
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

/* The same by way of a dimension of the target that has the element of the same name. */
static bool related_index(builder *b, const context *c, size_t dimension, size_t *index)
{
    assert(dimension < b->model->dimension_count);
    for (size_t i = 0; c->target && i < c->target->dimension_count; i++) {
        const relation *known = relate(b, c->target->dimensions[i], dimension);
        if (!known)
            return false;
        if (known->positions[c->indices[i]] != SIZE_MAX) {
            *index = known->positions[c->indices[i]];
            return true;
        }
    }
    return false;
}

static bool fail_dimension(builder *b, const context *c, const node *n, size_t dimension)
{
    assert(dimension < b->model->dimension_count);
    return fail(b, n->file, n->line,
                "\"%s\" has the dimension %s, which \"%s\" has not: write an element, or * inside SUM, in "
                "\"%s[...]\"",
                n->written, b->model->dimensions[dimension].name,
                c->target ? c->target->name : b->model->elements[c->owner].name, n->written);
}

bool find_index(builder *b, context *c, const node *n, size_t dimension, size_t *index)
{
    return target_index(c, dimension, 0, index) || related_index(b, c, dimension, index) ||
           fail_dimension(b, c, n, dimension);
}

/* From an element of one dimension to that of another. */
static bool convert_index(builder *b, const node *n, size_t from, size_t to, size_t *index)
{
    assert(from < b->model->dimension_count && *index < b->model->dimensions[from].size);
    const relation *known = relate(b, from, to);
    if (!known)
        return false;
    if (known->positions[*index] == SIZE_MAX)
        return fail(b, n->file, n->line,
                    "\"%s\" has no element \"%s\" of dimension %s: its own dimension is %s", n->written,
                    b->model->dimensions[from].elements[*index], b->model->dimensions[from].name,
                    b->model->dimensions[to].name);
    *index = known->positions[*index];
    return true;
}

/* ---- Axes --------------------------------------------------------------------------------------------- */

static const subscript *subscript_at(const node *n, size_t i)
{
    assert(!n->subscript_count || i < n->subscript_count);
    return n->subscript_count ? &n->subscripts[i] : NULL;
}

/* The dimension by which an axis finds its index: its own, or that of its subscript. */
static size_t axis_dimension(const node *n, const shape *s, size_t i)
{
    assert(i < s->count);
    const subscript *given = subscript_at(n, i);
    bool named = given && (given->kind == SUBSCRIPT_DIMENSION || given->kind == SUBSCRIPT_ALL);
    return named && given->index != SIZE_MAX ? given->index : s->dimensions[i];
}

static int axis_manner(const node *n, size_t i)
{
    const subscript *given = subscript_at(n, i);
    return !given || given->kind == SUBSCRIPT_RANGE ? SUBSCRIPT_ALL : (int)given->kind;
}

/* How often the dimension of axis i occurs before it in axes of the same manner; after it when transposed,
 * which reverses the order of the dimensions. */
static size_t occurrence(const node *n, const shape *s, size_t i)
{
    size_t k = 0;
    for (size_t j = 0; j < s->count; j++)
        if ((n->transposed ? j > i : j < i) && axis_dimension(n, s, j) == axis_dimension(n, s, i) &&
            axis_manner(n, j) == axis_manner(n, i))
            k++;
    return k;
}

/* The index of an axis without a subscript. Where the target has as many dimensions of its name as there are such axes,
 * each goes with one of them; else with one that lies within it, too, in their order: of m[D, D] with a target of [Part
 * of D, D], the first axis goes with the part. */
static bool bare_index(builder *b, const context *c, const node *n, const shape *s, size_t i, size_t *index)
{
    size_t dimension = s->dimensions[i], k = occurrence(n, s, i), axes = 0, ignored;
    for (size_t j = 0; j < s->count; j++)
        axes += s->dimensions[j] == dimension;
    if (target_index(c, dimension, axes - 1, &ignored))
        return target_index(c, dimension, k, index);
    for (size_t j = 0; c->target && j < c->target->dimension_count; j++) {
        const relation *known = relate(b, c->target->dimensions[j], dimension);
        if (!known)
            return false;
        bool fits = c->target->dimensions[j] == dimension || (known->within && has_names(b, dimension));
        if (fits && k-- == 0) {
            *index = known->positions[c->indices[j]];
            return true;
        }
    }
    return false;
}

/* A bound of a range, from 1. */
static bool find_bound(builder *b, context *c, const node *n, const node *bound, double *value)
{
    const expression *x = expand(b, c, bound);
    if (!x)
        return false;
    return is_constant(x, value) || constant_value(b, c, bound, "a range", value) ||
           fail(b, n->file, n->line, "the bounds of a range in \"%s[...]\" must be known before the run",
                n->written);
}

/* The first element of a range, from 0, and the number of its elements. */
static bool find_range(builder *b, context *c, const node *n, const subscript *s, size_t size, size_t *first,
                       size_t *count)
{
    double from, to;
    if (!find_bound(b, c, n, s->from, &from) || !find_bound(b, c, n, s->to, &to))
        return false;
    from = floor(from);
    to = floor(to);
    if (!(from >= 1) || !(to >= from) || !(to <= (double)size))
        return fail(b, n->file, n->line, "the range %s of \"%s\" is %g to %g, and must be within 1 to %zu",
                    s->written, n->written, from, to, size);
    *first = (size_t)from - 1;
    *count = (size_t)(to - from) + 1;
    return true;
}

/* Outside an array function the n-th range goes along the n-th dimension of the target; where the range ends
 * before that, there is nothing more, which is zero. */
static bool place_range(builder *b, context *c, const node *n, const shape *s, size_t i, axis *a)
{
    size_t first, count, k = 0;
    if (!find_range(b, c, n, &n->subscripts[i], s->sizes[i], &first, &count))
        return false;
    const loop *through = c->in_array_function ? find_loop(c, s->dimensions[i], occurrence(n, s, i)) : NULL;
    if (through) {
        a->index = first + through->index;
        return true;
    }
    for (size_t j = 0; j < i; j++)
        k += n->subscripts[j].kind == SUBSCRIPT_RANGE || n->subscripts[j].kind == SUBSCRIPT_DIMENSION;
    if (!c->target || k >= c->target->dimension_count)
        return fail(b, n->file, n->line, "the range %s of \"%s\" stands where one value is needed",
                    n->subscripts[i].written, n->written);
    a->index = first + c->indices[k];
    a->outside = c->indices[k] >= count;
    return true;
}

static bool place_expression(builder *b, context *c, const node *n, const shape *s, size_t i, axis *a)
{
    const expression *x = expand(b, c, n->subscripts[i].from);
    double value;
    if (!x)
        return false;
    if (!is_constant(x, &value)) {
        a->moving = share(b, c, make(b, c, OP_INT, x, NULL, NULL));
        return a->moving != NULL;
    }
    value = floor(value);
    a->outside = !(value >= 1 && value <= (double)s->sizes[i]);
    a->index = a->outside ? 0 : (size_t)value - 1;
    return true;
}

static bool place_bare(builder *b, context *c, const node *n, const shape *s, size_t i, axis *a)
{
    assert(i < s->count);
    size_t dimension = s->dimensions[i], k = occurrence(n, s, i);
    const loop *through = c->in_array_function ? find_loop(c, dimension, k) : NULL;
    if (through)
        a->index = through->index;
    return through || bare_index(b, c, n, s, i, &a->index) || fail_dimension(b, c, n, dimension);
}

static bool place_named(builder *b, context *c, const node *n, const shape *s, size_t i, axis *a)
{
    assert(i < s->count && i < n->subscript_count);
    size_t named = n->subscripts[i].index;
    return (target_index(c, named, occurrence(n, s, i), &a->index) ||
            find_index(b, c, n, named, &a->index)) &&
           convert_index(b, n, named, s->dimensions[i], &a->index);
}

static bool place_axis(builder *b, context *c, const node *n, const shape *s, size_t i, axis *a)
{
    const subscript *given = subscript_at(n, i);
    const loop *through;
    size_t dimension;
    *a = (axis){0};
    switch (given ? (int)given->kind : -1) {
    case SUBSCRIPT_ELEMENT:
        a->index = given->index;
        return true;
    case SUBSCRIPT_DIMENSION:
        return place_named(b, c, n, s, i, a);
    case SUBSCRIPT_POSITION:
        if (!c->target || given->index >= c->target->dimension_count)
            return fail(b, n->file, n->line, "\"%s\" has no dimension number %zu for \"%s[%s]\"",
                        c->target ? c->target->name : "a scalar", given->index + 1, n->written,
                        given->written);
        a->index = c->indices[given->index];
        return convert_index(b, n, c->target->dimensions[given->index], s->dimensions[i], &a->index);
    case SUBSCRIPT_RANGE:
        return place_range(b, c, n, s, i, a);
    case SUBSCRIPT_EXPRESSION:
        return place_expression(b, c, n, s, i, a);
    case SUBSCRIPT_ALL:
        dimension = axis_dimension(n, s, i);
        through = find_loop(c, dimension, occurrence(n, s, i));
        if (!through)
            return fail(b, n->file, n->line, "the wildcard * in \"%s[...]\" stands outside an array function",
                        n->written);
        a->index = through->index;
        return convert_index(b, n, dimension, s->dimensions[i], &a->index);
    default:
        return place_bare(b, c, n, s, i, a);
    }
}

static bool place_axes(builder *b, context *c, const node *n, const shape *s, axis *axes)
{
    if (n->subscript_count && n->subscript_count != s->count)
        return fail(b, n->file, n->line, "\"%s\" has %zu dimensions, but %zu subscripts are given",
                    n->written, s->count, n->subscript_count);
    for (size_t i = 0; i < s->count; i++)
        if (!place_axis(b, c, n, s, i, &axes[i]))
            return false;
    return true;
}

bool find_position_of(builder *b, context *c, const node *n, size_t *position)
{
    axis axes[DIMENSION_LIMIT];
    shape s = shape_of(b, c, n);
    *position = 0;
    if (!place_axes(b, c, n, &s, axes))
        return false;
    for (size_t i = 0; i < s.count; i++) {
        if (axes[i].moving || axes[i].outside)
            return fail(b, n->file, n->line, "the element of \"%s\" must be the same at all times here",
                        n->written);
        *position = *position * s.sizes[i] + axes[i].index;
    }
    return true;
}

/* ---- Choosing an element ------------------------------------------------------------------------------ */

/* What an element is replaced by: its value, or its graph at x. */
typedef struct choice {
    builder *b;
    context *c;
    const node *n;
    const shape *s;
    const axis *axes;
    const expression *x; /* NULL: the value */
} choice;

static const expression *choose_axis(const choice *d, size_t i, size_t position);

static const expression *choose_leaf(const choice *d, size_t position)
{
    const array_value *value = array_of(d->c, d->n);
    if (value)
        return value->items[position];
    if (!d->x)
        return make_variable(d->b, d->c, d->c->first[d->n->index] + position);
    size_t table_index;
    const source *s = &d->c->scope->sources[d->n->index];
    if (!find_table(d->b, d->n, s, position, &table_index))
        return NULL;
    return make_lookup(d->b, d->c, table_index, d->x);
}

/* Element `from` to `to` - 1 of axis i, by halves. */
static const expression *choose_between(const choice *d, size_t i, size_t position, size_t from, size_t to)
{
    assert(from < to && to <= d->s->sizes[i] && d->axes[i].moving);
    if (to - from == 1)
        return choose_axis(d, i + 1, position * d->s->sizes[i] + from);
    size_t middle = from + (to - from) / 2;
    const expression *low = choose_between(d, i, position, from, middle);
    const expression *high = low ? choose_between(d, i, position, middle, to) : NULL;
    if (!high)
        return NULL;
    const expression *is_low =
        make(d->b, d->c, OP_LESS, d->axes[i].moving, make_number(d->b, d->c, (double)middle + 1), NULL);
    return make(d->b, d->c, OP_IF, is_low, low, high);
}

static const expression *choose_axis(const choice *d, size_t i, size_t position)
{
    assert(i <= d->s->count);
    if (i == d->s->count)
        return choose_leaf(d, position);
    const axis *a = &d->axes[i];
    if (!a->moving)
        return choose_axis(d, i + 1, position * d->s->sizes[i] + a->index);
    size_t size = d->s->sizes[i];
    const expression *one = choose_between(d, i, position, 0, size);
    const expression *least = make_number(d->b, d->c, 1), *most = make_number(d->b, d->c, (double)size);
    if (!one || !least || !most)
        return NULL;
    const expression *inside =
        make(d->b, d->c, OP_AND, make(d->b, d->c, OP_GREATER_EQUAL, a->moving, least, NULL),
             make(d->b, d->c, OP_LESS_EQUAL, a->moving, most, NULL), NULL);
    return make(d->b, d->c, OP_IF, inside, one,
                make_number(d->b, d->c, d->b->document->invalid_index_is_nan ? NAN : 0));
}

static const expression *choose(builder *b, context *c, const node *n, const shape *s, const axis *axes,
                                const expression *x)
{
    for (size_t i = 0; i < s->count; i++)
        if (axes[i].outside)
            return make_number(b, c, b->document->invalid_index_is_nan ? NAN : 0);
    choice d = {b, c, n, s, axes, x};
    return choose_axis(&d, 0, 0);
}

const expression *expand_variable(builder *b, context *c, const node *n)
{
    axis axes[DIMENSION_LIMIT];
    shape s = shape_of(b, c, n);
    return place_axes(b, c, n, &s, axes) ? choose(b, c, n, &s, axes, NULL) : NULL;
}

const expression *expand_flat(builder *b, context *c, const node *n)
{
    const source *from = &c->scope->sources[n->index];
    shape s = {.count = 1, .sizes = {from->element_count}};
    subscript number = {.kind = SUBSCRIPT_EXPRESSION, .from = n->arguments[0]};
    node name = *n;
    name.subscripts = &number;
    name.subscript_count = 1;
    axis a = {0};
    return place_expression(b, c, &name, &s, 0, &a) ? choose(b, c, &name, &s, &a, NULL) : NULL;
}

const expression *expand_graph(builder *b, context *c, const node *graph, const expression *x)
{
    axis axes[DIMENSION_LIMIT];
    shape s = shape_of(b, c, graph);
    if (!x || !place_axes(b, c, graph, &s, axes))
        return NULL;
    for (size_t i = 0; i < s.count; i++)
        if (axes[i].moving)
            x = share(b, c, x);
    return x ? choose(b, c, graph, &s, axes, x) : NULL;
}

bool find_table(builder *b, const node *n, const source *s, size_t position, size_t *table_index)
{
    *table_index = s->tables ? s->tables[position] : s->table;
    if (*table_index == SIZE_MAX)
        return fail(b, n->file, n->line, "\"%s\" has no graph for that element", n->written);
    return true;
}

/* ---- Array arguments ---------------------------------------------------------------------------------- */

/* True when the argument runs through a dimension of its own: as one of several of MIN and MAX, where a name
 * that fits the target is taken element by element. */
bool is_array_argument(builder *b, const context *c, const node *n)
{
    size_t index;
    shape s = {0};
    if (has_shape(c, n))
        s = shape_of(b, c, n);
    for (size_t i = 0; i < s.count; i++)
        if (n->subscript_count
                ? n->subscripts[i].kind == SUBSCRIPT_ALL || n->subscripts[i].kind == SUBSCRIPT_RANGE
                : !bare_index(b, c, n, &s, i, &index))
            return true;
    if (is_array_function(n))
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (is_array_argument(b, c, n->arguments[i]))
            return true;
    return false;
}

static bool add_loop(builder *b, context *c, const node *n, size_t dimension, size_t k, size_t count)
{
    assert(dimension < b->model->dimension_count && count > 0 && c->loop_count <= DIMENSION_LIMIT);
    const loop *there = find_loop(c, dimension, k);
    if (there)
        return there->count == count ||
               fail(b, n->file, n->line,
                    "the ranges of dimension %s in one array function have %zu and %zu elements",
                    b->model->dimensions[dimension].name, there->count, count);
    if (c->loop_count == DIMENSION_LIMIT)
        return fail(b, n->file, n->line, "an array function runs through more than %d dimensions",
                    DIMENSION_LIMIT);
    c->loops[c->loop_count++] = (loop){dimension, 0, count};
    return true;
}

/* Adds what a name runs through to the loops that are there already, in the order of its dimensions. */
static bool add_loops(builder *b, context *c, const node *n, bool alone)
{
    shape s = shape_of(b, c, n);
    if (n->subscript_count && n->subscript_count != s.count)
        return true; /* fails when it is expanded */
    for (size_t at = 0; at < s.count; at++) {
        size_t i = n->transposed ? s.count - 1 - at : at;
        const subscript *given = subscript_at(n, i);
        size_t index, first, dimension = axis_dimension(n, &s, i), count = s.sizes[i];
        if (given && given->kind == SUBSCRIPT_RANGE) {
            if (!find_range(b, c, n, given, s.sizes[i], &first, &count))
                return false;
        } else if (given && given->kind == SUBSCRIPT_ALL) {
            if (given->index != SIZE_MAX)
                count = b->model->dimensions[given->index].size;
        } else if (given) {
            continue;
        }
        if (!given && !alone && n->symbol == SYMBOL_VARIABLE && target_index(c, dimension, 0, &index))
            return fail(b, n->file, n->line,
                        "\"%s\" alone could mean all its elements or one inside an array function: write its "
                        "subscripts, %s or *",
                        n->written, b->model->dimensions[dimension].name);
        if (!add_loop(b, c, n, dimension, occurrence(n, &s, i), count))
            return false;
    }
    return true;
}

static bool collect_loops(builder *b, context *c, const node *n, bool alone)
{
    if (has_shape(c, n) && !add_loops(b, c, n, alone))
        return false;
    if (is_array_function(n))
        return true;
    for (size_t i = 0; i < n->subscript_count; i++)
        if (n->subscripts[i].kind == SUBSCRIPT_EXPRESSION &&
            !collect_loops(b, c, n->subscripts[i].from, false))
            return false;
    for (size_t i = 0; i < n->count; i++)
        if (!collect_loops(b, c, n->arguments[i], false))
            return false;
    return true;
}

static bool next_index(context *c)
{
    for (size_t i = c->loop_count; i-- > 0;) {
        if (++c->loops[i].index < c->loops[i].count)
            return true;
        c->loops[i].index = 0;
    }
    return false;
}

static bool run_through(builder *b, context *c, const node *n, context *inner, const expression ***items,
                        size_t *count)
{
    size_t capacity = 0;
    *inner = *c;
    inner->loop_count = 0;
    inner->in_array_function = true;
    *items = NULL;
    *count = 0;
    if (!collect_loops(b, inner, n, true))
        return false;
    if (inner->loop_count == 0)
        return fail(b, n->file, n->line, "an array is needed here, such as x[*]");
    do {
        const expression *x = expand(b, inner, n);
        if (!x)
            return false;
        if (!ARENA_PUSH(&b->scratch, *items, *count, capacity, x))
            return fail_memory(b);
    } while (next_index(inner));
    return true;
}

bool expand_array(builder *b, context *c, const node *n, const expression ***items, size_t *count)
{
    context inner;
    return run_through(b, c, n, &inner, items, count);
}

bool expand_array_value(builder *b, context *c, const node *n, array_value *value)
{
    context inner;
    size_t count;
    if (!has_shape(c, n))
        return fail(b, n->file, n->line, "an array is needed here, because the macro uses it as one");
    if (!run_through(b, c, n, &inner, &value->items, &count))
        return false;
    value->dimension_count = inner.loop_count;
    for (size_t i = 0; i < inner.loop_count; i++) {
        value->dimensions[i] = inner.loops[i].dimension;
        value->sizes[i] = inner.loops[i].count;
    }
    return true;
}
