"""One call of a function, traced: what it returns and what else it does."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd_core.compiling.tracing.refusals import Uncompilable
from autograd_core.compiling.tracing.traced import Traced
from autograd_core.compiling.tracing.tracer import Tracer
from autograd_core.compiling.variables import Variables, ours
from autograd_core.errors import CompileError
from autograd_core.node import Leaf
from autograd_core.state import STATE, current
from autograd_core.symbols import Symbol
from autograd_core.tensor import Tensor
from autograd_core.trees import flatten, rebuild


class Trace(NamedTuple):
    """What a traced call did.

    tracer      states, effects, numbers and conditions that were met
    stand_ins   per argument the Tensor or Traced that stood for it, or the argument itself
    result      what the function returned, Tensors of Symbols in it
    grads       Tensors from outside, or stand-ins, with the `.grad` that the call leaves: a Tensor or None
    left        (owner, name, value): attributes in which the call left traced values
    effects     in words, what else the call has changed outside of it
    """

    tracer: Tracer
    stand_ins: tuple[Any, ...]
    result: Any
    grads: list[tuple[Tensor, Any]]
    left: list[tuple[Any, str, Any]]
    effects: str


def traced(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Trace:
    """Call f with stand-ins for the arrays, numbers and Tensors among its arguments.

    Raises:
        CompileError: if f asks for numbers.
        Uncompilable: if it does what no program can do.
    """
    tracer = Tracer(Variables(f))
    given = list(flatten((args, kwargs)))
    stand_ins = tuple(map(partial(stand_in, tracer), given, labels(f, args, kwargs)))
    settings = [a for a, b in zip(given, stand_ins, strict=True) if a is b]
    tracer.outside.watch([getattr(f, "__self__", None), *settings])
    call_args, call_kwargs = rebuild((args, kwargs), iter(stand_ins))
    token = STATE.set(current()._replace(tracer=tracer))
    try:
        result = f(*call_args, **call_kwargs)
    except BaseException as error:
        tracer.outside.put_back()
        if tracer.refused is not None:  # whatever became of it on the way
            raise tracer.refused from None
        if isinstance(error, Uncompilable | CompileError) or not isinstance(error, Exception):
            raise
        # eager code raises the same, or can do it
        raise Uncompilable(f"it cannot be traced: {type(error).__name__}: {error}") from error
    finally:
        STATE.reset(token)
        grads = [(tensor, getattr(tensor, "_grad", None)) for tensor, _ in tracer.grads.values()]
        for tensor, old in [*tracer.grads.values(), *tracer.read_grads.values()]:
            tensor._grad = old
        left = _left_behind(tracer)
    try:
        if tracer.refused is not None:
            raise tracer.refused
        _check_attributes(tracer)
        for x, y in zip(given, stand_ins, strict=True):
            if isinstance(x, np.ndarray) and isinstance(y, Traced) and y.version:
                raise Uncompilable("it writes to an argument")
        tracer.finish()
        effects = tracer.outside.side_effects()
    except (CompileError, Uncompilable):
        tracer.outside.put_back()
        raise
    return Trace(tracer, stand_ins, result, grads, left, effects)


def steady(trace: Trace, again: Callable[[], Trace]) -> Trace:
    """The trace, if arrays that the function makes are the same at another call: for a program they are
    constants.

    Raises:
        Uncompilable: if they are not.
    """
    first = trace.tracer.found
    if first:
        # where it differs, as where optimizers keep their vectors, it is the last that counts
        trace = again()
        trace.tracer.outside.put_back()  # its side effects have happened already
        second = trace.tracer.found
        for a, b in zip(first, second, strict=False):
            if a is not b and not (
                a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
            ):
                raise Uncompilable(
                    f"it makes an array {a.dtype}{a.shape} whose numbers differ from call to call; pass it "
                    "as an argument, or draw random numbers from ac.generator()"
                )
        if len(first) != len(second):
            raise Uncompilable("it makes other arrays at another call")
    return trace


def labels(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[str]:
    """What the arguments are called, those in a nest all alike."""
    inner = f
    while isinstance(inner, partial):
        inner = inner.func
    inner = getattr(inner, "forward", inner)
    code = getattr(inner, "__code__", None)
    names = () if code is None else code.co_varnames[: code.co_argcount]
    for k, arg in enumerate(args):
        name = names[k + hasattr(inner, "__self__")] if k + hasattr(inner, "__self__") < len(names) else "x"
        yield from (name for _ in flatten(arg))
    for name, arg in kwargs.items():
        yield from (name for _ in flatten(arg))


def stand_in(tracer: Tracer, x: Any, called: str) -> Any:
    """What is put in the place of an argument; settings (whole numbers, texts, objects) are what they are."""
    label = getattr(x, "name", None) if isinstance(x, Tensor) else None
    if isinstance(x, Tensor):
        symbol = Symbol.input(tracer.named(label or called), x.shape, x.dtype)
        tracer.arguments.append(symbol)
        new = object.__new__(Tensor)
        new._array, new.node, new._leaf = symbol, None, None
        if x.node is not None:
            new._leaf = Leaf(new, symbol.value)
            new.node = new._leaf
        if label is not None:
            new.name = label
        if getattr(x, "_grad", None) is not None:
            new._grad = tracer.old_grad(x, new)
        return new
    if hasattr(x, "__array__") and (not isinstance(x, np.ndarray | np.generic) or x.dtype.kind not in "fiub"):
        raise Uncompilable(f"an argument is a {getattr(x, 'dtype', type(x).__name__)}, which is not traced")
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiub":
        symbol = Symbol.input(tracer.named(called), x.shape, x.dtype)
    elif isinstance(x, np.generic) and x.dtype.kind in "fiub":
        symbol = Symbol.input(tracer.named(called), (), x.dtype)
    elif isinstance(x, float):
        symbol = Symbol.scalar(tracer.named(called))
    else:
        return x
    tracer.arguments.append(symbol)
    return Traced(symbol)


def is_stand_in(x: Any) -> bool:
    """Whether something stands for an argument that is passed to the program at every call."""
    return isinstance(x, Tensor) and isinstance(x._array, Symbol)


OWN_BUSINESS = frozenset({"_called_as", "_called_with", "_known_as"})
"""What modules remember of their last call, and that decides nothing."""


def _left_behind(tracer: Tracer) -> list[tuple[Any, str, Any]]:
    """Attributes that hold traced values; the owners get back what they had."""
    found = []
    for owner, before in tracer.outside.guards.values():
        for name, value in list(vars(owner).items()):
            old = before.get(name)
            forgotten = value is None and isinstance(old, np.ndarray | Tensor)
            traced = isinstance(value, Tensor) and isinstance(value._array, Symbol)
            if value is not old and (traced or forgotten) and id(old) not in tracer.cells:
                found.append((owner, name, value))
                if not ours(type(owner)):  # whose code may ask what was there
                    if isinstance(old, np.ndarray) and tracer.outside.variables.loads(name):
                        continue
                    tracer.conditions.append(partial(_is_there, owner, name, old is not None))
                if name in before:
                    owner.__dict__[name] = before[name]
                else:
                    del owner.__dict__[name]
    return found


def _is_there(owner: Any, name: str, wanted: bool) -> bool:
    return (owner.__dict__.get(name) is not None) is wanted


def _check_attributes(tracer: Tracer) -> None:
    """Refuse attributes that a call changes: the next call would find others."""
    for owner, before in tracer.outside.guards.values():
        for name, value in vars(owner).items():
            if name in OWN_BUSINESS:
                continue
            if name not in before or value is not before[name]:
                raise Uncompilable(f"it changes the attribute {name} of {type(owner).__name__}")
