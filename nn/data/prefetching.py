"""Working ahead: one thread makes what comes next while the caller uses what came."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from sys import is_finalizing
from typing import Any, TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], count: int) -> Iterator[T]:
    """The same items in the same order; a thread makes up to `count` of them in advance.

    What making an item raises is raised where that item would have come. When the iteration is left early,
    by break, close() or because nobody holds it any more, the thread ends after the item it is at.
    """
    ready: deque[Callable[[], T]] = deque()
    # so many may be made, so many are made; a semaphore wakes a waiting thread without polling
    room, made = threading.Semaphore(count), threading.Semaphore(0)
    stop = threading.Event()

    def hand_over(result: Callable[[], T]) -> None:
        ready.append(result)
        made.release()

    def work() -> None:
        try:
            while True:
                room.acquire()
                if stop.is_set():
                    return
                hand_over(partial(_given, next(items)))
        except StopIteration:
            hand_over(partial(_raised, _End()))
        except BaseException as error:  # the caller's to handle, whatever it is
            hand_over(partial(_raised, error))

    # a daemon, so that a loader that is left suspended does not keep the interpreter from ending
    thread = threading.Thread(target=work, name="DataLoader prefetch", daemon=True)
    thread.start()
    try:
        while True:
            made.acquire()
            result = ready.popleft()
            room.release()
            yield result()
    except _End:
        pass
    finally:
        stop.set()
        room.release()
        # the collector may close this generator in the very thread it would wait for; and when the
        # interpreter ends, daemons are stopped where they are and never end
        if threading.current_thread() is not thread and not is_finalizing():
            thread.join()


class _End(Exception):
    pass


def _given(item: T) -> T:
    return item


def _raised(error: BaseException) -> Any:
    raise error
