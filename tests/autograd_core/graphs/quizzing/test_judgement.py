"""Answers to quizzes: what is right, what is right as a number, and which mistake a wrong one looks like."""

from dataclasses import replace

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.graphs.quizzing.grammar import SlipError, read
from autograd_core.graphs.quizzing.points import Point
from autograd_core.graphs.quizzing.words import LANGUAGES, Words

LECTURE = "s = a*x; t = s - y; z = t**2"
H = "h = -y*log(p) - (1 - y)*log(1 - p); p = 1/(1 + s); s = exp(-x)"


def lecture(**settings):
    return ac.graph(LECTURE, a=2, x=3, y=4).quiz(**settings)


def entropy(**settings):
    return ac.graph(H, x=0.7, y=0.25, fold="unnamed").quiz(**settings)


def meeting(**settings):
    """Two routes from x: 3 + 5."""
    return ac.graph("u = 3*x; v = 5*x; z = u + v", x=2).quiz(**settings)


def layer(**settings):
    """Row 3.7: an affine layer with relu and the mean of squares."""
    rng = np.random.default_rng(1)
    leaves = {"X": rng.normal(size=(4, 3)), "W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
    X, W, b = ac.leaves(**leaves)
    Y = X @ W + b
    E = ac.mean(ac.relu(Y) ** 2)
    return ac.graph({"E": E}, names={"Y": Y, "X": X, "W": W, "b": b}).quiz(**settings)


def network(**settings):
    model = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
    return ac.graph(model, (8, 5)).quiz(**settings)


def square(**settings):
    """Everything is square, so that shapes alone tell nothing."""
    rng = np.random.default_rng(2)
    A, B = ac.leaves(A=rng.normal(size=(3, 3)), B=rng.normal(size=(3, 3)))
    C = A @ B
    return ac.graph({"E": ac.sum(C * C)}, names={"A": A, "B": B, "C": C}).quiz(**settings)


def pointwise(**settings):
    rng = np.random.default_rng(3)
    (x,) = ac.leaves(x=rng.normal(size=(2, 3)))
    y = ac.tanh(x)
    return ac.graph({"E": ac.mean(y * y)}, names={"x": x, "y": y}).quiz(**settings)


def softmax(**settings):
    (X,) = ac.leaves(X=np.random.default_rng(4).normal(size=(4, 3)))
    return ac.graph({"S": ac.softmax(X, axis=1)}, names={"X": X}).quiz(**settings)


def normalised(**settings):
    """Row 7.2: batch normalisation, whose rule is written with what it works out on its way."""
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    return ac.graph(model, (6, 5)).quiz(**settings)


QUIZZES = {
    "lecture local": lecture,
    "lecture grad": lambda: lecture(hide="grad"),
    "entropy local": entropy,
    "entropy grad": lambda: entropy(hide="grad"),
    "meeting local": meeting,
    "meeting grad": lambda: meeting(hide="grad"),
    "layer local": layer,
    "layer grad": lambda: layer(hide="grad"),
    "network local": network,
    "network grad": lambda: network(hide="grad"),
    "network shapes": lambda: network(hide="shapes"),
    "layer shapes": lambda: layer(hide="shapes"),
    "square local": square,
    "pointwise local": pointwise,
    "pointwise grad": lambda: pointwise(hide="grad"),
    "softmax local": softmax,
    "normalised local": normalised,
    "without numbers": lambda: ac.graph(LECTURE).quiz(),
    "japanese": lambda: lecture(language="ja"),
}

TABLE = {
    # Row 3.4-2: the local derivatives 2t, −1, 1, x, a
    "lecture local": {
        "dz/dt": {
            "right": [
                *("2t", "2*t", "t*2", "2 t", "2·t", "t+t", "2×t", "t 2", "(2)(t)", "2 t^1", "t²·2/t", "2t¹"),
                *("2(a x - y)", "2(ax−y)", "2*s - 2*y", "-−2t", "2t + 0", "2t**1"),
                *("e^(log 2) t", "2t*e^0", "4·½t", "(t+1)²−t²−1"),
            ],
            "right here": ["4", "4.0", "2²", "8/2", "3+1", "4.002"],
            "sign": ["-2t", "−2t", "-4"],
            "half": ["t"],
            "missing": ["2"],
            "double": ["4t", "8"],
            "reciprocal": ["1/(2t)", ".25"],
            "value": ["t²", "z", "t*t"],
            "chance": ["t+2", "√(4t²)", "|2t|", "exp(ln(2t))"],
            "wrong": ["a+x"],
            "wrong text": ["5"],
            "constant": ["3t"],
            "unknown": ["2q", "2tq", "k", "∂z/∂q"],
            "stops unread": ["2t+", "2^", "2*-", "("],
            "expected unread": ["(2t", "2(t", "|t"],
            "end unread": ["2t)", "2t]", "2t, 3"],
            "sign unread": ["2t;", "2%t", "$", "2t {", ")"],
            "nothing": ["", "   "],
        },
        "∂s/∂a": {
            "right": ["x", "x+0", "s/a", "1x"],
            "right here": ["3"],
            "other": ["a", "2"],
            "accumulated": ["2t x", "12", "2x(ax-y)", "∂z/∂a"],
            "value": ["s", "a x"],
        },
        "∂t/∂y": {"right": ["-1", "−1", "-t/t"], "sign": ["1", "+1"]},
    },
    # Row 3.4-3: the accumulated products 2t, −2t, 2t, 2xt, 2at
    "lecture grad": {
        "a": {
            "right": ["2t x", "2x(ax−y)", "2xt", "∂z/∂s · x", "ds x", "G x"],
            "right here": ["12"],
            "inner": ["2t", "4"],
            "local only": ["x", "3"],
            "gradient of": ["2ta", "8"],
            "circular": ["∂z/∂a", "da", "2∂z/∂a - da"],
            "sign": ["-2tx"],
        },
        "y": {"right": ["-2t", "−4t/2"], "right here": ["-4"], "sign": ["2t", "4"]},
        "z": {"right": ["1", "∂z/∂z*0+1"][:1]},
    },
    # Row 3.4-6
    "entropy local": {
        "dp/ds": {
            "right": ["-1/(1+s)²", "-1/(1+s)^2", "−p²", "-p**2", "-(1+s)^-2", "−(1+e^-x)⁻²"],
            "sign": ["1/(1+s)²", "p²"],
            "reciprocal": ["-(1+s)²"],
        },
        "ds/dx": {
            "right": ["-e^-x", "-exp(-x)", "−s", "-1/e^x", "-e**(-x)"],
            "sign": ["e^-x", "s", "exp(−x)"],
        },
    },
    "meeting grad": {
        "x": {"right": ["3+5", "3du + 5dv", "8"], "route": ["3", "5"], "half": ["4"], "double": ["16"]},
    },
    # Row 3.7: rules of arrays
    "layer local": {
        "X": {
            "right": [
                *("G Wᵀ", "G @ W.T", "dY W^T", "· Wᵀ", "ḡ·Wᵀ", "G·W'", "G W**T", "∂E/∂Y Wᵀ", "dY@W.T", "Wᵀ"),
                *("(W Gᵀ)ᵀ", "transpose(W Gᵀ)"),
            ],
            "transpose": ["G W"],
            "shape wrong": ["W"],
            "order": ["Wᵀ G", "W.T @ G"],
            "sign": ["-G Wᵀ"],
            "double": ["2 G Wᵀ"],
            "misfit": ["G X W"],
        },
        "W": {
            "circular": ["∂E/∂W", "dW"],
            "right": ["Xᵀ G", "X.T @ G", "Xᵀ ·", "X^T dY", "Xᵀ"],
            "order": ["G Xᵀ"],
            "transpose": ["X G"],
            "size under": ["Xᵀ G/4"],
            "size over": ["4 Xᵀ G"],
        },
        "b": {
            "right": [
                "sum(G, axis 0)",
                "sum axis 0",
                "sum(G,0)",
                "sum(dY, axis=0)",
                "sum(ḡ, axis -2)",
                "sum(Gᵀ, 1)",
            ],
            "sum": ["G", "dY"],
            "size under": ["mean(G, 0)"],
            "axis other": ["sum(G, 1)", "sum(G, 2)"],
            "axes wrong": ["2 sum(G, 3)"],
        },
    },
    "square local": {
        "A": {"right": ["G Bᵀ", "dC B^T"], "order": ["Bᵀ G"], "transpose": ["G B"], "transposed": ["B Gᵀ"]},
    },
    "pointwise local": {
        "x": {
            "right": [
                "G(1-y²)",
                "· (1 − y²)",
                "⊙ (1 − y²)",
                "1-y^2",
                "ḡ ⊙ (1 − tanh(x)²)",
                "G*(1-y*y)",
                "dy (1-y²)",
            ]
        },
    },
    "softmax local": {
        "X": {
            "right": ["S (G - sum(G S, axis 1))", "S*G - S*sum(S*G, 1)"],
            "sign": ["S*(sum(G*S, axis 1) - G)"],
            "passed": ["G"],
        },
    },
    "network shapes": {
        "x": {
            "right": ["(8, 5)", "(N, K)", "N,K", "8 5", "8×5", "[8,5]", "n, k", "(8,5,)"],
            "reversed": ["(5, 8)", "K N"],
            "axis missing": ["(5,)", "K", "(8)"],
            "axis extra": ["(8, 5, 3)"],
            "axis wrong": ["(8, 4)", "(N, L)"],
            "axes count": ["(1, 2, 3)"],
            "unknown": ["(Z, K)"],
            "no shape": ["foo?", "(8.5)"],
            "nothing": [""],
        },
    },
    "without numbers": {
        "dz/dt": {"right": ["2t", "2(ax-y)"], "wrong text": ["4"], "sign": ["-2t"], "half": ["t"]},
    },
}
ROWS = [
    (quiz, place, kind, typed)
    for quiz, places in TABLE.items()
    for place, kinds in places.items()
    for kind, answers in kinds.items()
    for typed in answers
]


@pytest.fixture(scope="module")
def made():
    known = {}

    def make(name):
        if name not in known:
            known[name] = QUIZZES[name]()
        return known[name]

    return make


def at(quiz, name):
    """The place of a card or wire: what is asked, or the value that a rule leads back to."""
    found = [
        q.place
        for q in quiz.questions
        if name in (q.asked, q.asked.removeprefix("back to "), q.asked.rpartition("∂")[2])
    ]
    assert len(found) == 1, (name, [q.asked for q in quiz.questions])
    return found[0]


@pytest.mark.parametrize(
    ("quiz", "place", "kind", "typed"), ROWS, ids=[f"{i}-{row[3] or 'nothing'}" for i, row in enumerate(ROWS)]
)
def test_the_judgement(made, quiz, place, kind, typed):
    verdict = made(quiz).check(at(made(quiz), place), typed)
    assert verdict.kind == kind, verdict
    assert verdict.right is bool(verdict) is (kind in ("right", "right here"))
    assert "{" not in str(verdict).replace("2t {", "") or "{" in typed


@pytest.mark.parametrize("name", QUIZZES)
def test_what_belongs_in_a_box_is_right_there(made, name):
    quiz = made(name)
    assert len(quiz.answers) == len(quiz) == len(quiz.questions) > 0
    for q in quiz.questions:
        first = q.formula or q.worth
        assert quiz.check(q.place, first).right, (q.asked, first)
        assert quiz.check(q.place, q.answer).right, (q.asked, q.answer)
        if q.worth and name != "without numbers":
            assert quiz.check(q.place, q.worth).right, (q.asked, q.worth)


@pytest.mark.parametrize("name", [n for n in QUIZZES if "shapes" not in n])
def test_every_printed_formula_can_be_read_and_is_equal(made, name):
    """What stands on a chip is judged by its numbers, not only by being the same text."""
    quiz = made(name)
    for q in quiz.questions:
        if q.formula:
            assert quiz._judge.of(replace(q, formula="?", worth=""), q.formula).right, (q.asked, q.formula)


def test_a_place_is_found_by_all_its_names():
    quiz = lecture()
    verdicts = {str(quiz.check(place, "−1")) for place in ("d-5-1", 4, "∂t/∂y")}
    assert verdicts == {"Right."}
    with pytest.raises(KeyError, match=r"no box is called 'q'; there are d-3-0 \(∂s/∂a\)"):
        quiz.check("q", "1")
    with pytest.raises(TypeError, match="an answer is a text, got int"):
        quiz.check(1, 4)


def test_the_seed_chooses():
    whole = lecture()
    some = [lecture(seed=s, count=2) for s in range(6)]
    assert all(len(q) == 2 and set(q.answers) < set(whole.answers) for q in some)
    assert len({tuple(q.answers) for q in some}) > 1
    assert lecture(seed=3, count=2).html == some[3].html
    assert lecture().html == whole.html
    assert [q.number for q in some[0].questions] == [1, 2]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"hide": "values"}, ValueError, "hide is one of"),
        ({"count": 9}, ValueError, "count is from 1 to 5"),
        ({"count": 0}, ValueError, "count is from 1 to 5"),
        ({"count": "2"}, TypeError, "count is an integer"),
        ({"seed": 1.5}, TypeError, "seed is an integer"),
        ({"language": "de"}, ValueError, 'language is "en" or "ja"'),
        ({"hide": "shapes"}, ValueError, "no shape"),
    ],
    ids=["hide", "count", "none", "text", "seed", "language", "shapes"],
)
def test_what_cannot_be_asked_is_refused(given, error, words):
    with pytest.raises(error, match=words):
        lecture(**given)


