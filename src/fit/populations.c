/* The populations of a fit one after the other, and what they give put together. */
#include "engine/engine.h"
#include "fit/fit.h"
#include "math/quantiles.h"
#include "math/random.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

truce_fit_options truce_fit_default_options(void)
{
    return (truce_fit_options){.particles = 4096, .seed = 1};
}

/* ---- Results ----------------------------------------------------------------------------------------- */

/* What the files need beside the draws: the data, and what the priors were. */
static bool keep_data(truce_fit *f, const fit_target *t)
{
    f->data_count = t->series_count;
    f->point_count = t->point_count;
    f->data = arena_array(&f->memory, f->data_count, sizeof *f->data);
    f->densities = arena_array(&f->memory, f->point_count * f->count, sizeof *f->densities);
    if (!f->data || !f->densities)
        return false;
    for (size_t k = 0; k < f->data_count; k++) {
        const fit_series *s = &t->series[k];
        fit_data *d = &f->data[k];
        *d = (fit_data){.observation = s->observation, .count = s->count};
        d->months = arena_array(&f->memory, s->count + 1, sizeof *d->months);
        d->values = arena_array(&f->memory, s->count + 1, sizeof *d->values);
        d->peaks = arena_array(&f->memory, s->count + 1, sizeof *d->peaks);
        if (!d->months || !d->values || !d->peaks)
            return false;
        for (size_t i = 0; i < s->count; i++)
            d->months[i] = t->c->start + (month)s->months[i];
        memcpy(d->values, s->values, s->count * sizeof *d->values);
        memcpy(d->peaks, s->densities, s->count * sizeof *d->peaks);
    }
    return true;
}

static bool draw_prior(truce_fit *f, const fit_target *t)
{
    uint64_t stream = hash_bytes("draws of the prior", strlen("draws of the prior"));
    f->prior = arena_array(&f->memory, f->parameter_count * f->count, sizeof *f->prior);
    f->ranges = arena_array(&f->memory, f->parameter_count, 2 * sizeof *f->ranges);
    if (!f->prior || !f->ranges)
        return false;
    for (size_t j = 0; j < f->parameter_count; j++) {
        double low = coordinate_draw(&t->coordinates[j], -normal_quantile(0.95));
        double high = coordinate_draw(&t->coordinates[j], normal_quantile(0.95));
        f->ranges[2 * j] = low < high ? low : high;
        f->ranges[2 * j + 1] = low < high ? high : low;
    }
    for (size_t j = 0; j < f->parameter_count; j++)
        for (size_t i = 0; i < f->count; i++)
            f->prior[j * f->count + i] =
                coordinate_draw(&t->coordinates[j], random_normal(f->seed, i, stream, j));
    return true;
}

static bool name_all(truce_fit *f, const fit_target *t)
{
    bool good = true;
    for (size_t j = 0; j < f->parameter_count && good; j++) {
        f->names[j] = arena_string(&f->memory, t->coordinates[j].name);
        f->units[j] = arena_string(&f->memory, t->coordinates[j].units ? t->coordinates[j].units : "");
        good = f->names[j] && f->units[j];
    }
    for (size_t j = f->parameter_count; j < f->dimension && good; j++) {
        size_t level = j - f->parameter_count;
        f->names[j] = target_level_name(t, level / t->months, level % t->months, &f->memory);
        f->units[j] = "1";
        good = f->names[j] != NULL;
    }
    return good;
}

