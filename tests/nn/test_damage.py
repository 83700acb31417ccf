"""Files that are cut, changed or written while the process dies: other weights are never loaded.

A twentieth of what `make damage` does: 200 truncations, 10,000 flipped bits and 200 kills of each format.
"""

import errno
import os
import pickle
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.files import whole

SHARE = float(os.environ.get("AUTOGRAD_DAMAGE", "0.05"))
TRUNCATIONS, FLIPS, KILLS = round(200 * SHARE), round(10_000 * SHARE), round(200 * SHARE)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(params=["weights.npz", "weights.safetensors"])
def path(request, tmp_path):
    if request.param.endswith("safetensors"):
        pytest.importorskip("safetensors", reason="safetensors is an extra")
    return tmp_path / request.param


def weights(seed=0):
    rng = np.random.default_rng(seed)
    sizes = {"0.weight": (20, 30), "0.bias": (30,), "1.weight": (30, 5), "count": ()}
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in sizes.items()}


def loads_nothing_else(path, right):
    """What was saved, or a ValueError."""
    error = None
    try:
        found = nn.load(path)
    except ValueError as raised:
        error = raised
    if error is not None:
        assert str(path) in str(error)
        return False
    assert set(found) == set(right)
    for name, array in right.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    return True


def test_a_file_that_was_cut_is_refused(path):
    nn.save(weights(), path)
    whole = path.read_bytes()
    for length in np.random.default_rng(1).integers(0, len(whole), TRUNCATIONS):
        path.write_bytes(whole[:length])
        assert not loads_nothing_else(path, weights())


def test_a_flipped_bit_is_found_or_changes_nothing(path):
    nn.save(weights(), path)
    whole = path.read_bytes()
    found = 0
    for bit in np.random.default_rng(2).integers(0, 8 * len(whole), FLIPS):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        found += not loads_nothing_else(path, weights())
    # all but those in dates, flags and other words of a zip that nobody reads
    assert found > 0.9 * FLIPS


def test_a_model_is_unchanged_by_a_load_that_fails(path):
    model = nn.Sequential(nn.Linear(20, 30), nn.Linear(30, 5))
    before = model.state_dict()
    nn.save(before, path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="cannot be loaded"):
        model.load_state_dict(nn.load(path))
    nn.save(weights(), path)
    with pytest.raises(ValueError, match=r"missing: 1\.bias\n  unexpected: count"):
        model.load_state_dict(nn.load(path))
    for name, array in before.items():
        np.testing.assert_array_equal(model.state_dict()[name], array)


WRITER = """
import sys
import numpy as np
import nn
path, k = sys.argv[1], int(sys.argv[2])
while True:
    k += 1
    nn.save({"a": np.full((300, 500), k, np.float32), "b": np.full(7, k)}, path)
    print(k, flush=True)
"""


def test_after_a_kill_the_last_complete_file_is_there(path):
    rng = np.random.default_rng(3)
    done = 0
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(done)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        # from its first file on, at any moment
        first = writer.stdout.readline()
        time.sleep(rng.uniform(0, 0.03))
        writer.kill()
        said = [first, *writer.stdout.read().splitlines()]
        writer.wait()
        writer.stdout.close()
        numbers = [int(line) for line in said if line.strip()]
        found = nn.load(path)
        k = int(found["b"][0])
        # it may have died between the move and the word about it
        assert k in (numbers[-1], numbers[-1] + 1)
        assert k > done
        np.testing.assert_array_equal(found["a"], np.full((300, 500), k, np.float32))
        np.testing.assert_array_equal(found["b"], np.full(7, k))
        done = k


def test_a_full_disk_keeps_the_old_file(path, monkeypatch):
    nn.save(weights(), path)
    before = path.read_bytes()
    script = """
import resource, signal, sys
import numpy as np
import nn
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    nn.save({"a": np.zeros(100_000)}, sys.argv[1])
except OSError as error:
    print(error.filename)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == str(path)

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        nn.save(weights(1), path)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


class Evil:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def test_no_file_runs_code(tmp_path, path):
    trace = tmp_path / "trace"
    evil = np.array([Evil(trace)], dtype=object)
    raw = pickle.dumps(Evil(trace))
    path.write_bytes(raw)
    files = [path]
    for name, write in {
        "objects.npz": lambda file: np.savez(file, a=evil),
        "objects.npy": lambda file: np.save(file, evil, allow_pickle=True),
        "packed.npz": lambda file: np.savez_compressed(file, a=evil),
        "member.npz": lambda file: zipfile.ZipFile(file, "w").writestr("a.npy", raw),
        "index.npz": lambda file: zipfile.ZipFile(file, "w").writestr("index.json", raw),
        "torch.npz": lambda file: zipfile.ZipFile(file, "w").writestr("archive/data.pkl", raw),
        "header.safetensors": lambda file: file.write(len(raw).to_bytes(8, "little") + raw),
    }.items():
        if name.endswith(".safetensors") and path.suffix != ".safetensors":
            continue  # the package may be missing
        files.append(tmp_path / name)
        with open(files[-1], "wb") as file:
            write(file)
    for file in files:
        with pytest.raises(ValueError, match=r"cannot be loaded|which is never opened here"):
            nn.load(file)
    assert not trace.exists()
    pickle.loads(raw)  # the bait is real
    assert trace.exists()


@pytest.mark.parametrize("claim", [10**18, 10**12, 2**31])
def test_what_claims_more_bytes_than_it_has_is_refused_before_any_is_asked_for(tmp_path, claim):
    safetensors = pytest.importorskip("safetensors", reason="safetensors is an extra")
    assert safetensors
    header = b'{"a":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]}}' % (claim // 4, claim)
    path = tmp_path / "claim.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(64))
    with pytest.raises(ValueError, match="cannot be loaded"):
        nn.load(path)
    path.write_bytes(claim.to_bytes(8, "little") + header)
    with pytest.raises(ValueError, match="cannot be loaded"):
        nn.load(path)
