/* truce new: a case of one's own, as a copy of another or as a start for a model. The new folder appears whole
 * or not at all: it is filled beside its place under a hidden name, checked, made durable, and gets its own name
 * then. What a process that was killed has left there goes when the same folder is asked for again: a living one
 * holds a lock on its own. */
#include "cli/new_model.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MOST = 1000, BYTES_MOST = 1 << 28, DEPTH_MOST = 8 };

/* What is copied where. */
typedef struct copying {
    const char *folder; /* under way */
    size_t files;
    truce_error *error;
} copying;

static truce_status cannot(truce_error *error, const char *path, const char *what)
{
    return error_make(error, TRUCE_RUN_FAILED, path, "cannot %s: %s", what, strerror(errno));
}

static bool join(char *path, size_t size, const char *folder, const char *name)
{
    int length = snprintf(path, size, "%s/%s", folder, name);
    return length > 0 && (size_t)length < size;
}

/* ---- Files -------------------------------------------------------------------------------------------- */

/* The bytes of a regular file, terminated, and who may read it: a copy of a private file is private. */
typedef struct contents {
    char *bytes;
    size_t length;
    mode_t mode;
} contents;

static truce_status read_contents(const char *path, contents *read, truce_error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); /* a pipe is not waited for */
    bool regular = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    FILE *stream = regular ? fdopen(fd, "rb") : NULL;
    *read = (contents){0};
    if (!stream) {
        int reason = errno;
        if (fd >= 0)
            close(fd);
        return error_make(error, TRUCE_BAD_INPUT, path, "cannot read the file: %s",
                          fd < 0 || regular ? strerror(reason) : "it is not a regular file");
    }
    size_t size = status.st_size < BYTES_MOST ? (size_t)status.st_size : BYTES_MOST;
    char *bytes = malloc(size + 1);
    size_t length = bytes ? fread(bytes, 1, size, stream) : 0;
    bool whole = bytes && length == (size_t)status.st_size, failed = ferror(stream) != 0;
    int reason = errno;
    fclose(stream);
    if (whole) {
        bytes[length] = '\0';
        *read = (contents){bytes, length, (status.st_mode & 0777) | S_IRUSR | S_IWUSR};
        return TRUCE_OK;
    }
    free(bytes);
    return !bytes ? error_no_memory(error)
                  : error_make(error, TRUCE_BAD_INPUT, path, "cannot read the file: %s",
                               failed ? strerror(reason) : "it is too large, or changes");
}

static truce_status write_bytes(const char *path, mode_t mode, const char *bytes, size_t length,
                                truce_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    FILE *stream = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!stream) {
        truce_status status = cannot(error, path, "make the file");
        if (fd >= 0)
            close(fd);
        return status;
    }
    bool written = fwrite(bytes, 1, length, stream) == length && fflush(stream) == 0 &&
                   (fsync(fileno(stream)) == 0 || errno == EINVAL);
    written &= fclose(stream) == 0;
    return written ? TRUCE_OK : cannot(error, path, "write the file");
}

static truce_status copy_file(copying *c, const char *from, const char *to)
{
    contents read;
    if (++c->files > FILES_MOST)
        return error_make(c->error, TRUCE_BAD_INPUT, from, "the case has more than %d files", FILES_MOST);
    truce_status status = read_contents(from, &read, c->error);
    if (status == TRUCE_OK)
        status = write_bytes(to, read.mode, read.bytes, read.length, c->error);
    free(read.bytes);
    return status;
}

/* NULL at the end, where errno is 0, and when the folder cannot be read further. */
static struct dirent *next_entry(DIR *folder)
{
    errno = 0;
    return readdir(folder);
}

static truce_status copy_folder(copying *c, const char *from, const char *to, int depth);

