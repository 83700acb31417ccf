"""detect_anomaly: the first number that is not finite, with its op, module, line, numbers and reason."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import AnomalyError, Tensor

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def leaf(data, name="x"):
    return Tensor(data, requires_grad=True, name=name)


def message(f):
    with pytest.raises(AnomalyError) as caught, ac.detect_anomaly():
        f()
    return str(caught.value)


def test_an_infinite_slope_is_named_with_line_numbers_and_reason():
    x = leaf([4.0, 0.0])
    text = message(lambda: np.sqrt(x).sum().backward())
    assert "the gradient becomes inf in sqrt of x at [1]" in text
    assert "test_anomaly.py:" in text
    assert "np.sqrt(x).sum().backward()" in text
    assert "the slope 1/(2z) is inf where z = 0.0, x = 0.0" in text


def test_the_line_is_the_one_of_the_forward_call():
    x = leaf([0.0])
    with ac.detect_anomaly():
        y = ac.sqrt(x)  # this is the line
        z = y.sum()
        with pytest.raises(AnomalyError, match=r"y = ac\.sqrt\(x\)  # this is the line"):
            z.backward()


def test_a_masked_branch_with_a_nan_gradient_gets_the_advice():
    x = leaf([-1.0, 0.0, 4.0])
    text = message(lambda: np.where(x.data > 0, np.sqrt(x), 0.0).sum().backward())
    assert "the gradient becomes nan in sqrt of x" in text
    assert "np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), 0)" in text


def test_a_masked_nan_with_a_finite_gradient_is_no_anomaly():
    x = leaf([-1.0, 4.0])
    with ac.detect_anomaly():
        y = ac.where(x.data > 0, x, np.nan) + 1.0  # NaN at [0]
        ac.where(x.data > 0, y, 0.0).sum().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 1.0])


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: np.log(x), ["log of x gave", "log is finite for x > 0; here x = "]),
        (lambda x: x / np.array([1.0, 0.0]), ["divide of x gave inf", "y ≠ 0", "y = 0.0"]),
        (lambda x: np.exp(x * 1000), ["exp of multiply (2,) gave inf", "beyond the largest float64"]),
        (lambda x: x**0.5, ["power of x gave nan", "x > 0", "x = -1.0"]),
        (lambda x: x * np.array([np.nan, 1.0]), ["not finite already", "y = nan"]),
    ],
    ids=["log", "divide", "exp", "power", "operand"],
)
def test_a_forward_value_is_blamed_with_its_operands(f, words):
    x = leaf([-1.0, 3.0])
    text = message(lambda: f(x).sum().backward())
    for word in [*words, "the result of sum of"]:
        assert word in text


def test_the_first_of_several_is_named():
    x = leaf([0.0])
    assert "First, log of x gave -inf" in message(lambda: (np.exp(-np.log(x)) * 0.0).sum().backward())


def test_a_sum_or_product_names_the_operand():
    x, w = leaf([[1.0, np.inf]]), leaf([[1.0], [1.0]], name="w")
    assert "x[0, 1] = inf" in message(lambda: (x @ w).sum().backward())


def test_the_module_path_is_named():
    x = leaf([0.0])

    def run():
        with ac.scope("encoder"), ac.scope("fc1"):
            y = ac.log(x)
        y.sum().backward()

    assert "in the module encoder.fc1" in message(run)


def test_a_gradient_that_is_given_is_looked_at():
    x = leaf([1.0, 2.0])
    assert "the gradient given to backward holds nan at [1]" in message(
        lambda: (x * 2).backward(np.array([1.0, np.nan]))
    )


def test_a_forward_pass_outside_is_told():
    x = leaf([0.0])
    y = ac.sqrt(x).sum()
    assert "run the forward pass inside it too" in message(lambda: y.backward())


def test_transforms_stacks_and_recorded_gradients_are_watched():
    at = np.array([0.0, 1.0])
    assert "sqrt" in message(lambda: ac.grad(lambda u: np.sqrt(u).sum())(at))
    assert "sqrt" in message(lambda: ac.jacobian(np.sqrt)(at))
    assert "sqrt" in message(lambda: ac.vjp(np.sqrt, at)[1](at + 1))
    x = leaf([0.0])
    message(lambda: (x**1.5).sum().backward(create_graph=True) or ac.gradients(x.grad.sum(), x))


def test_nothing_is_watched_outside_and_state_is_restored():
    x = leaf([0.0])
    with pytest.raises(AnomalyError), ac.detect_anomaly():
        ac.sqrt(x).sum().backward()
    x.zero_grad()
    ac.sqrt(x).sum().backward()
    assert np.isinf(x.grad.numpy())


def test_as_a_decorator():
    @ac.detect_anomaly()
    def run(x):
        ac.sqrt(x).sum().backward()

    with pytest.raises(AnomalyError):
        run(leaf([0.0]))
    run(leaf([1.0]))


def test_finite_work_is_left_alone():
    x, w = leaf(np.ones((3, 2))), leaf(np.ones((2, 2)), name="w")
    with ac.detect_anomaly():
        (ac.tanh(x @ w) ** 2).mean().backward()
    assert np.isfinite(x.grad.numpy()).all()


def test_a_cell_of_a_notebook_is_called_one(tmp_path):
    """Jupyter runs a cell as a file with a number for a name."""
    names = {"np": np, "leaf": leaf}
    cell = tmp_path / "ipykernel_7" / "412.py"
    exec(compile("def f():\n    np.sqrt(leaf([0.0])).sum().backward()", cell, "exec"), names)
    assert "a cell of the notebook:2" in message(names["f"])
