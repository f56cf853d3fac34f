/* The public interface as a program sees it: nothing but truce.h is included. */
#include "truce/truce.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static void path_of(char *path, size_t size, const char *file)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    snprintf(path, size, "%s/%s", root ? root : ".", file);
}

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->message);
}

static truce_case *load(const char *file)
{
    char path[512];
    truce_error error = {0};
    truce_case *c = NULL;
    path_of(path, sizeof path, file);
    must(truce_case_load(path, &c, &error), &error);
    return c;
}

/* ---- Names and months -------------------------------------------------------------------------------- */

static void months_are_read_and_written(void **state)
{
    (void)state;
    truce_month m = 0;
    char text[16];
    assert_true(truce_month_parse("2025-01", &m));
    assert_int_equal(m, 24300);
    assert_false(truce_month_parse("2025-13", &m));
    truce_month day;
    assert_true(truce_month_parse("2024-03-31", &day));
    truce_month_iso(day, text);
    assert_string_equal(text, "2024-03-31");
    truce_month_iso(24311, text);
    assert_string_equal(text, "2025-12");
    truce_month_name(24311, text);
    assert_string_equal(text, "Dec 2025");
}

static void the_nearest_name_is_found(void **state)
{
    (void)state;
    const char *const names[] = {"actual", "no-halt"};
    assert_string_equal(truce_nearest_name("no-hlat", names, 2), "no-halt");
    assert_null(truce_nearest_name("something else", names, 2));
}

static void variables_and_elements_are_looked_up_by_name(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    const truce_model *model = truce_case_model(c);
    size_t variable, element;
    truce_error error = {0};
    must(truce_model_look_up(model, "Top_Speed", &variable, &element, &error), &error);
    assert_string_equal(truce_model_variable(model, variable)->name, "top speed");
    assert_true(element == SIZE_MAX);
    must(truce_model_look_up(model, "lethality[attacker]", &variable, &element, &error), &error);
    assert_string_equal(truce_model_variable(model, variable)->name, "lethality");
    assert_string_equal(truce_model_element_name(model, element), "lethality[attacker]");
    assert_int_equal(truce_model_look_up(model, "top sped", &variable, NULL, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "did you mean \"top speed\""));
    truce_case_destroy(c);
}

/* ---- What a case says of itself ---------------------------------------------------------------------- */

static void a_case_tells_what_it_holds(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    truce_case_facts f = truce_case_facts_of(c);
    assert_int_equal(f.start, 12 * 2023);
    assert_int_equal(f.data_end, 12 * 2025 + 11);
    assert_non_null(strstr(f.posterior, "cases/ukraine/posterior"));
    truce_error error = {0};
    must(truce_case_check(c, &error), &error);
    for (size_t i = 0; i < f.series; i++) {
        truce_series s = truce_case_series(c, i);
        assert_true(s.count > 0 && isfinite(s.values[0]) && s.source && s.variable != SIZE_MAX);
    }
    for (size_t i = 0; i < f.observations; i++) {
        truce_observation o = truce_case_observation(c, i);
        assert_true(o.name && o.title && o.count > 0 && o.first_used <= o.last_used);
    }
    for (size_t i = 0; i < f.outputs; i++)
        assert_true(truce_case_output(c, i).title[0] && truce_case_output(c, i).section[0]);
    assert_true(f.levers > 0);
    for (size_t i = 0; i < f.levers; i++) {
        truce_lever lever = truce_case_lever(c, i);
        assert_true(lever.name[0] && lever.title[0] && lever.units && lever.least < lever.most);
        assert_true(lever.rest >= lever.least && (lever.date || lever.rest <= lever.most));
    }
    assert_null(truce_case_lever(c, f.levers).name);
    truce_case_destroy(c);
}

static void parameters_have_priors_sources_and_dates(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    size_t judged = 0, dates = 0, sourced = 0;
    for (size_t i = 0; i < truce_case_facts_of(c).parameters; i++) {
        truce_parameter p = truce_case_parameter(c, i);
        assert_true(p.name[0] && p.line > 0 && (p.source || p.judgement));
        judged += p.judgement;
        sourced += p.source != NULL;
        dates += p.date;
        if (strcmp(p.name, "top speed") == 0)
            assert_string_equal(p.units, "km/month");
        if (strcmp(p.name, "reform date[defender]") == 0) /* May 2024 is month 16 */
            assert_true(p.date && truce_distribution_quantile(&p.prior, 0.5) == 16);
    }
    assert_true(judged > 0 && dates > 0 && sourced > 0);
    truce_case_destroy(c);
}

