/* A document as a model of Vensim: ranges, groups with their variables, macros, control and settings. */
#include "convert/convert.h"
#include "vensim/vensim.h"

#include <math.h>
#include <string.h>

enum { LINE = 90 };

/* ---- Text ---------------------------------------------------------------------------------------------- */

/* Breaks a line that is too long at its blanks, with a backslash; not within quotes. */
static void write_wrapped(text *to, const char *s)
{
    bool quoted = false;
    size_t column = 0;
    for (; *s; s++) {
        quoted = stays_quoted(quoted, &s, to);
        if (*s == ' ' && !quoted && column > 20 && column + strcspn(s + 1, " \n") > LINE) {
            text_print(to, " \\\n\t\t");
            column = 8;
            continue;
        }
        column = *s == '\n' ? 0 : column + 1;
        text_add(to, s, 1);
    }
}

/* A comment in one paragraph a paragraph; "|" and "~", which end it there, become other characters. */
static void write_comment(text *to, const char *doc)
{
    bool start = true, blank = false;
    size_t column = 0;
    for (; *doc; doc++) {
        if (ascii_is_space(*doc)) {
            blank = !start;
            continue;
        }
        if (blank)
            text_print(to, column > LINE ? "\n\t\t" : " ");
        if (blank && column > LINE)
            column = 0;
        blank = start = false;
        column++;
        if (*doc == '|' || *doc == '~')
            text_print(to, *doc == '|' ? "\xC2\xA6" : "\xE2\x88\xBC");
        else
            text_add(to, doc, 1);
    }
}

static void write_tail(text *to, const char *units, const char *doc)
{
    text_print(to, "\n\t~\t");
    write_comment(to, units ? units : "");
    text_print(to, "\n\t~\t");
    write_comment(to, doc ? doc : "");
    text_print(to, "\n\t|\n\n");
}

/* ---- Equations ----------------------------------------------------------------------------------------- */

static void write_points(text *t, const xmile_graph *g)
{
    char number[40];
    for (size_t i = 0; i < g->count; i++) {
        text_print(t, i ? ", (" : "(");
        text_add(t, number, text_from_number(number, g->x[i]));
        text_add(t, ",", 1);
        text_add(t, number, text_from_number(number, g->y[i]));
        text_add(t, ")", 1);
    }
}

/* Whether a flow is one of the element whose equation is written. */
static bool belongs_here(const vensim_scene *s, const size_t *elements, size_t i)
{
    return !elements || elements[i] == SIZE_MAX || elements[i] == s->element;
}

static bool write_flow_list(vensim_scene *s, const xmile_variable *v)
{
    bool first = true;
    for (size_t i = 0; i < v->inflow_count + v->outflow_count; i++) {
        bool in = i < v->inflow_count;
        size_t k = in ? i : i - v->inflow_count;
        const xmile_text *flow = in ? &v->inflows[k] : &v->outflows[k];
        if (!belongs_here(s, in ? v->inflow_elements : v->outflow_elements, k))
            continue;
        text_print(s->t, in ? (first ? "" : " + ") : (first ? "-" : " - "));
        first = false;
        const char *name = name_display(&s->c->b.scratch, flow->text, strlen(flow->text));
        node n = {
            .kind = NODE_NAME, .written = name, .name = name, .file = flow->at.file, .line = flow->at.line};
        if (!name)
            return fail_memory(&s->c->b);
        if (s->macro || find_by_name(s->c, name) ? !write_vensim_variable(s, &n)
                                                 : !write_vensim_equation(s, flow))
            return false;
    }
    if (first)
        text_print(s->t, "0");
    return true;
}

/* Whether an equation is SAMPLE_IF_TRUE of this initial value and nothing else, which says both in Vensim. */
static bool samples_from(const char *equation, const char *initial)
{
    static const char name[] = "SAMPLE_IF_TRUE(";
    size_t length = strlen(equation), tail = strlen(initial), depth = 0, i = sizeof name - 2;
    if (strncmp(equation, name, sizeof name - 1) != 0 || length < sizeof name + tail + 2)
        return false;
    do
        depth += (size_t)(equation[i] == '(') - (size_t)(equation[i] == ')');
    while (depth > 0 && equation[++i]);
    return i + 1 == length && strncmp(equation + length - tail - 3, ", ", 2) == 0 &&
           strncmp(equation + length - tail - 1, initial, tail) == 0;
}

