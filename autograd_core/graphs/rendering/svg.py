"""What becomes of Graphviz's SVG: no prolog and no remarks, and a size that shrinks with its page."""

import re

_SIZE = re.compile(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"')
COLUMN = 750
"""About how wide a notebook's column is, in points: 1000 pixels."""

_REMARK = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def tidy(text: str) -> str:
    """SVG for a page or a file of its own.

    Remarks (which name the version of Graphviz) and the document type go; ids, classes and the view box stay.
    """
    start = text.find("<svg")
    body = _REMARK.sub("", text[start:])
    return _SIZE.sub(r'<svg width="\1pt" height="\2pt" style="max-width:100%;height:auto"', body, count=1)


def for_column(text: str) -> str:
    """Tidy SVG for a notebook, drawn smaller where it is wider than a column, down to half its size.

    Notebooks that show SVG as an image (Jupyter's HTML pages do) know neither the style nor the page of the
    image: they cut it off.

    >>> for_column('<svg width="1000pt" height="200pt" viewBox="0 0 1000 200"></svg>')[:40]
    '<svg width="750pt" height="150pt" style='
    """
    size = _SIZE.search(text)
    if size is None:
        return tidy(text)
    wide, high = float(size[1]), float(size[2])
    share = max(0.5, min(1.0, COLUMN / wide))
    return tidy(_SIZE.sub(f'<svg width="{wide * share:.0f}pt" height="{high * share:.0f}pt"', text, count=1))
