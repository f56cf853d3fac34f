/* Variables, groups, modules and macros, as written: XMILE 1.0 chapter 4. */
#include "xmile/read.h"

#include <string.h>
#include <strings.h>

/* ---- What may stand inside a variable ---------------------------------------------------------------- */

static const char *const common_names[] = {
    "eqn",    "init_eqn", "units", "doc",    "dimensions", "range",        "scale",        "mathml",
    "format", "element",  "gf",    "inflow", "outflow",    "non_negative", "flow_concept", NULL};
/* <connect2> is a copy of <connect> that Stella writes for its own use. */
static const char *const module_names[] = {"connect", "connect2", "units", "doc",
                                           "format",  "range",    "scale", NULL};
static const char *const graph_names[] = {"xscale", "yscale", "xpts",  "ypts",  "units",
                                          "doc",    "title",  "range", "scale", NULL};
static const char *const element_names[] = {"eqn",   "init_eqn", "gf",     "units",  "doc",     "range",
                                            "scale", "format",   "mathml", "inflow", "outflow", NULL};
/* Constructs that change numbers; the model refuses them by name and line. */
static const char *const unsupported_names[] = {"queue",         "oven",       "overflow",
                                                "leak_integers", "multiplier", NULL};

static const char *const flow_names[] = {"inflow", "outflow", NULL};

static const char *const variable_names[] = {"stock", "flow", "aux", "gf", "module", "group", NULL};

static const char *kind_name(xmile_kind kind)
{
    return variable_names[kind];
}

static bool is_known(const xml_element *child, xmile_kind kind)
{
    if (strcmp(child->name, "conveyor") == 0)
        return kind == XMILE_STOCK;
    if (strcmp(child->name, "leak") == 0)
        return kind == XMILE_FLOW;
    if (kind == XMILE_MODULE)
        return xmile_is_one_of(child->name, module_names);
    if (kind == XMILE_GRAPH)
        return xmile_is_one_of(child->name, graph_names);
    bool flows = strcmp(child->name, "inflow") == 0 || strcmp(child->name, "outflow") == 0;
    if ((flows && kind != XMILE_STOCK) || (strcmp(child->name, "gf") == 0 && kind == XMILE_STOCK))
        return false;
    return xmile_is_one_of(child->name, common_names);
}

/* Refuses what it does not know; notes what it knows to be unsupported. */
static bool check_children(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    char owner[128];
    snprintf(owner, sizeof owner, "<%s name=\"%.64s\">", kind_name(v->kind), v->name);
    for (const xml_element *child = element->first; child; child = child->next) {
        if (xmile_is_one_of(child->name, unsupported_names)) {
            if (!v->unsupported) {
                v->unsupported = arena_string(r->a, child->name);
                v->unsupported_line = child->line;
                if (!v->unsupported)
                    return fail_memory(r);
            }
        } else if (!is_known(child, v->kind)) {
            return xmile_unknown(r, child, owner,
                                 v->kind == XMILE_MODULE  ? module_names
                                 : v->kind == XMILE_GRAPH ? graph_names
                                                          : common_names);
        }
    }
    return true;
}

/* ---- Parts of variables ------------------------------------------------------------------------------- */

/* <eqn> and <init_eqn>. An equation that exists as MathML only would be lost, so it is refused. `many`: there
 * may be an <eqn> for each element; the first is read here. */
static bool read_equations(xmile_reader *r, const xml_element *element, bool many, xmile_text *equation,
                           xmile_text *initial)
{
    const xml_element *eqn = NULL, *init, *mathml;
    for (const xml_element *child = element->first; many && !eqn && child; child = child->next)
        if (strcmp(child->name, "eqn") == 0)
            eqn = child;
    if ((!many && !xmile_only(r, element, "eqn", &eqn)) || !xmile_only(r, element, "init_eqn", &init) ||
        !xmile_only(r, element, "mathml", &mathml))
        return false;
    if (mathml && !eqn)
        return fail(r, mathml->line, "<mathml> without <eqn> is not supported");
    *equation = xmile_text_of(r, eqn);
    *initial = xmile_text_of(r, init);
    return true;
}

