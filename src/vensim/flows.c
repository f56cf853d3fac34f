/* Flows. Vensim knows none: the net flow of a level is an expression. Where it is a sum and difference of
 * names, each of which is of one level's inflows and one level's outflows at most, those are flows, as in
 * Vensim's sketch. */
#include "vensim/read.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_FLOWS = 64 };

typedef struct term {
    const mdl_node *name;
    size_t variable;
    bool out;
} term;

typedef struct search {
    mdl_reader *r;
    mdl_section *s;
    xmile_variable *variables;
    bool *used[2]; /* by variable: as inflow, as outflow */
    const mdl_equation *level;
    term terms[MOST_FLOWS];
    size_t count;
} search;

/* A name over the whole of what the level runs over. */
static bool is_flow(const search *f, const mdl_node *n, size_t variable)
{
    const xmile_variable *v = &f->variables[variable];
    const mdl_variable *own = &f->s->variables[variable];
    const mdl_variable *level = &f->s->variables[map_get(&f->s->names, f->level->folded)];
    if (v->kind == XMILE_STOCK || v->is_data || (!v->equation.text && !v->element_count) ||
        n->subscript_count != f->level->left.count || own->dimension_count != level->dimension_count)
        return false;
    const mdl_equation *e = &f->s->equations[own->first];
    if (e->sign == MDL_LOOKUP || e->sign == MDL_DATA)
        return false;
    for (size_t i = 0; i < n->subscript_count; i++)
        if (strcmp(n->subscripts[i].folded, f->level->left.items[i].folded) != 0 ||
            own->dimensions[i] != level->dimensions[i])
            return false;
    return true;
}

static bool add_terms(search *f, const mdl_node *n, bool out)
{
    if (n->kind == MDL_BRACKETS)
        return add_terms(f, n->arguments[0], out);
    if (n->kind == MDL_SIGN && *n->written == '-')
        return add_terms(f, n->arguments[0], !out);
    if (n->kind == MDL_OPERATOR && (*n->written == '+' || *n->written == '-'))
        return add_terms(f, n->arguments[0], out) &&
               add_terms(f, n->arguments[1], *n->written == '-' ? !out : out);
    size_t variable = n->kind == MDL_NAME ? map_get(&f->s->names, n->folded) : SIZE_MAX;
    if (variable == SIZE_MAX || f->count == MOST_FLOWS || !is_flow(f, n, variable) || f->used[out][variable])
        return false;
    for (size_t i = 0; i < f->count; i++)
        if (f->terms[i].variable == variable)
            return false;
    f->terms[f->count++] = (term){.name = n, .variable = variable, .out = out};
    return true;
}

static bool flow_text(mdl_reader *r, const mdl_node *n, xmile_text *out)
{
    text t = {0};
    mdl_write_name(&t, n->written);
    out->text = t.failed ? NULL : arena_copy(r->a, t.bytes, t.length);
    out->at = mdl_place(r, n->line);
    text_free(&t);
    return out->text || mdl_no_memory(r);
}

static bool set_flows(search *f, xmile_variable *stock)
{
    xmile_text *lists[2] = {mdl_array(f->r, f->count, sizeof(xmile_text)),
                            mdl_array(f->r, f->count, sizeof(xmile_text))};
    size_t counts[2] = {0};
    if (!lists[0] || !lists[1])
        return false;
    for (size_t i = 0; i < f->count; i++) {
        const term *t = &f->terms[i];
        if (!flow_text(f->r, t->name, &lists[t->out][counts[t->out]++]))
            return false;
        f->used[t->out][t->variable] = true;
        f->variables[t->variable].kind = XMILE_FLOW;
    }
    stock->inflows = lists[0];
    stock->inflow_count = counts[0];
    stock->outflows = lists[1];
    stock->outflow_count = counts[1];
    stock->net = (xmile_text){0};
    return true;
}

bool mdl_find_flows(mdl_reader *r, mdl_section *s, xmile_variable *variables)
{
    search f = {.r = r, .s = s, .variables = variables};
    for (int i = 0; i < 2; i++)
        if (!(f.used[i] = mdl_array(r, s->variable_count, sizeof *f.used[i])))
            return false;
    for (size_t i = 0; i < s->variable_count; i++) {
        xmile_variable *v = &variables[i];
        if (v->kind != XMILE_STOCK || !v->net.text)
            continue;
        f.level = &s->equations[s->variables[i].first];
        f.count = 0;
        if (add_terms(&f, f.level->right->arguments[0], false) && !set_flows(&f, v))
            return false;
    }
    return true;
}
