"""The snapshot as a program: what it prints gives the same bits again, for every row and random programs."""

import numpy as np
import pytest
from hypothesis import given

import autograd_core as ac
from autograd_core.graphs.writing.lines import identifier
from autograd_core.graphs.writing.sources import source
from autograd_core.ops.table import TABLE
from autograd_core.sweep import pull
from autograd_core.testing import programs
from tests.autograd_core.harness import Recorded, drawn
from tests.autograd_core.samples import SAMPLES

RULED = [
    pytest.param(TABLE[n], s, id=f"{n}-{s.text}")
    for n, ss in SAMPLES.items()
    if n in TABLE and TABLE[n].kind != "constant"
    for s in ss
]


def run(text):
    """What a program leaves behind. It was printed by this library from what the test recorded."""
    space = {}
    exec(compile(text, "printed", "exec"), space)
    return space


def sources(text):
    return [line for line in text.splitlines() if line and not line.startswith(("import", "#"))]


@pytest.mark.parametrize(("row", "sample"), RULED)
def test_every_row_gives_the_same_bits(row, sample):
    recorded = Recorded(row, sample.args, sample.params)
    if recorded.z.node is None:
        pytest.skip("nothing is recorded")
    names = [f"a{i}" for i in recorded.which]
    for leaf, name in zip(recorded.leaves, names, strict=True):
        leaf.name = name
    snapshot = ac.graph({"out": recorded.z}, names=None)
    text = snapshot.to_python()
    space = run(text)
    if "program" in space:  # the arrays are too large to be written out
        given = {f"a{i}": ac.Tensor(sample.args[i], True) for i in recorded.which}
        words = text[text.index("def program(") :].split("(")[1].split(")")[0].split(", ")
        if set(words) - set(given):
            pytest.skip("a large array that has no name")
        out, leaves = space["program"](*(given[w] for w in words)), [given[n] for n in names]
    else:
        out, leaves = space["out"], [space[n] for n in names]
    assert out.dtype == recorded.z.dtype
    if all(np.asarray(x).flags.c_contiguous for x in sample.args):
        np.testing.assert_array_equal(out.numpy(), recorded.z.numpy())
    else:  # written out they are contiguous, and BLAS may add in another order
        np.testing.assert_allclose(out.numpy(), recorded.z.numpy(), rtol=1e-13, atol=1e-15)
    g = drawn(sample.text, recorded.z.shape, recorded.z.dtype)
    found = pull({out.node: g}, wanted={x.node for x in leaves})
    for leaf, expected in zip(leaves, recorded.pull(g), strict=True):
        gradient = found.get(leaf.node, np.zeros(leaf.shape))
        np.testing.assert_allclose(gradient, expected, rtol=1e-13, atol=1e-15)


@given(programs(depth=12, scalar=True))
def test_random_programs_come_back(program):
    """Text of Python → graph → text → graph: the same values and gradients, and the second text stays."""
    leaves = [ac.Tensor(x, requires_grad=True, name=f"x{i + 1}") for i, x in enumerate(program.inputs)]
    z = program.run(*leaves)
    if not isinstance(z, ac.Tensor) or z.node is None:
        return
    text = ac.graph({"out": z}, names=None).to_python()
    space = run(text)
    np.testing.assert_array_equal(space["out"].numpy(), z.numpy())
    kept = [x.name for x in leaves if x.name in space]
    again = ac.graph({"out": space["out"]}, names={n: space[n] for n in kept}).to_python()
    assert sorted(sources(again)) == sorted(sources(text))
    z.backward()
    space["out"].backward()
    for x in leaves:
        if x.name in kept and x.grad is not None:
            expected = x.grad.numpy()
            size = max(1.0, np.abs(expected).max(initial=0))
            np.testing.assert_allclose(space[x.name].grad.numpy(), expected, rtol=1e-12, atol=1e-12 * size)


