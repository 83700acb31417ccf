"""Sums of products over several axes: einsum and its relatives, with NumPy's signatures."""

__all__: list[str] = []
