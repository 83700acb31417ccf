"""What the logistic function, e^b and the logarithm know of one another, for the simplifier.

With σ(−b) = 1/(1 + e^b): e^b · σ(−b) = 1 − σ(−b), e^b = (1 − σ(−b))/σ(−b), log σ(b) − log(1 − σ(b)) = b.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from autograd_core.ops.exponentials import exp
from autograd_core.symbols.identities import is_call, share_of_power, single
from autograd_core.symbols.terms import NOTHING, ONE, Form, Product, added, number_form, over, scaled


def by_shares(form: Form, algebra: Any) -> Form:
    """With σ(−b) = 1/(1 + e^b): e^b · σ(−b) is 1 − σ(−b)."""
    terms = [_with_shares(product, c, algebra) for product, c in form.items()]
    if all(made == {product: c} for made, (product, c) in zip(terms, form.items(), strict=True)):
        return form
    return algebra.atoms.flat(added(terms))  # type: ignore[no-any-return]


def _with_shares(product: Product, c: Fraction, algebra: Any) -> Form:
    made: Form = {product: c}
    for atom, e in product:
        power = _power_beside_one(atom, algebra) if e.denominator == 1 else None
        if power is None:
            continue
        share = share_of_power(algebra.thing(power), algebra)
        whole = algebra.atoms.whole(share)
        beside = dict(product).get(whole.factors[0][0], 0) if len(whole.factors) == 1 else 0
        if e < 0:
            made = _exchanged(made, ((atom, e),), share, int(-e), algebra)
        elif whole.number == 1 and min(beside, e) >= 1:  # (1 + e^b) · σ(−b) is 1
            times = Fraction(int(min(beside, e)))
            taken = ((atom, times), (whole.factors[0][0], times))
            made = _exchanged(made, taken, number_form(ONE), 1, algebra)
    for atom, e in product:
        thing = algebra.atoms[atom]
        if e < 1 or not is_call(thing, "exp"):
            continue
        share = share_of_power(thing, algebra)
        whole = algebra.atoms.whole(share)
        found = dict(next(iter(made)))
        times = min(e, found.get(atom, Fraction(0)), found.get(whole.factors[0][0], Fraction(0)))
        if times >= 1 and len(whole.factors) == 1:
            times = Fraction(int(times))
            rest = added([number_form(ONE), {p: -k for p, k in share.items()}])
            taken = ((atom, times), (whole.factors[0][0], times))
            made = _exchanged(made, taken, rest, int(times), algebra)
    return made


def by_odds(form: Form, algebra: Any) -> Form:
    """Where σ(−b) stands beside e^b, the latter by the former: e^b = (1 − σ(−b))/σ(−b)."""
    met = algebra.atoms.met(form)
    odds: dict[int, Form] = {}
    for atom in sorted(met):
        if is_call(algebra.atoms[atom], "exp"):
            share = share_of_power(algebra.atoms[atom], algebra)
            if {k for product in share for k, _ in product} <= met:
                rest = added([number_form(ONE), scaled(share, -ONE)])
                under = algebra.atoms.to_power(share, -ONE)
                assert under is not None  # whole powers exist
                odds[atom] = algebra.atoms.times(rest, under)
    return _with_odds(form, odds, algebra) if odds else form


def _with_odds(form: Form, odds: Mapping[int, Form], algebra: Any) -> Form:
    """Atoms exchanged, also inside sums, which are at most `DEEPEST` in one another."""
    terms = []
    for product, c in form.items():
        made = number_form(c)
        for atom, e in product:
            inner: Form = {((atom, ONE),): ONE}
            if atom in odds and e.denominator == 1:
                inner = odds[atom]
            elif e.denominator == 1 and not odds.keys().isdisjoint(algebra.atoms.met(inner)):
                inner = algebra.best(_with_odds(algebra.atoms.parts[atom], odds, algebra))
            power = algebra.atoms.to_power(inner, e)
            if power is None:  # it would divide by 0
                return form
            made = algebra.atoms.times(made, power)
        terms.append(made)
    return algebra.atoms.flat(added(terms))  # type: ignore[no-any-return]


def log_odds(form: Form, algebra: Any) -> Form:
    """log(σ(b)) − log(1 − σ(b)) as b, if both logarithms go."""
    inner = {
        atom: algebra.form(algebra.atoms[atom].operands[0])
        for p in form
        for atom, _ in p
        if _is_log(atom, algebra)
    }
    for atom, rest in inner.items():
        for other, share in inner.items():
            thing = single(share, algebra)
            if not is_call(thing, "sigmoid") or added([rest, share]) != number_form(ONE):
                continue
            b = scaled(algebra.form(thing.operands[0]), -ONE)
            turned = added([{((other, ONE),): ONE}, b])
            swapped = (_swapped(p, c, atom, turned, algebra) for p, c in form.items())
            made: Form = algebra.atoms.opened(added(swapped))
            if other not in algebra.atoms.met(made):
                return made
    return form


def by_exp(form: Form, algebra: Any) -> Form:
    """expm1(b) as e^b − 1, as far as it is no longer with a 1 beside it."""
    small = {atom for product in form for atom, _ in product if is_call(algebra.atoms[atom], "expm1")}
    for atom in sorted(small):
        power = algebra.known(exp(algebra.atoms[atom].operands[0]))
        given = added([power, number_form(-ONE)])
        form = algebra.atoms.opened(added(_swapped(p, c, atom, given, algebra) for p, c in form.items()))
    return form


def _is_log(atom: int, algebra: Any) -> bool:
    return is_call(algebra.atoms[atom], "log")


def _swapped(product: Product, c: Fraction, atom: int, given: Form, algebra: Any) -> Form:
    """A product with something else for one of its factors."""
    if dict(product).get(atom) != 1:
        return {product: c}
    return algebra.atoms.times({over(product, ((atom, ONE),)): c}, given)  # type: ignore[no-any-return]


def _exchanged(form: Form, taken: Product, given: Form, times: int, algebra: Any) -> Form:
    """A product with some factors taken out and others put in."""
    ((product, c),) = form.items()
    factor = algebra.atoms.to_power(given, Fraction(times))
    assert factor is not None  # whole powers exist
    return algebra.atoms.times({over(product, taken): c}, factor)  # type: ignore[no-any-return]


def _power_beside_one(atom: int, algebra: Any) -> int | None:
    """Of a sum 1 + e^b the atom e^b."""
    parts = algebra.atoms.parts.get(atom)
    if parts is None or len(parts) != 2 or parts.get(NOTHING) != 1:
        return None
    product, c = next((p, c) for p, c in parts.items() if p != NOTHING)
    if c != 1 or len(product) != 1 or product[0][1] != 1:
        return None
    return product[0][0] if is_call(algebra.atoms[product[0][0]], "exp") else None
