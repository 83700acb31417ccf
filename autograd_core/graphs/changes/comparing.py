"""Two snapshots side by side: which values and gradients differ, and which of them did so first."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from autograd_core.graphs.changes.replaying import Changes, differs
from autograd_core.graphs.snapshot.numerals import number, plural, shape
from autograd_core.graphs.snapshot.records import Edge, Mark, Node

PLAIN = (bool, int, float, str, slice, np.dtype, type(None))
"""Parameters that may be compared and told."""


def compared(before: Sequence[Node], after: Sequence[Node]) -> tuple[Changes, dict[Node | Edge, Mark], str]:
    """What to show on the nodes of the second snapshot, the marks on them, and the sentence."""
    partner = _partners(before, after)
    changes: Changes = {}
    marks: dict[Node | Edge, Mark] = {}
    called: list[str] = []
    differing: list[str] = []
    swept: list[str] = []
    for n in after:
        old = partner.get(n)
        if n.kind == "operation":
            other = "" if old is None else _other_call(old, n, partner)
            if other:
                called.append(other)
            if other or old is None:
                marks[n] = Mark("other call" if other else "new", "changed")
            continue
        if old is None:
            continue
        value, grad = differs(old.value, n.value), differs(old.grad, n.grad)
        changes[n] = {"was": old.value if value else None, "grad_was": old.grad if grad else None}
        if value:
            differing.append(_sentence(_called(n), old.value, n.value))
        if grad:
            swept.append(_sentence(f"the gradient of {_called(n)}", old.grad, n.grad))
        if value or grad:
            # the border says it, and the card what it was; a word beside it would take the room of a card
            marks[n] = Mark("", "changed")
    return changes, marks, _words(before, after, partner, called, differing, swept)


def _other_call(old: Node, new: Node, partner: dict[Node, Node]) -> str:
    """What differs in how two like operations were called; "" if nothing does."""
    if [partner.get(v) for v in new.inputs] != list(old.inputs):
        was, now = (", ".join(map(_called, n.inputs)) for n in (old, new))
        if was == now:  # called alike, and yet something else
            return f"{new.symbol} takes another value than before"
        return f"{new.symbol} takes {was} before and {now} after"
    for name, x in old.params.items():
        y = new.params.get(name, x)
        if _is_plain(x) and _is_plain(y) and x != y and (x == x or y == y):
            return f"{new.symbol} has {name} {_typed(x)} before and {_typed(y)} after"
    return ""


def _is_plain(x: Any) -> bool:
    return all(map(_is_plain, x)) if isinstance(x, tuple) else isinstance(x, PLAIN)


def _typed(x: Any) -> str:
    return str(x[0]) if isinstance(x, tuple) and len(x) == 1 else str(x)


def _words(
    before: Sequence[Node],
    after: Sequence[Node],
    partner: dict[Node, Node],
    called: list[str],
    values: list[str],
    swept: list[str],
) -> str:
    found = set(partner.values())
    lost = [n for n in before if n.kind == "operation" and n not in found]
    added = [n for n in after if n.kind == "operation" and n not in partner]
    if lost or added:
        gone = f"{lost[0].symbol} is missing" if lost else ""
        came = f"{added[0].symbol} is new" if added else ""
        first = " and ".join(w for w in (came, gone) if w)
        return f"the programs differ: {first} ({plural(len(lost), 'op')} gone, {len(added):,} new)"
    if called:
        others = f" ({plural(len(called), 'op')} called otherwise)" if len(called) > 1 else ""
        counted = f"{plural(len(values), 'value')} and {_gradients(swept)} differ"
        return f"the programs differ: {called[0]}{others}; {counted}"
    if values:
        return f"first difference: {values[0]}; {plural(len(values), 'value')} and {_gradients(swept)} differ"
    if swept:
        # a sweep begins at the result, so the first gradient that differs is the newest
        verb = "differs" if len(swept) == 1 else "differ"
        return f"all values agree; first difference: {swept[-1]}; {_gradients(swept)} {verb}"
    return "no difference: all values and gradients that are known agree"


def _gradients(swept: list[str]) -> str:
    return plural(len(swept), "gradient")


def _sentence(what: str, x: Any, y: Any) -> str:
    a, b = np.asarray(x), np.asarray(y)
    if a.shape != b.shape:
        return f"{what} has the shape {shape(a.shape)} before and {shape(b.shape)} after"
    if not a.ndim:
        return f"{what} is {number(x)} before and {number(y)} after"
    unlike = ~((a == b) | ((a != a) & (b != b)))
    at = tuple(int(i) for i in np.argwhere(unlike)[0])
    return (
        f"{what}{list(at)} is {number(a[at])} before and {number(b[at])} after "
        f"({int(unlike.sum()):,} of {a.size:,} numbers)"
    )


def _called(n: Node) -> str:
    if n.name:
        return n.name
    return f"({n.formula})" if n.formula else f"the {n.kind}"


def _partners(before: Sequence[Node], after: Sequence[Node]) -> dict[Node, Node]:
    """From the nodes of the second snapshot to those of the first that play the same part."""

    def part(n: Node) -> tuple[Any, ...]:
        return n.kind, n.op, n.name if n.inputs == () else None, len(n.shape)

    first, second = [part(n) for n in before], [part(n) for n in after]
    # what is the same from the start needs no search, whose time grows with the square of the length
    same = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    same = min(len(first), len(second)) if same is None else same
    pairs = dict(zip(after[:same], before[:same], strict=True))
    matcher = SequenceMatcher(None, first[same:], second[same:], autojunk=False)
    for i, j, length in matcher.get_matching_blocks():
        start, end = same + j, same + i
        pairs.update(zip(after[start : start + length], before[end : end + length], strict=True))
    return pairs
