"""Trainer: mistakes that are easily made, and what is said about them."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim


def data(n=30):
    x = np.random.default_rng(0).normal(size=(n, 4)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(int)


def trainer(loss=None, optimizer=None, **settings):
    model = nn.Linear(4, 2, rng=0)
    optimizer = optimizer or optim.Adam(model.parameters())
    return nn.Trainer(model, loss or nn.CrossEntropyLoss(), optimizer, **settings)


def fitted(made):
    return made.fit(data(), data(), epochs=1, progress=False)


def test_the_optimizer_of_another_model_trains_nothing():
    made = trainer(optimizer=optim.Adam(nn.Linear(4, 2).parameters()))
    with pytest.raises(ValueError, match=r"no parameter of this model.*Adam\(model\.parameters\(\)\)"):
        fitted(made)
    # a part of the model, and parameters beside it, may be trained
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Linear(3, 2, rng=1))
    fixed = model[0].weight.numpy().copy()
    beside = nn.Parameter(np.zeros(1))
    part = nn.Trainer(model, nn.CrossEntropyLoss(), optim.SGD([beside, *model[1].parameters()], lr=0.1))
    fitted(part)
    np.testing.assert_array_equal(model[0].weight.numpy(), fixed)


def test_classes_in_place_of_objects():
    with pytest.raises(TypeError, match=r"loss is the class itself, make one: CrossEntropyLoss\(\.\.\.\)"):
        trainer(loss=nn.CrossEntropyLoss)
    with pytest.raises(TypeError, match=r"optimizer is the class itself, make one: Adam\(\.\.\.\)"):
        trainer(optimizer=optim.Adam)
    for callbacks in (nn.EarlyStopping, [nn.EarlyStopping]):
        with pytest.raises(TypeError, match=r"a callback is the class itself, make one: EarlyStopping"):
            trainer(callbacks=callbacks)
    with pytest.raises(TypeError, match=r"a scheduler has step\(\), got <class"):
        trainer(scheduler=optim.lr_scheduler.StepLR)


def test_the_schedule_of_another_optimizer_would_change_nothing():
    other = optim.SGD(nn.Linear(4, 2).parameters(), lr=0.1)
    for scheduler in (optim.lr_scheduler.StepLR(other, 1), {"batch": optim.lr_scheduler.StepLR(other, 1)}):
        with pytest.raises(ValueError, match="StepLR was made with another optimizer than this training's"):
            fitted(trainer(scheduler=scheduler))


def test_an_optimizer_is_no_name():
    with pytest.raises(TypeError, match=r"Trainer: the optimizer has step\(closure\), got 'adam'"):
        trainer(optimizer="adam")


def test_losses_that_are_no_number():
    made = trainer(loss=nn.CrossEntropyLoss(reduction="none"))
    with pytest.raises(ValueError, match=r"single number, got the shape \(30,\): reduction='mean'"):
        fitted(made)
    with pytest.raises(ValueError, match="single number"):
        made.evaluate(data())
    for loss in (lambda y, t: 3.0, lambda y, t: np.float32(3)):
        with pytest.raises(TypeError, match=r"a Tensor that was computed from the prediction, got .*3\.0"):
            fitted(trainer(loss=loss))
    with pytest.raises(ValueError, match="the loss is a single number, got None"):
        fitted(trainer(loss=lambda y, t: None))


def test_penalties_that_are_no_number():
    for penalty, found in ((lambda m: None, "None"), (lambda m: m.weight, r"the shape \(4, 2\)")):
        with pytest.raises(ValueError, match=f"the penalty is a single number, got {found}"):
            fitted(trainer(penalty=penalty))


@pytest.mark.parametrize("value", [None, "good"])
def test_metrics_that_are_no_number(value):
    with pytest.raises(TypeError, match=f"'share' is a number or an array of numbers, got {value!r}"):
        fitted(trainer(metrics={"share": lambda y, t: value}))


def test_metrics_do_not_hide_columns_of_the_validation():
    with pytest.raises(ValueError, match="'valid_loss' is taken"):
        trainer(metrics={"valid_loss": nn.accuracy})


def test_the_folder_of_another_training(tmp_path):
    trainer(run_dir=tmp_path).fit(data(), epochs=1, progress=False)
    model = nn.Linear(4, 2, rng=0)
    other = trainer(optimizer=optim.SGD(model.parameters()), run_dir=tmp_path)
    other.model = model
    with pytest.raises(ValueError, match=r"run_dir: .* holds a training of other things: SGD has no setting"):
        other.fit(data(), epochs=2, progress=False)


class Drops(nn.Module):
    """Draws from NumPy's global generator, as layers in books do."""

    def forward(self, x):
        return x * (np.random.rand(*x.shape) > 0.3).astype(x.dtype) if self.training else x  # noqa: NPY002


