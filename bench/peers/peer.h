/* What another program offers to the benchmark, as a shared object: a model run for one group of members. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

/* Members of a group: what lies in the inputs is [input][lane], in the results [output][lane]. */
extern const int peer_lanes;
/* Inputs and outputs of the model, to be compared with those that the benchmark has. */
int peer_inputs(void);
int peer_outputs(void);
/* Runs a group from its start to its end and keeps the outputs at all save times, as the engine does; the last of them go
 * to `finals`. */
void peer_run(const double *inputs, double *finals);

#endif
