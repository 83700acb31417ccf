"""A derivation as a Python function in the lecture's style: plain NumPy, forward and backward."""

import math
from collections.abc import Callable, Sequence
from keyword import iskeyword
from typing import Any
from unicodedata import normalize

import numpy as np

from autograd_core.explaining.constants import held
from autograd_core.explaining.deriving import Derived
from autograd_core.explaining.numpy_forms import ATOM, HELPERS, Text, constant, shape_text, written
from autograd_core.node import ancestors
from autograd_core.symbols import Size, Symbol
from autograd_core.symbols.sizing import letters

TEMPORARIES = {
    "softmax": "y",
    "sigmoid": "y",
    "log_softmax": "l",
    "matmul": "a",
    "exp": "e",
    "sqrt": "s",
    "mean": "m",
    "sum": "s",
    "greater": "mask",
    "subtract": "d",
}
"""What a value that is used several times is called, by the row that makes it."""


def program(derived: Derived, arguments: Sequence[str]) -> "Program":
    """The program of a derivation: for any size, if that for another size is the same text."""
    if derived.larger is not None:
        made = Program(derived, arguments, for_any_size=True)
        if made.source == Program(derived.larger, arguments, for_any_size=True).source:
            return made
    return Program(derived, arguments, for_any_size=False)


