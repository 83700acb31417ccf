"""NumPy's functions, and what answers for each when one is called on a Tensor (NEP 13 and NEP 18).

It reads every family, and is itself read when NumPy first asks: see `protocol`.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.functions import (
    activations,
    contracting,
    diagonals,
    exponential,
    joining,
    linalg,
    missing,
    normalizing,
    norms,
    ordering,
    pointwise,
    polynomials,
    products,
    ranges,
    reducing,
    rounding,
    scanning,
    selecting,
    shaping,
    trigonometry,
)
from autograd_core.functions.advice import ADVICE
from autograd_core.op import LIVE, Row
from autograd_core.ops import arithmetic
from autograd_core.ops.table import TABLE
from autograd_core.state import current

FAMILIES = (
    pointwise,
    exponential,
    trigonometry,
    rounding,
    activations,
    reducing,
    missing,
    scanning,
    normalizing,
    ordering,
    shaping,
    joining,
    selecting,
    products,
    contracting,
    diagonals,
    linalg,
    norms,
    polynomials,
    ranges,
)
"""The modules whose public functions answer for NumPy's functions of the same name."""

Answer = Callable[..., Any]


def _ufuncs() -> dict[Answer, Row]:
    """Rows that bear the name of a ufunc are what it does."""
    found: dict[Answer, Row] = {np.positive: arithmetic.alias}
    for name, row in TABLE.items():
        ufunc = getattr(np, name, None)
        if isinstance(ufunc, np.ufunc):
            found[ufunc] = row
    return found


def public(family: ModuleType) -> dict[str, Answer]:
    """The functions that a family offers, by name; what only helps another family is not among them."""
    return {
        name: value
        for name, value in vars(family).items()
        if inspect.isfunction(value)
        and value.__module__ == family.__name__
        and (name in family.__all__ or hasattr(np, name))
    }


def _functions() -> dict[Answer, Answer]:
    """Public functions that bear the name of one of NumPy's answer for it."""
    found: dict[Answer, Answer] = {}
    for family in FAMILIES:
        homes = [np.linalg] if family in (linalg, norms) else [np, np.lib.stride_tricks]
        for name, answer in public(family).items():
            theirs = next((getattr(home, name) for home in homes if hasattr(home, name)), None)
            if callable(theirs) and theirs not in UFUNCS:
                found[theirs] = answer
    return found


UFUNCS: MappingProxyType[Answer, Row] = MappingProxyType(_ufuncs())
"""From a ufunc to its row."""

REDUCE: MappingProxyType[Answer, str] = MappingProxyType(
    {
        np.add: "sum",
        np.multiply: "prod",
        np.maximum: "max",
        np.minimum: "min",
        np.fmax: "nanmax",
        np.fmin: "nanmin",
        np.logaddexp: "logsumexp",
        np.logical_and: "all",
        np.logical_or: "any",
    }
)
"""From a ufunc to the name of the function that answers for its `.reduce`."""

ACCUMULATE: MappingProxyType[Answer, str] = MappingProxyType({np.add: "cumsum", np.multiply: "cumprod"})
"""From a ufunc to the name of the function that answers for its `.accumulate`."""

PUBLIC: MappingProxyType[str, Answer] = MappingProxyType(
    {name: answer for family in reversed(FAMILIES) for name, answer in public(family).items()}
)
"""Every function that a family offers, by name; where numpy.linalg has another of the same name, numpy's."""


