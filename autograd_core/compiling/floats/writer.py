"""Programs of single numbers as straight-line Python on floats, twenty times faster than NumPy there.

Values that are used once stand where they are used, all others get a name. Small arrays are taken apart and
put together: of each of their numbers it is known where it comes from.

Python's floats compute as NumPy does, but raise where NumPy gives an infinity or a NaN with a warning, or say
nothing. So a call that raises, or whose results are not all finite, starts again by the rows of the program,
on arrays (effects that have happened stay). It then takes the time of eager code, and warns like it; a
warning for a number that no result shows is lost. Where nothing is infinite the results are those of eager
code, up to the last bits of functions such as exp and tanh (`float_forms`).
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from autograd_core.compiling.floats.binding import (
    FLOAT,
    Bindable,
    acting,
    filling,
    listed,
    row_on_numbers,
)
from autograd_core.compiling.floats.by_rows import given
from autograd_core.compiling.floats.cells import MASK, PYTHON, WHOLE, Cell, NoFloatsError, Reader, literal
from autograd_core.compiling.floats.forms import (
    ATOM,
    CONDITIONS,
    COUNTED,
    FORMS,
    MASKED,
    NAMES,
    POWERS,
    RELATION,
    Form,
    Piece,
    form,
)
from autograd_core.compiling.program import Program
from autograd_core.op import Row
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol

DEEPEST = 40
"""How deeply expressions are nested: the parser of Python has its limits."""
A_LINE = 8
"""How many values stand in a line of a long tuple."""
NONZERO = form("{0:5} != 0.0", RELATION)


def written_in_floats(program: Program) -> Bindable | None:
    """The program in floats; None if it computes with arrays, or in numbers that are not of 64 bits."""
    try:
        return Writer(program).bindable()
    except NoFloatsError:
        return None


class Writer(Reader):
    """The lines of one program, while they are written."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.names: dict[str, Any] = {}
        """What the source calls beside `NAMES`."""
        self._program = program
        words = [self._argument(x) for x in program.arguments]
        self._read(program)
        self._write()
        self._end(program)
        if program.effects:
            words.insert(0, "outcomes")
        if self.views:
            self._lines.insert(0, f"    {_wrapped(self.views, '')} = views")
        self._lines.insert(0, f"def program({', '.join(words)}):  # in floats, number by number")

    def bindable(self) -> Bindable:
        """The program as it can be bound to arrays."""
        names = {**NAMES, "array": np.array, **self.names}
        source = "\n".join([*self._lines, ""])
        converters = self._converters(self._program)
        return Bindable(self._program, source, names, self.views, self.state_names, converters)

    def _converters(self, program: Program) -> list[Callable[[Any], Any]] | None:
        """What makes Python numbers of the arguments; None if that is float, and nothing else is passed."""
        if not program.effects and all(x.dtype == FLOAT and not x.ndim for x in program.arguments):
            return None
        return [listed if x.ndim else PYTHON[x.dtype] for x in program.arguments]

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
            if row.name == "astype" and MASK in dtypes:
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
                pieces.append(literal(x, dtype))
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
        lent: list[Cell] = []
        for place, x in enumerate(program.results):
            if not isinstance(x, Symbol):
                results.append(f"{self._given(x)}()")
            elif place not in program.lent or x.weak or x.ndim:
                results.append(self._result(x, finite))
            else:
                results.append(None)
                lent.append(self._of(x)[0])
        for symbol, value in program.writes.items():
            name = self.state_names[symbol]
            cells = [self._converted(x, symbol.dtype) for x in self._of(value)]
            if not symbol.ndim:
                single.append((f"{name}[()]", cells[0]))
            elif cells:
                self._tuple(f"{name}_new", cells)
                finite.append(f"sum({name}_new)")
                arrays.append(f"    {name}_set(*{name}_new)")
        if lent:
            self._tuple("lent", lent)
            finite.append("sum(lent)")
        if single:
            self._tuple("new", [cell for _, cell in single])
            finite.append("sum(new)")
        if finite:
            self._lines.append(f"    finite({' + '.join(finite)})")
        if single:
            self._lines.append(f"    {_wrapped([target for target, _ in single], '')} = new")
        self._lines += arrays
        self._lines.append(f"    return {_wrapped(self._returned(results, len(lent)), '')}")

    def _returned(self, results: Sequence[str | None], lent: int) -> list[str]:
        """What is returned, lent numbers as parts of the tuple of all of them."""
        words, start = [], 0
        for result, run in groupby(results):
            if result is not None:
                words += [result for _ in run]
                continue
            stop = start + len(list(run))
            words.append("*lent" if stop - start == lent else f"*lent[{start}:{stop}]")
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


def _wrapped(words: Sequence[str], indent: str) -> str:
    """A tuple, a long one over several lines."""
    if len(words) <= A_LINE:
        return f"({', '.join(words)}{',' * (len(words) == 1)})"
    rows = [", ".join(words[k : k + A_LINE]) for k in range(0, len(words), A_LINE)]
    return "(\n        " + ",\n        ".join(rows) + ",\n    )"
