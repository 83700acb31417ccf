"""Pixels are often uint8, whose sums and differences wrap around: functions compute with floats instead."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor

PIXELS = np.array([[[200, 100, 250, 50]]], np.uint8)
FUNCTIONS = {
    "avg_pool1d": lambda x: F.avg_pool1d(x, 2),
    "lp_pool1d": lambda x: F.lp_pool1d(x, 1, 2),
    "adaptive_avg_pool1d": lambda x: F.adaptive_avg_pool1d(x, 3),
    "interpolate": lambda x: F.interpolate(x, size=3, mode="linear"),
    "batch_norm": lambda x: F.batch_norm(x, None, None, training=True),
    "instance_norm": F.instance_norm,
    "layer_norm": lambda x: F.layer_norm(x, (4,)),
    "group_norm": lambda x: F.group_norm(x, 1),
    "rms_norm": lambda x: F.rms_norm(x, (4,), eps=1e-5),
    "local_response_norm": lambda x: F.local_response_norm(x, 2),
    "normalize": lambda x: F.normalize(x, dim=2),
    "cosine_similarity": lambda x: F.cosine_similarity(x, x[..., ::-1], dim=2),
    "pairwise_distance": lambda x: F.pairwise_distance(x, x[..., ::-1]),
    "pdist": lambda x: F.pdist(x[0].T),
    "softmax": lambda x: F.softmax(x, dim=2),
    "softmin": lambda x: F.softmin(x, dim=2),
    "glu": F.glu,
    "silu": F.silu,
    "tanhshrink": F.tanhshrink,
    "hardswish": F.hardswish,
    "dropout": lambda x: F.dropout(x, 0.5, rng=0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_pixels_are_computed_with_as_numbers(name):
    f = FUNCTIONS[name]
    wanted = f(PIXELS.astype(float))
    np.testing.assert_allclose(f(PIXELS), wanted, rtol=1e-12)
    np.testing.assert_allclose(f(Tensor(PIXELS)).numpy(), wanted, rtol=1e-12)


def test_what_is_only_picked_stays_an_integer():
    assert F.max_pool1d(PIXELS, 2).dtype == np.uint8
    assert F.interpolate(PIXELS, size=2).tolist() == [[[200, 250]]]


LAYERS = [
    nn.Linear(4, 2),
    nn.Conv1d(1, 2, 3),
    nn.BatchNorm(4),
    nn.BatchNorm1d(1),
    nn.LayerNorm(4),
    nn.GroupNorm(1, 1),
    nn.RMSNorm(4),
    nn.PReLU(),
    nn.RNN(4, 2, batch_first=True),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize("kind", [np.uint8, np.int64])
def test_layers_compute_with_pixels_in_their_own_dtype(layer, kind):
    x = np.concatenate([PIXELS, PIXELS[..., ::-1]]).astype(kind)
    wanted = layer(x.astype(np.float32))
    for given in (x, Tensor(x)):
        y, z = (v[0] if isinstance(v, tuple) else v for v in (layer(given), wanted))
        assert y.dtype == np.float32
        np.testing.assert_allclose(y.numpy(), z.numpy(), rtol=1e-5, atol=1e-6)
