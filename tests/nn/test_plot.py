"""nn.plot: what the pictures show; how they look is judged by eye."""

import logging
import sys
from itertools import pairwise

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.plot import style

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 - after the choice of a backend without a screen
from matplotlib.colors import to_rgb  # noqa: E402


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_curves():
    history = nn.History(
        epoch=[1, 2, 3], loss=[0.9, 0.5, 0.25], valid_loss=[0.8, 0.6, 0.7], accuracy=[0, 0.5, 1]
    )
    axes = nn.plot.curves(history)
    train, valid = axes.lines
    np.testing.assert_array_equal(train.get_xydata(), np.transpose([[1, 2, 3], [0.9, 0.5, 0.25]]))
    np.testing.assert_array_equal(valid.get_ydata(), [0.8, 0.6, 0.7])
    assert train.get_linestyle() != valid.get_linestyle()
    assert texts(axes) == ["train 0.25", "valid 0.7"]
    given = pyplot.figure().add_subplot()
    assert nn.plot.curves(history, "accuracy", ax=given) is given
    assert len(given.lines) == 1
    assert len(nn.plot.curves({"loss": [1.0]}).lines) == 1
    with pytest.raises(KeyError, match="no column 'acc'; there are epoch, loss, valid_loss, accuracy"):
        nn.plot.curves(history, "acc")


def test_curves_of_several_histories():
    both = {"loss": [1.0, 0.5], "valid_loss": [1.0, 0.7]}
    axes = nn.plot.curves({"SGD": both, "Adam": {"loss": [1.0, 0.1], "valid_loss": [1.0, 0.3]}})
    assert len(axes.lines) == 4
    assert axes.lines[0].get_color() == axes.lines[1].get_color() != axes.lines[2].get_color()
    assert sorted(texts(axes)) == ["Adam 0.3", "SGD 0.7"]
    assert axes.get_title(loc="right") == "dashed: in training"


def test_curves_on_a_logarithmic_scale():
    axes = nn.plot.curves({"a": {"loss": [1.0, 0.1, 1e-4]}, "b": {"loss": [1.0, 0.1, 0.0]}}, log=True)
    assert axes.get_yscale() == "log"
    assert nn.plot.curves({"loss": [1.0, 0.5]}).get_yscale() == "linear"
    assert [line.get_linestyle() for line in axes.lines] == ["-", "-"], "nothing to tell them from"
    axes.figure.canvas.draw()
    high, low = sorted(axes.texts, key=lambda text: -text.xy[1])
    assert (high.get_text(), low.get_text()) == ("b 0", "a 0.0001"), "0 has no place: where it was last seen"
    bottom = axes.transAxes.inverted().transform(axes.transData.transform((0, 1e-4)))[1]
    assert low.xy[1] == pytest.approx(bottom)


def test_paths_are_named_at_their_ends_where_these_are_apart():
    def bowl(x, y):
        return x**2 / 20 + y**2

    path = 0.9 ** np.arange(30)[:, None] * [-7.0, 2.0]
    axes = nn.plot.trajectories(bowl, {"SGD": path[:5], "Adam": path})
    assert texts(axes) == ["SGD", "Adam"]
    assert [text.xy for text in axes.texts] == [pytest.approx(path[4]), pytest.approx(path[-1])]
    assert [text.get_color() for text in axes.texts] == [axes.lines[i].get_color() for i in (0, 4)]
    assert texts(nn.plot.trajectories(bowl, {"SGD": path, "Adam": path[:-1]})) == [], "one above the other"
    assert texts(nn.plot.trajectories(bowl, {"SGD": path})) == [], "the legend says it"


def test_labels_do_not_overlap():
    axes = nn.plot.curves({str(i): {"loss": [1.0, 0.5 + i * 1e-4]} for i in range(5)})
    axes.figure.canvas.draw()
    boxes = sorted((t.get_window_extent() for t in axes.texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))
    right = axes.figure.bbox.x1
    assert all(box.x1 <= right for box in boxes)


def test_contours_and_trajectories():
    def bowl(x, y):
        return x**2 / 20 + y**2

    axes = nn.plot.contours(bowl, (-10, 10), (-5, 5), levels=[1, 2, 3])
    assert axes.get_xlim() == (-10, 10)
    assert axes.get_ylim() == (-5, 5)
    path = 0.8 ** np.arange(20)[:, None] * [-7.0, 2.0]
    axes = nn.plot.trajectories(bowl, {"SGD": path, "Adam": ac.Tensor(path * 0.5)})
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["SGD", "Adam"]
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), path)
    low, high = axes.get_xlim()
    assert low < -7
    assert high > path[-1, 0]
    assert nn.plot.trajectories(lambda x, y: ac.square(x) + y, path[:1]).get_legend() is None
    with pytest.raises(ValueError, match=r"gives one of that shape, got \(\)"):
        nn.plot.contours(lambda x, y: 1.0)
    with pytest.raises(ValueError, match="nowhere finite"):
        nn.plot.contours(lambda x, y: x * np.nan)
    with pytest.raises(ValueError, match=r"'a' has \(3,\)"):
        nn.plot.trajectories(bowl, {"a": np.ones(3)})
    with pytest.raises(ValueError, match="no path"):
        nn.plot.trajectories(bowl, {})
    nn.plot.contours(lambda x, y: 0 * x)  # flat


