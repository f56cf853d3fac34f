/* One member as a NetCDF file. docs/use/xmile.md says what is in it. */
#ifndef TRUCE_MEMBER_H
#define TRUCE_MEMBER_H

#include "ensemble/ensemble.h"

/* model: whose dimensions, units and documentation the file takes; NULL: every output is a variable by itself. */
truce_status member_write_netcdf(const member_order *order, const truce_model *model, const char *path,
                                 truce_error *failure, truce_error *error);

#endif