def _values(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function without a derivative, on the plain values."""

    def on_values(*args: Any, **kwargs: Any) -> Any:
        tracer = current().tracer
        if tracer is not None:
            return tracer.without_derivative(function, args, kwargs)
        plain = [_plain(a) for a in args]
        return function(*plain, **{key: _plain(a) for key, a in kwargs.items()})

    on_values.__wrapped__ = function  # type: ignore[attr-defined]
    return on_values


def _trains(x: Any) -> bool:
    """Whether a gradient would be lost if x became a plain array, or x is a Tensor to be written into."""
    return getattr(x, "node", None) is not None


def _plain(x: Any) -> Any:
    if type(x) in LIVE:
        return x.numpy()
    return type(x)(map(_plain, x)) if type(x) in (list, tuple) else x


# no derivative is asked of these
_ON_VALUES = (
    np.allclose,
    np.isclose,
    np.array_equal,
    np.array_equiv,
    np.ndim,
    np.iscomplexobj,
    np.isrealobj,
    np.iscomplex,
    np.isreal,
    np.isneginf,
    np.isposinf,
    np.result_type,
    np.can_cast,
    np.min_scalar_type,
    np.common_type,
    np.shape,
    np.size,
    np.zeros_like,
    np.ones_like,
    np.empty_like,
    np.argwhere,
    np.lexsort,
    np.diag_indices_from,
    np.tril_indices_from,
    np.triu_indices_from,
    np.nonzero,
    np.flatnonzero,
    np.isin,
    np.array2string,
    np.array_repr,
    np.array_str,
    np.may_share_memory,
    np.shares_memory,
)

FUNCTIONS: MappingProxyType[Answer, Answer] = MappingProxyType(
    {**{function: _values(function) for function in _ON_VALUES}, **_functions()}
)
"""From a NumPy function to the one that answers for it."""


@cache
def _options(function: Answer) -> Mapping[str, inspect.Parameter] | None:
    """What the answer for a NumPy function understands; None if it passes everything on, or there is none."""
    answer = FUNCTIONS.get(function)
    if answer is None or hasattr(answer, "__wrapped__"):
        return None
    return inspect.signature(answer).parameters


def _in_our_words(function: Callable[..., Any], kwargs: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Keywords in the house's names, and those that no rule covers (NumPy's defaults count as not given)."""
    known = _options(function)
    if known is None:
        return kwargs, []
    words: dict[str, Any] = {}
    strange: list[str] = []
    for key, value in kwargs.items():
        key = "shape" if key == "newshape" else key  # as NumPy called it before 2.1
        if key in known:
            words[key] = value
        elif not _is_default(function, key, value):
            strange.append(key)
    return words, strange


def _in_our_order(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """A call with positional arguments only as far as NumPy and the house have them in the same order."""
    known = _options(function)
    if known is None or len(args) < 2:
        return args, kwargs
    theirs = list(_parameters(function))
    if not theirs or any(p.kind is p.VAR_POSITIONAL for p in known.values()):
        return args, kwargs
    ours = list(known)
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
    if name in ADVICE:
        return f"no derivative rule for {name}: {ADVICE[name]}; plain values come by .numpy()"
    if name.startswith("numpy.fft."):
        return f"no derivative rule for {name}, whose numbers are complex: take plain values with .numpy()"
    if name.endswith(".at"):
        return (
            f"no derivative rule for {name}: it writes into its argument, which no recorded operation does; "
            "y = x.at[i].add(v) and its relatives give a new Tensor; plain values come by .numpy()"
        )
    return (
        f"no derivative rule for {name}: write one with ac.elementwise or ac.general, compose it of "
        "functions that have one, or take plain values with .numpy()"
    )


_DEFAULTS = {"where": True, "casting": "same_kind", "order": "K", "subok": True}


def _is_plain_default(key: str, value: Any) -> bool:
    return isinstance(value, bool | str) and _DEFAULTS.get(key) == value


def answer_ufunc(ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Any:
    """What a ufunc with options, or one of its methods, gives on Tensors.

    Raises:
        NoRuleError: if no rule covers the ufunc or an option.
        TypeError: if the result should be written into an array.
    """
    given = {k: v for k, v in kwargs.items() if not (v is None or _is_plain_default(k, v))}
    if "out" in given and any(type(x) in LIVE for x in given["out"]):
        raise TypeError(f"numpy.{ufunc.__name__}: out= is a plain array; a Tensor is not written into")
    if "out" in given and not (current().recording and any(_trains(x) for x in inputs)):
        # w.data -= 0.1 * w.grad: nothing to record, so NumPy does it
        words = {k: _plain(v) for k, v in kwargs.items()}
        return getattr(ufunc, method)(*(_plain(x) for x in inputs), **words)
    if "out" in given:
        raise TypeError(
            f"numpy.{ufunc.__name__}: a Tensor that requires a gradient cannot be written into an array "
            "given by out= or by a += t; write a = a + t, or use t.numpy()"
        )
    answer = _ufunc_answer(ufunc, method)
    words = dict(given)
    if answer is not None and method == "__call__":
        dtype = words.pop("dtype", None)
        known = set(words) <= set(_options(ufunc) or ())  # np.vecdot has an axis
        if known and (dtype is None or np.dtype(dtype).kind == "f"):
            return answer(*(inputs if dtype is None else (_cast(x, dtype) for x in inputs)), **words)
    elif answer is not None and method == "outer" and not words:
        x, y = (x if type(x) in LIVE else np.asarray(x) for x in inputs)
        return answer(x.reshape(x.shape + (1,) * y.ndim), y)
    elif answer is not None and method in ("reduce", "accumulate"):
        # a ufunc reduces its first axis where a function takes all
        words["axis"] = kwargs.get("axis", 0)
        if set(words) <= set(inspect.signature(answer).parameters):
            return answer(inputs[0], **words)
    home = "numpy." if getattr(np, ufunc.__name__, None) is ufunc else ""
    what = f"{home}{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
    if given and answer is not None:
        raise NoRuleError(f"no derivative rule for the option {', '.join(given)}= of {what}")
    raise NoRuleError(_no_rule(what))


def _ufunc_answer(ufunc: Any, method: str) -> Answer | None:
    """What answers for a ufunc called, reduced, accumulated or spread over all pairs."""
    if method in ("__call__", "outer"):
        return UFUNCS.get(ufunc) or FUNCTIONS.get(ufunc)
    name = {"reduce": REDUCE, "accumulate": ACCUMULATE}.get(method, {}).get(ufunc)
    return None if name is None else PUBLIC.get(name)


def _cast(x: Any, dtype: Any) -> Any:
    """An operand in the dtype that was asked for; Python's numbers follow by themselves."""
    return x if isinstance(x, int | float) else (x if type(x) in LIVE else np.asarray(x)).astype(dtype)
