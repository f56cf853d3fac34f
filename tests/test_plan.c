/* A plan: the cheapest setting lies where the draws put it, what does nothing stays at rest, a goal out of reach is told
 * with its reason, and a search goes on from its archive. */
#include "answers_case.h"
#include "base/base.h"

enum { MEMBERS = 300, SEED = 11 };

static answers_case a;
static truce_case *with_levers;

/* from: when the push begins, a month or the lever of one. `more`: what else the case says. */
static truce_case *load_levers(const char *path, const char *from, const char *more)
{
    truce_case *c;
    truce_error error = {0};
    char part[1024];
    snprintf(
        part, sizeof part,
        "%slevers:\n"
        "  begins: {title: It begins in, group: g, range: [2024-01, 2024-10], default: 2024-07}\n"
        "  push: {title: A push, group: g, variable: gain, change: value, range: [0, 4], step: 0.1, "
        "from: %s, units: times}\n"
        "  lift: {title: A lift, group: g, variable: gain, change: add, range: [0, 4], step: 0.1, units: "
        "times}\n",
        more, from);
    if (truce_case_load_with(path, part, &c, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return c;
}

static int make_case(void **state)
{
    (void)state;
    char path[512];
    answers_case_make(&a);
    snprintf(path, sizeof path, "%s/case.yaml", a.directory);
    with_levers = load_levers(path, "begins", "");
    return 0;
}

static int remove_case(void **state)
{
    (void)state;
    truce_case_destroy(with_levers);
    answers_case_remove(&a);
    return 0;
}

static truce_plan_options options(const char *wanted, const truce_plan_lever *levers, size_t count)
{
    truce_plan_options o = truce_plan_default_options();
    o.goal = wanted;
    o.levers = levers;
    o.lever_count = count;
    o.how = "set";
    o.members = MEMBERS;
    o.seed = SEED;
    o.threads = 2;
    o.evaluations = 60;
    return o;
}

static truce_plan *find(const truce_case *c, const truce_plan_options *o)
{
    truce_plan *found;
    truce_error error = {0};
    if (truce_plan_find(c, o, &found, &error) != TRUCE_OK)
        fail_msg("%s", error.message);
    return found;
}

/* The share of members first .. first + MEMBERS - 1 in which months * d is above a limit. */
static double share_above(uint64_t first, double months, double limit)
{
    truce_parameter p = truce_case_parameter(a.c, 0);
    size_t above = 0;
    for (size_t m = 0; m < MEMBERS; m++)
        above += months * truce_distribution_draw(&p.prior, SEED, first + m, p.name) > limit;
    return (double)above / MEMBERS;
}

static const char goal[] = "change \"ground\" 2024-01..2024-12 > 200";

/* Ground changes by 12 d g; `shift` has no part in it. Steps are a 200th of the range, 0.02. */
static void the_cheapest_setting_is_found(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}, {"shift", 0, 1, NAN}};
    truce_plan_options o = options(goal, levers, 2);
    truce_plan *found = find(a.c, &o);
    truce_plan_facts f = truce_plan_facts_of(found);
    truce_plan_setting gain = truce_plan_setting_of(found, 0), shift = truce_plan_setting_of(found, 1);
    int steps = 1;
    while (share_above(0, 12 * 0.02 * steps, 200) < 0.9)
        steps++;
    double wanted = 0.02 * steps;
    assert_true(f.found && fabs(gain.value - wanted) < 1e-9 && shift.value == 0);
    assert_true(fabs(f.cost - wanted / 4) < 1e-9);
    assert_true(fabs(f.probability - share_above(0, 12 * wanted, 200)) < 1e-12);
    assert_true(fabs(f.fresh_probability - share_above(MEMBERS, 12 * wanted, 200)) < 1e-12);
    assert_true(gain.binding && gain.without == 0 && !gain.at_end && !shift.binding &&
                f.rest_probability == 0);
    truce_plan_destroy(found);
}

