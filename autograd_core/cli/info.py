"""autograd-core info: what this installation is made of."""

import argparse
import os
import platform
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core.cli import table
from autograd_core.cli.extras import EXTRAS, advice, installed
from autograd_core.graphs.rendering.renderers import FORMATS, render
from nn import data

Line = tuple[str, str]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    text = "show versions, BLAS, the renderer of graphs, data sets and optional packages"
    parser = commands.add_parser("info", help=text, description=text.capitalize() + ".")
    parser.add_argument("--ops", action="store_true", help="the table of rows: kinds, what is kept, rules")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.ops:
        print(table.text())
        return 0
    lines = [*_versions(), ("BLAS", _blas()), ("graphs", _renderer()), *_data(), *_extras()]
    width = max(len(name) for name, _ in lines)
    for name, text in lines:
        print(f"{name:{width}}  {text}")
    return 0


def _versions() -> Iterator[Line]:
    yield "autograd-core", ac.__version__
    yield "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield "numpy", np.__version__


def _blas() -> str:
    # annotated as returning None, which it does without mode=
    show: Any = np.show_config
    found = show(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    words = f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()
    threads = [
        f"{name}={value}" for name, value in sorted(os.environ.items()) if name.endswith("_NUM_THREADS")
    ]
    return f"{words}, {', '.join(threads) or 'number of threads not set'}"


def _renderer() -> str:
    """The formats that a trial drawing succeeds in, and whose Graphviz drew it."""
    works: dict[str, bytes] = {}
    missing = ""
    for form in FORMATS:
        try:
            works[form] = render("digraph { a }", form)
        except ac.GraphRenderError as error:
            missing = next((s.strip() for s in str(error).splitlines() if "tried:" in s), str(error))
    if not works:
        return f"as text and .dot only ({missing}); {advice('pygraphviz')}"
    version = re.search(rb"graphviz version ([\d.]+)", works.get("svg", b""))
    drawn = f", drawn by Graphviz {version[1].decode()}" if version else ""
    return ", ".join([*works, "dot"]) + drawn


def _data() -> Iterator[Line]:
    for call, where in data.sources().items():
        yield "data", f"{call}: {where}"


def _extras() -> Iterator[Line]:
    for extra, packages in EXTRAS.items():
        found = [f"{p} {installed(p)}" if installed(p) else advice(p) for p in packages]
        yield f"extra {extra}", ", ".join(found)
