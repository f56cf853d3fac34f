/* A document as an XMILE file. A net flow that is an expression, which only Vensim has, becomes a flow. */
#include "convert/convert.h"

#include <string.h>

static void write_element(text *t, const char *indent, const char *name, const char *content)
{
    text_print(t, "%s<%s>", indent, name);
    write_escaped(t, content);
    text_print(t, "</%s>\n", name);
}

static void write_number(text *t, double number)
{
    char buffer[40];
    size_t length = text_from_number(buffer, number);
    text_add(t, buffer, length);
}

/* ---- Variables ----------------------------------------------------------------------------------------- */

static void write_points(text *t, const char *name, const double *values, size_t count, const char *indent)
{
    text_print(t, "%s  <%s>", indent, name);
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_add(t, ",", 1);
        write_number(t, values[i]);
    }
    text_print(t, "</%s>\n", name);
}

static void write_graph(text *t, const xmile_graph *g, const char *indent)
{
    static const char *const types[] = {"", " type=\"extrapolate\"", " type=\"discrete\""};
    if (!g)
        return;
    text_print(t, "%s<gf%s>\n", indent, types[g->type]);
    write_points(t, "xpts", g->x, g->count, indent);
    write_points(t, "ypts", g->y, g->count, indent);
    text_print(t, "%s</gf>\n", indent);
}

/* Of a stock <eqn> is the initial value. */
static void write_equations(text *t, bool stock, const xmile_text *equation, const xmile_text *initial,
                            const char *indent)
{
    const xmile_text *eqn = stock && initial->text ? initial : equation;
    if (eqn->text)
        write_element(t, indent, "eqn", eqn->text);
    if (!stock && initial->text)
        write_element(t, indent, "init_eqn", initial->text);
}

static void write_dimensions(text *t, const xmile_variable *v)
{
    if (!v->dimension_count)
        return;
    text_print(t, "        <dimensions>\n");
    for (size_t i = 0; i < v->dimension_count; i++) {
        text_print(t, "          <dim name=\"");
        write_escaped(t, v->dimensions[i]);
        text_print(t, "\"/>\n");
    }
    text_print(t, "        </dimensions>\n");
}

/* The flows that belong to all elements (SIZE_MAX), or to one alone. */
static void write_flows(text *t, const char *tag, const xmile_text *flows, const size_t *elements,
                        size_t count, size_t only)
{
    for (size_t i = 0; i < count; i++)
        if ((elements ? elements[i] : SIZE_MAX) == only)
            write_element(t, only == SIZE_MAX ? "        " : "          ", tag, flows[i].text);
}

/* <element subscript="...">; `net` writes the net flow of a stock in place of its value. */
static void write_elements(text *t, const xmile_variable *v, bool net)
{
    for (size_t i = 0; i < v->element_count; i++) {
        const xmile_element *e = &v->elements[i];
        text_print(t, "        <element subscript=\"");
        write_escaped(t, e->subscript);
        text_print(t, "\">\n");
        if (net)
            write_element(t, "          ", "eqn", e->net.text ? e->net.text : "0");
        else
            write_equations(t, v->kind == XMILE_STOCK, &e->equation, &e->initial, "          ");
        if (!net) {
            write_graph(t, e->graph, "          ");
            write_flows(t, "inflow", v->inflows, v->inflow_elements, v->inflow_count, i);
            write_flows(t, "outflow", v->outflows, v->outflow_elements, v->outflow_count, i);
        }
        text_print(t, "        </element>\n");
    }
}

static void open_variable(text *t, const char *tag, const char *name)
{
    text_print(t, "      <%s name=\"", tag);
    write_escaped(t, name);
    text_print(t, "\">\n");
}

static void write_net_flow(conversion *c, const xmile_variable *v)
{
    open_variable(&c->out, "flow", net_flow_name(c, v));
    write_element(&c->out, "        ", "doc", "The net flow of the level, which has no name in Vensim.");
    write_dimensions(&c->out, v);
    if (v->net.text)
        write_element(&c->out, "        ", "eqn", v->net.text);
    write_elements(&c->out, v, true);
    text_print(&c->out, "      </flow>\n");
}

static void write_variable(conversion *c, const xmile_variable *v, bool in_macro)
{
    static const char *const tags[] = {"stock", "flow", "aux", "gf", "module"};
    text *t = &c->out;
    bool stock = v->kind == XMILE_STOCK, bare = v->kind == XMILE_GRAPH;
    const char *tag = bare ? "aux" : tags[v->kind];
    open_variable(t, tag, v->name);
    if (v->doc)
        write_element(t, "        ", "doc", v->doc);
    write_dimensions(t, v);
    write_equations(t, stock, &v->equation, &v->initial, "        ");
    write_graph(t, v->graph, "        ");
    write_elements(t, v, false);
    write_flows(t, "inflow", v->inflows, v->inflow_elements, v->inflow_count, SIZE_MAX);
    write_flows(t, "outflow", v->outflows, v->outflow_elements, v->outflow_count, SIZE_MAX);
    if (stock && has_net_flow(v)) {
        text_print(t, "        <inflow>\"");
        write_escaped(t, net_flow_name(c, v));
        text_print(t, "\"</inflow>\n");
    }
    if (v->units)
        write_element(t, "        ", "units", v->units);
    if (v->non_negative == 1 ||
        (v->non_negative < 0 && stock && c->document->models[0].stocks_non_negative == 1) ||
        (v->non_negative < 0 && v->kind == XMILE_FLOW && c->document->models[0].flows_non_negative == 1))
        text_print(t, "        <non_negative/>\n");
    text_print(t, "      </%s>\n", tag);
    if (stock && has_net_flow(v) && !in_macro)
        write_net_flow(c, v);
}

