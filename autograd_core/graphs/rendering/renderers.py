"""From DOT text to a picture: the first of several renderers that works.

In order: the one that is asked for (`renderer=`, or the environment variable AUTOGRAD_CORE_DOT), `dot` on
PATH, pygraphviz 2 in a process of its own, which can be stopped and cannot take ours with it, graphviz-pure
beside the running Python, and the layout of this library, which needs nothing and never fails.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from autograd_core.graphs import layout
from autograd_core.graphs.drawing.theme import FONT
from autograd_core.graphs.rendering import raster

SECONDS = 20
"""A layout that takes longer is given up."""

VARIABLE = "AUTOGRAD_CORE_DOT"
FORMATS = ("svg", "png", "pdf")
BUILTIN, PYGRAPHVIZ, PURE = "builtin", "pygraphviz", "graphviz-pure"
NAMES = (PYGRAPHVIZ, PURE, BUILTIN)
"""What may be asked for by its name; all else is the path of a program."""

REMARK = "drawn by the built-in layout; install autograd-core[viz] for the full one"
_WORKER = Path(__file__).with_name("worker.py")
_DPI = 144
_ENDS = {
    "svg": (b"<svg", b"</svg>"),
    "png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    "pdf": (b"%PDF-", b"%%EOF"),
}
"""How a picture begins and how it ends."""


class GraphRenderError(RuntimeError):
    """No renderer was found that makes this picture; the message says what was tried and what to install."""


class Renderer(NamedTuple):
    """A program that reads DOT text from its standard input, as `dot` does."""

    name: str
    command: Sequence[str]
    own_fonts: bool = False


def render(source: str, form: str, renderer: str | os.PathLike[str] | None = None, target: str = "") -> bytes:
    """The picture of DOT text.

    Args:
        source: the DOT text.
        form: svg, png or pdf. SVG is always possible.
        renderer: the path of a `dot`, or "pygraphviz", "graphviz-pure", "builtin"; None for the first that
            works.
        target: what is to be written, for the error.

    Raises:
        GraphRenderError: if nothing works; if one renderer was asked for, if that does not work.
    """
    asked = renderer if renderer is not None else os.environ.get(VARIABLE) or None
    tried: list[str] = []
    name = None if asked is None else os.fspath(asked)
    if name is None:
        finders: list[Finder] = [_system, _pygraphviz, _pure]
    else:
        where = "renderer=" if renderer is not None else VARIABLE
        finders = [] if name == BUILTIN else [partial(_asked, name, where)]
    picture = _first(finders, source, form, tried)
    if picture is None and name in (None, BUILTIN):
        picture = _builtin(source, form, tried, "" if name else REMARK)
    if picture is None:
        asked_for = "" if name is None else f"the renderer {name!r}"
        raise GraphRenderError(_advice(target or f"a {form.upper()}", form, tried, asked_for))
    return picture


Finder = Callable[[list[str]], Renderer | None]
"""Finds a program, or says why there is none."""


def _first(finders: Sequence[Finder], source: str, form: str, tried: list[str]) -> bytes | None:
    for find in finders:
        found = find(tried)
        if found is None:
            continue
        if found.own_fonts and form == "pdf":
            tried.append(f"{found.name} (found, but it cannot write PDF)")
            continue
        picture = _run(found, source, form, tried)
        if picture is not None:
            return picture
    return None


def _run(renderer: Renderer, source: str, form: str, tried: list[str]) -> bytes | None:
    """What a program makes of DOT text; None, and the reason, if it fails."""
    name = renderer.name
    if renderer.own_fonts:
        # its own measures are those of Helvetica; a list of fonts would be measured as Times
        source = source.replace(f'fontname="{FONT}"', 'fontname="Helvetica"')
        foreign = _foreign(source) if form == "png" else ""
        if foreign:
            warnings.warn(f"{name} has no letters for {foreign!r} in PNG: save as .svg", stacklevel=2)
    try:
        done = subprocess.run(
            [*renderer.command, *_options(form)],
            input=source.encode(errors="replace"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        tried.append(f"{name} (stopped after {SECONDS} s: try a smaller max_nodes)")
    except OSError as error:
        tried.append(f"{name} ({error.strerror or error})")
    else:
        if done.returncode == 0 and _is_whole(done.stdout, form):
            return done.stdout
        wrote = f"wrote no {form.upper()}" if done.returncode == 0 else f"exit code {done.returncode}"
        tried.append(f"{name} ({_last_line(done.stderr) or wrote})")
    return None


def _is_whole(picture: bytes, form: str) -> bool:
    """Whether a program wrote what it was asked for, to its end."""
    begin, end = _ENDS[form]
    try:
        picture.decode("utf-8" if form == "svg" else "latin-1")
    except UnicodeDecodeError:
        return False
    return begin in picture[:4096] and picture.rstrip().endswith(end)


def _builtin(source: str, form: str, tried: list[str], remark: str) -> bytes | None:
    """The picture of the library's own layout; PNG and PDF with what other packages make of its SVG."""
    if form == "svg":
        return layout.svg(source, remark).encode()
    makers = raster.MAKERS[form]
    for name, make in makers:
        try:
            return make(layout.svg(source, remark), _DPI)
        except (ImportError, OSError):
            tried.append(f"the built-in layout with {name} (not installed)")
    return None


