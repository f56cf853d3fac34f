/* Talks as a program sees them: nothing but truce.h is included. What the numbers are is tested in
 * test_talks_case.c; here, that all of them come out, in their places and as in the files. */
#include "truce/truce.h"

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

static void must(truce_status status, const truce_error *error)
{
    if (status != TRUCE_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->message);
}

static truce_case *load(const char *file)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    truce_case *c = NULL;
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", file);
    must(truce_case_load(path, &c, &error), &error);
    return c;
}

typedef struct notes {
    size_t last, all, calls;
    size_t cancel_after; /* calls; 0: never */
} notes;

static bool note(void *context, const truce_progress *p)
{
    notes *n = context;
    n->last = p->all_done;
    n->all = p->all_members;
    return ++n->calls != n->cancel_after;
}

/* Two scenarios of the small case, 200 members. */
static truce_talks *two(const truce_case *c, notes *n)
{
    static const char *const scenarios[] = {"actual", "push", "push"};
    truce_talks_options o = truce_talks_default_options();
    truce_talks *talks = NULL;
    truce_error error = {0};
    o.scenarios = scenarios;
    o.scenario_count = 3;
    o.members = 200;
    o.progress = note;
    o.context = n;
    must(truce_talks_run(c, &o, &talks, &error), &error);
    return talks;
}

static bool in_order(const truce_band *b)
{
    for (size_t i = 1; i < TRUCE_QUANTILES; i++)
        if (!(b->quantiles[i - 1] <= b->quantiles[i]))
            return false;
    return true;
}

static void is_probability(double p)
{
    assert_true(p >= 0 && p <= 1);
}

static void facts_say_what_was_run(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    notes n = {0};
    truce_talks *t = two(c, &n);
    truce_talks_facts f = truce_talks_facts_of(t);
    assert_true(truce_case_facts_of(c).talks);
    assert_true(f.scenarios == 2 && f.members == 200 && f.deals == 3 && f.now < f.months);
    assert_true(n.calls > 0 && n.last == n.all);
    assert_false(f.record);
    assert_true(f.effective == 200);
    assert_int_equal(truce_talks_scenario(t, 1), truce_case_find_scenario(c, "push"));
    assert_true(strlen(truce_talks_deal_name(t, 2)) > 0 && strlen(truce_talks_deal_title(t, 2)) > 0);
    assert_string_not_equal(truce_talks_side_name(t, TRUCE_DEFENDER),
                            truce_talks_side_name(t, TRUCE_ATTACKER));
    truce_talks_destroy(t);
    truce_case_destroy(c);
}

static void months_and_offers_hold_together(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    truce_talks *t = two(c, &(notes){0});
    truce_talks_facts f = truce_talks_facts_of(t);
    double before = 0;
    for (size_t j = 0; j < f.months; j++) {
        truce_talks_month m = truce_talks_month_of(t, 0, j, false);
        for (int i = 0; i < TRUCE_SIDES; i++)
            assert_true(in_order(&m.position[i]) && in_order(&m.war[i]) && in_order(&m.going[i]));
        /* Both shares of one line. */
        assert_true(fabs(m.position[0].quantiles[2] + m.position[1].quantiles[2] - 1) < 1e-12);
        assert_true(fabs(m.position[0].quantiles[0] + m.position[1].quantiles[4] - 1) < 1e-12);
        is_probability(m.zone);
        is_probability(m.at_war);
        assert_true(m.struck >= before && m.struck <= 1 + 1e-9);
        before = m.struck;
        truce_talks_month prior = truce_talks_month_of(t, 0, j, true); /* there is no record */
        assert_memory_equal(&prior, &m, sizeof m);
        for (size_t d = 0; d < f.deals; d++) {
            truce_talks_offer o = truce_talks_offer_of(t, 0, j, d);
            assert_true(o.accepted_by_both <= fmin(o.accepted[0], o.accepted[1]));
            for (int y = 0; y < TRUCE_PEACE_YEARS; y++)
                assert_true(o.decided[y] <= o.resumed[y] + 1e-9 &&
                            (y == 0 || o.resumed[y] >= o.resumed[y - 1]));
        }
    }
    assert_int_equal(truce_talks_peace_years(0), 1);
    assert_int_equal(truce_talks_peace_years(5), 10);
    truce_talks_destroy(t);
    truce_case_destroy(c);
}

