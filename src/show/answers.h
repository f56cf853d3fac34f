/* Answers for readers: tables for the terminal, JSON and files. */
#ifndef TRUCE_SHOW_ANSWERS_H
#define TRUCE_SHOW_ANSWERS_H

#include "answers/answers.h"
#include "answers/talks_goal.h"
#include "base/json.h"
#include "base/output.h"

/* The head of a page of answers up to its title, and its end. `run`: members, seed and version, in a line. */
void answers_page_open(text *t, const truce_case *c, const char *what, size_t members, uint64_t seed);
/* The line of a table or a page that says what its numbers rest on: members, seed, version, and whose draws they are, also where
 * there are fewer of them than members. */
void answers_put_basis(text *t, size_t members, uint64_t seed, const truce_fit *fit);
/* Such a line on a page; it is freed. */
void answers_page_basis(text *t, text *basis);
/* Of a goal about talks: what its members are worth given what happened at the table, and how many have tried the answer. */
void answers_put_talks(text *t, const talks_trials *trials);
/* That members share the draws of a fit, where there are more of them; else nothing. */
void answers_put_repeats(text *t, size_t members, const truce_fit *fit);
void answers_page_close(text *t, const char *command);
/* The same of claims: "data to Dec 2024, ..., 1,000 members drawn from a fit to these data". */
void claims_put_basis(text *t, const truce_claims *claims);
/* Where talks would be solved better on more members, a sentence that says so. */
void claims_put_talks(text *t, const truce_claims *claims);
/* The same for programs: members, seed, version and, of a fit, its end and how many draws it has. */
void answers_json_basis(json *j, size_t members, uint64_t seed, const truce_fit *fit);
/* What would resolve more: more members, or where all draws of a fit are used another fit. */
void answers_put_more(text *t, size_t members, const truce_fit *fit);
/* The goal of a search, with the month that is given beside it. */
void answers_put_goal(text *t, const char *goal, month by);
/* A share of counted members, for standing beside its interval, which says what so few of them allow: "<1 %" for none. */
void answers_share(char out[WORDS_SIZE], double share, size_t members);
/* Statistics as an entry of an object. */
void answers_json_statistics(json *j, const char *name, const truce_statistics *s);
/* Turns a stream into text for the public calls. */
truce_status answers_hand_over(text *t, char **given, truce_error *error);

/* Words in lines, without empty ones, of which those that begin with "- " are a list: wrapped for a terminal, and as HTML. */
void answers_print_lines(FILE *stream, const char *words);
void answers_put_lines(text *t, const char *words);

/* The head of a table: the title of the case, the question ("Goal", what it is), what the numbers rest on, and the
 * answer. */
void answers_print_head(FILE *stream, const truce_case *c, const char *what, const char *question,
                        const text *basis, const text *answer);
/* Writes files into a directory: `write` makes them under temporary names, and they get their own when all are
 * whole. */
typedef struct answers_files {
    const char *const *names;
    size_t count;
    truce_status (*write)(const output_set *set, const void *context, truce_error *error);
} answers_files;
truce_status answers_write(const answers_files *files, const void *context, const char *directory,
                           truce_error *error);
/* Writes a page into the set, and frees it. */
truce_status answers_write_page(const output_set *set, const char *name, text *page, truce_error *error);

struct answer_file;
/* ---- compare_table.c, compare_netcdf.c, compare_json.c, compare_page.c ------------------------------------------------------- */
void comparison_put_netcdf(struct answer_file *f, const void *comparison);
void comparison_put_json(text *t, const truce_comparison *x);
/* Whose draws the members are. */
void comparison_draws_words(text *t, const truce_comparison *x);
truce_status comparison_page(const truce_comparison *x, text *page, truce_error *error);

#endif
