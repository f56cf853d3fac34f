/* SUM, PROD, VMIN and VMAX of what uses the ranges they run over as numbers, SUM(IF THEN ELSE(R! > 2, x[R!], 0)):
 * written out, element by element. XMILE has no such number. */
#include "vensim/write.h"

#include <assert.h>
#include <string.h>

bool uses_each(const mdl_node *n)
{
    if (n->each)
        return true;
    for (size_t i = 0; i < n->count; i++)
        if (uses_each(n->arguments[i]))
            return true;
    return false;
}

/* The ranges in the tree that are followed by "!", each once. */
static bool find_ranges(mdl_scene *s, const mdl_node *n)
{
    for (size_t i = 0; i <= n->subscript_count; i++) {
        const mdl_subscript *given = i < n->subscript_count ? &n->subscripts[i] : NULL;
        if (!(given ? given->each : n->each))
            continue;
        size_t range = mdl_find_range(s->r, given ? given->folded : n->folded);
        if (range == SIZE_MAX)
            return mdl_fail(s->r, n->line, "\"%s!\" is not a range of subscripts",
                            given ? given->name : n->written);
        if (element_of_each(s, range))
            continue;
        if (s->each_count == MDL_SUBSCRIPTS)
            return mdl_fail(s->r, n->line, "a sum runs over at most %d ranges", MDL_SUBSCRIPTS);
        s->each[s->each_count++] = (mdl_cover){.range = range};
    }
    for (size_t i = 0; i < n->count; i++)
        if (!find_ranges(s, n->arguments[i]))
            return false;
    return true;
}

/* The combination of that number. */
static void choose(mdl_scene *s, size_t first, size_t number)
{
    assert(first <= s->each_count);
    for (size_t i = s->each_count; i-- > first;) {
        const mdl_range *range = &s->r->ranges[s->each[i].range];
        s->each[i].element = range->elements[number % range->count];
        number /= range->count;
    }
}

enum { PART = 500 };

/* What stands before a term: as an expression must not have too many levels, a long sum is one of sums in brackets. */
static void begin_term(writer *w, const char *between, size_t i, size_t terms)
{
    bool part = terms > PART && *between != ',' && i % PART == 0;
    text_print(&w->t, "%s%s%s", part && i ? ")" : "", i ? between : "", part ? "(" : "");
}

bool write_out(writer *w, const mdl_node *n, const char *pattern)
{
    enum { MOST_TERMS = 10000, MOST_OF_MODEL = 1000000 };
    mdl_scene *s = w->scene;
    size_t first = s->each_count, terms = 1;
    if (!find_ranges(s, n->arguments[0]))
        return false;
    for (size_t i = first; i < s->each_count && terms <= MOST_TERMS; i++)
        terms *= s->r->ranges[s->each[i].range].count;
    if (!terms || terms > MOST_TERMS)
        return mdl_fail(s->r, n->line,
                        "%s of more than %d terms, or of none, is not supported where a range is a number",
                        n->written, MOST_TERMS);
    if ((s->r->terms += terms) > MOST_OF_MODEL)
        return mdl_fail(s->r, n->line,
                        "sums in which a range is a number have more than %d terms in the model",
                        MOST_OF_MODEL);
    const char *between = *pattern == 'S' ? " + " : *pattern == 'P' ? " * " : ", ";
    text_print(&w->t, *between == ',' ? (pattern[1] == 'A' ? "MAX(" : "MIN(") : "(");
    for (size_t i = 0; i < terms; i++) {
        choose(s, first, i);
        begin_term(w, between, i, terms);
        if (!write_tree(w, n->arguments[0], LEVEL_VALUE))
            return false;
    }
    text_print(&w->t, terms > PART && *between != ',' ? "))" : ")");
    s->each_count = first;
    return true;
}