def test_graphs_that_cannot_be_judged_are_refused():
    model = nn.Linear(100, 80)
    with pytest.raises(ValueError, match="at most 6,000; draw the same model for a smaller input"):
        ac.graph(model, (8, 100)).quiz()
    assert len(ac.graph(model, (8, 100)).quiz("shapes")) >= 4
    (x,) = ac.leaves(x=0.0)
    with pytest.raises(ValueError, match="not finite"), np.errstate(all="ignore"):
        ac.graph({"z": ac.log(x)}).quiz()
    with pytest.raises(ValueError, match="u has no values"):
        ac.graph("z = z(u); u = u(x)").quiz()


def test_grads_of_tensors_are_left_alone():
    a, x = ac.leaves(a=2.0, x=3.0)
    z = a * x
    ac.graph({"z": z}).quiz("grad")
    assert a.grad is None
    assert x.grad is None


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 500,
        "-" * 290 + "1",
        "√" * 200 + "2",
        "2^" * 140 + "2",
        "t" * 400,
        "(" * 59 + "t" + ")" * 59,
        "exp " * 70,
    ],
    ids=["brackets", "minus", "roots", "powers", "long", "deep", "functions"],
)
def test_no_text_is_too_much(typed):
    verdict = lecture().check(5, typed)
    assert not verdict or verdict.kind == "right"


