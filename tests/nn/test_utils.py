"""`nn.utils`: clipping against torch's and against its formula; parameters as one vector."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from autograd_core.testing import assert_gradients
from nn import utils

GRADS = [np.array([[3.0, -4.0], [0.0, 1.0]]), np.array([0.5, -2.0, 12.0]), np.array(0.25), np.zeros((2, 0))]


def leaves(grads=GRADS, dtype=np.float64):
    """Leaves with these gradients, and one without."""
    made = []
    for g in grads:
        p = Tensor(np.zeros(g.shape, dtype), True)
        p.grad = g
        made.append(p)
    return [*made, Tensor([1.0], True)]


def torchs(grads=GRADS):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    made = []
    for g in grads:
        p = torch.zeros(g.shape, dtype=torch.float64, requires_grad=True)
        p.grad = torch.tensor(g)
        made.append(p)
    return torch, [*made, torch.zeros(1, requires_grad=True)]


@pytest.mark.parametrize("max_norm", [0.0, 1.0, 13.0, 1000.0])
@pytest.mark.parametrize("norm_type", [0.5, 1, 2, 3.0, float("inf")])
def test_clipping_by_norm_is_torchs(max_norm, norm_type):
    torch, theirs = torchs([g for g in GRADS if g.size])
    ours = leaves([g for g in GRADS if g.size])
    norm = utils.clip_grad_norm_(ours, max_norm, norm_type)
    wanted = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert norm.item() == pytest.approx(wanted.item(), rel=1e-12)
    for p, q in zip(ours[:-1], theirs[:-1], strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-12)
    assert ours[-1].grad is None


def test_clipping_by_norm_shortens_all_gradients_together():
    every = leaves()
    flat = np.concatenate([g.reshape(-1) for g in GRADS])
    norm = utils.clip_grad_norm_(every, 2.0)
    assert isinstance(norm, Tensor)
    assert norm.item() == pytest.approx(np.linalg.norm(flat))
    after = np.concatenate([p.grad.numpy().reshape(-1) for p in every[:-1]])
    np.testing.assert_allclose(after, flat * 2.0 / (np.linalg.norm(flat) + 1e-6), rtol=1e-12)
    assert utils.clip_grad_norm_(every, 5.0).item() == pytest.approx(2.0, rel=1e-6)
    np.testing.assert_array_equal(np.concatenate([p.grad.numpy().reshape(-1) for p in every[:-1]]), after)


@pytest.mark.parametrize("value", [0.0, 1.0, 100.0])
def test_clipping_by_value_is_torchs(value):
    torch, theirs = torchs()
    ours = leaves()
    utils.clip_grad_value_(ours, value)
    torch.nn.utils.clip_grad_value_(theirs, value)
    for p, q, g in zip(ours[:-1], theirs[:-1], GRADS, strict=True):
        np.testing.assert_array_equal(p.grad.numpy(), q.grad.numpy())
        np.testing.assert_array_equal(p.grad.numpy(), np.clip(g, -value, value))


def test_one_tensor_may_be_given_and_an_iterator():
    (p, *_) = leaves()
    assert utils.clip_grad_norm_(p, 1.0).item() == pytest.approx(np.linalg.norm(GRADS[0]))
    utils.clip_grad_value_(p, 0.1)
    assert np.abs(p.grad.numpy()).max() == 0.1
    assert utils.clip_grad_norm_((q for q in leaves()), 1.0).item() > 1


def test_nothing_to_clip():
    assert utils.clip_grad_norm_([Tensor([1.0], True)], 1.0).item() == 0
    assert utils.clip_grad_norm_([], 1.0).item() == 0
    utils.clip_grad_value_([], 1.0)
    zero = leaves([np.zeros(2)])
    assert utils.clip_grad_norm_(zero, 1.0).item() == 0
    assert zero[0].grad.tolist() == [0, 0]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite(bad):
    every = leaves([np.array([1.0, bad]), np.array([2.0])])
    with pytest.raises(ValueError, match=f"clip_grad_norm_: the norm is {bad}"):
        utils.clip_grad_norm_(every, 1.0, error_if_nonfinite=True)
    np.testing.assert_array_equal(every[1].grad.numpy(), [2.0])
    with np.errstate(invalid="ignore"):
        norm = utils.clip_grad_norm_(every, 1.0)
    assert not np.isfinite(norm.item())
    # as in torch: NaN spreads, infinity makes the others 0
    np.testing.assert_array_equal(every[1].grad.numpy(), [np.nan if np.isnan(bad) else 0.0])


def test_float32_stays_float32():
    every = leaves([np.array([3.0, 4.0])], np.float32)
    utils.clip_grad_norm_(every, np.float64(1.0))
    assert every[0].grad.dtype == np.float32
    utils.clip_grad_value_(every, np.float64(0.1))
    assert every[0].grad.dtype == np.float32
    np.testing.assert_allclose(every[0].grad.numpy(), [0.1, 0.1], rtol=1e-6)


def test_the_gradient_of_another_parameter_is_left_alone():
    """Two leaves may have got one and the same array."""
    a, b = Tensor([3.0, 4.0], True), Tensor([3.0, 4.0], True)
    shared = np.array([3.0, 4.0])
    a.grad = b.grad = Tensor(shared)
    utils.clip_grad_norm_([a], 1.0)
    assert b.grad.tolist() == [3.0, 4.0]
    utils.clip_grad_value_([a], 0.1)
    assert b.grad.tolist() == [3.0, 4.0]


def test_optim_has_the_same_functions():
    assert optim.clip_grad_norm is utils.clip_grad_norm_
    assert optim.clip_grad_value is utils.clip_grad_value_


def test_the_total_norm_is_torchs():
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    several = [g for g in GRADS if g.size]
    assert utils.get_total_norm([Tensor(g) for g in several]).item() == pytest.approx(
        np.linalg.norm(np.concatenate([g.reshape(-1) for g in several]))
    )
    for n in (1.0, 2.0, float("inf")):
        ours = utils.get_total_norm([Tensor(g) for g in several], n)
        theirs = torch.nn.utils.get_total_norm([torch.tensor(g) for g in several], n)
        assert ours.item() == pytest.approx(theirs.item(), rel=1e-12)
    with pytest.raises(ValueError, match="get_total_norm: the norm is nan"):
        utils.get_total_norm(Tensor([np.nan]), error_if_nonfinite=True)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda p: utils.clip_grad_norm_(p, -1.0), ValueError, "max_norm is at least 0, got -1.0"),
        (lambda p: utils.clip_grad_norm_(p, np.nan), ValueError, "max_norm is at least 0, got nan"),
        (lambda p: utils.clip_grad_norm_(p, "a"), TypeError, "max_norm is a number"),
        (lambda p: utils.clip_grad_norm_(p, 1.0, 0), ValueError, "norm_type is above 0, or inf, got 0"),
        (lambda p: utils.clip_grad_norm_([1.0], 1.0), TypeError, "number 0 of what is given is a float"),
        (lambda p: utils.clip_grad_norm_(nn.Linear(1, 1), 1.0), TypeError, r"write model.parameters\(\)"),
        (lambda p: utils.clip_grad_value_(p, -1.0), ValueError, "clip_value is at least 0, got -1.0"),
        (lambda p: utils.clip_grad_value_(p, None), TypeError, "clip_value is a number"),
        (lambda p: utils.parameters_to_vector([]), ValueError, "there are no parameters"),
        (
            lambda p: utils.vector_to_parameters(np.ones(3), p),
            ValueError,
            "have 9 numbers, vec has the shape",
        ),
        (lambda p: utils.vector_to_parameters(np.ones((9, 1)), p), ValueError, "vec has the shape"),
    ],
)
def test_errors(call, error, text):
    every = leaves()
    with pytest.raises(error, match=text):
        call(every)
    for p, g in zip(every[:-1], GRADS, strict=True):
        np.testing.assert_array_equal(p.grad.numpy(), g)


def test_parameters_become_a_vector_and_come_back():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Linear(4, 1, rng=1))
    params = model.parameters()
    vector = utils.parameters_to_vector(params)
    np.testing.assert_array_equal(vector.numpy(), np.concatenate([p.numpy().reshape(-1) for p in params]))
    utils.vector_to_parameters(2.0 * vector, params)
    assert model.parameters() == params or all(
        a is b for a, b in zip(model.parameters(), params, strict=True)
    )
    np.testing.assert_array_equal(utils.parameters_to_vector(params).numpy(), 2 * vector.numpy())
    assert {p.dtype for p in params} == {np.dtype(np.float32)}
    utils.vector_to_parameters(vector.numpy().astype(np.float64), params)
    assert {p.dtype for p in params} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(utils.parameters_to_vector(params).numpy(), vector.numpy())


def test_gradients_pass_through_the_vector():
    a, b = Tensor([[1.0, 2.0]], True), Tensor(3.0, True)
    weights = np.array([1.0, 10.0, 100.0])
    (utils.parameters_to_vector([a, b]) * weights).sum().backward()
    assert a.grad.tolist() == [[1.0, 10.0]]
    assert b.grad.item() == 100.0
    assert_gradients(lambda x, y: ac.sum(utils.parameters_to_vector([x, y]) ** 2), a, b)
