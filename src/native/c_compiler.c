/* Runs the system's compiler and loads what it makes, in a private directory under TMPDIR that is removed
 * again, with what a compiler that was ended left in it. Nothing passes through a shell. */
#include "native/c_compiler.h"
#include "base/child.h"
#include "base/temporary.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OBJECT_LIMIT = 1 << 28, MOST_FLAGS = 32, LONGEST_COMPILATION = 600 /* seconds */ };

/* ---- A private directory ------------------------------------------------------------------------------ */

typedef struct workshop {
    temporary_directory directory;
    char source[PATH_MAX], object[PATH_MAX], messages[PATH_MAX];
} workshop;

static bool workshop_open(workshop *w)
{
    if (!temporary_open(&w->directory))
        return false;
    snprintf(w->source, sizeof w->source, "%s/parts.c", w->directory.path);
    snprintf(w->object, sizeof w->object, "%s/parts.so", w->directory.path);
    snprintf(w->messages, sizeof w->messages, "%s/messages", w->directory.path);
    return true;
}

/* The environment of this process, but for the place of temporaries, which are to go with the workshop; NULL
 * without memory. `place` has room for the variable. */
static const char **environment_in(const workshop *w, char *place, size_t size)
{
    static const char name[] = "TMPDIR=";
    size_t count = 0, kept = 1;
    while (environ[count])
        count++;
    const char **all = calloc(count + 2, sizeof *all); /* ended by NULL */
    if (!all)
        return NULL;
    snprintf(place, size, "%s%s", name, w->directory.path);
    all[0] = place;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], name, sizeof name - 1) != 0)
            all[kept++] = environ[i];
    return all;
}

static bool write_file(const char *path, const text *t)
{
    FILE *stream = fopen(path, "wbx");
    if (!stream)
        return false;
    bool written = fwrite(t->bytes, 1, t->length, stream) == t->length;
    return (fclose(stream) == 0) & written;
}

static truce_status no_workshop(truce_error *error)
{
    return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "no temporary directory can be made: %s",
                     strerror(errno));
}

/* ---- The compiler ------------------------------------------------------------------------------------- */

/* Relative directories of PATH are passed over. */
bool compiler_find(char **path, uint64_t identity[3])
{
    const char *list = getenv("PATH");
    char candidate[PATH_MAX];
    struct stat status;
    for (const char *at = list ? list : "/usr/bin:/bin"; *at; at += *at == ':') {
        size_t length = strcspn(at, ":");
        int used = snprintf(candidate, sizeof candidate, "%.*s/cc", (int)length, at);
        bool fits = at[0] == '/' && used > 0 && (size_t)used < sizeof candidate;
        at += length;
        if (!fits || access(candidate, X_OK) != 0 || stat(candidate, &status) != 0 ||
            !S_ISREG(status.st_mode))
            continue;
        identity[0] = (uint64_t)status.st_ino;
        identity[1] = (uint64_t)status.st_size;
        identity[2] = (uint64_t)status.st_mtime;
        *path = strdup(candidate);
        return *path != NULL;
    }
    return false;
}

/* The compiler's first line, which says what it missed. */
static truce_status describe_failure(const char *compiler, const workshop *w, truce_error *error)
{
    text messages = {0};
    const char *first = "it says nothing";
    if (text_read_file(&messages, w->messages, 1 << 20, NULL) == TRUCE_OK && messages.length > 0) {
        first = messages.bytes;
        messages.bytes[strcspn(messages.bytes, "\n")] = '\0';
    }
    error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s failed to compile native code: %s", compiler, first);
    text_free(&messages);
    return TRUCE_RUN_FAILED;
}

/* Whether all that the headers of the ELF file speak of is there: the loader maps it without looking, and
 * reads beyond the end of a file that was cut. */