static void obstacles_share_out_what_stands_between(void **state)
{
    (void)state;
    truce_case *c = load("cases/ukraine/case.yaml");
    truce_talks_options o = truce_talks_default_options();
    truce_talks *t = NULL;
    truce_error error = {0};
    o.members = 300;
    must(truce_talks_run(c, &o, &t, &error), &error);
    truce_talks_facts f = truce_talks_facts_of(t);
    double sum = 0, last = 0;
    for (int i = 0; i < TRUCE_OBSTACLES; i++)
        sum += truce_talks_obstacle(t, 0, (truce_obstacle)i).mean;
    assert_true(fabs(sum - 1) < 1e-6); /* Shapley values add up */
    is_probability(truce_talks_no_deal(t, 0));
    assert_true(f.record && f.effective > 1 && f.effective <= 300 && f.dates > 1);
    for (size_t i = 0; i < f.dates; i++) {
        truce_talks_date d = truce_talks_date_of(t, 0, i);
        assert_true(d.months > 0 && d.low <= d.high && d.mean >= last);
        is_probability(d.base);
        last = d.mean;
    }
    for (size_t d = 0; d < f.deals; d++) {
        truce_band six = truce_talks_waiting(t, 0, d, TRUCE_DEFENDER, 6);
        truce_band twelve = truce_talks_waiting(t, 0, d, TRUCE_DEFENDER, 12);
        assert_true(in_order(&six) && in_order(&twelve));
        assert_true(isnan(truce_talks_waiting(t, 0, d, TRUCE_DEFENDER, 7).quantiles[2]));
        truce_talks_missing missing = truce_talks_missing_of(t, 0, d, TRUCE_ATTACKER);
        assert_true(isnan(missing.line) || missing.line >= 0);
        assert_true(isnan(missing.relief) || missing.relief >= 0);
        assert_non_null(missing.guarantee);
        assert_non_null(missing.form);
    }
    assert_true(f.terms > 0);
    truce_talks_term term = truce_talks_term_of(t, 0, 0);
    assert_true(term.kind[0] && strcmp(term.from, term.to) != 0 && isfinite(term.gap[0].mean));
    size_t named = 0;
    for (int what = 0; what < TRUCE_MOVED; what++) {
        double before = 1;
        for (size_t i = what == TRUCE_MOVED_POSITIONS; i < 3; i++) {
            truce_talks_mover m = truce_talks_mover_of(t, 0, (truce_moved)what, i);
            if (!m.name[0])
                break;
            assert_true(m.share > 0 && m.share <= before);
            before = m.share;
            named++;
        }
    }
    assert_true(named > 3);
    assert_string_equal(truce_talks_mover_of(t, 0, TRUCE_MOVED_POSITIONS, 0).name, "line");
    is_probability(truce_talks_mover_of(t, 0, TRUCE_MOVED_POSITIONS, 0).share);
    truce_talks_worth w = truce_talks_worth_of(t, 0, TRUCE_ATTACKER);
    assert_true(isfinite(w.war.mean) && w.talks.error >= 0 && isfinite(w.gain.mean));
    truce_talks_destroy(t);
    truce_case_destroy(c);
}

static void changes_are_of_the_others_against_the_first(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    truce_talks *t = two(c, &(notes){0});
    size_t compared = 0;
    assert_true(isnan(truce_talks_change_of(t, 0, 0).mean.mean));
    for (size_t j = 0; j < truce_talks_facts_of(t).months; j++) {
        truce_talks_change change = truce_talks_change_of(t, 1, j);
        truce_talks_month first = truce_talks_month_of(t, 0, j, false),
                          other = truce_talks_month_of(t, 1, j, false);
        assert_true(in_order(&change.position) && change.stronger + change.weaker <= 1 + 1e-9);
        if (first.at_war == 1 && other.at_war == 1) {
            assert_true(fabs(change.zone.mean - (other.zone - first.zone)) < 1e-9);
            compared++;
        }
    }
    assert_true(compared > 0);
    truce_talks_destroy(t);
    truce_case_destroy(c);
}

