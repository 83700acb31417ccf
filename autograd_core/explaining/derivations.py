"""`derive`: the derivative of a function as formulas and as code, from the rules and simplified."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.explaining.backward_code import Program, program
from autograd_core.explaining.constants import STEM, give_letters, held, legend, names_for
from autograd_core.explaining.deriving import READABLE, Derived, Facts, Given, derived
from autograd_core.explaining.expressions import size
from autograd_core.explaining.tracing import recorded, traced_input, tracing
from autograd_core.explaining.typed import read_formula
from autograd_core.graphs.snapshot.names import Names, is_model
from autograd_core.graphs.snapshot.numerals import number
from autograd_core.node import ancestors
from autograd_core.programs import fixed_choices
from autograd_core.storage import plain
from autograd_core.symbols import Size, Symbol, latex, slides
from autograd_core.symbols.sizing import Differ, Sizing, is_cut
from autograd_core.symbols.styles import latex_letter
from autograd_core.tensor import Tensor

ROWS_SUM_TO_ONE = "rows sum to 1"
SIZES = (101, 103)
"""Two batch sizes, prime, so that a number that follows them is known by its factor."""


CHOICE = "{}, an array of truths or indices, is what it was when this was recorded"
CHOICES = "{}, arrays of truths or indices, are what they were when this was recorded"
"""Said of a recorded graph: whether its masks are data or follow from the inputs it does not know."""
TOO_LONG = "…"
LONG_NOTE = (
    f"{TOO_LONG} is a formula of more than {READABLE:,} letters: values inside f that have names cut it"
)


def written(expression: Any, printer: Callable[[Any], str] = slides) -> str:
    """An expression as text, unless that is too long to be read or even to be made."""
    if size(expression) <= READABLE:
        return printer(expression)
    return r"\dots" if printer is latex else TOO_LONG


class Line(NamedTuple):
    """left = right, one line of a derivation: `∂E/∂X`, and the expression it is."""

    left: str
    expression: Any

    def text(self) -> str:
        return f"{self.left} = {written(self.expression)}"

    def latex(self) -> str:
        return f"{latex_letter(self.left)} = {written(self.expression, latex)}"


class Derivation:
    """The derivative of a function, to be read and to be run. Made by `derive`.

    Attributes:
        value: the function itself as an expression.
        gradient_expressions: per argument the expression of its gradient.
        assumptions: what was taken for granted, in words.
    """

    def __init__(self, derived: Derived, arguments: Sequence[str], assumptions: Sequence[str]) -> None:
        self._derived = derived
        self._arguments = tuple(arguments)
        self.assumptions = tuple(assumptions)
        self.value = derived.value
        self.gradient_expressions = dict(derived.gradients)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The named values, the result, the gradients of named values, newest first, and of the arguments."""
        d, e = self._derived, self._derived.above
        forward = [Line(name, expression) for name, expression in d.named.items()]
        inner = [Line(f"∂{e}/∂{name}", expression) for name, expression in d.inner.items()]
        outer = [Line(f"∂{e}/∂{name}", expression) for name, expression in d.gradients.items()]
        return (*forward, Line(d.letter, d.value), *inner, *outer)

    @property
    def formulas(self) -> dict[str, str]:
        """Per argument, and per value that has a name, the gradient in Unicode."""
        every = {**self._derived.inner, **self._derived.gradients}
        return {name: written(expression) for name, expression in every.items()}

    def __getitem__(self, name: str) -> str:
        found = self.formulas
        if name not in found:
            raise KeyError(f"no gradient by {name!r}; there are {', '.join(found)}")
        return found[name]

    def __str__(self) -> str:
        text = "\n".join(line.text() for line in self.lines)
        notes = [LONG_NOTE] if any(size(line.expression) > READABLE for line in self.lines) else []
        return "\n".join([text, *(f"where {words}" for words in self.assumptions), *notes])

    def __repr__(self) -> str:
        return f"<derivation of {self._derived.letter} by {', '.join(self.gradient_expressions)}>"

    @property
    def latex(self) -> str:
        r"""All lines as one `aligned` of LaTeX."""
        rows = [f"{latex_letter(line.left)} &= {written(line.expression, latex)}" for line in self.lines]
        words = [rf"&\text{{where {w}}}" for w in self.assumptions]
        return "\\begin{aligned}\n" + " \\\\\n".join([*rows, *words]) + "\n\\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    @cached_property
    def _program(self) -> Program:
        if self._derived.read is not None:
            raise GradientError(
                f"derive: the function reads numbers by {self._derived.read}, so its code would hold for the "
                "example only; write it with operations of Tensors, np.where for a condition"
            )
        return program(self._derived, self._arguments)

    @property
    def code(self) -> str:
        """The source of a Python function of NumPy: the value and the gradients, in the lecture's style.

        It holds for arrays of the shapes above it, where N is any number of rows; where no N is found, it
        refuses arrays of other shapes than those of the example. That f treats any number of rows alike is
        seen by running it for three of them.
        """
        return self._program.source

    @property
    def function(self) -> Callable[..., Any]:
        """The code, compiled.

        It raises a ValueError for arrays of other shapes than those of the example, but for another number
        of rows where the formulas have a letter for that.
        """
        return self._program.function


