"""Trainer: mistakes that are easily made, and what is said about them."""

import numpy as np
import pytest

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


def test_losses_that_are_no_number():
    made = trainer(loss=nn.CrossEntropyLoss(reduction="none"))
    with pytest.raises(ValueError, match=r"single number, got the shape \(30,\): reduction='mean'"):
        fitted(made)
    with pytest.raises(ValueError, match="single number"):
        made.evaluate(data())


@pytest.mark.parametrize("value", [None, "good"])
def test_metrics_that_are_no_number(value):
    with pytest.raises(TypeError, match=f"'share' is a number or an array of numbers, got {value!r}"):
        fitted(trainer(metrics={"share": lambda y, t: value}))


def test_metrics_do_not_hide_columns_of_the_validation():
    with pytest.raises(ValueError, match="'valid_loss' is taken"):
        trainer(metrics={"valid_loss": nn.accuracy})
