"""LBFGS: against torch, evaluation for evaluation, and what its line search promises."""

import numpy as np
import pytest

import nn
import optim
from autograd_core import Tensor
from optim.line_search import C1, C2, Point, strong_wolfe


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def ours(f, start, steps, **options):
    """Per step: the loss before it, the calls of the closure so far, the parameters."""
    p, calls, track = Tensor(start, True), [], []
    opt = optim.LBFGS([p], **options)

    def closure():
        calls.append(1)
        opt.zero_grad()
        loss = f(p)
        loss.backward()
        return loss

    for _ in range(steps):
        track.append((opt.step(closure).item(), len(calls), p.numpy()))
    return track


def torchs(f, start, steps, **options):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    p, calls, track = torch.tensor(start, dtype=torch.float64, requires_grad=True), [], []
    opt = torch.optim.LBFGS([p], **options)

    def closure():
        calls.append(1)
        opt.zero_grad()
        loss = f(p)
        loss.backward()
        return loss

    for _ in range(steps):
        track.append((opt.step(closure).item(), len(calls), p.detach().numpy().copy()))
    return track


FUNCTIONS = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "quadratic": (lambda p: p[0] ** 2 + 100 * p[1] ** 2 + p[0] * p[1] - p[1], [10.0, 1.0]),
    "flat": (lambda p: (p[0] - 1) ** 4 + (p[0] * p[1] - 1) ** 2, [3.0, -1.0]),
}
OPTIONS = [
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 2},
    {"line_search_fn": "strong_wolfe", "max_iter": 2, "max_eval": 2, "lr": 0.1},
    {"line_search_fn": "strong_wolfe", "max_iter": 100, "tolerance_grad": 1e-3, "lr": 3.0},
    {"line_search_fn": "strong_wolfe", "max_iter": 100, "tolerance_change": 1e-2},
    {"lr": 0.01, "max_iter": 7},
    {"lr": 0.1, "max_iter": 5, "history_size": 3},
    {"lr": 0.1, "max_iter": 5, "max_eval": 3},
    {"lr": 0.1, "max_iter": 1},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_goes_as_torchs(name, options):
    f, start = FUNCTIONS[name]
    track = zip(ours(f, start, 6, **options), torchs(f, start, 6, **options), strict=True)
    for (loss, calls, p), (their_loss, their_calls, theirs) in track:
        assert calls == their_calls
        assert loss == pytest.approx(their_loss, rel=1e-6, abs=1e-12)
        np.testing.assert_allclose(p, theirs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_a_small_net_goes_as_torchs(search):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2)).double()
    model = nn.Sequential(nn.Linear(3, 5, dtype=np.float64), nn.Tanh(), nn.Linear(5, 2, dtype=np.float64))
    state = {name: rng.normal(size=tuple(value.shape)) for name, value in theirs.state_dict().items()}
    theirs.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    model.load_state_dict(state, layout="torch")
    options = {"lr": 0.2 if search is None else 1.0, "max_iter": 5, "line_search_fn": search}
    opt, their_opt = (
        optim.LBFGS(model.parameters(), **options),
        torch.optim.LBFGS(theirs.parameters(), **options),
    )

    def closure():
        opt.zero_grad()
        loss = ((model(x) - t) ** 2).mean()
        loss.backward()
        return loss

    def their_closure():
        their_opt.zero_grad()
        loss = ((theirs(torch.tensor(x)) - torch.tensor(t)) ** 2).mean()
        loss.backward()
        return loss

    for _ in range(8):
        assert opt.step(closure).item() == pytest.approx(their_opt.step(their_closure).item(), rel=1e-9)
    for name, value in theirs.state_dict().items():
        np.testing.assert_allclose(
            model.state_dict(layout="torch")[name], value.numpy(), rtol=1e-7, atol=1e-9, err_msg=name
        )


def test_it_finds_the_minimum_of_rosenbrocks_valley():
    *_, (_, calls, p) = ours(
        rosenbrock, [-1.2, 1.0], 3, line_search_fn="strong_wolfe", tolerance_change=1e-12
    )
    np.testing.assert_allclose(p, [1, 1], rtol=1e-6)
    assert calls < 60


