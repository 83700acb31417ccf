"""What is drawn and where: which values are cards, the spine, what stands beside it, what is left out.

Two ways of drawing. A *formula* gives every value a card, from left to right. A *network* (as soon as there
are modules, or more than 8 operations one after the other) runs from top to bottom: values ride on the wires
between the operations, and only leaves and outputs are cards.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd_core.graphs.snapshot.numerals import plural
from autograd_core.graphs.snapshot.records import LEAVES, Module, Node, maker, results

DEEP = 8
"""A graph with more operations one after the other is drawn as a network."""


class Wire(NamedTuple):
    """A line of the drawing: from a card or an operation to another, carrying a value."""

    source: Node
    target: Node
    value: Node
    spine: bool
    argument: int | None = None
    """Which operand of the target the value is."""


@dataclass
class Plan:
    """The drawing before it is text."""

    network: bool
    direction: str
    shown: list[Node]
    wires: list[Wire]
    groups: dict[Node, int]
    beside: dict[Node, tuple[Node, str]]
    modules: dict[Node, str]
    rest: Node | None = None
    columns: list[tuple[Node, Node]] = field(default_factory=list)


def plan(
    nodes: Sequence[Node], direction: str, max_nodes: int, keep: Collection[Node] = (), *, flat: bool = False
) -> Plan:
    """Plan the drawing of a snapshot; the operations to keep are never folded away. A `flat` drawing is that
    of a formula without modules, whatever it is."""
    depths = depth(nodes)
    network = is_network(nodes) and not flat
    cards = [n for n in nodes if n.kind != "operation" and (n.kind != "intermediate" or not network)]
    operations = [n for n in nodes if n.kind == "operation"]
    makers = {made: n for n in operations for made in results(nodes, n)}
    drawn = set(cards)
    origin = {n: n if n in drawn else makers[n] for n in nodes if n.kind != "operation"}
    spine = {op: _spine_operand(op, depths) for op in operations if op.inputs}
    wires: list[Wire] = []
    for op in operations:
        main = spine.get(op)
        for i, value in enumerate(op.inputs):
            # a value that goes in twice has two wires, of which one is on the spine
            straight = value is main and not any(w.target is op and w.spine for w in wires[-len(op.inputs) :])
            wires.append(Wire(origin[value], op, value, straight, i))
        for result in results(nodes, op):
            if result in drawn:
                wires.append(Wire(op, result, result, True))
    order = [n for n in nodes if n in drawn or n.kind == "operation"]
    rest = None
    if len(order) > max_nodes:
        order, wires, rest = _elide(nodes, order, wires, max_nodes, keep)
    beside = _beside(order, spine) if network else {}
    groups = _groups(wires) if network else {}
    modules = dict.fromkeys(order, "") if flat else _without_single(_modules(order, beside))
    beside = {card: place for card, place in beside.items() if modules[card] == modules[place[0]]}
    if direction == "auto":
        direction = "TB" if network else "LR"
    made = Plan(network, direction, order, wires, groups, beside, modules, rest)
    made.columns = _columns(beside, groups, modules)
    return made


def is_network(nodes: Sequence[Node]) -> bool:
    """Whether a graph is drawn as a network."""
    in_modules = any(n.module or (n.members and n.name) for n in nodes)
    return in_modules or max(depth(nodes).values(), default=0) > DEEP


def visible(nodes: Sequence[Node]) -> int:
    """How many cards and operations the drawing of a graph has."""
    network = is_network(nodes)
    return sum(n.kind != "intermediate" or not network for n in nodes)


def depth(nodes: Iterable[Node]) -> dict[Node, int]:
    """How many operations lie one after the other behind each node."""
    found: dict[Node, int] = {}
    for n in nodes:
        behind = max((found[i] for i in n.inputs), default=0)
        found[n] = behind + 1 if n.inputs else 0
    return found


def _spine_operand(op: Node, depths: dict[Node, int]) -> Node:
    """The operand through which the data runs: that of the longest way behind it, data before weights."""

    def importance(value: Node) -> tuple[int, int]:
        data = {"input": 3, "const": 2 if value.size > 1 else 0, "param": 1, "frozen": 1}
        return depths[value], data.get(value.kind, 4)

    return max(op.inputs, key=importance)


def _beside(order: Iterable[Node], spine: dict[Node, Node]) -> dict[Node, tuple[Node, str]]:
    """Leaves that stand beside an operation, with the operation and the side: weights left, data right."""
    found: dict[Node, tuple[Node, str]] = {}
    sides: set[tuple[Node, str]] = set()
    visible = set(order)
    used: set[Node] = set()
    for op in order:
        # where a leaf is used first is its place: beside, or above as part of a spine
        for value in op.inputs if op.kind == "operation" else ():
            if value.kind not in LEAVES or value in used or value not in visible:
                continue
            used.add(value)
            if value is spine.get(op):
                continue
            weight = value.differentiable or value.kind == "frozen"
            first, second = ("left", "right") if weight else ("right", "left")
            side = first if (op, first) not in sides else second
            if (op, side) not in sides:
                sides.add((op, side))
                found[value] = (op, side)
    return found


def _groups(wires: Sequence[Wire]) -> dict[Node, int]:
    """The straight runs: chains of spine wires, the one that ends last being number 0."""
    above = {w.target: w.source for w in wires if w.spine}
    found: dict[Node, int] = {}
    number = 0
    for end in sorted(above, key=lambda n: -n.number):
        if end in found:
            continue
        at: Node | None = end
        while at is not None and at not in found:
            found[at] = number
            at = above.get(at)
        number += 1
    return found


def _modules(order: Iterable[Node], beside: dict[Node, tuple[Node, str]]) -> dict[Node, str]:
    """The module in which each drawn node stands: leaves with those who use them, data outside of all."""
    users: dict[Node, list[str]] = {}
    found: dict[Node, str] = {}
    for n in order:
        found[n] = n.module if n.kind in ("operation", "intermediate") else ""
        if n.kind == "operation":
            for value in n.inputs:
                users.setdefault(value, []).append(n.module)
    for n in found:
        if n.kind in LEAVES and (n in beside or n.kind != "input"):
            found[n] = common(users.get(n, [""]))
    return found


def _without_single(modules: dict[Node, str]) -> dict[Node, str]:
    """No box around a single operation without weights, such as an activation: it stands for itself."""
    inside = Counter(modules.values())
    holders = {path[:i] for path in inside for i, c in enumerate(path) if c == "."}
    return {
        n: path.rpartition(".")[0]
        if inside[path] == 1 and path not in holders and n.kind == "operation"
        else path
        for n, path in modules.items()
    }


def headings(plan: Plan, known: Mapping[str, Module]) -> dict[str, Module]:
    """What is written on each module that occurs: what its model says, else the weights that stand in it."""
    weights: dict[str, int] = {}
    for n, module in plan.modules.items():
        parts = module.split(".") if module else []
        for i in range(len(parts)):
            path = ".".join(parts[: i + 1])
            is_weight = n.kind in LEAVES and (n.differentiable or n.kind == "frozen")
            weights[path] = weights.get(path, 0) + (n.size if is_weight else 0)
    return {path: known.get(path) or Module(path, "", count or None) for path, count in weights.items()}


def common(paths: Sequence[str]) -> str:
    """The innermost module that holds all of these."""
    parts = [path.split(".") if path else [] for path in paths]
    shared: list[str] = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return ".".join(shared)


def _columns(
    beside: dict[Node, tuple[Node, str]], groups: dict[Node, int], modules: dict[Node, str]
) -> list[tuple[Node, Node]]:
    """Neighbours in the columns that the cards beside one run of one module form."""
    last: dict[tuple[int | None, str, str], Node] = {}
    pairs = []
    for card, (op, side) in sorted(beside.items(), key=lambda item: item[1][0].number):
        if card.kind == "const" and card.size == 1:
            continue  # a single number may come close
        column = (groups.get(op), modules[card], side)
        if column in last:
            pairs.append((last[column], card))
        last[column] = card
    return pairs


def _elide(
    nodes: Sequence[Node], order: list[Node], wires: list[Wire], max_nodes: int, keep: Collection[Node]
) -> tuple[list[Node], list[Wire], Node]:
    """Keep what comes first and last, and fold everything between into one node that says how much it is."""
    operations = [n for n in order if n.kind == "operation"]
    visible = set(order)
    kept: set[Node] = set()

    def cost(op: Node) -> set[Node]:
        around = {op, *results(nodes, op), *(v for v in op.inputs if v.kind in LEAVES)}
        return (around & visible) - kept

    for n in order:
        made_by = maker(nodes, n) if n.kind == "output" else None
        if made_by is not None:
            kept |= cost(made_by)
        elif n in keep:
            kept |= cost(n)
    head, tail = 0, len(operations) - 1
    while head <= tail:
        op = operations[head] if head <= len(operations) - 1 - tail else operations[tail]
        more = cost(op)
        if len(kept) + len(more) > max_nodes - 1:
            break
        kept |= more
        head, tail = (head + 1, tail) if op is operations[head] else (head, tail - 1)
    lost = [n for n in order if n not in kept]
    count = Counter("op" if n.kind == "operation" else n.kind for n in lost)
    words = plural(count["op"], "op")
    leaves = count["input"] + count["param"] + count["frozen"]
    if leaves:
        words += f" and {leaves:,} {'leaf' if leaves == 1 else 'leaves'}"
    rest = Node(len(nodes), "folded", f"… {words} not drawn", None, (), None, None, None, (), None, "")
    place = next(i for i, n in enumerate(order) if n not in kept)
    shorter = [n for n in order if n in kept]
    shorter.insert(place, rest)
    rewired: dict[tuple[Node, Node], Wire] = {}
    loose = []
    for w in wires:
        source = w.source if w.source in kept else rest
        target = w.target if w.target in kept else rest
        if source is rest is target:
            continue
        wire = w._replace(source=source, target=target, argument=None if target is rest else w.argument)
        if rest in (source, target):
            old = rewired.get((source, target))
            rewired[source, target] = wire if old is None or wire.spine else old
        else:
            loose.append(wire)
    return shorter, loose + list(rewired.values()), rest
