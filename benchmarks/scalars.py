"""A network of single numbers, 2 → 16 → 16 → 1, every weight a node: value and gradients of one sample."""

from collections.abc import Callable
from math import tanh
from typing import Any

import numpy as np
from harness import Bound, measure, same, table

import autograd_core as ac

Weights = list[list[list[Any]]]


def weights(rng: np.random.Generator) -> Weights:
    """By layer and by unit: the weights, the bias last."""
    shapes = ((2, 16), (16, 16), (16, 1))
    return [[[float(v) for v in rng.uniform(-1, 1, n + 1)] for _ in range(m)] for n, m in shapes]


def by_hand(net: Weights, x: list[float]) -> list[float]:
    kept, h = [x], x
    for layer in net:
        h = [tanh(sum((w * v for w, v in zip(unit, h, strict=False)), unit[-1])) for unit in layer]
        kept.append(h)
    gs, found = [2 * h[0]], []
    for layer, before, after in zip(reversed(net), reversed(kept[:-1]), reversed(kept[1:]), strict=True):
        gs = [g * (1 - v * v) for g, v in zip(gs, after, strict=True)]
        found.append([[g * v for v in before] + [g] for g in gs])
        gs = [sum(g * unit[i] for g, unit in zip(gs, layer, strict=True)) for i in range(len(before))]
    return [h[0] ** 2, *(g for layer in reversed(found) for unit in layer for g in unit)]


def ours(net: Weights, x: list[float]) -> ac.Tensor:
    for layer in net:
        for unit in layer:
            for w in unit:
                w.grad = None
    h: list[Any] = x
    for layer in net:
        units = []
        for unit in layer:
            s = unit[-1]
            for w, v in zip(unit, h, strict=False):
                s = s + w * v
            units.append(ac.tanh(s))
        h = units
    loss: ac.Tensor = h[0] * h[0]
    loss.backward()
    return loss


def read(net: Weights, loss: ac.Tensor) -> list[float]:
    return [loss.item(), *(w.grad.item() for layer in net for unit in layer for w in unit)]


def run(quick: bool) -> list[Bound]:
    plain = weights(np.random.default_rng(0))
    net = [[[ac.Tensor(w, requires_grad=True) for w in unit] for unit in layer] for layer in plain]
    x = [0.5, -1.5]
    same({"by hand": by_hand(plain, x), "autograd-core": read(net, ours(net, x))})
    contenders: dict[str, Callable[[], object]] = {
        "plain floats by hand": lambda: by_hand(plain, x),
        "autograd-core": lambda: ours(net, x),
    }
    times = measure(contenders, rounds=10 if quick else 50)
    title = "network 2 → 16 → 16 → 1 of single numbers (642 operations), value and gradients"
    table(title, times, against="plain floats by hand")
    return []
