"""Blocks of a large computation, one after the other or shared among threads.

The results of the blocks come back in their order, so what is made of them does not depend on the number of
threads.
"""

import os
from collections.abc import Callable, Sequence
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import Any

Block = Callable[..., Any]


class Crew:
    """Threads that are kept, and work while NumPy lets go of the interpreter's lock."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._threads = 0

    def share(self, job: Callable[[int], None], helpers: int) -> None:
        """Call job(0) here and job(1), ... in as many helpers; an error of any of them is raised."""
        while self._threads < helpers:
            self._threads += 1
            Thread(target=self._work, name=f"autograd_core {self._threads}", daemon=True).start()
        done: SimpleQueue[BaseException | None] = SimpleQueue()
        for k in range(1, helpers + 1):
            context = copy_context()  # NumPy's error settings are the caller's
            self._jobs.put(lambda k=k, context=context: done.put(_tried(context.run, job, k)))  # type: ignore[misc]
        mine = _tried(job, 0)
        errors = [mine, *(done.get() for _ in range(helpers))]
        for error in errors:
            if error is not None:
                raise error

    def _work(self) -> None:
        while True:
            self._jobs.get()()


def _tried(call: Callable[..., Any], *args: Any) -> BaseException | None:
    try:
        call(*args)
    except BaseException as error:  # which is raised again where the work was shared
        return error
    return None


_crew: list[tuple[int, Crew]] = []


def _the_crew() -> Crew:
    """The threads of this process: a fork has none of its parent's."""
    here = os.getpid()
    if not _crew or _crew[0][0] != here:
        _crew[:] = [(here, Crew())]
    return _crew[0][1]


def in_blocks(block: Block, size: int, step: int, scratch: Sequence[Any], *values: Any) -> list[Any]:
    """What block(i, j, scratch, *values) gives for every step from i to j, in order: each thread takes a run
    of neighbouring blocks and has scratch of its own."""
    starts = range(0, size, step)
    if len(scratch) == 1:
        return [block(i, min(i + step, size), scratch[0], *values) for i in starts]
    found: list[Any] = [None] * len(starts)
    each = -(-len(starts) // len(scratch))

    def job(k: int) -> None:
        for m in range(k * each, min((k + 1) * each, len(starts))):
            i = starts[m]
            found[m] = block(i, min(i + step, size), scratch[k], *values)

    _the_crew().share(job, len(scratch) - 1)
    return found
