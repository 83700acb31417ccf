"""Trainer: the same bits as a loop by hand, whatever interrupts it, and what it refuses."""

import signal
import subprocess
import sys
import time
from collections import OrderedDict
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from nn.data import DataLoader
from nn.training import (
    BestWeights,
    Callback,
    CSVLog,
    EarlyStopping,
    History,
    Trainer,
    accuracy,
    confusion_matrix,
    rmse,
)

ROOT = Path(nn.__file__).parents[1]


class Noise(nn.Module):
    """Draws in training from a generator of its own."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def forward(self, x):
        return x * self.rng.uniform(0.5, 1.5, x.shape).astype(x.dtype) if self.training else x


class DefaultNoise(nn.Module):
    """Draws in training from the default generator."""

    def forward(self, x):
        return x * ac.generator().uniform(0.5, 1.5, x.shape).astype(x.dtype) if self.training else x


def data(n=300, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    return x, (x[:, 0] * x[:, 1] + 0.3 * x[:, 2] > 0).astype(int)


def network(seed=0, *extra):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Linear(4, 16, init="he", rng=rng), nn.BatchNorm(16), nn.ReLU(), *extra, nn.Linear(16, 2, rng=rng)
    )


def trainer(model=None, lr=0.01, **settings):
    model = network() if model is None else model
    return Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=lr), **settings)


def same(state, other):
    assert list(state) == list(other)
    for name, array in state.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


class Decay:
    """A schedule with the least that a trainer needs."""

    def __init__(self, optimizer, factor=0.9):
        self.optimizer, self.factor, self.steps = optimizer, factor, 0

    def step(self):
        self.steps += 1
        self.optimizer.lr *= self.factor

    def state_dict(self):
        return {"steps": self.steps}

    def load_state_dict(self, state):
        self.steps = state["steps"]


class Plateau:
    needs_metric = True

    def __init__(self, mode="min"):
        self.mode, self.seen = mode, []

    def step(self, value):
        self.seen.append(value)


class Seen(Callback):
    """Remembers what is called, and can act at an epoch."""

    def __init__(self, at=None, act=None):
        self.calls, self.at, self.act = [], at, act

    def on_fit_start(self, trainer):
        self.calls.append("fit start")

    def on_backward(self, trainer):
        assert all(p.grad is not None for p in trainer.model.parameters())
        self.calls.append("backward")

    def on_batch_end(self, trainer):
        self.calls.append("batch")

    def on_epoch_end(self, trainer, row):
        self.calls.append(f"epoch {row['epoch']}")
        if row["epoch"] == self.at:
            self.act(trainer)

    def on_fit_end(self, trainer):
        self.calls.append("fit end")


def interrupt(_):
    raise KeyboardInterrupt


# ---- the loop ----------------------------------------------------------------------------------------------


def test_five_steps_by_hand_give_the_same_bits():
    """Row 4.1-4: initial values, a mini-batch, a prediction, the gradient of the mean error, an update."""
    x, t = data()
    by_hand = network()
    params, criterion = by_hand.parameters(), nn.CrossEntropyLoss()
    batches = DataLoader((x, t), 50, shuffle=True, rng=1)
    for _ in range(3):
        for xb, tb in batches:
            by_hand.zero_grad()
            criterion(by_hand(xb), tb).backward()
            with ac.no_grad():
                for p in params:
                    p -= 0.1 * p.grad
    model = network()
    Trainer(model, criterion, optim.SGD(model.parameters(), lr=0.1)).fit(
        (x, t), epochs=3, batch_size=50, rng=1, progress=False
    )
    same(model.state_dict(), by_hand.state_dict())


def test_the_same_seed_gives_the_same_bits():
    states = []
    for _ in range(2):
        ac.manual_seed(5)
        made = trainer(network(3, Noise(1), DefaultNoise()))
        made.fit(data(), epochs=2, batch_size=32, rng=7, progress=False)
        states.append(made.model.state_dict())
    same(*states)
    other = trainer(network(3, Noise(1), DefaultNoise()))
    other.fit(data(), epochs=2, batch_size=32, rng=8, progress=False)
    assert not np.array_equal(states[0]["0.weight"], other.model.state_dict()["0.weight"])


def test_train_and_valid_accuracy_stand_in_a_table():
    """Row 4.2-5: the accuracy on the training data beside that on other data, as a pandas table."""
    pandas = pytest.importorskip("pandas")
    made = trainer(metrics="accuracy")
    history = made.fit(data(), data(200, seed=1), epochs=30, batch_size=20, rng=0, progress=False)
    table = pandas.DataFrame(history)
    assert list(table) == ["epoch", "loss", "accuracy", "valid_loss", "valid_accuracy", "lr", "seconds"]
    assert list(table["epoch"]) == list(range(1, 31))
    assert table["accuracy"].iloc[-1] > 0.85 > table["accuracy"].iloc[0]
    assert table["valid_accuracy"].iloc[-1] > 0.85
    measured = made.evaluate(data(200, seed=1))
    assert measured == pytest.approx(
        {"loss": history["valid_loss"][-1], "accuracy": history["valid_accuracy"][-1]}
    )


def test_layers_in_a_list_and_parameters_in_an_ordered_dict():
    """Row 5.3-1: the lecture's network: layers in a list, parameters in an ordered dict; deeper stalls."""

    class Net(nn.Module):
        def __init__(self, sizes, seed):
            rng = np.random.default_rng(seed)
            self.params = OrderedDict()
            for i, (k, m) in enumerate(pairwise(sizes), 1):
                self.params[f"W{i}"] = nn.Parameter(rng.normal(size=(k, m)) * 0.05, dtype=np.float32)
                self.params[f"b{i}"] = nn.Parameter(np.zeros(m, np.float32))
            self.layers = [
                layer
                for i in range(1, len(sizes))
                for layer in (partial(self.affine, i), ac.relu if i + 1 < len(sizes) else ac.positive)
            ]

        def affine(self, i, x):
            return x @ self.params[f"W{i}"] + self.params[f"b{i}"]

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    train, test = nn.data.mnist()
    found = {}
    for depth in (2, 10):
        model = Net([784, *[50] * (depth - 1), 10], seed=0)
        assert list(model.state_dict())[:3] == ["params.W1", "params.b1", "params.W2"]
        made = Trainer(
            model, nn.CrossEntropyLoss(), optim.Momentum(model.params, lr=0.05), metrics="accuracy"
        )
        found[depth] = made.fit(train[:1000], test[:500], epochs=6, rng=0, progress=False)
    assert found[2]["accuracy"][-1] > 0.8
    assert found[10]["accuracy"][-1] < 0.3
    assert np.ptp(found[10]["loss"]) < 0.05  # it stalls


