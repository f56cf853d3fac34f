/* truce_sources_find. The fits are those of `truce fit` to views of the case that lack some observations; each is used
 * for its draws, from which the members of all conclusions are simulated with the same random numbers, and is let go
 * before the next. With a directory to keep them in, a fit is saved when it has ended and its state after every stage, so
 * that an interrupted answer goes on:
 *
 *     KEEP/all-1-0123abcd, KEEP/without-names-1-4567ef89, ...      source, seed, and what the fit is of
 *
 * Fits of other cases, data or particles have names of their own, and none takes the place of another.
 */
#include "answers/sources.h"
#include "base/output.h"
#include "fit/posterior_target.h"
#include "simulate/simulate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_MEMBERS = 1000 };

truce_sources_options truce_sources_default_options(void)
{
    return (truce_sources_options){.holds_if = 0.9, .particles = 512, .seed = 1};
}

/* ---- One fit ------------------------------------------------------------------------------------------------------ */

typedef struct fitting {
    truce_sources *s;
    size_t fit, to_do, done; /* in hand; fits that are not kept; those of them that have ended */
    double seconds;          /* that these took */
    truce_case view;
    char folder[4096], checkpoint[4200];
} fitting;

/* The case without some observations. */
static truce_status make_view(fitting *w, truce_error *error)
{
    truce_sources *s = w->s;
    const truce_case *c = s->c;
    const bool *left_out = s->fits[w->fit].left_out;
    case_observation *kept = arena_array(&s->memory, c->observation_count + 1, sizeof *kept);
    size_t count = 0;
    if (!kept)
        return error_memory(error);
    for (size_t i = 0; i < c->observation_count; i++)
        if (!left_out[i])
            kept[count++] = c->observations[i];
    w->view = *c;
    w->view.observations = kept;
    w->view.observation_count = count;
    return TRUCE_OK;
}

static bool tell(void *context, const truce_fit_progress *p)
{
    const fitting *w = context;
    const truce_sources *s = w->s;
    double one = p->seconds + p->seconds_left;
    double left = w->done ? w->seconds / (double)w->done : one;
    const truce_sources_progress told = {.fit = w->done,
                                         .fits = w->to_do,
                                         .left_out = s->fits[w->fit].name,
                                         .share = p->share,
                                         .seconds_left =
                                             p->seconds_left + left * (double)(w->to_do - w->done - 1)};
    return !s->asked.progress || s->asked.progress(s->asked.context, &told);
}

static size_t particles_of(const truce_sources *s)
{
    return (s->asked.particles + FIT_POPULATIONS - 1) / FIT_POPULATIONS * FIT_POPULATIONS;
}

/* Of all that the fit depends on. */
static truce_status key_of(const fitting *w, uint64_t key[2], truce_error *error)
{
    fit_target target;
    hash128 h;
    TRY(target_make(&w->view, 0, w->view.data_end, &target, error));
    const uint64_t numbers[] = {target.fingerprint, particles_of(w->s), w->s->fits[w->fit].seed};
    target_free(&target);
    hash128_start(&h);
    hash128_add(&h, numbers, sizeof numbers);
    hash128_finish(&h, key);
    return TRUCE_OK;
}

/* A name of letters and digits for the folder of a fit; what this makes alike the key tells apart. */
static truce_status name_folder(fitting *w, truce_error *error)
{
    const sources_fit *f = &w->s->fits[w->fit];
    char name[128];
    uint64_t key[2];
    size_t length = 0;
    TRY(key_of(w, key, error));
    for (const char *at = f->name; *at && length + 1 < sizeof name; at++)
        name[length++] = (char)(ascii_is_alphanumeric(*at) ? ascii_lower(*at) : '-');
    name[length] = '\0';
    int written = snprintf(w->folder, sizeof w->folder, "%s/%s%s-%llu-%08llx", w->s->asked.keep,
                           f->name[0] ? "without-" : "all", name, (unsigned long long)f->seed,
                           (unsigned long long)(key[0] & 0xffffffff));
    if (written < 0 || (size_t)written >= sizeof w->folder)
        return error_set(error, TRUCE_RUN_FAILED, w->s->asked.keep, 0,
                         "the path of the fits that are kept is too long");
    snprintf(w->checkpoint, sizeof w->checkpoint, "%s/checkpoint.bin", w->folder);
    return TRUCE_OK;
}

