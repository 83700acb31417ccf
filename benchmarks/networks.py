"""w3 to w6: training steps of networks of affine layers with ReLU, from NumPy arrays to the loss read back.

Every contender starts from the same numbers; a step is forward, backward and the update. Adam is the
paper's, batch normalisation and dropout are torch's (1e-5 under the root, running statistics moved by 0.1,
kept numbers divided by 1 − p), the penalty is α Σ w² over the matrices and part of the loss.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from contender import Array, Contender, Missing, Workload, compiled, remark

EPS, MOVE = 1e-5, 0.1
BETA1, BETA2, ADAM_EPS = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Network:
    """A model, its batch and how it is trained."""

    batch: int
    sizes: tuple[int, ...]
    entropy: bool = True
    optimizer: str = "Adam"
    lr: float = 1e-3
    norm: bool = False
    drop: float = 0.0
    alpha: float = 0.0
    seed: int = 0

    def data(self, dtype: Any = np.float32) -> tuple[Array, Array]:
        rng = np.random.default_rng(self.seed)
        x = rng.standard_normal((self.batch, self.sizes[0])).astype(dtype)
        if self.entropy:
            return x, rng.integers(0, self.sizes[-1], self.batch)
        return x, rng.standard_normal((self.batch, self.sizes[-1])).astype(dtype)

    def start(self, dtype: Any = np.float32) -> list[list[Array]]:
        """Per layer W, b and, where the layer is normalised, γ and β."""
        rng, layers = np.random.default_rng(self.seed + 1), []
        for n, m in zip(self.sizes, self.sizes[1:], strict=False):
            layers.append([rng.standard_normal((n, m)) * np.sqrt(2 / n), 0.1 * rng.standard_normal(m)])
            if self.norm and len(layers) < len(self.sizes) - 1:
                layers[-1] += [1 + 0.1 * rng.standard_normal(m), 0.1 * rng.standard_normal(m)]
        return [[a.astype(np.float32).astype(dtype) for a in layer] for layer in layers]

    def flat(self, dtype: Any = np.float32) -> list[Array]:
        return [a for layer in self.start(dtype) for a in layer]

    def moved(self, parameters: Any) -> list[Array]:
        """How far the parameters are from where they started."""
        return [np.asarray(p, np.float64) - a for p, a in zip(parameters, self.flat(), strict=True)]


# ---- by hand -----------------------------------------------------------------------------------------------


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


# ---- by libraries ------------------------------------------------------------------------------------------


def ours(net: Network, compile: bool = False) -> Contender:
    import nn
    import optim

    (x, t), start, modules = net.data(), net.start(), list[Any]()
    for layer in start:
        modules.append(nn.Linear(*layer[0].shape))
        modules[-1].weight.data, modules[-1].bias.data = layer[:2]
        if layer is start[-1]:
            break
        if net.norm:
            modules.append(nn.BatchNorm1d(layer[1].size))
            modules[-1].weight.data, modules[-1].bias.data = layer[2:]
        modules.append(nn.ReLU())
        if net.drop:
            modules.append(nn.Dropout(net.drop, scale="train"))
    model = nn.Sequential(*modules)
    criterion = nn.CrossEntropyLoss() if net.entropy else nn.HalfMSELoss()
    penalty = optim.L2(net.alpha) if net.alpha else None
    parameters = model.parameters()
    opt: Any = {
        "SGD": lambda: optim.SGD(parameters, lr=net.lr),
        "Momentum": lambda: optim.SGD(parameters, lr=net.lr, momentum=0.9),
        "Adam": lambda: optim.Adam(parameters, lr=net.lr),
    }[net.optimizer]()

    def train(x: Array, t: Array) -> Any:
        opt.zero_grad()
        loss = criterion(model(x), t)
        if penalty is not None:
            loss = loss + penalty(model)
        loss.backward()
        opt.step()
        return loss

    run = compiled(train) if compile else train
    read = lambda: [*(p.grad for p in parameters), *net.moved(p.data for p in parameters)]
    return Contender(lambda: run(x, t).item(), read, remark(run))


def torch(net: Network, fused: bool = False, compile: bool = False) -> Contender:
    import torch

    (x, t), layers, modules = net.data(), net.start(), list[Any]()
    with torch.no_grad():
        for layer in layers:
            modules.append(torch.nn.Linear(*layer[0].shape))
            modules[-1].weight[:] = torch.from_numpy(layer[0].T)
            modules[-1].bias[:] = torch.from_numpy(layer[1])
            if layer is layers[-1]:
                break
            if net.norm:
                modules.append(torch.nn.BatchNorm1d(layer[1].size))
                modules[-1].weight[:], modules[-1].bias[:] = map(torch.from_numpy, layer[2:])
            modules.append(torch.nn.ReLU())
            if net.drop:
                modules.append(torch.nn.Dropout(net.drop))
    model = torch.nn.Sequential(*modules)
    parameters = list(model.parameters())
    weights = [p for p in parameters if p.ndim == 2]
    if net.entropy:
        criterion: Any = torch.nn.CrossEntropyLoss()
    else:
        criterion = lambda y, t: (y - t).square().sum() / (2 * len(t))
    settings = {"fused": True} if fused else {}
    opt = {
        "SGD": lambda: torch.optim.SGD(parameters, lr=net.lr, **settings),
        "Momentum": lambda: torch.optim.SGD(parameters, lr=net.lr, momentum=0.9, **settings),
        "Adam": lambda: torch.optim.Adam(parameters, lr=net.lr, **settings),
    }[net.optimizer]()

    def objective(x: Any, t: Any) -> Any:
        loss = criterion(model(x), t)
        if net.alpha:
            loss = loss + net.alpha * sum(w.square().sum() for w in weights)
        return loss

    if compile:
        objective = torch.compile(objective)

    def step() -> float:
        opt.zero_grad()
        loss = objective(torch.from_numpy(x), torch.from_numpy(t))
        loss.backward()
        opt.step()
        return loss.item()

    turn = lambda a: a.T if a.ndim == 2 else a
    read = lambda: [
        *(turn(p.grad.numpy()) for p in parameters),
        *net.moved(turn(p.detach().numpy()) for p in parameters),
    ]
    return Contender(step, read)


def forward(net: Network, xp: Any, relu: Any, layers: Any, x: Any, mask: Callable[[int], Any]) -> Any:
    """The logits and the statistics of the batches, for libraries that differentiate NumPy code."""
    h, statistics = x, []
    for i, layer in enumerate(layers[:-1]):
        h = xp.matmul(h, layer[0]) + layer[1]
        if net.norm:
            mean = xp.mean(h, axis=0)
            h = h - mean
            var = xp.mean(h * h, axis=0)
            h = h / xp.sqrt(var + EPS) * layer[2] + layer[3]
            statistics.append((mean, var * (net.batch / (net.batch - 1))))
        h = relu(h)
        if net.drop:
            h = h * mask(i)
    return xp.matmul(h, layers[-1][0]) + layers[-1][1], statistics


def jax(net: Network) -> Contender:
    import jax
    import jax.numpy as jnp

    x, t = net.data()
    keep = 1 - net.drop

    def objective(layers: Any, x: Any, t: Any, key: Any) -> Any:
        keys = jax.random.split(key, len(layers)) if net.drop else []
        mask = lambda i: jax.random.bernoulli(keys[i], keep, (net.batch, net.sizes[i + 1])) / keep
        y, statistics = forward(net, jnp, jax.nn.relu, layers, x, mask)
        if net.entropy:
            loss = -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(y), t[:, None], axis=1))
        else:
            loss = jnp.sum((y - t) ** 2) / (2 * net.batch)
        if net.alpha:
            loss = loss + net.alpha * sum(jnp.sum(layer[0] ** 2) for layer in layers)
        return loss, statistics

    def moved(p: Any, g: Any, slots: list[Any], count: Any) -> Any:
        if net.optimizer == "SGD":
            return p - net.lr * g, slots
        if net.optimizer == "Momentum":
            v = 0.9 * slots[0] + g
            return p - net.lr * v, [v]
        m = BETA1 * slots[0] + (1 - BETA1) * g
        v = BETA2 * slots[1] + (1 - BETA2) * g * g
        size = jnp.sqrt(v / (1 - BETA2**count)) + ADAM_EPS
        return p - net.lr * (m / (1 - BETA1**count)) / size, [m, v]

    def train(state: Any, x: Any, t: Any) -> Any:
        layers, slots, running, count, key = state
        key, use = jax.random.split(key) if net.drop else (key, key)
        (loss, statistics), grads = jax.value_and_grad(objective, has_aux=True)(layers, x, t, use)
        running = jax.tree.map(lambda old, new: old + MOVE * (new - old), running, statistics)
        count = count + 1
        leaves, tree = jax.tree.flatten(layers)
        found = map(moved, leaves, jax.tree.leaves(grads), slots, [count] * len(leaves))
        leaves, slots = zip(*found, strict=True)
        return (jax.tree.unflatten(tree, leaves), slots, running, count, key), loss

    put = [[jnp.asarray(a) for a in layer] for layer in net.start()]
    number = {"SGD": 0, "Momentum": 1, "Adam": 2}[net.optimizer]
    slots = tuple([jnp.zeros_like(a) for _ in range(number)] for layer in put for a in layer)
    running = [(jnp.zeros(m), jnp.ones(m)) for m in net.sizes[1:-1]] if net.norm else []
    state = (put, slots, running, jnp.float32(0), jax.random.key(0) if net.drop else None)
    run = jax.jit(train, donate_argnums=0)

    def step() -> float:
        nonlocal state
        state, loss = run(state, x, t)
        return float(loss)

    # the gradients never leave the compiled step
    return Contender(step, lambda: [*[None] * len(net.flat()), *net.moved(jax.tree.leaves(state[0]))])


def autograd(net: Network) -> Contender:
    import autograd
    import autograd.numpy as anp

    x, t = net.data()
    rows = np.arange(net.batch)
    relu = lambda h: anp.maximum(h, 0)

    def objective(layers: Any, mask: Any) -> Any:
        y, statistics = forward(net, anp, relu, layers, x, mask)
        if net.entropy:
            y = y - anp.max(y, axis=1, keepdims=True)
            loss = anp.mean(anp.log(anp.sum(anp.exp(y), axis=1)) - y[rows, t])
        else:
            loss = anp.sum((y - t) ** 2) / (2 * net.batch)
        if net.alpha:
            loss = loss + net.alpha * sum(anp.sum(layer[0] ** 2) for layer in layers)
        return loss, [[getattr(a, "_value", a) for a in both] for both in statistics]

    def slopes(layers: Any, mask: Any) -> Any:
        statistics: list[Any] = []

        def value(layers: Any) -> Any:
            loss, statistics[:] = objective(layers, mask)
            return loss

        loss, grads = autograd.value_and_grad(value)(layers)
        return loss, [g for layer in grads for g in layer], statistics

    return tape(net, net.start(), slopes)


def mygrad(net: Network) -> Contender:
    import mygrad
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    x, t = net.data()
    tensors = [[mygrad.tensor(a) for a in layer] for layer in net.start()]

    def slopes(layers: Any, mask: Any) -> Any:
        y, statistics = forward(net, mygrad, relu, tensors, x, mask)
        loss = softmax_crossentropy(y, t) if net.entropy else mygrad.sum((y - t) ** 2) / (2 * net.batch)
        for layer in tensors if net.alpha else []:
            loss = loss + net.alpha * mygrad.sum(layer[0] ** 2)
        values = [(mean.data, var.data) for mean, var in statistics]
        loss.backward()
        return loss.item(), [p.grad for layer in tensors for p in layer], values

    return tape(net, [[p.data for p in layer] for layer in tensors], slopes, mygrad.turn_memory_guarding_off)


def tape(net: Network, layers: Any, slopes: Any, prepare: Callable[[], Any] | None = None) -> Contender:
    """A library that gives loss and gradients; the update is NumPy's."""
    if prepare is not None:
        prepare()
    every = [p for layer in layers for p in layer]
    states = [[np.zeros_like(p), np.zeros_like(p)] for p in every]
    running = [[np.zeros(m, np.float32), np.ones(m, np.float32)] for m in net.sizes[1:-1]]
    rng, count, found = np.random.default_rng(0), 0, list[Array]()

    def mask(i: int) -> Array:
        kept = rng.random((net.batch, net.sizes[i + 1]), np.float32) >= net.drop
        return kept * np.float32(1 / (1 - net.drop))

    def step() -> float:
        nonlocal count
        count += 1
        loss, found[:], statistics = slopes(layers, mask)
        for own, new in zip(running, statistics, strict=False):
            for old, moved in zip(own, new, strict=True):
                old += MOVE * (moved - old)
        for p, g, state in zip(every, found, states, strict=True):
            update(net, p, g, state, count)
        return float(loss)

    return Contender(step, lambda: [*found, *net.moved(every)])


