"""Rows of pooling: the largest number of every window, and the sum of every window.

The largest number is picked by its place in the window. Given the places that is a linear map, whose
transpose brings each gradient back to its place, so that every order of derivatives is there.
"""

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.functional.rooms import Shape, room
from nn.functional.windows import Windows, pitch_of, windows

# the axes in front of those that the window moves over are free, so stacks need no care

Function = Callable[..., Any]

PART = 2**17
"""So many windows are worked on at a time."""


def _moved(x: Any, size: Shape, kernel: Shape, how: dict[str, Shape]) -> Windows:
    return windows(x.shape[x.ndim - len(size) :], kernel, size, how["stride"], how["dilation"], how["front"])


def _parts(count: int, size: Shape) -> Iterator[slice]:
    """Parts of the free axes, so large that what is made on the way stays in the cache."""
    n = max(1, PART // prod(size))
    return (slice(i, i + n) for i in range(0, count, n))


def _largest(x: Any, *, size: Shape, kernel: Shape, **how: Shape) -> tuple[Any, dict[str, Any]]:
    """The largest number of every window, and its place; the first of several, and a NaN before all."""
    move = _moved(x, size, kernel, how)
    lead = x.shape[: x.ndim - len(size)]
    x = x.reshape(prod(lead), *x.shape[len(lead) :])
    z, places = np.empty((len(x), *size), x.dtype), np.zeros((len(x), *size), _counter(kernel))
    for part in _parts(len(x), size):
        _fill(z[part], places[part], x[part], move)
    return z.reshape(lead + size), {"places": places.reshape(lead + size)}


def _fill(z: Any, places: Any, x: Any, move: Windows) -> None:
    a = move.padded(x, _lowest(x.dtype))
    # what a place meets is copied together first: all that follows then runs through memory in one line
    v, better = room("values", z.shape, z.dtype), room("better", z.shape, np.dtype(bool))
    later = room("places", z.shape, places.dtype)
    for k, place in enumerate(move.offsets):
        if not k:
            np.copyto(z, a[move.at(place)])
            continue
        np.copyto(v, a[move.at(place)])
        np.greater(v, z, out=better)
        # a later place is a larger number, so a maximum remembers the last one that was better
        np.multiply(better, k, out=later, dtype=places.dtype)
        np.maximum(places, later, out=places)
        np.maximum(z, v, out=z)
    if not np.isfinite(z).all():
        _repair(places, z, a, move, x)


def _repair(places: Any, z: Any, a: Any, move: Windows, x: Any) -> None:
    """The places of what compares with nothing: the last NaN, as in torch, and of −∞ the first one in x."""
    inside = move.padded(np.ones(move.size, bool), name="inside")
    offsets = list(enumerate(move.offsets))
    for k, place in reversed(offsets):
        np.copyto(
            places, k, where=(z == _lowest(x.dtype)) & (a[move.at(place)] == z) & inside[move.at(place)]
        )
    for k, place in offsets:
        np.copyto(places, k, where=(z != z) & np.isnan(a[move.at(place)]))


def _lowest(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _counter(kernel: Shape) -> Any:
    return np.min_scalar_type(prod(kernel))


def _places_in(whole: Shape, places: Any, move: Windows) -> Any:
    """Where the places of the windows are in an array (free, *whole), all axes laid out in one row."""
    n = len(whole)
    pitch = pitch_of(whole)
    steps = list(zip(pitch, move.stride, move.dilation, strict=True))
    offsets = np.array([sum(k * d * p for k, (p, _, d) in zip(o, steps, strict=True)) for o in move.offsets])
    index = room("index", places.shape, offsets.dtype)
    offsets.take(places, out=index, mode="clip")  # all are places of the window; other modes copy
    for axis, (p, s, _) in enumerate(steps):
        index += (np.arange(move.positions[axis]) * (s * p)).reshape(-1, *[1] * (n - 1 - axis))
    index += (np.arange(len(places)) * prod(whole)).reshape(-1, *[1] * n)
    return index


def _picked(x: Any, places: Any, *, kernel: Shape, **how: Shape) -> Any:
    """The number at its place of every window."""
    n = len(kernel)
    size = places.shape[places.ndim - n :]
    move = _moved(x, size, kernel, how)
    x, places, lead = _together(x, places, n)
    z = np.empty((len(x), *size), x.dtype)
    for part in _parts(len(x), size):
        a = x[part] if move.stays_inside else move.padded(x[part])
        index = _places_in(a.shape[1:], places[part], move)
        a.reshape(-1).take(index, out=z[part], mode="clip")
    return z.reshape(lead + size)


def _brought_back(g: Any, places: Any, *, size: Shape, kernel: Shape, **how: Shape) -> Any:
    """Each number added to its place of its window, among zeros."""
    n = len(size)
    move = windows(size, kernel, g.shape[g.ndim - n :], how["stride"], how["dilation"], how["front"])
    g, places, lead = _together(g, places, n)
    a: Any = np.zeros((len(g), *(size if move.stays_inside else move.extent)), g.dtype)
    for part in _parts(len(g), move.positions):
        index, here = _places_in(a.shape[1:], places[part], move), a[part].reshape(-1)
        if move.disjoint:
            here[index] = g[part]
        else:
            np.add.at(here, index.reshape(-1), g[part].reshape(-1))  # fast for one axis
    a = a if move.stays_inside else move.unpadded(a)
    return a.reshape(lead + size)


def _together(a: Any, b: Any, n: int) -> tuple[Any, Any, Shape]:
    """Both with the same free axes laid out as one, and these axes; the n last ones stay."""
    leads = [t.shape[: t.ndim - n] for t in (a, b)]
    lead = np.broadcast_shapes(*leads)
    tails = [t.shape[t.ndim - n :] for t in (a, b)]
    a, b = (
        np.broadcast_to(t, lead + tail).reshape(prod(lead), *tail)
        for t, tail in zip((a, b), tails, strict=True)
    )
    return a, b, lead


def _sums(x: Any, *, size: Shape, kernel: Shape, **how: Shape) -> Any:
    move = _moved(x, size, kernel, how)
    a = move.padded(x)
    z: Any = None
    for place in move.offsets:
        if z is None:
            z = np.array(a[move.at(place)], order="C")
        else:
            z += a[move.at(place)]
    return z


def _spread(g: Any, *, size: Shape, kernel: Shape, **how: Shape) -> Any:
    n = len(size)
    move = windows(size, kernel, g.shape[g.ndim - n :], how["stride"], how["dilation"], how["front"])
    whole = size if move.stays_inside else move.extent
    a: Any = np.zeros(g.shape[: g.ndim - n] + whole, g.dtype)
    for place in move.offsets:
        met = a[move.at(place)]
        if move.disjoint:
            met[...] = g
        else:
            np.add(met, g, out=met)
    return a if move.stays_inside else move.unpadded(a)


pool_places: Function = ac.general("pool_places", lambda x, **how: _largest(x, **how)[1]["places"], None)
pool_pick: Function = ac.multilinear(
    "pool_pick",
    _picked,
    lambda g, z, x, y, *, kernel, **how: pool_put(g, y, size=x.shape[-len(kernel) :], kernel=kernel, **how),
    None,
    keeps="y",
    stacks=True,
)
pool_put: Function = ac.multilinear(
    "pool_put",
    _brought_back,
    lambda g, z, x, y, *, size, **how: pool_pick(g, y, **how),
    None,
    keeps="y",
    stacks=True,
)


def _meaning(x: Any, *, size: Shape, **how: Shape) -> tuple[Any, dict[str, Any]]:
    places = pool_places(x, size=size, **how)
    return pool_pick(x, places, **how), {"places": places}


max_pool = ac.fused(
    "max_pool",
    _largest,
    lambda g, z, x, *, places, size, **how: pool_put(g, places, size=x.shape[-len(size) :], **how),
    residuals=("places",),
    keeps="x",
    meaning=_meaning,
    stacks=True,
)
window_sum: Function = ac.linear(
    "window_sum",
    _sums,
    lambda g, z, x, *, size, **how: window_spread(g, size=x.shape[-len(size) :], **how),
    stacks=True,
)
window_spread: Function = ac.linear(
    "window_spread",
    _spread,
    lambda g, z, x, *, size, **how: window_sum(g, size=x.shape[-len(size) :], **how),
    stacks=True,
)
