/* A stream that writes a file page by page, each at its own position. NetCDF makes its files in memory, and they
 * arrive in one piece; so does a page of HTML. In pages, an interruption or a full disk is met between two of
 * them, and writing goes on where it stood. All files of a set of results (output.h) are written here.
 */
#include "base/paged_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE = 4096 };

typedef struct paged_file {
    int fd;
    off_t at;
} paged_file;

/* Bytes written; fewer than asked for: errno says why. */
static ssize_t write_pages(void *context, const char *bytes, size_t length)
{
    paged_file *f = context;
    size_t done = 0;
    while (done < length) {
        size_t part = length - done < PAGE ? length - done : PAGE;
        ssize_t written = pwrite(f->fd, bytes + done, part, f->at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written < 0 ? errno : EIO;
            return 0;
        }
        done += (size_t)written;
        f->at += written;
    }
    return (ssize_t)done;
}

static int close_pages(void *context)
{
    paged_file *f = context;
    int failed = close(f->fd);
    free(f);
    return failed;
}

FILE *paged_file_open(int fd)
{
    paged_file *f = malloc(sizeof *f);
    FILE *stream = NULL;
    if (f) {
        *f = (paged_file){fd, 0};
        stream = fopencookie(f, "w", (cookie_io_functions_t){.write = write_pages, .close = close_pages});
    }
    if (!stream)
        free(f);
    return stream;
}
