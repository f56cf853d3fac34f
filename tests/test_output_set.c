/* Sets of output files where the system does not do all that it should: calls of the C library that the set makes are
 * replaced here, and fail when told to. */
#include "base/output.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- Calls that fail ---------------------------------------------------------------------------------- */

typedef struct faults {
    int rename_first, rename_last; /* of the calls of renameat, from 1, those that fail */
    int renames;                   /* how many there were */
    int entry;                     /* of the calls of readdir, from 1, the one that fails */
    int entries;
    int flagged, link; /* what renameat2 and linkat fail with, or 0 */
} faults;

static faults fault;

static int refuse(int reason)
{
    errno = reason;
    return -1;
}

int renameat(int from, const char *old, int to, const char *new)
{
    fault.renames++;
    if (fault.renames >= fault.rename_first && fault.renames <= fault.rename_last)
        return refuse(EIO);
    return (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    return fault.flagged ? refuse(fault.flagged) : (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    return fault.link ? refuse(fault.link) : (int)syscall(SYS_linkat, from, old, to, new, flags);
}

struct dirent *readdir(DIR *entries)
{
    static struct dirent *(*real)(DIR *);
    if (!real) {
        void *found = dlsym(RTLD_NEXT, "readdir");
        memcpy(&real, &found, sizeof real);
    }
    if (++fault.entries != fault.entry)
        return real(entries);
    errno = EIO;
    return NULL;
}

/* ---- Files -------------------------------------------------------------------------------------------- */

typedef struct place {
    char parent[32], results[64];
} place;

static const place new_place = {.parent = "/tmp/truce-set-XXXXXX"};

static void put(const char *directory, const char *name, const char *content)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    fputs(content, stream);
    assert_int_equal(fclose(stream), 0);
}

/* "" for a file that is not there. */
static const char *content(const char *directory, const char *name)
{
    static char bytes[256];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "rb");
    size_t length = stream ? fread(bytes, 1, sizeof bytes - 1, stream) : 0;
    if (stream)
        fclose(stream);
    bytes[length] = '\0';
    return bytes;
}

/* Folder with a and b of before, c, which is not written anew, and a file of somebody. */
static void make_place(place *p)
{
    *p = new_place;
    fault = (faults){0};
    assert_non_null(mkdtemp(p->parent));
    snprintf(p->results, sizeof p->results, "%s/results", p->parent);
    assert_int_equal(mkdir(p->results, 0750), 0);
    put(p->results, "a", "old a");
    put(p->results, "b", "old b");
    put(p->results, "c", "old c");
    put(p->results, "notes", "mine");
}

static void remove_place(const place *p)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", p->parent);
    assert_int_equal(system(command), 0);
}

static void put_in_set(output_set *set, const char *name, const char *bytes)
{
    assert_int_equal(output_set_write(set, name, bytes, strlen(bytes), NULL), TRUCE_OK);
}

static truce_status write_set(const place *p, truce_error *error)
{
    static const char *const of_the_set[] = {"a", "b", "c"};
    output_set *set;
    truce_status status = output_set_open(&set, p->results, error);
    if (status != TRUCE_OK)
        return status;
    put_in_set(set, "a", "new a");
    put_in_set(set, "b", "new b");
    fault.renames = fault.entries = 0; /* of the commit */
    return output_set_commit(set, of_the_set, 3, error);
}

static void check_old(const place *p)
{
    assert_string_equal(content(p->results, "a"), "old a");
    assert_string_equal(content(p->results, "b"), "old b");
    assert_string_equal(content(p->results, "c"), "old c");
    assert_string_equal(content(p->results, "notes"), "mine");
}

static void check_new(const place *p)
{
    assert_string_equal(content(p->results, "a"), "new a");
    assert_string_equal(content(p->results, "b"), "new b");
    assert_string_equal(content(p->results, "c"), "");
    assert_string_equal(content(p->results, "notes"), "mine");
}

/* ---- Renaming file by file ---------------------------------------------------------------------------- */

static void results_are_replaced_where_there_are_neither_exchange_nor_hard_links(void **state)
{
    (void)state;
    static const int reasons[] = {EPERM, EMLINK, EOPNOTSUPP, ENOSYS};
    truce_error error;
    place p;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        make_place(&p);
        fault.flagged = EINVAL;
        fault.link = reasons[i];
        assert_int_equal(write_set(&p, &error), TRUCE_OK);
        check_new(&p);
        remove_place(&p);
    }
}

