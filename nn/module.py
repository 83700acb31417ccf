"""Module: a function with parameters.

Nothing is registered. What a module owns is what its attributes hold, found by walking `vars(self)` through
lists, tuples and dicts; so `super().__init__()` may be left out, and a plain list of layers is a list of
layers.

Who am I? A module does not know its own name; the module that calls it does. At every call a module looks
itself up among the members of its caller and opens `ac.scope(name)`, so each recorded node carries the path
of the module it was computed in: `layers.0`. The path is relative to the outermost module, which opens no
scope of its own, so `dict(model.named_modules())[path]` is the module behind a scope; its `title()` and
`num_parameters()` say what a picture writes on it: `Linear(784 → 100)`, 78500.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import compress
from typing import Any, ClassVar, Self

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from nn.hooks import Hook, HookHandle, Hooks
from nn.parameter import Buffer, Parameter
from nn.state import Loaded, load_state, state_of

is_tracing = ac.traces.is_tracing  # asked at every call

_CALL: ContextVar["tuple[Module, str] | None"] = ContextVar("nn_call", default=None)
"""The module whose forward is running, and its path from the outermost one."""

_PRINTING: ContextVar[tuple["Module", ...]] = ContextVar("nn_printing", default=())
"""The modules whose repr is being written, from the outermost one."""


class Module:
    """A part of a model: parameters, and `forward`, which says what they do.

    >>> from nn import Linear
    >>> class Net(Module):
    ...     def __init__(self):
    ...         self.fc1, self.fc2 = Linear(4, 8, rng=0), Linear(8, 1, rng=1)
    ...     def forward(self, x):
    ...         return self.fc2(ac.tanh(self.fc1(x)))
    >>> net = Net()
    >>> [name for name, _ in net.named_parameters()]
    ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']
    >>> net(np.ones((5, 4))).shape
    (5, 1)

    A plain floating array given to the outermost module is cast to the dtype of the module (that of its first
    floating parameter, else buffer; left alone if there is none) and enters the graph under the name "x".
    Tensors pass as they are, and so do arrays given to inner modules.
    """

    training: bool = True
    """Whether it is in training mode; see `train` and `eval`."""

    transposed: ClassVar[tuple[str, ...]] = ()
    """The names of own parameters that torch stores transposed."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes. Call the module, not this: the call opens scopes and runs hooks."""
        raise NotImplementedError(f"{type(self).__name__} has no forward(self, x): define it")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        held = self.__dict__
        caller = _CALL.get()
        if caller is None:
            args, kwargs = self._received(args, kwargs)
            name = path = ""
        else:
            above, path = caller
            name = held.get("_known_as", "")
            if not name or above._member(name) is not self:
                name = held["_known_as"] = above._name_of(self)
            path = f"{path}.{name}" if path and name else path or name
        # at every call, so only if something may have changed since the last one
        if held.get("_called_as") != path or held["_called_with"] != len(held):
            self._name_parameters(path)
        hooks: Hooks | None = held.get("_hooks")
        if is_tracing():
            ac.traces.holds_while(self)
            if hooks is not None and hooks.any():
                ac.traces.stop(
                    f"{path or 'the module'}, a {self.title()}, has hooks", lambda: not hooks.any()
                )
            elif hooks is not None:
                ac.traces.holds_if(lambda: not hooks.any())
        gradients = None
        token = _CALL.set((self, path))
        try:
            if hooks is not None:
                args, gradients = hooks.entering(self, args)
            if name:
                with ac.scope(name):
                    output = self.forward(*args, **kwargs)
            else:
                output = self.forward(*args, **kwargs)
        except Exception as error:
            if not any(note.startswith("in ") for note in getattr(error, "__notes__", ())):
                error.add_note(f"in the module {path!r}: {self.title()}" if path else f"in {self.title()}")
            raise
        finally:
            _CALL.reset(token)
        return output if hooks is None else hooks.leaving(self, args, output, gradients)

    def __setattr__(self, name: str, value: Any) -> None:
        old = self.__dict__.get(name)
        if isinstance(old, _TENSORS) and not isinstance(value, Parameter | Buffer | None):
            kind = type(old).__name__
            raise TypeError(
                f"{type(self).__name__}.{name} is a {kind} and would be lost: to change its numbers write "
                f"module.{name}.data = ..., to replace it nn.{kind}(...)"
            )
        if isinstance(old, Module) and isinstance(value, Tensor | np.ndarray):
            raise TypeError(
                f"{type(self).__name__}.{name} is the module {old.title()} and would be lost under "
                f"numbers: choose another name, or write del module.{name} first"
            )
        super().__setattr__(name, value)

    # ---- hooks ---------------------------------------------------------------------------------------------

    def register_forward_pre_hook(self, hook: Hook) -> HookHandle:
        """Call `hook(module, inputs)` before every forward; what it returns, if not None, are the inputs:
        one, or a tuple.

        Returns a handle with `.remove()`.
        """
        return HookHandle(self._hooked("register_forward_pre_hook", hook).before, hook)

    def register_forward_hook(self, hook: Hook) -> HookHandle:
        """Call `hook(module, inputs, output)` after every forward; what it returns, if not None, is the
        output.

        Returns a handle with `.remove()`.
        """
        return HookHandle(self._hooked("register_forward_hook", hook).after, hook)

    def register_full_backward_hook(self, hook: Hook) -> HookHandle:
        """Call `hook(module, grad_inputs, grad_outputs)` in every sweep that reaches all inputs by position
        which require a gradient; None stands for what has no gradient. The hook returns nothing: to change
        a gradient, use `x.register_hook`.

        Returns a handle with `.remove()`.
        """
        return HookHandle(self._hooked("register_full_backward_hook", hook).behind, hook)

    def _hooked(self, name: str, hook: Any) -> Hooks:
        if not callable(hook):
            raise TypeError(f"{name}: a function is needed, got {hook!r}")
        hooks: Hooks = self.__dict__.setdefault("_hooks", Hooks())
        return hooks

    # ---- what it owns --------------------------------------------------------------------------------------

    def members(self) -> Iterator[tuple[str, Any]]:
        """The own Parameters, Buffers and Modules under their names, containers flattened: `layers.0`."""
        return members_of(self.__dict__, "")

    def _contents(self) -> Iterable[Any]:
        """The values in which the members are found, in their order."""
        if type(self).members is Module.members:
            return self.__dict__.values()
        return [member for _, member in self.members()]

    def walk(self) -> "Iterator[tuple[str, Module, Any]]":
        """All Parameters, Buffers and Modules below, with path and owner, as often as they are held."""
        return _walk(self, "", ())

    def named_modules(self) -> "list[tuple[str, Module]]":
        """This module under the name "" and all modules below, each once, under the first path found."""
        below = [(name, m) for name, _, m in self.walk() if isinstance(m, Module)]
        return _each_once([("", self), *below])

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        """All parameters, each once, under the first path found."""
        return _each_once([(name, p) for name, _, p in self.walk() if isinstance(p, Parameter)])

    def named_buffers(self) -> list[tuple[str, Buffer]]:
        """All buffers, each once, under the first path found."""
        return _each_once([(name, b) for name, _, b in self.walk() if isinstance(b, Buffer)])

    def named_children(self) -> "list[tuple[str, Module]]":
        """The modules that this one holds itself, each once; those in a list as `layers.0`."""
        return _each_once([(name, m) for name, m in self.members() if isinstance(m, Module)])

    def modules(self) -> "list[Module]":
        """This module and all modules below, each once."""
        return [m for _, m in self.named_modules()]

    def children(self) -> "list[Module]":
        """The modules that this one holds itself, each once."""
        return [m for _, m in self.named_children()]

    def parameters(self) -> list[Parameter]:
        """All parameters, each once: what an optimizer takes."""
        return [p for p in _tensors(self) if isinstance(p, Parameter)]

    def buffers(self) -> list[Buffer]:
        """All buffers, each once."""
        return [b for b in _tensors(self) if isinstance(b, Buffer)]

    def get_submodule(self, target: str) -> "Module":
        """The module under a path such as `encoder.0`; under "" this one.

        Raises:
            KeyError: if there is none.
        """
        return self if not target else self._found(target, Module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter under a path such as `encoder.0.weight`.

        Raises:
            KeyError: if there is none.
        """
        return self._found(target, Parameter)  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Buffer:
        """The buffer under a path such as `encoder.1.running_mean`.

        Raises:
            KeyError: if there is none.
        """
        return self._found(target, Buffer)  # type: ignore[no-any-return]

    def _found(self, target: str, kind: type) -> Any:
        there = {name: member for name, _, member in self.walk() if isinstance(member, kind)}
        if target not in there:
            raise KeyError(
                f"{type(self).__name__} has no {kind.__name__} {target!r}; there are: "
                f"{', '.join(there) or 'none'}"
            )
        return there[target]

    def apply(self, fn: "Callable[[Module], Any]") -> Self:
        """Call `fn(module)` for all modules below, children before their parents, then for this one.

        >>> from nn import Linear, Sequential, init
        >>> def start(module):
        ...     if isinstance(module, Linear):
        ...         init.ones_(module.weight)
        >>> Sequential(Linear(1, 1)).apply(start)[0].weight
        Tensor([[1.]], dtype=float32, requires_grad=True)
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # ---- by name, as others write it -----------------------------------------------------------------------

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """The same as `self.name = param`, for a name that is computed.

        Raises:
            ValueError: if the name is none that an attribute can have, or is taken.
            TypeError: if it is no Parameter.
        """
        self._register(name, param, Parameter)

    def register_buffer(self, name: str, tensor: Any) -> None:
        """The same as `self.name = nn.Buffer(tensor)`.

        Raises:
            ValueError: if the name is none that an attribute can have, or is taken.
        """
        self._register(
            name, tensor if tensor is None or isinstance(tensor, Buffer) else Buffer(tensor), Buffer
        )

    def register_module(self, name: str, module: "Module | None") -> None:
        """The same as `self.name = module`, for a name that is computed.

        Raises:
            ValueError: if the name is none that an attribute can have, or is taken.
            TypeError: if it is no Module.
        """
        self._register(name, module, Module)

    add_module = register_module

    def _register(self, name: str, member: Any, kind: type) -> None:
        if member is not None and not isinstance(member, kind):
            raise TypeError(f"{type(self).__name__}: {name!r} is a {kind.__name__} or None, got {member!r}")
        if not name or "." in name:
            raise ValueError(f"{type(self).__name__}: a name is text without dots, got {name!r}")
        taken = self.__dict__.get(name)
        if hasattr(type(self), name) or not (taken is None or isinstance(taken, kind)):
            raise ValueError(f"{type(self).__name__}: the name {name!r} is taken")
        self._take(name, member)

    def _take(self, name: str, member: Any) -> None:
        """Where a member that was registered goes."""
        setattr(self, name, member)

    def num_parameters(self) -> int:
        """How many numbers the parameters hold."""
        return sum(p.size for p in self.parameters())

    # ---- settings, changed in place ------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Training mode for this module and all below: batch norm uses its batch, dropout drops."""
        for _, module in self.named_modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Prediction mode: the same as `train(False)`."""
        return self.train(False)

    def requires_grad_(self, flag: bool = True) -> Self:
        """Train all parameters, or freeze them."""
        for p in self.parameters():
            p.requires_grad = bool(flag)
        return self

    def astype(self, dtype: Any) -> Self:
        """Cast floating parameters and buffers; they stay the same objects, hooks and recorded graphs too.

        Raises:
            TypeError: if the dtype is not a floating one.
        """
        kind = np.dtype(dtype)
        if kind.kind != "f":
            raise TypeError(f"astype: a floating dtype is needed, got {kind}")
        for tensor in self._floating():
            if tensor.dtype != kind:
                tensor.cast_(kind)
        return self

    def float(self) -> Self:
        """Cast to float32, as torch has it; the same as `astype(np.float32)`."""
        return self.astype(np.float32)

    def double(self) -> Self:
        """Cast to float64; the same as `astype(np.float64)`."""
        return self.astype(np.float64)

    def half(self) -> Self:
        """Cast to float16; the same as `astype(np.float16)`."""
        return self.astype(np.float16)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients: `.grad` of every parameter is None; or, if it shall not be, all are 0."""
        for p in self.parameters():
            p.grad = None if set_to_none or p.grad is None else np.zeros(p.shape, p.dtype)

    # ---- saving --------------------------------------------------------------------------------------------

    def state_dict(self, layout: str | None = None) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of all parameters and buffers under their paths.

        Args:
            layout: None as stored here, weights of Linear (in, out); "torch": transposed where torch does so.

        >>> from nn import Linear
        >>> {name: a.shape for name, a in Linear(4, 8).state_dict(layout="torch").items()}
        {'weight': (8, 4), 'bias': (8,)}
        """
        return state_of(self, layout)

    def load_state_dict(
        self, state: Mapping[str, Any], layout: str | None = None, *, strict: bool = True
    ) -> Loaded:
        """Take over parameters and buffers, cast to the dtypes here; on an error nothing is changed.

        Args:
            state: arrays or Tensors under the names of `state_dict`.
            layout: as for `state_dict`.
            strict: False to load what has a name in both, and leave the rest as it is.

        Returns:
            the names that were missing, and those that were not expected: `missing_keys`, `unexpected_keys`.

        Raises:
            TypeError: if it is no dict.
            ValueError: if shapes differ, or, when strict, names are missing or unexpected; all of them in one
                message.
        """
        return load_state(self, state, layout, strict)

    # ---- words ---------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """The settings that `print(model)` shows in the parentheses."""
        return ""

    def title(self) -> str:
        """What a picture writes on the module."""
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr().splitlines()
        token = _PRINTING.set((*_PRINTING.get(), self))
        try:
            below = [f"({name}): " + text.replace("\n", "\n  ") for name, text in self._shown()]
        finally:
            _PRINTING.reset(token)
        if len(extra) == 1 and not below:
            return f"{type(self).__name__}({extra[0]})"
        inside = "".join(f"\n  {line}" for line in extra + below)
        return f"{type(self).__name__}({inside}{chr(10) if inside else ''})"

    def _shown(self) -> list[tuple[str, str]]:
        """Name and repr of the modules that `print` shows below this one."""
        above = _PRINTING.get()
        return [
            (name, repr(m))
            for name, m in self.members()
            if isinstance(m, Module) and not any(m is a for a in above)
        ]

    # ---- details -------------------------------------------------------------------------------------------

    def _floating(self) -> list[Tensor]:
        """Floating parameters, then floating buffers."""
        both = [*self.parameters(), *self.buffers()]
        return [t for t in both if t.dtype.kind == "f"]

    def _dtype(self) -> np.dtype[Any] | None:
        """The dtype of the first floating parameter, else of the first floating buffer."""
        for kind in (Parameter, Buffer):
            found = _first_dtype(self, kind, set())
            if found is not None:
                return found
        return None

    def _received(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of the outermost call, plain floating arrays wrapped in the dtype of the module.

        Without a dtype only the first is: the second may be the target of a loss, which takes the dtype of
        the prediction.
        """
        given = [*args, *kwargs.values()]
        for a in given:
            if not isinstance(a, Tensor) or a.plain:
                break
        else:
            return args, kwargs
        dtype = self._dtype()
        for i, a in enumerate(given):
            if ac.traces.is_array(a) and a.dtype.kind == "f" and (i == 0 or dtype is not None):
                given[i] = Tensor(a, name="x" if i == 0 else None, dtype=dtype)
        return tuple(given[: len(args)]), dict(zip(kwargs, given[len(args) :], strict=True))

    def _member(self, name: str) -> Any:
        """What is called so here, if it is held without a container; this runs at every call."""
        return self.__dict__.get(name)

    def _name_of(self, module: "Module") -> str:
        """What a module below is called here; "" if it is none of ours."""
        for name, member in self.__dict__.items():
            if member is module:
                return name
        for name, member in self.members():
            if member is module:
                return name
        return next((name for name, m in self.named_modules() if m is module), "")

    def _name_parameters(self, path: str) -> None:
        """Name own parameters and buffers by their path; a name that the user gave stays."""
        held = self.__dict__
        held["_called_as"] = path
        held["_called_with"] = len(held | {"_called_with": None})
        for name, member in self.members():
            if isinstance(member, Parameter | Buffer):
                whole, old = _joined(path, name), member.name
                # a layer called alone before it became part of a model knows only the end of its path
                if old is None or whole.endswith("." + old):
                    member.name = whole


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def members_of(container: Any, prefix: str, above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The Parameters, Buffers and Modules in a dict, list or tuple, with their names.

    A container that holds one of those above it is not entered again.
    """
    above = (*above, id(container))
    items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, value in items:
        if not _may_hold(value.__class__):
            continue
        if isinstance(value, _MEMBERS):
            yield f"{prefix}{key}", value
        elif isinstance(value, _PLAIN) and id(value) not in above:
            yield from members_of(value, f"{prefix}{key}.", above)


_TENSORS = (Parameter, Buffer)
_MEMBERS = (Module, *_TENSORS)
_PLAIN = (list, tuple, dict)

MOST_KINDS = 256
"""So many classes are remembered: those of a program, not all that one makes and drops."""


class _Kinds(dict[type, bool]):
    """Whether a value of a class may be a member, or hold some."""

    def __missing__(self, kind: type) -> bool:
        if len(self) < MOST_KINDS:
            self[kind] = True
        return True


# most attributes are of the classes of which none is
_SETTINGS = (str, int, float, bool, type(None), np.ndarray)
_may_hold: Callable[[type], bool] = _Kinds(dict.fromkeys(_SETTINGS, False)).__getitem__


def _tensors(module: Module) -> list[Any]:
    """All Parameters and Buffers below, each once, in the order of `walk`: without paths, which take most of
    its time, and penalties ask at every step."""
    found: dict[int, Any] = {}
    _collect((module,), found, set())
    return list(found.values())


def _collect(
    values: Iterable[Any], found: dict[int, Any], entered: set[int], above: tuple[int, ...] = ()
) -> None:
    values = list(values)  # which is walked twice
    for value in compress(values, map(_may_hold, map(type, values))):
        if isinstance(value, _TENSORS):
            found[id(value)] = value
        elif isinstance(value, Module):
            if id(value) not in entered:  # else all of it is found
                entered.add(id(value))
                _collect(value._contents(), found, entered)
        elif isinstance(value, _PLAIN) and id(value) not in above:
            inside = value.values() if isinstance(value, dict) else value
            _collect(inside, found, entered, (*above, id(value)))


def _first_dtype(module: Module, kind: type, entered: set[int]) -> np.dtype[Any] | None:
    """The dtype of the first floating tensor of this kind, in the order of `walk`: it is near."""
    entered.add(id(module))
    for _, member in module.members():
        if isinstance(member, kind):
            if member.dtype.kind == "f":  # type: ignore[attr-defined] # both kinds are Tensors
                return member.dtype  # type: ignore[attr-defined, no-any-return]
        elif isinstance(member, Module) and id(member) not in entered:
            found = _first_dtype(member, kind, entered)
            if found is not None:
                return found
    return None


def _walk(module: Module, path: str, above: tuple[Module, ...]) -> Iterator[tuple[str, Module, Any]]:
    """Depth first; a module that holds one of those above it (its parent) is not entered again."""
    above = (*above, module)
    for name, member in module.members():
        if any(member is m for m in above):
            continue
        whole = _joined(path, name)
        yield whole, module, member
        if isinstance(member, Module):
            yield from _walk(member, whole, above)


def _each_once(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    found: dict[int, tuple[str, Any]] = {}
    for name, thing in pairs:
        found.setdefault(id(thing), (name, thing))
    return list(found.values())
