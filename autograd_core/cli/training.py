"""The training loop of `autograd-core train`: epochs that an interruption leaves whole."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

import autograd_core as ac
import nn
import optim
from autograd_core.cli.extras import optional
from autograd_core.cli.models import MODELS
from nn.data import DataLoader, Dataset

Report = Callable[[str], None]

SCHEDULES = ("constant", "one-cycle")
SAMPLE = 10_000
"""The numbers about the training data are of so many at most."""


@dataclass(frozen=True)
class Settings:
    """What determines a run; the same settings give the same weights, bit for bit."""

    model: str
    data: str
    epochs: int
    seed: int
    batch_size: int
    lr: float
    limit: int | None
    schedule: str = "constant"


@dataclass(frozen=True)
class Epoch:
    """The numbers of one epoch, measured in prediction mode behind it, on the first SAMPLE training data."""

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"epoch {self.epoch:3}   train loss {self.train_loss:.4f} accuracy {self.train_accuracy:.4f}"
            f"   test loss {self.test_loss:.4f} accuracy {self.test_accuracy:.4f}   {self.seconds:.1f} s"
        )


@dataclass
class Run:
    """A training that is done, or as far as it came."""

    settings: Settings
    train: Dataset
    test: Dataset
    model: nn.Sequential
    epochs: list[Epoch]
    interrupted: bool
    seconds: float


def train(settings: Settings, data: tuple[Dataset, Dataset]) -> Run:
    """Train a new model and print the numbers of each epoch.

    Ctrl-C or SIGTERM ends it early: the model then is as it was after the last whole epoch.
    """
    training, test = data[0][: settings.limit], data[1]
    # one stream for the initial values and one for the order of the data
    starts, order = np.random.default_rng(settings.seed).spawn(2)
    model = MODELS[settings.model](training.x[0].size, len(training.classes), starts)
    optimizer = optim.Adam(model.parameters(), lr=settings.lr)
    batches = DataLoader(training, settings.batch_size, shuffle=True, rng=order)
    sample = training[:SAMPLE]
    # one name for both, so that an interruption cannot come between them
    done: tuple[list[Epoch], dict[str, Any]] = [], model.state_dict()
    interrupted = False
    start = perf_counter()
    steps = settings.epochs * len(batches)
    schedule = None
    if settings.schedule == "one-cycle":
        schedule = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=settings.lr, total_steps=steps)
    with np.errstate(all="ignore"), _interruptible(), _progress(steps) as (advance, report):
        try:
            for number in range(1, settings.epochs + 1):
                began = perf_counter()
                _one_epoch(model, optimizer, schedule, batches, advance)
                numbers = (*evaluate(model, sample), *evaluate(model, test))
                epoch = Epoch(number, *numbers, perf_counter() - began)
                done = [*done[0], epoch], model.state_dict()
                report(str(epoch))
                if not isfinite(epoch.train_loss):
                    report(f"the loss is not a number any more: try a learning rate below {settings.lr:g}")
        except KeyboardInterrupt:
            interrupted = True
    epochs, state = done
    model.load_state_dict(state)
    return Run(settings, training, test, model, epochs, interrupted, perf_counter() - start)


def _one_epoch(
    model: nn.Sequential,
    optimizer: optim.Optimizer,
    schedule: optim.lr_scheduler.LRScheduler | None,
    batches: DataLoader,
    advance: Callable[[], None],
) -> None:
    criterion = nn.CrossEntropyLoss()
    model.train()
    for x, t in batches:
        optimizer.zero_grad()
        criterion(model(x), t).backward()
        optimizer.step()
        if schedule is not None:
            schedule.step()
        advance()


def evaluate(model: nn.Sequential, data: Dataset, batch_size: int = 1000) -> tuple[float, float]:
    """The mean loss and the accuracy in prediction mode."""
    criterion = nn.CrossEntropyLoss()
    loss, right = 0.0, 0
    model.eval()
    with ac.no_grad():
        for x, t in DataLoader(data, batch_size):
            a = model(x)
            loss += float(criterion(a, t)) * len(t)
            right += int((a.argmax(axis=-1) == t).sum())
    return loss / len(data), right / len(data)


@contextmanager
def _progress(total: int) -> Iterator[tuple[Callable[[], None], Report]]:
    """A bar on stderr, if tqdm is there, and a way to print lines that does not disturb it."""
    tqdm = optional("tqdm")
    if tqdm is None:
        yield (lambda: None), lambda line: print(line, flush=True)
        return
    every = 0.1 if sys.stderr.isatty() else 1.0
    with tqdm.tqdm(total=total, unit="batch", leave=False, mininterval=every, dynamic_ncols=True) as bar:
        yield bar.update, lambda line: tqdm.tqdm.write(line, file=sys.stdout)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)
