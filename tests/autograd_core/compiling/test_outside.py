"""What a function reads, changes and draws outside of itself: a program does the same, or eager code does."""

import random
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

import autograd_core as ac
import nn
import optim
from autograd_core import Tensor
from tests.autograd_core.compiling.twins import agree, alike

X = np.random.default_rng(0).normal(size=(5, 3))
CALLS = [[np.arange(3.0) + k] for k in range(3)]
SCALE = 2.0


def scaled(x):
    return x * SCALE


class Lines(nn.Module):
    def __init__(self, count=1):
        self.lines = nn.ModuleList([nn.Linear(3, 3, rng=k, dtype=np.float64) for k in range(count)])
        self.calls, self.scale = 0, 1.0

    def forward(self, x):
        for line in self.lines:
            x = ac.tanh(line(x))
        return x * self.scale * SCALE


def numbers(space):
    return {key: value for key, value in vars(space).items() if not callable(value)}


# ---- what it reads -----------------------------------------------------------------------------------------


def of_a_space(f, **values):
    """A function of x and of a space whose attributes change."""

    def make():
        space = SimpleNamespace(**{k: v() if callable(v) else v for k, v in values.items()})
        return (lambda x: f(x, space)), space

    return make


READS = {
    "an attribute": (lambda x, s: x * s.a, {"a": 2.0}, lambda s, k: setattr(s, "a", k + 3.0)),
    "a whole number that becomes another kind": (
        lambda x, s: x.astype(np.float32) * s.a,
        {"a": 2},
        lambda s, k: setattr(s, "a", [2.0, np.float64(2), 2][k]),
    ),
    "a dict": (lambda x, s: x * s.a["b"], {"a": lambda: {"b": 2.0}}, lambda s, k: s.a.update(b=k + 3.0)),
    "a dict in a dict": (
        lambda x, s: x * s.a["b"]["c"],
        {"a": lambda: {"b": {"c": 2.0}}},
        lambda s, k: s.a["b"].update(c=k + 3.0),
    ),
    "an object in an object": (
        lambda x, s: x * s.a.b,
        {"a": lambda: SimpleNamespace(b=2.0)},
        lambda s, k: setattr(s.a, "b", k + 3.0),
    ),
    "a list": (lambda x, s: x * len(s.a), {"a": list}, lambda s, k: s.a.append(k)),
    "an array of one number": (
        lambda x, s: x * s.a,
        {"a": lambda: np.array(2.0)},
        lambda s, k: s.a.fill(k + 3.0),
    ),
    "an array that NumPy computes with": (
        lambda x, s: x * (s.a * 2) + s.a,
        {"a": lambda: np.ones(3)},
        lambda s, k: s.a.fill(k + 3.0),
    ),
    "an array of which a Tensor is made": (
        lambda x, s: x * Tensor(s.a) + s.a,
        {"a": lambda: np.ones(3)},
        lambda s, k: s.a.fill(k + 3.0),
    ),
    "a number of an array": (
        lambda x, s: x * s.a[0] * float(s.a[1]),
        {"a": lambda: np.ones(3)},
        lambda s, k: s.a.fill(k + 3.0),
    ),
    "an array that is replaced by its equal": (
        lambda x, s: x * s.a,
        {"a": lambda: np.array([2.0])},
        lambda s, k: (setattr(s, "a", np.array([2.0])), s.a.fill(k + 2.0)),
    ),
    "a Tensor that is replaced by its equal": (
        lambda x, s: x * s.a,
        {"a": lambda: Tensor([2.0], True)},
        lambda s, k: setattr(s, "a", Tensor([2.0], k % 2 == 0)),
    ),
}


@pytest.mark.parametrize("name", READS)
def test_what_is_read_is_what_it_is_at_the_call(name):
    f, values, change = READS[name]
    alike(of_a_space(f, **values), CALLS, between=change)


