"""A snapshot made smaller: groups of operations become one operation each, values between them disappear.

A group is either what lies between named values or a run of operations in creation order. Both are convex: no
way leads out of a group and back into it, so the smaller graph has no cycle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograd_core.graphs.folding.composed import Composed, Fold, Inside
from autograd_core.graphs.snapshot import formulas
from autograd_core.graphs.snapshot.formulas import Formula
from autograd_core.graphs.snapshot.partials import Partials
from autograd_core.graphs.snapshot.rebuilding import renewed
from autograd_core.graphs.snapshot.records import Edge, Node, results

SHORT = 28
"""A formula of so many letters still stands on a pill."""


@dataclass(eq=False)
class Group:
    """Operations of the whole graph that are drawn as one.

    members     in creation order
    path        of a folded module, its path; "" for the model itself and other groups
    title       what a module says of itself; "" for other groups
    parameters  how many numbers the module says it trains; None to count those that disappear
    module      the path of the module in which the folded operation stands
    leaves      the values that disappear into the group: weights, constants
    times       how many equal modules one after the other it is
    unnamed     whether it is what lies between named values
    """

    members: list[Node]
    path: str = ""
    title: str = ""
    parameters: int | None = None
    module: str = ""
    leaves: set[Node] = field(default_factory=set)
    times: int = 1
    unnamed: bool = False

    @property
    def is_module(self) -> bool:
        return bool(self.title or self.path)


@dataclass
class Part:
    """A smaller graph. `new` has what became of each node of the whole one, as far as it is still there; for
    an operation in a group the folded one."""

    nodes: list[Node]
    edges: list[Edge]
    new: dict[Node, Node]


class Uses:
    """Who uses what in a snapshot: worked out once."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.operations = [n for n in nodes if n.kind == "operation"]
        self.made = {op: results(nodes, op) for op in self.operations}
        self.maker = {value: op for op, values in self.made.items() for value in values}
        self.users: dict[Node, list[Node]] = {}
        for op in self.operations:
            for value in dict.fromkeys(op.inputs):
                self.users.setdefault(value, []).append(op)

    def outputs(self, members: Iterable[Node]) -> list[Node]:
        """The values that some operations make for others, or as results of the graph."""
        inside = set(members)
        return [
            value
            for op in in_order(inside)
            for value in self.made[op]
            if value.kind == "output" or any(user not in inside for user in self.users.get(value, ()))
        ]

    def inputs(self, members: Iterable[Node], leaves: Iterable[Node] = ()) -> list[Node]:
        """The values that some operations take from outside, in the order in which they are taken."""
        inside, own = set(members), set(leaves)
        taken = (v for op in in_order(inside) for v in op.inputs if v not in own)
        return [v for v in dict.fromkeys(taken) if self.maker.get(v) not in inside]


def in_order(members: Iterable[Node]) -> list[Node]:
    """Nodes in creation order."""
    return sorted(members, key=lambda n: n.number)


def folded(uses: Uses, edges: Sequence[Edge], groups: Sequence[Group]) -> Part:
    """The graph in which each group is one operation, with the composed local derivatives on its wires."""
    owner = {op: group for group in groups for op in group.members}
    last = {group.members[-1]: group for group in groups}
    lost = {leaf for group in groups for leaf in group.leaves}
    nodes: list[Node] = []
    new: dict[Node, Node] = {}
    folds: dict[Node, Fold] = {}
    base = next((e.derivatives for e in edges if isinstance(e.derivatives, Partials)), None)
    writing = _Writing({} if base is None else Composed.formulas(base), new)

    def add(old: Node | None, made: Node) -> Node:
        nodes.append(made)
        if old is not None:
            new[old] = made
        return made

    for n in uses.nodes:
        of = uses.maker.get(n)
        if n in lost or of in owner:
            continue
        group = owner.get(n)
        if group is None:
            text = writing.text(n, uses.made[n][0]) if n.kind == "operation" else writing.texts.get(n)
            made = renewed(n, new.__getitem__, number=len(nodes), formula=text or n.formula)
            writing.now(n, add(n, made))
        elif n in last:
            outputs = uses.outputs(group.members)
            taken = uses.inputs(group.members, group.leaves)
            inputs = tuple(new[v] for v in taken)
            made = add(None, _operation(len(nodes), group, outputs, inputs))
            new.update(dict.fromkeys(group.members, made))
            results_of = []
            for value in outputs:
                formula = value.formula if not group.is_module else _call(group, inputs)
                again = replace(value, number=len(nodes), inputs=inputs, op=made.op, formula=formula)
                results_of.append(add(value, again))
                if group.is_module and not value.name:
                    # its formula would speak of what is no longer seen
                    writing.fresh[again] = formulas.hidden(value)
            folds[made] = Fold(Inside(uses.made, group.members, taken, outputs), tuple(results_of))
    derivatives = None if base is None else Composed(base.moved(new), folds, writing.fresh)
    return Part(nodes, _edges(uses, edges, new, owner, derivatives), new)


