"""What a run found, kept as a file of JSON in `benchmarks/history`: one a run, named by its time."""

import importlib.metadata
import json
import math
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import goals
import numpy as np
from contender import LIBRARIES
from measuring import Result

DIRECTORY = Path(__file__).parent / "history"


def machine() -> str:
    """What the numbers depend on."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return (
        f"python {platform.python_version()}, numpy {np.__version__}, {blas['name']} {blas['version']}, "
        f"{os.cpu_count()} processors, {processor()}, {platform.system()}"
    )


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions() -> dict[str, str]:
    found = {}
    for package in LIBRARIES.values():
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def plain(number: float) -> float | None:
    """JSON has no nan."""
    return None if math.isnan(number) else float(f"{number:.4g}")


def save(results: dict[str, dict[str, Result]], figures: dict[str, float], tree: Path) -> Path:
    """Write the run and return the file."""
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=tree, capture_output=True, text=True)
    now = datetime.now(UTC)
    kept: dict[str, Any] = {
        "time": now.isoformat(timespec="seconds"),
        "commit": asked.stdout.strip(),
        "machine": machine(),
        "versions": versions(),
        "goals": [
            {k: v if k == "goal" else plain(v) for k, v in g.items()} for g in goals.summary(results, figures)
        ],
        "figures": {name: plain(value) for name, value in figures.items()},
        "workloads": {
            name: {
                peer: {"missing": r.missing}
                if r.missing
                else {k: plain(getattr(r, k)) for k in ("best", "median", "first", "peak", "steady")}
                for peer, r in of.items()
            }
            for name, of in results.items()
        },
    }
    DIRECTORY.mkdir(exist_ok=True)
    path = DIRECTORY / f"{now:%Y-%m-%dT%H%M%S}.json"
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return path


def runs() -> list[dict[str, Any]]:
    """All runs that were kept, in their order."""
    return [json.loads(path.read_text()) for path in sorted(DIRECTORY.glob("*.json"))]
