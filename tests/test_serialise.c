/* Program files: what is written is read back to the same program, and nothing but what was written is read.
 * Every bit of a file is flipped, every length is cut to; and files with a right checksum but wrong contents
 * are made with the writer itself, each with one thing wrong. */
#include "model/model.h"
#include "program/program.h"
#include "program/serialise.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

static const char model_text[] =
    "<xmile version=\"1.0\"><header><name>m</name></header>"
    "<sim_specs method=\"METHOD\" time_units=\"month\"><start>0</start><stop>4</stop><dt>0.5</dt></sim_specs>"
    "<dimensions><dim name=\"side\"><elem name=\"a\"/><elem name=\"b\"/></dim></dimensions>"
    "<model><variables>"
    "<stock name=\"force\"><dimensions><dim name=\"side\"/></dimensions><eqn>100 + INIT(rate) + lag</eqn>"
    "<outflow>losses</outflow><non_negative/><units>people</units></stock>"
    "<flow name=\"losses\"><dimensions><dim name=\"side\"/></dimensions>"
    "<eqn>rate * SMTH1(force[side], 2) * table(SUM(force[*]))</eqn><units>people/month</units></flow>"
    "<aux name=\"rate\"><eqn>0.1 * season</eqn><units>1/month</units></aux>"
    "<aux name=\"season\"><eqn>1 + 0.1 * SIN(TIME)</eqn></aux>"
    "<aux name=\"lag\"><eqn>1.2</eqn></aux>"
    "<aux name=\"fixed\"><eqn>DELAY(force[b], 1.5, 7)</eqn></aux>"
    "<aux name=\"late\"><eqn>DELAY(force[a], lag) + NORMAL(0, 1) + DELAY3(force[b], 2) + PREVIOUS(rate, "
    "0)</eqn></aux>"
    "<gf name=\"table\"><xscale min=\"0\" max=\"400\"/><ypts>0,1,2</ypts></gf>"
    "</variables></model></xmile>";

static truce_program *compile(const char *method)
{
    const truce_input inputs[] = {
        {"lag", TRUCE_INPUT_PARAMETER}, {"season", TRUCE_INPUT_SCHEDULE}, {"rate", TRUCE_INPUT_FACTOR}};
    const truce_program_options options = {.inputs = inputs, .input_count = 3, .save_step = 1};
    truce_error error = {0};
    truce_model *model = NULL;
    truce_program *program = NULL;
    char xml[sizeof model_text + 16];
    const char *at = strstr(model_text, "METHOD");
    int length = snprintf(xml, sizeof xml, "%.*s%s%s", (int)(at - model_text), model_text, method, at + 6);
    if (truce_model_load_text(xml, (size_t)length, "m.xmile", &model, &error) ||
        truce_program_compile(model, &options, &program, &error))
        fail_msg("%s", error.message);
    truce_model_destroy(model);
    return program;
}

static text written(const truce_program *program)
{
    text bytes = {0};
    assert_true(program_write(program, &bytes));
    return bytes;
}

/* ---- The hash ----------------------------------------------------------------------------------------- */

/* Of the bytes 0, 1, 2, ..., n - 1: the vectors that the authors of SipHash publish with its reference
 * implementation (vectors_sip128), for n of 0, 1, 2 and 3, read as two little-endian words. */
static void hash_gives_the_published_vectors(void **state)
{
    (void)state;
    static const uint8_t expected[][16] = {
        {0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93},
        {0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45},
        {0x81, 0x77, 0x22, 0x8d, 0xa4, 0xa4, 0x5d, 0xc7, 0xfc, 0xa3, 0x8b, 0xde, 0xf6, 0x0a, 0xff, 0xe4},
        {0x9c, 0x70, 0xb6, 0x0c, 0x52, 0x67, 0xa9, 0x4e, 0x5f, 0x33, 0xb6, 0xb0, 0x29, 0x85, 0xed, 0x51}};
    static const uint8_t bytes[] = {0, 1, 2};
    for (size_t n = 0; n < 4; n++) {
        hash128 h;
        uint64_t result[2];
        hash128_start(&h);
        hash128_add(&h, bytes, n);
        hash128_finish(&h, result);
        for (size_t i = 0; i < 16; i++)
            assert_int_equal((result[i / 8] >> i % 8 * 8) & 0xFF, expected[n][i]);
    }
}

