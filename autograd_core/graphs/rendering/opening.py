"""Opens a picture where it can be seen: in the notebook that runs, in the web browser, else as letters."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""One of these variables is set where a browser can be opened; Windows and macOS need none."""


def opened(picture: object, write: Callable[[Path], object]) -> None:
    """Show a picture.

    Args:
        picture: what a notebook displays, and `print` draws with letters.
        write: writes the picture to a file, for the web browser.
    """
    if _in_notebook():
        from IPython.display import display

        display(picture)  # type: ignore[no-untyped-call]
    elif not (_has_screen() and _in_browser(write)):
        print(picture)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    # the IPython of a terminal has no kernel, and shows no pictures
    return shell is not None and hasattr(shell, "kernel")


def _has_screen() -> bool:
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in SCREENS)


def _in_browser(write: Callable[[Path], object]) -> bool:
    import webbrowser  # looks for browsers when it is imported

    # the file stays: the browser reads it later
    path = Path(tempfile.mkdtemp(prefix="autograd-core-")) / "graph.html"
    write(path)
    return webbrowser.open(path.as_uri())