static truce_status create(const fit_target *t, const truce_fit_options *options, truce_fit **result,
                           truce_error *error)
{
    truce_fit *f = *result = calloc(1, sizeof *f);
    if (!f)
        return error_memory(error);
    size_t share = (options->particles + FIT_POPULATIONS - 1) / FIT_POPULATIONS;
    f->c = t->c;
    f->seed = options->seed;
    f->fingerprint = t->fingerprint;
    f->scenario = t->scenario;
    f->months = t->months;
    month_iso(t->c->start + (month)t->months - 1, f->until);
    f->count = share * FIT_POPULATIONS;
    f->dimension = t->parameter_count + t->noise.normal_count * t->months;
    f->parameter_count = t->parameter_count;
    f->stream_count = t->noise.normal_count;
    f->names = arena_array(&f->memory, f->dimension, sizeof *f->names);
    f->units = arena_array(&f->memory, f->dimension, sizeof *f->units);
    f->streams = arena_array(&f->memory, f->stream_count + 1, sizeof *f->streams);
    f->x = arena_array(&f->memory, f->count * f->dimension, sizeof *f->x);
    f->values = arena_array(&f->memory, f->count * f->parameter_count, sizeof *f->values);
    f->likelihood = arena_array(&f->memory, f->count, sizeof *f->likelihood);
    f->keys = arena_array(&f->memory, f->count * f->months, sizeof *f->keys);
    if (!f->names || !f->units || !f->streams || !f->x || !f->values || !f->likelihood || !f->keys)
        return error_memory(error);
    for (size_t k = 0; k < f->stream_count; k++)
        f->streams[k] = t->noise.streams[k].hash;
    if (!name_all(f, t))
        return error_memory(error);
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        if (!(f->stages[p] = arena_array(&f->memory, SMC_STAGES, sizeof(smc_stage))))
            return error_memory(error);
    return keep_data(f, t) && draw_prior(f, t) ? TRUCE_OK : error_memory(error);
}

/* All levels of a draw: those that have a coordinate, and those that its keys give. */
static void collect_levels(const truce_fit *f, const fit_target *t, const double *x, const uint64_t *keys,
                           double *levels)
{
    for (size_t k = 0; k < f->stream_count; k++)
        for (size_t m = 0; m < f->months; m++) {
            size_t j = t->level_at[k * f->months + m];
            levels[k * f->months + m] =
                j == SIZE_MAX ? noise_level_of(&t->noise, f->seed, keys[m], k, m) : x[j];
        }
}

/* The coordinates of a draw, as a particle has them. */
static void restore(const truce_fit *f, const fit_target *t, size_t draw, double *x)
{
    const double *from = f->x + draw * f->dimension;
    memcpy(x, from, f->parameter_count * sizeof *x);
    for (size_t level = 0; level < f->stream_count * f->months; level++)
        if (t->level_at[level] != SIZE_MAX)
            x[t->level_at[level]] = from[f->parameter_count + level];
}

/* Particle i of population p is draw i * FIT_POPULATIONS + p. */
static void collect(truce_fit *f, const fit_target *t, size_t p, smc *s)
{
    double *x = s->next; /* room */
    assert(p < FIT_POPULATIONS && s->temperature == 1);
    f->log_evidence[p] = s->log_evidence;
    f->stage_counts[p] = s->stage_count;
    memcpy(f->stages[p], s->stages, s->stage_count * sizeof *s->stages);
    for (size_t i = 0; i < s->count; i++) {
        size_t draw = i * FIT_POPULATIONS + p;
        double *to = f->x + draw * f->dimension;
        smc_get(s, i, x);
        memcpy(to, x, f->parameter_count * sizeof *x);
        collect_levels(f, t, x, s->keys + i * f->months, to + f->parameter_count);
        f->likelihood[draw] = s->likelihood[i];
        memcpy(f->keys + draw * f->months, s->keys + i * f->months, f->months * sizeof *f->keys);
        for (size_t j = 0; j < f->parameter_count; j++)
            f->values[j * f->count + draw] = coordinate_draw(&t->coordinates[j], x[j]);
    }
}

/* ---- Populations ------------------------------------------------------------------------------------- */

typedef struct fitting {
    const fit_target *target;
    const truce_fit_options *options;
    truce_fit *fit;
    double start, used;      /* by the clock, and of processor time */
    truce_fit_progress told; /* what progress was last told */
} fitting;

