/* Writes the models of the benchmark as XMILE. The same model comes out every time.
 *
 *     generate epidemic | predators | tumour | world | functions | arrayed | scalar > MODEL.xmile
 *
 * epidemic and predators are the textbook models of Kermack and McKendrick (1927), and of Lotka (1925) and
 * Volterra (1926); tumour is growth by Gompertz's law (Laird 1964) under a drug that saturates. The others are synthetic: what counts is how many variables they have and of which kinds.
 * They are built so that all values stay between about 0 and 10 whatever the parameters: variables mix,
 * saturate or compare others, and every stock drains in proportion to itself. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void head(const char *name, const char *stop, const char *dt)
{
    printf("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
           "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
           "<header><vendor>truce</vendor><product version=\"1.0\">bench</product><name>%s</name></header>\n"
           "<sim_specs method=\"Euler\"><start>0</start><stop>%s</stop><dt>%s</dt><save_step>1</save_step>"
           "</sim_specs>\n",
           name, stop, dt);
}

static void tail(void)
{
    printf("</variables></model>\n</xmile>\n");
}

static void variable(const char *kind, const char *name, const char *equation)
{
    printf("<%s name=\"%s\"><eqn>%s</eqn></%s>\n", kind, name, equation, kind);
}

static void stock(const char *name, const char *initial, const char *inflow, const char *outflow)
{
    printf("<stock name=\"%s\"><eqn>%s</eqn>", name, initial);
    if (inflow)
        printf("<inflow>%s</inflow>", inflow);
    if (outflow)
        printf("<outflow>%s</outflow>", outflow);
    printf("</stock>\n");
}

/* ---- Textbook models --------------------------------------------------------------------------------- */

static void epidemic(void)
{
    head("epidemic", "100", "0.125");
    printf("<model><variables>\n");
    stock("susceptible", "population - first_infected", NULL, "infection");
    stock("infected", "first_infected", "infection", "recovery");
    stock("recovered", "0", "recovery", NULL);
    variable("flow", "infection", "contacts * infectivity * susceptible * infected / population");
    variable("flow", "recovery", "infected / duration");
    variable("aux", "population", "10000");
    variable("aux", "first infected", "10");
    variable("aux", "contacts", "6");
    variable("aux", "infectivity", "0.05");
    variable("aux", "duration", "10");
    tail();
}

static void predators(void)
{
    head("predators", "100", "0.0625");
    printf("<model><variables>\n");
    stock("prey", "100", "births", "eaten");
    stock("hunters", "20", "hunter_births", "hunter_deaths");
    variable("flow", "births", "growth * prey");
    variable("flow", "eaten", "hunting * prey * hunters");
    variable("flow", "hunter births", "gain * eaten");
    variable("flow", "hunter deaths", "mortality * hunters");
    variable("aux", "growth", "0.5");
    variable("aux", "hunting", "0.02");
    variable("aux", "gain", "0.5");
    variable("aux", "mortality", "0.4");
    tail();
}

static void tumour(void)
{
    head("tumour", "100", "0.125");
    printf("<model><variables>\n");
    stock("size", "first_size", "growth", "killed");
    stock("drug", "dose", NULL, "clearing");
    variable("flow", "growth", "rate * size * LN(capacity / size)");
    variable("flow", "killed", "kill * size * (1 - EXP(-drug / half_effect))");
    variable("flow", "clearing", "clearance * drug");
    variable("aux", "first size", "5");
    variable("aux", "dose", "20");
    variable("aux", "rate", "0.08");
    variable("aux", "capacity", "1000");
    variable("aux", "kill", "0.4");
    variable("aux", "half effect", "4");
    variable("aux", "clearance", "0.05");
    tail();
}

/* ---- Synthetic models -------------------------------------------------------------------------------- */

/* The generator of Lehmer (1951) with the multiplier of Park and Miller (1988). */
static uint32_t state = 1;

static unsigned pick(unsigned count)
{
    state = (uint32_t)((uint64_t)state * 48271 % 2147483647);
    return state % count;
}

/* Every auxiliary uses the one so many before it, so that all of them matter to the stocks. */
enum { CHAINS = 2 };

typedef struct shape {
    unsigned stocks, auxiliaries, constants;
    unsigned tables;       /* out of 100 auxiliaries */
    unsigned functions;    /* out of 100: EXP, LN or a power */
    unsigned comparisons;  /* out of 100 */
    const char *dimension; /* " [Region]" after every name but a constant's, or "" */
} shape;

/* A variable that is known when auxiliary `number` is computed: a stock, or an earlier auxiliary. */
static void name_input(const shape *s, unsigned number, char name[64])
{
    unsigned earlier = number < 40 ? number : 40;
    if (earlier && pick(100) < 70)
        snprintf(name, 64, "auxiliary_%u%s", number - 1 - pick(earlier), s->dimension);
    else
        snprintf(name, 64, "stock_%u%s", pick(s->stocks), s->dimension);
}

