"""Initial values: distributions, fans, in place."""

from functools import partial

import numpy as np
import pytest

import nn
from nn import init

SHAPE = (200, 300)


@pytest.mark.parametrize(
    ("fill", "mean", "std"),
    [
        (lambda p: init.uniform_(p, -1, 3, rng=0), 1, 4 / np.sqrt(12)),
        (lambda p: init.normal_(p, 2, 0.5, rng=0), 2, 0.5),
        (lambda p: init.he_normal_(p, rng=0), 0, np.sqrt(2 / 200)),
        (
            lambda p: init.kaiming_normal_(p, mode="fan_out", nonlinearity="tanh", rng=0),
            0,
            5 / 3 / np.sqrt(300),
        ),
        (lambda p: init.kaiming_uniform_(p, a=np.sqrt(5), rng=0), 0, np.sqrt(2 / 6 / 200)),
        (lambda p: init.glorot_normal_(p, rng=0), 0, np.sqrt(2 / 500)),
        (lambda p: init.xavier_uniform_(p, 2.0, rng=0), 0, 2 * np.sqrt(2 / 500)),
    ],
)
def test_7_2_mean_and_standard_deviation(fill, mean, std):
    p = nn.Parameter(np.zeros(SHAPE, np.float32))
    assert fill(p) is p
    assert p.dtype == np.float32
    assert p.requires_grad
    np.testing.assert_allclose(p.numpy().mean(), mean, atol=5 * std / np.sqrt(p.size))
    np.testing.assert_allclose(p.numpy().std(), std, rtol=0.02)


def test_constants():
    p = nn.Parameter(np.full((2, 2), 5.0))
    for fill, value in ((init.zeros_, 0), (init.ones_, 1)):
        assert (fill(p).numpy() == value).all()
    assert (init.constant_(p, 3).numpy() == 3).all()
    assert (init.ones_(np.zeros(3)) == 1).all()


def test_uniform_numbers_stay_inside():
    p = init.xavier_uniform_(np.zeros(SHAPE), rng=1)
    assert abs(p).max() <= np.sqrt(6 / 500)


def test_a_graph_recorded_before_keeps_its_numbers():
    p = nn.Parameter([2.0])
    y = p * p
    init.zeros_(p)
    y.backward()
    assert float(p.grad[0]) == 4


def test_fans_need_two_axes():
    with pytest.raises(ValueError, match=r"\(3,\)"):
        init.he_normal_(np.zeros(3))
    assert init.fans(np.zeros((4, 2, 3, 3))) == (18, 36)


def test_unknown_words_are_refused():
    with pytest.raises(ValueError, match="fan_sideways"):
        init.kaiming_normal_(np.zeros((2, 2)), mode="fan_sideways")
    with pytest.raises(ValueError, match="magic"):
        init.kaiming_normal_(np.zeros((2, 2)), nonlinearity="magic")


def test_the_gains_are_torchs():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        ours = init.gain(name, 0.1)
        param = 0.1 if name == "leaky_relu" else None
        assert ours == pytest.approx(torch.nn.init.calculate_gain(name, param))


def test_the_constants_take_an_rng_as_all_others_do():
    assert (nn.Linear(2, 2, init=init.zeros_).weight.numpy() == 0).all()
    assert (nn.Linear(2, 2, init=init.ones_).weight.numpy() == 1).all()
    layer = nn.Linear(2, 2, init=lambda p, rng: init.constant_(p, 3.0, rng=rng))
    assert (layer.weight.numpy() == 3).all()
    assert (nn.Linear(2, 2, init=partial(init.constant_, value=4)).weight.numpy() == 4).all()
