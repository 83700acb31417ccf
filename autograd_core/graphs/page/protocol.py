"""What a page asks of a graph."""

from collections.abc import Mapping
from typing import Any, Protocol

from autograd_core.graphs.records import Edge, Module, Node


class Drawn(Protocol):
    """A graph as far as a page needs it."""

    @property
    def nodes(self) -> tuple[Node, ...]: ...
    @property
    def edges(self) -> tuple[Edge, ...]: ...
    @property
    def source(self) -> str: ...
    def computed(self) -> Any: ...
    def viewed(self, mode: str) -> Any: ...
    def contribution(self, edge: Edge, upstream: Any) -> Any: ...


Modules = Mapping[str, Module]