/* What stands on the right of one equation. */
static bool write_right(vensim_scene *s, const xmile_variable *v, const xmile_text *equation,
                        const xmile_text *initial, const xmile_text *net)
{
    text *t = s->t;
    if (v->kind == XMILE_STOCK) {
        bool held = !s->macro && is_held(s->c, v);
        text_print(t, held ? "INTEG(MAX(" : "INTEG(");
        if (net->text ? !write_vensim_equation(s, net) : !write_flow_list(s, v))
            return false;
        if (held) {
            text_print(t, ", -");
            if (!write_contents(s, v))
                return false;
            text_add(t, ")", 1);
        }
        text_print(t, ", ");
        if (!write_vensim_equation(s, initial->text ? initial : equation))
            return false;
        text_add(t, ")", 1);
        return true;
    }
    bool samples = equation->text && initial->text && samples_from(equation->text, initial->text);
    bool active = initial->text && !samples, least = is_uniflow(s->c, v), cut = !s->macro && is_cut(s->c, v);
    text_print(t, "%s%s%s", active ? "ACTIVE INITIAL(" : "", cut ? "MIN(" : "", least ? "MAX(" : "");
    s->alone = !active && !cut && !least;
    if (!write_vensim_equation(s, equation))
        return false;
    if (least)
        text_print(t, ", 0)");
    if (cut && !write_cut(s, v))
        return false;
    if (active) {
        text_print(t, ", ");
        if (!write_vensim_equation(s, initial))
            return false;
        text_add(t, ")", 1);
    }
    return true;
}

static bool write_graph_equation(vensim_scene *s, const xmile_variable *v, const xmile_text *equation,
                                 const xmile_graph *g, const char *left)
{
    static const char *const functions[] = {"", "LOOKUP EXTRAPOLATE", "LOOKUP BACKWARD"};
    if (g->type == XMILE_CONTINUOUS) {
        text_print(s->t, "%s=\n\tWITH LOOKUP(", left);
        if (!write_vensim_equation(s, equation))
            return false;
        text_print(s->t, ", (");
        write_points(s->t, g);
        text_print(s->t, "))");
        return true;
    }
    const char *bracket = strchr(left, '[');
    const char *subscripts = bracket ? bracket : "";
    const char *name = free_name(s->c, s->macro, arena_format(&s->c->b.scratch, "%s lookup", v->name));
    if (!name)
        return fail_memory(&s->c->b);
    write_vensim_name(s->t, name);
    text_print(s->t, "%s(", subscripts);
    write_points(s->t, g);
    text_print(s->t, ")\n\t~\n\t~\tThe points of the next variable.\n\t|\n\n%s=\n\t%s(", left,
               functions[g->type]);
    write_vensim_name(s->t, name);
    text_print(s->t, "%s, ", subscripts);
    if (!write_vensim_equation(s, equation))
        return false;
    text_add(s->t, ")", 1);
    return true;
}

typedef struct equation_parts {
    const xmile_text *equation, *initial, *net;
    const xmile_graph *graph;
} equation_parts;

/* One entry without its units and comment; `left` is the name with its subscripts. */
static bool write_entry(vensim_scene *s, const xmile_variable *v, equation_parts p, const char *left)
{
    text line = {0};
    text *whole = s->t;
    bool done;
    s->t = &line;
    if (p.graph && p.equation->text) {
        done = write_graph_equation(s, v, p.equation, p.graph, left);
    } else if (p.graph) {
        text_print(&line, "%s(\n\t", left);
        write_points(&line, p.graph);
        text_add(&line, ")", 1);
        done = true;
    } else {
        text_print(&line, "%s=\n\t", left);
        done = write_right(s, v, p.equation, p.initial, p.net);
    }
    if (done && p.equation->text)
        write_comments(&line, p.equation->text);
    s->t = whole;
    if (done)
        write_wrapped(whole, line.bytes ? line.bytes : "");
    if (line.failed)
        done = fail_memory(&s->c->b);
    text_free(&line);
    return done;
}

