"""How an operation is called in NumPy, and whether it can be told where to put its result.

Where NumPy itself would give another dtype than the row, the row's own function is called: `out=` must not
hide a conversion.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from autograd_core.compiling.program import packed
from autograd_core.op import Row
from autograd_core.ops import (
    activations,
    arithmetic,
    error_kernels,
    exponentials,
    indexing,
    joining,
    products,
    reductions,
)
from autograd_core.ops.constants import ones
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol

Texts = Sequence[str]
Bind = Callable[[str, Any], str]


class Form(NamedTuple):
    """
    call      the text of the call: from a function that gives an object a name, best this one, the texts of
              the operands, and that of the place of the result or None
    out       whether it can be told where to put the result
    inplace   whether that may be an operand that is not needed any more
    own       whether the result is a new array, and not perhaps a view of an operand
    """

    call: Callable[[Bind, Texts, str | None], str]
    out: bool = True
    inplace: bool = False
    own: bool = True


def form_of(x: Symbol) -> Form:
    """The form of an operation on arrays."""
    row = x.op
    assert row is not None  # inputs are names
    special = _SPECIAL.get(row)
    if special is not None:
        form = special(x)
        if form is not None:
            return form
    f = row.forward
    if (
        isinstance(f, np.ufunc)
        and f.nout == 1
        and f.signature is None
        and not x.params
        and keeps(f, x, x.operands)
    ):
        return _of_ufunc(f)
    return _foreign(x)


@cache
def _of_ufunc(f: np.ufunc) -> Form:
    name = f.__name__
    # a third argument of these two may be meant otherwise, NumPy warns
    word = "out=" if name in ("maximum", "minimum") else ""

    def call(bind: Bind, operands: Texts, out: str | None) -> str:
        place = () if out is None else (word + out,)
        return f"{bind(name, f)}({', '.join((*operands, *place))})"

    return Form(call, inplace=True)


def keeps(f: np.ufunc, x: Symbol, operands: Sequence[Any]) -> bool:
    """Whether the ufunc gives the dtype of the row by itself."""
    loop = resolved(f, tuple(kind_of(y) for y in operands))
    return loop is not None and bool(loop[-1] == x.dtype)


@lru_cache(maxsize=4096)
def resolved(f: np.ufunc, kinds: tuple[Any, ...]) -> Any:
    """What a ufunc makes of operands of these kinds: their dtypes and that of the result; None if it will
    not take them."""
    try:
        return f.resolve_dtypes((*kinds, None))
    except TypeError:
        return None


def kind_of(x: Any) -> Any:
    """The dtype of an operand; of a number of Python its type."""
    if isinstance(x, Symbol):
        return (bool if x.dtype.kind == "b" else float) if x.weak else x.dtype
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype
    return type(x)


def literal(x: Any) -> str | None:
    """The text of a parameter, if it is one that anybody can read."""
    if x is None or isinstance(x, bool | str) or x is ...:
        return repr(x)
    if isinstance(x, int):
        return str(int(x))
    if isinstance(x, float):
        return repr(float(x)) if np.isfinite(x) else None
    if isinstance(x, tuple | list):
        parts = [literal(y) for y in x]
        if any(p is None for p in parts):
            return None
        inside = ", ".join(str(p) for p in parts)
        return f"[{inside}]" if isinstance(x, list) else f"({inside}{',' * (len(parts) == 1)})"
    return None


def _foreign(x: Symbol) -> Form:
    """The row's own function, with its parameters."""
    row = x.op
    assert row is not None  # the caller has looked
    row_name = "".join(c if c.isalnum() else "_" for c in row.name)

    def call(bind: Bind, operands: Texts, out: str | None) -> str:
        words = []
        for key, value in x.params.items():
            text = literal(value)
            words.append(f"{key}={bind(f'{row_name}_{key}', value) if text is None else text}")
        return f"{bind(row_name, row.forward)}({', '.join((*operands, *words))})"

    return Form(call, out=False, own=TABLE.get(row.name) is row and row.name not in LOOKING)


LOOKING = frozenset(
    ("guard", "reshape", "expand", "squeeze", "transpose", "broadcast_to", "spread", "getitem")
)
"""The rows of the table that may give a part of their operand back; of foreign rows nothing is known."""


def _matmul(x: Symbol) -> Form | None:
    a, b = x.operands
    kinds = {kind_of(a), kind_of(b)}
    if kinds != {x.dtype}:
        return None
    flat = x.dtype in (np.float32, np.float64) and 0 < a.ndim <= 2 and 0 < b.ndim <= 2
    name, f = ("dot", np.dot) if flat else ("matmul", np.matmul)

    def call(bind: Bind, p: Texts, out: str | None) -> str:
        return f"{bind(name, f)}({p[0]}, {p[1]}{'' if out is None else f', {out}'})"

    return Form(call)


def _reduction(ufunc: Any) -> Any:
    name = ufunc.__name__

    def form(x: Symbol) -> Form | None:
        (y,) = x.operands
        if kind_of(y) != x.dtype or x.dtype.kind not in "f":
            return None
        axes, keep = x.params["axis"], x.params["keepdims"]
        which = "None" if len(axes) == y.ndim else str(axes[0]) if len(axes) == 1 else literal(axes)
        rest = ", keepdims=True" if keep else ""

        def call(bind: Bind, p: Texts, out: str | None) -> str:
            return f"{bind(name, ufunc)}.reduce({p[0]}, {which}, None, {out}{rest})"

        return Form(call)

    return form


