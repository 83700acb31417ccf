"""What `explain` and `backward_steps` call things, and what they say to what cannot be explained."""

import numpy as np
import pytest

import autograd_core as ac
import nn


def product():
    return ac.leaves(x=3.0, a=2.0)


def test_two_that_are_swapped():
    x, a = product()
    z = (a * x) ** 2
    swapped = ac.explain(x, z)
    assert str(swapped).startswith("∂x/∂z = 0")
    assert swapped.notes[0].endswith("x is an input of z; did you mean ac.explain(z, x)?")


def test_a_stranger_is_not_called_as_a_letter_of_the_picture():
    x, a = product()
    z = (a * x) ** 2
    said = ac.explain(z, ac.Tensor(1.0))
    assert said.lines == ("∂z/∂u = 0",)
    assert "z does not depend on u, the Tensor that was given: " in said.notes[0]
    other = ac.Tensor(5.0, requires_grad=True)
    assert ac.explain(z, other).lines == ("∂z/∂other = 0",)
    assert ac.explain(z, ac.Tensor(1.0, requires_grad=True, name="x")).lines == ("∂z/∂u = 0",)
    assert ac.explain(z, x).lines[0].startswith("∂z/∂x")


def test_letters_of_a_loss_are_in_the_legend():
    X, t = np.arange(6.0).reshape(2, 3), np.array([0, 1])
    W = ac.Tensor(np.ones((3, 2)), requires_grad=True, name="W")
    E = nn.CrossEntropyLoss()(X @ W, t)
    said = ac.explain(E, "W")
    assert said.lines[0] == "∂E/∂v1 = (p − onehot(t))/N"
    assert said.legend == ("v1 = X · W", "E = softmax_cross_entropy(v1, t)", "p = softmax(v1)", "N = 2")
    E.backward()
    np.testing.assert_allclose(said.value, W.grad.numpy())


def test_two_layers_of_a_kind_have_letters_of_their_own():
    M = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Tanh(), nn.LayerNorm(4))
    z = (M(ac.Tensor(np.arange(6.0).reshape(2, 3))) ** 2).sum()
    said = ac.explain(z, "0.weight")
    letters = [text.partition(" = ")[0] for text in said.legend]
    assert len(set(letters)) == len(letters)
    assert {"x̂", "σ", "x̂2", "σ2"} < set(letters)
    assert "1/σ2 ⊙ (" in str(said)
    assert "1/σ ⊙ (" in str(said)


def test_indices_are_called_by_a_letter():
    W = ac.Tensor(np.ones((3, 2)), requires_grad=True, name="W")
    rows = np.array([0, 2])
    assert "W[rows]" in str(ac.explain((W[rows] ** 2).sum(), W))
    said = ac.explain((W[np.array([0, 2])] * W[np.array([1, 1])]).sum(), W)
    assert {"c1 = [0, 2]", "c2 = [1, 1]"} < set(said.legend)


def test_a_formula_with_values():
    said = ac.explain("z = a*x", "x", a=2, x=3)
    assert (said.lines, said.value) == (("∂z/∂x = a", "      = 2"), 2.0)
    # also for names that ac.graph has settings of
    assert ac.explain("z = mode*fold", "fold", mode=2, fold=3).value == 2.0
    with pytest.raises(TypeError, match="no setting 'a'"):
        ac.explain((product()[0] * 2), "x", a=2)
    with pytest.raises(ValueError, match="x is not given"):
        ac.explain("z = a*x", "x", a=2)


def test_steps_of_a_formula_with_values():
    typed = ac.backward_steps("s = a*x; z = s**2", a=2, x=3)
    x, a = product()
    s = a * x
    z = s**2
    assert str(typed) == str(ac.backward_steps(z))
    assert [step.contribution for step in typed] == [12.0, 36.0, 24.0]
