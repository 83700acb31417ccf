"""e^b over its sum is softmax(b), for the simplifier; what is constant along the axis cancels in it."""

from fractions import Fraction
from typing import Any

from autograd_core.ops.softmaxes import softmax
from autograd_core.symbols.identities import is_call, varies
from autograd_core.symbols.terms import ONE, Form, Product, added, over


def by_softmax(form: Form, algebra: Any) -> Form:
    """e^b/Σe^b as softmax(b), in every term where the two meet."""
    if not any(is_call(algebra.atoms[atom], "exp") for product in form for atom, _ in product):
        return form
    return added(_with_softmax(product, c, algebra) for product, c in form.items())


def _with_softmax(product: Product, c: Fraction, algebra: Any) -> Form:
    found = dict(product)
    for below, e in product:
        whole = algebra.atoms[below]
        if e > -1 or not is_call(whole, "sum") or len(whole.params["axis"]) != 1:
            continue
        power, (axis,) = whole.operands[0], whole.params["axis"]
        above = algebra.atoms.number_of(power)
        is_kept = whole.params["keepdims"] or axis == -power.ndim
        if is_kept and is_call(power, "exp") and found.get(above, 0) >= 1:
            b = power.operands[0]
            share = softmax(_without_constants(b, axis, algebra), axis=(axis,))
            rest = over(product, ((above, ONE), (below, -ONE)))
            return algebra.atoms.times({rest: c}, algebra.known(share))  # type: ignore[no-any-return]
    return {product: c}


def _without_constants(b: Any, axis: int, algebra: Any) -> Any:
    """Without the terms that are the same along the axis."""
    form = algebra.form(b)
    left = {
        product: c
        for product, c in form.items()
        if any(varies(algebra.thing(atom), b, (axis,)) for atom, _ in product)
    }
    return b if not left or len(left) == len(form) else algebra.operand(left, b)
