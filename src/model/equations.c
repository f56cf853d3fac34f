/* The equations of variables: parsed into trees, for a whole array or for its elements, with the graphical
 * functions and flows that stand beside them. Names inside equations are looked up later. */
#include "model/builder.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- Tables ------------------------------------------------------------------------------------------- */

static bool add_table(builder *b, const xmile_graph *graph, size_t *index)
{
    truce_model *m = b->model;
    table t = {graph->type, graph->count, graph->x, graph->y};
    *index = m->table_count;
    return ARENA_PUSH(&m->memory, m->tables, m->table_count, b->table_capacity, t) || fail_memory(b);
}

/* ---- Equations ---------------------------------------------------------------------------------------- */

/* What one subscript of <element subscript="a, b"> covers: an element, or those of a dimension or of *. */
typedef struct cover {
    const size_t *positions; /* NULL: only `first` */
    size_t first, count, at;
} cover;

static bool find_cover(builder *b, const source *s, const xmile_element *e, size_t dimension, const char *at,
                       size_t length, cover *c)
{
    const truce_dimension *d = &b->model->dimensions[dimension];
    const char *dot = memchr(at, '.', length);
    char *prefix = dot ? name_fold(&b->scratch, at, (size_t)(dot - at)) : NULL;
    if (prefix && map_get(&b->dimension_names, prefix) == dimension) { /* "Dimension.element" */
        length -= (size_t)(dot + 1 - at);
        at = dot + 1;
    }
    char *folded = name_fold(&b->scratch, at, length);
    double number;
    if (!folded || (dot && !prefix))
        return fail_memory(b);
    c->count = 1;
    c->first = map_get(&b->dimension_elements[dimension], folded);
    if (c->first == SIZE_MAX && text_to_number(at, length, &number) && number >= 1 &&
        number <= (double)d->size && number == (double)(size_t)number)
        c->first = (size_t)number - 1;
    if (c->first != SIZE_MAX)
        return true;
    size_t named = strcmp(folded, "*") == 0 ? dimension : map_get(&b->dimension_names, folded);
    const relation *known = named != SIZE_MAX ? relate(b, named, dimension) : NULL;
    if (known && known->within) {
        c->positions = known->positions;
        c->count = b->model->dimensions[named].size;
        return true;
    }
    char *name = name_display(&b->scratch, at, length);
    char *what = arena_format(&b->scratch, "element of dimension %s in \"%s\":", d->name, s->name);
    if (!name || !what)
        return fail_memory(b);
    return fail_unknown(b, e->at.file, e->at.line, what, name, d->elements, d->size);
}

static bool find_covers(builder *b, const source *s, const xmile_element *e, cover *covers)
{
    const char *at = e->subscript ? e->subscript : "";
    for (size_t i = 0; i < s->dimension_count; i++) {
        const char *end = at;
        for (bool quoted = false; *end && (quoted || *end != ','); end++)
            if (*end == '"')
                quoted = !quoted;
        covers[i] = (cover){0};
        if (!find_cover(b, s, e, s->dimensions[i], at, (size_t)(end - at), &covers[i]))
            return false;
        at = *end ? end + 1 : end;
        if (*end == ',' && i + 1 == s->dimension_count)
            return fail(b, e->at.file, e->at.line, "\"%s\" has %zu dimensions, but [%s] has more subscripts",
                        s->name, s->dimension_count, e->subscript);
    }
    return true;
}

/* Position in row-major order of where the covers stand. */
static size_t covered_position(const builder *b, const source *s, const cover *covers)
{
    size_t position = 0;
    for (size_t i = 0; i < s->dimension_count; i++)
        position = position * b->model->dimensions[s->dimensions[i]].size +
                   (covers[i].positions ? covers[i].positions[covers[i].at] : covers[i].first);
    return position;
}

static bool next_covered(const source *s, cover *covers)
{
    for (size_t i = s->dimension_count; i-- > 0;) {
        if (++covers[i].at < covers[i].count)
            return true;
        covers[i].at = 0;
    }
    return false;
}

typedef struct element_trees {
    node *equation, *initial, *net;
    size_t table;
} element_trees;

static bool parse_element(builder *b, source *s, const xmile_element *e, element_trees *trees)
{
    bool is_stock = s->from->kind == XMILE_STOCK, has_initial = is_given(&e->initial);
    const xmile_text *equation = is_stock && has_initial ? &e->initial : &e->equation;
    trees->table = SIZE_MAX;
    if (is_given(equation) && !(trees->equation = parse_equation(b, equation, s->name)))
        return false;
    if (!is_stock && has_initial && !(trees->initial = parse_equation(b, &e->initial, s->name)))
        return false;
    if (is_given(&e->net) && !(trees->net = parse_equation(b, &e->net, s->name)))
        return false;
    s->has_table = s->has_table || e->graph;
    return !e->graph || add_table(b, e->graph, &trees->table);
}

