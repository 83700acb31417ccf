"""Train for long and watch the memory: `python tools/endurance.py [--steps 100000]`; exit 1 if it grows.

Three things are measured, in this process and one after the other:

* a batch-normalised network trained by Adam for many steps, collector on: resident memory after warm-up;
* 1,500 steps with the garbage collector off, of training and of everything else that makes graphs (second
  order, recorded gradients, graphs dropped without a backward pass, transforms, checkpoints, hooks);
* the peak of a backward pass, in multiples of the activations that were saved for it.
"""

import argparse
import gc
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import autograd_core as ac
import nn
import optim

MIB = 2**20
MOST_GROWTH = 8.0  # MiB
MOST_PEAK = 2.5  # times the saved activations


def resident() -> float:
    """The resident memory of this process in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    import resource  # not there on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def training() -> Callable[[], None]:
    """A step of a small network with everything that keeps state."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((32, 16)).astype(np.float32)
    t = rng.integers(0, 4, 32)
    model = nn.Sequential(nn.Linear(16, 32, rng=1), nn.BatchNorm(32), nn.ReLU(), nn.Linear(32, 4, rng=2))
    loss, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=1e-3)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x), t).backward()
        optimizer.step()

    return step


def other_graphs() -> Callable[[], None]:
    """Whatever else makes graphs: swept, kept, recorded, dropped, looked at."""
    w = ac.Tensor(np.linspace(-1, 1, 12).reshape(3, 4), requires_grad=True, name="w")
    x = np.linspace(0, 1, 15).reshape(5, 3)

    def loss() -> ac.Tensor:
        return (ac.tanh(x @ w) ** 2).mean()

    def step() -> None:
        loss()
        z = loss()
        z.backward(create_graph=True)
        w.zero_grad()
        (g,) = ac.gradients(z := loss(), [w], create_graph=True)
        (z + (g * g).sum()).backward()
        z = loss().named("z")
        z.register_hook(lambda g: g * 2)
        z.retain_grad()
        z.backward(retain_graph=True)
        ac.checkpoint(lambda v: ac.exp(v).sum(), w).backward()
        ac.hessian(lambda v: (ac.tanh(v) ** 2).sum())(x[0])
        ac.jvp(ac.tanh, x[0], x[1])
        repr(ac.graph(z))
        w.zero_grad()

    return step


def growth(step: Callable[[], None], steps: int, warm_up: int, title: str) -> float:
    """MiB by which resident memory rises over the steps, after the warm-up."""
    for _ in range(warm_up):
        step()
    gc.collect()
    start, before = perf_counter(), resident()
    most = before
    for i in range(steps):
        step()
        if i % max(1, steps // 20) == 0:
            most = max(most, resident())
    most = max(most, resident())
    seconds = perf_counter() - start
    print(f"{title}: {steps:,} steps in {seconds:.0f} s, {before:.1f} MiB grew by {most - before:.2f} MiB")
    return most - before


def peak_of_backward() -> float:
    """The peak of a backward pass over the sum of the activations that were saved."""
    x = ac.Tensor(np.full((400, 400), 0.5), requires_grad=True)
    w = ac.Tensor(np.eye(400) * 0.9, requires_grad=True)

    def forward() -> Any:
        y = x
        for _ in range(20):
            y = ac.sigmoid(y @ w) * y
        return y.sum()

    tracemalloc.start()
    z = forward()
    saved = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    z.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"a backward pass: {saved / MIB:.1f} MiB saved, peak {peak / MIB:.1f} MiB: {peak / saved:.2f} times"
    )
    return peak / saved


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000, help="of the long training")
    args = parser.parse_args()
    found = [
        growth(training(), args.steps, 2_000, "collector on, training"),
    ]
    gc.collect()
    gc.disable()
    found += [
        growth(training(), 1_500, 200, "collector off, training"),
        growth(other_graphs(), 1_500, 100, "collector off, other graphs"),
    ]
    gc.enable()
    peak = peak_of_backward()
    kept = max(found) < MOST_GROWTH and peak <= MOST_PEAK
    verdict = "kept" if kept else "MISSED"
    print(f"bounds: growth below {MOST_GROWTH:g} MiB, peak at most {MOST_PEAK:g} times: {verdict}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
