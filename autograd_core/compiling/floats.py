"""Programs of single numbers as straight-line Python on floats, twenty times faster than NumPy there.

Values that are used once stand where they are used, all others get a name. Small arrays are taken apart and
put together: of each of their numbers it is known where it comes from.

Python's floats compute as NumPy does, but raise where NumPy gives an infinity or a NaN with a warning, or say
nothing. So a call that raises, or whose results are not all finite, starts again by the rows of the program,
on arrays (effects that have happened stay). It then takes the time of eager code, and warns like it; a
warning for a number that no result shows is lost. Where nothing is infinite the results are those of eager
code, up to the last bits of functions such as exp and tanh (`float_forms`).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count, groupby
from keyword import iskeyword
from typing import Any

import numpy as np

from autograd_core.compiling.by_rows import given, leading
from autograd_core.compiling.float_binding import (
    FLOAT,
    Bindable,
    acting,
    filling,
    listed,
    row_on_numbers,
)
from autograd_core.compiling.float_forms import (
    ATOM,
    CONDITIONS,
    COUNTED,
    FORMS,
    MASKED,
    NAMES,
    POWERS,
    RELATION,
    SIGN,
    Form,
    Piece,
    form,
)
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
DEEPEST = 40
"""How deeply expressions are nested: the parser of Python has its limits."""
A_LINE = 8
"""How many values stand in a line of a long tuple."""
MOVES = {
    *("alias", "reshape", "expand", "squeeze", "transpose", "getitem", "scatter", "concatenate", "stack"),
    "broadcast_to",
}
"""Rows that move numbers about, also the numbers of numbers."""
PARTS = ("array", "get", "new", "old", "set")
"""What names of arrays may end with."""
PYTHON = {FLOAT: float, MASK: bool, WHOLE: int}
NONZERO = form("{0:5} != 0.0", RELATION)


class NoFloatsError(Exception):
    """A program computes something else than single numbers."""


class Cell:
    """A number of a program: how it is computed, how often it is read, and how it is written by then."""

    __slots__ = ("dtype", "node", "parts", "piece", "uses")

    def __init__(self, dtype: Any, piece: Piece | None = None) -> None:
        self.dtype, self.piece, self.uses = dtype, piece, 0
        self.node: Symbol | None = None
        self.parts: tuple[Any, ...] = ()


def written_in_floats(program: Program) -> Bindable | None:
    """The program in floats; None if it computes with arrays, or in numbers that are not of 64 bits."""
    try:
        return Writer(program).bindable()
    except NoFloatsError:
        return None


class Writer:
    """The lines of one program, while they are written."""

    def __init__(self, program: Program) -> None:
        self.names: dict[str, Any] = {}
        """What the source calls beside `NAMES`."""
        self.views: list[str] = []
        """What the source calls the arrays of single numbers that it reads and writes."""
        self.state_names: dict[Symbol, str] = {}
        self.lent: dict[int, tuple[str, Symbol]] = {}
        """By their places the names and Symbols of results whose arrays are made once."""
        self._program = program
        self._lines: list[str] = []
        self._taken_names = {"program", "array", "outcomes", "new", "views", "lent", *NAMES}
        self._numbers: dict[str, Callable[[], int]] = defaultdict(lambda: count(1).__next__)
        self._cells = [Cell(FLOAT, Piece("0.0", ATOM, 0, True))]  # what scatter puts where nothing is
        self._places: dict[Symbol, Any] = {}
        """Of every Symbol the number of its cell, or the numbers of its cells in its shape."""
        self._steps: list[Cell] = []
        self._work = 0
        """How many numbers are computed or read."""
        words = [self._argument(x) for x in program.arguments]
        self._read(program)
        self._write()
        self._end(program)
        if program.effects:
            words.insert(0, "outcomes")
        if self.views:
            self._lines.insert(0, f"    {_wrapped(self.views, '')} = views")
        self._lines.insert(0, f"def program({', '.join(words)}):")

    def bindable(self) -> Bindable:
        """The program as it can be bound to arrays."""
        names = {**NAMES, "array": np.array, **self.names}
        source = "\n".join([*self._lines, ""])
        converters = self._converters(self._program)
        return Bindable(self._program, source, names, self.views, self.state_names, self.lent, converters)

    # ---- what there is ----------------------------------------------------------------------------------

    def _name(self, wanted: str) -> str:
        """A name that nothing else has."""
        stem = wanted if wanted.isidentifier() and not iskeyword(wanted) else "v"
        name = f"v{self._numbers['v']()}" if stem == "v" else stem
        while name in self._taken_names:
            name = f"{stem}{self._numbers[stem]()}"
        self._taken_names.update((name, *(f"{name}_{part}" for part in PARTS)))
        return name

    def _argument(self, symbol: Symbol) -> str:
        name = self._name(symbol.label or "x")
        self._input(symbol, name, Piece(name, ATOM, 0, True))
        return name

    def _converters(self, program: Program) -> list[Callable[[Any], Any]] | None:
        """What makes Python numbers of the arguments; None if that is float, and nothing else is passed."""
        if not program.effects and all(x.dtype == FLOAT and not x.ndim for x in program.arguments):
            return None
        return [listed if x.ndim else PYTHON[x.dtype] for x in program.arguments]

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
        if row.name == "astype" and node.operands[0].dtype == node.dtype and not node.ndim:
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
        numbers = [
            self._cell(Cell(dtype, self._constant(v, dtype))) for v in x.astype(dtype).reshape(-1).tolist()
        ]
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

    # ---- how it is written ------------------------------------------------------------------------------

    def _write(self) -> None:
        for cell in self._steps:
            node = cell.node
            assert node is not None  # steps are operations
            if "effect" in node.params:
                self._call_of_effect(cell, node)
                continue
            if not cell.uses:
                continue
            cell.piece = self._expression(cell, node)
            if cell.piece.depth >= DEEPEST:
                self._named(cell)
        self._steps.clear()

    def _named(self, cell: Cell) -> Piece:
        """The name of a value, for which a line is written if it has none."""
        piece = cell.piece
        assert piece is not None  # cells are written before they are read
        if not piece.simple:
            piece = Piece(self._name("v"), ATOM, 0, True)
            self._lines.append(f"    {piece.text} = {cell.piece}")
            cell.piece = piece
        return piece

    def _shared(self, cell: Cell) -> Piece:
        """The text of a value where it is read once: a name if it is read elsewhere too."""
        piece = cell.piece
        assert piece is not None  # cells are written before they are read
        return self._named(cell) if cell.uses > 1 and not piece.simple else piece

    def _expression(self, cell: Cell, node: Symbol) -> Piece:
        row, parts = node.op, cell.parts
        assert row is not None  # cells without a piece are operations
        dtypes = [x.dtype if isinstance(x, Cell) else None for x in parts]
        known = FORMS.get(row.name) if TABLE.get(row.name) is row else None
        if known is None or WHOLE in dtypes or cell.dtype == WHOLE:
            return self._by_row(cell, node, row)
        if row.name == "zeros_of" or not parts:
            return self._by_row(cell, node, row)
        logical = row.name.startswith("logical")
        if cell.dtype == FLOAT:
            if row.name == "astype":
                return self._formed(COUNTED, parts, (None,))
            if row.name == "multiply" and dtypes.count(MASK) == 1:
                at = dtypes.index(MASK)
                if isinstance(parts[1 - at], Cell | int | float):
                    return self._formed(MASKED, (parts[1 - at], parts[at]), (FLOAT, None))
            if row.name == "power" and isinstance(parts[1], int | float) and float(parts[1]) in POWERS:
                return self._formed(POWERS[float(parts[1])], parts[:1], (FLOAT,))
            at = CONDITIONS.get(row.name, -1)
            return self._formed(known, parts, [None if k == at else FLOAT for k in range(len(parts))])
        if MASK in dtypes and not logical:
            return self._by_row(cell, node, row)
        return self._formed(known, parts, [MASK if logical else FLOAT] * len(parts))

    def _formed(self, how: Form, parts: Sequence[Any], dtypes: Sequence[Any]) -> Piece:
        """A form with its operands, each of this dtype; None is any."""
        pieces = []
        for k, (x, dtype) in enumerate(zip(parts, dtypes, strict=True)):
            if not isinstance(x, Cell):
                pieces.append(self._constant(x, dtype))
                continue
            if k in how.again and (dtype is None or dtype == x.dtype):
                pieces.append(self._named(x))
                continue
            piece = self._shared(x)
            if dtype is not None and dtype != x.dtype:
                change = COUNTED if dtype == FLOAT else NONZERO
                piece = Piece(change.template.format(piece), change.level, piece.depth + 1)
                if k in how.again:
                    extra = Cell(dtype, piece)
                    piece = self._named(extra)
            pieces.append(piece)
        depth = 1 + max(p.depth for p in pieces)
        return Piece(how.template.format(*pieces), how.level, depth)

    def _constant(self, x: Any, dtype: Any) -> Piece:
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

    def _by_row(self, cell: Cell, node: Symbol, row: Row) -> Piece:
        """The call of the row itself, on arrays."""
        if row.name == "zeros_of" and cell.dtype == FLOAT and TABLE.get(row.name) is row:
            return Piece("0.0", ATOM, 0, True)
        name = self._name(f"{row.name}_row")
        operands: list[tuple[tuple[Any] | None, Any]] = []
        for x, part in zip(node.operands, cell.parts, strict=True):
            is_cell = isinstance(part, Cell)
            as_it_is = not is_cell or getattr(x, "weak", False)
            operands.append((None if is_cell else (part,), None if as_it_is else part.dtype))
        self.names[name] = row_on_numbers(row, operands, node.params)
        pieces = [self._shared(x) for x in cell.parts if isinstance(x, Cell)]
        depth = 1 + max((p.depth for p in pieces), default=0)
        return Piece(f"{name}({', '.join(p.text for p in pieces)})", ATOM, depth)

    def _call_of_effect(self, cell: Cell, node: Symbol) -> None:
        act = node.params["effect"]
        caller = self._name(f"{act.name}_now")
        self.names[caller] = acting(act, node)
        pieces = [self._shared(x).text for part in cell.parts if isinstance(part, list) for x in part]
        if cell.piece is None:
            cell.piece = Piece(self._name(act.name), ATOM, 0, True)
        call = f"{caller}({', '.join(['outcomes', *pieces])})"
        self._lines.append(f"    {cell.piece.text} = {call}  # {' '.join(act.what.split())}")

    def _end(self, program: Program) -> None:
        """Results, then what is written to the state once all of it is known to be finite."""
        finite: list[str] = []
        results: list[str | None] = []
        single: list[tuple[str, Cell]] = []
        arrays: list[str] = []
        for place, x in enumerate(program.results):
            if not isinstance(x, Symbol):
                results.append(f"{self._given(x)}()")
            elif place not in program.lent or x.weak:
                results.append(self._result(x, finite))
            else:
                name = self._name("out")
                self.lent[place] = name, x
                results.append(None)
                if x.ndim:
                    self._tuple(f"{name}_new", self._of(x))
                    finite.append(f"sum({name}_new)")
                    arrays.append(f"    {name}_set(*{name}_new)")
                else:
                    self.views.append(name)
                    single.append((f"{name}[()]", self._of(x)[0]))
        for symbol, value in program.writes.items():
            name = self.state_names[symbol]
            cells = [self._converted(x, symbol.dtype) for x in self._of(value)]
            if not symbol.ndim:
                single.append((f"{name}[()]", cells[0]))
            elif cells:
                self._tuple(f"{name}_new", cells)
                finite.append(f"sum({name}_new)")
                arrays.append(f"    {name}_set(*{name}_new)")
        if single:
            self._tuple("new", [cell for _, cell in single])
            finite.append("sum(new)")
        if finite:
            self._lines.append(f"    finite({' + '.join(finite)})")
        if single:
            self._lines.append(f"    {_wrapped([target for target, _ in single], '')} = new")
        self._lines += arrays
        self._lines.append(f"    return {_wrapped(self._returned(results), '')}")

    def _returned(self, results: Sequence[str | None]) -> list[str]:
        """What is returned, lent arrays as parts of the tuple of all of them."""
        words, start = [], 0
        for result, run in groupby(results):
            if result is not None:
                words += [result for _ in run]
                continue
            stop = start + len(list(run))
            words.append("*lent" if stop - start == len(self.lent) else f"*lent[{start}:{stop}]")
            start = stop
        return words

    def _tuple(self, name: str, cells: Sequence[Cell]) -> None:
        """A line with all the values; whatever is written before it may get a line of its own first."""
        texts = [self._shared(x).text for x in cells]
        self._lines.append(f"    {name} = {_wrapped(texts, '')}")

    def _converted(self, cell: Cell, dtype: Any) -> Cell:
        """The value as the state holds it."""
        if cell.dtype == dtype:
            return cell
        if cell.dtype != MASK:
            raise NoFloatsError("a state gets a number of another kind")
        piece = self._shared(cell)
        return Cell(dtype, Piece(f"{PYTHON[dtype].__name__}({piece.text})", ATOM, piece.depth + 1))

    def _result(self, x: Symbol, finite: list[str]) -> str:
        cells = self._of(x)
        if not x.ndim:
            (cell,) = cells
            text = self._named(cell).text
            if x.dtype == FLOAT:
                finite.append(text)
            return text if x.weak else f"array({text})"
        name = self._name("whole")
        self._tuple(name, cells)
        if x.dtype == FLOAT and cells:
            finite.append(f"sum({name})")
        self.names[f"{name}_array"] = filling(x.shape, x.dtype)
        return f"{name}_array(*{name})"

    def _given(self, x: Any) -> str:
        name = self._name("given")
        self.names[name] = lambda: given(x)
        return name


def _check(symbol: Symbol) -> None:
    if symbol.dtype not in PYTHON or symbol.size > MANY:
        raise NoFloatsError(f"{symbol.size} numbers of {symbol.dtype}")


def _wrapped(words: Sequence[str], indent: str) -> str:
    """A tuple, a long one over several lines."""
    if len(words) <= A_LINE:
        return f"({', '.join(words)}{',' * (len(words) == 1)})"
    rows = [", ".join(words[k : k + A_LINE]) for k in range(0, len(words), A_LINE)]
    return "(\n        " + ",\n        ".join(rows) + ",\n    )"