/* Stages are about evenly spaced in the logarithm of the temperature: what is left of it, at the pace so far.
 */
static double share_done(const smc *s)
{
    assert(s->temperature >= 0 && s->temperature <= 1);
    if (s->stage_count == 0)
        return 0;
    double first = s->stages[0].temperature, now = s->temperature;
    if (now >= 1)
        return 1;
    double pace = s->stage_count > 1 ? log(now / first) / (double)(s->stage_count - 1) : 1;
    return (double)s->stage_count / ((double)s->stage_count + log(1 / now) / fmax(pace, 0.1));
}

/* Between rounds of moves, and while a compiler works. */
static bool goes_on(void *context)
{
    fitting *w = context;
    w->told.seconds = seconds_now() - w->start;
    return !w->options->progress || w->options->progress(w->options->context, &w->told);
}

static truce_status tell(fitting *w, size_t population, const smc *s, truce_error *error)
{
    double done = ((double)population + share_done(s)) / FIT_POPULATIONS, passed = seconds_now() - w->start;
    w->told = (truce_fit_progress){.population = population,
                                   .populations = FIT_POPULATIONS,
                                   .stage = s->stage_count,
                                   .temperature = s->temperature,
                                   .share = done,
                                   .seconds_left = done > 0 ? passed * (1 - done) / done : NAN};
    return goes_on(w) ? TRUCE_OK : smc_cancelled(error);
}

/* A population's checkpoints. */
typedef struct keeping {
    const truce_fit *fit;
    const char *path; /* NULL: none */
    double next;      /* when the next is due */
} keeping;

/* Writes a checkpoint unless that would take more than a hundredth of the time: one thread does it. */
static truce_status keep(keeping *k, size_t population, const smc *s, truce_error *error)
{
    double start = seconds_now();
    if (!k->path || start < k->next)
        return TRUCE_OK;
    TRY(checkpoint_write(k->path, k->fit, population, s, error));
    double end = seconds_now();
    k->next = end + 100 * (end - start);
    return TRUCE_OK;
}

static truce_status run_population(fitting *w, size_t population, smc *s, bool started, truce_error *error)
{
    assert(population < FIT_POPULATIONS);
    keeping k = {.fit = w->fit, .path = w->options->checkpoint};
    if (!started)
        smc_start(s, population);
    while (s->temperature < 1) {
        TRY(tell(w, population, s, error));
        TRY(smc_step(s, error));
        TRY(keep(&k, population, s, error));
    }
    collect(w->fit, w->target, population, s);
    return TRUCE_OK;
}

/* The log density of each observation in each draw, from the particles put back where they ended. */
static truce_status weigh_points(truce_fit *f, smc *s, truce_error *error)
{
    float *densities = calloc(f->point_count * s->count + 1, sizeof *densities);
    bool good = densities != NULL;
    for (size_t p = 0; p < FIT_POPULATIONS && good; p++) {
        for (size_t i = 0; i < s->count; i++) {
            size_t draw = i * FIT_POPULATIONS + p;
            restore(f, s->target, draw, s->next); /* room */
            smc_put(s, i, s->next);
            memcpy(s->keys + i * f->months, f->keys + draw * f->months, f->months * sizeof *s->keys);
        }
        smc_restore(s);
        good = smc_densities(s, densities);
        for (size_t k = 0; k < f->point_count && good; k++)
            for (size_t i = 0; i < s->count; i++)
                f->densities[k * f->count + i * FIT_POPULATIONS + p] = densities[k * s->count + i];
    }
    free(densities);
    return good ? TRUCE_OK : error_memory(error);
}

/* The particles of a population that did not reach the posterior stand for all: what keeps them away? */
static void blame(truce_fit *f, smc *s, truce_error *error)
{
    float *densities = calloc(f->point_count * s->count + 1, sizeof *densities);
    if (densities && smc_densities(s, densities)) {
        for (size_t k = 0; k < f->point_count; k++)
            for (size_t i = 0; i < f->count; i++)
                f->densities[k * f->count + i] = densities[k * s->count + i / FIT_POPULATIONS];
        fit_blame(f, error);
    }
    free(densities);
}

