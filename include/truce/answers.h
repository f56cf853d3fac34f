/* Answers to questions about a case: what made a difference, and by how much (truce.h is the manual).
 *
 *     truce_comparison_options o = truce_comparison_default_options();
 *     const char *worlds[] = {"no-halt", "actual"};
 *     o.scenarios = worlds, o.scenario_count = 2;
 *     truce_compare(c, &o, &comparison, &error);
 *     truce_effect e = truce_comparison_effect(comparison, 1, quantity);
 */
#ifndef TRUCE_PUBLIC_ANSWERS_H
#define TRUCE_PUBLIC_ANSWERS_H

#include "truce/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Comparisons: paired worlds ---------------------------------------------------------------------- */

/* Every world (scenario) has the same members: the same parameters and the same random numbers. An effect is a
 * member's value in a world less its value in the reference, the first scenario. */

typedef struct truce_comparison_options {
    const char *const *scenarios; /* by name: the reference, then the worlds compared with it */
    size_t scenario_count;        /* at least two */
    /* Divide the joint difference among the scenarios after the reference, which then are switches: each must
     * build on the reference. Two to TRUCE_SWITCHES. */
    bool shares;
    truce_month from, to; /* the window, both inclusive; TRUCE_MONTH_NONE: the end of the horizon there */
    size_t members;       /* up to TRUCE_MEMBERS_AT_ONCE */
    uint64_t seed;
    unsigned threads; /* 0: all processors; results do not depend on it */
    truce_engine engine;
    const truce_fit
        *posterior;      /* whose draws are the members; NULL: the priors. Must outlive the comparison */
    const char *command; /* recorded in what is written; may be NULL */
    /* False cancels; also called by truce_comparison_write while charts are drawn, so context must live that long. May
     * be NULL. */
    bool (*progress)(void *context, const truce_progress *progress);
    void *context;
} truce_comparison_options;

enum { TRUCE_SWITCHES = 5 };

typedef struct truce_comparison truce_comparison;

/* 1,000 members, seed 1, all processors, the whole horizon. */
TRUCE_API truce_comparison_options truce_comparison_default_options(void);
/* The case must outlive the comparison. */
TRUCE_API truce_status truce_compare(const truce_case *c, const truce_comparison_options *options,
                                     truce_comparison **comparison, truce_error *error);
TRUCE_API void truce_comparison_destroy(truce_comparison *comparison);

typedef struct truce_comparison_facts {
    truce_month from, to;
    size_t members, months; /* of the window */
    size_t worlds;          /* with the reference; with shares: the reference and all switches together */
    size_t switches, quantities; /* switches: 0 without shares */
    size_t
        failed; /* members that failed in a world; an effect leaves out those that failed in either of its two */
} truce_comparison_facts;
TRUCE_API truce_comparison_facts truce_comparison_facts_of(const truce_comparison *comparison);
/* "no-halt"; of all switches together "parity-manpower + no-support". */
TRUCE_API const char *truce_comparison_world(const truce_comparison *comparison, size_t world);
TRUCE_API truce_quantity truce_comparison_quantity(const truce_comparison *comparison, size_t quantity);

/* A quantity over the window: the value of a level at the window's end, the monthly mean of a quantity per
 * month. */
typedef struct truce_effect {
    bool level;
    bool share;    /* whether something has happened: numbers are shares of members, and the interval of the
                 * effect is that of a mean */
    bool none;     /* no member differs */
    bool resolved; /* zero lies outside the 90 % interval of the effect */
    truce_statistics reference, world, effect;
    /* The effect as a share of the reference's size, draw by draw. NaN where the reference's 90 % interval includes
     * zero. */
    truce_statistics relative;
    truce_statistics total; /* of the effect: the sum over the window; NaN for a level */
    /* By when: the first month of the window, from 0, whose median effect is half of the greatest of all months, or more;
     * SIZE_MAX where the effect is not resolved. */
    size_t half;
} truce_effect;
/* world: from 1. */
TRUCE_API truce_effect truce_comparison_effect(const truce_comparison *comparison, size_t world,
                                               size_t quantity);

