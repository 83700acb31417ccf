"""One check for every function that only moves numbers: values, dtypes, derivatives of both orders, against
NumPy's function of the same name."""

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions import joining, selecting, shaping

OURS = {name: getattr(family, name) for family in (shaping, joining, selecting) for name in family.__all__}


# NumPy does not ask all arguments about these (of select it asks all but the default)
ASK_NOBODY = {"ascontiguousarray", "asfortranarray", "select"}


def numbers(*shape):
    """Different numbers of both signs, so that extrema and medians are no ties."""
    size = int(np.prod(shape, dtype=int))
    order = np.random.default_rng(size + len(shape)).permutation(size)
    return ((order + 1.0) * (-1.0) ** order / 4).reshape(shape)


def is_variable(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def leaves(x):
    """The floating arrays in nested lists, tuples and dicts."""
    if isinstance(x, dict):
        x = list(x.values())
    if isinstance(x, list | tuple):
        return [leaf for part in x for leaf in leaves(part)]
    return [x] if is_variable(x) else []


def replaced(x, news):
    """The same nesting with other arrays, taken from an iterator."""
    if isinstance(x, dict):
        return {key: replaced(part, news) for key, part in x.items()}
    if isinstance(x, list | tuple):
        return type(x)(replaced(part, news) for part in x)
    return next(news) if is_variable(x) else x


def results(z):
    return list(z) if isinstance(z, list | tuple) else [z]


def in_a_row(z):
    rows = [np.ravel(part) for part in results(z)]
    return np.concatenate(rows) if rows else np.zeros(0)


def nudged(x, i, d):
    """x in the same layout with one number moved."""
    moved = np.array(x, order="K")
    moved[np.unravel_index(i, x.shape)] += d
    return moved


def assert_same(found, wanted, exact=True, tolerance=1e-13):
    assert type(found) is type(wanted) or isinstance(wanted, np.generic | np.ndarray)
    assert len(results(found)) == len(results(wanted))
    for f, w in zip(results(found), results(wanted), strict=True):
        f = f.numpy() if isinstance(f, Tensor) else f
        assert np.shape(f) == np.shape(w)
        assert f.dtype == w.dtype
        if exact:
            np.testing.assert_array_equal(f, w)
        else:
            np.testing.assert_allclose(f, w, rtol=tolerance, atol=tolerance)


def check(name, *args, exact=True, second=True, **words):
    """np.name on arrays, ours on arrays, np.name on Tensors; and the derivatives of the last."""
    theirs, ours = getattr(np, name), OURS[name]
    asked = ours if name in ASK_NOBODY else theirs
    wanted = theirs(*args, **words)
    assert_same(ours(*args, **words), wanted, exact)
    values = leaves([args, words])

    def call(*xs):
        news = iter(xs)
        new_args = replaced(args, news)
        return asked(*new_args, **replaced(words, news))

    recorded = call(*(Tensor(x, requires_grad=True) for x in values))
    assert all(isinstance(part, Tensor) or part.dtype.kind != "f" for part in results(recorded) if values)
    assert_same(recorded, wanted, exact)
    half = [x.astype(np.float32) for x in values]
    assert_same(call(*(Tensor(x, requires_grad=True) for x in half)), call(*half), exact, 1e-6)
    size = in_a_row(wanted).size
    if not results(wanted):
        return
    weights = np.cos(np.arange(size))
    tolerance = 1e-10 if in_a_row(wanted).dtype == float else 2e-3
    for k, x in enumerate(values):
        h = 2.0**-6
        rows = np.zeros((size, x.size))
        for i in range(x.size):
            there, back = (in_a_row(call(*values[:k], nudged(x, i, d), *values[k + 1 :])) for d in (h, -h))
            rows[:, i] = (there - back) / (2 * h)

        def of_one(t, k=k):
            return in_a_row(call(*values[:k], t, *values[k + 1 :]))

        np.testing.assert_allclose(
            ac.jacobian(of_one)(x).reshape(size, x.size), rows, rtol=tolerance, atol=tolerance
        )
        v = np.sin(np.arange(x.size)).reshape(x.shape)
        _, tangent = ac.jvp(of_one, x, v)
        np.testing.assert_allclose(tangent, rows @ v.ravel(), rtol=tolerance, atol=tolerance)
        (pulled,) = results(ac.vjp(of_one, x)[1](weights))
        assert pulled.dtype == x.dtype
        np.testing.assert_allclose(np.ravel(pulled), weights @ rows, rtol=tolerance, atol=tolerance)
        if second:

            def squares(t, of_one=of_one):
                z = of_one(t)
                return (z * z * weights).sum() / 2

            hessian = ac.hessian(squares)(x).reshape(x.size, x.size)
            np.testing.assert_allclose(
                hessian, (rows.T * weights) @ rows, rtol=10 * tolerance, atol=10 * tolerance
            )
