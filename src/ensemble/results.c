/* What an ensemble holds: values or summaries, and what is known of the members that failed. */
#include "ensemble/ensemble.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

void truce_ensemble_destroy(truce_ensemble *ensemble)
{
    if (!ensemble)
        return;
    arena_free(&ensemble->memory);
    free(ensemble->values);
    free(ensemble->bad);
    free(ensemble->summaries);
    free(ensemble);
}

size_t truce_ensemble_output_count(const truce_ensemble *ensemble)
{
    return ensemble ? ensemble->outputs : 0;
}

const char *truce_ensemble_output_name(const truce_ensemble *ensemble, size_t output)
{
    return ensemble && output < ensemble->outputs ? ensemble->names[output] : NULL;
}

const char *truce_ensemble_output_units(const truce_ensemble *ensemble, size_t output)
{
    return ensemble && output < ensemble->outputs ? ensemble->units[output] : NULL;
}

size_t truce_ensemble_save_count(const truce_ensemble *ensemble)
{
    return ensemble ? ensemble->saves : 0;
}

double truce_ensemble_save_time(const truce_ensemble *ensemble, size_t save)
{
    return ensemble && save < ensemble->saves ? ensemble->times[save] : NAN;
}

size_t truce_ensemble_members(const truce_ensemble *ensemble)
{
    return ensemble ? ensemble->members : 0;
}

uint64_t truce_ensemble_seed(const truce_ensemble *ensemble)
{
    return ensemble ? ensemble->seed : 0;
}

uint64_t truce_ensemble_first_member(const truce_ensemble *ensemble)
{
    return ensemble ? ensemble->first_member : 0;
}

const float *truce_ensemble_values(const truce_ensemble *ensemble, size_t output, size_t save)
{
    if (!ensemble || !ensemble->values || output >= ensemble->outputs || save >= ensemble->saves)
        return NULL;
    return ensemble->values + (output * ensemble->saves + save) * ensemble->members;
}

/* Packs the sound values of one output at one save time into an array with room for as many again behind
 * them; NULL when out of memory. */
static float *sound_values(const truce_ensemble *e, size_t output, size_t save, size_t *count)
{
    assert(output < e->outputs && save < e->saves);
    const float *values = truce_ensemble_values(e, output, save);
    float *room = malloc(2 * e->members * sizeof *room);
    *count = 0;
    for (size_t i = 0; room && i < e->members; i++)
        if (!e->bad[i])
            room[(*count)++] = values[i];
    return room;
}

static truce_status check_place(const truce_ensemble *ensemble, size_t output, size_t save,
                                truce_error *error)
{
    if (output >= ensemble->outputs || save >= ensemble->saves)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no output %zu at save time %zu", output,
                         save);
    return TRUCE_OK;
}

/* `count` probabilities, and room for as many quantiles. */
static truce_status check_probabilities(const double *probabilities, size_t count, const void *quantiles,
                                        truce_error *error)
{
    if (count > SIZE_MAX / sizeof(truce_quantile) / 2)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "%zu quantiles are more than memory can hold",
                         count);
    if (count && (!probabilities || !quantiles))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "probabilities, and room for the quantiles, are needed");
    for (size_t i = 0; i < count; i++)
        if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
            return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                             "the probability of a quantile is 0 to 1, not %g", probabilities[i]);
    return TRUCE_OK;
}

truce_status truce_ensemble_bounded_quantiles(const truce_ensemble *ensemble, size_t output, size_t save,
                                              const double *probabilities, size_t count,
                                              truce_quantile *quantiles, truce_error *error)
{
    REQUIRE(ensemble, "ensemble");
    TRY(check_place(ensemble, output, save, error));
    TRY(check_probabilities(probabilities, count, quantiles, error));
    if (ensemble->summaries) {
        for (size_t i = 0; i < count; i++)
            quantiles[i] =
                summary_quantile(&ensemble->summaries[output * ensemble->saves + save], probabilities[i]);
        return TRUCE_OK;
    }
    size_t sound;
    float *room = sound_values(ensemble, output, save, &sound);
    double *values = malloc((count ? count : 1) * sizeof *values);
    if (room && values)
        quantiles_of(room, room + ensemble->members, sound, probabilities, count, values);
    for (size_t i = 0; room && values && i < count; i++)
        quantiles[i] = (truce_quantile){values[i], values[i], values[i], sound ? 0 : NAN};
    truce_status status = room && values ? TRUCE_OK : error_memory(error);
    free(room);
    free(values);
    return status;
}

