"""Trainer: the loop of training, written once."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import positive
from nn.data.loader import DataLoader, Rng
from nn.module import Module
from nn.training import feeding
from nn.training.callbacks import Callback
from nn.training.checkpoints import RunFolder
from nn.training.feeding import Batch
from nn.training.guarding import Guard
from nn.training.history import History, line
from nn.training.metrics import named
from nn.training.progress import progress
from nn.training.randomness import Randomness
from nn.training.scheduling import Schedules


class Trainer:
    """Trains a model: mini-batches, gradients, steps, validation, and everything that one wants to keep.

    Args:
        model: the Module to train.
        loss: `loss(prediction, target)`, a single number, the mean over the batch; with the attribute
            reduction = "sum", as losses of `nn` have it, their sum.
        optimizer: has `zero_grad()`, `step(closure)`, `param_groups`, `state_dict()`, `load_state_dict(d)`,
            as those of `optim`.
        metrics: what to measure beside the loss: "accuracy", "rmse", "confusion_matrix", or functions
            `metric(prediction, target)`; one, a list, or a dict from names. They see all predictions of an
            epoch at once, never means of batches.
        penalty: `penalty(model)`, a number that is added to the loss of every step, such as `optim.L2(1e-4)`;
            `loss` in the history is without it.
        scheduler: an object with `step()`, called after every epoch; if it has `needs_metric` (as
            ReduceLROnPlateau), `step(valid_loss)`, or `step(loss)` without validation. Or a dict of such
            objects that says when: {"batch": ...} after every batch, {"epoch": ...}, or the name of a
            column, {"valid_accuracy": ...}, whose value `step` gets after every epoch.
        callbacks: objects of `nn.training.Callback`, called in their order; one with `on_backward` clips
            gradients.
        run_dir: a folder in which the state after every epoch is kept. If one is there, `fit` goes on from
            it, and ends with the very bits of a training that was never interrupted; the settings of the
            optimizer are those of the folder. A new training takes a new folder.

    `history` is that of the last `fit`; `stopped` says why it ended early, or is None.

    Raises:
        TypeError: if the model is no Module, or something that is to be called is no function.
        ValueError: for an unknown name of a metric, or a run_dir that is no folder.

    Keras's `compile` and `fit` do the same; torch leaves the loop to the user.

    >>> import nn, optim
    >>> x = np.random.default_rng(0).normal(size=(200, 2))
    >>> t = (x[:, 0] > x[:, 1]).astype(int)
    >>> model = nn.Linear(2, 2, rng=0)
    >>> optimizer = optim.SGD(model.parameters(), lr=1.0)
    >>> trainer = Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics="accuracy")
    >>> history = trainer.fit((x, t), epochs=5, batch_size=20, rng=0, progress=False)
    >>> history["accuracy"][-1] > 0.95
    True
    >>> trainer.predict(x).shape
    (200, 2)
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[..., Any],
        optimizer: Any,
        *,
        metrics: Any = (),
        penalty: Callable[[Any], Any] | None = None,
        scheduler: Any = None,
        callbacks: Sequence[Callback] | Callback = (),
        run_dir: str | os.PathLike[str] | None = None,
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"Trainer: the model is a Module, got {type(model).__name__}")
        for what, thing in (("loss", loss), ("penalty", penalty)):
            if not callable(thing) and not (what == "penalty" and thing is None):
                raise TypeError(f"Trainer: {what} is a function, got {thing!r:.60}")
        if not callable(getattr(optimizer, "step", None)):
            raise TypeError(f"Trainer: the optimizer has step(closure), got {optimizer!r:.60}")
        self.model, self.loss, self.optimizer = model, loss, optimizer
        given: Any = callbacks
        self.callbacks: list[Any] = [given] if isinstance(given, Callback | type) else list(given)
        called = {"loss": loss, "penalty": penalty, "optimizer": optimizer}
        for what, one in (*called.items(), *(("a callback", callback) for callback in self.callbacks)):
            if isinstance(one, type):
                raise TypeError(f"Trainer: {what} is the class itself, make one: {one.__name__}(...)")
            if what == "a callback" and not isinstance(one, Callback):
                raise TypeError(f"Trainer: callbacks are of nn.training.Callback, got {one!r:.60}")
        self.metrics, self.penalty = named(metrics), penalty
        self.schedules = Schedules(scheduler)
        self.folder = None if run_dir is None else RunFolder(run_dir)
        self.history = History()
        self.stopped: str | None = None

    # ---- training ------------------------------------------------------------------------------------------

    def fit(
        self,
        train: Any,
        valid: Any = None,
        *,
        epochs: int,
        batch_size: int = 100,
        shuffle: bool = True,
        progress: bool = True,
        rng: Rng = None,
    ) -> History:
        """Train, and measure after each epoch.

        Args:
            train: a tuple of arrays (x, t), also pandas objects and Tensors; a Dataset; or a DataLoader,
                whose own settings then count. Of a batch the last array are the targets, all others go
                to the model.
            valid: the same, to be measured in prediction mode after each epoch, or None.
            epochs: how many passes through the data; with a run folder, how many the run has altogether.
            batch_size: the data of a mini-batch, at least 1.
            shuffle: a new random order in every epoch.
            progress: print a line per epoch, with a bar if tqdm is installed.
            rng: None, an int or a numpy.random.Generator, for the order. The same seeds give the same bits.

        The modes of all modules are put back at the end. After Ctrl-C (KeyboardInterrupt) the model, the
        optimizer and the history are as they were after the last whole epoch.

        Raises:
            ValueError: for data without targets or without a batch, epochs or a batch_size below 1, a run
                folder of another model, an optimizer that holds no parameter of the model, a scheduler that
                was made with another optimizer, or a loss that is not a single number.
            AnomalyError: if the loss or a gradient is not finite: it names the layer. That step is not made;
                the model is as it was before it.
        """
        epochs = positive("fit: epochs", epochs)
        loader = feeding.loader_of("fit: train", train, batch_size, shuffle=shuffle, rng=rng)
        test = None if valid is None else feeding.loader_of("fit: valid", valid, max(batch_size, 1000))
        self.schedules.check(epochs, len(loader), self.optimizer)
        chance = Randomness(model=self.model, loss=self.loss, loader=loader, callbacks=self.callbacks)
        trained = [p for group in self.optimizer.param_groups for p in group["params"]]
        if trained and not {id(p) for p in self.model.parameters()} & {id(p) for p in trained}:
            raise ValueError(
                "fit: the optimizer holds no parameter of this model, which would learn nothing: make a new "
                f"one, {type(self.optimizer).__name__}(model.parameters())"
            )
        self.history, self.stopped = History(), None
        guard = Guard(self.model, trained)
        with _modes_kept(self.model), np.errstate(all="ignore"):
            done = self._continued(chance)
            try:
                for callback in self.callbacks:
                    callback.on_fit_start(self)
                self._epochs(loader, test, epochs, progress, guard, chance, done)
            except KeyboardInterrupt:
                self._take(done, chance)
                raise
            for callback in self.callbacks:
                callback.on_fit_end(self)
        return self.history

    def stop(self, reason: str) -> None:
        """End the training after this epoch; for callbacks."""
        self.stopped = reason

    def _continued(self, chance: Randomness) -> dict[str, Any]:
        """The state to begin with: that of the run folder, taken over, if it holds one."""
        before = self._state(chance)
        kept = self.folder.load() if self.folder else None
        if kept is None:
            return before
        try:
            self._take(kept, chance)
        except Exception as error:
            self._take(before, chance)
            where = f"run_dir: {os.fspath(self.folder.path)!r}" if self.folder else "run_dir"
            raise ValueError(
                f"{where} holds a training of other things: {error}\nChoose another folder, or make the "
                "model, the optimizer and the rest as they were"
            ) from error
        return self._state(chance)

    def _epochs(
        self,
        loader: DataLoader,
        test: DataLoader | None,
        epochs: int,
        shown: bool,
        guard: Guard,
        chance: Randomness,
        done: dict[str, Any],
    ) -> None:
        """All epochs that are left; `done` is kept at the state after the last whole one."""
        first = self.history.epochs + 1
        with progress(shown, (epochs + 1 - first) * len(loader)) as (advance, report):
            if self.folder and first > 1 and self.stopped is None:
                # who starts the same program again, perhaps with another lr, should not wonder
                where = os.fspath(self.folder.path)
                if first <= epochs:
                    report(f"{where}: goes on after epoch {first - 1}, with the settings kept there")
                else:
                    report(f"{where}: its {first - 1} epochs are done; a new training takes another folder")
            for epoch in range(first, epochs + 1):
                if self.stopped is not None:
                    break
                began = perf_counter()
                row = {"epoch": epoch, **self._one_epoch(epoch, loader, guard, advance)}
                if test is not None:
                    measured = self._measured(test, "fit: valid")
                    row |= {f"valid_{name}": value for name, value in measured.items()}
                rates = [group["lr"] for group in self.optimizer.param_groups if "lr" in group]
                row |= {"lr": rates[0]} if rates else {}
                row["seconds"] = perf_counter() - began
                self.history.append(row)
                self.schedules.after_epoch(row)
                for callback in self.callbacks:
                    callback.on_epoch_end(self, row)
                state = self._state(chance)
                if self.folder:
                    self.folder.save(state, self.history)
                done.update(state)
                report(line(row, epochs))
            if self.stopped is not None:
                report(f"stopped: {self.stopped}")

    def _one_epoch(
        self, epoch: int, loader: DataLoader, guard: Guard, advance: Callable[[], None]
    ) -> dict[str, Any]:
        """One pass through the data; what was measured on the way, in training mode."""
        self.model.train()
        tally = _Tally(self)
        penalties = 0.0
        for number, batch in enumerate(feeding.batches("fit: train", loader), 1):
            guard.remember()
            place = f"epoch {epoch}, batch {number}"
            prediction, loss, penalty = self._one_step(batch, guard, place)
            tally.add(prediction, batch[1], loss)
            penalties += penalty
            self.schedules.after_batch()
            for callback in self.callbacks:
                callback.on_batch_end(self)
            advance()
        measured = tally.result()
        return measured if self.penalty is None else {**measured, "penalty": penalties / len(loader)}

    def _one_step(self, batch: Batch, guard: Guard, place: str) -> tuple[Any, float, float]:
        """Gradients and an update; the prediction, the loss and the penalty before it."""
        inputs, target = batch
        found: list[tuple[Any, float, float]] = []

        def total() -> Any:
            prediction = self.model(*inputs)
            loss = _single("loss", self.loss(prediction, target))
            if not isinstance(loss, Tensor):
                raise TypeError(
                    f"Trainer: the loss is a Tensor that was computed from the prediction, got {loss!r:.60}"
                )
            penalty = 0.0 if self.penalty is None else _single("penalty", self.penalty(self.model))
            if not found:
                found.append((prediction, float(loss), float(penalty)))
            return loss if self.penalty is None else loss + penalty

        def closure() -> Any:
            # an optimizer with a line search calls it several times, and may try what is not finite
            first = not found
            self.optimizer.zero_grad()
            value = total()
            value.backward()
            if first:
                guard.check(float(value), total, batch, place)
                for callback in self.callbacks:
                    callback.on_backward(self)
            return value

        self.optimizer.step(closure)
        return found[0]

    # ---- measuring -----------------------------------------------------------------------------------------

    def evaluate(self, data: Any, *, batch_size: int = 1000) -> dict[str, Any]:
        """The loss and the metrics in prediction mode, by name; the penalty is not in the loss.

        Args:
            data: as for `fit`.
            batch_size: so many data at a time; it changes no result but by rounding.
        """
        return self._measured(feeding.loader_of("evaluate", data, batch_size), "evaluate")

    def predict(self, x: Any, *, batch_size: int = 1000) -> np.ndarray[Any, Any]:
        """The outputs of the model in prediction mode.

        Args:
            x: an array, a Tensor or a table; a tuple of arrays, if the model takes several; a Dataset or a
                DataLoader, of which the targets are left out.
            batch_size: so many data at a time.

        Raises:
            ValueError: if there is no datum.
        """
        outputs = []
        with _modes_kept(self.model), ac.no_grad():
            self.model.eval()
            for inputs in feeding.inputs(x, positive("predict: batch_size", batch_size)):
                outputs.append(_array(self.model(*inputs)))
        if not outputs:
            raise ValueError("predict: there is no datum")
        return np.concatenate(outputs)

    def _measured(self, loader: DataLoader, what: str) -> dict[str, Any]:
        tally = _Tally(self)
        with _modes_kept(self.model), ac.no_grad():
            self.model.eval()
            for inputs, target in feeding.batches(what, loader):
                prediction = self.model(*inputs)
                tally.add(prediction, target, float(_single("loss", self.loss(prediction, target))))
        return tally.result()

    # ---- state ---------------------------------------------------------------------------------------------

    def _state(self, chance: Randomness) -> dict[str, Any]:
        """Everything that decides how the training goes on, in copies."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "beside": [p.numpy() for p in self._beside()],
            "schedules": self.schedules.state_dict(),
            "callbacks": [callback.state_dict() for callback in self.callbacks],
            "history": {name: list(column) for name, column in self.history.items()},
            "random": chance.state(),
        }

    def _beside(self) -> list[Any]:
        """What is trained and not in the model: parameters of the loss, for example."""
        inside = {id(p) for p in self.model.parameters()}
        return [p for group in self.optimizer.param_groups for p in group["params"] if id(p) not in inside]

    def _take(self, state: Mapping[str, Any], chance: Randomness) -> None:
        """Put everything back to a state."""
        if len(state["callbacks"]) != len(self.callbacks):
            raise ValueError(
                f"run_dir: the state was saved with {len(state['callbacks'])} callbacks, here are "
                f"{len(self.callbacks)}"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for p, array in zip(self._beside(), state["beside"], strict=True):
            p.data = array
        self.schedules.load_state_dict(state["schedules"])
        for callback, own in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(own)
        self.history.clear()
        self.history.update({name: list(column) for name, column in state["history"].items()})
        chance.restore(state["random"])


class _Tally:
    """Collects what an epoch gives: the loss as a mean over data, predictions and targets for the metrics."""

    def __init__(self, trainer: Trainer) -> None:
        self._metrics = trainer.metrics
        self._summed = getattr(trainer.loss, "reduction", "mean") == "sum"
        self._loss, self._count = 0.0, 0
        self._kept: list[tuple[Any, Any]] = []

    def add(self, prediction: Any, target: Any, loss: float) -> None:
        n = len(target)
        self._loss += loss if self._summed else loss * n
        self._count += n
        if self._metrics:
            self._kept.append((_array(prediction), _array(target)))

    def result(self) -> dict[str, Any]:
        measured: dict[str, Any] = {"loss": self._loss if self._summed else self._loss / self._count}
        if self._metrics:
            predictions, targets = (np.concatenate(parts) for parts in zip(*self._kept, strict=True))
            for name, metric in self._metrics.items():
                value = metric(predictions, targets)
                try:
                    measured[name] = np.asarray(value) if np.ndim(value) else float(value)
                except (TypeError, ValueError):
                    raise TypeError(
                        f"metrics: {name!r} is a number or an array of numbers, got {value!r:.60}"
                    ) from None
        return measured


def _array(output: Any) -> np.ndarray[Any, Any]:
    if isinstance(output, tuple | list | dict):
        raise TypeError(
            f"a Trainer needs a model whose output is one array, got a {type(output).__name__}: wrap it in a "
            "Module whose forward returns the part that is the prediction"
        )
    return np.asarray(output.detach() if isinstance(output, Tensor) else output)


def _single(what: str, number: Any) -> Any:
    shape = tuple(getattr(number, "shape", ()))
    if shape or number is None:
        found = f"the shape {shape}" if shape else "None"
        advice = ": reduction='mean'" if shape and what == "loss" else ""
        raise ValueError(f"Trainer: the {what} is a single number, got {found}{advice}")
    return number


@contextmanager
def _modes_kept(model: Module) -> Iterator[None]:
    """Give every module its mode back."""
    modes = [(module, module.training) for _, module in model.named_modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
