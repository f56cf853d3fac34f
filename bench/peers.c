/* The engine beside programs of others: the same models and members, on one core.
 *
 *     peers spec MODEL                            inputs and outputs as JSON, for who generates a peer's code
 *     peers head [counted]                        the head of the table
 *     peers rows NAME MODEL SECONDS [LABEL=FILE.so[,COUNTED.so] ...]
 *     peers count MODEL interpreter|native|FILE.so GROUPS     runs so many groups, for callgrind
 *
 * A peer (peers/peer.h) gets the engine's members, and its final values are compared with the engine's before its rate
 * is measured: of wrong results no rate is shown. Instructions are those of COUNTED.so, which is compiled for AVX2, since
 * valgrind knows no AVX-512; the engine then takes its kernels for AVX2 by itself. */
#include "block.h"

#include "native/native.h"
#include "peers/peer.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 8, TURNS = 2 * ROUNDS };

/* Results of a peer with other functions and another order of operations; models amplify the last bit somewhat. */
static const double tolerance = 1e-6;

/* ---- A peer -------------------------------------------------------------------------------------------- */

typedef struct peer {
    void *library;
    void (*run)(const double *inputs, double *finals);
    size_t lanes, groups;
    double *inputs, *finals; /* [group][input or output][lane] */
} peer;

