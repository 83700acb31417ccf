"""The table of rows as text: name, kind, what is kept, and the rule as it prints itself."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any, NamedTuple
from unicodedata import normalize

import numpy as np

from autograd_core.op import Row
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Size, Symbol, gradient, slides

N, K = Size.of(3, "N"), Size.of(4, "K")
Line = tuple[str, str, str, str]


class Example(NamedTuple):
    """A call by which a row with parameters, or of matrices, shows its rule."""

    shapes: tuple[tuple[int, ...] | int, ...]  # or a whole number
    params: dict[str, Any]


_LAST = {"axis": (-1,), "keepdims": True}
_MATRIX, _SQUARE, _VECTOR = (N, K), (Size.of(3, "N"), Size.of(3, "N")), (N,)
_ROWS = (slice(0, 2), slice(None))
EXAMPLES: dict[str, Example] = {
    "astype": Example((_VECTOR,), {"dtype": np.dtype(np.float32)}),
    "before": Example((_VECTOR,), {"axis": -1, "reverse": False}),
    "broadcast_to": Example((_VECTOR,), {"shape": (2, 3), "of": 1}),
    "concatenate": Example((_VECTOR, _VECTOR), {"axis": -1}),
    "stack": Example((_VECTOR, _VECTOR), {"axis": -1}),
    "correlate": Example((_VECTOR, _VECTOR), {"before": 2, "size": 5}),
    "cumsum": Example((_VECTOR,), {"axis": (-1,), "reverse": False}),
    "einsum": Example((_MATRIX, (K, Size.of(5, "L"))), {"subscripts": "ij,jk->ik"}),
    "expand": Example((_VECTOR,), {"axis": (-1,)}),
    "getitem": Example((_MATRIX,), {"index": _ROWS}),
    "horner": Example((_VECTOR, (Size.of(2, "N−1"),)), {"axis": -1, "reverse": False}),
    "ldexp": Example(((), 2), {}),
    "matmul": Example((_MATRIX, (K, Size.of(5, "L"))), {}),
    "nan_to_num": Example(((),), {"nan": 0.0, "posinf": None, "neginf": None}),
    "norm": Example((_MATRIX,), {"p": 2, **_LAST}),
    "pinv": Example((_MATRIX,), {"rcond": 1e-15}),
    "reshape": Example((_MATRIX,), {"shape": (12,), "of": 2}),
    "scatter": Example(((2, K),), {"shape": _MATRIX, "index": _ROWS}),
    "solve": Example((_SQUARE, _MATRIX), {}),
    "spread": Example((_VECTOR,), {"shape": (3, 4), "axis": (-1,), "keepdims": False}),
    "squeeze": Example(((N, 1),), {"axis": (-1,)}),
    "std": Example((_MATRIX,), {**_LAST, "ddof": 0}),
    "sum": Example((_MATRIX,), _LAST),
    "symmetric": Example((_SQUARE,), {"upper": False}),
    "transpose": Example((_MATRIX,), {"axes": (-1, -2)}),
    "unwrap": Example((_VECTOR,), {"discont": None, "axis": -1, "period": 6.25}),
    "var": Example((_MATRIX,), {**_LAST, "ddof": 0}),
}


def lines() -> Iterator[Line]:
    """Every row with a derivative: name, kind, letters kept, rules (one text per argument that has one)."""
    for name, row in sorted(TABLE.items()):
        if row.kind != "constant":
            yield name, row.kind, " ".join(row.keeps) or "–", "   ".join(rules(row))


def rules(row: Row) -> list[str]:
    """The rules of a row in letters, as they print themselves: x̄ is the gradient of x, ḡ the incoming one."""
    if row.kind == "constant":
        return []
    shapes, params = EXAMPLES.get(row.name) or _example(row)
    operands = [
        shape if isinstance(shape, int) else Symbol.input(letter, shape)
        for letter, shape in zip(_letters(row, len(shapes)), shapes, strict=True)
    ]
    found = []
    for i, operand in enumerate(operands):
        if isinstance(operand, int) or (row.joint is None and (i >= len(row.rules) or row.rules[i] is None)):
            continue
        text = slides(gradient(row, i, operands, params))
        found.append(normalize("NFC", f"{operand.label}\u0304 = {text}"))
    return found


def _letters(row: Row, count: int) -> list[str]:
    return [row.letters[i] if i < len(row.letters) else f"x{i + 1}" for i in range(count)]


def _example(row: Row) -> Example:
    """Single numbers for what works number by number, a square matrix for all else."""
    shape = () if row.elementwise else _SQUARE
    params = {"n": 0, "decimals": 1, "axis": (-1,), "keepdims": True}
    used = {k: v for k, v in params.items() if any(k in (r.__code__.co_varnames) for r in row.rules if r)}
    return Example((shape,) * max(1, len(row.rules)), used)


def text() -> str:
    """The table, its columns as wide as they need to be, and the rows without a derivative below it."""
    table = [
        ("row", "kind", "keeps", "rules (x̄ the gradient of x, ḡ the incoming one, z the result)"),
        *lines(),
    ]
    widths = [max(len(line[c]) for line in table) for c in range(3)]
    shown = [
        "  ".join([*(f"{t:{w}}" for t, w in zip(line, widths, strict=False)), line[3]]) for line in table
    ]
    constants = [name for name, row in sorted(TABLE.items()) if row.kind == "constant"]
    return "\n".join([*shown, "", *wrap(f"without a derivative: {', '.join(constants)}", 100)])
