"""Where each result lies: over a dying operand, in the array that it is joined into, in a free slot."""

from itertools import accumulate
from typing import Any

from autograd_core.compiling.forms import Form, form_of
from autograd_core.compiling.planning.changing import Changes
from autograd_core.compiling.planning.ordering import reads
from autograd_core.compiling.planning.plan import Buffer, Fresh, Into, Place, Plan, Scratch, Slot
from autograd_core.compiling.planning.regions import Region, with_step
from autograd_core.compiling.planning.viewing import Layouts, is_view, seen_in
from autograd_core.compiling.program import Program
from autograd_core.ops import joining, shapes
from autograd_core.symbols import Symbol


def planned(program: Program, threads: int = 1) -> Plan:
    """The plan of a program that is tidy already."""
    changes = Changes(program, threads)
    layouts = Layouts(program.state)
    storing = _Storing(program, changes, layouts)
    for i, x in enumerate(changes.order):
        storing.place(i, x)
    regions = [
        with_step(r, changes.order[r.start : r.stop], scratch)
        for r, scratch in zip(changes.regions, storing.scratch, strict=True)
    ]
    order, early = changes.order, changes.early
    return Plan(program, order, regions, storing.scratch, early, storing.places, storing.slots, layouts)


class _Storing:
    def __init__(self, program: Program, changes: Changes, layouts: Layouts) -> None:
        self._changes, self._layouts = changes, layouts
        self.places: dict[Symbol, Place] = {}
        self.slots: list[Slot] = []
        self._free: dict[tuple[int, Any], list[int]] = {}
        order = changes.order
        self._last = _last_uses(program, order)
        self._region = {i: k for k, r in enumerate(changes.regions) for i in range(r.start, r.stop)}
        self.scratch: list[list[Any]] = [[] for _ in changes.regions]
        self._idle: list[dict[Any, list[int]]] = [{} for _ in changes.regions]
        for region in changes.regions:
            _keep_to_the_end(order, region, self._last)
        given = [x for k, x in enumerate(program.results) if k not in program.lent]
        self._own = {x for x in given if isinstance(x, Symbol) and not is_view(x)}
        self._joined = _joined(order, self._own)
        for piece, (whole, *_) in self._joined.items():
            self._last[whole] = max(self._last[whole], self._last[piece])
        self._dying: dict[int, list[Symbol]] = {}
        for x, i in self._last.items():
            self._dying.setdefault(i, []).append(x)
        self._ready: dict[Symbol, int] = {}  # the slots of arrays to be joined, from the first piece on

    def place(self, i: int, x: Symbol) -> None:
        """Decide where the result of operation i lies."""
        if x.weak:
            return
        form = form_of(x)
        state = self._changes.into.get(x)
        k = self._region.get(i)
        if state is not None:
            self.places[x] = Into(state)
        elif k is not None and self._is_inside(k, x):
            self._in_block(i, k, x, form)
        elif k is not None and x not in self._own:
            self._layouts.contiguous(x)
            self.places[x] = self._buffer(i, x, form.inplace)
        elif k is not None:
            self.places[x] = Fresh(True)
            self._layouts.contiguous(x)
        elif not form.out or not x.size:
            self.places[x] = Fresh(form.own)
        elif x in self._own:
            self.places[x] = Fresh(True)
            self._layouts.contiguous(x)
        else:
            self._layouts.contiguous(x)
            self.places[x] = self._buffer(i, x, form.inplace)
        for y in self._dying.get(i, ()):
            place = self.places.get(y)
            if isinstance(place, Scratch) and place.number is not None:
                assert k is not None  # scratch is for those inside
                taken = self.places.get(x)
                if not (isinstance(taken, Scratch) and taken.number == place.number):
                    self._idle[k].setdefault(y.dtype, []).append(place.number)
            if isinstance(place, Buffer) and y not in self._joined:
                slot = self.slots[place.slot]
                taken = self.places.get(x)
                if not (isinstance(taken, Buffer) and taken.slot == place.slot):
                    self._free.setdefault((slot.size, slot.dtype), []).append(place.slot)

    def _is_inside(self, k: int, x: Symbol) -> bool:
        """Whether nobody outside of the region asks for x; a sum of parts is a new array in any case."""
        region = self._changes.regions[k]
        return x in region.partial or self._last[x] < region.stop

    def _in_block(self, i: int, k: int, x: Symbol, form: Form) -> None:
        if x in self._changes.regions[k].partial:
            self.places[x] = Fresh(True)
        elif not form.out:
            self.places[x] = Scratch(None)
        else:
            self.places[x] = Scratch(self._scratch_for(i, k, x, form.inplace))

    def _scratch_for(self, i: int, k: int, x: Symbol, inplace: bool) -> int:
        for y in reads(x) if inplace else ():
            place = self.places.get(y)
            if (
                isinstance(place, Scratch)
                and place.number is not None
                and self._last[y] == i
                and y.dtype == x.dtype
            ):
                return place.number
        idle = self._idle[k].get(x.dtype)
        if idle:
            return idle.pop()
        self.scratch[k].append(x.dtype)
        return len(self.scratch[k]) - 1

    def _buffer(self, i: int, x: Symbol, inplace: bool) -> Buffer:
        if x in self._joined:
            whole, start, stop = self._joined[x]
            if whole not in self._ready:
                self._ready[whole] = self._slot(whole)
            return Buffer(self._ready[whole], start, stop)
        if x in self._ready:
            return Buffer(self._ready[x], 0, x.size)
        if inplace:
            for y in x.operands:
                over = self._over(i, x, y)
                if over is not None:
                    return over
        return Buffer(self._slot(x), 0, x.size)

    def _over(self, i: int, x: Symbol, y: Any) -> Buffer | None:
        """The place of an operand that nobody needs behind this operation, if x can be written over it."""
        if not isinstance(y, Symbol) or y.weak or y.shape != x.shape or y.dtype != x.dtype:
            return None
        base = seen_in(y)
        place = self.places.get(base)
        if not isinstance(place, Buffer) or base in self._joined or self._last.get(base) != i:
            return None
        if base.size != x.size or not self._layouts.is_contiguous(y):
            return None
        if any(seen_in(other) is base and not self._layouts.is_contiguous(other) for other in x.operands):
            return None
        if any(seen_in(other) is base and other.shape != x.shape for other in x.operands):
            return None
        return place

    def _slot(self, x: Symbol) -> int:
        free = self._free.get((x.size, x.dtype))
        if free:
            return free.pop()
        self.slots.append(Slot(x.size, x.dtype))
        return len(self.slots) - 1


