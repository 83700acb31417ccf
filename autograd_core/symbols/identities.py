"""Identities between rows, for the simplifier: a table by the name of a row.

An identity takes a call, with its operands as forms, and gives the form of the result, or None where it says
nothing and the call stands as it is.
"""

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

import numpy as np

from autograd_core.ops.broadcasting import broadcast_to
from autograd_core.ops.choices import logical_not
from autograd_core.ops.exponentials import sigmoid
from autograd_core.ops.products import matmul
from autograd_core.ops.reductions import sum as total
from autograd_core.ops.shapes import expand, squeeze
from autograd_core.ops.softmaxes import softmax
from autograd_core.symbols.symbol import Symbol, symbolic
from autograd_core.symbols.terms import (
    HALF,
    ONE,
    Form,
    Product,
    Whole,
    added,
    as_product,
    number_form,
    over,
    scaled,
)

Axes = tuple[int, ...]
"""Counted from the end: -1 is the last axis."""


class Call(NamedTuple):
    """An operation, its operands as forms, and the algebra that they belong to."""

    node: Symbol
    forms: list[Form]
    algebra: Any

    @property
    def params(self) -> dict[str, Any]:
        return self.node.params

    def single(self, i: int = 0) -> Any:
        """The Symbol that an operand is, if it is one atom and no more."""
        return single(self.forms[i], self.algebra)


Identity = Callable[[Call], Form | None]


def single(form: Form, algebra: Any) -> Any:
    """The Symbol of a form that is one atom and no more."""
    if len(form) != 1:
        return None
    ((product, c),) = form.items()
    if c != 1 or len(product) != 1 or product[0][1] != 1:
        return None
    thing = algebra.thing(product[0][0])
    return thing if isinstance(thing, Symbol) else None


def is_call(thing: Any, name: str) -> bool:
    return isinstance(thing, Symbol) and thing.op is not None and thing.op.name == name


def is_negative(x: Any) -> bool:
    return isinstance(x, int | float) and x < 0


# ---- arithmetic --------------------------------------------------------------------------------------------


def _add(call: Call) -> Form:
    return added(call.forms)


def _subtract(call: Call) -> Form:
    return added([call.forms[0], scaled(call.forms[1], -ONE)])


def _negative(call: Call) -> Form:
    return scaled(call.forms[0], -ONE)


def _multiply(call: Call) -> Form:
    return call.algebra.atoms.times(*call.forms)  # type: ignore[no-any-return]


def _divide(call: Call) -> Form | None:
    atoms = call.algebra.atoms
    under = atoms.to_power(call.forms[1], -ONE)
    return None if under is None else atoms.times(call.forms[0], under)


def _power(call: Call) -> Form | None:
    exponent = call.node.operands[1]
    if not isinstance(exponent, int | float) or isinstance(exponent, bool) or abs(exponent) > 64:
        return None
    if exponent == 0:
        return number_form(ONE)
    e = Fraction(exponent)
    if e.denominator > 2:
        return None
    return call.algebra.atoms.to_power(call.forms[0], e)  # type: ignore[no-any-return]


def _to(exponent: Fraction) -> Identity:
    return lambda call: call.algebra.atoms.to_power(call.forms[0], exponent)


def _same(call: Call) -> Form:
    return call.forms[0]


def _zero(call: Call) -> Form:
    return {}


def _where(call: Call) -> Form | None:
    """where(c, x, 0) is x times the mask, where(c, 0, y) is y times the opposite one."""
    condition = call.node.operands[0]
    algebra = call.algebra
    if not isinstance(condition, Symbol) or condition.dtype != np.bool_:
        return None
    if call.forms[2]:
        if call.forms[1]:
            return None
        other = algebra.known(logical_not(algebra.operand(call.forms[0], condition, True)))
        return algebra.atoms.times(call.forms[2], other)  # type: ignore[no-any-return]
    return algebra.atoms.times(call.forms[1], call.forms[0])  # type: ignore[no-any-return]


# ---- exponentials ------------------------------------------------------------------------------------------


def _exp(call: Call) -> Form | None:
    inner = call.single()
    if is_call(inner, "log_softmax"):
        return call.algebra.known(softmax(*inner.operands, **inner.params))  # type: ignore[no-any-return]
    if is_call(inner, "log"):
        return call.algebra.form(inner.operands[0])  # type: ignore[no-any-return]
    return None


