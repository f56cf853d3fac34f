/* Plans as C text. */
#ifndef TRUCE_C_TEXT_H
#define TRUCE_C_TEXT_H

#include "engine/engine.h"
#include "native/inverses.h"

/* What the parts have in common: `width` lanes of a block, `vector` of them at a time. */
void native_emit_head(text *t, size_t width, size_t vector);
/* The lookup tables of a program that native code has. */
void native_emit_tables(text *t, const truce_program *program);
/* The parts of a plan, numbered from `first` on, which may need further inverses; false when out of memory. */
bool native_emit_parts(text *t, const native_plan *plan, size_t first, native_inverses *inverses);
/* The table of all parts, which the loader looks up as NATIVE_TABLE. */
void native_emit_tail(text *t, size_t count);

#define NATIVE_TABLE "truce_native_parts"

#endif
