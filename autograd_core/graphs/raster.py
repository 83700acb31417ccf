"""From SVG to pixels and to PDF, with whichever of two packages is installed."""

from collections.abc import Callable, Mapping, Sequence

from autograd_core.graphs.theme import FONT

POINTS = 96
"""Pixels to an inch as SVG counts them."""

ALIKE = "'Liberation Sans','Nimbus Sans','Arimo','DejaVu Sans'"
"""Fonts for machines without Helvetica and Arial."""

Maker = Callable[[str, int], bytes]
"""From SVG and dots per inch to a file."""


def _resvg(svg: str, dpi: int) -> bytes:
    import resvg_py

    # it takes only fonts that are there by this name: those that are as wide as Helvetica come first
    svg = svg.replace(FONT, f"Helvetica,Arial,{ALIKE},sans-serif")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, dpi=POINTS, zoom=dpi / POINTS))


def _cairo_png(svg: str, dpi: int) -> bytes:
    import cairosvg

    return bytes(cairosvg.svg2png(bytestring=svg.encode(), scale=dpi / POINTS))


def _cairo_pdf(svg: str, dpi: int) -> bytes:
    import cairosvg

    return bytes(cairosvg.svg2pdf(bytestring=svg.encode()))


MAKERS: Mapping[str, Sequence[tuple[str, Maker]]] = {
    "png": (("resvg_py", _resvg), ("cairosvg", _cairo_png)),
    "pdf": (("cairosvg", _cairo_pdf),),
}
"""What makes a format of SVG, in the order in which it is tried."""
