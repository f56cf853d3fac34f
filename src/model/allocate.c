/* Allocation of a supply among requests by priority.
 *
 * A request r_i takes a share of itself that grows as a price x falls past its priority p_i; all get what they
 * take at the price at which the supply is used up (Vensim, functions ALLOCATE BY PRIORITY and ALLOCATE
 * AVAILABLE; isee systems, ALLOCATE with shape 1). The share is the part above x of a distribution around p_i,
 * by the type of the profile: 1 rectangular and 2 triangular, of width w in all; 3 normal,
 * of deviation w; 4 exponential, density exp(-|x - p_i|/w)/(2 w). With 0, fixed, all get the same part. With the first:
 *
 *     a_i = r_i min(max((p_i + w/2 - x)/w, 0), 1),     sum of a_i = supply,     a_i = r_i when there is
 * enough
 *
 * The sum is linear in x between the ends of the profiles, so it is computed at these, and the price is found
 * between the two that enclose the supply. With other profiles it is halved in between so often that nothing is left to
 * halve. With no width the higher priorities are served first, and equal
 * ones in proportion to what they ask for. */
#include "model/builder.h"

#include <assert.h>
#include <math.h>

typedef struct allocation {
    builder *b;
    context *c;
    size_t count, own; /* requests, and which is that of the equation */
    const expression **requests, **priorities, **widths;
    const expression **types; /* of the profiles; NULL: all rectangular */
    const expression *supply;
    bool fixed, unknown_types; /* all are of type 0; some are not known before the run */
} allocation;

static const expression *twice(const allocation *a, operation op, const expression *x, const expression *y)
{
    return make(a->b, a->c, op, x, y, NULL);
}

static const expression *number(const allocation *a, double value)
{
    return make_number(a->b, a->c, value);
}

static const expression *between_0_and_1(const allocation *a, const expression *x)
{
    return twice(a, OP_MIN, twice(a, OP_MAX, x, number(a, 0)), number(a, 1));
}

static const expression *sum_of(const allocation *a, const expression *const *items)
{
    return make_fold(a->b, a->c, OP_ADD, items, a->count);
}

/* p_i + w/2 or p_i - w/2 */
static const expression *profile_end(const allocation *a, size_t i, double side)
{
    assert(i < a->count);
    const expression *half = twice(a, OP_MULTIPLY, a->widths[i], number(a, side / 2));
    return twice(a, OP_ADD, a->priorities[i], half);
}

enum { FIXED, RECTANGULAR, TRIANGULAR, NORMAL, EXPONENTIAL };

/* Vensim makes no normal profile narrower (SDEverywhere, model allocate_normal_width, compared with Vensim). */
static const double LEAST_DEVIATION = 0.05;

/* From the part that is above the price of a rectangle of the same width. */
static const expression *triangular_share(const allocation *a, const expression *u)
{
    const expression *over = twice(a, OP_SUBTRACT, number(a, 1), u);
    const expression *first = twice(a, OP_MULTIPLY, number(a, 2), twice(a, OP_MULTIPLY, u, u));
    const expression *second = twice(a, OP_MULTIPLY, number(a, 2), twice(a, OP_MULTIPLY, over, over));
    second = twice(a, OP_SUBTRACT, number(a, 1), second);
    return make(a->b, a->c, OP_IF, twice(a, OP_LESS_EQUAL, u, number(a, 0.5)), first, second);
}

/* z: how many widths the priority is above the price. */
static const expression *exponential_share(const allocation *a, const expression *z)
{
    const expression *distance = make(a->b, a->c, OP_ABS, z, NULL, NULL);
    const expression *tail = make(a->b, a->c, OP_NEGATE, distance, NULL, NULL);
    tail = twice(a, OP_MULTIPLY, number(a, 0.5), make(a->b, a->c, OP_EXP, tail, NULL, NULL));
    const expression *most = twice(a, OP_SUBTRACT, number(a, 1), tail);
    return make(a->b, a->c, OP_IF, twice(a, OP_GREATER, z, number(a, 0)), most, tail);
}

