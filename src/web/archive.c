/* Writes the archive of a case (archive.h). */
#include "web/archive.h"
#include "case/tree.h"
#include "xmile/xml.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

typedef struct packed_file {
    const char *path; /* absolute, without "." and ".." */
    archive_kind kind;
    text bytes;
} packed_file;

typedef struct packer {
    arena memory;
    truce_error *error;
    truce_files *read; /* the files that the case has read: nothing else is packed, whatever it names */
    packed_file files[ARCHIVE_FILES];
    size_t count;
} packer;

/* ---- Numbers and texts ------------------------------------------------------------------------------- */

static void put_number(text *t, uint32_t value)
{
    const char bytes[4] = {(char)value, (char)(value >> 8), (char)(value >> 16), (char)(value >> 24)};
    text_add(t, bytes, sizeof bytes);
}

static void put_long(text *t, uint64_t value)
{
    put_number(t, (uint32_t)value);
    put_number(t, (uint32_t)(value >> 32));
}

static void put_bytes(text *t, const char *bytes, size_t length)
{
    put_number(t, (uint32_t)length);
    text_add(t, bytes, length);
    text_add(t, "", 1);
}

/* In the composed form (NFC), which the page cannot make. */
static void put_text(text *t, const char *value)
{
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)value);
    const char *put = composed ? (const char *)composed : value;
    put_bytes(t, put, strlen(put));
    free(composed);
}

/* A list of numbers of eight bytes, rows of `count` that are `stride` numbers apart. */
static void put_list(text *t, const void *numbers, size_t rows, size_t count, size_t stride)
{
    assert(stride >= count);
    const uint64_t *from = numbers;
    put_number(t, (uint32_t)(rows * count));
    for (unsigned shift = 0; shift < 64; shift += 8)
        for (size_t row = 0; row < rows; row++)
            for (size_t i = 0; i < count; i++) {
                const char byte = (char)(from[row * stride + i] >> shift);
                text_add(t, &byte, 1);
            }
}

/* ---- Trees ------------------------------------------------------------------------------------------- */

static void put_tree(text *t, const tree *node)
{
    put_number(t, node->kind);
    put_number(t, (uint32_t)node->line);
    if (node->kind == TREE_SCALAR) {
        put_text(t, node->text);
        return;
    }
    put_number(t, (uint32_t)node->count);
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == TREE_MAP)
            put_tree(t, &node->keys[i]);
        put_tree(t, &node->items[i]);
    }
}

static void put_element(text *t, const xml_element *e)
{
    size_t count = 0;
    put_text(t, e->name);
    put_number(t, (uint32_t)e->line);
    put_number(t, (uint32_t)e->attribute_count);
    for (size_t i = 0; i < e->attribute_count; i++) {
        put_text(t, e->attributes[i].name);
        put_text(t, e->attributes[i].value);
    }
    put_number(t, e->text != NULL);
    put_number(t, (uint32_t)e->text_line);
    if (e->text)
        put_text(t, e->text);
    for (const xml_element *child = e->first; child; child = child->next)
        count++;
    put_number(t, (uint32_t)count);
    for (const xml_element *child = e->first; child; child = child->next)
        put_element(t, child);
}

/* ---- Paths ------------------------------------------------------------------------------------------- */

/* The absolute path without "." and "..", links not followed: as the page will look for it. */
static const char *absolute(packer *p, const char *path)
{
    char here[PATH_MAX] = "";
    if (*path != '/' && !getcwd(here, sizeof here))
        return NULL;
    char *whole = arena_format(&p->memory, "%s/%s", here, path);
    char *out = whole ? arena_alloc(&p->memory, strlen(whole) + 2) : NULL;
    size_t length = 0;
    for (const char *part = whole; out && part && *part;) {
        size_t size = strcspn(part, "/");
        if (size == 2 && memcmp(part, "..", 2) == 0) {
            while (length && out[--length] != '/')
                continue;
        } else if (size && !(size == 1 && *part == '.')) {
            out[length++] = '/';
            memcpy(out + length, part, size);
            length += size;
        }
        part += size + (part[size] == '/');
    }
    return out;
}

/* The path of a file that a file names. */
static const char *beside(packer *p, const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');
    if (*name == '/' || !slash)
        return absolute(p, name);
    const char *joined = arena_format(&p->memory, "%.*s/%s", (int)(slash - file), file, name);
    return joined ? absolute(p, joined) : NULL;
}

