"""Running sums and products, differences and slopes along an axis, with NumPy's signatures."""

__all__: list[str] = []
