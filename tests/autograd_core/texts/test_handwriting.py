"""Formulas as people type them first: read where that is certain, else told how they are written."""

import math

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.cli.explorer import Question
from autograd_core.texts import FormulaError, compute


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a·x", 6),
        ("a×x", 6),
        ("a⋅x²", 18),
        ("x⁻¹ − a", 1 / 3 - 2),
        ("(a x)²".replace(" ", "*"), 36),
        ("x¹⁰+a", 59051),
    ],
)
def test_signs_of_handwriting_are_read(text, value):
    z, _ = compute(text, {"a": 2.0, "x": 3.0})
    assert z == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2x + a", r"write 2\*x"),
        ("2.5 x + a", r"write 2.5\*x"),
        ("a x", r"write a\*x"),
        ("3*x**2 + 2a", r"write 2\*a"),
        ("2(x + a)", r"write '2\*\(x \+ a\)'"),
        ("(a + 1)(x - 1)", r"write '\(a \+ 1\)\*\(x - 1\)'"),
        ("a(x + 1)", r"a is a value, no function; write 'a\*\(x \+ 1\)'"),
        ("(a + 1) x", r"write \* between \) and x"),
        ("sin x + a", r"write sin\(x\)"),
        ("a x²", r"write a\*x"),
        ("ax + 1", r"ax is not given, only a, x: a product is written a\*x; else add ax=1"),
        ("xaax", r"written x\*a\*a\*x;"),
        ("2πx + a", r"write 2\*π\*x"),
        ("s = a*x, z = s**2", r"assignments are separated by ;, as in"),
        ("s = max(a, x), z = s", r"assignments are separated by ;, as in"),
        ("a*x, x**2", "assignments are separated by ;"),
        ("0,5*x + a", r"a decimal number has a point, 0\.5"),
        ("a + sin^2(x)", r"sin is a function; write sin\(x\)\*\*2"),
        ("a + sin²(x)", r"sin is a function; write sin\(x\)\*\*2"),
        ("a + sin² x", r"write sin\(x\)\*\*2"),
        ("a*x!", "there is no factorial !; write out the number"),
        ("x -> a*x**2", r"without an arrow, x\*\*2 alone"),
        ("x ↦ a*x", "without an arrow"),
        ("lambda x: a*x", r"write a \* x alone"),
        (r"\frac{a}{x + 1}", r"LaTeX is not read; write \(a\)/\(x \+ 1\) for \\frac{a}{x \+ 1}"),
        (r"a*\sin(x)", r"LaTeX is not read; write sin for \\sin"),
        ("xᵀa", r"write x\.T @ a"),
    ],
)
def test_a_missing_sign_is_told(text, advice):
    with pytest.raises(FormulaError, match=advice):
        compute(text, {"a": 2.0, "x": 3.0}, symbolic=True)


def test_a_raised_t_is_the_transpose():
    w, x = np.arange(6.0).reshape(3, 2), np.ones(3)
    for text in ("Wᵀ@x", "W.T @ x", "(W)ᵀ @ x"):
        z, _ = compute(text, {"W": w, "x": x})
        np.testing.assert_array_equal(z.numpy(), w.T @ x)
        z.sum().backward()
    assert ac.graph("Y = Wᵀ@x", W=w, x=x)["Y"].formula == "Wᵀ · x"


@pytest.mark.parametrize("text", ["ax", "ax; a = 3; x = 2"])
def test_the_explorer_makes_no_slider_of_a_product(text):
    with pytest.raises(FormulaError, match=r"a product is written a\*x"):
        Question(text, {} if ";" in text else {"a": 2.0, "x": 3.0}).live()


@pytest.mark.parametrize(
    ("name", "meant"),
    [("ln", "log"), ("Exp", "exp"), ("Log", "log"), ("asin", "arcsin"), ("atan2", "arctan2"), ("LN", "log")],
)
@pytest.mark.parametrize("symbolic", [True, False])
def test_functions_that_are_called_otherwise_elsewhere(name, meant, symbolic):
    with pytest.raises(FormulaError, match=f"did you mean {meant}\\?"):
        compute(f"{name}(x)", {"x": 3.0}, symbolic=symbolic)


def test_a_function_of_ones_own_may_be_called_so():
    assert ac.graph("ln = ln(x)")["ln"].formula == "ln(x)"
    assert ac.graph("f(x)")["z"].formula == "f(x)"


def test_pi_and_e_are_numbers():
    z, names = compute("y = pi*x; z = e**y + π", {"x": 0.5})
    assert z == pytest.approx(math.exp(math.pi / 2) + math.pi)
    assert list(names) == ["x", "y", "z"]
    assert [n.name for n in ac.graph("pi*x") if n.kind == "input"] == ["x"]


def test_pi_and_e_are_what_they_are_given():
    assert compute("e*x", {"e": 3.0, "x": 2.0})[0] == 6
    assert compute("e = x - 1; z = e**2", {"x": 3.0})[0] == 4
    e = ac.graph("e = y - x; z = e**2")["e"]
    assert e.formula == "y − x"


def test_no_error_speaks_of_the_one_who_looks():
    for look in (ac.graph, lambda f, *xs: ac.derive(ac.graph(f, *xs), "x")):
        with pytest.raises(ValueError, match="broadcast") as error:
            look(np.add, np.ones(3), np.ones(4))
        assert "(asked: add of a Tensor (3,) and a Tensor (4,)" in str(error.value)
        assert "graph" not in str(error.value)
