"""Random tensor programs of the test kit, written out: the value and the gradients equal eager code."""

import numpy as np
from hypothesis import HealthCheck, given, settings

from autograd_core import Tensor
from autograd_core.compiling.program import Program
from autograd_core.compiling.written import written
from autograd_core.sweep import pull
from autograd_core.symbols import Symbol, lift, traced
from autograd_core.testing import programs
from tests.autograd_core.compiling.test_liveness import blocks_of_few


def in_symbols(program):
    """The value of a random program and its gradients as a program of Symbols, with the eager numbers."""
    leaves = [Tensor(x, requires_grad=True) for x in program.inputs]
    eager = program.run(*leaves)
    if eager.node is None:
        return None
    found = traced([eager.node], {leaf.node: f"x{i}" for i, leaf in enumerate(leaves)})
    inputs = [found.get(leaf.node, Symbol.input("unread", leaf.shape)) for leaf in leaves]
    z = found[eager.node]
    seed = np.random.default_rng(0).standard_normal(z.shape)
    grads = pull({z: seed}, wanted=set(inputs), lift=lift)
    eager.backward(seed)
    used = [i for i, x in enumerate(inputs) if x in grads]
    wanted = [eager.numpy(), *(leaves[i].grad for i in used)]
    results = (z, *(grads[inputs[i]] for i in used))
    return Program(tuple(inputs), {}, (), {}, results), [np.asarray(w) for w in wanted]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(depth=20))
def test_random_programs_equal_eager_code(random):
    made = in_symbols(random)
    if made is None:
        return
    program, wanted = made
    with np.errstate(all="ignore"):
        plain = written(program)
        with blocks_of_few():
            blocks = written(program, threads=2)
        for w in (plain, blocks):
            run = w.bound()
            run(*(0.5 * x for x in random.inputs))
            for f, x in zip(run(*random.inputs), wanted, strict=True):
                assert f.shape == x.shape
                assert f.dtype == x.dtype
                size = max(1.0, float(np.max(np.abs(x), initial=0, where=np.isfinite(x))))
                np.testing.assert_allclose(f, x, rtol=1e-9, atol=1e-9 * size, err_msg=w.source)
