"""Saving and loading nested values in one .npz file."""

import pickle

import numpy as np
import pytest

import nn

NEST = {
    "model": {
        "0.weight": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "file": np.array(3),
        "": np.ones(0),
    },
    "opt": {"state": [{"t": 3, "v": np.ones(2)}, {}], "betas": (0.9, 0.999)},
    "words": ["text", "日本語", None, True, float("inf"), 0.1, 10**20],
    "a/b": np.array([True]),
    "a": {"b": np.array(["x", "yz"]), "b~": np.float32(0.5)},
    "__structure__": np.zeros(1),
}


def same(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    else:
        assert a == b


def test_what_is_loaded_is_what_was_saved(tmp_path):
    nest = {**NEST, "a": {"b": NEST["a"]["b"], "b~": 0.5}}
    nn.save(NEST, tmp_path / "nest.npz")
    same(nn.load(tmp_path / "nest.npz"), nest)


@pytest.mark.parametrize("value", [3, "text", [1, 2], np.ones(2)])
def test_the_outermost_value_may_be_anything(tmp_path, value):
    nn.save(value, tmp_path / "value")
    same(nn.load(tmp_path / "value"), value)


def test_the_path_is_exactly_the_one_given(tmp_path):
    nn.save({}, str(tmp_path / "weights.v1"))
    assert [p.name for p in tmp_path.iterdir()] == ["weights.v1"]


def test_equal_content_makes_equal_files(tmp_path):
    for name in "ab":
        nn.save(NEST, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_tensors_are_saved_as_arrays_and_a_model_by_its_state(tmp_path):
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm(3))
    nn.save({"w": model[0].weight, "state": model.state_dict()}, tmp_path / "model.npz")
    loaded = nn.load(tmp_path / "model.npz")
    same(loaded["w"], model[0].weight.numpy())
    model.load_state_dict(loaded["state"])
    with np.load(tmp_path / "model.npz", allow_pickle=False) as plain:
        np.testing.assert_array_equal(plain["state/0.weight"], loaded["w"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, {2}]}, "at 'a/1' is a set"),
        ({"a": {1: 2}}, "the key 1; keys are strings"),
        (np.array([None]), "Python objects"),
        ({"m": nn.ReLU()}, r"state_dict\(\)"),
        ({"c": 1j}, "complex"),
    ],
)
def test_anything_else_is_refused_with_its_place(tmp_path, value, text):
    nn.save("before", tmp_path / "x")
    with pytest.raises(TypeError, match=text):
        nn.save(value, tmp_path / "x")
    assert nn.load(tmp_path / "x") == "before"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    nn.save("before", tmp_path / "x")

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        nn.save("after", tmp_path / "x")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert nn.load(tmp_path / "x") == "before"


def test_nothing_is_unpickled(tmp_path):
    np.savez(tmp_path / "evil.npz", a=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        nn.load(tmp_path / "evil.npz")
    (tmp_path / "p").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ValueError, match=r"not an \.npz file"):
        nn.load(tmp_path / "p")
    with pytest.raises(FileNotFoundError, match="missing"):
        nn.load(tmp_path / "missing")


def test_any_npz_file_is_a_dict_of_arrays(tmp_path):
    np.savez(tmp_path / "plain.npz", w=np.ones(2))
    same(nn.load(tmp_path / "plain.npz"), {"w": np.ones(2)})
