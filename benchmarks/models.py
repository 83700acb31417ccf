"""m1 to m7: training steps of models that nobody tuned for: layers, losses and optimizers of every kind.

The layers, losses and optimizers of the two libraries bear the same names, so a model is written once and
built with either. All contenders start from the same numbers and must report the same first losses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from contender import Array, Contender, Workload, compiled, needs_compiler, remark

Module = Any


@dataclass(frozen=True)
class Model:
    """A model, its batch and how it is trained; `nn` and `optim` are ours or torch's.

    target: the shape of the target, or the number of classes.
    forward: the same in jax, by the parameters under torch's names; `update` then its optimizer.
    """

    title: str
    build: Callable[[Any], Module]
    loss: Callable[[Any], Any]
    optimizer: Callable[[Any, Any], Any]
    x: tuple[int, ...]
    target: tuple[int, ...] | int
    clip: float = 0.0
    dtype: Any = np.float32
    objective: Callable[..., Any] | None = None
    update: Callable[..., Any] | None = None

    def data(self) -> tuple[Array, Array]:
        rng = np.random.default_rng(3)
        x = rng.standard_normal(self.x).astype(self.dtype)
        if isinstance(self.target, int):
            return x, rng.integers(0, self.target, self.x[0])
        return x, rng.standard_normal(self.target).astype(self.dtype)


def start(state: dict[str, Any]) -> dict[str, Array]:
    """Numbers for the parameters of torch's names and shapes; scales and statistics stay as they are."""
    found = {}
    for name, array in state.items():
        array, rng = np.asarray(array), np.random.default_rng(crc32(name.encode()))
        if array.ndim >= 2 or name.endswith("bias") or "bias_" in name:
            array = (rng.uniform(-1, 1, array.shape) / np.sqrt(array[0].size + 3)).astype(array.dtype)
        found[name] = array
    return found


# ---- the models --------------------------------------------------------------------------------------------


def cnn(nn: Any) -> Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 10)),
    )


