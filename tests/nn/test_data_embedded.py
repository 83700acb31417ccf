"""The data that come with the package."""

import hashlib
import tomllib

import numpy as np
import pytest

import nn
import optim
from nn.data import (
    DataLoader,
    Standardizer,
    breast_cancer,
    diamonds,
    digits,
    embedded,
    iris,
    mnist,
    sources,
    wine,
)

MANIFEST = tomllib.loads((embedded.FOLDER / "MANIFEST.toml").read_text(encoding="utf-8"))
FILES = sorted(path.name for path in embedded.FOLDER.glob("*.npz"))


def test_every_file_is_in_the_manifest_with_its_licence():
    assert sorted(MANIFEST) == FILES
    for about in MANIFEST.values():
        assert about["licence"] in {"CC-BY-SA-3.0", "CC-BY-4.0", "MIT"}
        text = (embedded.FOLDER / about["licence_file"]).read_text(encoding="utf-8")
        assert all(holder.split("(")[0].split()[-1] in text for holder in about["holders"])
    assert sum(about["bytes"] for about in MANIFEST.values()) < 1_600_000


@pytest.mark.parametrize("name", FILES)
def test_files_and_arrays_have_their_checksums(name):
    data = (embedded.FOLDER / name).read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (
        MANIFEST[name]["bytes"],
        MANIFEST[name]["sha256"],
    )
    arrays = embedded.arrays(name.removesuffix(".npz"))
    assert set(arrays) == set(MANIFEST[name]["arrays"])
    for key, about in MANIFEST[name]["arrays"].items():
        found = arrays[key]
        assert (list(found.shape), str(found.dtype)) == (about["shape"], about["dtype"])
        assert hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest() == about["sha256"]


@pytest.mark.parametrize(
    ("load", "x", "tests", "classes"),
    [
        (mnist, (4000, 784), 1000, 10),
        (digits, (1438, 64), 359, 10),
        (breast_cancer, (456, 30), 113, 2),
        (iris, (120, 4), 30, 3),
        (wine, (142, 13), 36, 3),
        (diamonds, (43152, 26), 10788, 0),
    ],
)
def test_parts(load, x, tests, classes):
    train, test = load()
    assert (train.x.shape, len(test), len(train.classes)) == (x, tests, classes)
    assert train.x.dtype == np.float32
    assert np.isfinite(train.x).all()
    assert "embedded in this package" in train.source
    assert (train.source[-7:], test.source[-6:]) == ("(train)", "(test)")
    assert train.licence in {"CC-BY-SA-3.0", "CC-BY-4.0", "MIT"}
    assert not train.x.flags.writeable
    if classes:
        shares = [np.bincount(d.t, minlength=classes) / len(d) for d in (train, test)]
        np.testing.assert_allclose(*shares, atol=0.02)
        assert (train.t.dtype, train.t.shape) == (np.int64, (len(train),))
    if x[1] not in (784, 64):
        assert len(train.features) == x[1]
    rows = {row.tobytes() for row in train.x}
    doubles = sum(row.tobytes() in rows for row in test.x)
    assert doubles <= 0.02 * len(test) + 1  # diamonds and irises of equal measures exist


def test_tables_are_scikit_learns():
    datasets = pytest.importorskip("sklearn.datasets")
    for name, load in (("breast_cancer", breast_cancer), ("iris", iris), ("wine", wine), ("digits", digits)):
        theirs = getattr(datasets, f"load_{name}")()
        train, test = load()
        scale = 16 if name == "digits" else 1
        ours = {(*(x * scale).tolist(), int(t)) for d in (train, test) for x, t in zip(*d, strict=True)}
        found = {
            (*x.astype(np.float32).tolist(), int(t)) for x, t in zip(theirs.data, theirs.target, strict=True)
        }
        assert ours == found
        if name in ("breast_cancer", "iris"):
            assert train.classes == tuple(theirs.target_names)


def test_diamonds_are_prices_and_their_logarithms():
    train, test = diamonds()
    dollars, _ = diamonds(log=False)
    price = dollars.t
    assert (price.min(), price.max(), price.shape, price.dtype) == (326, 18823, (43152, 1), np.float32)
    np.testing.assert_allclose(train.t, np.log(price), rtol=1e-6)
    column = dict(zip(train.features, train.x.T, strict=True))
    assert (column["carat"].min(), column["carat"].max()) == (np.float32(0.2), np.float32(5.01))
    assert (column["depth"].min(), column["depth"].max()) == (43, 79)
    assert column["z"].max() == np.float32(31.8)
    # the published counts of all 53,940
    for feature, count in (("cut Ideal", 21551), ("color J", 2808), ("clarity IF", 1790)):
        i = train.features.index(feature)
        assert train.x[:, i].sum() + test.x[:, i].sum() == count
    np.testing.assert_array_equal(train.x[:, 6:].sum(1), 3)


def test_a_hidden_layer_helps_to_price_diamonds():
    """A straight line in the features leaves more of the price open than a small net."""
    train, test = diamonds()
    scale = Standardizer().fit(train)
    x, z = scale.transform(train).x.astype(float), scale.transform(test).x.astype(float)
    with_one = lambda a: np.c_[a, np.ones(len(a))]
    weights, *_ = np.linalg.lstsq(with_one(x), train.t, rcond=None)
    linear = np.sqrt(np.mean((with_one(z) @ weights - test.t) ** 2))
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(26, 64, init="he", rng=rng), nn.ReLU(), nn.Linear(64, 1, rng=rng))
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    mean = train.t.mean()
    for a, t in DataLoader((x.astype(np.float32), train.t - mean), 100, True, rng=rng):
        optimizer.zero_grad()
        nn.HalfMSELoss()(net(a), t).backward()
        optimizer.step()
    error = np.sqrt(np.mean((net(z.astype(np.float32)).numpy() + mean - test.t) ** 2))
    assert np.std(test.t) > 0.9
    assert error < 0.9 * linear < 0.25


def test_sources_name_every_set():
    found = sources()
    assert set(found) == {
        *("mnist()", "diamonds()", "breast_cancer()", "iris()", "wine()", "digits()"),
        *("mnist(full=True)", "fashion_mnist()", "year_prediction()"),
    }
    assert found["mnist()"] == "embedded, 4,000 + 1,000 data, 0.8 MB, CC-BY-SA-3.0"


def test_folder_and_download_are_for_the_whole_mnist(tmp_path):
    with pytest.raises(ValueError, match="full=True"):
        mnist(download=True)
    with pytest.raises(ValueError, match="full=True"):
        mnist(folder=tmp_path)
