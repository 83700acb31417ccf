"""The same numbers in other places: padding, windows as columns, pixels and channels exchanged."""

from typing import Any

import autograd_core as ac
from nn.checks import operand

# torch's modes of padding and NumPy's names for them
MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """Input with more numbers around it.

    Args:
        input: an array.
        pad: the numbers in front of and behind the last axis, then those of the axis before, and so on;
            with the mode "constant" a negative number cuts away.
        mode: "constant", "reflect" (about the edge, which is not repeated), "replicate" (the edge again and
            again) or "circular" (the other end).
        value: the constant, 0 if None.

    Raises:
        ValueError: for an unknown mode, a value with another mode, an odd number of widths or too many, or
            widths that are larger than the mode has numbers for.

    NumPy's `pad` begins with the first axis, and calls the modes "edge" and "wrap"; torch's modes other than
    "constant" leave the first two axes alone, here every axis may be padded.

    >>> pad([[1.0, 2.0, 3.0]], (2, 1), mode="reflect")
    array([[3., 2., 1., 2., 3., 2.]])
    """
    x = operand("pad: input", input)
    if mode not in MODES:
        raise ValueError(f"pad: mode is one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if value is not None and mode != "constant":
        raise ValueError(f"pad: value={value!r} is for mode='constant', not for {mode!r}")
    widths = [int(w) for w in pad]
    if len(widths) % 2 or len(widths) > 2 * x.ndim:
        raise ValueError(
            f"pad: two widths for each of the last axes of input {x.shape}, the last axis first; got {pad!r}"
        )
    pairs = [(0, 0)] * (x.ndim - len(widths) // 2) + list(zip(widths[-2::-2], widths[::-2], strict=True))
    for axis, (front, behind) in enumerate(pairs):
        _check_width(x.shape, axis, front, behind, mode)
    if min(widths, default=0) < 0:
        x = x[tuple(slice(max(0, -f), n - max(0, -b)) for (f, b), n in zip(pairs, x.shape, strict=True))]
        pairs = [(max(0, f), max(0, b)) for f, b in pairs]
    if not any(map(any, pairs)):
        return x
    if mode == "constant":
        return ac.pad(x, pairs, constant_values=0.0 if value is None else value)
    return ac.pad(x, pairs, MODES[mode])


def _check_width(shape: tuple[int, ...], axis: int, front: int, behind: int, mode: str) -> None:
    n = shape[axis]
    if mode == "constant":
        if front + behind + n < 0 or min(front, behind) < -n:
            raise ValueError(f"pad: axis {axis} of input {shape} cannot be cut by {-front} and {-behind}")
        return
    most = {"reflect": n - 1, "circular": n, "replicate": max(front, behind) if n else 0}[mode]
    if min(front, behind) < 0 or max(front, behind) > most:
        raise ValueError(
            f"pad: mode {mode!r} has at most {most} numbers for axis {axis} of input {shape}, "
            f"asked for {front} and {behind}"
        )
