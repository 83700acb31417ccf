"""Rows whose forward function is several passes, written out in rows of one pass each: the same numbers."""

from typing import Any

Operands = tuple[Any, ...]


MEANINGS: dict[str, Any] = {}
