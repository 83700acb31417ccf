"""Elementary functions as they are written: in Unicode and in LaTeX."""

import numpy as np
import pytest

from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol, gradient, latex, local, slides

x, y = Symbol.input("x"), Symbol.input("y")


def row(name, *args, **params):
    return TABLE[name](*args, **params)


WRITTEN = {
    "expm1": (row("expm1", x), "exp(x) − 1", r"e^{x} - 1"),
    "product of expm1": (row("expm1", x) * y, "(exp(x) − 1) · y", r"\left(e^{x} - 1\right) \cdot y"),
    "log1p": (row("log1p", x * y), "log(1 + (x · y))", r"\log\left(1 + \left(x \cdot y\right)\right)"),
    "log1p of a sum": (row("log1p", x - y), "log(1 + (x − y))", r"\log\left(1 + \left(x - y\right)\right)"),
    "exp2": (row("exp2", x), "2^x", r"2^{x}"),
    "exp2 of a sum": (row("exp2", x + y), "2^(x + y)", r"2^{x + y}"),
    "log2": (row("log2", x), "log₂(x)", r"\log_{2}\left(x\right)"),
    "log10": (row("log10", x + 1.0), "log₁₀(x + 1)", r"\log_{10}\left(x + 1\right)"),
    "cbrt": (row("cbrt", x), "∛x", r"\sqrt[3]{x}"),
    "cbrt of a sum": (row("cbrt", x + y), "∛(x + y)", r"\sqrt[3]{x + y}"),
    "reciprocal": (row("reciprocal", x + y), "1/(x + y)", r"\frac{1}{x + y}"),
    "hypot": (row("hypot", x, y), "√(x² + y²)", r"\sqrt{x^{2} + y^{2}}"),
    "hypot of sums": (row("hypot", x + y, 1.0), "√((x + y)² + 1)", r"\sqrt{\left(x + y\right)^{2} + 1}"),
    "floor": (row("floor", x), "⌊x⌋", r"\left\lfloor x \right\rfloor"),
    "ceil": (row("ceil", x + y), "⌈x + y⌉", r"\left\lceil x + y \right\rceil"),
    "floor_divide": (row("floor_divide", x, y), "⌊x/y⌋", r"\left\lfloor \frac{x}{y} \right\rfloor"),
    "remainder": (row("remainder", x + y, y), "(x + y) mod y", r"\left(x + y\right) \bmod y"),
    "sinc": (row("sinc", x, n=0), "sinc(x)", r"\operatorname{sinc}\left(x\right)"),
    "sinc″": (row("sinc", x, n=2), "sinc″(x)", r"\operatorname{sinc}''\left(x\right)"),
    "sinc, 12 times": (row("sinc", x, n=12), "sinc⁽¹²⁾(x)", r"\operatorname{sinc}^{(12)}\left(x\right)"),
    "i0": (row("i0", x, n=1), "I₀′(x)", r"I_{0}'\left(x\right)"),
    "isfinite": (row("isfinite", x), "[|x| < ∞]", r"\left[\left|x\right| < \infty\right]"),
    "gap": (row("gap", x, y), "x − y", "x - y"),
    "minimum": (
        gradient(TABLE["minimum"], 0),
        "ḡ · ([x < y] + ½[x = y])",
        r"\bar{g} \cdot \left(\left[x < y\right] + \tfrac{1}{2}\left[x = y\right]\right)",
    ),
    "sin": (row("sin", x), "sin(x)", r"\sin\left(x\right)"),
    "arctan2": (row("arctan2", x, y), "arctan2(x, y)", r"\operatorname{arctan2}\left(x, y\right)"),
    "π": (x * np.pi, "x · π", r"x \cdot \pi"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_how_it_is_written(name):
    expression, unicode, tex = WRITTEN[name]
    assert slides(expression) == unicode
    assert latex(expression) == tex


@pytest.mark.parametrize(
    ("name", "unicode", "tex"),
    [
        ("exp2", "log(2) · z", r"\log\left(2\right) \cdot z"),
        ("log10", "1/(log(10) · x)", r"\frac{1}{\log\left(10\right) \cdot x}"),
        ("deg2rad", "π/180", r"\frac{\pi}{180}"),
        ("rad2deg", "180/π", r"\frac{180}{\pi}"),
        ("erf", "(2/√π) · exp(−x²)", r"\frac{2}{\sqrt{\pi}} \cdot e^{-x^{2}}"),
    ],
)
def test_numbers_with_a_name_are_named(name, unicode, tex):
    derivative = local(TABLE[name], 0)
    assert slides(derivative) == unicode
    assert latex(derivative) == tex
