"""Every row of the table as a program of JavaScript: values and gradients in a browser are the engine's."""

from dataclasses import replace

import numpy as np
import pytest

from autograd_core.ops.table import TABLE
from autograd_core.programs import NoFormError, javascript
from tests.autograd_core.harness import Recorded, cast, drawn, forward, trained
from tests.autograd_core.programs.running import run, swept
from tests.autograd_core.samples import SAMPLES

# the rows that say honestly that they have no form
REFUSED = {"eigh", "qr", "svd", "pinv", "argpartition"}

# the engine computes these from singular values: of singular matrices they are 0 but for rounding
SIZES = {"det": 1, "cofactor": 1, "cofactor_slope": 1}


def expected(row, args, params, dtype=np.float64):
    """What the engine gives: the value, and the gradients by argument."""
    with np.errstate(all="ignore"):
        found = {"z": forward(row, args, params)}
        which = trained(row, args)
        if which:
            tape = Recorded(row, args, params)
            if hasattr(tape.z, "node"):
                g = drawn("g", tape.z.shape, dtype)
                found |= {f"g{i}": c for i, c in zip(which, tape.pull(g), strict=True)}
    return found


def program(row, sample, live, dtype=np.float64):
    """The program of a sample, and its inputs."""
    outputs, inputs = swept(row, sample.args, sample.params, live)
    given = {}
    for x in inputs:
        given[x.label] = drawn("g", x.shape, dtype) if x.label == "g" else sample.args[int(x.label[1:])]
    return javascript(outputs, inputs), given


def differs(got, want, least, part=1e-12):
    """By how much numbers are apart; None if it is at most 1e-12 of each, and 1e-13 of the largest, for those
    that nearly cancel."""
    if got is None:
        got = np.zeros(np.shape(want))
    got, want = np.asarray(got, float), np.asarray(want, float).reshape(-1)
    got = got.reshape(-1)
    if got.shape != want.shape:
        return f"{got.shape} numbers for {want.shape}"
    size = np.max(np.abs(want[np.isfinite(want)]), initial=least)
    with np.errstate(all="ignore"):
        bad = ~np.isclose(got, want, rtol=part, atol=part / 10 * size, equal_nan=True)
    return None if not bad.any() else f"{got[bad][:3]} for {want[bad][:3]}"


@pytest.fixture(scope="module")
def page(browser):
    """One page for all rows: the programs leave nothing behind."""
    return browser.new_page()


@pytest.mark.parametrize("name", TABLE)
def test_row(page, name):
    row = TABLE[name]
    if name in REFUSED:
        with pytest.raises(NoFormError, match=name):
            program(row, SAMPLES[name][0], {0, 1})
        return
    sources, inputs, labels = [], [], []
    for sample in SAMPLES[name]:
        for live in (set(), {0, 1, 2, 3}):
            source, given = program(row, sample, live)
            sources.append(source)
            inputs.append(given)
            labels.append((sample, live))
    results = run(page, sources, inputs)
    wrong = []
    for (sample, live), got in zip(labels, results, strict=True):
        for key, want in expected(row, sample.args, sample.params).items():
            apart = got if isinstance(got, str) else differs(got[key], want, SIZES.get(name, 0))
            if apart:
                wrong.append(f"{sample.text} live={live} {key}: {apart}")
    assert not wrong, f"{len(wrong)} of {len(sources)}\n" + "\n".join(wrong[:3])


@pytest.mark.parametrize("name", [n for n in TABLE if n not in REFUSED])
def test_float32(page, name):
    """The same numbers in float32: every operation rounds, as in the engine, so the last digits agree."""
    row = TABLE[name]
    samples = [s for s in SAMPLES[name] if trained(row, s.args)][:6]
    singles = [replace(s, args=cast(s.args, np.float32)) for s in samples]
    programs = [program(row, s, set(), np.float32) for s in singles]
    results = run(page, [source for source, _ in programs], [given for _, given in programs])
    for sample, got in zip(singles, results, strict=True):
        for key, want in expected(row, sample.args, sample.params, np.float32).items():
            size = np.max(np.abs(want), initial=1, where=np.isfinite(want))
            apart = got if isinstance(got, str) else differs(got[key], want, size, 4e-6)
            assert not apart, f"{sample.text} {key}: {apart}"
            if not isinstance(got, str) and got[key] is not None:
                whole = np.asarray(got[key], float)
                assert np.array_equal(whole, whole.astype(np.float32), equal_nan=True), (
                    "a number is no float32"
                )
