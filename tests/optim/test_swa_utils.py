"""Averages of weights: torch's numbers, evaluation, statistics, saving."""

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from nn.layers.running_norms import BatchNorm1d
from optim import swa_utils as ours
from optim.lr_scheduler import ExponentialLR
from optim.sgd import SGD


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="torch is an optional oracle")


def net(dtype=np.float64):
    return nn.Sequential(
        nn.Linear(3, 4, rng=0, dtype=dtype), BatchNorm1d(4, dtype=dtype), nn.Linear(4, 2, rng=1, dtype=dtype)
    )


def torchs(torch, model):
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)
    ).double()
    load(torch, theirs, model)
    return theirs


def load(torch, theirs, model):
    theirs.load_state_dict({k: torch.tensor(v) for k, v in model.state_dict(layout="torch").items()})


def shake(model, rng):
    """Other numbers everywhere, as after a step of a training."""
    for p in model.parameters():
        p.data = rng.normal(size=p.shape)
    model.train()
    model(rng.normal(size=(6, 3)))


def same(averaged, theirs, torch):
    state = averaged.state_dict(layout="torch")
    assert list(state) == list(theirs.state_dict())
    for name, value in theirs.state_dict().items():
        np.testing.assert_allclose(state[name], value.numpy(), rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("use_buffers", [False, True])
@pytest.mark.parametrize("kind", ["swa", "ema", "own"])
def test_the_averages_are_torchs(torch, kind, use_buffers):
    swa = torch.optim.swa_utils

    def own(averaged, current, n):
        return averaged + 0.25 * (current - averaged) / n

    make = {"swa": lambda m: m.get_swa_avg_fn(), "ema": lambda m: m.get_ema_avg_fn(0.8), "own": lambda m: own}
    model, rng = net(), np.random.default_rng(0)
    mine = ours.AveragedModel(model, make[kind](ours), use_buffers)
    theirs_of = torchs(torch, model)
    theirs = swa.AveragedModel(theirs_of, avg_fn=make[kind](swa), use_buffers=use_buffers)
    for _ in range(5):
        shake(model, rng)
        load(torch, theirs_of, model)
        mine.update_parameters(model)
        theirs.update_parameters(theirs_of)
        if (
            use_buffers
        ):  # of the count of batches torch makes an average, cut to an integer; it is copied here
            theirs.module[1].num_batches_tracked.copy_(theirs_of[1].num_batches_tracked)
        same(mine, theirs, torch)
    x = rng.normal(size=(5, 3))
    theirs.eval()
    np.testing.assert_allclose(mine.eval()(x).numpy(), theirs(torch.tensor(x)).detach().numpy(), rtol=1e-10)


def test_the_mean_is_the_mean_of_all():
    model = nn.Linear(2, 2, dtype=np.float64)
    averaged, seen = ours.AveragedModel(model), []
    for seed in range(7):
        nn.init.normal_(model.weight, rng=seed)
        seen.append(model.weight.numpy())
        averaged.update_parameters(model)
    np.testing.assert_allclose(averaged.module.weight.numpy(), np.mean(seen, axis=0))
    assert int(averaged.n_averaged) == 7


def test_ema_weighs_the_newest_most():
    model = nn.Linear(1, 1, bias=False, init=nn.init.zeros_)
    ema = ours.EMA(model, decay=0.5)
    for value in (8.0, 0.0, 4.0):
        nn.init.constant_(model.weight, value)
        ema.update_parameters(model)
    assert ema.module.weight.item() == 0.25 * 8 + 0.25 * 0 + 0.5 * 4


def test_float32_stays_and_the_model_is_left_alone():
    model = net(np.float32)
    ema, before = ours.EMA(model, np.float64(0.9)), model.state_dict()
    parameters = ema.parameters()
    for _ in range(3):
        ema.update_parameters(model)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
        mine = ema.module.state_dict()[name]
        assert mine.dtype == value.dtype
        np.testing.assert_allclose(mine, value, rtol=1e-6)
    assert all(p is q for p, q in zip(ema.parameters(), parameters, strict=True))
    assert not any(p is q for p in ema.parameters() for q in model.parameters())


def test_a_graph_recorded_before_keeps_its_numbers():
    model = nn.Linear(1, 1, bias=False, init=nn.init.ones_)
    averaged = ours.AveragedModel(model)
    y = (averaged(np.ones((1, 1))) ** 2).sum()
    z = (model(np.ones((1, 1))) ** 2).sum()
    nn.init.zeros_(model.weight)
    with averaged.applied_to(model):
        averaged.update_parameters(nn.Linear(1, 1, bias=False, init=nn.init.zeros_))
    y.backward()
    z.backward()
    assert averaged.module.weight.grad.item() == 2
    assert model.weight.grad.item() == 2


def test_the_model_is_evaluated_with_the_averages():
    model, rng = net(), np.random.default_rng(0)
    ema = ours.EMA(model, 0.7)
    for _ in range(4):
        shake(model, rng)
        ema.update_parameters(model)
    x, own = rng.normal(size=(5, 3)), model.state_dict()
    parameters = model.parameters()
    with ema.applied_to(model):
        np.testing.assert_array_equal(model.eval()(x).numpy(), ema.eval()(x).numpy())
    with pytest.raises(KeyError), ema.applied_to(model):
        raise KeyError
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, own[name])
    assert all(p is q for p, q in zip(model.parameters(), parameters, strict=True))