def _log(call: Call) -> Form | None:
    inner = call.single()
    return call.algebra.form(inner.operands[0]) if is_call(inner, "exp") else None


def _sigmoid(call: Call) -> Form | None:
    """σ(−x) = 1 − σ(x)."""
    return _share(call.forms[0], call.node.operands[0], call.algebra)


def share_of_power(power: Symbol, algebra: Any) -> Form:
    """1/(1 + e^b) = σ(−b), of the atom e^b."""
    b = power.operands[0]
    return _share(scaled(algebra.form(b), -ONE), b, algebra)


def _share(form: Form, like: Any, algebra: Any) -> Form:
    if form and algebra.atoms.whole(form).number < 0:
        other = algebra.known(sigmoid(algebra.operand(scaled(form, -ONE), like, True)))
        return added([number_form(ONE), scaled(other, -ONE)])
    return algebra.known(sigmoid(algebra.operand(form, like, True)))  # type: ignore[no-any-return]


def _softmax(call: Call) -> Form:
    inner = call.algebra.operand(call.forms[0], call.node.operands[0])
    return call.algebra.known(softmax(inner, **call.params))  # type: ignore[no-any-return]


# ---- shapes ------------------------------------------------------------------------------------------------


def _expand(call: Call) -> Form:
    return expanded(call.forms[0], call.params["axis"], call.algebra)


def expanded(form: Form, axis: Axes, algebra: Any) -> Form:
    """Axes of size 1 put in; those in front are there by broadcasting."""

    def change(thing: Any) -> Form:
        for a in sorted(axis, reverse=True):
            if -a > thing.ndim:
                continue
            if is_call(thing, "squeeze") and thing.params["axis"] == (a,):
                thing = thing.operands[0]
            elif is_call(thing, "sum") and thing.params == {"axis": (a,), "keepdims": False}:
                thing = total(thing.operands[0], axis=(a,), keepdims=True)
            else:
                thing = expand(thing, axis=(a,))
        return algebra.known(thing)  # type: ignore[no-any-return]

    if not form:
        return {}
    whole = algebra.atoms.whole(form)
    made = number_form(whole.number)
    for atom, e in whole.factors:  # a sum is one factor, so that it stays together
        thing = algebra.thing(atom)
        one = change(thing) if hasattr(thing, "shape") else {((atom, ONE),): ONE}
        power = algebra.atoms.to_power(one, e)
        assert power is not None  # atoms become atoms
        made = algebra.atoms.times(made, power)
    return made


def _squeeze(call: Call) -> Form:
    return squeezed(call.forms[0], call.params["axis"], call.algebra)


def squeezed(form: Form, axis: Axes, algebra: Any) -> Form:
    """Axes of size 1 taken out, of every factor that has them."""

    def change(thing: Any) -> Form:
        axes = tuple(a for a in axis if -a <= thing.ndim)
        if not axes:
            return algebra.known(thing)  # type: ignore[no-any-return]
        if is_call(thing, "getitem") and new_axes(thing.params["index"]) == axes:
            return algebra.form(thing.operands[0])  # type: ignore[no-any-return]
        if axes == tuple(range(-thing.ndim, len(axes) - thing.ndim)) and not _is_product(thing):
            return algebra.known(thing)  # type: ignore[no-any-return]
        if len(axes) == 1 and is_call(thing, "expand") and thing.params["axis"] == axes:
            return algebra.known(thing.operands[0])  # type: ignore[no-any-return]
        if is_call(thing, "sum") and thing.params == {"axis": axes, "keepdims": True}:
            return algebra.known(total(thing.operands[0], axis=axes, keepdims=False))  # type: ignore[no-any-return]
        if _is_product(thing):
            x, y = thing.operands
            if axes == (-1,) and y.ndim == 2:
                return algebra.known(x @ _vector(y, axes, algebra))  # type: ignore[no-any-return]
            if axes == (-2,) and x.ndim == 2:
                return algebra.known(_vector(x, axes, algebra) @ y)  # type: ignore[no-any-return]
        return algebra.known(squeeze(thing, axis=axes))  # type: ignore[no-any-return]

    return algebra.atoms.mapped(form, change)  # type: ignore[no-any-return]


