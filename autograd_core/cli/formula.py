"""From the text of a formula to a recorded Tensor.

The text is read by Python's parser and then walked by hand. Only what stands in this file can happen: nothing
is evaluated, compiled or looked up as an attribute, and whatever the walk does not know is refused.

>>> z, names = compute("s = a*x; t = s - y; z = t**2", {"a": 2.0, "x": 3.0, "y": 4.0})
>>> z, list(names)
(Tensor(4.0, name='z', op='power'), ['a', 'x', 'y', 's', 't', 'z'])
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from keyword import iskeyword
from types import MappingProxyType
from typing import Any
from unicodedata import normalize

import numpy as np

import autograd_core as ac
from autograd_core import Tensor

MAX_LENGTH = 10_000
"""So many characters a formula, or the value of a name, may have."""

MAX_DEPTH = 100
"""So deep parentheses, calls and signs may be nested."""

FUNCTIONS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        name: getattr(ac, name)
        for name in (
            *(
                "abs",
                "arccos",
                "arcsin",
                "arctan",
                "arctan2",
                "cbrt",
                "ceil",
                "cos",
                "cosh",
                "cumprod",
                "cumsum",
            ),
            *("dot", "elu", "erf", "exp", "exp2", "expm1", "floor", "gelu", "hypot", "leaky_relu", "log"),
            *(
                "log10",
                "log1p",
                "log2",
                "log_softmax",
                "logaddexp",
                "logsigmoid",
                "logsumexp",
                "matmul",
                "max",
            ),
            *(
                "maximum",
                "mean",
                "median",
                "min",
                "minimum",
                "outer",
                "prod",
                "relu",
                "selu",
                "sigmoid",
                "sign",
            ),
            *("silu", "sin", "sinc", "sinh", "softmax", "softplus", "sort", "sqrt", "square", "std", "sum"),
            *("tan", "tanh", "trace", "transpose", "var"),
        )
    }
)
"""The functions that a formula may call."""

OPERATORS: MappingProxyType[type, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: operator.pow,
        ast.MatMult: operator.matmul,
    }
)
"""The operators that a formula may use, beside the sign −."""

Value = Tensor | float


class FormulaError(ValueError):
    """Text that is no formula, or one that cannot be computed; the message says what is allowed."""


def inputs(pairs: Iterable[str]) -> dict[str, Any]:
    """The values of the named inputs from words like `a=2` and `W=[[1, 2], [3, 4]]`.

    >>> inputs(["a=2", "W=[[1, 2], [3, 4.5]]"])
    {'a': 2.0, 'W': array([[1. , 2. ],
           [3. , 4.5]])}
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = normalize("NFKC", name.strip())
        if not equals:
            raise FormulaError(f"{_short(pair)} is no input; write name=value, for example a=2")
        _check_name(name)
        if name in found:
            raise FormulaError(f"{name} is given twice")
        found[name] = _numbers(name, text)
    return found


def compute(text: str, values: Mapping[str, Any]) -> tuple[Tensor, dict[str, Tensor]]:
    """Compute a formula whose inputs are leaves that require a gradient.

    Args:
        text: an expression, or assignments `s = a*x; t = s - y; z = t**2`, of which the last is the result.
        values: numbers or arrays by name.

    Returns:
        The result, and the named Tensors in the order of their making, the result last.

    Raises:
        FormulaError: for anything else.
    """
    program = _Program(text, values)
    for i, statement in enumerate(program.statements):
        program.run(statement, last=i == len(program.statements) - 1)
    return program.result()


