"""Derivatives of functions as formulas and as code: the lecture's, from the rules, and the code runs."""

import inspect

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.errors import GradientError, NoRuleError
from autograd_core.explaining.derivations import derive

F = nn.functional
rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3))
T = np.eye(3)[[0, 1, 2, 0, 1]]
LABELS = np.array([0, 1, 2, 0, 1])
CHANCES = rng.uniform(0.1, 0.9, 5)


SQUARE = X.T @ X + np.eye(3)


def named_softmax(X, T):
    Y = ac.softmax(X).named("Y")
    return -(T * ac.log(Y)).sum() / len(X)


def two_layers(X, W1, b1, W2, b2, T):
    A1 = (X @ W1 + b1).named("A1")
    mask1 = A1 > 0
    X1 = (mask1 * A1).named("X1")
    Y = (X1 @ W2 + b2).named("Y")
    return ((Y - T) ** 2).sum() / (2 * len(X))


def normalised(X, γ, β):
    μ = X.mean(axis=0).named("μ")
    σ = np.sqrt(((X - μ) ** 2).mean(axis=0) + 1e-8).named("σ")
    x = ((X - μ) / σ).named("x̂")
    return (γ * x + β).named("Y")


def binary(x, y):
    s = np.exp(-x).named("s")
    ŷ = (1 / (1 + s)).named("ŷ")
    return -y * np.log(ŷ) - (1 - y) * np.log(1 - ŷ)


def two_shares(x, y, p, q):
    total = np.exp(x) + np.exp(y)
    u, v = (np.exp(x) / total).named("u"), (np.exp(y) / total).named("v")
    return p * u + q * v


NETWORK = (X, rng.normal(size=(3, 4)), np.ones(4), rng.normal(size=(4, 2)), np.ones(2), np.ones((5, 2)))
SYSTEM = (rng.normal(size=(5, 3)), np.ones(3), np.ones(5))

DERIVED = {
    "3.4": (
        lambda a, x, y: (a * x - y) ** 2,
        (2.0, 3.0, 4.0),
        {"a": "2x · (a · x − y)", "x": "2a · (a · x − y)", "y": "−2 · (a · x − y)"},
    ),
    "3.4-7": (binary, (1.0, 0.3), {"x": "ŷ − y", "y": "−x"}),
    "3.3-3": (
        lambda x, p, q: p * (1 + np.exp(x)) + q * (1 + np.exp(-x)),
        (1.0, 2.0, 3.0),
        {"x": "p · exp(x) − q · exp(−x)"},
    ),
    "3.3-4": (two_shares, (1.0, 0.3, 2.0, 3.0), {"x": "u · v · (p − q)", "y": "u · v · (q − p)"}),
    "3.6-1": (
        lambda X, W, t: 0.5 * ((X @ W - t) ** 2).sum(),
        (np.array([[2.0, -1, 1]]), np.array([[2.0, 0], [1, 1], [0, 4]]), np.array([[1.0, 2]])),
        {"X": "(X · W − t) · Wᵀ", "W": "Xᵀ · (X · W − t)"},
    ),
    "softmax, named": (named_softmax, (X, T), {"X": "(Y − T)/N"}),
    "softmax, fused": (lambda X, T: F.cross_entropy(X, T), (X, T), {"X": "(softmax(X) − T)/N"}),
    "softmax, labels": (
        lambda X, t: F.cross_entropy(X, t),
        (X, LABELS),
        {"X": "(softmax(X) − onehot(t))/N"},
    ),
    "softmax, log": (
        lambda X, T: -(T * np.log(ac.softmax(X))).sum() / X.shape[0],
        (X, T),
        {"X": "(softmax(X) − T)/N"},
    ),
    "log_softmax": (
        lambda X, T: -(T * ac.log_softmax(X)).sum() / len(X),
        (X, T),
        {"X": "(softmax(X) − T)/N"},
    ),
    "least squares": (
        lambda A, x, b: 0.5 * ((A @ x - b) ** 2).sum(),
        SYSTEM,
        {"A": "(A · x − b) · xᵀ", "x": "Aᵀ · (A · x − b)", "b": "−(A · x − b)"},
    ),
    "norm": (
        lambda A, x, b: 0.5 * np.linalg.norm(A @ x - b) ** 2,
        SYSTEM,
        {"x": "Aᵀ · (A · x − b)"},
    ),
    "logistic": (
        lambda X, w, y: (-y * np.log(ac.sigmoid(X @ w)) - (1 - y) * np.log(1 - ac.sigmoid(X @ w))).mean(),
        (X, np.ones(3), CHANCES),
        {"w": "Xᵀ · (σ(X · w) − y)/N"},
    ),
    "logits": (
        lambda X, w, y: F.binary_cross_entropy_with_logits(X @ w, y),
        (X, np.ones(3), CHANCES),
        {"w": "Xᵀ · (σ(X · w) − y)/N"},
    ),
    "4.1": (
        two_layers,
        NETWORK,
        {
            "Y": "(Y − T)/N",
            "X1": "∂E/∂Y · W2ᵀ",
            "A1": "∂E/∂X1 ⊙ [A1 > 0]",
            "W1": "Xᵀ · ∂E/∂A1",
            "b1": "sum(∂E/∂A1, axis 0)",
            "W2": "X1ᵀ · ∂E/∂Y",
            "b2": "sum(∂E/∂Y, axis 0)",
        },
    ),
    "relu": (lambda X, W: ac.relu(X @ W).sum(), (X, np.ones((3, 2))), {"W": "Xᵀ · [X · W > 0]"}),
    "leaky": (lambda x: F.leaky_relu(x).sum(), (X,), {"x": "[x > 0] + 0.01 · [x ≤ 0]"}),
    "penalty": (lambda W: 0.01 * (W * W).sum(), (X,), {"W": "0.02 · W"}),
    "L1": (lambda W: 0.1 * abs(W).sum(), (X,), {"W": "0.1 · sign(W)"}),
}