def test_histograms():
    rng = np.random.default_rng(0)
    values = {"wide": rng.normal(size=4000) * 2, "narrow": rng.normal(size=4000) / 2, "relu": [0.0, 0.0, 1.0]}
    axes = nn.plot.histograms(values)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["wide", "narrow", "relu"]
    assert texts(axes)[2].endswith("67% zeros")
    assert texts(axes)[0].endswith(f"± {values['wide'].std():.2g}")
    low, high = axes.get_xlim()
    assert -8 < low < -3 < 3 < high < 8
    centred = values["wide"] - values["wide"].mean()
    assert abs(centred.mean()) > 0
    assert texts(nn.plot.histograms(centred))[0].startswith("0 ± ")
    assert texts(nn.plot.histograms(np.full(4, 3.0)))[0] == "3 ± 0"
    assert texts(nn.plot.histograms([-123.0, -123.0]))[0] == "-123 ± 0"
    assert texts(nn.plot.histograms([2e6, 2e6]))[0] == "2e+06 ± 0"
    assert texts(nn.plot.histograms([99.7, 99.7]))[0] == "100 ± 0"
    assert len(nn.plot.histograms([1.0, 2.0, 3.0]).get_yticks()) == 1
    assert len(nn.plot.histograms([[1.0, 2.0], [3.0]]).get_yticks()) == 2
    assert nn.plot.histograms(np.zeros(3), range=(-2, 2)).get_xlim() == (-2, 2)
    nn.plot.histograms(np.ones(3))
    with pytest.raises(ValueError, match="no finite number"):
        nn.plot.histograms([np.nan, np.inf])
    with pytest.raises(
        TypeError, match=r"arrays are needed, as nn\.flow\(model, x\)\.activations.*got Linear"
    ):
        nn.plot.histograms(nn.Linear(2, 3))


def test_lines():
    x = np.linspace(0.1, 1, 4)
    axes = nn.plot.lines(x, {"−log p": -np.log(x), "1 − p": ac.Tensor(1 - x)}, xlabel="p", title="loss")
    first, second = axes.lines
    np.testing.assert_array_equal(first.get_ydata(), -np.log(x))
    np.testing.assert_array_equal(second.get_xydata(), np.stack([x, 1 - x], axis=1))
    assert first.get_linestyle() != second.get_linestyle()
    assert sorted(texts(axes)) == ["1 − p", "−log p"]
    assert (axes.get_xlabel(), axes.get_title(loc="left")) == ("p", "loss")
    apart = {text.get_text(): text.xy[1] for text in nn.plot.lines(x, {"a": x, "b": 9 * x}).texts}
    assert apart["a"] < 0.3 < 0.9 < apart["b"], "a name stands at the height of its end"
    given = pyplot.figure().add_subplot()
    assert nn.plot.lines([0, 1], {"a": [1, 2]}, ax=given) is given
    with pytest.raises(ValueError, match=r"'a' has the shape \(3,\), x has \(2,\)"):
        nn.plot.lines([0, 1], {"a": [1, 2, 3]})


def test_lines_on_logarithmic_scales():
    x = np.logspace(-3, 0, 4)
    axes = nn.plot.lines(x, {"square": x**2, "ends before": [1e-6, 1e-2, np.inf, 0.0]}, log="xy")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    heights = {text.get_text(): text.xy[1] for text in axes.texts}
    low, high = np.log10(axes.get_ylim())
    assert heights["square"] == pytest.approx((0 - low) / (high - low))
    assert heights["ends before"] == pytest.approx((-2 - low) / (high - low)), "where the line ends"
    assert nn.plot.lines(x, {"a": x}, log="y").get_xscale() == "linear"
    with pytest.raises(ValueError, match="log is 'x', 'y', 'xy' or '', got 'z'"):
        nn.plot.lines(x, {"a": x}, log="z")


