/* The files of a report: the page, summary.csv and members.nc, and what is left when they cannot be written.
 */
#include "report_case.h"

#include <dirent.h>
#include <errno.h>
#include <expat.h>
#include <math.h>
#include <netcdf.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const char *const files[] = {"report.html", "summary.csv", "observed.csv", "members.nc"};

static size_t count_files(const char *directory)
{
    size_t count = 0;
    DIR *d = opendir(directory);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        count += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return count;
}

static void remove_files(const char *directory)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        unlink(path);
    }
    rmdir(directory);
}

static text read_output(const small *s, const char *name)
{
    char path[256];
    text t = {0};
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/out/%s", s->directory, name);
    must(text_read_file(&t, path, 1 << 28, &error), &error);
    return t;
}

/* ---- The page -------------------------------------------------------------- */

typedef struct page_facts {
    size_t figures, drawings, labels, scripts, depth;
    bool outside; /* a reference to anything outside the file other than a link */
    char ids[4096][32];
    size_t id_count, repeated_ids;
} page_facts;

static void XMLCALL start_tag(void *context, const XML_Char *name, const XML_Char **attributes)
{
    page_facts *f = context;
    f->figures += strcmp(name, "figure") == 0;
    f->scripts += strcmp(name, "script") == 0;
    bool drawing = strcmp(name, "svg") == 0;
    f->drawings += drawing;
    for (; *attributes; attributes += 2) {
        const char *key = attributes[0], *value = attributes[1];
        if (drawing && strcmp(key, "aria-label") == 0)
            f->labels += strlen(value) > 10;
        if (strcmp(key, "src") == 0 || (strcmp(key, "href") == 0 && strcmp(name, "a") != 0))
            f->outside = true;
        if (strcmp(key, "href") == 0 && strncmp(value, "javascript", 10) == 0)
            f->scripts++;
        if (strcmp(key, "id") == 0 && f->id_count < 4096) {
            for (size_t i = 0; i < f->id_count; i++)
                f->repeated_ids += strcmp(f->ids[i], value) == 0;
            snprintf(f->ids[f->id_count++], sizeof f->ids[0], "%s", value);
        }
    }
}

static void the_page_is_well_formed_and_self_contained(void **state)
{
    text page = read_output(*state, "report.html");
    static page_facts facts;
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, &facts);
    XML_SetStartElementHandler(parser, start_tag);
    if (XML_Parse(parser, page.bytes, (int)page.length, 1) != XML_STATUS_OK)
        fail_msg("line %lu: %s", XML_GetCurrentLineNumber(parser), XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
    assert_int_equal(facts.figures,
                     6); /* the answer, three charts, one comparison that moves, one observation */
    assert_int_equal(facts.drawings,
                     facts.figures + 1); /* the first is there twice: for wide screens and narrow ones */
    assert_int_equal(facts.labels, facts.drawings);
    assert_int_equal(facts.scripts, 0);
    assert_int_equal(facts.repeated_ids, 0);
    assert_false(facts.outside);
    assert_non_null(
        strstr(page.bytes, "<p class=\"case\">A &lt;small&gt; case &amp; its &quot;words&quot;</p>"));
    text_free(&page);
}

static void the_page_opens_with_the_question_and_a_verdict_on_each_scenario(void **state)
{
    text page = read_output(*state, "report.html");
    const char *question =
        strstr(page.bytes, "<h1>Would &quot;Twice the drift&quot; bring &quot;fast&quot; by Dec 2025");
    const char *first = strstr(page.bytes, "<li><b>As it went</b>: &quot;fast&quot; is "),
               *second = strstr(page.bytes, "<li><b>Twice the drift</b>: &quot;fast&quot; is "),
               *chart = strstr(page.bytes, "<figure class=\"answer\">"),
               *contents = strstr(page.bytes, "<nav>"), *rest = strstr(page.bytes, "<h2 id=\"part-1\">");
    assert_true(question && question < first && first < second && second < chart && chart < contents &&
                contents < rest);
    assert_non_null(strstr(second, " without it). Territory is higher by "));
    assert_non_null(strstr(page.bytes, "<li><a href=\"#part-1\">In short</a></li>"));
    text_free(&page);
}

