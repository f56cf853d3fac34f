/* See zip.h. Only parts that are stored or deflated are read, so that no other decompressor and no cipher sees
 * bytes of others; what a part may unpack to is bounded before and while it is read. */
#include "sheets/zip.h"

#include "base/library.h"
#include "sheets/zip_library.h"

#if TRUCE_LIBZIP
#include <pthread.h>
#include <zip.h>

#define ZIP_FUNCTIONS(X)                                                                                     \
    X(zip_discard)                                                                                           \
    X(zip_fclose)                                                                                            \
    X(zip_fopen_index)                                                                                       \
    X(zip_fread)                                                                                             \
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

zip_archive *zip_archive_open(sheet_reader *r)
{
    zip_archive *archive = arena_alloc(r->a, sizeof *archive);
    if (!archive)
        sheet_no_memory(r);
    if (!archive || !load(r))
        return NULL;
    zip_source_t *source = library.zip_source_buffer_create(r->bytes, r->length, 0, NULL);
    if (!source) {
        sheet_no_memory(r);
        return NULL;
    }
    archive->zip = library.zip_open_from_source(source, ZIP_RDONLY, NULL);
    if (archive->zip)
        return archive;
    library.zip_source_free(source);
    sheet_fail(r, "the workbook is damaged: it is no .zip that can be unpacked");
    return NULL;
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
        zip_int64_t got = library.zip_fread(file, buffer, sizeof buffer);
        if (got < 0)
            return sheet_fail(r, "its part \"%.100s\" is damaged", part);
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
    zip_int64_t index = library.zip_name_locate(archive->zip, part, ZIP_FL_NOCASE);
    *found = index >= 0;
    if (!*found)
        return true;
    if (library.zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &facts) != 0)
        return sheet_fail(r, "its part \"%.100s\" is damaged", part);
    if (!check_part(r, part, &facts))
        return false;
    zip_file_t *file = library.zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (!file)
        return sheet_fail(r, "its part \"%.100s\" is damaged", part);
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
