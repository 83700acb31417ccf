"""Every row on arguments that are drawn: values, push, pull and the second order, at least 200 times a row.

`AUTOGRAD_EXAMPLES=2000 HYPOTHESIS_PROFILE=nightly` tries ten times as many, others in every run. A failure
names the row and two numbers; `redrawn(row, template, seed)` gives the arguments again.
"""

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from autograd_core.ops.table import TABLE
from tests.autograd_core.harness import Recorded, forward, inner, moved
from tests.autograd_core.redrawing import DOMAINS, redrawn, templates
from tests.autograd_core.samples import REFERENCES, SAMPLES
from tests.examples import examples

RULED = [name for name, row in TABLE.items() if row.kind != "constant" and name in SAMPLES]


STEPS = (1e-5, 1e-6, 1e-4)


def difference(f, h):
    """The derivative at 0 of f, by differences of order h⁴."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def agrees(found, f, tolerance, scale):
    """That it is the derivative at 0 of f: differences of some width say so. Near a pole these are small."""
    for h in STEPS:
        wanted = difference(f, h)
        try:
            return close(found, wanted, tolerance, scale)
        except AssertionError:
            if h == STEPS[-1]:
                raise


def close(found, wanted, tolerance, scale=1.0):
    size = max(1.0, scale, float(np.max(np.abs(wanted), initial=0)))
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


@pytest.mark.parametrize("name", RULED)
@examples()
@given(template=st.integers(0, 63), seed=st.integers(0, 2**32 - 1))
def test_values_and_derivatives_on_drawn_arguments(name, template, seed):
    row, sample = TABLE[name], redrawn(name, template, seed)
    note(f"{name} of {sample.text}: {sample.args}")
    z = forward(row, sample.args, sample.params)
    close(z, np.asarray(REFERENCES[name](*sample.args, **sample.params)), 1e-10)
    r = Recorded(row, sample.args, sample.params)
    rng = np.random.default_rng(seed)
    vs = [np.asarray(rng.uniform(-1, 1, x.shape)) for x in r.leaves]
    g = np.asarray(rng.uniform(-1, 1, z.shape))

    def along(h):
        return forward(row, moved(sample.args, r.which, vs, h), sample.params)

    (pushed,), pulled = r.push(vs), r.pull(g)
    size = float(np.max(np.abs(z), initial=0))
    agrees(pushed, along, 1e-8, size)
    scale = inner([np.abs(g)], [np.abs(pushed)]) + 1
    assert inner(pulled, vs) == pytest.approx(inner([g], [pushed]), rel=1e-10, abs=1e-11 * scale)
    if seed % 3 == 0:
        second_order(row, sample, r, g, vs)


def second_order(row, sample, r, g, vs):
    """The tangent of the recorded gradient against differences of the gradient."""
    recorded = r.record_pull(g)
    pushed = r.push(vs, roots=recorded)
    for k, tangent in enumerate(pushed):

        def along(h, k=k):
            return Recorded(row, tuple(moved(sample.args, r.which, vs, h)), sample.params).pull(g)[k]

        agrees(tangent, along, 1e-7, float(np.max(np.abs(recorded[k]._array), initial=0)))


def test_domains_belong_to_rows():
    assert set(DOMAINS) <= set(TABLE)


@pytest.mark.parametrize("name", RULED)
def test_draws_differ(name):
    drawn = [redrawn(name, t, s) for t in range(len(templates(name))) for s in (1, 2)]
    assert len({repr((d.args, d.params)) for d in drawn}) > 1