def engine(f, xs):
    leaves = [ac.Tensor(x, requires_grad=True) if np.asarray(x).dtype.kind == "f" else x for x in xs]
    value = f(*leaves)
    value.backward()
    names = inspect.signature(f).parameters
    grads = {
        name: np.zeros(x.shape) if x.grad is None else x.grad.numpy()
        for name, x in zip(names, leaves, strict=True)
        if isinstance(x, ac.Tensor)
    }
    return value.numpy(), grads


def agrees(found, f, xs, rtol):
    """The code of a derivation says what the engine does, every gradient in the shape of its argument."""
    value, grads = engine(f, xs)
    result, *gradients = found.function(*xs)
    np.testing.assert_allclose(result, value, rtol=1e-10)
    for n, g in zip(found.gradient_expressions, gradients, strict=True):
        assert np.shape(g) == grads[n].shape
        np.testing.assert_allclose(g, grads[n], rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("name", DERIVED)
def test_formulas(name):
    """Rows 3.3-3, 3.3-4, 3.4-4, 3.4-7, 3.6-1, 3.7-1, 3.7-2, 4.1-2, 4.1-3, 9.1-2, 9.1-3."""
    f, xs, expected = DERIVED[name]
    found = derive(f, *xs)
    assert {n: found[n] for n in expected} == expected


@pytest.mark.parametrize("simplify", [True, False])
@pytest.mark.parametrize("name", DERIVED)
def test_the_code_agrees_with_the_engine(name, simplify):
    """On other numbers than those of the example, and with another number of rows."""
    f, xs, _ = DERIVED[name]
    found = derive(f, *xs, simplify=simplify)
    other = np.random.default_rng(1)
    rows = next((x.shape[0] for x in map(np.asarray, xs) if x.ndim), 0)
    for grown in (0, 2) if simplify else (0,):
        new = []
        for x in map(np.asarray, xs):
            one_hot = x.ndim and x.dtype.kind == "f" and np.array_equal(x, T)
            if grown and rows == 5 and x.ndim and x.shape[0] == rows:
                x = np.concatenate([x, x[:grown]])
            changed = x if one_hot or x.dtype.kind != "f" else x * other.uniform(0.7, 1.3, x.shape)
            new.append(changed)
        agrees(found, f, new, rtol=1e-9)


def test_the_code_is_the_lecture_s():
    """Rows 4.1-3, 3.7-2: mask1 = a1 > 0, da1 = dx1 * mask1, dW1 = X.T @ da1, db1 = sum(da1, axis=0)."""
    code = derive(two_layers, *NETWORK).code
    lines = [line.strip() for line in code.splitlines()]
    for line in (
        "N = X.shape[0]",
        "mask = A1 > 0",
        "X1 = mask * A1",
        "dX1 = dY @ W2.T",
        "dA1 = dX1 * mask",
        "dW1 = X.T @ dA1",
        "db1 = np.sum(dA1, axis=0)",
    ):
        assert line in lines, code
    code = derive(named_softmax, X, T).code
    assert "    Y = softmax(X)\n" in code
    assert "    dX = (Y - T) / N\n" in code
    assert code.startswith("def softmax(x, axis=-1):")


def test_a_sigmoid_with_the_gradient_that_arrives():
    """Row 3.3-1: dz/dx = u (1 − u) dz/du."""
    found = derive(lambda x: ac.sigmoid(x).named("u"), gradient="∂z/∂u")
    assert str(found) == "u = σ(x)\n∂z/∂x = ∂z/∂u · u · (1 − u)"
    u = 1 / (1 + np.exp(-0.4))
    assert found.function(0.4, 3.0) == pytest.approx(3 * u * (1 - u))


def test_a_layer():
    """Row 3.5-3: dX = dY Wᵀ, dW = Xᵀ dY, db = sum(dY, axis 0)."""
    found = derive(lambda X, W, b: (X @ W + b).named("Y"), X, np.ones((3, 2)), np.ones(2))
    assert found.formulas == {"X": "∂E/∂Y · Wᵀ", "W": "Xᵀ · ∂E/∂Y", "b": "sum(∂E/∂Y, axis 0)"}
    g = rng.normal(size=(5, 2))
    dX, dW, db = found.function(X, np.ones((3, 2)), np.ones(2), g)
    np.testing.assert_allclose(dX, g @ np.ones((2, 3)))
    np.testing.assert_allclose(dW, X.T @ g)
    np.testing.assert_allclose(db, g.sum(0))


@pytest.mark.parametrize("kind", ["by hand", "by the kernel"])
def test_batch_normalisation(kind):
    """Row 8.2-2: dβ = sum dY, dγ = sum x̂ dY, dX = γ/σ (dY − mean dY − x̂ mean(x̂ dY))."""
    if kind == "by hand":
        f = normalised
    else:

        def f(X, γ, β):
            return F.batch_norm(X, None, None, γ, β, training=True, eps=1e-8).named("Y")

    found = derive(f, X, np.ones(3), np.ones(3))
    assert found["β"] == "sum(∂E/∂Y, axis 0)"
    assert found["γ"] == "sum(∂E/∂Y ⊙ x̂, axis 0)"
    c, d = "mean(∂E/∂Y, axis 0)", "x̂ ⊙ mean(∂E/∂Y ⊙ x̂, axis 0)"
    assert found["X"] in (f"γ ⊙ (∂E/∂Y − {c} − {d})/σ", f"γ ⊙ (∂E/∂Y − {d} − {c})/σ")
    g, gamma = rng.normal(size=(7, 3)), rng.normal(size=3)
    x = rng.normal(size=(7, 3))
    leaf = ac.Tensor(x, requires_grad=True)
    f(leaf, ac.Tensor(gamma), ac.Tensor(np.zeros(3))).backward(g)
    np.testing.assert_allclose(found.function(x, gamma, np.zeros(3), g)[0], leaf.grad.numpy(), atol=1e-12)


RUN = {
    "slices": (lambda x: (x[1:3] ** 2).sum(), (X,)),
    "concatenate": (lambda x, y: (np.concatenate([x, y]) ** 2).sum(), (X, X + 1)),
    "stack": (lambda x, y: (np.stack([x, y]) ** 3).sum(), (X, X + 1)),
    "cumsum": (lambda x: (x.cumsum(axis=0) ** 2).sum(), (X,)),
    "where": (lambda x, y: np.where(x > y, x, y * y).sum(), (X, X[::-1])),
    "einsum": (lambda x, y: (np.einsum("ij,kj->ik", x, y) ** 2).sum(), (X, X + 1)),
    "attention": (lambda q, k, v: (ac.softmax(q @ k.T / np.sqrt(3)) @ v).sum(), (X, X + 1, X - 1)),
    "clip": (lambda x: (np.clip(x, -0.5, 0.5) ** 2).sum(), (X,)),
    "norms": (lambda x: np.linalg.norm(x, axis=1).sum(), (X,)),
    "max": (lambda x: x.max(axis=1).sum(), (X,)),
    "layer norm": (lambda x, w, b: (F.layer_norm(x, (3,), w, b) ** 2).sum(), (X, np.ones(3), np.ones(3))),
    "std": (lambda x: x.std(axis=1).mean(), (X,)),
    "silu": (lambda x: F.silu(x).sum(), (X,)),
    "label smoothing": (lambda x, t: F.cross_entropy(x, t, label_smoothing=0.1), (X, LABELS)),
    "trace": (lambda x, y: np.trace(x @ y.T), (X, X + 1)),
    "huber": (lambda x, y: F.huber_loss(x, y), (X, X[::-1])),
    "cross entropy": (lambda x, t: F.binary_cross_entropy(x, t), (abs(X) / 9 + 0.05, abs(X[::-1]) / 9)),
    "xlogy": (lambda x, y: ac.xlogy(x, y).sum(), (abs(X), abs(X) + 1)),
    "erf": (lambda x: ac.erf(x).sum(), (X,)),
    "erfc": (lambda x: ac.erfc(x).sum(), (X,)),
    "gelu": (lambda x: F.gelu(x).sum(), (X,)),
    "elu": (lambda x: F.elu(x).sum(), (X,)),
    "product": (lambda x: x.prod(axis=0).sum(), (X,)),
    "inverse": (lambda A: (ac.linalg.inv(A) ** 2).sum(), (SQUARE,)),
    "det": (lambda A: ac.linalg.det(A), (SQUARE,)),
    "log det": (lambda A: ac.linalg.slogdet(A)[1], (SQUARE,)),
    "solve": (lambda A, b: (ac.linalg.solve(A, b) ** 2).sum(), (SQUARE, X[0])),
    "power": (lambda x, y: (x**y).sum(), (abs(X) + 0.1, X)),
}


@pytest.mark.parametrize("name", RUN)
def test_code_of_many_rows(name):
    f, xs = RUN[name]
    found = derive(f, *xs)
    agrees(found, f, xs, rtol=1e-8)


def test_a_label_that_is_ignored_is_not_assumed_away():
    labels = np.array([0, -100, 1, 1, 0])
    found = derive(lambda X, t: F.cross_entropy(X, t), X, labels)
    assert found["X"] == "(softmax(X) ⊙ [t ≠ −100] − onehot(t))/sum(t ≠ −100)"
    assert found.assumptions == ()
    _, grads = engine(lambda X, t: F.cross_entropy(X, t), (X, labels))
    np.testing.assert_allclose(found.function(X, labels)[1], grads["X"], atol=1e-12)


def test_what_is_assumed_is_said():
    found = derive(named_softmax, X, T)
    assert found.assumptions == ("the rows of T sum to 1",)
    assert str(found).endswith("∂E/∂X = (Y − T)/N\nwhere the rows of T sum to 1")
    honest = derive(named_softmax, X, T, wrt="X", assume={})
    assert honest["X"] == "(Y ⊙ sum(T, axis 1) − T)/N"
    assert honest.assumptions == ()
    soft = derive(named_softmax, X, np.full((5, 3), 1 / 3), wrt="X", assume={"T": "rows sum to 1"})
    assert soft["X"] == "(Y − T)/N"
    with pytest.raises(ValueError, match="assume takes"):
        derive(named_softmax, X, T, assume={"T": "is nice"})


def test_text_latex_and_names():
    found = derive(lambda a, x, y: (a * x - y) ** 2)
    assert str(found).splitlines()[:2] == ["E = (a · x − y)²", "∂E/∂a = 2x · (a · x − y)"]
    assert r"\frac{\partial E}{\partial a} &= 2x \cdot" in found.latex
    assert found._repr_latex_().startswith("$\\displaystyle \\begin{aligned}")
    assert repr(found) == "<derivation of E by a, x, y>"
    with pytest.raises(KeyError, match="no gradient by 'w'"):
        found["w"]
    assert list(derive(lambda a, x: a * x, wrt="x").gradient_expressions) == ["x"]


def test_a_recorded_tensor():
    """Row 3.4-4: with respect to its named leaves."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = (a * x).named("s")
    z = ((s - y) ** 2).named("z")
    found = derive(z)
    assert (found["s"], found["a"]) == ("2 · (s − y)", "∂z/∂s · x")
    assert str(found).splitlines()[0] == "s = a · x"
    assert found.function(2.0, 3.0, 4.0) == (4.0, 12.0, 8.0, -4.0)


def test_without_simplifying_the_rules_are_printed_as_they_are():
    assert derive(lambda x: x * 1.0 + x * 1.0, simplify=False)["x"].count("+") == 1
    assert derive(lambda x: x * 1.0 + x * 1.0)["x"] == "2"


def test_a_model_s_parameters_are_letters_too():
    layer = nn.Linear(3, 2, rng=0)
    found = derive(lambda X, T: 0.5 * ((layer(X) - T) ** 2).sum(), X, np.ones((5, 2)), wrt=None)
    assert {"X", "T", "weight", "bias"} <= set(found.formulas) or len(found.formulas) == 4
    values = [X, np.ones((5, 2)), layer.weight.numpy(), layer.bias.numpy()]
    assert found.function(*values)[0] == pytest.approx(0.5 * ((layer(X).numpy() - 1) ** 2).sum())


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x.numpy() * x).sum(),
        lambda x: x.sum() if x.sum() > 0 else -x.sum(),
        lambda x: (x.detach() * x).sum(),
        lambda x: x[x > 0].sum(),
    ],
    ids=["numpy", "condition", "detach", "mask"],
)
def test_code_that_would_hold_for_one_example_is_refused(f):
    found = derive(f, X)
    assert found["x"]
    with pytest.raises(GradientError, match="the function reads numbers by"):
        _ = found.code


@pytest.mark.parametrize("dtype", [np.int64, np.int32])
def test_labels_as_an_index_are_an_argument(dtype):
    found = derive(lambda X, t: -np.log(ac.softmax(X)[np.arange(5), t]).mean(), X, LABELS.astype(dtype))
    other = (LABELS + 1) % 3
    value, dX = found.function(X, other)
    x = ac.Tensor(X, requires_grad=True)
    expected = F.cross_entropy(x, other)
    expected.backward()
    np.testing.assert_allclose(value, expected.numpy())
    np.testing.assert_allclose(dX, x.grad.numpy(), atol=1e-12)


def test_a_formula_without_end_is_not_written():
    """Its code is: what occurs again has a name there."""

    def f(x):
        for _ in range(100):
            x = ac.sin(x) * x
        return x

    found = derive(f)
    assert found["x"] == "…"
    assert str(found).endswith(
        "… is a formula of more than 2,000 letters: values inside f that have names cut it"
    )
    assert r"&= \dots" in found.latex
    value, grads = engine(f, (0.9,))
    np.testing.assert_allclose(found.function(0.9), (value, grads["x"]), rtol=1e-9)


def test_a_mask_of_a_recorded_graph_is_said_to_be_that_of_the_moment():
    x = ac.Tensor(X, requires_grad=True, name="x")
    z = np.where(x > 0, x * x, 0.0).sum()
    assert "c, an array of truths or indices, is what it was when this was recorded" in derive(z).assumptions
    assert derive((x * x).sum()).assumptions == ()
    assert derive(lambda x: np.where(x > 0, x * x, 0.0).sum(), X).assumptions == ()  # a formula there


def test_the_norm_at_0_as_the_rules_have_it():
    found = derive(lambda x: np.linalg.norm(x), np.ones(3), simplify=False)
    value, slope = found.function(np.zeros(3))
    np.testing.assert_array_equal(slope, np.zeros(3))
    assert value == 0


def test_what_is_refused():
    with pytest.raises(TypeError, match="a function, a formula as text or a recorded Tensor"):
        derive(3)
    with pytest.raises(ValueError, match="wrt='w'"):
        derive(lambda x: x * x, wrt="w")
    with pytest.raises(GradientError):
        derive(ac.Tensor(2.0, requires_grad=True))
    with pytest.raises(GradientError):
        derive(lambda x: 3.0)
    with pytest.raises(TypeError, match="f has the arguments"):
        derive(lambda x, y: x * y, 1.0)
    lost = derive(lambda x, w: F.conv2d(x, w).sum(), np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)))
    with pytest.raises(NoRuleError, match="the row 'convolution' has no form in plain NumPy"):
        _ = lost.code


def test_a_result_has_the_name_of_its_variable():
    a, x, y = ac.leaves(a=2, x=3, y=4)
    cost = (a * x - y) ** 2
    assert str(ac.derive(cost)).splitlines()[:2] == [
        "cost = (a · x − y)²",
        "∂cost/∂a = 2x · (a · x − y)",
    ]
    assert str(ac.derive((a * x - y) ** 2)).startswith("E = ")
    x = (a * y) ** 2  # where a leaf is called so already
    assert str(ac.derive(x * leaf_called("x"))).startswith("E = ")


def leaf_called(name):
    return ac.Tensor(3.0, requires_grad=True, name=name)
