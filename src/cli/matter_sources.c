/* See matter_sources.h. */
#include "cli/matter_sources.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Options --------------------------------------------------------------------------------------------------- */

int sources_conclusion(sources_arguments *a, const char *written)
{
    if (a->conclusion_count == MOST_CONCLUSIONS)
        return usage_error("matter", "at most %d conclusions are asked for at once", MOST_CONCLUSIONS);
    a->conclusions[a->conclusion_count++] = written;
    return 0;
}

static int add_source(sources_arguments *a, const char *written)
{
    if (a->source_count == MOST_SOURCES)
        return usage_error("matter", "at most %d sources are left out", MOST_SOURCES);
    a->sources[a->source_count++] = written;
    return 0;
}

static int read_holds_if(sources_arguments *a, const char *written)
{
    if (read_number(written, &a->holds_if) && a->holds_if > 0.5 && a->holds_if <= 1)
        return 0;
    return usage_error("matter", "--holds-if is above 0.5 and at most 1, not \"%s\"", written);
}

int sources_option(sources_arguments *a, int option)
{
    a->any = a->any || option != SOURCES_OPTION;
    switch (option) {
    case SOURCES_OPTION:
        a->asked = true;
        return 0;
    case SOURCES_SOURCE:
        return add_source(a, optarg);
    case SOURCES_PARTICLES:
        return option_number("matter", "--particles", optarg, 32, 1 << 24, &a->particles) ? 0 : EXIT_USAGE;
    case SOURCES_KEEP:
        a->keep = optarg;
        return 0;
    default:
        return read_holds_if(a, optarg);
    }
}

/* ---- Progress -------------------------------------------------------------------------------------------------- */

typedef struct sources_bar {
    size_t particles;
    bool shown, told, quiet;
} sources_bar;

static void put_left(char words[64], double seconds)
{
    bool minutes = seconds >= 90;
    snprintf(words, 64, "about %.0f %s", ceil(minutes ? seconds / 60 : seconds), minutes ? "min" : "s");
}

/* On a terminal where it stands; else once, as soon as it is known, how long it will take. */
static bool show_progress(void *context, const truce_sources_progress *p)
{
    enum { WORTH_TELLING = 20 };
    static const double early = 0.05;
    sources_bar *bar = context;
    char left[64] = "";
    if (was_interrupted())
        return false;
    if (bar->quiet || !(p->seconds_left >= 0))
        return true;
    put_left(left, p->seconds_left);
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[Kfit %zu of %zu (%s%s): %.0f %%, %s left", p->fit + 1, p->fits,
                p->left_out[0] ? "without " : "all", p->left_out, 100 * p->share, left);
        bar->shown = true;
    } else if (!bar->told && p->share > early) {
        bar->told = true;
        if (p->seconds_left > WORTH_TELLING)
            fprintf(stderr, "truce: %zu fits of %zu particles take %s\n", p->fits, bar->particles, left);
    }
    fflush(stderr);
    return true;
}

/* ---- The answer ------------------------------------------------------------------------------------------------ */

static void describe(const sources_arguments *a, question *q, const char *scenario, const char *name)
{
    question_words_begin(q, name);
    phrase_print(&q->words, " --sources");
    for (size_t i = 0; i < a->conclusion_count; i++) {
        phrase_print(&q->words, " --value");
        question_word(q, a->conclusions[i]);
    }
    for (size_t i = 0; i < a->source_count; i++) {
        phrase_print(&q->words, " --source");
        question_word(q, a->sources[i]);
    }
    if (scenario) {
        phrase_print(&q->words, " --scenario");
        question_word(q, scenario);
    }
    if (a->holds_if > 0)
        phrase_print(&q->words, " --holds-if %g", a->holds_if);
    phrase_print(&q->words, " --particles %llu", (unsigned long long)a->particles);
}

static truce_status answer(const question *q, const truce_sources_options *o, truce_error *error)
{
    truce_sources *found = NULL;
    char *words = NULL;
    truce_status status = truce_sources_find(q->c, o, &found, error);
    const sources_bar *bar = o->context;
    if (bar->shown)
        fputs("\r\033[K", stderr);
    if (status == TRUCE_OK && q->output)
        status = truce_sources_write(found, q->output, error);
    if (status == TRUCE_OK)
        status =
            q->json ? truce_sources_json(found, &words, error) : truce_sources_table(found, &words, error);
    if (status == TRUCE_OK)
        question_print(q, words);
    truce_sources_destroy(found);
    return status;
}

int sources_answer(sources_arguments *a, question *q, const char *scenario, const char *name)
{
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    truce_sources_options o = truce_sources_default_options();
    sources_bar bar = {.quiet = q->quiet};
    if (q->posterior || q->priors)
        return usage_error("matter",
                           "--sources makes its own fits, and takes no --posterior and no --priors");
    q->unfitted = true;
    int code = question_begin(q, name);
    if (code == 0 && scenario)
        code = question_scenario(q, scenario);
    a->particles = a->particles ? a->particles : o.particles;
    describe(a, q, scenario, name);
    if (code == 0 && !question_words_end(q))
        status = error_no_memory(&error);
    if (code == 0 && status == TRUCE_OK && a->keep)
        status = directory_make(a->keep, &error);
    o.conclusions = a->conclusions;
    o.conclusion_count = a->conclusion_count;
    o.sources = a->sources;
    o.source_count = a->source_count;
    o.scenario = scenario;
    o.holds_if = a->holds_if > 0 ? a->holds_if : o.holds_if;
    o.particles = bar.particles = (size_t)a->particles;
    o.keep = a->keep;
    o.members = (size_t)q->members;
    o.seed = q->seed;
    o.threads = (unsigned)q->threads;
    o.engine = q->engine;
    o.command = q->words.text;
    o.progress = show_progress;
    o.context = &bar;
    if (code == 0 && status == TRUCE_OK)
        status = answer(q, &o, &error);
    return question_end(q, code, status, &error, "sources.html, sources.csv, sources.json, sources.nc");
}
