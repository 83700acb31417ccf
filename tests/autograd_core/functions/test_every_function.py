"""Every public function has a call here, or this fails: NumPy's value where NumPy has it, and its gradient.

What a function does with all its options is tested family by family; this is the list that nothing escapes.
"""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import NoRuleError, Tensor
from autograd_core.functions import linalg, norms
from autograd_core.functions.answers import FAMILIES, public

X = np.array([[0.31, 0.72, 0.55], [0.18, 0.93, 0.44], [0.63, 0.27, 0.81]])
Y = np.array([[1.41, 1.27, 1.86], [1.13, 1.75, 1.52], [1.66, 1.38, 1.91]])
SPD = X @ X.T + 0.5 * np.eye(3)
V, W = X[0], Y[0]

OF_TWO = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "true_divide",
    "copysign",
    "heaviside",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "power",
    "pow",
    "float_power",
    "logaddexp",
    "logaddexp2",
    "arctan2",
    "atan2",
    "hypot",
    "floor_divide",
    "xlogy",
    "append",
    "matmul",
    "dot",
    "inner",
    "vdot",
    "outer",
    "kron",
    "vecdot",
    "matvec",
    "vecmat",
    "cross",
    "tensordot",
    "polyval",
    "linspace",
    "logspace",
    "geomspace",
    "linalg.solve",
    "linalg.matmul",
    "linalg.tensordot",
    "linalg.vecdot",
    "linalg.cross",
]
PLAIN = [
    "isnan",
    "isinf",
    "isfinite",
    "signbit",
    "logical_not",
    "argsort",
    "all",
    "any",
    "count_nonzero",
    "argmax",
    "argmin",
    "nanargmax",
    "nanargmin",
    "linalg.matrix_rank",
]
PLAIN_OF_TWO = [
    "equal",
    "not_equal",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "logical_and",
    "logical_or",
    "logical_xor",
]
OF_INTEGERS = [
    "gcd",
    "lcm",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "left_shift",
    "bitwise_left_shift",
    "right_shift",
    "bitwise_right_shift",
]
OF_ONE_INTEGER = ["invert", "bitwise_not", "bitwise_invert", "bitwise_count"]
REFUSED = ["histogram", "unique", "linalg.eig", "linalg.eigvals"]
# how the others are called; a function that is not named anywhere is called on one array
CALLS = {
    # several times the divisor, so that the quotient takes part
    **{name: (lambda f, x, y: f(x, y), (5 * X, Y)) for name in ("remainder", "mod", "fmod", "divmod")},
    "argpartition": (lambda f, x: f(x, 1), (X,)),
    "acosh": (lambda f, x: f(x), (Y,)),
    "arccosh": (lambda f, x: f(x), (Y,)),
    "array_split": (lambda f, x: f(x, 2), (X,)),
    "astype": (lambda f, x: f(x, np.float64), (X,)),
    "broadcast_to": (lambda f, x: f(x, (2, 3, 3)), (X,)),
    "choose": (lambda f, x, y: f([[0, 1, 1]], [x, y]), (X, Y)),
    "clip": (lambda f, x: f(x, 0.25, 0.8), (X,)),
    "compress": (lambda f, x: f([True, False, True], x, 0), (X,)),
    "convolve": (lambda f, x, y: f(x, y), (V, W)),
    "correlate": (lambda f, x, y: f(x, y), (V, W)),
    "cumulative_prod": (lambda f, x: f(x, axis=0), (X,)),
    "cumulative_sum": (lambda f, x: f(x, axis=0), (X,)),
    "delete": (lambda f, x: f(x, 1, 0), (X,)),
    "digitize": (lambda f, x: f(x, [0.2, 0.5]), (X,)),
    "dsplit": (lambda f, x: f(x[None], 3), (X,)),
    "einsum": (lambda f, x, y: f("ij,jk", x, y), (X, Y)),
    "einsum_path": (lambda f, x: f("ij,jk", x, X), (X,)),
    "expand_dims": (lambda f, x: f(x, 1), (X,)),
    "extract": (lambda f, x: f(X > 0.4, x), (X,)),
    "frexp": (lambda f, x: f(x), (X,)),
    "full_like": (lambda f, x: f(X, x[0, 0]), (X,)),
    "hsplit": (lambda f, x: f(x, 3), (X,)),
    "insert": (lambda f, x, y: f(x, 1, y), (X, Y[0])),
    "interp": (lambda f, x: f(x, [0.0, 0.5, 1.0], [1.0, 3.0, 0.5]), (X,)),
    "ldexp": (lambda f, x: f(x, 2), (X,)),
    "moveaxis": (lambda f, x: f(x, 0, 1), (X,)),
    "nan_to_num": (lambda f, x: f(x), (X,)),
    "nanpercentile": (lambda f, x: f(x, 30.0), (X,)),
    "nanquantile": (lambda f, x: f(x, 0.3), (X,)),
    "pad": (lambda f, x: f(x, 1), (X,)),
    "partition": (lambda f, x: f(x, 1), (X,)),
    "percentile": (lambda f, x: f(x, 30.0), (X,)),
    "piecewise": (lambda f, x: f(x, [X > 0.5], [lambda v: v**2, lambda v: -v]), (X,)),
    "poly": (lambda f, x: f(x), (V,)),
    "polyadd": (lambda f, x, y: f(x, y), (V, W)),
    "polyder": (lambda f, x: f(x), (V,)),
    "polydiv": (lambda f, x, y: f(x, y), (W, V[:2])),
    "polyfit": (lambda f, x: f([0.0, 1.0, 2.0, 3.5], x, 1), (np.array([0.5, 1.5, 1.0, 3.0]),)),
    "polyint": (lambda f, x: f(x), (V,)),
    "polymul": (lambda f, x, y: f(x, y), (V, W)),
    "polysub": (lambda f, x, y: f(x, y), (V, W)),
    "quantile": (lambda f, x: f(x, 0.3), (X,)),
    "repeat": (lambda f, x: f(x, 2), (X,)),
    "reshape": (lambda f, x: f(x, (9,)), (X,)),
    "resize": (lambda f, x: f(x, (2, 7)), (X,)),
    "roll": (lambda f, x: f(x, 1), (X,)),
    "rollaxis": (lambda f, x: f(x, 1), (X,)),
    "searchsorted": (lambda f, x: f([0.2, 0.5, 0.9], x), (X,)),
    "select": (lambda f, x, y: f([X > 0.5, X > 0.3], [x, y], 1.0), (X, Y)),
    "sliding_window_view": (lambda f, x: f(x, (2, 2)), (X,)),
    "split": (lambda f, x: f(x, 3), (X,)),
    "swapaxes": (lambda f, x: f(x, 0, 1), (X,)),
    "take": (lambda f, x: f(x, [0, 4, 4]), (X,)),
    "take_along_axis": (lambda f, x: f(x, np.argsort(X, 1), 1), (X,)),
    "tile": (lambda f, x: f(x, (2, 1)), (X,)),
    "trim_zeros": (lambda f, x: f(x), (V,)),
    "vander": (lambda f, x: f(x), (V,)),
    "vsplit": (lambda f, x: f(x, 3), (X,)),
    "where": (lambda f, x, y: f(X > 0.5, x, y), (X, Y)),
    "block": (lambda f, x, y: f([[x, y], [y, x]]), (X, Y)),
    "linalg.cholesky": (lambda f, x: f(x), (SPD,)),
    "linalg.eigh": (lambda f, x: f(x)[0], (SPD,)),
    "linalg.eigvalsh": (lambda f, x: f(x), (SPD,)),
    "linalg.lstsq": (lambda f, x, y: f(x, y)[0], (X, Y)),
    "linalg.matrix_power": (lambda f, x: f(x, 3), (X,)),
    "linalg.multi_dot": (lambda f, x, y: f([x, y, x]), (X, Y)),
    "linalg.outer": (lambda f, x, y: f(x, y), (V, W)),
    "linalg.qr": (lambda f, x: f(x)[1], (X,)),
    "linalg.slogdet": (lambda f, x: f(x)[1], (SPD,)),
    "linalg.svd": (lambda f, x: f(x)[1], (X,)),
    "linalg.tensorinv": (lambda f, x: f(x, 1), (X,)),
    "linalg.tensorsolve": (lambda f, x, y: f(x, y), (X, V)),
}
OF_LISTS = ["concatenate", "concat", "stack", "hstack", "vstack", "dstack", "column_stack"]


