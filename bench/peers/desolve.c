/* deSolve, a package of R, as a peer: its Euler method in compiled code over derivatives in compiled code, which is the
 * fastest way that it offers (Soetaert, Petzoldt and Setzer, the vignette "compiledCode"). R runs within the benchmark, so
 * that its time is measured as that of the others. Derivatives are those of the C that "truce emit-c" writes, which
 * desolve.py joins with the lists of stocks, inputs and outputs. */
#include MODEL

#include "peer.h"

#include <Rembedded.h>
#include <Rinternals.h>
extern int R_SignalHandlers; /* Rinterface.h has it, and much that is not there on every system */

#define COUNT(list) (sizeof(list) / sizeof *(list))
enum { STOCKS = COUNT(stocks), INPUTS = COUNT(inputs), OUTPUTS = COUNT(outputs) };

const int peer_lanes = 1;
static size_t column[OUTPUTS]; /* of deSolve's result: 1 + stock, or 1 + STOCKS + auxiliary */
static int auxiliaries;        /* outputs that are no stocks */
static SEXP run;               /* the function of desolve.R */

int peer_inputs(void)
{
    return INPUTS;
}

int peer_outputs(void)
{
    return OUTPUTS;
}

/* What deSolve calls: the changes of the stocks y at time t, and the auxiliaries that are kept. */
void derivatives(const int *count, const double *t, const double *y, double *changing, double *kept,
                 const int *unused)
{
    (void)count, (void)unused;
    now = *t;
    for (size_t i = 0; i < STOCKS; i++)
        *stocks[i] = y[i];
    evaluate();
    for (size_t i = 0; i < STOCKS; i++)
        changing[i] = *changes[i];
    for (size_t k = 0; k < OUTPUTS; k++)
        if (column[k] > STOCKS)
            kept[column[k] - 1 - STOCKS] = *outputs[k];
}

static void stop(const char *what)
{
    fprintf(stderr, "deSolve: %s\n", what);
    exit(1);
}

static void find_columns(void)
{
    for (size_t k = 0; k < OUTPUTS; k++) {
        for (size_t i = 0; i < STOCKS; i++)
            if (outputs[k] == stocks[i])
                column[k] = 1 + i;
        if (column[k] == 0)
            column[k] = 1 + STOCKS + (size_t)auxiliaries++;
    }
}

static SEXP value_of(SEXP call)
{
    int failed = 0;
    SEXP value = R_tryEval(PROTECT(call), R_GlobalEnv, &failed);
    UNPROTECT(1);
    if (failed)
        stop("R ended with an error");
    return value;
}

static void prepare(void)
{
    char *arguments[] = {"R", "--vanilla", "--no-echo"};
    setenv("R_HOME", HOME_OF_R, 0);
    R_SignalHandlers = 0;
    Rf_initEmbeddedR(COUNT(arguments), arguments);
    find_columns();
    SEXP script = PROTECT(Rf_mkString(SCRIPT)), self = PROTECT(Rf_mkString(SELF));
    SEXP numbers = PROTECT(Rf_allocVector(REALSXP, 5));
    double number[] = {START, STOP, (double)SAVE_EVERY * DT, DT, auxiliaries};
    memcpy(REAL(numbers), number, sizeof number);
    value_of(Rf_lang2(Rf_install("source"), script));
    run = value_of(Rf_lang3(Rf_install("prepare"), self, numbers));
    R_PreserveObject(run);
    UNPROTECT(3);
}

void peer_run(const double *values, double *finals)
{
    if (!run)
        prepare();
    for (size_t k = 0; k < INPUTS; k++)
        *inputs[k] = values[k];
    initialise();
    SEXP start = PROTECT(Rf_allocVector(REALSXP, STOCKS));
    for (size_t i = 0; i < STOCKS; i++)
        REAL(start)[i] = *stocks[i];
    SEXP result = PROTECT(value_of(Rf_lang2(run, start)));
    size_t rows = (size_t)Rf_nrows(result);
    for (size_t k = 0; k < OUTPUTS; k++)
        finals[k] = REAL(result)[(column[k] + 1) * rows - 1];
    UNPROTECT(2);
}
