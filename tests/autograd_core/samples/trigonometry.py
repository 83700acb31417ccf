"""Samples of ops/trigonometry.py."""

from typing import Any

ROWS: dict[str, Any] = {}
