"""NumPy's functions, and what answers for each when one is called on a Tensor (NEP 13 and NEP 18)."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.functions import pointwise, products, reducing, shaping
from autograd_core.op import LIVE, Row
from autograd_core.ops import arithmetic, choices, exponentials
from autograd_core.ops.products import matmul
from autograd_core.state import current

UFUNCS: MappingProxyType[Callable[..., Any], Row] = MappingProxyType(
    {
        np.add: arithmetic.add,
        np.subtract: arithmetic.subtract,
        np.multiply: arithmetic.multiply,
        np.divide: arithmetic.divide,
        np.negative: arithmetic.negative,
        np.positive: arithmetic.alias,
        np.power: arithmetic.power,
        np.square: arithmetic.square,
        np.sqrt: arithmetic.sqrt,
        np.absolute: arithmetic.absolute,
        np.sign: arithmetic.sign,
        np.exp: exponentials.exp,
        np.log: exponentials.log,
        np.tanh: exponentials.tanh,
        np.sin: exponentials.sin,
        np.cos: exponentials.cos,
        np.maximum: choices.maximum,
        np.minimum: choices.minimum,
        np.greater: choices.greater,
        np.greater_equal: choices.greater_equal,
        np.less: choices.less,
        np.less_equal: choices.less_equal,
        np.equal: choices.equal,
        np.not_equal: choices.not_equal,
        np.logical_and: choices.logical_and,
        np.logical_or: choices.logical_or,
        np.logical_not: choices.logical_not,
        np.isnan: choices.isnan,
        np.isinf: choices.isinf,
        np.isfinite: choices.isfinite,
        np.matmul: matmul,
    }
)
"""From a ufunc to its row."""

REDUCE: MappingProxyType[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
    {np.add: reducing.sum, np.maximum: reducing.max, np.minimum: reducing.min}
)
"""From a ufunc to the function that answers for its `.reduce`."""


def _values(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function without a derivative, on the plain values."""

    def on_values(*args: Any, **kwargs: Any) -> Any:
        plain = [_plain(a) for a in args]
        return function(*plain, **{key: _plain(a) for key, a in kwargs.items()})

    on_values.__wrapped__ = function  # type: ignore[attr-defined]
    return on_values


def _trains(x: Any) -> bool:
    """Whether a gradient would be lost if x became a plain array, or x is a Tensor to be written into."""
    return getattr(x, "node", None) is not None


def _plain(x: Any) -> Any:
    return x.numpy() if type(x) in LIVE else x


FUNCTIONS: MappingProxyType[Callable[..., Any], Callable[..., Any]] = MappingProxyType(
    {
        np.sum: reducing.sum,
        np.mean: reducing.mean,
        np.var: reducing.var,
        np.std: reducing.std,
        np.max: reducing.max,
        np.min: reducing.min,
        np.amax: reducing.max,
        np.amin: reducing.min,
        np.reshape: shaping.reshape,
        np.ravel: shaping.ravel,
        np.transpose: shaping.transpose,
        np.swapaxes: shaping.swapaxes,
        np.expand_dims: shaping.expand_dims,
        np.squeeze: shaping.squeeze,
        np.broadcast_to: shaping.broadcast_to,
        np.concatenate: shaping.concatenate,
        np.stack: shaping.stack,
        np.where: pointwise.where,
        np.clip: pointwise.clip,
        np.dot: products.dot,
        # plain values: no derivative is asked of these
        **{
            function: _values(function)
            for function in (
                np.allclose,
                np.isclose,
                np.array_equal,
                np.ndim,
                np.iscomplexobj,
                np.isrealobj,
                np.result_type,
                np.shape,
                np.size,
                np.zeros_like,
                np.ones_like,
                np.argmax,
                np.argmin,
                np.all,
                np.any,
                np.array2string,
                np.array_repr,
                np.array_str,
            )
        },
    }
)
"""From a NumPy function to the one that answers for it."""

# NumPy calls its first argument a, the house calls it x
_FIRST = {"a": "x", "arr": "x", "array": "x", "a1": "x", "newshape": "shape"}

