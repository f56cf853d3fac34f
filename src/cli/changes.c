/* See changes.h. The scenarios are written down in the format of cases, so that what the command line says
 * is read, checked and saved as what a file says. */
#include "cli/changes.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *option_of(char kind)
{
    return kind == 's' ? "--set" : kind == 'a' ? "--add" : kind == 'x' ? "--scale" : "--sweep";
}

/* ---- Options ------------------------------------------------------------------------------------------ */

static const char *value_of(const char *written)
{
    const char *sign = strrchr(written, '=');
    return sign ? sign + 1 : NULL;
}

static bool is_value(char kind, const char *value)
{
    double number;
    truce_month month;
    return value && (read_number(value, &number) || (kind == 's' && truce_month_parse(value, &month)));
}

/* Takes the period from NAME=VALUE@FROM..TO; NULL where it is none, or too long. */
static const char *take_period(change *x, const char *written)
{
    const char *value = value_of(written), *at = value ? strchr(value, '@') : NULL;
    truce_month month;
    if (!at || strlen(written) >= sizeof x->text)
        return at ? NULL : written;
    memcpy(x->text, written, strlen(written) + 1);
    char *from = x->text + (at - written), *to = strstr(from, "..");
    *from++ = '\0';
    if (to) {
        *to = '\0';
        to += 2;
    }
    x->from = from;
    x->to = to;
    return truce_month_parse(from, &month) && (!to || truce_month_parse(to, &month)) ? x->text : NULL;
}

int changes_add(changes *c, const char *command, char kind, const char *given)
{
    if (c->count == CHANGES_MOST)
        return usage_error(command, "more than %d changes", CHANGES_MOST);
    change *x = &c->items[c->count];
    *x = (change){.kind = kind};
    const char *written = take_period(x, given), *value = written ? value_of(written) : NULL;
    if (!written)
        return usage_error(command,
                           "%s takes a period as NAME=VALUE@FROM or NAME=VALUE@FROM..TO, such as \"fund "
                           "size=20@2026-07\", not \"%s\"",
                           option_of(kind), given);
    if (value && value - written >= 2 && !is_value(kind, value))
        return usage_error(
            command,
            "\"%s\" is not a number%s: write it alone, in the unit that truce explain CASE \"%.*s\" gives",
            value, kind == 's' ? " or date" : "", (int)(value - 1 - written), written);
    if (!value || value - written < 2)
        return usage_error(command, "%s takes NAME=VALUE, such as \"fund size=20\", not \"%s\"",
                           option_of(kind), written);
    x->written = written;
    c->count++;
    return 0;
}

static bool take_month(const char **place, const char *month)
{
    if (*place)
        return false;
    *place = month;
    return true;
}

int changes_period(changes *c, const char *command, bool from, const char *month)
{
    truce_month value;
    const char *option = from ? "--from" : "--to";
    bool taken = false;
    if (!truce_month_parse(month, &value))
        return usage_error(command, "%s is a month such as 2026-07, not \"%s\"", option, month);
    for (size_t i = 0; i < c->count; i++)
        taken |= take_month(from ? &c->items[i].from : &c->items[i].to, month);
    if (c->sweep.name[0])
        taken |= take_month(from ? &c->sweep.from : &c->sweep.to, month);
    return taken ? 0 : usage_error(command, "%s follows the change that it dates", option);
}

int changes_sweep(changes *c, const char *command, const char *written)
{
    sweep *s = &c->sweep;
    const char *value = value_of(written);
    char first[64] = "", last[64] = "", count[64] = "", rest = '\0';
    uint64_t number = 0;
    if (s->name[0])
        return usage_error(command, "--sweep is given twice");
    if (!value || value - written < 2 || (size_t)(value - written) > sizeof s->name ||
        sscanf(value, "%63[^:]:%63[^:]:%63[^:]%c", first, last, count, &rest) != 3 ||
        !read_number(first, &s->first) || !read_number(last, &s->last))
        return usage_error(command,
                           "--sweep takes NAME=FIRST:LAST:COUNT, such as \"fund size=0:100:5\", not \"%s\"",
                           written);
    if (!option_number(command, "the count of --sweep", count, 2, SWEEP_MOST, &number))
        return EXIT_USAGE;
    if (s->first == s->last)
        return usage_error(command, "--sweep runs from one value to a different one, not from %g to %g",
                           s->first, s->last);
    s->count = (size_t)number;
    memcpy(s->name, written, (size_t)(value - 1 - written));
    return 0;
}

