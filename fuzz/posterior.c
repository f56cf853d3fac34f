/* Any bytes as posterior.nc, with the right seal: a file made by somebody who knows the format. It is read as everybody reads
 * it, in a confined child, which is not watched by the sanitizers; what comes back from it is. */
#include "base/base.h"
#include "fit/posterior.h"
#include "fuzz/cases.h"
#include "fuzz/files.h"
#include "fuzz/fuzz.h"

static void use(const truce_fit *f)
{
    double sum = 0;
    for (size_t j = 0; j < truce_fit_parameter_count(f); j++) {
        truce_fit_diagnosis d = truce_fit_diagnosis_of(f, j);
        fuzz_line(truce_fit_parameter_name(f, j));
        fuzz_line(truce_fit_parameter_units(f, j));
        sum += d.r_hat + truce_fit_values(f, j)[truce_fit_draw_count(f) - 1];
    }
    sum += truce_fit_log_likelihood(f)[truce_fit_draw_count(f) - 1];
    if (sum == 1.25 || !truce_fit_until(f))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const truce_case *c = fuzz_case("tests/data/fit/case.yaml");
    text content = {0};
    truce_fit *f;
    truce_error error = {0};
    text_add(&content, (const char *)bytes, size);
    posterior_seal(&content);
    if (content.failed)
        abort();
    fuzz_file("posterior.nc", (const uint8_t *)content.bytes, content.length);
    text_free(&content);
    if (truce_fit_load(fuzz_folder(), c, &f, &error) == TRUCE_OK) {
        use(f);
        truce_fit_destroy(f);
    } else if (error.message[0] == '\0') {
        abort();
    }
    return 0;
}