def test_penalty_and_losses_that_are_sums():
    x, t = data()
    weights = []
    for penalty in (None, lambda m: 0.1 * ac.sum(m[0].weight * m[0].weight)):
        made = trainer(penalty=penalty)
        history = made.fit((x, t), epochs=2, rng=0, progress=False)
        weights.append(np.abs(made.model[0].weight.numpy()).sum())
    assert weights[1] < weights[0]
    assert history["penalty"][-1] > 0

    made = Trainer(made.model, nn.CrossEntropyLoss(reduction="sum"), made.optimizer)
    mean = trainer(made.model).evaluate((x, t), batch_size=299)["loss"]
    assert made.evaluate((x, t), batch_size=7)["loss"] == pytest.approx(300 * mean, rel=1e-6)


def test_a_closure_may_be_called_several_times():
    class Twice:
        param_groups = ()

        def __init__(self, params):
            self.params = params

        def zero_grad(self):
            for p in self.params:
                p.grad = None

        def step(self, closure):
            first = float(closure())
            with ac.no_grad():
                for p in self.params:
                    p -= 0.1 * p.grad
            assert float(closure()) < first

        def state_dict(self):
            return {}

        def load_state_dict(self, state):
            assert state == {}

    model = network()
    seen = Seen()
    history = Trainer(model, nn.CrossEntropyLoss(), Twice(model.parameters()), callbacks=seen).fit(
        data(), epochs=1, batch_size=300, progress=False
    )
    assert "lr" not in history
    assert seen.calls == ["fit start", "backward", "batch", "epoch 1", "fit end"]


# ---- data --------------------------------------------------------------------------------------------------


