"""Optimizer: everything that all optimizers share, so that a new one is one method.

>>> import numpy as np
>>> from autograd_core import Tensor
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

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from optim.groups import Group, collected
from optim.settings import checked, plain

Array = np.ndarray[Any, Any]
Params = Iterable[Any] | Mapping[Any, Any]

BLOCK = 16384
"""So many numbers of a big parameter are updated at a time, that the temporary arrays stay in the cache."""


class Optimizer:
    """Base of all optimizers. A subclass writes `update` and names its `slots`.

    `update(self, p, g, *slots, *, lr, ...)` gets plain arrays: a parameter, its gradient (read-only) and one
    array per slot, zero at first, of the shape and dtype of the parameter. It changes p and the slots in
    place and returns nothing. Its keyword-only arguments are the settings of the optimizer, with their
    defaults; the one called `t`, if there is one, is the number of this parameter's updates, 1 at the first.

    With `elementwise = True` the update is a map of single numbers, and `update` may be handed a parameter as
    a flat vector, in blocks.

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
    """

    slots: ClassVar[tuple[str, ...]] = ()
    elementwise: ClassVar[bool] = False

    param_groups: list[Group]
    """Per group a dict: "params", and every setting by name; settings may be changed between steps."""

    def __init__(self, params: Params, lr: float | None = None, **settings: Any) -> None:
        name = type(self).__name__
        given = settings if lr is None else {"lr": lr, **settings}
        defaults = _settings_of(type(self))
        self._defaults = {**defaults, **checked(name, given, defaults)}
        if "t" in self.slots:
            raise TypeError(
                f"{name}: no slot is called t, the number of updates; choose another name, or take t as a "
                "setting of update"
            )
        self._counts = "t" in inspect.signature(self.update).parameters
        self.param_groups = [
            {"params": tensors, **self._defaults, **checked(name, own, defaults)}
            for tensors, own in collected(name, params)
        ]
        for group in self.param_groups:
            missing = [key for key in defaults if group[key] is inspect.Parameter.empty]
            if missing:
                raise TypeError(f"{name}: the setting {', '.join(missing)} has no default and was not given")
        # per parameter, in the order of the groups: its number of updates and its slots
        self._states: list[dict[str, Any]] = [
            {"t": 0} for group in self.param_groups for _ in group["params"]
        ]

    def update(self, *args: Any, **settings: Any) -> None:
        """Change one parameter in place; see the class."""
        raise NotImplementedError(f"{type(self).__name__} has no update(self, p, g, *, lr): define it")

    def slots_of(self, group: Group) -> tuple[str, ...]:
        """The slots that parameters of this group need; all, unless a subclass can do with less."""
        return self.slots

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        Args:
            closure: if given it is called first, with recording on, to compute gradients; its result is
                returned.
        """
        result = None
        if closure is not None and not callable(closure):
            raise TypeError(f"{type(self).__name__}.step: closure is a function or None, got {closure!r:.60}")
        if closure is not None:
            with ac.enable_grad():
                result = closure()
        states = iter(self._states)
        for group in self.param_groups:
            settings = {key: plain(value) for key, value in group.items() if key != "params"}
            slots = self.slots_of(group)
            for p in group["params"]:
                state = next(states)
                if p.grad is not None:
                    try:
                        self._step_one(p, state, slots, settings)
                    except Exception as error:
                        what = repr(p.name) if p.name else f"a parameter of shape {p.shape}"
                        words = ", ".join(f"{key}={value!r}" for key, value in settings.items())
                        error.add_note(f"in {type(self).__name__}.step, the update of {what} with {words}")
                        raise
        return result

    def _step_one(
        self, p: Tensor, state: dict[str, Any], slots: tuple[str, ...], settings: dict[str, Any]
    ) -> None:
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
        flat = [array.reshape(-1), g.reshape(-1), *(a.reshape(-1) for a in held)]
        for start in range(0, array.size, BLOCK):
            self._done(self.update(*(a[start : start + BLOCK] for a in flat), **settings))  # type: ignore[func-returns-value]

    def _done(self, result: Any) -> None:
        """A look at what `update` returned: nothing, for it works in place."""
        if result is not None:
            raise TypeError(
                f"{type(self).__name__}.update changes p in place and returns nothing: write p -= lr * g, "
                f"not return p - lr * g; it returned a {type(result).__name__}"
            )

    def zero_grad(self) -> None:
        """Forget all gradients: `.grad` of every parameter is None."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    @property
    def lr(self) -> float:
        """The learning rate of all groups; setting it sets it in every group.

        Raises:
            ValueError: when it is read and the groups have different ones.
            AttributeError: if `update` has no argument lr.
        """
        self._need_lr()
        rates = {group["lr"] for group in self.param_groups}
        if len(rates) > 1:
            raise ValueError(
                f"the groups have different learning rates, {sorted(rates)}: look into param_groups"
            )
        return plain(rates.pop())  # type: ignore[no-any-return]

    @lr.setter
    def lr(self, value: float) -> None:
        self._need_lr()
        new = checked(type(self).__name__, {"lr": value}, self._defaults)
        for group in self.param_groups:
            group.update(new)

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
        name, caller = type(self).__name__, f"{type(self).__name__}.load_state_dict"
        if not isinstance(state, Mapping):
            raise TypeError(f"{caller} takes the dict that state_dict() gave, got {state!r}")
        groups: Any = state.get("param_groups")
        states: Any = state.get("state")
        if not _are(Mapping, groups) or not _are(Mapping, states):
            raise ValueError(
                f'{caller} takes the dict that state_dict() gave: "state" and "param_groups" are lists of '
                f"dicts (torch's states are others); got {', '.join(map(repr, state)) or 'an empty dict'}"
            )
        if not all(_are(object, g.get("params")) for g in groups):
            raise ValueError(
                f'{caller}: every group has the list "params" of the positions of its parameters'
            )
        sizes = [len(g["params"]) for g in groups]
        wanted = [len(g["params"]) for g in self.param_groups]
        if sizes != wanted or len(states) != sum(wanted):
            raise ValueError(f"{caller}: groups of {sizes} parameters were saved, here they are {wanted}")
        new_settings = [
            checked(name, {k: v for k, v in g.items() if k != "params"}, self._defaults) for g in groups
        ]
        for i, settings in enumerate(new_settings):
            missing = [key for key in self._defaults if key not in settings]
            if missing:
                raise ValueError(f"{caller}: group {i} has no {', '.join(missing)}; every setting is needed")
        owned = [
            (p, self.slots_of({**group, **settings}))
            for group, settings in zip(self.param_groups, new_settings, strict=True)
            for p in group["params"]
        ]
        new_states = [
            _cast_state(caller, i, s, *of) for i, (s, of) in enumerate(zip(states, owned, strict=True))
        ]
        self._states = new_states
        for group, settings in zip(self.param_groups, new_settings, strict=True):
            group.update(settings)

    def __repr__(self) -> str:
        lines = []
        for group in self.param_groups:
            words = [f"{key}={value!r}" for key, value in group.items() if key != "params"]
            lines.append(f"{type(self).__name__}({', '.join(words)}): {len(group['params'])} parameters")
        return "\n".join(lines)


def _settings_of(cls: type[Optimizer]) -> dict[str, Any]:
    """The keyword-only arguments of `update` but `t`, with their defaults."""
    parameters = inspect.signature(cls.update).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != "t"}


def _slot(state: dict[str, Any], name: str, p: Tensor) -> Array:
    """The slot's array; zeros at first, and cast if the parameter has another dtype by now."""
    held = state.get(name)
    if held is None:
        held = state[name] = np.zeros(p.shape, p.dtype)
    elif held.dtype != p.dtype:
        held = state[name] = held.astype(p.dtype, order="C")
    return held


