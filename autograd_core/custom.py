"""Rows of one's own, in the words of the built-in table.

>>> cube = elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")
>>> from autograd_core import Tensor
>>> x = Tensor(2.0, requires_grad=True)
>>> cube(x).backward()
>>> x.grad
Tensor(12.0)
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd_core import op
from autograd_core.letters import letters_read, positions_read
from autograd_core.op import Row, Rule
from autograd_core.ops.table import TABLE

Forward = Callable[..., Any]


class Own(Row):
    """A row that a user declared. Arrays that it is given by keyword are copied, for a graph keeps them."""

    __slots__ = ()

    def __init__(self, *words: Any, **settings: Any) -> None:
        super().__init__(*words, **settings)
        self.forward = self._giving_numbers(self.forward)
        # every call and the shape of every gradient is looked at: nobody has tested these rules
        self.single, self.arity = False, 0

    def _giving_numbers(self, forward: Forward) -> Forward:
        """The forward function, with a look at what it returns first: numbers, or z and residuals."""

        @wraps(forward)
        def looked_at(*args: Any, **params: Any) -> Any:
            out = forward(*args, **params)
            z = out
            if self.residuals:
                if not (isinstance(out, tuple) and len(out) == 2 and isinstance(out[1], dict)):
                    raise TypeError(f"row {self.name!r}: its kernel returns z and a dict of {self.residuals}")
                z = out[0]
            if z is None or np.asarray(z).dtype.kind not in "fiubc":
                raise TypeError(f"row {self.name!r}: its function returns numbers, but gave {z!r:.60}")
            self.forward = forward
            return out

        return looked_at

    def __call__(self, *args: Any, **params: Any) -> Any:
        return Row.__call__(self, *args, **owned(params))

    def with_residuals(self, *args: Any, **params: Any) -> tuple[Any, dict[str, Any]]:
        return super().with_residuals(*args, **owned(params))


# most parameters are of these classes, and need no copy
_FIXED = frozenset({int, float, bool, str, type(None)})


def _is_fixed(value: Any) -> bool:
    return value.__class__ in _FIXED or (value.__class__ is tuple and _FIXED.issuperset(map(type, value)))


def owned(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters that nobody can write to any more: arrays and lists among them are copied."""
    fixed = _FIXED.issuperset(map(type, params.values())) or all(map(_is_fixed, params.values()))
    return params if fixed else {k: _copy(v) for k, v in params.items()}


def _copy(value: Any) -> Any:
    if _is_fixed(value):
        return value
    if isinstance(value, tuple | list):
        return type(value)(_copy(v) for v in value)
    return value.copy() if isinstance(value, np.ndarray) else value


def checked(
    name: str, forward: Any, rules: Sequence[Rule | None], keeps: str, meaning: Rule | None = None
) -> str:
    """The name of a row, after a look at everything that would otherwise fail at the first big array.

    Raises:
        TypeError: if the name is no string, or a rule or the forward function no function.
        ValueError: if the name is taken, there are not as many rules as arguments, or a rule (or the meaning)
            reads a letter that is not kept.
    """
    if type(name) is not str:
        raise TypeError(f"a row is declared with its name first, got {name!r}")
    if not name.isidentifier():
        raise ValueError(f"a row is named by an identifier, got {name!r}")
    if name in TABLE:
        raise ValueError(f"{name!r} is a row of the library; choose another name")
    if not rules:
        raise ValueError(f"row {name!r} has no rules: one per argument, None where no gradient flows")
    if not callable(forward):
        raise TypeError(f"row {name!r}: the forward function comes after the name, got {forward!r}")
    for rule in rules:
        if rule is not None and not callable(rule):
            raise TypeError(f"row {name!r}: a rule is a function lambda g, z, x: ... or None, got {rule!r}")
    first = next((rule for rule in rules if rule is not None), None)
    if first is None:
        return name
    letters, more = _letters(name, first)
    if len(rules) != len(letters) and not more:
        raise ValueError(
            f"row {name!r}: its rules have the arguments {', '.join(letters)}, but "
            f"there are {len(rules)} rules; "
            "there is one per argument, None where no gradient flows"
        )
    for rule in rules:
        if rule is not None and _letters(name, rule)[0] != letters:
            raise ValueError(
                f"row {name!r}: all its rules have the same letters, the first has {', '.join(letters)}"
            )
    read = {letter for rule in rules if rule is not None for letter in letters_read(rule)}
    if meaning is not None:
        read |= {letters[i] for i in positions_read(meaning) if i < len(letters)}
    lost = [letter for letter in ("z", *letters) if letter in read and letter not in keeps]
    if lost:
        raise ValueError(
            f"row {name!r}: its rules read {', '.join(lost)}, which would be gone: "
            f"write keeps={''.join(dict.fromkeys(keeps + ''.join(lost)))!r}"
        )
    return name


