/* From a program to native code that the engine can call. */
#include "native/native.h"
#include "native/c_compiler.h"
#include "native/c_text.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct native_code {
    engine_native engine;
    arena memory; /* of the lists */
    void *library;
};

/* ---- Flags and width
 * ----------------------------------------------------------------------------------------
 */

/* How the compiler is told of each level, and the lanes of a vector. All levels give the same bits: nothing
 * is contracted or reordered, and what is said about traps and errno changes no value. */
typedef struct target {
    size_t vector;
    const char *flags[4];
} target;

static const target targets[ENGINE_LEVELS] = {
    [ENGINE_BASELINE] = {2, {NULL}},
    [ENGINE_AVX2] = {4, {"-mavx2", "-mfma", NULL}},
    [ENGINE_AVX512] = {8, {"-mavx512f", "-mfma", "-mprefer-vector-width=512", NULL}},
};

static const char *const common_flags[] = {"-std=gnu11",
                                           "-w",
                                           "-O2",
                                           "-fPIC",
                                           "-shared",
                                           "-ffp-contract=off",
                                           "-fno-fast-math",
                                           "-fno-math-errno",
                                           "-fno-trapping-math",
                                           "-ftree-slp-vectorize"};

enum { COMMON_FLAGS = sizeof common_flags / sizeof *common_flags };

/* Narrow enough for the columns and results of a block to stay in the caches; wide enough that the kernels
 * between the parts have work for their vectors. */
static size_t default_width(const truce_program *p)
{
    enum { WIDEST = 32, NARROWEST = 16, BYTES = 1 << 20 };
    size_t width = WIDEST;
    while (width > NARROWEST && p->column_count * width * sizeof(double) > BYTES)
        width /= 2;
    return width;
}

/* ---- Lists -------------------------------------------------------------------------------------------- */

static bool fill_list(native_code *n, const native_plan *plan, size_t first_part, instruction_list *list)
{
    for (size_t at = 0; at < plan->count; at++) {
        const planned *item = &plan->items[at];
        instruction x = item->x;
        if (item->part != NO_COLUMN) {
            if (at > 0 && plan->items[at - 1].part == item->part)
                continue;
            x = (instruction){
                .code = CODE_NATIVE, .result = NO_COLUMN, .index = (uint32_t)first_part + item->part};
        }
        if (!ARENA_PUSH(&n->memory, list->items, list->count, list->capacity, x))
            return false;
    }
    return true;
}

/* Plans all lists that a run executes and writes their parts. */
static bool plan_lists(native_code *n, const truce_program *p, text *source, size_t *part_count,
                       native_inverses *inverses)
{
    struct {
        const instruction_list *from;
        instruction_list *to;
        bool used;
    } lists[] = {{&p->step, &n->engine.step, p->save_every > 1 && !p->steps_cross_dt},
                 {&p->save, &n->engine.save, true},
                 {&p->stage, &n->engine.stage, p->method != TRUCE_EULER}};
    n->engine.column_count = p->column_count;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        arena scratch = {0};
        native_plan plan;
        *lists[i].to = *lists[i].from;
        if (!lists[i].used)
            continue;
        *lists[i].to = (instruction_list){0};
        bool done = native_plan_list(&scratch, p, lists[i].from, &plan) &&
                    native_emit_parts(source, &plan, *part_count, inverses) &&
                    fill_list(n, &plan, *part_count, lists[i].to);
        *part_count += done ? plan.part_count : 0;
        if (done && plan.column_count > n->engine.column_count)
            n->engine.column_count = plan.column_count;
        arena_free(&scratch);
        if (!done)
            return false;
    }
    return true;
}

/* The member's list, and after it the part that computes the inverses of what it computed. */
static bool add_inverses(native_code *n, const truce_program *p, const native_inverses *inverses,
                         text *source, size_t *part_count)
{
    instruction_list *list = &n->engine.member;
    const instruction part = {.code = CODE_NATIVE, .result = NO_COLUMN, .index = (uint32_t)*part_count};
    native_emit_inverses(source, inverses, (*part_count)++);
    n->engine.column_count += native_inverse_columns(inverses);
    for (size_t i = 0; i < p->member.count; i++)
        if (!ARENA_PUSH(&n->memory, list->items, list->count, list->capacity, p->member.items[i]))
            return false;
    return ARENA_PUSH(&n->memory, list->items, list->count, list->capacity, part);
}

/* The text of everything. The columns of inverses come after those of all plans. */
static bool write_source(native_code *n, const truce_program *p, text *source)
{
    text parts = {0};
    size_t part_count = 0;
    native_inverses inverses;
    native_emit_head(source, n->engine.width, targets[engine_best_level()].vector);
    native_emit_tables(source, p);
    bool done =
        native_inverses_init(&n->memory, p, &inverses) && plan_lists(n, p, &parts, &part_count, &inverses);
    text_print(source, "#define INVERSES %zu\n", n->engine.column_count);
    done = done && add_inverses(n, p, &inverses, &parts, &part_count) && !parts.failed;
    if (done)
        text_add(source, parts.bytes, parts.length);
    native_emit_tail(source, part_count);
    text_free(&parts);
    return done && !source->failed;
}

/* ---- Code --------------------------------------------------------------------------------------------- */