static void a_scenario_changes_what_it_or_its_base_changes(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/small/case.yaml");
    size_t mean = truce_case_find_scenario(c, "mean"), aid = 0, price = 0;
    truce_error error = {0};
    must(truce_model_look_up(truce_case_model(c), "aid", &aid, NULL, &error), &error);
    must(truce_model_look_up(truce_case_model(c), "price", &price, NULL, &error), &error);
    truce_scenario s = truce_case_scenario(c, mean);
    assert_string_equal(s.name, "mean");
    assert_int_equal(s.base, truce_case_find_scenario(c, "edited"));
    assert_int_equal(s.changes, 1);
    assert_true(truce_case_scenario_changes(c, mean, aid));
    assert_false(truce_case_scenario_changes(c, mean, price));
    assert_false(truce_case_scenario_changes(c, truce_case_find_scenario(c, "actual"), aid));
    assert_true(truce_case_find_scenario(c, "none of these") == SIZE_MAX);
    truce_case_destroy(c);
}

/* ---- Programs ---------------------------------------------------------------------------------------- */

static void a_program_knows_its_inputs_by_name_and_its_files(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml");
    const truce_input input = {"slope", TRUCE_INPUT_PARAMETER};
    const truce_program_options options = {.inputs = &input, .input_count = 1};
    truce_program *program = NULL;
    truce_error error = {0};
    must(truce_program_compile(truce_case_model(c), &options, &program, &error), &error);
    assert_int_equal(truce_program_find_input(program, TRUCE_INPUT_PARAMETER, " SLOPE "), 0);
    assert_true(truce_program_find_input(program, TRUCE_INPUT_PARAMETER, "path") == SIZE_MAX);
    char path[] = "/tmp/truce-interface-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_false(truce_program_is_file(path));
    must(truce_program_save(program, path, &error), &error);
    assert_true(truce_program_is_file(path));
    unlink(path);
    truce_program_destroy(program);
    truce_case_destroy(c);
}

/* ---- Fits -------------------------------------------------------------------------------------------- */

static void a_fit_is_saved_loaded_and_known_for_what_it_is(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/fit/case.yaml"), *other = load("tests/data/fit/persistent.yaml");
    truce_fit_options options = truce_fit_default_options();
    options.particles = 64;
    truce_fit *fit = NULL, *back = NULL;
    truce_error error = {0};
    bool current = false;
    char directory[] = "/tmp/truce-interface-XXXXXX", file[64];
    assert_non_null(mkdtemp(directory));
    must(truce_fit_run(c, &options, &fit, &error), &error);
    truce_fit_effort effort = truce_fit_effort_of(fit);
    assert_true(effort.likelihoods > 64 && effort.seconds > 0);
    assert_true(effort.outside > 0 && effort.outside < 1 && effort.waiting >= 0 && effort.waiting < 1);
    assert_int_equal(truce_fit_noise_count(fit), 12); /* one stream, twelve months */
    truce_fit_diagnosis d = truce_fit_diagnosis_of(fit, 0);
    assert_true(d.r_hat > 0.9 && d.tail > 0 && d.contraction > 0.5 && d.contraction < 1);
    must(truce_fit_save(fit, directory, "a test", 0, &error), &error);
    must(truce_fit_load(directory, c, &back, &error), &error);
    assert_int_equal(truce_fit_draw_count(back), truce_fit_draw_count(fit));
    assert_memory_equal(truce_fit_values(back, 0), truce_fit_values(fit, 0),
                        truce_fit_draw_count(fit) * sizeof(double));
    assert_memory_equal(truce_fit_log_likelihood(back), truce_fit_log_likelihood(fit),
                        truce_fit_draw_count(fit) * sizeof(double));
    for (size_t i = 0; i < truce_fit_parameter_count(fit); i++)
        assert_string_equal(truce_fit_parameter_units(back, i), truce_fit_parameter_units(fit, i));
    must(truce_fit_is_current(back, c, &current, &error), &error);
    assert_true(current);
    must(truce_fit_is_current(back, other, &current, &error), &error);
    assert_false(current);
    snprintf(file, sizeof file, "%s/posterior.nc", directory);
    unlink(file);
    snprintf(file, sizeof file, "%s/diagnostics.csv", directory);
    unlink(file);
    rmdir(directory);
    truce_fit_destroy(fit);
    truce_fit_destroy(back);
    truce_case_destroy(c);
    truce_case_destroy(other);
}

