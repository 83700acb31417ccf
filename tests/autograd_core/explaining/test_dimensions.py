"""`ac.dimensions`: shapes in letters, and the formulas that they leave no choice for."""

import numpy as np
import pytest
from hypothesis import given, settings

import autograd_core as ac
import nn
from autograd_core.explaining.dimension_card import dimensions
from autograd_core.testing import programs


def leaf(*shape, name):
    return ac.zeros(shape, requires_grad=True).named(name)


def affine():
    X, W, b = leaf(64, 784, name="X"), leaf(784, 100, name="W"), leaf(100, name="b")
    return X, W, b, (X @ W + b).named("Y")


# ---- 3.5: remembering by dimensions ------------------------------------------------------------------------


def test_the_card_of_a_product():
    """Rows 3.5-3 to 3.5-5: the right factor must be Wᵀ, the left factor must be Xᵀ."""
    Y = (leaf(64, 784, name="X") @ leaf(784, 100, name="W")).named("Y")
    assert str(dimensions(Y)).splitlines() == [
        "Y = X · W",
        "    X (N, K) · W (K, L) = Y (N, L)",
        "∂E/∂X has the shape of X: (N, K) = (N, L) × (L, K), so the right factor must be Wᵀ",
        "    ∂E/∂X = ∂E/∂Y · Wᵀ",
        "∂E/∂W has the shape of W: (K, L) = (K, N) × (N, L), so the left factor must be Xᵀ",
        "    ∂E/∂W = Xᵀ · ∂E/∂Y",
        "N = 64, K = 784, L = 100",
    ]


def test_the_exercise_hides_the_factor():
    """Row 3.5-5: derive ∂E/∂W = Xᵀ ∂E/∂Y from (K, L) = ? × (N, L)."""
    Y = (leaf(2, 3, name="X") @ leaf(3, 4, name="W")).named("Y")
    d = dimensions(Y)
    assert "    (K, L) = ? × (N, L)    ∂E/∂W = ? · ∂E/∂Y" in d.question
    assert "ᵀ" not in d.question
    assert "∂E/∂W = Xᵀ · ∂E/∂Y, for (K, L) = (K, N) × (N, L)" in d.answer


def test_a_gradient_has_the_shape_of_its_variable():
    """Row 3.5-2: for every value of an affine map, bias included."""
    d = dimensions(affine()[-1])
    (card,) = d.cards
    assert card.shapes == "X (N, K) · W (K, L) + b (L,) = Y (N, L)"
    assert {p.name: p.equation.split(" =")[0].split(" from")[0] for p in card.parts} == {
        "X": "(N, K)",
        "W": "(K, L)",
        "b": "(L,)",
    }
    assert card.parts[2].rule == "∂E/∂b = sum(∂E/∂Y, axis 0)"
    assert card.parts[2].reason == "the gradient must be summed over the axis N"


def test_a_layer_as_a_node():
    """Row 3.5-1: X, W → Y → E, with the error itself as the last card."""
    Y = (leaf(6, 3, name="X") @ leaf(3, 2, name="W")).named("Y")
    d = dimensions(((Y - 1) ** 2).mean().named("E"))
    assert [c.name for c in d.cards] == ["Y", "E"]
    assert d.cards[1].parts[0].rule == "∂E/∂Y = 2 · (Y − 1)/(N·L)"
    assert d.cards[1].parts[0].reason == "the gradient must be spread over the axes N, L"


def test_the_formulas_below_their_shapes():
    Y = (leaf(6, 3, name="X") @ leaf(3, 2, name="W")).named("Y")
    assert r"\underset{(N,\,L)}{\frac{\partial E}{\partial Y}} \cdot \underset{(L,\,K)}{W^{\top}}" in (
        dimensions(Y).latex
    )
    assert dimensions(Y)._repr_latex_().startswith("$$\n\\begin{aligned}\n\\underset{(N,\\,K)}{X} \\cdot ")