/* A month of the window, from 0. */
typedef struct truce_effect_month {
    truce_statistics reference, world, effect;
    truce_statistics cumulative; /* effects so far; NaN for a level */
} truce_effect_month;
TRUCE_API truce_effect_month truce_comparison_month(const truce_comparison *comparison, size_t world,
                                                    size_t quantity, size_t month);

/* The contribution of a switch to the difference: its share (Shapley 1953), the mean over all orders of what it
 * adds to those before it, and its effect alone. The shares add up to the difference, member by member. */
typedef struct truce_share {
    truce_statistics share, alone;
} truce_share;
TRUCE_API truce_share truce_comparison_share(const truce_comparison *comparison, size_t switch_index,
                                             size_t quantity);
/* The joint difference less the sum of the effects alone. */
TRUCE_API truce_statistics truce_comparison_interaction(const truce_comparison *comparison, size_t quantity);

/* The findings in words (lines; each effect is a line of its own and begins with "- "), a table of at most 80 columns,
 * and both with everything else as JSON. Freed with truce_text_free. */
TRUCE_API truce_status truce_comparison_words(const truce_comparison *comparison, size_t world, char **words,
                                              truce_error *error);
TRUCE_API truce_status truce_comparison_table(const truce_comparison *comparison, bool colour, char **table,
                                              truce_error *error);
TRUCE_API truce_status truce_comparison_json(const truce_comparison *comparison, char **json,
                                             truce_error *error);
/* Writes compare.csv, compare.json, compare.html and compare.nc (except in builds without NetCDF) into an existing directory. */
TRUCE_API truce_status truce_comparison_write(const truce_comparison *comparison, const char *directory,
                                              truce_error *error);

/* ---- Claims: statements tested against data, model and talks ------------------------------------------ */

/* A file of claims (docs/use/answers.md) states for each claim its test, its data, and the probability from
 * which it is supported, before any number is known. Everything is judged by what was known on the date of the
 * file: data to the end of the month before, priors as they were, and no later act at the table. */

