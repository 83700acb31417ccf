"""Letters for the axes of all values of a graph: N for that of the examples, then K, L, M, ...

The axes of a product that are the same one have the same letter, and so do those of a sum; two axes that are
equally long by chance have two letters.
"""

from collections.abc import Mapping, Sequence

from autograd_core.graphs.axes.classes import Axes
from autograd_core.graphs.snapshot.records import LEAVES, Node
from autograd_core.node import Absent
from autograd_core.symbols import Symbol

PLACES = "iub"
"""The kinds of whole numbers: labels of classes, places in an array."""
PARAMETERS = ("param", "frozen")


class AxisNames:
    """The names of the axes of a graph.

    sizes   from every name to its length, N first
    """

    def __init__(self, nodes: Sequence[Node], given: Mapping[Node, Sequence[str]] | None = None) -> None:
        """Name the axes.

        Args:
            nodes: all of a graph.
            given: names that go wherever the axis goes; the others are invented.

        Raises:
            ValueError: if given names contradict one another or the shapes.
        """
        self._axes = Axes()
        values = [n for n in nodes if n.kind != "operation"]
        self._letters = {n: Symbol.input(_called(n), n.shape, n.dtype) for n in values}
        operations = [n for n in nodes if n.kind == "operation"]
        order: list[Symbol] = []
        for op in operations:
            result = self._letters[nodes[op.number + 1]]
            if op.row is not None:
                self._read(op, result)
            order += [*(self._letters[x] for x in op.inputs), result]
        for node, names in (given or {}).items():
            self._axes.name(self._letters[node], tuple(names))
        # an axis is not called as a value is
        taken = {word for n in values if n.name for word in (n.name, n.name.rpartition(".")[2])}
        data = _data(operations)
        if data is not None:
            self._axes.first(self._letters[data], taken)
        for x in (*order, *self._letters.values()):
            self._axes.invent(x, taken)

    def _read(self, op: Node, result: Symbol) -> None:
        operands = tuple(self._letters[x] if isinstance(x, Node) else x for x in op.operands)
        row = op.row
        assert row is not None  # asked before
        words = {k: v for k, v in op.params.items() if k not in row.residuals}
        # made directly: nothing is computed
        self._axes.same(result, Symbol(row, operands, words, Absent(op.shape, op.dtype)))
        symbols = [x for x in operands if isinstance(x, Symbol)]
        for x in symbols:
            if x.dtype.kind in PLACES and not row.elementwise:
                # a place or a label for every example
                whole = result if row.name == "getitem" else symbols[0]
                pairs = list(enumerate(range(x.ndim)))
                if whole is not result and whole.ndim == x.ndim + 1 > 2:
                    pairs = [(i, i + (i > 0)) for i in range(x.ndim)]  # the classes are on axis 1
                if whole is not x and all(k < whole.ndim and x.shape[i] == whole.shape[k] for i, k in pairs):
                    for i, k in pairs:
                        self._axes.join(x, i, whole, k)

    def of(self, node: Node) -> tuple[str, ...]:
        """The names of the axes of a value; 1 for a single one."""
        return self._axes.of(self._letters[node])

    def shape(self, node: Node) -> tuple[int, ...]:
        """The shape of a value in sizes that know their names."""
        return self._axes.shape(self._letters[node])

    @property
    def sizes(self) -> dict[str, int]:
        """From every name to its length."""
        return self._axes.sizes


def _called(node: Node) -> str:
    return node.name or f"\0{node.number}"


def _data(operations: Sequence[Node]) -> Node | None:
    """The first data in reading order: what is no parameter. A single vector of them is no batch."""
    read = [x for op in operations for x in op.inputs]
    arrays = [x for x in read if x.kind in LEAVES and x.kind not in PARAMETERS and x.shape]
    first = next(iter(arrays), None)
    if first is None or (len(first.shape) == 1 and first.dtype.kind not in PLACES):
        return None
    return first
