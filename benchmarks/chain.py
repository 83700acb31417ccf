"""What recording an operation costs: long chains of tiny operations, forward and backward.

A block is `h = tanh(h * w) + c` on 8 float64 numbers: three operations forward, seven backward, the sums
over all uses of w and c included. By hand it is the same NumPy calls without a library around them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import Bound, Times, measure, optional, same, table

import autograd_core as ac

BLOCKS = 100
OPS = 3
MILLION = 333_333
Array = np.ndarray[Any, Any]


def start() -> list[Array]:
    """The numbers of h, w and c."""
    return list(np.random.default_rng(0).normal(size=(3, 8)))


def by_hand(arrays: list[Array], blocks: int) -> list[Array]:
    """The chain and its gradients, keeping what the gradients need and nothing else."""
    (h, w, c), tanh = arrays, np.tanh
    kept = []
    for _ in range(blocks):
        t = tanh(h * w)
        kept.append((h, t))
        h = t + c
    float(h.sum())
    g = np.ones(8)
    dw, dc = np.zeros(8), np.zeros(8)
    while kept:
        h, t = kept.pop()
        dc += g
        g = g * (1 - t * t)
        dw += g * h
        g = g * w
    return [g, dw, dc]


def ours(leaves: list[ac.Tensor], blocks: int) -> list[ac.Tensor | None]:
    (h, w, c), tanh = leaves, ac.tanh
    first = h
    first.grad = w.grad = c.grad = None
    for _ in range(blocks):
        h = tanh(h * w) + c
    h.sum().backward()
    return [first.grad, w.grad, c.grad]


def in_torch(torch: Any, leaves: list[Any], blocks: int) -> list[Any]:
    (h, w, c), tanh = leaves, torch.tanh
    first = h
    first.grad = w.grad = c.grad = None
    for _ in range(blocks):
        h = tanh(h * w) + c
    h.sum().backward()
    return [first.grad, w.grad, c.grad]


def short(rounds: int) -> list[Bound]:
    """A hundred blocks, as in a training step of a small network."""
    arrays = start()
    leaves = [ac.Tensor(a, requires_grad=True) for a in arrays]
    contenders: dict[str, Callable[[], list[Any]]] = {
        "by hand": lambda: by_hand(arrays, BLOCKS),
        "autograd-core": lambda: ours(leaves, BLOCKS),
    }
    torch = optional("torch")
    if torch is not None:
        torch.set_num_threads(1)
        tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
        contenders["torch"] = lambda: in_torch(torch, tensors, BLOCKS)
    same({name: run() for name, run in contenders.items()})
    times = measure(contenders, rounds=rounds)
    table(
        f"tanh(h * w) + c, {BLOCKS} blocks, forward and backward, per operation",
        times,
        per=OPS * BLOCKS,
        against="by hand",
    )
    bounds = [Bound("chain of 300, ours / by hand", times.ratio("autograd-core", "by hand"), 3.6)]
    if torch is not None:
        bounds.append(Bound("chain of 300, ours / torch", times.ratio("autograd-core", "torch"), 0.75))
    return bounds


def million(rounds: int) -> list[Bound]:
    """A million operations built, swept and dropped: nothing recurses or grows faster than the chain."""
    arrays = start()
    leaves = [ac.Tensor(a, requires_grad=True) for a in arrays]
    long = measure({"autograd-core": lambda: ours(leaves, MILLION)}, rounds=rounds, least=0)
    hand = measure({"by hand": lambda: by_hand(arrays, BLOCKS)}, rounds=50)
    mine = long.median("autograd-core") / (OPS * MILLION)
    theirs = hand.median("by hand") / (OPS * BLOCKS)
    both = Times({"by hand, 300": [theirs], "autograd-core, 1,000,000": [mine]})
    table("a million operations, built, swept and dropped, per operation", both, against="by hand, 300")
    return [Bound("chain of a million, ours / by hand", mine / theirs, 8.0)]


def run(quick: bool) -> list[Bound]:
    return short(20 if quick else 200) + million(1 if quick else 3)