/* ---- Left sides ---------------------------------------------------------------------------------------- */

/* A subscript of <element subscript="...">: an element, a dimension or "*". */
static const char *left_subscript(conversion *c, const xmile_dimension *d, const char *at, size_t length)
{
    text t = {0};
    char *name = name_display(&c->b.scratch, at, length);
    size_t index = name && d ? find_element_of(c, d, name) : SIZE_MAX;
    if (index != SIZE_MAX)
        write_element_name(c, &t, d, index);
    else if (name && strcmp(name, "*") == 0 && d)
        write_dimension_name(c, &t, d->name);
    else if (name)
        write_dimension_name(c, &t, name);
    const char *copy = name && !t.failed ? arena_copy(&c->b.scratch, t.bytes ? t.bytes : "", t.length) : NULL;
    text_free(&t);
    if (!copy)
        fail_memory(&c->b);
    return copy;
}

static bool set_left(vensim_scene *s, const xmile_variable *v, const xmile_element *e)
{
    const char *at = e ? e->subscript : "";
    memset(s->left, 0, sizeof s->left);
    for (size_t i = 0; e && i < v->dimension_count && i < DIMENSION_LIMIT; i++) {
        const char *end = at;
        for (bool quoted = false; *end && (quoted || *end != ','); end++)
            quoted = stays_quoted(quoted, &end, NULL);
        s->left[i] = left_subscript(s->c, find_dimension(s->c, v->dimensions[i]), at, (size_t)(end - at));
        if (!s->left[i])
            return false;
        at = *end ? end + 1 : end;
    }
    return true;
}

static const char *left_text(vensim_scene *s, const xmile_variable *v)
{
    text t = {0};
    const char *name = name_display(&s->c->b.scratch, v->name, strlen(v->name));
    write_vensim_name(&t, name ? name : "");
    for (size_t i = 0; i < v->dimension_count && i < DIMENSION_LIMIT; i++) {
        text_print(&t, i ? ", " : "[");
        if (s->left[i])
            text_add(&t, s->left[i], strlen(s->left[i]));
        else
            write_dimension_name(s->c, &t, v->dimensions[i]);
    }
    if (v->dimension_count)
        text_add(&t, "]", 1);
    const char *copy = name && !t.failed ? arena_copy(&s->c->b.scratch, t.bytes, t.length) : NULL;
    text_free(&t);
    if (!copy)
        fail_memory(&s->c->b);
    return copy;
}

/* An element without an equation in Vensim is what is not a number here. */
static bool is_no_equation(conversion *c, const xmile_text *t)
{
    return t->text && same_name(c, t->text, "nan");
}

static bool write_vensim_elements(vensim_scene *s, const xmile_variable *v)
{
    bool first = true;
    for (size_t i = 0; i < v->element_count; i++) {
        const xmile_element *e = &v->elements[i];
        bool own = e->equation.text || e->initial.text || e->graph;
        equation_parts p = {.equation = own ? &e->equation : &v->equation,
                            .initial = e->initial.text ? &e->initial : &v->initial,
                            .net = e->net.text ? &e->net : &v->net,
                            .graph = e->graph ? e->graph : v->graph};
        if (is_no_equation(s->c, p.equation))
            continue;
        s->element = i;
        if (!set_left(s, v, e))
            return false;
        const char *left = left_text(s, v);
        if (!left || !write_entry(s, v, p, left))
            return false;
        write_tail(s->t, first ? v->units : "", first ? v->doc : "");
        first = false;
    }
    return true;
}

/* Whether there are as many equations of elements as elements. */
static bool covers_all(conversion *c, const xmile_variable *v)
{
    size_t total = 1;
    for (size_t i = 0; i < v->dimension_count; i++) {
        const xmile_dimension *d = find_dimension(c, v->dimensions[i]);
        total *= d ? d->size : 1;
    }
    return v->element_count >= total;
}