static void hash_does_not_depend_on_how_the_bytes_come(void **state)
{
    (void)state;
    uint8_t bytes[100];
    uint64_t whole[2], parts[2];
    hash128 h;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    hash128_start(&h);
    hash128_add(&h, bytes, sizeof bytes);
    hash128_finish(&h, whole);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        hash128_start(&h);
        hash128_add(&h, bytes, cut);
        hash128_add(&h, bytes + cut, sizeof bytes - cut);
        hash128_finish(&h, parts);
        assert_memory_equal(whole, parts, sizeof whole);
    }
}

/* The last 128 bits of what is written are a hash of all before them. */
static void hash_of(const truce_program *program, uint64_t hash[2])
{
    text bytes = {0};
    assert_true(program_write(program, &bytes));
    memcpy(hash, bytes.bytes + bytes.length - 2 * sizeof hash[0], 2 * sizeof hash[0]);
    text_free(&bytes);
}

static void the_hash_tells_programs_apart(void **state)
{
    (void)state;
    uint64_t first[2], again[2], changed[2];
    truce_program *p = compile("euler"), *q = compile("euler"), *r = compile("rk4");
    hash_of(p, first);
    hash_of(q, again);
    assert_memory_equal(first, again, sizeof first);
    hash_of(r, changed);
    assert_memory_not_equal(first, changed, sizeof first);
    q->constants[0] = nextafter(q->constants[0], 1e9);
    hash_of(q, changed);
    assert_memory_not_equal(first, changed, sizeof first);
    truce_program_destroy(p);
    truce_program_destroy(q);
    truce_program_destroy(r);
}

/* ---- There and back ----------------------------------------------------------------------------------- */

static void run(const truce_program *p, double *results)
{
    enum { WIDTH = 8 };
    double parameters[WIDTH], series[9], factors[9];
    truce_run *run;
    assert_int_equal(truce_run_create(p, WIDTH, &run, NULL), TRUCE_OK);
    for (size_t i = 0; i < WIDTH; i++)
        parameters[i] = 0.5 + 0.3 * (double)i;
    for (size_t i = 0; i < 9; i++) {
        series[i] = i < 3 ? NAN : 0.9;
        factors[i] = 1.0 + 0.01 * (double)i;
    }
    assert_int_equal(truce_run_execute(run, 5, 0, WIDTH, parameters, series, factors, results, NULL), 0);
    truce_run_destroy(run);
}

static void program_read_back_gives_the_same_bits(void **state)
{
    (void)state;
    static const char *const methods[] = {"euler", "rk2", "rk4", "rk45"};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        truce_program *p = compile(methods[m]), *q = NULL;
        truce_error error = {0};
        text bytes = written(p);
        if (program_read(bytes.bytes, bytes.length, "p.truce", &q, &error))
            fail_msg("%s: %s", methods[m], error.message);
        size_t cells = truce_program_output_count(p) * truce_program_save_count(p) * 8;
        assert_int_equal(truce_program_output_count(q) * truce_program_save_count(q) * 8, cells);
        double *first = calloc(cells, sizeof *first), *second = calloc(cells, sizeof *second);
        assert_true(first && second);
        run(p, first);
        run(q, second);
        assert_memory_equal(first, second, cells * sizeof *first);
        free(first);
        free(second);
        text again = written(q);
        assert_int_equal(bytes.length, again.length);
        assert_memory_equal(bytes.bytes, again.bytes, bytes.length);
        text_free(&again);
        text_free(&bytes);
        truce_program_destroy(p);
        truce_program_destroy(q);
    }
}

