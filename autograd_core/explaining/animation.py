"""The reverse sweep as a moving picture: one frame for each step, as a GIF."""

import io
import math
import re
from collections.abc import Sequence
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

from autograd_core.graphs import Graph
from autograd_core.graphs.drawing.theme import PAGE
from autograd_core.graphs.layout.metrics import width
from autograd_core.graphs.rendering.renderers import render

HOLD = 3
"""So many times as long as the others, the last frame stays."""


# a cell of a table that holds text, not another table
_CELL = re.compile(r"<TD([^>]*)>((?:(?!<TABLE|</TD>).)*)</TD>")
_WIDTH = re.compile(r' WIDTH="(\d+)"')
_LABEL = re.compile(r", label=<<TABLE.*</TABLE>>")


def steady(sources: Sequence[str]) -> list[str]:
    """DOT texts of one graph at several times, with room in each for all that the others say.

    So everything stands at the same place in all of them: a cell is as wide as its widest text, and where a
    number will stand there is an empty place of its size.
    """
    lines = [source.splitlines() for source in sources]
    if len({len(ls) for ls in lines}) != 1:
        return list(sources)
    return ["\n".join(ls) + "\n" for ls in zip(*map(_roomy, zip(*lines, strict=True)), strict=True)]


def _roomy(versions: tuple[str, ...]) -> list[str]:
    """One line of all texts."""
    if len(set(versions)) == 1:
        return list(versions)
    label = next((m[0] for m in map(_LABEL.search, reversed(versions)) if m), "")
    empty = _CELL.sub(r"<TD\1></TD>", label)
    filled = [v if _LABEL.search(v) or not label else f"{v.removesuffix('];')}{empty}];" for v in versions]
    cells = [_CELL.findall(v) for v in filled]
    if len({len(found) for found in cells}) != 1:
        return filled
    rooms = [_room(same) for same in zip(*cells, strict=True)]
    return [_widened(v, rooms) for v in filled]


def _room(versions: Sequence[tuple[str, str]]) -> int:
    """How wide a cell is at least, so that it is in all the versions; 0 if they agree."""
    if len(set(versions)) == 1:
        return 0
    own = [int(m[1]) for m in (_WIDTH.search(attributes) for attributes, _ in versions) if m]
    # a cell of a fixed size has room for its text already
    free = [text for attributes, text in versions if 'FIXEDSIZE="TRUE"' not in attributes]
    return math.ceil(max([0, *own, *map(_needed, free)]))


def _needed(text: str) -> float:
    """The room that the text of a cell takes, and a little more where fonts differ."""
    size = re.search(r'POINT-SIZE="(\d+)"', text)
    words = unescape(re.sub(r"<[^>]*>", "", text))
    return 1.1 * width(words, float(size[1]) if size else 14.0, "<B>" in text)


def _widened(line: str, rooms: Sequence[int]) -> str:
    left = iter(rooms)

    def wider(m: re.Match[str]) -> str:
        room = next(left)
        return f'<TD{_WIDTH.sub("", m[1])} WIDTH="{room}">{m[2]}</TD>' if room else m[0]

    return _CELL.sub(wider, line)


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
    sources = steady([g.source for g in frames])
    drawn = [image.open(io.BytesIO(render(source, "png", target=repr(str(path))))) for source in sources]
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
