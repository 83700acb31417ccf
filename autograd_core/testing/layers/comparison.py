"""`check_layer`: the gradients of a layer written by hand, compared and explained."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_core.graphs import Graph
from autograd_core.testing.checking.guesses import Guess, guess
from autograd_core.testing.checking.outside import compared, differences, right_at, spot_of
from autograd_core.testing.layers import rightful
from autograd_core.testing.layers.attributes import arrays, dotted, gradient_called, held
from autograd_core.testing.layers.handmade import Array, Handmade, Run, is_several, is_unwritten
from autograd_core.testing.layers.report import GradientReport, LayerReport, marked
from autograd_core.testing.layers.rightful import Place, Rightful
from autograd_core.testing.layers.suspicions import of_arrays, usual

NEAR = 1e-7
"""Two gradients computed in different orders differ by so much of the largest number at most."""
ALMOST = 1e-4
"""A gradient that is off by less of the largest number leaves out an ε of forward, as in log(y + 1e-7)."""


def check_layer(layer: Any, *inputs: Any, like: Any = None) -> LayerReport:
    """Compare every gradient of a hand-written layer with the right one, and explain what differs.

    The layer has `forward(x, ...)` and `backward(dout)`, which returns dx (or a tuple, one gradient per
    input) and leaves dW for the attribute W. A layer with loss has `forward(x, t)`, which returns a number,
    and `backward()`. Networks of such layers are checked likewise.

    The right gradients are the engine's, of the very same forward: it is run with Tensors in place of the
    attributes and inputs. Where that cannot be (`out[mask] = 0`, a NumPy function without a derivative),
    differences of the forward take their place, and the report says so.

    Args:
        layer: an object, or a class that needs no arguments.
        inputs: what forward is called with. Labels and other integers have no gradients.
        like: a reference to compare with instead: a function of the inputs and, by name, the parameters; a
            module of the package nn, which takes over the parameters' numbers; or another such layer.

    Returns:
        A report, true if all is right. The layer and the arrays are left as they were.

    Raises:
        TypeError: if it has no forward or backward.
        ValueError: if the reference has not the parameters of the layer.

    >>> class Affine:
    ...     def __init__(self, W, b):
    ...         self.W, self.b = W, b
    ...     def forward(self, x):
    ...         self.x = x
    ...         return x @ self.W + self.b
    ...     def backward(self, dout):
    ...         self.dW = self.x.T @ dout
    ...         self.db = dout.sum(axis=0) / len(dout)
    ...         return dout @ self.W.T
    >>> x = np.arange(12.0).reshape(4, 3)
    >>> print(check_layer(Affine(np.ones((3, 2)), np.zeros(2)), x))
    Affine: db wrong, by the engine's derivative of its own forward
      dx  (4, 3)  right
      dW  (3, 2)  right
      db  (2,)    wrong  off by 1/4 = 1/N: divided by it once too often, a mean instead of a sum?
          worst at (1,): -0.543687, right is -2.17475
    """
    if isinstance(layer, type):
        layer = layer()
    if isinstance(like, type):
        like = like()
    check = _Check(Handmade(layer, inputs), like)
    try:
        return check.report()
    finally:
        check.made.finish()


class _Check:
    def __init__(self, made: Handmade, like: Any) -> None:
        self.made, self.like = made, like
        self.faults: list[str] = []
        self.differs = self.misshapen = False
        self.at_hand: dict[str, Array] = {}
        self.notes: list[str] = []

    def report(self) -> LayerReport:
        made = self.made
        start = made.fresh()
        out = made.forward()
        again = made.forward()
        if out.shape != again.shape or not np.array_equal(out, again, equal_nan=True):
            self.faults.append(
                "forward is not deterministic: two calls from the same state gave different results. Draw "
                "random numbers from np.random or from a generator kept in the layer (self.rng), so that a "
                "check can start from the same state"
            )
            return self._made("", [], None)
        if not np.isfinite(out).all() and made.unwritten():
            self.faults.append("forward returns nothing yet: compute the result and return it")
            return self._made("", [], None)
        if not np.isfinite(out).all():
            self.faults.append(
                f"forward gives {out[~np.isfinite(out)][0]} for these inputs: nothing can be compared"
            )
            return self._made("", [], None)
        self._look_for_chance(out)
        dout = uneven(out.shape) if out.size > 1 else np.ones(out.shape)[()]
        run = made.run(dout)
        self.at_hand = self._arrays_at_hand(run, dout)
        self.faults += run.overwritten
        if run.raised:
            self.faults.append(f"backward {run.raised}")
            return self._made("", [], rightful.as_one(made, self._inputs(1), out))
        returned = list(run.returned) if is_several(run.returned) else [run.returned]
        places = self._inputs(len(returned))
        parameters = self._parameters(run, start)
        places += parameters
        right = self._right(places, dout, out)
        found: dict[Place, Any] = dict(zip(places, returned, strict=False))
        found |= {p: run.gradient(*p) for p in parameters if isinstance(p, tuple)}
        if sum(g is not None for g in returned) > len(made.floating()):
            self.faults.append(
                f"backward returns {len(returned)} gradients, but forward has "
                f"{len(made.floating())} inputs of floating numbers"
            )
        reports = [self._compared(p, found.get(p), right, dout) for p in places if not _is_skipped(p, found)]
        if all(reports):
            self._look_for_lasting_state(run, dout)
        picture = right.picture or rightful.as_one(made, places, out)
        return self._made(right.how, reports, picture)

    # ---- what is compared ----------------------------------------------------------------------------------

    def _inputs(self, count: int) -> list[Place]:
        """The inputs that a gradient belongs to: as many of the floating ones as backward returned."""
        return list(self.made.floating()[:count])

    def _parameters(self, run: Run, start: Any) -> list[Place]:
        """Attributes with a gradient, and those on which the result depends and that have none."""
        made = self.made
        found: list[Place] = []
        for place in arrays(start):
            value = held(start, place)
            settled = not isinstance(value, np.ndarray) or made.is_state(run, place, start)
            if made.is_parameter(run, place) or (not settled and self._matters(place, value)):
                found.append(place)
        return found

    def _matters(self, place: tuple[str, str], value: Array) -> bool:
        """Whether the result depends on an attribute."""
        moved = value + 1e-3 * uneven(value.shape)
        try:
            return not np.array_equal(self.made.evaluator(place)(moved), self.made.forward())
        except Exception:
            return False

    def _right(self, places: Sequence[Place], dout: Any, out: Array) -> Rightful:
        """The right gradients, of the reference or of the layer's own forward."""
        made, like = self.made, self.like
        own = rightful.recorded(made, places, dout, out)
        if like is None:
            if isinstance(own, Rightful):
                return own
            self.notes.append(f"forward could not be recorded, so differences of it were taken: {own}")
            return Rightful("differences of its own forward", out)
        called = getattr(like, "__name__", type(like).__name__)
        if hasattr(like, "named_parameters"):
            right = rightful.of_module(like, made, places, dout, called)
        elif hasattr(like, "forward") and hasattr(like, "backward"):
            right = rightful.of_layer(like, made, places, dout, called)
        elif callable(like):
            right = rightful.of_function(like, made, places, dout, called)
        else:
            raise TypeError(
                f"check_layer: like is a function, a module or a layer, got {type(like).__name__}"
            )
        if isinstance(own, Rightful):
            right.picture = own.picture
        self._compare_values(out, right, called)
        return right

    def _compare_values(self, out: Array, right: Rightful, called: str) -> None:
        """forward itself, against that of the reference."""
        theirs = right.out
        assert theirs is not None
        self.differs = True
        if theirs.size == out.size == 1:
            theirs = theirs.reshape(out.shape)
        self.misshapen = theirs.shape != out.shape
        if self.misshapen:
            self.faults.append(f"forward gives shape {out.shape}, {called} gives {theirs.shape}")
        elif not np.allclose(
            theirs, out, rtol=1e-6, atol=1e-9 * float(np.abs(theirs).max(initial=0.0)) + 1e-12
        ):
            why = guess(out, theirs, names=self._sizes() | self._columns())
            k = int(np.argmax(np.abs(out - theirs)))
            place = tuple(int(i) for i in np.unravel_index(k, out.shape))
            where = f"at {place}" if place else "here"
            text = f"forward differs from {called}: {where} {out[place]:.6g}, there {theirs[place]:.6g}"
            self.faults.append(text + (f" ({why})" if why else ""))
        else:
            self.differs = False

    def _sizes(self) -> dict[str, int]:
        """The size of the batch, by which means divide."""
        x = next((x for x in self.made.inputs if isinstance(x, np.ndarray) and x.ndim), None)
        return {} if x is None else {"N": len(x)}

    def _columns(self) -> dict[str, int]:
        """More sizes by which a mean may divide by mistake."""
        x = next((x for x in self.made.inputs if isinstance(x, np.ndarray) and x.ndim > 1), None)
        return {} if x is None else {"the number of columns": x.shape[1], "the number of entries": x.size}

    def _arrays_at_hand(self, run: Run, dout: Any) -> dict[str, Array]:
        """What backward can have used: the result, the inputs, dout, the attributes."""
        own = {f"self.{n}": v for n, v in vars(run.layer).items() if isinstance(v, np.ndarray)}
        inputs = zip(self.made.argument_names(), self.made.inputs, strict=True)
        given = {n: x for n, x in inputs if isinstance(x, np.ndarray)}
        same = next((n for n, v in own.items() if np.array_equal(v, run.out)), "the result")
        found = {same: run.out, **given, "dout": np.asarray(dout), **own}
        return {n: v for n, v in found.items() if v.dtype.kind in "bfiu"}

    def _compared(self, place: Place, found: Any, right: Rightful, dout: Any) -> GradientReport:
        made = self.made
        if isinstance(place, int):
            of = made.argument_names()[place]
            name = f"d{of}"
        else:
            of = dotted(*place)
            name = dotted(place[0], gradient_called(place[1]))
        x = made.value(place)
        if is_unwritten(found):
            words = f"self.{gradient_called(place[1])} " if isinstance(place, tuple) else "backward returns "
            if isinstance(place, int):
                words += "...: it is not filled in yet" if found is ... else "None"
            else:
                words += "is not filled in yet" if found is ... else "is not there after backward"
            return GradientReport(name, of, x.shape, "missing", words)
        if isinstance(found, list):
            return GradientReport(
                name, of, x.shape, "wrong", "it is a list, not an array: np.array makes one"
            )
        try:
            g = np.array(found, dtype=float)
        except (TypeError, ValueError):
            return GradientReport(name, of, x.shape, "wrong", f"it is a {type(found).__name__}, not an array")
        wanted = right.gradients.get(place)
        if wanted is None and right.gradients:
            return GradientReport(name, of, x.shape, "wrong", "the reference has no gradient for it")
        if self.misshapen and g.shape == x.shape:
            words = "forward gives another shape already: mend that first"
            return GradientReport(name, of, x.shape, "wrong", words)
        forward = made.evaluator(place)
        if wanted is None or g.shape != x.shape:
            return self._by_differences(name, of, x, g, wanted, forward, dout)
        allowed = NEAR * (np.abs(wanted) + float(np.abs(wanted).max(initial=0.0))) + 1e-12
        off = ~(np.abs(g - wanted) <= allowed)
        if off.any() and self.like is None and np.isfinite(g).all():
            off = self._without_corners(off, forward, x, dout, g)
        if not off.any():
            return GradientReport(name, of, x.shape, "right")
        part = float(np.abs(g - wanted).max() / np.abs(wanted).max(initial=1e-300))
        if part < ALMOST:
            self.notes.append(f"{name} is off by {part:.0e} of its size: an ε of forward is left out")
            return GradientReport(name, of, x.shape, "right")
        k = int(np.argmax(np.where(off, np.nan_to_num(np.abs(g - wanted), nan=np.inf), -1.0)))
        index = tuple(int(i) for i in np.unravel_index(k, x.shape))
        why, words = self._why(g, wanted, place, right, dout)
        return GradientReport(
            name, of, x.shape, "wrong", words, why, index, float(g[index]), float(wanted[index])
        )

    def _without_corners(
        self, off: Array, forward: Callable[[Array], Array], x: Array, dout: Any, g: Array
    ) -> Array:
        """Take away the places where forward has a corner and the gradient is one of its slopes."""
        left = off.reshape(-1).copy()
        places = np.flatnonzero(left)
        left[places[:64]] = ~right_at(spot_of(forward, x, dout, g), places[:64])
        if len(places) and not left.any():
            self.notes.append(
                "forward has a corner at some of these numbers, where any slope between is right"
            )
        return left.reshape(off.shape)

    def _by_differences(
        self,
        name: str,
        of: str,
        x: Array,
        g: Array,
        wanted: Array | None,
        forward: Callable[[Array], Array],
        dout: Any,
    ) -> GradientReport:
        """A gradient of which differences decide, or one of a wrong shape."""
        if g.shape != x.shape:
            why = guess(g, differences(forward, x, dout) if wanted is None else wanted, names=self._sizes())
            words = str(why) if why else f"shape {g.shape} instead of {x.shape}"
            return GradientReport(name, of, x.shape, "wrong", words, why)
        if not np.isfinite(g).all():
            at = tuple(int(i) for i in np.argwhere(~np.isfinite(g))[0])
            words = f"backward gives {g[at]} where the argument is {x[at]:.6g}"
            return GradientReport(name, of, x.shape, "wrong", words, None, at, float(g[at]))
        fault = compared(forward, x, dout, g)
        if fault is None:
            return GradientReport(name, of, x.shape, "right")
        whole = fault.found.shape == x.shape
        why = usual(fault.found, fault.wanted, x, self._sizes()) if whole else None
        index, found = fault.index, fault.gradient
        return GradientReport(
            name, of, x.shape, "wrong", str(why or ""), why, index, found, fault.differences
        )

    def _why(
        self, g: Array, wanted: Array, place: Place, right: Rightful, dout: Any
    ) -> tuple[Guess | None, str]:
        x = self.made.value(place)
        why = self._without_dout(g, place, right, dout)
        why = why or usual(g, wanted, x, self._sizes()) or self._exchanged(g, place, right)
        why = why or of_arrays(g, wanted, np.asarray(dout), self.at_hand, self._sizes())
        if self.differs:
            why = self._after_forward(why, g, place, dout)
        return why, str(why) if why else ""

    def _after_forward(self, why: Guess | None, g: Array, place: Place, dout: Any) -> Guess:
        """What is to be said where forward is not the reference's already."""
        start = self.made.value(place)
        if g.any() and compared(self.made.evaluator(place), start, np.asarray(dout, dtype=float), g) is None:
            text = "right for your own forward, which differs: mend that first"
        else:
            text = "forward differs already: mend that first"
        if why is None:
            return Guess("after forward", text, short="wrong")
        return replace(why, text=f"{why.text} ({text})") if "own" in text else why

    def _without_dout(self, g: Array, place: Place, right: Rightful, dout: Any) -> Guess | None:
        """The gradient for dout = 1."""
        if not np.ndim(dout) or right.out is None:
            return None
        made, like, one = self.made, self.like, np.ones(np.shape(dout))
        if like is None:
            again = rightful.recorded(made, [place], one, right.out)
        elif hasattr(like, "named_parameters") or hasattr(like, "backward"):
            return None
        else:
            again = rightful.of_function(like, made, [*right.gradients], one, "")
        ones = again.gradients.get(place) if isinstance(again, Rightful) else None
        if ones is None or ones.shape != g.shape or not np.allclose(g, ones, rtol=1e-6):
            return None
        return Guess("dout", "dout is not used: this is the gradient for dout = 1")

    def _exchanged(self, g: Array, place: Place, right: Rightful) -> Guess | None:
        """The right gradient of something else."""
        for other, theirs in right.gradients.items():
            if other != place and theirs.shape == g.shape and g.any() and np.allclose(g, theirs, rtol=1e-6):
                name = self.made.argument_names()[other] if isinstance(other, int) else dotted(*other)
                return Guess("exchanged", f"this is the gradient of {name}: exchanged?")
        return None

    # ---- what else may be wrong ----------------------------------------------------------------------------

    def _look_for_chance(self, out: Array) -> None:
        """Whether forward draws random numbers; every call here starts from the same ones."""
        made = self.made
        layer = made.fresh()
        first, second = made.forward(layer), made.forward(layer)
        if not np.array_equal(first, second, equal_nan=True):
            mask = " (self.mask is kept)" if hasattr(layer, "mask") else ""
            self.notes.append(
                f"forward draws random numbers, or depends on earlier calls{mask}: "
                "every call here started anew"
            )

    def _look_for_lasting_state(self, run: Run, dout: Any) -> None:
        """Whether backward uses what another forward left: of another object, or of an earlier call."""
        made = self.made
        other = made.fresh()
        others = [_other(x) for x in made.inputs]
        disturbed = made.run(dout, between=lambda: _quietly(other.forward, others))
        if not _same(made, run, disturbed):
            self.faults.append(
                "backward uses what the forward of another object left: it is kept in the class or in a "
                "global variable; keep it in self"
            )
            return
        earlier = made.run(dout, before=lambda layer: _quietly(layer.forward, others))
        if np.array_equal(earlier.out, run.out) and not _same(made, run, earlier):
            self.faults.append(
                "backward uses what an earlier forward left: a second forward must overwrite everything "
                "that backward reads"
            )

    # ---- what is said --------------------------------------------------------------------------------------

    def _made(self, how: str, reports: Sequence[GradientReport], picture: Graph | None) -> LayerReport:
        if picture is not None:
            picture = marked(picture, reports)
        faults, names = tuple(dict.fromkeys(self.faults)), tuple(self.made.argument_names())
        return LayerReport(self.made.name, how, tuple(reports), faults, tuple(self.notes), picture, names)


