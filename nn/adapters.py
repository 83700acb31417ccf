"""from_layer: a layer written by hand, with its own backward, as a Module."""

import copy
import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import GradientError, Tensor
from nn.checks import floating
from nn.module import Module
from nn.parameter import Buffer, Parameter

Array = np.ndarray[Any, Any]

STATE = ("running", "moving", "mean", "var", "avg")
"""How arrays are called that forward keeps up to date by itself: they are no parameters."""

KEPT = ("running", "moving", "avg")
"""Those of them that the next call needs, so a state holds them."""

MODES = ("train_flg", "train_flag", "training", "train")
"""How layers call the argument or attribute that says whether they train."""


class LayerModule(Module):
    """A hand-written layer as a Module; made by `from_layer`. `layer` is the object itself."""

    def __init__(self, layer: Any, params: Sequence[str]) -> None:
        self.layer = layer
        self._names = tuple(params)
        for name in self._names:
            setattr(self, name, Parameter(getattr(layer, name), role=_role(name)))
        self._kept: list[str] = []
        for name, value in getattr(layer, "__dict__", {}).items():
            if name in self._names or not any(word in name.lower() for word in KEPT):
                continue
            if value is None and self._names and name.lower().endswith(("mean", "var", "std")):
                # it comes at the first call; until then NaN says so
                like = getattr(self, self._names[0])
                value = np.full(like.shape, np.nan, like.dtype)
            if _is_floating(value):
                self._kept.append(name)
                setattr(self, name, Buffer(value))
        self._given: dict[str, Array | None] = {}
        self._calls = 0
        self._share(*self._names, *self._kept)

    def _share(self, *names: str) -> None:
        """Make attributes of the layer the arrays of the parameters and buffers of these names, after taking
        over what it was given.

        Raises:
            ValueError: if an array has changed its shape.
        """
        for name in names:
            tensor, held = getattr(self, name), getattr(self.layer, name)
            if name in self._given and held is not self._given[name] and held is not tensor.data:
                if name in self._kept and np.shape(held) != tensor.shape:
                    raise ValueError(
                        f"{self.title()}.{name} has the shape {np.shape(held)}, before it was {tensor.shape} "
                        "(where it was None, that of the first parameter): give it an array of its shape, "
                        "before from_layer"
                    )
                tensor.data = held
            missing = name in self._kept and np.isnan(tensor.data).all()
            self._given[name] = None if missing else tensor.data
            setattr(self.layer, name, self._given[name])

    def forward(self, *inputs: Any) -> Any:
        self._share(*self._names, *self._kept)
        parameters = [getattr(self, name) for name in self._names]
        dtype = parameters[0].dtype if parameters else ac.layer_dtype()
        xs = [np.asarray(x) if _whole(x) else floating(x, dtype) for x in inputs]
        self._calls += 1
        run = _Run(self, len(xs))
        row = _row(type(self.layer).__name__, len(xs) + len(parameters))
        return row(*xs, *parameters, run=run)

    def extra_repr(self) -> str:
        return ", ".join(f"{name} {getattr(self, name).shape}" for name in self._names)

    def title(self) -> str:
        return type(self.layer).__name__

    def __deepcopy__(self, memo: Any) -> "LayerModule":
        return LayerModule(copy.deepcopy(self.layer, memo), self._names).train(self.training)


