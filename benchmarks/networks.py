"""w3 to w6: training steps of networks of affine layers with ReLU, from NumPy arrays to the loss read back.

Every contender starts from the same numbers; a step is forward, backward and the update. Adam is the
paper's, batch normalisation and dropout are torch's (1e-5 under the root, running statistics moved by 0.1,
kept numbers divided by 1 − p), the penalty is α Σ w² over the matrices and part of the loss.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from contender import Array, Contender, Workload, compiled, kept, needs_compiler, remark
from network import ADAM_EPS, BETA1, BETA2, EPS, MOVE, Network
from networks_by_hand import by_hand, gradients, products, reference, update, with_buffers


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
        needs_compiler()
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


def contenders(net: Network) -> dict[str, Callable[[], Contender]]:
    return {
        "ours": lambda: ours(net),
        "ours-compiled": lambda: ours(net, compile=True),
        "ours-kept": kept(lambda: ours(net)),
        "numpy-products": lambda: products(net),
        "numpy-hand": lambda: by_hand(net),
        "numpy-buffers": lambda: with_buffers(net),
        "torch": lambda: torch(net),
        "torch-fused": lambda: torch(net, fused=True),
        "torch-compile": lambda: torch(net, compile=True),
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
