"""Modules that hold modules."""

import pickle
from collections import OrderedDict
from copy import deepcopy

import numpy as np
import pytest

import autograd_core as ac
import nn
from tests.nn.oracle import agrees_with_torch, torch


def test_a_sequence_of_named_modules():
    th = torch()
    ours = nn.Sequential({"in": nn.Linear(3, 4), "act": nn.ReLU()})
    theirs = th.nn.Sequential(OrderedDict([("in", th.nn.Linear(3, 4)), ("act", th.nn.ReLU())]))
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == ["in.weight", "in.bias"]
    agrees_with_torch(ours, theirs, np.random.default_rng(0).normal(size=(2, 3)))
    y = ours(ac.Tensor(np.ones((1, 3)), True))
    assert {n.module for n in ac.graph(y).nodes} >= {"in", "act"}


def test_what_is_no_module_is_told_how_to_become_one():
    with pytest.raises(TypeError, match=r"number 1 is the class ReLU, .*make one: ReLU\(\.\.\.\)"):
        nn.Sequential(nn.Linear(2, 3), nn.ReLU)
    with pytest.raises(TypeError, match=r"number 0 is a list, not a Module; write Sequential\(\*layers\)"):
        nn.Sequential([nn.Linear(2, 3), nn.ReLU()])
    with pytest.raises(TypeError, match=r"ModuleList: number 0 is a list, not a Module$"):
        nn.ModuleList([[nn.ReLU()]])


def test_modules_of_a_container_are_attributes():
    model = nn.Sequential(OrderedDict(fc=nn.Linear(3, 4), act=nn.ReLU()))
    assert model.fc is model[0]
    model.fc = nn.Linear(3, 2)
    assert model(np.ones((1, 3))).shape == (1, 2)
    assert list(model.state_dict()) == ["fc.weight", "fc.bias"]
    assert deepcopy(model).fc is not model.fc
    assert pickle.loads(pickle.dumps(model)).fc.out_features == 2
    with pytest.raises(TypeError, match="'fc' is a float, not a Module"):
        model.fc = 2.0
    with pytest.raises(AttributeError, match="Sequential has no attribute 'fc2'"):
        _ = model.fc2
    kinds = nn.ModuleDict({"training": nn.ReLU()})
    assert kinds.eval().training is False
    assert isinstance(kinds["training"], nn.ReLU)


def test_a_module_that_is_added_by_name_is_called():
    th = torch()
    ours, theirs = nn.Sequential(nn.Linear(3, 4)), th.nn.Sequential(th.nn.Linear(3, 4))
    for model, lib in ((ours, nn), (theirs, th.nn)):
        model.add_module("act", lib.Tanh())
        model.register_module("out", lib.Linear(4, 2))
    assert repr(ours) == repr(theirs)
    agrees_with_torch(ours, theirs, np.random.default_rng(0).normal(size=(2, 3)))
    with pytest.raises(ValueError, match="'forward' is taken"):
        ours.add_module("forward", nn.ReLU())
    with pytest.raises(ValueError, match="without dots"):
        ours.add_module("a.b", nn.ReLU())


def test_a_slice_has_the_same_modules_under_the_same_names():
    th = torch()
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Tanh())
    tail = model[1:]
    assert tail[0] is model[1]
    assert repr(tail) == repr(th.nn.Sequential(th.nn.Linear(2, 2), th.nn.ReLU(), th.nn.Tanh())[1:])
    assert model[-1] is model[2]
    assert float(model[1:](-1.0)) == 0


@pytest.mark.parametrize("kind", [nn.Sequential, lambda *m: nn.ModuleList(m)], ids=["sequential", "list"])
def test_sequences_change_like_lists(kind):
    a, b, c, d = nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.GELU()
    row = kind(a, b)
    assert row.append(c) is row
    row.insert(1, d)
    assert [*row] == [a, d, b, c]
    assert [name for name, _ in row.members()] == ["0", "1", "2", "3"]
    assert row.pop(1) is d
    assert row.pop() is c
    row[0] = d
    row.extend([a, c])
    del row[1]
    assert [*row] == [d, a, c]
    assert [name for name, _ in row.members()] == ["0", "1", "2"]
    assert a in list(row)
    del row[:2]
    assert [*row] == [c]
    for call in (
        lambda: row[1],
        lambda: row.pop(3),
        lambda: row.__setitem__(1, a),
        lambda: row.__delitem__(4),
    ):
        with pytest.raises(IndexError, match=r"no module \d, there are 1"):
            call()
    before = [*row]
    for call in (lambda: row.append(3), lambda: row.insert(0, 3), lambda: row.__setitem__(0, 3)):
        with pytest.raises(TypeError, match="is a int, not a Module"):
            call()
    assert [*row] == before


def test_a_list_of_modules_is_found_trained_and_printed_as_in_torch():
    th = torch()

    class Ours(nn.Module):
        def __init__(self):
            self.layers = nn.ModuleList(nn.Linear(3, 3) for _ in range(3)) + nn.ModuleList([nn.Linear(3, 1)])

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    class Theirs(th.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = th.nn.ModuleList([th.nn.Linear(3, 3) for _ in range(3)] + [th.nn.Linear(3, 1)])

        forward = Ours.forward

    assert repr(Ours().layers) == repr(Theirs().layers)
    assert repr(nn.ModuleList()) == repr(th.nn.ModuleList())
    agrees_with_torch(Ours(), Theirs(), np.random.default_rng(0).normal(size=(2, 3)))
    assert isinstance(Ours().layers[1:], nn.ModuleList)
    with pytest.raises(NotImplementedError, match="ModuleList has no forward"):
        Ours().layers(np.ones(3))


def test_a_dict_of_modules():
    th = torch()
    both = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.ReLU()})
    assert repr(both) == repr(th.nn.ModuleDict({"a": th.nn.Linear(2, 2), "b": th.nn.ReLU()}))
    assert "a" in both
    assert len(both) == 2
    assert list(both) == list(both.keys()) == ["a", "b"]
    assert dict(both.items())["b"] is both["b"]
    assert list(both.values())[1] is both["b"]
    both["c"] = nn.Tanh()
    both.update([("b", nn.Tanh())])
    assert isinstance(both["b"], nn.Tanh)
    assert both.pop("c") not in list(both.values())
    del both["b"]
    assert [name for name, _ in both.named_parameters()] == ["a.weight", "a.bias"]
    copy = deepcopy(both)
    assert copy["a"] is not both["a"]
    both.clear()
    assert not both.parameters()
    with pytest.raises(KeyError, match="no module 'a'; there are: none"):
        both["a"]
    with pytest.raises(TypeError, match="'x' is a float, not a Module"):
        both["x"] = 2.0
    with pytest.raises(TypeError, match="a name is text, got 3"):
        both[3] = nn.ReLU()
    assert len(both) == 0


def test_identity_stands_for_any_layer():
    x = ac.Tensor(2.0, True)
    assert nn.Identity(3, bias=False)(x) is x
    assert repr(nn.Identity()) == "Identity()"


def test_what_is_appended_to_a_slice_replaces_nothing():
    a, b, c, d = nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.GELU()
    tail = nn.Sequential(a, b, c)[1:]
    assert [*tail.append(d)] == [b, c, d]
    named = nn.Sequential({"1": a})
    assert [*named.extend([b, c])] == [a, b, c]
    assert len({name for name, _ in named.members()}) == 3
