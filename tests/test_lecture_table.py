"""Every row of the lecture has its test, and the printed table is the true one."""

import re

import pytest

from tests.lecture_rows import NEEDED, ROWS
from tools.lecture_table import PAGE, by_row, page, rows_in


def test_rows_are_read_from_docstrings():
    assert rows_in("Rows 1.1-1, 1.1-2 and E4: a batch. Row 2-1 too, but not 3.4-1.") == [
        *("1.1-1", "1.1-2", "E4", "2-1")
    ]


def test_tests_name_rows_that_exist():
    assert not set(by_row()) - set(ROWS)


@pytest.mark.parametrize("row", [row for row, (kinds, _) in ROWS.items() if NEEDED & set(kinds.split())])
def test_every_convention_algorithm_exercise_and_erratum_has_a_test(row):
    assert by_row().get(row), f"no test names row {row}"


def test_the_table_in_docs_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run python tools/lecture_table.py"


def test_the_table_leads_to_tests_that_are_there():
    folder = PAGE.parent
    links = re.findall(r"\[(test_\w+)\]\(([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert links
    for name, path in links:
        assert f"def {name}(" in (folder / path).read_text(encoding="utf-8")


def test_the_table_leads_to_notebooks_that_are_there():
    (line,) = [line for line in page().splitlines() if line.startswith("| 3.8-1 |")]
    links = re.findall(r"\[(?:en|ja)\]\(([^)]+)\)", line)
    assert len(links) == 2
    assert all((PAGE.parent / path).is_file() for path in links)
