"""The rows behind every normalisation: (x − μ) / σ along some axes, times a scale, plus a shift.

All share one kernel and one rule. With n = (x − μ) s, s = 1/σ and σ = √(v + ε), what arrives at n goes on to
x without its mean and without its part along n, times s: `projected`. The mean is left out where no mean was
taken off (rms_norm).
"""

from functools import lru_cache, wraps
from math import prod
from typing import Any, NamedTuple

import numpy as np

import autograd_core as ac
from nn.functional.rooms import lasting_room

Axes = tuple[int, ...]

# from this many numbers on, BLAS adds up a line faster than NumPy
LONG = 8

# up to this many numbers the products have a place in the cache, and two passes by fast code take less time
IN_CACHE = 2**16


def _wide(kernel: Any) -> Any:
    """The kernel with float16, which the first argument tells, computed in float32, where sums of squares do
    not overflow."""

    @wraps(kernel)
    def widened(x: Any, *args: Any, **words: Any) -> Any:
        if x.dtype.char != "e":
            return kernel(x, *args, **words)
        wide = (a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in (x, *args))
        out = kernel(*wide, **words)
        if isinstance(out, tuple):
            return out[0].astype(np.float16), {k: a.astype(np.float16) for k, a in out[1].items()}
        return out.astype(np.float16)

    return widened


class _Way(NamedTuple):
    """How a sum along axes of an array of some shape is computed."""

    tail: int
    """How many axes at the end are summed over, if that makes long lines."""
    ends: Axes
    others: Axes
    leading: bool
    """Whether the axes in front are summed over, and only those."""
    lines: tuple[int, int]
    """The shape of a matrix whose lines are added up."""
    kept: tuple[int, ...]
    """The shape of the result, in which the axes are kept."""
    size: int
    """How many numbers make one."""


@lru_cache(maxsize=1024)
def _way(shape: tuple[int, ...], axes: Axes) -> _Way:
    rank, size = len(shape), prod(shape)
    tail = 0
    while -1 - tail in axes:
        tail += 1
    if not (tail and size and prod(shape[-tail:]) >= LONG):
        tail = 0
    ends = tuple(range(-tail, 0))
    leading = not tail and bool(size) and axes == tuple(range(-rank, len(axes) - rank))
    lines = (-1, prod(shape[-tail:])) if tail else (prod(shape[: len(axes)]), -1)
    return _Way(
        tail,
        ends,
        tuple(a for a in axes if a not in ends),
        leading,
        lines,
        _kept(shape, axes),
        prod(shape[a] for a in axes),
    )


def total(x: Any, axes: Axes) -> Any:
    """Σ x along the axes, which are kept, in few passes over a plain array: at the ends by BLAS."""
    way = _way(x.shape, axes)
    if way.leading:
        lines = x.reshape(way.lines)
        return _ones(len(lines), x.dtype).dot(lines).reshape(way.kept)
    if way.tail:
        lines = x.reshape(way.lines)
        return _rest(lines @ _ones(lines.shape[1], x.dtype), x, way)
    return _added(x, axes)


def _ones(size: int, dtype: Any) -> Any:
    """What adds up the lines of a matrix by a product."""
    return _kept_ones(size, dtype) if size <= IN_CACHE else np.ones(size, dtype)


@lru_cache(maxsize=16)
def _kept_ones(size: int, dtype: Any) -> Any:
    ones = np.ones(size, dtype)
    ones.flags.writeable = False  # others will be given them too
    return ones


def dots(x: Any, y: Any, axes: Axes) -> Any:
    """Σ x y along the axes, which are kept, without a place for the products."""
    way = _way(x.shape, axes)
    if way.leading:
        if x.size <= IN_CACHE:
            return total(x * y, axes)
        return np.einsum("ij,ij->j", x.reshape(way.lines), y.reshape(way.lines)).reshape(way.kept)
    if way.tail:
        return _rest(np.vecdot(x.reshape(way.lines), y.reshape(way.lines)), x, way)
    return _added(x * y, axes)


def _rest(sums: Any, x: Any, way: _Way) -> Any:
    """The sums of lines, added up along the other axes."""
    sums = sums.reshape(_kept(x.shape, way.ends))
    return _added(sums, way.others) if way.others else sums


