"""Polynomials, interpolation, convolution and statistics of several variables, with NumPy's signatures."""

__all__: list[str] = []
