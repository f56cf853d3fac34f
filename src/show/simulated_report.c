/* The public calls that show results: a simulation with its report, and the table for a terminal. */
#include "results/simulated.h"
#include "show/printed.h"
#include "show/report.h"
#include "show/report_figures.h"

#include <string.h>

/* While charts are drawn, the end of the simulation is told again, so that it can be cancelled. */
typedef struct drawing {
    const truce_simulation_options *options;
    truce_progress end;
} drawing;

static bool still_wanted(void *context)
{
    const drawing *d = context;
    return !d->options->progress || d->options->progress(d->options->context, &d->end);
}

truce_status truce_simulate_report(const truce_case *c, const truce_simulation_options *options,
                                   const char *directory, truce_results **results, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE_DIRECTORY(directory);
    REQUIRE(results, "results");
    truce_simulation_options o = options ? *options : truce_simulation_default_options();
    size_t all = o.members * (o.scenario_count ? o.scenario_count : c->scenario_count);
    drawing d = {&o, {.done = o.members, .members = o.members, .all_done = all, .all_members = all}};
    report *r;
    *results = NULL;
    TRY(simulated_check(&o, error));
    TRY(report_create(c, o.seed, o.members, directory, o.command, &r, error));
    report_use_interruption(r, (interruption){still_wanted, &d});
    truce_status status = results_simulate(report_results(r), &o, error);
    if (status == TRUCE_OK)
        status = report_finish(r, error);
    if (status == TRUCE_OK)
        *results = report_release(r);
    report_destroy(r);
    return status;
}

static void print(const void *context, FILE *stream, bool colour)
{
    report_print_table(context, stream, colour);
}

truce_status truce_results_table(const truce_results *r, bool colour, char **words, truce_error *error)
{
    REQUIRE(r, "results");
    REQUIRE(words, "table");
    return printed(print, r, colour, words, error);
}

/* ---- Charts by themselves -------------------------------------------------------------------------------- */

static bool find_form(const char *path, figure_form *form)
{
    static const char *const endings[] = {
        [FIGURE_SVG] = ".svg", [FIGURE_PNG] = ".png", [FIGURE_CSV] = ".csv"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > 4 && strcmp(path + length - 4, endings[i]) == 0) {
            *form = (figure_form)i;
            return true;
        }
    return false;
}

truce_status truce_results_chart(const truce_results *r, const char *chart, const char *path,
                                 bool (*go_on)(void *context), void *context, truce_error *error)
{
    REQUIRE(r, "results");
    REQUIRE(chart, "chart");
    REQUIRE(path, "path");
    figure_form form;
    text bytes = {0};
    output_file file;
    if (!find_form(path, &form))
        return error_set(error, TRUCE_BAD_USAGE, path, 0, "a chart is written as .svg, .png or .csv");
    TRY(figure_alone(r, chart, form, (interruption){go_on, context}, &bytes, error));
    truce_status status = output_open(&file, path, error);
    if (status == TRUCE_OK) {
        fwrite(bytes.bytes, 1, bytes.length, file.stream); /* output_commit sees what went wrong */
        status = output_commit(&file, error);
    }
    text_free(&bytes);
    return status;
}

truce_status truce_results_charts(const truce_results *r, char **names, truce_error *error)
{
    REQUIRE(r, "results");
    REQUIRE(names, "names");
    text all = {0};
    truce_status status = figure_names(r, &all, error);
    *names = status == TRUCE_OK ? all.bytes : NULL;
    if (status != TRUCE_OK)
        text_free(&all);
    return status;
}