/* ---- Simulations ------------------------------------------------------------------------------------- */

typedef struct notes {
    size_t parts, done, all;
    float last; /* of the first output, of the last member of the baseline */
    bool cancel;
} notes;

static bool note_part(void *context, const truce_part *part)
{
    notes *n = context;
    const truce_ensemble *e = part->ensemble;
    n->parts++;
    if (!part->baseline)
        n->last =
            truce_ensemble_values(e, 0, truce_ensemble_save_count(e) - 1)[truce_ensemble_members(e) - 1];
    return true;
}

static bool note_progress(void *context, const truce_progress *p)
{
    notes *n = context;
    n->done = p->all_done;
    n->all = p->all_members;
    return !n->cancel;
}

/* The level of the small model's pool is its first output; halving the aid lowers it. */
static void results_are_those_of_the_ensembles(void **state)
{
    (void)state;
    static const char *const scenarios[] = {"actual", "halved"};
    truce_case *c = load("tests/data/small/case.yaml");
    notes n = {0};
    truce_simulation_options o = truce_simulation_default_options();
    truce_results *r = NULL;
    truce_error error = {0};
    o.scenarios = scenarios;
    o.scenario_count = 2;
    o.members = 40;
    o.command = "a test";
    o.take = note_part;
    o.progress = note_progress;
    o.context = &n;
    must(truce_simulate(c, &o, &r, &error), &error);
    truce_results_facts f = truce_results_facts_of(r);
    assert_int_equal(n.parts, 2);
    assert_true(n.done == 80 && n.all == 80);
    assert_true(f.members == 40 && f.scenarios == 2 && f.months == 6 && f.quantities > 0);
    assert_string_equal(f.command, "a test");
    assert_int_equal(truce_results_scenario(r, 1), truce_case_find_scenario(c, "halved"));
    truce_ensemble_options alone = {.members = 40, .seed = o.seed};
    truce_ensemble *e = NULL;
    must(truce_case_run(c, "actual", &alone, &e, &error), &error);
    assert_true(n.last == truce_ensemble_values(e, 0, truce_ensemble_save_count(e) - 1)[39]);
    truce_ensemble_destroy(e);
    for (size_t q = 0; q < f.quantities; q++) {
        assert_non_null(truce_results_quantity(r, q).title);
        truce_statistics now = truce_results_series(r, 0, q, 5), none = truce_results_difference(r, 0, q, 5);
        truce_statistics change = truce_results_difference(r, 1, q, 5),
                         other = truce_results_series(r, 1, q, 5);
        assert_true(now.quantiles[0] <= now.quantiles[2] && now.quantiles[2] <= now.quantiles[4]);
        assert_true(isnan(none.mean) && isnan(none.quantiles[2]));
        /* Means are additive, to the rounding of 32-bit values. */
        assert_true(fabs(other.mean - now.mean - change.mean) < 1e-4 * (1 + fabs(now.mean)));
        assert_true(truce_results_reading(r, 0, q, TRUCE_READING_END).members == 40);
        assert_true(isfinite(truce_results_reading_difference(r, 1, q, TRUCE_READING_END).mean));
    }
    assert_int_equal(truce_results_failure_count(r, 0), 0);
    truce_failure failure;
    assert_false(truce_results_failure(r, 0, 0, &failure));
    truce_results_destroy(r);
    n.cancel = true;
    assert_int_equal(truce_simulate(c, &o, &r, &error), TRUCE_RUN_FAILED);
    assert_null(r);
    o.scenarios = (const char *const[]){"actaul", "halved"};
    assert_int_equal(truce_simulate(c, &o, &r, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "did you mean \"actual\""));
    truce_case_destroy(c);
}

