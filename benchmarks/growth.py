"""How the cost grows with the work: depth, width, batch, number of parameters, length of a chain.

The exponent is the slope of log time by log size over the three largest sizes, where the cost of a call no
longer hides it; 1 is what the work itself asks for.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from chains import Chain
from chains import contenders as chain_contenders
from contender import Contender, Workload
from measuring import Result, Settings, contest, written
from network import Network
from networks import contenders as network_contenders


def ours_update(count: int) -> Contender:
    import autograd_core as ac
    import optim

    rng = np.random.default_rng(0)
    parameters = [ac.Tensor(rng.random((16, 16), np.float32), requires_grad=True) for _ in range(count)]
    for p in parameters:
        p.grad = rng.random((16, 16), np.float32)
    opt = optim.Adam(parameters)

    def step() -> float:
        opt.step()
        return 0.0

    return Contender(step)


def torch_update(count: int) -> Contender:
    import torch

    parameters = [torch.randn(16, 16, requires_grad=True) for _ in range(count)]
    for p in parameters:
        p.grad = torch.randn(16, 16)
    opt = torch.optim.Adam(parameters)

    def step() -> float:
        opt.step()
        return 0.0

    return Contender(step)


def update(count: int) -> dict[str, Callable[[], Contender]]:
    return {"ours": partial(ours_update, count), "torch": partial(torch_update, count)}


Make = Callable[[int], dict[str, Callable[[], Contender]]]
SERIES: dict[str, tuple[str, tuple[int, ...], Make]] = {
    "depth": (
        "layers of 32, batch 32, Adam",
        (2, 4, 8, 16, 32, 64),
        lambda n: network_contenders(Network(32, (32,) * (n + 1))),
    ),
    "width": (
        "parameters of three layers, batch 64, Adam",
        (32, 64, 128, 256, 512, 1024),
        lambda n: network_contenders(Network(64, (n, n, n, n))),
    ),
    "batch": (
        "data, 64-64-64, Adam",
        (16, 64, 256, 1024, 4096, 16384),
        lambda n: network_contenders(Network(n, (64, 64, 64))),
    ),
    "update": ("parameters of 16 × 16, the update by Adam alone", (4, 16, 64, 256, 1024), update),
    "length": (
        "operations of a chain on ten numbers",
        (100, 1000, 10_000, 100_000, 1_000_000),
        lambda n: chain_contenders(Chain("ten", n // 5)),
    ),
}

PEERS = ("ours", "ours-compiled", "torch", "jax")

WORKLOADS = {
    f"{series}-{n}": Workload(f"{n} {what}", {k: v for k, v in make(n).items() if k in PEERS})
    for series, (what, sizes, make) in SERIES.items()
    for n in sizes
}


def work_of(series: str, n: int) -> int:
    """What the time shall be proportional to."""
    return 3 * n * (n + 1) if series == "width" else n


def exponent(works: list[int], times: list[float]) -> float:
    """The slope of log time by log work over the three largest that were measured."""
    pairs = [(w, t) for w, t in zip(works, times, strict=True) if t == t][-3:]
    if len(pairs) < 3:
        return float("nan")
    x, y = np.log(pairs).T
    return float(np.polyfit(x, y, 1)[0])


def table(series: str, peers: list[str] | None, how: Settings) -> tuple[str, dict[str, Any]]:
    """The times of a series by contender, and the exponents."""
    what, sizes, _ = SERIES[series]
    names = [p for p in PEERS if peers is None or p in peers]
    # jax compiles a chain for longer than anybody waits
    long = lambda n: series == "length" and n > 1000
    pairs = [
        (f"{series}-{n}", name)
        for name in names
        for n in sizes
        if name in WORKLOADS[f"{series}-{n}"].contenders and not (name == "jax" and long(n))
    ]
    results = contest(pairs, 1, how)
    heads = "".join(f"{n:>10}" for n in sizes)
    lines = [f"\n{series}: {what}, 1 thread", f"  {'':14}{heads}{'exponent':>10}"]
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for _, name in pairs):
        row = [results.get((f"{series}-{n}", name), Result()) for n in sizes]
        if all(r.missing for r in row):
            lines.append(f"  {name:14}{row[0].missing}")
            continue
        found[name] = exponent([work_of(series, n) for n in sizes], [r.best for r in row])
        cells = "".join(f"{'-' if r.best != r.best else written(r.best):>10}" for r in row)
        lines.append(f"  {name:14}{cells}{found[name]:>10.2f}")
    return "\n".join(lines), found
