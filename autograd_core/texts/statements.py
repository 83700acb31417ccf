"""The statements of a formula: read by Python's parser, each put behind those that it reads."""

import ast
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from autograd_core.texts.advice import for_text
from autograd_core.texts.errors import FormulaError, short
from autograd_core.texts.words import FUNCTIONS, MAX_LENGTH, check_name


class Statement(NamedTuple):
    """One `name = expression`; the last one may be an expression alone."""

    name: str | None
    expression: ast.expr


def statements(text: str) -> list[Statement]:
    """The statements of a text, each behind those that it reads: z = z(u); u = u(x) begins with u.

    >>> [s.name for s in statements("z = z(u, v); u = u(x); v = v(x)")]
    ['u', 'v', 'z']

    Raises:
        FormulaError: for anything but assignments to names and, at the end, an expression.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed")
    try:
        found = ast.parse(text.strip()).body
    except (SyntaxError, ValueError) as error:
        advice = for_text(text, error, frozenset(FUNCTIONS))
        raise FormulaError(f"cannot read {short(text)}: {advice}") from None
    except (RecursionError, MemoryError):
        raise FormulaError(
            "cannot read the formula: it is nested too deeply, or too long without names for its parts"
        ) from None
    if not found:
        raise FormulaError("the formula is empty; write for example (a*x - y)**2")
    read: list[Statement] = []
    for node in found:
        statement = _statement(node, text, last=node is found[-1])
        if statement.name is not None and any(statement.name == other.name for other in read):
            raise FormulaError(f"{statement.name} gets a value twice; take another name")
        read.append(statement)
    return _in_order(read)


def quoted(node: ast.AST, text: str) -> str:
    """The piece of the text that a node was read from."""
    return short(ast.get_source_segment(text.strip(), node) or text)


def names_read(expression: ast.expr) -> list[str]:
    """The names of values in an expression in the order of the text; those of functions that are called are
    none."""
    called = {id(n.func) for n in ast.walk(expression) if isinstance(n, ast.Call)}
    names = [n for n in ast.walk(expression) if isinstance(n, ast.Name) and id(n) not in called]
    names.sort(key=lambda n: (n.lineno, n.col_offset))
    return list(dict.fromkeys(n.id for n in names))


def _statement(node: ast.stmt, text: str, *, last: bool) -> Statement:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            check_name(name)
            return Statement(name, value)
        case ast.Expr(value=value) if last:
            return Statement(None, value)
        case ast.Expr():
            part = quoted(node, text)
            raise FormulaError(f"{part} has no name; give it one, for example {short(f's = {part[1:-1]}')}")
    raise FormulaError(
        f"{quoted(node, text)} is not allowed; a formula is an expression or assignments "
        "like s = a*x; z = s**2"
    )


def _in_order(read: Sequence[Statement]) -> list[Statement]:
    """The statements in the order of the text as far as each comes behind those that it reads."""
    place = {s.name: i for i, s in enumerate(read) if s.name is not None}
    waiting: list[int] = []
    readers: dict[int, list[int]] = {i: [] for i in range(len(read))}
    for i, statement in enumerate(read):
        needed = {place[name] for name in names_read(statement.expression) if name in place}
        waiting.append(len(needed))
        for j in needed:
            readers[j].append(i)
    ready = [i for i, n in enumerate(waiting) if not n]
    heapify(ready)
    order = []
    while ready:
        i = heappop(ready)
        order.append(read[i])
        for j in readers[i]:
            waiting[j] -= 1
            if not waiting[j]:
                heappush(ready, j)
    if len(order) < len(read):
        raise FormulaError(_circle(read, waiting))
    return order


def _circle(read: Sequence[Statement], waiting: Sequence[int]) -> str:
    left = list(_named(read, waiting))
    if len(left) == 1:
        return f"{left[0]} is computed from itself; give the new value another name"
    return f"{', '.join(left[:6])} are computed from each other; one of them has to come first"


def _named(read: Sequence[Statement], waiting: Sequence[int]) -> Iterator[str]:
    for statement, n in zip(read, waiting, strict=True):
        if n and statement.name is not None:
            yield statement.name
