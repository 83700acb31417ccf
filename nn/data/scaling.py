"""Standardising inputs with the mean and deviation of the training data."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import autograd_core as ac
from nn.data.composing import plain
from nn.data.dataset import Dataset

Array = np.ndarray[Any, Any]


class Standardizer:
    """z = (x − μ) / σ, with the mean μ and the deviation σ of the data that it was fitted on.

    Fit it on the training data only and use it on all: the test data are then scaled as in practice, with
    numbers that were known before them. σ² = (1/N) Σ (x − μ)². A column that is constant in the training data
    has σ = 1 here, so it becomes 0. γz + β has the mean β and the variance γ².

    Args:
        axis: the axes that are averaged over: 0 for a table (N, D); (0, 2, 3) for the channels of pictures.

    scikit-learn's StandardScaler does the same for tables. Sums are in float64; results have the dtype of x,
    integers that of the layers.

    >>> x = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> scale = Standardizer().fit(x)
    >>> scale.transform(x)
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> scale.inverse_transform([[0.0, 0.0]])
    array([[2., 5.]])
    """

    def __init__(self, axis: int | tuple[int, ...] = 0) -> None:
        self.axis = axis
        self.mean: Array | None = None
        self.std: Array | None = None

    def fit(self, x: Any) -> "Standardizer":
        """Take μ and σ from these data, an array or the inputs of a Dataset.

        Raises:
            ValueError: if there are no data, or some are not finite.
            TypeError: if they are no numbers.
        """
        x = _numbers("fit", x.x if isinstance(x, Dataset) else x)
        if not x.size:
            raise ValueError(f"Standardizer.fit: at least one datum is needed, got the shape {x.shape}")
        if not np.isfinite(x).all():
            raise ValueError(
                f"Standardizer.fit: {np.sum(~np.isfinite(x))} of {x.size} numbers are not finite; leave "
                "those data out or put a number there"
            )
        mean = x.mean(self.axis, dtype=np.float64, keepdims=True)
        if len(mean) != 1:
            raise ValueError(
                f"Standardizer: axis holds 0, along which the data lie, got axis={self.axis} for {x.shape}"
            )
        # as shares of the largest, whose squares are neither 0 nor infinite
        apart = x - mean
        most = np.abs(apart).max(self.axis, keepdims=True)
        deviation = most * np.sqrt(
            np.square(apart / np.where(most > 0, most, 1)).mean(self.axis, keepdims=True)
        )
        # compared and not computed: the mean of equal numbers may be rounded
        constant = x.max(self.axis, keepdims=True) == x.min(self.axis, keepdims=True)
        self.mean = np.where(constant, x.min(self.axis, keepdims=True), mean)[0]
        self.std = np.where(constant, 1.0, deviation)[0]
        return self

    def transform(self, x: Any) -> Any:
        """(x − μ) / σ for an array, a Tensor or a Dataset, which gives the like.

        Raises:
            RuntimeError: before fit.
            ValueError: if the columns are others than in fit.
        """
        if isinstance(x, Dataset):
            return x.replaced(self.transform(x.x), x.t)
        x, mean, std = self._fitting("transform", x)
        return (x - mean) / std

    def inverse_transform(self, z: Any) -> Any:
        """σz + μ, the numbers that transform made z of; raises like transform."""
        z, mean, std = self._fitting("inverse_transform", z)
        return z * std + mean

    def state_dict(self) -> dict[str, Any]:
        """μ and σ, for `nn.save`; raises RuntimeError before fit."""
        mean, std = self._fitted("state_dict")
        return {"mean": mean.copy(), "std": std.copy()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take μ and σ from what state_dict gave.

        Raises:
            ValueError: if one is missing, the shapes differ, or σ is not positive; nothing is changed then.
        """
        if set(state) != {"mean", "std"}:
            raise ValueError(f"Standardizer: the state holds mean and std, got {sorted(state)}")
        mean, std = (np.array(state[name], np.float64) for name in ("mean", "std"))
        if mean.shape != std.shape or not (std > 0).all() or not np.isfinite(mean).all():
            raise ValueError(
                f"Standardizer: mean {mean.shape} and std {std.shape} have one shape, std is positive"
            )
        self.mean, self.std = mean, std

    def _fitted(self, what: str) -> tuple[Array, Array]:
        if self.mean is None or self.std is None:
            raise RuntimeError(f"Standardizer.{what}: call fit with the training data first")
        return self.mean, self.std

    def _fitting(self, what: str, x: Any) -> tuple[Any, Array, Array]:
        """x, μ and σ in the dtype of x."""
        mean, std = self._fitted(what)
        if not isinstance(x, ac.Tensor):
            x = _numbers(what, x)
        if x.dtype.kind != "f":
            x = x.astype(ac.layer_dtype())
        shape = x.shape[1:]
        fits = len(shape) == mean.ndim and all(n in (1, m) for n, m in zip(mean.shape, shape, strict=True))
        if not fits:
            raise ValueError(
                f"Standardizer.{what}: fitted on data with μ of the shape {mean.shape}, got data of the "
                f"shape {tuple(x.shape)}"
            )
        return x, mean.astype(x.dtype), std.astype(x.dtype)

    def __repr__(self) -> str:
        fitted = "not fitted" if self.mean is None else f"fitted, {self.mean.size} means"
        return f"Standardizer(axis={self.axis}; {fitted})"


def _numbers(what: str, given: Any) -> Array:
    if isinstance(given, tuple) and any(hasattr(part, "__len__") for part in given):
        raise TypeError(f"Standardizer.{what} takes one array, the inputs alone, got a tuple of {len(given)}")
    x = plain(given)
    if x.dtype.kind not in "fiub" or not x.ndim:
        raise TypeError(f"Standardizer.{what} takes an array of numbers, got {x.dtype} {x.shape}")
    return x
