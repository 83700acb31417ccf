"""The Hessian of Rosenbrock's function in 100 dimensions: all rows in one sweep, or a sweep for every row."""

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import Bound, measure, optional, same, table

import autograd_core as ac

Array = np.ndarray[Any, Any]


def rosenbrock(x: Any) -> Any:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def by_formula(x: Array) -> Array:
    h = np.zeros((x.size, x.size))
    i = np.arange(x.size - 1)
    h[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    h[i + 1, i + 1] += 200
    h[i, i + 1] = h[i + 1, i] = -400 * x[:-1]
    return h


def row_by_row(x: Array) -> Array:
    leaf = ac.Tensor(x, requires_grad=True)
    slope = ac.gradients(rosenbrock(leaf), leaf, create_graph=True)
    return np.array([ac.gradients(slope[i], leaf).numpy() for i in range(x.size)])


def run(quick: bool) -> list[Bound]:
    x = np.random.default_rng(0).normal(size=100)
    contenders: dict[str, Callable[[], Array]] = {
        "ac.hessian": lambda: ac.hessian(rosenbrock)(x),
        "a sweep for every row": lambda: row_by_row(x),
        "the formula by hand": lambda: by_formula(x),
    }
    torch = optional("torch")
    if torch is not None:
        torch.set_num_threads(1)
        at = torch.tensor(x)
        rows = torch.func.hessian(rosenbrock)
        contenders["torch.func.hessian"] = lambda: rows(at).numpy()
        several = torch.autograd.functional.hessian
        contenders["torch, vectorised"] = lambda: several(rosenbrock, at, vectorize=True).numpy()
    same({name: [run()] for name, run in contenders.items()})
    times = measure(contenders, rounds=5 if quick else 30)
    table("Hessian of Rosenbrock's function, 100 dimensions", times, unit="ms", against="ac.hessian")
    if torch is None:
        return []
    best = min(("torch.func.hessian", "torch, vectorised"), key=times.median)
    return [Bound(f"Hessian of Rosenbrock's function, ours / {best}", times.ratio("ac.hessian", best), 1.0)]
