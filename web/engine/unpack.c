/* The files of a case inside a page: what stands in for the file system, libyaml and expat there. An archive
 * (archive.h) is opened once, and from then on paths are looked for in it. A page holds one case, so the open
 * archive is the one thing here that lives as long as the page. */
#include "case/tree.h"
#include "web/archive.h"
#include "xmile/xml.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A place in the archive; what does not fit marks it as broken and reads as zero. */
typedef struct reader {
    const unsigned char *bytes;
    size_t at, length;
    bool broken;
} reader;

typedef struct archived {
    const char *path;
    uint32_t kind;
    const char *bytes;
    size_t length;
} archived;

static struct {
    size_t count;
    archived files[ARCHIVE_FILES];
    reader fit; /* at the fit, or broken */
} opened;

/* ---- Reading ----------------------------------------------------------------------------------------- */

static const unsigned char *take(reader *r, size_t size)
{
    static const unsigned char zeros[8];
    if (size > r->length - r->at) {
        r->broken = true;
        return zeros;
    }
    r->at += size;
    return r->bytes + r->at - size;
}

static uint32_t number(reader *r)
{
    uint32_t value;
    memcpy(&value, take(r, sizeof value), sizeof value);
    return value;
}

static const char *bytes_of(reader *r, size_t *length)
{
    uint32_t size = number(r);
    *length = size;
    const unsigned char *found = size < UINT32_MAX ? take(r, (size_t)size + 1) : take(r, SIZE_MAX);
    if (r->broken || found[size] != 0) {
        r->broken = true;
        *length = 0;
        return "";
    }
    return (const char *)found;
}

static const char *text_of(reader *r)
{
    size_t length;
    return bytes_of(r, &length);
}

/* A list of numbers of eight bytes, which must be `count`; the arena's. */
static void *list(reader *r, arena *memory, size_t count)
{
    bool right = number(r) == count && count <= (r->length - r->at) / 8;
    uint64_t *numbers = right ? arena_array(memory, count + 1, sizeof *numbers) : NULL;
    const unsigned char *planes = numbers ? take(r, 8 * count) : NULL;
    if (!planes) {
        r->broken = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        for (unsigned k = 8; k-- > 0;)
            numbers[i] = numbers[i] << 8 | planes[k * count + i];
    return numbers;
}

/* ---- Files ------------------------------------------------------------------------------------------- */

/* Without "." and ".."; as archive.c writes paths, from the folder that holds all. */
static bool plain_path(const char *path, char *out, size_t room)
{
    size_t length = 0;
    while (*path) {
        size_t size = strcspn(path, "/");
        if (size == 2 && memcmp(path, "..", 2) == 0) {
            while (length && out[--length] != '/')
                continue;
        } else if (size && !(size == 1 && *path == '.')) {
            if (length + size + 2 > room)
                return false;
            if (length)
                out[length++] = '/';
            memcpy(out + length, path, size);
            length += size;
        }
        path += size + (path[size] == '/');
    }
    out[length] = '\0';
    return true;
}

static const archived *find(const char *path)
{
    char plain[PATH_MAX];
    if (!plain_path(path, plain, sizeof plain))
        return NULL;
    for (size_t i = 0; i < opened.count; i++)
        if (strcmp(opened.files[i].path, plain) == 0)
            return &opened.files[i];
    return NULL;
}

truce_status text_read_file(text *t, const char *path, size_t limit, truce_error *error)
{
    const archived *f = find(path);
    if (!f)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "the page does not hold this file");
    if (f->length > limit)
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "the file is larger than the limit of %zu bytes",
                         limit);
    text_add(t, f->bytes, f->length);
    return t->failed ? error_memory(error) : TRUCE_OK;
}

bool path_is_beside(const char *path, const char *file)
{
    (void)path, (void)file;
    return true; /* an archive holds nothing but the case */
}

int access(const char *path, int mode)
{
    (void)mode;
    return find(path) ? 0 : -1;
}

char *realpath(const char *restrict path, char *restrict out)
{
    *out = '/';
    return plain_path(path, out + 1, PATH_MAX - 1) ? out : NULL;
}

/* ---- Trees ------------------------------------------------------------------------------------------- */

static bool read_tree(arena *a, reader *r, const char *file, int depth, tree *node)
{
    node->kind = (tree_kind)number(r);
    node->line = (int)number(r);
    node->file = file;
    if (node->kind == TREE_SCALAR) {
        node->text = arena_string(a, text_of(r));
        return node->text && !r->broken;
    }
    size_t count = number(r);
    if (depth == TREE_DEPTH || node->kind > TREE_MAP || count > r->length - r->at)
        return false;
    tree *items = arena_array(a, count + 1, sizeof *items), *keys = arena_array(a, count + 1, sizeof *keys);
    bool good = items && keys;
    for (size_t i = 0; i < count && good; i++) {
        if (node->kind == TREE_MAP)
            good = read_tree(a, r, file, depth + 1, &keys[i]) && keys[i].kind == TREE_SCALAR;
        good = good && read_tree(a, r, file, depth + 1, &items[i]);
    }
    node->items = items;
    node->keys = keys;
    node->count = count;
    return good;
}

truce_status tree_read(arena *a, const char *bytes, size_t length, const char *file, const tree **root,
                       truce_error *error)
{
    reader r = {(const unsigned char *)bytes, 0, length, false};
    tree *node = arena_alloc(a, sizeof *node);
    if (!node)
        return error_memory(error);
    if (!read_tree(a, &r, file, 0, node))
        return error_set(error, TRUCE_BAD_INPUT, file, 0, "the file in the page is damaged");
    *root = node;
    return TRUCE_OK;
}

