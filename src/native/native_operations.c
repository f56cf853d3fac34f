/* Which operations native code has. */
#include "native/parts.h"

#include <math.h>

const char *native_expression(unsigned operation)
{
    static const char *const expressions[CODE_COUNT] = {
#define X(name, arity, expression) [CODE_##name] = #expression,
        ELEMENTWISE_OPERATIONS(X) FUSED_OPERATIONS(X)
#undef X
    };
    return operation < CODE_COUNT ? expressions[operation] : NULL;
}

bool native_has_table(const truce_program *program, uint32_t table)
{
    enum { MOST_POINTS = 24 }; /* as for the interpreter's scan */
    const program_table *t = &program->tables[table];
    const double *x = program->points + t->first;
    bool has = t->count <= MOST_POINTS && !isnan(t->lowest);
    for (size_t i = 0; has && i < 3 * (size_t)t->count; i++)
        has = isfinite(x[i]) && (i == 0 || i >= t->count || x[i - 1] < x[i]);
    return has;
}
