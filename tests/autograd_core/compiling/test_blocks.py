"""Large arrays, block after block and on threads."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.compiling.program import Program
from autograd_core.compiling.sharing import in_blocks
from autograd_core.compiling.written import written
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift
from tests.autograd_core.compiling.naive import naive

N = 300_001


def bumps(x):
    return ac.sum(ac.tanh(x) * ac.exp(-(x * x)) + ac.sigmoid(x) / (1.0 + x * x))


def test_the_number_of_threads_changes_no_bit():
    x = Symbol.input("x", (N,), np.float32)
    z = bumps(x)
    g = pull({z: np.ones((), np.float32)}, wanted={x}, lift=lift)[x]
    program = Program((x,), {}, (), {}, (z, g))
    given = np.random.default_rng(0).standard_normal(N).astype(np.float32)
    one, two = (written(program, threads=n) for n in (1, 2))
    assert one.source.count("in_blocks(") == 1
    first, second = one.bound()(given), two.bound()(given)
    for a, b in zip(first, second, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_array_equal(a, b)
    wanted, _ = naive(program, given)
    np.testing.assert_allclose(first[0], wanted[0], rtol=1e-6)
    np.testing.assert_allclose(first[1], wanted[1], rtol=1e-5, atol=1e-6)


def test_rows_and_sums_of_columns_are_part_of_the_blocks():
    x, b = Symbol.input("x", (2000, 150)), Symbol.input("b", (150,))
    a = ac.maximum(x + b, 0.0)
    z = a * a * 0.5 + x
    program = Program((x, b), {}, (), {}, (ac.sum(z, axis=0), ac.sum(z), z, a))
    w = written(program, threads=2)
    assert w.source.count("in_blocks(") == 1
    rng = np.random.default_rng(0)
    given = rng.standard_normal((2000, 150)), rng.standard_normal(150)
    wanted, _ = naive(program, *given)
    for found, x in zip(w.bound()(*given), wanted, strict=True):
        np.testing.assert_allclose(found, x, rtol=1e-10)
    # in another order in memory
    for found, x in zip(w.bound()(np.asfortranarray(given[0]), given[1]), wanted, strict=True):
        np.testing.assert_allclose(found, x, rtol=1e-10)


def test_state_is_updated_in_place_in_blocks():
    p, m = np.ones(N), np.zeros(N)
    s, t, g = Symbol.input("p", (N,)), Symbol.input("m", (N,)), Symbol.input("g", (N,))
    new = t * 0.9 + g
    w = written(Program((g,), {s: p, t: m}, (), {t: new, s: s - 0.1 * new}, ()), threads=2)
    assert "np.empty((300001" not in w.source
    run = w.bound()
    run(np.ones(N))
    run(np.ones(N))
    np.testing.assert_allclose(m, 1.9)
    np.testing.assert_allclose(p, 1 - 0.1 - 0.19)


def test_an_error_in_a_thread_is_raised_where_the_work_was_shared():
    def block(i, j, s):
        return np.ones(1) / np.zeros(1) if i == 5 else i

    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        in_blocks(block, 6, 1, [None, None])
    with np.errstate(divide="ignore"):
        found = in_blocks(block, 6, 1, [None, None])
    assert found[:5] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_tall_matrix_is_read_once(order):
    n, k = 200_000, 7
    x, w, t = Symbol.input("x", (n, k)), Symbol.input("w", (k,)), Symbol.input("t", (n,))
    a = x @ w
    loss = ac.mean(ac.softplus(a) - a * t)
    g = pull({loss: np.ones(())}, wanted={w}, lift=lift)[w]
    program = Program((x, w, t), {}, (), {}, (loss, g))
    source = written(program, threads=2)
    assert source.source.count("in_blocks(") == 1
    rng = np.random.default_rng(0)
    given = rng.standard_normal((n, k)), rng.standard_normal(k), (rng.random(n) < 0.5) * 1.0
    given = np.array(given[0], order=order), *given[1:]
    wanted, _ = naive(program, *given)
    found = source.bound()(*given)
    one = written(program).bound()(*given)
    for f, w, o in zip(found, wanted, one, strict=True):
        np.testing.assert_allclose(f, w, rtol=1e-10, atol=1e-12)
        np.testing.assert_array_equal(f, o)


def test_what_is_repeated_along_other_axes_is_no_part_of_the_blocks():
    x, b = Symbol.input("x", (40, 90, 50)), Symbol.input("b", (1, 90, 50))
    z = ac.tanh(x - b) * 2.0 + x
    w = written(Program((x, b), {}, (), {}, (z,)))
    rng = np.random.default_rng(0)
    given = rng.standard_normal((40, 90, 50)), rng.standard_normal((1, 90, 50))
    np.testing.assert_allclose(w.bound()(*given)[0], np.tanh(given[0] - given[1]) * 2 + given[0])


def test_a_constant_tall_matrix():
    rng = np.random.default_rng(0)
    data, w = rng.standard_normal((200_000, 3)), Symbol.input("w", (3,))
    z = ac.sum(ac.tanh(data @ w))
    g = pull({z: np.ones(())}, wanted={w}, lift=lift)[w]
    program = Program((w,), {}, (), {}, (z, g))
    given = rng.standard_normal(3)
    for f, x in zip(written(program).bound()(given), naive(program, given)[0], strict=True):
        np.testing.assert_allclose(f, x, rtol=1e-10)


def test_what_every_block_reads_lives_as_long_as_the_blocks():
    x, y = Symbol.input("x", (2000, 150)), Symbol.input("y", (150, 150))
    z = ac.exp((x + (x @ y)[0]) * 0.01) + 1.0
    w = written(Program((x, y), {}, (), {}, (z,), frozenset([0])))
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2000, 150)), rng.standard_normal((150, 150))
    np.testing.assert_allclose(w.bound()(a, b)[0], np.exp((a + (a @ b)[0]) * 0.01) + 1.0)


def test_a_pass_behind_a_sum_waits_for_it():
    x = Symbol.input("x", (N,))
    y = ac.tanh(x * 0.5) + x
    z = y / (ac.sum(y * y) + 1.0) * 2.0 + 1.0
    program = Program((x,), {}, (), {}, (z,))
    given = np.random.default_rng(0).standard_normal(N)
    np.testing.assert_allclose(written(program).bound()(given)[0], naive(program, given)[0][0])
