"""The choice made at every kink: where a function has no derivative, or none that is finite, what it gets.

The gradients in the table are not written down here: the rules compute them when the table is asked for.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.functions.answers import PUBLIC
from autograd_core.transforms import grad

INF, NAN = float("inf"), float("nan")
TIES = np.array([2.0, 5.0, 5.0])
TIE = "ties share the gradient evenly, so that the shares sum to 1"
FLAT = "flat almost everywhere: connected, with gradient 0"
ZERO = "the smallest of the subgradients"
HONEST = "the slope is infinite, and said so"


class Case(NamedTuple):
    """A function at a point of its kink; `call` where the function itself needs more than the values."""

    function: str
    point: str
    values: tuple[Any, ...]
    words: str
    call: Callable[..., Any] | None = None


CASES = (
    Case("absolute", "x = 0", (0.0,), ZERO),
    Case("sign", "anywhere", (0.0,), FLAT),
    Case("floor", "a whole number", (2.0,), FLAT),
    Case("ceil", "a whole number", (2.0,), FLAT),
    Case("trunc", "a whole number", (2.0,), FLAT),
    Case("rint", "a half", (2.5,), FLAT),
    Case("relu", "x = 0", (0.0,), "as everywhere below 0"),
    Case("leaky_relu", "x = 0", (0.0,), "the slope of the side below"),
    Case("elu", "x = 0", (0.0,), "no kink for alpha = 1: both sides agree"),
    Case("selu", "x = 0", (0.0,), "the slope of the side below"),
    Case("maximum", "x = y", (1.0, 1.0), TIE),
    Case("minimum", "x = y", (1.0, 1.0), TIE),
    Case("fmax", "y is NaN", (1.0, NAN), "a number wins against NaN"),
    Case("fmin", "x = y", (1.0, 1.0), TIE),
    Case("clip", "x on a bound", (1.0, 1.0, 3.0), "on a bound the gradient is still x's"),
    Case(
        "where",
        "y is not taken",
        (1.0, NAN),
        "0, never NaN, whatever stands there",
        lambda x, y: PUBLIC["where"](True, x, y),
    ),
    Case("copysign", "x = 0", (0.0, 1.0), ZERO),
    Case("heaviside", "x = 0", (0.0, 0.5), "x sits on the step; the value there is y"),
    Case("remainder", "x a multiple of y", (4.0, 2.0), "the slope of the piece to the right"),
    Case("sqrt", "x = 0", (0.0,), HONEST),
    Case("cbrt", "x = 0", (0.0,), HONEST),
    Case("log", "x = 0", (0.0,), HONEST),
    Case("power", "x = 0, y = 0", (0.0, 0.0), "x⁰ is 1 on both sides; log 0 counts as 0"),
    Case("power", "x = 0, y = 1", (0.0, 1.0), "x¹ has slope 1; log 0 counts as 0"),
    Case("power", "x = 0, y = ½", (0.0, 0.5), HONEST),
    Case("power", "x < 0", (-2.0, 3.0), "by y there is no real derivative: the logarithm counts as 0"),
    Case("hypot", "x = y = 0", (0.0, 0.0), ZERO),
    Case("arctan2", "x = y = 0", (0.0, 0.0), "there is no direction: 0"),
    Case("sinc", "x = 0", (0.0,), "the true derivative, and so in every order"),
    Case("xlogy", "x = y = 0", (0.0, 0.0), "0 · log y is 0 for every y"),
    Case("logaddexp", "both −∞", (-INF, -INF), "equal shares, never NaN"),
    Case("nan_to_num", "x is NaN", (NAN,), "what replaces it is a constant"),
    Case("max", "ties", (TIES,), TIE),
    Case("min", "ties", (-TIES,), TIE),
    Case("ptp", "all equal", (np.ones(3),), "the shares of max and min cancel"),
    Case(
        "sort",
        "the second of ties",
        (TIES,),
        "equal numbers keep their order",
        lambda x: PUBLIC["sort"](x)[1],
    ),
    Case("median", "ties", (TIES,), "one of the equal numbers, in their order"),
    Case("std", "all equal", (np.ones(3),), ZERO),
    Case("prod", "one zero", (np.array([0.0, 2.0, 3.0]),), "the product of the others, never by dividing"),
    Case(
        "cumprod",
        "a zero, summed",
        (np.array([0.0, 2.0, 3.0]),),
        "by products, never by dividing",
        lambda x: PUBLIC["cumprod"](x).sum(),
    ),
    Case("logsumexp", "all −∞", (np.full(2, -INF),), "of nothing: 0, never NaN"),
    Case("nanmax", "a NaN", (np.array([NAN, 1.0, 0.0]),), "NaN takes no part"),
    Case("norm", "x = 0", (np.zeros(2),), ZERO),
    Case("norm, ord=1", "a zero", (np.array([0.0, -2.0]),), ZERO, lambda x: PUBLIC["norm"](x, 1)),
    Case("norm, ord=inf", "ties", (np.array([2.0, -2.0]),), TIE, lambda x: PUBLIC["norm"](x, INF)),
    Case(
        "norm, ord=2",
        "equal singular values",
        (np.eye(2),),
        TIE,
        lambda x: PUBLIC["norm"](x, 2),
    ),
    Case(
        "norm, ord=nuc",
        "a zero matrix",
        (np.zeros((2, 2)),),
        ZERO,
        lambda x: PUBLIC["norm"](x, "nuc"),
    ),
    Case(
        "eigvalsh",
        "equal eigenvalues, summed",
        (np.eye(2),),
        "what does not depend on the choice of vectors is exact",
        lambda x: PUBLIC["eigvalsh"](x).sum(),
    ),
    Case(
        "interp",
        "x on a corner",
        (1.0,),
        "the slope on its right",
        lambda x: PUBLIC["interp"](x, [0.0, 1.0, 2.0], [0.0, 1.0, 5.0]),
    ),
    Case(
        "det",
        "a singular matrix",
        (np.array([[1.0, 2.0], [2.0, 4.0]]),),
        "the cofactors, which need no inverse",
    ),
)


class Convention(NamedTuple):
    """One choice: the function, the point, the gradient that it gives there, and the reason in words."""

    function: str
    point: str
    gradient: Any
    words: str


class Conventions(tuple[Convention, ...]):
    """All choices; prints as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        rows = [
            ("function", "at", "gradient", "because"),
            *((c.function, c.point, _written(c.gradient), c.words) for c in self),
        ]
        widths = [max(len(row[k]) for row in rows) for k in range(3)]
        return "\n".join(
            "  ".join([*(f"{t:{w}}" for t, w in zip(row, widths, strict=False)), row[3]]) for row in rows
        )


