/* What the commands that answer questions have in common: options, the case and its posterior, and where the
 * answer goes. */
#ifndef TRUCE_QUESTION_H
#define TRUCE_QUESTION_H

#include "cli/changes.h"

typedef struct question {
    const char *command; /* "compare" */
    uint64_t members, seed, threads;
    truce_engine engine;
    const char *output, *posterior;
    bool force, json, quiet, priors;
    bool unfitted;   /* the command chooses the fit itself, unless one is named */
    changes changed; /* scenarios of the command line, built on `base` (NULL: the first) */
    const char *base;
    phrase words; /* the command that gives the same again */
    progress bar;
    truce_case *c; /* after question_begin */
    truce_fit *fit;
    truce_model *model;
    char *made; /* directories */
} question;

/* The options that every such command has, for an option table: letters ":n:S:t:o:fp:h", then these. */
#define QUESTION_LETTERS ":n:S:t:o:fp:h"
#define QUESTION_OPTIONS                                                                                     \
    {"members", required_argument, NULL, 'n'}, {"seed", required_argument, NULL, 'S'},                       \
        {"threads", required_argument, NULL, 't'}, {"engine", required_argument, NULL, 'E'},                 \
        {"output", required_argument, NULL, 'o'}, {"force", no_argument, NULL, 'f'},                         \
        {"posterior", required_argument, NULL, 'p'}, {"priors", no_argument, NULL, 'P'},                     \
        {"json", no_argument, NULL, 'j'}, {"quiet", no_argument, NULL, 'q'},                                 \
        {"help", no_argument, NULL, 'h'},                                                                    \
    {                                                                                                        \
        0                                                                                                    \
    }

/* And those of commands that make a scenario on the spot. */
enum { QUESTION_SET = 2048, QUESTION_ADD, QUESTION_SCALE, QUESTION_BRANCH };
#define QUESTION_SETTINGS                                                                                    \
    {"set", required_argument, NULL, QUESTION_SET}, {"add", required_argument, NULL, QUESTION_ADD},          \
    {                                                                                                        \
        "scale", required_argument, NULL, QUESTION_SCALE                                                     \
    }
#define QUESTION_CHANGES                                                                                     \
    QUESTION_SETTINGS,                                                                                       \
    {                                                                                                        \
        "branch", required_argument, NULL, QUESTION_BRANCH                                                   \
    }

/* 0, an exit code, or -1 when help was asked for. */
int question_option(question *q, int option);
/* The words of the changes, for the command that gives the same again. */
void question_describe_changes(question *q);
/* "2024-04" as a month, or a usage error. */
int question_month(const question *q, const char *option, const char *written, truce_month *month);
/* --probability and --how (how a lever is moved), or a usage error. */
int question_probability(const question *q, const char *written, double *value);
int question_how(const question *q, const char *written, const char **how);
/* NAME=LOW:HIGH in its parts, the ends as they are written; false when it is written otherwise, or too long. A name holds
 * no equals sign. */
enum { RANGE_END = 64 };
bool question_range(const char *written, char *name, size_t size, char low[RANGE_END], char high[RANGE_END]);
/* Finds and loads the case `name` and its posterior, and makes the directory of results. 0 or an exit code. */
int question_begin(question *q, const char *name);
/* Starts the words of the command; add words, then question_words_end. */
void question_words_begin(question *q, const char *name);
void question_word(question *q, const char *word);
/* False when out of memory. */
bool question_words_end(question *q);
/* For progress of simulations, with the question as context. */
bool question_progress(void *context, const truce_progress *p);
/* Prints a text, unless --quiet was given, and frees it. */
void question_print(const question *q, char *text);
/* Whether the case has a scenario of that name: 0, or an exit code after a message. */
int question_scenario(const question *q, const char *name);
/* Says where results are, or puts back what was there before; frees everything. Returns the exit code: `code`
 * where that is one already, else that of `status`, after its message. */
int question_end(question *q, int code, truce_status status, const truce_error *error, const char *files);

#endif
