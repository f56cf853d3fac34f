/* The parts of a .zip in memory, by libzip, which is loaded when it is first needed: few models read workbooks,
 * and it brings a library of ciphers. */
#ifndef TRUCE_ZIP_H
#define TRUCE_ZIP_H

#include "sheets/sheets.h"

typedef struct zip_archive zip_archive;
/* NULL with a failure. `r->bytes` must outlive it. */
zip_archive *zip_archive_open(sheet_reader *r);
void zip_archive_close(zip_archive *archive);
/* Hands the unpacked bytes of a part on, piece by piece. False with a failure, and when `take` is false; a
 * part that is not there is *found = false and no failure. */
bool zip_archive_read(sheet_reader *r, zip_archive *archive, const char *part, bool *found,
                      bool (*take)(void *context, const char *bytes, size_t length), void *context);

#endif
