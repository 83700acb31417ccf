"""The functions that random programs are made of, and how each finds its operands and settings."""

import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

import autograd_core
from autograd_core.op import Row
from autograd_core.testing.properties.builder import ANYWHERE, DISTANCE, TAME, Builder, Domain, Skip
from autograd_core.testing.properties.program import Value

Draw = Callable[[Builder], Any]

POSITIVE = Domain(low=0.2)
SMALL = Domain(low=-2.0, high=2.0)
OFF_ZERO = Domain(kinks=(0.0,))
DISTINCT = Domain(low=-np.inf, high=np.inf, distinct=True)


@dataclass(frozen=True, repr=False)
class Op:
    """A name and the way to add a step that calls it."""

    name: str
    draw: Draw

    def __repr__(self) -> str:
        return self.name


# ---- elementwise -------------------------------------------------------------------------------------------

# a map of single numbers, and where it is smooth
MAPS = MappingProxyType(
    {
        "tanh": TAME,
        "sin": TAME,
        "cos": TAME,
        "negative": ANYWHERE,
        "square": TAME,
        "exp": SMALL,
        "sigmoid": TAME,
        "log": POSITIVE,
        "sqrt": POSITIVE,
        "absolute": OFF_ZERO,
        "relu": OFF_ZERO,
        "arctan": TAME,
        "arcsin": Domain(low=-0.9, high=0.9),
        "sinh": SMALL,
        "cosh": SMALL,
        "expm1": SMALL,
        "log1p": POSITIVE,
        "cbrt": OFF_ZERO,
        "reciprocal": OFF_ZERO,
        "softplus": TAME,
        "erf": TAME,
    }
)


def found(name: str) -> Callable[..., Any]:
    """NumPy's function of this name, or ours where NumPy has none."""
    function: Callable[..., Any] = getattr(np, name, None) or getattr(autograd_core, name)
    return function


def mapped(function: Callable[..., Any], domain: Domain) -> Draw:
    """Calls of a function of one array."""
    return lambda b: b.call(function, b.fitted(b.operand(), domain))


def paired(function: Callable[..., Any], first: Domain = TAME, second: Domain = TAME) -> Draw:
    """Calls of a function of two arrays that broadcast, or of an array and a number."""

    def draw(b: Builder) -> Value:
        x = b.operand()
        other = b.pick(5)
        if other == 3:
            return b.call(function, b.fitted(x, first), b.number())
        if other == 4:
            return b.call(function, b.number(), b.fitted(x, second))
        y = b.mate(x)
        x, y = (y, x) if b.pick(2) else (x, y)
        return b.call(function, b.fitted(x, first), b.fitted(y, second))

    return draw


def compared(function: Callable[..., Any]) -> Draw:
    """Calls of a function that has a kink where its two arrays meet."""

    def draw(b: Builder) -> Value:
        x = b.fitted(b.operand(), TAME)
        y = b.fitted(b.mate(x), TAME)
        return b.call(function, x, b.apart(x, y))

    return draw


def where(b: Builder) -> Value:
    """A choice by a comparison of values."""
    x = b.operand()
    y = b.apart(x, b.mate(x))
    mask = b.call(b.choose([np.greater, np.less]), x, y)
    left = b.mate(mask)
    right = b.number() if b.pick(4) == 1 else b.mate(mask, left)
    return b.call(np.where, mask, left, right)


def power(b: Builder) -> Value:
    """A power with a number, or with an array above."""
    x = b.operand()
    exponent = b.choose([2, 3, 2.0, 0.5, -1, 1.5, None])
    if exponent is None:
        y = b.mate(x)
        return b.call(np.power, b.fitted(x, Domain(0.2, 2.0)), b.fitted(y, SMALL))
    domain = OFF_ZERO if exponent == -1 else POSITIVE if exponent in (0.5, 1.5) else TAME
    x = b.fitted(x, domain)
    if exponent == -1:
        x = b.fitted(x, Domain(kinks=(0.0,)))
    return b.call(np.power, x, exponent)


# ---- along axes --------------------------------------------------------------------------------------------


def axes_of(b: Builder, ndim: int) -> Any:
    """All axes, one, or two."""
    ways: list[Any] = [None, *range(ndim), *(-1 - k for k in range(ndim))]
    ways += [(k, m) for k in range(ndim) for m in range(k + 1 - ndim, 0)]
    return b.choose(ways)


def reduced(function: Callable[..., Any], domain: Domain = ANYWHERE) -> Draw:
    """Calls of a reduction along any axes."""

    def draw(b: Builder) -> Value:
        x = b.fitted(b.operand(), domain)
        axis = axes_of(b, b[x].ndim)
        params: dict[str, Any] = {} if axis is None else {"axis": axis}
        if b.pick(3) == 1:
            params["keepdims"] = True
        return b.call(function, x, **params)

    return draw


