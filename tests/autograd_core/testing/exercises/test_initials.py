"""Marks for initial values: right ones are in test_grading, here is what is said of wrong ones."""

import numpy as np
import pytest

from autograd_core.testing import grade


def drawn(sigma, mean=0.0):
    return lambda n, m, rng: mean + sigma(n, m) * rng.standard_normal((n, m))


@pytest.mark.parametrize(
    ("sigma", "said"),
    [
        (lambda n, m: 2 / n, "2/n_in is the variance σ², and here it is σ"),
        (lambda n, m: (2 / n) ** 0.25, "the root was taken twice"),
        (lambda n, m: (1 / n) ** 0.5, "that is 1/n_in"),
        (lambda n, m: (2 / m) ** 0.5, "that is 2/n_out"),
        (lambda n, m: (2 / (n + m)) ** 0.5, "that is 2/(n_in + n_out)"),
        (lambda n, m: 0.3, "0.08944, right is 0.005\n"),
    ],
)
def test_wrong_variances_are_recognised(sigma, said):
    mark = grade("7.2-1", drawn(sigma))
    assert (mark.points, mark.out_of) == (3, 4)
    assert "✗ the variance 2/n_in: " in str(mark)
    assert said in str(mark)


def test_what_else_may_be_wrong():
    right = drawn(lambda n, m: (2 / n) ** 0.5)
    assert "turned round" in str(grade("7.2-1", lambda n, m, rng: right(n, m, rng).T))
    assert "✗ the mean 0: it is 0.5" in str(grade("7.2-1", drawn(lambda n, m: (2 / n) ** 0.5, 0.5)))
    own = np.random.default_rng(0)
    assert "draw by rng" in str(grade("7.2-1", lambda n, m, rng: right(n, m, own)))
    assert "returns nothing yet" in str(grade("7.2-1", lambda n, m, rng: ...))
    assert "an array of the shape (n_in, n_out), got 'W'" in str(grade("7.2-1", lambda n, m, rng: "W"))
    assert not grade("7.2-2", right)
    with pytest.raises(TypeError, match=r"init\(n_in, n_out, rng\)"):
        grade("7.2-1", 3)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (lambda y: np.mean(y**2), "it is turned round"),
        (lambda y: 1 / np.var(y), "what the next layer feels is E[f²]"),
        (lambda y: np.mean(y**2) ** -0.5, "its square is asked for"),
        (lambda y: 7.0, "7, right is 2"),
    ],
)
def test_wrong_gains_are_recognised(of, said):
    z = np.random.default_rng(1).standard_normal(100_000)
    mark = grade("7.2-3", lambda f: of(f(z)))
    assert not mark
    assert said in str(mark)


def test_a_gain_is_a_number():
    assert "returns nothing yet" in str(grade("7.2-3", lambda f: ...))
    assert "a number is asked for" in str(grade("7.2-3", lambda f: np.ones(3)))
    with pytest.raises(TypeError, match=r"gain\(f\)"):
        grade("7.2-3", 2.0)