static truce_status copy_entry(copying *c, const char *from, const char *to, const char *name, int depth)
{
    char source[4096], copy[4096];
    struct stat kind;
    if (!join(source, sizeof source, from, name) || !join(copy, sizeof copy, to, name))
        return error_make(c->error, TRUCE_BAD_INPUT, from, "a path in the folder is too long");
    if (check_interruption(c->error) != TRUCE_OK)
        return TRUCE_RUN_FAILED;
    if (lstat(source, &kind) != 0)
        return cannot(c->error, source, "read the file");
    if (S_ISREG(kind.st_mode))
        return copy_file(c, source, copy);
    if (!S_ISDIR(kind.st_mode))
        return TRUCE_OK;
    return mkdir(copy, 0777) == 0 ? copy_folder(c, source, copy, depth + 1)
                                  : cannot(c->error, copy, "make the folder");
}

/* All regular files of a folder and of those in it; hidden ones and links stay behind. */
static truce_status copy_folder(copying *c, const char *from, const char *to, int depth)
{
    if (depth == DEPTH_MOST)
        return error_make(c->error, TRUCE_BAD_INPUT, from, "the folders of the case are more than %d deep",
                          DEPTH_MOST);
    DIR *folder = opendir(from);
    if (!folder)
        return cannot(c->error, from, "read the folder");
    truce_status status = TRUCE_OK;
    for (struct dirent *entry; status == TRUCE_OK && (entry = next_entry(folder)) != NULL;)
        if (entry->d_name[0] != '.')
            status = copy_entry(c, from, to, entry->d_name, depth);
    if (status == TRUCE_OK && errno != 0)
        status = cannot(c->error, from, "read the folder");
    closedir(folder);
    return status;
}

static int open_folder(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* By descriptors: whoever may write beside it could put a link in the place of a path. */
static void remove_folder(int parent, const char *name, int depth)
{
    int fd = depth <= DEPTH_MOST ? open_folder(parent, name) : -1;
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlinkat(fd, entry->d_name, 0) != 0)
            remove_folder(fd, entry->d_name, depth + 1);
    if (folder)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
    unlinkat(parent, name, AT_REMOVEDIR);
}

/* ---- Models beside the case --------------------------------------------------------------------------- */

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool leads_out(const char *path, size_t length)
{
    for (const char *part = path; part < path + length; part += strcspn(part, "/") + 1)
        if (*part == '/' || (strncmp(part, "..", 2) == 0 && (part + 2 == path + length || part[2] == '/')))
            return true;
    return false;
}

/* The value of the key `model` of a file of a case, where it leads out of the case's folder: the bytes from
 * *value on, *length of them. */
static bool find_model(const char *bytes, const char **value, size_t *length)
{
    static const char key[] = "\nmodel:";
    const char *found = strstr(bytes, key);
    if (strncmp(bytes, key + 1, strlen(key + 1)) == 0)
        *value = bytes + strlen(key + 1);
    else if (found)
        *value = found + strlen(key);
    else
        return false;
    *value += strspn(*value, " \t");
    const char quote[] = {**value == '"' || **value == '\'' ? **value : '\n', '\n', '\0'};
    *value += quote[0] != '\n';
    *length = strcspn(*value, quote);
    for (size_t i = 1; quote[0] == '\n' && i < *length;
         i++) /* what stands bare may be followed by a comment */
        *length = (*value)[i] == '#' && (*value)[i - 1] == ' ' ? i : *length;
    while (quote[0] == '\n' && *length && strchr(" \t\r", (*value)[*length - 1]))
        --*length;
    return leads_out(*value, *length);
}

static bool is_model(const char *path)
{
    truce_model *model = NULL;
    bool is = truce_model_load(path, &model, NULL) == TRUCE_OK;
    truce_model_destroy(model);
    return is;
}

static bool same_bytes(const char *one, const char *other)
{
    contents a = {0}, b = {0};
    truce_error unread; /* then they are not the same */
    bool same = read_contents(one, &a, &unread) == TRUCE_OK &&
                read_contents(other, &b, &unread) == TRUCE_OK && a.length == b.length &&
                memcmp(a.bytes, b.bytes, a.length) == 0;
    free(a.bytes);
    free(b.bytes);
    return same;
}

/* "attrition.xmile", "attrition-2.xmile", ... */
static bool number_name(char *name, size_t size, const char *original, int number)
{
    const char *end = strrchr(original, '.');
    size_t stem = end ? (size_t)(end - original) : strlen(original);
    int length = number == 1
                     ? snprintf(name, size, "%s", original)
                     : snprintf(name, size, "%.*s-%d%s", (int)stem, original, number, original + stem);
    return length > 0 && (size_t)length < size;
}

