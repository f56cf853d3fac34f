/* A value of a case at points of a design, in place of members as they come.
 *
 * A point is a uniform number for every parameter of the case, of which its draw is the quantile, and a number that
 * names all its noise: points that share the latter have the same luck. Point m with the uniform numbers of member m
 * and luck m is that member. The value is also taken with its months moved back (`back`), from the same runs. */
#ifndef TRUCE_DESIGN_H
#define TRUCE_DESIGN_H

#include "answers/statement.h"
#include "ensemble/noise.h"

/* A scenario that the value looks at. */
typedef struct design_world {
    size_t scenario;
    case_plan plan;
    noise_design noise;
    size_t *row_of; /* [parameter of the program]: parameter of the case, or SIZE_MAX */
    truce_ensemble *ensemble;
} design_world;

typedef struct design {
    arena memory;
    const truce_case *view;
    statement *value;
    truce_ensemble_options run; /* members: in all, for the choice of the engine */
    const int *back;            /* [time]: months */
    size_t times;
    design_world *worlds;
    size_t world_count;
    size_t *saved, saved_count; /* elements */
    bool has_luck;              /* the model draws random numbers */
} design;

/* `value` has no terms of talks, and a scenario in every term of the model. */
truce_status design_open(design *d, const truce_case *view, statement *value, const int *back, size_t times,
                         const truce_ensemble_options *run, truce_error *error);
/* uniforms: [parameter of the case][count], luck: [count]; y: [time][count], NaN where a run failed. */
truce_status design_run(design *d, const double *uniforms, const uint64_t *luck, size_t count, double *y,
                        truce_error *error);
void design_close(design *d); /* also one that was not opened whole */

#endif