static const expression *share_of_type(const allocation *a, size_t i, int type, const expression *price)
{
    assert(i < a->count && type >= FIXED && type <= EXPONENTIAL);
    if (type == EXPONENTIAL || type == NORMAL) {
        const expression *below = twice(a, OP_SUBTRACT, a->priorities[i], price);
        const expression *z = twice(a, OP_DIVIDE, below, a->widths[i]);
        return type == NORMAL ? make_normal_probability(a->b, a->c, z) : exponential_share(a, z);
    }
    const expression *above = twice(a, OP_SUBTRACT, profile_end(a, i, 1), price);
    const expression *u = between_0_and_1(a, twice(a, OP_DIVIDE, above, a->widths[i]));
    return type == RECTANGULAR ? u : triangular_share(a, u);
}

/* What request i gets at a price. A type that is not known before the run is looked at in the run. */
static const expression *taken_at(const allocation *a, size_t i, const expression *price)
{
    assert(i < a->count);
    double known = RECTANGULAR;
    const expression *part;
    if (!a->types || is_constant(a->types[i], &known)) {
        part = share_of_type(a, i, (int)known, price);
    } else {
        part = number(a, NAN);
        for (int type = EXPONENTIAL; type >= RECTANGULAR; type--)
            part = make(a->b, a->c, OP_IF, twice(a, OP_EQUAL, a->types[i], number(a, type)),
                        share_of_type(a, i, type, price), part);
    }
    return twice(a, OP_MULTIPLY, a->requests[i], part);
}

static const expression *all_taken_at(const allocation *a, const expression *price)
{
    const expression **items = arena_array(&a->b->scratch, a->count, sizeof(expression *));
    if (!items) {
        fail_memory(a->b);
        return NULL;
    }
    for (size_t i = 0; i < a->count; i++)
        if (!(items[i] = taken_at(a, i, price)))
            return NULL;
    return share(a->b, a->c, sum_of(a, items));
}

/* The price at which the supply is used up, by halving the range in which any request changes: 64 times, after
 * which its ends are neighbours. 40 widths from the priority less than 1e-17 of a request is left. */
static const expression *halve_price(const allocation *a)
{
    const expression *low = NULL, *high = NULL;
    for (size_t i = 0; i < a->count; i++) {
        const expression *least = profile_end(a, i, -80), *most = profile_end(a, i, 80);
        low = low ? twice(a, OP_MIN, low, least) : least;
        high = high ? twice(a, OP_MAX, high, most) : most;
    }
    low = share(a->b, a->c, low);
    high = share(a->b, a->c, high);
    for (int k = 0; k < 64 && low && high; k++) {
        const expression *middle = twice(a, OP_MULTIPLY, number(a, 0.5), twice(a, OP_ADD, low, high));
        middle = share(a->b, a->c, middle);
        const expression *taken = middle ? all_taken_at(a, middle) : NULL;
        const expression *enough = share(a->b, a->c, twice(a, OP_GREATER_EQUAL, taken, a->supply));
        low = share(a->b, a->c, make(a->b, a->c, OP_IF, enough, middle, low));
        high = share(a->b, a->c, make(a->b, a->c, OP_IF, enough, high, middle));
    }
    return low;
}

