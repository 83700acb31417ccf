"""`check_optimizer`: an optimizer written by hand, run beside the right one, and where they part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from autograd_core.testing.layers.handmade import Chance, is_unfinished
from autograd_core.testing.optimizers.departures import PLACE, Settings, departures
from autograd_core.testing.optimizers.paths import RATES, Go, Paths, in_the_valley, of_one_number
from autograd_core.testing.optimizers.runners import (
    Array,
    Course,
    Track,
    Values,
    named,
    rate_name,
    run,
    settings_of,
    takes_tensors,
)
from autograd_core.testing.optimizers.runners import made as made_anew
from autograd_core.testing.optimizers.updates import EPS, UPDATES, Update
from autograd_core.testing.showing import bundle, page

STEPS = 6
NEAR = 1e-7
"""Two steps are alike if they differ by so much of the largest."""
LASTING = (
    "a second object of the class goes on where the first has stopped: its state is kept in the class or in "
    "a global variable; make it in __init__, self.v = {}"
)
EXCHANGED = "β₁ and β₂ are exchanged in __init__: usual are 0.9 for the gradient, 0.999 for its square"
SHARED = ("shared", "all parameters share one state: keep one per key, self.v[key]")


@dataclass(frozen=True, repr=False)
class OptimizerReport:
    """What `check_optimizer` found: true if all is right. `str` is the whole report.

    Attributes:
        optimizer: the name of the class.
        like: what it was compared with.
        step: the first update, from 1, at which the two part; None if they do not.
        parameter: in which parameter.
        index: where it is furthest off.
        found: the number there after that update.
        wanted: the right one.
        kind: a word for the mistake: sign, bias, eps, outside, state, shared, copy, factor, ...
        words: the mistake in a line.
        faults: what is wrong besides, in sentences.
        notes: what is good to know.
        paths: both of them from update to update, if they part.
    """

    optimizer: str
    like: str
    step: int | None = None
    parameter: str | None = None
    index: tuple[int, ...] | None = None
    found: float | None = None
    wanted: float | None = None
    kind: str | None = None
    words: str = ""
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    paths: Paths | None = None

    def __bool__(self) -> bool:
        return self.step is None and not self.faults

    def __str__(self) -> str:
        if self.step is not None:
            head = f"parts from {self.like} at update {self.step}, in {self.parameter}"
        elif self.kind is not None:
            head = f"cannot be run beside {self.like}"
        else:
            head = f"moves like {self.like}" + (", but:" if self.faults else "")
        lines = [f"{self.optimizer}: {head}"]
        if self.step is not None:
            lines.append(f"  worst at {self.index}: {self.found:.8g}, right is {self.wanted:.8g}")
        if self.words:
            lines.append(f"  it looks like: {self.words}")
        lines += [f"  ! {fault}" for fault in self.faults]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<OptimizerReport: {str(self).splitlines()[0]}>"

    def _repr_html_(self) -> str:
        """For notebooks: the report and the paths."""
        return page(str(self), [] if self.paths is None else [self.paths])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(str(self), [] if self.paths is None else [self.paths])


def check_optimizer(cls_or_obj: Any, like: Any = None) -> OptimizerReport:
    """Run a hand-written optimizer and the right one on the same gradients, and explain where they part.

    Both make six updates of three parameters; in the middle the learning rate is halved, if the object has
    one that can be set. Some gradients are tiny and one is always 0, so that the place of ε is seen.

    Args:
        cls_or_obj: a class or an object with `update(params, grads)` on dicts (or lists) of arrays, with
            `update(p, g)` on one array, or a class that is made with its parameters and has `step()`, such as
            those of the package optim.
        like: "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta" or "Adam" for the lecture's
            formula with the settings of the object; or another optimizer, of any of these styles. By default
            the one after which the class is called.

    Returns:
        A report, true if all is right.

    Raises:
        ValueError: for an unknown name.
        TypeError: for something that is no optimizer.

    >>> class Momentum:
    ...     def __init__(self, lr=0.1, alpha=0.9):
    ...         self.lr, self.alpha, self.v = lr, alpha, {}
    ...     def update(self, params, grads):
    ...         for k in params:
    ...             self.v[k] = self.alpha * self.v.get(k, 0) + self.lr * grads[k]
    ...             params[k] += self.v[k]
    >>> print(check_optimizer(Momentum))
    Momentum: parts from the lecture's Momentum at update 1, in W
      worst at (0, 2): -0.27011188, right is -0.55601521
      it looks like: the step has the wrong sign: it climbs
    """
    return _Check(cls_or_obj, named(cls_or_obj), like).report()


class _Check:
    def __init__(self, what: Any, name: str, like: Any) -> None:
        self.what, self.name = what, name
        self.kind = _lecture_name(like if isinstance(like, str) else name if like is None else named(like))
        if like is None and self.kind is None:
            raise ValueError(
                f"check_optimizer: say what {name} should be like: {_choices()}, or an optimizer"
            )
        if isinstance(like, str) and self.kind is None:
            raise ValueError(f"check_optimizer: like is one of {_choices()}, or an optimizer; got {like!r}")
        self.like = None if like is None or isinstance(like, str) else like
        self.defaults = _defaults(self.kind) if self.kind else dict(ANY)
        self.own = settings_of(what, self.defaults)
        self.settings: Settings = {**self.defaults, **self.own}
        rates = [rate_name(one, self.settings) for one in (what, self.like) if one is not None]
        self.halve = STEPS // 2 if all(rates) else None

    def report(self) -> OptimizerReport:
        chance = Chance(made_anew(self.what, self.settings)) if self._is_plain() else None
        try:
            if chance is not None:
                chance.rewind()  # to copies of what the class has: its own are not changed
            report = self._report()
            if self._is_plain() and self._goes_on():
                report = replace(report, faults=(*report.faults, LASTING))
            if self._is_plain() and self._exchanges_betas():
                report = replace(report, faults=(*report.faults, EXCHANGED))
            return report
        finally:
            if chance is not None:
                chance.finish()

    def _is_plain(self) -> bool:
        """Whether it is a class of which objects are made, without parameters."""
        updates = callable(getattr(self.what, "update", None)) and not takes_tensors(self.what)
        return isinstance(self.what, type) and updates

    def _exchanges_betas(self) -> bool:
        """Whether the constructor takes for β₁ what is usual for β₂, and the other way round."""
        usual = [self.defaults.get(name) for name in ("beta2", "beta1")]
        return None not in usual and [self.own.get(name) for name in ("beta1", "beta2")] == usual

    def _goes_on(self) -> bool:
        """Whether a second object of the class begins where a first one stopped."""
        one, two = (run(self.what, self.course(), self.settings)[0] for _ in range(2))
        if one.raised or two.raised:
            return one.raised != two.raised
        return _parting(two.values, one.values, self.course().start) is not None

    def _report(self) -> OptimizerReport:
        tracks = run(self.what, self.course(), self.settings)
        called = f"the lecture's {self.kind}" if self.like is None else named(self.like)
        if tracks[0].raised:
            return self._raised(tracks[0], called)
        # the style in which it is right, if there is one
        track = next((t for t in tracks if self._parts(t) is None), tracks[0])
        wanted, extra, right = self._reference(track)
        notes = [*track.notes, *extra]
        place = _parting(track.values, wanted, self.course().start)
        made = partial(OptimizerReport, self.name, called, faults=tuple(track.faults), notes=tuple(notes))
        if place is None:
            return made()
        step, parameter, index = place
        kind, words = self._explained(track.values, wanted)
        before = [self.course().start]
        one, two = ([v[parameter][index] for v in (*before, *values)] for values in (track.values, wanted))
        number = f"{parameter}[{', '.join(map(str, index))}]"
        paths = in_the_valley(self._again(track.style), right, self.name, called)
        return made(
            paths=paths or of_one_number(one, two, step + 1, self.name, called, number),
            step=step + 1,
            parameter=parameter,
            index=index,
            found=float(track.values[step][parameter][index]),
            wanted=float(wanted[step][parameter][index]),
            kind=kind,
            words=words,
        )

    def _parts(self, track: Track) -> tuple[int, str, tuple[int, ...]] | None:
        return _parting(track.values, self._reference(track)[0], self.course().start)

    # ---- the right one -------------------------------------------------------------------------------------

    def course(self, names: Sequence[str] = ("W", "V", "b")) -> Course:
        """Three parameters, two of one shape so that a state that they share shows in the numbers."""
        rng = np.random.default_rng(2)
        start: Values = {n: rng.standard_normal((3,) if n == "b" else (2, 3)) for n in names}
        gradients = []
        for _ in range(STEPS):
            g = {
                n: rng.uniform(0.2, 2.0, v.shape) * rng.choice([-1.0, 1.0], v.shape) for n, v in start.items()
            }
            g[names[0]][0, 0] *= 1e-8  # as small as ε
            g[names[0]][0, 1] = 0.0
            gradients.append(g)
        return Course(start, gradients, self.halve)

    def _again(self, style: str) -> Go:
        """Run the hand-written one once more, in a style in which it runs, with the rate of the valley."""
        settings = self._in_the_valley(self.settings)
        what = self.what
        rate = rate_name(what, self.settings)
        if rate is not None and callable(getattr(what, "update", None)) and not takes_tensors(what):
            what = made_anew(what, self.settings)
            setattr(what, rate, settings["lr"])
        elif not isinstance(what, type):
            settings = self.settings

        def go(course: Course) -> list[Values] | None:
            tracks = run(what, course, settings)
            return next((t.values for t in tracks if t.style == style and not t.raised), None)

        return go

    def _in_the_valley(self, settings: Settings) -> Settings:
        """The settings with the learning rate that shows a path, where both are known to take it."""
        rate = RATES.get(str(self.kind)) if self.like is None and self.halve is not None else None
        return settings if rate is None else {**settings, "lr": rate}

    def _reference(self, track: Track) -> tuple[list[Values], list[str], Go]:
        """Where the right one goes, what is to be said of it, and how to run it on another course."""
        if self.like is not None:
            right = run(self.like, self.course(), self.settings, every=True)[0]
            if right.raised:
                raise ValueError(f"check_optimizer: {named(self.like)}, the reference, {right.raised}")
            like = self.like
            return right.values, [], lambda course: run(like, course, self.settings, every=True)[0].values
        assert self.kind is not None
        updates = UPDATES[self.kind]
        tries: list[tuple[Update, Settings]] = [(u, self.settings) for u in updates]
        if "eps" in self.settings and "eps" not in self.own:
            tries += [(u, {**self.settings, "eps": eps}) for eps in EPS for u in updates]
        for update, settings in tries:
            values = self.simulated(update, settings)
            if _parting(track.values, values, self.course().start) is None:
                notes = [f"ε = {settings['eps']:g}"] if settings != self.settings else []
                if len(updates) > 1:
                    notes.append(
                        "the form " + ("of the original" if update is updates[0] else "rewritten, with λₜ")
                    )
                return values, notes, self._simulator(update, settings)
        # none of them: the one that goes along longest
        longest = max(tries, key=lambda t: self._along(track, self.simulated(*t)))
        return self.simulated(*longest), [], self._simulator(*longest)

    def _simulator(self, update: Update, settings: Settings) -> Go:
        return partial(self.simulated, update, self._in_the_valley(settings))

    def _along(self, track: Track, values: list[Values]) -> int:
        """How many updates a track goes along with another."""
        place = _parting(track.values, values, self.course().start)
        return STEPS if place is None else place[0]

    def simulated(
        self, update: Update, settings: Settings, course: Course | None = None, *, shared: bool = False
    ) -> list[Values]:
        """Where an update function goes; `shared`: the two parameters of one shape have one state."""
        course = course or (_without_b(self.course()) if shared else self.course())
        values = course.fresh()
        one: dict[str, Any] = {}
        states = {n: one if shared else {PLACE: (i, len(values))} for i, n in enumerate(values)}
        lr, track = settings["lr"], []
        for n, gradients in enumerate(course.gradients):
            lr = lr / 2 if course.halve == n else lr
            now = {**settings, "lr": lr}
            with np.errstate(all="ignore"):
                values = {k: update(p, gradients[k], states[k], **now) for k, p in values.items()}
            track.append(values)
        return track

    # ---- what is wrong -------------------------------------------------------------------------------------

    def _explained(self, found: list[Values], wanted: list[Values]) -> tuple[str | None, str]:
        start = self.course().start
        if _parting(found, [start] * STEPS, start) is None:
            if is_unfinished(self.what):
                return "empty", "update is not filled in yet: nothing changes"
            return "copy", (
                "nothing changes: the update is made on a copy (p = p - ...); write params[key] -= ..."
            )
        if self.like is not None:
            mine, theirs = self._formula(found), self._formula(wanted)
            if mine and theirs:
                return "other", f"here {mine}; there {theirs}"
        for kind, words, update, settings in self._suspects():
            if _parting(found, self.simulated(update, settings), start) is None:
                return kind, words
        if self._shares_state(found):
            return SHARED
        if self.kind is not None and self.halve is not None and self._never_halved(found):
            return "rate", "a change of the learning rate is not noticed: use self.lr in every update"
        c = _factor(found, wanted, start)
        if c is not None:
            return "factor", f"every step is × {c:.6g}"
        return None, ""

    def _never_halved(self, found: list[Values]) -> bool:
        """Whether it moves as the right one does whose learning rate is left as it was."""
        course = self.course()
        course.halve = None
        tracks = (self.simulated(update, self.settings, course) for update in UPDATES[str(self.kind)])
        return any(_parting(found, track, course.start) is None for track in tracks)

    def _formula(self, values: list[Values]) -> str:
        """Which of the right formulas it is, and with which ε; "" if it is none."""
        for name, update, settings in self._formulas():
            if _parting(values, self.simulated(update, settings), self.course().start) is None:
                form = " (rewritten)" if update is not UPDATES[name][0] else ""
                return f"{name}{form}" + (f", ε = {settings['eps']:g}" if "eps" in settings else "")
        return ""

    def _formulas(self) -> Iterator[tuple[str, Update, Settings]]:
        """Every right formula, with the settings of this one and every usual ε."""
        for name, updates in UPDATES.items():
            known = _defaults(name)
            known = {**known, **settings_of(self.what, known)}
            for eps in dict.fromkeys((known["eps"], *EPS)) if "eps" in known else (None,):
                for update in updates:
                    yield name, update, known if eps is None else {**known, "eps": eps}

    def _suspects(self) -> Iterator[tuple[str, str, Update, Settings]]:
        if self.kind is not None:
            yield from departures(self.kind, self.settings)
        for name, update, settings in self._formulas():
            if name != self.kind:
                yield "other", f"this is the formula of {name}", update, settings

    def _shares_state(self, found: list[Values]) -> bool:
        """Whether the parameters of one shape move as if they had one state."""
        start = _without_b(self.course()).start
        pair = [{name: values[name] for name in start} for values in found]
        updates = () if self.kind in (None, "SGD") else UPDATES[str(self.kind)]
        shared = (self.simulated(update, self.settings, shared=True) for update in updates)
        return any(_parting(pair, track, start) is None for track in shared)

    def _raised(self, track: Track, called: str) -> OptimizerReport:
        """An update that raises: with parameters of one shape it may run, and tell more."""
        words, kind = "", "raised"
        pair = run(self.what, _without_b(self.course()), self.settings)[0]
        if not pair.raised and self._shares_state(pair.values):
            kind, words = SHARED
        return OptimizerReport(
            self.name,
            called,
            kind=kind,
            words=words,
            faults=(track.raised, *track.faults),
            notes=tuple(track.notes),
        )


ANY: Settings = {"lr": 0.01, "momentum": 0.9, "rho": 0.99, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def _without_b(course: Course) -> Course:
    rest = [{k: v for k, v in g.items() if k != "b"} for g in course.gradients]
    return Course({k: v for k, v in course.start.items() if k != "b"}, rest, course.halve)


def _lecture_name(name: str) -> str | None:
    """The lecture's name for it, whatever the case of the letters."""
    return next((known for known in UPDATES if known.lower() == name.lower()), None)


