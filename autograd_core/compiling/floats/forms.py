"""How rows of single numbers are written in Python, and the functions that such programs call.

In a form "{0:5}" is the first operand, in brackets where it binds less tightly than 5. Whatever a form raises
of ZeroDivisionError, OverflowError and ValueError hands the call over to NumPy; where it does not raise it
gives what the row gives. Sums, products, quotients, roots, comparisons, choices and rounding agree bit for
bit; other functions come from the C library, which differs from NumPy's in the last bits now and then (NumPy
promises 4 units in the last place, and is itself not the same on every processor).
"""

import math
from collections.abc import Callable
from string import Formatter
from typing import Any, NamedTuple

CHOICE, OR, AND, NOT, RELATION, SUM, PRODUCT, SIGN, ATOM = range(9)


class Piece(NamedTuple):
    """An expression as text: how tightly it binds, how deeply it is nested, and whether it is a name."""

    text: str
    level: int
    depth: int = 0
    simple: bool = False

    def __format__(self, least: str) -> str:
        return f"({self.text})" if least and self.level < int(least) else self.text


class Form(NamedTuple):
    """A template, how tightly the whole binds, and which operands stand in it more than once."""

    template: str
    level: int
    again: frozenset[int]


def form(template: str, level: int = ATOM) -> Form:
    """A form from its template."""
    read = [int(name) for _, name, _, _ in Formatter().parse(template) if name is not None]
    return Form(template, level, frozenset(i for i in read if read.count(i) > 1))


def _calls(*names: str) -> dict[str, Form]:
    """Functions of one operand that have the name of the row."""
    return {name: form(f"{name}({{0}})") for name in names}


# ties and NaN as in NumPy: of two zeros the second
LARGER = form("{0} if {0} > {1} or {0} != {0} else {1}", CHOICE)
SMALLER = form("{0} if {0} < {1} or {0} != {0} else {1}", CHOICE)
MASKED = form("{0} if {1:1} else {0} * 0.0", CHOICE)
"""A number times a mask: what 0 times infinity is, stays what it is."""
COUNTED = form("1.0 if {0:1} else 0.0", CHOICE)
"""A mask as a number."""

