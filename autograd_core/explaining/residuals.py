"""The letters for what a fused row computes on its way: p of the softmax, N of a mean, σ of a norm."""

import re
from collections.abc import Container, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from autograd_core.explaining.constants import are_places
from autograd_core.graphs.snapshot.records import Node
from autograd_core.symbols import Symbol
from autograd_core.symbols.simplifying import Algebra

NAMES = re.compile(r"[^\W\d][\w\u0300-\u036f]*(?![\w\u0300-\u036f]*\()")
"""What is a letter in a written residual such as 1/σ or log(p), and not the name of a function."""


class Residuals:
    """How they are written, each by a letter that nothing else has, and what they are."""

    def __init__(self) -> None:
        self._letters: dict[Node, dict[str, str]] = {}
        self._operands: dict[Node, Sequence[Any]] = {}
        self._ops: dict[str, Node] = {}
        """By letter the operation that has it."""
        self._places: dict[Node, int] = {}

    def letters(self, op: Node, operands: Sequence[Any], taken: set[str]) -> Mapping[str, str]:
        """How the residuals of one operation are written."""
        row = op.row
        if row is None or not row.residuals:
            return {}
        if op not in self._letters:
            plain = {r: row.written.get(r, r) for r in row.residuals}
            names = {name for word in plain.values() for name in NAMES.findall(word)}
            new = {name: _free(name, taken, self._ops) for name in sorted(names)}
            self._ops.update(dict.fromkeys(new.values(), op))
            self._letters[op] = {r: NAMES.sub(lambda m: new[m[0]], word) for r, word in plain.items()}
            self._operands[op] = operands
            self._places[op] = len(self._places)
        return self._letters[op]

    def meanings(self, read: set[str]) -> dict[str, Any]:
        """What the letters stand for that were read in lines, by the meaning of the rows, simplified."""
        found: dict[str, Any] = {}
        names = {m for w in read for m in NAMES.findall(w) if m in self._ops}
        for op in sorted({self._ops[m] for m in names}, key=self._places.__getitem__):
            words = self._letters[op]
            used = {m for w in words.values() if w in read for m in NAMES.findall(w)}
            assert op.row is not None  # it has residuals
            assert op.row.meaning is not None  # the builder of fused rows demands one
            operands = self._operands[op]
            algebra = Algebra()
            for symbol, x in zip(operands, op.operands, strict=True):
                if isinstance(symbol, Symbol) and isinstance(x, Node) and are_places(x.value):
                    algebra.indices.add(symbol)
            whole = op.row.meaning(*operands, **op.params)[1]
            for residual, word in words.items():
                letter = word.removeprefix("1/")
                if letter in used and letter not in found:
                    value = whole[residual]
                    simple = algebra.simplified(1.0 / value if letter != word else value)
                    found[letter] = _plain(simple)
        return found


def _free(name: str, *taken: Container[str]) -> str:
    """The name, or with the first number from 2 on that makes it one of its own."""
    news = (name if k == 1 else f"{name}{k}" for k in count(1))
    return next(new for new in news if not any(new in names for names in taken))


def _plain(x: Any) -> Any:
    """A number as itself, also where it was spread."""
    while isinstance(x, Symbol) and x.op is not None and x.op.name in ("spread", "broadcast_to"):
        x = x.operands[0]
    return x if isinstance(x, Symbol) or np.ndim(x) else np.asarray(x).item()
