"""One function in many spellings has one derivative: the formulas of the lecture, however f is typed."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.errors import GradientError
from autograd_core.explaining.derivations import derive
from tests.autograd_core.explaining.test_derivations import agrees

F = nn.functional
rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3))
T = np.eye(3)[[0, 1, 2, 0, 1]]
LABELS = np.array([0, 1, 2, 0, 1])
CHANCES = rng.uniform(0.1, 0.9, 5)
w, b = rng.normal(size=3), rng.normal(size=5)
A = rng.normal(size=(3, 3))


def stable_softmax(X):
    e = np.exp(X - np.max(X, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def plain_softmax(X):
    e = np.exp(X)
    return e / e.sum(axis=-1, keepdims=True)


def lse(X):
    return np.log(np.exp(X).sum(axis=1))


SOFTMAX = {
    "safe from overflow": lambda X, T: -(T * np.log(stable_softmax(X))).sum() / len(X),
    "plain": lambda X, T: -np.sum(T * np.log(plain_softmax(X))) / X.shape[0],
    "mean of sums": lambda X, T: np.mean(-np.sum(T * np.log(ac.softmax(X, axis=1)), axis=1)),
    "log of the sum": lambda X, T: (lse(X) - (X * T).sum(axis=1)).mean(),
    "subtracted": lambda X, T: -(T * (X - np.log(np.sum(np.exp(X), axis=1, keepdims=True)))).sum() / len(X),
    "trace": lambda X, T: -np.trace(T.T @ np.log(ac.softmax(X))) / len(X),
    "share of the rows": lambda X, T: -1 / len(X) * (T * np.log(ac.softmax(X))).sum(),
    "einsum": lambda X, T: -np.einsum("nk,nk->", T, np.log(ac.softmax(X))) / len(X),
}
SQUARES = {
    "einsum": lambda A, x, b: 0.5 * np.sum((np.einsum("ij,j->i", A, x) - b) ** 2),
    "einsum of residuals": lambda A, x, b: 0.5 * np.einsum("i,i->", A @ x - b, A @ x - b),
    "inner": lambda A, x, b: np.inner(A @ x - b, A @ x - b) / 2,
    "tensordot": lambda A, x, b: 0.5 * np.sum((np.tensordot(A, x, 1) - b) ** 2),
    "dot": lambda A, x, b: (A @ x - b) @ (A @ x - b) / 2,
    "sum of products": lambda A, x, b: 0.5 * (((A * x).sum(axis=1) - b) ** 2).sum(),
    "squares of sizes": lambda A, x, b: 0.5 * np.sum(abs(A @ x - b) ** 2),
    "multiplied out": lambda A, x, b: 0.5 * np.sum(np.matmul(A, x) ** 2 - 2 * b * np.matmul(A, x) + b**2),
}
LOGISTIC = {
    "np": lambda X, w, y: (
        -np.mean(y * np.log(1 / (1 + np.exp(-X @ w))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-X @ w))))
    ),
    "logaddexp": lambda X, w, y: (np.logaddexp(0, X @ w) - y * (X @ w)).mean(),
    "logsigmoid": lambda X, w, y: -(y * F.logsigmoid(X @ w) + (1 - y) * F.logsigmoid(-X @ w)).mean(),
    "einsum": lambda X, w, y: (
        np.log1p(np.exp(np.einsum("nk,k->n", X, w))) - y * np.einsum("nk,k->n", X, w)
    ).mean(),
}
PROMISED = [
    *((f, (X, T), {"X": "(softmax(X) − T)/N"}) for f in SOFTMAX.values()),
    *((f, (X, w, b), {"A": "(A · x − b) · xᵀ", "x": "Aᵀ · (A · x − b)"}) for f in SQUARES.values()),
    *((f, (X, w, CHANCES), {"w": "Xᵀ · (σ(X · w) − y)/N"}) for f in LOGISTIC.values()),
]
NAMES = [*(f"softmax, {k}" for k in SOFTMAX), *(f"squares, {k}" for k in SQUARES), *LOGISTIC]

M = rng.normal(size=(5, 3))
FOUND = {
    "quadratic form": (lambda A, x: x.T @ A @ x, (A, w), {"x": "(A + Aᵀ) · x", "A": "x · xᵀ"}),
    "bilinear form": (lambda u, A, v: u @ A @ v, (b, X, w), {"u": "A · v", "v": "u · A", "A": "u · vᵀ"}),
    "trace": (lambda A, X: np.trace(A @ X), (A, A + 1), {"A": "Xᵀ", "X": "Aᵀ"}),
    "log det": (lambda A: np.linalg.slogdet(A)[1], (A @ A.T + np.eye(3),), {"A": "inv(A)ᵀ"}),
    "factors": (
        lambda R, U, V: 0.5 * ((R - U @ V.T) ** 2).sum(),
        (X, rng.normal(size=(5, 2)), rng.normal(size=(3, 2))),
        {"V": "(U · Vᵀ − R)ᵀ · U"},
    ),
    "log of a sum": (lambda x: np.log(np.sum(np.exp(x))), (w,), {"x": "softmax(x)"}),
    "labels": (
        lambda X, t: -np.log(ac.softmax(X)[np.arange(5), t]).mean(),
        (X, LABELS),
        {"X": "(softmax(X) − (1 → [c, t]))/5"},
    ),
    "hinge": (
        lambda X, w, y: ac.relu(1 - y * (X @ w)).mean(),
        (X, w, np.sign(b)),
        {"X": "−(y ⊙ [1 − y ⊙ (X · w) > 0]) · wᵀ/N", "w": "−Xᵀ · (y ⊙ [1 − y ⊙ (X · w) > 0])/N"},
    ),
    "two layers": (
        lambda X, W, v: (np.tanh(X @ W) @ v).sum(),
        (X, A, w),
        {"W": "Xᵀ · (v ⊙ (1 − tanh(X · W)²))", "v": "sum(tanh(X · W), axis 0)"},
    ),
    "two layers, squared": (
        lambda X, W, v: ((np.tanh(X @ W) @ v) ** 2).sum() / 2,
        (X, A, w),
        {"W": "Xᵀ · ((tanh(X · W) · v · vᵀ) ⊙ (1 − tanh(X · W)²))"},
    ),
}


@pytest.mark.parametrize(("f", "xs", "expected"), PROMISED, ids=NAMES)
def test_every_spelling_has_the_formula_of_the_lecture(f, xs, expected):
    found = derive(f, *xs)
    assert {name: found[name] for name in expected} == expected
    agrees(found, f, xs, rtol=1e-9)
    more = [np.concatenate([x, x[:2]]) if x.shape[0] == 5 else x for x in xs]
    agrees(found, f, more, rtol=1e-9)


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("simplify", [True, False])
def test_what_is_known_from_textbooks(name, simplify):
    f, xs, expected = FOUND[name]
    found = derive(f, *xs, simplify=simplify)
    agrees(found, f, xs, rtol=1e-9)
    if simplify:
        assert {k: found[k] for k in expected} == expected


def by_hand(X, γ, β):
    x = ((X - np.mean(X, 0)) / np.sqrt(X.var(axis=0) + 1e-8)).named("x̂")
    return x * γ + β


def with_powers(X, γ, β):
    σ = ((X.var(axis=0) + 1e-8) ** 0.5).named("σ")
    return ((X - X.mean(axis=0)) / σ).named("x̂") * γ + β


def with_axes(X, γ, β):
    x = ((X - X.mean(axis=0, keepdims=True)) * (X.var(axis=0, keepdims=True) + 1e-8) ** -0.5).named("x̂")
    return (x * γ + β).named("Y")


@pytest.mark.parametrize("f", [by_hand, with_powers, with_axes])
def test_batch_normalisation(f):
    found = derive(f, X, np.ones(3), np.ones(3))
    assert found["γ"] == "sum(∂E/∂Y ⊙ x̂, axis 0)"
    σ = "σ" if f is with_powers else "√(var(X, axis 0) + 1e−08)"
    c, d = "mean(∂E/∂Y, axis 0)", "x̂ ⊙ mean(∂E/∂Y ⊙ x̂, axis 0)"
    assert found["X"] in (f"γ ⊙ (∂E/∂Y − {c} − {d})/{σ}", f"γ ⊙ (∂E/∂Y − {d} − {c})/{σ}")
    x, g, γ = rng.normal(size=(7, 3)), rng.normal(size=(7, 3)), rng.normal(size=3)
    leaf = ac.Tensor(x, requires_grad=True)
    f(leaf, ac.Tensor(γ), ac.Tensor(np.zeros(3))).backward(g)
    np.testing.assert_allclose(found.function(x, γ, np.zeros(3), g)[0], leaf.grad.numpy(), atol=1e-12)


def test_arrays_are_multiplied_number_by_number_or_as_matrices():
    """⊙ stands between arrays, and a column times a row is a product of matrices."""
    assert derive(lambda X, Y: (X * Y).sum(), X, M).formulas == {"X": "Y", "Y": "X"}
    found = derive(lambda a, X, Y: (a * X * Y) ** 2, 2.0, X, M)
    assert found["X"] == "∂E/∂Y′ · 2a² ⊙ X ⊙ Y²"
    assert derive(lambda x, a: a * x * x * a).formulas == {"x": "2x · a²", "a": "2x² · a"}
    assert r"\odot" in found.latex
    outer = derive(lambda u, v, M: (np.outer(u, v) * M).sum(), b, w, X, simplify=False)
    assert "E = sum((u · vᵀ) ⊙ M)" in str(outer)
    assert derive(lambda x, A: (x @ A).sum(), w, A, simplify=False)["A"] == "x · 1ᵀ"


COLUMNS = [lambda u, v: ((u[:, None] * v) ** 2).sum(), lambda u, v: (np.outer(u, v) ** 2).sum()]


@pytest.mark.parametrize("f", COLUMNS, ids=["None", "outer"])
def test_columns_of_vectors_are_typed_in_any_way(f):
    """What x[:, None] puts in is gone in the derivative by x, as it is with np.outer."""
    found = derive(f, b, w)
    assert found["u"] == "2u · sum(v²)"
    agrees(found, f, (b, w), rtol=1e-9)


def test_distances_of_rows():
    def f(X, Y):
        return ((X[:, None] - Y[None]) ** 2).sum()

    found = derive(f, X, M[:4])
    assert found["X"] == "2 · sum(X[:, None] − Y[None], axis 1)"
    agrees(found, f, (X, M[:4]), rtol=1e-9)


def test_labels_of_columns():
    """One 1 in every column, as one in every row, is known to sum to 1."""

    def f(X, t):
        return -np.log(ac.softmax(X, axis=0)[t, np.arange(3)]).mean()

    xs = (X, np.array([4, 0, 2]))
    found = derive(f, *xs)
    assert found["X"] == "(softmax(X, axis 0) − (1 → [t, c]))/3"
    agrees(found, f, xs, rtol=1e-9)


def test_sums_of_products_keep_their_axes():
    found = derive(lambda X, Y: (np.einsum("ij,ij->j", X, Y) ** 2).sum(), X, M)
    assert found["X"] == "2 · Y ⊙ sum(X ⊙ Y, axis 0)"


def test_sums_over_other_axes_are_told_apart():
    found = derive(lambda X: (ac.softmax(X, axis=0) ** 2).sum() + np.linalg.norm(X, axis=1).sum(), X)
    assert "softmax(X, axis 0)" in found["X"]
    assert "norm(X, axis 1)" in found["X"]


NOTHING = {
    "tuple": (lambda x: (x * x, x), GradientError, r"returns a tuple of 2.*let f return f\(\.\.\.\)\[0\]"),
    "dict": (lambda x: {"E": x}, GradientError, r"f\(\.\.\.\)\['E'\]"),
    "number": (lambda x: 3.0, GradientError, "must return a Tensor, got float"),
    "checkpoint": (lambda x: ac.checkpoint(lambda y: y * y, x), GradientError, "recorded apart"),
    "class": (nn.Linear, TypeError, r"Linear is a class.*derive\(Linear\(\.\.\.\), x\)"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_why_there_is_nothing_to_derive(name):
    f, error, words = NOTHING[name]
    with pytest.raises(error, match=words):
        derive(f, 2.0)


def test_a_shape_is_no_array():
    with pytest.raises(GradientError, match=r"x \(2,\) of int64. For an array of a shape .* np.ones"):
        derive(lambda x: x.sum(), (5, 2))


def test_the_parameters_of_a_method_have_their_names():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(np.ones(3))

        def loss(self, x, y):
            return 0.5 * ((x @ self.w - y) ** 2).sum()

    assert derive(Model().loss, X, b)["w"] == "xᵀ · (x · w − y)"


def test_what_only_random_programs_have_met():
    """Parts of axes in the middle, rivals that rounding tells apart, results of one number with axes."""
    cube = rng.normal(size=(2, 3, 4))

    def twice(x):
        return (np.concatenate((x, x), axis=1) ** 2).sum()

    def least(x):
        return np.min(np.square(np.square(np.hypot(np.sqrt(ac.sigmoid(x)), 1.0))), axis=-2).sum()

    def masked(x, y):
        return np.where(y < x, x, x).sum()

    def one(x, A):
        return x @ A @ x[:, None] + A.sum()

    def shares(x):
        return np.sinh(np.reciprocal(np.mean(abs(x) ** 1.5)) * 0.5)

    found = derive(shares, w)
    for x in (w, b):
        agrees(found, shares, (x,), rtol=1e-9)
    cases = [(twice, (cube,)), (least, (X,)), (masked, (w, X)), (one, (w, A))]
    for f, xs in cases:
        for simplify in (True, False):
            agrees(derive(f, *xs, simplify=simplify), f, xs, rtol=1e-9)
    assert "[..., 0:3, :]" in derive(twice, cube, simplify=False)["x"]
