"""Tables: named columns that print well and that pandas reads."""

from collections.abc import Mapping, Sequence
from typing import Any


class Table(dict[str, list[Any]]):
    """A dict from names to columns of the same length; `pandas.DataFrame(table)` is the same as a DataFrame.

    Args:
        rows: one dict per row, with the same names in all of them.

    >>> print(Table([{"layer": "0", "numbers": 1234}, {"layer": "1", "numbers": None}]))
    layer  numbers
    0        1,234
    1            –
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        names = list(rows[0]) if rows else []
        super().__init__({name: [row[name] for row in rows] for name in names})

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows, each as a dict."""
        return [dict(zip(self, values, strict=True)) for values in zip(*self.values(), strict=True)]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> list[str]:
        cells = [[name, *(written(value) for value in column)] for name, column in self.items()]
        widths = [max(map(len, column)) for column in cells]
        # columns of words stand at the left, of numbers at the right
        words = [any(isinstance(v, str | tuple) for v in column) for column in self.values()]
        lines = []
        for row in zip(*cells, strict=True):
            parts = [
                cell.ljust(width) if left else cell.rjust(width)
                for cell, width, left in zip(row, widths, words, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
        return lines


def written(value: Any) -> str:
    """A cell: whole numbers in groups of three digits, others with four digits, a dash for nothing.

    >>> [written(v) for v in (None, 1234567, 0.00012345, (3, 4), "ReLU")]
    ['–', '1,234,567', '0.0001234', '(3, 4)', 'ReLU']
    """
    if value is None:
        return "–"
    if isinstance(value, bool | str | tuple):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
