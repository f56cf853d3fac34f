/* Payments: FV, PV and PMT of Stella, which are those of spreadsheets (OpenDocument 1.2, OpenFormula, section 6.12).
 *
 * With a rate r for each of n periods, a present value v, a future value f and a payment p at the end of each
 * period (type 0) or at its start (type 1), what is received being positive and what is paid negative:
 *
 *     v (1 + r)^n + p (1 + r type) ((1 + r)^n - 1)/r + f = 0,     with r = 0: v + p n + f = 0 */
#include "model/builder.h"

typedef struct payments {
    builder *b;
    const context *c;
    const expression *growth, *annuity; /* (1 + r)^n, and what a payment of 1 adds up to */
} payments;

static const expression *twice(const payments *p, operation op, const expression *x, const expression *y)
{
    return make(p->b, p->c, op, x, y, NULL);
}

static bool compound(payments *p, const expression *rate, const expression *periods, const expression *type)
{
    const expression *r = share(p->b, p->c, rate), *n = share(p->b, p->c, periods);
    const expression *zero = make_number(p->b, p->c, 0), *one = make_number(p->b, p->c, 1);
    p->growth = share(p->b, p->c, twice(p, OP_POWER, twice(p, OP_ADD, one, r), n));
    const expression *sum = twice(p, OP_DIVIDE, twice(p, OP_SUBTRACT, p->growth, one), r);
    if (type)
        sum = twice(p, OP_MULTIPLY, sum, twice(p, OP_ADD, one, twice(p, OP_MULTIPLY, r, type)));
    p->annuity = share(p->b, p->c, make(p->b, p->c, OP_IF, twice(p, OP_EQUAL, r, zero), n, sum));
    return p->annuity != NULL;
}

const expression *expand_payments(builder *b, const context *c, const node *n, const expression *const *x)
{
    payments p = {.b = b, .c = c};
    const expression *last = n->count > 3 ? x[3] : make_number(b, c, 0);
    if (!compound(&p, x[0], x[1], n->count == 5 ? x[4] : NULL))
        return NULL;
    const expression *sum, *over = NULL;
    switch ((int)n->function->number) {
    case PAYMENTS_FUTURE_VALUE: /* FV(r, n, p, v) */
        sum = twice(&p, OP_ADD, twice(&p, OP_MULTIPLY, last, p.growth),
                    twice(&p, OP_MULTIPLY, x[2], p.annuity));
        break;
    case PAYMENTS_PRESENT_VALUE: /* PV(r, n, p, f) */
        sum = twice(&p, OP_ADD, last, twice(&p, OP_MULTIPLY, x[2], p.annuity));
        over = p.growth;
        break;
    default: /* PMT(r, n, v, f) */
        sum = twice(&p, OP_ADD, last, twice(&p, OP_MULTIPLY, x[2], p.growth));
        over = p.annuity;
    }
    sum = make(b, c, OP_NEGATE, sum, NULL, NULL);
    return over ? twice(&p, OP_DIVIDE, sum, over) : sum;
}