/* The case calls the push a lever of four square kilometres a month. */
static void verdicts_and_levers_follow_from_the_changes(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    truce_talks *t = two(c, &(notes){0});
    size_t greatest = 0, months = truce_talks_facts_of(t).months;
    for (size_t j = 1; j < months; j++)
        if (fabs(truce_talks_change_of(t, 1, j).mean.mean) >
            fabs(truce_talks_change_of(t, 1, greatest).mean.mean))
            greatest = j;
    truce_talks_change most = truce_talks_change_of(t, 1, greatest);
    truce_talks_verdict v = truce_talks_verdict_of(t, 1);
    int direction = 0;
    double beyond = 0;
    for (size_t j = 0; j < months; j++) {
        truce_mean m = truce_talks_change_of(t, 1, j).mean;
        if (fabs(m.mean) > 5 * m.error && fabs(m.mean) > beyond) {
            beyond = fabs(m.mean);
            direction = m.mean > 0 ? 1 : -1;
        }
    }
    assert_int_equal(v.direction, direction);
    assert_true(v.first <= v.last && v.last < months);
    for (size_t j = v.first; v.agreed && j <= v.last; j++) {
        truce_talks_change change = truce_talks_change_of(t, 1, j);
        assert_true((direction > 0 ? change.stronger : change.weaker) >= 0.9);
    }
    truce_talks_lever lever = truce_talks_lever_of(t, 1);
    assert_string_equal(lever.units, "km2 a month");
    assert_true(lever.size == 4 && lever.month == greatest && lever.half <= greatest);
    assert_true(lever.position.mean == most.mean.mean / 4 && lever.gap[1] == most.gap[1].mean / 4);
    assert_true(fabs(truce_talks_change_of(t, 1, lever.half).mean.mean) >= 0.5 * fabs(most.mean.mean));
    truce_talks_destroy(t);
    truce_case_destroy(c);
}

/* The number of talks.csv that begins with `key`, of its median. */
static double written(const char *file, const char *key)
{
    char line[512];
    double median = NAN;
    FILE *stream = fopen(file, "r");
    assert_non_null(stream);
    while (fgets(line, sizeof line, stream))
        if (strncmp(line, key, strlen(key)) == 0)
            sscanf(line + strlen(key), "%*[^,],%*[^,],%lf", &median);
    fclose(stream);
    return median;
}

static bool yes(void *context)
{
    ++*(int *)context;
    return true;
}

static void talks_come_as_a_table_and_files(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    truce_talks *t = two(c, &(notes){0});
    char directory[] = "/tmp/truce-talks-XXXXXX", file[64], *table = NULL;
    static const char *const files[] = {"talks.csv", "talks.nc", "talks.html"};
    truce_error error = {0};
    int asked = 0;
    must(truce_talks_table(t, false, &table, &error), &error);
    assert_non_null(strstr(table, "ZONE, change in points"));
    assert_null(strchr(table, '\033'));
    truce_text_free(table);
    assert_non_null(mkdtemp(directory));
    must(truce_talks_write(t, directory, yes, &asked, &error), &error);
    assert_true(asked > 0);
    snprintf(file, sizeof file, "%s/talks.csv", directory);
    char key[64], month[16];
    truce_month_iso(truce_talks_facts_of(t).first, month);
    snprintf(key, sizeof key, "push,%s,position,,attacker,", month);
    double median = truce_talks_month_of(t, 1, 0, false).position[TRUCE_ATTACKER].quantiles[2];
    assert_true(written(file, key) == median);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%s", directory, files[i]);
        assert_int_equal(unlink(file), 0);
    }
    rmdir(directory);
    truce_talks_destroy(t);
    truce_case_destroy(c);
}

/* The futures with and without the branch are those that two scenarios compare: their difference is the same, member by
 * member. What not knowing is worth is the mean of both by the probability. */