static void auxiliary(const shape *s, unsigned number)
{
    char a[64], b[64], equation[512], name[64], constant[64];
    unsigned kind = pick(100);
    if (number < CHAINS)
        snprintf(a, sizeof a, "stock_%u%s", number, s->dimension);
    else
        snprintf(a, sizeof a, "auxiliary_%u%s", number - CHAINS, s->dimension);
    name_input(s, number, b);
    snprintf(constant, sizeof constant, "constant_%u", pick(s->constants));
    snprintf(name, sizeof name, "auxiliary %u", number);
    const char *gf = "";
    if (kind < s->tables) {
        snprintf(equation, sizeof equation, "%s / (1 + %s)", a, b);
        gf = "<gf><xscale min=\"0\" "
             "max=\"5\"/><ypts>0.2,0.5,0.9,1.4,1.8,2.1,2.3,2.4,2.45,2.48,2.5</ypts></gf>";
    } else if (kind < s->tables + s->functions) {
        static const char *const forms[] = {"2 * EXP(-%s / (1 + %s) * %s)", "LN(1 + %s + %s * %s)",
                                            "((%s + 0.1) / (1 + 0.1 * %s)) ^ (0.5 + 0.2 * %s)"};
        snprintf(equation, sizeof equation, forms[pick(3)], a, b, constant);
    } else if (kind < s->tables + s->functions + s->comparisons) {
        static const char *const forms[] = {"MIN(%s, %s + %s)", "MAX(0.5 * %s, 0.5 * %s) / (1 + 0.1 * %s)",
                                            "IF %s &gt; %s THEN %s ELSE 1"};
        snprintf(equation, sizeof equation, forms[pick(3)], a, b, constant);
    } else {
        static const char *const forms[] = {"0.4 * %s + 0.4 * %s + 0.2 * %s", "0.1 + %s / (1 + %s * %s)",
                                            "2 * %s / (1 + %s + %s)"};
        snprintf(equation, sizeof equation, forms[pick(3)], a, b, constant);
    }
    printf("<aux name=\"%s\">%s<eqn>%s</eqn>%s</aux>\n", name,
           *s->dimension ? "<dimensions><dim name=\"Region\"/></dimensions>" : "", equation, gf);
}

/* A stock that fills from an auxiliary, at most 5 a unit of time, and drains in proportion to itself. */
static void stock_and_flows(const shape *s, unsigned number)
{
    const char *dimensions = *s->dimension ? "<dimensions><dim name=\"Region\"/></dimensions>" : "";
    printf("<stock name=\"stock %u\">%s<eqn>%s</eqn><inflow>filling_%u</inflow><outflow>draining_%u</outflow>"
           "</stock>\n",
           number, dimensions, *s->dimension ? "0.5 + 0.001 * Region" : "1", number, number);
    printf("<flow name=\"filling %u\">%s<eqn>MIN(5, auxiliary_%u%s) * constant_%u</eqn></flow>\n", number,
           dimensions, s->auxiliaries - 1 - number % CHAINS, s->dimension, pick(s->constants));
    printf("<flow name=\"draining %u\">%s<eqn>stock_%u%s * (0.2 + 0.3 * constant_%u)</eqn></flow>\n", number,
           dimensions, number, s->dimension, pick(s->constants));
}

/* A scalar stock that every element of the others matters to. */
static void whole(const shape *s)
{
    stock("whole", "1", "gathering", "spending");
    variable("flow", "spending", "0.1 * whole");
    printf("<flow name=\"gathering\"><eqn>(");
    for (unsigned i = 0; i < s->stocks; i++)
        printf("%sSUM(stock_%u[*])", i ? " + " : "", i);
    printf(") / 10000</eqn></flow>\n");
}

static void synthetic(const char *name, const shape *s)
{
    head(name, "100", "0.25");
    if (*s->dimension)
        printf("<dimensions><dim name=\"Region\" size=\"1000\"/></dimensions>\n");
    printf("<model><variables>\n");
    if (*s->dimension)
        whole(s);
    for (unsigned i = 0; i < s->stocks; i++)
        stock_and_flows(s, i);
    for (unsigned i = 0; i < s->auxiliaries; i++)
        auxiliary(s, i);
    for (unsigned i = 0; i < s->constants; i++)
        printf("<aux name=\"constant %u\"><eqn>0.%u</eqn></aux>\n", i, 2 + pick(7));
    tail();
}

int main(int argc, char **argv)
{
    const char *name = argc == 2 ? argv[1] : "";
    if (strcmp(name, "epidemic") == 0)
        epidemic();
    else if (strcmp(name, "predators") == 0)
        predators();
    else if (strcmp(name, "tumour") == 0)
        tumour();
    else if (strcmp(name, "world") == 0)
        synthetic(name, &(shape){120, 480, 160, 18, 4, 18, ""});
    else if (strcmp(name, "functions") == 0)
        synthetic(name, &(shape){20, 160, 40, 0, 80, 5, ""});
    else if (strcmp(name, "arrayed") == 0)
        synthetic(name, &(shape){4, 8, 20, 10, 10, 20, "[Region]"});
    else if (strcmp(name, "scalar") == 0)
        synthetic(name, &(shape){4000, 7600, 400, 10, 10, 20, ""});
    else {
        fprintf(stderr, "usage: generate epidemic|predators|tumour|world|functions|arrayed|scalar\n");
        return 64;
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
