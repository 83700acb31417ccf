"""Workers asked in turn: every contender is a process, every round asks all of them, noise is shared."""

import json
import os
import selectors
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import numpy as np
from workloads import workload

HERE = Path(__file__).parent
NAN = float("nan")

Pair = tuple[str, str]
"""A workload and a contender."""


def environment(threads: int, tree: Path, cache: str) -> dict[str, str]:
    """What a worker runs in: so many threads, the library of that tree, nothing compiled before."""
    # two name a kernel and a cache size for older builds of OpenBLAS and slow newer ones down; without the
    # bytecode an import is no user's import
    unset = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE")
    env = {k: v for k, v in os.environ.items() if k not in unset}
    for variable in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM"):
        env[f"{variable}_NUM_THREADS"] = str(threads)
    # jax: the size of its pool, and no threads inside a product when there is one
    env |= {"NPROC": str(threads), "JAX_PLATFORMS": "cpu", "TORCHINDUCTOR_CACHE_DIR": cache}
    if threads == 1:
        env["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    return env | {"PYTHONPATH": str(tree)}


class Process:
    """A worker, and what it answers."""

    def __init__(self, work: str, name: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), work, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=env,
        )

    def ask(self, line: str, patience: float) -> dict[str, Any]:
        """The answer to a line; {"error": ...} if there is none in time."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(line + "\n")
            stdin.flush()
        except BrokenPipeError:
            return {"error": f"ended with {self.process.wait()}"}
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(patience):
                return {"error": f"no answer in {patience:.0f} s"}
        answer = stdout.readline()
        found: dict[str, Any] = (
            json.loads(answer) if answer else {"error": f"ended with {self.process.wait()}"}
        )
        return found

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Result:
    """What was found of one contender: seconds per step of every round, of the first call; MiB."""

    seconds: list[float] = field(default_factory=list)
    first: float = NAN
    peak: float = NAN
    steady: float = NAN
    values: list[float] = field(default_factory=list)
    version: str = ""
    note: str = ""
    missing: str = ""
    failed: bool = False

    @property
    def best(self) -> float:
        return min(self.seconds, default=NAN)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds) if self.seconds else NAN

    def take(self, answer: dict[str, Any]) -> bool:
        """Keep an answer; False if there was none."""
        if "missing" in answer or "error" in answer:
            self.missing = answer.get("missing") or f"failed: {answer['error']}"
            self.failed = "error" in answer
            return False
        for key, value in answer.items():
            setattr(self, key, value)
        return True


@dataclass
class Settings:
    """How long and how often: `rounds` of about `least` seconds for every contender, of which only eight are
    waited for once `budget` seconds are over; answers within `patience` seconds. Many short rounds find the
    quiet moments of a busy machine."""

    rounds: int = 100
    least: float = 0.02
    budget: float = 60
    patience: float = 180
    memory: bool = False
    clock: str = "wall"
    tree: Path = HERE.parent


def measure(work: str, names: Iterable[str], threads: int, how: Settings) -> dict[str, Result]:
    """The contenders of a workload: built, checked and timed."""
    found = contest([(work, name) for name in names], threads, how)
    return {name: result for (_, name), result in found.items()}


def contest(pairs: Iterable[Pair], threads: int, how: Settings) -> dict[Pair, Result]:
    """Build contenders of workloads one after the other, then time them in turn, round by round."""
    results, processes = {pair: Result() for pair in pairs}, dict[Pair, Process]()
    with TemporaryDirectory() as cache:
        env = environment(threads, how.tree, cache)
        try:
            for pair, result in results.items():
                processes[pair] = Process(*pair, env)
                if not result.take(processes[pair].ask("build", how.patience)):
                    processes.pop(pair).end()
            for pair in disagreeing(results):
                processes.pop(pair).end()
            begun = perf_counter()
            for i in range(how.rounds):
                if i >= 8 and perf_counter() - begun > how.budget:
                    break
                order = list(processes)
                shift = i % max(1, len(order))
                for pair in order[shift:] + order[:shift]:
                    answer = processes[pair].ask(f"time {how.least} {how.clock}", how.patience)
                    if "took" in answer:
                        results[pair].seconds.append(answer["took"])
                    elif not results[pair].take(answer):
                        processes.pop(pair).end()
                    # threads that wait for more work spin for a while, in everybody's way
                    sleep(0.002)
        finally:
            for process in processes.values():
                process.end()
        for pair in processes if how.memory else ():
            process = Process(*pair, env)
            results[pair].take(process.ask("weigh", how.patience))
            process.end()
    return results


def disagreeing(results: dict[Pair, Result]) -> list[Pair]:
    """Those whose first losses differ from torch's, or from the first one's if torch is not there, where a
    workload has no reference. They are marked as failed."""
    found = []
    for work in dict.fromkeys(work for work, _ in results):
        present = {name: r for (w, name), r in results.items() if w == work and not r.missing}
        rtol, first = workload(work).agree, "torch" if "torch" in present else next(iter(present), "")
        for name, r in present.items() if rtol else ():
            if not np.allclose(r.values, present[first].values, rtol=rtol, atol=0):
                r.take({"error": f"other losses than {first}: {r.values} and {present[first].values}"})
                found.append((work, name))
    return found


def written(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
