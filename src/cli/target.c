/* What a command works on: a model or a case, given as a file, as a directory, or by the name that `truce
 * list` shows. Names are looked up in ./cases and ./models, then in the installed data. */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* ---- Names ------------------------------------------------------------------------------------------- */

typedef struct found_name {
    char *name, *path;
} found_name;

typedef struct found_names {
    found_name *items;
    size_t count;
    int reason; /* errno, when not all could be found */
} found_names;

/* False when out of memory. */
static bool add_name(found_names *found, found_name item)
{
    size_t count = found->count;
    if ((count & (count - 1)) == 0) { /* full: room for twice as many */
        found_name *grown = realloc(found->items, (count ? 2 * count : 1) * sizeof *grown);
        if (!grown)
            return false;
        found->items = grown;
    }
    found->items[found->count++] = item;
    return true;
}

static bool is_known(const found_names *found, const char *name)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->items[i].name, name) == 0)
            return true;
    return false;
}

/* Cases are directories with a case.yaml, and models files of an ending, which does not belong to their name. */
static void look_at(found_names *found, const char *folder, const char *entry, const char *ending)
{
    char path[4096];
    struct stat status;
    if (entry[0] == '.' || (ending && !ends_with(entry, ending)))
        return;
    int length = snprintf(path, sizeof path, ending ? "%s/%s" : "%s/%s/case.yaml", folder, entry);
    if (length < 0 || (size_t)length >= sizeof path || stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    found_name item = {strdup(entry), strdup(path)};
    if (item.name && ending)
        item.name[strlen(entry) - strlen(ending)] = '\0';
    bool made = item.name && item.path, known = made && is_known(found, item.name);
    if (made && !known && add_name(found, item))
        return;
    if (!known)
        found->reason = ENOMEM;
    free(item.name);
    free(item.path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const found_name *)a)->name, ((const found_name *)b)->name);
}

static void look_in(found_names *found, const char *path, const char *ending)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    errno = 0; /* NULL stands for the end, and for a folder that cannot be read */
    for (struct dirent *entry; (entry = readdir(folder)) != NULL; errno = 0)
        look_at(found, path, entry->d_name, ending);
    if (errno)
        found->reason = errno;
    closedir(folder);
}

/* Of models with one name, the one whose ending comes first. */
static void find_names(found_names *found, bool cases)
{
    static const char *const endings[] = {".xmile", ".stmx", ".itmx", ".mdl"};
    const char *const folders[] = {cases ? "cases" : "models",
                                   cases ? TRUCE_DATA_DIRECTORY "/cases" : TRUCE_DATA_DIRECTORY "/models"};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < (cases ? 1 : sizeof endings / sizeof *endings); k++)
            look_in(found, folders[i], cases ? NULL : endings[k]);
    if (found->count)
        qsort(found->items, found->count, sizeof found->items[0], by_name);
}

static void free_names(found_names *found)
{
    for (size_t i = 0; i < found->count; i++) {
        free(found->items[i].name);
        free(found->items[i].path);
    }
    free(found->items);
}

size_t target_each(bool cases, void (*visit)(void *context, const char *name, const char *path),
                   void *context)
{
    found_names found = {0};
    find_names(&found, cases);
    for (size_t i = 0; i < found.count; i++)
        visit(context, found.items[i].name, found.items[i].path);
    free_names(&found);
    errno = found.reason;
    return found.reason ? SIZE_MAX : found.count;
}

/* ---- Finding ------------------------------------------------------------------------------------------ */

static bool find_by_name(const char *name, target *t, const found_names found[2])
{
    for (int kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < found[kind].count; i++)
            if (strcmp(found[kind].items[i].name, name) == 0) {
                t->is_case = kind == 0;
                snprintf(t->path, sizeof t->path, "%s", found[kind].items[i].path);
                return true;
            }
    return false;
}

static void tell_unknown(const char *name, const found_names found[2])
{
    int reason = found[0].reason ? found[0].reason : found[1].reason;
    if (reason) {
        print_line(stderr, "truce: cannot look for \"%s\" among cases and models: %s", name,
                   strerror(reason));
        return;
    }
    char near[SUGGESTION_SIZE];
    size_t count = 0;
    const char **names = calloc(found[0].count + found[1].count + 1, sizeof *names);
    for (int kind = 0; names && kind < 2; kind++)
        for (size_t i = 0; i < found[kind].count; i++)
            names[count++] = found[kind].items[i].name;
    print_line(stderr, "truce: there is no file and no case or model \"%s\"%s", name,
               suggestion(near, name, names, count));
    free(names);
}