def test_trees_hold_nothing_but_numbers_known_names_and_functions():
    assert read("2t", {"t": 0}) == ("·", ("number", 2.0), ("name", 0))
    assert read("ab", {"a": 0, "b": 1}) == ("·", ("name", 0), ("name", 1))
    assert read("ab", {"a": 0, "b": 1, "ab": 2}) == ("name", 2)
    assert read("1/2t", {"t": 0}, tight=True) == ("/", ("number", 1.0), ("·", ("number", 2.0), ("name", 0)))
    for text in ("__import__", "t.real", "lambda", "t[0]; x", "constructor", "toString", "__proto__"):
        with pytest.raises(SlipError):
            read(text, {"t": 0})


def test_every_sentence_has_both_languages():
    english, japanese = (Words(language).said for language in LANGUAGES)
    assert english.keys() == japanese.keys()
    for key, text in english.items():
        parts = {piece.partition("}")[0] for piece in text.split("{")[1:]}
        other = {piece.partition("}")[0] for piece in japanese[key].split("{")[1:]}
        assert parts == other, key


def test_what_nobody_would_type_is_left_out():
    """A slice, written → [1:4], stays on its wire."""
    (x,) = ac.leaves(x=np.arange(6.0) + 1)
    g = ac.graph({"E": ac.sum(ac.exp(x[1:4]))}, names={"x": x})
    assert [q.formula for q in g.quiz().questions if "→" in q.formula] == []
    with pytest.raises(ValueError, match="no local derivative in this picture that could be asked for"):
        ac.graph({"y": x[1:4]}, names={"x": x}).quiz()