def new_axes(index: tuple[Any, ...]) -> Axes:
    """The axes that an index as in x[:, None] puts in; none if it does anything else."""
    if any(part is not None and part != slice(None) for part in index):
        return ()
    return tuple(i - len(index) for i, part in enumerate(index) if part is None)


def _is_product(thing: Any) -> bool:
    return is_call(thing, "matmul")


def _vector(x: Any, axis: Axes, algebra: Any) -> Any:
    """A matrix of one row or one column as a vector."""
    return algebra.operand(squeezed(algebra.form(x), axis, algebra), squeeze(x, axis=axis))


def _reshape(call: Call) -> Form | None:
    """Axes of size 1 come and go; those in front by broadcasting."""
    shape, old = call.node.shape, call.node.operands[0].shape
    if [n for n in shape if n != 1] != [n for n in old if n != 1]:
        return called_linear(call)
    if _bare(shape) == _bare(old):
        return call.forms[0]
    gone, new = (tuple(a for a in range(-len(s), 0) if s[a] == 1) for s in (old, shape))
    return expanded(squeezed(call.forms[0], gone, call.algebra), new, call.algebra)


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    k = 0
    while k < len(shape) and shape[k] == 1:
        k += 1
    return shape[k:]


def _transpose(call: Call) -> Form | None:
    axes, algebra = call.params["axes"], call.algebra
    if axes == tuple(range(-len(axes), 0)):
        return call.forms[0]
    if not call.forms[0]:
        return {}
    outer, rest = pulled(call.forms[0], algebra)
    inner = single(rest, algebra)
    if is_call(inner, "transpose") and inner.params == call.params and _is_own_inverse(axes):
        return algebra.atoms.times(outer, algebra.form(inner.operands[0]))  # type: ignore[no-any-return]
    found = called_linear(call)
    if axes != (*range(-len(axes), -2), -1, -2):
        return found
    if is_call(inner, "expand") and inner.operands[0].ndim == 1:  # a column as a row
        (axis,) = inner.params["axis"]
        return algebra.atoms.times(outer, algebra.known(expand(inner.operands[0], axis=(-3 - axis,))))  # type: ignore[no-any-return]
    if _is_product(inner) and min(x.ndim for x in inner.operands) > 1:  # (A · B)ᵀ = Bᵀ · Aᵀ
        y, x = (algebra.operand(algebra.form(a.mT), a.mT) for a in inner.operands)
        turned = algebra.atoms.times(outer, algebra.known(matmul(x, y)))
        found = min(found, turned, key=algebra.cost)
    return found


def _is_own_inverse(axes: Axes) -> bool:
    n = len(axes)
    return all(axes[axes[i] + n] + n == i for i in range(n))


# ---- linear maps -------------------------------------------------------------------------------------------


def called_linear(call: Call) -> Form | None:
    """L(c · x) = c · L(x) for single numbers c."""
    form, algebra = call.forms[0], call.algebra
    if not form:
        return {}
    outer, inner = pulled(form, algebra)
    operand = algebra.operand(inner, call.node.operands[0])
    assert call.node.op is not None  # inputs are never called
    made = call.node.op(operand, *call.node.operands[1:], **call.params)
    return algebra.atoms.times(outer, algebra.known(made))  # type: ignore[no-any-return]


def pulled(form: Form, algebra: Any) -> tuple[Form, Form]:
    """The factors that are single numbers, and the rest."""
    whole = algebra.atoms.whole(form)
    outer = {atom: e for atom, e in whole.factors if _is_single(atom, algebra)}
    inner = {atom: e for atom, e in whole.factors if atom not in outer}
    return {as_product(outer): whole.number}, {as_product(inner): ONE}


def _is_single(atom: int, algebra: Any) -> bool:
    return not getattr(algebra.thing(atom), "shape", ())


def _matmul(call: Call) -> Form | None:
    algebra = call.algebra
    if not all(call.forms):
        return {}
    ones = [set(form) == {()} for form in call.forms]
    left, right = call.node.operands
    if any(ones) and not all(ones) and left.ndim == right.ndim == 2:
        # a product with ones adds up
        rest, axis = (1, (-2,)) if ones[0] else (0, (-1,))
        form = summed(call.forms[rest], call.node.operands[rest], axis, True, algebra)
        return scaled(form, call.forms[1 - rest][()])
    (a, x), (b, y) = (pulled(form, algebra) for form in call.forms)
    if algebra.is_unit(single(x, algebra)):
        return algebra.atoms.times(a, call.forms[1])  # type: ignore[no-any-return]
    if algebra.is_unit(single(y, algebra)):
        return algebra.atoms.times(b, call.forms[0])  # type: ignore[no-any-return]
    operands = [algebra.operand(form, like) for form, like in zip((x, y), call.node.operands, strict=True)]
    product = algebra.known(matmul(*operands))
    return algebra.atoms.times(algebra.atoms.times(a, b), product)  # type: ignore[no-any-return]


