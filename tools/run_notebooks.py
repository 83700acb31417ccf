"""Run every notebook in notebooks/ from its first cell to its last and fail where a cell fails.

    python tools/run_notebooks.py [--write] [--save FOLDER] [--jobs N] [--full-data] [NAME ...]

A notebook is a .py file with a jupytext header in the percent format. Its text cells come in pairs, one
with lang="en" and one with lang="ja" in the cell's metadata; the code stands once. It makes two notebooks,
notebooks/en/NAME.ipynb and notebooks/ja/NAME.ipynb, which must be those in the folder to the letter; with
--write they are written. Both are run, each in a kernel of its own, offline, with warnings as errors, and as
many at a time as there are cores. With NAMEs, only notebooks whose path has one of them in it, beginning with
a word and ending with a number: 2-1 are both editions of that one, en/2-1 is one of them, 2-5 are those of
2-5-1 and 2-5-2, and ja are all in Japanese.

They run on the data that come with the package, so that the numbers are the same everywhere; with --full-data
on whatever this user has on the machine.

The notebooks in the folder have no outputs. Outputs are 0.65 MB a notebook and language, change wholly with
a colour or a typeface, nobody reads them in a review, and they go stale unseen, while the text of a notebook
is 40 kB and a test holds it to its source. Who wants to see pictures runs the notebook, or takes the executed
ones that --save writes to FOLDER/en and FOLDER/ja, for a site or a class; README.md shows some to those who
only look.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
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

SHOWN = "module://matplotlib_inline.backend_inline"
"""With this matplotlib shows figures below their cells, as in Jupyter."""

LEAVING = """\
import sys as _sys
_plt = _sys.modules.get("matplotlib.pyplot")
_unseen = len(_plt.get_fignums()) if _plt else 0
if _unseen:
    raise RuntimeError(f"figures that were drawn, but never shown: {_unseen}")
"""
"""Run after the last cell. A figure that a cell shows is closed; one that is still open nobody has seen."""


def sources(names: list[str]) -> list[Path]:
    """The notebooks' texts of which an edition, or whose own path, is among the names."""
    found = [p for p in sorted(FOLDER.glob("*.py")) if "jupytext:" in p.read_text(encoding="utf-8")[:2048]]
    return [p for p in found if editions(p, names)]


def editions(path: Path, names: list[str]) -> list[str]:
    """In which languages a notebook is meant by these names."""
    return [
        language
        for language in LANGUAGES
        if not names or any(_means(n, file) for n in names for file in (path, target(path, language)))
    ]


def _means(name: str, file: Path) -> bool:
    """Whether a name is in the path of a file: en in en/2-7, not in lens; 2-1 not in 2-2-1 nor in 2-10."""
    name = name.removeprefix(f"{FOLDER.name}/")
    here = file.relative_to(FOLDER).as_posix()
    return bool(name) and re.search(rf"(?<![A-Za-z0-9-]){re.escape(name)}(?![0-9])", here) is not None


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


