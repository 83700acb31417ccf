"""A page whose inputs are moved by hand, and whose numbers are those of the engine."""

import webbrowser
from functools import cache

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.graphs.lively import Live, live
from autograd_core.graphs.rendering import opening
from autograd_core.graphs.snapshot import numerals
from autograd_core.texts import FUNCTIONS

X = np.random.default_rng(3).normal(size=(3, 2))


def entropy(q):
    t = ac.Tensor([0.0, 1.0, 0.0])
    return -(t * ac.log_softmax(q)).sum()


def softened(q, w):
    return (ac.softmax(q) * w).sum()


def network(x, W1, b1, W2):
    return ac.tanh(ac.tanh(x @ W1 + b1) @ W2).sum()


def kinks(x, y):
    return ac.maximum(x, y) * ac.minimum(x * x, -y) + abs(x - y) + ac.relu(x)


def squares(A, x, b):
    r = A @ x - b
    return 0.5 * (r @ r)


def bernoulli(x, w, b, t):
    p = ac.sigmoid(w * x + b)
    return -(t * ac.log(p) + (1 - t) * ac.log(1 - p))


def parabolas(x):
    return x * x


PROGRAMS = {
    "lecture": lambda: live("s = a*x; t = s - y; z = t**2", x=(-3, 3), a=(-3, 3, 2), y=4),
    "entropy": lambda: live(entropy, q=[0.1, 0.2, -0.3]),
    "bernoulli": lambda: live(bernoulli, x=(-2, 2), w=(-2, 2, 1), b=(-1, 1), t=(0, 1, 0.25)),
    "softmax": lambda: live(softened, q=[0.1, 0.2, -0.3], w=[1.0, 2.0, 3.0]),
    "network": lambda: live(network, x=(-2, 2, [0.5, -1.0]), W1=X.T[:, :2], b1=[0.1, -0.2], W2=[0.5, -1.5]),
    "kinks": lambda: live(kinks, x=(-2, 2, 0.3), y=(-2, 2, -0.2)),
    "power": lambda: live("z = x**y + y**x", x=(0.1, 3), y=(0.1, 3)),
    "squares": lambda: live(squares, A=X, x=[1.0, 2.0], b=[1.0, 0.0, -1.0]),
    "twice": lambda: live("z = x*x*x + sin(x)/x", x=(-4, 4, 1)),
    "alike": lambda: live("s = a*x; t = a*x; z = s*t**2", x=(-2, 2, 1), a=(-2, 2, 0.5)),
    "root of several numbers": lambda: live(parabolas, x=[1.0, -2.0, 0.5]),
}


@cache
def made(program):
    return PROGRAMS[program]()


programs = pytest.mark.parametrize("program", PROGRAMS)


def places(page, count=100):
    """Random numbers for every input, by the id on the page."""
    rng = np.random.default_rng(1)
    for _ in range(count):
        yield {
            f"v-{n.number}": rng.uniform(c.low, c.high, n.shape)
            for n, c in ((page.graph[n.name], c) for n, c in page._controls.items())
        }


def engine(page, place):
    """Values, gradients and local derivatives as the engine has them at a place."""
    graph = page.graph
    leaves = {n: place[f"v-{n.number}"] for n in graph.nodes if f"v-{n.number}" in place}
    (root,) = (n for n in graph.nodes if n.kind == "output")
    values, gradients = graph._tape.gradients({root: np.ones(())}, leaves)
    again = graph.replay({n.name: x for n, x in leaves.items()})
    local = {
        f"d-{e.target.number}-{e.argument}": e.local_value for e in again.edges if e.argument is not None
    }
    return (
        {f"v-{n.number}": x for n, x in values.items() if n.kind != "operation"},
        {f"v-{n.number}": x for n, x in gradients.items() if n.differentiable},
        {name: x for name, x in local.items() if x is not None},
    )


def close(ours, theirs, what):
    ours, theirs = np.asarray(ours, float).ravel(), np.asarray(theirs, float).ravel()
    scale = max(1.0, float(np.max(np.abs(theirs))))
    assert np.allclose(ours, theirs, rtol=1e-12, atol=1e-12 * scale, equal_nan=True), (what, ours, theirs)


@programs
def test_numbers_are_those_of_the_engine(visit, program):
    """Row 4.7: values, local derivatives and gradients at 100 places, to twelve digits."""
    page = made(program)
    window = visit.show(page.html)
    asked = list(places(page))
    found = window.evaluate(
        "(all) => all.map((place) => { Page.live.set(place); return Page.live.state(); })",
        [{name: x.tolist() for name, x in place.items()} for place in asked],
    )
    for place, state in zip(asked, found, strict=True):
        values, gradients, locals = engine(page, place)
        for id, x in values.items():
            close(state["values"][id], x, f"value {id}")
        for id, g in gradients.items():
            close(state["gradients"][id], g, f"gradient {id}")
        assert set(locals) <= set(state["locals"])
        for id, x in locals.items():
            close(state["locals"][id], np.broadcast_to(x, np.shape(state["locals"][id])), f"local {id}")


