"""Draw what the runs in `benchmarks/history` found: `python benchmarks/plot.py [--out runs/benchmarks]`.

latest.png: the times of the latest run as multiples of torch's, a row per workload. history.png: what was
found of every goal, as a part of what is allowed, run by run.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import history
import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

INK, GREY, LINE = "#22252a", "#7b8189", "#d9dce0"
OURS, COMPILED, MISSED = "#0072b2", "#e69f00", "#d55e00"

PEERS = {
    "torch-fused": ("^", "torch, fused optimizer"),
    "torch-compile": ("v", "torch.compile"),
    "jax": ("s", "jax jit"),
    "micrograd": ("P", "micrograd"),
    "autograd": ("X", "autograd"),
    "mygrad": ("p", "mygrad"),
}
HAND = ("numpy-hand", "numpy-buffers", "numpy-blocks", "numpy-blocks-threads")

Run = dict[str, Any]


def times(ratio: float, _: Any = None) -> str:
    return f"{ratio:g} ×"


def best(run: Run, workload: str, *names: str) -> float | None:
    """The best round of the fastest of them."""
    of = run["workloads"][workload]
    found = [of[n]["best"] for n in names if of.get(n, {}).get("best")]
    return min(found, default=None)


def plain(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.tick_params(length=0, colors=INK)


def latest(run: Run) -> Figure:
    """A row per workload, time as a multiple of torch's on a logarithmic axis."""
    rows = [name for name in run["workloads"] if best(run, name, "torch")]
    figure, axes = plt.subplots(figsize=(9, 1.7 + 0.36 * len(rows)), layout="constrained")
    styles = [
        (HAND, {"marker": "|", "color": INK, "s": 130, "label": "NumPy by hand, the fastest", "zorder": 6}),
        *(((n,), {"marker": m, "color": GREY, "s": 30, "label": label}) for n, (m, label) in PEERS.items()),
        (("ours",), {"marker": "o", "color": OURS, "s": 75, "label": "autograd-core", "zorder": 5}),
        (
            ("ours-compiled",),
            {"marker": "D", "color": COMPILED, "s": 60, "label": "ac.compile", "zorder": 5},
        ),
    ]
    for names, style in styles:
        points = [
            (value / base, y)
            for y, row in enumerate(rows)
            if (value := best(run, row, *names)) and (base := best(run, row, "torch"))
        ]
        if points:
            axes.scatter(*zip(*points, strict=True), linewidth=1.6 if style["marker"] == "|" else 0, **style)
    axes.axvline(1, color=GREY, linewidth=1, zorder=0)
    axes.annotate(" torch eager", (1, -0.55), color=GREY, fontsize=9, va="center")
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [f"{name}  {short(name)}" for name in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(FuncFormatter(times))
    axes.minorticks_off()
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    plain(axes)
    axes.set_xlabel("time of a step, as a multiple of torch eager's (further left is faster)", color=INK)
    figure.legend(loc="outside upper left", ncols=4, frameon=False, labelcolor=INK)
    return figure


SHORT = {
    "w1": "scalar network",
    "w2": "1,000 small operations",
    "w3": "small network",
    "w4": "MNIST network",
    "w5": "batch norm, dropout",
    "w6": "large network",
    "w7": "elementwise, 4 million",
    "w8a": "Hessian",
    "w8b": "Hessian × vector",
    "w9a": "100,000 operations",
    "w9b": "x + x, 60 times",
    "w10": "logistic regression",
    "m1": "convolutions",
    "m2": "LSTM",
    "m3": "transformer layer",
    "m4": "GELU, AdamW, clipped",
    "m5": "Huber, RMSprop",
    "m6": "float64, one datum",
    "m7": "float64, odd sizes",
}


def short(name: str) -> str:
    return SHORT.get(name, "")


def over_time(runs: list[Run]) -> Figure:
    """A small panel per goal: found ÷ allowed over the runs; 1 and less is reached."""
    goals = list(dict.fromkeys(g["goal"] for run in runs for g in run["goals"]))
    columns = 4
    lines = -(-len(goals) // columns)
    figure, panels = plt.subplots(
        lines, columns, figsize=(11, 0.6 + 1.45 * lines), layout="constrained", sharex=True, squeeze=False
    )
    for axes, goal in zip(panels.flat, goals, strict=False):
        found = [next((g for g in run["goals"] if g["goal"] == goal), None) for run in runs]
        points = [(i, g["found"] / g["most"]) for i, g in enumerate(found) if g is not None]
        x, y = zip(*points, strict=True)
        axes.axhspan(1e-3, 1, color=OURS, alpha=0.08, linewidth=0)
        axes.axhline(1, color=GREY, linewidth=0.8)
        axes.plot(x, y, color=GREY, linewidth=1, zorder=2)
        axes.scatter(x, y, c=[OURS if v <= 1 else MISSED for v in y], s=22, zorder=3)
        axes.annotate(
            f"{y[-1]:.2f}", (x[-1], y[-1]), (5, 4), textcoords="offset points", fontsize=8, color=INK
        )
        axes.set_yscale("log")
        axes.set_ylim(min(0.25, *y) / 1.3, max(4, *y) * 1.5)
        axes.set_xlim(-0.5, max(len(runs) - 0.3, 1))
        axes.set_yticks([1], ["1"])
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.minorticks_off()
        axes.set_title(goal, fontsize=8.5, color=INK, loc="left")
        axes.set_xticks(range(len(runs)), [run["commit"][:7] for run in runs], rotation=60, fontsize=7)
        plain(axes)
    for axes in panels.flat[len(goals) :]:
        axes.set_visible(False)
    figure.suptitle(
        "found ÷ allowed, run by run; 1 and less is reached", fontsize=10, color=INK, x=0.01, ha="left"
    )
    return figure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks"))
    out = parser.parse_args().out
    runs = history.runs()
    if not runs:
        print(f"nothing in {history.DIRECTORY}: run benchmarks/run.py --save first")
        return 1
    out.mkdir(parents=True, exist_ok=True)
    for name, figure in (("latest", latest(runs[-1])), ("history", over_time(runs))):
        figure.savefig(out / f"{name}.png", dpi=130)
        print(f"wrote {out / name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
