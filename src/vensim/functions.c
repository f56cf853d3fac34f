/* Vensim's functions as XMILE text (Vensim Reference Manual, "Functions"): those of XMILE or Stella where
 * they mean the same, and functions of the namespace "vensim" where they do not. */
#include "vensim/write.h"

#include <string.h>
#include <strings.h>

static const char data_of_other_programs[] = "it reads what only Vensim has";
static const char moving_delay[] =
    "how it shares out what a changing delay time moves is not published exactly";
static const char own_draws[] = "RANDOM UNIFORM and RANDOM NORMAL are";
static const char data_at_other_times[] =
    "data are read at the time of the run only; LOOKUP functions read points";

static const mdl_function table[] = {
    {"abs", 1, 1, "ABS($1)", NULL, NULL},
    {"allocate_available", 3, 3, NULL, NULL, write_allocation},
    {"allocate_by_priority", 5, 5, NULL, NULL, write_allocation},
    {"arccos", 1, 1, "ARCCOS($1)", NULL, NULL},
    {"arcsin", 1, 1, "ARCSIN($1)", NULL, NULL},
    {"arctan", 1, 1, "ARCTAN($1)", NULL, NULL},
    {"cos", 1, 1, "COS($1)", NULL, NULL},
    {"cosh", 1, 1, "COSH($1)", NULL, NULL},
    {"delay1", 2, 2, "DELAY1($1, $2)", NULL, NULL},
    {"delay1i", 3, 3, "DELAY1($1, $2, $3)", NULL, NULL},
    {"delay3", 2, 2, "DELAY3($1, $2)", NULL, NULL},
    {"delay3i", 3, 3, "DELAY3($1, $2, $3)", NULL, NULL},
    {"delay_fixed", 3, 3, "vensim.DELAY_FIXED($1, $2, $3)", NULL, NULL},
    {"delay_n", 4, 4, NULL, NULL, write_delay},
    {"exp", 1, 1, "EXP($1)", NULL, NULL},
    {"forecast", 3, 3, "FORECAST($1, $2, $3)", NULL, NULL},
    {"game", 1, 1, "($1)", NULL, NULL},
    {"gamma_ln", 1, 1, "GAMMALN($1)", NULL, NULL},
    {"if_then_else", 3, 3, "IF $1 THEN $2 ELSE $3", NULL, NULL},
    {"initial", 1, 1, "INIT($1)", NULL, NULL},
    {"integer", 1, 1, "QUANTUM($1, 1)", NULL, NULL},
    {"ln", 1, 1, "LN($1)", NULL, NULL},
    {"log", 2, 2, "(LN($1) / LN($2))", NULL, NULL},
    {"lookup_backward", 2, 2, "LOOKUP_BACKWARD($1, $2)", NULL, NULL},
    {"lookup_extrapolate", 2, 2, "LOOKUP_EXTRAPOLATE($1, $2)", NULL, NULL},
    {"lookup_forward", 2, 2, "LOOKUP_FORWARD($1, $2)", NULL, NULL},
    {"lookup_invert", 2, 2, "LOOKUPINV($1, $2)", NULL, NULL},
    {"max", 2, 2, "MAX($1, $2)", NULL, NULL},
    {"min", 2, 2, "MIN($1, $2)", NULL, NULL},
    {"modulo", 2, 2, "MODULO($1, $2)", NULL, NULL},
    {"npv", 4, 4, "NPV($1, $2, $3, $4)", NULL, NULL},
    {"power", 2, 2, "(($1)^($2))", NULL, NULL},
    {"prod", 1, 1, "PROD($1)", NULL, NULL},
    {"pulse", 2, 2, "vensim.PULSE($1, $2)", NULL, NULL},
    {"pulse_train", 4, 4, "PULSE_TRAIN($1, $2, $3, $4)", NULL, NULL},
    {"quantum", 2, 2, "QUANTUM($1, $2)", NULL, NULL},
    {"ramp", 2, 3, "RAMP($*)", NULL, NULL},
    {"random_0_1", 0, 0, "UNIFORM(0, 1)", NULL, NULL},
    {"random_normal", 5, 5, "RANDOM_NORMAL($1, $2, $3, $4, $5)", NULL, NULL},
    {"random_uniform", 3, 3, "UNIFORM($1, $2, $3)", NULL, NULL},
    {"reinitial", 1, 1, "INIT($1)", NULL, NULL},
    {"sample_if_true", 3, 3, "SAMPLE_IF_TRUE($1, $2, $3)", NULL, NULL},
    {"sin", 1, 1, "SIN($1)", NULL, NULL},
    {"sinh", 1, 1, "SINH($1)", NULL, NULL},
    {"smooth", 2, 2, "SMTH1($1, $2)", NULL, NULL},
    {"smooth3", 2, 2, "SMTH3($1, $2)", NULL, NULL},
    {"smooth3i", 3, 3, "SMTH3($1, $2, $3)", NULL, NULL},
    {"smooth_n", 4, 4, "SMTHN($1, $2, $4, $3)", NULL, NULL},
    {"smoothi", 3, 3, "SMTH1($1, $2, $3)", NULL, NULL},
    {"sqrt", 1, 1, "SQRT($1)", NULL, NULL},
    {"step", 2, 2, "STEP($1, $2)", NULL, NULL},
    {"sum", 1, 1, "SUM($1)", NULL, NULL},
    {"tan", 1, 1, "TAN($1)", NULL, NULL},
    {"tanh", 1, 1, "TANH($1)", NULL, NULL},
    {"trend", 3, 3, "vensim.TREND($1, $2, $3)", NULL, NULL},
    {"vmax", 1, 1, "MAX($1)", NULL, NULL},
    {"vmin", 1, 1, "MIN($1)", NULL, NULL},
    {"xidz", 3, 3, "XIDZ($1, $2, $3)", NULL, NULL},
    {"zidz", 2, 2, "ZIDZ($1, $2)", NULL, NULL},
    {"elmcount", 1, 1, NULL, NULL, write_element_count},
    {"invert_matrix", 2, 2, NULL, NULL, write_inverse},
    {"vector_elm_map", 2, 2, NULL, NULL, write_element_map},
    {"vector_rank", 2, 2, NULL, NULL, write_rank},
    {"vector_reorder", 2, 2, NULL, NULL, write_reorder},
    {"vector_select", 5, 5, "vensim.VECTOR_SELECT($1, $2, $3, $4, $5)", NULL, NULL},
    {"vector_sort_order", 2, 2, NULL, NULL, write_sort_order},
    {"get_direct_constants", 0, -1, NULL, NULL, write_direct},
    {"get_direct_data", 0, -1, NULL, NULL, write_direct},
    {"get_direct_lookups", 0, -1, NULL, NULL, write_direct},
    {"get_xls_constants", 0, -1, NULL, NULL, write_direct},
    {"get_xls_data", 0, -1, NULL, NULL, write_direct},
    {"get_xls_lookups", 0, -1, NULL, NULL, write_direct},
    {"get_time_value", 3, 3, NULL, NULL, write_time_value},
    /* Refused. */
    {"a_function_of", 0, -1, NULL, "the equation has not been written yet", NULL},
    {"delay_batch", 0, -1, NULL, moving_delay, NULL},
    {"delay_conveyor", 0, -1, NULL, moving_delay, NULL},
    {"delay_information", 0, -1, NULL, moving_delay, NULL},
    {"delay_material", 0, -1, NULL, moving_delay, NULL},
    {"delay_profile", 0, -1, NULL, moving_delay, NULL},
    {"get_data_at_time", 0, -1, NULL, data_at_other_times, NULL},
    {"get_data_between_times", 0, -1, NULL, data_at_other_times, NULL},
    {"get_vdf_data", 0, -1, NULL, data_of_other_programs, NULL},
    {"random_beta", 0, -1, NULL, own_draws, NULL},
    {"random_binomial", 0, -1, NULL, own_draws, NULL},
    {"random_exponential", 0, -1, NULL, own_draws, NULL},
    {"random_gamma", 0, -1, NULL, own_draws, NULL},
    {"random_lookup", 0, -1, NULL, own_draws, NULL},
    {"random_negative_binomial", 0, -1, NULL, own_draws, NULL},
    {"random_pink_noise", 0, -1, NULL, own_draws, NULL},
    {"random_poisson", 0, -1, NULL, own_draws, NULL},
    {"random_triangular", 0, -1, NULL, own_draws, NULL},
    {"random_weibull", 0, -1, NULL, own_draws, NULL},
};

/* Is it the name of a function that translations call, in any case? A macro of that name would take its place. */
static bool calls(const char *pattern, const char *folded)
{
    size_t length = strlen(folded);
    for (const char *at = pattern; *at; at++) {
        bool starts = at == pattern || !(ascii_is_alphanumeric(at[-1]) || at[-1] == '_' || at[-1] == '.');
        if (starts && strncasecmp(at, folded, length) == 0 && at[length] == '(')
            return true;
    }
    return false;
}

const char *mdl_macro_name(arena *a, const char *name, const char *folded)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].pattern && calls(table[i].pattern, folded))
            return arena_format(a, "%s macro", name);
    return name;
}

bool vensim_is_function(const char *folded)
{
    return mdl_find_function(folded) != NULL;
}

const mdl_function *mdl_function_at(size_t index)
{
    return index < sizeof table / sizeof *table ? &table[index] : NULL;
}

const mdl_function *mdl_find_function(const char *folded)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, folded) == 0)
            return &table[i];
    return NULL;
}
