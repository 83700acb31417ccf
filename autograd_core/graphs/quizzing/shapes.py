"""Questions for the shapes of values, and the letters of their lengths."""

from collections.abc import Sequence

from autograd_core.graphs.quizzing.asking import Question
from autograd_core.graphs.quizzing.known import short
from autograd_core.graphs.quizzing.words import Words
from autograd_core.graphs.records import Node, maker

LETTERS = "NKLMPQRSUVWHABCDEFGIJOTYZ"


def sizes(nodes: Sequence[Node]) -> dict[str, int]:
    """A letter for every length, in the order in which they turn up; N for that of the first
    axis of the data.

    Equal lengths have one letter: which of them are equal by chance, nobody can tell from numbers.
    """
    found: dict[int, str] = {}
    data = [n for n in nodes if n.kind in ("input", "const") and len(n.shape) > 1]
    for n in [*data, *nodes]:
        for length in n.shape if n.kind != "operation" else ():
            if length > 1 and length not in found and len(found) < len(LETTERS):
                found[length] = LETTERS[len(found)]
    return {letter: length for length, letter in found.items()}


def asked_shapes(nodes: Sequence[Node], seen: Sequence[Node], words: Words) -> list[Question]:
    """A question for the shape of every value that is written in the drawing."""
    letters = sizes(nodes)
    known = {length: letter for letter, length in letters.items()}
    found = []
    for n in seen:
        op = maker(nodes, n)
        others = [] if op is None else [x for x in op.inputs if x.shape and x.shape != n.shape]
        hints = []
        if op is not None:
            shapes = ", ".join(f"{words.called(x)} {_told(x.shape)}" for x in op.inputs)
            hints.append(words.say("made by", op=op.symbol or op.op or "", shapes=shapes))
        else:
            for user in (u for u in nodes if u.kind == "operation" and n in u.inputs):
                made = nodes[user.number + 1]
                rest = [x for x in user.inputs if x is not n and x.shape]
                shapes = ", ".join(f"{words.called(x)} {_told(x.shape)}" for x in [*rest, made])
                hints.append(f"{user.symbol or user.op}: {shapes}")
                break
        hints.append(words.say("axes", count=str(len(n.shape))))
        text = _told(n.shape)
        told = ", ".join(known.get(length, str(length)) for length in n.shape)
        found.append(
            Question(
                f"v-{n.number}",
                0,
                words.called(n),
                words.say("shape", of=words.called(n)),
                f"({told}{',' if len(n.shape) == 1 else ''})",
                text,
                right=[n.shape],
                mistakes=[("shape of other", short(x) or words.called(x), [x.shape]) for x in others],
                hints=hints,
                sizes=letters,
            )
        )
    return found


def _told(shape: tuple[int, ...]) -> str:
    return str(tuple(int(n) for n in shape))
