/* Help texts. */
#include "cli/cli.h"

#include <string.h>

const char *const command_names[] = {
    "run",     "check", "explain", "list",   "compile", "emit-c", "talks", "fit",    "score", "forecast",
    "convert", "new",   "compare", "claims", "enough",  "matter", "plan",  "yearly", "web",   "serve"};
const size_t command_count = sizeof command_names / sizeof command_names[0];

static const char general[] =
    "truce: a simulator of wars of attrition and how they end\n"
    "\n"
    "Usage\n"
    "  truce run CASE [--scenario S]... [--set NAME=VALUE [--from MONTH]]... [--members N] [-o DIR]\n"
    "  truce run CASE --member K [--posterior DIR] [--scenario S] [--seed K] [-o FILE] [--force]\n"
    "  truce run MODEL|PROGRAM [--set NAME=VALUE]... [--data FILE.csv] [-o FILE] [--seed K] [--force]\n"
    "  truce fit CASE [--until MONTH] [--particles N] [--seed K] [--threads T] [-o DIR] [--force]\n"
    "  truce score CASE [--priors KIND] [--keep DIR] [--particles N] [--seed K] [-o DIR] [--force]\n"
    "  truce score --forecast FILE --data CASE\n"
    "  truce forecast CASE [--scores DIR] [--particles N] [--seed K] [-o DIR] [--force]\n"
    "  truce check MODEL|CASE [--units]\n"
    "  truce explain MODEL|CASE VARIABLE\n"
    "  truce list [MODEL|CASE]\n"
    "  truce compile MODEL [--input NAME]... [--save NAME]... [-o FILE.truce] [--force]\n"
    "  truce emit-c MODEL [-o FILE.c] [--force]\n"
    "  truce convert MODEL -o FILE.xmile|FILE.mdl [--force]\n"
    "  truce talks CASE [--scenario S] [--branch S=P] [--deal D]... [--members N] [--seed K] [-o DIR]\n"
    "  truce new FOLDER --from CASE | --model MODEL\n"
    "  truce compare CASE REFERENCE SCENARIO... [--from MONTH] [--to MONTH] [--shares] [--json] [-o DIR]\n"
    "  truce claims CASE [--claims FILE] [--particles N [--keep DIR]] [--json] [--json-ld] [-o DIR]\n"
    "  truce enough CASE --goal STATEMENT --lever NAME=LEAST:MOST [--by MONTH] [--how HOW] [--from MONTH] "
    "[-o DIR]\n"
    "  truce matter CASE --value STATEMENT | --when STATEMENT [--method M] [--since MONTH] [-o DIR]\n"
    "  truce yearly CASE --value OUTPUT [--scenario S] [--until MONTH] [--spread NAME=LOW:HIGH]... [-o DIR]\n"
    "  truce plan CASE --goal STATEMENT [--by MONTH] --lever NAME[=LEAST:MOST]... [--probability P] [-o "
    "DIR]\n"
    "  truce web CASE -o DIR [--posterior DIR] [--members N] [--seed K] [--force]\n"
    "  truce serve CASE|DIR [--port P] [--address A] [--host NAME]...\n"
    "  truce help [COMMAND]\n"
    "  truce --version\n"
    "\n"
    "Commands\n"
    "  run       simulate: a case with its scenarios as an ensemble, or one run of a model\n"
    "  fit       find which parameters agree with the observations of a case: the posterior\n"
    "  score     measure how good forecasts of a case from past months would have been\n"
    "  forecast  write a forecast from the end of a case's data to a file that can be judged later\n"
    "  check     verify a model or a case without running it, and print what was checked\n"
    "  explain   show a variable: equation, units, meaning, what it depends on, what uses it\n"
    "  list      show the variables of a model, or the scenarios, parameters and outputs of a case\n"
    "  compile   write a model as a program file, which runs without reading the model again\n"
    "  emit-c    write a model as a stand-alone C program\n"
    "  convert   write a Vensim model as XMILE, or the reverse\n"
    "  new       start a case of your own from an existing case or model\n"
    "  talks     compute what the sides would accept, why there is no deal, and whether one would hold\n"
    "  compare   show what differs between scenarios, future by future, and how much each change "
    "contributes\n"
    "  claims    judge statements made in public: supported, contradicted or undetermined\n"
    "  enough    find how much of a lever is needed to reach a goal with a given probability\n"
    "  matter    show which parameters the spread of a value is due to, or in which futures something holds\n"
    "  plan      find the cheapest setting of several levers that reaches a goal with a given probability\n"
    "  yearly    sum a quantity by year, also beyond the horizon, and show who bears it\n"
    "  web       put a case into a page for browsers, with the engine inside\n"
    "  serve     serve such a page to browsers on this machine\n"
    "\n"
    "A case is a case.yaml, a directory with one, or a name that `truce list` shows.\n"
    "Exit codes: 0 done, 1 the run failed, 2 the input is wrong, 64 wrong usage.\n";

