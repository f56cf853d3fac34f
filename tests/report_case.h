/* A small case whose results have closed forms, written to a temporary directory, and the way from it to a
 * report. All rates are constant, so levels are straight lines:
 *   territory held  1000 + drift t,  drift uniform from -10 to 30 a member
 *   killed          2 t and 3 t
 *   ammunition      10 - t, and 100 - use t with use uniform from 0 to 10
 *   fragile         the square root of margin: not a number where a draw is below zero
 * Scenario `double` doubles the drift. */
#ifndef TRUCE_TEST_REPORT_CASE_H
#define TRUCE_TEST_REPORT_CASE_H

#include "show/report.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MONTHS = 24, DATA_MONTHS = 12, MEMBERS = 1000, SEED = 5 };

static const char small_model[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
    "<header><name>small</name><vendor>t</vendor><product version=\"1.0\">t</product></header>\n"
    "<sim_specs method=\"Euler\" time_units=\"months\"><start>0</start><stop>24</stop><dt>0.25</dt>"
    "</sim_specs>\n"
    "<dimensions><dim name=\"Side\"><elem name=\"defender\"/><elem name=\"attacker\"/></dim></dimensions>\n"
    "<model><variables>\n"
    "<stock name=\"territory held\"><eqn>1000</eqn><inflow>advance</inflow><units>km2</units></stock>\n"
    "<flow name=\"advance\"><eqn>drift</eqn><units>km2/month</units></flow>\n"
    "<aux name=\"drift\"><eqn>10</eqn><units>km2/month</units></aux>\n"
    "<stock name=\"killed\"><dimensions><dim name=\"Side\"/></dimensions><eqn>0</eqn><inflow>deaths</inflow>"
    "<units>people</units></stock>\n"
    "<flow name=\"deaths\"><dimensions><dim name=\"Side\"/></dimensions>"
    "<element subscript=\"defender\"><eqn>2</eqn></element>"
    "<element subscript=\"attacker\"><eqn>3</eqn></element><units>people/month</units></flow>\n"
    "<stock name=\"ammunition\"><dimensions><dim name=\"Side\"/></dimensions>"
    "<element subscript=\"defender\"><eqn>10</eqn></element>"
    "<element subscript=\"attacker\"><eqn>100</eqn></element><outflow>spending</outflow>"
    "<units>rounds</units></stock>\n"
    "<flow name=\"spending\"><dimensions><dim name=\"Side\"/></dimensions><eqn>use</eqn>"
    "<units>rounds/month</units></flow>\n"
    "<aux name=\"use\"><dimensions><dim name=\"Side\"/></dimensions>"
    "<element subscript=\"defender\"><eqn>1</eqn></element>"
    "<element subscript=\"attacker\"><eqn>1</eqn></element><units>rounds/month</units></aux>\n"
    "<aux name=\"margin\"><eqn>4</eqn></aux>\n"
    "<aux name=\"fragile\"><eqn>SQRT(margin)</eqn></aux>\n"
    "</variables></model></xmile>\n";

static const char small_case[] =
    "truce: 1\n"
    "title: 'A <small> case & its \"words\"'\n"
    "description: Straight lines.\n"
    "model: model.xmile\n"
    "horizon: {start: 2024-01, end: 2025-12}\n"
    "data end: 2024-12\n"
    "names: {defender: Lowland, attacker: Highland}\n"
    "front: {variable: territory held, gains: attacker, loses: defender}\n"
    "sources:\n"
    "  survey: {text: 'A survey <b>', url: 'https://example.org/?a=1&b=2', date: 2025-01, licence: CC0}\n"
    "  trap: {text: A trap, url: 'javascript:alert(1)', date: 2025-01}\n"
    "parameters:\n"
    "  - {variable: drift, prior: {uniform: {low: -10, high: 30}}, source: survey, note: A guess.}\n"
    "  - {variable: 'use[attacker]', prior: {uniform: {low: 0, high: 10}}, judgement: true}\n"
    "%s"
    "  - {name: offset of the survey, prior: {fixed: 50}, judgement: true}\n"
    "observations:\n"
    "  - {name: survey, title: Survey of the front, variable: territory held, file: seen.csv, column: "
    "survey,\n"
    "     units: km2, source: survey, offset: offset of the survey, error: {normal: 1},\n"
    "     use: {from: 2024-01, to: 2024-10}, issues: Drawn late.}\n"
    "scenarios:\n"
    "  actual: {title: As it went}\n"
    "  double: {from: actual, title: Twice the drift, changes: [{variable: drift, scale: 2}],\n"
    "           rests on: [drift, 'use[attacker]']}\n"
    "outputs:\n"
    "  - {variable: territory held, title: Territory, section: front, units: km2, chart: true}\n"
    "  - {variable: territory held, title: Speed, section: front, units: km2 a month, change: true}\n"
    "  - {variable: killed, title: Killed, section: losses, units: people a month, change: true, chart: "
    "true}\n"
    "  - {variable: ammunition, title: 'Rounds, \"all\"', section: materiel, units: rounds, chart: true}\n"
    "  - {variable: fragile, title: Fragile, section: economy}\n"
    "milestones:\n"
    "  - {variable: the front, title: fast, measure: change, at least: 15, months: 3}\n"
    "shortages:\n"
    "  - {variable: ammunition, title: rounds, below: 5, months: 3}\n"
    "events:\n"
    "  - {month: 2024-03, label: \"A ' quote, a \\\\ and `id`\"}\n"
    "  - {month: 2024-04, label: Another}\n";

static const char fragile_parameter[] =
    "  - {variable: margin, prior: {uniform: {low: -1, high: 9}}, judgement: true}\n";

/* The survey lies on the median line, but in May (in the 90 % band only) and in June (in none); July is
 * missing, and November and December are not used. */
static const char small_data[] = "month,survey\n2024-01,1060\n2024-02,1070\n2024-03,1080\n2024-04,1090\n"
                                 "2024-05,1180\n2024-06,9000\n2024-07,\n2024-08,1130\n2024-09,1140\n"
                                 "2024-10,1150\n2024-11,9000\n2024-12,9000\n";

typedef struct small {
    char directory[64];
    truce_case *c;
    case_plan plans[2];
    truce_ensemble *ensembles[2];
    report *shown;
    const case_results *r; /* of it */
} small;

static void write_text(const char *directory, const char *name, const char *contents)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(contents, 1, strlen(contents), f), strlen(contents));
    assert_int_equal(fclose(f), 0);
}

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->message);
}

