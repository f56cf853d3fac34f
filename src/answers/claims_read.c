/* Reads a file of claims. Its keys are described in docs/use/answers.md. */
#include "answers/claims.h"

#include <string.h>

enum { FILE_BYTES = 1 << 20, MOST_CLAIMS = 200 };

static truce_status text_of(const tree_reader *r, const tree *node, const char *key, const char **value)
{
    *value = "";
    return tree_text(r, node, "a claim", key, TREE_OPTIONAL, value);
}

static truce_status read_claim(const tree_reader *r, const tree *node, claim *k)
{
    static const char *const keys[] = {
        "id",       "claim",       "speaker", "said-on",  "first-appearance", "as-of",
        "test",     "window",      "basis",   "holds-if", "undetermined-if",  "fallback",
        "evidence", "corrections", NULL};
    truce_claim *t = &k->told;
    const char *as_of;
    TRY(tree_is_map(r, node, "a claim", keys));
    TRY(tree_text(r, node, "a claim", "id", TREE_REQUIRED, &t->id));
    TRY(tree_text(r, node, "a claim", "claim", TREE_REQUIRED, &t->claim));
    const struct {
        const char *key;
        const char **value;
    } texts[] = {{"speaker", &t->speaker},
                 {"said-on", &t->said_on},
                 {"first-appearance", &t->first_appearance},
                 {"basis", &t->basis},
                 {"window", &t->window},
                 {"test", &t->test},
                 {"undetermined-if", &t->undetermined_if},
                 {"fallback", &t->fallback},
                 {"evidence", &t->evidence},
                 {"corrections", &t->corrections},
                 {"as-of", &as_of}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        TRY(text_of(r, node, texts[i].key, texts[i].value));
    t->holds_if = 0.9;
    TRY(tree_number(r, node, "a claim", "holds-if", TREE_OPTIONAL, &t->holds_if));
    if (!(t->holds_if > 0.5 && t->holds_if <= 1))
        return tree_error(r, node, "\"holds-if\" is a probability above 0.5");
    return TRUCE_OK;
}

static truce_status read_until(truce_claims *claims, const tree_reader *r, const tree *root,
                               truce_error *error)
{
    TRY(tree_text(r, root, "the file of claims", "as-of", TREE_REQUIRED, &claims->as_of));
    if (!month_parse_in(TRUCE_DAYS, claims->as_of, &claims->until))
        return error_set(error, TRUCE_BAD_INPUT, claims->path, root->line,
                         "\"as-of\" is a date such as 2025-01-13, not \"%s\"", claims->as_of);
    /* a month, day, week or year of the case is known when it is over */
    claims->until = month_in(claims->c->unit, claims->until) - 1;
    return TRUCE_OK;
}

static const char *beside(truce_claims *claims, const char *name)
{
    const char *slash = strrchr(claims->path, '/');
    int length = slash ? (int)(slash - claims->path) + 1 : 0;
    return arena_format(&claims->memory, "%.*s%s", length, claims->path, name);
}

/* The case again, with the scenarios of a part of it that the file names. */
static truce_status read_scenarios(truce_claims *claims, const char *name, truce_error *error)
{
    text part = {0};
    const char *path = beside(claims, name);
    if (!path)
        return error_memory(error);
    truce_status status = file_read(claims->c->files, path, FILE_BYTES, &part, error);
    if (status == TRUCE_OK)
        status = truce_case_load_from(claims->c->files, claims->c->path, part.length ? part.bytes : "",
                                      &claims->own, error);
    if (status == TRUCE_OK)
        claims->c = claims->own;
    text_free(&part);
    return status;
}

static truce_status read_list(truce_claims *claims, const tree_reader *r, const tree *root,
                              truce_error *error)
{
    const tree *list = tree_get(root, "claims");
    if (!list)
        return error_set(error, TRUCE_BAD_INPUT, claims->path, root->line, "the file has no list \"claims\"");
    TRY(tree_is_list(r, list, "the list of claims"));
    if (list->count > MOST_CLAIMS)
        return tree_error(r, list, "more than %d claims", MOST_CLAIMS);
    claims->claims = arena_array(&claims->memory, list->count + 1, sizeof *claims->claims);
    if (!claims->claims)
        return error_memory(error);
    for (size_t i = 0; i < list->count; i++) {
        claim *k = &claims->claims[claims->count];
        TRY(read_claim(r, &list->items[i], k));
        for (size_t j = 0; j < claims->count; j++)
            if (strcmp(claims->claims[j].told.id, k->told.id) == 0)
                return tree_error(r, &list->items[i], "there are two claims \"%s\"", k->told.id);
        claims->count++;
    }
    return TRUCE_OK;
}

truce_status claims_read(truce_claims *claims, const char *file, const tree **root, truce_error *error)
{
    static const char *const keys[] = {"as-of", "posterior", "scenarios file", "claims", NULL};
    tree_reader r = {error};
    text content = {0};
    const char *scenarios = NULL, *posterior = NULL;
    claims->path = file ? arena_string(&claims->memory, file) : NULL;
    if (!file) {
        const char *slash = strrchr(claims->c->path, '/');
        int length = slash ? (int)(slash - claims->c->path) + 1 : 0;
        claims->path = arena_format(&claims->memory, "%.*sclaims.yaml", length, claims->c->path);
    }
    if (!claims->path)
        return error_memory(error);
    if (!file && !file_is_there(claims->c->files, claims->path))
        return error_set(error, TRUCE_BAD_INPUT, claims->path, 0,
                         "the case has no file of claims: write one, or name another file (--claims FILE)");
    truce_status status = file_read(claims->c->files, claims->path, FILE_BYTES, &content, error);
    if (status == TRUCE_OK)
        status = tree_read(&claims->memory, content.length ? content.bytes : "", content.length, claims->path,
                           root, error);
    text_free(&content);
    if (status != TRUCE_OK)
        return status;
    TRY(tree_is_map(&r, *root, "the file of claims", keys));
    TRY(read_until(claims, &r, *root, error));
    TRY(tree_text(&r, *root, "the file of claims", "scenarios file", TREE_OPTIONAL, &scenarios));
    TRY(tree_text(&r, *root, "the file of claims", "posterior", TREE_OPTIONAL, &posterior));
    if (posterior && !(claims->posterior = beside(claims, posterior)))
        return error_memory(error);
    if (scenarios)
        TRY(read_scenarios(claims, scenarios, error));
    return read_list(claims, &r, *root, error);
}

/* ---- Statements ------------------------------------------------------------------------------------------ */

static truce_status parse(truce_claims *claims, const tree *node, const char *key, const char *written,
                          statement *e, bool *there, truce_error *error)
{
    *there = written[0] != '\0';
    if (!*there)
        return TRUCE_OK;
    const tree *at = tree_get(node, key);
    TRY(statement_parse(claims->c, written, at, &claims->memory, e, error));
    return statement_is_probability(e) ? TRUCE_OK
                                       : error_set(error, TRUCE_BAD_INPUT, at->file, at->line,
                                                   "\"%s\" must compare something, or be a share that talks "
                                                   "tell (strong, accepts, stronger)",
                                                   key);
}

truce_status claims_parse(truce_claims *claims, const tree *root, truce_error *error)
{
    const tree *list = tree_get(root, "claims");
    for (size_t i = 0; i < claims->count; i++) {
        claim *k = &claims->claims[i];
        const tree *node = &list->items[i];
        TRY(parse(claims, node, "test", k->told.test, &k->test, &k->has_test, error));
        TRY(parse(claims, node, "fallback", k->told.fallback, &k->fallback, &k->has_fallback, error));
        TRY(parse(claims, node, "undetermined-if", k->told.undetermined_if, &k->undetermined_if,
                  &k->has_undetermined_if, error));
    }
    return TRUCE_OK;
}
