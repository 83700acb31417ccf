"""Saving and loading nested values in one .npz file."""

import io
import json
import os
import pickle
import struct
import sys
import warnings
import zipfile

import numpy as np
import pytest

import nn
from nn.files import npz
from nn.files.digests import VERSION, digest

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
        np.testing.assert_array_equal(plain["w"], loaded["w"])


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


@pytest.mark.parametrize(
    "key", ["w.npy", "w", "a\0b", "w.npy.npy", "../w", "0", "index.json", "index", "\ud800"]
)
def test_any_string_is_a_key(tmp_path, key):
    value = {key: np.arange(3), "w": {key: np.ones(2), "w.npy": np.zeros(1)}, "a": np.zeros(0)}
    nn.save(value, tmp_path / "x")
    same(nn.load(tmp_path / "x"), value)


def packed(path, members, compression=zipfile.ZIP_STORED):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two members of one name
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in members:
                archive.writestr(name, content)


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array)
    return file.getvalue()


ONES = npy(np.ones(2))
HUGE = ONES.replace(b"(2,), }" + b" " * 12, b"(999999999999,), }" + b" ")
INDEX = '["dict", {"a": ["array", "0"]}]'


def index(value, version=VERSION, **arrays):
    """An index with the right checksum: damage that someone made on purpose."""
    arrays = {name.strip("_"): array for name, array in arrays.items()}
    whole = {"version": version, "sha256": digest(json.dumps(json.loads(value)), arrays)}
    return json.dumps({**whole, "value": json.loads(value)})


TWO = {"_0": np.ones(2)}


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ([("index.json", index(INDEX))], "the array 0 is missing"),
        (
            [("0.npy", ONES), ("1.npy", ONES), ("index.json", index(INDEX, _0=np.ones(2), _1=np.ones(2)))],
            "does not name the array 1",
        ),
        ([("0.npy", ONES), ("0.npy", ONES), ("index.json", INDEX)], "two members have the same name"),
        ([("0.npy", ONES), ("index.json", INDEX), ("index.json", INDEX)], "two members have the same name"),
        ([("a.npy", ONES), ("a.npy", ONES)], "two members have the same name"),
        ([("0.npy", ONES), ("index.json", index('["set", ["array", "0"]]', **TWO))], "no kind of value"),
        (
            [("0.npy", ONES), ("index.json", index('["list", ["array", "0"], ["array", "0"]]', **TWO))],
            "the array 0 is missing",
        ),
        ([("0.npy", ONES), ("index.json", index('{"a": 1}', **TWO))], "no kind of value"),
        ([("0.npy", ONES), ("index.json", index("[]", **TWO))], "no kind of value"),
        ([("0.npy", ONES), ("index.json", "[]")], "no nesting with its version"),
        ([("0.npy", ONES), ("index.json", '{"value": 1}')], "names no version of its format, got None"),
        ([("0.npy", ONES), ("index.json", index(INDEX, version=True, **TWO))], "no version"),
        ([("0.npy", ONES), ("index.json", index(INDEX, version=VERSION + 1, **TWO))], "a newer one wrote it"),
        ([("0.npy", ONES), ("index.json", index(INDEX, _0=np.ones(3)))], "the checksum is another one"),
        ([("0.npy", ONES), ("index.json", index(INDEX, _0=np.ones((2, 1))))], "the checksum is another one"),
        ([("0.npy", ONES), ("index.json", index(INDEX, _0=np.ones(2, ">f8")))], "the checksum is another"),
        ([("index.json", "[" * 100000)], "RecursionError"),
        ([("index.json", "no JSON")], "JSONDecodeError"),
        ([("index.json", b"\xff\xfe\xff")], "Unicode|JSON"),
        ([("0.npy", HUGE), ("index.json", INDEX)], r"float64 of the shape \(999999999999,\)"),
        ([("0.npy", ONES[:-1]), ("index.json", INDEX)], "does not hold as much"),
        ([("0.npy", ONES + b"more"), ("index.json", INDEX)], "does not hold as much"),
        ([("0.npy", b"text"), ("index.json", INDEX)], "magic"),
        ([("readme.txt", b"text")], "magic"),
        ([("0.npy", ONES[:6] + b"\x09\x00" + ONES[8:])], "ValueError|version|header"),
    ],
)
def test_a_damaged_file_is_a_value_error_that_names_the_path(tmp_path, members, text):
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed(tmp_path / "bad.npz", members, compression)
        with pytest.raises(ValueError, match=text) as caught:
            nn.load(tmp_path / "bad.npz")
        assert str(tmp_path / "bad.npz") in str(caught.value)
        assert caught.value.__cause__ is not None


