"""Indexing: every form of index gives NumPy's value, and the gradient is what np.add.at scatters."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.ops.indexing import HOLE, scatter

shapes = hn.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)


def numbered(shape):
    return np.arange(1.0, 1 + np.prod(shape, dtype=int)).reshape(shape)


def assert_indexed(shape, index):
    """x[index] and its gradient, first and second order and stacked, against NumPy's own indexing."""
    a = numbered(shape)
    try:
        wanted = a[index]
    except IndexError:
        with pytest.raises(IndexError):
            Tensor(a, requires_grad=True)[index]
        return
    x = Tensor(a, requires_grad=True)
    z = x[index]
    assert z.shape == np.shape(wanted)
    np.testing.assert_array_equal(z.detach(), wanted)
    g = np.cos(numbered(z.shape))
    oracle = np.zeros(shape)
    np.add.at(oracle, index, g)
    (found,) = ac.gradients(z, [x], g)
    np.testing.assert_allclose(found, oracle, rtol=1e-14)
    (recorded,) = ac.gradients(z * z, [x], g, create_graph=True)
    oracle[...] = 0
    np.add.at(oracle, index, 2 * g * wanted)
    np.testing.assert_allclose(recorded.detach(), oracle, rtol=1e-14)
    v = np.sin(a)
    _, tangent = ac.jvp(lambda t: t[index], a, v)
    np.testing.assert_array_equal(tangent, v[index])
    if 0 < z.size * a.size <= 400:
        jacobian = ac.jacobian(lambda t: t[index])(a)
        rows = np.zeros((z.size, *shape))
        for row, k in zip(rows, np.ndindex(*z.shape), strict=True):
            one = np.zeros(z.shape)
            one[k] = 1
            np.add.at(row, index, one)
        np.testing.assert_array_equal(jacobian, rows.reshape(z.shape + shape))


@given(st.data())
@settings(max_examples=200)
def test_basic_indices(data):
    shape = data.draw(shapes)
    index = data.draw(hn.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True, max_dims=6))
    assert_indexed(shape, index)


@given(st.data())
@settings(max_examples=200)
def test_integer_arrays(data):
    shape = data.draw(hn.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
    index = data.draw(
        hn.integer_array_indices(shape, result_shape=hn.array_shapes(max_dims=2, min_side=0, max_side=3))
    )
    assert_indexed(shape, index)


@st.composite
def mixed(draw):
    """Slices, integers, None, one Ellipsis, integer arrays that broadcast together, masks, in any order."""
    shape = draw(hn.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4))
    n = draw(st.integers(1, 3))
    parts, left, ellipsis = [], list(shape), False
    while left:
        kind = draw(
            st.sampled_from(
                ["slice", "int", "array", "wide", "list", "mask", "none", "rest", "stop", "truth"]
            )
        )
        if kind == "stop":
            break
        if kind == "truth":
            parts.append(draw(st.sampled_from([True, False, np.True_, np.array(False)])))
            if len(parts) > 7:
                break
            continue
        if kind == "none":
            parts.append(None)
            if len(parts) > 7:
                break
            continue
        if kind == "rest":
            if not ellipsis and len(left) > 1:
                ellipsis = True
                parts.append(Ellipsis)
                left = left[draw(st.integers(0, len(left) - 1)) :]
            continue
        size = left.pop(0)
        numbers = st.integers(-size, size - 1)
        if kind == "slice":
            parts.append(draw(st.slices(size)))
        elif kind == "int":
            parts.append(draw(numbers))
        elif kind == "array":
            parts.append(np.array(draw(st.lists(numbers, min_size=n, max_size=n))))
        elif kind == "wide":
            parts.append(np.array(draw(st.lists(numbers, min_size=2, max_size=2)))[:, None])
        elif kind == "list":
            parts.append(draw(st.lists(numbers, min_size=n, max_size=n)))
        else:
            mask = np.zeros(size, bool)
            mask[draw(st.lists(st.integers(0, size - 1), min_size=min(n, size), max_size=n))] = True
            parts.append(mask)
    return shape, tuple(parts)


@given(mixed())
@settings(max_examples=400)
@example(((3, 4, 5), (np.array([0, 2]), slice(None), np.array([1, 0]))))
@example(((3, 4, 5), (0, slice(None), np.array([1, 0]))))
@example(((3, 4, 5), (np.array([0, 2]), None, np.array([1, 0]))))
@example(((3, 4, 5), (..., np.array([0, 2]), slice(0, 0))))
@example(((3, 4), (..., np.array([True, False, True, True]))))
@example(((3, 4), (True,)))
@example(((3, 4), (slice(None), False, np.array([1, 0]))))
@example(((3, 4), (np.array([[2], [0]]), True, ..., 1)))
@example(((3, 4), (..., True, slice(1, 3), True)))
def test_mixed_indices(case):
    assert_indexed(*case)


@given(st.data())
def test_masks(data):
    shape = data.draw(hn.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=3))
    k = data.draw(st.integers(1, len(shape)))
    mask = data.draw(hn.arrays(bool, shape[:k]))
    rest = data.draw(st.sampled_from([(), (...,)]))
    assert_indexed(shape, (mask, *rest))


@pytest.mark.parametrize(
    "index",
    [
        np.array([True, False, True]),  # a mask of another shape, in front
        (..., np.array([True, False, True])),  # and behind
        (slice(None), np.array([True] * 3)),
        (..., np.ones((3, 4), bool)),
        np.ones((4, 3), bool),
        5,
        (0, 0, 0),
        (..., ...),
        1.0,
        "x",
        np.array([0.5]),
        ([0, 1], [0, 1, 2]),
        np.array([4]),
        (None, 0, 0, 0),
    ],
    ids=range(14),
)
def test_what_numpy_refuses_is_refused(index):
    a = numbered((2, 4))
    with pytest.raises(IndexError):
        a[index]
    x = Tensor(a, requires_grad=True)
    with pytest.raises(IndexError):
        x[index]


def test_errors_name_the_shape():
    x = Tensor(numbered((2, 4)), requires_grad=True)
    with pytest.raises(IndexError, match=r"too many indices: the shape is \(2, 4\), but 3 axes"):
        x[0, 0, 0]
    with pytest.raises(IndexError, match=r"mask of shape \(3,\) does not fit.*\(2, 4\)"):
        x[np.ones(3, bool)]
    with pytest.raises(IndexError, match=r"only integers, slices.*float64"):
        x[np.array([0.5])]
    with pytest.raises(IndexError, match=r"asked: getitem of a Tensor \(2, 4\)"):
        x[7]


def test_special_forms():
    x = Tensor(numbered((2, 3)), requires_grad=True)
    assert x[()].shape == (2, 3)
    assert x[...].shape == (2, 3)
    assert x[[]].shape == (0, 3)
    assert x[(),].shape == numbered((2, 3))[(),].shape == (0, 3)
    assert x[:, range(2)].tolist() == x[(0, 1), :][:, (0, 1)].tolist() == [[1, 2], [4, 5]]
    assert x[np.int64(1), np.uint8(2)].item() == 6
    assert x[np.array(1)].tolist() == [4, 5, 6]
    assert x[Tensor(1)].tolist() == [4, 5, 6]
    assert x[Tensor([1, 1]), Tensor(0)].tolist() == [4, 4]
    assert x[x > 2].tolist() == [3, 4, 5, 6]
    assert x[np.int64(0) : np.int64(1)].shape == (1, 3)
    assert Tensor(5.0, requires_grad=True)[None].shape == (1,)
    assert Tensor(5.0)[...].item() == 5
    assert Tensor(5.0)[()].item() == 5


def test_a_lone_truth_is_an_axis_of_its_own():
    x = Tensor(numbered((2, 3)), requires_grad=True)
    for index in (
        True,
        False,
        np.True_,
        (True, None),
        (0, True),
        (True, False),
        (..., False),
        (True, [0, 1]),
    ):
        assert_indexed((2, 3), index)
        assert x[index].shape == numbered((2, 3))[index].shape
    y = Tensor(5.0, requires_grad=True)
    assert y[True].tolist() == [5]
    assert y[False, None].shape == (0, 1)
    assert ac.jacobian(lambda t: t[True, None])(5.0).tolist() == [[1]]
    with pytest.raises(IndexError, match="too many indices"):
        x[True, 0, 0, 0]
    assert x[Tensor(True)].shape == (1, 2, 3)


