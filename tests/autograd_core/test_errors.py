"""Bad inputs: a typed error that names what was asked, what was found and what to do; nothing changed."""

import pickle

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, NoRuleError, ReleasedGraphError, StaleGraphError, Tensor
from autograd_core.ops.arithmetic import add


class State:
    """What every case may use, and what must look the same afterwards."""

    def __init__(self):
        self.w = Tensor(np.arange(12.0).reshape(3, 4), requires_grad=True, name="W")
        self.v = Tensor(np.ones((5, 6)), requires_grad=True, name="V")
        self.x = Tensor(2.0, requires_grad=True, name="x")
        self.z = self.x * self.x
        self.i = Tensor([1, 2, 3])

    def look(self):
        tensors = (self.w, self.v, self.x, self.z, self.i)
        return [(t.numpy().tolist(), t.name, t.requires_grad, t.grad, t.dtype) for t in tensors]


def matmul_in_a_module(s):
    with ac.scope("encoder"), ac.scope("fc1"):
        return s.w @ s.v


def second_backward(s):
    z = s.x * 3
    z.backward(inputs=[])
    z.backward()


def subtract_in_place(s):
    s.w -= 1


def hook_of_another_shape(s):
    x = Tensor([1.0, 2.0], requires_grad=True, name="h")
    x.register_hook(lambda g: np.ones(3))
    (x * 2).sum().backward()


def set_data(s, value):
    s.w.data = value


def set_grad(s, value):
    s.w.grad = value


def assign(s, index, value):
    with ac.no_grad():
        s.w[index] = value


def set_flag(s):
    s.z.requires_grad = False


