/* Help texts of the commands that answer questions. */
#include "cli/cli.h"

#define REST_OPTIONS                                                                                         \
    "  -S, --seed K        seed of all random numbers (default: 1)\n"                                        \
    "  -t, --threads T     threads (default: one per processor); results do not depend on it\n"              \
    "      --engine E      interpreter, native or auto (default)\n"                                          \
    "      --json          print JSON in place of tables\n"                                                  \
    "      --quiet         print nothing but warnings and errors\n"                                          \
    "  -f, --force         overwrite existing results\n"                                                     \
    "  -h, --help          this text\n"
#define OTHER_OPTIONS                                                                                        \
    "  -n, --members N     futures in each world (default: 1000, at most 20000)\n" REST_OPTIONS
#define COMMON_OPTIONS                                                                                       \
    "  -p, --posterior DIR   take the members from the draws of the fit in DIR (default: the fit beside "    \
    "the\n"                                                                                                  \
    "                      case, where it has one)\n"                                                        \
    "      --priors        take them from the priors all the same\n" OTHER_OPTIONS

const char compare_help[] =
    "Usage\n"
    "  truce compare CASE REFERENCE SCENARIO... [options]\n"
    "\n"
    "Runs the same members with the same random numbers in every scenario and tells what differs from the\n"
    "reference: every quantity with the interval of the effect, the effect as a part of the reference (draw\n"
    "by draw) and the probability that it is above zero. An effect whose 90 % interval holds zero is called\n"
    "not resolved. For the effect of something that happened, give the world without it as the reference.\n"
    "\n"
    "Options\n"
    "      --from MONTH    first month of the window (default: of the horizon)\n"
    "      --to MONTH      last month of the window (default: of the horizon)\n"
    "      --shares        split the difference that all scenarios make together over them, by Shapley\n"
    "                      values, with what is left to their interaction; 2 to 5 scenarios that build on\n"
    "                      the reference\n"
    "  -o, --output DIR    the directory for compare.html, compare.csv and compare.json\n" COMMON_OPTIONS;

const char claims_help[] =
    "Usage\n"
    "  truce claims CASE [options]\n"
    "\n"
    "Judges the statements of claims.yaml beside the case with what was known at its date: data to the end "
    "of\n"
    "the month before, priors as they were, nothing done at the table later. Each says how it is tested and\n"
    "from which probability on it is supported. What cannot be told is undetermined.\n"
    "\n"
    "Options\n"
    "      --claims FILE   another file of claims\n"
    "      --particles N   fit the case as of the date with so many particles, and draw members from it\n"
    "      --keep DIR      keep that fit in DIR\n"
    "      --json-ld       print ClaimReview of schema.org\n"
    "  -o, --output DIR    the directory for claims.html, claims.csv and claims.jsonld\n"
    "  -p, --posterior DIR   take the members from the fit in DIR, which must know nothing after the date\n"
    "                      (default: the one that the file names, else the one beside the case where it\n"
    "                      knows nothing after the date, else the priors)\n"
    "      --priors        take them from the priors all the same\n" OTHER_OPTIONS;

const char enough_help[] =
    "Usage\n"
    "  truce enough CASE --goal STATEMENT --lever NAME=LEAST:MOST [options]\n"
    "\n"
    "Finds the least setting of a lever with which a goal is reached with a probability. All settings have "
    "the\n"
    "same members; the answer is tried again with fresh ones. A goal that no setting reaches is answered by\n"
    "\"none within the range\", with the best that there is.\n"
    "\n"
    "Options\n"
    "      --goal STATEMENT   what a member must make true: an event as in truce run --milestone, such as\n"
    "                      \"speed of the front <= 0 for 6 months by 2028-06\", or as in claims: 'change\n"
    "                      \"territory held\" 2027-01..2027-12 <= 0'; docs/use/tests.md has the words of "
    "tests\n"
    "      --by MONTH      of what in the goal names no month\n"
    "      --lever NAME=LEAST:MOST   a lever of the case, or an element or variable of the model, and its "
    "range\n"
    "      --how HOW       of elements: value (default), multiply or add from a month on; set or scale over "
    "the horizon\n"
    "      --from MONTH    that month\n"
    "      --probability P   with which the goal is to be reached (default: 0.9)\n"
    "  -s, --scenario S    the scenario that the lever is moved in (default: the first)\n"
    "  -o, --output DIR    the directory for enough.html and enough.csv\n" COMMON_OPTIONS;

