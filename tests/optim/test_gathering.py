"""Small parameters are updated together, as one vector: the same numbers, and nobody outside sees it."""

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor, Vector
from optim import gathering

ELEMENTWISE = [
    (optim.SGD, {"lr": 0.1}),
    (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    (optim.Momentum, {}),
    (optim.Nesterov, {}),
    (optim.Adam, {}),
    (optim.Adam, {"amsgrad": True, "weight_decay": 0.1}),
    (optim.AdamW, {}),
    (optim.Adagrad, {}),
    (optim.RMSprop, {}),
    (optim.NAdam, {}),
]
with_all = pytest.mark.parametrize(
    ("make", "options"),
    ELEMENTWISE,
    ids=[f"{make.__name__}-{'-'.join(options)}" for make, options in ELEMENTWISE],
)
SHAPES = [(3, 4), (4,), (), (2, 1, 3), (7,)]


class Run:
    """Parameters with gradients that are drawn, and their optimizer."""

    def __init__(self, make, options, shapes=SHAPES, dtype=np.float64):
        self.rng = np.random.default_rng(0)
        self.params = [Tensor(self.rng.normal(size=s).astype(dtype), True, name=f"p{s}") for s in shapes]
        self.opt = make(self.params, **options)

    def step(self, *without):
        for i, p in enumerate(self.params):
            g = self.rng.normal(size=p.shape)
            p.grad = None if i in without else g
        self.opt.step()

    def numbers(self):
        return [p.numpy() for p in self.params]


def together(opt):
    """How many parameters lie in vectors."""
    return sum(p._array.base.__class__ is Vector for g in opt.param_groups for p in g["params"])


def equal(runs):
    one, two = (run.numbers() for run in runs)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)
    for s, t in zip(*(run.opt.state_dict()["state"] for run in runs), strict=True):
        assert s.keys() == t.keys()
        for key in s:
            np.testing.assert_array_equal(s[key], t[key], strict=True)


@pytest.fixture
def both(monkeypatch):
    """Do the same with everything gathered and with nothing gathered, and compare every bit."""

    def run(make, options, what, **words):
        runs = []
        for small in (gathering.SMALL, -1):
            monkeypatch.setattr(gathering, "SMALL", small)
            runs.append(Run(make, options, **words))
            what(runs[-1])
        equal(runs)
        assert together(runs[1].opt) == 0
        return runs[0]

    return run


@with_all
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_numbers_are_those_of_single_updates(both, make, options, dtype):
    run = both(make, options, lambda run: [run.step() for _ in range(4)], dtype=dtype)
    assert together(run.opt) == len(SHAPES)


@with_all
def test_one_without_a_gradient_is_skipped(both, make, options):
    def what(run):
        for without in ((), (), (1,), (1,), (1,), (), (), (0, 3), (), (), ()):
            run.step(*without)

    run = both(make, options, what)
    assert [state["t"] for state in run.opt.state_dict()["state"]] == [10, 8, 11, 10, 11]


def test_groups_and_dtypes_are_gathered_apart(both):
    def what(run):
        run.params[0].cast_(np.float32)
        more = [Tensor([1.0, 2.0], True), Tensor([3.0, 4.0], True), Tensor([5.0])]  # the last is frozen
        run.step()
        run.params += more
        run.opt.add_param_group({"params": more, "lr": 0.5})
        for _ in range(4):
            run.step(7)

    run = both(optim.Adam, {}, what)
    # one is alone with its dtype, one has no gradient
    assert together(run.opt) == len(SHAPES) - 1 + 2


def test_settings_changed_between_steps_count(both):
    def what(run):
        for lr in (0.1, 0.2, 0.3, 0.4):
            run.opt.lr = lr
            run.step()
        run.opt.param_groups[0]["amsgrad"] = True
        run.step()
        run.opt.param_groups[0]["betas"] = betas = [0.5, 0.9]
        run.step()
        betas[0] = 0.7  # the same list
        run.step()

    both(optim.Adam, {}, what)


def test_a_setting_that_is_changed_in_place_counts():
    runs = Run(optim.Adam, {}), Run(optim.Adam, {})
    for run, in_place in zip(runs, (True, False), strict=True):
        run.opt.param_groups[0]["betas"] = betas = [0.5, 0.9]
        run.step(), run.step()
        if in_place:
            betas[0] = 0.7
        else:
            run.opt.param_groups[0]["betas"] = [0.7, 0.9]
        run.step()
    np.testing.assert_array_equal(runs[0].numbers()[0], runs[1].numbers()[0])


def test_a_wrong_setting_is_refused_at_every_step():
    run = Run(optim.Adam, {})
    for _ in range(3):
        run.step()
    before = run.numbers()
    run.opt.param_groups[0]["amsgrad"] = 0  # equal to False
    for _ in range(2):
        with pytest.raises(ValueError, match="amsgrad is True or False"):
            run.step()
    np.testing.assert_array_equal(before[0], run.numbers()[0])


def test_a_handle_goes_on_reaching_its_parameter(both):
    def what(run):
        early = run.params[0].data  # before anything is gathered
        run.step(), run.step(), run.step()
        late = run.params[1].data
        run.step(), run.step()
        np.testing.assert_array_equal(early, run.params[0].numpy())
        np.testing.assert_array_equal(late, run.params[1].numpy())
        early[0, 0], late[0] = 5.0, 6.0
        run.step()
        assert early[0, 0] != 5
        np.testing.assert_array_equal(early, run.params[0].numpy())
        np.testing.assert_array_equal(late, run.params[1].numpy())

    run = both(optim.Adam, {}, what)
    assert together(run.opt) == len(SHAPES) - 1


