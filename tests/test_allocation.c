/* Every allocation of the way from a file to results is made to fail, one after the other (denied_memory.h). */
#include "denied_memory.h"
#include "results/results.h"
#include "score/score.h"
#include "sheets/sheets.h"
#include "sheets/zip_library.h"
#include "stored_zip.h"
#include "talks/talks.h"
#include "web/session.h"

#include <unistd.h>

#ifndef SANITIZED

static const char model_text[] =
    "<xmile version=\"1.0\"><header><name>m</name></header>"
    "<sim_specs method=\"RK4\" time_units=\"month\"><start>0</start><stop>4</stop><dt>0.5</dt></sim_specs>"
    "<model_units><unit name=\"person\"><alias>people</alias></unit></model_units>"
    "<dimensions><dim name=\"side\"><elem name=\"a\"/><elem name=\"b\"/></dim></dimensions>"
    "<model><variables>"
    "<stock name=\"force\"><dimensions><dim name=\"side\"/></dimensions><eqn>100</eqn>"
    "<outflow>losses</outflow><non_negative/><units>people</units></stock>"
    "<flow name=\"losses\"><dimensions><dim name=\"side\"/></dimensions>"
    "<eqn>rate * SMTH1(force[side], 2) * table(SUM(force[*]))</eqn><units>people/month</units></flow>"
    "<aux name=\"rate\"><eqn>0.1</eqn><units>1/month</units></aux>"
    "<aux name=\"late\"><eqn>DELAY(force[a], 1) + NORMAL(0, 1) + DELAY3(force[b], 2) + PREVIOUS(rate, "
    "0)</eqn></aux>"
    "<gf name=\"table\"><xscale min=\"0\" max=\"400\"/><ypts>0,1,2</ypts></gf>"
    "<module name=\"rear\"><connect to=\"x\" from=\"force\"/></module>"
    "<aux name=\"far\"><eqn>rear.y + SUMMED(rear.x[1:2]) + force[1 + "
    "TIME/4]</eqn><init_eqn>1</init_eqn></aux>"
    "</variables></model><model name=\"rear\"><variables><aux name=\"x\" access=\"input\"><eqn>1</eqn></aux>"
    "<aux name=\"y\"><eqn>SUM(x)</eqn></aux></variables></model>"
    "<macro "
    "name=\"SUMMED\"><parm>v</parm><eqn>s</eqn><sim_specs><start>1</start><stop>SIZE(v)</stop></sim_specs>"
    "<variables><stock name=\"s\"><eqn>0</eqn><inflow>f</inflow></stock><flow "
    "name=\"f\"><eqn>v[TIME]</eqn></flow>"
    "</variables></macro></xmile>";

static truce_engine engine;

static truce_status model_to_results(truce_error *error)
{
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_ensemble *ensemble = NULL;
    const truce_input inputs[] = {{"rate", TRUCE_INPUT_PARAMETER}};
    const truce_program_options options = {.inputs = inputs, .input_count = 1};
    const truce_distribution prior = {TRUCE_BETA, 2, 3, 0, 0.2, 1};
    truce_ensemble_options size = truce_ensemble_default_options();
    size.members = 100;
    size.engine = engine;
    size.threads = 1;
    truce_status status = truce_model_load_text(model_text, sizeof model_text - 1, "m.xmile", &model, error);
    if (!status)
        status = truce_program_compile(model, &options, &program, error);
    if (!status)
        status = truce_ensemble_run(program, &prior, NULL, NULL, &size, &ensemble, error);
    if (!status) {
        double median, half = 0.5;
        status = truce_ensemble_quantiles(ensemble, 0, 1, &half, 1, &median, error);
    }
    truce_ensemble *brief = NULL;
    truce_summary moments;
    size.summaries_only = true;
    if (!status)
        status = truce_ensemble_summary(ensemble, 0, 1, &moments, error);
    if (!status)
        status = truce_ensemble_run(program, &prior, NULL, NULL, &size, &brief, error);
    truce_ensemble_destroy(brief);
    truce_ensemble_destroy(ensemble);
    truce_program_destroy(program);
    truce_model_destroy(model);
    return status;
}

