"""Reductions that leave NaN out, with NumPy's signatures."""

__all__: list[str] = []