def test_the_componentwise_proof():
    """Row 3.5-6: every ∂E/∂x_ij of 2×2 matrices is an entry of ∂E/∂Y · Wᵀ, and every ∂E/∂w_ij one of
    Xᵀ · ∂E/∂Y."""
    two = range(2)
    text = [f"y{i}{j} = x{i}0*w0{j} + x{i}1*w1{j}" for i in two for j in two]
    program = "; ".join([*text, "E = E(y00, y01, y10, y11)"])
    for i in two:
        for j in two:
            of_x = ac.explain(program, f"x{i}{j}").lines[-1]
            assert f"w{j}0 · ∂E/∂y{i}0 + w{j}1 · ∂E/∂y{i}1" in str(of_x)
            of_w = ac.explain(program, f"w{i}{j}").lines[-1]
            assert f"x0{i} · ∂E/∂y0{j} + x1{i} · ∂E/∂y1{j}" in str(of_w)


# ---- layers without a name ---------------------------------------------------------------------------------

PRODUCT = [
    "Y = X · W",
    "    X (N, K) · W (K, L) = Y (N, L)",
    "∂E/∂X has the shape of X: (N, K) = (N, L) × (L, K), so the right factor must be Wᵀ",
    "    ∂E/∂X = ∂E/∂Y · Wᵀ",
    "∂E/∂W has the shape of W: (K, L) = (K, N) × (N, L), so the left factor must be Xᵀ",
    "    ∂E/∂W = Xᵀ · ∂E/∂Y",
]
CLASSES = np.array([0, 1, 2, 0, 1, 2, 0, 1])


@pytest.mark.parametrize(
    "error",
    [
        lambda y: nn.CrossEntropyLoss()(y, CLASSES),
        lambda y: nn.CrossEntropyLoss()(y, np.eye(3)[CLASSES]),
        lambda y: nn.BCEWithLogitsLoss()(y, np.eye(3)[CLASSES]),
        lambda y: nn.MSELoss()(y, np.eye(3)[CLASSES]),
        lambda y: (np.tanh(y) ** 2).sum(),
    ],
    ids=["labels", "one-hot", "binary", "squares", "written out"],
)
def test_the_gradient_of_a_layer_is_a_letter(error):
    """Row 3.5-4: ∂E/∂Y is given, whatever E makes of Y = X · W, also where Y has no name."""
    E = error(leaf(8, 4, name="X") @ leaf(4, 3, name="W")).named("E")
    d = dimensions(E)
    assert str(d).splitlines()[:6] == PRODUCT
    assert list(d.sizes.items()) == [("N", 8), ("K", 4), ("L", 3)]
    assert not any("factor must be" in p.reason for card in d.cards[1:] for p in card.parts)


def test_labels_have_no_gradient():
    E = nn.CrossEntropyLoss()(leaf(8, 4, name="X") @ leaf(4, 3, name="W"), CLASSES).named("E")
    d = dimensions(E, names=None)
    assert [p.name for p in d.cards[-1].parts] == ["Y"]
    assert [shape for name, shape in d.shapes.items() if name not in "XWYE"] == [("N",)]


def test_a_mean_over_more_than_the_examples_is_not_called_by_their_letter():
    """N is 2 here, and the loss divides by all 16 labels."""
    E = nn.CrossEntropyLoss()(leaf(2, 6, 8, name="P"), np.zeros((2, 8), int)).named("E")
    d = dimensions(E, names=None)
    (card,) = d.cards
    assert sorted(d.shapes.values()) == [(), ("N", "K", "L"), ("N", "L")]
    assert card.parts[0].rule.endswith("/n")
    assert card.note == "where p = softmax(P, axis 1), n = 16"
    E = nn.CrossEntropyLoss()(leaf(8, 4, name="X") @ leaf(4, 3, name="W"), CLASSES).named("E")
    card = dimensions(E, names=None).cards[-1]
    assert card.parts[0].rule.endswith("/N")
    assert card.note == "where p = softmax(Y)"


def test_a_network_without_names():
    net = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    E = (net(ac.ones((4, 6)).named("X")) ** 2).mean().named("E")
    d = dimensions(E)
    assert [c.formula for c in d.cards] == [
        "Y = X · 0.weight + 0.bias",
        "H = relu(Y)",
        "Y2 = H · 2.weight + 2.bias",
        "E = mean(Y2²)",
    ]
    assert d["Y"] == d["H"] == ("N", "L")
    assert d.cards[1].parts == ()  # shapes decide nothing there
    assert [p.reason for p in d.cards[2].parts] == [
        "the right factor must be 2.weightᵀ",
        "the left factor must be Hᵀ",
        "the gradient must be summed over the axis N",
    ]