static const char vensim_text[] =
    "{UTF-8}\nD: (A1-A3) -> E ~~|\nE: B1, B2, B3 ~~|\nS: A2, A3 ~~|\nT <-> D ~~|\n"
    ":MACRO: M(in : twice)\nM = INTEG(in, 1) ~~|\ntwice = 2*in ~~|\n:END OF MACRO:\n"
    "x[D] :EXCEPT: [S] = 1 ~~|\nx[S] = IF THEN ELSE(:NOT: Time = 1, y[S], -2) ~~|\ny[D] = 1, 2, 3 ~~|\n"
    "z[E] = y[D] * 2 ~~|\ntable((0,0),(1,5)) ~~|\nw = table(Time) + WITH_ ~ people/Month ~ doc |\nWITH_ = 1 "
    "~~|\n"
    "l = WITH LOOKUP(w, ((0,0),(1,5))) ~~|\ns = INTEG(in - out, 4) ~~|\nin = 1 ~~|\nout = s/4 ~~|\n"
    "m = M(Time : more) ~~|\nv = VECTOR SELECT(y[D!], x[D!], 0, 0, 0) + ELMCOUNT(D) ~~|\n"
    "o[D] = VECTOR SORT ORDER(y[D], 1) ~~|\n"
    "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = TIME STEP ~~|\n"
    "///---\\\\\\\n22:Month,Months\n15:0,0,0,1,0,0\n";

static truce_status vensim_to_program(truce_error *error)
{
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_status status = truce_model_load_text(vensim_text, sizeof vensim_text - 1, "m.mdl", &model, error);
    if (!status)
        status = truce_program_compile(model, NULL, &program, error);
    truce_program_destroy(program);
    truce_model_destroy(model);
    return status;
}

static text packed, old_format; /* workbooks: .xlsx, .xls */

static truce_status cells_of(const char *bytes, size_t length, truce_error *error)
{
    arena memory = {0};
    sheet_table cells;
    truce_status status = sheet_read(&memory, bytes, length, "S", &cells, error);
    arena_free(&memory);
    return status;
}

/* Again and again, because an arena takes few allocations. */
static truce_status workbooks_to_cells(truce_error *error)
{
    truce_status status = TRUCE_OK;
    for (int i = 0; i < 16 && !status; i++)
        status = i % 2 ? cells_of(packed.bytes, packed.length, error)
                       : cells_of(old_format.bytes + 1, old_format.length - 1, error);
    return status;
}

static char program_path[512], csv_path[520], c_path[520];

/* Load, compile, save, load again, run; and the model as C. */
static truce_status model_to_files(truce_error *error)
{
    truce_model *model = NULL;
    truce_program *program = NULL, *again = NULL;
    truce_run *run = NULL;
    static double results[8 * 16 * 64];
    truce_status status = truce_model_load_text(model_text, sizeof model_text - 1, "m.xmile", &model, error);
    if (!status)
        status = truce_program_compile(model, NULL, &program, error);
    if (!status)
        status = truce_program_save(program, program_path, error);
    if (!status)
        status = truce_program_load(program_path, &again, error);
    if (!status)
        status = truce_run_create(again, 8, &run, error);
    if (!status) {
        assert_true(truce_program_output_count(again) * truce_program_save_count(again) <= 16 * 64);
        truce_run_execute(run, 1, 0, 8, NULL, NULL, NULL, results, NULL);
    }
    if (!status)
        status = truce_model_write_csv(model, 1, csv_path, error);
    if (!status)
        status = truce_model_write_c(model, c_path, error);
    truce_run_destroy(run);
    truce_program_destroy(again);
    truce_program_destroy(program);
    truce_model_destroy(model);
    remove(program_path);
    remove(csv_path);
    remove(c_path);
    return status;
}