# ---- the workloads -----------------------------------------------------------------------------------------


def compiler() -> None:
    import shutil

    if not (shutil.which("g++") or shutil.which("clang++")):
        raise Missing("torch.compile needs a C++ compiler, none found")


def torch_compile(net: Network) -> Contender:
    compiler()
    return torch(net, compile=True)


def contenders(net: Network) -> dict[str, Callable[[], Contender]]:
    return {
        "ours": lambda: ours(net),
        "ours-compiled": lambda: ours(net, compile=True),
        "numpy-products": lambda: products(net),
        "numpy-hand": lambda: by_hand(net),
        "numpy-buffers": lambda: with_buffers(net),
        "torch": lambda: torch(net),
        "torch-fused": lambda: torch(net, fused=True),
        "torch-compile": lambda: torch_compile(net),
        "jax": lambda: jax(net),
        "autograd": lambda: autograd(net),
        "mygrad": lambda: mygrad(net),
    }


def of(title: str, net: Network, rtol: float, threads: int) -> Workload:
    exact = contenders(replace(net, drop=0.0)) if net.drop else {}
    return Workload(
        title,
        contenders(net),
        lambda: reference(net),
        rtol=rtol,
        atol=1e-5,
        threads=threads,
        unchecked=("numpy-products",),
        checked=exact,
        plausible=(lambda values: plausible(net, values)) if net.drop else None,
    )


