"""What a check found: a verdict, where, both sides, and what the mistake looks like."""

from dataclasses import dataclass
from enum import Enum

from autograd_core.testing.checking.guesses import Guess


class Verdict(Enum):
    """What a check can say."""

    OK = "the derivatives agree with differences"
    WRONG = "the engine's derivative is not the slope of the function"
    KINK = "the function has a kink here; the derivative is a slope of it"
    NOISY = "the values of the function are too rough to tell"
    NONDETERMINISTIC = "two calls with the same arguments differ"
    DISCONNECTED = "the function varies, but no gradient arrives"
    LOW_PRECISION = "rounding hides the answer"


@dataclass(frozen=True)
class Diagnosis:
    """The outcome of a check; true for OK and KINK.

    Attributes:
        verdict: one of `Verdict`.
        argument: how the argument is called in which the worst entry is, `params['W']` in a nest.
        position: the number of that positional argument.
        index: of the worst entry within the argument, () for a single number; None if there is none
            (NONDETERMINISTIC: of the number of the result that changed).
        result: what is differentiated, f[1] or f['loss'].
        output: the index within that result; None if it is a single number.
        first: of the second order the entry by which is differentiated first, such as x[0].
        engine: the engine's derivative of `output` by that entry.
        differences: the same by differences of the function.
        error: how far `differences` may be off, if that is much.
        left, right: the slopes to both sides.
        mode: "reverse" or "forward".
        order: 1 for the gradient, 2 for the gradient of the gradient.
        guess: what the mistake looks like.
        op: the operation whose rule is wrong, if that shows.
        notes: lines more for people.
        text: the whole report, as `str` gives it.
    """

    verdict: Verdict
    argument: str | None = None
    position: int | None = None
    index: tuple[int, ...] | None = None
    result: str = "f"
    output: tuple[int, ...] | None = None
    first: str | None = None
    engine: float | None = None
    differences: float | None = None
    error: float | None = None
    left: float | None = None
    right: float | None = None
    mode: str | None = None
    order: int | None = None
    guess: Guess | None = None
    op: str | None = None
    notes: tuple[str, ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        return self.verdict in (Verdict.OK, Verdict.KINK)

    def __str__(self) -> str:
        return self.text or f"{self.verdict.name}: {self.verdict.value}"
