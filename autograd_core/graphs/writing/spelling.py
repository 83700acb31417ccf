"""How one operation is typed in Python: an operator, a public function, or the row itself.

Most rows are functions with NumPy's names; those below are called otherwise. What has no public name is
imported from where it stands, so that everything that was recorded can be written.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

from autograd_core.graphs.snapshot.records import Node
from autograd_core.op import Row
from autograd_core.ops.indexing import HOLE
from autograd_core.ops.table import TABLE
from autograd_core.symbols.python import ATOM, operator
from autograd_core.texts.snippets import Name, indexed, literal

Text = tuple[str, int]
Form = Callable[[Node, Sequence[str]], str | None]

SAME = frozenset(
    word
    for line in (
        "log square sqrt cbrt reciprocal sign absolute fabs where exp exp2 expm1 log2 log10 log1p sigmoid",
        "logaddexp logaddexp2 ldexp sin cos tan sinh cosh tanh arcsin arccos arctan arctanh arcsinh arccosh",
        "hypot arctan2 deg2rad rad2deg floor ceil trunc rint floor_divide remainder fmod copysign heaviside",
        "maximum minimum clip relu leaky_relu elu softplus logsigmoid erf erfc xlogy nan_to_num",
    )
    for word in line.split()
)
"""Rows that a public function calls with the same name, operands and keywords."""


def spelled(operation: Node, parts: Sequence[Text]) -> tuple[Text, Row | None]:
    """An operation as Python, and the row that has to be imported for it, if any.

    Args:
        operation: of a graph.
        parts: its written operands, each with how tightly it binds.
    """
    row = operation.row
    assert row is not None  # operations have one
    name = row.name
    if TABLE.get(name) is row:
        typed = operator(name, parts)
        if typed is not None:
            return typed, None
        words = [text if level == ATOM else f"({text})" for text, level in parts] if name in BOUND else []
        form = FORMS.get(name)
        text = form(operation, words or [text for text, _ in parts]) if form is not None else None
        if text is None and name in SAME:
            text = f"ac.{_call(name, [t for t, _ in parts], operation.params)}"
        if text is not None:
            return (text, ATOM), None
    return (_call(name, [text for text, _ in parts], operation.params), ATOM), row


def _call(name: str, words: Sequence[str], params: Any) -> str:
    return f"{name}({', '.join([*words, *(f'{k}={literal(v)}' for k, v in params.items())])})"


# ---- rows that are called otherwise ------------------------------------------------------------------------


def _as(text: str) -> Form:
    """The text with the operand and parameters filled in, whose braces are not read again."""
    return lambda op, words: text.format(*words, **op.params)


def _without_order(op: Node, words: Sequence[str]) -> str | None:
    """sinc and i0 themselves; their derivatives have no public name."""
    return f"ac.{op.op}({words[0]})" if op.params["n"] == 0 else None


def _to_shape(op: Node, words: Sequence[str]) -> str:
    return f"ac.{op.op}({words[0]}, {literal(tuple(op.shape))})"


def _along(function: str) -> Form:
    return lambda op, words: f"ac.{function}({words[0]}, {_axes(op.params['axis'])})"


def _transpose(op: Node, words: Sequence[str]) -> str | None:
    axes = op.params["axes"]
    if len(axes) != len(op.shape):
        return None
    if axes == (-1, -2):
        return f"{words[0]}.T"
    return f"ac.transpose({words[0]}, {literal(tuple(a + len(axes) for a in axes))})"


def _getitem(op: Node, words: Sequence[str]) -> str:
    arrays = iter(words[1:])
    index = [Name(next(arrays)) if part is HOLE else part for part in op.params["index"]]
    while len(index) > 1 and isinstance(index[-1], slice) and index[-1] == slice(None):
        index.pop()
    return indexed(words[0], index[0] if len(index) == 1 else tuple(index))


def _joined(op: Node, words: Sequence[str]) -> str:
    return f"ac.{op.op}([{', '.join(words)}], axis={op.params['axis']})"


def _reduction(op: Node, words: Sequence[str]) -> str | None:
    """Along axes that are counted from the end; along all of them it need not be said."""
    if not set(op.params) <= {"axis", "keepdims", "ddof"}:
        return None
    axis, n = op.params["axis"], len(_operand_shape(op))
    always = op.op in ("softmax", "log_softmax")
    said = [] if len(axis) == n and not always else [f"axis={_axes(axis)}"]
    if op.params.get("keepdims"):
        said.append("keepdims=True")
    if op.params.get("ddof"):
        said.append(f"ddof={literal(op.params['ddof'])}")
    return f"ac.{op.op}({', '.join([words[0], *said])})"


def _cumsum(op: Node, words: Sequence[str]) -> str | None:
    return None if op.params["reverse"] else f"ac.cumsum({words[0]}, axis={op.params['axis']})"


def _einsum(op: Node, words: Sequence[str]) -> str | None:
    """Only where every axis has a letter: the row carries axes in front."""
    terms = op.params["subscripts"].partition("->")[0].split(",")
    if any(
        not isinstance(x, Node) or len(x.shape) != len(t) for x, t in zip(op.operands, terms, strict=True)
    ):
        return None
    return f"ac.einsum({literal(op.params['subscripts'])}, {', '.join(words)})"


def _axes(axis: Any) -> str:
    return literal(axis[0] if len(axis) == 1 else tuple(axis))


def _operand_shape(op: Node) -> tuple[int, ...]:
    first = op.operands[0]
    return first.shape if isinstance(first, Node) else ()


BOUND = frozenset({"astype", "getitem", "transpose"})
"""Rows behind whose first operand a dot or bracket is typed."""

FORMS: MappingProxyType[str, Form] = MappingProxyType(
    {
        "alias": _as("ac.positive({0})"),
        "astype": _as("{0}.astype(np.{dtype.name})"),
        "round": _as("ac.round({0}, {decimals})"),
        "sinc": _without_order,
        "i0": _without_order,
        "reshape": _to_shape,
        "broadcast_to": _to_shape,
        "expand": _along("expand_dims"),
        "squeeze": _along("squeeze"),
        "transpose": _transpose,
        "getitem": _getitem,
        "concatenate": _joined,
        "stack": _joined,
        **dict.fromkeys(("sum", "mean", "var", "std", "max", "min", "nanmax", "nanmin", "prod"), _reduction),
        **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), _reduction),
        "cumsum": _cumsum,
        "einsum": _einsum,
        "inv": _as("ac.linalg.inv({0})"),
        "det": _as("ac.linalg.det({0})"),
    }
)
"""From a row to how it is typed; None where this call of it cannot be typed so."""
