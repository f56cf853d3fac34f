/* A grid of text for a terminal: a label, then columns aligned on their decimal points. */
#ifndef TRUCE_GRID_H
#define TRUCE_GRID_H

#include "results/words.h"

enum { GRID_COLUMNS = 8, GRID_WIDTH = 80 };

typedef struct grid_row {
    const char *label;
    bool heading; /* a label alone, over the rows that follow */
    char cells[GRID_COLUMNS][WORDS_SIZE];
} grid_row;

typedef struct grid_head {
    size_t first, last; /* columns it stands over, right-aligned */
    const char *words;
} grid_head;

typedef struct grid {
    arena memory;
    const char *title;
    size_t column_count;
    const char *before[GRID_COLUMNS], *after[GRID_COLUMNS]; /* what stands around a cell */
    grid_head heads[GRID_COLUMNS];
    size_t head_count;
    grid_row *rows;
    size_t row_count, row_capacity;
    bool failed; /* out of memory: rows are missing */
} grid;

/* A new row, NULL when out of memory. The label is copied. */
grid_row *grid_add(grid *g, const char *label);
/* Prints the title, the heads and the rows, at most GRID_WIDTH columns wide: labels give way. */
void grid_print(const grid *g, FILE *stream, bool colour);
void grid_free(grid *g);
/* Prints text in so many columns: what is longer is cut, what is shorter filled with blanks. */
void grid_field(FILE *stream, const char *string, int columns);
/* Prints text wrapped at GRID_WIDTH columns, continued lines indented. */
void grid_wrap(FILE *stream, const char *string, int indent);

#endif
