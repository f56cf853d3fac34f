/* The program file. All numbers are little-endian, whatever the machine; doubles are their 64 bits.
 *
 *     8 bytes    magic: 0x89 "TRUCE" CR LF, so that a transfer as text is noticed
 *     u32        format: changes whenever the bytes or the meaning of a program do
 *     u64        hash of the operations: their names, operands and expressions
 *     u64        size of the whole file
 *     ...        the program, in the order of visit_program
 *     2 x u64    128-bit hash of all bytes before it
 *
 * A program may be shared by threads while it is written: what is visited is assigned when reading only.
 *
 * One function, visit_program, walks the program for writing, for hashing and for reading, so the three
 * cannot disagree. A reader takes no count on trust: before room is made, what is counted must fit into the
 * bytes that are left. What the counts and indices mean is then checked by program_check. */
#include "program/serialise.h"
#include "program/program.h"

#include <assert.h>
#include <stdlib.h>

enum { FORMAT = 3, HEADER_SIZE = PROGRAM_MAGIC_SIZE + 20, HASH_SIZE = 16 };

static const uint8_t magic[PROGRAM_MAGIC_SIZE] = {0x89, 'T', 'R', 'U', 'C', 'E', '\r', '\n'};

/* ---- Bytes in and out --------------------------------------------------------------------------------- */

typedef struct archive {
    /* Writing: bytes gather in `buffer`, and go on to the hash and to `out`. */
    hash128 hash;
    text *out; /* NULL: they are only counted and hashed */
    size_t written;
    uint8_t buffer[4096];
    size_t buffered;
    /* Reading */
    bool reading;
    const uint8_t *at;
    size_t left;
    arena *memory;
    bool damaged, out_of_memory;
} archive;

static void flush(archive *a)
{
    hash128_add(&a->hash, a->buffer, a->buffered);
    if (a->out)
        text_add(a->out, (const char *)a->buffer, a->buffered);
    a->written += a->buffered;
    a->buffered = 0;
}

static void put(archive *a, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    while (length) {
        size_t part = sizeof a->buffer - a->buffered;
        part = part < length ? part : length;
        memcpy(a->buffer + a->buffered, from, part);
        a->buffered += part;
        from += part;
        length -= part;
        if (a->buffered == sizeof a->buffer)
            flush(a);
    }
}

/* Zeros when there are not enough. */
static void take(archive *a, uint8_t *bytes, size_t length)
{
    if (length > a->left) {
        a->damaged = true;
        memset(bytes, 0, length);
        return;
    }
    memcpy(bytes, a->at, length);
    a->at += length;
    a->left -= length;
}

static void visit_number(archive *a, uint64_t *value, size_t size)
{
    assert(size == 2 || size == 4 || size == 8);
    uint8_t bytes[8];
    if (a->reading) {
        take(a, bytes, size);
        *value = 0;
        for (size_t i = 0; i < size; i++)
            *value |= (uint64_t)bytes[i] << 8 * i;
        return;
    }
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(*value >> 8 * i);
    put(a, bytes, size);
}

static void visit_u16(archive *a, uint16_t *value)
{
    uint64_t wide = *value;
    visit_number(a, &wide, 2);
    if (a->reading)
        *value = (uint16_t)wide;
}

static void visit_u32(archive *a, uint32_t *value)
{
    uint64_t wide = *value;
    visit_number(a, &wide, 4);
    if (a->reading)
        *value = (uint32_t)wide;
}

static void visit_u64(archive *a, uint64_t *value)
{
    visit_number(a, value, 8);
}

static void visit_size(archive *a, size_t *value)
{
    uint64_t wide = *value;
    visit_number(a, &wide, 8);
    if (a->reading)
        *value = (size_t)wide;
    if (*value != wide)
        a->damaged = true;
}

static void visit_double(archive *a, double *value)
{
    uint64_t bits;
    memcpy(&bits, value, sizeof bits);
    visit_number(a, &bits, 8);
    if (a->reading)
        memcpy(value, &bits, sizeof bits);
}

/* ---- Arrays and names --------------------------------------------------------------------------------- */

