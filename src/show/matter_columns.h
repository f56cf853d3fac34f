/* What an index is told by, for tables, pages, JSON and CSV alike; and what was found, in words. */
#ifndef TRUCE_MATTER_COLUMNS_H
#define TRUCE_MATTER_COLUMNS_H

#include "answers/matter.h"
#include "show/answers.h"

typedef struct matter_column {
    const char *name;    /* in files */
    const char *before;  /* what stands before it in a table; NULL: it is in files only */
    const char *head;    /* over it and the next `span` - 1; NULL under that of another */
    size_t span, offset; /* offset: of a double in truce_index */
    enum matter_kind { MATTER_PERCENT, MATTER_SIGNED, MATTER_AMOUNT, MATTER_RANK } kind;
} matter_column;

/* The columns of a method; returns how many. */
size_t matter_columns(const truce_matter *m, const matter_column **columns);
double matter_number(const truce_index *x, const matter_column *column);
void matter_cell(char cell[WORDS_SIZE], const truce_matter *m, const truce_index *x,
                 const matter_column *column);
/* The one that inputs are ranked by. */
const matter_column *matter_main_column(const truce_matter *m);

const char *matter_method_name(const truce_matter *m);
void matter_put_answer(text *t, const truce_matter *m);
/* How many parameters are resolved. */
size_t matter_resolved(const truce_matter *m);
void matter_put_basis(text *t, const truce_matter *m);
/* Which inputs are told through time, and at which of the times: at most so many; returns how many. */
enum { MATTER_SHOWN_TIMES = 6, MATTER_SHOWN_INPUTS = 8 };
size_t matter_shown_times(const truce_matter *m, size_t times[MATTER_SHOWN_TIMES]); /* the earliest first */
size_t matter_shown_inputs(const truce_matter *m, size_t inputs[MATTER_SHOWN_INPUTS]);

#endif
