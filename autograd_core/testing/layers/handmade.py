"""Layers written by hand, in the lecture's style: run on copies, so that nothing of the user's changes.

A layer has `forward(x, ...)`, which remembers what it needs, and `backward(dout)`, which returns dx and
leaves dW for the attribute W. A network of such layers is one too: its layers are found in its attributes,
lists and dicts.
"""

import copy
import inspect
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.testing.layers.attributes import arrays, dotted, gradient_of, held, owners, put

Array = np.ndarray[Any, Any]

STATE = ("running", "moving", "mean", "var", "avg")
"""How arrays are called that forward keeps up to date by itself: no gradient is asked of them."""


@dataclass
class Run:
    """One forward and one backward: what they gave, and what they did to what they were given."""

    layer: Any
    out: Any
    returned: Any = None
    raised: str = ""
    overwritten: list[str] = field(default_factory=list)

    def gradient(self, path: str, name: str) -> Any:
        """The gradient that backward left for a parameter: an array, or None."""
        return gradient_of(self.layer, (path, name))


class Handmade:
    """A layer and its inputs, to be run as often as one likes from the same state."""

    def __init__(self, layer: Any, inputs: Sequence[Any]) -> None:
        for method in ("forward", "backward"):
            if not callable(getattr(layer, method, None)):
                raise TypeError(
                    f"check_layer: a layer has forward(x) and backward(dout); {type(layer).__name__} "
                    f"has no {method}"
                )
        if not inputs:
            raise TypeError(
                f"check_layer: {type(layer).__name__} is called with inputs: check_layer(layer, x)"
            )
        self.inputs = [_wide(x) for x in inputs]
        self.name = type(layer).__name__
        self._layer = layer
        self._chance = Chance(layer)

    # ---- running -------------------------------------------------------------------------------------------

    def fresh(self) -> Any:
        """A copy of the layer as it was given, floating arrays in float64; random numbers start anew."""
        self._chance.rewind()
        try:
            layer = copy.deepcopy(self._layer)
        except Exception as error:
            raise TypeError(f"check_layer: {self.name} cannot be copied ({error})") from error
        for slot, value in arrays(layer).items():
            if value.ndim or isinstance(held(layer, slot), np.ndarray):
                put(layer, slot, value.astype(np.float64, copy=False))
        return layer

    def finish(self) -> None:
        """Give class attributes and random numbers back what they were."""
        self._chance.finish()

    def forward(self, layer: Any = None) -> Array:
        """The result on plain arrays."""
        layer = self.fresh() if layer is None else layer
        return _numbers(layer.forward(*(_own(x) for x in self.inputs)))

    def unwritten(self) -> bool:
        """Whether forward returns nothing yet: None, or the dots of an exercise."""
        return is_unwritten(self.fresh().forward(*(_own(x) for x in self.inputs)))

    def evaluator(self, place: int | tuple[str, str]) -> Callable[[Array], Array]:
        """forward as a function of one input (its position) or one parameter (its path and name)."""

        def value_at(value: Array) -> Array:
            layer = self.fresh()
            call = [_own(x) for x in self.inputs]
            if isinstance(place, int):
                call[place] = value
            else:
                put(layer, place, value)
            return _numbers(layer.forward(*call))

        return value_at

    def run(self, dout: Any, before: Callable[[Any], None] | None = None, between: Any = None) -> Run:
        """forward, then backward(dout). `before` and `between` may do something to the layer in front of
        each."""
        layer = self.fresh()
        if before is not None:
            before(layer)
            self._chance.rewind(random_only=True)
        call = [_own(x) for x in self.inputs]
        out = layer.forward(*call)
        made = Run(layer, _numbers(out).copy())
        changed = [
            n for n, x, y in zip(self.argument_names(), call, self.inputs, strict=True) if _differs(x, y)
        ]
        made.overwritten += [f"forward changes its argument {name} in place" for name in changed]
        if between is not None:
            between()
        given = _own(dout)
        weights = {key: value.copy() for key, value in arrays(layer).items()}
        try:
            made.returned = layer.backward(given) if self.takes_dout(made.out) else layer.backward()
        except Exception as error:
            made.raised = happened(error)
            return made
        if _differs(given, dout):
            made.overwritten.append(
                "backward changes dout in place: whoever made dout still holds it; "
                "take a copy first, or write dx = dout * self.mask"
            )
        for n, x, y in zip(self.argument_names(), call, self.inputs, strict=True):
            if n not in changed and _differs(x, y):
                made.overwritten.append(f"backward changes {n}, the array that forward was given, in place")
        for (path, name), value in weights.items():
            now = held(layer, (path, name))
            if _differs(now, value) and self.is_parameter(made, (path, name)):
                made.overwritten.append(
                    f"backward changes the parameter {dotted(path, name)}: that is the optimizer's work"
                )
        return made

    # ---- what it has ---------------------------------------------------------------------------------------

    def argument_names(self) -> list[str]:
        """How the inputs are called in forward."""
        return names_of(self._layer.forward, len(self.inputs))

    def value(self, place: int | tuple[str, str]) -> Array:
        """The numbers of an input or a parameter."""
        if isinstance(place, int):
            return np.asarray(self.inputs[place])
        return np.asarray(held(self.fresh(), place))

    def floating(self) -> list[int]:
        """The positions of the inputs that can have a gradient."""
        return [i for i, x in enumerate(self.inputs) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]

    def is_parameter(self, run: Run, place: tuple[str, str]) -> bool:
        """Whether backward left a gradient for this array."""
        return run.gradient(*place) is not None

    def is_state(self, run: Run, place: tuple[str, str], start: Any) -> bool:
        """Whether forward keeps this array up to date by itself."""
        _, name = place
        if any(word in name.lower() for word in STATE):
            return True
        return _differs(held(run.layer, place), held(start, place))

    def takes_dout(self, out: Any) -> bool:
        """Whether backward is called with dout; that of a loss with dout=1 is called without."""
        try:
            parameters = list(inspect.signature(self._layer.backward).parameters.values())
        except (TypeError, ValueError):
            return bool(np.ndim(out))
        wanted = [
            p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
        ]
        required = [p for p in wanted if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
        return bool(required) or (bool(wanted) and np.ndim(out) > 0)


class Chance:
    """Everything that a layer's code may change outside of the object: random states, class attributes."""

    def __init__(self, layer: Any) -> None:
        self._numpy, self._python = np.random.get_state(), random.getstate()  # noqa: NPY002 - hand-written layers draw from it
        self._classes = {
            cls: _data(cls) for owner in (layer, *owners(layer).values()) for cls in type(owner).__mro__[:-1]
        }

    def rewind(self, random_only: bool = False) -> None:
        """Start anew, with copies of what the classes had."""
        np.random.set_state(self._numpy)  # noqa: NPY002
        random.setstate(self._python)
        for cls, data in {} if random_only else self._classes.items():
            for name in set(_data(cls)) - set(data):
                delattr(cls, name)
            for name, value in data.items():
                setattr(cls, name, copy.deepcopy(value))

    def finish(self) -> None:
        """Put everything back: random states, and the very objects that the classes had."""
        self.rewind()
        for cls, data in self._classes.items():
            for name, value in data.items():
                setattr(cls, name, value)


def _data(cls: type) -> dict[str, Any]:
    """The data among the attributes of a class written in Python."""
    kinds = (np.ndarray, list, dict, set, tuple, str, int, float, type(None))
    return {k: v for k, v in vars(cls).items() if isinstance(v, kinds) and not k.startswith("__")}


def names_of(function: Any, count: int) -> list[str]:
    """The names of the first positional arguments of a function, as far as its signature tells them."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    known = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [known[i] if i < len(known) else f"x{i}" for i in range(count)]


def _wide(x: Any) -> Any:
    """An input of its own: arrays and lists of floating numbers in float64, everything else as it is."""
    array = np.asarray(getattr(x, "data", x) if type(x).__module__.startswith("autograd_core") else x)
    if array.dtype.kind == "f":
        return np.array(array, dtype=np.float64)
    return array.copy() if isinstance(x, np.ndarray | list) else x


def is_unwritten(value: Any) -> bool:
    """Whether a method returned nothing, or the dots that stand for what is still to be written."""
    return value is None or value is ...


def is_several(returned: Any) -> bool:
    """Whether backward gave several gradients; a list of numbers, or of lists of them, is one."""
    if isinstance(returned, list):
        return any(x is None or isinstance(x, np.ndarray) for x in returned)
    return isinstance(returned, tuple)


def _numbers(out: Any) -> Array:
    """What forward gave; NaN for nothing.

    Raises:
        TypeError: if it is no array.
    """
    try:
        return np.asarray(np.nan if is_unwritten(out) else out, dtype=float)
    except (TypeError, ValueError) as error:
        kind = type(out).__name__
        raise TypeError(f"check_layer: forward gives a {kind}, not an array or a number") from error


def _own(x: Any) -> Any:
    return x.copy() if isinstance(x, np.ndarray) else x


def _differs(x: Any, y: Any) -> bool:
    if not isinstance(x, np.ndarray | float) or not isinstance(y, np.ndarray | float):
        return False
    return not np.array_equal(x, y, equal_nan=np.asarray(x).dtype.kind == "f")


def user_line(error: BaseException) -> str:
    """The innermost line of the user's own code that an error went through, or ""."""
    frames = _user_frames(error)
    return (frames[-1].code_context or [""])[0].strip() if frames else ""


def is_the_users(error: BaseException) -> bool:
    """Whether an error went through the user's own code."""
    return bool(_user_frames(error))


def _user_frames(error: BaseException) -> list[inspect.FrameInfo]:
    frames = inspect.getinnerframes(error.__traceback__) if error.__traceback__ else []
    skipped = (str(Path(__file__).parents[2]), str(Path(np.__file__).parent))
    return [f for f in frames if not f.filename.startswith(skipped)]


def happened(error: BaseException) -> str:
    """What went wrong in the user's code, and in which line of it: "raises ..." or "is not filled in yet"."""
    line = user_line(error)
    where = f", in {line!r}" if line else ""
    if _still_dots(error, line):
        return f"is not filled in yet{where}"
    return f"raises {type(error).__name__}: {error}{where}"


def _still_dots(error: BaseException, line: str) -> bool:
    """Whether an error comes from dots that stand for what is still to be written."""
    if isinstance(error, NotImplementedError) or "ellipsis" in str(error) or "..." in line:
        return True
    if line or error.__traceback__ is None:
        return False
    last = error.__traceback__  # the source is not known: as far as the code tells
    while last.tb_next is not None:
        last = last.tb_next
    return any(constant is ... for constant in last.tb_frame.f_code.co_consts)


def _empty() -> None: ...


def is_unfinished(answer: Any) -> bool:
    """Whether a function, or a method of a class or object, has dots or nothing where code is to be."""
    if is_unwritten(answer):
        return True
    cls = answer if isinstance(answer, type) else type(answer)
    functions = [answer] if inspect.isfunction(answer) else filter(inspect.isfunction, vars(cls).values())
    return any(
        f.__code__.co_code == _empty.__code__.co_code or any(c is ... for c in f.__code__.co_consts)
        for f in functions
    )
