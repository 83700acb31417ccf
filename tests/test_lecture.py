"""Worked examples of the lecture, number by number; each test names its section and checklist row."""

from math import log

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor


def leaf(data, name=None):
    return Tensor(data, requires_grad=True, name=name)


def test_section_1_1_rows_are_data():
    """Rows 1.1-1, 1.1-2: a_l = Σ_k x_k w_kl + b_l with W (K, L), b (L,); in a batch b goes to every row."""
    layer = nn.Affine(3, 2, dtype=np.float64, rng=0)
    W, b = layer.weight.numpy(), layer.bias.numpy()
    assert (W.shape, b.shape) == ((3, 2), (2,))
    X = np.arange(12.0).reshape(4, 3)
    by_hand = [[sum(x[k] * W[k, l] for k in range(3)) + b[l] for l in range(2)] for x in X]
    np.testing.assert_allclose(layer(X).numpy(), by_hand, rtol=1e-13)
    np.testing.assert_allclose(layer(X[0]).numpy(), by_hand[0], rtol=1e-13)
    assert layer(X).shape == (4, 2)


def test_section_1_1_layers_are_numbered_from_0():
    """Row 1.1-3: layers and neurons are numbered from 0, in names, scopes and pictures."""
    model = nn.Sequential(nn.Affine(3, 2), nn.ReLU(), nn.Affine(2, 1))
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    graph = ac.graph(model(np.ones((1, 3))))
    assert {n.module for n in graph.nodes if n.op} == {"0", "1", "2"}


def test_section_3_4_gradients_and_all_second_derivatives():
    """Row 3.4-4: z = (ax − y)² at a = 2, x = 3, y = 4."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    z = (a * x - y) ** 2
    assert z.item() == 4
    first = ac.gradients(z, [a, x, y], create_graph=True)
    assert [g.item() for g in first] == [12, 8, -4]
    second = [[h.item() for h in ac.gradients(g, [a, x, y])] for g in first]
    # z_aa = 2x², z_ax = 2(2ax − y), z_ay = −2x, z_xx = 2a², z_xy = −2a, z_yy = 2
    assert second == [[18, 16, -6], [16, 8, -4], [-6, -4, 2]]
    z.backward()
    assert [t.grad.item() for t in (a, x, y)] == [12, 8, -4]
    f = lambda v: (v[0] * v[1] - v[2]) ** 2
    np.testing.assert_array_equal(ac.hessian(f)(np.array([2.0, 3.0, 4.0])), second)


def test_section_3_4_local_derivatives():
    """Rows 3.4-2, 3.4-3: dz/dt = 2t, ∂t/∂s = 1, ∂t/∂y = −1, ∂s/∂a = x, ∂s/∂x = a, and their products."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = a * x
    t = s - y
    z = t**2
    assert ac.gradients(z, t).item() == 2 * 2
    assert [g.item() for g in ac.gradients(t, [s, y])] == [1, -1]
    assert [g.item() for g in ac.gradients(s, [a, x])] == [3, 2]
    assert [g.item() for g in ac.gradients(z, [t, s, y, a, x])] == [4, 4, -4, 12, 8]


XS = [-3.0, -0.5, 0.0, 0.25, 2.0]


@pytest.mark.parametrize("x", XS)
def test_section_3_3_sigmoid(x):
    """Row 3.3-1: u = σ(x) gives dz/dx = u(1 − u) dz/du."""
    x = leaf(x)
    u = ac.sigmoid(x)
    z = u**3
    z_u, z_x = ac.gradients(z, [u, x])
    assert z_x.item() == pytest.approx(u.item() * (1 - u.item()) * z_u.item(), rel=1e-14)


@pytest.mark.parametrize("x", XS)
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_section_3_3_sigmoid_and_cross_entropy(x, t):
    """Row 3.3-2: with z = −t log u − (1 − t) log(1 − u) the derivative is u − t."""
    x = leaf(x)
    u = 1 / (1 + ac.exp(-x))
    z = -t * ac.log(u) - (1 - t) * ac.log(1 - u)
    assert ac.gradients(z, x).item() == pytest.approx(u.item() - t, rel=1e-13)


