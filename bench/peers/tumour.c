/* The tumour of the benchmark, for eight members by hand. */
#include "lanes.h"

enum { FIRST_SIZE, DOSE, RATE, CAPACITY, KILL, HALF_EFFECT, CLEARANCE, INPUTS };
enum { SIZE, DRUG, OUTPUTS };
enum { SAVES = 101, EVERY = 8 };
static const double dt = 0.125;

DECLARE_PEER(INPUTS, OUTPUTS);

static lanes saved[SAVES][OUTPUTS];

static void step(const lanes *in, const lanes *fixed, lanes *x)
{
#ifdef AS_WRITTEN
    (void)fixed;
    lanes growth = in[RATE] * x[SIZE] * lanes_log(in[CAPACITY] / x[SIZE]);
    lanes killed = in[KILL] * x[SIZE] * (1 - lanes_exp(-x[DRUG] / in[HALF_EFFECT]));
#else
    lanes growth = in[RATE] * x[SIZE] * (fixed[0] - lanes_log(x[SIZE]));
    lanes killed = in[KILL] * x[SIZE] * (1 - lanes_exp(fixed[1] * x[DRUG]));
#endif
    x[DRUG] -= dt * (in[CLEARANCE] * x[DRUG]);
    x[SIZE] += dt * (growth - killed);
}

void peer_run(const double *inputs, double *finals)
{
    lanes in[INPUTS];
    memcpy(in, inputs, sizeof in);
    lanes fixed[2] = {lanes_log(in[CAPACITY]), -1 / in[HALF_EFFECT]}, x[OUTPUTS] = {in[FIRST_SIZE], in[DOSE]};
    for (int save = 0; save < SAVES; save++) {
        memcpy(saved[save], x, sizeof x);
        for (int k = 0; save + 1 < SAVES && k < EVERY; k++)
            step(in, fixed, x);
    }
    memcpy(finals, x, sizeof x);
}