FORMS = {
    "add": form("{0:5} + {1:6}", SUM),
    "subtract": form("{0:5} - {1:6}", SUM),
    "multiply": form("{0:6} * {1:7}", PRODUCT),
    "divide": form("{0:6} / {1:7}", PRODUCT),
    "negative": form("-{0:7}", SIGN),
    "square": form("{0} * {0}", PRODUCT),
    "reciprocal": form("1.0 / {0:7}", PRODUCT),
    "sign": form("1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else 0.0 if {0} == 0.0 else {0}", CHOICE),
    "absolute": form("abs({0})"),
    "fabs": form("abs({0})"),
    "alias": form("{0}", CHOICE),
    "astype": form("{0}", CHOICE),
    "power": form("power({0}, {1})"),
    # exponentials
    **_calls("sqrt", "cbrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sigmoid"),
    "gap": form("0.0 if {0} == {1} else {0} - {1}", CHOICE),
    "logaddexp": form("logaddexp({0}, {1})"),
    # trigonometry
    **_calls("sin", "cos", "tan", "sinh", "cosh", "tanh"),
    **{f"arc{name}": form(f"a{name}({{0}})") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "hypot": form("hypot({0}, {1})"),
    "arctan2": form("atan2({0}, {1})"),
    "deg2rad": form(f"{{0:6}} * {math.pi / 180!r}", PRODUCT),
    "rad2deg": form(f"{{0:6}} * {180 / math.pi!r}", PRODUCT),
    # rounding
    "floor": form("{0} // 1.0 if isfinite({0}) else {0}", CHOICE),
    "ceil": form("-(-{0} // 1.0) if isfinite({0}) else {0}", CHOICE),
    "trunc": form("modf({0})[1]"),
    "fraction": form("modf({0})[0]"),
    "floor_divide": form("{0:6} // {1:7}", PRODUCT),
    "remainder": form("{0:6} % {1:7}", PRODUCT),
    "fmod": form("fmod({0}, {1})"),
    "copysign": form("copysign({0}, {1})"),
    "heaviside": form("1.0 if {0} > 0.0 else 0.0 if {0} < 0.0 else {1:1} if {0} == 0.0 else {0}", CHOICE),
    # choices
    "greater": form("{0:5} > {1:5}", RELATION),
    "greater_equal": form("{0:5} >= {1:5}", RELATION),
    "less": form("{0:5} < {1:5}", RELATION),
    "less_equal": form("{0:5} <= {1:5}", RELATION),
    "equal": form("{0:5} == {1:5}", RELATION),
    "not_equal": form("{0:5} != {1:5}", RELATION),
    "logical_and": form("{0:3} and {1:3}", AND),
    "logical_or": form("{0:2} or {1:2}", OR),
    "logical_xor": form("{0:5} != {1:5}", RELATION),
    "logical_not": form("not {0:3}", NOT),
    **_calls("isnan", "isinf", "isfinite"),
    "signbit": form("copysign(1.0, {0}) < 0.0", RELATION),
    "wins": form(
        "1.0 if {0} > {1} else 0.5 if {0} == {1} else 0.0 if {0} == {0} else 0.5 if {1} != {1} else 1.0",
        CHOICE,
    ),
    "loses": form(
        "1.0 if {0} < {1} else 0.5 if {0} == {1} else 0.0 if {0} == {0} else 0.5 if {1} != {1} else 1.0",
        CHOICE,
    ),
    "where": form("{1:1} if {0:1} else {2:0}", CHOICE),
    "guard": form("{0:1} if {1:1} else {2:0}", CHOICE),
    "maximum": LARGER,
    "minimum": SMALLER,
    # activations
    "relu": form("{0} if {0} > 0.0 else 0.0 if {0} <= 0.0 else {0}", CHOICE),
    "leaky_relu": form("{0} if {0} > 0.0 else {1:6} * {0}", CHOICE),
    "elu": form("{0} if {0} > 0.0 else {1:6} * expm1({0})", CHOICE),
    "softplus": form("logaddexp(0.0, {0})"),
    "logsigmoid": form("-logaddexp(0.0, -{0:7})", SIGN),
    **_calls("erf", "erfc"),
    "xlogy": form("{0} * log(1.0 if {0} == 0.0 and {1} == {1} else {1})", PRODUCT),
}
"""By the name of the row. In rows of numbers the operands are numbers, in logical_... they are masks."""

POWERS = {
    0.0: form("1.0"),
    1.0: form("{0}", CHOICE),
    2.0: form("{0} * {0}", PRODUCT),
    0.5: form("sqrt({0})"),
    -1.0: form("1.0 / {0:7}", PRODUCT),
}
"""The exponents for which NumPy takes a shorter way."""

CONDITIONS = {"where": 0, "guard": 1}
"""Which operand of a row of numbers may be a mask, and is asked only whether it is 0."""


def _sigmoid(x: float) -> float:
    try:
        return 1.0 / (1.0 + math.exp(-x))
    except OverflowError:
        return math.exp(x)


def _logaddexp(x: float, y: float) -> float:
    if x == y:
        return x + math.log(2.0)  # infinities too
    d = x - y
    return x + math.log1p(math.exp(-d)) if d > 0.0 else y + math.log1p(math.exp(d))


def _power(x: float, y: float) -> float:
    if y == 2.0:
        return x * x
    if y == 0.5:
        return math.sqrt(x)
    return 1.0 / x if y == -1.0 else math.pow(x, y)


_FROM_MATH = (
    *("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "copysign", "cos", "cosh", "erf"),
    *("erfc", "exp", "exp2", "expm1", "fmod", "hypot", "inf", "isfinite", "isinf", "isnan", "log", "log10"),
    *("log1p", "log2", "modf", "nan", "sin", "sinh", "sqrt", "tan", "tanh"),
)
NAMES: dict[str, Callable[..., Any] | float] = {
    **{name: getattr(math, name) for name in _FROM_MATH},
    "power": _power,
    "logaddexp": _logaddexp,
    "sigmoid": _sigmoid,
    "finite": int,  # which an infinity and a NaN have none of
}
"""What forms and programs call."""