@pytest.mark.parametrize("x", XS)
def test_section_3_3_two_exponentials(x):
    """Row 3.3-3: u = 1 + e^x, v = 1 + e^−x give e^x z_u − e^−x z_v."""
    x = leaf(x)
    u, v = 1 + ac.exp(x), 1 + ac.exp(-x)
    z = u * v**2
    z_u, z_v, z_x = ac.gradients(z, [u, v, x])
    wanted = np.exp(x.item()) * z_u.item() - np.exp(-x.item()) * z_v.item()
    assert z_x.item() == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (1.0, -2.0), (3.0, 3.5)])
def test_section_3_3_softmax_of_two(x, y):
    """Row 3.3-4: z_x = uv(z_u − z_v), z_y = uv(−z_u + z_v); u_x = v_y = uv and u_y = v_x = −uv."""
    x, y = leaf(x), leaf(y)
    total = ac.exp(x) + ac.exp(y)
    u, v = ac.exp(x) / total, ac.exp(y) / total
    z = u**2 + 3 * v
    z_u, z_v, z_x, z_y = (g.item() for g in ac.gradients(z, [u, v, x, y]))
    uv = u.item() * v.item()
    assert z_x == pytest.approx(uv * (z_u - z_v), rel=1e-13)
    assert z_y == pytest.approx(uv * (-z_u + z_v), rel=1e-13)
    u_x, u_y = (g.item() for g in ac.gradients(u, [x, y]))
    v_x, v_y = (g.item() for g in ac.gradients(v, [x, y]))
    assert [u_x, u_y, v_x, v_y] == pytest.approx([uv, -uv, -uv, uv], rel=1e-13)


def test_erratum_1_numeric_check():
    """Row E1: the printed ∂u/∂y = e^(x+y)/(e^x + e^y)² lacks its minus; at x = 1, y = 0 it is −0.19661."""
    x, y = leaf(1.0), leaf(0.0)
    u = ac.exp(x) / (ac.exp(x) + ac.exp(y))
    printed = np.exp(1.0 + 0.0) / (np.exp(1.0) + np.exp(0.0)) ** 2
    assert ac.gradients(u, y).item() == pytest.approx(-printed, rel=1e-14)
    assert ac.gradients(u, y).item() == pytest.approx(-0.19661, abs=5e-6)


@pytest.mark.parametrize(("x", "y", "s"), [(0.0, 0.0, 0.25), (1.0, -2.0, 1.0), (3.0, 3.5, 0.0)])
def test_section_3_3_softmax_and_cross_entropy(x, y, s):
    """Row 3.3-5: with z = −s log u − t log v, s + t = 1: z_x = u − s, z_y = v − t."""
    t = 1 - s
    x, y = leaf(x), leaf(y)
    total = ac.exp(x) + ac.exp(y)
    u, v = ac.exp(x) / total, ac.exp(y) / total
    z = -s * ac.log(u) - t * ac.log(v)
    z_x, z_y = (g.item() for g in ac.gradients(z, [x, y]))
    assert [z_x, z_y] == pytest.approx([u.item() - s, v.item() - t], rel=1e-12, abs=1e-15)


def test_section_3_3_affine():
    """Row 3.3-6: z_x0 = w00 z_y0 + w01 z_y1, z_x1 = w10 z_y0 + w11 z_y1."""
    w = np.array([[1.0, 2.0], [3.0, 5.0]])
    x0, x1 = leaf(0.5), leaf(-1.5)
    y0 = x0 * w[0, 0] + x1 * w[1, 0]
    y1 = x0 * w[0, 1] + x1 * w[1, 1]
    z = y0 * y1**2
    z_y0, z_y1, z_x0, z_x1 = (g.item() for g in ac.gradients(z, [y0, y1, x0, x1]))
    assert z_x0 == w[0, 0] * z_y0 + w[0, 1] * z_y1
    assert z_x1 == w[1, 0] * z_y0 + w[1, 1] * z_y1


