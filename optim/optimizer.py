"""Optimizer: everything that all optimizers share, so that a new one is one method."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import is_
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from optim.gathering import Gathering, Plans
from optim.groups import Group, called, collected, divided
from optim.passes import WHOLE
from optim.settings import Range, checked
from optim.states import cast, read
from optim.traced_steps import Once, settings_of, step

Array = np.ndarray[Any, Any]
Params = Iterable[Any] | Mapping[Any, Any]

BLOCK = 2**15
"""So many numbers of a big parameter are updated at a time, that the temporary arrays stay in the cache."""


class Optimizer:
    """Base of all optimizers. A subclass writes `update` and names its `slots`.

    `update(self, p, g, *slots, *, lr, ...)` gets plain arrays: a parameter, its gradient (read-only) and one
    array per slot, zero at first, of the shape and dtype of the parameter. It changes p and the slots in
    place and returns nothing. Its keyword-only arguments are the settings of the optimizer, with their
    defaults; the one called `t`, if there is one, is the number of this parameter's updates, 1 at the first.

    With `elementwise = True` the update is a map of single numbers, and `update` may be handed a parameter as
    a flat vector, in blocks, and several small parameters as one vector.

    The rest is for the few that need it: `ranges` of settings, by name, where they are not the usual ones
    (`optim.settings`); `check`, for settings that do not go together; `slots_of`, for slots that only some
    settings need. A class whose settings shall be given by position has an `__init__` with these arguments.

    Args:
        params: Tensors to train, as a list, a dict, (name, Tensor) pairs (`model.named_parameters()`), or a
            list of groups `{"params": ..., "lr": ...}` with settings of their own. Leaves whose `.grad` is
            None are skipped.
        lr: the learning rate λ ≥ 0, if `update` has it.
        settings: the other settings, by name.

    Raises:
        ValueError: for an empty list, a parameter that is given twice, a setting out of its range, or
            parameters of which none requires a gradient.
        TypeError: for an unknown or missing setting, something that is not a leaf with floating numbers, or
            a slot named t.

    >>> class Mine(Optimizer):
    ...     slots = ("v",)
    ...     def update(self, p, g, v, *, lr, momentum=0.9):
    ...         v *= momentum
    ...         v -= lr * g
    ...         p += v
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> opt = Mine([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> opt.step()
    >>> w
    Tensor([0.8, 1.6], requires_grad=True)
    """

    slots: ClassVar[tuple[str, ...]] = ()
    elementwise: ClassVar[bool] = False
    ranges: ClassVar[Mapping[str, Range]] = {}

    param_groups: list[Group]
    """Per group a dict: "params", and every setting by name; settings may be changed between steps."""

    def __init__(self, params: Params, lr: float | None = None, **settings: Any) -> None:
        name = type(self).__name__
        ac.traces.stop(f"it makes a new {name} at every call: make it outside")
        keywords = [p for p in inspect.signature(self.update).parameters.values() if p.kind is p.KEYWORD_ONLY]
        known = {p.name: p.default for p in keywords if p.name != "t"}
        self._counts = len(known) < len(keywords)
        given = settings if lr is None else {"lr": lr, **settings}
        self._defaults = {**known, **checked(name, given, known, self.ranges)}
        if "t" in self.slots:
            raise TypeError(
                f"{name}: no slot is called t, the number of updates; choose another name, or take t as a "
                "setting of update"
            )
        self.param_groups = []
        # per parameter, in the order of the groups: its number of updates and its slots
        self._states: list[dict[str, Any]] = []
        self._plans = Plans()
        # by the id of a group what its settings were in the last step, and as what they were taken
        self._last: dict[int, tuple[Group, Group]] = {}
        for group in collected(name, params):
            self.add_param_group(group)
        every = self._every()
        if not every:
            raise ValueError(f"{name}: params is empty, there is nothing to train")
        if not any(p.requires_grad for p in every):
            raise ValueError(f"{name}: none of the {len(every)} parameters requires a gradient")

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Train these parameters too: a group as in `params`, such as {"params": layer.parameters()}; the
        settings that it lacks are those that the optimizer was made with.

        Raises:
            ValueError, TypeError: as the class; then nothing is changed.
        """
        tensors, own = divided(type(self).__name__, param_group, self._every())
        self.param_groups.append({"params": tensors, **self._settings(own)})
        self._states += [{"t": 0} for _ in tensors]

    def _every(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    def _settings(self, given: Mapping[str, Any]) -> Group:
        """All settings of a group, in Python's own numbers, after a look at them."""
        name = type(self).__name__
        own = {key: value for key, value in given.items() if key != "params"}
        group = {**self._defaults, **checked(name, own, self._defaults, self.ranges)}
        missing = [key for key, value in group.items() if value is inspect.Parameter.empty]
        if missing:
            raise TypeError(f"{name}: the setting {', '.join(missing)} has no default and was not given")
        self.check(group)
        return group

    # ---- what a subclass writes ----------------------------------------------------------------------------

    def update(self, *args: Any, **settings: Any) -> None:
        """Change one parameter in place; see the class."""
        raise NotImplementedError(f"{type(self).__name__} has no update(self, p, g, *, lr): define it")

    def slots_of(self, group: Group) -> tuple[str, ...]:
        """The slots that parameters of this group need; all, unless a subclass can do with less."""
        return self.slots

    def check(self, group: Group) -> None:
        """Raise ValueError for settings of a group that do not go together."""

    # ---- steps ---------------------------------------------------------------------------------------------

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        Args:
            closure: if given it is called first, with recording on, to compute gradients; its result is
                returned.

        Raises:
            ValueError, TypeError: for a setting that was changed to a wrong one; then nothing is updated.
        """
        result = None
        if closure is not None and not callable(closure):
            raise TypeError(f"{type(self).__name__}.step: closure is a function or None, got {closure!r:.60}")
        if closure is not None:
            with ac.enable_grad():
                result = closure()
        if ac.traces.is_tracing():
            self._traced_step()
            return result
        every_settings = [self._looked_at(group) for group in self.param_groups]
        states = iter(self._states)
        for i, (group, settings) in enumerate(zip(self.param_groups, every_settings, strict=True)):
            live = [pair for pair in zip(group["params"], states) if pair[0].grad is not None]  # noqa: B905
            slots = self.slots_of(settings)
            plan = self._plans.of(i, live, slots) if self.elementwise and len(live) > 1 else None
            if plan is not None:
                live = plan.alone
                for gathering in plan.together:
                    self._step_together(gathering, settings)
            for p, state in live:
                try:
                    self._step_one(p, state, slots, settings)
                except Exception as error:
                    self._explain(error, called(p), settings)
                    raise
        return result

    def _traced_step(self) -> None:
        self._is_as_at_the_call()
        states, all_states = iter(self._states), self._states
        ac.traces.holds_if(lambda: self._states is all_states)
        shared = ac.traces.shared(self)
        for i, group in enumerate(self.param_groups):
            settings = settings_of(partial(self._looked_at, group))
            live = [pair for pair in zip(group["params"], states) if pair[0].grad is not None]  # noqa: B905
            slots = self.slots_of(settings)
            if i not in shared:
                shared[i] = Once(live, slots, together=self.elementwise)
            once = shared[i]
            if not once.fits(live, slots):
                ac.traces.stop(f"{type(self).__name__} steps twice, with gradients of other parameters")
            step(
                lambda *arrays, **words: self._done(self.update(*arrays, **words)),  # type: ignore[func-returns-value]
                once,
                settings,
                counts=self._counts,
                slot=_slot,
            )

    def _looked_at(self, group: Group) -> Group:
        """The checked settings of a group: those of the last step, if none was changed since."""
        found = self._last.get(id(group))
        # by identity, and only of values that cannot change: 1 == True, and a list may be another by now
        if found is not None:
            old, settings = found
            if [*old] == [*group] and all(map(is_, old.values(), group.values())):
                return settings
        settings = self._settings(group)
        fixed = all(_is_fixed(value) for key, value in group.items() if key != "params")
        if fixed:
            self._last[id(group)] = dict(group), settings
        else:
            self._last.pop(id(group), None)
        return settings

    def _step_together(self, gathering: Gathering, settings: Group) -> None:
        for state in gathering.states:
            state["t"] += 1
        if self._counts:
            settings = {**settings, "t": gathering.states[0]["t"]}
        try:
            self._in_blocks(gathering.arrays(), settings)
        except Exception as error:
            self._explain(error, ", ".join(map(called, gathering.params)), settings)
            raise

    def _step_one(self, p: Tensor, state: dict[str, Any], slots: tuple[str, ...], settings: Group) -> None:
        assert p.grad is not None
        # .data is the leaf's own array: a graph that still holds the old numbers keeps a copy of them
        array, g = p.data, np.asarray(p.grad.detach())
        held = [_slot(state, slot, p) for slot in slots]
        state["t"] += 1
        if self._counts:
            settings = {**settings, "t": state["t"]}
        # of an array in another memory order reshape would make a copy, and the update would be lost
        if not (self.elementwise and all(a.flags.c_contiguous for a in (array, *held))):
            self._done(self.update(array, g, *held, **settings))  # type: ignore[func-returns-value]
            return
        self._in_blocks([a.reshape(-1) for a in (array, g, *held)], settings)

    def _in_blocks(self, flat: Sequence[Array], settings: Group) -> None:
        size = flat[0].size
        if size <= WHOLE:
            self._done(self.update(*flat, **settings))  # type: ignore[func-returns-value]
            return
        for start in range(0, size, BLOCK):
            self._done(self.update(*(a[start : start + BLOCK] for a in flat), **settings))  # type: ignore[func-returns-value]

    def _explain(self, error: Exception, whose: str, settings: Group) -> None:
        words = ", ".join(f"{key}={value!r}" for key, value in settings.items() if key != "t")
        error.add_note(f"in {type(self).__name__}.step, the update of {whose:.200} with {words}")

    def _done(self, result: Any) -> None:
        """A look at what `update` returned: nothing, for it works in place."""
        if result is not None:
            raise TypeError(
                f"{type(self).__name__}.update changes p in place and returns nothing: write p -= lr * g, "
                f"not return p - lr * g; it returned a {type(result).__name__}"
            )

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients: `.grad` of every parameter is None; or, if it shall not be, all are 0."""
        for p in self._every():
            p.grad = None if set_to_none or p.grad is None else np.zeros(p.shape, p.dtype)

    @property
    def lr(self) -> float:
        """The learning rate of all groups; setting it sets it in every group.

        Raises:
            ValueError: when it is read and the groups have different ones.
            AttributeError: if `update` has no argument lr.
        """
        self._need_lr()
        if ac.traces.is_tracing():
            self._is_as_at_the_call()
            return ac.traces.read_each_time("lr", lambda: self.lr)  # type: ignore[no-any-return]
        rates = {group["lr"] for group in self.param_groups}
        if len(rates) > 1:
            raise ValueError(
                f"the groups have different learning rates, {sorted(rates)}: look into param_groups"
            )
        return float(rates.pop())

    @lr.setter
    def lr(self, value: float) -> None:
        self._need_lr()
        ac.traces.stop(f"it sets the learning rate of {type(self).__name__}")
        new = checked(type(self).__name__, {"lr": value}, self._defaults, self.ranges)
        for group in self.param_groups:
            group.update(new)

    def _is_as_at_the_call(self) -> None:
        """Stop a trace in which a scheduler has made its step: its new rate is there after the call only."""
        if ac.traces.changes_later(self):
            ac.traces.stop(f"a scheduler of {type(self).__name__} steps before its settings are read")

    def _need_lr(self) -> None:
        if "lr" not in self._defaults:
            raise AttributeError(f"{type(self).__name__} has no learning rate: its update has no argument lr")

    # ---- saving --------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Copies of everything but the parameters, as nested lists and dicts that `nn.save` takes.

        "state" holds per parameter its number of updates `t` and its slots; "param_groups" the settings, with
        the positions of the parameters in place of the Tensors.
        """
        groups: list[Group] = []
        copies: list[dict[str, Any]] = []
        for group in self.param_groups:
            start = len(copies)
            for p, s in zip(group["params"], self._states[start:], strict=False):
                # the slots of these settings: another setting may have had others
                slots = self.slots_of(group) if len(s) > 1 or s["t"] else ()
                copies.append({"t": s["t"], **{slot: _slot(s, slot, p).copy() for slot in slots}})
            groups.append({**group, "params": list(range(start, len(copies)))})
        return {"state": copies, "param_groups": groups}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over a state, slots cast to the dtypes of the parameters; on an error nothing is changed.

        Raises:
            ValueError: if the number of groups or parameters or the names or shapes of slots differ, or a
                group lacks a setting.
            TypeError: for an unknown setting, or something that is no dict.
        """
        caller = f"{type(self).__name__}.load_state_dict"
        ac.traces.stop(f"{caller} sets settings and slots at every call")
        groups, states = read(caller, state, [len(group["params"]) for group in self.param_groups])
        settings = [self._settings(group) for group in groups]
        for i, group in enumerate(groups):
            missing = [key for key in self._defaults if key not in group]
            if missing:
                raise ValueError(f"{caller}: group {i} has no {', '.join(missing)}; every setting is needed")
        owned = [
            (p, self.slots_of(new))
            for group, new in zip(self.param_groups, settings, strict=True)
            for p in group["params"]
        ]
        self._states = [cast(caller, i, s, *of) for i, (s, of) in enumerate(zip(states, owned, strict=True))]
        for group, new in zip(self.param_groups, settings, strict=True):
            group.update(new)

    def __repr__(self) -> str:
        lines = []
        for group in self.param_groups:
            words = [f"{key}={value!r}" for key, value in group.items() if key != "params"]
            count = len(group["params"])
            plural = "" if count == 1 else "s"
            lines.append(f"{type(self).__name__}({', '.join(words)}): {count} parameter{plural}")
        return "\n".join(lines)


def _is_fixed(value: Any) -> bool:
    """Whether a setting can only change by being replaced."""
    if isinstance(value, tuple):
        return all(_is_fixed(part) for part in value)
    return value is None or isinstance(value, int | float | str)


def _slot(state: dict[str, Any], name: str, p: Tensor) -> Array:
    """The slot's array; zeros at first, and cast if the parameter has another dtype by now."""
    held: Array | None = state.get(name)
    if held is None:
        held = state[name] = np.zeros(p.shape, p.dtype)
    elif held.dtype != p.dtype:
        held = state[name] = held.astype(p.dtype, order="C")
    return held
