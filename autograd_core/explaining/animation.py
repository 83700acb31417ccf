"""The reverse sweep as a moving picture: one frame for each step, as a GIF."""

import io
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from autograd_core.graphs import Graph
from autograd_core.graphs.drawing.theme import PAGE
from autograd_core.graphs.rendering.renderers import render

HOLD = 3
"""So many times as long as the others, the last frame stays."""


def write_gif(frames: Sequence[Graph], path: Path, seconds: float) -> None:
    """Write the frames to a GIF that is shown over and over.

    Raises:
        ImportError: without Pillow.
        GraphRenderError: if nothing draws PNG.
    """
    try:
        image: Any = import_module("PIL.Image")
    except ImportError as error:
        raise ImportError('a GIF needs Pillow: pip install "autograd-core[gif]"') from error
    drawn = [image.open(io.BytesIO(render(g.source, "png", target=repr(str(path))))) for g in frames]
    # cards stand at the same place in all of them, seen from the upper left corner
    size = max(d.width for d in drawn), max(d.height for d in drawn)
    padded = []
    for d in drawn:
        page = image.new("RGB", size, PAGE)
        page.paste(d.convert("RGB"), (0, 0))
        padded.append(page)
    # one palette for all: the last frame has every colour
    palette = padded[-1].quantize(128)
    pages = [p.quantize(palette=palette, dither=0) for p in padded]
    times = [round(1000 * seconds)] * len(pages)
    times[-1] *= HOLD
    pages[0].save(path, save_all=True, append_images=pages[1:], duration=times, loop=0, optimize=True)
