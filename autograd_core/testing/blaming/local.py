"""One op alone: its rule against differences of its own forward.

With z = f(x) and any g, the rule of x gives Σ_j g_j ∂z_j/∂x_i for every i, and so do differences of f. Where
f has a corner in direction i, every number between the two one-sided slopes is right; where it jumps, none is
asked for. Numbers that are not finite are left out: they are not moved, and get g = 0 where they are results.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_core.node import Absent, Node
from autograd_core.ops.broadcasting import unbroadcast
from autograd_core.state import no_grad
from autograd_core.testing.blaming.replay import Replay, parameters

Array = np.ndarray[Any, Any]
Index = tuple[int, ...]

RELATIVE, SHARE = 1e-5, 1e-7
"""A gradient may be off by so much of itself and so much of the largest number beside it."""

BUDGET = 10_000_000
"""About so many numbers are computed for the differences of one argument."""

STEPS = (1e-4, 1e-5, 1e-6)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a rule.

    `found` and `wanted` are the gradients by the rule and by differences, of the whole argument, or of the
    numbers that were looked at where it is big; None where the rule gave no numbers to compare.
    """

    argument: int
    words: str
    index: Index | None = None
    rule: float | None = None
    differences: float | None = None
    found: Array | None = None
    wanted: Array | None = None


def examine(node: Node, replay: Replay) -> Fault | str | None:
    """The fault of a node's rules; a sentence if it could not be checked; None if all is right.

    Afterwards the replay knows the value of the node.
    """
    op = node.op
    assert op is not None
    operands = replay.operands(node)
    with np.errstate(all="ignore"):
        z, residuals = replay.forward(node, [_own(x) for x in operands])
        replay.values[node] = z
        if z.dtype.kind != "f":
            return f"its result is {z.dtype}"
        clean = all(_is_finite(x) for x in (z, *operands))
        if not clean and not any(np.isfinite(x).any() for x in (z, *_floating(operands))):
            return "there are no finite numbers"
        g = weights(z.shape) * np.isfinite(z)
        for i, gradient in _gradients(node, g, z, operands, residuals):
            fault = (
                Fault(i, gradient)
                if isinstance(gradient, str)
                else _compared(node, replay, operands, i, g, gradient)
            )
            if fault is not None:
                return fault
    return None


def weights(shape: tuple[int, ...]) -> Array:
    """A gradient in which no two numbers are alike and none is near 0, the same in every run."""
    rng = np.random.default_rng(7)
    return np.asarray(rng.uniform(0.5, 1.5, shape) * np.where(rng.random(shape) < 0.5, -1.0, 1.0))


def _gradients(
    node: Node, g: Array, z: Array, operands: list[Any], residuals: dict[str, Any]
) -> list[tuple[int, Array | str]]:
    """What the rules give, per argument that a gradient flows to; words where they fail."""
    op = node.op
    assert op is not None
    call = [_own(x) for x in operands]
    for i in op.drops if op.drops is not None else range(len(call)):
        if i < len(call) and isinstance(call[i], np.ndarray):
            call[i] = Absent(call[i].shape, call[i].dtype)  # so a rule that reads it is found out
    called = (g.copy(), z if op.keeps_result else None, *call)
    settings = {**parameters(node), **residuals}
    found: list[tuple[int, Array | str]] = []
    wanted = [i for i, x in enumerate(operands) if node[i] is not None and np.asarray(x).dtype.kind == "f"]
    try:
        parts = None
        if op.joint is not None:
            with no_grad():
                parts = list(op.joint(*called, **settings))
            if len(parts) != len(operands):
                return [(0, f"its rule gives {len(parts)} gradients for {len(operands)} arguments")]
        for i in wanted:
            rule = op.rules[i] if parts is None and i < len(op.rules) else None
            if parts is None and rule is None:
                continue  # declared to have no gradient
            with no_grad():
                c = parts[i] if parts is not None else rule(*called, **settings)  # type: ignore[misc]
            found.append((i, _fitted(np.asarray(c), np.shape(operands[i]), op.single)))
    except Exception as error:
        i = next((i for i in wanted if i not in dict(found)), 0)
        found.append((i, f"its rule raises {type(error).__name__}: {error}"))
    return found