def test_names_of_modules_that_helpers_and_inner_functions_use(monkeypatch):
    def change(_, k):
        monkeypatch.setitem(globals(), "SCALE", k + 3.0)

    def reset(f):
        monkeypatch.setitem(globals(), "SCALE", 2.0)
        return f, None

    alike(lambda: reset(lambda x: scaled(x)), CALLS, between=change)
    alike(lambda: reset(partial(scaled)), CALLS, between=change)
    alike(lambda: reset(ac.grad(lambda x: (x * x * SCALE).sum())), CALLS, between=change)
    alike(lambda: reset(Lines()), CALLS, between=change)
    model = Lines()
    alike(lambda: reset(lambda x: model(x)), CALLS, between=change)


@ac.compile
def compiled_itself(x):
    return x * SCALE


def test_a_function_that_is_compiled_itself(monkeypatch):
    f = ac.compile(lambda x: compiled_itself(x) + 1)
    for scale in (2.0, 3.0):
        monkeypatch.setitem(globals(), "SCALE", scale)
        np.testing.assert_array_equal(f(X), scale * X + 1)


def test_a_method_that_is_decorated():
    class Scaled:
        def __init__(self, scale):
            self.scale = scale

        @ac.compile
        def times(self, x):
            return x * self.scale

    one, two = Scaled(2.0), Scaled(3.0)
    for _ in range(2):
        np.testing.assert_array_equal(one.times(X), one.scale * X)
        np.testing.assert_array_equal(two.times(X), 3 * X)
        one.scale += 5
    assert Scaled.times.reason is None


LINES = {
    "one more layer": lambda m, k: m.lines.append(nn.Linear(3, 3, rng=9, dtype=np.float64)),
    "another layer": lambda m, k: m.lines.__setitem__(0, nn.Linear(3, 3, rng=k, dtype=np.float64)),
    "another parameter": lambda m, k: setattr(m.lines[0], "weight", nn.Parameter(np.full((3, 3), k + 1.0))),
    "other numbers": lambda m, k: setattr(m.lines[0].weight, "data", np.full((3, 3), k + 1.0)),
    "an attribute": lambda m, k: setattr(m, "scale", k + 2.0),
    "frozen": lambda m, k: m.requires_grad_(k % 2 == 1),
    "dtype": lambda m, k: m.astype([np.float32, np.float64][k % 2]),
}


@pytest.mark.parametrize("name", LINES)
def test_modules_that_change(name):
    def make():
        model = Lines(2)
        return model, model

    alike(make, CALLS, between=LINES[name], sweep=True, state=lambda m: [p.grad for p in m.parameters()])


def test_an_inner_layer_that_changes_its_mode():
    def make():
        model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5)).astype(np.float64)
        return model, model

    def change(model, k):
        model[1 + k % 2].train(k > 1)

    alike(make, [[X + k] for k in range(5)], between=change, state=lambda m: m.state_dict())


def test_a_weight_that_is_read_without_a_call_of_its_layer():
    class Tied(nn.Module):
        def __init__(self):
            self.words = nn.Embedding(4, 3, rng=0, dtype=np.float64)

        def forward(self, x):
            return x @ self.words.weight.T

    def make():
        model = Tied()
        return model, model

    change = lambda m, k: setattr(m.words, "weight", nn.Parameter(np.full((4, 3), k + 1.0)))
    alike(make, CALLS, between=change)


def test_attributes_that_it_does_not_read_may_change():
    """A history beside the step is no reason to trace again."""
    traced = []

    class Loop:
        def __init__(self):
            self.scale, self.history, self.n = 2.0, [], 0

        def step(self, x):
            traced.append(1)
            return x * self.scale

        def run(self, step):
            for k in range(4):
                self.history.append(step(np.full(3, float(k))).sum())
                self.n += 1

    loop = Loop()
    loop.run(ac.compile(loop.step))
    assert loop.history == [0, 6, 12, 18]
    assert len(traced) == 1


def test_an_attribute_that_is_left_and_read():
    """What a call leaves in an attribute may be what the next one reads."""

    class Remembering:
        def __init__(self):
            self.h, self.last, self.cache = np.zeros(3), None, None

        def moving(self, x):
            self.h = self.h * 0.5 + x
            return self.h

        def leaving(self, x):
            self.last = x * 2
            return x

        def caching(self, x):
            if self.cache is None:
                self.cache = x * 2
            return x + self.cache

        def forgetting(self, x):
            self.h = None
            return x

    def method(name):
        own = Remembering()
        return getattr(own, name), own

    show = lambda own: [own.h, own.last, own.cache]
    alike(lambda: method("moving"), CALLS, state=show, compiles="changes the attribute h")
    alike(lambda: method("caching"), CALLS, state=show)
    alike(lambda: method("leaving"), CALLS, state=show)
    alike(lambda: method("forgetting"), CALLS, state=show)


