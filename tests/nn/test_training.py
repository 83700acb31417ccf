"""Whole trainings on real digits: modules, losses, optimizers and data together."""

import numpy as np

import autograd_core as ac
import nn
import optim


def trained(epochs, seed=0, count=4000, **options):
    rng = np.random.default_rng(seed)
    train, test = nn.data.mnist()
    model = nn.Sequential(
        nn.Linear(784, 256, init="he", rng=rng),
        nn.BatchNorm(256),
        nn.ReLU(),
        nn.Linear(256, 128, init="he", rng=rng),
        nn.BatchNorm(128),
        nn.ReLU(),
        nn.Linear(128, 10, rng=rng),
    )
    criterion = nn.CrossEntropyLoss()
    opt = optim.Adam(model.parameters(), lr=1e-3, **options)
    for _ in range(epochs):
        for x, t in nn.data.DataLoader(train[:count], batch_size=100, shuffle=True, rng=rng):
            opt.zero_grad()
            criterion(model(x), t).backward()
            opt.step()
    with ac.no_grad():
        accuracy = (model.eval()(test.x).argmax(axis=-1) == test.t).mean()
    return model, opt, accuracy


def test_8_five_epochs_of_a_batch_normalised_net_read_digits():
    model, opt, accuracy = trained(5)
    assert accuracy >= 0.93
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert {a.dtype for s in opt.state_dict()["state"] for k, a in s.items() if k != "t"} == {
        np.dtype(np.float32)
    }


def test_the_same_seed_gives_the_same_bits():
    one, two = (trained(1, seed=3, count=500)[0].state_dict() for _ in range(2))
    for name, array in one.items():
        np.testing.assert_array_equal(array, two[name])


def test_2_4_layers_in_a_list_and_parameters_in_a_dict():
    """The lecture's way: a plain list of layers, a dict of arrays to train."""
    rng = np.random.default_rng(0)
    x, t = nn.data.mnist()[0]
    W1, W2 = (nn.Parameter(rng.normal(size=s) * 0.05, dtype=np.float32) for s in ((784, 50), (50, 10)))
    params = {"W1": W1, "W2": W2}
    layers = [lambda x: x @ W1, ac.sigmoid, lambda x: x @ W2]
    opt = optim.Momentum(params, lr=0.1)
    losses = []
    for xb, tb in nn.data.DataLoader((x, t), 100, True, rng=rng):
        y = xb
        for layer in layers:
            y = layer(y)
        loss = nn.CrossEntropyLoss()(y, tb)
        losses.append(float(loss))
        opt.zero_grad()
        loss.backward()
        opt.step()
    assert np.mean(losses[-5:]) < 0.75 * np.mean(losses[:5])
