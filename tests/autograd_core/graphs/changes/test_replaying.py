"""The same program on other numbers, and two snapshots compared."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.snapshot.records import Node


def lecture(swept=True):
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = (a * x).named("s")
    z = ((s - y) ** 2).named("z")
    if swept:
        z.backward()
    return ac.graph(z)


def test_a_replay_computes_values_and_gradients_again():
    g = lecture().replay(x=5.0)
    assert (g["z"].value, g["z"].was) == (36.0, 4.0)
    assert (g["x"].grad, g["x"].grad_was) == (24.0, 8.0)
    assert g["a"].was is None
    assert "3 → 5" in g.source
    assert g["x"].derivative == "∂z/∂x"


def test_a_replay_agrees_with_a_run_from_the_start():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.BatchNorm(2))
    x, other = rng.standard_normal((2, 5, 3))

    def loss(data):
        return nn.functional.mse_loss(model(ac.Tensor(data, True, name="x")), np.ones((5, 2))).named("E")

    first = loss(x)
    first.backward()
    g = ac.graph(first).replay(x=other)
    model.zero_grad()
    second = loss(other)
    second.backward()
    assert g["E"].value == pytest.approx(second.item())
    for name, p in model.named_parameters():
        np.testing.assert_allclose(
            g[f"model.{name}" if f"model.{name}" in g else name].grad, p.grad, rtol=1e-5
        )


def test_without_gradients_none_are_made_up():
    g = lecture(swept=False).replay({"y": 1})
    assert g["z"].value == 25.0
    assert all(n.grad is None for n in g)


def test_a_replay_can_be_replayed():
    g = lecture().replay(x=5.0).replay(a=3.0)
    assert (g["z"].was, g["z"].value) == (36.0, 121.0)


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"q": 1.0}, ValueError, "no value is called 'q'.*a, x, y"),
        ({"s": 1.0}, ValueError, "computed as a · x; only leaves"),
        ({"x": [1.0, 2.0]}, ValueError, r"shape \(\), got a value of shape \(2,\)"),
        ({"x": 1j}, TypeError, "float64 numbers, got complex128"),
        ({"x": "3"}, TypeError, "got <U1"),
    ],
)
def test_what_cannot_be_replayed(values, kind, words):
    with pytest.raises(kind, match=words):
        lecture().replay(values)


def test_numbers_that_were_released_cannot_be_replayed():
    x = ac.randn(30, 30, requires_grad=True, name="x")
    c = ac.Tensor(2.0, True, name="c")
    z = ac.sum(ac.exp(x) * np.ones((30, 30))) * c
    z.backward()
    with pytest.raises(ValueError, match="retain_graph"):
        ac.graph(z).replay(c=3.0)


def test_the_difference_of_a_step_is_marked_and_named():
    w = ac.Tensor(1.0, True, name="w")
    before = ac.graph({"E": (w - 3) ** 2})
    with ac.no_grad():
        w -= 0.5
    after = ac.graph({"E": (w - 3) ** 2})
    d = before.diff(after)
    assert d.note == "first difference: w is 1 before and 0.5 after; 3 values and 0 gradients differ"
    marked = {n.name or n.formula for n in d.marks if isinstance(n, Node)}
    assert marked == {"w", "w − 3", "E"}
    assert (d["E"].was, d["E"].value) == (4.0, 6.25)
    assert d.note in str(d)
    assert "first difference: w is 1" in d.source


def test_what_differs_has_a_border_and_no_words():
    a, x = ac.leaves(a=2, x=3)
    before = ac.graph({"z": a * x}, grads="compute")
    after = before.diff(before.replay(x=5.0))
    assert {n.name: m for n, m in after.marks.items()} == dict.fromkeys("axz", ("", "changed"))
    assert after.source.count("penwidth=2.4") == 3
    assert "style=dotted" not in after.source
    assert str(after).count("↑ changed") == 3


def test_no_difference():
    assert lecture().diff(lecture()).note == "no difference: all values and gradients that are known agree"
    assert not lecture().diff(lecture()).marks


def test_of_gradients_the_first_of_the_sweep_is_named():
    """Two conventions: the same values, another factor in the loss's gradient."""
    right, wrong = lecture(), lecture()
    changes = {n: {"grad": 2 * n.grad} for n in wrong if n.name in ("s", "a")}
    d = right.diff(wrong.changed(changes))
    assert d.note.startswith("all values agree; first difference: the gradient of s is 4 before and 8 after")


