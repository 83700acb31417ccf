"""Schedules: torch's numbers, several at once, rates set by hand, saving."""

import copy
from math import inf, nan

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from optim import lr_scheduler as ours
from optim.adam import Adam
from optim.optimizer import Optimizer
from optim.sgd import SGD

LRS = (0.5, 0.02)


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="torch is an optional oracle")


def optimizer(lrs=LRS, kind=SGD, **settings):
    groups = [{"params": [Tensor([1.0], True)], "lr": lr} for lr in lrs]
    return kind(groups, lr=lrs[0], **settings)


def torchs(torch, lrs=LRS, kind="SGD", **settings):
    groups = [{"params": [torch.ones(1, requires_grad=True)], "lr": lr} for lr in lrs]
    return getattr(torch.optim, kind)(groups, lr=lrs[0], **settings)


def rates(opt):
    return [group["lr"] for group in opt.param_groups]


def alone(name, *args, **kw):
    """A maker of one scheduler, of ours or torch's module."""
    return lambda module, opt: [getattr(module, name)(opt, *args, **kw)]


def several(*makers):
    return lambda module, opt: [make(module, opt)[0] for make in makers]


def sequential(milestones, *makers):
    return lambda m, opt: [m.SequentialLR(opt, [make(m, opt)[0] for make in makers], milestones)]


def chained(*makers):
    return lambda m, opt: [m.ChainedScheduler([make(m, opt)[0] for make in makers])]


STEP = alone("StepLR", 3, 0.5)
EXPONENTIAL = alone("ExponentialLR", 0.9)
COSINE = alone("CosineAnnealingLR", 10, 0.001)
LINEAR = alone("LinearLR", 0.1, 1.0, 4)
CONSTANT = alone("ConstantLR", 0.25, 3)
POLYNOMIAL = alone("PolynomialLR", 30, 2.0)

