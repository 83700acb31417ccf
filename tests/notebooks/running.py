"""The code cells of a notebook, run once and in one process, and the words on the pictures that they make."""

import ast
import html
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nn.data import finding

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import run_notebooks  # noqa: E402


class Ran(NamedTuple):
    """A notebook after its last cell.

    names   its variables
    printed what each code cell printed, by the cell's source
    texts   its text cells, by language
    """

    names: dict[str, Any]
    printed: dict[str, str]
    texts: dict[str, list[str]]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.names[name]
        except KeyError:
            raise AttributeError(f"no cell makes {name!r}") from None

    def output(self, words: str) -> str:
        """What the one cell printed whose source holds these words."""
        (text,) = [printed for source, printed in self.printed.items() if words in source]
        return text


def ran(name: str, *, solved: bool = False) -> Ran:
    """Run the code cells of notebooks/NAME.py. They are our own; `display` does nothing.

    They find the data that come with the package and no others, so that the numbers are the same everywhere.

    solved: with the hidden answers in place of the functions and classes of the same names.
    """
    notebook = run_notebooks.read(ROOT / "notebooks" / f"{name}.py")
    texts: dict[str, list[str]] = {language: [] for language in run_notebooks.LANGUAGES}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            texts[cell.metadata["lang"]].append(cell.source)
    programs = answers(Ran({}, {}, texts))["en"] if solved else []
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_: None}
    printed = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "own_folders", list)
        patch.setattr(finding, "SYSTEM", ROOT / "nowhere")
        for cell in notebook.cells:
            if cell.cell_type == "code":
                said = StringIO()
                with redirect_stdout(said), untraced():
                    exec(compile(filled(cell.source, programs), f"a cell of {name}", "exec"), names)
                printed[cell.source] = said.getvalue()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")  # their Axes can still be read
    return Ran(names, printed, texts)


@contextmanager
def untraced() -> Iterator[None]:
    """Without the trace function by which coverage is measured: it doubles the time of trainings.

    What they run has tests of its own.
    """
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def filled(source: str, programs: list[str]) -> str:
    """A cell whose functions and classes are those of the programs, where these have some of their names."""
    known = {}
    for program in programs:
        for node in _definitions(program):
            known[node.name] = program.splitlines()[node.lineno - 1 : node.end_lineno]
    lines = source.splitlines()
    for node in reversed(_definitions(source) if known else []):
        lines[node.lineno - 1 : node.end_lineno] = known.get(
            node.name, lines[node.lineno - 1 : node.end_lineno]
        )
    return "\n".join(lines)


def _definitions(source: str) -> list[Any]:
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def answers(ran: Ran) -> dict[str, list[str]]:
    """Per language the programs in the hidden answers, in their order."""
    found = {}
    for language, cells in ran.texts.items():
        hidden = re.findall(r"<details>.*?</details>", "\n".join(cells), re.DOTALL)
        found[language] = [
            code for text in hidden for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        ]
    return found


# ---- pictures ----------------------------------------------------------------------------------------------


class Drawn:
    """What DOT text says.

    said    all words on each card
    cards   the same by the name of the value
    pills   the words on the operations; of folded ones what they compute
    chips   the words on the wires, sorted
    sums    how many ⊕ there are
    arrows  how many arrowheads point forward, and how many back
    """

    def __init__(self, source: str) -> None:
        lines = [line.strip() for line in source.splitlines()]
        self.said = _labels(lines, "v ")
        self.cards = {text.partition("|")[0]: text for text in self.said}
        self.pills = [text.partition("|")[0] for text in _labels(lines, "op")]
        self.chips = sorted(text.replace("|", " ") for text in _labels(lines, "chip"))
        self.sums = len(_labels(lines, "sum"))
        wires = [line for line in lines if "->" in line and "style=invis" not in line]
        heads = [line for line in wires if "dir=none" not in line]
        back = sum("dir=back" in line for line in heads)
        self.arrows = (len(heads) - back, back)


def _labels(lines: list[str], css: str) -> list[str]:
    found = [line for line in lines if f'class="{css}' in line and "->" not in line]
    return [_plain(re.search(r"label=<(.*)>(?:, |\];?$)", line)[1]) for line in found if "label=<" in line]


def _plain(markup: str) -> str:
    """The words of a label, with a line between its cells."""
    text = re.sub(r"</T[RD]>", "|", re.sub(r"<SUP>.*?</SUP>", "ᵀ", markup.replace("|g|", "‖g‖")))
    words = html.unescape(re.sub(r"<[^>]*>", "", text)).replace("\u00a0", " ")
    return re.sub(r"[| ]*\|[| ]*", "|", words).strip("| ")
