"""Writing to a Tensor: x[i] = v and W -= v, in place where no recorded graph could notice, else an error."""

from typing import Any

from autograd_core.errors import GradientError
from autograd_core.op import Row
from autograd_core.ops import arithmetic
from autograd_core.ops.products import matmul
from autograd_core.state import current
from autograd_core.storage import Stored, plain


def _writes(row: Row, form: str) -> Any:
    return lambda self, other: self._in_place(row, other, form)


class Writable(Stored):
    """The part of a Tensor that has to do with writing to it. Only Tensor is ever made."""

    __slots__ = ()

    _in_place: Any  # of the class below, which knows what is a Tensor and no more

    def __setitem__(self, index: Any, value: Any) -> None:
        self._check_write("x[i] = ...")
        if not self.is_leaf:
            raise GradientError(f"{self._called()} is the result of {self._op()} and cannot be written to")
        if isinstance(value, Stored) and value._node is not None and current().recording:
            raise GradientError(
                f"x[i] = v would lose the gradient of {value._called()}: put the parts together with "
                "ac.stack, ac.concatenate or ac.where, or write v.detach()"
            )
        self._write_at(plain(index), plain(value))

    def _check_write(self, form: str) -> None:
        if self.node is not None and self.node.op is None and current().recording:
            raise GradientError(
                f"{form} would change {self._called()}, a leaf that requires a gradient, while operations "
                "are recorded. To update it write: with ac.no_grad(): W -= lr * W.grad"
            )

    __iadd__ = _writes(arithmetic.add, "W += ...")
    __isub__ = _writes(arithmetic.subtract, "W -= ...")
    __imul__ = _writes(arithmetic.multiply, "W *= ...")
    __itruediv__ = _writes(arithmetic.divide, "W /= ...")
    __ipow__ = _writes(arithmetic.power, "W **= ...")
    __imatmul__ = _writes(matmul, "W @= ...")
