"""What the current context wants remembered: recording on or off, and the module path.

The only mutable global of the engine is one context variable, so every thread and every asynchronous task
has its own state; a new thread starts with recording on.
"""

import inspect
from collections.abc import Callable, Generator
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from functools import wraps
from types import TracebackType
from typing import Any, ClassVar, ParamSpec, Self, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class State:
    """One immutable setting of the context; every node points to the one it was recorded in.

    watch     what looks at every value and gradient (see `anomaly`), or nothing
    tracer    what takes every operation instead of the engine, or nothing
    """

    __slots__ = ("recording", "scope", "tracer", "watch")  # read faster than the fields of a named tuple

    def __init__(
        self, recording: bool = True, scope: str = "", watch: Any = None, tracer: Any = None
    ) -> None:
        self.recording, self.scope, self.watch, self.tracer = recording, scope, watch, tracer

    def _replace(self, **changes: Any) -> "State":
        """The same setting but for these changes; itself, if they change nothing."""
        if all(getattr(self, name) is value for name, value in changes.items()):
            return self
        return State(**{name: getattr(self, name) for name in self.__slots__} | changes)


DEFAULT = State()
STATE: ContextVar[State] = ContextVar("autograd_core_state", default=DEFAULT)
current = STATE.get


def is_quiet() -> bool:
    """Whether nothing looks at what the engine does, or does it instead."""
    return current().watch is None and current().tracer is None


# the tokens by which the open blocks of this context are left, innermost last
_open: ContextVar[tuple[Token[State], ...]] = ContextVar("autograd_core_open", default=())


class Block:
    """Change the state for a block, or while a decorated function, generator or coroutine runs.

    One object may be nested, reused, and shared by threads and tasks: what it has to remember is in the
    context.
    """

    changes: ClassVar[dict[str, Any]]

    def __new__(cls, function: Any = None) -> Any:
        self = super().__new__(cls)
        if function is None:
            return self
        if not callable(function):
            raise TypeError(
                f"{cls.__name__} is a block or decorates a function, got {type(function).__name__}"
            )
        return self(function)

    def __enter__(self) -> Self:
        _open.set((*_open.get(), STATE.set(current()._replace(**self.changes))))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not _open.get():
            raise RuntimeError(f"{type(self).__name__}: the block was entered in another thread or task")
        *rest, token = _open.get()
        _open.set(tuple(rest))
        STATE.reset(token)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        if inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{type(self).__name__}: an asynchronous generator cannot be decorated; "
                "use a with block in it"
            )
        if inspect.iscoroutinefunction(function):

            async def coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return wraps(function)(coroutine)  # type: ignore[return-value]
        if inspect.isgeneratorfunction(function):

            def generator(*args: P.args, **kwargs: P.kwargs) -> Any:
                return _stepped(self, function(*args, **kwargs))

            return wraps(function)(generator)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return function(*args, **kwargs)

        return call


def _stepped(block: Block, inner: Any) -> Generator[Any, Any, Any]:
    """A generator whose every step runs in the block, and whose caller does not."""
    sent, step = None, inner.send
    while True:
        try:
            with block:
                value = step(sent)
        except StopIteration as stop:
            return stop.value
        try:
            sent, step = (yield value), inner.send
        except GeneratorExit:
            with block:
                inner.close()
            raise
        except BaseException as error:  # thrown into this generator: it belongs to the inner one
            sent, step = error, inner.throw


class no_grad(Block):  # the public name is a verb of users' code, not a class to them
    """Record nothing: `with no_grad(): W -= lr * W.grad`, or `@no_grad()` on a function.

    >>> import autograd_core as ac
    >>> x = ac.Tensor(3.0, requires_grad=True)
    >>> with ac.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    changes: ClassVar = {"recording": False}


class enable_grad(Block):
    """Record again inside `no_grad`.

    >>> import autograd_core as ac
    >>> x = ac.Tensor(3.0, requires_grad=True)
    >>> with ac.no_grad(), ac.enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    changes: ClassVar = {"recording": True}


class scope(ContextDecorator):  # the public name is a word of users' code, not a class to them
    """Name a part of the model: nodes recorded inside carry the path, as in `encoder.layers.2`.

    Scopes nest and are joined by dots; the picture draws each as a module, error messages quote it.

    >>> import autograd_core as ac
    >>> x = ac.Tensor(3.0, requires_grad=True)
    >>> with ac.scope("encoder"), ac.scope("fc1"):
    ...     y = x * x
    >>> y.node.state.scope
    'encoder.fc1'
    """

    __slots__ = ("_name", "_token")

    def __init__(self, name: str) -> None:
        if type(name) is not str:
            raise TypeError(f"scope: a string is needed as a name, got {name!r}")
        if not name:
            raise ValueError("scope: a non-empty string is needed as a name")
        self._name = name

    def __enter__(self) -> None:
        state = current()
        path = f"{state.scope}.{self._name}" if state.scope else self._name
        self._token = STATE.set(State(state.recording, path, state.watch, state.tracer))

    def __exit__(self, *error: object) -> None:
        STATE.reset(self._token)

    def _recreate_cm(self) -> "scope":
        return scope(self._name)  # of a decorated function each call has its own
