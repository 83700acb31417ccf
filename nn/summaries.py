"""summary: what a model is made of, as a table."""

from collections import Counter
from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from nn.module import Module
from nn.parameter import Parameter
from nn.tables import Table, written
from nn.training.randomness import Randomness


class Summary(Table):
    """The rows of a model's modules, and `totals`."""

    totals: dict[str, int]

    def __str__(self) -> str:
        t = self.totals
        lines = self._lines()
        rule = "─" * max(map(len, lines))
        frozen = f", {written(t['frozen'])} of them frozen" if t["frozen"] else ""
        return "\n".join(
            [
                *(lines[0], rule, *lines[1:], rule),
                f"parameters {written(t['trainable'] + t['frozen'])}{frozen}",
                f"bytes {written(t['bytes'])} of parameters and buffers, "
                f"{written(t['output bytes'])} of outputs",
                f"FLOPs {written(t['FLOPs'])} for this input",
            ]
        )

    __repr__ = __str__


def summary(model: Module, *x: Any) -> Summary:
    """Per module the shape of its output, its parameters, bytes and FLOPs; printed as a table.

    Args:
        model: any Module; it is called once, in its mode. Buffers and random generators are put back.
        x: the input: an array, a Tensor, or a shape, for which random numbers stand in; several, if the model
            takes several.

    Returns:
        a dict of columns, so that `pandas.DataFrame(summary)` is a table, with `rows` (a list of dicts) and
        `totals`. Every row counts what is the module's own, without the modules in it: so a column sums to
        its total. A module or parameter that is held several times counts once; FLOPs count at every call.

    FLOPs are read from the operations that the forward pass recorded, whichever layers made them: a product
    of matrices, an einsum, a convolution and a recurrent layer count 2 per multiplication with addition;
    every other operation 1 per number of its result, or of its operand where it reduces one (sum, pooling);
    reshaping, indexing, joining and broadcasting 0. Only the forward pass counts; the backward pass of a
    product costs about twice as much. torchinfo counts a multiplication with addition as 1.

    Raises:
        TypeError: if it is no Module, or there is no input.

    >>> from nn import Linear, ReLU, Sequential
    >>> print(summary(Sequential(Linear(4, 8), ReLU(), Linear(8, 2)), (10, 4)))
    layer    module         output   trainable  frozen  bytes  FLOPs
    ────────────────────────────────────────────────────────────────
    (model)  Sequential     (10, 2)          0       0      0      0
    0        Linear(4 → 8)  (10, 8)         40       0    160    720
    1        ReLU           (10, 8)          0       0      0     80
    2        Linear(8 → 2)  (10, 2)         18       0     72    340
    ────────────────────────────────────────────────────────────────
    parameters 58
    bytes 232 of parameters and buffers, 720 of outputs
    FLOPs 1,140 for this input
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: a Module is needed, got {type(model).__name__}")
    if not x:
        raise TypeError("summary: an input is needed, or its shape: nn.summary(model, x)")
    modules = model.named_modules()
    outputs: dict[int, Any] = {}
    handles = [m.register_forward_hook(lambda m, args, out: outputs.update({id(m): out})) for _, m in modules]
    chance = Randomness(model=model)
    before = chance.state()
    try:
        work = _work(model, x)
    finally:
        chance.restore(before)
        for handle in handles:
            handle.remove()
    return _table(modules, outputs, work)


def _table(modules: list[tuple[str, Module]], outputs: dict[int, Any], work: Counter[str]) -> Summary:
    seen: set[int] = set()
    rows = []
    kept = 0
    for path, module in modules:
        own = [p for p in _own(module) if id(p) not in seen]
        seen.update(map(id, own))
        out = outputs.get(id(module))
        parts = [t for t in (out if isinstance(out, tuple | list) else [out]) if isinstance(t, Tensor)]
        if not any(isinstance(member, Module) for _, member in module.members()):
            kept += sum(t.size * t.dtype.itemsize for t in parts)
        parameters = [p for p in own if isinstance(p, Parameter)]
        rows.append(
            {
                "layer": path or "(model)",
                "module": module.title(),
                "output": parts[0].shape if parts else None,
                "trainable": sum(p.size for p in parameters if p.requires_grad),
                "frozen": sum(p.size for p in parameters if not p.requires_grad),
                "bytes": sum(p.size * p.dtype.itemsize for p in own),
                "FLOPs": work[path],
            }
        )
    table = Summary(rows)
    table.totals = {name: sum(table[name]) for name in ("trainable", "frozen", "bytes", "FLOPs")}
    table.totals["output bytes"] = kept
    return table


def _own(module: Module) -> list[Tensor]:
    """Parameters and buffers that the module holds itself."""
    return [member for _, member in module.members() if isinstance(member, Tensor)]


def _work(model: Module, x: tuple[Any, ...]) -> Counter[str]:
    """FLOPs by the path of the module in which they happen."""
    drawn = ac.graph(model, *x, names=None)
    # a module that is held in several places counts where it is found first
    places = {path: module for path, _, module in model.walk() if isinstance(module, Module)}
    first = {id(module): path for path, module in model.named_modules()}
    work: Counter[str] = Counter()
    for node in drawn.nodes:
        if node.kind == "operation":
            work[first.get(id(places.get(node.module)), "")] += node.flops
    return work
