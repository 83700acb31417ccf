"""A function of arrays in every mode, against differences: gradients, tangents, jacobians, hessians."""

import numpy as np

import autograd_core as ac


def drawn(*shape, seed=0):
    """Numbers for arguments and directions, the same in every run."""
    return np.asarray(np.random.default_rng([seed, *shape]).standard_normal(shape))


def slope(f, xs, vs, h=1e-5):
    """The derivative of f along directions, by central differences of the fourth order."""

    def at(t):
        return np.asarray(f(*(x + t * v for x, v in zip(xs, vs, strict=True))))

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def close(found, wanted, tolerance):
    wanted = np.asarray(wanted)
    size = max(1.0, float(np.max(np.abs(wanted), initial=0)))
    assert np.shape(found) == wanted.shape
    np.testing.assert_allclose(np.asarray(found), wanted, rtol=tolerance, atol=tolerance * size)


def every_mode(f, *xs, reference=None, exact=1e-12, tolerance=2e-8, second=True):
    """Check f, which maps arrays or Tensors to one array, at the floating arrays xs."""
    wanted = (reference or f)(*xs)
    z, pullback = ac.vjp(f, *xs)
    close(z, wanted, exact)
    g = drawn(*np.shape(wanted), seed=1)
    vs = [drawn(*x.shape, seed=2 + i) for i, x in enumerate(xs)]
    moved = slope(f, xs, vs)
    gradients = pullback(g)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    back = sum(float((np.asarray(c) * v).sum()) for c, v in zip(gradients, vs, strict=True))
    np.testing.assert_allclose(back, (g * moved).sum(), rtol=tolerance, atol=tolerance * max(1, moved.size))
    for c, x in zip(gradients, xs, strict=True):
        assert np.shape(c) == x.shape
    tangent = ac.jvp(f, tuple(xs), tuple(vs))[1]
    close(tangent, moved, tolerance)
    for i, x in enumerate(xs):
        matrix = ac.jacobian(f, i)(*xs)
        assert np.shape(matrix) == np.shape(wanted) + x.shape
        ends = range(-x.ndim, 0)
        close(
            (np.asarray(matrix) * g.reshape(g.shape + (1,) * x.ndim)).sum(tuple(range(g.ndim))),
            gradients[i],
            1e-10,
        )
        alone = [v if j == i else 0 * v for j, v in enumerate(vs)]
        close((np.asarray(matrix) * vs[i]).sum(tuple(ends)), ac.jvp(f, tuple(xs), tuple(alone))[1], 1e-10)
    if second:
        for i in range(len(xs)):
            second_order(f, i, xs, g)


def second_order(f, i, xs, g):
    """The Hessian of ½ Σ (z + g)² by one argument."""

    def loss(x):
        z = f(*xs[:i], x, *xs[i + 1 :]) + g
        return (z * z).sum() * 0.5

    x = xs[i]
    matrix = np.asarray(ac.hessian(loss)(x)).reshape(x.size, x.size)
    close(matrix, matrix.T, 1e-9)
    v = drawn(*x.shape, seed=7)
    wanted = slope(lambda t: np.asarray(ac.grad(loss)(t)), [x], [v], h=1e-4)
    close((matrix @ v.ravel()).reshape(x.shape), wanted, 1e-6)
