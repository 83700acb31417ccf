"""Samples of ops/matrices.py."""

from typing import Any

ROWS: dict[str, Any] = {}
