"""Rows of one's own: every kind, its forward mode, higher orders and stacks from the rules alone."""

import functools

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import ReleasedGraphError, Tensor
from autograd_core.node import EXPOSED, RELEASED, ancestors

X = np.array([0.5, -1.0, 2.0])


def leaf(data, **words):
    return Tensor(data, requires_grad=True, **words)


cube = ac.elementwise("cubed", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")
swap = ac.linear("swapped", lambda x: x[..., ::-1], lambda g, z, x: swap(g), stacks=True)
outer = ac.multilinear(
    "outer_product",
    lambda x, y: x[..., :, None] * y[..., None, :],
    lambda g, z, x, y: (g * ac.expand_dims(y, -2)).sum(axis=-1),
    lambda g, z, x, y: (g * ac.expand_dims(x, -1)).sum(axis=-2),
    keeps="xy",
)
norm = ac.general(
    "length",
    lambda x: np.sqrt((x * x).sum(axis=-1)),
    lambda g, z, x: ac.expand_dims(g / z, -1) * x,
    keeps="zx",
    stacks=True,
)


def meaning(x, w):
    s = ac.sigmoid(x)
    return x * s * w, {"s": s}


calls = []


def kernel(x, w):
    calls.append("kernel")
    s = 1 / (1 + np.exp(-x))
    return x * s * w, {"s": s}


swish = ac.fused(
    "swish",
    kernel,
    lambda g, z, x, w, *, s: g * (w * (s + x * (s * (1 - s)))),
    lambda g, z, x, w, *, s: g * (x * s),
    residuals=("s",),
    keeps="xw",
    meaning=meaning,
    stacks=True,
)
swish_jointly = ac.fused(
    "swish_jointly",
    kernel,
    joint=lambda g, z, x, w, *, s: [g * (w * (s + x * (s * (1 - s)))), g * (x * s)],
    residuals=("s",),
    keeps="xw",
    meaning=meaning,
    stacks=True,
)
doubled = ac.fused("doubled", lambda x: 2 * x, lambda g, z, x: g * 2, meaning=lambda x: x + x, stacks=True)

ONE_ARGUMENT = {
    "elementwise": (cube, lambda x: x**3),
    "linear": (swap, lambda x: x[::-1] * 1.0),
    "multilinear": (lambda x: outer(x, x[:2]), lambda x: x.reshape(3, 1) * x[:2]),
    "multilinear beside an array": (lambda x: outer(x, X), lambda x: x.reshape(3, 1) * X),
    "general": (norm, lambda x: ac.sqrt((x * x).sum())),
    "fused": (lambda x: swish(x, 2 * x), lambda x: 2 * x * x * ac.sigmoid(x)),
    "fused beside an array": (lambda x: swish(x, X), lambda x: x * ac.sigmoid(x) * X),
    "fused with one rule for all": (lambda x: swish_jointly(x, 2 * x), lambda x: 2 * x * x * ac.sigmoid(x)),
    "fused without residuals": (doubled, lambda x: 2 * x),
}


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_all_readings_agree_with_built_in_rows(name):
    mine, built_in = ONE_ARGUMENT[name]
    np.testing.assert_allclose(mine(Tensor(X)), built_in(Tensor(X)), rtol=1e-14)
    for transform in (
        ac.jacobian,
        lambda f: ac.jacobian(ac.jacobian(f)),
        lambda f: ac.grad(lambda x: (f(x) ** 2).sum()),
        lambda f: ac.hessian(lambda x: (f(x) ** 2).sum()),
        lambda f: lambda x: ac.jvp(f, x, np.cos(x))[1],
        lambda f: lambda x: ac.hvp(lambda x: (f(x) ** 2).sum(), x, np.cos(x)),
        lambda f: ac.grad(lambda x: (ac.jvp(f, x, np.cos(X))[1] ** 2).sum()),
    ):
        np.testing.assert_allclose(transform(mine)(X), transform(built_in)(X), rtol=1e-12, atol=1e-13)


def test_the_kernel_serves_the_first_order_and_the_meaning_the_second():
    x = leaf(X)
    calls.clear()
    z = swish(x, X).sum()
    assert calls == ["kernel"]
    (g,) = ac.gradients(z, [x])
    (recorded,) = ac.gradients(z, [x], create_graph=True)
    np.testing.assert_allclose(g, recorded.detach(), rtol=1e-14)
    assert calls == ["kernel"]
    assert not any(node.op is swish for node in ancestors([recorded.node]) if node not in ancestors([z.node]))


def test_residuals_are_released_and_handed_out():
    x = leaf(np.ones((30, 30)))
    z, found = swish.with_residuals(x, 2.0)
    np.testing.assert_allclose(found["s"], ac.sigmoid(np.ones((30, 30))))
    node = z.node
    assert "s" in node.params
    z.sum().backward()
    assert node.args is RELEASED
    assert "s" not in node.params
    with pytest.raises(ReleasedGraphError):
        ac.gradients(z.sum(), x)
    plain, found = swish.with_residuals(X, X)
    assert type(plain) is np.ndarray
    assert set(found) == {"s"}
    np.testing.assert_allclose(swish(X, X), plain)


def test_rows_work_on_plain_arrays_and_numbers():
    np.testing.assert_array_equal(cube(X), X**3)
    assert cube(2.0) == 8.0
    assert outer(X, X).shape == (3, 3)
    assert type(norm(X)) is np.float64


def test_a_row_may_be_defined_again():
    for factor in (2.0, 3.0):
        scaled = ac.elementwise("scaled", lambda x, f=factor: x * f, lambda g, z, x, f=factor: g * f)
        x = leaf(1.0)
        scaled(x).backward()
        assert x.grad.item() == factor


def test_an_argument_without_a_rule_gets_no_gradient():
    gated = ac.elementwise("gated", lambda x, k: x * (k > 0), lambda g, z, x, k: g * (k > 0), None, keeps="k")
    x, k = leaf(X), leaf(X)
    gated(x, k).sum().backward()
    np.testing.assert_array_equal(x.grad, X > 0)
    assert k.grad is None
    assert ac.jvp(gated, (X, X), (X, X))[1].tolist() == (X * (X > 0)).tolist()
    np.testing.assert_array_equal(ac.jvp(lambda k: gated(X, k), X, X)[1], 0)


def test_a_rule_that_ignores_g_has_derivative_zero():
    flat = ac.general("flat", lambda x: np.ones(x.shape), lambda g, z, x: np.zeros(x.shape))
    np.testing.assert_array_equal(ac.jvp(lambda x: flat(x) * 2, X, X)[1], 0)
    assert ac.grad(lambda x: flat(x).sum())(X).tolist() == [0, 0, 0]


def test_a_multilinear_row_may_take_numbers():
    scale = ac.multilinear(
        "scale",
        lambda x, y: x * y,
        lambda g, z, x, y: g * y,
        lambda g, z, x, y: g * x,
        keeps="xy",
        stacks=True,
    )
    np.testing.assert_array_equal(ac.jacobian(lambda x: scale(x, 2.0))(X), 2 * np.eye(3))
    square = X[:2, None] * X[:2]
    forward = ac.jacobian(lambda x: ac.stack([scale(x, 2.0)] * 2))(square)
    np.testing.assert_array_equal(forward[1], 2 * np.eye(4).reshape(2, 2, 2, 2))


def test_markers_and_nodes_print_themselves():
    assert repr(RELEASED) == "RELEASED"
    assert repr(EXPOSED) == "EXPOSED"
    x = leaf(X, name="x")
    assert "leaf (3,)" in repr(x.node)
    assert "multiply (3,)" in repr((x * x).node)


def test_a_tangent_of_a_released_graph_is_refused():
    x = leaf(np.ones(300))
    z = ac.tanh(x)
    z.sum().backward()
    with pytest.raises(ReleasedGraphError):
        ac.jvp(lambda t: ac.gradients(z, x, np.ones(300)), 1.0, 1.0)


# ---- what is refused when a row is declared ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("declare", "error", "text"),
    [
        (lambda: ac.elementwise("r", np.sin, lambda g, z, x: g * np.cos(x)), ValueError, "read x.*keeps='x'"),
        (lambda: ac.elementwise("r", np.exp, lambda g, z, x: g * z), ValueError, "read z.*keeps='z'"),
        (
            lambda: ac.elementwise(
                "r", np.add, lambda g, z, x, y: g * y, lambda g, z, x, y: g * x, keeps="y"
            ),
            ValueError,
            "read x.*keeps='yx'",
        ),
        (
            lambda: ac.elementwise("r", np.add, lambda g, z, x: (lambda: g * x)()),
            ValueError,
            "read x",
        ),
        (
            lambda: ac.elementwise("r", np.add, lambda g, z, x, y: g),
            ValueError,
            "arguments x, y, but there are 1 rules",
        ),
        (lambda: ac.elementwise("r", np.sin), ValueError, "has no rules"),
        (lambda: ac.elementwise(np.sin, np.sin), TypeError, "name first"),
        (
            lambda: ac.fused(
                "r",
                lambda x: (x * 2, {"n": x}),
                lambda g, z, x, *, n: g * n,
                residuals=("n",),
                meaning=lambda a: (a * 2, {"n": a}),
            ),
            ValueError,
            "its rules read x",
        ),
        (
            lambda: ac.fused("r", np.sin, joint=lambda g, z, x: [g * ac.cos(x)], meaning=ac.sin),
            ValueError,
            "its rules read x, which",
        ),
        (
            lambda: ac.fused("r", np.sin, lambda g, z, x: g, joint=lambda g, z, x: [g], meaning=ac.sin),
            TypeError,
            "not both",
        ),
    ],
)
def test_a_row_that_would_fail_on_big_arrays_is_refused(declare, error, text):
    with pytest.raises(error, match=text):
        declare()


