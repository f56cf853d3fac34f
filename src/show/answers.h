/* Answers for readers: tables for the terminal, JSON and files. */
#ifndef TRUCE_SHOW_ANSWERS_H
#define TRUCE_SHOW_ANSWERS_H

#include "answers/answers.h"
#include "base/json.h"

/* The head of a page of answers up to its title, and its end. `run`: members, seed and version, in a line. */
void answers_page_open(text *t, const truce_case *c, const char *what, size_t members, uint64_t seed);
/* The line of a table that says what its numbers rest on: members, seed, version, and whose draws they are. */
void answers_put_basis(text *t, size_t members, uint64_t seed, const truce_fit *fit);
void answers_page_close(text *t, const char *command);
/* Statistics as an entry of an object. */
void answers_json_statistics(json *j, const char *name, const truce_statistics *s);
/* Turns a stream into text for the public calls. */
truce_status answers_hand_over(text *t, char **given, truce_error *error);

/* ---- compare_table.c, compare_json.c, compare_page.c ------------------------------------------------------- */
void comparison_print(FILE *stream, const truce_comparison *x, bool colour);
void comparison_put_json(text *t, const truce_comparison *x);
truce_status comparison_page(const truce_comparison *x, text *page, truce_error *error);

#endif
