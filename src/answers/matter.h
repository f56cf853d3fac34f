/* What matters for a value, as it was asked and found; and the estimators by ranks, which know nothing of cases. */
#ifndef TRUCE_MATTER_H
#define TRUCE_MATTER_H

#include "answers/design.h"

enum { MATTER_TIMES = 13 }; /* at most */

struct truce_matter {
    arena memory;
    const truce_case *c;
    truce_case view; /* no longer than is needed */
    truce_matter_options asked;
    interruption watched; /* of it */
    truce_matter_method method;
    statement value;
    month last; /* of the value as asked */
    int back[MATTER_TIMES];
    size_t times, count;  /* count: inputs */
    truce_index *indices; /* [time][count] */
    truce_statistics output;
    size_t runs;
    size_t screened;   /* parameters that a screening has looked at before; 0: none */
    size_t explaining; /* inputs with Shapley effects */
    double together;   /* what these explain */
};

static inline truce_index *matter_at(const truce_matter *m, size_t time, size_t input)
{
    return &m->indices[time * m->count + input];
}

/* ---- matter_question.c ------------------------------------------------------------------------------------- */
/* All NaN. */
truce_index matter_nothing(const char *name);
/* Statistics of values, some of which may be NaN. */
truce_status matter_keep_output(truce_matter *m, const double *y, size_t count, truce_error *error);
/* Reads a statement about members, and fills its data; it may compare or not. scenario: of terms that name none. */
truce_status matter_read_any(const truce_case *c, const char *written, const char *scenario, arena *memory,
                             statement *value, truce_error *error);
/* The same of one that compares or not as it is told. */
truce_status matter_read(const truce_case *c, const char *written, const char *scenario, bool compares,
                         arena *memory, statement *value, truce_error *error);
/* A case that ends with the last month of the value, or of the posterior. */
truce_case matter_view(const truce_case *c, const statement *value, const truce_fit *posterior);

truce_status matter_from_draws(truce_matter *m, truce_error *error);  /* matter_draws.c */
truce_status matter_from_design(truce_matter *m, truce_error *error); /* matter_design.c */

/* ---- matter_sample.c: members as they come ------------------------------------------------------------------ */
typedef struct matter_sample {
    size_t count, times;
    double *y; /* [time][count], NaN where a member failed */
} matter_sample;
/* Members first .. first + members - 1 of a view; `back` as in design.h. */
truce_status matter_sample_make(const truce_case *view, statement *value, const truce_fit *posterior,
                                const truce_ensemble_options *run, const int *back, size_t times,
                                arena *memory, matter_sample *s, truce_error *error);
/* What a member draws for a parameter of the case: from the posterior, or else from its prior. */
typedef struct matter_draws {
    const truce_distribution *prior;
    const truce_fit *posterior; /* NULL: it has no draws of the parameter */
    size_t row;                 /* of the parameter in it */
    uint64_t seed, stream;      /* of the prior's draws */
} matter_draws;
/* False without memory. */
bool matter_draws_of(const truce_case *c, const truce_fit *posterior, uint64_t seed, size_t parameter,
                     matter_draws *draws);
double matter_drawn(const matter_draws *draws, uint64_t member);

/* ---- matter_estimate.c ---------------------------------------------------------------------------------------- */
enum { MATTER_GROUPS = 10 };

/* The first-order index of y by the ranks of x: with y in the order of x, and the mean of neighbours' products in
 * place of E[E[y | x]^2] (Gamboa and others 2022, eq. 3). NaN where either does not vary; false: out of memory. */
bool matter_share(const double *x, const double *y, size_t count, double *share);
/* Ranks from 0; equal values have their mean rank. */
bool matter_ranks(const double *values, size_t count, double *ranks);
/* Spearman's correlation, NaN where either does not vary. */
bool matter_correlation(const double *x, const double *y, size_t count, double *correlation);
/* The share with its 90 % interval from MATTER_GROUPS groups, and the correlation. */
bool matter_index(const double *x, const double *y, size_t count, truce_index *index);
/* What the greatest of so many shares of parameters without any part exceeds in one case of twenty: each is normal
 * with a variance of 1 / members then (Chatterjee 2021), and so is a correlation; the bound is Bonferroni's. */
double matter_chance(size_t members, size_t parameters);
/* Half of the 90 % interval of a mean of MATTER_GROUPS values; NaN where one of them is. */
double matter_half(const double *values);

#endif
