/* The file of a posterior: it is what a fit wrote, or it is refused, whatever was done to it. */
#include "base/confined.h"
#include "base/netcdf.h"
#include "fit/posterior.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static truce_case *c;
static text written; /* posterior.nc as the fit wrote it */
static char directory[64], path[128];

static int set_up(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char name[512];
    truce_error error = {0};
    truce_fit *f = NULL;
    truce_fit_options options = truce_fit_default_options();
    options.particles = 64;
    snprintf(name, sizeof name, "%s/tests/data/fit/case.yaml", root ? root : ".");
    snprintf(directory, sizeof directory, "/tmp/truce-posterior-XXXXXX");
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/posterior.nc", directory);
    assert_int_equal(truce_case_load(name, &c, &error), TRUCE_OK);
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
    assert_int_equal(truce_fit_save(f, directory, "test", 20, &error), TRUCE_OK);
    truce_fit_destroy(f);
    assert_int_equal(text_read_file(&written, path, 1 << 24, &error), TRUCE_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    text_free(&written);
    truce_case_destroy(c);
    return system(command);
}

static void put(const char *bytes, size_t length)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

/* Reads what is there now; the sentence of the error. */
static truce_status read_it(char *message, size_t size)
{
    truce_fit *f = NULL;
    truce_error error = {0};
    truce_status status = truce_fit_load(directory, c, &f, &error);
    snprintf(message, size, "%s", error.message);
    assert_int_equal(f == NULL, status != TRUCE_OK);
    truce_fit_destroy(f);
    return status;
}

static void a_file_with_one_byte_changed_cut_or_without_its_seal_is_refused(void **state)
{
    (void)state;
    char message[768];
    char *copy = malloc(written.length);
    put(written.bytes, written.length);
    assert_int_equal(read_it(message, sizeof message), TRUCE_OK);
    uint64_t draw = 1;
    for (int i = 0; i < 40; i++) {
        memcpy(copy, written.bytes, written.length);
        draw = draw * 6364136223846793005u + 1442695040888963407u;
        copy[(draw >> 20) % written.length] ^= (char)(1 << (draw >> 60 & 7));
        put(copy, written.length);
        assert_int_equal(read_it(message, sizeof message), TRUCE_BAD_INPUT);
    }
    for (size_t length = 0; length < written.length; length += written.length / 10) {
        put(written.bytes, length);
        assert_int_equal(read_it(message, sizeof message), TRUCE_BAD_INPUT);
    }
    put(written.bytes, written.length - 32);
    assert_int_equal(read_it(message, sizeof message), TRUCE_BAD_INPUT);
    assert_non_null(strstr(message, "seal"));
    free(copy);
}

/* Damage that somebody sealed again goes to HDF5, which may crash on it or not end: in its child. */
static void damage_under_a_right_seal_ends_in_an_error_or_in_finite_draws(void **state)
{
    (void)state;
    char message[768];
    char *copy = malloc(written.length);
    uint64_t draw = 7;
    for (int i = 0; i < 60; i++) {
        memcpy(copy, written.bytes, written.length);
        for (int k = 0; k < 64; k++) {
            draw = draw * 6364136223846793005u + 1442695040888963407u;
            copy[(draw >> 20) % (i % 2 ? written.length - 32 : 4096)] = (char)(draw >> 56);
        }
        text sealed = {0};
        text_add(&sealed, copy, written.length - 32);
        posterior_seal(&sealed);
        put(sealed.bytes, sealed.length);
        text_free(&sealed);
        truce_status status = read_it(message, sizeof message);
        assert_true(status == TRUCE_OK || (status == TRUCE_BAD_INPUT && message[0]));
    }
    free(copy);
}

static void a_posterior_of_another_case_is_refused_with_the_name_of_a_parameter(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char name[512];
    truce_case *other = NULL;
    truce_fit *f = NULL;
    truce_error error = {0};
    snprintf(name, sizeof name, "%s/docs/example/case.yaml", root ? root : ".");
    assert_int_equal(truce_case_load(name, &other, &error), TRUCE_OK);
    put(written.bytes, written.length);
    assert_int_equal(truce_fit_load(directory, other, &f, &error), TRUCE_BAD_INPUT);
    assert_non_null(strstr(error.message, "has no draws of the parameter \""));
    truce_case_destroy(other);
}

static void draws_that_are_no_numbers_are_refused_by_name(void **state)
{
    (void)state;
    char message[768];
    truce_fit *f = NULL;
    truce_error error = {0};
    truce_fit_options options = truce_fit_default_options();
    options.particles = 64;
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
    f->values[3] = NAN; /* draw 3 of the first parameter */
    assert_int_equal(truce_fit_save(f, directory, "test", 20, &error), TRUCE_OK);
    assert_int_equal(read_it(message, sizeof message), TRUCE_BAD_INPUT);
    assert_non_null(strstr(message, f->names[0]));
    assert_non_null(strstr(message, "draw 3"));
    truce_fit_destroy(f);
}

/* ---- As others read it ------------------------------------------------------------------------------- */

static int run_reader(const char *arguments)
{
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char command[2048];
    snprintf(command, sizeof command, "/usr/bin/python3 %s/tests/posterior_groups.py %s", root ? root : ".",
             arguments);
    return system(command);
}

static bool reader_is_there(void)
{
    bool there = system("/usr/bin/python3 -c 'import xarray, netCDF4' 2>/dev/null") == 0;
    if (!there)
        puts("skipped: script/bootstrap installs python3-xarray and python3-netcdf4");
    return there;
}

static void xarray_opens_every_group_with_chains_draws_and_coordinates(void **state)
{
    (void)state;
    char arguments[256];
    if (!reader_is_there()) {
        skip();
        return;
    }
    put(written.bytes, written.length);
    snprintf(arguments, sizeof arguments, "%s 5", path); /* 20 draws of 4 chains */
    assert_int_equal(run_reader(arguments), 0);
}

static void elements_of_an_array_are_one_variable_with_sides_as_coordinates(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char arguments[1024];
    if (!reader_is_there()) {
        skip();
        return;
    }
    snprintf(arguments, sizeof arguments,
             "%s/cases/ukraine/posterior/posterior.nc 250 force side defender,attacker", root ? root : ".");
    assert_int_equal(run_reader(arguments), 0);
}

static double normal_density(double z, double sd)
{
    return -0.5 * z * z / (sd * sd) - log(sd) - 0.5 * log(2 * acos(-1));
}

/* Of independent errors, from the predictions that a run with the draw gives: the sum over points is what the
 * fit weighed the draw by, and each is the density of its own observation. */
static void densities_of_points_are_those_of_what_the_draws_predict(void **state)
{
    (void)state;
    truce_error error = {0};
    truce_fit *f = NULL;
    case_plan plan;
    fit_gift gift;
    truce_ensemble *ensemble = NULL;
    truce_fit_options options = truce_fit_default_options();
    truce_ensemble_options members = truce_ensemble_default_options();
    options.particles = members.members = 64;
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
    assert_int_equal(case_plan_create(c, 0, false, &plan, &error), TRUCE_OK);
    assert_int_equal(fit_give(f, c, &plan, &gift, &error), TRUCE_OK);
    assert_int_equal(ensemble_run_given(plan.program, plan.parameters, plan.schedules, plan.factors,
                                        &gift.given, NULL, &members, &ensemble, &error),
                     TRUCE_OK);
    assert_int_equal(f->point_count, 12);
    for (size_t t = 0; t < f->point_count; t++)
        for (size_t i = 0; i < f->count; i++) {
            double mean = (double)truce_ensemble_values(ensemble, 0, t)[i];
            double expected = normal_density(f->data[0].values[t] - mean, 0.8);
            assert_true(fabs((double)f->densities[t * f->count + i] - expected) <
                        1e-5 * (1 + fabs(expected)));
        }
    truce_ensemble_destroy(ensemble);
    fit_gift_free(&gift);
    case_plan_free(&plan);
    truce_fit_destroy(f);
}

/* intercept: normal, mean 1, standard deviation 3. A mean of 4,096 is off by 0.05 at one standard error. */
static void draws_of_the_prior_are_drawn_from_it(void **state)
{
    (void)state;
    truce_error error = {0};
    truce_fit *f = NULL;
    truce_fit_options options = truce_fit_default_options();
    assert_int_equal(truce_fit_run(c, &options, &f, &error), TRUCE_OK);
    size_t j = fit_parameter(f, "intercept");
    double sum = 0, squares = 0, n = (double)f->count;
    for (size_t i = 0; i < f->count; i++) {
        double x = f->prior[j * f->count + i];
        sum += x;
        squares += (x - 1) * (x - 1);
    }
    assert_true(fabs(sum / n - 1) < 4 * 3 / sqrt(n));
    assert_true(fabs(sqrt(squares / n) - 3) < 4 * 3 / sqrt(2 * n));
    truce_fit_destroy(f);
}

/* A file as truce wrote it before it had groups, with a right seal. */
static void a_posterior_of_the_old_form_is_refused_with_what_to_do(void **state)
{
    (void)state;
    char message[768];
    truce_error error = {0};
    NC_memio bytes = {0};
    int file, dimension;
    assert_int_equal(netcdf_load(&error), TRUCE_OK);
    assert_int_equal(nc_create_mem("old.nc", NC_NETCDF4, 1 << 16, &file), NC_NOERR);
    assert_int_equal(nc_def_dim(file, "draw", 20, &dimension), NC_NOERR);
    assert_int_equal(nc_close_memio(file, &bytes), NC_NOERR);
    text sealed = {0};
    text_add(&sealed, bytes.memory, bytes.size);
    free(bytes.memory);
    posterior_seal(&sealed);
    put(sealed.bytes, sealed.length);
    text_free(&sealed);
    assert_int_equal(read_it(message, sizeof message), TRUCE_BAD_INPUT);
    assert_non_null(strstr(message, "fit anew"));
}

/* What was loaded has neither priors nor densities of points. */
static void a_loaded_fit_is_not_written_again(void **state)
{
    (void)state;
    truce_error error = {0};
    truce_fit *f = NULL;
    put(written.bytes, written.length);
    assert_int_equal(truce_fit_load(directory, c, &f, &error), TRUCE_OK);
    assert_int_equal(truce_fit_save(f, directory, "test", 0, &error), TRUCE_BAD_USAGE);
    truce_fit_destroy(f);
}

/* ---- Confined work ------------------------------------------------------------------------------------- */

static truce_status crash(void *context, text *result, char *reason, size_t size)
{
    (void)context, (void)result, (void)size;
    reason[0] = '\0';
    __builtin_trap();
}

static truce_status loop(void *context, text *result, char *reason, size_t size)
{
    (void)result, (void)size;
    reason[0] = '\0';
    for (volatile int *x = context;; (*x)++)
        ;
    return TRUCE_OK;
}

static truce_status refuse(void *context, text *result, char *reason, size_t size)
{
    (void)context, (void)result;
    snprintf(reason, size, "it is green");
    return TRUCE_BAD_INPUT;
}

/* Files and processes are out of reach: what could be done is added. */
static truce_status break_out(void *context, text *result, char *reason, size_t size)
{
    (void)context, (void)size;
    reason[0] = '\0';
    text_print(result, "done");
    if (fopen("/etc/passwd", "rb"))
        text_print(result, ", read a file");
    if (fopen("/tmp/truce-broke-out", "wb"))
        text_print(result, ", wrote a file");
    if (fork() >= 0)
        text_print(result, ", forked");
    return TRUCE_OK;
}

/* As one that has been taken over could: the pipe to the parent is the only file that it has. */
static truce_status flood(void *context, text *result, char *reason, size_t size)
{
    static const char block[1 << 16] = {TRUCE_OK};
    (void)context, (void)result, (void)size;
    reason[0] = '\0';
    for (int fd = 3; fd < 64; fd++)
        while (write(fd, block, sizeof block) > 0)
            ;
    return TRUCE_OK;
}

static void confined_work_can_crash_loop_and_fail_but_not_break_out(void **state)
{
    (void)state;
    text result = {0};
    char reason[64];
    int counter = 0;
    assert_int_equal(confined_run(crash, NULL, 1 << 20, 5, &result, reason, sizeof reason), TRUCE_BAD_INPUT);
    assert_string_equal(reason, "reading it crashes");
    assert_int_equal(confined_run(loop, &counter, 1 << 20, 1, &result, reason, sizeof reason),
                     TRUCE_BAD_INPUT);
    assert_string_equal(reason, "reading it does not end");
    assert_int_equal(counter, 0); /* that of the child */
    assert_int_equal(confined_run(refuse, NULL, 1 << 20, 5, &result, reason, sizeof reason), TRUCE_BAD_INPUT);
    assert_string_equal(reason, "it is green");
    assert_int_equal(confined_run(flood, NULL, 1 << 20, 5, &result, reason, sizeof reason), TRUCE_BAD_INPUT);
    assert_string_equal(reason, "reading it gives more than it can hold");
    assert_int_equal(confined_run(break_out, NULL, 1 << 24, 5, &result, reason, sizeof reason), TRUCE_OK);
    assert_string_equal(result.bytes, "done");
    text_free(&result);
}

/* Says what it could read, and writes wherever it can. */
static truce_status shout(void *context, text *result, char *reason, size_t size)
{
    (void)context, (void)size;
    reason[0] = '\0';
    text_print(result, "done");
    for (int fd = 0; fd < 64; fd++) {
        char byte;
        if (fd == 3)
            continue; /* the pipe to the parent */
        bool went = write(fd, "\x1b[2J", 4) == 4;
        if (went && fd > STDERR_FILENO)
            text_print(result, ", %d is open", fd);
        if (read(fd, &byte, 1) == 1)
            text_print(result, ", read \"%c\"", byte);
    }
    return TRUCE_OK;
}

/* The system from now on refuses a call to this process. */
static bool refuse_call(int call, int reason)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)reason),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum { TOLD, NOT_SET_UP, HEARD, MISTAKEN };