static void file_keeps_names_units_inputs_and_save_times(void **state)
{
    (void)state;
    char path[] = "/tmp/truce-program-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    truce_program *p = compile("euler"), *q = NULL;
    truce_error error = {0};
    if (truce_program_save(p, path, &error) || truce_program_load(path, &q, &error))
        fail_msg("%s", error.message);
    unlink(path);
    for (size_t i = 0; i < truce_program_output_count(p); i++) {
        assert_string_equal(truce_program_output_name(q, i), truce_program_output_name(p, i));
        assert_string_equal(truce_program_output_units(q, i), truce_program_output_units(p, i));
    }
    assert_string_equal(truce_program_output_name(q, 0), "force[a]");
    assert_string_equal(truce_program_output_units(q, 0), "people");
    assert_string_equal(truce_program_input_name(q, TRUCE_INPUT_PARAMETER, 0), "lag");
    assert_string_equal(truce_program_input_name(q, TRUCE_INPUT_SCHEDULE, 0), "season");
    assert_string_equal(truce_program_input_name(q, TRUCE_INPUT_FACTOR, 0), "rate");
    assert_int_equal(truce_program_save_count(q), 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(truce_program_save_time(q, i) == (double)i);
    truce_program_destroy(p);
    truce_program_destroy(q);
}

/* ---- Damage ------------------------------------------------------------------------------------------- */

static void refuse(const void *bytes, size_t length, const char *words)
{
    truce_program *p = NULL;
    truce_error error = {0};
    assert_int_equal(program_read(bytes, length, "p.truce", &p, &error), TRUCE_BAD_INPUT);
    assert_null(p);
    assert_string_equal(error.file, "p.truce");
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static void every_flipped_bit_is_refused(void **state)
{
    (void)state;
    truce_program *p = compile("rk4");
    text bytes = written(p);
    for (size_t bit = 0; bit < bytes.length * 8; bit++) {
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ 1 << bit % 8);
        refuse(bytes.bytes, bytes.length, "program");
        bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ 1 << bit % 8);
    }
    text_free(&bytes);
    truce_program_destroy(p);
}

static void every_cut_and_every_addition_is_refused(void **state)
{
    (void)state;
    truce_program *p = compile("euler");
    text bytes = written(p);
    for (size_t length = 0; length < bytes.length; length++) {
        char *exact = malloc(length + 1); /* so that the sanitizer sees a byte read too many */
        assert_non_null(exact);
        memcpy(exact, bytes.bytes, length);
        refuse(exact, length, "program");
        free(exact);
    }
    size_t length = bytes.length;
    text_add(&bytes, "x", 1);
    refuse(bytes.bytes, length + 1, "size");
    text_free(&bytes);
    truce_program_destroy(p);
}

/* Puts a right checksum under bytes that were changed. */
static void seal(text *bytes)
{
    uint64_t hash[2];
    hash128 h;
    hash128_start(&h);
    hash128_add(&h, bytes->bytes, bytes->length - 16);
    hash128_finish(&h, hash);
    for (size_t i = 0; i < 16; i++)
        bytes->bytes[bytes->length - 16 + i] = (char)(hash[i / 8] >> i % 8 * 8);
}

static void other_formats_and_operations_are_refused(void **state)
{
    (void)state;
    truce_program *p = compile("euler");
    text bytes = written(p);
    refuse("<xmile/>", 8, "not a program");
    bytes.bytes[8]++;
    seal(&bytes);
    refuse(bytes.bytes, bytes.length, "format 3");
    bytes.bytes[8]--;
    bytes.bytes[12]++;
    seal(&bytes);
    refuse(bytes.bytes, bytes.length, "operations differ");
    text_free(&bytes);
    truce_program_destroy(p);
}

/* A name ends no line of a table and moves no cursor: files with a right checksum, too. */
static void names_that_are_no_clean_line_are_refused(void **state)
{
    (void)state;
    static const char others[] = {'\n', '\r', '\t', 27, 127};
    truce_program *p = compile("euler");
    text bytes = written(p);
    const char *name = truce_program_output_name(p, 0);
    char *at = memmem(bytes.bytes, bytes.length, name, strlen(name));
    assert_non_null(at);
    for (size_t i = 0; i < sizeof others; i++) {
        at[0] = others[i];
        seal(&bytes);
        refuse(bytes.bytes, bytes.length, "damaged");
    }
    text_free(&bytes);
    truce_program_destroy(p);
}

/* Every byte takes other values, one at a time, with the checksum made right: whatever is accepted can be
 * run. The sanitizers see what it reads. Programs that would be large or long to run are only read. */
