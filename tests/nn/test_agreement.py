"""Whole trainings beside torch's: the same start, the same data, 50 steps, and the same numbers to 1e-6."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from tests.nn.oracle import torch

STEPS = 50

OPTIMIZERS = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 1e-3}),
    ("Adam", {"lr": 3e-3}),
    ("AdamW", {"lr": 3e-3}),
    ("RMSprop", {"lr": 1e-3, "momentum": 0.5}),
    ("Adagrad", {"lr": 1e-2}),
    ("Adadelta", {"lr": 1.0}),
    ("Adamax", {"lr": 3e-3}),
    ("NAdam", {"lr": 3e-3}),
    ("RAdam", {"lr": 3e-3}),
]
optimizers = pytest.mark.parametrize(
    ("name", "settings"), OPTIMIZERS, ids=[f"{n}-{'-'.join(s)}" for n, s in OPTIMIZERS]
)


def mlp(lib):
    return lib.Sequential(lib.Linear(6, 12), lib.ReLU(), lib.Linear(12, 8), lib.Tanh(), lib.Linear(8, 3))


def batch_norm_net(lib):
    layers = (lib.Linear(6, 12), lib.BatchNorm1d(12), lib.ReLU(), lib.Linear(12, 8), lib.BatchNorm1d(8))
    return lib.Sequential(*layers, lib.Sigmoid(), lib.Linear(8, 3))


def cnn(lib):
    return lib.Sequential(
        lib.Conv2d(1, 4, 3, padding=1),
        lib.BatchNorm2d(4),
        lib.ReLU(),
        lib.MaxPool2d(2),
        lib.Conv2d(4, 6, 3, stride=2),
        lib.GELU(),
        lib.Flatten(),
        lib.Linear(6, 3),
    )


def lstm(lib):
    class Last(lib.Module):
        def __init__(self):
            super().__init__()
            self.lstm = lib.LSTM(3, 5, num_layers=2, batch_first=True)
            self.out = lib.Linear(5, 3)

        def forward(self, x):
            return self.out(self.lstm(x)[0][:, -1])

    return Last()


def transformer(lib):
    class Mean(lib.Module):
        def __init__(self):
            super().__init__()
            self.layer = lib.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True)
            self.out = lib.Linear(4, 3)

        def forward(self, x):
            return self.out(self.layer(x).mean(1))

    return Mean()


NETS = {
    mlp: (6,),
    batch_norm_net: (6,),
    cnn: (1, 8, 8),
    lstm: (6, 3),
    transformer: (5, 4),
}


@optimizers
@pytest.mark.parametrize(("make", "shape"), NETS.items(), ids=[f.__name__ for f in NETS])
def test_50_steps_beside_torch(make, shape, name, settings):
    th = torch()
    th.manual_seed(0)
    theirs = make(th.nn).double()
    ours = make(nn).astype(np.float64)
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()}, layout="torch")
    rng = np.random.default_rng(1)
    opt = getattr(optim, name)(ours.parameters(), **settings)
    their_opt = getattr(th.optim, name)(theirs.parameters(), **settings)
    criterion, their_criterion = nn.CrossEntropyLoss(), th.nn.CrossEntropyLoss()
    losses = []
    for _ in range(STEPS):
        x, t = rng.normal(size=(16, *shape)), rng.integers(0, 3, 16)
        opt.zero_grad()
        loss = criterion(ours(x), t)
        loss.backward()
        opt.step()
        their_opt.zero_grad()
        their_loss = their_criterion(theirs(th.tensor(x)), th.tensor(t))
        their_loss.backward()
        their_opt.step()
        losses.append((loss.item(), their_loss.item()))
    one, two = np.array(losses).T
    np.testing.assert_allclose(one, two, rtol=1e-6)
    state = ours.state_dict(layout="torch")
    for key, value in theirs.state_dict().items():
        np.testing.assert_allclose(state[key], value.numpy(), rtol=1e-6, atol=1e-8, err_msg=key)


@optimizers
def test_the_same_seed_gives_the_same_bits_after_1000_steps(name, settings):
    def trained():
        ac.manual_seed(5)
        model = nn.Sequential(nn.Linear(6, 8), nn.BatchNorm(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))
        opt = getattr(optim, name)(model.parameters(), **settings)
        x, t = np.random.default_rng(0).normal(size=(100, 6)), np.arange(100) % 3
        loader = nn.data.DataLoader((x, t), batch_size=10, shuffle=True)
        for _ in range(1000 // len(loader)):
            for a, b in loader:
                opt.zero_grad()
                nn.CrossEntropyLoss()(model(a), b).backward()
                opt.step()
        return [*model.state_dict().values(), *opt.state_dict()["state"]]

    np.testing.assert_equal(trained(), trained())