/* The same for rectangular profiles. */
static const expression *find_price(const allocation *a)
{
    const expression *below = number(a, -INFINITY), *above = number(a, INFINITY), *none = number(a, 0);
    const expression *most = number(a, INFINITY), *least = number(a, 0);
    for (size_t i = 0; i < 2 * a->count && least; i++) {
        const expression *end = share(a->b, a->c, profile_end(a, i / 2, i % 2 ? 1 : -1));
        const expression *taken = end ? all_taken_at(a, end) : NULL;
        const expression *enough = twice(a, OP_GREATER_EQUAL, taken, a->supply);
        const expression *higher =
            share(a->b, a->c, twice(a, OP_AND, enough, twice(a, OP_GREATER, end, below)));
        const expression *lower =
            twice(a, OP_AND, make(a->b, a->c, OP_NOT, enough, NULL, NULL), twice(a, OP_LESS, end, above));
        lower = share(a->b, a->c, lower);
        most = share(a->b, a->c, make(a->b, a->c, OP_IF, higher, taken, most));
        below = share(a->b, a->c, make(a->b, a->c, OP_IF, higher, end, below));
        least = share(a->b, a->c, make(a->b, a->c, OP_IF, lower, taken, least));
        above = share(a->b, a->c, make(a->b, a->c, OP_IF, lower, end, above));
    }
    const expression *part = make(a->b, a->c, OP_SAFE_DIVIDE, twice(a, OP_SUBTRACT, most, a->supply),
                                  twice(a, OP_SUBTRACT, most, least), none);
    const expression *step = twice(a, OP_MULTIPLY, part, twice(a, OP_SUBTRACT, above, below));
    return share(a->b, a->c, twice(a, OP_ADD, below, step));
}

/* With no width: what is left by those of higher priority, among those of the same. */
static const expression *serve_in_order(const allocation *a)
{
    const expression **before = arena_array(&a->b->scratch, a->count, sizeof(expression *));
    const expression **same = arena_array(&a->b->scratch, a->count, sizeof(expression *));
    if (!before || !same) {
        fail_memory(a->b);
        return NULL;
    }
    const expression *own = a->priorities[a->own], *none = number(a, 0);
    for (size_t i = 0; i < a->count; i++) {
        const expression *p = a->priorities[i];
        before[i] = make(a->b, a->c, OP_IF, twice(a, OP_GREATER, p, own), a->requests[i], none);
        same[i] = make(a->b, a->c, OP_IF, twice(a, OP_EQUAL, p, own), a->requests[i], none);
        if (!before[i] || !same[i])
            return NULL;
    }
    const expression *left = twice(a, OP_SUBTRACT, a->supply, sum_of(a, before));
    const expression *part = make(a->b, a->c, OP_SAFE_DIVIDE, left, sum_of(a, same), none);
    return twice(a, OP_MULTIPLY, a->requests[a->own], between_0_and_1(a, part));
}

static bool share_all(const allocation *a, const expression **items)
{
    for (size_t i = 0; i < a->count; i++)
        if (!(items[i] = share(a->b, a->c, items[i])))
            return false;
    return true;
}

/* Of normal profiles the width is the standard deviation. */
static bool widen_normal_profiles(allocation *a)
{
    for (size_t i = 0; a->types && i < a->count; i++) {
        const expression *wide = twice(a, OP_MAX, a->widths[i], number(a, LEAST_DEVIATION));
        const expression *normal = twice(a, OP_EQUAL, a->types[i], number(a, NORMAL));
        if (!(a->widths[i] = make(a->b, a->c, OP_IF, normal, wide, a->widths[i])))
            return false;
    }
    return true;
}

/* Of fixed profiles: all get the same part of what they ask for. */
static const expression *same_part(const allocation *a, const expression *all, const expression *enough)
{
    const expression *part = twice(a, OP_DIVIDE, a->supply, all);
    part = make(a->b, a->c, OP_IF, enough, number(a, 1), part);
    return twice(a, OP_MULTIPLY, a->requests[a->own], part);
}

/* Types that are not known before the run: all fixed, some fixed, which is refused otherwise, or none. */
static const expression *choose_by_type(const allocation *a, const expression *fixed,
                                        const expression *priced)
{
    const expression **of = arena_array(&a->b->scratch, a->count, sizeof(expression *));
    if (!of) {
        fail_memory(a->b);
        return NULL;
    }
    for (size_t i = 0; i < a->count; i++)
        of[i] = twice(a, OP_EQUAL, a->types[i], number(a, FIXED));
    const expression *count = share(a->b, a->c, sum_of(a, of));
    const expression *all = twice(a, OP_EQUAL, count, number(a, (double)a->count));
    fixed = make(a->b, a->c, OP_IF, all, fixed, number(a, NAN));
    return make(a->b, a->c, OP_IF, count, fixed, priced);
}

