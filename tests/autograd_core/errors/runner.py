"""One runner for all tables of bad calls: the class, the words, and that nothing has changed.

A row is a call, the exact class of its error and the words that the text holds: the function as it was typed,
shapes as Python prints them, names of Tensors, the offending value, what to do.
"""

import warnings

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.state import current


class State:
    """What every row may use, and what must look the same afterwards."""

    def __init__(self):
        self.w = Tensor(np.arange(12.0).reshape(3, 4), requires_grad=True, name="W")
        self.w.grad = np.ones((3, 4))
        self.v = Tensor(np.ones((5, 6)), requires_grad=True, name="V")
        self.x = Tensor(2.0, requires_grad=True, name="x")
        self.z = self.x * self.x
        self.i = Tensor([1, 2, 3])
        self.r = Tensor([1.0, 2.0, 3.0], requires_grad=True, name="r")
        self.ones = Tensor(np.ones((2, 2)), requires_grad=True, name="M")  # a singular matrix
        self.negative = Tensor(-np.eye(2), requires_grad=True, name="N")
        self.cube = Tensor(np.ones((2, 2, 2)), requires_grad=True, name="C")

    def look(self):
        found = [
            (name, t.numpy().tolist(), t.name, t.requires_grad, t.is_leaf, t.dtype, grad_of(t))
            for name, t in vars(self).items()
        ]
        settings = current()
        return found, settings.recording, settings.scope, settings.watch, ac.layer_dtype()


def grad_of(t):
    return None if t.grad is None else t.grad.numpy().tolist()


def run(call, kind, words):
    """Make the call, read the error, and look whether everything else is as before."""
    state = State()
    before = state.look()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(kind) as caught:
            call(state)
    error = caught.value
    assert type(error) is kind
    text = "\n".join([str(error), *getattr(error, "__notes__", []), str(error.__cause__ or "")])
    missing = [word for word in words if word not in text]
    assert not missing, f"the text does not hold {missing}: {text}"
    assert state.look() == before
    state.z.backward()  # and the engine goes on
    assert state.x.grad.item() == 4
    assert ac.grad(lambda t: t * t)(3.0) == 6
