"""The code of derivations of random programs says what the engine does, simplified and as rules have it."""

import numpy as np
import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import GradientError, NoRuleError
from autograd_core.testing import programs
from tests.examples import examples


@pytest.mark.parametrize("simplify", [True, False])
@examples()
@given(program=programs(depth=(2, 8)), seed=st.integers(0, 2**32 - 1))
def test_the_code_says_what_the_engine_does(simplify, program, seed):
    note(program.source)
    xs = program.inputs
    try:
        found = ac.derive(program.run, *xs, simplify=simplify, assume={})
        function = found.function
    except NoRuleError:  # a row that plain NumPy has not
        assume(False)
    except GradientError as error:
        assume("does not depend" not in str(error))
        raise
    leaves = [Tensor(x, requires_grad=True) for x in xs]
    z = program.run(*leaves)
    seeded = found.code.partition("def backward(")[1]
    g = np.random.default_rng(seed).standard_normal(z.shape) if seeded else np.ones(z.shape)
    z.backward(g)
    out = function(*xs, *([g] if seeded else []))
    gradients = out[1:] if not seeded else out if len(xs) > 1 else (out,)
    for x, ours in zip(leaves, gradients, strict=True):
        wanted = np.zeros(x.shape) if x.grad is None else x.grad.numpy()
        assert np.shape(ours) == x.shape
        np.testing.assert_allclose(ours, wanted, rtol=1e-6, atol=1e-8 * max(1, np.abs(wanted).max(initial=0)))