/* Puts a model into the folder, under its own name or, where that is another file's, one with a number. */
static truce_status place_model(copying *c, const char *from, char *name, size_t size)
{
    enum { NUMBERS = 100 };
    char to[4096];
    truce_status status = TRUCE_OK;
    for (int number = 1; number <= NUMBERS; number++) {
        if (!number_name(name, size, last_name(from), number) || !join(to, sizeof to, c->folder, name))
            break;
        bool there = access(to, F_OK) == 0;
        if (there && !same_bytes(from, to))
            continue;
        status = there ? TRUCE_OK : copy_file(c, from, to);
        return status != TRUCE_OK || is_model(to)
                   ? status
                   : error_make(c->error, TRUCE_BAD_INPUT, from,
                                "the model needs other files, which are not in the folder of the case, and "
                                "truce new does not bring them");
    }
    return error_make(c->error, TRUCE_BAD_INPUT, from, "the model finds no name in the folder of the case");
}

/* Writes a file anew, with `name` in the place of a value of `length` bytes. */
static truce_status write_value(copying *c, const char *path, const contents *read, const char *value,
                                size_t length, const char *name)
{
    phrase changed = {0};
    phrase_print(&changed, "%.*s%s%s", (int)(value - read->bytes), read->bytes, name, value + length);
    truce_status status = changed.failed ? error_no_memory(c->error)
                          : unlink(path) != 0
                              ? cannot(c->error, path, "write the file")
                              : write_bytes(path, read->mode, changed.text, changed.length, c->error);
    phrase_free(&changed);
    return status;
}

/* Copies the model that a file of the case names outside its folder into it, and lets the file name it there. What is no
 * model stays where it is: a stranger's case may name anything. */
static truce_status bring_named(copying *c, const char *original, const char *path, const contents *read)
{
    char from[4096], name[1024];
    const char *value;
    size_t length;
    if (!find_model(read->bytes, &value, &length))
        return TRUCE_OK;
    int size = *value == '/' ? snprintf(from, sizeof from, "%.*s", (int)length, value)
                             : snprintf(from, sizeof from, "%s/%.*s", original, (int)length, value);
    if (size < 0 || (size_t)size >= sizeof from)
        return error_make(c->error, TRUCE_BAD_INPUT, path, "the path of the model is too long");
    if (!is_model(from))
        return TRUCE_OK;
    truce_status status = place_model(c, from, name, sizeof name);
    return status == TRUCE_OK ? write_value(c, path, read, value, length, name) : status;
}

static truce_status bring_model(copying *c, const char *original, const char *name)
{
    char path[4096];
    contents read;
    if (!join(path, sizeof path, c->folder, name))
        return TRUCE_OK;
    truce_status status = read_contents(path, &read, c->error);
    if (status == TRUCE_OK)
        status = bring_named(c, original, path, &read);
    free(read.bytes);
    return status;
}

static bool is_yaml(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".yaml") == 0;
}

static truce_status bring_models(copying *c, const char *original)
{
    DIR *folder = opendir(c->folder);
    if (!folder)
        return cannot(c->error, c->folder, "read the folder");
    truce_status status = TRUCE_OK;
    for (struct dirent *entry; status == TRUCE_OK && (entry = next_entry(folder)) != NULL;)
        if (is_yaml(entry->d_name))
            status = bring_model(c, original, entry->d_name);
    if (status == TRUCE_OK && errno != 0)
        status = cannot(c->error, c->folder, "read the folder");
    closedir(folder);
    return status;
}

/* ---- The command -------------------------------------------------------------------------------------- */

