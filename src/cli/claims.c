/* truce claims: statements made in public, tested against data, model and talks. */
#include "cli/question.h"

#include <stdlib.h>

typedef struct claims_arguments {
    question q;
    const char *file, *keep;
    uint64_t particles;
    bool linked;
} claims_arguments;

static const struct option option_names[] = {{"claims", required_argument, NULL, 'c'},
                                             {"particles", required_argument, NULL, 'N'},
                                             {"keep", required_argument, NULL, 'k'},
                                             {"json-ld", no_argument, NULL, 'l'},
                                             QUESTION_OPTIONS};

static int read_option(int option, claims_arguments *a)
{
    switch (option) {
    case 'c':
        a->file = optarg;
        return 0;
    case 'N':
        return option_number("claims", "--particles", optarg, 16, 1 << 20, &a->particles) ? 0 : EXIT_USAGE;
    case 'k':
        a->keep = optarg;
        return 0;
    case 'l':
        a->linked = true;
        return 0;
    default:
        return question_option(&a->q, option);
    }
}

static void describe(claims_arguments *a, const char *name)
{
    question_words_begin(&a->q, name);
    if (a->file) {
        phrase_print(&a->q.words, " --claims");
        question_word(&a->q, a->file);
    }
    if (a->particles)
        phrase_print(&a->q.words, " --particles %llu", (unsigned long long)a->particles);
}

static truce_status answer(const claims_arguments *a, const truce_claims_options *options, truce_error *error)
{
    truce_claims *claims;
    char *words = NULL;
    busy_begin("Judging the claims");
    truce_status status = truce_claims_judge(a->q.c, options, &claims, error);
    busy_end();
    if (status == TRUCE_OK && a->q.output)
        status = truce_claims_write(claims, a->q.output, error);
    if (status == TRUCE_OK)
        status = a->linked   ? truce_claims_json_ld(claims, &words, error)
                 : a->q.json ? truce_claims_json(claims, &words, error)
                             : truce_claims_table(claims, colour_wanted(stdout), &words, error);
    if (status == TRUCE_OK)
        question_print(&a->q, words);
    truce_claims_destroy(claims);
    return status;
}

static int judge(claims_arguments *a, const char *name)
{
    truce_claims_options o = truce_claims_default_options();
    truce_error error = {0};
    truce_status status = TRUCE_OK;
    const char *posterior = a->q.posterior;
    char *made = NULL;     /* for the fit that is kept */
    a->q.posterior = NULL; /* what the file names, or the fit beside the case as far as it may be known */
    a->q.unfitted = true;
    int code = question_begin(&a->q, name);
    if (code == 0 && a->keep)
        code = directory_prepare("fit", a->keep, a->q.force, &made);
    describe(a, name);
    a->q.posterior = posterior;
    if (code == 0 && !question_words_end(&a->q))
        status = error_no_memory(&error);
    o.file = a->file;
    o.posterior = posterior;
    o.priors = a->q.priors;
    o.particles = (size_t)a->particles;
    o.keep = a->keep;
    o.members = (size_t)a->q.members;
    o.seed = a->q.seed;
    o.threads = (unsigned)a->q.threads;
    o.engine = a->q.engine;
    o.command = a->q.words.text;
    o.go_on = not_interrupted;
    if (code == 0 && status == TRUCE_OK)
        status = answer(a, &o, &error);
    a->q.json = a->q.json || a->linked;
    if (a->keep && (code != 0 || status != TRUCE_OK))
        directory_undo(a->keep, made);
    else
        free(made);
    return question_end(&a->q, code, status, &error, "claims.html, claims.csv, claims.jsonld, claims.nc");
}

int command_claims(int argc, char **argv)
{
    claims_arguments a = {.q = {.command = "claims", .seed = 1, .engine = default_engine()}};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("claims", argc, argv, QUESTION_LETTERS, option_names)) != -1;)
        code = read_option(option, &a);
    if (code == 0 && argc - optind != 1)
        code = usage_error("claims", "say which case's claims to judge");
    if (code == 0 && a.q.posterior && a.q.priors)
        code = usage_error("claims", "--priors leaves the posterior out, and --posterior asks for one");
    if (code == 0 && a.q.json && a.linked)
        code = usage_error("claims", "--json and --json-ld print different texts: give one of them");
    if (code == 0 && a.keep && !a.particles)
        code = usage_error("claims", "--keep keeps the fit that --particles asks for");
    if (code != 0)
        return code < 0 ? 0 : code;
    return judge(&a, argv[optind]);
}
