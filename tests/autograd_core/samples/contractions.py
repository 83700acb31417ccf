"""Samples of ops/contractions.py."""

from typing import Any

ROWS: dict[str, Any] = {}
