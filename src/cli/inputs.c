/* What a command reads, so that it does not write over it: one set of files for the process, made when it starts. Cases
 * and models are loaded from it; a file that is read in another way is counted. */
#include "cli/cli.h"

static truce_files *read_files;

int inputs_begin(void)
{
    truce_error error = {0};
    return truce_files_create_on_disk(&read_files, &error) == TRUCE_OK ? 0 : report_error(&error);
}

void inputs_end(void)
{
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
