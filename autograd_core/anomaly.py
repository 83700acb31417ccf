"""Where the first number that is not finite came from: `detect_anomaly`.

Inside the block every operation remembers the line it was called on, and whether it made a NaN or an infinity
of finite numbers. A sweep then stops at the first gradient that is not finite. A NaN that a mask throws away
again, and whose gradient is finite, is nobody's mistake and is not reported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, NoReturn

import numpy as np

from autograd_core.callers import place
from autograd_core.errors import AnomalyError
from autograd_core.node import Node, ancestors
from autograd_core.op import Row
from autograd_core.state import Block
from autograd_core.storage import plain
from autograd_core.symbols import Symbol, local, slides

Index = tuple[int, ...]

# where a function is finite, for those that are not everywhere
DOMAINS = {
    "log": "x > 0",
    "log2": "x > 0",
    "log10": "x > 0",
    "log1p": "x > −1",
    "sqrt": "x ≥ 0",
    "arcsin": "−1 ≤ x ≤ 1",
    "arccos": "−1 ≤ x ≤ 1",
    "arccosh": "x ≥ 1",
    "arctanh": "−1 < x < 1",
    "divide": "y ≠ 0",
    "remainder": "y ≠ 0",
    "fmod": "y ≠ 0",
    "floor_divide": "y ≠ 0",
    "power": "x > 0, or x < 0 and a whole exponent",
}


class Bad(NamedTuple):
    """A result with a number that is not finite: where, which, made of what, and whether all of that was
    finite."""

    at: Index
    value: Any
    operands: list[tuple[str, Any]]
    is_source: bool


class Watch:
    """What looks at every value that is recorded and every gradient that is swept."""

    def made(self, node: Node, values: Sequence[Any], out: Any) -> None:
        """Remember where a node was recorded, and the first of its numbers that is not finite."""
        node.note("place", place())
        index = first_bad(out)
        if index is not None:
            finite = all(first_bad(v) is None for v in values)
            node.note("bad", Bad(index, out[index], _operands(node, values, out, index), finite))

    def starts(self, order: Sequence[Node], seeds: Mapping[Node, Any]) -> None:
        """Refuse to start from a result, or a gradient, that is not finite."""
        for root, seed in seeds.items():
            if _bad(root) is not None:
                _blame_value(order, f"the result of {_title(root)}")
            index = first_bad(plain(seed))
            if index is not None:
                raise AnomalyError(
                    f"detect_anomaly: the gradient given to backward holds {plain(seed)[index]}{_at(index)}"
                )

    def passed(
        self,
        node: Node,
        parent: Node,
        rule: Callable[..., Any],
        call: tuple[Any, ...],
        params: Mapping[str, Any],
        c: Any,
    ) -> None:
        """Stop at the first gradient that is not finite, and say why it is not."""
        array = plain(c)
        index = first_bad(array)
        if index is None:
            return
        op = node.op
        assert op is not None  # leaves have no rules
        if any(first_bad(plain(x)) is not None for x in call[2:]) and _bad(node) is None:
            order = ancestors([node])
            if any(_bad(n) is not None for n in order):
                _blame_value(order, f"a gradient in {_title(node)}")
        words = [
            f"detect_anomaly: the gradient becomes {array[index]} in {_title(node)}{_at(index)}",
            f"  recorded at {_place(node)}",
        ]
        words += _slope(op, node, parent, rule, call, params, array, index)
        raise AnomalyError("\n".join(words))


class detect_anomaly(Block):
    """Stop at the first NaN or infinity and say where it came from.

    Inside, a backward pass whose gradient is not finite raises AnomalyError, which names the operation that
    made it first: its module path, the file and line it was called on, the offending numbers and the reason.
    The forward pass has to run inside too, or file and line are not known. Slow: for finding mistakes only.
    A block, or a decorator of a function.

    >>> import autograd_core as ac
    >>> x = ac.Tensor([4.0, 0.0], requires_grad=True, name="x")
    >>> with np.errstate(divide="ignore"), ac.detect_anomaly():
    ...     ac.sqrt(x).sum().backward()
    Traceback (most recent call last):
      ...
    autograd_core.errors.AnomalyError: detect_anomaly: the gradient becomes inf in sqrt of x at [1]
      recorded at ...
      the slope 1/(2z) is inf where z = 0.0, x = 0.0
      the function has no finite derivative there: stay away from that point, or add a small number first
    """

    changes: ClassVar = {"watch": Watch()}


def first_bad(x: Any) -> Index | None:
    """The first index of a floating array that holds no finite number."""
    if isinstance(x, int) or getattr(x, "dtype", np.dtype(float)).kind != "f" or not isinstance(x, _NUMERIC):
        return None
    bad = ~np.isfinite(x)
    if not bad.any():
        return None
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(bad)), np.shape(x)))


_NUMERIC = (np.ndarray, np.generic, float)


def _bad(node: Node) -> Bad | None:
    return None if node.extra is None else node.extra.get("bad")


def _place(node: Node) -> str:
    where = None if node.extra is None else node.extra.get("place")
    return where or "a place outside of detect_anomaly: run the forward pass inside it too to learn which"


def _at(index: Index) -> str:
    return f" at [{', '.join(map(str, index))}]" if index else ""


def _title(node: Node) -> str:
    if node.op is None:
        return node.name or "a leaf without a name"
    names = [p.name or f"{p.op.name if p.op else 'leaf'} {p.value.shape}" for p in node if p is not None]
    scope = f", in the module {node.state.scope}" if node.state.scope else ""
    return f"{node.op.name} of {', '.join(names)}{scope}"


def _blame_value(order: Iterable[Node], what: str) -> NoReturn:
    """Raise for the oldest operation whose result is not finite."""
    node = next(n for n in order if _bad(n) is not None)
    bad = _bad(node)
    assert bad is not None  # just looked for
    assert node.op is not None
    text = [f"detect_anomaly: {what} is not finite. First, {_title(node)} gave {bad.value}{_at(bad.at)}"]
    text.append(f"  recorded at {_place(node)}")
    values = ", ".join(f"{name} = {value}" for name, value in bad.operands)
    if not bad.is_source:
        text.append(f"  it was given numbers that were not finite already: {values or 'see its operands'}")
    elif node.op.name in DOMAINS:
        text.append(f"  {node.op.name} is finite for {DOMAINS[node.op.name]}; here {values}")
    elif bad.operands:
        text.append(f"  of finite numbers: {values}; the result is beyond the largest {node.value.dtype}")
    raise AnomalyError("\n".join(text))


def _operands(node: Node, values: Sequence[Any], out: Any, index: Index) -> list[tuple[str, Any]]:
    """The operands at one index of the result, by name, of an op that works number by number; else the first
    operands that are not finite."""
    op = node.op
    assert op is not None  # made by an op
    found = []
    for i, (parent, value) in enumerate(zip(node, values, strict=True)):
        letter = op.letters[i] if i < len(op.letters) else f"operand {i + 1}"
        name = parent.name if parent is not None and parent.name else letter
        if op.elementwise:
            found.append((name, np.broadcast_to(value, out.shape)[index]))
        else:
            bad = first_bad(value)
            if bad is not None:
                found.append((f"{name}[{', '.join(map(str, bad))}]", np.asarray(value)[bad]))
    return found


def _slope(
    op: Row,
    node: Node,
    parent: Node,
    rule: Callable[..., Any],
    call: tuple[Any, ...],
    params: Mapping[str, Any],
    array: Any,
    index: Index,
) -> list[str]:
    """Why a finite gradient became one that is not, number by number where the op works so."""
    if not op.elementwise:
        return [f"  of an incoming gradient that was finite, of shape {np.shape(plain(call[0]))}"]
    here = [_number_at(plain(x), array.shape, index) for x in call]
    with np.errstate(all="ignore"):
        slope = rule(np.asarray(1.0), *here[1:], **params)
    argument = next(i for i, r in enumerate(op.rules) if r is rule)
    formula = local(op, argument, params=params) if len(op.letters) == len(node) else None
    text = slides(formula) if isinstance(formula, Symbol) else ""
    names = {letter: p.name for letter, p in zip(op.letters, node, strict=False) if p is not None and p.name}
    letters = ["z", *op.letters]
    values = [
        f"{names.get(letter, letter)} = {value}"
        for letter, value in zip(letters, here[1:], strict=False)
        if value is not None
    ]
    where = f" where {', '.join(values)}" if values else ""
    lines = [f"  the slope {text + ' ' if text else ''}is {float(np.asarray(slope))}{where}"]
    if here[0] == 0:
        lines.append(
            "  no gradient arrives there, and 0 · ∞ is NaN: a branch that a mask throws away is "
            "differentiated all the same.\n"
            "  Guard its input too, as in np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), 0)"
        )
    elif np.isfinite(slope):
        lines.append(f"  times the incoming gradient {here[0]}: beyond the largest {array.dtype}")
    else:
        lines.append(
            "  the function has no finite derivative there: stay away from that point, or add a small number "
            "first"
        )
    return lines


def _number_at(x: Any, shape: tuple[int, ...], index: Index) -> Any:
    """The number of an operand that met at an index of the result; None of what is not kept."""
    if not isinstance(x, (*_NUMERIC, int)):
        return None
    return np.broadcast_to(x, shape)[index]
