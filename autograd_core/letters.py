"""Which of its arguments a function reads, off its code: what a user's rules read has to be kept.

>>> sorted(letters_read(lambda g, z, x: g * (x.shape[0] * z)))
['g', 'z']
"""

import dis
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

# what may be asked of an argument that is not kept
_FREE = frozenset({"shape", "ndim", "dtype", "size"})


def letters_read(rule: Callable[..., Any]) -> set[str]:
    """The names that a function loads, other than to ask for a shape or dtype."""
    code = _code(rule)
    if code is None:
        return set()
    read: set[str] = set()
    written: set[str] = set()
    instructions = list(dis.get_instructions(code))
    for this, following in zip(instructions, [*instructions[1:], None], strict=True):
        if this.opname == "STORE_FAST":
            written.add(this.argval)
        if not this.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE")):
            continue
        names = this.argval if isinstance(this.argval, tuple) else (this.argval,)
        asked = (
            following is not None and following.opname.startswith("LOAD_ATTR") and following.argval in _FREE
        )
        read.update(names[:-1] if asked else names)
    return read - written


def _code(function: Any) -> Any:
    """The code that runs when a function, a partial, a wrapped function or an object is called."""
    function = inspect.unwrap(function)
    while isinstance(function, partial):
        function = inspect.unwrap(function.func)
    own = getattr(function, "__code__", None)
    return own if own is not None else getattr(type(function).__call__, "__code__", None)


def positions_read(function: Callable[..., Any]) -> set[int]:
    """Which positional arguments a function loads."""
    code = _code(function)
    names = [] if code is None else list(code.co_varnames[: code.co_argcount])
    read = letters_read(function)
    return {i for i, name in enumerate(names) if name in read}
