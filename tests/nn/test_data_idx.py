"""The IDX format: every kind of number, every way to be damaged; and sets of four files in folders."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import nn
import optim
from nn.data import DataLoader, fashion, fashion_mnist, finding, handwriting, mnist, read_idx, sources
from tests.nn.idx_files import CODES, idx_bytes, small_set


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch, tmp_path):
    """No data of this machine are found, and nothing is written outside of the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(finding, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(finding, "SYSTEM", tmp_path / "system")
    monkeypatch.delenv(finding.VARIABLE, raising=False)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dtype", list(CODES))
def test_every_type_comes_back(tmp_path, dtype, packed):
    rng = np.random.default_rng(0)
    for shape in ((7,), (2, 3, 4), (0, 5), (1, 1, 1, 1)):
        array = (rng.normal(size=shape) * 50).astype(dtype)
        data = idx_bytes(array)
        (tmp_path / "a").write_bytes(gzip.compress(data) if packed else data)
        found = read_idx(tmp_path / "a")
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype
        assert found.dtype.isnative
        assert found.flags.writeable


GOOD = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))
PACKED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize("data", [GOOD, PACKED], ids=["plain", "gzip"])
def test_every_truncation_is_named(tmp_path, data):
    path = tmp_path / "cut"
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(ValueError, match=r"cut: (no IDX file|cut off|announces|the gzip file)"):
            read_idx(path)


def test_bits_that_flip_in_a_packed_file_are_noticed(tmp_path):
    path, noticed = tmp_path / "flipped", 0
    for i in range(10, len(PACKED)):  # the header of gzip holds a date and a name
        for bit in (0, 3, 7):
            data = bytearray(PACKED)
            data[i] ^= 1 << bit
            path.write_bytes(data)
            try:
                found = read_idx(path)
            except ValueError as error:
                noticed += "flipped: " in str(error)
            else:  # a bit that fills up a byte means nothing
                np.testing.assert_array_equal(found, np.arange(24).reshape(2, 3, 4))
    assert noticed > 2.8 * (len(PACKED) - 10)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "no IDX file"),
        (b"PK\3\4" + bytes(50), "no IDX file, it begins with the bytes 50 4b 03 04"),
        (b"\0\1" + GOOD[2:], "no IDX file"),
        (idx_bytes(np.zeros(3, np.uint8), code=0x0A), "no IDX file"),
        (bytes([0, 0, 8, 0]), "no IDX file"),
        (bytes([0, 0, 8, 255]) + bytes(2000), "no IDX file"),
        (bytes([0, 0, 8, 3, 0, 0]), "header"),
        (GOOD + b"\0", "announces uint8 (2, 3, 4), 24 bytes, and holds 25"),
        (gzip.compress(GOOD + b"\0"), "goes on behind its 24 bytes"),
        (gzip.compress(GOOD) + b"rubbish", "gzip"),
        (idx_bytes(np.zeros(9, np.uint8), shape=(2**32 - 1,) * 4), "limit"),
        (idx_bytes(np.zeros(9, np.uint8), shape=(2**30,)), "and holds 9"),
        (gzip.compress(idx_bytes(np.zeros(9, np.uint8), shape=(2**30,))), "cannot hold more than"),
        (gzip.compress(idx_bytes(np.zeros(9, np.uint8), shape=(1000,))), "cut off after 9 of 1,000 bytes"),
    ],
    ids=range(14),
)
def test_damage_is_named_before_memory_is_taken(tmp_path, data, text):
    path = tmp_path / "damaged.gz"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"damaged\.gz: ") as caught:
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert text in str(caught.value)


def test_a_bomb_is_left_alone(tmp_path):
    """A gigabyte of zeros in a megabyte, which the header announces truly."""
    zeros = gzip.compress(bytes(1 << 24))
    header = gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 64 << 24))
    path = tmp_path / "bomb"
    path.write_bytes(header + zeros * 64)  # gzip files may follow one another
    with pytest.raises(ValueError, match="limit is 1,000,000"):
        read_idx(path, limit=1_000_000)


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "no")


def test_the_checksum_is_that_of_the_content(tmp_path):
    path = tmp_path / "a"
    right = "a4a5e2c5c7c5f0f2ba4f7bba0b1b0e31b1a5b2ba5de0c43ab2c3f6a6d0fd2d3d"
    path.write_bytes(PACKED)
    with pytest.raises(ValueError, match="holds other data: its SHA-256 is"):
        read_idx(path, sha256=right)


def write(folder, published, *, unpack=False):
    folder.mkdir(parents=True)
    for name, data in published.items():
        if unpack:
            (folder / name.removesuffix(".gz")).write_bytes(gzip.decompress(data))
        else:
            (folder / name).write_bytes(data)
    return folder


