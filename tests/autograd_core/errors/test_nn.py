"""Modules, layers, losses, data, saving: shapes and names, the path of the module, settings."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from tests.autograd_core.errors.runner import run


def mse(y, t):
    return nn.HalfMSELoss()(y, t)


def entropy(a, t):
    return nn.CrossEntropyLoss()(a, t)


def linear(*args, **kwargs):
    return nn.Linear(*args, rng=0, **kwargs)


class Net(nn.Module):
    """A Linear inside a list inside a module, as users have it."""

    def __init__(self, inner):
        self.encoder = nn.Sequential(linear(4, 3), nn.ReLU())
        self.heads = [inner]

    def forward(self, x):
        return self.heads[0](self.encoder(x))


class Silent(nn.Module):
    def forward(self, x):
        return x @ self.weight


def assigned(module, name, value):
    setattr(module, name, value)


def cyclic():
    values = []
    values.append(values)
    return values


X = np.ones((5, 4))

BAD = {
    # losses
    "(N, 1) against (N,)": (
        lambda s: mse(np.ones((3, 1)), np.ones(3)),
        ValueError,
        ["HalfMSELoss", "(3, 1)", "(3,)", "target.reshape(3, 1)"],
    ),
    "(N,) against (N, 1)": (
        lambda s: mse(np.ones(3), np.ones((3, 1))),
        ValueError,
        ["HalfMSELoss", "(3, 1)"],
    ),
    "what trains, (N, 1) against (N,)": (
        lambda s: mse(s.r.reshape(-1, 1), [1.0, 2.0, 3.0]),
        ValueError,
        ["HalfMSELoss", "(3, 1)", "(3,)"],
    ),
    "a transposed target": (
        lambda s: mse(s.w, np.ones((4, 3))),
        ValueError,
        ["HalfMSELoss", "(3, 4)", "(4, 3)"],
    ),
    "no target": (lambda s: mse(np.ones(0), np.ones(0)), ValueError, ["HalfMSELoss", "empty batch", "(0,)"]),
    "a target forgotten": (lambda s: nn.HalfMSELoss()(s.w), TypeError, ["HalfMSELoss", "'target'"]),
    "a target of words": (lambda s: mse(s.r, "abc"), TypeError, ["target", "str", "in HalfMSELoss"]),
    "a prediction of None": (lambda s: mse(None, 1.0), TypeError, ["prediction", "None", "in HalfMSELoss"]),
    "a prediction of classes": (lambda s: mse(np.array([1]), [1]), TypeError, ["int64", "(1,)", "argmax"]),
    "classes as (N, 1) numbers": (
        lambda s: entropy(np.ones((3, 2)), np.ones((3, 1))),
        ValueError,
        ["CrossEntropyLoss", "(3, 2)", "(3,)", "(3, 1)"],
    ),
    "classes as (N, 1) indices": (
        lambda s: entropy(np.ones((3, 2)), np.array([[0], [1], [1]])),
        ValueError,
        ["CrossEntropyLoss", "integers of the shape (3,)", "(3, 1)"],
    ),
    "(N, 1) logits against (N,)": (
        lambda s: entropy(np.ones((3, 1)), np.ones(3)),
        ValueError,
        ["CrossEntropyLoss", "(3, 1)", "float64 of the shape (3,)"],
    ),
    "a class too high": (
        lambda s: entropy(np.ones((3, 2)), [0, 1, 2]),
        ValueError,
        ["CrossEntropyLoss", "from 0 to 2", "2 classes", "0 to 1"],
    ),
    "a class below 0": (
        lambda s: entropy(np.ones((3, 2)), [0, 1, -1]),
        ValueError,
        ["from -1 to 1", "2 classes"],
    ),
    "classes in floats": (
        lambda s: entropy(np.ones((3, 2)), [0.0, 1.0, 1.0]),
        ValueError,
        ["CrossEntropyLoss", "integers", "float64"],
    ),
    "too few classes": (
        lambda s: entropy(np.ones((3, 2)), [0, 1]),
        ValueError,
        ["CrossEntropyLoss", "(2,)", "(3,)"],
    ),
    "one-hot of another width": (
        lambda s: entropy(np.ones((3, 2)), np.ones((3, 3))),
        ValueError,
        ["CrossEntropyLoss", "(3, 2)", "(3, 3)"],
    ),
    "a number as logits": (
        lambda s: entropy(1.0, 0),
        ValueError,
        ["CrossEntropyLoss", "classes", "a number"],
    ),
    "an empty batch": (
        lambda s: entropy(np.ones((0, 2)), np.ones(0, int)),
        ValueError,
        ["CrossEntropyLoss", "empty batch", "(0, 2)"],
    ),
    "classes None": (lambda s: entropy(np.ones((3, 2)), None), TypeError, ["target", "None"]),
    "the argmax": (lambda s: entropy(np.array([1, 2]), [0]), TypeError, ["int64", "argmax"]),
    # Linear
    "a wrong width": (
        lambda s: linear(4, 2)(np.ones((5, 3))),
        ValueError,
        ["Linear(4 → 2)", "(5, 3)", "(4, 2)", "K is 3 in x and 4 in weight", "no transpose fits"],
    ),
    "a wrong width below": (
        lambda s: Net(linear(2, 3))(X),
        ValueError,
        [
            "Linear(2 → 3)",
            "in the module 'heads.0'",
            "(5, 3) × (2, 3)",
            "K is 3 in x and 2 in heads.0.weight",
        ],
    ),
    "a weight to be transposed": (
        lambda s: nn.Sequential(linear(4, 3), linear(2, 3))(X),
        ValueError,
        ["Linear(2 → 3)", "in the module '1'", "1.weight.T, the right factor must be transposed"],
    ),
    "a number": (lambda s: linear(4, 2)(3.0), ValueError, ["Linear(4 → 2)", "()", "no axes"]),
    "words": (lambda s: linear(4, 2)("a"), TypeError, ["layer takes numbers", "<U1", "in Linear(4 → 2)"]),
    "None": (lambda s: linear(4, 2)(None), TypeError, ["layer takes numbers", "object"]),
    "no inputs": (lambda s: linear(0, 2), ValueError, ["Linear: in_features", "at least 1", "got 0"]),
    "inputs of fractions": (lambda s: linear(4.0, 2), ValueError, ["Linear: in_features", "4.0"]),
    "outputs below 0": (lambda s: linear(4, -2), ValueError, ["Linear: out_features", "-2"]),
    "outputs forgotten": (lambda s: linear(4), TypeError, ["'out_features'"]),
    "unknown initial values": (
        lambda s: linear(4, 2, init="xavier"),
        ValueError,
        ["Linear: init", "'xavier'"],
    ),
    "a negative deviation": (lambda s: linear(4, 2, init=-1.0), ValueError, ["Linear: init", "-1.0"]),
    "an integer dtype": (lambda s: linear(4, 2, dtype=int), TypeError, ["floating", "int64"]),
    "a dtype of words": (lambda s: linear(4, 2, dtype="text"), TypeError, ["dtype", "'text'"]),
    "a generator of words": (lambda s: nn.Linear(4, 2, rng="a"), TypeError, ["rng", "str"]),
    # BatchNorm
    "other channels": (
        lambda s: nn.BatchNorm(4)(np.ones((5, 3))),
        ValueError,
        ["BatchNorm(4)", "(N, ..., 4)", "(5, 3)"],
    ),
    "other channels below": (
        lambda s: Net(nn.BatchNorm(2))(X),
        ValueError,
        ["BatchNorm(2)", "(5, 3)", "in the module 'heads.0'"],
    ),
    "a batch of no axis": (lambda s: nn.BatchNorm(4)(np.ones(4)), ValueError, ["BatchNorm(4)", "(4,)"]),
    "a batch of nothing": (
        lambda s: nn.BatchNorm(4)(np.ones((0, 4))),
        ValueError,
        ["BatchNorm", "empty", "(0, 4)"],
    ),
    "no channels": (lambda s: nn.BatchNorm(0), ValueError, ["BatchNorm: num_features", "got 0"]),
    "a negative eps": (lambda s: nn.BatchNorm(4, eps=-1), ValueError, ["BatchNorm: eps", "-1"]),
    "a momentum of words": (
        lambda s: nn.BatchNorm(4, momentum="a"),
        TypeError,
        ["BatchNorm: momentum", "'a'"],
    ),
    "a momentum above 1": (
        lambda s: nn.BatchNorm(4, momentum=2),
        ValueError,
        ["BatchNorm: momentum", "got 2"],
    ),
    # modules
    "no forward": (lambda s: nn.Module()(1.0), NotImplementedError, ["Module has no forward(self, x)"]),
    "no weight": (lambda s: Silent()(s.w), AttributeError, ["'weight'", "in Silent"]),
    "a number in a Sequential": (
        lambda s: nn.Sequential(linear(4, 3), 3),
        TypeError,
        ["Sequential", "number 1", "int"],
    ),
    "a module that is not there": (
        lambda s: nn.Sequential(linear(4, 3))[7],
        IndexError,
        ["Sequential", "7", "1"],
    ),
    "an array over a Parameter": (
        lambda s: assigned(linear(4, 2), "weight", np.ones((4, 2))),
        TypeError,
        ["Linear.weight", "Parameter", "module.weight.data = ...", "nn.Parameter(...)"],
    ),
    "a Tensor over a Parameter": (
        lambda s: assigned(linear(4, 2), "weight", Tensor(np.ones((4, 2)))),
        TypeError,
        ["Linear.weight", "would be lost"],
    ),
    "a Tensor over a module": (
        lambda s: assigned(Net(linear(3, 2)), "encoder", Tensor(1.0)),
        TypeError,
        ["Net.encoder", "Sequential", "would be lost", "del module.encoder"],
    ),
    "a Parameter over a module": (
        lambda s: assigned(Net(linear(3, 2)), "encoder", nn.Parameter(1.0)),
        TypeError,
        ["Net.encoder", "would be lost"],
    ),
    "an array over a Buffer": (
        lambda s: assigned(nn.BatchNorm(2), "running_mean", np.ones(2)),
        TypeError,
        ["BatchNorm.running_mean", "Buffer", "module.running_mean.data = ..."],
    ),
    "data of another shape": (
        lambda s: assigned(linear(4, 2).weight, "data", np.ones((2, 4))),
        ValueError,
        [".data", "(4, 2)", "(2, 4)"],
    ),
    "a hook that is none": (
        lambda s: linear(4, 2).register_forward_hook(3),
        TypeError,
        ["register_forward_hook", "3"],
    ),
    "a cast to integers": (lambda s: linear(4, 2).astype(int), TypeError, ["astype", "int64"]),
    "a Parameter of words": (lambda s: nn.Parameter("a"), TypeError, ["holds numbers", "str"]),
    "a Parameter of integers": (lambda s: nn.Parameter(np.array([1, 2])), TypeError, ["floating", "int64"]),
    "a Parameter of None": (lambda s: nn.Parameter(None), TypeError, ["holds numbers", "NoneType"]),
    # states and files
    "a state without entries": (
        lambda s: linear(4, 2).load_state_dict({}),
        ValueError,
        ["load_state_dict of Linear", "nothing was changed", "missing: weight, bias"],
    ),
    "a state of another shape": (
        lambda s: linear(4, 2).load_state_dict({"weight": np.ones((2, 4)), "bias": np.ones(2)}),
        ValueError,
        ["load_state_dict of Linear", "weight", "(2, 4)", "(4, 2)"],
    ),
    "a state of other names": (
        lambda s: linear(4, 2).load_state_dict({"weight": np.ones((4, 2)), "b": np.ones(2)}),
        ValueError,
        ["missing: bias", "unexpected: b"],
    ),
    "a state of words": (
        lambda s: linear(1, 1).load_state_dict({"weight": [["a"]], "bias": [1.0]}),
        ValueError,
        ["load_state_dict of Linear", "weight", "<U1"],
    ),
    "a state that is none": (
        lambda s: linear(4, 2).load_state_dict(3),
        TypeError,
        ["load_state_dict of Linear", "3"],
    ),
    "an unknown layout": (
        lambda s: linear(4, 2).state_dict(layout="keras"),
        ValueError,
        ["layout", "'keras'"],
    ),
    "a key that is no string": (lambda s: nn.save({1: 2}, "never"), TypeError, ["save", "key 1", "strings"]),
    "a module to save": (
        lambda s: nn.save(linear(2, 2), "never"),
        TypeError,
        ["save", "Linear", "state_dict()"],
    ),
    "objects to save": (
        lambda s: nn.save({"a": np.array([object()])}, "never"),
        TypeError,
        ["save", "'a'", "Python objects"],
    ),
    "a list that holds itself": (
        lambda s: nn.save(cyclic(), "never"),
        ValueError,
        ["save", "list", "holds itself"],
    ),
    "a folder": (lambda s: nn.save(1, "."), ValueError, ["save", "'.'", "not a file"]),
    "a file that is not there": (lambda s: nn.load("never.npz"), FileNotFoundError, ["'never.npz'"]),
    "a file that is another": (lambda s: nn.load(__file__), ValueError, ["test_nn.py", "not an .npz file"]),
    # initial values and data
    "a deviation below 0": (
        lambda s: nn.init.normal_(np.ones(2), 0, -1),
        ValueError,
        ["normal_", "std", "-1"],
    ),
    "bounds exchanged": (
        lambda s: nn.init.uniform_(np.ones(2), 1, 0),
        ValueError,
        ["uniform_", "a=1", "b=0"],
    ),
    "fans of a row": (lambda s: nn.init.he_normal_(np.ones(2)), ValueError, ["fan in", "two axes", "(2,)"]),
    "an unknown gain": (lambda s: nn.init.calculate_gain("no"), ValueError, ["nonlinearity", "'no'", "relu"]),
    "an unknown fan": (
        lambda s: nn.init.kaiming_normal_(np.ones((2, 2)), mode="fan"),
        ValueError,
        ["mode", "'fan_in'", "'fan'"],
    ),
    "data of two lengths": (
        lambda s: nn.data.Dataset(np.ones(3), np.ones(4), source="x"),
        ValueError,
        ["Dataset", "(3,)", "(4,)"],
    ),
    "batches of two lengths": (
        lambda s: nn.data.DataLoader((np.ones(3), np.ones(4)), 2),
        ValueError,
        ["DataLoader", "[3, 4]"],
    ),
    "batches of nothing": (
        lambda s: nn.data.DataLoader((X, X), 0),
        ValueError,
        ["DataLoader: batch_size", "got 0"],
    ),
    "batches of a number": (lambda s: nn.data.DataLoader(3), TypeError, ["DataLoader", "int", "(x, t)"]),
    "batches of words": (
        lambda s: nn.data.DataLoader((np.ones(1), ["a"])),
        TypeError,
        ["DataLoader", "arrays of numbers", "str"],
    ),
    "batches of tuples of two lengths": (
        lambda s: nn.data.DataLoader([(1.0, 2.0), (1.0,)]),
        ValueError,
        ["DataLoader", "number 1 has 1 entries", "number 0 has 2"],
    ),
    # inside a module
    "an operation inside a module": (
        lambda s: Net(Wrong())(X),
        ValueError,
        ["add", "in the module 'heads.0'", "(5, 3)", "an array (7,)"],
    ),
}


class Wrong(nn.Module):
    def forward(self, x):
        return x + np.ones(7)


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
