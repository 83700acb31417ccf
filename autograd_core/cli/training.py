"""The training of `autograd-core train`, which an interruption leaves at a whole epoch."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

import autograd_core as ac
import nn
import optim
from autograd_core.cli.models import MODELS
from nn.data import Dataset

SCHEDULES = ("constant", "one-cycle")
INTERRUPTED = "interrupted"


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
class Run:
    """A training that is done, or as far as it came."""

    settings: Settings
    train: Dataset
    test: Dataset
    model: nn.Sequential
    history: nn.History
    ended: str | None
    """Why it ended early: "interrupted", or what was wrong."""
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C or SIGTERM ended it."""
        return self.ended == INTERRUPTED


class _LastEpoch(nn.Callback):
    """Keeps the weights of the last whole epoch."""

    def __init__(self) -> None:
        self.weights: dict[str, Any] | None = None

    def on_epoch_end(self, trainer: Any, row: Any) -> None:
        self.weights = trainer.model.state_dict()


def train(settings: Settings, data: tuple[Dataset, Dataset]) -> Run:
    """Train a new model and print the numbers of each epoch.

    Ctrl-C or SIGTERM ends it early, and so does a loss that is not finite: the model then is as it was after
    the last whole epoch.
    """
    training, test = data[0][: settings.limit], data[1]
    # one stream for the initial values and one for the order of the data
    starts, order = np.random.default_rng(settings.seed).spawn(2)
    model = MODELS[settings.model](training.x[0].size, len(training.classes), starts)
    optimizer = optim.Adam(model.parameters(), lr=settings.lr)
    schedule: Any = None
    if settings.schedule == "one-cycle":
        steps = settings.epochs * -(-len(training) // settings.batch_size)
        schedule = {"batch": optim.lr_scheduler.OneCycleLR(optimizer, max_lr=settings.lr, total_steps=steps)}
    last = _LastEpoch()
    trainer = nn.Trainer(
        model, nn.CrossEntropyLoss(), optimizer, metrics="accuracy", scheduler=schedule, callbacks=last
    )
    ended = None
    start = perf_counter()
    with _interruptible():
        try:
            trainer.fit(training, test, epochs=settings.epochs, batch_size=settings.batch_size, rng=order)
        except KeyboardInterrupt:  # fit has put the last whole epoch back
            ended = INTERRUPTED
        except ac.AnomalyError as error:
            what, _, rest = str(error).partition(", so this step")  # which is not what happens here
            ended = f"{what}: {rest.splitlines()[1].strip()}"
            if last.weights is not None:
                model.load_state_dict(last.weights)
    seconds = perf_counter() - start
    return Run(settings, training, test, model, trainer.history, ended, seconds)


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
