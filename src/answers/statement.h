/* Statements about a case that a member makes true or false, such as
 *
 *     change "territory held" 2024-01..2024-12 in no-halt > 0 and data greatest "aid[us]" 2023-10..2024-03 < 0.6
 *
 *     statement  comparison { and comparison }
 *     comparison sum [ (< | <= | > | >= | =) sum ] | event [in SCENARIO]
 *     sum        product { (+ | -) product }
 *     product    atom { (* | /) atom }
 *     atom       number | ( sum ) | - atom
 *              | [data] (mean | sum | least | greatest | change | at) "name" MONTH[..MONTH] [in SCENARIO]
 *              | talks strong SIDE | talks position SIDE | talks accepts SIDE DEAL | talks gap SIDE DEAL
 *              | talks stronger SCENARIO | front speed [MONTH[..MONTH]] [in SCENARIO]
 *
 * An event is a test of case/test_words.c, such as speed of the front <= 0 for 6 months by 2028-06: true where a spell
 * begins in its months, which are those after the data unless it says others.
 * A name is an element of the model, whose value in a month is that at its end; change is from the start of the
 * first month to the end of the last. After `data` it is a series or an observation of the case. What talks say is
 * of the first month of the talks: a probability, or a median. The front's speed is the change of the variable that the
 * case calls its front. Where the caller gives a month, it stands for months that are left out. */
#ifndef TRUCE_STATEMENT_H
#define TRUCE_STATEMENT_H

#include "answers/answers.h"
#include "case/tree.h"

typedef enum term_source { TERM_MODEL, TERM_DATA, TERM_TALKS } term_source;
typedef enum term_function {
    TERM_MEAN,
    TERM_SUM,
    TERM_LEAST,
    TERM_GREATEST,
    TERM_CHANGE,
    TERM_AT,
    TERM_EVENT,  /* 1 where it comes about */
    TERM_STRONG, /* of talks, from here on */
    TERM_POSITION,
    TERM_ACCEPTS,
    TERM_GAP,
    TERM_STRONGER
} term_function;

/* What a statement takes from the case. */
typedef struct statement_term {
    term_source source;
    term_function function;
    size_t element;       /* of the model */
    const char *name;     /* of data, or of a deal */
    const char *words;    /* as written */
    month first, last;    /* that it looks at */
    case_milestone event; /* of TERM_EVENT */
    size_t scenario;      /* of the case; SIZE_MAX: the first */
    int side;
    const float *values; /* [member], filled for TERM_MODEL */
    double value;        /* of the others; NaN: not known */
    double alike; /* of a share of talks: of how many equally weighted futures it is; 0: it is no share */
} statement_term;

typedef struct statement statement;
struct statement {
    const truce_case *c;
    struct statement_node *nodes;
    size_t node_count, node_capacity, root;
    statement_term *terms;
    size_t term_count, term_capacity;
    bool compares; /* it is true or false; else it has a value */
};

/* Parses a statement about `c`, which must outlive it; what is made lives in `memory`. at: its place, for errors. */
truce_status statement_parse(const truce_case *c, const char *written, const tree *at, arena *memory,
                             statement *e, truce_error *error);
/* The same, with the month of terms that name none. */
truce_status statement_parse_by(const truce_case *c, const char *written, const tree *at, month by,
                                arena *memory, statement *e, truce_error *error);
/* Its value for a member whose terms are filled: 1 or 0 of a comparison. NaN where a term is not known. */
double statement_value(const statement *e, size_t member);
/* Whether it is true or false, or of nothing but shares that talks tell. */
bool statement_is_probability(const statement *e);
/* The last month that a term of the model looks at; MONTH_NONE when none does. */
month statement_last(const statement *e);
/* Fills the terms of data, which know nothing after month `until`. */
void statement_fill_data(statement *e, month until);

/* terms.c: fills the terms of the model of several statements at once: simulates each scenario that they look at
 * once. view: the case as it is to be simulated. bad: [member], set where a member failed. */
truce_status terms_fill(const truce_case *view, statement *const *statements, size_t count,
                        const truce_fit *fit, const truce_ensemble_options *run, arena *memory, bool *bad,
                        truce_error *error);
/* The values of a term by member, from the output of an ensemble of the case. False when out of memory. */
bool term_read(const truce_case *view, const truce_ensemble *e, size_t output, const statement_term *t,
               float *values);

#endif
