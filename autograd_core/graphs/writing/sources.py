"""The snapshot as a Python program that runs by itself: its leaves, then a line for every value that has a
name or is used more than once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.numerals import shape as written_shape
from autograd_core.graphs.snapshot.records import LEAVES, Node
from autograd_core.graphs.writing.lines import Called, identifier, own_lines
from autograd_core.graphs.writing.spelling import Text, spelled
from autograd_core.op import Row
from autograd_core.symbols.python import ATOM, NEGATIVE
from autograd_core.texts import AbstractRow
from autograd_core.texts.snippets import HEADER, Name, assignment, imported, literal

WRITTEN = 1000
"""Arrays of more numbers are no part of the text; they become arguments of a function."""

WIDTH = 72
"""A formula that is longer is taken apart."""


def source(nodes: Sequence[Node], held: Mapping[Node, Any]) -> str:
    """The program. `held` has the arrays of leaves that are too large for the picture.

    Raises:
        ValueError: if an operation is an abstract function.
    """
    return _Source(nodes, held).text()


class _Source:
    """One program while it is written."""

    def __init__(self, nodes: Sequence[Node], held: Mapping[Node, Any]) -> None:
        self.nodes, self.held = nodes, held
        rows = {n.row.name for n in nodes if n.row is not None}
        self.called = Called(nodes, identifier, {"np", "ac", "HOLE", "program", *rows})
        self.own = own_lines(nodes)
        self.texts: dict[Node, Text] = {}
        self.rows: dict[Row, str] = {}
        self.scalars: list[tuple[str, Any]] = []
        self.leaves: list[str] = []
        self.lines: list[str] = []
        self.arguments: dict[str, Node] = {}

    def text(self) -> str:
        for n in self.nodes:
            if n.kind in LEAVES:
                self.leaf(n)
            elif n.kind == "operation":
                self.operation(n, self.nodes[n.number + 1])
        self.leaves = [*map(_called_leaves, _in_lines(self.scalars)), *self.leaves]
        head = [*HEADER, *dict.fromkeys(self.rows.values())]
        if not self.arguments:
            return "\n".join([*head, "", *self.leaves, *self.lines, ""])
        outputs = [self.called.names[n] for n in self.nodes if n.kind == "output"]
        body = [*self.leaves, *self.lines, f"return {', '.join(outputs)}"]
        inner = [f"    {line}" for text in body for line in text.split("\n")]
        told = [f"# {name}: {_described(n)}" for name, n in self.arguments.items()]
        return "\n".join([*head, "", "", *told, f"def program({', '.join(self.arguments)}):", *inner, ""])

    # ---- leaves --------------------------------------------------------------------------------------------

    def leaf(self, n: Node) -> None:
        value = n.value if n.value is not None else self.held.get(n)
        if n.kind == "const" and n.name is None and n.shape == () and value is not None:
            text = literal(value if n.dtype in (float, int) else n.dtype.type(value))
            self.texts[n] = (text, NEGATIVE if text.startswith("-") else ATOM)
            return
        name = self.called.name(n, "x" if n.differentiable else "c")
        self.texts[n] = (name, ATOM)
        if value is None or n.size > WRITTEN:
            self.arguments[name] = n
            return
        array = np.asarray(value, n.dtype)
        named = "" if n.name is None else f", name={n.name!r}"
        number = array.item() if not n.shape and n.dtype == float else None
        if n.differentiable and n.name == name and number is not None:
            self.scalars.append((name, number))
        elif n.dtype.kind == "f" and (n.differentiable or n.kind == "frozen" or (named and not n.shape)):
            needs = ", requires_grad=True" if n.differentiable else ""
            inner = literal(array if number is None else number)
            plain = n.dtype == float and n.size and number is None
            inner = inner.removeprefix("np.array(").removesuffix(")") if plain else inner
            # only between numbers may a line be broken
            self.leaves.append(f"{assignment(name, Name(f'ac.Tensor({inner}'))}{needs}{named})")
        else:
            self.leaves.append(assignment(name, array))

    # ---- operations ----------------------------------------------------------------------------------------

    def operation(self, op: Node, result: Node) -> None:
        if op.row is None:
            raise ValueError(f"{op.op} was not recorded, so it cannot be written")
        if isinstance(op.row, AbstractRow):
            raise ValueError(f"{op.op} has no program: only its name is known")
        parts = [self.texts[x] if isinstance(x, Node) else _plain(x) for x in op.operands]
        (text, level), row = spelled(op, parts)
        if row is not None and row not in self.rows:
            line = imported(row, row.name)
            self.rows[row] = line
            if "HOLE" in text:
                self.rows[row] = f"{line}\nfrom autograd_core.ops.indexing import HOLE"
        if result not in self.own and len(text) <= WIDTH:
            self.texts[result] = (text, level)
            return
        name = self.called.name(result, "v")
        if result.name is not None and result.name != name:
            text = f"{text if level == ATOM else f'({text})'}.named({result.name!r})"
        self.lines.append(f"{name} = {text}")
        self.texts[result] = (name, ATOM)


def _in_lines(scalars: Sequence[tuple[str, Any]]) -> list[list[tuple[str, Any]]]:
    """Numbers with names, so many together that the names stand in one line, which may not be broken."""
    lines: list[list[tuple[str, Any]]] = []
    for name, value in scalars:
        if not lines or sum(len(n) + 2 for n, _ in lines[-1]) + len(name) > WIDTH:
            lines.append([])
        lines[-1].append((name, value))
    return lines


def _called_leaves(scalars: Sequence[tuple[str, Any]]) -> str:
    names = ", ".join(name for name, _ in scalars) + ("," if len(scalars) == 1 else "")
    values = ", ".join(f"{name}={literal(value)}" for name, value in scalars)
    return assignment(names, Name(f"ac.leaves({values})"))


def _plain(x: Any) -> Text:
    text = literal(x)
    return text, NEGATIVE if text.startswith("-") else ATOM


def _described(n: Node) -> str:
    needs = ", a Tensor that requires a gradient" if n.differentiable else ""
    return f"{n.dtype} {written_shape(n.shape)}{needs}" if n.shape else f"a number{needs}"
