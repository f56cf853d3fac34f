/* What the command line adds to a case: --set, --add and --scale with --from and --to make a scenario on the
 * spot, --milestone asks for an event. */
#ifndef TRUCE_CLI_CHANGES_H
#define TRUCE_CLI_CHANGES_H

#include "cli/cli.h"

enum { CHANGES_MOST = 32, SWEEP_MOST = 24, BRANCHES_MOST = 8 };

typedef struct change {
    char kind;             /* 's': set, 'a': add, 'x': scale */
    const char *written;   /* NAME=VALUE */
    const char *from, *to; /* months, or NULL */
    char text[640];        /* of NAME=VALUE@FROM..TO, in its parts */
} change;

/* One value after the other of one variable, each a scenario of its own. */
typedef struct sweep {
    char name[512]; /* "" when there is none */
    double first, last;
    size_t count;
    const char *from, *to;
} sweep;

/* --branch SCENARIO=PROBABILITY[@DATE]: what the future may become. */
typedef struct changes_branch {
    char scenario[80], probability[32];
    const char *from; /* when its first change begins, or NULL */
} changes_branch;

typedef struct changes {
    change items[CHANGES_MOST];
    size_t count;
    const char *milestones[CHANGES_MOST]; /* as written */
    size_t milestone_count;
    sweep sweep;
    changes_branch branches[BRANCHES_MOST];
    size_t branch_count;
    const char *name;    /* of the scenario; NULL: "changed" */
    const char *command; /* for messages; NULL: "run" */
} changes;

/* Take the value of an option: a change, which may have its period behind it (NAME=VALUE@FROM, NAME=VALUE@FROM..TO); --from or --to, which hold for all changes before it that have none
 * yet; VARIABLE=FIRST:LAST:COUNT. 0 or an exit code after a message. */
int changes_add(changes *c, const char *command, char kind, const char *written);
int changes_period(changes *c, const char *command, bool from, const char *month);
int changes_sweep(changes *c, const char *command, const char *written);
/* --milestone "[speed of] NAME <= NUMBER[%] [for N months]" */
int changes_milestone(changes *c, const char *command, const char *written);
int changes_branches(changes *c, const char *command, const char *written);
/* Says what is set twice over the same time, the last of which holds. */
void changes_warn(const changes *c);
bool changes_any(const changes *c);
/* How many scenarios they make, and the name of one of them, in a buffer of at least 80 bytes. */
size_t changes_count(const changes *c);
void changes_name(const changes *c, size_t index, char *name);
/* The value that the sweep has in one of them. */
double changes_sweep_value(const changes *c, size_t index);
/* The scenarios as a part of a case, in YAML, built on the scenario `base`. */
void changes_print(const changes *c, const char *base, phrase *yaml);
/* Loads a case with these scenarios behind its own, which *yaml receives as a part of a case. base: NULL for the first of
 * the case. 0 or an exit code after a message. */
int changes_load(const changes *made, const target *t, const char *base, phrase *yaml, truce_case **c);

/* Loads a case with the sections of a file behind its own. 0 or an exit code after a message. */
int changes_load_file(const target *t, const char *path, truce_case **c);

#endif
