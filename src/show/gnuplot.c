/* The child process that draws: gnuplot, started without a shell, in a private temporary directory, with a
 * time limit. Each process gets one script, which is a file there, and leaves two files for each chart, N.svg and
 * N.again, which must be equal: gnuplot does not tell when it could not write a part of a drawing, and what is left may
 * look whole. */
#include "base/child.h"
#include "base/temporary.h"
#include "show/chart.h"

#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PROCESSES = 8, PATH_SIZE = 4200, MAX_DRAWING = 64 << 20, LONGEST_DRAWING = 300 /* seconds */ };

typedef struct drawing_job {
    const text *scripts;
    size_t count;
    unsigned processes;
    temporary_directory directory;
    interruption watched;
    text *drawings;
    truce_error errors[MAX_PROCESSES];
} drawing_job;

static void job_path(const drawing_job *job, char path[PATH_SIZE], const char *kind, size_t number)
{
    snprintf(path, PATH_SIZE, "%s/%zu.%s", job->directory.path, number, kind);
}

static bool write_chart(FILE *stream, const drawing_job *job, size_t i, const char *kind)
{
    const text *script = &job->scripts[i];
    return fprintf(stream, "set output '%zu.%s'\n", i, kind) > 0 &&
           fwrite(script->bytes, 1, script->length, stream) == script->length &&
           fprintf(stream, "unset output\n") > 0;
}

/* Chart i is drawn by process i modulo the number of processes. A drawing begins with the colour in which the one before
 * ended: the last is drawn first, for nothing, so that both drawings of a chart have the same before them. */
static bool write_charts(FILE *stream, const drawing_job *job, size_t process)
{
    static const char *const kinds[] = {"svg", "again"};
    size_t last = process + (job->count - 1 - process) / job->processes * job->processes;
    bool good = write_chart(stream, job, last, "first");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = process; good && i < job->count; i += job->processes)
            good = write_chart(stream, job, i, kinds[k]);
    return good;
}

static truce_status write_script(const drawing_job *job, size_t process, truce_error *error)
{
    char path[PATH_SIZE];
    job_path(job, path, "gp", process);
    FILE *stream = fopen(path, "wbx");
    bool good = stream && write_charts(stream, job, process);
    int reason = errno;
    if (stream && fclose(stream) != 0 && good) {
        good = false;
        reason = errno;
    }
    return good ? TRUCE_OK
                : error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot write the charts' script: %s",
                            strerror(reason));
}

/* What gnuplot complained about: it shows the command, points at the place, and then says where and what:
 * "file" line 3: what. */
static void read_complaint(const drawing_job *job, size_t process, char *line, size_t size)
{
    char path[PATH_SIZE];
    text log = {0};
    job_path(job, path, "log", process);
    bool first = true;
    snprintf(line, size, "it gives no reason");
    if (text_read_file(&log, path, 1 << 20, NULL) == TRUCE_OK)
        for (char *at = log.bytes; at && *at;) {
            char *end = at + strcspn(at, "\n");
            bool last = *end == '\0';
            *end = '\0';
            const char *said = strstr(at, "\" line ");
            said = said ? strchr(said, ':') : NULL;
            if (said && said[1])
                snprintf(line, size, "%s", said + 2);
            else if (first && *at)
                snprintf(line, size, "%s", at);
            first = first && !*at;
            at = last ? NULL : end + 1;
        }
    text_free(&log);
}

static truce_status describe_end(const drawing_job *job, size_t process, child_end end, int detail,
                                 truce_error *error)
{
    static const char what[] = "gnuplot, which draws the charts of the report,";
    char complaint[200];
    switch (end) {
    case CHILD_NOT_STARTED:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "cannot start %.*s: %s", (int)(sizeof what - 2),
                         what, strerror(detail));
    case CHILD_CANCELLED:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "the run was cancelled");
    case CHILD_TOO_SLOW:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s took more than %d s", what, LONGEST_DRAWING);
    case CHILD_KILLED:
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "%s was ended by signal %d", what, detail);
    default:
        read_complaint(job, process, complaint, sizeof complaint);
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                         "gnuplot failed to draw the charts of the report: %s", complaint);
    }
}

/* The environment of the child: no personal settings, numbers with a point, text in UTF-8. The script is a
 * file, since gnuplot reads its standard input byte by byte. */
static truce_status run_process(const drawing_job *job, size_t process, truce_error *error)
{
    TRY(write_script(job, process, error));
    char script[32], log[PATH_SIZE], path_variable[PATH_SIZE];
    snprintf(script, sizeof script, "%zu.gp", process);
    job_path(job, log, "log", process);
    const char *search = getenv("PATH");
    snprintf(path_variable, sizeof path_variable, "PATH=%s",
             search ? search : "/usr/local/bin:/usr/bin:/bin");
    const char *const arguments[] = {"gnuplot", "--default-settings", script, NULL};
    const char *const environment[] = {path_variable, "LC_ALL=C.UTF-8", "HOME=/nonexistent", NULL};
    const child_command command = {arguments,       environment,        job->directory.path, log,
                                   LONGEST_DRAWING, job->watched.go_on, job->watched.context};
    int detail;
    child_end end = child_run(&command, &detail);
    return end == CHILD_EXITED && detail == 0 ? TRUCE_OK : describe_end(job, process, end, detail, error);
}

/* gnuplot escapes < and & in labels, but not >, and XML allows no "]]>" in text. The drawing is that many bytes longer
 * then. */