static const expression *allocate(allocation *a)
{
    if (!share_all(a, a->requests) || !share_all(a, a->priorities) || !widen_normal_profiles(a) ||
        !share_all(a, a->widths))
        return NULL;
    a->supply = share(a->b, a->c, twice(a, OP_MAX, a->supply, number(a, 0)));
    const expression *all = a->supply ? share(a->b, a->c, sum_of(a, a->requests)) : NULL;
    const expression *enough = share(a->b, a->c, twice(a, OP_GREATER_EQUAL, a->supply, all));
    if (a->fixed)
        return same_part(a, all, enough);
    const expression *price = a->types ? halve_price(a) : find_price(a);
    const expression *some = twice(a, OP_GREATER, a->widths[a->own], number(a, 0));
    const expression *part = price ? taken_at(a, a->own, price) : NULL;
    part = make(a->b, a->c, OP_IF, some, part, serve_in_order(a));
    part = make(a->b, a->c, OP_IF, twice(a, OP_GREATER, a->supply, number(a, 0)), part, number(a, 0));
    part = make(a->b, a->c, OP_IF, enough, a->requests[a->own], part);
    return a->unknown_types ? choose_by_type(a, same_part(a, all, enough), part) : part;
}

/* ---- Arguments ---------------------------------------------------------------------------------------- */

/* From the element that the last subscript names to one behind it. */
static bool go_on(const allocation *a, const node *n, subscript *last, size_t shift)
{
    const source *s = &a->c->scope->sources[n->index];
    const truce_dimension *d = &a->b->model->dimensions[s->dimensions[s->dimension_count - 1]];
    if (last->index + shift >= d->size)
        return fail(a->b, n->file, n->line,
                    "the profile in \"%s\" is a type, a priority and a width, but dimension %s has only %zu "
                    "elements from %s on",
                    n->written, d->name, d->size - last->index, d->elements[last->index]);
    last->index += shift;
    return true;
}

/* Runs an array through the dimension over which the supply is allocated: in request[branch] or
 * profile[branch, ptype] Vensim writes that dimension as if one element were meant. `shift` goes on from the
 * element that the last subscript names. */
static bool run_array(allocation *a, const node *n, size_t dimension, size_t shift, const expression ***items)
{
    node *copy = arena_alloc(&a->b->scratch, sizeof *copy);
    subscript *subscripts = arena_array(&a->b->scratch, n->subscript_count, sizeof *subscripts);
    if (!copy || !subscripts)
        return fail_memory(a->b);
    *copy = *n;
    copy->subscripts = subscripts;
    for (size_t i = 0; i < n->subscript_count; i++) {
        subscripts[i] = n->subscripts[i];
        if (subscripts[i].kind == SUBSCRIPT_DIMENSION && subscripts[i].index == dimension)
            subscripts[i].kind = SUBSCRIPT_ALL;
    }
    if (shift && !go_on(a, n, &subscripts[n->subscript_count - 1], shift))
        return false;
    size_t count;
    if (!expand_array(a->b, a->c, copy, items, &count))
        return false;
    if (!a->count)
        a->count = count;
    return count == a->count || fail(a->b, n->file, n->line, "\"%s\" has %zu elements, the requests have %zu",
                                     n->written, count, a->count);
}

