"""One training step of small tanh networks without the update: loss and gradients.

The hand-written version keeps what the gradients need, and nothing else.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from harness import Bound, measure, same, table

import autograd_core as ac
import nn

Array = np.ndarray[Any, Any]

criterion = nn.CrossEntropyLoss()


def network(sizes: list[int], rng: np.random.Generator) -> list[Array]:
    found = []
    for n, m in pairwise(sizes):
        found += [rng.normal(size=(n, m)) / np.sqrt(n), np.zeros(m)]
    return found


def by_hand(arrays: list[Array], x: Array, t: Array) -> list[Array]:
    kept, h, last = [], x, len(arrays) - 2
    for i in range(0, last, 2):
        kept.append(h)
        h = np.tanh(h @ arrays[i] + arrays[i + 1])
    kept.append(h)
    a = h @ arrays[last] + arrays[last + 1]
    a -= np.maximum.reduce(a, axis=1, keepdims=True)
    e = np.exp(a)
    total = np.add.reduce(e, axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = np.add.reduce(np.log(total[:, 0]) - a[rows, t]) / len(x)
    g = e / total
    g[rows, t] -= 1
    g /= len(x)
    found: list[Array] = []
    for i in range(last, -1, -2):
        h = kept.pop()
        found += [np.add.reduce(g, axis=0), h.T @ g]
        if i:
            g = (g @ arrays[i].T) * (1 - h * h)
    return [loss, *reversed(found)]


def ours(leaves: list[ac.Tensor], x: Array, t: Array) -> list[Any]:
    for leaf in leaves:
        leaf.grad = None
    h: Any = x
    last = len(leaves) - 2
    for i in range(0, last, 2):
        h = ac.tanh(h @ leaves[i] + leaves[i + 1])
    loss = criterion(h @ leaves[last] + leaves[last + 1], t)
    loss.backward()
    return [loss.item(), *(leaf.grad for leaf in leaves)]


def layers(batch: int, sizes: list[int], rounds: int) -> None:
    rng = np.random.default_rng(0)
    arrays = network(sizes, rng)
    x, t = rng.normal(size=(batch, sizes[0])), rng.integers(0, sizes[-1], batch)
    leaves = [ac.Tensor(a, requires_grad=True) for a in arrays]
    contenders: dict[str, Callable[[], list[Any]]] = {
        "by hand": lambda: by_hand(arrays, x, t),
        "autograd-core": lambda: ours(leaves, x, t),
    }
    same({name: run() for name, run in contenders.items()})
    times = measure(contenders, rounds=rounds)
    shape = " → ".join(str(n) for n in sizes)
    table(f"tanh network {shape}, {batch} samples, loss and gradients", times, against="by hand")


def run(quick: bool) -> list[Bound]:
    rounds = 10 if quick else 50
    layers(8, [16, 16, 16, 4], rounds)
    layers(64, [784, 256, 256, 10], rounds)
    return []
