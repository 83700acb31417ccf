"""The table of choices at kinks: complete, computed by the rules, and valid subgradients."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.kinks import CASES
from tests.autograd_core.samples import SAMPLES

# rows whose kink samples are told under another name, or are no kinks of a public function
TOLD_AS = {
    "rounded": "rint",
    "round": "rint",
    "zeros_of": "sign",
    "fraction": "trunc",
    "floor_divide": "floor",
    "fmod": "remainder",
    "argsort": "sort",
    "guard": "where",
    "gap": "logaddexp",
    "logaddexp2": "logaddexp",
    "others": "prod",
    "cofactor": "det",
    "cofactor_slope": "det",
    "unwrap": "floor",
    "fabs": "absolute",
    "nanmin": "nanmax",
    "softmax": "logsumexp",
    "log_softmax": "logsumexp",
    "shares": "logsumexp",
}
# equal eigenvalues and singular values: what is asked of them must not depend on the choice of the vectors
OF_SUBSPACES = {"eigh", "svd", "pinv", "qr", "cholesky"}


def test_every_row_with_a_kink_is_told():
    told = {case.function.partition(",")[0] for case in CASES}
    kinked = {name for name, samples in SAMPLES.items() if any(s.kink for s in samples)}
    assert {TOLD_AS.get(name, name) for name in kinked} - OF_SUBSPACES <= told


def test_the_table_prints_what_the_rules_give():
    text = str(ac.conventions())
    lines = {line.split("  ")[0]: line for line in text.splitlines()}
    assert lines["leaky_relu"].split()[4] == "0.01"
    assert lines["maximum"].split()[4:6] == ["0.5,", "0.5"]
    assert len(lines) > 30


def test_no_choice_is_nan():
    for convention in ac.conventions():
        parts = convention.gradient if isinstance(convention.gradient, tuple) else (convention.gradient,)
        assert not any(np.isnan(p).any() for p in parts), convention


@pytest.mark.parametrize("convention", [c for c in ac.conventions() if "ties share" in c.words])
def test_shares_sum_to_one(convention):
    parts = convention.gradient if isinstance(convention.gradient, tuple) else (convention.gradient,)
    assert sum(np.abs(p).sum() for p in parts) == pytest.approx(1)


def test_one_function_and_an_unknown_one():
    (relu,) = ac.conventions("relu")
    assert (relu.function, relu.gradient) == ("relu", 0.0)
    assert len(ac.conventions("norm")) == 5
    with pytest.raises(ValueError, match=r"no choice is made for 'add'; there is one for absolute"):
        ac.conventions("add")


def test_a_case_follows_its_rule(monkeypatch):
    other = CASES[0]._replace(call=lambda x: 3.0 * x)
    monkeypatch.setattr("autograd_core.kinks.CASES", (other,))
    assert ac.conventions()[0].gradient == 3.0
