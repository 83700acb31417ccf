"""Optimizers: parameters, settings, states, and updates of one's own."""

import numpy as np
import pytest

import nn
import optim
from autograd_core import Tensor
from tests.autograd_core.errors.runner import run


def trained(**settings):
    """An optimizer of one fresh parameter, after a step."""
    p = Tensor([1.0, 2.0], requires_grad=True, name="p")
    p.grad = np.ones(2)
    opt = optim.SGD([p], lr=0.1, **settings)
    opt.step()
    return opt


def stepped(kind):
    p = Tensor([1.0, 2.0], requires_grad=True, name="p")
    p.grad = np.ones(2)
    kind([p], lr=0.1).step()


class Returning(optim.Optimizer):
    def update(self, p, g, *, lr):
        return p - lr * g


class Misshapen(optim.Optimizer):
    def update(self, p, g, *, lr):
        p -= lr * np.ones(3)


class Nothing(optim.Optimizer):
    pass


class Counting(optim.Optimizer):
    slots = ("t",)

    def update(self, p, g, t, *, lr):
        p -= lr * g


def changed_lr(value):
    trained().lr = value


def different_rates(s):
    return optim.SGD([{"params": [s.w], "lr": 0.1}, {"params": [s.v], "lr": 0.2}]).lr


def loaded(change, **settings):
    opt = trained(**settings)
    state = opt.state_dict()
    change(state)
    opt.load_state_dict(state)


def without_lr(state):
    del state["param_groups"][0]["lr"]


def with_another_slot(state):
    state["state"][0]["speed"] = np.ones(2)


def with_another_shape(state):
    state["state"][0]["momentum_buffer"] = np.ones(3)


def without_count(state):
    del state["state"][0]["t"]


