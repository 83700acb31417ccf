"""Tensors from nothing: NumPy's creation functions, named leaves, random numbers and their generator."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from threading import local
from typing import Any, TypeAlias

import numpy as np

from autograd_core import traces
from autograd_core.functions import ranges
from autograd_core.functions.shaping import broadcast_to
from autograd_core.state import current
from autograd_core.storage import plain
from autograd_core.tensor import Tensor

Shape = int | Sequence[int]
# as texts: numpy.random is as dear to import as this whole package, and loads when numbers are drawn
Seed: TypeAlias = "int | np.integer[Any] | np.random.Generator | None"

_generators = local()
_dtype: ContextVar[type[Any]] = ContextVar("autograd_core_default_dtype", default=np.float32)


def manual_seed(seed: int) -> "np.random.Generator":
    """Set this thread's default generator to a fresh one of this seed, and return it.

    >>> _ = manual_seed(0)
    >>> a = rand(2)
    >>> _ = manual_seed(0)
    >>> bool((a == rand(2)).all())
    True
    """
    traces.stop("manual_seed begins its numbers anew at every call")
    _generators.default = made = _seeded(seed, "manual_seed: a seed")
    return made


def _seeded(seed: Any, what: str) -> "np.random.Generator":
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{what} is an integer of at least 0, got {seed!r}") from None


def generator(rng: Seed = None) -> "np.random.Generator":
    """The generator that `rng=` means: None this thread's default one, an int a fresh one of that seed.

    Raises:
        TypeError: for anything else, np.random.seed-style state included.
        ValueError: for a negative int.
    """
    if rng is None or isinstance(rng, np.random.Generator):
        tracer = current().tracer
        if tracer is not None:
            return tracer.generator(partial(_unseeded, rng))  # type: ignore[no-any-return]
        return _unseeded(rng)
    seed = None if isinstance(rng, bool) else rng
    if isinstance(seed, int | np.integer):
        return _seeded(int(seed), "rng")
    raise TypeError(f"rng is None, an int or a numpy.random.Generator, got {type(rng).__name__}")


def _unseeded(rng: "np.random.Generator | None") -> "np.random.Generator":
    """A generator, or this thread's default one."""
    if rng is not None:
        return rng
    if not hasattr(_generators, "default"):
        _generators.default = np.random.default_rng()
    return _generators.default  # type: ignore[no-any-return]


@contextmanager
def default_dtype(dtype: Any) -> Iterator[None]:
    """The dtype of parameters and buffers that layers of `nn` make inside; outside it is float32.

    Raises:
        TypeError: if the dtype is not a floating one.
    """
    found = _dtype_of("default_dtype", dtype)
    if found.kind != "f":
        raise TypeError(f"default_dtype: a floating dtype is needed, got {found}")
    token = _dtype.set(found.type)
    try:
        yield
    finally:
        _dtype.reset(token)


def layer_dtype(dtype: Any = None) -> np.dtype[Any]:
    """The dtype a layer makes its parameters in: the one given, else that of `default_dtype`."""
    return _dtype_of("dtype", _dtype.get() if dtype is None else dtype)


def _dtype_of(what: str, dtype: Any) -> np.dtype[Any]:
    try:
        found: np.dtype[Any] = np.dtype(dtype)
        return found
    except TypeError as error:
        raise TypeError(f"{what}: a dtype is needed, such as float or np.float32: {error}") from None


def leaves(**values: Any) -> tuple[Tensor, ...]:
    """Named leaves that require a gradient, in the order given; integers become floats.

    >>> a, x = leaves(a=2, x=3)
    >>> a
    Tensor(2.0, name='a', requires_grad=True)
    """
    made = []
    for name, value in values.items():
        try:
            found = Tensor(value)
            made.append(Tensor(found, True, name=name, dtype=float if found.dtype.kind in "iu" else None))
        except (TypeError, ValueError) as error:
            raise type(error)(f"leaves: {name}={value!r:.60}: {error}") from None
    return tuple(made)


