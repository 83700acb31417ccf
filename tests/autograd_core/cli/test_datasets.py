"""The data that `autograd-core train` takes, and what it says where they are missing."""

import json

import numpy as np
import pytest

from autograd_core.cli import main
from autograd_core.cli.datasets import DATA, PICTURES, TABLES, load
from autograd_core.cli.models import MODELS
from autograd_core.cli.problem import Problem
from nn.data import finding

pytest.importorskip("matplotlib")


@pytest.fixture
def _nowhere(monkeypatch, tmp_path):
    monkeypatch.setattr(finding, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(finding, "SYSTEM", tmp_path / "system")
    monkeypatch.delenv(finding.VARIABLE, raising=False)


@pytest.mark.parametrize("name", [name for name in DATA if name not in ("mnist-full", "fashion")])
def test_embedded_data_train(name, tmp_path, capsys):
    assert main(["train", "--data", name, "--limit", "100", "--epochs", "2", "-o", str(tmp_path)]) == 0
    numbers = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert numbers["settings"]["data"] == name
    assert numbers["epochs"][1]["loss"] < numbers["epochs"][0]["loss"]
    assert "test accuracy " in capsys.readouterr().out


def test_tables_are_standardised_with_the_training_data():
    assert sorted((*PICTURES, *TABLES)) == sorted(DATA)
    train, test = load("wine")
    np.testing.assert_allclose(train.x.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(train.x.std(0), 1, atol=1e-5)
    assert 0.01 < np.abs(test.x.mean(0)).max() < 1


def test_a_convolutional_net_is_trained_on_pictures(tmp_path):
    words = ["--model", "cnn", "--schedule", "one-cycle", "--lr", "0.01", "--epochs", "3"]
    assert main(["train", "--data", "digits", *words, "-o", str(tmp_path)]) == 0
    numbers = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
    assert numbers["settings"]["schedule"] == "one-cycle"
    assert numbers["epochs"][-1]["valid_accuracy"] > 0.92
    (graph,) = tmp_path.glob("graph.*")
    assert "Conv2d" in graph.read_text(encoding="utf-8")
    assert main(["train", "--data", "wine", *words, "-o", str(tmp_path)]) == 2


@pytest.mark.parametrize("side", [8, 9, 27, 28])
def test_the_convolutional_net_fits_every_side(side):
    model = MODELS["cnn"](side * side, 10, np.random.default_rng(0))
    assert model(np.zeros((2, 1, side, side), np.float32)).shape == (2, 10)


def test_pictures_have_a_channel_if_the_model_wants_one():
    assert load("digits", flat=False)[0].x.shape == (1438, 1, 8, 8)
    with pytest.raises(Problem, match=r"iris is a table: --data mnist"):
        load("iris", flat=False)


@pytest.mark.usefixtures("_nowhere")
@pytest.mark.parametrize("name", ["fashion", "mnist-full"])
def test_data_that_are_nowhere(name, tmp_path, capsys):
    assert main(["train", "--data", name, "-o", str(tmp_path / "run")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("autograd-core train: ")
    assert str(tmp_path / "cache") in err
    assert err.endswith("Here: --download\n")
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("_nowhere")
def test_info_says_what_is_where(tmp_path, capsys):
    assert main(["info"]) == 0
    out = capsys.readouterr().out
    assert "mnist(): embedded, 4,000 + 1,000 data" in out
    assert f"fashion_mnist(): not found in {tmp_path / 'cache'}" in out
    assert "download=True fetches it" in out
