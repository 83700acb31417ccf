"""Products of matrices with a common factor, for the simplifier: Xᵀ · A + Xᵀ · B = Xᵀ · (A + B)."""

from fractions import Fraction
from typing import Any

from autograd_core.ops.products import matmul
from autograd_core.symbols.identities import is_call, pulled
from autograd_core.symbols.terms import ONE, Form, Product, added, over


def gathered(form: Form, algebra: Any) -> Form:
    """The first two or more terms that share a matrix on the same side, as one product."""
    for side in (0, 1):
        groups: dict[int, list[tuple[Product, Fraction, Any]]] = {}
        for product, c in form.items():
            found = _matrix(product, algebra)
            if found is not None:
                rest, thing = found
                groups.setdefault(id(thing.operands[side]), []).append((rest, c, thing))
        for group in groups.values():
            like = group[0][2].operands[1 - side]
            if len(group) < 2 or any(t.operands[1 - side].shape != like.shape for _, _, t in group):
                continue
            inner = added(
                algebra.atoms.times({rest: c}, algebra.form(t.operands[1 - side])) for rest, c, t in group
            )
            inner = algebra.best(inner)
            if not inner:
                continue
            outer, inner = pulled(inner, algebra)
            other = algebra.operand(inner, like)
            shared = group[0][2].operands[side]
            made = algebra.known(matmul(shared, other) if side == 0 else matmul(other, shared))
            made = algebra.atoms.times(outer, made)
            ours = {(rest, id(t)) for rest, _, t in group}
            kept = {
                p: c
                for p, c in form.items()
                if (found := _matrix(p, algebra)) is None or (found[0], id(found[1])) not in ours
            }
            return added([made, kept])
    return form


def _matrix(product: Product, algebra: Any) -> tuple[Product, Any] | None:
    """Of single numbers times one product of matrices the numbers and the latter."""
    calls = [atom for atom, e in product if e == 1 and is_call(algebra.thing(atom), "matmul")]
    if len(calls) != 1:
        return None
    rest = over(product, ((calls[0], ONE),))
    if any(getattr(algebra.thing(atom), "shape", ()) for atom, _ in rest):
        return None
    return rest, algebra.thing(calls[0])
