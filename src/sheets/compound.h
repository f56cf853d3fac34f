/* Compound files, in which .xls keeps its records: a small file system of sectors in chains ([MS-CFB]). */
#ifndef TRUCE_COMPOUND_H
#define TRUCE_COMPOUND_H

#include "sheets/sheets.h"

/* The bytes of the stream of one of two names. False with a failure. */
bool compound_read(sheet_reader *r, const char *name, const char *older_name, text *stream);

/* Numbers of little-endian files. */
static inline uint32_t little16(const char *p)
{
    return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}

static inline uint32_t little32(const char *p)
{
    return little16(p) | little16(p + 2) << 16;
}

#endif
