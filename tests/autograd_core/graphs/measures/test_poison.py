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
