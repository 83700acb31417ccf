"""Positions as arithmetic: whatever was moved, the printed place is the position at every turn."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core.programs.places import Loop, place
from autograd_core.programs.runtime import helpers, names, used_in

TOKENS = re.compile(r"\s*(\d+|[ik]|[-+*/%()|])")


def evaluate(text, i, k):
    """The value of the few operators that a place is made of, as JavaScript has them; `(a/b|0)` truncates."""
    tokens = TOKENS.findall(text.replace("|0)", ")"))
    assert "".join(tokens) == text.replace("|0)", ")")
    at = 0

    def atom():
        nonlocal at
        token = tokens[at]
        at += 1
        if token == "(":
            value = total()
            at += 1
            return value
        return {"i": i, "k": k}[token] if token in "ik" else int(token)

    def product():
        nonlocal at
        value = atom()
        while at < len(tokens) and tokens[at] in "*/%":
            sign = tokens[at]
            at += 1
            other = atom()
            value = value * other if sign == "*" else value // other if sign == "/" else value % other
        return value

    def total():
        nonlocal at
        value = 0 if tokens[at] == "-" else product()
        while at < len(tokens) and tokens[at] in "+-":
            sign = 1 if tokens[at] == "+" else -1
            at += 1
            value += sign * product()
        return value

    return total()


moves = st.sampled_from(["transpose", "flip", "slice", "expand", "spread", "reshape", "pick"])


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.lists(moves, max_size=4), st.randoms())
def test_every_move_is_arithmetic(shape, steps, chance):
    x = np.arange(int(np.prod(shape))).reshape(shape)
    for step in steps:
        axis = chance.randrange(x.ndim) if x.ndim else 0
        if step == "transpose":
            x = x.transpose(chance.sample(range(x.ndim), x.ndim))
        elif step == "expand":
            x = np.expand_dims(x, axis)
        elif step == "spread":
            x = np.broadcast_to(x, (2, *x.shape))
        elif step == "reshape":
            x = x.reshape(-1)
        elif x.ndim and step == "flip":
            x = np.flip(x, axis)
        elif x.ndim and step == "slice":
            x = np.moveaxis(np.moveaxis(x, axis, 0)[::2], 0, axis)
        elif x.ndim and step == "pick":
            x = np.moveaxis(x, axis, 0)[-1]
    split = chance.randint(0, x.ndim)
    outer, inner = Loop("i", x.shape[:split]), Loop("k", x.shape[split:])
    tables = []
    text = place(x, [outer, inner], lambda t: tables.append(t) or "t0")
    if tables:  # a reshape of something turned may be too uneven for arithmetic
        assert "reshape" in steps
        text = text.removeprefix("t0[").removesuffix("]")
        x = np.arange(x.size).reshape(x.shape)
    flat = x.reshape(int(np.prod(outer.shape)), int(np.prod(inner.shape)))
    for i in range(flat.shape[0]):
        for k in range(flat.shape[1]):
            assert evaluate(text, i, k) == flat[i, k], text


@pytest.mark.parametrize(
    ("positions", "text"),
    [
        (np.arange(6).reshape(2, 3), "i"),
        (np.arange(6).reshape(2, 3)[:, ::-1], "(i/3|0)*3+2-i%3"),
        (np.broadcast_to(np.arange(3), (2, 3)), "i%3"),
        (np.broadcast_to(np.arange(2)[:, None], (2, 3)), "(i/3|0)"),
        (np.arange(4)[::-1], "3-i"),
        (np.array(7), "7"),
        (np.zeros((0, 2), int), "0"),
        (np.array([0, 1, 3]), "t[i]"),
    ],
    ids=["whole", "flipped", "rows", "columns", "backwards", "one", "empty", "uneven"],
)
def test_places(positions, text):
    assert place(positions, [Loop("i", positions.shape)], lambda _: "t") == text


def test_every_helper_says_what_it_needs():
    assert len(helpers(["total"])) == 1
    assert [s.split("(")[0] for s in helpers(["softmax"])] == [
        "function total",
        "function largest",
        "function softmax",
    ]
    assert any(s.startswith("const TAIL=[") for s in helpers(["erfc"]))
    assert used_in('total(3,k=>v0["softmax"])') == {"total"}
    assert len(helpers(names())) == len(names())
    assert not any("</" in source or "//" in source for source in helpers(names()))
