/* What a block's run passed through, kept so that another run of the same members, which is the same up to some step,
 * starts from there: it has the same bits as when it is run from the beginning.
 *
 *     begin  after the member list: all that parameters decide
 *     marks  every so many saves: what the steps change, the rings of delays, and which lanes are bad
 *     shared what holds for all members in each step
 *
 * A run goes on from a mark when it begins the same and nothing shared differs in a step before the mark. Members'
 * draws must be the same: that is for the caller to know. */
#ifndef TRUCE_RUN_PAST_H
#define TRUCE_RUN_PAST_H

#include "engine/block_run.h"

struct run_past {
    bool filled;
    size_t every;                       /* saves from a mark to the next */
    size_t marks;                       /* the first is the first save */
    size_t places;                      /* within a step where shared values are looked at */
    size_t shared_size;                 /* doubles: [step][shared scalar] of one place */
    size_t begin_size;                  /* doubles: [begun column][lane] */
    size_t state_size;                  /* doubles of a mark: [changing column][lane], and so on */
    size_t begun_count, changing_count; /* persistent columns that the member list and the steps write */
    uint32_t *begun, *changing;
    double *memory, *shared, *begin, *states;
};

/* Called when the member list has been run: the step to start from, whose state has been put into the run. Fills an
 * empty past with what the run begins with. */
size_t past_enter(run_past *past, truce_run *run);
/* Keeps the state before a step that is saved, where a past being filled has a mark. */
void past_keep(run_past *past, const truce_run *run, size_t step);

#endif
