/* From equations to the variables of a document. In Vensim a variable is one or more equations, each for
 * some of its elements; what they cover together decides over which ranges it runs. */
#include "vensim/read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Gathering ----------------------------------------------------------------------------------------- */

static bool is_sketch_only(const mdl_equation *e)
{
    return e->right && e->right->kind == MDL_CALL && strcmp(e->right->folded, "a_function_of") == 0;
}

static bool add_equation(mdl_reader *r, mdl_section *s, size_t index)
{
    assert(index < s->equation_count);
    mdl_equation *e = &s->equations[index];
    size_t existing;
    if (!map_put(&s->names, e->folded, s->variable_count, &existing))
        return mdl_no_memory(r);
    if (existing == SIZE_MAX) {
        mdl_variable v = {.name = e->name, .folded = e->folded, .first = index, .last = index};
        return ARENA_PUSH(r->a, s->variables, s->variable_count, s->variable_capacity, v) || mdl_no_memory(r);
    }
    mdl_variable *v = &s->variables[existing];
    if (is_sketch_only(e))
        return true;
    if (is_sketch_only(&s->equations[v->first])) {
        v->first = v->last = index;
        return true;
    }
    if (!e->left.count || !s->equations[v->first].left.count)
        return mdl_fail(r, e->at.line, "\"%s\" is defined twice, first on line %d", e->name,
                        s->equations[v->first].at.line);
    s->equations[v->last].next = index;
    v->last = index;
    return true;
}

/* The elements that a subscript on a left side covers. */
static bool covered(mdl_reader *r, const mdl_subscript *s, const size_t **elements, size_t *count,
                    size_t *single)
{
    size_t range = mdl_find_range(r, s->folded);
    *single = mdl_find_element(r, s->folded);
    if (range != SIZE_MAX) {
        *elements = r->ranges[range].elements;
        *count = r->ranges[range].count;
        return true;
    }
    *elements = single;
    *count = 1;
    return *single != SIZE_MAX || mdl_fail(r, s->line, "\"%s\" is neither a range nor an element", s->name);
}

/* Marks what all equations cover along an axis, and counts it. */
static bool mark_axis(mdl_reader *r, mdl_section *s, const mdl_variable *v, size_t axis, bool *marked,
                      size_t *count)
{
    *count = 0;
    for (size_t i = v->first; i != SIZE_MAX; i = s->equations[i].next) {
        const mdl_equation *e = &s->equations[i];
        const size_t *elements;
        size_t covered_count, single;
        if (e->left.count != s->equations[v->first].left.count)
            return mdl_fail(r, e->at.line, "\"%s\" has %zu subscripts here, but %zu on line %d", v->name,
                            e->left.count, s->equations[v->first].left.count, s->equations[v->first].at.line);
        if (!covered(r, &e->left.items[axis], &elements, &covered_count, &single))
            return false;
        for (size_t k = 0; k < covered_count; k++) {
            *count += !marked[elements[k]];
            marked[elements[k]] = true;
        }
    }
    return true;
}

static size_t marked_in(const mdl_range *range, const bool *marked)
{
    size_t count = 0;
    for (size_t k = 0; k < range->count; k++)
        count += marked[range->elements[k]];
    return count;
}

/* The smallest range with all that is marked; of those as small one that is named in an equation, else the
 * first. */
static size_t choose_range(const mdl_reader *r, const mdl_section *s, const mdl_variable *v, size_t axis,
                           const bool *marked, size_t count)
{
    size_t best = SIZE_MAX, least = SIZE_MAX;
    for (size_t i = v->first; i != SIZE_MAX; i = s->equations[i].next) {
        size_t range = mdl_find_range(r, s->equations[i].left.items[axis].folded);
        if (range != SIZE_MAX && r->ranges[range].count < least &&
            marked_in(&r->ranges[range], marked) == count) {
            best = range;
            least = r->ranges[range].count;
        }
    }
    for (size_t i = 0; i < r->range_count; i++)
        if (r->ranges[i].count < least && marked_in(&r->ranges[i], marked) == count) {
            best = i;
            least = r->ranges[i].count;
        }
    return best;
}

