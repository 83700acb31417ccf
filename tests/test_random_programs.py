"""Random tensor programs of 5 to 50 steps: every mode and both orders against differences and each other."""

import operator

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.testing import programs
from tests.examples import examples

SEEDS = st.integers(0, 2**32 - 1)
EXACT = np.longdouble


def directions(program, seed):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(x.shape) for x in program.inputs]


def inner(xs, ys):
    return float(sum((np.asarray(x) * np.asarray(y)).sum() for x, y in zip(xs, ys, strict=True)))


def slope(f, xs, vs, h=1e-5):
    """The derivative of f along vs: central differences of two widths, so that the error is of order h⁴."""
    moved = {k: np.asarray(f(*(x + k * h * v for x, v in zip(xs, vs, strict=True)))) for k in (-2, -1, 1, 2)}
    return (8 * (moved[1] - moved[-1]) - (moved[2] - moved[-2])) / (12 * h)


def gradients(program, g):
    xs = [Tensor(x, requires_grad=True) for x in program.inputs]
    program.run(*xs).backward(g)
    return [np.zeros(x.shape) if x.grad is None else x.grad.numpy() for x in xs]


@examples()
@given(programs(depth=(5, 50)), SEEDS)
def test_reverse_and_forward_agree_with_differences(program, seed):
    note(program.source)
    vs = directions(program, seed)
    z, dz = ac.jvp(program.run, tuple(program.inputs), tuple(vs))
    g = np.asarray(np.random.default_rng(seed + 1).standard_normal(np.shape(z)))
    reverse = inner(gradients(program, g), vs)
    exact = [x.astype(EXACT) for x in program.inputs]
    wanted = inner([slope(program.run, exact, vs)], [g])
    assert reverse == pytest.approx(wanted, rel=1e-7, abs=1e-7)
    assert inner([dz], [g]) == pytest.approx(reverse, rel=1e-9, abs=1e-9)


@examples()
@given(programs(depth=(5, 50)))
def test_recording_changes_no_number(program):
    plain = program.values(*program.inputs)
    recorded = program.values(*(Tensor(x, requires_grad=True) for x in program.inputs))
    for p, r in zip(plain, recorded, strict=True):
        r = r.numpy() if isinstance(r, Tensor) else r
        assert np.shape(r) == np.shape(p)
        np.testing.assert_allclose(r, p, rtol=1e-13, atol=1e-13)


@examples(0.5)
@given(programs(depth=(5, 30), scalar=True), SEEDS)
def test_second_order_agrees_with_differences_and_is_symmetric(program, seed):
    note(program.source)
    xs, vs, us = tuple(program.inputs), directions(program, seed), directions(program, seed + 1)
    slopes = ac.grad(program.run, argnums=tuple(range(len(xs))))

    def product(ws):
        found = ac.hvp(program.run, xs, tuple(ws))
        return found if isinstance(found, tuple) else (found,)

    h = 1e-6
    plus, minus = (slopes(*(x + s * v for x, v in zip(xs, vs, strict=True))) for s in (h, -h))
    wanted = [(p - m) / (2 * h) for p, m in zip(plus, minus, strict=True)]
    size = max(1.0, *(float(np.abs(a).max()) for a in [*plus, *wanted]))
    forward_over_reverse = product(vs)
    for found, difference in zip(forward_over_reverse, wanted, strict=True):
        np.testing.assert_allclose(found, difference, rtol=1e-6, atol=1e-6 * size)
    # the same by two reverse sweeps
    leaves = [Tensor(x, requires_grad=True) for x in xs]
    first = ac.gradients(program.run(*leaves), leaves, create_graph=True, allow_unused=True)
    alive = [(d, v) for d, v in zip(first, vs, strict=True) if d is not None and d.requires_grad]
    if alive:
        second = ac.gradients(sum(ac.sum(d * v) for d, v in alive), leaves, allow_unused=True)
        second = [np.zeros(x.shape) if s is None else s.numpy() for s, x in zip(second, xs, strict=True)]
        for found, other in zip(second, forward_over_reverse, strict=True):
            np.testing.assert_allclose(found, other, rtol=1e-9, atol=1e-9 * size)
    there, back = inner(us, forward_over_reverse), inner(vs, product(us))
    assert there == pytest.approx(back, rel=1e-9, abs=1e-9 * size)


