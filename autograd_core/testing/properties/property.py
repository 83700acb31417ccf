"""Gradient checks as properties: Hypothesis draws the arguments, a failure comes with a diagnosis."""

import functools
import inspect
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.graphs import Graph, GraphRenderError
from autograd_core.testing.checking.check import check_gradients
from autograd_core.testing.checking.diagnosis import Diagnosis
from autograd_core.testing.properties.extras import hypothesis
from autograd_core.testing.properties.program import Program
from autograd_core.testing.properties.quick import suspicious
from autograd_core.texts.snippets import HEADER, assignment, home, imported
from autograd_core.trees import flatten

KIT = "from autograd_core.testing import check_gradients"


def gradient_property(
    *,
    order: int = 2,
    modes: Sequence[str] = ("reverse", "forward"),
    max_examples: int | None = None,
    derandomize: bool | None = None,
    settings: Any = None,
    **strategies: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a Hypothesis test of a function: the derivatives of what it returns agree with differences.

    Every argument is drawn from the strategy of its name. Arrays of floating numbers (also in tuples, lists
    and dicts) are what is differentiated by, anything else is passed on. A program is differentiated by its
    inputs: write `return program.run()`. On a failure the message holds the diagnosis, the arguments and
    Python text that shows the fault by itself; of a program also its smallest wrong part and a picture.

    Args:
        order: 1 for gradients, 2 for gradients of gradients too.
        modes: as in `check_gradients`.
        max_examples, derandomize: as in `hypothesis.settings`.
        settings: a `hypothesis.settings`; it may also be stacked on top, as over `@given`. Without it there
            is no deadline.
        strategies: one per argument; arguments without one are left to pytest (self, fixtures).

    Raises:
        MissingExtraError: if hypothesis is not installed.
        TypeError: if a strategy belongs to no argument, or, when it runs, if the body returns nothing.

    >>> import autograd_core as ac
    >>> from autograd_core.testing import broadcastable
    >>> from hypothesis import settings as of
    >>> @gradient_property(xs=broadcastable(2), settings=of(max_examples=5, database=None, derandomize=True))
    ... def test_product(xs):
    ...     return xs[0] * ac.exp(xs[1] / 4)
    >>> test_product()
    """
    if not strategies:
        raise TypeError("gradient_property takes a strategy per argument: @gradient_property(x=tensors())")
    given = hypothesis().given
    asked = {"max_examples": max_examples, "derandomize": derandomize}
    changes: dict[str, Any] = {key: value for key, value in asked.items() if value is not None}
    by_default = settings is None and not changes
    if settings is None:
        phase = hypothesis().Phase
        # an explanation would name lines of this library, and take its time
        changes |= {"deadline": None, "phases": [p for p in phase if p is not phase.explain]}
    chosen = hypothesis().settings(settings, **changes)

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        known = inspect.signature(body).parameters
        strange = [name for name in strategies if name not in known]
        if strange:
            raise TypeError(
                f"gradient_property: {body.__name__}({', '.join(known)}) has no argument {strange[0]!r}"
            )
        stacked = hasattr(body, "_hypothesis_internal_settings_applied")

        @functools.wraps(body)
        def checked(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            drawn = {name: kwargs.pop(name) for name in strategies}
            _check(body, args, kwargs, drawn, order, modes)

        test: Callable[..., Any] = given(**strategies)(checked if stacked else chosen(checked))
        if by_default and not stacked:
            # nobody has asked for these settings, so others may still be stacked on top
            vars(test).pop("_hypothesis_internal_settings_applied", None)
        return test

    return decorate


def _check(
    body: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    drawn: dict[str, Any],
    order: int,
    modes: Sequence[str],
) -> None:
    __tracebackhide__ = True  # the report says it all
    free = {name: _variables(value) for name, value in drawn.items() if _differentiable(value)}
    if not free:
        raise TypeError(
            f"{body.__name__}: none of the drawn arguments holds floating numbers, "
            "so there is nothing to differentiate by"
        )

    def expression(*values: Any) -> Any:
        live = dict(zip(free, values, strict=True))
        call = {
            name: value.at(*live[name]) if isinstance(value, Program) else live.get(name, value)
            for name, value in drawn.items()
        }
        result = body(*args, **kwargs, **call)
        if result is None:
            raise TypeError(
                f"{body.__name__} returned None; a gradient property returns what is to be differentiated: "
                "return the expression, as in  return x * y"
            )
        return result

    expression.__name__ = body.__name__
    vars(expression)["__signature__"] = _signature(free)
    programs = [value for value in drawn.values() if isinstance(value, Program)]
    part = None
    if len(programs) == len(drawn):
        if not _looks_wrong(expression, free, order):
            return
        part, diagnosis = _wrong_part(programs[0], order, modes)
    if part is None or diagnosis:
        part, diagnosis = None, check_gradients(expression, *free.values(), order=order, modes=modes)
    if not diagnosis:
        # from one line only, since Hypothesis takes failures of two lines for two faults
        raise GradientFailure(body, drawn, diagnosis, order, modes, part)


def _wrong_part(program: Program, order: int, modes: Sequence[str]) -> tuple[Program, Diagnosis]:
    """The smallest part that looks wrong, and what a full check says of it: of few steps it is fast."""
    part = program.smallest(lambda p: suspicious(p.run, p.inputs, order))
    return part, check_gradients(_named(part), *part.inputs, order=order, modes=modes)


def _looks_wrong(expression: Callable[..., Any], free: dict[str, Any], order: int) -> bool:
    """A quick look at programs, which are tame: of many steps a full check is slow."""
    lengths = [len(inputs) for inputs in free.values()]

    def flat(*xs: Any) -> Any:
        rest = iter(xs)
        return expression(*(tuple(next(rest) for _ in range(n)) for n in lengths))

    return suspicious(flat, [x for inputs in free.values() for x in inputs], order)


def _variables(value: Any) -> Any:
    return value.inputs if isinstance(value, Program) else value


def _differentiable(value: Any) -> bool:
    numbers = (np.ndarray, np.floating, float)
    leaves = flatten(_variables(value))
    return any(isinstance(x, numbers) and np.asarray(x).dtype.kind == "f" for x in leaves)


class GradientFailure(AssertionError):
    """A drawn example whose derivatives are wrong. The report is written when it is asked for."""

    def __init__(
        self,
        body: Callable[..., Any],
        drawn: dict[str, Any],
        diagnosis: Diagnosis,
        order: int,
        modes: Sequence[str],
        part: Program | None = None,
    ) -> None:
        super().__init__()
        self.body, self.drawn, self.diagnosis, self.part = body, drawn, diagnosis, part
        self.order, self.modes = order, tuple(modes)
        self._report: str | None = None

    def __str__(self) -> str:
        if self._report is None:
            try:
                told = self._told()
            except Exception as error:  # whatever goes wrong in telling, the diagnosis stays
                told = f"{self.diagnosis}\n\n(the report could not be completed: {error!r})"
            self._report = f"{self.body.__name__}: {told}"
        return self._report

    def _told(self) -> str:
        program = next((value for value in self.drawn.values() if isinstance(value, Program)), None)
        if program is not None:
            return self._of_program(program)
        return f"{self.diagnosis}\n\nTo see it alone:\n\n{self._snippet()}"

    # ---- of a function -------------------------------------------------------------------------------------

    def _snippet(self) -> str:
        """The body, its arguments and the check, as a file that runs by itself."""
        free = [name for name, value in self.drawn.items() if _differentiable(value)]
        name = self.body.__name__
        function = name
        if len(free) < len(self.drawn):
            rest = ", ".join(f"{k}={k}" for k in self.drawn if k not in free)
            function = f"lambda {', '.join(free)}: {name}({', '.join(f'{k}={k}' for k in free)}, {rest})"
        lines = [*HEADER, KIT, *_own_imports(self.body), ""]
        lines += [assignment(name, value) for name, value in self.drawn.items()]
        lines += ["", "", _text_of(self.body), "", "", self._call(function, free), ""]
        return "\n".join(lines)

    def _call(self, function: str, names: Sequence[str]) -> str:
        settings = [f"order={self.order}"] if self.order != 2 else []
        settings += [f"modes={self.modes!r}"] if self.modes != ("reverse", "forward") else []
        return f"print(check_gradients({', '.join([function, *names, *settings])}))"

    # ---- of a program --------------------------------------------------------------------------------------

    def _of_program(self, program: Program) -> str:
        part = program if self.part is None else self.part
        heading = "The program:"
        if self.part is None:
            heading = "By itself this program is right; the fault lies in the body of the property:"
        elif len(part) < len(program):
            heading = f"Of the {len(program)} steps that were drawn this part is wrong by itself:"
        source = part.source.split("\nresult = ")[0].replace(HEADER[1], f"{HEADER[1]}\n{KIT}")
        call = self._call("program", part.names[: len(part.inputs)])
        picture = _picture(part, self.body.__name__)
        return f"{self.diagnosis}\n\n{heading}\n\n{source}\n{call}\n\n{picture}"


def _named(program: Program) -> Callable[..., Any]:
    """The program as a function of x1, x2, so that a diagnosis can name them."""

    def run(*inputs: Any) -> Any:
        return program.run(*inputs)

    names = program.names[: len(program.inputs)]
    vars(run)["__signature__"] = _signature(names)
    return run


def _signature(names: Iterable[str]) -> inspect.Signature:
    kind = inspect.Parameter.POSITIONAL_ONLY
    return inspect.Signature([inspect.Parameter(name, kind) for name in names])


def _picture(program: Program, name: str) -> str:
    """Where the picture of a program has been written; why not, if it could not be."""
    try:
        picture = program.graph()
        folder = Path(tempfile.mkdtemp(prefix="autograd-core-"))
        return f"picture: {_saved(picture, folder / name)}"
    except Exception as error:  # a picture must never hide the failure that it shows
        return f"no picture: {error}"


def _saved(picture: Graph, path: Path) -> Path:
    try:
        return picture.save(path.with_suffix(".svg"))
    except (GraphRenderError, OSError):
        return picture.save(path.with_suffix(".dot"))


# ---- the text of a body ------------------------------------------------------------------------------------


def _text_of(body: Callable[..., Any]) -> str:
    """The source of a function without its decorators."""
    try:
        text = textwrap.dedent(inspect.getsource(inspect.unwrap(body)))
    except (OSError, TypeError):
        return f"# {body.__name__}: as you have defined it"
    lines = text.splitlines()
    start = next((k for k, line in enumerate(lines) if line.startswith(("def ", "async def "))), 0)
    return "\n".join(lines[start:])


def _own_imports(body: Callable[..., Any]) -> list[str]:
    """Import lines for the names of its module that a function uses."""
    function: Any = inspect.unwrap(body)
    code = getattr(function, "__code__", None)
    if code is None:
        return []
    module = function.__globals__
    lines = []
    for name in code.co_names:
        if name not in module:
            continue
        thing = module[name]
        if inspect.ismodule(thing) or (home(thing) or ("__main__", ""))[0] != "__main__":
            lines.append(imported(thing, name))
        elif module.get("__name__") in (None, "__main__"):
            lines.append(f"# {name}: as you have defined it")
        else:
            lines.append(f"from {module['__name__']} import {name}")
    return [line for line in dict.fromkeys(lines) if line not in HEADER]