/* Names that Vensim gives a meaning, or that the conversion makes. */
static const char clashing_text[] =
    "<xmile version=\"1.0\"><header><name>m</name></header>"
    "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
    "<dimensions><dim name=\"D\"><elem name=\"a\"/><elem name=\"b\"/></dim><dim name=\"N\" "
    "size=\"2\"/></dimensions>"
    "<model><variables><group name=\"G\"><entity name=\"x\"/></group>"
    "<stock name=\"s\"><dimensions><dim name=\"D\"/></dimensions><eqn>100</eqn><inflow>in</inflow>"
    "<outflow>out</outflow><outflow>more</outflow><non_negative/></stock>"
    "<flow name=\"in\"><dimensions><dim name=\"D\"/></dimensions><eqn>1</eqn></flow>"
    "<flow name=\"out\"><dimensions><dim name=\"D\"/></dimensions><eqn>s / 4 {a | quarter}</eqn></flow>"
    "<flow name=\"more\"><dimensions><dim name=\"D\"/></dimensions><eqn>INT(s[D]) MOD 3</eqn></flow>"
    "<aux name=\"a\"><eqn>SUM(s) + s[a] + 1 + INIT(x) + M(2)</eqn><doc>one | two</doc></aux>"
    "<aux name=\"D range\"><eqn>1</eqn></aux><aux name=\"D\"><eqn>2</eqn></aux>"
    "<aux name=\"v\"><dimensions><dim name=\"N\"/></dimensions><eqn>N</eqn></aux>"
    "<aux name=\"w\"><dimensions><dim name=\"D\"/></dimensions><element "
    "subscript=\"a\"><eqn>x</eqn></element>"
    "<element subscript=\"b\"><eqn>v[1]</eqn></element></aux>"
    "<aux name=\"x lookup\"><eqn>7</eqn></aux><aux name=\"saveper\"><eqn>1</eqn></aux>"
    "<aux name=\"x\"><eqn>TIME</eqn><gf type=\"extrapolate\"><xscale min=\"0\" "
    "max=\"1\"/><ypts>0,2</ypts></gf></aux>"
    "</variables></model><macro name=\"M\"><parm>p</parm><eqn>q * 2</eqn><variables><aux name=\"q\"><eqn>p + "
    "1</eqn>"
    "</aux></variables></macro></xmile>";

static char converted_path[512];
static text converted[2]; /* what the conversions gave when there was memory */

/* To Vensim's language and back; what is written is all of it or nothing. */
static truce_status conversions(truce_error *error)
{
    char path[2][520];
    truce_status status = TRUCE_OK;
    snprintf(path[0], sizeof path[0], "%s.mdl", converted_path);
    snprintf(path[1], sizeof path[1], "%s.xmile", converted_path);
    for (int i = 0; i < 2 && !status; i++) {
        status = truce_model_convert(i ? path[0] : converted_path, path[i], error);
        long denied_one = fail_at;
        fail_at = 0;
        text bytes = {0};
        if (!status)
            assert_int_equal(text_read_file(&bytes, path[i], 1 << 20, NULL), TRUCE_OK);
        if (!status && converted[i].bytes)
            assert_string_equal(bytes.bytes, converted[i].bytes);
        if (!converted[i].bytes)
            converted[i] = bytes;
        else
            text_free(&bytes);
        fail_at = denied_one;
    }
    remove(path[0]);
    remove(path[1]);
    return status;
}

static char data_path[512];

/* A column of a file as a schedule of a program of RK45. */
static truce_status data_to_results(truce_error *error)
{
    static const char adaptive[] =
        "<xmile><header/><sim_specs method=\"rk45\"><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
        "<model><variables><stock name=\"y\"><eqn>1</eqn><inflow>f</inflow></stock><flow name=\"f\">"
        "<eqn>x - y</eqn></flow><aux name=\"x\"><eqn>0</eqn></aux></variables></model></xmile>";
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_data *data = NULL;
    truce_run *run = NULL;
    truce_input input;
    double schedule[5] = {0}, results[5 * 3 * 8];
    truce_status status = truce_data_load(data_path, &data, error);
    if (!status)
        status = truce_model_load_text(adaptive, sizeof adaptive - 1, "m.xmile", &model, error);
    if (!status)
        status = truce_data_inputs(data, model, &input, error);
    const truce_program_options options = {.inputs = &input, .input_count = 1};
    if (!status)
        status = truce_program_compile(model, &options, &program, error);
    if (!status)
        status = truce_data_schedules(data, TRUCE_INTERPOLATE_LINEAR, program, schedule, error);
    if (!status)
        status = truce_run_create(program, 8, &run, error);
    if (!status)
        assert_int_equal(truce_run_execute(run, 1, 0, 8, NULL, schedule, NULL, results, NULL), 0);
    truce_run_destroy(run);
    truce_program_destroy(program);
    truce_data_destroy(data);
    truce_model_destroy(model);
    return status;
}

