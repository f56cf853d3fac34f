/* The pieces that the equations of conveyors are put together from. */
#include "model/conveyors.h"

const expression *belt_make(const belt_parts *p, operation op, const expression *x, const expression *y)
{
    return make(p->b, p->c, op, x, y, NULL);
}

size_t belt_add_state(const belt_parts *p, element_kind kind, const expression *initial)
{
    size_t made = initial ? add_hidden(p->b, p->c, kind) : SIZE_MAX;
    if (made != SIZE_MAX)
        p->b->model->elements[made].initial = initial;
    return made;
}

bool belt_set_equation(const belt_parts *p, size_t at, const expression *x)
{
    if (!x || at == SIZE_MAX)
        return false;
    p->b->model->elements[at].equation = x;
    return true;
}
