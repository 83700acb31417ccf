"""The files beside these modules: style sheets, pages and scripts."""

import re
from html import escape
from importlib.resources import files


def text_of(name: str, package: str = "autograd_core.graphs.quizzing") -> str:
    """The text of a file."""
    return (files(package) / name).read_text(encoding="utf-8")


def printable(text: str) -> str:
    """Text for HTML, without letters that cannot be printed."""
    return escape(re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", text))