def test_it_is_saved_and_copied_like_any_module(tmp_path):
    model, rng = net(), np.random.default_rng(0)
    ema = ours.EMA(model, 0.7)
    for _ in range(3):
        shake(model, rng)
        ema.update_parameters(model)
    nn.save(ema.state_dict(), tmp_path / "ema.npz")
    again = ours.EMA(net(), 0.7)
    again.load_state_dict(nn.load(tmp_path / "ema.npz"))
    third = copy.deepcopy(ema)
    shake(model, rng)
    for averaged in (ema, again, third):
        averaged.update_parameters(model)
        for name, value in ema.state_dict().items():
            np.testing.assert_array_equal(averaged.state_dict()[name], value)
    assert repr(ema).startswith("EMA(\n  decay=0.7\n  (module): Sequential(")


# ---- statistics of normalisations --------------------------------------------------------------------------


def test_the_statistics_are_made_anew_as_torchs(torch):
    model, rng = net(), np.random.default_rng(2)
    shake(model, rng)
    theirs = torchs(torch, model)
    model[1].running_mean.data = np.full(4, np.nan)
    batches = [rng.normal(size=(n, 3)) for n in (4, 7, 5)]
    model.eval()
    theirs.eval()
    ours.update_bn([(x, None) for x in batches], model)
    torch.optim.swa_utils.update_bn([torch.tensor(x) for x in batches], theirs)
    for name, value in theirs.state_dict().items():
        np.testing.assert_allclose(model.state_dict(layout="torch")[name], value.numpy(), rtol=1e-12)
    assert not any(m.training for _, m in model.named_modules())
    assert model[1].momentum == 0.1
    own = nn.Sequential(nn.BatchNorm(3, momentum=0.3))  # the lecture's
    ours.update_bn(batches, own)
    np.testing.assert_allclose(
        own[0].running_mean.numpy(), np.mean([x.mean(0) for x in batches], axis=0), rtol=1e-5
    )
    assert own[0].momentum == 0.3


@pytest.mark.parametrize("loader", [[], [np.ones((4, 3)), np.ones((4, 7))]])
def test_statistics_that_cannot_be_made_stay(loader):
    model = net()
    shake(model, np.random.default_rng(0))
    model[0].eval()
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"no batches|needs 3 numbers"):
        ours.update_bn(loader, model)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert [m.training for _, m in model.named_modules()] == [True, False, True, True]
    assert model[1].momentum == 0.1


def test_a_model_without_statistics_does_not_run():
    ours.update_bn(iter(()), nn.Linear(2, 2))
    ours.update_bn(iter(()), BatchNorm1d(2, track_running_stats=False))