/* The folder that a case stands in, and the name of its file there. */
static void split_path(const char *path, char *folder, size_t size, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = last_name(path);
    snprintf(folder, size, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
}

static bool goes_on(void *context, const truce_progress *done)
{
    (void)done;
    return not_interrupted(context);
}

/* Whether a case runs: two members of it. */
static truce_status try_case(const char *file, truce_error *error)
{
    truce_simulation_options o = truce_simulation_default_options();
    truce_case *made = NULL;
    truce_results *results = NULL;
    o.members = 2;
    o.progress = goes_on;
    truce_status status = truce_case_load(file, &made, error);
    if (status == TRUCE_OK)
        status = truce_simulate(made, &o, &results, error);
    truce_results_destroy(results);
    truce_case_destroy(made);
    return status;
}

/* With the model's constants as parameters, or, where one of them cannot be one, without. */
static truce_status write_model_case(copying *c, const char *path, const char *file, const char *name)
{
    truce_status status = TRUCE_OK;
    for (int parameters = 1; parameters >= 0; parameters--) {
        phrase yaml = {0};
        status = new_model_case(path, name, parameters, &yaml, c->error);
        if (status == TRUCE_OK)
            status = write_bytes(file, 0666, yaml.text, yaml.length, c->error);
        phrase_free(&yaml);
        if (status != TRUCE_OK)
            return status;
        status = try_case(file, c->error);
        if (status == TRUCE_OK || (parameters && unlink(file) != 0))
            return status;
    }
    return status;
}

/* A model gets a case of its own beside a copy of it; one that needs other files stays where it is. */
static truce_status fill_from_model(copying *c, const char *path)
{
    char copy[4096], file[4096];
    truce_model *alone = NULL;
    if (!join(copy, sizeof copy, c->folder, last_name(path)) ||
        !join(file, sizeof file, c->folder, "case.yaml"))
        return error_make(c->error, TRUCE_BAD_INPUT, c->folder, "the path is too long");
    truce_status status = copy_file(c, path, copy);
    if (status != TRUCE_OK)
        return status;
    if (truce_model_load(copy, &alone, c->error) == TRUCE_OK) {
        truce_model_destroy(alone);
        return write_model_case(c, copy, file, last_name(path));
    }
    char *original = realpath(path, NULL);
    status = unlink(copy) == 0 && original ? write_model_case(c, path, file, original)
                                           : cannot(c->error, path, "find the model");
    free(original);
    return status;
}

/* Whether all that was read lies in the folder. */
static truce_status check_inside(const copying *c, const truce_files *files)
{
    char *folder = realpath(c->folder, NULL);
    truce_status status = folder ? TRUCE_OK : cannot(c->error, c->folder, "find the folder");
    size_t length = folder ? strlen(folder) : 0;
    const char *path;
    for (size_t i = 0; status == TRUCE_OK && (path = truce_files_read(files, i)) != NULL; i++) {
        char *real = realpath(path, NULL);
        if (!real || strncmp(real, folder, length) != 0 || real[length] != '/')
            status =
                error_make(c->error, TRUCE_BAD_INPUT, path,
                           "the file is not in the folder of the case, and truce new brings nothing from "
                           "elsewhere but models");
        free(real);
    }
    free(folder);
    return status;
}

/* The copy is read once, with all that belongs to it. */
static truce_status check_copy(const copying *c, const char *path)
{
    truce_files *files = NULL;
    truce_case *made = NULL;
    truce_status status = truce_files_create_on_disk(&files, c->error);
    if (status == TRUCE_OK)
        status = truce_case_load_from(files, path, NULL, &made, c->error);
    if (status == TRUCE_OK)
        status = check_inside(c, files);
    truce_case_destroy(made);
    truce_files_destroy(files);
    return status;
}

static truce_status fill(copying *c, const target *t)
{
    if (!t->is_case)
        return fill_from_model(c, t->path);
    char original[4096], path[4096];
    const char *name;
    split_path(t->path, original, sizeof original, &name);
    truce_status status = copy_folder(c, original, c->folder, 0);
    if (status == TRUCE_OK)
        status = bring_models(c, original);
    if (status == TRUCE_OK && !join(path, sizeof path, c->folder, name))
        status = error_make(c->error, TRUCE_BAD_INPUT, c->folder, "the path is too long");
    return status == TRUCE_OK ? check_copy(c, path) : status;
}

/* ---- The place ---------------------------------------------------------------------------------------- */

/* ".NAME.part-XXXXXX" beside NAME, and the folder that both are in. */
static bool name_building(const char *folder, char *parent, char *building, size_t size)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    size_t before = length;
    while (before > 0 && folder[before - 1] != '/')
        before--;
    int whole = snprintf(building, size, "%.*s.%.*s.part-XXXXXX", (int)before, folder, (int)(length - before),
                         folder + before);
    snprintf(parent, size, "%.*s", before ? (int)before : 1, before ? folder : ".");
    return length > before && whole > 0 && (size_t)whole < size;
}