static const char run_help[] =
    "Usage\n"
    "  truce run CASE [options]         an ensemble of each scenario: a table, and files with -o\n"
    "  truce run CASE --member K        one member again, every variable, as CSV\n"
    "  truce run MODEL|PROGRAM          a model without a case, or a compiled one: one run, as CSV\n"
    "\n"
    "Options\n"
    "  -s, --scenario S   a scenario of the case; repeatable (default: all). The first is the\n"
    "                     baseline that the others are compared with\n"
    "  -n, --members N    futures to simulate for each scenario (default: 1000)\n"
    "  -S, --seed K       seed of all random numbers (default: 1)\n"
    "  -t, --threads T    threads (default: one per processor); results do not depend on it\n"
    "  -o, --output PATH  for a case the directory for report.html, summary.csv, observed.csv and\n"
    "                     members.nc, else the file, NetCDF when its name ends in .nc and\n"
    "                     CSV otherwise (default: CSV on standard output)\n"
    "  -f, --force        overwrite existing results\n"
    "      --engine E     interpreter; native: code that the system's cc compiles; auto (default): native\n"
    "                     where that saves time. Results are identical\n"
    "  -p, --posterior DIR   take the members from the draws of the fit in DIR, including the noise of\n"
    "                     the fitted months (default: the fit beside the case, as long as it matches the\n"
    "                     case); the report shows the fit and the scores in DIR\n"
    "      --json         print the contents of the table as JSON\n"
    "      --quiet        print nothing but warnings and errors\n"
    "      --priors       take the members from the priors, and ignore the fit beside the case\n"
    "  -m, --member K     replay member K (from 0) of one scenario, with --posterior from draw K of the\n"
    "                     fit; for a model: use the random numbers of member K\n"
    "      --data FILE.csv    for a model or program: series by time (a time column, then elements)\n"
    "                     that replace equations where they have values\n"
    "      --interpolation M  between their times: previous (default), linear or none\n"
    "      --tolerance X      tolerance of the method RK45 (default: 1e-6)\n"
    "      --set NAME=VALUE   a value in place of a variable's equation (a stock's initial value); for a\n"
    "                     program: the value of an input, each of which needs one; repeatable\n"
    "\n"
    "A scenario for this run, which is compared with the first of the case or the first --scenario\n"
    "      --set NAME=VALUE   this value; VALUE may be a month where the variable holds a date\n"
    "      --add NAME=VALUE   this much is added to the series or the constant\n"
    "      --scale NAME=VALUE   the variable is multiplied by this\n"
    "      --from MONTH, --to MONTH   first and last month of the preceding changes (default: all months)\n"
    "      --sweep NAME=A:B:N   N scenarios, in which the variable goes from A to B in equal steps\n"
    "      --branch S=P[@DATE]   the future becomes scenario S with probability P, its first change at "
    "DATE;\n"
    "                     repeatable; if none of them happens the future stays as it is\n"
    "      --name NAME    the name of the scenario (default: changed; with branches: branches)\n"
    "      --milestone TEST   how likely a test is to hold, and when: \"speed of the front <= 0 for 6\n"
    "                     months by 2028-06\", \"force[defender] below 400\", or a window as in truce "
    "enough;\n"
    "                     docs/use/tests.md says how tests are written\n"
    "      --chart NAME   only this chart of the report, to the file of -o: .svg, .png or .csv (an unknown\n"
    "                     name lists all; \"answer\" is the first)\n"
    "      --save-scenario FILE   also save the scenario, for --include or the key include of a case\n"
    "      --include FILE   more sections of the case, such as scenarios that were saved\n"
    "\n"
    "  -h, --help         this text\n"
    "\n"
    "A member's values depend only on the seed and on its own number. A model without a case runs with\n"
    "the values that its equations give.\n";