def deviation(b: Builder) -> Value:
    """A standard deviation of numbers that differ."""
    x = b.operand()
    axis = axes_of(b, b[x].ndim)
    if b[x].size < 2 or np.std(b[x], axis=axis).min() < DISTANCE:
        x = b.fitted(x, DISTINCT)
    if np.std(b[x], axis=axis).min() < DISTANCE:
        raise Skip
    return b.call(np.std, x, **({} if axis is None else {"axis": axis}))


def along(function: Callable[..., Any], domain: Domain = ANYWHERE) -> Draw:
    """Calls of a function that works along one axis and keeps the shape."""

    def draw(b: Builder) -> Value:
        x = b.fitted(b.operand(), domain)
        if not b[x].ndim:
            raise Skip
        return b.call(function, x, axis=b.choose([-1, *range(b[x].ndim - 1)]))

    return draw


# ---- shapes ------------------------------------------------------------------------------------------------


def reshape(b: Builder) -> Value:
    """Another shape for the same numbers."""
    x = b.operand()
    n = b[x].size
    shapes: list[Any] = [(n,), (-1, 1), (1, n)]
    shapes += [(k, n // k) for k in range(2, n) if n % k == 0] + [(k, -1) for k in range(2, n) if n % k == 0]
    return b.call(np.reshape, x, b.choose(shapes))


def transpose(b: Builder) -> Value:
    """Axes in another order."""
    x = b.operand()
    if b[x].ndim < 2:
        raise Skip
    if b.pick(2) == 0:
        return b.call(np.transpose, x)
    axes = list(range(b[x].ndim))
    order = tuple(axes.pop(b.pick(len(axes))) for _ in list(axes))
    return b.call(np.transpose, x, order)


def swapaxes(b: Builder) -> Value:
    """Two axes exchanged."""
    x = b.operand()
    if b[x].ndim < 2:
        raise Skip
    return b.call(np.swapaxes, x, b.choose([-1, 0]), b.choose([-2, 1]))


def expand_dims(b: Builder) -> Value:
    """One more axis."""
    x = b.operand()
    if b[x].ndim > 3:
        raise Skip
    return b.call(np.expand_dims, x, axis=b.choose([0, -1, *range(1, b[x].ndim + 1)]))


def broadcast_to(b: Builder) -> Value:
    """Repeated along an axis in front, and along those of size 1."""
    x = b.operand()
    shape = b[x].shape
    return b.call(np.broadcast_to, x, b.choose([(2, *shape), tuple(3 if n == 1 else n for n in shape)]))


def concatenate(b: Builder) -> Value:
    """Several values along an axis."""
    x = b.operand()
    shape = b[x].shape
    if not shape:
        raise Skip
    axis = b.pick(len(shape))
    rest = shape[:axis] + shape[axis + 1 :]

    def fits(v: Value) -> bool:
        its = b[v].shape
        return len(its) == len(shape) and its[:axis] + its[axis + 1 :] == rest

    partners = [v for v in b.floating()[::-1] if fits(v)]
    group = (x, *(b.choose(partners) for _ in range(1 + b.pick(2))))
    return b.call(np.concatenate, group, axis=axis)


def stack(b: Builder) -> Value:
    """Several values of one shape along a new axis."""
    x = b.operand()
    partners = [v for v in b.floating()[::-1] if b[v].shape == b[x].shape]
    if b[x].ndim > 3:
        raise Skip
    return b.call(np.stack, (x, b.choose(partners)), axis=b.choose([0, -1]))


def getitem(b: Builder) -> Value:
    """Every form of index: numbers, slices, new axes, arrays with repetitions, masks."""
    x = b.operand()
    parts: list[Any] = []
    arrays = 0
    for side in b[x].shape:
        way = b.pick(8)
        if way == 1:
            parts.append(b.pick(side) - (side if b.pick(2) else 0))
        elif way == 2 and side > 1:
            parts.append(slice(1, None))
        elif way == 3:
            parts.append(slice(None, None, -1))
        elif way == 4 and arrays >= 0:
            arrays += 1
            parts.append(np.array([b.pick(side) for _ in range(3)]))
        elif way == 5 and arrays == 0:
            arrays = -1  # a mask goes alone
            parts.append(np.array([k == 0 or b.pick(2) == 1 for k in range(side)]))
        elif way == 6 and len(parts) < 3:
            parts += [None, slice(None)]
        else:
            parts.append(slice(None))
    if all(isinstance(part, slice) and part == slice(None) for part in parts):
        parts = [None, ...] if not parts or b.pick(2) else [0]
    return b.call(operator.getitem, x, parts[0] if len(parts) == 1 else tuple(parts))


# ---- products ----------------------------------------------------------------------------------------------


def matmul(b: Builder) -> Value:
    """A matrix product with another value, a new input, or the transpose."""
    x = b.fitted(b.operand(), TAME)
    shape = b[x].shape
    if not shape:
        raise Skip
    inner = shape[-1]
    way = b.pick(4)
    if way == 1:
        try:
            return b.call(np.matmul, x, b.leaf((inner, 2) if b.pick(2) else (inner,)))
        except Skip:
            pass
    partners = [v for v in b.floating()[::-1] if _products(shape, b[v].shape)]
    if partners and way < 3:
        return b.call(np.matmul, x, b.fitted(b.choose(partners), TAME))
    if len(shape) < 2:
        return b.call(np.matmul, x, x)
    return b.call(np.matmul, x, b.call(np.swapaxes, x, -1, -2))


def _products(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    if not y or x[-1] != (y[-2] if len(y) > 1 else y[-1]):
        return False
    return len(x) < 3 or len(y) < 3 or x[:-2] == y[:-2]


# ---- the table ---------------------------------------------------------------------------------------------

POOL: Mapping[str, Op] = MappingProxyType(
    {
        op.name: op
        for op in (
            *(Op(name, mapped(found(name), domain)) for name, domain in MAPS.items()),
            Op("add", paired(np.add, ANYWHERE, ANYWHERE)),
            Op("subtract", paired(np.subtract, ANYWHERE, ANYWHERE)),
            Op("multiply", paired(np.multiply)),
            Op("divide", paired(np.divide, TAME, Domain(kinks=(0.0,)))),
            Op("maximum", compared(np.maximum)),
            Op("minimum", compared(np.minimum)),
            Op("logaddexp", paired(np.logaddexp)),
            Op("hypot", paired(np.hypot, OFF_ZERO)),
            Op("arctan2", paired(np.arctan2, OFF_ZERO)),
            Op("where", where),
            Op("power", power),
            Op("sum", reduced(np.sum)),
            Op("mean", reduced(np.mean)),
            Op("var", reduced(np.var, TAME)),
            Op("max", reduced(np.max, DISTINCT)),
            Op("min", reduced(np.min, DISTINCT)),
            Op("std", deviation),
            Op("prod", reduced(np.prod, TAME)),
            Op("logsumexp", reduced(autograd_core.logsumexp, TAME)),
            Op("cumsum", along(np.cumsum)),
            Op("cumprod", along(np.cumprod, SMALL)),
            Op("softmax", along(autograd_core.softmax, TAME)),
            Op("sort", along(np.sort, DISTINCT)),
            Op("flip", along(np.flip)),
            Op("reshape", reshape),
            Op("transpose", transpose),
            Op("swapaxes", swapaxes),
            Op("expand_dims", expand_dims),
            Op("broadcast_to", broadcast_to),
            Op("concatenate", concatenate),
            Op("stack", stack),
            Op("getitem", getitem),
            Op("matmul", matmul),
        )
    }
)
"""Every function that `programs` knows by name."""


def selected(ops: Iterable[Any] | None) -> list[Op]:
    """The ops that were asked for: names of the pool, functions and rows, or pairs (function, arity).

    Raises:
        ValueError: for a name that the pool does not have, or if nothing was asked for.
        TypeError: for anything else, and for a function that does not say how many arrays it takes.
    """
    if isinstance(ops, str):
        ops = [ops]
    chosen = list(POOL.values()) if ops is None else [_selected(op) for op in ops]
    if not chosen:
        raise ValueError("programs: ops is empty, a program needs something to call")
    return chosen


def _selected(op: Any) -> Op:
    if isinstance(op, str):
        if op not in POOL:
            raise ValueError(f"programs: no op is called {op!r}; there are {', '.join(POOL)}")
        return POOL[op]
    if isinstance(op, tuple) and len(op) == 2 and callable(op[0]) and isinstance(op[1], int):
        return own(*op)
    if callable(op):
        return own(op, arity(op))
    raise TypeError(f"programs: an op is a name, a function, or a pair (function, arity); got {op!r}")


def arity(function: Callable[..., Any]) -> int:
    """How many arrays a row or a function takes: its arguments without defaults."""
    if isinstance(function, Row) and function.joint is None:
        return len(function.letters)
    if isinstance(function, np.ufunc):
        return function.nin
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    count = sum(p.kind in positional and p.default is p.empty for p in parameters)
    if not count:
        raise TypeError(
            f"programs: {function!r} does not say how many arrays it takes: give (function, arity)"
        )
    return count


def own(function: Callable[..., Any], count: int) -> Op:
    """A function of a user, given values between −2 and 2, none of them near 0, whose shapes broadcast."""
    domain = Domain(-2.0, 2.0, kinks=(0.0,))

    def draw(b: Builder) -> Value:
        operands = [b.operand()]
        while len(operands) < count:
            operands.append(b.mate(*operands))
        return b.call(function, *(b.fitted(v, domain) for v in operands))

    return Op(str(getattr(function, "name", None) or getattr(function, "__name__", "own")), draw)
