"""w7: f(x) = Σ tanh(x) exp(−x²) + σ(x) / (1 + x²) of 4,000,000 float32, value and gradient.

The derivative is (1 − tanh² x) e^{−x²} − 2x tanh(x) e^{−x²} + σ(x) (1 − σ(x)) q − 2x σ(x) q², q = 1/(1 + x²).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from contender import THREADS, Array, Contender, Workload, compiled, kept, needs_compiler, remark

N = 4_000_000
BLOCK = 32768


def start() -> Array:
    return np.random.default_rng(0).standard_normal(N).astype(np.float32)


def plain(x: Array) -> tuple[float, Array]:
    """As one writes it down."""
    a, e, s, q = np.tanh(x), np.exp(-x * x), 1 / (1 + np.exp(-x)), 1 / (1 + x * x)
    value = (a * e + s * q).sum()
    return float(value), (1 - a * a - 2 * x * a) * e + s * (1 - s - 2 * x * q) * q


def block(x: Array, slope: Array, room: Array) -> float:
    """The same of one block, which stays in the cache: 22 passes in five places."""
    a, e, s, q, y = room[:, : len(x)]
    one, two = np.float32(1), np.float32(2)
    np.tanh(x, a)
    np.multiply(x, x, q)
    np.negative(q, e)
    np.exp(e, e)
    np.add(q, one, q)
    np.divide(one, q, q)
    np.negative(x, s)
    np.exp(s, s)
    np.add(s, one, s)
    np.divide(one, s, s)
    np.multiply(a, e, slope)
    np.multiply(s, q, y)
    np.add(slope, y, slope)
    value = float(np.add.reduce(slope))
    # (1 − a (a + 2x)) e + (1 − s − 2x q) s q
    np.multiply(x, two, slope)
    np.multiply(slope, q, q)
    np.add(slope, a, slope)
    np.multiply(slope, a, slope)
    np.subtract(one, slope, slope)
    np.multiply(slope, e, slope)
    np.add(q, s, q)
    np.subtract(one, q, q)
    np.multiply(q, y, q)
    np.add(slope, q, slope)
    return value


def in_blocks(threads: int = 1) -> Contender:
    x = start()
    slope = np.empty_like(x)
    starts = range(0, N, BLOCK)
    shares = [starts[i::threads] for i in range(threads)]
    rooms = [np.empty((5, BLOCK), x.dtype) for _ in shares]
    pool = ThreadPoolExecutor(threads)

    def share(i: int) -> float:
        return sum(block(x[k : k + BLOCK], slope[k : k + BLOCK], rooms[i]) for k in shares[i])

    step = (lambda: share(0)) if threads == 1 else (lambda: sum(pool.map(share, range(threads))))
    return Contender(step, lambda: [slope])


def reference() -> Iterator[list[Any]]:
    wanted = plain(start().astype(np.float64))
    while True:
        yield list(wanted)


def f(xp: Any, sigmoid: Callable[[Any], Any], x: Any) -> Any:
    return (xp.tanh(x) * xp.exp(-x * x) + sigmoid(x) / (1 + x * x)).sum()


def functional(run: Callable[[Any], Any], note: str = "") -> Contender:
    """A function that gives value and gradient."""
    x, found = start(), list[Array]()

    def step() -> float:
        value, slope = run(x)
        found[:] = [slope]
        return float(value)

    return Contender(step, lambda: [np.asarray(a) for a in found], note)


def ours(compile: bool = False) -> Contender:
    import autograd_core as ac

    run = ac.value_and_grad(lambda x: f(ac, ac.sigmoid, x))
    run = compiled(run) if compile else run
    return functional(run, remark(run))


def torch(compile: bool = False) -> Contender:
    import torch

    own = lambda x: f(torch, torch.sigmoid, x)
    if compile:
        needs_compiler()
        own = torch.compile(own)

    def run(x: Array) -> tuple[Any, Any]:
        leaf = torch.from_numpy(x).requires_grad_()
        value = own(leaf)
        value.backward()
        return value.item(), leaf.grad

    return functional(run)


def jax() -> Contender:
    import jax
    import jax.numpy as jnp

    return functional(jax.jit(jax.value_and_grad(lambda x: f(jnp, jax.nn.sigmoid, x))))


def autograd() -> Contender:
    import autograd
    import autograd.numpy as anp

    return functional(autograd.value_and_grad(lambda x: f(anp, lambda x: 1 / (1 + anp.exp(-x)), x)))


def mygrad() -> Contender:
    import mygrad
    from mygrad.nnet.activations import sigmoid

    def run(x: Array) -> tuple[Any, Any]:
        leaf = mygrad.tensor(x, copy=False)
        value = f(mygrad, sigmoid, leaf)
        value.backward()
        return value.item(), leaf.grad

    mygrad.turn_memory_guarding_off()
    return functional(run)


WORKLOADS = {
    "w7": Workload(
        "elementwise, 4,000,000 float32, value and gradient",
        {
            "ours": ours,
            "ours-compiled": lambda: ours(compile=True),
            "ours-kept": kept(ours),
            "numpy-hand": lambda: functional(plain),
            "numpy-blocks": in_blocks,
            "numpy-blocks-threads": lambda: in_blocks(THREADS),
            "torch": torch,
            "torch-compile": lambda: torch(compile=True),
            "jax": jax,
            "autograd": autograd,
            "mygrad": mygrad,
        },
        reference,
        rtol=1e-4,
        threads=2,
    )
}
