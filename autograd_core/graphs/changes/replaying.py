"""The same program on other numbers: new values and gradients on every node, and what they were before."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from autograd_core.graphs.snapshot.numerals import shape
from autograd_core.graphs.snapshot.reading import kept
from autograd_core.graphs.snapshot.records import LEAVES, Node
from autograd_core.graphs.snapshot.tape import Tape
from autograd_core.storage import plain

Changes = dict[Node, dict[str, Any]]


def replayed(nodes: Iterable[Node], tape: Tape, given: Mapping[str, Any]) -> tuple[Changes, dict[Node, Any]]:
    """What changes on each node if some leaves hold other numbers, and the arrays of those leaves.

    Gradients are computed again if any was known.

    Raises:
        ValueError: for a name that no leaf has, a value of another shape, or numbers that were not kept.
        TypeError: for a value that does not fit the leaf's dtype, or what is no name.
    """
    nodes = list(nodes)
    leaves = {_leaf(nodes, name): value for name, value in given.items()}
    new = {n: _fitting(n, value) for n, value in leaves.items()}
    gradients: dict[Node, Any] = {}
    if any(n.grad is not None for n in nodes):
        values, gradients = tape.gradients(_seeds(nodes), new)
    else:
        values = tape.values(new)
    changes: Changes = {}
    for n in nodes:
        if n.kind == "operation":
            continue
        value = kept(values[n])
        changes[n] = {"value": value, "now": None, "was": n.value if differs(n.value, value) else None}
        if gradients:
            grad = kept(gradients.get(n)) if n.grad is not None else None
            changes[n] |= {
                "grad_note": "",
                "grad": grad,
                "grad_was": n.grad if differs(n.grad, grad) else None,
            }
    return changes, new


def stays(nodes: Iterable[Node], new: Iterable[Node]) -> str:
    """What goes in beside the leaves that hold other numbers and has no name, as a sentence; "" if nothing.

    A mask, an index or what was detached may have been computed from such a leaf, which no record tells.
    """
    moved, found = set(new), {}
    for n in nodes:
        if any(v in moved for v in n.inputs):
            moved.add(n)
            if n.kind == "operation":
                found.update({v: n for v in n.inputs if _is_unsaid(v)})
    if not found:
        return ""
    told = [f"{v.dtype} {shape(v.shape) if v.shape else 'number'} in {op.symbol}" for v, op in found.items()]
    words = ", ".join(list(dict.fromkeys(told))[:3])
    return f"masks, indices and constants stay as they were recorded: {words}" + ", …" * (len(set(told)) > 3)


def _is_unsaid(v: Node) -> bool:
    """Whether a value is an array, or a Tensor that is cut off, without a name."""
    return v.kind == "const" and v.name is None and (v.shape != () or v.origin is not None)


def foreign(nodes: Iterable[Node], tape: Tape) -> str:
    """Which gradients the program alone does not give, as a sentence; "" if there are none.

    What hooks changed, and what several sweeps added up in a leaf, is no part of the program.
    """
    nodes = list(nodes)
    known = [n for n in nodes if n.grad is not None]
    try:
        _, own = tape.gradients(_seeds(nodes)) if known else ({}, {})
    except ValueError:  # it was drawn without numbers
        return ""
    off = [n for n in known if not _near(own.get(n, 0.0), n.grad)]
    names = ", ".join(dict.fromkeys(n.name or n.formula or n.kind for n in off[:3]))
    return f"hooks and earlier sweeps, which changed the gradient of {names}, are not repeated" if off else ""


def _seeds(nodes: Iterable[Node]) -> dict[Node, Any]:
    """The results that were differentiated, each with the gradient it started from; 1 in all if none was."""
    outputs = [n for n in nodes if n.kind == "output"]
    swept = {n: n.grad for n in outputs if n.grad is not None}
    return swept or {n: np.ones((), n.dtype) for n in outputs}


def _near(x: Any, y: Any) -> bool:
    """Whether two gradients differ by rounding only, next to the largest of their numbers."""
    size = np.max(np.abs(y), where=np.isfinite(y), initial=0)
    return np.allclose(x, y, rtol=1e-3, atol=1e-4 * size, equal_nan=True)


def differs(x: Any, y: Any) -> bool:
    """Whether two values, of which None is an unknown one, are known and not the same; NaN is itself."""
    if x is None or y is None:
        return False
    a, b = np.asarray(x), np.asarray(y)
    if a.shape != b.shape:
        return True
    return not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc")


def _leaf(nodes: list[Node], name: str) -> Node:
    if not isinstance(name, str):
        raise TypeError(f"replay: leaves are called by their names, got {name!r}")
    named = [n for n in nodes if n.name == name] or [n for n in nodes if (n.name or "").endswith(f".{name}")]
    # a result may be called like what it was made of
    found = [n for n in named if n.kind in LEAVES] or named
    leaves = [n.name for n in nodes if n.kind in LEAVES and n.name]
    if not found:
        close = get_close_matches(name, [str(n) for n in leaves], 1)
        hint = f"; did you mean {close[0]!r}?" if close else "."
        listed = ", ".join(map(str, leaves)) or "none has a name"
        raise ValueError(f"replay: no value is called {name!r}{hint} The leaves are: {listed}")
    (node, *others) = found
    if others:
        raise ValueError(f"replay: {len(found)} values are called {name!r}; give the whole path")
    if node.kind not in LEAVES:
        raise ValueError(
            f"replay: {name!r} is computed as {node.formula}; only leaves can be given other numbers: "
            + ", ".join(map(str, leaves))
        )
    return node


def _fitting(node: Node, value: Any) -> Any:
    array = np.asarray(plain(value))
    if array.shape != node.shape:
        raise ValueError(
            f"replay: {node.name} has the shape {shape(node.shape)}, got a value of shape "
            f"{shape(array.shape)}"
        )
    truth = array.dtype.kind == "b" != node.dtype.kind
    if truth or not np.can_cast(array.dtype, node.dtype, "same_kind"):
        raise TypeError(f"replay: {node.name} holds {node.dtype} numbers, got {array.dtype}")
    with np.errstate(over="ignore"):
        fitting = array.astype(node.dtype)
    lost = fitting != array if node.dtype.kind in "iu" else np.isinf(fitting) & ~np.isinf(array)
    if np.any(lost):
        raise ValueError(f"replay: {array[lost][0]} is too large for {node.name}, which holds {node.dtype}")
    return fitting