static void escape_ends(text *drawing)
{
    if (!drawing->length)
        return;
    text escaped = {0};
    const char *from = drawing->bytes, *end = from + drawing->length, *at;
    while ((at = memmem(from, (size_t)(end - from), "]]>", 3)) != NULL) {
        text_add(&escaped, from, (size_t)(at - from));
        text_add(&escaped, "]]&gt;", 6);
        from = at + 3;
    }
    if (!escaped.length && !escaped.failed)
        return;
    text_add(&escaped, from, (size_t)(end - from));
    text_free(drawing);
    *drawing = escaped;
}

/* What gnuplot, which ended without an error, has left of drawing i, and what it said. */
static truce_status describe_damage(const drawing_job *job, size_t process, size_t i, const char *what,
                                    truce_error *error)
{
    char complaint[200];
    size_t length = job->drawings[i].length;
    read_complaint(job, process, complaint, sizeof complaint);
    if (!length)
        return error_set(error, TRUCE_RUN_FAILED, job->directory.path, 0,
                         "gnuplot ended with code 0 but left a chart empty: %s", complaint);
    return error_set(error, TRUCE_RUN_FAILED, job->directory.path, 0,
                     "gnuplot ended with code 0 but left a chart of %zu bytes that is damaged (%s): %s",
                     length, what, complaint);
}

/* A write that failed in the middle leaves a hole in the markup, or no end. */
static truce_status check_drawing(const drawing_job *job, size_t process, size_t i, truce_error *error)
{
    static const char start[] = "\x89PNG", end[] = "IEND\xae\x42\x60\x82";
    const text *drawing = &job->drawings[i];
    size_t tail = sizeof end - 1;
    if (!drawing->length)
        return describe_damage(job, process, i, "", error);
    if (drawing->length > tail && memcmp(drawing->bytes, start, sizeof start - 1) == 0)
        return memcmp(drawing->bytes + drawing->length - tail, end, tail) == 0
                   ? TRUCE_OK
                   : describe_damage(job, process, i, "a PNG without its end", error);
    XML_Parser parser = XML_ParserCreate(NULL);
    if (!parser)
        return error_memory(error);
    bool whole = XML_Parse(parser, drawing->bytes, (int)drawing->length, XML_TRUE) == XML_STATUS_OK;
    enum XML_Error code = XML_GetErrorCode(parser);
    XML_ParserFree(parser);
    return whole                         ? TRUCE_OK
           : code == XML_ERROR_NO_MEMORY ? error_memory(error)
                                         : describe_damage(job, process, i, XML_ErrorString(code), error);
}

static truce_status read_drawing(const drawing_job *job, size_t i, const char *kind, text *drawing,
                                 truce_error *error)
{
    char path[PATH_SIZE];
    job_path(job, path, kind, i);
    TRY(text_read_file(drawing, path, MAX_DRAWING, error));
    escape_ends(drawing);
    return drawing->failed ? error_memory(error) : TRUCE_OK;
}

static truce_status compare_drawing(const drawing_job *job, size_t process, size_t i, truce_error *error)
{
    text again = {0};
    const text *drawing = &job->drawings[i];
    truce_status status = read_drawing(job, i, "again", &again, error);
    if (status == TRUCE_OK &&
        (again.length != drawing->length || memcmp(again.bytes, drawing->bytes, drawing->length) != 0))
        status = describe_damage(job, process, i, "drawn again it is different", error);
    text_free(&again);
    return status;
}

static truce_status take_drawing(const drawing_job *job, size_t process, size_t i, truce_error *error)
{
    TRY(read_drawing(job, i, "svg", &job->drawings[i], error));
    TRY(check_drawing(job, process, i, error));
    return compare_drawing(job, process, i, error);
}

static truce_status read_drawings(const drawing_job *job, size_t process, truce_error *error)
{
    truce_status status = TRUCE_OK;
    for (size_t i = process; status == TRUCE_OK && i < job->count; i += job->processes)
        status = take_drawing(job, process, i, error);
    if (status == TRUCE_OK)
        return TRUCE_OK;
    error->status = TRUCE_RUN_FAILED; /* a chart is no input of the user's */
    return TRUCE_RUN_FAILED;
}

static bool draw_share(void *context, unsigned worker, size_t process)
{
    (void)worker;
    drawing_job *job = context;
    truce_error *error = &job->errors[process];
    return run_process(job, process, error) == TRUCE_OK && read_drawings(job, process, error) == TRUCE_OK;
}

truce_status gnuplot_draw(const text *scripts, size_t count, unsigned threads, interruption watched,
                          text *drawings, truce_error *error)
{
    if (!count)
        return TRUCE_OK;
    for (size_t i = 0; i < count; i++)
        if (scripts[i].failed)
            return error_memory(error);
    drawing_job *job = calloc(1, sizeof *job);
    if (!job)
        return error_memory(error);
    job->scripts = scripts;
    job->count = count;
    job->drawings = drawings;
    job->watched = watched;
    job->processes = workers_count(threads, (count + 3) / 4);
    if (job->processes > MAX_PROCESSES)
        job->processes = MAX_PROCESSES;
    truce_status status =
        temporary_open(&job->directory)
            ? TRUCE_OK
            : error_set(error, TRUCE_RUN_FAILED, temporary_place(), 0,
                        "cannot make a temporary directory for the charts: %s", strerror(errno));
    if (status == TRUCE_OK && !workers_run(threads, job->processes, draw_share, job)) {
        status = TRUCE_RUN_FAILED;
        for (unsigned i = 0; i < job->processes; i++)
            if (job->errors[i].status != TRUCE_OK) {
                if (error)
                    *error = job->errors[i];
                status = job->errors[i].status;
                break;
            }
    }
    temporary_close(&job->directory);
    for (size_t i = 0; status != TRUCE_OK && i < count; i++)
        text_free(&drawings[i]);
    free(job);
    return status;
}
