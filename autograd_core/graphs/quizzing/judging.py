"""The judgement of an answer: right, right as a number here, or which usual mistake it looks like.

`judging.js` judges in the page in the same order on the same numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_core.graphs.quizzing.arithmetic import DOTS, MATRIX, evaluated, shown, transposed
from autograd_core.graphs.quizzing.asking import NOTHING, Question
from autograd_core.graphs.quizzing.grammar import SlipError, Tree, read
from autograd_core.graphs.quizzing.known import ITSELF, listed
from autograd_core.graphs.quizzing.words import Words
from autograd_core.graphs.snapshot.numerals import number

NEAR = 1e-6
ROUNDED = 6e-4
"""A number is typed with the four digits that cards show."""

SAMPLED = 24
"""So many entries of an array are compared."""

DIGITS = 12
"""So many digits are judged and told: numbers of a page have no more, and what follows came of rounding."""

STRONG = ("accumulated", "other", "route", "local only", "inner", "missing")
WEAK = ("gradient of", "passed", "value", "operand")
MANY = 40


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer.

    place   where
    kind    a word for programs: right, right here, sign, double, other, ...
    text    a sentence for people
    right   whether it counts
    """

    place: str
    kind: str
    text: str
    right: bool

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return self.right


class Judge:
    """Judges formulas at the points of one quiz."""

    def __init__(
        self, variables: Sequence[Sequence[Any]], known: bool, sizes: Sequence[int], words: Words
    ) -> None:
        self.variables, self.known, self.sizes, self._words = variables, known, sizes, words

    def of(self, q: Question, text: str) -> Verdict:
        """The verdict on what was typed at a place."""
        kind, parts = self._found(q, text)
        parts = {"what": "", **parts}
        return Verdict(q.place, kind, self._words.say(kind, **parts), kind in ("right", "right here"))

    def reads(self, q: Question) -> bool:
        """Whether the answer as it is written is found to be right by its numbers; what is 0 but for rounding
        tells no right answer from a wrong one."""
        largest = max(float(np.abs(x).max(initial=0.0)) for x in q.right)
        if 0 < largest < NOTHING:
            return False
        return self.of(replace(q, formula="", worth=""), q.formula or q.worth).right

    def _found(self, q: Question, text: str) -> tuple[str, dict[str, str]]:
        if not text.strip():
            return "nothing", {}
        if _bare(text) in (_bare(q.formula), _bare(q.answer)) and q.formula:
            return "right", {}  # also where it is no formula that could be read
        try:
            trees = [read(text, q.names), read(text, q.names, tight=True)]
        except SlipError as slip:
            what = slip.what or text[slip.at : slip.at + 1]
            if slip.kind == "empty":
                return "nothing", {}
            kind = slip.kind if slip.kind == "unknown" else f"{slip.kind} unread"
            return kind, {"what": what, "at": str(slip.at + 1), "names": ", ".join(listed(q.names))}
        used = set(_names(trees[0]))
        if ITSELF in used:
            return "circular", {}
        trees = list(dict.fromkeys(trees))
        ways = [(tree, dot) for tree in trees for dot in DOTS]
        if q.hole is not None and q.hole not in used:
            # a chip has the factor alone
            hole = ("name", q.hole)
            ways += [(("·", hole, t), dot) for t in trees for dot in DOTS]
            ways += [(("·", t, hole), MATRIX) for t in trees]
        misfit: SlipError | None = None
        found: list[list[Any]] = []
        for tree, dot in ways:
            try:
                t = self._at_all(tree, dot)
            except SlipError as slip:
                misfit = misfit or slip
                continue
            if self._equal(t, q.right):
                return "right", {}
            found.append(t)
        here = not used and self.known
        if here and found and _single(q.right[0]) and _close(found[0][0], q.right[0], ROUNDED):
            return "right here", {}
        if not found:
            edited = self._edited(q, trees[0])
            if edited is not None:
                return edited
            assert misfit is not None  # else something would have been found
            return ("axes wrong" if misfit.kind == "axes" else misfit.kind), {"what": misfit.what}
        return self._mistake(q, found[0], trees[0], here)

    def _at_all(self, tree: Tree, dot: str) -> list[Any]:
        count = len(self.variables[0]) if self.variables else 1
        return [evaluated(tree, [v[k] for v in self.variables], dot) for k in range(count)]

    @staticmethod
    def _equal(t: Sequence[Any], r: Sequence[Any]) -> bool:
        return all(_close(a, b, NEAR) for a, b in zip(t, r, strict=False))

    def _mistake(self, q: Question, t: list[Any], tree: Tree, here: bool) -> tuple[str, dict[str, str]]:
        """The usual mistake that gives these numbers; of a plain number at the first point only."""
        n, near = (1, ROUNDED) if here else (len(q.right), NEAR)
        r = list(q.right[:n])

        def like(wanted: Sequence[Any]) -> bool:
            return all(_close(a, b, near) for a, b in zip(t[:n], wanted, strict=False))

        if like([-x for x in r]):
            return "sign", {}
        axis = _summed(t[:n], r, near)
        if axis is not None:
            return "sum", {"what": str(axis)}
        for strength in (STRONG, ("double", "half"), WEAK):
            for kind, what, numbers in q.mistakes:
                if kind in strength and like(numbers):
                    return kind, {"what": what}
            if "double" in strength:
                if like([2 * x for x in r]):
                    return "double", {}
                if like([x / 2 for x in r]):
                    return "half", {}
        with np.errstate(all="ignore"):
            if like([1 / x for x in r]):
                return "reciprocal", {}
        for size in self.sizes:
            if like([size * x for x in r]):
                return "size over", {"what": str(size)}
            if like([x / size for x in r]):
                return "size under", {"what": str(size)}
        if np.ndim(r[0]) > 1 and all(_close(transposed(a), b, near) for a, b in zip(t, r, strict=False)):
            return "transposed", {}
        edited = self._edited(q, tree)
        if edited is not None:
            return edited
        c = None if here else _factor(t, r)
        if c is not None:
            return "constant", {"what": _told(c)}
        if np.shape(t[0]) not in ((), np.shape(r[0])):
            return "shape wrong", {"what": shown(np.shape(t[0]))}
        if self.known and not here and _close(t[0], r[0], NEAR):
            return "chance", {}
        if _single(r[0]) and self.known and not here and np.isfinite(t[0]):
            return "wrong", {"what": _told(t[0])}
        return "wrong text", {}

    def _edited(self, q: Question, tree: Tree) -> tuple[str, dict[str, str]] | None:
        """Whether one change makes the answer right: a transpose, the order of a product, a sign."""
        flat = all(_single(v[0]) for v in self.variables)
        called: dict[int, str] = {}
        for name, i in q.names.items():
            called.setdefault(i, name)
        for count, (kind, what, changed) in enumerate(_edits(tree)):
            if count >= MANY:
                break
            if flat and kind != "term":
                continue
            for dot in DOTS:
                try:
                    if self._equal(self._at_all(changed, dot), q.right):
                        return kind, {"what": called.get(what, "")}
                except SlipError:
                    continue
        return None