/* A count of items that take `least` bytes or more in the file. */
static void visit_count(archive *a, size_t *count, size_t least)
{
    assert(least > 0);
    visit_size(a, count);
    if (a->reading && *count > a->left / least) {
        a->damaged = true;
        *count = 0;
    }
}

/* Reading: room for `*count` items of `size` bytes. */
static void *make_room(archive *a, size_t *count, size_t size)
{
    assert(a->reading);
    void *items = arena_array(a->memory, *count, size);
    if (!items) {
        a->out_of_memory = true;
        *count = 0;
    }
    return items;
}

/* VISIT_ARRAY(archive, items, count, bytes of an item in the file): the count, and room when reading. */
#define VISIT_ARRAY(a, items, count, least)                                                                  \
    (visit_count(a, &(count), least),                                                                        \
     (a)->reading ? (void)((items) = make_room(a, &(count), sizeof *(items))) : (void)0)

static void visit_name(archive *a, const char **name)
{
    size_t length = a->reading ? 0 : strlen(*name);
    visit_count(a, &length, 1);
    if (!a->reading) {
        put(a, *name, length);
        return;
    }
    const char *copy = arena_clean_line(a->memory, (const char *)a->at, length);
    if (!copy) {
        a->out_of_memory = true;
        *name = "";
        return;
    }
    a->damaged = a->damaged || strlen(copy) != length || memcmp(copy, a->at, length) != 0;
    a->at += length;
    a->left -= length;
    *name = copy;
}

/* ---- The program -------------------------------------------------------------------------------------- */

static void visit_list(archive *a, instruction_list *list)
{
    enum { INSTRUCTION_SIZE = 2 * 2 + 4 * (2 + OPERANDS + FUSED) };
    VISIT_ARRAY(a, list->items, list->count, INSTRUCTION_SIZE);
    for (size_t i = 0; i < list->count; i++) {
        instruction *x = &list->items[i];
        visit_u16(a, &x->code);
        visit_u16(a, &x->scalars);
        visit_u32(a, &x->result);
        for (unsigned k = 0; k < OPERANDS; k++)
            visit_u32(a, &x->operands[k]);
        visit_u32(a, &x->index);
        for (unsigned k = 0; k < FUSED; k++)
            visit_u32(a, &x->elements[k]);
    }
}

static void visit_horizon(archive *a, truce_program *p)
{
    uint32_t method = (uint32_t)p->method, steps_cross_dt = p->steps_cross_dt;
    visit_double(a, &p->start);
    visit_double(a, &p->dt);
    visit_size(a, &p->step_count);
    visit_size(a, &p->save_every);
    visit_size(a, &p->save_count);
    visit_u32(a, &method);
    visit_double(a, &p->tolerance);
    visit_u32(a, &p->time_column);
    visit_u32(a, &steps_cross_dt);
    p->clock = clock_of(p->start, p->dt);
    p->method = (truce_method)method;
    p->steps_cross_dt = steps_cross_dt == 1;
    a->damaged = a->damaged || method > TRUCE_RK45 || steps_cross_dt > 1;
}

static void visit_tables(archive *a, truce_program *p)
{
    VISIT_ARRAY(a, p->tables, p->table_count, 16);
    for (size_t i = 0; i < p->table_count; i++) {
        visit_u32(a, &p->tables[i].first);
        visit_u32(a, &p->tables[i].count);
        visit_double(a, &p->tables[i].lowest);
    }
    VISIT_ARRAY(a, p->points, p->point_count, 8);
    for (size_t i = 0; i < p->point_count; i++)
        visit_double(a, &p->points[i]);
}

static void visit_memory(archive *a, truce_program *p)
{
    VISIT_ARRAY(a, p->delays, p->delay_count, 4);
    for (size_t i = 0; i < p->delay_count; i++)
        visit_u32(a, &p->delays[i].ring);
    VISIT_ARRAY(a, p->stocks, p->stock_count, 12);
    for (size_t i = 0; i < p->stock_count; i++) {
        visit_u32(a, &p->stocks[i].column);
        visit_u32(a, &p->stocks[i].derivative);
        visit_u32(a, &p->stocks[i].element);
    }
    VISIT_ARRAY(a, p->states, p->state_count, 8);
    for (size_t i = 0; i < p->state_count; i++) {
        visit_u32(a, &p->states[i].column);
        visit_u32(a, &p->states[i].next);
    }
}

