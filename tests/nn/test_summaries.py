"""summary: what it counts, against numbers worked out by hand."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.tables import Table


def by_layer(table, name):
    return dict(zip(table["layer"], table[name], strict=True))


def test_an_mlp():
    model = nn.Sequential(nn.Linear(784, 100, rng=0), nn.BatchNorm(100), nn.ReLU(), nn.Linear(100, 10, rng=1))
    model[3].weight.requires_grad = False
    before = model.state_dict()
    table = nn.summary(model, (32, 784))
    assert by_layer(table, "output") == {
        "(model)": (32, 10), "0": (32, 100), "1": (32, 100), "2": (32, 100), "3": (32, 10),
    }  # fmt: skip
    assert by_layer(table, "trainable") == {"(model)": 0, "0": 78500, "1": 200, "2": 0, "3": 10}
    assert by_layer(table, "frozen")["3"] == 1000
    assert by_layer(table, "bytes")["1"] == 4 * 400 + 8  # two of four are buffers, and a count of batches
    flops = by_layer(table, "FLOPs")
    assert flops["0"] == 32 * 100 * (2 * 784 + 1)
    assert flops["2"] == 32 * 100
    assert flops["3"] == 32 * 10 * (2 * 100 + 1)
    assert table.totals["trainable"] + table.totals["frozen"] == model.num_parameters()
    assert table.totals["FLOPs"] == sum(flops.values())
    assert table.totals["output bytes"] == 4 * 32 * (100 + 100 + 100 + 10)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    text = str(table)
    assert "parameters 79,710, 1,000 of them frozen" in text
    assert "Linear(784 → 100)" in text
    pandas = pytest.importorskip("pandas")
    assert list(pandas.DataFrame(table)["trainable"]) == table["trainable"]
    assert table.rows[1]["module"] == "Linear(784 → 100)"


def test_convolutions_and_recurrent_layers():
    conv = nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2, rng=0)
    table = nn.summary(conv, (5, 4, 8, 8))
    assert table["output"] == [(5, 6, 4, 4)]
    assert table["FLOPs"] == [2 * 5 * 6 * 16 * (2 * 9) + 5 * 6 * 16]
    back = nn.ConvTranspose2d(4, 6, 2, stride=2, bias=False, rng=0)
    assert nn.summary(back, (5, 4, 8, 8))["FLOPs"] == [2 * 5 * 4 * 64 * (6 * 4)]
    lstm = nn.LSTM(3, 7, rng=0)
    table = nn.summary(lstm, (11, 5, 3))
    assert table["output"] == [(11, 5, 7)]
    products = 2 * 11 * 5 * 4 * 7 * (3 + 7)
    assert products <= table["FLOPs"][0] < 1.2 * products


@pytest.mark.parametrize(
    ("subscripts", "shape", "weight", "wanted"),
    [
        ("bij,ijk->bk", (2, 3, 4), (3, 4, 5), 2 * 2 * 3 * 4 * 5),
        ("bi,bj->bij", (2, 3), (2, 4), 2 * 2 * 3 * 4),
        ("...i,ij->...j", (6, 2, 3), (3, 5), 2 * 6 * 2 * 3 * 5),
    ],
)
def test_einsum(subscripts, shape, weight, wanted):
    class Product(nn.Module):
        def __init__(self):
            self.w = nn.Parameter(np.ones(weight))

        def forward(self, x):
            return ac.einsum(subscripts, x, self.w)

    assert nn.summary(Product(), shape).totals["FLOPs"] == wanted


def test_shared_modules_and_nests_count_once():
    class Net(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(4, 4, rng=0)
            self.block = nn.Sequential(self.fc, nn.Dropout(0.5))
            self.tied = self.fc.weight

        def forward(self, x):
            return self.block(self.fc(x)) @ self.tied

    net = Net()
    ac.manual_seed(3)
    state = ac.generator().bit_generator.state
    table = nn.summary(net, np.ones((2, 4)))
    assert ac.generator().bit_generator.state == state
    assert table["layer"] == ["(model)", "fc", "block", "block.1"]
    assert table.totals["trainable"] == 20
    assert by_layer(table, "FLOPs")["fc"] == 2 * 2 * 4 * (2 * 4 + 1)  # called twice
    assert by_layer(table, "FLOPs")["(model)"] == 2 * 4 * 2 * 4
    assert not any(m._hooks.after for _, m in net.named_modules())


def test_several_inputs_and_errors():
    class Two(nn.Module):
        def forward(self, x, y):
            return x * y

    assert nn.summary(Two(), (3, 4), np.ones((3, 1))).totals["FLOPs"] == 12
    with pytest.raises(TypeError, match="a Module is needed, got function"):
        nn.summary(lambda x: x, (3,))
    with pytest.raises(TypeError, match="an input is needed"):
        nn.summary(nn.ReLU())
    with pytest.raises(ValueError, match="needs 4 numbers"):
        nn.summary(nn.Linear(4, 2), (3, 3))
    assert str(Table([])) == ""