@pytest.mark.parametrize(
    "dtype", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]
)
def test_index_arrays_of_every_integer_dtype(dtype):
    assert_indexed((3, 4), np.array([2, 0, 2], dtype))
    assert_indexed((3, 4), (slice(None), np.array([[3, 0]], dtype)))
    assert_indexed((3, 4), (dtype(1), np.array([3, 3], dtype)))
    assert_indexed((60, 40), np.resize(np.array([2, 0, 2, 59], dtype), 50))  # so many that places are counted
    z = Tensor(numbered((6,)))[dtype(1) : dtype(5) : dtype(2)]
    assert z.tolist() == [2, 4]


@given(st.data())
def test_large_scatters_are_what_small_ones_are(data):
    """From MANY numbers on positions are counted in one row; the same bits as NumPy's loop."""
    front = data.draw(st.lists(st.integers(1, 4), max_size=2))
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=2))
    behind = data.draw(st.lists(st.integers(1, 4), max_size=2))
    picked = data.draw(st.integers(1, 40))
    shape = (*front, *sizes, *behind)
    seed = data.draw(st.integers(0, 99))
    rng = np.random.default_rng(seed)
    arrays = tuple(rng.integers(-n, n, (3, picked) if k else (picked,)) for k, n in enumerate(sizes))
    index = (*[slice(None)] * len(front), *[HOLE] * len(sizes), *[slice(None)] * len(behind))
    whole = (*[slice(None)] * len(front), *arrays, *[slice(None)] * len(behind))
    for dtype in (np.float32, np.float64):
        g = rng.standard_normal(np.zeros(shape)[whole].shape).astype(dtype)
        wanted = np.zeros(shape, dtype)
        np.add.at(wanted, whole, g)
        found = scatter(g, *arrays, shape=shape, index=index)
        np.testing.assert_array_equal(found, wanted)
        assert found.dtype == dtype
        assert found.flags.c_contiguous
        stack = np.stack([g, 2 * g])
        twice = scatter(stack, *arrays, shape=shape, index=index)
        np.testing.assert_array_equal(twice, np.stack([wanted, 2 * wanted]))


def test_repeated_positions_are_summed():
    x = Tensor(numbered((3,)), requires_grad=True)
    (x[[0, 0, 0, 2]] * np.array([1.0, 2.0, 4.0, 8.0])).sum().backward()
    np.testing.assert_array_equal(x.grad, [7, 0, 8])


def test_basic_slices_share_memory_and_are_right_all_the_same():
    x = Tensor(numbered((1000,)), requires_grad=True)
    y = x[::2]
    assert np.shares_memory(y.data, x._array)
    z = (y * y).sum()
    with ac.no_grad():
        x -= 1
    z.backward()
    wanted = np.zeros(1000)
    wanted[::2] = 2 * numbered((1000,))[::2]
    np.testing.assert_array_equal(x.grad, wanted)


def test_indices_that_are_no_integers():
    x = ac.Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="integer"):
        x[0:1.5]
    assert ac.expand_dims(x, np.int64(0)).shape == (1, 2)


@pytest.mark.parametrize(
    ("shape", "index"),
    [
        ((2, 3, 4), (slice(None), [0, 2], ..., [1, 3])),
        ((2, 3, 4), (slice(None), 1, ..., [1, 3, 0])),
        ((2, 3, 4), (None, [0, 1], slice(None), ..., -1)),
        ((2, 3), (..., [0, 1], [1, 2])),
        ((2, 3, 4), ([[0], [1]], ..., [0, 1], slice(1, 3))),
        ((2, 3), ([0, 1], ..., [1, 2])),
        ((3, 2, 4), (slice(None), True, ..., 0, 1)),
    ],
    ids=str,
)
def test_dots_that_stand_for_no_axis_set_index_arrays_apart(shape, index):
    assert_indexed(shape, index)
    a = numbered(shape)
    v = np.cos(numbered(a[index].shape))
    wanted = a.copy()
    wanted[index] = v
    np.testing.assert_array_equal(Tensor(a).at[index].set(v), wanted)