def derive(
    f: Any,
    *xs: Any,
    wrt: str | Sequence[str] | None = None,
    simplify: bool = True,
    assume: Mapping[str, str] | None = None,
    gradient: str | None = None,
    **given: Any,
) -> Derivation:
    """The derivative of a function, printed from the rules and simplified.

    Args:
        f: a function of Tensors or arrays, a Tensor that was recorded, or a formula as text,
            "z = (a*x - y)**2". Values inside f that are given a name, `Y = ac.softmax(X).named("Y")`, are
            written by it.
        xs: its arguments, as examples of their shapes: arrays, Tensors, numbers. Without any, each is a
            number. What follows the number of rows of the first array is written N.
        wrt: by which arguments to differentiate; by default by all that hold floating numbers, but for
            those of which something is assumed.
        simplify: whether to simplify; if not, what the rules say is printed as it is.
        assume: what is known of an argument: {"T": "rows sum to 1"}. That of an example whose rows are
            one-hot is assumed, and said, unless this is given.
        gradient: how the gradient that arrives is written, `"∂z/∂u"`, if the result is not the end; for a
            result that is no single number it is ∂E/∂Y.
        given: of a formula as text, instead of `xs`, examples by name.

    Returns:
        A derivation: `print` it, or take `.formulas`, `.latex`, `.code`, `.function`.

    Simplified formulas are equal to the rules wherever both are defined: what rules do at a singular point,
    like the gradient 0 of a norm at 0, the simplified formula and its code do not say. With simplify=False
    they do.

    Raises:
        TypeError: if f is no function, formula or recorded Tensor, or for keywords of anything but a formula.
        ValueError: for unknown names and assumptions.
        GradientError: if the result does not depend on anything that can be differentiated.

    >>> print(derive(lambda a, x, y: (a * x - y) ** 2))
    E = (a · x − y)²
    ∂E/∂a = 2x · (a · x − y)
    ∂E/∂x = 2a · (a · x − y)
    ∂E/∂y = −2 · (a · x − y)
    """
    if isinstance(f, str):
        f, xs = read_formula("derive", f, xs, given)
    elif given:
        raise TypeError(
            f"derive: no setting is called {next(iter(given))!r}; only a formula has values by name"
        )
    if isinstance(f, Tensor):
        return _of_tensor(f, xs, wrt, simplify, assume, gradient)
    if isinstance(f, type):
        raise TypeError(
            f"derive: {f.__name__} is a class; derive takes an instance, derive({f.__name__}(...), x)"
        )
    if not callable(f):
        raise TypeError(
            f"derive: a function, a formula as text or a recorded Tensor is needed, got {type(f).__name__}"
        )
    values = _examples(f, xs)
    facts, assumptions = _facts(values, assume)
    whole = Given(values, _names(wrt, values), facts, simplify, gradient)
    names = names_for(f, set())
    found = _traced(f, whole, names)
    sized = _for_any_size(f, whole, found, names)
    assumptions += legend(found.inputs)
    if found.read is not None:
        numbers = [f"{name} = {number(x.item())}" for name, x in values.items() if not x.ndim]
        here = " and ".join(numbers) if len(numbers) == len(values) else "the example"
        assumptions.append(
            f"f reads numbers, by {found.read}: this holds only where they come out as at {here}. For a "
            "branch that formulas show, choose with np.where, ac.maximum or ac.relu"
        )
    return Derivation(sized, list(values), assumptions)


