/* A case for a model that has none. */
#ifndef TRUCE_NEW_MODEL_H
#define TRUCE_NEW_MODEL_H

#include "cli/cli.h"

/* Writes a case of the model at `path`, which it calls `name`, with comments that say what its sections are for.
 * parameters: its constants are uncertain. */
truce_status new_model_case(const char *path, const char *name, bool parameters, phrase *yaml,
                            truce_error *error);

#endif
