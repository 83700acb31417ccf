"""Value, gradients and second derivatives of a function of single numbers at one point."""

import numpy as np

import autograd_core as ac
from autograd_core import Tensor


def slopes(f, *xs, dtype=float):
    """Value, gradients, and rows of second derivatives; 0 where the graph does not reach."""
    with np.errstate(all="ignore"):
        ts = [Tensor(np.asarray(x, dtype), requires_grad=True) for x in xs]
        z = f(*ts)
        first = ac.gradients(z, ts, create_graph=True, allow_unused=True)
        return (
            z.numpy()[()],
            [_number(g, dtype) for g in first],
            [[_number(h, dtype) for h in _again(g, ts)] for g in first],
        )


def _again(g, ts):
    if g is None or not g.requires_grad:
        return [None] * len(ts)
    return ac.gradients(g, ts, retain_graph=True, allow_unused=True)


def _number(g, dtype):
    if g is None:
        return dtype(0)
    assert g.dtype == dtype
    return g.numpy()[()]


def check_point(f, xs, value, gradients, second, dtype):
    """Compare with what is known, to a few units in the last place."""
    z, first, rows = slopes(f, *xs, dtype=dtype)
    assert z.dtype == dtype
    close = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(z, value, rtol=close)
    if gradients is not None:
        np.testing.assert_allclose(first, gradients, rtol=close)
    if second is not None:
        np.testing.assert_allclose(rows, second, rtol=close)