/* An equation of all elements but those that have their own. */
static bool write_common(vensim_scene *s, const xmile_variable *v)
{
    text left = {0};
    equation_parts p = {&v->equation, &v->initial, &v->net, v->graph};
    memset(s->left, 0, sizeof s->left);
    const char *name = left_text(s, v);
    text_print(&left, "%s :EXCEPT: ", name ? name : "");
    for (size_t i = 0; i < v->element_count && name; i++) {
        if (!set_left(s, v, &v->elements[i]))
            break;
        const char *other = left_text(s, v), *bracket = other ? strchr(other, '[') : NULL;
        text_print(&left, "%s%s", i ? ", " : "", bracket ? bracket : "");
    }
    memset(s->left, 0, sizeof s->left);
    s->element = SIZE_MAX;
    bool done = s->c->b.status == TRUCE_OK && !left.failed && write_entry(s, v, p, left.bytes);
    text_free(&left);
    if (done)
        write_tail(s->t, "", "");
    return done;
}

/* What the equations of the scene needed beside themselves. */
static void write_parts(vensim_scene *s)
{
    text_add(s->t, s->parts.bytes ? s->parts.bytes : "", s->parts.length);
    s->t->failed = s->t->failed || s->parts.failed;
    text_free(&s->parts);
}

static bool write_own_entry(vensim_scene *s, const xmile_variable *v)
{
    bool common = v->equation.text || (v->kind == XMILE_STOCK && v->initial.text);
    if (v->element_count)
        return write_vensim_elements(s, v) && (!common || covers_all(s->c, v) || write_common(s, v));
    equation_parts p = {&v->equation, &v->initial, &v->net, v->graph};
    const char *left = left_text(s, v);
    if (!left || !write_entry(s, v, p, left))
        return false;
    write_tail(s->t, v->units, v->doc);
    return true;
}

static bool write_vensim_variable_entry(conversion *c, const xmile_variable *v, const xmile_macro *macro)
{
    vensim_scene s = {.c = c, .owner = v, .macro = macro, .t = &c->out, .write_call = write_vensim_call};
    if (is_limited(c, v) && !check_limited(c, v, macro))
        return false;
    if (v->is_data) {
        const char *name = left_text(&s, v);
        text_print(&c->out, "%s", name ? name : "");
        write_tail(&c->out, v->units, v->doc);
        return name != NULL;
    }
    bool done = write_own_entry(&s, v);
    write_parts(&s);
    return done;
}

/* ---- The rest of the file ------------------------------------------------------------------------------ */

static void write_ranges(conversion *c)
{
    for (size_t i = 0; i < c->document->dimension_count; i++) {
        const xmile_dimension *d = &c->document->dimensions[i];
        text line = {0};
        write_dimension_name(c, &line, d->name);
        text_print(&line, ":\n\t");
        for (size_t k = 0; k < d->size; k++) {
            if (k)
                text_print(&line, ", ");
            write_element_name(c, &line, d, k);
        }
        write_wrapped(&c->out, line.bytes ? line.bytes : "");
        c->out.failed = c->out.failed || line.failed;
        text_free(&line);
        write_tail(&c->out, "", "");
    }
}

static void write_group_head(conversion *c, const char *name, const char *doc)
{
    static const char stars[] = "********************************************************";
    text_print(&c->out, "%s\n\t.", stars);
    write_comment(&c->out, name);
    text_print(&c->out, "\n%s~\n\t\t", stars);
    write_comment(&c->out, doc ? doc : "");
    text_print(&c->out, "\n\t|\n\n");
}

static bool write_members(conversion *c, const char *group)
{
    const xmile_model *m = &c->document->models[0];
    for (size_t i = 0; i < m->variable_count; i++)
        if (strcmp(truce_model_variable(c->model, i)->group, group) == 0 &&
            !write_vensim_variable_entry(c, &m->variables[i], NULL))
            return false;
    return true;
}

