"""Entry: one program of a compiled function, bound to the arrays it reads and writes."""

from collections.abc import Callable
from sys import getrefcount
from types import NoneType
from typing import Any

import numpy as np
from numpy import ndarray

from autograd_core.compiling.derivatives import derivative, row_of
from autograd_core.compiling.evaluating import evaluated
from autograd_core.compiling.floats.writer import written_in_floats
from autograd_core.compiling.program import Program, effect, effect_row
from autograd_core.compiling.tracing.cells import Part
from autograd_core.compiling.tracing.refusals import Uncompilable
from autograd_core.compiling.tracing.trace import OWN_BUSINESS, Trace, is_stand_in
from autograd_core.compiling.tracing.traced import Traced
from autograd_core.compiling.variables import alike
from autograd_core.compiling.written import written
from autograd_core.errors import ReleasedGraphError
from autograd_core.node import CHANGES, EXPOSED, RELEASED, Node, ancestors, number, small
from autograd_core.state import current
from autograd_core.storage import Lent, guarded
from autograd_core.symbols import Symbol
from autograd_core.tensor import Tensor, attached
from autograd_core.trees import flatten, rebuild

Maker = Callable[[tuple[Any, ...], list[Any]], Any]
"""From what the program returned, and the arguments of the call, to one result of the function."""


