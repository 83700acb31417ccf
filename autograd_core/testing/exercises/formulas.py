"""The lecture's exercises whose answer is a formula or numbers: what is given, and what the engine finds.

No answer is written down here: each is the engine's derivative of what the exercise states.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core.tensor import Tensor

Array = Any
Given = dict[str, Any]
Answers = dict[str, Any]


@dataclass(frozen=True)
class Formula:
    """An exercise whose answer is a function, of `arguments` by position or of any of the givens by name.

    Attributes:
        title: what it is about.
        arguments: what the function is called with.
        results: what it returns, in this order.
        draw: from a random generator to everything that may be asked for.
        right: from the givens to the right results.
    """

    title: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    draw: Callable[[np.random.Generator], Given]
    right: Callable[[Given], Answers]


@dataclass(frozen=True)
class Numbers:
    """An exercise whose answer is numbers: a dict by name, or a tuple in the order of `results`.

    Attributes:
        title: what it is about.
        results: what has to be given.
        right: computes the right ones, and perhaps more that may be given.
    """

    title: str
    results: tuple[str, ...]
    right: Callable[[], Answers]


def slopes(f: Callable[..., Any], **at: Any) -> Answers:
    """The gradient of a single number f(...) by each of its arguments."""
    leaves = {name: Tensor(np.asarray(value, dtype=float), True, name=name) for name, value in at.items()}
    f(**leaves).backward()
    return {n: np.zeros(x.shape) if x.grad is None else x.grad.numpy() for n, x in leaves.items()}


def logistic(x: Any) -> Any:
    """σ(x)."""
    return 1 / (1 + np.exp(-x))


def binary_entropy(u: Any, t: Any) -> Any:
    """−t log u − (1 − t) log(1 − u)."""
    return -t * np.log(u) - (1 - t) * np.log(1 - u)


# ---- 3.3: the chain rule -----------------------------------------------------------------------------------


def _numbers(rng: np.random.Generator, *names: str) -> Given:
    return {name: float(rng.uniform(0.3, 2.0) * rng.choice([-1.0, 1.0])) for name in names}


def _draw_sigmoid(rng: np.random.Generator) -> Given:
    x = _numbers(rng, "x", "dz_du")
    return {**x, "u": logistic(x["x"]), "t": float(rng.uniform(0.1, 0.9))}


def _draw_split(rng: np.random.Generator) -> Given:
    x = _numbers(rng, "x", "z_u", "z_v")
    return {**x, "u": 1 + np.exp(x["x"]), "v": 1 + np.exp(-x["x"])}


def _softmax_of_two(x: Any, y: Any) -> tuple[Any, Any]:
    return np.exp(x) / (np.exp(x) + np.exp(y)), np.exp(y) / (np.exp(x) + np.exp(y))


def _draw_two(rng: np.random.Generator) -> Given:
    x = _numbers(rng, "x", "y", "z_u", "z_v")
    u, v = _softmax_of_two(x["x"], x["y"])
    s = float(rng.uniform(0.1, 0.9))
    return {**x, "u": u, "v": v, "s": s, "t": 1 - s}


def _right_two(given: Given) -> Answers:
    def z(x: Any, y: Any) -> Any:
        u, v = _softmax_of_two(x, y)
        return given["z_u"] * u + given["z_v"] * v

    g = slopes(z, x=given["x"], y=given["y"])
    return {"z_x": g["x"], "z_y": g["y"]}


def _right_two_entropy(given: Given) -> Answers:
    def z(x: Any, y: Any) -> Any:
        u, v = _softmax_of_two(x, y)
        return -given["s"] * np.log(u) - given["t"] * np.log(v)

    g = slopes(z, x=given["x"], y=given["y"])
    return {"z_x": g["x"], "z_y": g["y"]}


def _right_affine_of_two(given: Given) -> Answers:
    def z(x0: Any, x1: Any) -> Any:
        y0 = x0 * given["w00"] + x1 * given["w10"]
        y1 = x0 * given["w01"] + x1 * given["w11"]
        return given["z_y0"] * y0 + given["z_y1"] * y1

    g = slopes(z, x0=1.0, x1=1.0)
    return {"z_x0": g["x0"], "z_x1": g["x1"]}


# ---- 3.4 and 3.5: graphs -----------------------------------------------------------------------------------


def _right_square(given: Given) -> Answers:
    g = slopes(lambda a, x, y: (a * x - y) ** 2, a=given["a"], x=given["x"], y=given["y"])
    return {"z_x": g["x"], "z_a": g["a"], "z_y": g["y"]}


def _draw_entropy(rng: np.random.Generator) -> Given:
    x = float(rng.uniform(-2, 2))
    return {"x": x, "y": float(rng.uniform(0.1, 0.9)), "y_hat": logistic(x), "s": np.exp(-x)}


def _right_entropy(given: Given) -> Answers:
    g = slopes(lambda x, y: binary_entropy(logistic(x), y), x=given["x"], y=given["y"])
    return {"h_y": g["y"], "h_x": g["x"]}


def _draw_product(rng: np.random.Generator) -> Given:
    return {
        "X": rng.standard_normal((5, 3)),
        "W": rng.standard_normal((3, 4)),
        "dY": rng.standard_normal((5, 4)),
    }


def _right_product(given: Given) -> Answers:
    return {"dW": slopes(lambda X, W: (given["dY"] * (X @ W)).sum(), X=given["X"], W=given["W"])["W"]}


# ---- 9.1: penalties ----------------------------------------------------------------------------------------


def _draw_weights(rng: np.random.Generator) -> Given:
    W = rng.uniform(0.3, 2.0, (3, 4)) * rng.choice([-1.0, 1.0], (3, 4))
    return {"W": W, "alpha": float(rng.uniform(0.1, 0.9))}


def _penalty(norm: Callable[[Any], Any]) -> Callable[[Given], Answers]:
    return lambda given: {"dW": slopes(lambda W: given["alpha"] * norm(W).sum(), W=given["W"])["W"]}


def _draw_folded(rng: np.random.Generator) -> Given:
    vectors = {name: rng.standard_normal(4) for name in ("b", "gamma", "beta", "mean")}
    return {"W": rng.standard_normal((3, 4)), **vectors, "var": rng.uniform(0.2, 2, 4), "eps": 0.01}


def _right_folded(g: Given) -> Answers:
    """An affine map is known from what it does to 0 and to the rows of the identity."""

    def both(x: Any) -> Any:
        return g["gamma"] * (x @ g["W"] + g["b"] - g["mean"]) / np.sqrt(g["var"] + g["eps"]) + g["beta"]

    b = both(np.zeros(3))
    return {"W": both(np.eye(3)) - b, "b": b}


FORMULAS: dict[str, Formula] = {
    "3.3-1": Formula(
        "dz/dx for u = σ(x)",
        ("u", "dz_du"),
        ("dz/dx",),
        _draw_sigmoid,
        lambda given: {"dz/dx": slopes(lambda x: given["dz_du"] * logistic(x), x=given["x"])["x"]},
    ),
    "3.3-2": Formula(
        "dz/dx for z = −t log u − (1 − t) log(1 − u), u = σ(x)",
        ("u", "t"),
        ("dz/dx",),
        _draw_sigmoid,
        lambda given: {"dz/dx": slopes(lambda x: binary_entropy(logistic(x), given["t"]), x=given["x"])["x"]},
    ),
    "3.3-3": Formula(
        "dz/dx for u = 1 + eˣ, v = 1 + e⁻ˣ",
        ("x", "z_u", "z_v"),
        ("dz/dx",),
        _draw_split,
        lambda given: {
            "dz/dx": slopes(
                lambda x: given["z_u"] * (1 + np.exp(x)) + given["z_v"] * (1 + np.exp(-x)), x=given["x"]
            )["x"]
        },
    ),
    "3.3-4": Formula(
        "∂z/∂x and ∂z/∂y for the softmax of two",
        ("u", "v", "z_u", "z_v"),
        ("z_x", "z_y"),
        _draw_two,
        _right_two,
    ),
    "3.3-5": Formula(
        "∂z/∂x and ∂z/∂y for the softmax of two with cross entropy",
        ("s", "t", "u", "v"),
        ("z_x", "z_y"),
        _draw_two,
        _right_two_entropy,
    ),
    "3.3-6": Formula(
        "∂z/∂x₀ and ∂z/∂x₁ for an affine map of two",
        ("w00", "w01", "w10", "w11", "z_y0", "z_y1"),
        ("z_x0", "z_x1"),
        lambda rng: _numbers(rng, "w00", "w01", "w10", "w11", "z_y0", "z_y1"),
        _right_affine_of_two,
    ),
    "3.4-4": Formula(
        "the derivatives of z = (ax − y)²",
        ("a", "x", "y"),
        ("z_x", "z_a", "z_y"),
        lambda rng: _numbers(rng, "a", "x", "y"),
        _right_square,
    ),
    "3.4-7": Formula(
        "the derivatives of the cross entropy of a sigmoid",
        ("x", "y"),
        ("h_y", "h_x"),
        _draw_entropy,
        _right_entropy,
    ),
    "3.5-5": Formula("dW for Y = XW", ("X", "dY"), ("dW",), _draw_product, _right_product),
    "8.2-3": Formula(
        "W and b of the affine layer that predicts as one with batch normalisation behind it",
        ("W", "b", "gamma", "beta", "mean", "var", "eps"),
        ("W", "b"),
        _draw_folded,
        _right_folded,
    ),
    "9.1-2": Formula(
        "the gradient of the L2 penalty α Σ W²", ("W", "alpha"), ("dW",), _draw_weights, _penalty(np.square)
    ),
    "9.1-3": Formula(
        "the gradient of the L1 penalty α Σ |W|", ("W", "alpha"), ("dW",), _draw_weights, _penalty(np.abs)
    ),
}


_TWO = "u = exp(x)/(exp(x) + exp(y)); v = exp(y)/(exp(x) + exp(y)); "
STEPS: dict[str, str] = {
    "3.3-1": "u = 1/(1 + exp(-x)); z = z(u)",
    "3.3-2": "u = 1/(1 + exp(-x)); z = -t*log(u) - (1 - t)*log(1 - u)",
    "3.3-3": "u = 1 + exp(x); v = 1 + exp(-x); z = z(u, v)",
    "3.3-4": _TWO + "z = z(u, v)",
    "3.3-5": _TWO + "z = -s*log(u) - t*log(v)",
    "3.3-6": "y0 = x0*w00 + x1*w10; y1 = x0*w01 + x1*w11; z = z(y0, y1)",
    "3.4-4": "s = a*x; t = s - y; z = t**2",
    "3.4-7": "s = exp(-x); ŷ = 1/(1 + s); h = -y*log(ŷ) - (1 - y)*log(1 - ŷ)",
}
"""What is differentiated, as `ac.graph` takes it."""


# ---- 3.6: numbers ------------------------------------------------------------------------------------------


def _example(error: Callable[[Any], Any]) -> Answers:
    """E, dY, dX and dW of 3.6, 1, for an error E(Y)."""
    X, W = np.array([[2.0, -1.0, 1.0]]), np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 4.0]])
    g = slopes(lambda X, W: error(X @ W), X=X, W=W)
    return {"dX": g["X"], "dW": g["W"], "dY": slopes(error, Y=X @ W)["Y"], "E": error(X @ W), "Y": X @ W}


def _half_square(Y: Any) -> Any:
    return ((Y - np.array([1.0, 2.0])) ** 2).sum() / 2


def _entropy(Y: Any) -> Any:
    return -(np.array([1.0, 0.0]) * np.log(np.exp(Y) / np.exp(Y).sum())).sum()


def _broadcast_sum() -> Answers:
    X = np.array([[1.0, 3.0], [2.0, -1.0], [0.0, 1.0]])
    dY = np.array([[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]])
    g = slopes(lambda X, b: (dY * (X + b)).sum(), X=X, b=np.array([2.0, 1.0]))
    return {"dX": g["X"], "db": g["b"]}


NUMBERS: dict[str, Numbers] = {
    "3.6-1": Numbers(
        "dX and dW for a squared error", ("dX", "dW"), lambda: _example(lambda Y: _half_square(Y))
    ),
    "3.6-2": Numbers(
        "dX and dW for softmax with cross entropy", ("dX", "dW"), lambda: _example(lambda Y: _entropy(Y))
    ),
    "3.6-3": Numbers("dX and db for a broadcast sum", ("dX", "db"), _broadcast_sum),
}
