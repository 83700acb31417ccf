"""Every row on every sample: values, both orders of derivatives, stacks, dtypes, what is kept."""

import numpy as np
import pytest

from autograd_core.node import ancestors
from autograd_core.ops.table import TABLE
from autograd_core.state import enable_grad
from autograd_core.sweep import pull
from autograd_core.tensor import Tensor, lift
from tests.autograd_core.harness import (
    Recorded,
    cast,
    drawn,
    forward,
    hidden,
    inner,
    moved,
    numbers,
    poison,
    seen,
    trained,
)
from tests.autograd_core.samples import REFERENCES, SAMPLES

ALL = [pytest.param(TABLE[n], s, id=f"{n}-{s.text}") for n, ss in SAMPLES.items() if n in TABLE for s in ss]
RULED = [p for p in ALL if p.values[0].kind != "constant"]
SMOOTH = [p for p in RULED if not p.values[1].kink]
MEANT = [p for p in RULED if p.values[0].meaning is not None]
WITH_RULES = [row for row in TABLE.values() if row.kind != "constant"]
# NumPy before 2.1 raises to the power of 2 by another formula than x ** 2
BY_ANOTHER_FORMULA = {
    "sigmoid": 1e-14,
    "power": 1e-15,
    "einsum": 1e-13,
    "correlate": 1e-13,
    "sinc": 1e-13,
    "erf": 1e-15,
    "erfc": 1e-15,
    "ldexp": 1e-15,
    "i0": 1e-13,
    "cofactor": 1e-12,
    "cofactor_slope": 1e-12,
    "softmax": 1e-15,
    "shares": 1e-15,
    "log_softmax": 1e-15,
    "logsumexp": 1e-15,
    "horner": 1e-13,
}

row_and_sample = pytest.mark.parametrize(("row", "sample"), ALL)
with_rule = pytest.mark.parametrize(("row", "sample"), RULED)
smooth = pytest.mark.parametrize(("row", "sample"), SMOOTH)


def close(found, wanted, scale=1.0, tolerance=1e-12):
    size = max([1.0, scale, *(float(np.max(np.abs(w), initial=0)) for w in wanted)])
    for f, w in zip(found, wanted, strict=True):
        assert np.shape(f) == np.shape(w)
        np.testing.assert_allclose(f, w, rtol=tolerance, atol=tolerance * size)


def test_every_row_has_samples_and_every_sample_a_row():
    assert set(SAMPLES) == set(TABLE)
    for name, samples in SAMPLES.items():
        assert len(samples) >= 2, f"{name}: one sample is not several"
        texts = [s.text for s in samples]
        assert len(set(texts)) == len(texts), f"{name}: two samples look alike in the report"


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        TABLE["mine"] = TABLE["add"]


@row_and_sample
def test_forward_equals_numpy(row, sample):
    z = forward(row, sample.args, sample.params)
    wanted = np.asarray(REFERENCES[row.name](*sample.args, **sample.params))
    assert z.shape == wanted.shape
    tolerance = BY_ANOTHER_FORMULA.get(row.name, 0)
    np.testing.assert_allclose(z, wanted, rtol=tolerance, atol=tolerance)
    if row.kind != "constant":
        assert z.dtype == wanted.dtype


@row_and_sample
def test_a_row_called_on_tensors_gives_the_same(row, sample):
    args = [Tensor(a) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in sample.args]
    out = row(*args, **sample.params)
    assert isinstance(out, np.ndarray | np.generic if row.kind == "constant" else Tensor)
    values = out if row.kind == "constant" else out._array
    # a Tensor's own copy may be laid out otherwise, and the order of additions in a product with it
    tolerance = 1e-12 if row.name in ("matmul", "einsum", "correlate") else 0
    np.testing.assert_allclose(
        values, forward(row, sample.args, sample.params), rtol=tolerance, atol=tolerance
    )


