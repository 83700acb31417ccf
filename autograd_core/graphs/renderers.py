"""From DOT text to a picture: the first of several Graphviz that works.

In order: the one that is asked for (`renderer=`, or the environment variable AUTOGRAD_CORE_DOT), `dot` on
PATH, pygraphviz 2 in a process of its own, which can be stopped and cannot take ours with it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SECONDS = 20
"""A layout that takes longer is given up."""

VARIABLE = "AUTOGRAD_CORE_DOT"
FORMATS = ("svg", "png", "pdf")
_WORKER = Path(__file__).with_name("worker.py")
_DPI = 144


class GraphRenderError(RuntimeError):
    """No Graphviz was found that makes this picture; the message says what was tried and what to install."""


def render(source: str, form: str, renderer: str | os.PathLike[str] | None = None, target: str = "") -> bytes:
    """The picture of DOT text.

    Args:
        source: the DOT text.
        form: svg, png or pdf.
        renderer: the path of a `dot`, or "pygraphviz"; None for the first that works.
        target: what is to be written, for the error.

    Raises:
        GraphRenderError: if nothing works.
    """
    asked = renderer if renderer is not None else os.environ.get(VARIABLE) or None
    tried: list[str] = []
    if asked is not None:
        commands = [_asked(os.fspath(asked), "renderer=" if renderer is not None else VARIABLE, tried)]
    else:
        commands = [_system(tried), _pygraphviz(tried)]
    for name, command in (found for found in commands if found is not None):
        try:
            done = subprocess.run(
                [*command, *_options(form, command)],
                input=source.encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            tried.append(f"{name} (stopped after {SECONDS} s: try a smaller max_nodes)")
        except OSError as error:
            tried.append(f"{name} ({error.strerror or error})")
        else:
            if done.returncode == 0 and done.stdout:
                return done.stdout
            tried.append(f"{name} ({_last_line(done.stderr) or f'exit code {done.returncode}'})")
    raise GraphRenderError(_advice(target or f"a {form.upper()}", form, tried))


Command = tuple[str, Sequence[str]]


def _asked(path: str, where: str, tried: list[str]) -> Command | None:
    if path == "pygraphviz":
        return _pygraphviz(tried)
    found = shutil.which(path)
    if found is None:
        tried.append(f"{path} (given by {where}: no such program)")
        return None
    return path, [found]


def _system(tried: list[str]) -> Command | None:
    found = shutil.which("dot")
    if found is None:
        tried.append("dot (not on PATH)")
        return None
    return "dot", [found]


def _pygraphviz(tried: list[str]) -> Command | None:
    try:
        found = version("pygraphviz")
    except PackageNotFoundError:
        tried.append("pygraphviz>=2.0 (not installed)")
        return None
    if int(found.partition(".")[0]) < 2:
        tried.append(f"pygraphviz>=2.0 (found {found}, which needs a dot of its own)")
        return None
    # -P: the folder of the worker, whose files have names of their own, stays off the path
    return "pygraphviz", [sys.executable, "-P", str(_WORKER)]


def _options(form: str, command: Sequence[str]) -> list[str]:
    return [f"-T{form}", f"-Gdpi={_DPI}"] if form == "png" else [f"-T{form}"]


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


def _advice(target: str, form: str, tried: Sequence[str]) -> str:
    return (
        f"cannot write {target}: no Graphviz renderer that makes {form.upper()} was found.\n"
        f"  tried: {', '.join(tried)}\n"
        "  fix, one of:\n"
        '    pip install "autograd-core[viz]"      # no root needed: Linux glibc, macOS, Windows x64\n'
        "    apt-get install graphviz | brew install graphviz | conda install graphviz\n"
        "    a name that ends in .dot, which needs no renderer, or print the graph, which draws it as text"
    )
