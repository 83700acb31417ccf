"""Random programs of elementwise operations, views, sums, joins and state, against the simplest way to run
them: nothing may be overwritten that is read later."""

from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core.compiling.planning import ordering, regions
from autograd_core.compiling.program import Effect, Program, effect
from autograd_core.compiling.written import written
from autograd_core.ops.arithmetic import alias
from autograd_core.ops.indexing import getitem
from autograd_core.ops.joining import concatenate
from autograd_core.symbols import Symbol
from tests.autograd_core.compiling.naive import naive

N = 3
step = st.tuples(st.integers(0, 20), st.integers(0, 99), st.integers(0, 99))


def total(x, axis):
    return ac.sum(x, axis=axis, keepdims=True)


def grown(pool, kind, i, j, effects):
    """One operation more on values of the shapes (3, 3), (1, 3), (3, 1)."""
    x, y = pool[i % len(pool)], pool[j % len(pool)]
    full = x.shape == (N, N)
    if kind < 3:
        return x + y
    if kind < 6:
        return x * y
    if kind == 6:
        return x - y
    if kind == 7:
        return ac.tanh(x)
    if kind == 8:
        return -x
    if kind == 9:
        return x.T
    if kind == 10:
        return total(x, 0) if full else x * 2.0
    if kind == 11:
        return total(x, 1) if full else x * 0.5
    if kind == 12:
        return getitem(x, index=(slice(None, None, -1), slice(None)))
    if kind == 13:
        return x @ y if full and y.shape == (N, N) else ac.maximum(x, y)
    if kind == 14:
        a, b = (getitem(x, index=(slice(0, 1), slice(None))), getitem(x, index=(slice(1, N), slice(None))))
        return concatenate(a, b, axis=-2) if full else x
    if kind == 15:
        z = concatenate(x * 2.0, ac.tanh(y), axis=-2) if full and y.shape == x.shape else None
        return x if z is None else z[:N] + z[N:]
    if kind == 16:
        return (
            (x.reshape(N * N) * y.reshape(N * N)).reshape(N, N) if full and y.shape == x.shape else alias(x)
        )
    if kind == 17:
        return ac.where(x > y, x, y)
    if kind == 18:
        return x / (1.0 + y * y)
    if kind == 19:
        return ac.sigmoid(x)  # whose form is no ufunc, and which must not be written over x
    seen = effect(Effect(lambda a: a + 1.0, "drawn", "one more"), (x,), x.shape, x.dtype)
    effects.append(seen)
    return seen


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_programs_equal_the_simplest_way(data):
    kinds = data.draw(st.lists(step, min_size=1, max_size=25))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    shapes = [(N, N), (N, N), (1, N), (N, 1)]
    arguments = [Symbol.input(f"x{i}", shape, float) for i, shape in enumerate(shapes)]
    memory = rng.standard_normal(4 * N * N)
    strided = rng.standard_normal((2 * N, 2 * N))[::2, ::-2]
    whole = memory[: 2 * N * N].reshape(2 * N, N)
    arrays = [whole[:N], whole[N:], memory[2 * N * N : 3 * N * N].reshape(N, N).T, strided]
    if data.draw(st.booleans()):
        arrays.append(memory[N : N + N * N].reshape(N, N))  # which overlaps with the first two
    state = {Symbol.input(f"s{i}", a.shape, float): a for i, a in enumerate(arrays)}
    pool, effects = [*arguments, *state], []
    for kind, i, j in kinds:
        pool.append(grown(pool, kind, i, j, effects))
    full = [x for x in pool if x.shape == (N, N)]
    pick = st.sampled_from(full[-8:])
    may_write = list(state)[:4] if len(arrays) == 4 else list(state)[2:4]
    targets = data.draw(st.lists(st.sampled_from(may_write), unique=True, max_size=4))
    writes = {s: data.draw(pick) for s in targets}
    results = data.draw(st.lists(st.sampled_from(pool), max_size=4))
    lent = frozenset(k for k in range(len(results)) if data.draw(st.booleans()))
    program = Program(tuple(arguments), state, tuple(effects), writes, tuple(results), lent)
    check(program, rng, threads=1)
    with blocks_of_few():
        check(program, rng, threads=data.draw(st.integers(1, 2)))


