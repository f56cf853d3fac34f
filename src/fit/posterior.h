/* What the files of posterior.nc share: what it holds, its seal, and the parcel in which its numbers come out
 * of the process that read it.
 *
 * The file has the groups that ArviZ knows (Kumar, Carroll, Hartikainen and Martin 2019), each with all
 * dimensions and coordinates that it needs; a chain is a population of the fit. Draw d of the fit is draw
 * d / 4 of chain d % 4.
 *
 *     posterior       (chain, draw, ...): a variable for each parameter or array of parameters; noise_level
 *     prior           (chain, draw, ...): the same of the priors
 *     sample_stats    (chain, draw): the log likelihood; (chain, draw, time): noise_key;
 *                     (parameter): r_hat and so on; (chain, stage): how the populations came there
 *     log_likelihood  (chain, draw, time_of_<series>): of each observation
 *     observed_data   (time_of_<series>)
 *     constant_data   (noise): noise_stream
 */
#ifndef TRUCE_POSTERIOR_H
#define TRUCE_POSTERIOR_H

#include "fit/fit.h"

/* Stops a chain of calls of NetCDF at the first that fails. */
#define THEN(outcome, call) ((outcome) ? (outcome) : (call))

/* ---- posterior_layout.c: parameters as variables of a file ------------------------------------------- */

/* A parameter, or those that are elements of one array of the model. */
typedef struct posterior_variable {
    const char *name, *units; /* "force" for force[attacker] and force[defender] */
    size_t dimension_count;
    const truce_dimension **dimensions; /* of the model */
    size_t count;                       /* of elements: 1, or the product of the dimensions' sizes */
    size_t *parameters; /* [count]: of the fit; SIZE_MAX: the element is none, so it was not fitted */
} posterior_variable;

/* False without memory. The case of the fit must be there. */
bool posterior_layout(const truce_fit *f, arena *memory, posterior_variable **variables, size_t *count);
/* Name of the parameter that is an element of an array, into a text. */
void posterior_element_name(text *name, const char *array, size_t dimension_count, const size_t *sizes,
                            const char *const *const *elements, size_t position);

/* ---- posterior_groups.c: the groups in a file ---------------------------------------------------------- */

/* Writes the groups with the first `draws` of each chain. Returns a code of NetCDF. */
int posterior_write_groups(int file, const truce_fit *f, size_t draws, arena *memory);

enum { POSTERIOR_MOST_BYTES = 1 << 30 }; /* more is neither written nor read */

/* ---- posterior_seal.c: the last 32 bytes of the file are a mark and the 128-bit hash of all before them.
 * ---------- */
/* Appends them. */
void posterior_seal(text *content);
/* Checks them, and takes them off. TRUCE_BAD_INPUT when they are missing or the bytes are others. */
truce_status posterior_unseal(text *content, const char *path, truce_error *error);

/* ---- posterior_parcel.c: a fit as bytes, for this process only (byte order and sizes are its own)
 * ------------------- */
void parcel_pack(const truce_fit *f, text *parcel);
/* Fills a fit of all zeros; TRUCE_BAD_INPUT when the bytes are no parcel, TRUCE_RUN_FAILED without memory.
 * Texts are cleaned. */
truce_status parcel_unpack(const text *parcel, truce_fit *f);

#endif
