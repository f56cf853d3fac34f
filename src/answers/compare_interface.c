/* A comparison as data for programs: the public side of answers.h. */
#include "answers/answers.h"

#include <assert.h>
#include <stdlib.h>

truce_comparison_facts truce_comparison_facts_of(const truce_comparison *x)
{
    return (truce_comparison_facts){.from = x->c->start + (month)x->from,
                                    .to = x->c->start + (month)(x->from + x->months) - 1,
                                    .members = x->members,
                                    .months = x->months,
                                    .worlds = x->world_count,
                                    .switches = x->switch_count,
                                    .quantities = x->quantities->quantity_count};
}

const char *truce_comparison_world(const truce_comparison *x, size_t world)
{
    assert(world < x->world_count);
    return x->names[world];
}

truce_quantity truce_comparison_quantity(const truce_comparison *x, size_t index)
{
    return truce_results_quantity(x->quantities, index);
}

truce_effect truce_comparison_effect(const truce_comparison *x, size_t world, size_t q)
{
    assert(world > 0 && world < x->world_count && q < x->quantities->quantity_count);
    return effect_of(x, world, q)->window;
}

truce_effect_month truce_comparison_month(const truce_comparison *x, size_t world, size_t q, size_t m)
{
    assert(world > 0 && world < x->world_count && q < x->quantities->quantity_count && m < x->months);
    return effect_of(x, world, q)->months[m];
}

truce_share truce_comparison_share(const truce_comparison *x, size_t player, size_t q)
{
    assert(player < x->switch_count && q < x->quantities->quantity_count);
    return x->shares[q].switches[player];
}

truce_statistics truce_comparison_interaction(const truce_comparison *x, size_t q)
{
    assert(x->switch_count && q < x->quantities->quantity_count);
    return x->shares[q].interaction;
}

truce_status truce_comparison_words(const truce_comparison *x, size_t world, char **words, truce_error *error)
{
    assert(world > 0 && world < x->world_count);
    text t = {0};
    comparison_words(&t, x, world);
    *words = t.failed ? NULL : t.bytes;
    if (*words)
        return TRUCE_OK;
    text_free(&t);
    return error_memory(error);
}