static const char check_help[] =
    "Usage\n"
    "  truce check MODEL|CASE [--units]\n"
    "\n"
    "Reads a model, or a case with its model and series, and checks everything that can be checked\n"
    "without running it: names, dimensions, cycles, arguments, months, priors, scenarios. Prints what\n"
    "was checked, or the first error with its file and line.\n"
    "\n"
    "Options\n"
    "  -u, --units   also print every finding of the dimension analysis; exit code 2 if there is one\n"
    "  -h, --help    this text\n";

static const char explain_help[] =
    "Usage\n"
    "  truce explain MODEL|CASE VARIABLE\n"
    "\n"
    "Prints what a variable is: kind, units, meaning, equation, sector, dimensions, the variables it\n"
    "depends on, the variables that use it, and its place in the file. For a case also its prior with its\n"
    "source, what the posterior says about it, the data that drive it, the observations of it and the\n"
    "scenarios that change it. For an element of an array, such as \"losses[defender, drones]\", the array\n"
    "is explained. Upper and lower case, blanks and underscores in names make no difference.\n"
    "\n"
    "Options\n"
    "  -p, --posterior DIR   the fit to use (default: the folder posterior beside the case)\n"
    "  -h, --help    this text\n";

static const char list_help[] =
    "Usage\n"
    "  truce list               cases and models found in ./cases, ./models and the installed data\n"
    "  truce list MODEL         the variables of a model, by sector\n"
    "  truce list CASE          scenarios, levers, parameters with their priors, and outputs of a case\n"
    "\n"
    "Options\n"
    "      --json    print JSON in place of tables: of a case with sources, series and observations, of a "
    "model with\n"
    "                equations and what each variable depends on\n"
    "  -h, --help    this text\n";

static const char compile_help[] =
    "Usage\n"
    "  truce compile MODEL [options]\n"
    "\n"
    "Writes a model as a program file, by default MODEL.truce in the current directory. `truce run` and\n"
    "the library (truce_program_load) accept it in place of the model and give the same numbers. A file\n"
    "from a version of truce whose operations differ is refused: compile the model again.\n"
    "\n"
    "Options\n"
    "      --input NAME   leave this element's value to be set when the program is run; repeatable\n"
    "      --save NAME    save only this variable or element (default: all); repeatable\n"
    "  -o, --output PATH  the program file\n"
    "  -f, --force        overwrite an existing file\n"
    "  -h, --help         this text\n"
    "\n"
    "A case is not compiled: its data and priors are not part of a program.\n";

static const char emit_c_help[] =
    "Usage\n"
    "  truce emit-c MODEL [options]\n"
    "\n"
    "Writes a model as one file of standard C (C99) that needs nothing but the C library. The compiled\n"
    "program prints what `truce run MODEL` prints; numbers may differ in the last digits where functions\n"
    "such as EXP are used. Its --help lists the constants that may be set, as NAME=VALUE.\n"
    "\n"
    "Options\n"
    "  -o, --output PATH  the C file (default: standard output)\n"
    "  -f, --force        overwrite an existing file\n"
    "  -h, --help         this text\n";

static const char convert_help[] =
    "Usage\n"
    "  truce convert MODEL -o FILE.xmile    in XMILE, with a page for every sector\n"
    "  truce convert MODEL -o FILE.mdl      in the language of Vensim\n"
    "\n"
    "Equations, dimensions, units, documentation, sectors and comments are kept; drawings are not. What the\n"
    "other language cannot express is refused with its name and line.\n"
    "\n"
    "Options\n"
    "  -o, --output PATH  the file; the end of its name decides the language\n"
    "  -f, --force        overwrite an existing file\n"
    "  -h, --help         this text\n";