@pytest.mark.parametrize("x", XS)
@pytest.mark.parametrize("y", [0.0, 0.4, 1.0])
def test_section_3_4_binary_cross_entropy(x, y):
    """Row 3.4-7: h = −y log ŷ − (1 − y) log(1 − ŷ), ŷ = 1/(1 + s), s = e^−x: ∂h/∂y = −x, ∂h/∂x = ŷ − y."""
    x, y = leaf(x), leaf(y)
    s = ac.exp(-x)
    p = 1 / (1 + s)
    h = -(y * ac.log(p)) - (1 - y) * ac.log(1 - p)
    h_y, h_x = (g.item() for g in ac.gradients(h, [y, x]))
    assert h_y == pytest.approx(-x.item(), rel=1e-13, abs=1e-15)
    assert h_x == pytest.approx(p.item() - y.item(), rel=1e-13, abs=1e-15)


X = np.array([[2.0, -1.0, 1.0]])
W = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 4.0]])


def test_section_3_6_half_square_error():
    """Row 3.6-1: E = 2.5, dY = [2, 1], dX = [4, 3, 4], dW = [[4, 2], [−2, −1], [2, 1]], exactly."""
    x, w = leaf(X, "X"), leaf(W, "W")
    y = x @ w
    error = 0.5 * ((y - np.array([[1.0, 2.0]])) ** 2).sum()
    assert y.tolist() == [[3, 3]]
    assert error.item() == 2.5
    assert [g.tolist() for g in ac.gradients(error, [y, x, w])] == [
        [[2, 1]],
        [[4, 3, 4]],
        [[4, 2], [-2, -1], [2, 1]],
    ]
    error.backward()
    np.testing.assert_array_equal(w.grad, [[4, 2], [-2, -1], [2, 1]])


def test_section_3_6_half_square_error_of_a_vector():
    """Row 3.6-1 with X a vector, as one writes it in NumPy."""
    x, w = leaf(X[0]), leaf(W)
    (0.5 * ((x @ w - [1.0, 2.0]) ** 2).sum()).backward()
    assert x.grad.tolist() == [4, 3, 4]
    assert w.grad.tolist() == [[4, 2], [-2, -1], [2, 1]]


def test_section_3_6_softmax_cross_entropy():
    """Row 3.6-2: E = log 2, dY = [−½, ½], dX = [−1, 0, 2], dW = [[−1, 1], [½, −½], [−½, ½]], exactly."""
    x, w = leaf(X, "X"), leaf(W, "W")
    y = x @ w
    e = ac.exp(y - y.max(axis=1, keepdims=True).detach())
    p = e / e.sum(axis=1, keepdims=True)
    error = -(np.array([[1.0, 0.0]]) * ac.log(p)).sum()
    assert error.item() == log(2)
    assert [g.tolist() for g in ac.gradients(error, [y, x, w])] == [
        [[-0.5, 0.5]],
        [[-1, 0, 2]],
        [[-1, 1], [0.5, -0.5], [-0.5, 0.5]],
    ]


def test_section_3_6_bias():
    """Row 3.6-3: Y = X + b: dX = dY, db = sum(dY, axis=0) = [2, 0]."""
    x = leaf([[1.0, 3.0], [2.0, -1.0], [0.0, 1.0]], "X")
    b = leaf([2.0, 1.0], "b")
    y = x + b
    assert y.tolist() == [[3, 4], [4, 0], [2, 2]]
    dy = [[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]]
    y.backward(dy)
    assert x.grad.tolist() == dy
    assert b.grad.tolist() == [2, 0]


