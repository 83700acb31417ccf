"""Run every notebook in notebooks/ from its first cell to its last and fail where a cell fails.

    python tools/run_notebooks.py [--write] [NAME ...]

A notebook is a .py file with a jupytext header in the percent format. Its text cells come in pairs, one
with lang="en" and one with lang="ja" in the cell's metadata; the code stands once. It runs in one kernel,
offline and with warnings as errors, and makes two notebooks, notebooks/en/NAME.ipynb and
notebooks/ja/NAME.ipynb. They are compared with those in the folder, cell by cell, or, with --write, written
with their outputs. With NAMEs, only notebooks whose path contains one of them.
"""

from __future__ import annotations

import copy
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
LANGUAGES = ("en", "ja")

GUARD = """\
import socket as _socket, warnings as _warnings
_warnings.simplefilter("error")
_warnings.filterwarnings("ignore", module="ipykernel")
def _refuse(self, address, *_):
    raise OSError(f"a notebook runs offline, but something wants to connect to {address}")
_socket.socket.connect = _socket.socket.connect_ex = _refuse
"""
"""Run before the first cell. The kernel's own sockets are not Python's and go on working."""


def sources(names: list[str]) -> list[Path]:
    """The notebooks' texts."""
    found = [p for p in sorted(FOLDER.glob("*.py")) if "jupytext:" in p.read_text(encoding="utf-8")[:2048]]
    return [p for p in found if not names or any(name in p.as_posix() for name in names)]


def read(path: Path) -> Any:
    """A notebook, its text cells checked to be in pairs."""
    import jupytext

    notebook = jupytext.read(path)
    languages = [c.metadata.get("lang") for c in notebook.cells if c.cell_type == "markdown"]
    for i, pair in enumerate(zip(languages[::2], languages[1::2], strict=False)):
        if pair != LANGUAGES:
            raise ValueError(
                f"{path.name}: text cells {2 * i} and {2 * i + 1} are in {pair}, not in {LANGUAGES}"
            )
    if len(languages) % 2:
        raise ValueError(f"{path.name}: the last text cell has no partner in the other language")
    return notebook


def execute(notebook: Any) -> None:
    """Run all code cells in place.

    Raises:
        nbclient.exceptions.CellExecutionError and others where one fails.
    """
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    guard = new_code_cell(GUARD)  # type: ignore[no-untyped-call]
    notebook.cells = [guard, *notebook.cells]
    where = {"metadata": {"path": str(FOLDER)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.extra_arguments = ["--log-level=ERROR"]  # it warns on each start that it uses local sockets
    # the library's own layout: the same picture on every machine
    client.execute(env={**os.environ, "AUTOGRAD_CORE_DOT": "builtin"})
    del notebook.cells[0]


def in_language(notebook: Any, language: str) -> Any:
    """The notebook with the text of one language; what differs from run to run is left out."""
    made = copy.deepcopy(notebook)
    made.cells = [c for c in made.cells if c.metadata.get("lang", language) == language]
    made.metadata = _record(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    count = 0
    for i, cell in enumerate(made.cells):
        cell.id = f"cell-{i}"
        cell.metadata = _record({})
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    made.nbformat, made.nbformat_minor = 4, 5
    return made


def _record(fields: dict[str, Any]) -> Any:
    import nbformat

    return nbformat.from_dict(fields)  # type: ignore[no-untyped-call]


def target(path: Path, language: str) -> Path:
    return FOLDER / language / f"{path.stem}.ipynb"


def stale(path: Path, notebook: Any) -> list[str]:
    """In which languages the notebook in the folder has other cells than the text."""
    import nbformat

    differing = []
    for language in LANGUAGES:
        file = target(path, language)
        wanted = [(c.cell_type, c.source) for c in in_language(notebook, language).cells]
        if not file.exists():
            differing.append(language)
            continue
        there = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
        if [(c.cell_type, c.source) for c in there.cells] != wanted:
            differing.append(language)
    return differing


def write(path: Path, notebook: Any) -> None:
    import nbformat

    for language in LANGUAGES:
        file = target(path, language)
        file.parent.mkdir(exist_ok=True)
        text = nbformat.writes(in_language(notebook, language), version=4)  # type: ignore[no-untyped-call]
        file.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def run(path: Path, *, and_write: bool) -> str | None:
    """What went wrong, or None."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    try:
        notebook = read(path)
        execute(notebook)
    except (CellExecutionError, CellTimeoutError, RuntimeError, ValueError) as error:
        # RuntimeError: the kernel died; the kernel colours its tracebacks for a terminal
        return re.sub(r"\x1b\[[0-9;]*m", "", f"{type(error).__name__}: {error}")
    if and_write:
        write(path, notebook)
    elif found := stale(path, notebook):
        return (
            f"notebooks/{found[0]}/{path.stem}.ipynb is not made from {path.name} as it is: run with --write"
        )
    return None


def main(arguments: list[str]) -> int:
    and_write = "--write" in arguments
    names = [a for a in arguments if a != "--write"]
    paths = sources(names)
    if not paths:
        which = f" that matches {' or '.join(names)}" if names else ""
        print(f"no notebook to run: notebooks/ has none{which}")
        return 1 if names else 0
    failed = 0
    for path in paths:
        start = time.perf_counter()
        problem = run(path, and_write=and_write)
        seconds = time.perf_counter() - start
        failed += problem is not None
        word = "FAILED" if problem is not None else "ok"
        print(f"{word:6}  {path.relative_to(ROOT).as_posix()}  {seconds:.1f} s", flush=True)
        if problem is not None:
            print(problem, flush=True)
    print(f"notebooks: {len(paths) - failed} ran, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
