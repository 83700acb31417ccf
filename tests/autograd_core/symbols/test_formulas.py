"""What formulas look like, in Unicode and LaTeX."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Size, Symbol, gradient, latex, local, python, slides, traced
from tests.autograd_core.samples import SAMPLES

x, y, z = (Symbol.input(name) for name in "xyz")
X = Symbol.input("X", (Size.of(5, "N"), Size.of(3, "K")))
W = Symbol.input("W", (3, 4))


@pytest.mark.parametrize(
    ("name", "argument", "with_gradient", "alone"),
    [
        ("multiply", 0, "ḡ · y", "y"),
        ("multiply", 1, "ḡ · x", "x"),
        ("add", 0, "ḡ", "1"),
        ("subtract", 1, "−ḡ", "−1"),
        ("divide", 0, "ḡ/y", "1/y"),
        ("divide", 1, "−ḡ · z/y", "−z/y"),
        ("tanh", 0, "ḡ · (1 − z²)", "1 − z²"),
        ("sigmoid", 0, "ḡ · z · (1 − z)", "z · (1 − z)"),
        ("relu", 0, "ḡ · [x > 0]", "[x > 0]"),
        ("exp", 0, "ḡ · z", "z"),
        ("log", 0, "ḡ/x", "1/x"),
        ("square", 0, "ḡ · 2x", "2x"),
        ("sqrt", 0, "ḡ/(2z)", "1/(2z)"),
        ("absolute", 0, "ḡ · sign(x)", "sign(x)"),
        ("power", 0, "ḡ · y · x^(y − 1)", "y · x^(y − 1)"),
        ("power", 1, "ḡ · z · log(x)", "z · log(x)"),
        ("where", 1, "ḡ · [x]", "[x]"),
        ("where", 2, "ḡ · [¬(x)]", "[¬(x)]"),
        ("maximum", 0, "ḡ · ([x > y] + ½[x = y])", "[x > y] + ½[x = y]"),
        ("clip", 0, "ḡ · [y ≤ x ≤ w]", "[y ≤ x ≤ w]"),
    ],
)
def test_rules_of_single_numbers(name, argument, with_gradient, alone):
    assert slides(gradient(TABLE[name], argument)) == with_gradient
    assert slides(local(TABLE[name], argument)) == alone


def test_the_square_of_the_lecture():
    t = Symbol.input("t")
    assert slides(local(TABLE["power"], 0, [t, 2])) == "2t"
    assert latex(local(TABLE["power"], 0, [t, 3])) == "3t^{2}"


@pytest.mark.parametrize(
    ("argument", "text", "tex"),
    [
        (0, "∂E/∂Y · Wᵀ", r"\frac{\partial E}{\partial Y} \cdot W^{\top}"),
        (1, "Xᵀ · ∂E/∂Y", r"X^{\top} \cdot \frac{\partial E}{\partial Y}"),
    ],
)
def test_the_matrix_product_of_the_lecture(argument, text, tex):
    """Checklist row 3.5-3."""
    rule = gradient(TABLE["matmul"], argument, [X, W], g="∂E/∂Y")
    assert slides(rule) == text
    assert latex(rule) == tex


def test_batch_norm_of_the_lecture():
    """Checklist row 8.2-2, from operators and means."""
    g, n = Symbol.input("ḡ", (5, 3)), Symbol.input("x̂", (5, 3))
    w, s = Symbol.input("γ", (3,)), Symbol.input("s", (3,))
    rule = w * s * (g - ac.mean(g, axis=-2, keepdims=True) - n * ac.mean(g * n, axis=-2, keepdims=True))
    assert slides(rule) == "γ ⊙ s ⊙ (ḡ − mean(ḡ, axis 0) − x̂ ⊙ mean(ḡ ⊙ x̂, axis 0))"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (x * 2 * x, "2x²"),
        (-(x * -3), "3x"),
        (x * 1, "x"),
        (x - (y - z), "x − (y − z)"),
        (x - y * -1, "x + y"),
        (x + -y, "x − y"),
        ((x + y) * z, "(x + y) · z"),
        (x / (y * z), "x/(y · z)"),
        (x / y / z, "x/(y · z)"),
        ((x + y) / 2, "(x + y)/2"),
        (2 / x, "2/x"),
        ((x + y) ** 2, "(x + y)²"),
        ((x * y) ** 2, "(x · y)²"),
        (x**0.5, "x^0.5"),
        (ac.sqrt(x + 1), "√(x + 1)"),
        (abs(x), "|x|"),
        (ac.exp(-x), "exp(−x)"),
        (x * (y > 0), "x · [y > 0]"),
        (0.001 * x, "0.001x"),
        (x * 1e-7, "1e−07x"),
        (x + -(y + z), "x − (y + z)"),
        (x + -1.0 * (y + z), "x − (y + z)"),
        (x - -(y + z), "x + y + z"),
        ((x**2) ** 2, "(x²)²"),
        ((x**y) ** z, "(x^y)^z"),
        (ac.sqrt(x) ** 2, "(√x)²"),
        (ac.sqrt(x**2), "√(x²)"),
        (ac.square(ac.square(x)), "(x²)²"),
        ((x**-1) ** 2, "(x⁻¹)²"),
        ((x > y) + z, "[x > y] + z"),
        (x / y**2, "x/y²"),
    ],
)
def test_products_and_sums(expression, text):
    assert slides(expression) == text


@pytest.mark.parametrize(
    ("expression", "tex"),
    [
        (x / y, r"\frac{x}{y}"),
        ((x + y) / z, r"\frac{x + y}{z}"),
        (ac.sqrt(x), r"\sqrt{x}"),
        (ac.exp(-x), "e^{-x}"),
        (Symbol.input("γ") * Symbol.input("x̂"), r"\gamma \cdot \hat{x}"),
        (Symbol.input("fc1_b") + 1, r"\mathrm{fc1\_b} + 1"),
        ((x**2) ** 2, r"\left(x^{2}\right)^{2}"),
        (ac.exp(x) ** 2, r"\left(e^{x}\right)^{2}"),
    ],
)
def test_latex(expression, tex):
    assert latex(expression) == tex


def test_numbers_and_sizes():
    assert slides(gradient(TABLE["mean"], 0, [X], {"axis": (-2,), "keepdims": False})) == "spread(ḡ/N)"
    assert slides(gradient(TABLE["mean"], 0, [X], {"axis": (-2, -1), "keepdims": False})) == "spread(ḡ/(N·K))"
    assert slides(3) == "3"
    assert slides(-2.5) == "−2.5"
    assert python(2) == "2"


def test_indices():
    index = (slice(1, 4), 0)
    assert slides(gradient(TABLE["getitem"], 0, [X], {"index": index})) == "ḡ → [1:4, 0]"
    assert slides(X[1:3]) == "X[1:3]"
    assert slides(X[:, 0] + 1) == "X[:, 0] + 1"
    assert slides(X[::2]) == "X[::2]"


def test_a_rule_without_the_gradient_as_a_factor_has_no_local_form():
    index = (slice(1, 4), 0)
    assert local(TABLE["getitem"], 0, [X], {"index": index}) is None
    assert local(TABLE["matmul"], 0, [X, W]) is None
    with pytest.raises(ValueError, match="no rule for argument 0"):
        gradient(TABLE["where"], 0)


def test_a_recorded_graph_as_a_formula():
    a, b, c = ac.leaves(a=2, x=3, y=4)
    e = (a * b - c) ** 2
    symbol = traced([e.node], {})[e.node]
    assert slides(symbol) == "(a · x − y)²"
    assert python(symbol) == "(a * x - y) ** 2"
    with_name = traced([e.node], {(a * b).node: "s"})[e.node]
    assert slides(with_name) == "(a · x − y)²"


def test_python_keeps_the_order_of_operations():
    assert python(x - (y - z)) == "x - (y - z)"
    assert python((x - y) - z) == "x - y - z"
    assert python((-x) ** 2) == "(-x) ** 2"
    assert python(-(x**2)) == "-x ** 2"
    assert python((x**y) ** z) == "(x ** y) ** z"
    assert python(2 ** (x > 0)) == "2 ** (x > 0)"
    assert python((x > y) == (y > z)) == "(x > y) == (y > z)"
    constants: dict = {}
    array = np.arange(3.0)
    assert python(array * Symbol.input("v", (3,)) + array, constants) == "c0 * v + c0"
    assert constants["c0"] is array


def test_every_sample_prints_in_every_style():
    """No row is without a form, whatever its parameters, and LaTeX braces close."""
    for name, samples in SAMPLES.items():
        row = TABLE[name]
        for sample in samples:
            operands = [
                Symbol.input(f"x{i}", a.shape, a.dtype)
                if isinstance(a, np.ndarray) and a.dtype.kind != "i"
                else a
                for i, a in enumerate(sample.args)
            ]
            expression = row(*operands, **sample.params)
            text, tex = slides(expression), latex(expression)
            assert text
            assert "object at" not in text
            assert tex.count("{") == tex.count("}")
            assert tex.count(r"\left") == tex.count(r"\right")


def test_a_long_chain_prints_without_recursion():
    h = x
    for _ in range(5000):
        h = h + 1
    assert slides(h).count("+ 1") == 5000
    assert python(h).count("+ 1") == 5000


def test_different_arrays_are_different_factors():
    v = Symbol.input("v", (2,))
    one, two = np.ones(2), np.ones(2)
    assert slides(v * one * two) == "v ⊙ c1 ⊙ c2"
    assert latex(v * one * two) == r"v \odot c_{1} \odot c_{2}"
    c1 = Symbol.input("c1", (2,))
    assert slides(v * one * two * c1) == "v ⊙ c2 ⊙ c3 ⊙ c1"
    assert slides(c1 * one) == "c1 ⊙ c"
    c = Symbol.input("c", (2,))
    assert slides(c * one) == "c ⊙ c1"
    assert slides(v * one * one) == "v ⊙ c²"