def test_narrow_numbers_are_judged_as_wide_ones():
    X = ac.Tensor(np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32), requires_grad=True)
    W = ac.Tensor(np.ones((3, 2), np.float32), requires_grad=True)
    quiz = ac.graph({"Y": X @ W}, names={"X": X, "W": W}).quiz()
    assert quiz.check(at(quiz, "X"), "G Wᵀ")
    assert "float32" in quiz.source()


def test_a_folded_operation_is_asked_about():
    """Row 3.4-6: ŷ = 1/(1 + s) as one node, with its composed derivative."""
    x, a = ac.leaves(x=0.5, a=1.5)
    s = ac.exp(-x * a)
    p = 1 / (1 + s)
    quiz = ac.graph({"p": p}, names={"x": x, "a": a, "s": s}, fold="unnamed").quiz()
    place = at(quiz, "dp/ds")
    assert quiz.check(place, "-1/(1+s)²")
    assert quiz.check(place, "-p²")
    assert quiz.check(at(quiz, "∂s/∂x"), "-a exp(-a x)")
    assert quiz.check(at(quiz, "∂s/∂x"), "-exp(-a x)").kind == "missing"


def test_text():
    quiz = lecture()
    assert repr(quiz) == "<Quiz: Local derivatives: z = t², 5 boxes>"
    assert "  5  dz/dt" in str(quiz)
    assert dict(quiz.answers)["d-7-0"] == "2t = 4"
    assert repr(lecture(count=1)) == "<Quiz: Local derivatives: z = t², 1 box>"


