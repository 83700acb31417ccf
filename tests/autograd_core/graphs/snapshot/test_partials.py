"""Local derivatives on the edges of a graph: text, number and rule, all read from the rules of the rows."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.snapshot.partials import Partials


def edges(g):
    return {
        (e.source.name or e.source.formula, e.target.symbol): e for e in g.edges if e.argument is not None
    }


@pytest.fixture
def lecture():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = (a * x).named("s")
    t = (s - y).named("t")
    return (t**2).named("z")


def test_the_local_derivatives_of_the_lecture(lecture):
    """Row 3.4-2: dz/dt = 2t, ∂t/∂y = −1, ∂t/∂s = 1, ∂s/∂a = x, ∂s/∂x = a."""
    found = {k: (e.local, e.local_value) for k, e in edges(ac.graph(lecture)).items()}
    assert found == {
        ("a", "×"): ("x", 3.0),
        ("x", "×"): ("a", 2.0),
        ("s", "−"): ("1", 1),
        ("y", "−"): ("−1", -1),
        ("t", "( )²"): ("2t", 4.0),
    }


def test_the_gradient_of_the_result_itself_is_left_out(lecture):
    found = edges(ac.graph(lecture))
    assert found["t", "( )²"].rule == "∂z/∂t = 2t"
    assert found["x", "×"].rule == "∂z/∂x = ∂z/∂s · a"


def test_the_rule_of_a_matrix_product():
    """Row 3.5-3: dX = dY Wᵀ, dW = Xᵀ dY."""
    X, W = ac.randn(5, 4, requires_grad=True, name="X"), ac.randn(4, 3, requires_grad=True, name="W")
    found = edges(ac.graph({"E": (X @ W).named("Y").sum()}))
    assert (found["X", "matmul"].local, found["W", "matmul"].local) == ("· Wᵀ", "Xᵀ ·")
    assert found["X", "matmul"].rule == "∂E/∂X = ∂E/∂Y · Wᵀ"
    assert found["W", "matmul"].rule == "∂E/∂W = Xᵀ · ∂E/∂Y"
    assert found["W", "matmul"].local_value is None


def test_a_matrix_that_is_turned_twice_is_itself():
    x, W = ac.randn(5, 4, requires_grad=True, name="x"), ac.randn(3, 4, requires_grad=True, name="W")
    b = ac.randn(3, requires_grad=True, name="b")
    h = x @ W.T + b
    g = ac.graph({"E": (h @ h.T).sum()}, names={"h": h})
    found = edges(g)
    assert found["x", "matmul"].local == "· W"
    assert found["x", "matmul"].rule == "∂E/∂x = ∂E/∂h · W"
    assert ac.graph({"y": h.T.T})["y"].formula.endswith("ᵀ)ᵀ")  # as it is written
    assert not any("ᵀ)ᵀ" in (e.local or "") for e in g.edges)


def test_a_rule_is_spelled_as_its_factor():
    y, M = ac.randn(2, 3, requires_grad=True, name="y"), ac.randn(2, 3, requires_grad=True, name="M")
    for z, local in (((y**2).named("z"), "⊙ 2y"), ((M**2).named("z"), "⊙ 2 · M")):
        edge = next(e for e in ac.graph({"E": z.sum()}).edges if e.target.op == "power")
        assert edge.local == local
        assert edge.rule.endswith(f" = ∂E/∂z {local}")


def test_of_an_array_the_factor_of_each_number():
    x = ac.Tensor([1.0, -2.0], True, name="x")
    (edge,) = [e for e in ac.graph({"r": ac.relu(x)}).edges if e.argument == 0]
    assert edge.local == "⊙ [x > 0]"
    np.testing.assert_array_equal(edge.local_value, [1, 0])


def test_no_gradient_flows_into_a_constant():
    x = ac.Tensor(2.0, True, name="x")
    g = ac.graph({"z": x + 1})
    assert [e.local for e in g.edges] == ["1", None, None]


def test_the_numbers_are_those_of_the_sweep(lecture):
    g = ac.graph(lecture, grads="compute")
    for e in g.edges:
        if e.argument is not None:
            result = g[e.target.number + 1]
            assert e.source.grad == pytest.approx(result.grad * e.local_value)
    assert g["x"].grad == 8
    assert g["x"].derivative == "∂z/∂x"


def test_computing_fills_every_node_and_touches_nothing():
    x, w = ac.leaves(x=3, w=2)
    z = ac.exp(x) * w + 1
    z.backward(retain_graph=True)
    before = x.grad.item()
    g = ac.graph({"z": z}, grads="compute")
    assert all(n.grad is not None for n in g if n.kind not in ("operation", "const"))
    assert x.grad.item() == before


def test_of_released_arrays_nothing_can_be_computed():
    x = ac.randn(30, 30, requires_grad=True, name="x")
    z = ac.sum(ac.exp(x) * np.ones((30, 30)))
    z.backward()
    with pytest.raises(ValueError, match="retain_graph=True"):
        ac.graph(z, grads="compute")


def test_of_parameters_whose_model_is_gone_nothing_false_is_said():
    def loss():
        w = ac.randn(30, 30, requires_grad=True, name="w")
        return ac.sum(w[:3] * 2)

    z = loss()
    with pytest.raises(ValueError, match=r"'w' were not kept.*of a parameter they go with its model"):
        ac.graph(z, grads="compute")


def test_a_leaf_that_was_overwritten_says_what_it_holds_now(lecture):
    a, x, y = ac.leaves(a=2, x=3, y=4)
    z = (a * x - y) ** 2
    x.data = 5
    g = ac.graph({"z": z})
    assert (g["x"].value, g["x"].now, g["a"].now) == (3.0, 5.0, None)


def test_a_mean_is_a_fraction():
    y = ac.Tensor(np.ones(5), True, name="y")
    (edge,) = [e for e in ac.graph({"E": y.sum() / 5}).edges if e.target.op == "divide" and e.local]
    assert (edge.local, edge.local_value) == ("1/5", 0.2)


def test_the_gradient_of_a_bias_is_summed_over_the_batch():
    """Row 3.7-2: db = sum over axis 0."""
    X, b = ac.randn(5, 3, requires_grad=True, name="X"), ac.zeros(3, requires_grad=True, name="b")
    found = edges(ac.graph({"E": (X + b).named("Y").sum()}))
    assert found["b", "+"].local == "sum axis 0"
    assert found["b", "+"].rule == "∂E/∂b = sum(∂E/∂Y, axis 0)"


def test_residuals_of_a_kernel_are_written_as_formulas_write_them():
    X = ac.randn(5, 4, requires_grad=True, name="X")
    found = edges(ac.graph({"E": nn.BatchNorm(4)(X)}, names={}))
    assert found["X", "batch_norm"].local.endswith("1/σ ⊙ (ḡ − mean(ḡ, axis 0) − x̂ ⊙ mean(ḡ ⊙ x̂, axis 0))")


def test_of_a_rule_that_is_written_for_numbers_nothing_is_said():
    half = ac.general("half", lambda x: x / 2, lambda g, z, x: np.asarray(float(g) / 2))
    g = ac.graph({"z": half(ac.Tensor(3.0, True, name="x"))}, mode="backward", grads="compute")
    (edge,) = [e for e in g.edges if e.argument == 0]
    assert (edge.local, edge.local_value, edge.rule) == ("…", None, "∂z/∂x = …")
    assert g["x"].grad == 0.5
    assert "∂z/∂x = 0.5" in g.source


def test_a_chain_is_walked_once_for_all_its_values(monkeypatch):
    """Of 300 sums without names each has the gradient of the result."""
    asked = []
    gradient = Partials._gradient
    monkeypatch.setattr(Partials, "_gradient", lambda self, *of: asked.append(of) or gradient(self, *of))
    x = total = ac.Tensor(1.0, True, name="x")
    for _ in range(300):
        total = total + x
    g = ac.graph({"E": total}, names=None)
    rules = {e.rule for e in g.edges if e.argument == 0 and e.source is not g["x"]}
    assert rules == {"∂E/∂E", "1"}
    assert len(asked) < 1500