/* The dimension that is run through: the last one that the first argument names, or that its variable has. */
static bool find_dimension(const allocation *a, const node *n, size_t *dimension)
{
    if (n->kind != NODE_NAME || n->symbol != SYMBOL_VARIABLE)
        return fail(a->b, n->file, n->line, "the requests of an allocation must be an array");
    for (size_t i = n->subscript_count; i-- > 0;)
        if (n->subscripts[i].kind == SUBSCRIPT_DIMENSION || n->subscripts[i].kind == SUBSCRIPT_ALL) {
            *dimension = n->subscripts[i].index;
            return true;
        }
    const source *s = &a->c->scope->sources[n->index];
    if (n->subscript_count || !s->dimension_count)
        return fail(a->b, n->file, n->line, "the requests of an allocation must be an array");
    *dimension = s->dimensions[s->dimension_count - 1];
    return true;
}

/* Which of the requests is that of the equation. */
static bool find_own(allocation *a, const node *n, size_t dimension)
{
    const truce_dimension *d = &a->b->model->dimensions[dimension];
    if (!find_index(a->b, a->c, n, dimension, &a->own))
        return false;
    return a->count == d->size ||
           fail(a->b, n->file, n->line,
                "the requests of %s are %zu numbers, but dimension %s has %zu elements: write the subscripts "
                "of the requests",
                n->written, a->count, d->name, d->size);
}

/* One width for all. */
static bool spread_width(allocation *a, const node *n)
{
    const expression *width = share(a->b, a->c, expand(a->b, a->c, n));
    a->widths = arena_array(&a->b->scratch, a->count, sizeof(expression *));
    if (!a->widths)
        return fail_memory(a->b);
    for (size_t i = 0; i < a->count; i++)
        a->widths[i] = width;
    return width != NULL;
}

/* ALLOCATE BY PRIORITY(request, priority, size, width, supply) */
static bool by_priority(allocation *a, const node *n)
{
    size_t dimension = SIZE_MAX;
    return find_dimension(a, n->arguments[0], &dimension) &&
           run_array(a, n->arguments[0], dimension, 0, &a->requests) &&
           run_array(a, n->arguments[1], dimension, 0, &a->priorities) && spread_width(a, n->arguments[3]) &&
           find_own(a, n, dimension) && (a->supply = expand(a->b, a->c, n->arguments[4])) != NULL;
}

/* A type that is known before the run becomes a number. */
static bool known_type(const allocation *a, const expression **type, double *value)
{
    const expression *x = *type;
    while (x->op == OP_VARIABLE && a->b->model->elements[x->index].kind == ELEMENT_AUX &&
           a->b->model->elements[x->index].equation)
        x = a->b->model->elements[x->index].equation;
    if (!is_constant(x, value))
        return false;
    *type = x;
    return true;
}

static bool take_types(allocation *a, const node *n, const expression **types)
{
    size_t known = 0, rectangular = 0, fixed = 0;
    for (size_t i = 0; i < a->count; i++) {
        double type = NAN;
        if (!known_type(a, &types[i], &type))
            continue;
        known++;
        rectangular += type == RECTANGULAR;
        fixed += type == FIXED;
        if (!(type >= FIXED && type <= EXPONENTIAL && type == floor(type)))
            return fail(
                a->b, n->file, n->line,
                "priority profiles of type %g are not supported: there are 0 (fixed), 1 (rectangular), 2 "
                "(triangular), 3 (normal) and 4 (exponential)",
                type);
    }
    a->unknown_types = known < a->count;
    if (fixed && fixed < known)
        return fail(a->b, n->file, n->line,
                    "priority profiles of type 0 (fixed) beside others are not supported");
    a->fixed = fixed == a->count;
    a->types = a->fixed || rectangular == a->count ? NULL : types;
    return true;
}

/* ALLOCATE AVAILABLE(request, profile[.., ptype], supply): the profile's type, priority, width and extra
 * follow one another. */
