/* Cases as pages that anyone can open in a browser, with the engine inside (truce.h is the manual). */
#ifndef TRUCE_PUBLIC_WEB_H
#define TRUCE_PUBLIC_WEB_H

#include "truce/case.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct truce_page_options {
    const char *page;           /* directory of the built page: page.html, page.js, page.css, engine.js */
    const truce_fit *posterior; /* whose draws the members are; NULL: of the priors */
    const char *scores; /* directory of a record of forecasts; NULL: the one beside the case, if any */
    size_t members;     /* computed once the levers rest */
    uint64_t seed;
} truce_page_options;

/* 500 members, seed 1. */
TRUCE_API truce_page_options truce_page_default_options(void);

/* Writes index.html, page.js, page.css, engine.js and case.js into a directory, which is created if it is
 * missing: a page that a browser can open from any web server, or as a file. No compiler is needed. */
TRUCE_API truce_status truce_page_write(const truce_case *c, const truce_page_options *options,
                                        const char *directory, truce_error *error);

typedef struct truce_server_options {
    const char *address;      /* to listen on; NULL: 127.0.0.1, which no other machine reaches */
    unsigned port;            /* 0: any free port */
    const char *const *hosts; /* names, besides the address and localhost, to which it answers */
    size_t host_count;
    /* ready: called once it listens, with the port. go_on: before every wait; false ends it. May be NULL. */
    void (*ready)(void *context, unsigned port);
    bool (*go_on)(void *context);
    void *context;
} truce_server_options;

/* Serves the regular files of a directory to a browser until `go_on` returns false: GET and HEAD only, nothing
 * outside the directory, nothing that begins with a dot. A request for an unknown host is refused, so that
 * nobody else's page can read through the reader's browser. */
TRUCE_API truce_status truce_serve(const char *directory, const truce_server_options *options,
                                   truce_error *error);

/* Makes the page of a case, as truce_page_write, in a private directory under TMPDIR (else /tmp), and serves it
 * likewise. The directory is removed at the end; one whose process was killed is removed by the next that makes one. */
TRUCE_API truce_status truce_serve_case(const truce_case *c, const truce_page_options *page,
                                        const truce_server_options *options, truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