LONG = 4096
"""So many numbers BLAS may add up in its own order; NumPy adds in pairs."""


def _sum(x: Symbol) -> Form | None:
    """Along one axis of a matrix a product with ones: a third of the time."""
    (y,) = x.operands
    axes = x.params["axis"]
    if kind_of(y) != x.dtype or x.dtype not in (np.float32, np.float64) or len(axes) != 1 or y.ndim > 2:
        return _reduction(np.add)(x)  # type: ignore[no-any-return]
    n = y.shape[axes[0]]
    if not (4 <= n <= LONG and y.size > 32) or x.params["keepdims"]:
        return _reduction(np.add)(x)  # type: ignore[no-any-return]

    def call(bind: Bind, p: Texts, out: str | None) -> str:
        line = bind("ones", ones(n, x.dtype))
        operands = f"{line}, {p[0]}" if axes[0] == -2 else f"{p[0]}, {line}"
        return f"{bind('dot', np.dot)}({operands}{'' if out is None else f', {out}'})"

    return Form(call)


FEW = 32
"""Of so few columns NumPy compares the columns much faster than the lines."""


def _extreme(ufunc: Any) -> Any:
    """A maximum or minimum, of few columns by columns. NumPy before 2.2 writes wrong numbers where it reduces
    views by one of them into an array."""
    if tuple(map(int, np.__version__.split(".")[:2])) < (2, 2):
        return lambda _: None
    usual, name = _reduction(ufunc), ufunc.__name__

    def form(x: Symbol) -> Form | None:
        found: Form | None = usual(x)
        (y,) = x.operands
        if (
            found is None
            or y.ndim != 2
            or x.params["axis"] != (-1,)
            or not 1 < y.shape[1] <= FEW <= y.shape[0]
        ):
            return found
        keep = x.params["keepdims"]

        def call(bind: Bind, p: Texts, out: str | None) -> str:
            columns = f"{bind(name, ufunc)}.reduce({p[0]}.T.copy(), 0"
            if out is None:
                return f"{columns}){'[:, None]' if keep else ''}"
            return f"{columns}, None, {out}{'[:, 0]' if keep else ''})"

        return Form(call)

    return form


def _packed(x: Symbol) -> Form:
    def call(bind: Bind, p: Texts, out: str | None) -> str:
        return f"{p[0]}.copy()" if out is None else f"{bind('copyto', np.copyto)}({out}, {p[0]})"

    return Form(call)


def _power(x: Symbol) -> Form | None:
    _a, b = x.operands
    if x.dtype.kind != "f" or (isinstance(b, Symbol) and b.weak):
        return None
    return _of_ufunc(np.power) if keeps(np.power, x, x.operands) else None


def _into(function: Callable[..., Any]) -> Callable[[Symbol], Form | None]:
    """A row of one operand whose function can be told where to put a result of the operand's dtype, which
    is another place than the operand's."""

    def form(x: Symbol) -> Form | None:
        if not x.ndim or x.dtype not in (np.float32, np.float64) or kind_of(x.operands[0]) != x.dtype:
            return None
        row_name = x.op.name  # type: ignore[union-attr] # inputs have no form

        def call(bind: Bind, p: Texts, out: str | None) -> str:
            return f"{bind(row_name, function)}({p[0]}{'' if out is None else f', {out}'})"

        return Form(call)

    return form


def _joined(function: Callable[..., Any]) -> Callable[[Symbol], Form | None]:
    """np.concatenate or np.stack, which write into an array if there is one."""

    def form(x: Symbol) -> Form | None:
        if any(kind_of(y) != x.dtype for y in x.operands):
            return None
        axis, name = x.params["axis"], function.__name__

        def call(bind: Bind, p: Texts, out: str | None) -> str:
            place = "" if out is None else f", out={out}"
            return f"{bind(name, function)}(({', '.join(p)},), {axis}{place})"

        return Form(call)

    return form


def _astype(x: Symbol) -> Form | None:
    name = x.dtype.name

    def call(bind: Bind, p: Texts, out: str | None) -> str:
        if out is None:
            return f"{p[0]}.astype({bind(name, x.dtype)})"
        return f'{bind("copyto", np.copyto)}({out}, {p[0]}, "unsafe")'

    return Form(call, inplace=True)


def _gathered(x: Symbol) -> Form | None:
    if len(x.operands) == 1:
        return None
    return _foreign(x)._replace(own=True)


_SPECIAL: dict[Row, Callable[[Symbol], Form | None]] = {
    arithmetic.power: _power,
    arithmetic.astype: _astype,
    exponentials.sigmoid: _into(exponentials.logistic),
    activations.erf: _into(error_kernels.erf),
    activations.erfc: _into(error_kernels.erfc),
    products.matmul: _matmul,
    packed: _packed,
    reductions.sum: _sum,
    reductions.max: _extreme(np.maximum),
    reductions.min: _extreme(np.minimum),
    reductions.prod: _reduction(np.multiply),
    joining.concatenate: _joined(np.concatenate),
    joining.stack: _joined(np.stack),
    indexing.getitem: _gathered,
}
