/* Claims for people: a table on a terminal. */
#include "answers/claims.h"
#include "show/answers.h"
#include "show/grid.h"
#include "show/printed.h"
#include "truce/talks.h"

#include <math.h>
#include <string.h>

static void print_claim(FILE *stream, const truce_claim *k)
{
    text t = {0};
    text_print(&t, "%s: %s", truce_verdict_name(k->verdict), k->claim);
    if (!t.failed)
        grid_wrap(stream, t.bytes, 0);
    t.length = 0;
    text_print(&t, "%s; %s.", k->id, k->reason);
    if (k->fell_back)
        text_print(&t, " The test could not be judged; this is its fallback.");
    if (!t.failed)
        grid_wrap(stream, t.bytes, 1);
    if (k->numbers[0]) {
        t.length = 0;
        text_print(&t, "%s", k->numbers);
        if (!t.failed)
            grid_wrap(stream, t.bytes, 1);
    }
    if (k->evidence[0]) {
        t.length = 0;
        text_print(&t, "%s", k->evidence);
        if (!t.failed)
            grid_wrap(stream, t.bytes, 1);
    }
    text_free(&t);
    fputc('\n', stream);
}

void claims_put_basis(text *t, const truce_claims *claims)
{
    char until[32], members[WORDS_SIZE], of_talks[WORDS_SIZE];
    month_name(claims->until, until);
    words_number(members, (double)claims->members, 1);
    text_print(t, "data to %s, priors as they were then, %s member%s ", until, members,
               claims->members == 1 ? "" : "s");
    words_number(of_talks, (double)claims->talks_members, 1);
    if (claims->talked && claims->talks_members != claims->members)
        text_print(t, "(for talks %s) ", of_talks);
    if (!claims->fitted)
        text_print(t, "drawn from the priors%s", claims->unfitted);
    else if (strcmp(claims->draws_until, until) == 0)
        text_print(t, "drawn from a fit to these data");
    else
        text_print(t, "drawn from a fit to data to %s", claims->draws_until);
}

void claims_put_talks(text *t, const truce_claims *claims)
{
    size_t usual = truce_talks_default_options().members;
    char more[WORDS_SIZE];
    if (!claims->talked || claims->talks_members >= usual)
        return;
    words_number(more, (double)usual, 1);
    text_print(t,
               " Talks are solved less well with so few members than with the %s of truce talks: verdicts "
               "about them may change with -n %zu.",
               more, usual);
}

static void print_head(FILE *stream, const truce_claims *claims)
{
    text t = {0};
    size_t counts[3] = {0};
    for (size_t i = 0; i < claims->count; i++)
        counts[claims->claims[i].told.verdict]++;
    fprintf(stream, "%s\n", claims->c->title);
    text_print(&t, "%zu claim%s, judged with what was known on %s: ", claims->count,
               claims->count == 1 ? "" : "s", claims->as_of);
    claims_put_basis(&t, claims);
    text_print(&t, "%s seed %llu. %zu supported, %zu contradicted, %zu undetermined.",
               claims->unfitted[0] ? ";" : ",", (unsigned long long)claims->seed, counts[TRUCE_SUPPORTED],
               counts[TRUCE_CONTRADICTED], counts[TRUCE_UNDETERMINED]);
    if (!t.failed)
        grid_wrap(stream, t.bytes, 0);
    t.length = 0;
    text_print(
        &t,
        "Rule, stated before the numbers: a claim is supported when its test holds with the probability that "
        "the claim asks for, contradicted when it fails with that probability, else undetermined.");
    claims_put_talks(&t, claims);
    if (!t.failed)
        grid_wrap(stream, t.bytes, 0);
    fputc('\n', stream);
    text_free(&t);
}

static void print_claims(const void *context, FILE *stream, bool colour)
{
    const truce_claims *claims = context;
    (void)colour;
    print_head(stream, claims);
    for (size_t i = 0; i < claims->count; i++)
        print_claim(stream, &claims->claims[i].told);
}

truce_status truce_claims_table(const truce_claims *claims, bool colour, char **words, truce_error *error)
{
    REQUIRE(claims, "claims");
    REQUIRE(words, "table");
    return printed(print_claims, claims, colour, words, error);
}
