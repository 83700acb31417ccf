"""Sums of products over several axes: einsum and its relatives, with NumPy's signatures."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from autograd_core.functions.subscripts import NUMBERED, Shape, given, read, sizes_of
from autograd_core.functions.values import live, values
from autograd_core.functions.words import axis_indices, operand
from autograd_core.ops import arithmetic, contractions, indexing, reductions, shapes

__all__ = ["einsum", "einsum_path", "tensordot"]

Steps = tuple[tuple[Any, dict[str, Any]], ...]


def einsum(*operands: Any, optimize: Any = False, dtype: Any = None) -> Any:
    """Products of the operands, summed over every letter that the result does not have.

    `einsum("ij,jk->ik", A, B)` is Σⱼ Aᵢⱼ Bⱼₖ, the matrix product. A letter twice in one operand is its
    diagonal, `...` stands for axes without a letter, an axis of size 1 fits any other. Without an arrow the
    result has the letters that stand once, in the order of the alphabet. Instead of text, lists of numbers
    may follow the operands: `einsum(A, [0, 1], B, [1, 2], [0, 2])`.

    The gradient of an operand is an einsum again, of the incoming gradient and the other operands, its
    letters those of the result: ∂E/∂A = einsum("ik,jk->ij", ∂E/∂Z, B).

    Args:
        optimize: in which order three or more operands are multiplied, as for `numpy.einsum`: "greedy"
            (also for True and False), "optimal", or a path of `numpy.einsum_path`. Always in pairs.
        dtype: the dtype in which is computed.

    Raises:
        ValueError: if the subscripts cannot be read, or do not fit the shapes; it says which letter.
        TypeError: if an operand is complex.

    >>> einsum("ij,j->i", np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0]))
    array([-1., -1.])
    >>> einsum("ii", np.array([[1, 2], [3, 4]]))
    np.int64(5)
    """
    subscripts, things = given(operands)
    xs = reals("einsum", *things)
    words, out = read(subscripts, tuple(x.ndim for x in xs))
    plan = _plan(subscripts, words, out, tuple(x.shape for x in xs), _hashable(optimize))
    kind = _kind(xs) if dtype is None else np.dtype(dtype)
    for k, x in enumerate(xs):
        x = x if x.dtype == kind else x.astype(kind)
        for row, params in plan.before[k]:
            x = row(x, **params)
        xs[k] = x
    for i, j, pair in plan.pairs:
        x, y = xs[i], xs[j]
        del xs[max(i, j)], xs[min(i, j)]
        xs.append(contractions.einsum(x, y, subscripts=pair))
    (z,) = xs
    return z if z.dtype == kind else z.astype(kind)


def _kind(xs: Sequence[Any]) -> Any:
    """The dtype in which operands meet; mostly they have the same."""
    first = xs[0].dtype
    return first if all(x.dtype == first for x in xs) else np.result_type(*(x.dtype for x in xs))


def einsum_path(*operands: Any, optimize: Any = "greedy") -> Any:
    """The order of products that numpy.einsum_path finds for such operands, and its report in words.

    >>> einsum_path("ij,jk,kl->il", np.ones((9, 2)), np.ones((2, 9)), np.ones((9, 1)))[0]
    ['einsum_path', (1, 2), (0, 1)]
    """
    untyped: Any = np.einsum_path
    return untyped(*map(values, operands), optimize=optimize)


def reals(name: str, *xs: Any) -> list[Any]:
    """The operands of a function, of which none may be complex."""
    found = [operand(x) for x in xs]
    for k, x in enumerate(found):
        if x.dtype.kind not in "fiub":
            raise TypeError(f"{name}: operand {k} holds {x.dtype} numbers; only real numbers are supported")
    return found


def _hashable(optimize: Any) -> Any:
    """A path may come as a list of tuples or lists."""
    return tuple(map(_hashable, optimize)) if isinstance(optimize, list | tuple) else optimize


class _Plan(NamedTuple):
    """What is done with each operand alone, and then pair by pair: the two places, the subscripts; the result
    goes to the end of the list."""

    before: tuple[Steps, ...]
    pairs: tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=1024)
def _plan(
    subscripts: str, words: tuple[str, ...], out: str, shapes: tuple[Shape, ...], optimize: Any
) -> _Plan:
    """Everything about a call that does not depend on numbers."""
    sizes = sizes_of(subscripts, words, shapes)
    steps: list[Steps] = []
    kept: list[str] = []
    for word, shape in zip(words, shapes, strict=True):
        done, left = _diagonals(word, shape)
        single = tuple(i - len(left) for i, a in enumerate(left) if sizes[a] != _size(a, word, shape))
        if single:
            done += ((_squeeze, {"axis": single}),)
        steps.append(done)
        kept.append("".join(a for i, a in enumerate(left) if i - len(left) not in single))
    for k, word in enumerate(kept):
        needed = set(out).union(*(other for i, other in enumerate(kept) if i != k))
        lone = tuple(i - len(word) for i, a in enumerate(word) if a not in needed)
        if lone:
            steps[k] += ((reductions.sum, {"axis": lone, "keepdims": False}),)
            kept[k] = "".join(a for a in word if a in needed)
    if len(kept) == 1:
        order = tuple(kept[0].index(a) - len(out) for a in out)
        if not steps[0] or order != tuple(range(-len(out), 0)):
            steps[0] += ((_transpose, {"axes": order}),)
    return _Plan(tuple(steps), _pairs(kept, out, _path(kept, out, sizes, optimize)))


_squeeze, _transpose = shapes.squeeze, shapes.transpose


def _size(letter: str, word: str, shape: Shape) -> int:
    return shape[word.index(letter)]


def _diagonals(word: str, shape: Shape) -> tuple[Steps, str]:
    """Steps to the diagonal of every letter that stands more than once, and the letters then.

    The axes are brought together and made one, of which every (n + 1)-th number is on the diagonal.
    """
    steps: Steps = ()
    for a in dict.fromkeys(word):
        times = word.count(a)
        if times == 1:
            continue
        here = [i for i, b in enumerate(word) if b == a]
        rest = [i for i, b in enumerate(word) if b != a]
        n = shape[here[0]]
        ndim = len(word)
        order = tuple(i - ndim for i in rest + here)
        word, shape = "".join(word[i] for i in rest) + a, (*(shape[i] for i in rest), n)
        step = sum(n**i for i in range(times))
        whole = (slice(None),) * len(rest)
        steps += (
            (_transpose, {"axes": order}),
            (shapes.reshape, {"shape": (*shape[:-1], n**times), "of": ndim}),
            (indexing.getitem, {"index": (*whole, slice(None, None, step))}),
        )
    return steps, word


def _path(words: Sequence[str], out: str, sizes: dict[str, int], optimize: Any) -> Sequence[Sequence[int]]:
    """In which order operands meet; fewer than three have no choice."""
    if len(words) < 3:
        return ()
    if isinstance(optimize, tuple) and optimize[:1] == ("einsum_path",):
        return optimize[1:]
    names = dict(zip(sizes, NUMBERED, strict=False))
    if len(names) < len(sizes):
        return ()  # more letters than NumPy has: from left to right
    text = ",".join("".join(names[a] for a in word) for word in words)
    text += "->" + "".join(names[a] for a in out)
    # numbers do not matter, and no size 0, by which costs would vanish
    stand_ins = [np.broadcast_to(0.0, [max(sizes[a], 1) for a in word]) for word in words]
    way = "greedy" if optimize is None or isinstance(optimize, bool) else optimize
    return np.einsum_path(text, *stand_ins, optimize=way)[0][1:]


def _pairs(words: Sequence[str], out: str, path: Sequence[Sequence[int]]) -> tuple[tuple[int, int, str], ...]:
    """A path as products of two operands each; what a path leaves over is multiplied from the left."""
    rest = list(words)
    pairs: list[tuple[int, int, str]] = []

    def meet(i: int, j: int) -> None:
        x, y = rest[i], rest[j]
        del rest[max(i, j)], rest[min(i, j)]
        needed = set(out).union(*rest)
        z = "".join(a for a in dict.fromkeys(x + y) if a in needed) if rest else out
        pairs.append((i, j, f"{x},{y}->{z}"))
        rest.append(z)

    for group in path:
        places = sorted(group)
        while len(places) > 1 and len(rest) > 1:
            i, j = places[:2]
            meet(i, j)
            # the two are gone and their product is the last
            places = [*(p - 2 for p in places[2:]), len(rest) - 1]
    while len(rest) > 1:
        meet(0, 1)
    return tuple(pairs)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Products summed over the last `axes` axes of a and the first of b, or over two lists of axes.

    Raises:
        ValueError: if the axes do not fit; it says which.

    >>> tensordot(np.ones((2, 3, 4)), np.ones((4, 3)), axes=([1, 2], [1, 0])).shape
    (2,)
    """
    x, y = reals("tensordot", a, b)
    ours, theirs = _summed(axes, x.ndim, y.ndim)
    sizes = [x.shape[i] for i in ours], [y.shape[i] for i in theirs]
    if sizes[0] != sizes[1]:
        raise ValueError(
            f"tensordot: shape-mismatch for sum: axes {tuple(ours)} of shape {x.shape} and axes "
            f"{tuple(theirs)} of shape {y.shape} have the sizes {tuple(sizes[0])} and {tuple(sizes[1])}"
        )
    z = contracted(x, y, ours, theirs)
    return z if live(z) else np.asarray(z)  # never a mere number, as NumPy has it


