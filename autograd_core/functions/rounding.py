"""Rounding, remainders and signs with NumPy's names: flat almost everywhere, or by steps."""

__all__: list[str] = []
