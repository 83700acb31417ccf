"""Sorting and what is read off sorted numbers, with NumPy's signatures."""

__all__: list[str] = []