int changes_branches(changes *c, const char *command, const char *written)
{
    const char *equals = strrchr(written, '='), *at = equals ? strchr(equals, '@') : NULL;
    size_t length = equals ? (size_t)(equals - written) : 0;
    double probability;
    truce_month month;
    if (c->branch_count == BRANCHES_MOST)
        return usage_error(command, "more than %d branches", BRANCHES_MOST);
    changes_branch *b = &c->branches[c->branch_count];
    *b = (changes_branch){.from = at ? at + 1 : NULL};
    size_t digits = equals ? (size_t)(at ? at - equals - 1 : (long)strlen(equals + 1)) : 0;
    if (digits < sizeof b->probability)
        snprintf(b->probability, sizeof b->probability, "%.*s", (int)digits, equals ? equals + 1 : "");
    bool named = length > 0 && length < sizeof b->scenario && strcspn(written, "\"\\") >= length;
    if (!named || !read_number(b->probability, &probability) || !(probability >= 0 && probability <= 1) ||
        (at && !truce_month_parse(at + 1, &month)))
        return usage_error(command,
                           "a branch is SCENARIO=PROBABILITY or SCENARIO=PROBABILITY@DATE, such as "
                           "us-stops=0.3@2027-01, not \"%s\"",
                           written);
    memcpy(b->scenario, written, length);
    c->branch_count++;
    return 0;
}

static bool same_word(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

void changes_warn(const changes *c)
{
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < i; k++) {
            const change *x = &c->items[i], *y = &c->items[k];
            size_t length = (size_t)(value_of(x->written) - x->written);
            if (x->kind == 's' && y->kind == 's' && strncmp(x->written, y->written, length) == 0 &&
                same_word(x->from, y->from) && same_word(x->to, y->to))
                print_line(stderr, "truce: warning: \"%.*s\" is set twice: %s holds", (int)length - 1,
                           x->written, x->written + length);
        }
}

/* ---- Milestones --------------------------------------------------------------------------------------- */

int changes_milestone(changes *c, const char *command, const char *written)
{
    if (c->milestone_count == CHANGES_MOST)
        return usage_error(command, "more than %d milestones", CHANGES_MOST);
    c->milestones[c->milestone_count++] = written;
    return 0;
}

/* ---- Scenarios ---------------------------------------------------------------------------------------- */

bool changes_any(const changes *c)
{
    return changes_count(c) > 0 || c->milestone_count > 0;
}

/* Scenarios that changes make, before the one with branches. */
static size_t changed_count(const changes *c)
{
    return c->sweep.name[0] ? c->sweep.count : c->count > 0;
}

size_t changes_count(const changes *c)
{
    return changed_count(c) + (c->branch_count > 0);
}

/* The characters of a name of a scenario in place of others. */
static void make_name(char *s)
{
    for (; *s; s++)
        if (!isalnum((unsigned char)*s) && *s != '.')
            *s = '-';
}

/* A value of the sweep with as many digits as tell it from the others. */
static void append_value(const changes *c, size_t index, char *name)
{
    char first[32], other[32];
    size_t length = strlen(name);
    int digits = 6;
    for (bool alike = true; alike && digits < 17; digits += alike) {
        alike = false;
        for (size_t i = 0; i + 1 < c->sweep.count && !alike; i++) {
            snprintf(first, sizeof first, "%.*g", digits, changes_sweep_value(c, i));
            snprintf(other, sizeof other, "%.*g", digits, changes_sweep_value(c, i + 1));
            alike = strcmp(first, other) == 0;
        }
    }
    snprintf(first, sizeof first, "%.*g", digits, changes_sweep_value(c, index));
    make_name(first);
    snprintf(name + length, 80 - length, "-%s", first);
}

void changes_name(const changes *c, size_t index, char *name)
{
    /* What was given is checked as it is, also where it is too long; what is made up must be a name of a scenario. */
    const char *stem = c->name ? c->name : c->sweep.name[0] ? c->sweep.name : "changed";
    if (index == changed_count(c))
        snprintf(name, 80, "%s", c->name && index == 0 ? c->name : "branches");
    else if (c->name)
        snprintf(name, 80, "%s", c->name);
    else
        snprintf(name, 80, "%.48s", stem);
    if (!c->name)
        make_name(name);
    if (index != changed_count(c) && c->sweep.name[0])
        append_value(c, index, name);
}

double changes_sweep_value(const changes *c, size_t index)
{
    const sweep *s = &c->sweep;
    return s->first + (s->last - s->first) * (double)index / (double)(s->count - 1);
}

