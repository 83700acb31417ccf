"""The look: colours, shapes and words of each kind. Every colour is doubled by a shape, a glyph or a word.

Vermilion means gradient and nothing else; tensors are light cards, operations dark pills or discs.
"""

from typing import NamedTuple

FONT = "Helvetica,Arial,sans-serif"
"""A list, because "Helvetica" alone becomes DejaVu Sans on Debian, which is a sixth wider."""

PAGE, INK, QUIET = "#FBFCFE", "#15202E", "#4B5768"
WIRE, PARAM_WIRE = "#6B7A8C", "#C98300"
OPERATION, PAPER = "#2F3B4C", "#FFFFFF"
FOLDED_NOTE = "#D5DEE8"
GRADIENT, GRADIENT_TEXT = "#C2410C", "#A33408"
MODULE, MODULE_BORDER = "#F0F3F7", "#C6D0DB"

THEMES = ("paper",)


class Kind(NamedTuple):
    """How the cards of one kind look."""

    css: str
    border: str
    fill: str
    text: str
    tag: str
    legend: str
    width: float = 1.6
    dashed: bool = False
    double: bool = False


KINDS = {
    "input": Kind("input", "#0072B2", "#EAF3FB", "#005A8E", "► input", "► input"),
    "param": Kind("param", "#C98300", "#FFF6E3", "#8A5A00", "● param", "● parameter"),
    "frozen": Kind("frozen", "#C98300", PAPER, "#8A5A00", "○ frozen", "○ frozen parameter", dashed=True),
    "const": Kind("const", "#8593A3", PAPER, QUIET, "○ const", "○ constant", dashed=True),
    "intermediate": Kind("mid", "#8593A3", PAPER, QUIET, "", "intermediate", width=1.3),
    "output": Kind("output", "#00855F", "#E4F5EF", "#00664A", "■ output", "■ output", double=True),
}

BAD_WIDTH = 3.0
"""The border of a card that holds NaN or ∞, in the colour of gradients' warnings."""

CHIP, CHIP_BORDER = "#FFF3EC", "#E0A988"


class MarkLook(NamedTuple):
    """How a mark of one style looks: the line it is put on, and the chip with its word."""

    css: str
    line: str
    width: float
    fill: str
    border: str
    text: str
    bold: bool


MARKS = {
    "wrong": MarkLook("mark wrong", GRADIENT, BAD_WIDTH, CHIP, GRADIENT, GRADIENT_TEXT, True),
    "aside": MarkLook("mark aside", GRADIENT, 1.8, CHIP, CHIP_BORDER, GRADIENT_TEXT, False),
    "quiet": MarkLook("mark quiet", WIRE, 1.4, PAPER, MODULE_BORDER, QUIET, False),
    "changed": MarkLook("mark changed", INK, 2.4, PAPER, INK, INK, True),
}
HEATS = 5
_SHADES = ("#FFFFFF", "#E3E8EE", "#B9C4D0", "#7F8FA1", "#15202E")
MARKS |= {
    f"heat-{i}": MarkLook(
        f"mark heat-{i}", OPERATION, 1.0 + 0.8 * i, shade, OPERATION, PAPER if i > 3 else INK, i > 2
    )
    for i, shade in enumerate(_SHADES)
}
"""wrong: look here first; aside: the same trouble, elsewhere; quiet: a remark; changed: not as before."""
