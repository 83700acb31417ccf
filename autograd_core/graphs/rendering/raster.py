"""From SVG to pixels and to PDF, with whichever of two packages is installed."""

import re
from collections.abc import Callable, Mapping, Sequence
from html import unescape

from autograd_core.graphs.drawing.theme import FONT
from autograd_core.graphs.layout.metrics import width

POINTS = 96
"""Pixels to an inch as SVG counts them."""

ALIKE = "'Liberation Sans','Nimbus Sans','Arimo','DejaVu Sans'"
"""Fonts for machines without Helvetica and Arial."""

SIGNS = "\"'DejaVu Sans'\""
"""A font that has signs of mathematics."""

_RUNS = re.compile(
    r'text-anchor="(start|middle|end)" x="([-\d.]+)"([^>]*)>((?:<tspan[^>]*>[^<]*</tspan>){2,})</text>'
)
_RUN = re.compile(r'<tspan([^>]*?) font-size="([\d.]+)"([^>]*)>([^<]*)</tspan>')
_TEXT = re.compile(r"<text[ >].*?</text>", re.DOTALL)
_SHARE = {"start": 0.0, "middle": 0.5, "end": 1.0}

Maker = Callable[[str, int], bytes]
"""From SVG and dots per inch to a file."""


def _resvg(svg: str, dpi: int) -> bytes:
    import resvg_py

    # it takes only fonts that are there by this name: those that are as wide as Helvetica come first
    svg = svg.replace(FONT, f"Helvetica,Arial,{ALIKE},sans-serif")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=POINTS, zoom=dpi / POINTS))


def for_cairo(svg: str) -> str:
    """The same picture for CairoSVG, which sets only the first run of a centred line where it belongs, leaves
    out spaces at the ends of runs, and looks for a letter in one font only."""
    svg = _RUNS.sub(_every_run_placed, svg)
    return _TEXT.sub(lambda text: text[0].replace("⊕", f"<tspan font-family={SIGNS}>⊕</tspan>"), svg)


def _every_run_placed(line: re.Match[str]) -> str:
    anchor, x, rest, runs = line.groups()
    found = list(_RUN.finditer(runs))
    left = float(x) - _SHARE[anchor] * sum(_wide(run, run[4]) for run in found)
    placed = []
    for run in found:
        before, size, after, text = run.groups()
        words = text.lstrip(" \u00a0")
        start = left + _wide(run, text[: len(text) - len(words)])
        placed.append(f'<tspan x="{start:.2f}"{before} font-size="{size}"{after}>{words}</tspan>')
        left += _wide(run, text)
    return f'text-anchor="start" x="{x}"{rest}>{"".join(placed)}</text>'


def _wide(run: re.Match[str], text: str) -> float:
    return width(unescape(text), float(run[2]), "bold" in run[1])


def _cairo_png(svg: str, dpi: int) -> bytes:
    import cairosvg

    return bytes(cairosvg.svg2png(bytestring=for_cairo(svg).encode(), scale=dpi / POINTS))


def _cairo_pdf(svg: str, dpi: int) -> bytes:
    import cairosvg

    return bytes(cairosvg.svg2pdf(bytestring=for_cairo(svg).encode()))


MAKERS: Mapping[str, Sequence[tuple[str, Maker]]] = {
    "png": (("resvg_py", _resvg), ("cairosvg", _cairo_png)),
    "pdf": (("cairosvg", _cairo_pdf),),
}
"""What makes a format of SVG, in the order in which it is tried."""