static void visit_names(archive *a, truce_program *p)
{
    VISIT_ARRAY(a, p->elements, p->element_count, 8);
    for (size_t i = 0; i < p->element_count; i++)
        visit_name(a, &p->elements[i]);
    VISIT_ARRAY(a, p->outputs, p->output_count, 16);
    for (size_t i = 0; i < p->output_count; i++) {
        visit_name(a, &p->outputs[i].name);
        visit_name(a, &p->outputs[i].units);
    }
    for (int kind = 0; kind < 3; kind++) {
        VISIT_ARRAY(a, p->input_elements[kind], p->input_counts[kind], 8);
        if (a->reading) {
            p->inputs[kind] = make_room(a, &p->input_counts[kind], sizeof *p->inputs[kind]);
            p->readings[kind] = make_room(a, &p->input_counts[kind], sizeof *p->readings[kind]);
        }
        for (size_t i = 0; i < p->input_counts[kind]; i++) {
            visit_u32(a, &p->input_elements[kind][i]);
            visit_u32(a, &p->readings[kind][i]);
        }
    }
}

static void visit_program(archive *a, truce_program *p)
{
    visit_horizon(a, p);
    visit_list(a, &p->shared);
    visit_list(a, &p->member);
    visit_list(a, &p->step);
    visit_list(a, &p->save);
    visit_list(a, &p->stage);
    visit_size(a, &p->shared_columns);
    visit_size(a, &p->column_count);
    visit_size(a, &p->persistent_count);
    VISIT_ARRAY(a, p->constants, p->constant_count, 8);
    for (size_t i = 0; i < p->constant_count; i++)
        visit_double(a, &p->constants[i]);
    VISIT_ARRAY(a, p->shared_elements, p->shared_count, 4);
    for (size_t i = 0; i < p->shared_count; i++)
        visit_u32(a, &p->shared_elements[i]);
    visit_tables(a, p);
    VISIT_ARRAY(a, p->streams, p->stream_count, 8);
    for (size_t i = 0; i < p->stream_count; i++)
        visit_u64(a, &p->streams[i]);
    visit_memory(a, p);
    visit_names(a, p);
    visit_size(a, &p->step_variables);
}

/* ---- Header ------------------------------------------------------------------------------------------- */

static uint64_t operations_hash(void)
{
    static const char operations[] =
#define X(name, operands, expression) #name " " #operands " " #expression "\n"
        ELEMENTWISE_OPERATIONS(X) FUSED_OPERATIONS(X) QUANTILE_OPERATIONS(X)
#undef X
#define X(name, stem, accuracy) #name " " #stem " " #accuracy "\n"
            SPECIAL_OPERATIONS(X)
#undef X
#define X(name, operands) #name " " #operands "\n"
                OTHER_OPERATIONS(X)
#undef X
        ;
    return hash_bytes(operations, sizeof operations);
}

static void visit_header(archive *a, uint32_t *format, uint64_t *operations, uint64_t *size)
{
    visit_u32(a, format);
    visit_u64(a, operations);
    visit_u64(a, size);
}

/* ---- Writing ------------------------------------------------------------------------------------------ */

static void write_all(archive *a, const truce_program *program, size_t size, uint64_t hash[2])
{
    truce_program p = *program; /* visiting changes nothing when it writes */
    uint32_t format = FORMAT;
    uint64_t operations = operations_hash(), whole = size;
    hash128_start(&a->hash);
    put(a, magic, sizeof magic);
    visit_header(a, &format, &operations, &whole);
    visit_program(a, &p);
    flush(a);
    hash128_finish(&a->hash, hash);
}

bool program_write(const truce_program *program, text *bytes)
{
    uint64_t hash[2];
    archive measure = {.out = NULL}, a = {.out = bytes};
    write_all(&measure, program, 0, hash);
    write_all(&a, program, measure.written + HASH_SIZE, hash);
    visit_u64(&a, &hash[0]);
    visit_u64(&a, &hash[1]);
    flush(&a);
    return !bytes->failed;
}

