/* Options: getopt_long with messages of our own, which name the nearest right option. */
#include "cli/cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 32 };

/* What only `truce run` has, and the other commands of a case have in its scenarios. */
static bool is_of_run(const char *command, const char *bare)
{
    static const char *const names[] = {"set",    "add",       "scale",        "sweep",
                                        "branch", "milestone", "save-scenario"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        found = found || strcmp(names[i], bare) == 0;
    return found && strcmp(command, "run") != 0;
}

static void unknown_option(const char *command, const char *written, const struct option *names)
{
    char name[256], buffer[SUGGESTION_SIZE];
    const char *known[MOST_OPTIONS];
    size_t count = 0;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(written, "="), written);
    for (; names[count].name && count < MOST_OPTIONS; count++)
        known[count] = names[count].name;
    const char *bare = name + strspn(name, "-");
    const char *near = truce_nearest_name(bare, known, count);
    buffer[0] = '\0';
    if (is_of_run(command, bare))
        snprintf(buffer, sizeof buffer,
                 ", which `truce run` has: write the change as a scenario of the case (truce run "
                 "--save-scenario FILE does)");
    else if (near)
        snprintf(buffer, sizeof buffer, " (did you mean \"--%s\"?)", near);
    usage_error(command, "unknown option \"%s\"%s", name, buffer);
}

/* Of a variable that was not set: `--keep "$KEEP"` does not mean the root directory. */
static void refuse_empty(const char *command, int option, const struct option *names)
{
    static const char *const paths[] = {"output", "archive", "posterior", "save-scenario",
                                        "keep",   "scores",  "include",   "data"};
    bool path = false;
    while (names->name && names->val != option)
        names++;
    for (size_t i = 0; names->name && i < sizeof paths / sizeof *paths; i++)
        path = path || strcmp(names->name, paths[i]) == 0;
    usage_error(command, "--%s needs a %s", names->name ? names->name : "option", path ? "path" : "value");
}

/* "-" is no file here: results are files, of which there are mostly several. */
static bool is_standard_output(int option, const struct option *names)
{
    static const char *const written[] = {"output", "archive", "save-scenario", "keep"};
    while (names->name && names->val != option)
        names++;
    for (size_t i = 0; names->name && i < sizeof written / sizeof *written; i++)
        if (strcmp(names->name, written[i]) == 0)
            return strcmp(optarg, "-") == 0;
    return false;
}

static void refuse_standard_output(const char *command, int option)
{
    bool prints =
        strcmp(command, "web") != 0 && strcmp(command, "convert") != 0 && strcmp(command, "compile") != 0;
    usage_error(command, "results go to files, and \"-\" names none (write ./- if one is called so)%s",
                option == 'o' && prints ? "; without --output, text goes to standard output" : "");
}

int next_option(const char *command, int argc, char **argv, const char *letters, const struct option *names)
{
    opterr = 0;
    int before = optind ? optind : 1;
    int option = getopt_long(argc, argv, letters, names, NULL);
    if (option == ':') {
        usage_error(command, "option \"%s\" needs a value", argv[optind - 1]);
        return '?';
    }
    if (option != '?' && optarg && !optarg[0]) {
        refuse_empty(command, option, names);
        return '?';
    }
    if (option != '?' && optarg && is_standard_output(option, names)) {
        refuse_standard_output(command, option);
        return '?';
    }
    if (option != '?')
        return option;
    const char *written = argv[optind > before ? optind - 1 : before];
    char letter[3] = {'-', (char)optopt, '\0'};
    for (const struct option *o = names; o->name; o++)
        if (optopt != 0 && optopt == o->val && strncmp(written, "--", 2) == 0) {
            usage_error(command, "option \"--%s\" takes no value", o->name);
            return '?';
        }
    unknown_option(command, optopt != 0 && strncmp(written, "--", 2) != 0 ? letter : written, names);
    return '?';
}

bool option_number(const char *command, const char *option, const char *written, uint64_t least,
                   uint64_t greatest, uint64_t *value)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(written, &end, 10);
    bool whole = written[0] >= '0' && written[0] <= '9' && *end == '\0' && errno == 0;
    double shorthand; /* 1e4 */
    if (!whole && written[0] >= '0' && written[0] <= '9' && strcspn(written, "eE") < strlen(written) &&
        read_number(written, &shorthand) && shorthand < 9e15 && shorthand == floor(shorthand)) {
        number = (unsigned long long)shorthand;
        whole = true;
    }
    if (whole && number >= least && number <= greatest) {
        *value = number;
        return true;
    }
    usage_error(command, "%s must be a whole number from %llu to %llu, not \"%s\"", option,
                (unsigned long long)least, (unsigned long long)greatest, written);
    return false;
}

bool read_number(const char *written, double *value)
{
    char *end = NULL;
    *value = strtod(written, &end);
    bool decimal = !strpbrk(written, "xX"); /* as in files: no hexadecimal */
    return decimal && end != written && *end == '\0' && isfinite(*value);
}

truce_engine default_engine(void)
{
    const char *native = getenv("TRUCE_NATIVE");
    return native && strcmp(native, "0") == 0 ? TRUCE_ENGINE_INTERPRETER : TRUCE_ENGINE_AUTO;
}

bool option_engine(const char *command, const char *written, truce_engine *engine)
{
    static const char *const names[] = {[TRUCE_ENGINE_INTERPRETER] = "interpreter",
                                        [TRUCE_ENGINE_NATIVE] = "native",
                                        [TRUCE_ENGINE_AUTO] = "auto"};
    enum { ENGINES = sizeof names / sizeof *names };
    for (int i = 0; i < ENGINES; i++)
        if (strcmp(written, names[i]) == 0) {
            *engine = (truce_engine)i;
            return true;
        }
    char near[SUGGESTION_SIZE];
    usage_error(command, "--engine is interpreter, native or auto, not \"%s\"%s", written,
                suggestion(near, written, names, ENGINES));
    return false;
}

int option_period(const char *command, const truce_case *c, const char *option, const char *written)
{
    static const char *const examples[] = {[TRUCE_MONTHS] = "a month such as 2026-07",
                                           [TRUCE_DAYS] = "a day such as 2026-07-31",
                                           [TRUCE_WEEKS] = "a week such as 2026-W07",
                                           [TRUCE_YEARS] = "a year such as 2026"};
    truce_time_unit unit = truce_case_facts_of(c).time_unit;
    truce_month month;
    if (!written || (truce_month_parse(written, &month) && truce_month_unit(month) == unit))
        return 0;
    return usage_error(command, "%s is %s in this case, not \"%s\"", option, examples[unit], written);
}
