/* truce score: fits the case and its rivals from each origin, and hands the scores on. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct score_command {
    truce_score_options score;
    uint64_t particles, threads, every;
    const char *output, *forecast, *data;
    bool force, json, quiet, fits; /* fits: an option of these was given */
} score_command;

/* From any thread: whether to go on; of a fit that is done also a line on a terminal. */
static bool go_on(void *context, size_t done, size_t all)
{
    (void)context;
    if (done != SIZE_MAX && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu fits%s", done, all, done == all ? "\n" : "");
    return !was_interrupted();
}

/* ---- The command ------------------------------------------------------------------------------------- */

static truce_status make_scores(const truce_case *c, const score_command *o, char **table, truce_error *error)
{
    truce_scores *scores = NULL;
    truce_status status = truce_score_run(c, &o->score, &scores, error);
    if (status == TRUCE_OK && o->output)
        status = truce_scores_write(scores, o->output, error);
    if (status == TRUCE_OK)
        status = o->json ? truce_scores_json(scores, table, error) : truce_scores_table(scores, table, error);
    truce_scores_destroy(scores);
    return status;
}

static int score_loaded(const truce_case *c, const score_command *o)
{
    char *made = NULL, *table = NULL;
    truce_error error = {0};
    if (o->score.keep && directory_make(o->score.keep, &error) != TRUCE_OK)
        return report_error(&error);
    int code = o->output ? directory_prepare("score", o->output, o->force, &made) : 0;
    if (code != 0)
        return code;
    catch_interruption();
    if (make_scores(c, o, &table, &error) != TRUCE_OK) {
        if (o->output)
            directory_undo(o->output, made);
        return report_error(&error);
    }
    free(made);
    if (!o->quiet)
        fputs(table, stdout);
    if (o->output && !o->quiet && !o->json)
        print_place(o->output,
                    "scores.csv, skill.csv, forecasts.csv, weights.csv, residuals.csv, evidence.csv, "
                    "hubverse.csv, oracle.csv");
    truce_text_free(table);
    return 0;
}

static int score_named(const char *name, score_command *o)
{
    target t;
    truce_model *model;
    truce_case *c;
    int code = target_find(name, &t);
    if (code != 0)
        return code;
    if (!t.is_case)
        return usage_error("score", "score takes a case, and \"%s\" is a model", name);
    code = target_load(&t, &model, &c);
    if (code == 0)
        code = score_loaded(c, o);
    target_unload(model, c);
    return code;
}

static bool read_priors(const char *written, truce_score_options *o)
{
    static const char *const kinds[] = {"dated", "as-is", "both"}; /* in the order of truce_score_priors */
    char near[SUGGESTION_SIZE];
    for (int i = 0; i < 3; i++)
        if (strcmp(written, kinds[i]) == 0) {
            o->priors = (truce_score_priors)i;
            return true;
        }
    usage_error("score", "--priors is dated, as-is or both, not \"%s\"%s", written,
                suggestion(near, written, kinds, 3));
    return false;
}

static bool read_month(const char *option, const char *written, truce_month *m)
{
    if (truce_month_parse(written, m))
        return true;
    usage_error("score", "%s takes a date such as 2024-03, as the case has them, not \"%s\"", option,
                written);
    return false;
}

static const struct option option_names[] = {{"particles", required_argument, NULL, 'n'},
                                             {"from", required_argument, NULL, 'F'},
                                             {"to", required_argument, NULL, 'T'},
                                             {"every", required_argument, NULL, 'e'},
                                             {"priors", required_argument, NULL, 'p'},
                                             {"keep", required_argument, NULL, 'k'},
                                             {"forecast", required_argument, NULL, 'C'},
                                             {"data", required_argument, NULL, 'D'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"json", no_argument, NULL, 'j'},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, score_command *o)
{
    o->fits = o->fits || !strchr("CDjh?", option);
    switch (option) {
    case 'n':
        return option_number("score", "--particles", optarg, 32, 1 << 24, &o->particles) ? 0 : EXIT_USAGE;
    case 'S':
        return option_number("score", "--seed", optarg, 0, UINT64_MAX, &o->score.seed) ? 0 : EXIT_USAGE;
    case 't':
        return option_number("score", "--threads", optarg, 1, 1024, &o->threads) ? 0 : EXIT_USAGE;
    case 'F':
        return read_month("--from", optarg, &o->score.first) ? 0 : EXIT_USAGE;
    case 'T':
        return read_month("--to", optarg, &o->score.last) ? 0 : EXIT_USAGE;
    case 'e':
        return option_number("score", "--every", optarg, 1, 1200, &o->every) ? 0 : EXIT_USAGE;
    case 'p':
        return read_priors(optarg, &o->score) ? 0 : EXIT_USAGE;
    case 'C':
        o->forecast = optarg;
        return 0;
    case 'D':
        o->data = optarg;
        return 0;
    case 'k':
        o->score.keep = optarg;
        return 0;
    case 'o':
        o->output = optarg;
        return 0;
    case 'f':
        o->force = true;
        return 0;
    case 'j':
        o->json = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case 'h':
        help_print("score");
        return -1;
    default:
        return EXIT_USAGE;
    }
}

int command_score(int argc, char **argv)
{
    score_command o = {.score = truce_score_default_options()};
    int code = 0;
    o.particles = o.score.particles;
    o.every = o.score.every;
    o.score.progress = go_on;
    for (int option; code == 0 && (option = next_option("score", argc, argv, ":n:F:T:e:p:k:C:D:S:t:o:fh",
                                                        option_names)) != -1;)
        code = read_option(option, &o);
    o.score.particles = (size_t)o.particles;
    o.score.threads = (unsigned)o.threads;
    o.score.every = (unsigned)o.every;
    o.score.engine = default_engine();
    if (code == 0 && (o.forecast || o.data)) {
        if (!o.forecast || !o.data || argc != optind)
            code = usage_error("score", "give --forecast FILE with --data CASE, and no other case");
        else
            code = o.json ? usage_error("score", "--forecast prints a table and takes no --json")
                   : o.fits
                       ? usage_error("score",
                                     "--forecast goes with --data alone: it fits nothing and writes nothing")
                       : forecast_judge(o.forecast, o.data);
    } else if (code == 0 && argc - optind != 1)
        code = usage_error("score", "score takes one case");
    else if (code == 0)
        code = score_named(argv[optind], &o);
    return code < 0 ? 0 : code;
}
