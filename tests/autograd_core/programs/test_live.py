"""Whole programs: values, gradients and needles follow the inputs as the engine does.

Row 3.4-3: the gradients of z = (a·x − y)² at every position of the sliders.
"""

import json
import math
import re

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.op import elementwise
from autograd_core.ops.indexing import HOLE, getitem
from autograd_core.ops.shapes import reshape
from autograd_core.ops.table import TABLE
from autograd_core.programs import (
    NoFormError,
    apart,
    gradients_of,
    javascript,
    live_program,
    local_derivatives,
)
from autograd_core.symbols import Symbol, traced
from autograd_core.symbols.symbol import symbolic
from tests.autograd_core.programs.running import flat, run

MANY = """([source, positions, needles]) => {
  const plain = (x) => ArrayBuffer.isView(x) ? Array.from(x) : x && typeof x === 'object' && !Array.isArray(x)
    ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
  const program = (0, eval)(source);
  return positions.map((inputs) => ({...plain(program.live(inputs)), forward: program.forward(inputs),
    needle: Object.fromEntries(needles.map((n) => [n, program.needle(inputs, n)]))}));
}"""


@pytest.fixture(scope="module")
def page(browser):
    return browser.new_page()


def everything(function, **arrays):
    """The live program of a function of named arrays, and the names of its values."""
    leaves = {name: ac.Tensor(x, requires_grad=True) for name, x in arrays.items()}
    z = function(**leaves)
    symbols = traced([z.node], {leaf.node: name for name, leaf in leaves.items()})
    inputs = [symbols[leaf.node] for leaf in leaves.values()]
    values = dict(zip(arrays, inputs, strict=True)) | {"z": symbols[z.node]}
    return live_program(values, symbols[z.node], inputs)


def engine(function, arrays):
    leaves = {name: ac.Tensor(x, requires_grad=True) for name, x in arrays.items()}
    z = function(**leaves)
    z.sum().backward()
    return z.numpy(), {name: leaf.grad for name, leaf in leaves.items()}


def close(got, want, part=1e-12):
    size = np.max(np.abs(want), initial=0)
    return np.allclose(got, np.asarray(want).reshape(-1) if np.ndim(want) else want, part, part / 10 * size)


