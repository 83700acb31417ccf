"""Shapes: every argument of every function against NumPy, with both orders of derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import joining, selecting, shaping
from autograd_core.symbols import Symbol, slides
from tests.autograd_core.functions.moving import check, numbers

x3, x23, x234 = numbers(3), numbers(2, 3), numbers(2, 3, 4)
fortran = np.asfortranarray(x23)
turned = numbers(4, 3, 2).transpose(2, 0, 1)[:, ::-1]

CASES = [
    *(
        ("reshape", (x, shape), {"order": order})
        for x in (x23, fortran)
        for shape in [(3, 2), (6,), 6, (-1, 2), [1, -1], (2, 1, 3)]
        for order in "CFA"
    ),
    ("reshape", (numbers(), (1, 1)), {}),
    ("reshape", (numbers(1), ()), {}),
    ("reshape", (numbers(0, 2), (3, 0)), {}),
    ("reshape", (numbers(0, 2), (-1, 2)), {}),
    *(("ravel", (x, order), {}) for x in (x23, fortran, x234, turned, numbers()) for order in "CFAK"),
    *(("transpose", (x234, axes), {}) for axes in [None, (1, 0, 2), (-1, 0, 1), [2, 1, 0]]),
    ("transpose", (numbers(),), {}),
    ("permute_dims", (x234, (2, 0, 1)), {}),
    ("matrix_transpose", (x234,), {}),
    *(("swapaxes", (x234, i, j), {}) for i, j in [(0, 1), (-1, 0), (1, 1), (2, -2)]),
    *(("moveaxis", (x234, i, j), {}) for i, j in [(0, -1), (-1, 0), ((0, 1), (1, 2)), ([2, 0], [0, 1])]),
    *(("rollaxis", (x234, axis, start), {}) for axis in (0, 1, -1) for start in (-2, 0, 1, 2, 3)),
    *(("flip", (x234, axis), {}) for axis in (None, 0, -1, (0, 2), ())),
    ("flip", (numbers(),), {}),
    ("fliplr", (x234,), {}),
    ("flipud", (x3,), {}),
    *(("rot90", (x234, k, axes), {}) for k in (-1, 0, 1, 2, 3, 5) for axes in [(0, 1), (2, 0), (-1, 1)]),
    *(("expand_dims", (x23, axis), {}) for axis in (0, -1, (0, 1), (-1, 1), [0, -1])),
    *(("squeeze", (numbers(1, 3, 1), axis), {}) for axis in (None, 0, -1, (0, 2), ())),
    *(
        (name, (x,), {})
        for name in ("atleast_1d", "atleast_2d", "atleast_3d")
        for x in (numbers(), x3, x23, x234, numbers(1, 2, 1, 2))
    ),
    *((name, (numbers(), x3, x23), {}) for name in ("atleast_1d", "atleast_2d", "atleast_3d")),
    *(("broadcast_to", (x, (2, 3)), {}) for x in (numbers(), x3, x23, numbers(2, 1))),
    ("broadcast_to", (numbers(1), 4), {}),
    ("broadcast_to", (numbers(1), 0), {}),
    ("broadcast_arrays", (x3, numbers(2, 1), numbers()), {}),
    ("broadcast_arrays", (x3, np.arange(6).reshape(2, 3)), {}),
    *(
        ("meshgrid", xs, {"sparse": sparse, "indexing": indexing})
        for xs in [(), (x3,), (x3, numbers(2)), (x3, numbers(2), numbers(4)), (x3, numbers(0)), (x23, x3)]
        for sparse in (True, False)
        for indexing in ("xy", "ij")
        if xs or indexing == "ij"
    ),
    *(("tile", (x, reps), {}) for x in (x3, x23) for reps in (0, 1, 2, (2,), (2, 3), [1, 2, 2], ())),
    ("tile", (numbers(), (2, 2)), {}),
    *(("repeat", (x23, 2, axis), {}) for axis in (None, 0, 1, -1)),
    *(("repeat", (x23, counts, axis), {}) for counts, axis in [([1, 3], 0), ([0, 2, 1], -1), ([2], 1)]),
    ("repeat", (x23, [1, 0, 2, 1, 1, 3]), {}),
    ("repeat", (x23, np.array([2, 0], dtype=np.uint8), 0), {}),
    ("repeat", (numbers(), 3), {}),
    ("repeat", (x23, 0, 1), {}),
    *((name, (x,), {}) for name in ("copy", "ascontiguousarray", "asfortranarray") for x in (x23, turned)),
    *((name, (numbers(),), {}) for name in ("ascontiguousarray", "asfortranarray")),
    ("copy", (x23,), {"order": "F"}),
]


@pytest.mark.parametrize(("name", "args", "words"), CASES)
def test_against_numpy(name, args, words):
    if not hasattr(np, name):
        pytest.skip("this NumPy has no such function")
    check(name, *args, **words)


def test_every_function_is_checked():
    assert {name for name, _, _ in CASES} | {"astype"} == set(shaping.__all__)


@given(st.data())
def test_tile_and_repeat_of_any_shape(data):
    shape = tuple(data.draw(st.lists(st.integers(0, 3), max_size=3)))
    reps = data.draw(st.lists(st.integers(0, 3), max_size=3))
    check("tile", numbers(*shape), tuple(reps), second=False)
    axis = data.draw(st.sampled_from([None, *range(-len(shape), len(shape))]))
    n = int(np.prod(shape, dtype=int)) if axis is None else shape[axis]
    counts = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    if len(counts) != 1 or axis is not None:
        check("repeat", numbers(*shape), np.array(counts, int), axis, second=False)


def test_integers_and_lists_give_what_numpy_gives():
    for name, args in [
        ("reshape", ([1, 2, 3, 4], (2, 2))),
        ("tile", ([1, 2], 2)),
        ("repeat", ([1, 2], [1, 2])),
        ("flip", ([[1, 2], [3, 4]],)),
        ("atleast_2d", (3,)),
        ("ravel", ([[True], [False]],)),
    ]:
        found, wanted = shaping.__dict__[name](*args), getattr(np, name)(*args)
        assert type(found) is np.ndarray
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted)
        on_tensor = getattr(np, name)(Tensor(args[0]), *args[1:])
        assert isinstance(on_tensor, Tensor)
        assert on_tensor.dtype == wanted.dtype
        np.testing.assert_array_equal(on_tensor, wanted)


def test_astype_and_copies_are_connected():
    x = Tensor(x23, requires_grad=True)
    y = shaping.astype(x, np.float32)
    assert y.dtype == np.float32
    (y * 2).sum().backward()
    assert x.grad.dtype == np.float64
    assert x.grad.tolist() == [[2.0] * 3] * 2
    assert shaping.astype(x, float, copy=False) is x
    assert not np.shares_memory(shaping.copy(x23), x23)
    assert shaping.astype(x23, int).dtype == int
    assert shaping.astype(x, int).requires_grad is False


def test_layouts_in_memory():
    for x in (Tensor(turned, requires_grad=True), turned):
        assert np.asarray(shaping.ascontiguousarray(x).data).flags.c_contiguous
        assert np.asarray(shaping.asfortranarray(x).data).flags.f_contiguous
        assert shaping.asfortranarray(x, np.float32).dtype == np.float32


def test_reshape_may_refuse_to_copy():
    x = Tensor(x23, requires_grad=True)
    assert shaping.reshape(x, 6, copy=False).shape == (6,)
    assert shaping.reshape(x, 6, copy=True).shape == (6,)
    with pytest.raises(ValueError, match="without a copy"):
        shaping.reshape(x.T, 6, copy=False)
    a = numbers(6)
    assert np.shares_memory(shaping.reshape(a, (2, 3)), a)
    assert not np.shares_memory(shaping.reshape(a, (2, 3), copy=True), a)


def test_plain_arrays_may_be_written_to():
    for z in (shaping.tile(x3, 1), shaping.repeat(x3, 1), *shaping.meshgrid(x3, x3), shaping.tile(3.0, 2)):
        before = x3.copy()
        z[...] = 0
        np.testing.assert_array_equal(x3, before)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda x: np.reshape(x, (4, 2)), ValueError, r"reshape: 6 numbers do not fill the shape \(4, 2\)"),
        (lambda x: np.reshape(x, (-1, -1)), ValueError, "reshape"),
        (lambda x: np.reshape(x, (3.0, 2)), TypeError, "integer"),
        (lambda x: np.reshape(x, 6, order="K"), ValueError, "reshape: order is one of C, F, A, got 'K'"),
        (lambda x: np.ravel(x, "Z"), ValueError, "ravel: order"),
        (
            lambda x: x.flatten(1),
            ValueError,
            r"got 1; some axes .* reshape\(len\(x\), -1\)",
        ),
        (lambda x: np.transpose(x, (0, 0)), ValueError, "axes"),
        (lambda x: np.transpose(x[None], (1, 2)), ValueError, r"axes once; .* by swapaxes\(1, 2\)"),
        (lambda x: np.transpose(x, (0,)), ValueError, "transpose: axes"),
        (lambda x: np.matrix_transpose(x[0]), ValueError, r"at least two axes are needed, got shape \(3,\)"),
        (lambda x: np.swapaxes(x, 0, 2), ValueError, "axis 2 is out of bounds"),
        (lambda x: np.moveaxis(x, (0, 1), 0), ValueError, "moveaxis: 2 axes are taken, 1 places"),
        (lambda x: np.rollaxis(x, 0, 4), ValueError, "rollaxis: start lies between -2 and 2, got 4"),
        (lambda x: np.fliplr(x[0]), ValueError, r"fliplr: .*at least 2 axes.*\(3,\)"),
        (lambda x: np.flipud(x[0, 0]), ValueError, "flipud"),
        (lambda x: np.flip(x, 2), ValueError, "axis 2"),
        (lambda x: np.rot90(x, 1, (0, 0)), ValueError, "rot90: two different axes"),
        (lambda x: np.rot90(x, 1, (0, 1, 0)), ValueError, "rot90: two axes"),
        (lambda x: np.squeeze(x, 0), ValueError, r"squeeze: axis -2 of shape \(2, 3\) has size 2, not 1"),
        (lambda x: np.expand_dims(x, 5), ValueError, "axis 5"),
        (lambda x: np.broadcast_to(x, (3,)), ValueError, r"\(2, 3\) has more axes than \(3,\)"),
        (lambda x: np.broadcast_to(x, (2, 4)), ValueError, "broadcast"),
        (lambda x: np.broadcast_arrays(x, np.zeros(2)), ValueError, "shape mismatch"),
        (lambda x: np.meshgrid(x, indexing="yx"), ValueError, "meshgrid: indexing"),
        (lambda x: np.tile(x, -1), ValueError, "tile: reps cannot be negative"),
        (lambda x: np.tile(x, 1.5), TypeError, "tile: reps is an integer"),
        (lambda x: np.repeat(x, -1), ValueError, "repeat: repeats cannot be negative"),
        (lambda x: np.repeat(x, [1, 2], 1), ValueError, r"each of the 3 places of axis 1 of shape \(2, 3\)"),
        (lambda x: np.copy(x, "Z"), ValueError, "copy: order"),
    ],
)
def test_errors(call, kind, text):
    with pytest.raises(kind, match=text):
        call(Tensor(x23, requires_grad=True))
    with pytest.raises((ValueError, TypeError)):
        call(x23)


def test_counts_that_are_no_integers():
    assert np.repeat(Tensor(x3), 2.0).shape == (6,)
    for counts in (1.5, [1, 0.5, 1], "2", 1j):
        with pytest.raises((TypeError, ValueError)):
            np.repeat(Tensor(x3), counts)
    with pytest.raises(TypeError, match=r"repeat: repeats are whole numbers, got 1\.5"):
        shaping.repeat(x3, 1.5)


def test_how_they_are_printed():
    x = Symbol.input("x", (2, 3))
    assert slides(shaping.repeat(x, 2)) == slides(shaping.tile(x, 2)) == "spread(x)"
    assert slides(shaping.flip(x)) == "x[::−1, ::−1]"
    assert slides(shaping.ravel(x)) == "reshape(x)"
    assert slides(shaping.transpose(x)) == "xᵀ"
    assert slides(shaping.expand_dims(x, 0)) == "x"
    assert slides(joining.roll(x, 1, 0)) == "concatenate(x[1:], x[:1])"
    assert slides(joining.block([[x, x]])) == "concatenate(x, x)"
    assert slides(joining.pad(x, 1)) == "x → [1:3, 1:4]"
    assert slides(selecting.diagonal(x)) == "x[0:8:4]"


def test_public_names():
    x = Tensor(x23, requires_grad=True)
    for name in shaping.__all__:
        assert getattr(ac, name) is getattr(shaping, name)
    assert ac.tile(x, 2).requires_grad
