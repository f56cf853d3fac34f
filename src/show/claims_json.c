/* Claims as JSON, and as ClaimReview of schema.org in JSON-LD. */
#include "answers/claims.h"
#include "show/answers.h"

static void put_claim(json *j, const truce_claim *k)
{
    const struct {
        const char *name, *value;
    } texts[] = {{"id", k->id},
                 {"claim", k->claim},
                 {"speaker", k->speaker},
                 {"said-on", k->said_on},
                 {"first-appearance", k->first_appearance},
                 {"basis", k->basis},
                 {"window", k->window},
                 {"test", k->test},
                 {"undetermined-if", k->undetermined_if},
                 {"fallback", k->fallback},
                 {"evidence", k->evidence},
                 {"corrections", k->corrections},
                 {"verdict", truce_verdict_name(k->verdict)},
                 {"reason", k->reason},
                 {"numbers", k->numbers}};
    json_open(j, NULL, '{');
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_string(j, texts[i].name, texts[i].value);
    json_number(j, "holds-if", k->holds_if);
    json_number(j, "probability", k->probability);
    json_number(j, "low", k->low);
    json_number(j, "high", k->high);
    json_bool(j, "near a limit", k->near);
    json_bool(j, "fallback judged", k->fell_back);
    json_close(j, '}');
}

truce_status truce_claims_json(const truce_claims *claims, char **words, truce_error *error)
{
    REQUIRE(claims, "claims");
    REQUIRE(words, "json");
    text t = {0};
    json j = {.out = &t};
    json_open(&j, NULL, '{');
    json_string(&j, "case", claims->c->title);
    json_string(&j, "as-of", claims->as_of);
    json_string(&j, "command", claims->command);
    json_number(&j, "members", (double)claims->members);
    if (claims->talked)
        json_number(&j, "members of talks", (double)claims->talks_members);
    json_string(&j, "version", truce_version());
    json_whole(&j, "seed", claims->seed);
    json_string(&j, "draws", claims->fitted ? "posterior" : "priors");
    if (claims->fitted)
        json_string(&j, "draws know data to", claims->draws_until);
    json_open(&j, "claims", '[');
    for (size_t i = 0; i < claims->count; i++)
        put_claim(&j, &claims->claims[i].told);
    json_close(&j, ']');
    json_close(&j, '}');
    return answers_hand_over(&t, words, error);
}

/* ---- JSON-LD --------------------------------------------------------------------------------------------- */

static void put_reviewed(json *j, const truce_claim *k, const char *id)
{
    json_open(j, "itemReviewed", '{');
    json_string(j, "@type", "Claim");
    json_string(j, "@id", id);
    json_string(j, "text", k->claim);
    if (k->speaker[0]) {
        json_open(j, "author", '{');
        json_string(j, "@type", "Organization");
        json_string(j, "name", k->speaker);
        json_close(j, '}');
    }
    if (k->said_on[0])
        json_string(j, "datePublished", k->said_on);
    if (k->first_appearance[0])
        json_string(j, "firstAppearance", k->first_appearance);
    json_close(j, '}');
}

static void put_review(json *j, const truce_claims *claims, const truce_claim *k)
{
    char id[256];
    json_open(j, NULL, '{');
    json_string(j, "@type", "ClaimReview");
    snprintf(id, sizeof id, "#review-%.*s", words_cut(k->id, 200), k->id);
    json_string(j, "@id", id);
    json_string(j, "claimReviewed", k->claim);
    snprintf(id, sizeof id, "#claim-%.*s", words_cut(k->id, 200), k->id);
    put_reviewed(j, k, id);
    json_open(j, "author", '{');
    json_string(j, "@type", "Organization");
    json_string(j, "name", "truce");
    json_close(j, '}');
    json_open(j, "reviewRating", '{');
    json_string(j, "@type", "Rating");
    json_number(j, "ratingValue", (double)k->verdict + 1);
    json_number(j, "worstRating", 1);
    json_number(j, "bestRating", 3);
    json_string(j, "alternateName", truce_verdict_name(k->verdict));
    json_string(j, "ratingExplanation", k->reason);
    json_close(j, '}');
    json_string(j, "reviewBody", k->numbers);
    json_string(j, "contentReferenceTime", claims->as_of);
    json_close(j, '}');
}

truce_status truce_claims_json_ld(const truce_claims *claims, char **words, truce_error *error)
{
    REQUIRE(claims, "claims");
    REQUIRE(words, "json");
    text t = {0};
    json j = {.out = &t};
    json_open(&j, NULL, '{');
    json_string(&j, "@context", "https://schema.org");
    json_open(&j, "@graph", '[');
    for (size_t i = 0; i < claims->count; i++)
        put_review(&j, claims, &claims->claims[i].told);
    json_close(&j, ']');
    json_close(&j, '}');
    return answers_hand_over(&t, words, error);
}
