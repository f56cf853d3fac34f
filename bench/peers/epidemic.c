/* The epidemic of the benchmark, for eight members by hand. */
#include "lanes.h"

enum { POPULATION, FIRST_INFECTED, CONTACTS, INFECTIVITY, DURATION, INPUTS };
enum { SUSCEPTIBLE, INFECTED, RECOVERED, OUTPUTS };
enum { SAVES = 101, EVERY = 8 };
static const double dt = 0.125;

DECLARE_PEER(INPUTS, OUTPUTS);

static lanes saved[SAVES][OUTPUTS];

static void step(const lanes *in, const lanes *fixed, lanes *x)
{
#ifdef AS_WRITTEN
    lanes infection = fixed[0] * x[SUSCEPTIBLE] * x[INFECTED] / in[POPULATION];
    lanes recovery = x[INFECTED] / in[DURATION];
#else
    (void)in;
    lanes infection = fixed[0] * x[SUSCEPTIBLE] * x[INFECTED], recovery = fixed[1] * x[INFECTED];
#endif
    x[SUSCEPTIBLE] -= dt * infection;
    x[INFECTED] += dt * (infection - recovery);
    x[RECOVERED] += dt * recovery;
}

void peer_run(const double *inputs, double *finals)
{
    lanes in[INPUTS];
    memcpy(in, inputs, sizeof in);
    lanes fixed[2] = {in[CONTACTS] * in[INFECTIVITY], 1 / in[DURATION]};
    lanes x[OUTPUTS] = {in[POPULATION] - in[FIRST_INFECTED], in[FIRST_INFECTED]};
#ifndef AS_WRITTEN
    fixed[0] /= in[POPULATION];
#endif
    for (int save = 0; save < SAVES; save++) {
        memcpy(saved[save], x, sizeof x);
        for (int k = 0; save + 1 < SAVES && k < EVERY; k++)
            step(in, fixed, x);
    }
    memcpy(finals, x, sizeof x);
}
