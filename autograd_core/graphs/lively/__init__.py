"""Live pages: the picture of a computation whose inputs are moved by hand, and whose numbers follow."""

from autograd_core.graphs.lively.making import Live, live

__all__ = ["Live", "live"]
