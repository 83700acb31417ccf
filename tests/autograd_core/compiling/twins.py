"""A function and its program side by side, each with everything of its own."""

import numpy as np

import autograd_core as ac
from autograd_core import Tensor


def flat(z):
    """The leaves of nested lists, tuples and dicts, keys too."""
    if isinstance(z, dict):
        return [y for key, value in z.items() for y in (key, *flat(value))]
    return [y for part in z for y in flat(part)] if isinstance(z, list | tuple) else [z]


def agree(found, wanted, tolerance=1e-10):
    """The same nest of the same types, dtypes and shapes, and the same numbers."""
    found, wanted = flat(found), flat(wanted)
    assert len(found) == len(wanted)
    for f, w in zip(found, wanted, strict=True):
        if isinstance(w, Tensor):
            assert isinstance(f, Tensor), f"{type(f)} in place of a Tensor"
            assert (f.requires_grad, f.name) == (w.requires_grad, w.name)
            f, w = f.numpy(), w.numpy()
        if not isinstance(w, np.ndarray | np.generic | float):
            assert (type(f), f) == (type(w), w)
            continue
        assert isinstance(f, float) == isinstance(w, float)
        assert np.asarray(f).dtype == np.asarray(w).dtype
        assert np.shape(f) == np.shape(w)
        tolerance = max(tolerance, 1e-5) if np.asarray(w).dtype == np.float32 else tolerance
        np.testing.assert_allclose(f, w, rtol=tolerance, atol=tolerance * 1e-2)


def outcome(f, *args, **kwargs):
    """What a call gives: its result, or its error."""
    try:
        return f(*args, **kwargs)
    except Exception as error:
        return type(error).__name__, str(error).partition(" (asked")[0].partition("\n")[0]


def swept(z):
    """A backward pass from everything that records, with a weight for each number."""
    total = 0.0
    for y in flat(z):
        if isinstance(y, Tensor) and y.requires_grad:
            total = total + (y * np.cos(np.arange(y.size)).reshape(y.shape)).sum()
    if isinstance(total, Tensor):
        total.backward()


def alike(
    make,
    calls,
    *,
    state=lambda own: None,
    between=lambda own, k: None,
    compiles=True,
    sweep=False,
    tolerance=1e-10,
):
    """`make()` gives a function and what it owns. Its program is called as the function is: results, errors,
    gradients of the arguments and what `state(own)` says have to agree after every call.

    Returns the program."""
    ac.manual_seed(3)
    seen, reasons, program = [], [], None
    for compiled in (False, True):
        ac.manual_seed(3)
        f, own = make()
        if compiled:
            f = program = ac.compile(f)
        told = []
        for k, call in enumerate(calls):
            args = [Tensor(a.numpy(), a.requires_grad) if isinstance(a, Tensor) else a for a in call]
            z = outcome(f, *args)
            if sweep:
                swept(z)
            told.append([z, [a.grad for a in args if isinstance(a, Tensor)], state(own)])
            if compiled:
                reasons.append(program.reason)
            between(own, k)
        seen.append([told, ac.generator().random()])
    agree(seen[1], seen[0], tolerance)
    if compiles is True:
        assert set(reasons) == {None}, reasons
    elif compiles is not None:
        assert any(compiles in (reason or "") for reason in reasons), reasons
    return program
