"""How elementary functions are written where a plain call reads badly: roots, bases, brackets, known numbers.

Each form takes the written operands and gives a text and how tightly it binds.
"""

from collections.abc import Callable
from math import log, pi, sqrt
from typing import Any

from autograd_core.symbols.styles import ATOM, POWER, PRODUCT, RELATION, SUM, Style, inside

Written = tuple[str, int]
Form = Callable[[list[Any], Style, dict[str, Any]], Written]

# numbers that have a name: in Unicode, in LaTeX, and how tightly the first one binds
KNOWN_NUMBERS = {
    pi: ("π", r"\pi", ATOM),
    log(2.0): ("log(2)", r"\log\left(2\right)", ATOM),
    log(10.0): ("log(10)", r"\log\left(10\right)", ATOM),
    pi / 180.0: ("π/180", r"\frac{\pi}{180}", PRODUCT),
    180.0 / pi: ("180/π", r"\frac{180}{\pi}", PRODUCT),
    2.0 / sqrt(pi): ("2/√π", r"\frac{2}{\sqrt{\pi}}", PRODUCT),
}


def _expm1(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    power = f"e^{{{parts[0].text}}}" if style.latex else style.call("exp", [parts[0].text])
    return f"{power} {style.minus} 1", SUM


def _log1p(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return style.call("log", [f"1 + {inside(parts[0], POWER, style)}"]), ATOM


def _exp2(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return style.power("2", parts[0].text, parts[0].level >= ATOM), POWER


def _log2(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return _to_base("2", "₂", parts, style)


def _log10(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return _to_base("10", "₁₀", parts, style)


def _to_base(base: str, index: str, parts: list[Any], style: Style) -> Written:
    name = rf"\log_{{{base}}}" if style.latex else f"log{index}"
    return name + style.group(parts[0].text), ATOM


def _cbrt(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    if style.latex:
        return rf"\sqrt[3]{{{parts[0].text}}}", ATOM
    return f"∛{inside(parts[0], ATOM, style)}", POWER


def _reciprocal(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    below = parts[0].text if style.latex else inside(parts[0], POWER, style)
    return style.fraction("1", below, True), PRODUCT


def _hypot(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    squares = [p.text if p.text == "1" else style.power(inside(p, ATOM, style), "2", True) for p in parts]
    return style.root(" + ".join(squares), False), ATOM if style.latex else POWER


def _floor(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return _between(r"\lfloor", "⌊", parts[0].text, r"\rfloor", "⌋", style)


def _ceil(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return _between(r"\lceil", "⌈", parts[0].text, r"\rceil", "⌉", style)


def _floor_divide(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    over, under = (p.text if style.latex else inside(p, POWER, style) for p in parts)
    return _between(r"\lfloor", "⌊", style.fraction(over, under, True), r"\rfloor", "⌋", style)


def _between(left: str, begin: str, text: str, right: str, end: str, style: Style) -> Written:
    return (rf"\left{left} {text} \right{right}" if style.latex else f"{begin}{text}{end}"), ATOM


def _remainder(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    left, right = (inside(p, ATOM, style) for p in parts)
    word = r"\bmod" if style.latex else "mod"
    return f"{left} {word} {right}", SUM


def _sinc(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    name = r"\operatorname{sinc}" if style.latex else "sinc"
    return name + _times_derived(params["n"], style) + style.group(parts[0].text), ATOM


def _i0(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    name = "I_{0}" if style.latex else "I₀"
    return name + _times_derived(params["n"], style) + style.group(parts[0].text), ATOM


def _times_derived(n: int, style: Style) -> str:
    """The mark of the n-th derivative: primes, from the fourth on a number."""
    if n < 4:
        return "'" * n if style.latex else ("", "′", "″", "‴")[n]
    return f"^{{({n})}}" if style.latex else f"⁽{style.power('', str(n), True)}⁾"


def _isfinite(parts: list[Any], style: Style, params: dict[str, Any]) -> Written:
    return f"{style.absolute(parts[0].text)} < {style.number(float('inf'))}", RELATION


ELEMENTARY: dict[str, Form] = {
    "expm1": _expm1,
    "log1p": _log1p,
    "exp2": _exp2,
    "log2": _log2,
    "log10": _log10,
    "cbrt": _cbrt,
    "reciprocal": _reciprocal,
    "hypot": _hypot,
    "floor": _floor,
    "ceil": _ceil,
    "floor_divide": _floor_divide,
    "remainder": _remainder,
    "sinc": _sinc,
    "i0": _i0,
    "isfinite": _isfinite,
}
