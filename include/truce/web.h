/* Cases as pages that anyone opens in a browser, with the engine inside (truce.h is the manual). */
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
    size_t members;     /* of a picture at rest */
    uint64_t seed;
} truce_page_options;

/* 500 members, seed 1. */
TRUCE_API truce_page_options truce_page_default_options(void);

/* Writes index.html, page.js, page.css, engine.js and case.js into a directory, which is made when it is
 * missing: a page that a browser opens from any web server, or as a file. No compiler is needed. */
TRUCE_API truce_status truce_page_write(const truce_case *c, const truce_page_options *options,
                                        const char *directory, truce_error *error);

typedef struct truce_server_options {
    const char *address;      /* to listen at; NULL: 127.0.0.1, which nobody else reaches */
    unsigned port;            /* 0: any that is free */
    const char *const *hosts; /* names, beside the address and localhost, by which it may be called */
    size_t host_count;
    /* Called once it listens, with the port; and before every wait: false ends it. May be NULL. */
    void (*ready)(void *context, unsigned port);
    bool (*go_on)(void *context);
    void *context;
} truce_server_options;

/* Serves the regular files of a directory to a browser until `go_on` says no: GET and HEAD only, nothing outside
 * of the directory, nothing that begins with a dot. A request for another host than those known is refused, so
 * that no page of somebody else's can read through the reader's browser. */
TRUCE_API truce_status truce_serve(const char *directory, const truce_server_options *options,
                                   truce_error *error);

#ifdef __cplusplus
}
#endif
#endif
