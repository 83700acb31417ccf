"""How rows are written in plain NumPy, as one types it: `np.sum(x, axis=0)`, `X.T @ g`, `softmax(x)`."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd_core.errors import NoRuleError
from autograd_core.ops.indexing import HOLE
from autograd_core.symbols import Size, Symbol

ATOM = 8


class Text(NamedTuple):
    """A piece of source and how tightly it binds."""

    text: str
    level: int


Operand = Callable[[Any], Text]

# sign, level, and whether the right operand needs brackets on the same level
INFIX = {
    "add": ("+", 4, False),
    "subtract": ("-", 4, True),
    "gap": ("-", 4, True),
    "multiply": ("*", 5, False),
    "divide": ("/", 5, True),
    "matmul": ("@", 5, True),
    "greater": (">", 1, True),
    "greater_equal": (">=", 1, True),
    "less": ("<", 1, True),
    "less_equal": ("<=", 1, True),
    "equal": ("==", 1, True),
    "not_equal": ("!=", 1, True),
    "logical_and": ("&", 3, False),
    "logical_or": ("|", 2, False),
}

HELPERS = {
    "sigmoid": """def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2""",
    "softmax": """def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)""",
    "log_softmax": """def log_softmax(x, axis=-1):
    d = x - np.max(x, axis=axis, keepdims=True)
    return d - np.log(np.sum(np.exp(d), axis=axis, keepdims=True))""",
    "logsumexp": """def logsumexp(x, axis=-1, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    z = top + np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True))
    return z if keepdims else np.squeeze(z, axis=axis)""",
    "winners": """def winners(x, z, axis):
    gap = np.subtract(x, z, out=np.zeros(x.shape), where=x != z)
    hits = np.abs(gap) == np.min(np.abs(gap), axis=axis, keepdims=True)
    return hits / np.sum(hits, axis=axis, keepdims=True)""",
    "huber": """def huber(d, delta):
    near = np.minimum(np.abs(d), delta)
    return near * (np.abs(d) - 0.5 * near)""",
    "binary_cross_entropy": """def binary_cross_entropy(x, t):
    least = np.exp(-100)
    return -(t * np.log(np.maximum(x, least)) + (1 - t) * np.log(np.maximum(1 - x, least)))""",
    "xlogy": """def xlogy(x, y):
    return x * np.log(np.where((x == 0) & (y == y), 1, y))""",
    "erf": """def erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)""",
    "erfc": """def erfc(x):
    return np.vectorize(math.erfc, otypes=[float])(x)""",
    "before": """def before(x, axis, reverse):
    x = np.moveaxis(np.flip(x, axis) if reverse else x, axis, 0)
    z = np.cumprod(np.concatenate([np.ones_like(x[:1]), x[:-1]]), axis=0)
    z = np.moveaxis(z, 0, axis)
    return np.flip(z, axis) if reverse else z""",
    "cofactor": """def cofactor(x):
    u, s, v = np.linalg.svd(x)
    rest = [np.prod(np.delete(s, i, axis=-1), axis=-1) for i in range(s.shape[-1])]
    sign = np.linalg.det(u) * np.linalg.det(v)
    return sign[..., None, None] * (u * np.stack(rest, axis=-1)[..., None, :]) @ v""",
    "scatter": """def scatter(g, shape, index):
    x = np.zeros(shape)
    np.add.at(x, index, g)
    return x""",
    "require": """def require(derived, **given):
    shapes = {name: np.shape(x) for name, x in given.items()}
    pairs = [pair for name in given for pair in zip(derived[name], shapes[name])]
    sizes = {n: k for n, k in pairs if isinstance(n, str)}
    if any(tuple(sizes.get(n, n) for n in derived[name]) != shapes[name] for name in given):
        raise ValueError(f"derived for the shapes {derived}, got {shapes}: derive again with such arrays")""",
}
"""Functions that are printed above the one that calls them."""


def written(node: Symbol, operand: Operand, program: Any) -> Text:
    """One operation.

    Raises:
        NoRuleError: if the row has no form in NumPy.
    """
    assert node.op is not None  # inputs are names
    name = node.op.name
    if name == "matmul" and _is_outer(node):
        x, y = (operand(x.operands[0]).text for x in node.operands)
        return Text(f"np.outer({x}, {y})", ATOM)
    parts = [operand(x) for x in node.operands]
    if name in INFIX:
        sign, level, strict = INFIX[name]
        left = _in(parts[0], level)
        right = _in(parts[1], level + 1 if strict else level)
        if (
            name == "multiply"
            and node.operands[1] is not None
            and parts[1].level == 5
            and "@" in parts[1].text
        ):
            right = _in(parts[1], 6)
        return Text(f"{left} {sign} {right}", level)
    form = FORMS.get(name)
    if form is not None:
        return form(node, parts, program)
    if node.op.elementwise and isinstance(getattr(np, name, None), np.ufunc):
        return Text(f"np.{name}({', '.join(p.text for p in parts)})", ATOM)
    raise NoRuleError(f"derive: the row {name!r} has no form in plain NumPy; .formulas has its formula")


def _in(part: Text, level: int) -> str:
    return part.text if part.level >= level else f"({part.text})"


def _is_outer(node: Symbol) -> bool:
    """Whether a product is that of a column and a row, both made of vectors."""
    axes = []
    for x in node.operands:
        if not isinstance(x, Symbol) or x.op is None or x.op.name != "expand" or x.ndim != 2:
            return False
        axes.append(x.params["axis"])
    return axes == [(-1,), (-2,)]


def constant(x: Any, program: Any) -> Text:
    """A number, a size or an array."""
    if isinstance(x, Size):
        text = program.size(x)
        return Text(text, 5 if "*" in text else ATOM)
    if isinstance(x, np.ndarray) and x.ndim:
        return Text(program.array(x), ATOM)
    value = x.item() if isinstance(x, np.generic | np.ndarray) else x
    if isinstance(value, float) and not np.isfinite(value):
        return Text("np.nan" if value != value else f"{'-' * (value < 0)}np.inf", ATOM)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = repr(value)
    else:
        text = repr(value)
    return Text(text, 6 if text.startswith("-") else ATOM)


Form = Callable[[Symbol, list[Text], Any], Text]


def _axis(node: Symbol, axes: tuple[int, ...], x: Any = None) -> str:
    """Axes as they are counted in NumPy, or nothing where all are meant."""
    ndim = (node.operands[0] if x is None else x).ndim
    places = [a + ndim for a in axes]
    return repr(places[0]) if len(places) == 1 else repr(tuple(places))


def _reduced(name: str) -> Form:
    def form(node: Symbol, parts: list[Text], program: Any) -> Text:
        x = node.operands[0]
        words = [parts[0].text]
        if len(node.params["axis"]) < x.ndim or node.params["keepdims"]:
            words.append(f"axis={_axis(node, node.params['axis'])}")
        if node.params.get("ddof"):
            words.append(f"ddof={node.params['ddof']!r}")
        if node.params["keepdims"]:
            words.append("keepdims=True")
        return Text(f"np.{name}({', '.join(words)})", ATOM)

    return form


def _over_axis(name: str) -> Form:
    def form(node: Symbol, parts: list[Text], program: Any) -> Text:
        axes = node.params["axis"]
        words = [p.text for p in parts]
        if axes != (-1,) or name == "winners":
            words.append(f"axis={axes[0] if len(axes) == 1 else axes!r}")
        if node.params.get("keepdims"):
            words.append("keepdims=True")
        return Text(f"{program.helper(name)}({', '.join(words)})", ATOM)

    return form


def _called(name: str) -> Form:
    return lambda node, parts, program: Text(f"{name}({', '.join(p.text for p in parts)})", ATOM)


def _negative(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"-{_in(parts[0], 5)}", 5)


def _power(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"{_in(parts[0], ATOM)} ** {_in(parts[1], 7)}", 7)


def _square(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"{_in(parts[0], ATOM)} ** 2", 7)


def _transpose(node: Symbol, parts: list[Text], program: Any) -> Text:
    axes, n = node.params["axes"], node.ndim
    if axes == (-1, -2) and n == 2:
        return Text(f"{_in(parts[0], ATOM)}.T", ATOM)
    if axes == (*range(-n, -2), -1, -2):
        return Text(f"np.swapaxes({parts[0].text}, -1, -2)", ATOM)
    return Text(f"np.transpose({parts[0].text}, {tuple(a + n for a in axes)!r})", ATOM)


def _expand(node: Symbol, parts: list[Text], program: Any) -> Text:
    axes = node.params["axis"]
    if not np.ndim(node.operands[0]):  # a number, which takes no index
        return Text(f"np.full({(1,) * node.ndim!r}, {parts[0].text})", ATOM)
    if axes == (-1,):
        return Text(f"{_in(parts[0], ATOM)}[{':, ' if node.ndim == 2 else '..., '}None]", ATOM)
    places = axes[0] if len(axes) == 1 else axes
    return Text(f"np.expand_dims({parts[0].text}, {places!r})", ATOM)


def _squeeze(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"np.squeeze({parts[0].text}, axis={_axis(node, node.params['axis'])})", ATOM)


def shape_text(shape: tuple[int, ...], program: Any) -> str:
    """A shape as a tuple, in which sizes have their names."""
    words = [constant(n, program).text if isinstance(n, Size) else repr(int(n)) for n in shape]
    return f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"


def _reshape(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"np.reshape({parts[0].text}, {shape_text(node.shape, program)})", ATOM)


def _broadcast(node: Symbol, parts: list[Text], program: Any) -> Text:
    shape = shape_text(node.shape, program)
    x = node.operands[0]
    if node.op is not None and node.op.name == "spread" and not node.params["keepdims"]:
        axes = node.params["axis"]
        if isinstance(x, Symbol) and x.ndim and axes != tuple(range(-node.ndim, len(axes) - node.ndim)):
            places = tuple(a + node.ndim for a in axes)
            return Text(f"np.broadcast_to(np.expand_dims({parts[0].text}, {places!r}), {shape})", ATOM)
    if not isinstance(x, Symbol) and not np.ndim(x):
        return Text(f"np.full({shape}, {float(x)!r})", ATOM)
    return Text(f"np.broadcast_to({parts[0].text}, {shape})", ATOM)


def _astype(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"{_in(parts[0], ATOM)}.astype({node.params['dtype'].name!r})", ATOM)


def _same(node: Symbol, parts: list[Text], program: Any) -> Text:
    return parts[0]


def _guard(node: Symbol, parts: list[Text], program: Any) -> Text:
    x, ok, instead = (p.text for p in parts)
    return Text(f"np.where({ok}, {x}, {instead})", ATOM)


def _norm(node: Symbol, parts: list[Text], program: Any) -> Text:
    p, axes, n = node.params["p"], node.params["axis"], node.operands[0].ndim
    x = parts[0].text
    if p == 2 and len(axes) == n and not node.params["keepdims"]:
        return Text(f"np.linalg.norm({x})", ATOM)
    words = f"axis={_axis(node, axes)}" + (", keepdims=True" if node.params["keepdims"] else "")
    return Text(f"np.sum(np.abs({x}) ** {p!r}, {words}) ** (1 / {p!r})", 7)


def _onehot(node: Symbol, parts: list[Text], program: Any) -> Text:
    classes, axis, n = node.params["classes"], node.params["axis"], node.ndim
    if axis == -1 and not 0 <= node.params["ignore"] < classes:
        return Text(f"({_in(parts[0], ATOM)}[..., None] == np.arange({classes}))", ATOM)
    places = ", ".join([":"] * (n + axis) + ["None"] + [":"] * (-axis - 1))
    numbers = f"np.arange({classes}).reshape({(-1, *(1,) * (-axis - 1))!r})"
    return Text(f"({_in(parts[0], ATOM)}[{places}] == {numbers})", ATOM)


def _getitem(node: Symbol, parts: list[Text], program: Any) -> Text:
    return Text(f"{_in(parts[0], ATOM)}[{_index(node, parts, node.operands[0].ndim)}]", ATOM)


def _scatter(node: Symbol, parts: list[Text], program: Any) -> Text:
    index = _index(node, parts, node.ndim, typed=False)
    shape = shape_text(node.shape, program)
    return Text(f"{program.helper('scatter')}({parts[0].text}, {shape}, {index})", ATOM)


def _index(node: Symbol, parts: list[Text], ndim: int, typed: bool = True) -> str:
    """An index of an array of so many axes, as it is typed in brackets or as an object."""
    arrays = iter(parts[1:])
    index = node.params["index"]
    words = []
    if sum(part is not None for part in index) < ndim:  # rows mean it behind axes that it does not name
        words.append("..." if typed else "Ellipsis")
        if HOLE in index:
            raise NoRuleError(
                "derive: an index array behind axes that are not named has no form in plain NumPy"
            )
    for part in index:
        if part is HOLE:
            words.append(next(arrays).text)
        elif isinstance(part, slice) and typed:
            ends = ["" if end is None else repr(end) for end in (part.start, part.stop)]
            words.append(":".join(ends) + (f":{part.step!r}" if part.step is not None else ""))
        else:
            words.append(repr(part))
    while typed and len(words) > 1 and words[-1] == ":" and words[0] != "...":
        words.pop()
    return ", ".join(words) if typed else f"({', '.join(words)},)"


def _einsum(node: Symbol, parts: list[Text], program: Any) -> Text:
    words = [repr(node.params["subscripts"]), *(p.text for p in parts)]
    return Text(f"np.einsum({', '.join(words)})", ATOM)


def _joined(name: str) -> Form:
    def form(node: Symbol, parts: list[Text], program: Any) -> Text:
        words = ", ".join(p.text for p in parts)
        return Text(f"np.{name}([{words}], axis={node.params['axis'] + node.ndim})", ATOM)

    return form


def _cumsum(node: Symbol, parts: list[Text], program: Any) -> Text:
    axis = node.params["axis"] + node.ndim
    if not node.params["reverse"]:
        return Text(f"np.cumsum({parts[0].text}, axis={axis})", ATOM)
    turned = f"np.flip(np.cumsum(np.flip({parts[0].text}, {axis}), axis={axis}), {axis})"
    return Text(turned, ATOM)


def _wins(node: Symbol, parts: list[Text], program: Any) -> Text:
    assert node.op is not None  # forms are of operations
    x, y = (_in(p, 4) for p in parts)
    sign = ">" if node.op.name == "wins" else "<"
    return Text(f"({x} {sign} {y}) + 0.5 * ({x} == {y})", 4)


def _helped(name: str, *words: str) -> Form:
    """The call of a function that is printed above, with these parameters."""

    def form(node: Symbol, parts: list[Text], program: Any) -> Text:
        texts = [*(p.text for p in parts), *(f"{w}={node.params[w]!r}" for w in words)]
        return Text(f"{program.helper(name)}({', '.join(texts)})", ATOM)

    return form


FORMS: dict[str, Form] = {
    "huber": _helped("huber", "delta"),
    "before": _helped("before", "axis", "reverse"),
    **{name: _helped(name) for name in ("binary_cross_entropy", "xlogy", "erf", "erfc", "cofactor")},
    **{name: _called(f"np.linalg.{name}") for name in ("inv", "det", "solve")},
    "slogdet": lambda node, parts, program: Text(f"np.stack(np.linalg.slogdet({parts[0].text}), -1)", ATOM),
    "negative": _negative,
    "power": _power,
    "square": _square,
    "transpose": _transpose,
    "expand": _expand,
    "squeeze": _squeeze,
    "reshape": _reshape,
    "broadcast_to": _broadcast,
    "spread": _broadcast,
    "astype": _astype,
    "alias": _same,
    "guard": _guard,
    "norm": _norm,
    "onehot": _onehot,
    "located": _same,
    "getitem": _getitem,
    "scatter": _scatter,
    "wins": _wins,
    "loses": _wins,
    "absolute": _called("np.abs"),
    "sign": _called("np.sign"),
    "relu": lambda node, parts, program: Text(f"np.maximum({parts[0].text}, 0)", ATOM),
    "leaky_relu": lambda node, parts, program: Text(
        f"np.where({_in(parts[0], 2)} > 0, {parts[0].text}, {_in(parts[1], 5)} * {_in(parts[0], 5)})",
        ATOM,
    ),
    "elu": lambda node, parts, program: Text(
        f"np.where({_in(parts[0], 2)} > 0, {parts[0].text}, "
        f"{_in(parts[1], 5)} * np.expm1(np.minimum({parts[0].text}, 0)))",
        ATOM,
    ),
    "zeros_of": _called("np.zeros_like"),
    "where": _called("np.where"),
    "clip": _called("np.clip"),
    "einsum": _einsum,
    "concatenate": _joined("concatenate"),
    "stack": _joined("stack"),
    "cumsum": _cumsum,
    "logical_not": lambda node, parts, program: Text(f"~{_in(parts[0], ATOM)}", 6),
    "isnan": _called("np.isnan"),
    "sigmoid": lambda node, parts, program: Text(f"{program.helper('sigmoid')}({parts[0].text})", ATOM),
    "softplus": lambda node, parts, program: Text(f"np.logaddexp(0, {parts[0].text})", ATOM),
    "logsigmoid": lambda node, parts, program: Text(f"-np.logaddexp(0, -{_in(parts[0], 5)})", 5),
    "sigmoid_cross_entropy": lambda node, parts, program: Text(
        f"np.logaddexp(0, {parts[0].text}) - {_in(parts[0], 5)} * {_in(parts[1], 5)}", 4
    ),
    "softmax": _over_axis("softmax"),
    "shares": lambda node, parts, program: _over_axis("softmax")(node, parts, program),
    "log_softmax": _over_axis("log_softmax"),
    "logsumexp": _over_axis("logsumexp"),
    "winners": _over_axis("winners"),
    **{name: _reduced(name) for name in ("sum", "mean", "max", "min", "prod", "var", "std")},
}
