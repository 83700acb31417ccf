"""Worked examples of the lecture, number by number; each test names its section and checklist row."""

from math import log

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor


def leaf(data, name=None):
    return Tensor(data, requires_grad=True, name=name)


def test_section_3_4_gradients_and_all_second_derivatives():
    """3.4-4: z = (ax − y)² at a = 2, x = 3, y = 4."""
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
    """3.4-2 and 3.4-3: dz/dt = 2t, ∂t/∂s = 1, ∂t/∂y = −1, ∂s/∂a = x, ∂s/∂x = a, and their products."""
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
    """3.3-1: u = σ(x) gives dz/dx = u(1 − u) dz/du."""
    x = leaf(x)
    u = ac.sigmoid(x)
    z = u**3
    z_u, z_x = ac.gradients(z, [u, x])
    assert z_x.item() == pytest.approx(u.item() * (1 - u.item()) * z_u.item(), rel=1e-14)


@pytest.mark.parametrize("x", XS)
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_section_3_3_sigmoid_and_cross_entropy(x, t):
    """3.3-2: with z = −t log u − (1 − t) log(1 − u) the derivative is u − t."""
    x = leaf(x)
    u = 1 / (1 + ac.exp(-x))
    z = -t * ac.log(u) - (1 - t) * ac.log(1 - u)
    assert ac.gradients(z, x).item() == pytest.approx(u.item() - t, rel=1e-13)


@pytest.mark.parametrize("x", XS)
def test_section_3_3_two_exponentials(x):
    """3.3-3: u = 1 + e^x, v = 1 + e^−x give e^x z_u − e^−x z_v."""
    x = leaf(x)
    u, v = 1 + ac.exp(x), 1 + ac.exp(-x)
    z = u * v**2
    z_u, z_v, z_x = ac.gradients(z, [u, v, x])
    wanted = np.exp(x.item()) * z_u.item() - np.exp(-x.item()) * z_v.item()
    assert z_x.item() == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (1.0, -2.0), (3.0, 3.5)])
def test_section_3_3_softmax_of_two(x, y):
    """3.3-4: z_x = uv(z_u − z_v), z_y = uv(−z_u + z_v); u_x = v_y = uv and u_y = v_x = −uv (erratum E1)."""
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
    """E1: ∂u/∂y at x = 1, y = 0 is −0.19661, not +0.19661."""
    x, y = leaf(1.0), leaf(0.0)
    u = ac.exp(x) / (ac.exp(x) + ac.exp(y))
    assert ac.gradients(u, y).item() == pytest.approx(-0.19661, abs=5e-6)


@pytest.mark.parametrize(("x", "y", "s"), [(0.0, 0.0, 0.25), (1.0, -2.0, 1.0), (3.0, 3.5, 0.0)])
def test_section_3_3_softmax_and_cross_entropy(x, y, s):
    """3.3-5: with z = −s log u − t log v, s + t = 1: z_x = u − s, z_y = v − t."""
    t = 1 - s
    x, y = leaf(x), leaf(y)
    total = ac.exp(x) + ac.exp(y)
    u, v = ac.exp(x) / total, ac.exp(y) / total
    z = -s * ac.log(u) - t * ac.log(v)
    z_x, z_y = (g.item() for g in ac.gradients(z, [x, y]))
    assert [z_x, z_y] == pytest.approx([u.item() - s, v.item() - t], rel=1e-12, abs=1e-15)


def test_section_3_3_affine():
    """3.3-6: z_x0 = w00 z_y0 + w01 z_y1, z_x1 = w10 z_y0 + w11 z_y1."""
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
    """3.4-7: h = −y log ŷ − (1 − y) log(1 − ŷ), ŷ = 1/(1 + s), s = e^−x: ∂h/∂y = −x, ∂h/∂x = ŷ − y."""
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
    """3.6-1: E = 2.5, dY = [2, 1], dX = [4, 3, 4], dW = [[4, 2], [−2, −1], [2, 1]], exactly."""
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
    """3.6-1 with X a vector, as one writes it in NumPy."""
    x, w = leaf(X[0]), leaf(W)
    (0.5 * ((x @ w - [1.0, 2.0]) ** 2).sum()).backward()
    assert x.grad.tolist() == [4, 3, 4]
    assert w.grad.tolist() == [[4, 2], [-2, -1], [2, 1]]


def test_section_3_6_softmax_cross_entropy():
    """3.6-2: E = log 2, dY = [−½, ½], dX = [−1, 0, 2], dW = [[−1, 1], [½, −½], [−½, ½]], exactly."""
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
    """3.6-3: Y = X + b: dX = dY, db = sum(dY, axis=0) = [2, 0]."""
    x = leaf([[1.0, 3.0], [2.0, -1.0], [0.0, 1.0]], "X")
    b = leaf([2.0, 1.0], "b")
    y = x + b
    assert y.tolist() == [[3, 4], [4, 0], [2, 2]]
    dy = [[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]]
    y.backward(dy)
    assert x.grad.tolist() == dy
    assert b.grad.tolist() == [2, 0]