FUNCTIONS = {
    "lecture": (lambda a, x, y: (a * x - y) ** 2, {"a": (), "x": (), "y": ()}),
    "neuron": (lambda w, x, b: ac.sigmoid((w * x).sum() + b), {"w": (3,), "x": (3,), "b": ()}),
    "network": (
        lambda x, w, b, v: -(ac.log_softmax(ac.tanh((x @ w + b) / 9) @ v, -1)[0, 1]),
        {"x": (2, 3), "w": (3, 4), "b": (4,), "v": (4, 3)},
    ),
    "kinks": (lambda x, y: ac.relu(x * y - 0.1) + ac.maximum(x, y) * abs(x - y), {"x": (), "y": ()}),
    "special": (
        lambda x, y: ac.erf(x) * ac.logaddexp(x, y) + ac.arctan2(x, y) / ac.hypot(x, y) + ac.softplus(y),
        {"x": (), "y": ()},
    ),
    "arrays": (lambda x: x[::-2].prod() + ac.cumsum(x**2, 0).std() + x.max(), {"x": (5,)}),
    "vector result": (lambda x, y: ac.exp(-x) * y, {"x": (3,), "y": ()}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_hundred_positions(page, name):
    function, shapes = FUNCTIONS[name]
    rng = np.random.default_rng(7)
    positions = [{k: rng.uniform(-3, 3, s) for k, s in shapes.items()} for _ in range(100)]
    source = everything(function, **positions[0])
    plain = [{k: flat(np.asarray(x)) for k, x in p.items()} for p in positions]
    results = page.evaluate(MANY, [source, plain, list(shapes)])
    for arrays, got in zip(positions, results, strict=True):
        z, grads = engine(function, arrays)
        assert close(got["values"]["z"], z)
        assert close(got["forward"], z.sum())
        for k, grad in grads.items():
            assert close(got["gradients"][k], grad), k
            assert close(got["values"][k], arrays[k])
    # difference quotients know about ten digits, away from kinks
    bad = [
        k
        for got in results
        for k in shapes
        if not np.allclose(got["needle"][k], got["gradients"][k], 1e-6, 1e-6 * (1 + abs(got["forward"])))
    ]
    assert len(bad) <= (2 if name == "kinks" else 0), bad


def test_names_stay_names(page):
    """Whatever an input or a value is called, its name is a key and never code; no name ends the script."""
    names = ["</script><b>", "__proto__", 'a"b\\', "constructor", "v0", "norm", "\u2028", "x-1", "", "π"]
    inputs = [Symbol.input(n) for n in names]
    z = inputs[0] * inputs[1]
    for x in inputs[2:]:
        z = z * x
    source = live_program(dict(zip(names, inputs, strict=True)), z, inputs)
    assert "</" not in source
    assert "<!" not in source
    source.encode("ascii")
    assert "function norm(" not in source  # a name calls no helper
    given = json.dumps({n: k + 1.0 for k, n in enumerate(names)})
    code = f"(() => {{const r = {source}.live(JSON.parse({json.dumps(given)})); return names(r);}})()"
    names_of = "const names = (r) => [Object.keys(r.values), Object.values(r.gradients)];"
    keys, grads = page.evaluate(f"() => {{{names_of} return {code}}}")
    assert keys == names
    assert grads == [pytest.approx(math.factorial(10) / (k + 1)) for k in range(10)]


def test_two_nodes_that_compute_the_same_have_their_own_gradients(page):
    x, a = Symbol.input("x"), Symbol.input("a")
    s, t = apart(a * x), apart(a * x)
    z = s * t * t
    assert s is not t
    program = live_program({"s": s, "t": t, "x": x, "i": apart(x)}, z, [a, x])
    (got,) = page.evaluate(MANY, [program, [{"a": 2.0, "x": 3.0}], []])
    assert got["values"] == {"s": 6, "t": 6, "x": 3, "i": 3}
    assert got["gradients"] == {"s": 36, "t": 72, "x": 216, "i": None}


def test_local_derivatives_follow(page):
    x, y = Symbol.input("x"), Symbol.input("y")
    z = x * y
    locals = {f"z{k}": d for k, d in enumerate(local_derivatives(z))} | {"e": local_derivatives(x + y)[1]}
    program = live_program({"z": z}, z, [x, y], locals)
    (got,) = page.evaluate(MANY, [program, [{"x": 3.0, "y": 5.0}], []])
    assert got["locals"] == {"z0": 5, "z1": 3, "e": 1}
    assert local_derivatives(x) == []
    n = Symbol.input("n", (), np.int64)
    assert local_derivatives(x * n)[1] is None
    vector = Symbol.input("v", (3,))
    assert local_derivatives(vector * x)[1] is None  # was broadcast: a sum, no factor
    assert live_program({"z": z}, z, [x, y], gradients={"z": x}).count('"gradients":{"z":v0}') == 1


def test_what_the_root_does_not_depend_on_has_no_gradient(page):
    x, y, n = Symbol.input("x"), Symbol.input("y"), Symbol.input("n", (2,), np.int64)
    program = live_program({"x": x, "y": y, "n": n, "u": y * 2}, x * x, [x, y, n])
    (got,) = page.evaluate(MANY, [program, [{"x": 3.0, "y": 5.0, "n": [1, 2]}], ["x", "y", "n", "toString"]])
    assert got["gradients"] == {"x": 6, "y": None, "n": None, "u": None}
    assert got["needle"]["y"] == 0
    assert got["needle"]["n"] is got["needle"]["toString"] is None
    assert gradients_of(n, [n]) == {}


def test_inputs_come_as_sliders_give_them(page):
    x, w = Symbol.input("x"), Symbol.input("w", (2, 2))
    source = javascript({"z": w * x, "x": x, "fixed": np.arange(3.0), "none": None, "two": 2}, [x, w])
    good, nested, short, missing = run(
        page,
        [source] * 4,
        [{"x": 2, "w": [1, 2, 3, 4]}, {"x": 2, "w": [1, 2, 3, 4]}, {"x": 2, "w": [1]}, {"x": 1}],
    )
    assert good == {"z": [2, 4, 6, 8], "x": 2, "fixed": [0, 1, 2], "none": None, "two": 2}
    assert nested == good
    assert short == "RangeError: w takes 4 numbers, got 1"
    assert missing == "TypeError: no value for w"
    text = page.evaluate(f"() => Array.from({source}({{x: '2', w: [[1, '2'], [3, 4]]}}).z)")
    assert text == [2, 4, 6, 8]


def test_results_are_nobody_elses(page):
    """A second call changes no result of the first, and no input is handed out."""
    x = Symbol.input("x", (2, 3))
    source = javascript({"x": x, "t": x.T, "same": reshape(x, shape=(6,), of=2), "double": x * 2.0}, [x])
    got = page.evaluate(
        f"""() => {{
        const f = {source}, given = Float64Array.of(1, 2, 3, 4, 5, 6), first = f({{x: given}});
        for (const k in first) first[k][0] = 9;
        return [given, f({{x: given}}).same, first.t, first.double].map((a) => Array.from(a));
        }}"""
    )
    assert got == [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [9, 4, 2, 5, 3, 6], [9, 4, 6, 8, 10, 12]]


def test_labels_that_change(page):
    """Index arrays may be inputs: then they are read at every call."""
    x, rows = Symbol.input("x", (3, 2)), Symbol.input("rows", (2,), np.int64)
    z = getitem(x, rows, np.array([0, 1]), index=(HOLE, HOLE))
    source = live_program({"z": z, "x": x}, z, [x, rows])
    inputs = [{"x": [1, 2, 3, 4, 5, 6], "rows": r} for r in ([0, 0], [2, -1], [1, 0])]
    got = page.evaluate(MANY, [source, inputs, []])
    assert [g["values"]["z"] for g in got] == [[1, 2], [5, 6], [3, 2]]
    assert got[1]["gradients"]["x"] == [0, 0, 0, 0, 1, 1]
    (outside,) = run(page, [javascript({"z": z}, [x, rows])], [{"x": [1, 2, 3, 4, 5, 6], "rows": [3, 0]}])
    assert outside == "RangeError: no number 3 among 3"


def test_labels_that_were_moved(page):
    """Index arrays that are known are read where the program puts them, not where they once stood."""
    x = Symbol.input("x", (4,))
    square = np.array([[0, 1], [2, 3]])
    turned = symbolic(TABLE["transpose"], (square,), {"axes": (-1, -2)})
    (got,) = run(page, [javascript({"z": getitem(x, turned, index=(HOLE,))}, [x])], [{"x": [5, 6, 7, 8]}])
    assert got["z"] == [5, 7, 6, 8]


# ---- what stands in the text -----------------------------------------------------------------------------


def test_the_lecture_needs_few_bytes():
    a, x, y = (Symbol.input(n) for n in "axy")
    source = javascript({"z": (a * x - y) ** 2}, [a, x, y])
    assert len(source) < 800
    assert set(re.findall(r"^function (\w+)", source, re.MULTILINE)) == {"given", "f0"}


def test_the_same_text_every_time():
    def text():
        x = Symbol.input("x", (3, 4))
        return live_program({"x": x}, TABLE["softmax"](x.T, axis=(-1,)), [x])

    assert text() == text()


def test_moves_leave_no_line():
    x = Symbol.input("x", (3, 4))
    source = javascript({"z": (x.T[::-1] * 2.0)[1]}, [x])
    assert "new Float64Array(12)" in source
    assert source.count("for(") == 1


# ---- refusals --------------------------------------------------------------------------------------------


def test_a_row_without_a_form_is_named():
    x = Symbol.input("x", (2, 2))
    with pytest.raises(NoFormError, match=r"eigh has no form in JavaScript: the signs .* LAPACK"):
        javascript({"z": TABLE["eigh"](x)}, [x])


def test_a_row_of_ones_own_is_said_by_its_meaning(page):
    x = Symbol.input("x")
    silent = elementwise("exp", np.sin, lambda g, z, x: g)  # called like a row of the table, and is another
    with pytest.raises(NoFormError, match=r"exp is a row of your own.* meaning="):
        javascript({"z": silent(x)}, [x])
    spoken = elementwise("exp", lambda x: x * x, lambda g, z, x: g * 2 * x, meaning=lambda x: x * x)
    (got,) = run(page, [javascript({"z": spoken(x) + 1.0}, [x])], [{"x": 3.0}])
    assert got == {"z": 10}


@pytest.mark.parametrize("dtype", [np.float16, np.complex128, np.longdouble], ids=str)
def test_numbers_that_javascript_does_not_have(dtype):
    x = Symbol.input("x", (), dtype)
    with pytest.raises(NoFormError, match=r"holds .* astype"):
        javascript({"z": x + x}, [x])


def test_wrong_inputs():
    x, y = Symbol.input("x"), Symbol.input("y")
    with pytest.raises(ValueError, match=r"depends on 'y', which is not among the inputs: x"):
        javascript({"z": x + y}, [x])
    with pytest.raises(ValueError, match=r"two inputs of a program are called 'x'"):
        javascript({"z": x}, [x, Symbol.input("x")])
    with pytest.raises(ValueError, match=r"an input of a program is made by Symbol\.input"):
        javascript({"z": x + y}, [x + y])


def test_a_large_constant_is_refused():
    x = Symbol.input("x", (5000,))
    with pytest.raises(ValueError, match=r"5,000 numbers, shape \(5000,\); at most 4,096"):
        javascript({"z": x * np.arange(5000.0)}, [x])
    assert "t0" not in javascript({"z": x * np.full(5000, 2.0)}, [x])  # one number, if often


def test_other_constants_are_refused():
    x = Symbol.input("x", (2,))
    with pytest.raises(NoFormError, match="a number or an array of numbers"):
        javascript({"z": x, "word": "a"}, [x])
    with pytest.raises(NoFormError, match=r"beyond 2\*\*53"):
        javascript({"z": x * (2**53 + 1)}, [x])
