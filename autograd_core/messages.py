"""The texts of errors and notes that say what was asked, what was found, and what to do."""

from collections.abc import Sequence
from typing import Any

from numpy import asarray, ndarray, shape

from autograd_core.callers import asked, described
from autograd_core.op import Row
from autograd_core.ops.products import matmul
from autograd_core.state import current
from autograd_core.storage import Stored, plain


def untrainable(data: Any, what: str, dtype: Any) -> str:
    """Why data cannot require a gradient, and what to write instead."""
    if isinstance(data, int) and not isinstance(data, bool):
        return (
            f"only floating numbers can require a gradient, got the integer {data}: "
            f"write {data}. instead of {data}"
        )
    advice = "write 2. instead of 2, or pass dtype=float" if dtype.kind in "iu" else "use floating numbers"
    return f"only floating numbers can require a gradient, got {what} ({dtype}): {advice}"


def several_numbers(what: str, z: Stored) -> str:
    """Why a sweep that starts from several numbers needs a gradient, and what to write instead."""
    reduced = f"{z.name or 'y'}.sum()"
    reduced = f"{reduced}.backward()" if what == "backward" else f"{what}({reduced}, xs)"
    return (
        f"{what}() starts from a single number, but {z._called()} has shape {z.shape}: "
        "which of its numbers shall be differentiated? Reduce it first, for example "
        f"{reduced}, or say how much each number counts: "
        f"{what}(gradient) with an array of shape {z.shape}"
    )


def explained(error: Exception, op: Row, args: Sequence[Any]) -> Exception:
    """An error of a forward call with what was asked, on what and where; of a matrix product its card."""
    place = f" in the module {current().scope!r}" if current().scope else ""
    text = f"{op.name} of {' and '.join(map(_operand, args))}{place}"
    name, given = asked(op.name)
    if name != op.name:
        text = f"{name} of {given}{place}, which takes {text}" if given else f"{name}, which takes {text}"
    elif given not in text:  # of what was made of the operands before
        text += f", made of {given}"
    strange = [x for x in args if not isinstance(x, Stored) and asarray(x).dtype.kind not in "fiubc"]
    if isinstance(error, TypeError | ValueError) and strange:
        return TypeError(f"{name}: numbers are needed, got {_kind(strange[0])} (asked: {text})")
    if op is matmul and len(args) == 2:
        shapes = [shape(plain(arg)) for arg in args]
        names = [_name(arg, default) for arg, default in zip(args, ("x", "y"), strict=True)]
        card = dimension_card(*shapes, *names)
        if card:
            error.args = (f"{text}: {card}",)
            return error
    if isinstance(error, ValueError) and "broadcast together" in str(error):
        text += broadcast_card([shape(plain(arg)) for arg in args])
    if error.args and isinstance(error.args[0], str) and str(error) == error.args[0]:
        error.args = (f"{error.args[0].rstrip()} (asked: {text})",)
    else:
        error.add_note(f"asked: {text}")
    return error


def _operand(arg: Any) -> str:
    return described(arg) or _short(arg)


def _kind(arg: Any) -> str:
    """What stands where numbers are needed."""
    of = f" of dtype {arg.dtype}" if isinstance(arg, ndarray) else ""
    return _short(arg) if arg is None else f"{_short(arg)} of type {type(arg).__name__}{of}"


def _short(arg: Any) -> str:
    text = repr(arg)
    return text if len(text) < 80 else f"{text[:77]}..."


def _name(arg: Any, default: str) -> str:
    return (arg.name if isinstance(arg, Stored) else None) or default


def broadcast_card(shapes: Sequence[tuple[int, ...]]) -> str:
    """Which sizes keep arrays from being broadcast, and what would fit; empty if nothing does.

    >>> broadcast_card([(3, 4), (3,)])
    ': counted from the end, sizes are equal or 1, but on axis -1 they are 4 and 3; a[:, None] fits (3,)'
    """
    for k in range(1, max(map(len, shapes), default=0) + 1):
        sizes = list(dict.fromkeys(s[-k] for s in shapes if len(s) >= k and s[-k] != 1))
        if len(sizes) > 1:
            break
    else:
        return ""
    text = f": counted from the end, sizes are equal or 1, but on axis -{k} they are "
    text += " and ".join(map(str, sizes))
    rows = [s for s in shapes if len(s) == 1 and k == 1 and any(len(t) == 2 and t[0] == s[0] for t in shapes)]
    return text + (f"; a[:, None] fits {rows[0]}" if rows else "")


def dimension_card(left: tuple[int, ...], right: tuple[int, ...], x: str, y: str) -> str:
    """Why x @ y has no sense for these shapes, which factor is wrong and what would fit; empty if it has one.

    In (N,K) × (K,L) → (N,L) the inner sizes must be equal (the lecture's section 3.5).

    >>> print(dimension_card((64, 100), (784, 100), "X", "W"))
    (N,K) × (K,L) → (N,L), but K is 100 in X and 784 in W
      (64, 100) × (784, 100)   does not fit
      (64, 100) × (100, 784) → (64, 784)   fits: write X @ W.T, the right factor must be transposed
    """
    if not left or not right:
        return "a matrix product needs axes on both sides, for a single number use *"
    inner = right[-2] if len(right) > 1 else right[-1]
    if left[-1] == inner:
        return _batch_card(left, right)
    kinds = "(N,K) × (K,L) → (N,L)" if len(left) > 1 < len(right) else "the inner sizes must be equal"
    lines = [f"{kinds}, but K is {left[-1]} in {x} and {inner} in {y}", f"  {left} × {right}   does not fit"]
    lefts = {x: left} | ({f"{x}.T": left[::-1]} if len(left) == 2 else {})
    rights = {y: right} | ({f"{y}.T": right[::-1]} if len(right) == 2 else {})
    wrong = {(0, 1): "the right factor", (1, 0): "the left factor", (1, 1): "both factors"}
    fitting = []
    for i, (a, first) in enumerate(lefts.items()):
        for j, (b, second) in enumerate(rights.items()):
            if (i or j) and first[-1] == second[-2 if len(second) > 1 else -1]:
                result = first[:-1] + (second[:-2] + second[-1:] if len(second) > 1 else ())
                fitting.append(
                    f"  {first} × {second} → {result}   fits: write {a} @ {b}, {wrong[i, j]} must be "
                    "transposed"
                )
    return "\n".join([*lines, *(fitting or ["  no transpose fits: one of the two has the wrong size"])])


def _batch_card(left: tuple[int, ...], right: tuple[int, ...]) -> str:
    """Of stacks of matrices: whether their leading axes go together."""
    pairs = zip(left[-3::-1], right[-3::-1], strict=False)
    if all(m == n or 1 in (m, n) for m, n in pairs):
        return ""
    return (
        f"the matrices fit, but their stacks do not: the leading axes {left[:-2]} and {right[:-2]} must be "
        "equal or 1, counted from the end"
    )