def recurrent(nn: Any) -> Module:
    class Last(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = nn.LSTM(20, 64, batch_first=True), nn.Linear(64, 1)

        def forward(self, x: Any) -> Any:
            return self.head(self.body(x)[0][:, -1])

    return Last()


def attention(nn: Any) -> Module:
    class Classifier(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.TransformerEncoderLayer(64, 4, 128, 0.0, "gelu", batch_first=True)
            self.head = nn.Linear(64, 10)

        def forward(self, x: Any) -> Any:
            return self.head(self.body(x).mean(1))

    return Classifier()


def smooth(nn: Any) -> Module:
    layers = (nn.Linear(64, 256), nn.GELU(), nn.Linear(256, 256), nn.SiLU(), nn.Linear(256, 10))
    return nn.Sequential(*layers)


def regression(nn: Any) -> Module:
    layers = (nn.Linear(13, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))
    return nn.Sequential(*layers)


def odd(nn: Any) -> Module:
    return nn.Sequential(nn.Linear(37, 53), nn.Softplus(), nn.Linear(53, 71), nn.ELU(), nn.Linear(71, 3))


# ---- the same in jax ---------------------------------------------------------------------------------------


def linear(p: Any, name: str, h: Any) -> Any:
    return h @ p[f"{name}.weight"].T + p[f"{name}.bias"]


def entropy(jax: Any, y: Any, t: Any) -> Any:
    rows = jax.numpy.take_along_axis(jax.nn.log_softmax(y), t[:, None], axis=1)
    return -jax.numpy.mean(rows)


def jax_cnn(jax: Any, p: Any, x: Any, t: Any) -> Any:
    h = x
    for conv, norm in (("0", "1"), ("4", "5")):
        h = jax.lax.conv_general_dilated(h, p[f"{conv}.weight"], (1, 1), "VALID")
        h = h + p[f"{conv}.bias"][:, None, None]
        mean, var = h.mean((0, 2, 3), keepdims=True), h.var((0, 2, 3), keepdims=True)
        scale, shift = (p[f"{norm}.{k}"][:, None, None] for k in ("weight", "bias"))
        h = jax.nn.relu((h - mean) / jax.numpy.sqrt(var + 1e-5) * scale + shift)
        window = (1, 1, 2, 2)
        h = jax.lax.reduce_window(h, -jax.numpy.inf, jax.lax.max, window, window, "VALID")
    return entropy(jax, linear(p, "9", h.reshape(len(h), -1)), t)


def jax_recurrent(jax: Any, p: Any, x: Any, t: Any) -> Any:
    w, bias = p["body.weight_hh_l0"].T, p["body.bias_ih_l0"] + p["body.bias_hh_l0"]
    inputs = (x @ p["body.weight_ih_l0"].T + bias).transpose(1, 0, 2)

    def cell(state: Any, into: Any) -> Any:
        h, c = state
        i, f, g, o = jax.numpy.split(into + h @ w, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jax.numpy.tanh(g)
        return (jax.nn.sigmoid(o) * jax.numpy.tanh(c), c), None

    zero = jax.numpy.zeros((len(x), w.shape[0]), x.dtype)
    (h, _), _ = jax.lax.scan(cell, (zero, zero), inputs)
    return jax.numpy.mean((linear(p, "head", h) - t) ** 2)


def jax_smooth(jax: Any, p: Any, x: Any, t: Any) -> Any:
    h = jax.nn.gelu(linear(p, "0", x), approximate=False)
    return entropy(jax, linear(p, "4", jax.nn.silu(linear(p, "2", h))), t)


def jax_regression(jax: Any, p: Any, x: Any, t: Any) -> Any:
    tanh = jax.numpy.tanh
    d = abs(linear(p, "4", tanh(linear(p, "2", tanh(linear(p, "0", x))))) - t)
    return jax.numpy.mean(jax.numpy.where(d <= 1, d * d / 2, d - 0.5))


def jax_odd(jax: Any, p: Any, x: Any, t: Any) -> Any:
    y = linear(p, "4", jax.nn.elu(linear(p, "2", jax.nn.softplus(linear(p, "0", x)))))
    return jax.numpy.mean((y - t) ** 2)


def adam(jnp: Any, p: Any, g: Any, m: Any, v: Any, count: Any, lr: float, decay: float = 0.0) -> Any:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    size = jnp.sqrt(v / (1 - 0.999**count)) + 1e-8
    return p * (1 - lr * decay) - lr * (m / (1 - 0.9**count)) / size, m, v


def rmsprop(jnp: Any, p: Any, g: Any, m: Any, v: Any, count: Any, lr: float) -> Any:
    v = 0.99 * v + 0.01 * g * g
    return p - lr * g / (jnp.sqrt(v) + 1e-8), m, v


def adagrad(jnp: Any, p: Any, g: Any, m: Any, v: Any, count: Any, lr: float) -> Any:
    v = v + g * g
    return p - lr * g / (jnp.sqrt(v) + 1e-10), m, v


def slow(rule: Callable[..., Any], **settings: Any) -> Callable[..., Any]:
    return lambda *arguments: rule(*arguments, **settings)


# ---- contenders --------------------------------------------------------------------------------------------


def ours(model: Model, compile: bool = False) -> Contender:
    import nn
    import optim

    made = model.build(nn).astype(model.dtype)
    made.load_state_dict(start(made.state_dict(layout="torch")), layout="torch")
    parameters, criterion = made.parameters(), model.loss(nn)
    opt = model.optimizer(optim, parameters)

    def train(x: Array, t: Array) -> Any:
        opt.zero_grad()
        loss = criterion(made(x), t)
        loss.backward()
        if model.clip:
            nn.utils.clip_grad_norm_(parameters, model.clip)
        opt.step()
        return loss

    run, (x, t) = compiled(train) if compile else train, model.data()
    return Contender(lambda: run(x, t).item(), note=remark(run))


def torch(model: Model, compile: bool = False) -> Contender:
    import torch

    made = model.build(torch.nn).to(getattr(torch, np.dtype(model.dtype).name))
    made.load_state_dict({k: torch.from_numpy(v) for k, v in start(made.state_dict()).items()})
    parameters, criterion = list(made.parameters()), model.loss(torch.nn)
    opt, forward = model.optimizer(torch.optim, parameters), made
    if compile:
        needs_compiler()
        forward = torch.compile(made)
    x, t = model.data()

    def step() -> float:
        opt.zero_grad()
        loss = criterion(forward(torch.from_numpy(x)), torch.from_numpy(t))
        loss.backward()
        if model.clip:
            torch.nn.utils.clip_grad_norm_(parameters, model.clip)
        opt.step()
        return loss.item()

    return Contender(step)


def jax(model: Model) -> Contender:
    import jax
    import jax.numpy as jnp

    import nn

    jax.config.update("jax_enable_x64", model.dtype is np.float64)
    made = model.build(nn).astype(model.dtype)
    state = start(made.state_dict(layout="torch"))
    trained = {name for name, _ in made.named_parameters()}
    parameters = {k: jnp.asarray(v) for k, v in state.items() if k in trained}
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    slopes = jax.value_and_grad(lambda p, x, t: model.objective(jax, p, x, t))

    def train(state: Any, x: Any, t: Any) -> Any:
        p, m, v, count = state
        loss, g = slopes(p, x, t)
        if model.clip:
            norm = jnp.sqrt(sum(jnp.sum(a * a) for a in g.values()))
            g = {k: a * jnp.minimum(1, model.clip / (norm + 1e-6)) for k, a in g.items()}
        count = count + 1
        new = {k: model.update(jnp, p[k], g[k], m[k], v[k], count) for k in p}
        return (*({k: a[i] for k, a in new.items()} for i in range(3)), count), loss

    run = jax.jit(train, donate_argnums=0)
    held = (parameters, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros((), model.dtype))
    x, t = model.data()

    def step() -> float:
        nonlocal held
        held, loss = run(held, x, t)
        return float(loss)

    return Contender(step)


def of(model: Model) -> Workload:
    contenders = {
        "ours": lambda: ours(model),
        "ours-compiled": lambda: ours(model, compile=True),
        "torch": lambda: torch(model),
        "torch-compile": lambda: torch(model, compile=True),
    }
    if model.objective is not None:
        contenders["jax"] = lambda: jax(model)
    return Workload(model.title, contenders, agree=1e-8 if model.dtype is np.float64 else 2e-3)


MODELS = {
    "m1": Model(
        "convolutions, pooling, batch norm, Adam, 32 pictures of 28 × 28",
        cnn,
        lambda nn: nn.CrossEntropyLoss(),
        lambda optim, p: optim.Adam(p, lr=1e-3),
        (32, 1, 28, 28),
        10,
        objective=jax_cnn,
        update=slow(adam, lr=1e-3),
    ),
    "m2": Model(
        "LSTM 20-64 over 30 steps, squared error, Adam, batch 32",
        recurrent,
        lambda nn: nn.MSELoss(),
        lambda optim, p: optim.Adam(p, lr=1e-3),
        (32, 30, 20),
        (32, 1),
        objective=jax_recurrent,
        update=slow(adam, lr=1e-3),
    ),
    "m3": Model(
        "transformer layer, 4 heads of 16, 32 tokens, Adam, batch 16",
        attention,
        lambda nn: nn.CrossEntropyLoss(),
        lambda optim, p: optim.Adam(p, lr=1e-3),
        (16, 32, 64),
        10,
    ),
    "m4": Model(
        "GELU and SiLU 64-256-256-10, AdamW, gradients clipped, batch 64",
        smooth,
        lambda nn: nn.CrossEntropyLoss(),
        lambda optim, p: optim.AdamW(p, lr=1e-3, weight_decay=0.01),
        (64, 64),
        10,
        clip=1.0,
        objective=jax_smooth,
        update=slow(adam, lr=1e-3, decay=0.01),
    ),
    "m5": Model(
        "regression 13-64-64-1, Huber loss, RMSprop, batch 100",
        regression,
        lambda nn: nn.HuberLoss(),
        lambda optim, p: optim.RMSprop(p, lr=1e-3),
        (100, 13),
        (100, 1),
        objective=jax_regression,
        update=slow(rmsprop, lr=1e-3),
    ),
    "m6": Model(
        "softplus and ELU 37-53-71-3, Adagrad, one datum, float64",
        odd,
        lambda nn: nn.MSELoss(),
        lambda optim, p: optim.Adagrad(p, lr=1e-2),
        (1, 37),
        (1, 3),
        dtype=np.float64,
        objective=jax_odd,
        update=slow(adagrad, lr=1e-2),
    ),
    "m7": Model(
        "the same, 419 data, float64",
        odd,
        lambda nn: nn.MSELoss(),
        lambda optim, p: optim.Adagrad(p, lr=1e-2),
        (419, 37),
        (419, 3),
        dtype=np.float64,
        objective=jax_odd,
        update=slow(adagrad, lr=1e-2),
    ),
}

WORKLOADS = {name: of(model) for name, model in MODELS.items()}
