"""Run the benchmarks: `python benchmarks/run.py [topic ...] [--quick]`; exit 1 if a bound is missed."""

import argparse
import importlib
import sys

from harness import Bound, environment

TOPICS = ("chain", "scalars", "networks", "hessian")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="topic", help=f"of {', '.join(TOPICS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: noisier, but soon done")
    args = parser.parse_args()
    unknown = [t for t in args.topics if t not in TOPICS]
    if unknown:
        parser.error(f"no topic {', '.join(unknown)}; there are {', '.join(TOPICS)}")
    print(environment())
    bounds: list[Bound] = []
    for topic in args.topics or TOPICS:
        bounds += importlib.import_module(topic).run(args.quick)
    print()
    for bound in bounds:
        print(bound)
    return 0 if all(bound.kept for bound in bounds) else 1


if __name__ == "__main__":
    sys.exit(main())
