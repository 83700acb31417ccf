"""Gradient properties: what passes, what a failure says, and how the decorator sits among others."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.graphs import GraphRenderError
from autograd_core.graphs.picture import Graph
from autograd_core.testing import (
    GradientFailure,
    away_from_kinks,
    broadcastable,
    gradient_property,
    one_hot,
    programs,
    spd_matrix,
    tensors,
)
from autograd_core.testing.properties import property

ROOT = Path(__file__).parents[4]
few = settings(max_examples=15, deadline=None)

wrong_cube = ac.elementwise("wrong_cube", lambda x: x**3, lambda g, z, x: g * (2 * x * x), keeps="x")
cube = ac.elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")


def failure(test, *args):
    with pytest.raises(GradientFailure) as caught:
        test(*args)
    return caught.value


# ---- collected by pytest as they stand ---------------------------------------------------------------------


@gradient_property(x=tensors(shape=(3,)), y=broadcastable(2), max_examples=15)
def test_a_right_expression_passes(x, y):
    """The docstring stays."""
    return cube(x) * ac.sum(y[0] * y[1])


@few
@gradient_property(x=away_from_kinks(shape=(3, 2)), t=one_hot(3, 2))
def test_settings_may_be_stacked_on_top(x, t):
    return ac.sum(ac.maximum(x, 0.0) * t, axis=0)


@gradient_property(a=spd_matrix(2), k=st.integers(1, 3), settings=few)
def test_what_is_not_floating_is_passed_on(a, k):
    assert isinstance(k, int)
    return a @ a * k


@few
@gradient_property(program=programs(depth=(2, 12)))
def test_a_program_is_differentiated_by_its_inputs(program):
    return program.run()


class TestMethods:
    factor = 2.0

    @few
    @gradient_property(x=tensors(shape=2))
    def test_a_method_has_its_self(self, x):
        return x * x * self.factor


@pytest.fixture(scope="module")
def power():
    return 2


@few
@gradient_property(x=tensors(shape=2))
def test_fixtures_are_left_to_pytest(power, x):
    return x**power


def test_name_and_docstring_stay():
    assert test_a_right_expression_passes.__name__ == "test_a_right_expression_passes"
    assert test_a_right_expression_passes.__doc__ == "The docstring stays."


@few
@gradient_property(x=tensors(shape=3, elements=st.just(0.0)), y=tensors(shape=3, elements=st.just(1.0)))
def test_kinks_and_ties_raise_no_false_alarm(x, y):
    return ac.relu(x) + ac.max(y) + ac.absolute(x) + ac.maximum(x, 0.0 * y)


# ---- settings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_settings", "count"),
    [({"max_examples": 7}, 7), ({"settings": settings(max_examples=9)}, 9)],
)
def test_the_number_of_examples(given_settings, count, monkeypatch):
    calls = []
    monkeypatch.setattr(property, "check_gradients", lambda *args, **kwargs: calls.append(kwargs) or True)

    @gradient_property(x=tensors(), order=1, modes=("forward",), **given_settings)
    def body(x):
        return x

    body()
    assert len(calls) == count
    assert calls[0] == {"order": 1, "modes": ("forward",)}


def test_derandomised_draws_repeat(monkeypatch):
    seen = []
    monkeypatch.setattr(property, "check_gradients", lambda f, x, **kwargs: seen.append(x.tolist()) or True)

    @gradient_property(x=tensors(), max_examples=10, derandomize=True)
    def body(x):
        return x

    body()
    first = list(seen)
    seen.clear()
    body()
    assert seen == first


# ---- misuse ------------------------------------------------------------------------------------------------


def test_a_body_without_a_result_is_told_to_return_the_expression():
    @gradient_property(x=tensors(), max_examples=5)
    def body(x):
        x * 2

    with pytest.raises(TypeError, match=r"body returned None.*return the expression"):
        body()


def test_a_strategy_without_an_argument_is_refused():
    with pytest.raises(TypeError, match=r"body\(x\) has no argument 'y'"):

        @gradient_property(x=tensors(), y=tensors())
        def body(x):
            return x

    with pytest.raises(TypeError, match="a strategy per argument"):
        gradient_property()


def test_nothing_to_differentiate_by_is_refused():
    @gradient_property(k=st.integers(), max_examples=5)
    def body(k):
        return k

    with pytest.raises(TypeError, match="body: none of the drawn arguments holds floating numbers"):
        body()


# ---- failures ----------------------------------------------------------------------------------------------


def runs(snippet):
    """What a snippet prints when it stands in a file."""
    done = subprocess.run(
        [sys.executable, "-c", snippet], capture_output=True, text=True, cwd=ROOT, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def wrong_kit():
    """A module that a snippet can import the wrong row from."""
    return (
        "import autograd_core as ac\n"
        "wrong_cube = ac.elementwise(\n"
        "    'wrong_cube', lambda x: x**3, lambda g, z, x: g * (2 * x * x), keeps='x')\n"
    )


def test_a_wrong_rule_fails_with_diagnosis_inputs_and_a_snippet_that_runs():
    @gradient_property(x=tensors(shape=(2,)), k=st.integers(1, 2), max_examples=30, order=1)
    def body(x, k):
        return wrong_cube(x) * k

    text = str(failure(body))
    assert text.startswith("body: WRONG")
    assert "0.666667" in text
    assert "x = np.array([0.0, 1.0])" in text or "x = np.array([1.0, 0.0])" in text
    assert "k = 1" in text
    assert f"from {__name__} import wrong_cube" in text
    snippet = text.split("To see it alone:\n\n")[1]
    alone = snippet.replace(f"from {__name__} import wrong_cube", wrong_kit())
    assert runs(alone).startswith("WRONG")


def test_a_program_fails_with_its_smallest_part_a_snippet_and_a_picture():
    pool = ["tanh", "add", "multiply", "sum", "reshape", "getitem", "matmul", "concatenate"]

    @gradient_property(program=programs([*pool, wrong_cube], depth=(2, 12)), max_examples=60)
    def body(program):
        return program.run()

    error = failure(body)
    assert error.part.ops == ("wrong_cube",)
    text = str(error)
    assert "this part is wrong by itself" in text
    assert "    v1 = wrong_cube(x1)\n    return v1" in text
    path = Path(text.split("picture: ")[1].strip())
    assert path.suffix in (".svg", ".dot")
    assert "wrong_cube" in path.read_text(encoding="utf-8")
    snippet = text[text.index("import numpy") : text.index("picture: ")]
    alone = snippet.replace(f"from {__name__} import wrong_cube", wrong_kit())
    assert runs(alone).startswith("WRONG")


def test_a_fault_of_the_body_is_told_from_one_of_the_program():
    @gradient_property(program=programs(["tanh", "add"], depth=4), max_examples=20)
    def body(program):
        return wrong_cube(program.run() + 1.0)

    error = failure(body)
    assert error.part is None
    assert "the fault lies in the body" in str(error)


def of_a_program():
    @gradient_property(program=programs([wrong_cube], depth=2), max_examples=10)
    def body(program):
        return program.run()

    error = failure(body)
    error._report = None  # Hypothesis has asked for it already
    return error


def test_without_graphviz_the_picture_is_dot_text(monkeypatch):
    error, save = of_a_program(), Graph.save

    def refuses(self, path, *more):
        if Path(path).suffix == ".svg":
            raise GraphRenderError("no renderer")
        return save(self, path, *more)

    monkeypatch.setattr(Graph, "save", refuses)
    path = Path(str(error).split("picture: ")[1].strip())
    assert path.suffix == ".dot"
    assert "digraph" in path.read_text(encoding="utf-8")


def test_a_picture_that_cannot_be_drawn_hides_nothing(monkeypatch):
    def breaks(*args, **kwargs):
        raise OSError("the disk is full")

    error = of_a_program()
    monkeypatch.setattr(Graph, "save", breaks)
    text = str(error)
    assert text.startswith("body: WRONG")
    assert "v1 = wrong_cube(x1)" in text
    assert text.endswith("no picture: the disk is full")


def test_a_report_that_breaks_keeps_the_diagnosis(monkeypatch):
    error = of_a_program()
    error.part = error.drawn = None
    assert str(error).startswith("body: ")
    assert "could not be completed" in str(error)
    assert "WRONG" in str(error)


def test_the_arrays_of_a_failure_are_what_was_drawn():
    @gradient_property(x=tensors(shape=(2,), low=1, high=2), max_examples=10)
    def body(x):
        return wrong_cube(x)

    error = failure(body)
    np.testing.assert_array_equal(error.drawn["x"], [1.0, 1.0])