/* From the cheapest on each is likelier, and its probability is that of its setting. */
static void the_frontier_rises(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, 10}};
    truce_plan_options o = options(goal, levers, 1);
    truce_plan *found = find(a.c, &o);
    truce_plan_facts f = truce_plan_facts_of(found);
    assert_true(f.frontier > 5);
    for (size_t i = 0; i < f.frontier; i++) {
        truce_plan_point at = truce_plan_frontier(found, i), before = truce_plan_frontier(found, i - 1);
        assert_true(fabs(at.cost - 10 * at.values[0]) < 1e-9);
        assert_true(fabs(at.probability - share_above(0, 12 * at.values[0], 200)) < 1e-12);
        assert_true(i == 0 || (at.cost > before.cost && at.probability > before.probability));
    }
    truce_plan_destroy(found);
}

/* b months as it is and 12 - b times the push: the earlier the cheaper, and when it begins costs nothing. 12 g d > 400
 * in nine of ten with the least g of whole tenths. */
static void levers_of_the_case_move_one_another(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"begins", NAN, NAN, NAN}, {"push", NAN, NAN, NAN}};
    truce_plan_options o = options("change \"ground\" 2024-01..2024-12 > 400", levers, 2);
    truce_plan *found = find(with_levers, &o);
    truce_plan_setting begins = truce_plan_setting_of(found, 0), push = truce_plan_setting_of(found, 1);
    int tenths = 1;
    while (share_above(0, 1.2 * tenths, 400) < 0.9)
        tenths++;
    double wanted = 0.1 * tenths;
    assert_true(begins.value == 0 && begins.month && begins.at_end && fabs(push.value - wanted) < 1e-9);
    assert_true(push.rest == 1 && push.binding &&
                fabs(truce_plan_facts_of(found).cost - (wanted - 1) / 4) < 1e-9);
    char *words;
    assert_int_equal(truce_plan_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "Jan 2024"));
    truce_text_free(words);
    truce_plan_destroy(found);
}

/* 6 (push + lift) d in the months in which both count: neither alone gets as far. */
static void levers_that_move_the_same_element_both_count(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"push", 1, 2, NAN}, {"lift", 0, 2, NAN}};
    char wanted[128];
    double limit = 4000;
    while (share_above(0, 6 * 3.5, limit) < 0.9)
        limit -= 1;
    snprintf(wanted, sizeof wanted, "change \"ground\" 2024-07..2024-12 > %g", limit);
    truce_plan_options o = options(wanted, levers, 2);
    truce_plan *found = find(with_levers, &o);
    assert_true(truce_plan_facts_of(found).found);
    assert_true(truce_plan_setting_of(found, 0).value + truce_plan_setting_of(found, 1).value > 3.4);
    truce_plan_destroy(found);
}

/* The cost in terms of the model: what ground moves more than without the lever, in the mean 6 (g - 1) times the mean
 * draw. The goal has its month from `by`: the change in the last month is d g. */
static void cost_is_a_value_of_the_model(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"push", NAN, NAN, NAN}};
    truce_plan_options o = options("front speed > 30", levers, 1);
    o.by = 24288 + 11;
    o.cost = "change \"ground\" 2024-07..2024-12";
    truce_plan *found = find(with_levers, &o);
    truce_plan_facts f = truce_plan_facts_of(found);
    double g = truce_plan_setting_of(found, 0).value, sum = 0;
    truce_parameter p = truce_case_parameter(a.c, 0);
    for (size_t m = 0; m < MEMBERS; m++)
        sum += truce_distribution_draw(&p.prior, SEED, m, p.name) / MEMBERS;
    assert_true(share_above(0, g, 30) >= 0.9 && share_above(0, g - 0.1, 30) < 0.9);
    assert_true(fabs(f.cost / (6 * (g - 1) * sum) - 1) < 1e-4); /* values are 32-bit floats */
    truce_plan_destroy(found);
}