# ---- what it changes and draws -----------------------------------------------------------------------------


def writing_and_reading(x, s):
    s.a[...] = 0
    y = s.a + x
    s.a[...] = 1
    return y + s.a * x


def counting(x, s):
    s.a[0] += 1
    return x * s.a[0]


def counting_up(x, s):
    s.a += 1
    return x * s.a


def keeping(x, s):
    s.a.append(x * 2)
    return x


def drawing(x, s):
    return x * s.a.random()


def _into(x, s):
    np.multiply(x, 2, out=s.a)
    return s.a + 1


EAGER = {
    "an array that is written to after it was read": (
        writing_and_reading,
        lambda: np.zeros(3),
        "writes to an",
    ),
    "a counter in a list": (counting, lambda: [0], "changes a list"),
    "a counter": (counting_up, 0, "changes the attribute a"),
    "a list of traced values": (keeping, list, "puts a traced value into a list"),
    "a generator of its own": (drawing, lambda: np.random.default_rng(0), "draws random numbers"),
    "an iterator": (lambda x, s: x * next(s.a), lambda: iter([1.0, 2.0, 3.0]), "reads an iterator"),
    "out= from outside": (_into, lambda: np.zeros(3), "out="),
    "a result from outside": (lambda x, s: x * s.a, lambda: Tensor([2.0], True) * 2, "recorded outside"),
}


@pytest.mark.parametrize("name", EAGER)
def test_what_no_program_can_repeat_is_done_eagerly(name):
    f, value, why = EAGER[name]
    shown = lambda s: None if name in ("an iterator", "a generator of its own") else s.a
    alike(of_a_space(f, a=value), CALLS, compiles=why, state=shown)


@pytest.mark.parametrize("draw", [random.random, np.random.random], ids=["random", "numpy.random"])
def test_random_numbers_of_python_and_of_the_old_functions(draw):
    def make():
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002
        return (lambda x: x * draw()), None

    alike(make, CALLS, compiles="draws random numbers")


def test_a_generator_among_the_arguments():
    for draw in (lambda x, rng: x * rng.random(), lambda x, rng: x + rng.normal(size=3)):
        one, two = np.random.default_rng(5), np.random.default_rng(5)
        f = ac.compile(draw)
        agree([f(x, one) for (x,) in CALLS], [draw(x, two) for (x,) in CALLS])
        assert one.random() == two.random()


def test_a_question_whose_refusal_is_caught_is_not_forgotten():
    def f(x):
        try:
            return x * float(x.sum())
        except Exception:
            return x

    with pytest.raises(ac.CompileError, match=r"float\(\)"):
        ac.compile(f)(np.ones(3))


def test_lists_and_attributes_are_put_back_before_eager_code_runs():
    log, space = [], SimpleNamespace(n=0)

    def f(x):
        log.append("called")
        space.n += 1
        return x

    ac.compile(f)(np.ones(3))
    assert (log, space.n) == (["called"], 1)


@pytest.mark.parametrize("inside", [False, True])
def test_anomalies_are_looked_for(inside):
    def f(x):
        if not inside:
            return ac.log(x).sum()
        with ac.detect_anomaly():
            y = ac.log(x).sum()
            y.backward()
        return y

    program = ac.compile(f)
    program(Tensor([1.0, 2.0], True))
    block = ac.enable_grad() if inside else ac.detect_anomaly()
    with np.errstate(invalid="ignore"), block, pytest.raises(ac.AnomalyError):
        program(Tensor([-1.0, 2.0], True)).backward()
    assert "detect_anomaly" in program.reason


def test_a_program_comes_back_when_the_hooks_are_gone():
    model = nn.Linear(3, 2, rng=0)
    f, seen = ac.compile(model), []
    f(X)
    hook = model.register_forward_hook(lambda *_: seen.append(1))
    f(X)
    assert "has hooks" in f.reason
    hook.remove()
    handle = model.weight.register_hook(lambda g: seen.append(2))
    f(X).sum().backward()
    assert "has hooks" in f.reason
    handle.remove()
    f(X)
    assert f.reason is None
    assert seen == [1, 2]


