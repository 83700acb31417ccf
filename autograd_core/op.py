"""What an op is: one row of data.

A row holds the forward function on plain arrays and, per argument, one *rule*: a lambda of Python operators
and other rows, linear in the incoming gradient `g`. Given arrays the rule computes, given Tensors it
records itself, given Symbols it prints itself. A row called on a live argument (a Tensor or a Symbol) hands
itself to that argument's recorder, found in `LIVE`; so rows need to know neither class.

The letters of a rule are always `g` (gradient that arrives), `z` (the result), then the arguments; parameters
come by keyword. The kinds of row differ in how forward mode (`push`) reads the rule:

    elementwise   the rule itself maps tangents             multiply, tanh, where
    linear        the op itself maps all tangents at once   sum, reshape, concatenate
    multilinear   the op once per tangent, summed           matmul
    general       the rule transposed                       max, var
    fused         the rule transposed; a kernel for speed, a meaning in rows for everything else
    constant      no derivative                             greater, sign of a tie
"""

import inspect
from collections.abc import Callable, Mapping
from inspect import CO_VARARGS
from types import FunctionType
from typing import Any

from numpy import ufunc

Rule = Callable[..., Any]
Recorder = Callable[..., Any]

LIVE: dict[type, Recorder] = {}
"""From the class of a live argument to the function `(row, args, params)` that takes the call."""

_none_lives = LIVE.keys().isdisjoint

NO_PARAMS: dict[str, Any] = {}
KINDS = ("elementwise", "linear", "multilinear", "general", "fused", "constant")


class Row:
    """One op: its name, its forward function and its rules. Built by the functions below, never changed."""

    __slots__ = (
        "alike",
        "arity",
        "drops",
        "elementwise",
        "forward",
        "joint",
        "keeps",
        "keeps_result",
        "kind",
        "letters",
        "meaning",
        "name",
        "number",
        "residuals",
        "rules",
        "single",
        "special",
        "stacks",
        "written",
    )

    packed = False
    """Whether it is no operation of its own, but short for what its meaning records (see `packing`)."""

    def __init__(
        self,
        name: str,
        kind: str,
        forward: Callable[..., Any],
        rules: tuple[Rule | None, ...] = (),
        *,
        keeps: str = "",
        joint: Rule | None = None,
        meaning: Rule | None = None,
        residuals: tuple[str, ...] = (),
        stacks: bool = True,
        written: Mapping[str, str] | None = None,
        number: Callable[..., Any] | None = None,
        alike: bool = False,
    ) -> None:
        self.name, self.kind, self.forward = name, kind, forward
        self.rules, self.joint, self.meaning = rules, joint, meaning
        self.keeps, self.residuals, self.stacks, self.alike = keeps, residuals, stacks, alike
        self.written = written or {}
        self.letters, rest = letters_of(joint or next((r for r in rules if r is not None), None), kind)
        # "*": all arguments of a rule that takes any number of them
        unknown = set(keeps) - {"z", *self.letters, *("*" if rest else "")}
        if unknown and kind != "constant":
            found = ", ".join(["z", *self.letters])
            raise ValueError(
                f"row {name!r}: keeps names {sorted(unknown)}, but the rules' letters are {found}"
            )
        self.keeps_result = "z" in keeps
        # a map of single numbers, of one argument: nothing was broadcast
        self.single = kind == "elementwise" and len(rules) == 1
        self.special = kind == "constant" or bool(residuals)  # the recorder has to look twice
        self.elementwise = kind == "elementwise"
        # of one or two arguments, each with a rule of its own: 1 or 2, else 0
        whole = not (joint or rest or residuals or None in rules) and len(rules) == len(self.letters)
        self.arity = len(rules) if whole and len(rules) < 3 else 0
        if number is None and self.single and isinstance(forward, ufunc):
            number = forward  # which takes single numbers as they are
        self.number = number
        drops = tuple(i for i, letter in enumerate(self.letters) if letter not in keeps)
        # None: every argument is dropped, however many there are (concatenate, stack)
        self.drops: tuple[int, ...] | None = None if joint is not None and rest and not keeps else drops

    def __call__(self, *args: Any, **params: Any) -> Any:
        if not _none_lives(map(type, args)):
            for arg in args:
                take = LIVE.get(arg.__class__)
                if take is not None:
                    return take(self, args, params)
        out = self.forward(*args, **params)
        if self.residuals:
            out = out[0]
        if isinstance(out, float) and all(arg.__class__ is float or arg.__class__ is int for arg in args):
            return float(out)  # of Python numbers a Python number, which leaves float32 beside it alone
        return out

    def with_residuals(self, *args: Any, **params: Any) -> tuple[Any, dict[str, Any]]:
        """The result and the residuals that a fused kernel computed on the way, as plain arrays."""
        for arg in args:
            take = LIVE.get(arg.__class__)
            if take is not None:
                found: dict[str, Any] = {}
                return take(self, args, params, found), found
        z, found = self.forward(*args, **params)
        return z, found

    def __repr__(self) -> str:
        return f"<{self.kind} row {self.name}>"

    def __reduce__(self) -> str:
        raise TypeError(f"row {self.name!r} holds functions and cannot be pickled; save arrays instead")


