/* Shared by the files that read a case: the state of the reading, and names and units against the model. */
#ifndef TRUCE_CASE_LOAD_H
#define TRUCE_CASE_LOAD_H

#include "case/case.h"
#include "case/tree.h"

enum { HORIZON_MONTHS = 1200, SERIES_COLUMNS = 1000, MOST_SECTIONS = 1000, MOST_SCENARIOS = 10000 };
/* Memory of a case. A short file can ask for much: every line for all elements of a large array. */
#define CASE_MEMORY ((size_t)2 << 30)

/* A series file, read once whatever number of columns is used. Row i is line i + 2 of the file. */
typedef struct series_file {
    const char *path;
    time_unit unit; /* of its lines */
    month first;
    size_t months;
    size_t column_count; /* without the month */
    const char *const *columns;
    const double *values; /* [column][month], NaN for an empty cell */
} series_file;

truce_status series_file_read(arena *a, const truce_files *files, const char *path, time_unit unit,
                              series_file *file, truce_error *error);

typedef struct loader {
    truce_case *c;
    arena *memory;
    tree_reader read;
    series_file *files;
    size_t file_count, file_capacity;
    size_t *series_of, *parameter_of; /* by element of the model; SIZE_MAX: none */
    map parameter_names;              /* folded name -> parameter */
    const char *part;                 /* a text that is read as if `include` named it last, or NULL */
    hash128 content;                  /* of the series files that were read, and of the case itself */
} loader;

/* ---- Sections of the file ------------------------------------------------------------------------------ */
truce_status load_series(loader *l, const tree *list);
truce_status load_parameters(loader *l, const tree *list);
truce_status load_observations(loader *l, const tree *list);
/* doubtful.c: tells values that can hardly be right. */
truce_status load_doubts(loader *l);
truce_status load_scenarios(loader *l, const tree *scenarios);
truce_status load_sections(loader *l, const tree *node); /* before outputs; NULL: only the known ones */
truce_status load_outputs(loader *l, const tree *list);
/* The parameter of the case that a node names. */
truce_status load_parameter_name(const loader *l, const tree *node, const char *what, size_t *parameter);
truce_status load_milestones(loader *l, const tree *milestones, const tree *shortages);
truce_status load_events(loader *l, const tree *list);
truce_status load_controls(loader *l, const tree *levers);
/* The parameters that the key `rests on` names. */
truce_status load_rests_on(const loader *l, const tree *entry, const size_t **rests_on, size_t *count);
/* Whether an element may hold a date: it is measured in the unit of time or has no units. */
bool case_holds_date(const loader *l, size_t index);
/* What cannot be done to the element of a change; `at` is where it is asked for. */
truce_status case_change_check(const loader *l, const tree *at, const case_change *change);
truce_status load_talks(loader *l, const tree *node); /* NULL: none */
/* Parts of it: quantities, a number or a prior (quantities.c), and who decides what was done at the table
 * (government.c). `owner` tells quantities with the same key apart: draws belong to the name "owner key". */
truce_status load_quantity(const loader *l, const tree *entry, const char *what, const char *owner,
                           const char *key, case_quantity *q);
/* The same, `otherwise` without the key. */
truce_status load_quantity_or(const loader *l, const tree *entry, const char *what, const char *owner,
                              const char *key, double otherwise, case_quantity *q);
/* A pair of quantities, one per side; without the key both are `otherwise`, unless that is not a number. */
truce_status load_pair(const loader *l, const tree *entry, const char *what, const char *owner,
                       const char *key, double otherwise, case_quantity pair[CASE_SIDES]);
/* A pair of elements. */
truce_status load_elements(const loader *l, const tree *entry, const char *what, const char *key,
                           size_t pair[CASE_SIDES]);
/* The index of the name that a key gives, among the keys of a map read before. */
truce_status load_index(const loader *l, const tree *entry, const char *what, const char *key,
                        const tree *among, const char *kind, size_t *index);
/* A line: the word contact, or a number between what the sides want. */
truce_status load_line_value(const loader *l, const tree *entry, const char *what, const case_talks *t,
                             bool *contact, double *line);
truce_status load_side(const loader *l, const tree *node, int *side);
/* The sides that the optional list `fails` names. */
truce_status load_fails(const loader *l, const tree *entry, bool fails[CASE_SIDES]);
truce_status load_forms(const loader *l, const tree *entry, case_talks *t);
/* government, openings, private, record, base rate and levers, once deals are read. */
truce_status load_table(loader *l, const tree *entry, const char *what, case_talks *t);
extern const char *const case_side_keys[CASE_SIDES];

/* Puts what the case takes from the one that `data from` names beside its own keys, in a new root. */
truce_status load_shared(const loader *l, const tree **root);
/* Puts the sections of the files that `include` names, and if `given` those of a part that is given as a text, behind
 * those of the case, in a new root. */
truce_status load_included(const loader *l, const tree **root, bool given);
/* Letters, digits and "-_.", for what is typed on command lines and ends up in names of files. */
truce_status load_name_check(const loader *l, const tree *key, const char *what);

