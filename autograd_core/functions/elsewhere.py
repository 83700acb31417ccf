"""What PyTorch's names are called here, where they are called otherwise."""

from types import MappingProxyType
from typing import Any

_CPU = "arrays live on the CPU, leave it out"
_IN_PLACE = "x += y, x *= y and x[...] = y write into x"

ATTRIBUTES = MappingProxyType(
    {
        **{name: f"ac.{name}(x)" for name in ("exp", "log", "relu", "sigmoid", "sin", "cos", "softmax")},
        **{name: f"ac.{name}(x)" for name in ("abs", "sqrt", "square", "tanh", "tril", "triu", "unique")},
        **dict.fromkeys(("cpu", "cuda"), _CPU),
        **dict.fromkeys(("add_", "copy_", "div_", "fill_", "mul_", "sub_"), _IN_PLACE),
        "clamp": "x.clip(min, max)",
        "clone": "x.copy()",
        "contiguous": "leave it out",
        "dim": "x.ndim",
        "double": "x.astype(np.float64)",
        "expand": "ac.broadcast_to(x, shape)",
        "float": "x.astype(np.float32)",
        "grad_fn": "ac.graph(x) draws how it was made",
        "long": "x.astype(np.int64)",
        "masked_fill": "ac.where(mask, value, x)",
        "mm": "x @ y",
        "norm": "ac.linalg.norm(x)",
        "numel": "x.size",
        "permute": "x.transpose(axes)",
        "pow": "x**y",
        "requires_grad_": "x.requires_grad = True, or Tensor(data, requires_grad=True)",
        "t": "x.T",
        "to": f"x.astype(dtype) for another dtype; {_CPU}",
        "unsqueeze": "ac.expand_dims(x, axis), or x[:, None]",
        "view": "x.reshape(shape)",
        "zero_": "x.zero_grad() for gradients, x.data[...] = 0 for values",
    }
)
"""From the name of an attribute to what is written instead."""

FUNCTIONS = MappingProxyType(
    {
        "as_tensor": "ac.Tensor(data)",
        "cat": "ac.concatenate(xs, axis)",
        "clamp": "ac.clip(x, min, max)",
        "from_numpy": "ac.Tensor(array)",
        "mm": "x @ y",
        "permute": "ac.transpose(x, axes)",
        "unsqueeze": "ac.expand_dims(x, axis)",
    }
)
"""From the name of a function to what is written instead."""


class Elsewhere:
    """An attribute that is not there: whoever asks for it is told its name here.

    It costs nothing where attributes are found, which a `__getattr__` of the class would.
    """

    def __init__(self, name: str, instead: str) -> None:
        self.name, self.instead = name, instead

    def __get__(self, instance: Any, owner: type) -> Any:
        raise AttributeError(f"{owner.__name__} has no attribute {self.name!r}; here it is: {self.instead}")