class TestFolders:
    @pytest.mark.parametrize("below", ["", "small", "Small/raw"])
    @pytest.mark.parametrize("unpack", [False, True])
    def test_a_folder_that_is_given(self, tmp_path, below, unpack):
        small, published = small_set()
        write(tmp_path / "here" / below, published, unpack=unpack)
        train, test = small.load(tmp_path / "here", False, flat=True)
        assert (train.x.shape, test.t.shape, train.x.dtype, test.t.dtype) == (
            (5, 16),
            (3,),
            np.float32,
            np.int64,
        )
        assert (train.licence, train.classes[3]) == ("MIT", "3")
        assert train.source == f"Small pictures from {(tmp_path / 'here' / below)} (train)"
        assert small.load(str(tmp_path / "here"), False, flat=False)[1].x.shape == (3, 1, 4, 4)

    def test_folders_are_searched_in_order(self, tmp_path, monkeypatch):
        small, published = small_set()
        a, b = tmp_path / "a", tmp_path / "b"
        monkeypatch.setenv(finding.VARIABLE, f"{a}:{b}")
        assert small.found() is None
        for place in (tmp_path / "system", tmp_path / "cache", b, a):
            write(place / "small", published)
            assert small.found() == place / "small"
            assert str(place) in small.load(None, False, flat=True)[0].source

    def test_nothing_found_names_the_folders_and_what_to_pass(self, tmp_path):
        small, published = small_set()
        write(tmp_path / "cache" / "small", dict(list(published.items())[:3]))
        with pytest.raises(FileNotFoundError) as caught:
            small.load(None, False, flat=True)
        text = str(caught.value)
        assert text.startswith("Small pictures was not found")
        assert f"{tmp_path / 'cache' / 'small'} (only t10k-labels-idx1-ubyte missing)" in text
        assert str(tmp_path / "system" / "Small" / "raw") in text
        assert "small(download=True)" in text
        assert "AUTOGRAD_CORE_DATA" in text

    def test_files_of_another_set_with_the_same_names(self, tmp_path):
        _, published = small_set()
        other, _ = small_set(seed=1)
        write(tmp_path / "cache", published)
        with pytest.raises(ValueError, match="holds other data"):
            other.load(None, False, flat=True)
        _, right = small_set(seed=1)
        write(tmp_path / "system" / "small", right)
        assert "system" in other.load(None, False, flat=True)[0].source

    def test_the_messages_of_the_real_sets(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"mnist\(full=True, download=True\)"):
            mnist(full=True)
        with pytest.raises(FileNotFoundError, match=r"fashion_mnist\(download=True\)"):
            fashion_mnist(folder=tmp_path)
        assert "not found in" in sources()["mnist(full=True)"]

    def test_all_of_mnist_where_it_is_and_the_packages_own_where_not(self, tmp_path, monkeypatch):
        small, published = small_set()
        monkeypatch.setattr(handwriting, "MNIST", small)
        assert "embedded" in mnist(full="auto")[0].source
        write(tmp_path / "cache" / "small", published)
        assert str(tmp_path / "cache") in mnist(full="auto")[0].source
        assert mnist(full="auto", flat=False)[1].x.shape == (3, 1, 4, 4)
        write(tmp_path / "mine", published)
        assert str(tmp_path / "mine") in mnist(full="auto", folder=tmp_path / "mine")[0].source
        with pytest.raises(ValueError, match='"auto"'):
            mnist(full="yes")


DEBIAN = Path("/usr/share/datasets/fashion-mnist")
needs_debian = pytest.mark.skipif(
    not DEBIAN.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed"
)


@needs_debian
class TestFullSize:
    def test_all_70000_pictures(self, monkeypatch):
        monkeypatch.setattr(finding, "SYSTEM", DEBIAN.parent)
        assert sources()["fashion_mnist()"] == str(DEBIAN)
        train, test = fashion_mnist()
        assert (train.x.shape, test.x.shape) == ((60_000, 784), (10_000, 784))
        assert np.bincount(train.t).tolist() == [6000] * 10
        assert np.bincount(test.t).tolist() == [1000] * 10
        assert (train.x.min(), train.x.max(), train.x.dtype) == (0, 1, np.float32)
        # the mean and deviation that are published for it
        assert train.x.mean(dtype=float) == pytest.approx(0.2860, abs=1e-4)
        assert train.x.std(dtype=float) == pytest.approx(0.3530, abs=1e-4)
        assert train.classes[9] == "Ankle boot"
        assert train.classes[train.t[0]] == "Ankle boot"
        assert str(DEBIAN) in train.source

        # a linear classifier learns from the pictures, so labels and pictures belong together
        rng = np.random.default_rng(0)
        model = nn.Sequential(nn.Linear(784, 10, rng=rng))
        optimizer = optim.Adam(model.parameters(), lr=2e-3)
        for x, t in DataLoader(train[:20_000], 100, True, rng=rng):
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(model(x), t).backward()
            optimizer.step()
        assert (model(test.x).numpy().argmax(1) == test.t).mean() > 0.78

    def test_they_are_the_published_files(self):
        """Debian packs them without a date and a name in the header; with them they have the checksums of the
        published ones."""
        import hashlib

        dates = dict(
            zip(fashion.FASHION.files, (1504176606, 1504176606, 1504176627, 1504176627), strict=True)
        )
        for file, date in dates.items():
            data = (DEBIAN / f"{file.name}.gz").read_bytes()
            named = (
                data[:3]
                + b"\x08"
                + struct.pack("<I", date)
                + b"\0\3"
                + file.name.encode()
                + b"\0"
                + data[10:]
            )
            assert len(named) == file.packed_bytes
            assert hashlib.sha256(named).hexdigest() == file.packed_sha256
