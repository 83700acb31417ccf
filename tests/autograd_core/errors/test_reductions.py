"""Reductions, scans and orders: axes, counts, masks, quantiles."""

import numpy as np
import pytest

import autograd_core as ac
from tests.autograd_core.errors.runner import run

AxisError = np.exceptions.AxisError

BAD = {
    "an axis too many": (
        lambda s: s.w.sum(axis=2),
        AxisError,
        ["sum of W (3, 4)", "axis 2 is out of bounds"],
    ),
    "of numpy's sum": (lambda s: np.sum(s.w, axis=3), AxisError, ["sum of W (3, 4)", "axis 3"]),
    "of numpy's amax": (lambda s: np.amax(s.w, axis=5), AxisError, ["max of W (3, 4)", "axis 5"]),
    "a negative axis too many": (lambda s: ac.mean(s.w, axis=-3), AxisError, ["mean of W (3, 4)", "axis -3"]),
    "one of two axes": (lambda s: ac.prod(s.w, axis=(0, 2)), AxisError, ["prod of W (3, 4)", "axis 2"]),
    "std": (lambda s: ac.std(s.w, axis=2), AxisError, ["std of W (3, 4)", "axis 2"]),
    "var of a method": (lambda s: s.w.var(2), AxisError, ["var of W (3, 4)", "axis 2"]),
    "ptp": (lambda s: ac.ptp(s.w, axis=2), AxisError, ["ptp of W (3, 4)", "axis 2"]),
    "median": (lambda s: ac.median(s.w, axis=2), AxisError, ["median of W (3, 4)", "axis 2"]),
    "nanmean": (lambda s: ac.nanmean(s.w, axis=2), AxisError, ["nanmean of W (3, 4)", "axis 2"]),
    "nanmax": (lambda s: np.nanmax(s.w, axis=2), AxisError, ["nanmax of W (3, 4)", "axis 2"]),
    "nanstd": (lambda s: ac.nanstd(s.w, axis=2), AxisError, ["nanstd of W (3, 4)", "axis 2"]),
    "softmax": (lambda s: ac.softmax(s.w, axis=4), AxisError, ["softmax of W (3, 4)", "axis 4"]),
    "argmax": (lambda s: ac.argmax(s.w, axis=2), AxisError, ["argmax of W (3, 4)", "axis 2"]),
    "sort": (lambda s: np.sort(s.w, axis=2), AxisError, ["sort of W (3, 4)", "axis 2"]),
    "argsort": (lambda s: ac.argsort(s.w, axis=2), AxisError, ["argsort of W (3, 4)", "axis 2"]),
    "cumsum": (lambda s: s.w.cumsum(axis=2), AxisError, ["cumsum of W (3, 4)", "axis 2"]),
    "cumprod": (lambda s: np.cumprod(s.w, axis=2), AxisError, ["cumprod of W (3, 4)", "axis 2"]),
    "diff": (lambda s: ac.diff(s.w, axis=2), AxisError, ["diff of W (3, 4)", "axis 2"]),
    "trapezoid": (lambda s: ac.trapezoid(s.w, axis=2), AxisError, ["trapezoid of W (3, 4)", "axis 2"]),
    "gradient": (lambda s: ac.gradient(s.w, axis=2), AxisError, ["gradient of W (3, 4)", "axis 2"]),
    "unwrap": (lambda s: ac.unwrap(s.w, axis=2), AxisError, ["unwrap of W (3, 4)", "axis 2"]),
    "an axis of a single number": (lambda s: s.x.sum(axis=0), AxisError, ["sum of x ()", "axis 0"]),
    "a fraction": (lambda s: s.w.sum(axis=1.0), TypeError, ["sum of W (3, 4)", "axis is None", "got 1.0"]),
    "words": (lambda s: s.w.mean(axis="rows"), TypeError, ["mean of W (3, 4)", "axis is None", "'rows'"]),
    "a fraction of log_softmax": (lambda s: ac.log_softmax(s.w, axis=2.5), TypeError, ["log_softmax", "2.5"]),
    "two axes of cumsum": (
        lambda s: ac.cumsum(s.w, axis=(0, 1)),
        TypeError,
        ["cumsum of W (3, 4)", "axis is an integer", "(0, 1)"],
    ),
    "an axis twice": (
        lambda s: s.w.sum(axis=(0, 0)),
        ValueError,
        ["sum of W (3, 4)", "repeated axis", "(0, 0)"],
    ),
    "an axis twice in a list": (lambda s: s.w.max(axis=[0, -2]), ValueError, ["max of W (3, 4)", "[0, -2]"]),
    "an axis twice of logsumexp": (
        lambda s: ac.logsumexp(s.w, (1, -1)),
        ValueError,
        ["logsumexp", "(1, -1)"],
    ),
    "keepdim": (lambda s: s.w.sum(keepdim=True), TypeError, ["sum()", "'keepdim'"]),
    "too many arguments": (lambda s: s.w.sum(0, 1, 2), TypeError, ["sum()", "positional arguments"]),
    "a dtype that is none": (lambda s: s.w.sum(dtype="text"), TypeError, ["sum", "'text'"]),
    "ddof of words": (lambda s: ac.var(s.w, ddof="1"), TypeError, ["var: ddof is a number, got '1'"]),
    "ddof None": (lambda s: s.w.std(ddof=None), TypeError, ["std: ddof is a number, got None"]),
    "ddof under two names": (
        lambda s: ac.var(s.w, ddof=1, correction=1),
        ValueError,
        ["var", "ddof=1", "correction=1", "give one"],
    ),
    "a mask of another shape": (
        lambda s: s.w.sum(where=np.ones(5, bool)),
        ValueError,
        ["sum", "where=", "(5,)", "(3, 4)"],
    ),
    "a mask without a start": (lambda s: s.w.max(where=s.w > 1), ValueError, ["max", "where=", "initial="]),
    "the maximum of nothing": (
        lambda s: ac.zeros((0, 2), requires_grad=True, name="E").max(),
        ValueError,
        ["max", "E (0, 2)"],
    ),
    "the median of nothing by axis": (
        lambda s: ac.quantile(ac.zeros((0, 2), requires_grad=True), 0.5),
        IndexError,
        ["quantile", "(0, 2)"],
    ),
    "weights of another shape": (
        lambda s: ac.average(s.w, weights=np.ones(3)),
        TypeError,
        ["average", "(3,)", "(3, 4)", "give axis="],
    ),
    "weights of another length": (
        lambda s: ac.average(s.w, axis=0, weights=np.ones(4)),
        ValueError,
        ["average", "axis 0", "(3,)", "(4,)"],
    ),
    "weights of sum 0": (
        lambda s: ac.average(s.w, axis=0, weights=np.zeros(3)),
        ZeroDivisionError,
        ["average", "sum to 0"],
    ),
    "a quantile above 1": (lambda s: ac.quantile(s.w, 1.5), ValueError, ["quantile", "[0, 1]", "1.5"]),
    "a quantile below 0": (lambda s: np.quantile(s.w, -0.1), ValueError, ["quantile", "[0, 1]", "-0.1"]),
    "a percentile above 100": (
        lambda s: ac.percentile(s.w, 101),
        ValueError,
        ["percentile", "[0, 100]", "101"],
    ),
    "a nanquantile above 1": (
        lambda s: ac.nanquantile(s.w, 2),
        ValueError,
        ["nanquantile", "[0, 1]", "got 2"],
    ),
    "a quantile of words": (lambda s: ac.quantile(s.w, "half"), TypeError, ["quantile", "'half'"]),
    "an unknown method": (
        lambda s: ac.quantile(s.w, 0.5, method="best"),
        ValueError,
        ["quantile", "'best'", "linear"],
    ),
    "a quantile to train": (lambda s: ac.quantile(s.w, s.x), ac.NoRuleError, ["numpy.quantile", ".detach()"]),
    "negative differences": (lambda s: ac.diff(s.w, n=-1), ValueError, ["diff", "-1"]),
    "differences of a number": (lambda s: ac.diff(s.x), ValueError, ["diff", "single number"]),
    "three spacings": (
        lambda s: ac.gradient(s.w, 1.0, 2.0, 3.0),
        TypeError,
        ["gradient", "3 spacings", "2 axes"],
    ),
    "a gradient of one point": (
        lambda s: ac.gradient(s.r[:1]),
        ValueError,
        ["gradient", "1 points", "needs 2"],
    ),
    "an edge order": (
        lambda s: ac.gradient(s.w, edge_order=3),
        ValueError,
        ["gradient", "edge_order", "got 3"],
    ),
    "places that do not fit": (
        lambda s: ac.trapezoid(s.w, np.ones(7)),
        ValueError,
        ["trapezoid of W (3, 4) and an array (7,)"],
    ),
    "kth out of range": (lambda s: ac.partition(s.w, 7), ValueError, ["partition of W (3, 4)", "7", "(4)"]),
    "a matrix to search in": (lambda s: ac.searchsorted(s.w, 1), ValueError, ["searchsorted", "(3, 4)"]),
    "bins in disorder": (
        lambda s: ac.digitize(s.w, [3, 1, 2]),
        ValueError,
        ["digitize of W (3, 4)", "monoton"],
    ),
    "a histogram of what trains": (
        lambda s: ac.histogram(s.w),
        ac.NoRuleError,
        ["numpy.histogram", ".numpy()"],
    ),
    "the kinds of what trains": (lambda s: ac.unique(s.w), ac.NoRuleError, ["numpy.unique", ".detach()"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