/* How much of the paths is the folder that holds them all. */
static size_t common_folder(const packer *p)
{
    size_t length = strlen(p->files[0].path);
    for (size_t i = 0; i < p->count; i++) {
        size_t same = 0;
        while (same < length && p->files[i].path[same] == p->files[0].path[same])
            same++;
        length = same;
    }
    while (length && p->files[0].path[length - 1] != '/')
        length--;
    return length;
}

/* ---- Files ------------------------------------------------------------------------------------------- */

/* A new file, or NULL when it is there already (*status TRUCE_OK) or there is no room. */
static packed_file *add_file(packer *p, const char *path, archive_kind kind, truce_status *status)
{
    *status = path ? TRUCE_OK : error_memory(p->error);
    for (size_t i = 0; path && i < p->count; i++)
        if (strcmp(p->files[i].path, path) == 0)
            return NULL;
    if (path && p->count == ARCHIVE_FILES)
        *status =
            error_set(p->error, TRUCE_BAD_INPUT, path, 0, "the case has more than %d files", ARCHIVE_FILES);
    if (*status != TRUCE_OK)
        return NULL;
    p->files[p->count] = (packed_file){.path = path, .kind = kind};
    return &p->files[p->count++];
}

/* A new file of the case, or NULL as above, or because it is none. */
static packed_file *add_read(packer *p, const char *path, archive_kind kind, truce_status *status)
{
    *status = TRUCE_OK;
    return path && !file_was_read(p->read, path) ? NULL : add_file(p, path, kind, status);
}

static truce_status add_plain(packer *p, const char *path)
{
    truce_status status;
    packed_file *f = add_read(p, path, ARCHIVE_PLAIN, &status);
    return f ? text_read_file(&f->bytes, path, INT_MAX, p->error) : status;
}

/* A file of a model: XML as a tree, what another language is written in as it is. */
static truce_status add_model_file(packer *p, const char *path)
{
    truce_status status;
    packed_file *f = add_read(p, path, ARCHIVE_PLAIN, &status);
    const xml_element *root;
    if (!f)
        return status;
    TRY(text_read_file(&f->bytes, path, INT_MAX, p->error));
    if (xml_parse(&p->memory, &p->memory, f->bytes.bytes ? f->bytes.bytes : "", f->bytes.length, path, &root,
                  NULL) != TRUCE_OK)
        return TRUCE_OK;
    text_free(&f->bytes);
    f->kind = ARCHIVE_XML;
    put_element(&f->bytes, root);
    return TRUCE_OK;
}

static truce_status add_yaml(packer *p, const char *path);

/* Files that a tree names, by the keys that name them. */
static truce_status add_named(packer *p, const char *file, const char *key, const tree *node)
{
    bool whole = strcmp(key, "include") == 0 || strcmp(key, "data from") == 0 || strcmp(key, "extends") == 0;
    if (node->kind == TREE_LIST && whole) {
        for (size_t i = 0; i < node->count; i++)
            TRY(add_named(p, file, key, &node->items[i]));
        return TRUCE_OK;
    }
    if (node->kind != TREE_SCALAR)
        return TRUCE_OK;
    if (whole)
        return add_yaml(p, beside(p, file, node->text));
    if (strcmp(key, "model") == 0)
        return add_model_file(p, beside(p, file, node->text));
    return strcmp(key, "file") == 0 ? add_plain(p, beside(p, file, node->text)) : TRUCE_OK;
}

/* Other models of the same data are only known to be there: an empty file says so. */
static truce_status add_rivals(packer *p, const char *file, const tree *rivals)
{
    for (size_t i = 0; i < rivals->count; i++) {
        truce_status status = TRUCE_OK;
        if (rivals->items[i].kind == TREE_SCALAR)
            add_file(p, beside(p, file, rivals->items[i].text), ARCHIVE_PLAIN, &status);
        TRY(status);
    }
    return TRUCE_OK;
}

static truce_status add_files_of(packer *p, const char *file, const tree *node)
{
    for (size_t i = 0; i < node->count; i++) {
        const tree *item = &node->items[i];
        const char *key = node->kind == TREE_MAP ? node->keys[i].text : "";
        TRY(add_named(p, file, key, item));
        TRY(strcmp(key, "rivals") == 0 && item->kind == TREE_MAP ? add_rivals(p, file, item)
                                                                 : add_files_of(p, file, item));
    }
    return TRUCE_OK;
}