OPTIONS = MappingProxyType(
    {
        function: frozenset(inspect.signature(answer).parameters)
        for function, answer in FUNCTIONS.items()
        if not hasattr(answer, "__wrapped__")
    }
)
"""The keywords that an answering function understands."""


def _in_our_words(function: Callable[..., Any], kwargs: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Keywords in the house's names, and those that no rule covers (NumPy's defaults count as not given)."""
    known = OPTIONS.get(function)
    if known is None:
        return kwargs, []
    words: dict[str, Any] = {}
    strange: list[str] = []
    for key, value in kwargs.items():
        key = _FIRST.get(key, key) if key not in known else key
        if key in known:
            words[key] = value
        elif not _is_default(function, key, value):
            strange.append(key)
    return words, strange


def _in_our_order(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """A call with positional arguments only as far as NumPy and the house have them in the same order."""
    known = OPTIONS.get(function)
    if known is None or len(args) < 2:
        return args, kwargs
    theirs = list(_parameters(function))
    if not theirs:
        return args, kwargs
    ours = list(inspect.signature(FUNCTIONS[function]).parameters)
    same = 0
    for their, our in zip(theirs, ours, strict=False):
        renamed = their not in ours and our not in theirs
        if same == len(args) or not (their == our or renamed):
            break
        same += 1
    return args[:same], {**dict(zip(theirs[same:], args[same:], strict=False)), **kwargs}


@cache
def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The parameters of a NumPy function; older versions do not tell those of functions written in C."""
    try:
        return inspect.signature(function).parameters
    except ValueError:
        return {}


def _is_default(function: Callable[..., Any], key: str, value: Any) -> bool:
    if value is None or value is np._NoValue:
        return True
    parameter = _parameters(function).get(key)
    return parameter is not None and isinstance(value, str | bool) and parameter.default == value


def answer_function(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a NumPy function gives on Tensors.

    Raises:
        NoRuleError: if no rule covers the function or an option.
    """
    answer = FUNCTIONS.get(function)
    name = f"{function.__module__}.{function.__name__}"
    if answer is None:
        raise NoRuleError(_no_rule(name))
    args, kwargs = _in_our_order(function, args, kwargs)
    words, strange = _in_our_words(function, kwargs)
    if strange:
        raise NoRuleError(f"no derivative rule for the option {', '.join(strange)}= of {name}")
    return answer(*args, **words)


def _no_rule(name: str) -> str:
    return (
        f"no derivative rule for {name}: write one with ac.elementwise or ac.general, compose it of "
        "functions that have one, or take plain values with .numpy()"
    )


def answer_ufunc(ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """What a ufunc with options, or one of its methods, gives on Tensors.

    Raises:
        NoRuleError: if no rule covers the ufunc or an option.
        TypeError: if the result should be written into an array.
    """
    given = {k: v for k, v in kwargs.items() if not (v is None or (k == "where" and v is True))}
    if "out" in given and any(type(x) in LIVE for x in given["out"]):
        raise TypeError(f"numpy.{ufunc.__name__}: out= is a plain array; a Tensor is not written into")
    if "out" in given and not (current().recording and any(_trains(x) for x in inputs)):
        # w.data -= 0.1 * w.grad: nothing to record, so NumPy does it
        return getattr(ufunc, method)(*(_plain(x) for x in inputs), **kwargs)
    if "out" in given:
        raise TypeError(
            f"numpy.{ufunc.__name__}: a Tensor that requires a gradient cannot be written into an array "
            "given by out= or by a += t; write a = a + t, or use t.numpy()"
        )
    if method == "__call__" and ufunc in UFUNCS and not given:
        return UFUNCS[ufunc](*inputs)
    if method == "reduce" and ufunc in REDUCE:
        axis = given.pop("axis", 0 if "axis" not in kwargs else None)
        keepdims = given.pop("keepdims", False)
        if not given:
            return REDUCE[ufunc](inputs[0], axis, keepdims=keepdims)
    home = "numpy." if getattr(np, ufunc.__name__, None) is ufunc else ""
    what = f"{home}{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
    if given and (ufunc in UFUNCS or ufunc in REDUCE):
        raise NoRuleError(f"no derivative rule for the option {', '.join(given)}= of {what}")
    raise NoRuleError(_no_rule(what))
