"""Marks for what a batch normalisation predicts."""

import numpy as np
import pytest

from autograd_core.testing import grade
from tests.autograd_core.testing import lecture_layers as layers


class Remembering(layers.BatchNorm):
    """With a way to predict; the parts of it are what the wrong ones change."""

    def forward(self, x, training=True):
        return super().forward(x) if training else self.predicted(x)

    def predicted(self, x):
        return self.gamma * (x - self.running_mean) / np.sqrt(self.running_var + 1e-8) + self.beta


def test_the_right_one_and_one_with_the_unbiased_variance():
    class Unbiased(Remembering):
        def predicted(self, x):
            return self.gamma * (x - self.running_mean) / np.sqrt(self.running_var * 6 / 5) + self.beta

    class Slow(Remembering):
        def __init__(self, gamma, beta):
            super().__init__(gamma, beta, momentum=0.99)

    for answer in (Remembering, Unbiased, Slow):
        mark = grade("2-7", answer)
        assert mark, str(mark)
        assert "✓ the prediction" in str(mark)


def test_without_a_way_to_predict_none_is_asked():
    mark = grade("2-7", layers.BatchNorm)
    assert mark
    assert "prediction" not in str(mark)


@pytest.mark.parametrize(
    ("predicted", "said"),
    [
        (lambda self, x: ..., "returns nothing yet"),
        (lambda self, x: None, "returns nothing yet: compute"),
        (lambda self, x: x @ x, "it raises ValueError"),
        (lambda self, x: self.gamma * (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8), "depends on the batch"),
        (lambda self, x: self.gamma * x + self.beta, "nothing is remembered"),
        (lambda self, x: (x - self.running_mean) / np.sqrt(self.running_var), "γ and β are missing"),
        (lambda self, x: (x - self.running_mean) / self.running_var, "it is not γ (x − μ)/√(v + ε) + β"),
        (lambda self, x: self.running_mean, "its shape is (3,) instead of (6, 3)"),
    ],
)
def test_wrong_predictions(predicted, said):
    mark = grade("2-7", type("Wrong", (Remembering,), {"predicted": predicted}))
    assert (mark.points, mark.out_of) == (5, 6), str(mark)
    assert "✗ the prediction" in str(mark)
    assert said in str(mark)
