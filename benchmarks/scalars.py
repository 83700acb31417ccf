"""w1: a network of single numbers, 2 → 16 → 16 → 1, one sample: every weight is a node, 642 operations."""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from contender import Array, Contender, Workload, compiled, remark

SIZES = (2, 16, 16, 1)
X = (0.5, -1.5)
T = 1.0

Layers = list[list[list[Any]]]
"""By layer and by unit: the weights, the bias last."""


def start() -> Layers:
    rng = np.random.default_rng(0)
    pairs = pairwise(SIZES)
    return [[[*rng.uniform(-1, 1, n).tolist(), 0.1] for _ in range(m)] for n, m in pairs]


def forward(layers: Layers, relu: Callable[[Any], Any]) -> Any:
    """The squared error of the network, as one writes it down."""
    h: list[Any] = list(X)
    for layer in layers:
        sums = [sum((w * v for w, v in zip(unit, h, strict=False)), unit[-1]) for unit in layer]
        h = sums if layer is layers[-1] else [relu(s) for s in sums]
    return (h[0] - T) ** 2


def flat(layers: Layers) -> list[Any]:
    return [w for layer in layers for unit in layer for w in unit]


def each(layers: Layers, make: Callable[[float], Any]) -> Layers:
    return [[[make(w) for w in unit] for unit in layer] for layer in layers]


def by_hand(layers: Layers) -> tuple[float, list[float]]:
    """Value and gradients in plain numbers of Python."""
    kept, h = [], list(X)
    for layer in layers:
        sums = [sum((w * v for w, v in zip(unit, h, strict=False)), unit[-1]) for unit in layer]
        kept.append((layer, h, sums))
        h = sums if layer is layers[-1] else [max(s, 0.0) for s in sums]
    error = h[0] - T
    slopes, found = [2 * error], list[float]()
    for layer, h, sums in reversed(kept):
        if layer is not layers[-1]:
            slopes = [g if s > 0 else 0.0 for g, s in zip(slopes, sums, strict=True)]
        found = [part for g in slopes for part in (*(g * v for v in h), g)] + found
        slopes = [sum(g * unit[i] for g, unit in zip(slopes, layer, strict=True)) for i in range(len(h))]
    return error**2, found


def reference() -> Iterator[list[Any]]:
    layers = [np.array(layer) for layer in start()]
    while True:
        h, kept = np.array(X), []
        for i, layer in enumerate(layers):
            kept.append(np.append(h, 1.0))
            h = layer @ kept[-1]
            h = h if i == 2 else np.maximum(h, 0)
        found: list[Array] = []
        g = 2 * (h - T)
        for i in (2, 1, 0):
            found.insert(0, np.outer(g, kept[i]))
            g = (layers[i].T @ g)[:-1] * (kept[i][:-1] > 0)
        yield [float((h[0] - T) ** 2), *np.concatenate([f.ravel() for f in found])]


def plain() -> Contender:
    layers, found = start(), []

    def step() -> float:
        value, found[:] = by_hand(layers)
        return value

    return Contender(step, lambda: found)


def ours(compile: bool = False) -> Contender:
    import autograd_core as ac

    layers = each(start(), lambda w: ac.Tensor(w, requires_grad=True))
    weights = flat(layers)

    def step() -> Any:
        for w in weights:
            w.grad = None
        loss = forward(layers, ac.relu)
        loss.backward()
        return loss

    run = compiled(step) if compile else step
    return Contender(lambda: run().item(), lambda: [w.grad for w in weights], remark(run))


def torch() -> Contender:
    import torch

    layers = each(start(), lambda w: torch.tensor(w, dtype=torch.float64, requires_grad=True))
    weights = flat(layers)

    def step() -> float:
        for w in weights:
            w.grad = None
        loss = forward(layers, torch.relu)
        loss.backward()
        return loss.item()

    return Contender(step, lambda: [w.grad for w in weights])


def jax() -> Contender:
    import jax

    jax.config.update("jax_enable_x64", True)
    layers, found = start(), []
    run = jax.jit(jax.value_and_grad(lambda layers: forward(layers, jax.nn.relu)))

    def step() -> float:
        value, grads = run(layers)
        found[:] = flat(grads)
        return float(value)

    return Contender(step, lambda: found)


def autograd() -> Contender:
    import autograd
    import autograd.numpy as anp

    layers, found = start(), []
    run = autograd.value_and_grad(lambda layers: forward(layers, lambda s: anp.maximum(s, 0.0)))

    def step() -> float:
        value, grads = run(layers)
        found[:] = flat(grads)
        return float(value)

    return Contender(step, lambda: found)


def mygrad() -> Contender:
    import mygrad as mg
    from mygrad.nnet.activations import relu

    layers = each(start(), mg.tensor)
    weights = flat(layers)

    def step() -> float:
        loss = forward(layers, relu)
        loss.backward()
        return loss.item()

    return Contender(step, lambda: [w.grad for w in weights])


def micrograd() -> Contender:
    from micrograd.nn import MLP

    random.seed(0)
    model = MLP(2, [16, 16, 1])
    for p, w in zip(model.parameters(), flat(start()), strict=True):
        p.data = w
    x = list(X)

    def step() -> float:
        model.zero_grad()
        loss = (model(x) - T) ** 2
        loss.backward()
        return loss.data

    return Contender(step, lambda: [p.grad for p in model.parameters()])


WORKLOADS = {
    "w1": Workload(
        "scalar network 2-16-16-1, 642 operations, forward and backward",
        {
            "ours": ours,
            "ours-compiled": lambda: ours(compile=True),
            "numpy-hand": plain,
            "torch": torch,
            "jax": jax,
            "autograd": autograd,
            "mygrad": mygrad,
            "micrograd": micrograd,
        },
        reference,
        threads=2,
    )
}
