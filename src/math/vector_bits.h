/* What functions over vectors have in common, whatever their width: numbers as bits, choices by lane. Who includes this
 * has defined VECTOR, the number of lanes, and the type `vector`. */
#ifndef TRUCE_VECTOR_BITS_H
#define TRUCE_VECTOR_BITS_H

#include <stdint.h>
#include <string.h>

typedef uint64_t vector_bits __attribute__((vector_size(VECTOR * sizeof(double))));

#define OWN static inline __attribute__((always_inline))

OWN vector pick(vector_bits condition, vector yes, vector no)
{
    return (vector)(((vector_bits)yes & condition) | ((vector_bits)no & ~condition));
}

#define LESS_THAN(a, b) ((vector_bits)((a) < (b)))
#define EQUAL_TO(a, b)  ((vector_bits)((a) == (b)))

OWN vector magnitude(vector x)
{
    return (vector)((vector_bits)x & ~(UINT64_C(1) << 63));
}

/* x with the sign of `sign` turned over where that has one */
OWN vector with_sign_of(vector x, vector sign)
{
    return (vector)((vector_bits)x ^ ((vector_bits)sign & UINT64_C(1) << 63));
}

OWN vector_bits is_whole(vector x)
{
    vector size = magnitude(x);
    return ~LESS_THAN(size, spread(0x1p52)) | EQUAL_TO((size + 0x1p52) - 0x1p52, size);
}

/* The power whose size is `value` for what is neither 0 nor infinite, with the exceptions of C (Annex F) */
OWN vector power_with_exceptions(vector x, vector y, vector value)
{
    vector size = magnitude(x), none = spread(0), one = spread(1);
    vector_bits is_zero = EQUAL_TO(size, none), is_infinite = EQUAL_TO(size, spread(INFINITY));
    vector_bits whole = is_whole(y), odd = whole & ~is_whole(0.5 * y);
    vector_bits grows = (is_zero & LESS_THAN(y, none)) | (is_infinite & LESS_THAN(none, y));
    value = pick(is_zero | is_infinite, pick(grows, spread(INFINITY), none), value);
    value = with_sign_of(value, pick(odd, x, none));
    value = pick(LESS_THAN(x, none) & ~whole & ~is_infinite, spread(NAN), value);
    value = pick(EQUAL_TO(x, x) & EQUAL_TO(y, y), value, x + y);
    return pick(EQUAL_TO(y, none) | EQUAL_TO(x, one), one, value);
}

#endif
