"""ac.graph of a formula as text: with values, without, and with abstract functions."""

import numpy as np
import pytest

import autograd_core as ac


def arrows(g):
    """What stands on the arrows, by where they come from and what they lead to."""
    made = {n: g[n.number + 1].name for n in g if n.kind == "operation"}
    return {(e.source.name, made[e.target]): e.local for e in g.edges if e.argument is not None}


class TestAbstractFunctions:
    def test_one_variable(self):
        """Row 3.2-1: x → u → z with du/dx and dz/du on the arrows."""
        g = ac.graph("z = z(u); u = u(x)")
        assert [n.name for n in g if n.name] == ["x", "u", "z"]
        assert arrows(g) == {("x", "u"): "du/dx", ("u", "z"): "dz/du"}
        assert [g["u"].formula, g["z"].formula] == ["u(x)", "z(u)"]

    def test_pattern_1(self):
        """Row 3.2-2: z(u), u(x, y)."""
        g = ac.graph("z = z(u); u = u(x, y)")
        assert arrows(g) == {("x", "u"): "∂u/∂x", ("y", "u"): "∂u/∂y", ("u", "z"): "dz/du"}

    def test_pattern_2(self):
        """Row 3.2-3: z(u, v), u(x), v(x): two routes from x."""
        g = ac.graph("z = z(u, v); u = u(x); v = v(x)")
        assert arrows(g) == {
            ("x", "u"): "du/dx",
            ("x", "v"): "dv/dx",
            ("u", "z"): "∂z/∂u",
            ("v", "z"): "∂z/∂v",
        }

    def test_pattern_3(self):
        """Row 3.2-4: z(u, v), u(x, y), v(x, y): two routes from each input."""
        g = ac.graph("z = z(u, v); u = u(x, y); v = v(x, y)")
        assert arrows(g) == {
            ("x", "u"): "∂u/∂x",
            ("y", "u"): "∂u/∂y",
            ("x", "v"): "∂v/∂x",
            ("y", "v"): "∂v/∂y",
            ("u", "z"): "∂z/∂u",
            ("v", "z"): "∂z/∂v",
        }
        assert [n.name for n in g["z"].inputs] == ["u", "v"]

    def test_values_as_far_as_they_are_known(self):
        g = ac.graph("s = a*x; z = f(s) + s", a=2, x=3)
        assert {n.name: n.value for n in g if n.name} == {"a": 2, "x": 3, "s": 6, "z": None}
        assert str(g).splitlines()[-1].split() == ["■", "z", "=", "f(s)", "+", "s", "–"]
        on_s = [(e.local, e.local_value) for e in g.edges if e.source.name == "s"]
        assert on_s == [("df/ds", None), ("1", 1)]

    def test_no_number_is_made_up(self):
        g = ac.graph("z = f(a)*x", a=2, x=3)
        with pytest.raises(ValueError, match="f has no values"):
            g.computed()
        with pytest.raises(ValueError, match="'a' has no value"):
            ac.graph("z = a*x", grads="compute")


