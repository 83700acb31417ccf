"""The page within a notebook: a frame that may run its script and nothing else."""

import os
from html import escape
from pathlib import Path

from autograd_core.graphs.page.assembly import saved
from autograd_core.graphs.page.document import document
from autograd_core.graphs.page.protocol import Drawn

HEIGHT = 560


class Interactive:
    """A page that shows itself in a notebook. Made by `g.interactive()`."""

    def __init__(self, html: str, words: str, height: int = HEIGHT) -> None:
        self._words, self._height = words, height
        self.html = html

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to this path, a file of HTML.

        Raises:
            ValueError: for another ending.
        """
        return saved(self.html, path, f"the page is a file of HTML, {Path(path).stem}.html")

    def _repr_html_(self) -> str:
        """For notebooks: a frame that may run scripts, but counts as another origin and sees nothing."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts" loading="lazy"'
            f' title="{escape(self._words)}" style="width:100%;height:{self._height}px;border:0;'
            'border-radius:10px;display:block"></iframe>'
        )

    def __str__(self) -> str:
        return f"interactive page of {self._words}; a notebook shows it, g.save('graph.html') writes it"

    def __repr__(self) -> str:
        return f"<Interactive: {self._words}>"


def interactive(graph: Drawn) -> Interactive:
    """The page of a graph for a notebook."""
    return Interactive(document(graph), repr(graph).strip("<>"))
