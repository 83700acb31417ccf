"""How reports show themselves in a notebook: their text, and below it the pictures."""

from collections.abc import Sequence
from html import escape
from typing import Protocol


class Picture(Protocol):
    """What a notebook can show as SVG."""

    def _repr_svg_(self) -> str | None: ...


def page(text: str, pictures: Sequence[Picture]) -> str:
    """HTML with the text as it is printed, and the pictures below it.

    >>> page("dx < 0", [])
    '<pre style="white-space:pre-wrap">dx &lt; 0</pre>'
    """
    drawn = (picture._repr_svg_() for picture in pictures)
    below = "".join(f'\n<div style="margin:0.6em 0">{svg}</div>' for svg in drawn if svg)
    return f'<pre style="white-space:pre-wrap">{escape(text, quote=False)}</pre>{below}'


def bundle(text: str, pictures: Sequence[Picture]) -> dict[str, str]:
    """What a notebook is given: the page, and the text for those that show no HTML."""
    return {"text/html": page(text, pictures), "text/plain": text}
