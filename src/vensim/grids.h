/* Tables of cells beside a model: CSV files and sheets of workbooks. */
#ifndef TRUCE_VENSIM_GRIDS_H
#define TRUCE_VENSIM_GRIDS_H

#include "sheets/sheets.h"
#include "vensim/read.h"

typedef struct mdl_grid {
    const char *path;
    const char *name; /* of the sheet; NULL: a CSV file */
    char separator;
    sheet_table s;
    size_t rows, columns; /* as far as there are cells */
} mdl_grid;

/* The table that the first two arguments name, read once. NULL with a failure. */
mdl_grid *grid_find(mdl_reader *r, const mdl_node *call);
/* The text of a cell, or "" where there is none. */
const char *grid_cell(const mdl_grid *g, size_t row, size_t column);
/* *given: whether the cell holds a number; "nan" and "inf" are none. False with a failure: a formula without its value. */
bool grid_number(mdl_reader *r, int line, const mdl_grid *g, size_t row, size_t column, bool *given,
                 double *value);

#endif
