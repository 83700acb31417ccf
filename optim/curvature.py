"""What the last moves tell about the curvature: the inverse Hessian of L-BFGS."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

NAMES = ("gradient", "move", "scale", "pairs")


class Curvature:
    """H, which maps a change of the gradient to the move that makes it; it is never a matrix.

    It holds the last pairs of a move s and the change y of the gradient on it, with 1 / s·y, and the number
    s·y / y·y of the last pair, by which H is first set: H₀ = s·y / y·y · I. Besides, the gradient before the
    last move, and this move, of which the next pair is made.
    """

    def __init__(self) -> None:
        self.gradient: Array | None = None
        self.move: Array | None = None
        self.scale = 1.0
        self.pairs: list[tuple[Array, Array, float]] = []

    def learn(self, g: Array, limit: int) -> None:
        """Make a pair of the last move, as the gradient is g after it; of old ones keep limit − 1."""
        if self.gradient is None or self.move is None:
            return
        s, y = self.move, g - self.gradient
        product = float(y @ s)
        if product > 1e-10:  # else the curve does not open upwards, and H would not
            del self.pairs[: max(0, len(self.pairs) - limit + 1)]
            self.pairs.append((s, y, 1.0 / product))
            self.scale = product / float(y @ y)

    def applied(self, g: Array) -> Array:
        """H g (J. Nocedal, S. J. Wright: Numerical optimization, 2006, algorithm 7.4)."""
        q = g.copy()
        shares = []
        for s, y, weight in reversed(self.pairs):
            shares.append(float(s @ q) * weight)
            q -= shares[-1] * y
        q *= self.scale
        for s, y, weight in self.pairs:
            q += (shares.pop() - float(y @ q) * weight) * s
        return q

    def state_dict(self) -> dict[str, Any] | None:
        """Copies of all; None before the first move."""
        if self.gradient is None or self.move is None:
            return None
        pairs = [[s.copy(), y.copy(), weight] for s, y, weight in self.pairs]
        return {
            "gradient": self.gradient.copy(),
            "move": self.move.copy(),
            "scale": self.scale,
            "pairs": pairs,
        }

    @classmethod
    def read(cls, caller: str, state: Any, size: int, dtype: np.dtype[Any]) -> "Curvature":
        """What `state_dict` gave, of a vector of this size, cast to this dtype.

        Raises:
            ValueError: for something else.
        """
        new = cls()
        if state is None:
            return new
        if not isinstance(state, Mapping) or set(state) != set(NAMES):
            raise ValueError(f'{caller}: "curvature" has {", ".join(NAMES)}, got {state!r:.60}')

        def vector(what: str, given: Any) -> Array:
            array = np.asarray(given)
            if array.dtype.kind not in "fiu" or array.shape != (size,):
                raise ValueError(
                    f"{caller}: {what} of the curvature is a vector of {size} numbers, "
                    f"got {array.dtype} of the shape {array.shape}"
                )
            return array.astype(dtype)

        def number(what: str, given: Any) -> float:
            if not isinstance(given, float | int | np.number) or not 0 < given < np.inf:
                raise ValueError(f"{caller}: {what} of the curvature is a number above 0, got {given!r}")
            return float(given)

        new.gradient = vector("gradient", state["gradient"])
        new.move = vector("move", state["move"])
        new.scale = number("scale", state["scale"])
        if not isinstance(state["pairs"], list | tuple):
            raise ValueError(
                f"{caller}: pairs of the curvature is a list of threes, got {state['pairs']!r:.60}"
            )
        for pair in state["pairs"]:
            if not isinstance(pair, list | tuple) or len(pair) != 3:
                raise ValueError(f"{caller}: pairs of the curvature is a list of threes, got {pair!r:.60}")
            s, y, weight = pair
            new.pairs.append((vector("a move", s), vector("a change", y), number("a weight", weight)))
        return new
