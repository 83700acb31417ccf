"""What may be typed at a place: the names of values, of their gradients, and letters for what has no name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.graphs.quizzing.grammar import LOWERED
from autograd_core.graphs.quizzing.points import Point
from autograd_core.graphs.snapshot.partials import HOLE
from autograd_core.graphs.snapshot.records import Edge, Node

ITSELF = -1
"""Stands for the gradient that is asked for."""

LETTERS, RESULTS = "ABCD", "YZUVPQR"
HOLES = (HOLE, "G", "g", "dY", "dout")
"""How the arriving gradient may be typed, which no keyboard has; where a name is taken, not so."""

Names = dict[str, int]


class Known:
    """Every value and gradient of a graph as a variable, and what it is called at a place."""

    def __init__(self, nodes: Iterable[Node], points: list[Point]) -> None:
        self._points = points
        self.variables: list[list[Any]] = []
        self._of: dict[tuple[Any, ...], int] = {}
        values = [n for n in nodes if n.kind != "operation" and n.number in points[0].values]
        self._values = [n for n in values if all(n.number in p.values for p in points)]
        count = Counter(short(n) for n in self._values if n.name)
        self._clear = [n for n in self._values if n.name and count[short(n)] == 1]
        roots = [n for n in self._values if n.kind == "output"]
        self.root = short(roots[0]) if len(roots) == 1 and roots[0].name else ""

    def value(self, n: Node) -> int:
        """The variable of a value."""
        return self._variable("v", n, [p.values[n.number] for p in self._points])

    def slope(self, n: Node) -> int | None:
        """The variable of a gradient; None where none is known."""
        found = [p.gradients.get(n.number) for p in self._points]
        return None if any(x is None for x in found) else self._variable("g", n, found)

    def _variable(self, sort: str, n: Node, values: list[Any]) -> int:
        key = sort, n.number
        if key not in self._of:
            self._of[key] = len(self.variables)
            self.variables.append(values)
        return self._of[key]

    def around(self, edge: Edge, result: Node) -> tuple[Names, dict[Node, str]]:
        """What may be typed at the wire into an operation, and how its operands are called."""
        names: Names = {}
        written: dict[Node, str] = {}
        for i, x in enumerate(edge.target.inputs):
            if x.number not in self._points[0].values or x in written:
                continue
            letter = short(x) if x.name else ""
            if not letter and x.kind == "const" and not x.shape:
                continue
            if (not letter or letter in names) and (x.shape or x.formula is None or "…" in x.formula):
                letter = LETTERS[i % 4]
            if letter and letter not in names:
                names[letter] = self.value(x)
                written[x] = letter
        if result.name and result.number in self._points[0].values:
            names.setdefault(short(result), self.value(result))
            written.setdefault(result, short(result))
        elif result.shape and result.number in self._points[0].values:
            letter = next(w for w in RESULTS if w not in names)
            names[letter] = self.value(result)
            written[result] = letter
        self._residuals(names, edge.target)
        self._others(names, None)
        if edge.source.name and (edge.source.shape or result.shape):
            # the rule gives this gradient
            names |= {w: ITSELF for w in self._slopes(edge.source) if w in names}
        arriving = self.slope(result)
        if arriving is not None:
            for hole in HOLES:
                names.setdefault(hole, arriving)
        return names, written

    def at(
        self, value: Node, leaving: Sequence[tuple[Edge, Node]]
    ) -> tuple[Names, dict[Node, str], dict[Node, str]]:
        """What may be typed on the card of a value, how operands are called, and arriving gradients.

        `leaving` has the edges on which gradients come back, each with the result of its operation. Where
        there are several results, their gradients are ḡ₁, ḡ₂ …
        """
        names: Names = {}
        written: dict[Node, str] = {}
        holes: dict[Node, str] = {}
        if value.name and self.root:
            names = dict.fromkeys(self._slopes(value), ITSELF)
        ends = list(dict.fromkeys(result for _, result in leaving))
        if len(ends) == 1:
            more, written = self.around(*leaving[0])
            return {**more, **names}, written, holes
        self._others(names, value)
        for i, result in enumerate(ends[:9]):
            slope = self.slope(result)
            if slope is not None and not (not value.shape and not result.shape):
                holes[result] = f"{HOLE}{LOWERED[i + 1]}"
                names.setdefault(holes[result], slope)
                names.setdefault(f"G{i + 1}", slope)
        return names, written, holes

    def _residuals(self, names: Names, op: Node) -> None:
        """What a fused operation works out on its way, as x̂, and its rules are written with."""
        if op.row is None or not op.row.residuals:
            return
        found: list[Mapping[str, Any]] = []
        for p in self._points:
            there = p.graph.nodes[op.number]
            operands = [p.values.get(x.number) if isinstance(x, Node) else x for x in there.operands]
            if any(x is None for x in operands):
                return
            whole = [x.value if isinstance(x, Node) else x for x in there.operands]
            with np.errstate(all="ignore"):
                found.append(op.row.with_residuals(*whole, **there.params)[1])
        for name in found[0]:
            letter = (op.row.written or {}).get(name, name)
            arrays = [np.asarray(r[name]) for r in found]
            if letter.isprintable() and arrays[0].dtype.kind in "fiub":
                key = "r", op.number, name
                self._of.setdefault(key, len(self.variables))
                if self._of[key] == len(self.variables):
                    self.variables.append([a.astype(float) for a in arrays])
                names.setdefault(letter, self._of[key])

    def _others(self, names: Names, without: Node | None) -> None:
        for n in self._clear:
            names.setdefault(short(n), self.value(n))
        for n in self._values:
            if n.name:
                names.setdefault(n.name, self.value(n))
        if not self.root:
            return
        for n in self._clear:
            if n is without or (slope := self.slope(n)) is None:
                continue
            for name in self._slopes(n):
                names.setdefault(name, slope)

    def _slopes(self, n: Node) -> tuple[str, str]:
        """How the gradient of a value is typed."""
        return f"∂{self.root}/∂{short(n)}", f"d{short(n)}"


def short(n: Node) -> str:
    """A name without its path."""
    return (n.name or "").rpartition(".")[2]


def listed(names: Names) -> list[str]:
    """The names that are told to people: one for each variable, of gradients ḡ only."""
    found: dict[int, str] = {}
    for name, i in names.items():
        if i != ITSELF and (name.startswith(HOLE) or not _is_slope(name, names)):
            found.setdefault(i, name)
    return [_with_key(name, names) for name in found.values()]


def _with_key(name: str, names: Names) -> str:
    """A gradient with the letters that a keyboard has."""
    if not name.startswith(HOLE):
        return name
    typed = "G" + "".join(str(LOWERED.index(c)) for c in name[1:])
    return f"{name} ({typed})" if names.get(typed) == names[name] else name


def _is_slope(name: str, names: Names) -> bool:
    """Whether a name is one of those that gradients have."""
    return name.startswith(("∂", HOLE)) or name in HOLES or (name[:1] in ("d", "G") and _rest(name) in names)


def _rest(name: str) -> str:
    """What dX and G1 stand for."""
    if name[0] == "d":
        return name[1:]
    return HOLE + "".join(LOWERED[int(c)] if c.isdigit() and c.isascii() else c for c in name[1:])