static bool find_dimensions(mdl_reader *r, mdl_section *s, mdl_variable *v)
{
    const mdl_equation *first = &s->equations[v->first];
    size_t count, total = 1;
    v->dimension_count = first->left.count;
    if (!(v->dimensions = mdl_array(r, v->dimension_count, sizeof *v->dimensions)))
        return false;
    bool *marked = v->dimension_count ? calloc(r->element_count + 1, sizeof *marked) : NULL;
    bool done = marked || !v->dimension_count || mdl_no_memory(r);
    for (size_t i = 0; done && i < v->dimension_count; i++) {
        memset(marked, 0, r->element_count * sizeof *marked);
        done = mark_axis(r, s, v, i, marked, &count);
        if (!done)
            break;
        v->dimensions[i] = choose_range(r, s, v, i, marked, count);
        if (v->dimensions[i] == SIZE_MAX) {
            done = mdl_fail(r, first->at.line,
                            "no range of subscripts has all elements of \"%s\" in its place %zu", v->name,
                            i + 1);
            break;
        }
        total *= r->ranges[v->dimensions[i]].count;
        done = total <= MDL_ELEMENTS ||
               mdl_fail(r, first->at.line, "\"%s\" has more than %d elements", v->name, MDL_ELEMENTS);
    }
    free(marked);
    return done;
}

/* The call of the macro that gives one of the outputs of a call. */
static bool define_output(mdl_reader *r, mdl_section *s, const mdl_equation *e, const mdl_node *call,
                          size_t i)
{
    const mdl_section *macro = &r->sections[map_get(&r->macro_names, call->folded)];
    const mdl_node *output = call->arguments[i];
    mdl_node *right = mdl_array(r, 1, sizeof *right);
    if (!right)
        return false;
    if (i - call->outputs >= macro->output_count || output->kind != MDL_NAME)
        return mdl_fail(r, call->line, "macro \"%s\" has %zu outputs", macro->name, macro->output_count);
    *right = *call;
    right->written = arena_format(r->a, "%s %s", macro->name, macro->outputs[i - call->outputs]);
    right->folded = right->written ? name_fold(r->a, right->written, strlen(right->written)) : NULL;
    mdl_equation made = {.name = output->written,
                         .folded = output->folded,
                         .at = mdl_place(r, output->line),
                         .right_at = mdl_place(r, output->line),
                         .left = {output->subscripts, output->subscript_count},
                         .right = right,
                         .units = "",
                         .comment = "",
                         .group = e->group,
                         .next = SIZE_MAX};
    return (right->folded && ARENA_PUSH(r->a, s->equations, s->equation_count, s->equation_capacity, made)) ||
           mdl_no_memory(r);
}

/* Defines the outputs of macros that are called in a tree, but for those with equations of their own. */
static bool define_outputs(mdl_reader *r, mdl_section *s, size_t index, const mdl_node *n)
{
    bool macro = n->kind == MDL_CALL && map_get(&r->macro_names, n->folded) != SIZE_MAX;
    for (size_t i = macro ? n->outputs : n->count; i < n->count; i++)
        if (n->arguments[i]->kind != MDL_NAME || map_get(&s->names, n->arguments[i]->folded) == SIZE_MAX) {
            mdl_equation e = s->equations[index];
            if (!define_output(r, s, &e, n, i) || !add_equation(r, s, s->equation_count - 1))
                return false;
        }
    for (size_t i = 0; i < n->count && i < (macro ? n->outputs : n->count); i++)
        if (!define_outputs(r, s, index, n->arguments[i]))
            return false;
    return true;
}

static bool name_inputs(mdl_reader *r, mdl_section *s)
{
    for (size_t i = 0; i < s->input_count; i++) {
        const char *folded = name_fold(r->a, s->inputs[i], strlen(s->inputs[i]));
        if (!folded || !map_put(&s->input_names, folded, i, NULL))
            return mdl_no_memory(r);
    }
    return true;
}