BAD = {
    "nothing": (lambda s: optim.SGD([], lr=0.1), ValueError, ["SGD", "params is empty"]),
    "twice": (lambda s: optim.SGD([s.w, s.w], lr=0.1), ValueError, ["SGD", "'W'", "given twice"]),
    "twice in two groups": (
        lambda s: optim.SGD([{"params": [s.w]}, {"params": [s.w]}], lr=0.1),
        ValueError,
        ["SGD", "'W'", "given twice"],
    ),
    "one Tensor": (lambda s: optim.SGD(s.w, lr=0.1), TypeError, ["SGD", "one Tensor", "[W]"]),
    "a module": (lambda s: optim.Adam(nn.ReLU(), lr=0.1), TypeError, ["Adam", "model.parameters()"]),
    "a number": (lambda s: optim.SGD(3, lr=0.1), TypeError, ["SGD", "list", "got 3"]),
    "a list of numbers": (lambda s: optim.SGD([3], lr=0.1), TypeError, ["SGD", "number 0", "int"]),
    "a result": (lambda s: optim.SGD([s.z], lr=0.1), TypeError, ["SGD", "result of an operation", "leaves"]),
    "integers": (lambda s: optim.SGD([s.i], lr=0.1), TypeError, ["SGD", "int64", "(3,)"]),
    "nothing that trains": (
        lambda s: optim.SGD([s.w.detach()], lr=0.1),
        ValueError,
        ["SGD", "none of the 1"],
    ),
    "a group of no params": (
        lambda s: optim.SGD([{"param": [s.w]}], lr=0.1),
        TypeError,
        ["SGD", '"params"', "param"],
    ),
    "a group of a number": (
        lambda s: optim.SGD([{"params": 3}], lr=0.1),
        TypeError,
        ["SGD", '"params"', "got 3"],
    ),
    "a group of an unknown setting": (
        lambda s: optim.SGD([{"params": [s.w], "lrr": 3}], lr=0.1),
        TypeError,
        ["SGD", "lrr", "momentum"],
    ),
    # settings
    "a negative lr": (lambda s: optim.SGD([s.w], lr=-0.1), ValueError, ["SGD: lr", "at least 0", "-0.1"]),
    "an lr of words": (lambda s: optim.SGD([s.w], lr="fast"), ValueError, ["SGD: lr", "'fast'"]),
    "an lr of NaN": (lambda s: optim.SGD([s.w], lr=float("nan")), ValueError, ["SGD: lr", "nan"]),
    "lr and params exchanged": (lambda s: optim.SGD(0.1, [s.w]), ValueError, ["SGD: lr", "'W'"]),
    "an unknown setting": (lambda s: optim.SGD([s.w], lr=0.1, momentun=0.9), TypeError, ["momentun"]),
    "an unknown setting of one's own": (
        lambda s: Returning([s.w], lr=0.1, speed=1),
        TypeError,
        ["Returning", "speed"],
    ),
    "a missing setting": (lambda s: Returning([s.w]), TypeError, ["Returning", "lr", "no default"]),
    "a negative momentum": (
        lambda s: optim.SGD([s.w], lr=0.1, momentum=-1),
        ValueError,
        ["SGD: momentum", "-1"],
    ),
    "one beta": (lambda s: optim.Adam([s.w], betas=0.9), ValueError, ["Adam: betas", "two numbers", "0.9"]),
    "a beta of 1": (lambda s: optim.Adam([s.w], betas=(0.9, 1.0)), ValueError, ["Adam: betas", "(0.9, 1.0)"]),
    "a negative eps": (lambda s: optim.Adam([s.w], eps=-1), ValueError, ["Adam: eps", "-1"]),
    "a negative lr set": (lambda s: changed_lr(-1), ValueError, ["SGD: lr", "-1"]),
    "an lr of words set": (lambda s: changed_lr("a"), ValueError, ["SGD: lr", "'a'"]),
    "different rates read": (
        different_rates,
        ValueError,
        ["different learning rates", "[0.1, 0.2]", "param_groups"],
    ),
    # steps
    "a closure that is none": (lambda s: trained().step(3), TypeError, ["SGD.step", "closure", "3"]),
    "an update that is missing": (
        lambda s: Nothing([s.w]).step(),
        NotImplementedError,
        ["Nothing has no update"],
    ),
    "an update that returns": (lambda s: stepped(Returning), TypeError, ["Returning.update", "p -= lr * g"]),
    "an update of another shape": (
        lambda s: stepped(Misshapen),
        ValueError,
        ["(2,)", "(3,)", "in Misshapen.step", "'p'", "lr=0.1"],
    ),
    "a slot t": (
        lambda s: Counting([s.w], lr=0.1),
        TypeError,
        ["Counting", "slot", "t", "number of updates"],
    ),
    # states
    "a state that is none": (lambda s: trained().load_state_dict(3), TypeError, ["SGD.load_state_dict", "3"]),
    "a state of nothing": (
        lambda s: trained().load_state_dict({}),
        ValueError,
        ["SGD.load_state_dict", "empty dict"],
    ),
    "a state of more": (
        lambda s: trained().load_state_dict(optim.SGD([s.w, s.v], lr=0.1).state_dict()),
        ValueError,
        ["SGD.load_state_dict", "[2]", "[1]"],
    ),
    "a state of another optimizer": (
        lambda s: trained().load_state_dict(optim.Adam([s.w], lr=0.1).state_dict()),
        TypeError,
        ["SGD", "betas", "eps"],
    ),
    "a state without a setting": (
        lambda s: loaded(without_lr),
        ValueError,
        ["SGD.load_state_dict", "group 0", "lr"],
    ),
    "a state of another slot": (
        lambda s: loaded(with_another_slot, momentum=0.9),
        ValueError,
        ["SGD.load_state_dict", "parameter 0", "speed", "momentum_buffer"],
    ),
    "a slot of another shape": (
        lambda s: loaded(with_another_shape, momentum=0.9),
        ValueError,
        ["SGD.load_state_dict", "momentum_buffer", "(3,)", "(2,)"],
    ),
    "a state without counts": (lambda s: loaded(without_count), ValueError, ["SGD.load_state_dict", "'t'"]),
}


@pytest.mark.parametrize("name", BAD)
def test_the_error_teaches(name):
    run(*BAD[name])
