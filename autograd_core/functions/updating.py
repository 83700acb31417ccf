"""Functional updates: `x.at[index].set(v)` and its relatives, out of place and recorded.

Every index is turned into plain positions among all numbers of x in one row. Then nothing but slices,
gathers and `where` is needed, so every order of derivatives is there.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core.callers import described
from autograd_core.functions.selecting import spread_out, take_index
from autograd_core.functions.shaping import broadcast_to, ravel, reshape
from autograd_core.functions.values import values as plain
from autograd_core.functions.words import SingleTruth, operand, whole_index
from autograd_core.ops import arithmetic, choices, indexing, joining

Step = Callable[[Any, Any], Any]


class At:
    """`x.at`: what is asked with square brackets says which numbers of x an update is about.

    >>> At(np.zeros(3))[1].set(5.0)
    array([0., 5., 0.])
    """

    __slots__ = ("_x",)

    def __init__(self, x: Any) -> None:
        self._x = operand(x)

    def __getitem__(self, index: Any) -> "Place":
        return Place(self._x, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "x.at[i] = v writes nothing: updates are out of place; write y = x.at[i].set(v) and go on with y"
        )

    def __repr__(self) -> str:
        return f"At({self._x!r})"


class Place:
    """`x.at[index]`: the updates of these numbers. Each gives a new array and leaves x alone.

    The index is any that NumPy knows; v is broadcast to the shape of x[index] and cast to the dtype of x.
    Where an index names a number several times, `add` and `subtract` sum up, `set` keeps the last value (the
    others get gradient 0), and all else is done in turn, in the order of the index.

    Raises:
        IndexError: if the index does not exist.
        TypeError: if v cannot be cast to the dtype of x without loss of kind (floats to integers).
        ValueError: if v cannot be broadcast to x[index].
    """

    __slots__ = ("_index", "_x")

    def __init__(self, x: Any, index: Any) -> None:
        self._x = x
        self._index = tuple(map(plain, index)) if isinstance(index, tuple) else plain(index)

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, "_index"):
            raise TypeError(f"x.at[i].{name} = v writes nothing: write y = x.at[i].{name}(v)")
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"{At(self._x)!r}[{self._index!r}]"

    def get(self) -> Any:
        """x[index]."""
        return take_index(self._x, self._index)

    def set(self, v: Any) -> Any:
        """x with v at the index.

        >>> At(np.zeros(3))[[0, 0]].set([1.0, 2.0])
        array([2., 0., 0.])
        """
        v = self._fitting(v, "set")
        if self._names_nothing_twice():
            return self._put(v)
        places, row = self._places(), ravel(v)
        kept = _last(places, self._x.size)
        return self._replaced(places[kept], row if kept.size == places.size else take_index(row, kept))

    def add(self, v: Any) -> Any:
        """x with v added at the index.

        >>> At(np.zeros(3))[[0, 0]].add([1.0, 2.0])
        array([3., 0., 0.])
        """
        return arithmetic.add(self._x, self._among_zeros(v, "add"))

    def subtract(self, v: Any) -> Any:
        """x with v subtracted at the index."""
        return arithmetic.subtract(self._x, self._among_zeros(v, "subtract"))

    def multiply(self, v: Any) -> Any:
        """x multiplied by v at the index.

        >>> At(np.ones(3))[[0, 0]].multiply([2.0, 3.0])
        array([6., 1., 1.])
        """
        return self._in_turn(arithmetic.multiply, v, "multiply")

    def divide(self, v: Any) -> Any:
        """x divided by v at the index."""
        self._floats("divide")
        return self._in_turn(arithmetic.divide, v, "divide")

    def power(self, v: Any) -> Any:
        """x raised to the power of v at the index."""
        return self._in_turn(arithmetic.power, v, "power")

    def min(self, v: Any) -> Any:
        """The smaller of x and v at the index; ties share the gradient evenly."""
        return self._in_turn(choices.minimum, v, "min")

    def max(self, v: Any) -> Any:
        """The larger of x and v at the index; ties share the gradient evenly."""
        return self._in_turn(choices.maximum, v, "max")

    def apply(self, f: Callable[[Any], Any]) -> Any:
        """f of the numbers at the index, as many times as the index names them; f works elementwise.

        >>> At(np.array([1.0, 4.0]))[1].apply(np.sqrt)
        array([1., 2.])
        """
        if not callable(f):
            raise TypeError(f"at[...].apply: a function of the numbers is needed, got {f!r}")
        return self._in_turn(lambda now, _: _same_shape(f(now), now), None, "apply")

    # ---- how -----------------------------------------------------------------------------------------------

    def _whole(self) -> tuple[Any, Any]:
        """The index in the words of the rows; with a lone True or False these have none."""
        try:
            return whole_index(self._index, self._x.shape)
        except SingleTruth:
            return None, None

    def _places(self) -> Any:
        """Where each number of x[index] stands among all numbers of x in one row."""
        return np.arange(self._x.size).reshape(self._x.shape)[self._index].reshape(-1)

    def _fitting(self, v: Any, name: str) -> Any:
        """v in the dtype of x and the shape of x[index]."""
        try:
            shape = np.broadcast_to(True, self._x.shape)[self._index].shape
        except IndexError as error:
            raise IndexError(f"at[{self._index!r}].{name} of {described(self._x)}: {error}") from None
        v = self._cast(operand(v), v, name)
        # as in an assignment, axes of size 1 in front may be there in vain
        while v.ndim > len(shape) and v.shape[0] == 1:
            v = reshape(v, v.shape[1:])
        if v.shape == shape:
            return v
        try:
            return broadcast_to(v, shape)
        except ValueError:
            raise ValueError(
                f"at[...].{name}: a value of shape {v.shape} does not fit x[index] of shape {shape}"
            ) from None

    def _cast(self, v: Any, given: Any, name: str) -> Any:
        dtype = self._x.dtype
        if v.dtype.kind not in "fiubc":
            raise TypeError(f"at[...].{name}: numbers are needed, got {given!r}")
        if v.dtype == dtype:
            return v
        number = given.__class__ in (int, float, bool)  # weak, as in x + 1
        if not (number and np.result_type(dtype, given) == dtype) and not np.can_cast(
            v.dtype, dtype, "same_kind"
        ):
            raise TypeError(
                f"at[...].{name}: {v.dtype} numbers cannot be put among {dtype} ones without loss: "
                f"use x.astype({v.dtype}) first"
            )
        return v.astype(dtype)

    def _floats(self, name: str) -> None:
        if self._x.dtype.kind != "f":
            raise TypeError(f"at[...].{name}: the result is no {self._x.dtype}: use x.astype(float) first")

    def _replaced(self, places: Any, v: Any) -> Any:
        """x with the row v at positions that are all different."""
        x = self._x
        mask = np.zeros(x.size, bool)
        mask[places] = True
        moved = reshape(spread_out(v, places, x.size), x.shape)
        return choices.where(mask.reshape(x.shape), moved, x)

    def _among_zeros(self, v: Any, name: str) -> Any:
        """Zeros in the shape of x, with v added at the index."""
        v = self._fitting(v, name)
        whole, arrays = self._whole()
        if arrays is None:
            return reshape(spread_out(ravel(v), self._places(), self._x.size), self._x.shape)
        return indexing.scatter(v, *arrays, shape=self._x.shape, index=whole)

    def _names_nothing_twice(self) -> bool:
        """Whether the index is of numbers and slices only."""
        arrays = self._whole()[1]
        return arrays is not None and not arrays

    def _put(self, v: Any) -> Any:
        """x with v at an index that names nothing twice."""
        mask = np.zeros(self._x.shape, bool)
        mask[self._index] = True
        moved = indexing.scatter(v, shape=self._x.shape, index=self._whole()[0])
        return choices.where(mask, moved, self._x)

    def _in_turn(self, step: Step, v: Any, name: str) -> Any:
        v = None if v is None else self._fitting(v, name)
        if self._names_nothing_twice():
            return self._put(self._cast(operand(step(self.get(), v)), None, name))
        return self._in_turn_at(self._places(), step, None if v is None else ravel(v), name)

    def _in_turn_at(self, places: Any, step: Step, v: Any, name: str) -> Any:
        """Apply a step once for each time that a position is named.

        The positions stand in a row, those that are named most often first, so that each round is about the
        beginning of what the last one left; what is over is put aside. All rounds together touch as many
        numbers as the index names.
        """
        rounds, where = _rounds(places)
        now = take_index(ravel(self._x), where)
        done: list[Any] = []
        for k, chosen in enumerate(rounds):
            now = step(now, None if v is None else take_index(v, chosen))
            still = len(rounds[k + 1]) if k + 1 < len(rounds) else 0
            if still < len(chosen):
                done.append(take_index(now, slice(still, None)))
                now = take_index(now, slice(still))
        if not done:
            return self._replaced(where, now)
        result = done[0] if len(done) == 1 else joining.concatenate(*reversed(done), axis=-1)
        return self._replaced(where, self._cast(operand(result), None, name))


def _last(places: Any, size: int) -> Any:
    """Which entries name their position, of so many, for the last time."""
    entries = np.arange(places.size)
    newest = np.zeros(size, np.intp)
    newest[places] = entries
    return entries[newest[places] == entries]


def _rounds(places: Any) -> tuple[list[Any], Any]:
    """Which entries name their position for the first time, for the second and so on; and the positions,
    those named most often first, in which order each round has its entries."""
    where, group, often = np.unique(places, return_inverse=True, return_counts=True)
    rank = np.empty(len(where), np.intp)
    by_often = np.argsort(-often, kind="stable")
    rank[by_often] = np.arange(len(where))
    row = rank[group.reshape(-1)]
    by_place = np.argsort(row, kind="stable")  # entries of one position stand together, in their order
    ends = np.cumsum(often[by_often])
    turn = np.arange(len(places)) - np.repeat(ends - often[by_often], often[by_often])
    by_turn = by_place[np.argsort(turn, kind="stable")]
    sizes = np.bincount(turn)
    return np.split(by_turn, np.cumsum(sizes)[:-1]), where[by_often]


def _same_shape(found: Any, now: Any) -> Any:
    found = operand(found)
    if found.shape != now.shape:
        raise ValueError(f"at[...].apply: the function keeps shape {now.shape}, but gave {found.shape}")
    return found