static bool read_dimensions(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    static const char *const known[] = {"dim", NULL};
    const xml_element *dimensions;
    if (!xmile_only(r, element, "dimensions", &dimensions))
        return false;
    if (!dimensions)
        return true;
    const char **names = xmile_array(r, xmile_count(dimensions, "dim"), sizeof *names);
    if (!names)
        return false;
    for (const xml_element *child = dimensions->first; child; child = child->next) {
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<dimensions>", known);
        if (!xmile_required(r, child, "name", &names[v->dimension_count++]))
            return false;
    }
    v->dimensions = names;
    return true;
}

static bool read_elements(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    size_t count = xmile_count(element, "element"), used = 0;
    if (!count)
        return true;
    xmile_element *elements = xmile_array(r, count, sizeof *elements);
    if (!elements)
        return false;
    for (const xml_element *child = element->first; child; child = child->next) {
        if (strcmp(child->name, "element") != 0)
            continue;
        for (const xml_element *part = child->first; part; part = part->next)
            if (!xmile_is_one_of(part->name, element_names) ||
                (v->kind != XMILE_STOCK && xmile_is_one_of(part->name, flow_names)))
                return xmile_unknown(r, part, "<element>", element_names);
        xmile_element *e = &elements[used++];
        const xml_element *graph;
        e->at = xmile_place(r, child->line);
        if (!xmile_required(r, child, "subscript", &e->subscript) ||
            !read_equations(r, child, false, &e->equation, &e->initial) ||
            !xmile_only(r, child, "gf", &graph) || (graph && !xmile_read_graph(r, graph, &e->graph)))
            return false;
    }
    v->elements = elements;
    v->element_count = count;
    return true;
}

/* Flows in a list that grows; `of`: the <element> they stand in, or SIZE_MAX. */
typedef struct flow_list {
    xmile_text *flows;
    size_t *elements;
    size_t count, capacity, element_count, element_capacity;
} flow_list;

static bool add_flows(xmile_reader *r, const xml_element *element, const char *name, size_t of,
                      flow_list *list)
{
    for (const xml_element *child = element->first; child; child = child->next) {
        if (strcmp(child->name, name) != 0)
            continue;
        if (!child->text)
            return fail(r, child->line, "<%s> names no flow", name);
        if (!ARENA_PUSH(r->a, list->flows, list->count, list->capacity, xmile_text_of(r, child)) ||
            !ARENA_PUSH(r->a, list->elements, list->element_count, list->element_capacity, of))
            return fail_memory(r);
    }
    return true;
}

/* Those of the stock, then those that Vensim writes into its elements. */
static bool read_flows(xmile_reader *r, const xml_element *element, const char *name,
                       const xmile_text **flows, const size_t **elements, size_t *count)
{
    flow_list list = {0};
    size_t of = 0;
    if (!add_flows(r, element, name, SIZE_MAX, &list))
        return false;
    for (const xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, "element") == 0 && !add_flows(r, child, name, of++, &list))
            return false;
    *flows = list.flows;
    *elements = list.elements;
    *count = list.count;
    return true;
}

/* The mark stays behind in an auxiliary that was a flow once; there it means nothing. */
static bool read_non_negative(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    const xml_element *child;
    bool flag = true;
    v->non_negative = -1;
    if (!xmile_only(r, element, "non_negative", &child))
        return false;
    if (!child)
        return true;
    if (!xmile_flag(r, child->text ? child->text : "", child->text_line, "<non_negative>", true, &flag))
        return false;
    if (v->kind != XMILE_AUX)
        v->non_negative = flag;
    return v->kind != XMILE_AUX || !flag ||
           xmile_warn(r, child->line, "<non_negative> of \"%.64s\" is ignored: it is an auxiliary", v->name);
}

/* ---- Conveyors: XMILE 1.0 sections 3.7.2, 4.2.1 and 4.3 -------------------------------------------------
 */

static bool read_switch(xmile_reader *r, const xml_element *element, const char *name, bool *on)
{
    const char *written = xml_attribute_value(element, name);
    *on = false;
    return !written || xmile_flag(r, written, element->line, name, false, on);
}