def test_layers_that_draw_from_numpy_go_on_with_the_same_bits(tmp_path):
    def run(folder, epochs, seed):
        np.random.seed(seed)  # noqa: NPY002
        model = nn.Sequential(nn.Linear(4, 8, rng=0), Drops(), nn.Linear(8, 2, rng=1))
        made = nn.Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters()), run_dir=folder)
        made.fit(data(), epochs=epochs, batch_size=10, rng=0, progress=False)
        return model.state_dict()

    whole = run(None, 4, seed=0)
    run(tmp_path, 2, seed=0)
    parts = run(tmp_path, 4, seed=5)
    for name, array in whole.items():
        np.testing.assert_array_equal(parts[name], array, err_msg=name)


def test_a_missing_folder_costs_no_epoch(tmp_path):
    made = trainer(callbacks=nn.training.CSVLog(tmp_path / "missing" / "log.csv"))
    with pytest.raises(FileNotFoundError, match=r"CSVLog: there is no folder '.*missing': make it first"):
        fitted(made)
    assert made.history.epochs == 0


@pytest.mark.parametrize("bad", [0.5, np.nan, np.inf])
def test_targets_that_are_no_classes(bad):
    with pytest.raises(ValueError, match=f"whole numbers, got float64, such as {bad}"):
        nn.accuracy([[0.0, 1.0], [1.0, 0.0]], [1.0, bad])


class Weighed(nn.Module):
    """A loss that learns how much it counts."""

    def __init__(self):
        self.s = nn.Parameter(np.zeros((), np.float32))

    def forward(self, y, t):
        return nn.CrossEntropyLoss()(y, t) * ac.exp(-self.s) + self.s


class Interrupts(nn.training.Callback):
    def __init__(self, at):
        self.left = at

    def on_batch_end(self, trainer):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_parameters_of_the_loss_go_on_with_the_same_bits(tmp_path):
    def run(folder, epochs, interrupted_at=0):
        model, loss = nn.Linear(4, 2, rng=0), Weighed()
        optimizer = optim.Adam([*model.parameters(), *loss.parameters()], lr=0.1)
        made = nn.Trainer(model, loss, optimizer, run_dir=folder, callbacks=Interrupts(interrupted_at))
        try:
            made.fit(data(), epochs=epochs, batch_size=10, rng=0, progress=False)
        except KeyboardInterrupt:
            assert interrupted_at
        return loss.s.item()

    whole = run(None, 4)
    assert run(tmp_path, 2) != whole
    assert run(tmp_path, 4) == whole
    # an interruption in the second epoch leaves what the first one made
    assert run(None, 3, interrupted_at=5) == run(None, 1) != run(None, 2)


def test_a_last_batch_of_one_datum():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.BatchNorm1d(3), nn.Linear(3, 2, rng=1))
    made = nn.Trainer(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1))
    with pytest.raises(ValueError, match=r"the shape \(1, 3\); a DataLoader leaves out .* drop_last=True"):
        made.fit(data(31), epochs=1, batch_size=10, progress=False)
    whole = nn.data.DataLoader(data(31), 10, drop_last=True)
    assert made.fit(whole, epochs=1, progress=False).epochs == 1


def test_the_same_program_again_says_what_the_folder_holds(tmp_path, capsys):
    def run(epochs, progress=True):
        trainer(run_dir=tmp_path).fit(data(), epochs=epochs, progress=progress)
        return capsys.readouterr().out

    assert str(tmp_path) not in run(2)
    assert f"{tmp_path}: its 2 epochs are done; a new training takes another folder" in run(2)
    assert f"{tmp_path}: goes on after epoch 2, with the settings kept there" in run(3)
    assert run(4, progress=False) == ""
