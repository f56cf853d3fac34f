/* truce_claims_judge. The rule stands in the file before any number is known:
 *
 *     a test is true or false of every member, and its probability P is the share of members of which it is true
 *     (of data, which have no members, 0 or 1; of talks, what they say)
 *     supported when P >= holds-if; contradicted when P <= 1 - holds-if; else undetermined
 *     undetermined when there is no test, and when `undetermined-if` is more likely true than not
 *     where a test cannot be judged from what was known, the fallback is judged in its place */
#include "answers/claims.h"
#include "simulate/simulate.h"
#include "truce/talks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_MEMBERS = 1000 };

truce_claims_options truce_claims_default_options(void)
{
    return (truce_claims_options){.seed = 1};
}

const char *truce_verdict_name(truce_verdict verdict)
{
    static const char *const names[] = {"contradicted", "undetermined", "supported"};
    return (unsigned)verdict < sizeof names / sizeof *names ? names[verdict] : NULL;
}

/* ---- Verdicts -------------------------------------------------------------------------------------------- */

static bool has_members(const statement *e)
{
    for (size_t i = 0; i < e->term_count; i++)
        if (e->terms[i].source == TERM_MODEL)
            return true;
    return false;
}

/* The fewest futures that a share of talks in it is of; 0 where it is none. */
static size_t futures_alike(const statement *e)
{
    double least = INFINITY;
    for (size_t i = 0; i < e->term_count && !e->compares; i++)
        if (e->terms[i].source == TERM_TALKS)
            least = fmin(least, fmax(e->terms[i].alike, 0));
    return !isfinite(least) || least <= 0 ? 0 : least < 1 ? 1 : (size_t)least;
}

/* NaN where it cannot be judged. judged: the members behind it, or futures alike; 0 where it is no share of them. */
static double probability_of(const statement *e, const bool *bad, size_t members, size_t *judged)
{
    double sum = 0;
    size_t count = 0;
    *judged = 0;
    if (!has_members(e)) {
        *judged = futures_alike(e);
        return statement_value(e, 0);
    }
    for (size_t m = 0; m < members; m++) {
        double value = bad[m] ? NAN : statement_value(e, m);
        if (!isnan(value)) {
            sum += value;
            count++;
        }
    }
    *judged = count;
    return count ? sum / (double)count : NAN;
}

/* A share of members has an error of sampling: when a limit lies within its interval, other members may be judged
 * otherwise. */
static void set_interval(truce_claim *t, size_t judged)
{
    t->low = t->high = NAN;
    t->near = false;
    if (!judged || isnan(t->probability))
        return;
    answers_share_interval(t->probability, (double)judged, &t->low, &t->high);
    const double limits[2] = {t->holds_if, 1 - t->holds_if};
    for (int i = 0; i < 2; i++)
        t->near = t->near || (t->low < limits[i] && limits[i] <= t->high && t->holds_if < 1);
}

/* "93.4 %" of a thousand members, "93 %" of fewer, or what (nearly) none or all of them allow to say. */
static void put_probability(text *t, double p, size_t judged, bool end)
{
    char words[WORDS_SIZE];
    double step = judged && judged < 1000 ? 1 : 0.1, least = step / 200;
    bool counted = judged && !end && (p < least || p > 1 - least);
    if (counted)
        words_probability(words, p, judged);
    else
        words_number(words, 100 * p, step);
    text_print(t, counted ? "%s" : "%s %%", words);
}

static void put_term(text *t, const statement_term *x, const bool *bad, size_t members, float *values,
                     float *room)
{
    text_print(t, "%s = ", x->words);
    if (x->source == TERM_MODEL) {
        size_t count = 0;
        for (size_t m = 0; m < members; m++)
            if (!bad[m])
                values[count++] = x->values[m];
        truce_statistics s = answers_statistics(values, room, count);
        if (x->function == TERM_EVENT) {
            text_print(t, "in ");
            words_futures(t, s.mean, count);
            return;
        }
        answers_interval(t, &s, false);
        return;
    }
    char number[WORDS_SIZE];
    words_plain(number, x->value);
    text_print(t, "%s", number);
}

/* What the terms of a statement were, each once. */
static const char *numbers_of(truce_claims *claims, const statement *e, const bool *bad)
{
    float *values = malloc((claims->members + 1) * sizeof *values);
    float *room = malloc((claims->members + 1) * sizeof *room);
    text t = {0};
    for (size_t i = 0; values && room && i < e->term_count; i++) {
        size_t before = 0;
        while (before < i && strcmp(e->terms[before].words, e->terms[i].words) != 0)
            before++;
        if (before < i)
            continue;
        text_print(&t, "%s", t.length ? "; " : "");
        put_term(&t, &e->terms[i], bad, claims->members, values, room);
    }
    const char *numbers =
        t.failed || !values || !room ? NULL : arena_string(&claims->memory, t.length ? t.bytes : "");
    text_free(&t);
    free(values);
    free(room);
    return numbers;
}

