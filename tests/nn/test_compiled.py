"""Every layer and every loss as a program: results, gradients, buffers, random numbers, errors."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
import optim
from autograd_core import Tensor
from tests.autograd_core.compiling.twins import alike
from tests.nn.test_losses_torch import GRID, MODULES

rng = np.random.default_rng(2)


def normal(*shape):
    return rng.normal(size=shape)


FLAT, LINES, PICTURE, CUBE = (4, 6), (2, 4, 9), (2, 4, 6, 6), (2, 4, 5, 5, 5)
BY_SIZE = {"1d": LINES, "2d": PICTURE, "3d": CUBE}
WORDS = np.array([[1, 2, 4, 1], [4, 3, 2, 0]])
CAUSAL = ~np.tri(5, dtype=bool)
STATE = normal(1, 2, 4)

# by the name of the layer: its settings and the shapes of what it is called on, or the arrays themselves
LAYERS = {
    **{name: [((), FLAT)] for name in nn.PLACES["nn.layers.activations"].split()},
    "Threshold": [((0.1, 20.0), FLAT)],
    "PReLU": [((), FLAT), ((6,), FLAT)],
    "Softmax": [((-1,), FLAT)],
    "LogSoftmax": [((-1,), FLAT)],
    "Softmin": [((-1,), FLAT)],
    "MultiheadAttention": [
        ((6, 2), (5, 2, 6), (5, 2, 6), (5, 2, 6)),
        ({"embed_dim": 6, "num_heads": 2, "dropout": 0.3, "batch_first": True}, *[(2, 5, 6)] * 3),
    ],
    "BatchNorm": [((6,), FLAT)],
    **{
        f"BatchNorm{n}": [((4,), s), ({"num_features": 4, "momentum": None, "affine": False}, s)]
        for n, s in BY_SIZE.items()
    },
    **{
        f"InstanceNorm{n}": [({"num_features": 4, "affine": True, "track_running_stats": True}, s)]
        for n, s in BY_SIZE.items()
    },
    "GroupNorm": [((2, 4), PICTURE)],
    "LayerNorm": [((6,), FLAT)],
    "RMSNorm": [((6,), FLAT)],
    "LocalResponseNorm": [((3,), PICTURE)],
    **{f"{cell}Cell": [((6, 4), FLAT), ((6, 4), FLAT, (4, 4))] for cell in ("RNN", "GRU")},
    "LSTMCell": [((6, 4), FLAT)],
    **{
        name: [
            ({"input_size": 6, "hidden_size": 4, "num_layers": 2, "dropout": 0.4}, (3, 2, 6)),
            ({"input_size": 6, "hidden_size": 4, "bidirectional": True, "batch_first": True}, (2, 3, 6)),
        ]
        for name in ("RNN", "LSTM", "GRU")
    },
    **{f"Conv{n}": [((4, 3, 3), s), ((4, 4, 2, 2, 1, 1, 2), s)] for n, s in BY_SIZE.items()},
    **{f"ConvTranspose{n}": [((4, 3, 3), s), ((4, 2, 2, 2), s)] for n, s in BY_SIZE.items()},
    "CosineSimilarity": [((), FLAT, FLAT)],
    "PairwiseDistance": [((), FLAT, FLAT)],
    "Dropout": [((0.4,), FLAT)],
    "AlphaDropout": [((0.4,), FLAT)],
    "FeatureAlphaDropout": [((0.4,), PICTURE)],
    **{f"Dropout{n}": [((0.4,), s)] for n, s in BY_SIZE.items()},
    "Embedding": [((5, 3), WORDS), ({"num_embeddings": 5, "embedding_dim": 3, "padding_idx": 1}, WORDS)],
    "EmbeddingBag": [((5, 3), WORDS)],
    "Linear": [((6, 3), FLAT), ((6, 3, False), (2, 3, 6))],
    "Affine": [((6, 3), FLAT)],
    "Bilinear": [((6, 5, 3), FLAT, (4, 5))],
    **{
        f"{kind}Pad{n}": [((2, 0.5) if kind == "Constant" else (2,), s)]
        for n, s in BY_SIZE.items()
        for kind in ("Zero", "Constant", "Reflection", "Replication", "Circular")
    },
    **{f"{kind}Pool{n}": [((2,), s)] for n, s in BY_SIZE.items() for kind in ("Max", "Avg")},
    **{f"LPPool{n}": [((2.0, 2), s)] for n, s in BY_SIZE.items()},
    **{f"Adaptive{kind}Pool{n}": [((3,), s)] for n, s in BY_SIZE.items() for kind in ("Max", "Avg")},
    "Upsample": [({"scale_factor": 2}, PICTURE), ({"scale_factor": 2, "mode": "bilinear"}, PICTURE)],
    "ChannelShuffle": [((2,), PICTURE)],
    "Flatten": [((), PICTURE)],
    "Unflatten": [((1, (2, 3)), FLAT)],
    "PixelShuffle": [((2,), PICTURE)],
    "PixelUnshuffle": [((2,), PICTURE)],
    "Unfold": [((2,), PICTURE)],
    "Fold": [(((4, 4), 2), (2, 8, 9))],
    "TransformerEncoderLayer": [
        ({"d_model": 6, "nhead": 2, "dim_feedforward": 8, "dropout": 0.2}, (5, 2, 6)),
        ({"d_model": 6, "nhead": 2, "dim_feedforward": 8, "dropout": 0.0}, (5, 2, 6), CAUSAL),
    ],
    "TransformerDecoderLayer": [({"d_model": 6, "nhead": 2, "dim_feedforward": 8}, (5, 2, 6), (3, 2, 6))],
    "Transformer": [
        ((6, 2, 1, 1, 8), (3, 2, 6), (5, 2, 6)),
    ],
}
CASES = [(name, k) for name in LAYERS for k in range(len(LAYERS[name]))]


def test_the_table_is_complete():
    public = {
        name
        for place, names in nn.PLACES.items()
        for name in names.split()
        if place.startswith("nn.layers.") and not place.endswith(("containers", "transformers"))
    }
    assert public <= set(LAYERS)


def built(name, settings):
    keywords = settings if isinstance(settings, dict) else {}
    ac.manual_seed(0)
    return getattr(nn, name)(*(() if keywords else settings), **keywords).astype(np.float64)


def arguments(shapes, scale):
    return [
        Tensor(scale * np.random.default_rng(k).normal(size=s), True) if isinstance(s, tuple) else s
        for k, s in enumerate(shapes)
    ]


def shown(module):
    return [module.state_dict(), [p.grad for p in module.parameters()], vars(module).get("mask")]


@pytest.mark.parametrize(("name", "k"), CASES, ids=lambda x: x)
def test_layers(name, k):
    settings, *shapes = LAYERS[name][k]

    def make():
        module = built(name, settings)
        return module, module

    def change(module, call):
        if call == 1:
            module.eval()

    calls = [arguments(shapes, scale) for scale in (1.0, 0.7, 0.4)]
    alike(make, calls, state=shown, between=change, sweep=True)


LOSSES = [
    (name, k, reduction)
    for name, cases in MODULES.items()
    for k in range(len(cases))
    for reduction in ("mean", "sum", "none")
]


@pytest.mark.parametrize(("name", "k", "reduction"), LOSSES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_losses(name, k, reduction, dtype):
    """Predictions in either dtype beside targets in float64."""
    (prediction, *targets), settings = MODULES[name][k]

    def make():
        return getattr(nn, name)(reduction=reduction, **settings), None

    calls = [[Tensor(prediction * scale, True, dtype=dtype), *targets] for scale in (1.0, 0.9)]
    alike(make, calls, sweep=True)
    calls = [[prediction.astype(dtype), *targets]] * 2
    alike(make, calls, sweep=True)
    if np.asarray(targets[0]).dtype.kind == "f":
        calls = [[Tensor(prediction, True, dtype=dtype), targets[0].tolist(), *targets[1:]]]
        alike(make, calls, sweep=True, compiles=None)


@pytest.mark.parametrize("name", GRID)
def test_losses_as_functions(name):
    """Of arrays they are arrays, of leaves recorded."""
    for inputs, settings in GRID[name]:
        f = lambda *args, s=settings: getattr(F, name)(*args, **s)
        alike(lambda f=f: (f, None), [inputs, inputs])
        leaves = [Tensor(x, True) if getattr(x, "dtype", None) == np.float64 else x for x in inputs]
        alike(lambda f=f: (f, None), [leaves], sweep=True)


CHECKED = {
    "an index outside": (
        lambda: nn.Embedding(5, 3, rng=0),
        [np.array([0, 4])],
        [np.array([0, 5])],
    ),
    "a class outside": (
        nn.CrossEntropyLoss,
        [normal(2, 3), np.array([0, 2])],
        [normal(2, 3), np.array([0, 3])],
    ),
    "a negative class": (nn.NLLLoss, [normal(2, 3), np.array([0, 2])], [normal(2, 3), np.array([0, -1])]),
    "every target ignored": (
        lambda: nn.CrossEntropyLoss(ignore_index=1),
        [normal(2, 3), np.array([0, 2])],
        [normal(2, 3), np.array([1, 1])],
    ),
    "no probability": (
        nn.BCELoss,
        [rng.random((2, 3)), rng.random((2, 3))],
        [normal(2, 3), rng.random((2, 3))],
    ),
    "a place outside": (
        nn.MultiMarginLoss,
        [normal(2, 3), np.array([0, 2])],
        [normal(2, 3), np.array([0, 3])],
    ),
    "places outside": (
        nn.MultiLabelMarginLoss,
        [normal(2, 3), np.array([[0, 2, -1], [1, -1, 0]])],
        [normal(2, 3), np.array([[0, 3, -1], [1, -1, 0]])],
    ),
    "a negative variance": (
        nn.GaussianNLLLoss,
        [normal(2, 3), normal(2, 3), rng.random((2, 3))],
        [normal(2, 3), normal(2, 3), -rng.random((2, 3))],
    ),
}


@pytest.mark.parametrize("name", CHECKED)
def test_checks_of_numbers_are_made_at_every_call(name):
    make, good, bad = CHECKED[name]
    alike(lambda: (make(), None), [good, bad, good])


def test_a_step_that_fails_leaves_everything_as_it_was():
    model = nn.Sequential(nn.Embedding(5, 3, rng=0), nn.BatchNorm(3), nn.Linear(3, 2, rng=0))
    opt, criterion = optim.Adam(model.parameters()), nn.CrossEntropyLoss()

    @ac.compile
    def step(i, t):
        opt.zero_grad()
        loss = criterion(model(i), t)
        loss.backward()
        opt.step()
        return loss

    step(np.array([0, 1, 4]), np.array([0, 1, 1]))
    model_before, opt_before = model.state_dict(), opt.state_dict()
    for i, t in (([0, 1, 9], [0, 1, 1]), ([0, 1, 2], [0, 1, 7])):
        with pytest.raises((IndexError, ValueError)):
            step(np.array(i), np.array(t))
        np.testing.assert_equal(model.state_dict(), model_before)
        np.testing.assert_equal(opt.state_dict(), opt_before)
    assert step.reason is None
    step(np.array([0, 1, 4]), np.array([0, 1, 1]))
    assert (model.state_dict()["2.weight"] != model_before["2.weight"]).any()
