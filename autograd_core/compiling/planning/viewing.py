"""Which operations only look at an array in another way, and how the numbers they see lie in memory."""

from typing import Any

import numpy as np

from autograd_core.compiling.program import effect_row
from autograd_core.ops import broadcasting, indexing, shapes
from autograd_core.symbols import Symbol

_LOOKS = (shapes.reshape, shapes.transpose, broadcasting.broadcast_to)


def is_view(x: Any) -> bool:
    """Whether x is an operation that moves nothing."""
    if not isinstance(x, Symbol) or len(x.operands) != 1:
        return False
    (seen,) = x.operands
    return (x.op in _LOOKS or x.op is indexing.getitem) and not (isinstance(seen, Symbol) and seen.weak)


def seen_in(x: Any) -> Any:
    """The array behind views of views, or x itself."""
    while is_view(x):
        x = x.operands[0]
    return x


def is_effect(x: Any) -> bool:
    return isinstance(x, Symbol) and x.op is effect_row


class Layouts:
    """How arrays lie in memory, shown by arrays of the same layout; None where only a call can tell."""

    def __init__(self, state: dict[Symbol, Any]) -> None:
        self._models: dict[Symbol, Any] = dict(state)
        self._memory = np.empty(0, np.uint8)

    def contiguous(self, x: Symbol) -> None:
        """From now on x is known to lie in a buffer, in C order."""
        self._models[x] = self._new(x.shape, x.dtype)

    def _new(self, shape: tuple[int, ...], dtype: Any) -> Any:
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        if self._memory.size < size:
            self._memory = np.empty(size, np.uint8)  # which nobody touches
        return self._memory[:size].view(dtype).reshape(shape)

    def of(self, x: Any) -> Any:
        """An array that lies in memory as x does, with any numbers, or None."""
        if not isinstance(x, Symbol):
            return x if isinstance(x, np.ndarray) else None
        if x in self._models or not is_view(x):
            return self._models.get(x)
        base = self.of(x.operands[0])
        found = None
        if base is not None:
            assert x.op is not None  # of a view
            found = x.op.forward(base, **x.params)
            if x.size and not np.may_share_memory(found, base):
                found = None  # a copy
        self._models[x] = found
        return found

    def is_contiguous(self, x: Any) -> bool:
        """Whether x is known to lie in C order."""
        model = self.of(x)
        return model is not None and bool(model.flags.c_contiguous)