static void write_control_entry(conversion *c, const char *name, const char *doc, double value, bool *headed)
{
    char number[40];
    if (find_by_name(c, name))
        return;
    if (!*headed)
        write_group_head(c, "Control", "Simulation Control Parameters");
    *headed = true;
    number[text_from_number(number, value)] = '\0';
    text_print(&c->out, "%s=\n\t%s", name, number);
    write_tail(&c->out, c->document->time_units, doc);
}

/* The stop time, or the last step before it. */
static double last_time(const truce_sim_specs *d)
{
    double steps = floor((d->stop - d->start) / d->dt + 1e-9), last = d->start + steps * d->dt;
    return fabs(last - d->stop) > 1e-9 * d->dt ? last : d->stop;
}

static void write_control(conversion *c)
{
    const truce_sim_specs *d = &c->model->sim_specs;
    bool headed = false;
    write_control_entry(c, "FINAL TIME", "The final time for the simulation.", last_time(d), &headed);
    write_control_entry(c, "INITIAL TIME", "The initial time for the simulation.", d->start, &headed);
    write_control_entry(c, "SAVEPER", "The frequency with which output is stored.", d->save_step, &headed);
    write_control_entry(c, "TIME STEP", "The time step for the simulation.", d->dt, &headed);
}

/* Variables with the names of Vensim's control, which a model of XMILE does not mean by them, must have its values. */
static bool check_control(conversion *c)
{
    static const char *const names[] = {"INITIAL TIME", "TIME STEP", "SAVEPER", "FINAL TIME"};
    const truce_sim_specs *s = &c->model->sim_specs;
    const xmile_document *back = NULL;
    truce_error ignored;
    for (size_t i = 0; i < sizeof names / sizeof *names && !c->document->clock; i++) {
        const xmile_variable *v = find_by_name(c, names[i]);
        if (v && !back &&
            (c->out.failed || vensim_read(&c->b.scratch, NULL, c->out.bytes, c->out.length, "", &back,
                                          &ignored) == TRUCE_RUN_FAILED))
            return fail_memory(&c->b);
        const double wanted[] = {s->start, s->dt, s->save_step, last_time(s)};
        const double found[] = {back ? back->start : NAN, back ? back->dt : NAN, back ? back->save_step : NAN,
                                back && back->stop == s->stop ? wanted[3]
                                : back                        ? back->stop
                                                              : NAN};
        if (v && !(fabs(found[i] - wanted[i]) <= 1e-9 * s->dt))
            return fail(
                &c->b, v->at.file, v->at.line,
                "a variable named \"%s\" sets the run in Vensim, and would change it: rename the variable",
                v->name);
    }
    return true;
}

static bool write_settings(conversion *c)
{
    static const int numbers[] = {[TRUCE_EULER] = 0, [TRUCE_RK2] = 3, [TRUCE_RK4] = 1, [TRUCE_RK45] = -1};
    int method = numbers[c->model->sim_specs.method];
    if (method < 0)
        return fail(&c->b, c->document->method.at.file, c->document->method.at.line,
                    "the method RK45 cannot be expressed in Vensim's language");
    text_print(&c->out, "\\\\\\---/// Sketch information - do not modify anything except names\n"
                        "V300  Do not put anything below this section - it will be ignored\n"
                        "*View 1\n///---\\\\\\\n:L<%%^E!@\n");
    for (size_t i = 0; i < c->document->unit_count; i++) {
        const xmile_unit *u = &c->document->units[i];
        if (u->equation && *u->equation)
            return fail(&c->b, u->at.file, u->at.line,
                        "the unit \"%s\", which is made of others, cannot be expressed in Vensim's language",
                        u->name);
        text_print(&c->out, "22:%s", u->name);
        for (size_t k = 0; k < u->alias_count; k++)
            text_print(&c->out, ",%s", u->aliases[k]);
        text_print(&c->out, "\n");
    }
    text_print(&c->out, "15:0,0,0,%d,0,0\n", method);
    return true;
}

