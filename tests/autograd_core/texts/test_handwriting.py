"""Formulas as people type them first: read where that is certain, else told how they are written."""

import math

import numpy as np
import pytest

import autograd_core as ac
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
    ],
)
def test_a_missing_sign_is_told(text, advice):
    with pytest.raises(FormulaError, match=advice):
        compute(text, {"a": 2.0, "x": 3.0}, symbolic=True)


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
