"""Rows of pooling: the largest number of every window, and the sum of every window.

The largest number is picked by its place in the window. Given the places that is a linear map, whose
transpose brings each gradient back to its place, so that every order of derivatives is there.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

import autograd_core as ac
from nn.functional.windows import Shape, Windows, windows

# the axes in front of those that the window moves over are free, so stacks need no care

Function = Callable[..., Any]


def _moved(x: Any, size: Shape, kernel: Shape, how: dict[str, Shape]) -> Windows:
    return windows(x.shape[x.ndim - len(size) :], kernel, size, how["stride"], how["dilation"], how["front"])


def _largest(x: Any, *, size: Shape, kernel: Shape, **how: Shape) -> tuple[Any, dict[str, Any]]:
    """The largest number of every window, and its place; the first of several, and a NaN before all."""
    move = _moved(x, size, kernel, how)
    a = move.padded(x, _lowest(x.dtype))
    z: Any = None
    places = np.zeros(x.shape[: x.ndim - len(size)] + size, _counter(kernel))
    for k, place in enumerate(move.offsets):
        v = a[move.at(place)]
        if z is None:
            z = v.copy()
            continue
        # a later place is a larger number, so a maximum remembers the last one that was better
        np.maximum(places, np.multiply(v > z, k, dtype=places.dtype), out=places)
        np.maximum(z, v, out=z)
    if not np.isfinite(z).all():
        _repair(places, z, a, move, x)
    return z, {"places": places}


def _repair(places: Any, z: Any, a: Any, move: Windows, x: Any) -> None:
    """The places of what compares with nothing: the last NaN, as in torch, and of −∞ the first one in x."""
    inside = move.padded(np.ones(move.size, bool))
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


def _picked(x: Any, places: Any, *, kernel: Shape, **how: Shape) -> Any:
    """The number at its place of every window."""
    size = places.shape[places.ndim - len(kernel) :]
    move = _moved(x, size, kernel, how)
    a = move.padded(x)
    lead = np.broadcast_shapes(x.shape[: x.ndim - len(size)], places.shape[: places.ndim - len(size)])
    z = np.zeros(lead + size, x.dtype)
    for k, place in enumerate(move.offsets):
        np.copyto(z, a[move.at(place)], where=places == k)
    return z


def _brought_back(g: Any, places: Any, *, size: Shape, kernel: Shape, **how: Shape) -> Any:
    """Each number added to its place of its window, among zeros."""
    n = len(size)
    move = windows(size, kernel, g.shape[g.ndim - n :], how["stride"], how["dilation"], how["front"])
    lead = np.broadcast_shapes(g.shape[: g.ndim - n], places.shape[: places.ndim - n])
    a: Any = np.zeros(lead + move.extent, g.dtype)
    finite = np.isfinite(g).all()  # a product is four times as fast as a choice, but ∞ · 0 is NaN
    for k, place in enumerate(move.offsets):
        here = places == k
        a[move.at(place)] += g * here if finite else np.where(here, g, g.dtype.type(0))
    return move.unpadded(a)


def _sums(x: Any, *, size: Shape, kernel: Shape, **how: Shape) -> Any:
    move = _moved(x, size, kernel, how)
    a = move.padded(x)
    z: Any = np.zeros(x.shape[: x.ndim - len(size)] + size, x.dtype)
    for place in move.offsets:
        z += a[move.at(place)]
    return z


def _spread(g: Any, *, size: Shape, kernel: Shape, **how: Shape) -> Any:
    n = len(size)
    move = windows(size, kernel, g.shape[g.ndim - n :], how["stride"], how["dilation"], how["front"])
    a: Any = np.zeros(g.shape[: g.ndim - n] + move.extent, g.dtype)
    for place in move.offsets:
        a[move.at(place)] += g
    return move.unpadded(a)


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
