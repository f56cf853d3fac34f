/* Results of talks for readers: a table for the terminal and files. */
#ifndef TRUCE_REPORT_TALKS_H
#define TRUCE_REPORT_TALKS_H

#include "talks/talks.h"

enum { TALKS_SHOWN = 64 };

typedef struct talks_shown {
    const truce_case *c;
    const talks_options *options;
    const talks_result *result;
    size_t deals[TALKS_SHOWN], deal_count; /* which deals, by number */
} talks_shown;

/* The table, at most 100 columns wide. */
void talks_print(FILE *out, const talks_shown *t);
/* The page of charts, as HTML. */
truce_status talks_page(const talks_shown *t, text *page, truce_error *error);
truce_status talks_write_netcdf(const char *path, const talks_shown *t, truce_error *error);
/* Writes talks.csv, talks.nc and talks.html into a directory. */
truce_status talks_write(const char *directory, const talks_shown *t, truce_error *error);

#endif
