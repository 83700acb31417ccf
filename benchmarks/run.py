"""Run the benchmarks: `python benchmarks/run.py [w1 w2 ...] [--peers ours torch jax] [--quick]`.

Every contender is a process of its own (`worker.py`), checked before it is timed. In a round all of them are
asked in turn, each to run for twenty milliseconds or one step; so noise is shared. The figure is the best
round; the medians and the ratios of the best rounds to those of `--against` stand beside it.

    python benchmarks/run.py --list                             # workloads and contenders
    python benchmarks/run.py                                    # w1 to w10, m1 to m7, footprint, goals
    python benchmarks/run.py w3 w4 --peers ours torch jax       # torch: also torch-fused, torch-compile
    python benchmarks/run.py w5 --threads 1 --rounds 500 --budget 300
    python benchmarks/run.py w3 --clock cpu                     # time of the processor, on a busy machine
    python benchmarks/run.py w6 --memory                        # peak and steady memory too
    python benchmarks/run.py footprint                          # import time, installed size
    python benchmarks/run.py depth width batch update length    # how the cost grows, exponents
    python benchmarks/run.py w3 --against torch --tree ../other # the library in another directory
    python benchmarks/run.py --save                             # and keep it in benchmarks/history

Exit code 1 if one of our own contenders failed; a goal that is not reached is only said.
"""

import argparse
import sys
from pathlib import Path

import footprint
import goals
import growth
import history
from measuring import Result, Settings, measure, written
from workloads import FILES, workload


def table(title: str, results: dict[str, Result], against: str) -> str:
    """A line per contender, the fastest first."""
    base = results[against].best if against in results else float("nan")
    heads = f"{'best':>10}{'median':>10}{'× ' + against:>18}{'first call':>12}"
    weighed = any(r.peak == r.peak for r in results.values())
    heads += f"{'peak':>9}{'steady MiB':>12}" if weighed else ""
    lines = [f"\n{title}", f"  {'':21}{heads}"]
    for name, r in sorted(results.items(), key=lambda pair: (bool(pair[1].missing), pair[1].best)):
        if r.missing:
            lines.append(f"  {name:21}{r.missing:.160}")
            continue
        cells = f"{written(r.best):>10}{written(r.median):>10}{r.best / base:>18.3f}{written(r.first):>12}"
        cells += f"{r.peak:>9.0f}{r.steady:>12.0f}" if weighed else ""
        lines.append(f"  {name:21}{cells}   {r.note}".rstrip())
    return "\n".join(lines)


def chosen(names: list[str], wanted: list[str] | None) -> list[str]:
    """The contenders that a name or the first word of a name picks."""
    if not wanted:
        return names
    return [n for n in names if any(n == w or n.startswith(f"{w}-") for w in wanted)]


def weighed(tree: Path, rounds: int) -> dict[str, float]:
    """Import times and the installed size, printed; the figures of the goals."""
    found = footprint.imports(footprint.PACKAGES, tree, rounds)
    base = found["numpy"].best
    print(f"\nimport, in {rounds} fresh processes each")
    print(f"{'':23}{'best':>10}{'median':>10}{'× numpy':>10}")
    for name in footprint.PACKAGES:
        if name not in found:
            print(f"  {name:21}not installed")
            continue
        t = found[name]
        print(f"  {name:21}{written(t.best):>10}{written(t.median):>10}{t.best / base:>10.2f}")
    sizes = footprint.installed(tree)
    print(f"\n{'installed, MB':32}{'files':>8}{'bytecode':>10}")
    for top, (files, bytecode) in sorted(sizes.items(), key=lambda pair: -sum(pair[1])):
        print(f"  {top:30}{files / 1e6:>8.2f}{bytecode / 1e6:>10.2f}")
    return {"import": found["autograd_core"].best / base, "installed": footprint.beyond_numpy(sizes)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="run.py [what ...] [--...]",
    )
    others = ["footprint", *growth.SERIES]
    parser.add_argument("what", nargs="*", help=f"workloads that --list names, {', '.join(others)}")
    parser.add_argument(
        "--peers", nargs="+", metavar="NAME", help="contenders, or first words of their names"
    )
    parser.add_argument(
        "--threads", type=int, help="threads of a contender; by default as the workload has it"
    )
    parser.add_argument("--rounds", type=int, help="100 by default")
    parser.add_argument("--budget", type=float, help="seconds after which no more than 8 rounds are run, 60")
    parser.add_argument(
        "--quick", action="store_true", help="20 rounds and little patience: noisier, soon done"
    )
    parser.add_argument("--memory", action="store_true", help="weigh every contender in another process")
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="cpu on a busy machine, 1 thread"
    )
    parser.add_argument("--against", default="ours", help="what the ratios are to")
    parser.add_argument("--tree", type=Path, default=Path(__file__).parents[1], help="where the library is")
    parser.add_argument("--save", action="store_true", help="keep the results in benchmarks/history")
    parser.add_argument("--list", action="store_true", help="say what there is")
    args = parser.parse_args()
    unknown = [w for w in args.what if w not in FILES and w not in others]
    if unknown:
        parser.error(f"no {', '.join(unknown)}; there are {', '.join([*FILES, *others])}")
    there = {name for w in FILES for name in workload(w).contenders}
    for name in [*(args.peers or ()), *([args.against] if args.against != "ours" else ())]:
        if not chosen(sorted(there), [name]):
            parser.error(f"no contender {name}; there are {', '.join(sorted(there))}")
    if not (args.tree / "autograd_core").is_dir():
        parser.error(f"--tree {args.tree}: there is no autograd_core in it")
    for word in ("rounds", "threads", "budget"):
        if (number := getattr(args, word)) is not None and number <= 0:
            parser.error(f"--{word} is a positive number, got {number:g}")
    if args.list:
        for name in FILES:
            print(f"{name:4} {workload(name).title}\n     {' '.join(workload(name).contenders)}")
        return 0
    how = Settings(
        rounds=args.rounds or (20 if args.quick else 100),
        budget=args.budget or (5 if args.quick else 60),
        patience=60 if args.quick else 180,
        memory=args.memory,
        clock=args.clock,
        tree=args.tree.resolve(),
    )
    what = args.what or [*FILES, "footprint"]
    print(history.machine())
    results: dict[str, dict[str, Result]] = {}
    figures: dict[str, float] = {}
    for name in (w for w in what if w in FILES):
        work = workload(name)
        threads = args.threads or work.threads
        how.memory = args.memory or work.weigh
        results[name] = measure(name, chosen(list(work.contenders), args.peers), threads, how)
        title = f"{name}: {work.title}, {threads} thread{'s'[: threads > 1]}"
        print(table(title, results[name], args.against), flush=True)
    if "footprint" in what:
        figures = weighed(how.tree, min(how.rounds, 30))
    for name in (w for w in what if w in growth.SERIES):
        text, exponents = growth.table(name, args.peers, how)
        print(text, flush=True)
        figures |= {f"{name} {peer}": found for peer, found in exponents.items()}
    if verdicts := goals.table(results, figures):
        print(verdicts)
    if args.save:
        print(f"wrote {history.save(results, figures, how.tree)}")
    failed = [r for of in results.values() for name, r in of.items() if name.startswith("ours") and r.failed]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
