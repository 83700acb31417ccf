"""Samples drawn afresh: the written ones say what a row takes, here shapes, settings and numbers vary.

An elementwise row gets operands of any shapes that broadcast; a reduction any axes; rows in `RECIPES` get
settings made for the drawn shape; of every other row the numbers vary, in batches where it takes batches.

From where a row's numbers may come is read off its samples: all positive there, positive here; never near 0
there, never near 0 here; between the bounds that most samples keep. Numbers of one array differ, numbers of
two arrays never meet, and none lies near a multiple of ½, so kinks are out of reach. Where that is not
enough, a family of samples says so itself:

    DOMAINS = {"arccosh": (1.1, 3.0), "mine": ((0, 1), (-2, 2)), "fmod": off_the_steps}

one interval, one per argument, or a function from the drawn arguments to better ones.
"""

from dataclasses import replace
from functools import cache
from math import ceil, prod
from typing import Any

import numpy as np

from autograd_core.ops.indexing import HOLE
from autograd_core.ops.table import TABLE
from tests.autograd_core import samples
from tests.autograd_core.samples import SAMPLES
from tests.autograd_core.samples.sample import S, Sample

CELLS = 1200
DOMAINS: dict[str, Any] = {}
for family in samples.FAMILIES:
    DOMAINS |= getattr(family, "DOMAINS", {})


def redrawn(name: str, template: int, seed: int) -> Sample:
    """A fresh call of a row, after one of its samples."""
    rng = np.random.default_rng(seed)
    known = templates(name)
    sample = known[template % len(known)]
    if name in RECIPES:
        drawn = RECIPES[name](rng, name)
    elif TABLE[name].kind == "elementwise":
        drawn = broadcast(rng, name, sample)
    elif is_reduction(name):
        drawn = reduction(rng, name, sample)
    else:
        drawn = shaken(rng, name, sample)
    domain = DOMAINS.get(name)
    if not callable(domain):
        return drawn
    better = domain(*drawn.args)
    return replace(drawn, args=tuple(np.asarray(a) if isinstance(a, np.generic) else a for a in better))


@cache
def templates(name: str) -> list[Sample]:
    """The samples of a row that can be varied: smooth, finite, not empty, not big."""

    def fits(a: Any) -> bool:
        return not isinstance(a, np.ndarray) or (0 < a.size <= 64 and bool(np.isfinite(a).all()))

    smooth = [s for s in SAMPLES[name] if not s.kink]
    return [s for s in smooth if all(fits(a) for a in s.args)] or smooth


def is_reduction(name: str) -> bool:
    """Whether the row takes one array and axes along which it may be of any length."""
    return all(isinstance(s.params.get("axis"), tuple) and len(s.args) == 1 for s in SAMPLES[name])


# ---- numbers -----------------------------------------------------------------------------------------------


@cache
def bounds(name: str, argument: int, sign: bool) -> tuple[float, float, float]:
    """Low, high and the distance from 0 of an argument's numbers, where all are positive (`sign`) or not."""
    domain = DOMAINS.get(name)
    if domain is not None and not callable(domain):
        low, high = domain if np.isscalar(domain[0]) else domain[argument]
        return low, high, 0.01
    found = [s.args[argument] for s in templates(name) if is_numbers(s.args[argument : argument + 1])]
    found = [a for a in found if is_positive(a) == sign]
    found = [a for a in found if a.size > 3] or found
    low, high = (float(np.median([edge(a) for a in found])) for edge in (np.min, np.max))
    gap = min(float(np.abs(a).min()) for a in found)
    if high - low < 0.2:
        low, high = low - 0.3 * abs(low) - 0.05, high + 0.3 * abs(high) + 0.05
    return low, high, 0.1 if gap > 0.09 and not sign else 0.01


def is_numbers(args: Any) -> bool:
    return all(isinstance(a, np.ndarray) and a.dtype.kind == "f" for a in args)


def is_positive(a: Any) -> bool:
    return bool((a > 0).all())


@cache
def cells(low: float, high: float, gap: float, place: int) -> np.ndarray:
    """Numbers of an interval to draw from; other places have others."""
    x = low + (high - low) * (np.arange(CELLS) + (place % 5 + 1) / 6) / CELLS
    off = (np.abs(x - np.round(2 * x) / 2) >= 0.005) & (np.abs(x) >= gap)
    return x[off]


