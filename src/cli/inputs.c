/* What a command reads, so that it does not write over it: one set of files for the process, made when it starts. Cases
 * and models are loaded from it; a file that is read in another way is counted. And what it will write, from before it
 * looks whether something is there. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct output {
    struct output *next;
    char *path;
    truce_hold *hold;
} output;

static truce_files *read_files;
static output *outputs;

int inputs_begin(void)
{
    truce_error error = {0};
    return truce_files_create_on_disk(&read_files, &error) == TRUCE_OK ? 0 : report_error(&error);
}

void inputs_end(void)
{
    while (outputs)
        output_let_go(outputs->path);
    truce_files_destroy(read_files);
    read_files = NULL;
}

const truce_files *inputs_files(void)
{
    return read_files;
}

int input_count(const char *path)
{
    truce_error error = {0};
    return truce_files_count_as_read(read_files, path, &error) == TRUCE_OK ? 0 : report_error(&error);
}

truce_status input_spare(const char *path, truce_error *error)
{
    return truce_files_reserve(read_files, path, error);
}

truce_status output_hold(const char *path, bool is_directory, truce_error *error)
{
    output *o = calloc(1, sizeof *o);
    if (!o || !(o->path = strdup(path))) {
        free(o);
        return error_no_memory(error);
    }
    truce_status status =
        is_directory ? truce_hold_directory(path, &o->hold, error) : truce_hold_file(path, &o->hold, error);
    o->next = outputs;
    outputs = o;
    if (status != TRUCE_OK)
        output_let_go(path);
    return status;
}

void output_let_go(const char *path)
{
    for (output **place = &outputs; *place; place = &(*place)->next)
        if (strcmp((*place)->path, path) == 0) {
            output *o = *place;
            *place = o->next;
            truce_hold_release(o->hold);
            free(o->path);
            free(o);
            return;
        }
}