/* As POSIX has it: C knows no conversion to pointers to functions. */
static bool find(void *library, const char *name, void *pointer)
{
    void *symbol = dlsym(library, name);
    memcpy(pointer, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool peer_open(const bench *b, const char *path, peer *p)
{
    int (*inputs)(void), (*outputs)(void);
    const int *lanes;
    *p = (peer){.library = dlopen(path, RTLD_NOW)};
    if (!p->library || !find(p->library, "peer_run", &p->run) || !find(p->library, "peer_inputs", &inputs) ||
        !find(p->library, "peer_outputs", &outputs) || !find(p->library, "peer_lanes", &lanes)) {
        fprintf(stderr, "cannot load %s: %s\n", path, dlerror());
        return false;
    }
    size_t expected = truce_program_output_count(b->program);
    if ((size_t)inputs() != b->parameter_count || (size_t)outputs() != expected) {
        fprintf(stderr, "%s has %d inputs and %d outputs, not the %zu and %zu of \"peers spec\"\n", path,
                inputs(), outputs(), b->parameter_count, expected);
        return false;
    }
    p->lanes = (size_t)*lanes;
    return true;
}

/* The members of a block in the order of the peer. */
static bool peer_fill(const bench *b, const block *x, peer *p)
{
    p->groups = x->width / p->lanes;
    p->inputs = calloc(b->parameter_count * x->width + 1, sizeof *p->inputs);
    p->finals = calloc(truce_program_output_count(b->program) * x->width + 1, sizeof *p->finals);
    if (!p->inputs || !p->finals)
        return false;
    for (size_t i = 0; i < x->width; i++)
        for (size_t k = 0; k < b->parameter_count; k++)
            p->inputs[(i / p->lanes * b->parameter_count + k) * p->lanes + i % p->lanes] =
                x->parameters[k * x->width + i];
    return true;
}

static void peer_close(peer *p)
{
    if (p->library)
        dlclose(p->library);
    free(p->inputs);
    free(p->finals);
}

static void peer_group(const bench *b, const peer *p, size_t group)
{
    size_t lanes = p->lanes * group;
    p->run(p->inputs + lanes * b->parameter_count,
           p->finals + lanes * truce_program_output_count(b->program));
}

static double peer_rate(const bench *b, const peer *p)
{
    size_t groups = 0;
    double start = processor_seconds(), taken;
    do {
        peer_group(b, p, groups++ % p->groups);
        taken = processor_seconds() - start;
    } while (taken < b->seconds);
    return (double)(groups * p->lanes) / taken;
}

/* The most by which a final value is off the engine's, as a share of the greatest of that output. */
static double peer_off(const bench *b, const block *x, const peer *p)
{
    size_t outputs = truce_program_output_count(b->program);
    const double *ours = x->results + (truce_program_save_count(b->program) - 1) * outputs * x->width;
    double most = 0;
    for (size_t group = 0; group < p->groups; group++)
        peer_group(b, p, group);
    for (size_t k = 0; k < outputs; k++) {
        double greatest = 0, off = 0;
        for (size_t i = 0; i < x->width; i++) {
            double theirs = p->finals[(i / p->lanes * outputs + k) * p->lanes + i % p->lanes];
            double apart = fabs(theirs - ours[k * x->width + i]);
            off = apart <= off ? off : apart; /* not a number stays */
            greatest = fmax(greatest, fabs(ours[k * x->width + i]));
        }
        off = greatest > 0 ? off / greatest : off;
        if (!(off <= tolerance))
            fprintf(stderr, "%s at the end is off by %g of its greatest value\n",
                    truce_program_output_name(b->program, k), off);
        most = off <= most ? most : off;
    }
    return most;
}

/* ---- What is measured ---------------------------------------------------------------------------------- */

/* The engine by one of its tiers, or a peer. */
typedef struct runner {
    const char *label, *counted; /* counted: what is run to count instructions; NULL: nothing */
    block x;
    peer p;
    bool is_peer, right;
    double off, rate[TURNS];
} runner;

static double rate_of(const bench *b, runner *r)
{
    return r->is_peer ? peer_rate(b, &r->p) : block_rate(b, &r->x);
}

/* What callgrind counts of so many groups; 0 where it counts nothing. */
static double instructions(const char *model, const char *what, int groups)
{
    char self[4096], line[4096] = "";
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    double count = 0;
    if (length < 0)
        return 0;
    self[length] = '\0';
    char command[3 * 4096];
    snprintf(command, sizeof command,
             "valgrind --tool=callgrind --callgrind-out-file=/dev/null '%s' count '%s' '%s' %d 2>&1", self,
             model, what, groups);
    FILE *f = popen(command, "r");
    while (f && fgets(line, sizeof line, f)) {
        const char *collected = strstr(line, "Collected : ");
        if (collected)
            count = strtod(collected + 12, NULL);
    }
    return f && pclose(f) == 0 ? count : 0;
}

static void print_row(const bench *b, const char *name, const char *model, const runner *r,
                      const runner *best)
{
    size_t members = r->is_peer ? r->p.lanes : r->x.width;
    char counted[32] = "";
    if (r->counted) {
        enum { MORE = 4 };
        double few = instructions(model, r->counted, 1), many = instructions(model, r->counted, 1 + MORE);
        if (few > 0 && many > few)
            snprintf(counted, sizeof counted, "%.0f", (many - few) / (double)(MORE * members));
    }
    (void)b;
    double null = fmax(null_spread(r->rate, TURNS), null_spread(best->rate, TURNS));
    printf("%-12s %-28s %11.0f %8.2f %6.1f %9.1g %12s\n", name, r->label, median(r->rate, TURNS),
           median_ratio(best->rate, r->rate, TURNS), 100 * null, r->off, counted);
    fflush(stdout);
}

static void print_head(void)
{
    printf(
        "members/s: on one core, all outputs kept at all save times; native: how many times as many members\n"
        "native code makes, median of %d turns; null: the most that one of the two differs from itself,\n"
        "measured again in the same round; off: the most that a final value differs from the engine's, of\n"
        "the greatest; instructions: a member, built for AVX2, by callgrind.\n\n",
        TURNS);
    printf("%-12s %-28s %11s %8s %6s %9s %12s\n", "model", "program", "members/s", "native x", "null %",
           "off", "instructions");
}

/* The engine's tiers first. */
static size_t make_runners(const bench *b, runner *runners, native_code **native, char **peers, size_t count)
{
    truce_error error;
    native_options how = {0};
    runners[0] = (runner){.label = "truce, native code", .right = true};
    runners[1] = (runner){.label = "truce, interpreter", .right = true};
    if (native_create(b->program, &how, native, &error) != TRUCE_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 0;
    }
    if (!block_make(b, 0, &runners[0].x, native_engine(*native)) || !block_make(b, 0, &runners[1].x, NULL))
        return 0;
    size_t made = 2;
    for (size_t i = 0; i < count && made < MOST; i++, made++) {
        char *equals = strchr(peers[i], '='), *comma = equals ? strchr(equals, ',') : NULL;
        if (!equals)
            return 0;
        *equals = '\0';
        if (comma)
            *comma = '\0';
        runners[made] = (runner){.label = peers[i], .is_peer = true, .counted = comma ? comma + 1 : NULL};
        if (!peer_open(b, equals + 1, &runners[made].p) || !peer_fill(b, &runners[1].x, &runners[made].p))
            return 0;
        if (comma)
            runners[0].counted = "native", runners[1].counted = "interpreter";
    }
    return made;
}

static int rows(const bench *b, const char *name, const char *model, char **peers, size_t peer_count)
{
    runner runners[MOST] = {0};
    native_code *native = NULL;
    size_t count = make_runners(b, runners, &native, peers, peer_count);
    bool good = count > 0;
    if (good)
        block_seconds(b, &runners[1].x, runners[1].x.width);
    for (size_t i = 2; i < count; i++) {
        runners[i].off = peer_off(b, &runners[1].x, &runners[i].p);
        runners[i].right = runners[i].off <= tolerance;
        good = good && runners[i].right;
    }
    for (int turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < count; i++)
            if (runners[i].right)
                runners[i].rate[turn] = rate_of(b, &runners[i]);
    for (size_t i = 0; i < count; i++)
        if (runners[i].right)
            print_row(b, name, model, &runners[i], &runners[0]);
        else
            printf("%-12s %-28s other results\n", name, runners[i].label);
    for (size_t i = 0; i < MOST; i++) {
        block_free(&runners[i].x);
        peer_close(&runners[i].p);
    }
    native_destroy(native);
    return good ? 0 : 1;
}

/* ---- For callgrind ------------------------------------------------------------------------------------- */

static bool run_groups(const bench *b, const char *what, size_t groups)
{
    block x = {0};
    peer p = {0};
    native_code *native = NULL;
    native_options how = {0};
    bool is_native = strcmp(what, "native") == 0, is_peer = !is_native && strcmp(what, "interpreter") != 0;
    bool good = !is_native || native_create(b->program, &how, &native, NULL) == TRUCE_OK;
    good = good && block_make(b, 0, &x, native ? native_engine(native) : NULL);
    good = good && (!is_peer || (peer_open(b, what, &p) && peer_fill(b, &x, &p)));
    for (size_t i = 0; good && i < groups; i++)
        if (is_peer)
            peer_group(b, &p, i % p.groups);
        else
            block_seconds(b, &x, x.width);
    block_free(&x);
    peer_close(&p);
    native_destroy(native);
    return good;
}

/* ---- The command --------------------------------------------------------------------------------------- */

static void print_names(const char *key, size_t count, const char *(*name)(const truce_program *, size_t),
                        const truce_program *program, const char *after)
{
    printf("  \"%s\": [", key);
    for (size_t i = 0; i < count; i++)
        printf("%s\n    \"%s\"", i ? "," : "", name(program, i));
    printf("\n  ]%s\n", after);
}

static const char *parameter_name(const truce_program *program, size_t i)
{
    return truce_program_input_name(program, TRUCE_INPUT_PARAMETER, i);
}

static int spec(const bench *b)
{
    printf("{\n");
    print_names("inputVarNames", b->parameter_count, parameter_name, b->program, ",");
    print_names("outputVarNames", truce_program_output_count(b->program), truce_program_output_name,
                b->program, "");
    printf("}\n");
    return 0;
}

static int usage(void)
{
    fprintf(stderr,
            "usage: peers spec MODEL | head | rows NAME MODEL SECONDS [LABEL=FILE.so[,COUNTED.so] ...] | "
            "count MODEL interpreter|native|FILE.so GROUPS\n");
    return 64;
}

int main(int argc, char **argv)
{
    bench b = {0};
    const char *command = argc > 1 ? argv[1] : "";
    int status = 1;
    if (strcmp(command, "head") == 0) {
        print_head();
        return 0;
    }
    bool is_spec = argc == 3 && strcmp(command, "spec") == 0,
         is_rows = argc > 4 && strcmp(command, "rows") == 0;
    if (!is_spec && !is_rows && !(argc == 5 && strcmp(command, "count") == 0))
        return usage();
    if (!bench_load(&b, argv[is_rows ? 3 : 2], is_rows ? argv[4] : "0"))
        return 1;
    if (is_spec)
        status = spec(&b);
    else if (is_rows)
        status = rows(&b, argv[2], argv[3], argv + 5, (size_t)argc - 5);
    else
        status = run_groups(&b, argv[3], strtoul(argv[4], NULL, 10)) ? 0 : 1;
    subject_free(&b.s);
    return status;
}
