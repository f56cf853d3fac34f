/* Charts in a build without gnuplot: there are none. */
#include "show/chart.h"

truce_status gnuplot_draw(const text *scripts, size_t count, unsigned threads, interruption watched,
                          text *drawings, truce_error *error)
{
    (void)scripts;
    (void)threads;
    (void)watched;
    (void)drawings;
    return count ? error_set(error, TRUCE_RUN_FAILED, NULL, 0,
                             "this truce was built without gnuplot, which draws charts")
                 : TRUCE_OK;
}
