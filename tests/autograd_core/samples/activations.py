"""Samples of ops/activations.py."""

from typing import Any

ROWS: dict[str, Any] = {}