class Entry:
    """What a compiled function does for one kind of arguments."""

    def __init__(self, name: str, trace: Trace, threads: int) -> None:
        tracer = trace.tracer
        self._name, self._trace, self._threads = name, trace, threads
        self._cells = list(tracer.cells.values())
        self._parts = {c.symbol: c for c in self._cells if isinstance(c, Part)}
        self._states = [c for c in self._cells if not isinstance(c, Part)]
        self._variables = tracer.outside.variables
        self._before = tracer.before
        self._numbers = [read for _, read in tracer.numbers]
        self._conditions = tracer.conditions
        self._afterwards = tracer.afterwards
        places = {id(x): k for k, x in enumerate(trace.stand_ins)}
        self._old_grads = [(tensor, places.get(id(tensor))) for _, tensor in tracer.old_grads]
        left = {(id(owner), key) for owner, key, _ in trace.left}
        attributes = [
            (owner.__dict__, key, value)
            for owner, key, value in tracer.outside.attributes()
            if key not in OWN_BUSINESS and (id(owner), key) not in left
        ]
        self._dicts = [a[0] for a in attributes]
        self._names = [a[1] for a in attributes]
        self._values = tuple(a[2] for a in attributes)
        tensors = [c.owner for c in self._cells if isinstance(c.owner, Tensor)]
        self._kinds = [(tensor, tensor.node is not None) for tensor in tensors]
        self._arguments = (
            *tracer.arguments,
            *(symbol for symbol, _ in tracer.old_grads),
            *(symbol for symbol, _ in tracer.numbers),
        )
        self._plan_results()
        self._seen, self._grads_seen = CHANGES.n, -1
        self._write()

    # ---- made once -----------------------------------------------------------------------------------------

    def _plan_results(self) -> None:
        """Sort out what the program has to return: results, what their derivatives read, gradients and
        attributes that the call leaves."""
        trace = self._trace
        self._leaves = list(flatten(trace.result))
        self._dynamic = [k for k, x in enumerate(trace.stand_ins) if is_stand_in(x)]
        results: list[Any] = []
        self._makers: list[Maker] = []
        inputs = [*trace.tracer.arguments, *(c.symbol for c in self._cells)]
        nodes: list[Node | None] = [
            *(x.node for x in trace.stand_ins if isinstance(x, Tensor)),
            *(c.owner.node if isinstance(c.owner, Tensor) else None for c in self._cells),
        ]
        self._derivatives = []
        named: list[tuple[int, str]] = []
        for leaf in self._leaves:
            if not isinstance(leaf, Tensor) or not isinstance(leaf._array, Symbol):
                if isinstance(leaf, Tensor) and trace.tracer.changed(leaf):
                    raise Uncompilable("it returns a leaf that it has written to")
                self._makers.append(_constant_maker(leaf))
                continue
            place = len(results)
            value = leaf.current() if isinstance(leaf, Traced) else leaf._array
            results.append(value)
            stand_in = next((k for k, x in enumerate(trace.stand_ins) if x is leaf), None)
            if stand_in is None and leaf.name is not None and not isinstance(leaf, Traced):
                named.append((len(self._makers), leaf.name))
            if stand_in is not None:
                self._makers.append(_argument_maker(stand_in))
            elif isinstance(leaf, Traced):
                self._makers.append(_plain_maker(place, leaf))
            elif leaf.node is None:
                self._makers.append(_tensor_maker(place))
            elif leaf.node.args is RELEASED:
                self._makers.append(_released_maker(place, leaf.node.op, leaf.node.state))
            else:
                try:
                    made = derivative(leaf, inputs, nodes)
                except ReleasedGraphError:  # what it hangs on was swept inside
                    self._makers.append(_released_maker(place, leaf.node.op, leaf.node.state))
                    continue
                self._derivatives.append(made)
                draws = [s for s in ancestors([value]) if isinstance(s, Symbol) and s.op is effect_row]
                first, n = len(results), len(draws)
                results += [*made.saved, *draws]
                self._makers.append(self._recorded_maker(place, value, inputs, nodes, made, first, n))
        for at, name in named:
            self._makers[at] = _named_maker(self._makers[at], name)
        self._single = self._makers[0] if isinstance(trace.result, Tensor) else None
        self._left = []
        for owner, key, value in trace.left:
            self._left.append((owner, key, len(results), type(value)))
            if value is None:
                continue
            results.append(value.current() if isinstance(value, Traced) else value._array)
        # gradients are lent: nobody gets the program's own arrays, see Lent
        self._first_lent = len(results)
        self._results_now: list[Any] = [None]
        self._grads: list[tuple[Tensor, Any]] = []
        self._argument_grads: list[tuple[int, int | None]] = []
        for tensor, g in trace.grads:
            k = None
            if g is not None and isinstance(g._array, Symbol):
                k = len(results)
                results.append(g._array)
            argument = next((i for i, x in enumerate(trace.stand_ins) if x is tensor), None)
            if argument is None:
                self._grads.append((tensor, g if k is None else Lent(self._results_now, k)))
            else:
                self._argument_grads.append((argument, k))
        self._results = tuple(results)

    def _recorded_maker(
        self, place: int, value: Symbol, inputs: Any, nodes: Any, made: Any, first: int, draws: int
    ) -> Maker:
        backward = best_written(made.program, self._threads).bound()
        row = row_of(self._name, value, inputs, made, backward)
        n = len(made.saved)
        asked = [g is not None for g in made.gradients]
        of_arguments = len(self._trace.tracer.arguments)

        def make(out: tuple[Any, ...], flat: list[Any]) -> Tensor:
            z = out[place]
            saved = out[first : first + n]
            drawn = out[first + n : first + n + draws]
            arrays: list[Any] = []
            parents = Node()
            dynamic = [flat[k] for k in self._dynamic]
            for k, wanted in enumerate(asked):
                if k < of_arguments:
                    x = dynamic[k]
                    parents.append(x.node if wanted else None)
                    arrays.append(_kept(x))
                else:
                    owner = self._cells[k - of_arguments].owner
                    parents.append(owner.node if wanted else None)
                    arrays.append(_kept(owner))
            node = parents
            node.op, node.args, node.params = row, (None, *arrays), {"saved": saved, "drawn": drawn}
            node.value, node.state, node.extra = small(z), current(), None
            node.number = number()
            return attached(z, node)

        return make

    def _write(self) -> None:
        tracer = self._trace.tracer
        lent = range(self._first_lent, len(self._results))
        writes = {c.symbol: c.now for c in self._states if c.changed}
        results, after = self._results, tuple(writes.values())
        effects = list(tracer.effects)
        if self._parts:  # of a vector the parts are views
            given = {s: s for s in [*self._arguments, *(c.symbol for c in self._states)]}
            given |= {s: c.of(c.vector.symbol) for s, c in self._parts.items()}
            for k, old in enumerate(effects):
                operands = tuple(evaluated(old.operands, given))
                if any(a is not b for a, b in zip(operands, old.operands, strict=True)):
                    effects[k] = effect(old.params["effect"], operands, old.shape, old.dtype)
                given[old] = effects[k]
            found = evaluated([*results, *after], given)
            results, after = tuple(found[: len(results)]), tuple(found[len(results) :])
        program = Program(
            self._arguments,
            {c.symbol: _plain(c.array()) for c in self._states},
            tuple(effects),
            dict(zip(writes, after, strict=True)),
            results,
            frozenset(lent),
        )
        self._written = best_written(program, self._threads)
        self._bind()

    def _bind(self) -> None:
        """Put the arrays into the program, and make its buffers."""
        self._arrays = [c.array() for c in self._states]
        state = {c.symbol: _plain(a) for c, a in zip(self._states, self._arrays, strict=True)}
        self._run = self._written.bound(state)
        written_to = [c.changed and isinstance(c.owner, Tensor) for c in self._states]
        self._writers = [c.owner for c, it_is in zip(self._states, written_to, strict=True) if it_is]
        self._changed = [a for a, it_is in zip(self._arrays, written_to, strict=True) if it_is]
        # who holds these arrays now; more later means: a graph, or another Tensor
        self._counts = list(map(getrefcount, self._changed))
        touched = [*self._writers, *self._changed, *(tensor for tensor, _ in self._grads)]
        self._touched = frozenset(map(id, touched))

    @property
    def source(self) -> str:
        """The program, and those of its derivatives."""
        backward = [best_written(d.program, self._threads).source for d in self._derivatives]
        return "\n\n".join([self._written.source, *backward])

    @property
    def constants(self) -> list[str]:
        """The results that are no traced values, as texts."""
        return [repr(x) for x in self._leaves if not (isinstance(x, Tensor) and isinstance(x._array, Symbol))]

    # ---- at every call -------------------------------------------------------------------------------------

    def suits(self, flat: list[Any]) -> bool:
        """Whether the arguments are apart from each other and from what the program changes: of one thing
        under two names it would not know what was done to it under the other."""
        if self._touched and not self._touched.isdisjoint(map(id, flat)):
            return False
        if not self._argument_grads:
            return True
        tensors = [id(flat[k]) for k in self._dynamic if isinstance(flat[k], Tensor)]
        return len(set(tensors)) == len(tensors)

    def holds(self) -> bool:
        """Whether everything that was decided while tracing would be decided the same way now."""
        if not alike(tuple(map(dict.get, self._dicts, self._names)), self._values):
            return False
        if not self._variables.hold() or (CHANGES.n != self._seen and not self._tensors_are_alike()):
            return False
        return all(condition() for condition in self._conditions)

    def _tensors_are_alike(self) -> bool:
        """Whether Tensors from outside are what they were for the program, after something has changed."""
        now = CHANGES.n
        for tensor, recorded in self._kinds:
            node = tensor.node
            hooked = node is not None and node.extra is not None and node.extra.get("hooks")
            if (node is not None) is not recorded or hooked:
                return False
        for cell in self._states:
            array = cell.array()
            if array.shape != cell.symbol.shape or array.dtype != cell.symbol.dtype:
                return False
        if any(c.array() is not a for c, a in zip(self._states, self._arrays, strict=True)):
            self._bind()
        self._seen = now
        return True

    def __call__(self, flat: list[Any]) -> Any:
        """Run the program on the arguments of a call."""
        for do in self._before:
            do()
        if CHANGES.n != self._seen and not self._tensors_are_alike():
            raise RuntimeError("a program was called while another thread changed what it reads")
        if list(map(getrefcount, self._changed)) != self._counts:
            self._leave_alone()
        arrays = [_array_of(flat[k]) for k in self._dynamic]
        for tensor, place in self._old_grads:  # the conditions, or the arguments, say that there is one
            arrays.append((tensor if place is None else flat[place]).grad._array)  # type: ignore[union-attr]
        for read in self._numbers:
            arrays.append(read())
        try:
            out = self._run(*arrays)
        except BaseException:
            for tensor, _ in self._grads:  # what they were lent may have been written over
                if isinstance(tensor._grad, Lent):
                    tensor.zero_grad()
            raise
        self._results_now[0] = out
        if CHANGES.grads != self._grads_seen:
            for tensor, g in self._grads:
                tensor._grad = g
            CHANGES.grads = CHANGES.next()
            self._grads_seen = CHANGES.grads
        for place, k in self._argument_grads:
            flat[place]._grad = None if k is None else attached(out[k].copy(), None)
        for owner, name, k, kind in self._left:
            left = kind is not NoneType
            owner.__dict__[name] = (out[k] if kind is Traced else attached(out[k], None)) if left else None
        for do in self._afterwards:
            do()
        if self._single is not None:
            return self._single(out, flat)
        return rebuild(self._trace.result, iter([make(out, flat) for make in self._makers]))

    def _leave_alone(self) -> None:
        """Give leaves that the program writes to arrays of their own, where a graph or another Tensor holds
        the numbers."""
        held = False
        for tensor, array, count in zip(self._writers, self._changed, self._counts, strict=True):
            if getrefcount(array) > count + 1 and not _exposed(tensor):
                held = True
                tensor._array = array.copy()
                if tensor._leaf is not None:
                    tensor._leaf.value = small(tensor._array)
        if held:
            self._bind()