def test_every_kind_of_data_gives_the_same_bits():
    pandas = pytest.importorskip("pandas")
    x, t = data()
    kinds = [
        (x, t),
        (pandas.DataFrame(x, columns=list("abcd")), pandas.Series(t, index=range(5, 305))),
        (ac.Tensor(x), ac.Tensor(t)),
        nn.data.Dataset(x, t, source="by hand"),
        DataLoader((x, t), 60, shuffle=True, rng=2),
    ]
    states, predictions = [], []
    for kind in kinds:
        made = trainer()
        made.fit(kind, kind, epochs=1, batch_size=60, rng=2, progress=False)
        states.append(made.model.state_dict())
    for state in states[1:]:
        same(state, states[0])
    frame = kinds[1][0]
    plain = DataLoader((x, t), 60)
    named = pandas.DataFrame(x, columns=["x", "t", "a", "b"])
    part = nn.data.Subset(nn.data.TensorDataset(x, t), range(300))
    for given in (x, frame, named, ac.Tensor(x), (x,), x.tolist(), kinds[3], plain, part):
        predictions.append(made.predict(given, batch_size=77))
        assert isinstance(predictions[-1], np.ndarray)
        np.testing.assert_allclose(predictions[-1], predictions[0], atol=1e-6)
    assert predictions[0].shape == (300, 2)
    assert predictions[0].dtype == np.float32


def test_several_inputs():
    class Two(nn.Module):
        def __init__(self):
            self.a, self.b = nn.Linear(4, 2, rng=0), nn.Linear(4, 2, rng=1)

        def forward(self, x, y):
            return self.a(x) + self.b(y)

    x, t = data()
    made = trainer(Two())
    history = made.fit((x, x, t), (x, x, t), epochs=2, progress=False)
    assert history["loss"][1] < history["loss"][0]
    assert made.predict((x, x)).shape == (300, 2)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (np.ones((3, 4)), TypeError, "inputs and targets are needed"),
        ((np.ones((3, 4)),), ValueError, "a batch holds inputs and targets"),
        ((np.ones((0, 4)), np.ones(0, int)), ValueError, "the data have no batch"),
        ((np.ones((3, 4)), np.ones(2, int)), ValueError, "lengths"),
    ],
)
def test_data_that_cannot_be_used(given, error, words):
    made = trainer()
    before = made.model.state_dict()
    with pytest.raises(error, match=words):
        made.fit(given, epochs=1, progress=False)
    same(made.model.state_dict(), before)


def test_settings_that_cannot_be_used():
    model = network()
    opt = optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(TypeError, match="the model is a Module"):
        Trainer(lambda x: x, nn.CrossEntropyLoss(), opt)
    with pytest.raises(TypeError, match="loss is a function"):
        Trainer(model, "mse", opt)
    with pytest.raises(TypeError, match=r"optimizer has step\(closure\)"):
        Trainer(model, nn.CrossEntropyLoss(), model)
    with pytest.raises(TypeError, match=r"callbacks are of nn\.training\.Callback"):
        trainer(callbacks=[print])
    with pytest.raises(ValueError, match="the names are accuracy, rmse, confusion_matrix, got 'acc'"):
        trainer(metrics="acc")
    with pytest.raises(TypeError, match="or their names"):
        trainer(metrics=[3])
    with pytest.raises(ValueError, match="'accuracy' is taken"):
        trainer(metrics=["accuracy", accuracy])
    with pytest.raises(ValueError, match="epochs is an integer of at least 1"):
        trainer().fit(data(), epochs=0)

    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(TypeError, match="one array, got a tuple"):
        Trainer(Pair(), nn.CrossEntropyLoss(), opt).predict(np.ones((2, 4)))
    with pytest.raises(ValueError, match="there is no datum"):
        trainer().predict(np.ones((0, 4)))


# ---- modes and interruptions -------------------------------------------------------------------------------


def test_modes_are_put_back():
    made = trainer()
    made.model.eval()
    made.model[1].train()
    modes = [m.training for _, m in made.model.named_modules()]
    made.fit(data(), data(), epochs=1, progress=False)
    made.evaluate(data())
    made.predict(data()[0])
    assert [m.training for _, m in made.model.named_modules()] == modes
    made.model.train()
    with pytest.raises(ValueError, match="needs 4 numbers"):
        made.predict(np.ones((2, 3)))
    assert all(m.training for _, m in made.model.named_modules())


