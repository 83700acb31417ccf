"""The check on every row of the table: no false alarm at smooth points, none at kinks either."""

import numpy as np
import pytest

from autograd_core.ops.table import TABLE
from autograd_core.testing import Verdict, check_gradients
from tests.autograd_core.harness import Recorded, drawn, forward, trained
from tests.autograd_core.samples import SAMPLES

ROWS = [name for name, row in TABLE.items() if row.kind != "constant"]


def diagnosed(name, sample, **options):
    """The diagnosis of a row at a sample, by the arguments that a gradient flows to."""
    row, which = TABLE[name], trained(TABLE[name], sample.args)

    def call(*xs):
        args = list(sample.args)
        for i, x in zip(which, xs, strict=True):
            args[i] = x
        return row(*args, **sample.params)

    return check_gradients(call, *(sample.args[i] for i in which), **options)


def samples(name, kink):
    """Samples of a row with arguments to differentiate by, some numbers in them, and a finite result."""
    for sample in SAMPLES[name]:
        which = trained(TABLE[name], sample.args)
        if sample.kink != kink or not which or not all(np.isfinite(sample.args[i]).all() for i in which):
            continue
        if np.isfinite(forward(TABLE[name], sample.args, sample.params)).any():
            yield sample


@pytest.mark.parametrize("name", ROWS)
def test_a_right_row_is_right(name):
    sample = next(samples(name, kink=False), None)
    if sample is None:
        pytest.skip("no sample off a kink")
    diagnosis = diagnosed(name, sample)
    assert diagnosis.verdict is Verdict.OK, diagnosis


@pytest.mark.parametrize("name", [n for n in ROWS if any(True for _ in samples(n, kink=True))])
def test_a_kink_is_no_mistake(name):
    for sample in list(samples(name, kink=True))[:2]:
        diagnosis = diagnosed(name, sample, order=1)
        assert diagnosis.verdict in (Verdict.OK, Verdict.KINK), diagnosis


SPOILT = [(name, i) for name in ROWS for i, rule in enumerate(TABLE[name].rules) if rule is not None]


@pytest.mark.parametrize(("name", "number"), SPOILT, ids=lambda value: str(value))
def test_a_rule_off_by_a_thousandth_is_found(name, number, monkeypatch):
    row = TABLE[name]
    right = row.rules[number]
    verdicts = []
    for sample in samples(name, kink=False):
        if number not in trained(row, sample.args) or not slopes(name, sample, number).any():
            continue
        with monkeypatch.context() as patch:
            spoilt = lambda g, *args, **params: right(1.001 * g, *args, **params)
            patch.setattr(row, "rules", (*row.rules[:number], spoilt, *row.rules[number + 1 :]))
            verdicts.append(diagnosed(name, sample, order=1, modes="reverse").verdict)
        if Verdict.WRONG in verdicts:
            return
    assert not verdicts


def slopes(name, sample, number):
    """The gradient by one argument; all 0 where the row is flat."""
    recorded = Recorded(TABLE[name], sample.args, sample.params)
    return np.asarray(recorded.pull(drawn(name, recorded.z.shape))[recorded.which.index(number)])