/* A text between the double quotes of YAML. */
static void print_quoted(phrase *yaml, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < ' ' || byte == 127)
            phrase_print(yaml, "\\x%02x", byte);
        else
            phrase_print(yaml, byte == '"' || byte == '\\' ? "\\%c" : "%c", byte);
    }
}

/* One of several changes as a reader would say it. */
static void print_title(phrase *yaml, char kind, const char *name, size_t length, const char *value,
                        const char *from, const char *to)
{
    print_quoted(yaml, name, length);
    phrase_print(yaml, kind == 'a' ? " plus %s" : kind == 'x' ? " times %s" : " = %s", value);
    if (from)
        phrase_print(yaml, " from %s", from);
    if (to)
        phrase_print(yaml, " to %s", to);
}

static void print_change(phrase *yaml, char kind, const char *name, size_t length, const char *value,
                         const char *from, const char *to)
{
    bool dated = from || to;
    phrase_print(yaml, "      - {variable: \"");
    print_quoted(yaml, name, length);
    phrase_print(yaml, "\"");
    if (from)
        phrase_print(yaml, ", from: %s", from);
    if (to)
        phrase_print(yaml, ", to: %s", to);
    phrase_print(yaml, ", %s: %s}\n",
                 kind == 'a'   ? "add"
                 : kind == 'x' ? (dated ? "multiply" : "scale")
                               : (dated ? "value" : "set"),
                 value);
}

/* Every change of one scenario, as its title or as its list. */
static void print_each(const changes *c, size_t index, phrase *yaml,
                       void (*print)(phrase *, char, const char *, size_t, const char *, const char *,
                                     const char *),
                       const char *between)
{
    for (size_t i = 0; i < c->count; i++) {
        const change *x = &c->items[i];
        const char *value = value_of(x->written);
        phrase_print(yaml, "%s", i ? between : "");
        print(yaml, x->kind, x->written, (size_t)(value - 1 - x->written), value, x->from, x->to);
    }
    if (!c->sweep.name[0])
        return;
    char value[32];
    snprintf(value, sizeof value, "%.10g", changes_sweep_value(c, index));
    phrase_print(yaml, "%s", c->count ? between : "");
    print(yaml, 's', c->sweep.name, strlen(c->sweep.name), value, c->sweep.from, c->sweep.to);
}

static void print_milestones(const changes *c, phrase *yaml)
{
    phrase_print(yaml, "milestones:\n");
    for (size_t i = 0; i < c->milestone_count; i++) {
        phrase_print(yaml, "  - {test: \"");
        print_quoted(yaml, c->milestones[i], strlen(c->milestones[i]));
        phrase_print(yaml, "\"}\n");
    }
}

/* The title and the branches of the scenario that has them. */
static void print_branches(const changes *c, const char *base, phrase *yaml)
{
    for (size_t i = 0; i < c->branch_count; i++) {
        const changes_branch *b = &c->branches[i];
        phrase_print(yaml, "%s at %s", b->scenario, b->probability);
        phrase_print(yaml, b->from ? " from %s, " : ", ", b->from);
    }
    phrase_print(yaml, "else %s\"\n    branches:\n", base);
    for (size_t i = 0; i < c->branch_count; i++) {
        const changes_branch *b = &c->branches[i];
        phrase_print(yaml, "      - {scenario: \"%s\", probability: %s", b->scenario, b->probability);
        phrase_print(yaml, b->from ? ", from: %s}\n" : "}\n", b->from);
    }
}

void changes_print(const changes *c, const char *base, phrase *yaml)
{
    if (c->milestone_count)
        print_milestones(c, yaml);
    if (changes_count(c))
        phrase_print(yaml, "scenarios:\n");
    for (size_t i = 0; i < changes_count(c); i++) {
        char name[80];
        changes_name(c, i, name);
        phrase_print(yaml, "  \"");
        print_quoted(yaml, name, strlen(name));
        phrase_print(yaml, "\":\n    from: %s\n    title: \"", base);
        if (i == changed_count(c)) {
            print_branches(c, base, yaml);
            continue;
        }
        print_each(c, i, yaml, print_title, "; ");
        phrase_print(yaml, "\"\n    changes:\n");
        print_each(c, i, yaml, print_change, "");
    }
}

/* ---- Loading ------------------------------------------------------------------------------------------ */

static const char *command_of(const changes *made)
{
    return made->command ? made->command : "run";
}