def test_invented_letters_are_free():
    Y, H, W, V = (leaf(3, 3, name=name) for name in ("Y", "H", "W", "V"))
    E = (np.tanh(Y @ W + H) @ V).sum().named("E")
    assert [c.formula for c in dimensions(E).cards] == [
        "Y2 = Y · W + H",
        "H2 = tanh(Y2)",
        *("Y3 = H2 · V", "E = sum(Y3)"),
    ]


def test_every_letter_of_a_card_is_explained():
    x = leaf(4, name="x")
    d = dimensions(nn.MarginRankingLoss()(x, leaf(4, name="y"), np.ones(4)), names=None)
    known = {c.name for c in d.cards} | {"x", "y"}
    assert {p.name for c in d.cards for p in c.parts} <= known


# ---- whatever was computed ---------------------------------------------------------------------------------

X = np.random.default_rng(0).normal(size=(2, 6, 8))
IMAGE = np.random.default_rng(1).normal(size=(2, 6, 8, 8))
COMPUTED = {
    "batch norm": lambda: nn.BatchNorm1d(6)(X[..., 0]),
    "instance norm": lambda: nn.InstanceNorm1d(6)(ac.Tensor(X, requires_grad=True)),
    "layer norm": lambda: nn.LayerNorm(8)(X),
    "convolution": lambda: nn.Conv2d(6, 4, 3)(IMAGE),
    "transposed convolution": lambda: nn.ConvTranspose2d(6, 4, 3)(IMAGE),
    "pooling": lambda: nn.MaxPool2d(2)(ac.Tensor(IMAGE, requires_grad=True)),
    "embedding": lambda: nn.Linear(6, 2)(nn.Embedding(9, 6)(np.array([1, 2, 3]))),
    "recurrent": lambda: nn.LSTM(8, 3)(X)[0],
    "attention": lambda: nn.MultiheadAttention(8, 2)(X, X, X)[0],
    "transformer": lambda: nn.TransformerEncoderLayer(8, 2, 4)(X),
    "bilinear": lambda: nn.Bilinear(8, 8, 2)(X, X),
    "likelihood": lambda: nn.NLLLoss()(ac.log_softmax(leaf(8, 3, name="P"), axis=1), CLASSES),
    "margins": lambda: nn.MultiMarginLoss()(leaf(8, 3, name="P"), CLASSES),
    "variance of one number": lambda: (leaf(name="x") * 2).var(),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_layers_and_losses_have_cards(name):
    d = dimensions(COMPUTED[name](), names=None)
    assert d.cards
    assert "cannot be written" not in str(d)
    assert d.question
    assert d.latex


def test_a_convolution_keeps_examples_and_channels():
    d = dimensions(COMPUTED["convolution"](), names=None)
    assert d["weight"][:2] == ("P", "K")
    assert d["bias"] == ("P",)
    assert d["y"][:2] == ("N", "P")


def test_formulas_of_pages_are_not_written():
    d = dimensions(COMPUTED["recurrent"](), names=None)
    assert d.cards[0].note.startswith("too long to be written here: ∂E/∂")
    assert len(str(d)) < 2000


def test_a_rule_that_takes_no_letters_is_said_and_the_rest_written():
    """A card that cannot be made says so; the others stand."""
    picky = ac.elementwise(
        "picky", lambda x: 2 * x, lambda g, z, x: g * (2 if float(x.sum()) else 3), keeps="x"
    )
    E = picky(leaf(8, 4, name="X") @ leaf(4, 3, name="W")).sum().named("E")
    d = dimensions(E)
    assert str(d).splitlines()[:6] == PRODUCT
    assert d.cards[1].parts == ()
    assert d.cards[1].note == (
        "the gradients cannot be written: not every rule takes letters (in use: picky, sum)"
    )
    assert d.cards[1].note in str(d)
    assert d.answer.count("\n") == 1  # those of the product


# ---- letters -----------------------------------------------------------------------------------------------


def test_axes_keep_their_names_through_a_network():
    *_, Y = affine()
    V = leaf(100, 10, name="V")
    H = ac.relu(Y).named("H")
    P = ac.softmax(H @ V, axis=1).named("P")
    d = dimensions(P, axes={"X": ("batch", "pixel"), "V": ("unit", "class")})
    assert d["Y"] == d["H"] == ("batch", "unit")
    assert d["P"] == ("batch", "class")
    assert d["b"] == ("unit",)
    assert d.sizes == {"batch": 64, "pixel": 784, "unit": 100, "class": 10}


def test_letters_are_never_those_of_values():
    N = leaf(4, 5, name="N")
    Y = (N @ leaf(5, 6, name="K")).named("Y")
    assert dimensions(Y)["N"] == ("L", "M")


def test_a_single_vector_is_no_batch():
    y = (leaf(5, name="x") @ leaf(5, 6, name="W")).named("y")
    d = dimensions(y)
    assert d.cards[0].shapes == "x (K,) · W (K, L) = y (L,)"
    assert [p.equation for p in d.cards[0].parts] == ["(K,) = (1, L) × (L, K)", "(K, L) = (K, 1) × (1, L)"]


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda X: X.T, ("K", "N")),
        (lambda X: X.sum(axis=0), ("K",)),
        (lambda X: X.max(axis=1, keepdims=True), ("N", "1")),
        (lambda X: X[None] * 2, ("1", "N", "K")),
        (lambda X: X[:, 1:3], ("N", "L")),
        (lambda X: X.reshape(4, 5, 1), ("N", "K", "1")),
        (lambda X: X.reshape(20), ("N·K",)),
        (lambda X: np.concatenate([X, X], axis=0), ("L", "K")),
        (lambda X: np.stack([X, X], axis=1), ("N", "L", "K")),
        (lambda X: np.einsum("ij,kj->ik", X, X), ("N", "N")),
        (lambda X: np.cumsum(X, axis=1), ("N", "K")),
        (lambda X: X + np.ones(5), ("N", "K")),
        (lambda X: X @ np.ones((5, 3)), ("N", "L")),
        (lambda X: X @ np.ones(5), ("N",)),
    ],
    ids=[
        *(
            "transpose",
            "sum",
            "max",
            "new axis",
            "slice",
            "reshape",
            "flat",
            "concatenate",
            "stack",
            "einsum",
        ),
        *("scan", "broadcast", "matrix", "vector"),
    ],
)
def test_what_operations_do_with_axes(make, shape):
    X = leaf(4, 5, name="X")
    Y = make(X).named("Y")
    d = dimensions(Y, axes={"X": ("N", "K")})
    assert d["Y"] == shape


