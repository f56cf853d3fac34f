# deSolve for desolve.c: the function that runs the model from its initial stocks.
# numbers: start, stop, time between saves, time step, number of outputs that are no stocks
library(deSolve)

prepare <- function(path, numbers) {
    dyn.load(path)
    library <- sub("[.]so$", "", basename(path))
    times <- seq(numbers[1], numbers[2], by = numbers[3])
    method <- rkMethod("euler")
    function(stocks)
        rk(stocks, times, "derivatives", NULL, dllname = library, initfunc = NULL, nout = numbers[5],
            method = method, hini = numbers[4], ynames = FALSE)
}