static const char talks_help[] =
    "Usage\n"
    "  truce talks CASE [options]\n"
    "\n"
    "Shows month by month, in simulated futures, what fighting on and settling are worth to each side, "
    "which\n"
    "lines both would accept, how strong each side's position is, which of the case's deals each side\n"
    "prefers to another month of war, and how likely fighting is to resume after them.\n"
    "\n"
    "Options\n"
    "  -s, --scenario S   a scenario of the case (default: its first); repeatable: what the others change\n"
    "                     is shown relative to the first, future by future\n"
    "  -b, --branch S=P[@DATE]   with probability P the future becomes that of scenario S (its first\n"
    "                     change at DATE), and both sides know this probability\n"
    "      --set NAME=VALUE, --add NAME=VALUE, --scale NAME=FACTOR   talks in a scenario made for this run:\n"
    "                     an element has this value, has this much added, or is multiplied by this;\n"
    "                     repeatable, all together make one scenario, built on the first --scenario.\n"
    "                     NAME=VALUE@2026-07 applies from that month on, @2026-07..2027-06 between the two.\n"
    "                     With --scenario it is shown relative to the first of them\n"
    "  -d, --deal D       a deal of the case; repeatable (default: all)\n"
    "      --from MONTH   when talks begin, such as 2024-01 (default: as the case says)\n"
    "  -p, --posterior DIR   members are draws of the fit in DIR (default: the fit beside the case, as\n"
    "                     long as it matches the case); worths and aims are not fitted and are still\n"
    "                     drawn from their priors\n"
    "      --priors       members are draws of the priors, and the fit beside the case is ignored\n"
    "  -n, --members N    futures, at least about 150 (default: 4000)\n"
    "  -S, --seed K       seed of all random numbers (default: 1)\n"
    "  -t, --threads T    threads (default: one per processor); results do not depend on it\n"
    "  -D, --degree N     greatest power in the regressions, 1 to 4 (default: 1)\n"
    "      --engine E     interpreter, native or auto (default), as for run\n"
    "  -o, --output DIR   the directory for talks.csv, talks.nc and talks.html\n"
    "  -f, --force        overwrite existing results\n"
    "      --json         print the rows of talks.csv as JSON\n"
    "      --quiet        print nothing but warnings and errors\n"
    "  -h, --help         this text\n"
    "\n"
    "docs/science/talks.md explains the method and its limits.\n";

static const char new_help[] =
    "Usage\n"
    "  truce new FOLDER --from CASE\n"
    "  truce new FOLDER --model MODEL\n"
    "\n"
    "Copies a case with all its files, its fit, its rivals and their models into a new folder, which then\n"
    "depends on nothing else. Hidden files and links are not copied; models are brought from anywhere, and "
    "a\n"
    "case that needs other files from outside its folder is refused.\n"
    "\n"
    "With --model the folder gets a copy of an XMILE or Vensim model and a case for it, in the model's unit\n"
    "of time. The case runs as it is (stocks are shown, constants are uncertain by 10 %), and its comments\n"
    "say what its sections are for. A model that needs other files stays where it is.\n"
    "\n"
    "Options\n"
    "      --from CASE    the case to copy\n"
    "      --model MODEL  the model to start a case for\n"
    "  -h, --help         this text\n";

static const char fit_help[] =
    "Usage\n"
    "  truce fit CASE [options]\n"
    "\n"
    "Finds the posterior of the parameters and the noise of a case, given its observations, by sequential\n"
    "Monte Carlo, and reports how far to trust it. `truce run CASE --posterior DIR` uses the draws.\n"
    "\n"
    "Options\n"
    "  -u, --until MONTH   the last month whose data are used (default: the end of the data)\n"
    "      --priors KIND   with an earlier --until: priors as they were known then (dated, the default),\n"
    "                      or as they are today (as-is)\n"
    "  -n, --particles N   particles in all four populations together (default: 4096)\n"
    "  -S, --seed K        seed of all random numbers (default: 1)\n"
    "  -t, --threads T     threads (default: one per processor); results do not depend on it\n"
    "  -d, --draws N       write only the first N draws, a multiple of 4 (default: all)\n"
    "  -o, --output DIR    the directory for posterior.nc and diagnostics.csv. An\n"
    "                      interrupted fit resumes there, with the same results\n"
    "  -f, --force         overwrite existing results, and start over\n"
    "      --json          print parameters, evidence and warnings as JSON\n"
    "      --quiet         print nothing but warnings and errors\n"
    "  -h, --help          this text\n";

