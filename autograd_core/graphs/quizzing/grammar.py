"""Answers as they are typed, read into trees; `grammar.js` reads them in the page in the same way.

Nothing is evaluated here, and nothing of the text is ever run: a tree holds numbers, known names and known
functions. It is read as people write: `2t`, `2·t`, `e^-x`, `t²`, `½x`, `G Wᵀ`, `G @ W.T`, `[h > 0]`.
"""

import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

LONGEST, DEEPEST = 300, 60

FUNCTIONS = {
    **{name: name for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: name for name in ("arcsin", "arccos", "arctan", "abs", "sign", "sigmoid", "relu", "log1p")},
    **{name: name for name in ("sum", "mean", "spread", "maximum", "minimum", "softplus", "expm1", "square")},
    "ln": "log",
    "σ": "sigmoid",
    "sgn": "sign",
    "transpose": "transpose",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "max": "maximum",
    "min": "minimum",
}
"""From what is typed to what is meant."""

ALONG = ("sum", "mean")
PAIRED = ("maximum", "minimum")
NUMBERS = {"e": 2.718281828459045, "π": 3.141592653589793, "pi": 3.141592653589793}
PARTS = {"½": 0.5, "⅓": 1 / 3, "¼": 0.25, "⅔": 2 / 3, "¾": 0.75, "⅛": 0.125}
WORDS = ("T", "axis", "axes")
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
LOWERED = "₀₁₂₃₄₅₆₇₈₉"
DIGITS = "0123456789"
SIGNS = {
    **dict.fromkeys("-−–‐", "-"),
    **dict.fromkeys("·⋅×∙", "·"),
    "**": "^",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "÷": "/",
    "（": "(",
    "）": ")",
    "，": ",",
    "＋": "+",
}
COMPARED = ("<=", ">=", "!=", "==", "<", ">", "=")
LONG = ("**", "<=", ">=", "!=", "==")
TIMES = ("*", "·", "@", "⊙", "/")

Tree = tuple[Any, ...]
"""("number", x), ("name", index), ("minus", a), ("T", a), ("call", f, args, axis), ("and", parts),
or (sign, a, b)."""


class SlipError(Exception):
    """Text that is no answer: what is wrong, with what, and where it begins."""

    def __init__(self, kind: str, what: str = "", at: int = 0) -> None:
        super().__init__(kind, what, at)
        self.kind, self.what, self.at = kind, what, at


class Token(NamedTuple):
    """A piece of the text: number, name, function, T, raised, sign or end."""

    kind: str
    value: Any
    at: int


def read(text: str, names: Mapping[str, Any], tight: bool = False) -> Tree:
    """The tree of an answer.

    Args:
        text: as it was typed.
        names: from what may be typed to what it means; `ḡ` is the arriving gradient.
        tight: whether what stands side by side binds more closely than `·` and `/`: 1/2t as 1/(2t).

    Raises:
        SlipError: for an unknown name, and where the text cannot be read.

    >>> read("2t", {"t": 0})
    ('·', ('number', 2.0), ('name', 0))
    """
    return _Reader(tokens(text, names), names, tight).whole()


# ---- pieces ------------------------------------------------------------------------------------------------


