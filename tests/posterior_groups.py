"""Opens posterior.nc as a reader would, group by group with xarray, which ArviZ opens it with too.

posterior_groups.py FILE DRAWS [ARRAY DIMENSION ELEMENT,ELEMENT]
"""
import sys

import netCDF4
import numpy
import xarray

path, draws = sys.argv[1], int(sys.argv[2])
raw = netCDF4.Dataset(path)
assert not raw.dimensions and not raw.variables, "the root holds nothing but attributes"
assert set(raw.groups) == {
    "posterior", "prior", "sample_stats", "log_likelihood", "observed_data", "constant_data"}, raw.groups.keys()
group = {name: xarray.open_dataset(path, group=name) for name in raw.groups}
for name, dataset in group.items():
    assert all(d in dataset.coords for d in dataset.dims), (name, "a dimension without a coordinate")

posterior, prior, stats = group["posterior"], group["prior"], group["sample_stats"]
for name in ("posterior", "prior", "log_likelihood"):
    for variable in group[name].data_vars.values():
        assert variable.dims[:2] == ("chain", "draw") and variable.shape[:2] == (4, draws), variable
parameters = {n for n, v in posterior.data_vars.items() if v.attrs.get("kind") == "parameter"}
assert parameters == set(prior.data_vars), "the prior has what the posterior has"
counted = sum(int(numpy.isfinite(posterior[n].isel(chain=0, draw=0)).sum()) for n in parameters)
assert counted == stats.sizes["parameter"], "as many elements with draws as parameters"
for name in parameters:
    same = numpy.isfinite(posterior[name]) == numpy.isfinite(prior[name])
    assert bool(same.all()), "draws of the prior where there are draws of the posterior"
for name in ("r_hat", "tail_effective_size", "contraction"):
    assert stats[name].dims == ("parameter",) and bool(numpy.isfinite(stats[name]).all())
assert "weight" not in stats or float(stats.weight.max()) == float(stats.weight.min())

observed, points = group["observed_data"], group["log_likelihood"]
assert set(observed.data_vars) == set(points.data_vars)
total = 0
for name, variable in points.data_vars.items():
    assert variable.dims[2:] == observed[name].dims
    assert bool((variable[variable.dims[2]] == observed[observed[name].dims[0]]).all())
    assert bool(numpy.isfinite(variable).all()) and bool(numpy.isfinite(observed[name]).all())
    total = total + variable.astype("f8").sum(variable.dims[2])
# Points are floats: each is off by at most 2^-24 of itself.
assert float(abs(total - stats.total_log_likelihood).max()) < 1e-5 * float(abs(stats.total_log_likelihood).max())

if len(sys.argv) > 3:
    array, dimension, elements = posterior[sys.argv[3]], sys.argv[4], sys.argv[5].split(",")
    assert array.dims == ("chain", "draw", dimension), array.dims
    assert list(array[dimension].values) == elements, array[dimension]
    for element in elements:
        assert stats.r_hat.sel(parameter=f"{sys.argv[3]}[{element}]").shape == ()