@programs
def test_needle_agrees_with_the_gradient(visit, program):
    """Row 4.7: the central difference calls the forward program only."""
    page = made(program)
    window = visit.show(page.html)
    for place in places(page, 10):
        state = window.evaluate(
            "(place) => { Page.live.set(place); return Page.live.state(); }",
            {name: x.tolist() for name, x in place.items()},
        )
        for id, needle in state["needles"].items():
            assert np.allclose(needle, state["gradients"][id], rtol=1e-5, atol=1e-5)


def test_numbers_are_written_as_python_writes_them(visit):
    rng = np.random.default_rng(0)
    numbers = [
        0.0,
        -0.0,
        1.0,
        2.5,
        1000.5,
        1001.5,
        2.0625,
        0.03125,
        12345.5,
        12346.5,
        9999.6,
        99999.5,
        1e7,
        1e-5,
    ]
    numbers += [-0.00012345, 9.9996e-5, 1.2345e-12, 1e300, 5e-324, 123456.0, -8388608.0, 9999999.5, 1e16]
    numbers += (rng.normal(size=3000) * 10.0 ** rng.integers(-12, 12, 3000)).tolist()
    numbers += (rng.integers(-(2**20), 2**20, 3000) / 2.0 ** rng.integers(0, 14, 3000)).tolist()
    window = visit.show(live("z = x**2", x=(-1, 1)).html)
    for digits in (3, 4, 6):
        found = window.evaluate("([all, n]) => all.map((x) => Page.live.number(x, n))", [numbers, digits])
        assert found == [numerals.number(x, digits) for x in numbers]
    sizes = [abs(x) for x in numbers]
    found = window.evaluate("(all) => all.map((x) => Page.live.magnitude(x))", sizes)
    assert found == [numerals.magnitude(x) for x in sizes]


@programs
def test_texts_are_those_of_the_picture(visit, program):
    """What JavaScript writes at the start is what Python wrote: cards, chips, panel and every sentence."""
    page = made(program)
    window = visit.show(page.html)
    found = window.evaluate(
        """() => {
          const was = JSON.parse(document.getElementById("data").textContent), now = Page.data, texts = [];
          for (const k in was.steps)
            texts.push([was.steps[k].t, now.steps[k].t], [was.steps[k].g, now.steps[k].g]);
          for (const id in was.nodes) texts.push([was.nodes[id], now.nodes[id]]);
          return texts.map((pair) => pair.map((x) => JSON.stringify(x ?? null)));
        }"""
    )
    assert len(found) > 3
    for was, now in found:
        assert now == was


@pytest.mark.parametrize(
    "bad",
    [
        *("x=(1, 0)", "x=(0, 1, 2)", "x=(0, 1, 0, 1)", "x='a'", "q=1", ""),
        *("x=nan", "x=[inf]", "x=(-1e308, 1e308)", "x=(1, 1 + 1e-15)", "x=(0, 1, nan)"),
    ],
)
def test_inputs_that_are_none_are_refused(bad):
    given = {
        "x=(1, 0)": {"x": (1, 0)},
        "x=(0, 1, 2)": {"x": (0, 1, 2)},
        "x=(0, 1, 0, 1)": {"x": (0, 1, 0, 1)},
        "x='a'": {"x": "a"},
        "q=1": {"x": 1, "q": 1},
        "": {},
        "x=nan": {"x": np.nan},
        "x=[inf]": {"x": [1.0, np.inf]},
        "x=(-1e308, 1e308)": {"x": (-1e308, 1e308)},
        "x=(1, 1 + 1e-15)": {"x": (1, 1 + 1e-15)},
        "x=(0, 1, nan)": {"x": (0, 1, np.nan)},
    }[bad]
    with pytest.raises((TypeError, ValueError), match=r"x|q"):
        live("z = x**2", **given)


@pytest.mark.parametrize("choice", ["if", "where"])
def test_a_branch_on_numbers_is_refused(choice):
    """A page that keeps the branch of the start would show wrong numbers everywhere else."""
    branch = {
        "if": lambda x: x * x if float(x.item()) > 0 else -x,
        "where": lambda x: ac.where(x > 0, x * x, -x),
    }
    with pytest.raises(ValueError, match="not the same program everywhere"):
        live(branch[choice], x=(-1, 1, 0.5))


