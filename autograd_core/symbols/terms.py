"""Sums of products in normal form: what the simplifier computes with.

A form maps products to rational coefficients, a product maps *atoms* to exponents (halves for square roots).
Atoms are whatever the algebra cannot look into: inputs, calls of rows, constant arrays, decimal numbers,
and sums that stand as a factor. Shapes are those of broadcasting, so a factor that is repeated along an axis
is simply a smaller factor.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import reduce
from math import gcd, prod
from typing import Any, NamedTuple

import numpy as np

from autograd_core.symbols.symbol import Symbol

Product = tuple[tuple[int, Fraction], ...]
Form = dict[Product, Fraction]

NOTHING: Product = ()
ONE = Fraction(1)
HALF = Fraction(1, 2)


class Whole(NamedTuple):
    """A form as one product: coefficient · factors."""

    number: Fraction
    factors: Product


def number_form(value: Fraction) -> Form:
    return {NOTHING: value} if value else {}


def added(forms: Iterable[Form]) -> Form:
    """The sum of forms; terms that cancel are gone."""
    total: Form = {}
    for form in forms:
        for product, c in form.items():
            total[product] = total.get(product, Fraction(0)) + c
    return {product: c for product, c in total.items() if c}


def scaled(form: Form, factor: Fraction) -> Form:
    return {product: c * factor for product, c in form.items()} if factor else {}


def exponents(*products: Product) -> dict[int, Fraction]:
    """The exponents of a product of products."""
    found: dict[int, Fraction] = {}
    for product in products:
        for atom, e in product:
            found[atom] = found.get(atom, Fraction(0)) + e
    return found


def as_product(found: dict[int, Fraction]) -> Product:
    return tuple(sorted((atom, e) for atom, e in found.items() if e))


def content(numbers: Iterable[Fraction]) -> Fraction:
    """What all numbers have in common above and below the line; negative if all are negative."""
    listed = list(numbers)
    above = reduce(gcd, (abs(c.numerator) for c in listed))
    below = reduce(gcd, (c.denominator for c in listed))
    return Fraction(-above if all(c < 0 for c in listed) else above, below)


def shared(products: Iterable[Product]) -> Product:
    """The factors that all products have: what they can be divided by without a new denominator."""
    listed = [dict(p) for p in products]
    common: dict[int, Fraction] = {}
    for atom in listed[0]:
        es = [p.get(atom, Fraction(0)) for p in listed]
        if min(es) > 0:
            common[atom] = min(es)
        elif max(es) < 0:
            common[atom] = max(es)
    return as_product(common)


def over(product: Product, divisor: Product) -> Product:
    """A product divided by one of its parts."""
    return as_product(exponents(product, tuple((atom, -e) for atom, e in divisor)))


class Atoms:
    """The atoms of one simplification, numbered as they come, so that the same input gives the same text."""

    def __init__(self) -> None:
        self._things: list[Any] = []
        self._numbers: dict[Any, int] = {}
        self._sums: dict[frozenset[tuple[Product, Fraction]], int] = {}
        self.parts: dict[int, Form] = {}
        """Of an atom that is a sum: its terms."""
        self.depths: dict[int, int] = {}
        """How many sums stand in one another there."""

    def __getitem__(self, atom: int) -> Any:
        return self._things[atom]

    def number_of(self, thing: Any) -> int:
        """The number of an atom: a Symbol, a constant array or a decimal number."""
        key = ("number", thing) if isinstance(thing, float) else id(thing)
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = len(self._things)
            self._things.append(thing)
        return known

    def form(self, thing: Any) -> Form:
        """An atom as a form; numbers that are fractions of small powers of two are coefficients."""
        if isinstance(thing, bool | np.bool_):
            return number_form(Fraction(int(thing)))
        if isinstance(thing, np.ndarray) and not thing.ndim and thing.dtype.kind in "fiub":
            thing = thing.item()
        if isinstance(thing, int | np.integer):
            return number_form(Fraction(int(thing)))
        if isinstance(thing, float | np.floating):
            value = float(thing)
            if np.isfinite(value) and (value * 1024).is_integer():
                return number_form(Fraction(value))
            # 0.1 stays 0.1, π stays π
            if value < 0:
                return {((self.number_of(-value), ONE),): -ONE}
            return {((self.number_of(value), ONE),): ONE}
        return {((self.number_of(thing), ONE),): ONE}

    def is_mask(self, atom: int) -> bool:
        """Whether an atom is 0 or 1, so that its powers are itself."""
        thing = self._things[atom]
        return isinstance(thing, Symbol | np.ndarray) and thing.dtype == np.bool_

    def is_single(self, atom: int) -> bool:
        """Whether an atom is one number."""
        return not getattr(self._things[atom], "shape", ())

    def whole(self, form: Form) -> Whole:
        """A form that is not 0 as one product, of which a sum may be a factor."""
        if len(form) == 1:
            ((product, c),) = form.items()
            return Whole(c, product)
        common = shared(form)
        c = content(form.values())
        rest = {over(product, common): value / c for product, value in form.items()}
        sign, atom = self._sum(rest)
        return Whole(c * sign, as_product(exponents(common, ((atom, ONE),))))

    def _sum(self, form: Form) -> tuple[int, int]:
        """The atom of a sum without common factors, and whether it is that of the negative one."""
        key = frozenset(form.items())
        if key in self._sums:
            return 1, self._sums[key]
        negative = frozenset((product, -c) for product, c in form.items())
        if negative in self._sums:
            return -1, self._sums[negative]
        sign = 1
        if next(iter(form.values())) < 0 and sum(c < 0 for c in form.values()) > len(form) / 2:
            form, key, sign = scaled(form, -ONE), negative, -1
        atom = len(self._things)
        self._things.append(None)  # until it is built
        self._sums[key] = atom
        self.parts[atom] = form
        self.depths[atom] = 1 + max(
            (self.depths.get(k, 0) for product in form for k, _ in product), default=0
        )
        return sign, atom

    def place(self, atom: int, thing: Any) -> None:
        """The expression of a sum."""
        self._things[atom] = thing
        if isinstance(thing, Symbol):
            self._numbers.setdefault(id(thing), atom)

    def times(self, x: Form, y: Form) -> Form:
        """The product of two forms; sums stay factors."""
        if not x or not y:
            return {}
        if len(x) > 1 and len(y) == 1 and next(iter(y)) == NOTHING:
            return scaled(x, y[NOTHING])
        if len(y) > 1 and len(x) == 1 and next(iter(x)) == NOTHING:
            return scaled(y, x[NOTHING])
        a, b = self.whole(x), self.whole(y)
        return {self.product(a.factors, b.factors): a.number * b.number}

    def product(self, *products: Product) -> Product:
        """Factors put together."""
        found = exponents(*products)
        for atom, e in list(found.items()):
            if e > 0 and self.is_mask(atom):
                found[atom] = ONE if found.get(self._not_zero(atom), 0) <= 0 else Fraction(0)
        return as_product(found)

    def _not_zero(self, mask: int) -> int:
        """Of a mask [x ≠ 0] the atom x, beside which it says nothing; −1 of other masks."""
        thing = self._things[mask]
        if not isinstance(thing, Symbol) or thing.op is None or thing.op.name != "not_equal":
            return -1
        x, y = thing.operands
        is_zero = isinstance(y, int | float) and y == 0
        return self._numbers.get(id(x), -1) if is_zero else -1

    def to_power(self, form: Form, exponent: Fraction) -> Form | None:
        """A form to a power; None where that has no form, as √(x²), which is |x|."""
        if not form:
            return {} if exponent > 0 else None
        a = self.whole(form)
        if exponent.denominator == 1:
            if a.number == 0 and exponent < 0:
                return None
            product = self.product(tuple((atom, e * exponent) for atom, e in a.factors))
            return {product: a.number ** int(exponent)}
        if (
            a.number == 1
            and len(a.factors) == 1
            and a.factors[0][1] == 1
            and not self.is_mask(a.factors[0][0])
        ):
            return {((a.factors[0][0], exponent),): ONE}
        return None

    def opened(self, form: Form, limit: int = 24) -> Form:
        """Sums that are factors multiplied out, those first that hold a denominator which may cancel.

        Where that would make more than `limit` terms the form is returned as it is.
        """
        if sum(map(self._multiplied, form)) > limit:
            return form
        todo, done = list(form.items()), []
        budget = limit * 8
        while todo:
            product, c = todo.pop(0)
            budget -= 1
            sums = [atom for atom, e in product if atom in self.parts and e >= 1 and e.denominator == 1]
            if not sums:
                done.append({product: c})
                continue
            atom = max(sums, key=lambda k: (self._divides(k), -k))
            rest = as_product(exponents(product, ((atom, -ONE),)))
            new = [(self.product(rest, p), c * k) for p, k in self.parts[atom].items()]
            if budget < 0 or len(todo) + len(done) + len(new) > limit:
                return form
            todo[:0] = new
        return added(done)

    def flat(self, form: Form) -> Form:
        """Terms that are sums, added or subtracted, term by term: a − (b − c) = a − b + c."""
        if not any(self._is_sum(product) and abs(c) == 1 for product, c in form.items()):
            return form
        return added(
            scaled(self.parts[product[0][0]], c) if self._is_sum(product) and abs(c) == 1 else {product: c}
            for product, c in form.items()
        )

    def divided(self, form: Form) -> Form:
        """One step of a division with remainder of sums: (a − sa − sb)/(a + b) = a/(a + b) − s."""
        if len(form) != 1:
            return form
        ((product, c),) = form.items()
        above = [atom for atom, e in product if e == 1 and atom in self.parts]
        below = [atom for atom, e in product if e == -1 and atom in self.parts]
        for top, bottom in ((top, bottom) for top in above for bottom in below):
            parts, divisor = self.parts[top], self.parts[bottom]
            first, k = next(iter(divisor.items()))
            for term, n in parts.items():
                quotient = {over(term, first): n / k}
                taken = added({self.product(*quotient, p): -n / k * v} for p, v in divisor.items())
                left = added([parts, taken])
                if 0 < len(left) < len(parts) - 1:
                    found = added([quotient, self.times(left, {((bottom, -ONE),): ONE})])
                    rest = over(product, ((top, ONE), (bottom, -ONE)))
                    return self.times({rest: c}, found)
        return form

    def met(self, form: Form) -> set[int]:
        """The atoms of a form and of the sums in it."""
        found: set[int] = set()
        todo = [atom for product in form for atom, _ in product]
        while todo:
            atom = todo.pop()
            if atom not in found:
                found.add(atom)
                todo += [k for product in self.parts.get(atom, ()) for k, _ in product]
        return found

    def _is_sum(self, product: Product) -> bool:
        return len(product) == 1 and product[0][1] == 1 and product[0][0] in self.parts

    def _multiplied(self, product: Product) -> int:
        """How many terms a product has, its sums multiplied out."""
        sums = [(atom, int(e)) for atom, e in product if atom in self.parts and e >= 1 and e.denominator == 1]
        return prod(len(self.parts[atom]) ** e for atom, e in sums)

    def _divides(self, atom: int) -> bool:
        return any(e < 0 for product in self.parts[atom] for _, e in product)

    def mapped(self, form: Form, change: Callable[[Any], Form]) -> Form:
        """Every atom changed by a function that respects products and sums; sums are changed inside."""
        terms = []
        for product, c in form.items():
            made = number_form(c)
            for atom, e in product:
                if atom in self.parts:
                    inner = self.mapped(self.parts[atom], change)
                else:
                    inner = (
                        change(self._things[atom])
                        if isinstance(self._things[atom], Symbol | np.ndarray)
                        else ({((atom, ONE),): ONE})
                    )
                power = self.to_power(inner, e)
                assert power is not None  # atoms become atoms
                made = self.times(made, power)
            terms.append(made)
        return added(terms)