static void a_goal_out_of_reach_is_told_with_its_reason(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}, {"shift", 0, 1, NAN}};
    truce_plan_options o = options("change \"ground\" 2024-01..2024-12 > 1000", levers, 2);
    char *words;
    truce_plan *found = find(a.c, &o);
    truce_plan_facts f = truce_plan_facts_of(found);
    truce_plan_setting gain = truce_plan_setting_of(found, 0);
    assert_false(f.found);
    assert_true(gain.value == 4 && gain.at_end && fabs(f.probability - share_above(0, 48, 1000)) < 1e-12);
    assert_int_equal(truce_plan_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "None within the ranges"));
    assert_non_null(strstr(words, "ends of the ranges"));
    truce_text_free(words);
    truce_plan_destroy(found);
}

/* With the whole range 48 d is above 1000 in about half of the members; a limit two points beyond their share lies in its
 * interval. A range of tenfolds and more is warned of, and a lever that rests outside of its range is told. */
static void what_members_do_not_resolve_is_told(void **state)
{
    (void)state;
    const truce_plan_lever gain[] = {{"gain", 0, 4, NAN}}, wide[] = {{"gain", 2, 40, NAN}},
                           push[] = {{"push", 2, 4, NAN}};
    truce_plan_options o = options("front speed > 0", gain, 1);
    char goal_of[64], *words;
    o.by = 24288 + 11;
    o.probability = 0.5;
    for (int i = 0; i < 3; i++) {
        static const char *const told[] = {"Not resolved with these members: whether", "Caution: gain: 40",
                                           "is outside its range"};
        if (i == 0) {
            snprintf(goal_of, sizeof goal_of, "change \"ground\" 2024-01..2024-12 > 1000");
            o.goal = goal_of;
            o.probability = share_above(0, 48, 1000) + 0.02;
        } else {
            o.goal = i == 1 ? goal : "front speed > 1";
            o.levers = i == 1 ? wide : push;
            o.probability = 0.5;
        }
        truce_plan *found = find(i == 2 ? with_levers : a.c, &o);
        assert_int_equal(truce_plan_table(found, &words, NULL), TRUCE_OK);
        for (char *at = words; (at = strchr(at, '\n')); at++)
            *at = ' ';
        if (!strstr(words, told[i]) || !strstr(words, ", by Dec 2024"))
            fail_msg("\"%s\" is missing: %s", told[i], words);
        truce_text_free(words);
        truce_plan_destroy(found);
    }
}

static void nothing_is_needed_where_rest_is_enough(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"push", NAN, NAN, NAN}};
    truce_plan_options o = options("change \"ground\" 2024-01..2024-12 > 100", levers, 1);
    char *words;
    truce_plan *found = find(with_levers, &o);
    truce_plan_facts f = truce_plan_facts_of(found);
    assert_true(f.found && f.cost == 0 && f.rest_probability == 1 && f.settings == 2);
    assert_int_equal(truce_plan_table(found, &words, NULL), TRUCE_OK);
    assert_non_null(strstr(words, "Nothing is needed"));
    truce_text_free(words);
    truce_plan_destroy(found);
}

/* The outcome is d above a bound: in the highest third of drift it is reached, in the lowest not, and cheaper. */
static void parameters_that_change_the_answer_are_told(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}};
    truce_plan_options o = options(goal, levers, 1);
    o.probability = 0.5;
    truce_plan *found = find(a.c, &o);
    truce_plan_unsure drift = truce_plan_unsure_of(found, 0);
    assert_string_equal(drift.parameter, "drift");
    assert_true(drift.resolved && drift.correlation > 0.8);
    assert_true(drift.low_probability == 0 && drift.high_probability == 1);
    assert_true(drift.high_cost < truce_plan_facts_of(found).cost && !(drift.low_cost <= drift.high_cost));
    assert_true(drift.low_end < drift.high_end && fabs(drift.low_end - (10 + 20.0 / 3)) < 2);
    truce_plan_destroy(found);
}

enum { OTHER_LINES = 3 }; /* of an archive: two at its beginning, and its hash */

static size_t lines_of(const char *path)
{
    FILE *f = fopen(path, "rb");
    size_t lines = 0;
    assert_non_null(f);
    for (int c; (c = getc(f)) != EOF;)
        lines += c == '\n';
    fclose(f);
    return lines;
}

static size_t stops_after;

static bool go_on(void *context)
{
    return ++*(size_t *)context < stops_after;
}

