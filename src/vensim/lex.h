/* Characters and words of one entry, for the parsers of this folder. */
#ifndef TRUCE_VENSIM_LEX_H
#define TRUCE_VENSIM_LEX_H

#include "vensim/read.h"

typedef struct lexer {
    mdl_reader *r;
    const char *at;      /* next character, blanks and comments skipped; the text is terminated */
    const char *counted; /* line is the line of this character */
    int line;
    int nesting;
    const char *owner; /* what is defined, for messages */
} lexer;

int lex_line(lexer *x);
/* False, always, with "cannot read ..., but there is ...". */
bool lex_fail(lexer *x, const char *what);
bool lex_skip(lexer *x);
bool lex_take(lexer *x, const char *symbol);        /* and what is blank after it */
bool lex_at_keyword(lexer *x, const char *keyword); /* ":AND:", whatever its case */
bool lex_take_keyword(lexer *x, const char *keyword);
bool lex_starts_name(const lexer *x);
/* A name, in quotes or not; in subscripts it may begin with a digit. */
bool lex_name(lexer *x, const char **name, const char **folded);
bool lex_number(lexer *x, const char **written);
bool lex_string(lexer *x, const char **written); /* 'text' */

/* ---- parse.c, points.c --------------------------------------------------------------------------------- */
mdl_node *parse_expression(lexer *x);
bool parse_subscripts(lexer *x, mdl_subscripts *list); /* after "[" */
mdl_node *parse_points(lexer *x);                      /* after "(" */
mdl_node *parse_table(lexer *x);                       /* numbers of TABBED ARRAY, after "(" */
/* Ends a row of numbers of a list: *row is how long rows are, 0 before the first, and *begins where this one does. */
bool parse_row_end(lexer *x, const mdl_node *list, size_t *row, size_t *begins);
mdl_node *parse_right(lexer *x); /* of an equation: an expression or a list */
mdl_node *parse_node(lexer *x, mdl_kind kind);
bool parse_arguments(lexer *x, mdl_node *n); /* after "(" */

#endif
