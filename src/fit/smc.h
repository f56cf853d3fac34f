/* One population of particles, taken from the prior to the posterior by sequential Monte Carlo with adaptive
 * tempering (Del Moral, Doucet and Jasra 2006): the likelihood enters with an exponent, the temperature, that
 * rises from 0 to 1 so that each rise leaves a given effective sample size; then systematic resampling, and
 * moves that leave the tempered posterior as it is.
 *
 *     stage:  choose temperature -> weights -> resample -> snapshot -> moves until the population has left it
 *
 * Moves (move.c). All random numbers are counted: they depend on seed, population, stage, move, particle and
 * coordinate, so the bits do not depend on threads or on blocks, nor on whether a stage was interrupted
 * before it and taken up again. */
#ifndef TRUCE_SMC_H
#define TRUCE_SMC_H

#include "fit/linear.h"
#include "fit/posterior_target.h"

typedef enum move_kind {
    MOVE_WHOLE, /* an autoregression about the Gaussian approximation, of all coordinates */
    MOVE_PART,  /* of some */
    MOVE_KEYS,  /* new keys for some periods: the rest of their noise is drawn afresh */
    MOVE_KINDS
} move_kind;

typedef struct smc_stage {
    double temperature, log_evidence; /* after the stage */
    double effective;                 /* effective sample size of the weights, as a share of the particles */
    double acceptance[MOVE_KINDS];
    double scale; /* of the autoregression of all coordinates */
    double jump;  /* mean squared distance from the snapshot, of the tenth of the whitened coordinates that
                     moved  least, as a share of that of independent draws */
    double moves;
} smc_stage;

enum { SMC_STAGES = 400, SMC_WIDTH = 128 /* of a block at most */ };

typedef struct smc_options {
    uint64_t seed;
    size_t count; /* particles */
    unsigned threads;
    truce_engine engine;
    /* Asked while a compiler works and between rounds of moves; false ends the fit. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} smc_options;

typedef struct smc {
    const fit_target *target;
    uint64_t seed, population;
    size_t count, width, blocks;
    unsigned threads;
    struct native_code *native; /* NULL: the interpreter */
    fit_worker *workers;
    linear linear;
    double *x, *next;     /* [block][dimension][width] */
    double *v, *snapshot; /* the same: x whitened, and as it was when the moves began */
    double *steps;        /* [dimension]: of the move under way, 0 for what it leaves as it is */
    double *likelihood, *weights, *squares; /* [particle]: squares of x summed */
    uint64_t *keys, *next_keys;             /* [particle][period] */
    double *rest, *fresh; /* [block][stream][step][width]; a second one to put together the next from */
    size_t *ancestors;
    double temperature, log_evidence, scales[2]; /* of MOVE_WHOLE and MOVE_PART */
    size_t stage_count;
    smc_stage *stages; /* [SMC_STAGES] */
    /* the move under way */
    bool (*go_on)(void *context); /* as in smc_options */
    void *context;
    move_kind kind;
    uint64_t move_number;
    double *accepted; /* [particle]: 1 where the move was accepted */
} smc;

truce_status smc_make(const fit_target *t, const smc_options *options, smc *s, truce_error *error);
void smc_free(smc *s);
/* A coordinate of all particles of a block. */
static inline double *smc_row(const smc *s, double *blocks, size_t block, size_t coordinate)
{
    return blocks + (block * s->target->dimension + coordinate) * s->width;
}
/* The particles of a block. */
static inline size_t smc_lanes(const smc *s, size_t block)
{
    size_t left = s->count - block * s->width;
    return left < s->width ? left : s->width;
}
/* Where the coordinates of a particle begin, `width` apart, in x and the like. */
static inline double *smc_lane(const smc *s, double *blocks, size_t particle)
{
    return smc_row(s, blocks, particle / s->width, 0) + particle % s->width;
}
/* A particle's coordinates, [dimension]; those of the last fill up the lanes of its block too. */
void smc_get(const smc *s, size_t particle, double *x);
void smc_put(smc *s, size_t particle, const double *x);
/* Begins a population: draws from the prior. */
void smc_start(smc *s, uint64_t population);
/* One stage; the temperature is 1 after the last. TRUCE_RUN_FAILED when no particle has a likelihood, too many
 * stages have passed, or go_on said no. */
truce_status smc_step(smc *s, truce_error *error);
/* After population, x, keys, likelihood, temperature and so on were put back as they were after a stage. */
void smc_restore(smc *s);
/* The failure of a fit that was told to end. */
truce_status smc_cancelled(truce_error *error);

/* ---- move.c ------------------------------------------------------------------------------------------ */
/* Proposes, evaluates and accepts for all particles; returns the share that was accepted. */
double smc_move(smc *s, move_kind kind);
/* Takes the slopes of the approximation at some of the particles. */
void smc_linearise(smc *s);
/* Takes the whitened coordinates of all particles, and the squares of x summed. */
void smc_whiten(smc *s);
/* Evaluates the likelihood of all particles where they are. */
void smc_evaluate(smc *s);
/* The log density of each observation where the particles are: [point][particle]. False without memory. */
bool smc_densities(smc *s, float *densities);
/* What noise_rest gives under the keys of the particles. */
void smc_fill_rest(smc *s);

#endif