def plausible(net: Network, values: list[float]) -> None:
    """The first losses with dropout lie where 50 draws of the first loss lie, with room to both sides."""
    drawn = []
    for seed in range(50):
        layers = net.start(np.float64)
        running = [[np.zeros_like(layer[1]), np.ones_like(layer[1])] for layer in layers[:-1]]
        rng = np.random.default_rng(seed)
        drawn.append(gradients(net, layers, running, *net.data(np.float64), rng)[0])
    centre, room = np.mean(drawn), 6 * np.std(drawn)
    assert abs(values[0] - centre) < room, (
        f"the first loss is {values[0]:.4f}, drawn {centre:.4f} ± {room:.4f}"
    )


WORKLOADS = {
    "w3": of(
        "small net 90-100-1, half mean squared error, SGD, batch 100",
        Network(100, (90, 100, 1), entropy=False, optimizer="SGD", lr=0.01),
        1e-3,
        1,
    ),
    "w4": of(
        "MNIST net 784-4×100-10, cross entropy, Adam, batch 100",
        Network(100, (784, 100, 100, 100, 100, 10)),
        2e-2,
        1,
    ),
    "w5": of(
        "deep net 784-10×(100, batch norm, dropout)-10, cross entropy, L2, Adam, batch 100",
        Network(100, (784, *[100] * 10, 10), norm=True, drop=0.2, alpha=1e-4, seed=577),
        5e-2,
        1,
    ),
    "w6": of(
        "large net 784-2048-2048-10, cross entropy, momentum, batch 512",
        Network(512, (784, 2048, 2048, 10), optimizer="Momentum", lr=0.01),
        1e-2,
        2,
    ),
}