/* Keys of each kind of entry, ended by NULL: what the reader knows and what docs/use/case.md describes. */
typedef struct case_keys {
    const char *what; /* "an entry of series" */
    const char *const *keys;
} case_keys;
extern const case_keys case_key_table[];
extern const size_t case_key_table_count;
typedef enum case_entry {
    KEYS_CASE,
    KEYS_PART,
    KEYS_HORIZON,
    KEYS_FRONT,
    KEYS_SOURCE,
    KEYS_SERIES,
    KEYS_BEYOND,
    KEYS_PARAMETER,
    KEYS_PRIOR,
    KEYS_OBSERVATION,
    KEYS_ERROR,
    KEYS_STUDENT,
    KEYS_USE,
    KEYS_SCENARIO,
    KEYS_CHANGE,
    KEYS_BRANCH,
    KEYS_OUTPUT,
    KEYS_MILESTONE,
    KEYS_SHORTAGE,
    KEYS_EVENT,
    KEYS_TALKS,
    KEYS_LINE,
    KEYS_SIDES,
    KEYS_QUANTITY,
    KEYS_GUARANTEE,
    KEYS_DEAL,
    KEYS_BELIEFS,
    KEYS_BELIEF,
    KEYS_OBSERVED,
    KEYS_GOVERNMENT,
    KEYS_HARD,
    KEYS_AIM,
    KEYS_FORM,
    KEYS_OPENINGS,
    KEYS_RECORD,
    KEYS_ACT,
    KEYS_BASE_RATE,
    KEYS_LEVER,
    KEYS_CONTROL,
    KEYS_COUNT
} case_entry;
/* That an entry is a map with known keys only; *what is its name for messages. */
truce_status load_keys(const loader *l, const tree *entry, case_entry kind, const char **what);

/* An error about what stands already elsewhere: "SENTENCE on line 3", or "SENTENCE in FILE, line 3" of another file.
 * `format` of the sentence takes the name. */
truce_status load_repeated(const loader *l, place at, place before, const char *format, const char *name);

/* That the case has not grown beyond CASE_MEMORY. */
truce_status load_room(const loader *l, const tree *at);

/* ---- Values ------------------------------------------------------------------------------------------- */
truce_status load_month(const loader *l, const tree *map, const char *what, const char *key, tree_need need,
                        month *value);
truce_status load_node_month(const loader *l, const tree *node, const char *what, month *value);
/* An optional month that must lie in the horizon. */
truce_status load_horizon_month(const loader *l, const tree *map, const char *what, const char *key,
                                month *value);
/* The key by which an entry gives a month, or a number of them: named after the case's unit of time, and no
 * other will do. */
truce_status load_period_key(const loader *l, const tree *entry, bool plural, const char **key);
/* Whether a text that may be a number is a month. */
bool load_is_month(const loader *l, const tree *node, month *m);
/* A number, or a month, which stands for its first day in model time. */
truce_status load_number_or_month(const loader *l, const tree *node, const char *what, double *value);
/* The path that a text is, relative to the folder of the file it stands in. */
truce_status load_beside(const loader *l, const tree *node, const char **path);
/* The file that a key names, relative to the folder of the file that the key stands in. */
truce_status load_path(const loader *l, const tree *map, const char *what, const char *key,
                       const char **path);
/* That a file can be read: when not, the case is where the mistake is, and its line the useful one. */
truce_status load_readable(const loader *l, const tree *entry, const char *key, const char *path);
/* The column that `file` and `column` of an entry name, its numbers times `convert`. */
truce_status load_column(loader *l, const tree *entry, const char *what, double convert, case_column *column);
/* The same of the column that another key names. */
truce_status load_named_column(loader *l, const tree *entry, const char *what, const char *key,
                               double convert, case_column *column);
/* The prior of an entry, with its source, note and `judgement`; p->name is set already. */
truce_status load_belief(const loader *l, const tree *entry, const char *what, case_parameter *p);
/* The id of a source; with words_allowed also free text, which is told by a blank in it. */
truce_status load_source(const loader *l, const tree *entry, const char *what, tree_need need,
                         bool words_allowed, const char **source);

/* ---- Names and units of the model --------------------------------------------------------------------- */
/* A variable of the model by name, SIZE_MAX when it has none of it. */
truce_status bind_variable(const loader *l, const char *name, size_t length, size_t *variable);
/* The one element that the key `variable` of an entry names. */
truce_status bind_element(const loader *l, const tree *entry, const char *what, const char *key,
                          size_t *index);
/* All elements it names: a variable, an element, or a pattern with stars. labels may be NULL. */
typedef struct binding {
    const char *variable; /* as written */
    size_t count;
    const size_t *elements;
    const char *const *labels;
} binding;
truce_status bind_elements(const loader *l, const tree *entry, const char *what, const char *key, binding *b);
/* The same of a name that stands at a place. */
truce_status bind_name(const loader *l, const tree *at, const char *name, binding *b);
/* Reads the optional key `units` and compares; *units gets them, the model's when absent. per_month: the
 * model's units a month will do too. */
truce_status bind_units(const loader *l, const tree *entry, const char *what, size_t index, bool per_month,
                        const char **units);

#endif
