"""The texts of the drawing as HTML-like labels: cards, pills, wires, titles, legend. Names are escaped."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_core.graphs.drawing.theme import (
    FOLDED_NOTE,
    GRADIENT,
    GRADIENT_TEXT,
    INK,
    KINDS,
    OPERATION,
    PAPER,
    QUIET,
)
from autograd_core.graphs.drawing.thumbnails import thumbnail
from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.snapshot import numerals
from autograd_core.graphs.snapshot.records import LEAVES, Module, Node

LONGEST = 32
"""Longer names are cut."""

RULE = 64
"""Longer rules are cut."""

LARGE = 24
"""What is longer is written in smaller letters."""

BRIEF = 40
"""What is longer has a line of its own in the legend."""

RAISED_T = '<SUP><FONT POINT-SIZE="7">T</FONT></SUP>'
GAP = "\u00a0\u00a0"


class Look(NamedTuple):
    """What all cards of one drawing have in common."""

    show: frozenset[str]
    network: bool
    graded: bool
    dtype: Any
    width: int
    how: bool = False


def look(nodes: Iterable[Node], show: frozenset[str], network: bool) -> Look:
    """Find out what the cards have in common: whether gradients are known, and the usual dtype."""
    values = [n for n in nodes if n.kind != "operation"]
    leaves = [n for n in values if n.kind in LEAVES]
    graded = "grad" in show and any(n.grad is not None for n in values)
    floating = [n.dtype for n in values if n.differentiable] or [np.dtype(float)]
    usual = max(dict.fromkeys(floating), key=floating.count)
    made = Look(show, network, graded, usual, 88 if network or graded else 70)
    if not network:
        return made
    # cards in a column are of one width: that of the longest second line, at about 5.2 points a letter
    lines = [
        len(size_text(n, usual)) + (12 if graded and n.differentiable else 0) + (5 if n.grad_remark else 0)
        for n in leaves
    ]
    return made._replace(width=max(88, *(round(5.2 * line) for line in lines)) if lines else 88)


def escape(text: str, longest: int = LONGEST) -> str:
    """Text that may stand in a label: markup and control characters cannot get in."""
    clean = "".join(_printable(c) for c in text.replace("\n", "⏎"))
    if len(clean) > longest:
        clean = clean[: longest - 1] + "…"
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def formula(text: str, longest: int = LONGEST) -> str:
    """A formula that may stand in a label, with ᵀ raised, which few typefaces have as a letter."""
    return escape(text, longest).replace("ᵀ", RAISED_T)


def quoted(text: str, longest: int = LONGEST) -> str:
    """Text for a quoted string of DOT, which knows escapes and HTML entities."""
    return escape(text, longest).replace("\\", "\\\\")


def _printable(c: str) -> str:
    code = ord(c)
    if code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
        return "\ufffd"
    return c


def local(node: Node, module: str = "") -> str:
    """The name as it is written inside of its module: without the path, which is the title of the module."""
    name = node.name or ""
    return name.removeprefix(f"{module}.") if module else name


def value_text(node: Node, look: Look) -> str | None:
    """The value where it is short enough to be written out: in a network single numbers only."""
    if "value" not in look.show or node.value is None or node.size > (1 if look.network else numerals.INLINE):
        return None
    if look.network and node.shape:
        return None
    text = _numbers(node.value, node)
    return text if node.was is None else f"{_numbers(node.was, node)} → {text}"


def _numbers(value: Any, node: Node) -> str:
    if node.shape:
        return numerals.inline(value)
    return numerals.number(value, 6 if node.kind == "const" else 4)


def size_text(node: Node, usual: Any) -> str:
    """The shape, and the dtype where it is not the usual one."""
    text = numerals.shape(node.shape)
    return text if node.dtype == usual else f"{text}{GAP}{node.dtype}"


def gradient_text(node: Node, look: Look, derivative: str = "") -> str:
    """∂z/∂x = 8, of larger arrays |g| and the mean absolute value; a dash where none is known.

    `grad` stands before it where it need not be the gradient of this graph.
    """
    derivative = derivative or node.derivative
    if node.grad is None:
        return f"{derivative} –" if not look.network or node.shape == () else "|g| –"
    if node.shape == ():
        before = "" if node.grad_was is None else f"{numerals.number(node.grad_was)} → "
        return f"{derivative} = {before}{numerals.number(node.grad)}"
    if node.size <= numerals.INLINE and not look.network:
        text = f"{derivative} = {numerals.inline(node.grad)}"
        if len(text) <= LONGEST:
            return text
    held = "grad " if node.grad_remark else ""
    return f"{held}|g| {numerals.magnitude(float(np.mean(np.abs(node.grad))))}"


def is_bad(node: Node) -> str:
    """NaN or ∞, if one is in the value or the gradient; else ""."""
    numbers = [np.asarray(x) for x in (node.value, node.grad) if x is not None]
    floating = [x for x in numbers if x.dtype.kind in "fc"]
    if any(np.isnan(x).any() for x in floating):
        return "NaN"
    return "∞" if any(np.isinf(x).any() for x in floating) else ""


def is_number(node: Node) -> bool:
    """Whether it is a plain number in a formula, drawn as small as it is."""
    return node.kind == "const" and node.shape == () and not node.name


def card(node: Node, look: Look, module: str = "", rows: tuple[str, str] = ("", ""), ids: str = "") -> str:
    """The label of a value's card: name and tag, then value or shape, then the gradient and how it arose.

    `rows` has these last two; `ids` is what the ids of the cells begin with.
    """
    kind = KINDS[node.kind]
    value = value_text(node, look)
    if is_number(node) and "value" in look.show:
        return table([[cell(font(value or "…", 12, INK))]])
    bad = is_bad(node)
    tag = f"! {bad}" if bad else kind.tag or (escape(node.formula or "") if node.name else "")
    head = [cell(f"<B>{escape(local(node, module))}</B>")] if node.name else []
    if not head and node.formula and not look.network:
        head = [cell(font(escape(node.formula), 12, INK))]
    heading = width(local(node, module)[:LONGEST], 12 if look.network else 13, True)
    if not node.name and head:
        heading = width(node.formula or "", 12)
    size = size_text(node, look.dtype) if "shape" in look.show and node.shape else ""
    given = {"ID": f"{ids}-value"} if ids else {}
    now = font(now_text(node), 9, QUIET)
    if value is not None and (look.network or look.graded) and len(value) < 12:
        # gaps as cells: some drawers of SVG swallow spaces at the beginning
        space = cell("", WIDTH="7")
        equals = [space, cell("="), space] if head else []
        whole = [*head, *equals, cell(font(value, 13, INK), **given)]
        # a table of its own, or the width of the card would come between
        head = [cell(table([[*whole, space, cell(now)] if now else whole], padding="0"))]
        heading += width("=", 13) + 21 + width(value, 13) + width(now_text(node), 9)
        # what stands below is the gradient then
        value, size, now, given = None, "", "", _named(ids, "grad")
    label = font(tag, 9, GRADIENT_TEXT if bad else kind.text)
    wide = {"WIDTH": str(look.width), "COLSPAN": str(len(head) + 2 if head else 1)}
    # as wide as the card, so that nothing is left over that would come between the other cells
    gap = str(round(max(10, look.width - heading - width(tag, 9) - 8)))
    lines = [[*head, cell("", WIDTH=gap), cell(label, ALIGN="RIGHT")] if head else [cell(label, **wide)]]
    below = [] if value is None else [font(value, 15 if node.shape == () else 11, INK)]
    if value is None and size:
        below.append(font(size, 10, QUIET))
    below += [now] if now else []
    gradient, how = rows
    known = "–" not in gradient
    told = formula(gradient, 44)
    told = font(
        f"<B>{told}</B>" if told else "", 10 if look.network else 13, GRADIENT_TEXT if known else QUIET
    )
    graded = look.graded and (node.grad is not None or node.differentiable)
    if look.network:
        below += [told] if told and graded else []
        lines += [[cell(f"{GAP} ".join(below), **given, **wide)]] if below else []
        lines += _thumbnail(node.value, look, wide)
        if how and graded:
            lines.append([cell(_how(how), **_named(ids, "how"), **wide)])
        return table(lines + (_thumbnail(node.grad, look, wide, True) if graded else []))
    if below:
        lines.append([cell(f"{GAP} ".join(below), **given, **wide)])
    lines += _thumbnail(node.value, look, wide)
    if not graded:
        return table(lines)
    # where nothing is said yet, as much room is kept
    gradients = [[cell(told, HEIGHT="19", **_named(ids, "grad"), **wide)]]
    if look.how:
        small = _how(how, gradient.endswith("=") or how.startswith("= "))
        gradients.append([cell(small, HEIGHT="13", **_named(ids, "how"), **wide)])
    gradients += _thumbnail(node.grad, look, wide, True)
    return table(lines, gradients, ruled=bool(told))


def _thumbnail(array: Any, look: Look, wide: dict[str, str], is_gradient: bool = False) -> list[list[str]]:
    """The row with the strip of an array, where it is asked for."""
    if "thumbnail" not in look.show or array is None or np.size(array) < 2:
        return []
    return [[cell(thumbnail(array, is_gradient=is_gradient), **wide)]]


def _how(text: str, is_gradient: bool = False) -> str:
    """How a gradient arose: numbers in grey; formulas, which are gradients themselves, in their colour."""
    colour = GRADIENT_TEXT if is_gradient or "∂" in text or "ḡ" in text else QUIET
    return font(formula(text, RULE), 9, colour)


def points(gradient: str) -> int:
    """The size of letters of what a card says of the gradient."""
    return 13 if len(gradient) <= LARGE else 10


def _named(ids: str, what: str) -> dict[str, str]:
    return {"ID": f"{ids}-{what}"} if ids else {}


def now_text(node: Node) -> str:
    """Of a leaf that was overwritten: what it holds now."""
    if node.now is None:
        return ""
    text = numerals.number(node.now) if np.ndim(node.now) == 0 else ""
    if not text and np.size(node.now) <= numerals.INLINE:
        text = numerals.inline(np.asarray(node.now))
    return f"now {text}" if text and len(text) <= 20 else "overwritten since"


def pill(op: Node) -> str:
    """The label of an operation: its symbol or name; of a folded one also what it stands for."""
    if not op.members:
        return f"<B>{escape(op.symbol)}</B>"
    name, words = _title(op)
    if name:
        head = f"<B>{escape(name)}</B>" + font(f"{GAP} {escape(words)}" if words else "", 11, FOLDED_NOTE)
    else:
        head = f"<B>{escape(words)}</B>"
    lines = [font(head, 11, PAPER), font(escape(folded_words(op)), 9, FOLDED_NOTE)]
    return table([[cell(line, ALIGN="CENTER")] for line in lines if line], padding="0")


def pill_width(op: Node) -> float:
    """How wide an operation is at least, in inches."""
    if not op.members:
        return 0.36
    name, words = _title(op)
    head = width(name, 11, True) + (width(f"{GAP} {words}", 11) if words else 0)
    return max(head, width(folded_words(op), 9)) / 72 + 0.24


def _title(op: Node) -> tuple[str, str]:
    """The name of a folded operation, and what it is if that is something else."""
    name = (op.name or "").rpartition(".")[2]
    title = "" if op.symbol == name else op.symbol
    if op.symbol == op.op == "folded":  # without a formula that says what is in it
        title = numerals.plural(len(op.members), "operation")
    return name, " ".join(part for part in (title, f"× {op.times}" if op.times > 1 else "") if part)


def folded_words(op: Node) -> str:
    """What a folded operation stands for: 40 params, 3 ops folded."""
    words = [numerals.plural(op.parameters, "param")] if op.parameters else []
    # the others say above what is in them
    words += [f"{len(op.members):,} ops folded"] if len(op.members) > 1 and op.op != "folded" else []
    return ", ".join(words)


def folded(words: str) -> str:
    """The label of what stands for many operations."""
    return font(escape(words), 10, FOLDED_NOTE)


def wire(value: Node, look: Look, named: bool, module: str = "") -> str:
    """What stands beside a wire: the name of the value, bold, and its shape; of single numbers the value."""
    words = [f"<B>{escape(local(value, module))}</B>"] if value.name and named else []
    text = value_text(value, look)
    if text is not None:
        words.append(f"={GAP}{text}" if words else text)
    elif "shape" in look.show:
        words.append(escape(size_text(value, look.dtype)))
    return f"{GAP}{GAP.join(words)}" if words else ""


def gradient_wire(value: Node, look: Look, rule: str, before: str, both: bool) -> str:
    """What stands beside a wire on which a gradient flows back to a value that has no card: the rule, or
    `before`, what stands there in the forward view; with `both` one behind the other. One line in every view:
    two would move what stands below."""
    known = value.grad is not None
    size = font(f"<B>{formula(gradient_text(value, look), RULE)}</B>", 9, GRADIENT_TEXT) if known else ""
    said = font(formula(rule, RULE), 9, GRADIENT_TEXT) if " = " in rule else ""
    words = [word for word in (before if both or not said else "", said, size) if word]
    return f"{GAP}{GAP.join(words)}" if said or size else before


def module_words(module: Module) -> tuple[str, list[str]]:
    """The heading of a module: its name; its class and settings, its number of parameters."""
    words = [module.title] if module.title else []
    if module.parameters:
        words.append(numerals.plural(module.parameters, "param"))
    return module.path.rpartition(".")[2], words


def module_width(module: Module) -> float:
    """About how wide the heading of a module is, in inches."""
    name, words = module_words(module)
    return (6.6 * len(name) + sum(5.2 * min(len(w), LONGEST) + 9 for w in words)) / 72


def module_title(module: Module) -> str:
    """The label of a module's box."""
    name, words = module_words(module)
    quiet = "".join(f"{GAP} {escape(w)}" for w in words)
    return table([[cell(font(f"<B>{escape(name)}</B>", 11, INK) + font(quiet, 10, QUIET))]], padding="2")