/* The commands are of this case and its scenarios, quoted for a shell. */
static void the_page_names_the_commands_that_go_on_from_it(void **state)
{
    text page = read_output(*state, "report.html");
    const char *part = strstr(page.bytes, "Questions to ask next</h2>"), *end;
    assert_non_null(part);
    end = strstr(part, "</dl>");
    assert_non_null(end);
    static const char *const commands[] = {"<code>truce compare ", "<code>truce matter ",
                                           "<code>truce enough ", "<code>truce claims "};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *at = strstr(part, commands[i]);
        if (!at || at > end)
            fail_msg("no \"%s\"", commands[i]);
    }
    const char *value = strstr(part, " --value 'change &quot;");
    assert_true(value && value < end);
    text_free(&page);
}

static void a_chart_can_be_had_by_itself(void **state)
{
    const small *s = *state;
    char path[256], *names = NULL;
    text file = {0};
    truce_error error = {0};
    must(truce_results_charts(s->r, &names, &error), &error);
    assert_string_equal(names,
                        "answer\nterritory\nkilled\nrounds-all\ndifference-territory\nobserved-survey\n");
    truce_text_free(names);
    snprintf(path, sizeof path, "%s/chart.csv", s->directory);
    must(truce_results_chart(s->r, "territory", path, NULL, NULL, &error), &error);
    must(text_read_file(&file, path, 1 << 20, &error), &error);
    assert_non_null(strstr(file.bytes, "panel,line,month,median,p05,p25,p75,p95,observed\n"));
    assert_non_null(strstr(file.bytes, ",2024-01,"));
    text_free(&file);
    unlink(path);
    snprintf(path, sizeof path, "%s/chart.png", s->directory);
    must(truce_results_chart(s->r, "answer", path, NULL, NULL, &error), &error);
    must(text_read_file(&file, path, 1 << 24, &error), &error);
    assert_memory_equal(file.bytes, "\x89PNG", 4);
    text_free(&file);
    unlink(path);
    assert_int_equal(truce_results_chart(s->r, "teritory", path, NULL, NULL, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "did you mean \"territory\"?"));
    assert_int_equal(truce_results_chart(s->r, "answer", "chart.gif", NULL, NULL, &error), TRUCE_BAD_USAGE);
}

static void the_page_says_what_it_rests_on(void **state)
{
    text page = read_output(*state, "report.html");
    static const char *const expected[] = {
        "Killed, both sides together: 60 people from 2024, and 60 more from 2025",
        "the priors of the case, which have not been fitted",
        "8 of 9 observed months lie in the 90\xc2\xa0% band (89\xc2\xa0%), 7 in the",
        "None: every value of every member of every scenario is finite.",
        "10 to 30</td>",
        "judgement: nobody has measured it",
        "<a href=\"https://example.org/?a=1&amp;b=2\">A survey &lt;b&gt;</a>",
        "over the whole horizon, drift is 2 times what it would be",
        "truce run CASE --seed 5",
        "seed 5",
        "Known issues: Drawn late.",
        "below 5 for 3 months",
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!strstr(page.bytes, expected[i]))
            fail_msg("the page does not say: %s", expected[i]);
    assert_null(strstr(page.bytes, "javascript:"));
    text_free(&page);
}

/* ---- summary.csv ------------------------------------------------------------ */

static void the_summary_has_a_row_a_scenario_quantity_and_month(void **state)
{
    const small *s = *state;
    text csv = read_output(s, "summary.csv");
    size_t lines = 0;
    for (const char *c = csv.bytes; *c; c++)
        lines += *c == '\n';
    /* territory, speed, killed (two sides and their sum), ammunition (two), fragile; of the forecast the front's
     * milestone and the shortages of two sides */
    assert_int_equal(lines, 1 + 2 * (8 * MONTHS + 3 * (MONTHS - DATA_MONTHS)));
    static const char head[] = "scenario,variable,element,month,mean,p05,p25,p50,p75,p95,members,units\n";
    assert_int_equal(strncmp(csv.bytes, head, strlen(head)), 0);
    assert_non_null(
        strstr(csv.bytes, "\nactual,Killed,both sides,2024-03,5,5,5,5,5,5,1000,people a month\n"));
    const char *quoted = strstr(csv.bytes, "\nactual,\"Rounds, \"\"all\"\"\",Lowland,2024-04,");
    assert_non_null(quoted);
    double mean = strtod(strstr(quoted, "2024-04,") + strlen("2024-04,"), NULL);
    assert_true(fabs(mean - 6) < 1e-6); /* 10 - 4 at the end of April */
    text_free(&csv);
}