@contextmanager
def blocks_of_few():
    """Everything is large, a block is a row or two, and nothing is computed before it is needed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "NOTABLE", 1)
        for name, number in {"LARGE": 4, "LEAST": 2, "MOST": 6, "CACHE": 0, "LINE": 1}.items():
            patch.setattr(regions, name, number)
        yield


def check(program, rng, threads):
    w = written(program, threads=threads)
    run = w.bound()
    previous = []
    for _ in range(3):
        given = [rng.standard_normal(x.shape) for x in program.arguments]
        for x in given:
            x.flags.writeable = False
        with np.errstate(all="ignore"):
            wanted, after = naive(program, *given)
            found = run(*given)
        for f, x in zip(found, wanted, strict=True):
            assert isinstance(f, np.ndarray)
            assert f.dtype == x.dtype
            np.testing.assert_allclose(f, x, rtol=1e-9, atol=1e-9, err_msg=w.source)
        for s, array in program.state.items():
            if s in program.writes:
                np.testing.assert_allclose(array, after[s], rtol=1e-9, atol=1e-9, err_msg=w.source)
            array[...] = np.tanh(after[s])
        for old, kept in previous:
            np.testing.assert_array_equal(old, kept, err_msg=w.source)
        own = [f for k, f in enumerate(found) if k not in program.lent]
        for k, f in enumerate(own):
            others = [*given, *program.state.values(), *own[:k]]
            assert not any(np.may_share_memory(f, x) for x in others), w.source
        previous += [(f, f.copy()) for f in own]


def test_an_array_of_the_state_is_computed_right_before_it_is_needed(monkeypatch):
    w, x = Symbol.input("w", (80, 80)), Symbol.input("x", (80, 80))
    shrinking = w * 0.5
    y = ac.tanh(ac.exp(x))
    program = Program((x,), {w: np.ones((80, 80))}, (), {}, (y @ y + shrinking,))
    lines = written(program).source.split("def run")[1]
    assert lines.index("w · 0.5") > lines.index("tanh")
    # nothing is postponed that would keep alive what dies with it now
    y = ac.exp(x)
    program = Program((x,), {}, (), {}, (y @ y + ac.tanh(y) * 2.0,))
    source = written(program).source
    monkeypatch.setattr(ordering, "NOTABLE", 10**9)
    assert written(program).source == source


def test_state_may_be_replaced():
    a, b = np.arange(3.0), np.ones(3)
    s, t = Symbol.input("s", (3,)), Symbol.input("t", (3,))
    w = written(Program((), {s: a, t: b}, (), {s: t, t: s}, ()))
    w.bound()()
    np.testing.assert_array_equal([a, b], [np.ones(3), np.arange(3.0)])
    both = np.zeros((3, 2))
    both[:, 0] = 7.0
    w.bound({s: both[:, 0], t: both[:, 1]})()
    np.testing.assert_array_equal(both, [[0.0, 7.0]] * 3)
    with pytest.raises(ValueError, match="compile again"):
        w.bound({s: np.zeros(4)})


def test_an_error_leaves_the_state_as_it_was():
    a = np.ones(3)
    s, x = Symbol.input("s", (3,)), Symbol.input("x", (3,))

    def check_finite(v):
        if not np.isfinite(v).all():
            raise FloatingPointError("not finite")

    new = s * 0.5 + x
    check = effect(Effect(check_finite, "check", "finite"), (new,))
    run = written(Program((x,), {s: a}, (check,), {s: new}, ())).bound()
    with pytest.raises(FloatingPointError):
        run(np.full(3, np.nan))
    np.testing.assert_array_equal(a, 1.0)
    run(np.ones(3))
    np.testing.assert_array_equal(a, 1.5)


def test_momentum_is_computed_in_place():
    m = np.ones((4, 4))
    s, g = Symbol.input("m", (4, 4)), Symbol.input("g", (4, 4))
    w = written(Program((g,), {s: m}, (), {s: s * 0.9 + g}, ()))
    assert "np.empty" not in w.source
    w.bound()(np.ones((4, 4)))
    np.testing.assert_allclose(m, 1.9)


def test_numbers_of_python():
    x, lr, t = Symbol.input("x", (3,), np.float32), Symbol.scalar("lr"), Symbol.scalar("t")
    rate = lr / (1.0 - 0.9**t)
    run = written(Program((x, lr, t), {}, (), {}, (x * rate, rate))).bound()
    found, number = run(np.ones(3, np.float32), 0.1, 2.0)
    assert found.dtype == np.float32
    assert number.__class__ is float
    assert number == 0.1 / (1 - 0.9**2.0)
    np.testing.assert_array_equal(found, np.float32(number))
    with np.errstate(divide="ignore"):
        assert run(np.ones(3, np.float32), 0.1, 0.0)[1] == np.inf


def test_an_old_value_that_is_read_later_is_kept():
    a, b = np.ones(3), np.zeros(3)
    s, t, x = Symbol.input("s", (3,)), Symbol.input("t", (3,)), Symbol.input("x", (3,))
    run = written(Program((x,), {s: a, t: b}, (), {s: s + x, t: ac.tanh(s)}, ())).bound()
    run(np.ones(3))
    np.testing.assert_array_equal(a, 2.0)
    np.testing.assert_array_equal(b, np.tanh(np.ones(3)))
