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
from autograd_core.testing.layers.handmade import Handmade
from autograd_core.testing.optimizers.runners import named

RATIOS = ("p", "dropout_ratio", "ratio", "rate", "drop_prob", "dropout_rate", "drop")
SWITCHES = ("train", "training", "train_flg", "train_flag", "is_training", "is_train", "train_mode")


def judge_dropout(answer: Any) -> Iterator[Part]:
    layer = made_of(answer, (0.3,), (), wanted=f"{named(answer)}(p)")
    name = next((n for n in RATIOS if isinstance(getattr(layer, n, None), float)), None)
    if name is None:
        raise TypeError(f"grade: no dropout ratio was found: one of {', '.join(RATIOS)} is looked for")
    p = float(getattr(layer, name))
    x = generator().uniform(0.5, 1.5, (200, 50))
    state = np.random.get_state()  # noqa: NPY002 - hand-written layers draw from it
    np.random.seed(9)  # noqa: NPY002
    made = Handmade(layer, [x])
    try:
        first = made.forward()
        layer_now = made.fresh()
        one, two = made.forward(layer_now), made.forward(layer_now)
        few = data(8, 20)
        report = check_layer(layer, few)
        given = {"x": few, "mask": (generator().random(few.shape) > p).astype(float)}
        right = pictured(report, dropped_out, given) or rightful(dropped_out, given)
        dropped = first == 0
        yield _mask(first, x, p, right)
        words = "all data have one mask" if (dropped == dropped[0]).all() else ""
        if (dropped == dropped[:, :1]).all():
            words = "all numbers of a datum are dropped together"
        if np.array_equal(one == 0, two == 0):
            words = "two calls have one mask"
        picture = right.marked({right["mask"]: Mark(words)}) if words else None
        yield Part("another mask for every datum and call", not words, words, picture)
        yield from (part for part in parts_of(report, right) if part.name != "forward")
        yield _prediction(made, x, p)
    finally:
        made.finish()
        np.random.set_state(state)  # noqa: NPY002


def dropped_out(x: Any, mask: Any) -> Any:
    """X ⊙ M (9.2)."""
    return x * mask


def _mask(out: Array, x: Array, p: float, right: Graph) -> Part:
    name = "y = x * mask"
    dropped = float(np.mean(out == 0))
    scale = np.unique(np.round(out[out != 0] / x[out != 0], 9))
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
    if len(scale) != 1 or not np.isclose(scale[0], 1):
        inverted = len(scale) == 1 and np.isclose(scale[0], 1 / (1 - p))
        hint = ": that is inverted dropout; the lecture scales by 1 − p when it predicts" if inverted else ""
        many = "" if len(scale) == 1 else " and other numbers"
        words = f"what is kept is scaled by {scale[0]:.6g}{many}{hint}"
        return Part(name, False, words, right.marked({result_of(right): Mark(f"scaled × {scale[0]:.4g}")}))
    return Part(name, True)


def _prediction(made: Handmade, x: Array, p: float) -> Part:
    name = "prediction y = x (1 − p)"
    out = predicted(made.fresh(), x.copy())
    if out is None:
        switches = ", ".join(SWITCHES[:4])
        words = f"no way to predict was found: an argument or attribute {switches}, eval() or predict(x)"
        return Part(name, False, words, _predicting(x, p, "no way to it"))
    if out.shape == x.shape and out.dtype.kind in "bfiu" and np.allclose(out, x * (1 - p)):
        return Part(name, True)
    if out.shape != x.shape or out.dtype.kind not in "bfiu":
        words = (
            "it gives nothing yet" if out.dtype.kind == "O" else f"its shape is {out.shape}, not {x.shape}"
        )
        return Part(name, False, words)
    c = float(np.median(out / x))
    whole = np.allclose(out, c * x)
    hint = f": everything is × {c:.6g}" if whole else ": some numbers are dropped"
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