static bool write_vensim_macro(conversion *c, const xmile_macro *m)
{
    vensim_scene s = {.c = c, .macro = m, .t = &c->out, .write_call = write_vensim_call};
    bool own = false;
    if (m->start.text)
        return fail(&c->b, m->at.file, m->at.line, "the run of its own of macro \"%s\" cannot be converted",
                    m->name);
    text_print(&c->out, ":MACRO: ");
    write_vensim_name(&c->out, m->name);
    text_add(&c->out, "(", 1);
    for (size_t i = 0; i < m->parameter_count; i++) {
        text_print(&c->out, i ? ", " : "");
        write_vensim_name(&c->out, m->parameters[i]);
    }
    text_print(&c->out, ")\n");
    for (size_t i = 0; i < m->variable_count; i++) {
        own = own || same_name(c, m->variables[i].name, m->name);
        if (!write_vensim_variable_entry(c, &m->variables[i], m))
            return false;
    }
    if (!own) {
        write_vensim_name(&c->out, m->name);
        text_print(&c->out, "=\n\t");
        s.alone = true;
        bool done = write_vensim_equation(&s, &m->equation);
        write_tail(&c->out, "", "");
        write_parts(&s);
        if (!done)
            return false;
    }
    text_print(&c->out, ":END OF MACRO:\n\n");
    return true;
}

/* Macros share their names with functions in Vensim, and are defined once. */
static bool check_macro(conversion *c, const xmile_macro *m)
{
    char *folded = name_fold(&c->b.scratch, m->name, strlen(m->name));
    if (!folded)
        return fail_memory(&c->b);
    if (vensim_is_function(folded))
        return fail(&c->b, m->at.file, m->at.line, "macro \"%s\" has the name of a function of Vensim",
                    m->name);
    if (find_macro(c, m->name) != m)
        return fail(&c->b, m->at.file, m->at.line,
                    "macro \"%s\" is defined twice, which Vensim does not allow", m->name);
    return true;
}

static void write_helpers(conversion *c, text *t)
{
    if (c->needs_floor)
        text_print(
            t, ":MACRO: XMILE INT(x)\nXMILE INT=\n\tINTEGER(x) - IF THEN ELSE(INTEGER(x) > x, 1, 0)\n\t~\tx\n"
               "\t~\tThe whole number at or below x: INT of XMILE.\n\t|\n\n:END OF MACRO:\n\n");
    if (c->needs_modulo)
        text_print(t, ":MACRO: XMILE MOD(x, y)\nXMILE MOD=\n\tx - y * (INTEGER(quotient) - "
                      "IF THEN ELSE(INTEGER(quotient) > quotient, 1, 0))\n\t~\tx\n"
                      "\t~\tThe remainder with the sign of y: MOD of XMILE.\n\t|\n\n"
                      "quotient=\n\tx / y\n\t~\tx/y\n\t~\t\n\t|\n\n:END OF MACRO:\n\n");
}

bool write_vensim(conversion *c)
{
    const xmile_document *d = c->document;
    const xmile_model *m = &d->models[0];
    text head = {0};
    if (d->model_count > 1)
        return fail(&c->b, m->at.file, m->at.line, "a model of several parts cannot be converted");
    if (!find_drained(c))
        return false;
    for (size_t i = 0; i < d->macro_count; i++)
        if (!check_macro(c, &d->macros[i]) || !write_vensim_macro(c, &d->macros[i]))
            return false;
    write_ranges(c);
    if (!write_members(c, ""))
        return false;
    for (size_t i = 0; i < m->group_count; i++) {
        if (!is_first_group(c, i))
            continue;
        write_group_head(c, m->groups[i].name, m->groups[i].doc);
        if (!write_members(c, m->groups[i].name))
            return false;
    }
    write_control(c);
    if (!write_settings(c))
        return false;
    text_print(&head, "{UTF-8}\n");
    write_helpers(c, &head);
    text_add(&head, c->out.bytes ? c->out.bytes : "", c->out.length);
    head.failed = head.failed || c->out.failed;
    text_free(&c->out);
    c->out = head;
    return check_control(c);
}
