"""Breadth: every differentiable NumPy function of HIPS autograd and of MyGrad is here, with the same values
and first derivatives; and PyTorch agrees, where it has a function of that name.

What the peers offer is read from the installed packages when the tests run. The report is printed by
`python tests/test_peers.py`.
"""

import functools

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor

hips = pytest.importorskip("autograd.numpy")
mygrad = pytest.importorskip("mygrad")

from autograd.core import primitive_vjps  # noqa: E402 - after the skip

# helpers by which HIPS autograd writes public functions that are in the lists under their own names
HIPS_HELPERS = {
    "_original_where": "where",
    "_primitive_norm": "linalg.norm",
    "array_from_args": "array",
    "concatenate_args": "concatenate",
    "make_diagonal": "diag",
    "truncate_pad": "fft",
}
# complex numbers, and what needs them
COMPLEX = {"linalg.eig"}
# MyGrad's own, which NumPy does not have; `ac` spells them by what NumPy has
NOT_NUMPY = {
    *("arccot", "arccoth", "arccsc", "arccsch", "arcsec", "cot", "coth", "csc", "csch", "sec", "sech"),
    *("add_sequence", "multiply_sequence", "multi_matmul"),
}
# no functions of arrays to arrays of floats: creation, types, files, switches, comparisons
PLAIN = {
    *(
        "allclose",
        "any",
        "arange",
        "argmax",
        "argmin",
        "asarray",
        "astensor",
        "bincount",
        "can_cast",
        "copyto",
    ),
    *("empty", "empty_like", "equal", "eye", "execute_op", "full_like", "geomspace", "greater"),
    *("greater_equal", "identity", "isclose", "isfinite", "isinf", "isnan", "isnat", "less", "less_equal"),
    *("load", "logical_and", "logical_not", "logical_or", "logical_xor", "logspace", "mem_guard_active"),
    *("mem_guard_off", "mem_guard_on", "may_share_memory", "min_scalar_type", "no_autodiff", "not_equal"),
    *("ones", "ones_like", "result_type", "save", "shape", "shares_memory", "signbit", "tensor"),
    *("turn_memory_guarding_off", "turn_memory_guarding_on", "ufunc", "zeros", "zeros_like"),
}
# what MyGrad computes only of constants, or calls otherwise
NOT_COMPARED = {
    *("ceil", "divmod", "floor", "floor_divide", "fmod", "full", "linspace", "mod", "remainder", "rint"),
    *("sign", "sliding_window_view", "trunc"),
}


def hips_names():
    """The names under which HIPS autograd offers functions with a derivative."""
    for module, prefix in ((hips, ""), (hips.linalg, "linalg."), (hips.fft, "fft.")):
        for name, value in vars(module).items():
            if callable(value) and value in primitive_vjps:
                yield HIPS_HELPERS.get(name, prefix + name)


def mygrad_names():
    for name, value in vars(mygrad).items():
        if name.startswith("_") or not callable(value):
            continue
        if isinstance(value, type) and not issubclass(value, mygrad.ufunc):
            continue  # dtypes; its ufuncs are classes
        if name not in PLAIN and name not in NOT_NUMPY:
            yield name


def peer_names():
    names = {*hips_names(), *mygrad_names()}
    return sorted(n for n in names if n not in COMPLEX and not n.startswith("fft"))


# ---- how each is called -----------------------------------------------------------------------------------

X = np.array([[0.31, 0.72, 0.55], [0.18, 0.93, 0.44]])
Y = np.array([[1.41, 1.27, 1.86], [1.13, 1.75, 1.52]])
SPD = np.array([[2.1, 0.3, 0.2], [0.3, 1.7, 0.4], [0.2, 0.4, 1.3]])
ONE = (X,)
TWO = (X, Y)


def joined(m, parts):
    """Several results as one vector, each with a weight of its own."""
    return m.concatenate([m.ravel(p) * (1.0 + i) for i, p in enumerate(parts)])


def of(f, *values):
    return f, values