def _letters(name: str, rule: Rule) -> tuple[tuple[str, ...], bool]:
    """The letters of a rule after g and z, and whether it takes any number more."""
    try:
        return op.letters_of(rule, "user")
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"row {name!r}: a rule has the letters g, z and those of the arguments, as lambda g, z, x: ...; "
            f"{error}"
        ) from None


def elementwise(
    name: str, forward: Forward, *rules: Rule | None, keeps: str = "", meaning: Rule | None = None
) -> Row:
    """A map of single numbers, broadcast, with one rule `lambda g, z, x, y: ...` per argument.

    Args:
        name: an identifier that no built-in row has.
        forward: the function on plain arrays.
        rules: per argument the gradient, linear in g, written in operators and functions of this library;
            None where no gradient flows. Forward mode, higher orders and printed formulas are read from them.
        keeps: the letters that the rules read, of z and the arguments; all else is dropped after the call.
        meaning: the same function written in operators and functions of this library.

    Raises:
        ValueError: if the name is taken, there are not as many rules as arguments, a rule reads a letter that
            is not kept, or `keeps` names a letter that the rules do not have.

    >>> cube = elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")
    >>> elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x))
    Traceback (most recent call last):
    ValueError: row 'cube': its rules read x, which would be gone: write keeps='x'
    """
    return Own(
        checked(name, forward, rules, keeps), "elementwise", forward, rules, keeps=keeps, meaning=meaning
    )


def linear(
    name: str,
    forward: Forward,
    rule: Rule,
    *,
    keeps: str = "",
    meaning: Rule | None = None,
    stacks: bool = False,
) -> Row:
    """A linear map of its first argument.

    `stacks` says that forward and rule carry extra leading axes (they count axes from the end); without it
    Jacobians sweep once per number.
    """
    name = checked(name, forward, [rule], keeps)
    return Own(name, "linear", forward, (rule,), keeps=keeps, meaning=meaning, stacks=stacks)


def multilinear(
    name: str,
    forward: Forward,
    *rules: Rule | None,
    keeps: str = "",
    meaning: Rule | None = None,
    stacks: bool = False,
) -> Row:
    """A map that is linear in each argument alone, with one rule per argument. `stacks`: see `linear`."""
    name = checked(name, forward, rules, keeps)
    return Own(name, "multilinear", forward, rules, keeps=keeps, meaning=meaning, stacks=stacks)


def general(
    name: str,
    forward: Forward,
    *rules: Rule | None,
    keeps: str = "",
    meaning: Rule | None = None,
    stacks: bool = False,
) -> Row:
    """Any map, with one rule per argument. `stacks`: see `linear`."""
    name = checked(name, forward, rules, keeps)
    return Own(name, "general", forward, rules, keeps=keeps, meaning=meaning, stacks=stacks)


def fused(
    name: str,
    kernel: Forward,
    *rules: Rule | None,
    joint: Rule | None = None,
    residuals: tuple[str, ...] = (),
    keeps: str = "",
    meaning: Rule,
    stacks: bool = False,
    written: Mapping[str, str] | None = None,
) -> Row:
    """Several operations in one kernel, for speed.

    Args:
        kernel: on plain arrays; returns z, or with residuals the pair z, {residual: array}.
        rules: `lambda g, z, x, w, *, n, s: ...`; residuals arrive by keyword, like parameters.
        joint: instead of rules, one that returns the list of the gradients of all arguments: for those that
            come out of one computation, as of a recurrence that is walked backwards.
        residuals: the names of what the kernel computes besides z.
        keeps: every letter that the rules or the meaning read.
        meaning: the same in operators and functions of this library, with the same returns; higher orders,
            forward mode and printed formulas use it.
        stacks: see `linear`.
        written: how formulas write residuals that have another name there: `{"n": "x̂"}`.
    """
    if joint is not None and rules:
        raise TypeError(f"row {name!r}: one rule per argument or a joint rule for all, not both")
    each = rules if joint is None else (joint,) * len(_letters(name, joint)[0])
    return Own(
        checked(name, kernel, each, keeps, meaning if residuals else None),
        "fused",
        kernel,
        rules,
        joint=joint,
        keeps=keeps,
        meaning=meaning,
        residuals=residuals,
        stacks=stacks,
        written=written,
    )
