"""Pooling: against torch, and differences."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from nn.functional import pool_rows, pooling
from nn.layers import pooling as layers
from tests.nn.oracle import agrees_with_torch, function_agrees, torch

SIZES = {1: (9,), 2: (7, 8), 3: (5, 6, 4)}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_functions_agree_with_torch(n, ceil_mode):
    theirs, x = torch().nn.functional, numbers(2, 3, *SIZES[n])
    for kernel, stride, padding, dilation in itertools.product((1, 2, 3), (None, 1, 2, 4), (0, 1), (1, 2)):
        if 2 * padding > kernel or dilation * (kernel - 1) >= min(SIZES[n]):
            continue
        how = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
        name = f"max_pool{n}d"
        function_agrees(getattr(pooling, name), getattr(theirs, name), x, dilation=dilation, **how)
        name = f"avg_pool{n}d"
        counted = dilation == 1
        function_agrees(getattr(pooling, name), getattr(theirs, name), x, count_include_pad=counted, **how)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_indices_are_torchs(n):
    th, x = torch(), numbers(2, 3, *SIZES[n])
    for how in (
        {"stride": 1},
        {"padding": 1},
        {"stride": 2, "padding": 1, "ceil_mode": True},
        {"dilation": 2},
    ):
        name = f"max_pool{n}d"
        z, indices = getattr(pooling, name)(x, 2, return_indices=True, **how)
        wanted = getattr(th.nn.functional, name)(th.tensor(x), 2, return_indices=True, **how)
        np.testing.assert_array_equal(z, wanted[0].numpy())
        np.testing.assert_array_equal(indices, wanted[1].numpy())
        taken = np.take_along_axis(x.reshape(2, 3, -1), indices.reshape(2, 3, -1), -1)
        np.testing.assert_array_equal(taken.reshape(z.shape), z)


def test_every_axis_has_settings_of_its_own():
    theirs, x = torch().nn.functional, numbers(2, 3, 9, 8)
    how = {"kernel_size": (3, 2), "stride": (2, 3), "padding": (1, 0), "ceil_mode": True}
    function_agrees(pooling.max_pool2d, theirs.max_pool2d, x, dilation=(1, 2), **how)
    function_agrees(pooling.avg_pool2d, theirs.avg_pool2d, x, count_include_pad=False, **how)
    function_agrees(pooling.avg_pool2d, theirs.avg_pool2d, x, divisor_override=5, **how)


@pytest.mark.parametrize("p", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_norms_agree_with_torch(n, p):
    name, x = f"lp_pool{n}d", np.abs(numbers(2, 3, *SIZES[n]))
    theirs = getattr(torch().nn.functional, name)
    function_agrees(getattr(pooling, name), theirs, x, norm_type=p, kernel_size=2)
    function_agrees(getattr(pooling, name), theirs, x, norm_type=p, kernel_size=3, stride=2, ceil_mode=True)


def test_a_norm_with_p_1_is_a_sum_of_either_sign():
    x = numbers(2, 3, 7)
    function_agrees(pooling.lp_pool1d, torch().nn.functional.lp_pool1d, x, norm_type=1, kernel_size=3)


def test_a_norm_of_zeros_has_gradient_zero():
    x = Tensor(np.zeros((1, 2, 2)), requires_grad=True)
    pooling.lp_pool2d(x, 2, 2).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.zeros((1, 2, 2)))


@pytest.mark.parametrize("stride", [1, 2])
def test_of_several_largest_numbers_the_first_gets_the_gradient(stride):
    x = np.array([[[1.0, 1, 2, 2], [1, 1, 2, 2], [3, 3, 3, 3], [0, 3, 3, 0]]])
    function_agrees(pooling.max_pool2d, torch().nn.functional.max_pool2d, x, 2, stride=stride)


def test_nan_and_infinities_as_in_torch():
    x = numbers(1, 2, 6, 6)
    x[0, 0, 1, 1], x[0, 0, 1, 2], x[0, 0, 4, 4] = np.nan, np.nan, np.inf
    x[0, 1, :3, :3], x[0, 1, 5, 5] = -np.inf, np.nan
    for how in ({"kernel_size": 3, "stride": 1, "padding": 1}, {"kernel_size": 2}):
        function_agrees(pooling.max_pool2d, torch().nn.functional.max_pool2d, x, **how)
        indices = pooling.max_pool2d(x, return_indices=True, **how)[1]
        wanted = torch().nn.functional.max_pool2d(torch().tensor(x), return_indices=True, **how)[1]
        np.testing.assert_array_equal(indices, wanted.numpy())


def test_an_infinite_gradient_stays_in_its_place():
    x = ac.Tensor(np.arange(16.0).reshape(1, 4, 4), requires_grad=True)
    pooling.max_pool2d(x, 2).backward(np.array([[[np.inf, 1], [1, 1]]]))
    assert x.grad.numpy()[0, 1, 1] == np.inf
    assert np.isfinite(x.grad.numpy()).sum() == 15


@pytest.mark.parametrize("n", [1, 2, 3])
def test_layers_agree_with_torch(n):
    th, x = torch().nn, numbers(2, 3, *SIZES[n])
    for kind, args, settings in (
        ("MaxPool", (2,), {}),
        ("MaxPool", (3,), {"stride": 2, "padding": 1, "ceil_mode": True}),
        ("MaxPool", (2,), {"dilation": 2, "stride": 1}),
        ("MaxPool", (2,), {"return_indices": True}),
        ("AvgPool", (2,), {}),
        ("AvgPool", (3,), {"stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False}),
        ("LPPool", (3, 2), {}),
    ):
        name = f"{kind}{n}d"
        ours, theirs = getattr(layers, name)(*args, **settings), getattr(th, name)(*args, **settings)
        assert repr(ours).replace(" ", "") == repr(theirs).replace(" ", "").replace(
            "norm_type=3.0", "norm_type=3"
        )
        agrees_with_torch(ours, theirs, np.abs(x), calls=1)


# ---- derivatives -------------------------------------------------------------------------------------------

HOW = {"size": (3, 3), "kernel": (3, 2), "stride": (2, 2), "dilation": (1, 1), "front": (1, 0)}


@pytest.mark.parametrize("row", ["max_pool", "window_sum"])
def test_rows_to_second_order(row):
    f = getattr(pool_rows, row)
    assert_gradients(lambda x: f(x, **HOW) ** 2, numbers(2, 2, 5, 6), order=2)


def test_transposes_of_sums_and_picks():
    x, g = numbers(2, 5, 6), numbers(2, 3, 3, seed=1)
    how = {k: v for k, v in HOW.items() if k != "size"}
    back = pool_rows.window_spread(g, size=(5, 6), **how)
    assert (back * x).sum() == pytest.approx((pool_rows.window_sum(x, **HOW) * g).sum())
    places = pool_rows.pool_places(x, **HOW)
    back = pool_rows.pool_put(g, places, size=(5, 6), **how)
    assert (back * x).sum() == pytest.approx((pool_rows.pool_pick(x, places, **how) * g).sum())


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_jacobian_hessian_and_products_with_them(name):
    th, x = torch(), numbers(1, 2, 4, 5)
    how = {"kernel_size": (3, 2), "stride": 1, "padding": (1, 0)}

    def ours(x):
        return ac.tanh(getattr(pooling, name)(x, **how))

    def hers(x):
        return th.tanh(getattr(th.nn.functional, name)(x, **how))

    jacobian = th.autograd.functional.jacobian(hers, th.tensor(x)).numpy()
    hessian = th.autograd.functional.hessian(lambda x: (hers(x) ** 2).sum(), th.tensor(x)).numpy()
    np.testing.assert_allclose(ac.jacobian(ours)(x), jacobian, atol=1e-12)
    np.testing.assert_allclose(ac.hessian(lambda x: (ours(x) ** 2).sum())(x), hessian, atol=1e-12)
    v = numbers(*x.shape, seed=2)
    np.testing.assert_allclose(ac.jvp(ours, x, v)[1], np.tensordot(jacobian, v, 4), atol=1e-12)
    product = np.tensordot(hessian, v, 4)
    np.testing.assert_allclose(ac.hvp(lambda x: (ours(x) ** 2).sum(), x, v), product, atol=1e-12)


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_float32_stays_float32_and_inputs_are_left_alone(name):
    f = getattr(pooling, name)
    x = numbers(2, 3, 6, 6).astype(np.float32)
    before, turned = x.copy(), x.transpose(0, 1, 3, 2)
    t = Tensor(turned, requires_grad=True)
    for how in ({}, {"stride": 1, "padding": 1, "ceil_mode": True}):
        z = f(t, 2, **how)
        z.sum().backward()
        assert z.dtype == t.grad.dtype == f(x, 2, **how).dtype == np.float32
        np.testing.assert_array_equal(f(turned, 2, **how), f(turned.copy(), 2, **how))
        np.testing.assert_array_equal(z.numpy(), f(turned, 2, **how))
    np.testing.assert_array_equal(x, before)


def test_one_datum_an_empty_batch_and_integers():
    x = numbers(3, 4, 6)
    for f in (pooling.max_pool2d, pooling.avg_pool2d):
        np.testing.assert_array_equal(f(x, 2), f(x[None], 2)[0])
        assert f(np.zeros((0, 3, 4, 6)), 2).shape == (0, 3, 2, 3)
    np.testing.assert_array_equal(pooling.max_pool1d([[3, -7, -5, -4]], 2, padding=1), [[3, -5, -4]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: pooling.max_pool2d(x, 5), "larger than the input"),
        (lambda x: pooling.max_pool2d(x, 2, padding=2), "more than half"),
        (lambda x: pooling.max_pool2d(x, 0), "kernel_size is an integer of at least 1"),
        (lambda x: pooling.max_pool2d(x, (2, 2, 2)), "or 2 of them"),
        (lambda x: pooling.avg_pool2d(x, 2, stride=0), "stride is an integer of at least 1"),
        (lambda x: pooling.avg_pool2d(x, 2, divisor_override=0), "divisor_override"),
        (lambda x: pooling.max_pool1d(x, 2), r"\(N, C, L\) or \(C, L\)"),
        (lambda x: pooling.lp_pool2d(x, 0, 2), "norm_type is greater than 0"),
        (lambda x: layers.MaxPool2d(2)(x[0, 0]), r"MaxPool2d\(2 × 2\): input is"),
        (lambda x: layers.MaxPool2d(2, padding=-1), "MaxPool2d: padding"),
    ],
)
def test_errors_say_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call(numbers(2, 3, 4, 4))


def test_norms_of_windows_do_not_hide_nan():
    y = pooling.lp_pool1d(np.array([[np.nan, 1.0, 3.0, 4.0]]), 2, 2)
    assert np.isnan(y[0, 0])
    assert y[0, 1] == 5


# ---- the rows against loops --------------------------------------------------------------------------------


@st.composite
def pooled(draw):
    n = draw(st.integers(1, 3))
    kernel = tuple(draw(st.integers(1, 3)) for _ in range(n))
    stride = draw(st.one_of(st.just(kernel), st.tuples(*[st.integers(1, 4)] * n)))
    dilation = draw(st.one_of(st.just((1,) * n), st.tuples(*[st.integers(1, 2)] * n)))
    front = tuple(draw(st.integers(0, (d * (k - 1) + 1) // 2)) for k, d in zip(kernel, dilation, strict=True))
    positions = tuple(draw(st.integers(1, 5)) for _ in range(n))
    # the last window ends in front of the end of x, at it, or (as with ceil_mode) behind it, but begins in it
    size = tuple(
        max(1, (p - 1) * s - f + 1 + draw(st.integers(0, d * (k - 1) + 2)))
        for p, s, k, d, f in zip(positions, stride, kernel, dilation, front, strict=True)
    )
    lead = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    seed, dtype = draw(st.integers(0, 9)), draw(st.sampled_from([np.float64, np.float32, np.float16]))
    return (
        lead,
        size,
        positions,
        {
            "kernel": kernel,
            "stride": stride,
            "dilation": dilation,
            "front": front,
        },
        dtype,
        seed,
    )


def met(p, k, size, how):
    """What the place k of the window at p meets, or None."""
    each = zip(p, k, how["stride"], how["dilation"], how["front"], strict=True)
    i = tuple(s * a + d * b - f for a, b, s, d, f in each)
    return i if all(0 <= j < m for j, m in zip(i, size, strict=True)) else None


@given(pooled())
def test_rows_are_what_loops_give(problem):
    lead, size, positions, how, dtype, seed = problem
    rng = np.random.default_rng(seed)
    x = rng.integers(-3, 4, lead + size).astype(dtype)
    g = rng.integers(-3, 4, lead + positions).astype(dtype)
    largest, total = np.full(lead + positions, -np.inf), np.zeros(lead + positions)
    places = np.zeros(lead + positions, int)
    put, spread = np.zeros(lead + size), np.zeros(lead + size)
    for at in np.ndindex(lead + positions):
        free, p = at[: len(lead)], at[len(lead) :]
        best = None
        for number, k in enumerate(np.ndindex(how["kernel"])):
            i = met(p, k, size, how)
            if i is None:
                continue
            total[at] += x[free + i]
            spread[free + i] += g[at]
            if x[free + i] > largest[at]:
                largest[at], places[at], best = x[free + i], number, i
        if best is not None:
            put[free + best] += g[at]
    whole = [a for a in np.ndindex(positions) if any(met(a, k, size, how) for k in np.ndindex(how["kernel"]))]
    sees = np.zeros(positions, bool)
    for a in whole:
        sees[a] = True
    found = pool_rows.pool_places(x, size=positions, **how)
    np.testing.assert_array_equal(found[..., sees], places[..., sees])
    np.testing.assert_array_equal(
        pool_rows.max_pool(x, size=positions, **how)[..., sees], largest[..., sees].astype(dtype)
    )
    picked = pool_rows.pool_pick(x, found, **how)
    np.testing.assert_array_equal(picked[..., sees], largest[..., sees].astype(dtype))
    np.testing.assert_array_equal(pool_rows.pool_put(g, found, size=size, **how), put.astype(dtype))
    np.testing.assert_array_equal(pool_rows.window_sum(x, size=positions, **how), total.astype(dtype))
    np.testing.assert_array_equal(pool_rows.window_spread(g, size=size, **how), spread.astype(dtype))
    for row in (picked, found):
        assert row.flags.c_contiguous
    assert picked.dtype == dtype


def test_stacks_in_front_of_either_operand():
    how = {"kernel": (2, 3), "stride": (2, 2), "dilation": (1, 1), "front": (1, 0)}
    x, g = numbers(4, 3, 2, 7, 9), numbers(4, 3, 2, 4, 4, seed=1)
    places = pool_rows.pool_places(x, size=(4, 4), **how)
    for a, b in ((x, places[0, 0]), (x[0, 0], places), (x[:, :1], places[0])):
        pick = pool_rows.pool_pick(a, b, **how)
        put = pool_rows.pool_put(g, b, size=(7, 9), **how)
        for i in np.ndindex(4, 3):
            one = np.broadcast_to(a, x.shape)[i]
            where = np.broadcast_to(b, places.shape)[i]
            np.testing.assert_array_equal(
                np.broadcast_to(pick, g.shape)[i], pool_rows.pool_pick(one, where, **how)
            )
            np.testing.assert_array_equal(put[i], pool_rows.pool_put(g[i], where, size=(7, 9), **how))


def test_many_windows_are_cut_into_parts(monkeypatch):
    x, g = numbers(7, 3, 8, 9), numbers(7, 3, 4, 4, seed=1)
    how = {"kernel": (2, 3), "stride": (2, 2), "dilation": (1, 1), "front": (0, 0)}

    def all_rows():
        places = pool_rows.pool_places(x, size=(4, 4), **how)
        put = pool_rows.pool_put(g, places, size=(8, 9), **how)
        return places, pool_rows.max_pool(x, size=(4, 4), **how), pool_rows.pool_pick(x, places, **how), put

    wanted = all_rows()
    monkeypatch.setattr(pool_rows, "PART", 70)  # four and five of 21 at a time
    for a, b in zip(all_rows(), wanted, strict=True):
        np.testing.assert_array_equal(a, b)


def test_places_where_all_is_minus_infinity():
    x = np.full((1, 1, 20, 20), -np.inf)
    x[..., 10:, :] = 1.0
    indices = pooling.max_pool2d(x, 3, stride=2, padding=1, return_indices=True)[1]
    wanted = torch().nn.functional.max_pool2d(torch().tensor(x), 3, 2, 1, return_indices=True)[1]
    np.testing.assert_array_equal(indices, wanted.numpy())