def test_there_and_back_is_nothing():
    U = (leaf(4, 5, name="X") @ leaf(3, 5, name="V").T).named("U")
    rules = [p.rule for p in dimensions(U).cards[0].parts]
    assert rules == ["∂E/∂X = ∂E/∂U · V", "∂E/∂V = (Xᵀ · ∂E/∂U)ᵀ"]


@settings(max_examples=60, deadline=None)
@given(programs(depth=10))
def test_letters_and_sizes_never_contradict_shapes(program):
    xs = [ac.Tensor(x, True, name=f"x{i}") for i, x in enumerate(program.inputs)]
    y = program.run(*xs)
    if not isinstance(y, ac.Tensor) or y.node is None or y.node.op is None:
        return
    d = dimensions(y, names=None)
    for i, x in enumerate(xs):
        if f"x{i}" in d.shapes:
            words = d[f"x{i}"]
            assert len(words) == x.ndim
            assert all(d.sizes.get(w, 1) == n or w == str(n) for w, n in zip(words, x.shape, strict=True))
    assert str(d) == str(dimensions(y, names=None))
    assert d.latex
    assert d.question


# ---- what is asked -----------------------------------------------------------------------------------------


def test_of_a_graph_and_of_a_text():
    Y = affine()[-1]
    assert str(dimensions(ac.graph(Y))) == str(dimensions(Y))
    assert dimensions("z = a*x + b")["z"] == ()