static void set_element(builder *b, const scope *sc, source *s, const xmile_element *e,
                        const element_trees *trees, size_t position)
{
    const xmile_text *equation =
        s->from->kind == XMILE_STOCK && is_given(&e->initial) ? &e->initial : &e->equation;
    s->equations[position] = trees->equation;
    s->initials[position] = trees->initial;
    s->nets[position] = trees->net;
    if (trees->table != SIZE_MAX)
        s->tables[position] = trees->table;
    if (trees->equation && !sc->macro)
        b->model->elements[s->first + position].written = equation->text;
}

static bool parse_elements(builder *b, const scope *sc, source *s)
{
    const xmile_variable *v = s->from;
    cover covers[DIMENSION_LIMIT];
    if (v->element_count == 0)
        return true;
    if (s->dimension_count == 0)
        return fail(b, v->elements[0].at.file, v->elements[0].at.line,
                    "\"%s\" has equations for elements, but no dimension", s->name);
    s->equations = arena_array(&b->scratch, s->element_count, sizeof(node *));
    s->initials = arena_array(&b->scratch, s->element_count, sizeof(node *));
    s->nets = arena_array(&b->scratch, s->element_count, sizeof(node *));
    s->tables = arena_array(&b->scratch, s->element_count, sizeof *s->tables);
    s->written_in = arena_array(&b->scratch, s->element_count, sizeof *s->written_in);
    if (!s->equations || !s->initials || !s->nets || !s->tables || !s->written_in)
        return fail_memory(b);
    for (size_t i = 0; i < s->element_count; i++) {
        s->tables[i] = s->table;
        s->written_in[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < v->element_count; i++) {
        const xmile_element *e = &v->elements[i];
        element_trees trees = {0};
        if (!find_covers(b, s, e, covers) || !parse_element(b, s, e, &trees))
            return false;
        do {
            size_t position = covered_position(b, s, covers);
            if (s->written_in[position] != SIZE_MAX)
                return fail(b, e->at.file, e->at.line, "the element [%s] of \"%s\" is given twice",
                            e->subscript, s->name);
            s->written_in[position] = i;
            set_element(b, sc, s, e, &trees, position);
        } while (next_covered(s, covers));
    }
    return true;
}

static bool parse_flows(builder *b, const scope *sc, source *s)
{
    const xmile_variable *v = s->from;
    s->inflows = arena_array(&b->scratch, v->inflow_count, sizeof(node *));
    s->outflows = arena_array(&b->scratch, v->outflow_count, sizeof(node *));
    if (is_given(&v->net) && !(s->net = parse_equation(b, &v->net, s->name)))
        return false;
    if (!s->inflows || !s->outflows)
        return fail_memory(b);
    for (size_t i = 0; i < v->inflow_count; i++)
        if (!(s->inflows[i] = parse_flow_name(b, &v->inflows[i], sc, s)))
            return false;
    for (size_t i = 0; i < v->outflow_count; i++)
        if (!(s->outflows[i] = parse_flow_name(b, &v->outflows[i], sc, s)))
            return false;
    return true;
}

/* Vensim lets an element without an equation be as long as nobody asks for it. It is not a number. */
static bool fill_gap(builder *b, source *s, size_t position)
{
    assert(position < s->element_count && !s->equations[position]);
    const place *at = &s->from->at;
    const char *name = element_name(b, &b->scratch, s, position);
    node *n = arena_alloc(&b->scratch, sizeof *n);
    if (!name || !n)
        return fail_memory(b);
    if (s->from->kind == XMILE_STOCK)
        return fail(b, at->file, at->line,
                    "there is no initial value for \"%s\"; give it any if nothing uses it", name);
    *n = (node){.kind = NODE_NUMBER,
                .depth = 1,
                .number = NAN,
                .index = SIZE_MAX,
                .file = at->file,
                .line = at->line};
    s->equations[position] = n;
    return warn(b, at->file, at->line,
                "there is no equation for \"%s\", which is not a number; give it any if nothing uses it",
                name);
}

/* The conveyor gives the value of its outflow later. */
static bool fill_driven(builder *b, source *s)
{
    node *n = arena_alloc(&b->scratch, sizeof *n);
    if (!n)
        return fail_memory(b);
    *n = (node){.kind = NODE_NUMBER,
                .depth = 1,
                .index = SIZE_MAX,
                .file = s->from->at.file,
                .line = s->from->at.line};
    s->equation = n;
    return true;
}

/* A graphical function that is only called, some of whose elements have no points: their equation is NAN. */
static bool is_table_with_gaps(const source *s)
{
    bool is_table = s->has_table && s->equations && !s->equation && s->from->kind != XMILE_STOCK, any = false;
    for (size_t i = 0; i < s->element_count && is_table; i++) {
        const node *n = s->equations[i];
        bool gap =
            n && n->kind == NODE_NAME && strcasecmp(n->written, "nan") == 0 && s->tables[i] == SIZE_MAX;
        any = any || gap;
        is_table = gap || (!n && s->tables[i] != SIZE_MAX);
    }
    return is_table && any;
}

static bool fill_table_gaps(builder *b, source *s)
{
    static const double x[] = {0, 1}, y[] = {NAN, NAN};
    static const xmile_graph no_points = {.type = XMILE_CONTINUOUS, .count = 2, .x = x, .y = y};
    size_t gap;
    if (!add_table(b, &no_points, &gap))
        return false;
    for (size_t i = 0; i < s->element_count; i++)
        if (s->equations[i]) {
            s->equations[i] = NULL;
            s->tables[i] = gap;
        }
    return true;
}

/* Every element needs an equation of its own, a common one, or to be a table only. */
static bool check_complete(builder *b, source *s)
{
    const xmile_variable *v = s->from;
    if (is_table_with_gaps(s) && !fill_table_gaps(b, s))
        return false;
    bool any = s->equation != NULL;
    for (size_t i = 0; s->equations && i < s->element_count; i++)
        any = any || s->equations[i];
    if (!any && s->has_table && v->kind != XMILE_STOCK) {
        s->is_table = true;
        return true;
    }
    if (!any && s->is_driven)
        return fill_driven(b, s);
    if (!any)
        return fail(b, v->at.file, v->at.line,
                    v->kind == XMILE_STOCK ? "stock \"%s\" has no initial value" : "\"%s\" has no equation",
                    s->name);
    if (s->equation)
        return true;
    for (size_t i = 0; i < s->element_count; i++)
        if (!s->equations[i] && !fill_gap(b, s, i))
            return false;
    return true;
}

/* An input of a module takes the value of what it is connected to. */
static bool parse_alias(builder *b, const scope *sc, source *s)
{
    const source *from = &sc->sources[s->alias];
    char *path = arena_format(&b->scratch, ".%s", from->folded);
    if (!path)
        return fail_memory(b);
    s->equation = parse_path(b, path, from->name, &s->from->equation.at);
    return s->equation != NULL;
}

/* An input that is connected to a graphical function alone is called like it and has no value. */
static void settle_tables(scope *sc)
{
    for (size_t i = 0; i < sc->source_count; i++) {
        size_t end = i;
        while (sc->sources[end].alias != SIZE_MAX)
            end = sc->sources[end].alias;
        if (end == i || !sc->sources[end].is_table)
            continue;
        sc->sources[i].is_table = true;
        sc->sources[i].equation = NULL;
    }
}

static bool parse_source(builder *b, const scope *sc, source *s)
{
    const xmile_variable *v = s->from;
    bool is_stock = v->kind == XMILE_STOCK, has_initial = is_given(&v->initial);
    const xmile_text *equation = is_stock && has_initial ? &v->initial : &v->equation;
    if (s->alias != SIZE_MAX)
        return parse_alias(b, sc, s);
    if (!is_stock && has_initial && !(s->initial = parse_equation(b, &v->initial, s->name)))
        return false;
    if (is_given(equation) && !(s->equation = parse_equation(b, equation, s->name)))
        return false;
    if (v->graph) {
        s->has_table = true;
        if (!add_table(b, v->graph, &s->table))
            return false;
    }
    if (v->kind == XMILE_STOCK && !parse_flows(b, sc, s))
        return false;
    if (s->has_table && v->kind == XMILE_STOCK)
        return fail(b, v->at.file, v->at.line, "stock \"%s\" has a graphical function", s->name);
    return parse_elements(b, sc, s) && check_complete(b, s);
}

static bool parse_macro(builder *b, scope *sc)
{
    const xmile_macro *m = sc->macro;
    for (size_t i = 0; i < m->parameter_count; i++)
        if (m->defaults && is_given(&m->defaults[i]) &&
            !(sc->defaults[i] = parse_equation(b, &m->defaults[i], m->name)))
            return false;
    if (!is_given(&m->equation))
        return fail(b, m->at.file, m->at.line, "macro \"%s\" has no equation", m->name);
    if ((is_given(&m->start) && !(sc->start = parse_equation(b, &m->start, m->name))) ||
        (is_given(&m->stop) && !(sc->stop = parse_equation(b, &m->stop, m->name))) ||
        (is_given(&m->step) && !(sc->step = parse_equation(b, &m->step, m->name))))
        return false;
    sc->result = parse_equation(b, &m->equation, m->name);
    return sc->result != NULL;
}

bool parse_scopes(builder *b)
{
    for (size_t i = 0; i < b->scope_count; i++) {
        scope *sc = &b->scopes[i];
        for (size_t k = 0; k < sc->source_count; k++)
            if (sc->sources[k].from->conveyor && !parse_conveyor(b, sc, &sc->sources[k]))
                return false;
        for (size_t k = 0; k < sc->source_count; k++)
            if (!parse_source(b, sc, &sc->sources[k]))
                return false;
        if (sc->macro && !parse_macro(b, sc))
            return false;
    }
    settle_tables(&b->scopes[0]);
    return true;
}