def _told(x: Any) -> str:
    return number(float(f"{float(x):.{DIGITS}g}"))


def _bare(text: str) -> str:
    return "".join(text.split())


def _names(tree: Tree) -> Iterator[int]:
    if tree[0] == "name":
        yield tree[1]
    for part in tree[1:]:
        if isinstance(part, tuple):
            if part and isinstance(part[0], tuple):
                for x in part:
                    yield from _names(x)
            elif part:
                yield from _names(part)


def _edits(tree: Tree) -> Iterator[tuple[str, int, Tree]]:
    """Trees that differ by one change, with what kind it is and which variable it concerns."""
    kind = tree[0]
    if kind == "name":
        yield "transpose", tree[1], ("T", tree)
        return
    if kind == "number":
        return
    if kind == "T":
        if tree[1][0] == "name":
            yield "transpose", tree[1][1], tree[1]
        else:
            yield "transpose", ITSELF, tree[1]
    if kind in ("·", "@", "*"):
        yield "order", ITSELF, (kind, tree[2], tree[1])
    if kind in ("+", "-"):
        yield "term", ITSELF, ("-" if kind == "+" else "+", tree[1], tree[2])
    if kind == "call":
        for axis in (0, 1, 2) if tree[3] is not None else ():
            yield "axis other", ITSELF, (*tree[:3], axis)
        for i, x in enumerate(tree[2]):
            for what, which, changed in _edits(x):
                yield what, which, ("call", tree[1], (*tree[2][:i], changed, *tree[2][i + 1 :]), tree[3])
        return
    if kind == "and" or (kind == "T" and tree[1][0] == "name"):
        return
    for i in range(1, len(tree)):
        for what, which, changed in _edits(tree[i]):
            yield what, which, (*tree[:i], changed, *tree[i + 1 :])


