/* Values that are more than text: months, files, columns of files, sources. */
#include "case/load.h"

#include <errno.h>
#include <math.h>
#include <string.h>

truce_status load_repeated(const loader *l, place at, place before, const char *format, const char *name)
{
    bool same = strcmp(before.file, at.file) == 0;
    const char *sentence = arena_format(l->memory, format, name);
    const char *where = same ? "on" : arena_format(l->memory, "in %s,", before.file);
    return sentence && where ? error_set(l->read.error, TRUCE_BAD_INPUT, at.file, at.line, "%s %s line %d",
                                         sentence, where, before.line)
                             : error_memory(l->read.error);
}

truce_status load_room(const loader *l, const tree *at)
{
    return l->memory->total <= CASE_MEMORY ? TRUCE_OK : tree_error(&l->read, at, "the case is too large");
}

truce_status load_node_month(const loader *l, const tree *node, const char *what, month *value)
{
    if (node->kind != TREE_SCALAR)
        return tree_error(&l->read, node, "%s must be a %s such as %s", what, case_period(l->c),
                          time_unit_example(l->c->unit));
    if (!month_parse_in(l->c->unit, node->text, value))
        return tree_error(&l->read, node, "%s must be a %s such as %s, not \"%s\"", what, case_period(l->c),
                          time_unit_example(l->c->unit), node->text);
    return TRUCE_OK;
}

truce_status load_month(const loader *l, const tree *entry, const char *what, const char *key, tree_need need,
                        month *value)
{
    const tree *node = tree_get(entry, key);
    if (!node)
        return need == TREE_REQUIRED ? tree_error(&l->read, entry, "%s needs the key \"%s\"", what, key)
                                     : TRUCE_OK;
    char name[96];
    snprintf(name, sizeof name, "\"%s\"", key);
    return load_node_month(l, node, name, value);
}

truce_status load_horizon_month(const loader *l, const tree *entry, const char *what, const char *key,
                                month *value)
{
    month m = MONTH_NONE;
    TRY(load_month(l, entry, what, key, TREE_OPTIONAL, &m));
    if (m == MONTH_NONE)
        return TRUCE_OK;
    if (m < l->c->start || m > l->c->stop) {
        char given[16], start[16], stop[16];
        month_iso(m, given);
        month_iso(l->c->start, start);
        month_iso(l->c->stop, stop);
        return tree_error(&l->read, tree_get(entry, key), "the %s %s lies outside the horizon, %s to %s",
                          case_period(l->c), given, start, stop);
    }
    *value = m;
    return TRUCE_OK;
}

truce_status load_period_key(const loader *l, const tree *entry, bool plural, const char **key)
{
    static const char *const keys[][2] = {[TRUCE_MONTHS] = {"month", "months"},
                                          [TRUCE_DAYS] = {"day", "days"},
                                          [TRUCE_WEEKS] = {"week", "weeks"},
                                          [TRUCE_YEARS] = {"year", "years"}};
    *key = keys[l->c->unit][plural];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const tree *other = tree_get(entry, keys[i][plural]);
        if (other && i != (size_t)l->c->unit)
            return tree_error(&l->read, other, "the case is in %ss: write \"%s\" in place of \"%s\"",
                              case_period(l->c), *key, keys[i][plural]);
    }
    return TRUCE_OK;
}

/* Four digits are a number: a year in the place of one is given by its first day. */
bool load_is_month(const loader *l, const tree *node, month *m)
{
    return node && node->kind == TREE_SCALAR && strchr(node->text, '-') &&
           month_parse_in(l->c->unit, node->text, m);
}

truce_status load_number_or_month(const loader *l, const tree *node, const char *what, double *value)
{
    month m = 0;
    if (load_is_month(l, node, &m)) {
        *value = l->c->time_start + (m - l->c->start);
        return TRUCE_OK;
    }
    return tree_node_number(&l->read, node, what, value);
}

truce_status load_beside(const loader *l, const tree *node, const char **path)
{
    const char *from = strcmp(node->file, CASE_GIVEN_PART) == 0 ? l->c->path : node->file;
    const char *slash = node->text[0] == '/' ? NULL : strrchr(from, '/');
    const char *folder = slash ? arena_copy(l->memory, from, (size_t)(slash - from) + 1) : "";
    *path = folder ? arena_format(l->memory, "%s%s", folder, node->text) : NULL;
    return *path ? TRUCE_OK : error_memory(l->read.error);
}

