"""Samples of ops/rounding.py."""

from typing import Any

ROWS: dict[str, Any] = {}