/* "3, 4, 5" as the initial value of a conveyor are its initial contents. */
static bool list_contents(xmile_reader *r, xmile_variable *v, xmile_conveyor *c)
{
    size_t count = 1, used = 0;
    int depth = 0;
    for (const char *at = v->equation.text; at && *at; at++) {
        depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        count += *at == ',' && depth == 0;
    }
    if (count == 1 || v->dimension_count)
        return true;
    xmile_text *contents = xmile_array(r, count, sizeof *contents);
    if (!contents)
        return false;
    const char *start = v->equation.text;
    for (const char *at = start;; at++) {
        depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        if (*at && !(*at == ',' && depth == 0))
            continue;
        contents[used].at = v->equation.at;
        if (!(contents[used++].text = arena_copy(r->a, start, (size_t)(at - start))))
            return fail_memory(r);
        if (!*at)
            break;
        start = at + 1;
    }
    c->contents = contents;
    c->content_count = count;
    v->equation.text = contents[0].text; /* the sum is made of them later */
    return true;
}

static bool read_conveyor(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    static const char *const known[] = {"len", "capacity", "in_limit", "sample", "arrest", NULL};
    const xml_element *conveyor, *parts[5];
    if (!xmile_only(r, element, "conveyor", &conveyor) || !conveyor)
        return r->status == TRUCE_OK;
    for (const xml_element *child = conveyor->first; child; child = child->next)
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<conveyor>", known);
    for (size_t i = 0; i < 5; i++)
        if (!xmile_only(r, conveyor, known[i], &parts[i]))
            return false;
    xmile_conveyor *c = arena_alloc(r->a, sizeof *c);
    if (!c)
        return fail_memory(r);
    *c = (xmile_conveyor){.length = xmile_text_of(r, parts[0]),
                          .capacity = xmile_text_of(r, parts[1]),
                          .limit = xmile_text_of(r, parts[2]),
                          .sample = xmile_text_of(r, parts[3]),
                          .arrest = xmile_text_of(r, parts[4]),
                          .at = xmile_place(r, conveyor->line)};
    v->conveyor = c;
    return list_contents(r, v, c) && read_switch(r, conveyor, "exponential_leak", &c->exponential) &&
           read_switch(r, conveyor, "discrete", &c->discrete);
}

/* <leak/> marks a flow whose equation is the fraction that leaks; <leak>0.1</leak> is that fraction. */
static bool read_leak(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    const xml_element *leak;
    const char *start = xml_attribute_value(element, "leak_start"),
               *end = xml_attribute_value(element, "leak_end");
    double from = 0, to = 1;
    if (!xmile_only(r, element, "leak", &leak) || !leak)
        return r->status == TRUCE_OK;
    v->is_leak = true;
    if (leak->text)
        v->equation = xmile_text_of(r, leak);
    if ((start && !xmile_number(r, start, element->line, "leak_start", &from)) ||
        (end && !xmile_number(r, end, element->line, "leak_end", &to)))
        return false;
    if (!(from >= 0 && from < to && to <= 1))
        return fail(r, element->line,
                    "the leak zone of \"%.64s\" from %g to %g is not a part of the conveyor, 0 to 1", v->name,
                    from, to);
    v->leak_start = from;
    v->leak_end = to;
    return true;
}

static bool read_connections(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    size_t count = xmile_count(element, "connect"), used = 0;
    xmile_connection *connections = xmile_array(r, count, sizeof *connections);
    if (!connections)
        return false;
    v->resource = xml_attribute_value(element, "resource");
    if (!v->resource) /* as Stella writes it */
        v->resource = xml_attribute_value(element, "url");
    if (v->resource && !*v->resource)
        v->resource = NULL;
    if (v->resource && !xmile_refer(r, &v->resource, element->line))
        return false;
    v->model_name = xml_attribute_value(element, "simlin:model_name");
    for (const xml_element *child = element->first; child; child = child->next) {
        if (strcmp(child->name, "connect") != 0)
            continue;
        xmile_connection *c = &connections[used++];
        c->at = xmile_place(r, child->line);
        if (!xmile_required(r, child, "to", &c->to) || !xmile_required(r, child, "from", &c->from))
            return false;
    }
    v->connections = connections;
    v->connection_count = count;
    return true;
}

/* ---- A variable --------------------------------------------------------------------------------------- */

static const char *text_or_null(const xml_element *element, const char *name)
{
    for (const xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, name) == 0)
            return child->text ? child->text : "";
    return NULL;
}