static bool object_is_whole(const text *object)
{
    ElfW(Ehdr) head;
    if (object->length < sizeof head)
        return false;
    memcpy(&head, object->bytes, sizeof head);
    if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_phentsize != sizeof(ElfW(Phdr)) ||
        head.e_phoff > object->length ||
        (object->length - head.e_phoff) / sizeof(ElfW(Phdr)) < head.e_phnum ||
        head.e_shoff > object->length || (object->length - head.e_shoff) / sizeof(ElfW(Shdr)) < head.e_shnum)
        return false;
    for (size_t i = 0; i < head.e_phnum; i++) {
        ElfW(Phdr) part;
        memcpy(&part, object->bytes + head.e_phoff + i * sizeof part, sizeof part);
        if (part.p_offset > object->length || part.p_filesz > object->length - part.p_offset)
            return false;
    }
    return head.e_phnum > 0;
}

static truce_status read_object(const workshop *w, const char *compiler, text *object, truce_error *error)
{
    truce_error reason;
    if (text_read_file(object, w->object, OBJECT_LIMIT, &reason) != TRUCE_OK)
        return object->failed
                   ? error_memory(error)
                   : error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                               "%s says that it has compiled native code, but left no object file", compiler);
    return object_is_whole(object) ? TRUCE_OK
                                   : error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                                               "%s left an object file that is not whole", compiler);
}

static truce_status compile_in(const workshop *w, const char *compiler, const char *const *flags,
                               size_t flag_count, text *object, bool (*go_on)(void *context), void *context,
                               truce_error *error)
{
    const char *arguments[MOST_FLAGS + 8] = {compiler}; /* ended by NULL */
    size_t count = 1;
    for (size_t i = 0; i < flag_count && i < MOST_FLAGS; i++)
        arguments[count++] = flags[i];
    const char *const rest[] = {w->source, "-o", w->object, "-lm"};
    memcpy(arguments + count, rest, sizeof rest);
    char place[PATH_MAX];
    const char **environment = environment_in(w, place, sizeof place);
    if (!environment)
        return error_memory(error);
    const child_command command = {arguments,           environment, NULL,   w->messages,
                                   LONGEST_COMPILATION, go_on,       context};
    int detail;
    child_end end = child_run(&command, &detail);
    free(environment);
    switch (end) {
    case CHILD_NOT_STARTED:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot start %s: %s", compiler, strerror(detail));
    case CHILD_CANCELLED:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the run was cancelled");
    case CHILD_TOO_SLOW:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s took more than %d s to compile native code",
                         compiler, LONGEST_COMPILATION);
    case CHILD_KILLED:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s was ended by signal %d", compiler, detail);
    case CHILD_EXITED:
        break;
    }
    if (detail != 0)
        return describe_failure(compiler, w, error);
    return read_object(w, compiler, object, error);
}

truce_status compiler_run(const char *compiler, const char *const *flags, size_t flag_count,
                          const text *source, text *object, bool (*go_on)(void *context), void *context,
                          truce_error *error)
{
    workshop w;
    if (!workshop_open(&w))
        return no_workshop(error);
    truce_status status =
        write_file(w.source, source)
            ? compile_in(&w, compiler, flags, flag_count, object, go_on, context, error)
            : error_set(error, TRUCE_RUN_FAILED, w.source, 0, "cannot write the file: %s", strerror(errno));
    temporary_close(&w.directory);
    return status;
}

/* ---- Loading ------------------------------------------------------------------------------------------ */

truce_status object_load(const text *object, void **library, truce_error *error)
{
    workshop w;
    *library = NULL;
    if (!workshop_open(&w))
        return no_workshop(error);
    if (write_file(w.object, object))
        *library = dlopen(w.object, RTLD_NOW | RTLD_LOCAL);
    const char *reason = *library ? NULL : dlerror();
    if (!*library)
        error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot load native code: %s",
                  reason ? reason : strerror(errno));
    temporary_close(&w.directory);
    return *library ? TRUCE_OK : TRUCE_RUN_FAILED;
}
