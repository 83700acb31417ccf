"""Every row on every sample as a program: the value, the gradients, other numbers, float32 all the way."""

import numpy as np
import pytest

from autograd_core.compiling.program import Program
from autograd_core.compiling.written import written
from autograd_core.ops.table import TABLE
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift
from tests.autograd_core.compiling.naive import checked, naive
from tests.autograd_core.harness import Recorded, cast, drawn, forward
from tests.autograd_core.samples import SAMPLES

ALL = [pytest.param(TABLE[n], s, id=f"{n}-{s.text}") for n, ss in SAMPLES.items() for s in ss]
RULED = [p for p in ALL if p.values[0].kind != "constant"]


def close(found, wanted, tolerance=1e-12):
    for f, w in zip(found, wanted, strict=True):
        assert np.shape(f) == np.shape(w)
        assert f.dtype == w.dtype
        size = (
            max(1.0, float(np.max(np.abs(w), initial=0, where=np.isfinite(w)))) if w.dtype.kind == "f" else 1
        )
        np.testing.assert_allclose(f, w, rtol=tolerance, atol=tolerance * size)


def symbols(args):
    return [
        Symbol.input(f"x{i}", a.shape, a.dtype) if isinstance(a, np.ndarray) else a
        for i, a in enumerate(args)
    ]


def other(args):
    """The same kind of arguments with floating numbers that are not the same."""
    return [
        np.asarray(a * a.dtype.type(0.75)) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a
        for a in args
    ]


def arrays(args):
    return [a for a in args if isinstance(a, np.ndarray)]


def values_of(row, args, params):
    return [np.asarray(forward(row, args, params))]


@pytest.mark.parametrize(("row", "sample"), ALL)
def test_values(row, sample):
    call = symbols(sample.args)
    z = row(*call, **sample.params)
    if not isinstance(z, Symbol):
        pytest.skip("nothing depends on an array")
    inputs = [x for x in call if isinstance(x, Symbol)]
    run = written(Program(tuple(inputs), {}, (), {}, (z,))).bound()
    first = run(*arrays(sample.args))
    wanted = values_of(row, sample.args, sample.params)
    close(first, wanted)
    args = other(sample.args)
    with np.errstate(all="ignore"):
        try:
            wanted_second = values_of(row, args, sample.params)
        except (ValueError, IndexError, np.linalg.LinAlgError):
            return
        second = run(*arrays(args))
    close(second, wanted_second)
    close(first, wanted)
    for x in arrays(args):
        assert not np.may_share_memory(second[0], x)


def with_gradients(row, args, params, dtype=float):
    call = symbols(args)
    z = row(*call, **params)
    which = Recorded(row, args, params).which
    g = Symbol.input("g", z.shape, z.dtype)
    wanted = [call[i] for i in which]
    found = pull({z: g}, wanted=set(wanted), lift=lift)
    inputs = [x for x in call if isinstance(x, Symbol)]
    results = tuple(found.get(x, np.zeros(x.shape, x.dtype)) for x in wanted)
    return Program((*inputs, g), {}, (), {}, results), results


@pytest.mark.parametrize(("row", "sample"), RULED)
def test_gradients(row, sample):
    program, _ = with_gradients(row, sample.args, sample.params)
    g = drawn("g", program.arguments[-1].shape)
    run = written(program).bound()
    first = run(*arrays(sample.args), g)
    wanted = [np.asarray(x) for x in Recorded(row, sample.args, sample.params).pull(g)]
    close(first, wanted, 1e-11)
    kept = [x.copy() for x in first]
    with np.errstate(all="ignore"):
        run(*arrays(other(sample.args)), 2 * g)
    for x, y in zip(first, kept, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize(("row", "sample"), RULED)
def test_single_precision_stays_in_every_operation(row, sample):
    args = cast(sample.args, np.float32)
    program, _ = with_gradients(row, args, sample.params)
    w = written(program)
    run = w._loadable.bound(checked(w._names))()
    g = drawn("g", program.arguments[-1].shape, np.float32)
    if program.arguments[-1].dtype != np.float32:
        pytest.skip("its result is not of single precision")
    found = run(*arrays(args), g)
    wanted, _ = naive(program, *arrays(args), g)
    close([np.asarray(x) for x in found], [np.asarray(x) for x in wanted], 1e-4)
