"""Reads DOT text as far as we write it: a digraph, defaults, clusters, ranks, chains, HTML-like labels."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field


class Html(str):
    """An HTML-like label, as it stands between its angle brackets."""

    __slots__ = ()


Attributes = dict[str, str]


class DotSyntaxError(ValueError):
    """A text that is not the DOT that is read here; the message names the line."""


@dataclass
class Point:
    """A node as it is written."""

    name: str
    attributes: Attributes
    cluster: int = 0


@dataclass
class Arc:
    """An edge as it is written."""

    tail: str
    head: str
    attributes: Attributes


@dataclass
class Box:
    """A cluster, with the number of the one around it; number 0 is the whole drawing."""

    name: str
    parent: int
    attributes: Attributes = field(default_factory=dict)


@dataclass
class Diagram:
    """What a DOT text says."""

    name: str = ""
    nodes: dict[str, Point] = field(default_factory=dict)
    edges: list[Arc] = field(default_factory=list)
    clusters: list[Box] = field(default_factory=lambda: [Box("", 0)])
    same: list[list[str]] = field(default_factory=list)

    @property
    def attributes(self) -> Attributes:
        """The attributes of the whole drawing."""
        return self.clusters[0].attributes


@dataclass
class _Scope:
    """What holds between two braces: the cluster, the defaults, and the nodes that are named."""

    cluster: int
    node: Attributes
    edge: Attributes
    graph: Attributes
    named: list[str] = field(default_factory=list)
    own: bool = True  # a cluster, or the drawing: its attributes are its own


_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/|^\#[^\n]*)
      |(?P<arrow>->|--)
      |(?P<sign>[{}\[\];,=:+])
      |(?P<quoted>"(?:[^"\\]|\\.)*")
      |(?P<word>[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*|-?(?:\.\d+|\d+(?:\.\d*)?))
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_ANGLE = re.compile(r"[<>]")

Token = tuple[str, str]
"""Its sort (arrow, sign, name) and its text."""


def _tokens(source: str) -> Iterator[Token]:
    at, end = 0, len(source)
    while at < end:
        if source[at] == "<":
            start, depth = at + 1, 0
            for angle in _ANGLE.finditer(source, at):
                depth += 1 if angle[0] == "<" else -1
                if depth == 0:
                    at = angle.end()
                    break
            else:
                raise _error(source, at, "an HTML-like label that does not end")
            yield "name", Html(source[start : at - 1])
            continue
        found = _TOKEN.match(source, at)
        if found is None:
            raise _error(source, at, f"{source[at]!r} where none is expected")
        at = found.end()
        if found.lastgroup == "quoted":
            # only these two are escapes of the language; \n, \l, \N are those of labels
            yield "name", found[0][1:-1].replace("\\\n", "").replace('\\"', '"')
        elif found.lastgroup == "word":
            yield "name" if found[0].lower() not in _KEYWORDS else "keyword", found[0]
        elif found.lastgroup != "space":
            yield found.lastgroup or "", found[0]


_KEYWORDS = {"digraph", "graph", "node", "edge", "subgraph", "strict"}


def _error(source: str, at: int, words: str) -> DotSyntaxError:
    return DotSyntaxError(f"DOT text, line {source.count(chr(10), 0, at) + 1}: {words}")


def read(source: str) -> Diagram:
    """The diagram that a DOT text describes.

    Raises:
        DotSyntaxError: if the text is not what is read here.
    """
    reader = _Reader(list(_tokens(source)))
    reader.whole()
    return reader.diagram


class _Reader:
    """Statement by statement, with a stack of scopes instead of recursion."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = [*tokens, ("end", "the end of the text")]
        self._at = 0
        self.diagram = Diagram()
        self._stack: list[_Scope] = []

    def whole(self) -> None:
        while self._is("keyword") and self._text.lower() in ("strict", "digraph", "graph"):
            self._at += 1
        if self._is("name"):
            self.diagram.name = self._take()
        self._expect("{")
        self._stack.append(_Scope(0, {}, {}, self.diagram.attributes))
        while self._stack:
            self._statement()

    # ---- tokens --------------------------------------------------------------------------------------------

    @property
    def _text(self) -> str:
        return self._tokens[self._at][1]

    def _is(self, sort: str, text: str | None = None) -> bool:
        found = self._tokens[self._at]
        return found[0] == sort and (text is None or found[1] == text)

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _name(self, what: str) -> str:
        if not self._is("name"):
            raise DotSyntaxError(f"DOT text: {what} is expected, not {self._text[:40]!r}")
        return self._take()

    def _expect(self, sign: str) -> None:
        if not self._is("sign", sign):
            raise DotSyntaxError(f"DOT text: {sign!r} is expected, not {self._text[:40]!r}")
        self._at += 1

    # ---- statements ----------------------------------------------------------------------------------------

    def _statement(self) -> None:
        scope = self._stack[-1]
        if self._is("sign", ";") or self._is("sign", ","):
            self._at += 1
        elif self._is("sign", "}"):
            self._at += 1
            self._close()
        elif self._is("sign", "{"):
            self._at += 1
            self._open("")
        elif self._is("keyword") and self._text.lower() == "subgraph":
            self._at += 1
            name = self._take() if self._is("name") else ""
            self._expect("{")
            self._open(name)
        elif self._is("keyword"):
            sort = self._take().lower()
            kept = {"graph": scope.graph, "node": scope.node, "edge": scope.edge}.get(sort)
            if kept is None:
                raise DotSyntaxError(f"DOT text: {sort!r} inside of a graph")
            kept.update(self._list())
        elif self._is("name"):
            self._named(scope)
        else:
            raise DotSyntaxError(f"DOT text: a statement is expected, not {self._text[:40]!r}")

    def _open(self, name: str) -> None:
        outer = self._stack[-1]
        own = name.startswith("cluster")
        number, graph = outer.cluster, dict(outer.graph)
        if own:
            clusters = self.diagram.clusters
            number = next((i for i, box in enumerate(clusters) if box.name == name), len(clusters))
            if number == len(clusters):
                clusters.append(Box(name, outer.cluster))
            graph = clusters[number].attributes
        elif outer.own:
            graph = {}
        self._stack.append(_Scope(number, dict(outer.node), dict(outer.edge), graph, own=own))

    def _close(self) -> None:
        scope = self._stack.pop()
        if not scope.own and scope.graph.get("rank") == "same":
            self.diagram.same.append(list(dict.fromkeys(scope.named)))
        if self._stack:
            self._stack[-1].named += scope.named

    def _named(self, scope: _Scope) -> None:
        first = self._take()
        if self._is("sign", "="):
            self._at += 1
            scope.graph[first] = self._name("a value")
            return
        chain = [first]
        self._port()
        while self._is("arrow"):
            self._at += 1
            chain.append(self._name("a node after ->"))
            self._port()
        given = self._list()
        for name in chain:
            self._mention(name, scope)
        if len(chain) == 1:
            self.diagram.nodes[first].attributes.update(given)
        for tail, head in itertools.pairwise(chain):
            self.diagram.edges.append(Arc(tail, head, {**scope.edge, **given}))

    def _port(self) -> None:
        """A port says where a wire ends; all wires end where it is best here."""
        while self._is("sign", ":"):
            self._at += 1
            self._name("a port")

    def _mention(self, name: str, scope: _Scope) -> None:
        scope.named.append(name)
        known = self.diagram.nodes.get(name)
        if known is None:
            self.diagram.nodes[name] = Point(name, dict(scope.node), scope.cluster)
        elif known.cluster != scope.cluster and known.cluster in self._around(scope.cluster):
            known.cluster = scope.cluster  # it was mentioned outside first

    def _around(self, cluster: int) -> set[int]:
        found = {0}
        while cluster:
            cluster = self.diagram.clusters[cluster].parent
            found.add(cluster)
        return found

    def _list(self) -> Attributes:
        found: Attributes = {}
        while self._is("sign", "["):
            self._at += 1
            while not self._is("sign", "]"):
                if self._is("sign", ",") or self._is("sign", ";"):
                    self._at += 1
                    continue
                if not (self._is("name") or self._is("keyword")):
                    raise DotSyntaxError(f"DOT text: an attribute is expected, not {self._text[:40]!r}")
                key, value = self._take(), "true"
                if self._is("sign", "="):
                    self._at += 1
                    value = self._name("a value")
                found[key] = value
            self._at += 1
        return found