def test_of_a_quadratic_function_the_curvature_is_found_exactly():
    """After as many pairs as axes, H is the inverse Hessian, and a full step ends at the minimum."""
    a = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]])
    b = np.array([1.0, -2.0, 3.0])
    p = Tensor(np.zeros(3), True)
    opt = optim.LBFGS([p], max_iter=30, line_search_fn="strong_wolfe", tolerance_change=1e-14)

    def closure():
        opt.zero_grad()
        loss = 0.5 * (p @ a @ p) - b @ p
        loss.backward()
        return loss

    opt.step(closure)
    np.testing.assert_allclose(p.numpy(), np.linalg.solve(a, b), rtol=1e-6)


LINES = {
    "parabola": (lambda t: (t - 3) ** 2, lambda t: 2 * (t - 3)),
    "bump": (lambda t: -t / (t**2 + 2), lambda t: (t**2 - 2) / (t**2 + 2) ** 2),
    "cosh": (lambda t: np.cosh(min(t, 300) / 5) - t, lambda t: np.sinh(min(t, 300) / 5) / 5 - 1),
    "flat": (lambda t: (t - 1) ** 4 - 1, lambda t: 4 * (t - 1) ** 3),
    "waves": (lambda t: np.cos(3 * t + 1) - 0.1 * t, lambda t: -3 * np.sin(3 * t + 1) - 0.1),
    "narrow": (lambda t: abs(t - 2) ** 1.1, lambda t: 1.1 * np.sign(t - 2) * abs(t - 2) ** 0.1),
    "steep": (lambda t: np.exp(min(t, 50)) - 20 * t, lambda t: np.exp(min(t, 50)) - 20),
}
line = pytest.mark.parametrize(("value", "slope"), LINES.values(), ids=list(LINES))


def on(value, slope):
    return lambda t: Point(t, float(value(t)), np.array([slope(t)]), float(slope(t)))


@pytest.mark.parametrize("t", [1e-6, 0.01, 1.0, 50.0])
@line
def test_the_line_search_keeps_its_promise(value, slope, t):
    at = on(value, slope)
    start = at(0.0)
    point = strong_wolfe(at, start, t, narrow=1e-12, trials=25)
    assert point.value <= start.value + C1 * point.t * start.slope
    assert abs(point.slope) <= C2 * abs(start.slope)


@pytest.mark.parametrize("trials", [0, 1, 2, 3, 25])
@pytest.mark.parametrize("t", [1e-6, 0.01, 1.0, 5.9, 50.0])
@line
def test_the_line_search_is_torchs(value, slope, t, trials):
    """With narrower conditions, so that the interval is made smaller several times."""
    lbfgs = pytest.importorskip("torch.optim.lbfgs", reason="torch is an optional oracle")
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    at, tried = on(value, slope), []

    def counted(t):
        tried.append(t)
        return at(t)

    start = at(0.0)
    point = strong_wolfe(counted, start, t, narrow=1e-9, trials=trials, flatness=0.01)

    def evaluate(x, t, d):
        return float(value(float(t))), torch.tensor([float(slope(float(t)))], dtype=torch.float64)

    g, d = torch.tensor(start.gradient), torch.ones(1, dtype=torch.float64)
    _, _, theirs, calls = lbfgs._strong_wolfe(
        evaluate, None, t, d, start.value, g, g.dot(d), c2=0.01, tolerance_change=1e-9, max_ls=trials
    )
    assert len(tried) == calls
    assert point.t == pytest.approx(float(theirs), rel=1e-9)


def test_a_flat_point_that_is_not_lower_is_not_taken():
    """It is higher than the start by less than c₁ t |φ'(0)|."""
    points = {0.0: (0.0, -1.0), 1.0: (5e-5, 0.0)}

    def at(t):
        value, slope = points.get(t, (-0.1, 0.0))
        return Point(t, value, np.array([slope]), slope)

    assert 0 < strong_wolfe(at, at(0.0), 1.0, narrow=1e-12, trials=25).t < 1


def test_the_line_search_comes_back_from_where_there_is_no_number():
    for beyond in (np.nan, np.inf):

        def at(t, beyond=beyond):
            value = (t - 1) ** 2 if t < 2 else beyond
            return Point(t, value, np.array([2 * (t - 1)]), 2 * (t - 1) if t < 2 else beyond)

        assert 0 < strong_wolfe(at, at(0.0), 64.0, narrow=1e-12, trials=25).t < 2


