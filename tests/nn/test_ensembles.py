"""Ensemble: the mean of what models predict."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim


def test_the_mean_of_outputs_and_of_probabilities():
    models = [nn.Linear(4, 3, rng=seed, dtype=float) for seed in range(3)]
    x = np.random.default_rng(0).normal(size=(5, 4))
    outputs = np.stack([m(x).numpy() for m in models])
    np.testing.assert_allclose(nn.Ensemble(models)(x).numpy(), outputs.mean(0))
    exps = np.exp(outputs)
    np.testing.assert_allclose(
        nn.Ensemble(models, of="softmax")(x).numpy(), (exps / exps.sum(-1, keepdims=True)).mean(0)
    )
    np.testing.assert_allclose(
        nn.Ensemble(models, of="sigmoid")(x).numpy(), (1 / (1 + np.exp(-outputs))).mean(0)
    )
    np.testing.assert_allclose(nn.Ensemble(models, of=ac.tanh)(x).numpy(), np.tanh(outputs).mean(0))
    whole = nn.Ensemble(models, of="softmax").astype(np.float32)
    assert whole(x).dtype == np.float32
    assert [name for name, _ in whole.named_parameters()][:2] == ["models.0.weight", "models.0.bias"]
    assert "of='softmax'" in repr(whole)


def test_an_ensemble_is_better_than_its_models():
    """Row 9.0-1: the mean of several models' predictions, trained from other initial values and orders."""
    train, test = nn.data.mnist()
    train, test = train[:400], test[:1000]
    models = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        model = nn.Sequential(nn.Linear(784, 32, init="he", rng=rng), nn.ReLU(), nn.Linear(32, 10, rng=rng))
        made = nn.Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=3e-3))
        made.fit(train, epochs=10, batch_size=40, rng=seed, progress=False)
        models.append(model)

    def right(model):
        return nn.accuracy(model.eval()(test.x), test.t)

    alone = [right(model) for model in models]
    together = right(nn.Ensemble(models, of="softmax"))
    assert together > np.mean(alone) + 0.005
    assert together >= max(alone) - 0.005


def test_refusals():
    with pytest.raises(ValueError, match="at least one model"):
        nn.Ensemble([])
    with pytest.raises(TypeError, match="number 1 is a function"):
        nn.Ensemble([nn.ReLU(), lambda x: x])
    with pytest.raises(ValueError, match="of is None, 'softmax', 'sigmoid' or a function, got 'mean'"):
        nn.Ensemble([nn.ReLU()], of="mean")
    with pytest.raises(TypeError, match="of is a word or a function"):
        nn.Ensemble([nn.ReLU()], of=3)


def test_one_model_is_no_list_of_models():
    with pytest.raises(TypeError, match="a list of models is needed, got one Sequential"):
        nn.Ensemble(nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3)))
    assert len(nn.Ensemble(nn.ModuleList([nn.Linear(3, 2), nn.Linear(3, 2)])).models) == 2


def test_outputs_of_other_shapes_are_not_broadcast():
    mixed = nn.Ensemble([nn.Linear(4, 2), nn.Linear(4, 1)])
    with pytest.raises(ValueError, match=r"model 1 has the shape \(5, 1\), before it \(5, 2\)"):
        mixed(np.ones((5, 4)))


def test_outputs_that_are_no_arrays():
    recurrent = [nn.LSTM(4, 3), nn.LSTM(4, 3)]
    with pytest.raises(TypeError, match=r"model 0 is a tuple.*of=lambda y: y\[0\]"):
        nn.Ensemble(recurrent)(np.ones((2, 5, 4)))
    assert nn.Ensemble(recurrent, of=lambda y: y[0])(np.ones((2, 5, 4))).shape == (2, 5, 3)