class _Program:
    """One formula while it is computed."""

    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self.text = text
        self.statements = _parsed(text)
        self.names: dict[str, Value] = dict(zip(values, ac.leaves(**values), strict=True))
        self.inputs = tuple(values)
        self.used: set[str] = set()
        self.last: tuple[str, Value] | None = None

    def run(self, statement: ast.stmt, *, last: bool) -> None:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                self.assign(target.id, self.value(statement.value, 0))
                return
        if isinstance(statement, ast.Expr):
            value = self.value(statement.value, 0)
            if not last:
                part = self.quoted(statement)
                raise FormulaError(f"{part} has no name; give it one, for example s = {part}")
            self.assign("result" if "z" in self.names else "z", value)
            return
        raise FormulaError(
            f"{self.quoted(statement)} is not allowed; a formula is an expression or assignments "
            "like s = a*x; z = s**2"
        )

    def assign(self, name: str, value: Value) -> None:
        _check_name(name)
        if name in self.names:
            raise FormulaError(f"{name} gets a value twice; take another name")
        if not isinstance(value, Tensor):
            value = Tensor(value, name=name)
        elif not any(value is known for known in self.names.values()):
            value.name = name
        self.names[name] = value
        self.last = name, value

    def result(self) -> tuple[Tensor, dict[str, Tensor]]:
        idle = [name for name in self.inputs if name not in self.used]
        if idle:
            raise FormulaError(f"{', '.join(idle)} is given but does not occur in the formula")
        if self.last is None or not isinstance(self.last[1], Tensor) or self.last[1].is_leaf:
            raise FormulaError(f"nothing is computed from inputs in {_short(self.text)}")
        return self.last[1], {name: v for name, v in self.names.items() if isinstance(v, Tensor)}

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
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                return self.call(node, name, args, keywords, depth)
        raise FormulaError(
            f"{self.quoted(node)} is not allowed; a formula has names, numbers, + - * / ** @, parentheses "
            "and calls of functions such as exp, log, maximum, sum"
        )

    def look_up(self, name: str) -> Value:
        if name not in self.names:
            known = f", only {', '.join(self.names)}" if self.names else ""
            if name in FUNCTIONS:
                raise FormulaError(f"{name} is a function; call it, for example {name}(x)")
            raise FormulaError(f"{name} is not given{known}: add {name}=1, for example")
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
                raise FormulaError(
                    f"the operator of {self.quoted(part)} is not allowed; there are + - * / ** @"
                )
            value = self.attempt(part, function, value, self.value(part.right, depth + 1))
        return value

    def call(
        self, node: ast.Call, name: str, args: list[ast.expr], keywords: list[ast.keyword], depth: int
    ) -> Value:
        function = FUNCTIONS.get(name)
        if function is None:
            near = get_close_matches(name[:40], FUNCTIONS)
            advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(FUNCTIONS)}"
            raise FormulaError(f"there is no function {_short(name)}; {advice}")
        words: dict[str, Any] = {}
        for word in keywords:
            if word.arg not in ("axis", "keepdims") or not isinstance(word.value, ast.Constant | ast.UnaryOp):
                raise FormulaError(f"{self.quoted(node)}: only axis= and keepdims= with a number are allowed")
            words[word.arg] = self.whole(word.value)
        return self.attempt(node, function, *(self.value(a, depth + 1) for a in args), **words)

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
            what = str(error).split("\n")[0] or "too large"
            raise FormulaError(f"cannot compute {self.quoted(node)}: {what}") from None
        if isinstance(value, Tensor):
            return value
        if not np.isfinite(value):
            raise FormulaError(f"{self.quoted(node)} is no finite number")
        return float(value)

    def quoted(self, node: ast.AST) -> str:
        return _short(ast.get_source_segment(self.text, node) or self.text)


def _parsed(text: str) -> list[ast.stmt]:
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed")
    try:
        statements = ast.parse(text.strip()).body
    except (SyntaxError, ValueError) as error:
        raise FormulaError(f"cannot read {_short(text)}: {getattr(error, 'msg', error)}") from None
    except (RecursionError, MemoryError):
        raise FormulaError("cannot read the formula: it is nested too deeply") from None
    if not statements:
        raise FormulaError("the formula is empty; write for example (a*x - y)**2")
    return statements


def _check_name(name: str) -> None:
    if not name.isidentifier() or iskeyword(name):
        raise FormulaError(f"{_short(name)} cannot be a name; names are letters, digits and _")
    if name in FUNCTIONS:
        raise FormulaError(f"{name} cannot be a name, it is a function")


def _numbers(name: str, text: str) -> Any:
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"the value of {name} has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed"
        )
    wrong = (
        f"{name}={_short(text)}: a number is needed, as in a=2, or a nested list, as in W=[[1, 2], [3, 4]]"
    )
    try:
        value = ast.literal_eval(text.strip())
        _check_numbers(value, 0)
        array = np.array(value, dtype=float)
    except (ValueError, TypeError, SyntaxError, OverflowError, RecursionError, MemoryError):
        raise FormulaError(wrong) from None
    if not array.size:
        raise FormulaError(f"{name} is empty")
    return array if array.ndim else float(array)


def _check_numbers(value: Any, depth: int) -> None:
    """Refuse anything but numbers and lists of them."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, list):
        for part in value:
            _check_numbers(part, depth + 1)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")


def _short(text: str) -> str:
    """A piece of the text on one line, quoted and not too long."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