def _kept(shape: tuple[int, ...], axes: Axes) -> tuple[int, ...]:
    return tuple(1 if i - len(shape) in axes else n for i, n in enumerate(shape))


def _added(x: Any, axes: Axes) -> Any:
    add: Any = np.add.reduce
    return add(x, axis=axes, keepdims=True)


def count(x: Any, axes: Axes) -> int:
    """How many numbers are standardised together."""
    return _way(x.shape, axes).size


# ---- sums over what a scale and a shift were broadcast along -----------------------------------------------


@_wide
def _summed(g: Any, *, axes: Axes) -> Any:
    return total(g, axes)


@_wide
def _paired(g: Any, n: Any, *, axes: Axes) -> Any:
    return dots(g, n, axes) if g.shape == n.shape else _added(g * n, axes)


summed: Any = ac.fused(
    "summed",
    _summed,
    lambda g, z, x, *, axes: ac.broadcast_to(g, g.shape[: g.ndim - x.ndim] + x.shape),
    meaning=lambda g, *, axes: ac.sum(g, axis=axes, keepdims=True),
    stacks=True,
)
paired: Any = ac.fused(
    "paired",
    _paired,
    lambda g, z, x, y, *, axes: g * y,
    lambda g, z, x, y, *, axes: g * x,
    keeps="xy",
    meaning=lambda g, n, *, axes: ac.sum(g * n, axis=axes, keepdims=True),
    stacks=True,
)


def broadcast_along(w: Any, n: Any) -> Axes:
    """The axes of n along which w was repeated."""
    return _repeated(w.shape, n.shape)


@lru_cache(maxsize=1024)
def _repeated(small: tuple[int, ...], big: tuple[int, ...]) -> Axes:
    return tuple(a for a in range(-len(big), 0) if -a > len(small) or small[a] != big[a])


# ---- the rule of all ---------------------------------------------------------------------------------------


# in place of a sum that nobody has computed yet
UNKNOWN = 0.0


def _project(g: Any, n: Any, s: Any, p: Any, t: Any, *, axes: Axes, centred: bool) -> Any:
    if g.shape != n.shape:  # a stack of gradients
        return _projection(g, n, s, p, t, axes=axes, centred=centred)
    if g.dtype.char == "e":  # in which sums overflow
        p = t = UNKNOWN
    return _wide_project(g, n, s, p, t, axes=axes, centred=centred)


@_wide
def _wide_project(g: Any, n: Any, s: Any, p: Any, t: Any, *, axes: Axes, centred: bool) -> Any:
    size = count(n, axes)
    out = n * ((dots(g, n, axes) if p.__class__ is float else p) / size)
    if centred:
        out += (total(g, axes) if t.__class__ is float else t) / size
    np.subtract(g, out, out=out)
    out *= s
    return out


def _projection(g: Any, n: Any, s: Any, p: Any, t: Any, *, axes: Axes, centred: bool) -> Any:
    along = n * ac.mean(g * n, axis=axes, keepdims=True)
    return s * (g - ac.mean(g, axis=axes, keepdims=True) - along) if centred else s * (g - along)


# linear in g and its own transpose; s is constant along the axes. Σ g n and Σ g, where somebody has them
# already, are p and t, which spare the kernel two passes and mean nothing else; else both are UNKNOWN
projected: Any = ac.fused(
    "projected",
    _project,
    lambda g, z, h, n, s, p, t, *, axes, centred: projected(
        g, n, s, UNKNOWN, UNKNOWN, axes=axes, centred=centred
    ),
    lambda g, z, h, n, s, p, t, *, axes, centred: (
        -(s * (g * ac.mean(h * n, axis=axes, keepdims=True) + h * ac.mean(g * n, axis=axes, keepdims=True)))
    ),
    lambda g, z, h, n, s, p, t, *, axes, centred: (
        g * projected(h, n, 1.0, UNKNOWN, UNKNOWN, axes=axes, centred=centred)
    ),
    None,
    None,
    keeps="hns",
    meaning=_projection,
    stacks=True,
)


# ---- the rows ----------------------------------------------------------------------------------------------