def test_one_gradient_differs():
    right, wrong = lecture(), lecture()
    d = right.diff(wrong.changed({wrong["a"]: {"grad": 24.0}}))
    assert d.note.endswith("the gradient of a is 12 before and 24 after; 1 gradient differs")


def test_of_arrays_the_first_place_is_named():
    first = ac.graph({"z": ac.exp(ac.Tensor([0.0, 1.0, 2.0], True, name="x"))})
    second = ac.graph({"z": ac.exp(ac.Tensor([0.0, 1.5, 2.0], True, name="x"))})
    assert "x[1] is 1 before and 1.5 after (1 of 3 numbers)" in first.diff(second).note


def test_programs_that_differ():
    x = ac.Tensor(1.0, True, name="x")
    note = ac.graph({"z": ac.exp(x)}).diff(ac.graph({"z": ac.exp(x) + 1})).note
    assert note == "the programs differ: + is new (0 ops gone, 1 new)"


def test_calls_that_differ():
    x = ac.Tensor(np.ones((2, 2)), requires_grad=True)
    y = ac.Tensor(np.ones((2, 2)), requires_grad=True)
    d = ac.graph({"z": x.sum(axis=0)}).diff(ac.graph({"z": x.sum(axis=1)}))
    assert (
        d.note == "the programs differ: sum has axis -2 before and -1 after; 0 values and 0 gradients differ"
    )
    assert [m.word for m in d.marks.values()] == ["other call"]
    d = ac.graph({"z": x - y}).diff(ac.graph({"z": y - x}))
    assert d.note.startswith("the programs differ: − takes x, y before and y, x after; 0 values")
    d = ac.graph({"z": x @ y, "v": x.T @ y}).diff(ac.graph({"z": x @ y, "v": (x.T @ y) + 0}))
    assert d.note.startswith("the programs differ: + is new")


def test_diff_wants_a_graph():
    with pytest.raises(TypeError, match="another graph, got int"):
        lecture().diff(3)


def test_nan_is_no_difference():
    x = ac.Tensor(np.nan, True, name="x")
    g = ac.graph({"z": x * 2})
    assert g.diff(ac.graph({"z": x * 2})).note.startswith("no difference")


@pytest.mark.parametrize(
    ("leaf", "value", "kind", "words"),
    [
        (2.0, True, TypeError, "float64 numbers, got bool"),
        (np.float32(2), 1e300, ValueError, r"1e\+300 is too large for x, which holds float32"),
        (np.int8([1, 2]), np.array([300, 1]), ValueError, "300 is too large for x, which holds int8"),
    ],
)
def test_a_value_that_the_leaf_cannot_hold_is_refused(leaf, value, kind, words):
    x = ac.Tensor(leaf, np.asarray(leaf).dtype.kind == "f", name="x")
    g = ac.graph({"z": x * ac.Tensor(1.0, True, name="w")})
    with pytest.raises(kind, match=words):
        g.replay(x=value)
    assert g["x"].was is None


def test_a_leaf_is_called_by_its_name():
    with pytest.raises(TypeError, match="called by their names, got 0"):
        lecture().replay({0: 3.0})


def detached(x):
    return x * x.detach()


def chosen(x):
    return ac.where(x > 0, x, -x)