class TestValues:
    def test_the_parabola(self):
        """Row 3.4-1: s = ax, t = s − y, z = t²."""
        g = ac.graph("s = a*x; t = s - y; z = t**2", a=2, x=3, y=4)
        assert {n.name: n.value for n in g if n.name} == {"a": 2, "x": 3, "y": 4, "s": 6, "t": 2, "z": 4}
        assert [g[n].formula for n in "stz"] == ["a · x", "s − y", "t²"]
        assert [g[n].kind for n in "asz"] == ["input", "intermediate", "output"]

    def test_without_values(self):
        """Rows 3.4-1 and 3.4-2: the formula alone, with the local derivatives as formulas."""
        g = ac.graph("s = a*x; t = s - y; z = t**2")
        assert all(n.value is None for n in g)
        assert [g[n].formula for n in "stz"] == ["a · x", "s − y", "t²"]
        assert arrows(g) == {
            ("a", "s"): "x",
            ("x", "s"): "a",
            ("s", "t"): "1",
            ("y", "t"): "−1",
            ("t", "z"): "2t",
        }

    @pytest.mark.parametrize("values", [{}, {"x": 0.5, "y": 0.25}], ids=["without", "with"])
    def test_the_cross_entropy(self, values):
        """Rows 3.4-5 and 3.4-6: h = −y log ŷ − (1 − y) log(1 − ŷ), ŷ = 1/(1 + s), s = e^−x."""
        text = "s = exp(-x); ŷ = 1/(1 + s); z1 = y*log(ŷ); z2 = (1 - y)*log(1 - ŷ); h = -z1 - z2"
        g = ac.graph(text, **values)
        formulas = {n.name: n.formula for n in g if n.name and n.formula}
        assert formulas == {
            "s": "exp(−x)",
            "ŷ": "1/(1 + s)",
            "z1": "y · log(ŷ)",
            "z2": "(1 − y) · log(1 − ŷ)",
            "h": "−z1 − z2",
        }
        if values:
            p = 1 / (1 + np.exp(-0.5))
            assert g["h"].value == pytest.approx(-0.25 * np.log(p) - 0.75 * np.log(1 - p))
            computed = g.computed()
            assert computed["x"].grad == pytest.approx(p - 0.25)  # row 3.4-7
            assert computed["y"].grad == pytest.approx(-0.5)

    def test_arrays_lists_and_tensors(self):
        W = ac.Tensor(np.eye(2), True, name="weights")
        g = ac.graph("y = W@x; z = sum(y)", W=W, x=[1, 2])
        assert g["x"].shape == (2,)
        assert g["z"].value == 3
        assert "weights" not in g, "the names of the text win"
        assert W.name == "weights"

    def test_names_of_the_caller_mean_something_else(self):
        b = a = ac.Tensor(2.0, True)
        g = ac.graph("z = a*x", a=b, x=1.0)
        assert a is b
        assert [n.name for n in g if n.kind == "input"] == ["a", "x"]

    def test_values_in_a_dict(self):
        g = ac.graph("z = mode*theme", {"mode": 2, "theme": 3})
        assert g["z"].value == 6

    def test_a_name_like_that_of_the_argument(self):
        assert ac.graph("what*what", what=3)["z"].value == 9

    def test_an_expression_is_called_z(self):
        assert ac.graph("(a*x - y)**2", a=2, x=3, y=4)["z"].formula == "(a · x − y)²"
        assert ac.graph("z*z", z=3)["result"].value == 9

    def test_recorded_even_without_gradients(self):
        with ac.no_grad():
            assert ac.graph("a*x", a=2, x=3)["z"].value == 6

    def test_always_the_same(self):
        text = "z = z(u, v); u = u(x); v = exp(x)"
        assert ac.graph(text).source == ac.graph(text).source


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: ac.graph("a*x + y", a=1), ValueError, "x, y are not given, only a: add x=1, y=1"),
        (lambda: ac.graph("a*x", a=1, x=1, b=1), ValueError, "b is given but does not occur"),
        (lambda: ac.graph("a*x", 1, 2), TypeError, "values by name"),
        (lambda: ac.graph("a*x", {"a": 1}, x=2), TypeError, "values by name"),
        (lambda: ac.graph("a*x", a="2", x=2), ValueError, "a number is needed"),
        (lambda: ac.graph("a*x", a=None, x=2), ValueError, "a number is needed"),
        (lambda: ac.graph("a*x", {1: 2}), ValueError, "cannot be a name"),
        (lambda: ac.graph("a*x", a=ac.Tensor(1.0), x=ac.Tensor(1.0)), ValueError, "comput|draw"),
        (lambda: ac.graph("sigmod(x)"), ValueError, "did you mean sigmoid"),
        (lambda: ac.graph(lambda a: a * a, a=2), TypeError, r"without their names: ac.graph\(f, 2\)"),
        (lambda: ac.graph(ac.Tensor(1.0, True) * 2, direktion="LR"), TypeError, "no setting 'direktion'"),
    ],
    ids=range(11),
)
def test_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_the_call_to_type():
    with pytest.raises(ValueError, match="are not given") as error:
        ac.graph("a*x + y", a=[1.0, 2.0])
    assert 'ac.graph("a*x + y", a=[1.0, 2.0], x=1, y=1)' in error.value.__notes__[0]


def test_another_name_of_an_input_does_not_take_its_own():
    g = ac.graph("s = x; z = s*a", x=2.0, a=3.0)
    assert [n.name for n in g.nodes if n.kind == "input"] == ["x", "a"]
    assert g.replay(x=4.0)["z"].value == 12.0