/* The fit that is kept. What is no fit of its name is left alone. */
static truce_status recall(fitting *w, truce_fit **fit, truce_error *error)
{
    const truce_sources *s = w->s;
    char path[4200];
    bool current = false;
    *fit = NULL;
    if (!s->asked.keep)
        return TRUCE_OK;
    TRY(name_folder(w, error));
    snprintf(path, sizeof path, "%s/posterior.nc", w->folder);
    if (!file_is_there(NULL, path))
        return TRUCE_OK;
    TRY(truce_fit_load(w->folder, &w->view, fit, error));
    truce_status status = truce_fit_is_current(*fit, &w->view, &current, error);
    if (status == TRUCE_OK && current && (*fit)->seed == s->fits[w->fit].seed &&
        (*fit)->count == particles_of(s))
        return TRUCE_OK;
    truce_fit_destroy(*fit);
    *fit = NULL;
    return status == TRUCE_OK
               ? error_set(error, TRUCE_RUN_FAILED, path, 0,
                           "the fit is not the one that its folder was made for, and is left as it is")
               : status;
}

static truce_status make_folder(const fitting *w, truce_error *error)
{
    if (mkdir(w->folder, 0777) == 0 || errno == EEXIST)
        return TRUCE_OK;
    return error_set(error, TRUCE_RUN_FAILED, w->folder, 0, "cannot make the directory: %s", strerror(errno));
}

static truce_status make_fit(fitting *w, truce_fit **fit, truce_error *error)
{
    const truce_sources *s = w->s;
    const truce_fit_options how = {.particles = s->asked.particles,
                                   .seed = s->fits[w->fit].seed,
                                   .threads = s->asked.threads,
                                   .engine = s->asked.engine,
                                   .checkpoint = s->asked.keep ? w->checkpoint : NULL,
                                   .progress = tell,
                                   .context = w};
    if (s->asked.keep)
        TRY(make_folder(w, error));
    TRY(truce_fit_run(&w->view, &how, fit, error));
    w->seconds += truce_fit_effort_of(*fit).seconds;
    w->done++;
    if (!s->asked.keep)
        return TRUCE_OK;
    truce_status status = truce_fit_save(*fit, w->folder, s->asked.command ? s->asked.command : "", 0, error);
    if (status == TRUCE_OK)
        unlink(w->checkpoint);
    return status;
}

/* ---- What its draws say -------------------------------------------------------------------------------------------- */

/* The median, or of a statement the share in which it holds; values are used up. */
static double centre_of(bool compares, float *values, float *room, size_t count)
{
    truce_statistics x = answers_statistics(values, room, count);
    return count == 0 ? NAN : compares ? x.mean : x.quantiles[2];
}

/* The members of one population, or of all (FIT_POPULATIONS), that are known. */
static size_t take_members(const truce_sources *s, const statement *e, const truce_fit *fit, const bool *bad,
                           size_t population, float *values)
{
    size_t count = 0;
    for (size_t m = 0; m < s->members; m++) {
        size_t of = draw_of_member(fit->count, fit->deal, m) % FIT_POPULATIONS;
        double y = bad[m] || (population < FIT_POPULATIONS && of != population) ? NAN : statement_value(e, m);
        if (isfinite(y))
            values[count++] = (float)y;
    }
    return count;
}

static truce_status read_value(const truce_sources *s, size_t conclusion, const truce_fit *fit,
                               const bool *bad, sources_value *v, truce_error *error)
{
    const statement *e = &s->conclusions[conclusion];
    float *values = malloc((2 * s->members + 1) * sizeof *values), *room = values + s->members;
    if (!values)
        return error_memory(error);
    size_t count = take_members(s, e, fit, bad, FIT_POPULATIONS, values);
    truce_statistics all = answers_statistics(values, room, count);
    *v = (sources_value){.centre = e->compares ? all.mean : all.quantiles[2],
                         .low = e->compares ? NAN : all.quantiles[0],
                         .high = e->compares ? NAN : all.quantiles[TRUCE_QUANTILES - 1]};
    for (size_t p = 0; p < FIT_POPULATIONS; p++)
        v->populations[p] = centre_of(e->compares, values, room, take_members(s, e, fit, bad, p, values));
    free(values);
    return count ? TRUCE_OK
                 : error_set(error, TRUCE_RUN_FAILED, NULL, 0, "\"%s\" cannot be judged in any member",
                             s->written[conclusion]);
}

