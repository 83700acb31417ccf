"""YearPredictionMSD: the format, the split, and that a linear model beats the mean."""

import zipfile
from hashlib import sha256

import numpy as np
import pytest

from nn.data import Standardizer, finding, songs, year_prediction


def error_of_lines_and_of_the_mean(train, test):
    """The root mean squared errors on the test data of a linear model and of the training mean."""
    scale = Standardizer().fit(train)
    x, z = (np.c_[scale.transform(d).x.astype(float), np.ones(len(d))] for d in (train, test))
    weights = np.linalg.solve(x.T @ x + 1e-6 * np.eye(x.shape[1]), x.T @ train.t)
    return np.sqrt(np.mean((z @ weights - test.t) ** 2)), np.sqrt(np.mean((train.t.mean() - test.t) ** 2))


@pytest.fixture(scope="module")
def text():
    """Made songs in the real format: 500 for training, and as many for testing as in the real file."""
    rng = np.random.default_rng(0)
    pool = rng.normal(0, np.geomspace(1, 1000, 90), (500, 90))
    years = np.clip(1998 + 9 * pool[:, 0] + rng.normal(0, 4, 500), 1922, 2011).astype(int)
    lines = [",".join([str(y), *(f"{v:.2f}" for v in row)]) for y, row in zip(years, pool, strict=True)]
    again = rng.integers(0, 500, songs.TEST_ROWS)
    return ("\n".join([*lines, *(lines[i] for i in again)]) + "\n").encode()


@pytest.fixture(autouse=True)
def _pinned(monkeypatch, tmp_path, text):
    monkeypatch.setattr(finding, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(finding, "SYSTEM", tmp_path / "system")
    monkeypatch.delenv(finding.VARIABLE, raising=False)
    monkeypatch.setattr(songs, "TEXT_SHA256", sha256(text).hexdigest())


def zipped(path, data, name=songs.TEXT):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(name, data)


def test_the_last_songs_are_for_testing(tmp_path, text):
    (tmp_path / songs.TEXT).write_bytes(text)
    train, test = year_prediction(folder=tmp_path)
    assert (train.x.shape, train.t.shape, len(test)) == ((500, 90), (500, 1), 51_630)
    assert (train.x.dtype, train.t.dtype, len(train.features)) == (np.float32, np.float32, 90)
    first, last = (np.array(text.split(b"\n")[i].split(b","), np.float32) for i in (0, -2))
    np.testing.assert_array_equal(np.r_[train.t[0], train.x[0]], first)
    np.testing.assert_array_equal(np.r_[test.t[-1], test.x[-1]], last)
    linear, mean = error_of_lines_and_of_the_mean(train, test)
    assert linear < 0.8 * mean


@pytest.mark.parametrize("name", songs.ARCHIVES)
def test_zip_files_in_the_cache(tmp_path, text, name):
    folder = tmp_path / "cache" / songs.FOLDER
    folder.mkdir(parents=True)
    zipped(folder / name, text)
    assert songs.found() == folder / name
    assert len(year_prediction()[1]) == 51_630


def test_damage_is_named(tmp_path, text, monkeypatch):
    short = b"\n".join(text.split(b"\n")[:1000])
    cases = [
        (songs.TEXT, text.replace(b"1998", b"1999", 1), "holds other data"),
        (songs.TEXT, short, r"a table \(1000, 91\)"),
        (songs.TEXT, b"1,2,3\n4,5,6\n", r"a table \(2, 3\)"),
        (songs.TEXT, b"1,2,3\n4,five,6\n", "five"),
        (songs.ARCHIVES[0], b"PK no zip", "zip file is damaged"),
    ]
    for i, (name, data, message) in enumerate(cases):
        folder = tmp_path / str(i)
        folder.mkdir()
        (folder / name).write_bytes(data)
        with pytest.raises(ValueError, match=rf"{name}: .*{message}"):
            year_prediction(folder=folder)
    zipped(tmp_path / songs.ARCHIVES[0], short, "other.txt")
    with pytest.raises(ValueError, match="zip file is damaged or another"):
        year_prediction(folder=tmp_path)
    monkeypatch.setattr(songs, "TEXT_LIMIT", 1000)
    zipped(tmp_path / songs.ARCHIVES[0], short)
    with pytest.raises(ValueError, match="expected at most 1,000"):
        year_prediction(folder=tmp_path)


def test_nothing_found(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"year_prediction\(download=True\)") as caught:
        year_prediction()
    assert str(tmp_path / "cache" / songs.FOLDER) in str(caught.value)


REAL = songs.found()
REAL_SHA256 = songs.TEXT_SHA256


@pytest.mark.skipif(REAL is None, reason="YearPredictionMSD is in none of the folders for data")
def test_the_real_songs(monkeypatch):
    monkeypatch.setattr(songs, "TEXT_SHA256", REAL_SHA256)
    train, test = year_prediction(folder=REAL.parent)
    assert (len(train), len(test)) == (463_715, 51_630)
    assert (train.t.min(), train.t.max()) == (1922, 2011)
    linear, mean = error_of_lines_and_of_the_mean(train, test)
    assert linear < 0.9 * mean
