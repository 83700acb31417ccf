"""From the text of a formula to a recorded Tensor.

The text is read by Python's parser and then walked by hand. Only what stands in this room can happen: nothing
is evaluated, compiled or looked up as an attribute, and whatever the walk does not know is refused.

>>> z, names = compute("s = a*x; t = s - y; z = t**2", {"a": 2.0, "x": 3.0, "y": 4.0})
>>> z, list(names)
(Tensor(4.0, name='z', op='power'), ['a', 'x', 'y', 's', 't', 'z'])
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any
from unicodedata import normalize

import numpy as np

from autograd_core.creation import leaves
from autograd_core.state import enable_grad
from autograd_core.tensor import Tensor
from autograd_core.texts.advice import for_expression, of_power
from autograd_core.texts.errors import FormulaError, IdleValueError, MissingValueError, short
from autograd_core.texts.handwriting import CONSTANTS, typed
from autograd_core.texts.statements import Statement, names_read, quoted, statements
from autograd_core.texts.unknown import STAND_IN, AbstractRow, derivative_labels, forget
from autograd_core.texts.words import (
    FUNCTIONS,
    MAX_DEPTH,
    OPERATORS,
    check_abstract,
    check_name,
    no_function,
)

Value = Tensor | float


def compute(
    text: str, values: Mapping[str, Any], *, symbolic: bool = False
) -> tuple[Tensor, dict[str, Tensor]]:
    """Compute a formula whose inputs are leaves that require a gradient.

    Args:
        text: an expression, or assignments `s = a*x; t = s - y; z = t**2`, of which the last is the result.
            One may be written before those that it reads: `z = z(u); u = u(x)`. `a·x`, `a×x`, `x²` and `Wᵀ`
            are read as `a*x`, `x**2` and `W.T`; `pi` and `e` are numbers unless they have a value.
        values: numbers or arrays by name; Tensors are taken as they are.
        symbolic: whether there may be no values at all, and functions of which only the name is known. What
            depends on these is recorded without a value, which only pictures and formulas can read.

    Returns:
        The result, and the named Tensors in the order of their making, the result last.

    Raises:
        MissingValueError: if some names have a value and others have none.
        FormulaError: for anything else.
    """
    program = _Program(text, values, symbolic)
    with enable_grad():
        for statement in program.statements:
            program.run(statement)
    return program.result()


class _Program:
    """One formula while it is computed."""

    def __init__(self, text: str, values: Mapping[str, Any], symbolic: bool) -> None:
        self.text = text = typed(text)
        self.symbolic = symbolic
        self.statements = statements(text)
        self.assigned = [s.name for s in self.statements if s.name is not None]
        self.names: dict[str, Value] = {}
        for given, value in values.items():
            name = normalize("NFKC", str(given))
            check_name(name)
            if name in self.names:
                raise FormulaError(f"{name} is given twice")
            if name in self.assigned:
                raise FormulaError(f"{name} gets a value twice; take another name")
            self.names[name] = _leaf(name, value)
        self.inputs = tuple(self.names)
        self.unknown: list[Tensor] = []
        if symbolic and not values:
            self.unknown = list(leaves(**dict.fromkeys(self.free(), STAND_IN)))
            self.names.update((str(x.name), x) for x in self.unknown)
        self.rows: dict[tuple[str, tuple[str, ...]], AbstractRow] = {}
        self.used: set[str] = set()
        self.running: Statement | None = None
        self.last: tuple[str, Value] | None = None

    def free(self) -> list[str]:
        """The names that get no value in the text."""
        read = [name for s in self.statements for name in names_read(s.expression)]
        known = {*self.assigned, *FUNCTIONS, *CONSTANTS}
        return [n for n in dict.fromkeys(read) if n not in known]

    def run(self, statement: Statement) -> None:
        self.running = statement
        value = self.value(statement.expression, 0)
        name = statement.name or ("result" if "z" in self.names else "z")
        if not isinstance(value, Tensor):
            value = Tensor(value, name=name)
        elif not any(value is known for known in self.names.values()):
            value.name = name
        self.names[name] = value
        self.last = name, value

    def result(self) -> tuple[Tensor, dict[str, Tensor]]:
        idle = [name for name in self.inputs if name not in self.used]
        if idle:
            raise IdleValueError(idle)
        if self.last is None or not isinstance(self.last[1], Tensor) or self.last[1].is_leaf:
            raise FormulaError(f"nothing is computed from inputs in {short(self.text)}")
        found = {name: v for name, v in self.names.items() if isinstance(v, Tensor)}
        if self.unknown or self.rows:
            forget(found.values(), self.unknown)
        return self.last[1], found

    # ---- expressions ---------------------------------------------------------------------------------------

    def value(self, node: ast.expr, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise FormulaError(f"the formula is nested too deeply; at most {MAX_DEPTH} levels are allowed")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return self.attempt(node, float, number)
            case ast.Name(id=name):
                return self.look_up(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.attempt(node, operator.neg, self.value(operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand, depth + 1)
            case ast.BinOp():
                return self.binary(node, depth)
            case ast.Attribute(value=matrix, attr="T"):
                return self.attempt(node, FUNCTIONS["transpose"], self.value(matrix, depth + 1))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                return self.call(node, name, args, keywords, depth)
            case ast.Call(func=ast.Constant() | ast.BinOp() as left, args=[right], keywords=[]):
                part, factor = (ast.get_source_segment(self.text.strip(), n) or "" for n in (left, right))
                part = part if isinstance(left, ast.Constant) else f"({part})"
                raise FormulaError(f"{self.quoted(node)} is no call; write {short(f'{part}*({factor})')}")
        raise FormulaError(
            f"{self.quoted(node)} is not allowed; a formula has names, numbers, + - * / ** @, parentheses "
            f"and calls of functions such as exp, log, maximum, sum{for_expression(node)}"
        )

    def look_up(self, name: str) -> Value:
        if name not in self.names:
            if name in FUNCTIONS:
                advice = of_power(self.text, frozenset({name})) or f"call it, for example {name}(x)"
                raise FormulaError(f"{name} is a function; {advice}")
            if name in CONSTANTS and name not in self.assigned:
                return CONSTANTS[name]
            missing = [n for n in self.free() if n not in self.names and n.isidentifier()]
            raise MissingValueError(missing or [name], [n for n in self.names if n not in self.assigned])
        self.used.add(name)
        return self.names[name]

    def binary(self, node: ast.BinOp, depth: int) -> Value:
        """A long sum is deep to the left: its spine is walked in a loop."""
        spine: list[ast.BinOp] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):
            spine.append(left)
            left = left.left
        value = self.value(left, depth + 1)
        for part in reversed(spine):
            function = OPERATORS.get(type(part.op))
            if function is None:
                power = "; a power is written x**2" if isinstance(part.op, ast.BitXor) else ""
                raise FormulaError(
                    f"the operator of {self.quoted(part)} is not allowed; there are + - * / ** @{power}"
                )
            value = self.attempt(part, function, value, self.value(part.right, depth + 1))
        return value

    def call(
        self, node: ast.Call, name: str, args: list[ast.expr], keywords: list[ast.keyword], depth: int
    ) -> Value:
        function = FUNCTIONS.get(name)
        if name in self.inputs and len(args) == 1:
            factor = ast.get_source_segment(self.text.strip(), args[0]) or ""
            written = short(f"{name}*({factor})")
            raise FormulaError(f"{self.quoted(node)}: {name} is a value, no function; write {written}")
        if function is None:
            if not self.symbolic:
                raise no_function(name)
            return self.abstract(node, name, [self.value(a, depth + 1) for a in args])
        words: dict[str, Any] = {}
        for word in keywords:
            if word.arg not in ("axis", "keepdims") or not isinstance(word.value, ast.Constant | ast.UnaryOp):
                raise FormulaError(f"{self.quoted(node)}: only axis= and keepdims= with a number are allowed")
            words[word.arg] = self.whole(word.value)
        if len(args) > 1 and list(signature(function).parameters)[1:2] == ["axis"]:
            args, words = args[:1], {"axis": self.axis(node, name, args), **words}
        return self.attempt(node, function, *(self.value(a, depth + 1) for a in args), **words)

    def axis(self, node: ast.Call, name: str, args: list[ast.expr]) -> int:
        """The second argument of a function of one array and an axis, as NumPy has it."""
        if len(args) == 2 and isinstance(args[1], ast.Constant | ast.UnaryOp):
            return self.whole(args[1])
        written = ", ".join(ast.get_source_segment(self.text.strip(), a) or "" for a in args)
        several = f"; of several values write {name}imum({written})" if name in ("max", "min") else ""
        raise FormulaError(f"{self.quoted(node)}: {name} takes one array, and after it an axis{several}")

    def abstract(self, node: ast.Call, name: str, operands: list[Value]) -> Value:
        """A call of a function of which only the name is known."""
        assert self.running is not None  # a statement is running
        check_abstract(name, self.running.name)
        if node.keywords:
            raise FormulaError(f"{self.quoted(node)}: a function of your own takes no keywords")
        if not any(isinstance(x, Tensor) and x.requires_grad for x in operands):
            raise FormulaError(f"{self.quoted(node)} depends on no input")
        text = self.text.strip()
        parts = [normalize("NFKC", ast.get_source_segment(text, a) or "") for a in node.args]
        written = tuple(" ".join(part.split()) for part in parts)
        row = self.rows.get((name, written))
        if row is None:
            # dz/du is the derivative of the value z as well, so the function z has to be all of it
            whole = node is self.running.expression and name == self.running.name
            named = all(isinstance(a, ast.Name) for a in node.args) and len(set(written)) == len(written)
            clear = named and (whole or (name not in self.names and name not in self.assigned))
            row = AbstractRow(name, derivative_labels(name, written, clear))
            self.rows[name, written] = row
        return self.attempt(node, row.recorded, *operands)

    def whole(self, node: ast.expr) -> int:
        """An integer, True or False, as it is written."""
        try:
            value = ast.literal_eval(node)
        except ValueError:
            value = None
        if not isinstance(value, int):
            raise FormulaError(f"{self.quoted(node)} is not allowed here; an integer is needed")
        return value

    def attempt(self, node: ast.expr, function: Callable[..., Any], *args: Any, **words: Any) -> Value:
        """Call a function; numbers alone are computed as NumPy's, which are never complex nor endless."""
        plain = not any(isinstance(a, Tensor) for a in args)
        try:
            with np.errstate(all="ignore"):
                if plain and function is not float:
                    args = tuple(np.float64(a) for a in args)
                value = function(*args, **words)
        except (ValueError, TypeError, ArithmeticError, MemoryError) as error:
            # the reader calls the function, not the one who drew the formula
            what = re.sub(r"^\w+(?: of [^,]*)?, which takes ", "", str(error).split("\n")[0]) or "too large"
            advice = "; a name without a value is a single number" if self.unknown else ""
            raise FormulaError(f"cannot compute {self.quoted(node)}: {what}{advice}") from None
        if isinstance(value, Tensor):
            return value
        if not np.isfinite(value):
            raise FormulaError(f"{self.quoted(node)} is no finite number")
        return float(value)

    def quoted(self, node: ast.AST) -> str:
        return quoted(node, self.text)


def _leaf(name: str, value: Any) -> Tensor:
    if isinstance(value, Tensor):
        return value
    try:
        (made,) = leaves(**{name: value})
    except (TypeError, ValueError) as error:
        what = str(error).removeprefix("leaves: ").split("\n")[0]
        raise FormulaError(f"{what}: a number is needed, or a list or array of them") from None
    return made
