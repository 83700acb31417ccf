"""What all losses share."""

from typing import Any

from nn.module import Module


class Loss(Module):
    """A module of a prediction and a target: `loss(prediction, target)` is a single number, a Tensor.

    The prediction is a Tensor, an array or a list. The target is an array, a Tensor, a list or what NumPy can
    read (a pandas Series); plain numbers get the dtype of the prediction.
    """

    def _received(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """As they are: a plain target takes the dtype of the prediction, which `forward` knows."""
        return args, kwargs