@examples(0.25)
@given(programs(depth=(5, 15)))
def test_jacobians_in_one_sweep_equal_gradients_one_by_one(program):
    found = ac.jacobian(program.run)(*program.inputs)
    shape = np.shape(program.run())
    for place in list(np.ndindex(shape))[:4]:
        seed = np.zeros(shape)
        seed[place] = 1
        np.testing.assert_allclose(found[place], gradients(program, seed)[0], rtol=1e-12, atol=1e-12)


# ---- another engine ----------------------------------------------------------------------------------------


def in_torch(torch):
    """The words of torch for what the pool calls, by the names of the pool."""

    def reduction(function):
        def call(x, axis=None, keepdims=False):
            return function(x, tuple(range(x.ndim)) if axis is None else axis, keepdims)

        return call

    def either(function):
        return lambda x, y: function(torch.as_tensor(x, dtype=torch.float64), torch.as_tensor(y).double())

    mapped = ["tanh", "sin", "cos", "negative", "square", "exp", "sigmoid", "log", "sqrt", "absolute", "relu"]
    words = {name: getattr(torch, name) for name in mapped}
    words |= {name: getattr(torch, name) for name in ("swapaxes", "greater", "less", "matmul", "reshape")}
    words |= {name: either(getattr(torch, name)) for name in ("maximum", "minimum")}
    words |= {name: getattr(operator, name) for name in ("add", "mul", "sub", "truediv", "pow")}
    words |= {"subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv}
    return words | {
        "power": operator.pow,
        "where": torch.where,
        "sum": reduction(lambda x, dim, keep: x.sum(dim, keepdim=keep) if dim != () else x),
        "mean": reduction(lambda x, dim, keep: x.mean(dim, keepdim=keep) if dim != () else x),
        "max": reduction(lambda x, dim, keep: torch.amax(x, dim, keep)),
        "min": reduction(lambda x, dim, keep: torch.amin(x, dim, keep)),
        "var": reduction(lambda x, dim, keep: torch.var(x, dim, correction=0, keepdim=keep)),
        "transpose": lambda x, axes=None: x.permute(axes or tuple(range(x.ndim))[::-1]),
        "expand_dims": lambda x, axis: x.unsqueeze(axis),
        "broadcast_to": torch.broadcast_to,
        "concatenate": lambda xs, axis: torch.cat(xs, axis),
        "stack": lambda xs, axis: torch.stack(xs, axis),
    }


SHARED = [
    *("tanh", "sin", "cos", "negative", "square", "exp", "sigmoid", "log", "sqrt", "absolute", "relu"),
    *("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "where", "matmul"),
    *("sum", "mean", "max", "min", "reshape", "transpose", "swapaxes", "expand_dims", "broadcast_to"),
    *("concatenate", "stack"),
]


@examples(0.5)
@given(programs(SHARED, depth=(5, 50)), SEEDS)
def test_torch_finds_the_same(program, seed):
    torch = pytest.importorskip("torch")
    words = in_torch(torch)
    note(program.source)
    xs = [torch.tensor(x, requires_grad=True) for x in program.inputs]
    values = list(xs)
    for step, name in zip(program.steps, program.ops, strict=True):
        args = tuple(torch.tensor(a) if isinstance(a, np.ndarray) else a for a in step.args)
        values.append(type(step)(words[name], args, step.params).call(values))
    z = program.run()
    g = np.asarray(np.random.default_rng(seed).standard_normal(np.shape(z)))
    np.testing.assert_allclose(values[-1].detach(), z, rtol=1e-10, atol=1e-10)
    values[-1].backward(torch.tensor(g))
    for x, found in zip(xs, gradients(program, g), strict=True):
        wanted = np.zeros(found.shape) if x.grad is None else x.grad.numpy()
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * max(1, np.abs(wanted).max()))