def best_written(program: Program, threads: int) -> Any:
    """A program of single numbers in Python's floats, any other in NumPy's words."""
    return written_in_floats(program) or written(program, threads=threads)


def _plain(array: Any) -> Any:
    return array if array.__class__ is ndarray else np.ndarray(array.shape, array.dtype, array)


def _exposed(tensor: Tensor) -> bool:
    return tensor._leaf is not None and tensor._leaf.args is EXPOSED


def _array_of(x: Any) -> Any:
    return x._array if isinstance(x, Tensor) else x if x.__class__ is float else np.asarray(x)


def _kept(x: Any) -> Any:
    """The numbers of an input for a graph to keep: a copy, where somebody else may write to them."""
    if isinstance(x, Tensor):
        return guarded(x) if _exposed(x) else x._array
    return x.copy() if x.__class__ is ndarray else x


def _constant_maker(value: Any) -> Maker:
    return lambda _out, _flat: value


def _named_maker(make: Maker, name: str) -> Maker:
    return lambda out, flat: make(out, flat).named(name)


def _argument_maker(place: int) -> Maker:
    return lambda _out, flat: flat[place]


def _tensor_maker(place: int) -> Maker:
    return lambda out, _: attached(out[place], None)


def _plain_maker(place: int, leaf: Traced) -> Maker:
    if leaf.python:
        kind = {"b": bool, "i": int, "u": int}.get(leaf.dtype.kind, float)
        return lambda out, _: kind(out[place])
    if not leaf.shape:
        return lambda out, _: out[place][()]
    return lambda out, _: out[place]


def _released_maker(place: int, op: Any, state: Any) -> Maker:
    def make(out: tuple[Any, ...], _: list[Any]) -> Tensor:
        """A result whose graph was swept inside: a second sweep says so."""
        node = Node()
        node.op, node.args, node.params, node.value = op, RELEASED, {}, small(out[place])
        node.state, node.extra, node.number = state, None, number()
        return attached(out[place], node)

    return make
