"""The simplifier: an expression as a shorter one that is equal wherever both are defined.

Every step is an identity of real numbers: sums of products in normal form (`terms`), identities between rows
(`identities`), and, where it makes the text shorter, multiplying out and common denominators. Nothing
recurses over the graph, and every expression is worked on once.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from autograd_core.node import Node, ancestors
from autograd_core.ops import arithmetic
from autograd_core.ops.broadcasting import broadcast_to
from autograd_core.ops.products import matmul
from autograd_core.ops.reductions import mean
from autograd_core.ops.shapes import expand, squeeze
from autograd_core.symbols import logistic
from autograd_core.symbols.contracted import CONTRACTED
from autograd_core.symbols.elementary import KNOWN_NUMBERS
from autograd_core.symbols.factoring import gathered
from autograd_core.symbols.identities import (
    IDENTITIES,
    Call,
    called_linear,
    counted,
    is_call,
    is_negative,
)
from autograd_core.symbols.placing import PLACED, by_places, is_unit_matrix, ones_along
from autograd_core.symbols.polishing import polished
from autograd_core.symbols.shares import by_softmax
from autograd_core.symbols.signs import by_signs
from autograd_core.symbols.symbol import Symbol, symbolic
from autograd_core.symbols.terms import (
    HALF,
    NOTHING,
    ONE,
    Atoms,
    Form,
    Product,
    as_product,
    number_form,
    over,
)

EVERY = {**IDENTITIES, **CONTRACTED, **PLACED}

LONG = 400
"""Texts of more letters and signs are not made shorter by multiplying out."""

COUNTS = frozenset({"sum", "astype", "expand", "squeeze", "reshape", "spread", "broadcast_to"})
"""What may be known of whole numbers: 1 summed up is how many there are."""

TRIED, ENDLESS = 16, 10**9
"""Sums of more terms and products of more factors are not multiplied out; no text counts as longer."""

WIDEST, DEEPEST = 48, 24
"""A form of more terms or factors, or with more sums in one another, is one letter from there on: the work
stays in proportion to the number of operations, and what is this long no identity makes readable."""


def simplified(root: Any, facts: Mapping[Symbol, Any] | None = None) -> Any:
    """The simplest expression found for a Symbol, of the same shape and dtype.

    Args:
        root: an expression; anything else is returned as it is.
        facts: expressions that are known to be others: {sum(T, axis=(-1,), keepdims=False): 1.0}.

    >>> x, y = Symbol.input("x"), Symbol.input("y")
    >>> simplified((x * y + y * x) / y)
    Symbol(multiply, ())
    """
    return Algebra(facts).simplified(root)


class Algebra:
    """The simplifications of expressions that belong together; what is equal among them is one object.

    `letters` of `rename` stand for expressions afterwards.
    """

    def __init__(self, facts: Mapping[Symbol, Any] | None = None) -> None:
        self.atoms = Atoms()
        self.unit_sums: dict[int, tuple[int, ...]] = {}
        """By atom the axes along which its numbers sum to 1."""
        self.indices: set[Symbol] = set()
        """Inputs that hold no negative numbers, as the indices of classes do."""
        self.means: set[int] = set()
        """Sums that came out of a mean."""
        self._forms: dict[Node, Form] = {}
        self._built: dict[frozenset[tuple[Product, Fraction]], Any] = {}
        self._best: dict[frozenset[tuple[Product, Fraction]], Form] = {}
        self._costs: dict[int, int] = {}
        self._facts: dict[Node, Form] = {}
        self._held: list[Any] = []  # what is known by its identity must live
        for symbol, value in (facts or {}).items():
            self.know(symbol, value)

    # ---- what is known from outside ------------------------------------------------------------------------

    def know(self, symbol: Symbol, value: Any) -> None:
        """From now on this expression is that one."""
        self._held.append(symbol)
        self._facts[symbol] = self.form(value)

    def sums_to_one(self, symbol: Symbol, axes: tuple[int, ...]) -> None:
        """The numbers of an input sum to 1 along these axes, counted from the end."""
        self.unit_sums[self.atoms.number_of(symbol)] = axes

    # ---- from expressions to forms and back ----------------------------------------------------------------

    def simplified(self, root: Any) -> Any:
        """A Symbol of the same shape and dtype."""
        if not isinstance(root, Symbol):
            return root
        return self.written(self.form(root), root.shape, root.dtype)

    def written(self, form: Form, shape: tuple[int, ...], dtype: Any) -> Any:
        """The expression of a form as it is read, in a shape and dtype."""
        return self.fitted(polished(self.build(form)), shape, dtype)

    def form(self, root: Any) -> Form:
        """The normal form of an expression."""
        if not isinstance(root, Symbol):
            return self.atoms.form(root)
        if root in self._forms:
            return self._forms[root]
        for node in ancestors([root]):
            if node not in self._forms:
                assert isinstance(node, Symbol)  # expressions hold Symbols only
                known = self._facts.get(node)
                self._forms[node] = self._worked(node, self._forms) if known is None else known
        return self._forms[root]

    def renamed(self, root: Any, rules: Mapping[int, tuple[Fraction, Product]]) -> Any:
        """A simplified expression with atoms written as products of others, by the rules."""
        if not isinstance(root, Symbol):
            return root
        forms: dict[Node, Form] = {}
        for node in ancestors([root]):
            assert isinstance(node, Symbol)  # expressions hold Symbols only
            forms[node] = self._by_rule(self.form(node), rules) or self._worked(node, forms)
        return self.written(forms[root], root.shape, root.dtype)

    def _by_rule(self, form: Form, rules: Mapping[int, tuple[Fraction, Product]]) -> Form | None:
        """A single atom to some power, whose rule it is, or None."""
        if not form:
            return None
        whole = self.atoms.whole(form)
        if len(whole.factors) != 1 or whole.factors[0][0] not in rules:
            return None
        atom, e = whole.factors[0]
        number, product = rules[atom]
        if number != 1 and e.denominator != 1:
            return None
        value = whole.number * (number ** int(e) if number != 1 else ONE)
        return {as_product({k: n * e for k, n in product}): value}

    def _worked(self, node: Symbol, forms: Mapping[Node, Form]) -> Form:
        """The form of one operation, from those of its operands."""
        if node.op is None:
            return self.atoms.form(node)
        operands = [forms[x] if isinstance(x, Symbol) else self.atoms.form(x) for x in node.operands]
        call = Call(node, operands, self)
        found = None
        counts = node.op.name in COUNTS and set(operands[0]) <= {NOTHING}
        if node.dtype.kind == "f" or counts:
            identity = EVERY.get(node.op.name)
            if identity is not None:
                found = identity(call)
            elif node.op.kind == "linear" and node.op.joint is None:
                found = called_linear(call)
        if found is None or self._is_endless(found):
            return self.opaque(call)
        return self.best(found)

    def _is_endless(self, form: Form) -> bool:
        """Whether a form is too large to be worked on any further."""
        if len(form) > WIDEST or any(len(product) > WIDEST for product in form):
            return True
        depths = self.atoms.depths
        return any(depths.get(atom, 0) > DEEPEST for product in form for atom, _ in product)

    def opaque(self, call: Call) -> Form:
        """The call of a row that has no form of its own, on simplified operands."""
        node = call.node
        assert node.op is not None  # inputs are never called
        loose = node.op.elementwise or (node.op.kind == "constant" and not node.params)
        operands = [self.operand(form, x, loose) for form, x in zip(call.forms, node.operands, strict=True)]
        with np.errstate(all="ignore"):  # of numbers alone, as in 1/(y − y)
            made = node.op(*operands, **node.params)
        return self.known(made)

    def known(self, made: Any) -> Form:
        """The form of a new atom, unless something is known of it."""
        self._held.append(made)
        if isinstance(made, Symbol) and made in self._facts:
            return self._facts[made]
        if is_call(made, "not_equal") and made.operands[0] in self.indices and is_negative(made.operands[1]):
            return number_form(ONE)
        form = self.atoms.form(made)
        if isinstance(made, Symbol):
            self._forms.setdefault(made, form)
            if is_call(made, "softmax"):
                self.unit_sums[self.atoms.number_of(made)] = made.params["axis"]
            if ones := ones_along(made):
                self.unit_sums[self.atoms.number_of(made)] = ones[:1]
            if is_call(made, "onehot") and made.operands[0] in self.indices:  # or a row may be all 0
                self.unit_sums[self.atoms.number_of(made)] = (made.params["axis"],)
        return form

    def is_unit(self, thing: Any) -> bool:
        """Whether a matrix has ones on the diagonal and zeros elsewhere."""
        return is_unit_matrix(thing)

    def operand(self, form: Form, like: Any, loose: bool = False) -> Any:
        """The expression of a form, to be called with; of the shape of what it stands for unless `loose`."""
        if not isinstance(like, Symbol):
            return like
        built = self.build(form)
        if loose and like.dtype == getattr(built, "dtype", like.dtype):
            return built
        return self.fitted(built, like.shape, like.dtype)

    def fitted(self, built: Any, shape: tuple[int, ...], dtype: Any) -> Any:
        """An expression in a shape and dtype that broadcasting alone did not give it."""
        if not isinstance(built, Symbol):
            value = np.asarray(built, dtype)
            return symbolic(broadcast_to, (value,), {"shape": shape, "of": value.ndim})
        if built.dtype != dtype:
            built = symbolic(arithmetic.astype, (built,), {"dtype": np.dtype(dtype)})
        if built.ndim > len(shape):
            lead = built.ndim - len(shape)
            built = symbolic(squeeze, (built,), {"axis": tuple(range(-built.ndim, lead - built.ndim))})
        if built.shape != shape:
            built = symbolic(broadcast_to, (built,), {"shape": shape, "of": built.ndim})
        return built

    def build(self, form: Form) -> Any:
        """The expression of a form; a number if it is one."""
        if not form:
            return 0.0
        key = frozenset(form.items())
        known = self._built.get(key)
        if known is None:
            whole = self.atoms.whole(form)
            known = self._built[key] = self._product(whole.number, whole.factors)
            if isinstance(known, Symbol):
                self._forms.setdefault(known, form)
        return known

    def thing(self, atom: int) -> Any:
        """What an atom is called in expressions."""
        todo = [atom]
        while todo:
            one = todo[-1]
            if self.atoms[one] is not None:
                todo.pop()
                continue
            inner = [k for product in self.atoms.parts[one] for k, _ in product if self.atoms[k] is None]
            if inner:
                todo.extend(inner)
                continue
            built = self._sum(self.atoms.parts[one])
            self.atoms.place(one, built)
            self._held.append(built)
            todo.pop()
        return self.atoms[atom]

    def _sum(self, form: Form) -> Any:
        """Terms added up, those with a plus first."""
        total: Any = None
        for positive in (True, False):
            for product, c in form.items():
                if (c > 0) != positive:
                    continue
                term = self._product(abs(c), product)
                if total is None and isinstance(term, Symbol) and term.dtype.kind != "f":
                    term = 1.0 * term  # 0 or 1, not a truth that would be or-ed
                if total is None:
                    total = term if positive else -term
                else:
                    total = total + term if positive else total - term
        return total

    def _product(self, number: Fraction, factors: Product) -> Any:
        """Numbers first, then letters, calls, sums and masks, over what divides them."""
        top: list[Any] = []
        bottom: list[Any] = []
        decimals: list[tuple[float, Fraction]] = []
        things = sorted(((self.thing(atom), atom, e) for atom, e in factors), key=self._place)
        number, things = self._turned(number, things)
        for thing, atom, e in things:
            if isinstance(thing, float) and thing not in KNOWN_NUMBERS:
                decimals.append((thing, e))
                continue
            if atom not in self.atoms.parts and e == 1:
                n = counted(thing)
                times = number * n
                if (
                    n > 1
                    and 1 == times.denominator < number.denominator
                    and (atom in self.means or _is_partial(thing))
                ):
                    thing, number = mean(*thing.operands, **thing.params), times
            power = _to_power(thing, abs(e))
            (top if e > 0 else bottom).append(power)
        p: Any = number.numerator
        q: Any = number.denominator
        for value, e in decimals:
            p = p * value ** float(e) if e > 0 else p / value ** float(-e)
        if not top and not bottom:
            return p if q == 1 else p / q
        outer = _outer(top, bottom)
        top = top if outer is None else outer
        result: Any = p if p != 1 or not top else None
        if result is not None and p == -1 and top:
            result = None
        for factor in top:
            result = factor if result is None else result * factor
        if p == -1 and isinstance(result, Symbol) and result.dtype.kind != "f":
            result = 1.0 * result  # a truth has no negative
        below = q if q != 1 else None
        for factor in bottom:
            below = factor if below is None else below * factor
        result = result if below is None else result / below
        return -result if p == -1 and top else result

    def _turned(self, number: Fraction, things: list[Any]) -> tuple[Fraction, list[Any]]:
        """−a · (p − q) as a · (q − p), and −(p − q)/n as (q − p)/n."""
        if number.numerator != -1 or (number == -1 and sum(e > 0 for _, _, e in things) < 2):
            return number, things
        for i, (_, atom, e) in enumerate(things):
            parts = self.atoms.parts.get(atom, {})
            if e == 1 and min(parts.values(), default=0) < 0 < max(parts.values(), default=0):
                turned = self._sum({product: -c for product, c in parts.items()})
                return -number, [*things[:i], (turned, atom, e), *things[i + 1 :]]
        return number, things

    def _place(self, item: tuple[Any, int, Fraction]) -> tuple[int, int]:
        thing, atom, _ = item
        if not isinstance(thing, Symbol):
            return 7, atom  # last, or π would be multiplied out
        if thing.dtype == np.bool_:
            return 6, atom
        if thing.op is None:
            return (1 if str(thing.label).startswith(("ḡ", "∂")) else 2), thing.number
        if atom in self.atoms.parts:
            return (5 if self._calls(atom) else 3), atom
        return 4, atom

    def _calls(self, atom: int) -> bool:
        """Whether a sum has a call of a row among its terms."""
        for product in self.atoms.parts[atom]:
            for k, _ in product:
                thing = self.atoms[k]
                if k not in self.atoms.parts and isinstance(thing, Symbol) and thing.op is not None:
                    return True
        return False

    # ---- choosing ------------------------------------------------------------------------------------------

    def best(self, form: Form) -> Form:
        """The shortest of a form, itself multiplied out, and over a common denominator."""
        if len(form) > TRIED or any(len(product) > TRIED for product in form) or not self._is_open(form):
            return form
        if self.cost(form) > LONG:
            return form
        key = frozenset(form.items())
        found = self._best.get(key)
        if found is None:
            found = min(self._candidates(form), key=self.cost)
            self._best[key] = found
            if found is not form:  # what became shorter may become shorter again
                found = self._best[key] = self.best(found)
        return found

    def _candidates(self, form: Form) -> list[Form]:
        """A form, and what it may also be written as; of equal lengths the first is taken."""
        forms = [form, self.atoms.opened(form), self._joined(form)]
        forms += [shorter for f in forms if (shorter := logistic.by_shares(f, self)) is not f]
        if (shares := logistic.by_odds(form, self)) is not form:
            forms += [self.atoms.opened(shares), self._joined(shares)]
        for change in (by_softmax, by_places, by_signs):
            forms += [shorter for f in forms[:2] if (shorter := change(f, self)) is not f]
        if (common := gathered(form, self)) is not form:
            forms.append(common)
        if (powers := logistic.by_exp(form, self)) is not form:
            forms.append(powers)
        if (odds := logistic.log_odds(form, self)) is not form:
            forms.append(odds)
        forms += [part for f in forms if (part := self.atoms.divided(f)) is not f]
        return forms + [flat for f in forms if (flat := self.atoms.flat(f)) is not f]

    def _is_open(self, form: Form) -> bool:
        """Whether something may cancel: a sum among the factors, a denominator in a sum, e^b anywhere."""
        parts = self.atoms.parts
        names = ("exp", "scatter", "absolute", *(("log", "expm1", "matmul") if len(form) > 1 else ()))
        if any(is_call(self.atoms[atom], name) for product in form for atom, _ in product for name in names):
            return True
        if len(form) > 1:
            return any(e < 0 or atom in parts for product in form for atom, e in product)
        return any(atom in parts for product in form for atom, e in product)

    def _joined(self, form: Form) -> Form:
        """All terms over one denominator, and what is above multiplied out."""
        opened = self.atoms.opened(form)
        if len(opened) < 2:
            return opened
        lowest: dict[int, Fraction] = {}
        for product in opened:
            for atom, e in product:
                lowest[atom] = min(lowest.get(atom, Fraction(0)), e)
        below = as_product({atom: e for atom, e in lowest.items() if e < 0})
        if not below:
            return opened
        above = self.atoms.opened({over(product, below): c for product, c in opened.items()})
        if not above:
            return {}
        whole = self.atoms.whole(above)
        return {self.atoms.product(whole.factors, below): whole.number}

    def cost(self, form: Form) -> int:
        """How long the text of a form is, in operations and letters."""
        built = self.build(form)
        if not isinstance(built, Symbol):
            return 1
        known = self._costs
        todo = [built]
        while todo:
            node = todo[-1]
            inner = [x for x in node.operands if isinstance(x, Symbol) and id(x) not in known]
            if inner:
                todo.extend(inner)
                continue
            todo.pop()
            each = (known[id(x)] if isinstance(x, Symbol) else 1 for x in node.operands)
            known[id(node)] = min(1 + sum(each), ENDLESS)
            self._held.append(node)
        return known[id(built)]


def _to_power(thing: Any, e: Fraction) -> Any:
    """An atom to a positive power."""
    if e.denominator == 1:
        return thing if e == 1 else thing ** int(e)
    whole, root = e - HALF, arithmetic.sqrt(thing)
    assert whole.denominator == 1  # exponents are halves
    return root if not whole else _to_power(thing, whole) * root


def _outer(top: list[Any], bottom: list[Any]) -> list[Any] | None:
    """A column times a row as a product of matrices.

    Beside other arrays only where the column is a vector put upright: the sums of rows stand as they are.
    """
    columns = [x for x in top if np.ndim(x) == 2 and x.shape[-1] == 1 != x.shape[-2]]
    rows = [x for x in top if np.ndim(x) == 1 and x.shape[0] != 1]
    singles = [x for x in top if not np.shape(x)]
    if not columns or not rows or any(np.ndim(x) > 2 for x in top):
        return None
    taken = {id(x) for x in (*columns, *rows, *singles)}
    rest = [x for x in top if id(x) not in taken]
    if (rest or any(np.shape(x) for x in bottom)) and not any(map(_is_upright, columns)):
        return None
    column, row = prod(columns[1:], start=columns[0]), prod(rows[1:], start=rows[0])
    return [*singles, matmul(column, expand(row, axis=(-2,))), *rest]


def _is_upright(column: Any) -> bool:
    """Whether a column is made of a vector."""
    nodes = ancestors([column]) if isinstance(column, Symbol) else ()
    return any(is_call(node, "expand") and node.operands[0].ndim == 1 for node in nodes)  # type: ignore[attr-defined]


def _is_partial(thing: Any) -> bool:
    """Whether a sum leaves axes."""
    return bool(len(thing.params["axis"]) < thing.operands[0].ndim)
