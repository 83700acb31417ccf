"""The readable printer: products flattened, signs pulled out, helpers that only move numbers left out.

Only what is exact is simplified: factors 1, double signs, equal factors as powers. Text grows from the
inputs up, in order of creation, so nothing recurses.
"""

from collections.abc import Callable, Sequence
from itertools import count, zip_longest
from typing import Any, NamedTuple

import numpy as np

from autograd_core.node import ancestors
from autograd_core.ops.indexing import HOLE
from autograd_core.symbols.elementary import ELEMENTARY, KNOWN_NUMBERS
from autograd_core.symbols.styles import (
    ATOM,
    LATEX,
    POWER,
    PRODUCT,
    RELATION,
    SLIDES,
    SUM,
    Style,
    inside,
)
from autograd_core.symbols.symbol import Symbol


class Piece(NamedTuple):
    """A text, how tightly it binds, and, of a product, its parts."""

    text: str
    level: int
    product: "Product | None" = None


class Factor(NamedTuple):
    """One factor of a product: its text, how often it occurs, and by what it is recognised."""

    key: Any
    piece: Piece
    times: int = 1
    is_array: bool = False


class Product(NamedTuple):
    """sign · (over, over, ...) / (under, under, ...); numbers are factors with a key ("number", value)."""

    sign: int
    over: tuple[Factor, ...]
    under: tuple[Factor, ...] = ()


def slides(root: Any, *, close: bool = False) -> str:
    """An expression in Unicode, as it stands on cards and slides; `close` leaves out the dots that a hand
    would leave out, between single letters that are numbers, and before a bracket.

    >>> x, y = Symbol.input("x"), Symbol.input("y")
    >>> slides(-(x * 2 * x) / y), slides(2 * x * (x * y - 1)), slides(2 * x * (x * y - 1), close=True)
    ('−2x²/y', '2x · (x · y − 1)', '2x(xy − 1)')
    """
    return _written(root, SLIDES._replace(close=True) if close else SLIDES)


def latex(root: Any, *, close: bool = False) -> str:
    r"""An expression in LaTeX; for `close` see `slides`.

    >>> x, y = Symbol.input("x"), Symbol.input("y")
    >>> latex(x * x / y)
    '\\frac{x^{2}}{y}'
    """
    return _written(root, LATEX._replace(close=True) if close else LATEX)


def _written(root: Any, style: Style) -> str:
    if not isinstance(root, Symbol):
        return _constant(root, style).text
    pieces: dict[Any, Piece] = {}
    order = ancestors([root])
    style = style._replace(arrays=_array_letters(order))
    for node in order:
        assert isinstance(node, Symbol)  # expressions hold Symbols only
        pieces[node] = _piece(node, pieces, style, node is root)
    whole = pieces[root]
    return style.condition(whole.text) if whole.level == RELATION else whole.text


def _array_letters(order: Sequence[Any]) -> dict[int, str]:
    """The letters of constant arrays, which have no names: c, or c1, c2, ... if there are several."""
    arrays = {id(x): None for node in order for x in node.operands if isinstance(x, np.ndarray) and x.ndim}
    taken = {node.label for node in order if node.op is None}
    free = (name for k in count(1) if (name := f"c{k}") not in taken)
    if len(arrays) == 1 and "c" not in taken:
        return dict.fromkeys(arrays, "c")
    return {array: next(free) for array in arrays}


def _piece(node: Symbol, pieces: dict[Any, Piece], style: Style, is_root: bool) -> Piece:
    if node.op is None:
        return Piece(style.letter(str(node.label)), ATOM)
    name = node.op.name
    parts = [pieces[x] if isinstance(x, Symbol) else _constant(x, style) for x in node.operands]
    if is_root and (name in ("spread", "broadcast_to") or _is_repeated(node)):
        return Piece(style.call("spread", [parts[0].text]), ATOM)
    if name in SILENT or (name == "reshape" and not is_root):
        return parts[0]
    form = FORMS.get(name)
    if form is not None:
        return form(node, parts, style)
    if name in ELEMENTARY:
        return Piece(*ELEMENTARY[name](parts, style, node.params))
    if name in style.relations:
        return Piece(f"{parts[0].text} {style.relations[name]} {parts[1].text}", RELATION)
    return Piece(style.call(name, [p.text for p in parts]), ATOM)


