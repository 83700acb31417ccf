"""Every printed form is the rule: evaluated it gives the same bits, and it reads exactly the letters kept."""

import numpy as np
import pytest

from autograd_core.node import Absent, ancestors
from autograd_core.op import Row
from autograd_core.ops.table import TABLE
from autograd_core.sweep import pull, push
from autograd_core.symbols import NAMESPACE, Symbol, fresh, lift, python, symbolic
from tests.autograd_core.samples import SAMPLES, Sample

CASES = [
    pytest.param(TABLE[name], sample, id=f"{name} {sample.text}")
    for name, samples in SAMPLES.items()
    for sample in samples
]
DIFFERENTIABLE = [case for case in CASES if case.values[0].kind != "constant"]


def letters_of(row: Row, sample: Sample) -> list[str]:
    """The names of the arguments: the rule's letters, numbered beyond them."""
    return [row.letters[i] if i < len(row.letters) else f"x{i}" for i in range(len(sample.args))]


def symbols_of(row: Row, sample: Sample) -> list:
    """Floating arrays as Symbols; index arrays, masks and Python numbers as they are."""
    made = []
    for letter, a in zip(letters_of(row, sample), sample.args, strict=True):
        array = isinstance(a, np.ndarray)
        is_index = array and a.dtype.kind in "iu" and row.name in ("getitem", "scatter")
        made.append(Symbol.input(letter, a.shape, a.dtype) if array and not is_index else a)
    return made


def rules_of(row: Row, sample: Sample):
    """(argument, rule) for every argument that has one."""
    if row.joint is not None:
        for i in range(len(sample.args)):
            yield i, lambda *args, i=i, **words: row.joint(*args, **words)[i]
        return
    for i, rule in enumerate(row.rules):
        if rule is not None:
            yield i, rule


def forward(row: Row, sample: Sample) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.asarray(row.forward(*sample.args, **sample.params))


@pytest.mark.parametrize(("row", "sample"), DIFFERENTIABLE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_printed_python_is_the_rule(row, sample, dtype):
    args = [
        a.astype(dtype) if isinstance(a, np.ndarray) and a.dtype == np.float64 else a for a in sample.args
    ]
    sample = Sample(tuple(args), sample.params)
    z = forward(row, sample)
    g = np.random.default_rng(0).standard_normal(z.shape).astype(z.dtype)
    names = letters_of(row, sample)
    for _, rule in rules_of(row, sample):
        expression = rule(
            Symbol.input("g", z.shape, z.dtype),
            Symbol.input("z", z.shape, z.dtype),
            *symbols_of(row, sample),
            **sample.params,
        )
        constants: dict = {}
        text = python(expression, constants)
        with np.errstate(all="ignore"):
            expected = rule(g, z, *args, **sample.params)
            words = {**NAMESPACE, **constants, "g": g, "z": z, **dict(zip(names, args, strict=True))}
            found = eval(text, words)
        assert np.asarray(found).dtype == np.asarray(expected).dtype, text
        assert np.asarray(found).tobytes() == np.asarray(expected).tobytes(), text


@pytest.mark.parametrize(("row", "sample"), CASES)
def test_a_symbol_knows_its_shape_and_dtype(row, sample):
    z = forward(row, sample)
    symbol = row(*symbols_of(row, sample), **sample.params)
    if isinstance(symbol, Symbol):
        assert (symbol.shape, symbol.dtype) == (z.shape, z.dtype)
    else:  # no argument was an array
        assert not any(isinstance(a, np.ndarray) for a in sample.args)


@pytest.mark.parametrize(
    "name", [name for name, row in TABLE.items() if row.kind not in ("constant", "fused")]
)
def test_keeps_are_the_letters_read(name):
    row = TABLE[name]
    read: set[str] = set()
    for sample in SAMPLES[name]:
        z = forward(row, sample)
        for _, rule in rules_of(row, sample):
            expression = rule(
                Symbol.input("g", z.shape, z.dtype),
                Symbol.input("z", z.shape, z.dtype),
                *symbols_of(row, sample),
                **sample.params,
            )
            read |= {str(node.label) for node in ancestors([expression]) if node.op is None}
    assert read - {"g"} == set(row.keeps)


@pytest.mark.parametrize(("row", "sample"), DIFFERENTIABLE)
def test_the_sweeps_run_on_expressions(row, sample):
    """pull and push over Symbols print programs that give what the rules give on arrays."""
    operands = symbols_of(row, sample)
    root = row(*operands, **sample.params)
    if not isinstance(root, Symbol):
        pytest.skip("a call on plain numbers makes no expression")
    z = forward(row, sample)
    rng = np.random.default_rng(0)
    g = rng.standard_normal(z.shape).astype(z.dtype)
    names = letters_of(row, sample)
    values = dict(zip(names, sample.args, strict=True))
    gradients = pull({root: Symbol.input("g", z.shape, z.dtype)}, lift=lift)
    have_rules = {i for i, _ in rules_of(row, sample)}
    for i, x in enumerate(operands):
        if not isinstance(x, Symbol) or i not in have_rules:
            continue
        c = gradients[x]
        assert c.shape == x.shape
        tangent = Symbol.input("t", x.shape, x.dtype)
        moved = push({x: tangent}, [root], fresh=fresh, lift=lift).get(root)
        t = rng.standard_normal(x.shape).astype(x.dtype)
        constants: dict = {}
        texts = [python(c, constants), None if moved is None else python(moved, constants)]
        with np.errstate(all="ignore"):
            words = {**NAMESPACE, **constants, **values, "g": g, "t": t}
            back = eval(texts[0], words)
            ahead = np.zeros(z.shape) if texts[1] is None else eval(texts[1], words)
        assert np.shape(ahead) == z.shape
        left, right = np.sum(g * ahead), np.sum(back * t)
        if np.isfinite(left) and np.isfinite(right):
            np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9)


def test_the_same_operation_is_the_same_object():
    x, y = Symbol.input("x", (3,)), Symbol.input("y", (3,))
    assert x * y is x * y
    assert x * y is not y * x
    assert x * 2 is not x * 2.0
    assert symbolic(TABLE["sum"], (x,), {"axis": (-1,), "keepdims": False}) is TABLE["sum"](
        x, axis=(-1,), keepdims=False
    )


def test_expressions_are_freed_with_their_last_user():
    from autograd_core.symbols.symbol import _known

    before = len(_known)
    x = Symbol.input("x")
    y = (x * 2 + 1) * x
    assert len(_known) == before + 3
    del y
    assert len(_known) == before


def test_a_symbol_has_no_truth():
    with pytest.raises(TypeError, match="never on numbers"):
        bool(Symbol.input("x") > 0)


def test_fused_rows_are_written_out_by_their_meaning():
    import autograd_core as ac

    twice = ac.fused(
        "twice",
        lambda x: (x + x, {"two": np.full_like(x, 2)}),
        lambda g, z, x, *, two: g * two,
        residuals=("two",),
        keeps="x",
        meaning=lambda x: (x * 2, {"two": x * 0 + 2}),
    )
    assert python(twice(Symbol.input("x", (3,)))) == "x * 2"


def test_absent_values_have_no_numbers():
    absent = Absent((2, 3), np.dtype(np.float32))
    assert (absent.ndim, absent.size) == (2, 6)
    assert repr(absent) == "Absent((2, 3), float32)"
