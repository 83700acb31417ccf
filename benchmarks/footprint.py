"""What the library costs before it does anything: the time to import it, the bytes it needs on the disk."""

import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import environment

PACKAGES = ("numpy", "autograd_core", "nn", "torch", "jax", "autograd", "mygrad")


@dataclass
class Import:
    """The seconds that fresh processes need for one import."""

    best: float
    median: float


def imports(packages: tuple[str, ...], tree: Path, rounds: int) -> dict[str, Import]:
    """Import each in processes of their own, in turn; packages that are not installed are left out."""
    env = environment(1, tree, "")
    seconds: dict[str, list[float]] = {p: [] for p in packages}
    for _ in range(rounds + 1):
        for name in list(seconds):
            code = f"from time import *; t = perf_counter(); import {name}; print(perf_counter() - t)"
            # -P: what lies in this directory is not what is measured
            command = [sys.executable, "-P", "-c", code]
            done = subprocess.run(command, env=env, capture_output=True, text=True)
            if done.returncode:
                del seconds[name]
            else:
                seconds[name].append(float(done.stdout))
    # the first round wrote the bytecode
    return {name: Import(min(t[1:]), statistics.median(t[1:])) for name, t in seconds.items()}


def installed(tree: Path) -> dict[str, tuple[int, int]]:
    """The bytes of a fresh installation by top directory, files and the bytecode pip makes of them apart:
    the wheel and what it needs."""
    with TemporaryDirectory() as room:
        wheels, target = Path(room, "wheels"), Path(room, "target")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        quiet = {"check": True, "capture_output": True}
        subprocess.run([*pip, "wheel", "--no-deps", "-w", str(wheels), str(tree)], **quiet)
        wheel = next(wheels.glob("*.whl"))
        pins = ["-c", str(tree / "constraints.txt")]
        subprocess.run([*pip, "install", "--compile", *pins, "--target", str(target), str(wheel)], **quiet)
        found: dict[str, tuple[int, int]] = {}
        for path in (p for p in target.rglob("*") if p.is_file()):
            top, size = path.relative_to(target).parts[0], path.stat().st_size
            files, bytecode = found.get(top, (0, 0))
            found[top] = (files, bytecode + size) if path.suffix == ".pyc" else (files + size, bytecode)
    return found


def beyond_numpy(sizes: dict[str, tuple[int, int]]) -> int:
    """The bytes of everything that is not NumPy's, bytecode included."""
    return sum(sum(pair) for top, pair in sizes.items() if not top.startswith("numpy"))