def uneven(shape: tuple[int, ...]) -> Array:
    """A dout in which no two numbers are alike and none is near 0, the same in every run."""
    rng = np.random.default_rng(7)
    return np.asarray(rng.uniform(0.5, 1.5, shape) * np.where(rng.random(shape) < 0.5, -1.0, 1.0))


def _is_skipped(place: Place, found: Mapping[Place, Any]) -> bool:
    """A second input for which backward returned None on purpose, as for labels."""
    return isinstance(place, int) and place > 0 and is_unwritten(found.get(place, 0))


def _other(x: Any) -> Any:
    """Another input of the same shape; labels are turned round."""
    if not isinstance(x, np.ndarray):
        return x
    return x * 0.5 - 0.3 if x.dtype.kind == "f" else x[::-1].copy()


def _quietly(function: Callable[..., Any], args: Sequence[Any]) -> None:
    try:
        function(*args)
    except Exception:
        return


def _same(made: Handmade, one: Run, two: Run) -> bool:
    """Whether two runs left the same gradients."""
    if two.raised:
        return False
    pairs = [(one.returned, two.returned)]
    pairs += [(one.gradient(*p), two.gradient(*p)) for p in arrays(one.layer)]
    for a, b in pairs:
        parts = zip(a, b, strict=True) if is_several(a) else [(a, b)]
        for x, y in parts:
            if (x is None) != (y is None):
                return False
            if x is not None and not np.allclose(np.asarray(x, float), np.asarray(y, float), equal_nan=True):
                return False
    return True
