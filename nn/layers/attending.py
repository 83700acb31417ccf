"""Attention by several heads as a layer."""

from typing import Any

import numpy as np

import autograd_core as ac
from nn import init as initial
from nn.checks import floating, positive
from nn.functional.attention import added, attended, causal
from nn.functional.dropping import probability
from nn.init import Rng
from nn.layers.linear import Linear
from nn.module import Module
from nn.parameter import Parameter


class MultiheadAttention(Module):
    """Queries, keys and values are projected, each head attends with its part of them, and what the heads
    found is projected once more.

    `output, weights = layer(query, key, value)`; of head i it is softmax(Qᵢ Kᵢᵀ/√d) Vᵢ with d = E/heads. The
    query is (L, N, E), key and value (S, N, ...), with batch_first (N, L, E) and (N, S, ...), or all without
    N. The output has the shape of the query; weights are (N, L, S), the mean over the heads, with
    average_attn_weights=False (N, heads, L, S), and None with need_weights=False.

    Masks say what may NOT be seen (`scaled_dot_product_attention` is told what may): key_padding_mask (N, S)
    and attn_mask (L, S) or (N · heads, L, S), of Booleans, or of numbers that are added. is_causal=True
    without an attn_mask lets query i see the keys 0 to i. A query that sees nothing gets 0 from its heads;
    torch gives NaN there if need_weights=True.

    Args:
        embed_dim: E.
        num_heads: the number of heads, a divisor of E.
        dropout: the probability with which in training each weight is dropped.
        bias: False for projections without.
        add_bias_kv: one more key and value for all, which are trained.
        add_zero_attn: one more key and value of zeros.
        kdim, vdim: the lengths of the last axes of key and value; E if None.
        batch_first: the batch is the first axis.
        dtype: float32 by default, see `ac.default_dtype`.
        rng: None, an int or a numpy.random.Generator, of the initial values and of dropout.

    Raises:
        ValueError: for settings out of range, and shapes that do not fit.
        TypeError: for masks of integers.

    Parameters have torch's names and layouts: in_proj_weight (3E, E), or q_proj_weight, k_proj_weight,
    v_proj_weight where kdim or vdim is another than E, and in_proj_bias (3E,); out_proj is a Linear, (in,
    out). Projections start from Glorot's uniform distribution and b = 0, out_proj.weight from U(−1/√E, 1/√E).

    A. Vaswani and others: Attention is all you need (2017), section 3.2.2.

    >>> layer = MultiheadAttention(4, 2, batch_first=True, rng=0)
    >>> x = np.ones((3, 5, 4))
    >>> output, weights = layer(x, x, x)
    >>> output.shape, weights.shape
    ((3, 5, 4), (3, 5, 5))
    """

    in_proj_weight: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: Any = None,
        rng: Rng = None,
    ) -> None:
        name = "MultiheadAttention"
        self.embed_dim = size = positive(f"{name}: embed_dim", embed_dim)
        self.num_heads = positive(f"{name}: num_heads", num_heads)
        if size % self.num_heads:
            raise ValueError(f"{name}: num_heads divides embed_dim, got {num_heads} and {embed_dim}")
        self.kdim = size if kdim is None else positive(f"{name}: kdim", kdim)
        self.vdim = size if vdim is None else positive(f"{name}: vdim", vdim)
        self.dropout = probability(name, dropout)
        self.batch_first, self.add_zero_attn = bool(batch_first), bool(add_zero_attn)
        dtype, generator = ac.layer_dtype(dtype), ac.generator(rng)
        self.rng = None if rng is None else generator

        def weight(*shape: int) -> Parameter:
            p = Parameter(np.zeros(shape, dtype), role="weight", layout="torch")
            return initial.xavier_uniform_(p, rng=generator)

        def row() -> Parameter:
            return initial.xavier_normal_(
                Parameter(np.zeros((1, 1, size), dtype), role="bias"), rng=generator
            )

        if self.kdim == self.vdim == size:
            self.in_proj_weight = weight(3 * size, size)
        else:
            self.in_proj_weight = None
            self.q_proj_weight = weight(size, size)
            self.k_proj_weight = weight(size, self.kdim)
            self.v_proj_weight = weight(size, self.vdim)
        self.in_proj_bias = Parameter(np.zeros(3 * size, dtype), role="bias") if bias else None
        self.bias_k = row() if add_bias_kv else None
        self.bias_v = row() if add_bias_kv else None
        self.out_proj = Linear(size, size, bias, dtype=dtype, rng=generator)
        if self.out_proj.bias is not None:
            initial.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        q, k, v = self._batched(query, key, value)
        mask = self._mask(q, k, key_padding_mask, attn_mask, is_causal)
        q, k, v = self._projected(q, k, v)
        k, v, mask = self._with_more_keys(k, v, mask)
        p = self.dropout if self.training else 0.0
        y, w = attended(self._heads(q), self._heads(k), self._heads(v), mask, p, rng=self.rng)
        y = self.out_proj(ac.swapaxes(y, 1, 2).reshape(q.shape))
        w = (ac.mean(w, axis=1) if average_attn_weights else w) if need_weights else None
        if np.ndim(query) == 2:
            return y[0], None if w is None else w[0]
        return y if self.batch_first else ac.swapaxes(y, 0, 1), w

    def _batched(self, query: Any, key: Any, value: Any) -> list[Any]:
        """All three as (N, L, E)."""
        dtype = self.out_proj.weight.dtype
        xs = [floating(x, dtype) for x in (query, key, value)]
        sizes = (self.embed_dim, self.kdim, self.vdim)
        ndim = xs[0].ndim
        fits = ndim in (2, 3) and all(
            x.ndim == ndim and x.shape[-1] == n for x, n in zip(xs, sizes, strict=True)
        )
        if fits and ndim == 2:
            xs = [x[None] for x in xs]
        elif fits and not self.batch_first:
            xs = [ac.swapaxes(x, 0, 1) for x in xs]
        q, k, v = xs
        if not fits or k.shape[:2] != v.shape[:2] or q.shape[0] != k.shape[0]:
            words = ("(N, L, {})", "(N, S, {})") if self.batch_first else ("(L, N, {})", "(S, N, {})")
            wanted = ", ".join(words[i > 0].format(n) for i, n in enumerate(sizes))
            given = ", ".join(str(np.shape(x)) for x in (query, key, value))
            raise ValueError(
                f"{self.title()}: query, key and value are {wanted}, or all without N; got {given}"
            )
        return xs

    def _mask(self, q: Any, k: Any, padding: Any, mask: Any, is_causal: bool) -> Any:
        """Both masks as one, which is added to (N, heads, L, S)."""
        batch, queries, keys, heads = q.shape[0], q.shape[1], k.shape[1], self.num_heads
        found = None
        if mask is not None:
            found = added(f"{self.title()}: attn_mask", mask, q.dtype, seen=False)
            if found.shape == (batch * heads, queries, keys):
                found = found.reshape(batch, heads, queries, keys)
            elif found.shape != (queries, keys):
                raise ValueError(
                    f"{self.title()}: attn_mask is (L, S) = {(queries, keys)} or (N · heads, L, S) = "
                    f"{(batch * heads, queries, keys)}, got {found.shape}"
                )
        elif is_causal:
            found = causal(queries, keys, q.dtype)
        if padding is not None:
            more = added(f"{self.title()}: key_padding_mask", padding, q.dtype, seen=False)
            if more.shape not in ((batch, keys), (keys,)[: batch == 1]):
                raise ValueError(
                    f"{self.title()}: key_padding_mask is (N, S) = {(batch, keys)}, got {more.shape}"
                )
            more = more.reshape(batch, 1, 1, keys)
            found = more if found is None else found + more
        return found

    def _projected(self, *xs: Any) -> list[Any]:
        size, b = self.embed_dim, self.in_proj_bias
        parts = [slice(i * size, (i + 1) * size) for i in range(3)]
        if self.in_proj_weight is not None:
            weights: list[Any] = [self.in_proj_weight[part] for part in parts]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        ys = [x @ w.T for x, w in zip(xs, weights, strict=True)]
        return ys if b is None else [y + b[part] for y, part in zip(ys, parts, strict=True)]

    def _with_more_keys(self, k: Any, v: Any, mask: Any) -> tuple[Any, Any, Any]:
        """Keys and values with those that belong to no input; everybody sees these."""
        shape = (len(k), 1, self.embed_dim)
        more: list[tuple[Any, Any]] = [] if self.bias_k is None else [(self.bias_k, self.bias_v)]
        if self.add_zero_attn:
            nothing = np.zeros(shape, k.dtype)
            more.append((nothing, nothing))
        for one_k, one_v in more:
            k = ac.concatenate([k, ac.broadcast_to(one_k, shape)], axis=1)
            v = ac.concatenate([v, ac.broadcast_to(one_v, shape)], axis=1)
            if mask is not None:
                mask = ac.concatenate([mask, np.zeros((*mask.shape[:-1], 1), mask.dtype)], axis=-1)
        return k, v, mask

    def _heads(self, x: Any) -> Any:
        """(N, L, E) as (N, heads, L, d)."""
        return ac.swapaxes(x.reshape(*x.shape[:2], self.num_heads, -1), 1, 2)

    def extra_repr(self) -> str:
        shown = [f"{self.embed_dim}, {self.num_heads}"]
        usual = {"dropout": 0.0, "batch_first": False, "kdim": self.embed_dim, "vdim": self.embed_dim}
        shown += [f"{n}={getattr(self, n)}" for n, value in usual.items() if getattr(self, n) != value]
        return ", ".join(shown)

    def title(self) -> str:
        return f"MultiheadAttention({self.embed_dim}, {self.num_heads} heads)"
