"""`dimensions`: the card by which one remembers a formula of backpropagation. Its shapes leave no choice.

`(N, K) = (N, L) × (L, K)`: what has to stand on the right of ∂E/∂Y so that the shape of X comes out can only
be Wᵀ. The formula itself is the rule of the row, called on Symbols.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd_core.explaining import asked
from autograd_core.explaining.card_letters import layer_letters
from autograd_core.explaining.card_writing import Writer
from autograd_core.explaining.cards import Card, Dimensions, Part
from autograd_core.explaining.chain import Chain
from autograd_core.explaining.expressions import inputs
from autograd_core.graphs import Graph, graph
from autograd_core.graphs.axes.classes import Axes
from autograd_core.graphs.axes.names import AxisNames
from autograd_core.graphs.snapshot.records import Node
from autograd_core.tensor import Tensor
from autograd_core.texts import MissingValueError

__all__ = ["Card", "Dimensions", "Part", "dimensions"]

SHORT = 5
"""Formulas up to X · W + b stand on one card."""
BETWEEN = 12
"""So do longer ones between layers, which have letters."""


def dimensions(
    y: Any,
    /,
    names: Any = "auto",
    axes: Mapping[str, Sequence[str]] | None = None,
    **values: Any,
) -> Dimensions:
    """The shapes of a computation in letters, and how they decide the formulas of its gradients.

    N is the first axis of the data, which runs over the examples; the others are K, L, M, ... in reading
    order. A layer without a name, as that of `loss(X @ W, T)`, gets one, so that its gradient is a letter.

    Args:
        y: a Tensor, a Graph with one result, or a formula as text.
        names: the names of Tensors, as in `ac.graph`.
        axes: names of axes, `{"X": ("N", "K")}`. They go wherever the axis goes; the others are invented.
        values: what the letters of a formula stand for: shapes such as `X=(64, 784)`, numbers, arrays. A list
            of whole numbers could be a shape as well as an array and is refused.

    Raises:
        TypeError: if y is none of these, for values of letters of what is no text, or a value
            that is text or a list of whole numbers.
        ValueError: if y was not recorded, if names of axes contradict one another or the shapes, for text
            that is no formula, and for a shape with a negative length.
        KeyError: if `axes` names a value that is not there.

    >>> print(dimensions("Y = X @ W", X=(64, 784), W=(784, 100)))
    Y = X · W
        X (N, K) · W (K, L) = Y (N, L)
    ∂E/∂X has the shape of X: (N, K) = (N, L) × (L, K), so the right factor must be Wᵀ
        ∂E/∂X = ∂E/∂Y · Wᵀ
    ∂E/∂W has the shape of W: (K, L) = (K, N) × (N, L), so the left factor must be Xᵀ
        ∂E/∂W = Xᵀ · ∂E/∂Y
    N = 64, K = 784, L = 100
    """
    whole = _graph(y, names, values)
    outputs = [n for n in whole if n.kind == "output"] or [whole.nodes[-1]]
    root = outputs[-1]
    invented = layer_letters(whole, root)
    short = BETWEEN if invented else SHORT
    first = Chain(whole, root, short=short, words=invented)
    letters = {n: first.letter(n) for n in first.letters}
    given = {_called(letters, name): tuple(words) for name, words in (axes or {}).items()}
    named = AxisNames(whole.nodes, given)
    shapes = {n: named.shape(n) for n in whole if n.kind != "operation"}
    chain = Chain(whole, root, shapes=shapes, short=short, words=invented)
    writer = Writer(chain, _axes(chain, named), _error(chain))
    telling = {n for n in chain.formulas if _is_telling(chain, n)} or set(chain.formulas)
    # a letter that was invented is said what it is
    read = {chain.nodes_of[x] for n in telling for x in inputs(chain.formulas[n])}
    unknown = {n for n in read | set(invented) if n in chain.formulas and not n.name}
    cards = (writer.card(n, n not in telling) for n in chain.formulas if n in telling or n in unknown)
    found = {chain.letter(n): named.of(n) for n in chain.letters}
    read_only = MappingProxyType({word: size for word, size in named.sizes.items() if not word.isdecimal()})
    return Dimensions(tuple(cards), MappingProxyType(found), read_only)


def _graph(y: Any, names: Any, values: Mapping[str, Any]) -> Graph:
    if isinstance(y, str):
        given = {name: _stand_in(name, value) for name, value in values.items()}
        with np.errstate(all="ignore"):  # nobody asked for the numbers
            try:
                return graph(y, **given)
            except MissingValueError as error:
                raise MissingValueError(error.names, error.known, example="(2, 3)") from None
    if values:
        found = ", ".join(values)
        raise TypeError(f"dimensions(y): only a formula as text takes values of its letters, got {found}")
    if isinstance(y, Graph):
        whole: Graph = y.whole()
        return whole
    if not isinstance(y, Tensor):
        raise TypeError(f"dimensions(y): y is a Tensor, a Graph or a formula as text, got {type(y).__name__}")
    if y.node is None:
        raise ValueError(f"no shapes to show: {y.why_no_grad()}")
    return asked.read(y.node, names)[0]


def _stand_in(name: str, value: Any) -> Any:
    """For a shape numbers of that shape, which no function of the formula refuses."""
    if isinstance(value, str):
        raise TypeError(
            f"dimensions: {name}={value!r} is text; a shape is a tuple without quotes: {name}=(64, 784)"
        )
    if _is_listed(value):
        raise TypeError(
            f"dimensions: {name}={value} may be a shape or numbers: a shape is a tuple, "
            f"{name}={tuple(value)}; numbers are an array, {name}=np.array({value})"
        )
    if not isinstance(value, tuple) or not all(isinstance(n, int) for n in value):
        return value
    if any(n < 0 for n in value):
        raise ValueError(f"dimensions: {name}={value} is a shape, and no length of a shape is negative")
    return np.random.default_rng(0).uniform(0.25, 0.75, value)


def _is_listed(value: Any) -> bool:
    """Whether a list may be meant for a shape as well as for numbers."""
    return isinstance(value, list) and bool(value) and all(type(n) is int for n in value)


def _called(letters: Mapping[Node, str], name: str) -> Node:
    """The node with this letter."""
    for n, letter in letters.items():
        if name in (letter, n.name):
            return n
    raise KeyError(f"axes: no value is called {name!r}; the names are: {', '.join(letters.values())}")


def _axes(chain: Chain, named: AxisNames) -> Axes:
    """The axes of all expressions of a chain, with the names that they have in the graph."""
    axes = Axes()
    for node, formula in chain.formulas.items():
        axes.same(chain.letters[node], formula)
    for node, letter in chain.letters.items():
        axes.name(letter, named.of(node))
    return axes


def _is_telling(chain: Chain, node: Node) -> bool:
    """Whether a result is worth a card: more than one shape takes part in it."""
    formula = chain.formulas[node]
    shapes = {s.shape for s in inputs(formula)} | {formula.shape}
    return len(shapes) > 1


def _error(chain: Chain) -> str:
    """What is differentiated: the result if it is one number, else an E for any function of it."""
    if chain.root.shape == ():
        return chain.letter(chain.root)
    taken = {chain.letter(n) for n in chain.letters}
    return next(word for word in ("E", "loss", "F", "the error") if word not in taken)
