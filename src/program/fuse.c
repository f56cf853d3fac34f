/* Fusion: an operation whose only user is the next one becomes one instruction with it. What is saved is a
 * column written and read back, and the cost of going from one instruction to the next. From the leaves up,
 * so that a pair can become part of a form of four operands. */
#include "program/schedule.h"

#include <assert.h>

/* The code of inner feeding operand `at` of outer, or CODE_COUNT. */
static unsigned pair_code(unsigned inner, unsigned outer, unsigned at)
{
    assert(at < 2);
    /* In the order of FUSED_WITH. */
    enum { ADD, SUBTRACT, SUBTRACT_FROM, MULTIPLY, DIVIDE, DIVIDE_INTO, MIN, MIN_OF, MAX, MAX_OF, NONE };
    static const uint8_t seconds[][2] = {
        [CODE_ADD] = {ADD, ADD},
        [CODE_SUBTRACT] = {SUBTRACT, SUBTRACT_FROM},
        [CODE_MULTIPLY] = {MULTIPLY, MULTIPLY},
        [CODE_DIVIDE] = {DIVIDE, DIVIDE_INTO},
        [CODE_MIN] = {MIN, MIN_OF},
        [CODE_MAX] = {MAX, MAX_OF},
    };
    unsigned first = inner == CODE_ADD        ? CODE_ADD_ADD
                     : inner == CODE_SUBTRACT ? CODE_SUBTRACT_ADD
                     : inner == CODE_MULTIPLY ? CODE_MULTIPLY_ADD
                     : inner == CODE_DIVIDE   ? CODE_DIVIDE_ADD
                                              : CODE_COUNT;
    bool has_second = (outer >= CODE_ADD && outer <= CODE_DIVIDE) || outer == CODE_MIN || outer == CODE_MAX;
    return first != CODE_COUNT && has_second ? first + seconds[outer][at] : (unsigned)CODE_COUNT;
}

/* The operation that only `n` uses and only in operand k, or NULL. */
static operation_node *sole_operand(operation_node *nodes, const operation_node *n, unsigned k)
{
    assert(k < OPERANDS);
    if (n->operands[k].kind != TO_OPERATION)
        return NULL;
    for (unsigned i = 0; i < n->arity; i++)
        if (i != k && n->operands[i].kind == TO_OPERATION && n->operands[i].id == n->operands[k].id)
            return NULL;
    operation_node *operand = &nodes[n->operands[k].id];
    return operand->users == 1 && operand->copy == NO_OPERATION ? operand : NULL;
}

/* `inner` becomes part `part` of n. */
static void absorb(operation_node *n, operation_node *inner, unsigned part)
{
    assert(!inner->fused_away && part < FUSED);
    inner->fused_away = true;
    n->elements[part] = inner->elements[0];
}

/* (x y) z + w and the like, where the pair is an instruction already. */
static bool fuse_four(operation_node *nodes, operation_node *n)
{
    static const struct {
        uint16_t code, outer, inner;
    } chains[] = {
        /* outer(inner(x, y, z), w): the inner one is itself a fused pair */
        {CODE_SUBTRACT_MULTIPLY_ADD, CODE_ADD, CODE_SUBTRACT_MULTIPLY},
        {CODE_MULTIPLY_MULTIPLY_ADD, CODE_ADD, CODE_MULTIPLY_MULTIPLY},
        {CODE_MULTIPLY_MULTIPLY_MULTIPLY, CODE_MULTIPLY, CODE_MULTIPLY_MULTIPLY},
        {CODE_MULTIPLY_MULTIPLY_DIVIDE, CODE_DIVIDE, CODE_MULTIPLY_MULTIPLY},
        {CODE_ADD_ADD_ADD, CODE_ADD, CODE_ADD_ADD},
    };
    for (unsigned k = 0; k < 2; k++) {
        operation_node *inner = sole_operand(nodes, n, k);
        if (!inner || inner->arity != 3)
            continue;
        for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
            if (chains[i].outer != n->code || chains[i].inner != inner->code ||
                (n->code == CODE_DIVIDE && k == 1))
                continue;
            reference w = n->operands[1 - k];
            memcpy(n->operands, inner->operands, 3 * sizeof *n->operands);
            n->operands[3] = w;
            n->code = chains[i].code;
            n->arity = 4;
            absorb(n, inner, 2);
            n->elements[1] = inner->elements[1];
            return true;
        }
    }
    return false;
}

static bool fuse_sides(operation_node *nodes, operation_node *n)
{
    if (n->code != CODE_ADD && n->code != CODE_SUBTRACT)
        return false;
    operation_node *left = sole_operand(nodes, n, 0), *right = sole_operand(nodes, n, 1);
    if (!left || !right || left == right || left->code != CODE_MULTIPLY || right->code != CODE_MULTIPLY)
        return false;
    n->code = n->code == CODE_ADD ? CODE_MULTIPLY_ADD_MULTIPLY : CODE_MULTIPLY_SUBTRACT_MULTIPLY;
    n->arity = 4;
    n->operands[0] = left->operands[0];
    n->operands[1] = left->operands[1];
    n->operands[2] = right->operands[0];
    n->operands[3] = right->operands[1];
    absorb(n, left, 1);
    absorb(n, right, 2);
    return true;
}

static bool fuse_condition(operation_node *nodes, operation_node *n)
{
    operation_node *test = n->code == CODE_IF ? sole_operand(nodes, n, 0) : NULL;
    if (!test || (test->code != CODE_LESS && test->code != CODE_LESS_EQUAL))
        return false;
    n->code = test->code == CODE_LESS ? CODE_LESS_IF : CODE_LESS_EQUAL_IF;
    n->arity = 4;
    n->operands[3] = n->operands[2];
    n->operands[2] = n->operands[1];
    n->operands[0] = test->operands[0];
    n->operands[1] = test->operands[1];
    absorb(n, test, 1);
    return true;
}

static bool fuse_two(operation_node *nodes, operation_node *n)
{
    if (n->arity != 2)
        return false;
    for (unsigned k = 0; k < 2; k++) {
        operation_node *inner = sole_operand(nodes, n, k);
        unsigned fused = inner ? pair_code(inner->code, n->code, k) : (unsigned)CODE_COUNT;
        if (fused == CODE_COUNT)
            continue;
        reference z = n->operands[1 - k];
        n->code = (uint16_t)fused;
        n->arity = 3;
        n->operands[0] = inner->operands[0];
        n->operands[1] = inner->operands[1];
        n->operands[2] = z;
        absorb(n, inner, 1);
        return true;
    }
    return false;
}

void fuse_operations(operation_node *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        operation_node *n = &nodes[i];
        if (!fuse_condition(nodes, n) && !fuse_sides(nodes, n) && !fuse_four(nodes, n))
            fuse_two(nodes, n);
    }
}