def _choices() -> str:
    return ", ".join(f'"{name}"' for name in UPDATES)


def _defaults(name: str) -> Settings:
    """The settings of the lecture's optimizer of this name."""
    parameters = signature(UPDATES[name][0]).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "root"}


def _steps(values: Sequence[Values], start: Mapping[str, Array]) -> list[Values]:
    before: Sequence[Mapping[str, Array]] = [start, *values[:-1]]
    return [{k: v[k] - b[k] for k in v} for v, b in zip(values, before, strict=True)]


def _parting(
    found: Sequence[Values], wanted: Sequence[Values], start: Mapping[str, Array]
) -> tuple[int, str, tuple[int, ...]] | None:
    """The first update in which two tracks part, in which parameter and where; None if they do not."""
    theirs = _steps(wanted, start)
    for n, (one, two) in enumerate(zip(_steps(found, start), theirs, strict=True)):
        for name in two:
            off = np.abs(one[name] - two[name])
            size = np.abs(two[name])
            # as large as the numbers allow: a step is the difference of two of them
            allowed = NEAR * size + 1e-13 * (1 + np.abs(wanted[n][name])) if np.isfinite(size).all() else 0.0
            same = (off <= allowed) | (np.isnan(one[name]) & np.isnan(two[name])) | (one[name] == two[name])
            if not same.all():
                k = int(np.argmax(np.where(same, -1.0, np.nan_to_num(off, nan=np.inf, posinf=np.inf))))
                return n, name, tuple(int(i) for i in np.unravel_index(k, off.shape))
    return None


def _factor(found: list[Values], wanted: list[Values], start: Mapping[str, Array]) -> float | None:
    """c, if every step is c times the right one."""
    ratios = []
    for one, two in zip(_steps(found, start), _steps(wanted, start), strict=True):
        for name in two:
            solid = np.abs(two[name]) > 1e-3 * np.abs(two[name]).max(initial=0.0)
            ratios.append((one[name][solid] / two[name][solid]).reshape(-1))
    every = np.concatenate(ratios)
    c = float(np.median(every)) if every.size else float("nan")
    return c if np.isfinite(every).all() and np.allclose(every, c, rtol=1e-6) else None
