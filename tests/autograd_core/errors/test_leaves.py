"""Leaves, what is set on them, backward, hooks, gradients and modes."""

import pickle

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, ReleasedGraphError, Tensor
from autograd_core.functions.elsewhere import ATTRIBUTES, FUNCTIONS
from tests.autograd_core.errors.runner import run


def assigned(thing, name, value):
    setattr(thing, name, value)


def stepped(w, change):
    with ac.no_grad():
        w += change


def subtract_in_place(s):
    s.w -= 1


def backward_twice(s):
    z = s.x.detach()
    z.requires_grad = True
    y = z * 3
    y.backward()
    y.backward()


def backward_twice_inside_a_graph(s):
    a = Tensor(2.0, requires_grad=True)
    b = a * a
    (b * 3).backward()
    (b * 5).backward()


def backward_without_recording(s):
    with ac.no_grad():
        y = s.x * 3
    y.backward()


def hooked(s, hook, value=(1.0, 2.0)):
    h = Tensor(list(value), requires_grad=True, name="h")
    h.register_hook(hook)
    (h * 2).sum().backward()


def overwritten(s):
    a = Tensor([1.0, 2.0], requires_grad=True, name="a")
    y = a * 2
    y.data[0] = 5.0


BAD = {
    # made
    "an integer that shall train": (
        lambda s: Tensor(2, requires_grad=True),
        TypeError,
        ["the integer 2", "write 2. instead of 2"],
    ),
    "integers that shall train": (
        lambda s: Tensor([1, 2], requires_grad=True),
        TypeError,
        ["integers", "int64", "write 2. instead of 2", "dtype=float"],
    ),
    "Booleans that shall train": (lambda s: Tensor(True, requires_grad=True), TypeError, ["Booleans"]),
    "complex numbers that shall train": (lambda s: Tensor(1j, requires_grad=True), TypeError, ["complex128"]),
    "a ragged list": (
        lambda s: Tensor([[1.0, 2.0], [3.0]]),
        ValueError,
        ["Tensor(data)", "rows have equal lengths"],
    ),
    "a string": (lambda s: Tensor("text"), TypeError, ["holds numbers", "str", "<U4"]),
    "strings": (lambda s: Tensor(["a", "b"]), TypeError, ["holds numbers", "list"]),
    "numerals and a dtype": (lambda s: Tensor(["1.0"], dtype=float), TypeError, ["holds numbers", "<U3"]),
    "objects": (lambda s: Tensor(np.array([object()])), TypeError, ["holds numbers", "object"]),
    "None": (lambda s: Tensor(None), TypeError, ["holds numbers", "NoneType"]),
    "None in a list": (lambda s: Tensor([None, 1.0]), TypeError, ["holds numbers", "object"]),
    "a dict": (lambda s: Tensor({1: 2}), TypeError, ["holds numbers", "dict"]),
    "dates": (lambda s: Tensor(np.array(["2020-01-01"], "M8")), TypeError, ["holds numbers", "datetime64"]),
    "a list of Tensors": (lambda s: Tensor([s.x, s.x]), TypeError, ["ac.stack", "ac.concatenate"]),
    "a nested list of Tensors": (lambda s: Tensor([[s.x], [s.x]]), TypeError, ["ac.stack"]),
    "a masked array": (lambda s: Tensor(np.ma.array([1.0], mask=[1])), TypeError, ["mask", ".filled(0)"]),
    "no data": (lambda s: Tensor(), TypeError, ["'data'"]),
    "a name that is no string": (lambda s: Tensor(1.0, name=3), TypeError, ["a name is a string", "3"]),
    "imaginary parts": (lambda s: Tensor([1j], dtype=float), TypeError, ["complex128", "imaginary"]),
    "a dtype that is none": (lambda s: Tensor([1.0], dtype="text"), TypeError, ["Tensor", "'text'"]),
    # set
    "a name set": (lambda s: s.w.named(3), TypeError, ["a name is a string", "3"]),
    "a flag on a result": (
        lambda s: assigned(s.z, "requires_grad", False),
        GradientError,
        ["multiply", ".detach()"],
    ),
    "a flag on integers": (
        lambda s: assigned(s.i, "requires_grad", True),
        TypeError,
        ["int64", "dtype=float"],
    ),
    "data of another shape": (
        lambda s: assigned(s.w, "data", np.ones((4, 3))),
        ValueError,
        [".data", "'W'", "(3, 4)", "(4, 3)"],
    ),
    "data of words": (
        lambda s: assigned(s.w, "data", np.full((3, 4), "a")),
        TypeError,
        [".data", "'W'", "cast"],
    ),
    "complex data": (
        lambda s: assigned(s.w, "data", np.full((3, 4), 1j)),
        TypeError,
        ["'W'", "complex128", "float64"],
    ),
    "data that train": (lambda s: assigned(s.w, "data", s.v), GradientError, [".data", ".detach()"]),
    "data of a result": (
        lambda s: assigned(s.z, "data", 1.0),
        GradientError,
        [".data", "result of multiply"],
    ),
    "data of a result written": (overwritten, ValueError, ["read-only"]),
    "a gradient of another shape": (
        lambda s: assigned(s.w, "grad", np.ones(3)),
        ValueError,
        ["gradient", "'W'", "(3, 4)", "(3,)"],
    ),
    "a gradient of words": (lambda s: assigned(s.w, "grad", "text"), TypeError, ["holds numbers", "str"]),
    "a complex gradient": (
        lambda s: assigned(s.w, "grad", np.full((3, 4), 1j)),
        TypeError,
        ["gradient", "'W'", "complex128"],
    ),
    "a ragged gradient": (lambda s: assigned(s.w, "grad", [[1], [2, 3]]), ValueError, ["equal lengths"]),
    "a step while recording": (subtract_in_place, GradientError, ["W -= ...", "'W'", "ac.no_grad()"]),
    "a step of another shape": (
        lambda s: stepped(s.w, np.ones((2, 3, 4))),
        ValueError,
        ["W += ...", "(2, 3, 4)"],
    ),
    "a complex step": (lambda s: stepped(s.w, 1j), TypeError, ["W += ...", "complex128", "'W'"]),
    "a cast to integers": (lambda s: s.w.cast_(int), TypeError, ["cast_()", "int64"]),
    "a cast of a result": (
        lambda s: s.z.cast_(np.float32),
        GradientError,
        ["cast_()", "multiply", ".astype()"],
    ),
    # backward
    "backward of several": (
        lambda s: s.w.backward(),
        GradientError,
        ["backward()", "'W'", "(3, 4)", "single number", "W.sum().backward()", "backward(gradient)"],
    ),
    "backward of integers": (
        lambda s: s.i.backward(),
        GradientError,
        ["backward()", "int64", "only floating"],
    ),
    "backward of what was cut off": (
        lambda s: s.x.detach().backward(),
        GradientError,
        ["backward()", "detach() at"],
    ),
    "backward of no_grad": (backward_without_recording, GradientError, ["backward()", "no_grad()"]),
    "backward twice": (backward_twice, ReleasedGraphError, ["multiply", "retain_graph=True"]),
    "backward twice inside": (
        backward_twice_inside_a_graph,
        ReleasedGraphError,
        ["multiply", "retain_graph"],
    ),
    "a seed of another shape": (
        lambda s: s.w.backward(np.ones((4, 3))),
        ValueError,
        ["backward(gradient)", "'W'", "(3, 4)", "(4, 3)"],
    ),
    "a seed of words": (lambda s: s.w.backward("one"), ValueError, ["backward(gradient)", "'one'"]),
    "a complex seed": (lambda s: s.x.backward(1j), TypeError, ["backward(gradient)", "complex128"]),
    "retain_graph by place": (lambda s: s.x.backward(1.0, True), TypeError, ["backward()", "positional"]),
    "inputs without a graph": (
        lambda s: s.z.backward(inputs=[s.i]),
        GradientError,
        ["backward(inputs=...)", "int64"],
    ),
    "inputs that are numbers": (
        lambda s: s.z.backward(inputs=[3]),
        TypeError,
        ["backward(inputs=...)", "got 3"],
    ),
    "an input that is a number": (
        lambda s: s.z.backward(inputs=3),
        TypeError,
        ["backward(inputs=...)", "got 3"],
    ),
    # hooks
    "a hook that is none": (
        lambda s: s.x.register_hook(3),
        TypeError,
        ["register_hook()", "function", "int"],
    ),
    "a hook on integers": (lambda s: s.i.register_hook(print), GradientError, ["register_hook()", "int64"]),
    "a hook of another shape": (
        lambda s: hooked(s, lambda g: np.ones(3)),
        ValueError,
        ["hook of Tensor 'h'", "(3,)", "(2,)", "in the gradient of the leaf h"],
    ),
    "a hook of words": (
        lambda s: hooked(s, lambda g: "a"),
        TypeError,
        ["holds numbers", "in the gradient of the leaf h"],
    ),
    "a hook of complex numbers": (
        lambda s: hooked(s, lambda g: g * 1j),
        TypeError,
        ["hook of Tensor 'h'", "complex128"],
    ),
    "retain_grad on integers": (lambda s: s.i.retain_grad(), GradientError, ["retain_grad()", "int64"]),
    "retain_grad on what was cut off": (lambda s: s.x.detach().retain_grad(), GradientError, ["detach() at"]),
    # gradients
    "gradients of several": (
        lambda s: ac.gradients(s.w * 3, s.w),
        GradientError,
        ["gradients()", "(3, 4)", "gradients(y.sum(), xs)"],
    ),
    "gradients by another": (
        lambda s: ac.gradients(s.x * 3, s.v),
        GradientError,
        ["gradients", "V is not part of the graph", "allow_unused=True"],
    ),
    "gradients by a number": (lambda s: ac.gradients(s.x * 3, 3), TypeError, ["gradients", "int: 3"]),
    "gradients of a number": (lambda s: ac.gradients(3.0, s.x), TypeError, ["gradients", "float: 3.0"]),
    "gradients of integers": (lambda s: ac.gradients(s.i, s.x), GradientError, ["gradients", "int64"]),
    "gradients of another seed": (
        lambda s: ac.gradients(s.w * 3, s.w, np.ones(3)),
        ValueError,
        ["gradients(gradient)", "(3, 4)", "(3,)"],
    ),
    # modes
    "an empty scope": (lambda s: ac.scope("").__enter__(), ValueError, ["scope", "non-empty"]),
    "a scope of a number": (lambda s: ac.scope(3).__enter__(), TypeError, ["scope", "3"]),
    "anomaly of a number": (lambda s: ac.detect_anomaly(3), TypeError, ["detect_anomaly", "block", "int"]),
    "an integer dtype": (lambda s: ac.default_dtype(int).__enter__(), TypeError, ["default_dtype", "int64"]),
    "a dtype of words": (
        lambda s: ac.default_dtype("text").__enter__(),
        TypeError,
        ["default_dtype", "'text'"],
    ),
    "a picture of a number": (lambda s: ac.graph(3), TypeError, ["ac.graph", "int"]),
    "view": (lambda s: s.w.view(4, 3), AttributeError, ["Tensor", "'view'", "x.reshape(shape)"]),
    "to": (lambda s: s.w.to("cuda"), AttributeError, ["'to'", "on the CPU", "x.astype(dtype)"]),
    "zero_": (lambda s: s.w.grad.zero_(), AttributeError, ["'zero_'", "x.zero_grad()"]),
    "exp": (lambda s: s.w.exp(), AttributeError, ["'exp'", "ac.exp(x)"]),
    "cat": (lambda s: ac.cat([s.w, s.w]), AttributeError, ["'autograd_core'", "'cat'", "ac.concatenate"]),
    "a method's words": (
        lambda s: s.w.sum(dim=0),
        TypeError,
        ["Tensor.sum() got an unexpected keyword argument 'dim'"],
    ),
    "a picture of integers": (lambda s: ac.graph(s.i), ValueError, ["nothing to draw", "int64"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])


def test_what_is_called_otherwise_is_not_there():
    for name in ATTRIBUTES:
        assert not hasattr(ac.Tensor, name)
        assert not hasattr(ac.Tensor(1.0), name)
        assert name not in dir(ac.Tensor(1.0))
    for name in FUNCTIONS:
        assert not hasattr(ac, name)
    assert not hasattr(ac, "sine")
    assert pickle.loads(pickle.dumps(ac.Tensor.sum)) is ac.Tensor.sum
