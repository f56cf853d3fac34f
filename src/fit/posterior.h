/* What the files of posterior.nc share: its seal, and the parcel in which its numbers come out of the process
 * that read it. */
#ifndef TRUCE_POSTERIOR_H
#define TRUCE_POSTERIOR_H

#include "fit/fit.h"

/* ---- posterior_seal.c: the last 32 bytes of the file are a mark and the 128-bit hash of all before them.
 * ---------- */
/* Appends them. */
void posterior_seal(text *content);
/* Checks them, and takes them off. TRUCE_BAD_INPUT when they are missing or the bytes are others. */
truce_status posterior_unseal(text *content, const char *path, truce_error *error);

/* ---- posterior_parcel.c: a fit as bytes, for this process only (byte order and sizes are its own)
 * ------------------- */
void parcel_pack(const truce_fit *f, text *parcel);
/* Fills a fit of all zeros; TRUCE_BAD_INPUT when the bytes are no parcel, TRUCE_RUN_FAILED without memory.
 * Texts are cleaned. */
truce_status parcel_unpack(const text *parcel, truce_fit *f);

#endif
