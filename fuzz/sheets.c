/* Any bytes as a workbook: the first says as which. As they are; as the part of a sheet, of the workbook or of
 * shared strings in a .zip that is right otherwise, since no change of packed bytes would get past their
 * checksums. */
#include "fuzz/fuzz.h"
#include "sheets/sheets.h"
#include "tests/stored_zip.h"

#include <string.h>

static void read_bytes(const char *bytes, size_t length)
{
    arena memory = {0};
    sheet_table table;
    truce_error error = {0};
    if (sheet_read(&memory, bytes, length, "S", &table, &error) != TRUCE_OK && error.message[0] == '\0')
        abort(); /* a refusal says why */
    arena_free(&memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    part parts[PARTS];
    if (!size)
        return 0;
    if (bytes[0] % (PARTS + 1) == PARTS) {
        read_bytes((const char *)bytes + 1, size - 1);
        return 0;
    }
    start_parts(parts);
    parts[bytes[0] % (PARTS + 1)].bytes = (const char *)bytes + 1;
    parts[bytes[0] % (PARTS + 1)].length = size - 1;
    text zip = {0};
    pack(&zip, parts);
    read_bytes(zip.bytes, zip.length);
    text_free(&zip);
    return 0;
}