def test_every_flipped_or_missing_byte_is_a_value_error_or_changes_nothing(tmp_path):
    value = {"a": np.arange(3.0), "b": [1, "text", np.ones((1, 2), np.float32)]}
    nn.save(value, tmp_path / "good")
    good, bad = (tmp_path / "good").read_bytes(), tmp_path / "bad"
    changed = [
        good[:i] + bytes([good[i] ^ bit]) + good[i + 1 :] for i in range(len(good)) for bit in (1, 0x80)
    ]
    for content in [*changed, *(good[:i] for i in range(len(good)))]:
        bad.write_bytes(content)
        try:
            loaded, error = nn.load(bad), None
        except ValueError as raised:
            error = raised
        if error is None:
            np.testing.assert_equal(loaded, value)  # a date or flag that nobody reads
        else:
            assert str(bad) in str(error)


def test_an_absurd_size_is_refused_before_memory_is_asked_for(tmp_path):
    """The header and the directory of the zip agree, and the file is small."""
    size = 8 * 999999999999 + len(HUGE) - 16
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed(tmp_path / "bad", [("0.npy", HUGE), ("index.json", INDEX)], compression)
        with zipfile.ZipFile(tmp_path / "bad") as archive:
            archive.getinfo("0.npy").file_size = size
            with pytest.raises(ValueError, match="does not hold as much"):
                npz._array(archive, archive.getinfo("0.npy"), (tmp_path / "bad").stat().st_size)


def test_compressed_npz_files_are_read(tmp_path):
    np.savez_compressed(tmp_path / "plain.npz", w=np.zeros((1000, 1000)), **{"v.npy": np.ones(2)})
    same(nn.load(tmp_path / "plain.npz"), {"w": np.zeros((1000, 1000)), "v.npy": np.ones(2)})


def test_a_symbolic_link_stays_one(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "latest").symlink_to(tmp_path / "runs" / "first")
    for value in (1, 2):  # to a file that is not there yet, and to one that is
        nn.save(value, tmp_path / "latest")
        assert (tmp_path / "latest").is_symlink()
        assert nn.load(tmp_path / "runs" / "first") == value


def test_what_is_no_file_is_not_replaced(tmp_path):
    with pytest.raises(ValueError, match="is not a file"):
        nn.save(1, tmp_path)
    if not hasattr(os, "mkfifo"):
        return
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="is not a file"):
        nn.save(1, tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_long_names_work_and_errors_name_the_path_that_was_asked_for(tmp_path):
    nn.save(1, tmp_path / ("n" * 240))
    assert [p.name for p in tmp_path.iterdir()] == ["n" * 240]
    with pytest.raises(FileNotFoundError) as caught:
        nn.save(1, tmp_path / "nowhere" / "x")
    assert str(tmp_path / "nowhere" / "x") in str(caught.value)
    with pytest.raises(OSError, match="n" * 300 + "'$"):
        nn.save(1, tmp_path / ("n" * 300))


def test_np_load_shows_arrays_under_their_own_names(tmp_path):
    state = {"model": {"0.weight": np.ones(2), "../x": np.zeros(1)}, "model/0.weight": np.zeros(3), "e": 3}
    nn.save(state, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as plain:
        assert plain["model/0.weight"].tolist() == [1, 1]
        assert {"#1", "#2"} < set(plain.files)
    loaded = nn.load(tmp_path / "a.npz")
    assert loaded["model/0.weight"].tolist() == [0, 0, 0]
    assert loaded["model"]["../x"].tolist() == [0]


def test_members_that_share_their_bytes_are_refused(tmp_path):
    """A small file whose directory names one member a thousand times would be read a thousand times."""
    packed(tmp_path / "a", [("a.npy", npy(np.zeros(10_000)))])
    raw = (tmp_path / "a").read_bytes()
    at = raw.index(b"PK\x01\x02")
    entry, end = raw[at : raw.index(b"PK\x05\x06")], raw[raw.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"a.npy", b"%05d" % i) for i in range(1000))
    end = end[:8] + struct.pack("<HHI", 1000, 1000, len(entries)) + end[16:]
    (tmp_path / "bomb").write_bytes(raw[:at] + entries + end)
    with pytest.raises(ValueError, match="its members overlap"):
        nn.load(tmp_path / "bomb")


# ---- safetensors -------------------------------------------------------------------------------------------


def layouts():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(4, 6))
    return {
        "plain": a,
        "turned": a.T,
        "fortran": np.asfortranarray(a),
        "sliced": a[::2, 1::3],
        "backwards": a[::-1],
        "broadcast": np.broadcast_to(a[0], (3, 6)),
        "number": np.array(2.5),
        "empty": np.ones((0, 3)),
        "other end": a.astype(">f8"),
        "half": a.astype(np.float16),
        "count": np.arange(3),
        "mask": a > 0,
    }


