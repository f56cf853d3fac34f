/* Which parameters of macros are arrays: those used as arrays, which resolving found, and those handed on to a
 * parameter that is one. */
#include "model/builder.h"

/* A parameter that is handed on to another one. */
typedef struct giver {
    size_t macro, index; /* scope, and its parameter */
    const struct giver *next;
} giver;

typedef struct search {
    builder *b;
    size_t *first;        /* by scope: the number of its first parameter among all */
    const giver **givers; /* by number */
    const giver **queue;  /* parameters found to be arrays */
    size_t queued;
} search;

/* None of a macro that is left out. */
static size_t parameter_count(const scope *sc)
{
    return sc->macro ? sc->macro->parameter_count : 0;
}

static size_t number_of(const search *f, size_t macro, size_t index)
{
    return f->first[macro] + index;
}

static const giver *make_giver(search *f, size_t macro, size_t index, const giver *next)
{
    giver *made = arena_alloc(&f->b->scratch, sizeof *made);
    if (!made) {
        fail_memory(f->b);
        return NULL;
    }
    *made = (giver){macro, index, next};
    return made;
}

static bool note_calls(search *f, size_t macro, const node *n)
{
    for (size_t i = 0; n && i < n->count; i++) {
        const node *x = n->arguments[i];
        if (n->symbol == SYMBOL_MACRO && x->kind == NODE_NAME && x->symbol == SYMBOL_PARAMETER) {
            const giver **list = &f->givers[number_of(f, n->index, i)];
            if (!(*list = make_giver(f, macro, x->index, *list)))
                return false;
        }
        if (!note_calls(f, macro, x))
            return false;
    }
    return true;
}

/* The tree of all elements, and those of single ones: neighbours may have the same. */
static bool note_trees(search *f, size_t macro, const node *all, node *const *list, size_t count)
{
    bool good = note_calls(f, macro, all);
    for (size_t e = 0; good && list && e < count; e++)
        if (e == 0 || list[e] != list[e - 1])
            good = note_calls(f, macro, list[e]);
    return good;
}

static bool note_macro(search *f, size_t i)
{
    const scope *sc = &f->b->scopes[i];
    bool good = note_trees(f, i, sc->result, sc->defaults, parameter_count(sc));
    for (size_t k = 0; good && k < sc->source_count; k++) {
        const source *s = &sc->sources[k];
        good = note_trees(f, i, s->equation, s->equations, s->element_count) &&
               note_trees(f, i, s->initial, s->initials, s->element_count) &&
               note_trees(f, i, s->net, s->nets, s->element_count);
    }
    return good;
}

static bool start_with_known(search *f, size_t i)
{
    const scope *sc = &f->b->scopes[i];
    for (size_t k = 0; k < parameter_count(sc); k++)
        if (sc->arrayed[k] && !(f->queue[f->queued++] = make_giver(f, i, k, NULL)))
            return false;
    return true;
}

static bool prepare(search *f)
{
    builder *b = f->b;
    size_t count = 0;
    f->first = arena_array(&b->scratch, b->scope_count, sizeof *f->first);
    for (size_t i = 1; f->first && i < b->scope_count; i++) {
        f->first[i] = count;
        count += parameter_count(&b->scopes[i]);
    }
    f->givers = arena_array(&b->scratch, count, sizeof *f->givers);
    f->queue = arena_array(&b->scratch, count, sizeof *f->queue);
    return (f->first && f->givers && f->queue) || fail_memory(b);
}

bool find_arrayed_parameters(builder *b)
{
    search f = {.b = b};
    if (!prepare(&f))
        return false;
    for (size_t i = 1; i < b->scope_count; i++)
        if (!note_macro(&f, i) || !start_with_known(&f, i))
            return false;
    for (size_t at = 0; at < f.queued; at++)
        for (const giver *g = f.givers[number_of(&f, f.queue[at]->macro, f.queue[at]->index)]; g;
             g = g->next) {
            bool *arrayed = &b->scopes[g->macro].arrayed[g->index];
            if (!*arrayed)
                f.queue[f.queued++] = g;
            *arrayed = true;
        }
    return true;
}