def every_function():
    found = {}
    for family in FAMILIES:
        prefix = "linalg." if family in (linalg, norms) else ""
        for name, function in public(family).items():
            if name in family.__all__ or hasattr(np, name):
                found[prefix + name] = function
    return found


ALL = every_function()
DIFFERENTIABLE = sorted(set(ALL) - {*PLAIN, *PLAIN_OF_TWO, *OF_INTEGERS, *OF_ONE_INTEGER, *REFUSED})


def call_of(name):
    if name in CALLS:
        return CALLS[name]
    if name in OF_TWO:
        return (lambda f, x, y: f(x, y)), (X, Y)
    if name in OF_LISTS:
        return (lambda f, x, y: f([x, y])), (X, Y)
    return (lambda f, x: f(x)), (X,)


def numpys(name):
    home = np.linalg if name.startswith("linalg.") else np
    short = name.removeprefix("linalg.")
    return getattr(home, short, None) or getattr(np.lib.stride_tricks, short, None)


def flat(z):
    """One or several results as a list."""
    return list(z) if isinstance(z, list | tuple) else [z]


def test_the_lists_name_what_exists():
    named = {*OF_TWO, *PLAIN, *PLAIN_OF_TWO, *OF_INTEGERS, *OF_ONE_INTEGER, *REFUSED, *OF_LISTS, *CALLS}
    assert named <= set(ALL)
    assert len(ALL) > 250