static void count_work(truce_fit *f, const smc *s)
{
    f->threads = s->threads;
    for (unsigned i = 0; i < s->threads; i++) {
        f->engine_seconds += s->workers[i].engine_seconds;
        f->evaluations += s->workers[i].evaluations;
    }
}

static truce_status run_populations(fitting *w, truce_error *error)
{
    smc s;
    size_t p = 0;
    bool started = false;
    truce_status status = TRUCE_OK;
    smc_options options = {.seed = w->fit->seed,
                           .count = w->fit->count / FIT_POPULATIONS,
                           .threads = w->options->threads,
                           .engine = w->options->engine,
                           .go_on = goes_on,
                           .context = w};
    TRY(smc_make(w->target, &options, &s, error));
    if (w->options->checkpoint && !w->options->start_over)
        status = checkpoint_read(w->options->checkpoint, w->fit, &p, &s, &started, error);
    for (; p < FIT_POPULATIONS && status == TRUCE_OK; p++) {
        status = run_population(w, p, &s, started, error);
        started = false;
    }
    count_work(w->fit, &s);
    if (status == TRUCE_OK)
        status = weigh_points(w->fit, &s, error);
    else if (s.stage_count == SMC_STAGES)
        blame(w->fit, &s, error);
    smc_free(&s);
    return status;
}

static truce_status check_options(const truce_case *c, const truce_fit_options *o, month *until,
                                  truce_error *error)
{
    *until = c->data_end;
    if (o->until && !month_parse_in(c->unit, o->until, until))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "\"%s\" is not a %s such as %s", o->until,
                         case_period(c), time_unit_example(c->unit));
    if (o->particles < 32 || o->particles > 1 << 24)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a fit takes 32 to 16777216 particles, not %zu",
                         o->particles);
    if ((unsigned)o->engine > TRUCE_ENGINE_AUTO)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "there is no engine %d", (int)o->engine);
    return error_nameless(error, o->checkpoint, "checkpoint");
}

truce_status fit_earlier_case(const truce_case *c, month until, bool dated, arena *memory,
                              const truce_case **view, truce_error *error)
{
    truce_case *made = arena_alloc(memory, sizeof *made);
    if (!made)
        return error_memory(error);
    *view = made;
    return case_as_known(c, until, dated, memory, made, error);
}

static truce_status run_case(const truce_case *c, month until, const truce_fit_options *options,
                             truce_fit **result, truce_error *error)
{
    fit_target t;
    TRY(target_make(c, 0, until, &t, error));
    truce_status status = target_still(&t, error);
    if (status == TRUCE_OK)
        status = fit_target_run(&t, options, result, error);
    target_free(&t);
    return status;
}

truce_status truce_fit_run(const truce_case *c, const truce_fit_options *options, truce_fit **result,
                           truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(result, "fit");
    truce_fit_options defaults = truce_fit_default_options();
    month until;
    arena memory = {0};
    options = options ? options : &defaults;
    *result = NULL;
    TRY(check_options(c, options, &until, error));
    truce_status status = TRUCE_OK;
    bool earlier = until < c->data_end, dated = earlier && !options->as_is;
    if (earlier)
        status = fit_earlier_case(c, until, dated, &memory, &c, error);
    if (status == TRUCE_OK)
        status = run_case(c, until, options, result, error);
    if (status != TRUCE_OK) {
        arena_free(&memory);
        return status;
    }
    (*result)->view_memory = memory;
    (*result)->earlier_priors = dated ? case_priors_known_later(c, until) : 0;
    return TRUCE_OK;
}

