/* Forecasts of one entrant from one origin, kept as text: a record of many fits that was interrupted goes on
 * where it stood. Numbers are written as hexadecimal floats, so that the bits come back. The key is of all that a
 * forecast depends on and stands in the file and, in part, in its name, DATE-NAME-KEY.forecast, so that records of
 * several cases may be kept in one place. A file of this name that is something else is left alone.
 *
 *     truce forecast 1 KEY
 *     evidence LOGARITHM STANDARD-ERROR POINTS
 *     SERIES HORIZON POINT ... */
#include "base/plain.h"
#include "score/score.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* Whether the file has been kept under the key, by another process that scores the same: it holds the same then. */
static bool is_kept(const char *path, const char *wanted)
{
    char written[64] = "";
    FILE *stream = text_open_file(path);
    bool found =
        stream && fscanf(stream, "truce forecast 1 %63s", written) == 1 && strcmp(written, wanted) == 0;
    if (stream)
        fclose(stream);
    return found;
}

static void write_key(char written[64], const uint64_t key[2])
{
    snprintf(written, 64, "%016" PRIx64 "%016" PRIx64, key[0], key[1]);
}

truce_status score_keep(const score_table *t, size_t origin, size_t entrant, const char *directory,
                        const uint64_t key[2], truce_error *error)
{
    char path[PATH_MAX], written[64];
    output_file out;
    const score_evidence *v = &t->evidence[origin * t->entrant_count + entrant];
    write_key(written, key);
    TRY(name_file(t, origin, entrant, directory, written, path, error));
    truce_status status = output_open(&out, path, error);
    if (status != TRUCE_OK)
        return is_kept(path, written) ? TRUCE_OK : status;
    plain_print(out.stream, "truce forecast 1 %s\nevidence %a %a %zu\n", written, v->logarithm,
                v->standard_error, v->points);
    for (size_t i = 0; i < t->c->observation_count; i++)
        for (size_t h = 0; h < SCORE_HORIZONS; h++) {
            const score_change *change = score_change_of(t, origin, i, h, entrant);
            if (!change->forecast)
                continue;
            fprintf(out.stream, "%zu %zu", i, h);
            for (size_t k = 0; k < SAMPLE_POINTS; k++)
                plain_print(out.stream, " %a", change->points[k]);
            fputc('\n', out.stream);
        }
    status = output_commit(&out, error);
    return status != TRUCE_OK && is_kept(path, written) ? TRUCE_OK : status;
}

/* ---- Reading ----------------------------------------------------------------------------------------- */

static bool read_points(FILE *stream, score_table *t, size_t origin, size_t entrant)
{
    size_t i, h;
    while (fscanf(stream, "%zu %zu", &i, &h) == 2) {
        if (i >= t->c->observation_count || h >= SCORE_HORIZONS)
            return false;
        score_change *change = score_change_of(t, origin, i, h, entrant);
        for (size_t k = 0; k < SAMPLE_POINTS; k++)
            if (fscanf(stream, "%la", &change->points[k]) != 1)
                return false;
        change->forecast = true;
    }
    return feof(stream) != 0;
}

truce_status score_recall(score_table *t, size_t origin, size_t entrant, const char *directory,
                          const uint64_t key[2], bool *found, truce_error *error)
{
    char path[PATH_MAX], written[64] = "", wanted[64];
    score_evidence v = {0};
    write_key(wanted, key);
    TRY(name_file(t, origin, entrant, directory, wanted, path, error));
    FILE *stream = text_open_file(path);
    *found = false;
    if (!stream)
        return TRUCE_OK;
    locale_t before = plain_enter();
    int read = fscanf(stream, "truce forecast 1 %63s evidence %la %la %zu", written, &v.logarithm,
                      &v.standard_error, &v.points);
    bool ours = read == 4 && strcmp(written, wanted) == 0;
    bool whole = ours && read_points(stream, t, origin, entrant);
    plain_leave(before);
    fclose(stream);
    if (!ours)
        return error_set(error, TRUCE_RUN_FAILED, path, 0,
                         "the file is not a kept forecast, and is left as it is");
    if (ours && !whole)
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the forecast that was kept is damaged; delete the file to make it again");
    if (whole)
        t->evidence[origin * t->entrant_count + entrant] = v;
    *found = whole;
    return TRUCE_OK;
}
