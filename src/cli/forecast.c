/* truce forecast: what the model, its rivals and their pool say of the months after the data, as a file that
 * can be held to account; and, for truce score --forecast, what came of such a file. */
#include "cli/cli.h"
#include "cli/score.h"
#include "score/forecast_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct forecast_command {
    score_options score;
    uint64_t particles, threads;
    const char *output, *scores;
    char date[16], weights[4096];
    bool force;
} forecast_command;

static bool go_on(void *context, size_t done, size_t all)
{
    (void)context;
    (void)done;
    (void)all;
    return !was_interrupted();
}

/* ---- On the terminal ---------------------------------------------------------------------------------- */

static void print_forecast(const score_table *t, size_t i, size_t h)
{
    const size_t shown[] = {t->pool, SCORE_MODEL};
    char to[16];
    month_name(t->origins[0] + score_horizons[h], to);
    printf("  to %-9s", to);
    for (size_t k = 0; k < 2; k++) {
        const score_change *s = score_change_of(t, 0, i, h, shown[k]);
        if (s->forecast)
            printf(" %9.4g (%9.4g to %9.4g)", sample_quantile(s->points, 0.5),
                   sample_quantile(s->points, 0.05), sample_quantile(s->points, 0.95));
        else
            printf(" %9s  %9s    %9s ", "-", "", "");
    }
    printf("\n");
}

static void print_forecasts(const score_table *t, const forecast_command *o)
{
    char end[16];
    month_name(t->origins[0], end);
    printf("%s\nChange from the end of %s; made on %s. Weights of the pool: %s.\n\n", t->c->title, end,
           o->date, o->weights[0] ? o->weights : "equal, as no scores are given");
    printf("  %-12s %-36s %s\n", "", "pool: median (90 %)", "model: median (90 %)");
    for (size_t i = 0; i < t->c->observation_count; i++) {
        printf("%s, %s\n", t->c->observations[i].title, t->units[i]);
        for (size_t h = 0; h < SCORE_HORIZONS; h++)
            print_forecast(t, i, h);
    }
}

/* ---- Making one ---------------------------------------------------------------------------------------- */

static truce_status write_forecast(const score_table *t, const uint64_t key[2], const forecast_command *o,
                                   truce_error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/forecast.csv", o->output);
    return forecast_file_write(path, t, key, o->date, error);
}

/* The weights of the scores that are named, or that stand beside the case. */
static void find_weights(const truce_case *c, forecast_command *o)
{
    const char *slash = strrchr(c->path, '/');
    int folder = slash ? (int)(slash - c->path + 1) : 0;
    if (o->scores)
        snprintf(o->weights, sizeof o->weights, "%s/weights.csv", o->scores);
    else
        snprintf(o->weights, sizeof o->weights, "%.*sposterior/weights.csv", folder, c->path);
    if (!o->scores && access(o->weights, R_OK) != 0)
        o->weights[0] = '\0';
}

static int forecast_loaded(const truce_case *c, forecast_command *o)
{
    char *made = NULL;
    truce_case **rivals = NULL;
    score_table t = {0};
    uint64_t key[2];
    truce_error error = {0};
    truce_status status = load_rivals(c, &rivals, &error);
    if (status == TRUCE_OK && o->score.keep)
        status = directory_make(o->score.keep, &error);
    int code = status == TRUCE_OK && o->output ? directory_prepare(o->output, o->force, &made) : 0;
    if (code == 0 && status == TRUCE_OK) {
        catch_interruption();
        find_weights(c, o);
        status = score_forecast(c, (const truce_case *const *)rivals, &o->score,
                                o->weights[0] ? o->weights : NULL, &t, key, &error);
        if (status == TRUCE_OK && o->output)
            status = write_forecast(&t, key, o, &error);
        if (status == TRUCE_OK)
            print_forecasts(&t, o);
        else if (o->output)
            directory_undo(o->output, made);
        if (status == TRUCE_OK)
            free(made);
        score_free(&t);
    }
    unload_rivals(rivals, c->rival_count);
    return status == TRUCE_OK ? code : report_error(&error);
}

static int forecast_named(const char *name, forecast_command *o)
{
    target t;
    truce_model *model;
    truce_case *c;
    int code = target_find(name, &t);
    if (code != 0)
        return code;
    if (!t.is_case)
        return usage_error("forecast", "forecast takes a case, and \"%s\" is a model", name);
    code = target_load(&t, &model, &c);
    if (code == 0)
        code = forecast_loaded(c, o);
    target_unload(model, c);
    return code;
}

/* ---- The command ----------------------------------------------------------------------------------------
 */

static bool is_date(const char *written)
{
    char iso[8] = "";
    month m;
    snprintf(iso, sizeof iso, "%.7s", written);
    return strlen(written) == 10 && month_parse(iso, &m) && written[7] == '-' && written[8] >= '0' &&
           written[8] <= '3' && written[9] >= '0' && written[9] <= '9';
}

