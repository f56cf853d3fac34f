/* From a file to a document: recognising it, its encoding, and the order of the stages. */
#include "vensim/read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

/* ---- Recognising --------------------------------------------------------------------------------------- */

bool vensim_is_name(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".mdl") == 0;
}

/* XML begins with "<"; a model of Vensim with its encoding, a group, a macro or a name. */
bool vensim_is_text(const char *bytes, size_t length)
{
    size_t i = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < length && ascii_is_space(bytes[i]))
        i++;
    static const char *const heads[] = {"{utf-8}", "****", ":macro:"};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
        if (length - i >= strlen(heads[k]) && strncasecmp(bytes + i, heads[k], strlen(heads[k])) == 0)
            return true;
    return i < length && bytes[i] != '<' && memchr(bytes, '~', length) && memchr(bytes, '|', length);
}

/* ---- Encoding ------------------------------------------------------------------------------------------ */

static bool is_utf8(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)bytes + i, (utf8proc_ssize_t)(length - i), &point);
        if (used <= 0)
            return false;
        i += (size_t)used;
    }
    return true;
}

/* The character of a byte above 127 in the code page of Windows, 1252: Latin 1 but for these 32. */
static utf8proc_int32_t windows_character(unsigned char byte)
{
    static const uint16_t special[] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                       0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    return byte < 0xA0 ? special[byte - 0x80] : byte;
}

/* Old files are in the code page of Windows. Ends of lines become one character and the text is terminated; a zero
 * byte would end it early and is refused. */
static char *plain_text(mdl_reader *r, const char *bytes, size_t length, size_t *plain_length)
{
    size_t from = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, used = 0;
    bool utf8 = is_utf8(bytes + from, length - from);
    char *out = arena_array(r->a, utf8 ? length + 1 : 3 * length + 1, 1);
    if (!out) {
        mdl_no_memory(r);
        return NULL;
    }
    for (size_t i = from; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\r') {
            if (i + 1 == length || bytes[i + 1] != '\n')
                out[used++] = '\n';
        } else if (c >= 0x80 && !utf8) {
            used += (size_t)utf8proc_encode_char(windows_character(c), (utf8proc_uint8_t *)out + used);
        } else {
            out[used++] = (char)c;
        }
    }
    *plain_length = used;
    return out;
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

static bool start_reader(mdl_reader *r)
{
    mdl_section model = {0};
    r->group = SIZE_MAX;
    r->line = 1;
    r->document = mdl_array(r, 1, sizeof *r->document);
    return r->document &&
           (ARENA_PUSH(r->a, r->sections, r->section_count, r->section_capacity, model) || mdl_no_memory(r));
}

static bool build_groups(mdl_reader *r, xmile_model *model)
{
    mdl_section *s = &r->sections[0];
    xmile_group *groups = mdl_array(r, r->group_count, sizeof *groups);
    if (!groups)
        return false;
    size_t *counts = mdl_array(r, r->group_count, sizeof *counts);
    xmile_text *members = mdl_array(r, s->variable_count, sizeof *members), *next = members;
    if (!counts || !members)
        return false;
    for (size_t v = 0; v < s->variable_count; v++) {
        size_t g = s->equations[s->variables[v].first].group;
        if (g < r->group_count)
            counts[g]++;
    }
    for (size_t g = 0; g < r->group_count; next += counts[g++])
        groups[g] = (xmile_group){
            .name = r->groups[g].name, .doc = r->groups[g].comment, .members = next, .at = r->groups[g].at};
    for (size_t v = 0; v < s->variable_count; v++) {
        const mdl_equation *e = &s->equations[s->variables[v].first];
        if (e->group < r->group_count)
            members[groups[e->group].members - members + (ptrdiff_t)groups[e->group].member_count++] =
                (xmile_text){.text = s->variables[v].name, .at = e->at};
    }
    model->group_count = r->group_count;
    model->groups = groups;
    return true;
}

static bool build_dimensions(mdl_reader *r)
{
    xmile_dimension *list = mdl_array(r, r->range_count, sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < r->range_count; i++) {
        const mdl_range *range = &r->ranges[i];
        const char **names = mdl_array(r, range->count, sizeof *names);
        if (!names)
            return false;
        for (size_t k = 0; k < range->count; k++)
            names[k] = r->elements[range->elements[k]].name;
        list[i] =
            (xmile_dimension){.name = range->name, .at = range->at, .size = range->count, .elements = names};
    }
    r->document->dimensions = list;
    r->document->dimension_count = r->range_count;
    return true;
}

static bool build_document(mdl_reader *r)
{
    xmile_document *d = r->document;
    xmile_model *model = mdl_array(r, 1, sizeof *model);
    if (!model || !mdl_fill_ranges(r))
        return false;
    for (size_t i = 0; i < r->section_count; i++)
        if (!mdl_gather(r, &r->sections[i]))
            return false;
    if (!mdl_find_outer(r))
        return false;
    const char *slash = strrchr(r->file, '/');
    d->name = slash ? slash + 1 : r->file;
    d->names_are_free = true;
    d->units = r->units;
    d->unit_count = r->unit_count;
    d->method = r->method;
    d->models = model;
    d->model_count = 1;
    model->is_root = true;
    model->at = mdl_place(r, 1);
    return mdl_build_control(r, &r->sections[0]) && mdl_build_macros(r) &&
           mdl_build_variables(r, &r->sections[0], &model->variables, &model->variable_count) &&
           build_groups(r, model) && build_dimensions(r);
}

truce_status vensim_read(arena *a, const truce_files *files, const char *bytes, size_t length,
                         const char *file, const xmile_document **document, truce_error *error)
{
    mdl_reader r = {.a = a, .files = files, .file = file, .error = error};
    size_t plain_length = 0;
    const char *plain = plain_text(&r, bytes, length, &plain_length);
    bool done = plain && start_reader(&r);
    if (done && memchr(plain, 0, plain_length))
        done = mdl_fail(&r, 0, "this is not text: it holds a zero byte");
    if (done && text_hostile(plain, plain_length) != SIZE_MAX) {
        plain = arena_clean(a, plain, plain_length);
        plain_length = plain ? strlen(plain) : 0;
        done = plain || mdl_no_memory(&r);
    }
    if (done) {
        r.at = plain;
        r.end = plain + plain_length;
        done = mdl_split(&r) && build_document(&r);
    }
    for (size_t i = 0; i < r.section_count; i++) {
        map_free(&r.sections[i].names);
        map_free(&r.sections[i].input_names);
    }
    map_free(&r.range_names);
    map_free(&r.element_names);
    map_free(&r.macro_names);
    if (done)
        *document = r.document;
    return done ? TRUCE_OK : r.status;
}

truce_status vensim_load(arena *a, const truce_files *files, const char *path,
                         const xmile_document **document, truce_error *error)
{
    text contents = {0};
    const char *kept = arena_string(a, path);
    if (!kept)
        return error_memory(error);
    truce_status status = file_read(files, path, MDL_BYTES, &contents, error);
    if (status == TRUCE_OK)
        status = vensim_read(a, files, contents.bytes ? contents.bytes : "", contents.length, kept, document,
                             error);
    text_free(&contents);
    return status;
}