def execute(notebook: Any, *, full_data: bool = False) -> None:
    """Run all code cells in place.

    Raises:
        nbclient.exceptions.CellExecutionError and others where one fails; RuntimeError where one goes on, but
            an error is among its outputs.
    """
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell

    guard = new_code_cell(GUARD)  # type: ignore[no-untyped-call]
    leaving = new_code_cell(LEAVING)  # type: ignore[no-untyped-call]
    notebook.cells = [guard, *notebook.cells, leaving]
    where = {"metadata": {"path": str(FOLDER)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.extra_arguments = ["--log-level=ERROR"]  # it warns on each start that it uses local sockets
    with tempfile.TemporaryDirectory() as empty:
        here = {} if full_data else {"XDG_CACHE_HOME": empty, "LOCALAPPDATA": empty, "AUTOGRAD_CORE_DATA": ""}
        here["MPLBACKEND"] = SHOWN  # whatever this process has
        asyncio.run(client.async_execute(env={**os.environ, **here}))  # a loop of its own, which ends
    del notebook.cells[0], notebook.cells[-1]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":  # of what runs after a cell, such as the drawing of its figures
                raise RuntimeError(f"a cell shows {output.ename}: {output.evalue}\n{cell.source}")


def in_language(notebook: Any, language: str) -> Any:
    """The edition in one language, without outputs."""
    made = copy.deepcopy(notebook)
    made.cells = [c for c in made.cells if c.metadata.get("lang", language) == language]
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    return tidied(made)


def tidied(edition: Any) -> Any:
    """What differs from run to run is left out, and cells that have run are counted from 1; in place."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    edition.metadata = _record({"kernelspec": kernel, "language_info": {"name": "python"}})
    edition.nbformat, edition.nbformat_minor = 4, 5
    count = 0
    for i, cell in enumerate(edition.cells):
        cell.id = f"cell-{i}"
        cell.metadata = _record({})
        if cell.cell_type == "code" and cell.execution_count is not None:
            cell.execution_count = count = count + 1
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    return edition


def _record(fields: dict[str, Any]) -> Any:
    import nbformat

    return nbformat.from_dict(fields)  # type: ignore[no-untyped-call]


def target(path: Path, language: str, folder: Path | None = None) -> Path:
    return (FOLDER if folder is None else folder) / language / f"{path.stem}.ipynb"


def written(edition: Any) -> str:
    """The text of an edition's file."""
    import nbformat

    text: str = nbformat.writes(edition, version=4)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def stale(path: Path, notebook: Any) -> list[str]:
    """In which languages the notebook in the folder is another than the one made from the text."""
    files = {language: target(path, language) for language in LANGUAGES}
    return [
        language
        for language, file in files.items()
        if not file.exists() or file.read_text(encoding="utf-8") != written(in_language(notebook, language))
    ]


def write(path: Path, notebook: Any) -> None:
    """Write both editions to notebooks/, without outputs."""
    for language in LANGUAGES:
        put(in_language(notebook, language), path, language, FOLDER)


def put(edition: Any, path: Path, language: str, folder: Path) -> None:
    """Write one edition as it is."""
    file = target(path, language, folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(edition), encoding="utf-8", newline="\n")


def run(path: Path, language: str, *, save: Path | None = None, full_data: bool = False) -> str | None:
    """Run one edition; what went wrong, or None."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    try:
        notebook = read(path)
        if language in stale(path, notebook):
            file = target(path, language).relative_to(FOLDER.parent).as_posix()
            return (
                f"{file} is not made from {path.name} as it is. Was it changed or run where it lies? Change "
                f"{path.name} instead, and run with --write, which makes the notebook anew from it."
            )
        edition = in_language(notebook, language)
        execute(edition, full_data=full_data)
    except (CellExecutionError, CellTimeoutError, RuntimeError, ValueError) as error:
        # RuntimeError: the kernel died; the kernel colours its tracebacks for a terminal
        return re.sub(r"\x1b\[[0-9;]*m", "", f"{type(error).__name__}: {error}")
    if save is not None:
        put(tidied(edition), path, language, save)
    return None


def timed(path: Path, language: str, save: Path | None, full_data: bool) -> tuple[str | None, float]:
    """What went wrong, and the seconds that it took."""
    start = time.perf_counter()
    return run(path, language, save=save, full_data=full_data), time.perf_counter() - start


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the notebooks, in both languages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these: 2-6, ja/2-6, ja, dropout")
    parser.add_argument(
        "--write", action="store_true", help="first make those in notebooks/ from their texts"
    )
    parser.add_argument(
        "--save", type=Path, metavar="FOLDER", help="write them with their outputs to FOLDER/en and FOLDER/ja"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="how many at a time (default: one per core)")
    parser.add_argument("--full-data", action="store_true", help="on the data sets of this machine")
    given = parser.parse_args(arguments)
    paths = sources(given.names)
    if not paths:
        which = f" that matches {' or '.join(given.names)}" if given.names else ""
        there = ", ".join(p.stem for p in sources([]))
        print(f"no notebook to run: notebooks/ has none{which}" + (f"; it has {there}" if there else ""))
        return 1 if given.names else 0
    if given.write:
        for path in paths:
            try:
                write(path, read(path))
            except ValueError as error:  # the run says it again
                print(error)
    failed = 0
    start = time.perf_counter()
    todo = [(path, language) for path in paths for language in editions(path, given.names)]
    with ThreadPoolExecutor(given.jobs or cores()) as pool:
        runs = [pool.submit(timed, *one, given.save, given.full_data) for one in todo]
        for (path, language), ended in zip(todo, runs, strict=True):
            problem, seconds = ended.result()
            failed += problem is not None
            word = "FAILED" if problem is not None else "ok"
            print(
                f"{word:6}  {target(path, language).relative_to(ROOT).as_posix()}  {seconds:.1f} s",
                flush=True,
            )
            if problem is not None:
                print(problem, flush=True)
    print(f"notebooks: {len(todo) - failed} ran, {failed} failed, in {time.perf_counter() - start:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
