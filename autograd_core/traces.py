"""What code can say to a program that is being traced through it.

Ordinary code never needs these. A layer that draws random numbers says so with `drawn`, one that checks
values with `required`, one whose settings decide what it does with `holds_while`; outside of a trace the
first two just draw and check, and the last does nothing.
"""

from collections.abc import Callable
from typing import Any

from numpy import ndarray

from autograd_core.state import current


def is_tracing() -> bool:
    """Whether this call is traced into a program (see `compile`), so that arrays have no numbers yet.

    >>> is_tracing()
    False
    """
    return current().tracer is not None


def is_array(x: Any) -> bool:
    """Whether x is a plain array, or stands for one in a program that is traced."""
    return isinstance(x, ndarray) or (getattr(x, "plain", False) is True and not x.python)


def drawn(draw: Callable[..., Any], generator: Any, *args: Any) -> Any:
    """`draw(generator, *args)`, an array of random numbers; a compiled program draws again at every call.

    >>> import numpy as np
    >>> drawn(lambda rng, n: rng.random(n), np.random.default_rng(0), 2)
    array([0.63696169, 0.26978671])
    """
    tracer = current().tracer
    return draw(generator, *args) if tracer is None else tracer.drawn(draw, generator, args)


def required(check: Callable[..., object], *values: Any) -> None:
    """`check(*values)`, which raises if plain values are not as they should be; a compiled program checks at
    every call."""
    tracer = current().tracer
    if tracer is None:
        check(*values)
    else:
        tracer.required(check, values)


def holds_while(owner: Any) -> None:
    """What is traced holds as long as the attributes of the owner are what they are now."""
    tracer = current().tracer
    if tracer is not None:
        tracer.holds_while(owner)


def writable(array: Any, name: str = "") -> Any:
    """An array or leaf of one's own as an array that a program reads and writes in place: outside of a trace
    the array itself. The source of the program calls it by the name."""
    tracer = current().tracer
    return array if tracer is None else tracer.writable(array, name)


def gathered(owner: Any, name: str, leaves: Any) -> Any:
    """The vector `owner.name`, in which the numbers of leaves lie one behind the other, as an array that a
    program reads and writes in place; only for use in a trace. At another call it may be another vector."""
    return current().tracer.gathered(owner, name, leaves)


def before_each(do: Callable[[], None]) -> None:
    """Do something before every call of a program that is traced."""
    tracer = current().tracer
    if tracer is not None:
        tracer.before.append(do)


def read_each_time(label: str, read: Callable[[], float]) -> Any:
    """`read()`, a Python number that may be another one at the next call of a program."""
    tracer = current().tracer
    return read() if tracer is None else tracer.number(label, read)


def computed(label: str, compute: Callable[..., float], *numbers: Any) -> Any:
    """`compute(*numbers)`, a Python number of Python numbers; a compiled program computes it at every call.

    >>> computed("n", range(9).index, 3)
    3
    """
    tracer = current().tracer
    return compute(*numbers) if tracer is None else tracer.computed(label, compute, numbers)


def each_time(do: Callable[[], None], changes: Any = None) -> None:
    """Do something now, and after every call of a program that is traced instead; it changes the settings of
    the object that is named."""
    tracer = current().tracer
    if tracer is None:
        do()
    else:
        tracer.afterwards.append(do)
        tracer.changing.append(changes)


def shared(owner: Any) -> dict[Any, Any]:
    """What parts of one trace remember for one another, of this owner; only for use in a trace."""
    found: dict[Any, Any] = current().tracer.shared.setdefault(id(owner), {})
    return found


def changes_later(owner: Any) -> bool:
    """Whether something that was put off until after the call changes the settings of the owner, so that they
    are not what they would be at this point of the call."""
    tracer = current().tracer
    return tracer is not None and any(owner is x for x in tracer.changing)


def stop(why: str, until: Callable[[], bool] | None = None) -> None:
    """No program can do what follows: the function that is traced runs eagerly, and `reason` says why. Once
    `until()` is true it is traced again."""
    tracer = current().tracer
    if tracer is not None:
        tracer.stop(why, until)


def holds_if(condition: Callable[[], bool]) -> None:
    """What is traced holds as long as `condition()` is true."""
    tracer = current().tracer
    if tracer is not None:
        tracer.conditions.append(condition)
