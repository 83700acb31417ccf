"""Symbol: a node of a hash-consed expression, made by calling rows, rules and sweeps on Symbols instead of
arrays.

The same operation on the same operands is the same object, so common subexpressions are found by
construction. A Symbol is a Node, so `pull` and `push` run on it unchanged: walked as a tree an expression
prints, sorted by creation it is a program.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from autograd_core.functions.words import whole_shape
from autograd_core.node import Absent, Node, ancestors, number
from autograd_core.op import LIVE, NO_PARAMS, Row
from autograd_core.ops import arithmetic, choices
from autograd_core.ops.indexing import getitem
from autograd_core.ops.products import matmul
from autograd_core.ops.shapes import reshape, transpose
from autograd_core.state import current
from autograd_core.symbols.sizes import Size


class Symbol(Node):
    """An input with a name, or an operation on Symbols, numbers and constant arrays.

    Shape and dtype are known; values are not, so `bool(symbol)` raises. Comparisons give Symbols.

    >>> x, y = Symbol.input("x"), Symbol.input("y")
    >>> x * y is x * y
    True
    """

    __slots__ = ("__weakref__", "label", "operands", "weak")

    __array_ufunc__ = None  # an array on the left hands the operation to the Symbol

    label: str | None
    operands: tuple[Any, ...]
    weak: bool
    """Whether it is a Python number, which takes the dtype of arrays beside it (NEP 50)."""

    def __init__(
        self, op: Row | None, operands: tuple[Any, ...], params: dict[str, Any], value: Absent
    ) -> None:
        super().__init__(x if isinstance(x, Symbol) else None for x in operands)
        self.op, self.args, self.params, self.value = op, None, params, value
        self.state, self.extra, self.number = current(), None, number()
        self.operands = operands
        self.label = None
        numbers = bool(operands) and not value.shape and all(is_weak(x) for x in operands)
        self.weak = numbers and op is not arithmetic.astype  # which says what dtype it is

    @classmethod
    def input(cls, label: str, shape: Sequence[int] = (), dtype: Any = np.float64) -> "Symbol":
        """A new variable: how it is written, its shape and dtype."""
        symbol = cls(None, (), NO_PARAMS, Absent(tuple(shape), np.dtype(dtype)))
        symbol.label = label
        return symbol

    @classmethod
    def scalar(cls, label: str) -> "Symbol":
        """A new variable that stands for a Python float."""
        symbol = cls.input(label)
        symbol.weak = True
        return symbol

    @property
    def node(self) -> "Symbol":
        """Itself: where Tensors have a node, a Symbol is one."""
        return self

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def ndim(self) -> int:
        return len(self.value.shape)

    @property
    def size(self) -> int:
        return self.value.size  # type: ignore[no-any-return]

    @property
    def mT(self) -> "Symbol":  # NumPy's name
        axes = (*range(-self.ndim, -2), -1, -2)
        if self.op is transpose and self.params["axes"] == axes:
            return self.operands[0]  # type: ignore[no-any-return] # turned twice
        return transpose(self, axes=axes)  # type: ignore[no-any-return]

    @property
    def T(self) -> "Symbol":  # NumPy's name
        return transpose(self, axes=tuple(range(-1, -self.ndim - 1, -1)))  # type: ignore[no-any-return]

    def reshape(self, *shape: Any) -> "Symbol":
        whole = whole_shape(shape[0] if len(shape) == 1 else shape, self.size)
        return self if whole == self.shape else reshape(self, shape=whole, of=self.ndim)

    def astype(self, dtype: Any) -> "Symbol":
        if self.dtype == dtype and not self.weak:
            return self
        return symbolic(arithmetic.astype, (self,), {"dtype": np.dtype(dtype)})

    def __getitem__(self, index: Any) -> "Symbol":
        whole = index if isinstance(index, tuple) else (index,)
        at = next((k for k, part in enumerate(whole) if part is ...), len(whole))
        before, behind = whole[:at], whole[at + 1 :]
        eaten = sum(part is not None for part in before + behind)
        every = (slice(None),) * (self.ndim - eaten)
        return getitem(self, index=before + every + behind)  # type: ignore[no-any-return]

    def __len__(self) -> int:
        if not self.value.shape:
            raise TypeError("len() of a single number: it has no axes")
        return self.value.shape[0]  # type: ignore[no-any-return]

    def _without_numbers(self, what: str) -> Any:
        tracer = current().tracer
        if tracer is not None:
            tracer.refuse(what)
        raise TypeError(
            "a Symbol has no value, so a rule may branch on ndim, shape and dtype, never on numbers"
        )

    def __bool__(self) -> bool:
        return self._without_numbers("bool(), as in an if,")  # type: ignore[no-any-return]

    def __float__(self) -> float:
        return self._without_numbers("float()")  # type: ignore[no-any-return]

    def __int__(self) -> int:
        return self._without_numbers("int()")  # type: ignore[no-any-return]

    def __index__(self) -> int:
        return self._without_numbers("an index or a size")  # type: ignore[no-any-return]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self._without_numbers("a plain array")

    def item(self, *index: Any) -> Any:
        return self._without_numbers("item()")

    def tolist(self) -> Any:
        return self._without_numbers("tolist()")

    def view(self) -> Any:
        return self._without_numbers(".data")

    def nonzero(self) -> Any:
        return self._without_numbers("nonzero()")

    def copy(self) -> "Symbol":
        return self  # nobody can write to it

    def __repr__(self) -> str:
        what = self.label if self.op is None else self.op.name
        return f"Symbol({what}, {self.value.shape})"

    __hash__ = object.__hash__

    def __add__(self, other: Any) -> "Symbol":  # type: ignore[override]
        return symbolic(arithmetic.add, (self, other))

    def __radd__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.add, (other, self))

    def __sub__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.subtract, (self, other))

    def __rsub__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.subtract, (other, self))

    def __mul__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.multiply, (self, other))

    def __rmul__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.multiply, (other, self))

    def __truediv__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.divide, (self, other))

    def __rtruediv__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.divide, (other, self))

    def __pow__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.power, (self, other))

    def __rpow__(self, other: Any) -> "Symbol":
        return symbolic(arithmetic.power, (other, self))

    def __matmul__(self, other: Any) -> "Symbol":
        return symbolic(matmul, (self, other))

    def __rmatmul__(self, other: Any) -> "Symbol":
        return symbolic(matmul, (other, self))

    def __neg__(self) -> "Symbol":
        if self.dtype.kind == "b":  # of a mask NumPy has no negative, a formula has
            return symbolic(arithmetic.multiply, (-1.0, self))
        return symbolic(arithmetic.negative, (self,))

    def __abs__(self) -> "Symbol":
        return symbolic(arithmetic.absolute, (self,))

    def __eq__(self, other: Any) -> Any:
        return symbolic(choices.equal, (self, other))

    def __ne__(self, other: Any) -> Any:
        return symbolic(choices.not_equal, (self, other))

    def __gt__(self, other: Any) -> Any:
        return symbolic(choices.greater, (self, other))

    def __ge__(self, other: Any) -> Any:
        return symbolic(choices.greater_equal, (self, other))

    def __lt__(self, other: Any) -> Any:
        return symbolic(choices.less, (self, other))

    def __le__(self, other: Any) -> Any:
        return symbolic(choices.less_equal, (self, other))


_known: WeakValueDictionary[Any, Symbol] = WeakValueDictionary()


def symbolic(
    op: Row, operands: Sequence[Any], params: dict[str, Any] = NO_PARAMS, found: dict[str, Any] | None = None
) -> Symbol:
    """The Symbol of an operation: an old one if it was made before. A fused row is written out by its
    meaning."""
    for x in operands:
        take = LIVE.get(x.__class__)
        if take is not None and take is not symbolic:
            return take(op, operands, params, found)  # type: ignore[no-any-return] # a Tensor beside Symbols
    if op.kind == "fused":
        assert op.meaning is not None  # the builder of fused rows demands one
        result = op.meaning(*operands, **params)
        if op.residuals:
            result, residuals = result
            if found is not None:
                found.update(residuals)
        return result  # type: ignore[no-any-return]
    key = (op, tuple(same(x) for x in operands), frozen(params))
    symbol = _known.get(key)
    if symbol is None:
        symbol = Symbol(op, tuple(operands), params, _result(op, operands, params))
        _known[key] = symbol
    return symbol


LIVE[Symbol] = symbolic


def is_weak(x: Any) -> bool:
    """Whether an operand is a Python number, or stands for one."""
    return x.weak if isinstance(x, Symbol) else x.__class__ is float or x.__class__ is int


def same(x: Any) -> Any:
    """Numbers are the same if they are equal and of one type; Symbols and arrays if they are one object."""
    return exactly(x) if isinstance(x, int | float | np.generic) else id(x)


def frozen(params: Any) -> Any:
    """Parameters as something that can be compared: nested tuples of their texts."""
    if isinstance(params, dict):
        return tuple((name, frozen(value)) for name, value in sorted(params.items()))
    if isinstance(params, tuple | list):
        return tuple(frozen(value) for value in params)
    return exactly(params)


def exactly(x: Any) -> Any:
    """The type and the text of a value, and of a size, whose text is its name, how much it is here."""
    return (type(x), repr(x), int(x)) if isinstance(x, Size) else (type(x), repr(x))


def _result(op: Row, operands: Sequence[Any], params: dict[str, Any]) -> Absent:
    """Shape and dtype of a result, found by running the forward function on ones that take no memory."""
    single = op.elementwise or (op.kind == "constant" and not params)
    if not single:
        out = np.asarray(on_ones(op, operands, params))
        return Absent(out.shape, out.dtype)
    kinds = () if params else tuple(map(_kind, operands))
    key = (op.forward, kinds) if kinds and None not in kinds and isinstance(op.forward, np.ufunc) else None
    dtype = _dtypes.get(key)
    if dtype is None:
        with np.errstate(all="ignore"):
            dtype = np.asarray(op.forward(*(_ones(x, ()) for x in operands), **params)).dtype
        if key is not None:
            _dtypes[key] = dtype
    return Absent(_broadcast([getattr(x, "shape", ()) for x in operands]), dtype)


_dtypes: dict[Any, Any] = {}
"""The dtypes of results of functions of NumPy, by the kinds of operands."""


def _kind(x: Any) -> Any:
    """What the dtype of a result may depend on; None if that is more than a word says."""
    if isinstance(x, Symbol):
        return "weak" if x.weak else x.dtype.str
    if x.__class__ is float:
        return float
    return (int, x) if x.__class__ is int and -2 <= x <= 2 else None


def _broadcast(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape of an elementwise result."""
    first = shapes[0]
    return first if all(shape == first for shape in shapes) else np.broadcast_shapes(*shapes)