def test_an_interruption_leaves_the_last_whole_epoch():
    short = trainer(network(0, Noise(1)))
    short.fit(data(), epochs=2, rng=0, progress=False)
    long = trainer(network(0, Noise(1)), callbacks=Seen(3, interrupt))
    long.model.eval()
    with pytest.raises(KeyboardInterrupt):
        long.fit(data(), epochs=9, rng=0, progress=False)
    same(long.model.state_dict(), short.model.state_dict())
    for own, other in zip(
        long.optimizer.state_dict()["state"], short.optimizer.state_dict()["state"], strict=True
    ):
        same(own, other)
    assert long.history["epoch"] == [1, 2]
    assert long.history["loss"] == short.history["loss"]
    assert not long.model.training


def test_stop():
    made = trainer(callbacks=Seen(2, lambda t: t.stop("enough")))
    assert made.fit(data(), epochs=9, progress=False).epochs == 2
    assert made.stopped == "enough"
    made.callbacks = []
    assert made.fit(data(), epochs=3, progress=False).epochs == 3
    assert made.stopped is None


# ---- callbacks ---------------------------------------------------------------------------------------------


def test_early_stopping():
    """Row 9.0-1: training ends when the measure on other data gets worse; the best weights are kept."""
    values = iter([0.9, 0.5, 0.6, 0.4, 0.45, 0.41, 0.4, 0.1])
    states = []

    class Measured(Callback):
        def on_epoch_end(self, trainer, row):
            states.append(trainer.model.state_dict())
            row["measure"] = next(values)

    stopping = EarlyStopping("measure", patience=3)
    made = trainer(callbacks=[Measured(), stopping])
    made.fit(data(), epochs=8, progress=False)
    assert len(states) == 7
    assert (stopping.best, stopping.best_epoch) == (0.4, 4)
    same(made.model.state_dict(), states[3])
    assert "measure has not become better than 0.4 (epoch 4) for 3 epochs" in made.stopped