bool mdl_gather(mdl_reader *r, mdl_section *s)
{
    size_t written = s->equation_count;
    if (!name_inputs(r, s))
        return false;
    for (size_t i = 0; i < written; i++)
        if (!add_equation(r, s, i))
            return false;
    for (size_t i = 0; i < written; i++)
        if (s->equations[i].right && !define_outputs(r, s, i, s->equations[i].right))
            return false;
    for (size_t i = 0; i < s->variable_count; i++)
        if (!find_dimensions(r, s, &s->variables[i]))
            return false;
    return true;
}

/* ---- Equations ----------------------------------------------------------------------------------------- */

typedef struct parts {
    xmile_text equation, initial, net;
    const xmile_graph *graph;
} parts;

static bool is_call(const mdl_node *n, const char *folded, size_t count)
{
    return n && n->kind == MDL_CALL && n->count == count && strcmp(n->folded, folded) == 0;
}

/* GET DIRECT DATA and its relatives; GET XLS is the older name. */
static bool is_direct(const mdl_node *n, const char *what)
{
    bool direct = n && n->kind == MDL_CALL && strncmp(n->folded, "get_direct_", 11) == 0;
    bool xls = n && n->kind == MDL_CALL && strncmp(n->folded, "get_xls_", 8) == 0;
    return (direct || xls) && strcmp(n->folded + (direct ? 11 : 8), what) == 0;
}

static bool is_stock(const mdl_section *s, const mdl_variable *v)
{
    return is_call(s->equations[v->first].right, "integ", 2);
}

/* What an equation says: of a level its initial value and net flow, of a lookup its points. */
static bool translate_parts(mdl_scene *s, const mdl_node *n, parts *p)
{
    *p = (parts){0};
    if (!n) {
        p->equation = (xmile_text){.text = "NAN", .at = s->equation->at};
        return true;
    }
    if (is_call(n, "integ", 2))
        return mdl_translate(s, n->arguments[1], &p->initial) && mdl_translate(s, n->arguments[0], &p->net);
    if (is_call(n, "active_initial", 2))
        return mdl_translate(s, n->arguments[0], &p->equation) &&
               mdl_translate(s, n->arguments[1], &p->initial);
    if (is_call(n, "sample_if_true", 3)) /* while levels get their initial values it holds its own */
        return mdl_translate(s, n, &p->equation) && mdl_translate(s, n->arguments[2], &p->initial);
    if (is_call(n, "with_lookup", 2) && n->arguments[1]->kind == MDL_POINTS) {
        p->graph = n->arguments[1]->graph;
        return mdl_translate(s, n->arguments[0], &p->equation);
    }
    if (is_direct(n, "constants"))
        return mdl_direct_constant(s, n, &p->equation);
    if (is_direct(n, "lookups"))
        return mdl_direct_points(s, n, &p->graph);
    if (is_direct(n, "data"))
        return mdl_direct_data(s, n, &p->equation, &p->graph);
    if (n->kind == MDL_POINTS) {
        p->graph = n->graph;
        return true;
    }
    return mdl_translate(s, n, &p->equation);
}

static bool check_equation(mdl_reader *r, const mdl_section *s, const mdl_variable *v, const mdl_equation *e)
{
    if (!e->right)
        return e->sign == MDL_DATA || e->sign == MDL_ABSENT ||
               mdl_fail(r, e->at.line, "\"%s\" has no equation", e->name);
    if (is_call(e->right, "integ", 2) != is_stock(s, v))
        return mdl_fail(r, e->at.line, "\"%s\" is a level (INTEG) in some of its equations only", e->name);
    if (e->sign == MDL_LOOKUP && e->right->kind != MDL_POINTS && !is_direct(e->right, "lookups"))
        return mdl_fail(r, e->at.line, "the points of the lookup \"%s\" are not supported in this form",
                        e->name);
    return true;
}

/* ---- Elements ------------------------------------------------------------------------------------------ */

typedef struct spread {
    mdl_reader *r;
    mdl_section *section;
    const mdl_variable *v;
    const mdl_equation *e;
    mdl_cover covers[MDL_SUBSCRIPTS];
    size_t at[MDL_SUBSCRIPTS]; /* position in the range of each cover */
    xmile_element *elements;
    size_t count, capacity;
    size_t filled;     /* scalars with an equation */
    bool *seen;        /* by position in row-major order */
    mdl_cover *except; /* what the exceptions name, list after list */
} spread;

