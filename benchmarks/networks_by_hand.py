"""Training steps of networks in NumPy without a library: as one writes them down, with every array in its
place, and the matrix products alone. The first in float64 is the reference of all others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from contender import Array, Contender
from network import ADAM_EPS, BETA1, BETA2, EPS, MOVE, Network


def loss_and_slope(net: Network, y: Array, t: Array) -> tuple[float, Array]:
    """The loss without the penalty, and its gradient by y."""
    n = len(y)
    if not net.entropy:
        e = y - t
        return float((e * e).sum()) / (2 * n), e / n
    y = y - y.max(axis=1, keepdims=True)
    e = np.exp(y)
    total = e.sum(axis=1, keepdims=True)
    rows = np.arange(n)
    loss = float((np.log(total[:, 0]) - y[rows, t]).sum()) / n
    g = e / total
    g[rows, t] -= 1
    g /= n
    return loss, g


def gradients(
    net: Network, layers: list[list[Array]], running: list[list[Array]], x: Array, t: Array, rng: Any
) -> tuple[float, list[Array]]:
    """Loss and gradients of all parameters, as one writes them down in NumPy."""
    h, kept = x, list[Any]()
    for layer, statistics in zip(layers[:-1], running, strict=True):
        a = h @ layer[0] + layer[1]
        normal = inverse = mask = None
        if net.norm:
            mean = a.mean(axis=0)
            normal = a - mean
            var = (normal * normal).mean(axis=0)
            inverse = 1 / np.sqrt(var + EPS)
            normal *= inverse
            a = normal * layer[2] + layer[3]
            statistics[0] += MOVE * (mean - statistics[0])
            statistics[1] += MOVE * (var * (net.batch / (net.batch - 1)) - statistics[1])
        out = np.maximum(a, 0)
        if net.drop:
            mask = (rng.random(out.shape, np.float32) >= net.drop) * a.dtype.type(1 / (1 - net.drop))
            out *= mask
        kept.append((h, normal, inverse, a > 0, mask))
        h = out
    loss, g = loss_and_slope(net, h @ layers[-1][0] + layers[-1][1], t)
    found = [h.T @ g, g.sum(axis=0)]
    for i in range(len(layers) - 2, -1, -1):
        h, normal, inverse, positive, mask = kept[i]
        g = g @ layers[i + 1][0].T
        if mask is not None:
            g *= mask
        g *= positive
        own = []
        if net.norm:
            d_scale, d_shift = (g * normal).sum(axis=0), g.sum(axis=0)
            own = [d_scale, d_shift]
            g = (layers[i][2] * inverse) * (g - d_shift / net.batch - normal * (d_scale / net.batch))
        found = [h.T @ g, g.sum(axis=0), *own, *found]
    if net.alpha:
        matrices = [i for i, a in enumerate(found) if a.ndim == 2]
        for i, w in zip(matrices, (layer[0] for layer in layers), strict=True):
            loss += net.alpha * float(np.vdot(w, w))
            found[i] += (2 * net.alpha) * w
    return loss, found


def update(net: Network, p: Array, g: Array, state: list[Array], count: int) -> None:
    """One parameter by one step, in place."""
    if net.optimizer == "SGD":
        p -= net.lr * g
    elif net.optimizer == "Momentum":
        v = state[0]
        v *= 0.9
        v += g
        p -= net.lr * v
    else:
        m, v = state
        m += (1 - BETA1) * (g - m)
        v += (1 - BETA2) * (g * g - v)
        p -= (net.lr / (1 - BETA1**count)) * m / (np.sqrt(v / (1 - BETA2**count)) + ADAM_EPS)


def by_hand(net: Network, dtype: Any = np.float32) -> Contender:
    (x, t), layers = net.data(dtype), net.start(dtype)
    every = [p for layer in layers for p in layer]
    running = [[np.zeros_like(layer[1]), np.ones_like(layer[1])] for layer in layers[:-1]]
    states = [[np.zeros_like(p), np.zeros_like(p)] for p in every]
    rng, count, found = np.random.default_rng(0), 0, list[Array]()

    def step() -> float:
        nonlocal count
        count += 1
        loss, found[:] = gradients(net, layers, running, x, t, rng)
        for p, g, state in zip(every, found, states, strict=True):
            update(net, p, g, state, count)
        return loss

    return Contender(step, lambda: [*found, *net.moved(every)])


def with_buffers(net: Network) -> Contender:
    """The same with every array in its place, and the update over one flat vector, in blocks."""
    x, t = net.data()
    sizes = [a.size for a in net.flat()]
    p, g, m, v = np.zeros((4, sum(sizes)), np.float32)
    p[:] = np.concatenate([a.ravel() for a in net.flat()])
    cut = np.cumsum(sizes)[:-1]
    views = [
        [part.reshape(a.shape) for part, a in zip(np.split(whole, cut), net.flat(), strict=True)]
        for whole in (p, g)
    ]
    step_of = iter(zip(*views, strict=True))
    layers = [[next(step_of) for _ in layer] for layer in net.start()]
    hidden = layers[:-1]
    shape = lambda layer: (net.batch, layer[1][0].size)
    arrays = lambda: [np.empty(shape(layer), np.float32) for layer in hidden]
    pre, out, slope, normal, scratch = arrays(), arrays(), arrays(), arrays(), arrays()
    positive = [np.empty(shape(layer), np.bool_) for layer in hidden]
    masks = [np.empty(shape(layer), np.float32) for layer in hidden] if net.drop else []
    vectors = [np.zeros((5, layer[1][0].size), np.float32) for layer in hidden]
    for rows in vectors:
        rows[1] = 1
    y, dy = (np.empty(shape(layers[-1]), np.float32) for _ in range(2))
    column, rows = np.empty((net.batch, 1), np.float32), np.arange(net.batch)
    rng, count, n, block = np.random.default_rng(0), 0, net.batch, 16384
    s1, s2 = np.empty((2, min(block, len(p))), np.float32)

    def forward() -> float:
        h = x
        for i, layer in enumerate(hidden):
            a, r = pre[i], out[i]
            np.matmul(h, layer[0][0], a)
            np.add(a, layer[1][0], a)
            if net.norm:
                mean, var, inverse, _, _ = normalise = vectors[i]
                moment, z, s = normalise[3], normal[i], scratch[i]
                np.add.reduce(a, 0, out=moment)
                np.divide(moment, n, moment)
                np.subtract(a, moment, z)
                mean += MOVE * (moment - mean)
                np.multiply(z, z, s)
                np.add.reduce(s, 0, out=moment)
                np.divide(moment, n, moment)
                var += MOVE * (moment * (n / (n - 1)) - var)
                np.add(moment, np.float32(EPS), moment)
                np.sqrt(moment, moment)
                np.divide(1, moment, inverse)
                np.multiply(z, inverse, z)
                np.multiply(z, layer[2][0], a)
                np.add(a, layer[3][0], a)
            np.maximum(a, 0, out=r)
            np.greater(a, 0, positive[i])
            if net.drop:
                keep = masks[i]
                rng.random(dtype=np.float32, out=keep)
                np.greater_equal(keep, np.float32(net.drop), out=keep, casting="unsafe")
                np.multiply(keep, np.float32(1 / (1 - net.drop)), keep)
                np.multiply(r, keep, r)
            h = r
        np.matmul(h, layers[-1][0][0], y)
        np.add(y, layers[-1][1][0], y)
        if not net.entropy:
            np.subtract(y, t, dy)
            loss = float(np.vdot(dy, dy)) / (2 * n)
            np.divide(dy, n, dy)
            return loss
        np.maximum.reduce(y, 1, out=column, keepdims=True)
        np.subtract(y, column, y)
        np.exp(y, dy)
        np.add.reduce(dy, 1, out=column, keepdims=True)
        picked = float(np.add.reduce(y[rows, t]))
        np.divide(dy, column, dy)
        np.log(column, column)
        loss = (float(np.add.reduce(column, None)) - picked) / n
        dy[rows, t] -= 1
        np.divide(dy, n, dy)
        return loss

    def backward() -> float:
        penalty, d = 0.0, dy
        for i in range(len(hidden), -1, -1):
            (w, dw), (_, db), *scales = layers[i]
            if i < len(hidden):
                d = slope[i]
                np.matmul(slope[i + 1] if i + 1 < len(hidden) else dy, layers[i + 1][0][0].T, d)
                if net.drop:
                    np.multiply(d, masks[i], d)
                np.multiply(d, positive[i], d)
                if net.norm:
                    (scale, d_scale), (_, d_shift) = scales
                    z, s, inverse, mean = normal[i], scratch[i], vectors[i][2], vectors[i][4]
                    np.multiply(d, z, s)
                    np.add.reduce(s, 0, out=d_scale)
                    np.add.reduce(d, 0, out=d_shift)
                    np.divide(d_scale, n, mean)
                    np.multiply(z, mean, z)
                    np.subtract(d, z, d)
                    np.divide(d_shift, n, mean)
                    np.subtract(d, mean, d)
                    np.multiply(scale, inverse, mean)
                    np.multiply(d, mean, d)
            np.matmul((out[i - 1] if i else x).T, d, dw)
            np.add.reduce(d, 0, out=db)
            if net.alpha:
                penalty += float(np.vdot(w, w))
        return net.alpha * penalty

    def decay(start: int, stop: int) -> None:
        """The gradient of the penalty, of the block of the flat vector that the update has in hand."""
        at = 0
        for size, whole in zip(sizes, views[0], strict=True):
            low, high = max(at, start), min(at + size, stop)
            if whole.ndim == 2 and low < high:
                part = s1[: high - low]
                np.multiply(p[low:high], np.float32(2 * net.alpha), part)
                np.add(g[low:high], part, g[low:high])
            at += size

    def move(start: int, stop: int) -> None:
        q, d, first, second = p[start:stop], g[start:stop], m[start:stop], v[start:stop]
        a, b = s1[: stop - start], s2[: stop - start]
        if net.alpha:
            decay(start, stop)
        if net.optimizer == "SGD":
            np.multiply(d, np.float32(net.lr), a)
        elif net.optimizer == "Momentum":
            np.multiply(first, np.float32(0.9), first)
            np.add(first, d, first)
            np.multiply(first, np.float32(net.lr), a)
        else:
            np.subtract(d, first, a)
            np.multiply(a, np.float32(1 - BETA1), a)
            np.add(first, a, first)
            np.multiply(d, d, a)
            np.subtract(a, second, a)
            np.multiply(a, np.float32(1 - BETA2), a)
            np.add(second, a, second)
            np.divide(second, np.float32(1 - BETA2**count), a)
            np.sqrt(a, a)
            np.add(a, np.float32(ADAM_EPS), a)
            np.multiply(first, np.float32(net.lr / (1 - BETA1**count)), b)
            np.divide(b, a, a)
        np.subtract(q, a, q)

    def step() -> float:
        nonlocal count
        count += 1
        loss = forward() + backward()
        for start in range(0, len(p), block):
            move(start, min(start + block, len(p)))
        return loss

    return Contender(step, lambda: [*views[1], *net.moved(views[0])])


def products(net: Network) -> Contender:
    """The matrix products of a step and nothing else."""
    matrices = [layer[0] for layer in net.start()]
    acts = [net.data()[0]] + [np.ones((net.batch, w.shape[1]), np.float32) for w in matrices]
    results = [np.empty_like(w) for w in matrices]
    back = [np.empty_like(a) for a in acts]

    def step() -> float:
        for h, w, a in zip(acts, matrices, back[1:], strict=False):
            np.matmul(h, w, a)
        for i in range(len(matrices) - 1, -1, -1):
            np.matmul(acts[i].T, acts[i + 1], results[i])
            if i:
                np.matmul(acts[i + 1], matrices[i].T, back[i])
        return 0.0

    return Contender(step)


def reference(net: Network) -> Iterator[list[Any]]:
    """By hand in float64; without what rounding decides: Adam divides a gradient that is 0 by its size."""
    net = replace(net, drop=0.0)
    hand = by_hand(net, np.float64)
    dead = [
        net.norm and net.optimizer == "Adam" and i == 1 and len(layer) == 4
        for layer in net.start()
        for i in range(len(layer))
    ]
    while True:
        value, arrays = hand.step(), list(hand.read())
        changes = [None if d else a for d, a in zip(dead, arrays[len(dead) :], strict=True)]
        yield [value, *arrays[: len(dead)], *changes]
