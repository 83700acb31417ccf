"""nn.plot.neurons: what is crossed out, and which lines are left."""

from itertools import pairwise

import numpy as np
import pytest

import nn

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 - after the choice of a backend without a screen


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def parts(axes):
    """Per network its lines, the places of its neurons, and which of them bear a cross."""
    found = list(axes.collections)
    for wires, circles, crosses in zip(found[::3], found[1::3], found[2::3], strict=True):
        boxes = [path.get_extents() for path in circles.get_paths()]
        places = np.array([((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes])
        offsets = np.reshape(crosses.get_offsets(), (-1, 2))
        crossed = np.array([np.isclose(offsets, place).all(axis=1).any() for place in places])
        yield wires.get_segments(), places, crossed


def test_the_whole_network():
    ((wires, places, crossed),) = parts(nn.plot.neurons([3, 4, 2], titles=["net"]))
    assert len(wires) == 3 * 4 + 4 * 2
    assert not crossed.any()
    assert [list(places[:, 0].round(3)).count(x) for x in (0, 1, 2)] == [3, 4, 2]
    assert (np.diff(places[3:7, 1]) < 0).all(), "from top to bottom"


def test_what_masks_leave_of_it():
    rng = np.random.default_rng(0)
    masks = {1: rng.random((3, 4)) < 0.5, 2: rng.random((3, 5)) < 0.5}
    whole, *thinned = parts(nn.plot.neurons([2, 4, 5, 1], masks))
    assert len(whole[0]) == 2 * 4 + 4 * 5 + 5
    for n, (wires, places, crossed) in enumerate(thinned):
        assert (crossed == ~np.concatenate([[True] * 2, masks[1][n], masks[2][n], [True]])).all()
        first, second = masks[1][n].sum(), masks[2][n].sum()
        assert len(wires) == 2 * first + first * second + second
        ends = {tuple(end) for wire in wires for end in wire}
        assert not ends & {tuple(place) for place in places[crossed]}, "no line ends at what is crossed out"


def test_numbers_of_one_datum_are_a_mask_too():
    _, (wires, _, crossed) = parts(nn.plot.neurons([2, 3], {0: [0.0, 1.0]}))
    assert crossed.tolist() == [True, False, False, False, False]
    assert len(wires) == 3


def test_networks_stand_apart_and_in_the_picture():
    axes = nn.plot.neurons([4, 5, 5, 2], {1: np.eye(5)[:3]})
    axes.figure.canvas.draw()
    titles = [text.get_window_extent() for text in axes.texts]
    assert all(a.x1 < b.x0 for a, b in pairwise(titles))
    for _, places, _ in parts(axes):
        at = axes.transData.transform(places)
        assert (at > 0).all()
        assert (at < [axes.figure.bbox.x1, axes.figure.bbox.y1]).all()
    assert np.ptp([axes.transData.transform((0, y))[1] for y in (0, 1)]) == pytest.approx(
        np.ptp([axes.transData.transform((x, 0))[0] for x in (0, 1)])
    ), "circles are round"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([3],), "two layers"),
        (([3, 0],), "two layers"),
        (([3, 2], {2: [1, 1]}), "there are 0 to 1"),
        (([3, 2], {-1: [1, 1]}), "there are 0 to 1"),
        (([3, 2], {1: [1, 1, 1]}), r"the mask of layer 1 is \(1, 2\), got \(3,\)"),
        (([3, 2], {0: np.ones((2, 3)), 1: np.ones((3, 2))}), r"the mask of layer 1 is \(2, 2\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        nn.plot.neurons(*given)
    with pytest.raises(ValueError, match="2 networks, but 1 titles"):
        nn.plot.neurons([3, 2], {1: [1, 0]}, titles=["a"])
