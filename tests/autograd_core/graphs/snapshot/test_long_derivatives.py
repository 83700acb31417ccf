"""What nobody would read is not written, and what a sweep released still has its shape."""

import numpy as np
import pytest

import autograd_core as ac
import nn


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_the_derivative_of_a_recurrence_is_no_text(name):
    """Written out, that of an LSTM doubles with every step: 4 million letters at 10 of them."""
    g = ac.graph(getattr(nn, name)(3, 4, batch_first=True), (2, 40, 3), names=None)
    (edge,) = [e for e in g.edges if e.source.name == "input" and e.argument == 0]
    assert all(len(e.local or "") < 500 for e in g.edges)
    assert "…" in {e.local for e in g.edges}
    assert "…" in {(e.rule or "")[-1:] for e in g.edges}
    for mode in ("forward", "both", "panels"):
        assert len(g.viewed(mode).source) < 100_000
    assert edge.source.shape == (2, 40, 3)


@pytest.mark.parametrize("steps", [1, 3])
def test_the_rules_of_a_gru_can_be_written(steps):
    g = ac.graph(nn.GRU(3, 4, num_layers=2, bidirectional=True), (steps, 2, 3), names=None)
    assert all(e.rule is None or e.rule for e in g.edges)


RELEASED = {
    "index": lambda x: x[np.arange(300) % 70],
    "indices": lambda x: x[np.arange(300) % 70, np.arange(300) % 70],
    "small index": lambda x: x[np.array([0, 2])],
    "joined": lambda x: ac.concatenate([x, np.ones((300, 70))]),
    "mask": lambda x: ac.where(np.ones((70, 70), bool), x, 0.0),
    "other dtype": lambda x: x * np.ones(70, np.float32),
}


@pytest.mark.parametrize("mode", ["forward", "backward", "both", "panels"])
@pytest.mark.parametrize("name", RELEASED)
def test_plain_arrays_have_a_shape_after_backward(name, mode):
    x = ac.randn(70, 70, requires_grad=True, name="x")
    z = (RELEASED[name](x) * np.float64(2)).sum()
    before = [(n.kind, n.shape, n.dtype) for n in ac.graph({"z": z}, names=None)]
    z.backward()
    after = ac.graph({"z": z}, names=None, mode=mode)
    assert [(n.kind, n.shape, n.dtype) for n in after] == before
    assert after.source
    assert ac.graph({"z": z}, names=None, mode=mode, fold="unnamed").source
    assert [n.value for n in after if n.kind == "const" and n.shape == ()][-1] == 2


@pytest.mark.parametrize(
    "layer", [nn.CircularPad2d(1), nn.ConstantPad2d(1, 2.5)], ids=["circular", "constant"]
)
def test_padding_is_drawn_after_backward(layer):
    x = ac.randn(2, 3, 6, 6, requires_grad=True, name="x")
    z = (layer(x) ** 2).sum()
    z.backward()
    assert ac.graph({"z": z}, mode="both", names=None).source


@pytest.mark.parametrize(
    "settings", [{}, {"fold": "unnamed"}, {"depth": 0}], ids=["open", "folded", "closed"]
)
def test_a_factor_that_is_expanded_keeps_its_axes(settings):
    x = [np.arange(12.0).reshape(3, 4) ** k for k in (1, 0.5, 0.1)]
    g = ac.graph(nn.TripletMarginLoss(), *x, names=None, **settings)
    assert [e.rule for e in g.edges if e.local is not None].count(None) == 0
    assert all(e.local_value is None or np.shape(e.local_value) == e.source.shape for e in g.edges)
