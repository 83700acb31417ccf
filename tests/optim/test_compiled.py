"""Whole training steps as programs, beside the same steps without: every optimizer, and everything that
changes between steps."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from tests.autograd_core.compiling.twins import alike
from tests.optim.runs import EVERY

STEPS = 8
rng = np.random.default_rng(0)
CALLS = [[rng.normal(size=(6, 3)), rng.normal(size=(6, 2))] for _ in range(STEPS)]


def net():
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=1)).astype(np.float64)


def loss_of(model, x, t):
    return nn.MSELoss()(model(x), t)


def twice(model, x, t):
    return loss_of(model, x, t) + loss_of(model, 2 * x, t) + optim.L2(0.01)(model) + optim.L1(0.01)(model)


def training(make, options, loss=loss_of, then=lambda model: None, groups=nn.Module.parameters):
    """What makes a step, and the model and the optimizer that it trains."""

    def made():
        model = net()
        opt = make(groups(model), **options)

        def closure(x, t):
            opt.zero_grad()
            z = loss(model, x, t)
            z.backward()
            return z

        def step(x, t):
            if make is optim.LBFGS:
                return opt.step(lambda: closure(x, t))
            z, more = closure(x, t), then(model)
            opt.step()
            return z, more

        return step, (model, opt)

    return made


def shown(own):
    return [[m.state_dict() for m in own], [p.grad for p in own[0].parameters()]]


def settings(own, k):
    """The learning rate at every step, the others once; of those that an optimizer has."""
    for group in own[1].param_groups:
        group["lr"] *= 0.9
        if k == 3:
            more = {"weight_decay": 0.1, "maximize": True, "momentum": 0.5, "betas": (0.5, 0.8), "eps": 1e-3}
            group.update({key: value for key, value in more.items() if key in group})


def loading(own, k):
    if k == 3:
        for one in own:
            one.load_state_dict(one.state_dict())


def freezing(own, k):
    if k in (1, 4):
        own[0][0].requires_grad_(k == 4)


def more_parameters(own, k):
    if k == 2:
        own[0].append(nn.Linear(2, 2, rng=5).astype(np.float64))
        own[1].add_param_group({"params": own[0][3].parameters(), "lr": 0.005})


def writing(own, k):
    with ac.no_grad():
        own[0][0].weight *= 0.9
    if k == 4:
        own[0][2].bias.data = np.zeros(2)


def scheduled():
    found = {}

    def between(own, _):
        if found.get("of") is not own:
            found.update(of=own, scheduler=optim.lr_scheduler.StepLR(own[1], 2, 0.5))
        found["scheduler"].step()

    return between


CHANGES = {
    "nothing": lambda own, k: None,
    "settings": settings,
    "loading": loading,
    "freezing": freezing,
    "more parameters": more_parameters,
    "writing": writing,
}
every = pytest.mark.parametrize(("make", "options"), EVERY.values(), ids=list(EVERY))


@every
@pytest.mark.parametrize("change", CHANGES)
def test_every_optimizer_while_things_change(make, options, change):
    if make is optim.LBFGS and change == "more parameters":
        pytest.skip("it takes one group")
    compiles = "needs the numbers of a traced value (float())" if make is optim.LBFGS else True
    alike(training(make, options), CALLS, state=shown, between=CHANGES[change], compiles=compiles)


@every
def test_every_optimizer_in_groups_with_penalties_and_schedules(make, options):
    if make is optim.LBFGS:
        pytest.skip("it takes one group and no schedule")
    groups = lambda m: [{"params": m[0].parameters(), "lr": 0.003}, {"params": m[2].parameters()}]
    made = training(make, options, twice, groups=groups)
    alike(made, CALLS, state=shown, between=scheduled())


@every
def test_batches_of_several_sizes_and_constants_inside(make, options):
    """Two programs in turn, each traced twice, for the vectors of one optimizer."""
    calls = [[x[: 6 - 2 * (k % 3)], t[: 6 - 2 * (k % 3)]] for k, (x, t) in enumerate(CALLS)]
    loss = lambda model, x, t: loss_of(model, x + np.array([[0.5, 0.0, 1.0]]), t)
    compiles = "needs the numbers of a traced value (float())" if make is optim.LBFGS else True
    alike(training(make, options, loss), calls, state=shown, compiles=compiles)


THEN = {
    "norm": lambda m: nn.utils.clip_grad_norm_(m.parameters(), 0.1),
    "norm, finite": lambda m: nn.utils.clip_grad_norm_(m.parameters(), 0.1, error_if_nonfinite=True),
    "value": lambda m: nn.utils.clip_grad_value_(m.parameters(), 0.01),
    "by hand": lambda m: [setattr(p, "grad", p.grad * 0.5) for p in m.parameters()] and None,
}


@pytest.mark.parametrize("then", THEN)
def test_gradients_that_are_changed_before_the_update(then):
    alike(training(optim.SGD, {"lr": 0.1, "momentum": 0.9}, then=THEN[then]), CALLS, state=shown)


@every
def test_several_steps_in_one_call(make, options):
    """The second one starts where the first one ends: numbers, slots, and how many there were."""

    def made():
        step, own = training(make, options)()
        return lambda x, t: [step(x, t), step(2 * x, t), step(x, t)], own

    compiles = "needs the numbers of a traced value (float())" if make is optim.LBFGS else True
    alike(made, CALLS, state=shown, between=settings, compiles=compiles)


def test_two_steps_of_other_parameters_in_one_call():
    def made():
        model = net()
        opt = optim.Adam(model.parameters(), lr=0.1)

        def step(x, t):
            for loss in (partly, loss_of):
                opt.zero_grad()
                z = loss(model, x, t)
                z.backward()
                opt.step()
            return z

        return step, (model, opt)

    alike(made, CALLS, state=shown, compiles="Adam steps twice, with gradients of other parameters")


SCHEDULES = {
    "exponential": lambda opt: optim.lr_scheduler.ExponentialLR(opt, 0.5),
    "cosine": lambda opt: optim.lr_scheduler.CosineAnnealingLR(opt, 4),
    "a cycle, and its momentum": lambda opt: optim.lr_scheduler.OneCycleLR(opt, 0.1, total_steps=STEPS + 1),
    "two in a row": lambda opt: optim.lr_scheduler.SequentialLR(
        opt, [optim.lr_scheduler.StepLR(opt, 2), optim.lr_scheduler.ConstantLR(opt)], [3]
    ),
    "two at once": lambda opt: optim.lr_scheduler.ChainedScheduler(
        [optim.lr_scheduler.StepLR(opt, 2), optim.lr_scheduler.ExponentialLR(opt, 0.9)]
    ),
}


def scheduling(schedule, order):
    """Steps of a training that say themselves when the schedule and the optimizer go on."""

    def made():
        model = net()
        opt = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        scheduler = schedule(opt)
        does = {
            "optimizer": opt.step,
            "schedule": scheduler.step,
            "rate": lambda: seen.append(float(opt.lr)),
            "set": lambda: setattr(opt, "lr", opt.lr * 0.5),
            "groups": lambda: [group.update(lr=group["lr"] * 0.5) for group in opt.param_groups],
        }
        seen = []

        def step(x, t):
            opt.zero_grad()
            z = loss_of(model, x, t)
            z.backward()
            for what in order:
                does[what]()
            return z

        return step, (model, opt, scheduler)

    return made


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_inside_of_the_step(name):
    made = scheduling(SCHEDULES[name], ["optimizer", "schedule"])
    alike(made, CALLS, state=shown)


ORDERS = {
    "the schedule first": (
        ["schedule", "optimizer"],
        "a scheduler of SGD steps before its settings are read",
    ),
    "then the rate": (["optimizer", "schedule", "rate"], "a scheduler of SGD steps before"),
    "the rate is set": (["set", "optimizer"], "it sets the learning rate of SGD"),
    "it is set behind": (["optimizer", "schedule", "set"], "a scheduler of SGD steps before"),
    "it is set in the groups": (["groups", "optimizer"], "it changes a dict from outside"),
    "and behind": (["optimizer", "groups"], "it changes a dict from outside"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_rates_that_change_inside_of_the_step(name):
    order, reason = ORDERS[name]
    alike(scheduling(SCHEDULES["exponential"], order), CALLS, state=shown, compiles=reason)


def test_a_schedule_by_a_measured_value_runs_eagerly():
    model = net()
    opt = optim.SGD(model.parameters(), lr=0.1)
    plateau = optim.lr_scheduler.ReduceLROnPlateau(opt, patience=0)
    step = ac.compile(lambda: plateau.step(1.0))
    for _ in range(3):
        step()
    assert "looks at the measured value" in step.reason
    assert opt.lr == pytest.approx(0.001)


def making(model, _):
    return optim.Adam(model.parameters(), lr=0.1)


def loading_back(model, opt):
    opt.load_state_dict(opt.start)
    return opt


ANEW = {
    "it makes a new Adam at every call": making,
    "Adam.load_state_dict sets settings and slots at every call": loading_back,
    "it makes a new StepLR at every call": lambda _, opt: optim.lr_scheduler.StepLR(opt, 2, 0.5).optimizer,
    "manual_seed begins its numbers anew": lambda _, opt: ac.manual_seed(1) and opt,
}


@pytest.mark.parametrize("reason", ANEW)
def test_what_begins_anew_at_every_call_runs_eagerly(reason):
    def made():
        model = net()
        opt = making(model, None)
        opt.start = opt.state_dict()

        def step(x, t):
            now = ANEW[reason](model, opt)
            now.zero_grad()
            z = loss_of(model, nn.functional.dropout(x, 0.5), t)
            z.backward()
            now.step()
            return z

        return step, (model, opt)

    alike(made, CALLS, state=shown, compiles=reason)


def partly(model, x, t):
    return loss_of(model[0], x, np.zeros((6, 4)))


def with_checkpoint(model, x, t):
    return nn.MSELoss()(ac.checkpoint(model, ac.Tensor(x)), t)


@pytest.mark.parametrize("loss", [partly, with_checkpoint])
def test_other_losses(loss):
    alike(training(optim.Adam, {"lr": 0.1}, loss), CALLS, state=shown)


def micro_steps():
    model = net()
    opt = optim.Adam(model.parameters(), lr=0.1)

    def micro(x, t):
        z = loss_of(model, x, t) / 2
        z.backward()
        return z

    return micro, (model, opt)


def test_gradients_that_add_up_over_two_calls():
    def update(own, k):
        if k % 2:
            own[1].step()
            own[1].zero_grad()

    alike(micro_steps, CALLS, state=shown, between=update)


def two_optimizers():
    model = net()
    judge = nn.Sequential(nn.Linear(2, 3, rng=2), nn.LeakyReLU(), nn.Linear(3, 1, rng=3)).astype(np.float64)
    first, second = optim.Adam(model.parameters(), lr=0.1), optim.Adam(judge.parameters(), lr=0.1)
    criterion = nn.BCEWithLogitsLoss()

    def step(x, t):
        second.zero_grad()
        fake = model(x)
        judged = criterion(judge(t), np.ones((6, 1))) + criterion(judge(fake.detach()), np.zeros((6, 1)))
        judged.backward()
        second.step()
        first.zero_grad()
        fooled = criterion(judge(fake), np.ones((6, 1)))
        fooled.backward()
        first.step()
        return judged, fooled

    return step, (model, judge, first, second)


def normalised(momentum):
    def made():
        model = nn.Sequential(
            nn.Linear(3, 4, rng=0),
            nn.BatchNorm1d(4, momentum=momentum),
            nn.Dropout(0.3),
            nn.Linear(4, 2, rng=1),
        ).astype(np.float64)
        opt = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

        def step(x, t):
            opt.zero_grad()
            z = loss_of(model, x, t) + loss_of(model, t @ np.ones((2, 3)), t)
            z.backward()
            opt.step()
            return z

        return step, (model, opt)

    return made


def averaged(make):
    def made():
        step, own = training(optim.SGD, {"lr": 0.1})()
        average = make(own[0])

        def both(x, t):
            z = step(x, t)
            average.update_parameters(own[0])
            return z

        return both, (*own, average)

    return made


def shared():
    model, opt = (own := training(optim.Adam, {"lr": 0.1})()[1])
    head = nn.Linear(3, 4, rng=5).astype(np.float64)
    head.weight = model[0].weight

    def step(x, t):
        opt.zero_grad()
        z = loss_of(model, x, t) + (head(x) ** 2).mean()
        z.backward()
        opt.step()
        return z

    return step, (*own, head)


STEPS_OF_OTHER_KINDS = {
    "two optimizers": two_optimizers,
    "normalised": normalised(0.1),
    "normalised, all alike": normalised(None),
    "EMA": averaged(lambda m: optim.EMA(m, 0.9)),
    "SWA": averaged(optim.AveragedModel),
    "a weight that is shared": shared,
}


@pytest.mark.parametrize("name", STEPS_OF_OTHER_KINDS)
def test_steps_of_other_kinds(name):
    alike(STEPS_OF_OTHER_KINDS[name], CALLS, state=shown)


def test_an_average_by_a_function_of_ones_own():
    average = lambda old, new, n: old if n > 3 else old + (new - old) / (n + 1)
    made = averaged(lambda m: optim.AveragedModel(m, average))
    alike(made, CALLS, state=shown, compiles="an avg_fn of one's own")