static const char score_help[] =
    "Usage\n"
    "  truce score CASE [options]\n"
    "  truce score --forecast FILE --data CASE     judge a file of truce forecast by newer data\n"
    "\n"
    "Fits the case to the data as they stood at the end of each month, forecasts the next twelve months\n"
    "with the support that was given, and compares the forecasts with what was observed. It does the same\n"
    "for the rivals that the case names, forecasts of each series from its own past, the pool of all, and\n"
    "the model without data.\n"
    "\n"
    "Options\n"
    "      --from MONTH    the first origin (default: the sixth month of the case)\n"
    "      --to MONTH      the last origin (default: the last month but one of the data)\n"
    "      --every N       months between origins (default: 1)\n"
    "      --priors KIND   dated (default): priors as known at the origin; as-is: as they are today; both\n"
    "      --keep DIR      keep finished forecasts in DIR, and continue from those already there\n"
    "  -n, --particles N   particles of each fit (default: 1024)\n"
    "  -S, --seed K        seed of all random numbers (default: 1)\n"
    "  -t, --threads T     fits at a time (default: one per processor); results do not depend on it\n"
    "  -o, --output DIR    the directory for scores.csv, skill.csv, forecasts.csv, weights.csv,\n"
    "                      residuals.csv, evidence.csv, hubverse.csv and oracle.csv\n"
    "  -f, --force         overwrite existing results\n"
    "      --json          print the rows of scores.csv and skill.csv as JSON\n"
    "      --quiet         print nothing but warnings and errors\n"
    "  -h, --help          this text\n";

static const char forecast_help[] =
    "Usage\n"
    "  truce forecast CASE [options]\n"
    "\n"
    "Fits the case and its rivals to all data, and forecasts every series 1, 3, 6 and 12 months ahead, by\n"
    "the model, the rivals and their pool.\n"
    "\n"
    "Options\n"
    "      --scores DIR    where truce score wrote the weights of the pool (default: the folder posterior\n"
    "                      beside the case; without weights there, equal by kind)\n"
    "      --date DATE     the date to record (default: today)\n"
    "      --keep DIR      keep finished forecasts in DIR, and continue from those already there\n"
    "  -n, --particles N   particles of each fit (default: 1024)\n"
    "  -S, --seed K        seed of all random numbers (default: 1)\n"
    "  -t, --threads T     fits at a time (default: one per processor); results do not depend on it\n"
    "  -o, --output DIR    the directory for forecast.csv: quantiles in the format of the hubverse, with "
    "the\n"
    "                      date, the end of the data, the version, a hash of the case and one of the file\n"
    "  -f, --force         overwrite existing results\n"
    "      --json          print all forecasts as JSON\n"
    "      --quiet         print nothing but warnings and errors\n"
    "  -h, --help          this text\n";

static const char web_help[] =
    "Usage\n"
    "  truce web CASE -o DIR [options]\n"
    "\n"
    "Puts a case, with the draws of its fit, into the page built by script/web: a folder that any web "
    "server\n"
    "can serve and any browser can open, also from a USB stick. A reader moves the levers of the case and\n"
    "sees the ensemble change at once; the engine is inside the page. No compiler is needed.\n"
    "\n"
    "Options\n"
    "  -o, --output DIR    the folder of the page\n"
    "  -p, --posterior DIR take the members from the draws of the fit in DIR (default: the fit beside the\n"
    "                      case, as long as it matches the case)\n"
    "      --priors        take the members from the priors, and ignore the fit beside the case\n"
    "  -n, --members N     futures computed once the levers stop moving, at least 10 (default: 500)\n"
    "  -S, --seed K        seed of all random numbers (default: 1)\n"
    "      --page DIR      where the built page is (default: beside the sources of this build,\n"
    "                      else where it was installed)\n"
    "  -f, --force         overwrite an existing page\n"
    "  -h, --help          this text\n";

