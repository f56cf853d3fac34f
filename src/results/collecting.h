/* How results are made from members: shared by the files of this folder and by answers, which reads members in
 * other ways; of no use to those who read results. */
#ifndef TRUCE_COLLECTING_H
#define TRUCE_COLLECTING_H

#include "results/results.h"

/* ---- quantities.c: what to show -------------------------------------------- */
truce_status quantities_make(case_results *r, truce_error *error);

/* ---- members_view.c --------------------------------------------------------- */
truce_status members_view_make(const case_results *r, const results_scenario *scenario, members_view *v,
                               truce_error *error);
void members_view_free(members_view *v);

/* ---- parameter_draws.c ------------------------------------------------------ */
/* Draws the priors of the case that are needed, for the members in hand, once for all scenarios. */
truce_status draws_make(case_results *r, const members_view *v, truce_error *error);

/* ---- scenario_statistics.c -------------------------------------------------- */
typedef bool collect_task(void *context);
/* Fills `result`; `alongside` (may be NULL) runs at the same time on the calling thread. */
truce_status collect_scenario(case_results *r, const members_view *v, const members_view *baseline,
                              scenario_result *result, collect_task *alongside, void *context,
                              truce_error *error);

/* What each member has of a quantity in month `index` of the horizon, and the sum of the magnitudes that went
 * into it. */
void quantity_month(const members_view *v, const quantity *q, size_t index, double *sums, double *sizes);

/* ---- milestones.c ------------------------------------------------------------ */
bool milestones_make(case_results *r, scenario_result *result); /* room; false when out of memory */
truce_status milestones_collect(const case_results *r, const members_view *v, scenario_result *result,
                                truce_error *error);

/* ---- observed.c ------------------------------------------------------------- */
truce_status observed_collect(case_results *r, const case_plan *plan, const members_view *v,
                              truce_error *error);

/* ---- measures.c ------------------------------------------------------------- */
/* Draws of scale and offset of an observation, by member of the part in hand. */
typedef struct mapping {
    const double *scale, *offset;
} mapping;
/* What a month is measured by: the level of an element, or the change between two saves. */
typedef struct measure {
    const float *level, *before; /* before: NULL for a level */
} measure;
measure measure_of(const case_results *r, const members_view *v, const case_observation *o, size_t i);
/* What an observation would be without its error. */
static inline double predicted_mean(measure m, mapping by, size_t member)
{
    double value = (double)m.level[member] - (m.before ? (double)m.before[member] : 0);
    return by.offset[member] + by.scale[member] * value;
}
/* ---- residuals.c ------------------------------------------------------------ */
/* Fills residuals and check of a fitted baseline; false when out of memory. */
bool residuals_collect(const case_results *r, const members_view *v, const case_observation *o, mapping by,
                       observation_result *result);

#endif
