"""A tuple where an array belongs, such as the output and the state of an LSTM, is refused in words."""

import numpy as np
import pytest

import autograd_core as ac
import nn

X = np.random.default_rng(0).normal(size=(1, 3, 4)).astype(np.float32)


@pytest.mark.parametrize("layer", [nn.Linear(4, 2), nn.LayerNorm(4), nn.Dropout(0.5), nn.Flatten()])
@pytest.mark.parametrize("recurrent", [nn.LSTM(4, 4), nn.RNN(4, 4)])
@pytest.mark.parametrize("recorded", [True, False])
def test_behind_a_recurrent_layer(layer, recurrent, recorded):
    # of one step the output and the state of an RNN have one shape: they would become one array
    model = nn.Sequential(recurrent, layer)
    with (
        ac.no_grad() if not recorded else ac.enable_grad(),
        pytest.raises(TypeError, match="y, state = lstm"),
    ):
        model(X)


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.CrossEntropyLoss(), nn.L1Loss()])
def test_in_a_loss(loss):
    with pytest.raises(TypeError, match="a prediction is one array, got a tuple of 2"):
        loss(nn.RNN(4, 4)(X), X)


def test_lists_of_numbers_stay_what_they_are():
    y = nn.Linear(2, 1, rng=0)([(1.0, 2.0), (3.0, 4.0)])
    assert y.shape == (2, 1)
    assert nn.MSELoss()([ac.Tensor(1.0), ac.Tensor(3.0)], (1.0, 1.0)).item() == 2.0
    with pytest.raises(TypeError, match=r"ac\.stack"):
        nn.MSELoss()([ac.Tensor(1.0, requires_grad=True)], [1.0])