def test_section_3_5_a_gradient_has_the_shape_of_its_variable():
    """Rows 3.5-2, 3.5-3: Y = XW gives dX = dY Wᵀ and dW = Xᵀ dY, in the shapes of X and W."""
    rng = np.random.default_rng(0)
    x, w = leaf(rng.normal(size=(5, 3)), "X"), leaf(rng.normal(size=(3, 4)), "W")
    dy = rng.normal(size=(5, 4))
    y = x @ w
    y.backward(dy)
    assert (x.grad.shape, w.grad.shape) == (x.shape, w.shape)
    np.testing.assert_allclose(x.grad.numpy(), dy @ w.numpy().T, rtol=1e-13)
    np.testing.assert_allclose(w.grad.numpy(), x.numpy().T @ dy, rtol=1e-13)


@pytest.mark.parametrize("sizes", [(5, 3, 4), (2, 6, 3)])
def test_section_3_5_only_one_product_has_the_right_shape(sizes):
    """Row 3.5-5: (K, L) = (K, N) × (N, L), so the left factor of dW is Xᵀ: no other product fits."""
    n, k, l = sizes
    x, w, dy = np.ones((n, k)), np.ones((k, l)), np.ones((n, l))
    factors = {"X": x, "XT": x.T, "dY": dy, "dYT": dy.T}
    fitting = [
        (a, b)
        for a, left in factors.items()
        for b, right in factors.items()
        if left.shape[1] == right.shape[0] and (left.shape[0], right.shape[1]) == w.shape
    ]
    assert fitting == [("XT", "dY")]
    rng = np.random.default_rng(1)
    x, w, dy = leaf(rng.normal(size=(n, k))), leaf(rng.normal(size=(k, l))), rng.normal(size=(n, l))
    (x @ w).backward(dy)
    np.testing.assert_allclose(w.grad.numpy(), x.numpy().T @ dy, rtol=1e-13)


def test_section_3_5_componentwise():
    """Row 3.5-6: for 2 × 2 the four sums of each gradient, component by component, are dY Wᵀ and Xᵀ dY."""
    rng = np.random.default_rng(2)
    xs, ws, dy = rng.normal(size=(3, 2, 2))
    # every number a leaf of its own: y_ij = Σ_k x_ik w_kj
    x = [[leaf(xs[i, j]) for j in range(2)] for i in range(2)]
    w = [[leaf(ws[i, j]) for j in range(2)] for i in range(2)]
    e = sum(dy[i, j] * (x[i][0] * w[0][j] + x[i][1] * w[1][j]) for i in range(2) for j in range(2))
    e.backward()
    dx = [[x[i][j].grad.item() for j in range(2)] for i in range(2)]
    dw = [[w[i][j].grad.item() for j in range(2)] for i in range(2)]
    np.testing.assert_allclose(dx, dy @ ws.T, rtol=1e-13)
    np.testing.assert_allclose(dw, xs.T @ dy, rtol=1e-13)


def test_section_4_1_mask_idiom():
    """Row 4.1-3: mask1 = a1 > 0, x1 = mask1 · a1, da1 = dx1 · mask1: what the engine records for ReLU too."""
    rng = np.random.default_rng(3)
    X, T = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    w1, b1, w2, b2 = (rng.normal(size=s) for s in ((3, 4), (4,), (4, 2), (2,)))
    # by hand, as section 4.1 has it
    a1 = X @ w1 + b1
    mask1 = a1 > 0
    x1 = mask1 * a1
    y = x1 @ w2 + b2
    dy = (y - T) / len(X)
    da1 = (dy @ w2.T) * mask1
    by_hand = [X.T @ da1, da1.sum(axis=0), x1.T @ dy, dy.sum(axis=0)]
    leaves = [leaf(a) for a in (w1, b1, w2, b2)]

    def loss_of(activation):
        a1 = X @ leaves[0] + leaves[1]
        return nn.HalfMSELoss()(activation(a1) @ leaves[2] + leaves[3], T)

    for activation in (ac.relu, lambda a: (a > 0) * a):
        for got, right in zip(ac.gradients(loss_of(activation), leaves), by_hand, strict=True):
            np.testing.assert_allclose(got.numpy(), right, rtol=1e-12)
