"""The walk back through a recurrence: by hand and written out in rows, the same computation."""

import numpy as np
import pytest

import autograd_core as ac
from nn.functional import recurrences

ROWS = {
    "rnn": ("_rnn", recurrences._rnn_back, 1, {"nonlinearity": "tanh"}),
    "relu": ("_rnn", recurrences._rnn_back, 1, {"nonlinearity": "relu"}),
    "lstm": ("_lstm", recurrences._lstm_back, 4, {}),
    "gru": ("_gru", recurrences._gru_back, 3, {}),
}


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (7, 3, 2, 5), (40, 30, 4, 70), (3, 2, 3, 300), (5, 0, 2, 3)])
@pytest.mark.parametrize("name", ROWS)
def test_the_walk_by_hand_is_the_one_that_is_written_out(monkeypatch, name, shape, kind):
    forward, back, gates, words = ROWS[name]
    steps, batch, inputs, size = shape
    rng = np.random.default_rng(1)
    of = lambda *shape: (rng.normal(size=shape) / np.sqrt(shape[-1])).astype(kind)
    w, u = of(gates * size, inputs), of(gates * size, size)
    states = [of(batch, size) for _ in range(2 if name == "lstm" else 1)]
    x, b, d = of(steps, batch, inputs), of(gates * size), of(gates * size)
    found = getattr(recurrences, forward)(x, *states, w, u, b, d, **words)
    z, residuals = found if isinstance(found, tuple) else (found, {})
    g = of(*z.shape)
    by_hand = back(g, z, x, *states, w, u, **residuals, **words)
    monkeypatch.setattr(recurrences, "_by_hand", lambda *arrays: False)
    written_out = back(g, z, x, *states, w, u, **residuals, **words)
    for a, b in zip(by_hand, written_out, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-5 if kind == "float32" else 1e-12)


def test_when_it_is_walked_by_hand():
    f, d = np.ones((4, 3, 2), np.float32), np.ones((4, 3, 2))
    assert recurrences._by_hand(f, f, f)
    assert not recurrences._by_hand(f, f, d)
    assert not recurrences._by_hand(f[None], f)
    assert not recurrences._by_hand(f[:0], f[:0])
    assert not recurrences._by_hand(ac.Tensor(f), f)