/* Of a test that is no condition of data alone. */
static const char *probability_reason(truce_claims *claims, const truce_claim *t, bool of_talks,
                                      size_t judged)
{
    char holds[WORDS_SIZE], fails[WORDS_SIZE], count[WORDS_SIZE];
    text words = {0};
    words_number(count, (double)judged, 1);
    words_percent(holds, t->holds_if);
    words_percent(fails, 1 - t->holds_if);
    text_print(&words, "its probability is ");
    put_probability(&words, t->probability, judged, false);
    if (t->near) {
        text_print(&words, " (90 %%: ");
        put_probability(&words, t->low, judged, true);
        text_print(&words, " to ");
        put_probability(&words, t->high, judged, true);
        if (of_talks)
            text_print(&words,
                       ", for an effective number of %s future%s), so close to a limit that other members "
                       "may give another verdict: take more",
                       count, judged == 1 ? "" : "s");
        else
            text_print(&words,
                       ", for %s member%s), so close to a limit that other members may give another verdict",
                       count, judged == 1 ? "" : "s");
    }
    text_print(&words, "; supported at %s or above, contradicted at %s or below", holds, fails);
    const char *reason = words.failed ? NULL : arena_string(&claims->memory, words.bytes);
    text_free(&words);
    return reason;
}

static const char *reason_of(truce_claims *claims, const claim *k, const statement *e, size_t judged)
{
    const truce_claim *t = &k->told;
    if (!e)
        return "nothing in the data, the model or the talks of this case can decide it";
    if (isnan(t->probability))
        return "what was known at the date is not enough to judge the test";
    if (!has_members(e) && e->compares)
        return arena_format(&claims->memory, "the condition is %s", t->probability > 0.5 ? "met" : "not met");
    return probability_reason(claims, t, !has_members(e), judged);
}

static truce_status judge(truce_claims *claims, claim *k, const bool *bad, truce_error *error)
{
    truce_claim *t = &k->told;
    const statement *e = k->has_test ? &k->test : NULL;
    size_t judged = 0, beside;
    t->verdict = TRUCE_UNDETERMINED;
    t->probability = e ? probability_of(e, bad, claims->members, &judged) : NAN;
    if (isnan(t->probability) && k->has_fallback) {
        t->fell_back = true;
        e = &k->fallback;
        t->probability = probability_of(e, bad, claims->members, &judged);
    }
    if (t->probability < 0 || t->probability > 1)
        return error_set(error, TRUCE_BAD_INPUT, claims->path, 0,
                         "the test of the claim \"%s\" comes to %g, which is not a probability", t->id,
                         t->probability);
    set_interval(t, judged);
    bool blocked =
        k->has_undetermined_if && probability_of(&k->undetermined_if, bad, claims->members, &beside) > 0.5;
    if (!blocked)
        t->verdict = answers_verdict(t->probability, t->holds_if);
    t->numbers = e ? numbers_of(claims, e, bad) : "";
    t->reason = blocked ? arena_format(&claims->memory, "its condition for undetermined holds: %s",
                                       t->undetermined_if)
                        : reason_of(claims, k, e, judged);
    return t->numbers && t->reason ? TRUCE_OK : error_memory(error);
}

/* ---- Members ---------------------------------------------------------------------------------------------- */

static bool go_on_fitting(void *context, const truce_fit_progress *progress)
{
    (void)progress;
    return answers_go_on(context, 0, 0);
}

static truce_status make_fit(truce_claims *claims, const truce_claims_options *o, truce_fit **fit,
                             truce_error *error)
{
    truce_fit_options how = truce_fit_default_options();
    char until[16];
    month_iso(claims->until, until);
    how.until = until;
    how.particles = o->particles;
    how.seed = o->seed;
    how.threads = o->threads;
    how.engine = o->engine;
    how.progress = go_on_fitting;
    how.context = &claims->watched;
    TRY(truce_fit_run(&claims->view, &how, fit, error));
    return o->keep ? truce_fit_save(*fit, o->keep, claims->command, 0, error) : TRUCE_OK;
}

/* A fit knows no more than the claims may. */
static truce_status load_fit(truce_claims *claims, const char *folder, truce_fit **fit, truce_error *error)
{
    month until;
    TRY(truce_fit_load(folder, &claims->view, fit, error));
    if (month_parse(truce_fit_until(*fit), &until) && until <= claims->until)
        return TRUCE_OK;
    return error_set(error, TRUCE_BAD_INPUT, folder, 0, "the fit uses data to %s, which were not known on %s",
                     truce_fit_until(*fit), claims->as_of);
}

/* The fit beside the case, where it knows no more than the claims may. */
static truce_status fit_beside(truce_claims *claims, truce_fit **fit, truce_error *error)
{
    month until = claims->until;
    char name[32];
    const char *folder = claims->c->posterior;
    TRY(truce_fit_beside(claims->c, fit, error));
    if (!*fit) {
        if (folder && truce_build().netcdf)
            claims->unfitted = ", since the fit beside the case does not match its data, priors and model";
        return TRUCE_OK;
    }
    bool known = month_parse(truce_fit_until(*fit), &until) && until <= claims->until;
    truce_fit_destroy(*fit);
    *fit = NULL;
    if (known)
        return load_fit(claims, folder, fit, error);
    month_name(until, name);
    claims->unfitted = arena_format(&claims->memory, ", since the fit beside the case uses data to %s", name);
    return claims->unfitted ? TRUCE_OK : error_memory(error);
}