static char case_path[512];

static truce_status case_to_results(truce_error *error)
{
    truce_case *c = NULL;
    truce_ensemble *ensemble = NULL;
    truce_ensemble_options size = truce_ensemble_default_options();
    size.members = 20;
    size.threads = 1;
    truce_status status = truce_case_load(case_path, &c, error);
    if (!status)
        status = truce_case_run(c, truce_case_scenario(c, 0).name, &size, &ensemble, error);
    if (!status) {
        assert_true(truce_ensemble_output_count(ensemble) > 0);
        assert_non_null(truce_ensemble_output_name(ensemble, 0));
        assert_non_null(truce_ensemble_output_units(ensemble, 0));
        size_t last = truce_ensemble_save_count(ensemble) - 1;
        assert_true(truce_ensemble_save_time(ensemble, last) > truce_ensemble_save_time(ensemble, 0));
        assert_non_null(truce_model_name(truce_case_model(c)));
        assert_true(truce_ensemble_save_time(ensemble, 0) == 0);
    }
    truce_ensemble_destroy(ensemble);
    truce_case_destroy(c);
    return status;
}

/* A report of two scenarios whose members come in two parts. */
static truce_status case_in_parts(truce_error *error)
{
    enum { PART = 20 };
    truce_case *c = NULL;
    case_results *r = NULL;
    case_plan plans[2] = {0};
    truce_ensemble_options size = truce_ensemble_default_options();
    size.members = PART;
    size.threads = 1;
    truce_status status = truce_case_load(case_path, &c, error);
    for (size_t i = 0; i < 2 && !status; i++)
        status = case_plan_create(c, i, false, &plans[i], error);
    if (!status)
        status = results_create(c, 1, 2 * PART, "", &r, error);
    if (r)
        results_use_threads(r, 1);
    for (; size.first_member < 2 * PART && !status; size.first_member += PART) {
        results_scenario parts[2] = {{.plan = &plans[0]}, {.scenario = 1, .plan = &plans[1]}};
        truce_ensemble *e[2] = {NULL, NULL};
        for (size_t i = 0; i < 2 && !status; i++) {
            status = truce_ensemble_run(plans[i].program, plans[i].parameters, plans[i].schedules,
                                        plans[i].factors, &size, &e[i], error);
            parts[i].ensemble = e[i];
            if (!status)
                status = results_add(r, &parts[i], i ? &parts[0] : NULL, error);
        }
        truce_ensemble_destroy(e[0]);
        truce_ensemble_destroy(e[1]);
    }
    results_destroy(r);
    case_plan_free(&plans[0]);
    case_plan_free(&plans[1]);
    truce_case_destroy(c);
    return status;
}

/* The war twice over, the peace and the game. */
static truce_status case_to_talks(truce_error *error)
{
    truce_case *c = NULL;
    talks_result result = {0};
    talks_options options = talks_default_options();
    options.run.members = 60;
    options.run.threads = 1;
    options.run.engine = TRUCE_ENGINE_INTERPRETER;
    options.branch = 1;
    options.branch_probability = 0.5;
    truce_status status = truce_case_load(case_path, &c, error);
    if (!status)
        status = talks_run(c, &options, &result, error);
    talks_free(&result);
    truce_case_destroy(c);
    return status;
}

static char fit_path[512], posterior_path[64];

/* Small fits of a case and of its rival, which takes its data from it, and their scores. */
static truce_status case_to_scores(truce_error *error)
{
    truce_case *c = NULL, *rival = NULL;
    score_table scores = {0};
    score_options options = {.particles = 32, .threads = 1, .engine = TRUCE_ENGINE_INTERPRETER};
    truce_status status = truce_case_load(fit_path, &c, error);
    if (!status)
        status = truce_case_load(c->rivals[0].path, &rival, error);
    if (!status) {
        options.first = c->start + 9;
        options.every = 12;
        status = score_case(c, (const truce_case *const *)&rival, &options, &scores, error);
        score_free(&scores);
    }
    truce_case_destroy(rival);
    truce_case_destroy(c);
    return status;
}

