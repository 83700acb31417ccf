"""Affine maps as functions: torch's layout and the lecture's."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.testing import assert_gradients
from nn import functional as F
from tests.nn.oracle import function_agrees, torch

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(5, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=4)


@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3), (0, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_agrees_with_torch(shape, bias):
    x = RNG.normal(size=shape)
    args = (x, W, B) if bias else (x, W)
    function_agrees(F.linear, torch().nn.functional.linear, *args)


def test_a_weight_of_one_axis_gives_one_number_per_datum():
    function_agrees(F.linear, torch().nn.functional.linear, X, W[0])
    assert F.linear(X, W[0], 1.0).shape == (5,)


def test_affine_is_linear_with_the_weight_turned():
    """Rows 1.1-1, 3.5-3: xW + b with W (in, out)."""
    np.testing.assert_allclose(F.affine(X, W.T, B), F.linear(X, W, B))
    assert_gradients(F.affine, X, W.T, B)
    assert F.affine(X.astype(np.float32), W.T.astype(np.float32)).dtype == np.float32
    assert isinstance(F.affine(ac.Tensor(X), W.T), ac.Tensor)


REFUSED = [
    (lambda: F.linear(X, W.T), r"input \(5, 3\) and weight \(3, 4\).*looks like \(in, out\): use affine"),
    (
        lambda: F.linear(X, np.ones((4, 2))),
        r"input \(5, 3\) and weight \(4, 2\).*the last axes must be equal$",
    ),
    (
        lambda: F.linear(X, np.ones((2, 2, 3))),
        r"the weight is \(out, in\) or \(in,\), got the shape \(2, 2, 3\)",
    ),
    (lambda: F.linear(X, W, np.ones(3)), r"linear: the bias has the shape \(4,\), got \(3,\)"),
    (lambda: F.linear(2.0, W), r"input \(\) and weight \(4, 3\)"),
    (lambda: F.affine(X, W), r"x \(5, 3\) and W \(4, 3\).*W looks like \(out, in\): use linear"),
    (lambda: F.affine(X, np.ones((7, 2))), r"the last axis of x must have 7 numbers$"),
    (lambda: F.affine(X, B), r"affine: W is \(in, out\), got the shape \(4,\)"),
    (lambda: F.affine(X, W.T, np.ones((1, 4))), r"affine: the bias has the shape \(4,\), got \(1, 4\)"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_hint(call, words):
    with pytest.raises(ValueError, match=words):
        call()