/* ---- members.nc ---------------------------------------------------------------- */

#define NETCDF(call) assert_int_equal((call), NC_NOERR)

static void members_are_kept_bit_for_bit(void **state)
{
    const small *s = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/out/members.nc", s->directory);
    int file, variable, dimensions[8], count;
    NETCDF(nc_open(path, NC_NOWRITE, &file));
    NETCDF(nc_inq_varid(file, "ammunition", &variable));
    NETCDF(nc_inq_varndims(file, variable, &count));
    assert_int_equal(count, 4); /* scenario, member, Side, time */
    NETCDF(nc_inq_vardimid(file, variable, dimensions));
    static const char *const names[] = {"scenario", "member", "Side", "time"};
    static const size_t sizes[] = {2, MEMBERS, 2, MONTHS + 1};
    for (int i = 0; i < 4; i++) {
        char name[NC_MAX_NAME + 1];
        size_t size;
        NETCDF(nc_inq_dim(file, dimensions[i], name, &size));
        assert_string_equal(name, names[i]);
        assert_int_equal(size, sizes[i]);
    }
    float *values = malloc(2 * MEMBERS * 2 * (MONTHS + 1) * sizeof *values);
    assert_non_null(values);
    NETCDF(nc_get_var_float(file, variable, values));
    for (size_t k = 0; k < 2; k++)
        for (size_t o = 0; o < truce_program_output_count(s->plans[k].program); o++) {
            const char *name = truce_program_output_name(s->plans[k].program, o);
            if (strncmp(name, "ammunition", 10) != 0)
                continue;
            size_t side = strstr(name, "attacker") != NULL;
            for (size_t t = 0; t <= MONTHS; t++) {
                const float *expected = truce_ensemble_values(s->ensembles[k], o, t);
                for (size_t m = 0; m < MEMBERS; m++)
                    assert_memory_equal(&values[((k * MEMBERS + m) * 2 + side) * (MONTHS + 1) + t],
                                        &expected[m], sizeof(float));
            }
        }
    free(values);
    NETCDF(nc_close(file));
}

static void the_members_file_describes_itself(void **state)
{
    const small *s = *state;
    char path[256], attribute[256] = "";
    snprintf(path, sizeof path, "%s/out/members.nc", s->directory);
    int file, variable;
    NETCDF(nc_open(path, NC_NOWRITE, &file));
    NETCDF(nc_get_att_text(file, NC_GLOBAL, "Conventions", attribute));
    assert_string_equal(attribute, "CF-1.8");
    unsigned long long seed = 0;
    NETCDF(nc_get_att_ulonglong(file, NC_GLOBAL, "seed", &seed));
    assert_int_equal(seed, SEED);
    NETCDF(nc_inq_varid(file, "time", &variable));
    double days[MONTHS + 1];
    NETCDF(nc_get_var_double(file, variable, days));
    assert_true(days[0] == 0 && days[1] == 31 && days[2] == 60 && days[12] == 366); /* 2024 is a leap year */
    memset(attribute, 0, sizeof attribute);
    NETCDF(nc_get_att_text(file, variable, "units", attribute));
    assert_string_equal(attribute, "days since 2024-01-01");
    NETCDF(nc_inq_varid(file, "scenario", &variable));
    char *names[2];
    NETCDF(nc_get_var_string(file, variable, names));
    assert_string_equal(names[0], "actual");
    assert_string_equal(names[1], "double");
    nc_free_string(2, names);
    NETCDF(nc_inq_varid(file, "territory_held", &variable));
    memset(attribute, 0, sizeof attribute);
    NETCDF(nc_get_att_text(file, variable, "units", attribute));
    assert_string_equal(attribute, "km2");
    NETCDF(nc_close(file));
}