def test_a_call_that_fails_is_no_reason_for_the_next():
    f = ac.compile(lambda x, n: np.reshape(x, n))
    for _ in range(2):
        with pytest.raises(ValueError, match="reshape"):
            f(np.ones(6), (2, 2))
        assert f(np.ones(6), (2, 3)).shape == (2, 3)
    assert f.reason is None


# ---- arguments and gradients -------------------------------------------------------------------------------


def test_a_tensor_as_an_array():
    leaf = Tensor([2.0, 3.0], True)
    for f in (
        lambda x: x.numpy() * 2,
        lambda x: x.detach().numpy(),
        lambda x: leaf.numpy() + x,
        lambda x: leaf.data * 1.0,
    ):
        alike(lambda f=f: (f, None), [[Tensor([1.0, 2.0], True)], [Tensor([5.0, 6.0], True)]])


def test_names_of_results_stay():
    f = ac.compile(lambda x: (x * 2).named("twice"))
    assert f(Tensor(X)).name == f(Tensor(X, True)).name == "twice"


def test_gradients_of_arguments_add_up():
    def f(x):
        (x * x).sum().backward()
        return x.grad * 1.0

    program, x = ac.compile(f), Tensor(X, True)
    for n in (1, 2, 3):
        np.testing.assert_allclose(program(x), 2 * n * X)
        np.testing.assert_allclose(x.grad, 2 * n * X)
    assert program.reason is None


def test_what_no_gradient_reaches_has_none():
    f = lambda x, y: ac.where(x > y, y, 2 * y).sum()
    alike(lambda: (f, None), [[Tensor(X, True), Tensor(X[::-1], True)]] * 2, sweep=True)


def moved_number(x):
    before = x
    x += 1.0
    return before, x


def moved_array(x):
    before = x.reshape(-1)
    x *= 2.0
    return before + 1.0


def moved_sum(x):
    s = x.sum()
    before = s
    s += 1
    return before, s


def test_numbers_are_not_written_to_and_arrays_of_the_caller_are():
    for f, make in ((moved_number, lambda: 1.0), (moved_sum, X.copy), (moved_number, lambda: np.float64(2))):
        alike(lambda f=f: (f, None), [[make()], [make()]])
    for f in (moved_number, moved_array):
        one, two, program = X.copy(), X.copy(), ac.compile(f)
        agree(program(one), f(two))
        agree(one, two)
        assert program.reason == "it writes to an argument"


def test_an_argument_that_is_given_twice():
    f = ac.compile(lambda a, b: (a * b).sum().backward())
    x, y = Tensor(X, True), Tensor(X, True)
    f(x, y)
    assert f.reason is None
    y.zero_grad()
    x.zero_grad()
    f(x, x)
    np.testing.assert_allclose(x.grad, 2 * X)
    assert "given twice" in f.reason


def test_an_argument_that_the_function_writes_to():
    W = Tensor(X, True)

    def f(a):
        W.zero_grad()
        with ac.no_grad():
            W.data -= 1.0
        (a * W).sum().backward()
        return (a * 1.0).sum()

    program = ac.compile(f)
    program(Tensor(X))
    assert program.reason is None
    before = W.numpy()
    np.testing.assert_allclose(program(W).item(), (before - 1).sum())
    np.testing.assert_allclose(W.grad, 2 * (before - 1))
    assert "what the function changes" in program.reason


@pytest.mark.parametrize("by", ["optimizer", "hand"])
def test_only_the_update_is_compiled(by):
    def make():
        W = Tensor(X, True)
        opt = optim.Adam([W], lr=0.1)

        def update():
            with ac.no_grad():
                W.data -= 0.1 * W.grad

        return (opt.step if by == "optimizer" else update), W

    def change(W, k):
        W.zero_grad()
        (W * W * k).sum().backward()

    def first():
        f, W = make()
        change(W, 1)
        return f, W

    alike(first, [[]] * 4, between=change, state=lambda W: W.numpy())


