"""What all losses share."""

from inspect import signature
from typing import Any

import numpy as np

from autograd_core import Tensor
from nn.functional.targets import as_prediction, check_reduction
from nn.module import Module
from nn.parameter import Buffer


class Loss(Module):
    """A module of a prediction and a target: `loss(prediction, target)` is a Tensor, by default one number.

    The prediction is a Tensor, an array or a list. The target is an array, a Tensor, a list or what NumPy can
    read (a pandas Series); plain numbers get the dtype of the prediction. Shapes are never broadcast.

    Args:
        reduction: "mean", "sum" or "none": what is made of the losses of single elements or data.

    Raises:
        ValueError: for another reduction.
    """

    further_reductions: tuple[str, ...] = ()

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction(type(self).__name__, reduction, self.further_reductions)
        self.reduction = reduction

    def _received(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """As they are: a plain target takes the dtype of the prediction, which `forward` knows."""
        return args, kwargs

    def extra_repr(self) -> str:
        """The settings that are not the default ones; of a weight its shape."""
        shown = []
        for name, parameter in signature(type(self)).parameters.items():
            value = getattr(self, name, parameter.default)
            if isinstance(value, Buffer):
                shown.append(f"{name}: {value.shape}")
            elif value != parameter.default:
                shown.append(f"{name}={getattr(value, '__name__', None) or repr(value)}")
        return ", ".join(shown)


def recorded(prediction: Any) -> Any:
    """A prediction as a Tensor; a plain one is named y."""
    y = as_prediction(prediction)
    return y if isinstance(y, Tensor) and not y.plain else Tensor(y, name="y")


def kept_weight(what: str, weight: Any) -> Buffer | None:
    """A weight as a Buffer, as which it is saved and cast; lists and whole numbers in double precision.

    Raises:
        TypeError: if it holds no numbers.
    """
    if weight is None:
        return None
    array = weight.numpy() if isinstance(weight, Tensor) else np.asarray(weight)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{what} holds numbers, got {weight!r:.60}")
    return Buffer(array if array.dtype.kind == "f" else array.astype(float))
