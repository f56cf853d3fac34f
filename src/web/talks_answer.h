/* Talks on a reader's scenario, as JSON for the page. */
#ifndef TRUCE_WEB_TALKS_ANSWER_H
#define TRUCE_WEB_TALKS_ANSWER_H

#include "web/session.h"

/* Appends the object. `degree`: of the regressions. What the record of the past says of the members is kept for the next
 * call. */
truce_status talks_answer(web_session *s, const web_request *request, unsigned degree, text *out,
                          truce_error *error);

#endif
