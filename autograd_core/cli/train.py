"""autograd-core train: a network on pictures or a table, with its graph, curves, numbers and weights."""

import argparse
from math import isfinite
from pathlib import Path

from autograd_core.cli import results
from autograd_core.cli.datasets import DATA, load
from autograd_core.cli.extras import advice, optional
from autograd_core.cli.models import MODELS, OF_PICTURES
from autograd_core.cli.problem import INTERRUPTED, Problem
from autograd_core.cli.training import SCHEDULES, Settings, train


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a network and write its graph, curves, numbers and weights",
        description="Train a network with batch normalisation. Ctrl-C keeps the epochs that are done.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--model", choices=list(MODELS), default="mlp", help="which network")
    parser.add_argument("--data", choices=DATA, default="mnist", help="which data")
    parser.add_argument("--download", action="store_true", help="fetch data that are nowhere on this machine")
    parser.add_argument("--epochs", type=_count, default=12, metavar="N", help="passes through the data")
    parser.add_argument("--seed", type=_seed, default=0, metavar="N", help="the same seed, the same weights")
    parser.add_argument("--batch-size", type=_count, default=100, metavar="N", help="data in a mini-batch")
    parser.add_argument("--lr", type=_rate, default=1e-3, metavar="X", help="learning rate of Adam")
    parser.add_argument(
        "--schedule",
        choices=SCHEDULES,
        default=SCHEDULES[0],
        help="the rate stays, or goes up to --lr and down to 0",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="train on the first N data only")
    parser.add_argument("-o", "--output", default="runs/first", metavar="FOLDER", help="where results go")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    settings = Settings(
        args.model, args.data, args.epochs, args.seed, args.batch_size, args.lr, args.limit, args.schedule
    )
    folder = Path(args.output)
    data = load(args.data, flat=args.model not in OF_PICTURES, download=args.download)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"cannot make the folder {args.output!r}: {error.strerror or error}", code=1) from None
    if optional("tqdm") is None:
        print(f"no progress bar: {advice('tqdm')}")
    done = train(settings, data)
    epochs = done.history.epochs
    if done.ended is not None and not epochs:
        if done.interrupted:
            print("interrupted before the first epoch was done: nothing is written")
            return INTERRUPTED
        raise Problem(f"{done.ended}; nothing is written", code=1)
    if done.ended is not None:
        count = "1 whole epoch" if epochs == 1 else f"{epochs} whole epochs"
        print(f"{done.ended}: the results are of {count} of {settings.epochs}")
    print(f"test accuracy {done.history['valid_accuracy'][-1]:.4f}")
    try:
        for line in results.write(done, folder):
            print(line, flush=True)
    except OSError as error:
        raise Problem(f"cannot write to {args.output!r}: {error.strerror or error}", code=1) from None
    return 0 if done.ended is None else INTERRUPTED if done.interrupted else 1


def _count(text: str) -> int:
    return _whole(text, 1)


def _seed(text: str) -> int:
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise argparse.ArgumentTypeError(f"a whole number from {least} is needed, got {text!r}")
    return value


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"a number above 0 is needed, got {text!r}")
    return value
