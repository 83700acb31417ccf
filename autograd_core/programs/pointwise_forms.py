"""How every map of single numbers is written: one text serves numbers and loops over arrays."""

from collections.abc import Callable
from math import pi
from typing import Any, NamedTuple

import numpy as np

from autograd_core.programs.errors import NoFormError
from autograd_core.programs.literals import number


class Call(NamedTuple):
    """One application: the texts of the operands, their dtypes, that of the result, the parameters."""

    texts: tuple[str, ...]
    dtypes: tuple[Any, ...]
    dtype: Any
    params: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether the result is an integer."""
        return self.dtype.kind in "iu"


Form = str | Callable[[Call], str]


def written(form: Form, call: Call) -> str:
    """The expression of one application."""
    return form.format(*call.texts) if isinstance(form, str) else form(call)


def _power(call: Call) -> str:
    x, y = call.texts
    # NumPy too takes the short way with these exponents
    short = {"(-1)": f"1/{x}", "0": "1", "0.5": f"Math.sqrt({x})", "1": x, "2": f"{x}*{x}"}
    if y in short and not call.whole:
        return short[y]
    if call.whole:
        return f"Math.round(Math.pow({x},{y}))"
    bare = y.strip("(-)")
    return f"Math.pow({x},{y})" if bare[0].isdigit() else f"power({x},{y})"


def _divided(helper: str) -> Callable[[Call], str]:
    """A quotient or remainder of integers is 0 where there is nothing to divide by."""

    def form(call: Call) -> str:
        x, y = call.texts
        text = helper.format(x, y)
        return f"{y}===0?0:{text}" if call.dtype.kind in "iub" else text

    return form


def _rounded(call: Call) -> str:
    (x,) = call.texts
    decimals = call.params["decimals"]
    unit = number(10.0 ** abs(decimals))
    if not decimals or (call.whole and decimals > 0):
        return x if call.whole else f"rint({x})"
    return f"rint({x}*{unit})/{unit}" if decimals > 0 else f"rint({x}/{unit})*{unit}"


def _nan_to_num(call: Call) -> str:
    (x,) = call.texts
    if call.dtype.kind != "f":
        return x
    most = np.finfo(call.dtype).max
    nan, high, low = (call.params[k] for k in ("nan", "posinf", "neginf"))
    high = most if high is None else high
    low = -most if low is None else low
    return f"{x}!=={x}?{number(nan)}:{x}===Infinity?{number(high)}:{x}===-Infinity?{number(low)}:{x}"


def _invert(call: Call) -> str:
    (x,) = call.texts
    return f"1-{x}" if call.dtype.kind == "b" else f"-1-{x}"


def _bits(sign: str) -> Callable[[Call], str]:
    def form(call: Call) -> str:
        x, y = call.texts
        return f"{x}{sign}{y}" if call.dtype.kind == "b" else f"bits({x},{y},(a,b)=>a{sign}b)"

    return form


def _add(call: Call) -> str:
    x, y = call.texts
    return f"+({x}!==0||{y}!==0)" if call.dtype.kind == "b" else f"{x}+{y}"


def _astype(call: Call) -> str:
    (x,) = call.texts
    return f"+({x}!==0)" if call.dtype.kind == "b" and call.dtypes[0].kind != "b" else x


def _sinc(call: Call) -> str:
    (x,) = call.texts
    n = call.params["n"]
    if n > 6:
        raise NoFormError(f"sinc: its derivative of order {n} has no form in JavaScript, only those up to 6")
    return f"sinc({x},{n})"


def _i0(call: Call) -> str:
    return f"bessel({call.texts[0]},{call.params['n']})"


POINTWISE: dict[str, Form] = {
    # arithmetic
    "add": _add,
    "subtract": "{0}-{1}",
    "multiply": "{0}*{1}",
    "divide": "{0}/{1}",
    "negative": "-{0}",
    "square": "{0}*{0}",
    "sqrt": "Math.sqrt({0})",
    "cbrt": "Math.cbrt({0})",
    "reciprocal": "1/{0}",
    "power": _power,
    "zeros_of": lambda call: "0",
    "sign": "Math.sign({0})+0",
    "absolute": "Math.abs({0})",
    "fabs": "Math.abs({0})",
    "alias": "{0}",
    "astype": _astype,
    # exponentials
    "exp": "Math.exp({0})",
    "exp2": "Math.pow(2,{0})",
    "expm1": "Math.expm1({0})",
    "log": "Math.log({0})",
    "log2": "Math.log2({0})",
    "log10": "Math.log10({0})",
    "log1p": "Math.log1p({0})",
    "sigmoid": "sigmoid({0})",
    "gap": "{0}==={1}?0:{0}-{1}",
    "logaddexp": "logaddexp({0},{1})",
    "logaddexp2": "logaddexp2({0},{1})",
    "ldexp": "ldexp({0},{1})",
    "exponent": "exponent({0})",
    # trigonometry
    "sin": "Math.sin({0})",
    "cos": "Math.cos({0})",
    "tan": "Math.tan({0})",
    "sinh": "Math.sinh({0})",
    "cosh": "Math.cosh({0})",
    "tanh": "Math.tanh({0})",
    "arcsin": "Math.asin({0})",
    "arccos": "Math.acos({0})",
    "arctan": "Math.atan({0})",
    "arctanh": "Math.atanh({0})",
    "arcsinh": "Math.asinh({0})",
    "arccosh": "Math.acosh({0})",
    "hypot": "Math.hypot({0},{1})",
    "arctan2": "Math.atan2({0},{1})",
    "deg2rad": f"{{0}}*{pi / 180!r}",
    "rad2deg": f"{{0}}*{180 / pi!r}",
    "sinc": _sinc,
    # rounding
    "floor": "Math.floor({0})",
    "ceil": "Math.ceil({0})",
    "trunc": "Math.trunc({0})",
    "rint": "rint({0})",
    "round": _rounded,
    "fraction": "fraction({0})",
    "floor_divide": _divided("quotient({0},{1})"),
    "remainder": _divided("remainder({0},{1})"),
    "fmod": _divided("{0}%{1}"),
    "copysign": "copysign({0},{1})",
    "heaviside": "heaviside({0},{1})",
    "nan_to_num": _nan_to_num,
    # choices
    "greater": "+({0}>{1})",
    "greater_equal": "+({0}>={1})",
    "less": "+({0}<{1})",
    "less_equal": "+({0}<={1})",
    "equal": "+({0}==={1})",
    "not_equal": "+({0}!=={1})",
    "logical_and": "+({0}!==0&&{1}!==0)",
    "logical_or": "+({0}!==0||{1}!==0)",
    "logical_xor": "+(({0}!==0)!==({1}!==0))",
    "logical_not": "+({0}===0)",
    "isnan": "+({0}!=={0})",
    "isinf": "+(Math.abs({0})===Infinity)",
    "isfinite": "+(Math.abs({0})<Infinity)",
    "signbit": "+isNegative({0})",
    "bitwise_and": _bits("&"),
    "bitwise_or": _bits("|"),
    "bitwise_xor": _bits("^"),
    "bitwise_count": "ones({0})",
    "invert": _invert,
    "left_shift": "bits({0},{1},(a,b)=>a<<b)",
    "right_shift": "bits({0},{1},(a,b)=>a>>b)",
    "gcd": "gcd({0},{1})",
    "lcm": lambda call: "{0}*{1}===0?0:Math.abs({0}/gcd({0},{1})*{1})".format(*call.texts),
    "wins": "share({0}>{1},{0},{1})",
    "loses": "share({0}<{1},{0},{1})",
    "where": "{0}!==0?{1}:{2}",
    "guard": "{1}!==0?{0}:{2}",
    "maximum": "Math.max({0},{1})",
    "minimum": "Math.min({0},{1})",
    "clip": "Math.min(Math.max({0},{1}),{2})",
    # special functions
    "erf": "erf({0})",
    "erfc": "erfc({0})",
    "i0": _i0,
    "xlogy": "{0}*Math.log({0}===0&&{1}==={1}?1:{1})",
}
