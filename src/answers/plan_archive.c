/* The archive of a search: every setting that was tried, as CSV, so that a search goes on where it was.
 *
 *     truce plan 2,<hash of the question>
 *     lever, ..., cost, outcomes        the names of the levers
 *     2, ..., 14.5, 0112...             one letter a member: 1 reached, 0 not, 2 unknown
 *     hash <digits>                     of all before it
 *
 * It is written whole under another name and renamed. Searches for the same may share it: what another has put there
 * since is read and written with the rest, and what is no archive of the question is left as it is. What the question
 * is of, plan_question.c tells. The last line tells damage; that nobody wrote outcomes by hand is seen when its first
 * setting is run again (plan.c). */
#include "answers/plan.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char title[] = "truce plan 2", title_before[] = "truce plan";

truce_status plan_new_trial(truce_plan *p, plan_trial *t, truce_error *error)
{
    *t = (plan_trial){.values = arena_array(&p->memory, p->lever_count, sizeof *t->values),
                      .outcomes = arena_array(&p->memory, p->asked.members, sizeof *t->outcomes)};
    return t->values && t->outcomes ? TRUCE_OK : error_memory(error);
}

const plan_trial *plan_find_trial(const truce_plan *p, const plan_trial *trials, size_t count,
                                  const double *values)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(trials[i].values, values, p->lever_count * sizeof *values) == 0)
            return &trials[i];
    return NULL;
}

bool plan_same_outcomes(const truce_plan *p, const plan_trial *a, const plan_trial *b)
{
    return memcmp(a->outcomes, b->outcomes, p->asked.members) == 0 && a->cost == b->cost;
}

/* ---- Reading ---------------------------------------------------------------------------------------------------- */

static truce_status read_number(csv_reader *r, double *value)
{
    csv_cell cell;
    TRY(csv_next_cell(r, &cell));
    if (r->last || !text_to_number(cell.bytes, cell.length, value) || !isfinite(*value))
        return csv_wrong(r, "this is not a line of an archive of this plan");
    return TRUCE_OK;
}

static truce_status read_trial(truce_plan *p, csv_reader *r, plan_trial *t)
{
    csv_cell cell;
    TRY(plan_new_trial(p, t, r->error));
    for (size_t i = 0; i < p->lever_count; i++)
        TRY(read_number(r, &t->values[i]));
    TRY(read_number(r, &t->cost));
    TRY(csv_next_cell(r, &cell));
    if (!r->last || cell.length != p->asked.members)
        return csv_wrong(r, "this is not a line of an archive of this plan");
    for (size_t m = 0; m < cell.length; m++) {
        if (cell.bytes[m] < '0' || cell.bytes[m] > '2')
            return csv_wrong(r, "this is not a line of an archive of this plan");
        t->outcomes[m] = (uint8_t)(cell.bytes[m] - '0');
        t->known += t->outcomes[m] != 2;
        t->good += t->outcomes[m] == 1;
    }
    return t->known ? TRUCE_OK : csv_wrong(r, "this is not a line of an archive of this plan");
}

static bool is_entitled(const text *content, const char *words)
{
    size_t length = strlen(words);
    return content->length > length && memcmp(content->bytes, words, length) == 0 &&
           content->bytes[length] == ',';
}

/* An archive as it was written, without its last line. */
static truce_status unseal(text *content, const char *path, truce_error *error)
{
    if (is_entitled(content, title_before))
        return error_set(error, TRUCE_BAD_INPUT, path, 0,
                         "the archive is of an earlier version of truce, which wrote no hash: name another "
                         "file, or remove it");
    if (!is_entitled(content, title))
        return error_set(error, TRUCE_BAD_INPUT, path, 0, "this is not an archive of a plan");
    if (!text_unseal(content))
        return error_set(
            error, TRUCE_BAD_INPUT, path, 0,
            "the archive is damaged: it does not have its hash; name another file, or remove it");
    return TRUCE_OK;
}

static truce_status read_head(const truce_plan *p, csv_reader *r)
{
    char wanted[HASH_DIGITS + 1];
    bool found;
    csv_cell name, hash;
    hash128_write(p->question, wanted);
    TRY(csv_next_line(r, &found));
    TRY(csv_next_cell(r, &name));
    TRY(csv_next_cell(r, &hash));
    if (!r->last || hash.length != HASH_DIGITS || memcmp(hash.bytes, wanted, HASH_DIGITS) != 0)
        return csv_wrong(r, "the archive is of another question (case, fit, goal, levers, members or seed): "
                            "name another file, "
                            "or remove it");
    TRY(csv_next_line(r, &found));
    while (found && !r->last) /* the names of the columns */
        TRY(csv_next_cell(r, &name));
    return TRUCE_OK;
}