def test_images():
    pictures = np.arange(24.0).reshape(4, 2, 3)
    axes = nn.plot.images(pictures, [3, 1, 4, 1], columns=3)
    assert texts(axes) == ["3", "1", "4", "1"]
    for drawn, picture in zip(axes.images, pictures, strict=True):
        np.testing.assert_array_equal(drawn.get_array(), picture)
        assert drawn.get_clim() == (0, 23), "all are on one scale"
        left, right, bottom, top = drawn.get_extent()
        assert (top - bottom) / (right - left) == pytest.approx(2 / 3)
    corners = [drawn.get_extent()[::2] for drawn in axes.images]
    assert corners[1][0] > corners[0][0], "to the right of the first"
    assert corners[3][0] == corners[0][0], "a new row"
    assert corners[3][1] < corners[0][1]
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    for drawn in axes.images:
        a, b, c, d = drawn.get_extent()
        assert left < a < b < right
        assert low < c < d < high
    weights = nn.plot.images([[[-1.0, 0.5]]])
    assert weights.images[0].get_clim() == (-1, 1)
    assert weights.images[0].cmap(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01), "0 is white"
    with pytest.raises(ValueError, match=r"pictures have the shape \(N, height, width\), got \(2, 3\)"):
        nn.plot.images(pictures[0])
    with pytest.raises(ValueError, match="4 pictures, but 2 titles"):
        nn.plot.images(pictures, "ab")


def test_confusion():
    counts = np.array([[30, 0, 2], [1, 29, 0], [0, 0, 0]])
    axes = nn.plot.confusion(counts, ["a", "b", "c"])
    assert axes.get_title(loc="left") == "59 of 62 right"
    assert {text.get_position(): text.get_text() for text in axes.texts} == {
        (0, 0): "30",
        (2, 0): "2",  # predicted across, right down
        (0, 1): "1",
        (1, 1): "29",
    }
    right, wrong = (image.get_array() for image in axes.images)
    assert [tuple(at) for at in np.argwhere(~right.mask)] == [(0, 0), (1, 1)]
    assert [tuple(at) for at in np.argwhere(~wrong.mask)] == [(0, 2), (1, 0)]
    assert wrong[0, 2] > wrong[1, 0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b", "c"]
    assert [label.get_text() for label in nn.plot.confusion(counts).get_yticklabels()] == ["0", "1", "2"]
    with pytest.raises(ValueError, match=r"counts have the shape \(K, K\), got \(2, 3\)"):
        nn.plot.confusion(counts[:2])
    with pytest.raises(ValueError, match="3 classes, but 2 names"):
        nn.plot.confusion(counts, ["a", "b"])


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'nn\.plot needs matplotlib: pip install "autograd-core\[train\]"'):
        nn.plot.curves({"loss": [1.0]})


def test_a_table_is_a_history_too():
    pandas = pytest.importorskip("pandas")
    history = {"epoch": [1, 2], "loss": [0.9, 0.5], "valid_loss": [0.8, 0.6]}
    table = pandas.DataFrame(history, index=[7, 3])
    assert texts(nn.plot.curves(table)) == texts(nn.plot.curves(history)) == ["train 0.5", "valid 0.6"]
    assert texts(nn.plot.curves({"a": table, "b": table})) == ["a 0.6", "b 0.6"]


def test_many_paths_can_be_told_apart_and_one_may_diverge(monkeypatch):
    def bowl(x, y):
        return x**2 / 20 + y**2

    step = 0.9 ** np.arange(4)[:, None] * [-7.0, 2.0]
    looks = []
    plot = matplotlib.axes.Axes.plot

    def watched(self, *args, **settings):
        if "label" in settings:
            looks.append((settings["color"], settings["linestyle"]))
        return plot(self, *args, **settings)

    monkeypatch.setattr(matplotlib.axes.Axes, "plot", watched)
    nn.plot.trajectories(bowl, {f"number {i}": step + i for i in range(18)})
    assert len(looks) == len(set(looks)) == 18
    axes = nn.plot.trajectories(bowl, {"SGD": [[0.0, 1.0], [2.0, -3.0], [np.inf, np.nan]]})
    assert axes.get_xlim()[1] < 3
    with pytest.raises(ValueError, match="no path has a finite point"):
        nn.plot.trajectories(bowl, {"SGD": [[np.inf, np.nan]]})


def test_predictions():
    t = np.linspace(0, 10, 2000)[:, None]
    y = t + 0.1
    y[1000] = 1e6
    axes = nn.plot.predictions(ac.Tensor(y), t, title="price")
    assert axes.get_title(loc="left") == "price"
    line, dots = axes.lines
    assert axes.get_xlim() == axes.get_ylim() == tuple(line.get_xdata()) == tuple(line.get_ydata())
    assert axes.get_aspect() == 1
    kept = np.arange(2000) != 1000
    np.testing.assert_array_equal(dots.get_xydata(), np.hstack([t, y])[kept])
    assert axes.get_title(loc="right") == "1 outside"
    assert nn.plot.predictions([1.0, 2.0], [1.0, 2.0]).get_title(loc="right") == ""
    with pytest.raises(ValueError, match=r"prediction \(2000, 1\) and target \(2000,\)"):
        nn.plot.predictions(y, t[:, 0])
    with pytest.raises(ValueError, match="no finite number"):
        nn.plot.predictions([np.nan], [np.nan])


