"""L-BFGS: steps by the curvature that the last gradients tell."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from optim.curvature import Curvature
from optim.line_search import Evaluate, Line, Point, strong_wolfe
from optim.optimizer import Array, Optimizer, Params
from optim.settings import Range, count, one_of
from optim.states import read


class LBFGS(Optimizer):
    """Quasi-Newton steps: d = −H g, θ ← θ + t d, with an H that fits the last changes of θ and of g.

    H is never stored: with s the last moves and y the changes of the gradient on them, d is computed from
    the pairs (s, y) by two loops, beginning with (s·y / y·y) I. A step makes up to `max_iter` such
    iterations, with a `closure` that computes the loss and the gradients as often as they are needed.

    Args:
        params: see `Optimizer`, in one group: all parameters are one vector.
        lr: λ ≥ 0, the t of every iteration, or the first one that the line search tries; in the very first
            iteration λ min(1, 1 / Σ|g|).
        max_iter: iterations per step at most.
        max_eval: calls of the closure per step at most; if None, 5/4 of max_iter.
        tolerance_grad: a step ends where all |g| are not above it.
        tolerance_change: and where θ or the loss changed by less.
        history_size: so many pairs (s, y) are kept; the memory is twice as many copies of the parameters.
        line_search_fn: None, or "strong_wolfe", which looks for a t that is low and flat enough.

    Raises:
        ValueError: for a setting outside its range, or several groups.

    J. Nocedal, S. J. Wright: Numerical optimization (2006), algorithms 7.4 and 7.5; where it stops is as in
    torch.

    >>> from autograd_core import Tensor
    >>> w = Tensor([10.0, 1.0], requires_grad=True)
    >>> opt = LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     opt.zero_grad()
    ...     loss = w[0] ** 2 + 100 * w[1] ** 2
    ...     loss.backward()
    ...     return loss
    >>> opt.step(closure).item()
    200.0
    >>> bool(abs(w.numpy()).max() < 1e-6)
    True
    """

    ranges: ClassVar[Mapping[str, Range]] = {
        "max_eval": count(optional=True),
        "line_search_fn": one_of(None, "strong_wolfe"),
    }

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        self._curvature = Curvature()
        super().__init__(
            params,
            lr,
            max_iter=max_iter,
            max_eval=max_eval,
            tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change,
            history_size=history_size,
            line_search_fn=line_search_fn,
        )

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Take the one group of parameters.

        Raises:
            ValueError: for a second one.
        """
        if self.param_groups:
            raise ValueError("LBFGS: all parameters are in one group, there is no second one")
        super().add_param_group(param_group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Iterate, from the parameters as they are.

        Args:
            closure: called with recording on; it clears the gradients, computes the loss, calls its
                `backward()` and returns it.

        Returns:
            What the closure returned first: the loss before the step.
        """
        if not callable(closure):
            raise TypeError(
                "LBFGS.step needs a closure, a function that clears the gradients, computes the loss, calls "
                f"its backward() and returns it; got {closure!r:.60}"
            )
        settings = self._settings(self.param_groups[0])
        results: list[Any] = []

        def evaluate(x: Array) -> tuple[float, Array]:
            self._write(x)
            with ac.enable_grad():
                loss = closure()
            if loss is None:
                raise TypeError("LBFGS.step: the closure returned None; let it return the loss")
            results.append(loss)
            return float(loss), self._gradient()

        x = np.concatenate([p.data.reshape(-1) for p in self._every()])
        self._write(self.update(x, evaluate, **settings))
        for state in self._states:
            state["t"] += 1
        return results[0]

    def _write(self, x: Array) -> None:
        start = 0
        for p in self._every():
            p.data[...] = x[start : start + p.size].reshape(p.shape)
            start += p.size

    def _gradient(self) -> Array:
        """All gradients as one vector; zeros where there is none."""
        return np.concatenate(
            [
                np.zeros(p.size, p.dtype) if p.grad is None else np.asarray(p.grad.detach()).reshape(-1)
                for p in self._every()
            ]
        )

    def update(  # type: ignore[override] # of all parameters at once, with gradients as they are needed
        self,
        x: Array,
        evaluate: Evaluate,
        *,
        lr: float,
        max_iter: int,
        max_eval: int | None,
        tolerance_grad: float,
        tolerance_change: float,
        history_size: int,
        line_search_fn: str | None,
    ) -> Array:
        """The iterations of a step: from the vector of all parameters to the new one."""
        curvature = self._curvature
        most = max_iter * 5 // 4 if max_eval is None else max_eval
        value, g = evaluate(x)
        evaluations = 1
        if _largest(g) <= tolerance_grad:
            return x
        for iteration in range(1, max_iter + 1):
            first = curvature.gradient is None
            curvature.learn(g, history_size)
            d = -curvature.applied(g)
            t = lr * min(1.0, 1.0 / float(np.abs(g).sum())) if first else lr
            before, slope = value, float(g @ d)
            curvature.gradient, curvature.move = g, t * d
            if not slope < -tolerance_change:  # nor is NaN
                break
            if line_search_fn is not None:
                start, line = Point(0.0, value, g, slope), Line(evaluate, x, d)
                narrow, trials = tolerance_change / _largest(d), most - evaluations
                t, value, g, _ = strong_wolfe(line, start, t, narrow=narrow, trials=trials)
                curvature.move = t * d
                evaluations += line.evaluations
            x = x + curvature.move
            if line_search_fn is None and iteration < max_iter:  # the last gradient would not be used
                value, g = evaluate(x)
                evaluations += 1
            if (
                evaluations >= most
                or _largest(g) <= tolerance_grad
                or _largest(curvature.move) <= tolerance_change
                or abs(value - before) < tolerance_change
            ):
                break
        return x

    def state_dict(self) -> dict[str, Any]:
        """As of every optimizer, and "curvature": the moves, and the changes of the gradient on them."""
        return {**super().state_dict(), "curvature": self._curvature.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state; on an error nothing is changed.

        Raises:
            ValueError, TypeError: as of every optimizer, and for another curvature.
        """
        caller, every = "LBFGS.load_state_dict", self._every()
        read(caller, state, [len(every)])
        if "curvature" not in state:
            raise ValueError(f'{caller}: the state has no "curvature"; of LBFGS it has one')
        size, dtype = sum(p.size for p in every), np.result_type(*(p.dtype for p in every))
        new = Curvature.read(caller, state["curvature"], size, dtype)
        super().load_state_dict(state)
        self._curvature = new


def _largest(x: Array) -> float:
    return float(np.abs(x).max(initial=0.0))