/* Removes what dead processes of this user have left under names of this form. */
static void sweep(const char *parent, const char *building)
{
    const char *form = last_name(building);
    size_t length = strlen(form), fixed = length - strlen("XXXXXX");
    DIR *entries = opendir(parent);
    for (struct dirent *e; entries && (e = readdir(entries)) != NULL;) {
        struct stat kind;
        if (strlen(e->d_name) != length || strncmp(e->d_name, form, fixed) != 0)
            continue;
        int fd = open_folder(dirfd(entries), e->d_name);
        if (fd >= 0 && fstat(fd, &kind) == 0 && kind.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
            remove_folder(dirfd(entries), e->d_name, 0);
        if (fd >= 0)
            close(fd);
    }
    if (entries)
        closedir(entries);
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    if (fd >= 0)
        close(fd);
    return synced;
}

static bool sync_folders(const char *path, int depth);

static bool sync_entry(const char *path, const char *name, int depth)
{
    char inner[4096];
    struct stat kind;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || !join(inner, sizeof inner, path, name))
        return true;
    return lstat(inner, &kind) == 0 && (!S_ISDIR(kind.st_mode) || sync_folders(inner, depth + 1));
}

/* The folder and those in it. */
static bool sync_folders(const char *path, int depth)
{
    DIR *folder = depth <= DEPTH_MOST ? opendir(path) : NULL;
    bool good = folder != NULL;
    for (struct dirent *entry; good && (entry = next_entry(folder)) != NULL;)
        good = sync_entry(path, entry->d_name, depth);
    int reason = errno;
    if (folder)
        closedir(folder);
    errno = reason;
    return good && reason == 0 && sync_folder(path);
}

/* Under its name, if nothing has come to be there in the meantime. */
static truce_status put_in_place(const char *building, const char *folder, const char *parent,
                                 truce_error *error)
{
    mode_t mask = umask(0);
    umask(mask);
    if (chmod(building, 0777 & ~mask) != 0 || !sync_folders(building, 0))
        return cannot(error, folder, "make the folder");
    int failed = renameat2(AT_FDCWD, building, AT_FDCWD, folder, RENAME_NOREPLACE);
    if (failed && (errno == EINVAL || errno == ENOSYS))
        failed = rename(building, folder);
    if (failed && errno == EEXIST)
        return error_make(error, TRUCE_RUN_FAILED, folder, "something with this name already exists");
    return failed || !sync_folder(parent) ? cannot(error, folder, "make the folder") : TRUCE_OK;
}

/* What is wrong with the original is said of where it stands. */
static truce_status check_original(const target *t, truce_error *error)
{
    truce_case *original = NULL;
    truce_model *model = NULL;
    truce_status status =
        t->is_case ? truce_case_load(t->path, &original, error) : truce_model_load(t->path, &model, error);
    truce_case_destroy(original);
    truce_model_destroy(model);
    return status;
}

static void replace(char *words, size_t size, const char *old, const char *new)
{
    char rest[sizeof((truce_error *)NULL)->message];
    char *found = strstr(words, old);
    if (!found)
        return;
    snprintf(rest, sizeof rest, "%s", found + strlen(old));
    snprintf(found, size - (size_t)(found - words), "%s%s", new, rest);
}

/* Errors call the folder what it was to be called. */
static void name_as_wanted(truce_error *error, const char *building, const char *folder)
{
    char old[4096], new[4096]; /* as errors have them */
    snprintf(old, sizeof old, "%s", building);
    snprintf(new, sizeof new, "%s", folder);
    truce_clean_line(old);
    truce_clean_line(new);
    replace(error->file, sizeof error->file, old, new);
    replace(error->message, sizeof error->message, old, new);
}