def legend(
    nodes: Iterable[Node], look: Look, note: str = "", flow: str = "", room: Sequence[str] = ()
) -> str:
    """The key below the drawing: the kinds that occur, what is said of gradients; and the note.

    `room` is what other views say of gradients: the key is as wide as theirs, or it would move the drawing.
    """
    nodes = list(nodes)
    entries: list[tuple[str, str]] = []
    found = {n.kind for n in nodes}
    for name, colour, words in (
        ("input", KINDS["input"].border, KINDS["input"].legend),
        ("param", KINDS["param"].border, KINDS["param"].legend),
        ("frozen", KINDS["frozen"].border, KINDS["frozen"].legend),
        ("const", KINDS["const"].border, KINDS["const"].legend),
        ("operation", OPERATION, "operation"),
        ("intermediate", KINDS["intermediate"].border, KINDS["intermediate"].legend),
        ("output", KINDS["output"].border, KINDS["output"].legend),
    ):
        if name in found:
            entries.append((colour, words))
        if name == "operation" and any(n.kind == name and n.members for n in nodes):
            entries.append((colour, "double border: several in one"))
    below = flow or ("gradient (mean |g|)" if look.network else "gradient") if look.graded or flow else ""
    apart = bool(room) or len(below) > BRIEF
    if below and not apart:
        entries.append((GRADIENT, below))
    if "thumbnail" in look.show and any(n.size > 1 and n.value is not None for n in nodes):
        violet = ", violet = negative" if any(_has_negative(n.value) for n in nodes) else ""
        entries.append(("", f"cells: dark = large{violet}{', vermilion = gradient' if look.graded else ''}"))
    if any(n.now is not None for n in nodes):
        entries.append(("", "now …: overwritten since it was used"))
    if look.dtype != np.float64:
        entries.append(("", f"all numbers {escape(str(look.dtype))} unless noted"))
    cells = [c for colour, words in entries for c in _entry(colour, words)]
    said = escape(note, 160)
    long = [*(width(words, 9) for words in (*room, below) if apart), width(note[:160], 10) - 16]
    wide = round(max(long) * 1.04)
    # an empty cell takes what longer lines need, or they would spread the signs
    used = sum((18 if colour else 3) + width(words, 9) for colour, words in entries)
    cells.append(cell("", WIDTH=str(max(1, round(wide + 16 - used)))))
    rows = [f'<TD HEIGHT="12" COLSPAN="{len(cells)}"></TD>']
    if note:
        rows.append(cell(font(said, 10, INK), COLSPAN=str(len(cells))))
    rows.append("".join(cells))
    if apart:
        words = cell(font(below, 9, QUIET), COLSPAN=str(len(cells) - 1), WIDTH=str(wide))
        rows.append(_entry(GRADIENT, "")[0] + words)
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="1">{body}</TABLE>'