/* Loads the case and runs both scenarios. */
static void small_make(small *s, bool fragile, size_t members)
{
    truce_error error = {0};
    char path[128], text_of_case[sizeof small_case + sizeof fragile_parameter];
    memset(s, 0, sizeof *s);
    snprintf(s->directory, sizeof s->directory, "/tmp/truce-report-XXXXXX");
    assert_non_null(mkdtemp(s->directory));
    snprintf(text_of_case, sizeof text_of_case, small_case, fragile ? fragile_parameter : "");
    write_text(s->directory, "model.xmile", small_model);
    write_text(s->directory, "case.yaml", text_of_case);
    write_text(s->directory, "seen.csv", small_data);
    snprintf(path, sizeof path, "%s/case.yaml", s->directory);
    must(truce_case_load(path, &s->c, &error), &error);
    truce_ensemble_options options = truce_ensemble_default_options();
    options.members = members;
    options.seed = SEED;
    for (size_t i = 0; i < 2; i++) {
        must(case_plan_create(s->c, i, false, &s->plans[i], &error), &error);
        must(truce_ensemble_run(s->plans[i].program, s->plans[i].parameters, s->plans[i].schedules,
                                s->plans[i].factors, &options, &s->ensembles[i], &error),
             &error);
    }
}

/* Starts the report and feeds it; `output` NULL: no files. */
static inline truce_status small_report(small *s, const char *output, truce_error *error)
{
    results_scenario scenarios[2] = {{0, &s->plans[0], s->ensembles[0]}, {1, &s->plans[1], s->ensembles[1]}};
    truce_status status = report_create(s->c, SEED, truce_ensemble_members(s->ensembles[0]), output,
                                        "truce run CASE --seed 5", &s->shown, error);
    if (status == TRUCE_OK) {
        s->r = report_results(s->shown);
        status = results_add(report_results(s->shown), &scenarios[0], NULL, error);
    }
    if (status == TRUCE_OK)
        status = results_add(report_results(s->shown), &scenarios[1], &scenarios[0], error);
    return status;
}

static void small_free(small *s)
{
    static const char *const names[] = {"model.xmile", "case.yaml", "seen.csv"};
    report_destroy(s->shown);
    for (size_t i = 0; i < 2; i++) {
        truce_ensemble_destroy(s->ensembles[i]);
        case_plan_free(&s->plans[i]);
    }
    truce_case_destroy(s->c);
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", s->directory, names[i]);
        unlink(path);
    }
    rmdir(s->directory);
}

#endif