class TestText:
    def test_the_parabola(self):
        """Row 3.4-1: z = (ax − y)² as a program."""
        g = ac.graph("s = a*x; t = s - y; z = t**2", a=2, x=3, y=4)
        assert g.to_python() == (
            "import numpy as np\n"
            "import autograd_core as ac\n"
            "\n"
            "a, x, y = ac.leaves(a=2.0, x=3.0, y=4.0)\n"
            "s = a * x\n"
            "t = s - y\n"
            "z = t ** 2.0\n"
        )
        space = run(g.to_python())
        space["z"].backward()
        assert [space[n].grad.item() for n in "axy"] == [12, 8, -4]

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("(a*x - y)**2", {"a": 2, "x": 3, "y": 4}),
            ("h = -y*log(ŷ) - (1 - y)*log(1 - ŷ); ŷ = 1/(1 + s); s = exp(-x)", {"x": 0.5, "y": 0.25}),
            ("z = -(a - b)**2 - (c - (a - c))", {"a": 1, "b": 2, "c": 3}),
            ("z = (-a)**2 / (a / (b / -a)) ** -b", {"a": 1.5, "b": 2}),
            ("z = sum(softmax(W@x, axis=-1) * log(1 + x**2))", {"W": np.eye(2), "x": [1, 2]}),
        ],
        ids=["parabola", "entropy", "signs", "powers", "arrays"],
    )
    def test_there_and_back(self, text, values):
        """Row 3.4-5 among others: text → graph → Python → graph."""
        first = ac.graph(text, values)
        space = run(first.to_python())
        name = next(n.name for n in first if n.kind == "output")
        again = ac.graph({name: space[name]}, names=space)
        assert {n.name: n.formula for n in again if n.name} == {n.name: n.formula for n in first if n.name}
        np.testing.assert_array_equal(again[name].value, first[name].value)

    def test_what_has_no_values_is_a_function(self):
        text = ac.graph("z = (a*x - y)**2").to_python()
        assert "def program(a, x, y):" in text
        a, x, y = ac.leaves(a=2, x=3, y=4)
        z = run(text)["program"](a, x, y)
        z.backward()
        assert (z.item(), a.grad.item(), x.grad.item(), y.grad.item()) == (4, 12, 8, -4)

    def test_abstract_functions_have_no_program(self):
        with pytest.raises(ValueError, match="u has no program: only its name is known"):
            ac.graph("z = z(u, v); u = u(x); v = 2*x").to_python()

    def test_names_that_are_no_identifiers(self):
        w = ac.Tensor([1.0, 2.0], True, name="layer.0.weight")
        v = ac.Tensor([3.0, 4.0], True, name="layer_0_weight")
        損失 = ac.sum(
            (w * v).named("W 1") * ac.Tensor(2.0, True, name="lambda") + ac.Tensor(1.0, True, name="np")
        )
        text = ac.graph({"損失": 損失}, names=None).to_python()
        space = run(text)
        assert space["損失"].item() == 損失.item()
        assert {"layer_0_weight", "layer_0_weight2", "W_1", "lambda_", "np2"} <= set(space)
        assert space["W_1"].name == "W 1"
        assert space["layer_0_weight"].name == "layer.0.weight"

    @pytest.mark.parametrize("name", ["x'); import os #", 'a"b', "a\nb", "a\\", "a, b", "", " ", "\0", "<b>"])
    def test_a_name_cannot_get_into_the_program(self, name):
        x = ac.Tensor(np.arange(50.0), True, name=name or None)
        space = run(ac.graph({name or "z": x * 2}, names=None).to_python())
        assert "os" not in space
        assert identifier(name).isidentifier()

    def test_dtypes_stay(self):
        x = ac.Tensor(np.array([1.5, np.inf], np.float32), True, name="x")
        n = np.array([1, 2])
        z = (x * n.astype(np.float32) * 2 + np.array([True, False])).sum()
        space = run(ac.graph({"z": z}, names={"n": n}).to_python())
        assert space["z"].dtype == np.float32

    def test_unnamed_values_that_are_used_twice(self):
        x = ac.Tensor(2.0, True, name="x")
        y = x * x
        text = ac.graph({"z": y * y + y}, names=None).to_python()
        assert sources(text) == ["x, = ac.leaves(x=2.0)", "v1 = x * x", "z = v1 * v1 + v1"]

    def test_rows_of_ones_own(self):
        cube = ac.elementwise("cube", lambda x: x**3, lambda g, z, x: g * (3 * x * x), keeps="x")
        x = ac.Tensor(2.0, True, name="x")
        text = ac.graph({"z": cube(x)}, names=None).to_python()
        assert "z = cube(x)" in text
        assert "# cube: as you have defined it" in text

    def test_a_long_chain(self):
        x = ac.Tensor(0.5, True, name="x")
        z = x
        for _ in range(2000):
            z = z * 0.999 + 0.001
        text = ac.graph({"z": z}, names=None).to_python()
        assert run(text)["z"].item() == z.item()

    def test_plain_operands_stay_plain(self):
        y = ac.Tensor(4.0, name="y")
        x = ac.Tensor(2.0, True, name="x")
        space = run(ac.graph({"z": x * y}, names=None).to_python())
        assert not space["y"].requires_grad