/* Copies a case, or a model with a case for it, into a folder that is not there yet. */
static truce_status copy_case(const target *t, const char *folder, truce_error *error)
{
    char building[4096], parent[4096];
    struct stat there;
    if (!name_building(folder, parent, building, sizeof building))
        return error_make(error, TRUCE_BAD_USAGE, folder, "the path is too long, or ends without a name");
    if (lstat(folder, &there) == 0)
        return error_make(error, TRUCE_RUN_FAILED, folder, "something with this name already exists");
    sweep(parent, building);
    if (!mkdtemp(building))
        return cannot(error, folder, "make the folder");
    int lock = open_folder(AT_FDCWD, building);
    if (lock >= 0)
        flock(lock, LOCK_EX | LOCK_NB);
    copying c = {.folder = building, .error = error};
    truce_status status = fill(&c, t);
    if (status == TRUCE_OK)
        status = check_interruption(error);
    if (status == TRUCE_OK)
        status = put_in_place(building, folder, parent, error);
    if (status != TRUCE_OK) {
        remove_folder(AT_FDCWD, building, 0);
        name_as_wanted(error, building, folder);
    }
    if (lock >= 0)
        close(lock);
    return status;
}

static const struct option option_names[] = {{"from", required_argument, NULL, 'F'},
                                             {"model", required_argument, NULL, 'M'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* The folders above one that is not there yet; *made for file_end. */
static int make_parents(const char *folder, char **made)
{
    char path[4096];
    struct stat there;
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    if (length >= sizeof path || lstat(folder, &there) == 0)
        return 0; /* copy_case says what is wrong */
    snprintf(path, sizeof path, "%.*s", (int)length, folder);
    return file_prepare(path, false, made);
}

static int copy_target(const char *from, bool model, const char *folder)
{
    target t;
    truce_error error = {0};
    int code = target_find(from, &t);
    if (code == 0 && (t.is_case || t.is_program) == model)
        return usage_error("new", "--%s takes a %s, and \"%s\" is a %s", model ? "model" : "from",
                           model ? "model" : "case", from,
                           t.is_case      ? "case: use --from"
                           : t.is_program ? "program"
                                          : "model: use --model");
    char *made = NULL;
    if (code == 0 && check_original(&t, &error) != TRUCE_OK)
        code = report_error(&error);
    if (code == 0)
        code = make_parents(folder, &made);
    if (code == 0 && copy_case(&t, folder, &error) != TRUCE_OK)
        code = report_error(&error);
    if (file_end(folder, made, code) != 0)
        return code;
    phrase next = {0};
    phrase_print(&next, "truce run");
    phrase_word(&next, folder);
    if (model)
        print_line(
            stdout,
            "%s/case.yaml is a case for a copy of %s; its comments say what the sections are for. Run it "
            "with %s",
            folder, t.path, next.text ? next.text : "truce run");
    else
        print_line(stdout, "%s is a copy of %s with its models and data: change it, and run it with %s",
                   folder, t.path, next.text ? next.text : "truce run");
    phrase_free(&next);
    return 0;
}

int command_new(int argc, char **argv)
{
    const char *from = NULL, *model = NULL;
    for (int option; (option = next_option("new", argc, argv, ":h", option_names)) != -1;) {
        if (option == '?')
            return EXIT_USAGE;
        if (option == 'h') {
            help_print("new");
            return 0;
        }
        *(option == 'M' ? &model : &from) = optarg;
    }
    if (argc - optind != 1 || !argv[optind][0])
        return usage_error("new", argc == optind ? "say what the folder of the new case is called"
                                                 : "new takes one folder");
    if (strcmp(argv[optind], "-") == 0)
        return usage_error("new", "\"-\" names no folder (write ./- if it is called so)");
    if (!from == !model)
        return usage_error(
            "new", "say which case to copy, --from CASE, or which model to start from, --model MODEL");
    return copy_target(from ? from : model, model != NULL, argv[optind]);
}
