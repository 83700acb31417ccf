"""What is written by hand: signs that Python does not know, and products without a sign."""

import re
from keyword import iskeyword
from types import MappingProxyType

import numpy as np

CONSTANTS: MappingProxyType[str, float] = MappingProxyType(
    {"pi": float(np.pi), "π": float(np.pi), "e": float(np.e)}
)
"""Names that are numbers unless they are given a value."""

ALIASES: MappingProxyType[str, str] = MappingProxyType(
    {
        "acos": "arccos",
        "asin": "arcsin",
        "atan": "arctan",
        "atan2": "arctan2",
        "ld": "log2",
        "lg": "log10",
        "ln": "log",
        "sgn": "sign",
        "tg": "tan",
        "tr": "trace",
    }
)
"""What functions are called elsewhere."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("·⋅∙×＊", "*"),
        **dict.fromkeys("−–－", "-"),
        **dict.fromkeys("÷／", "/"),
        **dict.fromkeys("\u00a0\u2009\u202f\u3000", " "),
        **dict(zip("０１２３４５６７８９（）＝＋，；．", "0123456789()=+,;.", strict=True)),
    }
)
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"\s*(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")

_TURNED = re.compile(r"ᵀ(?=\w)")
_BESIDE_PI = re.compile(r"(?<=π)(?=\w)|(?<=\w)(?=π)")

_TOUCHING = re.compile(r"(?<![\w.])(?P<left>\d+(?:\.\d*)?|\.\d+)\s*(?P<right>[^\W\d]\w*)")
_APART = re.compile(r"(?<![\w.])(?P<left>[^\W\d]\w*)[ \t]+(?P<right>[^\W\d]\w*|\d+)")
_BEHIND = re.compile(r"(?P<left>\))\s*(?P<right>\w+)")


def typed(text: str) -> str:
    """The text with the signs that Python knows, its lines without what they are moved to the right by.

    >>> typed("a·x² − y×z⁻¹")
    'a*x**2 - y*z**-1'
    >>> typed("Wᵀ@x")
    'W.T@x'
    """
    text = _TURNED.sub(".T ", text).replace("ᵀ", ".T")
    raised = _RAISED.sub(lambda found: "**" + found[1].translate(_POWERS), text)
    return "\n".join(line.strip() for line in raised.translate(_SIGNS).splitlines())


def product(text: str, functions: frozenset[str]) -> str:
    """What to write where a sign is missing in text that Python cannot read; "" if none is.

    >>> product("3*x + 2y", frozenset()), product("a x", frozenset()), product("sin x", frozenset({"sin"}))
    ('write 2*y', 'write a*x', 'write sin(x)')
    """
    for pattern in (_TOUCHING, _APART, _BEHIND):
        for found in pattern.finditer(text):
            left, right = found["left"], found["right"]
            if iskeyword(left) or iskeyword(right) or max(len(left), len(right)) > 30:
                continue
            right = _BESIDE_PI.sub("*", right)
            if left in functions:
                return f"write {left}({right})"
            return f"write {left}*{right}" if left != ")" else f"write * between ) and {right}"
    return ""


def elsewhere(name: str, functions: frozenset[str]) -> str:
    """The function that is called otherwise elsewhere; "" if none is.

    >>> elsewhere("ln", frozenset()), elsewhere("Exp", frozenset({"exp"})), elsewhere("f", frozenset())
    ('log', 'exp', '')
    """
    small = name.lower()
    return ALIASES.get(small) or (small if small in functions and small != name else "")