static void of_old_files_that_are_moved_none_is_lost_when_a_rename_fails(void **state)
{
    (void)state;
    enum { RENAMES = 5 }; /* c, a and b away, two new ones in their place */
    truce_error error;
    place p;
    for (int n = 1; n <= RENAMES + 1; n++) {
        make_place(&p);
        fault = (faults){.flagged = EINVAL, .link = EPERM, .rename_first = n, .rename_last = n};
        assert_int_equal(write_set(&p, &error), n > RENAMES ? TRUCE_OK : TRUCE_RUN_FAILED);
        if (n > RENAMES)
            check_new(&p);
        else
            check_old(&p);
        remove_place(&p);
    }
}

/* From the second rename on all fail: a is new, and where the old one is the message says. */
static void check_kept(int flagged, const char *where)
{
    truce_error error;
    place p;
    char inner[80], left[256];
    make_place(&p);
    snprintf(inner, sizeof inner, "%s/inner", p.results);
    assert_int_equal(mkdir(inner, 0777), 0); /* no exchange */
    fault = (faults){.flagged = flagged, .rename_first = 2, .rename_last = 1000};
    assert_int_equal(write_set(&p, &error), TRUCE_RUN_FAILED);
    const char *named = strstr(error.message, "are in ");
    assert_non_null(named);
    snprintf(left, sizeof left, "%s", named + strlen("are in "));
    assert_non_null(strstr(left, where));
    fault = (faults){0};
    for (int i = 0; i < 2; i++) { /* another set does not sweep it */
        const char *kept =
            strcmp(content(p.results, "a"), "old a") == 0 ? content(left, "b") : content(left, "a");
        assert_int_equal(strncmp(kept, "old ", 4), 0);
        if (i == 0)
            assert_int_equal(write_set(&p, &error), TRUCE_OK);
    }
    check_new(&p);
    remove_place(&p);
}

static void an_old_file_that_cannot_be_put_back_is_kept_and_told(void **state)
{
    (void)state;
    check_kept(0, "results/results-before-");
    check_kept(EIO, ".part.old");
}

/* A folder beside the results, so that there is no exchange, whatever it is called. */
static void no_name_of_a_file_is_in_the_way(void **state)
{
    (void)state;
    static const char *const names[] = {".old", ".kept", "old", "kept"};
    truce_error error;
    place p;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        make_place(&p);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (k != i)
                put(p.results, names[k], "mine");
        snprintf(path, sizeof path, "%s/%s", p.results, names[i]);
        assert_int_equal(mkdir(path, 0777), 0);
        put(path, "inner", "mine");
        assert_int_equal(write_set(&p, &error), TRUCE_OK);
        check_new(&p);
        assert_string_equal(content(path, "inner"), "mine");
        assert_string_equal(content(p.results, names[(i + 1) % 4]), "mine");
        remove_place(&p);
    }
}

/* ---- Folders ------------------------------------------------------------------------------------------ */

static void a_folder_that_cannot_be_read_is_not_taken_for_its_beginning(void **state)
{
    (void)state;
    enum { CALLS = 7 }; /* ".", "..", four files and the end */
    truce_error error;
    place p;
    for (int n = 1; n <= CALLS; n++) {
        make_place(&p);
        fault.entry = n;
        assert_int_equal(write_set(&p, &error), TRUCE_RUN_FAILED);
        assert_non_null(strstr(error.message, strerror(EIO)));
        check_old(&p);
        remove_place(&p);
    }
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void a_folder_that_is_closed_meanwhile_stays_closed(void **state)
{
    (void)state;
    output_set *set;
    place p;
    make_place(&p);
    assert_int_equal(output_set_open(&set, p.results, NULL), TRUCE_OK);
    put_in_set(set, "a", "new a");
    assert_int_equal(chmod(p.results, 0700), 0);
    assert_int_equal(output_set_commit(set, NULL, 0, NULL), TRUCE_OK);
    assert_string_equal(content(p.results, "a"), "new a");
    assert_int_equal(mode_of(p.results), 0700);
    remove_place(&p);
}

static void results_in_a_folder_of_a_group_are_of_the_group(void **state)
{
    (void)state;
    enum { GROUP = 65534 };
    truce_error error;
    struct stat status;
    place p;
    char path[128];
    if (geteuid() != 0)
        skip();
    make_place(&p);
    snprintf(path, sizeof path, "%s/b", p.results);
    unlink(path); /* a new file has no older one's group */
    assert_int_equal(chown(p.results, (uid_t)-1, GROUP), 0);
    assert_int_equal(chmod(p.results, 02775), 0);
    assert_int_equal(write_set(&p, &error), TRUCE_OK);
    check_new(&p);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_gid, GROUP);
    assert_int_equal(stat(p.results, &status), 0);
    assert_int_equal(status.st_gid, GROUP);
    assert_int_equal(mode_of(p.results), 02775);
    remove_place(&p);
}