static truce_status choose_fit(truce_claims *claims, const truce_claims_options *o, truce_fit **fit,
                               truce_error *error)
{
    const char *folder = o->posterior ? o->posterior : o->priors ? NULL : claims->posterior;
    claims->unfitted = "";
    if (o->particles)
        return make_fit(claims, o, fit, error);
    if (folder)
        return load_fit(claims, folder, fit, error);
    return o->priors ? TRUCE_OK : fit_beside(claims, fit, error);
}

/* The month to which a fit knows data. */
static truce_status tell_fit(truce_claims *claims, const truce_fit *fit, truce_error *error)
{
    month until;
    char name[32] = "";
    claims->fitted = fit != NULL;
    if (fit && month_parse(truce_fit_until(fit), &until))
        month_name(until, name);
    claims->draws_until = arena_string(&claims->memory, name);
    return claims->draws_until ? TRUCE_OK : error_memory(error);
}

static truce_status judge_all(truce_claims *claims, const truce_claims_options *o, const truce_fit *fit,
                              truce_error *error)
{
    statement **statements = arena_array(&claims->memory, 3 * claims->count + 1, sizeof(statement *));
    bool *bad = arena_array(&claims->memory, claims->members, sizeof *bad);
    if (!statements || !bad)
        return error_memory(error);
    size_t count = claims_statements(claims, statements);
    truce_ensemble_options run = truce_ensemble_default_options();
    run.members = claims->members;
    run.seed = o->seed;
    run.threads = o->threads;
    run.engine = o->engine;
    run.progress = answers_go_on;
    run.context = &claims->watched;
    for (size_t i = 0; i < count; i++)
        statement_fill_data(statements[i], claims->until);
    TRY(terms_fill(&claims->view, statements, count, fit, &run, &claims->memory, bad, error));
    TRY(claims_fill_talks(claims, fit, o, error));
    for (size_t i = 0; i < claims->count; i++)
        TRY(judge(claims, &claims->claims[i], bad, error));
    return TRUCE_OK;
}

static truce_status judge_file(truce_claims *claims, const truce_claims_options *o, truce_error *error)
{
    const tree *root;
    truce_fit *fit = NULL;
    claims->command = arena_string(&claims->memory, o->command ? o->command : "");
    if (!claims->command)
        return error_memory(error);
    if (o->members > TRUCE_MEMBERS_AT_ONCE)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "claims are judged with 1 to %d members",
                         TRUCE_MEMBERS_AT_ONCE);
    TRY(claims_read(claims, o->file, &root, error));
    TRY(claims_parse(claims, root, error));
    TRY(claims_view(claims, error));
    truce_status status = choose_fit(claims, o, &fit, error);
    if (status == TRUCE_OK)
        status = tell_fit(claims, fit, error);
    if (status == TRUCE_OK)
        status = judge_all(claims, o, fit, error);
    truce_fit_destroy(fit);
    return status;
}

truce_status truce_claims_judge(const truce_case *c, const truce_claims_options *options,
                                truce_claims **result, truce_error *error)
{
    truce_claims_options defaults = truce_claims_default_options();
    REQUIRE(c, "case");
    REQUIRE(result, "claims");
    if (!options)
        options = &defaults;
    *result = NULL;
    TRY(error_nameless(error, options->file, "file"));
    TRY(error_nameless(error, options->posterior, "posterior"));
    TRY(error_nameless(error, options->keep, "keep"));
    truce_claims *claims = calloc(1, sizeof *claims);
    if (!claims)
        return error_memory(error);
    claims->c = c;
    claims->members = options->members ? options->members : USUAL_MEMBERS;
    claims->talks_members = options->members ? options->members : truce_talks_default_options().members;
    claims->seed = options->seed;
    claims->watched = (interruption){options->go_on, options->context};
    truce_status status = judge_file(claims, options, error);
    if (status == TRUCE_OK)
        *result = claims;
    else
        truce_claims_destroy(claims);
    return status;
}

void truce_claims_destroy(truce_claims *claims)
{
    if (!claims)
        return;
    truce_case_destroy(claims->own);
    arena_free(&claims->memory);
    free(claims);
}

/* ---- Reading ---------------------------------------------------------------------------------------------- */

const char *truce_claims_as_of(const truce_claims *claims)
{
    return claims ? claims->as_of : NULL;
}

size_t truce_claims_count(const truce_claims *claims)
{
    return claims ? claims->count : 0;
}

truce_claim truce_claims_claim(const truce_claims *claims, size_t index)
{
    return claims && index < claims->count ? claims->claims[index].told : (truce_claim){.probability = NAN};
}