static bool available(allocation *a, const node *n)
{
    const node *profile = n->arguments[1];
    const expression **types;
    size_t dimension = SIZE_MAX;
    if (profile->symbol != SYMBOL_VARIABLE || !profile->subscript_count ||
        profile->subscripts[profile->subscript_count - 1].kind != SUBSCRIPT_ELEMENT)
        return fail(a->b, n->file, n->line,
                    "the profile of %s must name its first element, as in profile[branch, "
                    "ptype]",
                    n->written);
    return find_dimension(a, n->arguments[0], &dimension) &&
           run_array(a, n->arguments[0], dimension, 0, &a->requests) &&
           run_array(a, profile, dimension, 0, &types) && take_types(a, n, types) &&
           run_array(a, profile, dimension, 1, &a->priorities) &&
           run_array(a, profile, dimension, 2, &a->widths) && find_own(a, n, dimension) &&
           (a->supply = expand(a->b, a->c, n->arguments[2])) != NULL;
}

/* ALLOCATE(supply, index, request, priority, width, shape) */
static bool of_stella(allocation *a, const node *n)
{
    double shape = 1, own;
    const expression *index = expand(a->b, a->c, n->arguments[1]);
    if (n->count == 6 && (!constant_value(a->b, a->c, n->arguments[5], n->written, &shape) || shape != 1))
        return fail(a->b, n->file, n->line, "%s is supported with shape 1, rectangular, alone", n->written);
    if (!index || !expand_array(a->b, a->c, n->arguments[2], &a->requests, &a->count) ||
        !run_array(a, n->arguments[3], SIZE_MAX, 0, &a->priorities) || !spread_width(a, n->arguments[4]))
        return false;
    if (!is_constant(index, &own) || !(own >= 1 && own <= (double)a->count))
        return fail(a->b, n->file, n->line,
                    "the index of %s must be that of an element, known before the run", n->written);
    a->own = (size_t)own - 1;
    return (a->supply = expand(a->b, a->c, n->arguments[0])) != NULL;
}

/* The element of the equation as a number from 1 (translated from Vensim). */
static bool find_place(allocation *a, const node *n)
{
    double number;
    const expression *x = expand(a->b, a->c, n);
    if (!x || !is_constant(x, &number) || !(number >= 1 && number <= (double)a->count))
        return x && fail(a->b, n->file, n->line, "the place must be that of an element");
    a->own = (size_t)number - 1;
    return true;
}

static bool take_array(allocation *a, const node *n, const expression ***items)
{
    return run_array(a, n, SIZE_MAX, 0, items);
}

/* vensim.ALLOCATE_AVAILABLE(place, requests, types, priorities, widths, supply) */
static bool available_of_vensim(allocation *a, const node *n)
{
    const expression **types;
    return take_array(a, n->arguments[1], &a->requests) && take_array(a, n->arguments[2], &types) &&
           take_types(a, n, types) && take_array(a, n->arguments[3], &a->priorities) &&
           take_array(a, n->arguments[4], &a->widths) && find_place(a, n->arguments[0]) &&
           (a->supply = expand(a->b, a->c, n->arguments[5])) != NULL;
}

/* vensim.ALLOCATE_BY_PRIORITY(place, requests, priorities, width, supply) */
static bool by_priority_of_vensim(allocation *a, const node *n)
{
    return take_array(a, n->arguments[1], &a->requests) && take_array(a, n->arguments[2], &a->priorities) &&
           spread_width(a, n->arguments[3]) && find_place(a, n->arguments[0]) &&
           (a->supply = expand(a->b, a->c, n->arguments[4])) != NULL;
}

const expression *expand_allocation(builder *b, context *c, const node *n)
{
    static bool (*const forms[])(allocation * a, const node *n) = {
        [ALLOCATE_BY_PRIORITY] = by_priority,
        [ALLOCATE_AVAILABLE] = available,
        [ALLOCATE_OF_STELLA] = of_stella,
        [ALLOCATE_BY_PRIORITY_OF_VENSIM] = by_priority_of_vensim,
        [ALLOCATE_AVAILABLE_OF_VENSIM] = available_of_vensim,
    };
    allocation a = {.b = b, .c = c};
    bool read = forms[(int)n->function->number](&a, n);
    c->line = n->line;
    return read && b->status == TRUCE_OK ? allocate(&a) : NULL;
}