truce_status fit_target_run(const fit_target *t, const truce_fit_options *options, truce_fit **result,
                            truce_error *error)
{
    fitting w = {.target = t,
                 .options = options,
                 .start = seconds_now(),
                 .used = seconds_of_process(),
                 .told = {.populations = FIT_POPULATIONS, .seconds_left = NAN}};
    truce_status status = create(t, options, &w.fit, error);
    if (status == TRUCE_OK)
        status = run_populations(&w, error);
    if (status == TRUCE_OK)
        status = fit_diagnose(w.fit, error);
    if (status == TRUCE_OK)
        status = fit_warn_of_conflict(w.fit, error);
    if (status == TRUCE_OK) {
        w.fit->seconds = seconds_now() - w.start;
        w.fit->processor_seconds = seconds_of_process() - w.used;
    }
    if (status != TRUCE_OK) {
        truce_fit_destroy(w.fit);
        w.fit = NULL;
    }
    *result = w.fit;
    return status;
}

const truce_fit *fit_first_draws(const truce_fit *f, size_t count, arena *memory)
{
    if (f->count <= count)
        return f;
    truce_fit *first = arena_alloc(memory, sizeof *first);
    double *values = arena_array(memory, f->parameter_count * count, sizeof *values);
    if (!first || !values)
        return NULL;
    for (size_t j = 0; j < f->parameter_count; j++)
        memcpy(values + j * count, f->values + j * f->count, count * sizeof *values);
    *first = *f;
    first->count = count;
    first->values = values;
    return first;
}

/* ---- What came out ----------------------------------------------------------------------------------- */

void truce_fit_destroy(truce_fit *f)
{
    if (!f)
        return;
    arena_free(&f->memory);
    arena_free(&f->view_memory);
    free(f);
}

const char *truce_fit_until(const truce_fit *f)
{
    return f ? f->until : NULL;
}

size_t truce_fit_earlier_priors(const truce_fit *f)
{
    return f ? f->earlier_priors : 0;
}

size_t truce_fit_draw_count(const truce_fit *f)
{
    return f ? f->count : 0;
}

size_t truce_fit_parameter_count(const truce_fit *f)
{
    return f ? f->parameter_count : 0;
}

size_t truce_fit_noise_count(const truce_fit *f)
{
    return f ? f->dimension - f->parameter_count : 0;
}

truce_fit_effort truce_fit_effort_of(const truce_fit *f)
{
    if (!f)
        return (truce_fit_effort){0};
    double used = f->processor_seconds, time = f->seconds * f->threads;
    return (truce_fit_effort){.likelihoods = f->evaluations,
                              .seconds = f->seconds,
                              .outside = used > 0 ? fmax(1 - f->engine_seconds / used, 0) : 0,
                              .waiting = time > 0 ? fmax(1 - used / time, 0) : 0};
}

truce_fit_diagnosis truce_fit_diagnosis_of(const truce_fit *f, size_t parameter)
{
    return f && parameter < f->parameter_count ? f->diagnoses[parameter]
                                               : (truce_fit_diagnosis){NAN, NAN, NAN};
}

const char *truce_fit_parameter_name(const truce_fit *f, size_t parameter)
{
    return f && parameter < f->parameter_count ? f->names[parameter] : NULL;
}

const char *truce_fit_parameter_units(const truce_fit *f, size_t parameter)
{
    return f && parameter < f->parameter_count ? f->units[parameter] : NULL;
}

const double *truce_fit_values(const truce_fit *f, size_t parameter)
{
    return f && parameter < f->parameter_count ? f->values + parameter * f->count : NULL;
}

const double *truce_fit_log_likelihood(const truce_fit *f)
{
    return f ? f->likelihood : NULL;
}

double truce_fit_log_evidence(const truce_fit *f, double *standard_error)
{
    return f ? fit_log_evidence(f, standard_error) : NAN;
}

size_t truce_fit_warning_count(const truce_fit *f)
{
    return f ? f->warning_count : 0;
}

const char *truce_fit_warning(const truce_fit *f, size_t index)
{
    return f && index < f->warning_count ? f->warnings[index] : NULL;
}
