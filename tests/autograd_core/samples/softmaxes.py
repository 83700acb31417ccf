"""Samples of ops/softmaxes.py."""

from typing import Any

ROWS: dict[str, Any] = {}