static void any_byte_with_a_right_checksum_is_refused_or_safe_to_run(void **state)
{
    (void)state;
    static const uint8_t others[] = {0x01, 0x80, 0xFF};
    static const char *const methods[] = {"euler", "rk45"};
    double parameters[8] = {0}, *results = NULL;
    size_t accepted = 0, refused = 0;
    for (size_t m = 0; m < 2; m++) {
        truce_program *p = compile(methods[m]);
        text bytes = written(p);
        for (size_t i = 36; i < bytes.length - 16; i++)
            for (size_t k = 0; k < sizeof others; k++) {
                truce_program *q = NULL;
                truce_run *run = NULL;
                bytes.bytes[i] = (char)(bytes.bytes[i] ^ others[k]);
                seal(&bytes);
                if (program_read(bytes.bytes, bytes.length, "p.truce", &q, NULL)) {
                    refused++;
                } else if (q->step_count < 1000 && q->output_count < 1000) {
                    accepted++;
                    assert_int_equal(program_check(q, "again", NULL), TRUCE_OK);
                    results = calloc(q->output_count * q->save_count * 8, sizeof *results);
                    double *series = calloc(q->step_count + 1, sizeof *series);
                    assert_true(results && series);
                    if (!truce_run_create(q, 8, &run, NULL))
                        truce_run_execute(run, 1, 0, 8, parameters, series, series, results, NULL);
                    truce_run_destroy(run);
                    free(series);
                    free(results);
                }
                truce_program_destroy(q);
                bytes.bytes[i] = (char)(bytes.bytes[i] ^ others[k]);
            }
        text_free(&bytes);
        truce_program_destroy(p);
    }
    assert_true(accepted > 100 && refused > 100);
}

/* ---- One thing wrong ---------------------------------------------------------------------------------- */

static void refuse_program(truce_program *p, const char *words)
{
    text bytes = written(p);
    refuse(bytes.bytes, bytes.length, words);
    text_free(&bytes);
}

/* The first instruction of a list with this code. */
static instruction *find(const instruction_list *list, unsigned wanted)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].code == wanted)
            return &list->items[i];
    fail_msg("no instruction %s", code_name(wanted));
    return NULL;
}

#define WITH(place, value, words)                                                                            \
    do {                                                                                                     \
        __typeof__(place) kept = (place);                                                                    \
        (place) = (value);                                                                                   \
        refuse_program(p, (words));                                                                          \
        (place) = kept;                                                                                      \
    } while (0)

static void every_index_and_count_is_checked(void **state)
{
    (void)state;
    truce_program *p = compile("rk4");
    instruction *lookup = find(&p->save, CODE_LOOKUP), *normal = find(&p->save, CODE_NORMAL);
    instruction *read = find(&p->save, CODE_DELAY_READ), *push = find(&p->save, CODE_DELAY_PUSH);
    instruction *store = find(&p->save, CODE_STORE), *parameter = find(&p->member, CODE_PARAMETER);
    instruction *schedule = find(&p->shared, CODE_SCHEDULE), *factor = find(&p->shared, CODE_FACTOR);
    instruction *shared = find(&p->shared, CODE_STORE_SHARED);
    WITH(lookup->index, (uint32_t)p->table_count, "index");
    WITH(normal->index, (uint32_t)p->stream_count, "index");
    WITH(read->index, (uint32_t)p->delay_count, "index");
    WITH(push->index, (uint32_t)p->delay_count, "index");
    WITH(store->index, (uint32_t)p->output_count, "index");
    WITH(store->index, (store->index + 1) % (uint32_t)p->output_count, "stored twice");
    WITH(parameter->index, 1, "index");
    WITH(schedule->index, 1, "index");
    WITH(factor->index, 1, "index");
    WITH(shared->index, (uint32_t)p->shared_count, "index");
    WITH(lookup->code, CODE_COUNT, "must not");
    WITH(lookup->code, CODE_PARAMETER, "must not");
    WITH(parameter->code, CODE_TIME, "must not");
    WITH(lookup->scalars, 2, "more operands");
    WITH(lookup->operands[0], (uint32_t)p->column_count, "operand");
    WITH(lookup->result, (uint32_t)p->column_count, "result");
    WITH(lookup->result, NO_COLUMN, "result");
    WITH(store->result, 0, "result");
    WITH(lookup->elements[1], (uint32_t)p->element_count, "variable");
    WITH(p->tables[0].first, (uint32_t)p->point_count, "table");
    WITH(p->tables[0].count, 4, "table");
    WITH(p->tables[0].count, 0, "table");
    WITH(p->delays[0].ring, 1, "delay");
    WITH(p->delays[0].ring, (uint32_t)p->step_count + 3, "delay");
    WITH(p->stocks[0].column, (uint32_t)p->persistent_count, "stock");
    WITH(p->stocks[0].derivative, (uint32_t)p->persistent_count, "stock");
    WITH(p->stocks[0].element, (uint32_t)p->element_count, "stock");
    WITH(p->states[0].column, (uint32_t)p->persistent_count, "state");
    WITH(p->states[0].next, (uint32_t)p->persistent_count, "state");
    WITH(p->shared_elements[0], (uint32_t)p->element_count, "shared");
    for (int kind = 0; kind < 3; kind++)
        WITH(p->input_elements[kind][0], (uint32_t)p->element_count, "input");
    WITH(p->readings[TRUCE_INPUT_SCHEDULE][0], READING_RAW + 1, "no known way");
    WITH(p->column_count, (size_t)1 << 31, "columns");
    WITH(p->persistent_count, p->column_count + 1, "columns");
    WITH(p->shared_columns, p->shared.count + 1, "columns");
    WITH(p->step_count, 0, "steps");
    WITH(p->step_count, (size_t)1 << 40, "steps");
    WITH(p->save_every, 0, "steps");
    WITH(p->save_count, p->save_count + 1, "save times");
    WITH(p->start, NAN, "times");
    WITH(p->dt, 0, "times");
    WITH(p->dt, INFINITY, "times");
    WITH(p->tolerance, 0, "tolerance");
    WITH(p->time_column, 0, "time");
    WITH(p->steps_cross_dt, true, "DT");
    truce_program_destroy(p);
}

