"""Strategies of arrays for Hypothesis: every draw is valid as it is made, nothing is drawn and thrown away.

They draw plain arrays with numbers of two decimals, so that a failing example is short to read and shrinks to
small shapes and whole numbers.

>>> import autograd_core as ac
>>> from autograd_core.testing import broadcastable
>>> from hypothesis import given, settings
>>> @settings(max_examples=20, database=None, deadline=None)
... @given(xs=broadcastable(2))
... def test_sum_of_two(xs):
...     x, y = xs
...     assert (x + y).shape == np.broadcast_shapes(x.shape, y.shape)
>>> test_sum_of_two()
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core.testing.properties.extras import hypothesis

LAYOUTS = ("C", "F", "strided", "reversed", "read-only")
DECIMALS = 2


def tensors(
    shape: Any = None,
    dtype: Any = np.float64,
    elements: Any = None,
    *,
    low: float = -4.0,
    high: float = 4.0,
    min_dims: int = 1,
    max_dims: int = 3,
    min_side: int = 1,
    max_side: int = 4,
    layouts: Sequence[str] = ("C",),
) -> Any:
    """A strategy of plain arrays with well-scaled, finite numbers.

    Args:
        shape: a tuple, a number of elements, a strategy of tuples, or None for any shape within the bounds.
        dtype: floating, integer or bool.
        elements: a strategy of the numbers, in place of `low` and `high`.
        low, high: the bounds of the numbers, both included.
        min_dims, max_dims: how many axes; `min_dims=0` draws single numbers too.
        min_side, max_side: how long the axes are; `min_side=0` draws empty arrays too.
        layouts: which memory layouts occur, of "C", "F", "strided", "reversed" and "read-only".

    Raises:
        MissingExtraError: if hypothesis is not installed.
        ValueError: for bounds that hold nothing, or an unknown layout.
    """
    st = hypothesis("strategies")
    kind = np.dtype(dtype)
    unknown = [layout for layout in layouts if layout not in LAYOUTS]
    if unknown or not layouts:
        found = repr(unknown[0]) if unknown else "none"
        raise ValueError(f"tensors: layouts are {', '.join(LAYOUTS)}; got {found}")
    if elements is None:
        elements = _numbers(kind, low, high, "tensors")
    shapes = _shapes(shape, min_dims, max_dims, min_side, max_side, "tensors")

    def filled(size: tuple[int, ...]) -> Any:
        numbers = _filled(elements, size, kind)
        if tuple(layouts) == ("C",):
            return numbers
        return st.builds(_laid_out, numbers, st.sampled_from(layouts))

    return shapes.flatmap(filled)


def broadcastable(
    n: int = 2,
    dtype: Any = np.float64,
    elements: Any = None,
    *,
    low: float = -4.0,
    high: float = 4.0,
    min_dims: int = 0,
    max_dims: int = 3,
    min_side: int = 1,
    max_side: int = 4,
) -> Any:
    """A strategy of tuples of n arrays whose shapes broadcast together. The settings are those of `tensors`.

    Raises:
        MissingExtraError: if hypothesis is not installed.
        ValueError: for bounds that hold nothing.
    """
    st = hypothesis("strategies")
    if n < 1:
        raise ValueError(f"broadcastable: n is at least 1, got {n}")
    kind = np.dtype(dtype)
    if elements is None:
        elements = _numbers(kind, low, high, "broadcastable")
    whole = _shapes(None, min_dims, max_dims, min_side, max_side, "broadcastable")

    def operands(result: tuple[int, ...]) -> Any:
        # of each operand: how many axes in front it lacks, and which of the others are of size 1
        one = st.tuples(
            st.integers(0, len(result) - min_dims),
            st.tuples(*(st.booleans() if min_side <= 1 else st.just(False) for _ in result)),
        ).map(lambda how: tuple(1 if flat else side for side, flat in _pairs(result, how)))
        return st.tuples(*(one.flatmap(lambda size: _filled(elements, size, kind)) for _ in range(n)))

    return whole.flatmap(operands)


def away_from_kinks(
    shape: Any = None,
    kinks: Sequence[float] = (0.0,),
    distance: float = 0.1,
    *,
    dtype: Any = np.float64,
    min_dims: int = 1,
    max_dims: int = 3,
    min_side: int = 1,
    max_side: int = 4,
) -> Any:
    """A strategy of arrays whose numbers are at least `distance` from every kink and from one another.

    So a function with kinks at known points (relu, abs) and one that compares numbers (max, sort, median) has
    a derivative there. The numbers lie as near to the kinks, on both sides, as their count allows.

    Args:
        shape: as in `tensors`.
        kinks: the points to keep away from.
        distance: how far, greater than 0.
        dtype: a floating dtype.

    Raises:
        MissingExtraError: if hypothesis is not installed.
        ValueError: if distance is not positive.
    """
    st = hypothesis("strategies")
    if not distance > 0:
        raise ValueError(f"away_from_kinks: distance is a number greater than 0, got {distance}")
    kind = np.dtype(dtype)
    shapes = _shapes(shape, min_dims, max_dims, min_side, max_side, "away_from_kinks")

    def filled(size: tuple[int, ...]) -> Any:
        count = math.prod(size)
        places = _places(count + max(4, count // 2), kinks, distance)
        # the places are two distances apart; a number moves by at most half of one around its place
        shifts = st.lists(st.integers(-8, 8), min_size=count, max_size=count)
        return st.builds(
            lambda order, moves: np.array(
                [places[k] + distance * m / 16 for k, m in zip(order, moves, strict=False)], kind
            ).reshape(size),
            st.permutations(range(len(places))),
            shifts,
        )

    return shapes.flatmap(filled)


def one_hot(n: Any, k: Any, dtype: Any = np.float64) -> Any:
    """A strategy of (n, k) arrays with a single 1 in each row. Both may be strategies of integers.

    Raises:
        MissingExtraError: if hypothesis is not installed.
    """
    st = hypothesis("strategies")
    sizes = st.tuples(*(a if isinstance(a, st.SearchStrategy) else st.just(a) for a in (n, k)))

    def rows(size: tuple[int, int]) -> Any:
        labels = st.lists(st.integers(0, size[1] - 1), min_size=size[0], max_size=size[0])
        return labels.map(lambda hot: np.eye(size[1], dtype=dtype)[np.array(hot, np.intp)])

    return sizes.flatmap(rows)


def spd_matrix(n: Any, batch: tuple[int, ...] = (), dtype: Any = np.float64) -> Any:
    """A strategy of symmetric positive definite (*batch, n, n) arrays, I + BᵀB/n with |B| ≤ 1.

    The eigenvalues lie between 1 and 1 + n, so a matrix is well conditioned as it stands; the simplest is
    the identity. `n` may be a strategy of integers.

    Raises:
        MissingExtraError: if hypothesis is not installed.
    """
    st = hypothesis("strategies")
    kind = np.dtype(dtype)
    sizes = n if isinstance(n, st.SearchStrategy) else st.just(n)

    def matrices(side: int) -> Any:
        factors = _filled(_numbers(kind, -1.0, 1.0, "spd_matrix"), (*batch, side, side), kind)
        return factors.map(lambda b: np.asarray(np.eye(side, dtype=kind) + b.mT @ b / side, kind))

    return sizes.flatmap(matrices)


# ---- pieces ------------------------------------------------------------------------------------------------


def _shapes(shape: Any, min_dims: int, max_dims: int, min_side: int, max_side: int, where: str) -> Any:
    st = hypothesis("strategies")
    if shape is None:
        if not 0 <= min_dims <= max_dims or not 0 <= min_side <= max_side:
            raise ValueError(
                f"{where}: no shape has {min_dims} to {max_dims} axes of length {min_side} to {max_side}"
            )
        # the length 1 is the simplest, 0 comes last
        sides = st.integers(max(min_side, min(1, max_side)), max_side)
        if min_side == 0 and max_side > 0:
            sides = st.one_of(sides, st.just(0))
        return st.lists(sides, min_size=min_dims, max_size=max_dims).map(tuple)
    if isinstance(shape, st.SearchStrategy):
        return shape
    return st.just((shape,) if isinstance(shape, int | np.integer) else tuple(shape))


def _numbers(kind: np.dtype[Any], low: float, high: float, where: str) -> Any:
    """Numbers of two decimals between the bounds; those that shrinking prefers are whole."""
    st = hypothesis("strategies")
    if not low <= high or not math.isfinite(high - low):
        raise ValueError(f"{where}: no finite number lies between low={low} and high={high}")
    if kind.kind == "b":
        return st.booleans()
    if kind.kind in "iu":
        if math.ceil(low) > math.floor(high):
            raise ValueError(f"{where}: no integer lies between low={low} and high={high}")
        return st.integers(math.ceil(low), math.floor(high))
    if kind.kind != "f":
        raise ValueError(f"{where}: the dtype is floating, integer or bool, got {kind}")

    def short(x: float) -> float:
        return min(max(round(x, DECIMALS), low), high) + 0.0  # and no negative zero

    return st.floats(low, high).map(short)


def _filled(elements: Any, shape: tuple[int, ...], kind: np.dtype[Any]) -> Any:
    st = hypothesis("strategies")
    count = math.prod(shape)
    numbers = st.lists(elements, min_size=count, max_size=count)
    return numbers.map(lambda values: np.array(values, kind).reshape(shape))


def _pairs(result: tuple[int, ...], how: tuple[int, tuple[bool, ...]]) -> Any:
    lacking, flat = how
    return zip(result[lacking:], flat[lacking:], strict=True)


def _laid_out(x: Any, layout: str) -> Any:
    """The same numbers, otherwise in memory."""
    if layout == "F":
        return np.asfortranarray(x)
    if layout == "read-only":
        x.flags.writeable = False
    if layout not in ("strided", "reversed"):
        return x
    step = 2 if layout == "strided" else -1
    big = np.zeros([abs(step) * side for side in x.shape], x.dtype)
    view = big[tuple(slice(None, None, step) for _ in x.shape)]
    view[...] = x
    return view


def _places(count: int, kinks: Sequence[float], distance: float) -> list[float]:
    """Points two distances apart and one and a half from every kink, the nearest to the middle first."""
    middle = sum(kinks) / len(kinks) if len(kinks) else 0.0
    found: list[float] = []
    step = 0
    while len(found) < count:
        for sign in (1, -1) if step else (1,):
            place = middle + sign * 2 * distance * step
            if all(abs(place - kink) >= 1.5 * distance for kink in kinks):
                found.append(place)
        step += 1
    return found[:count]
