/* The public calls that write one member to a file, CSV or NetCDF. */
#include "show/member.h"
#include "simulate/simulate.h"

#include <string.h>

truce_status truce_program_write_netcdf(const truce_program *program, const truce_model *model,
                                        const truce_distribution *parameters, const double *schedules,
                                        const double *factors, uint64_t seed, uint64_t member,
                                        const char *path, bool (*go_on)(void *context), void *context,
                                        truce_error *failure, truce_error *error)
{
    REQUIRE(program, "program");
    REQUIRE(path, "path");
    TRY(ensemble_check_given(program, parameters, schedules, factors, error));
    const member_order order = {program, parameters, schedules, factors,
                                NULL,    seed,       member,    {go_on, context}};
    return member_write_netcdf(&order, model, path, failure, error);
}

typedef struct member_target {
    const truce_case *c;
    const char *path;
    interruption watched;
    truce_error *failure;
} member_target;

static bool is_netcdf(const char *path)
{
    size_t length = path ? strlen(path) : 0;
    return length > 3 && strcmp(path + length - 3, ".nc") == 0;
}

static truce_status write_member(void *context, const member_order *order, truce_error *error)
{
    const member_target *t = context;
    member_order watched = *order;
    watched.watched = t->watched;
    return is_netcdf(t->path) ? member_write_netcdf(&watched, t->c->model, t->path, t->failure, error)
                              : member_write_csv(&watched, t->path, t->failure, error);
}

truce_status truce_case_write_member(const truce_case *c, const char *scenario, const truce_fit *fit,
                                     uint64_t seed, uint64_t member, const char *path,
                                     bool (*go_on)(void *context), void *context, truce_error *failure,
                                     truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(scenario, "scenario");
    member_target target = {c, path, {go_on, context}, failure};
    return simulate_member(c, scenario, fit, seed, member, write_member, &target, error);
}
