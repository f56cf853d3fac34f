/* A comparison as data for programs: the public side of answers.h. */
#include "answers/answers.h"

#include <stdlib.h>

truce_comparison_facts truce_comparison_facts_of(const truce_comparison *x)
{
    if (!x)
        return (truce_comparison_facts){.from = TRUCE_MONTH_NONE, .to = TRUCE_MONTH_NONE};
    return (truce_comparison_facts){.from = x->c->start + (month)x->from,
                                    .to = x->c->start + (month)(x->from + x->months) - 1,
                                    .members = x->members,
                                    .months = x->months,
                                    .worlds = x->world_count,
                                    .switches = x->switch_count,
                                    .quantities = x->quantities->quantity_count,
                                    .failed = x->failed};
}

const char *truce_comparison_world(const truce_comparison *x, size_t world)
{
    return x && world < x->world_count ? x->names[world] : NULL;
}

truce_quantity truce_comparison_quantity(const truce_comparison *x, size_t index)
{
    return truce_results_quantity(x ? x->quantities : NULL, index);
}

/* Worlds are counted from 1 where they are compared with the reference. */
static bool has_effect(const truce_comparison *x, size_t world, size_t q)
{
    return x && world > 0 && world < x->world_count && q < x->quantities->quantity_count;
}

truce_effect truce_comparison_effect(const truce_comparison *x, size_t world, size_t q)
{
    if (!has_effect(x, world, q))
        return (truce_effect){.reference = answers_nothing(),
                              .world = answers_nothing(),
                              .effect = answers_nothing(),
                              .relative = answers_nothing(),
                              .total = answers_nothing(),
                              .half = SIZE_MAX};
    return effect_of(x, world, q)->window;
}

truce_effect_month truce_comparison_month(const truce_comparison *x, size_t world, size_t q, size_t m)
{
    if (!has_effect(x, world, q) || m >= x->months)
        return (truce_effect_month){answers_nothing(), answers_nothing(), answers_nothing(),
                                    answers_nothing()};
    return effect_of(x, world, q)->months[m];
}

truce_share truce_comparison_share(const truce_comparison *x, size_t player, size_t q)
{
    if (!x || player >= x->switch_count || q >= x->quantities->quantity_count)
        return (truce_share){answers_nothing(), answers_nothing()};
    return x->shares[q].switches[player];
}

truce_statistics truce_comparison_interaction(const truce_comparison *x, size_t q)
{
    return x && x->switch_count && q < x->quantities->quantity_count ? x->shares[q].interaction
                                                                     : answers_nothing();
}

truce_status truce_comparison_words(const truce_comparison *x, size_t world, char **words, truce_error *error)
{
    REQUIRE(x, "comparison");
    REQUIRE(words, "words");
    if (world == 0 || world >= x->world_count)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no world %zu to compare", world);
    text t = {0};
    comparison_words(&t, x, world);
    *words = t.failed ? NULL : t.bytes;
    if (*words)
        return TRUCE_OK;
    text_free(&t);
    return error_memory(error);
}
