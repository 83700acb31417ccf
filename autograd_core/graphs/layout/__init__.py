"""The library's own layered layout: DOT text in, SVG out, with nothing but the standard library."""

from autograd_core.graphs.layout.drawing import Picture, placed, svg
from autograd_core.graphs.layout.frames import Frame
from autograd_core.graphs.layout.reader import DotSyntaxError

__all__ = ["DotSyntaxError", "Frame", "Picture", "placed", "svg"]