/* Tables show units on one line. */
static bool read_units(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    const char *units = text_or_null(element, "units");
    v->units = units ? arena_clean_line(r->a, units, strlen(units)) : NULL;
    return !units || v->units || fail_memory(r);
}

static bool read_graph_of(xmile_reader *r, const xml_element *element, xmile_variable *v)
{
    const xml_element *graph;
    if (v->kind == XMILE_GRAPH)
        return xmile_read_graph(r, element, &v->graph);
    if (!xmile_only(r, element, "gf", &graph) || !graph)
        return r->status == TRUCE_OK;
    const char *name = xml_attribute_value(graph, "name");
    if (name && !graph->first)
        return fail(r, graph->line,
                    "<gf name=\"%.64s\"/> refers to another graphical function, which is not "
                    "supported: write %.64s(x) in the equation instead",
                    name, name);
    return xmile_read_graph(r, graph, &v->graph);
}

/* Stella can spread what flows into a conveyor over it, which changes numbers. */
static bool check_spread(xmile_reader *r, const xml_element *element, const xmile_variable *v)
{
    const char *spread = xml_attribute_value(element, "isee:spreadflow");
    return !spread ||
           fail(r, element->line, "isee:spreadflow=\"%.32s\" of \"%.64s\" is not supported", spread, v->name);
}

static bool read_variable(xmile_reader *r, const xml_element *element, xmile_kind kind, xmile_variable *v)
{
    if (++r->variable_count > XMILE_MAXIMUM_VARIABLES)
        return fail(r, element->line, "there are more than %d variables", XMILE_MAXIMUM_VARIABLES);
    v->kind = kind;
    v->at = xmile_place(r, element->line);
    v->non_negative = -1;
    const char *access = xml_attribute_value(element, "access");
    v->is_input = access && strcmp(access, "input") == 0;
    if (!xmile_required(r, element, "name", &v->name) || !check_children(r, element, v) ||
        !read_units(r, element, v))
        return false;
    v->doc = text_or_null(element, "doc");
    if (kind == XMILE_MODULE)
        return read_connections(r, element, v);
    if (!read_dimensions(r, element, v) || !read_elements(r, element, v))
        return false;
    bool many = v->dimension_count && !v->element_count;
    return read_equations(r, element, many, &v->equation, &v->initial) &&
           (!many || xmile_spread_equations(r, element, v)) && read_graph_of(r, element, v) &&
           read_flows(r, element, "inflow", &v->inflows, &v->inflow_elements, &v->inflow_count) &&
           read_flows(r, element, "outflow", &v->outflows, &v->outflow_elements, &v->outflow_count) &&
           read_non_negative(r, element, v) && read_conveyor(r, element, v) && read_leak(r, element, v) &&
           check_spread(r, element, v);
}

/* ---- Groups: members by <entity name> (the standard) or <var>name</var> (converters) ------------------ */

static bool read_group(xmile_reader *r, const xml_element *element, xmile_group *group)
{
    static const char *const known[] = {"entity", "var", "doc", "format", NULL};
    group->at = xmile_place(r, element->line);
    if (!xmile_required(r, element, "name", &group->name))
        return false;
    group->doc = text_or_null(element, "doc");
    xmile_text *members =
        xmile_array(r, xmile_count(element, "entity") + xmile_count(element, "var"), sizeof *members);
    if (!members)
        return false;
    for (const xml_element *child = element->first; child; child = child->next) {
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<group>", known);
        if (strcmp(child->name, "doc") == 0 || strcmp(child->name, "format") == 0)
            continue;
        xmile_text *member = &members[group->member_count];
        *member = xmile_text_of(r, child);
        if (strcmp(child->name, "entity") == 0) {
            member->at.line = child->line;
            if (!xmile_required(r, child, "name", &member->text))
                return false;
        }
        group->member_count++;
    }
    group->members = members;
    return true;
}

/* ---- Lists -------------------------------------------------------------------------------------------- */

static bool kind_of(const char *name, xmile_kind *kind)
{
    for (int k = XMILE_STOCK; k <= XMILE_MODULE; k++)
        if (strcmp(name, variable_names[k]) == 0) {
            *kind = (xmile_kind)k;
            return true;
        }
    return false;
}