def test_numbers_per_layer_are_left_as_they_were():
    """What has no place on a logarithmic scale is left out of the picture, not of the caller's array."""
    numbers = np.array([1.0, 0.0, 1e-3])
    ax = nn.plot.by_layer(["a", "b", "c"], {"size": (numbers, nn.plot.SERIES[0], "-")})
    assert numbers.tolist() == [1.0, 0.0, 1e-3]
    assert np.isnan(ax.lines[0].get_ydata()).tolist() == [False, True, False]
    numbers.flags.writeable = False  # as the column of a table is
    nn.plot.by_layer(["a", "b", "c"], {"size": (numbers, nn.plot.SERIES[0], "-")})


def test_colours_that_come_again_have_another_stroke():
    axes = nn.plot.curves({str(i): {"loss": [1.0, i]} for i in range(12)})
    assert len({(line.get_color(), line.get_linestyle()) for line in axes.lines}) == 12


def test_names_go_with_the_scale():
    _, (left, right) = pyplot.subplots(1, 2, sharey=True)
    nn.plot.curves({"loss": [1.0, 0.5]}, ax=left)
    nn.plot.curves({"loss": [4.0, 2.5]}, ax=right)
    for axes, end in ((left, 0.5), (right, 2.5)):
        (name,) = axes.texts
        low, high = axes.get_ylim()
        assert high > 4
        assert name.xy == pytest.approx((1, (end - low) / (high - low)))
    left.set_ylim(0, 10)
    assert right.texts[0].xy == pytest.approx((1, 0.25))


def hollow(x, y):
    return x**2 / 20 + y**2


def test_gradient_descent_is_green_and_momentum_red_as_in_the_lecture():
    """Row 6.1-2: the colours of the lecture's figure, where vermilion still means gradient."""
    path = 0.9 ** np.arange(30)[:, None] * [-7.0, 2.0]
    axes = nn.plot.trajectories(hollow, {"GD": path, "Momentum": path})
    green, red = (to_rgb(line.get_color()) for line in axes.get_legend().get_lines())
    assert np.argmax(green) == 1
    assert np.argmax(red) == 0


def test_typefaces_have_japanese_letters_where_this_machine_has_any():
    """Names of runs, titles and labels, also those written afterwards; a missing letter is a warning."""
    style.typefaces.cache_clear()
    if len(style.typefaces()) < 2:
        pytest.skip("no typeface with Japanese letters is installed")
    axes = nn.plot.curves({"訓練": {"loss": [3.0, 2.0]}, "検証": {"loss": [3.0, 2.5]}})
    axes.set_title("学習曲線")
    axes.set_xlabel("エポック ∂ α −1")
    axes.figure.canvas.draw()
    paths = {"勾配降下法": np.ones((3, 2)), "モメンタム": np.zeros((3, 2))}
    for drawn in (
        nn.plot.trajectories(hollow, paths),
        nn.plot.images(np.ones((1, 2, 2)), ["零"]),
        nn.plot.confusion([[1, 0], [1, 2]], ["猫", "犬"]),
        nn.plot.by_layer(["入力", "隠れ層"], {"勾配": ([1.0, 2.0], "k", "-")}),
        nn.plot.histograms({"入力": np.arange(5.0)}),
        nn.plot.neurons([2, 1], titles=["全体"]),
        nn.plot.lines([1.0, 2.0], {"関数": [1.0, 2.0]}, title="関数", ylabel="値"),
    ):
        drawn.figure.canvas.draw()


def test_a_typeface_without_bold_letters_is_not_complained_of(caplog):
    """A notebook would show the message, in red, above the first picture; other messages stay."""
    style.typefaces.cache_clear()
    style.typefaces()
    logger = logging.getLogger("matplotlib.font_manager")
    for name in ("IPAexGothic", "Papyrus", "Noto Sans CJK JP"):
        logger.warning("findfont: Failed to find font weight %s for %s, now using %s.", "bold", name, 400)
    assert ["Papyrus" in message for message in caplog.messages] == [True]


def test_typefaces_without_japanese_ones_are_matplotlibs(monkeypatch):
    style.typefaces.cache_clear()
    monkeypatch.setattr(style, "JAPANESE", ())
    assert style.typefaces() == ("DejaVu Sans",)
    style.typefaces.cache_clear()