def _last_uses(program: Program, order: list[Symbol]) -> dict[Symbol, int]:
    """The last operation that needs each result; results of the program are needed until the end.

    A foreign row may give a part of its operand back, so the operand lives as long as its result.
    """
    end = len(order)
    last = {x: i for i, x in enumerate(order)}
    asked = (*program.results, *(x for x in program.writes.values()))
    for x in asked:
        base = seen_in(x)
        if isinstance(base, Symbol) and base in last:
            last[base] = end
    for i in range(end - 1, -1, -1):
        x = order[i]
        until = i if x.weak or form_of(x).own else max(i, last[x])
        for y in reads(x):
            if y in last:
                last[y] = max(last[y], until)
    return last


def _keep_to_the_end(order: list[Symbol], region: Region, last: dict[Symbol, int]) -> None:
    """What every block reads as a whole lives as long as the region."""
    members = set(order[region.start : region.stop])
    size = order[region.start].size
    for x in members:
        for y in x.operands:
            base = seen_in(y)
            if not isinstance(base, Symbol) or base not in last or base in members:
                continue
            if base.size != size or y.size != size:
                last[base] = max(last[base], region.stop - 1)


def _joined(order: list[Symbol], own: set[Symbol]) -> dict[Symbol, tuple[Symbol, int, int]]:
    """The results that can be computed right where they are joined: into which array, and where there."""
    found: dict[Symbol, tuple[Symbol, int, int]] = {}
    for x in order:
        if x.op is not joining.concatenate or x in own:
            continue
        axis = x.params["axis"]
        if any(n != 1 for n in x.shape[:axis]):
            continue
        ends = list(accumulate((getattr(p, "size", 0) for p in x.operands), initial=0))
        for piece, start, stop in zip(x.operands, ends[:-1], ends[1:], strict=True):
            while isinstance(piece, Symbol) and piece.op is shapes.reshape:
                piece = piece.operands[0]
            if not isinstance(piece, Symbol) or piece.op is None or piece.weak or is_view(piece):
                continue
            fits = form_of(piece).out and piece.size and piece.dtype == x.dtype
            if fits and piece not in own and piece not in found and piece.op is not joining.concatenate:
                found[piece] = (x, start, stop)
    return found
