"""The text of a plan: what is made once, and a function of one line an operation."""

from math import prod
from typing import Any

import numpy as np

from autograd_core.compiling.forms import form_of, literal
from autograd_core.compiling.planning.plan import Buffer, Fresh, Into, Plan
from autograd_core.compiling.planning.viewing import is_effect, is_view, seen_in
from autograd_core.compiling.program import effect_row
from autograd_core.compiling.writing.blocks import Blocks
from autograd_core.compiling.writing.naming import Names
from autograd_core.compiling.writing.numbers import ready, weak_text
from autograd_core.compiling.writing.remarks import remark
from autograd_core.ops import joining
from autograd_core.symbols import Symbol

WIDTH = 56
"""Where the remarks stand."""


class Emitter:
    """Writes one plan."""

    def __init__(self, plan: Plan, threads: int = 1) -> None:
        self.plan, self.threads = plan, threads
        self.names = Names()
        self.head: list[str] = []
        self._body: list[str] = []
        self._called: dict[Symbol, str] = {}  # what values are called in remarks
        self._texts: dict[Any, str] = {}  # how they are reached
        self._once: dict[str, str] = {}  # names of what is made once, by its text
        self._looks: dict[str, str] = {}  # names of views that are made at every call
        self._slots: dict[int, tuple[str, tuple[int, ...]]] = {}
        program = plan.program
        self._state = [self._input(x) for x in program.state]
        self._arguments = [self._input(x) for x in program.arguments]
        self._early: dict[int, str] = {}
        self._saved: dict[Symbol, str] = {}

    def written(self) -> tuple[str, dict[str, Any]]:
        """The source, and what it finds under the names in it."""
        plan = self.plan
        self._operations(0, plan.early)
        self._before_changes()
        self._operations(plan.early, len(plan.order))
        self._after_changes()
        self._results()
        pad = "\n    "
        lines = [
            f"def program({', '.join(self._state)}):",
            *self.head,
            "",
            f"def run({', '.join(self._arguments)}):",
            *(f"    {line}" for line in self._body),
            "",
            "return run",
        ]
        return pad.join(lines).replace("\n    \n", "\n\n") + "\n", {"np": np, **self.names.values}

    # ---- names -----------------------------------------------------------------------------------------

    def _input(self, x: Symbol) -> str:
        text = self._texts.get(x)
        if text is None:
            text = self._texts[x] = self.names.free(x.label or "x")
            self._called[x] = text
        return text

    def name(self, x: Symbol) -> str:
        """What a value is called in remarks."""
        found = self._called.get(x)
        if found is None:
            found = self._called[x] = self.names.free(x.label) if x.label else self.names.next("v")
        return found

    def make_once(self, text: str, wish: str, called: str = "") -> str:
        """The name of something that is made when the program is bound."""
        name = self._once.get(text)
        if name is None:
            name = self._once[text] = called or self.names.free(wish)
            self.head.append(f"{name} = {text}")
        return name

    # ---- how values are reached ------------------------------------------------------------------------

    def text(self, x: Any) -> str:
        if not isinstance(x, Symbol):
            return self._constant(x)
        found = self._texts.get(x)
        if found is None:
            found = self._texts[x] = self._view(x) if is_view(x) else self._located(x)
        return found

    def _constant(self, x: Any) -> str:
        if isinstance(x, np.generic):
            x = np.asarray(x)
        if isinstance(x, np.ndarray):
            if not x.ndim and x.dtype.kind == "f" and np.isfinite(x):
                return self.make_once(f"np.array({x.item()!r}, np.{x.dtype.name})", "k")
            return self.names.bind("c", x)
        return literal(x) or self.names.bind("c", x)

    def _view(self, x: Symbol) -> str:
        base = x.operands[0]
        inner = self.text(base)
        text, wish = _looked_at(x, inner)
        # a change of shape that has to copy is done at every call
        if self.is_kept(seen_in(x)) and self.plan.layouts.of(x) is not None:
            return self.make_once(text, wish, self.name(x) if x.label else "")
        lasting = not self.is_kept(seen_in(x))  # a buffer holds something else later
        if lasting and text in self._looks:
            return self._looks[text]
        name = self.names.free(wish)
        self.line(f"{name} = {text}")
        if lasting:
            self._looks[text] = name
        return name

    def is_kept(self, base: Any) -> bool:
        """Whether an array is the same at every call."""
        if not isinstance(base, Symbol):
            return True
        return base in self.plan.program.state or isinstance(self.plan.places.get(base), Buffer | Into)

    def _is_lendable(self, x: Symbol) -> bool:
        base = seen_in(x)
        return isinstance(base, Symbol) and isinstance(self.plan.places.get(base), Buffer)

    def _located(self, x: Symbol) -> str:
        """The place of a result; of a new array its name."""
        place = self.plan.places.get(x)
        if isinstance(place, Into):
            return self.text(place.state)
        if isinstance(place, Buffer):
            return self._buffer(place, x.shape)
        return self.name(x)

    def _buffer(self, place: Buffer, shape: tuple[int, ...]) -> str:
        slot = self.plan.slots[place.slot]
        if place.slot not in self._slots:
            first = shape if prod(shape) == slot.size else (slot.size,)
            name = self.names.next("buf")
            self.head.append(f"{name} = np.empty({literal(first)}, np.{slot.dtype.name})")
            self._slots[place.slot] = name, first
        name, first = self._slots[place.slot]
        if prod(shape) == slot.size:
            return (
                name if shape == first else self.make_once(f"{name}.reshape({literal(shape)})", f"{name}_r")
            )
        flat = name if len(first) == 1 else self.make_once(f"{name}.reshape(-1)", f"{name}_flat")
        part = f"{flat}[{place.start}:{place.stop}]"
        return self.make_once(
            part if len(shape) == 1 else f"{part}.reshape({literal(shape)})", f"{name}_{place.start}"
        )

    # ---- lines -----------------------------------------------------------------------------------------

    def line(self, text: str, about: str = "") -> None:
        self._body.append(f"{text:<{WIDTH - 1}} # {about}" if about else text)

    def _operation(self, x: Symbol) -> None:
        about = f"{self.name(x)} = {remark(x, self.name)}" if not is_effect(x) else remark(x, self.name)
        if x.weak and not is_effect(x):
            texts = [self.text(y) for y in x.operands]
            self.line(f"{self.text(x)} = {weak_text(x, texts, self.names.bind)}", about)
            return
        if x.shape:
            about += f"  {x.shape}"
        if x.op is effect_row:
            self._effect(x, about)
            return
        form, place = form_of(x), self.plan.places[x]
        if x.op is joining.concatenate and isinstance(place, Buffer):
            self._joined(x, about)
            return
        texts = [self.text(y) for y in ready(x)]
        if isinstance(place, Fresh):
            name = self.text(x)
            self.line(f"{name} = {form.call(self.names.bind, texts, None)}", about)
        else:
            self.line(form.call(self.names.bind, texts, self.text(x)), about)

    def _operations(self, start: int, stop: int) -> None:
        regions = {r.start: k for k, r in enumerate(self.plan.regions)}
        i = start
        while i < stop:
            if i in regions:
                region = self.plan.regions[regions[i]]
                Blocks(self, regions[i]).write()
                i = region.stop
            else:
                self._operation(self.plan.order[i])
                i += 1

    def _effect(self, x: Symbol, about: str) -> None:
        act = x.params["effect"]
        call = f"{self.names.bind(act.name, act.run)}({', '.join(self.text(y) for y in x.operands)})"
        self.line(f"{self.text(x)} = {call}", about)

    def _joined(self, x: Symbol, about: str) -> None:
        """What has not been computed right there is copied."""
        place = self.plan.places[x]
        assert isinstance(place, Buffer)  # the caller has looked
        axis = x.params["axis"]
        if any(n != 1 for n in x.shape[:axis]):
            texts = [self.text(y) for y in x.operands]
            self.line(form_of(x).call(self.names.bind, texts, self.text(x)), about)
            return
        start = place.start
        for piece in x.operands:
            stop = start + piece.size
            at = Buffer(place.slot, start, stop)
            base = seen_in(piece)
            place_of = self.plan.places.get(base) if isinstance(base, Symbol) else None
            if piece.size and not (isinstance(place_of, Buffer) and place_of == at):
                text = self._buffer(at, piece.shape)
                self._copy(text, self.text(piece), f"a part of {self.name(x)}")
            start = stop
        if not self._body or about:
            self._body.append(f"# {about}")

    def _copy(self, to: str, text: str, about: str) -> None:
        self.line(f"{self.names.bind('copyto', np.copyto)}({to}, {text})", about)

    # ---- the end ---------------------------------------------------------------------------------------

    def _before_changes(self) -> None:
        """Old values of the state that are asked for are copied before anything is changed."""
        program, order = self.plan.program, self.plan.order
        late = set(order[self.plan.early :])
        if not program.writes:
            return
        for k, x in enumerate(program.results):
            if self._may_be_state(x, late):
                self._early[k] = self.names.free("old")
                self.line(f"{self._early[k]} = {self._copied(x)}", "a result, before the state changes")
        for s, x in program.writes.items():
            if x is not s and self._may_be_state(x, late):
                name = self._saved[s] = self.names.free("old")
                self.line(f"{name} = {self._copied(x)}", f"for {self.text(s)}, before the state changes")

    def _may_be_state(self, x: Any, late: set[Symbol]) -> bool:
        """Whether x is, or may be, a view of a state or argument, known before the state is changed."""
        base = seen_in(x)
        if not isinstance(x, Symbol) or not isinstance(base, Symbol) or x.weak or base in late:
            return False
        if base.op is None:
            return True
        place = self.plan.places.get(base)
        return is_effect(base) or (isinstance(place, Fresh) and not place.own and base.op is not None)

    def _copied(self, x: Any) -> str:
        return f"{self.names.bind('array', np.array)}({self.text(x)})"

    def _after_changes(self) -> None:
        """New values that were computed elsewhere."""
        writes: dict[Symbol, Any] = dict(self.plan.program.writes)  # a tidy value may be a constant
        for s, x in writes.items():
            place = self.plan.places.get(x) if isinstance(x, Symbol) else None
            if x is s or (isinstance(place, Into) and place.state is s):
                continue
            self._copy(self.text(s), self._saved.get(s) or self.text(x), f"the new {self.text(s)}")

    def _results(self) -> None:
        program = self.plan.program
        taken: set[Any] = set()
        texts = []
        for k, x in enumerate(program.results):
            if k in self._early:
                texts.append(self._early[k])
            elif not isinstance(x, Symbol):
                texts.append(self._copied(x) if isinstance(x, np.ndarray) else self._constant(x))
            elif x.weak or (k in program.lent and self._is_lendable(x)):
                texts.append(self.text(x))
            else:
                base = seen_in(x)
                place = self.plan.places.get(base) if isinstance(base, Symbol) else None
                if isinstance(place, Fresh) and place.own and base not in taken:
                    taken.add(base)
                    text = self.text(x)
                    texts.append(text if x.shape else f"{self.names.bind('asarray', np.asarray)}({text})")
                else:
                    texts.append(self._copied(x))
        self.line(f"return ({', '.join(texts)}{',' * (len(texts) == 1)})")


def _looked_at(x: Symbol, inner: str) -> tuple[str, str]:
    """The text of a view, and a wish for its name."""
    assert x.op is not None  # of a view
    row = x.op.name
    if row == "reshape":
        return f"{inner}.reshape({literal(x.shape)})", f"{inner}_r"
    if row == "broadcast_to":
        return f"np.broadcast_to({inner}, {literal(x.shape)})", f"{inner}_all"
    if row == "transpose":
        axes = x.params["axes"]
        if axes == tuple(range(-1, -x.ndim - 1, -1)):
            return f"{inner}.T", f"{inner}_T"
        n = x.ndim
        return f"{inner}.transpose({literal(tuple(a % n for a in axes))})", f"{inner}_T"
    index = x.params["index"]
    return f"{inner}[{', '.join(['...', *(_index(i) for i in index)])}]", f"{inner}_part"


def _index(i: Any) -> str:
    if isinstance(i, slice):
        start, stop, step = ("" if p is None else str(int(p)) for p in (i.start, i.stop, i.step))
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return str(i) if i is None else str(int(i))
