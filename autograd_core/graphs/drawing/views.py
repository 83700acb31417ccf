"""What one view of a graph shows: which way the wires run, and what the cards say of the gradient."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograd_core.graphs.drawing import labels
from autograd_core.graphs.drawing.flow import Flow, sides
from autograd_core.graphs.drawing.labels import Look
from autograd_core.graphs.drawing.plan import Plan
from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.snapshot.records import FROM_GRAD, NOT_IN_GRAD, NOT_KEPT, Edge, Node


@dataclass(frozen=True)
class View:
    """One view. Its cards stand where those of the other views of the same graph do that leave `room`.

    mode     forward, backward or both
    room     whether local derivatives have room on the wires, seen or not
    told     what the cards say: "numbers"; or "nothing", "products", "inputs", as in the panels
    inputs   the gradients in terms of the inputs, for "inputs"
    prefix   what stands before all names of nodes, where several views are in one drawing
    """

    mode: str
    flow: Flow
    room: bool
    told: str = "numbers"
    inputs: Mapping[Node, str] = field(default_factory=dict)
    prefix: str = ""

    @property
    def forward(self) -> bool:
        """Whether wires from the inputs to the result are drawn."""
        return self.mode != "backward"

    @property
    def backward(self) -> bool:
        """Whether gradients are drawn on the wires."""
        return self.mode != "forward"

    def name(self, node: Node) -> str:
        """How a node is called in the DOT text."""
        letter = "o" if node.kind == "operation" else "f" if node.kind == "folded" else "v"
        return f"{self.prefix}{letter}{node.number}"

    def id(self, what: str) -> str:
        """An id in the picture."""
        return f"{self.prefix}-{what}" if self.prefix else what

    def rows(self, node: Node, look: Look) -> tuple[str, str]:
        """What a card says of the gradient, and small below how it arose."""
        if self.told == "nothing" or not look.graded:
            return "", ""
        derivative = self.flow.derivative(node)
        if self.told == "products":
            product = self.flow.product(node)
            rule = self.flow.rule(node)
            if not product:
                rest = sides(rule)[1]
                return _equation(derivative, rest) if rest else (f"{derivative} –", "")
            derivative = self.flow.in_letters(node)
            if product == derivative:
                return product, ""
            return _equation(derivative, product)
        gradient = labels.gradient_text(node, look, derivative)
        if self.told == "inputs":
            formula = self.inputs.get(node, "")
            return _two_lines(derivative, formula) if formula and node.grad is None else (gradient, formula)
        return gradient, node.grad_remark or (self.flow.how(node) if self.room else "")


def _equation(left: str, right: str) -> tuple[str, str]:
    """An equation in large letters; what is too long for these stands below in small ones."""
    whole = f"{left} = {right}"
    return (whole, "") if len(whole) <= labels.LARGE else _two_lines(left, right)


def _two_lines(left: str, right: str) -> tuple[str, str]:
    """The equals sign ends the first line, unless a mere word stands there: `grad =` reads as nothing."""
    return (left, f"= {right}") if left == "grad" else (f"{left} =", right)


def view_of(mode: str, nodes: Sequence[Node], edges: Sequence[Edge], look: Look) -> View:
    """The one view of a mode. The cards keep their places in all modes once gradients are known; before that
    a forward view without room for derivatives is the smaller one."""
    # a formula without numbers is told in letters
    numbers = any(n.value is not None for n in nodes if n.kind != "const")
    told = "numbers" if numbers or mode == "forward" else "products"
    return View(mode, Flow(nodes, edges), mode != "forward" or look.graded, told)


def fitted(look: Look, plan: Plan, views: Sequence[View], widest: int = 150) -> Look:
    """The look with cards wide enough for what most of them say in any of the views."""
    graded = look.graded or any(view.backward for view in views)
    look = look._replace(graded=graded and "grad" in look.show)
    cards = [n for n in plan.shown if n.kind not in ("operation", "folded", "const")]
    rows = [view.rows(n, look) for view in views for n in cards]
    how = any(small for _, small in rows)
    if look.network or not look.graded:
        longest = max((width(small, 9) for _, small in rows), default=0)
        return look._replace(how=how, width=round(min(max(look.width, longest), 180)))
    widths = [max(width(big, labels.points(big), True), width(small, 9)) for big, small in rows]
    return look._replace(how=how, width=round(min(max([96, *widths]) + 2, widest)))


def seen(plan: Plan, look: Look, views: Sequence[View]) -> tuple[str, list[str]]:
    """What the legend says of gradients, and what it would say in other views of the same places."""
    turned, room = any(view.backward for view in views), any(view.room for view in views)
    if not turned and not room:
        return "", []
    flow = views[0].flow
    backward = "gradient flow: " + ", ".join(_signs(plan, look, flow))
    if any(len(flow.meeting(n)) > 1 for n in plan.shown):
        backward += "; ⊕ = where wires meet, gradients are added"
    both = f"{backward}; grey = values running forward"
    said = "" if not turned else both if any(v.backward and v.forward for v in views) else backward
    return said, [backward, both] if room else []


def remarks(nodes: Iterable[Node], look: Look, views: Sequence[View]) -> list[str]:
    """What must be known of the numbers that are said to be gradients: whose they are, and why some are not
    known."""
    if "grad" not in look.show or not any(view.told in ("numbers", "inputs") for view in views):
        return []
    values = [n for n in nodes if n.kind not in ("operation", "folded") and n.differentiable]
    notes = {n.grad_note for n in values}
    said = []
    if FROM_GRAD in notes:
        said.append("grad = what .grad holds, which need not be of this graph")
    if NOT_IN_GRAD in notes:
        said.append("gradients of this graph's sweep; .grad holds none")
    # a forward view of a network has no cards for what lies between, so no dash that asks why
    dashes = any(view.backward or not look.network for view in views)
    between = [n for n in values if n.kind == "intermediate" and views[0].flow.meeting(n)]
    if dashes and NOT_KEPT in notes and between and all(n.grad is None for n in between):
        said.append(
            'gradients in between were too many to keep; grads="compute" before backward() shows them'
        )
    return said


def _signs(plan: Plan, look: Look, flow: Flow) -> list[str]:
    """The signs by which a drawing tells of gradients, each with its meaning; only those that occur."""
    values = [n for n in plan.shown if n.kind != "operation"]
    operations = [n for n in plan.shown if n.kind == "operation"]
    chips = [flow.chip(flow.edge(n, i)) for n in operations for i in range(len(n.inputs))]
    arriving = ["bold number"] if not plan.network and any(flow.arriving(n) for n in operations) else []
    arriving += ["ḡ"] if any(chip is not None and "ḡ" in chip.symbol for chip in chips) else []
    signs = [f"{', '.join(arriving)} = gradient arriving"] if arriving else []
    it = "it" if arriving else "the gradient"
    if plan.network:
        signs.append("framed chip = local rule")
    elif any(n.shape for n in values):
        signs.append(f"framed chip = what becomes of {it}")
    else:
        signs.append(f"framed chip = local derivative {'' if arriving else 'that '}{it} is multiplied by")
    if any(n.shape and labels.gradient_text(n, look).rpartition("|g|")[1] for n in values):
        signs.append("|g| = mean absolute gradient")
    return signs