static const char serve_help[] =
    "Usage\n"
    "  truce serve CASE [options]\n"
    "  truce serve DIR [options]     a folder that truce web has written\n"
    "\n"
    "Prints its address and serves a page to browsers on this machine until it is interrupted. For a case\n"
    "the page is made first, and removed afterwards.\n"
    "\n"
    "Options\n"
    "      --page DIR      where the built page is (default: beside the sources of this build,\n"
    "                      else where it was installed)\n"
    "      --port P        port (default: 8000; 0: any free port)\n"
    "      --address A     numeric address to listen on (default: 127.0.0.1, which only this machine "
    "reaches)\n"
    "      --host NAME     another name, besides localhost and the address, to answer to; repeatable\n"
    "  -h, --help          this text\n";

/* Where the text of an item begins: after the first two blanks behind its words, else at its own indent. */
static size_t text_column(const char *line, size_t length, size_t indent)
{
    for (size_t i = indent; indent && i + 2 < length; i++)
        if (line[i] == ' ' && line[i + 1] == ' ') {
            while (i < length && line[i] == ' ')
                i++;
            return i;
        }
    return indent;
}

/* Text of an item whose words leave too little room for it begins on a line of its own. */
static void print_below(const phrase *item, size_t column)
{
    enum { USUAL_COLUMN = 22 };
    size_t words = column;
    while (words > 0 && item->text[words - 1] == ' ')
        words--;
    printf("%.*s\n", (int)words, item->text);
    print_wrapped("", USUAL_COLUMN, item->text + column);
}

/* Prints a paragraph, or an item with its text, within the columns of a terminal. */
static void print_item(phrase *item, size_t column)
{
    enum { WIDEST = 48 };
    char label[PRINT_COLUMNS];
    if (!item->text)
        return;
    if (column > WIDEST && column < item->length) {
        print_below(item, column);
        phrase_free(item);
        return;
    }
    size_t width = column < sizeof label && column < item->length ? column : 0, words = width;
    while (words > 0 && item->text[words - 1] == ' ')
        words--;
    if (width && !words) { /* usage: what goes on stands below what follows "truce run" */
        width += strcspn(item->text + width, " ") + 1;
        width += width < item->length ? strcspn(item->text + width, " ") + 1 : 0;
        width = width < item->length && width < sizeof label ? width : column;
        words = width > column ? width - 1 : 0;
    }
    snprintf(label, sizeof label, "%.*s", (int)words, item->text);
    print_wrapped(label, width, item->text + width);
    phrase_free(item);
}

/* A help text, whose lines may be longer, filled anew: lines without an indent make a paragraph, and lines that are
 * indented deeply go on with the item before them. */
static void print_help(const char *text)
{
    phrase item = {0};
    size_t column = 0;
    bool paragraph = false;
    while (*text) {
        size_t length = strcspn(text, "\n"), indent = strspn(text, " ");
        bool goes_on = item.text && length && (indent ? indent >= 12 : paragraph);
        if (goes_on) {
            phrase_print(&item, " %.*s", (int)(length - indent), text + indent);
        } else {
            print_item(&item, column);
            column = text_column(text, length, indent);
            paragraph = !indent;
            if (length)
                phrase_print(&item, "%.*s", (int)length, text);
            else
                putchar('\n');
        }
        text += length + (text[length] == '\n');
    }
    print_item(&item, column);
}

void help_print(const char *command)
{
    const char *const texts[] = {run_help,     check_help, explain_help, list_help,   compile_help,
                                 emit_c_help,  talks_help, fit_help,     score_help,  forecast_help,
                                 convert_help, new_help,   compare_help, claims_help, enough_help,
                                 matter_help,  plan_help,  yearly_help,  web_help,    serve_help};
    for (size_t i = 0; command && i < command_count; i++)
        if (strcmp(command, command_names[i]) == 0) {
            print_help(texts[i]);
            return;
        }
    print_help(general);
}
