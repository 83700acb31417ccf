"""The interactive page: one file of HTML with the picture, its numbers, and a slider through every step."""

from autograd_core.graphs.page.document import document
from autograd_core.graphs.page.frame import Interactive, interactive

__all__ = ["Interactive", "document", "interactive"]
