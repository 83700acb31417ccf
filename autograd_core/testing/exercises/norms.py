"""Grading what a batch normalisation remembers of its training, and uses when it predicts."""

from collections.abc import Iterator

import numpy as np

from autograd_core.testing.exercises.dropouts import predicted
from autograd_core.testing.exercises.marking import Array, Part
from autograd_core.testing.exercises.regressions import UNWRITTEN
from autograd_core.testing.layers.handmade import Handmade

NAME = "the prediction"
STEPS = 500
"""So often one batch is shown: of the start of a moving mean that keeps 99 % of itself, 1 % is left."""


def judge_norm_prediction(made: Handmade, x: Array, gamma: Array, beta: Array) -> Iterator[Part]:
    """The remembered statistics, however they are made; nothing of a layer without a way to predict.

    After many times the same batch they are that batch's, so it is predicted as it was normalised, up to the
    choice between the biased and the unbiased variance, and each datum by itself is predicted as in company.
    """
    layer = made.fresh()
    try:
        for _ in range(STEPS):
            layer.forward(x.copy())
        out = predicted(layer, x.copy())
        if out is None:
            return
        words = _wrong(out, predicted(layer, x[:1].copy()), x, gamma, beta)
    except Exception as error:
        words = f"it raises {type(error).__name__}: {error}"
    yield Part(NAME, not words, words)


def _wrong(out: Array, alone: Array | None, x: Array, gamma: Array, beta: Array) -> str:
    if out.dtype.kind not in "fiu":
        return UNWRITTEN
    if out.shape != x.shape:
        return f"its shape is {out.shape} instead of {x.shape}"
    if alone is None or not np.allclose(out[:1], alone):
        return (
            "the prediction of a datum depends on the batch that it comes with: take the running statistics"
        )
    centred = x - x.mean(axis=0)
    right = [gamma * centred / x.std(axis=0, ddof=ddof) + beta for ddof in (0, 1)]
    if any(np.allclose(out, r, rtol=0.03, atol=0.03) for r in right):
        return ""
    if np.allclose(out, gamma * x + beta):
        return "nothing is remembered: the running mean and variance are what they were at first"
    if any(np.allclose(out, (r - beta) / gamma, rtol=0.03, atol=0.03) for r in right):
        return "γ and β are missing"
    return "it is not γ (x − μ)/√(v + ε) + β with the mean μ and the variance v of many batches"
