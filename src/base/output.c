/* Output files: written beside the target under a temporary name, then renamed. A target that is not a
 * regular file (a device, a pipe) is written to as it is: a rename would replace it. */
#include "base/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

truce_status output_open(output_file *f, const char *path, truce_error *error)
{
    *f = (output_file){0};
    size_t length = strlen(path);
    f->path = malloc(length + 1);
    f->temporary = malloc(length + 32);
    if (!f->path || !f->temporary) {
        output_discard(f);
        return error_memory(error);
    }
    memcpy(f->path, path, length + 1);
    snprintf(f->temporary, length + 32, "%s.%ld.part", path, (long)getpid());
    bool special = is_special(path);
    f->stream = fopen(special ? path : f->temporary, "wb");
    if (special) {
        free(f->temporary);
        f->temporary = NULL;
    }
    if (!f->stream) {
        truce_status status =
            error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the file: %s", strerror(errno));
        free(f->temporary);
        f->temporary = NULL; /* it is not ours to remove */
        output_discard(f);
        return status;
    }
    return TRUCE_OK;
}

truce_status output_commit(output_file *f, truce_error *error)
{
    errno = 0;
    bool bad = fflush(f->stream) != 0 || ferror(f->stream) != 0;
    int reason = errno;
    if (fclose(f->stream) != 0 && !bad) {
        bad = true;
        reason = errno;
    }
    f->stream = NULL;
    if (!bad && f->temporary && rename(f->temporary, f->path) != 0) {
        bad = true;
        reason = errno;
    }
    truce_status status = TRUCE_OK;
    if (bad) {
        status = error_set(error, TRUCE_RUN_FAILED, f->path, 0, "cannot write the file: %s",
                           reason ? strerror(reason) : "output error");
    } else {
        free(f->temporary);
        f->temporary = NULL;
    }
    output_discard(f);
    return status;
}

void output_discard(output_file *f)
{
    if (f->stream)
        fclose(f->stream);
    if (f->temporary)
        unlink(f->temporary);
    free(f->temporary);
    free(f->path);
    *f = (output_file){0};
}
