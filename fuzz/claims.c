/* Any bytes as a file of claims beside a case: read and judged with a few members, or refused. */
#include "fuzz/cases.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

static void tell(const truce_claims *claims)
{
    char *words = NULL;
    if (truce_claims_table(claims, false, &words, NULL) == TRUCE_OK)
        truce_text_free(words);
    if (truce_claims_json(claims, &words, NULL) == TRUCE_OK)
        truce_text_free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const truce_case *c = fuzz_case("tests/data/talks/case.yaml");
    truce_claims_options options = truce_claims_default_options();
    truce_claims *claims;
    truce_error error = {0};
    options.file = fuzz_file("claims.yaml", bytes, size);
    options.members = 20;
    options.threads = 1;
    options.engine = TRUCE_ENGINE_INTERPRETER;
    if (truce_claims_judge(c, &options, &claims, &error) == TRUCE_OK) {
        tell(claims);
        truce_claims_destroy(claims);
    } else if (error.message[0] == '\0') {
        abort();
    }
    return 0;
}
