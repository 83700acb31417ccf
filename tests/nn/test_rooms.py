"""Memory that is used again, and only when nobody holds it."""

from threading import Thread

import numpy as np
import pytest

import autograd_core as ac
import nn
from nn.functional import rooms
from nn.functional.rooms import LASTING, PLACES, WORTH, lasting_room, room

BYTES = np.dtype(np.uint8)


@pytest.fixture(autouse=True)
def empty_rooms(monkeypatch):
    monkeypatch.setattr(rooms, "_rooms", rooms._Rooms())


def address(a):
    return a.__array_interface__["data"][0]


def test_what_nobody_holds_is_given_away_again():
    where = address(lasting_room((4, WORTH), BYTES))
    assert address(lasting_room((WORTH, 4), BYTES)) == where
    assert address(lasting_room((WORTH,), np.dtype(np.float32))) == where


HOLDS = {"it": lambda a: a, "a view": lambda a: a[1:3].T, "its buffer": memoryview}


@pytest.mark.parametrize("hold", HOLDS.values(), ids=HOLDS)
def test_what_somebody_holds_is_not(hold):
    a = lasting_room((4, WORTH), BYTES)
    a[:] = 7
    held = hold(a)
    del a
    b = lasting_room((4, WORTH), BYTES)
    b[:] = 8
    assert set(np.asarray(held).reshape(-1).tolist()) == {7}
    del held
    c = lasting_room((4, WORTH), BYTES)
    assert not np.shares_memory(b, c)


def test_results_of_steps_that_are_alike_go_where_the_last_ones_were():
    for _ in range(3):
        held = [lasting_room((WORTH + k,), BYTES) for k in range(20)]
        places = [address(a) for a in held]
        assert len(set(places)) == 20
        assert places == [address(a) for a in held]
        del held
    assert len(rooms._rooms.lasting) == 20


@pytest.mark.parametrize("size", [WORTH - 1, LASTING + 1, 0])
def test_what_is_too_small_or_too_large_is_new(size):
    assert lasting_room((size,), BYTES).shape == (size,)
    assert not rooms._rooms.lasting


def test_no_more_is_kept_than_was_said():
    held = [lasting_room((LASTING // 8,), BYTES) for _ in range(12)]
    assert len({address(a) for a in held}) == 12
    assert len(rooms._rooms.lasting) == 8
    del held
    big = lasting_room((LASTING,), BYTES)  # all others go
    assert [len(p) for p in rooms._rooms.lasting] == [LASTING]
    big[:] = 1
    small = [lasting_room((WORTH + k,), BYTES) for k in range(3)]
    assert [len(p) for p in rooms._rooms.lasting] == [LASTING]  # which is held
    del big, small
    held = [lasting_room((WORTH,), BYTES) for _ in range(PLACES + 20)]
    assert len(rooms._rooms.lasting) == PLACES
    assert len({address(a) for a in held}) == PLACES + 20


def test_each_thread_has_its_own():
    mine, theirs = lasting_room((WORTH,), BYTES), []
    where = address(mine)
    del mine
    thread = Thread(target=lambda: theirs.append(lasting_room((WORTH,), BYTES)))
    thread.start()
    thread.join()
    assert address(theirs[0]) != where


def test_rooms_by_name():
    a = room("here", (3, 4), np.dtype(float))
    assert np.shares_memory(a, room("here", (2,), np.dtype(np.float32)))
    assert not np.shares_memory(a, room("there", (3, 4), np.dtype(float)))


LAYERS = {
    "lstm": lambda: nn.LSTM(5, 40, num_layers=2, rng=0),
    "gru": lambda: nn.GRU(5, 40, num_layers=2, rng=0),
    "rnn": lambda: nn.RNN(5, 40, num_layers=2, rng=0),
    "batch norm": lambda: nn.Sequential(nn.BatchNorm1d(5), nn.Linear(5, 80, rng=0), nn.BatchNorm1d(80)),
}


def gradients_of(layer, x):
    out = layer(x)
    y = out[0] if isinstance(out, tuple) else out
    return ac.sum(y * ac.sin(y))


@pytest.mark.parametrize("name", LAYERS)
def test_a_graph_keeps_its_numbers_while_others_are_built(name):
    layer = LAYERS[name]()
    shape = (200, 5) if name == "batch norm" else (30, 20, 5)
    rng = np.random.default_rng(0)
    x, other = (rng.normal(size=shape).astype(np.float32) for _ in range(2))
    parameters = layer.parameters()

    def swept(loss, **words):
        for p in parameters:
            p.zero_grad()
        loss.backward(**words)
        return [p.grad.numpy().copy() for p in parameters]

    alone = swept(gradients_of(layer, x))
    first = gradients_of(layer, x)
    second = gradients_of(layer, other)
    swept(second)
    third = gradients_of(layer, other)
    again = swept(first, retain_graph=True)
    once_more = swept(first)
    for a, b, c in zip(alone, again, once_more, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    del third


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_walk_back_that_is_interrupted_by_another_one(kind):
    layer = kind(3, 5, rng=0, dtype=np.float64)
    x, busy = np.random.default_rng(0).normal(size=(30, 120, 3)), []

    def swept(then):
        given = ac.Tensor(x, True)
        loss = ac.sum(layer(given)[0] * 1e-310)  # whose gradients underflow on the way, which calls
        with np.errstate(under="call", call=then):
            loss.backward()
        return given.grad.numpy()

    def another(*_):
        if not busy:
            busy.append(1)
            with np.errstate(all="ignore"):
                ac.sum(layer(ac.Tensor(2 * x, True))[0]).backward()
            busy.clear()

    np.testing.assert_array_equal(swept(another), swept(lambda *_: None))