/* The fit from its file as far as a run, and a report with its scores. */
static truce_status posterior_to_report(truce_error *error)
{
    truce_case *c = NULL;
    truce_fit *fit = NULL;
    truce_ensemble *ensemble = NULL;
    case_results *r = NULL;
    case_plan plan = {0};
    fit_gift gift = {0};
    truce_ensemble_options size = truce_ensemble_default_options();
    size.members = 20;
    size.threads = 1;
    size.engine = TRUCE_ENGINE_INTERPRETER;
    truce_status status = truce_case_load(fit_path, &c, error);
    if (!status)
        status = truce_fit_load(posterior_path, c, &fit, error);
    if (!status)
        status = case_plan_create(c, 0, false, &plan, error);
    if (!status)
        status = fit_give(fit, c, &plan, &gift, error);
    if (!status)
        status = ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors, &gift.given,
                                    NULL, &size, &ensemble, error);
    if (!status)
        status = results_create(c, 1, size.members, "", &r, error);
    if (!status)
        status = results_use_scores(r, posterior_path, error);
    if (!status) {
        results_scenario scenario = {.plan = &plan, .ensemble = ensemble};
        results_use_threads(r, 1);
        results_use_fit(r, fit);
        status = results_add(r, &scenario, NULL, error);
    }
    results_destroy(r);
    truce_ensemble_destroy(ensemble);
    fit_gift_free(&gift);
    case_plan_free(&plan);
    truce_fit_destroy(fit);
    truce_case_destroy(c);
    return status;
}

static char meadow_path[512];

/* What a page asks for: members at rest, a lever that goes on from them, and one member. */
static truce_status page_to_values(truce_error *error)
{
    truce_case *c = NULL;
    web_session s = {0};
    float *values = NULL;
    arena memory = {0};
    const double *member;
    size_t count = 0;
    truce_status status = truce_case_load(meadow_path, &c, error);
    if (!status)
        status = session_open(c, NULL, &s, error);
    if (!status && !(values = malloc(session_values(&s) * 8 * sizeof *values)))
        status = error_memory(error);
    if (!status) {
        const case_control *lever = &c->controls[c->control_count - 1];
        const case_change change = {.variable = lever->variable,
                                    .element = lever->elements[0],
                                    .kind = (enum change_kind)lever->kind,
                                    .value = lever->greatest,
                                    .first = lever->first,
                                    .last = lever->last};
        web_request request = {.members = 8, .seed = 1};
        status = session_run(&s, &request, (web_wanted){.later = true}, values, NULL, error);
        request.changes = &change;
        request.change_count = 1;
        if (!status)
            status = session_run(&s, &request, (web_wanted){.charts = true}, values, NULL, error);
        if (!status)
            status = session_member(&s, &request, &memory, &member, &count, error);
    }
    free(values);
    arena_free(&memory);
    session_close(&s);
    truce_case_destroy(c);
    return status;
}

static void every_failed_allocation_of_a_page_is_an_error_without_a_leak(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(meadow_path, sizeof meadow_path, "%s/tests/data/meadow/case.yaml", root ? root : ".");
    fail_each(page_to_values);
}

static void every_failed_allocation_from_model_to_results_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(model_to_results);
}

static void
every_failed_allocation_from_model_to_program_file_and_back_is_an_error_without_a_leak(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(program_path, sizeof program_path, "%s/truce-allocation-%ld", folder ? folder : "/tmp",
             (long)getpid());
    snprintf(csv_path, sizeof csv_path, "%s.csv", program_path);
    snprintf(c_path, sizeof c_path, "%s.c", program_path);
    fail_each(model_to_files);
}

static void every_failed_allocation_from_vensim_to_a_program_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(vensim_to_program);
}

/* Of what libzip and expat ask for themselves, libzip does not give all back when it is denied. */
static void every_failed_allocation_of_ours_from_workbooks_to_cells_is_an_error(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error;
    part parts[PARTS];
    if (!TRUCE_LIBZIP)
        skip();
    start_parts(parts);
    pack(&packed, parts);
    snprintf(path, sizeof path, "%s/fuzz/seeds/sheets/xls", root ? root : ".");
    assert_int_equal(text_read_file(&old_format, path, 1 << 20, &error), TRUCE_OK);
    only_ours = true;
    fail_each(workbooks_to_cells);
    only_ours = false;
    text_free(&packed);
    text_free(&old_format);
}

