"""What a mark shows in a notebook: its report, and the right computation with marks where they part."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from autograd_core.testing import check_layer, grade
from autograd_core.testing.exercises.formulas import FORMULAS, STEPS
from tests.autograd_core.testing import lecture_layers as layers


class WithoutMean(layers.SoftmaxWithLoss):
    def backward(self, dout=1):
        return self.y - self.t


class Transposed(layers.Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.dW, self.db = self.dW.T, dout
        return dx


def marks_of(graph):
    """The words of the marks, by the value that they are put at."""
    return {getattr(place, "source", place).name: mark.word for place, mark in graph.marks.items()}


def drawn_in(page):
    """The drawings of a page, which have to be XML."""
    pieces = page.split("<svg")[1:]
    return [ET.fromstring("<svg" + piece.partition("</svg>")[0] + "</svg>") for piece in pieces]


def test_a_wrong_answer_shows_its_report_and_the_right_computation():
    mark = grade("3-1-2", WithoutMean)
    page = mark._repr_html_()
    assert page.startswith("<pre")
    text = page.partition("</pre>")[0].partition(">")[2]
    assert text == str(mark), "nothing in it has to be escaped"
    assert len(drawn_in(page)) == 1
    assert mark._repr_mimebundle_() == {"text/html": page, "text/plain": str(mark)}
    assert marks_of(mark.graph) == {"x": "dx × 5 = N"}
    assert [n.name for n in mark.graph.nodes if n.kind != "operation"] == ["x", "t", "y", "E"]
    assert mark.graph.settings.mode == "backward"


def test_a_right_answer_shows_its_report_alone():
    mark = grade("3-1-2", layers.SoftmaxWithLoss)
    assert mark.pictures == ()
    assert mark.graph is None
    assert mark._repr_html_() == f'<pre style="white-space:pre-wrap">{mark}</pre>'
    assert "✓ dx" in mark._repr_html_()


def test_several_marks_and_the_first_on_the_way_back():
    graph = grade("3-1-1", Transposed).graph
    assert marks_of(graph) == {"W": "dW transposed", "b": "db sum"}
    assert {"· Wᵀ", "sum axis 0"} <= {edge.local for edge in graph.edges}


def test_every_wrong_layer_of_several_has_its_picture():
    wrong = type("Sigmoid", (layers.Sigmoid,), {"backward": lambda self, dout: dout * self.y})
    mark = grade("3-1-3", [wrong, layers.ReLU, layers.HalfMSE, wrong])
    assert [marks_of(picture) for picture in mark.pictures] == [{"x": "dx factor"}] * 2


def test_a_wrong_forward_is_marked_on_the_result():
    def forward(self, x, t):
        return 3 * layers.SoftmaxWithLoss.forward(self, x, t)

    mark = grade("3-1-2", type("SoftmaxWithLoss", (layers.SoftmaxWithLoss,), {"forward": forward}))
    assert marks_of(mark.graph) == {"E": "forward differs"}
    assert "differs from softmax_with_loss: here 4.79743, there 1.59914" in str(mark)


def test_batch_norm_step_by_step():
    simple = type(
        "BatchNorm", (layers.BatchNorm,), {"backward": lambda self, dout: dout * self.gamma / self.sigma}
    )
    graph = grade("2-7", simple).graph
    assert marks_of(graph) == {"x": "dx batch", "gamma": "dgamma missing", "beta": "dbeta missing"}
    assert {"mu", "v", "xn"} <= {n.name for n in graph.nodes}


def test_networks_in_dicts_and_as_functions_have_the_right_computation():
    def without_mask(x, t, W1, b1, W2, b2):
        x1 = np.maximum(x @ W1 + b1, 0)
        dy = (x1 @ W2 + b2 - t) / len(x)
        da1 = dy @ W2.T
        return x.T @ da1, da1.sum(axis=0), x1.T @ dy, dy.sum(axis=0)

    class Net:
        def __init__(self, n=3, hidden=4, m=1):
            rng = np.random.default_rng(0)
            self.params = {
                "W1": rng.standard_normal((n, hidden)),
                "b1": np.zeros(hidden),
                "W2": rng.standard_normal((hidden, m)),
                "b2": np.zeros(m),
            }

        def loss(self, x, t):
            p = self.params
            return np.sum((np.maximum(x @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"] - t) ** 2) / (2 * len(x))

        def gradient(self, x, t):
            p = self.params
            return dict(zip(p, without_mask(x, t, *p.values()), strict=True))

    for answer in (without_mask, Net):
        graph = grade("2-2-4", answer).graph
        assert {*marks_of(graph)} == {"W1", "b1"}
        assert {"a1", "x1", "W2", "b2"} <= {n.name for n in graph.nodes}


def test_dropout_marks_the_mask_the_way_back_and_the_prediction():
    class Wrong(layers.Dropout):
        def forward(self, x):
            if not self.training:
                return x
            self.mask = np.random.rand(x.shape[1]) > self.p  # noqa: NPY002
            return x * self.mask

        def backward(self, dout):
            return dout

    mark = grade("2-9", Wrong(0.3))
    assert [part.right for part in mark.parts] == [True, False, False, False]
    mask, back, prediction = mark.pictures
    assert marks_of(mask) == {"mask": "all data have one mask", "x": "dx mask"}
    assert marks_of(back) == {"x": "dx mask"}
    assert marks_of(prediction) == {"y": "here × 1"}


def test_reports_on_layers_show_themselves():
    x, t = np.random.default_rng(1).standard_normal((5, 3)), np.eye(3)[[0, 1, 2, 0, 1]]
    report = check_layer(WithoutMean, x, t)
    page = report._repr_html_()
    assert str(report) in page.replace("&lt;", "<").replace("&gt;", ">")
    assert len(drawn_in(page)) == 1
    assert report._repr_mimebundle_() == {"text/html": page, "text/plain": str(report)}
    assert "<svg" not in check_layer(layers.SoftmaxWithLoss, x, t)._repr_html_()


@pytest.mark.parametrize("name", ["grade", "check_layer", "check_optimizer"])
def test_the_checks_are_reached_from_the_package(name):
    program = f"import autograd_core as ac; print(callable(ac.testing.{name}), 'testing' in dir(ac))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_what_is_still_to_be_written_has_no_picture():
    """It would be the answer; of a single gradient that is forgotten there is one."""
    mark = grade("2-2-1", lambda *_: 4 * (...,))
    assert "it is not there yet" in str(mark)
    assert mark.pictures == ()

    class Unwritten:
        def forward(self, x):
            return ...

        def backward(self, dout):
            return ...

    mark = grade("3-1-1", Unwritten)
    assert not mark
    assert mark.pictures == ()

    def half_written(x, t, W1, b1, W2, b2):
        dy = (np.maximum(x @ W1 + b1, 0) @ W2 + b2 - t) / len(x)
        return ..., ..., ..., dy.sum(axis=0)

    assert len(grade("2-2-1", half_written).pictures) == 1


def test_a_wrong_formula_shows_the_computation_that_is_differentiated():
    """Rows 3.3-4, 3.4-4 and 3.5-5."""
    mark = grade("3.4-4", lambda a, x, y: (2 * a * (a * x - y), x * (a * x - y), 2 * (a * x - y)))
    assert marks_of(mark.graph) == {"a": "z_a wrong", "y": "z_y wrong"}
    assert marks_of(grade("3.3-4", lambda u, v, z_u, z_v: (0.0, u * v * (z_v - z_u))).graph) == {
        "x": "z_x wrong"
    }
    assert marks_of(grade("3.3-2", lambda u, t: t - u).graph) == {"x": "dz/dx wrong"}
    assert marks_of(grade("3.5-5", lambda X, dY: dY.T @ X).graph) == {"W": "dW wrong"}
    assert grade("9.1-2", lambda W, alpha: W).graph is None


def test_every_computation_that_is_drawn_has_its_exercise():
    for exercise, steps in STEPS.items():
        values = (1e3,) * len(FORMULAS[exercise].results)
        wrong = grade(exercise, lambda *given, values=values: values)
        assert len(wrong.graph.marks) == len(values), steps