def _fitted(c: Array, shape: tuple[int, ...], single: bool) -> Array | str:
    """A contribution in the shape of its argument, as the sweep would sum it."""
    if c.shape != shape:
        try:
            summed = None if single else np.asarray(unbroadcast(c, shape, 0))
        except Exception:
            summed = None
        if summed is None or summed.shape != shape:
            return f"its rule gives an array of shape {c.shape} for an argument of shape {shape}"
        return summed
    return c


def _compared(
    node: Node, replay: Replay, operands: list[Any], i: int, g: Array, gradient: Array
) -> Fault | None:
    x = np.asarray(operands[i])

    def forward(value: Array) -> Array:
        call = [_own(a) for a in operands]
        call[i] = value
        return replay.forward(node, call)[0]

    clean = all(_is_finite(a) for a in (replay.values[node], *operands))
    fault = compare(forward, x, g, gradient, clean)
    return None if fault is None else replace(fault, argument=i)


def compare(
    forward: Callable[[Array], Array], x: Array, g: Array, gradient: Array, clean: bool = True
) -> Fault | None:
    """The gradient of Σ g · forward(x) against differences, of a big x at some places and on directions.

    `clean` says that x and forward(x) are finite; where they are not, gradients that are not finite are
    nobody's fault.
    """
    bad = ~np.isfinite(gradient)
    if bad.any() and clean:
        index = _place(int(np.argmax(bad)), x.shape)
        words = f"its rule gives {gradient[index]} where the argument is {x[index]:.6g}"
        return Fault(0, words, index, float(gradient[index]))
    slopes = Slopes(forward, x, g)
    movable = np.flatnonzero(np.isfinite(x) & ~bad)
    count = max(8, min(x.size, BUDGET // max(1, 4 * (g.size + x.size))))
    rng = np.random.default_rng(11)
    few = count < len(movable)
    places = np.sort(rng.choice(movable, count, replace=False)) if few else movable
    wanted = np.array([slopes.at(int(k)) for k in places])
    found = gradient.reshape(-1)[places]
    largest = float(np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted)))
    off = [
        n
        for n, k in enumerate(places)
        if not slopes.agrees(int(k), float(found[n]), float(wanted[n]), largest)
    ]
    if not off and few:
        k = slopes.suspect(np.where(bad, 0.0, gradient).reshape(-1), largest, movable)
        if k is not None:
            return Fault(0, "", _place(k, x.shape), float(gradient.reshape(-1)[k]), slopes.best(k))
        return None
    if not off:
        return None
    for n in off[:100]:
        wanted[n] = slopes.best(int(places[n]))
    n = max(off, key=lambda n: abs(found[n] - wanted[n]))
    whole = len(places) == x.size
    return Fault(
        0,
        "",
        _place(int(places[n]), x.shape),
        float(found[n]),
        float(wanted[n]),
        gradient if whole else found,
        wanted.reshape(x.shape) if whole else wanted,
    )


