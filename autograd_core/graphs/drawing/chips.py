"""The labels on wires that concern gradients: chips of local derivatives, sums where wires meet, numbers."""

from autograd_core.graphs.drawing import labels
from autograd_core.graphs.drawing.flow import Chip
from autograd_core.graphs.drawing.theme import CHIP, CHIP_BORDER, GRADIENT, GRADIENT_TEXT, PAPER

WIDEST = 30
"""A longer local derivative is cut in the middle; whole it stands in the tooltip."""


def chip(name: str, part: Chip, attributes: str, number_id: str) -> str:
    """The node of a local derivative: `∂s/∂x = a = 2`, the number bold."""
    room = WIDEST - len(part.left) - len(part.number)
    # with its number at hand, a long formula may be left out
    symbol = part.symbol if len(part.symbol) <= room else cut(part.symbol, max(room, 8))
    words = " = ".join(labels.formula(w, WIDEST) for w in (part.left, symbol) if w)
    if part.number:
        number = labels.cell(f"<B>{part.number}</B>", ID=number_id)
        cells = [labels.cell(f"{words} ="), labels.cell("", WIDTH="3")] if words else []
        text = labels.table([[*cells, number]], padding="0")
    else:
        text = words
    return (
        f'{name} [class="chip", style="rounded,filled", fillcolor="{CHIP}", color="{CHIP_BORDER}",'
        f' fontcolor="{GRADIENT_TEXT}", fontsize=10, width=0.2, height=0.24, margin="0.06,0.035",'
        f" penwidth=1, label=<{text}>{attributes}];"
    )


def cut(text: str, longest: int) -> str:
    """A formula made shorter: a bracket without what is in it, else without its end.

    >>> cut("weight ⊙ 1/σ ⊙ (ḡ − mean(ḡ) − x̂ ⊙ mean(ḡ ⊙ x̂))", 24), cut("a + b + c + d + e", 10)
    ('weight ⊙ 1/σ ⊙ (…)', 'a + b + c …')
    """
    if len(text) <= longest:
        return text
    shorter = [f"{text[: start + 1]}…{text[end:]}" for start, end in brackets(text)]
    fitting = [words for words in shorter if len(words) <= longest]
    if fitting:
        return max(fitting, key=len)
    head = text[: longest - 1]
    place = max(head.rfind(sign) for sign in (" · ", " ⊙ ", " − ", " + ", "/"))
    return (head[:place].rstrip() if place > longest // 2 else head) + " …"


def brackets(text: str) -> list[tuple[int, int]]:
    """Where brackets open and close."""
    opened: list[int] = []
    found = []
    for i, c in enumerate(text):
        if c in "([":
            opened.append(i)
        elif c in ")]" and opened:
            found.append((opened.pop(), i))
    return found


def meeting(name: str, attributes: str) -> str:
    """The node at which gradients are added."""
    sign = labels.font("<B>+</B>", 11, GRADIENT_TEXT)
    return (
        f'{name} [class="sum", shape=circle, style=filled, fixedsize=true, width=0.2, fillcolor="{PAPER}",'
        f' color="{GRADIENT}", penwidth=1.4, label=<{sign}>{attributes}];'
    )


def number(text: str, seen: bool, id: str) -> str:
    """A number beside a wire, in a box of a known size: where it is not seen it takes as much room."""
    wide = str(round(6.2 * len(text)) + 6)
    inside = labels.font(f"<B>{text}</B>", 10, GRADIENT_TEXT) if seen else ""
    box = labels.cell(inside, ALIGN="CENTER", WIDTH=wide, HEIGHT="14", FIXEDSIZE="TRUE", ID=id)
    return labels.table([[box]], padding="0")
