/* claims.html, claims.csv and claims.jsonld. */
#include "answers/claims.h"
#include "show/answer_netcdf.h"
#include "show/answers.h"
#include "show/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The probability of the test as a bar, with the parts of the scale in which a claim is judged. */
static void put_bar(text *t, const truce_claim *k)
{
    enum { WIDE = 200, HIGH = 14 };
    if (isnan(k->probability))
        return;
    text_print(t,
               "<svg role=\"img\" viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\" "
               "aria-label=\"probability "
               "%.2f\"><rect width=\"%d\" height=\"%d\" fill=\"#f1f3f5\"/><rect width=\"%.1f\" height=\"%d\" "
               "fill=\"#ddd\"/><rect x=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"#ddd\"/><rect x=\"%.1f\" "
               "width=\"4\" height=\"%d\" fill=\"#222\"/></svg>",
               WIDE, HIGH, k->probability, WIDE, HIGH, WIDE * (1 - k->holds_if), HIGH, WIDE * k->holds_if,
               WIDE * (1 - k->holds_if), HIGH, (WIDE - 4) * k->probability, HIGH);
}

static void put_detail(text *t, const char *name, const char *value)
{
    if (!value[0])
        return;
    text_print(t, "<dt>%s</dt><dd>", name);
    html_text(t, value);
    text_print(t, "</dd>");
}

static void put_claim(text *t, const truce_claim *k)
{
    text_print(t, "<tr id=\"claim-");
    html_text(t, k->id);
    text_print(t, "\"><td class=\"%s\">%s</td><td>",
               k->verdict == TRUCE_SUPPORTED      ? "good"
               : k->verdict == TRUCE_CONTRADICTED ? "bad"
                                                  : "odd",
               truce_verdict_name(k->verdict));
    html_text(t, k->claim);
    text_print(t, "<small>");
    html_text(t, k->reason);
    text_print(t, "%s</small><details><summary>How it was judged</summary><dl>",
               k->fell_back ? " (the fallback, since the test could not be judged)" : "");
    put_detail(t, "Said by", k->speaker);
    put_detail(t, "Said on", k->said_on);
    put_detail(t, "First appearance", k->first_appearance);
    put_detail(t, "Basis", k->basis);
    put_detail(t, "Window", k->window);
    put_detail(t, "Test", k->test);
    put_detail(t, "Undetermined if", k->undetermined_if);
    put_detail(t, "Fallback", k->fallback);
    put_detail(t, "Numbers", k->numbers);
    put_detail(t, "Evidence", k->evidence);
    put_detail(t, "Corrections", k->corrections);
    text_print(t, "</dl></details></td><td class=\"bar\">");
    put_bar(t, k);
    text_print(t, "</td></tr>\n");
}

static void put_page(text *t, const truce_claims *claims)
{
    answers_page_open(t, claims->c, "Claims", claims->members, claims->seed);
    text basis = {0};
    claims_put_basis(&basis, claims);
    text_print(t, "<p class=\"caveat\">Judged with what was known on ");
    html_text(t, claims->as_of);
    text_print(t, ": ");
    html_text(t, basis.failed ? "" : basis.bytes);
    t->failed = t->failed || basis.failed;
    text_free(&basis);
    text_print(
        t,
        ". Rule, stated before the numbers: a claim is supported when its test holds with the probability "
        "that the claim asks for, contradicted when it fails with that probability, else undetermined. The "
        "bar is the probability of the test; in its dark ends a claim is contradicted (left) or supported "
        "(right).");
    text few = {0};
    claims_put_talks(&few, claims);
    html_text(t, few.length && !few.failed ? few.bytes : "");
    t->failed = t->failed || few.failed;
    text_free(&few);
    text_print(t, "</p>\n<table><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Claim</th><th "
                  "class=\"bar\" scope=\"col\">Probability of the test, 0 to 1</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < claims->count; i++)
        put_claim(t, &claims->claims[i].told);
    text_print(t, "</tbody></table>\n");
    answers_page_close(t, claims->command);
}

static truce_status write_csv(const output_set *set, const truce_claims *claims, truce_error *error)
{
    FILE *out;
    char number[WORDS_SIZE];
    TRY(output_set_create(set, "claims.csv", &out, error));
    fputs("id,verdict,probability,low,high,near_limit,holds_if,fallback,basis,test,claim,numbers\n", out);
    for (size_t i = 0; i < claims->count; i++) {
        const truce_claim *k = &claims->claims[i].told;
        text_write_field(out, k->id);
        fprintf(out, ",%s,", truce_verdict_name(k->verdict));
        const double shares[] = {k->probability, k->low, k->high};
        for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
            words_machine(number, shares[s]);
            fprintf(out, "%s,", number);
        }
        fprintf(out, "%s,", k->near ? "yes" : "no");
        words_machine(number, k->holds_if);
        fprintf(out, "%s,%s,", number, k->fell_back ? "yes" : "no");
        const char *const fields[] = {k->basis, k->test, k->claim, k->numbers};
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            text_write_field(out, fields[f]);
            putc(f + 1 < sizeof fields / sizeof *fields ? ',' : '\n', out);
        }
    }
    return output_set_close(set, "claims.csv", out, error);
}

