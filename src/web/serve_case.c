/* truce_serve_case: a page that nobody keeps. It lies in a folder inside of the locked one, since what replaces a
 * folder as a whole, as the writer of a page does, would take the lock away. */
#include "base/base.h"
#include "base/temporary.h"
#include "truce/web.h"

#include <errno.h>
#include <string.h>

truce_status truce_serve_case(const truce_case *c, const truce_page_options *page,
                              const truce_server_options *options, truce_error *error)
{
    REQUIRE(c, "case");
    REQUIRE(page, "page");
    REQUIRE(options, "options");
    temporary_directory place;
    char folder[sizeof place.path + 8];
    if (!temporary_open(&place))
        return error_set(error, TRUCE_RUN_FAILED, temporary_place(), 0,
                         "cannot make a folder for the page: %s", strerror(errno));
    snprintf(folder, sizeof folder, "%s/page", place.path);
    truce_status status = truce_page_write(c, page, folder, error);
    if (status == TRUCE_OK)
        status = truce_serve(folder, options, error);
    temporary_close(&place);
    return status;
}