SCHEDULES = {
    "StepLR": STEP,
    "MultiStepLR": alone("MultiStepLR", [7, 3, 3, 12], gamma=0.3),
    "ExponentialLR": EXPONENTIAL,
    "ConstantLR": CONSTANT,
    "ConstantLR, defaults": alone("ConstantLR"),
    "LinearLR": LINEAR,
    "LinearLR down": alone("LinearLR", 1.0, 0.2, 7),
    "LinearLR, defaults": alone("LinearLR"),
    "PolynomialLR": POLYNOMIAL,
    "PolynomialLR to its end": alone("PolynomialLR", 6, 0.9),
    "PolynomialLR, defaults": alone("PolynomialLR"),
    "LambdaLR": alone("LambdaLR", lambda t: 0.95**t),
    "LambdaLR, per group": alone("LambdaLR", [lambda t: 1 / (1 + t), lambda t: 0.5 ** (t // 4)]),
    "MultiplicativeLR": alone("MultiplicativeLR", [lambda t: 0.95, lambda t: 1 - 0.01 * t]),
    "CosineAnnealingLR": COSINE,
    "CosineAnnealingLR, no floor": alone("CosineAnnealingLR", T_max=4),
    "warm restarts": alone("CosineAnnealingWarmRestarts", 4, 1, 0.001),
    "warm restarts, longer": alone("CosineAnnealingWarmRestarts", 3, 2, eta_min=0.01),
    "CyclicLR": alone("CyclicLR", 0.1, 0.9, 4),
    "CyclicLR, unequal": alone("CyclicLR", [0.1, 0.2], [0.9, 0.8], 3, 5, base_momentum=0.7),
    "CyclicLR 2": alone("CyclicLR", 0.1, 0.9, 4, mode="triangular2"),
    "CyclicLR exp": alone("CyclicLR", 0.1, 0.9, 4, mode="exp_range", gamma=0.97),
    "CyclicLR of one's own": alone("CyclicLR", 0.1, 0.9, 4, scale_fn=lambda n: 1 / n),
    "CyclicLR of one's own, by step": alone(
        "CyclicLR", 0.1, 0.9, 4, scale_fn=lambda t: 0.9**t, scale_mode="iterations"
    ),
    "CyclicLR, steady momentum": alone("CyclicLR", 0.1, 0.9, 4, cycle_momentum=False),
    "OneCycleLR": alone("OneCycleLR", 1.0, 26),
    "OneCycleLR, epochs": alone("OneCycleLR", [1.0, 0.3], epochs=2, steps_per_epoch=15, pct_start=0.4),
    "OneCycleLR, linear": alone("OneCycleLR", 1.0, 26, anneal_strategy="linear", cycle_momentum=False),
    "OneCycleLR, three phases": alone(
        "OneCycleLR", 1.0, 30, three_phase=True, div_factor=10, final_div_factor=7, base_momentum=0.5
    ),
    "OneCycleLR, no rise": alone("OneCycleLR", 1.0, 26, pct_start=0.0),
    "several: multiply": several(STEP, EXPONENTIAL, CONSTANT),
    "several: warm-up and cosine": several(alone("CosineAnnealingLR", 30, 0.001), LINEAR),
    "several: warm-up, then cosine": several(LINEAR, alone("CosineAnnealingLR", 40)),
    "several: steps and powers": several(POLYNOMIAL, alone("MultiplicativeLR", lambda t: 0.9), STEP),
    "sequential: warm-up": sequential([4], LINEAR, COSINE),
    "sequential: three": sequential([4, 9], CONSTANT, EXPONENTIAL, alone("StepLR", 2)),
    "sequential: at once": sequential([0], LINEAR, EXPONENTIAL),
    "sequential: lambda": sequential([5], alone("LambdaLR", lambda t: 0.1 * (t + 1)), COSINE),
    "sequential of one": sequential([], STEP),
    "chained": chained(CONSTANT, EXPONENTIAL, STEP),
    "chained: cosine": chained(LINEAR, alone("CosineAnnealingLR", 30, 0.001)),
}


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_the_rates_are_torchs(torch, name):
    """Row 6.0-2: λ is changed during training, from coarse to fine."""
    mine, its = optimizer(momentum=0.9), torchs(torch, momentum=0.9)
    make = SCHEDULES[name]
    us, them = make(ours, mine), make(torch.optim.lr_scheduler, its)
    for t in range(26):
        where = f"{name}, step {t}"
        np.testing.assert_allclose(rates(mine), rates(its), rtol=1e-11, atol=1e-15, err_msg=where)
        np.testing.assert_allclose(us[-1].get_last_lr(), them[-1].get_last_lr(), rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(
            [g["momentum"] for g in mine.param_groups], [g["momentum"] for g in its.param_groups], rtol=1e-12
        )
        if t < 25:
            mine.step()
            its.step()
            for s in (*us, *them):
                s.step()


@pytest.mark.parametrize("name", ["OneCycleLR", "CyclicLR"])
def test_the_momentum_of_adam_is_its_first_beta(torch, name):
    mine = optimizer(kind=Adam, betas=(0.9, 0.95))
    its = torchs(torch, kind="Adam", betas=(0.9, 0.95))
    us, them = SCHEDULES[name](ours, mine), SCHEDULES[name](torch.optim.lr_scheduler, its)
    for _ in range(20):
        for group, hers in zip(mine.param_groups, its.param_groups, strict=True):
            np.testing.assert_allclose(group["betas"], hers["betas"], rtol=1e-12)
            assert group["betas"][1] == 0.95
        its.step()
        us[0].step()
        them[0].step()
    assert mine.param_groups[0]["betas"][0] != 0.9


@pytest.mark.parametrize(
    "settings",
    [
        {"patience": 2},
        {"patience": 0, "threshold": 0.1, "cooldown": 2},
        {"mode": "max", "patience": 1, "threshold_mode": "abs", "threshold": 0.3, "min_lr": 0.01},
        {"mode": "max", "patience": 1, "min_lr": [0.2, 0.001], "factor": 0.5},
        {"patience": 1, "eps": 0.05, "threshold_mode": "abs"},
    ],
)
def test_a_plateau_reduces_the_rate_as_torchs(torch, settings):
    mine, its = optimizer(), torchs(torch)
    us = ours.ReduceLROnPlateau(mine, **settings)
    them = torch.optim.lr_scheduler.ReduceLROnPlateau(its, **settings)
    assert us.needs_metric
    rng = np.random.default_rng(3)
    values = [*(1 + rng.normal(size=40) * 0.3), nan, *(0.8 + rng.normal(size=20) * 0.1)]
    changes = 0
    for t, value in enumerate(values):
        before = rates(mine)
        us.step(Tensor(value) if t % 2 else value)
        them.step(value)
        np.testing.assert_allclose(rates(mine), rates(its), rtol=1e-13)
        assert us.get_last_lr() == rates(mine)
        assert us.num_bad_epochs == them.num_bad_epochs
        assert us.best == them.best
        changes += rates(mine) != before
    assert changes


@pytest.mark.parametrize(
    "name",
    [name for name in SCHEDULES if " " not in name and name[0] not in "L"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_rate_set_by_hand_is_where_it_goes_on_as_in_torch(torch, name):
    mine, its = optimizer(momentum=0.9), torchs(torch, momentum=0.9)
    us, them = SCHEDULES[name](ours, mine), SCHEDULES[name](torch.optim.lr_scheduler, its)
    for t in range(9):
        if t == 3:
            mine.lr = 0.07
            for group in its.param_groups:
                group["lr"] = 0.07
        its.step()
        us[0].step()
        them[0].step()
        np.testing.assert_allclose(rates(mine), rates(its), rtol=1e-10, err_msg=f"step {t}")


def test_a_rate_set_by_hand_stays_where_torch_forgets_it():
    """Row 9.4-1: shrinking λ midway is one line, whatever schedule there is."""
    opt = optimizer((1.0,))
    schedule = ours.LambdaLR(opt, lambda t: 1 / (1 + t))
    schedule.step()
    opt.lr *= 0.1
    schedule.step()
    assert opt.lr == pytest.approx(0.1 / 3)
    opt = optimizer((1.0,))
    schedule = ours.CosineAnnealingWarmRestarts(opt, 2)
    schedule.step()
    opt.lr *= 0.1
    schedule.step()
    assert opt.lr == pytest.approx(0.1)


def test_a_schedule_alone_has_no_rounding_that_grows():
    opt = optimizer((0.3,))
    schedule = ours.ExponentialLR(opt, 0.999)
    for _ in range(2000):
        schedule.step()
    assert opt.lr == 0.3 * 0.999**2000


def test_a_new_schedule_begins_with_the_rate_it_finds():
    opt = optimizer((1.0,), momentum=0.9)
    first = ours.OneCycleLR(opt, 1.0, 5)
    for _ in range(5):
        first.step()
    opt.lr = 0.2
    second = ours.StepLR(opt, 1, 0.5)
    assert opt.lr == 0.2
    second.step()
    assert opt.lr == 0.1


def test_zero_is_left_again():
    opt = optimizer((1.0,))
    schedule = ours.SequentialLR(opt, [ours.PolynomialLR(opt, 2), ours.ExponentialLR(opt, 0.5)], [3])
    seen = []
    for _ in range(5):
        seen.append(opt.lr)
        schedule.step()
    assert seen == [1.0, 0.5, 0.0, 1.0, 0.5]


def test_combinations_nest():
    """A chain of a warm-up and steps, followed by a constant."""
    opt = optimizer((1.0,))
    last = ours.ConstantLR(opt, 0.5, 100)
    chain = ours.ChainedScheduler([ours.LinearLR(opt, 0.5, total_iters=2), ours.StepLR(opt, 2, 0.1)])
    schedule = ours.SequentialLR(opt, [chain, last], [4])
    seen = []
    for _ in range(6):
        seen.append(opt.lr)
        schedule.step()
    np.testing.assert_allclose(seen, [0.5, 0.75, 0.1, 0.1, 0.5, 0.5])


def test_the_warm_up_rises_to_the_rate_of_the_schedule():
    opt = optimizer((0.8,))
    schedule = ours.warm_up(ours.StepLR(opt, 2, 0.5), steps=4)
    seen = []
    for _ in range(8):
        seen.append(opt.lr)
        schedule.step()
    np.testing.assert_allclose(seen, [0.2, 0.35, 0.5, 0.65, 0.8, 0.8, 0.4, 0.4])
    opt = optimizer((0.8,))
    ours.warm_up(ours.StepLR(opt, 2), 3, start_factor=0.01)
    assert opt.lr == pytest.approx(0.008)


# ---- saving ------------------------------------------------------------------------------------------------

SAVED = {name: s for name, s in SCHEDULES.items() if "several" not in name}
SAVED["plateau"] = alone("ReduceLROnPlateau", patience=1, cooldown=1)


def advance(schedule, n, start):
    seen = []
    for t in range(start, start + n):
        schedule.step(*([float(t % 3)] if schedule.needs_metric else []))
        seen.append([{k: v for k, v in g.items() if k != "params"} for g in schedule.optimizer.param_groups])
    return seen


@pytest.mark.parametrize("name", SAVED)
@pytest.mark.parametrize("by_hand", [False, True])
def test_it_goes_on_to_the_bit(name, by_hand, tmp_path):
    opt = optimizer(momentum=0.9)
    [schedule] = SAVED[name](ours, opt)
    advance(schedule, 7, 0)
    if by_hand:
        opt.lr = 0.11
        advance(schedule, 2, 7)
    nn.save({"schedule": schedule.state_dict(), "optimizer": opt.state_dict()}, tmp_path / "state.npz")
    now = copy.deepcopy(opt.param_groups)
    wanted = advance(schedule, 8, 9)
    saved = nn.load(tmp_path / "state.npz")
    for order in (("schedule", "optimizer"), ("optimizer", "schedule"), ("schedule",)):
        fresh = optimizer(momentum=0.9)
        [other] = SAVED[name](ours, fresh)
        things = {"schedule": other, "optimizer": fresh}
        for key in order:
            things[key].load_state_dict(saved[key])
        for group, old in zip(fresh.param_groups, now, strict=True):
            assert {**group, "params": 0} == {**old, "params": 0}
        assert other.get_last_lr() == saved["schedule"]["_last_lr"]
        assert advance(other, 8, 9) == wanted
    schedule.load_state_dict(saved["schedule"])  # back again, after more steps
    opt.load_state_dict(saved["optimizer"])
    assert advance(schedule, 8, 9) == wanted


def test_a_state_brings_its_settings():
    opt, other = optimizer((1.0,)), optimizer((2.0,))
    schedule, fresh = ours.StepLR(opt, 2, 0.5), ours.StepLR(other, 9)
    schedule.step()
    fresh.load_state_dict(schedule.state_dict())
    fresh.step()
    assert other.lr == 0.5
    assert repr(fresh) == "StepLR(step_size=2, gamma=0.5, base_lrs=[1.0], last_epoch=2)"


def test_a_state_is_a_copy():
    opt = optimizer()
    schedule = ours.StepLR(opt, 1)
    state = schedule.state_dict()
    schedule.step()
    assert state["lrs"] == list(LRS)
    state["base_lrs"][0] = 7
    schedule.step()
    assert opt.param_groups[0]["lr"] == pytest.approx(0.005)


def test_a_deep_copy_is_independent():
    opt = optimizer()
    schedule = ours.SequentialLR(opt, [ours.StepLR(opt, 1), ours.StepLR(opt, 2)], [3])
    other = copy.deepcopy(schedule)
    other.step()
    assert rates(opt) == list(LRS)
    assert other.optimizer.param_groups[0]["lr"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: 3, "takes the dict"),
        (lambda s: {**s, "more": 1}, "more"),
        (lambda s: {k: v for k, v in s.items() if k != "gamma"}, "gamma"),
        (lambda s: {**s, "gamma": -1.0}, "gamma is at least 0"),
        (lambda s: {**s, "gamma": "x"}, "gamma is"),
        (lambda s: {**s, "last_epoch": 1.5}, "last_epoch is an integer"),
        (lambda s: {**s, "base_lrs": [1.0]}, "base_lrs is"),
        (lambda s: {**s, "base_lrs": [1.0, "a"]}, r"base_lrs is \[1.0, 'a'\]"),
        (lambda s: {**s, "base_lrs": [-1.0, 1.0]}, "lr is at least 0"),
        (lambda s: {**s, "lrs": [-1.0, 1.0]}, "lrs is a list of numbers of at least 0"),
        (lambda s: {**s, "step_size": 2.5}, "step_size is an integer"),
    ],
)
def test_a_wrong_state_changes_nothing(change, words):
    opt = optimizer()
    schedule = ours.StepLR(opt, 2)
    advance(schedule, 3, 0)
    before, groups = schedule.state_dict(), rates(opt)
    with pytest.raises((TypeError, ValueError), match=words):
        schedule.load_state_dict(change(before))
    assert schedule.state_dict() == before
    assert rates(opt) == groups


def test_a_wrong_state_of_a_combination_changes_nothing():
    opt = optimizer()
    schedule = ours.SequentialLR(opt, [ours.StepLR(opt, 1), ours.ExponentialLR(opt, 0.5)], [3])
    advance(schedule, 2, 0)
    before = schedule.state_dict()
    parts = before["_schedulers"]
    for wrong in (
        {**before, "_schedulers": parts[:1]},
        {**before, "_schedulers": parts[::-1]},
        {**before, "milestones": (1, 2)},
        {k: v for k, v in before.items() if k != "_schedulers"},
    ):
        with pytest.raises(ValueError, match="load_state_dict"):
            schedule.load_state_dict(wrong)
        assert schedule.state_dict() == before
    with pytest.raises(TypeError, match="takes the dict"):
        schedule.load_state_dict([])


def test_the_way_of_a_plateau_is_not_loaded():
    one = ours.ReduceLROnPlateau(optimizer(), "min").state_dict()
    with pytest.raises(ValueError, match="mode is 'min', here it is 'max'"):
        ours.ReduceLROnPlateau(optimizer(), "max").load_state_dict(one)


# ---- what is refused ---------------------------------------------------------------------------------------


class NoRate(Optimizer):
    """An optimizer whose update has no lr."""

    def update(self, p, g):
        p -= g


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda o: ours.StepLR(3, 2), TypeError, "StepLR: an optimizer of optim is needed, got int"),
        (lambda o: ours.StepLR(NoRate([Tensor([1.0], True)]), 2), TypeError, "NoRate has no learning rate"),
        (lambda o: ours.StepLR(o, 0), ValueError, "StepLR: step_size is an integer of at least 1, got 0"),
        (lambda o: ours.StepLR(o, 2, -0.1), ValueError, "StepLR: gamma is at least 0, and finite, got -0.1"),
        (lambda o: ours.StepLR(o, 2, last_epoch=-2), ValueError, "StepLR: last_epoch is an integer"),
        (
            lambda o: ours.MultiStepLR(o, [1, 2.5]),
            ValueError,
            "MultiStepLR: milestones is a list of integers",
        ),
        (lambda o: ours.ExponentialLR(o, "a"), ValueError, "ExponentialLR: gamma is at least 0"),
        (lambda o: ours.ConstantLR(o, 1.5), ValueError, "ConstantLR: factor is between 0 and 1, got 1.5"),
        (lambda o: ours.LinearLR(o, 0.0), ValueError, "LinearLR: start_factor is above 0"),
        (lambda o: ours.PolynomialLR(o, 5, nan), ValueError, "PolynomialLR: power is at least 0"),
        (lambda o: ours.LambdaLR(o, 3), TypeError, "LambdaLR: lr_lambda is a function of the step"),
        (lambda o: ours.LambdaLR(o, [abs]), ValueError, "LambdaLR: lr_lambda has 1 functions for 2 groups"),
        (lambda o: ours.LambdaLR(o, lambda t: "x"), ValueError, "LambdaLR, step 0: lr_lambda is a finite"),
        (lambda o: ours.LambdaLR(o, lambda t: -1), ValueError, "LambdaLR, step 0: lr is at least 0"),
        (lambda o: ours.CosineAnnealingLR(o, 0), ValueError, "CosineAnnealingLR: T_max is an integer"),
        (lambda o: ours.CosineAnnealingWarmRestarts(o, 2, 0), ValueError, "T_mult is an integer"),
        (lambda o: ours.CyclicLR(o, [0.1], 1.0), ValueError, "CyclicLR: base_lr has 1 numbers for 2 groups"),
        (lambda o: ours.CyclicLR(o, 0.1, -1.0), ValueError, "CyclicLR: max_lr is at least 0"),
        (lambda o: ours.CyclicLR(o, 0.1, 1.0, 0), ValueError, "CyclicLR: step_size_up is above 0"),
        (lambda o: ours.CyclicLR(o, 0.1, 1.0, mode="x"), ValueError, "CyclicLR: mode is 'triangular' or"),
        (
            lambda o: ours.CyclicLR(o, 0.1, 1.0, scale_fn=3),
            TypeError,
            "scale_fn is a function or None, got 3",
        ),
        (lambda o: ours.CyclicLR(o, 0.1, 1.0, max_momentum=1), ValueError, "at least 0 and below 1, got 1"),
        (
            lambda o: ours.CyclicLR(optimizer(kind=Bare), 0.1, 1.0),
            ValueError,
            "CyclicLR: the optimizer has neither momentum nor betas: write cycle_momentum=False",
        ),
        (lambda o: ours.OneCycleLR(o, 1.0), ValueError, "OneCycleLR: total_steps is needed, or both"),
        (lambda o: ours.OneCycleLR(o, 1.0, epochs=2), ValueError, "total_steps is needed, or both"),
        (lambda o: ours.OneCycleLR(o, 1.0, epochs=0, steps_per_epoch=3), ValueError, "epochs is an integer"),
        (lambda o: ours.OneCycleLR(o, 1.0, 9, pct_start=2), ValueError, "pct_start is between 0 and 1"),
        (lambda o: ours.OneCycleLR(o, 1.0, 9, anneal_strategy="x"), ValueError, "'cos' or 'linear', got 'x'"),
        (lambda o: ours.OneCycleLR(o, 1.0, 9, div_factor=0), ValueError, "div_factor is above 0"),
        (lambda o: ours.ReduceLROnPlateau(o, "low"), ValueError, "mode is 'min' or 'max', got 'low'"),
        (
            lambda o: ours.ReduceLROnPlateau(o, factor=1),
            ValueError,
            "factor is at least 0 and below 1, got 1",
        ),
        (
            lambda o: ours.ReduceLROnPlateau(o, patience=-1),
            ValueError,
            "patience is an integer of at least 0",
        ),
        (lambda o: ours.ReduceLROnPlateau(o).step(), TypeError, "the measured value is needed"),
        (lambda o: ours.SequentialLR(o, [], []), ValueError, "a list of one scheduler or more is needed"),
        (lambda o: ours.SequentialLR(o, [ours.StepLR(o, 1)], [3]), ValueError, "1 schedulers need 0 milest"),
        (
            lambda o: ours.SequentialLR(o, [ours.StepLR(o, 1) for _ in range(3)], [5, 3]),
            ValueError,
            "SequentialLR: milestones is a list of integers of at least 0, in rising order",
        ),
        (lambda o: ours.ChainedScheduler([3]), TypeError, "number 0 of schedulers is a int, no scheduler"),
        (
            lambda o: ours.ChainedScheduler([ours.ReduceLROnPlateau(o)]),
            ValueError,
            "whose step takes a measured value",
        ),
        (
            lambda o: ours.ChainedScheduler([ours.StepLR(o, 1), ours.StepLR(optimizer(), 1)]),
            ValueError,
            "number 1 of schedulers belongs to another optimizer",
        ),
        (lambda o: ours.ChainedScheduler([ours.StepLR(o, 1)] * 2), ValueError, "StepLR, is given twice"),
        (lambda o: ours.warm_up(ours.StepLR(o, 1), 0), ValueError, "warm_up: steps is an integer"),
        (lambda o: ours.LRScheduler(o), NotImplementedError, "LRScheduler has no multiplier"),
    ],
)
def test_wrong_settings_change_nothing(make, error, words):
    opt = optimizer()
    with pytest.raises(error, match=words.replace("(", r"\(")):
        make(opt)
    assert rates(opt) == list(LRS)


class Bare(Optimizer):
    """An optimizer without a momentum."""

    def update(self, p, g, *, lr):
        p -= lr * g


def test_a_part_is_not_stepped_alone():
    opt = optimizer()
    part = ours.StepLR(opt, 1)
    whole = ours.ChainedScheduler([part])
    with pytest.raises(ValueError, match="part of a ChainedScheduler: step that one"):
        part.step()
    with pytest.raises(ValueError, match="already part"):
        ours.ChainedScheduler([part])
    whole.step()
    assert opt.param_groups[0]["lr"] == pytest.approx(0.05)


def test_groups_added_later_are_refused():
    opt = optimizer()
    schedule = ours.StepLR(opt, 1)
    opt.add_param_group({"params": [Tensor([1.0], True)]})
    with pytest.raises(ValueError, match="has 3 groups, it had 2"):
        schedule.step()


@pytest.mark.parametrize("value", [-1.0, inf, nan])
def test_a_step_to_an_impossible_rate_changes_nothing(value):
    opt = optimizer()
    schedule = ours.LambdaLR(opt, [lambda t: 0.5**t, lambda t: 1.0 if t < 2 else value])
    schedule.step()
    before = schedule.state_dict()
    with pytest.raises(ValueError, match="LambdaLR, step 2"):
        schedule.step()
    assert schedule.state_dict() == before
    assert rates(opt) == before["lrs"]


def test_a_chain_moves_wholly_or_not_at_all():
    opt = optimizer(momentum=0.9)
    parts = [ours.StepLR(opt, 1), ours.CyclicLR(opt, 0.1, 0.4, 2), ours.LambdaLR(opt, lambda t: 2 - t)]
    chain = ours.ChainedScheduler(parts)
    advance(chain, 2, 0)
    before, groups = chain.state_dict(), copy.deepcopy(opt.param_groups)
    with pytest.raises(ValueError, match="LambdaLR, step 3"):
        chain.step()
    assert chain.state_dict() == before
    assert [{**g, "params": 0} for g in opt.param_groups] == [{**g, "params": 0} for g in groups]


def test_an_overflow_is_named():
    opt = optimizer()
    schedule = ours.ExponentialLR(opt, 1e200)
    schedule.step()
    with pytest.raises(ValueError, match="ExponentialLR, step 2"):
        schedule.step()


def test_one_cycle_ends():
    opt = optimizer(momentum=0.9)
    schedule = ours.OneCycleLR(opt, 1.0, 3)
    advance(schedule, 3, 0)
    assert rates(opt) == pytest.approx([1 / 25 / 1e4] * 2)
    before = schedule.state_dict()
    with pytest.raises(ValueError, match="step number 4, but the cycle has total_steps=3"):
        schedule.step()
    assert schedule.state_dict() == before


def test_numpys_numbers_are_taken_as_pythons():
    opt = optimizer()
    schedule = ours.StepLR(opt, np.int64(1), np.float32(0.5))
    opt.param_groups[0]["lr"] = np.float64(0.25)
    schedule.step()
    assert [type(lr) for lr in rates(opt)] == [float, float]
    assert rates(opt) == [0.125, 0.01]


def test_last_epoch_is_the_number_of_steps_behind():
    opt = optimizer((1.0,))
    schedule = ours.StepLR(opt, 2, 0.5, last_epoch=2)
    assert (schedule.last_epoch, opt.lr) == (3, 0.5)


def test_shrinking_the_rate_lets_sgd_come_nearer():
    """Rows 6.0-2, 9.4-1: with noisy gradients the distance from the minimum goes with λ."""

    def distance(make):
        rng = np.random.default_rng(0)
        p = Tensor(np.full(200, 2.0), True)
        opt = SGD([p], lr=0.5)
        schedule = make(opt)
        for _ in range(200):
            p.grad = p.data + rng.normal(size=200)
            opt.step()
            schedule.step()
        return np.sqrt(np.mean(p.data**2))

    steady = distance(lambda opt: ours.ConstantLR(opt, 1.0))
    shrinking = distance(lambda opt: ours.MultiStepLR(opt, [100], 0.04))
    assert steady == pytest.approx(np.sqrt(0.5 / 1.5), rel=0.15)  # λ / (2 − λ)
    assert shrinking < 0.4 * steady


def test_a_truth_value_is_no_number_of_times():
    opt = SGD([Tensor([1.0], True)], lr=0.1)
    with pytest.raises(ValueError, match="patience is an integer of at least 0, got True"):
        ours.ReduceLROnPlateau(opt, patience=True)
    with pytest.raises(ValueError, match="milestones is a list of integers of at least 0"):
        ours.MultiStepLR(opt, [True, 3])
    with pytest.raises(ValueError, match="last_epoch is an integer of at least −1, got True"):
        ours.StepLR(opt, 1, last_epoch=True)
