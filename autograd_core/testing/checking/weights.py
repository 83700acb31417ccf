"""By how much to move arguments, and how much each result counts."""

from typing import Any

import numpy as np


def scale(array: Any) -> Any:
    """By how much it makes sense to move each number: its own size, or a tenth of that of its neighbours."""
    size = np.abs(np.where(np.isfinite(array), array, 0))
    typical = float(np.median(size[size > 0])) if size.any() else 1.0
    return np.maximum(size, (0.1 if size.any() else 1.0) * typical).astype(array.dtype)


def counts(y: Any) -> Any:
    """Which results can be told apart from infinity when their arguments move."""
    return np.isfinite(y) & (np.abs(np.nan_to_num(y).astype(float)) < 1e307)


def weights(values: list[Any]) -> list[Any]:
    """Random positive weights of results, by which each counts about 1, an infinite one 0.

    Positive, because a sum of convex functions has a kink where one of them has.
    """
    rng = np.random.default_rng(0)
    return [
        rng.uniform(0.5, 1.5, y.shape) * counts(y) / scale(np.where(counts(y), y, 0).astype(float))
        for y in values
    ]