def _is_repeated(node: Symbol) -> bool:
    """Whether this is a `tile` or `repeat`: broadcast, and reshaped to fewer axes."""
    x = node.operands[0] if node.op is not None and node.op.name == "reshape" else None
    return isinstance(x, Symbol) and x.op is not None and x.op.name == "broadcast_to"


# rows that only move numbers about or change their type: a formula means the same without them
OPPOSITES = {
    "greater": "less_equal",
    "greater_equal": "less",
    "less": "greater_equal",
    "less_equal": "greater",
}
SILENT = frozenset({"alias", "astype", "broadcast_to", "expand", "guard", "spread", "squeeze"})


def _constant(x: Any, style: Style) -> Piece:
    if isinstance(x, Symbol):
        raise TypeError("a Symbol is no constant")
    if isinstance(x, np.ndarray) and not x.ndim:
        x = x.item()
    if isinstance(x, bool | np.bool_):
        return Piece("1" if x else "0", ATOM)
    if isinstance(x, int) and type(x).__repr__ is not int.__repr__:  # a size with a name
        return Piece(repr(x), ATOM if repr(x).isalpha() else PRODUCT)
    if isinstance(x, int | float | np.number):
        value = float(x)
        if value in KNOWN_NUMBERS:
            text, in_latex, level = KNOWN_NUMBERS[value]
            return Piece(in_latex, POWER) if style.latex else Piece(text, level)
        text = style.number(abs(value))
        factor = Factor(("number", abs(value)), Piece(text, ATOM))
        return _product(Product(-1 if value < 0 else 1, (factor,)), style)
    return Piece(style.letter(style.arrays.get(id(x), "c")) if np.ndim(x) else str(x), ATOM)


# ---- products
# ------------------------------------------------------------------------------------------------


def _as_product(key: Any, piece: Piece, style: Style) -> Product:
    if piece.product is not None:
        return piece.product
    if piece.level == RELATION:
        piece = Piece(style.condition(piece.text), ATOM)
    # numbers are recognised by value, arrays by being the same object
    known = key if isinstance(key, Symbol) else id(key) if isinstance(key, np.ndarray) else piece.text
    return Product(1, (Factor(known, piece, is_array=np.ndim(key) > 0),))