def from_layer(layer: Any, params: Sequence[str] | None = None) -> LayerModule:
    """A layer with `forward(x)` and `backward(dout)`, as the lecture's section 5.1 writes them, as a Module.

    `forward` computes on plain arrays and remembers what `backward` needs; `backward(dout)` returns the
    gradient of the input and leaves that of an attribute `W` in `dW`. The gradient of the model then runs
    through this `backward`. A loss is one too: `forward(x, t)`, and a `backward()` without argument that
    gives the gradient of the mean.

    The parameters are the layer's own arrays: an optimizer's step changes `layer.W`, and what is written to
    `layer.W` is taken over at the next call. Floating arrays whose names say that they are running statistics
    (running_mean, moving_var, avg_var) are Buffers, so that a state holds them; one that is None until the
    first call has the shape of the first parameter, and is NaN in a state till then. An attribute or argument
    of forward that is called `training` or `train_flg` follows the Module's mode. Inputs and parameters reach
    `forward` in their dtypes.

    Args:
        layer: the object.
        params: the names of its parameters; None: its floating arrays A with an attribute dA, or, if it has
            none such yet, all its floating arrays but those whose names say that they are statistics
            (running_mean).

    Raises:
        TypeError: if it is a class, has no forward or backward, keeps its parameters in a list, or a
            parameter is no floating array.
        ValueError: in a call: if running statistics have another shape than before.
        GradientError: in a sweep: for a second derivative, which a hand-written backward does not have; if
            the layer was called again since, for it remembers one call only; if backward left no dW, or a
            gradient of another shape.

    >>> class Double:
    ...     def __init__(self):
    ...         self.W = np.array([2.0])
    ...     def forward(self, x):
    ...         self.x = x
    ...         return x * self.W
    ...     def backward(self, dout):
    ...         self.dW = np.sum(dout * self.x, keepdims=True)
    ...         return dout * self.W
    >>> module = from_layer(Double())
    >>> x = Tensor([3.0, 4.0], requires_grad=True)
    >>> module(x).sum().backward()
    >>> x.grad, module.W.grad
    (Tensor([2., 2.]), Tensor([7.]))
    """
    if isinstance(layer, type):
        raise TypeError(f"from_layer: an object is needed, got the class: write {layer.__name__}(...)")
    name = type(layer).__name__
    for method in ("forward", "backward"):
        if not callable(getattr(layer, method, None)):
            raise TypeError(f"from_layer: a layer has forward(x) and backward(dout); {name} has no {method}")
    if isinstance(layer, Module):
        raise TypeError(f"from_layer: {name} is a Module already")
    if params is None:
        listed = getattr(layer, "params", None)
        if not hasattr(layer, "__dict__") or (
            isinstance(listed, list | tuple) and any(map(_is_floating, listed))
        ):
            raise TypeError(
                f"from_layer: the parameters of {name} are not found, for they are attributes W with their "
                "gradients in dW: make attributes of what is in a list; name those in __slots__: params=['W']"
            )
        arrays = [key for key, value in vars(layer).items() if _is_floating(value)]
        arrays = [key for key in arrays if key.removeprefix("d") not in arrays or not key.startswith("d")]
        params = [key for key in arrays if hasattr(layer, f"d{key}")] or [
            key for key in arrays if not any(word in key.lower() for word in STATE)
        ]
        whole = [k for k, v in vars(layer).items() if isinstance(v, np.ndarray) and v.dtype.kind in "iu"]
        params += [key for key in whole if hasattr(layer, f"d{key}")]  # refused below: they cannot be trained
    for key in params:
        if not _is_floating(getattr(layer, key, None)):
            value = getattr(layer, key, None)
            found = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
            raise TypeError(f"from_layer: the parameter {name}.{key} is a floating array, got {found}")
    return LayerModule(layer, params)


