"""Programs of single numbers as straight-line Python on floats."""
