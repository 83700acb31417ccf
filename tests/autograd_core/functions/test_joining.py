"""Joining, splitting, shifting: every argument against NumPy, with both orders of derivatives."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import NoRuleError, Tensor
from autograd_core.functions import joining
from tests.autograd_core.functions.moving import check, numbers

x3, x23, x43, x234 = numbers(3), numbers(2, 3), numbers(4, 3), numbers(2, 3, 4)
c = np.arange(6).reshape(2, 3)
number = numbers()

CASES = [
    *(
        (name, ([x23, x43],), {})
        for name in ("concatenate", "concat", "vstack")
    ),
    *(("concatenate", ((x234, x234[:, :1]), axis), {}) for axis in (1, -2)),
    ("concatenate", ([x23, x3, x234], None), {}),
    ("concatenate", ([x23, c],), {}),
    ("concatenate", ([c, x23], -1), {}),
    ("concatenate", ([x23],), {}),
    ("concatenate", ([x23, numbers(0, 3)],), {}),
    ("concatenate", (x234,), {}),
    ("concatenate", ([x23, x23],), {"dtype": np.float32}),
    ("concat", ([x23, x23],), {"axis": 1, "dtype": np.float16}),
    ("concatenate", ([c, c],), {"dtype": float}),
    *(("stack", ([x23, x23 + 1, c], axis), {}) for axis in (0, 1, 2, -1, -3)),
    ("stack", (x234,), {}),
    ("stack", ([number, 2.0, 3],), {}),
    ("stack", ((x3, x3),), {"axis": 1, "dtype": np.float32}),
    *(("unstack", (x234,), {"axis": axis}) for axis in (0, 1, -1)),
    *(
        (name, (list(xs),), {})
        for name in ("hstack", "vstack", "dstack", "column_stack")
        for xs in [(x3, x3 + 1), (x234, x234 + 1), (x23, x23), (x3,)]
        if name != "column_stack" or xs[0].ndim < 3
    ),
    ("hstack", ([number, x3, 2.0],), {}),
    ("hstack", ([x3, x3],), {"dtype": np.float32}),
    ("vstack", ([x3, x23],), {}),
    ("vstack", ([number, 1.0],), {}),
    ("vstack", (x234,), {}),
    ("dstack", ([number, 1.0],), {}),
    ("column_stack", ([x3, x23.T, x3],), {}),
    ("column_stack", ([numbers(0), numbers(0)],), {}),
    ("block", ([[x23, x23], [x43, x43]],), {}),
    ("block", ([[x23, np.zeros((2, 1))], [np.ones((1, 4))]],), {}),
    ("block", ([x3, 1.0, x3],), {}),
    ("block", (x23,), {}),
    ("block", ([[x3], [x3]],), {}),
    ("block", ([[[x234], [x234]], [[x234], [x234]]],), {}),
    ("block", ([x234, x234],), {}),
    *(("append", (x23, values, axis), {}) for values, axis in [(x43, 0), (x23, 1), (x3, None), (1.0, None)]),
    *(
        ("insert", (x23, obj, values, axis), {})
        for obj, values, axis in [
            (1, 5.0, None),
            (-1, 5.0, None),
            (6, number, None),
            (1, x3, 0),
            (1, numbers(2), 1),
            (1, numbers(2, 2), 1),
            ([1], numbers(2, 1), 1),
            ([1], numbers(2, 2), 1),
            (2, numbers(1), 0),
            ([0, 2], x3, 0),
            ([0, 2], x23, 0),
            ([2, 0, 0], numbers(3, 3), 0),
            ([1, 1], numbers(2, 2), 1),
            (slice(None), 1.0, 1),
            (slice(0, 2), x23, 0),
            ([], numbers(0, 3), 0),
            (np.array([1, -1]), x3[:2], None),
            (1, 7, 0),
        ]
    ),
    ("insert", (x234, 1, numbers(4), 1), {}),
    ("insert", (x234, 1, numbers(2, 4), 1), {}),
    ("insert", (x234, [0, 2], numbers(2, 2, 4), 1), {}),
    ("insert", (x234, 1, 5.0, -1), {}),
    *(
        ("delete", (x23, obj, axis), {})
        for obj, axis in [(1, None), (-1, 0), ([0, 2], 1), (slice(1), 1), ([0, 0, 5], None), ([], 0)]
    ),
    ("delete", (x23, np.array([True, False]), 0), {}),
    *(("resize", (x23, shape), {}) for shape in [4, (2, 2), (4, 4), (3, 0), (), (7,)]),
    ("resize", (numbers(0), (2, 2)), {}),
    *(("array_split", (x234, sections, axis), {}) for axis in (0, 1, -1) for sections in (1, 2, 3, 5)),
    *(("array_split", (x234, cuts, -1), {}) for cuts in ([], [1], [3, 1], [-1], [0, 9], np.array([2]))),
    *(("split", (x234, sections, -1), {}) for sections in (1, 2, 4, [1, 3], (2,), np.int64(2))),
    ("split", (x23, 2), {}),
    ("hsplit", (x23, 3), {}),
    ("hsplit", (x3, [1]), {}),
    ("vsplit", (x23, 2), {}),
    ("dsplit", (x234, [1, 2]), {}),
    *(
        ("roll", (x23, shift, axis), {})
        for shift, axis in [
            (1, None), (-2, None), (0, None), (7, None), (1, 0), (2, 1), (-1, -1), (4, 1), (0, 0),
            ((1, 2), (0, 1)), (1, (0, 1)), ((1, 1), (1, 1)), ((1, 2), 1), ((1, -1), 0), ([1], [1]),
        ]
    ),
    ("roll", (numbers(0, 2), 1, 0), {}),
    ("roll", (number, 1), {}),
    ("roll", (x234, 1, 1), {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "words"), CASES)
def test_against_numpy(name, args, words):
    if not hasattr(np, name):
        pytest.skip("this NumPy has no such function")
    check(name, *args, **words)


def test_every_function_is_checked():
    assert {name for name, _, _ in CASES} | {"pad"} == set(joining.__all__)


@given(st.data())
def test_roll_of_any_shape(data):
    shape = tuple(data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3)))
    axes = data.draw(st.lists(st.integers(-len(shape), len(shape) - 1), min_size=1, max_size=3))
    shifts = data.draw(st.lists(st.integers(-5, 5), min_size=len(axes), max_size=len(axes)))
    check("roll", numbers(*shape), tuple(shifts), tuple(axes), second=False)


@given(st.data())
def test_insert_and_delete_anywhere(data):
    n = data.draw(st.integers(1, 5))
    places = data.draw(st.lists(st.integers(-n, n), max_size=4))
    values = numbers(len(places)) if len(places) > 1 else numbers(data.draw(st.integers(1, 3)))
    if places:
        check("insert", numbers(n), places, values, second=False)
    gone = data.draw(st.lists(st.integers(-n, n - 1), max_size=4))
    check("delete", numbers(n, 2), gone, 0, second=False)


def test_integers_give_what_numpy_gives():
    t = Tensor([[1, 2], [3, 4]])
    a = t.numpy()
    for call in (
        lambda x: np.concatenate([x, x]),
        lambda x: np.stack([x, x], 1),
        lambda x: np.roll(x, 1),
        lambda x: np.insert(x, 1, 9, axis=0),
        lambda x: np.delete(x, 0, axis=1),
        lambda x: np.resize(x, 5),
        lambda x: np.append(x, x),
        lambda x: np.pad(x, 1),
        lambda x: np.pad(x, 1, constant_values=7),
        lambda x: np.pad(x, 2, "symmetric", reflect_type="odd"),
        lambda x: np.pad(x, 2, "linear_ramp"),
        lambda x: np.block([[x, x], [x, x]]),
    ):
        found = call(t)
        assert isinstance(found, Tensor)
        assert found.dtype == call(a).dtype
        np.testing.assert_array_equal(found, call(a))


def test_results_are_never_the_argument_itself():
    for x in (Tensor(x23, requires_grad=True), x23):
        for z in (
            np.roll(x, 0, 0),
            np.roll(x, 2, 0),
            joining.roll(x, 0, 1),
            np.block([[x]]),
            np.pad(x, 0, "edge"),
            np.pad(x, 0),
            np.concatenate([x]),
            np.resize(x, (2, 3)),
            joining.resize(x, (2, 3)),
        ):
            assert z is not x
            np.testing.assert_array_equal(getattr(z, "data", z), x23)
            assert isinstance(x, Tensor) or not np.shares_memory(z, x)


def test_numpy_asks_lists_of_tensors():
    x = Tensor(x23, requires_grad=True)
    for z in (
        np.stack([x, x23]),
        np.concatenate((x23, x)),
        np.hstack([x23, x]),
        np.column_stack([x23, x]),
        np.block([[x23, x23], [x23, x]]),
        np.block([[x23], [x]]),
        np.append(x23, x),
        np.insert(x23, 0, x, axis=0),
        np.broadcast_arrays(x23, x)[1],
        np.meshgrid(x3, x)[1],
        np.select([x23 > 0], [x], 0.0),
        np.choose([[0]], [x]),
    ):
        assert z.requires_grad
    for call in (np.array, np.asarray, np.ascontiguousarray):  # never asked: refused, not lost
        with pytest.raises(TypeError, match="gradient"):
            call([x, x])


# ---- pad -------------------------------------------------------------------------------------------------

WIDTHS = {
    1: [0, 1, 2, (1, 2), ((0, 3),), [4], (7, 0)],
    2: [1, (1, 2), ((1, 2), (0, 3)), ((2,), (0,)), ((0, 5), (4, 0))],
}
MODES = [
    ("constant", {}),
    ("constant", {"constant_values": 2.5}),
    ("constant", {"constant_values": (1, -1)}),
    ("edge", {}),
    ("reflect", {}),
    ("reflect", {"reflect_type": "odd"}),
    ("symmetric", {}),
    ("symmetric", {"reflect_type": "odd"}),
    ("wrap", {}),
    ("linear_ramp", {}),
    ("linear_ramp", {"end_values": 2}),
    ("linear_ramp", {"end_values": (1.5, -2)}),
    ("mean", {}),
    ("maximum", {}),
    ("minimum", {}),
    ("median", {}),
    *(
        (mode, {"stat_length": n})
        for mode in ("mean", "maximum", "minimum", "median")
        for n in (1, 2, (1, 2), 9)
    ),
]


@pytest.mark.parametrize(("mode", "words"), MODES)
@pytest.mark.parametrize("shape", [(4,), (1,), (3, 2), (1, 3)])
def test_pad(shape, mode, words):
    x = numbers(*shape)
    for width in WIDTHS[len(shape)]:
        check("pad", x, width, mode, exact=mode not in ("linear_ramp", "mean", "median"), **words)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("constant", {"constant_values": ((1, 2), (3, 4))}),
        ("constant", {"constant_values": ((1,), (3,))}),
        ("linear_ramp", {"end_values": ((1, 2), (3, 4))}),
        ("mean", {"stat_length": ((1, 2), (2, 1))}),
    ],
)
def test_pad_with_an_argument_for_each_axis(mode, words):
    check("pad", numbers(3, 2), ((1, 2), (2, 1)), mode, exact=mode == "constant", **words)


def test_pad_forms():
    check("pad", numbers(2, 3, 4), ((0, 0), (1, 0), (0, 2)))
    check("pad", numbers(0, 2), 1)
    check("pad", numbers(), 1)
    check("pad", numbers(3), np.array([1, 2]), "edge")
    x = Tensor(x23, requires_grad=True)
    assert joining.pad(x, {1: (1, 2)}).shape == (2, 6)
    assert joining.pad(x, {-1: 1, 0: 2}, "edge").shape == (6, 5)
    assert np.pad(x, 1, "empty").shape == (4, 5)
    (g,) = ac.gradients(np.pad(x, 1, "empty")[1:-1, 1:-1].sum(), [x])
    assert (g.numpy() == 1).all()


def test_pad_with_trained_borders():
    x, b = Tensor(x3, requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    z = joining.pad(x, (2, 1), constant_values=b)
    assert z.tolist() == [1, 1, *x3, 2]
    assert [g.tolist() for g in ac.gradients(z.sum(), [x, b])] == [[1, 1, 1], [2, 1]]
    z = joining.pad(x3, (4, 0), "linear_ramp", end_values=b[0])
    assert ac.gradients(z.sum(), [b])[0].tolist() == [2.5, 0]
    z = joining.pad(x3, 1, constant_values=Tensor(0.0, requires_grad=True))
    assert z.requires_grad


def test_pad_keeps_float32_and_infinities():
    x = Tensor(np.array([np.inf, 1, 2], np.float32), requires_grad=True)
    for mode, words in MODES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            z = np.pad(x, 1, mode, **words)
            assert z.dtype == np.float32
            np.testing.assert_array_equal(z.detach(), np.pad(x.numpy(), 1, mode, **words))
    y = Tensor([1.0, np.nan, 3.0], requires_grad=True)
    assert np.isnan(np.pad(y, 1, "median").numpy()[[0, -1]]).all()
    np.testing.assert_array_equal(np.pad(y, 1, "reflect", reflect_type="odd")[1:-1].detach(), y.detach())


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda x: np.concatenate([]), ValueError, "at least one array"),
        (lambda x: joining.concatenate([]), ValueError, "concatenate: at least one array"),
        (lambda x: joining.stack([]), ValueError, "stack: at least one array"),
        (
            lambda x: np.concatenate([x, x[0]]),
            ValueError,
            r"argument 0 has shape \(2, 3\), argument 1 \(3,\)",
        ),
        (lambda x: np.concatenate([x, x.T]), ValueError, r"argument 1 \(3, 2\)"),
        (lambda x: np.concatenate([x[0, 0], x[0, 0]]), ValueError, "stack joins single numbers"),
        (lambda x: np.concatenate([x, x], 2), ValueError, "axis 2 is out of bounds"),
        (lambda x: joining.concatenate(x[0, 0]), TypeError, "concatenate: a sequence of arrays"),
        (lambda x: np.concatenate([x, x], dtype=int), TypeError, "cannot cast float64 to int64"),
        (lambda x: np.stack([x, x.T]), ValueError, r"argument 0 has \(2, 3\), argument 1 \(3, 2\)"),
        (lambda x: np.stack([x, x], 3), ValueError, "axis 3"),
        (lambda x: joining.unstack(x[0, 0]), ValueError, "unstack"),
        (lambda x: np.block([[x, x], x]), ValueError, "block: all lists are nested to the same depth"),
        (lambda x: np.block([[x], []]), ValueError, "block: an empty list"),
        (lambda x: joining.block([(x, x)]), TypeError, "no tuples"),
        (lambda x: np.block([[x, x], [x]]), ValueError, "block: along axis"),
        (lambda x: np.split(x, 2, 1), ValueError, r"split: size 3 of axis 1 of shape \(2, 3\) .*array_split"),
        (lambda x: np.array_split(x, 0), ValueError, "number of pieces is positive, got 0"),
        (lambda x: np.hsplit(x[0, 0], 1), ValueError, "hsplit"),
        (lambda x: np.vsplit(x[0], 1), ValueError, r"vsplit: .* 2 axes .*\(3,\)"),
        (lambda x: np.dsplit(x, 1), ValueError, "dsplit"),
        (lambda x: np.insert(x, 4, 0.0, axis=0), IndexError, "insert: place 4 is out of bounds .* size 2"),
        (lambda x: np.insert(x, [0, 7], 0.0), IndexError, "insert: place 7"),
        (lambda x: np.insert(x, [[0]], 0.0), ValueError, "insert: places"),
        (lambda x: np.insert(x, 0, np.zeros(2), axis=0), ValueError, "broadcast"),
        (lambda x: np.delete(x, 2, axis=0), IndexError, "out of bounds"),
        (lambda x: np.resize(x, (2, -1)), ValueError, "resize: sizes cannot be negative"),
        (lambda x: np.roll(x, 1, 2), ValueError, "axis 2"),
        (lambda x: np.pad(x, -1), ValueError, "pad: widths cannot be negative"),
        (lambda x: np.pad(x, 1.5), TypeError, "pad: widths are integers"),
        (
            lambda x: np.pad(x, (1, 2, 3)),
            ValueError,
            "pad_width is a number, a pair, or a pair for each of the 2",
        ),
        (lambda x: np.pad(x, 1, "mirror"), ValueError, "pad: mode is one of constant, .*, got 'mirror'"),
        (lambda x: np.pad(x, 1, "edge", constant_values=1), ValueError, "'edge' has no argument"),
        (lambda x: np.pad(x, 1, "mean", end_values=1), ValueError, "'mean' has only stat_length="),
        (lambda x: np.pad(x, 1, "maximum", stat_length=0), ValueError, "stat_length is at least 1"),
        (lambda x: np.pad(x[:, :0], 1, "edge"), ValueError, r"pad: axis 1 of shape \(4, 0\) is empty"),
    ],
)
def test_errors(call, kind, text):
    with pytest.raises(kind, match=text):
        call(Tensor(x23, requires_grad=True))
    with pytest.raises((ValueError, TypeError, IndexError)):
        call(x23)


def test_refusals():
    x = Tensor(x23, requires_grad=True)
    with pytest.raises(NoRuleError, match=r"pad: .*function as mode"):
        np.pad(x, 1, lambda *args: None)
    with pytest.raises(TypeError, match="insert: float64 numbers would be cut to int64"):
        joining.insert(np.array([1, 2]), 0, x[0, 0])
    with pytest.raises(ValueError, match="reflect_type is 'even' or 'odd'"):
        joining.pad(x, 1, "reflect", reflect_type="strange")


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32, np.int64])
@pytest.mark.parametrize("mode", ["minimum", "maximum", "mean", "median", "linear_ramp"])
def test_borders_of_integers_are_rounded_as_numpys(mode, dtype):
    x = np.array([[3, 1, -4], [-2, 3, -2], [1, 2, -3]]).astype(dtype)
    if dtype is bool and mode == "linear_ramp":
        pytest.skip("NumPy multiplies no Booleans")
    z = np.pad(Tensor(x), 3, mode)
    assert z.dtype == dtype
    np.testing.assert_array_equal(z.numpy(), np.pad(x, 3, mode))


def test_single_numbers_come_apart_as_numbers():
    assert all(type(x) is np.float32 for x in joining.unstack(np.ones(3, np.float32)))


def test_cuts_are_made_before_integers():
    for x in (x23, Tensor(x23)):
        with pytest.raises(TypeError):
            np.split(x, [1.5])
