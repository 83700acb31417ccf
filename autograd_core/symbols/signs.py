"""What a number and its sign know of one another, for the simplifier: |x| · sign(x) = x, |x|² = x²."""

from fractions import Fraction
from typing import Any

from autograd_core.symbols.identities import is_call
from autograd_core.symbols.terms import ONE, Form, Product, added, over


def by_signs(form: Form, algebra: Any) -> Form:
    """Sizes of numbers, |x|, put together with their signs."""
    if not any(is_call(algebra.atoms[atom], "absolute") for product in form for atom, _ in product):
        return form
    return added(_with_signs(product, c, algebra) for product, c in form.items())


def _with_signs(product: Product, c: Fraction, algebra: Any) -> Form:
    signs = {
        id(algebra.atoms[k].operands[0]): (k, e) for k, e in product if is_call(algebra.atoms[k], "sign")
    }
    for atom, e in product:
        if not is_call(algebra.atoms[atom], "absolute") or e.denominator != 1:
            continue
        x = algebra.atoms[atom].operands[0]
        sign, times = signs.get(id(x), (0, 0))
        taken: Product = ()
        if e % 2 == 0:
            taken = ((atom, e),)
        elif times == 1 and e > 0:
            taken = ((atom, e), (sign, ONE))
        power = algebra.atoms.to_power(algebra.form(x), e) if taken else None
        if power is not None:
            return algebra.atoms.times({over(product, taken): c}, power)  # type: ignore[no-any-return]
    return {product: c}
