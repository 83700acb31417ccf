"""Reductions, scans and order statistics of expressions: programs that hold for other numbers too."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.functions import reducing
from autograd_core.symbols.python import NAMESPACE, python
from autograd_core.symbols.symbol import Symbol
from tests.autograd_core.functions.derivatives import drawn

A = drawn(2, 5, 4)
TIMES = np.array([0.0, 0.5, 2.0, 2.25, 4.0])
NAMES = [
    *("sum", "prod", "mean", "max", "min", "ptp", "var", "std", "count_nonzero"),
    *("nansum", "nanprod", "nanmean", "nanmax", "nanmin", "nanvar", "nanstd", "nancumsum", "nancumprod"),
    *("cumsum", "cumprod", "diff", "softmax", "log_softmax", "logsumexp", "sort", "argsort", "median"),
]
CALLS = {
    **{name: lambda x, name=name: getattr(ac, name)(x, axis=1) for name in NAMES},
    "quantile": lambda x: ac.quantile(x, [0.2, 0.5], 1),
    "average": lambda x: ac.average(x, 1, x * x),
    "sum of some": lambda x: reducing.sum(x, 1, where=x > 0),
    "mean of some": lambda x: reducing.mean(x, 1, where=x > -1),
    "var of some": lambda x: reducing.var(x, 1, where=x > -1),
    "std of some": lambda x: reducing.std(x, 1, where=x > -1),
    "max of some": lambda x: reducing.max(x, 1, where=x > 0, initial=0.25),
    "all of some": lambda x: reducing.all(x, 1, where=x > 0),
    "any of some": lambda x: reducing.any(x, 1, where=x > 0),
    "gradient": lambda x: ac.gradient(x, TIMES, axis=1),
    "trapezoid": lambda x: ac.trapezoid(x, TIMES, axis=1),
    "cumulative_sum": lambda x: ac.cumulative_sum(x, axis=1, include_initial=True),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_program_of_an_expression(name):
    constants = {}
    text = python(CALLS[name](Symbol.input("x", A.shape)), constants)
    for x in (A, drawn(2, 5, 4, seed=9)):
        found = eval(text, {**NAMESPACE, **constants, "x": x})
        wanted = CALLS[name](x)
        assert found.dtype == wanted.dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("call", [ac.nanmedian, lambda x: ac.nanquantile(x, 0.3)], ids=["median", "quantile"])
def test_what_reads_by_value_has_no_program(call):
    with pytest.raises(TypeError, match="NaN"):
        call(Symbol.input("x", A.shape))
