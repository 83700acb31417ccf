"""A function under test: its arguments laid out flat, its values, and what the engine says of it.

Results that are not single numbers are weighted with random numbers and added, so every order of derivative
is one of a number: φ₁ = ⟨w, f(x)⟩, then φ₂ = ⟨u, ∇φ₁⟩, φ₃ = ⟨v, ∇φ₂⟩, ... with random u, v. Weights all
alike would hide mistakes: the gradient of a batch normalisation that is pulled from ones is 0.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core.node import Absent, ancestors
from autograd_core.state import enable_grad
from autograd_core.sweep import pull, push
from autograd_core.tensor import Tensor, lift, variable
from autograd_core.testing.checking.weights import scale
from autograd_core.trees import rebuild

Arrays = list[Any]


@dataclass(frozen=True)
class Place:
    """An array of floating numbers among the arguments: how it is called, and which positional argument it
    is in."""

    name: str
    position: int
    dtype: Any
    shape: tuple[int, ...]


class Subject:
    """A function and the place where it is checked.

    Raises:
        TypeError: if it is no function, or no argument holds floating numbers.
    """

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if not callable(f):
            raise TypeError(
                f"check_gradients: a function is needed, got {type(f).__name__}; "
                "write check_gradients(f, x), not check_gradients(f(x))"
            )
        self.f, self.args = f, args
        self.infinite = False  # whether some results are; they are left out
        names = _parameters(f, len(args))
        found = [leaf for i, arg in enumerate(args) for leaf in _leaves(arg, names[i], i)]
        self.values = [value for _, _, value in found]
        self.moving = [k for k, value in enumerate(self.values) if _floating(value)]
        if not self.moving:  # a lone 2 is taken as 2., as by the transforms
            self.moving = [k for k, value in enumerate(self.values) if type(value) is int]
        if not self.moving:
            raise TypeError(
                "check_gradients: no argument holds floating numbers, so there is nothing to differentiate "
                "by: write 2. instead of 2, or x.astype(float)"
            )
        self.start: Arrays = [_array(self.values[k]) for k in self.moving]
        self.places = [
            Place(found[k][0], found[k][1], a.dtype, a.shape)
            for k, a in zip(self.moving, self.start, strict=True)
        ]

    @property
    def low(self) -> bool:
        """Whether some argument has less than double precision."""
        return any(place.dtype.itemsize < 8 for place in self.places)

    def promoted(self) -> Arrays:
        """The arguments in double precision."""
        return [a.astype(np.float64) for a in self.start]

    def variables(self, arrays: Arrays) -> list[Tensor]:
        """Fresh leaves that hold the arrays."""
        made = []
        for place, array in zip(self.places, arrays, strict=True):
            made.append(Tensor(array, True, name=place.name if place.name.isidentifier() else None))
        return made

    def call(self, variables: list[Tensor]) -> list[Tensor]:
        """The floating results of f."""
        return [y for _, y in self.named(variables)]

    def named(self, variables: list[Tensor]) -> list[tuple[str, Tensor]]:
        """The floating results of f, each with its way in the nest that f returns."""
        values = list(self.values)
        for k, x in zip(self.moving, variables, strict=True):
            values[k] = x
        stream = iter(values)
        args = [rebuild(arg, stream) for arg in self.args]
        with enable_grad(), np.errstate(all="ignore"):
            result = self.f(*args)
        found = [(way, y) for way, _, y in _leaves(result, "f", 0) if _floating(y)]
        return [(way, y if isinstance(y, Tensor) else Tensor(y)) for way, y in found]

    def plain(self, arrays: Arrays) -> list[Any]:
        """The values of f as arrays."""
        return [y.numpy() for y in self.call(self.variables(arrays))]


class Level:
    """φ of one order at all places: its value, its gradient, its tangents.

    Args:
        subject: what is checked.
        weights: per order the random weights: of the results, then of the gradients, ...
    """

    def __init__(self, subject: Subject, weights: Sequence[Arrays]) -> None:
        self.subject, self.weights = subject, list(weights)

    @property
    def order(self) -> int:
        return len(self.weights)

    def weighted(self, last: Arrays) -> "Level":
        """The same with other last weights."""
        return Level(self.subject, [*self.weights[:-1], last])

    def higher(self, arrays: Arrays) -> "Level":
        """The next order: the gradient, weighted at random; what of it is not finite here is left out."""
        rng = np.random.default_rng(self.order + 1)
        further = []
        for a, g in zip(arrays, self.gradient(arrays), strict=True):
            signs = rng.uniform(0.5, 1.5, a.shape) * rng.choice((-1.0, 1.0), a.shape)
            further.append(signs * scale(a) * np.isfinite(0.0 if g is None else g))
        return Level(self.subject, [*self.weights, further])

    def roots(self, variables: list[Tensor]) -> list[tuple[Tensor, Any]]:
        """The Tensors of which φ is the weighted sum, each with its weights."""
        roots = list(zip(self.subject.call(variables), self.weights[0], strict=True))
        for weights in self.weights[1:]:
            gradients = _pulled(roots, variables, record=True)
            roots = [(g, w) for g, w in zip(gradients, weights, strict=True) if g is not None]
        return roots

    def value(self, arrays: Arrays) -> float:
        with np.errstate(all="ignore"):
            return sum((_dot(y.numpy(), w) for y, w in self.roots(self.subject.variables(arrays))), 0.0)

    def gradient(self, arrays: Arrays) -> list[Any]:
        """∂φ/∂x at every place by the engine in reverse mode; None where none arrives."""
        variables = self.subject.variables(arrays)
        with np.errstate(all="ignore"):
            return _pulled(self.roots(variables), variables)

    def tangent(self, arrays: Arrays, direction: Arrays, steep: bool = False) -> float:
        """The derivative of φ in a direction by the engine in forward mode; `steep` drops what is NaN."""
        variables = self.subject.variables(arrays)
        with np.errstate(all="ignore"):
            roots = [(y, w) for y, w in self.roots(variables) if y.node is not None]
            tangents = {
                x.node: np.asarray(v, x.dtype) for x, v in zip(variables, direction, strict=True) if x.node
            }
            nodes = [y.node for y, _ in roots if y.node is not None]
            moved = push(tangents, nodes, fresh=variable)
            known = [(moved[y.node], w) for y, w in roots if y.node in moved]
            return sum((_dot(t, w * ~np.isnan(t) if steep else w) for t, w in known), 0.0)

    def at(self, arrays: Arrays) -> tuple[float, float, list[Any]]:
        """φ, the size of the rounding in it, and its gradient as `gradient` gives it.

        Every step of the program is rounded, and counts by how much φ depends on it. Linnainmaa, Taylor
        expansion of the accumulated rounding error, 1976: the gradient of φ by an intermediate result says
        what becomes of the rounding of that result. The arguments count as rounded too, for that is how much
        a good algorithm inside an op errs.
        """
        variables = self.subject.variables(arrays)
        with np.errstate(all="ignore"):
            roots = self.roots(variables)
            value = sum((_dot(y.numpy(), w) for y, w in roots), 0.0)
            rounding = sum((_dot(np.abs(y.numpy()), np.abs(w)) * _epsilon(y.dtype) for y, w in roots), 0.0)
            seeds = _seeds(roots)
            found = pull(seeds, wanted=set(ancestors(seeds))) if seeds else {}
            own = {x.node for x in variables}
            for node, g in found.items():
                if (node.op is not None or node in own) and not isinstance(node.value, Absent):
                    share = _dot(np.abs(node.value), np.abs(g)) * _epsilon(node.value.dtype)
                    rounding += share if np.isfinite(share) else 0.0
        return value, rounding, [found.get(x.node) if x.node is not None else None for x in variables]


def _pulled(roots: list[tuple[Tensor, Any]], variables: list[Tensor], record: bool = False) -> list[Any]:
    nodes = {x.node for x in variables if x.node is not None}
    with enable_grad():
        seeds = {node: Tensor(g) for node, g in _seeds(roots).items()} if record else _seeds(roots)
        found = pull(seeds, wanted=nodes, lift=lift if record else None)
    return [found.get(x.node) if x.node is not None else None for x in variables]


def _seeds(roots: list[tuple[Tensor, Any]]) -> dict[Any, Any]:
    seeds: dict[Any, Any] = {}
    for y, w in roots:
        if y.node is not None:
            g = np.asarray(w, y.dtype)
            seeds[y.node] = g if y.node not in seeds else seeds[y.node] + g
    return seeds


def _dot(a: Any, b: Any) -> float:
    """Σ a b over the entries that count; a weight of 0 leaves an infinite one out."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    return float((a * b).sum(where=b != 0))


def _epsilon(dtype: Any) -> float:
    return float(np.finfo(dtype).eps)


def _floating(value: Any) -> bool:
    if isinstance(value, Tensor | np.ndarray | np.generic):
        return bool(value.dtype.kind == "f")
    return isinstance(value, float)


def _array(value: Any) -> Any:
    return (
        value.numpy() if isinstance(value, Tensor) else np.array(value, float if type(value) is int else None)
    )


def _leaves(tree: Any, name: str, position: int) -> Iterator[tuple[str, int, Any]]:
    """The values of a nest in the order of `flatten`, with the way to each."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, f"{name}[{key!r}]", position)
    elif isinstance(tree, list | tuple):
        for k, value in enumerate(tree):
            yield from _leaves(value, f"{name}[{k}]", position)
    else:
        yield name, position, tree


def _parameters(f: Callable[..., Any], count: int) -> list[str]:
    """How the positional arguments are called."""
    names: list[str] = []
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    for p in parameters:
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            names.append(p.name)
        elif p.kind is p.VAR_POSITIONAL:
            names.extend(f"{p.name}[{k}]" for k in range(count - len(names)))
    names = names[:count]
    return names + [f"args[{k}]" for k in range(len(names), count)]
