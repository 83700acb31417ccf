"""Grading the steps around a network for regression: standardising, an epoch of SGD, the error in units."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd_core.testing.exercises.marking import Array, Part, generator
from autograd_core.testing.exercises.pictures import forward_of_steps
from autograd_core.testing.layers.handmade import happened, is_unwritten

NEAR = 1e-5
"""Results in float32 are off by less."""
UNWRITTEN = "returns nothing yet: compute the result and return it"


def _answered(name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, Part | None]:
    """What a function gives for copies of these arguments; a part if it is nothing to be looked at."""
    if not callable(function):
        raise TypeError(f"grade: a function is asked for, got a {type(function).__name__}")
    own = tuple(x.copy() if isinstance(x, np.ndarray) else x for x in arguments)
    try:
        with np.errstate(all="ignore"):
            found = function(*own)
    except Exception as error:
        return None, Part(name, False, f"it {happened(error)}")
    for x, y in zip(arguments, own, strict=True):
        if isinstance(x, np.ndarray) and not np.array_equal(x, y):
            return None, Part(name, False, "it overwrites its arguments: compute new arrays")
    return found, Part(name, False, UNWRITTEN) if is_unwritten(found) else None


def _recognised(name: str, found: Any, right: Any, wrongs: Mapping[str, tuple[str, Any]], steps: str) -> Part:
    """Whether an array is right; if not, why, with a mark at the step where it parts from the right one.

    Args:
        name: of the part.
        found, right: what the function gave and should give.
        wrongs: from the words for a mistake to the step that it is made in and to what it gives.
        steps: the right computation in letters.
    """
    try:
        values = np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        values = None
    if values is None or isinstance(found, str):
        words = f"an array or a number is asked for, got a {type(found).__name__}: {found!r:.60}"
        return Part(name, False, words)
    last = steps.rpartition("; ")[2].partition(" = ")[0]
    for words, (step, other) in {"": ("", right), **wrongs}.items():
        if values.shape == np.shape(other) and np.allclose(values, other, rtol=NEAR, atol=NEAR):
            return Part(name, not words, words, forward_of_steps(steps, step, "differs") if words else None)
    return Part(name, False, _apart(values, right), forward_of_steps(steps, last, "differs"))


def _apart(values: Array, right: Any) -> str:
    """How far an array is off."""
    if values.shape != np.shape(right):
        return f"its shape is {values.shape} instead of {np.shape(right)}"
    if not np.isfinite(values).all():
        return "it holds NaN or infinity"
    place = np.unravel_index(int(np.argmax(np.abs(values - right))), values.shape)
    at = f" at {tuple(int(i) for i in place)}" if place else ""
    one, two = values[place], np.asarray(right)[place]
    digits = 6 if f"{one:.6g}" != f"{two:.6g}" else 12
    return f"{one:.{digits}g}{at}, right is {two:.{digits}g}"


# ---- standardising -----------------------------------------------------------------------------------------


STANDARDISED = "μ = μ(x_train); σ = σ(x_train); z = (x - μ)/σ"


def judge_standardised(function: Any) -> Iterator[Part]:
    """`standardize(x_train, x)`: x with the mean and the deviation of the training data, column by column."""
    rng = generator()
    size = np.array([1.0, 20.0, 300.0, 5.0])
    first, second = (
        rng.standard_normal((40, columns)) * size[:columns] + size[:columns] for columns in (3, 4)
    )
    others = {
        "the training data": (first, first),
        "other data": (second, rng.standard_normal((12, 4)) * size / 2 + 3 * size),
    }
    for name, (train, x) in others.items():
        found, part = _answered(name, function, (train, x))
        if part is None:
            right = (x - train.mean(axis=0)) / train.std(axis=0)
            part = _recognised(name, found, right, _not_standardised(train, x), STANDARDISED)
        yield part


def _not_standardised(train: Array, x: Array) -> dict[str, tuple[str, Array]]:
    """In which step the usual mistakes are made, and what they give."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    wrongs = {
        "these are the statistics of all numbers: take mean and std of each column, axis=0": (
            "μ",
            (x - train.mean()) / train.std(),
        ),
        "divided by the variance: the deviation is its root": ("σ", (x - mean) / std**2),
        "only divided: subtract the mean first": ("z", x / std),
        "the mean is subtracted, but nothing is divided by the deviation": ("z", x - mean),
        "brackets are missing: subtract first, then divide, (x − mean) / std": ("z", x - mean / std),
        "it is multiplied by the deviation: divide": ("z", (x - mean) * std),
        "the sign is turned round: x − mean": ("z", (mean - x) / std),
        "the deviation is that of N − 1 (ddof=1, as in pandas): NumPy's std has N": (
            "σ",
            (x - mean) / train.std(axis=0, ddof=1),
        ),
        "these are the statistics of each row: a column is a feature, axis=0": (
            "μ",
            (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True),
        ),
    }
    if x.shape != train.shape:
        own = (x - x.mean(axis=0)) / x.std(axis=0)
        wrongs["scaled with their own mean and deviation: take those of the training data"] = ("μ", own)
    return wrongs


