"""The story of sections 5 to 8: deep plain nets stall; with He's initial values or batch norm they learn.

All nets have ten hidden layers of 50 and see the same 2,000 digits in the same order; the chance level of the
loss is log 10 = 2.30, that of the accuracy 0.1.
"""

from functools import cache
from math import log

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim

HIDDEN, WIDTH, EPOCHS = 10, 50, 8


def net(activation, init, norm, hidden=HIDDEN):
    rng = np.random.default_rng(0)
    layers = []
    for k in [784, *[WIDTH] * (hidden - 1)]:
        layers.append(nn.Linear(k, WIDTH, init=init, rng=rng))
        layers += [nn.BatchNorm(WIDTH)] if norm else []
        layers.append(activation())
    return nn.Sequential(*layers, nn.Linear(WIDTH, 10, init=init, rng=rng))


@cache
def curve(activation, init, norm, hidden=HIDDEN, optimizer="Momentum", lr=0.02):
    """The history of a training."""
    (x, t), (x_test, t_test) = ((d.x[:2000], d.t[:2000]) for d in nn.data.mnist())
    model = net(activation, init, norm, hidden)
    opt = getattr(optim, optimizer)(model.parameters(), lr=lr)
    trainer = nn.Trainer(model, nn.CrossEntropyLoss(), opt, metrics="accuracy")
    return trainer.fit((x, t), (x_test, t_test), epochs=EPOCHS, progress=False, rng=1)


def stalls(history):
    """Nothing is learnt: the loss stays at the chance level, in every epoch."""
    return min(history["loss"]) > log(10) - 0.01 and history["valid_accuracy"][-1] < 0.15


def learns(history):
    """The loss falls from epoch to epoch, to a third of the chance level."""
    falling = np.diff(history["loss"]) < 0
    return falling.mean() > 0.8 and history["loss"][-1] < log(10) / 3 and history["valid_accuracy"][-1] > 0.7


def test_a_shallow_net_learns_and_a_deep_one_stalls():
    """Row 5.3-1: what happens when it becomes deeper: with sigmoids the training stalls."""
    assert learns(curve(nn.Sigmoid, "glorot", False, hidden=1, lr=0.1))
    assert stalls(curve(nn.Sigmoid, "glorot", False))


def test_small_initial_values_stall_and_those_of_he_learn():
    """Rows 7.0-1, 7.2-1: W ~ N(0, 0.01²) against He's σ² = 2 / fan-in, with ReLU."""
    assert stalls(curve(nn.ReLU, 0.01, False))
    assert stalls(curve(nn.ReLU, 0.01, False, optimizer="Adam", lr=1e-3))
    assert learns(curve(nn.ReLU, "he", False))
    assert learns(curve(nn.ReLU, "he", False, optimizer="Adam", lr=1e-3))


def test_large_initial_values_diverge():
    """Row 7.1-1: with σ = 1 what enters the layers grows from one to the next, until a step is refused."""
    with pytest.raises(ac.AnomalyError, match=r"epoch \d, batch \d+: the loss is (nan|inf)"):
        curve(nn.ReLU, 1.0, False)


def test_batch_normalisation_learns_from_any_of_them():
    """Rows 8.2-1, 8.4-1: what stalls without batch normalisation learns with it."""
    assert learns(curve(nn.ReLU, 0.01, True))
    assert learns(curve(nn.Sigmoid, "glorot", True))
    assert stalls(curve(nn.Sigmoid, 0.01, False))
    assert learns(curve(nn.Sigmoid, 0.01, True))


def test_each_remedy_makes_a_deep_net_better():
    """Row 8.4-1: which of the methods help, in the accuracy after the same few epochs."""
    plain = curve(nn.Sigmoid, 0.01, False)["valid_accuracy"][-1]
    he = curve(nn.ReLU, "he", False)["valid_accuracy"][-1]
    normalised = curve(nn.ReLU, "he", True)["valid_accuracy"][-1]
    assert plain < 0.15 < 0.7 < he < normalised