BINARY = {
    *("add", "subtract", "multiply", "divide", "true_divide", "power", "pow", "maximum", "minimum", "fmax"),
    *("fmin", "arctan2", "atan2", "hypot", "logaddexp", "logaddexp2", "mod", "remainder", "fmod"),
    *("floor_divide", "kron"),
}
CALLS = {
    "angle": of(lambda m, x: m.angle(x), X),
    "arccosh": of(lambda m, x: m.arccosh(x), Y),
    "acosh": of(lambda m, x: m.acosh(x), Y),
    "array": of(lambda m, x: m.concatenate([x, 2 * x]), X),
    "array_split": of(lambda m, x: joined(m, m.array_split(x, 2, axis=1)), X),
    "astype": of(lambda m, x: m.astype(x, np.float64) if m is np else x * 1.0, X),
    "atleast_1d": of(lambda m, x: m.atleast_1d(x), X),
    "broadcast_to": of(lambda m, x: m.broadcast_to(x[:, :1], (2, 3)), X),
    "clip": of(lambda m, x: m.clip(x, 0.25, 0.8), X),
    "concatenate": of(lambda m, x, y: m.concatenate([x, y], axis=1), *TWO),
    "cross": of(lambda m, x, y: m.cross(x, y), *TWO),
    "cumprod": of(lambda m, x: m.cumprod(x, axis=1), X),
    "cumsum": of(lambda m, x: m.cumsum(x, axis=0), X),
    "diag": of(lambda m, x: m.diag(x), SPD),
    "diagonal": of(lambda m, x: m.diagonal(x, 0, -1, -2), SPD),
    "diff": of(lambda m, x: m.diff(x, axis=1), X),
    "divmod": of(lambda m, x, y: m.divmod(x, y)[1], X * 5, Y),
    "dot": of(lambda m, x, y: m.dot(x, y.T), *TWO),
    "dsplit": of(lambda m, x: joined(m, m.dsplit(m.reshape(x, (1, 2, 3)), 3)), X),
    "einsum": of(lambda m, x, y: m.einsum("ij,kj->ik", x, y), *TWO),
    "expand_dims": of(lambda m, x: m.expand_dims(x, 1), X),
    "full": of(lambda m, x: (ac if m is np else m).full((2, 2), x[0, 0]), X),
    "gradient": of(lambda m, x: m.gradient(m.ravel(x)), X),
    "hsplit": of(lambda m, x: joined(m, m.hsplit(x, 3)), X),
    "inner": of(lambda m, x, y: m.inner(x, y), *TWO),
    "linspace": of(lambda m, x: m.linspace(x[0, 0], x[0, 1], 5), X),
    "matmul": of(lambda m, x, y: m.matmul(x, y.T), *TWO),
    "moveaxis": of(lambda m, x: m.moveaxis(x, 0, 1), X),
    "nan_to_num": of(lambda m, x: m.nan_to_num(x), X),
    "outer": of(lambda m, x, y: m.outer(x[0], y[1]), *TWO),
    "pad": of(lambda m, x: m.pad(x, ((1, 0), (0, 2)), "constant"), X),
    "partition": of(lambda m, x: m.partition(x[0], 1), X),
    "permute_dims": of(lambda m, x: m.permute_dims(x, (1, 0)), X),
    "repeat": of(lambda m, x: m.repeat(x, 2, axis=1), X),
    "reshape": of(lambda m, x: m.reshape(x, (3, 2)), X),
    "roll": of(lambda m, x: m.roll(x, 1, axis=1), X),
    "rollaxis": of(lambda m, x: m.rollaxis(x, 1), X),
    "sliding_window_view": of(lambda m, x: windows(m, x), X),
    "sort": of(lambda m, x: m.sort(x[0]), X),
    "split": of(lambda m, x: joined(m, m.split(x, 3, axis=1)), X),
    "stack": of(lambda m, x, y: m.stack([x, y], axis=1), *TWO),
    "swapaxes": of(lambda m, x: m.swapaxes(x, 0, 1), X),
    "tensordot": of(lambda m, x, y: m.tensordot(x, y, axes=([1], [1])), *TWO),
    "tile": of(lambda m, x: m.tile(x, (2, 2)), X),
    "trace": of(lambda m, x: m.trace(x), SPD),
    "tril": of(lambda m, x: m.tril(x), SPD),
    "triu": of(lambda m, x: m.triu(x), SPD),
    "vsplit": of(lambda m, x: joined(m, m.vsplit(x, 2)), X),
    "where": of(lambda m, x, y: m.where(X > 0.5, x, y), *TWO),
    "linalg.cholesky": of(lambda m, x: m.linalg.cholesky(m.matmul(x, x.T) + np.eye(3)), SPD),
    "linalg.det": of(lambda m, x: m.linalg.det(x), SPD),
    "linalg.eigh": of(lambda m, x: m.linalg.eigh(x + x.T)[0], SPD),
    "linalg.inv": of(lambda m, x: m.linalg.inv(x), SPD),
    "linalg.norm": of(lambda m, x: m.linalg.norm(x, axis=1), X),
    "linalg.pinv": of(lambda m, x: m.linalg.pinv(x), X),
    "linalg.slogdet": of(lambda m, x: m.linalg.slogdet(x)[1], SPD),
    "linalg.solve": of(lambda m, x, y: m.linalg.solve(x, y.T), SPD, Y),
    "linalg.svd": of(lambda m, x: m.linalg.svd(x, full_matrices=False)[1], X),
    "std": of(lambda m, x: m.std(x, axis=1), X),
    "var": of(lambda m, x: m.var(x, axis=0, ddof=1), X),
}


