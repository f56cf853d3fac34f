/* Talks for readers: a table for the terminal, and files. */
#ifndef TRUCE_SHOW_TALKS_H
#define TRUCE_SHOW_TALKS_H

#include "results/talks_findings.h"
#include "results/words.h"
#include "show/chart.h"

/* The table, at most 80 columns wide; colour: headings in bold. */
void talks_print(FILE *out, const talks_shown *t, bool colour);
/* The page of charts, as HTML. */
truce_status talks_page(const talks_shown *t, text *page, truce_error *error);
/* talks.nc, as bytes. */
truce_status talks_netcdf(const talks_shown *t, text *content, truce_error *error);
/* talks.csv. */
void talks_print_csv(const talks_shown *t, FILE *stream);
/* Writes talks.csv, talks.nc and talks.html into a directory. */
truce_status talks_write(const char *directory, const talks_shown *t, truce_error *error);

/* ---- talks_answers.c ---------------------------------------------------------------------------------- */
/* How probable a deal is, beside other wars, in a sentence. */
void talks_deal_words(text *words, const talks_shown *t);
/* What was taken to have happened, and how many futures it rests on. */
void talks_record_words(text *words, const talks_shown *t);
/* What the gains of terms are: under their table. */
extern const char talks_bounded_words[];
void talks_missing_words(text *words, const talks_shown *t, size_t deal, int side);
const char *talks_obstacle_words(const talks_shown *t, int obstacle, char words[WORDS_SIZE]);
const char *talks_outcome_words(int outcome);
/* When, why not, who is strong; and what waiting, terms and quantities do. */
void talks_print_answers(FILE *out, const talks_shown *t, bool colour);
void talks_print_means(FILE *out, const talks_shown *t, bool colour);

/* ---- talks_bars.c ------------------------------------------------------------------------------------- */
/* Of the page: why there is no deal; and leverage, peace and what moves results. */
void talks_bars_first(text *t, const talks_shown *s);
void talks_bars_last(text *t, const talks_shown *s);

/* ---- talks_charts.c, talks_page.c --------------------------------------------------------------------- */
enum { TALKS_FIGURES = 11, TALKS_WIDTHS = 2 };
/* Each figure is drawn for wide screens and for narrow ones. */
extern const int talks_widths[TALKS_WIDTHS];
typedef struct talks_figure {
    text title, words, scripts[TALKS_WIDTHS];
    int heights[TALKS_WIDTHS]; /* 0: there is no such figure */
    bool cut;                  /* bands go on beyond its axis */
} talks_figure;
/* False: out of memory. figures: TALKS_FIGURES, freed by the caller whatever is returned. */
bool talks_figures(const talks_shown *t, talks_figure *figures);

#endif
