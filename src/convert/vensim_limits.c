/* Stocks that may not be negative, in Vensim's language, which has none: their outflows are cut to what is there, as
 * truce's own equations do it (model/stocks.c). That can be said for Euler's method, in which a flow has one value a
 * step. */
#include "convert/convert.h"

#include <string.h>

/* MOST_CUT: each outflow is cut by all before it, so that their text grows with the square. */
enum { MOST_DEPTH = 1000, MOST_CUT = 100 };

bool is_uniflow(const conversion *c, const xmile_variable *v)
{
    bool common = v->kind == XMILE_FLOW && c->document->models[0].flows_non_negative == 1;
    return v->kind != XMILE_STOCK && (v->non_negative == 1 || (v->non_negative < 0 && common));
}

bool is_limited(const conversion *c, const xmile_variable *v)
{
    bool common = c->document->models[0].stocks_non_negative == 1;
    return v->kind == XMILE_STOCK && (v->non_negative == 1 || (v->non_negative < 0 && common));
}

static const size_t NO_STOCK = SIZE_MAX, SEVERAL_STOCKS = SIZE_MAX - 1;

/* By variable, SIZE_MAX for none. */
static void find_first_elements(conversion *c)
{
    const xmile_model *m = &c->document->models[0];
    for (size_t i = 0; i < m->variable_count; i++)
        c->first_elements[i] = SIZE_MAX;
    for (size_t i = c->model->visible_count; i-- > 0;)
        if (c->model->elements[i].variable < m->variable_count)
            c->first_elements[c->model->elements[i].variable] = i;
}

bool find_drained(conversion *c)
{
    const xmile_model *m = &c->document->models[0];
    c->drained = arena_array(&c->b.scratch, m->variable_count, sizeof *c->drained);
    c->first_elements = arena_array(&c->b.scratch, m->variable_count, sizeof *c->first_elements);
    if (!c->drained || !c->first_elements)
        return fail_memory(&c->b);
    find_first_elements(c);
    for (size_t i = 0; i < m->variable_count; i++)
        c->drained[i] = NO_STOCK;
    for (size_t i = 0; i < m->variable_count; i++)
        for (size_t k = 0; m->variables[i].kind == XMILE_STOCK && k < m->variables[i].outflow_count; k++) {
            const xmile_variable *flow = find_by_name(c, m->variables[i].outflows[k].text);
            size_t *by = flow ? &c->drained[flow - m->variables] : NULL;
            if (by)
                *by = *by == NO_STOCK || *by == i ? i : SEVERAL_STOCKS;
        }
    return c->b.status == TRUCE_OK;
}

/* The only stock that a flow drains, or NULL. */
static const xmile_variable *drained_by(const conversion *c, const xmile_variable *flow)
{
    const xmile_model *m = &c->document->models[0];
    size_t by = c->drained[flow - m->variables];
    return by < m->variable_count ? &m->variables[by] : NULL;
}

static bool refuse(conversion *c, const xmile_variable *stock, const char *why)
{
    return fail(&c->b, stock->at.file, stock->at.line,
                "the stock \"%s\", which may not be negative, cannot be expressed in Vensim's language: %s",
                stock->name, why);
}

/* Flows must have the dimensions of the stock, and be flows of all its elements. */
bool check_limited(conversion *c, const xmile_variable *stock, const xmile_macro *macro)
{
    if (macro)
        return refuse(c, stock, "it is one of a macro");
    if (c->model->sim_specs.method != TRUCE_EULER)
        return refuse(c, stock, "the method is not Euler's");
    if (stock->outflow_count > MOST_CUT)
        return refuse(c, stock, "it has more than 100 outflows"); /* MOST_CUT */
    for (size_t i = 0; i < stock->outflow_count; i++) {
        if (stock->outflow_elements && stock->outflow_elements[i] != SIZE_MAX)
            return refuse(c, stock, "its elements have outflows of their own");
        const xmile_variable *flow = find_by_name(c, stock->outflows[i].text);
        if (!flow || flow->kind == XMILE_STOCK || flow->is_data)
            return refuse(c, stock, "one of its outflows has no equation");
        if (flow->dimension_count != stock->dimension_count)
            return refuse(c, stock, "one of its outflows has other dimensions");
        for (size_t k = 0; k < flow->dimension_count; k++)
            if (!same_name(c, flow->dimensions[k], stock->dimensions[k]))
                return refuse(c, stock, "one of its outflows has other dimensions");
        if (drained_by(c, flow) == stock && (flow->graph || flow->initial.text))
            return refuse(c, stock, "one of its outflows is a graph or has an initial equation");
    }
    return true;
}