static const struct option option_names[] = {{"particles", required_argument, NULL, 'n'},
                                             {"seed", required_argument, NULL, 'S'},
                                             {"threads", required_argument, NULL, 't'},
                                             {"scores", required_argument, NULL, 'c'},
                                             {"date", required_argument, NULL, 'd'},
                                             {"keep", required_argument, NULL, 'k'},
                                             {"output", required_argument, NULL, 'o'},
                                             {"force", no_argument, NULL, 'f'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* 0, an exit code, or -1 when help was asked for. */
static int read_option(int option, forecast_command *o)
{
    switch (option) {
    case 'n':
        return option_number("forecast", "--particles", optarg, 32, 1 << 24, &o->particles) ? 0 : EXIT_USAGE;
    case 'S':
        return option_number("forecast", "--seed", optarg, 0, UINT64_MAX, &o->score.seed) ? 0 : EXIT_USAGE;
    case 't':
        return option_number("forecast", "--threads", optarg, 1, 1024, &o->threads) ? 0 : EXIT_USAGE;
    case 'c':
        o->scores = optarg;
        return 0;
    case 'd':
        snprintf(o->date, sizeof o->date, "%s", optarg);
        return is_date(optarg) ? 0 : usage_error("forecast", "\"%s\" is no date such as 2026-01-15", optarg);
    case 'k':
        o->score.keep = optarg;
        return 0;
    case 'o':
        o->output = optarg;
        return optarg[0] ? 0 : usage_error("forecast", "--output needs a path");
    case 'f':
        o->force = true;
        return 0;
    case 'h':
        help_print("forecast");
        return -1;
    default:
        return EXIT_USAGE;
    }
}

int command_forecast(int argc, char **argv)
{
    forecast_command o = {.score = {.seed = 1, .progress = go_on}, .particles = 1024};
    time_t now = time(NULL);
    struct tm today;
    int code = 0;
    if (gmtime_r(&now, &today))
        strftime(o.date, sizeof o.date, "%Y-%m-%d", &today);
    for (int option; code == 0 &&
                     (option = next_option("forecast", argc, argv, ":n:S:t:c:d:k:o:fh", option_names)) != -1;)
        code = read_option(option, &o);
    o.score.particles = (size_t)o.particles;
    o.score.threads = (unsigned)o.threads;
    o.score.engine = default_engine();
    if (code == 0 && argc - optind != 1)
        code = usage_error("forecast", "forecast takes one case");
    else if (code == 0)
        code = forecast_named(argv[optind], &o);
    return code < 0 ? 0 : code;
}

/* ---- What came of one -----------------------------------------------------------------------------------
 */

static void print_outcome(const filed_forecast *x)
{
    double low = sample_quantile(x->points, 0.05), high = sample_quantile(x->points, 0.95);
    bool inside = x->observed >= low && x->observed <= high;
    printf("  %2d %-6s %-12.12s %10.4g %10.4g (%10.4g to %10.4g) %-6s %10.4g\n", x->months,
           x->months == 1 ? "month" : "months", x->model, x->observed, sample_quantile(x->points, 0.5), low,
           high, inside ? "inside" : "beyond", x->score.crps);
}

/* The score of the same forecast by persistence, by which scores of series are divided. */
static double unit_of(const filed_forecasts *f, const filed_forecast *x)
{
    for (size_t k = 0; k < f->count; k++) {
        const filed_forecast *y = &f->forecasts[k];
        if (strcmp(y->model, "persistence") == 0 && strcmp(y->target, x->target) == 0 &&
            y->origin == x->origin && y->months == x->months && !isnan(y->observed) && y->score.crps > 0)
            return y->score.crps;
    }
    return NAN;
}

static void print_sum(const filed_forecasts *f, const char *model)
{
    double sum = 0, count = 0, inside = 0, all = 0;
    for (size_t k = 0; k < f->count; k++) {
        const filed_forecast *x = &f->forecasts[k];
        if (strcmp(x->model, model) != 0 || isnan(x->observed))
            continue;
        double unit = unit_of(f, x);
        sum += isnan(unit) ? 0 : x->score.crps / unit;
        count += !isnan(unit);
        inside += x->observed >= sample_quantile(x->points, 0.05) &&
                  x->observed <= sample_quantile(x->points, 0.95);
        all++;
    }
    if (all > 0)
        printf("  %-12.12s %8.2f   %3.0f %% of %.0f\n", model, sum / count, 100 * inside / all, all);
}

static bool is_first_of_model(const filed_forecasts *f, size_t k)
{
    for (size_t i = 0; i < k; i++)
        if (strcmp(f->forecasts[i].model, f->forecasts[k].model) == 0)
            return false;
    return true;
}

static void print_outcomes(const filed_forecasts *f)
{
    size_t open = 0;
    const char *last = "";
    printf("Forecast made on %s with truce %s from data to %s\n\n", f->made, f->version, f->data_end);
    printf("  %-9s %-12s %10s %10s %-26s %6s %10s\n", "", "", "observed", "median", "(90 %)", "", "CRPS");
    for (size_t k = 0; k < f->count; k++) {
        const filed_forecast *x = &f->forecasts[k];
        open += isnan(x->observed);
        if (isnan(x->observed))
            continue;
        if (strcmp(last, x->target) != 0)
            printf("%s\n", x->target);
        last = x->target;
        print_outcome(x);
    }
    printf("\nMean CRPS over that of persistence, and changes within the 90 %% interval\n");
    for (size_t k = 0; k < f->count; k++)
        if (is_first_of_model(f, k))
            print_sum(f, f->forecasts[k].model);
    if (open)
        printf("%zu of %zu forecasts cannot be judged: what they are of is not in the data.\n", open,
               f->count);
}

int score_forecast_file(const char *path, const char *newer)
{
    target t;
    truce_model *model = NULL;
    truce_case *c = NULL;
    filed_forecasts f = {0};
    truce_error error = {0};
    int code = target_find(newer, &t);
    if (code == 0 && !t.is_case)
        return usage_error("score", "--data takes a case with newer data, and \"%s\" is a model", newer);
    if (code == 0)
        code = target_load(&t, &model, &c);
    if (code == 0 &&
        (forecast_file_read(path, &f, &error) != TRUCE_OK || forecast_file_score(&f, c, &error) != TRUCE_OK))
        code = report_error(&error);
    if (code == 0)
        print_outcomes(&f);
    forecast_file_free(&f);
    target_unload(model, c);
    return code;
}
