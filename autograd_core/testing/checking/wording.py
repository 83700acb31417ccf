"""A diagnosis as text for a terminal, at most 80 columns wide."""

from collections.abc import Iterable
from math import isfinite
from textwrap import wrap

from autograd_core.testing.checking.diagnosis import Diagnosis, Verdict

WIDTH = 80
MARGIN = 14


def written(diagnosis: Diagnosis) -> str:
    """The report: the verdict, where, both sides, the guess, notes."""
    lines = [f"{diagnosis.verdict.name}: {_headline(diagnosis)}"]
    where = _where(diagnosis)
    if where:
        lines += ["", *_line("where", where)]
        lines += [line for label, text in _sides(diagnosis) for line in _line(label, text)]
    if diagnosis.op is not None:
        lines += _line("op", f"the rule of {diagnosis.op}")
    if diagnosis.guess is not None:
        lines += ["", *_line("guess", diagnosis.guess.text)]
    if diagnosis.notes:
        lines.append("")
        lines += [line for note in diagnosis.notes for line in _note(note)]
    return "\n".join(lines)


def _headline(d: Diagnosis) -> str:
    if d.verdict is Verdict.DISCONNECTED and d.argument is not None:
        what = f"the gradient by {d.argument}" if (d.order or 1) > 1 else "the function"
        return f"{what} varies with {d.argument}, but no gradient arrives"
    return d.verdict.value


def _where(d: Diagnosis) -> str:
    if d.argument is None:
        return ""
    name = called(d.argument, d.index)
    what = f"∂{d.result}/∂{name}"
    if d.order == 2:
        what = f"∂²{d.result}/∂{d.first}∂{name}" if d.first else f"∂²{d.result}/∂{name}²"
    elif d.order is not None and d.order > 2:
        what = f"the derivative of order {d.order} by {name}"
    mode = "" if d.mode is None else f", {d.mode} mode"
    return what + mode + (f", order {d.order}" if d.order is not None else "")


def called(name: str, index: tuple[int, ...] | None) -> str:
    """An entry as one would write it.

    >>> called("x", (0, 2)), called("a", ())
    ('x[0, 2]', 'a')
    """
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _sides(d: Diagnosis) -> Iterable[tuple[str, str]]:
    if d.engine is not None:
        yield "engine", number(d.engine)
    if d.left is not None and d.right is not None:
        yield "differences", f"{number(d.left)} to the left, {number(d.right)} to the right"
    elif d.differences is not None:
        known = "" if d.error is None else f" ± {d.error:.1g}"
        yield "differences", number(d.differences) + known
        if d.engine is not None and d.differences and isfinite(d.engine) and d.verdict is Verdict.WRONG:
            yield "ratio", f"engine / differences = {d.engine / d.differences:.6g}"


def number(value: float) -> str:
    """A number to nine digits.

    >>> number(0.1 + 0.2), number(-0.0)
    ('0.3', '0')
    """
    return f"{value + 0.0:.9g}"


def _line(label: str, text: str) -> list[str]:
    first, rest = f"  {label:<{MARGIN - 2}}", " " * MARGIN
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=True)


def _note(note: str) -> list[str]:
    return wrap(note, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=True)