/* A search that is broken off leaves what it tried; the next one reads it, and finds what one in one go finds. */
static void a_search_goes_on_from_its_archive(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}, {"shift", 0, 1, NAN}};
    truce_plan_options o = options(goal, levers, 2);
    char path[512], *first, *second;
    size_t tried = 0;
    truce_plan *found = find(a.c, &o);
    assert_int_equal(truce_plan_json(found, &first, NULL), TRUCE_OK);
    size_t settings = truce_plan_facts_of(found).settings;
    truce_plan_destroy(found);
    snprintf(path, sizeof path, "%s/archive.csv", a.directory);
    o.archive = path;
    o.go_on = go_on;
    o.context = &tried;
    stops_after = 1; /* in the midst of the first setting */
    assert_int_equal(truce_plan_find(a.c, &o, &found, NULL), TRUCE_RUN_FAILED);
    assert_int_equal(lines_of(path), OTHER_LINES);
    stops_after = 200;
    assert_int_equal(truce_plan_find(a.c, &o, &found, NULL), TRUCE_RUN_FAILED);
    size_t kept = lines_of(path) - OTHER_LINES;
    assert_true(kept > 1 && kept < settings);
    o.go_on = NULL;
    found = find(a.c, &o);
    assert_int_equal(truce_plan_json(found, &second, NULL), TRUCE_OK);
    assert_string_equal(first, second);
    assert_int_equal(truce_plan_facts_of(found).read, kept - 1); /* all but the first, which is run again */
    assert_int_equal(truce_plan_facts_of(found).settings, settings);
    assert_int_equal(lines_of(path), OTHER_LINES + settings);
    truce_text_free(first);
    truce_text_free(second);
    truce_plan_destroy(found);
    remove(path);
}

/* Another search on the same archive, in the middle of this one. */
static bool search_meanwhile(void *context)
{
    truce_plan_options *o = context;
    if (o->evaluations == 0)
        return true;
    truce_plan_options other = *o;
    o->evaluations = 0;
    truce_plan_destroy(find(a.c, &other));
    return true;
}

static void searches_share_an_archive(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}, {"shift", 0, 1, NAN}};
    truce_plan_options o = options(goal, levers, 2), longer;
    char path[512];
    snprintf(path, sizeof path, "%s/archive.csv", a.directory);
    o.archive = path;
    longer = o;
    longer.evaluations *= 2;
    truce_plan *found = find(a.c, &longer);
    size_t most = truce_plan_facts_of(found).settings;
    truce_plan_destroy(found);
    remove(path);
    o.go_on = search_meanwhile;
    o.context = &longer;
    found = find(a.c, &o);
    assert_true(truce_plan_facts_of(found).settings < most);
    assert_true(lines_of(path) >= OTHER_LINES + most);
    truce_plan_destroy(found);
    remove(path);
}

/* Once there is an archive. */
static bool spoil(void *context)
{
    if (file_is_there(NULL, context))
        write_answers_file(a.directory, "archive.csv", "somebody's\n");
    return true;
}

/* What is no archive is left as it is, and the answer is not lost. */
static void a_file_that_takes_the_place_of_the_archive_stays(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}};
    truce_plan_options o = options(goal, levers, 1);
    char path[512], line[64];
    truce_plan *found;
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/archive.csv", a.directory);
    o.archive = path;
    o.go_on = spoil;
    o.context = path;
    assert_int_equal(truce_plan_find(a.c, &o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "not an archive"));
    assert_string_equal(error.file, path);
    assert_non_null(found);
    assert_true(truce_plan_facts_of(found).settings > 1);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    assert_string_equal(line, "somebody's\n");
    fclose(f);
    truce_plan_destroy(found);
    remove(path);
}

/* The archive's first line, which holds the hash of the question, then other lines, and the right hash of all. */
static void write_archive(const char *first, const char *rest)
{
    text whole = {0};
    text_print(&whole, "%s%s", first, rest);
    text_seal(&whole);
    assert_false(whole.failed);
    write_answers_file(a.directory, "archive.csv", whole.bytes);
    text_free(&whole);
}

