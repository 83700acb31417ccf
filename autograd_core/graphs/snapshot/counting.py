"""The arithmetic of an operation, read from its name and the shapes of its operands and result."""

from math import isqrt, prod
from typing import Any

MOVES = ("reshape", "expand", "squeeze", "transpose", "getitem", "concatenate", "stack", "broadcast_to")
FREE = frozenset((*MOVES, "alias", "astype", "scatter", "spread"))
"""Operations that move numbers and compute nothing."""


def flops(operation: Any) -> int:
    """FLOPs of one operation of a graph, read from its name and the shapes of its operands and result.

    A product of matrices (n, k) and (k, m) is 2nkm; what works number by number one per number.
    """
    name, shapes = operation.op, [i.shape for i in operation.inputs]
    sizes = [i.size for i in operation.inputs]
    if name in FREE or not sizes:
        return 0
    if name == "matmul":
        return 2 * int(operation.size) * int(shapes[0][-1])
    if name in ("convolution", "biased_convolution"):  # the weight is (out, in / groups, *kernel)
        per_number = 2 * int(prod(shapes[1][1:])) + int(name != "convolution")
        return int(operation.size) * per_number
    if name == "transposed_convolution":  # (in, out / groups, *kernel)
        return 2 * int(sizes[0]) * int(prod(shapes[1][1:]))
    if name in ("rnn", "lstm", "gru"):  # x is (steps, batch, in); the two weights stand before the two biases
        return 2 * int(prod(shapes[0][:-1])) * int(sizes[-4] + sizes[-3])
    if name == "einsum":
        return 2 * _einsum(str(operation.params.get("subscripts", "")), shapes, int(operation.size))
    return max(int(operation.size), int(sizes[0])) if len(sizes) == 1 else int(operation.size)


def _einsum(subscripts: str, shapes: list[tuple[int, ...]], size: int) -> int:
    """How often two numbers are multiplied: the product of the lengths of all letters."""
    letters = subscripts.replace("->", ",").split(",")
    if len(letters) == 3 and all(part.isalpha() or not part for part in letters):
        lengths: dict[str, int] = {}
        lead = 1
        for part, shape in zip(letters[:2], shapes, strict=True):
            lengths |= dict(zip(part[::-1], shape[::-1], strict=False))
            lead = max(lead, prod(shape[: len(shape) - len(part)]))
        return lead * prod(lengths.values())
    # every letter stands in two of the three, so this is right where no axis is in all of them
    return isqrt(prod(map(prod, shapes)) * size)