typedef struct truce_claims_options {
    const char *file; /* NULL: claims.yaml beside the case */
    const char *
        posterior; /* folder of a fit that knows no more than the date; NULL: the one that the file names, else
                              the one beside the case, where it knows no more; else the priors */
    bool priors;   /* draw from the priors instead */
    size_t particles; /* 0: no fit; else a fit as of the date is made with this many, and kept in `keep` */
    const char *keep; /* an existing directory; NULL: the fit is not kept */
    size_t members;   /* 0: 1,000, and for what talks say as many as truce_talks_default_options */
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    const char *command;
    /* False cancels: asked while members run. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} truce_claims_options;

typedef struct truce_claims truce_claims;
TRUCE_API truce_claims_options truce_claims_default_options(void); /* members 0, seed 1 */
TRUCE_API truce_status truce_claims_judge(const truce_case *c, const truce_claims_options *options,
                                          truce_claims **claims, truce_error *error);
TRUCE_API void truce_claims_destroy(truce_claims *claims);

typedef enum truce_verdict { TRUCE_CONTRADICTED, TRUCE_UNDETERMINED, TRUCE_SUPPORTED } truce_verdict;
TRUCE_API const char *truce_verdict_name(truce_verdict verdict); /* "supported" */

/* Texts are "" where the file has none. */
typedef struct truce_claim {
    const char *id, *claim, *speaker, *said_on, *first_appearance, *basis, *window;
    const char *test, *undetermined_if, *fallback, *evidence, *corrections;
    double holds_if; /* supported from this probability on, contradicted at 1 - holds_if or below */
    truce_verdict verdict;
    bool fell_back;     /* the test could not be judged, and the fallback was */
    double probability; /* of the test; NaN: there is none */
    double low, high;   /* where that is a share of members, its 90 % interval (Wilson 1927); else NaN */
    bool near; /* a limit of the rule lies within that interval: other members may be judged otherwise */
    const char *numbers; /* the values of the terms of the test, in words */
    const char *reason;  /* the reason for the verdict, in words */
} truce_claim;
TRUCE_API const char *truce_claims_as_of(const truce_claims *claims); /* "2025-01-13" */
TRUCE_API size_t truce_claims_count(const truce_claims *claims);
TRUCE_API truce_claim truce_claims_claim(const truce_claims *claims, size_t index);

/* Table, JSON, and ClaimReview of schema.org as JSON-LD. Freed with truce_text_free. */
TRUCE_API truce_status truce_claims_table(const truce_claims *claims, bool colour, char **table,
                                          truce_error *error);
TRUCE_API truce_status truce_claims_json(const truce_claims *claims, char **json, truce_error *error);
TRUCE_API truce_status truce_claims_json_ld(const truce_claims *claims, char **json, truce_error *error);
/* Writes claims.html, claims.csv, claims.jsonld and claims.nc into an existing directory. */
TRUCE_API truce_status truce_claims_write(const truce_claims *claims, const char *directory,
                                          truce_error *error);

/* ---- Goals ------------------------------------------------------------------------------------------------- */

/* Whether a goal is about talks, such as "attacker prefers deal NAME" or "talks strong defender" (docs/use/tests.md): then
 * a game is solved for every setting, which takes longer than a run of the members. A probability named in such a goal
 * replaces the one in the options. The answer is tested again with twice as many members, other random numbers
 * and other private worths. */
TRUCE_API bool truce_goal_asks_talks(const char *goal);

/* ---- How much is enough: one lever and a goal ---------------------------------------------------------- */

typedef struct truce_enough_options {
    const char *goal;  /* a statement (docs/use/answers.md), such as: change "ground" 2027-01..2027-12 <= 0 */
    const char *lever; /* what is set: a lever of the case, or an element or variable of the model */
    const char *how;   /* "set" or "scale" over the horizon, "value", "multiply" or "add" from a month on */
    truce_month from;  /* for the latter three */
    truce_month by;    /* for parts of the goal that name no month; TRUCE_MONTH_NONE: all must */
    double least, most;   /* the range of the lever */
    const char *scenario; /* on which it builds; NULL: the first of the case */
    double probability;   /* with which the goal must be reached */
    size_t members;
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    const truce_fit *posterior; /* whose draws the members are; NULL: of the priors */
    const char *command;
    /* False cancels: asked while members run. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} truce_enough_options;

/* One setting: the share of members that reach the goal, with the 90 % interval of Wilson (1927). */
typedef struct truce_setting {
    double value, probability, low, high;
    size_t members, failed; /* in which the goal could be judged; that failed and are left out */
} truce_setting;

typedef struct truce_enough truce_enough;
/* Probability 0.9, 1,000 members, seed 1, "value". */
TRUCE_API truce_enough_options truce_enough_default_options(void);
/* Every setting has the same members and random numbers. */
TRUCE_API truce_status truce_enough_find(const truce_case *c, const truce_enough_options *options,
                                         truce_enough **enough, truce_error *error);
TRUCE_API void truce_enough_destroy(truce_enough *enough);

typedef struct truce_enough_facts {
    bool found;          /* a setting within the range reaches the goal with the probability */
    truce_setting least; /* found: the least such setting; else the one with the highest probability */
    double below; /* found: the setting just below it that does not; NaN: the least of the range does */
    truce_setting fresh; /* `least` again with as many members that had no part in the search */
    size_t settings;     /* tried, in the order of their values */
} truce_enough_facts;
TRUCE_API truce_enough_facts truce_enough_facts_of(const truce_enough *enough);
TRUCE_API truce_setting truce_enough_setting(const truce_enough *enough, size_t index);

TRUCE_API truce_status truce_enough_table(const truce_enough *enough, char **table, truce_error *error);
TRUCE_API truce_status truce_enough_json(const truce_enough *enough, char **json, truce_error *error);
/* Writes enough.html, enough.csv and enough.nc into an existing directory. */
TRUCE_API truce_status truce_enough_write(const truce_enough *enough, const char *directory,
                                          truce_error *error);

/* ---- What matters: how much of the spread of a value is due to each parameter ------------------------- */

/* How it is found (docs/use/answers.md). All but plain values are of the value's rank among the members, which no
 * outlier rules. */
typedef enum truce_matter_method {
    TRUCE_MATTER_AUTO, /* of a posterior TRUCE_MATTER_DRAWS, of priors TRUCE_MATTER_SOBOL */
    TRUCE_MATTER_DRAWS, /* from members as they are, correlated or not: first-order shares by ranks (Gamboa, Gremaud,
                            Klein and Lagnoux 2022); Shapley effects (Broto, Bachoc and Depecker 2020) of those resolved */
    TRUCE_MATTER_SOBOL, /* independent priors: first-order and total indices (Saltelli and others 2010) */
    TRUCE_MATTER_MORRIS /* independent priors: elementary effects (Morris 1991), few runs for many parameters */
} truce_matter_method;

/* What does not belong to the method is NaN. Intervals are of 90 %. */
typedef struct truce_index {
    const char *parameter; /* or a set of them, or all chance: "(chance)" */
    double share;          /* Var(E[y | x]) / Var(y): of the variance, what would be gone if it were known */
    double low, high;
    double total, total_low,
        total_high; /* E[Var(y | all others)] / Var(y): what would be left if all others were */
    double shapley, shapley_low, shapley_high; /* these add up to what the resolved ones explain together */
    double size, size_low,
        size_high;                /* mean size of elementary effects, per whole range of its probability */
    double effect, deviation;     /* their mean, and standard deviation */
    double best_rank, worst_rank; /* 90 % of its rank among the inputs, 1 the first */
    double slope;                 /* rank correlation with the value (Spearman): its sign is the direction */
    bool resolved;                /* the sample shows an effect; what is not resolved is not ranked */
} truce_index;

typedef struct truce_matter_options {
    const char *output;   /* a value (docs/use/answers.md), such as: change "ground" 2026-01..2026-12 */
    const char *scenario; /* of terms that name none; NULL: the first of the case */
    truce_matter_method method;
    /* Members of DRAWS (at least 200; of a posterior at most its draws), rows of SOBOL (runs: rows times inputs and
     * two), trajectories of MORRIS (runs: these times parameters and two). 0: 4,000, 1,024, 20 */
    size_t members;
    size_t
        inputs; /* SOBOL: number of inputs studied one by one, those that matter most in a screening (25 by default);
                      DRAWS: greatest number of Shapley effects (6; at most 8). 0: the default */
    bool plain;        /* analyse the value itself instead of its rank */
    truce_month since; /* also with all months moved back, as far as this last month; TRUCE_MONTH_NONE: no */
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    const truce_fit *posterior; /* whose draws the members are; NULL: of the priors */
    const char *command;
    /* False cancels: asked while members run, and by truce_matter_write while charts are drawn, so context must live that
     * long. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} truce_matter_options;

typedef struct truce_matter truce_matter;
TRUCE_API truce_matter_options truce_matter_default_options(void); /* seed 1, all else as the method has it */
TRUCE_API truce_status truce_matter_find(const truce_case *c, const truce_matter_options *options,
                                         truce_matter **matter, truce_error *error);
TRUCE_API void truce_matter_destroy(truce_matter *matter);
/* Inputs from the most to the least important; those that do not vary come last. */
TRUCE_API size_t truce_matter_count(const truce_matter *matter);
TRUCE_API truce_index truce_matter_index(const truce_matter *matter, size_t index);
TRUCE_API truce_statistics truce_matter_output(const truce_matter *matter);
/* Never TRUCE_MATTER_AUTO; and how many runs were made. */
TRUCE_API truce_matter_method truce_matter_method_of(const truce_matter *matter);
TRUCE_API size_t truce_matter_runs(const truce_matter *matter);
/* The same through time: index 0 is the value as asked, each further index some months earlier. */
TRUCE_API size_t truce_matter_times(const truce_matter *matter);
TRUCE_API truce_month truce_matter_time(const truce_matter *matter,
                                        size_t time); /* the last month of the value */
TRUCE_API truce_index truce_matter_index_at(const truce_matter *matter, size_t time, size_t index);

TRUCE_API truce_status truce_matter_table(const truce_matter *matter, char **table, truce_error *error);
TRUCE_API truce_status truce_matter_json(const truce_matter *matter, char **json, truce_error *error);
/* Writes matter.html, matter.csv and matter.nc into an existing directory. */
TRUCE_API truce_status truce_matter_write(const truce_matter *matter, const char *directory,
                                          truce_error *error);

/* ---- Which source drives which conclusion: refits without each ------------------------------------------- */

/* The case is fitted with all of its observations, once more with another seed, and without each source in turn, all
 * with the same number of particles. What the second seed changes is chance. A change is called resolved when it is greater
 * than that, and greater than what chance, as measured between the independent populations of the fits, exceeds for the
 * greatest of this many sources in one case of twenty. */
typedef struct truce_sources_progress {
    size_t fit, fits;     /* the present one, from 0; number of fits that are not kept already */
    const char *left_out; /* "" for fits with all observations */
    double share;         /* of the present fit that is done, roughly */
    double seconds_left;  /* for all fits; NaN while nothing is known yet */
} truce_sources_progress;

typedef struct truce_sources_options {
    const char *const *conclusions; /* statements or values (docs/use/answers.md) */
    size_t conclusion_count; /* 0: what the case observes, at the end of its data, and its front afterwards */
    const char *const
        *sources; /* ids of sources, or names of observations; with "+" between those left out together */
    size_t source_count;  /* 0: every source of the case's observations */
    const char *scenario; /* for terms that name none; NULL: the first of the case */
    double holds_if;      /* a statement is supported from this probability, contradicted at 1 - holds_if */
    size_t particles;     /* of each fit */
    const char *
        keep; /* an existing directory, in which fits are kept and from which finished fits are reused; NULL: none */
    size_t members; /* 0: so many that each draw of a fit counts equally, at least 1,000 */
    uint64_t seed;  /* the other fit with all observations has the next seed */
    unsigned threads;
    truce_engine engine;
    const char *command;
    /* False cancels. May be NULL. */
    bool (*progress)(void *context, const truce_sources_progress *progress);
    void *context;
} truce_sources_options;

typedef struct truce_sources truce_sources;
/* 512 particles, supported from 0.9 on, seed 1. */
TRUCE_API truce_sources_options truce_sources_default_options(void);
/* The case must outlive the answer. */
TRUCE_API truce_status truce_sources_find(const truce_case *c, const truce_sources_options *options,
                                          truce_sources **sources, truce_error *error);
TRUCE_API void truce_sources_destroy(truce_sources *sources);
TRUCE_API size_t truce_sources_count(const truce_sources *sources);
TRUCE_API const char *truce_sources_name(const truce_sources *sources, size_t source);
TRUCE_API size_t truce_sources_conclusions(const truce_sources *sources);

/* A conclusion as the fit with all observations has it. */
typedef struct truce_conclusion {
    const char *written;
    bool compares; /* it is true or false of each member, and `value` is its probability; else a median */
    double value, low, high; /* and its 90 % interval; NaN of a probability */
    double spread;           /* of a value: a standard deviation, from that interval; of a statement 1 */
    truce_verdict verdict;   /* of a value: its 90 % interval lies above zero, below it, or includes it */
} truce_conclusion;
TRUCE_API truce_conclusion truce_sources_conclusion(const truce_sources *sources, size_t conclusion);

/* The same without a source. */
typedef struct truce_without {
    double value, low, high, change; /* change: in units of the spread with all; of a probability as it is */
    double chance;                   /* the least size of a change that chance does not explain */
    double wider;                    /* the spread as a multiple of that with all; NaN for a statement */
    truce_verdict verdict;
    bool resolved; /* the change is larger than that */
    bool flips;    /* and the verdict is a different one */
} truce_without;
TRUCE_API truce_without truce_sources_without(const truce_sources *sources, size_t conclusion, size_t source);
TRUCE_API truce_without truce_sources_null(const truce_sources *sources,
                                           size_t conclusion); /* all, with another seed */

TRUCE_API truce_status truce_sources_table(const truce_sources *sources, char **table, truce_error *error);
TRUCE_API truce_status truce_sources_json(const truce_sources *sources, char **json, truce_error *error);
/* Writes sources.html, sources.csv, sources.json and sources.nc into an existing directory. */
TRUCE_API truce_status truce_sources_write(const truce_sources *sources, const char *directory,
                                           truce_error *error);

/* ---- Which futures: a box of parameters in which something holds often ---------------------------------- */

/* Scenario discovery (Bryant and Lempert 2010) by the patient rule induction method (Friedman and Fisher 1999). One half
 * of the members is searched; the box is judged on the other half, which had no part in the search. */
typedef struct truce_discovery_options {
    const char *when;     /* a statement that compares (docs/use/answers.md) */
    const char *scenario; /* for terms that name none; NULL: the first of the case */
    double density;       /* 0: the box that stands out most; else the largest with at least this density */
    size_t parameters;    /* number of parameters searched, those that stand out most alone; 0: 4 */
    size_t members;       /* both halves together, at least 400; of a posterior at most its draws */
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    const truce_fit *posterior; /* whose draws the members are; NULL: of the priors */
    const char *command;
    /* False cancels: asked while members run. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} truce_discovery_options;

/* A restriction of the box. */
typedef struct truce_restriction {
    const char *parameter;
    double low, high;             /* NaN: no end */
    double low_share, high_share; /* of all members, how many lie below these ends */
    double chance;                /* quasi-p-value: the probability that it has no effect */
    double found_again; /* of 20 searches of one half of the searched members, the share that restricts it */
} truce_restriction;

/* Points and hits of a half of the members. Density: hits of points; coverage: of all hits, those in the box. */
typedef struct truce_box_counts {
    size_t members, hits;      /* of all */
    size_t points, box_hits;   /* in the box */
    double density, low, high; /* with the 90 % interval of Wilson (1927) */
    double coverage;
} truce_box_counts;

typedef struct truce_discovery truce_discovery;
TRUCE_API truce_discovery_options truce_discovery_default_options(void); /* 4,000 members, seed 1 */
TRUCE_API truce_status truce_discovery_find(const truce_case *c, const truce_discovery_options *options,
                                            truce_discovery **discovery, truce_error *error);
TRUCE_API void truce_discovery_destroy(truce_discovery *discovery);
/* Resolved: on the half that was held back, the interval of the density in the box lies above the overall share. */
TRUCE_API bool truce_discovery_resolved(const truce_discovery *discovery);
TRUCE_API truce_box_counts truce_discovery_searched(const truce_discovery *discovery);
TRUCE_API truce_box_counts truce_discovery_held_back(const truce_discovery *discovery);
TRUCE_API size_t truce_discovery_restrictions(const truce_discovery *discovery);
TRUCE_API truce_restriction truce_discovery_restriction(const truce_discovery *discovery, size_t index);
/* The trade-off while the box was peeled, from all members on: coverage against density, of the searched half. */
TRUCE_API size_t truce_discovery_steps(const truce_discovery *discovery);
TRUCE_API truce_box_counts truce_discovery_step(const truce_discovery *discovery, size_t index,
                                                size_t *restrictions);
/* The box as a sentence, a table, JSON. Freed with truce_text_free. */
TRUCE_API truce_status truce_discovery_words(const truce_discovery *discovery, char **words,
                                             truce_error *error);
TRUCE_API truce_status truce_discovery_table(const truce_discovery *discovery, char **table,
                                             truce_error *error);
TRUCE_API truce_status truce_discovery_json(const truce_discovery *discovery, char **json,
                                            truce_error *error);
/* Writes futures.html, futures.csv and futures.nc into an existing directory. */
TRUCE_API truce_status truce_discovery_write(const truce_discovery *discovery, const char *directory,
                                             truce_error *error);

/* ---- A plan: several levers, a goal, the least cost ------------------------------------------------------- */

/* A lever of the section `levers` of the case by its name, or an element or variable of the model, which needs a
 * range. */
typedef struct truce_plan_lever {
    const char *name;
    double least, most; /* NaN: those of the section; a month is model time */
    double price; /* of a unit of it away from its default; NaN: 1 / (most - least), and 0 for a month */
} truce_plan_lever;

typedef struct truce_plan_options {
    const char *goal; /* a statement (docs/use/answers.md); `by` is the month of terms without one */
    truce_month by;   /* TRUCE_MONTH_NONE: every term has months */
    double probability;
    const truce_plan_lever *levers;
    size_t lever_count;   /* 1 to TRUCE_PLAN_LEVERS */
    const char *how;      /* of elements: as for truce_enough_options */
    truce_month from;     /* likewise */
    const char *cost;     /* a value: its mean less that without the levers is the cost; NULL: prices */
    const char *scenario; /* in which the levers are moved; NULL: the first of the case */
    size_t evaluations;   /* settings that are tried at most, besides some thirty at the end */
    const char *archive;  /* file of all that was tried: read if it exists, and kept; NULL: none */
    size_t members;
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    const truce_fit *posterior; /* whose draws the members are; NULL: of the priors */
    const char *command;
    /* False ends the search, with the archive kept: asked while members run and after each setting, and by
     * truce_plan_write while charts are drawn, so context must live that long. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} truce_plan_options;

enum { TRUCE_PLAN_LEVERS = 8, TRUCE_PLAN_UNSURE = 3 };

typedef struct truce_plan truce_plan;
/* Probability 0.9, 500 members, 150 evaluations, seed 1, "value". */
TRUCE_API truce_plan_options truce_plan_default_options(void);
/* All settings have the same members and random numbers. The case must outlive the plan. Where the search has ended and
 * only its archive could not be written, the status says so, and *plan is the answer all the same. */
TRUCE_API truce_status truce_plan_find(const truce_case *c, const truce_plan_options *options,
                                       truce_plan **plan, truce_error *error);
TRUCE_API void truce_plan_destroy(truce_plan *plan);

typedef struct truce_plan_facts {
    bool found;  /* a setting within the ranges reaches the goal with the probability */
    double cost; /* found: the least such cost; else that of the setting with the highest probability */
    double probability, low, high;                   /* of it, with the 90 % interval of Wilson (1927) */
    double fresh_probability, fresh_low, fresh_high; /* with members that had no part in the search */
    double rest_probability;                         /* with every lever at its default */
    size_t settings, read;                           /* tried in all; of these found in the archive */
    size_t levers, frontier;
} truce_plan_facts;
TRUCE_API truce_plan_facts truce_plan_facts_of(const truce_plan *plan);

/* A lever in the plan. */
typedef struct truce_plan_setting {
    const char *name, *title, *units;
    double value, rest, least, most;
    bool month;     /* these are months in model time */
    bool at_end;    /* it is at an end of its range: a wider range might help */
    double without; /* probability of the goal when this lever alone goes back to its default */
    bool binding;   /* without it the goal is missed; where none was found: it adds to the probability */
} truce_plan_setting;
TRUCE_API truce_plan_setting truce_plan_setting_of(const truce_plan *plan, size_t lever);

/* Settings such that no other has a higher probability at no more cost, from the cheapest. values: [levers]. */
typedef struct truce_plan_point {
    double cost, probability;
    const double *values;
} truce_plan_point;
TRUCE_API truce_plan_point truce_plan_frontier(const truce_plan *plan, size_t index);

/* The parameters on which the outcome of the plan depends most, from the strongest: how the answer changes where they
 * are in the lowest and the highest third of the members. Costs are of settings that were tried; NaN: none suffices. */
typedef struct truce_plan_unsure {
    const char *parameter;
    double correlation;       /* by rank, with the goal */
    bool resolved;            /* stronger than chance makes the greatest of this many */
    double low_end, high_end; /* of the thirds: at most, at least */
    double low_probability, high_probability, low_cost, high_cost;
} truce_plan_unsure;
TRUCE_API truce_plan_unsure truce_plan_unsure_of(const truce_plan *plan,
                                                 size_t index); /* 0 to TRUCE_PLAN_UNSURE - 1 */

TRUCE_API truce_status truce_plan_table(const truce_plan *plan, char **table, truce_error *error);
TRUCE_API truce_status truce_plan_json(const truce_plan *plan, char **json, truce_error *error);
/* Writes plan.html, with the frontier as a chart, plan.csv and plan.nc into an existing directory. */
TRUCE_API truce_status truce_plan_write(const truce_plan *plan, const char *directory, truce_error *error);

/* ---- By year: the sums of a quantity, and who bears them ----------------------------------------------------- */

/* A range that replaces what the case says about an element, drawn uniformly. */
typedef struct truce_yearly_spread {
    const char *element;
    double low, high;
} truce_yearly_spread;

typedef struct truce_yearly_options {
    const char *value;    /* an output of one element, by its variable or title; what counts by the month */
    const char *scenario; /* NULL: the first of the case */
    truce_month
        until; /* also beyond the horizon, with everything as in its last month; TRUCE_MONTH_NONE: its end */
    const truce_yearly_spread *spreads;
    size_t spread_count;
    size_t members;
    uint64_t seed;
    unsigned threads;
    truce_engine engine;
    const truce_fit *posterior; /* whose draws the members are; NULL: of the priors */
    const char *command;
    /* False cancels: asked while members run. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
} truce_yearly_options;

typedef struct truce_yearly truce_yearly;
TRUCE_API truce_yearly_options truce_yearly_default_options(void); /* 1,000 members, seed 1 */
TRUCE_API truce_status truce_yearly_find(const truce_case *c, const truce_yearly_options *options,
                                         truce_yearly **yearly, truce_error *error);
TRUCE_API void truce_yearly_destroy(truce_yearly *yearly);
/* Years of the calendar, of which the first and the last may be parts; sums of the months' values, as the output shows
 * them. */
TRUCE_API size_t truce_yearly_years(const truce_yearly *yearly);
TRUCE_API int truce_yearly_year(const truce_yearly *yearly, size_t index);
TRUCE_API truce_statistics truce_yearly_sum(const truce_yearly *yearly, size_t year);
TRUCE_API truce_statistics truce_yearly_total(const truce_yearly *yearly); /* of all years */
/* Losses that the case has of both sides stand together, whichever of them is asked about: each side's, and as the last
 * those of both ("both sides"). 0 sides for all else. */
TRUCE_API size_t truce_yearly_sides(const truce_yearly *yearly);
TRUCE_API const char *truce_yearly_side(const truce_yearly *yearly, size_t index);
TRUCE_API truce_statistics truce_yearly_side_sum(const truce_yearly *yearly, size_t index, size_t year);
/* Who bears it: the shares of the output, or of another of its section. */
TRUCE_API size_t truce_yearly_bearers(const truce_yearly *yearly);
TRUCE_API const char *truce_yearly_bearer(const truce_yearly *yearly, size_t index, double *share);

TRUCE_API truce_status truce_yearly_table(const truce_yearly *yearly, char **table, truce_error *error);
TRUCE_API truce_status truce_yearly_json(const truce_yearly *yearly, char **json, truce_error *error);
/* Writes yearly.html, yearly.csv and yearly.nc into an existing directory. */
TRUCE_API truce_status truce_yearly_write(const truce_yearly *yearly, const char *directory,
                                          truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
