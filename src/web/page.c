/* Puts a case into the built page: copies what is the same for all, and writes case.js. */
#include "base/output.h"
#include "results/simulated.h"
#include "truce/web.h"
#include "web/archive.h"
#include "web/describe.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_LIMIT = 64 << 20 };

static const char *const page_files[] = {"index.html", "page.js", "page.css", "engine.js", "case.js"};
enum { PAGE_FILES = sizeof page_files / sizeof *page_files, COPIED = PAGE_FILES - 1 };

truce_page_options truce_page_default_options(void)
{
    return (truce_page_options){.members = 500, .seed = 1};
}

/* ---- The case as a script ----------------------------------------------------------------------------- */

static void put_base64(text *t, const unsigned char *bytes, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t word = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                        (left > 2 ? bytes[i + 2] : 0);
        const char four[4] = {letters[word >> 18], letters[word >> 12 & 63],
                              left > 1 ? letters[word >> 6 & 63] : '=', left > 2 ? letters[word & 63] : '='};
        text_add(t, four, sizeof four);
    }
}

/* Bytes as characters, which compresses text as well as text is compressed. */
static void put_latin(text *t, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = bytes[i];
        if (byte >= 0xa0) {
            const char two[2] = {(char)(0xc0 | byte >> 6), (char)(0x80 | (byte & 0x3f))};
            text_add(t, two, sizeof two);
        } else if (byte < 0x20 || byte > 0x7e || strchr("\"\\<", byte)) {
            text_print(t, "\\x%02x", byte);
        } else {
            text_add(t, (const char *)&byte, 1);
        }
    }
}

/* Shannon's entropy of the bytes, in bits per byte: at 8 nothing can be compressed. */
static double entropy(const unsigned char *bytes, size_t length)
{
    size_t counts[256] = {0};
    double bits = 0;
    for (size_t i = 0; i < length; i++)
        counts[bytes[i]]++;
    for (int k = 0; k < 256; k++)
        if (counts[k])
            bits -= (double)counts[k] / (double)length * log2((double)counts[k] / (double)length);
    return bits;
}

/* A list of strings, each a letter that says how the bytes behind it are written: what web servers compress must not be
 * in base64, in which it looks like noise, and what is noise is shortest in it. */
static void put_parts(text *t, const unsigned char *bytes, size_t length)
{
    enum { PART = 3 << 12 };
    text_print(t, "[");
    for (size_t at = 0; at < length; at += PART) {
        size_t size = length - at < PART ? length - at : PART;
        bool plain = entropy(bytes + at, size) < 7;
        text_print(t, "%s\"%c", at ? ",\n" : "", plain ? 't' : 'b');
        (plain ? put_latin : put_base64)(t, bytes + at, size);
        text_print(t, "\"");
    }
    text_print(t, "]");
}

/* "<" is in texts only, and must not look like markup wherever a script may be put. */
static void put_json(text *t, const text *json)
{
    for (size_t i = 0; i < json->length; i++)
        if (json->bytes[i] == '<')
            text_print(t, "\\u003c");
        else
            text_add(t, json->bytes + i, 1);
}

/* What is known before a reader moves anything: the first scenario, and the record of forecasts. */
static truce_status know(const truce_case *c, const truce_page_options *o, truce_results **known,
                         truce_error *error)
{
    const char *first = c->scenarios[0].name;
    truce_simulation_options run = truce_simulation_default_options();
    run.scenarios = &first;
    run.scenario_count = 1;
    run.members = o->members;
    run.seed = o->seed;
    run.engine = TRUCE_ENGINE_INTERPRETER;
    run.posterior = o->posterior;
    run.scores = o->scores;
    return truce_simulate(c, &run, known, error);
}

static truce_status write_all(const truce_case *c, const truce_page_options *o, text *script,
                              truce_error *error)
{
    text archive = {0}, about = {0};
    truce_results *known = NULL;
    truce_status status = know(c, o, &known, error);
    if (status == TRUCE_OK)
        status = archive_write(c, o->posterior, 0, &archive, error);
    if (status == TRUCE_OK) {
        web_description d = {.c = c,
                             .fit = o->posterior,
                             .known = known,
                             .hash = hash_bytes(archive.bytes, archive.length),
                             .seed = o->seed,
                             .members = o->members};
        bool described = describe_case(&d, &about);
        text_print(script, "\"use strict\";\nvar truceCase = ");
        put_json(script, &about);
        text_print(script, ";\nvar truceArchive=");
        put_parts(script, (const unsigned char *)archive.bytes, archive.length);
        text_print(script, ";\n");
        status = described && !script->failed ? TRUCE_OK : error_memory(error);
    }
    truce_results_destroy(known);
    text_free(&archive);
    text_free(&about);
    return status;
}

static truce_status write_script(const truce_case *c, const truce_page_options *o, text *script,
                                 truce_error *error)
{
    arena memory = {0};
    truce_page_options page = *o;
    page.posterior = o->posterior ? fit_first_draws(o->posterior, PAGE_DRAWS, &memory) : NULL;
    truce_status status =
        o->posterior && !page.posterior ? error_memory(error) : write_all(c, &page, script, error);
    arena_free(&memory);
    return status;
}

/* ---- The directory ------------------------------------------------------------------------------------ */

static truce_status make_directory(const char *path, bool *made, truce_error *error)
{
    struct stat about;
    *made = mkdir(path, 0777) == 0;
    if (*made || (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode)))
        return TRUCE_OK;
    return error_set(error, TRUCE_RUN_FAILED, path, 0, "cannot make the directory: %s", strerror(errno));
}

static truce_status copy_file(const output_set *set, const char *page, const char *name, truce_error *error)
{
    text path = {0}, content = {0};
    text_print(&path, "%s/%s", page, name);
    truce_status status = path.failed ? error_memory(error) : TRUCE_OK;
    if (status == TRUCE_OK)
        status = text_read_file(&content, path.bytes, PAGE_LIMIT, error);
    if (status == TRUCE_OK)
        status = output_set_write(set, name, content.bytes ? content.bytes : "", content.length, error);
    text_free(&path);
    text_free(&content);
    return status;
}

static truce_status write_files(const output_set *set, const char *page, const text *script,
                                truce_error *error)
{
    for (int i = 0; i < COPIED; i++)
        TRY(copy_file(set, page, page_files[i], error));
    return output_set_write(set, page_files[COPIED], script->bytes, script->length, error);
}

truce_status truce_page_write(const truce_case *c, const truce_page_options *options, const char *directory,
                              truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE_DIRECTORY(directory);
    truce_page_options defaults = truce_page_default_options();
    if (!options)
        options = &defaults;
    REQUIRE(options->page, "page");
    TRY(error_nameless(error, options->page, "page"));
    TRY(error_nameless(error, options->scores, "scores"));
    text script = {0};
    output_set *set = NULL;
    bool made = false;
    truce_status status = write_script(c, options, &script, error);
    if (status == TRUCE_OK)
        status = make_directory(directory, &made, error);
    if (status == TRUCE_OK)
        status = output_set_open(&set, directory, error);
    if (status == TRUCE_OK)
        status = write_files(set, options->page, &script, error);
    text_free(&script);
    if (status == TRUCE_OK)
        status = output_set_commit(set, page_files, PAGE_FILES, error);
    else
        output_set_discard(set);
    if (status != TRUCE_OK && made)
        rmdir(directory);
    return status;
}
