"""Entry: one program of a compiled function, bound to the arrays it reads and writes."""

from collections.abc import Callable
from sys import getrefcount
from typing import Any

import numpy as np
from numpy import ndarray

from autograd_core.compiling.derivatives import derivative, row_of
from autograd_core.compiling.evaluating import evaluated
from autograd_core.compiling.floats import written_in_floats
from autograd_core.compiling.program import Program, effect, effect_row
from autograd_core.compiling.tracing.cells import Part
from autograd_core.compiling.tracing.refusals import Uncompilable
from autograd_core.compiling.tracing.trace import OWN_BUSINESS, Trace, is_dynamic
from autograd_core.compiling.tracing.traced import Traced
from autograd_core.compiling.written import written
from autograd_core.node import EXPOSED, RELEASED, Node, ancestors, number, small
from autograd_core.state import current
from autograd_core.storage import guarded
from autograd_core.symbols import Symbol
from autograd_core.tensor import Tensor, attached
from autograd_core.trees import flatten, rebuild

OFTEN = 2
"""If users held lent arrays so many times, they get arrays of their own."""

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
        self._before = tracer.before
        self._numbers = [read for _, read in tracer.numbers]
        self._conditions = tracer.conditions
        self._afterwards = tracer.afterwards
        self._old_grads = tracer.old_grads
        left = {(id(owner), key) for owner, key, _ in trace.left}
        attributes = [
            (owner.__dict__, key, value)
            for owner, before in tracer.guards.values()
            for key, value in before.items()
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
        self._lends, self._held_often = True, 0
        self._write()

    # ---- made once -----------------------------------------------------------------------------------------

    def _plan_results(self) -> None:
        """Sort out what the program has to return: results, what their derivatives read, gradients and
        attributes that the call leaves."""
        trace = self._trace
        self._leaves = list(flatten(trace.result))
        results: list[Any] = []
        self._makers: list[Maker] = []
        inputs = [*trace.tracer.arguments, *(c.symbol for c in self._cells)]
        nodes: list[Node | None] = [
            *(x.node for x in trace.stand_ins if isinstance(x, Tensor)),
            *(c.owner.node if isinstance(c.owner, Tensor) else None for c in self._cells),
        ]
        self._derivatives = []
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
            if stand_in is not None:
                self._makers.append(_argument_maker(stand_in))
            elif isinstance(leaf, Traced):
                self._makers.append(_plain_maker(place, leaf))
            elif leaf.node is None:
                self._makers.append(_tensor_maker(place))
            elif leaf.node.args is RELEASED:
                self._makers.append(_released_maker(place, leaf.node.op, leaf.node.state))
            else:
                made = derivative(leaf, inputs, nodes)
                self._derivatives.append(made)
                draws = [s for s in ancestors([value]) if isinstance(s, Symbol) and s.op is effect_row]
                first, n = len(results), len(draws)
                results += [*made.saved, *draws]
                self._makers.append(self._recorded_maker(place, value, inputs, nodes, made, first, n))
        self._main = len(results)
        grads = [(t, g) for t, g in trace.grads]
        self._grad_targets = []
        for tensor, g in grads:
            k = None
            if g is not None and isinstance(g._array, Symbol):
                k = len(results)
                results.append(g._array)
            place_of = next((i for i, x in enumerate(trace.stand_ins) if x is tensor), None)
            self._grad_targets.append((tensor, place_of, k, g))
        self._left = []
        for owner, key, value in trace.left:
            self._left.append((owner, key, len(results), type(value)))
            results.append(value.current() if isinstance(value, Traced) else value._array)
        self._results = tuple(results)

    def _recorded_maker(
        self, place: int, value: Symbol, inputs: Any, nodes: Any, made: Any, first: int, draws: int
    ) -> Maker:
        backward = best_written(made.program, self._threads).bound()
        row = row_of(self._name, value, inputs, made, backward)
        n = len(made.saved)
        asked = [node is not None for node in nodes]
        of_arguments = len(self._trace.tracer.arguments)

        def make(out: tuple[Any, ...], flat: list[Any]) -> Tensor:
            z = out[place]
            saved = out[first : first + n]
            drawn = out[first + n : first + n + draws]
            arrays: list[Any] = []
            parents = Node()
            dynamic = [x for x in flat if is_dynamic(x)]
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
        lent = range(self._main, len(self._results)) if self._lends else ()
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
        self._lent: dict[int, Tensor] = {}
        self._watched: list[Any] = []
        self._counts: list[int] = []
        self._changed = [
            (c.owner, a)
            for c, a in zip(self._states, self._arrays, strict=True)
            if c.changed and isinstance(c.owner, Tensor)
        ]

    @property
    def source(self) -> str:
        """The program, and those of its derivatives."""
        backward = [best_written(d.program, self._threads).source for d in self._derivatives]
        return "\n\n".join([self._written.source, *backward])

    # ---- at every call -------------------------------------------------------------------------------------

    def holds(self) -> bool:
        """Whether everything that was decided while tracing would be decided the same way now."""
        try:
            if tuple(map(dict.get, self._dicts, self._names)) != self._values:
                return False
        except (TypeError, ValueError):  # an array was replaced by another: equal or not, it is not the same
            return False
        for tensor, recorded in self._kinds:
            if (tensor.node is not None) is not recorded:
                return False
        for cell in self._states:
            array = cell.array()
            if array.shape != cell.symbol.shape or array.dtype != cell.symbol.dtype:
                return False
        return all(condition() for condition in self._conditions)

    def __call__(self, flat: list[Any]) -> Any:
        """Run the program on the arguments of a call."""
        for do in self._before:
            do()
        self._look_after_arrays()
        arrays = [_array_of(x) for x in flat if is_dynamic(x)]
        for _, tensor in self._old_grads:
            arrays.append(tensor._grad._array)
        for read in self._numbers:
            arrays.append(read())
        out = self._run(*arrays)
        for tensor, place, k, g in self._grad_targets:
            target = tensor if place is None else flat[place]
            target._grad = g if k is None else self._tensor(k, out[k])
        for owner, name, k, kind in self._left:
            owner.__dict__[name] = out[k] if kind is Traced else self._tensor(k, out[k])
        for do in self._afterwards:
            do()
        result = rebuild(self._trace.result, iter([make(out, flat) for make in self._makers]))
        if not self._watched:
            self._watch(out)
        return result

    def _tensor(self, k: int, array: Any) -> Tensor:
        """A result that is lent: the same Tensor as at the last call, if it is the same array."""
        old = self._lent.get(k)
        if old is not None and old._array is array:
            return old
        self._lent[k] = new = attached(array, None)
        return new

    def _watch(self, out: tuple[Any, ...]) -> None:
        """Count who holds the arrays that the next call writes over: those that are lent, and states."""
        lent = out[self._main :] if self._lends else ()
        owners = {id(a): a for a in (x if x.base is None else x.base for x in lent)}
        self._watched = [*(a for _, a in self._changed), *lent, *owners.values(), *self._lent.values()]
        del lent, owners, out
        self._counts = list(map(getrefcount, self._watched))

    def _look_after_arrays(self) -> None:
        """Bind again if arrays were replaced, and leave those alone that somebody else holds."""
        if any(c.array() is not a for c, a in zip(self._states, self._arrays, strict=True)):
            self._bind()
        counts = list(map(getrefcount, self._watched))
        if counts == self._counts:
            return
        more = [now > then for now, then in zip(counts, self._counts, strict=True)]
        bind = False
        for (tensor, array), held in zip(self._changed, more, strict=False):
            if held and not _exposed(tensor):
                bind = True
                tensor._array = array.copy()
                if tensor._leaf is not None:
                    tensor._leaf.value = small(tensor._array)
        if any(more[len(self._changed) :]):  # somebody keeps what was lent
            bind = True
            self._held_often += 1
            if self._held_often > OFTEN and self._lends:
                self._lends = False
                self._write()
                return
        if bind:
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
