"""A program while it is written: lines, tables, and of every value where its numbers stand."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.programs.errors import NoFormError
from autograd_core.programs.literals import array, number
from autograd_core.programs.places import Loop, place
from autograd_core.programs.runtime import used_in


class Value(NamedTuple):
    """Where the numbers of an expression stand.

    text    the name of a number or of a flat array, or a number itself
    at      of an array the position of each number in it, in the value's shape; None where all numbers are
            the one of `text`
    shape, dtype   of the value; the dtype is None of a number that takes that of its neighbours
    data    the numbers, if they are known when the program is written; an array of them has no name until
            it is read
    """

    text: str
    at: Any
    shape: tuple[int, ...]
    dtype: Any
    data: Any = None

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))


class Writer:
    """The lines of one function, and the tables that several may share."""

    def __init__(self, tables: dict[str, str]) -> None:
        """`tables` has the texts of arrays and the names under which they stand in front of the functions;
        `sizes` will have how long the arrays are that the lines make."""
        self.lines: list[str] = []
        self.sizes: dict[str, int] = {}
        self._tables = tables
        self._names = 0

    def name(self) -> str:
        self._names += 1
        return f"v{self._names - 1}"

    def table(self, x: Any) -> str:
        """The name of an array that is written out in front of the functions."""
        return self._tables.setdefault(array(x), f"t{len(self._tables)}")

    def constant(self, x: Any) -> Value:
        """A number or an array that an expression holds."""
        if isinstance(x, bool | int | float):
            return Value(number(x), None, (), None, x)
        if not isinstance(x, np.ndarray | np.generic) or x.dtype.kind not in "fiub":
            found = x.dtype if isinstance(x, np.ndarray | np.generic) else type(x).__name__
            raise NoFormError(f"a constant of a program is a number or an array of numbers, found {found}")
        flat = np.ravel(x)
        if flat.size and bool(np.all((flat == flat[0]) | ((flat != flat) & (flat[0] != flat[0])))):
            return Value(number(flat[0].item()), None, np.shape(x), x.dtype, x)
        return Value("", np.arange(flat.size).reshape(np.shape(x)), np.shape(x), x.dtype, x)

    def read(self, x: Value, positions: Any, loops: Sequence[Loop]) -> str:
        """The number of x that loops need: `positions` says which, for every turn."""
        if x.at is None:
            return x.text
        return f"{self.base(x)}[{place(x.at.reshape(-1)[positions], loops, self.table)}]"

    def base(self, x: Value) -> str:
        """The name of the array in which the numbers stand."""
        return x.text or self.table(x.data)

    def single(self, text: str, dtype: Any) -> Value:
        """A line that computes one number."""
        name = self.name()
        self.lines.append(f"const {name}={converted(text, dtype)};")
        return Value(name, None, (), dtype)

    def fresh(self, shape: tuple[int, ...], dtype: Any) -> Value:
        """A line that makes an array of zeros."""
        size = int(np.prod(shape, dtype=np.int64))
        kind = "Float32Array" if dtype == np.float32 else "Float64Array"
        name = self.name()
        self.lines.append(f"const {name}=new {kind}({size});")
        self.sizes[name] = size
        return Value(name, np.arange(size).reshape(shape), shape, dtype)

    def repeat(self, loops: Sequence[Loop], statement: str) -> None:
        """A line that does something at every turn of the loops."""
        for loop in reversed(loops):
            n = int(np.prod(loop.shape, dtype=np.int64))
            statement = f"for(let {loop.variable}=0;{loop.variable}<{n};{loop.variable}++){statement}"
        self.lines.append(statement)

    def used(self) -> set[str]:
        """The helpers that the lines call."""
        return used_in("\n".join(self.lines))


def converted(text: str, dtype: Any) -> str:
    """A result of double precision as a number of its own dtype; arrays of float32 round by themselves."""
    if dtype == np.float64 or dtype == np.bool_:
        return text
    if dtype == np.float32:
        return f"Math.fround({text})"
    if dtype == np.int64 or dtype == np.uint64:
        return f"whole({text})"
    return f"wrapped({text},{dtype.itemsize * 8},{'true' if dtype.kind == 'i' else 'false'})"


def stored(text: str, dtype: Any) -> str:
    """The same for a number that is put into an array: one of float32 rounds by itself."""
    return text if dtype == np.float32 else converted(text, dtype)


def check(dtype: Any, what: str) -> None:
    """Refuse numbers that JavaScript does not have.

    Raises:
        NoFormError: for anything but float64, float32, integers and Booleans.
    """
    if dtype.kind not in "fiub" or (dtype.kind == "f" and dtype not in (np.float64, np.float32)):
        raise NoFormError(
            f"{what} holds {dtype} numbers; a program computes in float64, float32, integers and Booleans: "
            "convert it with astype"
        )
