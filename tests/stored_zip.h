/* A .zip of the parts of a small workbook, stored as they are, so that each may be anything. */
#ifndef TRUCE_TESTS_STORED_ZIP_H
#define TRUCE_TESTS_STORED_ZIP_H

#include "base/base.h"

#include <string.h>

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

enum { PARTS = 5 };

typedef struct part {
    const char *name, *bytes;
    size_t length;
} part;

static inline uint32_t checksum(const char *bytes, size_t length)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < length; i++) {
        sum ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320 : 0);
    }
    return ~sum;
}

static inline void put(text *t, size_t bytes, uint64_t number)
{
    for (size_t i = 0; i < bytes; i++, number >>= 8)
        text_add(t, &(const char){(char)(number & 0xFF)}, 1);
}

/* What a part's own head and its entry in the list of parts both say. */
static inline void put_facts(text *t, const part *p)
{
    put(t, 10, 20); /* version, stored, without a date */
    put(t, 4, checksum(p->bytes, p->length));
    put(t, 4, p->length);
    put(t, 4, p->length);
    put(t, 2, strlen(p->name));
    put(t, 2, 0);
}

static inline void pack(text *zip, const part *parts)
{
    text list = {0};
    for (size_t i = 0; i < PARTS; i++) {
        size_t at = zip->length;
        put(zip, 4, 0x04034B50);
        put_facts(zip, &parts[i]);
        text_add(zip, parts[i].name, strlen(parts[i].name));
        text_add(zip, parts[i].bytes, parts[i].length);
        put(&list, 4, 0x02014B50);
        put(&list, 2, 20);
        put_facts(&list, &parts[i]);
        put(&list, 10, 0);
        put(&list, 4, at);
        text_add(&list, parts[i].name, strlen(parts[i].name));
    }
    size_t start = zip->length;
    text_add(zip, list.bytes, list.length);
    put(zip, 4, 0x06054B50);
    put(zip, 4, 0);
    put(zip, 2, PARTS);
    put(zip, 2, PARTS);
    put(zip, 4, list.length);
    put(zip, 4, start);
    put(zip, 2, 0);
    text_free(&list);
}

/* A workbook of the sheet "S", whose first cell is a string that sheets share, and with a name of an area. */
static inline void start_parts(part parts[PARTS])
{
    static const part whole[PARTS] = {
        {"_rels/.rels", "<R><Relationship Type=\"" OFFICE "officeDocument\" Target=\"w.xml\"/></R>", 0},
        {"_rels/w.xml.rels",
         "<R><Relationship Id=\"a\" Type=\"" OFFICE "worksheet\" Target=\"s.xml\"/>"
         "<Relationship Id=\"b\" Type=\"" OFFICE "sharedStrings\" Target=\"t.xml\"/></R>",
         0},
        {"w.xml", "<w><sheet name=\"S\" id=\"a\"/><definedName name=\"n\">S!$A$1:$B$2</definedName></w>", 0},
        {"s.xml", "<s><row><c t=\"s\"><v>0</v></c></row></s>", 0},
        {"t.xml", "<t><si><t>north</t></si></t>", 0}};
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = whole[i];
        parts[i].length = strlen(whole[i].bytes);
    }
}

#endif
