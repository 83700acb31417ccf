"""What a module owns: Parameters, which are trained, and Buffers, which are only remembered."""

from typing import Any, Literal

import numpy as np

import autograd_core as ac
from autograd_core import Tensor

Role = Literal["weight", "bias", "scale"] | None
Layout = Literal["torch"] | None


class Parameter(Tensor):
    """A leaf Tensor that a Module finds, trains and saves.

    Args:
        data: an array or Tensor of floating numbers, whose dtype is kept, or a number or nested list, which
            gets the dtype of layers (float32, or that of `ac.default_dtype`). It is copied.
        requires_grad: False for a frozen parameter.
        name: how pictures call it; without one a module names it by its path at the first call, `fc1.weight`.
        dtype: the dtype, if it shall not be the one above.
        role: what a layer uses it for: a "weight" counts in a norm penalty (`optim.L2`), a "bias" and a
            "scale" (of a normalisation) do not; None: a weight, if it has two axes or more.
        layout: "torch" for a matrix (out, in), whose fans `nn.init` then reads so; None: (in, out).

    Raises:
        TypeError: for an array of integers or Booleans.
        ValueError: for an unknown role or layout.

    >>> Parameter([1, 2])
    Tensor([1., 2.], dtype=float32, requires_grad=True)
    """

    __slots__ = ("layout", "role")

    layout: Layout
    role: Role

    def __init__(
        self,
        data: Any,
        requires_grad: bool = True,
        *,
        name: str | None = None,
        dtype: Any = None,
        role: Role = None,
        layout: Layout = None,
    ) -> None:
        if role not in (None, "weight", "bias", "scale"):
            raise ValueError(f"Parameter: role is 'weight', 'bias', 'scale' or None, got {role!r}")
        if layout not in (None, "torch"):
            raise ValueError(f"Parameter: layout is 'torch' or None, got {layout!r}")
        if dtype is None and not isinstance(data, np.ndarray | np.generic | Tensor):
            dtype = ac.layer_dtype()
        super().__init__(data, requires_grad, name=name, dtype=dtype)
        self.role, self.layout = role, layout

    @property
    def is_weight(self) -> bool:
        """Whether a norm penalty counts it."""
        return self.ndim >= 2 if self.role is None else self.role == "weight"

    def __reduce__(self) -> Any:
        return _again, (type(self), self.numpy(), self.requires_grad, self.name, self.role, self.layout)


class Buffer(Tensor):
    """An array that a Module saves and casts but never trains, such as running statistics.

    It is a Tensor that requires no gradient: formulas read it, `buffer.data = value` writes it, `np.asarray`
    shows it. A floating or integer array keeps its dtype; numbers and lists of floats get the dtype of
    layers.

    >>> Buffer([0.0, 1.0])
    Tensor([0., 1.], dtype=float32)
    """

    __slots__ = ()

    def __init__(self, data: Any, *, name: str | None = None, dtype: Any = None) -> None:
        if dtype is None and not isinstance(data, np.ndarray | np.generic | Tensor):
            kind = np.asarray(data).dtype.kind
            dtype = ac.layer_dtype() if kind == "f" else None
        super().__init__(data, False, name=name, dtype=dtype)


def _again(
    cls: type[Parameter], array: Any, requires_grad: bool, name: str | None, role: Role, layout: Layout
) -> Parameter:
    """A copy of a parameter; a subclass may have an __init__ of its own."""
    new = cls.__new__(cls)
    Parameter.__init__(new, array, requires_grad, name=name, role=role, layout=layout)
    return new