/* As xml.c has it: the tree in `a`, what outlives it in `strings`. */
static bool read_attributes(arena *a, arena *strings, reader *r, xml_element *e)
{
    size_t count = number(r);
    if (count > r->length - r->at)
        return false;
    xml_attribute *attributes = arena_array(a, count + 1, sizeof *attributes);
    for (size_t i = 0; attributes && i < count; i++) {
        attributes[i].name = arena_string(a, text_of(r));
        attributes[i].value = arena_string(strings, text_of(r));
        if (!attributes[i].name || !attributes[i].value)
            return false;
    }
    e->attributes = attributes;
    e->attribute_count = count;
    return attributes && !r->broken;
}

static xml_element *read_element(arena *a, arena *strings, reader *r, int depth)
{
    xml_element *e = arena_alloc(a, sizeof *e);
    if (!e || depth == XML_MAXIMUM_DEPTH)
        return NULL;
    e->name = arena_string(a, text_of(r));
    e->line = (int)number(r);
    if (!e->name || !read_attributes(a, strings, r, e))
        return NULL;
    bool has_text = number(r) != 0;
    e->text_line = (int)number(r);
    if (has_text && !(e->text = arena_string(strings, text_of(r))))
        return NULL;
    for (uint32_t left = number(r); left > 0; left--) {
        xml_element *child = r->broken ? NULL : read_element(a, strings, r, depth + 1);
        if (!child)
            return NULL;
        if (e->last)
            e->last->next = child;
        else
            e->first = child;
        e->last = child;
    }
    return r->broken ? NULL : e;
}

truce_status xml_parse(arena *tree, arena *strings, const char *bytes, size_t length, const char *file,
                       const xml_element **root, truce_error *error)
{
    reader r = {(const unsigned char *)bytes, 0, length, false};
    *root = read_element(tree, strings, &r, 0);
    return *root ? TRUCE_OK : error_set(error, TRUCE_BAD_INPUT, file, 0, "the file in the page is damaged");
}

/* ---- The fit ----------------------------------------------------------------------------------------- */

static void read_fit(reader *r, const truce_case *c, truce_fit *f)
{
    memcpy(&f->seed, take(r, 8), 8);
    snprintf(f->until, sizeof f->until, "%s", text_of(r));
    f->c = c;
    f->months = number(r);
    f->count = number(r);
    f->parameter_count = number(r);
    f->stream_count = number(r);
    if (f->parameter_count > r->length ||
        !(f->names = arena_array(&f->memory, f->parameter_count + 1, sizeof *f->names))) {
        r->broken = true;
        return;
    }
    for (size_t i = 0; i < f->parameter_count; i++)
        f->names[i] = text_of(r);
    f->dimension = f->stream_count * f->months;
    f->values = list(r, &f->memory, f->parameter_count * f->count);
    f->streams = list(r, &f->memory, f->stream_count);
    f->x = list(r, &f->memory, f->count * f->dimension);
    f->keys = list(r, &f->memory, f->count * f->months);
}

truce_status archive_fit(const truce_case *c, truce_fit **fit, truce_error *error)
{
    reader r = opened.fit;
    *fit = NULL;
    if (r.broken)
        return TRUCE_OK;
    truce_fit *f = calloc(1, sizeof *f);
    if (!f)
        return error_memory(error);
    read_fit(&r, c, f);
    if (r.broken || f->count == 0) {
        arena_free(&f->memory);
        free(f);
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "the fit in the page is damaged");
    }
    *fit = f;
    return TRUCE_OK;
}

/* ---- Opening ----------------------------------------------------------------------------------------- */

static truce_status check_head(const unsigned char *bytes, size_t length, truce_error *error)
{
    enum { HEAD = 32 };
    uint64_t told[3], hash[2];
    hash128 h;
    if (length < HEAD || memcmp(bytes, ARCHIVE_MAGIC, 8) != 0)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "this is not a case made by truce web");
    memcpy(told, bytes + 8, sizeof told);
    if (told[0] != ARCHIVE_VERSION)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                         "the case was made by another version of truce web: make the page again");
    hash128_start(&h);
    hash128_add(&h, bytes + HEAD, length - HEAD);
    hash128_finish(&h, hash);
    return memcmp(told + 1, hash, sizeof hash) == 0
               ? TRUCE_OK
               : error_set(error, TRUCE_BAD_INPUT, NULL, 0,
                           "the case in the page is damaged: its hash is wrong");
}

truce_status archive_open(const unsigned char *bytes, size_t length, const char **path, truce_error *error)
{
    TRY(check_head(bytes, length, error));
    reader r = {bytes + 32, 0, length - 32, false};
    *path = text_of(&r);
    size_t count = number(&r);
    for (opened.count = 0; opened.count < count && opened.count < ARCHIVE_FILES; opened.count++) {
        archived *f = &opened.files[opened.count];
        f->path = text_of(&r);
        f->kind = number(&r);
        f->bytes = bytes_of(&r, &f->length);
    }
    bool has_fit = number(&r) == 1;
    if (r.broken || count > ARCHIVE_FILES)
        return error_set(error, TRUCE_BAD_INPUT, NULL, 0, "the case in the page is damaged");
    opened.fit = r;
    opened.fit.broken = !has_fit;
    return TRUCE_OK;
}
