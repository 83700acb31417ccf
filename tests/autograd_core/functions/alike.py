"""A call on Tensors gives what NumPy gives on arrays: values, shapes, dtypes, or the same class of error."""

import warnings

import numpy as np

from autograd_core import Tensor

DTYPES = [np.bool_, np.int32, np.int64, np.float16, np.float32, np.float64]
LOOSE = {"f2": 4e-3, "f4": 2e-6, "f8": 1e-13}


def lifted(x):
    """An array as a Tensor; anything else as it is."""
    return Tensor(x) if isinstance(x, np.ndarray) else x


def outcome(call, *args, **words):
    """What a call gives: ("result", it) or ("error", the class of error)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return "result", call(*args, **words)
        except Exception as error:
            return "error", error


def same(found, wanted, rounded=0.0):
    """Whether one result equals another but for rounding in its own dtype, or to `rounded`."""
    if isinstance(wanted, tuple):
        assert isinstance(found, tuple)
        assert len(found) == len(wanted)
        for f, w in zip(found, wanted, strict=True):
            same(f, w, rounded)
        return
    wanted = np.asarray(wanted)
    assert np.shape(found) == wanted.shape
    found = found.numpy() if isinstance(found, Tensor) else np.asarray(found)
    assert found.dtype == wanted.dtype
    tolerance = max(LOOSE.get(wanted.dtype.str[1:], 0), rounded)
    finite = wanted[np.isfinite(wanted)]
    scale = float(np.max(np.abs(finite), initial=0)) if wanted.dtype.kind == "f" else 0
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * scale)


def alike(ours, theirs, *args, rounded=0.0, **words):
    """Compare a call on Tensors with NumPy's on arrays, and ours on arrays with NumPy's exactly.

    rounded: the relative error that NumPy makes, where it rounds on the way.
    """
    kind, wanted = outcome(theirs, *args, **words)
    how, found = outcome(ours, *map(lifted, args), **{k: lifted(v) for k, v in words.items()})
    assert how == kind, f"NumPy: {wanted!r}, ours: {found!r}"
    if kind == "error":
        assert isinstance(found, type(wanted)) or isinstance(wanted, type(found)), (found, wanted)
        return
    same(found, wanted, rounded)
    how, plain = outcome(ours, *args, **words)
    assert how == "result"
    for f, w in zip(parts(plain), parts(wanted), strict=True):
        assert not isinstance(f, Tensor)
        assert np.asarray(f).dtype == np.asarray(w).dtype
        np.testing.assert_allclose(f, w, rtol=LOOSE.get(np.asarray(w).dtype.str[1:], 0), atol=1e-13)


def parts(x):
    return x if isinstance(x, tuple) else (x,)


def in_dtype(x, dtype):
    """Numbers for a dtype: of Booleans their signs, of integers rounded."""
    if dtype is np.bool_:
        return x > 0
    return np.rint(3 * x).astype(dtype) if np.dtype(dtype).kind == "i" else x.astype(dtype)


def warned(call, *args, **words):
    """The classes of warnings that a call gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args, **words)
    return {w.category for w in caught}