static void set_covers(spread *p)
{
    for (size_t i = 0; i < p->e->left.count; i++) {
        size_t range = mdl_find_range(p->r, p->e->left.items[i].folded);
        p->at[i] = 0;
        p->covers[i] = (mdl_cover){
            .range = range,
            .element = range != SIZE_MAX ? (p->r->ranges[range].count ? p->r->ranges[range].elements[0] : 0)
                                         : mdl_find_element(p->r, p->e->left.items[i].folded)};
    }
}

static bool next_combination(spread *p)
{
    for (size_t i = p->e->left.count; i-- > 0;) {
        if (p->covers[i].range == SIZE_MAX)
            continue;
        const mdl_range *range = &p->r->ranges[p->covers[i].range];
        p->at[i] = p->at[i] + 1 < range->count ? p->at[i] + 1 : 0;
        p->covers[i].element = range->elements[p->at[i]];
        if (p->at[i])
            return true;
    }
    return false;
}

/* Whether the combination of the moment is excepted. */
static bool is_excepted(const spread *p)
{
    for (size_t i = 0; i < p->e->exception_count; i++) {
        const mdl_subscripts *list = &p->e->exceptions[i];
        bool all = true;
        for (size_t k = 0; k < list->count && all; k++) {
            const mdl_cover *except = &p->except[i * list->count + k];
            all = except->range != SIZE_MAX
                      ? mdl_position(&p->r->ranges[except->range], p->covers[k].element) != SIZE_MAX
                      : except->element == p->covers[k].element;
        }
        if (all)
            return true;
    }
    return false;
}

/* Finds what the exceptions name, once for all combinations. */
static bool find_exceptions(spread *p)
{
    size_t width = p->e->left.count;
    p->except = mdl_array(p->r, p->e->exception_count * width, sizeof *p->except);
    if (!p->except)
        return false;
    for (size_t i = 0; i < p->e->exception_count; i++) {
        const mdl_subscripts *list = &p->e->exceptions[i];
        if (list->count != p->e->left.count)
            return mdl_fail(p->r, p->e->at.line, "\"%s\" has %zu subscripts, but an exception has %zu",
                            p->e->name, p->e->left.count, list->count);
        for (size_t k = 0; k < list->count; k++) {
            mdl_cover *except = &p->except[i * width + k];
            *except = (mdl_cover){.range = mdl_find_range(p->r, list->items[k].folded),
                                  .element = mdl_find_element(p->r, list->items[k].folded)};
            if (except->range == SIZE_MAX && except->element == SIZE_MAX)
                return mdl_fail(p->r, list->items[k].line, "\"%s\" is neither a range nor an element",
                                list->items[k].name);
        }
    }
    return true;
}

/* "A1, B2" of the combination of the moment. */
static const char *subscript_text(const spread *p, bool ranges)
{
    text t = {0};
    for (size_t i = 0; i < p->e->left.count; i++) {
        bool range = ranges && p->covers[i].range != SIZE_MAX;
        if (i)
            text_print(&t, ", ");
        mdl_write_name(&t, range ? p->r->ranges[p->covers[i].range].name
                                 : p->r->elements[p->covers[i].element].name);
    }
    char *copy = t.failed ? NULL : arena_copy(p->r->a, t.bytes ? t.bytes : "", t.length);
    text_free(&t);
    if (!copy)
        mdl_no_memory(p->r);
    return copy;
}

static bool add_element(spread *p, const parts *given, bool ranges)
{
    xmile_element e = {.subscript = subscript_text(p, ranges),
                       .equation = given->equation,
                       .initial = given->initial,
                       .net = given->net,
                       .graph = given->graph,
                       .at = p->e->at};
    return e.subscript && (ARENA_PUSH(p->r->a, p->elements, p->count, p->capacity, e) || mdl_no_memory(p->r));
}

