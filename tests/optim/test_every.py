"""What every optimizer of this package does."""

import copy

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from tests.optim.runs import EVERY, every, of_numbers

X = np.random.default_rng(5).normal(size=(16, 3)).astype(np.float32)
T = np.tanh(X @ np.array([[1.0], [-2.0], [0.5]], np.float32)) + 0.5


def net():
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 1, rng=1))


def train(model, opt, steps):
    """Full batches; the losses before each step."""
    criterion = nn.HalfMSELoss()

    def closure():
        opt.zero_grad()
        loss = criterion(model(X), T)
        loss.backward()
        return loss

    return [float(opt.step(closure)) for _ in range(steps)]


def bits(model):
    return {name: value.tobytes() for name, value in model.state_dict().items()}


def test_the_list_is_complete():
    public = {getattr(optim, name) for name in optim.__all__ if isinstance(getattr(optim, name), type)}
    optimizers = {c for c in public if issubclass(c, optim.Optimizer)} - {optim.Optimizer}
    assert {make for make, _ in EVERY.values()} == optimizers


@every
def test_a_small_net_learns(make, options):
    """Row 6.0-1: SGD, Momentum, Nesterov, AdaGrad, RMSProp and Adam, and those that followed."""
    model = net()
    losses = train(model, make(model.parameters(), **options), 60)
    assert losses[-1] < 0.6 * losses[0]


@every
def test_training_goes_on_after_loading_as_if_nothing_had_happened(make, options, tmp_path):
    model = net()
    opt = make(model.parameters(), **options)
    train(model, opt, 7)
    nn.save({"model": model.state_dict(), "optimizer": opt.state_dict()}, tmp_path / "run.npz")
    train(model, opt, 6)

    saved = nn.load(tmp_path / "run.npz")
    again = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    again.load_state_dict(saved["model"])
    other = make(again.parameters())
    other.load_state_dict(saved["optimizer"])
    for key in set(opt.param_groups[0]) - {"params"}:
        assert other.param_groups[0][key] == opt.param_groups[0][key], key
    train(again, other, 6)
    assert bits(again) == bits(model)
    np.testing.assert_equal(other.state_dict(), opt.state_dict())


@every
def test_a_state_is_a_copy(make, options):
    def changed(value):
        if isinstance(value, np.ndarray):
            value[...] = 99
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                changed(part)

    model = net()
    opt = make(model.parameters(), **options)
    train(model, opt, 3)
    before = copy.deepcopy(opt.state_dict())
    changed(opt.state_dict())
    np.testing.assert_equal(opt.state_dict(), before)


@every
def test_the_same_bits_come_out_again(make, options):
    def trained():
        model = net()
        train(model, make(model.parameters(), **options), 20)
        return bits(model)

    assert trained() == trained()


@every
def test_float32_stays_float32(make, options):
    model = net()
    opt = make(model.parameters(), **options)
    opt.param_groups[0]["lr"] = np.float64(options.get("lr", 0.01))
    train(model, opt, 5)
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}

    def arrays(value):
        if isinstance(value, np.ndarray):
            return [value]
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        return [a for part in parts for a in arrays(part)]

    found = arrays([opt.state_dict()["state"], opt.state_dict().get("curvature", [])])
    assert {a.dtype for a in found} <= {np.dtype(np.float32)}
    # each but plain descent remembers something, so that something was looked at
    assert found or not opt.slots_of(opt.param_groups[0])


@every
def test_frozen_parameters_and_those_without_a_gradient_stay(make, options):
    model = net()
    model[0].requires_grad_(False)
    alone = Tensor([1.0, 2.0], True)
    before = model.state_dict()
    train(model, make([*model.parameters(), alone], **options), 3)
    after = model.state_dict()
    assert {name for name in before if (before[name] != after[name]).any()} == {"2.weight", "2.bias"}
    assert alone.tolist() == [1.0, 2.0]
    assert alone.grad is None


@of_numbers
def test_maximize_is_minimising_the_negative(make, options):
    if make in (optim.Momentum, optim.Nesterov):
        pytest.skip("the lecture's momentum only descends")

    def trained(sign, **more):
        p = Tensor([0.3, -0.7], True)
        opt = make([p], **options, **more)
        for _ in range(5):
            opt.zero_grad()
            (sign * (p * p * p)).sum().backward()
            opt.step()
        return p.numpy()

    np.testing.assert_array_equal(trained(1.0, maximize=True), trained(-1.0))


@of_numbers
def test_the_closure_is_called_once_with_recording_on(make, options):
    p = Tensor([2.0], True)
    opt = make([p], **options)
    calls = []

    def closure():
        calls.append(1)
        opt.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with ac.no_grad():
        assert float(opt.step(closure)) == 4
    assert len(calls) == 1
    assert abs(float(p[0])) < 2


@every
@pytest.mark.parametrize("value", [np.array(2.0), np.ones((2, 0)), np.ones((2, 3, 4))[::2, ::-1].T])
def test_parameters_of_any_shape(make, options, value):
    p, other = Tensor(value, True), Tensor([1.0], True)
    opt = make({"p": p, "other": other}, **options)

    def closure():
        opt.zero_grad()
        loss = (p * p).sum() + (other * other).sum()
        loss.backward()
        return loss

    first, *_, last = (float(opt.step(closure)) for _ in range(4))
    assert last < first
    assert p.shape == value.shape


