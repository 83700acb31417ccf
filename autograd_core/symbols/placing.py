"""What is put in places and taken out of them, for the simplifier: one 1 in every row or column,
the matrix of ones on the diagonal, and what is taken from where it was put."""

from fractions import Fraction
from typing import Any

import numpy as np

from autograd_core.ops.indexing import HOLE, getitem, scatter
from autograd_core.symbols.identities import (
    Axes,
    Call,
    called_linear,
    is_call,
    new_axes,
    pulled,
    single,
    squeezed,
)
from autograd_core.symbols.symbol import Symbol
from autograd_core.symbols.terms import ONE, Form, Product, added, over


def _getitem(call: Call) -> Form | None:
    """What was put in a place and is taken from there."""
    if call.forms[0] and len(call.node.operands) == 1:
        outer, inner = pulled(call.forms[0], call.algebra)
        put = single(inner, call.algebra)
        if is_call(put, "scatter") and put.params["index"] == call.params["index"] and len(put.operands) == 1:
            return call.algebra.atoms.times(outer, call.algebra.form(put.operands[0]))  # type: ignore[no-any-return]
    return called_linear(call)


def _scatter(call: Call) -> Form | None:
    """What is put in the places of x[:, None] loses the axis."""
    new = new_axes(call.params["index"])
    return squeezed(call.forms[0], new, call.algebra) if new else called_linear(call)


def ones_along(thing: Any) -> Axes:
    """The axes along which a matrix has one 1 and else zeros: 1 → [0…n, t] has it in every row."""
    if not is_call(thing, "scatter") or thing.ndim != 2 or thing.params["index"] != (HOLE, HOLE):
        return ()
    g, rows, columns = thing.operands
    if not _is_one(g) or np.shape(rows) != np.shape(columns):
        return ()
    return tuple(a for a, each in ((-1, rows), (-2, columns)) if _counts(each, thing.shape[-3 - a]))


def is_unit_matrix(thing: Any) -> bool:
    """Whether this is the matrix of ones on the diagonal."""
    return len(ones_along(thing)) == 2


def _is_one(x: Any) -> bool:
    while isinstance(x, Symbol) and x.op is not None and x.op.name in ("spread", "broadcast_to"):
        x = x.operands[0]
    return not isinstance(x, Symbol) and bool(np.all(np.asarray(x) == 1))


def _counts(x: Any, n: int) -> bool:
    """Whether a constant is 0, 1, ..., n − 1."""
    x = (x.extra or {}).get("held") if isinstance(x, Symbol) else x
    return isinstance(x, np.ndarray) and np.array_equal(x, np.arange(n))


def by_places(form: Form, algebra: Any) -> Form:
    """M ⊙ (g → [i, j]) as g · M[i, j] → [i, j], where something may cancel."""
    terms = [_with_places(product, c, algebra) for product, c in form.items()]
    if all(made is None for made in terms):
        return form
    return added(
        {product: c} if made is None else made for made, (product, c) in zip(terms, form.items(), strict=True)
    )


def _with_places(product: Product, c: Fraction, algebra: Any) -> Form | None:
    for atom, e in product:
        put = algebra.atoms[atom]
        if e != 1 or not is_call(put, "scatter") or not put.ndim or not isinstance(put.operands[0], Symbol):
            continue
        g, *arrays = put.operands
        inner = algebra.form(g)
        met, taken = algebra.atoms.met(inner), []
        for k, n in product:
            if k == atom or np.shape(algebra.thing(k)) != put.shape or n.denominator != 1:
                continue
            picked = algebra.form(getitem(algebra.thing(k), *arrays, index=put.params["index"]))
            if not picked or not algebra.atoms.met(picked) & met:  # nothing can cancel
                continue
            inner = algebra.atoms.times(inner, algebra.atoms.to_power(picked, n))
            taken.append((k, n))
        inner = algebra.best(inner) if taken else {}
        if inner:
            outer, inner = pulled(inner, algebra)
            made = algebra.known(scatter(algebra.operand(inner, g), *arrays, **put.params))
            rest = over(product, ((atom, ONE), *taken))
            return algebra.atoms.times({rest: c}, algebra.atoms.times(outer, made))  # type: ignore[no-any-return]
    return None


PLACED = {"getitem": _getitem, "scatter": _scatter}
