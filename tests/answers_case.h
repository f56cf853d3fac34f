/* A small case for the tests of answers, whose members have closed forms. With d the draw of `drift` (uniform from
 * 10 to 30), p of `pull` (uniform from -10 to 10), and t in months:
 *   ground   1000 + d g t        g: `gain`, 1; scenario `gain` sets it to 2
 *   mood     p s t               s: `shift`, 0; scenario `shift` sets it to 1
 *   over     1 once ground is above 1200, which a member reaches when d g t > 200
 * Scenario `faster` triples the drift; `both` builds on `gain`. */
#ifndef TRUCE_TEST_ANSWERS_CASE_H
#define TRUCE_TEST_ANSWERS_CASE_H

#include "truce/truce.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static const char answers_model[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
    "<header><name>lines</name><vendor>t</vendor><product version=\"1.0\">t</product></header>\n"
    "<sim_specs method=\"Euler\" "
    "time_units=\"months\"><start>0</start><stop>12</stop><dt>0.25</dt></sim_specs>\n"
    "<model><variables>\n"
    "<stock name=\"ground\"><eqn>1000</eqn><inflow>advance</inflow><units>km2</units></stock>\n"
    "<flow name=\"advance\"><eqn>drift * gain</eqn><units>km2/month</units></flow>\n"
    "<aux name=\"drift\"><eqn>20</eqn><units>km2/month</units></aux>\n"
    "<aux name=\"gain\"><eqn>1</eqn><units>1</units></aux>\n"
    "<stock name=\"mood\"><eqn>0</eqn><inflow>swing</inflow><units>1</units></stock>\n"
    "<flow name=\"swing\"><eqn>pull * shift</eqn><units>1/month</units></flow>\n"
    "<aux name=\"pull\"><eqn>0</eqn><units>1/month</units></aux>\n"
    "<aux name=\"shift\"><eqn>0</eqn><units>1</units></aux>\n"
    "<stock name=\"over\"><eqn>0</eqn><inflow>crossing</inflow><units>1</units></stock>\n"
    "<flow name=\"crossing\"><eqn>IF (ground > 1200) AND (over &lt; 0.5) THEN 1 / DT ELSE 0</eqn>"
    "<units>1/month</units></flow>\n"
    "</variables></model></xmile>\n";

static const char answers_yaml[] =
    "truce: 1\n"
    "title: Straight lines\n"
    "model: model.xmile\n"
    "horizon: {start: 2024-01, end: 2024-12}\n"
    "data end: 2024-06\n"
    "front: {variable: ground, gains: attacker, loses: defender}\n"
    "parameters:\n"
    "  - {variable: drift, prior: {uniform: {low: 10, high: 30}}, judgement: true}\n"
    "  - {variable: pull, prior: {uniform: {low: -10, high: 10}}, judgement: true}\n"
    "scenarios:\n"
    "  actual: {title: As it went}\n"
    "  gain: {from: actual, title: Twice the gain, changes: [{variable: gain, set: 2}]}\n"
    "  faster: {from: actual, title: Three times the drift, changes: [{variable: drift, scale: 3}]}\n"
    "  shift: {from: actual, title: A shift, changes: [{variable: shift, set: 1}]}\n"
    "  both: {from: gain, title: Both, changes: [{variable: drift, scale: 3}]}\n"
    "outputs:\n"
    "  - {variable: ground, title: Ground, section: front, units: km2, chart: true}\n"
    "  - {variable: ground, title: Speed, section: front, units: km2 a month, change: true, chart: true}\n"
    "  - {variable: mood, title: Mood, section: resolve, chart: true}\n"
    "  - {variable: over, title: Share that is over, section: front, units: \"%\", scale: 100}\n";

enum { GROUND, SPEED, MOOD, OVER, QUANTITIES };

typedef struct answers_case {
    char directory[64];
    truce_case *c;
} answers_case;

static inline void write_answers_file(const char *directory, const char *name, const char *contents)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(contents, 1, strlen(contents), f), strlen(contents));
    assert_int_equal(fclose(f), 0);
}

static inline void answers_case_make_of(answers_case *a, const char *model, const char *yaml)
{
    truce_error error = {0};
    char path[512];
    snprintf(a->directory, sizeof a->directory, "/tmp/truce_answers_XXXXXX");
    assert_non_null(mkdtemp(a->directory));
    write_answers_file(a->directory, "model.xmile", model);
    write_answers_file(a->directory, "case.yaml", yaml);
    snprintf(path, sizeof path, "%s/case.yaml", a->directory);
    if (truce_case_load(path, &a->c, &error) != TRUCE_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.message);
}

static inline void answers_case_make(answers_case *a)
{
    answers_case_make_of(a, answers_model, answers_yaml);
}

/* The same, but members whose drift is below 15 fail: the logarithm of what is below 0 is no number. */
static inline void answers_case_make_failing(answers_case *a)
{
    static const char whole[] = "<eqn>drift * gain</eqn>",
                      failing[] = "<eqn>drift * gain + 0 * LN(drift - 15)</eqn>";
    char model[sizeof answers_model + sizeof failing];
    const char *at = strstr(answers_model, whole);
    assert_non_null(at);
    snprintf(model, sizeof model, "%.*s%s%s", (int)(at - answers_model), answers_model, failing,
             at + strlen(whole));
    answers_case_make_of(a, model, answers_yaml);
}

static inline void answers_case_remove(answers_case *a)
{
    static const char *const files[] = {"model.xmile", "case.yaml"};
    char path[512];
    truce_case_destroy(a->c);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", a->directory, files[i]);
        remove(path);
    }
    rmdir(a->directory);
}

#endif
