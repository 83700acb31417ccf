"""Whose convention is whose: the lecture's, five other libraries' and this one's, in a table.

What the others do is written down here; what this library does is found by trying it.
"""

import sys
from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np

import autograd_core as ac
from nn import functional, init
from nn.errata import ERRATA
from nn.layers.activations import LeakyReLU
from nn.layers.batch_norm import BatchNorm
from nn.layers.dropping import Dropout
from nn.layers.linear import Linear
from nn.layers.running_norms import BatchNorm1d
from nn.losses.cross_entropy import CrossEntropyLoss
from nn.losses.regression import HalfMSELoss, MSELoss
from nn.parameter import Parameter
from nn.tables import Table


class Conventions(Table):
    """The table, a dict of columns; `errata` is another one, of the errors in the lecture."""

    errata: Table

    def __str__(self) -> str:
        """Per convention who does the same; as a table of eight columns it would not fit into a window."""
        blocks = []
        for row in self.rows:
            alike: dict[str, list[str]] = {}
            for name in COLUMNS[1:]:
                alike.setdefault(row[name], []).append(name)
            lines = (f"  {', '.join(names)}: {what}" for what, names in alike.items())
            blocks.append("\n".join((row[COLUMNS[0]], *lines)))
        errors = (
            f"  {row['number']} (section {row['section']}) {row['text']}\n      here: {row['here']}"
            for row in self.errata.rows
        )
        return "\n\n".join((*blocks, "\n".join(("errors in the text of the lecture", *errors))))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return _html(self) + _html(self.errata)


def conventions() -> Conventions:
    """Where the lecture, five libraries and this one choose differently, and the errors of the lecture.

    The column "here" is found by trying the layers, losses and optimizers with their defaults at this moment:
    inside of `convention("torch")` it says what holds there. The optimizers are in `optim`, which has to be
    imported for that. Prints as text, shows as a table in notebooks, and pandas.DataFrame(...) takes it;
    `.rows` is a list of dicts, `.errata` a table of its own.

    >>> table = conventions()
    >>> table["convention"][2], table["lecture"][2], table["PyTorch"][2], table["here"][2]
    ('slope of leaky ReLU', '0.1', '0.01', '0.1 (functional: 0.01)')
    >>> table.errata.rows[6]["here"]
    'σ = √(v + ε), with which the formula is exact'
    """
    found = Conventions([dict(zip(COLUMNS, (*words, here()), strict=True)) for words, here in ROWS])
    found.errata = Table([dict(erratum._asdict()) for erratum in ERRATA])
    return found


# ---- what this library does --------------------------------------------------------------------------------


def _layout() -> str:
    layer = "in, out" if Linear(2, 3, rng=0).weight.shape == (2, 3) else "out, in"
    rows = functional.linear(np.ones((1, 2)), np.ones((3, 2))).shape == (1, 3)
    return f"({layer}) (functional.linear: ({'out, in' if rows else 'in, out'}))"


def _squares() -> str:
    return f"HalfMSELoss: {_mean(HalfMSELoss())}; MSELoss: {_mean(MSELoss())}"


def _mean(loss: Any) -> str:
    """Of Σ (y − t)² = 6 over N = 2 data of K = 3 numbers."""
    words = {1.5: "½, mean over the batch", 3.0: "½ sum", 1.0: "mean over all elements", 6.0: "sum"}
    return words[float(loss(np.ones((2, 3)), np.zeros((2, 3))))]


def _slope() -> str:
    return f"{LeakyReLU().negative_slope:g} (functional: {-float(functional.leaky_relu(-1.0)):g})"


def _batch_norm() -> str:
    return f"{_statistics(BatchNorm(1))}; BatchNorm1d: {_statistics(BatchNorm1d(1))}"


def _statistics(layer: Any) -> str:
    """Of the batch 0, 2, whose variance is 1, unbiased 2."""
    layer(np.array([[0.0], [2.0]]))
    # running ← 1 + momentum · (variance − 1)
    unbiased = float(layer.running_var.item()) > 1
    return f"{layer.eps:g} / {'unbiased' if unbiased else 'biased'}"


def _dropout() -> str:
    kind = "classic" if float(Dropout(0.5).eval()(np.ones(1)).item()) == 0.5 else "inverted"
    function = "classic" if float(functional.dropout(np.ones(1), training=False)[0]) == 0.5 else "inverted"
    return f"{kind} (functional: {function})"


def _momentum() -> str:
    """A step with gradient 1 and λ = 1, then one with gradient 0 and λ = 0: does what was built up go on?"""
    optim = sys.modules.get("optim")
    if optim is None:
        return UNSEEN
    w = Parameter(np.zeros(1))
    opt = optim.Momentum([w], lr=1.0, momentum=0.5)
    for lr, gradient in ((1.0, 1.0), (0.0, 0.0)):
        opt.lr, w.grad = lr, np.array([gradient])
        opt.step()
    return "v ← αv − λg" if w.item() < -1 else "v ← αv + g; θ ← θ − λv"