def test_shapes_may_be_asked_of_what_is_not_kept():
    row = ac.general("total", lambda x: x.sum(), lambda g, z, x: ac.broadcast_to(g, x.shape))
    x = ac.Tensor(np.ones((30, 20)), requires_grad=True)
    row(x).backward()
    assert x.grad.shape == (30, 20)


def test_a_kept_letter_is_there_for_any_size():
    cube = ac.elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")
    for size in (2, 1000):
        x = ac.Tensor(np.arange(size) / size, requires_grad=True)
        cube(x).sum().backward()
        np.testing.assert_allclose(x.grad, 3 * x.numpy() ** 2)


def test_an_array_given_by_keyword_is_copied():
    row = ac.elementwise("scaled", lambda x, *, s: x * s, lambda g, z, x, *, s: g * s)
    s = np.array([2.0, 3.0])
    x = ac.Tensor([1.0, 1.0], requires_grad=True)
    y = row(x, s=s).sum()
    s[:] = 100
    y.backward()
    assert x.grad.tolist() == [2.0, 3.0]


def rule_with_setting(g, z, x, *, k=1):
    return g * (x != 0)


class Rule:
    def __call__(self, g, z, x):
        return g * x


@pytest.mark.parametrize(
    "rule", [functools.partial(rule_with_setting, k=2), Rule()], ids=["partial", "object"]
)
def test_rules_that_are_no_plain_functions_are_read_too(rule):
    with pytest.raises(ValueError, match="read x"):
        ac.elementwise("r", np.abs, rule)


