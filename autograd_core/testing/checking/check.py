"""Checks of gradients that end in a diagnosis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np

from autograd_core.testing.checking.cuts import cuts
from autograd_core.testing.checking.diagnosis import Diagnosis, Verdict
from autograd_core.testing.checking.entries import cell, mistake, sizes
from autograd_core.testing.checking.examine import Outcome, blamed, examine
from autograd_core.testing.checking.guesses import Guess, guess
from autograd_core.testing.checking.repeats import difference
from autograd_core.testing.checking.subject import Arrays, Level, Subject
from autograd_core.testing.checking.survey import Entry, Flaw, Spot, index_of, neighbours
from autograd_core.testing.checking.weights import counts, weights
from autograd_core.testing.checking.wording import called, written

MODES = ("reverse", "forward")


def check_gradients(
    f: Callable[..., Any], *args: Any, order: int = 2, modes: Sequence[str] = MODES
) -> Diagnosis:
    """Compare the engine's derivatives of f with differences of f, and say what is wrong.

    Whether a derivative is right is decided by how the remainder f(x + h v) − f(x) − h ⟨g, v⟩ falls as the
    step h is made smaller: like h² where g is right, like h where it is wrong. At a kink the slopes of both
    sides differ, and g is right if it lies between them.

    Args:
        f: a function of numbers, arrays, Tensors and lists, tuples and dicts of them, written in functions of
            this library or NumPy's; it may return any of these too.
        args: where to check it. Integers are left alone; a lone 2 is taken as 2.
        order: up to which order; the second is checked by differences of the engine's gradient.
        modes: reverse, forward, or both.

    Returns a `Diagnosis`: true if all is right, its `str` a report.

    Raises:
        TypeError: if f is no function, no argument holds floating numbers, or no result does.
        ValueError: for an unknown mode or order, or if f is nowhere finite at the arguments.

    >>> check_gradients(lambda x, y: x**2 * y, 3.0, 2.0).verdict
    <Verdict.OK: 'the derivatives agree with differences'>
    >>> bool(check_gradients(abs, 0.0)), check_gradients(abs, 0.0).verdict.name
    (True, 'KINK')
    """
    asked = _modes(modes)
    if isinstance(order, bool) or order < 1 or order != int(order):
        raise ValueError(f"check_gradients: order is a whole number from 1, got {order!r}")
    subject = Subject(f, args)
    try:
        restless = difference(subject)
    except TypeError as error:
        if "would lose" not in str(error):
            raise
        return _finished(Diagnosis(Verdict.DISCONNECTED, notes=(str(error),)))
    if restless is not None:
        return _restless(*restless, several=len(subject.plain(subject.start)) > 1)
    return _Check(subject, order, asked).diagnosis()


def assert_gradients(f: Callable[..., Any], *args: Any, order: int = 2, modes: Sequence[str] = MODES) -> None:
    """Raise AssertionError with the diagnosis unless the derivatives of f are right.

    >>> assert_gradients(np.tanh, np.array([0.5, -1.0]))
    """
    diagnosis = check_gradients(f, *args, order=order, modes=modes)
    if not diagnosis:
        raise AssertionError(str(diagnosis))


def _modes(modes: Sequence[str]) -> tuple[str, ...]:
    asked = (modes,) if isinstance(modes, str) else tuple(modes)
    if not asked or any(mode not in MODES for mode in asked):
        raise ValueError(f"check_gradients: modes are 'reverse' and 'forward', got {modes!r}")
    return asked


def _finished(diagnosis: Diagnosis) -> Diagnosis:
    return replace(diagnosis, text=written(diagnosis))


def _restless(k: int, index: tuple[int, ...], a: float, b: float, reason: str, several: bool) -> Diagnosis:
    which = f" of result {k}" if several else ""
    at = f" at [{', '.join(map(str, index))}]" if index else ""
    notes = (f"The value{which}{at} was first {a:.9g}, then {b:.9g}.", reason)
    return _finished(Diagnosis(Verdict.NONDETERMINISTIC, index=index, notes=notes))


@dataclass
class _Check:
    """One run: order by order, mode by mode, until something is wrong."""

    subject: Subject
    order: int
    modes: tuple[str, ...]
    passed: list[str] = field(default_factory=list)
    kink: Diagnosis | None = None

    def diagnosis(self) -> Diagnosis:
        self.arrays, self.values = self._start()
        self.weights = weights(self.values)
        found = self._orders()
        if found is not None:
            return _finished(self._low(found) if found.verdict is Verdict.NOISY else found)
        if self.kink is not None:
            return _finished(replace(self.kink, notes=(*self.kink.notes, *self.passed)))
        rounded = self._rounded()
        if rounded is not None:
            return _finished(rounded)
        numbers = ", ".join(f"{p.name} {p.shape}" if p.shape else p.name for p in self.subject.places)
        return _finished(Diagnosis(Verdict.OK, notes=(f"by {numbers}", *self.passed)))

    def _start(self) -> tuple[Arrays, Arrays]:
        """The arguments, in double precision if f takes them so, and the values of f."""
        arrays = self.subject.start
        values = self.subject.plain(arrays)
        if self.subject.low:
            try:
                higher = self.subject.plain(self.subject.promoted())
            except (TypeError, ValueError):
                higher = []
            if [y.shape for y in higher] == [y.shape for y in values]:
                arrays, values = self.subject.promoted(), higher
        if not values:
            raise TypeError(
                "check_gradients: f returns no floating numbers, so there is nothing to differentiate"
            )
        if not any(counts(y).any() for y in values) and any(y.size for y in values):
            raise ValueError(
                f"check_gradients: f is {values[0].reshape(-1)[0]} at these arguments; "
                "differences say nothing there, choose others"
            )
        self.subject.infinite = not all(counts(y).all() for y in values)
        self.names = [way for way, _ in self.subject.named(self.subject.variables(arrays))]
        return arrays, values

    def _orders(self) -> Diagnosis | None:
        level, arrays = Level(self.subject, [self.weights]), self.arrays
        for number in range(1, self.order + 1):
            first: Spot | None = None
            for mode in self.modes:
                spot = Spot(level, arrays, mode)
                if first is not None and _same(first, spot):
                    self.passed[-1] += f" and {mode}"
                    continue
                outcome = examine(spot)
                if outcome.kind in ("wrong", "noise"):
                    return self._failed(outcome, first)
                if outcome.kind == "kink" and self.kink is None:
                    self.kink = self._kinked(outcome)
                self.passed.append(_passed(number, mode, outcome))
                first = first or spot
            if self.kink is not None and number < self.order and first is not None:
                arrays = _off_kink(first)
            if number < self.order:
                level = level.higher(arrays)
        return None

    # ---- what is said about an outcome ---------------------------------------------------------------------

    def _kinked(self, outcome: Outcome) -> Diagnosis:
        d = self._located(Verdict.KINK, outcome)
        notes = (outcome.note,) if outcome.note else ()
        return replace(d, notes=notes)

    def _failed(self, outcome: Outcome, other: Spot | None) -> Diagnosis:
        spot = outcome.spot
        if outcome.kind == "noise":
            return self._noisy(outcome)
        entry = self._entry(outcome)
        place = entry[0]
        notes = [outcome.note] if outcome.note else []
        if other is not None and spot.arrays is other.arrays:
            notes.append(f"The derivative in {other.mode} mode is right.")
        if spot.level.order > 1:
            notes.append("The order before is right.")
        dead = _dead(spot, place)
        d = self._located(Verdict.DISCONNECTED if dead else Verdict.WRONG, outcome)
        if outcome.flaw is not None and outcome.flaw.finding.kind == "wrong" and not dead:
            notes.append(_remainder(outcome.flaw))
        if outcome.flaw is not None and outcome.flaw.entry is None:
            notes.append(_together(outcome.flaw))
        left = self._cuts(spot, place) if spot.level.order == 1 else []
        if dead:
            named = self.subject.places[place].name
            notes += [f"{named} leaves the graph by {cut}" for cut in left[:3]] or [_silent(spot, place)]
            return replace(d, notes=tuple(notes))
        op = outcome.op
        if op is None and spot.level.order == 1:
            op = blamed(spot)[0]
        answer = None if outcome.note else self._guessed(spot, place, d)
        if left and op is None:
            answer = Guess("detached", f"a term is cut off from the graph: {left[0]}")
        return replace(d, op=op, guess=answer, notes=tuple(notes))

    def _guessed(self, spot: Spot, place: int, d: Diagnosis) -> Guess | None:
        """From the gradient by the whole argument, else from the worst entry."""
        names = sizes(spot, self.values)
        answer = mistake(spot, place, names)
        if answer is None and d.engine is not None and d.differences is not None:
            answer = guess(d.engine, d.differences, names=names)
            return answer if answer and answer.kind in ("sign", "factor") else None
        return answer

    def _located(self, verdict: Verdict, outcome: Outcome) -> Diagnosis:
        entry = self._entry(outcome)
        spot, flaw = outcome.spot, outcome.flaw
        assert flaw is not None
        place = self.subject.places[entry[0]]
        d = Diagnosis(
            verdict,
            place.name,
            place.position,
            index_of(entry, place.shape),
            mode=spot.mode,
            order=spot.level.order,
        )
        if flaw.entry is None:
            own = spot.judge(spot.single(entry), entry)
            if own.finding.kind == "right":
                return replace(d, engine=flaw.slope, differences=flaw.finding.slope)
            flaw = own
        found = cell(spot, flaw, entry)
        output, result = self._output(found.chosen[0])
        first = None
        if len(found.chosen) > 1 and (inner := found.chosen[1]) is not None:
            before = self.subject.places[inner[0]]
            first = called(before.name, index_of(inner, before.shape))
        both = found.flaw.finding.kind in ("kink", "jump")
        return replace(
            d,
            output=output,
            result=result,
            first=first,
            engine=found.engine,
            differences=found.differences,
            error=found.error if verdict is Verdict.NOISY else None,
            left=found.left if both else None,
            right=found.right if both else None,
        )

    def _output(self, chosen: Entry | None) -> tuple[tuple[int, ...] | None, str]:
        """The index within a result, and how the entry is called."""
        if chosen is None:
            return None, self.names[0] if len(self.names) == 1 else "f"
        index = index_of(chosen, self.values[chosen[0]].shape)
        return index or None, called(self.names[chosen[0]], index)

    def _entry(self, outcome: Outcome) -> Entry:
        """The number to name: that of the flaw, or the first at a kink, or the first at all."""
        flaw = outcome.flaw
        if flaw is not None and flaw.entry is not None:
            return flaw.entry
        kinked = [f.entry for f in outcome.survey.flaws if f.entry is not None]
        return min(kinked) if kinked else outcome.spot.entries()[0]

    def _cuts(self, spot: Spot, place: int) -> list[str]:
        return cuts(self.subject.call, self.subject.variables(spot.arrays), place)

    def _noisy(self, outcome: Outcome) -> Diagnosis:
        d = self._located(Verdict.NOISY, outcome)
        flaw = outcome.flaw
        assert flaw is not None
        if not isfinite(flaw.finding.slope):
            note = "f is finite on neither side of the arguments."
        else:
            note = (
                "Differences at no step show a slope: the values jump about, by rounding or by noise of "
                "their own. Check f where it is smoother, or in parts."
            )
        return replace(d, notes=(note,))

    def _low(self, found: Diagnosis) -> Diagnosis:
        """NOISY because something is computed in less than double precision."""
        low = [y for y in (*self.values, *self.arrays) if y.dtype.itemsize < 8]
        if not low and not self.subject.low:
            return found
        kind = low[0].dtype if low else next(p.dtype for p in self.subject.places if p.dtype.itemsize < 8)
        note = f"f computes in {kind}, also when it is given float64. Check it in float64."
        return replace(found, verdict=Verdict.LOW_PRECISION, notes=(note,))

    def _rounded(self) -> Diagnosis | None:
        """LOW_PRECISION if the derivative is right, but not in the precision of the arguments."""
        if not self.subject.low or self.arrays is self.subject.start or "reverse" not in self.modes:
            return None
        level = Level(self.subject, [self.weights])
        for p, (high, low) in enumerate(
            zip(level.gradient(self.arrays), level.gradient(self.subject.start), strict=True)
        ):
            place = self.subject.places[p]
            if high is None or low is None or not high.size or place.dtype.itemsize >= 8:
                continue
            off = np.abs(np.asarray(low, float) - high)
            off = np.where(np.isnan(off), np.inf, off)
            worst = np.unravel_index(int(off.argmax()), off.shape)
            allowed = min(0.3, 30 * float(np.finfo(place.dtype).eps) ** 0.5)
            if off[worst] > allowed * np.abs(high).max():
                weighted = " (of the weighted results)" if sum(y.size for y in self.values) > 1 else ""
                unit = 1.0 if weighted else float(self.weights[0].reshape(-1)[0])
                note = (
                    f"In float64 the derivatives are right. In {place.dtype} the engine gives "
                    f"{float(np.asarray(low)[worst]) / unit:.6g} where float64 gives "
                    f"{float(high[worst]) / unit:.6g}{weighted}: rounding or overflow inside f."
                )
                index = tuple(int(i) for i in worst)
                return Diagnosis(
                    Verdict.LOW_PRECISION, place.name, place.position, index, order=1, notes=(note,)
                )
        return None


def _same(a: Spot, b: Spot) -> bool:
    """Whether two modes agree along random directions."""
    rng = np.random.default_rng(3)
    entries = a.entries()
    for _ in range(2):
        direction = a.several(entries, rng)
        x, y = a.slope(direction), b.slope(direction)
        size = max(abs(x), abs(y), a.total)
        if not abs(x - y) <= 1e5 * a.rounding * size + 8 * a.noise:
            return False
    return True


def _off_kink(spot: Spot) -> Arrays:
    near = next(iter(neighbours(spot, np.random.default_rng(4))), spot)
    return near.arrays


def _passed(number: int, mode: str, outcome: Outcome) -> str:
    if outcome.kind == "kink":
        return f"order {number}: {mode}"
    lines = outcome.survey.lines
    if not lines:
        return f"order {number}: nothing to compare, no numbers; {mode}"
    return f"order {number}: within {outcome.survey.deviation:.0e} along {lines} lines; {mode}"


def _remainder(flaw: Flaw) -> str:
    p = flaw.finding.exponent
    if p is None or not isfinite(p):
        return "The engine's derivative is not finite, the slope of the function is."
    return f"The remainder falls like h^{p:.2f} with the step h; of a right derivative like h^2."


def _together(flaw: Flaw) -> str:
    sides = (flaw.finding.left, flaw.finding.right)
    nearest = min(sides, key=lambda side: abs(side - flaw.slope))
    times = f" {flaw.slope / nearest:.3g} times the nearest slope" if nearest else " no slope of the function"
    return (
        "Each derivative alone is a slope here, but not all together: where all numbers move at once the "
        f"engine gives{times}. At a tie the shares must add up to 1."
    )


def _silent(spot: Spot, place: int) -> str:
    if spot.mode == "reverse" and spot.gradient[place] is None:
        return "No recorded path leads from the result to it: a plain copy, or a rule that is None."
    return "A path is recorded, but a rule on it gives 0."


def _dead(spot: Spot, place: int) -> bool:
    """Whether the engine's derivative by a whole argument is 0."""
    if spot.mode == "reverse":
        gradient = spot.gradient[place]
        return gradient is None or not np.any(gradient)
    entries = [entry for entry in spot.entries() if entry[0] == place]
    return spot.slope(spot.several(entries, np.random.default_rng(5))) == 0
