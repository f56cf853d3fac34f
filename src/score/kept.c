/* Forecasts of one entrant from one origin, kept as text: a record of many fits that was interrupted goes on
 * where it stood. Numbers are written as hexadecimal floats, so that the bits come back. The key is of all that a
 * forecast depends on and stands in the file and, in part, in its name, DATE-NAME-KEY.forecast, so that records of
 * several cases may be kept in one place. A file of this name that is something else is left alone, and one that is not
 * whole is refused: the last line is the hash of all before it.
 *
 *     truce forecast 2 KEY
 *     evidence LOGARITHM STANDARD-ERROR POINTS
 *     SERIES HORIZON POINT ...
 *     hash DIGITS */
#include "base/plain.h"
#include "score/score.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 64 << 20 };
static const char title[] = "truce forecast 2 ", title_before[] = "truce forecast 1 ";

/* Of everything up to the end of the horizon: what forecasts run on with, and, as the view shows them, the
 * data. */
truce_status score_key(const score_table *t, size_t origin, size_t entrant, const truce_case *view,
                       const score_options *options, uint64_t key[2], truce_error *error)
{
    const score_entrant *e = &t->entrants[entrant];
    fit_target target;
    hash128 h;
    TRY(target_make(view, 0, view->stop, &target, error));
    uint64_t numbers[] = {target.fingerprint,     options->particles,           options->seed,
                          (uint64_t)e->role,      (uint64_t)t->origins[origin], SAMPLE_POINTS,
                          t->c->observation_count};
    target_free(&target);
    hash128_start(&h);
    hash128_add(&h, TRUCE_VERSION, strlen(TRUCE_VERSION));
    hash128_add(&h, numbers, sizeof numbers);
    for (size_t i = 0; i < t->c->observation_count;
         i++) { /* "": forecasts are kept by the number of the series */
        const char *name = e->observations[i] ? e->observations[i]->name : "";
        hash128_add(&h, name, strlen(name) + 1);
    }
    hash128_finish(&h, key);
    return TRUCE_OK;
}

static truce_status name_file(const score_table *t, size_t origin, size_t entrant, const char *directory,
                              const char *key, char path[PATH_MAX], truce_error *error)
{
    char iso[16];
    month_iso(t->origins[origin], iso);
    return snprintf(path, PATH_MAX, "%s/%s-%s-%.8s.forecast", directory, iso, t->entrants[entrant].name,
                    key) < PATH_MAX
               ? TRUCE_OK
               : error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                           "the path of the forecasts that are kept is too long");
}

/* ---- Writing ----------------------------------------------------------------------------------------- */

/* The file begins with the title and the key. */
static bool is_under(const text *t, const char *key)
{
    return t->length > strlen(title) + strlen(key) && memcmp(t->bytes, title, strlen(title)) == 0 &&
           strncmp(t->bytes + strlen(title), key, strlen(key)) == 0 &&
           t->bytes[strlen(title) + strlen(key)] == '\n';
}

/* Whether the file has been kept under the key, by another process that scores the same: it holds the same then. */
static bool is_kept(const char *path, const char *key)
{
    text t = {0};
    bool found = text_read_file(&t, path, MOST_BYTES, NULL) == TRUCE_OK && is_under(&t, key);
    text_free(&t);
    return found;
}

static void write_points(text *to, const score_table *t, size_t origin, size_t entrant)
{
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            const score_change *change = score_change_of(t, origin, i, h, entrant);
            if (!change->forecast)
                continue;
            text_print(to, "%zu %zu", i, h);
            for (size_t k = 0; k < SAMPLE_POINTS; k++)
                text_print(to, " %a", change->points[k]);
            text_add(to, "\n", 1);
        }
}

static truce_status write_file(const text *t, const char *path, truce_error *error)
{
    output_file out;
    if (t->failed)
        return error_memory(error);
    TRY(output_open(&out, path, error));
    fwrite(t->bytes, 1, t->length, out.stream);
    return output_commit(&out, error);
}