def _of_tensor(
    z: Tensor,
    xs: Sequence[Any],
    wrt: str | Sequence[str] | None,
    simplify: bool,
    assume: Mapping[str, str] | None,
    gradient: str | None,
) -> Derivation:
    if xs:
        raise TypeError("derive: a recorded Tensor has its arguments already")
    if z.node is None or z.node.op is None:
        raise GradientError(f"derive: {z.why_no_grad()}")
    names = names_for(None, {n for n in ancestors([z.node]) if n.op is None})
    made = recorded(z.node, names)
    root = made[z.node]
    own = [s for n, s in made.items() if n.op is None]
    variable = names.of_node.get(z.node)
    if root.name is None and variable is not None and all(s.label != variable for s in own):
        root.note("name", variable)
    inputs = give_letters(root, own)
    leaves = {str(s.label): s for s in own}
    examples = {name: np.zeros(s.shape) for name, s in leaves.items()}
    facts, assumptions = _facts(examples, assume or {})
    given = Given(examples, _names(wrt, examples), facts, simplify, gradient)
    found = derived(root, inputs, given)
    return Derivation(found, list(leaves), [*assumptions, *_of_constants(inputs, root)])


def _of_constants(inputs: list[Symbol], root: Symbol) -> list[str]:
    """What is to be said of the constants of a recorded graph."""
    chosen = [s for s in inputs if held(s) is not None and s.dtype.kind in "biu"]
    said = legend(s for s in inputs if all(s is not c for c in chosen))
    letters = [str(s.label) for s in chosen] + ([STEM] if fixed_choices([root]) else [])
    if len(letters) > 1:
        said.append(CHOICES.format(f"{', '.join(letters[:-1])} and {letters[-1]}"))
    elif letters:
        said.append(CHOICE.format(letters[0]))
    return said


def _examples(f: Callable[..., Any], xs: Sequence[Any]) -> dict[str, Any]:
    """The arguments by name, as arrays."""
    names: list[str] = []
    called = getattr(f, "forward", f) if is_model(f) else f
    for p in inspect.signature(called).parameters.values():
        if p.kind in (p.VAR_KEYWORD, p.KEYWORD_ONLY):
            continue
        if p.kind is p.VAR_POSITIONAL:
            names += [f"{p.name}{i}" for i in range(len(xs) - len(names))]
        elif len(names) < len(xs) or p.default is p.empty:
            names.append(p.name)
    if not xs:
        xs = [1.0] * len(names)
    if len(xs) != len(names):
        raise TypeError(f"derive: f has the arguments {', '.join(names)}, got {len(xs)}")
    values = {}
    for name, x in zip(names, xs, strict=True):
        array = np.asarray(plain(x))
        if array.dtype.kind not in "fiub":
            raise TypeError(f"derive: {name} holds numbers, got {array.dtype}")
        if array.dtype.kind in "iub" and not array.ndim:
            array = array.astype(float)
        if array.dtype.kind in "iu":
            array = array.astype(np.intp)  # as an index is taken
        values[name] = array
    return values


def _names(wrt: str | Sequence[str] | None, values: Mapping[str, Any]) -> tuple[str, ...] | None:
    if wrt is None:
        return None
    names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
    for name in names:
        if name not in values:
            raise ValueError(f"derive: wrt={name!r}, but the arguments are {', '.join(values)}")
    return names


