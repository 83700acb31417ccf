"""Memory that is used again. New memory costs more than what is done with it: the system clears it page by
page at the first touch, and takes it back when much has been freed.
"""

from collections import deque
from math import prod
from sys import getrefcount
from threading import local
from typing import Any

import numpy as np

Shape = tuple[int, ...]

KEPT = 2**22
"""Room of at most so many bytes is kept."""

LASTING = 2**24
"""So many bytes are kept for results, at most."""

PLACES = 128
"""And in so many arrays."""

WORTH = 2**14
"""Results of fewer bytes are made anew."""


class _Rooms(local):
    """The rooms of one thread."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}
        self.lasting: deque[Any] = deque()


_rooms = _Rooms()


def room(name: str, shape: Shape, dtype: Any) -> Any:
    """An array of any numbers, which the next call with this name in this thread gives away again: for what
    no result holds on to."""
    size = prod(shape) * dtype.itemsize
    if size > KEPT or dtype.hasobject:
        return np.empty(shape, dtype)
    found = _rooms.named.get(name)
    if found is None or len(found) < size:
        found = _rooms.named[name] = np.empty(size, np.uint8)
    return np.ndarray(shape, dtype, found)


def _alone() -> int:
    place = np.empty(0, np.uint8)
    return getrefcount(place)


_NOBODY_ELSE = _alone()
"""What getrefcount says of an array that one variable holds."""


def lasting_room(shape: Shape, dtype: Any) -> Any:
    """An array of any numbers, for what a graph keeps until its sweep: in memory that an earlier one had, if
    nobody holds that any more, neither the array nor a view of it."""
    size = prod(shape) * dtype.itemsize
    if not WORTH <= size <= LASTING or dtype.hasobject:
        return np.empty(shape, dtype)
    places = _rooms.lasting
    # steps are alike: what was given away first is asked for first
    for _ in range(len(places)):
        if not places:
            break  # whatever came in between (a signal handler) has used this too
        place = places.popleft()  # not to be found while it is looked at
        found = None
        if len(place) == size and getrefcount(place) == _NOBODY_ELSE:
            found = np.ndarray(shape, dtype, place)
        places.append(place)
        if found is not None:
            return found
    place = np.empty(size, np.uint8)
    found = np.ndarray(shape, dtype, place)
    if _make_room(places, size):
        places.append(place)
    return found


def _make_room(places: deque[Any], size: int) -> bool:
    """Whether so much more may be kept; what is free was of no use for this, and goes before anything is too
    much."""
    used = size + sum([len(place) for place in places])
    for _ in range(len(places)):
        if not places or (used <= LASTING and len(places) < PLACES):
            break
        place = places.popleft()
        if getrefcount(place) == _NOBODY_ELSE:
            used -= len(place)
        else:
            places.append(place)
    return used <= LASTING and len(places) < PLACES