def letters_of(rule: Rule | None, kind: str) -> tuple[tuple[str, ...], bool]:
    """The names of a rule's arguments after `g` and `z`, and whether it takes any number more."""
    if rule is None:
        return (), False
    names, more = _positional(rule)
    if names[:2] != ("g", "z"):
        raise TypeError(
            f"a rule of a row of kind {kind} starts with the letters g, z; found {list(names[:2])}"
        )
    return names[2:], more


def _positional(rule: Rule) -> tuple[tuple[str, ...], bool]:
    """The names of the parameters that come by position, and whether any number more do.

    A parameter with a default is a constant of the rule, not an argument of the row.
    """
    if type(rule) is FunctionType and not vars(rule):
        # a lambda's code says it at a hundredth of the price of a signature, which every import would pay
        code = rule.__code__
        count = code.co_argcount - len(rule.__defaults__ or ())
        return code.co_varnames[:count], bool(code.co_flags & CO_VARARGS)
    kinds = inspect.Parameter
    parameters = inspect.signature(rule).parameters.values()
    positional = (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    names = tuple(p.name for p in parameters if p.kind in positional and p.default is p.empty)
    return names, any(p.kind is kinds.VAR_POSITIONAL for p in parameters)


def elementwise(
    name: str,
    forward: Callable[..., Any],
    *rules: Rule | None,
    keeps: str = "",
    meaning: Rule | None = None,
    number: Callable[..., Any] | None = None,
    alike: bool = False,
) -> Row:
    """A map of single numbers, broadcast. One rule per argument; None where no gradient flows.

    `number` is what computes the same, to the last bit, of single numbers of NumPy's and quicker: Python's
    operator for a ufunc. A row that has it is called on such numbers and its rules read them. `alike` tells
    that of x the rule reads no more than the result tells too (whether it is positive): then a graph that is
    too large to be drawn keeps one array for both, and x is free.
    """
    return Row(name, "elementwise", forward, rules, keeps=keeps, meaning=meaning, number=number, alike=alike)


def linear(
    name: str,
    forward: Callable[..., Any],
    rule: Rule | None = None,
    *,
    keeps: str = "",
    joint: Rule | None = None,
    meaning: Rule | None = None,
    stacks: bool = True,
) -> Row:
    """A linear map of its first argument, or, with `joint`, of all of them (then the rule returns a list)."""
    rules = (rule,) if rule is not None else ()
    return Row(name, "linear", forward, rules, keeps=keeps, joint=joint, meaning=meaning, stacks=stacks)


def multilinear(name: str, forward: Callable[..., Any], *rules: Rule | None, **words: Any) -> Row:
    """A map that is linear in each argument alone; the words are those of `linear`."""
    return Row(name, "multilinear", forward, rules, **words)


def general(name: str, forward: Callable[..., Any], *rules: Rule | None, **words: Any) -> Row:
    """Anything else: forward mode transposes the rule, which is linear in g; the words are those of
    `linear`."""
    return Row(name, "general", forward, rules, **words)


def fused(
    name: str,
    kernel: Callable[..., Any],
    *rules: Rule | None,
    meaning: Rule,
    residuals: tuple[str, ...] = (),
    keeps: str = "",
    stacks: bool = True,
    written: Mapping[str, str] | None = None,
) -> Row:
    """A kernel that computes several rows at once, for the eager first order.

    `kernel(*arrays, **params)` returns z, or z and a dict of its residuals, which the rules receive by
    keyword. `meaning(*args, **params)` computes the same in rows and returns the same; every other reading
    uses it, so the row keeps every argument that the meaning reads. `written` says how formulas write
    residuals that have another name there: {"n": "x̂"}.
    """
    how: dict[str, Any] = {"keeps": keeps, "meaning": meaning, "residuals": residuals, "stacks": stacks}
    return Row(name, "fused", kernel, rules, written=written, **how)


def constant(name: str, forward: Callable[..., Any]) -> Row:
    """A function without a derivative: comparisons, masks. On Tensors it gives a plain array."""
    return Row(name, "constant", forward)
