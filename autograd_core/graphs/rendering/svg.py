"""What becomes of Graphviz's SVG: no prolog and no remarks, and a size that shrinks with its page."""

import re

_SIZE = re.compile(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"')
_REMARK = re.compile(r"<!--.*?-->\s*", re.DOTALL)


def tidy(text: str) -> str:
    """SVG for a page or a file of its own.

    Remarks (which name the version of Graphviz) and the document type go; ids, classes and the view box stay.
    """
    start = text.find("<svg")
    body = _REMARK.sub("", text[start:])
    return _SIZE.sub(r'<svg width="\1pt" height="\2pt" style="max-width:100%;height:auto"', body, count=1)
