"""One vector in which the numbers of many leaves lie one behind the other: one pass reaches them all."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import prod
from sys import getrefcount
from typing import Any
from weakref import ref

import numpy as np
from numpy import ndarray

from autograd_core.node import ALONE, CHANGES, EXPOSED, small

Array = ndarray[Any, Any]


class Vector(ndarray[Any, Any]):
    """The memory of several arrays; only they and `whole` are ever computed with.

    It is a class of its own for its name among the `base` of an array: NumPy lets the array that a leaf holds
    stand as the owner of every view of it, since it is of another class than what it is a view of. So the
    reference count of that array tells as ever whether anybody but the leaf can see these numbers.

    >>> from autograd_core import Tensor
    >>> v, w = Tensor([1.0, 2.0], requires_grad=True), Tensor([[3.0]], requires_grad=True)
    >>> vector = Vector.of([v, w])
    >>> vector.whole()[:] = [4.0, 5.0, 6.0]
    >>> v, w
    (Tensor([4., 5.], requires_grad=True), Tensor([[6.]], requires_grad=True))
    """

    _arrays: list[Any]

    @staticmethod
    def takes(leaf: Any) -> bool:
        """Whether a leaf's numbers may move: they have the usual order in memory, and nobody outside has been
        given the array and still holds it."""
        held = leaf._leaf
        if not (leaf.is_leaf and leaf.size and leaf._array.flags.c_contiguous):
            return False
        return not (
            held is not None
            and held.args is EXPOSED
            and getrefcount(leaf._array) > ALONE + (held.value is leaf._array)
        )

    @classmethod
    def of(cls, leaves: Sequence[Any]) -> "Vector":
        """Move leaves of one dtype, all of which it `takes`, into a new vector.

        A graph or another Tensor that holds the old numbers keeps them where they were.
        """
        vector = cls((sum(leaf.size for leaf in leaves),), leaves[0].dtype)
        vector._arrays = []
        for leaf, array in zip(leaves, vector.parts(leaf.shape for leaf in leaves), strict=True):
            np.copyto(array, leaf._array)
            leaf._array = array
            CHANGES.one()
            if leaf._leaf is not None:
                leaf._leaf.args, leaf._leaf.value = None, small(array)
            vector._arrays.append(ref(array))
        return vector

    def carries(self, leaves: Iterable[Any]) -> bool:
        """Whether all leaves that were moved here, in their order, are still here and may be written to: no
        graph and no other Tensor holds their numbers. A handle that a user was given sees what is written."""
        for leaf, array in zip(leaves, self._arrays, strict=True):
            # the fields themselves, for every step asks of every parameter; what holds a number is elsewhere
            if array() is not leaf._held:
                return False
            node = leaf._leaf
            if node is not None and node.kept is EXPOSED:
                if not leaf._held.flags.writeable:
                    return False
            elif getrefcount(leaf._held) > ALONE + (node is not None and node.result is leaf._held):
                return False
        return True

    def parts(self, shapes: Iterable[tuple[int, ...]]) -> Iterator[Array]:
        """Arrays of these shapes, one behind the other."""
        shapes = list(shapes)
        ends = accumulate(map(prod, shapes))
        for shape, end in zip(shapes, ends, strict=True):
            yield ndarray(shape, self.dtype, self, (end - prod(shape)) * self.itemsize)

    def whole(self) -> Array:
        """All numbers as one plain array."""
        return ndarray(self.shape, self.dtype, self)

    def gather(self, leaves: Iterable[Any]) -> None:
        """Copy the gradients of leaves here, one behind the other; every leaf has been asked for its own."""
        np.concatenate([leaf._grad._held for leaf in leaves], axis=None, out=self)