/* The name under which the cache keeps what the compiler makes of the text. */
static void name_object(char name[40], const text *source, const char *compiler, const uint64_t identity[3],
                        const target *t)
{
    hash128 h;
    uint64_t hash[2];
    hash128_start(&h);
    hash128_add(&h, compiler, strlen(compiler) + 1);
    hash128_add(&h, identity, 3 * sizeof *identity);
    for (size_t i = 0; i < COMMON_FLAGS; i++)
        hash128_add(&h, common_flags[i], strlen(common_flags[i]) + 1);
    for (size_t i = 0; t->flags[i]; i++)
        hash128_add(&h, t->flags[i], strlen(t->flags[i]) + 1);
    hash128_add(&h, source->bytes, source->length);
    hash128_finish(&h, hash);
    snprintf(name, 40, "%016llx%016llx.so", (unsigned long long)hash[0], (unsigned long long)hash[1]);
}

static truce_status load(native_code *n, const text *object, truce_error *error)
{
    truce_status status = object_load(object, &n->library, error);
    if (status != TRUCE_OK)
        return status;
    n->engine.parts = dlsym(n->library, NATIVE_TABLE);
    return n->engine.parts ? TRUCE_OK
                           : error_set(error, TRUCE_RUN_FAILED, NULL, 0, "native code has no parts");
}

static truce_status compile(const text *source, const char *compiler, const target *t,
                            const native_options *options, text *object, truce_error *error)
{
    const char *flags[COMMON_FLAGS + 4];
    size_t count = COMMON_FLAGS;
    memcpy(flags, common_flags, sizeof common_flags);
    for (size_t i = 0; t->flags[i]; i++)
        flags[count++] = t->flags[i];
    return compiler_run(compiler, flags, count, source, object, options->go_on, options->context, error);
}

/* From the cache, or from the compiler and into the cache. */
static truce_status obtain(native_code *n, const text *source, const native_options *options,
                           truce_error *error)
{
    const target *t = &targets[engine_best_level()];
    char *compiler = NULL, name[40];
    uint64_t identity[3];
    text object = {0};
    if (!compiler_find(&compiler, identity))
        return error_set(error, TRUCE_RUN_FAILED, NULL, 0, "there is no C compiler (cc) for native code");
    name_object(name, source, compiler, identity, t);
    truce_status status = TRUCE_OK;
    if (cache_read(name, &object)) {
        status = load(n, &object, error);
    } else if (!options->cached_only) {
        status = compile(source, compiler, t, options, &object, error);
        if (status == TRUCE_OK)
            status = load(n, &object, error);
        if (status == TRUCE_OK)
            cache_write(name, &object);
    }
    text_free(&object);
    free(compiler);
    return status;
}

truce_status native_create(const truce_program *program, const native_options *options, native_code **native,
                           truce_error *error)
{
    *native = NULL;
    native_code *n = calloc(1, sizeof *n);
    if (!n)
        return error_memory(error);
    text source = {0};
    n->engine.width = options->width ? options->width : default_width(program);
    truce_status status =
        write_source(n, program, &source) ? obtain(n, &source, options, error) : error_memory(error);
    text_free(&source);
    if (status == TRUCE_OK && n->library)
        *native = n;
    else
        native_destroy(n);
    return status;
}

void native_destroy(native_code *native)
{
    if (!native)
        return;
    if (native->library)
        dlclose(native->library);
    arena_free(&native->memory);
    free(native);
}

const engine_native *native_engine(const native_code *native)
{
    return &native->engine;
}

/* ---- When it pays
 * ---------------------------------------------------------------------------------------------
 */

/* Measured (docs/develop/performance.md): nanoseconds a lane and step. Only AVX-512 has cheap divisions and lookups. */
static const double interpreted = 0.3; /* an instruction */

typedef struct savings {
    double plain, division, lookup;
} savings;

static const savings saved_at[ENGINE_LEVELS] = {[ENGINE_BASELINE] = {0.04, 0.04, 0.04},
                                                [ENGINE_AVX2] = {0.04, 0.04, 0.04},
                                                [ENGINE_AVX512] = {0.03, 0.3, 4.5}};

/* Of a list; special functions, draws and delays remain what they are. */
static double saved_by(const truce_program *p, const instruction_list *list)
{
    const savings *each = &saved_at[engine_best_level()];
    double sum = 0.0;
    for (size_t i = 0; i < list->count; i++) {
        const instruction *x = &list->items[i];
        if (native_divisor(x->code) < OPERANDS)
            sum += each->division;
        else if (native_expression(x->code))
            sum += each->plain;
        else if (x->code == CODE_LOOKUP && native_has_table(p, x->index))
            sum += each->lookup;
    }
    return sum;
}

static double stages_of(const truce_program *p)
{
    return p->method == TRUCE_RK4 ? 3 : p->method == TRUCE_RK2 ? 1 : p->method == TRUCE_RK45 ? 6 : 0;
}

/* Where the columns of a block outgrow the caches, both wait for memory. */
static double saved_seconds(const truce_program *p, size_t members)
{
    enum { CACHED = 1 << 19 };
    double each = saved_by(p, &p->step) + stages_of(p) * saved_by(p, &p->stage);
    double share = p->column_count * default_width(p) * sizeof(double) > CACHED ? 0.2 : 1.0;
    return 1e-9 * share * each * (double)p->step_count * (double)members;
}

static double compiler_seconds(const truce_program *p)
{
    static const double start = 0.1, each_instruction = 1.1e-3;
    return start + each_instruction * (double)(p->step.count + p->save.count + p->stage.count);
}

bool native_pays(const truce_program *program, size_t members, unsigned threads)
{
    static const double margin = 1.5;
    return saved_seconds(program, members) / threads > margin * compiler_seconds(program);
}

bool native_pays_when_cached(const truce_program *program, size_t members)
{
    static const double least = 0.1;
    double each = (double)program->step.count + stages_of(program) * (double)program->stage.count;
    return 1e-9 * interpreted * each * (double)program->step_count * (double)members > least;
}