BAD = {
    # products and broadcasting
    "shapes that do not multiply": (
        matmul_in_a_module,
        ValueError,
        ["matmul", "(3, 4)", "(5, 6)", "'encoder.fc1'", "K is 4 in W and 5 in V", "no transpose fits"],
    ),
    "a product to be transposed on the right": (
        lambda s: s.w @ (s.w * 2),
        ValueError,
        ["write W @ y.T, the right factor must be transposed", "(3, 4) × (4, 3) → (3, 3)"],
    ),
    "a product to be transposed on both sides": (
        lambda s: np.ones((2, 3)) @ s.v,
        ValueError,
        ["K is 3 in x and 5 in V", "no transpose fits"],
    ),
    "stacks that do not broadcast": (
        lambda s: np.ones((2, 3, 5)) @ (s.v + np.ones((7, 1, 1))),
        ValueError,
        ["the matrices fit, but their stacks do not", "(2,) and (7,)"],
    ),
    "a product to be transposed on the left": (
        lambda s: s.w @ np.ones(3),
        ValueError,
        ["write W.T @ y, the left factor must be transposed", "(3, 4)", "an array (3,)"],
    ),
    "a product with a number": (lambda s: s.w @ s.x, ValueError, ["matmul", "use *"]),
    "batches that do not broadcast": (
        lambda s: s.w @ np.ones((2, 3, 4, 6)) @ np.ones((5, 6, 1)),
        ValueError,
        ["matmul", "(2, 3, 3, 6)", "(5, 6, 1)"],
    ),
    "shapes that do not broadcast": (lambda s: s.w + s.v, ValueError, ["add", "W (3, 4)", "V (5, 6)"]),
    "an array that does not broadcast": (
        lambda s: s.w * np.ones(3),
        ValueError,
        ["multiply", "(3, 4)", "(3,)"],
    ),
    # backward
    "backward of several numbers": (
        lambda s: s.w.backward(),
        GradientError,
        ["'W'", "(3, 4)", "single number", "W.sum().backward()", "backward(gradient)"],
    ),
    "backward of what has no graph": (
        lambda s: s.i.backward(),
        GradientError,
        ["backward()", "int64", "only floating"],
    ),
    "a second backward": (second_backward, ReleasedGraphError, ["multiply", "retain_graph=True"]),
    "a seed of another shape": (
        lambda s: s.w.backward(np.ones((4, 3))),
        ValueError,
        ["backward(gradient)", "'W'", "(3, 4)", "(4, 3)"],
    ),
    "a seed of words": (lambda s: s.w.backward("one"), ValueError, ["one"]),
    "inputs without a graph": (lambda s: s.z.backward(inputs=[s.i]), GradientError, ["inputs=", "int64"]),
    "a hook of another shape": (hook_of_another_shape, ValueError, ["hook of Tensor 'h'", "(3,)", "(2,)"]),
    "a hook on what has no graph": (lambda s: s.i.register_hook(print), GradientError, ["register_hook()"]),
    "retain_grad on what has no graph": (lambda s: s.i.retain_grad(), GradientError, ["retain_grad()"]),
    # leaves
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
    "complex numbers that shall train": (lambda s: Tensor(1j, requires_grad=True), TypeError, ["complex"]),
    "a flag on a result": (set_flag, GradientError, ["leaves only", "multiply", ".detach()"]),
    "a name that is no string": (lambda s: s.w.named(3), TypeError, ["a name is a string", "3"]),
    "a ragged list": (lambda s: Tensor([[1.0, 2.0], [3.0]]), ValueError, ["rows have equal lengths"]),
    "a string": (lambda s: Tensor("text"), TypeError, ["holds numbers", "str"]),
    "strings": (lambda s: Tensor(["a", "b"]), TypeError, ["holds numbers", "list"]),
    "objects": (lambda s: Tensor(np.array([object()])), TypeError, ["holds numbers", "object"]),
    "None": (lambda s: Tensor(None), TypeError, ["holds numbers", "NoneType"]),
    "dates": (lambda s: Tensor(np.array(["2020-01-01"], "M8")), TypeError, ["holds numbers", "datetime64"]),
    "a list of Tensors": (lambda s: Tensor([s.x, s.x]), TypeError, ["ac.stack", "ac.concatenate"]),
    "a nested list of Tensors": (lambda s: Tensor([[s.x], [s.x]]), TypeError, ["ac.stack"]),
    "a masked array": (lambda s: Tensor(np.ma.array([1.0], mask=[1])), TypeError, ["mask", ".filled(0)"]),
    "a masked operand": (lambda s: s.w * np.ma.array(np.ones(4)), TypeError, ["masked", "ac.where"]),
    "a string as operand": (lambda s: s.w + "text", TypeError, ["add", "'text'"]),
    "None as operand": (lambda s: s.w * None, TypeError, ["multiply", "None"]),
    "a complex operand": (lambda s: s.w * 1j, TypeError, ["multiply", "complex128", ".detach()"]),
    # writes
    "a step while recording": (subtract_in_place, GradientError, ["W -= ...", "'W'", "ac.no_grad()"]),
    "data of another shape": (
        lambda s: set_data(s, np.ones((4, 3))),
        ValueError,
        [".data", "'W'", "(3, 4)", "(4, 3)"],
    ),
    "data that train": (lambda s: set_data(s, s.v), GradientError, [".data", ".detach()"]),
    "data of words": (lambda s: set_data(s, np.full((3, 4), "a")), TypeError, ["cast"]),
    "a gradient of another shape": (lambda s: set_grad(s, np.ones(3)), ValueError, ["'W'", "(3, 4)", "(3,)"]),
    "an item out of range": (lambda s: assign(s, 7, 1.0), IndexError, ["7"]),
    "an item of another shape": (lambda s: assign(s, 0, np.ones(3)), ValueError, ["(3,)"]),
    "an item with a gradient": (
        lambda s: ac.zeros(2).__setitem__(0, s.x),
        GradientError,
        ["'x'", "ac.stack"],
    ),
    # axes, shapes, indices
    "an axis too many": (lambda s: s.w.sum(axis=2), ValueError, ["axis", "2"]),
    "an axis twice": (lambda s: s.w.mean(axis=(0, -2)), ValueError, ["axis"]),
    "an axis of words": (lambda s: s.w.sum(axis="rows"), TypeError, ["axis"]),
    "a shape of another size": (lambda s: s.w.reshape(5, 2), ValueError, ["reshape", "12 numbers", "(5, 2)"]),
    "a shape of two unknowns": (lambda s: s.w.reshape(-1, -1), ValueError, ["(-1, -1)"]),
    "a permutation too short": (lambda s: s.w.transpose(0), ValueError, ["transpose", "2 axes"]),
    "a squeeze of a size": (lambda s: s.w.squeeze(0), ValueError, ["squeeze", "(3, 4)", "3"]),
    "a broadcast to less": (lambda s: ac.broadcast_to(s.w, (4,)), ValueError, ["broadcast"]),
    "nothing to stack": (lambda s: ac.stack([]), ValueError, ["stack", "at least one"]),
    "nothing to concatenate": (lambda s: ac.concatenate([]), ValueError, ["concatenate", "at least one"]),
    "shapes that do not stack": (lambda s: ac.stack([s.w, s.v]), ValueError, ["stack", "(3, 4)", "(5, 6)"]),
    "too many indices": (lambda s: s.w[0, 0, 0], IndexError, ["too many indices", "(3, 4)", "3 axes"]),
    "an index out of range": (lambda s: s.w[3], IndexError, ["getitem", "W (3, 4)"]),
    "an index of fractions": (lambda s: s.w[0.5], IndexError, ["only integers", "float64"]),
    "a mask of another shape": (lambda s: s.w[np.ones(2, bool)], IndexError, ["(2,)", "(3, 4)"]),
    "two ellipses": (lambda s: s.w[..., ...], IndexError, ["single ellipsis"]),
    "the maximum of nothing": (lambda s: Tensor(np.zeros((0, 2)), True).max(), ValueError, ["max", "(0, 2)"]),
    "a dot of high ranks": (lambda s: ac.dot(s.w, np.ones((2, 3, 4))), ValueError, ["dot", "(2, 3, 4)"]),
    # leaving
    "several numbers as one": (lambda s: float(s.w), TypeError, ["float()", "'W'", "(3, 4)"]),
    "the truth of several": (lambda s: bool(s.w), TypeError, ["bool()", "(3, 4)"]),
    "the item of several": (lambda s: s.w.item(), ValueError, ["item()", "(3, 4)"]),
    "asarray of a leaf": (lambda s: np.asarray(s.w), TypeError, ["'W'", ".numpy()", ".detach()"]),
    "the length of a number": (lambda s: len(s.x), TypeError, ["len()", "'x'"]),
    # functions
    "a function without a rule": (
        lambda s: np.linalg.svd(s.w),
        NoRuleError,
        ["numpy.linalg.svd", ".numpy()"],
    ),
    "an option without a rule": (lambda s: np.exp(s.w, where=[True]), NoRuleError, ["where=", "numpy.exp"]),
    "a Tensor into an array": (
        lambda s: np.add(s.w, 1, out=np.ones((3, 4))),
        TypeError,
        ["numpy.add", "out="],
    ),
    "a name of the library": (
        lambda s: ac.elementwise("exp", np.exp),
        ValueError,
        ["'exp'", "another name"],
    ),
    "a name that is none": (lambda s: ac.linear("a b", abs, lambda g, z, x: g), ValueError, ["'a b'"]),
    "a letter that is not there": (
        lambda s: ac.general("mine", abs, lambda g, z, x: g, keeps="xy"),
        ValueError,
        ["'mine'", "['y']", "z, x"],
    ),
    "a rule without g": (
        lambda s: ac.general("mine", abs, lambda x: x),
        TypeError,
        ["letters g, z", "['x']"],
    ),
    "an empty scope": (lambda s: ac.scope("").__enter__(), ValueError, ["scope", "non-empty"]),
    "a dtype that is not floating": (
        lambda s: ac.default_dtype(int).__enter__(),
        TypeError,
        ["default_dtype", "int64"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    call, kind, words = BAD[name]
    state = State()
    before = state.look()
    with pytest.raises(kind) as caught:
        call(state)
    text = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    missing = [word for word in words if word not in text]
    assert not missing, f"the text does not hold {missing}: {text}"
    assert state.look() == before
    state.z.backward()  # and the engine goes on
    assert state.x.grad.item() == 4
    assert ac.grad(lambda t: t * t)(3.0) == 6


def test_a_product_that_does_not_fit_shows_the_dimensions():
    state = State()
    with pytest.raises(ValueError, match="matmul") as caught:
        matmul_in_a_module(state)
    assert str(caught.value) == (
        "matmul of W (3, 4) and V (5, 6) in the module 'encoder.fc1': "
        "(N,K) × (K,L) → (N,L), but K is 4 in W and 5 in V\n"
        "  (3, 4) × (5, 6)   does not fit\n"
        "  no transpose fits: one of the two has the wrong size"
    )


def test_the_family_of_errors():
    assert issubclass(GradientError, RuntimeError)
    assert issubclass(StaleGraphError, GradientError)
    assert issubclass(ReleasedGraphError, GradientError)
    assert issubclass(NoRuleError, GradientError)
    assert issubclass(NoRuleError, TypeError)


def test_rows_are_not_pickled():
    with pytest.raises(TypeError, match="row 'add' holds functions"):
        pickle.dumps(add)
    assert repr(add) == "<elementwise row add>"


def test_unsupported_operators_are_pythons_type_errors():
    x = Tensor(2.0, requires_grad=True)
    for call in (lambda: x << 1, lambda: x & 1, lambda: ~x):
        with pytest.raises(TypeError):
            call()