# ---- sums --------------------------------------------------------------------------------------------------


def counted(thing: Any) -> int:
    """Of a sum how many numbers it is of; 0 of anything else."""
    if not is_call(thing, "sum"):
        return 0
    shape = thing.operands[0].shape
    return prod(shape[a] for a in thing.params["axis"])


def _sum(call: Call) -> Form:
    axis, keepdims = call.params["axis"], call.params["keepdims"]
    return summed(call.forms[0], call.node.operands[0], axis, keepdims, call.algebra)


def _mean(call: Call) -> Form:
    axis, like = call.params["axis"], call.node.operands[0]
    form = summed(call.forms[0], like, axis, call.params["keepdims"], call.algebra, flagged=True)
    return scaled(form, Fraction(1, max(prod(like.shape[a] for a in axis), 1)))


def summed(form: Form, like: Any, axis: Axes, keepdims: bool, algebra: Any, flagged: bool = False) -> Form:
    """Σ along axes: what is constant along them comes out, what is a sum or sums to 1 is done.

    `flagged` is a sum of which a mean is made.
    """
    if not axis or not form:
        return form
    reduction = Reduction(like, axis, keepdims, flagged)
    groups: dict[Product, Form] = {}
    for product, c in form.items():
        outer, inner = reduction.parted(product, algebra)
        group = groups.setdefault(outer, {})
        group[inner] = group.get(inner, Fraction(0)) + c
    terms = [reduction.of(outer, inner, algebra) for outer, inner in groups.items() if inner]
    return added(terms)


