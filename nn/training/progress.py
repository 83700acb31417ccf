"""What a training shows while it runs: a line per epoch, and a bar if tqdm is installed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

Advance = Callable[[], None]
Report = Callable[[str], None]


@contextmanager
def progress(shown: bool, batches: int) -> Iterator[tuple[Advance, Report]]:
    """What to call after every batch, and how to print a line; both do nothing if nothing is shown.

    The lines go to standard output, the bar to standard error. tqdm is in the extra "train".
    """
    if not shown:
        yield (lambda: None), (lambda text: None)
        return
    try:
        tqdm = import_module("tqdm")
    except ImportError:
        yield (lambda: None), lambda text: print(text, flush=True)
        return
    every = 0.1 if sys.stderr.isatty() else 1.0
    with tqdm.tqdm(total=batches, unit="batch", leave=False, mininterval=every, dynamic_ncols=True) as bar:
        yield bar.update, lambda text: tqdm.tqdm.write(text, file=sys.stdout)
