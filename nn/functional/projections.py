"""Affine maps, in torch's layout of the weight and in the lecture's, and bilinear ones."""

from typing import Any

import autograd_core as ac
from nn.checks import operand


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """input @ weightᵀ + bias, with torch's weight (out, in); a weight (in,) gives one number per datum.

    Shapes: input (*, in), weight (out, in), bias (out,), result (*, out).

    Raises:
        ValueError: if the shapes do not fit.

    >>> linear([[1.0, 2.0]], [[3.0, 4.0]], [5.0])
    array([[16.]])
    """
    x, w = operand("linear: input", input), operand("linear: weight", weight)
    if w.ndim not in (1, 2):
        raise ValueError(f"linear: the weight is (out, in) or (in,), got the shape {w.shape}")
    if not x.ndim or x.shape[-1] != w.shape[-1]:
        hint = ""
        if x.ndim and w.ndim == 2 and x.shape[-1] == w.shape[0]:
            hint = "; the weight looks like (in, out): use affine(x, W, b)"
        raise ValueError(
            f"linear: input {x.shape} and weight {w.shape}, which is (out, in): the last axes must be "
            f"equal{hint}"
        )
    return _biased("linear", x @ (w if w.ndim == 1 else w.T), bias, w.shape[:-1])


def affine(x: Any, W: Any, b: Any = None) -> Any:
    """xW + b, the lecture's affine map (section 1.1), with W (in, out) and b (out,).

    Gradients: ∂E/∂x = ∂E/∂y Wᵀ, ∂E/∂W = xᵀ ∂E/∂y, ∂E/∂b = the sum of ∂E/∂y over the batch.

    Raises:
        ValueError: if the shapes do not fit.

    >>> affine([[1.0, 2.0]], [[3.0], [4.0]], [5.0])
    array([[16.]])
    """
    x, W = operand("affine: x", x), operand("affine: W", W)
    if W.ndim != 2:
        raise ValueError(f"affine: W is (in, out), got the shape {W.shape}")
    if not x.ndim or x.shape[-1] != W.shape[0]:
        hint = "; W looks like (out, in): use linear(x, W, b)" if x.ndim and x.shape[-1] == W.shape[1] else ""
        raise ValueError(
            f"affine: x {x.shape} and W {W.shape}, which is (in, out): the last axis of x must have "
            f"{W.shape[0]} numbers{hint}"
        )
    return _biased("affine", x @ W, b, W.shape[1:])


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """yₒ = Σᵢⱼ x₁ᵢ Wₒᵢⱼ x₂ⱼ + bₒ.

    Shapes: input1 (*, I) and input2 (*, J) with the same axes in front, weight (O, I, J), bias (O,), result
    (*, O).

    Raises:
        ValueError: if the shapes do not fit.

    >>> bilinear([[1.0, 2.0]], [[3.0]], [[[1.0], [1.0]]], [5.0])
    array([[14.]])
    """
    x1, x2 = operand("bilinear: input1", input1), operand("bilinear: input2", input2)
    w = operand("bilinear: weight", weight)
    fits = w.ndim == 3 and x1.ndim and x2.ndim and x1.shape[:-1] == x2.shape[:-1]
    if not fits or (x1.shape[-1], x2.shape[-1]) != w.shape[1:]:
        raise ValueError(
            f"bilinear: input1 {x1.shape}, input2 {x2.shape} and weight {w.shape}: the shapes are (*, I), "
            "(*, J) and (O, I, J)"
        )
    return _biased("bilinear", ac.einsum("...i,oij,...j->...o", x1, w, x2), bias, w.shape[:1])


def _biased(name: str, y: Any, bias: Any, shape: tuple[int, ...]) -> Any:
    if bias is None:
        return y
    b = operand(f"{name}: bias", bias)
    if b.shape != shape:
        raise ValueError(f"{name}: the bias has the shape {shape}, got {b.shape}")
    return y + b