@smooth
def test_first_order_agrees_with_differences(row, sample):
    r = Recorded(row, sample.args, sample.params)
    h = 1e-6
    for k, i in enumerate(r.which):
        vs = [drawn(i, x.shape) if j == k else None for j, x in enumerate(r.leaves)]
        plus = forward(row, moved(sample.args, r.which, vs, h), sample.params)
        minus = forward(row, moved(sample.args, r.which, vs, -h), sample.params)
        wanted = (plus - minus) / (2 * h)
        close(r.push(vs), [wanted], tolerance=2e-8)
        g = drawn("g", r.z.shape)
        assert inner([r.pull(g)[k]], [vs[k]]) == pytest.approx(inner([g], [wanted]), rel=1e-7, abs=1e-7)


@with_rule
def test_push_and_pull_are_transposes(row, sample):
    r = Recorded(row, sample.args, sample.params)
    g, vs = drawn("g", r.z.shape), [drawn(i, x.shape) for i, x in enumerate(r.leaves)]
    assert inner([g], r.push(vs)) == pytest.approx(inner(r.pull(g), vs), rel=1e-11, abs=1e-11)


@smooth
def test_second_order_both_ways(row, sample):
    r = Recorded(row, sample.args, sample.params)
    g = drawn("g", r.z.shape)
    vs = [drawn(i, x.shape) for i, x in enumerate(r.leaves)]
    us = [drawn(("u", i), x.shape) for i, x in enumerate(r.leaves)]
    recorded = r.record_pull(g)
    close([t._array for t in recorded], r.pull(g))

    def slope(h):
        args = tuple(moved(sample.args, r.which, vs, h))
        return Recorded(row, args, sample.params).pull(g)

    h = 1e-6
    wanted = [(p - m) / (2 * h) for p, m in zip(slope(h), slope(-h), strict=True)]
    scale = max(float(np.max(np.abs(t._array), initial=0)) for t in recorded)
    forward_over_reverse = r.push(vs, roots=recorded)
    close(forward_over_reverse, wanted, scale, tolerance=1e-7)
    reverse_over_reverse = r.pull_from(recorded, us)
    assert inner(reverse_over_reverse, vs) == pytest.approx(
        inner(us, wanted), rel=1e-6, abs=1e-6 * max(1, scale)
    )
    assert inner(reverse_over_reverse, vs) == pytest.approx(
        inner(us, forward_over_reverse), rel=1e-10, abs=1e-10
    )


@with_rule
def test_the_gradient_is_linear_in_g(row, sample):
    """Recorded with g as a variable: the derivative by g of ⟨u, pull(g)⟩ is push(u)."""
    r = Recorded(row, sample.args, sample.params)
    g = Tensor(drawn("g", r.z.shape), requires_grad=True)
    us = [drawn(("u", i), x.shape) for i, x in enumerate(r.leaves)]
    with enable_grad():
        found = pull({r.z.node: g}, wanted=set(r.nodes), lift=lift)
    outs = [(found[x.node], u) for x, u in zip(r.leaves, us, strict=True) if x.node in found]
    seeds = {}
    for y, u in outs:
        if y.node is not None:
            seeds[y.node] = u if y.node not in seeds else seeds[y.node] + u
    (wanted,) = r.push(us)
    close([pull(seeds, wanted={g.node}).get(g.node, np.zeros(g.shape))], [wanted], tolerance=1e-11)


@pytest.mark.parametrize(("row", "sample"), [p for p in RULED if p.values[0].stacks])
def test_stacks_equal_loops(row, sample):
    r = Recorded(row, sample.args, sample.params)
    n = 3
    gs = drawn("gs", (n, *r.z.shape))
    loop = [r.pull(g) for g in gs]
    close(r.pull(gs, lead=1), [np.stack([one[k] for one in loop]) for k in range(len(r.leaves))])
    vs = [drawn(("vs", i), (n, *x.shape)) for i, x in enumerate(r.leaves)]
    pushed = [r.push([v[s] for v in vs])[0] for s in range(n)]
    close(r.push(vs, lead=1), [np.stack(pushed)])
    for k in range(len(r.leaves)):  # one tangent alone: the others are missing
        alone = [v if j == k else None for j, v in enumerate(vs)]
        each = [r.push([None if v is None else v[s] for v in alone])[0] for s in range(n)]
        close(r.push(alone, lead=1), [np.stack(each)])