/* ---- The order of the outflows ------------------------------------------------------------------------ */

static size_t first_element(const conversion *c, const xmile_variable *v)
{
    return c->first_elements[v - c->document->models[0].variables];
}

/* Whether a limit, as far as it is of hidden elements, names an element. */
static bool names(const truce_model *m, const expression *x, size_t element_index, int depth)
{
    if (!x || depth == 0)
        return false;
    if (x->op == OP_VARIABLE)
        return x->index == element_index ||
               (m->elements[x->index].hidden &&
                names(m, m->elements[x->index].equation, element_index, depth - 1));
    for (int i = 0; i < x->arity; i++)
        if (names(m, x->arguments[i], element_index, depth - 1))
            return true;
    return false;
}

/* Whether an outflow of the stock is served before another one. */
static bool is_before(const conversion *c, const xmile_variable *earlier, const xmile_variable *flow)
{
    size_t own = first_element(c, flow), other = first_element(c, earlier);
    return own != SIZE_MAX && other != SIZE_MAX && own != other &&
           names(c->model, c->model->elements[own].limit, other, MOST_DEPTH);
}

/* ---- Text --------------------------------------------------------------------------------------------- */

static bool write_bare_name(vensim_scene *s, const xmile_variable *v)
{
    const char *name = name_display(&s->c->b.scratch, v->name, strlen(v->name));
    node n = {.kind = NODE_NAME, .written = name, .name = name, .file = v->at.file, .line = v->at.line};
    return name ? write_vensim_variable(s, &n) : fail_memory(&s->c->b);
}

/* "MAX(stock, 0) / TIME STEP" */
bool write_contents(vensim_scene *s, const xmile_variable *stock)
{
    text_print(s->t, "MAX(");
    bool done = write_bare_name(s, stock);
    text_print(s->t, ", 0) / TIME STEP");
    return done;
}

bool is_cut(const conversion *c, const xmile_variable *flow)
{
    const xmile_variable *stock = flow->kind == XMILE_STOCK ? NULL : drained_by(c, flow);
    return stock && is_limited(c, stock);
}

/* ", MAX(stock, 0) / TIME STEP - the outflows before this one)" */
bool write_cut(vensim_scene *s, const xmile_variable *flow)
{
    const xmile_variable *stock = drained_by(s->c, flow);
    text part = {0}, *whole = s->t;
    bool first = true, done;
    s->t = &part;
    done = write_contents(s, stock);
    for (size_t i = 0; i < stock->outflow_count && done; i++) {
        const xmile_variable *other = find_by_name(s->c, stock->outflows[i].text);
        if (!other || !is_before(s->c, other, flow))
            continue;
        first = false;
        text_print(s->t, " - ");
        done = write_bare_name(s, other);
    }
    s->t = whole;
    text_print(whole, first ? ", %s)" : ", MAX(%s, 0))", part.bytes ? part.bytes : "");
    whole->failed = whole->failed || part.failed;
    text_free(&part);
    return done;
}

/* The stock itself is held at zero where an inflow may be negative or an outflow drains several stocks. */
bool is_held(conversion *c, const xmile_variable *stock)
{
    if (!is_limited(c, stock))
        return false;
    for (size_t i = 0; i < stock->inflow_count; i++) {
        const xmile_variable *flow = find_by_name(c, stock->inflows[i].text);
        if (!flow || !is_uniflow(c, flow))
            return true;
    }
    for (size_t i = 0; i < stock->outflow_count; i++) {
        const xmile_variable *flow = find_by_name(c, stock->outflows[i].text);
        if (!flow || drained_by(c, flow) != stock)
            return true;
    }
    return false;
}
