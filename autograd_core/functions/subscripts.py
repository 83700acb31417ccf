"""Reading the subscripts of einsum: from what is typed to one letter for every axis of every operand."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from operator import index
from typing import Any

Shape = tuple[int, ...]

# NumPy's numbering of letters in lists of subscripts
NUMBERED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DOTS = "..."


def given(operands: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The subscripts as text, and the operands, of a call in either form.

    Raises:
        TypeError: if a list of subscripts holds something else than integers and `...`.
        ValueError: if operands are missing, or a number is beyond 51.

    >>> given(["ij->i", 7]), given([7, [0, 1], [0]])
    (('ij->i', (7,)), ('AB->A', (7,)))
    """
    if operands and isinstance(operands[0], str):
        if len(operands) == 1:
            raise ValueError(f"einsum({operands[0]!r}): the operands are missing")
        return operands[0], tuple(operands[1:])
    if len(operands) < 2:
        raise ValueError(
            "einsum: subscripts and operands are needed, einsum('ij,jk->ik', A, B) "
            "or einsum(A, [0, 1], B, [1, 2], [0, 2])"
        )
    pairs = len(operands) // 2
    text = ",".join(_typed(words) for words in operands[1 : 2 * pairs : 2])
    if len(operands) % 2:
        text += "->" + _typed(operands[-1])
    return text, tuple(operands[0 : 2 * pairs : 2])


def _typed(words: Any) -> str:
    """A list of subscripts as letters."""
    text = ""
    try:
        for word in words:
            text += DOTS if word is Ellipsis else NUMBERED[_within(index(word))]
    except TypeError:
        raise TypeError(
            f"einsum: a list of subscripts holds integers and ..., got {words!r}; "
            "the form is einsum(A, [0, 1], B, [1, 2], [0, 2])"
        ) from None
    return text


def _within(number: int) -> int:
    if not 0 <= number < len(NUMBERED):
        raise ValueError(f"einsum: the subscript {number} is not within 0 to {len(NUMBERED) - 1}")
    return number


@lru_cache(maxsize=1024)
def read(subscripts: str, ndims: Shape) -> tuple[tuple[str, ...], str]:
    """One letter for every axis of every operand, and those of the result.

    Axes under an ellipsis get fresh letters, counted from the end. Without an arrow the result has the axes
    of the ellipsis, then the letters that stand once, in the order of the alphabet.

    Raises:
        ValueError: if the subscripts cannot be read or do not fit the operands.

    >>> read("ij,jk", (2, 2)), read("...i->...", (3,))
    ((('ij', 'jk'), 'ik'), (('abi',), 'ab'))
    """
    typed, arrow, wanted = subscripts.replace(" ", "").partition("->")
    terms = typed.split(",")
    if len(terms) != len(ndims):
        raise ValueError(
            f"einsum({subscripts!r}): the subscripts are of {_count(len(terms))}, "
            f"but {_count(len(ndims))} came with them"
        )
    for k, term in enumerate(terms):
        _check(subscripts, term, f"of operand {k}")
    hidden = [_hidden(subscripts, k, term, n) for k, (term, n) in enumerate(zip(terms, ndims, strict=True))]
    alphabet = chain(NUMBERED[26:], NUMBERED[:26], map(chr, range(0x100, 0x200)))
    most = max(hidden)
    fresh = "".join(letter for letter, _ in zip((a for a in alphabet if a not in typed), range(most)))  # noqa: B905
    words = tuple(term.replace(DOTS, fresh[most - n :]) for term, n in zip(terms, hidden, strict=True))
    if not arrow:
        once = sorted(a for a in set(typed) if a.isalpha() and typed.count(a) == 1)
        return words, fresh + "".join(once)
    _check(subscripts, wanted, "of the result")
    return words, _result(subscripts, wanted, typed, fresh)


def _count(n: int) -> str:
    return "1 operand" if n == 1 else f"{n} operands"


def _check(subscripts: str, term: str, whose: str) -> None:
    """Whether the subscripts of one operand are letters and at most one ellipsis."""
    rest = term.replace(DOTS, "", 1)
    if "." in rest:
        raise ValueError(
            f"einsum({subscripts!r}): the subscripts {term!r} {whose} have a '.' that is not part of "
            "one ellipsis '...'"
        )
    for a in rest:
        if not (a.isascii() and a.isalpha()):
            raise ValueError(f"einsum({subscripts!r}): {a!r} in {term!r} {whose} is not a letter")


def _hidden(subscripts: str, k: int, term: str, ndim: int) -> int:
    """How many axes of an operand stand under the ellipsis."""
    named = len(term.replace(DOTS, ""))
    if named > ndim:
        raise ValueError(
            f"einsum({subscripts!r}): {term!r} names {named} axes, but operand {k} has only {ndim}"
        )
    if named < ndim and DOTS not in term:
        raise ValueError(
            f"einsum({subscripts!r}): {term!r} names {named} axes, but operand {k} has {ndim}; "
            "write ... for those that have no letter"
        )
    return ndim - named


def _result(subscripts: str, wanted: str, typed: str, fresh: str) -> str:
    """The letters of the result, as they were asked for."""
    letters = wanted.replace(DOTS, "")
    for a in letters:
        if letters.count(a) > 1:
            raise ValueError(f"einsum({subscripts!r}): the result has {a} more than once")
        if a not in typed:
            raise ValueError(f"einsum({subscripts!r}): the result has {a}, which no operand has")
    if fresh and DOTS not in wanted:
        raise ValueError(
            f"einsum({subscripts!r}): the ellipsis stands for {len(fresh)} axes, which the result must "
            f"keep: write ->...{letters}"
        )
    return wanted.replace(DOTS, fresh)


def sizes_of(subscripts: str, words: Sequence[str], shapes: Sequence[Shape]) -> dict[str, int]:
    """The size of every letter; an axis of size 1 fits any other.

    Raises:
        ValueError: if a letter has two sizes.

    >>> sizes_of("ij,jk", ["ij", "jk"], [(2, 1), (3, 4)])
    {'i': 2, 'j': 3, 'k': 4}
    """
    sizes: dict[str, int] = {}
    first: dict[str, int] = {}
    for k, (word, shape) in enumerate(zip(words, shapes, strict=True)):
        for a in word:
            here = [n for b, n in zip(word, shape, strict=True) if b == a]
            if len(set(here)) > 1:
                raise ValueError(
                    f"einsum({subscripts!r}): {a} stands {len(here)} times in operand {k}, where its "
                    f"axes have the sizes {', '.join(map(str, here))}"
                )
        for a, n in zip(word, shape, strict=True):
            known = sizes.setdefault(a, n)
            first.setdefault(a, k)
            if known == 1:
                sizes[a], first[a] = n, k
            elif n not in (1, known):
                raise ValueError(
                    f"einsum({subscripts!r}): {_named(a, subscripts)} is {known} in operand {first[a]} "
                    f"of shape {shapes[first[a]]} and {n} in operand {k} of shape {shape}"
                )
    return sizes


def _named(a: str, subscripts: str) -> str:
    return a if a in subscripts else "an axis of the ellipsis"
