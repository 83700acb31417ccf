"""Tracer: takes every operation of a call in place of the engine, and makes Symbols of them.

Tensors of a trace are ordinary Tensors with a Symbol in place of the array, at ordinary nodes, so that the
sweeps, the hooks of layers and the optimizers are those of eager code. Leaves from outside keep their arrays;
the tracer knows the Symbol that stands for each.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

import numpy as np
from numpy import ndarray

from autograd_core.compiling.evaluating import evaluated
from autograd_core.compiling.program import Effect, effect
from autograd_core.compiling.tracing.cells import Cell, Part, together
from autograd_core.compiling.tracing.generators import TracedGenerator
from autograd_core.compiling.tracing.outside import Outside, fingerprint
from autograd_core.compiling.tracing.refusals import Uncompilable, refuse
from autograd_core.compiling.tracing.traced import Traced, spread
from autograd_core.compiling.variables import Variables
from autograd_core.functions.values import blank
from autograd_core.node import Node, number
from autograd_core.op import Row
from autograd_core.ops.arithmetic import alias
from autograd_core.state import current
from autograd_core.storage import Stored, foreign_operand
from autograd_core.symbols import Symbol
from autograd_core.symbols.symbol import inputs, symbolic
from autograd_core.tensor import Tensor, attached

MADE_LIKE: dict[Any, Any] = {
    np.zeros_like: np.zeros_like,
    np.ones_like: np.ones_like,
    np.empty_like: np.zeros_like,
}
"""What NumPy's functions make of something's shape and dtype."""

OF_SHAPES = frozenset(
    {np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.common_type, np.iscomplexobj, np.isrealobj}
)
"""NumPy's functions that look at shapes and dtypes only."""

VIEWS = frozenset({"reshape", "transpose", "broadcast_to", "squeeze", "expand", "getitem"})
"""Rows whose results, of plain arrays, are views of them."""