class Slopes:
    """Differences of Σ g · forward(x), along one number of x or along a direction."""

    def __init__(self, forward: Callable[[Array], Array], x: Array, g: Array) -> None:
        self._forward, self._x, self._g = forward, x, g
        self._counts = g != 0
        self._scale = np.maximum(1.0, np.abs(np.where(np.isfinite(x), x, 0.0))).reshape(-1)
        # what rounding of the result makes of a slope, times the step
        self._rounding = 8 * float(
            np.finfo(float).eps * np.abs(self._weighted(forward(x.copy()))).max(initial=0.0)
        )

    def _weighted(self, z: Array) -> Array:
        """g · z, 0 where g is, whatever z is there."""
        return self._g * np.where(self._counts, z, 0.0)

    def _moved(self, direction: Array, h: float) -> Array:
        return self._forward((self._x.reshape(-1) + h * direction).reshape(self._x.shape))

    def along(self, direction: Array, h: float) -> float:
        """The slope along a direction, of the fourth order in h."""

        def central(step: float) -> float:
            change = self._moved(direction, step) - self._moved(direction, -step)
            return float(np.sum(self._weighted(change / (2 * step))))

        return (4 * central(h / 2) - central(h)) / 3

    def _unit(self, k: int) -> Array:
        e = np.zeros(self._x.size)
        e[k] = 1.0
        return e

    def at(self, k: int, step: float = STEPS[0]) -> float:
        """The slope along number k."""
        return self.along(self._unit(k), step * float(self._scale[k]))

    def _tried(self, k: int) -> list[float]:
        """The slopes by several steps, small ones where the number itself is small."""
        own = abs(float(self._x.reshape(-1)[k]))
        steps = [s * float(self._scale[k]) for s in STEPS] + ([own * STEPS[0]] if own else [])
        return [d for d in (self.along(self._unit(k), h) for h in steps) if np.isfinite(d)]

    def best(self, k: int) -> float:
        """The slope on which two neighbouring steps agree best."""
        tried = self._tried(k)
        pairs = [(abs(a - b), b) for a, b in pairwise(tried)]
        return min(pairs)[1] if pairs else (tried or [float("nan")])[0]

    def agrees(self, k: int, found: float, wanted: float, largest: float) -> bool:
        """Whether a gradient is right at number k; looks closer before it says no."""

        rounding = self._rounding / (STEPS[0] * float(self._scale[k]))

        def near(d: float) -> bool:
            return abs(found - d) <= RELATIVE * abs(d) + SHARE * largest + rounding + 1e-10

        if near(wanted):
            return True
        tried = self._tried(k)
        return not tried or any(near(d) for d in tried) or self._corner(k, found, largest)

    def _corner(self, k: int, found: float, largest: float) -> bool:
        """Whether there is a corner, and the gradient lies between the one-sided slopes; or a jump."""
        here, e = self._forward(self._x.copy()), self._unit(k)
        changes, sides = [], []
        for h in (1e-7 * float(self._scale[k]), 1e-6 * float(self._scale[k])):
            up, down = self._moved(e, h) - here, here - self._moved(e, -h)
            up, down = self._weighted(up), self._weighted(down)
            changes.append(float(np.max(np.abs(up) + np.abs(down), initial=0.0)))
            sides.append((np.minimum(up, down).sum() / h, np.maximum(up, down).sum() / h))
        size = 1.0 + float(np.max(np.abs(self._weighted(here)), initial=0.0))
        if changes[0] > max(0.5 * changes[1], 1e-9 * size):
            return True  # a jump: the change does not shrink with the step
        (low, high), (wide_low, wide_high) = sides
        lasting = high - low > 0.5 * (wide_high - wide_low)  # that of a mere bend would be a tenth
        allowed = 1e-4 * (abs(low) + abs(high)) + 1e-6 * largest
        return bool(lasting and high - low > allowed and low - allowed <= found <= high + allowed)

    def suspect(self, gradient: Array, largest: float, movable: Array) -> int | None:
        """A place where the gradient is wrong, found along directions by halving; None if there is none."""
        rng = np.random.default_rng(13)
        for _ in range(3):
            v = np.zeros(self._x.size)
            v[movable] = np.where(rng.random(len(movable)) < 0.5, -1.0, 1.0)
            h = 1e-5 * float(np.mean(self._scale))
            size = float(np.linalg.norm(gradient)) + largest
            if abs(self.along(v, h) - float(gradient @ v)) <= 1e-5 * size + 1e-9:
                continue
            places = movable
            while len(places) > 1:
                halves = np.array_split(places, 2)
                off = []
                for half in halves:
                    part = np.zeros(self._x.size)
                    part[half] = v[half]
                    off.append(abs(self.along(part, h) - float(gradient @ part)))
                places = halves[int(off[1] > off[0])]
            k = int(places[0])
            if not self.agrees(k, float(gradient[k]), self.at(k), largest):
                return k
        return None


def _place(k: int, shape: tuple[int, ...]) -> Index:
    return tuple(int(i) for i in np.unravel_index(k, shape))


def _own(x: Any) -> Any:
    return x.copy() if isinstance(x, np.ndarray) else x


def _floating(operands: list[Any]) -> list[Array]:
    return [x for x in map(np.asarray, operands) if x.dtype.kind == "f"]


def _is_finite(x: Any) -> bool:
    array = np.asarray(x)
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())
