"""`grade`: marks an answer to one of the lecture's exercises, and explains what is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any
from unicodedata import normalize

import numpy as np

from autograd_core.graphs import Graph
from autograd_core.tensor import Tensor
from autograd_core.testing.checking.guesses import guess
from autograd_core.testing.exercises.formulas import FORMULAS, NUMBERS, STEPS, Formula, Numbers
from autograd_core.testing.exercises.marking import Part, several
from autograd_core.testing.exercises.pictures import of_steps, on_wires, rightful
from autograd_core.testing.exercises.tasks import TASKS, Task
from autograd_core.testing.layers.handmade import happened, is_the_users, is_unfinished, is_unwritten
from autograd_core.testing.showing import bundle, page


class UnknownExerciseError(LookupError):
    """There is no exercise of this number that can be graded."""


@dataclass(frozen=True, repr=False)
class Grade:
    """The mark of an answer: true if all of it is right. `str` is the whole report.

    As the last expression of a notebook's cell it shows the report and, of a wrong answer, pictures of where
    it parts from the right one.

    Attributes:
        exercise: its number.
        title: what it is about.
        parts: what was looked at: name, whether it is right, and the explanation.
    """

    exercise: str
    title: str
    parts: tuple[Part, ...]

    @property
    def pictures(self) -> tuple[Any, ...]:
        """Where it parts from the right one: the right computation with marks, the paths of optimizers."""
        return tuple(part.picture for part in self.parts if part.picture is not None)

    @property
    def graph(self) -> Graph | None:
        """The first of the pictures that is a graph; None if there is none."""
        return next((picture for picture in self.pictures if isinstance(picture, Graph)), None)

    @property
    def points(self) -> int:
        """How many parts are right."""
        return sum(part.right for part in self.parts)

    @property
    def out_of(self) -> int:
        """How many parts were looked at. Of code that is not finished there are fewer, so for a class compare
        marks by their truth, or `points` with those of the right answer."""
        return len(self.parts)

    def __bool__(self) -> bool:
        return bool(self.parts) and self.points == self.out_of

    def __str__(self) -> str:
        verdict = "right" if self else "not right yet"
        lines = [f"{self.exercise}, {self.title}: {verdict}, {self.points} of {self.out_of}"]
        for part in self.parts:
            first, *rest = part.words.splitlines() or [""]
            lines.append(f"  {'✓' if part.right else '✗'} {part.name}" + (f": {first}" if first else ""))
            lines += [f"    {line}" for line in rest]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Grade: {str(self).splitlines()[0]}>"

    def _repr_html_(self) -> str:
        """For notebooks: the report and the pictures."""
        return page(str(self), self.pictures)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(str(self), self.pictures)


def grade(exercise: str, answer: Any) -> Grade:
    """Mark an answer to an exercise of the lecture.

    Args:
        exercise: its number, such as "3.3-4" or "3.3 (4)", or that of its notebook, such as "3-1-2".
        answer: what the exercise asks for: a function for a formula; a dict or tuple of numbers; a class or
            an object for a layer or an optimizer, or several in a list.

    Returns:
        The mark: true if everything is right; `str` explains what is not.

    Raises:
        UnknownExerciseError: for any other exercise; the message lists those that can be graded.
        TypeError: for an answer of another kind.

    >>> print(grade("3.3-2", lambda u, t: t - u))
    3.3-2, dz/dx for z = −t log u − (1 − t) log(1 − u), u = σ(x): not right yet, 0 of 1
      ✗ dz/dx: the sign is turned round
    >>> bool(grade("3.6-3", {"dX": [[1, 0], [0, -1], [1, 1]], "db": [2, 0]}))
    True
    """
    key = _number(exercise)
    exercises: dict[str, Formula | Numbers | Task] = {**FORMULAS, **NUMBERS, **TASKS}
    if key not in exercises:
        raise UnknownExerciseError(
            f"grade: there is no exercise {exercise!r} that can be graded; there are\n"
            + "\n".join(_contents())
        )
    found = exercises[key]
    if is_unwritten(answer):
        parts: Iterator[Part] = iter([Part("the answer", False, EMPTY)])
    elif isinstance(found, Formula):
        parts = _formula(key, found, answer)
    elif isinstance(found, Numbers):
        parts = _numbers(key, found, answer)
    else:
        parts = _code(found.judge(answer), answer)
    return Grade(key, found.title, tuple(parts))


def _number(exercise: Any) -> str:
    """The number as it is listed: 3.3(4) is 3.3-4, with spaces too, and as a Japanese keyboard writes it."""
    text = "".join(normalize("NFKC", str(exercise)).split())
    return re.sub("[(‐–−]", "-", text).replace(")", "")


def _contents() -> Iterator[str]:
    tables: tuple[Mapping[str, Any], ...] = (FORMULAS, NUMBERS, TASKS)
    for table in tables:
        for key, entry in table.items():
            yield f"  {key:6} {entry.title}"


# ---- code --------------------------------------------------------------------------------------------------


EMPTY = "not filled in yet"


def _code(parts: Iterator[Part], answer: Any) -> Iterator[Part]:
    """What was looked at; an error of the learner's own code is a part too, and what is still to come."""
    try:
        yield from parts
    except Exception as error:
        if is_the_users(error):
            yield Part("the code", False, f"it {happened(error)}")
        elif isinstance(error, TypeError) and "positional argument" in str(error):
            yield Part("the code", False, f"it has to be called otherwise than the exercise says: {error}")
        elif any(is_unfinished(one) for one in several(answer)):
            yield Part("the answer", False, EMPTY)
        elif isinstance(error, TypeError | ValueError) and (own := _of_this_kind(error, answer)):
            yield Part("the answer", False, own)
        else:
            raise


