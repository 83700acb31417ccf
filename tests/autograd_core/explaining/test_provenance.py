"""Where one number of a gradient comes from: the parts of the data rows add up to it."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def network():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(4, 5, rng=1), nn.ReLU(), nn.Linear(5, 3, rng=2))
    x = rng.standard_normal((12, 4))
    E = nn.functional.cross_entropy(model(x), rng.integers(0, 3, 12)).named("E")
    return model, E


@pytest.mark.parametrize(("name", "index"), [("0.weight", (3, 2)), ("0.bias", 1), ("2.weight", (4, 1))])
def test_the_parts_add_up_to_the_number(name, index):
    model, E = network()
    p = ac.provenance(E, name, index)
    E.backward()
    assert p.value == pytest.approx(float(dict(model.named_parameters())[name].grad.numpy()[index]), rel=1e-5)
    assert sum(part.value for part in p.parts) == pytest.approx(p.value, rel=1e-4, abs=1e-7)
    assert len(p.rows) == 12


def test_the_part_of_a_row_is_its_product():
    """dW[k, l] = Σ over the data n of X[n, k] · dY[n, l]: row 3.5-3, number by number."""
    rng = np.random.default_rng(0)
    X, T = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    W = ac.Tensor(rng.standard_normal((3, 2)), True, name="W")
    p = ac.provenance((0.5 * (X @ W - T) ** 2).sum().named("E"), W, (2, 1))
    parts = X[:, 2] * (X @ W.data - T)[:, 1]
    np.testing.assert_allclose([p.rows[n] for n in range(6)], parts)
    assert list(p.rows) == list(np.argsort(-np.abs(parts)))


def test_each_wire_has_its_parts():
    x = ac.Tensor(3.0, True, name="x")
    p = ac.provenance((x * x + ac.exp(x)).named("z"), x)
    assert sorted((str(part), part.value) for part in p.parts) == [
        ("the whole through exp", pytest.approx(np.exp(3))),
        ("the whole through ×", 3.0),
        ("the whole through ×", 3.0),
    ]


def test_the_text_lists_the_largest_first():
    _, E = network()
    lines = str(ac.provenance(E, "2.weight", (0, 0))).splitlines()
    assert lines[0].startswith("∂E/∂2.weight[0, 0] = ")
    assert lines[9].endswith("1 more")  # and 3 of 12 are 0


def test_parts_that_are_0_are_counted_once():
    w = ac.Tensor([1.0, 2.0], True, name="w")
    text = str(ac.provenance((ac.Tensor([[0.0, 1.0]] * 3) @ w).sum().named("E"), w, 0))
    assert text.splitlines() == [
        "∂E/∂w[0] = 0, a sum of 3 parts",
        "  3 parts are 0: no gradient arrives, or the data is 0 there",
    ]


def test_of_data_that_requires_no_gradient_too():
    rng = np.random.default_rng(4)
    X, T = ac.Tensor(rng.normal(size=(3, 2)), name="X"), ac.Tensor(rng.normal(size=3), name="T")
    w = ac.Tensor(rng.normal(size=2), True, name="w")
    E = (ac.where(X[:, 0] > 0, X @ w - T, 0) ** 2 + T).sum().named("E")
    g = ac.graph(E, grads="compute")
    for name, index in (("X", (1, 0)), ("X", (2, 1)), ("T", 0), ("T", 2)):
        found = ac.provenance(g, name, index)
        assert found.parts
        assert found.value == pytest.approx(g[name].grad[index], rel=1e-14)
        assert sum(p.value for p in found.parts) == pytest.approx(found.value, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda E: ac.provenance(E, "2.weight", 0), IndexError, r"shape \(5, 3\).*2 indices, got 1"),
        (lambda E: ac.provenance(E, "2.weight", (9, 0)), IndexError, r"\[9, 0\] is outside"),
        (lambda E: ac.provenance(E, "W"), KeyError, "no node is called 'W'"),
        (lambda E: ac.provenance(E, ac.Tensor(1.0)), ValueError, "not part of this graph"),
        (lambda E: ac.provenance(3.0, "W"), TypeError, "got float"),
        (lambda E: ac.provenance(E, "2.bias", 0.7), TypeError, r"integers, got 0\.7"),
        (lambda E: ac.provenance(E, "2.bias", [0]), TypeError, r"integers, got \[0\]"),
        (lambda E: ac.provenance(E, "2.bias", True), TypeError, "integers, got True"),
        (lambda E: ac.provenance(ac.Tensor([1.0, 2.0], True) * 2.0, "W"), ValueError, r"shape \(2,\): take"),
        (lambda E: ac.provenance(ac.graph([E, E * 2.0]), "W"), ValueError, "one result, the graph has 2"),
    ],
)
def test_what_has_no_provenance(call, kind, words):
    _, E = network()
    with pytest.raises(kind, match=words):
        call(E)
