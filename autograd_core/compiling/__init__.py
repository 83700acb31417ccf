"""Compiled programs: a function traced once through Symbols, and written out as straight-line NumPy."""
