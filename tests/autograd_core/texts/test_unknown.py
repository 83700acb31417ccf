"""Formulas without values, and functions of which only the name is known."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.node import Absent, ancestors
from autograd_core.symbols import Symbol, latex, local, slides
from autograd_core.texts import FUNCTIONS, AbstractRow, FormulaError, compute, unknown


def nodes(text, **values):
    z, _ = compute(text, values, symbolic=True)
    return [n for n in ancestors([z.node]) if n.op is not None]


def derivatives(text, **values):
    """The local derivatives of the abstract functions of a formula."""
    found = {}
    for n in nodes(text, **values):
        if isinstance(n.op, AbstractRow):
            operands = [Symbol.input("…") for _ in n.args[1:]]
            found[n.op.name] = [slides(local(n.op, i, operands)) for i in range(len(operands))]
    return found


class TestAbstractFunctions:
    def test_one_variable(self):
        """Row 3.2-1: z(u), u(x) have the ordinary derivatives dz/du, du/dx."""
        assert derivatives("u = u(x); z = z(u)") == {"u": ["du/dx"], "z": ["dz/du"]}

    def test_pattern_1(self):
        """Row 3.2-2: z(u), u(x, y)."""
        assert derivatives("u = u(x, y); z = z(u)") == {"u": ["∂u/∂x", "∂u/∂y"], "z": ["dz/du"]}

    def test_pattern_2(self):
        """Row 3.2-3: z(u, v), u(x), v(x), written in the order of the lecture."""
        found = derivatives("z = z(u, v); u = u(x); v = v(x)")
        assert found == {"u": ["du/dx"], "v": ["dv/dx"], "z": ["∂z/∂u", "∂z/∂v"]}

    def test_pattern_3(self):
        """Row 3.2-4: z(u, v), u(x, y), v(x, y)."""
        found = derivatives("z = z(u, v); u = u(x, y); v = v(x, y)")
        assert found == {"u": ["∂u/∂x", "∂u/∂y"], "v": ["∂v/∂x", "∂v/∂y"], "z": ["∂z/∂u", "∂z/∂v"]}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("f(x + 1)", ["f′(x + 1)"]),
            ("f(x, x)", ["∂₁f(x, x)", "∂₂f(x, x)"]),
            ("f(x, 2)", ["∂₁f(x, 2)", "∂₂f(x, 2)"]),
            ("z = 2*z(x)", ["z′(x)"]),
            ("z = 2*f(x)", ["df/dx"]),
        ],
    )
    def test_what_has_no_name_to_differentiate_by(self, text, expected):
        (found,) = derivatives(text).values()
        assert found == expected

    def test_the_same_call_has_the_same_derivative(self):
        first, second = (n.op for n in nodes("f(x) * f(x)") if isinstance(n.op, AbstractRow))
        assert first is second

    def test_other_calls_have_other_derivatives(self):
        labels = [n.op.rules[0].derivative.label for n in nodes("f(x + y) * f(y)")[1:3]]
        assert labels == ["f′(x + y)", "df/dy"]

    def test_in_latex(self):
        (n,) = nodes("u = u(x)")
        assert latex(local(n.op, 0)) == r"\frac{du}{dx}"
        (n,) = nodes("u = u(x, ŷ)")
        assert latex(local(n.op, 1)) == r"\frac{\partial u}{\partial \hat{y}}"
        n = nodes("f(2*x, y_1)")[1]
        assert latex(local(n.op, 1)) == r"\partial_{2} f\left(2*x, y\_1\right)"
        n = nodes("f(2*x)")[1]
        assert latex(local(n.op, 0)) == r"f'\left(2*x\right)"

    def test_a_number_is_never_given(self):
        (n,) = nodes("f(x)", x=3.0)
        with pytest.raises(FormulaError, match="only its name is known"):
            n.op(np.float64(1.0))
        with pytest.raises(FormulaError, match="only its name is known"):
            n.op(ac.Tensor(1.0, True))
        z, _ = compute("f(x)", {"x": 3.0}, symbolic=True)
        with pytest.raises(TypeError, match="does not keep"):
            z.backward()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("sigmod(x)", "did you mean sigmoid"),
            ("tahn(x)", "did you mean tanh"),
            ("cost(x)", "is written cost = cost"),
            ("clip(x)", "cannot be used in a formula"),
            ("add = add(x, y)", "cannot be used in a formula"),
            ("scatter = scatter(x)", "cannot be used in a formula"),
            ("eval(x)", "cannot be used in a formula"),
            ("f(2) * x", "depends on no input"),
            ("k = 2; f(k) * x", "depends on no input"),
            ("f() * x", "depends on no input"),
            ("f(x, axis=0)", "takes no keywords"),
            ("f(*x)", "not allowed"),
            ("f(x)(y)", "not allowed"),
            ("x.f(y)", "not allowed"),
            ("softmax(x)", "is a single number"),
        ],
    )
    def test_refused(self, text, message):
        with pytest.raises(FormulaError, match=message):
            compute(text, {}, symbolic=True)

    def test_a_name_that_is_close_to_a_function_but_meant(self):
        assert derivatives("cost = cost(u)") == {"cost": ["dcost/du"]}

    def test_only_where_it_is_asked_for(self):
        with pytest.raises(FormulaError, match="no function 'f'"):
            compute("f(x)", {"x": 1.0})
        with pytest.raises(FormulaError, match="x is not given"):
            compute("2*x", {})


class TestNoValues:
    def test_nothing_is_known(self):
        """Row 3.4-1: z = (ax − y)² without numbers."""
        z, names = compute("s = a*x; t = s - y; z = t**2", {}, symbolic=True)
        assert list(names) == ["a", "x", "y", "s", "t", "z"]
        order = ancestors([z.node])
        assert all(isinstance(n.value, Absent) for n in order)
        assert all(x is None or x == 2 for n in order if n.op for x in n.args if not isinstance(x, Absent))

    def test_names_in_the_order_of_the_text(self):
        _, names = compute("(b*x - a)**2", {}, symbolic=True)
        assert list(names) == ["b", "x", "a", "z"]

    def test_what_depends_on_an_abstract_function_is_forgotten(self):
        z, names = compute("s = a*x; u = f(s); z = u + s", {"a": 2.0, "x": 3.0}, symbolic=True)
        assert names["s"].node.value == 6
        assert isinstance(names["u"].node.value, Absent)
        assert isinstance(z.node.value, Absent)
        assert names["u"].node.args[1] == 6, "what goes into it is known"
        assert [isinstance(x, Absent) for x in z.node.args[1:]] == [True, False]

    def test_tensors_hold_no_stand_in(self):
        with ac.no_grad():
            z, names = compute("u = f(a); z = u*a", {"a": 2.0}, symbolic=True)
        assert names["a"].item() == 2
        assert np.isnan(names["u"].item())
        assert np.isnan(z.item())
        _, names = compute("a*x", {}, symbolic=True)
        assert all(np.isnan(t.item()) for t in names.values())

    def test_shapes_are_known(self):
        z, _ = compute("W@f(x)", {"W": np.ones((2, 3)), "x": np.ones(3)}, symbolic=True)
        assert z.node.value.shape == (2,)

    def test_some_values_and_others_not(self):
        with pytest.raises(FormulaError, match="y is not given, only a, x"):
            compute("a*x + y", {"a": 1, "x": 2}, symbolic=True)

    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_no_stand_in_is_seen(self, name, monkeypatch):
        """What is drawn is the same whatever stands in for the values."""

        def drawn(stand_in, words):
            monkeypatch.setattr(unknown, "STAND_IN", stand_in)
            monkeypatch.setattr("autograd_core.texts.reading.STAND_IN", stand_in)
            z, names = compute(f"z = f(x) + {name}({words})", {}, symbolic=True)
            g = ac.graph(z, names=names)
            records = [(n.kind, n.name, n.op, n.formula) for n in g]
            assert all(n.value is None for n in g if n.kind in ("input", "intermediate", "output"))
            return g.source, str(g), records

        for words in ("x", "x, y"):
            try:
                first = drawn(0.5, words)
            except FormulaError:
                continue
            assert first == drawn(-1.5, words)
            return
        assert name in ("log_softmax", "softmax", "sort", "trace", "matmul"), "needs an axis"
