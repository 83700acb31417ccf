"""One contender in a process of its own: `python benchmarks/worker.py WORKLOAD CONTENDER`.

It answers lines with lines of JSON: "build" makes it, runs it for the first time and checks it, "time
SECONDS CLOCK" runs it for about so long and gives the seconds per step; "weigh", in a process of its own,
gives its memory. `run.py` starts it with as many threads as it may use.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from contender import LIBRARIES, THREADS, Contender, Missing, Workload, check
from workloads import workload

WARM_STEPS, WARM_SECONDS = 8, 0.05
"""So many steps are taken before a round begins, in so many seconds at most."""


def memory(which: str) -> float:
    """The resident memory of this process in MiB, now ("VmRSS") or at most ("VmHWM")."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith(which))
    return int(line.split()[1]) / 1024


class Worker:
    """The contender, and what is asked of it."""

    def __init__(self, work: Workload, name: str) -> None:
        self.work, self.name = work, name
        self.contender: Contender | None = None
        library = importlib.import_module(LIBRARIES[name.partition("-")[0]])
        self.version = getattr(library, "__version__", "")
        if library.__name__ == "torch":
            library.set_num_threads(THREADS)
        self.imported = memory("VmRSS")

    def build(self) -> dict[str, Any]:
        """Make the contender and run it for the first time; then check another one."""
        work, name = self.work, self.name
        self.contender = work.contenders[name]()
        values, took = [], []
        for _ in range(5):
            start = perf_counter()
            values.append(float(self.contender.step()))
            took.append(perf_counter() - start)
        self.once = min(took[1:])
        if name not in work.unchecked:
            if work.reference is not None:
                check(work.checked.get(name, work.contenders[name])(), work)
            if work.plausible is not None:
                work.plausible(values)
        note = self.contender.note
        return {"first": took[0], "values": values, "version": self.version, "note": note}

    def time(self, seconds: str, clock: str) -> dict[str, Any]:
        """The seconds per step of a round that takes about so long, by the clock on the wall or the time that
        the processor spent on this process, after steps that do not count: those who were asked in between
        have emptied the caches, and it takes about six steps until they are as in a loop."""
        assert self.contender is not None
        step, repeats = self.contender.step, max(1, round(float(seconds) / self.once))
        now, times = {"wall": perf_counter, "cpu": process_time}[clock], range(repeats)
        for _ in range(min(WARM_STEPS, int(WARM_SECONDS / self.once))):
            step()
        start = now()
        for _ in times:
            step()
        took = (now() - start) / repeats
        self.once = min(self.once, took)
        return {"took": took / self.work.per}

    def weigh(self) -> dict[str, Any]:
        """The memory of a contender without a check beside it, in MiB above the import of its library."""
        contender = self.work.contenders[self.name]()
        for _ in range(5):
            contender.step()
        return {"peak": memory("VmHWM") - self.imported, "steady": memory("VmRSS") - self.imported}


def main() -> None:
    # what libraries print goes to the other stream, that the answers stand alone on this one
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker: Worker | None = None
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            if worker is None:
                worker = Worker(workload(sys.argv[1]), sys.argv[2])
            ask: Callable[..., dict[str, Any]] = getattr(worker, command)
            answer = ask(*arguments)
        except Missing as error:
            answer = {"missing": str(error)}
        except ImportError as error:
            answer = {"missing": f"{error.name} is not installed" if error.name else str(error)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
