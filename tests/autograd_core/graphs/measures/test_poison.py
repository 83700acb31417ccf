"""Where a NaN or an infinity arose is marked on the picture."""

import numpy as np

import autograd_core as ac


def graph(f, **leaves):
    with np.errstate(all="ignore"):
        return ac.graph({"z": f(*ac.leaves(**leaves))})


def test_the_first_nan_is_marked_with_what_the_function_needs():
    g = graph(lambda x, y: ac.log(x) * y + 3, x=-1, y=2)
    assert "first NaN: log of −1, needs x &gt; 0" in g.source
    assert g.source.count("first NaN") == 1
    assert "first NaN: log of −1, needs x > 0" in str(g)


def test_an_overflow_is_marked():
    assert "first ∞: exp of 1000" in graph(lambda x: ac.exp(x) * 2, x=1000).source


def test_a_gradient_that_ceases_to_be_finite_is_marked_on_its_wire():
    x = ac.Tensor([4.0, 0.0], True, name="x")
    z = ac.sqrt(x).sum().named("z")
    with np.errstate(divide="ignore"):
        z.backward()
    assert "slope ∞ here" in ac.graph(z).source


def test_finite_numbers_have_no_marks():
    g = graph(lambda x: ac.exp(x) * 2, x=1)
    assert "first ∞" not in g.source
    assert not g.marks


def test_a_nan_that_came_in_from_outside_is_nobodys_fault():
    assert "first N" not in graph(lambda x: x * 2, x=np.nan).source


def test_a_nan_of_infinities_that_came_in_is_marked():
    g = graph(lambda x, y: x * y + 1, x=0, y=np.inf)
    assert "first NaN: multiply of 0, ∞" in g.source
    assert g.source.count("first ") == 1


def test_of_infinities_a_domain_is_no_reason():
    source = graph(lambda x: ac.exp(x) / ac.exp(x + 1), x=800).source
    assert "first NaN: divide of ∞, ∞<" in source
    assert source.count("first ∞: exp of 80") == 2


def test_a_gradient_that_is_none_any_more_is_marked_where_that_happens():
    x = ac.Tensor([0.0, 1e-200], True, name="x")
    with np.errstate(all="ignore"):
        z = ac.sqrt((x**2).sum()).named("z")
        z.backward()
    words = [mark.word for mark in ac.graph(z)._shown_marks.values()]
    assert words == ["first NaN: ∞ · 0", "slope ∞ here"]


def test_a_rule_without_a_slope_is_marked_too():
    x = ac.Tensor([[1.0, 2.0], [3.0, 4.0]], True, name="X")
    with np.errstate(all="ignore"):
        z = ac.softmax(x + np.array([[-np.inf, -np.inf], [0, 0]]), axis=1).sum().named("z")
        z.backward()
    source = ac.graph(z, mode="backward").source
    assert "first NaN<" in source
    assert "first NaN of the gradient" in source
