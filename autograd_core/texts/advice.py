"""What to write instead of what is no formula."""

import ast
import re
from keyword import iskeyword

from autograd_core.texts.handwriting import product

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LOWERED = re.compile(r"\w*[₀₁₂₃₄₅₆₇₈₉]+")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "(1/3)", "⅔": "(2/3)", "⅛": "0.125"}
_BARS = re.compile(r"\|([^|]+)\|")
_OPEN_END = re.compile(r"[-+*/@=,]\s*$")
_LOGIC = frozenset({"True", "False", "None", "and", "or", "not", "if", "else", "for", "in", "is"})


def for_text(text: str, error: Exception, functions: frozenset[str]) -> str:
    """What to write in text that Python cannot read; by default what Python says of it.

    >>> for_text("z = √x", SyntaxError(""), frozenset()), for_text("a*", SyntaxError(""), frozenset())
    ('a root is written sqrt(x)', "something is missing after 'a*'")
    """
    lowered = _LOWERED.search(text)
    if lowered:
        return f"write {lowered[0].translate(_SUBSCRIPTS)} for {lowered[0]}"
    for sign, written in _FRACTIONS.items():
        if sign in text:
            return f"write {written} for {sign}"
    if "√" in text:
        return "a root is written sqrt(x)"
    bars = _BARS.search(text)
    if bars:
        return f"write abs({bars[1]}) for {bars[0]}"
    taken = [word for word in re.findall(r"[^\W\d]\w*", text) if iskeyword(word) and word not in _LOGIC]
    if taken:
        return f"{taken[0]} is a word of Python; take another name, {taken[0]}_ for example"
    if _OPEN_END.search(text):
        return f"something is missing after {' '.join(text.split())[-12:]!r}"
    said = str(getattr(error, "msg", error))
    if said.startswith("cannot assign"):
        return "left of = stands a name, as in z = x**2"
    return product(text, functions) or said


def for_expression(node: ast.expr) -> str:
    """What to write for an expression that no formula has; "" if nothing is known."""
    match node:
        case ast.Compare() | ast.IfExp() | ast.BoolOp():
            return "; choose with maximum, minimum or relu"
        case ast.Attribute(value=value, attr="T"):
            return f"; write transpose({ast.unparse(value)})"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "ac" | "math"), attr=name), args=args):
            return f"; write {name}({', '.join(map(ast.unparse, args))})"
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args):
            return f"; write {name}({', '.join(map(ast.unparse, [value, *args]))})"
    return ""