@pytest.mark.parametrize(("row", "sample"), [p for p in RULED if p.values[0].stacks])
def test_a_recorded_stack_swept_by_a_second_stack(row, sample):
    r = Recorded(row, sample.args, sample.params)
    n, m = 3, 2
    gs = drawn("gs", (n, *r.z.shape))
    stacked = r.record_pull(gs, lead=1)
    singles = [r.record_pull(g) for g in gs]
    us = [drawn(("us", i), (m, n, *x.shape)) for i, x in enumerate(r.leaves)]
    wanted = [np.zeros((m, *x.shape)) for x in r.leaves]
    for a in range(m):
        for b in range(n):
            for total, c in zip(wanted, r.pull_from(singles[b], [u[a, b] for u in us]), strict=True):
                total[a] += c
    close(r.pull_from(stacked, us, lead=1), wanted, tolerance=1e-11)
    vs = [drawn(("vs", i), (m, *x.shape)) for i, x in enumerate(r.leaves)]
    found = r.push(vs, lead=1, roots=stacked)
    for k, t in enumerate(found):
        loop = [[r.push([v[a] for v in vs], roots=singles[b])[k] for b in range(n)] for a in range(m)]
        close([t], [np.reshape(loop, t.shape)], tolerance=1e-11)


@with_rule
def test_float32_stays_float32_in_every_intermediate(row, sample):
    if "dtype" in sample.params:
        pytest.skip("the row changes the dtype")
    args = cast(sample.args, np.float32)
    if forward(row, args, sample.params).dtype != np.float32:
        pytest.skip("the operands promote to float64, as in NumPy")
    r = Recorded(row, args, sample.params)
    g = drawn("g", r.z.shape, np.float32)
    vs = [drawn(i, x.shape, np.float32) for i, x in enumerate(r.leaves)]
    assert r.z.dtype == np.float32
    for c in [*r.pull(g), *r.push(vs)]:
        assert c.dtype == np.float32
    # the rules themselves, every operation inside watched
    z = r.z._array if row.keeps_result else None
    letters = [hidden(np.asarray(g)), *(hidden(a) for a in [z, *args])]
    for rule in row.rules if row.joint is None else [row.joint]:
        if rule is not None and not row.residuals:
            contributions = rule(*letters, **sample.params)
            for c in contributions if row.joint is not None else [contributions]:
                assert c.dtype == np.float32
    # recorded: first, second and third order are nodes whose dtypes can be read
    first = r.record_pull(g)
    alive = [t for t in first if t.node is not None]
    with enable_grad():
        seeds = {t.node: Tensor(np.ones(t.shape, np.float32)) for t in alive}
        second = pull(seeds, wanted=set(r.nodes), lift=lift)
    roots = [t.node for t in [*alive, *second.values()] if t.node is not None]
    for node in ancestors(roots):
        assert node.value.dtype == np.float32, f"{node} is {node.value.dtype}"
    for c in [*r.push(vs, roots=first), *r.pull_from(first, vs)]:
        assert c.dtype == np.float32


@with_rule
def test_gradients_look_like_inputs_and_inputs_stay(row, sample):
    arrays = numbers(sample)
    before = [a.tobytes() for a in arrays]
    r = Recorded(row, sample.args, sample.params)
    g = drawn("g", r.z.shape)
    seed = g.tobytes()
    for x, c in zip(r.leaves, r.pull(g), strict=True):
        assert np.shape(c) == x.shape
        assert c.dtype == x.dtype
    r.push([np.ones(x.shape) for x in r.leaves])
    r.pull_from(r.record_pull(g), [np.ones(x.shape) for x in r.leaves])
    assert [a.tobytes() for a in arrays] == before
    assert g.tobytes() == seed