/* What is wrong with the scenarios is said of the options that made them; a test that is none is wrong usage. */
static int report_given(const changes *made, truce_error *error)
{
    size_t length = strlen(error->message);
    bool given = strcmp(error->file, "(given)") == 0;
    if (given && strstr(error->message, "is not a test such as"))
        return usage_error(command_of(made), "--milestone: %s", error->message);
    if (strncmp(error->message, "no variable", 11) == 0 && !strstr(error->message, "did you mean"))
        snprintf(error->message + length, sizeof error->message - length,
                 "; truce list MODEL shows its variables");
    if (given) {
        snprintf(error->file, sizeof error->file, "the command line");
        error->line = 0;
    }
    return report_error(error);
}

static int load_changed(const changes *made, const target *t, const char *base, phrase *yaml, truce_case **c)
{
    truce_error error = {0};
    changes_print(made, base, yaml);
    if (yaml->failed) {
        error_no_memory(&error);
        return report_error(&error);
    }
    return truce_case_load_from(inputs_files(), t->path, yaml->text, c, &error) == TRUCE_OK
               ? 0
               : report_given(made, &error);
}

/* What the options say that only the case can judge. */
static int check_against(const changes *made, const truce_case *c)
{
    char name[80];
    int code = option_period(command_of(made), c, "--from", made->sweep.from);
    if (code == 0)
        code = option_period(command_of(made), c, "--to", made->sweep.to);
    for (size_t i = 0; i < made->count && code == 0; i++) {
        code = option_period(command_of(made), c, "--from", made->items[i].from);
        if (code == 0)
            code = option_period(command_of(made), c, "--to", made->items[i].to);
    }
    for (size_t i = 0; i < changes_count(made) && code == 0; i++) {
        changes_name(made, i, name);
        if (truce_case_find_scenario(c, name) != SIZE_MAX)
            code = usage_error(command_of(made), "the case has a scenario \"%s\" already%s", name,
                               made->command ? ": rename it"
                               : made->name  ? ": give another name with --name"
                                             : ": give a name with --name");
    }
    return code;
}

int changes_load(const changes *made, const target *t, const char *base, phrase *yaml, truce_case **c)
{
    truce_error error = {0};
    truce_case *plain = NULL;
    if (truce_case_load_from(inputs_files(), t->path, NULL, &plain, &error) != TRUCE_OK)
        return report_error(&error);
    if (!changes_any(made)) {
        *c = plain;
        return 0;
    }
    int code = base && truce_case_find_scenario(plain, base) == SIZE_MAX
                   ? scenario_unknown(command_of(made), plain, base)
                   : check_against(made, plain);
    if (code == 0)
        code = load_changed(made, t, base ? base : truce_case_scenario(plain, 0).name, yaml, c);
    truce_case_destroy(plain);
    return code;
}

/* ---- A file of more sections -------------------------------------------------------------------------- */

enum { INCLUDED_BYTES = 1 << 20 };

/* NULL, or why it is not whole. */
static const char *read_text(FILE *stream, phrase *part)
{
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block - 1, stream)) > 0;) {
        block[got] = '\0';
        if (strlen(block) != got)
            return "it holds a zero byte";
        phrase_print(part, "%s", block);
    }
    return ferror(stream) ? strerror(errno) : NULL;
}

static int read_part(const char *path, phrase *part)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); /* a pipe is not waited for */
    FILE *stream = fd < 0 ? NULL : fdopen(fd, "r");
    struct stat about;
    if (!stream || fstat(fileno(stream), &about) != 0 || !S_ISREG(about.st_mode)) {
        print_line(stderr, "truce: %s: cannot read the file: %s", path,
                   stream ? "it is not a regular file" : strerror(errno));
        if (stream)
            fclose(stream);
        return EXIT_INPUT;
    }
    bool fits = about.st_size <= INCLUDED_BYTES;
    const char *reason = fits ? read_text(stream, part) : NULL;
    fclose(stream);
    if (reason)
        print_line(stderr, "truce: %s: cannot read the file: %s", path, reason);
    if (!fits)
        print_line(stderr, "truce: %s: the file is larger than the limit of %d bytes", path, INCLUDED_BYTES);
    return fits && !reason ? 0 : EXIT_INPUT;
}

int changes_load_file(const target *t, const char *path, truce_case **c)
{
    phrase part = {0};
    truce_error error = {0};
    int code = input_count(path);
    if (code == 0)
        code = read_part(path, &part);
    if (code == 0 && part.failed)
        error_no_memory(&error);
    else if (code == 0 &&
             truce_case_load_from(inputs_files(), t->path, part.text ? part.text : "", c, &error) !=
                 TRUCE_OK &&
             strcmp(error.file, "(given)") == 0)
        snprintf(error.file, sizeof error.file, "%s", path);
    phrase_free(&part);
    return code != 0 ? code : error.status == TRUCE_OK ? 0 : report_error(&error);
}
