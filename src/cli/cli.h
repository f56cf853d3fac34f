/* The command line: one file a command, and what they share. */
#ifndef TRUCE_CLI_H
#define TRUCE_CLI_H

#include "truce/truce.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#ifndef PRINTF_LIKE
#if defined(__GNUC__)
#define PRINTF_LIKE(text_at, values_at) __attribute__((format(printf, text_at, values_at)))
#else
#define PRINTF_LIKE(text_at, values_at)
#endif
#endif

/* ---- Commands: take the arguments from the command's name on, return the exit code ------------------- */
int command_run(int argc, char **argv);
int command_check(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_list(int argc, char **argv);
int command_compile(int argc, char **argv);
int command_fit(int argc, char **argv);
int command_score(int argc, char **argv);
int command_forecast(int argc, char **argv);
int command_emit_c(int argc, char **argv);
int command_convert(int argc, char **argv);
int command_talks(int argc, char **argv);
int command_web(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_new(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_claims(int argc, char **argv);
int command_enough(int argc, char **argv);
int command_matter(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_yearly(int argc, char **argv);

/* What came of a file of truce forecast, in the data of a newer case; an exit code (forecast.c). */
int forecast_judge(const char *path, const char *newer);

/* ---- Help (help.c) ------------------------------------------------------------------------------------ */
extern const char *const command_names[];
extern const size_t command_count;
extern const char compare_help[], claims_help[], enough_help[], matter_help[], plan_help[],
    yearly_help[];                    /* help_answers.c */
void help_print(const char *command); /* NULL: of the whole program */

/* ---- Messages (message.c) ----------------------------------------------------------------------------- */
enum { EXIT_RUN_FAILED = TRUCE_RUN_FAILED, EXIT_INPUT = TRUCE_BAD_INPUT, EXIT_USAGE = TRUCE_BAD_USAGE };
/* "truce: sentence; see ...", returns EXIT_USAGE. command may be NULL. */
int usage_error(const char *command, const char *format, ...) PRINTF_LIKE(2, 3);
/* "truce: file:line: sentence", returns the exit code of the error. */
int report_error(const truce_error *error);
/* "truce: warning: file:line: sentence" for what the model warns of, the first few in full. */
void print_warnings(const truce_model *model);
/* " (did you mean "near"?)" or "", in a buffer of the caller's. */
enum { SUGGESTION_SIZE = 256 };
/* Says that a case has no scenario of this name, with the nearest, or with all of them. Returns EXIT_USAGE. */
int scenario_unknown(const char *command, const truce_case *c, const char *name);
const char *suggestion(char *buffer, const char *name, const char *const *names, size_t count);

/* ---- Phrases (phrase.c) ------------------------------------------------------------------------------- */
typedef struct phrase {
    char *text; /* NULL when nothing was printed */
    size_t length;
    bool failed; /* out of memory: the text is not whole */
} phrase;
void phrase_print(phrase *w, const char *format, ...) PRINTF_LIKE(2, 3);
/* A blank, and a word of a command line as a shell needs it, quoted where it has to be. */
void phrase_word(phrase *w, const char *word);
void phrase_free(phrase *w);
/* A value of a parameter with four digits, or as a month where it is one. */
void phrase_parameter(phrase *w, const truce_case *c, const truce_parameter *p, double value);
/* Fill the error and return its status. file: NULL for no place. */
truce_status error_make(truce_error *error, truce_status status, const char *file, const char *format, ...)
    PRINTF_LIKE(4, 5);
truce_status error_no_memory(truce_error *error);

/* ---- Options (options.c) ------------------------------------------------------------------------------ */
/* getopt_long with our messages: the option's value, -1 at the end, '?' after a usage error was printed. */
int next_option(const char *command, int argc, char **argv, const char *letters, const struct option *names);
/* A whole number within bounds, or a usage error. */
bool option_number(const char *command, const char *option, const char *written, uint64_t least,
                   uint64_t greatest, uint64_t *value);
/* TRUCE_ENGINE_AUTO, unless the environment's TRUCE_NATIVE is 0. */
truce_engine default_engine(void);
/* The whole of a text as a finite number. */
bool read_number(const char *written, double *value);
/* The name of one, or a usage error. */
bool option_engine(const char *command, const char *written, truce_engine *engine);
/* Whether `written`, which may be NULL, is a date in the case's unit of time: 0, or an exit code after a message. */
int option_period(const char *command, const truce_case *c, const char *option, const char *written);

/* ---- What is read and what is written (inputs.c) ------------------------------------------------------- */
/* At the start and the end of the process. 0 or an exit code after a message. */
int inputs_begin(void);
void inputs_end(void);
/* The files on disk, from which cases and models are loaded. */
const truce_files *inputs_files(void);
/* Counts a file that is read in another way. 0 or an exit code after a message. */
int input_count(const char *path);
/* Before a file is written: refused when it is an input, under whatever name; from then on it cannot become one. */
truce_status input_spare(const char *path, truce_error *error);
/* Before it is looked what is there: from then on no other process puts results there, or none that are overwritten
 * (truce_hold_directory, truce_hold_file). Until output_let_go or inputs_end. */
truce_status output_hold(const char *path, bool is_directory, truce_error *error);
void output_let_go(const char *path); /* the last hold of that path, if there is one */

/* ---- What to work on (target.c) ----------------------------------------------------------------------- */
/* A model, a program or a case: a file, a directory with a case.yaml, or the name of one that list shows. */
typedef struct target {
    bool is_case;
    bool is_program; /* the file begins as programs do */
    char path[4096];
} target;
/* 0, or the exit code after a message. */
int target_find(const char *name, target *t);
/* Loads a model, or a case and its model; what is not loaded is NULL. *model belongs to *c when there is one.
 */
int target_load(const target *t, truce_model **model, truce_case **c);
void target_unload(truce_model *model, truce_case *c);
/* The fit in a directory, with a warning when it is not of this case as it is now. 0 or an exit code. */
int posterior_load(const truce_case *c, const char *directory, truce_fit **fit);
/* The fit that a command uses: that of *directory, as asked; else the one beside the case, as long as it is of
 * the case as it is now, whose directory is put there; *fit stays NULL for the priors. */
int posterior_choose(const truce_case *c, bool priors, const char **directory, truce_fit **fit);

/* ---- One run of a model or program (run_model.c)
 * ------------------------------------------------------------
 */
typedef struct single_run {
    uint64_t seed, member;
    const char *const *settings; /* "name=value", as given */
    size_t setting_count;
    const char *data; /* a CSV file of series, or NULL */
    truce_interpolation interpolation;
    double tolerance;   /* 0: the default */
    const char *output; /* NULL: standard output */
    bool force;
} single_run;
int run_model(const target *t, const single_run *run);

/* Calls visit for each case (or model) found here and in the installed data, in alphabetical order. Returns
 * the number of them, or SIZE_MAX when not all can be found, and errno says why. */
size_t target_each(bool cases, void (*visit)(void *context, const char *name, const char *path),
                   void *context);

/* ---- Draws of a fit (fit.c) --------------------------------------------------------------------------- */
/* Those of parameter j, in ascending order, into `room` */
void sorted_draws(const truce_fit *f, size_t j, double *room);

/* ---- Text on a terminal (print.c) --------------------------------------------------------------------- */
enum { PRINT_COLUMNS = 80 };
size_t print_width(const char *words); /* columns that UTF-8 text takes: its code points */
void print_padded(const char *words, size_t width);
/* A line in which nothing moves the cursor of a terminal, whatever the names of files in it are. */
void print_line(FILE *stream, const char *format, ...) PRINTF_LIKE(2, 3);
/* Where results are, after an empty line. */
void print_place(const char *directory, const char *files);
/* Text in lines of at most PRINT_COLUMNS, the first after `label` and all indented by `indent` columns. */
void print_wrapped(const char *label, size_t indent, const char *words);
bool colour_wanted(FILE *stream); /* a terminal, and no NO_COLOR */
/* Flushes standard output; an exit code after a message when anything written to it was lost. Silent after a
 * failed run, which has given its reason. */
int finish_output(int code);
/* Standard output is a pipe that nobody reads any more, as after `truce ... | head`. */
bool reader_is_gone(void);

/* ---- Progress and interruption (progress.c) ----------------------------------------------------------- */
typedef struct progress {
    const char *title;     /* of what is being run */
    size_t members, first; /* how many it has; the first of those in hand */
    size_t total, before;  /* members of all that is being run; done before those in hand */
    bool shown;            /* a bar is on the terminal */
    struct timespec last;  /* when it was drawn */
} progress;
/* For truce_ensemble_options: draws the bar on standard error when it is a terminal; false when interrupted.
 */
bool progress_update(void *context, size_t done, size_t members);
/* For what tells nothing of how far it is: from two seconds on, shows on a terminal for how long it has been at it, until
 * busy_end. One at a time. */
void busy_begin(const char *what);
void busy_end(void);
void progress_clear(progress *p);
/* From here on signals are only noted, and whoever works is to look. What makes files and folders does so first. */
void catch_interruption(void);
/* For work that nothing asks whether it is to go on: from now on a signal ends the process at once, with the folders that
 * file_prepare made for `path`. What is being written has no name yet. */
void die_at_signals(const char *path, const char *made);
bool was_interrupted(void);
bool not_interrupted(void *context); /* for an interruption */
/* TRUCE_RUN_FAILED with a sentence when a signal was noted. */
truce_status check_interruption(truce_error *error);
/* Ends the process as the signal would have, after everything was tidied up. */
void die_of_interruption(void);
void die_of_signal(int number);

/* ---- Result directories (directory.c) ----------------------------------------------------------------- */
/* Makes `path` and its parents where missing. Refuses one that holds results already, unless forced, and one in which
 * the command would write over an input. 0 or an exit code after a message. *made is the first directory that was
 * made, for directory_undo, or NULL. */
int directory_prepare(const char *command, const char *path, bool force, char **made);
/* Refuses a file that the command writes beside its results and that would be one of them. The directory is there. */
int directory_spare(const char *command, const char *path, const char *file);
/* Makes `path` and its parents where missing, whatever it holds. */
truce_status directory_make(const char *path, truce_error *error);
/* Removes the directories that directory_prepare made, as far as they are empty. */
void directory_undo(const char *path, char *made);
/* Makes the directory of a file where missing; *made as above, for file_end. Refuses a file that is there
 * already, unless forced, an input, and what is no regular file. */
int file_prepare(const char *path, bool force, char **made);
/* Returns the exit code; when it is a failure, the directories that file_prepare made are removed as far as they
 * are empty. */
int file_end(const char *path, char *made, int code);

#endif