# ---- the schedule ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 4])
@pytest.mark.parametrize("swa_lr", [0.05, [0.05, 0.9]])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_rates_of_swa_are_torchs(torch, strategy, epochs, swa_lr):
    def opt(module, leaf):
        return module([{"params": [leaf()], "lr": 0.5}, {"params": [leaf()], "lr": 0.2}], lr=0.1)

    mine = opt(SGD, lambda: Tensor([1.0], True))
    its = opt(torch.optim.SGD, lambda: torch.ones(1, requires_grad=True))
    us = ExponentialLR(mine, 0.9), ours.SWALR(mine, swa_lr, epochs, strategy)
    lr = torch.optim.lr_scheduler
    them = lr.ExponentialLR(its, 0.9), torch.optim.swa_utils.SWALR(its, swa_lr, epochs, strategy)
    for t in range(12):
        for k in range(2):
            assert mine.param_groups[k]["lr"] == pytest.approx(its.param_groups[k]["lr"], rel=1e-12)
        us[t > 4].step()
        them[t > 4].step()
    assert mine.param_groups[0]["lr"] == 0.05


# ---- what is refused ---------------------------------------------------------------------------------------


def test_another_model_is_refused_by_name():
    averaged = ours.AveragedModel(net())
    other = nn.Sequential(nn.Linear(3, 5), BatchNorm1d(5), nn.Linear(5, 2))
    for use in (averaged.update_parameters, lambda m: averaged.applied_to(m).__enter__()):
        with pytest.raises(ValueError, match=r"it has 0.bias \(5,\).* had 0.bias \(4,\)"):
            use(other)
    with pytest.raises(ValueError, match=r"it has nothing where that one had 1.bias"):
        averaged.update_parameters(nn.Sequential(net()[0]))
    assert int(averaged.n_averaged) == 0


def test_wrong_settings():
    with pytest.raises(TypeError, match="EMA: a Module is averaged, got list"):
        ours.EMA([])
    with pytest.raises(ValueError, match=r"decay is a share from 0 to 1, got 1\.5"):
        ours.EMA(net(), 1.5)
    opt = SGD([Tensor([1.0], True)], lr=0.1)
    with pytest.raises(ValueError, match="SWALR: anneal_epochs is an integer of at least 0"):
        ours.SWALR(opt, 0.1, -1)
    with pytest.raises(ValueError, match="SWALR: swa_lr is at least 0"):
        ours.SWALR(opt, -0.1)


def test_the_average_is_nearer_to_the_minimum():
    """SGD with noisy gradients wanders about the minimum, its average does not."""
    model = nn.Linear(50, 1, bias=False, init=nn.init.ones_, dtype=np.float64)
    opt, rng = SGD(model.parameters(), lr=0.3), np.random.default_rng(0)
    swa, ema = ours.AveragedModel(model), ours.EMA(model, 0.95)
    for t in range(300):
        opt.zero_grad()
        noise = rng.normal(size=(50, 1))
        (0.5 * ac.sum(model.weight**2) + ac.sum(model.weight * noise)).backward()
        opt.step()
        ema.update_parameters(model)
        if t >= 50:
            swa.update_parameters(model)
    wandering = np.linalg.norm(model.weight.numpy())
    assert np.linalg.norm(ema.module.weight.numpy()) < 0.6 * wandering
    assert np.linalg.norm(swa.module.weight.numpy()) < 0.3 * wandering


def test_the_decay_may_be_changed_between_updates_and_is_copied():
    model = nn.Linear(1, 1, bias=False, init=nn.init.ones_)
    ema = ours.EMA(model, decay=0.9)
    ema.update_parameters(model)
    nn.init.zeros_(model.weight)
    ema.decay = 0.5
    ema.update_parameters(model)
    assert ema.module.weight.item() == 0.5
    copied = pickle.loads(pickle.dumps(copy.deepcopy(ema)))
    copied.decay = 0.0
    copied.update_parameters(model)
    ema.update_parameters(model)
    assert (copied.module.weight.item(), ema.module.weight.item()) == (0.0, 0.25)
    with pytest.raises(ValueError, match="decay is a share from 0 to 1, got 2"):
        ema.decay = 2
    assert ema.decay == 0.5
