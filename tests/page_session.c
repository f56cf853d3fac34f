/* Answers the requests of a page natively, for the tests of its engine.
 *
 * Usage: page_session CASE POSTERIOR|-    reads requests, each a kind ('r': members of quantities as floats, 'm':
 * one member with all its digits, 't': talks), a count and as many doubles; writes for each how many bytes follow,
 * and these. A request that is refused has none. */
#include "fit/fit.h"
#include "web/archive.h"
#include "web/session.h"
#include "web/talks_answer.h"

#include <stdio.h>
#include <stdlib.h>

static void put(const void *bytes, size_t size)
{
    double length = (double)size;
    fwrite(&length, sizeof length, 1, stdout);
    fwrite(bytes, 1, size, stdout);
}

static truce_status answer_members(web_session *s, const web_request *request, truce_error *error)
{
    size_t count = session_values(s) * request->members;
    float *values = malloc(count * sizeof *values + 1);
    if (!values)
        return TRUCE_RUN_FAILED;
    truce_status status = session_run(s, request, (web_wanted){0}, values, NULL, error);
    if (status == TRUCE_OK)
        put(values, count * sizeof *values);
    free(values);
    return status;
}

static truce_status answer(web_session *s, char kind, const double *numbers, size_t count, truce_error *error)
{
    arena memory = {0};
    web_request request;
    const double *values;
    size_t found;
    text json = {0};
    truce_status status = session_read(s, numbers, count, &memory, &request, error);
    if (status == TRUCE_OK && kind == 'r')
        status = answer_members(s, &request, error);
    else if (status == TRUCE_OK && kind == 't') {
        status = talks_answer(s, &request, 1, &json, error);
        if (status == TRUCE_OK)
            put(json.bytes, json.length);
    } else if (status == TRUCE_OK) {
        status = session_member(s, &request, &memory, &values, &found, error);
        if (status == TRUCE_OK)
            put(values, found * sizeof *values);
    }
    text_free(&json);
    arena_free(&memory);
    return status;
}

int main(int argc, char **argv)
{
    truce_case *c = NULL;
    truce_fit *fit = NULL;
    const truce_fit *first = NULL; /* what a page has of it */
    arena memory = {0};
    web_session s = {0};
    truce_error error = {0};
    double head[2];
    bool fitted = argc == 3 && !(argv[2][0] == '-' && !argv[2][1]);
    if (argc != 3 || truce_case_load(argv[1], &c, &error) != TRUCE_OK ||
        (fitted && truce_fit_load(argv[2], c, &fit, &error) != TRUCE_OK) ||
        (fit && !(first = fit_first_draws(fit, PAGE_DRAWS, &memory))) ||
        session_open(c, first, &s, &error) != TRUCE_OK) {
        fprintf(stderr, "page_session: %s\n", error.message);
        return 2;
    }
    while (fread(head, sizeof *head, 2, stdin) == 2) {
        size_t count = (size_t)head[1];
        double *numbers = malloc(count * sizeof *numbers + 1);
        if (!numbers || fread(numbers, sizeof *numbers, count, stdin) != count)
            return 1;
        if (answer(&s, (char)head[0], numbers, count, &error) != TRUCE_OK)
            put("", 0);
        fflush(stdout);
        free(numbers);
    }
    session_close(&s);
    arena_free(&memory);
    truce_fit_destroy(fit);
    truce_case_destroy(c);
    return 0;
}
