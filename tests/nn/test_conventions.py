"""The table of conventions: what others choose, what this library does, and the errors of the lecture."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import GradientError, Tensor
from nn.comparing import COLUMNS, UNSEEN
from tests.nn.oracle import torch

ROOT = Path(__file__).parent.parent.parent


def cell(convention, column="here"):
    (row,) = [r for r in nn.conventions().rows if r["convention"].startswith(convention)]
    return row[column]


def erratum(number):
    (row,) = [r for r in nn.conventions().errata.rows if r["number"] == number]
    return row


def test_what_the_library_does_where_the_lecture_says_something():
    """The defaults of what the lecture names are the lecture's."""
    same = ["layout", "squared", "slope", "BatchNorm", "dropout", "momentum", "L2", "start"]
    for convention in same:
        said = cell(convention, "lecture").replace(" / open", "")
        assert said in cell(convention), convention
    assert cell("BatchNorm") == "1e-08 / biased; BatchNorm1d: 1e-05 / unbiased"
    assert cell("Adam") == "bias-corrected, 1e-08"  # its first form; the rewritten one is form="lecture"
    assert cell("tie") == "split; relu(0) → 0"
    assert cell("cross entropy") == "log-sum-exp"


def test_the_column_follows_the_convention_that_holds():
    with nn.convention("torch"):
        assert cell("slope") == "0.01 (functional: 0.01)"
        assert cell("BatchNorm") == "1e-05 / unbiased; BatchNorm1d: 1e-05 / unbiased"
        assert cell("dropout") == "inverted (functional: inverted)"
        assert cell("momentum") == "v ← αv + g; θ ← θ − λv" == cell("momentum", "PyTorch")
        assert cell("layout").startswith("(in, out)")  # layouts never change
    assert cell("slope") == "0.1 (functional: 0.01)"


@pytest.mark.parametrize(
    ("convention", "change", "found"),
    [
        ("slope", lambda m: m.setattr(nn.LeakyReLU, "__init__", _slope(0.2)), "0.2 (functional: 0.01)"),
        (
            "squared",
            lambda m: m.setattr(nn.HalfMSELoss, "forward", lambda s, y, t: ((y - t) ** 2).sum() / 2),
            "½ sum",
        ),
        ("dropout", lambda m: m.setattr(nn.Dropout, "forward", lambda s, x: x), "inverted"),
        ("tie", lambda m: m.setattr(ac, "maximum", lambda x, y: x), "1 to the first"),
        ("Adam", lambda m: m.setattr(optim, "Adam", lambda p, lr: optim.SGD(p, lr)), None),
    ],
    ids=["slope", "squared", "dropout", "tie", "Adam"],
)
def test_the_column_is_found_by_trying(monkeypatch, convention, change, found):
    change(monkeypatch)
    if found is None:
        with pytest.raises(KeyError):
            cell(convention)
    else:
        assert found in cell(convention)


def _slope(value):
    def init(self, negative_slope=None):
        self.negative_slope = value

    return init


def test_the_column_of_torch_is_torchs():
    th = torch()
    t = th.nn
    assert cell("slope", "PyTorch") == f"{t.LeakyReLU().negative_slope:g}"
    assert t.Linear(2, 3).weight.shape == (3, 2)
    assert cell("layout", "PyTorch") == "(out, in)"
    assert float(t.MSELoss()(th.ones(2, 3), th.zeros(2, 3))) == 1
    assert cell("squared", "PyTorch") == "mean over all elements"
    norm = t.BatchNorm1d(1)
    norm(th.tensor([[0.0], [2.0]]))
    assert float(norm.running_var) == pytest.approx(1.1)
    assert cell("BatchNorm", "PyTorch") == f"{norm.eps:g} / unbiased"
    assert float(t.Dropout().eval()(th.ones(1))) == 1
    assert cell("dropout", "PyTorch") == "inverted"
    w = th.zeros(1, dtype=th.float64, requires_grad=True)
    w.grad = th.tensor([1e-8], dtype=th.float64)
    th.optim.Adam([w], lr=1.0).step()
    assert float(w.detach()) == pytest.approx(-0.5)
    assert cell("Adam", "PyTorch") == "bias-corrected, 1e-08"
    assert np.isfinite(float(t.CrossEntropyLoss()(th.tensor([[0.0, 1e4]]), th.tensor([0]))))


def test_rows_are_data():
    pandas = pytest.importorskip("pandas")
    table = nn.conventions()
    frame = pandas.DataFrame(table)
    assert tuple(frame.columns) == COLUMNS == tuple(table)
    assert frame.shape == (11, 8)
    assert frame.to_dict("records") == table.rows
    assert pandas.DataFrame(table.errata).shape == (18, 4)
    assert all(isinstance(value, str) and value for row in table.rows for value in row.values())


