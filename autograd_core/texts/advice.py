"""What to write instead of what is no formula."""

import ast
import re
from keyword import iskeyword

from autograd_core.texts.handwriting import product

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LOWERED = re.compile(r"\w*[₀₁₂₃₄₅₆₇₈₉]+")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "(1/3)", "⅔": "(2/3)", "⅛": "0.125"}
_BARS = re.compile(r"\|([^|]+)\|")
_LATEX = re.compile(r"\\([A-Za-z]+)(?:\{([^{}]*)\}\{([^{}]*)\})?")
_LIST = re.compile(r",\s*([^\W\d]\w*\s*=(?!=))")
_INNER = re.compile(r"\([^()]*\)")
_COMMA = re.compile(r"\b(\d+), (\d+)\b")
_TURNED = re.compile(r"(\w+\.T)\s+(\w+)")
_POWER_OF = re.compile(r"([^\W\d]\w*)\s*(?:\^|\*\*)\s*(\d+)\s*(?:\(([^()]*)\)|([^\W\d]\w*)|\()")
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
    latex = _LATEX.search(text)
    if latex:
        word, above, below = latex.groups()
        return f"LaTeX is not read; write {word if below is None else f'({above})/({below})'} for {latex[0]}"
    if "->" in text or "→" in text or "↦" in text:
        return "a function is written without an arrow, x**2 alone or z = x**2"
    if re.search(r"!(?!=)", text):
        return "there is no factorial !; write out the number, 3*2*1 for example"
    raised = of_power(text, functions)
    if raised:
        return raised
    turned = _TURNED.search(text)
    if turned:
        return f"write {turned[1]} @ {turned[2]}"
    if _LIST.search(_without_parentheses(text)):
        return "assignments are separated by ;, as in s = a*x; z = s**2"
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
        case ast.Lambda(body=body):
            return f"; write {ast.unparse(body)} alone"
        case ast.Tuple():
            point = _COMMA.search(ast.unparse(node))
            if point:
                return f"; a decimal number has a point, {point[1]}.{point[2]}"
            return "; assignments are separated by ;, several results are no formula"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "ac" | "math"), attr=name), args=args):
            return f"; write {name}({', '.join(map(ast.unparse, args))})"
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args):
            return f"; write {name}({', '.join(map(ast.unparse, [value, *args]))})"
    return ""


def of_power(text: str, functions: frozenset[str]) -> str:
    """How the power of a function is written, where its name was raised to it; "" if none was.

    >>> of_power("1 + sin^2(x)", frozenset({"sin"})), of_power("sin**2 x", frozenset({"sin"}))
    ('write sin(x)**2', 'write sin(x)**2')
    """
    for found in _POWER_OF.finditer(text):
        name, power, inside, word = found.groups()
        if name in functions:
            return f"write {name}({inside or word or 'x'})**{power}"
    return ""


def _without_parentheses(text: str) -> str:
    """A text without what stands in its parentheses."""
    shorter = _INNER.sub("", text)
    while shorter != text:
        text, shorter = shorter, _INNER.sub("", shorter)
    return text