class _Run:
    """One call of a layer, and the gradients that its backward gives for it."""

    def __init__(self, module: LayerModule, inputs: int) -> None:
        self.module, self.layer, self.inputs = module, module.layer, inputs
        self.names, self.number = module._names, module._calls
        self._asked: Any = None
        self._found: list[Any] = []

    def forward(self, *args: Array) -> Array:
        """The layer's own forward on its inputs; its parameters it has already."""
        layer, training = self.layer, self.module.training
        known = list(inspect.signature(layer.forward).parameters)
        for mode in MODES:
            if isinstance(getattr(layer, mode, None), bool):
                setattr(layer, mode, training)
        modes = {mode: training for mode in MODES if mode in known[self.inputs :]}
        # copies: what the layer remembers stays what it was
        self._out = np.array(layer.forward(*(x.copy() for x in args[: self.inputs]), **modes))
        self.module._share(*self.module._kept)  # of the statistics, which it may have brought up to date
        self._args = [(x.shape, x.dtype) for x in args]
        self._held = self._remembered()
        return self._out

    def gradient(self, i: int, g: Any) -> Array:
        """The gradient of argument i, inputs first; the layer's backward runs once for all of them."""
        what = type(self.layer).__name__
        if not isinstance(g, np.ndarray | np.generic | float):
            raise GradientError(
                f"{what} was written with a backward of its own, which has no derivative: no second order, "
                "no forward mode and no formula through it. Write forward in functions of ac, in a Module, "
                "and all of them are there"
            )
        if g is not self._asked:
            self._found, self._asked = self._backward(np.asarray(g)), g
        found = self._found[i]
        shape, dtype = self._args[i]
        which = f"d{self.names[i - self.inputs]}" if i >= self.inputs else f"the gradient of input {i}"
        if found is None:
            raise GradientError(f"{what}.backward gave none, and {which} is asked for")
        if np.shape(found) != shape:
            raise GradientError(
                f"{what}.backward: {which} has the shape {np.shape(found)}, it should have {shape}"
            )
        return np.array(found, dtype=dtype)

    def _backward(self, g: Array) -> list[Any]:
        layer = self.layer
        now = self._remembered()
        if self.number != self.module._calls or any(now.get(k) is not v for k, v in self._held.items()):
            raise GradientError(
                f"{type(layer).__name__} was called again since, and remembers its last call only: make a "
                "layer for every call"
            )
        for name in self.names:
            if hasattr(layer, f"d{name}"):
                setattr(layer, f"d{name}", None)  # so that none of an earlier call is taken
        scale: Any = 1.0
        if self._takes_dout():
            dx = layer.backward(g.copy())
        else:
            dx, scale = layer.backward(), g  # a loss gives the gradient of the loss itself
        self._held = self._remembered()  # another gradient may be asked of the same call
        inputs = list(dx) if isinstance(dx, tuple) else [dx]
        inputs += [None] * (self.inputs - len(inputs))
        found = [*inputs[: self.inputs], *(getattr(layer, f"d{name}", None) for name in self.names)]
        return [None if d is None else np.asarray(d) * scale for d in found]

    def _remembered(self) -> dict[str, Any]:
        """What the layer holds besides parameters and gradients."""
        apart = {*self.names, *self.module._kept, *(f"d{name}" for name in self.names), *MODES}
        return {key: value for key, value in getattr(self.layer, "__dict__", {}).items() if key not in apart}

    def _takes_dout(self) -> bool:
        """Whether backward is called with dout; that of a loss, also with dout=1, is called without."""
        kinds = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
        wanted = [p for p in inspect.signature(self.layer.backward).parameters.values() if p.kind in kinds]
        return any(p.default is p.empty for p in wanted) or (bool(wanted) and self._out.ndim > 0)


@lru_cache(maxsize=256)
def _row(name: str, count: int) -> Callable[..., Any]:
    """A row of so many arguments, named after the class in pictures."""

    def forward(*args: Array, run: _Run) -> Array:
        return run.forward(*args)

    def rule(i: int) -> Callable[..., Any]:
        return lambda g, z, *args, run: run.gradient(i, g)

    try:
        return ac.general(name, forward, *(rule(i) for i in range(count)))
    except ValueError:  # the library has a row of this name
        return ac.general(f"{name}_layer", forward, *(rule(i) for i in range(count)))


def _role(name: str) -> Any:
    """b and beta are biases, gamma is a scale, of all others the axes decide."""
    return "bias" if name.startswith("b") else "scale" if name.startswith("gamma") else None


def _is_floating(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _whole(x: Any) -> bool:
    """Whether a plain input holds indices or Booleans, as targets do: those stay what they are."""
    return not isinstance(x, Tensor) and np.asarray(x).dtype.kind in "iub"