def conventions(function: str | None = None) -> Conventions:
    """The choice made at every kink, as a table: the gradient where a function has none, and why this one.

    Args:
        function: only the choices of this function.

    Raises:
        ValueError: if no choice is made for a function of that name.

    >>> conventions("relu")
    function  at     gradient  because
    relu      x = 0  0         as everywhere below 0
    """
    found = Conventions(
        Convention(case.function, case.point, _gradient(case), case.words)
        for case in CASES
        if function is None or function in (case.function, case.function.partition(",")[0])
    )
    if not found:
        names = ", ".join(dict.fromkeys(case.function.partition(",")[0] for case in CASES))
        raise ValueError(f"conventions: no choice is made for {function!r}; there is one for {names}")
    return found


def _gradient(case: Case) -> Any:
    """By every argument, as the rules give it."""
    with np.errstate(all="ignore"):
        every = tuple(range(len(case.values)))
        found = grad(case.call or PUBLIC[case.function], every)(*case.values)
    return found[0] if len(found) == 1 else found


def _written(gradient: Any) -> str:
    parts: Sequence[Any] = gradient if isinstance(gradient, tuple) else (gradient,)
    return ", ".join(re.sub(r"\.0\b", "", str((np.round(p, 3) + 0.0).tolist())) for p in parts)
