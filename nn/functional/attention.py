"""Attention: means of values, weighed by how well their keys fit a query."""

from math import sqrt
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import number, operand
from nn.functional.dropping import dropout
from nn.init import Rng


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    rng: Rng = None,
) -> Any:
    """softmax(scale · Q Kᵀ + mask) V, the softmax along the keys.

    Shapes: query (*, L, E), key (*, S, E), value (*, S, V), result (*, L, V).

    Args:
        attn_mask: broadcasts to (*, L, S): Booleans, True where a query may see a key, or numbers that are
            added. A query that sees nothing gets 0.
        dropout_p: the probability with which each weight is dropped, whatever mode a model is in.
        is_causal: query i sees the keys 0 to i; instead of a mask.
        scale: None: 1/√E.
        enable_gqa: the axis before L holds more heads of queries than of keys and values, a multiple;
            neighbouring heads share theirs.
        rng: None, an int or a numpy.random.Generator, of dropout.

    Raises:
        ValueError: if shapes do not fit, or for a mask beside is_causal.
        TypeError: for a mask of integers.

    A. Vaswani and others: Attention is all you need (2017), equation 1; groups: J. Ainslie and others: GQA
    (2023).

    >>> scaled_dot_product_attention([[0.0]], [[1.0], [2.0]], [[3.0], [5.0]])
    array([[4.]])
    """
    name = "scaled_dot_product_attention"
    q, k, v = (operand(f"{name}: {n}", x) for n, x in (("query", query), ("key", key), ("value", value)))
    if enable_gqa:
        k, v = _shared(name, q, k), _shared(name, q, v)
    _check(name, q, k, v)
    mask = None
    if is_causal:
        if attn_mask is not None:
            raise ValueError(f"{name}: attn_mask or is_causal=True, not both")
        mask = causal(q.shape[-2], k.shape[-2], q.dtype)
    elif attn_mask is not None:
        mask = added(f"{name}: attn_mask", attn_mask, q.dtype, seen=True)
        _check_mask(
            name, mask.shape, (*np.broadcast_shapes(q.shape[:-2], k.shape[:-2]), q.shape[-2], k.shape[-2])
        )
    factor = None if scale is None else number(f"{name}: scale", scale)
    return attended(q, k, v, mask, dropout_p, scale=factor, rng=rng)[0]


def attended(
    q: Any, k: Any, v: Any, mask: Any, dropout_p: float, *, scale: float | None = None, rng: Rng = None
) -> tuple[Any, Any]:
    """The means of the values, and the weights; the mask is added, −∞ where nothing is to be seen."""
    # the smaller factor is scaled, not the product
    s = (q * (1 / sqrt(max(q.shape[-1], 1)) if scale is None else scale)) @ k.mT
    if mask is None:
        w = ac.softmax(s)
    else:
        blind = ~(mask > -np.inf).any(axis=-1, keepdims=True)
        if ac.traces.is_tracing() or blind.any():
            w = ac.where(blind, 0.0, ac.softmax(s + ac.where(blind, 0.0, mask)))
        else:
            w = ac.softmax(s + mask)
    w = dropout(w, dropout_p, rng=rng)
    return w @ v, w


def added(what: str, mask: Any, dtype: Any, *, seen: bool) -> Any:
    """A mask as what is added: of Booleans 0 or −∞, where `seen` says what may be seen.

    Raises:
        TypeError: for integers, of which nobody knows whether they are meant as Booleans.
    """
    mask = operand(what, mask)
    if mask.dtype.kind == "b":
        booleans = mask.numpy() if isinstance(mask, Tensor) else mask
        return np.where(booleans == seen, 0.0, -np.inf).astype(dtype)
    if mask.dtype.kind != "f":
        raise TypeError(
            f"{what} holds Booleans, or floating numbers that are added, got {mask.dtype}: of 0 and 1 make "
            "Booleans by mask == 1"
        )
    return mask.astype(dtype) if ac.traces.is_array(mask) else mask


def causal(queries: int, keys: int, dtype: Any) -> Any:
    """The mask with which query i sees the keys 0 to i."""
    return added("mask", np.tri(queries, keys, dtype=bool), dtype, seen=True)


def _shared(name: str, q: Any, x: Any) -> Any:
    """Each head of keys or values as often as heads of queries share it."""
    if q.ndim < 3 or x.ndim < 3 or not x.shape[-3] or q.shape[-3] % x.shape[-3]:
        raise ValueError(
            f"{name}: with enable_gqa the heads of the query {q.shape} are a multiple of those of key and "
            f"value, got {x.shape}; heads are on the third axis from the end"
        )
    return ac.repeat(x, q.shape[-3] // x.shape[-3], axis=-3)


def _check(name: str, q: Any, k: Any, v: Any) -> None:
    fits = min(q.ndim, k.ndim, v.ndim) >= 2
    fits = fits and q.shape[-1] == k.shape[-1] and k.shape[-2] == v.shape[-2]
    if fits:
        try:
            np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
            return
        except ValueError:
            pass
    raise ValueError(
        f"{name}: query {q.shape}, key {k.shape} and value {v.shape}: the shapes are (*, L, E), (*, S, E) "
        "and (*, S, V)"
    )


def _check_mask(name: str, shape: tuple[int, ...], scores: tuple[int, ...]) -> None:
    fits = len(shape) <= len(scores) and all(
        n in (1, m) for n, m in zip(shape[::-1], scores[::-1], strict=False)
    )
    if not fits:
        raise ValueError(f"{name}: attn_mask broadcasts to {scores}, which is (*, L, S), got {shape}")
