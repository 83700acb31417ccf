"""Encoder and decoder layers of the Transformer, stacks of them, and both together."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.testing import assert_gradients
from tests.nn.oracle import agrees_with_torch, torch

# of torch
pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor", "ignore:Support for mismatched")


def normal(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


def pair(name, *args, **options):
    return getattr(nn, name)(*args, **options), getattr(torch().nn, name)(*args, **options)


KINDS = ["TransformerEncoderLayer", "TransformerDecoderLayer"]
kinds = pytest.mark.parametrize("name", KINDS)


def inputs(name, first=False):
    src, tgt = normal(5, 2, 4), normal(3, 2, 4)
    given = [src] if "Encoder" in name else [tgt, src]
    return [x.swapaxes(0, 1) for x in given] if first else given


@kinds
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize(
    "options", [{}, {"batch_first": True, "activation": "gelu"}, {"bias": False, "layer_norm_eps": 0.1}]
)
def test_layers_agree_with_torch(name, norm_first, options):
    ours, theirs = pair(name, 4, 2, 8, 0.0, norm_first=norm_first, **options)
    agrees_with_torch(ours, theirs, *inputs(name, options.get("batch_first")), calls=1)


class Masked(nn.Module):
    def __init__(self, layer, **words):
        self.layer, self.words = layer, words

    def forward(self, *given):
        return self.layer(*given, **self.words)


def masked(layer, **words):
    th = torch()

    class Theirs(th.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = layer

        def forward(self, *given):
            return self.layer(*given, **{k: v if v is True else th.tensor(v) for k, v in words.items()})

    return Theirs()


PADDING = np.array([[0, 0, 0, 1, 1], [0, 0, 0, 0, 1]], bool)
CAUSAL = ~np.tri(3, dtype=bool)


def test_masks_of_the_encoder_agree_with_torch():
    words = {"src_mask": ~np.tri(5, dtype=bool), "src_key_padding_mask": PADDING}
    ours, theirs = pair("TransformerEncoderLayer", 4, 2, 8, 0.0)
    agrees_with_torch(Masked(ours, **words), masked(theirs, **words), normal(5, 2, 4), calls=1)


def test_masks_of_the_decoder_agree_with_torch():
    words = {
        "tgt_mask": CAUSAL,
        "tgt_is_causal": True,
        "memory_key_padding_mask": PADDING,
        "memory_mask": np.arange(15).reshape(3, 5) % 4 == 1,
        "tgt_key_padding_mask": np.array([[0, 0, 1], [0, 0, 0]], bool),
    }
    ours, theirs = pair("TransformerDecoderLayer", 4, 2, 8, 0.0)
    agrees_with_torch(Masked(ours, **words), masked(theirs, **words), *inputs("Decoder"), calls=1)


@pytest.mark.parametrize("norm", [False, True])
def test_stacks_agree_with_torch(norm):
    th = torch()
    for kind in ("Encoder", "Decoder"):
        layer, their_layer = pair(f"Transformer{kind}Layer", 4, 2, 8, 0.0)
        ours = getattr(nn, f"Transformer{kind}")(layer, 2, nn.LayerNorm(4) if norm else None)
        theirs = getattr(th.nn, f"Transformer{kind}")(their_layer, 2, th.nn.LayerNorm(4) if norm else None)
        agrees_with_torch(ours, theirs, *inputs(kind), calls=1)


@pytest.mark.parametrize("options", [{}, {"norm_first": True, "batch_first": True, "bias": False}])
def test_the_transformer_agrees_with_torch(options):
    words = {"tgt_mask": nn.Transformer.generate_square_subsequent_mask(3, float)}
    words["src_key_padding_mask"] = words["memory_key_padding_mask"] = np.where(PADDING, -np.inf, 0.0)
    ours, theirs = pair("Transformer", 4, 2, 2, 2, 8, 0.0, **options)
    tgt, src = inputs("Decoder", options.get("batch_first"))
    agrees_with_torch(Masked(ours, **words), masked(theirs, **words), src, tgt, calls=1)


def test_the_mask_of_what_comes_later_is_torchs():
    ours = nn.Transformer.generate_square_subsequent_mask(4)
    np.testing.assert_array_equal(ours, torch().nn.Transformer.generate_square_subsequent_mask(4).numpy())
    assert ours.dtype == np.float32


def test_many_steps_of_training_agree_with_torch():
    """Twenty steps of gradient descent, to 1e-6."""
    th = torch()
    ours, theirs = pair("TransformerEncoderLayer", 4, 2, 8, 0.0)
    theirs.double()
    state = {k: v.numpy() for k, v in theirs.state_dict().items()}
    ours.astype(float).load_state_dict(state, layout="torch")
    x, t = normal(5, 2, 4), normal(4, 2, 5).transpose(2, 1, 0)
    for _ in range(20):
        ours.zero_grad()
        theirs.zero_grad()
        ac.mean((ours(x) - t) ** 2).backward()
        ((theirs(th.tensor(x)) - th.tensor(t)) ** 2).mean().backward()
        for p in ours.parameters():
            p.data = p.data - 0.1 * p.grad.numpy()
        with th.no_grad():
            for q in theirs.parameters():
                q -= 0.1 * q.grad
    found = ours.state_dict(layout="torch")
    for name, q in theirs.state_dict().items():
        np.testing.assert_allclose(found[name], q.numpy(), rtol=1e-6, atol=1e-9)


@kinds
def test_derivatives_to_second_order(name):
    layer = getattr(nn, name)(4, 2, 3, 0.0, activation="gelu", dtype=float, rng=0)
    xs = [normal(2, 1, 4), normal(3, 1, 4)][: 1 if "Encoder" in name else 2]
    assert_gradients(layer, *xs, order=2)


def test_nothing_later_is_seen_through_a_causal_stack():
    layer = nn.TransformerEncoderLayer(4, 2, 8, 0.0, dtype=float, rng=0)
    stack = nn.TransformerEncoder(layer, 2)
    jacobian = ac.jacobian(lambda x: stack(x, is_causal=True))(normal(3, 1, 4))
    for i in range(3):
        for j in range(3):
            assert (np.abs(jacobian[i, 0, :, j]).max() > 1e-12) == (j <= i)


@kinds
def test_dropout_is_torchs_and_seeded(name):
    make = lambda: getattr(nn, name)(8, 2, 16, 0.5, rng=0)
    layer, given = make(), [normal(3, 2, 8)] * (1 if "Encoder" in name else 2)
    assert {m.scale for _, m in layer.named_modules() if isinstance(m, nn.Dropout)} == {"train"}
    first = layer(*given).numpy()
    np.testing.assert_array_equal(first, make()(*given).numpy())
    assert not np.array_equal(first, layer(*given).numpy())
    layer.eval()
    np.testing.assert_array_equal(layer(*given).numpy(), layer(*given).numpy())


def test_layers_of_a_stack_draw_different_masks_and_own_their_numbers():
    stack = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0.5, rng=0), 2)
    stack(normal(3, 2, 8))
    one, two = stack.layers
    assert not np.array_equal(one.dropout.mask, two.dropout.mask)
    np.testing.assert_array_equal(one.linear1.weight.numpy(), two.linear1.weight.numpy())
    two.linear1.weight.data = 0.0 * two.linear1.weight.data
    assert one.linear1.weight.numpy().any()
    other = copy.deepcopy(stack)
    other.layers[0].linear1.weight.data = 0.0 * two.linear1.weight.data
    assert one.linear1.weight.numpy().any()


def test_float32_and_initial_values():
    model = nn.Transformer(8, 2, 1, 1, 16, rng=0)
    y = model(normal(3, 2, 8), normal(4, 2, 8))
    assert y.dtype == np.float32
    ac.sum(y).backward()
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert len(model.encoder.layers) == len(model.decoder.layers) == 1
    w = model.encoder.layers[0].linear1.weight.numpy()
    assert np.sqrt(1 / 8) < np.abs(w).max() <= np.sqrt(6 / 24)  # Glorot's, not that of Linear


def test_what_torch_calls_a_custom_encoder_is_taken():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 1)
    model = nn.Transformer(4, 2, 1, 1, 8, custom_encoder=encoder)
    assert model.encoder is encoder


def test_words_and_refusals():
    assert "norm_first=True" in repr(nn.TransformerEncoderLayer(4, 2, 8, norm_first=True))
    with pytest.raises(ValueError, match="'relu', 'gelu' or a function, got 'elu'"):
        nn.TransformerEncoderLayer(4, 2, activation="elu")
    with pytest.raises(ValueError, match="divides embed_dim"):
        nn.TransformerDecoderLayer(4, 3)
    with pytest.raises(ValueError, match="num_layers"):
        nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), -1)
    with pytest.raises(ValueError, match=r"\(L, N, 4\)"):
        nn.TransformerEncoderLayer(4, 2, 8)(np.ones((5, 2, 3)))


@pytest.mark.parametrize("norm_first", [False, True])
@kinds
def test_what_every_part_adds_may_be_dropped(name, norm_first):
    layer = getattr(nn, name)(4, 2, 8, 1.0, norm_first=norm_first, dtype=float, rng=0)
    x = normal(3, 2, 4)
    norms = [] if norm_first else [m for n, m in layer.named_modules() if n.startswith("norm")]
    assert norm_first or len(norms) == (2 if "Encoder" in name else 3)
    wanted = x
    for norm in norms:
        wanted = norm(wanted)
    found = layer(x) if "Encoder" in name else layer(x, normal(5, 2, 4))
    np.testing.assert_array_equal(found.numpy(), getattr(wanted, "data", wanted))
