"""Pictures of computations: `graph` reads what was recorded into a `Graph`, which is data and a drawing."""

from autograd_core.graphs.call import graph
from autograd_core.graphs.picture import Graph
from autograd_core.graphs.rendering.renderers import GraphRenderError

__all__ = ["Graph", "GraphRenderError", "graph"]