class Program:
    """The source of a function, and the function."""

    def __init__(self, derived: Derived, arguments: Sequence[str], *, for_any_size: bool) -> None:
        self._derived = derived
        self._for_any_size = for_any_size
        self._function_name = "backward" if derived.seed is not None else "forward_backward"
        self._names: dict[str, str] = {}
        self._used: set[str] = {"np", "math", *HELPERS}
        self._helpers: set[str] = set()
        self._constants: dict[str, Any] = {}
        self._texts: dict[Any, Text] = {}
        self._sizes: set[str] = set()
        self._lines: list[str] = []
        self._body = self._statements(arguments)
        holds_anywhere = for_any_size or not any(self._shapes.values())
        self.source = self._text(guarded=not holds_anywhere)
        """As it is printed."""

    @property
    def function(self) -> Callable[..., Any]:
        """The source, compiled: it is this class's own text and nothing else."""
        space: dict[str, Any] = {"np": np, "math": math, **self._constants}
        exec(compile(self._text(guarded=True), "<derivation>", "exec"), space)
        found = space[self._function_name]
        assert callable(found)  # the source defines it
        return found  # type: ignore[no-any-return]

    # ---- names ---------------------------------------------------------------------------------------------

    def _name(self, label: str) -> str:
        """A letter as a name in Python: ∂E/∂W1 is dW1."""
        known = self._names.get(label)
        if known is None:
            stem = f"d{label.rpartition('∂')[2]}" if label.startswith("∂") else label
            known = self._names[label] = self._fresh(stem)
        return known

    def _fresh(self, stem: str) -> str:
        stem = normalize("NFKC", stem)
        stem = "".join(c if f"_{c}".isidentifier() else "_" for c in stem)
        if not stem.isidentifier() or iskeyword(stem):
            stem = f"{stem}_" if iskeyword(stem) else f"_{stem}"
        name, k = stem, 1
        while name in self._used:
            name, k = f"{stem}{k}", k + 1
        self._used.add(name)
        return name

    # ---- the source ----------------------------------------------------------------------------------------

    def _statements(self, arguments: Sequence[str]) -> list[str]:
        d, result = self._derived, self._derived.above
        for s in d.inputs:
            if held(s) is not None:
                self._constants[self._name(str(s.label))] = held(s)
        inputs = {str(s.label): s for s in d.inputs if held(s) is None}
        order = [*arguments, *(name for name in inputs if name not in arguments)]
        self._parameters = [self._name(name) for name in order]
        self._shapes = {self._name(name): self._fixed(s.shape) for name, s in inputs.items()}
        if d.seed is not None:
            self._parameters.append(self._name(d.seed))
        steps = [(name, expression) for name, expression in d.named.items()]
        value = [] if d.seed is not None else [(d.letter, d.value)]
        if d.seed is not None:  # which the derivative may read
            steps.append((d.letter, d.value))
        inner = [(f"∂{result}/∂{name}", expression) for name, expression in d.inner.items()]
        outer = [(f"∂{result}/∂{name}", expression) for name, expression in d.gradients.items()]
        statements = _needed([*steps, *value, *inner, *outer], {label for label, _ in [*value, *outer]})
        for label, _ in statements:
            self._name(label)
        shared = _shared([expression for _, expression in statements])
        defined = {id(e): label for label, e in statements if isinstance(e, Symbol) and e.op is not None}
        shapes = {f"∂{result}/∂{name}": np.shape(x) for name, x in d.named.items()}
        shapes |= {f"∂{result}/∂{name}": s.shape for name, s in inputs.items()}
        shapes[d.letter] = d.shape
        for label, expression in statements:
            self._write(label, expression, shared, defined, shapes.get(label))
        results = [self._name(label) for label, _ in [*value, *outer]]
        return [*self._lines, f"return {', '.join(results)}"]

    def _text(self, *, guarded: bool) -> str:
        """The source, with or without the lines that refuse other shapes."""
        d, body, helpers = self._derived, self._body, set(self._helpers)
        if guarded:
            helpers.add("require")
            if d.seed is not None:
                name = self._name(d.seed)
                body = [f"require({{{name!r}: {shape_text(d.shape, self)}}}, {name}={name})", *body]
        body = [*map(self._size_line, sorted(self._sizes)), *body]
        if guarded:
            words = {
                name: tuple(n.name if isinstance(n, Size) else n for n in shape)
                for name, shape in self._shapes.items()
            }
            given = ", ".join(f"{name}={name}" for name in words)
            body.insert(0, f"require({words!r}, {given})")
        head = f"def {self._function_name}({', '.join(self._parameters)}):"
        texts = [text for name, text in HELPERS.items() if name in helpers]
        arrays = [f"{name} {shape}" for name, shape in self._shapes.items() if shape]
        notes = [f"# for {', '.join(arrays)}"] if arrays else []
        notes += [
            f"# {name}: an array of shape {x.shape} that the function holds"
            for name, x in self._constants.items()
        ]
        if any("math." in text for text in texts):
            texts.insert(0, "import math")
        lines = [*notes, head, *(f"    {line}" for line in body)]
        return "\n\n\n".join([*texts, "\n".join(lines)]) + "\n"

    def _fixed(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """A shape in which only those sizes have names that may be others."""
        return shape if self._for_any_size else tuple(int(n) for n in shape)

    def _size_line(self, name: str) -> str:
        for s in self._derived.inputs:
            if s.shape and isinstance(s.shape[0], Size) and s.shape[0].name == name:
                return f"{self._name(name)} = {self._name(str(s.label))}.shape[0]"
        raise AssertionError(f"nothing has the size {name}")  # sizes come from inputs

    def _write(
        self,
        label: str,
        expression: Any,
        shared: set[int],
        defined: dict[int, str],
        shape: tuple[int, ...] | None,
    ) -> None:
        """The lines that compute one expression; what is used again gets a name of its own first."""
        if isinstance(expression, Symbol):
            for node in ancestors([expression]):
                assert isinstance(node, Symbol)  # expressions hold Symbols only
                if node in self._texts:
                    continue
                if node.op is None:
                    self._texts[node] = Text(self._name(str(node.label)), ATOM)
                    continue
                text = written(node, self._operand, self)
                own = defined.get(id(node))
                if node is not expression and id(node) in shared and own is None:
                    name = self._fresh(TEMPORARIES.get(node.op.name, "h"))
                    self._lines.append(f"{name} = {text.text}")
                    text = Text(name, ATOM)
                self._texts[node] = text
            text = self._texts[expression]
        else:
            text = constant(expression, self)
        name = self._name(label)
        right = text.text
        if shape is not None and np.shape(expression) != shape:  # what formulas leave to broadcasting
            whole = shape_text(shape, self)
            spread = isinstance(expression, Symbol)
            right = f"np.broadcast_to({right}, {whole})" if spread else f"np.full({whole}, {right}, float)"
        self._lines.append(f"{name} = {right}")
        if isinstance(expression, Symbol) and expression.op is not None:
            self._texts[expression] = Text(name, ATOM)

    def _operand(self, x: Any) -> Text:
        return self._texts[x] if isinstance(x, Symbol) else constant(x, self)

    # ---- what forms ask for --------------------------------------------------------------------------------

    def helper(self, name: str) -> str:
        """A function that is printed above, by name."""
        self._helpers.add(name)
        return name

    def array(self, x: Any) -> str:
        """A constant array by name."""
        for name, known in self._constants.items():
            if known is x:
                return name
        name = self._fresh("c")
        self._constants[name] = x
        return name

    def size(self, x: Size) -> str:
        """A size with a name, 2N as 2 * N, −3N as -3 * N."""
        digits = x.name[: len(x.name) - len(x.name.lstrip("-0123456789"))]
        name = x.name[len(digits) :]
        self._sizes.add(name)
        letter = self._name(name)
        return f"{digits} * {letter}" if digits else letter


def _needed(statements: Sequence[tuple[str, Any]], results: set[str]) -> list[tuple[str, Any]]:
    """The statements that the results depend on."""
    needed, kept = set(results), []
    for label, expression in reversed(statements):
        if label in needed:
            kept.append((label, expression))
            needed |= {str(s.label) for s in letters(expression)}
    return kept[::-1]


def _shared(expressions: Sequence[Any]) -> set[int]:
    """What occurs in several places and is more than a letter with a mark."""
    uses: dict[int, int] = {}
    for expression in expressions:
        if not isinstance(expression, Symbol):
            continue
        for node in ancestors([expression]):
            assert isinstance(node, Symbol)  # expressions hold Symbols only
            for x in {id(x): x for x in node.operands if isinstance(x, Symbol)}.values():
                uses.setdefault(id(x), 0)
        uses[id(expression)] = uses.get(id(expression), 0) + 1
    nodes = {
        id(n): n
        for e in expressions
        if isinstance(e, Symbol)
        for n in ancestors([e])
        if isinstance(n, Symbol)
    }
    for node in nodes.values():
        for x in node.operands:
            if isinstance(x, Symbol):
                uses[id(x)] = uses.get(id(x), 0) + 1
    plain = {"transpose", "negative", "expand", "squeeze", "astype", "broadcast_to"}
    return {
        key
        for key, n in uses.items()
        if n > 1 and nodes[key].op is not None and nodes[key].op.name not in plain  # type: ignore[union-attr]
    }
