"""How formulas are written: in Unicode for slides and cards, or in LaTeX. A style is what the two do
differently."""

import re
import unicodedata
from collections.abc import Mapping
from math import isfinite, isnan
from typing import Any, NamedTuple

# how tightly a text binds
RELATION, SUM, PRODUCT, POWER, ATOM = 0, 1, 2, 3, 4

SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
KNOWN_TO_LATEX = frozenset(
    {*("exp", "log", "max", "min", "gcd", "sin", "cos", "tan", "sinh", "cosh", "tanh")}
    | {"arcsin", "arccos", "arctan"}
)
PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# the derivative of a function at what has no name: f′(x + 1), ∂₂f(x, 2)
DERIVED = re.compile("(?=∂[₀-₉]|[^(]*′)(?:∂([₀-₉]+))?([^(′]+)(′?)[(](.*)[)]")
ACCENTS = {"\u0304": "bar", "\u0302": "hat", "\u0303": "tilde", "\u0307": "dot"}


class Style(NamedTuple):
    """One way of writing; the methods below are shared by the two instances."""

    name: str
    times: str
    each: str  # between arrays that are multiplied number by number
    minus: str
    relations: dict[str, str]
    close: bool = False  # letters that are single numbers side by side: 2at
    arrays: Mapping[int, str] = {}  # by the address of a constant array its letter, where there are several

    @property
    def latex(self) -> bool:
        return self.name == "latex"

    def letter(self, label: str) -> str:
        """A name as it is written in this style."""
        return latex_letter(label) if self.latex else label

    def group(self, text: str) -> str:
        return rf"\left({text}\right)" if self.latex else f"({text})"

    def condition(self, text: str) -> str:
        """1 where the condition holds, else 0 (Iverson's bracket)."""
        return rf"\left[{text}\right]" if self.latex else f"[{text}]"

    def power(self, base: str, exponent: str, simple: bool) -> str:
        if self.latex:
            return f"{base}^{{{exponent}}}"
        if exponent.lstrip("-−").isdigit():
            return base + exponent.translate(SUPERSCRIPTS)
        return f"{base}^{exponent}" if simple else f"{base}^({exponent})"

    def fraction(self, numerator: str, denominator: str, simple: bool) -> str:
        """`simple`: the denominator needs no brackets."""
        if self.latex:
            return rf"\frac{{{numerator}}}{{{denominator}}}"
        return f"{numerator}/{denominator}" if simple else f"{numerator}/({denominator})"

    def root(self, text: str, simple: bool) -> str:
        if self.latex:
            return rf"\sqrt{{{text}}}"
        return f"√{text}" if simple else f"√({text})"

    def transposed(self, text: str) -> str:
        return rf"{text}^{{\top}}" if self.latex else f"{text}ᵀ"

    def call(self, name: str, arguments: list[str]) -> str:
        if self.latex:
            if len(name) == 1:
                name = latex_letter(name)
            else:
                name = f"\\{name}" if name in KNOWN_TO_LATEX else rf"\operatorname{{{name}}}"
                name = name.replace("_", r"\_")
        return f"{name}{self.group(', '.join(arguments))}"

    def running(self, name: str, reverse: bool) -> str:
        """The name of a scan: of the product of the numbers before or after, else with its direction."""
        if name == "before":
            word = "after" if reverse else "before"
            return rf"\textstyle\prod_{{\mathrm{{{word}}}}}" if self.latex else f"∏{word}"
        if not self.latex:
            return f"{name}←" if reverse else name
        return rf"\overleftarrow{{\operatorname{{{name}}}}}" if reverse else rf"\operatorname{{{name}}}"

    def absolute(self, text: str) -> str:
        return rf"\left|{text}\right|" if self.latex else f"|{text}|"

    def number(self, value: float) -> str:
        """A coefficient: integers without a point, others with six digits."""
        if not isfinite(value):
            return str(value) if isnan(value) else r"\infty" if self.latex else "∞"
        if value == int(value) and abs(value) < 1e15:
            return str(int(value)).replace("-", self.minus)
        return f"{value:.6g}".replace("-", self.minus)


SLIDES = Style(
    "slides",
    " · ",
    " ⊙ ",
    "−",
    {"greater": ">", "greater_equal": "≥", "less": "<", "less_equal": "≤", "equal": "=", "not_equal": "≠"},
)
LATEX = Style(
    "latex",
    r" \cdot ",
    r" \odot ",
    "-",
    {
        "greater": ">",
        "greater_equal": r"\ge",
        "less": "<",
        "less_equal": r"\le",
        "equal": "=",
        "not_equal": r"\ne",
    },
)


def inside(piece: Any, level: int, style: Style) -> str:
    """A written operand, in brackets if it binds less tightly than its place demands."""
    if piece.level == RELATION:
        return style.condition(piece.text)
    return piece.text if piece.level >= level else style.group(piece.text)


GREEK = {"LAMDA": r"\lambda", "FINAL": r"\varsigma", "OMICRON": "o"}
"""Letters that Unicode calls otherwise than LaTeX does."""

SAFE = str.maketrans(
    {**{sign: f"\\{sign}" for sign in "_#$%&{}"}, "\\": r"{\backslash}", "^": r"{\wedge}", "~": r"{\sim}"}
)


def latex_letter(label: str) -> str:
    r"""A name in LaTeX: accents, Greek, digits as indices, `∂E/∂X` and `du/dx` as fractions, words upright.

    >>> latex_letter("ḡ"), latex_letter("γ"), latex_letter("W1"), latex_letter("∂E/∂X")
    ('\\bar{g}', '\\gamma', 'W_{1}', '\\frac{\\partial E}{\\partial X}')
    >>> latex_letter("du/dx"), latex_letter("∂₂f(x, 2)"), latex_letter("1/σ")
    ('\\frac{du}{dx}', '\\partial_{2} f\\left(x, 2\\right)', '\\frac{1}{\\sigma}')
    """
    for sign, d in (("∂", r"\partial "), ("d", "d")):
        if label.startswith(sign) and f"/{sign}" in label:
            top, bottom = label[1:].split(f"/{sign}", 1)
            return rf"\frac{{{d}{latex_letter(top)}}}{{{d}{latex_letter(bottom)}}}"
    if label.startswith("1/") and label[2:]:
        return rf"\frac{{1}}{{{latex_letter(label[2:])}}}"
    derived = DERIVED.fullmatch(label)
    if derived is not None:
        number, name, prime, operands = derived.groups()
        index = rf"\partial_{{{number.translate(PLAIN_DIGITS)}}} " if number else ""
        mark = "'" if prime else ""
        return rf"{index}{latex_letter(name)}{mark}\left({_safe(operands)}\right)"
    stem = label.rstrip("0123456789")
    if stem and stem != label:
        return f"{latex_letter(stem.removesuffix('_') or stem)}_{{{label[len(stem) :]}}}"
    parts = unicodedata.normalize("NFD", label)
    if len(parts) == 2 and parts[1] in ACCENTS:
        return rf"\{ACCENTS[parts[1]]}{{{latex_letter(parts[0])}}}"
    if len(label) == 1:
        words = unicodedata.name(label, "").split()
        if words[:3] == ["GREEK", "SMALL", "LETTER"]:
            return GREEK.get(words[3], f"\\{words[3].lower()}")
        return _safe(label)
    safe = _safe(label).replace(" ", r"\ ")
    return rf"\mathrm{{{safe}}}"


def _safe(text: str) -> str:
    """Text in which no sign means anything to LaTeX."""
    return text.translate(SAFE)