def sorted_first(x):
    return x[np.argsort(x.numpy())]


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (chosen, "bool (3,) in where"),
        (sorted_first, "int64 (3,) in getitem"),
        (detached, "float64 (3,) in ×"),
        (nn.Dropout(0.5, rng=0), "bool (3,) in dropout"),
    ],
)
def test_what_may_depend_on_the_new_numbers_and_was_recorded_is_named(f, said):
    x, w = ac.Tensor([1.0, -2.0, 3.0], True, name="x"), ac.Tensor(1.0, True, name="w")
    g = ac.graph({"z": f(x).sum(), "v": w * 2})
    assert g.replay(x=[-1.0, 2.0, 3.0]).note.endswith(f"stay as they were recorded: {said}")
    assert g.replay(w=3.0).note == "", "nothing of it goes into what changed"


def test_numbers_that_were_typed_are_no_news():
    assert lecture().replay(x=5.0).note == ""


def test_a_checkpointed_part_is_not_run_with_other_numbers():
    w = ac.Tensor(2.0, True, name="w")
    x = ac.Tensor(3.0, True, name="x")
    g = ac.graph({"z": ac.checkpoint(lambda x: ac.tanh(x * w), x) * 2})
    assert g.replay(x=3.0)["z"].value == g["z"].value != 0
    assert g.computed()["x"].grad == pytest.approx(4 * (1 - np.tanh(6.0) ** 2))
    for other in ("x", "w"):
        with pytest.raises(ac.GradientError, match="call the function without checkpoint"):
            g.replay({other: 1.0})


def test_a_result_that_is_called_like_its_leaf_is_not_meant():
    x = ac.Tensor(3.0, True, name="x")
    g = ac.graph({"x": x * 2}).replay(x=5.0)
    assert [n.value for n in g if n.name == "x"] == [5.0, 10.0]


def test_what_the_program_alone_does_not_do_is_said():
    x = ac.Tensor(2.0, True, name="x")
    s = (x * x).named("s")
    s.register_hook(lambda g: g * 10)
    z = (s + 1).named("z")
    z.backward()
    g = ac.graph(z).replay(x=3.0)
    assert g["x"].grad == 6.0
    assert g.note == "hooks and earlier sweeps, which changed the gradient of x, s, are not repeated"
    y = ac.Tensor(2.0, True, name="y")
    for _ in range(2):
        z = (y * y).named("z")
        z.backward()
    assert "the gradient of y, are not repeated" in ac.graph(z).replay(y=3.0).note


def test_only_what_was_differentiated_is_differentiated_again():
    a = ac.Tensor(2.0, True, name="a")
    loss, other = a * a, a * 3
    loss.backward()
    g = ac.graph({"loss": loss, "other": other}).replay(a=5.0)
    assert (g["a"].grad, g["other"].grad, g.note) == (10.0, None, "")


def test_a_sweep_starts_from_the_gradient_it_was_given():
    x = ac.Tensor([1.0, 2.0], True, name="x")
    y = x * x
    y.backward([1.0, -3.0])
    g = ac.graph(y).replay(x=[5.0, 6.0])
    assert (g["x"].grad.tolist(), g.note) == ([10.0, -36.0], "")


def test_a_gradient_that_the_program_does_not_give_is_told():
    a, b = ac.Tensor(2.0, True, name="a"), ac.Tensor(3.0, True, name="b")
    (b * 5).backward()
    loss, other = a * a, b * 3
    loss.backward()
    g = ac.graph({"loss": loss, "other": other}).replay(a=5.0)
    assert g["b"].grad is None
    assert "the gradient of b, are not repeated" in g.note


def test_what_stays_is_told_after_the_next_replay_too():
    x, y = ac.Tensor([1.0, -2.0], True, name="x"), ac.Tensor(3.0, True, name="y")
    g = ac.graph((ac.where(x > 0, x, 0.0) * y).sum())
    assert not g.replay(y=4.0).note
    again = g.replay(x=[-1.0, 2.0]).redrawn(show=("value",)).replay(y=4.0).replay(y=5.0)
    assert again.note == "masks, indices and constants stay as they were recorded: bool (2,) in where"