def tokens(text: str, names: Mapping[str, Any]) -> list[Token]:
    """The pieces of a text."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST:
        raise SlipError("long", str(LONGEST), LONGEST)
    odd = sorted((n for n in names if not _is_word(n)), key=lambda n: (-len(n), n))
    found: list[Token] = []
    i = 0
    while i < len(text):
        c = text[i]
        literal = next((n for n in odd if text.startswith(n, i)), None)
        if literal is not None:
            found.append(Token("name", names[literal], i))
            i += len(literal)
        elif c.isspace():
            i += 1
        elif c in DIGITS or (c == "." and text[i + 1 : i + 2] and text[i + 1] in DIGITS):
            j = _number_end(text, i)
            found.append(Token("number", float(text[i:j]), i))
            i = j
        elif c in PARTS:
            found.append(Token("number", PARTS[c], i))
            i += 1
        elif c in RAISED or c == "⁻":
            j = i + 1
            while j < len(text) and text[j] in RAISED:
                j += 1
            whole = "".join(str(RAISED.index(d)) for d in text[i:j] if d in RAISED)
            if not whole:
                raise SlipError("sign", c, i)
            found.append(Token("raised", -float(whole) if c == "⁻" else float(whole), i))
            i = j
        elif c == "ᵀ" or c in "'’" or (text.startswith(".T", i) and not _continues(text, i + 2)):
            found.append(Token("T", "T", i))
            i += 2 if c == "." else 1
        elif c == "∂" or _is_letter(c):
            i = _word(text, i, names, found)
        else:
            sign = next((s for s in LONG if text.startswith(s, i)), c)
            meant = SIGNS.get(sign, sign)
            if meant not in KNOWN:
                raise SlipError("sign", c, i)
            found.append(Token("sign", meant, i))
            i += len(sign)
    return [*found, Token("end", "", len(text))]


KNOWN = frozenset(["+", "-", "^", "(", ")", "[", "]", "|", ",", "√", *TIMES, *COMPARED])


def _is_letter(c: str) -> bool:
    return c == "_" or (c.isalpha() and c not in "ᵀⁿ")


def _continues(text: str, i: int) -> bool:
    if i >= len(text):
        return False
    return _is_letter(text[i]) or text[i] in DIGITS + LOWERED or "\u0300" <= text[i] <= "\u036f"


def _is_word(name: str) -> bool:
    return _is_letter(name[:1] or " ") and all(_continues(name, i) for i in range(1, len(name)))


def _number_end(text: str, i: int) -> int:
    j = i
    while j < len(text) and text[j] in DIGITS:
        j += 1
    if j < len(text) and text[j] == "." and text[j + 1 : j + 2] != "T":
        j += 1
        while j < len(text) and text[j] in DIGITS:
            j += 1
    if j < len(text) and text[j] in "eE":
        k = j + 2 if j + 1 < len(text) and text[j + 1] in "+-" else j + 1
        if k < len(text) and text[k] in DIGITS:
            j = k
            while j < len(text) and text[j] in DIGITS:
                j += 1
    return j


def _word_end(text: str, i: int) -> int:
    while _continues(text, i):
        i += 1
    return i


def _word(text: str, i: int, names: Mapping[str, Any], found: list[Token]) -> int:
    """A name, a function, a derivative ∂E/∂Y, or names side by side; where it ends."""
    start = i + 1 if text[i] == "∂" else i
    j = _word_end(text, start)
    word = text[i:j]
    # ∂E/∂Y and dE/dY are one name
    if j < len(text) and text[j] == "/" and word[0] in "∂d" and text[j + 1 : j + 2] in ("∂", "d"):
        k = _word_end(text, j + 2)
        whole = f"∂{word[1:]}/∂{text[j + 2 : k]}"
        if whole in names and word not in names:
            found.append(Token("name", names[whole], i))
            return k
        if word[0] == "∂":
            raise SlipError("unknown", text[i:k], i)
    if word in names:
        found.append(Token("name", names[word], i))
    elif word in FUNCTIONS or word in NUMBERS or word in WORDS:
        kind = "function" if word in FUNCTIONS else "number" if word in NUMBERS else "word"
        found.append(Token(kind, FUNCTIONS.get(word, NUMBERS.get(word, word)), i))
    else:
        parts = _split(word, names)
        if parts is None:
            raise SlipError("unknown", word, i)
        at = i
        for part in parts:
            known = part in names
            found.append(Token("name", names[part], at) if known else Token("number", NUMBERS[part], at))
            at += len(part)
    return j


def _split(word: str, names: Collection[str]) -> list[str] | None:
    """A word as names side by side, the longest first: ax as a, x."""
    ways: list[list[str] | None] = [None] * len(word) + [[]]
    for i in range(len(word) - 1, -1, -1):
        for j in range(len(word), i, -1):
            rest, part = ways[j], word[i:j]
            fits = part in names or part in NUMBERS
            if rest is not None and fits and ways[i] is None:
                ways[i] = [part, *rest]
    return ways[0]


# ---- trees -------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, found: list[Token], names: Mapping[str, Any], tight: bool) -> None:
        self._tokens, self._names, self._tight = found, names, tight
        self._i = self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._i]

    def _is(self, *signs: str) -> bool:
        return self._next.kind == "sign" and self._next.value in signs

    def _take(self) -> Token:
        token = self._next
        self._i += token.kind != "end"
        return token

    def _skip(self, sign: str) -> None:
        if not self._is(sign):
            raise SlipError("expected", sign, self._next.at)
        self._take()

    def _hole(self, at: int) -> Tree:
        if "ḡ" not in self._names:
            raise SlipError("begin", "", at)
        return ("name", self._names["ḡ"])

    def whole(self) -> Tree:
        if self._next.kind == "end":
            raise SlipError("empty")
        # a rule without its gradient: · Wᵀ, /8, spread, Xᵀ ·
        tree = self._product(self._hole(0)) if self._is(*TIMES) else self._compared(self._sum())
        if self._is(","):
            self._take()
            if not (self._next.kind == "function" and self._next.value == "spread"):
                raise SlipError("end", ",", self._next.at)
            self._take()
        if self._next.kind != "end":
            raise SlipError("end", "", self._next.at)
        return tree

    def _compared(self, left: Tree) -> Tree:
        parts: list[Tree] = []
        while self._is(*COMPARED):
            sign = self._take().value
            right = self._sum()
            parts.append(("==" if sign == "=" else sign, left, right))
            left = right
        return left if not parts else parts[0] if len(parts) == 1 else ("and", tuple(parts))

    def _sum(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SlipError("deep", "", self._next.at)
        tree = self._product(None)
        while self._is("+", "-"):
            sign = self._take().value
            tree = (sign, tree, self._product(None))
        self._depth -= 1
        return tree

    def _starts(self) -> bool:
        """Whether something stands side by side with what was read."""
        return self._next.kind in ("number", "name", "function") or self._is("(", "[", "√")

    def _product(self, tree: Tree | None) -> Tree:
        if tree is None:
            tree = self._term()
        while True:
            if self._is(*TIMES):
                token = self._take()
                if self._next.kind == "end" and token.value in ("·", "@", "*"):
                    return (token.value, tree, self._hole(token.at))
                tree = (token.value, tree, self._term())
            elif self._starts():
                tree = ("·", tree, self._term())
            else:
                return tree

    def _term(self) -> Tree:
        tree = self._signed()
        while self._tight and self._starts():
            tree = ("·", tree, self._power())
        return tree

    def _signed(self) -> Tree:
        negative = False
        while self._is("-", "+"):
            negative ^= self._take().value == "-"
        tree = self._power()
        while negative and self._tight and self._starts():
            tree = ("·", tree, self._power())
        return ("minus", tree) if negative else tree

    def _power(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise SlipError("deep", "", self._next.at)
        tree = self._raised_to(self._postfix())
        self._depth -= 1
        return tree

    def _raised_to(self, tree: Tree) -> Tree:
        if not self._is("^"):
            return tree
        self._take()
        if self._next.kind == "word" and self._next.value == "T":
            self._take()
            return self._raised(("T", tree))
        token = self._next
        if token.kind == "name" and token.value == self._names.get("T"):
            self._take()
            return self._raised(("T", tree))
        negative = False
        while self._is("-", "+"):
            negative ^= self._take().value == "-"
        exponent = self._power()
        return ("^", tree, ("minus", exponent) if negative else exponent)

    def _postfix(self) -> Tree:
        return self._raised(self._atom())

    def _raised(self, tree: Tree) -> Tree:
        while self._next.kind in ("raised", "T"):
            token = self._take()
            tree = ("T", tree) if token.kind == "T" else ("^", tree, ("number", token.value))
        return tree

    def _atom(self) -> Tree:
        token = self._take()
        if token.kind in ("number", "name"):
            return (token.kind, token.value)
        if token.kind == "function":
            return self._call(token)
        if token.kind == "sign":
            if token.value == "(":
                return self._closed(")")
            if token.value == "[":
                return self._closed("]")
            if token.value == "|":
                return ("call", "abs", (self._closed("|"),), None)
            if token.value == "√":
                return ("call", "sqrt", (self._power(),), None)
        if token.kind == "end":
            raise SlipError("stops", "", token.at)
        raise SlipError("sign", "", token.at)

    def _closed(self, end: str) -> Tree:
        parts = [self._compared(self._sum())]
        while end == "]" and self._is(","):
            self._take()
            parts.append(self._compared(self._sum()))
        self._skip(end)
        return parts[0] if len(parts) == 1 else ("and", tuple(parts))

    def _call(self, token: Token) -> Tree:
        name = token.value
        if not self._is("("):
            if name in ALONG and self._next.kind == "word":
                return ("call", name, (self._hole(token.at),), self._axis())
            if name in (*ALONG, "spread") and self._next.kind == "end":
                return ("call", name, (self._hole(token.at),), None)
            return ("call", name, (self._power(),), None)
        self._take()
        args, axis = [self._compared(self._sum())], None
        while self._is(","):
            self._take()
            if name in ALONG:
                axis = self._axis()
                break
            args.append(self._compared(self._sum()))
        self._skip(")")
        if len(args) != (2 if name in PAIRED else 1):
            raise SlipError("arguments", name, token.at)
        return ("call", name, tuple(args), axis)

    def _axis(self) -> int:
        if self._next.kind == "word":
            self._take()
        if self._is("="):
            self._take()
        negative = self._is("-")
        if negative:
            self._take()
        token = self._take()
        if token.kind != "number" or token.value != int(token.value) or token.value > 9:
            raise SlipError("axis", "", token.at)
        return -int(token.value) if negative else int(token.value)
