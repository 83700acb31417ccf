"""Which values of a graph stand on a line of their own when it is written, and what they are called."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from keyword import iskeyword

from autograd_core.graphs.snapshot.records import LEAVES, Node


def own_lines(nodes: Iterable[Node]) -> set[Node]:
    """The computed values that have a name, are results or are not used exactly once.

    All others may be written inside of the one formula that reads them.
    """
    nodes = tuple(nodes)
    uses = Counter(x for n in nodes if n.kind == "operation" for x in n.operands if isinstance(x, Node))
    computed = [n for n in nodes if n.kind not in (*LEAVES, "operation")]
    return {n for n in computed if n.name is not None or n.kind == "output" or uses[n] != 1}


class Called:
    """Names that are free, one for each value: its own where it can be had."""

    def __init__(
        self, nodes: Iterable[Node], written: Callable[[str], str], taken: Collection[str] = ()
    ) -> None:
        """`written` turns the name of a value into a text, `taken` are texts that mean something else."""
        self._taken = set(taken)
        self._names: dict[Node, str] = {}
        for n in nodes:
            if n.name is not None:
                self._names[n] = self._free(written(n.name))

    @property
    def names(self) -> Mapping[Node, str]:
        """What has been named so far."""
        return self._names

    def name(self, node: Node, stem: str) -> str:
        """The name of a value; one without a name is called by the stem and a number, an output `z`."""
        if node not in self._names:
            if node.kind == "output":
                self._names[node] = self._free("z")
            else:
                self._names[node] = self._free(stem, number=True)
        return self._names[node]

    def _free(self, name: str, *, number: bool = False) -> str:
        found = f"{name}1" if number else name
        k = 1
        while found in self._taken:
            k += 1
            apart = "_" if not number and name[-1:].isdigit() else ""
            found = f"{name}{apart}{k}"
        self._taken.add(found)
        return found


def identifier(name: str) -> str:
    """A name as one of Python's: what cannot stand in it becomes _.

    >>> [identifier(n) for n in ("W1", "fc.0.weight", "W 1", "1st", "lambda", "損失", "ŷ")]
    ['W1', 'fc_0_weight', 'W_1', '_1st', 'lambda_', '損失', 'ŷ']
    """
    name = unicodedata.normalize("NFKC", name)
    safe = "".join(c if f"a{c}".isidentifier() else "_" for c in name)
    if not safe.isidentifier():
        safe = f"_{safe}"
    return f"{safe}_" if iskeyword(safe) else safe
