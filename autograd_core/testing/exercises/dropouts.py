"""Grading dropout: the mask, the way back, the prediction."""

from collections.abc import Iterator
from inspect import signature
from typing import Any

import numpy as np

from autograd_core.graphs import Graph
from autograd_core.graphs.snapshot.records import Mark
from autograd_core.testing.exercises.marking import Array, Part, data, generator, made_of, parts_of
from autograd_core.testing.exercises.pictures import pictured, result_of, rightful
from autograd_core.testing.layers.comparison import check_layer
from autograd_core.testing.layers.handmade import Handmade, is_unfinished, is_unwritten
from autograd_core.testing.optimizers.runners import named

RATIOS = ("p", "dropout_ratio", "ratio", "rate", "drop_prob", "dropout_rate", "drop")
SWITCHES = ("train", "training", "train_flg", "train_flag", "is_training", "is_train", "train_mode")


P, OTHER_P = 0.3, 0.6


def judge_dropout(answer: Any) -> Iterator[Part]:
    layer = made_of(answer, (P,), (), wanted=f"{named(answer)}(p)")
    p = _ratio(layer, answer)
    x = generator().uniform(0.5, 1.5, (200, 50))
    state = np.random.get_state()  # noqa: NPY002 - hand-written layers draw from it
    np.random.seed(9)  # noqa: NPY002
    made = Handmade(layer, [x])
    try:
        if made.unwritten():
            words = "forward returns nothing yet: compute the result and return it"
            yield Part("the answer", False, "not filled in yet" if is_unfinished(answer) else words)
            return
        first = made.forward()
        if first.shape != x.shape:
            yield Part("y = x * mask", False, f"its shape is {first.shape}, that of x {x.shape}")
            return
        layer_now = made.fresh()
        one, two = made.forward(layer_now), made.forward(layer_now)
        few = data(8, 20)
        report = check_layer(layer, few)
        given = {"x": few, "mask": (generator().random(few.shape) > p).astype(float)}
        right = pictured(report, dropped_out, given) or rightful(dropped_out, given)
        mask = _mask(first, x, p, right)
        yield mask
        words = _why_no_other(first == 0, one == 0, two == 0, p)
        picture = right.marked({right["mask"]: Mark(words)}) if words else None
        yield Part("another mask for every datum and call", not words, words, picture)
        if report.gradients or any("backward" in fault for fault in report.faults):
            yield from (part for part in parts_of(report, right) if part.name != "forward" or not part.right)
        else:
            yield _way_back(made, few, right)
        prediction = _prediction(layer_now, x, p)
        yield prediction
        if mask.right and prediction.right and _takes_ratio(answer):
            yield from _with_another_ratio(answer, x)
    finally:
        made.finish()
        np.random.set_state(state)  # noqa: NPY002


def _takes_ratio(answer: Any) -> bool:
    """Whether it is a class whose objects are made with a ratio."""
    return isinstance(answer, type) and bool(signature(answer).parameters)


def _ratio(layer: Any, answer: Any) -> float:
    """The ratio of a layer: by its attribute, or the one it was made with."""
    name = next((n for n in RATIOS if isinstance(getattr(layer, n, None), float)), None)
    if name is not None:
        return float(getattr(layer, name))
    if _takes_ratio(answer):
        return P
    raise TypeError(f"grade: no dropout ratio was found: one of {', '.join(RATIOS)} is looked for")


def _why_no_other(first: Array, one: Array, two: Array, p: float) -> str:
    """What is wrong with where the zeros of three calls are, of which the last two had one layer."""
    if not first.any():
        return "no number is 0, so there is no mask to be seen"
    n, columns = first.shape
    if np.array_equal(one, two):
        return "two calls have one mask"
    rows_seen, columns_seen = len(np.unique(first, axis=0)), np.unique(first, axis=1).shape[1]
    if columns_seen == 1:
        return "all numbers of a datum are dropped together"
    if rows_seen == 1:
        return "all data have one mask"
    alike = p * p + (1 - p) ** 2  # that two entries of a mask are alike, by chance
    if rows_seen < n and n * n * alike**columns < 1e-6:
        return "several data have one mask"
    if columns_seen < columns and columns * columns * alike**n < 1e-6:
        return "some numbers of a datum are always dropped together"
    if abs(two.mean() - one.mean()) > 10 * np.sqrt(2 * p * (1 - p) / first.size):
        return f"{one.mean():.0%} are 0 at one call, {two.mean():.0%} at the next"
    return ""


def _way_back(made: Handmade, x: Array, right: Graph) -> Part:
    """backward of a layer that cannot be run from the same state again: its own zeros tell the mask."""
    layer, dout = made.fresh(), generator().uniform(0.5, 1.5, x.shape)
    kept = np.asarray(layer.forward(x.copy()), dtype=float) / x
    found = layer.backward(dout.copy())
    if is_unwritten(found):
        return Part("dx", False, "backward returns nothing yet")
    if np.shape(found) == x.shape and np.allclose(np.asarray(found, dtype=float), dout * kept, rtol=1e-5):
        return Part("dx", True)
    words = "it is not dout * mask, with the mask that forward has used"
    return Part("dx", False, words, right.marked({right["mask"]: Mark("not on the way back")}))


