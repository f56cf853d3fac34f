/* What conveyors.c, which is about whole conveyors, and belts.c, which keeps every slat apart, share. */
#ifndef TRUCE_CONVEYORS_H
#define TRUCE_CONVEYORS_H

#include "model/builder.h"

enum { SLAT_LIMIT = 10000 };

typedef struct belt_parts {
    builder *b;
    const context *c;
    const stock_flows *s;
    const expression *dt, *one;
    const expression *length, *slats;        /* L, n */
    const expression *contents, *in, *start; /* S, what flows in, i0 */
    const expression *fraction;              /* f: of all leaks together; NULL: none */
    const expression *stays;                 /* exponential: 1 - f DT */
    const expression *go;                    /* of one that can be arrested: it is not; else NULL */
} belt_parts;

/* ---- belt_parts.c -------------------------------------------------------------------------------------- */
const expression *belt_make(const belt_parts *p, operation op, const expression *x, const expression *y);
size_t belt_add_state(const belt_parts *p, element_kind kind, const expression *initial);
bool belt_set_equation(const belt_parts *p, size_t at, const expression *x);

/* belts.c: what comes out at the end, and by outflow what each leak takes. False after a failure. */
bool move_by_slats(belt_parts *p, const expression **end, const expression **leaks);

#endif