# ---- what there is -----------------------------------------------------------------------------------------


def _asked(path: str, where: str, tried: list[str]) -> Renderer | None:
    if path == PYGRAPHVIZ:
        return _pygraphviz(tried)
    if path == PURE:
        return _pure(tried)
    found = shutil.which(path)
    if found is None:
        tried.append(f"{path} (given by {where}: no such program)")
        return None
    return Renderer(path, [found])


def _system(tried: list[str]) -> Renderer | None:
    found = shutil.which("dot")
    if found is None:
        tried.append("dot (not on PATH)")
        return None
    return Renderer("dot", [found])


def _pygraphviz(tried: list[str]) -> Renderer | None:
    try:
        found = version("pygraphviz")
    except PackageNotFoundError:
        tried.append("pygraphviz>=2.0 (not installed)")
        return None
    if int(found.partition(".")[0]) < 2:
        tried.append(f"pygraphviz>=2.0 (found {found}, which needs a dot of its own)")
        return None
    # -P: the folder of the worker, whose files have names of their own, stays off the path
    return Renderer(PYGRAPHVIZ, [sys.executable, "-P", str(_WORKER)])


def _pure(tried: list[str]) -> Renderer | None:
    found = shutil.which(PURE, path=sysconfig.get_path("scripts"))
    if found is None:
        tried.append(f"{PURE} (not installed)")
        return None
    return Renderer(PURE, [found], own_fonts=True)


_FINDERS: dict[str, Finder] = {"dot": _system, PYGRAPHVIZ: _pygraphviz, PURE: _pure}


def _options(form: str) -> list[str]:
    return [f"-T{form}", f"-Gdpi={_DPI}"] if form == "png" else [f"-T{form}"]


def _foreign(source: str) -> str:
    """The first letters that are not Latin, Greek or Cyrillic, nor a sign of mathematics."""
    wide = (c for c in source if unicodedata.east_asian_width(c) in "WF" or 0x530 <= ord(c) < 0x1D00)
    return "".join(dict.fromkeys(wide))[:8]


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


def _advice(target: str, form: str, tried: Sequence[str], asked: str) -> str:
    why = f"no Graphviz renderer that makes {form.upper()} was found"
    others = ""
    if asked:
        why = f"{asked} makes no {form.upper()} here"
        there = [name for name, find in _FINDERS.items() if find([]) is not None]
        others = (
            f"    renderer= the path of a Graphviz dot, or one of {', '.join(map(repr, NAMES))}; "
            f"here are: {', '.join([*there, BUILTIN])}\n"
        )
    return (
        f"cannot write {target}: {why}.\n"
        f"  tried: {', '.join(tried)}\n"
        "  fix, one of:\n"
        f"{others}"
        '    pip install "autograd-core[viz]"      # no root needed: Linux glibc, macOS, Windows x64\n'
        "    apt-get install graphviz | brew install graphviz | conda install graphviz\n"
        '    g.save("net.svg") or g.save("net.html")   # always works, no extra software\n'
        "  DOT text is in g.source"
    )