def numbers(rng: Any, shape: Any, domain: tuple[float, float, float] = (-3, 3, 0.1), place: int = 0) -> Any:
    """An array of numbers that all differ."""
    return np.asarray(rng.choice(cells(*domain, place), prod(shape), replace=False).reshape(shape))


def like(rng: Any, name: str, sample: Sample, argument: int, shape: Any) -> Any:
    """Numbers in place of an argument of a sample, of another shape."""
    a = sample.args[argument]
    if a.dtype.kind == "b":
        return np.asarray(rng.random(shape) < 0.5)
    if a.dtype.kind != "f":
        return np.asarray(rng.choice(a.ravel(), shape))
    return numbers(rng, shape, bounds(name, argument, is_positive(a)), argument)


# ---- shapes ------------------------------------------------------------------------------------------------


def shape_of(rng: Any, least: int = 0, most: int = 3, side: int = 1) -> tuple[int, ...]:
    return tuple(int(n) for n in rng.integers(side, 5, rng.integers(least, most + 1)))


def axes_of(rng: Any, ndim: int, least: int = 1) -> tuple[int, ...]:
    """Some axes, counted from the end, in order."""
    count = rng.integers(min(least, ndim), ndim + 1)
    return tuple(sorted(int(k) - ndim for k in rng.permutation(ndim)[:count]))