def windows(m, x):
    if m is mygrad:
        return m.sliding_window_view(x, (2, 2), 1)
    return np.lib.stride_tricks.sliding_window_view(x, (2, 2))


def call_of(name):
    """How a function is called: as the table says, else on two arrays if it takes them, else on one."""
    if name in CALLS:
        return CALLS[name]
    if name in BINARY:
        return of(lambda m, x, y: getattr(m, name)(x, y), *((X * 5, Y) if "mod" in name else TWO))
    return of(lambda m, x: getattr(m, name)(x), X)


@functools.cache
def weights(shape):
    return np.cos(np.arange(np.prod(shape, dtype=int)) + 0.5).reshape(shape)


def ours(name, m):
    f, values = call_of(name)
    leaves = [Tensor(v, requires_grad=True) for v in values]
    z = f(m, *leaves)
    assert isinstance(z, Tensor), f"{name} gives a {type(z).__name__}"
    assert z.requires_grad, f"{name} is not connected"
    z.backward(weights(z.shape))
    return z.numpy(), [np.zeros(x.shape) if x.grad is None else x.grad.numpy() for x in leaves]


def theirs_hips(name):
    import autograd

    f, values = call_of(name)
    value = np.asarray(f(hips, *values))
    grads = [
        autograd.grad(lambda *xs: hips.sum(f(hips, *xs) * weights(value.shape)), i)(*values)
        for i in range(len(values))
    ]
    return value, grads


def theirs_mygrad(name):
    f, values = call_of(name)
    leaves = [mygrad.tensor(v) for v in values]
    z = f(mygrad, *leaves)
    value = np.array(z.data)
    (z * weights(value.shape)).sum().backward()
    return value, [np.zeros(x.shape) if x.grad is None else x.grad for x in leaves]


def agree(found, wanted):
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-10, atol=1e-12)
    for f, w in zip(found[1], wanted[1], strict=True):
        np.testing.assert_allclose(f, w, rtol=1e-8, atol=1e-10)


def lacking():
    """What the peers differentiate and we do not, with the reason that our side gives."""
    found = {}
    for name in peer_names():
        try:
            ours(name, np)
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


def test_nothing_is_lacking():
    assert lacking() == {}


def test_the_lists_are_read_from_the_packages():
    names = peer_names()
    assert len(names) > 120
    assert {"sinc", "linalg.svd", "cumprod", "einsum", "cbrt", "partition"} <= set(names)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted({n for n in hips_names() if n not in COMPLEX and "fft" not in n}))
def test_values_and_derivatives_agree_with_hips(name):
    agree(ours(name, np), theirs_hips(name))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(set(mygrad_names()) - NOT_COMPARED))
def test_values_and_derivatives_agree_with_mygrad(name):
    agree(ours(name, np), theirs_mygrad(name))


@pytest.mark.parametrize("name", peer_names())
def test_the_function_of_ours_is_the_same(name):
    home = ac.linalg if name.startswith("linalg.") else ac
    if not hasattr(home, name.removeprefix("linalg.")):
        pytest.skip("answers NumPy's only")
    agree(ours(name, ac), ours(name, np))


def test_torch_agrees_where_it_has_a_function_of_the_name():
    torch = pytest.importorskip("torch")
    compared = []
    for name in peer_names():
        f = getattr(torch, name, None)
        if f is None or name in CALLS or name in ("inner", "real_if_close", "fix_"):
            continue
        _, values = call_of(name)
        leaves = [torch.tensor(v, requires_grad=True) for v in values]
        try:
            z = f(*leaves)
            z.backward(torch.tensor(weights(tuple(z.shape))))
        except (TypeError, RuntimeError, AttributeError, NotImplementedError):
            continue  # torch calls it otherwise, or gives no gradient
        grads = [np.zeros(x.shape) if x.grad is None else x.grad.numpy() for x in leaves]
        agree(ours(name, np), (z.detach().numpy(), grads))
        compared.append(name)
    assert len(compared) > 40


if __name__ == "__main__":
    names = peer_names()
    missing = lacking()
    print(f"{len(names)} differentiable NumPy functions of HIPS autograd and MyGrad, {len(missing)} lacking")
    for name, why in missing.items():
        print(f"  {name}: {why}")
    print(f"left out: complex numbers ({', '.join(sorted(COMPLEX))}), numpy.fft")
    print(f"not NumPy's: {', '.join(sorted(NOT_NUMPY))}")
