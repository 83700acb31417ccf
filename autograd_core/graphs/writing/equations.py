"""The snapshot as lines of LaTeX, one for every value that has a name or is used more than once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from autograd_core.graphs.snapshot.records import LEAVES, Node
from autograd_core.graphs.writing.lines import Called, own_lines
from autograd_core.node import Absent
from autograd_core.symbols import Symbol, latex

WIDTH = 160
"""A formula whose LaTeX is longer is taken apart."""


def equations(nodes: Sequence[Node]) -> str:
    """The lines, aligned at their equality signs."""
    ends = Counter(_end(n.name) for n in nodes if n.name is not None)
    called = Called(nodes, lambda name: _end(name) if ends[_end(name)] == 1 else name)
    own = own_lines(nodes)
    written: dict[Node, Any] = {}
    lines = []
    for n in nodes:
        if n.kind in LEAVES:
            is_number = n.kind == "const" and n.name is None and n.shape == () and n.value is not None
            written[n] = (
                n.value if is_number else _letter(n, called.name(n, "x" if n.differentiable else "c"))
            )
        elif n.kind == "operation":
            result = nodes[n.number + 1]
            text = ""
            expression = _applied(n, written)
            if result not in own:
                text = latex(expression)
                if len(text) <= WIDTH:
                    written[result] = expression
                    continue
            letter = _letter(result, called.name(result, "v"))
            lines.append(rf"{latex(letter)} &= {text or latex(expression)}")
            written[result] = letter
    inner = " \\\\\n".join(f"  {line}" for line in lines)
    return f"\\begin{{aligned}}\n{inner}\n\\end{{aligned}}"


def _letter(n: Node, name: str) -> Symbol:
    return Symbol.input(name, n.shape, n.dtype)


def _end(name: str) -> str:
    """The end of a path."""
    return name.rpartition(".")[2] or name


def _applied(op: Node, written: dict[Node, Any]) -> Any:
    if op.row is None:
        raise ValueError(f"{op.op} was not recorded, so it cannot be written")
    operands = tuple(written[x] if isinstance(x, Node) else x for x in op.operands)
    # made directly: a fused row stands as itself and is not written out by its meaning
    return Symbol(op.row, operands, dict(op.params), Absent(op.shape, op.dtype))
