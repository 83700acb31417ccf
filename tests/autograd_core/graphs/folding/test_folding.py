"""Folding: what lies between names, modules, repeats, parts; with the composed local derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
import nn
from autograd_core.graphs.folding.composed import Inside
from autograd_core.graphs.snapshot.records import Mark


def operations(g):
    return [n for n in g if n.kind == "operation"]


def into(g):
    return {(e.target.symbol, e.source.name): e for e in g.edges if e.argument is not None}


@pytest.fixture
def logistic():
    x, y = ac.leaves(x=0.5, y=0.75)
    s = ac.exp(-x).named("s")
    p = (1 / (1 + s)).named("ŷ")
    z1 = (y * ac.log(p)).named("z1")
    z2 = ((1 - y) * ac.log(1 - p)).named("z2")
    return (-z1 - z2).named("h")


class TestNames:
    def test_the_nodes_of_the_lecture(self, logistic):
        """Row 3.4-5: nodes s, ŷ, z1, z2, h and no others."""
        g = ac.graph(logistic, fold="unnamed")
        assert [n.name for n in g if n.kind != "operation"] == ["x", "y", "s", "ŷ", "z1", "z2", "h"]
        assert [n.symbol for n in operations(g)] == [
            "exp(−x)",
            "1/(1 + s)",
            "y · log(ŷ)",
            "(1 − y) · log(1 − ŷ)",
            "−z1 − z2",
        ]
        assert [len(n.members) for n in operations(g)] == [2, 2, 2, 4, 2]
        assert {n.op for n in operations(g)} == {"folded"}

    def test_the_composed_derivatives_of_the_lecture(self, logistic):
        """Row 3.4-6: all eight arrows of the reverse graph."""
        found = {(key[1], e.target.symbol): e for key, e in into(ac.graph(logistic, fold="unnamed")).items()}
        assert {key: e.local for key, e in found.items()} == {
            ("x", "exp(−x)"): "−exp(−x)",
            ("s", "1/(1 + s)"): "−1/(1 + s)²",
            ("y", "y · log(ŷ)"): "log(ŷ)",
            ("ŷ", "y · log(ŷ)"): "y/ŷ",
            ("y", "(1 − y) · log(1 − ŷ)"): "−log(1 − ŷ)",
            ("ŷ", "(1 − y) · log(1 − ŷ)"): "−(1 − y)/(1 − ŷ)",
            ("z1", "−z1 − z2"): "−1",
            ("z2", "−z1 − z2"): "−1",
        }
        assert found["s", "1/(1 + s)"].local_value == pytest.approx(-1 / (1 + np.exp(-0.5)) ** 2)
        assert found["ŷ", "y · log(ŷ)"].rule == "∂h/∂ŷ = ∂h/∂z1 · y/ŷ"

    def test_a_composed_derivative_is_written_as_shortly_as_it_can_be(self):
        g = ac.graph("E = sum((Y - T)**2)/2", Y=[[3, 3]], T=[[1, 2]], fold="unnamed")
        assert [e.local for e in g.edges if e.argument == 0] == ["· (Y − T)"]
        softmax = ac.graph("u = exp(x)/(exp(x) + exp(y)); z = log(u)", fold="unnamed")
        by_x = next(e for e in softmax.edges if e.argument is not None)
        assert by_x.local == "exp(x) · exp(y)/(exp(x) + exp(y))²"

    def test_the_gradients_of_what_remains_are_kept(self, logistic):
        """Row 3.4-7: ∂h/∂y = −x, ∂h/∂x = ŷ − y."""
        g = ac.graph(logistic, fold="unnamed", grads="compute")
        assert g["y"].grad == pytest.approx(-0.5)
        assert g["x"].grad == pytest.approx(g["ŷ"].value - 0.75)

    def test_what_several_names_need_stays(self):
        (x,) = ac.leaves(x=2)
        shared = ac.exp(x) + 1
        z = ((shared * 2).named("a") * (shared * 3).named("b")).named("z")
        g = ac.graph(z, fold="unnamed", names=None)
        assert [n.name for n in g if n.kind != "operation"] == ["x", None, "a", "b", "z"]

    def test_a_formula_says_itself_what_is_folded(self, logistic):
        text = str(ac.graph(logistic, fold="unnamed"))
        assert "· ŷ = 1/(1 + s) " in text
        assert "folded" not in text

    def test_replaying_runs_the_whole_program(self, logistic):
        g = ac.graph(logistic, fold="unnamed").replay(x=0.0)
        assert (g["ŷ"].value, g["ŷ"].was) == (0.5, pytest.approx(1 / (1 + np.exp(-0.5))))
        assert len(g) == len(ac.graph(logistic, fold="unnamed"))
        assert "ac.exp" in g.to_python()

    def test_marks_stay_on_folded_operations(self, logistic):
        g = ac.graph(logistic, fold="unnamed")
        marked = g.marked({operations(g)[1]: Mark("here")}).computed()
        assert [n.symbol for n in marked.marks] == ["1/(1 + s)"]


class TestModules:
    @pytest.fixture
    def net(self):
        return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))

    def test_a_module_is_one_operation(self, net):
        g = ac.graph(net, (5, 4), fold="0")
        first = g["0"]
        assert (first.kind, first.op, first.symbol) == ("operation", "Linear", "Linear(4 → 8)")
        assert (len(first.members), first.parameters) == (2, 40)
        assert "0.weight" not in g
        assert "2.weight" in g

    def test_depth_1_folds_the_children_of_the_model(self, net):
        g = ac.graph(net, (5, 4), depth=1)
        assert [n.op for n in operations(g)] == ["Linear", "relu", "Linear", "BatchNorm1d", "Linear"]
        assert "40 params, 2 ops folded" in g.source

    def test_depth_0_folds_the_whole_model(self, net):
        g = ac.graph(net, (5, 4), depth=0)
        (whole,) = operations(g)
        assert (whole.symbol.partition("(")[0], whole.parameters) == ("Sequential", 155)
        assert [n.kind for n in g] == ["input", "operation", "output"]
        assert g[2].formula == "Sequential(x)"
        assert "155 params, 8 ops folded" in str(g)

    def test_depth_0_of_a_loss_leaves_the_data(self, net):
        data, target = ac.Tensor(np.ones((5, 4))), ac.Tensor(np.zeros((5, 3)))
        loss = ((net(data) - target) ** 2).sum().named("loss")
        g = ac.graph(loss, depth=0, names={"net": net, "data": data, "target": target})
        assert len(operations(g)) == 1
        assert [n.name for n in g if n.kind != "operation"] == ["data", "target", "loss"]

    def test_depth_0_of_a_formula_is_the_formula(self):
        g = ac.graph("(a*x - y)**2", a=2, x=3, y=4, depth=0)
        assert [n.symbol for n in operations(g)] == ["(a · x − y)²"]
        assert [e.local for e in g.edges if e.argument == 0] == ["2x · (a · x − y)"]

    def test_in_an_opened_model_the_other_children_are_folded(self, net):
        assert operations(ac.graph(net, (5, 4), depth=0, expand=["2"]))[0].name == "0"

    def test_what_is_to_be_expanded_stays_open(self, net):
        g = ac.graph(net, (5, 4), depth=1, expand=["2"])
        assert "2.weight" in g
        assert "4.weight" not in g

    def test_patterns_names_of_operations_and_predicates(self, net):
        assert "0.weight" not in ac.graph(net, (5, 4), fold=["[02]"])
        by_op = ac.graph(net, (5, 4), fold=["batch_norm"])
        assert "3.weight" not in by_op
        both = ac.graph(net, (5, 4), fold=lambda n: n.op in ("matmul", "add"))
        assert [len(n.members) for n in operations(both)] == [2, 0, 2, 0, 2]

    def test_formulas_do_not_speak_of_what_is_folded(self, net):
        relu = [n for n in ac.graph(net, (5, 4), depth=1) if n.op == "relu" and n.kind == "operation"]
        assert relu[0].formula == "relu(…)"

    def test_repeats_are_one(self):
        net = nn.Sequential(*(nn.Linear(4, 4) for _ in range(5)), nn.Linear(4, 2))
        outer = nn.Sequential(net, nn.ReLU())
        g = ac.graph(outer, (3, 4), depth=2)
        repeated, last = operations(g)[:2]
        assert (repeated.times, repeated.name, repeated.parameters) == (5, "0.0 … 4", 100)
        assert (last.times, last.name) == (1, "0.5")
        assert "× 5" in g.source

    def test_a_repeat_never_hides_what_is_expanded(self):
        outer = nn.Sequential(nn.Sequential(*(nn.Linear(4, 4) for _ in range(5))), nn.ReLU())
        g = ac.graph(outer, (3, 4), depth=2, expand=["0.2"])
        assert [n.times for n in operations(g) if n.members] == [2, 2]
        assert "0.2.weight" in g

    def test_a_skip_that_reads_an_inner_value_breaks_the_chain(self):
        class Skips(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

            def forward(self, x):
                first = self.a[0](x)
                return self.a[2](self.a[1](first)) + first

        g = ac.graph(Skips(), (3, 4), depth=2)
        assert [n.times for n in operations(g) if n.members] == [1, 2]


class TestParts:
    def test_the_walk_stops(self, logistic):
        g = ac.graph(logistic, stop=["ŷ"])
        assert g["ŷ"].kind == "input"
        assert g["ŷ"].value == pytest.approx(1 / (1 + np.exp(-0.5)))
        assert "s" not in g

    def test_only_what_leads_to_the_result(self):
        a, x, y = ac.leaves(a=2, x=3, y=4)
        s = (a * x).named("s")
        z = (s - ac.exp(y)).named("z")
        g = ac.graph(z, wrt=[x], names=None)
        assert {n.name: n.kind for n in g if n.kind != "operation"} == {
            "a": "const",
            "x": "input",
            "s": "intermediate",
            None: "const",
            "z": "output",
        }
        assert len(operations(g)) == 2

    @pytest.mark.parametrize(
        ("wrong", "error", "words"),
        [
            pytest.param({"stop": "q"}, KeyError, "no node is called 'q'; the names are: ", id="name"),
            pytest.param({"fold": "mulitply"}, ValueError, "did you mean 'multiply'", id="path"),
            pytest.param({"expand": "enc"}, ValueError, "nothing here happens in a module", id="expand"),
            pytest.param({"depth": -1}, ValueError, "depth is the level of the modules", id="depth"),
            pytest.param({"depth": True}, TypeError, "0 for the whole model; got True", id="depth-type"),
            pytest.param({"fold": 3}, TypeError, "fold takes", id="fold"),
            pytest.param({"expand": [1]}, TypeError, "expand takes paths", id="expand type"),
            pytest.param({"wrt": [3]}, TypeError, "wrt takes Tensors", id="wrt"),
            pytest.param({"stop": "h"}, ValueError, "nothing to draw", id="nothing"),
        ],
    )
    def test_what_is_wrong_is_said(self, logistic, wrong, error, words):
        with pytest.raises(error, match=words):
            ac.graph(logistic, **wrong)


UNARY = [ac.sin, ac.exp, ac.tanh, lambda x: -x, lambda x: x * 0.5]
BINARY = [lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y]


@st.composite
def programs(draw):
    """A random scalar program; some of its values have names."""
    values = list(ac.leaves(x=draw(st.floats(-1, 1)), y=draw(st.floats(-1, 1))))
    for i in range(draw(st.integers(1, 14))):
        pick = st.sampled_from(values[-4:])
        if draw(st.booleans()):
            made = draw(st.sampled_from(UNARY))(ac.tanh(draw(pick)))
        else:
            made = draw(st.sampled_from(BINARY))(draw(pick), draw(pick))
        values.append(made.named(f"v{i}") if draw(st.booleans()) else made)
    return sum(values[2:], ac.Tensor(0.0)).named("z") if draw(st.booleans()) else values[-1].named("z")


def reached(g):
    """Which names lead to which."""
    before = {}
    for n in g:
        own = {n.name} if n.name and n.kind != "operation" else set()
        before[n] = own.union(*(before[i] for i in n.inputs))
    return {n.name: before[n] for n in g if n.name}


class TestRandomPrograms:
    @given(programs())
    def test_folding_loses_nothing(self, z):
        whole, g = ac.graph(z, names=None), ac.graph(z, names=None, fold="unnamed")
        count = sum(len(n.members) or 1 for n in operations(g))
        assert count == len(operations(whole))
        assert reached(g) == reached(whole)
        assert [n.number for n in g] == list(range(len(g)))
        assert g.source == ac.graph(z, names=None, fold="unnamed").source

    @given(programs(), st.sampled_from(["unnamed", "predicate"]))
    def test_the_gradients_are_products_along_folded_edges(self, z, how):
        fold = how if how == "unnamed" else lambda n: n.op in ("tanh", "multiply", "add")
        g = ac.graph(z, names=None, fold=fold, grads="compute")
        made = {}
        for e in g.edges:
            if e.argument is None:
                made.setdefault(e.source, []).append(e.target)
        sums = {}
        for e in g.edges:
            if e.argument is not None and e.local is not None:
                results = made[e.target]
                if len(results) > 1:
                    return  # several values leave: no one factor
                sums[e.source] = sums.get(e.source, 0.0) + results[0].grad * e.local_value
        for n, total in sums.items():
            assert total == pytest.approx(n.grad, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("settings", [{}, {"wrt": "x"}], ids=["whole", "part"])
def test_what_is_too_large_for_the_picture_flows_through_folded_modules(settings):
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(30, 40), nn.ReLU(), nn.Linear(40, 3))
    x = ac.Tensor(rng.standard_normal((16, 30)), True, name="x")
    E = model(x).sum().named("E")
    g = ac.graph(E, depth=1, **settings)
    last = next(n for n in g if n.name == "2")
    (into,) = [e for e in g.edges if e.target is last and e.source.kind == "intermediate"]
    assert into.source.value is None
    found = g.contribution(into, np.ones((16, 3)))
    np.testing.assert_allclose(found, np.ones((16, 3)) @ model[2].weight.numpy().T)


def test_of_a_checkpointed_part_that_is_folded_nothing_is_said():
    w, x = ac.Tensor([2.0, 3.0], True, name="w"), ac.Tensor([3.0, 1.0], True, name="x")
    z = ac.checkpoint(lambda x: ac.tanh(x * w), x).sum().named("z")
    g = ac.graph(z, mode="backward", fold="unnamed")
    assert {e.source.name: e.local for e in g.edges if e.argument is not None} == {"x": "…", "w": "…"}


@pytest.mark.parametrize("fold", [(), ("unnamed",)])
def test_contributions_that_are_not_asked_for_rightly(fold):
    x, y = ac.leaves(x=2, y=3)
    g = ac.graph({"z": ac.exp(x * y) + 1}, names=None, fold=fold)
    (into,) = [e for e in g.edges if e.source.name == "x"]
    (out,) = [e for e in g.edges if e.target.name == "z"]
    for edge, upstream, words in (
        (out, 1.0, "leads to what an operation made"),
        (ac.graph({"z": x * y}).edges[0], 1.0, "not part of this graph"),
        (into, np.ones(3), r"has the shape \(\), got \(3,\)"),
        (into, None, "of numbers"),
    ):
        with pytest.raises(ValueError, match=words):
            g.contribution(edge, upstream)
    assert g.contribution(into, 1) == pytest.approx(3 * np.exp(6) if fold else 3)


def test_a_folded_chain_is_swept_once_for_all_that_is_said_of_it(monkeypatch):
    swept = []
    contribution = Inside.contribution
    monkeypatch.setattr(Inside, "contribution", lambda self, *of: swept.append(of) or contribution(self, *of))
    h = ac.Tensor(1.0, True, name="x")
    for _ in range(50):
        h = ac.tanh(h) + 0.1
    h = h.named("z")
    h.backward()
    g = ac.graph(h, names=None, fold="unnamed", mode="both")
    assert "∂z/∂x" in g.source
    assert str(g)
    assert len(swept) == 1


def test_a_gradient_that_enters_each_term_is_a_factor():
    text = "y = 1/(1 + exp(-s)); z = -t*log(y) - (1 - t)*log(1 - y)"
    g = ac.graph(text, s=1.0, t=1.0, fold="unnamed", grads="compute")
    locals_ = {e.source.name: e.local for e in g.edges if e.argument is not None}
    assert locals_["y"] == "(y − t)/(y · (1 − y))"
    assert not any("ḡ" in words for words in locals_.values())


def test_what_has_no_short_formula_says_how_much_it_is():
    text = "z = exp(x)*sin(x) + log(1 + x*x)*cos(x) - sqrt(1 + x*x)*tanh(x)"
    source = ac.graph(text, x=1.0, fold="unnamed").source
    assert "<B>15 operations</B>" in source
    assert "folded</" not in source
