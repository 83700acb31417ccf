"""w8: second derivatives in float64. a: the Hessian of Rosenbrock's function, 100 dimensions. b: the product
of the Hessian of w3's loss with a vector, of the shape of all parameters."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from contender import Array, Contender, Workload, compiled, kept, remark
from network import Network

SMALL = Network(100, (90, 100, 1), entropy=False)


def point() -> Array:
    return np.random.default_rng(0).normal(size=100)


def rosenbrock(x: Any) -> Any:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def by_formula(x: Array) -> Array:
    """The Hessian of `rosenbrock`: three diagonals."""
    h = np.zeros((x.size, x.size))
    i = np.arange(x.size - 1)
    h[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    h[i + 1, i + 1] += 200
    h[i, i + 1] = h[i + 1, i] = -400 * x[:-1]
    return h


def direction() -> list[Array]:
    rng = np.random.default_rng(5)
    return [rng.standard_normal(a.shape) for a in SMALL.flat()]


def small(relu: Callable[[Any], Any], x: Any, t: Any) -> Callable[..., Any]:
    """The loss of w3 by its parameters."""

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        e = relu(x @ w1 + b1) @ w2 + b2 - t
        return (e * e).sum() / (2 * SMALL.batch)

    return loss


def product(x: Array, t: Array, parameters: list[Array], vectors: list[Array]) -> list[Array]:
    """Forward and backward pass by hand, and their derivative along the vectors."""
    (w1, b1, w2, b2), (v1, c1, v2, c2) = parameters, vectors
    h, dh = x @ w1 + b1, x @ v1 + c1
    on = h > 0
    r, dr = h * on, dh * on
    e = (r @ w2 + b2 - t) / SMALL.batch
    de = (dr @ w2 + r @ v2 + c2) / SMALL.batch
    dg = (de @ w2.T + e @ v2.T) * on
    return [x.T @ dg, dg.sum(axis=0), dr.T @ e + r.T @ de, de.sum(axis=0)]


def reference(arrays: list[Array]) -> Iterator[list[Any]]:
    while True:
        yield [float(arrays[0].flat[0]), *arrays]


def contender(run: Callable[..., Any], *arguments: Any, note: str = "") -> Contender:
    """The value of a step is the first number of what it finds, as a NumPy array."""
    found: list[Array] = []

    def step() -> float:
        result = run(*arguments)
        found[:] = map(np.asarray, result if isinstance(result, list | tuple) else [result])
        return float(found[0].flat[0])

    return Contender(step, lambda: found, note)


def ours(hessian: bool, compile: bool = False) -> Contender:
    import autograd_core as ac

    if hessian:
        run: Any = ac.hessian(rosenbrock)
        arguments: tuple[Any, ...] = (point(),)
    else:
        loss = small(ac.relu, *SMALL.data(np.float64))
        run = lambda xs, vs: ac.hvp(loss, xs, vs)
        arguments = (tuple(SMALL.flat(np.float64)), tuple(direction()))
    run = compiled(run) if compile else run
    return contender(run, *arguments, note=remark(run))


def torch_hessian(vectorised: bool = False) -> Contender:
    import torch

    several = torch.autograd.functional.hessian
    rows = partial(several, rosenbrock, vectorize=True) if vectorised else torch.func.hessian(rosenbrock)
    return contender(lambda x: rows(torch.from_numpy(x)), point())


def torch_product(way: str) -> Contender:
    """The derivative of the gradient along the vectors, forwards or, as the Hessian is symmetric, backwards;
    or the gradient of a recorded gradient."""
    import torch

    loss = small(torch.relu, *map(torch.from_numpy, SMALL.data(np.float64)))
    slope = torch.func.grad(loss, (0, 1, 2, 3))

    def run(xs: list[Array], vs: list[Array]) -> Any:
        primals, tangents = (tuple(map(torch.from_numpy, arrays)) for arrays in (xs, vs))
        if way == "jvp":
            return torch.func.jvp(slope, primals, tangents)[1]
        if way == "vjp":
            return torch.func.vjp(slope, *primals)[1](tangents)
        leaves = [p.requires_grad_() for p in primals]
        recorded = torch.autograd.grad(loss(*leaves), leaves, create_graph=True)
        return torch.autograd.grad(recorded, leaves, tangents)

    return contender(run, SMALL.flat(np.float64), direction())


def jax(hessian: bool, jit: bool = True) -> Contender:
    import jax

    jax.config.update("jax_enable_x64", True)
    wrap = jax.jit if jit else lambda run: run
    if hessian:
        return contender(wrap(jax.hessian(rosenbrock)), point())
    slope = jax.grad(small(jax.nn.relu, *SMALL.data(np.float64)), (0, 1, 2, 3))
    run = wrap(lambda xs, vs: jax.jvp(slope, xs, vs)[1])
    return contender(run, tuple(SMALL.flat(np.float64)), tuple(direction()))


def autograd(hessian: bool) -> Contender:
    import autograd
    import autograd.numpy as anp

    if hessian:
        return contender(autograd.hessian(rosenbrock), point())
    loss = small(lambda h: anp.maximum(h, 0), *SMALL.data(np.float64))
    vectors = tuple(direction())
    # the gradient of the slope along the vectors
    slope = autograd.grad(lambda xs: loss(*xs))
    along = lambda xs: sum(anp.sum(g * v) for g, v in zip(slope(xs), vectors, strict=True))
    return contender(autograd.grad(along), tuple(SMALL.flat(np.float64)))


def by_hand(hessian: bool) -> Contender:
    if hessian:
        return contender(by_formula, point())
    return contender(product, *SMALL.data(np.float64), SMALL.flat(np.float64), direction())


def of(title: str, hessian: bool, wanted: Callable[[], list[Array]], torch: Any) -> Workload:
    return Workload(
        title,
        {
            "ours": lambda: ours(hessian),
            "ours-compiled": lambda: ours(hessian, compile=True),
            "ours-kept": kept(lambda: ours(hessian)),
            "numpy-hand": lambda: by_hand(hessian),
            **torch,
            "jax": lambda: jax(hessian),
            "jax-eager": lambda: jax(hessian, jit=False),
            "autograd": lambda: autograd(hessian),
        },
        lambda: reference(wanted()),
        threads=2,
    )


WORKLOADS = {
    "w8a": of(
        "Hessian of Rosenbrock's function, 100 dimensions",
        True,
        lambda: [by_formula(point())],
        {"torch": torch_hessian, "torch-vectorised": partial(torch_hessian, vectorised=True)},
    ),
    "w8b": of(
        "Hessian-vector product of w3's loss",
        False,
        lambda: product(*SMALL.data(np.float64), SMALL.flat(np.float64), direction()),
        {
            "torch": partial(torch_product, "jvp"),
            "torch-vjp": partial(torch_product, "vjp"),
            "torch-twice": partial(torch_product, "twice"),
        },
    ),
}
