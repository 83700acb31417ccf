"""Run every notebook in notebooks/ from its first cell to its last and fail where a cell fails.

    python tools/run_notebooks.py [--write] [--save FOLDER] [NAME ...]

A notebook is a .py file with a jupytext header in the percent format. Its text cells come in pairs, one
with lang="en" and one with lang="ja" in the cell's metadata; the code stands once. It runs in one kernel,
offline and with warnings as errors, and makes two notebooks, notebooks/en/NAME.ipynb and
notebooks/ja/NAME.ipynb, which must be those in the folder to the letter; with --write they are written.
With NAMEs, only notebooks whose path contains one of them.

The notebooks in the folder have no outputs. Outputs are 0.65 MB a notebook and language, change wholly with
a colour or a typeface, nobody reads them in a review, and they go stale unseen, while the text of a notebook
is 40 kB and a test holds it to its source. Who wants to see pictures runs the notebook, or takes the executed
ones that --save writes to FOLDER/en and FOLDER/ja, for a site or a class; README.md shows some to those who
only look.
"""

from __future__ import annotations

import argparse
import copy
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
    client.execute()
    del notebook.cells[0]


def in_language(notebook: Any, language: str, *, outputs: bool = False) -> Any:
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
        if cell.cell_type == "code" and not outputs:
            cell.execution_count, cell.outputs = None, []
        elif cell.cell_type == "code":
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


def target(path: Path, language: str, folder: Path | None = None) -> Path:
    return (FOLDER if folder is None else folder) / language / f"{path.stem}.ipynb"


def written(notebook: Any, language: str, *, outputs: bool = False) -> str:
    """The text of the file of one language."""
    import nbformat

    text: str = nbformat.writes(  # type: ignore[no-untyped-call]
        in_language(notebook, language, outputs=outputs), version=4
    )
    return text.rstrip("\n") + "\n"


def stale(path: Path, notebook: Any) -> list[str]:
    """In which languages the notebook in the folder is another than the one made from the text."""
    files = {language: target(path, language) for language in LANGUAGES}
    return [
        language
        for language, file in files.items()
        if not file.exists() or file.read_text(encoding="utf-8") != written(notebook, language)
    ]


def write(path: Path, notebook: Any, folder: Path | None = None) -> None:
    """Write both languages, to notebooks/ without their outputs, to another folder with them."""
    for language in LANGUAGES:
        file = target(path, language, folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = written(notebook, language, outputs=folder is not None)
        file.write_text(text, encoding="utf-8", newline="\n")


def run(path: Path, *, and_write: bool = False, save: Path | None = None) -> str | None:
    """What went wrong, or None."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    try:
        notebook = read(path)
        execute(notebook)
    except (CellExecutionError, CellTimeoutError, RuntimeError, ValueError) as error:
        # RuntimeError: the kernel died; the kernel colours its tracebacks for a terminal
        return re.sub(r"\x1b\[[0-9;]*m", "", f"{type(error).__name__}: {error}")
    if save is not None:
        write(path, notebook, save)
    if and_write:
        write(path, notebook)
    elif found := stale(path, notebook):
        return (
            f"notebooks/{found[0]}/{path.stem}.ipynb is not made from {path.name} as it is: run with --write"
        )
    return None


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the notebooks, in both languages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only notebooks whose path contains it")
    parser.add_argument("--write", action="store_true", help="write those in notebooks/, without outputs")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write them with their outputs")
    given = parser.parse_args(arguments)
    paths = sources(given.names)
    if not paths:
        which = f" that matches {' or '.join(given.names)}" if given.names else ""
        print(f"no notebook to run: notebooks/ has none{which}")
        return 1 if given.names else 0
    failed = 0
    for path in paths:
        start = time.perf_counter()
        problem = run(path, and_write=given.write, save=given.save)
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