static void archives_of_something_else_are_refused(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}};
    truce_plan_options o = options(goal, levers, 1);
    char path[512], line[128], rest[MEMBERS + 128], outcomes[MEMBERS + 1];
    truce_plan *found;
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/archive.csv", a.directory);
    o.archive = path;
    truce_plan_destroy(find(a.c, &o));
    o.seed++;
    assert_int_equal(truce_plan_find(a.c, &o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "another question"));
    o.seed--;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    fclose(f);
    static const char *const wrong[] = {"gain,cost,outcomes\n1,2\n", "gain,cost,outcomes\nnan,2,0101\n",
                                        "gain,cost,outcomes\n1,2,0101\n", "gain,cost,outcomes\n1,2,3,4,5\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_archive(line, wrong[i]);
        assert_int_equal(truce_plan_find(a.c, &o, &found, &error), TRUCE_BAD_INPUT);
        assert_non_null(strstr(error.message, "not a line of an archive"));
        assert_int_equal(error.line, 3);
    }
    memset(outcomes, '1', MEMBERS); /* rest does not reach the goal */
    outcomes[MEMBERS] = '\0';
    snprintf(rest, sizeof rest, "gain,cost,outcomes\n0,0,%s\n", outcomes);
    write_archive(line, rest);
    assert_int_equal(truce_plan_find(a.c, &o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "another case"));
    remove(path);
}

/* The archive with a place of it changed, the rest from `at` on cut off, or more at its end: it is not searched from, and
 * stays. */
static void expect_refusal_of(const truce_plan_options *o, const text *archive, size_t at, size_t cut,
                              const char *put, const char *part)
{
    text changed = {0}, there = {0};
    truce_plan *found;
    truce_error error = {0};
    text_add(&changed, archive->bytes, at);
    text_add(&changed, put, strlen(put));
    text_add(&changed, archive->bytes + at + cut, archive->length - at - cut);
    assert_false(changed.failed);
    write_answers_file(a.directory, "archive.csv", changed.bytes);
    assert_int_equal(truce_plan_find(a.c, o, &found, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, part));
    assert_int_equal(text_read_file(&there, o->archive, 1 << 20, NULL), TRUCE_OK);
    assert_string_equal(there.bytes, changed.bytes);
    text_free(&changed);
    text_free(&there);
}

static void damaged_archives_are_refused(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"gain", 0, 4, NAN}};
    truce_plan_options o = options(goal, levers, 1);
    char path[512];
    text whole = {0};
    snprintf(path, sizeof path, "%s/archive.csv", a.directory);
    o.archive = path;
    truce_plan_destroy(find(a.c, &o));
    assert_int_equal(text_read_file(&whole, path, 1 << 20, NULL), TRUCE_OK);
    const char *last = strstr(whole.bytes, "hash "), *outcome = last - 2;
    assert_true(last && (*outcome == '0' || *outcome == '1'));
    size_t end = whole.length, seal = (size_t)(last - whole.bytes);
    expect_refusal_of(&o, &whole, seal - 2, 1, *outcome == '0' ? "1" : "0", "damaged"); /* a last outcome */
    expect_refusal_of(&o, &whole, end - 9, 9, "", "damaged");                           /* cut in the hash */
    expect_refusal_of(&o, &whole, seal, end - seal, "", "damaged");                     /* no hash */
    expect_refusal_of(&o, &whole, seal - 9, end - seal + 9, "", "damaged");             /* cut in a setting */
    expect_refusal_of(&o, &whole, end, 0, "0\n", "damaged");                            /* more */
    expect_refusal_of(&o, &whole, end - 1, 1, "", "damaged");                           /* no line end */
    expect_refusal_of(&o, &whole, strlen("truce plan"), strlen(" 2"), "", "earlier version");
    expect_refusal_of(&o, &whole, 0, 1, "T", "not an archive");
    text_free(&whole);
    remove(path);
}

