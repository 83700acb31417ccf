"""Numbers as the picture writes them: four significant digits, a true minus sign, no trailing zeros."""

from typing import Any

import numpy as np

INLINE = 6
"""Arrays of up to this many numbers are written out."""


def number(x: Any, digits: int = 4) -> str:
    """One number.

    >>> [number(v) for v in (3.0, -0.41271, 12345.6, 3.1e-7, True)]
    ['3', '−0.4127', '12346', '3.1e−7', 'True']
    """
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    if isinstance(x, complex | np.complexfloating):
        return str(x).strip("()").replace("-", "−")
    value = float(x)
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if abs(value) < 1e7 and (value == int(value) or abs(value) >= 10**digits):
        return f"{value:.0f}".replace("-", "−")
    return exponent(f"{value:.{digits}g}")


def magnitude(x: float) -> str:
    """A size in two digits, always with its power of ten, so that sizes compare at a glance.

    >>> magnitude(0.0314), magnitude(1.5), magnitude(0)
    ('3.1e−2', '1.5', '0')
    """
    if x != x or x in (float("inf"), 0.0):
        return number(x)
    return exponent(f"{x:.1e}")


def exponent(text: str) -> str:
    """3.1e-07 as 3.1e−7, and 1.5e+00 as 1.5."""
    mantissa, e, power = text.partition("e")
    if "." in mantissa and e:
        mantissa = mantissa.rstrip("0").rstrip(".") if len(mantissa) > 3 else mantissa
    if e and int(power):
        mantissa += f"e{int(power)}"
    return mantissa.replace("-", "−")


def inline(array: np.ndarray[Any, Any]) -> str:
    """A small array, as nested brackets.

    >>> inline(np.array([[1.0, -2.0], [0.5, 4.0]]))
    '[[1, −2], [0.5, 4]]'
    """
    return _nested(array)


def _nested(array: Any) -> str:
    if not array.ndim:
        return number(array[()])
    return "[" + ", ".join(_nested(part) for part in array) + "]"


def shape(sizes: tuple[int, ...]) -> str:
    """A shape as Python prints it."""
    return str(tuple(int(n) for n in sizes))


def plural(n: int, what: str) -> str:
    """1 op, 9,600 ops."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
