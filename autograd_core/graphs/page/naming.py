"""How nodes are called on a page: by their numbers in the whole graph, however much of it a picture folds.

So all pictures of a page share one set of data, and what was chosen stays chosen when a module is folded.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from autograd_core.graphs.snapshot.records import Node, results

Key = tuple[int, ...]

_ID = re.compile(r"id='(?P<sort>[vosfdw])-(?P<number>\d+)(?P<rest>[^']*)'")
# a mark at a node, or on a wire, has no id: its title says which it is
_MARK = re.compile(r"id='[^']*'(?P<rest> class='node mark[^>]*><title>)(?P<text>[cw]\d+)(?=<)")
_CLUSTER = re.compile(r"id='m-(\d+)'")
_TITLE = re.compile(r"<title>(?P<text>[^<]*)</title>")
_END = re.compile(r"(?P<sort>[vosfd])(?P<number>\d+)(?:_(?P<argument>\d+))?")


class Whole:
    """The nodes of the whole graph, found again in views of it by what no view changes."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self.operation = {key(n): n for n in nodes if n.kind == "operation"}
        self._value = {n.origin: n for n in nodes if n.kind != "operation" and n.origin is not None}
        self._one = {k[0]: n for k, n in self.operation.items() if len(k) == 1}

    def ids(self, nodes: Sequence[Node]) -> dict[Node, str]:
        """The ids of the nodes of a view."""
        if nodes is self._nodes:
            return {n: f"{'o' if n.kind == 'operation' else 'v'}-{n.number}" for n in nodes}
        found: dict[Node, str] = {}
        for op in nodes:
            if op.kind != "operation":
                continue
            same = self.operation.get(key(op))
            found[op] = f"o-{same.number}" if same else self._folded(op)
            if same is None:
                continue
            for value, old in zip(op.inputs, same.inputs, strict=False):
                found.setdefault(value, f"v-{old.number}")
            for value, old in zip(results(nodes, op), results(self._nodes, same), strict=False):
                found[value] = f"v-{old.number}"
        for n in nodes:
            if n not in found:
                known = None if n.origin is None else self._value.get(n.origin)
                found[n] = f"v-{known.number}" if known is not None else f"v-x{n.number}"
        return found

    def members(self, op: Node) -> list[Node]:
        """The operations of the whole graph that an operation of a view stands for."""
        same = self.operation.get(key(op))
        inside = op.members or (op,)
        return [same] if same else [self._one[id(m.params)] for m in inside if id(m.params) in self._one]

    def _folded(self, op: Node) -> str:
        inside = self.members(op)
        return f"f-{inside[0].number}x{inside[-1].number}" if inside else f"f-x{op.number}"


def key(op: Node) -> Key:
    """What tells an operation apart in all views: the parameters of its call, which no view copies."""
    return tuple(id(m.params) for m in op.members) or (id(op.params),)


def renamed(group: str, ids: Mapping[int, str], modules: Sequence[str], places: Mapping[str, int]) -> str:
    """A group of a picture with the names of the page: `ids` by the numbers of the picture; `modules` the
    paths of its boxes in order, `places` their numbers on the page."""

    def node_id(m: re.Match[str]) -> str:
        name = ids.get(int(m["number"]))
        if name is None:
            return m[0]
        start = f"{m['sort']}-{name.partition('-')[2]}" if m["sort"] in "dsw" else name
        return f"id='{start}{m['rest']}'"

    def title(m: re.Match[str]) -> str:
        ends = [_end(text, ids) for text in m["text"].split("-&gt;")]
        return f"<title>{' '.join(ends)}</title>" if len(ends) == 2 else ""

    def cluster(m: re.Match[str]) -> str:
        path = modules[int(m[1])] if int(m[1]) < len(modules) else ""
        return f"id='m-{places.get(path, f'x{m[1]}')}'"

    marked = _MARK.sub(r"id='k-\g<text>'\g<rest>\g<text>", group)
    return _TITLE.sub(title, _CLUSTER.sub(cluster, _ID.sub(node_id, marked)))


def _end(text: str, ids: Mapping[int, str]) -> str:
    """The end of a wire, which is a node, a chip, a sum or a mark, by its id."""
    if text[:1] in ("c", "w"):
        return f"k-{text}"
    m = _END.fullmatch(text)
    name = ids.get(int(m["number"])) if m else None
    if m is None or name is None:
        # what stands for everything that is not drawn is no node of the graph
        return f"f-{m['number']}" if m and m["sort"] == "f" else text
    if m["sort"] == "d":
        return f"d-{name.partition('-')[2]}-{m['argument']}"
    return f"s-{name.partition('-')[2]}" if m["sort"] == "s" else name


def sorted_paths(paths: Iterable[str]) -> list[str]:
    """Paths of modules in the order in which their boxes are numbered."""
    return sorted(paths, key=lambda path: path.split("."))
