"""The strategies of arrays: what they draw, what they shrink to, what they refuse, what they load."""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from autograd_core.testing import away_from_kinks, broadcastable, one_hot, spd_matrix, tensors
from autograd_core.testing.properties import strategies

ROOT = Path(__file__).parents[4]
some = settings(max_examples=100, database=None)


def collected(strategy, count=150):
    """Draws of a strategy."""
    drawn = []

    @settings(max_examples=count)
    @given(strategy)
    def draw(x):
        drawn.append(x)

    draw()
    return drawn


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int64, bool])
def test_tensors_have_the_dtype_and_keep_the_bounds(dtype):
    for x in collected(tensors(dtype=dtype, low=-3, high=2)):
        assert type(x) is np.ndarray
        assert x.dtype == dtype
        assert 1 <= x.ndim <= 3
        assert all(1 <= n <= 4 for n in x.shape)
        assert np.isfinite(x).all()
        assert x.min() >= -3
        assert x.max() <= 2


def test_tensors_are_well_scaled():
    numbers = np.concatenate([x.ravel() for x in collected(tensors())])
    assert (np.abs(numbers[numbers != 0]) >= 0.01).all()
    assert (numbers > 0).any()
    assert (numbers < 0).any()
    assert np.array_equal(np.signbit(numbers), numbers < 0), "a negative zero"


def test_shapes_as_asked():
    assert {x.shape for x in collected(tensors(shape=(2, 3)))} == {(2, 3)}
    assert {x.shape for x in collected(tensors(shape=4))} == {(4,)}
    assert {x.shape for x in collected(tensors(shape=()))} == {()}
    assert {x.shape for x in collected(tensors(shape=st.sampled_from([(1,), (2, 2)])))} == {(1,), (2, 2)}
    free = [x.shape for x in collected(tensors(min_dims=0, min_side=0), 300)]
    assert () in free
    assert any(0 in shape for shape in free)
    assert all(x.size for x in collected(tensors()))


def test_elements_as_asked():
    assert {float(n) for x in collected(tensors(elements=st.sampled_from([5.0, 7.0]))) for n in x.flat} == {
        5,
        7,
    }


def test_layouts_as_asked():
    drawn = collected(tensors(shape=(3, 4), layouts=strategies.LAYOUTS))
    assert any(x.flags.f_contiguous for x in drawn)
    assert any(not x.flags.writeable for x in drawn)
    assert any(x.strides[1] < 0 for x in drawn)
    assert any(x.strides[1] == 2 * x.itemsize for x in drawn)
    assert all(x.flags.c_contiguous and x.flags.writeable for x in collected(tensors()))


def test_tensors_shrink_to_small_shapes_and_whole_numbers():
    np.testing.assert_array_equal(find(tensors(), lambda x: x.sum() > 3.3, settings=some), [4.0])
    np.testing.assert_array_equal(find(tensors(min_dims=0), lambda x: True, settings=some), 0.0)
    assert find(tensors(), lambda x: x.ndim > 1, settings=some).shape == (1, 1)


def test_broadcastable_arrays_broadcast_in_many_ways():
    drawn = collected(broadcastable(3), 300)
    for arrays in drawn:
        assert len(arrays) == 3
        np.broadcast_shapes(*(x.shape for x in arrays))
    assert len({tuple(x.shape for x in arrays) for arrays in drawn}) > 50
    x, y = find(broadcastable(max_dims=2), lambda p: p[0].shape != p[1].shape, settings=some)
    assert x.size + y.size <= 4


@pytest.mark.parametrize("kinks", [(0.0,), (-1.0, 1.0), ()])
@pytest.mark.parametrize("distance", [0.1, 1.0])
def test_away_from_kinks_and_from_one_another(kinks, distance):
    for x in collected(away_from_kinks(kinks=kinks, distance=distance)):
        points = np.sort(np.append(x, kinks))
        assert points.size < 2 or np.diff(points).min() >= distance * (1 - 1e-9)
    signs = {bool(n > 0) for x in collected(away_from_kinks(shape=(2,), kinks=kinks)) for n in x}
    assert signs == {True, False}


def test_one_hot_rows():
    for x in collected(one_hot(3, 4)):
        assert x.shape == (3, 4)
        np.testing.assert_array_equal(np.sort(x, axis=1), [[0, 0, 0, 1]] * 3)
    assert {x.shape for x in collected(one_hot(st.integers(1, 2), 3, dtype=np.float32))} == {(1, 3), (2, 3)}
    np.testing.assert_array_equal(find(one_hot(2, 3), lambda x: True, settings=some), [[1, 0, 0], [1, 0, 0]])


@pytest.mark.parametrize("batch", [(), (2,), (2, 1)])
def test_spd_matrices_are_symmetric_positive_definite_and_well_conditioned(batch):
    for x in collected(spd_matrix(3, batch)):
        assert x.shape == (*batch, 3, 3)
        np.testing.assert_array_equal(x, x.mT)
        values = np.linalg.eigvalsh(x)
        assert values.min() > 1 - 1e-9
        assert values.max() < 4 + 1e-9
    np.testing.assert_array_equal(find(spd_matrix(2), lambda x: True, settings=some), np.eye(2))
    assert any(abs(x[0, 1]) > 0.1 for x in collected(spd_matrix(2)))


def test_nothing_is_drawn_and_thrown_away():
    for name in ("strategies", "random_programs", "builder", "pool"):
        text = (ROOT / "autograd_core" / "testing" / "properties" / f"{name}.py").read_text(encoding="utf-8")
        assert "assume(" not in text
        assert ".filter(" not in text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: tensors(low=2, high=1), "low=2 and high=1"),
        (lambda: tensors(low=-np.inf), "no finite number"),
        (lambda: tensors(dtype=np.int64, low=0.2, high=0.8), "no integer"),
        (lambda: tensors(dtype=complex), "floating, integer or bool, got complex128"),
        (lambda: tensors(min_dims=3, max_dims=2), "3 to 2 axes"),
        (lambda: tensors(min_side=5), "of length 5 to 4"),
        (lambda: tensors(layouts=("C", "fortran")), "got 'fortran'"),
        (lambda: tensors(layouts=()), "got none"),
        (lambda: broadcastable(0), "n is at least 1, got 0"),
        (lambda: broadcastable(min_dims=4), "4 to 3 axes"),
        (lambda: away_from_kinks(distance=0), "greater than 0, got 0"),
    ],
)
def test_what_holds_nothing_is_refused_at_once(call, text):
    with pytest.raises(ValueError, match=text):
        call()


ASKED = """
import sys
sys.modules["hypothesis"] = None
import autograd_core.testing as kit
for call in (kit.tensors, kit.broadcastable, kit.away_from_kinks, lambda: kit.one_hot(2, 3),
             lambda: kit.spd_matrix(2), kit.programs, lambda: kit.gradient_property(x=1)):
    try:
        call()
    except kit.MissingExtraError as error:
        assert isinstance(error, ImportError)
        print(error)
"""


def test_without_hypothesis_the_extra_is_named():
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (
        done.stdout.splitlines()
        == [
            "drawing examples needs the package hypothesis, which is not installed: "
            'pip install "autograd-core[testing]"'
        ]
        * 7
    )
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert any(line.startswith("hypothesis") for line in extras["testing"])


def test_the_kit_loads_no_hypothesis():
    code = "import sys, autograd_core.testing; print([m for m in sys.modules if m.startswith('hypothesis')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