bool xmile_read_variables(xmile_reader *r, const xml_element *parent, xmile_names others, xmile_model *model)
{
    size_t variable_count = 0, group_count = xmile_count(parent, "group");
    xmile_kind kind;
    for (const xml_element *child = parent->first; child; child = child->next) {
        if (kind_of(child->name, &kind))
            variable_count++;
        else if (strcmp(child->name, "group") != 0 && !xmile_is_one_of(child->name, others))
            return xmile_unknown(r, child, strcmp(parent->name, "model") == 0 ? "<model>" : "<variables>",
                                 variable_names);
    }
    if (!variable_count && !group_count)
        return true;
    if (model->variable_count || model->group_count)
        return fail(r, parent->line, "a model has variables in more than one place");
    xmile_variable *variables = xmile_array(r, variable_count, sizeof *variables);
    xmile_group *groups = xmile_array(r, group_count, sizeof *groups);
    if (!variables || !groups)
        return false;
    for (const xml_element *child = parent->first; child; child = child->next) {
        bool read = true;
        if (kind_of(child->name, &kind))
            read = read_variable(r, child, kind, &variables[model->variable_count++]);
        else if (strcmp(child->name, "group") == 0)
            read = read_group(r, child, &groups[model->group_count++]);
        if (!read)
            return false;
    }
    model->variables = variables;
    model->groups = groups;
    return true;
}

/* ---- Macros: XMILE 1.0 section 4.8 -------------------------------------------------------------------- */

static bool read_parameters(xmile_reader *r, const xml_element *element, xmile_macro *macro)
{
    size_t count = xmile_count(element, "parm");
    const char **names = xmile_array(r, count, sizeof *names);
    xmile_text *defaults = xmile_array(r, count, sizeof *defaults);
    if (!names || !defaults)
        return false;
    for (const xml_element *child = element->first; child; child = child->next) {
        if (strcmp(child->name, "parm") != 0)
            continue;
        size_t i = macro->parameter_count++;
        if (!child->text)
            return fail(r, child->line, "parameter %zu of macro \"%.64s\" has no name", i + 1, macro->name);
        names[i] = child->text;
        defaults[i].text = xml_attribute_value(child, "default");
        defaults[i].at = xmile_place(r, child->line);
        if (i > 0 && defaults[i - 1].text && !defaults[i].text)
            return fail(
                r, child->line,
                "parameter \"%.64s\" of macro \"%.64s\" needs a default, because one before it has one",
                names[i], macro->name);
    }
    macro->parameters = names;
    macro->defaults = defaults;
    return true;
}

static bool is_empty(const xmile_variable *v)
{
    return !v->equation.text && !v->graph && !v->element_count && v->kind != XMILE_STOCK;
}

/* The parameter of a variable's name, or parameter_count. SIZE_MAX: no memory. */
static size_t find_parameter(xmile_reader *r, const xmile_macro *macro, const xmile_variable *v)
{
    const char *wanted = name_fold(r->a, v->name, strlen(v->name));
    for (size_t p = 0; wanted && p < macro->parameter_count; p++) {
        const char *name = name_fold(r->a, macro->parameters[p], strlen(macro->parameters[p]));
        if (!name || strcmp(wanted, name) == 0)
            return name ? p : SIZE_MAX;
    }
    return wanted ? macro->parameter_count : SIZE_MAX;
}

/* The parameter gets another name, and the variable that name as its equation. */
static bool take_parameter(xmile_reader *r, const xmile_macro *macro, size_t p, const char **parameters,
                           xmile_variable *v)
{
    parameters[p] = arena_format(r->a, "argument %zu of %s", p + 1, macro->name);
    v->equation.text = parameters[p] ? arena_format(r->a, "\"%s\"", parameters[p]) : NULL;
    v->equation.at = v->at;
    v->graph = NULL;
    v->element_count = 0;
    return v->equation.text || fail_memory(r);
}

/* Parameters that are declared once more among the variables. Stella writes them as inputs, with the value
 * they have while the macro is tried out alone: the parameter counts. xmutil writes one that is a flow
 * without an equation, <parm>input</parm> and <flow name="input"/>: that flow is the parameter. */