def test_safetensors_keep_every_memory_layout(tmp_path):
    pytest.importorskip("safetensors", reason="safetensors is an extra")
    nn.save(layouts(), tmp_path / "a.safetensors")
    loaded = nn.load(tmp_path / "a.safetensors")
    assert set(loaded) == set(layouts())
    for name, array in layouts().items():
        assert loaded[name].dtype == array.dtype.newbyteorder("=")
        np.testing.assert_array_equal(loaded[name], array, err_msg=name)
    nn.save(layouts(), tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_safetensors_go_to_others_and_come_from_them(tmp_path):
    numpy = pytest.importorskip("safetensors.numpy", reason="safetensors is an extra")
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm(3))
    nn.save(model.state_dict(layout="torch"), tmp_path / "model.safetensors")
    theirs = numpy.load_file(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(theirs["0.weight"], model[0].weight.numpy().T)
    numpy.save_file({k: np.asarray(v + 1) for k, v in theirs.items()}, tmp_path / "back.safetensors")
    model.load_state_dict(nn.load(tmp_path / "back.safetensors"), layout="torch")
    np.testing.assert_array_equal(model[0].weight.numpy().T, theirs["0.weight"] + 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([np.ones(2)], "holds a dict of arrays, got a list"),
        ({"a": {"b": np.ones(2)}}, "at 'a' is a dict; a safetensors file holds arrays, and an .npz"),
        ({"a": 3}, "at 'a' is a int"),
        ({"a": np.array(["x"])}, "at 'a' is an array of <U1; a safetensors file holds numbers"),
        ({"a": np.array([None])}, "at 'a' is an array of Python objects"),
        ({3: np.ones(2)}, "keys are strings"),
    ],
)
def test_what_a_safetensors_file_cannot_hold(tmp_path, value, text):
    pytest.importorskip("safetensors", reason="safetensors is an extra")
    path = tmp_path / "a.safetensors"
    nn.save({"before": np.ones(1)}, path)
    with pytest.raises(TypeError, match=text):
        nn.save(value, path)
    assert list(nn.load(path)) == ["before"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.safetensors"]


def test_without_safetensors_an_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for call in (
        lambda: nn.save({}, tmp_path / "a.safetensors"),
        lambda: nn.load(tmp_path / "a.safetensors"),
    ):
        (tmp_path / "a.safetensors").write_bytes(b"")
        with pytest.raises(ImportError, match=r"pip install 'autograd-core\[safetensors\]'.*\.npz"):
            call()


def test_files_of_torch_are_not_opened_but_known(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as file:
        file.writestr("model/data.pkl", b"\x80\x02}q\x00.")
        file.writestr("model/version", b"3\n")
    with pytest.raises(ValueError, match=r"was written by torch\.save, .*save_file\(.*layout='torch'"):
        nn.load(tmp_path / "model.pt")