def _has_negative(value: Any) -> bool:
    return np.size(value) > 1 and np.asarray(value).dtype.kind in "fi" and bool((np.asarray(value) < 0).any())


def _entry(colour: str, words: str) -> list[str]:
    """A square of a colour and what it means."""
    square = f'<TD WIDTH="12" HEIGHT="12" FIXEDSIZE="TRUE" BGCOLOR="{colour}"></TD>'
    return ([square] if colour else []) + [cell(font(f"{words}{GAP} ", 9, QUIET))]


# ---- the markup --------------------------------------------------------------------------------------------


def font(text: str, size: int, colour: str) -> str:
    """Text in a size and a colour; Graphviz wants no empty ones."""
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{text}</FONT>' if text else ""


def cell(content: str, **attributes: str) -> str:
    """A cell of a table, on the left unless said otherwise."""
    given = "".join(f' {key}="{value}"' for key, value in {"ALIGN": "LEFT", **attributes}.items())
    return f"<TD{given}>{content}</TD>"


def table(
    rows: list[list[str]], below: list[list[str]] | None = None, padding: str = "1", ruled: bool = True
) -> str:
    """Rows, and below a thin rule more of them; if it is not seen, there is room for it."""
    body = "".join(f"<TR>{''.join(row)}</TR>" for row in rows)
    if below:
        # a little air, or the rule would touch the letters below
        body += '<HR/><TR><TD HEIGHT="3"></TD></TR>' if ruled else '<TR><TD HEIGHT="4"></TD></TR>'
        body += "".join(f"<TR>{''.join(row)}</TR>" for row in below)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}">{body}</TABLE>'