def _facts(values: Mapping[str, Any], assume: Mapping[str, str] | None) -> tuple[Facts, list[str]]:
    """What is known of the arguments, and that in words."""
    indices = tuple(n for n, x in values.items() if x.dtype.kind in "iu" and x.size and x.min() >= 0)
    if assume is None:
        ones = tuple(name for name, x in values.items() if _is_one_hot(x))
    else:
        for name, words in assume.items():
            if name not in values or words != ROWS_SUM_TO_ONE:
                raise ValueError(
                    f"derive: assume takes {{name: {ROWS_SUM_TO_ONE!r}}} with one of the arguments "
                    f"{', '.join(values)}, got {name!r}: {words!r}"
                )
        ones = tuple(assume)
    said = [f"the {'rows' if values[n].ndim > 1 else 'numbers'} of {n} sum to 1" for n in ones]
    said += [f"{n} holds indices from 0 on" for n in indices if n not in ones]
    return Facts(ones, indices), said


def _is_one_hot(x: Any) -> bool:
    if not x.ndim or x.shape[-1] < 2 or not x.size:
        return False
    return bool(np.all((x == 0) | (x == 1)) and np.all(x.sum(axis=-1) == 1))


def _traced(f: Callable[..., Any], given: Given, names: Names) -> Derived:
    with tracing(names) as trace:
        inputs = {name: traced_input(x, name) for name, x in given.values.items()}
        out = f(*inputs.values())
        if not isinstance(out, Tensor) or not isinstance(out.node, Symbol):
            raise GradientError(f"derive: {_why_not(out)}")
        arguments = [x.node for x in inputs.values() if isinstance(x.node, Symbol)]
        found = derived(out.node, give_letters(out.node, arguments), given)
        return found._replace(read=trace.read)


def _why_not(out: Any) -> str:
    """Why there is nothing to derive in a result."""
    if isinstance(out, tuple | list | dict):
        one = f"f(...)[{next(iter(out))!r}]" if isinstance(out, dict) and out else "f(...)[0]"
        return (
            f"f returns a {type(out).__name__} of {len(out)}, and one Tensor is derived: let f return {one}, "
            "or a sum of what is in it"
        )
    if not isinstance(out, Tensor):
        return f"f must return a Tensor, got {type(out).__name__}, which does not depend on its arguments"
    if out.node is not None:
        return (
            "f does what is recorded apart, as ac.grad and ac.checkpoint do: call f with Tensors that "
            "require a gradient, and derive the Tensor that it returns"
        )
    return "the result of f does not depend on its arguments by recorded operations"


def _for_any_size(f: Callable[..., Any], given: Given, found: Derived, names: Names) -> Derived:
    """The same with N for every number that follows the number of rows."""
    first = next((x for x in given.values.values() if x.ndim > 1), None)
    if first is None:
        first = next((x for x in given.values.values() if x.ndim), None)
    if first is None or not first.size:
        return found
    n = first.shape[0]
    try:
        one, other = (_traced(f, given._replace(values=_resized(given.values, n, m)), names) for m in SIZES)
    except Exception:  # f may well refuse other shapes; then numbers stay numbers
        return found
    taken = {*given.values, *found.named, *(str(s.label) for s in found.inputs)}
    name = next(letter for letter in ("N", "n", "M", "m", "B") if letter not in taken)
    try:
        # f may do something else for few rows than for many
        m, large = (SIZES[1], other) if n != SIZES[1] else (SIZES[0], one)
        root = Sizing(n, m, Size.of(n, name)).common(found.root, large.root)
        here, there = (one.common(other, Sizing(*SIZES, Size.of(k, name))) for k in (n, SIZES[1]))
    except Differ:
        return found
    return here._replace(larger=None if is_cut(root) else there)


def _resized(values: Mapping[str, Any], n: int, m: int) -> dict[str, Any]:
    return {
        name: np.resize(x, (m, *x.shape[1:])) if x.ndim and x.shape[0] == n else x
        for name, x in values.items()
    }
