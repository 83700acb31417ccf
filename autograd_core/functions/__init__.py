"""Public functions with NumPy's names and signatures, below Tensor: they reach it through the rows alone."""