def _of_this_kind(error: Exception, answer: Any) -> str:
    """What the checks say of code that has not the form they ask for; "" of what is no code at all."""
    caller, _, words = str(error).partition(": ")
    known = ("grade", "check_layer", "check_optimizer")
    plain = ("builtins", "numpy")
    written = all(callable(one) or type(one).__module__ not in plain for one in several(answer))
    return words if written and caller in known else ""


# ---- formulas ----------------------------------------------------------------------------------------------


def _formula(key: str, formula: Formula, answer: Any) -> Iterator[Part]:
    """An answer tried at several points, all of them together for the guess."""
    if not callable(answer):
        wanted = f"{', '.join(formula.arguments)}) -> {', '.join(formula.results)}"
        raise TypeError(f"grade: {key} asks for a function ({wanted}; got a {type(answer).__name__}")
    found: dict[str, list[Any]] = {name: [] for name in formula.results}
    right: dict[str, list[Any]] = {name: [] for name in formula.results}
    rng = np.random.default_rng(17)
    for _ in range(5):
        given = formula.draw(rng)
        try:
            returned = _called(answer, formula, given)
        except Exception as error:
            yield Part("the function", False, f"it {happened(error)}")
            return
        if is_unwritten(returned):
            returned = dict.fromkeys(formula.results)
        values = _by_name(returned, formula.results)
        if isinstance(values, str):
            yield Part("the function", False, values)
            return
        empty = [name for name in formula.results if is_unwritten(values[name])]
        if empty:
            yield from (Part(name, False, EMPTY) for name in empty)
            return
        wanted_now = formula.right(given)
        for name in formula.results:
            number = _number_array(values[name])
            if number is None:
                yield Part(name, False, f"a number or an array is asked for; got {values[name]!r}")
                return
            found[name].append(number)
            right[name].append(np.asarray(wanted_now[name], dtype=float))
    parts = [_compared(name, found[name], right[name]) for name in formula.results]
    parts = [part if part.right else _exchanged(part, found[part.name], right) for part in parts]
    picture = _picture(key, formula, [part.name for part in parts if not part.right])
    for part in parts:
        shown = None if part.right else picture
        yield part._replace(picture=shown)
        picture = picture if shown is None else None


def _exchanged(part: Part, found: Sequence[Any], right: Mapping[str, Sequence[Any]]) -> Part:
    """The same, with the name of the result that was given instead, if it is one."""
    for name, values in right.items():
        if name != part.name and _compared(name, found, values).right:
            return part._replace(words=f"this is {name}: look at the order, {', '.join(right)}")
    return part


def _picture(key: str, formula: Formula, wrong: Sequence[str]) -> Graph | None:
    """The computation that is differentiated, marked where derivatives are wrong: z_x and dz/dx at x."""
    words = {re.split("/d|_|^d", name)[-1]: f"{name} wrong" for name in wrong}
    if words and key in STEPS:
        return of_steps(STEPS[key], words)
    if words and key == "3.5-5":
        X = formula.draw(np.random.default_rng(17))["X"]
        return on_wires(rightful(lambda X, W: X @ W, {"X": X, "W": np.ones((X.shape[1], 4))}), words)
    return None