/* What is known is not taken twice, and is the same. */
static truce_status take_trial(truce_plan *p, csv_reader *r, const plan_trial *t)
{
    const plan_trial *tried = plan_find_trial(p, p->trials, p->count, t->values);
    if (tried && !plan_same_outcomes(p, tried, t))
        return csv_wrong(r,
                         "the archive is of another case, fit or seed: this setting gives another outcome");
    if (tried || (p->count > 0 && plan_find_trial(p, p->known, p->read, t->values)))
        return TRUCE_OK;
    return ARENA_PUSH(&p->memory, p->known, p->read, p->known_capacity, *t) ? TRUCE_OK
                                                                            : error_memory(r->error);
}

static truce_status read_trials(truce_plan *p, csv_reader *r)
{
    bool found;
    TRY(read_head(p, r));
    for (;;) {
        plan_trial t;
        TRY(csv_next_line(r, &found));
        if (!found)
            return TRUCE_OK;
        TRY(read_trial(p, r, &t));
        TRY(take_trial(p, r, &t));
    }
}

truce_status plan_read_archive(truce_plan *p, truce_error *error)
{
    text content = {0};
    csv_reader r;
    if (!file_is_there(NULL, p->asked.archive))
        return TRUCE_OK;
    truce_status status = text_read_file(&content, p->asked.archive, PLAN_ARCHIVE_BYTES, error);
    if (status == TRUCE_OK)
        status = unseal(&content, p->asked.archive, error);
    csv_start(&r, p->asked.archive, &content, false, error);
    if (status == TRUCE_OK)
        status = read_trials(p, &r);
    text_free(&content);
    return status;
}

/* ---- Writing ------------------------------------------------------------------------------------------------------ */

static void write_trial(FILE *out, const truce_plan *p, const plan_trial *t)
{
    char number[32];
    for (size_t i = 0; i <= p->lever_count; i++) {
        number[text_from_number(number, i < p->lever_count ? t->values[i] : t->cost)] = '\0';
        fprintf(out, "%s,", number);
    }
    for (size_t m = 0; m < p->asked.members; m++)
        putc('0' + t->outcomes[m], out);
    putc('\n', out);
}

static void write_lines(FILE *out, const truce_plan *p)
{
    char question[HASH_DIGITS + 1];
    hash128_write(p->question, question);
    fprintf(out, "%s,%s\n", title, question);
    for (size_t i = 0; i < p->lever_count; i++) {
        text_write_field(out, p->levers[i].name);
        putc(',', out);
    }
    fputs("cost,outcomes\n", out);
    for (size_t i = 0; i < p->count; i++)
        write_trial(out, p, &p->trials[i]);
    for (size_t i = 0; i < p->read; i++) /* what was read and not asked for yet is kept */
        if (!plan_find_trial(p, p->trials, p->count, p->known[i].values))
            write_trial(out, p, &p->known[i]);
}

static truce_status write_archive(text *to, const truce_plan *p, truce_error *error)
{
    FILE *memory = text_stream(to);
    if (!memory)
        return error_memory(error);
    write_lines(memory, p);
    fclose(memory);
    text_seal(to);
    return to->failed ? error_memory(error) : TRUCE_OK;
}

/* Whether the file that is to be replaced is the one that this process wrote. */
static bool is_ours(const truce_plan *p, const output_file *f)
{
    struct stat now;
    const struct stat *own = &p->written;
    return stat(f->path, &now) == 0 && own->st_dev == now.st_dev && own->st_ino == now.st_ino &&
           own->st_size == now.st_size && own->st_mtim.tv_sec == now.st_mtim.tv_sec &&
           own->st_mtim.tv_nsec == now.st_mtim.tv_nsec;
}

/* The old file is locked from the beginning, so that nobody puts another one there between reading and renaming. */
static truce_status write_once(truce_plan *p, truce_error *error)
{
    output_file f;
    text content = {0};
    TRY(output_open(&f, p->asked.archive, error));
    truce_status status = f.existed && !is_ours(p, &f) ? plan_read_archive(p, error) : TRUCE_OK;
    if (status == TRUCE_OK)
        status = write_archive(&content, p, error);
    if (status == TRUCE_OK)
        fwrite(content.bytes, 1, content.length, f.stream);
    text_free(&content);
    if (status != TRUCE_OK) {
        output_discard(&f);
        return status;
    }
    if (fflush(f.stream) != 0 || fstat(fileno(f.stream), &p->written) != 0)
        p->written = (struct stat){0}; /* output_commit says why */
    return output_commit(&f, error);
}

truce_status plan_write_archive(truce_plan *p, truce_error *error)
{
    enum { TRIES = 20 };
    const struct timespec moment = {.tv_nsec = 20000000};
    truce_status status = write_once(p, error);
    for (int i = 1; i < TRIES && status == TRUCE_RUN_FAILED; i++) {
        nanosleep(&moment, NULL);
        status = write_once(p, error);
    }
    return status;
}
