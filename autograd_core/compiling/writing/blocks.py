"""The text of a region: a function that does one block of it, and its call for all blocks."""

from math import prod
from typing import Any, Protocol

import numpy as np

from autograd_core.compiling.forms import form_of, literal
from autograd_core.compiling.planning.making import shape_of
from autograd_core.compiling.planning.plan import Fresh, Plan, Scratch
from autograd_core.compiling.planning.regions import is_column_sum, is_row_product
from autograd_core.compiling.planning.viewing import seen_in
from autograd_core.compiling.sharing import in_blocks
from autograd_core.compiling.writing.naming import Names
from autograd_core.compiling.writing.numbers import beside, ready
from autograd_core.compiling.writing.remarks import remark
from autograd_core.node import Absent
from autograd_core.ops import choices, products, shapes
from autograd_core.ops.constants import ones
from autograd_core.symbols import Symbol

WIDTH = 52


class Around(Protocol):
    """What writes the program around the region."""

    plan: Plan
    names: Names
    head: list[str]
    threads: int

    def text(self, x: Any) -> str: ...
    def line(self, text: str, about: str = "") -> None: ...
    def name(self, x: Symbol) -> str: ...
    def is_kept(self, base: Any) -> bool: ...


class Blocks:
    """Writes one region."""

    def __init__(self, around: Around, k: int) -> None:
        self._around, self._k = around, k
        plan = around.plan
        self._region = plan.regions[k]
        self._members = plan.order[self._region.start : self._region.stop]
        self._inside = set(self._members)
        self._start: list[str] = []  # what a block looks at
        self._lines: list[str] = []
        self._given: dict[str, str] = {}  # what it is called with
        self._cut: dict[str, str] = {}
        self._texts: dict[Symbol, str] = {}
        self._scratch: dict[int, str] = {}

    def write(self) -> None:
        """The function into what is made once, its call into the program."""
        around, region = self._around, self._region
        names = around.names
        for x in self._members:
            if isinstance(around.plan.places[x], Fresh) and x not in region.partial:
                empty = names.bind("empty", np.empty)
                dtype = names.bind(x.dtype.name, x.dtype)
                around.line(f"{around.text(x)} = {empty}({literal(x.shape)}, {dtype})", "a result")
        parts = []
        for x in self._members:
            about = f"{around.name(x)} = {remark(x, around.name)}"
            if x in region.partial:
                self._line(self._part(x), about)
                parts.append((x, about))
            else:
                self._pass(x, about)
        function, scratch = names.next("block"), names.next("scratch")
        shape = (region.step,) if region.columns is None else (region.step, region.columns)
        blocks = -(-region.rows // region.step)
        threads = max(1, min(around.threads, blocks // 2))
        arrays = [f"np.empty({literal(shape)}, np.{dtype.name})" for dtype in around.plan.scratch[self._k]]
        pad = "    "
        around.head.append(f"{scratch} = [[{', '.join(arrays)}] for _ in range({threads})]")
        around.head.append(f"def {function}({', '.join(['i', 'j', 's', *self._given.values()])}):")
        around.head.append(f"{pad}n = j - i")
        around.head += [pad + line for line in (*self._start, *self._lines)]
        returned = "".join(f"{self._texts[x]}, " for x, _ in parts)
        around.head.append(f"{pad}return ({returned.strip()})" if parts else f"{pad}return None")
        call = ", ".join([function, str(region.rows), str(region.step), scratch, *self._given])
        found = names.next("parts") if parts else ""
        many = f"{blocks} blocks, {len(self._members)} operations"
        around.line(f"{found + ' = ' if parts else ''}{names.bind('in_blocks', in_blocks)}({call})", many)
        for m, (x, about) in enumerate(parts):
            total = names.bind("total", _total)
            column = f".reshape({literal(x.shape)})" if len(x.shape) > 1 else ""
            around.line(f"{around.text(x)} = {total}({found}, {m}){column}", about)

    # ---- operations ------------------------------------------------------------------------------------

    def _pass(self, x: Symbol, about: str) -> None:
        if is_row_product(x):
            a, b = x.operands
            dot = self._around.names.bind("dot", np.dot)
            vector = self._passed(_shaped(b, (b.size,)))
            self._line(f"{dot}({self._sliced(a, shaped=True)}, {vector}, {self._result(x)})", about)
            return
        form = form_of(x)
        operands = ready(x)
        texts = [self._operand(y, x) for y in operands]
        bind = self._around.names.bind
        if x.op in (choices.maximum, choices.minimum):
            texts = [self._repeated(y, t, x) for y, t in zip(operands, texts, strict=True)]
        place = self._around.plan.places[x]
        if form.out:
            self._line(form.call(bind, texts, self._result(x)), about)
            return
        name = self._around.names.free("z")
        self._line(f"{name} = {form.call(bind, texts, None)}", about)
        if isinstance(place, Scratch):
            self._texts[x] = name
        else:
            self._line(f"{bind('copyto', np.copyto)}({self._result(x)}, {name})", "")

    def _part(self, x: Symbol) -> str:
        """A part of a sum."""
        bind = self._around.names.bind
        self._texts[x] = name = self._around.names.free("part")
        if is_column_sum(x):
            a, b = x.operands
            matrix = self._sliced(a.operands[0], shaped=True)
            return f"{name} = {bind('dot', np.dot)}({matrix}.T, {self._full(b)})"
        texts = [self._full(y) for y in x.operands]
        flat = self._region.columns is None
        if x.op is products.matmul:
            lines = [t if flat else f"{t}.reshape(-1)" for t in texts]
            return f"{name} = {bind('dot', np.dot)}({', '.join(lines)})"
        if x.shape == ():
            return f"{name} = {bind('add', np.add)}.reduce({texts[0]}, None)"
        line = bind("ones", ones(self._region.step, x.dtype))
        return f"{name} = {bind('dot', np.dot)}({line}[:n], {texts[0]})"

    def _line(self, text: str, about: str) -> None:
        self._lines.append(f"{text:<{WIDTH - 1}} # {about}" if about else text)

    # ---- operands --------------------------------------------------------------------------------------

    def _result(self, x: Symbol) -> str:
        place = self._around.plan.places[x]
        if isinstance(place, Scratch):
            assert place.number is not None  # else it is a new array
            if place.number not in self._scratch:
                name = self._scratch[place.number] = self._around.names.free(f"s{place.number}")
                self._start.append(f"{name} = s[{place.number}][:n]")
            self._texts[x] = self._scratch[place.number]
        else:
            self._texts[x] = self._sliced(x)
        return self._texts[x]

    def _operand(self, y: Any, x: Symbol) -> str:
        shape = shape_of(y)
        if shape == x.shape and shape:
            return self._full(y)
        if isinstance(y, Symbol) and y.weak:
            return self._passed(y)
        if prod(shape) == 1:
            return self._passed(_shaped(y, ()) if shape else y)
        if shape[-1] == 1:
            return self._sliced(_shaped(y, (self._region.rows, 1)), shaped=True)
        return self._passed(_shaped(y, (shape[-1],)))

    def _full(self, y: Any) -> str:
        base = seen_in(y)
        if isinstance(base, Symbol) and base in self._texts:
            return self._texts[base]
        return self._sliced(y)

    def _sliced(self, y: Any, shaped: bool = False) -> str:
        """The rows of a block of an array."""
        region = self._region
        if not shaped:
            y = _shaped(y, (region.rows,) if region.columns is None else (region.rows, region.columns))
        text = self._passed(y)
        if text not in self._cut:
            self._cut[text] = self._around.names.free(f"{text}_")
            self._start.append(f"{self._cut[text]} = {text}[i:j]")
        return self._cut[text]

    def _passed(self, y: Any) -> str:
        """An array as a whole: the block finds it, or is called with it."""
        text = self._around.text(y)
        if isinstance(y, Symbol) and not text.startswith(("(", "[")):
            kept = not y.weak and self._around.is_kept(seen_in(y)) and self._is_one_thing(y)
            if not kept:
                return self._given.setdefault(text, self._around.names.free(text))
        return text

    def _is_one_thing(self, y: Symbol) -> bool:
        """Whether a view is made when the program is bound, and not at every call."""
        return seen_in(y) is y or self._around.plan.layouts.of(y) is not None

    def _repeated(self, y: Any, text: str, x: Symbol) -> str:
        """A constant number as a line as long as a block: beside it NumPy finds the larger ones faster."""
        region = self._region
        shape = (region.step,) if region.columns is None else (region.step, region.columns)
        line = beside(y, shape)
        return text if line is None else f"{self._around.names.bind('line', line)}[:n]"


def _shaped(y: Any, shape: tuple[int, ...]) -> Any:
    """An array in another shape."""
    if isinstance(y, np.ndarray):
        return y.reshape(shape)
    if y.shape == shape:
        return y
    while isinstance(y, Symbol) and y.op is shapes.reshape:
        y = y.operands[0]
    if y.shape == shape:
        return y
    return Symbol(shapes.reshape, (y,), {"shape": shape, "of": y.ndim}, Absent(shape, y.dtype))


def _total(parts: list[tuple[Any, ...]], k: int) -> Any:
    """The sum of what the blocks have found, in their order."""
    return np.add.reduce([part[k] for part in parts])
