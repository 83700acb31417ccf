"""Expressions as a program of JavaScript: one line for each operation, in the order of their making.

What is the same expression is the same Symbol, so nothing is computed twice, and what no output needs is not
there at all. Rows that only move numbers leave no line: readers know where the numbers stand.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.node import ancestors
from autograd_core.programs.applying import applied
from autograd_core.programs.literals import key, name
from autograd_core.programs.meanings import in_forms
from autograd_core.programs.places import Loop
from autograd_core.programs.runtime import helpers, used_in
from autograd_core.programs.writer import Value, Writer, check
from autograd_core.symbols import Symbol

Output = Any
"""A Symbol, a number, an array, None, or a mapping of names to such."""


def javascript(outputs: Mapping[str, Output], inputs: Sequence[Symbol]) -> str:
    """The source of a function of JavaScript that computes expressions.

    The text is an expression whose value is a function `inputs => outputs`. Both are objects of a number for
    every name of shape (), and of a flat array in C order for other shapes. Text that is a number and nested
    arrays are welcome as inputs; a missing input or one of another length throws. Nothing that is returned
    is changed by a later call. The text needs nothing around it and may stand inside a <script>.

    Args:
        outputs: by name Symbols, numbers or arrays; None gives null, a mapping an object of its own.
        inputs: Symbols without an operation, whose labels are the names.

    Raises:
        NoFormError: for a row or a type of numbers that JavaScript has no form of.
        ValueError: if an input is missing, two have the same name, or a constant array is too large.

    >>> x, y = Symbol.input("x"), Symbol.input("y")
    >>> print(javascript({"z": (x + y) * x}, [x, y]).partition("function f0")[2])
    (inputs){
    const v0=given(inputs,"x",-1);
    const v1=given(inputs,"y",-1);
    const v2=v0+v1;
    const v3=v2*v0;
    return {"z":v3};
    }
    return f0;
    })()
    """
    return together([outputs], inputs, "return f0;")


def together(functions: Sequence[Output], inputs: Sequence[Symbol], end: str) -> str:
    """Several functions of the same inputs in one scope with their tables and helpers.

    Args:
        functions: what each returns; they are called f0, f1 ...
        end: the last statement of the scope, which returns its value.
    """
    _check_inputs(inputs)
    tables: dict[str, str] = {}
    used = used_in(end)
    texts = []
    for k, output in enumerate(functions):
        writer = _Function(inputs, tables)
        writer.give(output)
        used |= writer.used()
        texts.append("\n".join([f"function f{k}(inputs){{", *writer.lines, "}"]))
    known = [f"const {table}={text};" for text, table in tables.items()]
    return "\n".join(["(()=>{", *helpers(used), *known, *texts, end, "})()"])


def _check_inputs(inputs: Sequence[Symbol]) -> None:
    labels: set[str] = set()
    for x in inputs:
        if x.op is not None or x.label is None:
            raise ValueError(f"an input of a program is made by Symbol.input, got {x!r}")
        if x.label in labels:
            raise ValueError(f"two inputs of a program are called {x.label!r}; give each a name of its own")
        labels.add(x.label)


class _Function(Writer):
    """One function while it is written."""

    def __init__(self, inputs: Sequence[Symbol], tables: dict[str, str]) -> None:
        super().__init__(tables)
        self._inputs = inputs
        self._given: set[str] = set()

    def give(self, output: Output) -> None:
        """All lines that an output needs, and the one that returns it."""
        roots = [x for x in _leaves(output) if isinstance(x, Symbol)]
        said = in_forms(roots)
        order = ancestors(x for x in (said[root] for root in roots) if isinstance(x, Symbol))
        values: dict[Any, Value] = {}
        for node in order:
            assert isinstance(node, Symbol)  # expressions hold Symbols only
            values[node] = self._input(node) if node.op is None else applied(self, node, values)
        self.lines.append(f"return {self._text(output, said, values)};")

    def _input(self, x: Symbol) -> Value:
        if not any(x is known for known in self._inputs):
            listed = ", ".join(str(known.label) for known in self._inputs) or "there is none"
            raise ValueError(f"an output depends on {x.label!r}, which is not among the inputs: {listed}")
        check(x.dtype, f"the input {x.label!r}")
        text = f"given(inputs,{name(str(x.label))},{x.size if x.shape else -1})"
        single = x.dtype == np.float32
        if not x.shape:
            value = self.single(text, np.dtype(np.float32 if single else np.float64))
            return value._replace(dtype=x.dtype)
        called = self.name()
        self.lines.append(f"const {called}={f'Float32Array.from({text})' if single else text};")
        self.sizes[called] = x.size
        return Value(called, np.arange(x.size).reshape(x.shape), x.shape, x.dtype)

    def _text(self, output: Output, said: Mapping[Symbol, Any], values: Mapping[Any, Value]) -> str:
        if output is None:
            return "null"
        if isinstance(output, Mapping):
            parts = (f"{key(str(k))}:{self._text(x, said, values)}" for k, x in output.items())
            return f"{{{','.join(parts)}}}"
        result = said[output] if isinstance(output, Symbol) else output
        value = values[result] if isinstance(result, Symbol) else self.constant(result)
        everything = np.arange(value.size).reshape(value.shape)
        if not value.shape:
            return self.read(value, everything, [Loop("i", ())])
        if value.text and value.at is not None and value.text not in self._given and value.data is None:
            self._given.add(value.text)
            if np.array_equal(value.at.reshape(-1), np.arange(self.sizes[value.text])):
                return value.text
        kind = "Float32Array" if value.dtype == np.float32 else "Float64Array"
        read = self.read(value, everything, [Loop("i", value.shape)])
        return f"{kind}.from({{length:{value.size}}},(_,i)=>{read})"


def _leaves(output: Output) -> list[Any]:
    if isinstance(output, Mapping):
        return [leaf for x in output.values() for leaf in _leaves(x)]
    return [output]