def _are(kind: type, things: Any) -> bool:
    return isinstance(things, list | tuple) and all(isinstance(thing, kind) for thing in things)


def _cast_state(
    caller: str, i: int, state: Mapping[str, Any], p: Tensor, slots: tuple[str, ...]
) -> dict[str, Any]:
    """The state of parameter number i, checked and cast."""
    t = state.get("t")
    if not isinstance(t, int | np.integer) or isinstance(t, bool) or t < 0:
        raise ValueError(f"{caller}: parameter {i} needs 't', its number of updates, got {t!r}")
    given = [name for name in state if name != "t"]
    if set(given) != set(slots) and (t > 0 or given):
        raise ValueError(
            f"{caller}: parameter {i} has {', '.join(sorted(map(str, given))) or 'no slots'}; "
            f"with these settings it needs {', '.join(slots) or 'no slots'}"
        )
    cast: dict[str, Any] = {"t": int(t)}
    for name in given:
        array = np.asarray(state[name])
        if array.dtype.kind not in "fiub":
            raise ValueError(f"{caller}: {name} of parameter {i} is {array.dtype}, not numbers")
        if array.shape != p.shape:
            raise ValueError(
                f"{caller}: {name} of parameter {i} has shape {array.shape}, the parameter {p.shape}"
            )
        cast[name] = np.array(array, dtype=p.dtype, order="C")
    return cast
