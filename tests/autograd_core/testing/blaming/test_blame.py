"""`blame` names the first operation whose rule is wrong, and nothing when all are right."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.graphs.snapshot.records import Mark
from autograd_core.ops.table import TABLE
from autograd_core.testing import blame
from tests.autograd_core.harness import Recorded
from tests.autograd_core.samples import SAMPLES

RNG = np.random.default_rng(3)
X = RNG.standard_normal((4, 3))
W = RNG.standard_normal((3, 5))

double = ac.elementwise("double", lambda x: 2 * x, lambda g, z, x: g * 2.0)
cube_wrong = ac.elementwise("cube_wrong", lambda x: x**3, lambda g, z, x: g * 6 * x * x, keeps="x")
minus_wrong = ac.elementwise("minus_wrong", np.subtract, lambda g, z, x, y: g, lambda g, z, x, y: g)
matmul_wrong = ac.multilinear(
    "matmul_wrong", np.matmul, lambda g, z, x, y: g @ y.T, lambda g, z, x, y: x.T @ g / 4, keeps="xy"
)
add_rows_wrong = ac.general(
    "add_rows_wrong", lambda x, b: x + b, lambda g, z, x, b: g, lambda g, z, x, b: g[:2].sum(axis=0)
)
shape_wrong = ac.general("shape_wrong", lambda x: x.sum(axis=0), lambda g, z, x: g[:2])
raises = ac.general("raises", lambda x: x * 1.0, lambda g, z, x: g.no_such_thing)


def leaves():
    return ac.Tensor(X, True, name="x"), ac.Tensor(W, True, name="W")


def test_right_rules_are_not_blamed():
    x, w = leaves()
    h = np.maximum(x @ w, 0)
    loss = np.log(np.sum(np.exp(h - np.max(h, axis=1, keepdims=True)), axis=1)).mean()
    found = blame(loss)
    assert not found
    assert found.op is None
    assert found.checked == 8
    assert str(found) == "nothing to blame: 8 operations, whose rules agree with differences"
    assert repr(found) == f"<Blame: {found}>"
    assert dict(found.graph.marks) == {}


def test_the_first_wrong_rule_is_named_with_its_place():
    x, w = leaves()
    with ac.scope("encoder"), ac.scope("fc1"):
        h = cube_wrong(x @ w)
    loss = minus_wrong(double(h), h).sum()  # wrong too, but later
    found = blame(loss)
    assert found
    assert (found.op, found.module, found.shapes) == ("cube_wrong", "encoder.fc1", ((4, 5), (4, 5)))
    assert (found.argument, found.name) == (0, "x · W")
    assert found.guess is not None
    assert found.guess.factor == pytest.approx(2)
    assert found.index is not None
    assert found.engine == pytest.approx(2 * found.differences)
    text = str(found)
    assert text.startswith("cube_wrong in encoder.fc1, (4, 5) → (4, 5): its rule for x · W is wrong")
    assert f"worst at {found.index}" in text
    assert "factor 2" in text
    assert "before it: 1 operation" in text


def test_it_is_marked_in_the_picture():
    x, w = leaves()
    found = blame(cube_wrong(x @ w).sum())
    ((node, mark),) = found.graph.marks.items()
    assert isinstance(mark, Mark)
    assert (node.kind, node.op) == ("operation", "cube_wrong")
    assert mark.word.startswith("rule for x · W: ")
    assert "rule for x · W" in found.graph.source
    assert "↑ rule for x · W" in str(found.graph)


def test_names_of_the_caller_are_used():
    data = ac.Tensor(X, True)
    found = blame(cube_wrong(data))
    assert found.name == "data"


@pytest.mark.parametrize(
    ("loss", "argument", "name", "words"),
    [
        (lambda x, w: minus_wrong(x, w[:1, :1]), 1, "w[0:1, 0:1]", "the sign is turned round"),
        (lambda x, w: matmul_wrong(x, w), 1, "W", "1/4"),
        (lambda x, w: add_rows_wrong(x, w[:, 0]), 1, "w[:, 0]", ""),
        (
            lambda x, w: shape_wrong(x),
            0,
            "x",
            "of shape (2,) cannot belong to a value of shape (4, 3)",
        ),
        (lambda x, w: raises(x), 0, "x", "raises AttributeError"),
    ],
)
def test_which_argument_and_what_the_mistake_looks_like(loss, argument, name, words):
    x, w = leaves()
    found = blame(loss(x, w), names=None)
    assert found.argument == argument
    assert words in str(found)
    if "[" not in name:
        assert found.name == name


def test_a_function_and_its_arguments():
    assert blame(lambda x, w: cube_wrong(x @ w).sum(), X, W).op == "cube_wrong"
    assert not blame(lambda p: (p["x"] @ p["w"]).sum(), {"x": X, "w": W})


def test_several_results():
    x, w = leaves()
    assert blame([(x * 2).sum(), cube_wrong(w)]).op == "cube_wrong"


def test_rules_of_many_arguments_and_index_arrays():
    def f(x, w):
        rows = np.concatenate([x[np.array([0, 1, 1])], w.T, x], axis=0)
        return np.stack([rows, rows * rows], axis=1).max(axis=0).sum()

    assert not blame(f, X, W)


def test_a_joint_rule_that_swaps_its_arguments_is_found(monkeypatch):
    from autograd_core.ops.joining import concatenate

    rule = concatenate.joint
    monkeypatch.setattr(concatenate, "joint", lambda g, z, *xs, axis: rule(g, z, *xs, axis=axis)[::-1])
    x = ac.Tensor(X, True, name="x")
    found = blame(np.concatenate([x, x + 1], axis=0))
    assert (found.op, found.argument) == ("concatenate", 0)


def test_a_fused_row_is_checked_against_its_own_kernel():
    def meaning(x):
        e = np.exp(x)
        return e / (1 + e), {"e": e}

    def kernel(x):
        e = np.exp(x)
        return e / (1 + e), {"e": e}

    right = ac.fused(
        "gate", kernel, lambda g, z, x, *, e: g * z / (1 + e), residuals=("e",), keeps="xz", meaning=meaning
    )
    wrong = ac.fused(
        "gate_wrong", kernel, lambda g, z, x, *, e: g * z * e, residuals=("e",), keeps="xz", meaning=meaning
    )
    assert not blame(lambda x: right(x).sum(), X)
    assert blame(lambda x: wrong(x).sum(), X).op == "gate_wrong"


def test_a_rule_that_reads_what_is_not_kept():
    row = ac.general("square_like", lambda x: x * x, lambda g, z, x: 2.0 * g * x, keeps="x")
    row.drops = (0,)
    found = blame(lambda x: row(x).sum(), X)
    assert found.op == "square_like"
    assert "does not keep" in str(found)


def test_corners_and_jumps_are_no_mistakes():
    x = np.array([[0.0, 0.0, 2.0], [1.0, 1.0, -1.0]])

    def f(x):
        return (np.maximum(x, 0) + np.abs(x) + np.sign(x)).max(axis=0).sum() + np.minimum(x, x * x).sum()

    assert not blame(f, x)
    zero = ac.elementwise("zero_relu", lambda x: np.maximum(x, 0), lambda g, z, x: g * (x > 0), keeps="x")
    assert not blame(zero, np.array([0.0, 1.0])), "0 is a slope of the corner, and not the mean of both"
    half = ac.elementwise(
        "half_relu", lambda x: np.maximum(x, 0), lambda g, z, x: g * (x > 0) * 0.5, keeps="x"
    )
    assert blame(half, np.array([0.0, 1.0])).index == (1,)
    above = ac.elementwise("above", lambda x: np.maximum(x, 0), lambda g, z, x: g * (x >= 0) * 1.5, keeps="x")
    assert blame(above, np.array([0.0, -1.0])).index == (0,), "1.5 is no slope of the corner"


def test_big_steep_and_small_numbers():
    assert not blame(
        lambda x: (np.exp(x * 1e3) + np.sqrt(x) + np.log(x * 1e-6)).sum(), np.array([1e-8, 1e-3, 0.3])
    )
    assert not blame(lambda x: (x * 1e9 + x / 1e-9).sum(), np.array([1e-3, 3.0, 1e6]))


def test_float32_is_checked_in_float64():
    x = ac.Tensor(X.astype(np.float32), True)
    assert not blame((np.tanh(x) * x.astype(np.float32)).sum())
    assert blame(cube_wrong(x).sum()).guess.factor == pytest.approx(2, rel=1e-6)


def test_differences_are_exact_where_the_function_bends():
    row = ac.elementwise("root_wrong", np.sqrt, lambda g, z, x: g / z, keeps="z")
    found = blame(row, np.array([2e-4, 3e-6]))
    assert found.differences == pytest.approx(found.engine / 2, rel=1e-6)


def test_a_cast_to_float32_is_checked_in_float64():
    x = ac.Tensor(X, True)
    assert not blame((x.astype(np.float32) * 2).sum())


def test_the_numbers_at_the_time_of_the_recording_count():
    x = ac.Tensor(RNG.uniform(1.0, 2.0, 400), True)
    loss = np.log(x).sum()
    x.data[...] = 0.0
    assert not blame(loss)


def test_one_wrong_number_of_a_big_argument_is_found():
    big = RNG.standard_normal((120, 300))

    def rule(g, z, x):
        c = g * 2.0
        c[7, 11] = 0.0
        return c

    row = ac.general("nearly", lambda x: x * 2.0, rule)
    found = blame(row, big)
    assert found.index == (7, 11)
    assert found.engine == 0
    assert abs(found.differences) >= 0.99


def test_what_nodes_did_not_keep_is_computed_again():
    x = ac.Tensor(RNG.standard_normal((40, 20)), True, name="x")
    h = ((x + 1.0) * 2.0).reshape((20, 40)).sum(axis=0)
    assert not blame(h.sum())
    assert blame(cube_wrong((x + 1.0) * 2.0 + np.ones((40, 20))).sum()).op == "cube_wrong"


def test_arrays_that_nobody_keeps_any_more():
    x = ac.Tensor(RNG.standard_normal((40, 20)), True, name="x")
    found = blame(cube_wrong(x + RNG.standard_normal((40, 20))).sum())
    assert found.op == "cube_wrong"
    assert "random numbers stand in" in str(found)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_number_that_is_not_finite_is_said():
    found = blame(lambda x: np.log(x).sum(), np.array([1.0, 0.0, 2.0]))
    assert (found.op, found.index) == ("log", (1,))
    assert "gives -inf at (1,), from 0" in str(found)
    nan = blame(lambda x: (x * 2).sum(), np.array([1.0, np.nan]))
    assert nan.op == "multiply"
    assert "is given nan in x at (1,)" in str(nan)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_rule_that_gives_infinity_is_said():
    row = ac.elementwise("root", np.sqrt, lambda g, z, x: g / (2 * z), keeps="z")
    found = blame(row, np.array([4.0, 0.0]))
    assert found.index == (1,)
    assert "inf where the argument is 0" in str(found)


def test_infinity_that_disappears_again_is_harmless():
    mask = np.array([0.0, -np.inf, 0.0])
    found = blame(lambda x: np.exp(x + mask).sum(), np.array([1.0, 2.0, 3.0]))
    assert not found
    assert "numbers that are not finite appear first in add, (3,), (3,) → (3,)" in str(found)


def test_a_released_graph():
    x, w = leaves()
    loss = (x @ w).sum()
    loss.backward(retain_graph=True)
    assert not blame(loss)
    loss.backward()
    with pytest.raises(
        ac.ReleasedGraphError, match=r"before loss.backward\(\), or call backward\(retain_graph=True"
    ):
        blame(loss)


def test_what_cannot_be_blamed():
    with pytest.raises(ac.GradientError, match="nothing was recorded"):
        blame(ac.Tensor(1.0) * 2)
    with pytest.raises(TypeError, match="give its arguments too"):
        blame(lambda x: x)
    with pytest.raises(TypeError, match="recorded Tensor, got ndarray"):
        blame(X)
    with pytest.raises(TypeError, match="one result, or a function"):
        blame(ac.Tensor(X, True) * 2, 3)


def test_nothing_of_the_graph_changes():
    x, w = leaves()
    loss = (x @ w).sum()
    blame(loss)
    assert x.grad is None
    loss.backward()
    np.testing.assert_allclose(w.grad, np.repeat(X.sum(axis=0)[:, None], 5, axis=1))


# ---- the whole table ---------------------------------------------------------------------------------------

ROWS = [row for row in TABLE.values() if row.kind != "constant"]


def recorded(row):
    """Every sample of a row, recorded, as far as a gradient flows to it."""
    for sample in SAMPLES[row.name]:
        try:
            made = Recorded(row, sample.args, sample.params)
        except TypeError:
            continue  # integers
        if made.z.node is not None and made.z.dtype.kind == "f":
            yield sample, made


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_row_of_the_table_is_blamed(row):
    for sample, made in recorded(row):
        found = blame(made.z, names=None)
        assert not found or not np.isfinite(made.z.numpy()).all(), f"{sample.text}: {found}"
        assert not found or "rule" not in str(found).splitlines()[0]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_rule_of_the_table_is_blamed_when_it_is_spoilt(row, monkeypatch):
    for i, rule in enumerate(row.rules):
        if rule is None:
            continue
        with monkeypatch.context() as patch:
            spoilt = lambda *a, rule=rule, **k: 1.01 * rule(*a, **k)
            patch.setattr(row, "rules", tuple(spoilt if k == i else r for k, r in enumerate(row.rules)))
            verdicts = []
            for sample, made in recorded(row):
                if sample.kink or made.z.node[i] is None or len(verdicts) == 2:
                    continue
                gradient = np.asarray(made.pull(np.ones(made.z.shape))[made.which.index(i)])
                if np.isfinite(gradient).all() and np.abs(gradient).max(initial=0.0) > 1e-3:
                    verdicts.append(blame(made.z, names=None))
            assert all(found and found.argument == i for found in verdicts)