static void a_branch_is_weighed_against_both_certain_futures(void **state)
{
    (void)state;
    enum { SIDES_TOO = 2 };
    const double p = 0.3;
    truce_case *c = load("tests/data/talks/case.yaml");
    notes n = {0}, none = {0};
    truce_talks *talks = NULL, *compared = two(c, &none);
    truce_error error = {0};
    truce_talks_options o = truce_talks_default_options();
    o.branch = "push";
    o.branch_probability = p;
    o.members = 200;
    o.progress = note;
    o.context = &n;
    must(truce_talks_run(c, &o, &talks, &error), &error);
    assert_int_equal(n.last, n.all);
    truce_talks_branch b = truce_talks_branch_of(talks);
    size_t now = truce_talks_facts_of(talks).now;
    truce_talks_change change = truce_talks_change_of(compared, 1, now);
    assert_true(b.probability == p);
    assert_true(fabs(b.position[TRUCE_WITHOUT_BRANCH].mean - b.position[TRUCE_WITH_BRANCH].mean -
                     change.mean.mean) < 1e-6);
    assert_true(fabs(b.position[TRUCE_NOT_KNOWING].mean - (1 - p) * b.position[TRUCE_WITHOUT_BRANCH].mean -
                     p * b.position[TRUCE_WITH_BRANCH].mean) < 1e-12);
    for (int side = 0; side < SIDES_TOO; side++) {
        assert_true(fabs(b.gap[TRUCE_WITHOUT_BRANCH][side].mean - b.gap[TRUCE_WITH_BRANCH][side].mean -
                         change.gap[side].mean) < 1e-6);
        assert_true(b.gap[TRUCE_NOT_KNOWING][side].error > 0);
    }
    char *table;
    must(truce_talks_table(talks, false, &table, &error), &error);
    assert_non_null(strstr(table, "worth of not knowing"));
    truce_text_free(table);
    truce_talks_branch without = truce_talks_branch_of(compared);
    assert_true(isnan(without.probability) && isnan(without.position[TRUCE_NOT_KNOWING].mean) &&
                isnan(without.gap[TRUCE_WITH_BRANCH][TRUCE_ATTACKER].error));
    truce_talks_destroy(compared);
    truce_talks_destroy(talks);
    truce_case_destroy(c);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml"), *without = load("tests/data/small/case.yaml");
    truce_error error = {0};
    truce_talks *t = NULL;
    static const char *const wrong[] = {"guardet", NULL};
    struct {
        truce_talks_options o;
        const char *message;
    } faults[7];
    for (size_t i = 0; i < 7; i++) {
        faults[i].o = truce_talks_default_options();
        faults[i].o.members = 200;
    }
    faults[0].o.deals = wrong, faults[0].o.deal_count = 1, faults[0].message = "did you mean \"guarded\"";
    faults[1].o.scenarios = wrong + 1, faults[1].o.scenario_count = 1, faults[1].message = "is NULL";
    faults[2].o.scenario_count = 1, faults[2].message = "are NULL";
    faults[3].o.branch = "push", faults[3].o.branch_probability = NAN, faults[3].message = "0 to 1";
    faults[4].o.degree = 9, faults[4].message = "1 to 4";
    faults[5].o.members = 0, faults[5].message = "members are needed";
    faults[6].o.engine = (truce_engine)9, faults[6].message = "engine";
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(truce_talks_run(c, &faults[i].o, &t, &error), TRUCE_BAD_USAGE);
        assert_non_null(strstr(error.message, faults[i].message));
        assert_null(t);
    }
    assert_int_equal(truce_talks_run(without, NULL, &t, &error), TRUCE_BAD_INPUT);
    assert_int_equal(truce_talks_run(NULL, NULL, &t, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_talks_run(c, NULL, NULL, NULL), TRUCE_BAD_USAGE);
    notes n = {.cancel_after = 1};
    truce_talks_options o = truce_talks_default_options();
    o.members = 200;
    o.progress = note;
    o.context = &n;
    assert_int_equal(truce_talks_run(c, &o, &t, &error), TRUCE_RUN_FAILED);
    truce_case_destroy(without);
    truce_case_destroy(c);
}

