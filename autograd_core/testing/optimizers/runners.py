"""Optimizers of any style, run on given gradients: what the parameters are after each update.

Known styles: `update(params, grads)` on dicts or lists of arrays, in place or by rebinding; `update(p, g)` on
one array, in place or by its result; and `step()`, of a class that is made with the parameters, with
gradients in `.grad` or as an argument.
"""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograd_core.tensor import Tensor
from autograd_core.testing.layers.handmade import happened
from autograd_core.testing.optimizers.updates import ALIASES

Array = np.ndarray[Any, Any]
Values = dict[str, Array]


@dataclass
class Track:
    """What an optimizer did.

    Attributes:
        values: the parameters after each update.
        faults: what is wrong whatever the numbers are.
        notes: what is good to know.
        raised: what an update raised, after which there are no values.
        style: how it was called.
    """

    values: list[Values] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raised: str = ""
    style: str = ""


class Course:
    """What all optimizers are run on: parameters, gradients, and the update before which λ is halved."""

    def __init__(self, start: Mapping[str, Array], gradients: Sequence[Values], halve: int | None) -> None:
        self.start, self.gradients, self.halve = dict(start), list(gradients), halve

    def fresh(self) -> Values:
        return {name: value.copy() for name, value in self.start.items()}


def run(what: Any, course: Course, settings: Mapping[str, Any], *, every: bool = False) -> list[Track]:
    """Run an optimizer, a class or an object, in whichever style it is written.

    A class is made with the settings that it requires, or with `every` setting that it takes.

    Returns:
        What it did, in every style in which it runs, the likeliest first; if in none, why.

    Raises:
        TypeError: if it has none of the known styles.
    """
    if takes_tensors(what):
        return [_stepped(what, course, settings, tensors=True)]
    if callable(getattr(what, "update", None)):
        tracks = [style(partial(made, what, settings, every=every), course) for style in _styles(what)]
        return [track for track in tracks if not track.raised] or tracks[:1]
    if isinstance(what, type) and callable(getattr(what, "step", None)):
        return [_stepped(what, course, settings, tensors=_needs_no_argument(what))]
    raise TypeError(
        "check_optimizer: an optimizer has update(params, grads), update(p, g) or, as a class that is made "
        f"with the parameters, step(); {named(what)} has neither"
    )


def takes_tensors(what: Any) -> bool:
    """Whether it is one of ours, or made like them: by its methods, for they are not imported here."""
    cls = what if isinstance(what, type) else type(what)
    return hasattr(cls, "zero_grad") and hasattr(cls, "step")


def named(what: Any) -> str:
    """The name of a class, or of that of an object."""
    return what.__name__ if isinstance(what, type) else type(what).__name__


# ---- making them -------------------------------------------------------------------------------------------


def made(what: Any, settings: Mapping[str, Any], *, every: bool = False) -> Any:
    """An optimizer of its own: a copy of an object; of a class one with the settings that it requires.

    Raises:
        TypeError: if the class needs something that is no known setting.
    """
    if not isinstance(what, type):
        return copy.deepcopy(what)
    return what(**accepted(what, settings, required=not every))


def accepted(
    cls: type, settings: Mapping[str, Any], *, required: bool = False, skip: int = 0
) -> dict[str, Any]:
    """The arguments of a constructor that are settings, by its own names; or only those it requires."""
    found: dict[str, Any] = {}
    parameters = list(inspect.signature(cls).parameters.values())[skip:]
    for p in parameters:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        key = meaning(p.name, settings)
        if key is not None and (not required or p.default is p.empty):
            found[p.name] = settings[key]
        elif p.default is p.empty:
            raise TypeError(
                f"check_optimizer: {cls.__name__} needs {p.name}, which is no known setting: give an object"
            )
    return found


def meaning(name: str, settings: Mapping[str, Any]) -> str | None:
    """Which of the settings an argument or attribute of this name is."""
    return next((key for key, names in ALIASES.items() if key in settings and name.lower() in names), None)


