/* SHA-256 (FIPS 180-4) in base64, as a content security policy names a style sheet. */
#ifndef TRUCE_SHA256_H
#define TRUCE_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT = 45 };
/* 44 characters, terminated. */
void sha256_base64(const void *bytes, size_t length, char written[SHA256_TEXT]);

#endif