def test_text_fits_into_a_window_and_html_is_escaped():
    table = nn.conventions()
    *blocks, errors = str(table).split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == table["convention"]
    assert (
        "  lecture, DL-from-scratch 1, DeZero: (in, out)\n  Chainer, PyTorch, tinygrad: (out, in)"
        in blocks[0]
    )
    for block in blocks:
        assert all(block.count(name) >= 1 for name in COLUMNS[1:])
    assert errors.count("\n      here: ") == 18
    assert max(map(len, str(table).splitlines())) <= 120
    assert repr(table) == str(table)
    page = table._repr_html_()
    assert page.count("<table>") == 2
    assert page.count("<tr>") == 1 + 11 + 1 + 18
    assert "&quot;paper&quot;" in page


def test_the_table_leaves_random_numbers_alone_and_works_unrecorded():
    ac.manual_seed(0)
    wanted = ac.rand(3).tolist()
    ac.manual_seed(0)
    with ac.no_grad():
        recorded = str(nn.conventions())
    assert ac.rand(3).tolist() == wanted
    assert recorded == str(nn.conventions())


def test_without_optim_the_rows_of_optimizers_say_so():
    program = "import nn; print([r['here'] for r in nn.conventions().rows if 'optim' in r['here']])"
    out = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    assert out.stdout.strip() == repr([UNSEEN] * 3)


# ---- the errors of the lecture that concern words ----------------------------------------------------------


def test_every_erratum_is_listed_once():
    numbers = [row["number"] for row in nn.conventions().errata.rows]
    assert numbers == [f"E{n}" for n in range(1, 19)]


def test_moments_and_names_of_settings():
    """Row E11: adaptive moments; the step size, the momentum and the weight of a penalty have three names."""
    assert "moments" in optim.Adam.__doc__
    assert "adaptive momentum" not in optim.Adam.__doc__.lower()
    w = nn.Parameter(np.ones((1, 1)))
    assert {"lr", "momentum"} <= set(optim.Momentum([w]).param_groups[0])
    assert optim.L2(0.25).alpha == 0.25
    assert "moments" in erratum("E11")["here"]


def test_the_last_output_is_one_number_or_has_a_seed():
    """Row E12: of an array the gradient that arrives has to be given."""
    x = Tensor([1.0, 2.0], True)
    with pytest.raises(GradientError, match="gradient"):
        (x * x).backward()
    (x * x).backward([1.0, 10.0])
    np.testing.assert_array_equal(x.grad, [2, 40])
    y = Tensor([[3.0]], True)
    (y * y).sum().backward()
    assert y.grad.item() == 6


def test_notebooks_are_called_as_the_lecture_calls_them():
    """Row E13: 3-1-x stands where 2-3-x is expected; the names stay, so that they are found."""
    row = erratum("E13")
    assert (row["section"], "3-1-1" in row["text"]) == ("5.2", True)


def test_y_is_the_prediction_and_t_the_target():
    """Row E14: one letter has one meaning, in signatures and in pictures."""
    loss = nn.HalfMSELoss()(Tensor([[1.0]], True) * 1, np.array([[2.0]]))
    names = {node.name for node in ac.graph(loss, names=None).nodes}
    assert "t" in names
    assert "y is the prediction" in erratum("E14")["here"]


def test_slips_of_the_pen_are_not_copied():
    """Row E16: nowhere in this library."""
    slips = (
        "decent",
        "batch regulari",
        "偏微分微分",
        "バッチ正則化",
        "一つするとき",
        "多い場合が多い",
        "勾配収束",
    )
    sources = [p for package in ("autograd_core", "nn", "optim") for p in (ROOT / package).rglob("*.py")]
    assert len(sources) > 100
    for path in sources:
        if path.name == "errata.py":  # which tells of them
            continue
        text = path.read_text(encoding="utf-8").lower()
        assert not [slip for slip in slips if slip in text], path


def test_the_rule_of_running_statistics_is_documented():
    """Row E17: running ← (1 − momentum) · running + momentum · batch, momentum 0.1."""
    rule = "running ← (1 − momentum) · running + momentum · batch"
    assert rule in " ".join(nn.BatchNorm.__doc__.split())
    assert rule in erratum("E17")["here"]
    layer = nn.BatchNorm(1, dtype=float)
    x = np.array([[1.0], [5.0]])
    layer(x)
    np.testing.assert_allclose(layer.running_mean.numpy(), [0.9 * 0 + 0.1 * 3])
    np.testing.assert_allclose(layer.running_var.numpy(), [0.9 * 1 + 0.1 * 4])
