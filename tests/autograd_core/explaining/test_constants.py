"""What formulas call the arrays that a function or a recording brings along, and formulas as text."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.errors import GradientError
from autograd_core.explaining.constants import held


def weights(name="W"):
    return ac.Tensor(np.arange(6.0).reshape(3, 2), requires_grad=True, name=name)


def checked(derivation, E, *wrt):
    """The derivation, whose code gives what backward gives."""
    _, *gradients = derivation.function(*(x.numpy() for x in wrt))
    E.backward()
    for x, g in zip(wrt, gradients, strict=True):
        np.testing.assert_allclose(g, x.grad.numpy())
    return derivation


def test_arrays_have_the_names_of_the_callers_variables_and_transposes_stay():
    X, T, W = np.arange(6.0).reshape(2, 3), np.ones((2, 2)), weights()
    E = ((X @ W - T) ** 2).sum()
    d = checked(ac.derive(E), E, W)
    assert str(d) == "E = sum((X · W − T)²)\n∂E/∂W = 2 · (Xᵀ · (X · W − T))"
    assert r"X^{\top} \cdot \left(X \cdot W - T\right)" in d.latex
    assert d.formulas == {"W": "2 · (Xᵀ · (X · W − T))"}
    assert "dW = 2 * (X.T @ d)" in d.code


def test_of_a_function_too_by_what_it_sees():
    def loss():
        A, B = np.arange(6.0).reshape(2, 3), np.ones((2, 2))
        return lambda W: ((A @ W - B) ** 2).sum()

    f, W = loss(), weights()
    d = checked(ac.derive(f, W), f(W), W)
    assert d["W"] == "2 · (Aᵀ · (A · W − B))"
    assert d.assumptions == ()


def test_arrays_without_a_name_are_numbered_and_said():
    W = weights()
    E = ((np.ones((2, 3)) @ W - np.zeros((2, 2))) ** 2).sum()
    d = checked(ac.derive(E), E, W)
    assert d["W"] == "2 · (c1ᵀ · (c1 · W − c2))"
    assert d.assumptions == ("c1 is an array (2, 3)", "c2 is an array (2, 2)")
    assert str(d).endswith("where c1 is an array (2, 3)\nwhere c2 is an array (2, 2)")
    one = ac.derive(lambda W: (np.ones((2, 3)) @ W).sum(), W)
    assert one.assumptions == ("c is an array (2, 3)",)


def test_a_constant_never_takes_the_letter_of_an_argument():
    c = ac.Tensor(np.ones(3), requires_grad=True, name="c")
    W = np.arange(3.0)
    d = ac.derive(lambda W: (W * np.array([1.0, 2.0, 3.0]) * c).sum(), W)
    assert [s.label for s in d._derived.inputs] == ["W", "c1", "c"]
    V = ac.Tensor(np.ones(3), name="W")
    assert ac.derive(lambda W: (W * V).sum(), W)["W"] == "W_2"


def test_data_without_a_name_are_called_as_their_variable():
    D, V = ac.Tensor(np.arange(6.0).reshape(2, 3)), ac.Tensor(np.ones((3, 2)), requires_grad=True)
    E = ((D @ V) ** 2).sum()
    assert checked(ac.derive(E), E, V)["V"] == "2 · (Dᵀ · (D · V))"
    assert ac.derive(lambda V: ((D @ V) ** 2).sum(), V)["V"] == "2 · (Dᵀ · (D · V))"


def test_a_named_tensor_of_a_recording_is_an_argument_of_its_code():
    y = ac.Tensor([1.0, 2.0], name="y")
    x = ac.Tensor([3.0, 4.0], requires_grad=True, name="x")
    value, dx = ac.derive((x * y).sum()).function(x.numpy(), y.numpy())
    assert (value, dx.tolist()) == (11.0, [1.0, 2.0])


def test_indices_and_masks_have_letters():
    W, rows = weights(), np.array([0, 2])
    E = (W[rows] ** 2).sum()
    d = checked(ac.derive(E), E, W)
    assert d["W"] == "2 · (W[rows] → [rows])"
    assert d.assumptions == ("rows, an array of truths or indices, is what it was when this was recorded",)
    two = ac.derive(np.where(W > 0, np.where(W > 1, W, 0.0), 0.0).sum())
    assert two.assumptions == (
        "c1 and c2, arrays of truths or indices, are what they were when this was recorded",
    )


def test_labels_of_a_loss():
    X, W, t = np.arange(6.0).reshape(2, 3), weights(), np.array([0, 1])
    d = ac.derive(nn.CrossEntropyLoss()(X @ W, t))
    assert d["W"] == "Xᵀ · (softmax(X · W) − onehot(t))/2"
    assert "t holds indices from 0 on" in d.assumptions


def test_an_array_that_follows_the_size_stays_one():
    d = ac.derive(lambda X: (X * np.ones((len(X), 2))).sum(), np.ones((4, 2)))
    assert [held(s) is not None for s in d._derived.inputs] == [False, True]
    assert d.function(np.ones((4, 2)))[0] == 8.0


def test_a_model_calls_its_input_as_its_forward_does():
    M = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    assert str(ac.derive(M, np.ones((4, 3)))).startswith("Y = tanh(x · 0.weight + 0.bias)")


CHOOSES = {
    "argmax": lambda x: x[x.argmax()] ** 2,
    "ac.argmin": lambda x: x[ac.argmin(x)] * 2,
    "searchsorted": lambda x: x[np.searchsorted(np.array([0.0, 2.0]), x[0])] ** 2,
    "where": lambda x: x[np.where(x > 1)[0]].sum(),
    "nonzero": lambda x: x[x.nonzero()].sum(),
    "data": lambda x: (x * x.data).sum(),
    "int": lambda x: (x ** int(x[1])).sum(),
    "in": lambda x: x.sum() if 1.0 in x else -x.sum(),
    "max": lambda x: max(x) * 2,
    "mask": lambda x: x[x > 0].sum(),
}


@pytest.mark.parametrize("name", CHOOSES)
def test_what_reads_numbers_has_no_code_for_others(name):
    found = ac.derive(CHOOSES[name], np.array([1.0, 3.0, 2.0, -1.0]))
    assert "f reads numbers, by " in str(found)
    with pytest.raises(GradientError, match="reads numbers by "):
        _ = found.function


def test_printing_inside_is_no_reading(capsys):
    def f(x):
        print(x, f"{x}", len(x), x.shape)
        return sum(row * row for row in x)

    found = ac.derive(f, np.array([1.0, 3.0]))
    assert "Tensor([1., 3.]) Tensor([1., 3.]) 2 (2,)" in capsys.readouterr().out
    assert found.function(np.array([2.0, 5.0]))[0] == 29


def test_a_branch_is_said():
    """A function that compares its numbers is derived along one branch only."""
    d = ac.derive(lambda x: x if x > 0 else -x)
    assert "f reads numbers, by a condition: this holds only where they come out as at x = 1." in str(d)
    assert "choose with np.where, ac.maximum or ac.relu" in str(d)
    with pytest.raises(GradientError, match="a condition"):
        _ = d.code
    assert "the example" in str(ac.derive(lambda X: X.sum() if X.sum() > 0 else -X.sum(), np.ones(3)))
    assert "reads numbers" not in str(ac.derive(lambda x: ac.relu(x)))


def test_a_formula_as_text():
    d = ac.derive("s = a*x; z = (s - y)**2")
    assert str(d).splitlines()[:3] == ["s = a · x", "z = (s − y)²", "∂z/∂s = 2 · (s − y)"]
    assert d.function(2.0, 3.0, 4.0) == (4.0, 12.0, 8.0, -4.0)
    wide = ac.derive("E = sum((X@W)**2)", X=np.ones((2, 3)), W=np.ones((3, 2)))
    assert wide["W"] == "2 · (Xᵀ · (X · W))"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ac.derive("a*x", 2.0, 3.0), TypeError, "by name"),
        (lambda: ac.derive("a*x", a=2.0), ValueError, "x is not given"),
        (lambda: ac.derive(lambda x: x, x=2.0), TypeError, "no setting is called 'x'"),
        (lambda: ac.derive("3"), ValueError, "nothing is computed"),
    ],
    ids=["by place", "one missing", "of a function", "a number"],
)
def test_what_no_formula_takes(call, error, words):
    with pytest.raises(error, match=words):
        call()
