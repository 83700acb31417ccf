"""Run the benchmarks: `python benchmarks/run.py [w1 w2 ...] [--peers ours torch jax] [--quick]`.

Every contender is a process of its own (`worker.py`), checked before it is timed. In a round all of them are
asked in turn, each to run for a fiftieth of a second or one step; so noise is shared. The figure is the best
round; the medians and the ratios of the best rounds to those of `--against` stand beside it.

    python benchmarks/run.py --list                             # workloads and contenders
    python benchmarks/run.py w3 w4 --peers ours torch jax       # torch: also torch-fused, torch-compile
    python benchmarks/run.py w5 --threads 1 --rounds 50
    python benchmarks/run.py w3 --against torch --tree ../other # the library in another directory
"""

import argparse
import json
import os
import selectors
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Any

from workloads import FILES, workload

HERE = Path(__file__).parent


class Process:
    """A worker, and what it answers."""

    def __init__(self, work: str, name: str, threads: int, tree: Path) -> None:
        self.name = name
        env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        for variable in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM"):
            env[f"{variable}_NUM_THREADS"] = str(threads)
        # jax: the size of its pool, and no threads inside a product when there is one
        env["NPROC"] = str(threads)
        env["JAX_PLATFORMS"] = "cpu"
        if threads == 1:
            env["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        env["PYTHONPATH"] = str(tree)
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), work, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=env,
        )

    def ask(self, line: str, patience: float = 120) -> dict[str, Any]:
        """The answer to a line; {"error": ...} if there is none in time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return {"error": f"ended with {self.process.wait()}"}
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(patience):
                self.end()
                return {"error": f"no answer in {patience:.0f} s"}
        answer = self.process.stdout.readline()
        if not answer:
            return {"error": f"ended with {self.process.wait()}"}
        found: dict[str, Any] = json.loads(answer)
        return found

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Result:
    """What was found of one contender."""

    seconds: list[float] = field(default_factory=list)
    first: float = float("nan")
    second: float = float("nan")
    memory: dict[str, float] = field(default_factory=dict)
    version: str = ""
    note: str = ""
    missing: str = ""

    @property
    def best(self) -> float:
        return min(self.seconds, default=float("nan"))

    @property
    def median(self) -> float:
        return statistics.median(self.seconds) if self.seconds else float("nan")


def measure(
    work: str, names: list[str], *, threads: int, rounds: int, least: float, tree: Path, patience: float
) -> dict[str, Result]:
    """Build all contenders of a workload, then time them in turn, round by round."""
    results, processes = {name: Result() for name in names}, dict[str, Process]()
    try:
        for name in names:
            process = processes[name] = Process(work, name, threads, tree)
            answer = process.ask("build", patience)
            if "seconds" in answer or "first" in answer:
                for key, value in answer.items():
                    setattr(results[name], key, value)
            else:
                results[name].missing = answer.get("missing") or f"FAILED: {answer['error']}"
                processes.pop(name).end()
        for i in range(rounds):
            order = list(processes)
            shift = i % max(1, len(order))
            for name in order[shift:] + order[:shift]:
                answer = processes[name].ask(f"time {least}", patience)
                if "seconds" in answer:
                    results[name].seconds.append(answer["seconds"])
                else:
                    results[name].missing = f"FAILED: {answer['error']}"
                    processes.pop(name).end()
                # threads that wait for more work spin for a while, in everybody's way
                sleep(0.002)
        for name, process in processes.items():
            results[name].memory = process.ask("memory", patience)
    finally:
        for process in processes.values():
            process.end()
    return results


def written(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def table(title: str, results: dict[str, Result], against: str) -> str:
    """A line per contender, the fastest first."""
    base = results[against].best if against in results else float("nan")
    lines = [f"\n{title}", f"  {'':16}{'best':>10}{'median':>10}{'× ' + against:>18}{'peak MiB':>10}"]
    for name, r in sorted(results.items(), key=lambda pair: (bool(pair[1].missing), pair[1].best)):
        if r.missing:
            lines.append(f"  {name:16}{r.missing}")
        else:
            peak = r.memory.get("peak", float("nan"))
            line = (
                f"  {name:16}{written(r.best):>10}{written(r.median):>10}{r.best / base:>18.3f}{peak:>10.0f}"
            )
            lines.append(f"{line}   {r.note}".rstrip())
    return "\n".join(lines)


def chosen(names: list[str], wanted: list[str] | None) -> list[str]:
    """The contenders that a name or the first word of a name picks."""
    if not wanted:
        return names
    return [n for n in names if any(n == w or n.startswith(f"{w}-") for w in wanted)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", help="of those that --list names; all by default")
    parser.add_argument(
        "--peers", nargs="+", metavar="NAME", help="contenders, or first words of their names"
    )
    parser.add_argument(
        "--threads", type=int, help="threads of a contender; by default as the workload has it"
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument(
        "--quick", action="store_true", help="5 rounds and little patience: noisier, soon done"
    )
    parser.add_argument("--against", default="ours", help="what the ratios are to")
    parser.add_argument("--tree", type=Path, default=HERE.parent, help="where the library is")
    parser.add_argument("--list", action="store_true", help="say what there is")
    args = parser.parse_args()
    unknown = [w for w in args.workloads if w not in FILES]
    if unknown:
        parser.error(f"no workload {', '.join(unknown)}; there are {', '.join(FILES)}")
    failed = False
    for name in args.workloads or FILES:
        work = workload(name)
        if args.list:
            print(f"{name:4} {work.title}\n     {' '.join(work.contenders)}")
            continue
        threads = args.threads or work.threads
        results = measure(
            name,
            chosen(list(work.contenders), args.peers),
            threads=threads,
            rounds=5 if args.quick else args.rounds,
            least=0.02,
            tree=args.tree.resolve(),
            patience=30 if args.quick else 120,
        )
        title = f"{name}: {work.title}, {threads} thread{'s'[: threads > 1]}"
        print(table(title, results, args.against), flush=True)
        failed |= any(r.missing.startswith("FAILED") for r in results.values())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
