"""What the library costs before it computes: the time of importing it, and its size on the disk.

    python benchmarks/importing.py [--rounds 30]

Times are the best of many new processes that import NumPy and the library in turn: the whole process, and
what `-X importtime` says of the import alone. Sizes are those of the files that pip put there, of the library
and of graphviz, which it needs; they are not known of an editable installation. Exit 1 if a bound is missed.
"""

import argparse
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from time import perf_counter

RATIO = 1.4  # × import numpy
SHIPPED = 5.0  # MB: modules, stubs, data, pages, licences, and graphviz
BYTECODE = 6.5  # MB more that pip compiles from them


def seconds(module: str) -> tuple[float, float]:
    """The time of a process that imports a module, and of the import by the interpreter's own account."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    whole = perf_counter() - start
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        check=True,
        stderr=subprocess.PIPE,
        text=True,
    ).stderr
    for line in reversed(told.splitlines()):  # a line: "import time: own µs | cumulative µs | module"
        _, _, rest = line.partition("|")
        cumulative, _, name = rest.partition("|")
        if name.strip() == module:
            return whole, int(cumulative) * 1e-6
    raise RuntimeError(f"the interpreter says nothing of importing {module}")


def times(rounds: int) -> bool:
    """Print a line per module and whether each is within the bound."""
    best = {name: [9e9, 9e9] for name in ("numpy", "autograd_core", "nn")}
    for name in best:
        seconds(name)  # writes the bytecode
    for _ in range(rounds):
        for name, least in best.items():
            best[name] = [min(pair) for pair in zip(least, seconds(name), strict=True)]
    kept = True
    for name, found in best.items():
        whole, alone = (mine / theirs for mine, theirs in zip(found, best["numpy"], strict=True))
        print(
            f"import {name:14} process {found[0] * 1e3:6.1f} ms, {whole:.2f} × numpy;"
            f"  import {found[1] * 1e3:6.1f} ms, {alone:.2f} × numpy"
        )
        kept &= name != "autograd_core" or max(whole, alone) <= RATIO
    print(f"bound of autograd_core: {RATIO} × numpy - {'kept' if kept else 'MISSED'}")
    return kept


def sizes() -> bool:
    """Print what lies on the disk and whether it is within the bounds."""
    shipped = compiled = 0
    for name in ("autograd-core", "graphviz"):
        for file in metadata.files(name) or ():
            path = Path(str(file.locate()))
            size = path.stat().st_size if path.is_file() else 0
            if path.suffix == ".pyc":
                compiled += size
            else:
                shipped += size
    if shipped < 1e6:
        print("size: not known of an editable installation")
        return True
    kept = shipped <= SHIPPED * 1e6 and compiled <= BYTECODE * 1e6
    print(
        f"files {shipped / 1e6:.2f} MB, bound {SHIPPED}; bytecode {compiled / 1e6:.2f} MB, bound {BYTECODE}"
    )
    print(f"together {(shipped + compiled) / 1e6:.2f} MB - {'kept' if kept else 'MISSED'}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    return 0 if all([times(rounds), sizes()]) else 1


if __name__ == "__main__":
    sys.exit(main())