truce_status load_path(const loader *l, const tree *entry, const char *what, const char *key,
                       const char **path)
{
    const char *name = NULL;
    TRY(tree_text(&l->read, entry, what, key, TREE_REQUIRED, &name));
    return load_beside(l, tree_get(entry, key), path);
}

/* The file at a path, read when it is first asked for. */
static truce_status open_file(loader *l, const char *path, const series_file **file)
{
    for (size_t i = 0; i < l->file_count; i++)
        if (strcmp(l->files[i].path, path) == 0) {
            *file = &l->files[i];
            return TRUCE_OK;
        }
    series_file read;
    TRY(series_file_read(l->memory, l->c->files, path, l->c->unit, &read, l->read.error));
    if (!ARENA_PUSH(l->memory, l->files, l->file_count, l->file_capacity, read))
        return error_memory(l->read.error);
    hash128_add(&l->content, &read.first, sizeof read.first);
    hash128_add(&l->content, read.values, read.column_count * read.months * sizeof *read.values);
    *file = &l->files[l->file_count - 1];
    return TRUCE_OK;
}

truce_status load_readable(const loader *l, const tree *entry, const char *key, const char *path)
{
    if (file_is_readable(l->c->files, path))
        return TRUCE_OK;
    return tree_error(&l->read, tree_get(entry, key), "cannot read the file \"%s\": %s", path,
                      strerror(errno));
}

/* A column of the file of an entry; `key` is where it is named. */
truce_status load_named_column(loader *l, const tree *entry, const char *what, const char *key,
                               double convert, case_column *column)
{
    const char *path = NULL, *name = NULL;
    const series_file *file = NULL;
    TRY(load_path(l, entry, what, "file", &path));
    TRY(tree_text(&l->read, entry, what, key, TREE_REQUIRED, &name));
    TRY(load_readable(l, entry, "file", path));
    TRY(open_file(l, path, &file));
    size_t at = 0;
    while (at < file->column_count && strcmp(file->columns[at], name) != 0)
        at++;
    if (at == file->column_count) {
        text missing = {0};
        text_print(&missing, "the file %s has no column", path);
        truce_status status = missing.failed ? error_memory(l->read.error)
                                             : tree_unknown(&l->read, tree_get(entry, key), missing.bytes,
                                                            name, file->columns, file->column_count);
        text_free(&missing);
        return status;
    }
    TRY(load_room(l, entry));
    double *values = arena_array(l->memory, file->months, sizeof *values);
    if (!values)
        return error_memory(l->read.error);
    for (size_t i = 0; i < file->months; i++) {
        values[i] = file->values[at * file->months + i] * convert;
        if (isinf(values[i]))
            return tree_error(&l->read, tree_get(entry, "convert"), "\"convert\" makes a number too large");
    }
    *column = (case_column){file->path, file->columns[at], file->first, file->months, values};
    return TRUCE_OK;
}

truce_status load_column(loader *l, const tree *entry, const char *what, double convert, case_column *column)
{
    return load_named_column(l, entry, what, "column", convert, column);
}

truce_status load_source(const loader *l, const tree *entry, const char *what, tree_need need,
                         bool words_allowed, const char **source)
{
    const char *given = NULL;
    const truce_case *c = l->c;
    TRY(tree_text(&l->read, entry, what, "source", need, &given));
    if (!given)
        return TRUCE_OK;
    *source = given;
    if (case_find_source(c, given) || (words_allowed && strchr(given, ' ')))
        return TRUCE_OK;
    const char **ids = arena_array(l->memory, c->source_count, sizeof *ids);
    if (!ids)
        return error_memory(l->read.error);
    for (size_t i = 0; i < c->source_count; i++)
        ids[i] = c->sources[i].id;
    if (words_allowed && !truce_nearest_name(given, ids, c->source_count))
        return tree_error(
            &l->read, tree_get(entry, "source"),
            "no source \"%s\": write the id of one under `sources`, or say in several words where it "
            "comes from",
            given);
    return tree_unknown(&l->read, tree_get(entry, "source"), "no source", given, ids, c->source_count);
}