def test_a_branch_beyond_the_numbers_of_a_box_is_refused():
    """What is typed into a box has no ends: 5 ± 5 is not all."""
    with pytest.raises(ValueError, match="not the same program everywhere"):
        live(lambda x: x * x if float(x.item()) > -30 else -x, x=5.0)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_formulas_is_right_everywhere_or_refused(name):
    """A page of text is compared with the engine as that of a function is."""
    two = name in ("arctan2", "hypot", "logaddexp", "maximum", "minimum", "dot", "matmul", "outer")
    square = name == "trace"
    given = {"x": [[3.0, 1.0], [2.0, 4.0]] if square else [3.0, 1.0, 2.0]}
    text = f"z = {name}(x, y)" if two else f"z = {name}(x)"
    if two:
        given["y"] = [0.5, -1.0, 4.0]
    if name in ("sort", "median"):
        with pytest.raises(ValueError, match=r"the formula is not the same program .* cannot sort"):
            live(text, given)
        return
    page = live(text, given)
    away = {n: -np.asarray(x) for n, x in given.items()}
    values, _ = page.graph._tape.gradients({}, {page.graph[n]: x for n, x in away.items()})
    with np.errstate(all="ignore"):
        expected = FUNCTIONS[name](*(ac.Tensor(x) for x in away.values())).numpy()
    assert np.array_equal(values[page._root], expected, equal_nan=True)


def test_a_recorded_choice_is_refused():
    """The mask of a Tensor at hand says nothing of the same program elsewhere."""
    x, q = ac.leaves(x=2.0, q=[1.0, 3.0, 2.0])
    for chosen in (ac.where(x > 0, x * x, -x), ac.sort(q)[0] * 2, q[q > 1.5].sum(), x * (x > 0)):
        for what in (chosen, ac.graph(chosen)):
            with pytest.raises(ValueError, match="was decided by a plain"):
                live(what)
    assert live(ac.relu(x) * q[1] + ac.maximum(q, 0.0).sum()).html


def test_float32_is_compared_as_float32():
    page = live(lambda x, y: (x * x * y).sum() / 3, x=np.ones(3, np.float32), y=(0, 1))
    assert page.graph["x"].dtype == np.float32


def test_inputs_may_be_called_like_settings():
    page = live("z = names*title + x", {"names": (0, 1), "title": 2.0, "x": 1.0}, title="all")
    assert page.graph["z"].value == 2.0
    assert "<title>all" in page.html
    with pytest.raises(TypeError, match="all in one dict"):
        live("z = x*x", {"x": 1.0}, y=2.0)


def test_an_input_alone_is_no_page():
    with pytest.raises(ValueError, match="the result is an input itself"):
        live(lambda x: x, x=1.0)


def test_a_tensor_and_its_graph_can_be_moved(tmp_path, visit):
    a, x = ac.leaves(a=2, x=3)
    z = a * x
    page = live(z, x=(0, 10))
    assert repr(page) == "<Live: z = a · x, moved by x>"
    window = visit.open(page.save(tmp_path / "z.html"))
    window.evaluate("Page.live.set({x: 7, a: 0.5})")
    assert window.evaluate("Page.live.state().values[Page.data.live.root]") == 3.5
    assert live(ac.graph(z)).html
    with pytest.raises(ValueError, match="html"):
        page.save(tmp_path / "z.svg")
    assert 'sandbox="allow-scripts"' in page._repr_html_()
    with pytest.raises(ValueError, match="one result"):
        live(ac.graph([z, a + x]))
    assert isinstance(page, Live)


def test_a_live_page_is_shown_as_a_picture_is(monkeypatch, capsys):
    seen = []
    made = ac.live("z = x**2", x=(-1, 1))
    monkeypatch.setattr(webbrowser, "open", lambda where: bool(seen.append(where)) or True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert made.show() is None
    assert seen[0].startswith("file://")
    for name in opening.SCREENS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(opening.sys, "platform", "linux")
    made.show()
    assert capsys.readouterr().out == f"{made}\n"
    assert len(seen) == 1


def test_what_has_no_picture_yet_is_drawn_from_top_to_bottom():
    """The canvas is about as high as it is wide; a picture that somebody drew keeps its direction."""
    text = "s = a*x; t = s - y; z = t**2"
    values = {"a": 2.0, "x": 3.0, "y": 4.0}
    a, x, y = ac.leaves(**values)
    for what in (text, lambda a, x, y: (a * x - y) ** 2, (a * x - y) ** 2):
        assert "rankdir=TB" in ac.live(what, **values).graph.source
    assert "rankdir=LR" in ac.live(ac.graph(text, **values), **values).graph.source