def test_an_error_of_the_program_is_no_missing_number(monkeypatch):
    def broken(self, place, upstream):
        raise KeyError("a fault")

    monkeypatch.setattr(Point, "contribution", broken)
    with pytest.raises(KeyError, match="a fault"):
        lecture()


def test_rectifiers_are_asked_on_both_sides():
    quiz = ac.graph("z = leaky_relu(x)*elu(y)", x=2.0, y=-3.0).quiz()
    assert quiz.check(1, "[x > 0] + 0.01 [x <= 0]")
    assert quiz.check(1, "x/x").kind == "chance"


@pytest.mark.parametrize(
    ("formula", "place", "right", "wrong"),
    [
        (
            LECTURE,
            "∂s/∂a",
            ["x", "s/a"],
            ["|x|", "√(x²)", "max(x, 0)", "x [x > 0]", "x sign(x)", "x sign(s)"],
        ),
        ("z = log(x)*y", "∂z/∂y", ["log(x)", "-log(1/x)"], ["|log(x)|", "log(x) [x > 1]"]),
        ("z = x**3 + 0*y", "∂(x³)/∂x", ["3x²", "3 abs(x)²"], ["3 abs(x) x", "3x² sign(x)"]),
    ],
    ids=["lecture", "logarithm", "cube"],
)
def test_what_is_equal_on_one_side_only_is_wrong(formula, place, right, wrong):
    given = {"a": 2, "x": 3, "y": 4} if "a*x" in formula else {"x": 2, "y": 4}
    quiz = ac.graph(formula, given).quiz()
    asked = next(q.place for q in quiz.questions if q.asked == place or q.asked.startswith(f"{place} "))
    assert all(quiz.check(asked, typed).kind == "right" for typed in right)
    for typed in wrong:
        assert quiz.check(asked, typed).kind == "chance", typed


@pytest.mark.parametrize("hide", ["local", "grad", "shapes"])
def test_parameters_of_one_name_are_asked_by_their_paths(hide):
    net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2))
    loss = nn.MSELoss()(net(np.ones((2, 3))), np.zeros((2, 2)))
    quiz = ac.graph(loss, grads="compute").quiz(hide=hide)
    asked = [q.asked for q in quiz.questions]
    assert len(set(asked)) == len(asked)
    (weight,) = [words for words in asked if words.endswith("2.weight")]
    assert quiz.check(weight, "1").right is False