def test_a_gradient_that_is_no_number_moves_nothing():
    p = Tensor([1.0], True)
    opt = optim.LBFGS([p])

    def closure():
        p.grad = [float("nan")]
        return Tensor(float("nan"))

    opt.step(closure)
    assert p.tolist() == [1.0]


def test_it_needs_a_closure_that_returns_the_loss():
    p = Tensor([1.0], True)
    opt = optim.LBFGS([p])
    with pytest.raises(TypeError, match=r"LBFGS\.step needs a closure"):
        opt.step()
    p.grad = [1.0]
    with pytest.raises(TypeError, match="the closure returned None; let it return the loss"):
        opt.step(lambda: None)


def test_it_has_one_group():
    p, q = Tensor([1.0], True), Tensor([1.0], True)
    with pytest.raises(ValueError, match="all parameters are in one group"):
        optim.LBFGS([{"params": [p]}, {"params": [q]}])
    opt = optim.LBFGS([{"params": [p], "lr": 0.5}])
    assert opt.lr == 0.5
    with pytest.raises(ValueError, match="all parameters are in one group"):
        opt.add_param_group({"params": [q]})


def test_where_the_gradient_is_0_it_ends_at_once():
    (loss, calls, p), *_ = ours(lambda p: (p * p).sum(), [0.0, 0.0], 1)
    assert (loss, calls, p.tolist()) == (0.0, 1, [0.0, 0.0])


def test_the_history_is_as_long_as_it_is_allowed_to_be():
    p = Tensor([-1.2, 1.0], True)
    opt = optim.LBFGS([p], max_iter=10, history_size=4, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = rosenbrock(p)
        loss.backward()
        return loss

    opt.step(closure)
    assert len(opt.state_dict()["curvature"]["pairs"]) == 4
    opt.param_groups[0]["history_size"] = 2
    opt.step(closure)
    assert len(opt.state_dict()["curvature"]["pairs"]) == 2


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda s: s.pop("curvature"), 'the state has no "curvature"'),
        (lambda s: s.update(curvature=3), '"curvature" has gradient, move, scale, pairs, got 3'),
        (lambda s: s["curvature"].pop("move"), '"curvature" has gradient, move, scale, pairs'),
        (lambda s: s["curvature"].update(gradient=np.ones(3)), "gradient of the curvature is a vector of 2"),
        (lambda s: s["curvature"].update(move=["a", "b"]), "move of the curvature is a vector of 2 numbers"),
        (lambda s: s["curvature"].update(scale=-1.0), "scale of the curvature is a number above 0"),
        (lambda s: s["curvature"].update(scale="a"), "scale of the curvature is a number above 0, got 'a'"),
        (lambda s: s["curvature"].update(pairs=3), "pairs of the curvature is a list of threes, got 3"),
        (lambda s: s["curvature"]["pairs"].append([1]), "pairs of the curvature is a list of threes"),
        (lambda s: s["curvature"]["pairs"][0].__setitem__(0, np.ones(3)), "a move of the curvature"),
        (lambda s: s["curvature"]["pairs"][0].__setitem__(2, np.nan), "a weight of the curvature"),
        (lambda s: s["param_groups"][0].update(lr=-1), "lr is at least 0"),
        (lambda s: s["state"][0].pop("t"), "number of updates"),
    ],
)
def test_a_wrong_state_is_refused_and_changes_nothing(change, text):
    p = Tensor([-1.2, 1.0], True)
    opt = optim.LBFGS([p], max_iter=5, line_search_fn="strong_wolfe")

    def closure():
        opt.zero_grad()
        loss = rosenbrock(p)
        loss.backward()
        return loss

    opt.step(closure)
    before, wrong = opt.state_dict(), opt.state_dict()
    change(wrong)
    with pytest.raises(ValueError, match=text):
        opt.load_state_dict(wrong)
    np.testing.assert_equal(opt.state_dict(), before)
    with pytest.raises(TypeError, match="takes the dict"):
        opt.load_state_dict(None)