static bool join_parameters(xmile_reader *r, xmile_macro *macro)
{
    xmile_variable *variables = xmile_array(r, macro->variable_count, sizeof *variables);
    const char **parameters = xmile_array(r, macro->parameter_count, sizeof *parameters);
    size_t kept = 0;
    if (!variables || !parameters)
        return false;
    for (size_t p = 0; p < macro->parameter_count; p++)
        parameters[p] = macro->parameters[p];
    for (size_t i = 0; i < macro->variable_count; i++) {
        xmile_variable *v = &variables[kept];
        *v = macro->variables[i];
        bool joined = (is_empty(v) || v->is_input) && v->kind != XMILE_STOCK;
        size_t p = joined ? find_parameter(r, macro, v) : macro->parameter_count;
        if (p == SIZE_MAX)
            return fail_memory(r);
        if (p < macro->parameter_count && v->kind != XMILE_FLOW && v->is_input)
            continue;
        if (p < macro->parameter_count && !take_parameter(r, macro, p, parameters, v))
            return false;
        kept++;
    }
    macro->variables = variables;
    macro->variable_count = kept;
    macro->parameters = parameters;
    return true;
}

/* <sim_specs> of a macro: expressions of its parameters; DT is 1 and the method Euler unless it says so. */
static bool read_loop(xmile_reader *r, const xml_element *element, xmile_macro *macro)
{
    static const char *const known[] = {"start", "stop", "dt", NULL};
    const xml_element *specs, *start, *stop, *step;
    if (!xmile_only(r, element, "sim_specs", &specs) || !specs)
        return r->status == TRUCE_OK;
    for (const xml_element *child = specs->first; child; child = child->next)
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<sim_specs>", known);
    if (!xmile_only(r, specs, "start", &start) || !xmile_only(r, specs, "stop", &stop) ||
        !xmile_only(r, specs, "dt", &step))
        return false;
    if (!start || !start->text || !stop || !stop->text)
        return fail(r, specs->line, "<sim_specs> of macro \"%.64s\" has no <%s>", macro->name,
                    start && start->text ? "stop" : "start");
    const char *method = xml_attribute_value(specs, "method");
    if (method && strcasecmp(method, "euler") != 0)
        return fail(r, specs->line,
                    "method \"%.32s\" of macro \"%.64s\" is not supported: it is run by Euler's", method,
                    macro->name);
    if (step && xml_attribute_value(step, "reciprocal"))
        return fail(r, step->line, "reciprocal of <dt> in macro \"%.64s\" is not supported", macro->name);
    macro->start = xmile_text_of(r, start);
    macro->stop = xmile_text_of(r, stop);
    macro->step = xmile_text_of(r, step);
    return true;
}

bool xmile_read_macro(xmile_reader *r, const xml_element *element, xmile_macro *macro)
{
    static const char *const known[] = {"parm",   "eqn",       "variables", "doc",
                                        "format", "sim_specs", "view",      NULL};
    static const char *const others[] = {NULL};
    const xml_element *eqn, *variables;
    macro->at = xmile_place(r, element->line);
    if (!xmile_required(r, element, "name", &macro->name))
        return false;
    if (xml_attribute_value(element, "filter") || xml_attribute_value(element, "applyto"))
        return fail(r, element->line, "macro \"%.64s\" is an option filter, which is not supported",
                    macro->name);
    for (const xml_element *child = element->first; child; child = child->next) {
        if (!xmile_is_one_of(child->name, known))
            return xmile_unknown(r, child, "<macro>", known);
    }
    if (!xmile_only(r, element, "eqn", &eqn) || !xmile_only(r, element, "variables", &variables))
        return false;
    if (!eqn || !eqn->text)
        return fail(r, element->line, "macro \"%.64s\" has no <eqn>", macro->name);
    macro->equation = xmile_text_of(r, eqn);
    macro->space = xml_attribute_value(element, "namespace");
    xmile_model body = {0};
    if (!read_parameters(r, element, macro) || !read_loop(r, element, macro) ||
        (variables && !xmile_read_variables(r, variables, others, &body)))
        return false;
    macro->variables = body.variables;
    macro->variable_count = body.variable_count;
    return join_parameters(r, macro);
}
