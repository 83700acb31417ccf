"""The Transformer: encoder and decoder layers, stacks of them, and both together; torch's."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from nn import init as initial
from nn.checks import positive
from nn.functional.activations import gelu, relu
from nn.functional.attention import causal
from nn.init import Rng
from nn.layers.attending import MultiheadAttention
from nn.layers.containers import ModuleList
from nn.layers.dropping import Dropout
from nn.layers.linear import Linear
from nn.layers.normalizing import LayerNorm
from nn.module import Module

Activation = str | Callable[[Any], Any]


class TransformerLayer(Module):
    """What encoder and decoder layers have in common: residual steps around parts, and the last part, two
    Linear layers."""

    attentions: ClassVar[tuple[str, ...]]
    """The names of the parts that attend, in their order."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        if activation not in ("relu", "gelu") and not callable(activation):
            name = type(self).__name__
            raise ValueError(f"{name}: activation is 'relu', 'gelu' or a function, got {activation!r}")
        functions: dict[Any, Callable[[Any], Any]] = {"relu": relu, "gelu": gelu}
        self.activation = functions[activation] if isinstance(activation, str) else activation
        self.norm_first = bool(norm_first)
        # one generator for all parts: parts with the same seed would draw the same masks
        self.rng = rng = None if rng is None else ac.generator(rng)
        for part in self.attentions:
            made = MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, rng=rng
            )
            setattr(self, part, made)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype, rng=rng)
        self.dropout = Dropout(dropout, "train", rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype, rng=rng)
        steps = range(1, len(self.attentions) + 2)
        for k in steps:
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        for k in steps:
            setattr(self, f"dropout{k}", Dropout(dropout, "train", rng=rng))

    def _residual(self, k: int, x: Any, part: Callable[[Any], Any]) -> Any:
        """x + part(norm(x)), or norm(x + part(x)), with the k-th norm and dropout behind the part."""
        norm, dropout = getattr(self, f"norm{k}"), getattr(self, f"dropout{k}")
        return x + dropout(part(norm(x))) if self.norm_first else norm(x + dropout(part(x)))

    def _forwards(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))

    def extra_repr(self) -> str:
        return "norm_first=True" if self.norm_first else ""


class TransformerEncoderLayer(TransformerLayer):
    """Self-attention, then linear2(dropout(activation(linear1(x)))), each with dropout and a residual step:
    norm(x + part(x)), or with norm_first x + part(norm(x)).

    Args:
        d_model: E, the numbers of a position.
        nhead: the heads of attention, a divisor of E.
        dim_feedforward: the neurons between linear1 and linear2.
        dropout: the probability to be dropped in training, of weights of attention and behind every part.
        activation: "relu", "gelu" or a function.
        layer_norm_eps: ε of the norms.
        batch_first: x is (N, L, E) instead of (L, N, E).
        norm_first: normalise before each part, not after.
        bias: False for Linear and LayerNorm without.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator, of the initial values and of dropout.

    Called with src and masks as in `MultiheadAttention`: src_mask (L, L), src_key_padding_mask (N, L),
    is_causal.

    Raises:
        ValueError: for settings out of range, and shapes that do not fit.

    A. Vaswani and others: Attention is all you need (2017), section 3.1; norm_first: R. Xiong and others: On
    layer normalization in the Transformer architecture (2020).

    >>> TransformerEncoderLayer(4, 2, 8, batch_first=True, rng=0)(np.ones((3, 5, 4))).shape
    (3, 5, 4)
    """

    attentions: ClassVar[tuple[str, ...]] = ("self_attn",)
    self_attn: MultiheadAttention

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Any:
        attend = self.self_attn
        src = self._residual(
            1, src, lambda x: attend(x, x, x, src_key_padding_mask, False, src_mask, True, is_causal)[0]
        )
        return self._residual(2, src, self._forwards)