def places(size: int) -> list[int]:
    """Which entries of a flat array are compared.

    >>> places(4), len(places(1000))
    ([0, 1, 2, 3], 24)
    """
    if size <= SAMPLED:
        return list(range(size))
    return list(dict.fromkeys(k * 7919 % size for k in range(SAMPLED)))


def _single(x: Any) -> bool:
    return not np.shape(x)


def _close(t: Any, r: Any, near: float) -> bool:
    """Whether an answer is the right array; one number stands for all."""
    a, b = np.asarray(t, float), np.asarray(r, float)
    if a.shape != b.shape:
        if a.size != 1:
            return False
        a = np.full(b.shape, a.reshape(-1)[0])
    at = places(b.size)
    a, b = a.reshape(-1)[at], b.reshape(-1)[at]
    if not np.isfinite(a).all() or not np.isfinite(b).all():
        return False
    largest = float(np.abs(b).max(initial=0.0))
    return bool(np.abs(a - b).max(initial=0.0) <= near * max(largest, NEAR))


def _summed(t: Sequence[Any], r: Sequence[Any], near: float) -> int | None:
    """The axis along which the answer has to be summed to be right."""
    for axis in range(np.ndim(t[0])):
        if all(_close(np.sum(a, axis), b, near) for a, b in zip(t, r, strict=False)):
            return axis
    return None


def _factor(t: Sequence[Any], r: Sequence[Any]) -> float | None:
    """c with t = c · r at every point, or None."""
    if np.shape(t[0]) != np.shape(r[0]):
        return None
    c: float | None = None
    for a, b in zip(t, r, strict=False):
        at = places(np.size(b))
        x, y = np.ravel(a)[at], np.ravel(b)[at]
        k = int(np.argmax(np.abs(y))) if len(y) else 0
        if not len(y) or not y[k]:
            return None
        c = float(x[k] / y[k]) if c is None else c
        if not c or not np.isfinite(c) or not _close(a, c * np.asarray(b), NEAR):
            return None
    return c


# ---- shapes ------------------------------------------------------------------------------------------------


def judged_shape(q: Question, text: str, words: Words) -> Verdict:
    """The verdict on a shape: numbers or letters of lengths, in any brackets."""
    kind, parts = _shape(q, text)
    return Verdict(q.place, kind, words.say(kind, **{"what": "", **parts}), kind == "right")


def _shape(q: Question, text: str) -> tuple[str, dict[str, str]]:
    right = tuple(int(n) for n in q.right[0])
    named = ", ".join(q.sizes)
    bare = text.strip()
    if not bare:
        return "nothing", {}
    if _bare(bare) == _bare(q.answer):
        return "right", {}
    if bare[:1] in "([（" and bare[-1:] in ")]）":
        bare = bare[1:-1]
    items = [x for x in "".join("," if c in ",，×x*" or c.isspace() else c for c in bare).split(",") if x]
    found = []
    for item in items:
        if item.isascii() and item.isdigit() and len(item) < 10:
            found.append(int(item))
        elif item in q.sizes or item.upper() in q.sizes:
            found.append(q.sizes[item if item in q.sizes else item.upper()])
        elif item.isascii() and item.isalpha() and len(item) < 3:
            return "unknown", {"what": item, "names": named}
        else:
            return "no shape", {"names": f"({named})"}
    return _compared(q, tuple(found), right)


def _compared(q: Question, found: tuple[int, ...], right: tuple[int, ...]) -> tuple[str, dict[str, str]]:
    if found == right:
        return "right", {}
    letter = {n: w for w, n in reversed(list(q.sizes.items()))}
    if not right:
        return "scalar", {}
    if found == right[::-1]:
        return "reversed", {}
    for k in range(len(right)):
        if found == right[:k] + right[k + 1 :]:
            return "axis missing", {"what": letter.get(right[k], str(right[k]))}
    for k in range(len(found)):
        if right == found[:k] + found[k + 1 :]:
            return "axis extra", {"what": letter.get(found[k], str(found[k]))}
    if sorted(found) == sorted(right):
        return "swapped", {}
    for _, what, shapes in q.mistakes:
        if found == tuple(shapes[0]):
            return "shape of other", {"what": what}
    if len(found) != len(right):
        return "axes count", {"what": str(len(right))}
    wrong = [i for i, (a, b) in enumerate(zip(found, right, strict=True)) if a != b]
    return "axis wrong", {"what": ", ".join(map(str, wrong))}