def test_rules_have_the_same_letters():
    with pytest.raises(ValueError, match="the same letters"):
        ac.elementwise("p", np.multiply, lambda g, z, x, y: g * y, lambda g, z, a, b: g * (a != 0), keeps="y")


def test_a_letter_that_is_written_first_is_not_read():
    def rule(g, z, x):
        z = 2 * g
        return z

    assert ac.elementwise("doubled", lambda x: 2 * x, rule)(ac.Tensor(2.0, True)).item() == 4


@pytest.mark.parametrize("kind", ["linear", "fused"])
def test_arrays_by_keyword_are_copied_in_every_kind(kind):
    words = {"meaning": lambda x, *, m: x * m[0]} if kind == "fused" else {}
    row = getattr(ac, kind)("r", lambda x, *, m: x * m[0], lambda g, z, x, *, m: g * m[0], **words)
    m = np.array([2.0, 3.0])
    x = ac.Tensor([1.0, 1.0], requires_grad=True)
    y = row(x, m=(m,)).sum()
    m[:] = 100
    y.backward()
    assert x.grad.tolist() == [2.0, 3.0]


def test_what_is_not_kept_says_so():
    from autograd_core.node import Absent

    gone = Absent((3,), np.dtype(float))
    for use in (
        lambda: gone != 0,
        lambda: gone * 2,
        lambda: np.ones(3) * gone,
        lambda: gone[0],
        lambda: bool(gone),
    ):
        with pytest.raises(TypeError, match=r"add its letter to keeps=|unsupported operand"):
            use()


def test_a_row_whose_rules_have_a_default():
    scaled = ac.linear("scaled", lambda x, w=2.0: x * w, lambda g, z, x, w=2.0: g * w)
    for operands, wanted in (((), 2.0), ((3.0,), 3.0)):
        x = Tensor(np.ones(3), requires_grad=True)
        scaled(x, *operands).sum().backward()
        np.testing.assert_array_equal(x.grad.numpy(), wanted)


def test_a_rule_of_single_numbers_may_give_one_of_pythons():
    row = ac.elementwise("slope_of_three", np.exp, lambda g, z, x: 3.0)
    x = Tensor(1.0, requires_grad=True)
    row(x).backward()
    assert x.grad.item() == 3.0
