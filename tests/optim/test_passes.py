"""The place that updates compute in: one for a thread, whatever is updated."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

import optim
from autograd_core import Tensor
from optim.passes import WHOLE, scratch_like


def test_the_next_caller_gets_the_same_place_in_his_shape_and_dtype():
    first = scratch_like(np.zeros((30, 40)))
    assert (first.shape, first.dtype) == ((30, 40), np.float64)
    assert np.shares_memory(first, scratch_like(np.zeros(7)))
    assert np.shares_memory(first, scratch_like(np.zeros((40, 30))))
    other = scratch_like(np.zeros((3, 4), np.float32))
    assert (other.shape, other.dtype) == ((3, 4), np.float32)
    assert not np.shares_memory(first, other)
    assert scratch_like(np.zeros(())).shape == ()
    assert scratch_like(np.zeros((0, 3))).shape == (0, 3)


def test_large_arrays_and_other_threads_have_places_of_their_own():
    large = np.empty(WHOLE + 1, np.float32)
    assert not np.shares_memory(scratch_like(large), scratch_like(large))
    here = scratch_like(large[:10])
    with ThreadPoolExecutor(1) as pool:
        assert not np.shares_memory(here, pool.submit(scratch_like, large[:10]).result())


def _trained(kind, barrier=None):
    rng = np.random.default_rng(3)
    ps = [
        Tensor(rng.standard_normal(shape).astype(d), True)
        for shape in ((300, 40), (7,), (80, 9))
        for d in "fd"
    ]
    opt = kind(ps, lr=0.01)
    for _ in range(30):
        for p in ps:
            p.grad = np.cos(7 * p.detach().numpy())
        if barrier is not None:
            barrier.wait(timeout=60)
        opt.step()
    return [p.numpy().copy() for p in ps]


@pytest.mark.parametrize(
    "kind", [optim.Adam, optim.Adamax, optim.NAdam, optim.RAdam, optim.Adadelta, optim.RMSprop]
)
def test_updates_in_threads_are_those_of_one(kind):
    alone, barrier = _trained(kind), Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: _trained(kind, barrier), range(4)):
            for a, b in zip(alone, found, strict=True):
                np.testing.assert_array_equal(a, b)
