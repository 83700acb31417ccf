"""The heat view: time, bytes kept and arithmetic per operation."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.snapshot.records import Node


def network():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2), nn.BatchNorm(2))
    return ac.graph(model, rng.standard_normal((16, 4)))


def words(g):
    return {place.op: mark.word for place, mark in g.marks.items() if isinstance(place, Node)}


def test_the_arithmetic_of_products_and_maps():
    found = words(network().heat("flops"))
    assert found["matmul"].startswith("512 FLOP")
    assert found["add"].startswith("32 FLOP")
    assert sum(n.flops for n in network()) == 2 * 16 * 4 * 8 + 2 * 16 * 8 * 2 + 16 * 8 * 2 + 16 * 2 + 16 * 2


def test_the_bytes_that_the_derivatives_keep():
    x, w = ac.Tensor(np.ones((10, 10)), True, name="x"), ac.Tensor(np.ones((10, 10)), True, name="w")
    g = ac.graph({"z": (x * w + x).sum()}).heat("bytes")
    assert words(g) == {"multiply": "1.56 KiB · 100%"}, (
        "both factors of the product, once; nothing of the sum"
    )


def test_what_fused_kernels_keep_counts():
    g = network().heat("bytes")
    # x, weight and bias for the meaning; x̂, the deviation and the statistics from the kernel
    assert words(g)["batch_norm"].startswith("296 B")


def test_time_is_measured_for_every_operation():
    g = network().heat()
    assert set(words(g)) == {n.op for n in g if n.kind == "operation"}
    shares = [int(w.partition(" · ")[2].removesuffix("%")) for w in words(g).values()]
    assert all(0 <= s <= 100 for s in shares)
    assert "of forward and backward" in g.note


def test_the_darker_the_more():
    x = ac.Tensor(np.ones((50, 50)), True, name="x")
    g = ac.graph({"z": ac.exp(x @ x)}).heat("flops")
    styles = {place.op: mark.style for place, mark in g.marks.items() if isinstance(place, Node)}
    assert styles == {"matmul": "heat-4", "exp": "heat-0"}
    assert 'class="mark heat-4"' in g.source


def test_an_unknown_measure():
    with pytest.raises(ValueError, match="time, bytes, flops"):
        network().heat("money")


def test_a_folded_module_costs_what_is_in_it():
    whole = network().heat("flops")
    expected = {"Linear": "1.15 kFLOP · 62%", "relu": "128 FLOP · 7%"}
    for g in (whole.redrawn(fold=("0",)), network().redrawn(fold=("0",)).heat("flops").computed()):
        assert words(g).items() >= expected.items()
        assert g.note == whole.note
        assert words(g.whole()) == words(whole), "opened again, each costs its own"


def test_what_costs_anything_is_folded_as_ever_in_a_large_drawing():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, dim_feedforward=32), 12)
    cold = ac.graph(encoder, (2, 5, 16))
    hot = cold.heat("flops")
    drawn = hot.drawing.nodes
    assert [n.op for n in drawn] == [n.op for n in cold.drawing.nodes]
    (attention,) = [n for n in drawn if n.kind == "operation" and n.op == "MultiheadAttention"]
    one = sum(n.flops for n in attention.members)
    words = [mark.word for mark in hot.drawing.marks.values()]
    assert hot.drawing.marks[attention].word.startswith(f"{12 * one / 1e3:.0f} kFLOP"), "of all that it is"
    assert sum(int(word.rpartition(" · ")[2].removesuffix("%")) for word in words) == pytest.approx(
        100, abs=4
    )
    z = ac.Tensor(1.0, True, name="x")
    for _ in range(1_000):
        z = z * 1.0001
    assert ac.graph({"z": z}).heat("flops").source.count('class="op') < 400


def test_the_note_counts_alike_operations_together():
    """Of twelve equal products none is more than a twelfth, but the products are nearly all."""
    x = ac.Tensor(np.ones((8, 8)), True, name="x")
    y = x
    for _ in range(12):
        y = ac.tanh(y @ x)
    assert ac.graph({"y": y}).heat("flops").note.endswith("94% of it in matmul")