const char matter_help[] =
    "Usage\n"
    "  truce matter CASE --value STATEMENT [options]\n"
    "  truce matter CASE --when STATEMENT [options]\n"
    "  truce matter CASE --sources [--value STATEMENT]... [options]\n"
    "\n"
    "Tells how much of the spread of a value each parameter makes. What the sample does not resolve is not\n"
    "ranked. With --when it tells in which futures a statement holds often, as a box of parameters; half of\n"
    "the members are searched, and the others judge. With --sources it fits the case anew without each "
    "source\n"
    "of its observations, and tells which of them drives which conclusion.\n"
    "\n"
    "Options\n"
    "      --value STATEMENT   a value as in claims: 'change \"territory held\" 2026-01..2026-12'\n"
    "      --method M      sobol: first-order and total indices by a design on the priors; morris: a "
    "screening\n"
    "                      of the priors in few runs; draws: from members as they are, correlated or not, "
    "with\n"
    "                      Shapley effects; auto (default): draws for a fit, sobol for priors\n"
    "      --parameters N  so many parameters have indices of their own (default: 25; with draws so many\n"
    "                      Shapley effects, 6; with --when so many are searched, 4)\n"
    "      --plain         of the value itself, in place of its rank\n"
    "      --since MONTH   also through time: with all months of the value moved back to end in that month\n"
    "      --when STATEMENT   what is to hold: 'change \"territory held\" 2026-01..2026-12 > 5000'\n"
    "      --density P     the largest box in which it holds so often (default: the box that stands out "
    "most)\n"
    "      --sources       which source drives which conclusion: values or statements (--value, repeatable;\n"
    "                      default: what is observed, at the end of the data, and the front afterwards). It\n"
    "                      makes a fit for each source, and two with all; the time is told\n"
    "      --source NAME   leave out this source, or the observation of this name; repeatable; A+B leaves "
    "out\n"
    "                      both at once (default: every source)\n"
    "      --particles N   of each of these fits (default: 512)\n"
    "      --keep DIR      keep them in DIR, and go on from there\n"
    "      --holds-if P    a statement is supported from this probability on (default: 0.9)\n"
    "  -s, --scenario S    the scenario it is of (default: the first)\n"
    "  -o, --output DIR    the directory for matter.html and matter.csv, futures.html and futures.csv, or\n"
    "                      sources.html and sources.csv\n"
    "  -n, --members N     rows of sobol (default: 1024), trajectories of morris (20), members of draws "
    "(4000)\n"
    "  -p, --posterior DIR   take the members from the fit in DIR (default: the fit beside the case)\n"
    "      --priors        take the members from the priors\n" REST_OPTIONS;

const char yearly_help[] =
    "Usage\n"
    "  truce yearly CASE --value OUTPUT [options]\n"
    "\n"
    "Adds an output of the case up by calendar year, with its band, and divides it among those whose shares\n"
    "the case names: what a common fund costs each contributor until its bonds are redeemed. A stock is "
    "told\n"
    "as it stands at the end of each year, and what is neither a rate nor a stock as the mean of each year.\n"
    "\n"
    "Options\n"
    "      --value OUTPUT  an output or an element of it, by its variable or its title (`truce list CASE`)\n"
    "      --until MONTH   also after the horizon, with what holds in its last month\n"
    "      --spread NAME=LOW:HIGH   draw an element of the model from this range; repeatable\n"
    "  -s, --scenario S    the scenario it is of (default: the first)\n"
    "  -o, --output DIR    the directory for yearly.html and yearly.csv\n" COMMON_OPTIONS;

const char plan_help[] =
    "Usage\n"
    "  truce plan CASE --goal STATEMENT [--by MONTH] --lever NAME[=LEAST:MOST]... [options]\n"
    "\n"
    "Searches for the cheapest setting of several levers with which a goal is reached with a probability. "
    "All\n"
    "settings have the same members; the answer is tried again with fresh ones. Tells the frontier of cost\n"
    "against probability, which levers the goal is missed without, and how the answer changes over the "
    "three\n"
    "parameters that it goes with most. A goal that no setting reaches is answered by \"none within the\n"
    "ranges\", with the best that there is and what stands in its way.\n"
    "\n"
    "Options\n"
    "      --goal STATEMENT   what a member must make true, as in claims: 'front speed <= 0' (with --by)\n"
    "      --by MONTH      the month of terms of the goal or the cost that name none\n"
    "      --lever NAME[=LEAST:MOST]   a lever of the case (`truce list CASE`), whose range may be "
    "narrowed,\n"
    "                      or an element or variable of the model with its range; repeatable, at most 8\n"
    "      --levers NAME...   several at once, up to the next option\n"
    "      --how HOW       elements: value (default), multiply or add from a month on; set or scale over "
    "the\n"
    "                      horizon\n"
    "      --from MONTH    that month\n"
    "      --probability P   with which the goal is to be reached (default: 0.9)\n"
    "      --cost STATEMENT   what it costs: the mean of a value, less what it is without levers\n"
    "      --price LEVER=NUMBER   or the price of a unit of a lever away from where it rests; repeatable\n"
    "                      (default: 1 for its whole range, and nothing for months)\n"
    "      --evaluations N   settings that are tried, beside some of the end (default: 150)\n"
    "      --archive FILE  keep what was tried in FILE, and go on from there\n"
    "  -s, --scenario S    the scenario that the levers are moved in (default: the first)\n"
    "  -o, --output DIR    the directory for plan.html and plan.csv\n"
    "  -n, --members N     futures of each setting (default: 500)\n"
    "  -p, --posterior DIR   take the members from the fit in DIR (default: the fit beside the case)\n"
    "      --priors        take them from the priors all the same\n" REST_OPTIONS;
