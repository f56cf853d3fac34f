/* The public calls that show results: a simulation with its report, and the table for a terminal. */
#include "results/simulated.h"
#include "show/printed.h"
#include "show/report.h"

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
    REQUIRE(directory, "directory");
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
