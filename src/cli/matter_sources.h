/* truce matter --sources: its options and its answer. */
#ifndef TRUCE_MATTER_SOURCES_H
#define TRUCE_MATTER_SOURCES_H

#include "cli/question.h"

enum { MOST_CONCLUSIONS = 32, MOST_SOURCES = 64 };

typedef struct sources_arguments {
    bool asked, any; /* --sources; an option that goes with it alone */
    const char *conclusions[MOST_CONCLUSIONS], *sources[MOST_SOURCES], *keep;
    size_t conclusion_count, source_count;
    uint64_t particles;
    double holds_if; /* 0: the default */
} sources_arguments;

/* Beyond the letters of matter's own. */
enum { SOURCES_OPTION = 1024, SOURCES_SOURCE, SOURCES_PARTICLES, SOURCES_KEEP, SOURCES_HOLDS_IF };
#define SOURCES_OPTIONS                                                                                      \
    {"sources", no_argument, NULL, SOURCES_OPTION}, {"source", required_argument, NULL, SOURCES_SOURCE},     \
        {"particles", required_argument, NULL, SOURCES_PARTICLES},                                           \
        {"keep", required_argument, NULL, SOURCES_KEEP},                                                     \
    {                                                                                                        \
        "holds-if", required_argument, NULL, SOURCES_HOLDS_IF                                                \
    }

int sources_option(sources_arguments *a, int option);
/* --value, which may be given several times. */
int sources_conclusion(sources_arguments *a, const char *written);
/* The whole answer, with the question's options read. Returns the exit code. */
int sources_answer(sources_arguments *a, question *q, const char *scenario, const char *name);

#endif
