"""A function written down: run once on numbers that remember as expressions what was done to them.

A traced Tensor computes like any other, so whatever f does works; beside its array it has a node that is a
Symbol. Comparisons are written down too, which a recorded graph does not do: a mask stays a formula.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.explaining.constants import STEM, Constants, are_places
from autograd_core.functions.answers import UFUNCS, answer_ufunc
from autograd_core.functions.selecting import take_index
from autograd_core.graphs.snapshot.names import Names
from autograd_core.graphs.snapshot.reading import operand_key, plain_leaves, source_array
from autograd_core.node import Absent, Node, ancestors
from autograd_core.op import LIVE, NO_PARAMS, Row
from autograd_core.ops import arithmetic, choices
from autograd_core.ops.products import matmul
from autograd_core.remains import kept_call
from autograd_core.state import no_grad
from autograd_core.storage import Stored, plain
from autograd_core.symbols import Symbol, frozen, same
from autograd_core.tensor import Tensor, attached, record


class TracedTensor(Tensor):
    """A Tensor that writes down what is done to it.

    Whoever takes its array takes numbers that are those of the example only, and that is written down too.
    """

    __slots__ = ()

    @property
    def _array(self) -> Any:
        _met().reads("its array")
        return _raw(self)

    @_array.setter
    def _array(self, array: Any) -> None:
        _STORED.__set__(self, array)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._symbol.shape

    @property
    def dtype(self) -> Any:
        return self._symbol.dtype

    @property
    def ndim(self) -> int:
        return self._symbol.ndim

    @property
    def size(self) -> int:
        return self._symbol.size

    def __len__(self) -> int:
        return len(_raw(self))

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:  # which decides nothing
        return repr(attached(_raw(self), None))

    def __format__(self, spec: str) -> str:
        return format(attached(_raw(self), None), spec)

    @property
    def name(self) -> str | None:
        return self._symbol.name

    @name.setter
    def name(self, name: str | None) -> None:
        self._symbol.note("name", name)

    @property
    def _symbol(self) -> Symbol:
        assert isinstance(self.node, Symbol)  # as it was made
        return self.node

    def _in_place(self, row: Row, other: Any, form: str) -> Tensor:
        return trace(row, (self, other))  # type: ignore[no-any-return]

    def __getitem__(self, index: Any) -> Tensor:
        whole = index if isinstance(index, tuple) else (index,)
        for part in whole:
            if isinstance(part, TracedTensor):
                _met().indices.append((_raw(part), part._symbol))
                if part.dtype.kind == "b":
                    _met().reads("an index that is a mask")
                elif not part.ndim:  # a position, as argmax gives it
                    _met().reads("an index")
        parts = tuple(map(_untraced, whole))
        return take_index(self, plain(parts if isinstance(index, tuple) else parts[0]))  # type: ignore[no-any-return]

    def numpy(self) -> Any:
        _met().reads("numpy()")
        return super().numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        _met().reads("np.asarray()")
        return super().__array__(dtype, copy)

    def detach(self) -> Tensor:
        _met().reads("detach()")
        return attached(_raw(self), None)

    def item(self, *index: Any) -> Any:
        _met().reads("item()")
        return super().item(*index)

    def tolist(self) -> Any:
        _met().reads("tolist()")
        return super().tolist()

    def __float__(self) -> float:
        _met().reads("float()")
        return super().__float__()

    def __int__(self) -> int:
        _met().reads("int()")
        return super().__int__()

    def __bool__(self) -> bool:
        _met().reads("a condition")
        return super().__bool__()

    def astype(self, dtype: Any) -> Tensor:
        return trace(arithmetic.astype, (self,), {"dtype": np.dtype(dtype)})  # type: ignore[no-any-return]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        row = UFUNCS.get(ufunc) if method == "__call__" and not kwargs else None
        return trace(row, inputs) if row is not None else answer_ufunc(ufunc, method, inputs, kwargs)

    __hash__ = object.__hash__


_STORED: Any = vars(Stored)["_array"]
"""Where Tensors keep their array."""


def _raw(x: TracedTensor) -> Any:
    """The array of a traced Tensor, for what writes down what is done with it."""
    return _STORED.__get__(x)


def _operator(row: Row, turned: bool = False) -> Callable[[Any, Any], Any]:
    if turned:
        return lambda self, other: trace(row, (other, self))
    return lambda self, other: trace(row, (self, other))


for _name, _row in {
    "add": arithmetic.add,
    "sub": arithmetic.subtract,
    "mul": arithmetic.multiply,
    "truediv": arithmetic.divide,
    "pow": arithmetic.power,
    "matmul": matmul,
}.items():
    setattr(TracedTensor, f"__{_name}__", _operator(_row))
    setattr(TracedTensor, f"__r{_name}__", _operator(_row, turned=True))
for _name, _row in {
    "eq": choices.equal,
    "ne": choices.not_equal,
    "gt": choices.greater,
    "ge": choices.greater_equal,
    "lt": choices.less,
    "le": choices.less_equal,
}.items():
    setattr(TracedTensor, f"__{_name}__", _operator(_row))
for _name, _row in {"neg": arithmetic.negative, "abs": arithmetic.absolute}.items():
    setattr(TracedTensor, f"__{_name}__", lambda self, row=_row: trace(row, (self,)))


def trace(
    op: Row, args: Sequence[Any], params: dict[str, Any] = NO_PARAMS, found: dict[str, Any] | None = None
) -> Any:
    """Apply an op to arguments of which one at least is traced, and write it down.

    A Tensor that is not traced, a parameter that f uses for example, is an input from now on.
    """
    with no_grad():
        out = record(op, [_untraced(a) for a in args], params, found)
    array = np.asarray(plain(out))
    operands = tuple(_operand(a, op) for a in args)
    return _tensor(array, _met().symbol(op, operands, params, array))


LIVE[TracedTensor] = trace


def traced_input(array: Any, name: str) -> Tensor:
    """A traced Tensor of an argument: its numbers, and how it is called."""
    return _tensor(array, Symbol.input(name, array.shape, array.dtype))


def _tensor(array: Any, node: Symbol) -> Tensor:
    tensor: Tensor = object.__new__(TracedTensor)
    tensor._array, tensor.node, tensor._leaf = array, node, None
    return tensor


def _untraced(x: Any) -> Any:
    return _raw(x) if isinstance(x, TracedTensor) else x


def _operand(x: Any, op: Row) -> Any:
    """What a Symbol holds of an argument."""
    if isinstance(x, TracedTensor):
        return x.node
    if isinstance(x, Tensor):
        if x.node is None and x.name is None:  # data without a name
            if not x.ndim:
                return x.item()
            constants = _met().constants
            name = None if x._leaf is None else constants.names.of_node.get(x._leaf)
            return constants.operand(op, x._array, name=name)
        return _met().captured(x)
    if isinstance(x, np.ndarray):
        for array, symbol in _met().indices:
            if array.shape == x.shape and array.dtype == x.dtype and np.shares_memory(array, x):
                return symbol
        return _met().constants.operand(op, x)
    return x if isinstance(x, int | float | np.generic) else np.asarray(x)


class Trace:
    """One run of one function: what was done twice is written down once, and what f brings is met once."""

    def __init__(self, names: Names) -> None:
        self.constants = Constants(names)
        self._known: dict[Any, Symbol] = {}
        self._captured: dict[int, Symbol] = {}
        self.indices: list[tuple[Any, Symbol]] = []
        """Arrays of traced Tensors that were used as an index."""
        self.read: str | None = None
        """By what f read numbers, which are then constants of what is written down."""

    def reads(self, by: str) -> None:
        """Write down that f reads numbers, by what first."""
        self.read = self.read or by

    def symbol(self, op: Row, operands: tuple[Any, ...], params: dict[str, Any], like: Any) -> Symbol:
        """The Symbol of an operation, an old one if it was made before. It is of this trace only, so it may
        have a name."""
        key = (op, tuple(same(x) for x in operands), frozen(params))
        symbol = self._known.get(key)
        if symbol is None:
            symbol = self._known[key] = Symbol(op, operands, params, Absent(like.shape, like.dtype))
        return symbol

    def captured(self, x: Tensor) -> Symbol:
        """A Tensor from outside, as an input."""
        symbol = self._captured.get(id(x))
        if symbol is None:
            node = x.node or x._leaf
            called = x.name or (None if node is None else self.constants.names.of_node.get(node))
            symbol = Symbol.input(called or f"p{len(self._captured)}", x.shape, x.dtype)
            symbol.note("places", are_places(x._array))
            symbol.note("captured", x)  # which keeps it alive, so that its id stays its own
            self._captured[id(x)] = symbol
        return symbol


@contextmanager
def tracing(names: Names) -> Iterator[Trace]:
    """The trace of what runs inside; `names` has what arrays and Tensors from outside are called."""
    made = Trace(names)
    token = _traces.set(made)
    try:
        yield made
    finally:
        _traces.reset(token)


_traces: ContextVar[Trace | None] = ContextVar("autograd_core_trace", default=None)


def _met() -> Trace:
    found = _traces.get()
    if found is None:
        raise GradientError("a traced Tensor was used after its function had returned")
    return found


def recorded(root: Node, names: Names) -> dict[Node, Symbol]:
    """The expression of a recorded graph, a Symbol for every node; leaves are inputs.

    What a graph does not keep, because no rule reads it, is an input too.
    """
    made: dict[Node, Symbol] = {}
    written = Trace(names)
    outside: dict[Any, Symbol] = {}
    for node in ancestors([root]):
        if node.op is None:
            label = node.name or names.of_node.get(node) or f"x{len(made)}"
            made[node] = Symbol.input(label, node.shape, node.value.dtype)
        else:
            operands = []
            for i, (parent, value) in enumerate(zip(node, kept_call(node)[1:], strict=True)):
                if parent is not None:
                    operands.append(made[parent])
                else:
                    operands.append(_kept(node, i, value, written.constants, outside))
            params = {k: v for k, v in node.params.items() if k not in node.op.residuals}
            made[node] = written.symbol(node.op, tuple(operands), params, node.value)
        if node.name is not None:
            made[node].note("name", node.name)
    return made


def _kept(node: Node, i: int, value: Any, constants: Constants, outside: dict[Any, Symbol]) -> Any:
    """What a formula holds of an operand without a gradient."""
    assert node.op is not None  # only operations have operands
    leaf, source = plain_leaves(node).get(i), source_array(node, i)
    name = None if leaf is None else leaf.name or constants.names.of_node.get(leaf)
    own = leaf is None or leaf.name is None
    if not isinstance(value, Absent) and (name is None or (own and np.ndim(value))):
        return constants.operand(node.op, value, source, name)
    key = leaf or operand_key(node, i)
    if key not in outside:
        name = name or constants.names.of_array.get(id(source))
        outside[key] = Symbol.input(name or STEM, value.shape, value.dtype)
        outside[key].note("is_named", name is not None)
        outside[key].note("places", are_places(getattr(value, "array", value)))
    return outside[key]
