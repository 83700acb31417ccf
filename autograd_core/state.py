"""What the current context wants remembered: recording on or off, and the module path.

The only mutable global of the engine is one context variable, so every thread and every asynchronous task
has its own state; a new thread starts with recording on.
"""

from collections.abc import Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import NamedTuple, Self


class State(NamedTuple):
    """One immutable setting of the context; every node points to the one it was recorded in."""

    recording: bool = True
    scope: str = ""


DEFAULT = State()
STATE: ContextVar[State] = ContextVar("autograd_core_state", default=DEFAULT)
current = STATE.get


class _Recording(ContextDecorator):
    """Set recording for a block or a decorated function; may be nested and reused."""

    recording: bool

    def __init__(self) -> None:
        self._tokens: list[Token[State]] = []

    def _recreate_cm(self) -> Self:
        """Give every call of a decorated function its own tokens, so that threads may share the function."""
        return type(self)()

    def __enter__(self) -> Self:
        self._tokens.append(STATE.set(current()._replace(recording=self.recording)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        STATE.reset(self._tokens.pop())


class no_grad(_Recording):  # the public name is a verb of users' code, not a class to them
    """Record nothing: `with no_grad(): W -= lr * W.grad`, or `@no_grad()` on a function.

    >>> import autograd_core as ac
    >>> x = ac.Tensor(3.0, requires_grad=True)
    >>> with ac.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    recording = False


class enable_grad(_Recording):
    """Record again inside `no_grad`.

    >>> import autograd_core as ac
    >>> x = ac.Tensor(3.0, requires_grad=True)
    >>> with ac.no_grad(), ac.enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    recording = True


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Name a part of the model: nodes recorded inside carry the path, as in `encoder.layers.2`.

    Scopes nest and are joined by dots; the picture draws each as a module, error messages quote it.

    >>> import autograd_core as ac
    >>> x = ac.Tensor(3.0, requires_grad=True)
    >>> with ac.scope("encoder"), ac.scope("fc1"):
    ...     y = x * x
    >>> y.node.state.scope
    'encoder.fc1'
    """
    if type(name) is not str:
        raise TypeError(f"scope: a string is needed as a name, got {name!r}")
    if not name:
        raise ValueError("scope: a non-empty string is needed as a name")
    state = current()
    path = f"{state.scope}.{name}" if state.scope else name
    token = STATE.set(state._replace(scope=path))
    try:
        yield
    finally:
        STATE.reset(token)