/* ---- The rest of the file ------------------------------------------------------------------------------ */

static void write_head(conversion *c)
{
    const xmile_document *d = c->document;
    text *t = &c->out;
    text_print(t, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
                  "xmlns:isee=\"http://iseesystems.com/XMILE\">\n  <header>\n");
    write_element(t, "    ", "name", d->name);
    text_print(t, "    <vendor>truce</vendor>\n    <product version=\"%s\">truce</product>\n  </header>\n",
               truce_version());
    text_print(t, "  <sim_specs method=\"");
    write_escaped(t, d->method.text ? d->method.text : "Euler");
    text_print(t, "\" time_units=\"");
    write_escaped(t, d->time_units ? d->time_units : "");
    text_print(t, "\" isee:save_interval=\"");
    write_number(t, c->model->sim_specs.save_step);
    text_print(t, "\">\n    <start>");
    write_number(t, c->model->sim_specs.start);
    text_print(t, "</start>\n    <stop>");
    write_number(t, c->model->sim_specs.stop);
    text_print(t, "</stop>\n    <dt>");
    write_number(t, c->model->sim_specs.dt);
    text_print(t, "</dt>\n  </sim_specs>\n");
}

static void write_units(conversion *c)
{
    const xmile_document *d = c->document;
    text *t = &c->out;
    if (!d->unit_count)
        return;
    text_print(t, "  <model_units>\n");
    for (size_t i = 0; i < d->unit_count; i++) {
        text_print(t, "    <unit name=\"");
        write_escaped(t, d->units[i].name);
        text_print(t, "\">\n");
        if (d->units[i].equation && *d->units[i].equation)
            write_element(t, "      ", "eqn", d->units[i].equation);
        for (size_t k = 0; k < d->units[i].alias_count; k++)
            write_element(t, "      ", "alias", d->units[i].aliases[k]);
        text_print(t, "    </unit>\n");
    }
    text_print(t, "  </model_units>\n");
}

static void write_all_dimensions(conversion *c)
{
    const xmile_document *d = c->document;
    text *t = &c->out;
    if (!d->dimension_count)
        return;
    text_print(t, "  <dimensions>\n");
    for (size_t i = 0; i < d->dimension_count; i++) {
        text_print(t, "    <dim name=\"");
        write_escaped(t, d->dimensions[i].name);
        if (!d->dimensions[i].elements) {
            text_print(t, "\" size=\"%zu\"/>\n", d->dimensions[i].size);
            continue;
        }
        text_print(t, "\">\n");
        for (size_t k = 0; k < d->dimensions[i].size; k++) {
            text_print(t, "      <elem name=\"");
            write_escaped(t, d->dimensions[i].elements[k]);
            text_print(t, "\"/>\n");
        }
        text_print(t, "    </dim>\n");
    }
    text_print(t, "  </dimensions>\n");
}

static void write_groups(conversion *c)
{
    const xmile_model *m = &c->document->models[0];
    text *t = &c->out;
    for (size_t i = 0; i < m->group_count; i++) {
        open_variable(t, "group", m->groups[i].name);
        if (m->groups[i].doc && *m->groups[i].doc)
            write_element(t, "        ", "doc", m->groups[i].doc);
        for (size_t k = 0; k < m->groups[i].member_count; k++) {
            text_print(t, "        <entity name=\"");
            write_escaped(t, m->groups[i].members[k].text ? m->groups[i].members[k].text : "");
            text_print(t, "\"/>\n");
        }
        text_print(t, "      </group>\n");
    }
}

static bool write_macro(conversion *c, const xmile_macro *m)
{
    text *t = &c->out;
    text_print(t, "  <macro name=\"");
    write_escaped(t, m->name);
    text_print(t, "\">\n");
    for (size_t i = 0; i < m->parameter_count; i++) {
        text_print(t, "    <parm");
        if (m->defaults && m->defaults[i].text) {
            text_print(t, " default=\"");
            write_escaped(t, m->defaults[i].text);
            text_print(t, "\"");
        }
        text_print(t, ">");
        write_escaped(t, m->parameters[i]);
        text_print(t, "</parm>\n");
    }
    write_element(t, "    ", "eqn", m->equation.text);
    if (m->start.text)
        return fail(&c->b, m->at.file, m->at.line, "the run of its own of macro \"%s\" cannot be converted",
                    m->name);
    text_print(t, "    <variables>\n");
    for (size_t i = 0; i < m->variable_count; i++) {
        write_variable(c, &m->variables[i], true);
        if (m->variables[i].kind == XMILE_STOCK && has_net_flow(&m->variables[i]))
            write_net_flow(c, &m->variables[i]);
    }
    text_print(t, "    </variables>\n  </macro>\n");
    return true;
}

bool write_xmile(conversion *c)
{
    const xmile_document *d = c->document;
    const xmile_model *m = &d->models[0];
    if (d->model_count > 1)
        return fail(&c->b, m->at.file, m->at.line, "a model of several parts cannot be converted");
    write_head(c);
    write_units(c);
    write_all_dimensions(c);
    for (size_t i = 0; i < d->macro_count; i++)
        if (!write_macro(c, &d->macros[i]))
            return false;
    text_print(&c->out, "  <model>\n    <variables>\n");
    write_groups(c);
    for (size_t i = 0; i < m->variable_count; i++)
        write_variable(c, &m->variables[i], false);
    text_print(&c->out, "    </variables>\n");
    write_pages(c);
    text_print(&c->out, "  </model>\n</xmile>\n");
    return true;
}