# ---- an epoch ----------------------------------------------------------------------------------------------

COUNT, SIZE, RATE = 23, 5, 0.5
EPOCH = (
    "x_batch = x_batch(x, order); t_batch = t_batch(t, order); dW = dW(x_batch, t_batch, W); "
    "W_next = W - λ*dW"
)


class _Watched:
    """A network that notes which data its gradients were asked for; every gradient is another."""

    def __init__(self) -> None:
        rng = generator()
        shapes = {"W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}
        self.params = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        self.before = {name: value.copy() for name, value in self.params.items()}
        self.batches: list[tuple[Array, Array]] = []
        self.total = {name: np.zeros(shape) for name, shape in shapes.items()}
        self._rng = rng

    def predict(self, x: Any) -> Array:
        return np.zeros((len(x), 1))

    def loss(self, x: Any, t: Any) -> float:
        return 1.0

    def gradient(self, x: Any, t: Any) -> dict[str, Array]:
        self.batches.append((np.array(x), np.array(t)))
        grads = {name: self._rng.standard_normal(value.shape) for name, value in self.before.items()}
        for name, grad in grads.items():
            self.total[name] += grad
        return grads


def judge_epoch(function: Any) -> Iterator[Part]:
    """`train_epoch(net, x, t, lr, batch_size, rng)`: once through the data, shuffled, a step a batch."""
    if not callable(function):
        raise TypeError(f"grade: a function is asked for, got a {type(function).__name__}")
    numbers = np.arange(COUNT)
    try:
        net, again, other = (_after_an_epoch(function, numbers, seed) for seed in (5, 5, 6))
    except Exception as error:
        yield Part("the epoch", False, f"it {happened(error)}")
        return
    if not net.batches:
        yield Part("the epoch", False, "nothing happens yet: net.gradient(x, t) was never called")
        return
    words = _why_no_pass(net.batches, numbers) or _why_no_chance(net, again, other)
    picture = forward_of_steps(EPOCH, "x_batch", "the batches differ") if words else None
    yield Part("the batches", not words, words, picture)
    words = _why_no_steps(net)
    picture = forward_of_steps(EPOCH, "W_next", "the step differs") if words and not picture else None
    yield Part("the steps", not words, words, picture)


def _why_no_pass(batches: list[tuple[Array, Array]], numbers: Array) -> str:
    if any(x.ndim != 2 or x.shape[1:] != (2,) or t.shape != (len(x), 1) for x, t in batches):
        x, t = batches[0]
        return f"a batch has x of the shape {x.shape} and t {t.shape}: take the same rows of both"
    if any(not np.array_equal(10 * x[:, :1], t) for x, t in batches):
        return "x and t are no longer of the same datum: use one order for both"
    seen = np.concatenate([x[:, 0] for x, _ in batches]).astype(int)
    counts = np.bincount(seen, minlength=len(numbers))
    longest = max(len(x) for x, _ in batches)
    if longest > SIZE:
        return f"a batch has {longest} data, batch_size is {SIZE}"
    if longest < SIZE:
        return f"the batches have {longest} data, batch_size is {SIZE}"
    if (counts == 0).any():
        missing = int((counts == 0).sum())
        last = missing == len(numbers) % SIZE and (counts <= 1).all()
        why = "the last batch, which is not full, is left out" if last else "shuffle all, then go through it"
        return f"{missing} of {len(numbers)} data are not used: {why}"
    if (counts > 1).any():
        return f"{int((counts > 1).sum())} of {len(numbers)} data are used more than once in the epoch"
    if np.array_equal(seen, numbers):
        return "the data come in their own order: shuffle them, rng.permutation(len(x))"
    return ""


def _after_an_epoch(function: Callable[..., Any], numbers: Array, seed: int) -> _Watched:
    """The network after an epoch with data that tell where they stood: x has the number, t ten times it."""
    net = _Watched()
    x = np.stack([numbers, np.ones(len(numbers))], axis=1).astype(float)
    t = 10.0 * numbers[:, None]
    function(net, x, t, RATE, SIZE, np.random.default_rng(seed))
    return net


def _why_no_chance(net: _Watched, again: _Watched, other: _Watched) -> str:
    """Whether the order is drawn from the generator that is given: the same from the same seed only."""
    one, same, another = (np.concatenate([x for x, _ in each.batches]) for each in (net, again, other))
    if np.array_equal(one, another):
        return "every epoch has the same order, whatever rng is: draw it anew, rng.permutation(len(x))"
    if not np.array_equal(one, same):
        return "the order is not drawn from rng: from the same seed comes another one"
    return ""


def _why_no_steps(net: _Watched) -> str:
    """What is wrong with W ← W − λ ∂E/∂W, seen by what all the steps come to."""
    moved = {name: np.asarray(net.params[name]) - net.before[name] for name in net.before}
    if all(not step.any() for step in moved.values()):
        return (
            "the parameters stay as they are: change them in the dict, params[key] -= ..., "
            "where W = W - ... only gives the name W to another array"
        )
    for words, factor in {
        "": -RATE,
        "it climbs: the step is minus λ times the gradient": RATE,
        "the learning rate is missing": -1.0,
        "the gradient is divided by batch_size once more: E is a mean already": -RATE / SIZE,
    }.items():
        if all(np.allclose(step, factor * net.total[name]) for name, step in moved.items()):
            return words
    still = [name for name, step in moved.items() if not step.any()]
    if still:
        return (
            f"{', '.join(still)} is never changed" if len(still) == 1 else f"{', '.join(still)} never change"
        )
    return "the parameters are not moved by −λ times the gradient of every batch"


# ---- the error ---------------------------------------------------------------------------------------------


RMSE = "ŷ = σ*y + μ; e = ŷ - t; E = mean(e**2); RMSE = sqrt(E)"


def judge_rmse(function: Any) -> Iterator[Part]:
    """`rmse(y, t, mean, std)`: y is standardised as the targets were, t and the result are not."""
    for n in (8, 5):  # the second only if the first is right: of another number of data
        part = _judge_rmse_of(function, n)
        if not part.right:
            break
    yield part


def _judge_rmse_of(function: Any, n: int) -> Part:
    rng = generator()
    y, t = rng.standard_normal((n, 1)), 50 + 7 * rng.standard_normal((n, 1))
    found, part = _answered("RMSE", function, (y, t, 50.0, 7.0))
    if part is None:
        off = y * 7.0 + 50.0 - t
        right = float(np.sqrt(np.mean(off**2)))
        wrongs = {
            "it is the mean square: take the root": ("RMSE", right**2),
            "y is still standardised: compare std · y + mean with t": (
                "ŷ",
                float(np.sqrt(np.mean((y - t) ** 2))),
            ),
            "it is the error of the standardised numbers: multiply with the deviation": ("ŷ", right / 7.0),
            "it is divided by 2: that belongs to the loss, not to the RMSE": (
                "E",
                float(np.sqrt(np.mean(off**2) / 2)),
            ),
            "it is the sum over the data: take the mean before the root": (
                "E",
                float(np.sqrt(np.sum(off**2))),
            ),
            "it is the mean of absolute values: square, mean, root": ("E", float(np.mean(np.abs(off)))),
            "the mean is taken after the root: square, mean, root": (
                "RMSE",
                float(np.sqrt(np.sum(off**2)) / n),
            ),
            "std is missing: std · y + mean": ("ŷ", _root(y + 50.0 - t)),
            "mean is missing: std · y + mean": ("ŷ", _root(7.0 * y - t)),
            "the mean is multiplied too: std · y + mean": ("ŷ", _root(7.0 * (y + 50.0) - t)),
            "t is in its own unit already: only y is turned back": ("e", _root(7.0 * y - 7.0 * t)),
            "y and t have not one shape, (N, 1) and (N,): every number meets every other": (
                "e",
                _root(7.0 * y.ravel() + 50.0 - t),
            ),
        }
        part = _recognised("RMSE", found, right, wrongs, RMSE)
        if part.words and n == 5:
            part = part._replace(words=f"right for 8 data, but not for {n}: {part.words}")
    return part


def _root(off: Array) -> float:
    return float(np.sqrt(np.mean(off**2)))
