"""Which value of which graph is asked for."""

from typing import Any

from autograd_core.graphs import Graph
from autograd_core.graphs.drawing.settings import Settings
from autograd_core.graphs.snapshot.names import find
from autograd_core.graphs.snapshot.reading import Snapshot, plain_leaves
from autograd_core.graphs.snapshot.records import Node
from autograd_core.node import Node as EngineNode
from autograd_core.node import ancestors


def read(root: EngineNode, names: Any) -> tuple[Graph, Snapshot]:
    """The graph of one value, and the snapshot that knows which of its nodes stands for which Tensor."""
    leaves: set[EngineNode] = set()
    for node in ancestors([root]):
        if node.op is None:
            leaves.add(node)
        leaves.update(plain_leaves(node).values())
    found = find(names, leaves)
    snapshot = Snapshot([(root, None)], found)
    return Graph(snapshot.nodes, snapshot.edges, found.modules, Settings(), held=snapshot.held), snapshot


def name_of(x: Any, names: Any) -> str | None:
    """What a Tensor is called: by its own name or by that of the caller's variable."""
    node = x.node or x._leaf
    return x.name or (None if node is None else find(names, set()).of_node.get(node))


def called(whole: Graph, x: Any, names: Any) -> Node:
    """The node of this name, or with the name of this Tensor or variable."""
    if isinstance(x, str):
        return whole[x]
    try:
        return whole.find(x)
    except ValueError:
        pass  # a Tensor of another run of the same program: by its name
    name = name_of(x, names)
    if name is None:
        raise ValueError('this Tensor has no name in the graph; ask by one, as in ac.explain(g, "x")')
    return whole[name]
