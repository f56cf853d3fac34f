/* Views of XMILE, made and not kept: one page a sector, with its stocks in a row, the flows under them and
 * the auxiliaries in columns below, and an arrow for everything that one equation takes from another of the
 * page. */
#include "convert/convert.h"

#include <assert.h>
#include <string.h>

enum { ROW_LENGTH = 8, CELL_WIDTH = 160, CELL_HEIGHT = 90, MARGIN = 100 };

/* ---- Net flows ---------------------------------------------------------------------------------------- */

bool has_net_flow(const xmile_variable *v)
{
    for (size_t i = 0; i < v->element_count; i++)
        if (v->elements[i].net.text)
            return true;
    return v->net.text != NULL;
}

/* A name for the net flow of a stock that nothing has yet. */
const char *net_flow_name(conversion *c, const xmile_variable *v)
{
    const char *name = free_name(c, NULL, arena_format(&c->b.scratch, "%s net flow", v->name));
    return name ? name : "";
}

/* ---- Pages -------------------------------------------------------------------------------------------- */

bool is_first_group(const conversion *c, size_t group)
{
    return map_get(&c->groups, c->document->models[0].groups[group].name) == group;
}

/* Whether a variable is on a page; page SIZE_MAX has those of no sector. */
static bool is_on_page(const conversion *c, size_t variable, size_t page)
{
    assert(page == SIZE_MAX || page < c->document->models[0].group_count);
    const char *group = truce_model_variable(c->model, variable)->group;
    if (page == SIZE_MAX)
        return !*group;
    return strcmp(group, c->document->models[0].groups[page].name) == 0;
}

static void write_figure(conversion *c, xmile_kind kind, const char *name, size_t column, size_t row)
{
    static const char *const tags[] = {"stock", "flow", "aux", "aux", "module"};
    size_t x = MARGIN + column * CELL_WIDTH, y = MARGIN + row * CELL_HEIGHT;
    text_print(&c->out, "        <%s name=\"", tags[kind]);
    write_escaped(&c->out, name);
    text_print(&c->out, "\" x=\"%zu\" y=\"%zu\"", x, y);
    if (kind == XMILE_FLOW)
        text_print(&c->out, "><pts><pt x=\"%zu\" y=\"%zu\"/><pt x=\"%zu\" y=\"%zu\"/></pts></flow>\n", x - 50,
                   y, x + 50, y);
    else
        text_print(&c->out, "/>\n");
}

static void write_kind(conversion *c, size_t page, xmile_kind kind, size_t *row)
{
    const xmile_model *m = &c->document->models[0];
    size_t column = 0;
    for (size_t i = 0; i < m->variable_count; i++) {
        const xmile_variable *v = &m->variables[i];
        bool same = v->kind == kind || (kind == XMILE_AUX && v->kind == XMILE_GRAPH);
        bool net = kind == XMILE_FLOW && v->kind == XMILE_STOCK && has_net_flow(v);
        if ((!same && !net) || !is_on_page(c, i, page))
            continue;
        write_figure(c, kind, net ? net_flow_name(c, v) : v->name, column % ROW_LENGTH,
                     *row + column / ROW_LENGTH);
        column++;
    }
    *row += (column + ROW_LENGTH - 1) / ROW_LENGTH;
}

static void write_arrows(conversion *c, size_t page)
{
    const xmile_model *m = &c->document->models[0];
    size_t count = 0;
    for (size_t i = 0; i < m->variable_count; i++) {
        if (m->variables[i].kind == XMILE_STOCK || !is_on_page(c, i, page))
            continue;
        for (size_t k = 0; k < c->model->input_counts[i]; k++) {
            size_t from = c->model->inputs[i][k];
            if (from == i || !is_on_page(c, from, page))
                continue;
            text_print(&c->out, "        <connector uid=\"%zu\"><from>", ++count);
            write_escaped(&c->out, m->variables[from].name);
            text_print(&c->out, "</from><to>");
            write_escaped(&c->out, m->variables[i].name);
            text_print(&c->out, "</to></connector>\n");
        }
    }
}

static void write_page(conversion *c, size_t page)
{
    const xmile_model *m = &c->document->models[0];
    size_t row = 0, count = 0;
    for (size_t i = 0; i < m->variable_count; i++)
        count += is_on_page(c, i, page);
    if (!count)
        return;
    text_print(&c->out, "      <view type=\"stock_flow\" name=\"");
    write_escaped(&c->out, page == SIZE_MAX ? c->document->name : m->groups[page].name);
    text_print(&c->out, "\">\n");
    write_kind(c, page, XMILE_STOCK, &row);
    write_kind(c, page, XMILE_FLOW, &row);
    write_kind(c, page, XMILE_AUX, &row);
    write_arrows(c, page);
    text_print(&c->out, "      </view>\n");
}

void write_pages(conversion *c)
{
    const xmile_model *m = &c->document->models[0];
    text_print(&c->out, "    <views>\n");
    for (size_t i = 0; i < m->group_count; i++)
        if (is_first_group(c, i))
            write_page(c, i);
    write_page(c, SIZE_MAX);
    text_print(&c->out, "    </views>\n");
}
