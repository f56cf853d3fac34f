/* The seal of posterior.nc. HDF5 reads a file up to the end that its head gives, so that what comes after it
 * is nobody's, and other programs open a sealed file as it is. A program that writes the file anew drops the
 * seal, and truce then says that it is not what a fit wrote. The seal keeps damage out, not ill will: anybody
 * can make one. */
#include "fit/posterior.h"

#include <string.h>

static const char mark[16] = "truce posterior";

typedef struct seal {
    char mark[sizeof mark];
    uint64_t hash[2];
} seal;

static seal make_seal(const char *bytes, size_t length)
{
    seal s;
    hash128 h;
    memcpy(s.mark, mark, sizeof mark);
    hash128_start(&h);
    hash128_add(&h, bytes, length);
    hash128_finish(&h, s.hash);
    return s;
}

void posterior_seal(text *content)
{
    const seal s = make_seal(content->bytes, content->length);
    text_add(content, (const char *)&s, sizeof s);
}

truce_status posterior_unseal(text *content, const char *path, truce_error *error)
{
    seal found;
    if (content->length < sizeof found)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "this is not a posterior: the file is too short");
    size_t length = content->length - sizeof found;
    memcpy(&found, content->bytes + length, sizeof found);
    if (memcmp(found.mark, mark, sizeof mark) != 0)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the seal of `truce fit` is not at its end: the file is cut, was written by another "
                         "program, or is of "
                         "a version before 0.2; fit anew");
    const seal right = make_seal(content->bytes, length);
    if (memcmp(&found, &right, sizeof right) != 0)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the posterior was changed since it was written: its bytes do not have its hash");
    content->length = length;
    return TRUCE_OK;
}