def test_early_stopping_cures_overfitting():
    """Row 9.0-1: on few noisy data the loss on others falls and then rises; stopping keeps the lowest."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 10))
    t = (x[:, 0] + rng.normal(size=60) > 0).astype(int)
    vx = rng.normal(size=(500, 10))
    vt = (vx[:, 0] + rng.normal(size=500) > 0).astype(int)

    def fitted(*callbacks):
        r = np.random.default_rng(1)
        model = nn.Sequential(nn.Linear(10, 64, init="he", rng=r), nn.ReLU(), nn.Linear(64, 2, rng=r))
        made = Trainer(
            model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.01), callbacks=callbacks
        )
        return made.fit((x, t), (vx, vt), epochs=60, batch_size=20, rng=0, progress=False), made

    free, _ = fitted()
    assert free["valid_loss"][-1] > 1.5 * min(free["valid_loss"])
    stopped, made = fitted(EarlyStopping(patience=4))
    assert stopped.epochs < 30
    assert made.evaluate((vx, vt))["loss"] == pytest.approx(min(stopped["valid_loss"]))


def test_best_weights_and_settings():
    best = BestWeights("valid_accuracy")
    assert best.mode == "max"
    made = trainer(metrics="accuracy", callbacks=best, lr=0.5)
    history = made.fit(data(), data(100, 3), epochs=6, rng=1, progress=False)
    assert made.evaluate(data(100, 3))["accuracy"] == max(history["valid_accuracy"])
    assert best.best_epoch == history.best("valid_accuracy")["epoch"]
    first = EarlyStopping("loss", patience=1, min_delta=10.0, restore_best=False)
    made = trainer(callbacks=first)
    assert made.fit(data(), epochs=5, progress=False).epochs == 2
    assert made.fit(data(), epochs=5, progress=False).epochs == 2  # begins anew
    for wrong in ({"patience": 0}, {"min_delta": -1}, {"mode": "up"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            EarlyStopping("loss", **wrong)
    with pytest.raises(ValueError, match=r"no column 'valid_loss'.*fit\(train, valid\)"):
        trainer(callbacks=EarlyStopping()).fit(data(), epochs=1, progress=False)


def test_csv(tmp_path):
    pandas = pytest.importorskip("pandas")
    made = trainer(metrics=["accuracy", "confusion_matrix"], callbacks=CSVLog(tmp_path / "log.csv"))
    history = made.fit(data(), epochs=3, progress=False)
    table = pandas.read_csv(tmp_path / "log.csv")
    assert list(table) == ["epoch", "loss", "accuracy", "lr", "seconds"]
    np.testing.assert_array_equal(table["loss"], history["loss"])
    assert history["confusion_matrix"][-1].sum() == 300
    assert [p.name for p in tmp_path.iterdir()] == ["log.csv"]


# ---- schedules ---------------------------------------------------------------------------------------------


def test_schedules_step_when_they_are_told():
    made = trainer()
    made = trainer(made.model, scheduler=(decay := Decay(None)))
    decay.optimizer = made.optimizer
    history = made.fit(data(), epochs=3, batch_size=100, progress=False)
    assert decay.steps == 3
    assert history["lr"] == pytest.approx([0.01, 0.009, 0.0081])
    made = trainer(scheduler={"batch": (decay := Decay(None))})
    decay.optimizer = made.optimizer
    made.fit(data(), epochs=2, batch_size=100, progress=False)
    assert decay.steps == 6
    by_loss, by_accuracy = Plateau(), Plateau("max")
    made = trainer(metrics="accuracy", scheduler={"epoch": by_loss, "valid_accuracy": by_accuracy})
    history = made.fit(data(), data(50, 1), epochs=2, progress=False)
    assert by_loss.seen == history["valid_loss"]
    assert by_accuracy.seen == history["valid_accuracy"]
    made = trainer(scheduler=(alone := Plateau()))
    assert made.fit(data(), epochs=2, progress=False)["loss"] == alone.seen


def test_the_schedules_of_optim():
    schedules = optim.lr_scheduler
    made = trainer()
    made = Trainer(
        made.model,
        made.loss,
        made.optimizer,
        scheduler={"batch": schedules.OneCycleLR(made.optimizer, 0.1, total_steps=6)},
    )
    made.fit(data(), epochs=2, progress=False)
    assert made.optimizer.lr == pytest.approx(0.1 / 25 / 1e4)
    made = trainer()
    made = Trainer(
        made.model,
        made.loss,
        made.optimizer,
        scheduler=schedules.OneCycleLR(made.optimizer, 0.1, total_steps=6),
    )
    with pytest.raises(ValueError, match=r"as many steps as this training has batches, 6"):
        made.fit(data(), epochs=2, progress=False)
    made = trainer(lr=0.0)
    made = Trainer(
        made.model,
        made.loss,
        made.optimizer,
        scheduler=schedules.ReduceLROnPlateau(made.optimizer, patience=1),
    )
    made.optimizer.lr = 1e-9
    made.fit(data(), data(), epochs=2, progress=False)
    model = nn.Linear(4, 2, rng=0)
    made = Trainer(
        model, nn.CrossEntropyLoss(), optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    )
    x, _ = data()
    history = made.fit((x, (x[:, 0] > 0.1).astype(int)), epochs=2, batch_size=300, progress=False)
    assert history["loss"][1] < 0.2


def test_schedules_that_would_go_wrong():
    decay = Decay(None)
    decay.total_steps = 6
    with pytest.raises(ValueError, match=r'write scheduler=\{"batch": schedule\}'):
        trainer(scheduler=decay).fit(data(), epochs=2, batch_size=100, progress=False)
    with pytest.raises(ValueError, match="valid_accuracy"):
        trainer(scheduler=Plateau("max")).fit(data(), epochs=2, progress=False)
    with pytest.raises(ValueError, match="a batch has none"):
        trainer(scheduler={"batch": Plateau()}).fit(data(), epochs=2, progress=False)
    with pytest.raises(ValueError, match="no such column"):
        trainer(scheduler={"f1": Plateau()}).fit(data(), epochs=2, progress=False)
    with pytest.raises(TypeError, match=r"has step\(\)"):
        trainer(scheduler=0.1)


# ---- run folders -------------------------------------------------------------------------------------------


def long_run(folder, callbacks=(), epochs=6):
    """Everything that has a state: two kinds of noise, momentum, a schedule, the order of the data."""
    ac.manual_seed(11)
    model = network(0, Noise(1), DefaultNoise())
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    made = Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        metrics=["accuracy", "confusion_matrix"],
        scheduler={"batch": optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 17)},
        callbacks=[EarlyStopping("valid_loss", patience=50), *callbacks],
        run_dir=folder,
    )
    made.fit(data(), data(100, 1), epochs=epochs, batch_size=64, rng=3, progress=False)
    return made


def alike(one, other):
    same(one.model.state_dict(), other.model.state_dict())
    assert one.optimizer.lr == other.optimizer.lr
    for own, theirs in zip(
        one.optimizer.state_dict()["state"], other.optimizer.state_dict()["state"], strict=True
    ):
        same(own, theirs)
    assert one.callbacks[0].best_epoch == other.callbacks[0].best_epoch
    for name in set(one.history) - {"seconds"}:
        np.testing.assert_array_equal(one.history[name], other.history[name])


def test_a_run_goes_on_with_the_same_bits(tmp_path):
    whole = long_run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        long_run(tmp_path / "parts", [Seen(2, interrupt)])
    with pytest.raises(KeyboardInterrupt):
        long_run(tmp_path / "parts", [Seen(5, interrupt)])
    parts = long_run(tmp_path / "parts", [Seen()])
    alike(whole, parts)
    assert parts.callbacks[1].calls.count("batch") == 2 * 5  # the epochs 5 and 6
    none = long_run(None)
    alike(whole, none)  # the folder changes nothing
    assert sorted(p.name for p in (tmp_path / "parts").iterdir()) == ["checkpoint.npz", "history.csv"]
    again = long_run(tmp_path / "whole", epochs=6)
    alike(whole, again)  # nothing is left to do
    assert long_run(tmp_path / "whole", epochs=7).history["epoch"] == list(range(1, 8))


def test_a_run_that_was_stopped_stays_stopped(tmp_path):
    def run():
        made = trainer(callbacks=EarlyStopping("loss", patience=2, min_delta=10), run_dir=tmp_path)
        made.fit(data(), epochs=9, rng=0, progress=False)
        return made

    first, second = run(), run()
    assert second.history.epochs == first.history.epochs == 3
    assert second.stopped == first.stopped is not None
    same(first.model.state_dict(), second.model.state_dict())


def test_folders_that_do_not_fit(tmp_path):
    trainer(run_dir=tmp_path).fit(data(), epochs=1, progress=False)
    with pytest.raises(ValueError, match="missing"):
        trainer(nn.Linear(4, 2), run_dir=tmp_path).fit(data(), epochs=2, progress=False)
    with pytest.raises(ValueError, match="0 callbacks, here are 1"):
        trainer(run_dir=tmp_path, callbacks=Seen()).fit(data(), epochs=2, progress=False)
    made = trainer(network(5), run_dir=tmp_path)
    before = made.model.state_dict(), made.optimizer.state_dict()
    with pytest.raises(ValueError, match="random generators"):
        made.fit(data(), epochs=2, rng=0, progress=False)
    same(made.model.state_dict(), before[0])  # nothing is changed
    assert made.optimizer.state_dict() == before[1]
    with pytest.raises(ValueError, match="schedules"):
        trainer(run_dir=tmp_path, scheduler=Decay(None)).fit(data(), epochs=2, progress=False)
    nn.save({"w": np.ones(2)}, tmp_path / "checkpoint.npz")
    with pytest.raises(ValueError, match="is no checkpoint"):
        trainer(run_dir=tmp_path).fit(data(), epochs=2, progress=False)
    (tmp_path / "checkpoint.npz").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(ValueError, match="damaged"):
        trainer(run_dir=tmp_path).fit(data(), epochs=2, progress=False)
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="is not a folder"):
        trainer(run_dir=tmp_path / "file")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_run_goes_on_with_the_same_bits(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]\n"
        "from test_trainer import long_run\n"
        f"long_run({str(tmp_path / 'run')!r}, epochs=400)\n",
        encoding="utf-8",
    )
    log = tmp_path / "run" / "history.csv"
    lengths = [0]
    for _ in range(2):
        process = subprocess.Popen([sys.executable, str(script)])
        until = time.monotonic() + 60
        try:
            while time.monotonic() < until:
                rows = log.read_text(encoding="utf-8").count("\n") if log.exists() else 0
                if rows > lengths[-1] + 3 or process.poll() is not None:
                    break
                time.sleep(0.002)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        lengths.append(rows)
    done = len(nn.load(tmp_path / "run" / "checkpoint.npz")["history"]["epoch"])
    assert 6 < done < 400
    (tmp_path / "run" / ".0123456789abcdef").write_text("a draft")
    alike(long_run(tmp_path / "run", epochs=done + 2), long_run(None, epochs=done + 2))
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == ["checkpoint.npz", "history.csv"]


# ---- numbers that are not finite ---------------------------------------------------------------------------


class Log(nn.Module):
    def forward(self, x):
        return ac.log(x)


class Root(nn.Module):
    def forward(self, x):
        return ac.sqrt(x * 0)


def stopped(model, given=None, lr=0.1, epochs=1, **settings):
    made = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=lr), **settings)
    before = model.state_dict()
    with pytest.raises(ac.AnomalyError) as caught:
        made.fit(given or data(), epochs=epochs, progress=False, shuffle=False)
    return str(caught.value), before, made


def test_the_layer_is_named_whose_output_is_not_finite():
    model = network(0, Noise(1), Log())
    state = model[3].rng.bit_generator.state
    text, before, made = stopped(model)
    assert text.startswith("epoch 1, batch 1: the loss is nan, so this step was not made")
    assert "first in the module '4', Log: its output holds" in text
    assert "log is finite for x > 0" in text
    same(model.state_dict(), before)  # the statistics of batch normalisation too
    assert model[3].rng.bit_generator.state == state
    assert all(p.grad is None for p in model.parameters())
    assert all(m.training for _, m in model.named_modules())
    assert made.history.epochs == 0


def test_the_layer_is_named_whose_gradient_is_not_finite():
    text, before, made = stopped(nn.Sequential(nn.Linear(4, 4, rng=0), Root(), nn.Linear(4, 2, rng=1)))
    assert "a gradient is not finite" in text
    assert "first in the gradient of the module '1', Root" in text
    assert "the function has no finite derivative there" in text
    same(made.model.state_dict(), before)


def test_other_sources():
    x, t = data(20)
    x[3, 2] = np.inf
    assert "the inputs of this batch hold inf at [3, 2]: clean the data" in stopped(network(), (x, t))[0]
    model = network()
    model[0].weight.data[1, 2] = np.nan
    assert "the parameter 0.weight holds nan at [1, 2] already" in stopped(model)[0]
    text, _, made = stopped(nn.Sequential(nn.Linear(4, 4, rng=0), nn.Linear(4, 2, rng=0)), lr=1e25, epochs=9)
    assert "batch 2" in text or "batch 3" in text
    assert all(np.isfinite(a).all() for a in made.model.state_dict().values())
    model = network()
    text, _, _ = stopped(model, penalty=lambda m: ac.sum(ac.log(m[0].bias - m[0].bias)))
    assert "the outputs of all layers are finite, the loss or its gradient is not" in text
    chance = iter([np.nan, 1.0])
    text, _, _ = stopped(network(), penalty=lambda m: ac.sum(m[0].weight) * next(chance))
    assert "a second run of the batch was finite" in text


def test_big_gradients_are_no_anomaly():
    model = nn.Linear(4, 2, rng=0)
    made = Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=1e-30))
    x, t = data()
    made.fit((x * 1e25, t), epochs=1, progress=False)  # float32: the squares overflow
    assert np.isfinite(model.weight.numpy()).all()


# ---- metrics, history, progress ----------------------------------------------------------------------------


def test_metrics_see_the_whole_epoch():
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(70, 4)), rng.normal(size=(70, 1))
    model = nn.Linear(4, 1, rng=0)
    lengths = []

    def worst(prediction, target):
        lengths.append(len(target))
        return np.abs(prediction - target).max()

    made = Trainer(model, nn.HalfMSELoss(), optim.SGD(model.parameters(), lr=0.0), metrics=["rmse", worst])
    history = made.fit((x, t), epochs=1, batch_size=32, progress=False)
    y = model(x).numpy()
    assert history["rmse"] == pytest.approx([np.sqrt(np.square(y - t).mean())])
    assert history["worst"] == pytest.approx([np.abs(y - t).max()])
    assert history["loss"] == pytest.approx([np.square(y - t).mean() / 2])
    assert lengths == [70]
    assert made.evaluate((x, t), batch_size=9) == pytest.approx(
        {name: history[name][0] for name in ("loss", "rmse", "worst")}
    )


def test_metrics_alone():
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    scores, t = rng.normal(size=(200, 5)), rng.integers(0, 5, 200)
    wanted = sklearn.accuracy_score(t, scores.argmax(1))
    for target in (t, np.eye(5)[t], ac.Tensor(t), t.astype(float)):
        assert accuracy(ac.Tensor(scores), target) == pytest.approx(wanted)
    assert accuracy(scores.argmax(1), t) == pytest.approx(wanted)
    assert accuracy(scores.T, t, axis=0) == pytest.approx(wanted)
    np.testing.assert_array_equal(confusion_matrix(scores, t), sklearn.confusion_matrix(t, scores.argmax(1)))
    assert confusion_matrix(scores, np.zeros(200, int)).shape == (5, 5)
    one, label = rng.normal(size=(50, 1)), rng.integers(0, 2, 50)
    wanted = sklearn.accuracy_score(label, one[:, 0] > 0)
    for target in (label, label[:, None]):
        assert accuracy(one, target, threshold=0) == pytest.approx(wanted)
        assert accuracy(1 / (1 + np.exp(-one)), target, threshold=0.5) == pytest.approx(wanted)
    assert accuracy(one[:, 0], label, threshold=0) == pytest.approx(wanted)
    np.testing.assert_array_equal(
        confusion_matrix(one, label, threshold=0), sklearn.confusion_matrix(label, one[:, 0] > 0)
    )
    y, z = rng.normal(size=(2, 9, 3)).astype(np.float32)
    assert rmse(y, z) == pytest.approx(sklearn.root_mean_squared_error(y.ravel(), z.ravel()))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rmse(np.ones((3, 1)), np.ones(3)), "must be equal"),
        (lambda: rmse([], []), "no number"),
        (lambda: accuracy(np.ones((3, 1)), [0, 1, 0]), "a threshold is needed"),
        (lambda: accuracy(np.ones(3) / 2, [0, 1, 0]), "has one number per datum"),
        (lambda: accuracy(np.ones((3, 2)), [0, 1]), "classes of the shape"),
        (lambda: accuracy(np.ones((0, 2)), np.ones(0)), "no datum"),
        (lambda: accuracy(np.ones((2, 2)), [0.5, 1]), "whole numbers"),
        (lambda: confusion_matrix(np.eye(2), [0, 2]), "run from 0 to 2"),
        (lambda: confusion_matrix(np.eye(2), [0, -1]), "run from -1 to 1"),
    ],
)
def test_metrics_refuse(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_history():
    history = History()
    assert str(history) == "History: no epoch yet"
    history.append({"epoch": 1, "loss": np.nan})
    history.append({"epoch": 2, "loss": 2.0, "accuracy": 0.5})
    history.append({"epoch": 3, "loss": 1e-5})
    assert history.epochs == 3
    assert history.best("loss")["epoch"] == 3
    assert history.best("loss", "max")["epoch"] == history.best("accuracy")["epoch"] == 2
    assert history.row(1) == {"epoch": 2, "loss": 2.0, "accuracy": 0.5}
    assert str(history).splitlines()[2] == "epoch 3  loss 1e-05  accuracy nan"
    with pytest.raises(KeyError, match="no column 'acc'; it has epoch, loss, accuracy"):
        history.best("acc")
    with pytest.raises(ValueError, match="mode is 'min', 'max' or None"):
        history.best("loss", "least")
    with pytest.raises(ValueError, match="holds no number"):
        History(loss=[np.nan]).best("loss")


def test_progress(capsys, monkeypatch):
    pytest.importorskip("tqdm")
    made = trainer(metrics="accuracy", callbacks=Seen(2, lambda t: t.stop("enough")))
    made.fit(data(), epochs=12, progress=False)
    assert capsys.readouterr() == ("", "")
    made.fit(data(), epochs=12)
    out, err = capsys.readouterr()
    assert [line[:11] for line in out.splitlines()] == ["epoch  1/12", "epoch  2/12", "stopped: en"]
    assert "accuracy" in out
    assert "batch" in err
    monkeypatch.setitem(sys.modules, "tqdm", None)
    made.fit(data(), epochs=12)
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3
    assert err == ""