static void drawn_parameters_are_in_the_members_file(void **state)
{
    const small *s = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/out/members.nc", s->directory);
    int file, variable;
    NETCDF(nc_open(path, NC_NOWRITE, &file));
    NETCDF(nc_inq_varid(file, "parameter_value", &variable));
    for (size_t m = 0; m < MEMBERS; m += 111) {
        double plain, twice;
        NETCDF(nc_get_var1_double(file, variable, (size_t[]){0, m, 0}, &plain));
        NETCDF(nc_get_var1_double(file, variable, (size_t[]){1, m, 0}, &twice));
        assert_true(plain == truce_distribution_draw(&s->c->parameters[0].prior, SEED, m, "drift"));
        assert_true(twice == 2 * plain); /* the scenario scales the draw */
    }
    NETCDF(nc_close(file));
}

static void xarray_opens_the_members_file(void **state)
{
    const small *s = *state;
    if (system("/usr/bin/python3 -c 'import xarray, netCDF4' 2>/dev/null") != 0) {
        skip();
        return;
    }
    char command[1024];
    snprintf(command, sizeof command,
             "/usr/bin/python3 -c \"import xarray; d = xarray.open_dataset('%s/out/members.nc'); "
             "k = d.killed.sel(scenario='double', Side='attacker', time='2024-07-01'); "
             "assert k.dims == ('member',) and float(k.max()) == 18 == float(k.min()), k; "
             "assert str(d.time.values[-1])[:10] == '2026-01-01'; "
             "assert d.parameter_value.sel(parameter='drift').shape == (2, %d); "
             "assert d.killed.attrs['units'] == 'people'\"",
             s->directory, MEMBERS);
    assert_int_equal(system(command), 0);
}

/* ---- When they cannot be written --------------------------------------------------- */

/* In a process of its own: makes the report with files limited to `limit` bytes, as on a disk that fills up.
 * Returns what the process found: 0 when it failed with one sentence and left nothing. */
static int child_with_full_disk(small *s, const char *output, rlim_t limit)
{
    truce_error error = {0};
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit r = {limit, limit};
    if (setrlimit(RLIMIT_FSIZE, &r) != 0)
        return 10;
    truce_status status = small_report(s, output, &error);
    if (status == TRUCE_OK)
        status = report_finish(s->shown, &error);
    report_destroy(s->shown);
    s->shown = NULL;
    if (status != TRUCE_RUN_FAILED || !error.message[0] || strchr(error.message, '\n'))
        return 11;
    return access(output, F_OK) == 0 ? 12 : 0;
}

static void a_disk_that_fills_up_is_one_sentence_and_leaves_nothing(void **state)
{
    (void)state;
    small s;
    char output[128];
    small_make(&s, false, 300);
    snprintf(output, sizeof output, "%s/full", s.directory);
    /* Too little for members.nc; enough for it but not for the page; too little for the charts. */
    static const rlim_t limits[] = {0, 2000, 20000, 60000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        fflush(NULL);
        pid_t child = fork();
        if (child == 0)
            _exit(child_with_full_disk(&s, output, limits[i]));
        int result = 0;
        assert_int_equal(waitpid(child, &result, 0), child);
        if (!WIFEXITED(result) || WEXITSTATUS(result) != 0)
            fail_msg("limit %lu: status %d", (unsigned long)limits[i], result);
    }
    small_free(&s);
}