def _called(answer: Callable[..., Any], formula: Formula, given: Mapping[str, Any]) -> Any:
    """The answer at one point: by name if it knows the names, else by position."""
    try:
        parameters = [
            p.name for p in signature(answer).parameters.values() if p.kind is not Parameter.VAR_KEYWORD
        ]
    except (TypeError, ValueError):
        parameters = []
    own = {name: np.copy(value)[()] for name, value in given.items()}
    if parameters and all(name in own for name in parameters):
        return answer(**{name: own[name] for name in parameters})
    return answer(*(own[name] for name in formula.arguments))


def _by_name(returned: Any, names: Sequence[str]) -> dict[str, Any] | str:
    """What was returned, by name; in words what is wrong with it."""
    if isinstance(returned, dict):
        missing = [name for name in names if name not in returned]
        return f"{', '.join(missing)} is not among {', '.join(map(str, returned))}" if missing else returned
    if len(names) == 1:
        returned = returned[0] if isinstance(returned, tuple) and len(returned) == 1 else returned
        return {names[0]: _plain(returned)}
    if not isinstance(returned, tuple | list) or len(returned) != len(names):
        return f"{', '.join(names)} are asked for, in this order; got {returned!r}"
    return {name: _plain(value) for name, value in zip(names, returned, strict=True)}


def _plain(x: Any) -> Any:
    return x.numpy() if isinstance(x, Tensor) else x


def _number_array(x: Any) -> Any:
    """A float64 array, or None if it is nothing of the kind."""
    try:
        return None if x is None else np.asarray(_plain(x), dtype=float)
    except (TypeError, ValueError):
        return None


def _compared(name: str, found: Sequence[Any], right: Sequence[Any]) -> Part:
    shapes = [(f.shape, r.shape) for f, r in zip(found, right, strict=True)]
    other = next(((f, r) for f, r in shapes if f != r), None)
    if other is not None and np.prod(other[0], dtype=int) != np.prod(other[1], dtype=int):
        why = guess(found[0], right[0])
        return Part(name, False, str(why) if why else f"shape {other[0]} instead of {other[1]}")
    one, two = (
        np.stack([np.reshape(x, r.shape) for x, r in zip(xs, right, strict=True)]) for xs in (found, right)
    )
    off = ~(np.abs(one - two) <= 1e-6 * np.abs(two) + 1e-9)
    if not off.any():
        return Part(name, True)
    worst = np.unravel_index(int(np.argmax(np.where(off, np.abs(np.nan_to_num(one - two)), -1.0))), one.shape)
    if one.ndim > 1 and all(x.ndim for x in right):
        why = guess(found[0], right[0]) if _same_everywhere(found, right) else None
    else:
        why = guess(one, two, names={})
        why = None if why is not None and why.kind not in ("factor", "scale", "sign", "detached") else why
    numbers = f"{one[worst]:.6g}, right is {two[worst]:.6g}"
    return Part(name, False, str(why) if why else f"for example {numbers}")


def _same_everywhere(found: Sequence[Any], right: Sequence[Any]) -> bool:
    """Whether the guess is the same at every point."""
    guesses = [guess(f, r) for f, r in zip(found, right, strict=True)]
    return len({None if g is None else (g.kind, g.text) for g in guesses}) == 1


# ---- numbers -----------------------------------------------------------------------------------------------


def _numbers(key: str, exercise: Numbers, answer: Any) -> Iterator[Part]:
    if callable(answer) or not isinstance(answer, dict | tuple | list):
        asked = ", ".join(exercise.results)
        raise TypeError(
            f"grade: {key} asks for numbers, a dict with {asked}, or a tuple in this order; "
            f"got a {type(answer).__name__}"
        )
    values = _by_name(answer, exercise.results)
    if isinstance(values, str):
        yield Part("the answer", False, values)
        return
    right = exercise.right()
    for name, value in values.items():
        if name not in right:
            yield Part(str(name), False, f"is not asked for; {', '.join(right)} are known")
            continue
        wanted = np.asarray(right[name], dtype=float)
        found = _number_array(value)
        if is_unwritten(value):
            yield Part(str(name), False, EMPTY)
            continue
        if found is None:
            yield Part(str(name), False, f"a number or an array is asked for; got {value!r}")
            continue
        if found.shape != wanted.shape and found.size == wanted.size and 1 in wanted.shape:
            found = found.reshape(wanted.shape)  # a row vector as a list
        yield _compared(name, [found], [wanted])
