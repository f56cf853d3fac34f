/* A table whose cells are coloured by what they say: labels on the left, one column a colour.
 *
 *                                  Ukraine        Russia
 *     Freeze on the line         [ 52 %   ]     [ 88 %   ]
 *
 * On a narrow chart a label stands on a line of its own above its cells. */
#include "results/words.h"
#include "show/chart.h"

#include <math.h>

enum { ROW = 30, LABEL_ROW = 20, HEAD = 28, LABEL = 400, GAP = 4, FONT = 14 };

static const double deepest = 0.65; /* of the colour in a cell of share 1: dark words stay readable on it */

static uint32_t tint(uint32_t colour, double share)
{
    uint32_t mixed = 0;
    double part = deepest * fmin(fmax(share, 0.0), 1.0);
    for (int shift = 0; shift < 24; shift += 8) {
        double full = (colour >> shift) & 0xff;
        mixed |= (uint32_t)lround(255.0 + (full - 255.0) * part) << shift;
    }
    return mixed;
}

static bool is_narrow(const chart_cells *c)
{
    return c->width < 2 * LABEL;
}

static bool has_cells(const chart_cells *c, size_t row)
{
    bool any = false;
    for (size_t k = 0; k < c->column_count; k++)
        any = any || c->cells[row * c->column_count + k].words;
    return any;
}

static int row_height(const chart_cells *c, size_t row)
{
    return is_narrow(c) && has_cells(c, row) ? LABEL_ROW + ROW : ROW;
}

int chart_cells_height(const chart_cells *c)
{
    int height = HEAD + GAP;
    for (size_t i = 0; i < c->row_count; i++)
        height += row_height(c, i);
    return height;
}

static void put_words(text *t, const char *words, double x, double y, const char *align, const char *font)
{
    text_print(t, "set label ");
    chart_quote(t, words);
    text_print(t, " at first %.1f, first %.1f %s noenhanced front font '%s' tc rgb '#333333'\n", x, y, align,
               font);
}

static void put_cell(text *t, const chart_cell *cell, uint32_t colour, double left, double width, double top,
                     const char *font)
{
    if (!cell->words)
        return;
    text_print(t,
               "set object rectangle from first %.1f, first %.1f to first %.1f, first %.1f back fs solid "
               "noborder fc rgb '#%06x'\n",
               left + GAP / 2.0, top + GAP / 2.0, left + width - GAP / 2.0, top + ROW - GAP / 2.0,
               (unsigned)tint(colour, cell->share));
    put_words(t, cell->words, left + width / 2.0, top + ROW / 2.0, "center", font);
}

void chart_cells_script(text *script, const chart_cells *c)
{
    double start = is_narrow(c) ? 0 : LABEL, step = (c->width - start) / (double)c->column_count, top = HEAD;
    const char *font = is_narrow(c) ? "sans-serif,11" : "sans-serif,13";
    int height = chart_cells_height(c);
    text_print(
        script,
        "reset\nset encoding utf8\nset terminal svg size %d,%d dynamic enhanced font 'sans-serif,%d'\n"
        "unset key; unset border; unset tics\n"
        "set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen "
        "0\nset xrange [0:%d]; set yrange [%d:0]\n",
        c->width, height, FONT, c->width, height);
    for (size_t k = 0; k < c->column_count; k++)
        put_words(script, c->heads[k], start + step * ((double)k + 0.5), HEAD / 2.0, "center",
                  "sans-serif:bold");
    for (size_t i = 0; i < c->row_count; i++) {
        int above = row_height(c, i) - ROW; /* a line of the label alone */
        put_words(script, c->labels[i], 2, top + (above ? above : ROW) / 2.0, "left", "sans-serif,13");
        for (size_t k = 0; k < c->column_count; k++)
            put_cell(script, &c->cells[i * c->column_count + k], c->colours[k], start + step * (double)k,
                     step, top + above, font);
        top += row_height(c, i);
    }
    text_print(script, "plot NaN notitle\n");
}
