/* Simulations of several scenarios: parts give the members of the whole, each beside the same members of the
 * baseline, and progress, cancellation and failure come out. */
#include "ensemble/ensemble.h"
#include "simulate/simulate.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { MEMBERS = 100, PART = 48, SCENARIOS = 2 };

static truce_case *c;

static int load_case(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char path[512];
    truce_error error = {0};
    snprintf(path, sizeof path, "%s/tests/data/small/case.yaml", root ? root : ".");
    return truce_case_load(path, &c, &error) == TRUCE_OK ? 0 : -1;
}

static int destroy_case(void **state)
{
    (void)state;
    truce_case_destroy(c);
    return 0;
}

/* ---- What a test notes down -------------------------------------------------------------------------- */

typedef struct notes {
    float last[SCENARIOS][MEMBERS]; /* of the first output at the last save */
    size_t members[SCENARIOS], parts;
    size_t cancel_at;  /* members of all scenarios; 0: never */
    size_t fail_after; /* parts; 0: never */
    size_t done, all_members;
} notes;

static truce_status note_part(void *context, const simulate_part *part, truce_error *error)
{
    notes *n = context;
    const truce_ensemble *e = part->ensemble;
    size_t which = part->baseline ? 1 : 0, save = truce_ensemble_save_count(e) - 1;
    size_t first = truce_ensemble_first_member(e), count = truce_ensemble_members(e);
    if (++n->parts == n->fail_after)
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the disk is full");
    assert_int_equal(part->scenario, which);
    assert_int_equal(first, n->members[which]);
    memcpy(n->last[which] + first, truce_ensemble_values(e, 0, save), count * sizeof(float));
    n->members[which] += count;
    if (!part->baseline)
        return TRUCE_OK;
    assert_non_null(part->baseline_plan);
    assert_int_equal(truce_ensemble_first_member(part->baseline), first);
    assert_int_equal(truce_ensemble_members(part->baseline), count);
    assert_memory_equal(truce_ensemble_values(part->baseline, 0, save), n->last[0] + first,
                        count * sizeof(float));
    return TRUCE_OK;
}

static bool note_progress(void *context, const truce_progress *p)
{
    notes *n = context;
    assert_true(p->all_done >= n->done && p->done <= p->members && p->all_done <= p->all_members);
    n->done = p->all_done;
    n->all_members = p->all_members;
    return n->cancel_at == 0 || p->all_done < n->cancel_at;
}

static truce_status run(notes *n, size_t part, unsigned threads, truce_error *error)
{
    static const size_t scenarios[SCENARIOS] = {0, 1};
    simulate_options options = {.scenarios = scenarios,
                                .scenario_count = SCENARIOS,
                                .members = MEMBERS,
                                .part = part,
                                .seed = 7,
                                .threads = threads,
                                .take = note_part,
                                .progress = note_progress,
                                .context = n};
    return simulate(c, &options, error);
}

/* ---- The tests --------------------------------------------------------------------------------------- */

static void parts_on_any_threads_give_the_members_of_the_whole(void **state)
{
    (void)state;
    notes whole = {0}, parts = {0};
    truce_error error = {0};
    assert_int_equal(run(&whole, 0, 1, &error), TRUCE_OK);
    assert_int_equal(run(&parts, PART, 2, &error), TRUCE_OK);
    assert_int_equal(whole.parts, SCENARIOS);
    assert_int_equal(parts.parts, 3 * SCENARIOS);
    assert_int_equal(whole.members[1], MEMBERS);
    assert_memory_equal(whole.last, parts.last, sizeof whole.last);
    for (size_t s = 0; s < SCENARIOS; s++) {
        truce_ensemble *alone = NULL;
        truce_ensemble_options options = {.members = MEMBERS, .seed = 7};
        const char *name = truce_case_scenario(c, s).name;
        assert_int_equal(truce_case_run(c, name, &options, &alone, &error), TRUCE_OK);
        assert_memory_equal(truce_ensemble_values(alone, 0, truce_ensemble_save_count(alone) - 1),
                            whole.last[s], sizeof whole.last[s]);
        truce_ensemble_destroy(alone);
    }
}

static void progress_counts_all_scenarios_up_to_the_end(void **state)
{
    (void)state;
    notes n = {0};
    truce_error error = {0};
    assert_int_equal(run(&n, PART, 2, &error), TRUCE_OK);
    assert_int_equal(n.done, SCENARIOS * MEMBERS);
    assert_int_equal(n.all_members, SCENARIOS * MEMBERS);
}

static void progress_can_cancel_and_a_taker_can_fail(void **state)
{
    (void)state;
    notes cancelled = {.cancel_at = PART + 1}, full = {.fail_after = 3};
    truce_error error = {0};
    assert_int_equal(run(&cancelled, PART, 1, &error), TRUCE_RUN_FAILED);
    assert_string_equal(error.message, "the run was cancelled");
    assert_int_equal(cancelled.parts, 1);
    assert_int_equal(run(&full, PART, 1, &error), TRUCE_RUN_FAILED);
    assert_string_equal(error.message, "the disk is full");
    assert_int_equal(full.parts, 3);
}

static void nothing_to_simulate_is_wrong_usage(void **state)
{
    (void)state;
    truce_error error = {0};
    simulate_options options = {.members = 1, .take = note_part};
    assert_int_equal(simulate(c, &options, &error), TRUCE_BAD_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_on_any_threads_give_the_members_of_the_whole),
        cmocka_unit_test(progress_counts_all_scenarios_up_to_the_end),
        cmocka_unit_test(progress_can_cancel_and_a_taker_can_fail),
        cmocka_unit_test(nothing_to_simulate_is_wrong_usage),
    };
    return cmocka_run_group_tests(tests, load_case, destroy_case);
}