@_wide
def _standardise(x: Any, w: Any, b: Any, *, axes: Axes, eps: float) -> tuple[Any, dict[str, Any]]:
    """Two passes for the variance, so that a large mean costs no digits."""
    size = count(x, axes)
    m = total(x, axes) / size
    n = np.subtract(x, m, out=lasting_room(x.shape, x.dtype))
    v = dots(n, n, axes) / size
    s = 1 / np.sqrt(v + eps)
    n *= s
    return _affine(n, w, b), {"n": n, "s": s, "m": m, "v": v}


def _affine(n: Any, w: Any, b: Any) -> Any:
    """n w + b; the Python numbers 1.0 and 0.0 stand for a scale and a shift that there are not."""
    if w.__class__ is float:
        return n + b
    y = n * w
    if b.__class__ is not float:
        y += b
    return y


def _standard(x: Any, w: Any, b: Any, *, axes: Axes, eps: float) -> tuple[Any, dict[str, Any]]:
    m = ac.mean(x, axis=axes, keepdims=True)
    d = x - m
    v = ac.mean(d * d, axis=axes, keepdims=True)
    s = 1 / ac.sqrt(v + eps)
    n = d * s
    return n * w + b, {"n": n, "s": s, "m": m, "v": v}


@_wide
def _divide(x: Any, w: Any, *, axes: Axes, eps: float) -> tuple[Any, dict[str, Any]]:
    s = 1 / np.sqrt(dots(x, x, axes) / count(x, axes) + eps)
    n = x * s
    return _affine(n, w, 0.0), {"n": n, "s": s}


def _divided(x: Any, w: Any, *, axes: Axes, eps: float) -> tuple[Any, dict[str, Any]]:
    s = 1 / ac.sqrt(ac.mean(x * x, axis=axes, keepdims=True) + eps)
    n = x * s
    return n * w, {"n": n, "s": s}


def _sums_shared(
    g: Any, z: Any, x: Any, w: Any, b: Any, *, n: Any, s: Any, m: Any, v: Any, axes: Axes, eps: float
) -> list[Any]:
    """The gradients of x, w and b: the last two are sums of which the first is made too."""
    of_w, of_b = (None if p.__class__ is float else broadcast_along(p, n) for p in (w, b))
    p = UNKNOWN if of_w is None else paired(g, n, axes=of_w)
    t = UNKNOWN if of_b is None else summed(g, axes=of_b)
    known = (p if of_w == axes else UNKNOWN, t if of_b == axes else UNKNOWN)
    return [projected(g, n, w * s, *known, axes=axes, centred=True), p, t]


LETTERS = {"n": "x̂", "s": "1/σ"}
# m and v, mean and variance, are read by nothing but running statistics.
# Here the scale w is the same all along the axes, as γ of a feature is over a batch ...
batch_norm: Any = ac.fused(
    "batch_norm",
    _standardise,
    joint=_sums_shared,
    residuals=("n", "s", "m", "v"),
    written=LETTERS,
    keeps="xwb",
    meaning=_standard,
    stacks=True,
)
# ... here each number along the axes has a w of its own
layer_norm: Any = ac.fused(
    "layer_norm",
    _standardise,
    lambda g, z, x, w, b, *, n, s, m, v, axes, eps: projected(
        _scaled(g, w), n, s, UNKNOWN, UNKNOWN, axes=axes, centred=True
    ),
    lambda g, z, x, w, b, *, n, s, m, v, axes, eps: paired(g, n, axes=broadcast_along(w, n)),
    lambda g, z, x, w, b, *, n, s, m, v, axes, eps: summed(g, axes=broadcast_along(b, n)),
    residuals=("n", "s", "m", "v"),
    written=LETTERS,
    keeps="xwb",
    meaning=_standard,
    stacks=True,
)
rms_norm: Any = ac.fused(
    "rms_norm",
    _divide,
    lambda g, z, x, w, *, n, s, axes, eps: projected(
        _scaled(g, w), n, s, UNKNOWN, UNKNOWN, axes=axes, centred=False
    ),
    lambda g, z, x, w, *, n, s, axes, eps: paired(g, n, axes=broadcast_along(w, n)),
    residuals=("n", "s"),
    written=LETTERS,
    keeps="xw",
    meaning=_divided,
    stacks=True,
)


def _scaled(g: Any, w: Any) -> Any:
    return g if w.__class__ is float else g * w