/* Notes that the scalar of the moment has an equation. */
static bool mark_filled(spread *p)
{
    size_t position = 0;
    for (size_t i = 0; i < p->v->dimension_count; i++) {
        const mdl_range *range = &p->r->ranges[p->v->dimensions[i]];
        size_t at = mdl_position(range, p->covers[i].element);
        if (at == SIZE_MAX)
            return mdl_fail(p->r, p->e->at.line, "the element [%s] of \"%s\" is not in the range \"%s\"",
                            subscript_text(p, false), p->v->name, range->name);
        position = position * range->count + at;
    }
    if (p->seen[position])
        return mdl_fail(p->r, p->e->at.line, "the element [%s] of \"%s\" has two equations",
                        subscript_text(p, false), p->v->name);
    p->filled += !p->seen[position];
    p->seen[position] = true;
    return true;
}

static size_t combinations(const spread *p)
{
    size_t count = 1;
    for (size_t i = 0; i < p->e->left.count; i++)
        count *= p->covers[i].range != SIZE_MAX ? p->r->ranges[p->covers[i].range].count : 1;
    return count;
}

/* The rows of a list run over the last of its ranges. */
static bool check_rows(const spread *p, const mdl_node *list)
{
    const mdl_range *last = NULL;
    size_t ranges = 0;
    for (size_t i = 0; i < p->e->left.count; i++)
        if (p->covers[i].range != SIZE_MAX) {
            last = &p->r->ranges[p->covers[i].range];
            ranges++;
        }
    if (list->count != combinations(p))
        return mdl_fail(p->r, p->e->at.line, "\"%s\" has %zu numbers for %zu elements", p->e->name,
                        list->count, combinations(p));
    return ranges < 2 || !list->row || list->row == last->count ||
           mdl_fail(p->r, p->e->at.line, "the rows of \"%s\" have %zu numbers, and \"%s\" has %zu elements",
                    p->e->name, list->row, last->name, last->count);
}

/* Each combination by itself. */
static bool spread_single(spread *p, mdl_scene *scene)
{
    const mdl_node *right = p->e->right;
    bool list = right && right->kind == MDL_LIST;
    size_t index = 0;
    bool uniform = !list && mdl_is_uniform(scene, right);
    parts given = {0};
    scene->single = !uniform;
    if (uniform && !translate_parts(scene, right, &given))
        return false;
    if (list && !check_rows(p, right))
        return false;
    do {
        const mdl_node *n = list ? right->arguments[index++] : right;
        if (is_excepted(p))
            continue;
        if ((!uniform && !translate_parts(scene, n, &given)) || !add_element(p, &given, false) ||
            !mark_filled(p))
            return false;
    } while (next_combination(p));
    return true;
}

static bool spread_equation(spread *p)
{
    mdl_scene scene = {.r = p->r,
                       .section = p->section,
                       .equation = p->e,
                       .covers = p->covers,
                       .cover_count = p->e->left.count};
    parts given;
    set_covers(p);
    if (!combinations(p))
        return mdl_fail(p->r, p->e->at.line, "a range of \"%s\" has no elements", p->e->name);
    if (!find_exceptions(p))
        return false;
    if (p->e->exception_count || (p->e->right && p->e->right->kind == MDL_LIST) ||
        !mdl_is_uniform(&scene, p->e->right))
        return spread_single(p, &scene);
    if (!translate_parts(&scene, p->e->right, &given) || !add_element(p, &given, true))
        return false;
    do {
        if (!mark_filled(p))
            return false;
    } while (next_combination(p));
    return true;
}

/* ---- Variables ----------------------------------------------------------------------------------------- */

static size_t scalar_count(const mdl_reader *r, const mdl_variable *v)
{
    size_t count = 1;
    for (size_t i = 0; i < v->dimension_count; i++)
        count *= r->ranges[v->dimensions[i]].count;
    return count;
}

/* Elements without an equation have no value in Vensim. */
static bool fill_gaps(spread *p, size_t total)
{
    parts none = {.equation = {.text = "NAN", .at = p->e->at}};
    if (!mdl_warn(p->r, p->e->at.line, "%zu of the %zu elements of \"%s\" have no equation and no value",
                  total - p->filled, total, p->v->name))
        return false;
    for (size_t position = 0; position < total; position++) {
        size_t rest = position;
        if (p->seen[position])
            continue;
        for (size_t i = p->v->dimension_count; i-- > 0;) {
            const mdl_range *range = &p->r->ranges[p->v->dimensions[i]];
            p->covers[i] = (mdl_cover){.range = SIZE_MAX, .element = range->elements[rest % range->count]};
            rest /= range->count;
        }
        if (!add_element(p, &none, false))
            return false;
    }
    return true;
}