def on_ones(op: Row, operands: Sequence[Any], params: dict[str, Any]) -> Any:
    """What a row gives for Symbols of ones, or of identities if it refuses a singular matrix.

    Whole numbers may be places of an axis of one, or classes to be ignored, so they are zeros where ones are
    refused.
    """
    with np.errstate(all="ignore"):
        try:
            return op.forward(*(_ones(x) for x in operands), **params)
        except np.linalg.LinAlgError:
            return op.forward(*(_identities(x) for x in operands), **params)
        except (IndexError, ValueError):
            return op.forward(*(_places(x) for x in operands), **params)


def _ones(x: Any, shape: tuple[int, ...] | None = None) -> Any:
    if isinstance(x, Symbol):
        if x.weak and shape is not None:  # only what goes number by number takes Python's numbers
            return 1.0
        return np.broadcast_to(np.ones((), x.dtype), x.shape if shape is None else shape)
    if isinstance(x, np.ndarray) and shape is not None:
        return np.ones(shape, x.dtype)
    return x


def _places(x: Any) -> Any:
    is_place = isinstance(x, Symbol) and x.dtype.kind in "iu"
    return np.zeros(x.shape, x.dtype) if is_place else _ones(x)


def _identities(x: Any) -> Any:
    if isinstance(x, Symbol) and x.ndim > 1:
        return np.broadcast_to(np.eye(*x.shape[-2:], dtype=x.dtype), x.shape)
    return _ones(x)