@every
def test_wrong_settings_are_refused_by_name(make, options):
    p = Tensor([1.0], True)
    name = make.__name__
    for wrong in (-0.1, float("nan"), float("inf"), "fast", None, (1.0,)):
        with pytest.raises(ValueError, match=f"{name}: lr is at least 0"):
            make([{"params": [p], "lr": wrong}])
    with pytest.raises(TypeError, match=f"{name} has no setting speed; it has lr"):
        make([{"params": [p], "speed": 1}])
    opt = make([p], **options)
    opt.param_groups[0]["lr"] = -1.0
    p.grad = [1.0]
    with pytest.raises(ValueError, match=f"{name}: lr is at least 0"):
        opt.step(lambda: p.sum())
    assert p.tolist() == [1.0]


RANGES = {
    "momentum": ([-0.1, float("nan"), "a"], [optim.SGD, optim.RMSprop]),
    "dampening": ([float("nan"), None], [optim.SGD]),
    "weight_decay": ([-0.1, float("inf")], [optim.SGD, optim.Adam, optim.AdamW, optim.Adagrad, optim.NAdam]),
    "nesterov": ([1, "yes"], [optim.SGD]),
    "maximize": ([1, None], [optim.SGD, optim.Adadelta, optim.RAdam]),
    "betas": (
        [(0.9, 1.0), (-0.1, 0.9), (0.9,), 0.9, (0.9, float("nan")), ("a", "b")],
        [optim.Adam, optim.AdamW, optim.Adamax, optim.NAdam, optim.RAdam],
    ),
    "eps": ([-1e-8, None], [optim.Adam, optim.Adagrad, optim.Adadelta, optim.RMSprop, optim.Adamax]),
    "rho": ([-0.1, 1.1], [optim.Adadelta]),
    "alpha": ([-0.1, 1.1], [optim.RMSprop]),
    "centered": ([0], [optim.RMSprop]),
    "amsgrad": ([0], [optim.Adam, optim.AdamW]),
    "form": (["torch", None, 1], [optim.Adam]),
    "lr_decay": ([-1], [optim.Adagrad]),
    "initial_accumulator_value": ([-1], [optim.Adagrad]),
    "momentum_decay": ([-1], [optim.NAdam]),
    "decoupled_weight_decay": ([1], [optim.Adam, optim.NAdam, optim.RAdam]),
    "max_iter": ([0, 2.5, True, None], [optim.LBFGS]),
    "max_eval": ([0, 2.5, True], [optim.LBFGS]),
    "history_size": ([0, 2.5, None], [optim.LBFGS]),
    "tolerance_grad": ([-1e-9], [optim.LBFGS]),
    "tolerance_change": ([-1e-9], [optim.LBFGS]),
    "line_search_fn": (["wolfe", True], [optim.LBFGS]),
}


@pytest.mark.parametrize(
    ("setting", "wrong", "make"),
    [(key, wrong, make) for key, (several, makes) in RANGES.items() for wrong in several for make in makes],
)
def test_ranges(setting, wrong, make):
    with pytest.raises(ValueError, match=f"{make.__name__}: {setting} is .*, got "):
        make([Tensor([1.0], True)], **{setting: wrong})


@pytest.mark.parametrize("momentum", [{}, {"momentum": 0.9, "dampening": 0.1}])
def test_settings_that_do_not_go_together_are_refused_wherever_they_are_set(momentum):
    p, q = Tensor([1.0], True), Tensor([1.0], True)
    text = "SGD: nesterov needs a momentum above 0 and no dampening"
    with pytest.raises(ValueError, match=text):
        optim.SGD([p], nesterov=True, **momentum)
    opt = optim.SGD([p])
    with pytest.raises(ValueError, match=text):
        opt.add_param_group({"params": [q], "nesterov": True, **momentum})
    assert len(opt.param_groups) == 1
    opt.param_groups[0].update(nesterov=True, **momentum)
    p.grad = [1.0]
    with pytest.raises(ValueError, match=text):
        opt.step()
    assert p.tolist() == [1.0]


@of_numbers
def test_parameters_that_come_later(make, options):
    p, q = Tensor([1.0], True, name="p"), Tensor([1.0], True)
    opt = make([p], **options)
    p.grad = [1.0]
    opt.step()
    opt.add_param_group({"params": q, "lr": 0.5})
    assert [group["lr"] for group in opt.param_groups] == [opt.param_groups[0]["lr"], 0.5]
    assert opt.param_groups[1]["params"] == [q]
    alone = Tensor([1.0], True)
    q.grad = alone.grad = [1.0]
    opt.step()
    make([alone], **{**options, "lr": 0.5}).step()
    assert q.tolist() == alone.tolist()
    for wrong, error, text in (
        ({"params": [p]}, ValueError, "'p' is given twice"),
        ({"params": [alone, alone]}, ValueError, "is given twice"),
        ([alone], TypeError, 'a group is a dict with "params"'),
        ({"params": [alone], "speed": 1}, TypeError, "no setting speed"),
        ({"params": [alone], "lr": -1}, ValueError, "lr is at least 0"),
        ({"params": {alone}}, TypeError, "is a set"),
    ):
        with pytest.raises(error, match=text):
            opt.add_param_group(wrong)
        assert len(opt.param_groups) == len(opt.state_dict()["state"]) == 2