class TransformerDecoderLayer(TransformerLayer):
    """Self-attention of the target, attention of the target to the memory (what an encoder gave), and the two
    Linear layers, each with dropout and a residual step as in `TransformerEncoderLayer`, whose arguments and
    errors it has.

    Called with tgt (L, N, E), memory (S, N, E), and masks as in `MultiheadAttention`.

    >>> layer = TransformerDecoderLayer(4, 2, 8, batch_first=True, rng=0)
    >>> layer(np.ones((3, 5, 4)), np.ones((3, 6, 4)), tgt_is_causal=True).shape
    (3, 5, 4)
    """

    attentions: ClassVar[tuple[str, ...]] = ("self_attn", "multihead_attn")
    self_attn: MultiheadAttention
    multihead_attn: MultiheadAttention

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        own, other = self.self_attn, self.multihead_attn
        tgt = self._residual(
            1, tgt, lambda x: own(x, x, x, tgt_key_padding_mask, False, tgt_mask, True, tgt_is_causal)[0]
        )
        tgt = self._residual(
            2,
            tgt,
            lambda x: other(
                x, memory, memory, memory_key_padding_mask, False, memory_mask, True, memory_is_causal
            )[0],
        )
        return self._residual(3, tgt, self._forwards)


class TransformerStack(Module):
    """Copies of a layer, one after the other, and a norm behind the last one."""

    def __init__(self, layer: Module, num_layers: int, norm: Module | None) -> None:
        # copies of a layer go on drawing from its one generator
        rng = getattr(layer, "rng", None)
        self.num_layers = positive(f"{type(self).__name__}: num_layers", num_layers) if num_layers else 0
        self.layers = ModuleList(deepcopy(layer, {id(rng): rng}) for _ in range(self.num_layers))
        self.norm = norm

    def _through(self, x: Any, *args: Any) -> Any:
        for layer in self.layers:
            x = layer(x, *args)
        return x if self.norm is None else self.norm(x)


class TransformerEncoder(TransformerStack):
    """num_layers copies of an encoder layer, which as in torch start from the same numbers, and a norm.

    Called with src and masks as one layer is. torch's enable_nested_tensor and mask_check are taken and
    change nothing.

    >>> layer = TransformerEncoderLayer(4, 2, 8, rng=0)
    >>> TransformerEncoder(layer, num_layers=2)(np.ones((5, 3, 4))).shape
    (5, 3, 4)
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__(encoder_layer, num_layers, norm)

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Any:
        return self._through(src, mask, src_key_padding_mask, bool(is_causal))


class TransformerDecoder(TransformerStack):
    """num_layers copies of a decoder layer, which as in torch start from the same numbers, and a norm.

    Called with tgt, memory and masks as one layer is.
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__(decoder_layer, num_layers, norm)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return self._through(tgt, memory, *masks, bool(tgt_is_causal), memory_is_causal)


class Transformer(Module):
    """An encoder of the source, and a decoder of the target that attends to what the encoder gave.

    Args:
        num_encoder_layers, num_decoder_layers: how many layers each stack has.
        custom_encoder, custom_decoder: modules to take instead of the stacks.

    The others are those of `TransformerEncoderLayer`. Both stacks end with a LayerNorm; all weights start
    from Glorot's uniform distribution. Called with src (S, N, E), tgt (L, N, E), and masks.

    Raises:
        ValueError: for settings out of range, and shapes that do not fit.

    A. Vaswani and others: Attention is all you need (2017), figure 1, without embeddings and softmax.

    >>> model = Transformer(4, 2, 1, 1, 8, rng=0)
    >>> mask = Transformer.generate_square_subsequent_mask(5)
    >>> model(np.ones((6, 3, 4)), np.ones((5, 3, 4)), tgt_mask=mask).shape
    (5, 3, 4)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        self.rng = rng = None if rng is None else ac.generator(rng)
        words: tuple[Any, ...] = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps)
        words += (batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*words, dtype=dtype, rng=rng), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*words, dtype=dtype, rng=rng), num_decoder_layers, norm()
        )
        for p in self.parameters():
            if p.ndim > 1:
                initial.xavier_uniform_(p, rng=rng)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return self.decoder(tgt, memory, *masks, tgt_is_causal, memory_is_causal)

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: Any = None) -> np.ndarray[Any, Any]:
        """The mask (sz, sz) that is added so that position i sees 0 to i: 0 there, else −∞."""
        mask: np.ndarray[Any, Any] = causal(sz, sz, ac.layer_dtype(dtype))
        return mask
