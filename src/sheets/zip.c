/* See zip.h. Only parts that are stored or deflated are read, so that no other decompressor and no cipher sees
 * bytes of others; what a part may unpack to is bounded before and while it is read. */
#include "sheets/zip.h"

#include "base/library.h"
#include "sheets/zip_library.h"

#if TRUCE_LIBZIP
#include <errno.h>
#include <pthread.h>
#include <zip.h>

#define ZIP_FUNCTIONS(X)                                                                                     \
    X(zip_discard)                                                                                           \
    X(zip_error_code_zip)                                                                                    \
    X(zip_error_fini)                                                                                        \
    X(zip_error_init)                                                                                        \
    X(zip_fclose)                                                                                            \
    X(zip_file_get_error)                                                                                    \
    X(zip_fopen_index)                                                                                       \
    X(zip_fread)                                                                                             \
    X(zip_get_error)                                                                                         \
    X(zip_name_locate)                                                                                       \
    X(zip_open_from_source)                                                                                  \
    X(zip_source_buffer_create)                                                                              \
    X(zip_source_free)                                                                                       \
    X(zip_stat_index)

typedef struct zip_functions {
#define X(function) __typeof__(&function) function;
    ZIP_FUNCTIONS(X)
#undef X
} zip_functions;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool loaded; /* under the lock */
static zip_functions library;

struct zip_archive {
    zip_t *zip;
};

static bool load(sheet_reader *r)
{
    static const library_symbol table[] = {
#define X(function) {#function, offsetof(zip_functions, function)},
        ZIP_FUNCTIONS(X)
#undef X
    };
    pthread_mutex_lock(&lock);
    if (!loaded)
        r->status = library_load(TRUCE_LIBZIP_LIBRARY, "libzip, which unpacks workbooks", table,
                                 sizeof table / sizeof *table, &library, r->error);
    loaded = loaded || !r->status;
    pthread_mutex_unlock(&lock);
    return !r->status;
}

/* What libzip says was wrong. A lack of memory is no fault of the file, though libzip may take it for one: then errno,
 * which is cleared before it is called, tells. */
static bool fail_by(sheet_reader *r, zip_error_t *why, const char *what)
{
    return library.zip_error_code_zip(why) == ZIP_ER_MEMORY || errno == ENOMEM ? sheet_no_memory(r)
                                                                               : sheet_fail(r, "%s", what);
}

static bool fail_part(sheet_reader *r, zip_error_t *why, const char *part)
{
    char what[160];
    snprintf(what, sizeof what, "its part \"%.100s\" is damaged", part);
    return fail_by(r, why, what);
}

zip_archive *zip_archive_open(sheet_reader *r)
{
    zip_archive *archive = arena_alloc(r->a, sizeof *archive);
    zip_error_t why;
    if (!archive)
        sheet_no_memory(r);
    if (!archive || !load(r))
        return NULL;
    zip_source_t *source = library.zip_source_buffer_create(r->bytes, r->length, 0, NULL);
    if (!source) {
        sheet_no_memory(r);
        return NULL;
    }
    library.zip_error_init(&why);
    errno = 0;
    archive->zip = library.zip_open_from_source(source, ZIP_RDONLY, &why);
    if (!archive->zip) {
        library.zip_source_free(source);
        fail_by(r, &why, "the workbook is damaged: it is not a .zip that can be unpacked");
    }
    library.zip_error_fini(&why);
    return archive->zip ? archive : NULL;
}

void zip_archive_close(zip_archive *archive)
{
    if (archive)
        library.zip_discard(archive->zip);
}

static bool check_part(sheet_reader *r, const char *part, const zip_stat_t *facts)
{
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if ((facts->valid & needed) != needed)
        return sheet_fail(r, "its part \"%.100s\" is damaged", part);
    if (facts->encryption_method != ZIP_EM_NONE)
        return sheet_fail(r, "the workbook is protected by a password");
    if (facts->comp_method != ZIP_CM_STORE && facts->comp_method != ZIP_CM_DEFLATE)
        return sheet_fail(r, "its part \"%.100s\" is packed by a method that workbooks do not use", part);
    return facts->size <= SHEET_PART ||
           sheet_fail(r, "its part \"%.100s\" is larger than the limit of %d bytes", part, SHEET_PART);
}

static bool pour(sheet_reader *r, zip_file_t *file, const char *part,
                 bool (*take)(void *context, const char *bytes, size_t length), void *context)
{
    char buffer[16384];
    for (size_t total = 0;;) {
        errno = 0;
        zip_int64_t got = library.zip_fread(file, buffer, sizeof buffer);
        if (got < 0)
            return fail_part(r, library.zip_file_get_error(file), part);
        if (got == 0)
            return true;
        total += (size_t)got;
        if (total > SHEET_PART)
            return sheet_fail(r, "its part \"%.100s\" is larger than the limit of %d bytes", part,
                              SHEET_PART);
        if (!take(context, buffer, (size_t)got))
            return false;
    }
}

bool zip_archive_read(sheet_reader *r, zip_archive *archive, const char *part, bool *found,
                      bool (*take)(void *context, const char *bytes, size_t length), void *context)
{
    zip_stat_t facts = {0};
    errno = 0;
    zip_int64_t index = library.zip_name_locate(archive->zip, part, ZIP_FL_NOCASE);
    *found = index >= 0;
    if (!*found)
        return library.zip_error_code_zip(library.zip_get_error(archive->zip)) == ZIP_ER_NOENT ||
               fail_part(r, library.zip_get_error(archive->zip), part);
    if (library.zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &facts) != 0)
        return fail_part(r, library.zip_get_error(archive->zip), part);
    if (!check_part(r, part, &facts))
        return false;
    zip_file_t *file = library.zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (!file)
        return fail_part(r, library.zip_get_error(archive->zip), part);
    bool read = pour(r, file, part, take, context);
    library.zip_fclose(file);
    return read;
}

#else

zip_archive *zip_archive_open(sheet_reader *r)
{
    sheet_fail(r,
               "this truce was built without libzip, which unpacks workbooks (.xlsx): save the sheet as CSV");
    return NULL;
}

void zip_archive_close(zip_archive *archive)
{
    (void)archive;
}

bool zip_archive_read(sheet_reader *r, zip_archive *archive, const char *part, bool *found,
                      bool (*take)(void *context, const char *bytes, size_t length), void *context)
{
    (void)archive, (void)part, (void)take, (void)context;
    *found = false;
    return !r->status;
}

#endif
