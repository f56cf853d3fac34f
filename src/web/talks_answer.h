/* Talks on a reader's scenario, as JSON for the page. */
#ifndef TRUCE_WEB_TALKS_ANSWER_H
#define TRUCE_WEB_TALKS_ANSWER_H

#include "web/session.h"

/* Appends the object. `degree`: of the regressions. */
truce_status talks_answer(const web_session *s, const web_request *request, unsigned degree, text *out,
                          truce_error *error);

#endif
