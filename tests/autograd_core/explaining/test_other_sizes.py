"""The code of a derivation for arrays of other shapes than those of its example: right, or refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
import nn
from autograd_core.ops.broadcasting import broadcast_to
from autograd_core.symbols import Size, symbolic

F = nn.functional

# per function the shapes of the example, in which "N" and "M" stand for 4 and 3
FUNCTIONS = {
    "concatenate": (lambda a, b: (ac.concatenate([a, b], axis=0) ** 2).sum(), [("N", 2), ("M", 2)]),
    "concatenate one": (lambda a: ac.concatenate([a, a * a], axis=0) ** 2, [("N", 2)]),
    "concatenate columns": (lambda a, b: ac.concatenate([a, b], axis=1) ** 2, [("N", 2), ("N", 3)]),
    "outer product": (lambda a, b: (a[:, None] * b[None, :]) ** 2, [("N",), ("M",)]),
    "slice": (lambda a: (a[1:3] ** 2).sum(), [("N", 2)]),
    "mean of a slice": (lambda a: (a[1:3] ** 2).mean(), [("N",)]),
    "long slice": (lambda a: (a[:9] ** 2).sum() / len(a[:9]), [("N",)]),
    "columns": (lambda a: (a[:, 1:3] ** 2).mean(), [("N", 4)]),
    "row": (lambda a: a[-1] * a[0], [("N", 3)]),
    "turned": (lambda a: a[::-1] * a, [("N", 3)]),
    "every other": (lambda a: (a[::2] ** 2).sum(), [("N",)]),
    "reshape": (lambda a: (a.reshape(2, -1) ** 2).sum(axis=0), [("N", 3)]),
    "reshape by size": (lambda a: a.reshape(len(a) * 3) ** 2, [("N", 3)]),
    "sum": (lambda a: a.sum(), [("N", 3)]),
    "mean": (lambda a: a.mean(), [("N", 3)]),
    "mean square": (lambda a: (a * a).mean(), [("N", 3)]),
    "var": (lambda a: a.var(axis=0, ddof=1).sum(), [("N", 3)]),
    "std": (lambda a: np.sqrt(((a - a.mean(axis=1, keepdims=True)) ** 2).mean(axis=1)).sum(), [("N", 3)]),
    "broadcast": (lambda a, b: (a * b).sum(), [("N", 3), (3,)]),
    "broadcast rows": (lambda a, b: (a * b) ** 2, [("N", 3), ("N", 1)]),
    "one row": (lambda a, b: (a * b) ** 2, [("N", 3), (1, 3)]),
    "numbers": (lambda a, b: (a * b) ** 2, [(), ()]),
    "number and array": (lambda a, b: a * b, [(), ("N",)]),
    "layer": (lambda X, W, b: X @ W + b, [("N", 3), (3, 2), (2,)]),
    "named": (lambda X, W: (X @ W).named("A").sum(), [("N", 3), (3, 2)]),
    "half square": (lambda Y, T: 0.5 * ((Y - T) ** 2).sum() / len(Y), [("N", 3), ("N", 3)]),
    "gram": (lambda X: ((X @ X.T) ** 2).sum(), [("N", 3)]),
    "softmax": (lambda X: ac.softmax(X, axis=0) ** 2, [("N", 3)]),
    "few rows": (lambda X: (X**2).sum() if len(X) < 50 else X.sum(), [("N", 3)]),
    "square": (lambda X, W: X @ W, [("M", "M"), ("M", "M")]),
    "difference": (lambda a: (a[1:] - a[:-1]) ** 2, [("N",)]),
    "stack": (lambda a, b: ac.stack([a, b]) ** 3, [("N", 2), ("N", 2)]),
    "cumsum": (lambda a: a.cumsum(axis=0) ** 2, [("N", 2)]),
    "nothing left": (lambda a, b: (a - a + b).sum(), [("N", 2), ("N", 2)]),
    "layer norm": (lambda x, w: F.layer_norm(x, (3,), w), [("N", 3), (3,)]),
}
SIZES = {"N": 4, "M": 3}


def shapes_of(pattern, sizes):
    return [tuple(sizes.get(n, n) for n in shape) for shape in pattern]


def example(name, simplify=True):
    f, pattern = FUNCTIONS[name]
    shapes = shapes_of(pattern, SIZES)
    xs = [1 + 0.1 * np.arange(np.prod(shape, dtype=int)).reshape(shape) for shape in shapes]
    return ac.derive(f, *xs, simplify=simplify, assume={})


EXAMPLES = {(name, simplify): example(name, simplify) for name in FUNCTIONS for simplify in (True, False)}


def engine(f, shapes):
    """The arguments, the gradient that arrives, the value and the gradients; None where f takes no such."""
    rng = np.random.default_rng(0)
    leaves = [ac.Tensor(rng.uniform(0.5, 1.5, shape), requires_grad=True) for shape in shapes]
    xs = [x.numpy() for x in leaves]
    try:
        value = f(*leaves)
    except (ValueError, IndexError, TypeError):
        return None
    g = rng.uniform(0.5, 1.5, value.shape)
    value.backward(g)
    return xs, g, value.numpy(), [x.grad.numpy() for x in leaves]


def is_right_or_refused(name, shapes, simplify=True):
    """Compares with the engine; whether the code took arrays of these shapes."""
    found = EXAMPLES[name, simplify]
    expected = engine(FUNCTIONS[name][0], shapes)
    if expected is None:
        return False
    xs, g, value, grads = expected
    seeded = found.code.partition("def backward(")[1]
    try:
        out = found.function(*xs, *([g] if seeded else []))
    except ValueError as refused:
        if "derive again" not in str(refused):
            raise
        return False
    if seeded:
        out = out if len(xs) > 1 else (out,)
    else:
        np.testing.assert_allclose(out[0], value, rtol=1e-10)
        grads = [x / g for x in grads]  # of a single number
        out = out[1:]
    for ours, x in zip(out, grads, strict=True):
        assert np.shape(ours) == np.shape(x)
        np.testing.assert_allclose(ours, x, rtol=1e-9, atol=1e-12)
    return True


@pytest.mark.parametrize("simplify", [True, False])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_s_own_shapes(name, simplify):
    assert is_right_or_refused(name, shapes_of(FUNCTIONS[name][1], SIZES), simplify)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of no rows, or of one, there is no variance
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_other_shapes_are_right_or_refused(name, data):
    pattern = FUNCTIONS[name][1]
    lengths = st.sampled_from([1, 2, 3, 4, 5, 8, 12, 101])
    if data.draw(st.booleans(), label="another number of rows only"):
        shapes = shapes_of(pattern, {"N": data.draw(lengths), "M": data.draw(lengths)})
    else:
        ranks = [data.draw(st.sampled_from([len(shape), len(shape), 0, 1, 2])) for shape in pattern]
        shapes = [tuple(data.draw(lengths) for _ in range(rank)) for rank in ranks]
    is_right_or_refused(name, shapes, data.draw(st.booleans(), label="simplify"))


@pytest.mark.parametrize(
    "name", ["sum", "mean square", "layer", "named", "half square", "columns", "row", "layer norm", "stack"]
)
def test_other_numbers_of_rows_are_taken(name):
    for n in (1, 7, 150):
        assert is_right_or_refused(name, shapes_of(FUNCTIONS[name][1], {"N": n, "M": 3}))


def test_the_refusal_says_what_there_is_and_what_to_do():
    found = EXAMPLES["concatenate", True]
    words = r"derived for .*'a': \(4, 2\), 'b': \(3, 2\).* got .*'a': \(6, 2\).*: derive again"
    with pytest.raises(ValueError, match=words):
        found.function(np.ones((6, 2)), np.ones((3, 2)))
    assert "require({'a': (4, 2), 'b': (3, 2)}, a=a, b=b)" in found.code
    half = EXAMPLES["half square", True]
    with pytest.raises(ValueError, match=r"'Y': \('N', 3\), 'T': \('N', 3\).* 'T': \(1, 3\)"):
        half.function(np.ones((6, 3)), np.ones((1, 3)))
    assert "# for Y (N, 3), T (N, 3)\ndef forward_backward(Y, T):" in half.code
    assert "require" not in half.code
    layer = EXAMPLES["layer", True]
    with pytest.raises(ValueError, match=r"'dY': \(6, 2\).* got .*'dY': \(2,\)"):
        layer.function(np.ones((6, 3)), np.ones((3, 2)), np.ones(2), np.ones(2))


def test_sizes_of_one_name_and_two_lengths_are_two():
    four, five = (
        symbolic(broadcast_to, (np.float64(1),), {"shape": (Size.of(n, "N"), 3), "of": 0}) for n in (4, 5)
    )
    assert (four.shape, five.shape) == ((4, 3), (5, 3))
