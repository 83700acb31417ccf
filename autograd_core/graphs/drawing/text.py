"""The drawing with letters: a line per operation, modules as brackets, within 100 columns."""

from collections.abc import Mapping, Sequence
from unicodedata import combining, east_asian_width

from autograd_core.graphs.drawing import labels
from autograd_core.graphs.drawing.labels import Look
from autograd_core.graphs.drawing.plan import Plan
from autograd_core.graphs.drawing.views import View
from autograd_core.graphs.snapshot.records import LEAVES, Edge, Marks, Module, Node, maker, results

COLUMNS = 100
_MARKS = {"input": "►", "param": "●", "frozen": "○", "const": "○", "output": "■", "intermediate": "·"}

Line = tuple[str, str, str]


def drawing(
    nodes: tuple[Node, ...],
    plan: Plan,
    look: Look,
    modules: Mapping[str, Module],
    marks: Marks,
    views: Sequence[View],
    titles: Sequence[str] = ("",),
) -> str:
    """The whole drawing; of several views one below the other, each with its title."""
    parts = []
    for view, title in zip(views, titles, strict=True):
        heading = f"{title}\n" if title else ""
        parts.append(heading + _drawing(nodes, plan, look, modules, marks, view))
    return "\n\n".join(parts)


def _drawing(
    nodes: tuple[Node, ...], plan: Plan, look: Look, modules: Mapping[str, Module], marks: Marks, view: View
) -> str:
    lines: list[Line] = []
    shown = set(plan.shown)
    written: set[Node] = set()
    opened: list[str] = []

    def go_to(path: str) -> None:
        while opened and path != opened[-1] and not path.startswith(f"{opened[-1]}."):
            opened.pop()
            lines.append((f"{'│ ' * len(opened)}╰", "", ""))
        start = len(opened[-1].split(".")) if opened else 0
        parts = path.split(".") if path else []
        for i in range(start, len(parts)):
            inner = ".".join(parts[: i + 1])
            lines.append((f"{'│ ' * len(opened)}╭ {_title(modules[inner])}", "", ""))
            opened.append(inner)

    def write(node: Node, module: str) -> None:
        written.add(node)
        made_by = maker(nodes, node)
        lines.append(_line(node, look, "│ " * len(opened), module, view, made_by))
        marked = _marks_of(node, made_by, marks)
        lines.extend((f"{'│ ' * len(opened)}  ↑ {words}", "", "") for words in marked)

    for n in nodes:
        if n.kind == "input" and n in shown:
            write(n, "")
    folded = False
    for op in nodes:
        if op.kind != "operation":
            continue
        if op not in shown:
            if not folded and plan.rest is not None:
                folded = True
                go_to("")
                lines.append((plan.rest.name or "", "", ""))
            continue
        module = plan.modules[op]
        go_to(module)
        for value in op.inputs:
            single_number = value.kind == "const" and value.size == 1 and not value.name
            if value.kind in LEAVES and value not in written and not single_number:
                write(value, module)
        for result in results(nodes, op):
            write(result, module)
        gutter = "│ " * len(opened)
        lines.extend((f"{gutter}    {words}", "", "") for words in _derivatives(op, view))
    go_to("")
    used = {v for n in nodes for v in n.inputs}
    for n in nodes:
        if n.kind in LEAVES and n in shown and n not in written and n not in used:
            write(n, "")
    return _columns(lines)


def _derivatives(op: Node, view: View) -> list[str]:
    """The local derivative on every wire into an operation: `∂s/∂x = a = 2`."""
    words = []
    for i, value in enumerate(op.inputs if view.backward else ()):
        chip = view.flow.chip(view.flow.edge(op, i))
        if chip is not None:
            source = value.name or value.formula or value.kind
            words.append(_plain(chip.text if chip.left else f"{source}:  {chip.text}"))
    return words


def _gradient(n: Node, look: Look, view: View) -> str:
    """What is said of the gradient: on paper only where it is known, unless the view is about it."""
    if not look.graded or n.kind == "const":
        return ""
    if view.told == "numbers" and not view.backward:
        return labels.gradient_text(n, look) + _noted(n) if n.grad is not None else ""
    gradient, how = view.rows(n, look) if n.differentiable else ("", "")
    if view.told == "numbers":
        return gradient + _noted(n)
    joined = gradient.endswith("=") or how.startswith("= ") or not how
    return f"{gradient} {how}".strip() if joined else f"{gradient} = {how}"


def _noted(n: Node) -> str:
    return f"  ({n.grad_remark})" if n.grad_remark else ""


def _marks_of(value: Node, made_by: Node | None, marks: Marks) -> list[str]:
    """The words on a value, on the operation that made it and on the wires that leave it."""
    words = []
    for place, mark in marks.items():
        if not isinstance(place, Edge):
            # text has no borders that would say it
            word = mark.style if mark.style == "changed" and not mark.word else mark.word
            words += [word] if place in (value, made_by) else []
        elif place.target is value:
            words.append(mark.word)
        elif place.source is value:
            words.append(f"{mark.word} (into {place.target.symbol})")
    return [_plain(w) for w in words]


def _title(module: Module) -> str:
    name, words = labels.module_words(module)
    return _plain("  ".join([name, *words]))


def _line(n: Node, look: Look, gutter: str, module: str, view: View, made_by: Node | None) -> Line:
    name, formula = _plain(labels.local(n, module)), _plain(n.formula or "")
    called = f"{name} = {formula}" if name and formula else name or formula or n.kind
    if made_by is not None and made_by.members:
        times = f" × {made_by.times}" if made_by.times > 1 else ""
        title = f"   {_plain(made_by.symbol)}{times}" if made_by.name else ""
        called = "   ".join(part for part in (called + title, labels.folded_words(made_by)) if part)
    value = labels.value_text(n, look)
    if value is None or len(value) > 26:
        size = labels.size_text(n, look.dtype) if n.shape else "–"
        value = size if "shape" in look.show else ""
    now = labels.now_text(n)
    value += f" ({now})" if now else ""
    gradient = _gradient(n, look, view)
    return f"{gutter}{_MARKS[n.kind]} {called}", value.replace("\u00a0", " "), gradient


def _plain(text: str) -> str:
    """A name without line breaks and control characters."""
    return "".join(c if c.isprintable() else "⏎" if c == "\n" else "�" for c in text)


def _columns(lines: list[Line]) -> str:
    """The lines with values and gradients in columns."""
    rows = [line for line in lines if line[1] or line[2]]
    first, value, gradient = (max((width(row[i]) for row in rows), default=0) for i in range(3))
    # too wide: what is longer than its share is cut, the formulas last
    spare = COLUMNS - 4
    gradient = min(gradient, max(24, spare - first - value))
    value = min(value, max(24, spare - first - gradient))
    first = min(first, spare - value - gradient)
    texts = []
    for called, number, grad in lines:
        if not number and not grad:
            texts.append(cut(called, COLUMNS))
            continue
        left, middle = padded(called, first), padded(number, value)
        texts.append(f"{left}  {middle}  {cut(grad, gradient)}".rstrip())
    return "\n".join(texts)


def padded(text: str, columns: int) -> str:
    """The text in exactly so many columns."""
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, columns: int) -> str:
    """The text, shortened to so many columns."""
    if width(text) <= columns:
        return text
    while width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"
