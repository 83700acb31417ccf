"""Samples of ops/sorting.py."""

from typing import Any

ROWS: dict[str, Any] = {}