def test_every_public_name_is_offered():
    for name, function in ALL.items():
        home = ac.linalg if name.startswith("linalg.") else ac
        assert hasattr(home, name.removeprefix("linalg.")), name
        assert function.__doc__, name


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated", "ignore:.*2-dimensional vectors")
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_values_and_gradients(name):
    how, values = call_of(name)
    leaves = [Tensor(v, requires_grad=True) for v in values]
    results = flat(how(ALL[name], *leaves))
    plain = flat(how(ALL[name], *values))
    theirs = numpys(name)
    if theirs is not None:
        for mine, wanted in zip(plain, flat(how(theirs, *values)), strict=True):
            if not isinstance(wanted, str | list):
                np.testing.assert_allclose(mine, wanted, rtol=1e-12, atol=1e-13)
    recorded = [z for z in results if isinstance(z, Tensor) and z.requires_grad]
    if name in ("searchsorted", "digitize", "argpartition", "einsum_path"):
        assert not recorded
        return
    assert recorded, f"{name} is not connected"
    loss = sum((z * np.cos(np.arange(z.size)).reshape(z.shape)).sum() for z in recorded)
    loss.backward()
    h = 1e-6
    for k, x in enumerate(leaves):
        v = np.sin(1.0 + np.arange(x.size)).reshape(x.shape)
        ends = []
        for step in (h, -h):
            moved = [a + step * v if i == k else a for i, a in enumerate(values)]
            outs = flat(how(ALL[name], *(Tensor(m, requires_grad=True) for m in moved)))
            kept = [z.numpy() for z in outs if isinstance(z, Tensor) and z.requires_grad]
            ends.append(sum((z * np.cos(np.arange(z.size)).reshape(z.shape)).sum() for z in kept))
        slope = (ends[0] - ends[1]) / (2 * h)
        found = 0.0 if x.grad is None else (x.grad.numpy() * v).sum()
        assert found == pytest.approx(slope, rel=1e-6, abs=1e-7), f"{name}, argument {k}"


@pytest.mark.parametrize("name", [*PLAIN, *PLAIN_OF_TWO, *OF_INTEGERS, *OF_ONE_INTEGER])
def test_plain_answers_are_numpys(name):
    integers = name in (*OF_INTEGERS, *OF_ONE_INTEGER)
    count = 2 if name in (*PLAIN_OF_TWO, *OF_INTEGERS) else 1
    values = [np.array([6, 4, 9]), np.array([4, 2, 3])] if integers else [X, Y]
    wanted = numpys(name)(*values[:count])
    found = ALL[name](*(Tensor(v, requires_grad=not integers) for v in values[:count]))
    assert not isinstance(found, Tensor)
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_derivative_refuses(name):
    with pytest.raises(NoRuleError, match=name.removeprefix("linalg.")):
        ALL[name](Tensor(X, requires_grad=True))
