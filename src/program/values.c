/* Values: hash-consing, constant folding and the simplifications that change no bit of any result.
 *
 * x + 0 stays (it turns -0 into 0) and x * 0 stays (it is not 0 for infinity); x * 1, x / 1, x - 0 and
 * x / 2^k do not. The one liberty: a power with a constant exponent of -1, 1 or 2 is 1/x, x or x * x, which
 * is at least as accurate as the general power. */
#include "program/values.h"

#include "math/special.h"

#include <assert.h>

double operation_value(unsigned c, double x, double y, double z, double w)
{
    switch (c) {
#define X(name, operands, expression)                                                                        \
    case CODE_##name:                                                                                        \
        return expression;
        ELEMENTWISE_OPERATIONS(X)
        FUSED_OPERATIONS(X)
        QUANTILE_OPERATIONS(X)
#undef X
#define X(name, stem, accuracy)                                                                              \
    case CODE_##name:                                                                                        \
        return portable_##stem(x);
        SPECIAL_OPERATIONS(X)
#undef X
    case CODE_POWER:
        return portable_pow(x, y);
    case CODE_MOD:
        return modulo(x, y);
    default:
        return NAN;
    }
}

static uint64_t value_hash(const value *a)
{
    uint64_t bits;
    memcpy(&bits, &a->number, sizeof bits);
    uint64_t hash = a->code;
    const uint64_t parts[] = {a->arguments[0], a->arguments[1], a->arguments[2], a->index, bits, a->stream};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        hash = (hash ^ parts[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool value_same(const value *a, const value *b)
{
    return a->code == b->code && a->index == b->index && a->stream == b->stream &&
           memcmp(a->arguments, b->arguments, sizeof a->arguments) == 0 &&
           memcmp(&a->number, &b->number, sizeof a->number) == 0;
}

static bool enlarge_slots(values *v)
{
    size_t count = v->slot_count ? v->slot_count * 2 : 1024;
    uint32_t *slots = arena_array(v->memory, count, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        size_t at = (size_t)value_hash(&v->items[i]) & (count - 1);
        while (slots[at])
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    v->slots = slots;
    v->slot_count = count;
    return true;
}

/* The value equal to `a`, made if there is none. */
static uint32_t intern(values *v, value a)
{
    if (v->failed)
        return NO_VALUE;
    if (v->count * 2 >= v->slot_count && !enlarge_slots(v)) {
        v->failed = true;
        return NO_VALUE;
    }
    size_t at = (size_t)value_hash(&a) & (v->slot_count - 1);
    for (; v->slots[at]; at = (at + 1) & (v->slot_count - 1))
        if (value_same(&v->items[v->slots[at] - 1], &a))
            return v->slots[at] - 1;
    a.element = v->element;
    for (unsigned i = 0; i < a.arity; i++)
        a.moves = a.moves || v->items[a.arguments[i]].moves;
    if (v->count >= NO_VALUE - 1 || !ARENA_PUSH(v->memory, v->items, v->count, v->capacity, a)) {
        v->failed = true;
        return NO_VALUE;
    }
    v->slots[at] = (uint32_t)v->count;
    return (uint32_t)v->count - 1;
}

static value blank(code c)
{
    return (value){.code = (uint16_t)c, .arguments = {NO_VALUE, NO_VALUE, NO_VALUE}};
}

uint32_t values_number(values *v, double number)
{
    value a = blank(CODE_NUMBER);
    a.number = number;
    return intern(v, a);
}

uint32_t values_leaf(values *v, code c, uint32_t index, unsigned varies)
{
    assert(varies <= VARIES_BY_BOTH);
    value a = blank(c);
    a.index = index;
    a.varies = (uint8_t)varies;
    return intern(v, a);
}

uint32_t values_moving_leaf(values *v, code c, uint32_t index, unsigned varies)
{
    assert(varies <= VARIES_BY_BOTH);
    uint32_t leaf = values_leaf(v, c, index, varies);
    if (leaf != NO_VALUE)
        v->items[leaf].moves = true;
    return leaf;
}

uint32_t values_draw(values *v, code c, uint64_t stream, unsigned varies)
{
    assert(varies <= VARIES_BY_BOTH);
    value a = blank(c);
    a.stream = stream;
    a.varies = (uint8_t)varies;
    return intern(v, a);
}

static bool is_number(const values *v, uint32_t a)
{
    assert(a < v->count);
    return v->items[a].code == CODE_NUMBER;
}

static bool equals(const values *v, uint32_t a, double number)
{
    return is_number(v, a) && memcmp(&v->items[a].number, &number, sizeof number) == 0;
}

uint32_t values_indexed(values *v, code c, uint32_t index, unsigned varies, uint32_t a, uint32_t b)
{
    if (v->failed || a == NO_VALUE)
        return NO_VALUE;
    if (c == CODE_LOOKUP && is_number(v, a)) {
        const program_table *t = &v->program->tables[index];
        const double *points = v->program->points + t->first;
        return values_number(v, table_value(points, points + t->count, points + 2 * t->count, t->count,
                                            t->lowest, v->items[a].number));
    }
    value result = blank(c);
    result.index = index;
    result.arity = b == NO_VALUE ? 1 : 2;
    result.arguments[0] = a;
    result.arguments[1] = b;
    result.varies = (uint8_t)(varies | v->items[a].varies | (b == NO_VALUE ? 0 : v->items[b].varies));
    return intern(v, result);
}

uint32_t values_unary(values *v, code c, uint32_t a)
{
    if (v->failed || a == NO_VALUE)
        return NO_VALUE;
    const value *x = &v->items[a];
    if (is_number(v, a))
        return values_number(v, operation_value(c, x->number, 0, 0, 0));
    if (c == CODE_COPY)
        return a;
    if (c == CODE_NEGATE && x->code == CODE_NEGATE)
        return x->arguments[0];
    return values_indexed(v, c, 0, 0, a, NO_VALUE);
}

/* 1/number is exact when the number is a power of two and neither it nor its inverse is subnormal. */
static bool has_exact_inverse(double number)
{
    int exponent;
    return isnormal(number) && fabs(frexp(number, &exponent)) == 0.5 && isnormal(1.0 / number);
}

/* a + -b is a - b and -a * c is a * -c, by definition of the sign. NO_VALUE when there is no such sign. */
static uint32_t move_sign(values *v, code c, uint32_t a, uint32_t b)
{
    assert(a < v->count && b < v->count);
    bool left = v->items[a].code == CODE_NEGATE, right = v->items[b].code == CODE_NEGATE;
    if (c == CODE_ADD && right)
        return values_binary(v, CODE_SUBTRACT, a, v->items[b].arguments[0]);
    if (c == CODE_ADD && left)
        return values_binary(v, CODE_SUBTRACT, b, v->items[a].arguments[0]);
    if (c == CODE_SUBTRACT && right)
        return values_binary(v, CODE_ADD, a, v->items[b].arguments[0]);
    if (c == CODE_MULTIPLY && left && is_number(v, b))
        return values_binary(v, c, v->items[a].arguments[0], values_number(v, -v->items[b].number));
    if (c == CODE_MULTIPLY && right && is_number(v, a))
        return values_binary(v, c, values_number(v, -v->items[a].number), v->items[b].arguments[0]);
    return NO_VALUE;
}

/* A simpler equal of a operation b, or NO_VALUE. */
static uint32_t simplify(values *v, code c, uint32_t a, uint32_t b)
{
    assert(a < v->count && b < v->count);
    switch (c) {
    case CODE_ADD:
        if (equals(v, b, -0.0))
            return a;
        return equals(v, a, -0.0) ? b : NO_VALUE;
    case CODE_SUBTRACT:
        return equals(v, b, 0.0) ? a : NO_VALUE;
    case CODE_MULTIPLY:
        if (equals(v, b, 1.0))
            return a;
        if (equals(v, a, 1.0))
            return b;
        if (equals(v, b, -1.0))
            return values_unary(v, CODE_NEGATE, a);
        return equals(v, a, -1.0) ? values_unary(v, CODE_NEGATE, b) : NO_VALUE;
    case CODE_DIVIDE:
        if (equals(v, b, 1.0))
            return a;
        if (is_number(v, b) && has_exact_inverse(v->items[b].number))
            return values_binary(v, CODE_MULTIPLY, a, values_number(v, 1.0 / v->items[b].number));
        return NO_VALUE;
    case CODE_POWER:
        if (equals(v, b, 1.0))
            return a;
        if (equals(v, b, 2.0))
            return values_binary(v, CODE_MULTIPLY, a, a);
        return equals(v, b, -1.0) ? values_binary(v, CODE_DIVIDE, values_number(v, 1.0), a) : NO_VALUE;
    case CODE_MIN:
    case CODE_MAX:
        return a == b ? a : NO_VALUE;
    default:
        return NO_VALUE;
    }
}

static bool commutes(code c)
{
    return c == CODE_ADD || c == CODE_MULTIPLY || c == CODE_EQUAL || c == CODE_NOT_EQUAL || c == CODE_AND ||
           c == CODE_OR;
}

uint32_t values_binary(values *v, code c, uint32_t a, uint32_t b)
{
    if (v->failed || a == NO_VALUE || b == NO_VALUE)
        return NO_VALUE;
    if (is_number(v, a) && is_number(v, b))
        return values_number(v, operation_value(c, v->items[a].number, v->items[b].number, 0, 0));
    uint32_t simpler = simplify(v, c, a, b);
    if (simpler == NO_VALUE)
        simpler = move_sign(v, c, a, b);
    if (simpler != NO_VALUE || v->failed)
        return simpler;
    if (commutes(c) && a > b) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    return values_indexed(v, c, 0, 0, a, b);
}

uint32_t values_ternary(values *v, code c, uint32_t a, uint32_t b, uint32_t d)
{
    if (v->failed || a == NO_VALUE || b == NO_VALUE || d == NO_VALUE)
        return NO_VALUE;
    if (c == CODE_IF && is_number(v, a))
        return v->items[a].number != 0.0 ? b : d;
    if (c == CODE_IF && b == d)
        return b;
    if (c == CODE_SAFE_DIVIDE && is_number(v, b))
        return v->items[b].number == 0.0 ? d : values_binary(v, CODE_DIVIDE, a, b);
    value result = blank(c);
    result.arity = 3;
    result.arguments[0] = a;
    result.arguments[1] = b;
    result.arguments[2] = d;
    result.varies = v->items[a].varies | v->items[b].varies | v->items[d].varies;
    return intern(v, result);
}