def settings_of(what: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an optimizer, read from its attributes."""
    held: Mapping[str, Any]
    if takes_tensors(what):
        if isinstance(what, type):
            parameters = {**_keywords(what), **inspect.signature(what).parameters}
            held = {n: p.default for n, p in parameters.items() if isinstance(p.default, float)}
        else:
            group = what.param_groups[0]
            held = {k: v for k, v in group.items() if isinstance(v, float)} | _pair(group.get("betas"))
    else:
        held = _held(what, known)
    found: dict[str, Any] = {}
    for name, value in held.items():
        key = meaning(name, known)
        if key is not None and isinstance(value, int | float) and key not in found:
            found[key] = float(value)
    return found


def _held(what: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an object, or of one of a class."""
    if isinstance(what, type) and not hasattr(what, "update") and hasattr(what, "step"):
        probe: Any = what([np.zeros(1)], **accepted(what, settings, required=True, skip=1))
        return dict(vars(probe))
    return dict(getattr(made(what, settings), "__dict__", {}))


def _keywords(cls: type) -> dict[str, Any]:
    """The settings of a class whose update declares them."""
    update = getattr(cls, "update", None)
    parameters = inspect.signature(update).parameters if callable(update) else {}
    return {n: p for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}


def _pair(betas: Any) -> dict[str, float]:
    if not isinstance(betas, tuple | list) or len(betas) != 2:
        return {}
    return {"beta1": float(betas[0]), "beta2": float(betas[1])}


def rate_name(what: Any, settings: Mapping[str, Any]) -> str | None:
    """The attribute in which an object keeps its learning rate, if it can be set."""
    if takes_tensors(what):
        return "lr" if not isinstance(what, type) or hasattr(what, "lr") else None
    held = _held(what, settings)
    names = [n for n in held if meaning(n, settings) == "lr"]
    return names[0] if names else None


# ---- update ------------------------------------------------------------------------------------------------


Maker = Callable[[], Any]


def _styles(what: Any) -> list[Callable[[Maker, Course], Track]]:
    """The ways to call update, the likeliest first."""
    parameters = [
        p.name.lower()
        for p in inspect.signature(what.update).parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.name != "self"
    ]
    single = bool(parameters) and parameters[0] in (
        "p",
        "w",
        "x",
        "param",
        "parameter",
        "theta",
        "weight",
        "a",
    )
    together: list[Callable[[Maker, Course], Track]] = [_of_dicts, _of_lists]
    alone: list[Callable[[Maker, Course], Track]] = [_of_arrays, _of_arrays_apart]
    return alone + together if single else together + alone


def _of_dicts(make: Maker, course: Course) -> Track:
    return _updated(make(), course, lambda values: values, "update(params, grads) on dicts")


def _of_lists(make: Maker, course: Course) -> Track:
    return _updated(make(), course, lambda values: list(values.values()), "update(params, grads) on lists")


def _updated(optimizer: Any, course: Course, form: Callable[[Values], Any], style: str) -> Track:
    track = Track(style=style)
    params = form(course.fresh())
    names = list(course.start)
    keys: list[Any] = names if isinstance(params, dict) else list(range(len(names)))
    for n, gradients in enumerate(course.gradients):
        _halve(optimizer, course, n)
        given = {name: g.copy() for name, g in gradients.items()}
        before = [params[k] for k in keys]
        try:
            with np.errstate(all="ignore"):
                optimizer.update(params, form(given))
            now = [np.asarray(params[k], dtype=float) for k in keys]
        except Exception as error:
            track.raised = track.raised or f"update {happened(error)}"
            return track
        _look_at_gradients(track, given, gradients)
        if any(params[k] is not b for k, b in zip(keys, before, strict=True)):
            _note_rebinding(track)
        track.values.append({name: x.copy() for name, x in zip(names, now, strict=True)})
    return track


def _of_arrays(make: Maker, course: Course) -> Track:
    one = make()
    return _each(dict.fromkeys(course.start, one), course, Track(style="update(p, g) on arrays"))


def _of_arrays_apart(make: Maker, course: Course) -> Track:
    note = "one object per parameter was used: it keeps the state of one array"
    track = Track(style="update(p, g), an object per array", notes=[note])
    return _each({name: make() for name in course.start}, course, track)


def _each(optimizers: dict[str, Any], course: Course, track: Track) -> Track:
    params = course.fresh()
    for n, gradients in enumerate(course.gradients):
        for optimizer in {id(o): o for o in optimizers.values()}.values():
            _halve(optimizer, course, n)
        given = {name: g.copy() for name, g in gradients.items()}
        for name in params:
            try:
                with np.errstate(all="ignore"):
                    result = optimizers[name].update(params[name], given[name])
                if isinstance(result, np.ndarray) and result.shape == params[name].shape:
                    params[name] = result
                elif result is not None:
                    raise TypeError(f"update gave a {type(result).__name__} {np.shape(result)}")
            except Exception as error:
                track.raised = f"update {happened(error)}"
                return track
        _look_at_gradients(track, given, gradients)
        track.values.append({name: np.array(x, dtype=float) for name, x in params.items()})
    return track


def _halve(optimizer: Any, course: Course, n: int) -> None:
    """Change the learning rate in the middle, where an object has one that can be set."""
    if course.halve == n:
        for name in ALIASES["lr"]:
            if isinstance(getattr(optimizer, name, None), float | int):
                setattr(optimizer, name, getattr(optimizer, name) / 2)
                return


def _look_at_gradients(track: Track, given: Values, gradients: Values) -> None:
    changed = [name for name, g in given.items() if not np.array_equal(g, gradients[name])]
    text = f"the gradient of {', '.join(changed)} is changed in place: whoever made it may still need it"
    if changed and not any("changed in place" in fault for fault in track.faults):
        track.faults.append(text)


def _note_rebinding(track: Track) -> None:
    text = (
        "params[key] is bound to a new array by the update (params[key] = ...): a layer that holds the old "
        "one does not see it; write params[key] -= ..."
    )
    if text not in track.notes:
        track.notes.append(text)


# ---- step --------------------------------------------------------------------------------------------------


def _needs_no_argument(cls: type) -> bool:
    parameters = list(inspect.signature(cls.step).parameters.values())[1:]  # type: ignore[attr-defined]
    return not any(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)


def _stepped(what: Any, course: Course, settings: Mapping[str, Any], *, tensors: bool) -> Track:
    """A class that is made with its parameters; of an object another one of its class and settings."""
    track = Track(style="step()" if tensors else "step(grads)")
    held: list[Any] = [Tensor(v, True, name=n) if tensors else v.copy() for n, v in course.start.items()]
    optimizer: Any
    if isinstance(what, type):
        optimizer = what(held, **_constructed(what, settings))
    else:
        group = {k: v for k, v in what.param_groups[0].items() if k != "params"}
        optimizer = type(what)(held, **group)
    names = list(course.start)
    for n, gradients in enumerate(course.gradients):
        _halve(optimizer, course, n)
        given = [gradients[name].copy() for name in names]
        try:
            with np.errstate(all="ignore"):
                if tensors:
                    for tensor, g in zip(held, given, strict=True):
                        tensor.grad = Tensor(g)
                    optimizer.step()
                else:
                    optimizer.step(given)
        except Exception as error:
            track.raised = f"step {happened(error)}"
            return track
        after = [t.grad.numpy() for t in held if t.grad is not None] if tensors else given
        _look_at_gradients(track, dict(zip(names, after, strict=False)), gradients)
        track.values.append(
            {name: x.numpy() if tensors else np.array(x) for name, x in zip(names, held, strict=True)}
        )
    return track


def _constructed(cls: type, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a class is made with: by its constructor, or by the keywords of its update."""
    own = accepted(cls, settings, skip=1)
    keywords = (
        _keywords(cls)
        if any(p.kind is p.VAR_KEYWORD for p in inspect.signature(cls).parameters.values())
        else {}
    )
    own |= {n: settings[k] for n in keywords if (k := meaning(n, settings)) is not None}
    return own