def _summed(axes: Any, n: int, m: int) -> tuple[list[int], list[int]]:
    """The axes of both operands that meet, from 0."""
    if not isinstance(axes, list | tuple | np.ndarray):
        k = int(axes)
        if not 0 <= k <= min(n, m):
            raise ValueError(f"tensordot: axes={k}, but the operands have {n} and {m} axes")
        return list(range(n - k, n)), list(range(k))
    first, second = axes
    ours, theirs = (list(axis_indices(part, ndim, "axes")) for part, ndim in ((first, n), (second, m)))
    if len(ours) != len(theirs):
        raise ValueError(
            f"tensordot: shape-mismatch for sum: {len(ours)} axes of the first operand, "
            f"{len(theirs)} of the second"
        )
    return ours, theirs


def contracted(x: Any, y: Any, ours: Sequence[int], theirs: Sequence[int]) -> Any:
    """Σ x y over pairs of axes; the result has the other axes of x, then those of y."""
    if x.ndim == 0 or y.ndim == 0:
        return arithmetic.multiply(x, y)
    return contractions.einsum(x, y, subscripts=_letters(x.ndim, y.ndim, tuple(ours), tuple(theirs)))


@lru_cache(maxsize=1024)
def _letters(n: int, m: int, ours: Shape, theirs: Shape) -> str:
    """The subscripts of a contraction: i, j, k ... in the order of the axes."""
    names = iter(LETTERS)
    first = [next(names) for _ in range(n)]
    met = dict(zip(theirs, (first[i] for i in ours), strict=True))
    second = [met.get(i) or next(names) for i in range(m)]
    out = [a for i, a in enumerate(first) if i not in ours] + [
        a for i, a in enumerate(second) if i not in met
    ]
    return f"{''.join(first)},{''.join(second)}->{''.join(out)}"


# as indices are usually named, then the rest
LETTERS = "ijklmnopqrstuvwxyzabcdefghABCDEFGHIJKLMNOPQRSTUVWXYZ" + "".join(map(chr, range(0x100, 0x180)))
