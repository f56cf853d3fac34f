/* The keys of the format. docs/use/case.md describes each, which a test checks against this table. */
#include "case/load.h"

static const char *const case_top[] = {"truce",    "title",      "description",  "model",     "time unit",
                                       "horizon",  "data end",   "names",        "front",     "sources",
                                       "series",   "parameters", "observations", "scenarios", "outputs",
                                       "sections", "milestones", "shortages",    "events",    "talks",
                                       "rivals",   "data from",  "include",      "levers",    NULL};
static const char *const part[] = {"names",     "sources", "series",   "parameters", "observations",
                                   "scenarios", "outputs", "sections", "milestones", "shortages",
                                   "events",    "talks",   "rivals",   "levers",     NULL};
static const char *const horizon[] = {"start", "end", NULL};
static const char *const front[] = {"variable", "gains", "loses", "towards", "back", "length", NULL};
static const char *const source[] = {"text", "url", "date", "licence", NULL};
static const char *const series[] = {"variable", "file",   "column",        "convert", "units",
                                     "source",   "beyond", "interpolation", NULL};
static const char *const beyond[] = {"mean of last", "value", NULL};
static const char *const parameter[] = {"variable", "name",      "prior", "units",  "source",
                                        "note",     "judgement", "known", "before", NULL};
static const char *const prior[] = {"fixed", "normal", "lognormal", "uniform", "beta", "triangular", NULL};
static const char *const observation[] = {"name",    "title", "variable",       "measure", "file",  "column",
                                          "convert", "units", "source",         "issues",  "scale", "offset",
                                          "error",   "use",   "complete after", NULL};
static const char *const error_model[] = {"normal", "lognormal", "student", "persistence", NULL};
static const char *const student[] = {"sd", "degrees", NULL};
static const char *const use[] = {"from", "to", NULL};
static const char *const scenario[] = {"title", "note", "from", "changes", "branches", "rests on", NULL};
static const char *const branch[] = {"scenario", "probability", "from", NULL};
static const char *const change[] = {"variable", "set",     "scale", "value", "multiply",
                                     "add",      "mean of", "from",  "to",    NULL};
static const char *const output[] = {"variable", "title", "section", "units", "scale", "offset",
                                     "change",   "chart", "shares",  "key",   NULL};
static const char *const milestone[] = {"test",    "variable", "title",    "measure", "below",
                                        "at most", "above",    "at least", "months",  "days",
                                        "weeks",   "years",    NULL};
static const char *const shortage[] = {"variable", "title", "below", "collapsed", "months",
                                       "days",     "weeks", "years", NULL};
static const char *const event[] = {"month", "day", "week", "year", "label", NULL};
static const char *const talks[] = {
    "line",      "state",      "burden",    "collapsed", "truce",      "resumption", "from",
    "stake",     "dictated",   "discount",  "proposer",  "relief",     "incidents",  "renewed war",
    "reference", "guarantees", "deals",     "beliefs",   "government", "forms",      "openings",
    "private",   "record",     "base rate", "levers",    "flow",       "risk",       NULL};
static const char *const line[] = {"variable", "defender wants", "attacker wants", NULL};
static const char *const sides[] = {"defender", "attacker", NULL};
static const char *const quantity[] = {"prior", "source", "note", "judgement", NULL};
static const char *const guarantee[] = {"title",        "note",        "source", "penalty", "cost",
                                        "hazard ratio", "credibility", "fails",  NULL};
static const char *const government[] = {"resolve", "bears",  "signing", "relaxation",
                                         "hard",    "yields", "aims",    NULL};
static const char *const hard[] = {"line", "form", "guarantee", NULL};
static const char *const aim[] = {"side", "from", "line", "source", "note", NULL};
static const char *const form[] = {"title", "note", "source", "weight", "fails", NULL};
static const char *const openings[] = {"rate", "file", "column", "source", "note", NULL};
static const char *const record[] = {"error", "acts", NULL};
static const char *const act[] = {"month", "side", "deal", "accepts", "source", "note", NULL};
static const char *const base_rate[] = {"shape", "scale", "start", "source", NULL};
static const char *const lever[] = {"scenario", "size", "units", "note", NULL};
static const char *const control[] = {"title", "note", "group",   "variable", "change",
                                      "range", "step", "default", "units",    "from",
                                      "to",    "with", "source",  "rests on", NULL};
static const char *const beliefs[] = {"defender", "attacker", "observed", NULL};
static const char *const belief[] = {"variable", "prior", "source", "note", "judgement", NULL};
static const char *const observed[] = {"variable", "error", NULL};
static const char *const deal[] = {"title", "note", "line", "beyond", "guarantee", "relief", "form", NULL};

const case_keys case_key_table[] = {
    [KEYS_CASE] = {"the case", case_top},
    [KEYS_PART] = {"an included file", part},
    [KEYS_HORIZON] = {"the horizon", horizon},
    [KEYS_FRONT] = {"the front", front},
    [KEYS_SOURCE] = {"a source", source},
    [KEYS_SERIES] = {"a series", series},
    [KEYS_BEYOND] = {"\"beyond\"", beyond},
    [KEYS_PARAMETER] = {"a parameter", parameter},
    [KEYS_PRIOR] = {"a prior", prior},
    [KEYS_OBSERVATION] = {"an observation", observation},
    [KEYS_ERROR] = {"an error model", error_model},
    [KEYS_STUDENT] = {"a student error", student},
    [KEYS_USE] = {"\"use\"", use},
    [KEYS_SCENARIO] = {"a scenario", scenario},
    [KEYS_CHANGE] = {"a change", change},
    [KEYS_BRANCH] = {"a branch", branch},
    [KEYS_OUTPUT] = {"an output", output},
    [KEYS_MILESTONE] = {"a milestone", milestone},
    [KEYS_SHORTAGE] = {"a shortage", shortage},
    [KEYS_EVENT] = {"an event", event},
    [KEYS_TALKS] = {"\"talks\"", talks},
    [KEYS_LINE] = {"the line of talks", line},
    [KEYS_SIDES] = {"a pair of sides", sides},
    [KEYS_QUANTITY] = {"a quantity of talks", quantity},
    [KEYS_GUARANTEE] = {"a guarantee", guarantee},
    [KEYS_DEAL] = {"a deal", deal},
    [KEYS_BELIEFS] = {"\"beliefs\"", beliefs},
    [KEYS_BELIEF] = {"a belief", belief},
    [KEYS_OBSERVED] = {"an entry of \"observed\"", observed},
    [KEYS_GOVERNMENT] = {"\"government\"", government},
    [KEYS_HARD] = {"\"hard\"", hard},
    [KEYS_AIM] = {"an aim", aim},
    [KEYS_FORM] = {"a form", form},
    [KEYS_OPENINGS] = {"\"openings\"", openings},
    [KEYS_RECORD] = {"\"record\"", record},
    [KEYS_ACT] = {"an act", act},
    [KEYS_BASE_RATE] = {"\"base rate\"", base_rate},
    [KEYS_LEVER] = {"a lever of talks", lever},
    [KEYS_CONTROL] = {"a lever", control},
};
const size_t case_key_table_count = KEYS_COUNT;

truce_status load_keys(const loader *l, const tree *entry, case_entry kind, const char **what)
{
    const case_keys *keys = &case_key_table[kind];
    if (what)
        *what = keys->what;
    return tree_is_map(&l->read, entry, keys->what, keys->keys);
}