/* The standard streams and a high descriptor lead to a socket: what came of it, the answer being `expected`. */
static int shouting_ends(int refused, int refusal, truce_status status, const char *expected)
{
    int ends[2];
    char bytes[8], reason[128] = "";
    text result = {0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0 || write(ends[1], "input", 5) != 5 ||
        (refusal && !refuse_call(refused, refusal)))
        return NOT_SET_UP;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        dup2(ends[0], fd);
    dup2(ends[0], 50);
    if (confined_run(shout, NULL, 1 << 24, 5, &result, reason, sizeof reason) != status ||
        strcmp(status == TRUCE_OK ? result.bytes : reason, expected) != 0)
        return MISTAKEN;
    text_free(&result);
    return read(ends[1], bytes, 1) < 0 && read(ends[0], bytes, 5) == 5 ? TOLD : HEARD;
}

static int ended(int refused, int refusal, truce_status status, const char *expected)
{
    int code = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(shouting_ends(refused, refusal, status, expected));
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code));
    return WEXITSTATUS(code);
}

static void confined_work_has_no_terminal_and_no_descriptor_of_its_parent(void **state)
{
    (void)state;
    assert_int_equal(ended(0, 0, TRUCE_OK, "done"), TOLD);
    /* Linux before 5.9 */
    assert_int_equal(ended(SYS_close_range, ENOSYS, TRUCE_OK, "done"), TOLD);
}

