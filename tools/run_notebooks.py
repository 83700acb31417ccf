"""Run every notebook in notebooks/ from its first cell to its last and fail where a cell fails.

    python tools/run_notebooks.py [NAME ...]

A notebook is an .ipynb file, or a .py or .md file with a jupytext header; where both stand side by side
under one name, the text is run. With NAMEs, only notebooks whose path contains one of them. Nothing is
written back.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"


def is_notebook(path: Path) -> bool:
    if path.suffix == ".ipynb":
        return True
    with path.open(encoding="utf-8") as file:
        return "jupytext:" in file.read(2048)


def find(names: list[str]) -> list[Path]:
    """One path for each notebook, the text before the .ipynb."""
    chosen: dict[Path, Path] = {}
    for suffix in (".ipynb", ".md", ".py"):
        for path in sorted(FOLDER.rglob(f"*{suffix}")):
            hidden = any(part.startswith(".") for part in path.relative_to(FOLDER).parts)
            if not hidden and is_notebook(path):
                chosen[path.with_suffix("")] = path
    paths = sorted(chosen.values())
    return [path for path in paths if not names or any(name in path.as_posix() for name in names)]


def run(path: Path) -> str | None:
    """What went wrong, or None."""
    import jupytext
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    notebook = jupytext.read(path)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where)
    client.extra_arguments = ["--log-level=ERROR"]  # it warns on each start that it uses local sockets
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, RuntimeError) as error:  # RuntimeError: the kernel died
        return f"{type(error).__name__}: {error}"
    return None


def main(names: list[str]) -> int:
    paths = find(names)
    if not paths:
        which = f" that matches {' or '.join(names)}" if names else ""
        print(f"no notebook to run: notebooks/ has none{which}")
        return 1 if names else 0
    failed = 0
    for path in paths:
        start = time.perf_counter()
        problem = run(path)
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
