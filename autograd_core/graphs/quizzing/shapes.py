"""Questions for the shapes of values, and the letters of their lengths."""

from collections.abc import Sequence

from autograd_core.graphs.axes.names import AxisNames
from autograd_core.graphs.quizzing.asking import Question
from autograd_core.graphs.quizzing.known import short
from autograd_core.graphs.quizzing.words import Words
from autograd_core.graphs.snapshot.records import Node, maker


def sizes(nodes: Sequence[Node]) -> dict[str, int]:
    """A letter for every axis; N for the first one of the data."""
    return AxisNames(nodes).sizes


def asked_shapes(nodes: Sequence[Node], seen: Sequence[Node], words: Words) -> list[Question]:
    """A question for the shape of every value that is written in the drawing."""
    axes = AxisNames(nodes)
    letters = axes.sizes
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
        # an axis that was made of several has no letter of its own
        own = zip(axes.of(n), n.shape, strict=True)
        told = ", ".join(word if word in letters else str(length) for word, length in own)
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