truce_status truce_ensemble_quantiles(const truce_ensemble *ensemble, size_t output, size_t save,
                                      const double *probabilities, size_t count, double *quantiles,
                                      truce_error *error)
{
    REQUIRE(ensemble, "ensemble");
    TRY(check_probabilities(probabilities, count, quantiles, error));
    truce_quantile *bounded = malloc((count ? count : 1) * sizeof *bounded);
    if (!bounded)
        return error_memory(error);
    truce_status status =
        truce_ensemble_bounded_quantiles(ensemble, output, save, probabilities, count, bounded, error);
    for (size_t i = 0; status == TRUCE_OK && i < count; i++)
        quantiles[i] = bounded[i].value;
    free(bounded);
    return status;
}

truce_status truce_ensemble_summary(const truce_ensemble *ensemble, size_t output, size_t save,
                                    truce_summary *result, truce_error *error)
{
    REQUIRE(ensemble, "ensemble");
    REQUIRE(result, "summary");
    TRY(check_place(ensemble, output, save, error));
    if (ensemble->summaries) {
        *result = summary_moments(&ensemble->summaries[output * ensemble->saves + save]);
        return TRUCE_OK;
    }
    float *room = malloc(2 * ensemble->members * sizeof *room);
    value_summary *s = malloc(sizeof *s);
    if (room && s) {
        summary_add_members(s, truce_ensemble_values(ensemble, output, save), ensemble->bad,
                            ensemble->members, true, room);
        *result = summary_moments(s);
    }
    truce_status status = room && s ? TRUCE_OK : error_memory(error);
    free(room);
    free(s);
    return status;
}

size_t truce_ensemble_failure_count(const truce_ensemble *ensemble)
{
    return ensemble ? ensemble->bad_count : 0;
}

const truce_failure *truce_ensemble_failure(const truce_ensemble *ensemble, size_t index)
{
    return ensemble && index < ensemble->failure_count ? &ensemble->failures[index] : NULL;
}

bool truce_ensemble_is_bad(const truce_ensemble *ensemble, uint64_t member)
{
    if (!ensemble)
        return false;
    uint64_t index = member - ensemble->first_member;
    return ensemble->bad && member >= ensemble->first_member && index < ensemble->members &&
           ensemble->bad[index];
}

/* ---- Members of another ensemble ------------------------------------------------------------------------ */

/* The failures of both that are left, in the order of members, as many as are kept. */
static truce_status take_failures(truce_ensemble *e, const truce_ensemble *other, const bool *taken,
                                  truce_error *error)
{
    size_t most = e->failure_count + other->failure_count, count = 0, i = 0, k = 0;
    truce_failure *merged = arena_array(&e->memory, most + 1, sizeof *merged);
    if (!merged)
        return error_memory(error);
    while (i < e->failure_count || k < other->failure_count) {
        bool own = k == other->failure_count ||
                   (i < e->failure_count && e->failures[i].member < other->failures[k].member);
        truce_failure f = own ? e->failures[i++] : other->failures[k++];
        if (taken[f.member - e->first_member] == own)
            continue;
        f.variable = arena_string(&e->memory, f.variable);
        if (!f.variable)
            return error_memory(error);
        merged[count++] = f;
    }
    e->failures = merged;
    e->failure_count = count;
    return TRUCE_OK;
}

truce_status ensemble_take(truce_ensemble *e, const truce_ensemble *other, const bool *taken,
                           truce_error *error)
{
    assert(e->members == other->members && e->outputs == other->outputs && e->saves == other->saves);
    assert(e->values && other->values && e->first_member == other->first_member);
    size_t rows = e->outputs * e->saves;
    for (size_t row = 0; row < rows; row++)
        for (size_t m = 0; m < e->members; m++)
            if (taken[m])
                e->values[row * e->members + m] = other->values[row * e->members + m];
    e->bad_count = 0;
    for (size_t m = 0; m < e->members; m++) {
        e->bad[m] = taken[m] ? other->bad[m] : e->bad[m];
        e->bad_count += e->bad[m];
    }
    return take_failures(e, other, taken, error);
}