static void make_file(char *path, size_t size, const char *suffix, const char *content)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, size, "%s/truce-allocation-%ld.%s", folder ? folder : "/tmp", (long)getpid(), suffix);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static void every_failed_allocation_from_data_to_results_is_an_error_without_a_leak(void **state)
{
    (void)state;
    make_file(data_path, sizeof data_path, "csv", "time,X\n0,1\n2,3\n4,\n");
    fail_each(data_to_results);
    remove(data_path);
}

static void every_failed_allocation_of_a_conversion_is_an_error_without_a_leak(void **state)
{
    (void)state;
    make_file(converted_path, sizeof converted_path, "xml", clashing_text);
    fail_each(conversions);
    remove(converted_path);
    text_free(&converted[0]);
    text_free(&converted[1]);
}

static void every_failed_allocation_from_case_to_talks_is_an_error_without_a_leak(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(case_path, sizeof case_path, "%s/tests/data/talks/case.yaml", root ? root : ".");
    fail_each(case_to_talks);
}

static void every_failed_allocation_from_case_to_scores_is_an_error_without_a_leak(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(fit_path, sizeof fit_path, "%s/tests/data/fit/case.yaml", root ? root : ".");
    fail_each(case_to_scores);
}

static void every_failed_allocation_from_posterior_to_report_is_an_error_without_a_leak(void **state)
{
    (void)state;
    static const char scores[] = "series,months,rival,crps\nseen,6,model,1\nseen,6,persistence,2\n";
    truce_case *c;
    truce_fit *fit;
    truce_error error;
    char path[96];
    truce_fit_options options = truce_fit_default_options();
    options.particles = 32;
    snprintf(posterior_path, sizeof posterior_path, "/tmp/truce-allocation-XXXXXX");
    assert_non_null(mkdtemp(posterior_path));
    assert_int_equal(truce_case_load(fit_path, &c, &error), TRUCE_OK);
    assert_int_equal(truce_fit_run(c, &options, &fit, &error), TRUCE_OK);
    assert_int_equal(truce_fit_save(fit, posterior_path, "", 0, &error), TRUCE_OK);
    truce_fit_destroy(fit);
    truce_case_destroy(c);
    snprintf(path, sizeof path, "%s/scores.csv", posterior_path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(scores, file);
    assert_int_equal(fclose(file), 0);
    only_ours = true;
    fail_each(posterior_to_report);
    only_ours = false;
    static const char *const names[] = {"scores.csv", "posterior.nc", "diagnostics.csv"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", posterior_path, names[i]);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(posterior_path), 0);
}

static void every_failed_allocation_from_case_to_results_is_an_error_without_a_leak(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(case_path, sizeof case_path, "%s/tests/data/small/case.yaml", root ? root : ".");
    fail_each(case_to_results);
}

static void every_failed_allocation_of_a_report_in_parts_is_an_error_without_a_leak(void **state)
{
    (void)state;
    fail_each(case_in_parts);
}

/* From the cache once it is full; the compiler runs again where the cache's file does not fit into memory. */
static void every_failed_allocation_on_the_way_to_native_code_is_an_error(void **state)
{
    (void)state;
    char cache[] = "/tmp/truce-cache-XXXXXX", command[64];
    assert_non_null(mkdtemp(cache));
    setenv("XDG_CACHE_HOME", cache, 1);
    engine = TRUCE_ENGINE_NATIVE;
    loads_code = true;
    fail_each(model_to_results);
    loads_code = false;
    engine = TRUCE_ENGINE_INTERPRETER;
    snprintf(command, sizeof command, "rm -r %s", cache);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_allocation_from_model_to_results_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_from_vensim_to_a_program_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_ours_from_workbooks_to_cells_is_an_error),
        cmocka_unit_test(
            every_failed_allocation_from_model_to_program_file_and_back_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_on_the_way_to_native_code_is_an_error),
        cmocka_unit_test(every_failed_allocation_from_data_to_results_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_a_conversion_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_from_case_to_results_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_a_report_in_parts_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_from_case_to_scores_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_from_posterior_to_report_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_of_a_page_is_an_error_without_a_leak),
        cmocka_unit_test(every_failed_allocation_from_case_to_talks_is_an_error_without_a_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    return 77; /* meson: skipped */
}

#endif
