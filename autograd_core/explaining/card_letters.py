"""Letters for what a layer computes where it has no name: ∂E/∂Y is a letter, also of `loss(X @ W, T)`."""

from collections.abc import Iterator
from itertools import count

from autograd_core.graphs import Graph
from autograd_core.graphs.snapshot.counting import MOVES
from autograd_core.graphs.snapshot.records import LEAVES, Node


def layer_letters(whole: Graph, root: Node) -> dict[Node, str]:
    """Letters for unnamed products of arrays, with what is added to them, and for what goes into them.

    >>> import numpy as np
    >>> import autograd_core as ac
    >>> X, W, V = (ac.ones((2, 2), requires_grad=True).named(name) for name in "XWV")
    >>> E = (np.tanh(X @ W + 1) @ V).sum()
    >>> g = ac.graph(E)
    >>> {letter: n.formula for n, letter in layer_letters(g, g.nodes[-1]).items()}
    {'Y': 'X · W + 1', 'H': 'tanh(X · W + 1)', 'Y2': 'tanh(X · W + 1) · V'}
    """
    made = {whole[n.number + 1]: n for n in whole if n.kind == "operation"}
    users: dict[Node, list[Node]] = {}
    for value, op in made.items():
        for x in dict.fromkeys(op.inputs):
            users.setdefault(x, []).append(value)
    sums: set[Node] = set()
    for value, op in made.items():
        if _is_product(op) or (op.op == "add" and _adds(op, sums, made)):
            sums.add(value)
    found = {}
    for value, op in made.items():
        if _is_product(op):
            for x in op.inputs:
                before = _moved(x, made)
                if before in made and before not in sums:
                    found[before] = "H"
        ends = [u for u in users.get(value, []) if u not in sums or _is_product(made[u])]
        if value in sums and (ends or len(users.get(value, [])) != 1):
            found[value] = "Y"
    free = _Free(n.name or "" for n in whole)
    # a result has its letter in any case, and single numbers need no shapes
    news = [n for n in made if n in found and not n.name and n.shape and n is not root]
    return {n: free.take(found[n] if len(n.shape) > 1 else found[n].lower()) for n in news}


class _Free:
    """Words that nothing is called."""

    def __init__(self, names: Iterator[str]) -> None:
        self._taken = {end for name in names for end in (name, name.rpartition(".")[2])}
        self._numbers: dict[str, Iterator[int]] = {}

    def take(self, stem: str) -> str:
        # numbers go on from the last one: a long network is not searched from its beginning
        numbers = self._numbers.setdefault(stem, count(1))
        words = (stem if k == 1 else f"{stem}{k}" for k in numbers)
        return next(w for w in words if w not in self._taken)


def _is_product(op: Node) -> bool:
    row = op.row
    return row is not None and (row.kind == "multilinear" or row.name.endswith("convolution"))


def _adds(op: Node, sums: set[Node], made: dict[Node, Node]) -> bool:
    """Whether products are added to one another, or to what was there before: a target is subtracted."""
    products = [x for x in op.inputs if x in sums and not x.name]
    others = (_moved(x, made) for x in op.inputs if x not in products)
    return bool(products) and all(x.name or x.kind in LEAVES for x in others)


def _moved(x: Node, made: dict[Node, Node]) -> Node:
    """What was turned or cut into other axes before it went into a product."""
    while x in made and not x.name and made[x].op in MOVES and len(made[x].inputs) == 1:
        (x,) = made[x].inputs
    return x