def test_gradients_are_read_before_they_are_forgotten():
    def make():
        W = Tensor(X, True)
        W.grad = np.ones_like(X)

        def f(k):
            old = W.grad * k
            W.zero_grad()
            (W * W).sum().backward()
            return old

        return f, W

    alike(make, [[k] for k in (1.0, 2.0, 3.0)], state=lambda W: W.grad)


def test_gradients_inside_by_arrays_from_outside():
    W = np.ones((3, 2))
    f = ac.value_and_grad(lambda W, x: (ac.tanh(x @ W) ** 2).sum())
    alike(lambda: ((lambda x: f(W, x)), None), [[X], [X + 1]])
    alike(lambda: ((lambda x: ac.grad(lambda a: (a * x).sum())(2.0)), None), [[X], [X + 1]])


def test_arrays_that_are_not_traced():
    for f, argument in (
        (lambda x, c: x * np.abs(c), X + 1j),
        (lambda x, c: x * (c == "a"), np.array(["a", "b", "a"])),
    ):
        alike(lambda f=f: (f, None), [[X, argument], [X, argument[::-1]]], compiles="an argument is a")


def test_a_part_of_a_graph_that_was_swept_inside():
    W = Tensor(X, True)

    def f(x):
        h = W * x
        (h * h).sum().backward()
        return h.sum() * 2

    y = ac.compile(f)(X)
    with pytest.raises(ac.ReleasedGraphError):
        y.backward()


def test_a_checkpoint_inside():
    def make():
        model = Lines(2)
        return (lambda x: ac.checkpoint(model, x)), model

    calls = [[Tensor(X, True)], [Tensor(X + 1, True)]]
    alike(make, calls, sweep=True, state=lambda m: [p.grad for p in m.parameters()])


# ---- counters ----------------------------------------------------------------------------------------------


class Calls(nn.Module):
    number = 0  # of the class, until a call covers it

    def __init__(self):
        self.line = nn.Linear(3, 3, rng=0, dtype=np.float64)

    def forward(self, x):
        self.number += 1
        return self.line(x) * self.number


def test_an_attribute_that_only_the_class_has():
    model = Calls()

    def make():
        model.__dict__.pop("number", None)
        return model, model

    alike(make, CALLS, state=lambda m: m.number, compiles="changes the attribute number of Calls")
    assert model.number == 3


def in_a_variable(change):
    """A function that changes a variable of its own, and what shows it."""

    def make():
        n, total, calls = 0, 0.0, []

        def deciding(x):
            nonlocal n
            n += 1
            return x * 2 if n % 2 else x * 3

        def multiplying(x):
            nonlocal n
            n += 1
            return x * n

        def adding(x):
            nonlocal total
            total = total + (x * x).sum()
            return x

        def growing(x):
            calls.append(1)
            return x * len(calls)

        def failing(x):
            nonlocal n
            n += 1
            if n > 1:
                raise ValueError("once only")
            return x

        def only_counting(x):
            nonlocal n
            n += 1
            return x * 2

        return locals()[change], lambda: [n, np.asarray(total), list(calls)]

    return make


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("deciding", "it changes the variable n, and that decides what it computes"),
        ("multiplying", "it changes the variable n, and that decides"),
        ("adding", "it leaves a traced value in the variable total"),
        ("growing", "it changes a list, and that decides"),
        ("failing", "it changes the variable n, and that decides"),
    ],
)
def test_a_variable_that_decides_what_the_next_call_does(change, reason):
    alike(in_a_variable(change), CALLS, state=lambda now: now(), compiles=reason)


def test_a_counter_that_decides_nothing_counts_traces():
    f, now = in_a_variable("only_counting")()
    g = ac.compile(f)
    for _ in range(3):
        np.testing.assert_array_equal(g(np.ones(2)), [2, 2])
    assert g.reason is None
    assert now()[0] == 1
    g(np.ones(3))
    assert now()[0] == 2


def test_random_tensors_are_drawn_at_every_call():
    def make():
        return (lambda x: ac.rand(*x.shape) * x + ac.randn(x.shape, dtype=np.float32, rng=None)), None

    alike(make, CALLS)
    alike(lambda: ((lambda x: x * ac.rand()), None), CALLS)