/* Whether a search goes on from the archive at `path`, which is one of with_levers. */
static void expect_archive(const char *path, const char *from, const char *more, bool taken)
{
    const truce_plan_lever levers[] = {{"push", NAN, NAN, NAN}};
    truce_plan_options o = options(goal, levers, 1);
    char of_case[512];
    truce_plan *found = NULL;
    truce_error error = {0};
    snprintf(of_case, sizeof of_case, "%s/case.yaml", a.directory);
    truce_case *other = load_levers(of_case, from, more);
    o.archive = path;
    assert_int_equal(truce_plan_find(other, &o, &found, &error), taken ? TRUCE_OK : TRUCE_BAD_INPUT);
    if (!taken)
        assert_non_null(strstr(error.message, "another question"));
    truce_plan_destroy(found);
    truce_case_destroy(other);
}

/* At rest, where every search begins, all these cases are the same. */
static void an_archive_of_another_case_is_refused(void **state)
{
    (void)state;
    const truce_plan_lever levers[] = {{"push", NAN, NAN, NAN}};
    truce_plan_options o = options(goal, levers, 1);
    char path[512];
    snprintf(path, sizeof path, "%s/archive.csv", a.directory);
    o.archive = path;
    truce_plan_destroy(find(with_levers, &o));
    expect_archive(path, "2024-11", "", false);
    expect_archive(path, "begins", "milestones: [{title: Late, variable: gain, above: 3}]\n", false);
    expect_archive(path, "begins", "scenarios: {another: {from: actual}}\n", true);
    expect_archive(path, "begins", "sources: {more: {text: More numbers}}\n", true);
    remove(path);
}

static void mistakes_are_told(void **state)
{
    (void)state;
    const truce_plan_lever good[] = {{"gain", 0, 4, NAN}}, unknown[] = {{"gian", 0, 4, NAN}},
                           open[] = {{"gain", NAN, NAN, NAN}}, turned[] = {{"gain", 4, 0, NAN}},
                           endless[] = {{"gain", -1.5e308, 1.5e308, NAN}},
                           twice[] = {{"gain", 0, 4, NAN}, {"gain", 0, 4, NAN}},
                           dear[] = {{"gain", 0, 4, -1}};
    const struct {
        truce_plan_options o;
        const char *words;
    } wrong[] = {{options(goal, unknown, 1), "did you mean \"gain\""},
                 {options(goal, open, 1), "needs a range"},
                 {options(goal, turned, 1), "from less to more"},
                 {options(goal, endless, 1), "from less to more"},
                 {options(goal, twice, 2), "move the same element"},
                 {options(goal, dear, 1), "price"},
                 {options(goal, good, 0), "1 to 8 levers"},
                 {options("2 > 1", good, 1), "something of the model"},
                 {options("at \"ground\" 2024-02", good, 1), "compare something"},
                 {options("talks strong defender > 0.5", good, 1), "the case has no section"},
                 {options("front speed > 0", good, 1), "give it with --by"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        truce_plan *found;
        truce_error error = {0};
        assert_int_not_equal(truce_plan_find(a.c, &wrong[i].o, &found, &error), TRUCE_OK);
        assert_null(found);
        if (!strstr(error.message, wrong[i].words))
            fail_msg("\"%s\" does not say \"%s\"", error.message, wrong[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cheapest_setting_is_found),
        cmocka_unit_test(the_frontier_rises),
        cmocka_unit_test(levers_of_the_case_move_one_another),
        cmocka_unit_test(levers_that_move_the_same_element_both_count),
        cmocka_unit_test(cost_is_a_value_of_the_model),
        cmocka_unit_test(a_goal_out_of_reach_is_told_with_its_reason),
        cmocka_unit_test(what_members_do_not_resolve_is_told),
        cmocka_unit_test(nothing_is_needed_where_rest_is_enough),
        cmocka_unit_test(parameters_that_change_the_answer_are_told),
        cmocka_unit_test(a_search_goes_on_from_its_archive),
        cmocka_unit_test(searches_share_an_archive),
        cmocka_unit_test(a_file_that_takes_the_place_of_the_archive_stays),
        cmocka_unit_test(archives_of_something_else_are_refused),
        cmocka_unit_test(damaged_archives_are_refused),
        cmocka_unit_test(an_archive_of_another_case_is_refused),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, make_case, remove_case);
}
