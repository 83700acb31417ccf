"""What `autograd-core train` leaves behind: the graph, the curves, the numbers and the weights."""

import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac
import nn
from autograd_core.cli.curve import save_curve
from autograd_core.cli.extras import advice, optional
from autograd_core.cli.training import Run

SAMPLES = 8
"""The graph is drawn for so many data."""


def write(run: Run, folder: Path) -> Iterator[str]:
    """Write all files; yields a line about each: `wrote PATH`, or why it is missing."""
    yield _weights(run, folder / "weights.npz")
    yield _metrics(run, folder / "metrics.json")
    yield from _graph(run, folder / "graph.svg")
    yield _curve(run, folder / "curve.png")


def _weights(run: Run, path: Path) -> str:
    nn.save(run.model.state_dict(), path)
    return f"wrote {path}"


def _metrics(run: Run, path: Path) -> str:
    numbers = {
        "settings": asdict(run.settings),
        "seed": run.settings.seed,
        "data": {"source": run.train.source, "train": len(run.train), "test": len(run.test)},
        "parameters": run.model.num_parameters(),
        "epochs": [run.history.row(i) for i in range(run.history.epochs)],
        "interrupted": run.interrupted,
        "seconds": run.seconds,
        "versions": {
            "autograd-core": ac.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
    path.write_text(json.dumps(_finite(numbers), indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return f"wrote {path}"


def _finite(value: Any) -> Any:
    """JSON has no NaN and no ∞: null stands for them."""
    if isinstance(value, dict):
        return {key: _finite(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _graph(run: Run, path: Path) -> Iterator[str]:
    """The loss on a few data in training mode with its gradients; the running statistics stay as they are."""
    x, t = run.train[:SAMPLES]
    state = run.model.state_dict()
    run.model.train().zero_grad()
    with ac.enable_grad():
        loss = nn.CrossEntropyLoss()(run.model(x), t)
    loss.backward()
    run.model.eval().load_state_dict(state)
    graph = ac.graph({"loss": loss}, names={"t": t, "model": run.model})
    try:
        graph.save(path)
    except ac.GraphRenderError as error:
        path = path.with_suffix(".dot")
        graph.save(path)
        yield f"no graph.svg: {error}"
    yield f"wrote {path}"


def _curve(run: Run, path: Path) -> str:
    if optional("matplotlib") is None:
        return f"no curve.png: {advice('matplotlib')}"
    save_curve(run, path)
    return f"wrote {path}"
