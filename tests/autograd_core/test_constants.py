"""Python's numbers beside arrays: the numbers, dtypes and warnings of NumPy, whatever is remembered."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.ops import constants
from autograd_core.ops.constants import beside

KINDS = ["float16", "float32", "float64", "longdouble"]
NUMBERS = [0.1, -1 / 3, 2.0, 1e-7, 65504.0, 0.0, -0.0, np.inf, -np.inf, np.nan, 1e-44, 1e-310, 1e30]
FORMS = [
    lambda x, k: x * k,
    lambda x, k: k * x,
    lambda x, k: x + k,
    lambda x, k: k - x,
    lambda x, k: x / k,
    lambda x, k: k / x,
]


def same(found, wanted):
    assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(wanted))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("form", range(len(FORMS)))
def test_the_bits_are_numpys_every_time(kind, number, form):
    a = np.array([0.3, -0.7, 2.0, 0.0, -0.0], kind)
    with np.errstate(all="ignore"):
        wanted = FORMS[form](a, number)
        slope = [number, number, 1.0, -1.0, 1 / a.dtype.type(number), None][form]
        for _ in range(2):  # the second time it is remembered
            x = Tensor(a, True)
            z = FORMS[form](x, number)
            same(z.numpy(), wanted)
            z.backward(np.ones_like(a))
            if form < 2:
                same(x.grad.numpy(), np.ones_like(a) * number)
            elif form < 4:
                same(x.grad.numpy(), np.full_like(a, slope))
            elif form == 4:
                same(x.grad.numpy(), np.ones_like(a) / number)


def test_the_sign_of_a_zero_is_never_that_of_another():
    x = Tensor(np.ones(3), True)
    assert not np.signbit((x * 0.0).numpy()).any()
    assert np.signbit((x * -0.0).numpy()).all()
    assert not np.signbit((x * 0.0).numpy()).any()


def test_a_number_too_large_for_the_dtype_is_warned_of_every_time():
    x = Tensor(np.ones(3, np.float32), True)
    for _ in range(2):
        with pytest.warns(RuntimeWarning, match="overflow"):
            assert np.isinf((x * 1e40).numpy()).all()


def test_rules_pictures_and_second_derivatives_have_the_number_itself():
    x = Tensor(np.arange(1.0, 4.0, dtype=np.float32), True)
    for z in (x * 0.1, 0.1 * x, x / 0.3):
        assert [v for v in z.node.args[1:] if type(v) is float]
    y = (0.1 * x * x).sum()
    (g,) = ac.gradients(y, [x], create_graph=True)
    (h,) = ac.gradients(g.sum(), [x])
    assert h.dtype == np.float32
    np.testing.assert_array_equal(h.numpy(), np.float32([0.2, 0.2, 0.2]))


def test_a_gradient_of_another_dtype_meets_the_number_in_that_dtype():
    wide = ac.elementwise("wide_by_test", lambda x: x + 0, lambda g, z, x: g.astype(np.float64) * 1.0)
    x = Tensor(np.ones(3, np.float32), True)
    seen = []
    h = x * 1.0
    h.register_hook(lambda g: seen.append(g.numpy()))
    wide(h * 0.1).backward(np.ones(3, np.float32))
    assert seen[0].dtype == np.float64
    assert set(seen[0].tolist()) == {0.1}


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr(constants, "MOST", 10)
    a = np.ones(2, np.float32)
    for k in range(1, 40):
        assert beside(a, k / 7) == np.float32(k / 7)
    assert 0 < len(constants._beside[a.dtype]) <= 10
    with pytest.raises(ValueError, match="read-only"):
        beside(a, 0.5)[...] = 3.0
