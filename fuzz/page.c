/* Bytes as the numbers of requests that a page makes of its engine, which come from an address that somebody has sent
 * (src/web/request.c). Refused, or answered: and then with the same bits whatever was asked before.
 *
 * The first byte chooses the case, what is asked for, and how. Of the others each is a small number, or says that one follows
 * as it is in memory. */
#include "fit/fit.h"
#include "fuzz/fuzz.h"
#include "truce/truce.h"
#include "web/session.h"
#include "web/talks_answer.h"

#include <string.h>

enum {
    MOST_NUMBERS = 200,
    MOST_MEMBERS = 160,
    MOST_OF_TALKS = 200,
    TALKS = 1,
    CHARTS = 2,
    LATER = 4,
    FITTED = 8
};

/* 0 to 199: -2 to 197; to 249: hundredths, 0 to .98 in steps of two; above: the next eight bytes. */
static size_t read_numbers(const uint8_t *bytes, size_t size, double *numbers)
{
    size_t count = 0;
    for (size_t i = 0; i < size && count < MOST_NUMBERS; i++) {
        if (bytes[i] < 250) {
            numbers[count++] = bytes[i] < 200 ? bytes[i] - 2 : (bytes[i] - 200) / 50.0;
        } else if (i + 8 < size) {
            memcpy(&numbers[count++], bytes + i + 1, 8);
            i += 8;
        }
    }
    return count;
}

static const truce_fit *fit_of(const truce_case *c)
{
    static truce_fit *fit;
    truce_fit_options options = truce_fit_default_options();
    options.particles = 32;
    options.threads = 1;
    options.engine = TRUCE_ENGINE_INTERPRETER;
    if (!fit && truce_fit_run(c, &options, &fit, NULL) != TRUCE_OK)
        abort();
    return fit;
}

/* The session of a page that lives on: of the case of talks, or of the one that is fitted. */
static web_session *kept_session(bool fitted)
{
    static web_session sessions[2];
    web_session *s = &sessions[fitted];
    if (s->c)
        return s;
    truce_case *c;
    if (truce_case_load(fitted ? "tests/data/fit/case.yaml" : "tests/data/talks/case.yaml", &c, NULL) !=
        TRUCE_OK)
        abort();
    if (session_open(c, fitted ? fit_of(c) : NULL, s, NULL) != TRUCE_OK)
        abort();
    return s;
}

/* One that was asked nothing yet. */
static web_session new_session(const web_session *like)
{
    web_session s;
    if (session_open(like->c, like->fit, &s, NULL) != TRUCE_OK)
        abort();
    return s;
}

static void compare_members(web_session *s, const web_request *request, web_wanted wanted)
{
    truce_error error = {0};
    web_session other = new_session(s);
    size_t count = session_values(s) * request->members, first = 0, same_first = 0;
    float *values = calloc(count + 1, sizeof *values), *same = calloc(count + 1, sizeof *same);
    if (!values || !same)
        abort();
    truce_status status = session_run(s, request, wanted, values, &first, &error);
    if (status != TRUCE_OK && error.message[0] == '\0')
        abort();
    if (status != session_run(&other, request, wanted, same, &same_first, NULL) || first != same_first ||
        memcmp(values, same, count * sizeof *values) != 0)
        abort();
    free(values);
    free(same);
    session_close(&other);
}

static void weigh(const web_session *s, const web_request *request)
{
    double *weights = calloc(request->members, sizeof *weights);
    if (!weights)
        abort();
    session_weigh(s, request, weights, NULL);
    free(weights);
}

static void compare_talks(web_session *s, const web_request *request)
{
    truce_error error = {0};
    web_session other = new_session(s);
    text told = {0}, same = {0};
    truce_status status = talks_answer(s, request, 1, &told, &error);
    if (status != TRUCE_OK && error.message[0] == '\0')
        abort();
    if (status != talks_answer(&other, request, 1, &same, NULL) ||
        (status == TRUCE_OK &&
         (told.length != same.length || memcmp(told.bytes, same.bytes, told.length) != 0)))
        abort();
    text_free(&told);
    text_free(&same);
    session_close(&other);
}

static void answer(web_session *s, const web_request *request, unsigned how)
{
    arena memory = {0};
    const double *values;
    size_t count;
    session_member(s, request, &memory, &values, &count, NULL);
    arena_free(&memory);
    if (request->members > (how & TALKS ? MOST_OF_TALKS : MOST_MEMBERS))
        return;
    weigh(s, request);
    if (how & TALKS)
        compare_talks(s, request);
    else
        compare_members(s, request, (web_wanted){.charts = how & CHARTS, .later = how & LATER});
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    double numbers[MOST_NUMBERS];
    arena memory = {0};
    web_request request;
    truce_error error = {0};
    if (size == 0)
        return 0;
    web_session *s = kept_session(bytes[0] & FITTED);
    size_t count = read_numbers(bytes + 1, size - 1, numbers);
    if (session_read(s, numbers, count, &memory, &request, &error) == TRUCE_OK)
        answer(s, &request, bytes[0]);
    else if (error.message[0] == '\0')
        abort();
    arena_free(&memory);
    return 0;
}
