"""Train the networks of `autograd-core train` on whole data sets and print what they reach.

    python tools/trainings.py [--seeds N] [mnist|fashion|cnn|mnist-full ...]

Each training runs once per seed, and stderr tells of it; the table has the median test accuracy with the
least and the greatest, and the median seconds, evaluation after each epoch included. The exit code is 1 if a
median is below its bound. Data that are not on this machine are left out, and the table says so.
"""

import argparse
import contextlib
import io
import sys
from statistics import median

from autograd_core.cli import datasets
from autograd_core.cli.models import OF_PICTURES
from autograd_core.cli.problem import Problem
from autograd_core.cli.training import Settings, train

# name: model, data, epochs, learning rate, schedule, and what the median must reach
TRAININGS = {
    "mnist": ("mlp", "mnist", 12, 1e-3, "constant", 0.93),
    "fashion": ("mlp", "fashion", 5, 3e-3, "one-cycle", 0.87),
    "cnn": ("cnn", "fashion", 3, 4e-3, "one-cycle", 0.90),
    "mnist-full": ("mlp", "mnist-full", 5, 3e-3, "one-cycle", 0.975),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(TRAININGS)}; all by default")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="how many, from 0 (default 3)")
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in TRAININGS]
    if unknown or args.seeds < 1:
        parser.error(f"no training {', '.join(unknown)}" if unknown else "--seeds is at least 1")
    kept = True
    for name in args.names or TRAININGS:
        model, data, epochs, lr, schedule, bound = TRAININGS[name]
        command = f"--model {model} --data {data} --epochs {epochs} --lr {lr:g} --schedule {schedule}"
        try:
            parts = datasets.load(data, flat=model not in OF_PICTURES)
        except Problem as problem:
            print(f"{command}: left out, {str(problem).partition('. ')[0]}")
            continue
        accuracies, seconds = [], []
        for seed in range(args.seeds):
            settings = Settings(model, data, epochs, seed, 100, lr, None, schedule)
            with contextlib.redirect_stdout(io.StringIO()):
                run = train(settings, parts)
            if run.ended is not None:
                print(f"{name}, seed {seed}: {run.ended}", file=sys.stderr)
                return 130 if run.interrupted else 1
            accuracies.append(run.history["valid_accuracy"][-1])
            seconds.append(run.seconds)
            print(f"{name}, seed {seed}: {accuracies[-1]:.4f} in {run.seconds:.0f} s", file=sys.stderr)
        kept &= median(accuracies) >= bound
        reached = f"{median(accuracies):.4f} ({min(accuracies):.4f} to {max(accuracies):.4f})"
        print(
            f"{command}: test accuracy {reached}, at least {bound:g} wanted, {median(seconds):.0f} s, "
            f"{run.model.num_parameters():,} numbers",
            flush=True,
        )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
