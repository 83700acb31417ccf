"""Torch's `nn.utils`: clipping of gradients, and all parameters as one vector."""

from collections.abc import Iterable
from functools import partial
from math import inf, isfinite
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.checks import number

Array = np.ndarray[Any, Any]


def get_total_norm(
    tensors: Tensor | Iterable[Tensor], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """The norm of all numbers of the Tensors, as if they were one vector: (Σ |x|ⁿ)^(1/n).

    Args:
        tensors: Tensors, or one.
        norm_type: n > 0; inf for the largest |x|.
        error_if_nonfinite: whether to raise if it is infinite or NaN.

    Raises:
        ValueError: for n ≤ 0, or a norm that is not finite if it shall be.

    >>> get_total_norm([Tensor([3.0]), Tensor([[4.0]])]).item()
    5.0
    """
    norm = _norm("get_total_norm", [t.detach() for t in _listed("get_total_norm", tensors)], norm_type)
    _need_finite("get_total_norm", norm, error_if_nonfinite)
    return Tensor(norm)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Shorten all gradients together, if they are longer than `max_norm` as one vector.

    With ‖g‖ the norm of all, every g ← g · min(1, max_norm / (‖g‖ + 1e-6)), as in torch.

    Args:
        parameters: Tensors, or one; those without a gradient are skipped.
        max_norm: the length that is allowed, ≥ 0.
        norm_type: n > 0 of the norm; inf for the largest |g|.
        error_if_nonfinite: whether to raise if the norm is infinite or NaN; nothing is changed then.

    Returns:
        The norm before.

    Raises:
        ValueError: for a negative `max_norm`, n ≤ 0, or a norm that is not finite if it shall be.

    R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks (2013),
    algorithm 1. Chainer's GradientClipping and Keras' global_clipnorm are the same without 1e-6.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = [3.0, 4.0]
    >>> clip_grad_norm_([w], 1.0).item()
    5.0
    >>> w.grad
    Tensor([0.59999988, 0.79999984])
    """
    name = "clip_grad_norm_"
    if not number(f"{name}: max_norm", max_norm) >= 0:
        raise ValueError(f"{name}: max_norm is at least 0, got {max_norm!r}")
    having = [p for p in _listed(name, parameters) if p.grad is not None]
    norm = _norm(name, [p.grad.detach() for p in having if p.grad is not None], norm_type)
    _need_finite(name, norm, error_if_nonfinite)
    factor = float(max_norm) / (norm + 1e-6)
    if ac.traces.is_tracing():
        factor = ac.where(factor >= 1, 1.0, factor)
        for p in having:
            if p.grad is not None:
                p.grad = p.grad.detach() * factor.astype(p.dtype)
    elif not factor >= 1:  # NaN is passed on, that it be seen
        for p in having:
            if p.grad is not None:
                p.grad = p.grad.detach() * factor
    return Tensor(norm)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Bring every number of every gradient between −`clip_value` and `clip_value`.

    Args:
        parameters: Tensors, or one; those without a gradient are skipped.
        clip_value: the largest |g| that is allowed, ≥ 0.

    Raises:
        ValueError: for a negative `clip_value`.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = [3.0, -0.5]
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad
    Tensor([ 1. , -0.5])
    """
    bound = number("clip_grad_value_: clip_value", clip_value)
    if not bound >= 0:
        raise ValueError(f"clip_grad_value_: clip_value is at least 0, got {clip_value!r}")
    for p in _listed("clip_grad_value_", parameters):
        if p.grad is not None:
            p.grad = ac.clip(p.grad.detach(), -bound, bound)


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters as one vector, each in the order of its rows; recorded, so that gradients pass.

    Raises:
        ValueError: if there are none.

    >>> parameters_to_vector([Tensor([[1.0, 2.0]]), Tensor(3.0)])
    Tensor([1., 2., 3.])
    """
    every = _listed("parameters_to_vector", parameters)
    if not every:
        raise ValueError("parameters_to_vector: there are no parameters")
    vector: Tensor = ac.concatenate([p.reshape(-1) for p in every])
    return vector


def vector_to_parameters(vec: Any, parameters: Iterable[Tensor]) -> None:
    """Write a vector into the parameters, as `parameters_to_vector` made it of them; cast to their dtypes.

    Args:
        vec: a Tensor or an array with one axis.
        parameters: leaves; they stay the same objects.

    Raises:
        ValueError: if it has not as many numbers as they; nothing is changed then.

    >>> w = Tensor([[0.0, 0.0]], requires_grad=True)
    >>> vector_to_parameters([1.0, 2.0], [w])
    >>> w
    Tensor([[1., 2.]], requires_grad=True)
    """
    every = _listed("vector_to_parameters", parameters)
    array = vec.numpy() if isinstance(vec, Tensor) else np.asarray(vec)
    size = sum(p.size for p in every)
    if array.shape != (size,):
        raise ValueError(
            f"vector_to_parameters: the parameters have {size} numbers, vec has the shape {array.shape}"
        )
    start = 0
    for p in every:
        p.data = array[start : start + p.size].reshape(p.shape)
        start += p.size


def _listed(caller: str, tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    if hasattr(tensors, "parameters"):
        raise TypeError(f"{caller} takes Tensors, got a module: write model.parameters()")
    every = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    for i, t in enumerate(every):
        if not isinstance(t, Tensor):
            raise TypeError(f"{caller}: number {i} of what is given is a {type(t).__name__}, no Tensor")
    return every


def _norm(caller: str, tensors: list[Tensor], norm_type: float) -> Any:
    n = number(f"{caller}: norm_type", norm_type)
    if not n > 0:
        raise ValueError(f"{caller}: norm_type is above 0, or inf, got {norm_type!r}")
    if ac.traces.is_tracing():
        return _traced_norm(tensors, n)
    norms = [_norm_of(np.asarray(t).reshape(-1), n) for t in tensors]
    return _norm_of(np.array(norms), n)


def _traced_norm(tensors: list[Tensor], n: float) -> Any:
    """The same in a program that is traced."""

    def norm(x: Any) -> Any:
        size = ac.abs(x)
        if n == inf:
            return ac.max(size, initial=0.0)
        return ac.sqrt(ac.sum(x * x)) if n == 2 else ac.sum(size**n) ** (1 / n)

    norms = [ac.astype(norm(ac.traces.writable(t)), np.float64) for t in tensors if t.size]
    return norm(ac.stack(norms)) if norms else 0.0


def _norm_of(x: Array, n: float) -> float:
    if n == inf:
        return float(np.abs(x).max(initial=0.0))
    return float(np.linalg.norm(x, n)) if x.size else 0.0


def _need_finite(caller: str, norm: Any, needed: bool) -> None:
    if needed:
        ac.traces.required(partial(_check_finite, caller), norm)


def _check_finite(caller: str, norm: float) -> None:
    if not isfinite(norm):
        raise ValueError(
            f"{caller}: the norm is {norm}, so there is nothing to shorten by; look for the parameter whose "
            "gradient is not finite, or pass error_if_nonfinite=False"
        )
