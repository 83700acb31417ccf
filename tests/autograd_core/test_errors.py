"""The family of errors, one text in full, and how long the tables of bad calls in `errors` are together."""

import pickle
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GradientError, NoRuleError, ReleasedGraphError, StaleGraphError, Tensor
from autograd_core.ops.arithmetic import add

TABLES = sorted(path.stem for path in (Path(__file__).parent / "errors").glob("test_*.py"))


def test_the_tables_are_long():
    tables = {name: import_module(f"tests.autograd_core.errors.{name}").BAD for name in TABLES}
    assert sum(map(len, tables.values())) >= 600
    for rows in tables.values():
        for name, (_, kind, words) in rows.items():
            assert words, name
            assert kind not in (AssertionError, KeyError, Exception, RuntimeError), name


def test_a_product_that_does_not_fit_shows_the_dimensions():
    w = Tensor(np.ones((3, 4)), requires_grad=True, name="W")
    v = Tensor(np.ones((5, 6)), requires_grad=True, name="V")
    with ac.scope("encoder"), ac.scope("fc1"), pytest.raises(ValueError, match="matmul") as caught:
        w @ v
    assert str(caught.value) == (
        "matmul of W (3, 4) and V (5, 6) in the module 'encoder.fc1': "
        "(N,K) × (K,L) → (N,L), but K is 4 in W and 5 in V\n"
        "  (3, 4) × (5, 6)   does not fit\n"
        "  no transpose fits: one of the two has the wrong size"
    )


def test_the_family_of_errors():
    assert issubclass(GradientError, RuntimeError)
    assert issubclass(StaleGraphError, GradientError)
    assert issubclass(ReleasedGraphError, GradientError)
    assert issubclass(NoRuleError, GradientError)
    assert issubclass(NoRuleError, TypeError)


def test_rows_are_not_pickled():
    with pytest.raises(TypeError, match="row 'add' holds functions"):
        pickle.dumps(add)
    assert repr(add) == "<elementwise row add>"


def test_unsupported_operators_are_pythons_type_errors():
    x = Tensor(2.0, requires_grad=True)
    for call in (lambda: x << 1, lambda: x & 1, lambda: ~x):
        with pytest.raises(TypeError):
            call()


def test_the_function_that_was_typed_is_named_first():
    w = Tensor(np.ones((3, 4)), requires_grad=True, name="W")
    with pytest.raises(np.exceptions.AxisError) as caught:
        np.mean(w, axis=2)
    assert str(caught.value) == "mean of W (3, 4): axis 2 is out of bounds for array of dimension 2"
    assert (caught.value.axis, caught.value.ndim) == (2, 2)
    with pytest.raises(ValueError, match="broadcast") as caught:
        ac.float_power(w, np.ones(3))
    assert str(caught.value) == (
        "operands could not be broadcast together with shapes (3,4) (3,) (asked: float_power of W (3, 4) and "
        "an array (3,), which takes power of W (3, 4) and an array (3,): counted from the end, sizes are "
        "equal or 1, but on axis -1 they are 4 and 3; a[:, None] fits (3,))"
    )


def test_a_function_of_the_users_own_is_not_named():
    w = Tensor(np.ones((3, 4)), requires_grad=True, name="W")

    def sum(t):  # a name of the library's
        return t + np.ones(3)

    with pytest.raises(ValueError, match="broadcast") as caught:
        sum(w)
    assert "(asked: add of W (3, 4) and an array (3,):" in str(caught.value)


def test_errors_of_others_keep_their_class_and_cause():
    def forward(x):
        raise KeyError("mine") from OSError("disk")

    row = ac.general("mine", forward, lambda g, z, x: g)
    with pytest.raises(KeyError) as caught:
        row(Tensor(1.0, requires_grad=True, name="x"))
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__notes__ == ["asked: mine of x ()"]
