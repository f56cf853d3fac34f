/* What is benchmarked: the first scenario of a case, or a model with every constant made a parameter that
 * varies by a tenth around its value,
 * and its first 200 stocks saved. */
#ifndef BENCH_SUBJECT_H
#define BENCH_SUBJECT_H

#include "case/case.h"
#include "engine/engine.h"
#include "model/model.h"

typedef struct subject {
    truce_model *model; /* of a bare model */
    truce_case *c;
    case_plan plan; /* of a case; of a model too, with malloc'd parts */
    truce_program *program;
    double load_seconds, compile_seconds; /* of processor time */
} subject;

bool subject_load(subject *s, const char *path); /* says what is wrong on standard error */
void subject_free(subject *s);
double seconds_now(void);
double processor_seconds(void); /* of this thread: what others do on the machine counts less */
/* z[i] = x[i] * y[i] */
void vector_loop(const double *x, const double *y, double *z, size_t count);

#endif
