/* A table whose cells are coloured by what they say: labels on the left, one column a colour.
 *
 *                                  Ukraine        Russia
 *     Freeze on the line         [ 52 %   ]     [ 88 %   ]
 */
#include "results/words.h"
#include "show/chart.h"

#include <math.h>

enum { ROW = 30, HEAD = 28, LABEL = 400, GAP = 4, FONT = 14 };

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

int chart_cells_height(const chart_cells *c)
{
    return HEAD + ROW * (int)c->row_count + GAP;
}

static void put_words(text *t, const char *words, double x, double y, const char *align, const char *font)
{
    text_print(t, "set label ");
    chart_quote(t, words);
    text_print(t, " at first %.1f, first %.1f %s noenhanced front font '%s' tc rgb '#333333'\n", x, y, align,
               font);
}

void chart_cells_script(text *script, const chart_cells *c)
{
    double step = (double)(c->width - LABEL) / (double)c->column_count;
    int height = chart_cells_height(c);
    text_print(
        script,
        "reset\nset encoding utf8\nset terminal svg size %d,%d dynamic enhanced font 'sans-serif,%d'\n"
        "unset key; unset border; unset tics\n"
        "set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen "
        "0\nset xrange [0:%d]; set yrange [%d:0]\n",
        c->width, height, FONT, c->width, height);
    for (size_t k = 0; k < c->column_count; k++)
        put_words(script, c->heads[k], LABEL + step * ((double)k + 0.5), HEAD / 2.0, "center",
                  "sans-serif:bold");
    for (size_t i = 0; i < c->row_count; i++) {
        double top = HEAD + ROW * (double)i;
        put_words(script, c->labels[i], 2, top + ROW / 2.0, "left", "sans-serif,13");
        for (size_t k = 0; k < c->column_count; k++) {
            const chart_cell *cell = &c->cells[i * c->column_count + k];
            double left = LABEL + step * (double)k;
            if (!cell->words)
                continue;
            text_print(
                script,
                "set object rectangle from first %.1f, first %.1f to first %.1f, first %.1f back fs solid "
                "noborder fc rgb '#%06x'\n",
                left + GAP / 2.0, top + GAP / 2.0, left + step - GAP / 2.0, top + ROW - GAP / 2.0,
                (unsigned)tint(c->colours[k], cell->share));
            put_words(script, cell->words, left + step / 2.0, top + ROW / 2.0, "center", "sans-serif,13");
        }
    }
    text_print(script, "plot NaN notitle\n");
}
