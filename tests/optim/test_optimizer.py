"""What all optimizers share: parameters, settings, blocks, saving."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from optim.optimizer import BLOCK
from tests.optim.runs import of_numbers


class Mine(optim.Optimizer):
    """The example of the documentation."""

    slots = ("v",)

    def update(self, p, g, v, *, lr, momentum=0.9):
        v *= momentum
        v -= lr * g
        p += v


class Counting(optim.Optimizer):
    """Subtracts the number of the update."""

    def update(self, p, g, *, t):
        p -= t


def leaf(value=(1.0, 2.0), grad=(1.0, 1.0), **options):
    p = Tensor(value, True, **options)
    p.grad = grad
    return p


def test_an_optimizer_of_ones_own_is_one_method():
    p = leaf()
    opt = Mine([p], lr=0.1)
    opt.step()
    opt.step()
    np.testing.assert_allclose(p.numpy(), [1 - 0.1 - 0.19, 2 - 0.1 - 0.19])
    assert opt.param_groups[0]["momentum"] == 0.9


def test_t_counts_the_updates_of_each_parameter_from_one():
    p, q = leaf([0.0], [1.0]), leaf([0.0], [1.0])
    opt = Counting([p, q])
    opt.step()
    q.grad = None
    opt.step()
    q.grad = [1.0]
    opt.step()
    assert p.tolist() == [-6]
    assert q.tolist() == [-3]


@pytest.mark.parametrize(
    "given",
    [
        lambda p, q: [p, q],
        lambda p, q: (x for x in (p, q)),
        lambda p, q: {"p": p, "q": q},
        lambda p, q: [("p", p), ("q", q)],
        lambda p, q: [{"params": [p, q]}],
        lambda p, q: [{"params": p}, {"params": {"q": q}, "momentum": 0.9}],
    ],
    ids=["list", "generator", "dict", "named pairs", "group", "groups"],
)
def test_parameters_come_in_many_forms(given):
    p, q = leaf(), leaf([0.0], [2.0])
    Mine(given(p, q), lr=0.1).step()
    np.testing.assert_allclose(p.numpy(), [0.9, 1.9])
    np.testing.assert_allclose(q.numpy(), [-0.2])


def test_groups_have_settings_of_their_own():
    p, q = leaf(), leaf()
    opt = Mine([{"params": [p]}, {"params": [q], "lr": 1.0}], lr=0.1)
    opt.step()
    np.testing.assert_allclose(p.numpy(), [0.9, 1.9])
    np.testing.assert_allclose(q.numpy(), [0, 1])
    with pytest.raises(ValueError, match=r"different learning rates, \[0.1, 1.0\]"):
        _ = opt.lr
    opt.lr = 0.5
    assert opt.lr == opt.param_groups[1]["lr"] == 0.5
    with pytest.raises(ValueError, match="at least 0"):
        opt.lr = -1


def test_scalars_and_leaves_of_no_module_are_trained():
    a, x = ac.leaves(a=2, x=3)
    opt = optim.SGD([a], lr=0.1)
    (a * x).backward()
    opt.step()
    assert float(a) == pytest.approx(1.7)
    assert a.shape == ()


def test_a_parameter_without_a_gradient_is_skipped():
    p, q = leaf(), leaf(grad=None)
    Mine([p, q], lr=0.1).step()
    np.testing.assert_array_equal(q.numpy(), [1, 2])


def test_zero_grad_forgets():
    p = leaf()
    Mine([p], lr=0.1).zero_grad()
    assert p.grad is None


def test_step_calls_the_closure_with_recording_on_and_returns_its_result():
    p = leaf([2.0], [0.0])
    opt = optim.SGD([p], lr=0.25)

    def closure():
        opt.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with ac.no_grad():
        assert float(opt.step(closure)) == 4
    np.testing.assert_allclose(p.numpy(), [1.0])
    assert opt.step() is None


def test_the_gradient_is_read_only():
    class Careless(optim.Optimizer):
        def update(self, p, g):
            g *= 2

    with pytest.raises(ValueError, match="read-only"):
        Careless([leaf()]).step()


def test_a_graph_that_is_alive_keeps_its_numbers():
    p = Tensor([3.0], True)
    y = p * p
    p.grad = [1.0]
    optim.SGD([p], lr=1.0).step()
    y.backward()
    assert p.grad.tolist() == [1 + 2 * 3]
    assert p.tolist() == [2]


def test_the_parameter_stays_the_same_object_and_its_handle_sees_the_step():
    p = leaf()
    array = p.data
    Mine([p], lr=1.0).step()
    np.testing.assert_array_equal(array, [0, 1])


@of_numbers
def test_blocks_of_a_big_parameter_give_what_small_ones_give(make, options):
    size = 2 * BLOCK + 5
    rng = np.random.default_rng(0)
    values, grad = rng.normal(size=size), rng.normal(size=size)
    whole = leaf(values, grad)
    parts = [leaf(v, g) for v, g in zip(np.array_split(values, 7), np.array_split(grad, 7), strict=True)]
    one, several = make([whole], **options), make(parts, **options)
    for _ in range(2):
        one.step()
        several.step()
    np.testing.assert_array_equal(whole.numpy(), np.concatenate([p.numpy() for p in parts]))


@of_numbers
def test_a_parameter_in_another_memory_order_is_trained(make, options):
    values = np.asfortranarray(np.random.default_rng(0).normal(size=(200, 300)))
    p, q = leaf(values, np.ones((200, 300))), leaf(values.copy("C"), np.ones((200, 300)))
    assert not p.data.flags.c_contiguous
    make([p, q], **options).step()
    np.testing.assert_array_equal(p.numpy(), q.numpy())
    assert (p.numpy() != values).all()


@pytest.mark.parametrize("make", [optim.SGD, optim.Momentum, optim.Adam])
def test_a_parameter_that_changes_its_memory_order_between_steps_is_trained(make):
    """While somebody holds the old numbers, the step writes into a copy, and that is C-contiguous."""

    def trained(order):
        p = Tensor(np.array([[1.0, 2.0], [3.0, 4.0]], order=order), True)
        opt = make([p], lr=0.1, **({"momentum": 0.9} if make is optim.SGD else {}))
        keep = None
        for step in range(3):
            opt.zero_grad()
            (p * p).sum().backward()
            keep = p.detach() if step == 1 else keep
            opt.step()
        assert keep is not None
        return p.numpy()

    np.testing.assert_array_equal(trained("F"), trained("C"))


@pytest.mark.parametrize("make", [optim.Momentum, optim.Adam])
def test_a_slot_in_another_memory_order_is_loaded(make):
    def trained(turned):
        p = leaf(np.ones((2, 3)), np.ones((2, 3)))
        opt = make([p], lr=0.1)
        opt.step()
        state = opt.state_dict()
        one = state["state"][0]
        for name in set(one) - {"t"}:
            m = np.arange(1.0, 7.0).reshape(3, 2)
            one[name] = m.T if turned else m.T.copy()
        opt.load_state_dict(state)
        opt.step()
        opt.step()
        return p.numpy()

    np.testing.assert_array_equal(trained(True), trained(False))


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (optim.SGD, {"momentum": np.float64(0.9), "weight_decay": np.float64(0.1), "nesterov": True}),
        (optim.Momentum, {"momentum": np.float64(0.9)}),
        (optim.Adam, {"betas": np.array([0.9, 0.999]), "eps": np.float64(1e-8), "amsgrad": True}),
    ],
)
def test_float32_stays_float32_whatever_the_settings_are(make, options):
    p = nn.Parameter(np.ones(3, np.float32))
    p.grad = np.ones(3)
    opt = make([p], lr=np.float64(0.1), **options)
    opt.param_groups[0]["lr"] = np.float64(0.1)
    opt.step()
    opt.step()
    state = opt.state_dict()["state"][0]
    assert p.dtype == np.float32
    assert {v.dtype for k, v in state.items() if k != "t"} == {np.dtype(np.float32)}


def test_update_gets_pythons_own_numbers():
    """A NumPy number among float32 arrays would make float64 arrays on the way."""
    seen = []

    class Spy(optim.Optimizer):
        def update(self, p, g, *, lr, pair=(0, 0), flag=False, word=None):
            seen.extend([lr, *pair, flag, word])

    opt = Spy([leaf()], lr=Tensor(0.5), pair=np.array([1.0, 2.0], np.float32), flag=np.True_, word="a")
    opt.param_groups[0]["lr"] = np.float64(0.25)
    opt.step()
    assert seen == [0.25, 1.0, 2.0, True, "a"]
    assert [type(x) for x in seen] == [float, float, float, bool, str]


def test_slots_follow_when_the_module_is_cast():
    layer = nn.Linear(2, 2)
    opt = optim.Adam(layer.parameters())
    for dtype in (np.float32, np.float64):
        layer.astype(dtype)
        layer(np.ones((1, 2))).sum().backward()
        opt.step()
    assert opt.state_dict()["state"][0]["exp_avg"].dtype == np.float64


# ---- saving ------------------------------------------------------------------------------------


def test_a_state_is_a_copy():
    p = leaf()
    opt = Mine([p], lr=0.1)
    opt.step()
    opt.state_dict()["state"][0]["v"][:] = 99
    assert (opt.state_dict()["state"][0]["v"] != 99).all()


def test_a_failed_load_changes_nothing():
    p = leaf()
    opt = Mine([p], lr=0.1)
    opt.step()
    state = opt.state_dict()
    with pytest.raises(ValueError, match=r"groups of \[1, 1\] parameters were saved, here they are \[1\]"):
        opt.load_state_dict(Mine([{"params": leaf()}, {"params": leaf()}], lr=0.1).state_dict())
    wrong = {**state, "state": [{"t": 5, "v": np.zeros(3)}]}
    with pytest.raises(ValueError, match=r"v of parameter 0 has shape \(3,\), the parameter \(2,\)"):
        opt.load_state_dict(wrong)

    class Plain(optim.Optimizer):
        def update(self, p, g):
            p -= g

    with pytest.raises(TypeError, match="no setting lr; it has none, as its update has no keyword-only"):
        Plain([leaf()], lr=0.1)
    with pytest.raises(TypeError, match="no setting speed"):
        opt.load_state_dict({**state, "param_groups": [{"params": [0], "speed": 1}]})
    after = opt.state_dict()
    np.testing.assert_array_equal(after["state"][0]["v"], state["state"][0]["v"])
    assert after["state"][0]["t"] == 1
    assert opt.lr == 0.1


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (lambda s: s.pop("exp_avg"), ["exp_avg_sq", "exp_avg, exp_avg_sq"]),
        (lambda s: s.update(max_exp_avg_sq=np.zeros(2)), ["exp_avg, exp_avg_sq, max_exp_avg_sq"]),
        (lambda s: s.update(v=s.pop("exp_avg")), ["exp_avg_sq, v", "exp_avg, exp_avg_sq"]),
        (lambda s: [s.pop("exp_avg"), s.pop("exp_avg_sq")], ["no slots", "exp_avg, exp_avg_sq"]),
        (lambda s: [s.update(t=0), s.pop("exp_avg")], ["exp_avg_sq", "exp_avg, exp_avg_sq"]),
        (lambda s: s.pop("t"), ["'t'", "number of updates"]),
        (lambda s: s.update(t=-1), ["'t'", "-1"]),
        (lambda s: s.update(t=1.5), ["'t'", "1.5"]),
        (lambda s: s.update(t=True), ["'t'", "True"]),
        (lambda s: s.update(exp_avg=None), ["exp_avg of parameter 1", "numbers"]),
        (lambda s: s.update(exp_avg=[1j, 2j]), ["exp_avg of parameter 1", "numbers"]),
    ],
)
def test_a_state_has_exactly_the_slots_of_its_group(change, texts):
    p, q = leaf(), leaf()
    opt = optim.Adam([p, q], lr=0.1)
    opt.step()
    before, wrong = opt.state_dict(), opt.state_dict()
    wrong["param_groups"][0]["lr"] = 0.5
    change(wrong["state"][1])
    with pytest.raises(ValueError, match=r"Adam\.load_state_dict: ") as caught:
        opt.load_state_dict(wrong)
    assert all(text in str(caught.value) for text in [*texts, "parameter 1"])
    np.testing.assert_equal(opt.state_dict(), before)


def test_the_settings_that_are_loaded_say_which_slots_there_are():
    opt, other = optim.Adam([leaf()], amsgrad=True), optim.Adam([leaf()])
    opt.step()
    other.load_state_dict(opt.state_dict())
    np.testing.assert_equal(other.state_dict(), opt.state_dict())


@pytest.mark.parametrize(("first", "then"), [(0.0, 0.9), (0.9, 0.0)])
def test_a_state_can_be_loaded_after_a_setting_changed_what_slots_there_are(first, then):
    opt, other = optim.SGD([leaf()], momentum=first), optim.SGD([leaf()])
    opt.step()
    opt.param_groups[0]["momentum"] = then
    other.load_state_dict(opt.state_dict())
    np.testing.assert_equal(other.state_dict(), opt.state_dict())
    opt.step()


def test_a_state_before_the_first_step_may_have_slots():
    opt = Mine([leaf()], lr=0.1)
    state = opt.state_dict()
    opt.load_state_dict(state)
    state["state"][0]["v"] = np.ones(2)
    opt.load_state_dict(state)
    np.testing.assert_equal(opt.state_dict(), state)


@pytest.mark.parametrize(
    ("state", "error", "text"),
    [
        (None, TypeError, "got None"),
        ([1], TypeError, r"got \[1\]"),
        ({}, ValueError, '"state" and "param_groups"'),
        ({"state": []}, ValueError, '"state" and "param_groups"'),
        ({"state": {0: {"step": 1}}, "param_groups": [{"params": [0]}]}, ValueError, "torch"),
        ({"state": [{"t": 0}], "param_groups": {"params": [0]}}, ValueError, "lists of dicts"),
        ({"state": [1], "param_groups": [{"params": [0]}]}, ValueError, "lists of dicts"),
        ({"state": [{"t": 0}], "param_groups": [{}]}, ValueError, '"params"'),
        ({"state": [{"t": 0}], "param_groups": [{"params": 0}]}, ValueError, '"params"'),
    ],
)
def test_what_is_no_state_is_refused(state, error, text):
    opt = Mine([leaf()], lr=0.1)
    before = opt.state_dict()
    with pytest.raises(error, match=text):
        opt.load_state_dict(state)
    np.testing.assert_equal(opt.state_dict(), before)


def test_an_optimizer_without_a_learning_rate_has_no_lr():
    opt = Counting([leaf()])
    assert not hasattr(opt, "lr")
    with pytest.raises(AttributeError, match="Counting has no learning rate: its update has no argument lr"):
        _ = opt.lr
    with pytest.raises(AttributeError, match="no learning rate"):
        opt.lr = 0.1


# ---- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [[], {}, [{"params": []}]])
def test_an_empty_list_is_refused(empty):
    with pytest.raises(ValueError, match="SGD: params is empty"):
        optim.SGD(empty)


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (leaf(), r"write \[W\]"),
        (nn.Linear(1, 1), r"model.parameters\(\)"),
        ([1.0], r"number 0 of params is no Tensor of autograd_core, got <class .float.>"),
        ([leaf() * 2], "result of an operation"),
        ([Tensor([1, 2])], "int64"),
        ([{"lr": 1.0}], '"params"'),
        (3, "got 3"),
    ],
)
def test_other_parameters_are_refused(params, text):
    with pytest.raises(TypeError, match=text):
        optim.SGD(params)


def test_a_parameter_given_twice_is_refused():
    p = leaf(name="w")
    with pytest.raises(ValueError, match="'w' is given twice"):
        optim.SGD([{"params": [p]}, {"params": [p]}])


def test_some_parameters_may_be_frozen_but_not_all():
    frozen, trained = Tensor([1.0]), leaf()
    optim.SGD([frozen, trained], lr=1.0).step()
    assert frozen.tolist() == [1]
    with pytest.raises(ValueError, match="none of the 1 parameters requires a gradient"):
        optim.SGD([frozen])


def test_unknown_and_missing_settings_are_named():
    with pytest.raises(TypeError, match="Mine: the setting lr has no default"):
        Mine([leaf()])
    with pytest.raises(TypeError, match="Mine has no setting speed; it has lr, momentum"):
        Mine([leaf()], lr=0.1, speed=2)
    with pytest.raises(TypeError, match="Mine has no setting t"):
        Mine([leaf()], lr=0.1, t=1)
    with pytest.raises(TypeError, match="no setting speed"):
        Mine([{"params": [leaf()], "speed": 2}], lr=0.1)


@pytest.mark.parametrize(
    ("make", "options", "text"),
    [
        (optim.SGD, {"lr": -0.1}, "lr is at least 0"),
        (optim.SGD, {"lr": float("nan")}, "lr is at least 0"),
        (optim.SGD, {"momentum": -1}, "momentum is at least 0"),
        (optim.SGD, {"nesterov": True}, "nesterov needs a momentum"),
        (optim.Momentum, {"momentum": 1.0}, "0 ≤ momentum < 1"),
        (optim.Adam, {"betas": (0.9, 1.0)}, "0 ≤ β < 1"),
        (optim.Adam, {"eps": -1e-8}, "eps is at least 0"),
        (optim.Adam, {"form": "other"}, "'paper' or 'lecture'"),
    ],
)
def test_settings_out_of_range_are_refused(make, options, text):
    with pytest.raises(ValueError, match=text):
        make([leaf()], **options)


def test_an_optimizer_without_update_says_so():
    class Empty(optim.Optimizer):
        pass

    with pytest.raises(NotImplementedError, match="Empty has no update"):
        Empty([leaf()]).step()


def test_repr_shows_the_settings():
    assert repr(Mine([leaf()], lr=0.1)) == "Mine(lr=0.1, momentum=0.9): 1 parameter"


def test_an_update_that_returns_the_new_value_is_refused():
    class Returning(optim.Optimizer):
        def update(self, p, g, *, lr):
            return p - lr * g

    w = Tensor([1.0], requires_grad=True)
    (w * w).sum().backward()
    with pytest.raises(TypeError, match=r"Returning\.update changes p in place and returns nothing"):
        Returning([w], lr=0.1).step()
    assert w.tolist() == [1.0]


@pytest.mark.parametrize("settings", [{"lr": "1e-3"}, {"betas": 0.9}, {"eps": None}])
def test_a_setting_of_the_wrong_kind_is_named(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=f"Adam: {name} is"):
        optim.Adam([Tensor([1.0], requires_grad=True)], **settings)