class _Writing:
    """The formulas of values behind folded modules, written anew. `fresh` has those without a name."""

    def __init__(self, known: Mapping[Node, Formula], new: Mapping[Node, Node]) -> None:
        self._known, self._new = known, new
        self._written: dict[Node, Formula] = {}
        self.fresh: dict[Node, Formula] = {}
        self.texts: dict[Node, str] = {}

    def text(self, op: Node, value: Node) -> str | None:
        """How an operation is written if that is otherwise than before; also for the value it makes."""
        if op.row is None or not any(self._new[v] in self.fresh for v in op.inputs):
            return None
        operands = [
            (self.fresh.get(self._new[x]) or self._known[x]) if isinstance(x, Node) else formulas.constant(x)
            for x in op.operands
        ]
        self._written[value] = formulas.written(op.row, operands, dict(op.params), value)
        self.texts[value] = self._written[value].text
        return self.texts[value]

    def now(self, old: Node, made: Node) -> None:
        """Take note of what a value is now."""
        if old in self._written and not old.name:
            self.fresh[made] = self._written[old]


def _operation(number: int, group: Group, outputs: Sequence[Node], inputs: tuple[Node, ...]) -> Node:
    value = outputs[0]
    weights = [leaf.size for leaf in group.leaves if leaf.kind in ("param", "frozen")]
    formula = value.formula or ""
    if group.is_module:
        symbol = group.title or group.path.rpartition(".")[2]
        op = group.title.partition("(")[0] or "folded"
    else:
        whole = len(outputs) == 1 and 0 < len(formula) <= SHORT and "…" not in formula
        symbol, op = formula if whole else "folded", "folded"
    return Node(
        number,
        "operation",
        group.path or None,
        op,
        value.shape,
        value.dtype,
        None,
        None,
        inputs,
        formula if not group.is_module else _call(group, inputs),
        group.module,
        symbol,
        operands=inputs,
        members=tuple(group.members),
        times=group.times,
        parameters=sum(weights) if group.parameters is None else group.parameters,
    )


def _call(group: Group, inputs: Iterable[Node]) -> str:
    """A folded module as a function of what goes in: fc1(x), layers[0](x)."""
    names = ", ".join((n.name or "…").rpartition(".")[2] for n in inputs)
    outer, _, name = (group.path or group.title.partition("(")[0]).rpartition(".")
    called = name if name.isidentifier() else f"{outer.rpartition('.')[2]}[{name}]"
    return f"{called}({names})"


def _edges(
    uses: Uses,
    edges: Sequence[Edge],
    new: Mapping[Node, Node],
    owner: Mapping[Node, Group],
    derivatives: Composed | None,
) -> list[Edge]:
    """Edges in the order of their operations, as those of a snapshot."""
    made: list[Edge] = []
    ready: set[Node] = set()
    for e in edges:
        op = e.target if e.argument is not None else e.source
        if op not in owner:
            made.append(Edge(new[e.source], new[e.target], e.argument, derivatives))
            continue
        whole = new[op]
        if whole in ready or op is not owner[op].members[-1]:
            continue
        ready.add(whole)
        made += [Edge(value, whole, i, derivatives) for i, value in enumerate(whole.inputs)]
        made += [Edge(whole, new[value], None, derivatives) for value in uses.outputs(owner[op].members)]
    return made