typedef double read_claim(const truce_claim *k);

static double probability_of(const truce_claim *k)
{
    return k->probability;
}

static double low_of(const truce_claim *k)
{
    return k->low;
}

static double high_of(const truce_claim *k)
{
    return k->high;
}

static double holds_if_of(const truce_claim *k)
{
    return k->holds_if;
}

static void put_names(answer_file *f, const truce_claims *claims, int dimension)
{
    const char **ids = calloc(claims->count + 1, sizeof *ids),
               **verdicts = calloc(claims->count + 1, sizeof *verdicts);
    for (size_t i = 0; ids && verdicts && i < claims->count; i++) {
        ids[i] = claims->claims[i].told.id;
        verdicts[i] = truce_verdict_name(claims->claims[i].told.verdict);
    }
    answer_strings(f, "claim", dimension, "id of the claim", claims->count, verdicts ? ids : NULL);
    answer_strings(f, "verdict", dimension, "verdict", claims->count, verdicts);
    free(ids);
    free(verdicts);
}

static void put_netcdf(answer_file *f, const void *context)
{
    static const struct {
        const char *name, *long_name;
        read_claim *read;
    } columns[] = {{"probability", "probability of the test", probability_of},
                   {"low", "lower end of its 90 % interval, of members", low_of},
                   {"high", "upper end of its 90 % interval, of members", high_of},
                   {"holds_if", "probability from which on it is supported", holds_if_of}};
    const truce_claims *claims = context;
    int dimension = answer_dimension(f, "claim", claims->count);
    answer_attribute(f, "title", claims->c->title);
    answer_attribute(f, "as_of", claims->as_of);
    answer_attribute(f, "command", claims->command);
    put_names(f, claims, dimension);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        double *values = calloc(claims->count + 1, sizeof *values);
        for (size_t k = 0; values && k < claims->count; k++)
            values[k] = columns[i].read(&claims->claims[k].told);
        answer_numbers(f, columns[i].name, columns[i].long_name, "1", 1, &dimension, values);
    }
}

static truce_status write_all(const output_set *set, const void *context, truce_error *error)
{
    const truce_claims *claims = context;
    text page = {0};
    char *words = NULL;
    put_page(&page, claims);
    truce_status status = page.failed ? error_memory(error) : write_csv(set, claims, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, "claims.html", page.bytes, page.length, error);
    if (status == TRUCE_OK)
        status = truce_claims_json_ld(claims, &words, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, "claims.jsonld", words, strlen(words), error);
    if (status == TRUCE_OK)
        status = answer_netcdf_write(set, "claims.nc", put_netcdf, claims, error);
    truce_text_free(words);
    text_free(&page);
    return status;
}

truce_status truce_claims_write(const truce_claims *claims, const char *directory, truce_error *error)
{
    REQUIRE(claims, "claims");
    REQUIRE_DIRECTORY(directory);
    static const char *const names[] = {"claims.html", "claims.csv", "claims.jsonld", "claims.nc"};
    static const answers_files files = {names, sizeof names / sizeof *names - !TRUCE_NETCDF, write_all};
    return answers_write(&files, claims, directory, error);
}