static void a_report_that_fails_keeps_the_old_files(void **state)
{
    (void)state;
    small s;
    truce_error error = {0};
    char output[128];
    small_make(&s, false, 100);
    snprintf(output, sizeof output, "%s/kept", s.directory);
    assert_int_equal(mkdir(output, 0777), 0);
    write_text(output, "summary.csv", "old");
    char *old_path = strdup(getenv("PATH"));
    must(small_report(&s, output, &error), &error);
    setenv("PATH", "/nonexistent", 1); /* no gnuplot */
    assert_int_equal(report_finish(s.shown, &error), TRUCE_RUN_FAILED);
    setenv("PATH", old_path, 1);
    free(old_path);
    assert_non_null(strstr(error.message, "gnuplot"));
    assert_int_equal(count_files(output), 1);
    report_destroy(s.shown);
    must(small_report(&s, output, &error), &error);
    must(report_finish(s.shown, &error), &error);
    assert_int_equal(count_files(output), sizeof files / sizeof *files); /* and a later one replaces them */
    remove_files(output);
    small_free(&s);
}

static void an_unfinished_report_leaves_nothing(void **state)
{
    (void)state;
    small s;
    truce_error error = {0};
    char output[128];
    small_make(&s, false, 50);
    snprintf(output, sizeof output, "%s/unfinished", s.directory);
    must(small_report(&s, output, &error), &error);
    report_destroy(s.shown);
    s.shown = NULL;
    assert_int_equal(access(output, F_OK), -1);
    snprintf(output, sizeof output, "%s/case.yaml", s.directory); /* a file, not a directory */
    assert_int_equal(small_report(&s, output, &error), TRUCE_RUN_FAILED);
    assert_non_null(strstr(error.message, "Not a directory"));
    snprintf(output, sizeof output, "%s/no/such", s.directory);
    assert_int_equal(small_report(&s, output, &error), TRUCE_RUN_FAILED);
    s.shown = NULL;
    small_free(&s);
}

static void the_page_is_the_same_for_any_number_of_threads(void **state)
{
    const small *s = *state;
    results_scenario scenarios[2] = {{0, &s->plans[0], s->ensembles[0]}, {1, &s->plans[1], s->ensembles[1]}};
    truce_error error = {0};
    char output[128], command[512];
    snprintf(output, sizeof output, "%s/one", s->directory);
    report *r;
    must(report_create(s->c, SEED, MEMBERS, output, "truce run CASE --seed 5", &r, &error), &error);
    results_use_threads(report_results(r), 1);
    must(results_add(report_results(r), &scenarios[0], NULL, &error), &error);
    must(results_add(report_results(r), &scenarios[1], &scenarios[0], &error), &error);
    must(report_finish(r, &error), &error);
    report_destroy(r);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(command, sizeof command, "cmp %s/%s %s/out/%s", output, files[i], s->directory, files[i]);
        assert_int_equal(system(command), 0);
    }
    remove_files(output);
}

static int make_files(void **state)
{
    static small s;
    truce_error error = {0};
    char output[128];
    small_make(&s, false, MEMBERS);
    snprintf(output, sizeof output, "%s/out", s.directory);
    must(small_report(&s, output, &error), &error);
    must(report_finish(s.shown, &error), &error);
    assert_int_equal(count_files(output), sizeof files / sizeof *files);
    *state = &s;
    return 0;
}

static int remove_all(void **state)
{
    small *s = *state;
    char output[128];
    snprintf(output, sizeof output, "%s/out", s->directory);
    remove_files(output);
    small_free(s);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_well_formed_and_self_contained),
        cmocka_unit_test(the_page_opens_with_the_question_and_a_verdict_on_each_scenario),
        cmocka_unit_test(the_page_names_the_commands_that_go_on_from_it),
        cmocka_unit_test(a_chart_can_be_had_by_itself),
        cmocka_unit_test(the_page_says_what_it_rests_on),
        cmocka_unit_test(the_summary_has_a_row_a_scenario_quantity_and_month),
        cmocka_unit_test(members_are_kept_bit_for_bit),
        cmocka_unit_test(the_members_file_describes_itself),
        cmocka_unit_test(drawn_parameters_are_in_the_members_file),
        cmocka_unit_test(xarray_opens_the_members_file),
        cmocka_unit_test(a_disk_that_fills_up_is_one_sentence_and_leaves_nothing),
        cmocka_unit_test(a_report_that_fails_keeps_the_old_files),
        cmocka_unit_test(an_unfinished_report_leaves_nothing),
        cmocka_unit_test(the_page_is_the_same_for_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, make_files, remove_all);
}