static truce_status read_fit(truce_sources *s, size_t index, const truce_fit *fit, truce_error *error)
{
    arena memory = {0};
    truce_case view = *s->c;
    month fitted = view.start + (month)fit->months - 1;
    view.stop = s->last > fitted ? s->last : fitted;
    truce_ensemble_options run = {
        .members = s->members, .seed = s->asked.seed, .threads = s->asked.threads, .engine = s->asked.engine};
    bool *bad = arena_array(&memory, s->members, sizeof *bad);
    truce_status status =
        bad ? terms_fill(&view, s->listed, s->conclusion_count, fit, &run, &memory, bad, error)
            : error_memory(error);
    for (size_t k = 0; k < s->conclusion_count && status == TRUCE_OK; k++)
        status = read_value(s, k, fit, bad, &s->values[index * s->conclusion_count + k], error);
    arena_free(&memory);
    return status;
}

/* ---- All of them --------------------------------------------------------------------------------------------------- */

/* How many are not kept, for the time that is told. */
static truce_status count_fits(fitting *w, truce_error *error)
{
    truce_fit *fit;
    for (w->fit = 0; w->fit < w->s->fit_count; w->fit++) {
        TRY(make_view(w, error));
        TRY(recall(w, &fit, error));
        w->to_do += fit == NULL;
        truce_fit_destroy(fit);
    }
    w->s->kept = w->s->fit_count - w->to_do;
    return TRUCE_OK;
}

static truce_status fit_all(truce_sources *s, truce_error *error)
{
    fitting w = {.s = s};
    TRY(count_fits(&w, error));
    for (w.fit = 0; w.fit < s->fit_count; w.fit++) {
        truce_fit *fit;
        TRY(make_view(&w, error));
        truce_status status = recall(&w, &fit, error);
        if (status == TRUCE_OK && !fit)
            status = make_fit(&w, &fit, error);
        if (status == TRUCE_OK)
            status = read_fit(s, w.fit, fit, error);
        truce_fit_destroy(fit);
        TRY(status);
    }
    return TRUCE_OK;
}

static truce_status check(const truce_sources_options *o, truce_error *error)
{
    TRY(answers_require(o->conclusions, o->conclusion_count, "conclusion", error));
    TRY(answers_require(o->sources, o->source_count, "source", error));
    TRY(error_nameless(error, o->keep, "keep"));
    if (o->particles < 32 || o->particles > 1 << 24)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a fit takes 32 to 16777216 particles, not %zu",
                         o->particles);
    if (o->members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "conclusions are judged with 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    if (!(o->holds_if > 0.5 && o->holds_if <= 1))
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0,
                         "the probability from which on a statement is supported is above 0.5 and at most 1");
    if (o->keep && !truce_build().netcdf)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "this truce was built without NetCDF, and keeps no fits");
    return TRUCE_OK;
}

static truce_status find(truce_sources *s, truce_error *error)
{
    const char **words[] = {&s->asked.scenario, &s->asked.keep, &s->asked.command};
    TRY(check(&s->asked, error));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*words[i] && !(*words[i] = arena_string(&s->memory, *words[i])))
            return error_memory(error);
    TRY(sources_read(s, error));
    size_t draws = particles_of(s);
    s->members = s->asked.members ? s->asked.members : (LEAST_MEMBERS + draws - 1) / draws * draws;
    s->values = arena_array(&s->memory, s->fit_count * s->conclusion_count, sizeof *s->values);
    if (!s->values)
        return error_memory(error);
    return fit_all(s, error);
}

truce_status truce_sources_find(const truce_case *c, const truce_sources_options *options,
                                truce_sources **sources, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(options, "options");
    REQUIRE(sources, "sources");
    *sources = NULL;
    truce_sources *s = calloc(1, sizeof *s);
    if (!s)
        return error_memory(error);
    *s = (truce_sources){.c = c, .asked = *options};
    truce_status status = find(s, error);
    if (status == TRUCE_OK)
        *sources = s;
    else
        truce_sources_destroy(s);
    return status;
}

void truce_sources_destroy(truce_sources *s)
{
    if (!s)
        return;
    arena_free(&s->memory);
    free(s);
}