truce_status truce_program_save(const truce_program *program, const char *path, truce_error *error)
{
    if (!program || !path)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a program and a path to save it to are needed");
    text bytes = {0};
    output_file file;
    truce_status status =
        program_write(program, &bytes) ? output_open(&file, path, error) : error_memory(error);
    if (status == TRUCE_OK) {
        fwrite(bytes.bytes, 1, bytes.length, file.stream);
        status = output_commit(&file, error);
    }
    text_free(&bytes);
    return status;
}

/* ---- Reading ------------------------------------------------------------------------------------------ */

bool program_is_file(const void *bytes, size_t length)
{
    return length >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}

static truce_status refuse(truce_error *error, const char *name, const char *why)
{
    return error_set(error, TRUCE_BAD_INPUT, name, 0, "%s", why);
}

/* The header and the hash; leaves the archive at the program. */
static truce_status read_header(archive *a, const uint8_t *bytes, size_t length, const char *name,
                                truce_error *error)
{
    uint32_t format;
    uint64_t operations, size, expected[2], found[2];
    if (!program_is_file(bytes, length))
        return refuse(error, name, "this is not a program that truce compiled");
    if (length < HEADER_SIZE + HASH_SIZE)
        return refuse(error, name, "the program file is damaged: it is cut short");
    *a = (archive){.reading = true, .at = bytes + sizeof magic, .left = length - sizeof magic};
    visit_header(a, &format, &operations, &size);
    if (format != FORMAT)
        return error_set(error, TRUCE_BAD_INPUT, name, 0,
                         "the program file has format %u, and this version of truce reads format %d: compile "
                         "the model again",
                         format, FORMAT);
    if (size != length)
        return refuse(error, name, "the program file is damaged: its size is not what it says");
    hash128_start(&a->hash);
    hash128_add(&a->hash, bytes, length - HASH_SIZE);
    hash128_finish(&a->hash, expected);
    archive end = {.reading = true, .at = bytes + length - HASH_SIZE, .left = HASH_SIZE};
    visit_u64(&end, &found[0]);
    visit_u64(&end, &found[1]);
    if (found[0] != expected[0] || found[1] != expected[1])
        return refuse(error, name, "the program file is damaged: its checksum is wrong");
    if (operations != operations_hash())
        return refuse(error, name,
                      "the program was compiled by a version of truce whose operations differ: compile the "
                      "model again");
    a->left -= HASH_SIZE;
    return TRUCE_OK;
}

static void name_inputs(truce_program *p)
{
    for (int kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < p->input_counts[kind]; i++)
            p->inputs[kind][i] = p->elements[p->input_elements[kind][i]];
}

truce_status program_read(const void *bytes, size_t length, const char *name, truce_program **program,
                          truce_error *error)
{
    assert(bytes && program);
    archive a;
    truce_status status = read_header(&a, bytes, length, name, error);
    if (status != TRUCE_OK)
        return status;
    truce_program *p = calloc(1, sizeof *p);
    if (!p)
        return error_memory(error);
    a.memory = &p->memory;
    visit_program(&a, p);
    if (a.out_of_memory)
        status = error_memory(error);
    else if (a.damaged || a.left != 0)
        status = refuse(error, name, "the program file is damaged: its parts do not fit together");
    else
        status = program_check(p, name, error);
    if (status != TRUCE_OK) {
        truce_program_destroy(p);
        return status;
    }
    name_inputs(p);
    *program = p;
    return TRUCE_OK;
}

truce_status truce_program_load(const char *path, truce_program **program, truce_error *error)
{
    enum { SIZE_LIMIT = 1 << 30 };
    if (!path || !program)
        return error_set(error, TRUCE_BAD_USAGE, NULL, 0, "a path and a place for the program are needed");
    text bytes = {0};
    truce_status status = text_read_file(&bytes, path, SIZE_LIMIT, error);
    if (status == TRUCE_OK)
        status = program_read(bytes.bytes, bytes.length, path, program, error);
    text_free(&bytes);
    return status;
}

bool truce_program_is_file(const char *path)
{
    char start[PROGRAM_MAGIC_SIZE];
    FILE *stream = path ? text_open_file(path) : NULL;
    bool found = stream && program_is_file(start, fread(start, 1, sizeof start, stream));
    if (stream)
        fclose(stream);
    return found;
}
