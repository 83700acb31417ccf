"""w2 and w9: what an operation costs: a chain of 1,000, one of 100,000, and one that branches.

A block of w2 is `h = exp(0.1 * tanh((h + c) * w))`: five operations on float32 of the shape (10,). A block of
w9a is `h = h * w + c` on single float64 numbers. w9b is `h = h + h`, 60 times: 2^60 paths through 60 nodes.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from contender import Array, Contender, Workload, compiled, remark


class Chain(NamedTuple):
    """What a block is, and how many there are."""

    kind: str
    blocks: int


TEN, LONG, DIAMOND = Chain("ten", 200), Chain("long", 50_000), Chain("diamond", 60)


def start(chain: Chain, dtype: Any = None) -> list[Array]:
    """The numbers of h, c and w."""
    if chain.kind == "ten":
        return [a.astype(dtype or np.float32) for a in np.random.default_rng(0).normal(size=(3, 10))]
    if chain.kind == "long":
        return [np.array(0.5), np.array(0.1), np.array(0.8)]
    return [np.array(1.0)]


def forward(chain: Chain, xp: Any, h: Any, *leaves: Any) -> Any:
    """The sum of the last h."""
    if chain.kind == "ten":
        (c, w), tanh, exp = leaves, xp.tanh, xp.exp
        for _ in range(chain.blocks):
            h = exp(0.1 * tanh((h + c) * w))
        return h.sum()
    if chain.kind == "long":
        c, w = leaves
        for _ in range(chain.blocks):
            h = h * w + c
        return h
    for _ in range(chain.blocks):
        h = h + h
    return h


def by_hand(h: Array, c: Array, w: Array) -> list[Any]:
    """Value and gradients of the chain of ten, keeping what the gradients need and nothing else."""
    tanh, exp, kept = np.tanh, np.exp, []
    dc, dw = np.zeros_like(c), np.zeros_like(w)
    for _ in range(TEN.blocks):
        a = h + c
        t = tanh(a * w)
        h = exp(0.1 * t)
        kept.append((a, t, h))
    value = float(h.sum())
    g = np.ones_like(h)
    while kept:
        a, t, h = kept.pop()
        g = 0.1 * (g * h) * (1 - t * t)
        dw += g * a
        g = g * w
        dc += g
    return [value, g, dc, dw]


def with_buffers() -> Contender:
    """The same without a new array: all intermediates have their places."""
    h0, c, w = start(TEN)
    n = TEN.blocks
    sums, tanhs, results = (np.empty((n, *h0.shape), h0.dtype) for _ in range(3))
    rows = [(sums[i], tanhs[i], results[i]) for i in range(n)]
    back = rows[::-1]
    tenth, one = np.float32(0.1) * np.ones_like(h0), np.ones_like(h0)
    g, s, dc, dw = (np.empty_like(h0) for _ in range(4))
    add, subtract, multiply, tanh, exp = np.add, np.subtract, np.multiply, np.tanh, np.exp

    def step() -> float:
        h = h0
        for a, t, r in rows:
            add(h, c, a)
            multiply(a, w, t)
            tanh(t, t)
            multiply(tenth, t, r)
            exp(r, r)
            h = r
        value = float(add.reduce(h))
        g[:], dc[:], dw[:] = 1, 0, 0
        for a, t, r in back:
            multiply(g, r, g)
            multiply(t, t, t)
            subtract(one, t, t)
            multiply(g, t, g)
            multiply(g, tenth, g)
            multiply(g, a, s)
            add(dw, s, dw)
            multiply(g, w, g)
            add(dc, g, dc)
        return value

    return Contender(step, lambda: [g, dc, dw])


def reference(chain: Chain) -> Iterator[list[Any]]:
    if chain.kind == "ten":
        wanted = by_hand(*start(chain, np.float64))
    elif chain.kind == "long":
        h, c, w = (float(a) for a in start(chain))
        steps = np.arange(chain.blocks)
        powers = w ** steps.astype(float)
        states = h * powers + c * (1 - powers) / (1 - w)
        last, total = states[-1] * w + c, (1 - w ** len(steps)) / (1 - w)
        wanted = [last, w ** float(len(steps)), total, float(np.sum(states * powers[::-1]))]
    else:
        wanted = [2.0**60, 2.0**60]
    while True:
        yield wanted


def plain() -> Contender:
    arrays, found = start(TEN), []

    def step() -> float:
        value, *found[:] = by_hand(*arrays)
        return value

    return Contender(step, lambda: found)


def ours(chain: Chain, compile: bool = False) -> Contender:
    import autograd_core as ac

    leaves = [ac.Tensor(a, requires_grad=True) for a in start(chain)]

    def step() -> Any:
        for leaf in leaves:
            leaf.grad = None
        loss = forward(chain, ac, *leaves)
        loss.backward()
        return loss

    run = compiled(step) if compile else step
    return Contender(lambda: run().item(), lambda: [leaf.grad for leaf in leaves], remark(run))


def torch(chain: Chain) -> Contender:
    import torch

    leaves = [torch.tensor(a, requires_grad=True) for a in start(chain)]

    def step() -> float:
        for leaf in leaves:
            leaf.grad = None
        loss = forward(chain, torch, *leaves)
        loss.backward()
        return loss.item()

    return Contender(step, lambda: [leaf.grad for leaf in leaves])


def functional(chain: Chain, library: str) -> Contender:
    """jax with jit, or autograd."""
    arrays, found = start(chain), []
    every = tuple(range(len(arrays)))
    if library == "jax":
        import jax
        import jax.numpy as xp

        jax.config.update("jax_enable_x64", chain.kind != "ten")
        run = jax.jit(jax.value_and_grad(lambda *leaves: forward(chain, xp, *leaves), every))
    else:
        import autograd
        import autograd.numpy as xp

        # autograd gives several gradients for a tuple of arguments
        slopes = autograd.value_and_grad(lambda leaves: forward(chain, xp, *leaves))
        run = lambda *leaves: slopes(leaves)

    def step() -> float:
        value, found[:] = run(*arrays)
        return float(value)

    return Contender(step, lambda: found)


def mygrad(chain: Chain) -> Contender:
    import mygrad

    leaves = [mygrad.tensor(a) for a in start(chain)]

    def step() -> float:
        loss = forward(chain, mygrad, *leaves)
        loss.backward()
        return loss.item()

    return Contender(step, lambda: [leaf.grad for leaf in leaves])


def micrograd(chain: Chain) -> Contender:
    from micrograd.engine import Value

    leaves = [Value(float(a)) for a in start(chain)]

    def step() -> float:
        for leaf in leaves:
            leaf.grad = 0
        loss = forward(chain, None, *leaves)
        loss.backward()
        return loss.data

    return Contender(step, lambda: [leaf.grad for leaf in leaves])


def contenders(chain: Chain) -> dict[str, Callable[[], Contender]]:
    both: dict[str, Callable[[], Contender]] = {
        "ours": lambda: ours(chain),
        "ours-compiled": lambda: ours(chain, compile=True),
        "torch": lambda: torch(chain),
        "jax": lambda: functional(chain, "jax"),
        "autograd": lambda: functional(chain, "autograd"),
        "mygrad": lambda: mygrad(chain),
    }
    if chain.kind == "ten":
        return both | {"numpy-hand": plain, "numpy-buffers": with_buffers}
    return both | {"micrograd": lambda: micrograd(chain)}


WORKLOADS = {
    "w2": Workload(
        "chain of 1,000 operations on ten float32, forward and backward, per operation",
        contenders(TEN),
        lambda: reference(TEN),
        rtol=1e-4,
        threads=2,
        per=1000,
    ),
    "w9a": Workload(
        "chain of 100,000 operations on single numbers, forward and backward",
        contenders(LONG),
        lambda: reference(LONG),
        threads=2,
        weigh=True,
    ),
    "w9b": Workload(
        "x = x + x, 60 times, forward and backward",
        contenders(DIAMOND),
        lambda: reference(DIAMOND),
        threads=2,
    ),
}
