"""autograd-core train: what it prints, what it leaves, and that an interruption loses nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core.cli import main, training
from autograd_core.cli.models import MODELS
from autograd_core.cli.training import Settings
from autograd_core.graphs.rendering import renderers

pytest.importorskip("matplotlib")
pytest.importorskip("tqdm")

ROOT = Path(ac.__file__).parents[1]
FAST = ["train", "--limit", "300", "--epochs", "2"]


def run(folder, *words):
    return main([*FAST, *words, "-o", str(folder)])


def settings(**changes):
    given = {
        "model": "mlp",
        "data": "mnist",
        "epochs": 2,
        "seed": 0,
        "batch_size": 100,
        "lr": 1e-3,
        "limit": 300,
    }
    return Settings(**{**given, **changes})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "deep" / "first"
    assert run(folder) == 0
    return folder


class TestResults:
    def test_lines(self, tmp_path, capsys):
        assert run(tmp_path) == 0
        out, err = capsys.readouterr()
        lines = out.splitlines()
        assert sum(line.startswith("epoch ") for line in lines) == 2
        assert "batch/s" in err
        at = next(i for i, line in enumerate(lines) if line.startswith("test accuracy "))
        numbers = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
        assert lines[at] == f"test accuracy {numbers['epochs'][-1]['valid_accuracy']:.4f}"
        wrote = [line for line in lines[at + 1 :] if line.startswith("wrote ")]
        files = {path.name for path in tmp_path.iterdir()}
        assert {Path(line.removeprefix("wrote ")).name for line in wrote} == files
        assert {"curve.png", "metrics.json", "weights.npz"} < files

    def test_metrics(self, folder):
        numbers = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        assert numbers["settings"]["limit"] == 300
        assert numbers["seed"] == 0
        assert numbers["data"]["train"] == 300
        assert "MNIST" in numbers["data"]["source"]
        assert not numbers["interrupted"]
        assert [row["epoch"] for row in numbers["epochs"]] == [1, 2]
        assert numbers["epochs"][1]["loss"] < numbers["epochs"][0]["loss"]
        assert numbers["seconds"] > 0

    def test_weights_give_the_accuracy(self, folder):
        _, test = nn.data.mnist()
        model = MODELS["mlp"](784, 10, np.random.default_rng(99))
        model.load_state_dict(nn.load(folder / "weights.npz"))
        numbers = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["epochs"][-1]
        found = nn.Trainer(
            model, nn.CrossEntropyLoss(), optim.Adam(model.parameters()), metrics="accuracy"
        ).evaluate(test)
        assert found == pytest.approx({"loss": numbers["valid_loss"], "accuracy": numbers["valid_accuracy"]})

    def test_curve(self, folder):
        assert (folder / "curve.png").read_bytes().startswith(b"\x89PNG")

    def test_graph(self, folder):
        (graph,) = folder.glob("graph.*")
        text = graph.read_text(encoding="utf-8")
        assert "softmax_cross_entropy" in text
        assert "Linear(784 → 256)" in text

    def test_same_seed_same_bits(self, folder, tmp_path):
        assert run(tmp_path) == 0
        assert (tmp_path / "weights.npz").read_bytes() == (folder / "weights.npz").read_bytes()
        assert run(tmp_path, "--seed", "1") == 0
        assert (tmp_path / "weights.npz").read_bytes() != (folder / "weights.npz").read_bytes()

    def test_deep(self, tmp_path):
        assert run(tmp_path, "--model", "deep-bn") == 0
        state = nn.load(tmp_path / "weights.npz")
        assert sum(array.shape == (100, 100) for array in state.values()) == 9


@pytest.mark.parametrize("seed", range(5))
def test_learns(seed):
    done = training.train(settings(seed=seed, epochs=12, limit=None), nn.data.mnist())
    assert done.history["valid_accuracy"][-1] >= 0.93


class TestMissing:
    def test_tqdm(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setitem(sys.modules, "tqdm", None)
        assert run(tmp_path) == 0
        out, err = capsys.readouterr()
        assert 'no progress bar: tqdm is not installed: pip install "autograd-core[train]"' in out
        assert "epoch 2/2" in out
        assert err == ""

    def test_matplotlib(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        assert run(tmp_path) == 0
        out = capsys.readouterr().out
        assert 'no curve.png: matplotlib is not installed: pip install "autograd-core[train]"' in out
        assert not (tmp_path / "curve.png").exists()

    def test_renderer(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv(renderers.VARIABLE, "no-such-dot")
        assert run(tmp_path) == 0
        out = capsys.readouterr().out
        assert "no graph.svg: " in out
        assert f"wrote {tmp_path / 'graph.dot'}" in out
        assert (tmp_path / "graph.dot").read_text(encoding="utf-8").startswith("digraph")


class TestWrong:
    @pytest.mark.parametrize(
        "words",
        [
            ["--epochs", "0"],
            ["--epochs", "many"],
            ["--seed", "-1"],
            ["--batch-size", "0"],
            ["--limit", "1.5"],
            ["--lr", "0"],
            ["--lr", "nan"],
            ["--lr", "fast"],
            ["--model", "resnet"],
            ["--data", "imagenet"],
        ],
        ids=" ".join,
    )
    def test_words(self, words, tmp_path, capsys):
        assert main(["train", "-o", str(tmp_path), *words]) == 2
        assert words[0] in capsys.readouterr().err

    def test_a_folder_that_is_a_file(self, tmp_path, capsys):
        target = tmp_path / "file"
        target.write_text("")
        assert run(target) == 1
        assert "cannot make the folder" in capsys.readouterr().err

    def test_a_file_that_is_a_folder(self, tmp_path, capsys):
        (tmp_path / "metrics.json").mkdir()
        assert run(tmp_path) == 1
        assert "cannot write to" in capsys.readouterr().err

    def test_a_learning_rate_that_explodes(self, tmp_path, capsys):
        assert run(tmp_path, "--lr", "1e30") == 1
        said = capsys.readouterr().err
        assert "epoch 1, batch 2: the loss is nan: first in the module '" in said
        assert "a smaller learning rate; nothing is written" in said
        assert not list(tmp_path.iterdir())

    def test_an_explosion_after_some_epochs_keeps_them(self, tmp_path, monkeypatch, capsys):
        assert run(tmp_path / "short", "--epochs", "1") == 0
        self_made = training._LastEpoch.on_epoch_end

        def explode(self, trainer, row):
            self_made(self, trainer, row)
            trainer.optimizer.lr = 1e30

        monkeypatch.setattr(training._LastEpoch, "on_epoch_end", explode)
        assert run(tmp_path / "long") == 1
        out = capsys.readouterr().out
        assert "epoch 2, batch 2: the loss is nan: first in the module '" in out
        assert "a smaller learning rate: the results are of 1 whole epoch of 2" in out
        weights = [(tmp_path / name / "weights.npz").read_bytes() for name in ("short", "long")]
        assert weights[0] == weights[1]

    def test_one_datum(self, tmp_path):
        assert run(tmp_path, "--limit", "1") == 0


class TestInterrupted:
    def interrupt(self, monkeypatch, at):
        """Ctrl-C in the last batch of an epoch."""
        step, batches = optim.Adam.step, []

        def interrupted(optimizer, closure=None):
            batches.append(step(optimizer, closure))
            if len(batches) == 3 * at:
                raise KeyboardInterrupt

        monkeypatch.setattr(optim.Adam, "step", interrupted)

    def test_keeps_whole_epochs(self, tmp_path, monkeypatch, capsys):
        assert run(tmp_path / "short", "--epochs", "1") == 0
        self.interrupt(monkeypatch, at=2)
        assert run(tmp_path / "long") == 130
        assert "interrupted: the results are of 1 whole epoch of 2" in capsys.readouterr().out
        numbers = json.loads((tmp_path / "long" / "metrics.json").read_text(encoding="utf-8"))
        assert numbers["interrupted"]
        assert len(numbers["epochs"]) == 1
        weights = [(tmp_path / name / "weights.npz").read_bytes() for name in ("short", "long")]
        assert weights[0] == weights[1]

    def test_before_the_first_epoch(self, tmp_path, monkeypatch, capsys):
        self.interrupt(monkeypatch, at=1)
        assert run(tmp_path) == 130
        assert "before the first epoch" in capsys.readouterr().out
        assert not list(tmp_path.iterdir())

    def test_signals_belong_to_the_main_thread(self):
        results = []
        thread = threading.Thread(
            target=lambda: results.append(training.train(settings(epochs=1), nn.data.mnist()))
        )
        thread.start()
        thread.join()
        assert results[0].history.epochs == 1

    def test_the_handler_is_put_back(self):
        before = signal.getsignal(signal.SIGTERM)
        training.train(settings(epochs=1), nn.data.mnist())
        assert signal.getsignal(signal.SIGTERM) is before

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def test_signals(self, name, tmp_path):
        words = ["-m", "autograd_core", "train", "--limit", "300", "--epochs", "100000", "-o", str(tmp_path)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "MPLBACKEND": "Agg"}
        process = subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
            # a shell that runs tests in the background has them ignore Ctrl-C, and they would hand that on
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stdout is not None
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        try:
            for line in process.stdout:
                if line.startswith("epoch      3/"):
                    process.send_signal(getattr(signal, name))
                    break
            rest = process.stdout.read()
            assert process.wait(timeout=60) == 130
        finally:
            watchdog.cancel()
            process.kill()
            process.stdout.close()
            process.wait()
        assert "interrupted: the results are of" in rest
        assert "test accuracy " in rest
        numbers = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
        assert numbers["interrupted"]
        assert len(numbers["epochs"]) >= 3
        assert (tmp_path / "weights.npz").is_file()
        assert (tmp_path / "curve.png").is_file()


def test_the_default_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(FAST) == 0
    assert (tmp_path / "runs" / "first" / "weights.npz").is_file()
