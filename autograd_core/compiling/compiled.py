"""compile: an ordinary function, traced once and run as a program from then on."""

import os
from collections.abc import Callable
from functools import partial, update_wrapper
from threading import RLock
from types import MethodType
from typing import Any

from autograd_core.compiling.entry import Entry
from autograd_core.compiling.keys import PLAIN, kind_of, structure_of
from autograd_core.compiling.tracing.refusals import Uncompilable
from autograd_core.compiling.tracing.trace import Trace, steady, traced
from autograd_core.state import current
from autograd_core.trees import flatten

MOST = 8
"""So many programs are kept for calls of one kind: for training and prediction, for the first step and for
the others."""


ALIASED = "an argument is given twice, or is what the function changes"


class Compiled:
    """A function that runs as programs; see `compile`."""

    def __init__(self, f: Callable[..., Any], threads: int | None) -> None:
        self._function, self._threads = f, _threads(threads)
        self._entries: dict[Any, Any] = {}  # lists of programs, or why there are none and until when
        self._last: Entry | None = None
        self._reason: str | None = None
        self._lock = RLock()
        self._name = getattr(f, "__name__", type(f).__name__)
        update_wrapper(self, f, updated=())

    @property
    def source(self) -> str:
        """The program of the last call as Python; its derivatives behind it. Empty before the first call."""
        return "" if self._last is None else self._last.source

    @property
    def reason(self) -> str | None:
        """Why the last call ran eagerly, or None."""
        return self._reason

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        state = current()
        if state.tracer is not None:  # a part of another program
            return self._function(*args, **kwargs)
        if state.watch is not None:
            self._reason = "detect_anomaly looks at the numbers of every operation"
            return self._function(*args, **kwargs)
        if kwargs or not PLAIN.issuperset(map(type, args)):
            flat = list(flatten((args, kwargs)))
            key = (structure_of((args, kwargs)), state.recording, *map(kind_of, flat))
        else:
            flat = list(args)
            key = (state.recording, *map(kind_of, args))
        with self._lock:
            entries = self._entries.setdefault(key, [])
            if entries.__class__ is tuple and entries[1] is not None and entries[1]():
                entries = self._entries[key] = []
            if entries.__class__ is list:
                for entry in entries:
                    if entry.holds():
                        break
                else:
                    entry = self._made(key, args, kwargs)
                if entry is not None and entry.suits(flat):
                    self._last, self._reason = entry, None
                    return entry(flat)
            else:
                entry = None
            self._reason = ALIASED if entry is not None else self._entries[key][0]
        try:
            return self._function(*args, **kwargs)
        except Exception:
            self._entries.pop(key, None)  # another such call may do better
            raise

    def _made(self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Entry | None:
        """A new program for such a call, or None if there is none for such calls."""
        try:
            again = partial(traced, self._function, args, kwargs)
            first = again()
            trace = steady(first, again)
            if first.effects:
                self._computes_the_same(first, again)
            trace.tracer.outside.variables.settle()
            entry = Entry(self._name, trace, self._threads)
        except Uncompilable as why:
            self._entries[key] = str(why), why.until
            return None
        entries = self._entries[key]
        entries.insert(0, entry)
        del entries[MOST:]
        return entry

    def _computes_the_same(self, first: Trace, again: Callable[[], Trace]) -> None:
        """A look at whether what a call changes outside, a counter say, decides what the next one does.

        Raises:
            Uncompilable: if it does; then it is what it was before the first call.
        """
        try:
            second = again()
            second.tracer.outside.put_back()
            one, two = (Entry(self._name, trace, self._threads) for trace in (first, second))
            same = one.source == two.source and one.constants == two.constants
        except Exception:  # at a second call, of whatever kind
            same = False
        if not same:
            first.tracer.outside.put_back()
            raise Uncompilable(f"it changes {first.effects}, and that decides what it computes")

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        return self if owner is None else MethodType(self, owner)  # a method that is decorated

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_function" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self._function, name)

    def __reduce__(self) -> Any:
        return Compiled, (self._function, self._threads)  # a copy writes programs of its own

    def __repr__(self) -> str:
        return f"compile({self._function!r})"


def _threads(asked: Any) -> int:
    if asked is not None:
        if isinstance(asked, bool) or not isinstance(asked, int) or asked < 1:
            raise ValueError(f"compile: threads is a positive integer or None, got {asked!r}")
        return int(asked)
    affinity = getattr(os, "sched_getaffinity", None)  # Linux has it
    available = 1 if affinity is None else len(affinity(0))
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(available, int(limit))) if limit.isdigit() else available


def compile(f: Callable[..., Any] | None = None, *, threads: int | None = None) -> Any:
    """A function that does what f does, as a program of NumPy calls, without Tensors and graphs.

    f is a function, a module, a loss, a transform such as `ac.hessian(g)`, or a whole training step:

        @ac.compile
        def step(x, t):
            opt.zero_grad()
            loss = criterion(model(x), t) + penalty(model)
            loss.backward()
            opt.step()
            return loss

    At the first call f runs once with arrays that have no numbers, and what it does is written down: a
    program for these shapes, dtypes and settings, which `source` shows. Another shape, dtype, `train()` or
    `eval()`, or something that requires a gradient now makes another program. Results are what f returns:
    arrays of arrays, floats of floats, a recorded Tensor where f records one, whose `backward()` reaches the
    arguments and the leaves that f uses, in every order. Values of leaves, learning rates of optimizers,
    arrays and variables that f uses are those at the call; random numbers from `ac.generator()` and of layers
    are drawn at every call, as without compile, and parameters, moments, running statistics and `.grad` are
    left as f leaves them. Numbers agree but for rounding: sums may be taken in another order.

    Args:
        f: the function. Arrays, floats and Tensors among its arguments are passed to the program, whole
            numbers, texts and objects are settings: each has a program of its own.
        threads: how many may share the work on large arrays; None: as many as there are processors for this
            process, or as OMP_NUM_THREADS says. The numbers do not depend on it.

    Returns:
        A function with `source`, the program of the last call as Python, and `reason`, why the last call was
        not compiled but ran as f itself, or None. A reason is for example a hook, or a result whose shape
        depends on numbers, such as x[x > 0]. Attributes of a module are those of what was compiled.

    Raises:
        CompileError: at a call, if f asks for numbers that differ from call to call: an `if`, `float()`,
            `item()` or `.data` of what it computes. Nothing is changed then.
        TypeError: if f cannot be called.
        ValueError: if `threads` is not a positive integer.

    Python around the Tensors (prints, counters, the clock) runs while tracing only. A variable or list
    outside that f changes is looked at: if that decides what the next call computes, f runs as itself, and
    `reason` says so. The step of a learning rate schedule inside of f is made after every call. Where a true
    gradient is 0, as that of a bias before a batch normalisation, Adam divides the one rounding by the other,
    and such a parameter wanders apart from that of the eager run without changing what the model computes.

    >>> import numpy as np
    >>> f = compile(lambda x: np.exp(-x * x).sum())
    >>> f(np.zeros((50, 3)))
    np.float64(150.0)
    >>> print(f.reason)
    None
    """
    if f is None:
        return lambda g: Compiled(g, threads)
    if not callable(f):
        raise TypeError(f"compile: a function or a module is needed, got {type(f).__name__}")
    return Compiled(f, threads)