truce_status score_keep(const score_table *t, size_t origin, size_t entrant, const char *directory,
                        const uint64_t key[2], truce_error *error)
{
    char path[PATH_MAX], written[HASH_DIGITS + 1];
    text content = {0};
    const score_evidence *v = &t->evidence[origin * t->entrant_count + entrant];
    hash128_write(key, written);
    TRY(name_file(t, origin, entrant, directory, written, path, error));
    text_print(&content, "%s%s\nevidence %a %a %zu\n", title, written, v->logarithm, v->standard_error,
               v->points);
    write_points(&content, t, origin, entrant);
    text_seal(&content);
    truce_status status = write_file(&content, path, error);
    text_free(&content);
    return status != TRUCE_OK && is_kept(path, written) ? TRUCE_OK : status;
}

/* ---- Reading ----------------------------------------------------------------------------------------- */

static bool take_count(const char **at, size_t *value)
{
    char *end;
    *value = (size_t)strtoull(*at, &end, 10);
    bool taken = end > *at;
    *at = end;
    return taken;
}

static bool take_number(const char **at, double *value)
{
    char *end;
    *value = plain_number(*at, &end);
    bool taken = end > *at;
    *at = end;
    return taken;
}

static bool take_evidence(const char **at, score_evidence *v)
{
    static const char name[] = "evidence ";
    if (strncmp(*at, name, strlen(name)) != 0)
        return false;
    *at += strlen(name);
    return take_number(at, &v->logarithm) && take_number(at, &v->standard_error) &&
           take_count(at, &v->points) && *(*at)++ == '\n';
}

static bool take_points(const char **at, score_table *t, size_t origin, size_t entrant)
{
    size_t i, h;
    if (!take_count(at, &i) || !take_count(at, &h) || i >= t->c->observation_count || h >= SCORE_HORIZONS)
        return false;
    score_change *change = score_change_of(t, origin, i, h, entrant);
    for (size_t k = 0; k < SAMPLE_POINTS; k++)
        if (!take_number(at, &change->points[k]))
            return false;
    change->forecast = true;
    return *(*at)++ == '\n';
}

/* What stands between the first line and the hash. */
static bool take_all(const text *content, score_table *t, size_t origin, size_t entrant)
{
    const char *at = strchr(content->bytes, '\n') + 1, *end = content->bytes + content->length;
    score_evidence v = {0};
    bool good = take_evidence(&at, &v);
    while (good && at < end)
        good = take_points(&at, t, origin, entrant);
    if (good)
        t->evidence[origin * t->entrant_count + entrant] = v;
    return good;
}

static truce_status take(text *content, const char *key, score_table *t, size_t origin, size_t entrant,
                         const char *path, truce_error *error)
{
    if (content->length > strlen(title_before) &&
        memcmp(content->bytes, title_before, strlen(title_before)) == 0)
        return error_set(
            error, TRUCE_BAD_INPUT, path, 0,
            "the forecast was kept by an earlier version of truce, which wrote no hash: delete it, "
            "or keep forecasts in another folder");
    if (!is_under(content, key))
        return error_set(error, TRUCE_RUN_FAILED, path, 0,
                         "the file is not a kept forecast, and is left as it is");
    if (!text_unseal(content) || !take_all(content, t, origin, entrant))
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the forecast that was kept is damaged; delete the file to make it again");
    return TRUCE_OK;
}

truce_status score_recall(score_table *t, size_t origin, size_t entrant, const char *directory,
                          const uint64_t key[2], bool *found, truce_error *error)
{
    char path[PATH_MAX], wanted[HASH_DIGITS + 1];
    text content = {0};
    *found = false;
    hash128_write(key, wanted);
    TRY(name_file(t, origin, entrant, directory, wanted, path, error));
    if (!file_is_there(NULL, path))
        return TRUCE_OK;
    truce_status status = text_read_file(&content, path, MOST_BYTES, error);
    if (status == TRUCE_OK)
        status = take(&content, wanted, t, origin, entrant, path, error);
    text_free(&content);
    *found = status == TRUCE_OK;
    return status;
}