static void what_is_not_stored_or_not_computed_is_noticed(void **state)
{
    (void)state;
    truce_program *p = compile("euler");
    instruction_list *save = &p->save;
    size_t at = 0;
    while (save->items[at].operands[0] < p->persistent_count || (save->items[at].scalars & 1) ||
           code_operands(save->items[at].code) == 0)
        at++;
    instruction kept = save->items[0];
    save->items[0] = save->items[at]; /* it reads a temporary column, and nothing is computed before it */
    refuse_program(p, "before it is computed");
    save->items[0] = kept;
    instruction *store = find(save, CODE_STORE);
    store->code = CODE_COPY;
    store->result = 0;
    refuse_program(p, "never stored");
    truce_program_destroy(p);
}

static void delays_longer_than_their_ring_are_noticed(void **state)
{
    (void)state;
    truce_program *p = compile("euler");
    size_t checked = 0;
    for (size_t i = 0; i < p->save.count; i++) {
        instruction *x = &p->save.items[i];
        if (x->code != CODE_DELAY_READ)
            continue;
        if (x->scalars & 2)
            WITH(p->constants[x->operands[1]], (double)p->delays[x->index].ring, "delay");
        else
            WITH(p->delays[x->index].ring, 3, "delay");
        checked++;
    }
    assert_int_equal(checked, 2);
    truce_program_destroy(p);
}

/* ---- What the compiler makes -------------------------------------------------------------------------- */

static void check_model(const char *path)
{
    truce_model *model = NULL;
    truce_program *program = NULL;
    truce_error error = {0};
    if (truce_model_load(path, &model, &error) || truce_program_compile(model, NULL, &program, &error) ||
        program_check(program, path, &error))
        fail_msg("%s: %s", path, error.message);
    truce_program_destroy(program);
    truce_model_destroy(model);
}

static void programs_of_all_models_are_sound(void **state)
{
    (void)state;
    const char *root = getenv("TRUCE_SOURCE_ROOT");
    char folder[512], path[1024];
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s/tests/conformance", root ? root : ".");
    DIR *list = opendir(folder);
    assert_non_null(list);
    for (struct dirent *entry; (entry = readdir(list));) {
        snprintf(path, sizeof path, "%s/%s/model.xmile", folder, entry->d_name);
        if (entry->d_name[0] != '.' && access(path, R_OK) == 0) {
            check_model(path);
            count++;
        }
    }
    closedir(list);
    assert_true(count > 50);
    snprintf(path, sizeof path, "%s/models/attrition.xmile", root ? root : ".");
    check_model(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_gives_the_published_vectors),
        cmocka_unit_test(hash_does_not_depend_on_how_the_bytes_come),
        cmocka_unit_test(the_hash_tells_programs_apart),
        cmocka_unit_test(program_read_back_gives_the_same_bits),
        cmocka_unit_test(file_keeps_names_units_inputs_and_save_times),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(every_cut_and_every_addition_is_refused),
        cmocka_unit_test(other_formats_and_operations_are_refused),
        cmocka_unit_test(names_that_are_no_clean_line_are_refused),
        cmocka_unit_test(any_byte_with_a_right_checksum_is_refused_or_safe_to_run),
        cmocka_unit_test(every_index_and_count_is_checked),
        cmocka_unit_test(what_is_not_stored_or_not_computed_is_noticed),
        cmocka_unit_test(delays_longer_than_their_ring_are_noticed),
        cmocka_unit_test(programs_of_all_models_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