static truce_status add_yaml(packer *p, const char *path)
{
    truce_status status;
    packed_file *f = add_read(p, path, ARCHIVE_YAML, &status);
    const tree *root = NULL;
    text content = {0};
    if (!f)
        return status;
    status = text_read_file(&content, path, TREE_BYTES, p->error);
    if (status == TRUCE_OK)
        status = tree_read(&p->memory, content.bytes, content.length, path, &root, p->error);
    text_free(&content);
    if (status != TRUCE_OK)
        return status;
    put_tree(&f->bytes, root);
    return add_files_of(p, path, root);
}

/* ---- The fit ----------------------------------------------------------------------------------------- */

/* Draws by parameter, and of the noise the levels only: what a run takes of a fit. */
static void put_fit(text *t, const truce_fit *f, size_t draws)
{
    size_t levels = f->stream_count * f->months, start = f->dimension - levels;
    put_long(t, f->seed);
    put_text(t, f->until);
    put_number(t, (uint32_t)f->months);
    put_number(t, (uint32_t)draws);
    put_number(t, (uint32_t)f->parameter_count);
    put_number(t, (uint32_t)f->stream_count);
    for (size_t i = 0; i < f->parameter_count; i++)
        put_text(t, f->names[i]);
    put_list(t, f->values, f->parameter_count, draws, f->count);
    put_list(t, f->streams, 1, f->stream_count, f->stream_count);
    put_list(t, f->x + start, draws, levels, f->dimension);
    put_list(t, f->keys, 1, draws * f->months, draws * f->months);
}

/* ---- All of it --------------------------------------------------------------------------------------- */

/* Loads the case once more, to see what is read. */
static truce_status find_read(packer *p, const truce_case *c)
{
    truce_case *again = NULL;
    TRY(truce_files_create_on_disk(&p->read, p->error));
    truce_status status = truce_case_load_from(p->read, c->path, NULL, &again, p->error);
    truce_case_destroy(again);
    return status;
}

static truce_status gather(packer *p, const truce_case *c)
{
    TRY(find_read(p, c));
    TRY(add_yaml(p, absolute(p, c->path)));
    /* A model may be of several files. */
    for (size_t v = 0; v < truce_model_variable_count(c->model); v++)
        TRY(add_model_file(p, absolute(p, truce_model_variable(c->model, v)->file)));
    for (size_t i = 0; i < p->count; i++)
        if (p->files[i].bytes.failed)
            return error_memory(p->error);
    return TRUCE_OK;
}

static void put_archive(text *t, const packer *p, const truce_fit *fit, size_t draws)
{
    size_t folder = common_folder(p);
    put_text(t, p->files[0].path + folder);
    put_number(t, (uint32_t)p->count);
    for (size_t i = 0; i < p->count; i++) {
        put_text(t, p->files[i].path + folder);
        put_number(t, p->files[i].kind);
        put_bytes(t, p->files[i].bytes.bytes ? p->files[i].bytes.bytes : "", p->files[i].bytes.length);
    }
    put_number(t, fit != NULL);
    if (fit)
        put_fit(t, fit, draws && draws < fit->count ? draws : fit->count);
}

static void put_head(text *t, const text *body)
{
    hash128 h;
    uint64_t hash[2];
    hash128_start(&h);
    hash128_add(&h, body->bytes, body->length);
    hash128_finish(&h, hash);
    text_add(t, ARCHIVE_MAGIC, strlen(ARCHIVE_MAGIC));
    put_long(t, ARCHIVE_VERSION);
    put_long(t, hash[0]);
    put_long(t, hash[1]);
    text_add(t, body->bytes, body->length);
}

truce_status archive_write(const truce_case *c, const truce_fit *fit, size_t draws, text *bytes,
                           truce_error *error)
{
    arena memory = {0};
    text body = {0};
    packer *p = arena_alloc(&memory, sizeof *p);
    if (!p)
        return error_memory(error);
    p->error = error;
    truce_status status = gather(p, c);
    if (status == TRUCE_OK) {
        put_archive(&body, p, fit, draws);
        put_head(bytes, &body);
        status = body.failed || bytes->failed ? error_memory(error) : TRUCE_OK;
    }
    for (size_t i = 0; i < p->count; i++)
        text_free(&p->files[i].bytes);
    text_free(&body);
    truce_files_destroy(p->read);
    arena_free(&p->memory);
    arena_free(&memory);
    return status;
}