/* One equation for all elements stands at the variable itself. */
static void lift(xmile_variable *v, const spread *p, size_t total)
{
    const mdl_equation *e = &p->section->equations[p->v->first];
    bool whole = p->count == 1 && p->filled == total && e->next == SIZE_MAX;
    for (size_t i = 0; i < e->left.count && whole; i++)
        whole = mdl_find_range(p->r, e->left.items[i].folded) == p->v->dimensions[i];
    if (!whole) {
        v->element_count = p->count;
        v->elements = p->elements;
        return;
    }
    v->equation = p->elements[0].equation;
    v->initial = p->elements[0].initial;
    v->net = p->elements[0].net;
    v->graph = p->elements[0].graph;
}

static bool build_arrayed(mdl_reader *r, mdl_section *s, const mdl_variable *v, xmile_variable *out)
{
    size_t total = scalar_count(r, v);
    spread p = {.r = r, .section = s, .v = v, .seen = mdl_array(r, total, sizeof *p.seen)};
    const char **dimensions = mdl_array(r, v->dimension_count, sizeof *dimensions);
    if (!p.seen || !dimensions)
        return false;
    for (size_t i = 0; i < v->dimension_count; i++)
        dimensions[i] = r->ranges[v->dimensions[i]].name;
    out->dimension_count = v->dimension_count;
    out->dimensions = dimensions;
    for (size_t i = v->first; i != SIZE_MAX; i = s->equations[i].next) {
        p.e = &s->equations[i];
        if (!check_equation(r, s, v, p.e) || !spread_equation(&p))
            return false;
    }
    if (p.filled < total && !fill_gaps(&p, total))
        return false;
    lift(out, &p, total);
    return true;
}

static bool build_scalar(mdl_reader *r, mdl_section *s, const mdl_equation *e, xmile_variable *out)
{
    mdl_scene scene = {.r = r, .section = s, .equation = e};
    parts given;
    if (!check_equation(r, s, &s->variables[map_get(&s->names, e->folded)], e) ||
        !translate_parts(&scene, e->right, &given))
        return false;
    out->equation = given.equation;
    out->initial = given.initial;
    out->net = given.net;
    out->graph = given.graph;
    return true;
}

/* A variable without an equation. */
static void read_data(const mdl_equation *e, xmile_variable *out)
{
    static const data_reading readings[] = {[READ_INTERPOLATE] = READING_LINEAR,
                                            [READ_BACKWARD] = READING_BACKWARD,
                                            [READ_FORWARD] = READING_FORWARD,
                                            [READ_RAW] = READING_RAW};
    out->is_data = true;
    out->reading = readings[e->reading];
}

static bool build_variable(mdl_reader *r, mdl_section *s, const mdl_variable *v, xmile_variable *out)
{
    const mdl_equation *first = &s->equations[v->first];
    *out = (xmile_variable){.kind = is_stock(s, v) ? XMILE_STOCK : XMILE_AUX,
                            .name = v->name,
                            .at = first->at,
                            .non_negative = 0};
    for (size_t i = v->first; i != SIZE_MAX; i = s->equations[i].next) {
        if (!s->equations[i].right)
            read_data(&s->equations[i], out);
        if (!out->units && *s->equations[i].units)
            out->units = s->equations[i].units;
        if (!out->doc && *s->equations[i].comment)
            out->doc = s->equations[i].comment;
    }
    return v->dimension_count ? build_arrayed(r, s, v, out) : build_scalar(r, s, first, out);
}

bool mdl_build_variables(mdl_reader *r, mdl_section *s, const xmile_variable **list, size_t *count)
{
    xmile_variable *variables = mdl_array(r, s->variable_count, sizeof *variables);
    if (!variables)
        return false;
    for (size_t i = 0; i < s->variable_count; i++)
        if (!build_variable(r, s, &s->variables[i], &variables[i]))
            return false;
    *list = variables;
    *count = s->variable_count;
    return s->folded || mdl_find_flows(r, s, variables);
}