class Tracer:
    """What one trace has met."""

    def __init__(self, variables: Variables) -> None:
        self.outside = Outside(variables)
        self.cells: dict[int, Cell] = {}
        self.arguments: list[Symbol] = []
        self.numbers: list[tuple[Symbol, Callable[[], float]]] = []
        self.effects: list[Symbol] = []
        # arrays that are neither arguments nor Tensors: from outside, or made by the function
        self.found: list[Any] = []
        self._fingerprints: list[tuple[Any, int]] = []
        self._takes_numbers = False  # whether single numbers of NumPy's are constants
        self.conditions: list[Callable[[], bool]] = []
        self.before: list[Callable[[], None]] = []
        self.afterwards: list[Callable[[], None]] = []
        self.changing: list[Any] = []  # objects whose settings those change
        self.shared: dict[int, dict[Any, Any]] = {}
        # Tensors whose .grad the call changes, with what it was before
        self.grads: dict[int, tuple[Tensor, Any]] = {}
        # Tensors from outside whose .grad is read, with what it is
        self.read_grads: dict[int, tuple[Tensor, Any]] = {}
        # what stands for gradients from before the call
        self.old_grads: list[tuple[Symbol, Tensor]] = []
        self.names: set[str] = set()
        # the last question for numbers that was refused: nobody may catch that and go on
        self.refused: Exception | None = None

    # ---- operations ----------------------------------------------------------------------------------------

    def record(
        self, op: Row, args: Sequence[Any], params: dict[str, Any], found: dict[str, Any] | None
    ) -> Any:
        """The operation as a Symbol, in a Tensor."""
        state = current()
        self._nobody_watches()
        operands: list[Any] = []
        parents = Node()
        tracked, plain = False, True
        for arg in args:
            if isinstance(arg, Tensor):
                operands.append(self.symbol(arg))
                parents.append(arg.node)
                tracked = tracked or arg.node is not None
                plain = plain and isinstance(arg, Traced)
            else:
                parents.append(None)
                operands.append(self._operand(arg, op))
        residuals: dict[str, Any] = {}
        out = symbolic(op, operands, params, residuals)
        if found is not None:
            found.update({k: Traced(v) if isinstance(v, Symbol) else v for k, v in residuals.items()})
        if op.kind == "constant":
            return Traced(out)
        if not (tracked and state.recording):
            if not plain:
                return attached(out, None)
            base = args[0] if op.name in VIEWS and len(args) == 1 and isinstance(args[0], Traced) else None
            return Traced(out, base=base)
        node = parents
        node.op, node.args = op, (out if op.keeps_result else None, *operands)
        node.params = {**params, **residuals} if residuals else params
        node.value, node.state, node.extra, node.number = out.value, state, None, number()
        return attached(out, node)

    def _operand(self, arg: Any, op: Row) -> Any:
        if isinstance(arg, Symbol) or arg.__class__ is float or arg.__class__ is int:
            return arg
        if arg.__class__ is ndarray and not arg.ndim and self.outside.holds_a_number(arg):
            return self.cell(arg).now
        self._takes_numbers = self._takes_numbers or isinstance(arg, np.generic)
        value = foreign_operand(arg, op.name)
        return self.constant(value) if isinstance(value, ndarray) else value

    def symbol(self, tensor: Stored) -> Symbol:
        """What stands for the numbers of a Tensor now."""
        array = tensor._array
        if array.__class__ is Symbol:
            return tensor.current() if isinstance(tensor, Traced) else array
        return self.cell(tensor).now

    def cell(self, owner: Any, name: str = "") -> Cell:
        """The state that a Tensor or array from outside is."""
        found = self.cells.get(id(owner))
        if found is None:
            if isinstance(owner, Tensor):
                if owner.node is not None and owner.node.op is not None:
                    raise Uncompilable(
                        f"it reads {owner._called()}, the result of {owner._op()} recorded outside of it"
                    )
                if owner.node is not None and owner.node.extra and owner.node.extra.get("hooks"):
                    extra = owner.node.extra
                    raise Uncompilable(f"{owner._called()} has hooks", lambda: not extra.get("hooks"))
            array = owner._array if isinstance(owner, Tensor) else owner
            label = name or (owner.name if isinstance(owner, Tensor) else None) or "c"
            symbol = Symbol.input(self.named(label), array.shape, array.dtype)
            read = (lambda: owner._array) if isinstance(owner, Tensor) else (lambda: owner)
            found = self.cells[id(owner)] = Cell(owner, symbol, read)
        return found

    def gathered(self, owner: Any, name: str, leaves: Sequence[Tensor]) -> Traced:
        """The vector `owner.name` in which the numbers of leaves now lie one behind the other."""
        key = id(owner)
        vector = self.cells.get(key)
        if vector is None:
            array = getattr(owner, name)
            symbol = Symbol.input(self.named("parameters"), array.shape, array.dtype)
            vector = self.cells[key] = Cell(owner, symbol, lambda: getattr(owner, name))
            parts, values, start = [], [], 0
            for leaf in leaves:
                cell = self.cell(leaf)
                values.append(cell.now)
                parts.append(Part(cell, vector, start))
                self.cells[id(leaf)] = parts[-1]
                start += leaf.size
            together(vector, parts, values)
        return Traced(vector.now, vector)

    def named(self, label: str) -> str:
        """The label, or with a number behind it if it is taken."""
        new, k = label, 1
        while new in self.names:
            new, k = f"{label}{k}", k + 1
        self.names.add(new)
        return new

    def constant(self, array: Any) -> Any:
        """An array of the function's own: its numbers are read at every call. A number is what it is."""
        if not array.ndim:
            return array
        if id(array) not in self.cells:
            self.found.append(array)
            self._fingerprints.append((array, fingerprint(array)))
        return self.cell(array).now

    def plain(self, tensor: Stored, *, python: bool = False) -> Traced:
        """A Tensor as something plain: an array, or one of Python's numbers."""
        return Traced(self.symbol(tensor), python=python and not tensor.ndim)

    def without_derivative(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """One of NumPy's functions that have no derivative: of shapes and dtypes, or of numbers."""
        if function not in MADE_LIKE and function not in OF_SHAPES:
            raise Uncompilable(f"numpy.{function.__name__} needs the numbers of a traced value")
        found = MADE_LIKE.get(function, function)(
            *map(blank, args), **{key: blank(x) for key, x in kwargs.items()}
        )
        if function not in MADE_LIKE:
            return found
        return Traced(spread(found, found.shape))

    def made(self, array: Any) -> Any:
        """An array of which the function has just made a Tensor: nobody else can write to this constant."""
        self._takes_numbers = True
        first = array.flat[0] if array.size else None
        if first is not None and bool(np.all(array == first)):
            if first not in (0, 1):
                self.found.append(array)
            return spread(np.asarray(first, array.dtype), array.shape)
        self.found.append(array)
        return symbolic(alias, (array,))

    def like(self, g: Any, x: Any) -> Traced:
        """A gradient as something plain, as its argument is."""
        g = g if isinstance(g, Tensor) else attached(g, None)
        number = isinstance(x, int | float)
        return self.plain(g if number or g.dtype == x.dtype else g.astype(x.dtype), python=number)

    def _nobody_watches(self) -> None:
        if current().watch is not None:
            raise Uncompilable("detect_anomaly looks at the numbers of every operation")

    # ---- state ---------------------------------------------------------------------------------------------

    def data_of(self, tensor: Stored) -> Traced:
        """`.data`: of a leaf from outside an array that can be written to."""
        if tensor._array.__class__ is Symbol:
            refuse(".data")
        cell = self.cell(tensor)
        return Traced(cell.now, cell)

    def write(self, tensor: Stored, value: Any, form: str) -> None:
        """The leaf has these numbers from now on."""
        target = self.data_of(tensor)
        shape = np.shape(value)
        if shape != target.shape:
            raise ValueError(f"{form}: its shape is {target.shape}, that of the value {shape}")
        target.become(value)

    def writable(self, array: Any, name: str) -> Traced:
        """An array from outside that can be written to."""
        if isinstance(array, Traced):
            return array
        if isinstance(array, Tensor) and isinstance(array._array, Symbol):
            return Traced(array._array)
        cell = self.cell(array, name)
        return Traced(cell.now, cell)

    def write_at(self, tensor: Stored, index: Any, value: Any) -> None:
        """`x[i] = v` on a leaf from outside."""
        self.data_of(tensor)[index] = value

    def touch_grad(self, tensor: Tensor, *, adds: bool) -> None:
        """The call is about to change this `.grad`, or to add to it."""
        self._nobody_watches()
        if id(tensor) in self.grads:
            return
        if adds:
            self.grad_of(tensor)
        old = self.read_grads.get(id(tensor), (tensor, getattr(tensor, "_grad", None)))
        self.grads[id(tensor)] = old

    def grad_of(self, tensor: Tensor) -> Tensor | None:
        """`.grad` as it is at this point of the call."""
        key, old = id(tensor), getattr(tensor, "_grad", None)
        if key not in self.grads and key not in self.read_grads and tensor._array.__class__ is not Symbol:
            self.read_grads[key] = (tensor, old)
            there = old is not None
            self.conditions.append(lambda: (getattr(tensor, "_grad", None) is not None) is there)
            if there:
                tensor._grad = self.old_grad(tensor, tensor)
        return getattr(tensor, "_grad", None)

    def old_grad(self, tensor: Tensor, owner: Tensor) -> Tensor:
        """What stands for the gradient that a Tensor has before the call; `owner` is it, or stands for it."""
        symbol = Symbol.input(self.named("grad"), tensor.shape, tensor.dtype)
        self.old_grads.append((symbol, owner))
        return attached(symbol, None)

    def changed(self, tensor: Tensor) -> bool:
        """Whether a leaf from outside was written to."""
        found = self.cells.get(id(tensor))
        return found is not None and found.now is not found.symbol and not isinstance(found, Part)

    # ---- what happens at every call ------------------------------------------------------------------------

    def drawn(self, draw: Callable[..., Any], generator: Any, args: tuple[Any, ...]) -> Traced:
        """Random numbers, drawn by `draw(generator, *args)` at every call."""
        if not isinstance(generator, TracedGenerator):
            return Traced(self.constant(np.asarray(draw(generator, *args))))
        given = draw(deepcopy(generator.real()), *args)
        if isinstance(given, int | float):
            raise Uncompilable("it draws a single random number, which Python's code may depend on")
        example = np.asarray(given)
        act = Effect(
            lambda: np.asarray(draw(generator.real(), *args)), "draw", getattr(draw, "__name__", "draw")
        )
        symbol = effect(act, (), example.shape, example.dtype)
        self.effects.append(symbol)
        return Traced(symbol)

    def generator(self, real: Callable[[], np.random.Generator]) -> TracedGenerator:
        """What stands for a generator whose draws happen at every call."""
        return TracedGenerator(real)

    def required(self, check: Callable[..., None], values: tuple[Any, ...]) -> None:
        """A check of values at every call."""
        operands = tuple(self.symbol(v) if isinstance(v, Tensor) else v for v in values)
        if not any(isinstance(x, Symbol) for x in operands):
            check(*values)
            return
        name = getattr(check, "__name__", "check")
        self.effects.append(effect(Effect(check, "check", name), operands))

    def number(self, label: str, read: Callable[[], float]) -> Traced:
        """A Python number that is read at every call."""
        symbol = Symbol.scalar(self.named(label))
        self.numbers.append((symbol, read))
        return Traced(symbol)

    def reading(self, number: Traced) -> Callable[[], Any] | None:
        """How a number is computed from those that are read at every call; None if it is not."""
        symbol, given = number._array, dict(self.numbers)
        if not symbol.weak or any(s not in given for s in inputs(symbol)):
            return None
        return lambda: evaluated([symbol], {s: read() for s, read in given.items()})[0]

    def computed(self, label: str, compute: Callable[..., float], numbers: tuple[Any, ...]) -> Any:
        """A Python number that is computed from others at every call."""
        reads = [self.reading(x) if isinstance(x, Traced) else partial(_same, x) for x in numbers]
        if None in reads:
            raise Uncompilable(f"{label} is computed from the numbers of a traced value")
        return self.number(label, lambda: compute(*(read() for read in reads)))  # type: ignore[misc]

    def holds_while(self, owner: Any) -> None:
        """The program holds as long as the attributes of the owner are what they are now."""
        self.outside.holds_while(owner)

    def finish(self) -> None:
        """Say when the program holds, and refuse what it would not do again.

        Raises:
            Uncompilable: if an array that is a constant of the program was written to after it was read, if
                random numbers were drawn that are not traced, or something outside was changed.
        """
        self.outside.check_generators()
        for array, before in self._fingerprints:
            if fingerprint(array) != before:
                raise Uncompilable(f"it writes to an array {array.dtype}{array.shape} after it has read it")
        self.conditions += self.outside.conditions()
        makes = self._takes_numbers or any(not self.outside.knows(a) for a in self.found)
        self.conditions += self.outside.arrays_stay((c.owner for c in self.cells.values()), makes)

    def decided(self, question: Callable[[], bool]) -> bool:
        """A question about numbers that are read at every call: the program holds while it is this."""
        answer = question()
        self.conditions.append(lambda: question() is answer)
        return answer

    def stop(self, why: str, until: Callable[[], bool] | None) -> None:
        """What follows has to be done eagerly."""
        raise Uncompilable(why, until)

    def refuse(self, what: str) -> None:
        """Numbers were asked for."""
        refuse(what)


def _same(x: Any) -> Any:
    return x