static void results_of_the_ukraine_case_come_in_words_and_files(void **state)
{
    (void)state;
    static const char *const scenarios[] = {"actual", "no-halt"};
    truce_case *c = load("cases/ukraine/case.yaml");
    truce_simulation_options o = truce_simulation_default_options();
    truce_results *r = NULL;
    truce_error error = {0};
    char directory[] = "/tmp/truce-interface-XXXXXX", file[80], *words = NULL;
    assert_non_null(mkdtemp(directory));
    o.scenarios = scenarios;
    o.scenario_count = 2;
    o.members = 50;
    must(truce_simulate_report(c, &o, directory, &r, &error), &error);
    truce_results_facts f = truce_results_facts_of(r);
    assert_true(f.front_change < f.quantities && f.data_months == 36 && f.milestones > 0);
    assert_int_equal(f.fitted_months, truce_build().netcdf ? 36 : 0); /* by the fit beside the case */
    for (int kind = TRUCE_FINDING_FRONT; kind <= TRUCE_FINDING_WEAKNESS; kind++) {
        must(truce_results_finding(r, (truce_finding)kind, 0, &words, &error), &error);
        if (kind == TRUCE_FINDING_FRONT)
            assert_non_null(strstr(words, "km\xC2\xB2 a month"));
        truce_text_free(words);
    }
    must(truce_results_table(r, false, &words, &error), &error);
    assert_non_null(strstr(words, "km"));
    assert_null(strchr(words, '\033'));
    truce_text_free(words);
    truce_milestone s = truce_results_milestone(r, 0, 0);
    size_t starts = 0;
    for (size_t m = 0; m < f.months; m++)
        starts += s.starts[m];
    assert_true(s.title && s.members == 50 && fabs(s.after - (double)starts / 50) < 1e-12);
    truce_coverage held = truce_results_coverage(r, 0, f.fitted_months > 0);
    assert_true(held.points > 0 && held.within_50 <= held.within_90 && held.within_90 <= held.points);
    assert_true(isfinite(truce_results_predicted(r, 0, 0).quantiles[2]));
    truce_results_destroy(r);
    o.priors = true;
    must(truce_simulate(c, &o, &r, &error), &error);
    assert_int_equal(truce_results_facts_of(r).fitted_months, 0);
    truce_results_destroy(r);
    static const char *const files[] = {"report.html", "summary.csv", "observed.csv", "members.nc"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(file, sizeof file, "%s/%s", directory, files[i]);
        assert_int_equal(unlink(file), 0);
    }
    assert_int_equal(rmdir(directory), 0);
    truce_case_destroy(c);
}

/* ---- The command line stands on it ------------------------------------------------------------------- */

static bool includes_internals(const char *path)
{
    char line[512];
    bool found = false;
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    while (fgets(line, sizeof line, stream))
        found |= strncmp(line, "#include \"", 10) == 0 && strncmp(line + 10, "truce/", 6) != 0 &&
                 strncmp(line + 10, "cli/", 4) != 0;
    fclose(stream);
    return found;
}

static void the_command_line_includes_public_headers_only(void **state)
{
    (void)state;
    char folder[512], path[1024];
    path_of(folder, sizeof folder, "src/cli");
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    size_t seen = 0;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        const char *end = strrchr(entry->d_name, '.');
        if (!end || (strcmp(end, ".c") != 0 && strcmp(end, ".h") != 0))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (includes_internals(path))
            fail_msg("%s includes a header that is not public", path);
        seen++;
    }
    closedir(entries);
    assert_true(seen > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_are_read_and_written),
        cmocka_unit_test(the_nearest_name_is_found),
        cmocka_unit_test(variables_and_elements_are_looked_up_by_name),
        cmocka_unit_test(a_case_tells_what_it_holds),
        cmocka_unit_test(parameters_have_priors_sources_and_dates),
        cmocka_unit_test(a_scenario_changes_what_it_or_its_base_changes),
        cmocka_unit_test(a_program_knows_its_inputs_by_name_and_its_files),
        cmocka_unit_test(a_fit_is_saved_loaded_and_known_for_what_it_is),
        cmocka_unit_test(results_are_those_of_the_ensembles),
        cmocka_unit_test(results_of_the_ukraine_case_come_in_words_and_files),
        cmocka_unit_test(the_command_line_includes_public_headers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
