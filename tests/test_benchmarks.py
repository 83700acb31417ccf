"""The benchmarks measure what they say: wrong answers are noticed, failures are said, ratios are right."""

import importlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    """Import a module of the benchmarks, which lie in no package; forget all of them afterwards."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if (BENCHMARKS / f"{name}.py").exists():
            del sys.modules[name]


def run(*arguments):
    command = [sys.executable, str(BENCHMARKS / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=os.environ)


@pytest.mark.parametrize(
    "work", ["w1", "w2", "w3", "w4", "w5", "w8a", "w8b", "w9b", "m1", "m2", "m3", "m4", "m5", "m6"]
)
def test_our_contender_is_checked_and_timed(work):
    done = run(work, "--peers", "ours", "numpy", "--rounds", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("  ours "))
    assert " 1.000" in line


def test_the_reference_of_networks_has_the_gradients_of_central_differences(load):
    """The reference is what everything is compared with, so it is compared with the definition itself."""
    network, hand = load("network"), load("networks_by_hand")
    for net in (
        network.Network(7, (5, 6, 4, 3), norm=True, alpha=1e-2),
        network.Network(7, (5, 6, 2), entropy=False, optimizer="SGD"),
    ):
        layers, (x, t) = net.start(np.float64), net.data(np.float64)

        def loss(net=net, layers=layers, x=x, t=t):
            running = [[np.zeros_like(layer[1]), np.ones_like(layer[1])] for layer in layers[:-1]]
            return hand.gradients(net, layers, running, x, t, None)

        found = loss()[1]
        for p, g in zip([p for layer in layers for p in layer], found, strict=True):
            for i in np.ndindex(p.shape):
                old, h = p[i], 1e-6
                p[i] = old + h
                above = loss()[0]
                p[i] = old - h
                below = loss()[0]
                p[i] = old
                assert g[i] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("wrong", ["value", "gradient", "second step", None])
def test_a_wrong_answer_is_noticed(load, wrong):
    contender = load("contender")
    count = 0

    def step():
        nonlocal count
        count += 1
        return 2.0 + (wrong == "value") * 1e-3

    def read():
        late = wrong == "second step" and count > 1
        return [np.ones(3) + 1e-2 * (wrong == "gradient" or late), None]

    def reference():
        while True:
            yield [2.0, np.ones(3), np.zeros(2)]

    work = contender.Workload("", {}, reference, rtol=1e-4)
    tested = contender.Contender(step, read)
    if wrong is None:
        contender.check(tested, work)
        return
    message = {"value": "step 1: the value", "gradient": "step 1: array 0", "second step": "step 2: array 0"}
    with pytest.raises(AssertionError, match=message[wrong]):
        contender.check(tested, work)


def test_dropout_that_drops_nothing_is_noticed(load):
    networks, network, hand = load("networks"), load("network"), load("networks_by_hand")
    net = network.Network(50, (20, 30, 30, 5), drop=0.5)
    networks.plausible(net, [hand.by_hand(net).step()])
    with pytest.raises(AssertionError, match="the first loss is"):
        networks.plausible(net, [20.0])


def test_losses_that_differ_are_noticed(load):
    measuring = load("measuring")
    results = {
        ("m1", "ours"): measuring.Result(values=[2.0, 1.9]),
        ("m1", "torch"): measuring.Result(values=[2.0, 1.8]),
        ("m1", "jax"): measuring.Result(values=[2.0, 1.8001]),
    }
    assert measuring.disagreeing(results) == [("m1", "ours")]
    assert results["m1", "ours"].failed
    assert results["m1", "ours"].missing.startswith("failed: other losses than torch")


def test_a_worker_answers_lines_and_says_what_is_wrong(load):
    measuring = load("measuring")
    process = measuring.Process("w2", "numpy-hand", measuring.environment(1, ROOT, ""))
    try:
        built = process.ask("build", 60)
        assert built["first"] > 0
        assert process.ask("time 0.01 wall", 60)["took"] > 0
        assert "AttributeError" in process.ask("nonsense", 60)["error"]
        assert process.ask("time 5 cpu", 0.1) == {"error": "no answer in 0 s"}
    finally:
        process.end()
    missing = measuring.Process("w2", "nobody", measuring.environment(1, ROOT, ""))
    try:
        assert "KeyError" in missing.ask("build", 60)["error"]
    finally:
        missing.end()


def test_workers_run_in_an_environment_of_their_own(load, monkeypatch):
    measuring = load("measuring")
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "1")
    env = measuring.environment(2, ROOT, "cache")
    assert not {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE"} & set(env)
    assert env["OPENBLAS_NUM_THREADS"] == env["OMP_NUM_THREADS"] == env["NPROC"] == "2"


def test_goals_compare_best_rounds_with_the_fastest_way_of_a_peer(load):
    goals, measuring = load("goals"), load("measuring")
    results = {
        "w8b": {
            "ours": measuring.Result(seconds=[3.0, 1.0]),
            "torch": measuring.Result(seconds=[4.0, 5.0]),
            "torch-vjp": measuring.Result(seconds=[2.0, 9.0]),
            "ours-compiled": measuring.Result(missing="not there"),
            "jax": measuring.Result(seconds=[1.0]),
        }
    }
    eager, compiled = (goal for goal in goals.GOALS if goal.workload == "w8b")
    assert eager.found(results) == 0.5
    assert math.isnan(compiled.found(results))
    assert goals.verdict(0.5, eager.most) == "reached"
    text = goals.table(results, {"installed": 6e6})
    assert "0.9 × torch    0.500  reached" in text
    assert "at most 5: 6 MB, NOT reached" in text
    assert goals.table({}, {}) == ""


def test_runs_are_kept_and_drawn(load, tmp_path, monkeypatch):
    history, measuring, plot = load("history"), load("measuring"), load("plot")
    monkeypatch.setattr(history, "DIRECTORY", tmp_path)
    results = {
        "w3": {
            "ours": measuring.Result(seconds=[2e-4], first=1e-2),
            "torch": measuring.Result(seconds=[4e-4]),
            "jax": measuring.Result(missing="jax is not installed"),
        }
    }
    path = history.save(results, {"import": 1.3}, ROOT)
    kept = json.loads(path.read_text("utf-8"))
    assert kept["workloads"]["w3"]["ours"]["best"] == 2e-4
    assert kept["workloads"]["w3"]["jax"] == {"missing": "jax is not installed"}
    assert {"goal": "w3 ours ÷ torch", "most": 0.5, "found": 0.5} in kept["goals"]
    assert history.runs() == [kept]
    assert plot.best(kept, "w3", "torch", "ours") == 2e-4
    monkeypatch.setattr(sys, "argv", ["plot.py", "--out", str(tmp_path / "pictures")])
    assert plot.main() == 0
    assert {p.name for p in (tmp_path / "pictures").iterdir()} == {"latest.png", "history.png"}


def test_the_exponent_is_that_of_the_largest_sizes(load):
    growth = load("growth")
    works = [1, 10, 100, 1000, 10_000]
    times = [w**1.5 + 100 * (w < 50) for w in works]
    assert growth.exponent(works, times) == pytest.approx(1.5)
    assert math.isnan(growth.exponent(works, [1.0, 2.0, *[math.nan] * 3]))


def test_sizes_of_numpy_are_not_counted(load):
    footprint = load("footprint")
    sizes = {"numpy": (9, 9), "numpy.libs": (9, 0), "nn": (1, 2), "graphviz": (3, 4)}
    assert footprint.beyond_numpy(sizes) == 10


def test_unknown_workloads_are_refused():
    done = run("w99")
    assert done.returncode == 2
    assert "no w99; there are w1, w2" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["w33"], "no w33; there are w1"),
        (["w3", "--peers", "pytorch"], "no contender pytorch; there are"),
        (["w3", "--against", "nothing"], "no contender nothing; there are"),
        (["w3", "--tree", "nowhere"], "--tree nowhere: there is no autograd_core in it"),
        (["w3", "--rounds", "0"], "--rounds is a positive number, got 0"),
    ],
)
def test_what_does_not_exist_is_refused(words, said):
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr
