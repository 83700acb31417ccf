"""Equal modules one after the other, drawn as one that is open: its heading says how many it stands for.

Only a drawing is rolled up, never the data. The last of the modules stands for all, so that what leaves them
is what they gave; what goes in is what the first was given.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd_core.graphs.folding.choices import WEIGHTS, prefixes, runs
from autograd_core.graphs.folding.joining import Part, Uses
from autograd_core.graphs.folding.repeating import Block, chains, span, total
from autograd_core.graphs.snapshot.rebuilding import Moving, renewed
from autograd_core.graphs.snapshot.records import Derivatives, Edge, Module, Node


@dataclass
class Roll:
    """A drawing that was rolled up: the graph, the headings of its modules, how many each chain has."""

    view: Part
    known: dict[str, Module]
    times: list[int]


def rolled(view: Part, known: Mapping[str, Module], opened: Collection[str], keep: Collection[Node]) -> Roll:
    """The drawing with each chain of equal open modules drawn once.

    Modules of `opened` and those that hold a node of `keep` stand for themselves.
    """
    made = Roll(view, dict(known), [])
    level = 1
    while any(_path(n).count(".") + 1 >= level for n in made.view.nodes if n.kind == "operation"):
        uses = Uses(made.view.nodes)
        blocks = [b for b in _blocks(uses, level, known) if b.path not in opened]
        blocks = [b for b in blocks if not any(n in keep for n in (*b.members, *b.leaves))]
        found = [c for c in chains(uses, blocks) if not all(_is_closed(b) for b in c)]
        if found:
            made.view = _without(made.view, uses, found)
            keep = {made.view.new[n] for n in keep if n in made.view.new}
            for chain in found:
                made.times.append(len(chain))
                made.known[chain[-1].path] = _heading(chain, known)
        level += 1
    return made


def _path(op: Node) -> str:
    return op.name if op.members and op.name else op.module


def _is_closed(block: Block) -> bool:
    (first, *others) = block.members
    return not others and bool(first.members) and first.name == block.path


def _blocks(uses: Uses, level: int, known: Mapping[str, Module]) -> list[Block]:
    """The runs of operations in modules of one level."""
    found: list[Block] = []
    for path, run in runs(uses.operations, lambda op: "".join(prefixes(_path(op))[level - 1 : level])):
        inside = set(run)
        taken = {v for op in run for v in op.inputs if v.kind in WEIGHTS}
        leaves = frozenset(v for v in taken if inside.issuperset(uses.users[v]))
        module = known.get(path)
        found.append(Block(path, module.title if module else "", run, leaves))
    return found


def _heading(chain: Sequence[Block], known: Mapping[str, Module]) -> Module:
    title = " ".join(w for w in (chain[0].title, f"× {len(chain)}") if w)
    counts = [known[b.path].parameters if b.path in known else None for b in chain]
    return Module(span([b.path for b in chain]), title, total(counts))


def _without(view: Part, uses: Uses, found: Sequence[Sequence[Block]]) -> Part:
    """The graph without all but the last module of each chain."""
    gone: set[Node] = set()
    instead: dict[Node, Node] = {}
    twins: dict[Node, Node] = {}
    for chain in found:
        for block in chain[:-1]:
            gone.update(block.members, block.leaves)
            twins.update(zip(block.members, chain[-1].members, strict=True))
            gone.update(v for op in block.members for v in uses.made[op])
        first, last = chain[0], chain[-1]
        given = uses.inputs(first.members, first.leaves)
        for old, value in zip(uses.inputs(last.members, last.leaves), given, strict=True):
            if old is not value:
                instead[old] = value
    nodes: list[Node] = []
    new: dict[Node, Node] = {}

    def source(v: Node) -> Node:
        # nothing but the next module used what a module of the chain made
        return new[instead.get(v, v)]

    for n in view.nodes:
        if n in gone:
            continue
        new[n] = renewed(n, source, number=len(nodes))
        nodes.append(new[n])
    moving = Moving(new)
    edges: list[Edge] = []
    for e in view.edges:
        if e.target in gone or (e.source in gone and e.source not in instead):
            continue
        of = moving.of(e)
        if of is not None and e.source in instead:
            of = Unmeasured(of)
        edges.append(Edge(source(e.source), new[e.target], e.argument, of))
    # an operation is seen in the one that stands for it: so its cost counts
    drawn = {whole: twins.get(n, n) for whole, n in view.new.items()}
    kept = {whole: new[n] for whole, n in drawn.items() if n in new}
    return Part(nodes, edges, kept)


class Unmeasured:
    """Local derivatives between a module and what an equal one was given: the rule holds, no number does."""

    def __init__(self, base: Derivatives) -> None:
        self._base = base

    def local(self, edge: Edge) -> str | None:
        return self._base.local(edge)

    def value(self, edge: Edge) -> Any:
        return None

    def rule(self, edge: Edge) -> str | None:
        return self._base.rule(edge)

    def factor(self, edge: Edge) -> Any:
        return self._base.factor(edge)

    def moved(self, new: Mapping[Node, Node]) -> "Unmeasured":
        return Unmeasured(self._base.moved(new))