static void what_cannot_be_confined_is_not_done(void **state)
{
    (void)state;
    assert_int_equal(
        ended(SYS_prctl, EINVAL, TRUCE_RUN_FAILED, "the system cannot confine the process that reads it"),
        TOLD);
}

/* What a child that was taken over could answer. With 32 bits the product of draws and levels is 0. */
static void a_parcel_whose_counts_are_too_large_together_is_refused(void **state)
{
    (void)state;
    enum { DRAWS = 1 << 12, MONTHS = 1 << 10, STREAMS = 1 << 10 };
    const size_t counts[] = {DRAWS, 0, MONTHS, STREAMS, 0}, no_length = 0;
    truce_fit *f = calloc(1, sizeof *f);
    char *zeros = calloc(DRAWS * MONTHS, 8);
    text parcel = {0};
    text_add(&parcel, (const char *)counts, sizeof counts);
    text_add(&parcel, zeros, sizeof f->seed + sizeof f->fingerprint);
    text_add(&parcel, "2024-06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", sizeof f->until);
    text_add(&parcel, (const char *)&no_length, sizeof no_length);
    text_add(&parcel, zeros, DRAWS * sizeof *f->likelihood);
    text_add(&parcel, zeros, DRAWS * MONTHS * sizeof *f->keys);
    text_add(&parcel, zeros, STREAMS * sizeof *f->streams);
    assert_int_equal(parcel_unpack(&parcel, f), TRUCE_BAD_INPUT);
    text_free(&parcel);
    free(zeros);
    truce_fit_destroy(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_with_one_byte_changed_cut_or_without_its_seal_is_refused),
        cmocka_unit_test(damage_under_a_right_seal_ends_in_an_error_or_in_finite_draws),
        cmocka_unit_test(a_posterior_of_another_case_is_refused_with_the_name_of_a_parameter),
        cmocka_unit_test(draws_that_are_no_numbers_are_refused_by_name),
        cmocka_unit_test(xarray_opens_every_group_with_chains_draws_and_coordinates),
        cmocka_unit_test(elements_of_an_array_are_one_variable_with_sides_as_coordinates),
        cmocka_unit_test(densities_of_points_are_those_of_what_the_draws_predict),
        cmocka_unit_test(draws_of_the_prior_are_drawn_from_it),
        cmocka_unit_test(a_posterior_of_the_old_form_is_refused_with_what_to_do),
        cmocka_unit_test(a_loaded_fit_is_not_written_again),
        cmocka_unit_test(confined_work_can_crash_loop_and_fail_but_not_break_out),
        cmocka_unit_test(confined_work_has_no_terminal_and_no_descriptor_of_its_parent),
        cmocka_unit_test(what_cannot_be_confined_is_not_done),
        cmocka_unit_test(a_parcel_whose_counts_are_too_large_together_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