def _adam() -> str:
    """A first step with the gradient ε: half of λ if only the corrected moments are seen beside ε."""
    optim = sys.modules.get("optim")
    if optim is None:
        return UNSEEN
    w = Parameter(np.zeros(1))
    opt = optim.Adam([w], lr=1.0)
    eps = opt.param_groups[0]["eps"]
    w.grad = np.array([eps])
    opt.step()
    return f"{'bias-corrected' if np.isclose(w.item(), -0.5) else 'λ-corrected'}, {eps:g}"


def _penalty() -> str:
    optim = sys.modules.get("optim")
    if optim is None:
        return UNSEEN
    layer = Linear(1, 1, rng=0)
    layer.weight.data, layer.bias.data = [[3.0]], [1.0]  # type: ignore[union-attr] # it has a bias
    penalty = optim.L2(1.0)(layer)
    words = {9.0: "αΣW², weights only", 10.0: "αΣθ², all", 4.5: "½αΣW², weights only", 5.0: "½αΣθ², all"}
    return words[float(penalty.item())]


def _ties() -> str:
    share = ac.grad(ac.maximum)(1.0, 1.0)
    return f"{'split' if share == 0.5 else f'{share:g} to the first'}; relu(0) → {ac.grad(ac.relu)(0.0):g}"


def _certain() -> str:
    loss = CrossEntropyLoss()(np.array([[0.0, 1e4]]), [0])
    return "log-sum-exp" if np.isfinite(loss.item()) else "unguarded"


def _spread() -> str:
    """The variance of many numbers beside the two fans."""
    w = init.glorot_normal_(np.empty((300, 100)), rng=0)
    fans = {"1/in": 1 / 300, "2/(in + out)": 2 / 400, "2/in": 2 / 300, "1/out": 1 / 100}
    return f"glorot_normal_: {min(fans, key=lambda k: abs(fans[k] - float(w.var())))}"


UNSEEN = "import optim to see it"

COLUMNS = (
    "convention",
    "lecture",
    "DL-from-scratch 1",
    "DeZero",
    "Chainer",
    "PyTorch",
    "tinygrad",
    "here",
)

# one cell for each column but the last, and the function that finds that one
ROWS: tuple[tuple[tuple[str, ...], Callable[[], str]], ...] = (
    (("layout of W", "(in, out)", "(in, out)", "(in, out)", "(out, in)", "(out, in)", "(out, in)"), _layout),
    (
        (
            "squared error",
            "½, mean over the batch",
            "½ sum",
            "mean over the batch",
            "mean over all elements",
            "mean over all elements",
            "by hand",
        ),
        _squares,
    ),
    (("slope of leaky ReLU", "0.1", "–", "0.2", "0.2", "0.01", "0.01"), _slope),
    (
        (
            "BatchNorm: ε / running variance",
            "1e-08 / open",
            "1e-06 / biased",
            "2e-05 / unbiased",
            "2e-05 / unbiased",
            "1e-05 / unbiased",
            "1e-05",
        ),
        _batch_norm,
    ),
    (("dropout", "classic", "classic", "inverted", "inverted", "inverted", "inverted"), _dropout),
    (
        (
            "momentum",
            "v ← αv − λg",
            "v ← αv − λg",
            "v ← αv − λg",
            "v ← αv − λg",
            "v ← αv + g; θ ← θ − λv",
            "both (classic=)",
        ),
        _momentum,
    ),
    (
        (
            "Adam: correction, ε",
            "λ-corrected",
            "λ-corrected, 1e-07",
            "λ-corrected, 1e-08",
            "λ-corrected, 1e-08",
            "bias-corrected, 1e-08",
            "bias-corrected",
        ),
        _adam,
    ),
    (
        (
            "L2",
            "αΣW², weights only",
            "½λΣW², weights only",
            "g += λθ, all",
            "g += λθ, all unless attached to one",
            "weight_decay, all of the group",
            "coupled or decoupled, all",
        ),
        _penalty,
    ),
    (
        (
            "tie of a maximum",
            "relu(0) → 0",
            "to the argmax",
            "–",
            "–",
            "split, or to the first by function",
            "split",
        ),
        _ties,
    ),
    (
        (
            "cross entropy of log 0",
            "unguarded",
            "+1e-07",
            "log-sum-exp",
            "log-sum-exp",
            "log-sum-exp",
            "log-sum-exp",
        ),
        _certain,
    ),
    (
        (
            "start for sigmoid: variance",
            "2/(in + out)",
            "1/in",
            "1/in",
            "1/in; Glorot offered",
            "Glorot offered",
            "glorot_uniform",
        ),
        _spread,
    ),
)


def _html(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row.values()) + "</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
