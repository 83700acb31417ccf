"""Transforms of functions: types, nests, nesting, closures, and what they refuse."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest
import scipy.optimize

import autograd_core as ac
from autograd_core import GradientError, ReleasedGraphError, Tensor, node, transforms


def leaf(data, **words):
    return Tensor(data, requires_grad=True, **words)


def cube(x):
    return x**3


def total(x):
    return (x**3).sum()


V = np.array([1.0, 2.0])
M = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])


# ---- type out is type in ----------------------------------------------------------------


def test_floats_give_floats():
    for x in (2.0, 2):
        g = ac.grad(cube)(x)
        assert type(g) is float
        assert g == 12
    value, g = ac.value_and_grad(cube)(2.0)
    assert (type(value), value, g) == (float, 8.0, 12.0)
    assert ac.jvp(cube, 2.0, 1.0) == (8.0, 12.0)
    assert type(ac.hvp(cube, 2.0, 1.0)) is float
    assert ac.hvp(cube, 2, 1) == 12
    assert type(ac.jacobian(cube)(2.0)) is float
    assert ac.hessian(cube)(2.0) == 12
    value, pullback = ac.vjp(cube, 2.0)
    assert (value, pullback(1.0), pullback(2.0)) == (8.0, 12.0, 24.0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_arrays_give_arrays_of_their_dtype(dtype):
    x = V.astype(dtype)
    results = [
        ac.grad(total)(x),
        ac.value_and_grad(total)(x)[1],
        ac.hvp(total, x, x),
        ac.vjp(cube, x)[1](x),
        ac.vjp(cube, x)[0],
        *ac.jvp(cube, x, x),
        ac.jacobian(cube)(x),
        ac.hessian(total)(x),
    ]
    for g in results:
        assert type(g) is np.ndarray
        assert g.dtype == dtype
    assert type(ac.value_and_grad(total)(x)[0]) is float


def test_numpy_scalars_stay_numpy_scalars():
    g = ac.grad(cube)(np.float32(2))
    assert type(g) is np.float32
    assert g == 12


def test_tensors_give_recorded_tensors():
    x = leaf(V)
    value, g = ac.value_and_grad(total)(x)
    for t in (value, g, ac.hvp(total, x, V), ac.hessian(total)(x), ac.jacobian(cube)(x), *ac.jvp(cube, x, V)):
        assert isinstance(t, Tensor)
        assert t.requires_grad
    (g * g).sum().backward()
    np.testing.assert_array_equal(x.grad, 36 * V**3)
    value, pullback = ac.vjp(cube, x)
    assert isinstance(value, Tensor)
    assert isinstance(pullback(V), Tensor)


def test_tensors_that_do_not_train_are_differentiated_too():
    x = Tensor(V, name="x")
    g = ac.grad(total)(x)
    np.testing.assert_array_equal(g.detach(), 3 * V**2)
    assert not x.requires_grad
    with ac.no_grad():
        g = ac.grad(total)(leaf(V))
    np.testing.assert_array_equal(g.detach(), 3 * V**2)


def test_a_tensor_beside_a_float():
    x = leaf(2.0)
    value, g = ac.value_and_grad(lambda x, y: x * y * y, argnums=1)(x, 3.0)
    assert isinstance(value, Tensor)
    assert value.requires_grad
    assert type(g) is float
    assert g == 12


def test_gradients_of_tensors_have_their_dtype():
    x = leaf(np.float32([1, 2]))
    g = ac.grad(lambda x: (x * np.array([1.0, 2.0])).sum())(x)
    assert g.dtype == np.float32
    _value, pullback = ac.vjp(cube, x)
    assert pullback(Tensor([1.0, 1.0])).dtype == np.float32


# ---- nests ----------------------------------------------------------------


class Pair(NamedTuple):
    w: object
    b: object


def test_nests_are_mirrored():
    def f(p):
        w, (a, pair) = p["w"], p["more"]
        return (w * w).sum() * a + pair.w * pair.b

    p = {"w": V, "more": [2.0, Pair(3.0, np.float32(4))]}
    g = ac.grad(f)(p)
    assert list(g) == ["w", "more"]
    np.testing.assert_array_equal(g["w"], 4 * V)
    assert g["more"] == [5.0, Pair(4.0, np.float32(3))]
    assert type(g["more"]) is list
    assert type(g["more"][1]) is Pair
    assert type(g["more"][1].b) is np.float32


def test_several_arguments():
    def f(x, y, *, scale):
        return scale * (x * y).sum()

    gx, gy = ac.grad(f, argnums=(0, 1))(V, V + 1, scale=2.0)
    np.testing.assert_array_equal(gx, 2 * (V + 1))
    np.testing.assert_array_equal(gy, 2 * V)
    (only,) = ac.grad(f, argnums=[-1])(V, V + 1, scale=1.0)
    np.testing.assert_array_equal(only, V)
    assert ac.grad(f, argnums=1)(V, V, scale=1.0).shape == (2,)
    jx, jy = ac.jacobian(lambda x, y: x * y, argnums=(0, 1))(V, V + 1)
    np.testing.assert_array_equal(jx, np.diag(V + 1))
    np.testing.assert_array_equal(jy, np.diag(V))
    _value, pullback = ac.vjp(lambda x, y: x * y, V, V + 1)
    assert [g.tolist() for g in pullback(np.ones(2))] == [[2, 3], [1, 2]]
    _value, tangent = ac.jvp(lambda x, y: x * y, (V, V + 1), (V, V))
    np.testing.assert_array_equal(tangent, V * (V + 1) + V * V)
    a, b = ac.hvp(lambda x, y: (x * x * y).sum(), (V, V), (V, np.zeros(2)))
    np.testing.assert_array_equal(a, 2 * V * V)
    np.testing.assert_array_equal(b, 2 * V * V)


def test_functions_that_return_nests():
    def f(x):
        return {"square": x * x, "rest": (x.sum(), 5.0)}

    value, pullback = ac.vjp(f, V)
    np.testing.assert_array_equal(value["square"], V * V)
    assert value["rest"] == (3.0, 5.0)
    np.testing.assert_array_equal(pullback({"square": V, "rest": (10.0, 1.0)}), 2 * V * V + 10)
    value, tangent = ac.jvp(f, V, V)
    np.testing.assert_array_equal(tangent["square"], 2 * V * V)
    assert tangent["rest"] == (3.0, 0.0)
    with pytest.raises(ValueError, match="keys \\['square', 'rest'\\] is needed, got a ndarray"):
        pullback(V)


def test_one_value_returned_twice():
    value, pullback = ac.vjp(lambda x: (y := x * x, y), V)
    np.testing.assert_array_equal(pullback((V, V)), 4 * V * V)
    assert len(value) == 2


def test_arguments_keep_their_identity_for_the_function():
    ac.grad(lambda x: x.sum())(V)
    assert V.tolist() == [1, 2]
    x = leaf(V, name="x")
    names = []
    ac.grad(lambda t: (names.append(t.name), t.sum())[1])(Tensor(V, name="data"))
    assert names == ["data"]
    ac.grad(total)(x)
    assert x.grad is None


# ---- what is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    "x", [np.array([1, 2]), np.array([True]), "text", None, 1j, np.int64(2), [np.arange(2)]], ids=repr
)
def test_only_floating_numbers_are_differentiated(x):
    with pytest.raises(TypeError, match="argument 0: only floating numbers can be differentiated"):
        ac.grad(lambda x: 1.0)(x)


def test_booleans_are_refused():
    with pytest.raises(TypeError, match="Boolean"):
        ac.grad(cube)(True)
    with pytest.raises(TypeError, match="only floating"):
        ac.grad(total)(Tensor([1, 2]))


def test_results_that_are_not_single():
    with pytest.raises(GradientError, match=r"single number, got shape \(2,\).*\.sum\(\).*ac\.jacobian"):
        ac.grad(cube)(V)
    for transform in (ac.grad, ac.jacobian):
        with pytest.raises(TypeError, match=r"must return one value, got a (tuple|dict)"):
            transform(lambda x: (x, x))(V)


def test_argnums_out_of_range():
    for n in (1, -2, 5):
        with pytest.raises(TypeError, match=f"argument {n} was asked for, but 1 positional"):
            ac.grad(cube, argnums=n)(2.0)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"direction has shape \(3,\), its argument \(2,\)"):
        ac.jvp(cube, V, np.ones(3))
    with pytest.raises(ValueError, match="jvp: 2 values are needed, got 1"):
        ac.jvp(lambda x, y: x, (V, V), (V,))
    with pytest.raises(ValueError, match="a direction has shape"):
        ac.hvp(total, V, (V, V))
    _value, pullback = ac.vjp(cube, V)
    with pytest.raises(ValueError, match=r"value has shape \(2,\), its gradient \(3,\)"):
        pullback(np.ones(3))


# ---- inputs that are not reached -----------------------------------------------------------------------


def test_unreachable_inputs_give_zeros():
    assert ac.grad(lambda x, y: x * 2.0, argnums=(0, 1))(1.0, 2.0) == (2.0, 0.0)
    assert ac.grad(lambda x: 5.0)(1.0) == 0.0
    assert ac.grad(lambda x: Tensor(5.0))(1.0) == 0.0
    np.testing.assert_array_equal(ac.jacobian(lambda x: np.ones(3))(V), np.zeros((3, 2)))
    np.testing.assert_array_equal(ac.jacobian(lambda x, y: y * 1.0)(V, V), np.zeros((2, 2)))
    np.testing.assert_array_equal(ac.hessian(lambda x: x.sum())(V), np.zeros((2, 2)))
    assert ac.jvp(lambda x: 5.0, 1.0, 1.0) == (5.0, 0.0)
    jx, jy = ac.jacobian(lambda x, y: y * 1.0, argnums=(0, 1))(V, V)
    np.testing.assert_array_equal(jx, np.zeros((2, 2)))
    np.testing.assert_array_equal(jy, np.eye(2))


def test_gradients_names_what_it_cannot_reach():
    x, y = leaf(1.0, name="x"), leaf(2.0, name="y")
    z = x * 2
    with pytest.raises(GradientError, match=r"y is not part of the graph of z.*allow_unused=True"):
        ac.gradients(z, [x, y])
    with pytest.raises(GradientError, match=r"number 0 of xs, of shape \(3,\), requires no gradient"):
        ac.gradients(z, [Tensor(np.ones(3))])
    assert ac.gradients(z, [x, y], allow_unused=True)[1] is None


def test_gradients_mirrors_and_leaves_grad_alone():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = a * x
    z = (s - y) ** 2
    assert ac.gradients(z, a).item() == 12
    assert [g.item() for g in ac.gradients(z, [a, x, y])] == [12, 8, -4]
    assert [g.item() for g in ac.gradients(z, (s, z))] == [4, 1]
    assert {k: g.item() for k, g in ac.gradients(z, {"x": x}).items()} == {"x": 8}
    assert ac.gradients(z, a, 10.0).item() == 120
    assert a.grad is x.grad is y.grad is None
    z.backward()
    assert a.grad.item() == 12


def test_gradients_keeps_the_graph_unless_told():
    x = leaf(3.0)
    z = x * x
    ac.gradients(z, x)
    ac.gradients(z, x, retain_graph=False)
    with pytest.raises(ReleasedGraphError):
        ac.gradients(z, x)


def test_gradients_refuses_what_is_no_tensor():
    x = leaf(1.0)
    with pytest.raises(TypeError, match="Tensors are needed, got a float"):
        ac.gradients(x * 2, [1.0])
    with pytest.raises(TypeError, match="Tensors are needed, got a float"):
        ac.gradients(2.0, x)
    with pytest.raises(GradientError, match="requires no gradient"):
        ac.gradients(Tensor(1.0), x)
    with pytest.raises(GradientError, match="single number"):
        ac.gradients(leaf(V) * 2, x)


# ---- nesting and closures ----------------------------------------------------------------


def test_third_order():
    f = lambda x: x**4 * 2.0
    assert ac.grad(ac.grad(ac.grad(f)))(3.0) == 48 * 3
    assert ac.jvp(ac.grad(ac.grad(f)), 3.0, 1.0)[1] == 48 * 3
    assert ac.grad(lambda x: ac.jvp(ac.grad(f), x, 1.0)[1])(3.0) == 48 * 3
    assert ac.grad(lambda x: ac.hvp(f, x, 1.0))(3.0) == 48 * 3
    third = ac.jacobian(ac.hessian(total))(V)
    wanted = np.zeros((2, 2, 2))
    wanted[[0, 1], [0, 1], [0, 1]] = 6
    np.testing.assert_array_equal(third, wanted)
    np.testing.assert_allclose(ac.jacobian(ac.jacobian(ac.jacobian(cube)))(V).sum(), 12)


def test_forward_over_forward():
    slope = lambda x: ac.jvp(cube, x, 1.0)[1]
    assert ac.jvp(slope, 2.0, 1.0)[1] == 12
    assert ac.jvp(lambda x: ac.jvp(slope, x, 1.0)[1], 2.0, 1.0)[1] == 6


def test_perturbations_are_not_confused():
    assert ac.grad(lambda x: x * ac.grad(lambda y: x + y)(1.0))(5.0) == 1
    assert ac.jvp(lambda x: x * ac.jvp(lambda y: x + y, 1.0, 1.0)[1], 5.0, 1.0)[1] == 1
    assert ac.grad(lambda x: x * ac.grad(lambda y: x * y)(x))(5.0) == 10
    assert ac.grad(lambda x: x * ac.jvp(lambda y: x * y, x, 1.0)[1])(5.0) == 10


INNER = {
    "grad": lambda x: ac.grad(lambda y: x * x * y * y)(3.0),
    "value_and_grad": lambda x: ac.value_and_grad(lambda y: x * x * y * y)(3.0)[1],
    "value": lambda x: ac.value_and_grad(lambda y: x * x * y * 2.0)(3.0)[0],
    "jvp": lambda x: ac.jvp(lambda y: x * x * y * y, 3.0, 1.0)[1],
    "jvp value": lambda x: ac.jvp(lambda y: x * x * y * 2.0, 3.0, 1.0)[0],
    "vjp": lambda x: ac.vjp(lambda y: x * x * y * y, 3.0)[1](1.0),
    "hvp": lambda x: ac.hvp(lambda y: x * x * y**3, 1.0, 1.0),
    "jacobian": lambda x: ac.jacobian(lambda y: x * x * y * y)(np.array([1.0, 2.0])).sum(),
    "tall jacobian": lambda x: ac.jacobian(lambda y: x * x * y * np.ones(6))(1.0).sum(),
    "hessian": lambda x: ac.hessian(lambda y: (x * x * y**3).sum())(np.array([0.5, 0.5])).sum(),
    "nested": lambda x: ac.grad(lambda y: ac.grad(lambda z: x * x * y * z**3)(1.0))(7.0) * 2.0,
}


@pytest.mark.parametrize("name", INNER)
def test_inner_transforms_may_close_over_outer_variables(name):
    """Each inner function is 6x² by construction, although its own argument is a plain number."""
    f = INNER[name]
    assert float(f(2.0)) == pytest.approx(24)
    assert ac.grad(f)(2.0) == pytest.approx(24)
    assert ac.jvp(f, 2.0, 1.0)[1] == pytest.approx(24)
    assert ac.grad(ac.grad(f))(2.0) == pytest.approx(12)


def test_an_inner_transform_without_outer_variables_is_plain():
    seen = []

    def f(x):
        seen.append(ac.grad(cube)(2.0))
        return x * seen[-1]

    assert ac.grad(f)(1.0) == 12
    assert type(seen[0]) is float


def test_a_failing_function_leaves_no_trace():
    with pytest.raises(ZeroDivisionError):
        ac.grad(lambda x: 1 / 0)(1.0)
    g = ac.grad(lambda y: y * y)(3.0)
    assert type(g) is float


def test_closures_over_leaves():
    w = leaf(V)
    g = ac.grad(lambda x: (w * x).sum())(np.ones(2))
    assert type(g) is np.ndarray
    np.testing.assert_array_equal(g, V)
    assert w.grad is None


# ---- Jacobians ----------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ac.tanh(x @ M.T),  # tall: tangents
        lambda x: ac.tanh(x).sum(keepdims=True),  # wide: gradients
        lambda x: x[::-1] * x,
        lambda x: ac.stack([x, x * x]),
        lambda x: x.reshape(2, 1) * x,
        lambda x: ac.where(x > 1.5, x, x**2),
        lambda x: (x * x).sum(),
        lambda x: x.max(keepdims=True) * np.ones((2, 2)),
    ],
    ids=["matmul", "sum", "reverse", "stack", "outer", "where", "scalar", "max"],
)
def test_jacobians_agree_with_differences(f):
    x, h = np.array([1.2, 2.3]), 1e-6
    found = ac.jacobian(f)(x)
    shape = f(Tensor(x)).shape
    assert found.shape == (*shape, 2)
    columns = []
    for e in np.eye(2):
        up, down = f(Tensor(x + h * e)), f(Tensor(x - h * e))
        columns.append((up.numpy() - down.numpy()) / (2 * h))
    np.testing.assert_allclose(found, np.stack(columns, axis=-1), atol=1e-8)
    np.testing.assert_allclose(ac.jacobian(f)(leaf(x)).detach(), found, rtol=1e-12)
    second = ac.jacobian(ac.jacobian(f))(x)
    assert second.shape == (*shape, 2, 2)
    np.testing.assert_allclose(second, np.swapaxes(second, -1, -2), atol=1e-12)


def test_rows_that_carry_no_stack_are_swept_in_a_loop():
    calls = []

    def rule(g, z, x):
        calls.append(g.shape)
        return g * (2 * x)

    squared = ac.general("squared_slowly", lambda x: x * x, rule, keeps="x")
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(ac.jacobian(squared)(x), np.diag(2 * x))
    assert calls == [(3,)] * 3
    np.testing.assert_array_equal(ac.jacobian(squared)(leaf(x)).detach(), np.diag(2 * x))
    np.testing.assert_array_equal(ac.hessian(lambda x: squared(x).sum())(x), 2 * np.eye(3))
    j = ac.jacobian(lambda x, y: squared(x), argnums=(0, 1))(x, V)[1]
    np.testing.assert_array_equal(j, np.zeros((3, 2)))
    calls.clear()
    stacked = ac.general("squared_at_once", lambda x: x * x, rule, keeps="x", stacks=True)
    np.testing.assert_array_equal(ac.jacobian(stacked)(x), np.diag(2 * x))
    assert calls == [(3, 3)]


def test_hessian_of_rosenbrock():
    def f(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    x = np.linspace(-1, 1, 6)
    np.testing.assert_allclose(ac.hessian(f)(x), scipy.optimize.rosen_hess(x), rtol=1e-12)
    np.testing.assert_allclose(ac.grad(f)(x), scipy.optimize.rosen_der(x), rtol=1e-12)
    v = np.arange(6.0)
    np.testing.assert_allclose(ac.hvp(f, x, v), scipy.optimize.rosen_hess_prod(x, v), rtol=1e-12)


def test_scipy_minimises():
    def f(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    found = scipy.optimize.minimize(ac.value_and_grad(f), np.zeros(4), jac=True)
    np.testing.assert_allclose(found.x, 1, atol=1e-4)
    found = scipy.optimize.minimize(
        ac.value_and_grad(f), np.zeros(4), jac=True, hess=ac.hessian(f), method="trust-exact"
    )
    np.testing.assert_allclose(found.x, 1, atol=1e-3)


def test_transforms_keep_the_functions_name():
    def loss(x):
        """How wrong."""
        return x * x

    for transform in (ac.grad, ac.value_and_grad, ac.jacobian, ac.hessian):
        assert transform(loss).__name__ == "loss"
        assert transform(loss).__doc__ == "How wrong."


def test_a_pullback_may_be_called_again():
    _value, pullback = ac.vjp(cube, V)
    np.testing.assert_array_equal(pullback(V), pullback(V))
    g = pullback(leaf(V))
    assert type(g) is np.ndarray


# ---- refusals ----------------------------------------------------------------


@pytest.mark.parametrize(
    "lost",
    [
        lambda x: math.exp(x),
        lambda x: float(x) ** 2,
        lambda x: int(x) * 1.0,
        lambda x: ac.grad(lambda y: math.exp(x) * y)(1.0),
    ],
    ids=["math.exp", "float", "int", "inside another transform"],
)
def test_a_number_taken_of_a_variable_would_lose_its_gradient(lost):
    with pytest.raises(TypeError, match=r"would lose its gradient.*np\.exp instead of math\.exp"):
        ac.grad(lost)(1.0)


def filled(x):
    out = np.zeros(2)
    out[0] = x * 2
    return out.sum()


def test_an_array_cannot_be_filled_with_variables():
    with pytest.raises(ValueError, match="setting an array element") as caught:  # NumPy's own, with the cause
        ac.grad(filled)(1.0)
    assert "ac.stack instead of filling an array" in str(caught.value.__cause__)


def test_looking_at_a_variable_is_allowed():
    seen = []

    def f(x):
        seen.extend([x.item(), f"{x:.1f}", bool(x > 0), float(ac.Tensor(7.0))])
        return x * x

    assert ac.grad(f)(3.0) == 6
    assert seen == [3.0, "3.0", True, 7.0]
    assert float(ac.Tensor(3.0, requires_grad=True) * 2) == 6


@pytest.mark.parametrize("transform", [ac.grad, ac.value_and_grad, ac.jacobian, ac.hessian])
def test_a_transform_looks_at_its_arguments_at_once(transform):
    with pytest.raises(TypeError, match=r"a function is needed, got int"):
        transform(3)
    with pytest.raises(TypeError, match=r"to differentiate at x write ac\.\w+\(f\)\(x\)"):
        transform(lambda x: x, np.ones(2))
    with pytest.raises(TypeError, match="argnums"):
        transform(lambda x: x, True)


# ---- structures, threads, hooks ------------------------------------------------------------------------


def test_directions_go_by_key():
    def f(d):
        return d["a"] * d["b"] ** 2

    x = {"a": 2.0, "b": 3.0}
    assert ac.jvp(f, x, {"b": 1.0, "a": 0.0}) == (18, 12)
    assert ac.hvp(f, x, {"b": 1.0, "a": 0.0}) == {"a": 6, "b": 4}
    _, pullback = ac.vjp(lambda x: {"p": x, "q": x * 10}, 1.0)
    assert pullback({"q": 0.0, "p": 1.0}) == 1
    for wrong in ({"a": 1.0, "c": 0.0}, {"a": 1.0}, [1.0, 0.0]):
        with pytest.raises(ValueError, match=r"jvp: a dict with the keys \['a', 'b'\] is needed"):
            ac.jvp(f, x, wrong)
    with pytest.raises(ValueError, match="2 values are needed, got 3"):
        ac.jvp(lambda p: p[0] * p[1], ([1.0, 2.0],), ([1.0, 2.0, 3.0],))


def test_an_argument_is_named_once():
    for twice in ((0, 0), (0, -2), [1, 1]):
        with pytest.raises(ValueError, match="named twice"):
            ac.grad(lambda x, y: x * y, twice)(2.0, 3.0)
    assert ac.grad(lambda x, y: x * y, np.int64(1))(2.0, 3.0) == 2


def test_transforms_nest_through_threads():
    def f(x):
        with ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(lambda k: ac.grad(lambda y: x * y * k)(1.0), [1.0, 2.0]))
        return parts[0] + parts[1]

    assert ac.grad(f)(3.0) == 3


def test_a_hook_sees_single_gradients_in_a_jacobian_too():
    def f(x):
        y = x * 1.0
        y.register_hook(lambda g: g / np.abs(g.numpy()).max())
        return y * np.array([1.0, 2.0, 4.0])

    np.testing.assert_array_equal(ac.jacobian(f)(np.ones(3)), np.eye(3))


def test_a_jacobian_has_the_dtype_of_its_argument():
    for x in (np.ones(2, np.float32), Tensor(np.ones(2, np.float32))):
        assert ac.jacobian(lambda x: x * np.ones(2))(x).dtype == np.float32
    value, tangent = ac.jvp(lambda x: x**3, 2.0, Tensor(1.0, requires_grad=True))
    assert isinstance(value, Tensor)
    assert isinstance(tangent, Tensor)
    with pytest.raises(TypeError, match="one argument at a time"):
        ac.hessian(lambda x, y: x * y, (0, 1))


def test_a_transform_inside_no_grad_is_not_recorded():
    x = Tensor(3.0, requires_grad=True)
    with ac.no_grad():
        value, g = ac.value_and_grad(lambda y: y**3)(x)
        tangent = ac.jvp(lambda y: y**3, x, 1.0)[1]
    assert (value.item(), g.item(), tangent.item()) == (27, 27, 27)
    assert not any(t.requires_grad for t in (value, g, tangent))

    def outer(x):
        with ac.no_grad():
            g = ac.grad(lambda y: x * y**2)(1.0)
        return g * x

    assert ac.grad(outer)(3.0) == 6


@pytest.mark.parametrize("most", [1, 7, 10**6])
@pytest.mark.parametrize("transform", [ac.jacobian, ac.hessian, lambda f: ac.jacobian(ac.jacobian(f))])
def test_large_stacks_are_swept_in_parts(transform, most, monkeypatch):
    """The same numbers, for wide and tall Jacobians, of arrays and Tensors."""
    tall = transform is ac.jacobian
    x = np.array([0.3, -0.7, 1.1])
    f = (lambda x: np.tanh(np.outer(x, x).ravel())) if tall else (lambda x: np.sin(x).prod() * x.sum())
    whole = transform(f)(x)
    monkeypatch.setattr(transforms, "STACK", most)
    np.testing.assert_array_equal(transform(f)(x), whole)
    np.testing.assert_array_equal(transform(f)(Tensor(x)).numpy(), whole)
    np.testing.assert_allclose(ac.compile(transform(f))(x), whole, rtol=1e-12)
    wide = lambda x: np.tanh(x * x[::-1]).sum(keepdims=True)
    np.testing.assert_array_equal(ac.jacobian(wide)(x), ac.jacobian(lambda x: wide(x) + 0)(x))


def test_a_jacobian_of_nothing_has_no_rows():
    assert ac.jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)
    assert ac.jacobian(lambda x: x[:1])(np.ones(0)).shape == (0, 0)


def test_gradients_are_the_callers_own():
    x, y, table = np.ones(4), np.full(4, 2.0), np.arange(4.0)
    gx, gy = ac.grad(lambda a, b: (a + b).sum(), argnums=(0, 1))(x, y)
    assert not np.shares_memory(gx, gy)
    held = ac.fused("held", lambda x: x * table, lambda g, z, x: table, meaning=lambda x: x * table)
    kept = ac.fused("kept_itself", lambda x: x * x, lambda g, z, x: x, keeps="x", meaning=lambda x: x * x)
    for row, shared in ((held, table), (kept, x)):
        found = ac.grad(lambda a, row=row: row(a).sum())(x)
        assert not np.shares_memory(found, shared)
        found += 1.0
        np.testing.assert_array_equal(ac.grad(lambda a, row=row: row(a).sum())(x), shared)
    seed = np.full(4, 3.0)
    _, pullback = ac.vjp(lambda a: a + 0.0, x)
    assert not np.shares_memory(pullback(seed), seed)
    np.testing.assert_array_equal(pullback(seed), seed)


def test_a_gradient_that_nobody_else_holds_is_not_copied():
    places = []

    def doubled(g):
        c = g * 2.0
        places.append(c.ctypes.data)
        return c

    twofold = ac.fused("twofold", lambda x: 2.0 * x, lambda g, z, x: doubled(g), meaning=lambda x: 2.0 * x)
    g = ac.grad(lambda x: twofold(x).sum())(np.ones(2**12))
    assert [g.ctypes.data] == places
    np.testing.assert_array_equal(g, 2.0)


def test_no_variable_outlives_its_function():
    def fails(x):
        ac.grad(lambda y: (y * y).sum())(x)
        assert node.VARIABLES
        raise KeyError

    with pytest.raises(KeyError):
        ac.grad(fails)(np.ones(2))
    assert not node.VARIABLES
    part = ac.grad(lambda x: ac.checkpoint(lambda y: ac.grad(lambda z: (z**3).sum())(y).sum(), x))
    np.testing.assert_allclose(part(np.array([1.0, 2.0])), [6.0, 12.0])
    assert not node.VARIABLES


def test_what_was_swept_is_a_constant_of_forward_mode():
    w, x = Tensor([1.0, 2.0], requires_grad=True), np.ones(2)
    f = w * w
    f.sum().backward()
    np.testing.assert_array_equal(ac.jvp(lambda x: x * f, x, x)[1], [1.0, 4.0])
    np.testing.assert_array_equal(ac.hvp(lambda x: (x * x * f).sum(), x, x), [2.0, 8.0])
    joined = ac.jacobian(lambda x: ac.concatenate([f * x, f * x]))(x)
    np.testing.assert_array_equal(joined, np.tile(np.diag([1.0, 4.0]), (2, 1)))


def test_the_jacobian_of_no_numbers_by_a_row_of_ones_own():
    row = ac.elementwise("three_times", lambda x: 3 * x, lambda g, z, x: 3 * g)
    assert ac.jacobian(lambda x: row(x))(np.zeros((0, 3))).shape == (0, 3, 0, 3)


def _sum(a, b):
    return ac.tanh(a + b + 0.3)


@pytest.mark.parametrize("shape", [(), (2,), (2, 3)])
def test_every_gradient_is_an_object_of_its_own(shape):
    a, b = (Tensor(np.zeros(shape), requires_grad=True) for _ in range(2))
    seed = np.ones(shape)
    ways = {
        "jacobian": lambda: ac.jacobian(_sum, (0, 1))(a, b),
        "dict": lambda: tuple(ac.jacobian(lambda d: _sum(d["a"], d["b"]))({"a": a, "b": b}).values()),
        "grad": lambda: ac.grad(lambda a, b: _sum(a, b).sum(), (0, 1))(a, b),
        "gradients": lambda: ac.gradients(_sum(a, b), [a, b], seed, create_graph=True),
        "kept": lambda: ac.gradients(_sum(a, b), [a, b], seed),
        "vjp": lambda: ac.vjp(_sum, a, b)[1](Tensor(seed)),
    }
    for name, way in ways.items():
        one, two = way()
        assert one is not two, name
        np.testing.assert_array_equal(one.numpy(), two.numpy())
        if one.requires_grad:
            for g in (one, two):
                g.retain_grad()
            (2 * one + 3 * two).sum().backward(retain_graph=True)
            assert set(one.grad.numpy().flat) == {2.0}, name
            assert set(two.grad.numpy().flat) == {3.0}, name
            assert [g.tolist() for g in ac.gradients((2 * one + 3 * two).sum(), [one, two])] == [
                np.full(one.shape, k).tolist() for k in (2.0, 3.0)
            ]
