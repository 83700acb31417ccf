"""Samples of ops/scans.py."""

from typing import Any

ROWS: dict[str, Any] = {}