/* Whether there is a case or a model of this name; if not, and where a name was meant, says so. */
static bool search(const char *name, bool meant, target *t)
{
    found_names found[2] = {{0}};
    for (int kind = 0; kind < 2; kind++)
        find_names(&found[kind], kind == 0);
    bool there = find_by_name(name, t, found);
    if (!there && meant)
        tell_unknown(name, found);
    for (int kind = 0; kind < 2; kind++)
        free_names(&found[kind]);
    return there;
}

int target_find(const char *name, target *t)
{
    *t = (target){0};
    struct stat status;
    bool exists = stat(name, &status) == 0;
    bool nameless = exists || errno != ENOENT || strchr(name, '/'), file = strchr(name, '.') != NULL;
    if (!nameless && search(name, !file, t))
        return input_count(t->path);
    if (!nameless && !file)
        return EXIT_INPUT;
    bool folder = exists && S_ISDIR(status.st_mode);
    int length = snprintf(t->path, sizeof t->path, folder ? "%s/case.yaml" : "%s", name);
    if (length < 0 || (size_t)length >= sizeof t->path) {
        fputs("truce: the path is too long\n", stderr);
        return EXIT_INPUT;
    }
    t->is_case = folder || ends_with(name, ".yaml") || ends_with(name, ".yml");
    t->is_program = exists && S_ISREG(status.st_mode) && !t->is_case && truce_program_is_file(t->path);
    return input_count(t->path);
}

/* ---- Loading ------------------------------------------------------------------------------------------ */

int target_load(const target *t, truce_model **model, truce_case **c)
{
    truce_error error = {0};
    truce_status status;
    *model = NULL;
    *c = NULL;
    if (t->is_case) {
        status = truce_case_load_from(inputs_files(), t->path, NULL, c, &error);
        if (status == TRUCE_OK)
            *model = (truce_model *)truce_case_model(*c);
        for (size_t i = 0; i < truce_case_warning_count(*c); i++)
            print_line(stderr, "truce: warning: %s", truce_case_warning(*c, i));
    } else if (t->is_program) {
        status = error_make(&error, TRUCE_BAD_INPUT, t->path,
                            "this is a compiled program, which can only be run; give the model");
    } else {
        status = truce_model_load_from(inputs_files(), t->path, model, &error);
    }
    return status == TRUCE_OK ? 0 : report_error(&error);
}

void target_unload(truce_model *model, truce_case *c)
{
    if (c)
        truce_case_destroy(c);
    else
        truce_model_destroy(model);
}

int posterior_load(const truce_case *c, const char *directory, truce_fit **fit)
{
    truce_error error = {0};
    bool current = true;
    if (truce_fit_load(directory, c, fit, &error) != TRUCE_OK)
        return report_error(&error);
    if (truce_fit_is_current(*fit, c, &current, &error) != TRUCE_OK) {
        truce_fit_destroy(*fit);
        *fit = NULL;
        return report_error(&error);
    }
    if (!current)
        print_line(stderr,
                   "truce: warning: the posterior in %s does not match the data, priors and model; fit again",
                   directory);
    return 0;
}

/* What a run on the draws should not be read without. */
static void tell_conflicts(const truce_fit *fit)
{
    for (size_t i = 0; i < truce_fit_warning_count(fit); i++)
        if (truce_fit_warning_is_conflict(fit, i))
            print_line(stderr, "truce: warning: of the fit: %s", truce_fit_warning(fit, i));
}

int posterior_choose(const truce_case *c, bool priors, const char **directory, truce_fit **fit)
{
    const char *own = truce_case_facts_of(c).posterior;
    truce_error error = {0};
    *fit = NULL;
    if (priors)
        return 0;
    if (*directory) {
        int code = posterior_load(c, *directory, fit);
        tell_conflicts(*fit);
        return code;
    }
    if (truce_fit_beside(c, fit, &error) != TRUCE_OK)
        return report_error(&error);
    tell_conflicts(*fit);
    if (*fit)
        *directory = own;
    else if (own)
        print_line(stderr,
                   "truce: warning: the posterior in %s does not match the data, priors and model, and is "
                   "left out; fit again",
                   own);
    return 0;
}
