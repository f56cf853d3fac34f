/* A fit that can be taken up again: after every stage the populations that are done and the particles of the
 * one under way go to a file, in the bits of this machine. It is taken up only by a fit that would give the
 * same: the header holds all that this depends on. */
#include "fit/fit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

typedef struct header {
    char magic[8];
    uint64_t version, fingerprint, seed, count, dimension, population, under_way, stage_count;
    double temperature, log_evidence, scales[2];
} header;

static const char magic[8] = {'t', 'r', 'u', 'c', 'e', 'f', 'i', 't'};
enum { VERSION = 4 };

static header header_of(const truce_fit *f, size_t population, const smc *s)
{
    header h = {.version = VERSION,
                .fingerprint = f->fingerprint,
                .seed = f->seed,
                .count = f->count,
                .dimension = f->dimension,
                .population = population,
                .under_way = s != NULL};
    memcpy(h.magic, magic, sizeof magic);
    if (s) {
        h.stage_count = s->stage_count;
        h.temperature = s->temperature;
        h.log_evidence = s->log_evidence;
        memcpy(h.scales, s->scales, sizeof h.scales);
    }
    return h;
}

typedef struct channel {
    FILE *stream;
    bool writing;
    hash128 hash; /* of what has passed */
} channel;

static bool pass(channel *to, void *bytes, size_t size)
{
    if (size == 0)
        return true;
    bool good =
        to->writing ? fwrite(bytes, size, 1, to->stream) == 1 : fread(bytes, size, 1, to->stream) == 1;
    if (good)
        hash128_add(&to->hash, bytes, size);
    return good;
}

/* The hash of all before it ends the file, which may have been damaged where it lay. */
static bool pass_hash(channel *to)
{
    uint64_t own[2], there[2];
    hash128_finish(&to->hash, own);
    memcpy(there, own, sizeof own);
    return pass(to, there, sizeof there) && memcmp(own, there, sizeof own) == 0;
}

/* The coordinates of all particles, one particle after the other, by way of s->next. */
static bool pass_particles(channel *to, smc *s)
{
    size_t d = s->target->dimension;
    for (size_t i = 0; to->writing && i < s->count; i++)
        smc_get(s, i, s->next + i * d);
    bool good = pass(to, s->next, s->count * d * sizeof *s->next);
    for (size_t i = 0; good && !to->writing && i < s->count; i++)
        smc_put(s, i, s->next + i * d);
    return good;
}

/* Reads or writes the arrays of the file in their order. */

static bool pass_all(channel *to, truce_fit *f, size_t population, smc *s)
{
    size_t n = f->count;
    bool good = pass(to, f->stage_counts, sizeof f->stage_counts) &&
                pass(to, f->log_evidence, sizeof f->log_evidence);
    for (size_t p = 0; p < population && good; p++)
        good = f->stage_counts[p] <= SMC_STAGES &&
               pass(to, f->stages[p], f->stage_counts[p] * sizeof(smc_stage));
    if (population > 0)
        good = good && pass(to, f->x, n * f->dimension * sizeof *f->x) &&
               pass(to, f->values, n * f->parameter_count * sizeof *f->values) &&
               pass(to, f->likelihood, n * sizeof *f->likelihood) &&
               pass(to, f->keys, n * f->months * sizeof *f->keys);
    return good && pass(to, s->stages, s->stage_count * sizeof *s->stages) && pass_particles(to, s) &&
           pass(to, s->likelihood, s->count * sizeof *s->likelihood) &&
           pass(to, s->keys, s->count * f->months * sizeof *s->keys) && pass_hash(to);
}

truce_status checkpoint_write(const char *path, const truce_fit *f, size_t population, const smc *s,
                              truce_error *error)
{
    output_file out;
    header h = header_of(f, population, s);
    TRY(output_open(&out, path, error));
    channel to = {.stream = out.stream, .writing = true};
    hash128_start(&to.hash);
    /* Nothing is changed when writing, but for what is in room. */
    if (!pass(&to, &h, sizeof h) || !pass_all(&to, (truce_fit *)f, population, (smc *)s)) {
        truce_status status =
            error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s", strerror(errno));
        output_discard(&out);
        return status;
    }
    return output_commit(&out, error);
}

static bool are_numbers(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(values[i]))
            return false;
    return true;
}

/* Whether a fit can go on with what was read. */
static bool is_sound(const truce_fit *f, size_t population, const smc *s)
{
    size_t done = population > 0 ? f->count : 0;
    bool places = s->temperature >= 0.0 && s->temperature <= 1.0 && s->scales[0] > 0.0 && s->scales[1] > 0.0;
    return places && !isnan(s->log_evidence) && are_numbers(f->log_evidence, FIT_POPULATIONS) &&
           are_numbers(f->x, done * f->dimension) && are_numbers(f->values, done * f->parameter_count) &&
           are_numbers(f->likelihood, done) && are_numbers(s->next, s->count * f->dimension) &&
           are_numbers(s->likelihood, s->count);
}

truce_status checkpoint_read(const char *path, truce_fit *f, size_t *population, smc *s, bool *found,
                             truce_error *error)
{
    header h, own = header_of(f, 0, NULL);
    *found = false;
    if (!file_is_there(NULL, path))
        return TRUCE_OK;
    FILE *stream = text_open_file(path);
    if (!stream)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the interrupted fit cannot be read: %s; --force starts over", strerror(errno));
    channel from = {.stream = stream};
    hash128_start(&from.hash);
    bool good = pass(&from, &h, sizeof h) && memcmp(h.magic, magic, sizeof magic) == 0;
    bool same = good && h.version == own.version && h.fingerprint == own.fingerprint && h.seed == own.seed &&
                h.count == own.count && h.dimension == own.dimension && h.population < FIT_POPULATIONS &&
                h.stage_count <= SMC_STAGES;
    if (same) {
        s->population = (size_t)h.population;
        s->stage_count = (size_t)h.stage_count;
        s->temperature = h.temperature;
        s->log_evidence = h.log_evidence;
        memcpy(s->scales, h.scales, sizeof h.scales);
        good = pass_all(&from, f, (size_t)h.population, s) && is_sound(f, (size_t)h.population, s);
    }
    bool ended = fgetc(stream) == EOF;
    fclose(stream);
    if (good && !same)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the interrupted fit is a different one; --force starts over");
    if (!good || !ended)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the interrupted fit cannot be read; --force starts over");
    smc_restore(s);
    *population = (size_t)h.population;
    *found = true;
    return TRUCE_OK;
}
