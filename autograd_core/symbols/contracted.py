"""Sums of products over named axes as what they are: einsum(ij,j→i; A, x) is A · x, for the simplifier."""

from collections.abc import Sequence
from typing import Any

from autograd_core.ops.arithmetic import multiply
from autograd_core.ops.products import matmul
from autograd_core.ops.reductions import sum as total
from autograd_core.ops.shapes import expand, transpose
from autograd_core.symbols.identities import Call
from autograd_core.symbols.terms import Form


class _Named:
    """A value with a letter for each of its axes."""

    def __init__(self, value: Any, letters: Sequence[str]) -> None:
        self.value, self.letters = value, tuple(letters)

    def ordered(self, letters: Sequence[str]) -> Any:
        """With the axes in this order."""
        n = len(letters)
        axes = tuple(self.letters.index(k) - n for k in letters)
        return self.value if axes == tuple(range(-n, 0)) else transpose(self.value, axes=axes)

    def spread(self, letters: Sequence[str]) -> Any:
        """With an axis of 1 for every other letter."""
        value = self.ordered([k for k in letters if k in self.letters])
        missing = tuple(i - len(letters) for i, k in enumerate(letters) if k not in self.letters)
        lead = 0  # axes in front come by broadcasting
        while lead < len(letters) and letters[lead] not in self.letters:
            lead += 1
        inner = tuple(a for a in missing if a >= lead - len(letters))
        return expand(value, axis=inner) if inner else value


def _einsum(call: Call) -> Form | None:
    """By rows that say the same; None where there are none."""
    words, out = call.params["subscripts"].split("->")
    if [x.ndim for x in call.node.operands] != [len(letters) for letters in words.split(",")]:
        return None  # axes in front that have no letters
    operands = [call.algebra.operand(f, x) for f, x in zip(call.forms, call.node.operands, strict=True)]
    a, b = (_Named(x, letters) for x, letters in zip(operands, words.split(","), strict=True))
    made = _product(a, b, tuple(out))
    return None if made is None else call.algebra.form(made)


def _product(a: _Named, b: _Named, out: tuple[str, ...]) -> Any:
    """By the rows that one would type; None where there are none."""
    summed = tuple(k for k in a.letters if k in b.letters and k not in out)
    both = tuple(k for k in out if k in a.letters and k in b.letters)
    left, right = (tuple(k for k in out if k in x.letters and k not in both) for x in (a, b))
    if not summed:
        return multiply(a.spread(out), b.spread(out))
    if not left and not right and (both or len(summed) > 1):
        axes = tuple(i - len(a.letters) for i, k in enumerate(a.letters) if k in summed)
        whole = total(multiply(a.value, b.ordered(a.letters)), axis=axes, keepdims=False)
        return _Named(whole, [k for k in a.letters if k in both]).ordered(out)
    if len(summed) > 1 or (both and not (len(left) == len(right) == 1)):
        return None
    if left and right and out == (*both, *right, *left):
        a, b, left, right = b, a, right, left
    if len(right) > 1:
        return None
    whole = matmul(a.ordered((*both, *left, *summed)), b.ordered((*both, *summed, *right)))
    return _Named(whole, (*both, *left, *right)).ordered(out)


CONTRACTED = {"einsum": _einsum}