def _multiply(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    for i, (column, row) in enumerate((node.operands, node.operands[::-1])):
        if _is_column(column) and _is_row(row):  # every number by every number: a product of matrices
            words = [inside(parts[i], PRODUCT if parts[i].product is None else POWER, style)]
            words.append(style.transposed(inside(parts[1 - i], ATOM, style)))
            return Piece(style.times.join(words), PRODUCT)
    x, y = (_as_product(k, p, style) for k, p in zip(node.operands, parts, strict=True))
    return _product(Product(x.sign * y.sign, x.over + y.over, x.under + y.under), style)


def _divide(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    x, y = (_as_product(k, p, style) for k, p in zip(node.operands, parts, strict=True))
    return _product(Product(x.sign * y.sign, x.over + y.under, x.under + y.over), style)


def _negative(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    x = _as_product(node.operands[0], parts[0], style)
    return _product(x._replace(sign=-x.sign), style)


def _product(product: Product, style: Style) -> Piece:
    over, under = _gathered(product.over, style), _gathered(product.under, style)
    product = Product(product.sign, over, under)
    sign = style.minus if product.sign < 0 else ""
    bare = not sign and (not under or style.latex)  # a sum alone needs no brackets
    if under and _is_one(over) and over[0].piece.level == PRODUCT:
        bare = True  # the numerator is one product: A · B/n
    top = over[0].piece.text if bare and _is_one(over) else _row_of(over, style) or "1"
    if not under:
        level = (
            PRODUCT
            if sign or len(over) > 1
            else over[0].piece.level
            if _is_one(over)
            else POWER
            if over
            else ATOM
        )
        return Piece(sign + top, level, product)
    simple = len(under) == 1 and (under[0].times > 1 or under[0].piece.level >= POWER)
    bottom = under[0].piece.text if _is_one(under) else _row_of(under, style)
    return Piece(sign + style.fraction(top, bottom, simple), PRODUCT, product)


def _is_one(factors: tuple[Factor, ...]) -> bool:
    return len(factors) == 1 and factors[0].times == 1


def _gathered(factors: tuple[Factor, ...], style: Style) -> tuple[Factor, ...]:
    """Equal factors as powers, the numbers as one in front (behind an incoming gradient); a 1 is left out."""
    kept: dict[Any, Factor] = {}
    number = 1.0
    for factor in factors:
        if isinstance(factor.key, tuple):
            number *= factor.key[1] ** factor.times
            continue
        key = id(factor.key) if isinstance(factor.key, Symbol) else factor.key
        old = kept.get(key)
        kept[key] = factor if old is None else old._replace(times=old.times + factor.times)
    row = list(kept.values())
    if number != 1:
        place = 1 if row and is_gradient(row[0].key) else 0
        row.insert(place, Factor(("number", number), Piece(style.number(number), ATOM)))
    return tuple(row)


def is_gradient(key: Any) -> bool:
    """Whether a factor is a letter for an incoming gradient: ḡ or ∂E/∂Y."""
    return isinstance(key, Symbol) and key.op is None and str(key.label).startswith(("ḡ", "∂"))


def _row_of(factors: tuple[Factor, ...], style: Style) -> str:
    """Factors side by side; a number stands right before a letter, everything else has a sign between.

    An array behind another one has ⊙, for they are multiplied number by number and not as matrices; a number
    in front of it belongs to it: ḡ ⊙ 2y.
    """
    text = ""
    before = None
    met_array = False
    for factor, after in zip_longest(factors, factors[1:]):
        piece = factor.piece
        word = inside(piece, ATOM if factor.times > 1 else POWER, style)
        if factor.times > 1:
            word = style.power(word, str(factor.times), True)
        if before is not None:
            scaled = isinstance(factor.key, tuple) and after is not None and after.is_array
            is_array = scaled or (factor.is_array and not isinstance(before.key, tuple))
            text += style.each if met_array and is_array else _between(before, factor, word, style)
        met_array = met_array or factor.is_array
        text += word
        before = factor
    return text


def _between(before: Factor, factor: Factor, word: str, style: Style) -> str:
    """What stands between two factors."""
    is_number = isinstance(before.key, tuple)
    if is_number and _is_letter(word):
        return ""
    if style.close and (is_number or _is_scalar(before.key)):
        opened = word.startswith((r"\left(", "("))
        if opened or (_is_scalar(factor.key) and not is_number):
            return " " if style.latex and not opened else ""
    return style.times


def _is_scalar(key: Any) -> bool:
    """Whether a factor is a variable of one letter that stands for a single number."""
    if isinstance(key, Symbol) and key.op is not None and key.op.name == "power":
        base, exponent = key.operands  # x¹, as the rule of x² has it, is written x
        key = base if isinstance(exponent, int | float) and exponent == 1 else key
    return isinstance(key, Symbol) and key.op is None and key.ndim == 0 and len(str(key.label)) == 1


def _is_letter(word: str) -> bool:
    """Whether a factor is one small letter, before which a number needs no dot: 2x, 3t²."""
    return word[:1].isalpha() and not word[:1].isupper() and not word[1:2].isalpha() and "(" not in word


# ---- the other forms
# -----------------------------------------------------------------------------------------


def _add(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    left, right = parts
    text = inside(left, SUM, style)
    if right.product is not None and right.product.sign < 0:
        positive = _product(right.product._replace(sign=1), style)
        return Piece(f"{text} {style.minus} {inside(positive, PRODUCT, style)}", SUM)
    return Piece(f"{text} + {inside(right, SUM, style)}", SUM)


def _subtract(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    left, right = parts
    text = inside(left, SUM, style)
    if right.product is not None and right.product.sign < 0:
        positive = _product(right.product._replace(sign=1), style)
        return Piece(f"{text} + {inside(positive, SUM, style)}", SUM)
    return Piece(f"{text} {style.minus} {inside(right, PRODUCT, style)}", SUM)


def _matmul(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    words = [
        inside(p, PRODUCT if i == 0 and p.product is None else POWER, style) for i, p in enumerate(parts)
    ]
    if _new_axis(node.operands[1]) == -2 and np.shape(node.operands[0])[-1] == 1:  # a column times a row
        words[1] = style.transposed(inside(parts[1], ATOM, style))
    return Piece(style.times.join(words), PRODUCT)


def _is_column(x: Any) -> bool:
    """Whether this is a vector put upright."""
    return _new_axis(x) == -1 and x.shape[0] != 1


def _is_row(x: Any) -> bool:
    """Whether this is a vector, or one with an axis of 1 in front, that goes along the columns."""
    return isinstance(x, Symbol) and (x.ndim == 1 or _new_axis(x) == -2) and x.shape[-1] != 1


def _new_axis(x: Any) -> int:
    """Where an axis was put into a vector; 0 if x is something else."""
    if isinstance(x, Symbol) and x.op is not None and x.op.name == "expand" and x.ndim == 2:
        return x.params["axis"][0] if len(x.params["axis"]) == 1 else 0
    return 0


def _along(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    """sum(x, axis 0); over all axes sum(x)."""
    assert node.op is not None  # forms are of operations
    return Piece(style.call(node.op.name, [*(p.text for p in parts), *_axes(node, style)]), ATOM)


def _shared_out(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    """softmax(x, axis 0); along the last axis softmax(x)."""
    assert node.op is not None  # forms are of operations
    name = "softmax" if node.op.name == "shares" else node.op.name
    words = [] if node.params["axis"] == (-1,) else _axes(node, style)
    return Piece(style.call(name, [parts[0].text, *words]), ATOM)


def _axes(node: Symbol, style: Style) -> list[str]:
    """The axes that an operation goes along, in words, if they are not all."""
    n = np.ndim(node.operands[0])
    axes = [a % n for a in node.params["axis"]]
    if not 0 < len(axes) < n:
        return []
    word, numbers = "axis" if len(axes) == 1 else "axes", ", ".join(map(str, axes))
    return [rf"\mathrm{{{word}}}\,{numbers}" if style.latex else f"{word} {numbers}"]


def _sigmoid(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    name = r"\sigma" if style.latex else "σ"
    return Piece(name + style.group(parts[0].text), ATOM)


def _power(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    exponent = node.operands[1]
    base, above = parts
    if isinstance(exponent, int | float) and exponent == 1:
        return base
    if (
        isinstance(exponent, int)
        and exponent > 1
        and isinstance(node.operands[0], Symbol)
        and base.product is None
    ):
        x = node.operands[0]
        factor = Factor(x, Piece(inside(base, ATOM, style), ATOM), exponent, x.ndim > 0)
        return _product(Product(1, (factor,)), style)
    simple = above.level >= ATOM and (len(above.text) == 1 or not isinstance(exponent, Symbol))
    return Piece(style.power(inside(base, ATOM, style), above.text, simple), POWER)


def _square(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    return Piece(style.power(inside(parts[0], ATOM, style), "2", True), POWER)


def _sqrt(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    return Piece(style.root(parts[0].text, parts[0].level >= ATOM), ATOM if style.latex else POWER)


def _absolute(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    return Piece(style.absolute(parts[0].text), ATOM)


def _exp(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    if style.latex:
        return Piece(f"e^{{{parts[0].text}}}", POWER)
    return Piece(style.call("exp", [parts[0].text]), ATOM)


def _transpose(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    n = node.ndim
    if n >= 2 and node.params["axes"] == (*range(-n, -2), -1, -2):
        return Piece(style.transposed(inside(parts[0], ATOM, style)), POWER)
    return Piece(style.call("transpose", [parts[0].text]), ATOM)


def _where(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    condition, x, y = node.operands
    if _is_zero(y) or _is_zero(x):
        inside = parts[0].text if _is_zero(y) else _opposite(condition, parts[0], style)
        mask = Factor(inside, Piece(style.condition(inside), ATOM), is_array=np.ndim(condition) > 0)
        chosen = _as_product(x if _is_zero(y) else y, parts[1] if _is_zero(y) else parts[2], style)
        return _product(chosen._replace(over=(*chosen.over, mask)), style)
    return Piece(style.call("where", [p.text for p in parts]), ATOM)


def _is_zero(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool) and x == 0


def _logical_and(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    """x ≥ y and x ≤ w as y ≤ x ≤ w, other conditions with a comma."""
    left, right = node.operands
    if (
        isinstance(left, Symbol)
        and isinstance(right, Symbol)
        and (left.op and left.op.name, right.op and right.op.name) == ("greater_equal", "less_equal")
        and left.operands[0] is right.operands[0]
    ):
        middle, high = parts[1].text.split(f" {style.relations['less_equal']} ", 1)
        low = parts[0].text.split(f" {style.relations['greater_equal']} ", 1)[1]
        sign = style.relations["less_equal"]
        return Piece(f"{low} {sign} {middle} {sign} {high}", RELATION)
    return Piece(", ".join(p.text for p in parts), RELATION)


def _logical_not(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    return Piece(_opposite(node.operands[0], parts[0], style), RELATION)


def _opposite(condition: Any, part: Piece, style: Style) -> str:
    """That a condition does not hold; of an order of numbers the other one, x ≤ 0 for ¬(x > 0)."""
    name = condition.op.name if isinstance(condition, Symbol) and condition.op is not None else ""
    if name in OPPOSITES:
        sign, other = (f" {style.relations[x]} " for x in (name, OPPOSITES[name]))
        if part.text.count(sign) == 1:
            return part.text.replace(sign, other)
    return (r"\lnot" if style.latex else "¬") + style.group(part.text)


def _wins(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    assert node.op is not None  # forms are of operations
    x, y = parts[0].text, parts[1].text
    sign = style.relations["greater" if node.op.name == "wins" else "less"]
    more = style.condition(f"{x} {sign} {y}")
    tie = style.condition(f"{x} {style.relations['equal']} {y}")
    half = r"\tfrac{1}{2}" if style.latex else "½"
    return Piece(f"{more} + {half}{tie}", SUM)


def _winners(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    hit = style.condition(f"{parts[0].text} {style.relations['equal']} {parts[1].text}")
    return Piece(style.fraction(hit, style.call("sum", [hit]), True), PRODUCT)


def _zeros(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    return Piece("0", ATOM)


def _getitem(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    index = index_text(node.params["index"], parts[1:], style, np.ndim(node.operands[0]))
    return Piece(f"{inside(parts[0], ATOM, style)}[{index}]", ATOM)


def _scatter(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    arrow = r"\to" if style.latex else "→"
    index = index_text(node.params["index"], parts[1:], style, node.ndim)
    return Piece(f"{inside(parts[0], PRODUCT, style)} {arrow} [{index}]", SUM)


def _einsum(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    """einsum(ij,jk→ik; A, B)."""
    words = node.params["subscripts"]
    letters = rf"\mathrm{{{words}}}".replace("->", r"\to ") if style.latex else words.replace("->", "→")
    first, *rest = (p.text for p in parts)
    return Piece(style.call("einsum", [f"{letters}; {first}", *rest]), ATOM)


def _cross(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    sign = r" \times " if style.latex else " × "
    return Piece(sign.join(inside(p, ATOM, style) for p in parts), PRODUCT)


def index_text(index: tuple[Any, ...], arrays: list[Piece], style: Style, ndim: int) -> str:
    """An index of an array of so many axes as it is typed in brackets; rows mean the last axes."""
    names = iter(arrays)
    words = ["..."] if sum(part is not None for part in index) < ndim else []

    def minus(part: Any) -> str:
        return str(part) if style.latex else str(part).replace("-", "−")

    for part in index:
        if part is HOLE:
            words.append(next(names).text)
        elif isinstance(part, slice):
            ends = [part.start, part.stop] + ([] if part.step is None else [part.step])
            words.append(":".join("" if end is None else minus(end) for end in ends))
        else:
            words.append(minus(part))
    while len(words) > 1 and words[-1] == ":" and words[0] != "...":
        words.pop()
    return ", ".join(words)


def _running(node: Symbol, parts: list[Piece], style: Style) -> Piece:
    """A scan along an axis; an arrow to the left where it runs from the end."""
    assert node.op is not None  # forms are of operations
    name = style.running(node.op.name, node.params["reverse"])
    return Piece(name + style.group(", ".join(p.text for p in parts)), ATOM)


FORMS: dict[str, Callable[[Symbol, list[Piece], Style], Piece]] = {
    "add": _add,
    "subtract": _subtract,
    "gap": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "square": _square,
    "sqrt": _sqrt,
    "absolute": _absolute,
    "fabs": _absolute,
    "exp": _exp,
    "matmul": _matmul,
    "einsum": _einsum,
    "cross": _cross,
    "transpose": _transpose,
    "where": _where,
    "logical_and": _logical_and,
    "logical_not": _logical_not,
    "wins": _wins,
    "loses": _wins,
    "winners": _winners,
    "zeros_of": _zeros,
    "cumsum": _running,
    "before": _running,
    "horner": _running,
    **dict.fromkeys(("sum", "mean", "max", "min", "prod", "var", "std", "norm"), _along),
    **dict.fromkeys(("shares", "softmax", "log_softmax", "logsumexp"), _shared_out),
    "sigmoid": _sigmoid,
    "getitem": _getitem,
    "scatter": _scatter,
}
