/* truce score: the table of how good forecasts have been. */
#include "fit/score.h"
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct score_command {
    score_options score;
    uint64_t particles, threads;
    const char *output;
    bool force;
} score_command;

static bool go_on(void *context, const truce_fit_progress *p)
{
    (void)context;
    (void)p;
    return !was_interrupted();
}

static double share(size_t part, size_t count)
{
    return 100 * (double)part / (double)count;
}

static void print_observation(const score_table *t, size_t i)
{
    const case_observation *o = &t->c->observations[i];
    bool titled = false;
    for (size_t h = 0; h < SCORE_HORIZONS; h++) {
        const score_cell *m = score_cell_of(t, i, h, SCORE_MODEL),
                         *p = score_cell_of(t, i, h, SCORE_PERSISTENCE);
        if (m->count == 0)
            continue;
        if (!titled)
            printf("%s, %s\n", o->title ? o->title : o->name, o->units ? o->units : "");
        titled = true;
        double n = (double)m->count;
        printf("  %2d months  %2zu %12.4g %12.4g %+7.0f %% %5.0f %% %5.0f %% %12.4g %7.0f %% %5.0f %%\n",
               score_horizons[h], m->count, m->crps / n, p->crps / n, 100 * (m->crps / p->crps - 1),
               share(m->within_50, m->count), share(m->within_90, m->count), m->bias / n,
               share(p->within_50, p->count), share(p->within_90, p->count));
    }
}

static void print_table(const score_table *t)
{
    char first[16], last[16];
    month_name(t->origins[0], first);
    month_name(t->origins[t->origin_count - 1], last);
    printf(
        "%s\nChange since the origin, %zu origins from %s to %s, each fitted to the data up to it only\n\n",
        t->c->title, t->origin_count, first, last);
    printf("%13s %13s %12s %9s %7s %7s %12s %17s\n", "n", "CRPS model", "persistence", "", "in 50", "in 90",
           "bias", "persistence in 50, 90");
    for (size_t i = 0; i < t->c->observation_count; i++)
        print_observation(t, i);
}

/* A row says what it rests on, so that a report can tell it. */
static truce_status write_scores(const score_table *t, const score_options *o, const char *directory,
                                 truce_error *error)
{
    char path[4096];
    output_file out;
    snprintf(path, sizeof path, "%s/scores.csv", directory);
    truce_status status = output_open(&out, path, error);
    if (status != TRUCE_OK)
        return status;
    fputs(
        "series,units,months,rival,origins,first_origin,last_origin,crps,within_50,within_90,bias,particles,"
        "seed\n",
        out.stream);
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            for (size_t r = 0; r < SCORE_RIVALS; r++) {
                const score_cell *s = score_cell_of(t, i, h, r);
                char first[16], last[16];
                if (s->count == 0)
                    continue;
                month_iso(s->first, first);
                month_iso(s->last, last);
                text_write_field(out.stream, t->c->observations[i].name);
                fputc(',', out.stream);
                text_write_field(out.stream, t->c->observations[i].units ? t->c->observations[i].units : "");
                fprintf(out.stream, ",%d,%s,%zu,%s,%s,%.6g,%.4f,%.4f,%.6g,%zu,%llu\n", score_horizons[h],
                        score_rivals[r], s->count, first, last, s->crps / (double)s->count,
                        (double)s->within_50 / (double)s->count, (double)s->within_90 / (double)s->count,
                        s->bias / (double)s->count, o->particles, (unsigned long long)o->seed);
            }
    return output_commit(&out, error);
}

static int score_named(const char *name, score_command *o)
{
    target t;
    truce_model *model;
    truce_case *c;
    char *made = NULL;
    truce_error error = {0};
    score_table scores = {0};
    int code = target_find(name, &t);
    if (code != 0)
        return code;
    if (!t.is_case)
        return usage_error("score", "score takes a case, and \"%s\" is a model", name);
    code = target_load(&t, &model, &c);
    if (code == 0 && o->output)
        code = directory_prepare(o->output, o->force, &made);
    if (code == 0) {
        catch_interruption();
        truce_status status = score_case(c, &o->score, &scores, &error);
        if (status == TRUCE_OK && o->output)
            status = write_scores(&scores, &o->score, o->output, &error);
        if (status == TRUCE_OK) {
            print_table(&scores);
            free(made);
        } else {
            if (o->output)
                directory_undo(o->output, made);
            code = report_error(&error);
        }
        score_free(&scores);
    }
    target_unload(model, c);
    return code;
}

static const struct option option_names[] = {{"particles", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, score_command *o)
{
    switch (option) {
    case 'n':
        return option_number("score", "--particles", optarg, 32, 1 << 24, &o->particles) ? 0 : EXIT_USAGE;
    case 'S':
        return option_number("score", "--seed", optarg, 0, UINT64_MAX, &o->score.seed) ? 0 : EXIT_USAGE;
    case 't':
        return option_number("score", "--threads", optarg, 1, 1024, &o->threads) ? 0 : EXIT_USAGE;
    case 'o':
        o->output = optarg;
        return optarg[0] ? 0 : usage_error("score", "--output needs a path");
    case 'f':
        o->force = true;
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
    score_command o = {.score = {.seed = 1, .first = 12 * 2024, .progress = go_on}, .particles = 4096};
    int code = 0;
    for (int option;
         code == 0 && (option = next_option("score", argc, argv, ":n:S:t:o:fh", option_names)) != -1;)
        code = read_option(option, &o);
    o.score.particles = (size_t)o.particles;
    o.score.threads = (unsigned)o.threads;
    o.score.engine = default_engine();
    if (code == 0 && argc - optind != 1)
        code = usage_error("score", "score takes one case");
    else if (code == 0)
        code = score_named(argv[optind], &o);
    return code < 0 ? 0 : code;
}
