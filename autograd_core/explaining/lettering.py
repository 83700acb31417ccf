"""Letters put back into what was written out and simplified: exp(x)/(exp(x) + exp(y)) is u again."""

from fractions import Fraction
from typing import Any

import numpy as np

from autograd_core.symbols import Symbol
from autograd_core.symbols.simplifying import Algebra
from autograd_core.symbols.terms import HALF, ONE, Product, as_product

Rules = dict[int, tuple[Fraction, Product]]
"""By an atom of an algebra the product that it is, as `Algebra.renamed` takes them."""


def learn(algebra: Algebra, letter: Symbol, whole: Any, rules: Rules) -> None:
    """From letter = c · a^e · rest the rule for a, the longest of its factors."""
    form = algebra.form(whole)
    if not form:
        return
    number, factors = algebra.atoms.whole(form)
    calls = [
        (a, e)
        for a, e in factors
        if _is_call(algebra.thing(a))
        and a not in rules
        and abs(e) <= 1
        and _is_as_large(a, letter, factors, algebra)
    ]
    if not calls:
        return
    atom, e = max(calls, key=lambda factor: algebra.cost({((factor[0], ONE),): ONE}))
    turned = 1 / e
    if turned.denominator != 1:
        return
    found: dict[int, Fraction] = {algebra.atoms.number_of(letter): turned}
    value = number ** int(-turned)
    for other, k in factors:
        if other == atom:
            continue
        c, product = rules.get(other, (ONE, ((other, ONE),)))
        k = -k * turned
        if c != 1 and k.denominator != 1:
            return
        value *= c ** int(k) if c != 1 else ONE
        for one, n in product:
            found[one] = found.get(one, Fraction(0)) + n * k
    if all(n.denominator in (1, HALF.denominator) for n in found.values()):
        rules[atom] = (value, as_product(found))


def _is_as_large(atom: int, letter: Symbol, factors: Product, algebra: Algebra) -> bool:
    """Whether a factor has all the axes of the letter and of the other factors, which will stand for it."""
    shapes = [np.shape(algebra.thing(other)) for other, _ in factors if other != atom]
    own = np.shape(algebra.thing(atom))
    return np.broadcast_shapes(own, letter.shape, *shapes) == np.broadcast_shapes(own, (1,) * letter.ndim)


def _is_call(thing: Any) -> bool:
    return isinstance(thing, Symbol) and thing.op is not None