@with_rule
def test_backward_gives_what_pull_gives(row, sample):
    r = Recorded(row, sample.args, sample.params)
    g = drawn("g", r.z.shape)
    wanted = r.pull(g)
    if not r.leaves:
        return
    r.z.backward(g)
    for x, w in zip(r.leaves, wanted, strict=True):
        np.testing.assert_array_equal(x.grad, w)
        assert x.grad.shape == x.shape
        assert x.grad.dtype == x.dtype


@pytest.mark.parametrize(("row", "sample"), MEANT)
def test_a_kernel_equals_its_meaning(row, sample):
    value = forward(row, sample.args, sample.params)
    meant = row.meaning(*sample.args, **sample.params)
    if row.residuals:
        meant, residuals = meant
        computed = row.forward(*sample.args, **sample.params)[1]
        assert set(residuals) == set(computed) == set(row.residuals)
        for name, residual in residuals.items():
            np.testing.assert_allclose(residual, computed[name], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(meant, value, rtol=1e-14, atol=1e-14)
    if sample.kink:
        return  # of two right subgradients each may choose its own
    r = Recorded(row, sample.args, sample.params)
    g = drawn("g", r.z.shape)
    wanted = r.pull(g)
    again = row.meaning(*r.call, **sample.params)
    again = again[0] if row.residuals else again
    found = pull({again.node: g}, wanted=set(r.nodes))
    close([found.get(n, 0 * w) for n, w in zip(r.nodes, wanted, strict=True)], wanted)


# ---- what is kept ----------------------------------------------------------------------------------------


def contributions(row, sample, spoilt):
    """What the rules give with the letters in `spoilt` let go of; of a fused row what its meaning gives."""
    r = Recorded(row, sample.args, sample.params)
    params = sample.params
    if row.residuals:
        z, residuals = row.forward(*sample.args, **params)
        params = {**params, **residuals}
    else:
        z = forward(row, sample.args, params)
    named = dict(zip(row.letters, sample.args, strict=False))
    variadic = row.drops is None
    args = [poison(v) if k in spoilt or variadic else v for k, v in named.items()]
    rest = [poison(v) if variadic else v for v in sample.args[len(named) :]]
    z = poison(np.asarray(z)) if "z" in spoilt else z
    letters = [drawn("g", r.z.shape), z, *args, *rest]
    if row.joint is not None:
        out = list(row.joint(*letters, **params))
    else:
        out = [row.rules[i](*letters, **params) for i in trained(row, sample.args)]
    if row.kind == "fused":
        out.append(row.meaning(*args, *rest, **sample.params))
    return out


@with_rule
def test_letters_that_are_not_kept_are_not_read(row, sample):
    spoilt = {"z", *row.letters} - set(row.keeps)
    for c, wanted in zip(contributions(row, sample, spoilt), contributions(row, sample, ()), strict=True):
        np.testing.assert_array_equal(seen(c), wanted)


@pytest.mark.parametrize(
    ("row", "letter"), [pytest.param(r, k, id=f"{r.name}-{k}") for r in WITH_RULES for k in r.keeps]
)
def test_every_kept_letter_is_read(row, letter):
    samples = [
        s for s in SAMPLES[row.name] if all(isinstance(a, np.ndarray) for a in s.args[:2]) and s.args[0].size
    ]
    for sample in samples:
        wanted = contributions(row, sample, ())
        try:
            found = contributions(row, sample, {letter})
        except (TypeError, AttributeError):
            return
        if any(not np.array_equal(f, w) for f, w in zip(found, wanted, strict=True)):
            return
    pytest.fail(f"{row.name} keeps {letter}, and no rule reads it")
