"""The reverse sweep step by step: the order of the engine, forwards and back; naive recursion is wrong."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
import nn
from autograd_core.errors import GradientError
from autograd_core.explaining.animation import steady
from autograd_core.graphs.layout import svg


def lecture():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = (a * x).named("s")
    t = (s - y).named("t")
    return (t**2).named("z")


def test_the_steps_of_the_lecture():
    """Row 3.4-3: the accumulated products 2t, −2t, 2t, 2xt, 2at, here in numbers."""
    steps = ac.backward_steps(lecture())
    assert [(s.node.name, s.upstream, s.local, s.contribution) for s in steps] == [
        ("t", 1.0, "2t", 4.0),
        ("s", 4.0, "1", 4.0),
        ("y", 4.0, "−1", -4.0),
        ("a", 4.0, "x", 12.0),
        ("x", 4.0, "a", 8.0),
    ]
    assert steps[4].rule == "∂z/∂x = ∂z/∂s · a"
    assert str(steps[4]) == "  5  ×: ∂z/∂x += 4 · 2 = 8"


def test_forwards_and_back():
    steps = ac.backward_steps(lecture())
    assert steps.current is None
    assert steps.back() is None
    assert steps.step().node.name == "t"
    assert steps.step().node.name == "s"
    assert steps.back().node.name == "t"
    assert steps.gradients == {"z": 1.0, "t": 4.0}
    steps.run()
    assert steps.done
    with pytest.raises(StopIteration, match="back"):
        steps.step()
    steps.reset()
    assert steps.position == 0


def test_run_to_a_complete_gradient():
    x = ac.Tensor(2.0, True, name="x")
    y = (x * x).named("y")
    steps = ac.backward_steps((y + x).named("z"))
    assert steps.run_to("x").after == 5.0
    assert steps.done
    assert steps.run_to(y).after == 1.0
    assert not steps.done


def test_breakpoints():
    x = ac.Tensor(2.0, True, name="x")
    steps = ac.backward_steps((x * x + x).named("z"))
    steps.break_at("x")
    assert [steps.run().number for _ in range(3)] == [2, 3, 4]
    steps.reset()
    steps.break_at()
    assert steps.run().number == len(steps)


def test_sums_where_wires_meet():
    x = ac.Tensor(3.0, True, name="x")
    *_, last = ac.backward_steps((x * x).named("z"))
    assert (last.before, last.contribution, last.after) == (3.0, 3.0, 6.0)
    assert str(last) == "  2  ×: ∂z/∂x += 1 · 3 = 3   (3 + 3 = 6)"


def test_naive_recursion_is_wrong_on_a_value_that_is_used_twice():
    a = ac.Tensor(3.0, True, name="a")
    b = (a + a).named("b")
    c = (b + b).named("c")
    assert ac.backward_steps(c)[-1].after == 4.0
    wrong = ac.backward_steps(c, order="recursive")
    assert wrong[-1].after == 8.0
    assert "∂c/∂a = 8 is wrong, 4 is right" in str(wrong)
    assert "b was passed 2 times" in str(wrong)


def test_naive_recursion_is_right_on_a_chain():
    text = str(ac.backward_steps(lecture(), order="recursive"))
    assert "every gradient is right" in text


def test_naive_recursion_gives_up_where_it_would_not_end():
    x = ac.Tensor(1.0, True, name="x")
    for _ in range(40):
        x = x + x
    with pytest.raises(GradientError, match=r"takes more than 100,000 steps here; .* order takes 80"):
        ac.backward_steps(x.named("z"), order="recursive")


def test_the_graph_of_a_moment():
    steps = ac.backward_steps(lecture())
    steps.run_to("s")
    g = steps.graph
    assert {n.name: n.grad for n in g if n.name} == {"z": 1, "t": 4, "s": 4, "a": None, "x": None, "y": None}
    assert g.note == "step 2  −: ∂z/∂s += 4 · 1 = 4"


def test_tensors_are_left_alone():
    z = lecture()
    ac.backward_steps(z).run()
    z.backward()
    assert repr(ac.backward_steps(z)) == "<BackwardSteps of z: 0 of 5 steps>"


def test_the_sums_are_the_gradients_of_the_engine():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm(4), nn.ReLU(), nn.Linear(4, 2))
    E = nn.functional.cross_entropy(model(rng.standard_normal((6, 3))), [0, 1, 1, 0, 1, 0]).named("E")
    steps = ac.backward_steps(E)
    steps.run()
    E.backward()
    for name, p in model.named_parameters():
        np.testing.assert_allclose(steps.gradients[name], p.grad, rtol=1e-4, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6))
def test_random_programs_end_with_the_gradients_of_the_engine(seed):
    rng = np.random.default_rng(seed)
    values = list(ac.leaves(x0=rng.normal(), x1=rng.normal()))
    x, y = values
    for _ in range(rng.integers(1, 7)):
        p, q = (values[i] for i in rng.integers(0, len(values), 2))
        values.append([p * q, p + q, p - q, ac.tanh(p), ac.exp(ac.tanh(q))][rng.integers(5)])
    z = ac.tanh(values[-1] * x + y).named("z")
    steps = ac.backward_steps(z)
    steps.run()
    z.backward()
    assert steps.gradients["x0"] == pytest.approx(x.grad.item(), rel=1e-12, abs=1e-12)
    assert steps.gradients["x1"] == pytest.approx(y.grad.item(), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: ac.backward_steps(3.0), TypeError, "a formula as text, got float"),
        (lambda: ac.backward_steps("z = x**2"), ValueError, "'x' has no value"),
        (lambda: ac.backward_steps(lecture(), a=2.0), TypeError, "no setting 'a'"),
        (lambda: ac.backward_steps(ac.Tensor(1.0, True)), ValueError, "nothing was computed here"),
        (lambda: ac.backward_steps(lecture(), order="random"), ValueError, "topological, recursive"),
        (lambda: ac.backward_steps(ac.exp(ac.Tensor(np.ones(3), True))), ValueError, r"shape \(3,\): take"),
        (lambda: ac.backward_steps(lecture()).run_to("q"), KeyError, "no node is called 'q'"),
        (lambda: ac.backward_steps(lecture()).run_to(ac.Tensor(1.0)), ValueError, "not part of this graph"),
    ],
)
def test_what_cannot_be_stepped(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_the_sweep_as_a_moving_picture(tmp_path):
    Image = pytest.importorskip("PIL.Image")
    try:
        path = ac.backward_steps(lecture()).save(tmp_path / "z.gif", seconds=0.5)
    except ac.GraphRenderError:
        pytest.skip("nothing here draws PNG")
    with Image.open(path) as gif:
        assert gif.n_frames == 6, "one before the first step"
        gif.seek(1)
        assert gif.info["duration"] == 500
        assert gif.info["loop"] == 0


def test_the_sweep_as_a_page(tmp_path):
    page = ac.backward_steps(lecture()).save(tmp_path / "z.html").read_text(encoding="utf-8")
    assert "∂z/∂x += 4 · 2 = 8" in page


def twice():
    """Naive recursion passes b four times."""
    a = ac.Tensor(3.0, True, name="a")
    b = (a + a).named("b")
    c = (b * b).named("c")
    return (c + c).named("d")


def test_naive_recursion_as_a_page(visit, tmp_path):
    steps = ac.backward_steps(twice(), order="recursive")
    page = visit.open(steps.save(tmp_path / "d.html"))
    assert "∂d/∂a = 288 is wrong, 48 is right" in page.inner_text("#legend .note")
    numbers = "id => document.getElementById(id).textContent"
    for at, step in enumerate(steps, start=4):
        page.evaluate("k => Page.go(k)", at)
        assert page.inner_text("#say") == f"backward at {step.operation.symbol}: " + " ".join(
            step.words.split()
        )
        card = page.evaluate(numbers, f"v-{step.node.number}-grad")
        assert card == f"{step.node.derivative} = {step.after:g}"
        wire = page.evaluate(numbers, f"w-{step.operation.number}-{step.edge.argument}-number")
        assert wire == f"{step.contribution:g}"
    page.evaluate("Page.select('o-1')")
    assert re.search(r"gradient that arrives\s+48", page.inner_text("#detail"))
    page.keyboard.press("Home")
    assert page.evaluate(numbers, "w-1-0-number") == "24", "as it was drawn"


def test_naive_recursion_through_folded_modules_as_a_page(visit, tmp_path):
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    y = model(np.ones((1, 1)))
    g = ac.graph((y * y).sum(), depth=1)
    page = visit.open(ac.backward_steps(g, order="recursive").save(tmp_path / "z.html"))
    for k in range(page.evaluate("Page.data.steps.length"), -1, -1):
        page.evaluate("k => Page.go(k)", k)
    assert page.inner_text("#count").startswith("0 / ")


def cards(source):
    """Where every card and operation stands in a picture."""
    return re.findall(r'<g id="([vo]-\d+)".*? (?:d|cx)="([^"]*)"', svg(source), re.DOTALL)


@pytest.mark.parametrize("order", ["topological", "recursive"])
@pytest.mark.parametrize(
    "made", [lecture, twice, lambda: ac.sum(ac.tanh(np.eye(2) @ ac.leaves(W=np.eye(2))[0]))]
)
def test_cards_stand_still_while_a_picture_moves(made, order):
    steps = ac.backward_steps(made(), order=order)
    sources = [steps.graph.source]
    while not steps.done:
        steps.step()
        sources.append(steps.graph.source)
    still = [cards(source) for source in steady(sources)]
    assert len(still[0]) > 3
    assert all(places == still[0] for places in still)
    assert steady([sources[0]]) == [sources[0]]


def test_another_ending(tmp_path):
    with pytest.raises(ValueError, match=r"\.html or \.gif; got '.*z\.mp4'"):
        ac.backward_steps(lecture()).save(tmp_path / "z.mp4")


@pytest.mark.parametrize(
    "seconds", [-1, float("nan"), 1e9, "a", True], ids=["negative", "nan", "too-long", "no-number", "yes"]
)
def test_a_time_that_no_moving_picture_holds(tmp_path, seconds):
    with pytest.raises(ValueError, match="seconds is a number from 0 to 200"):
        ac.backward_steps(lecture()).save(tmp_path / "z.gif", seconds=seconds)
    assert not (tmp_path / "z.gif").exists()
