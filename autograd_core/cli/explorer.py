"""What the page of `autograd-core explore` asks: a formula, and back comes the page that shows it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from autograd_core.explaining.explanation import explain
from autograd_core.graphs.lively import Live, live
from autograd_core.graphs.lively.page_data import PACKAGE, Around
from autograd_core.graphs.page.assembly import framed, part, text_of
from autograd_core.programs import NoFormError
from autograd_core.texts import FormulaError, IdleValueError, MissingValueError, inputs
from autograd_core.texts.handwriting import typed

TRIES = (
    "s = a*x; t = s - y; z = t**2",
    "z = tanh(w*x + b)",
    "p = sigmoid(w*x + b); loss = -(t*log(p) + (1 - t)*log(1 - p))",
    "z = sin(x)/x",
    "z = maximum(x, 0) + abs(x - a)",
    "z = x**y",
)
LONGEST = 2_000
"""So many characters a formula on the page may have."""

OPERATIONS = 60
"""So many operations are drawn while one types."""

RANGE = 3.0
"""So far from 0 a slider goes at least."""

LECTURE = {"a": 2.0, "x": 3.0, "y": 4.0}
"""Where the inputs of z = (a*x - y)**2 start: there z = 4 and no gradient is 0."""

STARTS = (1.5, 0.5, 1.0, 0.25)
"""Where other inputs start: at different numbers, so that differences and their gradients are not 0."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_COMMENT = re.compile(r"#[^\n]*")
_SPAN = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})\s*(?::\s*({_NUMBER})\s*)?")
_GIVEN = re.compile(rf"\s*([^\W\d]\w*)\s*=\s*({_NUMBER}|\[.*\]|{_SPAN.pattern})\s*", re.DOTALL)


class Question:
    """A formula, and what is known of its inputs."""

    def __init__(self, text: str, given: Mapping[str, Any] | None = None) -> None:
        """Statements that only give a number, `a = 2`, a list, or a range, `x = -3:3`, are inputs."""
        if len(text) > LONGEST:
            raise FormulaError(
                f"the formula has {len(text):,} characters; at most {LONGEST:,} are allowed here"
            )
        self.given = dict(given or {})
        kept = ""
        for separator, statement in _statements(typed(_COMMENT.sub("", text))):
            found = _GIVEN.fullmatch(statement)
            if found:
                self.given |= values([f"{found[1]}={found[2]}"])
            else:
                kept += separator + statement
        self.text = kept.strip("; \n")

    def live(self, moved: Mapping[str, Any] | None = None) -> Live:
        """The live page; names without a value are sliders, numbers too, and start where they were moved."""
        if self.given and not self.text:
            first = next(iter(self.given))
            raise FormulaError(
                f"{first} has a value, but nothing is computed; add for example z = {first}**2"
            )
        given, single = dict(self.given), dict[str, Any]()
        for _ in range(3):
            try:
                return live(self.text, {n: _started(x, (moved or {}).get(n)) for n, x in given.items()})
            except MissingValueError as error:
                if error.products:
                    raise
                single = _sliders(error.names, given)
                given |= single
            except IdleValueError as error:
                given = {n: x for n, x in given.items() if n not in error.names}
            except FormulaError as error:
                if not single or not str(error).startswith("cannot compute"):
                    raise
                raise FormulaError(
                    f"{error}; {', '.join(single)}: single numbers here, an array is written "
                    f"{next(iter(single))} = [1, 2, 3]"
                ) from None
        raise AssertionError("every name has a value by now, and every value is read")


def _sliders(names: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """Ranges with a start for names without a value.

    >>> _sliders(["w", "x"], {}), _sliders(["y"], {"a": 1.0, "x": 1.0})
    ({'w': (-3.0, 3.0, 1.5), 'x': (-3.0, 3.0, 0.5)}, {'y': (-8.0, 8.0, 4.0)})
    """
    starts = dict(zip(names, cycle(STARTS), strict=False))
    if {*given, *names} == set(LECTURE):
        starts = {name: LECTURE[name] for name in names}
    reach = {name: max(RANGE, 2 * start) for name, start in starts.items()}
    return {name: (-reach[name], reach[name], start) for name, start in starts.items()}


def _statements(text: str) -> Iterator[tuple[str, str]]:
    """Statements, each with the sign before it; within brackets a new line begins none."""
    separator, start, depth = "", 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c in ";\n" and depth <= 0:
            yield separator, text[start:i]
            separator, start = c, i + 1
    yield separator, text[start:]


def values(pairs: list[str]) -> dict[str, Any]:
    """Inputs from words: `a=2`, `W=[[1, 2], [3, 4]]`, and ranges `x=-3:3` or `x=-3:3:1` with a start.

    >>> values(["a=2", "x=-3:3:1"])
    {'a': 2.0, 'x': (-3.0, 3.0, 1.0)}
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        span = _SPAN.fullmatch(text)
        if span is None:
            found |= inputs([pair])
        else:
            inputs([f"{name}=0"])  # says what is wrong with the name
            found[name.strip()] = tuple(float(x) for x in span.groups() if x is not None)
    return found


def _started(given: Any, moved: Any) -> Any:
    """An input with a range, at the place to which it was moved."""
    at = _numbers(moved)
    if isinstance(given, tuple):
        low, high = given[:2]
        return given if at is None or at.ndim else (low, high, float(np.clip(at, low, high)))
    if np.ndim(given):
        return given if at is None or at.size != np.size(given) else at.reshape(np.shape(given))
    if not np.isfinite(given):
        return given
    reach = max(RANGE, 2 * abs(given))
    start = given if at is None or at.ndim else float(np.clip(at, given - reach, given + reach))
    return (given - reach, given + reach, start)


def _numbers(moved: Any) -> Any:
    """What a page says of where an input was moved to, if it is finite numbers."""
    try:
        at = np.asarray(moved, float) if isinstance(moved, int | float | list) else None
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at is not None and at.size and np.all(np.isfinite(at)) else None


def answer(text: str, given: Mapping[str, Any], moved: Mapping[str, Any]) -> dict[str, str]:
    """The page for a formula, or what is wrong with it."""
    try:
        question = Question(text, given)
        page = question.live(moved)
        operations = sum(n.kind == "operation" for n in page.graph.nodes)
        if operations > OPERATIONS:
            return {
                "error": f"{operations} operations are too many to draw while typing; at most {OPERATIONS}"
            }
        html = page.page(Around(bare=True, lines=derivations(question.text, page)))
    except (FormulaError, NoFormError, ValueError, TypeError) as error:
        return {"error": str(error)}
    root = next(n for n in page.graph.nodes if n.kind == "output")
    return {"html": html, "title": f"{root.name} = {root.formula}"}


def derivations(text: str, page: Live) -> dict[str, tuple[str, ...]]:
    """The chain rule in letters for every single number."""
    found = {}
    for n in page.graph.nodes:
        if n.kind == "input" and n.shape == () and n.name:
            try:
                found[n.name] = explain(text, n.name).lines
            except (ValueError, TypeError, KeyError):
                continue  # a formula of arrays has no derivation without their shapes
    return found


def shell(formula: str) -> str:
    """The page around the page: the box for the formula."""
    start = {"formula": formula or TRIES[0], "tries": TRIES}
    style, script = (part(f"explore.{kind}", PACKAGE) for kind in ("css", "js"))
    body = text_of("explore.html", PACKAGE).rstrip("\n")
    # what it may load is said by the server
    return framed("explore", style, body, data=start, script=script, policy="")
