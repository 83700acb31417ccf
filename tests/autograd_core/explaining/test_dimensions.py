"""`ac.dimensions`: shapes in letters, and the formulas that they leave no choice for."""

import numpy as np
import pytest
from hypothesis import given, settings

import autograd_core as ac
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
