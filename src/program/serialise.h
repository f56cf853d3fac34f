/* Programs as bytes: the program file, which ends in a hash of 128 bits over all before it. */
#ifndef TRUCE_SERIALISE_H
#define TRUCE_SERIALISE_H

#include "base/base.h"
#include "truce/model.h"

/* The bytes of the program file; false when out of memory. */
bool program_write(const truce_program *program, text *bytes);

/* The program in the bytes of a file, which may be hostile: whatever they are, what comes back is a program
 * that program_check accepts, or an error. `name` stands for the file in messages. */
truce_status program_read(const void *bytes, size_t length, const char *name, truce_program **program,
                          truce_error *error);

/* True when the bytes begin as a program file does. */
bool program_is_file(const void *bytes, size_t length);
enum { PROGRAM_MAGIC_SIZE = 8 };

/* Is a program such that running it reads and writes nothing but what is its own, and ends? Every index,
 * count and order that the engine relies on. TRUCE_BAD_INPUT with the first that is wrong; `name` as above.
 */
truce_status program_check(const truce_program *program, const char *name, truce_error *error);

#endif
