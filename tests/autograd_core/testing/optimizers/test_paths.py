"""The paths of an optimizer and of the right one, and where they part, as data and as a picture."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from autograd_core.testing import check_optimizer, grade
from autograd_core.testing.optimizers.paths import UPDATES_SHOWN, walked
from tests.autograd_core.testing import lecture_optimizers as right


class Climbing(right.Momentum):
    def update(self, params, grads):
        super().update(params, {key: -g for key, g in grads.items()})


class Forgetful(right.Momentum):
    def update(self, params, grads):
        self.v = None
        super().update(params, grads)


class RootOfSum(right.RMSProp):
    def update(self, params, grads):
        for key, g in grads.items():
            self.h[key] = self.decay_rate * self.h.get(key, 0) + (1 - self.decay_rate) * g * g
            params[key] -= self.lr * g / np.sqrt(self.h[key] + 1e-7)


def valley(lr, count):
    """Gradient descent on x² + 100 y² from (10, 1), in one line each."""
    n = np.arange(count + 1)
    return np.stack([10 * (1 - 2 * lr) ** n, (1 - 200 * lr) ** n], axis=1)


def test_a_walk_in_the_valley_is_gradient_descent():
    def go(course):
        values, now = [], course.fresh()
        for g in course.gradients:
            now = {k: now[k] - 0.009 * g[k] for k in now}
            values.append(now)
        return values

    np.testing.assert_allclose(walked(go, 12), valley(0.009, 12), rtol=1e-12)
    assert len(walked(lambda course: None)) == 1, "an optimizer that fails stays where it is"


def test_one_that_climbs_parts_at_the_first_update():
    paths = check_optimizer(Climbing, "Momentum").paths
    assert paths.axes == ("x", "y")
    assert paths.step == 1
    np.testing.assert_array_equal(paths.found[0], [10, 1])
    np.testing.assert_array_equal(paths.wanted[0], [10, 1])
    assert len(paths.wanted) == UPDATES_SHOWN + 1
    np.testing.assert_allclose(paths.wanted[1], [10 - 0.005 * 20, 1 - 0.005 * 200])
    np.testing.assert_allclose(paths.found[1], [10 + 0.005 * 20, 1 + 0.005 * 200])


def test_one_that_forgets_its_state_is_gradient_descent_from_the_second_update():
    paths = check_optimizer(Forgetful, "Momentum").paths
    assert paths.step == 2
    np.testing.assert_allclose(paths.found[:9], valley(0.005, 8), atol=1e-12)


def test_what_nobody_sees_in_the_valley_is_shown_in_one_number():
    report = check_optimizer(RootOfSum, "RMSProp")
    paths = report.paths
    assert report.kind == "eps"
    assert paths.axes == ("update", "W[0, 0]")
    assert paths.step == report.step == 1
    np.testing.assert_array_equal(paths.found[:, 0], np.arange(7))
    assert paths.found[1, 1] == report.found
    assert paths.wanted[1, 1] == report.wanted


@pytest.mark.parametrize("wrong", [Climbing, Forgetful, RootOfSum, Climbing(0.1), RootOfSum(decay_rate=0.9)])
def test_the_picture(wrong):
    like = "RMSProp" if isinstance(wrong, RootOfSum) or wrong is RootOfSum else "Momentum"
    report = check_optimizer(wrong, like)
    page = report._repr_html_()
    assert report._repr_mimebundle_() == {"text/html": page, "text/plain": str(report)}
    drawing = ET.fromstring(page[page.index("<svg") : page.rindex("</svg>") + 6])
    words = [t.text for t in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert f"they part at update {report.paths.step}" in words
    assert f"● the lecture's {like}" in words
    assert f"× {report.optimizer}" in words
    assert "nan" not in page


def test_right_ones_and_those_that_raise_have_none():
    class Broken(right.SGD):
        def update(self, params, grads):
            params.nothing()

    assert check_optimizer(right.Adam).paths is None
    assert "<svg" not in check_optimizer(right.Adam)._repr_html_()
    assert check_optimizer(Broken, "SGD").paths is None


def test_a_mark_has_the_paths():
    mark = grade("2-5-1", [right.Adam, type("Momentum", (Forgetful,), {})])
    (paths,) = mark.pictures
    assert paths.step == 2
    assert mark.graph is None
    assert "they part at update 2" in mark._repr_html_()