def _with_another_ratio(answer: Any, x: Array) -> Iterator[Part]:
    """The same with another p, a part only if it is wrong: p may have been written as a number."""
    made = Handmade(answer(OTHER_P), [x])
    try:
        layer = made.fresh()
        dropped = float(np.mean(made.forward(layer) == 0))
        if abs(dropped - OTHER_P) > 0.1:
            words = (
                f"with p = {OTHER_P:g} {dropped:.0%} of the numbers are 0: the p of the object has to decide"
            )
            yield Part("another p", False, words)
            return
        part = _prediction(layer, x, OTHER_P)
        if not part.right:
            yield part._replace(name=f"prediction with p = {OTHER_P:g}")
    finally:
        made.finish()


def dropped_out(x: Any, mask: Any) -> Any:
    """X ⊙ M (9.2)."""
    return x * mask


def _mask(out: Array, x: Array, p: float, right: Graph) -> Part:
    name = "y = x * mask"
    dropped = float(np.mean(out == 0))
    scale = np.unique(np.round(out[out != 0] / x[out != 0], 5))
    draws = x.size
    for axis in (0, 1):  # one mask for all data, or for all numbers of a datum, is looked for elsewhere
        if ((out == 0) == (np.take(out, [0], axis) == 0)).all():
            draws = x.shape[1 - axis]
    spread = 5 * np.sqrt(p * (1 - p) / draws)
    if abs(dropped - p) > spread:
        turned = abs(dropped - (1 - p)) <= spread
        hint = ": p is the probability to drop, not to keep" if turned else ""
        words = f"{dropped:.1%} of the numbers are 0, p is {p:g}{hint}"
        return Part(name, False, words, right.marked({right["mask"]: Mark(f"{dropped:.0%} are 0")}))
    if len(scale) != 1 or not np.isclose(scale[0], 1, atol=1e-5):
        inverted = len(scale) == 1 and np.isclose(scale[0], 1 / (1 - p), atol=1e-5)
        hint = ": that is inverted dropout; the lecture scales by 1 − p when it predicts" if inverted else ""
        many = "" if len(scale) == 1 else " and other numbers"
        words = f"what is kept is scaled by {scale[0]:.6g}{many}{hint}"
        return Part(name, False, words, right.marked({result_of(right): Mark(f"scaled × {scale[0]:.4g}")}))
    return Part(name, True)


def _prediction(layer: Any, x: Array, p: float) -> Part:
    """What a layer that was trained predicts."""
    name = "prediction y = x (1 − p)"
    given = x.copy()
    out = predicted(layer, given)
    if out is None:
        switches = ", ".join(SWITCHES[:4])
        words = f"no way to predict was found: an argument or attribute {switches}, eval() or predict(x)"
        return Part(name, False, words, _predicting(x, p, "no way to it"))
    if out.shape == x.shape and out.dtype.kind in "bfiu" and np.allclose(out, x * (1 - p)):
        if not np.array_equal(given, x):
            return Part(name, False, "it overwrites x: compute a new array")
        return Part(name, True)
    if out.shape != x.shape or out.dtype.kind not in "bfiu":
        words = (
            "it gives nothing yet" if out.dtype.kind == "O" else f"its shape is {out.shape}, not {x.shape}"
        )
        return Part(name, False, words)
    c = float(np.median(out / x))
    whole = np.allclose(out, c * x)
    hint = f": everything is × {c:.6g}" if whole else ": some numbers are dropped"
    known = {1.0: ", the factor is missing", p: ", that is p", 1 / (1 - p): ", it is divided by 1 − p"}
    if whole and p != 0.5:
        hint += next((why for factor, why in known.items() if np.isclose(c, factor, atol=1e-5)), "")
    picture = _predicting(x, p, f"here × {c:.4g}" if whole else "numbers dropped")
    return Part(name, False, f"x (1 − p) is × {1 - p:g}{hint}", picture)


def _predicting(x: Array, p: float, words: str) -> Graph:
    """What a prediction is, with a mark on its result."""
    right = rightful(lambda x: x * (1 - p), {"x": x})
    return right.marked({result_of(right): Mark(words)})


def predicted(layer: Any, x: Array) -> Array | None:
    """What the layer gives when it predicts."""
    arguments = list(signature(layer.forward).parameters)
    for switch in SWITCHES:
        if switch in arguments:
            return np.asarray(layer.forward(x, **{switch: False}))
        if isinstance(getattr(layer, switch, None), bool):
            setattr(layer, switch, False)
            return np.asarray(layer.forward(x))
    for method in ("eval", "predict"):
        if callable(getattr(layer, method, None)):
            result = getattr(layer, method)(*([x] if method == "predict" else []))
            return np.asarray(result if method == "predict" else layer.forward(x))
    return None