/* A list of access that lets a user in, as a file of xattr(7) has it. */
static bool let_in(const char *directory)
{
    static const struct {
        uint32_t version;
        struct {
            uint16_t tag, permissions;
            uint32_t id;
        } entries[5];
    } list = {
        2, {{1, 7, UINT32_MAX}, {2, 7, 1234}, {4, 5, UINT32_MAX}, {16, 7, UINT32_MAX}, {32, 5, UINT32_MAX}}};
    return setxattr(directory, "system.posix_acl_default", &list, sizeof list, 0) == 0;
}

static bool has_list(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return getxattr(path, "system.posix_acl_access", NULL, 0) > 0 ||
           getxattr(path, "system.posix_acl_default", NULL, 0) > 0;
}

static void a_folder_that_was_closed_stays_so_whatever_list_of_access_its_parent_has(void **state)
{
    (void)state;
    truce_error error;
    place p;
    char path[128];
    make_place(&p);
    snprintf(path, sizeof path, "%s/b", p.results);
    unlink(path); /* a new file gets no list either */
    if (!let_in(p.parent)) {
        remove_place(&p);
        skip();
    }
    assert_int_equal(write_set(&p, &error), TRUCE_OK);
    check_new(&p);
    assert_int_equal(mode_of(p.results), 0750);
    static const char *const names[] = {".", "a", "b"};
    for (size_t i = 0; i < 3; i++)
        assert_false(has_list(p.results, names[i]));
    remove_place(&p);
}

static void a_new_file_has_the_list_of_access_that_its_folder_gives(void **state)
{
    (void)state;
    truce_error error;
    place p;
    make_place(&p);
    char path[128];
    snprintf(path, sizeof path, "%s/b", p.results);
    unlink(path);
    if (!let_in(p.results)) {
        remove_place(&p);
        skip();
    }
    assert_int_equal(write_set(&p, &error), TRUCE_OK);
    check_new(&p);
    assert_false(has_list(p.results, "a"));
    assert_true(has_list(p.results, "b"));
    remove_place(&p);
}

/* ---- Of others ---------------------------------------------------------------------------------------- */

static void what_another_user_left_is_not_removed(void **state)
{
    (void)state;
    static const char stage[] = ".results.0123456789abcdef.part", file[] = ".out.0123456789abcdef.part";
    truce_error error;
    output_file f;
    place p;
    char path[128];
    if (geteuid() != 0)
        skip();
    make_place(&p);
    snprintf(path, sizeof path, "%s/%s", p.parent, stage);
    assert_int_equal(mkdir(path, 0700), 0);
    put(path, "a", "theirs");
    assert_int_equal(chown(path, 65534, 65534), 0);
    put(p.parent, file, "theirs");
    snprintf(path, sizeof path, "%s/%s", p.parent, file);
    assert_int_equal(chown(path, 65534, 65534), 0);
    assert_int_equal(write_set(&p, &error), TRUCE_OK);
    snprintf(path, sizeof path, "%s/out", p.parent);
    assert_int_equal(output_open(&f, path, &error), TRUCE_OK);
    assert_int_equal(output_commit(&f, &error), TRUCE_OK);
    assert_string_equal(content(p.parent, file), "theirs");
    snprintf(path, sizeof path, "%s/%s", p.parent, stage);
    assert_string_equal(content(path, "a"), "theirs");
    remove_place(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_replaced_where_there_are_neither_exchange_nor_hard_links),
        cmocka_unit_test(of_old_files_that_are_moved_none_is_lost_when_a_rename_fails),
        cmocka_unit_test(an_old_file_that_cannot_be_put_back_is_kept_and_told),
        cmocka_unit_test(no_name_of_a_file_is_in_the_way),
        cmocka_unit_test(a_folder_that_is_closed_meanwhile_stays_closed),
        cmocka_unit_test(results_in_a_folder_of_a_group_are_of_the_group),
        cmocka_unit_test(a_folder_that_cannot_be_read_is_not_taken_for_its_beginning),
        cmocka_unit_test(a_folder_that_was_closed_stays_so_whatever_list_of_access_its_parent_has),
        cmocka_unit_test(a_new_file_has_the_list_of_access_that_its_folder_gives),
        cmocka_unit_test(what_another_user_left_is_not_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