def _made(make: Any, *args: Any, **settings: Any) -> np.ndarray[Any, Any]:
    """What a function of NumPy's gives; its errors name it and what it was given."""
    try:
        made: np.ndarray[Any, Any] = make(*args, **settings)
        if made.dtype.kind not in "fiubc":
            raise TypeError(f"a Tensor holds numbers, got {made.dtype}")
        return made
    except (TypeError, ValueError, ZeroDivisionError) as error:
        defaults = (None, float, True)
        given = [repr(a)[:60] for a in args if not any(a is d for d in defaults)]
        given += [f"{k}={v!r}" for k, v in settings.items() if v != 0 and not any(v is d for d in defaults)]
        advice = ""
        if len(args) == 2 and all(isinstance(a, int) for a in args):  # zeros(2, 3)
            advice = f": a shape of several sizes is a tuple, {make.__name__}({args})"
        raise type(error)(f"{make.__name__}({', '.join(given)}): {error}{advice}") from None


def zeros(shape: Shape, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A Tensor full of 0."""
    return Tensor(_made(np.zeros, shape, dtype or float), requires_grad, name=name)


def ones(shape: Shape, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A Tensor full of 1."""
    return Tensor(_made(np.ones, shape, dtype or float), requires_grad, name=name)


def full(
    shape: Shape, fill_value: Any, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None
) -> Tensor:
    """A Tensor full of one value; of a Tensor that requires a gradient a result, connected to it."""
    if isinstance(fill_value, Tensor) and fill_value.node is not None:
        z = broadcast_to(fill_value, shape)
        z = z if dtype is None else z.astype(dtype)
        return z if name is None else z.named(name)
    return Tensor(_made(np.full, shape, plain(fill_value), dtype), requires_grad, name=name)


def arange(*bounds: float, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """Evenly stepped numbers: arange(stop), arange(start, stop) or arange(start, stop, step)."""
    return Tensor(_made(np.arange, *bounds, dtype=dtype), requires_grad, name=name)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    *,
    dtype: Any = None,
    axis: int = 0,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """`num` evenly spaced numbers from start to stop; ends that are Tensors get their gradients."""
    if isinstance(start, Tensor) or isinstance(stop, Tensor):
        z: Tensor = ranges.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)
        return z if name is None else z.named(name)
    return Tensor(
        _made(np.linspace, start, stop, num, endpoint=endpoint, dtype=dtype, axis=axis),
        requires_grad,
        name=name,
    )


def eye(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: Any = None,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """N lines and M columns of zeros, by default as many, with ones on the k-th diagonal."""
    return Tensor(_made(np.eye, N, M, k=k, dtype=dtype or float), requires_grad, name=name)


def zeros_like(a: Any, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A Tensor full of 0 of the shape and dtype of a."""
    x = a if isinstance(a, Tensor) else np.asarray(a)
    return Tensor(np.zeros(x.shape, dtype or x.dtype), requires_grad, name=name)


def ones_like(a: Any, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A Tensor full of 1 of the shape and dtype of a."""
    x = a if isinstance(a, Tensor) else np.asarray(a)
    return Tensor(np.ones(x.shape, dtype or x.dtype), requires_grad, name=name)


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, *, requires_grad: bool = False, name: str | None = None
) -> Tensor:
    """A Tensor full of one value, of the shape and dtype of a; connected to a value that trains."""
    x = a if isinstance(a, Tensor) else np.asarray(a)
    if isinstance(fill_value, Tensor) and fill_value.node is not None:
        z: Tensor = ranges.full_like(x, fill_value, dtype)
        return z if name is None else z.named(name)
    return Tensor(np.full(x.shape, plain(fill_value), dtype or x.dtype), requires_grad, name=name)


def randn(
    *shape: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None, rng: Seed = None
) -> Tensor:
    """Numbers from the normal distribution of mean 0 and variance 1."""
    numbers = _drawn("randn", generator(rng).standard_normal, shape)
    return Tensor(numbers, requires_grad, name=name, dtype=dtype)


def rand(
    *shape: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None, rng: Seed = None
) -> Tensor:
    """Numbers from the uniform distribution on [0, 1)."""
    numbers = _drawn("rand", generator(rng).random, shape)
    return Tensor(numbers, requires_grad, name=name, dtype=dtype)


def _drawn(name: str, draw: Any, shape: tuple[Any, ...]) -> Any:
    """Random numbers of a shape, given as one tuple or as several sizes."""
    size = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
    try:
        return np.asarray(found) if isinstance(found := draw(size), float) else found
    except (TypeError, ValueError) as error:
        sizes = "sizes are integers of at least 0"
        raise type(error)(f"{name}: {sizes}, got {', '.join(map(repr, size))}") from None