static void nothing_is_told_where_there_is_nothing(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    truce_talks *talks = two(c, &(notes){0});
    truce_error error = {0};
    char *table = NULL;
    for (int k = 0; k < 2; k++) {
        const truce_talks *t = k ? talks : NULL;
        const size_t out = 1000;
        assert_true(truce_talks_scenario(t, out) == SIZE_MAX);
        assert_string_equal(truce_talks_side_name(t, (truce_side)7), "");
        assert_string_equal(truce_talks_deal_name(t, out), "");
        assert_string_equal(truce_talks_deal_title(t, out), "");
        assert_true(isnan(truce_talks_month_of(t, 0, out, false).zone));
        assert_true(isnan(truce_talks_month_of(t, out, 0, true).position[1].quantiles[4]));
        assert_true(isnan(truce_talks_offer_of(t, 0, 0, out).peace[5].quantiles[4]));
        assert_int_equal(truce_talks_date_of(t, 0, out).months, 0);
        assert_true(isnan(truce_talks_obstacle(t, 0, (truce_obstacle)-1).mean));
        assert_true(isnan(truce_talks_obstacle(t, 0, TRUCE_OBSTACLES).mean));
        assert_true(isnan(truce_talks_no_deal(t, out)));
        assert_true(isnan(truce_talks_waiting(t, 0, out, TRUCE_DEFENDER, 6).quantiles[0]));
        assert_true(isnan(truce_talks_missing_of(t, 0, 0, TRUCE_SIDES).line));
        assert_string_equal(truce_talks_missing_of(t, out, 0, TRUCE_DEFENDER).form, "");
        assert_string_equal(truce_talks_mover_of(t, 0, TRUCE_MOVED, 0).name, "");
        assert_true(isnan(truce_talks_mover_of(t, 0, TRUCE_MOVED_POSITIONS, out).share));
        assert_int_equal(truce_talks_verdict_of(t, 0).direction, 0);
        assert_string_equal(truce_talks_lever_of(t, out).units, "");
        assert_true(isnan(truce_talks_lever_of(t, 0).position.error));
        assert_string_equal(truce_talks_term_of(t, 0, out).kind, "");
        assert_true(isnan(truce_talks_worth_of(t, 0, (truce_side)-1).gain.error));
        assert_true(isnan(truce_talks_change_of(t, 1, out).accepts[1]));
    }
    assert_int_equal(truce_talks_facts_of(NULL).months, 0);
    assert_int_equal(truce_talks_peace_years(6), 0);
    assert_int_equal(truce_talks_table(NULL, false, &table, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_talks_table(talks, false, NULL, &error), TRUCE_BAD_USAGE);
    assert_int_equal(truce_talks_write(talks, NULL, NULL, NULL, &error), TRUCE_BAD_USAGE);
    truce_talks_destroy(NULL);
    truce_talks_destroy(talks);
    truce_case_destroy(c);
}

static truce_talks_branch branch_at(const truce_case *c, truce_month from)
{
    truce_talks_options o = truce_talks_default_options();
    truce_talks *talks = NULL;
    truce_error error = {0};
    o.branch = "push";
    o.branch_probability = 0.5;
    o.branch_from = from;
    o.members = 200;
    must(truce_talks_run(c, &o, &talks, &error), &error);
    truce_talks_branch b = truce_talks_branch_of(talks);
    truce_talks_destroy(talks);
    return b;
}

/* Moved to its own date a branch is the one that it was; at a later one it is another; without a dated change, or beyond the
 * horizon, it is refused. */
static void a_branch_comes_at_the_date_that_is_given(void **state)
{
    (void)state;
    truce_case *c = load("tests/data/talks/case.yaml");
    const truce_month june = 24288 + 5;
    truce_talks_branch as_is = branch_at(c, TRUCE_MONTH_NONE), same = branch_at(c, june),
                       later = branch_at(c, june + 2);
    assert_memory_equal(&as_is.position, &same.position, sizeof as_is.position);
    assert_memory_equal(&as_is.gap, &same.gap, sizeof as_is.gap);
    assert_true(fabs(later.position[TRUCE_WITH_BRANCH].mean) < fabs(as_is.position[TRUCE_WITH_BRANCH].mean));
    truce_talks_options o = truce_talks_default_options();
    truce_talks *talks;
    truce_error error = {0};
    o.branch = "push";
    o.branch_probability = 0.5;
    o.branch_from = june + 24;
    assert_int_equal(truce_talks_run(c, &o, &talks, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "within the horizon"));
    o.branch = "actual";
    o.branch_from = june;
    assert_int_equal(truce_talks_run(c, &o, &talks, &error), TRUCE_BAD_USAGE);
    assert_non_null(strstr(error.message, "no dated change of its own"));
    truce_case_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_comes_at_the_date_that_is_given),
        cmocka_unit_test(facts_say_what_was_run),
        cmocka_unit_test(months_and_offers_hold_together),
        cmocka_unit_test(obstacles_share_out_what_stands_between),
        cmocka_unit_test(changes_are_of_the_others_against_the_first),
        cmocka_unit_test(verdicts_and_levers_follow_from_the_changes),
        cmocka_unit_test(talks_come_as_a_table_and_files),
        cmocka_unit_test(a_branch_is_weighed_against_both_certain_futures),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(nothing_is_told_where_there_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
