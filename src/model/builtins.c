/* Built-in functions: the table of names and arguments.
 *
 * Names of the standard (XMILE 1.0, sections 3.5 and 3.7.1.4), and of its common extensions: those of Stella
 * (isee systems, help pages of the builtins), and of Vensim where converters leave them as they are and the
 * standard has no function of that name with another meaning. What is known and not supported is refused by
 * name. */
#include "model/builder.h"

#include <math.h>
#include <string.h>

static const builtin table_of_functions[] = {
    {"abs", FUNCTION_OPERATION, 1, 1, OP_ABS, 0},
    {"exp", FUNCTION_OPERATION, 1, 1, OP_EXP, 0},
    {"ln", FUNCTION_OPERATION, 1, 1, OP_LN, 0},
    {"logn", FUNCTION_OPERATION, 1, 1, OP_LN, 0},
    {"log10", FUNCTION_OPERATION, 1, 1, OP_LOG10, 0},
    {"sqrt", FUNCTION_OPERATION, 1, 1, OP_SQRT, 0},
    {"sin", FUNCTION_OPERATION, 1, 1, OP_SIN, 0},
    {"cos", FUNCTION_OPERATION, 1, 1, OP_COS, 0},
    {"tan", FUNCTION_OPERATION, 1, 1, OP_TAN, 0},
    {"arcsin", FUNCTION_OPERATION, 1, 1, OP_ARCSIN, 0},
    {"arccos", FUNCTION_OPERATION, 1, 1, OP_ARCCOS, 0},
    {"arctan", FUNCTION_OPERATION, 1, 1, OP_ARCTAN, 0},
    {"sinh", FUNCTION_SINH, 1, 1, OP_SUBTRACT, 0},
    {"cosh", FUNCTION_COSH, 1, 1, OP_ADD, 0},
    {"tanh", FUNCTION_TANH, 1, 1, OP_NUMBER, 0},
    {"round", FUNCTION_ROUND, 1, 1, OP_NUMBER, 0},
    {"sign", FUNCTION_SIGN, 1, 1, OP_NUMBER, 0},
    {"quantum", FUNCTION_QUANTUM, 2, 2, OP_NUMBER, 0},
    {"percent", FUNCTION_PERCENT, 1, 1, OP_NUMBER, 0},
    {"rootn", FUNCTION_ROOT, 2, 2, OP_POWER, 0},
    {"sinwave", FUNCTION_WAVE, 2, 2, OP_SIN, 0},
    {"coswave", FUNCTION_WAVE, 2, 2, OP_COS, 0},
    {"cgrowth", FUNCTION_GROWTH, 1, 1, OP_NUMBER, 0},
    {"int", FUNCTION_OPERATION, 1, 1, OP_INT, 0},
    {"mod", FUNCTION_OPERATION, 2, 2, OP_MOD, 0},
    {"modulo", FUNCTION_MODULO, 2, 2, OP_NUMBER, 0},
    {"min", FUNCTION_MIN, 1, -1, OP_MIN, 0},
    {"max", FUNCTION_MAX, 1, -1, OP_MAX, 0},
    {"safediv", FUNCTION_SAFEDIV, 2, 3, OP_SAFE_DIVIDE, 0},
    {"zidz", FUNCTION_SAFEDIV, 2, 2, OP_SAFE_DIVIDE, VENSIM_SMALL},
    {"xidz", FUNCTION_SAFEDIV, 3, 3, OP_SAFE_DIVIDE, VENSIM_SMALL},
    {"if_then_else", FUNCTION_IF, 3, 3, OP_IF, 0},
    {"pi", FUNCTION_CONSTANT, 0, 0, OP_NUMBER, 3.14159265358979323846},
    {"inf", FUNCTION_CONSTANT, 0, 0, OP_NUMBER, INFINITY},
    {"nan", FUNCTION_CONSTANT, 0, 0, OP_NUMBER, NAN},
    {"time", FUNCTION_TIME, 0, 0, OP_TIME, 0},
    {"dt", FUNCTION_DT, 0, 0, OP_NUMBER, 0},
    {"starttime", FUNCTION_STARTTIME, 0, 0, OP_NUMBER, 0},
    {"stoptime", FUNCTION_STOPTIME, 0, 0, OP_NUMBER, 0},
    {"time_step", FUNCTION_DT, 0, 0, OP_NUMBER, 0},
    {"initial_time", FUNCTION_STARTTIME, 0, 0, OP_NUMBER, 0},
    {"final_time", FUNCTION_STOPTIME, 0, 0, OP_NUMBER, 0},
    {"pulse", FUNCTION_PULSE, 1, 3, OP_NUMBER, 0},
    {"vensim.delay_n", FUNCTION_LATE_DELAY, 4, 4, OP_NUMBER, 0},
    {"vensim.delay_fixed", FUNCTION_FIXED_DELAY, 3, 3, OP_NUMBER, 1},
    {"vensim.trend", FUNCTION_TREND, 3, 3, OP_NUMBER, VENSIM_SMALL},
    {"vensim.pulse", FUNCTION_WINDOW, 2, 2, OP_NUMBER, 0},
    {"vensim.vector_select", FUNCTION_VECTOR_SELECT, 5, 5, OP_NUMBER, 0},
    {"vensim.vector_sort_order", FUNCTION_VECTOR_ORDER, 3, 3, OP_NUMBER, 0},
    {"vensim.vector_rank", FUNCTION_VECTOR_RANK, 3, 3, OP_NUMBER, 0},
    {"vensim.vector_elm_map", FUNCTION_VECTOR_MAP, 2, 2, OP_NUMBER, 0},
    {"vensim.allocate_available", FUNCTION_ALLOCATE, 6, 6, OP_NUMBER, ALLOCATE_AVAILABLE_OF_VENSIM},
    {"vensim.allocate_by_priority", FUNCTION_ALLOCATE, 5, 5, OP_NUMBER, ALLOCATE_BY_PRIORITY_OF_VENSIM},
    {"vensim.invert_matrix", FUNCTION_INVERT_MATRIX, 4, 4, OP_NUMBER, 0},
    {"pulse_train", FUNCTION_PULSE_TRAIN, 4, 4, OP_NUMBER, 0},
    {"step", FUNCTION_STEP, 2, 2, OP_NUMBER, 0},
    {"ramp", FUNCTION_RAMP, 2, 3, OP_NUMBER, 0},
    {"smth1", FUNCTION_SMOOTH, 2, 3, OP_NUMBER, 1},
    {"smth3", FUNCTION_SMOOTH, 2, 3, OP_NUMBER, 3},
    {"smthn", FUNCTION_SMOOTH, 3, 4, OP_NUMBER, 0},
    {"delay1", FUNCTION_DELAY, 2, 3, OP_NUMBER, 1},
    {"delay3", FUNCTION_DELAY, 2, 3, OP_NUMBER, 3},
    {"delayn", FUNCTION_DELAY, 3, 4, OP_NUMBER, 0},
    {"smooth", FUNCTION_SMOOTH, 2, 2, OP_NUMBER, 1},
    {"smoothi", FUNCTION_SMOOTH, 3, 3, OP_NUMBER, 1},
    {"smooth3", FUNCTION_SMOOTH, 2, 2, OP_NUMBER, 3},
    {"smooth3i", FUNCTION_SMOOTH, 3, 3, OP_NUMBER, 3},
    {"delay1i", FUNCTION_DELAY, 3, 3, OP_NUMBER, 1},
    {"delay3i", FUNCTION_DELAY, 3, 3, OP_NUMBER, 3},
    {"delay_fixed", FUNCTION_FIXED_DELAY, 3, 3, OP_NUMBER, 0},
    {"trend", FUNCTION_TREND, 2, 3, OP_NUMBER, 0},
    {"forcst", FUNCTION_FORECAST, 3, 4, OP_NUMBER, 0},
    {"forecast", FUNCTION_FORECAST, 3, 3, OP_NUMBER, VENSIM_SMALL},
    {"npv", FUNCTION_NET_PRESENT_VALUE, 2, 4, OP_NUMBER, 0},
    {"fv", FUNCTION_PAYMENTS, 3, 5, OP_NUMBER, PAYMENTS_FUTURE_VALUE},
    {"pv", FUNCTION_PAYMENTS, 3, 5, OP_NUMBER, PAYMENTS_PRESENT_VALUE},
    {"pmt", FUNCTION_PAYMENTS, 3, 5, OP_NUMBER, PAYMENTS_EACH},
    {"normalcdf", FUNCTION_NORMAL_PROBABILITY, 2, 4, OP_NUMBER, 0},
    {"invnorm", FUNCTION_NORMAL_QUANTILE, 1, 3, OP_NUMBER, 0},
    {"gammaln", FUNCTION_LOG_GAMMA, 1, 1, OP_NUMBER, 0},
    {"history", FUNCTION_HISTORY, 2, 3, OP_NUMBER, 0},
    {"isnan", FUNCTION_IS_NAN, 1, 1, OP_NUMBER, 0},
    {"counter", FUNCTION_COUNTER, 2, 2, OP_NUMBER, 0},
    {"expbound", FUNCTION_EXPONENTIAL_CURVE, 6, 6, OP_NUMBER, 0},
    {"factorial", FUNCTION_FACTORIAL, 1, 1, OP_NUMBER, 0},
    {"permutations", FUNCTION_PERMUTATIONS, 2, 2, OP_NUMBER, 0},
    {"combinations", FUNCTION_PERMUTATIONS, 2, 2, OP_NUMBER, 1},
    {"interpolate", FUNCTION_INTERPOLATE, 2, -1, OP_NUMBER, 0},
    {"runcount", FUNCTION_CONSTANT, 0, 0, OP_NUMBER, 0},
    {"allocate", FUNCTION_ALLOCATE, 5, 6, OP_NUMBER, ALLOCATE_OF_STELLA},
    {"allocate_available", FUNCTION_ALLOCATE, 3, 3, OP_NUMBER, ALLOCATE_AVAILABLE},
    {"allocate_by_priority", FUNCTION_ALLOCATE, 5, 5, OP_NUMBER, ALLOCATE_BY_PRIORITY},
    {"derivn", FUNCTION_DERIVATIVE, 2, 2, OP_NUMBER, 0},
    {"sample_if_true", FUNCTION_SAMPLE, 3, 3, OP_NUMBER, 0},
    {"endval", FUNCTION_LAST_RUN, 1, 2, OP_NUMBER, 0},
    {"delay", FUNCTION_FIXED_DELAY, 2, 3, OP_NUMBER, 0},
    {"previous", FUNCTION_PREVIOUS, 1, 2, OP_NUMBER, 0},
    {"init", FUNCTION_INIT, 1, 1, OP_NUMBER, 0},
    {"random", FUNCTION_RANDOM, 2, 3, OP_RANDOM_UNIFORM, 2},
    {"uniform", FUNCTION_RANDOM, 2, 3, OP_RANDOM_UNIFORM, 2},
    {"random_uniform", FUNCTION_RANDOM, 2, 3, OP_RANDOM_UNIFORM, 2},
    {"normal", FUNCTION_NORMAL, 2, 5, OP_RANDOM_NORMAL, 2},
    {"random_normal", FUNCTION_NORMAL, 2, 5, OP_RANDOM_NORMAL, 2},
    {"lognormal", FUNCTION_RANDOM, 2, 3, OP_RANDOM_LOGNORMAL, 2},
    {"exprnd", FUNCTION_EXPONENTIAL, 1, 2, OP_NUMBER, 1},
    {"poisson", FUNCTION_POISSON, 1, 2, OP_POISSON, 1},
    {"triangular", FUNCTION_TRIANGULAR, 3, 4, OP_NUMBER, 3},
    {"logistic", FUNCTION_LOGISTIC, 2, 3, OP_NUMBER, 2},
    {"pareto", FUNCTION_PARETO, 2, 3, OP_NUMBER, 2},
    {"weibull", FUNCTION_WEIBULL, 2, 3, OP_NUMBER, 2},
    {"gamma", FUNCTION_GAMMA, 1, 3, OP_GAMMA, 2},
    {"beta", FUNCTION_BETA, 2, 3, OP_BETA, 2},
    {"binomial", FUNCTION_BINOMIAL, 2, 3, OP_BINOMIAL, 2},
    {"negbinomial", FUNCTION_NEGATIVE_BINOMIAL, 2, 3, OP_NUMBER, 2},
    {"geometric", FUNCTION_GEOMETRIC, 1, 2, OP_NUMBER, 1},
    {"montecarlo", FUNCTION_CHANCE, 1, 2, OP_NUMBER, 1},
    {"lookup", FUNCTION_LOOKUP, 2, 2, OP_LOOKUP, 0},
    {"lookupinv", FUNCTION_LOOKUP_INVERSE, 2, 2, OP_LOOKUP, 0},
    {"lookuparea", FUNCTION_LOOKUP_AREA, 2, 2, OP_LOOKUP, 0},
    {"lookup_extrapolate", FUNCTION_LOOKUP_FORM, 2, 2, OP_LOOKUP, XMILE_EXTRAPOLATE},
    {"lookup_backward", FUNCTION_LOOKUP_FORM, 2, 2, OP_LOOKUP, XMILE_DISCRETE},
    {"lookup_forward", FUNCTION_LOOKUP_FORWARD, 2, 2, OP_LOOKUP, XMILE_DISCRETE},
    {"sum", FUNCTION_SUM, 1, 1, OP_ADD, 0},
    {"prod", FUNCTION_PROD, 1, 1, OP_MULTIPLY, 0},
    {"mean", FUNCTION_MEAN, 1, -1, OP_ADD, 0},
    {"stddev", FUNCTION_STDDEV, 1, 1, OP_NUMBER, 0},
    {"size", FUNCTION_SIZE, 1, 1, OP_NUMBER, 0},
    {"rank", FUNCTION_RANK, 2, 3, OP_NUMBER, 0},
    {"vmin", FUNCTION_MIN, 1, 1, OP_MIN, 0},
    {"vmax", FUNCTION_MAX, 1, 1, OP_MAX, 0},
    /* Common beside the standard, and refused by name. */
    {"agecount", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"logisticbound", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"maxsoft", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"minsoft", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"percentile", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"runcum", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"capacity", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"clocktime", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"ctflow", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"ctmax", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"ctmean", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"ctmin", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"ctstddev", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"cycletime", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"delay_conveyor", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"get_time_value", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"irr", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"lookupmean", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"lookupxy", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"npve", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 1},
    {"proctime", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_0_1", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_beta", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_binomial", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_exponential", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_gamma", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_negative_binomial", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_poisson", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_triangular", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"random_weibull", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"rework", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"sensiruncount", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"switch", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"throughput", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"vector_elm_map", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"vector_select", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
    {"vector_sort_order", FUNCTION_UNSUPPORTED, 0, -1, OP_NUMBER, 0},
};

const builtin *builtin_at(size_t index)
{
    return index < sizeof table_of_functions / sizeof *table_of_functions ? &table_of_functions[index] : NULL;
}

const builtin *builtin_find(const char *folded)
{
    for (size_t i = 0; builtin_at(i); i++)
        if (strcmp(table_of_functions[i].name, folded) == 0)
            return &table_of_functions[i];
    return NULL;
}

bool takes_graph(function f)
{
    return f == FUNCTION_LOOKUP || f == FUNCTION_LOOKUP_INVERSE || f == FUNCTION_LOOKUP_FORM ||
           f == FUNCTION_LOOKUP_FORWARD || f == FUNCTION_LOOKUP_AREA;
}

bool is_array_function(const node *n)
{
    if (n->kind != NODE_CALL || n->symbol != SYMBOL_BUILTIN)
        return false;
    function f = n->function->function;
    return f == FUNCTION_SUM || f == FUNCTION_PROD || f == FUNCTION_MEAN || f == FUNCTION_SIZE ||
           f == FUNCTION_STDDEV || (f >= FUNCTION_RANK && f <= FUNCTION_INVERT_MATRIX) ||
           ((f == FUNCTION_MIN || f == FUNCTION_MAX) && n->count == 1);
}