def lift(node: Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the rules of a Symbol's operation are called with, for sweeps of expressions: its operands."""
    assert isinstance(node, Symbol)  # expressions hold Symbols only
    return (node, *node.operands), node.params


def fresh(shape: tuple[int, ...], dtype: Any) -> Symbol:
    """A variable on which a sweep of expressions records a rule to transpose it."""
    return Symbol.input("t", shape, dtype)


def traced(roots: Iterable[Node], labels: dict[Node, str]) -> dict[Node, Symbol]:
    """The expression of a recorded graph that still has its arrays: a Symbol for every node.

    Leaves and nodes that have a label become inputs of that name.
    """
    found: dict[Node, Symbol] = {}
    for node in ancestors(roots):
        label = labels.get(node)
        if node.op is None or label is not None:
            found[node] = Symbol.input(label or node.name or f"x{len(found)}", node.shape, node.value.dtype)
            continue
        operands = [
            value if parent is None else found[parent]
            for parent, value in zip(node, node.args[1:], strict=True)
        ]
        params = {k: v for k, v in node.params.items() if k not in node.op.residuals}
        found[node] = symbolic(node.op, operands, params)
    return found


def inputs(root: Symbol) -> Iterator[Symbol]:
    """The named inputs that an expression reads, oldest first."""
    for node in ancestors([root]):
        if node.op is None and isinstance(node, Symbol):
            yield node