class Reduction(NamedTuple):
    """A sum along axes of what has the shape of `like`."""

    like: Any
    axis: Axes
    keepdims: bool
    flagged: bool

    def parted(self, product: Product, algebra: Any) -> tuple[Product, Product]:
        """The factors that are constant along the axes, and those that are not."""
        outer = {atom: e for atom, e in product if not varies(algebra.thing(atom), self.like, self.axis)}
        return as_product(outer), tuple((atom, e) for atom, e in product if atom not in outer)

    def of(self, outer: Product, inner: Form, algebra: Any) -> Form:
        """Σ of terms with the same constant factors: of all together, or term by term if that is shorter."""
        whole = algebra.atoms.whole(inner)
        together = self._with(outer, self._of_one(whole, algebra), algebra)
        if not _is_plain(whole.factors) or whole.factors[0][0] not in algebra.atoms.parts:
            return together
        terms = []
        for product, c in algebra.atoms.parts[whole.factors[0][0]].items():
            constant, rest = self.parted(product, algebra)
            constant = algebra.atoms.product(outer, constant)
            terms.append(self._with(constant, self._of_one(Whole(c * whole.number, rest), algebra), algebra))
        apart = added(terms)
        return apart if algebra.cost(apart) < algebra.cost(together) else together

    def _with(self, outer: Product, form: Form, algebra: Any) -> Form:
        factor = {outer: ONE}
        if not self.keepdims:
            factor = squeezed(factor, self.axis, algebra)
        return algebra.atoms.times(factor, form)  # type: ignore[no-any-return]

    def _of_one(self, whole: Whole, algebra: Any) -> Form:
        """Σ of a product all of whose factors vary; its number comes out."""
        like, axis = self.like, self.axis
        x = algebra.build({whole.factors: ONE})
        if isinstance(x, np.ndarray):
            x = symbolic(broadcast_to, (x,), {"shape": x.shape, "of": x.ndim})
        if not isinstance(x, Symbol):
            return number_form(whole.number * prod(like.shape[a] for a in axis))
        if x.dtype.kind != "f":
            x = x.astype(like.dtype)
        # repeated along some of the axes
        repeated = tuple(a for a in axis if -a > x.ndim or (x.shape[a] == 1 and like.shape[a] != 1))
        number = whole.number * prod(like.shape[a] for a in repeated)
        axis = tuple(a for a in axis if -a <= x.ndim)
        unit = algebra.unit_sums.get(whole.factors[0][0]) if _is_plain(whole.factors) else None
        if unit is not None and all(a in axis for a in unit):
            return number_form(number * prod(x.shape[a] for a in axis if a not in unit))
        kept = axis if self.keepdims else ()
        while is_call(x, "sum"):
            x, axis, kept = _both(x, axis, kept)
        if is_call(x, "transpose") and x.ndim == 2 and len(axis) == 1 and len(x.params["axes"]) == 2:
            # sum(Xᵀ, axis 1) is sum(X, axis 0)
            made = total(x.operands[0], axis=(-3 - axis[0],), keepdims=False)
            made = expand(made, axis=axis) if kept == (-1,) else made
            return scaled(algebra.known(made), number)
        product = self._as_product(x, whole.factors, axis, bool(kept), algebra)
        if product is not None:
            return scaled(algebra.known(product), number)
        # axes in front come back by broadcasting
        all_kept = kept == axis != tuple(range(-x.ndim, len(axis) - x.ndim))
        form = algebra.known(total(x, axis=axis, keepdims=all_kept))
        if self.flagged:
            algebra.means.update(atom for product in form for atom, _ in product)
        if not all_kept:
            left = [a for a in range(-x.ndim, 0) if a not in axis or a in kept]
            form = expanded(form, tuple(left.index(a) - len(left) for a in kept), algebra)
        return scaled(form, number)

    def _as_product(self, x: Symbol, factors: Product, axis: Axes, keepdims: bool, algebra: Any) -> Any:
        """Σ of a matrix times vectors as a product: sum(A ⊙ x, axis 1) is A · x. None of anything else."""
        things = {atom: algebra.thing(atom) for atom, _ in factors}
        whole = [atom for atom, thing in things.items() if np.shape(thing) == x.shape]
        if x.ndim != 2 or len(axis) != 1 or len(whole) != 1 or dict(factors)[whole[0]] != 1:
            return None
        matrix, rest = things[whole[0]], {over(factors, ((whole[0], ONE),)): ONE}
        if axis == (-2,):
            matrix, rest = matrix.mT, squeezed(rest, (-1,), algebra)
        elif keepdims:
            return None
        vector = algebra.build(rest)
        if not isinstance(vector, Symbol) or vector.shape != matrix.shape[-1:] or vector.dtype.kind != "f":
            return None
        return matmul(matrix, vector)


def _both(x: Symbol, axis: Axes, kept: Axes) -> tuple[Symbol, Axes, Axes]:
    """Of a sum x and of one of it: what x sums, the axes of both there, and those that stay with size 1."""
    inner, done = x.operands[0], x.params["axis"]
    places: Any = range(-inner.ndim, 0)
    if not x.params["keepdims"]:
        places = [a for a in places if a not in done]
    outer = {places[a + len(places)] for a in axis}
    left = {places[a + len(places)] for a in kept}
    if x.params["keepdims"]:
        left |= set(done) - outer
    return inner, tuple(sorted({*outer, *done})), tuple(sorted(left))


def varies(thing: Any, like: Any, axis: Axes) -> bool:
    shape = getattr(thing, "shape", ())
    return any(-a <= len(shape) and (shape[a] != 1 or like.shape[a] == 1) for a in axis)


def _is_plain(factors: Product) -> bool:
    return len(factors) == 1 and factors[0][1] == 1


IDENTITIES: dict[str, Identity] = {
    "add": _add,
    "subtract": _subtract,
    "gap": _subtract,
    "negative": _negative,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "square": _to(Fraction(2)),
    "reciprocal": _to(-ONE),
    "sqrt": _to(HALF),
    "alias": _same,
    "astype": _same,
    "guard": _same,
    "zeros_of": _zero,
    "where": _where,
    "exp": _exp,
    "log": _log,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "shares": _softmax,
    "spread": lambda call: (
        call.forms[0]
        if call.params["keepdims"]
        else expanded(call.forms[0], call.params["axis"], call.algebra)
    ),
    "broadcast_to": _same,
    "expand": _expand,
    "squeeze": _squeeze,
    "reshape": _reshape,
    "transpose": _transpose,
    "matmul": _matmul,
    "sum": _sum,
    "mean": _mean,
}
