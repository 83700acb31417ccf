"""The values of inputs from text: numbers and nested lists of them."""

import ast
from collections.abc import Iterable
from typing import Any
from unicodedata import normalize

import numpy as np

from autograd_core.texts.errors import FormulaError, short
from autograd_core.texts.words import MAX_DEPTH, MAX_LENGTH, check_name


def inputs(pairs: Iterable[str]) -> dict[str, Any]:
    """The values of the named inputs from words like `a=2` and `W=[[1, 2], [3, 4]]`.

    >>> inputs(["a=2", "W=[[1, 2], [3, 4.5]]"])
    {'a': 2.0, 'W': array([[1. , 2. ],
           [3. , 4.5]])}
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = normalize("NFKC", name.strip())
        if not equals:
            raise FormulaError(f"{short(pair)} is no input; write name=value, for example a=2")
        check_name(name)
        if name in found:
            raise FormulaError(f"{name} is given twice")
        found[name] = _numbers(name, text)
    return found


def _numbers(name: str, text: str) -> Any:
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"the value of {name} has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed"
        )
    wrong = f"{name}={short(text)}: a number is needed, as in a=2, or a nested list, as in W=[[1, 2], [3, 4]]"
    try:
        value = ast.literal_eval(text.strip())
        _check_numbers(value, 0)
        array = np.array(value, dtype=float)
    except (ValueError, TypeError, SyntaxError, OverflowError, RecursionError, MemoryError):
        raise FormulaError(wrong) from None
    if not array.size:
        raise FormulaError(f"{name} is empty")
    return array if array.ndim else float(array)


def _check_numbers(value: Any, depth: int) -> None:
    """Refuse anything but numbers and lists of them."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, list):
        for part in value:
            _check_numbers(part, depth + 1)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
