"""Public functions with NumPy's names and signatures, below Tensor: they reach it through the rows alone.

A family a file; each says in `__all__` what it offers. The names of Python's builtins (abs, max, min, round,
sum) are offered too, but left out of `import *`.
"""
