"""Modules that are repeated: of equal structure, one after the other in a chain, each with its weights."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autograd_core.graphs.folding.joining import Uses
from autograd_core.graphs.snapshot.records import Node


class Block(NamedTuple):
    """The operations of one module, and the leaves that only they use."""

    path: str
    title: str
    members: list[Node]
    leaves: frozenset[Node]


class _Shape(NamedTuple):
    """What a block looks like, what it takes from outside and what it gives away."""

    signature: tuple[Any, ...]
    inputs: list[Node]
    outputs: list[Node]


def chains(uses: Uses, blocks: Sequence[Block]) -> list[list[Block]]:
    """The chains of equal siblings among some blocks, longest runs, at least two each."""
    position = {op: i for i, op in enumerate(uses.operations)}
    found: list[list[Block]] = []
    run: list[tuple[Block, _Shape]] = []
    for block in sorted(blocks, key=lambda b: b.members[0].number):
        shape = _shape(uses, block)
        if run and not _follows(uses, position, run[-1], (block, shape)):
            found.append([b for b, _ in run])
            run = []
        run.append((block, shape))
    found.append([b for b, _ in run])
    return [chain for chain in found if len(chain) > 1]


def _shape(uses: Uses, block: Block) -> _Shape:
    inputs, outputs = uses.inputs(block.members, block.leaves), uses.outputs(block.members)
    number: dict[Node, tuple[Any, ...]] = {v: ("in", i, v.shape) for i, v in enumerate(inputs)}
    lines: list[Any] = []
    for op in block.members:
        for v in op.inputs:
            if v not in number:
                plain = v.value if v.kind == "const" and v.size == 1 else None
                number[v] = ("leaf", len(number), v.kind, v.shape, plain)
        operands = tuple(number[x] if isinstance(x, Node) else repr(x) for x in op.operands)
        lines.append((op.op, op.symbol, operands, _said(op.params), len(op.members), op.times))
        for value in uses.made[op]:
            number[value] = ("made", len(number), value.shape)
    lines.append(tuple(number[v] for v in outputs))
    return _Shape((block.title, *lines), inputs, outputs)


def _said(params: Mapping[str, Any]) -> tuple[Any, ...]:
    """The parameters of a call that are part of its structure; seeds and masks are not."""
    return tuple((k, repr(v)) for k, v in sorted(params.items()) if isinstance(v, str | int | float | tuple))


def _follows(
    uses: Uses, position: Mapping[Node, int], a: tuple[Block, _Shape], b: tuple[Block, _Shape]
) -> bool:
    """Whether b is the next link after a: equal, a sibling, fed by a, which feeds nothing else."""
    (first, before), (second, after) = a, b
    if first.path == second.path or first.path.rpartition(".")[0] != second.path.rpartition(".")[0]:
        return False
    if before.signature != after.signature or len(before.outputs) == 0:
        return False
    if position[first.members[-1]] + 1 != position[second.members[0]]:
        return False
    given, inside = set(before.outputs), set(second.members)
    fed = [x in given or x is y for x, y in zip(after.inputs, before.inputs, strict=True)]
    only = all(v.kind != "output" and inside.issuperset(uses.users.get(v, ())) for v in before.outputs)
    return all(fed) and any(v in given for v in after.inputs) and only


def span(paths: Sequence[str]) -> str:
    """How modules one after the other are called together.

    >>> span(["layers.0", "layers.1", "layers.2"])
    'layers.0 … 2'
    """
    return f"{paths[0]} … {paths[-1].rpartition('.')[2]}"


def total(counts: Sequence[int | None]) -> int | None:
    """How many numbers they train together; None if one of them is not known."""
    known = [c for c in counts if c is not None]
    return sum(known) if len(known) == len(counts) else None