def test_it_does_not_need_the_tensors():
    x = ac.Tensor(np.ones((40, 40)), True, name="x")
    z = ac.sum(x * 2)
    g = ac.graph({"z": z}, names=None)
    del x, z
    text = source(g.nodes, {})
    assert "def program(x):" in text
    assert "(40, 40)" in text


class TestLatex:
    def test_the_parabola(self):
        """Row 3.4-1."""
        g = ac.graph("s = a*x; t = s - y; z = t**2")
        assert g.to_latex() == (
            "\\begin{aligned}\n  s &= a \\cdot x \\\\\n  t &= s - y \\\\\n  z &= t^{2}\n\\end{aligned}"
        )

    def test_the_cross_entropy(self):
        """Row 3.4-5."""
        text = "s = exp(-x); ŷ = 1/(1 + s); z2 = (1 - y)*log(1 - ŷ); h = -y*log(ŷ) - z2"
        lines = ac.graph(text).to_latex().splitlines()
        assert lines[1:5] == [
            r"  s &= e^{-x} \\",
            r"  \hat{y} &= \frac{1}{1 + s} \\",
            r"  z_{2} &= \left(1 - y\right) \cdot \log\left(1 - \hat{y}\right) \\",
            r"  h &= -y \cdot \log\left(\hat{y}\right) - z_{2}",
        ]

    def test_abstract_functions(self):
        """Row 3.2-4."""
        lines = ac.graph("z = z(u, v); u = u(x, y); v = v(x, y)").to_latex().splitlines()
        assert lines[3] == r"  z &= z\left(u, v\right)"

    def test_paths_by_their_ends_where_these_are_clear(self):
        w, v = ac.Tensor(2.0, True, name="a.w"), ac.Tensor(3.0, True, name="b.v")
        assert r"w \cdot v" in ac.graph({"z": w * v}, names=None).to_latex().replace(r"\mathrm", "")
        v = ac.Tensor(3.0, True, name="b.w")
        assert r"\mathrm{a.w} \cdot \mathrm{b.w}" in ac.graph({"z": w * v}, names=None).to_latex()

    def test_a_long_formula_is_taken_apart(self):
        x = ac.Tensor(0.5, True, name="x")
        z = x
        for _ in range(200):
            z = ac.sin(z) + 1
        text = ac.graph({"z": z}, names=None).to_latex()
        assert max(map(len, text.splitlines())) < 300
        assert "v_{1} &=" in text


def test_many_numbers_with_names_are_called_in_several_lines():
    leaves = ac.leaves(**{f"weight_{i}": float(i) for i in range(60)})
    text = ac.graph({"z": ac.stack(leaves).sum()}, names=None).to_python()
    space = {}
    exec(text, space)
    assert space["z"].item() == sum(range(60))


def test_what_has_no_text_is_refused():
    x = ac.Tensor(2.0, True, name="x")
    g = ac.graph({"z": ac.checkpoint(lambda x: x * x, x)})
    with pytest.raises(ValueError, match="cannot be written as Python"):
        g.to_python()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("λ", r"\lambda"),
        ("ς", r"\varsigma"),
        ("#", r"\#"),
        ("_", r"\_"),
        ("my loss", r"\mathrm{my\ loss}"),
        ("a^b~c", r"\mathrm{a{\wedge}b{\sim}c}"),
        ("a\\{b", r"\mathrm{a{\backslash}\{b}"),
    ],
)
def test_names_in_latex_are_letters_and_no_commands(name, written):
    x = ac.Tensor(2.0, True, name=name)
    assert f"z &= {written} + 1" in ac.graph({"z": x + 1}, names=None).to_latex()


def test_indices_from_the_end_have_the_minus_of_formulas_and_in_programs_that_of_python():
    x = ac.Tensor(np.ones((3, 4)), True, name="x")
    g = ac.graph({"z": x[-1, ::-1]}, names=None)
    assert g["z"].formula == "x[−1, ::−1]"
    assert [e.local for e in g.edges if e.argument == 0] == ["→ [−1, ::−1]"]
    assert "x[-1, ::-1]" in g.to_latex()
    assert "z = x[-1, ::-1]" in g.to_python()
