/* Vensim's functions as XMILE text (Vensim Reference Manual, "Functions"): those of XMILE or Stella where
 * they mean the same, and functions of the namespace "vensim" where they do not. */
#include "vensim/read.h"

#include <string.h>

static const char data_of_other_programs[] = "it reads what only Vensim has";

static const mdl_function table[] = {
    {"abs", 1, 1, "ABS($1)", NULL},
    {"arccos", 1, 1, "ARCCOS($1)", NULL},
    {"arcsin", 1, 1, "ARCSIN($1)", NULL},
    {"arctan", 1, 1, "ARCTAN($1)", NULL},
    {"cos", 1, 1, "COS($1)", NULL},
    {"cosh", 1, 1, "COSH($1)", NULL},
    {"delay1", 2, 2, "DELAY1($1, $2)", NULL},
    {"delay1i", 3, 3, "DELAY1($1, $2, $3)", NULL},
    {"delay3", 2, 2, "DELAY3($1, $2)", NULL},
    {"delay3i", 3, 3, "DELAY3($1, $2, $3)", NULL},
    {"delay_fixed", 3, 3, "DELAY_FIXED($1, $2, $3)", NULL},
    {"delay_n", 4, 4, "DELAYN($1, $2, $4, $3)", NULL},
    {"exp", 1, 1, "EXP($1)", NULL},
    {"forecast", 3, 3, "FORECAST($1, $2, $3)", NULL},
    {"game", 1, 1, "($1)", NULL},
    {"if_then_else", 3, 3, "IF $1 THEN $2 ELSE $3", NULL},
    {"initial", 1, 1, "INIT($1)", NULL},
    {"integer", 1, 1, "QUANTUM($1, 1)", NULL},
    {"ln", 1, 1, "LN($1)", NULL},
    {"log", 2, 2, "(LN($1) / LN($2))", NULL},
    {"lookup_backward", 2, 2, "LOOKUP_BACKWARD($1, $2)", NULL},
    {"lookup_extrapolate", 2, 2, "LOOKUP_EXTRAPOLATE($1, $2)", NULL},
    {"lookup_forward", 2, 2, "LOOKUP_FORWARD($1, $2)", NULL},
    {"lookup_invert", 2, 2, "LOOKUPINV($1, $2)", NULL},
    {"max", 2, 2, "MAX($1, $2)", NULL},
    {"min", 2, 2, "MIN($1, $2)", NULL},
    {"modulo", 2, 2, "MODULO($1, $2)", NULL},
    {"npv", 4, 4, "NPV($1, $2, $3, $4)", NULL},
    {"power", 2, 2, "(($1)^($2))", NULL},
    {"prod", 1, 1, "PROD($1)", NULL},
    {"pulse", 2, 2, "vensim.PULSE($1, $2)", NULL},
    {"pulse_train", 4, 4, "PULSE_TRAIN($1, $2, $3, $4)", NULL},
    {"quantum", 2, 2, "QUANTUM($1, $2)", NULL},
    {"ramp", 2, 3, "RAMP($*)", NULL},
    {"random_0_1", 0, 0, "UNIFORM(0, 1)", NULL},
    {"random_normal", 5, 5, "RANDOM_NORMAL($1, $2, $3, $4, $5)", NULL},
    {"random_uniform", 3, 3, "UNIFORM($1, $2, $3)", NULL},
    {"reinitial", 1, 1, "INIT($1)", NULL},
    {"sample_if_true", 3, 3, "SAMPLE_IF_TRUE($1, $2, $3)", NULL},
    {"sin", 1, 1, "SIN($1)", NULL},
    {"sinh", 1, 1, "SINH($1)", NULL},
    {"smooth", 2, 2, "SMTH1($1, $2)", NULL},
    {"smooth3", 2, 2, "SMTH3($1, $2)", NULL},
    {"smooth3i", 3, 3, "SMTH3($1, $2, $3)", NULL},
    {"smooth_n", 4, 4, "SMTHN($1, $2, $4, $3)", NULL},
    {"smoothi", 3, 3, "SMTH1($1, $2, $3)", NULL},
    {"sqrt", 1, 1, "SQRT($1)", NULL},
    {"step", 2, 2, "STEP($1, $2)", NULL},
    {"sum", 1, 1, "SUM($1)", NULL},
    {"tan", 1, 1, "TAN($1)", NULL},
    {"tanh", 1, 1, "TANH($1)", NULL},
    {"trend", 3, 3, "TREND($1, $2, $3)", NULL},
    {"vmax", 1, 1, "MAX($1)", NULL},
    {"vmin", 1, 1, "MIN($1)", NULL},
    {"xidz", 3, 3, "SAFEDIV($1, $2, $3)", NULL},
    {"zidz", 2, 2, "SAFEDIV($1, $2)", NULL},
    /* Refused. */
    {"a_function_of", 0, -1, NULL, "the equation has not been written yet"},
    {"get_vdf_data", 0, -1, NULL, data_of_other_programs},
};

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
