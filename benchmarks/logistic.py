"""w10: logistic regression, 1,000,000 × 20 float64, loss and gradient of the full batch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from contender import Array, Contender, Workload, compiled, needs_compiler, remark

N, K = 1_000_000, 20
BLOCK = 8192


def data() -> tuple[Array, Array, Array, Array]:
    """X, t, w and b."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((N, K))
    w = rng.standard_normal(K) / 5
    t = (x @ w + rng.standard_normal(N) > 0).astype(np.float64)
    return x, t, w / 2, np.array(0.1)


def plain(x: Array, t: Array, w: Array, b: Array) -> tuple[float, Array, Array]:
    """As one writes it down: with z = Xw + b the mean of log(1 + e^z) − t z."""
    z = x @ w + b
    e = np.exp(-np.abs(z))
    loss = (np.log1p(e) + np.maximum(z, 0) - t * z).sum() / len(x)
    g = (np.where(z >= 0, 1, e) / (1 + e) - t) / len(x)
    return float(loss), x.T @ g, g.sum()


def by_hand() -> Contender:
    arrays, found = data(), list[Any]()

    def step() -> float:
        value, *found[:] = plain(*arrays)
        return value

    return Contender(step, lambda: found)


def in_blocks() -> Contender:
    """By rows that stay in the cache; a block that comes back needs no second trip to memory."""
    x, t, w, b = data()
    dw, part = np.zeros((2, K))
    db = np.zeros(1)
    z, e, s, y = np.empty((4, BLOCK))

    def step() -> float:
        value, dw[:], db[:] = 0.0, 0, 0
        for start in range(0, N, BLOCK):
            rows, target = x[start : start + BLOCK], t[start : start + BLOCK]
            n = len(rows)
            a, c, d, u = z[:n], e[:n], s[:n], y[:n]
            np.matmul(rows, w, a)
            np.add(a, b, a)
            np.abs(a, c)
            np.negative(c, c)
            np.exp(c, c)
            np.log1p(c, d)
            np.maximum(a, 0, out=u)
            np.add(d, u, d)
            value += float(np.add.reduce(d)) - float(np.dot(target, a))
            np.add(c, 1, u)
            np.copyto(c, 1, where=a >= 0)
            np.divide(c, u, c)
            np.subtract(c, target, c)
            np.matmul(c, rows, part)
            np.add(dw, part, dw)
            db[0] += float(np.add.reduce(c))
        np.divide(dw, N, dw)
        np.divide(db, N, db)
        return value / N

    return Contender(step, lambda: [dw, db[0]])


def products() -> Contender:
    x, _, w, _ = data()
    z, dw = np.empty(N), np.empty(K)

    def step() -> float:
        np.matmul(x, w, z)
        np.matmul(x.T, z, dw)
        return 0.0

    return Contender(step)


def reference() -> Iterator[list[Any]]:
    wanted = plain(*data())
    while True:
        yield list(wanted)


def ours(compile: bool = False) -> Contender:
    import autograd_core as ac
    import nn

    # the data are Tensors once and for all, as they are torch's and jax's: of an array that anybody may write
    # to every graph would keep a copy
    x, t, *start = map(ac.Tensor, data())
    w, b = (ac.Tensor(a, requires_grad=True) for a in start)
    criterion = nn.BCEWithLogitsLoss()

    def slope(x: Any, t: Any) -> Any:
        w.grad = b.grad = None
        loss = criterion(x @ w + b, t)
        loss.backward()
        return loss

    run = compiled(slope) if compile else slope
    return Contender(lambda: run(x, t).item(), lambda: [w.grad, b.grad], remark(run))


def torch(compile: bool = False) -> Contender:
    import torch

    x, t, *start = map(torch.from_numpy, data()[:3])
    w, b = start[0].requires_grad_(), torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    criterion = torch.nn.BCEWithLogitsLoss()
    objective = lambda x, t: criterion(x @ w + b, t)
    if compile:
        needs_compiler()
        objective = torch.compile(objective)

    def step() -> float:
        w.grad = b.grad = None
        loss = objective(x, t)
        loss.backward()
        return loss.item()

    return Contender(step, lambda: [w.grad, b.grad])


def functional(run: Any, x: Any, t: Any, parameters: tuple[Any, Any]) -> Contender:
    found: list[Any] = []

    def step() -> float:
        value, found[:] = run(parameters, x, t)
        return float(value)

    return Contender(step, lambda: found)


def jax() -> Contender:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def loss(parameters: Any, x: Any, t: Any) -> Any:
        z = x @ parameters[0] + parameters[1]
        return jnp.mean(jax.nn.softplus(z) - t * z)

    x, t, w, b = map(jnp.asarray, data())
    return functional(jax.jit(jax.value_and_grad(loss)), x, t, (w, b))


def autograd() -> Contender:
    import autograd
    import autograd.numpy as anp

    def loss(parameters: Any, x: Any, t: Any) -> Any:
        z = anp.dot(x, parameters[0]) + parameters[1]
        return anp.mean(anp.logaddexp(0, z) - t * z)

    x, t, w, b = data()
    return functional(autograd.value_and_grad(loss), x, t, (w, float(b)))


def mygrad() -> Contender:
    import mygrad

    x, t, *start = data()
    w, b = map(mygrad.tensor, start)
    mygrad.turn_memory_guarding_off()

    def step() -> float:
        z = mygrad.matmul(x, w) + b
        loss = mygrad.mean(mygrad.logaddexp(0, z) - t * z)
        loss.backward()
        return loss.item()

    return Contender(step, lambda: [w.grad, b.grad])


WORKLOADS = {
    "w10": Workload(
        "logistic regression, 1,000,000 × 20 float64, loss and gradient",
        {
            "ours": ours,
            "ours-compiled": lambda: ours(compile=True),
            "numpy-products": products,
            "numpy-hand": by_hand,
            "numpy-blocks": in_blocks,
            "torch": torch,
            "torch-compile": lambda: torch(compile=True),
            "jax": jax,
            "autograd": autograd,
            "mygrad": mygrad,
        },
        reference,
        threads=2,
        unchecked=("numpy-products",),
    )
}
