"""The single numbers of a program: where each comes from, and how often it is read."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count
from keyword import iskeyword
from typing import Any

import numpy as np

from autograd_core.compiling.floats.binding import FLOAT
from autograd_core.compiling.floats.by_rows import leading
from autograd_core.compiling.floats.forms import ATOM, NAMES, SIGN, Piece
from autograd_core.compiling.program import Program
from autograd_core.node import ancestors
from autograd_core.op import Row
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol

MASK, WHOLE = np.dtype(np.bool_), np.dtype(np.int64)
MANY = 4096
"""Larger arrays are better off in NumPy, even where only some of their numbers take part."""
A_CALL = 20
"""How many operations on floats take as long as one call of NumPy."""
MOVES = {
    *("alias", "reshape", "expand", "squeeze", "transpose", "getitem", "scatter", "concatenate", "stack"),
    "broadcast_to",
}
"""Rows that move numbers about, also the numbers of numbers."""
PARTS = ("array", "get", "new", "old", "set")
"""What names of arrays may end with."""
PYTHON = {FLOAT: float, MASK: bool, WHOLE: int}


class NoFloatsError(Exception):
    """A program computes something else than single numbers."""


class Cell:
    """A number of a program: how it is computed, how often it is read, and how it is written by then."""

    __slots__ = ("dtype", "node", "parts", "piece", "uses")

    def __init__(self, dtype: Any, piece: Piece | None = None) -> None:
        self.dtype, self.piece, self.uses = dtype, piece, 0
        self.node: Symbol | None = None
        self.parts: tuple[Any, ...] = ()


class Reader:
    """The numbers of a program, while they are found."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.views: list[str] = []
        """What the source calls the arrays of single numbers that it reads and writes."""
        self.state_names: dict[Symbol, str] = {}
        self._taken_names = {"program", "array", "outcomes", "new", "views", *_family("lent"), *NAMES}
        self._numbers: dict[str, Callable[[], int]] = defaultdict(lambda: count(1).__next__)
        self._cells = [Cell(FLOAT, Piece("0.0", ATOM, 0, True))]  # what scatter puts where nothing is
        self._places: dict[Symbol, Any] = {}
        """Of every Symbol the number of its cell, or the numbers of its cells in its shape."""
        self._steps: list[Cell] = []
        self._work = 0
        """How many numbers are computed or read."""

    def _name(self, wanted: str) -> str:
        """A name that nothing else has."""
        plain = wanted.isascii() and wanted.isidentifier() and not iskeyword(wanted)
        stem = wanted if plain else "v"
        name = f"v{self._numbers['v']()}" if stem == "v" else stem
        while not self._taken_names.isdisjoint(_family(name)):
            name = f"{stem}{self._numbers[stem]()}"
        self._taken_names.update(_family(name))
        return name

    def _argument(self, symbol: Symbol) -> str:
        name = self._name(symbol.label or "x")
        self._input(symbol, name, Piece(name, ATOM, 0, True))
        return name

    def _input(self, symbol: Symbol, name: str, piece: Piece) -> None:
        """Cells that have their text: a number, or those of an array."""
        _check(symbol)
        if not symbol.ndim:
            self._places[symbol] = self._cell(Cell(symbol.dtype, piece))
            return
        self._work += symbol.size
        numbers = [self._cell(Cell(symbol.dtype, Piece(f"{name}[{k}]", ATOM))) for k in range(symbol.size)]
        self._places[symbol] = np.array(numbers, np.int64).reshape(symbol.shape)

    def _cell(self, cell: Cell) -> int:
        self._cells.append(cell)
        return len(self._cells) - 1

    def _read(self, program: Program) -> None:
        """Every number that is computed, and how often each is read."""
        for symbol in program.state:
            name = self._name(symbol.label or "state")
            self.state_names[symbol] = name
            if symbol.ndim:
                self._lines.append(f"    {name}_old = {name}_get()")
            else:
                self.views.append(name)
            text = f"{name}_old" if symbol.ndim else f"{name}[()]"
            self._input(symbol, text, Piece(text, ATOM))
        roots = leading(program)
        for node in ancestors(roots):
            assert isinstance(node, Symbol)  # expressions hold Symbols only
            if node not in self._places:
                self._places[node] = self._computed(node)
        ends = [*program.writes.values(), *(x for x in program.results if isinstance(x, Symbol))]
        if self._work + sum(x.size for x in ends) > A_CALL * (len(self._places) + len(ends)):
            raise NoFloatsError("the arrays are large")
        for root in ends:
            for cell in self._of(root):
                cell.uses += 1

    def _computed(self, node: Symbol) -> Any:
        """The cells of one operation."""
        row = node.op
        if row is None:
            raise NoFloatsError(f"{node!r} is no argument and no state")
        _check(node)
        if "effect" in node.params:
            return self._effect(node)
        if row.name in MOVES and TABLE.get(row.name) is row:
            return self._moved(node, row)
        if row.name == "astype" and node.operands[0].dtype == node.dtype:
            return self._places[node.operands[0]]
        self._work += node.size
        if node.ndim:
            return self._unrolled(node, row)
        if any(np.ndim(x) for x in node.operands):
            raise NoFloatsError(f"{row.name} makes one number of an array")
        places = [self._places[x] if isinstance(x, Symbol) else x for x in node.operands]
        return self._single(node, [isinstance(x, Symbol) for x in node.operands], places)

    def _single(self, node: Symbol, known: Sequence[bool], operands: Sequence[Any]) -> int:
        """The cell of an operation on single numbers: cells, where they are known, or constants."""
        cell = Cell(node.dtype)
        cell.node = node
        cell.parts = tuple(
            self._cells[int(x)] if is_place else x for is_place, x in zip(known, operands, strict=True)
        )
        for part in cell.parts:
            if isinstance(part, Cell):
                part.uses += 1
        self._steps.append(cell)
        return self._cell(cell)

    def _unrolled(self, node: Symbol, row: Row) -> Any:
        """An operation on arrays, number by number."""
        if not (row.elementwise or (row.kind == "constant" and not node.params) or row.name == "astype"):
            raise NoFloatsError(f"{row.name} makes an array")
        known, columns = [], []
        for x in node.operands:
            place = self._places[x] if isinstance(x, Symbol) else x
            if not isinstance(x, Symbol) and np.ndim(x):
                if x.dtype not in PYTHON:
                    raise NoFloatsError(f"constants of {x.dtype}")
                place = self._constants(x, x.dtype)
            known.append(isinstance(x, Symbol) or np.ndim(x) > 0)
            columns.append(
                np.broadcast_to(place, node.shape).reshape(-1).tolist() if known[-1] else [x] * node.size
            )
        cells = [self._single(node, known, numbers) for numbers in zip(*columns, strict=True)]
        return np.array(cells, np.int64).reshape(node.shape)

    def _moved(self, node: Symbol, row: Row) -> Any:
        """Where the numbers are, moved as the numbers will be."""
        operands = []
        for k, x in enumerate(node.operands):
            if isinstance(x, Symbol):
                if k and row.name in ("getitem", "scatter"):
                    raise NoFloatsError("an index is computed")
                operands.append(np.asarray(self._places[x]))
            elif k and row.name in ("getitem", "scatter"):
                operands.append(x)
            else:
                operands.append(self._constants(np.asarray(x), node.dtype))
        if row.name == "scatter" and (len(operands) > 1 or node.dtype != FLOAT):
            raise NoFloatsError("numbers may meet in one place")
        if any(isinstance(x, Symbol) and x.dtype != node.dtype for x in node.operands):
            raise NoFloatsError("numbers of several kinds are joined")
        return row.forward(*operands, **node.params)

    def _constants(self, x: Any, dtype: Any) -> Any:
        numbers = [self._cell(Cell(dtype, literal(v, dtype))) for v in x.astype(dtype).reshape(-1).tolist()]
        return np.array(numbers, np.int64).reshape(x.shape)

    def _effect(self, node: Symbol) -> Any:
        """An effect reads whole arrays, and gives one, or nothing."""
        cell = Cell(node.dtype)
        cell.node = node
        for x in node.operands:
            if isinstance(x, Symbol):
                for part in self._of(x):
                    part.uses += 1
        cell.uses = 2  # it has a line of its own
        cell.parts = tuple(self._of(x) if isinstance(x, Symbol) else x for x in node.operands)
        self._steps.append(cell)
        if not node.ndim:
            return self._cell(cell)
        name = self._name(node.params["effect"].name)
        cell.piece = Piece(name, ATOM, 0, True)
        numbers = [self._cell(Cell(node.dtype, Piece(f"{name}[{k}]", ATOM))) for k in range(node.size)]
        return np.array(numbers, np.int64).reshape(node.shape)

    def _of(self, symbol: Symbol) -> list[Cell]:
        """The cells of a Symbol, in order."""
        place = self._places[symbol]
        if isinstance(place, int):
            return [self._cells[place]]
        return [self._cells[k] for k in np.ravel(place).tolist()]


def literal(x: Any, dtype: Any) -> Piece:
    """A number as it is written."""
    value = x.item() if isinstance(x, np.ndarray | np.generic) else x
    if not isinstance(value, bool | int | float):
        raise NoFloatsError(f"{value!r} is no number")
    if dtype is not None:
        value = PYTHON[dtype](value)
    if isinstance(value, float) and not np.isfinite(value):
        text = "nan" if value != value else "inf" if value > 0 else "-inf"
    else:
        text = repr(value)
    return Piece(text, SIGN if text.startswith("-") else ATOM, 0, True)


def _check(symbol: Symbol) -> None:
    if symbol.dtype not in PYTHON or symbol.size > MANY:
        raise NoFloatsError(f"{symbol.size} numbers of {symbol.dtype}")


def _family(name: str) -> list[str]:
    """A name, and those that are made of it."""
    return [name, *(f"{name}_{part}" for part in PARTS)]
