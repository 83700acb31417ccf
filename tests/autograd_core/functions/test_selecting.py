"""Picking numbers: every argument against NumPy, with both orders of derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import selecting
from tests.autograd_core.functions.moving import check, numbers

x3, x23, x234 = numbers(3), numbers(2, 3), numbers(2, 3, 4)
whole = np.arange(24).reshape(2, 3, 4)
number = numbers()

CASES = [
    *(
        ("take", (x234, indices, axis), {"mode": mode})
        for indices in (1, [0, -1], [[1, 0], [0, 0]], [])
        for axis in (None, 0, 1, -1)
        for mode in ("raise", "wrap", "clip")
    ),
    *(("take", (x23, [-4, 7, 1], axis), {"mode": mode}) for axis in (None, 1) for mode in ("wrap", "clip")),
    ("take", (x23, np.array([1, 0], np.uint8), 0), {}),
    ("take", (x23, [True, False], 0), {}),
    ("take", (numbers(0, 2), [], 0), {}),
    *(("take_along_axis", (x234, np.argsort(x234, axis), axis), {}) for axis in (0, 1, 2, -1)),
    ("take_along_axis", (x23, np.array([[0, 0, 2, -1]]), 1), {}),
    ("take_along_axis", (x23, np.argsort(x23, None), None), {}),
    ("take_along_axis", (x23, np.array([[1], [0]]), -1), {}),
    ("take_along_axis", (numbers(1, 3), np.array([[0, 2], [1, 1]]), 1), {}),
    ("take_along_axis", (x234, np.zeros((2, 0, 4), int), 1), {}),
    *(("compress", (c, x234, axis), {}) for c, axis in [([0, 1], 0), ([True, False, True], 1), ([1], None)]),
    ("compress", ([False, True], x23, -1), {}),
    ("extract", (x23 > 0, x23), {}),
    ("extract", ([1, 0, 1, 0, 0, 0], x23), {}),
    *(("diagonal", (x234, k, i, j), {}) for k in (-2, 0, 1, 3, 9, -9) for i, j in [(0, 1), (1, 2), (-1, 0)]),
    ("diagonal", (numbers(0, 2),), {}),
    *(("diag", (x, k), {}) for x in (x3, x23, x23.T, numbers(0)) for k in (-3, -1, 0, 2)),
    *(("diagflat", (x, k), {}) for x in (x23, number) for k in (-1, 0, 1)),
    *((f, (x, k), {}) for f in ("tril", "triu") for x in (x3, x23, x234, numbers(0, 2)) for k in (-2, 0, 1)),
    ("tril", (np.array([[1.0, np.nan], [np.inf, 2.0]]),), {}),
    ("select", ([x23 > 0, x23 < -1], [x23 + 1, x23 * x23 * 0 + 2], 7.0), {}),
    ("select", ([x23 > 0, x3 > 0], [x23, x3]), {}),
    ("select", ([True, x3 > 0], [x23, x3], x3), {}),
    ("select", ([x3 > 99], [x23], number), {}),
    ("choose", (np.array([2, 0, 1]), [x3, 1.0, x23]), {}),
    ("choose", (1, [x3, x23]), {}),
    ("choose", ([0, 0], [number]), {}),
    ("choose", (np.array([[0, 1, 0]]), x23), {}),
    ("choose", ([True, False, True], [x3, x23]), {}),
    *(("choose", ([-1, 5, 1], [x3, x23]), {"mode": mode}) for mode in ("wrap", "clip")),
    *(("trim_zeros", (np.array([0, 0, 1.5, 0, 2, 0]), trim), {}) for trim in ("fb", "f", "b", "bf", "F")),
]


@pytest.mark.parametrize(("name", "args", "words"), CASES)
def test_against_numpy(name, args, words):
    finite = all(np.isfinite(a).all() for a in args if isinstance(a, np.ndarray))
    if name == "trim_zeros" or not finite:  # differences would move the zeros, or end at infinity
        x = Tensor(args[0], requires_grad=True)
        z = getattr(np, name)(x, *args[1:])
        np.testing.assert_array_equal(z.detach(), getattr(np, name)(*args))
        np.testing.assert_array_equal(getattr(selecting, name)(*args), getattr(np, name)(*args))
        (g,) = ac.gradients(z.sum(), [x])
        places = getattr(np, name)(np.arange(1, 1 + x.size).reshape(x.shape), *args[1:])
        if name == "tril":
            assert g.tolist() == np.sign(places).tolist()
        return
    check(name, *args, **words)


def test_every_function_is_checked():
    assert {name for name, _, _ in CASES} | {"piecewise"} == set(selecting.__all__)


def test_trim_zeros():
    x = Tensor([0, 0, 1.5, 0, 2, 0], requires_grad=True)
    (np.trim_zeros(x) * np.array([1.0, 2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [0, 0, 1, 2, 3, 0]
    assert np.trim_zeros(Tensor([0.0, 0.0])).shape == (0,)
    y = Tensor(np.pad(np.eye(2), ((1, 2), (0, 1))), requires_grad=True)
    assert selecting.trim_zeros(y).tolist() == np.eye(2).tolist()
    assert selecting.trim_zeros(y, "b", axis=1).shape == (5, 2)
    assert selecting.trim_zeros(y, axis=(0,)).shape == (2, 3)
    if np.lib.NumpyVersion(np.__version__) >= "2.2.0":
        for options in ({}, {"trim": "f"}, {"axis": 0}, {"trim": "b", "axis": -1}):
            found, wanted = np.trim_zeros(y, **options), np.trim_zeros(y.numpy(), **options)
            np.testing.assert_array_equal(found.detach(), wanted)


@given(st.data())
def test_diagonals_of_any_shape(data):
    shape = data.draw(hn.array_shapes(min_dims=2, max_dims=3, min_side=0, max_side=4))
    i, j = data.draw(st.permutations(range(-len(shape), 0)))[:2]
    check("diagonal", numbers(*shape), data.draw(st.integers(-5, 5)), i, j, second=False)
    check("diag", numbers(shape[0]), data.draw(st.integers(-3, 3)), second=False)


@given(st.data())
def test_take_anything(data):
    shape = data.draw(hn.array_shapes(max_dims=3, min_side=1, max_side=4))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    n = shape[axis]
    dtype = data.draw(st.sampled_from([np.int8, np.int16, np.int32, np.int64]))
    indices = data.draw(
        hn.arrays(
            dtype,
            hn.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3),
            elements=st.integers(-n, n - 1),
        )
    )
    check("take", numbers(*shape), indices, axis, second=False)


def test_positions_may_be_tensors():
    x, places = Tensor(x23, requires_grad=True), Tensor([1, 0])
    assert np.take(x, places, 0).tolist() == x23[[1, 0]].tolist()
    assert np.take_along_axis(x, Tensor([[0], [1]]), 1).tolist() == [[x23[0, 0]], [x23[1, 1]]]
    assert np.compress(Tensor([True, False]), x, 0).tolist() == [x23[0].tolist()]
    assert np.extract(x > 0, x).tolist() == x23[x23 > 0].tolist()
    assert np.choose(Tensor([0, 1, 0]), [x[0], x[1]]).tolist() == [x23[0, 0], x23[1, 1], x23[0, 2]]
    with pytest.raises(IndexError, match="integers"):
        x[Tensor([0.5])]


def test_dtypes_stay():
    for dtype in (np.float16, np.float32, np.int8, np.uint16, bool):
        x = Tensor(np.eye(3, dtype=dtype))
        for call in (np.tril, np.triu, np.diag, np.diagonal, np.diagflat, lambda t: np.take(t, [0, 1])):
            assert isinstance(call(x), Tensor)
            assert call(x).dtype == dtype
            np.testing.assert_array_equal(call(x), call(x.numpy()))


def test_masked_triangles_let_no_nan_through():
    x = Tensor([[1.0, np.nan], [np.inf, 2.0]], requires_grad=True)
    y = np.triu(np.tril(x) * 2)
    y.sum().backward()
    assert y.tolist() == [[2, 0], [0, 4]]
    assert x.grad.tolist() == [[2, 0], [0, 2]]


def test_choices_not_taken_get_nothing():
    x = Tensor([-1.0, 0.5], requires_grad=True)
    z = np.select([x < 0], [x * 2], np.log(np.where(x > 0, x, 1)))
    z.sum().backward()
    assert x.grad.tolist() == [2, 2]


def halves(t, by=0.5):
    return t * by


@pytest.mark.parametrize(
    ("conditions", "functions", "extra"),
    [
        ([x23 > 0], [halves, 1.0], ()),
        ([x23 > 0, x23 < -1], [halves, lambda t, by=1: t * t, -2], ()),
        ([x23 > 0, x23 > -1], [halves, lambda t, by=0: -t], (0.25,)),
        (np.stack([x23 > 0, x23 < -1]), [halves, 2.0], ()),
        ([x23 > 99], [halves, lambda t: t * 0 + 3], ()),
    ],
)
def test_piecewise(conditions, functions, extra):
    x = Tensor(x23, requires_grad=True)
    wanted = np.piecewise(x23, conditions, functions, *extra)
    z = np.piecewise(x, conditions, functions, *extra)
    np.testing.assert_array_equal(z.detach(), wanted)
    np.testing.assert_array_equal(selecting.piecewise(x23, conditions, functions, *extra), wanted)
    moved = [np.piecewise(x23 + h, conditions, functions, *extra) for h in (1e-6, -1e-6)]
    (g,) = ac.gradients(z.sum(), [x])
    np.testing.assert_allclose(g, (moved[0] - moved[1]) / 2e-6, atol=1e-8)
    diagonal = ac.hessian(lambda t: np.piecewise(t, conditions, functions, *extra).sum())(x23)
    assert diagonal.shape == (2, 3, 2, 3)


def test_piecewise_stays_in_the_domain():
    x = Tensor([-1.0, 4.0, np.nan], requires_grad=True)
    z = np.piecewise(x, [x > 0], [np.sqrt, 0.0])
    z.sum().backward()
    assert z.tolist() == [0, 2, 0]
    assert x.grad.tolist() == [0, 0.25, 0]
    assert np.piecewise(Tensor(4.0, requires_grad=True), [True], [np.sqrt]).item() == 2
    assert np.piecewise(Tensor([1, 2]), [[True, False]], [7, 8]).tolist() == [7, 8]
    assert np.piecewise(Tensor([1.0, 2.0]), [True, False], [7, 8]).tolist() == [7, 8]
    with pytest.raises(ValueError, match="piecewise: 1 conditions need as many functions"):
        np.piecewise(x, [x > 0], [1, 2, 3])


def test_what_writes_in_place_says_what_to_write_instead():
    x = Tensor(np.eye(2), requires_grad=True)
    for call, text in [
        (lambda: np.put(x, [0], [1.0]), r"numpy\.put: it writes into its argument.*\.at\[ind\]"),
        (lambda: np.place(x, x > 2, [1.0]), r"numpy\.place.*x\.at\[mask\]"),
        (lambda: np.putmask(x, x > 2, 0.0), r"numpy\.putmask.*ac\.where"),
        (lambda: np.put_along_axis(x, np.array([[0]]), 0.0, 1), r"numpy\.put_along_axis"),
        (lambda: np.fill_diagonal(x, 0), r"numpy\.fill_diagonal.*x\.at\[i, i\]"),
        (lambda: np.copyto(x, 0.0), r"numpy\.copyto"),
        (
            lambda: np.apply_along_axis(np.sum, 0, x),
            r"numpy\.apply_along_axis: it hands plain pieces.*ac\.stack",
        ),
        (lambda: np.apply_over_axes(np.sum, x, [0]), r"numpy\.apply_over_axes.*axis=\(0, 2\)"),
    ]:
        with pytest.raises(ac.NoRuleError, match=f"no derivative rule for {text}"):
            call()


def test_positions_read_off_tensors():
    x = Tensor(np.eye(2), requires_grad=True)
    assert np.triu_indices_from(x)[0].tolist() == [0, 0, 1]
    assert np.diag_indices_from(x)[1].tolist() == [0, 1]
    assert np.lexsort((x[1], x[0])).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda x: np.take(x, 3, 1), IndexError, r"take: position 3 .* axis 1 of shape \(2, 3\), .* size 3"),
        (lambda x: np.take(x, [0, -7]), IndexError, "take: position -7"),
        (lambda x: np.take(x, 0, 2), ValueError, "axis 2"),
        (lambda x: np.take(x, np.array([0.5])), TypeError, "take: positions are integers, got float64"),
        (lambda x: np.take(x, 0, mode="no"), ValueError, "take: mode is"),
        (lambda x: np.take(x[:, :0], 0, 1), IndexError, "empty"),
        (lambda x: np.take_along_axis(x, np.array([0]), 1), ValueError, r"shape \(1,\) need as many axes"),
        (lambda x: np.take_along_axis(x, np.array([[0.0]]), 1), IndexError, "integers, got float64"),
        (lambda x: np.take_along_axis(x, np.array([[3]]), 1), IndexError, "out of bounds"),
        (lambda x: np.take_along_axis(x, np.array([[0]]), None), ValueError, "one axis"),
        (lambda x: np.compress([[True]], x), ValueError, "compress: the condition has one axis"),
        (lambda x: np.compress([0, 0, 1], x, 0), IndexError, "out of bounds|position 2"),
        (lambda x: np.diagonal(x[0]), ValueError, "diagonal: an array of at least two axes"),
        (lambda x: np.diagonal(x, 0, 1, 1), ValueError, "diagonal: axis1 and axis2 are the same"),
        (lambda x: np.diag(x[None]), ValueError, r"diag: an array of one or two axes .*\(1, 2, 3\)"),
        (lambda x: np.select([x > 0], [x, x]), ValueError, "select: as many conditions as choices"),
        (lambda x: selecting.select([], []), ValueError, "select: at least one condition"),
        (
            lambda x: np.select([np.array([1, 0, 1])], [x]),
            TypeError,
            "select: condition 0 is Boolean, got int",
        ),
        (lambda x: np.choose([2, 0, 0], [x, x]), ValueError, "choose: position 2 is out of bounds"),
        (lambda x: np.choose([-1, 0, 0], [x, x]), ValueError, "choose: choice -1 does not exist"),
        (lambda x: np.choose([0.5], [x]), TypeError, "choose: a holds the numbers of choices"),
        (lambda x: selecting.trim_zeros(x, "z"), ValueError, "trim"),
    ],
)
def test_errors(call, kind, text):
    with pytest.raises(kind, match=text):
        call(Tensor(x23, requires_grad=True))
    with pytest.raises((ValueError, TypeError, IndexError)):
        call(x23)


def test_one_number_is_taken_as_a_number():
    assert type(selecting.take(np.ones(3, np.float32), 1)) is np.float32
    assert isinstance(selecting.take(np.ones((3, 2)), 1, axis=0), np.ndarray)


def test_choices_are_in_one_dtype():
    x, mask = np.ones(3, np.float32), np.array([True, False, True])
    for choices, default in [([x, mask], 0), ([x, 2.5], 0), ([x, 1], 1.5), ([x, x.astype(np.float16)], x)]:
        wanted = np.select([mask, ~mask], choices, default)
        found = selecting.select([mask, ~mask], [Tensor(x, requires_grad=True), *choices[1:]], default)
        assert found.dtype == wanted.dtype == np.float32
        np.testing.assert_array_equal(found.detach(), wanted)