def narrowed(rng: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts to this one."""
    inner = shape[rng.integers(0, len(shape) + 1) if rng.random() < 0.4 else 0 :]
    return tuple(1 if rng.random() < 0.25 else n for n in inner)


def broadcast(rng: Any, name: str, sample: Sample) -> Sample:
    shape = shape_of(rng)
    args = [
        like(rng, name, sample, k, narrowed(rng, shape)) if isinstance(a, np.ndarray) else a
        for k, a in enumerate(sample.args)
    ]
    return S(*args, **sample.params)


def reduction(rng: Any, name: str, sample: Sample) -> Sample:
    shape = list(shape_of(rng, 1, 4))
    axis = axes_of(rng, len(shape))
    if "ddof" in sample.params:  # no variance of a single number
        shape[axis[0]] = max(shape[axis[0]], 2 + ceil(sample.params["ddof"]))
    params = dict(sample.params, axis=axis)
    if "keepdims" in params:
        params["keepdims"] = bool(rng.random() < 0.5)
    return S(like(rng, name, sample, 0, shape), **params)


def shaken(rng: Any, name: str, sample: Sample) -> Sample:
    """The same shapes. Any numbers for a row that is linear in each argument, else numbers nearby."""
    batches = not sample.params and len(sample.args) == 1 and sample.args[0].ndim > 1 and rng.random() < 0.4
    lead = (int(rng.integers(1, 3)),) if batches else ()

    def fresh(k: int, a: Any) -> Any:
        if not isinstance(a, np.ndarray) or a.dtype.kind != "f":
            return a
        if TABLE[name].kind in ("linear", "multilinear"):
            return numbers(rng, a.shape, place=k)
        return a + 0.1 * np.abs(a).mean() * rng.uniform(-1, 1, lead + a.shape)

    return S(*(fresh(k, a) for k, a in enumerate(sample.args)), **sample.params)


# ---- rows whose settings belong to the shape ---------------------------------------------------------------


def reshape(rng: Any, name: str) -> Sample:
    shape = shape_of(rng, 0, 4)
    of = int(rng.integers(0, len(shape) + 1))
    n = prod(shape[len(shape) - of :])
    first = int(rng.choice([k for k in range(1, n + 1) if n % k == 0]))
    return S(numbers(rng, shape), shape=(first, 1, n // first) if of % 2 else (first, n // first), of=of)


def expand(rng: Any, name: str) -> Sample:
    shape = shape_of(rng)
    more = int(rng.integers(0, 3))
    axis = tuple(sorted(int(k) for k in -1 - rng.permutation(len(shape) + more)[:more]))
    return S(numbers(rng, shape), axis=axis)


def squeeze(rng: Any, name: str) -> Sample:
    shape = list(shape_of(rng))
    axis = axes_of(rng, len(shape), 0)
    for a in axis:
        shape[a] = 1
    return S(numbers(rng, shape), axis=axis)


def transpose(rng: Any, name: str) -> Sample:
    shape = shape_of(rng, 0, 4)
    return S(numbers(rng, shape), axes=tuple(int(k) - len(shape) for k in rng.permutation(len(shape))))


def broadcast_to(rng: Any, name: str) -> Sample:
    shape = shape_of(rng, 0, 4)
    x = numbers(rng, narrowed(rng, shape))
    return S(x, shape=shape, of=x.ndim)


def spread(rng: Any, name: str) -> Sample:
    shape = shape_of(rng)
    axis = axes_of(rng, len(shape), 0)
    keepdims = bool(rng.random() < 0.5)
    left = [1 if k - len(shape) in axis else n for k, n in enumerate(shape)]
    kept = left if keepdims else [n for k, n in enumerate(shape) if k - len(shape) not in axis]
    return S(numbers(rng, kept), shape=shape, axis=axis, keepdims=keepdims)


def concatenate(rng: Any, name: str) -> Sample:
    shape = list(shape_of(rng, 1))
    axis = int(rng.integers(-len(shape), 0))
    parts = []
    for place in range(int(rng.integers(1, 4))):
        shape[axis] = int(rng.integers(1, 4))
        parts.append(numbers(rng, shape, place=place))
    return S(*parts, axis=axis)


def stack(rng: Any, name: str) -> Sample:
    shape = shape_of(rng)
    parts = [numbers(rng, shape, place=k) for k in range(int(rng.integers(1, 4)))]
    return S(*parts, axis=int(rng.integers(-len(shape) - 1, 0)))


def scan(rng: Any, name: str) -> Sample:
    shape = shape_of(rng, 1)
    axis = int(rng.integers(-len(shape), 0))
    return S(numbers(rng, shape), axis=axis, reverse=bool(rng.random() < 0.5))


def matmul(rng: Any, name: str) -> Sample:
    inner, outer = int(rng.integers(1, 4)), shape_of(rng, 0, 2)
    left = (inner,) if rng.random() < 0.25 else (*narrowed(rng, outer), int(rng.integers(1, 4)), inner)
    right = (inner,) if rng.random() < 0.25 else (*narrowed(rng, outer), inner, int(rng.integers(1, 4)))
    return S(numbers(rng, left), numbers(rng, right, place=1))


def einsum(rng: Any, name: str) -> Sample:
    """Every letter stands in two or all of the operands and the result, in any order."""
    sides = {letter: int(rng.integers(1, 4)) for letter in "ijkl"[: rng.integers(1, 5)]}
    words: tuple[list[str], ...] = ([], [], [])
    for letter in sides:
        for k in rng.permutation(3)[: rng.integers(2, 4)]:
            words[k].insert(int(rng.integers(0, len(words[k]) + 1)), letter)
    x, y, out = ("".join(word) for word in words)
    args = (numbers(rng, [sides[n] for n in word], place=k) for k, word in enumerate((x, y)))
    return S(*args, subscripts=f"{x},{y}->{out}")


def index_of(rng: Any, shape: tuple[int, ...]) -> tuple[tuple[Any, ...], list[Any]]:
    """An index of every axis, in the row's words, and the arrays in it."""
    index: list[Any] = []
    arrays: list[Any] = []
    common = shape_of(rng, 0, 2)
    for n in shape:
        way = int(rng.integers(0, 6))
        if way == 0:
            index.append(None)
        if way == 1:
            index.append(int(rng.integers(-n, n)))
        elif way == 2:
            ends = sorted(int(k) for k in rng.integers(0, n + 1, 2))
            index.append(slice(*ends) if ends[0] < ends[1] else slice(None, None, -1))
        elif way in (3, 4):
            index.append(HOLE)
            arrays.append(np.asarray(rng.integers(-n, n, narrowed(rng, common) if arrays else common)))
        else:
            index.append(slice(None))
    return tuple(index), arrays


def getitem(rng: Any, name: str) -> Sample:
    shape = shape_of(rng, 0, 3, 1)
    index, arrays = index_of(rng, shape)
    return S(numbers(rng, shape), *arrays, index=index)


def scatter(rng: Any, name: str) -> Sample:
    shape = shape_of(rng, 0, 3, 1)
    index, arrays = index_of(rng, shape)
    parts = iter(arrays)
    taken = np.zeros(shape)[tuple(next(parts) if i is HOLE else i for i in index)].shape
    return S(numbers(rng, taken), *arrays, shape=shape, index=index)


RECIPES = {
    "reshape": reshape,
    "expand": expand,
    "squeeze": squeeze,
    "transpose": transpose,
    "broadcast_to": broadcast_to,
    "spread": spread,
    "concatenate": concatenate,
    "stack": stack,
    "cumsum": scan,
    "before": scan,
    "matmul": matmul,
    "einsum": einsum,
    "getitem": getitem,
    "scatter": scatter,
}