def test_a_write_protected_handle_is_not_written_to():
    run = Run(optim.Adam, {})
    run.step(), run.step()
    handle = run.params[0].data
    handle.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        run.step()


def test_graphs_and_other_tensors_keep_the_old_numbers(both):
    def what(run):
        run.step(), run.step()
        p = run.params[0]
        old = p.numpy()
        other, y = p.detach(), (p * p).sum()
        run.step()
        np.testing.assert_array_equal(other.numpy(), old)
        p.grad = None
        y.backward()
        np.testing.assert_array_equal(p.grad.numpy(), 2 * old)
        run.step()
        run.params[1].data = np.zeros(4)
        with ac.no_grad():
            run.params[2] += 1.0
        run.step()

    run = both(optim.Adam, {}, what)
    assert together(run.opt) == len(SHAPES)


def test_parameters_in_another_memory_order_or_too_large_stay_where_they_are(monkeypatch):
    monkeypatch.setattr(gathering, "SMALL", 10)
    turned = Tensor(np.asfortranarray(np.arange(6.0).reshape(2, 3)), True)
    params = [turned, Tensor(np.ones(11), True), Tensor(np.ones(3), True), Tensor(np.ones(2), True)]
    opt = optim.Adam(params)
    for _ in range(3):
        for p in params:
            p.grad = np.ones(p.shape)
        opt.step()
    assert [p._array.base.__class__ is Vector for p in params] == [False, False, True, True]


def test_cast_parameters_and_loaded_states(both):
    def what(run):
        run.step(), run.step()
        saved = run.opt.state_dict()
        run.step()
        run.params[1].cast_(np.float32)
        run.step(), run.step()
        run.opt.load_state_dict(saved)
        run.step(), run.step()
        assert all(not np.shares_memory(a, b) for a in saved["state"][0].values() for b in run.numbers())

    both(optim.Adam, {}, what)


def test_a_saved_state_is_a_copy():
    run = Run(optim.Adam, {})
    run.step(), run.step()
    saved = run.opt.state_dict()["state"]
    before = copy.deepcopy(saved)
    run.step()
    np.testing.assert_equal(saved, before)
    assert saved[0]["exp_avg"].base is None


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_model_and_optimizer_goes_its_own_way(copied):
    run = Run(optim.Adam, {})
    run.step(), run.step()
    twin = copied(run)
    assert not twin.opt._plans._of  # nor has it what belongs to the others
    before = run.numbers()
    for _ in range(3):
        twin.step()
    np.testing.assert_array_equal(run.numbers()[0], before[0])
    for _ in range(3):
        run.step()
    equal([run, twin])


def test_the_gradient_is_read_only_and_an_error_names_the_parameters():
    class Wrong(optim.Optimizer):
        elementwise = True
        writes = False

        def update(self, p, g, *, lr):
            p -= lr * g
            if self.writes:
                g[...] = 0

    run = Run(Wrong, {"lr": 0.1})
    run.step(), run.step()
    run.opt.writes = True
    with pytest.raises(ValueError, match="read-only") as caught:
        run.step()
    assert "Wrong.step, the update of 'p(3, 4)', 'p(4,)', 'p()'" in caught.value.__notes__[-1]
    assert "lr=0.1" in caught.value.__notes__[-1]


def test_an_update_that_is_no_map_of_single_numbers_sees_one_parameter_at_a_time():
    class Normed(optim.Optimizer):
        def update(self, p, g, *, lr):
            p -= lr * g / np.linalg.norm(g)

    run = Run(Normed, {"lr": 0.1})
    for _ in range(3):
        before = run.numbers()
        run.step()
        for old, new in zip(before, run.numbers(), strict=True):
            assert np.linalg.norm(new - old) == pytest.approx(0.1)
    assert together(run.opt) == 0


def test_a_frozen_parameter_stays():
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Linear(4, 2, rng=1))
    opt = optim.Adam(net.parameters())
    x = np.ones((2, 3), np.float32)

    def step():
        opt.zero_grad()
        net(x).sum().backward()
        opt.step()

    step(), step(), step()
    net[0].requires_grad_(False)
    before = net[0].weight.numpy(), net[1].weight.numpy()
    step(), step(), step()
    np.testing.assert_array_equal(net[0].weight.numpy(), before[0])
    assert (net[1].weight.numpy() != before[1]).any()
    state = net.state_dict()
    net.load_state_dict({name: np.zeros_like(a) for name, a in state.items()})
    assert not any(p.numpy().any() for p in net.parameters())


@pytest.mark.parametrize(
    "model",
    [
        lambda: nn.Sequential(
            nn.Conv2d(1, 8, 3, rng=0), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(800, 3, rng=0)
        ),
        lambda: nn.Sequential(
            nn.Flatten(2, 3),
            nn.TransformerEncoderLayer(144, 4, dim_feedforward=16, dropout=0.0, batch_first=True, rng=0),
            nn.Flatten(),
            nn.Linear(144, 3, rng=0),
        ),
    ],
    ids=["views of small parameters", "parts of small parameters"],
)
def test_a_graph_that_was_swept_holds_no_parameter(model):
    # else they are moved to another vector in every step
    model = model()
    optimizer = optim.Adam(model.parameters())
    x, places, losses = np.ones((40, 1, 12, 12), np.float32), [], []
    for _ in range(6):
        optimizer.zero_grad()
        losses.append(nn.CrossEntropyLoss()(model(x), np.arange(40) % 3))  # whose graphs stay
        losses[-1].backward()
        optimizer.step()
        places.append([p._held.__array_interface__["data"][0] for p in model.parameters()])
    assert places[2] == places[3] == places[5]
    assert places[0] != places[5]