def test_a_text_with_shapes():
    """Rows 3.5-3 to 3.5-5, typed."""
    d = dimensions("Y = X @ W", X=(64, 784), W=(784, 100))
    Y = leaf(64, 784, name="X") @ leaf(784, 100, name="W")
    assert str(d) == str(dimensions(Y.named("Y")))
    mixed = dimensions("E = mean((X @ W + b - T)**2)", X=(5, 4), W=np.ones((4, 3)), b=[1.0, 2.0, 3.0], T=1.0)
    assert mixed.cards[0].formula == "Y = X · W + b"
    assert mixed.sizes == {"N": 5, "K": 4, "L": 3}
    assert dimensions("Y = arccos(log(A) + 0.5)", A=(3, 3))["Y"] == ("N", "K")


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("Y = X @ W", {"X": (5, 4)}, "W is not given, only X"),
        ("Y = X @ W", {"X": (5, 4), "W": (5, 3)}, "K is 4 in X and 5 in W"),
        ("Y = X @ W", {"X": (5, 4), "W": (4, 3), "Q": (2,)}, "Q is given but does not occur"),
        ("Y = X @ W", {"X": (5, -4), "W": (4, 3)}, r"X=\(5, -4\) is a shape, and no length"),
    ],
    ids=["missing", "inner sizes", "too much", "negative"],
)
def test_shapes_that_do_not_suit_a_text(text, values, words):
    with pytest.raises(ValueError, match=words):
        dimensions(text, **values)


def test_only_texts_take_shapes():
    with pytest.raises(TypeError, match="only a formula as text takes values of its letters, got X"):
        dimensions(affine()[-1], X=(5, 4))


def test_quizzes_use_the_same_letters():
    """N is the first axis of the data, in a quiz as on a card."""
    *_, Y = affine()
    d = dimensions(Y)
    quiz = ac.graph(Y).quiz(hide="shapes")
    assert {q.asked: q.formula for q in quiz.questions if q.asked in d.shapes} == {
        name: f"({', '.join(d[name])}{',' * (len(d[name]) == 1)})" for name in d.shapes
    }
    assert ", ".join(f"{w} = {n}" for w, n in d.sizes.items()) in quiz.instructions


def test_the_data_have_the_first_letter():
    net = nn.Linear(4, 4)  # the parameters stand first in the graph, and all lengths are equal
    d = dimensions(net(ac.ones((4, 4)).named("X")).named("Y"))
    assert d["X"] == ("N", "K")
    assert d["Y"] == ("N", "L")


def test_numbers_alone_have_no_letters():
    a, x = ac.leaves(a=2, x=3)
    d = dimensions((a * x).named("z"))
    assert d.sizes == {}
    assert str(d).startswith("z = a · x\n")


@pytest.mark.parametrize(
    ("axes", "error", "words"),
    [
        ({"X": ("N",)}, ValueError, "axes: X has 2 axes, got 1 names: N"),
        ({"X": ("N", "K"), "W": ("J", "L")}, ValueError, "axis 0 of W is called J, but it is the same as K"),
        ({"X": ("N", "N")}, ValueError, "axes: N is 64 and, as axis 1 of X, 784"),
        ({"Q": ("N",)}, KeyError, "no value is called 'Q'; the names are: X, W, b, Y"),
    ],
    ids=["too few", "two names", "two sizes", "unknown"],
)
def test_names_that_contradict_are_refused(axes, error, words):
    with pytest.raises(error) as caught:
        dimensions(affine()[-1], axes=axes)
    assert words in str(caught.value)


def test_what_has_no_shapes_is_refused():
    with pytest.raises(TypeError, match="y is a Tensor, a Graph or a formula as text, got int"):
        dimensions(3)
    with pytest.raises(ValueError, match="no shapes to show: this Tensor requires no gradient"):
        dimensions(ac.Tensor(1.0))
    with pytest.raises(KeyError, match="no value is called 'q'; the names are: X, W, b, Y"):
        dimensions(affine()[-1])["q"]


@pytest.mark.parametrize(
    ("values", "error", "told"),
    [
        ({"X": "(64,784)"}, TypeError, r"X='\(64,784\)' is text; a shape is .*: X=\(64, 784\)"),
        (
            {"X": [64, 784], "W": [784, 100]},
            TypeError,
            r"a shape is a tuple, X=\(64, 784\); .*X=np.array\(\[64,",
        ),
        ({"X": [64], "W": (64, 2)}, TypeError, r"a shape is a tuple, X=\(64,\);"),
        ({"X": (64, 784)}, ValueError, r"W is not given, only X: add W=\(2, 3\), for example"),
    ],
)
def test_shapes_are_tuples(values, error, told):
    with pytest.raises(error, match=told) as caught:
        dimensions("Y = X @ W", **values)
    assert "graph" not in str(getattr(caught.value, "__notes__", ""))


def test_lists_of_other_numbers_are_arrays():
    assert dimensions("y = X @ w", X=[[1, 2], [3, 4]], w=[1.0, 2.0]).sizes
